"""One command from its arrival to its answer, written once and without colour.

`handle` is a plain generator: it yields effects (load, append, publish, wait) and is sent their
replies. `run` drives it synchronously, `arun` asynchronously; a simulator may drive it too. What
an effect does is an adapter's whole port: one callable, `perform(effect)`. Nothing is held across
a `yield`.
"""

from collections.abc import Awaitable, Callable, Generator
from enum import Enum
from typing import Any, Generic, TypeVar

from ringofire.engine import apply, decide, find_receipt, fold
from ringofire.entry import Command, Entry
from ringofire.errors import Rejected
from ringofire.log import make_entry
from ringofire.room.commands import CreateRoom
from ringofire.room.state import Room
from ringofire.values import value

__all__ = [
    "ATTEMPTS",
    "Accepted",
    "Answer",
    "Append",
    "Appended",
    "Busy",
    "Effect",
    "Load",
    "Moved",
    "Publish",
    "Refused",
    "Repeated",
    "Turn",
    "Wait",
    "arun",
    "handle",
    "run",
]

ATTEMPTS = 8
"""How often an entry is tried to be stored, others being faster each time, before it is `Busy`."""

T = TypeVar("T")


class Effect(Generic[T]):
    """Something to be done outside; `yield from` gives its reply, of type T."""

    __slots__ = ()

    def __iter__(self) -> Generator["Effect[Any]", Any, T]:
        reply: T = yield self
        return reply


Turn = Generator[Effect[Any], Any, T]
"""A piece of work that yields effects, is sent their replies, and returns a T."""


class Appended(Enum):
    """What became of an append."""

    STORED = "stored"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@value
class Load(Effect[tuple[Entry, ...]]):
    """Give all entries of the room that were stored after version `after`, in order.

    None if there are none. Whatever was stored before the effect was yielded is among them.
    """

    room: str
    after: int = 0


@value
class Append(Effect[Appended]):
    """Store `entry` if its version is free; atomic, and durable before it is `STORED`.

    `TAKEN` if another entry has that version; `UNKNOWN` if nobody can say (a timeout).
    """

    room: str
    entry: Entry


@value
class Publish(Effect[None]):
    """Tell everybody of `entry`, which left the room as `after`.

    A hint: it may get lost, and whoever performs it raises nothing if it does.
    """

    room: str
    entry: Entry
    after: Room


@value
class Wait(Effect[None]):
    """Wait after attempt number `attempt` (1, 2, ...) failed, longer each time and with jitter."""

    attempt: int


@value
class Accepted:
    """The command is `entry`, which left the room as `room`."""

    entry: Entry
    room: Room


@value
class Repeated:
    """A retry: the command was accepted before, as `version`, and nothing happens again.

    `version` is None for a JoinRoom by a token that has a seat, if the seat has no receipt of it.
    """

    version: int | None
    room: Room


@value
class Refused:
    """The command was judged against all entries stored when it arrived, and refused."""

    rejected: Rejected
    room: Room


@value
class Moved:
    """The room lives in another store now: `to`."""

    to: str
    room: Room


@value
class Busy:
    """Others were faster each time; the same command, with the same id, may be sent again."""

    room: Room


Answer = Accepted | Repeated | Refused | Moved | Busy


def handle(
    code: str,
    command: Command,
    *,
    room: Room = Room(),
    home: str | None = None,
) -> Turn[Answer]:
    """Take `command` to the room `code`, to its end.

    Args:
        code: the room's code.
        command: with all that the adapter adds to it.
        room: as far as this process knows it; only what came after is loaded.
        home: the address of this store, as MoveRoom says it; a room with another `home` is Moved.

    Raises ValueError for a CreateRoom that names another room than `code`.

    Returns what to answer. An acceptance needs no fresh read, because Append proves it; any other
    answer is given only against entries loaded after the command arrived. Once the entry is stored
    it is published and answered, whatever became of whoever asked.
    """
    if isinstance(command, CreateRoom) and command.room != code:
        raise ValueError(f"a command that creates {command.room} came for the room {code}")
    fresh = False
    if room.version == 0:
        room, fresh = fold((yield from Load(code))), True
    for attempt in range(1, ATTEMPTS + 1):
        judged = _judge(room, command, home)
        if not isinstance(judged, Entry) and not fresh:
            room, fresh = fold((yield from Load(code, room.version)), room=room), True
            judged = _judge(room, command, home)
        if not isinstance(judged, Entry):
            return judged
        if (yield from Append(code, judged)) is Appended.STORED:
            stored = apply(room, judged)
            yield from Publish(code, judged, stored)
            return Accepted(judged, stored)
        # What the store holds now decides: the own entry may be there after all.
        yield from Wait(attempt)
        found = None
        for entry in (yield from Load(code, room.version)):
            room = apply(room, entry)
            if entry.hash == judged.hash:
                found = room
        if found is not None:
            yield from Publish(code, judged, found)
            return Accepted(judged, found)
        fresh = True
    return Busy(room)


def _judge(room: Room, command: Command, home: str | None) -> Entry | Answer:
    if room.home is not None and room.home != home:
        return Moved(room.home, room)
    try:
        events = decide(room, command)
    except Rejected as rejected:
        return Refused(rejected, room)
    if not events:
        receipt = find_receipt(room, command)
        return Repeated(None if receipt is None else receipt.version, room)
    return make_entry(room, command, events)


def run(turn: Turn[T], perform: Callable[[Effect[Any]], Any]) -> T:
    """Drive `turn` to its end, performing each effect as it comes; gives what it returns."""
    reply = None
    while True:
        try:
            effect = turn.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result
        reply = perform(effect)


async def arun(turn: Turn[T], perform: Callable[[Effect[Any]], Awaitable[Any]]) -> T:
    """Drive `turn` to its end, awaiting each effect as it comes; gives what it returns."""
    reply = None
    while True:
        try:
            effect = turn.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result
        reply = await perform(effect)
