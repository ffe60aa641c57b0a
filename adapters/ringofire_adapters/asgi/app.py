"""The ASGI application: a WebSocket at `/ws`, a page at `/`, and what operators ask for.

It can be run by itself or be mounted, under a prefix, in another application.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, MutableMapping
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from ringofire.protocol.closing import CloseCode
from ringofire.protocol.replies import TYPES, Error, Rejected, Reply
from ringofire.protocol.requests import Request
from ringofire_adapters.asgi.logs import logger
from ringofire_adapters.asgi.metrics import Metrics
from ringofire_adapters.asgi.origins import is_welcome
from ringofire_adapters.asgi.socket import (
    GRACE,
    SEND_BUFFER,
    Socket,
)
from ringofire_adapters.hub import Hub, Line, Settings, Store
from ringofire_adapters.stores import open_store

__all__ = ["Server", "app"]

SWEEP_SECONDS = 60.0
"""How often what has expired is swept."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
"""What the page may load: nothing."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Server:
    """Everything of one application that lives longer than a request.

    Args:
        store: where rooms live.
        settings: what is allowed.
        origins: of the web pages that may connect, such as `https://play.example`; None for those
            of the server itself alone.
        send_buffer: characters that may wait for one slow reader.
    """

    def __init__(
        self,
        store: Store,
        *,
        settings: Settings,
        origins: Collection[str] | None = None,
        send_buffer: int = SEND_BUFFER,
    ) -> None:
        self.metrics = Metrics()
        self.hub = Hub(store, settings, heard=self._heard, failed=self._failed)
        self.metrics.watch(self.hub)
        self.store = store
        self._origins = origins
        self._send_buffer = send_buffer
        self._sweeper: asyncio.Task[None] | None = None

    # -- Life

    def start(self) -> None:
        """Begin to sweep, if that has not begun: a mounted application is told of no beginning."""
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Send everybody away, end what is under way, close the store."""
        self.hub.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        await self.store.close()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.hub.sweep()
            except Exception as error:  # noqa: BLE001 (the next one may succeed)
                self._failed(error)

    # -- WebSockets

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a WebSocket, from its handshake to its end."""
        self.start()
        await receive()  # `websocket.connect`
        if not is_welcome(scope["headers"], scope["scheme"], self._origins):
            logger.info("origin refused")
            await send({"type": "websocket.close"})  # before it was accepted: status 403
            return
        socket = Socket(send, self._send_buffer)
        address = (scope.get("client") or ("", 0))[0]
        line = self.hub.open(socket.send, socket.close, address)
        if line is None:
            logger.info("too many connections")
            await _deny(send, 503)
            return
        await send({"type": "websocket.accept"})
        writer = asyncio.create_task(socket.write())
        try:
            await self._read(line, socket, receive)
        except TimeoutError:
            logger.info("connection given up")
        finally:
            self.hub.left(line)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        if socket.code == CloseCode.TRY_AGAIN_LATER:
            self.metrics.cut_off.inc()

    async def _read(self, line: Line, socket: Socket, receive: Receive) -> None:
        while True:
            # Only waiting is given up: a turn that has begun runs to its end, whoever has gone.
            async with asyncio.timeout(None if socket.code is None else GRACE) as socket.patience:
                message = await receive()
            socket.patience = None
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                line.close(CloseCode.UNSUPPORTED_DATA)
            else:
                await self.hub.receive(line, text.encode())

    # -- What operators ask for

    async def ready(self, _: HttpRequest) -> Response:
        """Say whether the store answers."""
        try:
            rooms = await self.store.count_rooms()
        except Exception as error:  # noqa: BLE001 (whatever it is: not ready)
            self._failed(error)
            return PlainTextResponse("the store does not answer\n", 503)
        return PlainTextResponse(f"ready, {rooms} rooms\n")

    async def tell_metrics(self, _: HttpRequest) -> Response:
        """Give the metrics in Prometheus's text format."""
        return Response(self.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    def _heard(self, _: Line, request: Request | None, reply: Reply, seconds: float) -> None:
        self.metrics.count(request, reply, seconds)
        if logger.isEnabledFor(logging.INFO):
            facts = {
                "action": None if request is None else request.action,
                "answer": TYPES[type(reply)],
                "reason": reply.reason if isinstance(reply, Error | Rejected) else None,
                "ms": round(seconds * 1000, 3),
            }
            logger.info("frame", extra={"facts": facts})

    def _failed(self, error: Exception) -> None:
        self.metrics.failures.inc()
        logger.error("failed", exc_info=error)


class _Application(Starlette):
    """Starlette, but that a WebSocket goes straight to its server.

    Middleware and routing would wait with it for as long as it is open: 2.5 KB for each of
    thousands of connections that do nothing.
    """

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and _path(scope) == "/ws":
            await self.state.server(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _path(scope: Message) -> str:
    """Give the path below where the application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def app(
    store: Store | str = "memory",
    *,
    settings: Settings = Settings(),
    origins: Collection[str] | None = None,
    send_buffer: int = SEND_BUFFER,
) -> Starlette:
    """Give an ASGI application that serves rooms.

    Args:
        store: a store or its address: `memory`, `sqlite:PATH`.
        settings: what is allowed.
        origins: of the web pages that may connect, such as `https://play.example`; None for those
            of the server itself alone.
        send_buffer: characters that may wait for one slow reader before it is cut off (1013).

    Raises what `open_store` raises. Its routes are `/` (a page), `/ws` (the protocol), `/healthz`,
    `/readyz` and `/metrics`. `app(...).state.server` is its `Server`. Whoever mounts it in another
    application awaits `state.server.stop()` at the end, where nobody else tells it.
    """
    opened = open_store(store) if isinstance(store, str) else store
    server = Server(opened, settings=settings, origins=origins, send_buffer=send_buffer)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        server.start()
        yield
        await server.stop()

    application = _Application(
        routes=[
            Route("/", _page),
            Route("/healthz", _healthy),
            Route("/readyz", server.ready),
            Route("/metrics", server.tell_metrics),
        ],
        lifespan=lifespan,
    )
    application.state.server = server
    return application


async def _page(_: HttpRequest) -> Response:
    page = files(__package__).joinpath("page.html").read_text("utf-8")
    return HTMLResponse(page, headers={"content-security-policy": POLICY})


async def _healthy(_: HttpRequest) -> Response:
    return PlainTextResponse("alive\n")


async def _deny(send: Send, status: int) -> None:
    """Refuse a handshake with a status of our own."""
    await send({"type": "websocket.http.response.start", "status": status, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})
