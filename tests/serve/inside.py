"""A server in the test's own event loop, on a free port, with its hub in reach."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from attrs import define
from starlette.applications import Starlette

from ringofire_adapters.asgi import app
from ringofire_adapters.asgi.server import make_server
from ringofire_adapters.hub import Hub, Settings

OPEN_HANDED = Settings(misses=0, address_misses=0)
"""Settings for tests in which everybody comes from one address and codes are guessed on purpose."""


@define
class Inside:
    """A server and where it is."""

    application: Starlette
    port: int

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    @property
    def hub(self) -> Hub:
        hub: Hub = self.application.state.server.hub
        return hub


@asynccontextmanager
async def served(
    *,
    application: Any = None,
    settings: Settings = OPEN_HANDED,
    system_buffer: int | None = None,
    trust_proxy: str | None = None,
    **more: Any,
) -> AsyncIterator[Inside]:
    """Serve an application, by default rooms in memory, until the end of the block.

    `system_buffer` is what the system may hold, in bytes, of what a connection has not taken.
    """
    application = application or app(settings=settings, **more)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        if system_buffer is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, system_buffer)
        server = make_server(application, trust_proxy=trust_proxy)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 (uvicorn tells nobody)
            await asyncio.sleep(0)
        try:
            yield Inside(application, listener.getsockname()[1])
        finally:
            server.should_exit = True
            await running
