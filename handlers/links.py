"""Links that open the private chat with something: what a "start" may carry, and what is for everybody in a group."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

LINKABLE: Final = frozenset({"baocao", "vanban", "nguyenvan", "han", "trogiup", "dadoc"})
"""Commands that a link may carry. Anybody can write links: they show something, or (dadoc) do what only its addressee
can, under a key that nobody guesses."""

GROUP_COMMANDS: Final = frozenset({"hoi", "vanban", "nguyenvan", "lienquan", "nhom", "bonhom"})
"""What the bot answers in a group that staff have registered: what the documents say, and nothing of anybody's own."""

_LONGEST: Final = 64
"""Characters that Telegram lets a link carry (core.telegram.org/bots/features#deep-linking)."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9-]+(?: [A-Za-z0-9-]+)*")
_CODED: Final = "b64_"


def payload(action: str) -> str | None:
    """What a link carries to have this done; ``None`` where a link can't, or may not."""
    if action.split(maxsplit=1)[:1] and action.split(maxsplit=1)[0] not in LINKABLE:
        return None
    if _PLAIN.fullmatch(action):
        coded = action.replace(" ", "_")
    else:
        coded = _CODED + urlsafe_b64encode(action.encode()).decode().rstrip("=")
    return coded if 0 < len(coded) <= _LONGEST else None


def carried(start: str) -> str:
    """The command line in what a link carried. Anything at all may come: what is none is no command either."""
    if not start.startswith(_CODED):
        return start.replace("_", " ")
    body = start.removeprefix(_CODED)
    try:
        return urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
    except ValueError:
        return ""


def link(home: str, action: str) -> str | None:
    """The address that opens the private chat with this command."""
    start = payload(action)
    return f"{home}?start={start}" if start else None
