"""The log of a room: entries, the chain of hashes through them, and JSON Lines.

A log file is one header line and one line per entry, each the canonical JSON of its object. The
full log is secret while the room lives; the public one has its private parts replaced by hashes.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

from ringofire.canonical import (
    canonical,
    canonical_private,
    canonical_text,
    is_private,
    remembered_text,
)
from ringofire.codec import parse_json, read_command, read_event
from ringofire.engine import rules_of
from ringofire.entry import Command, Entry, Event
from ringofire.errors import CodecError, LogError
from ringofire.room.commands import CreateRoom
from ringofire.room.state import Room
from ringofire.values import value

__all__ = [
    "FORMAT",
    "Header",
    "Log",
    "Record",
    "first_hash",
    "link_hash",
    "make_entry",
    "read_line",
    "read_log",
    "write_header",
    "write_line",
    "write_log",
    "write_public_log",
]

FORMAT = "ringofire/log/1"
"""The format that is written; no other is read."""

MAX_HEADER = 1024
"""The longest header, in bytes; a real one has under 100."""

MAX_LINE = 96 * 1024
"""The longest line that is read, in bytes. The longest that is written holds a pack twice, 24 KiB
each, and some 4 KiB beside."""


@value
class Header:
    """The first line of a log file, which the chain of hashes begins with."""

    format: str
    room: str
    rules: int


# ------------------------------------------------------------------ the chain


def write_header(room: str, rules: int) -> bytes:
    """Give the header of a room's log as canonical JSON; `rules` are those of its first entry."""
    return canonical(Header(FORMAT, room, rules))


def first_hash(header: bytes) -> bytes:
    """What the first entry's hash goes on from: SHA-256 (32 bytes) of the header."""
    return hashlib.sha256(header).digest()


def link_hash(previous: bytes, record: "Record", master: bytes) -> bytes:
    """Give the hash (32 bytes) that a record must have after `previous`.

    It is SHA-256(previous || public part || salted hash of the private part); `previous` is the
    hash of the entry before or `first_hash`, `master` the room's, used where nothing is hidden.
    """
    entry = record.entry
    hidden = record.hidden
    if hidden is None:
        private = _private_part(entry.command, entry.events)
        hidden = _hide(master, entry.version, private)
    public = _public_part(entry.version, entry.rules, entry.command, entry.events)
    return _link(previous, public, hidden)


def _link(previous: bytes, public: bytes, hidden: bytes) -> bytes:
    return hashlib.sha256(previous + public + hidden).digest()


def _hide(master: bytes, version: int, private: str) -> bytes:
    """SHA-256(salt || private part), salt = HMAC-SHA256(master, label || version)."""
    label = b"ringofire/salt/1" + version.to_bytes(8, "big")
    salt = hmac.digest(master, label, "sha256")
    return hashlib.sha256(salt + private.encode()).digest()


def make_entry(room: Room, command: Command, events: tuple[Event, ...]) -> Entry:
    """Give the entry that `room` gets next: `command`, accepted with `events`.

    `events` are what `decide` gave for this room and command, at least one. Whoever stores the
    entry does so only if its version is still free.
    """
    version = room.version + 1
    if isinstance(command, CreateRoom):
        rules = rules_of(room)
        previous, master = first_hash(write_header(command.room, rules)), command.master
    else:
        assert room.game is not None
        rules, previous, master = rules_of(room), room.head, room.game.master
    public = _public_part(version, rules, command, events)
    hidden = _hide(master, version, _private_part(command, events))
    return Entry(version, rules, command, events, _link(previous, public, hidden))


def _public_part(version: int, rules: int, command: Command, events: Sequence[Event]) -> bytes:
    told = [remembered_text(event) for event in events if not _is_hidden(event)]
    members = (
        f'"command":{remembered_text(command)}',
        f'"events":[{",".join(told)}]',
        f'"rules":{canonical_text(rules)}',
        f'"version":{canonical_text(version)}',
    )
    return f"{{{','.join(members)}}}".encode()


def _is_hidden(event: Event) -> bool:
    kind: type = type(event)
    return is_private(kind)


def _private_part(command: Command, events: Sequence[Event]) -> str:
    """The private fields of the command and of each event, those by their place in the entry."""
    hidden = {str(place): canonical_private(event) for place, event in enumerate(events)}
    members = [f'"{place}":{text}' for place, text in sorted(hidden.items()) if text != "{}"]
    parts = []
    if (text := canonical_private(command)) != "{}":
        parts.append(f'"command":{text}')
    if members:
        parts.append(f'"events":{{{",".join(members)}}}')
    return f"{{{','.join(parts)}}}"


# ------------------------------------------------------------------ lines


@value
class Record:
    """A line of a log: its entry, and what its private part hashes to.

    Args:
        entry: in a public log without its private parts.
        hidden: the salted hash of the private part, if that is left out.
    """

    entry: Entry
    hidden: bytes | None = None


