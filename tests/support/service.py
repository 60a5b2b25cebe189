"""``danvan run`` as a service manager starts it: a process of its own, that says when it is ready."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Self


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


class Service:
    """A life of the program; ``settings`` are its environment, ``folder`` is where it is started."""

    def __init__(self, folder: Path, *words: str, command: tuple[str, ...] = (), **settings: str) -> None:
        address = Path(mkdtemp(prefix="danvan-")) / "notify"
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.line.bind(str(address))
        self.log = folder / f"log-{address.parent.name}"
        self.process = subprocess.Popen(
            [*(command or (sys.executable, "-m", "bot")), "run", *words],
            cwd=folder,
            env=environment(NOTIFY_SOCKET=str(address), **settings),
            stdout=subprocess.DEVNULL,
            stderr=self.log.open("w"),
        )

    def hears(self, state: str, patience: float = 30) -> Self:
        """Wait until it says so, and no sooner."""
        until = time.monotonic() + patience
        self.line.settimeout(1)
        while time.monotonic() < until:
            with contextlib.suppress(TimeoutError):
                if self.line.recv(4096).decode() == state:
                    return self
                continue
            if self.process.poll() is not None:
                break
        raise AssertionError(f"no {state}: {self.log.read_text('utf-8')}")

    def stop(self) -> int:
        """SIGTERM, and wait for the end; gives the exit code."""
        self.process.terminate()
        return self.process.wait(15)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(15)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        self.line.close()
