"""Canonical JSON: RFC 8785 without its floats, and the two parts of ringofire's own values."""

import json
from collections import OrderedDict, UserDict
from collections.abc import Mapping
from enum import Enum, IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringofire.canonical import (
    MAX_INT,
    PRIVATE,
    UNSET,
    canonical,
    canonical_private,
    is_private,
    register,
    tag,
)
from ringofire.cards import Card
from ringofire.entry import COMMANDS, EVENTS, Event
from ringofire.options import Options
from ringofire.packs.load import shipped_pack
from ringofire.room.commands import JoinRoom, UpdateProfile
from ringofire.room.events import PlayerJoined, RoomCreated, RoomLocked
from ringofire.round.events import CardPicked, LinkAdded, RingDealt
from ringofire.values import value
from tests.strategies.values import commands, events, plain

CANARY = b"\xca\xfe" * 16
"""Bytes whose hex is in nothing else."""


def naive(data: object) -> bytes:
    """RFC 8785 of plain data without floats, by the standard library's own encoder."""

    def ordered(data: Any) -> Any:
        if isinstance(data, dict):
            keys = sorted(data, key=lambda key: key.encode("utf-16-be"))
            return {key: ordered(data[key]) for key in keys}
        return [ordered(item) for item in data] if isinstance(data, list) else data

    return json.dumps(ordered(data), ensure_ascii=False, separators=(",", ":")).encode()


# -- Plain data ------------------------------------------------------------------------------------


@given(plain)
def test_plain_data_is_written_as_the_rfc_says(data: object) -> None:
    """Any plain data is written as an independent writer does it."""
    assert naive(data) == canonical(data)


def test_the_example_of_section_3_2_3_is_sorted_by_utf_16_code_units() -> None:
    """The RFC's sorting example comes out in the RFC's order."""
    example = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    assert [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ] == list(json.loads(canonical(example)).values())


def test_the_example_of_section_3_2_2_is_written_as_there() -> None:
    """The RFC's example of texts and literals, its numbers left out, has the RFC's bytes."""
    example = json.loads(r"""{
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }""")

    expected = r"""{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"""
    assert expected.encode() == canonical(example)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\b\t\n\f\r", r"\b\t\n\f\r"),
        ("\x00\x01\x1f", r"\u0000\u0001\u001f"),
        ("\x0b\x0e", r"\u000b\u000e"),
        ('"\\/', r"\"\\/"),
        ("\x7f\x80\u2028\u2029", "\x7f\x80\u2028\u2029"),
        ("e\u0301", "e\u0301"),
        ("🍺", "🍺"),
        ("plain_name9", "plain_name9"),
        ("", ""),
    ],
)
def test_only_what_has_to_be_is_escaped(text: str, written: str) -> None:
    """Controls, quotes and backslashes are escaped as the RFC says, in values and keys alike."""
    assert f'"{written}"'.encode() == canonical(text)
    assert f'{{"{written}":0}}'.encode() == canonical({text: 0})


@pytest.mark.parametrize("number", [0, 1, -1, MAX_INT, -MAX_INT])
def test_integers_that_every_reader_keeps_are_written(number: int) -> None:
    """Integers within 2^53 - 1 are written in decimal."""
    assert str(number).encode() == canonical(number)


@pytest.mark.parametrize("number", [MAX_INT + 1, -MAX_INT - 1, 10**400])
@pytest.mark.parametrize("inside", [lambda n: n, lambda n: [n], lambda n: {"n": n}])
def test_integers_that_some_reader_rounds_are_refused(number: int, inside: Any) -> None:
    """An integer beyond 2^53 - 1 is a ValueError, wherever it stands."""
    with pytest.raises(ValueError, match="beyond"):
        canonical(inside(number))


@pytest.mark.parametrize("data", ["\ud800", ["a\udfff"], {"\ud83d": 1}, {"é": 0, "\udc00": 1}])
def test_lone_surrogates_are_refused(data: object) -> None:
    """A lone surrogate, in a key or a value, is a ValueError."""
    with pytest.raises(ValueError, match="surrogates"):
        canonical(data)


class Number(IntEnum):
    ONE = 1


class Colour(Enum):
    RED = "red"


class Row(tuple[int, ...]):
    __slots__ = ()


@pytest.mark.parametrize(
    "data",
    [
        1.0,
        float("nan"),
        pytest.param(object(), id="object"),
        {1, 2},
        bytearray(b"x"),
        Number.ONE,
        Colour.RED,
        Row((1,)),
        UNSET,
        RoomLocked,
        [1, 1.5],
        {"a": 1j},
        {1: 2},
        {None: 1},
        {b"a": 1},
    ],
    ids=repr,
)
def test_what_has_no_exact_json_is_refused(data: object) -> None:
    """Floats, sets, foreign enums and keys that are no text are a TypeError."""
    with pytest.raises(TypeError):
        canonical(data)


class Rank(StrEnum):
    ACE = 'the "ace"'


class OldRank(str, Enum):  # noqa: UP042 (its str() is another text than its own)
    ACE = "ace"


def test_kinds_of_text_are_written_as_the_text_they_are() -> None:
    """Whatever is a str is written as its characters, whatever its own `str` says."""
    assert rb'["the \"ace\"","ace"]' == canonical([Rank.ACE, OldRank.ACE])
    assert b'{"ace":"ace"}' == canonical({OldRank.ACE: OldRank.ACE})


@pytest.mark.parametrize("kind", [OrderedDict, MappingProxyType, UserDict])
def test_any_mapping_is_an_object(kind: Any) -> None:
    """Every kind of mapping is written as a dict is."""
    assert b'{"a":[],"b":{}}' == canonical(kind({"b": kind({}), "a": ()}))


