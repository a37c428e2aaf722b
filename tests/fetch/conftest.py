"""Sites on loopback for the tests of this folder; loopback.py holds what they are made of."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package: this is how they find loopback.py

from loopback import Site


@pytest.fixture
async def web() -> AsyncIterator[Callable[..., Awaitable[Site]]]:
    """Make sites: `await web()`, or `await web("127.77.0.2", ssl=context)`."""
    servers = []

    async def make(host: str = "127.77.0.1", *, port: int = 0, ssl=None) -> Site:
        site = Site(host)
        server = await asyncio.start_server(site.serve, host, port, ssl=ssl, limit=1 << 20)
        site.port = server.sockets[0].getsockname()[1]
        servers.append(server)
        return site

    yield make
    for server in servers:
        server.close()
    others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    for task in others:  # what still drips must not outlive its test
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)  # the event loop sees the connections off


@pytest.fixture
async def site(web) -> Site:
    return await web()
