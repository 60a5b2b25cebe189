"""``make bench``: all tables, from one run. Ratios count; absolute times are those of this machine at this hour."""

from __future__ import annotations

import os
import platform

from tests.bench import channels, delivery, facts, questions, reports, retrieval, scale, turns
from tests.conftest import SHARED


def main() -> None:
    """Measure everything that can be measured here, and say what can't."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    turns.main()
    print()
    channels.main()
    print()
    delivery.main()
    print("\nPulling reports")
    reports.main()
    tables = {"Document facts": facts, "Gold questions": questions, "Retrieval": retrieval, "Retrieval at scale": scale}
    for title, bench in tables.items():
        print(f"\n{title}")
        if SHARED.is_dir():
            bench.main()
        else:
            print("  not measured: the shared corpus is absent")


if __name__ == "__main__":
    main()
