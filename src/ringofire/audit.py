"""Whether a log is what it claims to be: bytes, chain, commitments, rings, and every decision."""

from ringofire.engine import apply, decide
from ringofire.entry import Entry
from ringofire.errors import LogError, Rejected
from ringofire.log import (
    Log,
    first_hash,
    link_hash,
    read_log,
    write_header,
    write_line,
)
from ringofire.proof import check_round, round_records
from ringofire.room.commands import CreateRoom
from ringofire.room.events import RoomCreated
from ringofire.room.state import Room
from ringofire.round.decide import RULES
from ringofire.values import value

__all__ = ["Verified", "verify"]


@value(kw_only=True)
class Verified:
    """What was found true of a log, and what could not be checked.

    Args:
        room: its code.
        public: whether its private parts are left out.
        entries: how many there are.
        head: hash of the last one, 32 bytes.
        head_at: the version that the given head is of; None if none was given.
        rounds: numbers of the rounds whose shuffle was checked.
        unchecked: what could not be, one sentence each.
    """

    room: str
    public: bool
    entries: int
    head: bytes
    head_at: int | None
    rounds: tuple[int, ...]
    unchecked: tuple[str, ...]


def verify(data: bytes, *, head: bytes | None = None) -> Verified:
    """Check the log file `data`, full or public, from its first byte to its last.

    Args:
        data: the whole file.
        head: a hash that a client was once given; a log that was cut before it, or that tells
            another story, does not have it.

    Raises LogError naming the header or the entry at the first thing that is not as it should be.
    """
    log = read_log(data)
    _check_bytes(log, data)
    _check_rules(log)
    if not log.is_public:
        _decide_again(log.entries)
    records = round_records(log.entries)
    ended = [record for record in records if record.ended is not None]
    for record in ended:
        check_round(record)
    unchecked = [
        f"round {record.started.number} has not ended: its secret is not out"
        for record in records
        if record.ended is None
    ]
    if log.is_public:
        unchecked.append("what was decided and drawn at random: the private parts are left out")
    return Verified(
        room=log.header.room,
        public=log.is_public,
        entries=len(log.records),
        head=log.entries[-1].hash,
        head_at=None if head is None else _find_head(log, head),
        rounds=tuple([record.started.number for record in ended]),
        unchecked=tuple(unchecked),
    )


def _check_bytes(log: Log, data: bytes) -> None:
    """Whether each line is written as it must be, and goes on from the one before it."""
    first = log.entries[0]
    created, happened = first.command, first.events[0]
    if not isinstance(created, CreateRoom) or not isinstance(happened, RoomCreated):
        raise LogError("entry 1", "does not create the room")
    if created.room != happened.room:
        raise LogError("entry 1", "creates another room than its command asks for")
    header, *lines, _ = data.split(b"\n")
    if header != write_header(created.room, first.rules):
        raise LogError("header", "is not the canonical header of the log's first entry")
    head = first_hash(header)
    for record, line in zip(log.records, lines, strict=True):
        place = f"entry {record.entry.version}"
        if line != write_line(record):
            raise LogError(place, "is not written in canonical form")
        head = link_hash(head, record, created.master)
        if head != record.entry.hash:
            raise LogError(place, "does not go on from the entry before it")


def _check_rules(log: Log) -> None:
    for entry in log.entries:
        if entry.rules != RULES:
            wrong = f"was decided by rules {entry.rules}, which are not known here"
            raise LogError(f"entry {entry.version}", wrong)


def _decide_again(entries: tuple[Entry, ...]) -> None:
    room = Room()
    for entry in entries:
        place = f"entry {entry.version}"
        try:
            events = decide(room, entry.command)
        except Rejected as rejected:
            raise LogError(place, f"would be refused: {rejected}") from None
        if events != entry.events:
            raise LogError(place, "its events are not what its command makes happen")
        room = apply(room, entry)


def _find_head(log: Log, head: bytes) -> int:
    for entry in log.entries:
        if entry.hash == head:
            return entry.version
    raise LogError(f"entry {len(log.records)}", "the log ends here without the given head")
