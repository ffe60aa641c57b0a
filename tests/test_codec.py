"""Plain data to values: every value there and back, and junk refused by place."""

import json
from typing import Any, get_args

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ringofire.canonical import MAX_INT, canonical, canonical_private
from ringofire.codec import MAX_DEPTH, parse_json, read_command, read_event
from ringofire.entry import COMMANDS, EVENTS, Command, Event
from ringofire.errors import CodecError
from ringofire.names import wire_name
from ringofire.packs.load import shipped_pack
from ringofire.packs.pack import Pack
from tests.strategies.values import commands, events, plain

Plain = dict[str, Any]


def whole(value: Command | Event) -> Plain:
    """The public and the private part of a value as one object."""
    parts: Plain = json.loads(canonical(value)) | json.loads(canonical_private(value))
    return parts


def refusal(read: Any, data: object) -> str:
    """What is said of `data`, from the place it is wrong in."""
    with pytest.raises(CodecError) as caught:
        read(data)
    return str(caught.value)


# -- There and back --------------------------------------------------------------------------------


@given(commands())
def test_every_command_comes_back(command: Command) -> None:
    """A command is read back from its JSON as it was."""
    assert command == read_command(parse_json(canonical(whole(command))), "command")


@given(events())
def test_every_event_comes_back(event: Event) -> None:
    """An event is read back from its JSON as it was."""
    assert event == read_event(parse_json(canonical(whole(event))), "event")


@given(st.one_of(commands(), events()))
def test_a_value_has_one_text(value: Command | Event) -> None:
    """Two values are equal exactly if what is written of them is."""
    read = read_command if isinstance(value, get_args(Command)) else read_event
    again = read(whole(value), "")

    assert whole(value) == whole(again)


@given(events())
def test_a_public_part_alone_can_be_read(event: Event) -> None:
    """What is private may be missing; it is then empty."""
    public = json.loads(canonical(event))

    assert public == json.loads(canonical(read_event(public, "event")))


def test_names_on_the_wire_are_unlike_one_another() -> None:
    """Every command and every event has a snake_case name of its own."""
    assert [*COMMANDS.values()] == list(get_args(Command))
    assert [*EVENTS.values()] == list(get_args(Event))
    assert not set(COMMANDS) & set(EVENTS)
    assert "pick_card" == wire_name(COMMANDS["pick_card"])


# -- Values that are wrong -------------------------------------------------------------------------

ENVELOPE: Plain = {"id": "a", "by": "p1", "at": 0}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "c: is not an object"),
        ([], "c: is not an object"),
        ({}, "c.action: is not known"),
        ({"action": None}, "c.action: is not known"),
        ({"action": ["pick_card"]}, "c.action: is not known"),
        ({"action": "card_picked"}, "c.action: is not known"),
        ({"action": "PickCard"}, "c.action: is not known"),
        ({"action": "pick_card"}, "c.id: is missing"),
        ({"action": "pick_card", **ENVELOPE, "type": "x"}, "c: has a field that is not known"),
        ({"action": "pick_card", **ENVELOPE, "__proto__": {}}, "c: has a field that is not known"),
        ({"action": "pick_card", **ENVELOPE, "id": 1}, "c.id: is not a text"),
        (
            {"action": "pick_card", **ENVELOPE, "by": 1},
            "c.by: is not of a type that is allowed here",
        ),
        (
            {"action": "pick_card", **ENVELOPE, "at": True},
            "c.at: is not an integer within 2^53 - 1",
        ),
        (
            {"action": "pick_card", **ENVELOPE, "at": 2**53},
            "c.at: is not an integer within 2^53 - 1",
        ),
        ({"action": "pick_card", **ENVELOPE, "at": 1.0}, "c.at: is not an integer within 2^53 - 1"),
        (
            {"action": "pick_card", **ENVELOPE, "slot": True},
            "c.slot: is not of a type that is allowed here",
        ),
        (
            {"action": "pick_card", **ENVELOPE, "slot": 2**53},
            "c.slot: is not an integer within 2^53 - 1",
        ),
        ({"action": "set_away", **ENVELOPE, "away": 1}, "c.away: is not true or false"),
        (
            {"action": "add_nonce", **ENVELOPE, "nonce": "0"},
            "c.nonce: is not an even number of lower-case hex digits",
        ),
        (
            {"action": "add_nonce", **ENVELOPE, "nonce": "0A"},
            "c.nonce: is not an even number of lower-case hex digits",
        ),
        ({"action": "add_nonce", **ENVELOPE, "nonce": 1}, "c.nonce: is not a text"),
        (
            {"action": "choose", **ENVELOPE, "choice": "c1", "value": {"p1": 1, "\x1b[31m": "x"}},
            "c.value[1]: is not an integer within 2^53 - 1",
        ),
        (
            {"action": "choose", **ENVELOPE, "choice": "c1", "value": ["p1", 2]},
            "c.value[1]: is not a text",
        ),
        (
            {"action": "give_verdict", **ENVELOPE, "verdict": "v1", "value": "p1"},
            "c.value: is not a list",
        ),
        (
            {"action": "configure", **ENVELOPE, "options": []},
            "c.options: is not of a type that is allowed here",
        ),
    ],
)
def test_a_wrong_command_is_refused_by_place(data: object, said: str) -> None:
    """A command that is not exactly right is refused, naming the field and not what it holds."""
    assert said == refusal(lambda plain: read_command(plain, "c"), data)