@value
class Log:
    """A log that was read: its header and its records, from the first entry on.

    What was read is of the right shape; whether it is true is for `verify` to say.
    """

    header: Header
    records: tuple[Record, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries alone."""
        return tuple([record.entry for record in self.records])

    @property
    def is_public(self) -> bool:
        """Whether private parts are left out of it."""
        return any(record.hidden is not None for record in self.records)


def write_line(record: Record) -> bytes:
    """Give the line of a record as canonical JSON, without the newline."""
    entry = record.entry
    public = _public_part(entry.version, entry.rules, entry.command, entry.events)
    private = (
        f'"{record.hidden.hex()}"'
        if record.hidden is not None
        else _private_part(entry.command, entry.events)
    )
    # The members stand in canonical order: command, events, hash, private, rules, version.
    cut = public.rindex(b',"rules":')
    middle = f',"hash":"{entry.hash.hex()}","private":{private}'.encode()
    return public[:cut] + middle + public[cut:]


def write_log(entries: Iterable[Entry]) -> bytes:
    """Give the full log as a file's bytes: secret while the room lives.

    Raises LogError if `entries` are public or do not begin with the first one.
    """
    entries = tuple(entries)
    header, _ = _begin(entries)
    return _write(header, [Record(entry) for entry in entries])


def write_public_log(entries: Iterable[Entry]) -> bytes:
    """Give the log without its private parts, which their salted hashes stand for.

    Raises LogError if `entries` are public already or do not begin with the first one.
    """
    entries = tuple(entries)
    header, master = _begin(entries)
    records = []
    for entry in entries:
        private = _private_part(entry.command, entry.events)
        records.append(Record(entry, _hide(master, entry.version, private)))
    return _write(header, records)


def _begin(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """Give the header of a log, and the master that its salts are made with."""
    created = entries[0].command if entries else None
    if not isinstance(created, CreateRoom):
        raise LogError("entry 1", "is missing or does not create the room")
    if not created.master:
        raise LogError("entry 1", "has no private part: only a full log can be written")
    return write_header(created.room, entries[0].rules), created.master


def _write(header: bytes, records: Iterable[Record]) -> bytes:
    return b"".join([line + b"\n" for line in (header, *map(write_line, records))])


# ------------------------------------------------------------------ reading


def read_log(data: bytes) -> Log:
    """Read a log file, full or public.

    Raises LogError naming the header or the entry for whatever is not a log of this format,
    whole and in order. Nothing is half-read.
    """
    lines = data.split(b"\n")
    if lines.pop():
        raise LogError(f"entry {len(lines)}" if lines else "header", "is cut off")
    if not lines:
        raise LogError("header", "is missing")
    header = _read_header(lines[0])
    records = [read_line(line, number) for number, line in enumerate(lines[1:], start=1)]
    if not records:
        raise LogError("entry 1", "is missing")
    for record in records:
        if (record.hidden is None) != (records[0].hidden is None):
            wrong = "is full among public ones, or public among full ones"
            raise LogError(f"entry {record.entry.version}", wrong)
    return Log(header, tuple(records))


def _read_header(line: bytes) -> Header:
    if len(line) > MAX_HEADER:
        raise LogError("header", f"is longer than {MAX_HEADER} bytes")
    try:
        plain = parse_json(line)
    except CodecError as error:
        raise LogError("header", str(error)) from None
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise LogError("header", f"is not of the format {FORMAT}")
    room, rules = plain.get("room"), plain.get("rules")
    if not isinstance(room, str) or type(rules) is not int or len(plain) != 3:
        raise LogError("header", "does not say the room and the rules")
    return Header(FORMAT, room, rules)


_MEMBERS = {"command", "events", "hash", "private", "rules", "version"}


def read_line(line: bytes, number: int) -> Record:
    """Read the line of entry `number` (from 1); LogError names it and the place in it."""
    if len(line) > MAX_LINE:
        raise LogError(f"entry {number}", f"is longer than {MAX_LINE} bytes")
    try:
        return _read_record(parse_json(line), number)
    except CodecError as error:
        raise LogError(f"entry {number}", str(error)) from None


def _read_record(plain: object, number: int) -> Record:
    if not isinstance(plain, dict) or set(plain) != _MEMBERS:
        raise CodecError("", f"is not an object of {', '.join(sorted(_MEMBERS))}")
    for member in ("version", "rules"):
        if type(plain[member]) is not int:
            raise CodecError(member, "is not an integer")
    if plain["version"] != number:
        raise CodecError("version", f"is not {number}")
    private = plain["private"]
    hidden = None
    if isinstance(private, str):
        hidden, private = _hash(private, "private"), {}
    command, events = _merge(plain["command"], plain["events"], private)
    if not events:
        raise CodecError("events", "is empty: an entry is something that happened")
    entry = Entry(
        version=number,
        rules=plain["rules"],
        command=read_command(command, "command"),
        events=tuple([read_event(event, f"events[{n}]") for n, event in enumerate(events)]),
        hash=_hash(plain["hash"], "hash"),
    )
    return Record(entry, hidden)


def _hash(plain: object, place: str) -> bytes:
    if not isinstance(plain, str) or len(plain) != 64 or not set(plain) <= set("0123456789abcdef"):
        raise CodecError(place, "is not a hash of 64 lower-case hex digits")
    return bytes.fromhex(plain)


def _merge(command: object, events: object, private: object) -> tuple[object, list[object]]:
    """Put the private fields back where they belong: the inverse of `_private_part`."""
    if not isinstance(command, dict) or not isinstance(events, list):
        raise CodecError("", "its command is no object or its events are no list")
    if not isinstance(private, dict) or not set(private) <= {"command", "events"}:
        raise CodecError("private", "is neither an object of command and events nor a hash")
    fields, places = private.get("command", {}), private.get("events", {})
    if not isinstance(fields, dict) or not isinstance(places, dict):
        raise CodecError("private", "its command or its events are no object")
    merged = list(events)
    for place in sorted(places, key=_place):
        hidden, at = places[place], _place(place)
        if not isinstance(hidden, dict) or at > len(merged):
            raise CodecError("private.events", "has a place that is not in the entry")
        if "type" in hidden:
            merged.insert(at, hidden)
        elif at < len(merged) and isinstance(merged[at], dict):
            merged[at] = merged[at] | hidden
        else:
            raise CodecError("private.events", "has fields for an event that is not there")
    return command | fields, merged


def _place(place: str) -> int:
    if not place.isascii() or not place.isdigit() or len(place) > 4:
        raise CodecError("private.events", "has a place that is no number")
    return int(place)
