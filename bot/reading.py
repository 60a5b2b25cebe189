"""Reading PDF and Word files in a process of their own: one that floods or never ends takes nothing else with it."""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path
from typing import Final, get_args

from knowledge.reading.files import Reason, UnreadableFile, read_text

SECONDS: Final = 60
"""After which a file is given up."""
_MEMORY: Final = 2 * 1024**3
"""Bytes of address space that a reader may use."""
_REFUSED: Final = 3


async def read_document(data: bytes, name: str) -> str:
    """As ``read_text``, within bounds of time and memory. Raises UnreadableFile."""
    reader = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.reading", name),
        cwd=Path(__file__).parents[1],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        said, _ = await asyncio.wait_for(reader.communicate(data), SECONDS)
    except TimeoutError:
        raise UnreadableFile("too-big") from None
    finally:
        if reader.returncode is None:
            reader.kill()
            await reader.wait()
    text = said.decode()
    if reader.returncode == 0:
        return text
    raise UnreadableFile(next((reason for reason in get_args(Reason) if reason == text), "damaged"))


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    status = _REFUSED
    try:
        said, status = read_text(sys.stdin.buffer.read(), sys.argv[1]), 0
    except UnreadableFile as problem:
        said = problem.reason
    except MemoryError:
        said = "too-big"
    sys.stdout.buffer.write(said.encode())
    sys.exit(status)


if __name__ == "__main__":
    _main()
