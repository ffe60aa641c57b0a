"""The application run by uvicorn, as `ringofire serve` does: how it begins, and how it ends.

What uvicorn leaves open is closed here: a connection that takes nothing more is cut when its
application has given it up, and whoever is connected when the server stops is told so (1001).
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from ringofire_adapters.asgi.socket import GRACE

__all__ = ["FRAME_CAP", "make_server"]

FRAME_CAP = 64 * 1024
"""The largest frame the transport reads at all, in bytes; larger ones close with 1009."""

DRAIN_SECONDS = 2.0
"""How long connections have to take their close frame when the server stops."""


class _Connection(WebSocketsSansIOProtocol):
    """A WebSocket that is cut if it does not end when its application has ended."""

    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        super().on_task_complete(task)
        self.loop.call_later(GRACE, self.transport.abort)


class _Server(uvicorn.Server):
    """A server that says goodbye before it goes."""

    def __init__(self, config: uvicorn.Config, application: Starlette) -> None:
        super().__init__(config)
        self._hub = application.state.server.hub

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            # uvicorn would raise them again; but to be told to stop is how a server ends.
            self._captured_signals.clear()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self._hub.close()
        loop = asyncio.get_running_loop()
        end = loop.time() + DRAIN_SECONDS
        while self._hub.lines and loop.time() < end:  # noqa: ASYNC110 (uvicorn polls, too)
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)


def make_server(application: Starlette) -> uvicorn.Server:
    """Give a server for what `app` made: `await server.serve(sockets=[...])` runs it to its end.

    It ends by SIGINT or SIGTERM, or once `server.should_exit` is set.
    """
    # Below this uvicorn writes frames down, tokens and all, and the addresses that were asked for.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(
        application,
        ws=_Connection,
        ws_max_size=FRAME_CAP,
        ws_per_message_deflate=False,  # a room's view is a few KB; packing it costs more than that
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=5,
    )
    return _Server(config, application)
