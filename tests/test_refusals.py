"""What is refused of any command: strangers, stale views, used ids, closed rooms, wrong types."""

from collections.abc import Iterator
from typing import Any, get_args

import attrs
import pytest

from ringofire.engine import find_receipt
from ringofire.entry import Command
from ringofire.errors import Reason, Rejected
from ringofire.packs.pack import Pack
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
    RoomCommand,
    SetAway,
    TransferHost,
    UnlockRoom,
    UpdateProfile,
)
from ringofire.room.events import PlayerUpdated
from ringofire.round.commands import (
    AddNonce,
    AddRule,
    Choose,
    EndRound,
    GiveVerdict,
    PickCard,
    RepealRule,
    RoundCommand,
    SkipChoice,
    SkipTurn,
    StartRound,
    UndoPick,
    UsePower,
)
from tests.given import (
    CODE,
    MASTER,
    MINUTE,
    NOW,
    PLAIN,
    UK,
    Case,
    Plain,
    Step,
    Table,
    cases,
    chooses,
    claims,
    configures,
    creates,
    dresses,
    ends,
    game,
    house,
    joins,
    judges,
    leaves,
    lobby,
    locks,
    outcome,
    picks,
    repeals,
    say,
    skips,
    starts,
    state,
    token,
    turn,
    unlocks,
    up,
    writes,
)

KINDS: tuple[type[Command], ...] = (*get_args(RoomCommand), *get_args(RoundCommand))

SENT: dict[type[Command], Plain] = {
    CreateRoom: {
        "room": CODE,
        "name": "Ann",
        "token_hash": token("Ann"),
        "master": MASTER,
        "pack": PLAIN,
        "options": None,
    },
    JoinRoom: {"name": "Zoe", "token_hash": token("Zoe")},
    LeaveRoom: {},
    KickPlayer: {"seat": "p2"},
    LockRoom: {},
    UnlockRoom: {},
    TransferHost: {"seat": "p2"},
    ClaimHost: {"host_seen_at": 0},
    MoveSeat: {"seat": "p2", "to": 0},
    Configure: {"pack": UK, "options": None},
    SetAway: {"away": True, "seat": None},
    UpdateProfile: {"name": "Zoe", "emoji": None, "colour": None, "team": None},
    CloseRoom: {},
    MoveRoom: {"to": "there"},
    AddNonce: {"nonce": b"x"},
    StartRound: {},
    PickCard: {"slot": 0},
    Choose: {"choice": "c1", "value": "p2"},
    SkipChoice: {"choice": "c1"},
    GiveVerdict: {"verdict": "v1", "value": ("p2",)},
    AddRule: {"text": "No names"},
    RepealRule: {"rule": "r1"},
    UsePower: {"key": "thumb"},
    SkipTurn: {},
    UndoPick: {},
    EndRound: {},
}
"""Fields with which each command is well formed."""

OUTSIDERS = (CreateRoom, JoinRoom, MoveRoom)


def _sends(kind: type[Command], **fields: Any) -> Step:
    return say(kind, None if kind in OUTSIDERS else "p1", **SENT[kind] | fields)


def test_the_table_knows_every_command() -> None:
    """Each command has a row, and each row all fields of its command."""
    own = {field.name for field in attrs.fields(LeaveRoom)}

    assert set(KINDS) == set(SENT)
    for kind, fields in SENT.items():
        assert {field.name for field in attrs.fields(kind)} - own == set(fields)


# -- Wrong types, huge and negative values ---------------------------------------------------------

_NUMBER = 2**53


def _nested() -> list[Any]:
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    return deep


ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    _NUMBER,
    -_NUMBER,
    10**5000,
    1.5,
    float("nan"),
    float("inf"),
    "",
    " ",
    "p1",
    "x" * 100_000,
    "\x00",
    "\ud800",
    "é",
    b"",
    b"x",
    b"x" * 100_000,
    (),
    ("p2", "p2"),
    ("p2",) * 10_000,
    (None,),
    ["p2"],
    _nested(),
    {},
    {"p2": 10**5000},
    {"p2": -1},
    {None: None},
    {("p",): 1},
    {"capacity": None},
    object(),
    Reason.STALE,
    int,
)

_ASKS = house({"A": [{"do": "game", "lose": "many"}, {"do": "penalty", "who": "split", "n": 2}]})


