"""Commands, for property tests: well-formed ones that a room accepts, and any other kind.

`FORMS` makes of each kind of command one that says something sensible about the room it is sent
to; `hostile` puts junk into any field of any kind. Chance comes from a `Random`, so that a step of
a game is one seed and shrinks as such.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from random import Random
from typing import Any, get_args

import attrs

from ringofire.canonical import UNSET
from ringofire.entry import Command
from ringofire.legal import Legal, legal_commands
from ringofire.packs.load import SHIPPED, shipped_pack
from ringofire.room.commands import (
    ClaimHost,
    CloseRoom,
    Configure,
    CreateRoom,
    JoinRoom,
    KickPlayer,
    LeaveRoom,
    LockRoom,
    MoveRoom,
    MoveSeat,
    SetAway,
    TransferHost,
    UnlockRoom,
    UpdateProfile,
)
from ringofire.room.state import Room
from ringofire.round.commands import (
    AddNonce,
    AddRule,
    Choose,
    EndRound,
    GiveVerdict,
    PickCard,
    RepealRule,
    SkipChoice,
    SkipTurn,
    StartRound,
    UndoPick,
    UsePower,
)
from ringofire.round.state import Round

Fields = dict[str, Any]

KINDS: tuple[type[Command], ...] = get_args(Command)

YEARS = 10**11
"""Milliseconds that no option makes anybody wait."""


def fresh_id(room: Room, rng: Random) -> str:
    """An id that no accepted command had before: it begins with the room's version."""
    return f"{room.version}.{rng.getrandbits(64):x}"


def token(rng: Random) -> bytes:
    """The hash of a token that nobody had before."""
    return sha256(rng.randbytes(16)).digest()


def ids(room: Room) -> list[str]:
    """The seats of everybody."""
    return [seat.id for seat in room.seats]


def round_of(room: Room) -> Round:
    """The round of a room that has one."""
    assert room.game is not None
    assert room.game.round is not None
    return room.game.round


# ------------------------------------------------------------------ a sensible command of each kind


def _create(room: Room, by: str | None, rng: Random) -> Fields:
    return {
        "room": "K7QX2M",
        "name": "Ann",
        "token_hash": token(rng),
        "master": rng.randbytes(32),
        "pack": shipped_pack("uk"),
    }


def _join(room: Room, by: str | None, rng: Random) -> Fields:
    return {"name": f"Bo {rng.getrandbits(32)}", "token_hash": token(rng)}


def _other(room: Room, by: str | None, rng: Random) -> Fields:
    return {"seat": rng.choice([seat for seat in ids(room) if seat != by] or ["p99"])}


def _move_seat(room: Room, by: str | None, rng: Random) -> Fields:
    seats = ids(room) or ["p99"]  # everybody has left
    place = rng.randrange(len(seats))
    elsewhere = [to for to in range(len(seats)) if to != place]
    return {"seat": seats[place], "to": rng.choice(elsewhere or [0])}


def _configure(room: Room, by: str | None, rng: Random) -> Fields:
    seconds = room.options.turn_seconds % 600 + 10
    options: Fields = {"turn_seconds": min(seconds, 600) if seconds != 610 else 10}
    if rng.random() < 0.3:
        options["rule_max"] = rng.randint(1, 4)
    if rng.random() < 0.3:
        options["lock_on_start"] = rng.random() < 0.5
    if rng.random() < 0.3:
        options["capacity"] = max(len(room.seats), rng.randint(2, 20))
    if rng.random() < 0.5:
        return {"pack": shipped_pack(rng.choice(SHIPPED)), "options": options}
    return {"options": options}


def _nonce(room: Room, by: str | None, rng: Random) -> Fields:
    return {"nonce": rng.randbytes(rng.randint(1, 32))}


def _pick(room: Room, by: str | None, rng: Random) -> Fields:
    ring = round_of(room).ring
    down = [slot for slot in range(ring.size) if ring.lies_face_down(slot)]
    return {} if rng.random() < 0.4 else {"slot": rng.choice(down or [0])}


