"""The demo as somebody starts it: the program in a process of its own, on a free port of the loopback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class Demo:
    """A demo that can be stopped and started again, at the same address and with the same data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where the console is."""
        return f"http://127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Start, and wait until it says where it can be reached. Raises AssertionError with its words if it ends."""
        settings = {"DANVAN_DATA_DIR": str(self._folder), "DANVAN_PORT": self._port}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DANVAN_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--demo"],
            env=clean | settings | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=(self._folder / "log").open("a"),
            text=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if found := _ADDRESS.search(line):
                self._port = found[1]
                return
        raise AssertionError("".join(said) + (self._folder / "log").read_text("utf-8"))

    def stop(self) -> int:
        """Stop it as an operator does, and give its exit code."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.stdout.close()
        return self._process.wait(20)