def test_bytes_are_lower_case_hex() -> None:
    """Bytes are written as lower-case hex digits, tuples as lists."""
    assert b'["00ff",""]' == canonical((b"\x00\xff", b""))


# -- Values ----------------------------------------------------------------------------------------


def test_a_value_is_an_object_of_its_public_fields() -> None:
    """A value is written with its tag and its public fields, sorted, by their names on the wire."""
    link = LinkAdded("p1", "p2", "mate", "round", "p1")

    assert {
        "drawer": "p1",
        "from": "p1",
        "key": "mate",
        "to": "p2",
        "type": "link_added",
        "until": "round",
    } == json.loads(canonical(link))
    assert canonical(link) == naive(json.loads(canonical(link)))


def test_a_field_at_its_default_is_left_out() -> None:
    """What stands at its default is not written, so every value has one text."""
    picked = CardPicked("p1", 0, Card.parse("10H"), "uk")

    assert b'{"card":"10H","rule":"uk","seat":"p1","slot":0,"type":"card_picked"}' == canonical(
        picked
    )
    assert b'"last":true' in canonical(attrs.evolve(picked, last=True))


def test_null_is_not_unset() -> None:
    """None is written as null where the default is UNSET, which is not written."""
    update = UpdateProfile(id="a", by="p1", at=0, emoji=None)

    assert b'{"action":"update_profile","at":0,"by":"p1","emoji":null,"id":"a"}' == canonical(
        update
    )


@pytest.mark.parametrize("kind", [*COMMANDS.values(), *EVENTS.values()])
def test_private_fields_are_never_written(kind: type[Any]) -> None:
    """No field that is declared private has its key in the public part."""
    hidden = {field.name for field in attrs.fields(kind) if "private" in field.metadata}
    shown = {field.name: CANARY for field in attrs.fields(kind)}

    written = json.loads(canonical(kind(**shown)))

    assert hidden.isdisjoint(written)
    assert len(shown) - len(hidden) + 1 == len(written)


@given(st.one_of(commands(), events()))
def test_what_is_public_and_what_is_private_is_all(one: Any) -> None:
    """The public and the private part have no field in common, and miss none but defaults."""
    public, hidden = json.loads(canonical(one)), json.loads(canonical_private(one))
    keys = {
        field.name.rstrip("_")
        for field in attrs.fields(type(one))
        if field.default is attrs.NOTHING
        or field.default != getattr(one, field.name)
        or "written" in field.metadata
    }

    assert not set(public) & set(hidden) - {"type"}
    assert keys == (set(public) | set(hidden)) - {"type", "action"}


def test_everything_that_is_secret_is_declared_so() -> None:
    """The private fields of all commands and events are these."""
    kinds: Mapping[str, type] = {**COMMANDS, **EVENTS}

    assert {
        "create_room": ["token_hash", "master"],
        "join_room": ["token_hash"],
        "room_created": ["master"],
        "player_joined": ["token_hash"],
        "ring_dealt": ["ring", "redeal", "key"],
    } == {
        name: hidden
        for name, kind in kinds.items()
        if (hidden := [f.name for f in attrs.fields(kind) if "private" in f.metadata])
    }
    assert ["RingDealt"] == [kind.__name__ for kind in get_args(Event) if is_private(kind)]


def test_the_private_part_is_what_is_left() -> None:
    """The private part holds the private fields alone, with a tag where nothing is public."""
    joined = PlayerJoined("p1", "Ann", "ann", CANARY)

    assert f'{{"token_hash":"{CANARY.hex()}"}}' == canonical_private(joined)
    assert "{}" == canonical_private(RoomLocked())
    assert '{"ring":["QS"],"type":"ring_dealt"}' == canonical_private(
        RingDealt((Card.parse("QS"),))
    )


def test_secrets_are_not_in_reprs() -> None:
    """The repr of a value shows none of its private fields."""
    joined = JoinRoom(id="a", by=None, at=0, name="Ann", token_hash=CANARY)
    dealt = RingDealt((Card.parse("QS"),), 0, CANARY)

    assert repr(CANARY) not in repr([joined, dealt, PlayerJoined("p1", "Ann", "ann", CANARY)])
    assert "QS" not in repr(dealt)
    assert "name='Ann'" in repr(joined)


def test_a_kind_can_be_registered_and_tagged() -> None:
    """`register` gives a kind its writer, `tag` one more member, in its place among the others."""

    class Point:
        pass

    @value
    class Pair:
        b: object
        z: str = "the default"
        hidden: bytes = attrs.field(default=b"", metadata=PRIVATE)

    register(Point, lambda _: '"here"')
    tag(Pair, "kind", "a pair")

    assert b'{"b":"here","kind":"a pair"}' == canonical(Pair(Point()))
    assert b'{"b":[],"kind":"a pair"}' == canonical(Pair([], str(b"the default", "ascii")))
    assert b'{"b":[],"kind":"a pair","z":"8"}' == canonical(Pair([], "8", CANARY))
    assert f'{{"hidden":"{CANARY.hex()}"}}' == canonical_private(Pair([], "8", CANARY))


def test_room_created_is_written_with_its_pack_whole() -> None:
    """A pack inside a value is its resolved object, and options are written one and all."""
    pack = shipped_pack("uk")
    created = RoomCreated("K7QX2M", pack, Options(), b"\x01", CANARY)

    written = json.loads(canonical(created))

    assert pack.resolved == written["pack"]
    assert len(attrs.fields(Options)) == len(written["options"])
