import pytest

from tests.support.zalo_channel import connect
from tests.support.zalo_server import zalo_server


@pytest.fixture
async def server():
    async with zalo_server() as running:
        yield running


@pytest.fixture
async def channel(server):
    made = connect(server)
    yield made
    await made.close()
