"""Which command is legal when, and for whom: data, read by `decide`, by the view and by the docs.

A room is in one state at a time. LEGAL says what each state allows; the state diagram in the docs
is drawn from the same table. What a single command still asks for stands with its decision.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import NamedTuple

from ringofire.entry import Command
from ringofire.errors import Reason
from ringofire.facts import Facts, State, state_of
from ringofire.names import wire_name
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
from ringofire.room.state import Room, find_seat
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
from ringofire.round.state import Verdict
from ringofire.round.turns import LEAST_PRESENT
from ringofire.values import value

__all__ = [
    "HOST_ONLY",
    "LEGAL",
    "NEXT",
    "OUTSIDERS",
    "REFUSALS",
    "STANDING",
    "WAITS",
    "Legal",
    "Standing",
    "State",
    "later_in",
    "legal_commands",
    "open_commands",
    "open_in",
    "standing",
    "state_of",
]

Kind = type[Command]


_ALWAYS: frozenset[Kind] = frozenset(
    {
        ClaimHost,
        CloseRoom,
        JoinRoom,
        KickPlayer,
        LeaveRoom,
        LockRoom,
        MoveRoom,
        SetAway,
        TransferHost,
        UnlockRoom,
        UpdateProfile,
    }
)
_BETWEEN: frozenset[Kind] = _ALWAYS | {AddNonce, Configure, MoveSeat, StartRound}
_PLAYING: frozenset[Kind] = _ALWAYS | {
    AddRule,
    EndRound,
    GiveVerdict,
    RepealRule,
    SkipTurn,
    UndoPick,
    UsePower,
}

LEGAL: Mapping[State, frozenset[Kind]] = {
    State.NOWHERE: frozenset({CreateRoom}),
    State.LOBBY: _BETWEEN,
    State.PICK: _PLAYING | {PickCard},
    State.CHOOSE: _PLAYING | {Choose, SkipChoice},
    State.ENDED: _BETWEEN,
    State.CLOSED: frozenset(),
}
"""What each state allows."""

_ON = frozenset({State.PICK, State.CHOOSE, State.ENDED})

NEXT: Mapping[State, Mapping[Kind, frozenset[State]]] = {
    State.NOWHERE: {CreateRoom: frozenset({State.LOBBY})},
    State.LOBBY: {
        StartRound: frozenset({State.PICK}),
        LeaveRoom: frozenset({State.LOBBY, State.CLOSED}),
        CloseRoom: frozenset({State.CLOSED}),
    },
    State.PICK: {
        PickCard: _ON,
        EndRound: frozenset({State.ENDED}),
        LeaveRoom: frozenset({State.PICK, State.CLOSED}),
        CloseRoom: frozenset({State.CLOSED}),
    },
    State.CHOOSE: {
        **dict.fromkeys((AddRule, Choose, KickPlayer, RepealRule, SetAway, SkipChoice), _ON),
        SkipTurn: frozenset({State.PICK, State.ENDED}),
        EndRound: frozenset({State.ENDED}),
        LeaveRoom: _ON | {State.CLOSED},
        UndoPick: frozenset({State.PICK}),
        CloseRoom: frozenset({State.CLOSED}),
    },
    State.ENDED: {
        StartRound: frozenset({State.PICK}),
        LeaveRoom: frozenset({State.ENDED, State.CLOSED}),
        CloseRoom: frozenset({State.CLOSED}),
    },
    State.CLOSED: {},
}
"""Where a command may lead; what is not in the table leaves the state as it is."""

REFUSALS: Mapping[tuple[State, Kind], Reason] = {
    (State.CHOOSE, PickCard): Reason.CHOICE_PENDING,
    (State.PICK, Choose): Reason.NO_SUCH_CHOICE,
    (State.PICK, SkipChoice): Reason.NO_SUCH_CHOICE,
}
"""Why a state refuses a command, where `wrong_phase` would say too little."""

OUTSIDERS: frozenset[Kind] = frozenset({CreateRoom, JoinRoom, MoveRoom})
"""What is asked by those who have no seat; all else is for members."""

HOST_ONLY: frozenset[Kind] = frozenset(
    {
        CloseRoom,
        Configure,
        EndRound,
        KickPlayer,
        LockRoom,
        MoveSeat,
        StartRound,
        TransferHost,
        UndoPick,
        UnlockRoom,
    }
)
"""What only the host may ask."""

WAITS: frozenset[Kind] = frozenset(
    {
        AddRule,
        Choose,
        GiveVerdict,
        PickCard,
        RepealRule,
        SkipChoice,
        SkipTurn,
        UndoPick,
        UsePower,
    }
)
"""What a paused round refuses."""


# ------------------------------------------------------------------ what is open to whom

Seats = tuple[str, ...]


class Standing(NamedTuple):
    """All that says who may do what: few and small, so that it comes again and again.

    Args:
        state: the room's.
        paused: whether the round waits.
        locked: whether nobody can join.
        host: the host's seat.
        members: all seats, in seat order.
        enough: whether a round could start with those who are present.
        given: the seats that gave entropy for the next round.
        turn: whose turn it is; empty outside rounds.
        asks: the kind of the open choice; None if there is none.
        asked: its owner.
        holders: of statuses.
        may_add: whether another rule may hold.
        may_repeal: whether any rule holds.
        authors: of the rules that were made since the last pick.
        may_lose: whether anybody can be named, or named anew, as loser.
        undoable: whether the last pick can be taken back.
    """

    state: State
    paused: bool
    locked: bool
    host: str | None
    members: Seats
    enough: bool
    given: Seats
    turn: str
    asks: str | None
    asked: str | None
    holders: tuple[str | None, ...]
    may_add: bool
    may_repeal: bool
    authors: Seats
    may_lose: bool
    undoable: bool


STANDING = tuple(
    """
    choice host locked members nonces options paused picks present rules state statuses turn
    undoable verdict
    """.split()
)
"""The facts that a standing is taken from."""


def standing(facts: Facts) -> Standing:
    """Give how things stand."""
    rules, choice, verdict = facts.rules, facts.choice, facts.verdict
    return Standing(
        facts.state,
        facts.paused,
        facts.locked,
        facts.host,
        facts.members,
        len(facts.present) >= LEAST_PRESENT,
        tuple([seat for seat, _ in facts.nonces]),
        facts.turn,
        None if choice is None else choice.kind,
        None if choice is None else choice.owner,
        tuple([status.holder for status in facts.statuses]),
        len(rules) < facts.options.rule_max,
        bool(rules),
        tuple([rule.author for rule in rules if rule.picks == facts.picks]),
        verdict is not None and _may_lose(verdict),
        facts.undoable,
    )


def _may_lose(verdict: Verdict) -> bool:
    values = [(seat,) for seat in verdict.candidates] + [()] * (verdict.kind != "one")
    return any(value != verdict.value for value in values)


Opener = Callable[[Standing], Seats]


def _members(now: Standing) -> Seats:
    return now.members


def _host(now: Standing) -> Seats:
    return () if now.host is None else (now.host,)


def _host_if(holds: Callable[[Standing], bool]) -> Opener:
    return lambda now: _host(now) if holds(now) else ()


def _those(now: Standing, able: Collection[str | None]) -> Seats:
    """The members among `able`, in seat order."""
    return tuple([seat for seat in now.members if seat in able])


def _answer(now: Standing, *kinds: str) -> Seats:
    return _those(now, (now.asked, now.host)) if now.asks in kinds else ()


def _add_rule(now: Standing) -> Seats:
    free = _host(now) if now.may_add else ()
    return _those(now, (*_answer(now, "rule"), *free))


def _repeal_rule(now: Standing) -> Seats:
    if not now.may_repeal:
        return ()
    return _those(now, (*_host(now), *_answer(now, "repeal"), *now.authors))


_OPEN: Mapping[Kind, Opener] = {
    AddNonce: lambda now: tuple([seat for seat in now.members if seat not in now.given]),
    AddRule: _add_rule,
    Choose: lambda now: _answer(now, "players", "split", "order"),
    ClaimHost: lambda _: (),
    CloseRoom: _host,
    Configure: _host,
    EndRound: _host,
    GiveVerdict: lambda now: now.members if now.may_lose else (),
    KickPlayer: _host_if(lambda now: len(now.members) > 1),
    LeaveRoom: _members,
    LockRoom: _host_if(lambda now: not now.locked),
    MoveSeat: _host_if(lambda now: len(now.members) > 1),
    PickCard: lambda now: (now.turn,),
    RepealRule: _repeal_rule,
    SetAway: _members,
    SkipChoice: lambda now: _answer(now, "players", "split", "order", "rule", "repeal"),
    SkipTurn: lambda now: _those(now, (now.turn, now.host)),
    StartRound: _host_if(lambda now: now.enough),
    TransferHost: _host_if(lambda now: len(now.members) > 1),
    UndoPick: _host_if(lambda now: now.undoable),
    UnlockRoom: _host_if(lambda now: now.locked),
    UpdateProfile: _members,
    UsePower: lambda now: _those(now, now.holders),
}

_AFTER: Mapping[Kind, str] = {ClaimHost: "host_seconds", SkipTurn: "turn_seconds"}
"""What other members may do once so many seconds have passed; the name is that of the option."""


@value
class Legal:
    """A command that a seat may send now, or once `after` (an option's seconds) has passed."""

    command: Kind
    after: str | None = None


def open_commands(room: Room) -> Mapping[Kind, Seats]:
    """Give each command that a member may send now, and the seats that may, in seat order."""
    return {} if room.game is None else open_in(standing(Facts(room)))


def open_in(now: Standing) -> Mapping[Kind, Seats]:
    """Give what `open_commands` gives of a room in which things stand so."""
    openers = _openers(now.state, now.paused)
    return {kind: seats for kind, able in openers if (seats := able(now))}


def later_in(now: Standing) -> Mapping[Kind, Seats]:
    """Give each command that other members may send once its time has come, and their seats."""
    found = {}
    for kind, able in _openers(now.state, now.paused):
        if kind in _AFTER:
            not_now = (*able(now), now.host)
            found[kind] = tuple([seat for seat in now.members if seat not in not_now])
    return {kind: seats for kind, seats in found.items() if seats}


@cache
def _openers(state: State, paused: bool) -> list[tuple[Kind, Opener]]:  # noqa: FBT001 (the key)
    """What the state allows to members, by name; only a round that is played can be paused."""
    waits = WAITS if paused else frozenset()
    kinds = sorted(LEGAL[state] - OUTSIDERS - waits, key=wire_name)
    return [(kind, _OPEN[kind]) for kind in kinds]


def legal_commands(room: Room, seat: str | None) -> tuple[Legal, ...]:
    """Give what `seat` may do now, by name; for None what somebody without a seat may.

    A command listed here can still be refused for what it says (a slot that is taken), a command
    that is not listed is refused whatever it says. `after` waits for time to pass: for SkipTurn
    since the turn started, for ClaimHost since the host was last seen.
    """
    state = state_of(room)
    if seat is None:
        return tuple([Legal(kind) for kind in _for_strangers(room, state)])
    if room.game is None or find_seat(room, seat) is None:
        return ()
    now = standing(Facts(room))
    legal = [Legal(kind) for kind, seats in open_in(now).items() if seat in seats]
    legal += [Legal(kind, _AFTER[kind]) for kind, seats in later_in(now).items() if seat in seats]
    return tuple(sorted(legal, key=lambda one: wire_name(one.command)))


def _for_strangers(room: Room, state: State) -> list[Kind]:
    if state is State.NOWHERE:
        return [CreateRoom]
    full = len(room.seats) >= room.options.capacity
    return [JoinRoom] if JoinRoom in LEGAL[state] and not room.locked and not full else []
