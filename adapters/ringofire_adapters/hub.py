"""The rooms that are open in this process, and the connections that look at them.

Every transport that keeps connections open hands its frames to a hub and sends what the hub says.
A hub performs what turns ask for, keeps rooms warm, writes each update once and sends the same text
to everybody; it knows no socket, and no rule of the game.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

from attrs import Factory, define, evolve, field, frozen
from attrs.validators import ge, le

from ringofire import Append, Entry, Load, Publish, Room, Wait, arun
from ringofire.canonical import canonical_text
from ringofire.protocol.closing import CloseCode
from ringofire.protocol.errors import ErrorReason, FrameError
from ringofire.protocol.limits import Guard, Limits, PerMinute
from ringofire.protocol.replies import Error, Presence, Reply, Update, Welcome, write_reply
from ringofire.protocol.requests import Request, read_request
from ringofire.protocol.session import (
    Binding,
    LastSeen,
    Mint,
    Response,
    Seated,
    Watching,
    rebind,
    respond,
    room_of,
)
from ringofire.scribe import Scribe
from ringofire.turn import Effect
from ringofire_adapters.codes import make_code
from ringofire_adapters.lifetime import expires_at

__all__ = ["Hub", "Line", "Settings", "Store"]

EVERYBODY = "everybody"


class Store(Protocol):
    """Where rooms live: what a hub asks of it."""

    async def perform(self, effect: Effect[Any]) -> Any:
        """Perform a Load or an Append."""

    async def count_rooms(self) -> int:
        """Give how many rooms there are that have not expired, or not been swept since."""

    async def sweep(self, now: int) -> int:
        """Forget rooms that have expired by `now` (ms since the epoch); give how many.

        An expired room loads as none, at the latest after a sweep; its code is taken for 24 hours
        more. How much of what is left of it is deleted when is for the store to say.
        """

    async def close(self) -> None:
        """Let go of what is held open."""


@frozen
class Settings:
    """What a hub allows; 0 is no limit, but for `limits` and `code_length`.

    Args:
        limits: what one connection may do.
        code_length: signs of a new room's code, 4..32.
        rooms: that may live at a time.
        connections: that may be open at a time.
        seat_connections: that one seat may have; the oldest is closed for a newer one.
        address_connections: that one address may have.
        address_rooms: that one address may make in a minute.
        address_misses: codes without a room that one address may name in a minute.
        misses: codes without a room that may be named in a minute by all together.
        home: the address of the store, as MoveRoom says it.
    """

    limits: Limits = Limits()
    code_length: int = field(default=6, validator=[ge(4), le(32)])
    rooms: int = 10_000
    connections: int = 10_000
    seat_connections: int = 8
    address_connections: int = 0
    address_rooms: int = 0
    address_misses: int = 10
    misses: int = 300
    home: str | None = None


@define(eq=False)
class Line:
    """A connection, as a hub sees it.

    Args:
        send: takes the text of a frame, at once; whoever cannot deliver it closes by itself.
        close: takes a close code (RFC 6455); frames sent before are delivered first.
        address: of the peer, for what is limited by address.
        idle_since: when it was opened, or was bound to no room any more, ms since the epoch.
    """

    send: Callable[[str], None]
    close: Callable[[int], None]
    address: str
    idle_since: int
    guard: Guard
    binding: Binding = None


NOBODY = Presence((), 0)
NOWHERE = Room()


@define(eq=False)
class _Desk:
    """A room that is open here: as it was last seen, its texts, and who looks at it.

    Args:
        began: when this process began to look at the room, ms since the epoch.
        seen: when each seat that has no connection had one last.
        waiting: turns under way; a desk without any, and without lines, is cleared.
        expires: when the room expires, ms since the epoch; 0 until that is known.
        loaded: the newest entry that was read from the store.
        sent: the newest version that was sent to the lines.
    """

    code: str
    began: int
    lock: asyncio.Lock = Factory(asyncio.Lock)
    room: Room = NOWHERE
    scribe: Scribe = Factory(Scribe)
    lines: dict[Line, None] = Factory(dict)
    seen: dict[str, int] = Factory(dict)
    waiting: int = 0
    expires: int = 0
    loaded: Entry | None = None
    sent: int = 0
    presence: Presence = NOBODY
    _update: tuple[Entry, str] | None = None

    def note(self, entries: Iterable[Entry]) -> None:
        """Learn from entries when the room expires, and which is the newest."""
        for entry in entries:
            self.loaded = entry
            if entry.version == 1:
                self.expires = expires_at(entry)

    def begin_anew(self) -> None:
        """Forget the room, which has expired."""
        self.room, self.expires, self.sent = NOWHERE, 0, 0
        self.seen.clear()

    def text(self, reply: Reply) -> str:
        """Give the text of a frame; that of an update is written once."""
        if not isinstance(reply, Update):
            return write_reply(reply, self.scribe).decode()
        if self._update is None or self._update[0] is not reply.entry:
            self._update = reply.entry, write_reply(reply, self.scribe).decode()
        return self._update[1]

    def connected(self) -> Presence:
        """Give who is connected, in seat order."""
        bound = [line.binding for line in self.lines]
        seats = {one.seat for one in bound if isinstance(one, Seated)}
        here = tuple([seat.id for seat in self.room.seats if seat.id in seats])
        return Presence(here, sum(isinstance(one, Watching) for one in bound))


def _now() -> int:
    return time.time_ns() // 1_000_000


def _error(error: FrameError, request: Request | None, *, admitted: bool) -> Error:
    """Give the answer to a frame that was not understood; over the rate that is all it is told."""
    if request is not None:
        return Error(request.id, error.reason, error.data)
    if admitted or error.reason in _CLOSING:
        return Error(error.id, error.reason, error.data)
    return Error(error.id, ErrorReason.RATE_LIMITED)


_CLOSING = frozenset({ErrorReason.BAD_ENCODING, ErrorReason.BAD_JSON, ErrorReason.TOO_LARGE})
"""What closes a connection sooner than its rate does."""


def _unheard(line: Line, request: Request | None, reply: Reply, seconds: float) -> None:
    pass


def _unnoticed(_: Exception) -> None:
    pass


@define(eq=False)
class Hub:
    """Takes frames from lines to their answers, and tells everybody in the room.

    Args:
        store: where rooms live.
        settings: what is allowed.
        clock: ms since the epoch.
        entropy: gives so many random bytes, or raises; nothing stands in for it.
        heard: is told of each frame what it was answered with, and in how many seconds.
        failed: is told of an exception that a frame met; it was answered `busy`.
    """

    store: Store
    settings: Settings = Settings()
    clock: Callable[[], int] = _now
    entropy: Callable[[int], bytes] = secrets.token_bytes
    heard: Callable[[Line, Request | None, Reply, float], None] = _unheard
    failed: Callable[[Exception], None] = _unnoticed
    lines: dict[Line, None] = field(init=False, factory=dict)
    desks: dict[str, _Desk] = field(init=False, factory=dict)
    _addresses: dict[str, int] = field(init=False, factory=dict)
    _misses: PerMinute = field(init=False)
    _all_misses: PerMinute = field(init=False)
    _creations: PerMinute = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._misses = PerMinute(self.settings.address_misses)
        self._all_misses = PerMinute(self.settings.misses)
        self._creations = PerMinute(self.settings.address_rooms)

    # -- Connections

    def open(
        self, send: Callable[[str], None], close: Callable[[int], None], address: str
    ) -> Line | None:
        """Give the line of a new connection; None if there are too many."""
        settings, there = self.settings, self._addresses.get(address, 0)
        if 0 < settings.connections <= len(self.lines):
            return None
        if 0 < settings.address_connections <= there:
            return None
        now = self.clock()
        line = Line(send, close, address, now, Guard(settings.limits, now))
        self.lines[line] = None
        self._addresses[address] = there + 1
        return line

    def left(self, line: Line) -> None:
        """Forget a connection that is closed."""
        if line not in self.lines:
            return
        del self.lines[line]
        self._addresses[line.address] -= 1
        if not self._addresses[line.address]:
            del self._addresses[line.address]
        self._bind(line, None)

    async def receive(self, line: Line, data: bytes) -> None:
        """Answer a frame; one that comes by a line which was closed is passed over."""
        if line not in self.lines:
            return
        began, now = time.perf_counter(), self.clock()
        request, admitted = None, line.guard.admit(now)
        try:
            request = read_request(data)
            self._check_rates(line, request, now, admitted=admitted)
            reply = await self._answer(line, request, now)
        except FrameError as error:
            reply = _error(error, request, admitted=admitted)
            line.send(canonical_text(reply))
        except Exception as error:  # noqa: BLE001 (no frame stays unanswered)
            self.failed(error)
            reply = Error(None if request is None else request.id, ErrorReason.BUSY)
            line.send(canonical_text(reply))
        self.heard(line, request, reply, time.perf_counter() - began)
        if line.guard.must_close(reply, now):
            line.close(CloseCode.POLICY_VIOLATION)

    def _check_rates(self, line: Line, request: Request, now: int, *, admitted: bool) -> None:
        """Refuse what is too much: of one line, of guessed codes, of new rooms."""
        full = not admitted
        if "room" in request.fields:
            full |= self._misses.full(line.address, now) or self._all_misses.full(EVERYBODY, now)
        elif request.action == "create_room":
            full |= self._creations.full(line.address, now)
        if full:
            raise FrameError(ErrorReason.RATE_LIMITED)

    # -- Turns

    async def _answer(self, line: Line, request: Request, now: int) -> Reply:
        """Take a request through its turn, and send what comes of it."""
        code = None if request.action == "create_room" else room_of(request, line.binding)
        if code is None:
            desk = _Desk("", now)
            response = await self._turn(desk, line, request, now)
            if isinstance(response.reply, Welcome):
                self._creations.add(line.address, now)
                desk.code = response.room.code
                self.desks[desk.code] = desk
            self._settle(desk, line, response)
            return response.reply
        desk = self._desk(code, now)
        desk.waiting += 1
        try:
            async with desk.lock:
                if 0 < desk.expires <= now:
                    desk.begin_anew()  # whatever has this code now is another room
                response = await self._turn(desk, line, request, now)
                self._settle(desk, line, response)
        finally:
            desk.waiting -= 1
            self._clear(desk)
        return response.reply

    def _desk(self, code: str, now: int) -> _Desk:
        desk = self.desks.get(code)
        if desk is None:
            desk = self.desks[code] = _Desk(code, now)
        return desk

    def _clear(self, desk: _Desk) -> None:
        if not desk.lines and not desk.waiting and self.desks.get(desk.code) is desk:
            del self.desks[desk.code]

    async def _turn(self, desk: _Desk, line: Line, request: Request, now: int) -> Response:
        turn = respond(request, line.binding, at=now, room=desk.room, home=self.settings.home)
        response = await arun(turn, partial(self._perform, desk, line))
        reply = response.reply
        if isinstance(reply, Error) and reply.reason is ErrorReason.UNKNOWN_ROOM:
            return evolve(response, reply=self._missed(line, reply, now))
        return response

    def _missed(self, line: Line, reply: Error, now: int) -> Error:
        """Count a code that names no room; who has guessed enough meanwhile is not even told that.

        It was asked before the turn as well, but any number of guesses may be on their way at once.
        """
        if self._misses.full(line.address, now) or self._all_misses.full(EVERYBODY, now):
            return Error(reply.id, ErrorReason.RATE_LIMITED)
        self._misses.add(line.address, now)
        self._all_misses.add(EVERYBODY, now)
        return reply

    async def _perform(self, desk: _Desk, line: Line, effect: Effect[Any]) -> Any:
        match effect:
            case Load():
                entries = await self.store.perform(effect)
                desk.note(entries)
                return entries
            case Append(_, entry):
                done = await self.store.perform(effect)
                if entry.version == 1:
                    desk.note([entry])
                return done
            case Publish(_, entry, after):
                self._publish(desk, entry, after, line)
                return None
            case Wait(attempt):
                # Whoever lost a race waits a little, longer each time, and never just as long.
                return await asyncio.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311
            case Mint():
                return await self._mint()
            case LastSeen(_, seat):
                return self._last_seen(desk, seat)
            case _:
                raise TypeError(f"{type(effect).__name__} is not an effect of a session")

    async def _mint(self) -> tuple[str, bytes] | None:
        if 0 < self.settings.rooms <= await self.store.count_rooms():
            return None
        length = self.settings.code_length
        return make_code(self.entropy(length), length), self.entropy(32)

    def _last_seen(self, desk: _Desk, seat: str) -> int:
        bound = [line.binding for line in desk.lines]
        if any(isinstance(one, Seated) and one.seat == seat for one in bound):
            return self.clock()
        return desk.seen.get(seat, desk.began)

    # -- Telling

    def _publish(self, desk: _Desk, entry: Entry, after: Room, actor: Line | None) -> None:
        """Send the update to all who look at the room, but for the actor: it is their answer."""
        here = {seat.id for seat in after.seats}
        desk.room, desk.sent = after, entry.version
        others = [line for line in desk.lines if line is not actor]
        text = desk.text(Update(entry, after)) if others else ""
        for line in others:
            line.send(text)
            if isinstance(line.binding, Seated | Watching) and line.binding.seat not in here:
                self._bind(line, rebind(line.binding, after))

    def _settle(self, desk: _Desk, line: Line, response: Response) -> None:
        """Send the answer; and tell the others what another process made of the room meanwhile."""
        room, reply = response.room, response.reply
        if room.version >= desk.room.version:
            desk.room = room
        told = line if isinstance(reply, Update | Welcome) else None
        newest = desk.loaded
        if newest is not None and newest.version == room.version > desk.sent and desk.lines:
            self._publish(desk, newest, room, told)
        desk.loaded = None
        line.send(desk.text(reply))
        self._bind(line, response.binding)

    def _bind(self, line: Line, binding: Binding) -> None:
        """Note what a line is bound to, and tell the room if that changes who is connected."""
        if line not in self.lines:
            binding = None  # it was closed while its turn was under way
        before, line.binding = line.binding, binding
        if before == binding:
            return
        if not isinstance(binding, Seated | Watching):
            line.idle_since = self.clock()
        if isinstance(before, Seated | Watching) and (desk := self.desks.get(before.room)):
            desk.lines.pop(line, None)
            if isinstance(before, Seated):
                desk.seen[before.seat] = self.clock()
            self._tell_presence(desk, None)
            self._clear(desk)
        if isinstance(binding, Seated | Watching) and (desk := self.desks.get(binding.room)):
            desk.lines[line] = None
            self._crowd(desk, line)
            self._tell_presence(desk, line)

    def _crowd(self, desk: _Desk, line: Line) -> None:
        """Close the oldest line of a seat that has too many, for the newest."""
        limit = self.settings.seat_connections
        same = [one for one in desk.lines if one.binding == line.binding]
        if isinstance(line.binding, Seated) and 0 < limit < len(same):
            same[0].close(CloseCode.POLICY_VIOLATION)
            self.left(same[0])

    def _tell_presence(self, desk: _Desk, newcomer: Line | None) -> None:
        now = desk.connected()
        known, desk.presence = desk.presence, now
        to = list(desk.lines) if now != known else [] if newcomer is None else [newcomer]
        text = desk.text(now) if to else ""
        for line in to:
            line.send(text)

    # -- Housekeeping

    async def sweep(self) -> int:
        """Close lines that never came to a room, and rooms that have expired; sweep the store.

        Gives how many rooms the store forgot. To be called every now and then.
        """
        now = self.clock()
        for line in list(self.lines):
            idle = now - line.idle_since > self.settings.limits.unbound_ms
            if idle and not isinstance(line.binding, Seated | Watching):
                line.close(CloseCode.POLICY_VIOLATION)
        for desk in list(self.desks.values()):
            if 0 < desk.expires <= now:
                for line in list(desk.lines):
                    line.close(CloseCode.GOING_AWAY)
        return await self.store.sweep(now)

    def close(self) -> None:
        """Tell every line that the server goes away."""
        for line in list(self.lines):
            line.close(CloseCode.GOING_AWAY)
