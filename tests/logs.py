"""Logs for the tests of `log`, `verify` and `proof`: a tiny one, and the means to forge any."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import attrs

from ringofire.canonical import Unset
from ringofire.cards import Card
from ringofire.entry import Entry, Event
from ringofire.log import Log, Record, first_hash, link_hash, write_header, write_line
from ringofire.options import Options
from ringofire.packs.load import inline_pack, shipped_pack
from ringofire.packs.pack import Pack
from ringofire.room.commands import CreateRoom
from ringofire.round.commands import AddNonce, StartRound, UndoPick
from tests.golden.make_golden import Story

TINY = inline_pack(
    {
        "title": "T",
        "end": "last:K",
        "deck": {"cards": 4, "kings": 1},
        "cards": {"A-K": "x"},
        "rules": {"x": {"title": "X", "text": "x"}},
    }
)


@cache
def tiny() -> tuple[Entry, ...]:
    """The entries of a whole round with a nonce and an undo, in as few bytes as can be."""
    story = Story()
    story.create(TINY, 2)
    story.tell(AddNonce, "p2", nonce=b"\x01")
    story.tell(StartRound, "p1")
    story.pick("4")
    story.tell(UndoPick, "p1")
    story.pick("K")
    return tuple(story.entries)


# -- The chain, once more, from its specification alone --------------------------------------------


def naive_json(data: object) -> bytes:
    """RFC 8785 of what a log holds: all its keys are ASCII."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def naive_hashes(data: bytes) -> list[str]:
    """The hash that each line of a log file must have, worked out from its JSON alone."""
    header, *lines = data.splitlines()
    head = hashlib.sha256(header).digest()
    hashes: list[str] = []
    for text in lines:
        line = json.loads(text)
        hidden, version = line["private"], line["version"]
        if not hashes and isinstance(hidden, dict):
            master = bytes.fromhex(hidden["command"]["master"])
        if isinstance(hidden, dict):
            label = b"ringofire/salt/1" + version.to_bytes(8, "big")
            salt = hmac.new(master, label, hashlib.sha256).digest()
            hidden = hashlib.sha256(salt + naive_json(hidden)).hexdigest()
        public = {key: line[key] for key in ("command", "events", "rules", "version")}
        head = hashlib.sha256(head + naive_json(public) + bytes.fromhex(hidden)).digest()
        hashes.append(head.hex())
    return hashes


# -- Forging ---------------------------------------------------------------------------------------


def chain(records: Iterable[Record], room: str = "", rules: int = 0) -> bytes:
    """Write a log whose chain is whole, whatever its records say: what a forger would do."""
    records = list(records)
    first = records[0].entry
    created = first.command
    assert isinstance(created, CreateRoom)
    lines = [write_header(room or created.room, rules or first.rules)]
    head = first_hash(lines[0])
    for version, record in enumerate(records, start=1):
        entry = attrs.evolve(record.entry, version=version)
        head = link_hash(head, attrs.evolve(record, entry=entry), created.master)
        lines.append(write_line(attrs.evolve(record, entry=attrs.evolve(entry, hash=head))))
    return b"".join(line + b"\n" for line in lines)


def forge(entries: Sequence[Entry], room: str = "", rules: int = 0) -> bytes:
    """Write a full log of these entries by the hand of somebody who knows every secret."""
    return chain([Record(entry) for entry in entries], room, rules)


def forge_public(log: Log, changes: dict[int, Any]) -> bytes:
    """Write a public log in which the entries of some versions are changed by functions."""
    return chain(
        attrs.evolve(record, entry=changes.get(record.entry.version, lambda x: x)(record.entry))
        for record in log.records
    )


def with_events(entry: Entry, *events: Event) -> Entry:
    """The entry with other events."""
    return attrs.evolve(entry, events=events)


def with_event(entry: Entry, place: int, **changes: Any) -> Entry:
    """The entry with one event changed."""
    events = list(entry.events)
    events[place] = attrs.evolve(events[place], **changes)
    return with_events(entry, *events)


def other(value: object) -> object:
    """A value of the same kind that is another one."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:] if value else b"\x01"
        case Pack():
            return shipped_pack("uk" if value.name != "uk" else "us")
        case Options():
            return attrs.evolve(value, rule_max=value.rule_max % 20 + 1)
        case Card():
            return Card.parse("2C" if value.text != "2C" else "3C")
        case tuple():
            return value[:-1] if value else ("p1",)
        case None | Unset():
            return "p1"
        case str():
            return "p2" if value == "p1" else f"{value}1"
        case _:
            raise AssertionError(type(value))