PACK = shipped_pack("uk").resolved


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"type": "pick_card"}, "e.type: is not known"),
        ({"type": "pick_undone", "seat": None}, "e.seat: is not a text"),
        ({"type": "room_locked", "by": "p1"}, "e: has a field that is not known"),
        (
            {"type": "card_picked", "seat": "p1", "slot": 0, "card": "1S", "rule": "x"},
            "e.card: is not a card",
        ),
        (
            {"type": "card_picked", "seat": "p1", "slot": 0, "card": 1, "rule": "x"},
            "e.card: is not a text",
        ),
        ({"type": "ring_dealt", "ring": ["QS", "XX"]}, "e.ring[1]: is not a card"),
        (
            {"type": "round_started", "number": 1, "rules": 1, "pack": "", "size": 0, "kings": 0}
            | {"contributions": [["p1", "00"], ["p2"]]},
            "e.contributions[1]: is not a list of 2",
        ),
        (
            {"type": "round_started", "number": 1, "rules": 1, "pack": "", "size": 0, "kings": 0}
            | {"contributions": [{"p1": "00"}]},
            "e.contributions[0]: is not a list of 2",
        ),
        (
            {"type": "round_started", "number": 1, "rules": 1, "pack": "", "size": 0, "kings": 0}
            | {"contributions": [["p1", None]]},
            "e.contributions[0][1]: is not a text",
        ),
        ({"type": "pack_changed", "pack": []}, "e.pack: is not an object"),
        (
            {"type": "pack_changed", "pack": PACK | {"end": "never"}},
            "e.pack: is not a pack: inline: pack: end",
        ),
        (
            {"type": "pack_changed", "pack": PACK | {"limits": {"n": 1.5}}},
            "e.pack: is not plain data without floats",
        ),
        (
            {"type": "pack_changed", "pack": PACK | {"\ud800": 1}},
            "e.pack: is not plain data without floats",
        ),
        ({"type": "options_changed", "options": None}, "e.options: is not an object"),
        (
            {"type": "options_changed", "options": {"x": 1}},
            "e.options: has a field that is not known",
        ),
        (
            {"type": "options_changed", "options": {"watch": 1}},
            "e.options.watch: is not true or false",
        ),
    ],
)
def test_a_wrong_event_is_refused_by_place(data: object, said: str) -> None:
    """An event that is not exactly right is refused, naming the place."""
    assert refusal(lambda plain: read_event(plain, "e"), data).startswith(said)


@given(st.one_of(commands(), events()), st.randoms(use_true_random=False), plain)
def test_a_field_of_another_kind_is_refused_or_read(value: Any, rng: Any, junk: object) -> None:
    """With junk in any field, or without it, a value is refused by place and nothing else."""
    data = whole(value)
    read = read_command if "action" in data else read_event
    key = rng.choice(sorted(data))
    for changed in (
        data | {key: junk},
        {other: data[other] for other in data if other != key},
        data | {"unknown": junk},
    ):
        try:
            again = read(changed, "place")
        except CodecError as error:
            assert error.place.startswith("place")  # noqa: PT017
        else:
            assert isinstance(again, type(value)) or key in ("action", "type")


@given(st.dictionaries(st.sampled_from([*PACK, "base"]), plain))
def test_a_pack_of_junk_is_refused(junk: Plain) -> None:
    """Whatever stands in a pack, it is a pack or a CodecError."""
    for data in (junk, PACK | junk):
        try:
            event: Any = read_event({"type": "pack_changed", "pack": data}, "e")
        except CodecError as error:
            assert "e.pack" == error.place  # noqa: PT017
        else:
            assert isinstance(event.pack, Pack)


def test_readers_are_made_once() -> None:
    """What was read twice is equal, and the values that were read share no list."""
    data = {"type": "seats_changed", "seats": ["p1"]}
    first: Any = read_event(data, "")
    second = read_event(data, "")
    data["seats"] = []

    assert first == second
    assert attrs.asdict(first) == {"seats": ("p1",)}


# -- Bytes -----------------------------------------------------------------------------------------


@given(plain)
def test_plain_data_is_parsed(data: object) -> None:
    """Whatever plain data is written is parsed again."""
    assert data == parse_json(canonical(data))


