import pytest

from tests.support.telegram_channel import connect
from tests.support.telegram_server import telegram_server


@pytest.fixture
async def server():
    async with telegram_server() as running:
        yield running


@pytest.fixture
async def channel(server):
    made = connect(server)
    yield made
    await made.close()
