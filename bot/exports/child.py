"""Heavy work in a process of its own: its memory is given back, and it holds nobody up."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

SECONDS: Final = 60
"""After which the work is given up."""
_MEMORY: Final = 3 * 1024**3
"""Bytes of address space that it may use."""


class NotMade(Exception):
    """A file that could not be made: the work failed or took too long."""


async def in_child(module: str, *words: str, data: bytes) -> bytes:
    """What a module writes when it is run with these words and this input. Raises NotMade."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", module, *words),
        cwd=Path(__file__).parents[2],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        made, trouble = await asyncio.wait_for(child.communicate(data), SECONDS)
    except TimeoutError:
        raise NotMade(f"{module}: no result within {SECONDS} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise NotMade(f"{module}: {trouble.decode(errors='replace').strip().rsplit(chr(10), 1)[-1][:200]}")
    return made


def serve(work: Callable[[list[str], bytes], bytes]) -> None:
    """What such a module does when it is run: its work, within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.stdout.buffer.write(work(sys.argv[1:], sys.stdin.buffer.read()))