@given(st.one_of(st.binary(), st.text('{}[]",:\\u0123456789.eE+-truefalsn ').map(str.encode)))
@example(b"")
def test_bytes_of_any_kind_are_parsed_or_refused(data: bytes) -> None:
    """Any bytes are JSON or a CodecError."""
    try:
        parse_json(data)
    except CodecError as error:
        assert error.message  # noqa: PT017


@given(plain, st.integers(0, 10_000), st.binary(max_size=3), st.integers(0, 3))
def test_broken_json_is_parsed_or_refused(data: object, at: int, new: bytes, cut: int) -> None:
    """JSON with a few bytes changed is JSON still or a CodecError."""
    text = canonical(data)
    at %= len(text) + 1
    try:
        parse_json(text[:at] + new + text[at + cut :])
    except CodecError as error:
        assert "" == error.place  # noqa: PT017


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not JSON: Expecting value at character 0"),
        (b"  ", "is not JSON: Expecting value at character 2"),
        (b"{} {}", "is not JSON: Extra data at character 3"),
        (b"{}//", "is not JSON: Extra data at character 2"),
        (b"[1,]", "is not JSON: "),
        (b"'a'", "is not JSON: Expecting value at character 0"),
        (b'"\x00"', "is not JSON: Invalid control character at"),
        (b"01", "is not JSON: Extra data at character 1"),
        (b"\xef\xbb\xbf{}", "is not JSON: Expecting value"),
        ("{}".encode("utf-16"), "is not text in UTF-8"),
        (b'"\xff"', "is not text in UTF-8"),
        (b'"\xc0\xaf"', "is not text in UTF-8"),
        (b'"\xed\xa0\x80"', "is not text in UTF-8"),
        (rb'"\ud800"', "is not text in UTF-8"),
        (rb'{"a":["\udc00\ud800"]}', "is not text in UTF-8"),
        (rb'{"\ud800":1}', "is not text in UTF-8"),
        (b"NaN", "has a number that is no integer"),
        (b"-Infinity", "has a number that is no integer"),
        (b"1e999", "has a number that is no integer"),
        (b"1.0", "has a number that is no integer"),
        (b"1e2", "has a number that is no integer"),
        (b"-0", "has an integer beyond 2^53 - 1, or -0"),
        (b"-0.0", "has a number that is no integer"),
        (b"9007199254740992", "has an integer beyond 2^53 - 1, or -0"),
        (b"-9007199254740992", "has an integer beyond 2^53 - 1, or -0"),
        (b"9" * 5_000, "has an integer beyond 2^53 - 1, or -0"),
        (b'{"a":1,"a":1}', "has the same key twice in one object"),
        (rb'{"b":{"a":1,"\u0061":2}}', "has the same key twice in one object"),
        (b"[" * 100_000, "has too many parts"),
        (b'{"":' * 100_000, "has too many parts"),
        (b"[" * 4_000 + b"]" * 4_000, "is nested too deeply"),
        (b"[" + b",".join([b"{}"] * 4_000) + b"]", "has too many parts"),
    ],
)
def test_what_readers_disagree_about_is_refused(data: bytes, said: str) -> None:
    """What is not JSON, or not the same to every reader, is refused in words of its own."""
    assert refusal(parse_json, data).startswith(said)


@pytest.mark.parametrize("opened", [b"[", b'{"a":'])
def test_nesting_ends_where_the_limit_says(opened: bytes) -> None:
    """Lists and objects may be nested as deeply as the limit, and no deeper, whatever they hold."""
    closed = b"]" if opened == b"[" else b"}"
    for inside in (b"[]", b"{}", b"[[],0,{}]" if opened == b"[" else b'[{"b":0}]'):
        deep = 2 if b"," in inside or b"b" in inside else 1

        for depth in (MAX_DEPTH - deep, MAX_DEPTH):
            text = opened * depth + inside + closed * depth
            if depth + deep <= MAX_DEPTH:
                assert text.count(opened) == canonical(parse_json(text)).count(opened)
            else:
                assert "is nested too deeply" == refusal(parse_json, text)


def test_a_long_flat_text_is_no_nesting() -> None:
    """As many brackets as one likes may stand beside one another."""
    assert [[]] * 1_000 == parse_json(canonical([[]] * 1_000))


@pytest.mark.parametrize("number", [0, -1, MAX_INT, -MAX_INT])
def test_every_exact_integer_is_parsed(number: int) -> None:
    """Integers up to the limit are parsed, the limit included."""
    assert number == parse_json(str(number).encode())


def test_pairs_of_surrogates_are_one_character() -> None:
    """Two escapes that make one character are that character."""
    assert "🍺" == parse_json(rb'"\ud83c\udf7a"')
