"""Which command is legal when, and for whom: data, read by `decide`, by the view and by the docs.

A room is in one state at a time. LEGAL says what each state allows; the state diagram in the docs
is drawn from the same table. What a single command still asks for stands with its decision.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from ringofire.entry import Command
from ringofire.errors import Reason
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
from ringofire.round.state import Round, present
from ringofire.round.turns import LEAST_PRESENT
from ringofire.values import value

__all__ = [
    "HOST_ONLY",
    "LEGAL",
    "NEXT",
    "OUTSIDERS",
    "REFUSALS",
    "WAITS",
    "Legal",
    "State",
    "later_commands",
    "legal_commands",
    "open_commands",
    "state_of",
]

Kind = type[Command]


class State(StrEnum):
    """Where a room stands: its phase, and while playing its step."""

    NOWHERE = "nowhere"
    LOBBY = "lobby"
    PICK = "pick"
    CHOOSE = "choose"
    ENDED = "ended"
    CLOSED = "closed"

    @property
    def phase(self) -> str:
        """`lobby`, `playing`, `ended` or `closed`, as players see it."""
        return "playing" if self in (State.PICK, State.CHOOSE) else self.value


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


def state_of(room: Room) -> State:
    """Give the state `room` is in."""
    if room.game is None:
        return State.NOWHERE
    if room.closed:
        return State.CLOSED
    round_ = room.game.round
    if round_ is None:
        return State.LOBBY
    if round_.over:
        return State.ENDED
    return State.PICK if round_.choice is None else State.CHOOSE


# ------------------------------------------------------------------ what is open to whom

Seats = tuple[str, ...]


def _members(room: Room) -> Seats:
    return tuple([seat.id for seat in room.seats])


def _host(room: Room) -> Seats:
    return () if room.host is None else (room.host,)


def _round(room: Room) -> Round:
    assert room.game is not None
    assert room.game.round is not None
    return room.game.round


def _host_if(holds: Callable[[Room], bool]) -> Callable[[Room], Seats]:
    return lambda room: _host(room) if holds(room) else ()


def _add_nonce(room: Room) -> Seats:
    assert room.game is not None
    given = {seat for seat, _ in room.game.nonces}
    return tuple([seat for seat in _members(room) if seat not in given])


def _answer(room: Room, *kinds: str) -> Seats:
    choice = _round(room).choice
    if choice is None or choice.kind not in kinds:
        return ()
    return tuple([seat for seat in _members(room) if seat in (choice.owner, room.host)])


def _add_rule(room: Room) -> Seats:
    free = _host(room) if len(_round(room).lasting.rules) < room.options.rule_max else ()
    return tuple([seat for seat in _members(room) if seat in (*_answer(room, "rule"), *free)])


def _repeal_rule(room: Room) -> Seats:
    round_ = _round(room)
    rules = round_.lasting.rules
    if not rules:
        return ()
    fresh = [rule.author for rule in rules if rule.picks == round_.picks]
    able = (*_host(room), *_answer(room, "repeal"), *fresh)
    return tuple([seat for seat in _members(room) if seat in able])


def _use_power(room: Room) -> Seats:
    holders = {status.holder for status in _round(room).lasting.statuses}
    return tuple([seat for seat in _members(room) if seat in holders])


def _give_verdict(room: Room) -> Seats:
    verdict = _round(room).verdict
    if verdict is None:
        return ()
    values = [(seat,) for seat in verdict.candidates] + [()] * (verdict.kind != "one")
    return _members(room) if any(value != verdict.value for value in values) else ()


def _skip_turn(room: Room) -> Seats:
    able = (_round(room).turn.seat, room.host)
    return tuple([seat for seat in _members(room) if seat in able])


_OPEN: Mapping[Kind, Callable[[Room], Seats]] = {
    AddNonce: _add_nonce,
    AddRule: _add_rule,
    Choose: lambda room: _answer(room, "players", "split", "order"),
    ClaimHost: lambda _: (),
    CloseRoom: _host,
    Configure: _host,
    EndRound: _host,
    GiveVerdict: _give_verdict,
    KickPlayer: _host_if(lambda room: len(room.seats) > 1),
    LeaveRoom: _members,
    LockRoom: _host_if(lambda room: not room.locked),
    MoveSeat: _host_if(lambda room: len(room.seats) > 1),
    PickCard: lambda room: (_round(room).turn.seat,),
    RepealRule: _repeal_rule,
    SetAway: _members,
    SkipChoice: lambda room: _answer(room, "players", "split", "order", "rule", "repeal"),
    SkipTurn: _skip_turn,
    StartRound: _host_if(lambda room: len(present(room.seats)) >= LEAST_PRESENT),
    TransferHost: _host_if(lambda room: len(room.seats) > 1),
    UndoPick: _host_if(lambda room: _round(room).before is not None),
    UnlockRoom: _host_if(lambda room: room.locked),
    UpdateProfile: _members,
    UsePower: _use_power,
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
    found = {kind: _OPEN[kind](room) for kind in _allowed(room)}
    return {kind: seats for kind, seats in found.items() if seats}


def later_commands(room: Room) -> Mapping[Kind, Seats]:
    """Give each command that other members may send once its time has come, and their seats."""
    found = {}
    for kind in _AFTER.keys() & _allowed(room):
        now = (*_OPEN[kind](room), *_host(room))
        found[kind] = tuple([seat for seat in _members(room) if seat not in now])
    return {kind: seats for kind, seats in found.items() if seats}


def _allowed(room: Room) -> list[Kind]:
    """What the state allows to members, by name."""
    state = state_of(room)
    waits = WAITS if state in (State.PICK, State.CHOOSE) and _round(room).paused else frozenset()
    return sorted(LEGAL[state] - OUTSIDERS - waits, key=wire_name)


def legal_commands(room: Room, seat: str | None) -> tuple[Legal, ...]:
    """Give what `seat` may do now, by name; for None what somebody without a seat may.

    A command listed here can still be refused for what it says (a slot that is taken), a command
    that is not listed is refused whatever it says. `after` waits for time to pass: for SkipTurn
    since the turn started, for ClaimHost since the host was last seen.
    """
    state = state_of(room)
    if seat is None:
        return tuple([Legal(kind) for kind in _for_strangers(room, state)])
    if seat not in _members(room):
        return ()
    legal = [Legal(kind) for kind, seats in open_commands(room).items() if seat in seats]
    legal += [
        Legal(kind, _AFTER[kind]) for kind, seats in later_commands(room).items() if seat in seats
    ]
    return tuple(sorted(legal, key=lambda one: wire_name(one.command)))


def _for_strangers(room: Room, state: State) -> list[Kind]:
    if state is State.NOWHERE:
        return [CreateRoom]
    full = len(room.seats) >= room.options.capacity
    return [JoinRoom] if JoinRoom in LEGAL[state] and not room.locked and not full else []
