"""What type checkers must say of turns; mypy checks this file, nothing ever runs it."""

from collections.abc import Generator
from typing import Any, assert_type

from ringofire import (
    Accepted,
    Answer,
    Append,
    Appended,
    Busy,
    Command,
    Effect,
    Entry,
    Load,
    Moved,
    Publish,
    Refused,
    Repeated,
    Room,
    Turn,
    Wait,
    arun,
    handle,
    run,
)


def replies(entry: Entry, room: Room) -> Turn[int]:
    """`yield from` an effect has the type of the effect's reply."""
    assert_type((yield from Load("K7QX2M")), tuple[Entry, ...])
    assert_type((yield from Load("K7QX2M", 3)), tuple[Entry, ...])
    assert_type((yield from Append("K7QX2M", entry)), Appended)
    yield from Publish("K7QX2M", entry, room)
    yield from Wait(1)
    return len((yield from Load("K7QX2M")))


def perform(effect: Effect[Any]) -> Any:
    """What drives a turn takes any effect."""


async def perform_later(effect: Effect[Any]) -> Any:
    """So does what drives one asynchronously."""


def driven(entry: Entry, room: Room, command: Command) -> None:
    """A driver gives what the turn returns."""
    assert_type(run(replies(entry, room), perform), int)
    assert_type(run(handle("K7QX2M", command), perform), Answer)


async def driven_later(command: Command) -> None:
    """So does the asynchronous one."""
    assert_type(await arun(handle("K7QX2M", command), perform_later), Answer)


def answered(answer: Answer) -> Room:
    """The answers are closed: every one of them tells the room."""
    match answer:
        case Accepted(entry, room):
            assert_type(entry, Entry)
            return room
        case Repeated(version, room):
            assert_type(version, int | None)
            return room
        case Refused() | Moved() | Busy():
            return answer.room


def composed(command: Command) -> Generator[Effect[Any], Any, Room]:
    """A turn is a generator; another one goes on inside it."""
    answer = yield from handle("K7QX2M", command)
    assert_type(answer, Answer)
    return answer.room
