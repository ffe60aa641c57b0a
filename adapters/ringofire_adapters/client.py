"""The client of a ringofire server, over `websockets` and asyncio.

All that is known of the protocol is in `ringofire.protocol.player`; here are a socket, a clock and
the waiting. A cut line is routine: it is opened again, the seat resumed, and what is unanswered
sent again with the same id, so that everything happens once.
"""

import asyncio
import logging
import os
import secrets
import time
import weakref
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

from attrs import frozen
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as dial
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidProxy,
    InvalidStatus,
    InvalidURI,
)

from ringofire import UNSET, Pack, Proof, Reason, Rejected, RingofireError, RoomView
from ringofire.canonical import Unset
from ringofire.entry import COMMANDS
from ringofire.protocol.heard import (
    HEARD_LIMIT,
    Accepted,
    Failed,
    PackReply,
    Presence,
    ProofReply,
    Refused,
    Unread,
    Updated,
    Welcomed,
)
from ringofire.protocol.news import (
    Answered,
    Back,
    Garbled,
    Lost,
    News,
    Outcome,
    Over,
    Unanswered,
    Why,
)
from ringofire.protocol.player import Patience, Player
from ringofire_adapters import PORT
from ringofire_adapters.codes import read_code

__all__ = [
    "Accepted",
    "Address",
    "Back",
    "BadAddress",
    "Client",
    "ClientError",
    "ConnectionOver",
    "Garbled",
    "Lost",
    "News",
    "NoAnswer",
    "NotReachable",
    "Over",
    "Patience",
    "Presence",
    "ServerError",
    "Updated",
    "Welcomed",
    "Why",
    "connect",
    "read_address",
]

FEED = 1024
"""So many news wait for a reader; then the oldest go. Each has the whole view, so none matters."""

LATER = frozenset({408, 425, 429})
"""HTTP statuses below 500 that say: try again."""

T = TypeVar("T")


# ------------------------------------------------------------------ what is raised


class ClientError(RingofireError):
    """Something outside the room went wrong. What a room refuses is `Rejected`."""


class BadAddress(ClientError):
    """This is the address of no server."""


class NotReachable(ClientError):
    """Nobody answers at the address, or nobody who lets us in."""


class NoAnswer(ClientError):
    """No answer came in time: whether it happened nobody can say, but the room's view will."""


class ServerError(ClientError):
    """The server did not understand or not authenticate a frame, or its answer cannot be read here.

    `reason` is one of the protocol's errors, `unread`, or a word of a newer server; `data` is more
    about it.
    """

    def __init__(self, reason: str, data: Mapping[str, object] | None = None) -> None:
        super().__init__(reason, data)
        self.reason = str(reason)
        self.data: Mapping[str, object] = data or {}

    def __str__(self) -> str:
        told = ", ".join([f"{key}: {value}" for key, value in self.data.items()])
        return f"the server says {self.reason}" + (f" ({told})" if told else "")


class ConnectionOver(ClientError):
    """It is over for good: `why` and `data` are those of `Over`."""

    def __init__(self, over: Over) -> None:
        super().__init__(over)
        self.why = over.why
        self.data = over.data

    def __str__(self) -> str:
        return _WHY[self.why].format_map(_Data(self.data))


