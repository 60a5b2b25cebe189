"""Logging for a server: one line per record, and never a token in it."""

from __future__ import annotations

import logging
import re
import sys

_SECRET = re.compile(r"(bot\d+(?::|%3[Aa])|\b\d{6,}(?::|%3[Aa])(?=[\w-]{20}))[\w-]+", re.ASCII)
_CHATTY = ("alembic", "httpcore", "httpx", "telegram", "uvicorn")


def redact(text: str) -> str:
    """The text without bot tokens: the number of the bot stays, its secret goes."""
    return _SECRET.sub(r"\1…", text)


class DiscreetFormatter(logging.Formatter):
    """Formats a record as usual, tracebacks included, and takes out of it what looks like a bot token."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without tokens."""
        return redact(super().format(record))


def set_up_logging(level: int | str = logging.INFO) -> None:
    """Log to stderr. HTTP libraries speak from WARNING on: at INFO httpx logs every URL, and a bot's has its token."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Of every second PDF it has something to say that nobody can mend.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