def _choose(room: Room, by: str | None, rng: Random) -> Fields:
    choice = round_of(room).choice
    if choice is None:
        return {"choice": "c1", "value": by or "p1"}
    if choice.kind == "split":
        parts: dict[str, int] = {}
        for _ in range(choice.count):
            seat = rng.choice(choice.candidates)
            parts[seat] = parts.get(seat, 0) + 1
        return {"choice": choice.id, "value": parts}
    count = min(choice.count, len(choice.candidates))
    value = tuple(rng.sample(choice.candidates, count)) or ("p1",)
    return {"choice": choice.id, "value": value[0] if len(value) == 1 else value}


def _skip_choice(room: Room, by: str | None, rng: Random) -> Fields:
    choice = round_of(room).choice
    return {"choice": "c1" if choice is None else choice.id}


def _verdict(room: Room, by: str | None, rng: Random) -> Fields:
    verdict = round_of(room).verdict
    if verdict is None:
        return {"verdict": "v1", "value": ()}
    many = range(len(verdict.candidates) + 1) if verdict.kind != "one" else (1,)
    for _ in range(40):
        count = min(rng.choice(many), len(verdict.candidates))
        chosen = set(rng.sample(verdict.candidates, count))
        value = tuple(seat for seat in verdict.candidates if seat in chosen)
        if value != verdict.value:
            return {"verdict": verdict.id, "value": value}
    return {"verdict": verdict.id, "value": ()}


def _add_rule(room: Room, by: str | None, rng: Random) -> Fields:
    return {"text": f"No names, rule {rng.getrandbits(20)}"}


def _repeal(room: Room, by: str | None, rng: Random) -> Fields:
    round_ = round_of(room)
    choice, rules = round_.choice, round_.lasting.rules
    free = by == room.host or (
        choice is not None and choice.kind == "repeal" and choice.owner == by
    )
    able = [rule.id for rule in rules if free or (rule.author == by and rule.picks == round_.picks)]
    return {"rule": rng.choice(able or [rule.id for rule in rules] or ["r1"])}


def _power(room: Room, by: str | None, rng: Random) -> Fields:
    statuses = round_of(room).lasting.statuses
    held = [status.key for status in statuses if status.holder == by]
    return {"key": rng.choice(held or [status.key for status in statuses] or ["thumb"])}


def _away(room: Room, by: str | None, rng: Random) -> Fields:
    seat = rng.choice(room.seats) if by == room.host else None
    if seat is None or rng.random() < 0.6:
        seat = next((one for one in room.seats if one.id == by), None)
    if seat is None:
        return {"away": True}
    return {"away": not seat.away} | ({} if seat.id == by else {"seat": seat.id})


def _profile(room: Room, by: str | None, rng: Random) -> Fields:
    seat = next((one for one in room.seats if one.id == by), None)
    fields: Fields = {"colour": f"#{rng.getrandbits(24):06x}"}
    if rng.random() < 0.5:
        fields["team"] = rng.choice(["a", "b", None])
    if rng.random() < 0.3:
        fields["name"] = f"Cy {rng.getrandbits(40)}"
    if rng.random() < 0.3:
        fields["emoji"] = rng.choice(["🍺", None, UNSET])
    if seat is not None and seat.colour == fields["colour"]:
        fields["colour"] = None
    return fields


def _claim(room: Room, by: str | None, rng: Random) -> Fields:
    return {"host_seen_at": room.at - YEARS}


def _move_room(room: Room, by: str | None, rng: Random) -> Fields:
    return {"to": f"store-{rng.getrandbits(32)}"}


def _nothing(room: Room, by: str | None, rng: Random) -> Fields:
    return {}


FORMS: Mapping[type[Command], Callable[[Room, str | None, Random], Fields]] = {
    AddNonce: _nonce,
    AddRule: _add_rule,
    Choose: _choose,
    ClaimHost: _claim,
    CloseRoom: _nothing,
    Configure: _configure,
    CreateRoom: _create,
    EndRound: _nothing,
    GiveVerdict: _verdict,
    JoinRoom: _join,
    KickPlayer: _other,
    LeaveRoom: _nothing,
    LockRoom: _nothing,
    MoveRoom: _move_room,
    MoveSeat: _move_seat,
    PickCard: _pick,
    RepealRule: _repeal,
    SetAway: _away,
    SkipChoice: _skip_choice,
    SkipTurn: _nothing,
    StartRound: _nothing,
    TransferHost: _other,
    UndoPick: _nothing,
    UnlockRoom: _nothing,
    UpdateProfile: _profile,
    UsePower: _power,
}
"""The fields of a command that its room accepts, if it accepts one of that kind at all."""