def _tables() -> Iterator[Table]:
    yield Table()
    yield lobby()
    table = lobby()
    table.tell(say(LockRoom, "p1", id="used"))
    yield table
    yield game()
    yield state(picks("p1", "AS"), pack=_ASKS)
    yield state(picks("p1", "AS"), pack=house({"A": [{"do": "penalty", "who": "pick"}]}))
    yield state(picks("p1", "AS"), pack=house({"A": [{"do": "rule"}]}))
    yield state(
        writes("p1"), picks("p1", "AS"), pack=house({"A": [{"do": "rule", "op": "repeal"}]})
    )
    yield state(ends())
    yield state(say(CloseRoom, "p1"))


TABLES = tuple(_tables())
FIELDS = [(kind, field.name) for kind in KINDS for field in attrs.fields(kind)]


@pytest.mark.parametrize(
    ("kind", "name"), FIELDS, ids=[f"{kind.__name__}-{name}" for kind, name in FIELDS]
)
def test_any_value_is_judged(kind: type[Command], name: str) -> None:
    """Whatever stands in whichever field, wherever the room is: events, or a reason; never a crash.

    A refusal leaves the room as it was and repeats nothing of the value.
    """
    for table in TABLES:
        for odd in ODD:
            before = table.room
            refused = _refusal(table, _sends(kind, **{"id": "used", name: lambda _, odd=odd: odd}))
            table.room = before
            del table.log[before.version :]

            assert refused is None or isinstance(refused.reason, Reason)
            assert "xxxx" not in str(refused)


def _refusal(table: Table, step: Step) -> Rejected | None:
    """Give how a step is refused, or None if it is not."""
    try:
        table.tell(step)
    except Rejected as refused:
        return refused
    return None


_BAD: dict[str, tuple[Any, ...]] = {
    "id": (None, "", 7, "x" * 65, "é", "a\nb", b"x"),
    "by": ("", 7, "x" * 65, "é", ["p1"]),
    "at": (None, -1, 2**53, 1.0, True, "0"),
    "expect": (2**53, -(2**53), 1.0, True, "1"),
    "seat": ("", 7, "x" * 65, "é", ["p1"], {}),
    "token_hash": (None, b"", b"x" * 31, b"x" * 33, "x" * 32),
    "to": (None, 1.0, True, 2**53, b"x"),
    "away": (None, 0, 1, "true"),
    "host_seen_at": (None, 1.0, True, 2**53, "0"),
    "nonce": (None, b"", b"x" * 33, "00"),
    "slot": (1.0, True, 2**53, "0"),
    "choice": (None, "", 7, "x" * 65),
    "verdict": (None, "", 7, "x" * 65),
    "rule": (None, "", 7, "x" * 65),
    "room": (None, "", 7, "x" * 33, "é"),
    "master": (None, b"", b"x" * 33, "x" * 32),
}


@pytest.mark.parametrize("name", _BAD)
def test_a_wrong_field_is_named(name: str) -> None:
    """A field of a wrong type or size is refused as `bad_value` before all else, and named."""
    own = [kind for kind in KINDS if name in {field.name for field in attrs.fields(kind)}]

    assert own
    for kind in own:
        for value in _BAD[name]:
            with pytest.raises(Rejected) as caught:
                lobby().tell(_sends(kind, **{name: value}))
            assert (Reason.BAD_VALUE, {"field": name}) == (caught.value.reason, caught.value.data)


