"""The peer: the loop over all recipients that a user of python-telegram-bot would write, with its own rate limiter.

Nothing about it is durable. Questions are answered meanwhile, as an application does.
"""

from __future__ import annotations

import asyncio
import sys

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application, ContextTypes, MessageHandler, filters

Bot = Application  # type: ignore[type-arg]


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it back."""
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


async def announce(application: Bot, first: int, people: int) -> None:
    """One after another would be slow: all at once, and the limiter lets them through."""

    async def tell(chat: int) -> None:
        try:
            await application.bot.send_message(chat, "📢 Mời họp trực tuyến lúc 14 giờ.")
        except TelegramError:
            return

    await asyncio.gather(*(tell(first + number) for number in range(people)))


def main() -> None:
    """Poll the server whose token, API URL and file URL are given, and tell so many people from the first chat on."""
    token, api_url, file_url, first, people = sys.argv[1:6]

    async def begin(application: Bot) -> None:
        asyncio.get_running_loop().create_task(announce(application, int(first), int(people)))

    builder = Application.builder().token(token).base_url(api_url).base_file_url(file_url)
    limited = builder.rate_limiter(AIORateLimiter(overall_max_rate=30, overall_time_period=1, max_retries=5))
    application = limited.concurrent_updates(True).post_init(begin).build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling(poll_interval=0.0)


if __name__ == "__main__":
    main()