class _Data(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"no {key} was given"


_WHY: Mapping[Why, str] = {
    Why.CLOSED: "the connection was closed from this side",
    Why.FORKED: "the server tells another past than before: it has lost what it had confirmed",
    Why.GARBLED: "the server sends what this version cannot read",
    Why.KICKED: "the host took the seat away",
    Why.LEFT: "the seat was given up",
    Why.MOVED: "the room has moved to another store: {to}",
    Why.POLICY: "the server closed the connection for good: it took something for an abuse",
    Why.REFUSED: "the server does not let us back in: {reason}",
    Why.UNAUTHORIZED: "the seat is there no more",
    Why.UNKNOWN_ROOM: "the room is there no more",
    Why.UNREACHABLE: "the server could not be reached for too long",
}


# ------------------------------------------------------------------ addresses


@frozen
class Address:
    """Where a server is: the URL of its WebSocket; and the room, if it was named along with it."""

    url: str
    room: str | None = None


_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def read_address(text: str) -> Address:
    """Read what people paste: `host`, `host:port`, or a URL of http(s) or ws(s), with `#ROOM`.

    The path of a page is that of its WebSocket without the `ws` at the end. Raises BadAddress.
    """
    text = text.strip()
    bare = "://" not in text
    try:
        parts = urlsplit(f"ws://{text}" if bare else text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(f"this is no address: {error}") from None
    scheme = _SCHEMES.get(parts.scheme.lower())
    if scheme is None:
        raise BadAddress("an address begins with ws:, wss:, http: or https:, or is HOST:PORT")
    if not host or any(sign.isspace() or not sign.isprintable() for sign in parts.netloc):
        raise BadAddress("this address names no host")
    place = f"{parts.netloc}:{PORT}" if bare and port is None else parts.netloc
    path = parts.path
    page = parts.scheme.lower().startswith("http")
    if path in ("", "/") or ((page or bare) and not path.endswith("/ws")):
        path = f"{path.rstrip('/')}/ws"
    query = "" if page else parts.query
    return Address(urlunsplit((scheme, place, path, query, "")), read_code(parts.fragment) or None)


# ------------------------------------------------------------------ the client


def connect(url: str, *, patience: Patience | None = None, open_timeout: float = 10.0) -> "Client":
    """Give a client of the server at `url`, for `async with`.

    Args:
        url: as `read_address` reads it.
        patience: how long things may take, in ms, once a line is open.
        open_timeout: how long opening a line may take, in seconds.

    Raises BadAddress; on entering, NotReachable.
    """
    return Client(read_address(url).url, patience or Patience(), open_timeout)


class Client:
    """One seat in one room, or a place to watch from; see `connect`.

    Enter a room first, by `create_room`, `join_room`, `resume` or `watch`; then `send` what the
    seat asks for, and read `updates()`. Reconnecting goes on behind all of these.
    """

    def __init__(self, url: str, patience: Patience, open_timeout: float) -> None:
        self.url = url
        self._open_timeout = open_timeout
        self._player = Player(lambda: secrets.token_hex(16), secrets.randbelow, patience)
        self._answers: dict[str, asyncio.Future[Outcome]] = {}
        self._feeds: weakref.WeakSet[_Feed[Any]] = weakref.WeakSet()
        self._line: ClientConnection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._clock_wakes = asyncio.Event()
        self._line_wakes = asyncio.Event()
        self._bug: Exception | None = None

    def __repr__(self) -> str:
        return f"<Client {self.url} {self.room} {self.seat} version {self.version}>"

    # -- What is known

    @property
    def room(self) -> str | None:
        """The room's code; None before one was entered."""
        return self._player.room

    @property
    def seat(self) -> str | None:
        """The own seat; None for who watches."""
        return self._player.seat

    @property
    def token(self) -> str | None:
        """What the seat is resumed with: whoever has it has the seat. Show it to nobody."""
        return self._player.token

    @property
    def view(self) -> RoomView:
        """The room as it was told last; raises ClientError before one was entered."""
        if self._player.view is None:
            raise ClientError("no room was entered yet")
        return self._player.view

    @property
    def version(self) -> int:
        """The version of `view`; 0 before a room was entered."""
        return self._player.version

    @property
    def head(self) -> bytes:
        """The hash of the entry of that version: a receipt for all of the log up to it."""
        return self._player.head

    @property
    def presence(self) -> Presence | None:
        """Who is connected, as far as is known; None while there is no line."""
        return self._player.presence

    @property
    def is_connected(self) -> bool:
        """Whether there is a line, and the server knows whose it is."""
        return self._player.is_in

    @property
    def over(self) -> Over | None:
        """Why it is over, if it is."""
        return self._player.over

    # -- Entering a room

    async def create_room(
        self,
        name: str,
        *,
        pack: Pack | str | Mapping[str, object] | Unset = UNSET,
        options: Mapping[str, object] | Unset = UNSET,
        token: str | None = None,
    ) -> Welcomed:
        """Make a room and take its first seat.

        Args:
            name: of the seat.
            pack: a pack, the name of a shipped one, or one object in the words of a pack file.
            options: what differs from the defaults of `Options`.
            token: 64 hex digits that nobody can guess; made here unless they are given.

        Raises Rejected, ServerError, NoAnswer, ConnectionOver.
        """
        fields = {"name": name, "token": token or _token(), "pack": pack, "options": options}
        return await self._enter("create_room", fields)

    async def join_room(self, room: str, name: str, *, token: str | None = None) -> Welcomed:
        """Take a seat; with the token of one who sits there already, give that seat back.

        Raises as `create_room` does.
        """
        fields = {"room": read_code(room), "name": name, "token": token or _token()}
        return await self._enter("join_room", fields)

    async def resume(self, room: str, token: str) -> Welcomed:
        """Come back to the seat that `token` opens; raises as `create_room` does."""
        return await self._enter("resume", {"room": read_code(room), "token": token})

    async def watch(self, room: str, token: str | None = None) -> Welcomed:
        """Watch, without a seat; a locked room takes a member's token. Raises as `create_room`."""
        fields = {"room": read_code(room), "token": UNSET if token is None else token}
        return await self._enter("watch", fields)

    # -- Asking

    async def send(
        self, action: str, /, *, expect: int | None = None, **fields: object
    ) -> Updated | Accepted:
        """Ask for something, and wait until it has happened.

        Args:
            action: of the protocol, such as `pick_card`.
            expect: the version it is meant for; with any other it is refused as `stale`.
            fields: of the action.

        Returns the update that it made; or `Accepted` if the line was cut meanwhile and it turned
        out to have happened. Either has the `version`. Whoever is cancelled while waiting has sent
        it all the same.

        Raises Rejected if it was refused, ServerError, NoAnswer if nobody can say, ConnectionOver;
        ValueError for fields that no server takes.
        """
        if action not in COMMANDS:
            raise ValueError(f"{action} is no command")
        outcome = await self._ask(action, fields, expect)
        assert isinstance(outcome, Updated | Accepted)
        return outcome

    async def get_pack(self) -> Pack:
        """Fetch the pack that the room plays, with all its texts."""
        outcome = await self._ask("get_pack", {}, None)
        assert isinstance(outcome, PackReply)
        return outcome.pack

    async def proof(self, number: int) -> Proof:
        """Fetch what proves the shuffle of round `number`, which must have ended."""
        outcome = await self._ask("proof", {"round": number}, None)
        assert isinstance(outcome, ProofReply)
        return outcome.proof

    # -- Reading

    def updates(self) -> AsyncIterator[Updated | Welcomed]:
        """Give what changes in the room from now on, each with its `events` and the `view` after.

        `Welcomed` comes where something was missed, without events. Versions only go up. Ends when
        the client is closed or has left; raises ConnectionOver for any other end.
        """
        return _Feed(self, (Updated, Welcomed))

    def news(self) -> AsyncIterator[News]:
        """Give all that there is to tell from now on.

        That is what `updates` gives, and who is connected (`Presence`), that the line is `Lost` and
        that we are `Back`, what cannot be read (`Garbled`), and last of all why it is `Over`.
        """
        return _Feed(self, (Updated, Welcomed, Presence, Lost, Back, Garbled, Over))

    # -- Life

    async def __aenter__(self) -> Self:
        try:
            line = await self._dial()
        except Exception as error:
            raise _not_reachable(error) from error
        self._tasks = [
            asyncio.create_task(self._guard(partial(self._lines, line))),
            asyncio.create_task(self._guard(self._clock)),
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the line; the seat stays taken, and `resume` comes back to it."""
        self._note(self._player.close(_now()))
        line = self._line
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if line is not None:
            await line.close()
        if self._bug is not None:
            raise self._bug

    async def _guard(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let a bug of ours be met by whoever waits, not lie in a task that nobody looks at."""
        try:
            await work()
        except Exception as bug:  # noqa: BLE001 (it is raised again by `close`)
            self._bug = bug
            self._note(self._player.close(_now()))

    # -- Behind it

    async def _enter(self, action: str, fields: Mapping[str, object]) -> Welcomed:
        self._check_running()
        outcome = await self._outcome(self._player.enter(action, fields, _now()))
        assert isinstance(outcome, Welcomed)
        return outcome

    async def _ask(self, action: str, fields: Mapping[str, object], expect: int | None) -> Outcome:
        self._check_running()
        if self.room is None:
            raise ClientError("enter a room first")
        return await self._outcome(self._player.ask(action, fields, _now(), expect=expect))

    def _check_running(self) -> None:
        if not self._tasks:
            raise ClientError("use it with `async with`")
        if self.over is not None:
            raise ConnectionOver(self.over)

    async def _outcome(self, asked: str) -> Outcome:
        """Wait for what becomes of `asked`; raise it, if it is nothing good."""
        answer = self._answers[asked] = asyncio.get_running_loop().create_future()
        self._note(())
        try:
            return _good(await answer)
        finally:
            del self._answers[asked]

    def _note(self, news: tuple[News, ...]) -> None:
        """Hand news on, and have whatever the player wants now looked after."""
        for one in news:
            if isinstance(one, Answered):
                answer = self._answers.get(one.id)
                if answer is not None and not answer.done():
                    answer.set_result(one.outcome)
            for feed in list(self._feeds):
                feed.take(one)
        if self._player.wants_cut and self._line is not None:
            self._line.transport.abort()
        self._clock_wakes.set()
        self._line_wakes.set()

    async def _clock(self) -> None:
        """Call the player whenever its time has come."""
        while self.over is None:
            at = self._player.next_at
            await _wait(self._clock_wakes, None if at is None else at - _now())
            if at is not None and at <= _now():
                self._note(self._player.passed(_now()))

    async def _lines(self, line: ClientConnection | None) -> None:
        """Keep a line open for as long as one is wanted."""
        while True:
            if line is not None:
                code = await self._talk(line)
                self._note(self._player.closed(code, _now()))
            while not self._player.wants_line or self._player.again_at > _now():
                if self.over is not None:
                    return
                pause = self._player.again_at - _now() if self._player.wants_line else None
                await _wait(self._line_wakes, pause)
            try:
                line = await self._dial()
            except Exception as error:  # noqa: BLE001 (whatever it is, there is no line)
                line = None
                if _is_final(error):
                    told = {"reason": str(_not_reachable(error))}
                    self._note(self._player.end(Why.REFUSED, told, _now()))
                else:
                    self._note(self._player.closed(None, _now()))

    async def _talk(self, line: ClientConnection) -> int | None:
        """Send and read until the line is closed; give the code it was closed with."""
        self._line = line
        writer = asyncio.create_task(self._write(line))
        try:
            self._note(self._player.opened(_now()))
            async for data in line:
                self._note(self._player.heard(data, _now()))
        except ConnectionClosed:
            pass
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self._line = None
        return line.close_code

    async def _write(self, line: ClientConnection) -> None:
        while self.over is None:
            for frame in self._player.take():
                await line.send(frame.decode())
            await _wait(self._line_wakes, None)
        await line.close()

    async def _dial(self) -> ClientConnection:
        return await dial(
            self.url,
            compression=None,
            open_timeout=self._open_timeout,
            close_timeout=1,
            ping_interval=None,  # the protocol has a heartbeat of its own
            max_size=HEARD_LIMIT,
            logger=_quiet,
        )


class _Feed(AsyncIterator[T]):
    """News of some kinds, from when it was made on."""

    def __init__(self, client: Client, kinds: tuple[type, ...]) -> None:
        self._client = client
        self._kinds = kinds
        self._waiting: deque[Any] = deque(maxlen=FEED)
        self._wakes = asyncio.Event()
        client._feeds.add(self)  # noqa: SLF001 (one thing, in two classes)

    def take(self, news: Any) -> None:
        """Keep news for the reader, if it is of the kind, and wake them."""
        if isinstance(news, self._kinds):
            self._waiting.append(news)
        self._wakes.set()

    async def __anext__(self) -> T:
        while not self._waiting:
            over = self._client.over
            if over is not None:
                if Over in self._kinds or over.why in (Why.CLOSED, Why.LEFT):
                    raise StopAsyncIteration
                raise ConnectionOver(over)
            await self._wakes.wait()
            self._wakes.clear()
        news: T = self._waiting.popleft()
        return news


def _token() -> str:
    return secrets.token_bytes(32).hex()


def _now() -> int:
    return time.monotonic_ns() // 1_000_000


async def _wait(event: asyncio.Event, ms: int | None) -> None:
    """Wait until `event` is set, or so long at the most, and have it unset."""
    try:
        async with asyncio.timeout(None if ms is None else max(ms, 0) / 1000):
            await event.wait()
    except TimeoutError:
        pass
    event.clear()


def _good(outcome: Outcome) -> Outcome:
    """Give an outcome that is one; raise any other."""
    match outcome:
        case Refused(reason=reason, data=data):
            raise (
                Rejected(reason, data) if isinstance(reason, Reason) else ServerError(reason, data)
            )
        case Failed(reason=reason, data=data):
            raise ServerError(reason, data)
        case Unread(place=place):
            raise ServerError("unread", {"place": place})
        case Unanswered():
            raise NoAnswer("no answer came in time: it may have happened, or not")
        case Over():
            raise ConnectionOver(outcome)
        case _:
            return outcome


def _is_final(error: Exception) -> bool:
    """Whether there is no use in trying again."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return status < 500 and status not in LATER
    return isinstance(error, InvalidURI | InvalidProxy)


def _not_reachable(error: Exception) -> NotReachable:
    match error:
        case InvalidStatus():
            what = f"it answers with HTTP status {error.response.status_code}"
        case InvalidHandshake() | InvalidURI() | InvalidProxy():
            what = f"no ringofire server is there ({error})"
        case TimeoutError():
            what = "no answer came in time"
        case OSError():
            number = error.errno or 0
            what = os.strerror(number) if number > 0 else error.strerror or str(error)
        case _:
            raise error
    return NotReachable(f"the server cannot be reached: {what}")


_quiet = logging.Logger("ringofire_adapters.client.line", logging.WARNING)  # noqa: LOG001 (no child of the root)
"""What websockets logs to: at its debug level it would log whole frames, and tokens with them."""
_quiet.parent = logging.getLogger("ringofire_adapters.client")