# -- Who, and when ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OUTSIDERS])
def test_strangers_are_refused(kind: type[Command]) -> None:
    """All but opening, joining and moving a room is for members; a leaver is none any more."""
    for table in (lobby(), game(), state(leaves("p3"))):
        for by in (None, "p9", "p3" if len(table.room.seats) == 2 else "p0"):
            assert Reason.NOT_MEMBER == outcome(table, say(kind, by, **SENT[kind]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_room_answers_wrong_phase(kind: type[Command]) -> None:
    """In a closed room everything is refused, however stale."""
    for table in (state(say(CloseRoom, "p1")), state(writes("p1"), say(CloseRoom, "p1"))):
        assert Reason.WRONG_PHASE == outcome(table, _sends(kind))
        assert Reason.WRONG_PHASE == outcome(table, _sends(kind, expect=1))


def test_a_closed_room_knows_a_retry() -> None:
    """What was accepted before the room closed is still known as accepted."""
    table = lobby()
    table.tell(say(CloseRoom, "p1", id="x"))

    assert () == outcome(table, say(CloseRoom, "p1", id="x"))


def test_a_paused_room_that_is_closed_is_closed() -> None:
    """Closing wins over pausing."""
    table = state(leaves("p3"), leaves("p2"), say(CloseRoom, "p1"))

    assert Reason.WRONG_PHASE == outcome(table, picks("p1", slot=0))


@cases(
    as_it_is=Case(when=picks("p1", "2C"), then=(up("p1", "2C"), turn("p2"))),
    past=Case(begin=lobby, when=say(LockRoom, "p1", expect=2), then=Reason.STALE),
    future=Case(begin=lobby, when=say(LockRoom, "p1", expect=4), then=Reason.STALE),
    negative=Case(begin=lobby, when=say(LockRoom, "p1", expect=-1), then=Reason.STALE),
    before_who_may=Case(begin=lobby, when=say(LockRoom, "p2", expect=2), then=Reason.STALE),
    before_the_phase=Case(begin=lobby, when=say(PickCard, "p1", expect=2), then=Reason.STALE),
)
def test_a_stale_command_is_refused(case: Case) -> None:
    """A command that expects another version than the current one is stale, whatever it asks."""
    assert case.then == case.outcome()


def test_an_expected_version_is_accepted() -> None:
    """The current version is the one to expect, and JoinRoom may expect it too."""
    table = lobby()

    assert not isinstance(outcome(table, say(LockRoom, "p1", expect=3)), Reason)
    assert not isinstance(outcome(table, say(UnlockRoom, "p1", expect=4)), Reason)
    assert not isinstance(outcome(table, joins(expect=5)), Reason)


# -- Ids -------------------------------------------------------------------------------------------


def test_a_retry_makes_no_entry() -> None:
    """The same seat, id and payload give (), with the version it got, in any later state."""
    table = lobby()
    table.tell(say(LockRoom, "p1", id="x"))
    table.tell(unlocks())
    table.tell(starts())
    retry = say(LockRoom, "p1", id="x", expect=3, at=NOW + 5)
    receipt = find_receipt(table.room, retry(table))

    assert () == outcome(table, retry)
    assert receipt is not None
    assert 4 == receipt.version


@cases(
    another_command=Case(
        begin=lobby,
        given=(say(LockRoom, "p1", id="x"),),
        when=say(UnlockRoom, "p1", id="x"),
        then=Reason.ID_REUSED,
    ),
    another_field=Case(
        begin=lobby,
        given=(say(KickPlayer, "p1", id="x", seat="p2"),),
        when=say(KickPlayer, "p1", id="x", seat="p3"),
        then=Reason.ID_REUSED,
    ),
    a_field_left_out=Case(
        begin=lobby,
        given=(dresses("p1", id="x", emoji="🦊", team="a"),),
        when=dresses("p1", id="x", emoji="🦊"),
        then=Reason.ID_REUSED,
    ),
    null_is_not_left_out=Case(
        begin=lobby,
        given=(dresses("p1", team="a"), dresses("p1", id="x", team=None, emoji="🦊")),
        when=dresses("p1", id="x", emoji="🦊"),
        then=Reason.ID_REUSED,
    ),
    before_stale=Case(
        begin=lobby,
        given=(say(LockRoom, "p1", id="x"),),
        when=say(UnlockRoom, "p1", id="x", expect=1),
        then=Reason.ID_REUSED,
    ),
    what_nobody_can_write=Case(
        begin=lobby,
        given=(say(LockRoom, "p1", id="x"),),
        when=say(AddRule, "p1", id="x", text="\ud800"),
        then=Reason.ID_REUSED,
    ),
    of_another_seat=Case(
        begin=lobby,
        given=(say(LockRoom, "p1", id="x"),),
        when=dresses("p2", id="x", team="a"),
        then=(PlayerUpdated("p2", team="a"),),
    ),
    joined_by_another_name=Case(
        begin=lobby,
        given=(joins(id="x"),),
        when=joins("Uma", token_hash=token("Zoe"), id="x"),
        then=Reason.ID_REUSED,
    ),
    joined_by_the_same_name=Case(begin=lobby, given=(joins(id="x"),), when=joins(id="x"), then=()),
    created_with_it=Case(
        begin=lambda *_, **__: Table(),
        given=(creates(id="x"),),
        when=say(LockRoom, "p1", id="x"),
        then=Reason.ID_REUSED,
    ),
)
def test_an_id_is_used_once(case: Case) -> None:
    """The same id with another payload is refused; each seat has its own ids."""
    assert case.then == case.outcome()


def test_a_refused_id_is_judged_again() -> None:
    """What was refused has no effect, and its id may come again."""
    table = lobby()

    assert Reason.NO_CHANGE == outcome(table, say(UnlockRoom, "p1", id="x"))
    assert not isinstance(outcome(table, say(LockRoom, "p1", id="x")), Reason)


def test_64_ids_are_remembered() -> None:
    """A seat's last 64 accepted ids are known, the one before is not."""
    table = lobby()
    for number in range(65):
        table.tell(say(UnlockRoom if number % 2 else LockRoom, "p1", id=f"n{number}"))

    assert 64 == len(table.room.seats[0].receipts)
    assert () == outcome(table, say(UnlockRoom, "p1", id="n1"))
    assert Reason.NO_CHANGE == outcome(table, say(LockRoom, "p1", id="n0"))


def test_a_refusal_says_what_was_asked() -> None:
    """The text of a refusal names the command, the seat, the phase and the reason."""
    with pytest.raises(Rejected) as caught:
        game().tell(picks("p2", slot=0))

    assert "PickCard by p2 while playing refused: not_your_turn (current: p1)" == str(caught.value)


_SPLIT = house({"A": [{"do": "penalty", "who": "split", "n": 2}]})
_PICK = house({"A": [{"do": "penalty", "who": "pick"}]})
_CAPACITY = {"field": "options.capacity", "seats": 3}
_OTHERS = {"candidates": ("p2", "p3")}


def _asked(pack: Pack) -> Table:
    return state(picks("p1", "AS"), pack=pack)


@pytest.mark.parametrize(
    ("table", "step", "reason", "data"),
    [
        (game(), skips("p2"), Reason.TOO_EARLY, {"at": NOW + MINUTE}),
        (lobby(), claims("p2", at=NOW), Reason.TOO_EARLY, {"at": NOW + MINUTE}),
        (lobby(capacity=3), joins(), Reason.ROOM_FULL, {"capacity": 3}),
        (lobby(1), starts(), Reason.TOO_FEW_PLAYERS, {"present": 1, "least": 2}),
        (game(), picks("p1", slot=52), Reason.BAD_SLOT, {"size": 52}),
        (game(), picks("p2", slot=0), Reason.NOT_YOUR_TURN, {"current": "p1"}),
        (game(), chooses("p1", "p2"), Reason.NO_SUCH_CHOICE, {"state": "pick"}),
        (game(), starts(), Reason.WRONG_PHASE, {"state": "pick"}),
        (lobby(), locks("p2"), Reason.NOT_HOST, {"host": "p1"}),
        (lobby(), say(LockRoom, "p1", expect=1), Reason.STALE, {"version": 3}),
        (lobby(), configures(options={"capacity": 2}), Reason.BAD_OPTION, _CAPACITY),
        (_asked(_PICK), chooses("p1", "p9"), Reason.NOT_CANDIDATE, _OTHERS),
        (_asked(_PICK), chooses("p1"), Reason.BAD_VALUE, {"field": "value", "count": 1}),
        (_asked(_PICK), chooses("p1", choice="c9"), Reason.NO_SUCH_CHOICE, {"open": "c1"}),
        (_asked(_PICK), chooses("p2", "p1"), Reason.NOT_HOST, {"owner": "p1"}),
        (_asked(_SPLIT), chooses("p1", value={"p1": 1}), Reason.BAD_SPLIT, {"amount": 2}),
        (game(rule_max=1, players=2), writes("p2"), Reason.NO_RULE_CREDIT, {}),
        (state(writes("p1"), rule_max=1), writes("p1"), Reason.TOO_MANY_RULES, {"limit": 1}),
        (state(writes("p1")), repeals("p2"), Reason.NOT_HOST, {"author": "p1"}),
        (game(), judges("p1", "p2"), Reason.NO_SUCH_CHOICE, {"open": None}),
        (
            lobby(),
            say(MoveSeat, "p1", seat="p2", to=3),
            Reason.BAD_VALUE,
            {"field": "to", "seats": 3},
        ),
    ],
)
def test_a_refusal_tells_what_helps(table: Table, step: Step, reason: Reason, data: Plain) -> None:
    """The data of a refusal says what would have been right, as plain data."""
    refused = _refusal(table, step)

    assert refused is not None
    assert (reason, data) == (refused.reason, refused.data)