def command(
    kind: type[Command], room: Room, by: str | None, rng: Random, *, at: int | None = None
) -> Command:
    """A sensible command of `kind`: one that is accepted if `kind` is legal for `by` now."""
    moment = room.at if at is None else at
    fields = FORMS[kind](room, by, rng)
    made: Command = kind(id=fresh_id(room, rng), by=by, at=moment, **fields)
    return made


def legal_moves(
    room: Room, seat: str | None, rng: Random, *, at: int | None = None
) -> list[tuple[Legal, Command]]:
    """A well-formed command for each that `seat` may send; `after` ones come late enough."""
    moment = room.at if at is None else at
    return [
        (
            legal,
            command(
                legal.command,
                room,
                seat,
                rng,
                at=moment if legal.after is None else room.at + 1_000_000,
            ),
        )
        for legal in legal_commands(room, seat)
    ]


# ------------------------------------------------------------------ any command at all


def _deep() -> object:
    nested: object = "x"
    for _ in range(20_000):
        nested = [nested]
    return nested


JUNK: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    19,
    108,
    2**53 - 1,
    2**53,
    -(2**53),
    -(10**400),
    1.5,
    float("nan"),
    float("inf"),
    "",
    " ",
    "p1",
    "p2",
    "P1",
    "p01",
    "p99",
    "c1",
    "v1",
    "r1",
    "clockwise",
    "x" * 65,
    "x" * 100_000,
    "\x00",
    "a\x1b[31mb",
    "line\r\nbreak",
    "\u202egnp.exe",
    "\u200b",
    "e" + "\u0301" * 5,
    "\ud800",
    "\U000e0041",
    "\ue000",
    "<script>alert(1)</script>",
    "{room.game.master}",
    "%s%n",
    "' OR 1=1 --",
    "🍺" * 24,
    "🏴" * 200,
    b"",
    b"\x00" * 31,
    b"\x00" * 32,
    b"\x00" * 33,
    (),
    ("p1",),
    ("p1", "p1"),
    ("p1", "p2"),
    ("p1", "p99"),
    ("p1", None),
    ["p1"],
    {},
    {"p1": 1},
    {"p1": 2, "p2": 1},
    {"p1": True},
    {"p1": 2**60},
    {"p1": -1, "p2": 4},
    {"p99": 3},
    {1: 2, "p1": 1},
    {"capacity": 2},
    {"capacity": 10**400},
    {"capacity": True},
    {"tone": ["sips"]},
    {"pack": "uk"},
    {"lifetime_hours": 2},
    {"a": {"b": {"c": {}}}},
    {("p1",): 1},
    frozenset({"p1"}),
    UNSET,
    object(),
    Room,
    Room(),
    _deep(),
)
"""What no client should send, and some things it might."""


def hostile(room: Room, rng: Random) -> Command:
    """A command of any kind from anybody, a sensible one but for a field or two that are junk."""
    kind = rng.choice(KINDS)
    by = rng.choice([*ids(room), None, "p99", room.host])
    try:
        fields = FORMS[kind](room, by, rng)
    except (AssertionError, IndexError, ValueError):  # no round, or nobody there
        fields = {}
    names = [field.name for field in attrs.fields(kind)]
    base: Fields = {"id": fresh_id(room, rng), "by": by, "at": room.at}
    base |= {name: rng.choice(JUNK) for name in names if name not in base and name not in fields}
    base |= fields
    for name in rng.sample(names, rng.choice([0, 1, 1, 1, 2, 3])):
        base[name] = rng.choice(JUNK)
    made: Command = kind(**{name: base[name] for name in names})
    return made


OBJECTS: tuple[object, ...] = (*JUNK, CreateRoom, JoinRoom, KINDS, Legal(PickCard), MoveRoom)
"""What is no command at all."""
