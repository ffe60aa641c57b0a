"""The application run by uvicorn, as `ringofire serve` does: how it begins, and how it ends.

What uvicorn leaves open is closed here: a connection that takes nothing more is cut when its
application has given it up, and whoever is connected when the server stops is told so (1001).
"""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from ringofire_adapters.asgi.socket import GRACE

__all__ = ["FRAME_CAP", "make_server"]

FRAME_CAP = 64 * 1024
"""The largest frame the transport reads at all, in bytes; larger ones close with 1009."""

PARTS = 1024
"""Parts that a frame may come in."""

HANDSHAKE_SECONDS = 5.0
"""How long a connection may take to ask for anything."""

DRAIN_SECONDS = 2.0
"""How long connections have to take their close frame when the server stops."""


class _Connection(WebSocketsSansIOProtocol):
    """A WebSocket that is cut if it does not end, or fills our memory.

    Answers to pings and unfinished messages are nobody's queue: uvicorn bounds neither.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        # asyncio does so by itself only for sockets that were made with their protocol's number.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle_ping(self) -> None:
        super().handle_ping()
        if self.transport.get_write_buffer_size() > FRAME_CAP:
            self.transport.abort()

    def handle_cont(self, event: Frame) -> None:
        super().handle_cont(event)
        if len(self.frames) > PARTS:
            self.transport.abort()

    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        super().on_task_complete(task)
        self.loop.call_later(GRACE, self.transport.abort)


class _Handshake(H11Protocol):
    """A connection that has to ask for something soon."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._late = self.loop.call_later(HANDSHAKE_SECONDS, self._give_up)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        super().handle_websocket_upgrade(event)
        self._late.cancel()  # it would keep all this in memory until then

    def _give_up(self) -> None:
        if cast("RequestResponseCycle | None", self.cycle) is None:
            self.transport.abort()


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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.close()
        loop = asyncio.get_running_loop()
        end = loop.time() + DRAIN_SECONDS
        while self._hub.lines and loop.time() < end:  # noqa: ASYNC110 (uvicorn polls, too)
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)


def make_server(application: Starlette, *, trust_proxy: str | None = None) -> uvicorn.Server:
    """Give a server for what `app` made: `await server.serve(sockets=[...])` runs it to its end.

    `trust_proxy` is the address of a proxy whose X-Forwarded headers are believed; without one they
    are not, for anybody can send them.

    It ends by SIGINT or SIGTERM, or once `server.should_exit` is set.
    """
    # Below this uvicorn writes frames down, tokens and all, and the addresses that were asked for.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(
        application,
        http=_Handshake,
        ws=_Connection,
        proxy_headers=trust_proxy is not None,
        forwarded_allow_ips=trust_proxy,
        ws_max_size=FRAME_CAP,
        ws_per_message_deflate=False,  # a room's view is a few KB; packing it costs more than that
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=5,
    )
    return _Server(config, application)
