"""Frames, for property tests: good ones of each action, the same spoilt, and any bytes at all.

What a frame may hold is spelled out here once more, from the description of the protocol: nothing
is taken from the tables under test.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import Any

from hypothesis import strategies as st

from ringofire.canonical import MAX_INT, UNSET
from ringofire.entry import COMMANDS
from ringofire.names import wire_name
from ringofire.packs.load import SHIPPED
from ringofire.packs.pack import Pack
from ringofire.room.commands import MoveRoom
from ringofire.room.state import Room
from tests.strategies.commands import FORMS
from tests.strategies.values import plain, texts

Plain = dict[str, Any]

CODE = "K7QX2M"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HEX = "0123456789abcdef"
ASCII = "".join(map(chr, range(0x20, 0x7F)))

SENT = sorted(COMMANDS.keys() - {wire_name(MoveRoom)})
"""The commands that clients may send."""

tokens = st.text(HEX, min_size=64, max_size=64)
codes = st.just(CODE) | st.text(ALPHABET, min_size=1, max_size=32)
ids = st.text(ASCII, min_size=1, max_size=64)
naturals = st.integers(0, MAX_INT)
integers = st.integers(-MAX_INT, MAX_INT)
options = st.dictionaries(
    st.sampled_from(["capacity", "tone", "watch", "x"]) | texts, plain, max_size=3
)
packs = st.sampled_from([*SHIPPED, "", "uk "]) | st.dictionaries(
    st.sampled_from(["title", "base", "cards", "rules", "deck", "limits", "end", "x"]) | texts,
    plain | st.sampled_from([*SHIPPED, "last:K"]),
    max_size=4,
)
looks = texts | st.none()

Field = tuple[st.SearchStrategy[Any], bool]


def _must(one: st.SearchStrategy[Any]) -> Field:
    return one, True


def _may(one: st.SearchStrategy[Any]) -> Field:
    return one, False


FIELDS: Mapping[str, Mapping[str, Field]] = {
    **{action: {} for action in SENT},
    "create_room": {
        "name": _must(texts),
        "token": _must(tokens),
        "pack": _may(packs),
        "options": _may(options),
    },
    "join_room": {"room": _must(codes), "name": _must(texts), "token": _must(tokens)},
    "resume": {"room": _must(codes), "token": _must(texts)},
    "watch": {"room": _must(codes), "token": _may(texts)},
    "kick_player": {"seat": _must(texts)},
    "transfer_host": {"seat": _must(texts)},
    "move_seat": {"seat": _must(texts), "to": _must(integers)},
    "configure": {"pack": _may(packs), "options": _may(options)},
    "add_nonce": {"nonce": _must(texts)},
    "pick_card": {"slot": _may(integers)},
    "choose": {
        "choice": _must(texts),
        "value": _must(
            texts | st.lists(texts, max_size=4) | st.dictionaries(texts, integers, max_size=4)
        ),
    },
    "skip_choice": {"choice": _must(texts)},
    "give_verdict": {"verdict": _must(texts), "value": _must(st.lists(texts, max_size=4))},
    "add_rule": {"text": _must(texts)},
    "repeal_rule": {"rule": _must(texts)},
    "use_power": {"key": _must(texts)},
    "set_away": {"away": _must(st.booleans()), "seat": _may(texts)},
    "update_profile": {
        "name": _may(texts),
        "emoji": _may(looks),
        "colour": _may(looks),
        "team": _may(looks),
    },
    "get_pack": {},
    "proof": {"round": _must(st.integers(1, MAX_INT))},
    "sync": {"version": _must(naturals)},
    "ping": {"version": _must(naturals)},
}
"""Each action with what its fields may be, and whether they must be there."""


def good(action: str) -> st.SearchStrategy[Plain]:
    """Any frame of this action that can be read, small enough or not."""
    fields = FIELDS[action]
    return st.fixed_dictionaries(
        {
            "action": st.just(action),
            "id": ids,
            **{name: one for name, (one, required) in fields.items() if required},
        },
        optional={
            "expect": naturals,
            "protocol": st.just(1),
            **{name: one for name, (one, required) in fields.items() if not required},
        },
    )


def any_good() -> st.SearchStrategy[Plain]:
    """Any frame that can be read."""
    return st.sampled_from(sorted(FIELDS)).flatmap(good)


def written(frame: object) -> bytes:
    """The bytes of a frame."""
    return json.dumps(frame, ensure_ascii=False).encode()


@st.composite
def spoilt(draw: st.DrawFn) -> Plain:
    """A frame of which a member or two are something else, too many, or missing."""
    frame = draw(any_good())
    for _ in range(draw(st.integers(1, 2))):
        known = sorted({*frame, "protocol", "expect", "room", "token"})
        name = draw(st.sampled_from(known) | texts)
        if draw(st.booleans()):
            frame.pop(name, None)
        else:
            frame[name] = draw(plain)
    return frame


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """The bytes of a frame, some of them changed, cut out or put in."""
    data = bytearray(written(draw(any_good())))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data)


def any_bytes() -> st.SearchStrategy[bytes]:
    """Anything that may come in a frame."""
    return st.one_of(
        any_good().map(written),
        spoilt().map(written),
        broken(),
        plain.map(written),
        st.binary(max_size=40),
        st.text(st.characters(exclude_categories=[])).map(lambda text: json.dumps(text).encode()),
    )


# ------------------------------------------------------------------ frames that fit a room


FILLERS: Plain = {"away": True, "to": 0, "value": ["p1"]}
"""What stands where a room offers nothing to say, of the type that is wanted; else a text."""


def fitting(room: Room, by: str, rng: Random) -> Plain:
    """A frame of any action that says something sensible about the room it is sent to."""
    action = rng.choice(sorted(FIELDS))
    frame: Plain = {"action": action, "id": f"{rng.getrandbits(64):x}"}
    known: Plain = {
        "room": CODE,
        "token": rng.randbytes(32).hex(),
        "round": rng.randint(1, 3),
        "version": max(0, room.version + rng.randint(-2, 1)),
    }
    if action in COMMANDS:
        with suppress(AssertionError, IndexError):  # no round, or nobody there
            known |= FORMS[COMMANDS[action]](room, by, rng)
    fields = FIELDS[action]
    sent = {name: _sent(known[name]) for name in fields if known.get(name, UNSET) is not UNSET}
    missing = {name for name, (_, must) in fields.items() if must} - sent.keys()
    return frame | sent | {name: FILLERS.get(name, "p1") for name in missing}


def _sent(value: Any) -> Any:
    """How a field of a command is written; any pack of no name stands for itself."""
    match value:
        case Pack():
            return value.name if value.name in SHIPPED else {"title": "X", "base": "uk"}
        case bytes():
            return value.hex()
        case _:
            return value
