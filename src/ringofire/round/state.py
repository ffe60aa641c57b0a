"""The state of the game between people and cards: values only, no rules of play.

`Game` lasts as long as its room, `Round` from RoundStarted on. Round and its parts are small and
nested, because a move copies what it changes. Seats are known by their ids alone.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from attrs import field

from ringofire.canonical import PRIVATE
from ringofire.cards import Card
from ringofire.packs.pack import Pack
from ringofire.values import state, value

__all__ = [
    "Choice",
    "Cup",
    "Draw",
    "Game",
    "Lasting",
    "Link",
    "MadeRule",
    "Numbers",
    "People",
    "Person",
    "Picked",
    "Ring",
    "Round",
    "Status",
    "Turn",
    "Verdict",
    "drinkers",
    "neighbour",
    "present",
]


class Person(Protocol):
    """What a round may know of somebody at the table."""

    @property
    def id(self) -> str:
        """The seat's id."""

    @property
    def away(self) -> bool:
        """Whether they are away; who is not is present."""

    @property
    def team(self) -> str | None:
        """`a`, `b` or None."""


People = Sequence[Person]
"""Everybody at the table, in seat order."""


def present(people: People) -> tuple[str, ...]:
    """The seats of those who are not away, in seat order."""
    return tuple([person.id for person in people if not person.away])


def neighbour(people: People, seat: str, step: int) -> str | None:
    """The first present seat after `seat` in seat order (`step` 1) or before it (-1).

    Somebody else's if there is one, then the seat itself; None if nobody is present.
    """
    count = len(people)
    start = next(index for index, person in enumerate(people) if person.id == seat)
    for distance in range(1, count + 1):
        person = people[(start + step * distance) % count]
        if not person.away:
            return person.id
    return None


@value
class Picked:
    """A card that lies face up, and who turned it over."""

    slot: int
    card: Card
    seat: str


@state
class Ring:
    """The slots the cards lie in.

    Args:
        size: number of slots.
        kings: kings among the cards.
        face_down: bit mask of the slots whose card lies face down.
        picked: the cards that lie face up, in the order they were picked.
        kings_drawn: how many kings lie face up.
        next_slot: where a pick without a slot looks first.
        broken: whether the ring has broken.
        returned: cards that went face down again, in order.
        redeals: how often the face-down cards were dealt again.
        cards: the card in each slot, secret; empty in what was folded from a public log.
        key: of the round's shuffle, secret.
    """

    size: int
    kings: int
    face_down: int
    picked: tuple[Picked, ...] = ()
    kings_drawn: int = 0
    next_slot: int = 0
    broken: bool = False
    returned: tuple[Card, ...] = ()
    redeals: int = 0
    cards: tuple[Card, ...] = field(default=(), metadata=PRIVATE)
    key: bytes = field(default=b"", metadata=PRIVATE)

    def lies_face_down(self, slot: int) -> bool:
        """Whether there is a face-down card in `slot` (0..size - 1)."""
        return bool(self.face_down >> slot & 1)

    def next_face_down(self) -> int:
        """The first face-down slot clockwise from `next_slot`; there has to be one."""
        turned = self.face_down >> self.next_slot | self.face_down << self.size - self.next_slot
        return (self.next_slot + (turned & -turned).bit_length() - 1) % self.size


@state
class Turn:
    """Whose turn it is.

    Args:
        seat: whose; the seat before it if that one has left and nobody is present.
        started_at: ms since the epoch.
        count: turns started in this round, this one included.
        direction: 1 is seat order, -1 against it.
        extra: further turns of the same seat to come.
        undone: count of the turn whose pick was undone last; it has no second undo.
    """

    seat: str = ""
    started_at: int = 0
    count: int = 0
    direction: int = 1
    extra: int = 0
    undone: int = 0


@state
class Draw:
    """The card that is up: who drew it, and what of it is still to be done.

    Args:
        previous: who drew the card before it; None at the first pick.
        dropped: whether the turn was skipped, so that the card asks for nothing more.
    """

    seat: str
    card: Card
    rule: str
    last: bool
    breaks: bool
    previous: str | None = None
    dropped: bool = False


