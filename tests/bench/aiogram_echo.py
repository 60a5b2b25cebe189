"""The peer: the echo bot that a user of aiogram 3 would write, with nothing durable about it."""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message


async def echo(message: Message) -> None:
    """Say it back."""
    await message.answer(message.text or "")


async def main() -> None:
    """Poll the server whose token and API URL are given."""
    token, api_url = sys.argv[1:3]
    base = api_url.removesuffix("/bot")
    session = AiohttpSession(
        api=TelegramAPIServer(f"{base}/bot{{token}}/{{method}}", f"{base}/file/bot{{token}}/{{path}}")
    )
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    await dispatcher.start_polling(Bot(token, session=session), handle_signals=False)


if __name__ == "__main__":
    asyncio.run(main())
