"""The local web console: a phone-like chat page in which one can be anybody of the demo."""

from bot.console.app import console_app
from bot.console.guard import require_loopback

__all__ = ["console_app", "require_loopback"]
