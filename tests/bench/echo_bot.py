"""The peer: the echo bot that a user of python-telegram-bot would write, with nothing durable about it."""

from __future__ import annotations

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it back."""
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


def main() -> None:
    """Poll the server whose token, API URL and file URL are given."""
    token, api_url, file_url = sys.argv[1:4]
    application = Application.builder().token(token).base_url(api_url).base_file_url(file_url).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(poll_interval=0.0)


if __name__ == "__main__":
    main()
