"""Logging for a server: one line per record, and never a token in it."""

from __future__ import annotations

import logging
import re
import sys

_SECRET = re.compile(r"(bot\d+(?::|%3[Aa])|\b\d{6,}(?::|%3[Aa])(?=[\w-]{20})|/f/(?=[\w-]{20}))[\w-]+", re.ASCII)
_PASSWORD = re.compile(r"(?<=://)([^\s:@/]*):[^\s@]+@")
"""Of a database or a proxy, in its URL."""
_BREAKS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What begins a new line somewhere, turns text around, or speaks to a terminal."""
_CHATTY = ("aiosqlite", "alembic", "asyncpg", "httpcore", "httpx", "telegram", "uvicorn")


def redact(text: str) -> str:
    """The text without secrets: the number of a bot stays and its token goes, as do passwords and links to files."""
    return _PASSWORD.sub(r"\1:…@", _SECRET.sub(r"\1…", text))


class DiscreetFormatter(logging.Formatter):
    """Formats a record as usual, tracebacks included, takes secrets out of it, and lets nothing in it look like another
    record: what follows its first line is indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record, without tokens and with lines of its own only."""
        return _BREAKS.sub("?", redact(super().format(record))).replace("\n", "\n    ")


def set_up_logging(level: int | str = logging.INFO) -> None:
    """Log to stderr. HTTP libraries speak from WARNING on: at INFO httpx logs every URL, and a bot's has its token."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Of every second PDF it has something to say that nobody can mend.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
