"""``danvan run`` as a service manager starts it: a process of its own, that says when it is ready.

A life is a fork of a server that has imported everything once (``mortal``): a cold start takes seconds.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

from tests.support.mortal import _forks


def free_port() -> int:
    """A port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**settings: str) -> dict[str, str]:
    """This one's, with these settings and no others."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DANVAN_")}
    return clean | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"} | settings


def _live(
    folder: Path, words: list[str], command: tuple[str, ...], given: dict[str, str], out: Path, log: Path
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(given)
    for number, file in ((1, out), (2, log)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    if command:
        os.execvp(command[0], [*command, *words])
    from bot.__main__ import main

    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    main(words)


class Service:
    """A life of the program; ``settings`` are its environment, ``folder`` is where it is started."""

    def __init__(self, folder: Path, *words: str, command: tuple[str, ...] = (), **settings: str) -> None:
        """``command`` in the place of ``danvan`` is started cold."""
        place = Path(mkdtemp(prefix="danvan-"))
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.line.bind(str(place / "notify"))
        self.out, self.log = place / "out", place / "log"
        given = environment(NOTIFY_SOCKET=str(place / "notify"), **settings)
        self._process = _forks.Process(target=_live, args=(folder, ["run", *words], command, given, self.out, self.log))
        self._process.start()

    def hears(self, state: str, patience: float = 30) -> Self:
        """Wait until it says so, and no sooner."""
        until = time.monotonic() + patience
        self.line.settimeout(1)
        while time.monotonic() < until:
            with contextlib.suppress(TimeoutError):
                if self.line.recv(4096).decode() == state:
                    return self
                continue
            if not self._process.is_alive():
                break
        raise AssertionError(f"no {state}: {self.log.read_text('utf-8')}")

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def wait(self, patience: float = 15) -> int | None:
        """Wait for the end; gives the exit code, or ``None`` where it is still at it."""
        self._process.join(patience)
        return self._process.exitcode

    def stop(self) -> int | None:
        """Ask it to stop, and wait."""
        self.ask_to_stop()
        return self.wait()

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._process.kill()
        self._process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.is_alive():
            self.kill()
        self.line.close()
