"""Objects of a room's state, side by side, that all that may be done and seen in it follows from.

They are the objects of the state, or those of the facts before. So what follows from some of them
follows again as long as they are the very same; nobody has to say what a command has changed.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import compress
from operator import attrgetter, is_, is_not

from ringofire.cards import Deck
from ringofire.room.state import Room, Seat
from ringofire.round.state import Lasting, Ring, Turn, present
from ringofire.values import replace

__all__ = ["Facts", "State", "state_of"]


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


# What stands for the parts of a round before there is one; always the same objects.
_NO_RING = Ring(size=0, kings=0, face_down=0)
_NO_TURN = Turn()
_NOTHING = Lasting()

_looks = attrgetter("id", "name", "emoji", "colour", "team", "away")


class Facts:
    """The facts of one room, which must have been created; they are only read.

    Outside a round that is played there is no turn (its seat is empty), no choice and no verdict;
    before the first round there is no `deck`. `people` are the seats without what is private;
    whoever looks as in the facts `before` is the object that is there.
    """

    def __init__(self, room: Room, before: "Facts | None" = None) -> None:
        game = room.game
        if game is None:
            raise ValueError("a room that was never created has no view")
        round_ = game.round
        live = None if round_ is None or round_.over or room.closed else round_
        turn = _NO_TURN if live is None else live.turn
        ring = _NO_RING if round_ is None else round_.ring
        lasting = _NOTHING if round_ is None else round_.lasting
        # In one order, whatever the room: `changed` compares them one by one.
        self.state = state_of(room)
        self.code = room.code
        self.version = room.version
        self.locked = room.locked
        self.host = room.host
        self.home = room.home
        self.options = room.options
        self.recent = room.recent
        self.seats = room.seats
        people = tuple(map(_public, room.seats)) if before is None else _kept(room.seats, before)
        self.people: tuple[Seat, ...] = people
        self.members: tuple[str, ...]
        self.present: tuple[str, ...]
        if before is not None and people is before.people:
            self.members, self.present = before.members, before.present
        else:
            self.members, self.present = tuple([seat.id for seat in people]), present(people)
        self.number = game.number
        self.pack = game.pack
        self.commitment = game.commitment
        self.nonces = game.nonces
        self.deck: Deck | None = None if round_ is None else round_.pack.deck
        self.paused = live is not None and live.paused
        self.picks = 0 if live is None else live.picks
        self.undoable = live is not None and live.before is not None
        self.choice = None if live is None else live.choice
        self.verdict = None if live is None else live.verdict
        self.turn = turn.seat
        self.started_at = turn.started_at
        self.direction = turn.direction
        self.extra = turn.extra
        self.size = ring.size
        self.picked = ring.picked
        self.broken = ring.broken
        self.kings = ring.kings
        self.kings_drawn = ring.kings_drawn
        self.statuses = lasting.statuses
        self.links = lasting.links
        self.rules = lasting.rules
        self.cup = lasting.cup

    def changed(self, before: "Facts") -> Iterable[str]:
        """Name the facts that are not the very objects of `before`."""
        new, old = vars(self), vars(before)
        return compress(new, map(is_not, new.values(), old.values()))


def _public(seat: Seat) -> Seat:
    return replace(seat, token_hash=b"", receipts=())


def _kept(seats: tuple[Seat, ...], before: Facts) -> tuple[Seat, ...]:
    """The people on `seats`, in which those who look as before are the objects of before."""
    people = [
        old if seat is was or all(map(is_, _looks(seat), _looks(old))) else _public(seat)
        for seat, was, old in zip(seats, before.seats, before.people, strict=False)
    ]
    people += map(_public, seats[len(people) :])
    same = len(people) == len(before.people) and all(map(is_, people, before.people))
    return before.people if same else tuple(people)
