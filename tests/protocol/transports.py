"""What carries frames to a server and back, as the table of bad input sees it.

A transport is an entry of `TRANSPORTS`: what makes it is called without arguments and gives an
async context manager; inside it, a `Transport`. All that a test does with it happens in one event
loop. It serves rooms of its own. What one connection may do is limited as `Limits()` says; what an
address may do (make rooms, try codes that name no room) is not limited at all, for every line of
the table comes from one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from itertools import count
from typing import Any, Protocol

from attrs import Factory, define
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ringofire import Effect, Publish, Room, run
from ringofire.protocol.closing import CloseCode
from ringofire.protocol.errors import ErrorReason, FrameError
from ringofire.protocol.limits import Guard, Limits
from ringofire.protocol.replies import Error, Reply, write_reply
from ringofire.protocol.requests import read_request
from ringofire.protocol.session import Binding, LastSeen, Mint, rebind, respond, room_of
from ringofire.scribe import Scribe
from ringofire_adapters import stores
from ringofire_adapters.asgi.server import FRAME_CAP
from ringofire_adapters.hub import Hub, Settings
from ringofire_adapters.hub import Line as HubLine
from ringofire_adapters.memory import Memory
from tests.serve.inside import served

__all__ = ["TRANSPORTS", "Direct", "InProcess", "Line", "Served", "Transport"]


class Line(Protocol):
    """A connection, as its client has it."""

    async def send(self, frame: str | bytes, *, binary: bool = False) -> None:
        """Send a frame: a text, or bytes that are the payload of a text frame all the same.

        With `binary`, a binary frame. Whether the other side reads it, nobody says here.
        """

    async def receive(self) -> str | int:
        """Give the next text frame, of any kind; or, once there is none left, the close code."""


class Transport(Protocol):
    """A server that can be connected to.

    What the outermost layer refuses by itself, before the protocol sees it, is said by two flags:
    `checks_text`, whether a text frame that is not UTF-8 closes the connection with 1007; `cap`,
    the bytes beyond which a frame closes it with 1009, None if there is no such bound.
    """

    checks_text: bool
    cap: int | None

    async def connect(self) -> Line:
        """Open a connection."""


# ------------------------------------------------------------------ with nothing in between

START = 1_700_000_000_000


@define
class Direct:
    """The protocol itself over rooms in memory: no socket, no server, nobody is told anything.

    Time stands still, unless a test moves it.
    """

    memory: Memory = Factory(Memory)
    now: int = START
    limits: Limits = Limits()
    rooms: dict[str, Room] = Factory(dict)
    scribes: dict[str, Scribe] = Factory(dict)
    numbers: Iterator[int] = Factory(count)
    lines: list["DirectLine"] = Factory(list)
    checks_text: bool = False
    cap: int | None = None

    async def connect(self) -> "DirectLine":
        """Open a connection."""
        line = DirectLine(self, Guard(self.limits, self.now))
        self.lines.append(line)
        return line

    def perform(self, effect: Effect[Any]) -> Any:
        """Perform an effect of a session."""
        match effect:
            case Mint():
                number = next(self.numbers)
                return f"K{number:05}", number.to_bytes(32, "big")
            case LastSeen():
                return self.now
            case Publish():
                for line in self.lines:
                    line.binding = rebind(line.binding, effect.after)
                return None
            case _:
                return self.memory.perform(effect)


@define
class DirectLine:
    """A connection to `Direct`."""

    server: Direct
    guard: Guard
    binding: Binding = None
    answers: asyncio.Queue[str | int] = Factory(asyncio.Queue)
    closed: bool = False

    async def send(self, frame: str | bytes, *, binary: bool = False) -> None:
        """Answer a frame at once."""
        if self.closed:
            return
        if binary:
            self._close(CloseCode.UNSUPPORTED_DATA)
            return
        data = frame.encode() if isinstance(frame, str) else frame
        reply, scribe = self._reply(data)
        self.answers.put_nowait(write_reply(reply, scribe).decode())
        if self.guard.must_close(reply, self.server.now):
            self._close(CloseCode.POLICY_VIOLATION)

    async def receive(self) -> str | int:
        """Give what was answered."""
        return await self.answers.get()

    def _close(self, code: int) -> None:
        self.closed = True
        self.answers.put_nowait(code)

    def _reply(self, data: bytes) -> tuple[Reply, Scribe]:
        server = self.server
        admitted = self.guard.admit(server.now)
        try:
            request = read_request(data)
        except FrameError as error:
            return Error(error.id, error.reason, error.data), Scribe()
        if not admitted:
            return Error(request.id, ErrorReason.RATE_LIMITED), Scribe()
        room = server.rooms.get(room_of(request, self.binding) or "", Room())
        turn = respond(request, self.binding, at=server.now, room=room)
        response = run(turn, server.perform)
        self.binding = response.binding
        code = response.room.code
        server.rooms[code] = response.room
        return response.reply, server.scribes.setdefault(code, Scribe())


# ------------------------------------------------------------------ a hub, without sockets

SETTINGS = Settings(rooms=0, connections=0, address_misses=0, misses=0)


@define
class InProcess:
    """A hub over rooms in memory, whose connections are queues."""

    hub: Hub = Factory(lambda: Hub(stores.Direct(Memory()), SETTINGS))
    checks_text: bool = False
    cap: int | None = None

    async def connect(self) -> "QueueLine":
        """Open a connection."""
        answers: asyncio.Queue[str | int] = asyncio.Queue()
        line = self.hub.open(answers.put_nowait, answers.put_nowait, "queue")
        assert line is not None
        return QueueLine(self.hub, line, answers)


@define
class QueueLine:
    """A connection to `InProcess`."""

    hub: Hub
    line: HubLine
    answers: asyncio.Queue[str | int]

    async def send(self, frame: str | bytes, *, binary: bool = False) -> None:
        """Have the hub answer a frame."""
        if self.line not in self.hub.lines:
            return
        if binary:
            self.line.close(CloseCode.UNSUPPORTED_DATA)
        else:
            await self.hub.receive(self.line, frame.encode() if isinstance(frame, str) else frame)

    async def receive(self) -> str | int:
        """Give what was answered; a close code is the last of it."""
        got = await self.answers.get()
        if isinstance(got, int):
            self.hub.left(self.line)
        return got


# ------------------------------------------------------------------ a real server


@define
class Served:
    """Rooms in memory behind uvicorn, and real sockets."""

    url: str
    checks_text: bool = True
    cap: int | None = FRAME_CAP

    async def connect(self) -> "SocketLine":
        """Open a connection."""
        return SocketLine(await connect(self.url, compression=None, ping_interval=None))


@define
class SocketLine:
    """A connection to `Served`."""

    socket: ClientConnection

    async def send(self, frame: str | bytes, *, binary: bool = False) -> None:
        """Put a frame on the wire; a connection that is closed takes none."""
        with suppress(ConnectionClosed):
            if binary or isinstance(frame, str):
                await self.socket.send(frame)
            else:
                async with self.socket.send_context():
                    self.socket.protocol.send_text(frame)

    async def receive(self) -> str | int:
        """Give the next frame that came, or the code that the server closed with."""
        try:
            got = await self.socket.recv()
        except ConnectionClosed as closed:
            return 1006 if closed.rcvd is None else closed.rcvd.code
        assert isinstance(got, str)
        return got


# ------------------------------------------------------------------ all of them


@asynccontextmanager
async def _direct() -> AsyncIterator[Transport]:
    yield Direct()


@asynccontextmanager
async def _hub() -> AsyncIterator[Transport]:
    yield InProcess()


@asynccontextmanager
async def _uvicorn() -> AsyncIterator[Transport]:
    async with served(settings=SETTINGS) as server:
        yield Served(server.url)


TRANSPORTS: dict[str, Callable[[], AbstractAsyncContextManager[Transport]]] = {
    "direct": _direct,
    "hub": _hub,
    "uvicorn": _uvicorn,
}
"""Every transport that the table is sent through, by its name."""
