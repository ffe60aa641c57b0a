"""A tiny real server, and a middleman who does what he likes to what passes between it and clients.

Both listen on a free port of the loopback. The tiny server is the world of `world.py` behind
WebSockets; `Real`, or any other, can stand in its place.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from ringofire import Entry
from ringofire_adapters.asgi import app
from ringofire_adapters.memory import Memory
from ringofire_adapters.stores import Direct
from tests.client.world import World
from tests.serve.inside import served

SECONDS = 30.0
"""How long anything may take before a test fails: machines are shared."""

Frame = dict[str, Any]


class Tiny:
    """A server of `world`, with its address as `url`."""

    def __init__(self, world: World | None = None, port: int = 0) -> None:
        self.world = world or World()
        self.port = port
        self._server: Server

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    def log(self, room: str) -> list[Entry]:
        return self.world.log(room)

    async def __aenter__(self) -> Self:
        self._server = await serve(self._talk, "127.0.0.1", self.port, compression=None)
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _talk(self, socket: ServerConnection) -> None:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        connection = self.world.connect(queue.put_nowait)

        async def write() -> None:
            while True:
                await socket.send((await queue.get()).decode())

        writer = asyncio.create_task(write())
        try:
            async for text in socket:
                self.world.hear(connection, text.encode() if isinstance(text, str) else text)
        except ConnectionClosed:
            pass
        finally:
            self.world.drop(connection)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)


class Real:
    """The server of `ringofire serve`, with rooms in memory."""

    def __init__(self) -> None:
        self.memory = Memory()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        application = app(Direct(self.memory))
        inside = await self._stack.enter_async_context(served(application=application))
        self.url = inside.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def log(self, room: str) -> list[Entry]:
        return self.memory.logs[room]


class Cut(Exception):
    """Raised by a fault: the line is closed with this code, or without a word (1006)."""

    def __init__(self, code: int = 1006) -> None:
        super().__init__(code)
        self.code = code


Fault = Callable[[Frame], list[Frame]]
"""What a middleman makes of a frame: none, one, or more of them; or he raises `Cut`."""


def untouched(frame: Frame) -> list[Frame]:
    return [frame]


def once(fault: Fault) -> Fault:
    """A fault that happens once, to the first frame that it does anything to."""
    done = False

    def maybe(frame: Frame) -> list[Frame]:
        nonlocal done
        if done:
            return [frame]
        try:
            made = fault(frame)
        except Cut:
            done = True
            raise
        done = made != [frame]
        return made

    return maybe


def on(right: Callable[[Frame], bool], *, copies: int = 0, code: int | None = None) -> Fault:
    """A fault that happens to frames that are `right`: they come so often, or the line is cut."""

    def fault(frame: Frame) -> list[Frame]:
        if not right(frame):
            return [frame]
        if code is not None:
            raise Cut(code)
        return [frame] * copies

    return fault


class Middleman:
    """Stands between clients and a server; `up` and `down` are what he does to frames."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.up: Fault = untouched
        self.down: Fault = untouched
        self.lines = 0
        self.sent: list[Frame] = []
        self._sockets: set[ServerConnection] = set()
        self._stack = AsyncExitStack()
        self.refuses: int | None = None
        """The HTTP status that whoever comes is answered with, if any."""

    async def __aenter__(self) -> Self:
        self._server = await self._stack.enter_async_context(
            serve(self._between, "127.0.0.1", 0, compression=None, process_request=self._greet)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()
        await self._stack.aclose()

    @property
    def url(self) -> str:
        port = next(iter(self._server.sockets)).getsockname()[1]
        return f"ws://127.0.0.1:{port}/ws"

    def cut(self) -> None:
        """Cut all lines without a word."""
        for socket in list(self._sockets):
            socket.transport.abort()

    async def close(self, code: int) -> None:
        """Close all lines with a code."""
        await asyncio.gather(*[socket.close(code) for socket in list(self._sockets)])

    def _greet(self, socket: ServerConnection, _: object) -> Any:
        return None if self.refuses is None else socket.respond(self.refuses, "no")

    async def _between(self, client: ServerConnection) -> None:
        self._sockets.add(client)
        self.lines += 1
        try:
            async with connect(self.server_url, compression=None) as server:
                ways = [
                    asyncio.create_task(self._carry(client, server.send, "up")),
                    asyncio.create_task(self._carry(server, client.send, "down")),
                ]
                done, rest = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in rest:
                    way.cancel()
                await asyncio.gather(*rest, return_exceptions=True)
                code = next(iter(done)).result()
            if code == 1006:
                client.transport.abort()
            elif code is not None:
                await client.close(code)
        except OSError:
            await client.close(1013)
        finally:
            self._sockets.discard(client)

    async def _carry(
        self, source: Any, put: Callable[[str], Awaitable[None]], way: str
    ) -> int | None:
        try:
            async for text in source:
                frame = json.loads(text)
                if way == "up":
                    self.sent.append(frame)
                for made in (self.up if way == "up" else self.down)(frame):
                    await put(json.dumps(made))
        except Cut as cut:
            return cut.code
        except ConnectionClosed:
            pass
        return 1006 if way == "up" else source.close_code


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds, for so long as a test may take."""
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 (there is no event for just anything)
            await asyncio.sleep(0.005)
