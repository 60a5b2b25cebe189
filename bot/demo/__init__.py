"""The demo: an invented province that is alive on any day, to try everything out without real data.

``people.toml`` and ``documents/`` are its data, ``timeline`` sets its dates by the present, ``figures`` makes its
numbers up, and ``seed`` puts it all into a store, through the same effects as real turns.
"""