@state
class Choice:
    """What the card asks its drawer, as in ChoiceRequested."""

    id: str
    kind: str
    owner: str
    candidates: tuple[str, ...]
    count: int
    step: int
    answers: tuple[tuple[str, ...], ...] = ()


@state
class Verdict:
    """A mini-game, called by the card that is up, whose losers may be named.

    Args:
        kind: `one`, `many` or `drawer`.
        value: the losers, once somebody has named them.
        step: place of the game among the card's effects that hold.
    """

    id: str
    kind: str
    candidates: tuple[str, ...]
    step: int
    value: tuple[str, ...] | None = None


@value
class Status:
    """A status and its holder (None: the table); it ends `until`, counted from turn `since`."""

    key: str
    holder: str | None
    until: str
    drawer: str
    stack: bool
    since: int


@value
class Link:
    """Whenever `from_` drinks, `to` drinks; `since` is the turn it was made in."""

    from_: str
    to: str
    key: str
    until: str
    drawer: str
    dissolve_when_all: bool
    since: int


def drinkers(
    links: Iterable[Link], seats: tuple[str, ...], present: tuple[str, ...]
) -> tuple[str, ...]:
    """Who drinks when `seats` do: they and whoever a chain of links leads to, in seat order.

    Breadth first with a visited set, so that loops end and each drinks once; an absent seat
    neither drinks nor passes it on.
    """
    follow: dict[str, list[str]] = {}
    for link in links:
        follow.setdefault(link.from_, []).append(link.to)
    if not follow:
        return seats
    reached = {seat for seat in seats if seat in present}
    front = list(reached)
    while front:
        front = [
            to
            for seat in front
            for to in follow.get(seat, ())
            if to in present and to not in reached
        ]
        reached.update(front)
    return tuple([seat for seat in present if seat in reached])


@value
class MadeRule:
    """A rule that somebody made; `picks` is how many cards had been picked when it was."""

    id: str
    text: str
    author: str
    until: str
    for_: str | None
    key: str
    since: int
    picks: int


@value
class Cup:
    """What is in the cup, and to whom it was served last (None: never; empty: to the table)."""

    pours: int = 0
    served_to: tuple[str, ...] | None = None


@state
class Lasting:
    """What outlives the card that brought it."""

    statuses: tuple[Status, ...] = ()
    links: tuple[Link, ...] = ()
    rules: tuple[MadeRule, ...] = ()
    cup: Cup = Cup()


@state
class Numbers:
    """The numbers last given to choices, verdicts and rules; none is given twice in a room."""

    choice: int = 0
    verdict: int = 0
    rule: int = 0


@state
class Round:
    """One ring of cards, from RoundStarted on; it stays in sight when it is over.

    Args:
        number: of the round in its room, from 1.
        rules: the version of `decide` that it is played by.
        last_drawer: the seat after which the next round starts; None before the first pick.
        picks: how many cards have been picked; an undone pick does not count.
        randoms: how many random effects there have been; never set back.
        before: the state before the last pick, as long as that can be undone.
    """

    number: int
    rules: int
    pack: Pack
    ring: Ring
    numbers: Numbers = Numbers()
    last_drawer: str | None = None
    turn: Turn = Turn()
    lasting: Lasting = Lasting()
    draw: Draw | None = None
    choice: Choice | None = None
    verdict: Verdict | None = None
    picks: int = 0
    randoms: int = 0
    paused: bool = False
    over: bool = False
    before: "Round | None" = field(default=None, metadata=PRIVATE)


@state
class Game:
    """What the game keeps from round to round.

    Args:
        pack: that the next round is played by.
        commitment: to the secret of the round that runs, or else of the next one.
        number: how many rounds were started.
        nonces: seats and their entropy for the next round.
        master: the room's entropy, secret for ever.
    """

    pack: Pack
    commitment: bytes
    number: int = 0
    nonces: tuple[tuple[str, bytes], ...] = ()
    round: Round | None = None
    master: bytes = field(default=b"", metadata=PRIVATE)
