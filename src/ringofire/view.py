"""The one view of a room, for everybody: all that may leave the server, made from the log alone.

What is not written here cannot leak: no face-down card, no secret before its reveal, no token.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from ringofire.canonical import UNSET, Unset, tag
from ringofire.cards import Card
from ringofire.entry import Event
from ringofire.facts import Facts, State
from ringofire.legal import STANDING, Standing, later_in, open_in, standing
from ringofire.names import wire_name
from ringofire.options import Options
from ringofire.room.events import PackChanged, PlayerJoined, PlayerUpdated, RoomCreated
from ringofire.room.state import Room, Seat
from ringofire.round.state import Link, MadeRule, Picked, Status, drinkers, neighbour
from ringofire.values import value

__all__ = [
    "PARTS",
    "SHOWN_AS",
    "ChoiceView",
    "CupView",
    "LinkView",
    "PackChangedView",
    "PackView",
    "PlayerJoinedView",
    "PlayerUpdatedView",
    "PlayerView",
    "RingView",
    "RoomCreatedView",
    "RoomView",
    "RuleView",
    "ShownEvent",
    "StatusView",
    "VerdictView",
    "shown",
    "view",
]


@value
class PackView:
    """A pack by name and digest (32 bytes)."""

    name: str
    digest: bytes


@value
class PlayerView:
    """A member as everybody sees them."""

    id: str
    name: str
    emoji: str | None
    colour: str | None
    team: str | None
    away: bool


@value
class ChoiceView:
    """The open choice; see ChoiceRequested."""

    id: str
    owner: str
    kind: str
    candidates: tuple[str, ...]
    count: int


@value
class VerdictView:
    """The open verdict: `kind` is `one`, `many` or `drawer`; `value` who lost, once given."""

    id: str
    candidates: tuple[str, ...]
    kind: str
    value: tuple[str, ...] | None


@value
class RingView:
    """Slots in all, cards that lie face down, whether the ring is broken."""

    size: int
    left: int
    broken: bool


@value
class StatusView:
    """A status; `holder` is None where the table has it."""

    key: str
    holder: str | None
    until: str


@value
class LinkView:
    """Whenever `from_` drinks, `to` drinks."""

    from_: str
    to: str
    until: str


@value
class RuleView:
    """A made rule; `for_` is the seat it binds, None for all."""

    id: str
    text: str
    author: str
    for_: str | None


@value
class CupView:
    """The cup; `served_to` is empty for the table and None before it was ever served."""

    pours: int
    kings_drawn: int
    kings_total: int
    served_to: tuple[str, ...] | None


@value
class RoomCreatedView:
    """RoomCreated, with the pack by name and digest only."""

    room: str
    pack: PackView
    options: Options
    commitment: bytes


@value
class PackChangedView:
    """PackChanged, with the pack by name and digest only."""

    pack: PackView


@value
class PlayerJoinedView:
    """PlayerJoined, without what only the room needs: the skeleton of the name."""

    seat: str
    name: str


@value
class PlayerUpdatedView:
    """PlayerUpdated, without the skeleton of the name."""

    seat: str
    name: str | Unset = UNSET
    emoji: str | Unset | None = UNSET
    colour: str | Unset | None = UNSET
    team: str | Unset | None = UNSET


SHOWN_AS: Mapping[type[Event], type] = {
    PackChanged: PackChangedView,
    PlayerJoined: PlayerJoinedView,
    PlayerUpdated: PlayerUpdatedView,
    RoomCreated: RoomCreatedView,
}
"""The events that leave the server in another form, under the same name."""

for _event, _form in SHOWN_AS.items():
    tag(_form, "type", wire_name(_event))

NEXT_SHOWN = 2
"""How many of the turns to come a view tells."""

ShownEvent = Event | RoomCreatedView | PackChangedView | PlayerJoinedView | PlayerUpdatedView
"""An event as it leaves the server."""


@value
class RoomView:
    """A room as everybody may see it.

    Args:
        room: its code.
        version: of the last entry.
        round: number of the round that was started last; 0 before the first.
        phase: `lobby`, `playing`, `ended` or `closed`.
        locked: whether nobody can join.
        paused: whether the round waits, because fewer than two are present.
        host: the host's seat; None in a room that everybody has left.
        home: the store the room was moved to; None for the one it was created in.
        pack: that the next round is played by, by name and digest.
        options: all of them.
        players: in seat order.
        current: whose turn it is; None outside rounds and where nobody is present.
        next: the two seats whose turns come next, as things stand; none where there is no current.
        direction: 1 is seat order, -1 against it.
        step: `pick`, or `choose` while a required choice is open; None outside rounds.
        turn_started_at: ms since the epoch, or None.
        choice: the open choice, or None.
        verdict: the open verdict, or None.
        picked: slot, card and seat of the cards that lie face up, in the order of the picks.
        ring: None before the first round.
        left_by_rank: face-down cards per rank; in a short deck only `K` and `other` are known.
        statuses: in the order they were given.
        links: in the order they were made.
        drinks_with: for each present seat who drinks with it, where there are others.
        rules: made rules, in the order they were made.
        cup: None before the first round.
        commitment: to the secret of the round that runs, or else of the next (32 bytes).
        nonces: seats that gave entropy for the next round.
        recent: the last public events.
        open: commands that may be sent now, under the seat that may, or `*` for every member;
            under `after` those that other members may send once an option's seconds have passed.
    """

    room: str
    version: int
    round: int
    phase: str
    locked: bool
    paused: bool
    host: str | None
    home: str | None
    pack: PackView
    options: Options
    players: tuple[PlayerView, ...]
    current: str | None
    next: tuple[str, ...]
    direction: int
    step: str | None
    turn_started_at: int | None
    choice: ChoiceView | None
    verdict: VerdictView | None
    picked: tuple[tuple[int, str, str], ...]
    ring: RingView | None
    left_by_rank: Mapping[str, int]
    statuses: tuple[StatusView, ...]
    links: tuple[LinkView, ...]
    drinks_with: Mapping[str, tuple[str, ...]]
    rules: tuple[RuleView, ...]
    cup: CupView | None
    commitment: bytes
    nonces: tuple[str, ...]
    recent: tuple[ShownEvent, ...]
    open: Mapping[str, tuple[str, ...]]


def shown(event: Event) -> ShownEvent:
    """Give the public part of `event`, as frames and the view have it."""
    match event:
        case RoomCreated():
            pack = PackView(event.pack.name, event.pack.digest)
            return RoomCreatedView(event.room, pack, event.options, event.commitment)
        case PackChanged():
            return PackChangedView(PackView(event.pack.name, event.pack.digest))
        case PlayerJoined():
            return PlayerJoinedView(event.seat, event.name)
        case PlayerUpdated():
            return PlayerUpdatedView(event.seat, event.name, event.emoji, event.colour, event.team)
        case _:
            return event


# ------------------------------------------------------------------ its parts


def _player(seat: Seat) -> PlayerView:
    return PlayerView(seat.id, seat.name, seat.emoji, seat.colour, seat.team, seat.away)


def _is_on(facts: Facts) -> bool:
    """Whether a round is played."""
    return facts.state in (State.PICK, State.CHOOSE)


def _next(facts: Facts) -> tuple[str, ...]:
    if not _is_on(facts):
        return ()
    found = [facts.turn] * min(facts.extra, NEXT_SHOWN)
    while len(found) < NEXT_SHOWN:
        seat = neighbour(facts.people, found[-1] if found else facts.turn, facts.direction)
        if seat is None:
            return ()
        found.append(seat)
    return tuple(found)


def _choice(facts: Facts) -> ChoiceView | None:
    choice = facts.choice
    if choice is None:
        return None
    return ChoiceView(choice.id, choice.owner, choice.kind, choice.candidates, choice.count)


def _verdict(facts: Facts) -> VerdictView | None:
    verdict = facts.verdict
    if verdict is None:
        return None
    return VerdictView(verdict.id, verdict.candidates, verdict.kind, verdict.value)


def _picked(pick: Picked) -> tuple[int, str, str]:
    return pick.slot, pick.card.text, pick.seat


def _ring(facts: Facts) -> RingView | None:
    if facts.deck is None:
        return None
    return RingView(facts.size, facts.size - len(facts.picked), facts.broken)


def _status(status: Status) -> StatusView:
    return StatusView(status.key, status.holder, status.until)


def _link(link: Link) -> LinkView:
    return LinkView(link.from_, link.to, link.until)


def _rule(rule: MadeRule) -> RuleView:
    return RuleView(rule.id, rule.text, rule.author, rule.for_)


def _cup(facts: Facts) -> CupView | None:
    if facts.deck is None:
        return None
    return CupView(facts.cup.pours, facts.kings_drawn, facts.kings, facts.cup.served_to)


def _drinks_with(facts: Facts) -> Mapping[str, tuple[str, ...]]:
    links, here = facts.links, facts.present
    found = {}
    for seat in here if links else ():
        others = tuple([other for other in drinkers(links, (seat,), here) if other != seat])
        if others:
            found[seat] = others
    return found


def _left_by_rank(facts: Facts) -> Mapping[str, int]:
    deck, picked = facts.deck, facts.picked
    if deck is None:
        return {}
    if deck.short:
        kings = facts.kings - facts.kings_drawn
        return {"K": kings, "other": facts.size - len(picked) - kings}
    left = dict(_ranks(deck.full()))
    for pick in picked:
        left[_rank(pick.card)] -= 1
    return {rank: count for rank, count in left.items() if count}


@cache
def _rank(card: Card) -> str:
    return card.rank.value  # which an enumeration takes its time to give


@cache
def _ranks(cards: tuple[Card, ...]) -> Mapping[str, int]:
    return Counter(map(_rank, cards))


def _open(now: Standing) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for kind, seats in open_in(now).items():
        for seat in ("*",) if seats == now.members else seats:
            found.setdefault(seat, []).append(wire_name(kind))
    if later := later_in(now):
        found["after"] = [wire_name(kind) for kind in later]
    return {seat: tuple(names) for seat, names in found.items()}


class Part:
    """How a field of the view is made, and of which facts: of no others, whatever happens.

    Args:
        of: names of the facts.
        take: takes from the facts what the field hangs on.
        make: makes the field of what was taken; where it is a list (`each`), each item of one.
        each: whether the field is a list that is made item by item.
        few: whether what is taken is hashable and comes again and again, in other rooms too.
    """

    __slots__ = ("each", "few", "make", "of", "take")

    def __init__(
        self,
        of: tuple[str, ...],
        take: Callable[[Facts], Any],
        make: Callable[[Any], object],
        *,
        each: bool = False,
        few: bool = False,
    ) -> None:
        self.of, self.take, self.make, self.each, self.few = of, take, make, each, few

    def made(self, facts: Facts) -> object:
        """Give the field as these facts make it."""
        taken = self.take(facts)
        return tuple([self.make(item) for item in taken]) if self.each else self.make(taken)


def _itself(taken: Any) -> Any:
    return taken


def _fact(name: str) -> Part:
    """A field that is a fact as it stands."""
    return Part((name,), attrgetter(name), _itself)


def _of(make: Callable[[Facts], object], *facts: str) -> Part:
    return Part(facts, _itself, make)


def _each(make: Callable[[Any], object], fact: str) -> Part:
    return Part((fact,), attrgetter(fact), make, each=True)


PARTS: Mapping[str, Part] = {
    "room": _fact("code"),
    "version": _fact("version"),
    "round": _fact("number"),
    "phase": _of(lambda facts: facts.state.phase, "state"),
    "locked": _fact("locked"),
    "paused": _fact("paused"),
    "host": _fact("host"),
    "home": _fact("home"),
    "pack": _of(lambda facts: PackView(facts.pack.name, facts.pack.digest), "pack"),
    "options": _fact("options"),
    "players": _each(_player, "people"),
    "current": _of(
        lambda facts: facts.turn if facts.turn in facts.present else None, "turn", "present"
    ),
    "next": _of(_next, "state", "turn", "extra", "direction", "people"),
    "direction": _fact("direction"),
    "step": _of(lambda facts: facts.state.value if _is_on(facts) else None, "state"),
    "turn_started_at": _of(
        lambda facts: facts.started_at if _is_on(facts) else None, "state", "started_at"
    ),
    "choice": _of(_choice, "choice"),
    "verdict": _of(_verdict, "verdict"),
    "picked": _each(_picked, "picked"),
    "ring": _of(_ring, "deck", "size", "picked", "broken"),
    "left_by_rank": _of(_left_by_rank, "deck", "size", "picked", "kings", "kings_drawn"),
    "statuses": _each(_status, "statuses"),
    "links": _each(_link, "links"),
    "drinks_with": _of(_drinks_with, "links", "present"),
    "rules": _each(_rule, "rules"),
    "cup": _of(_cup, "deck", "cup", "kings", "kings_drawn"),
    "commitment": _fact("commitment"),
    "nonces": _each(itemgetter(0), "nonces"),
    "recent": _each(shown, "recent"),
    "open": Part(STANDING, standing, _open, few=True),
}
"""The fields of the view."""


def view(room: Room) -> RoomView:
    """Give what everybody may see of `room`, which must have been created.

    Raises ValueError for a room that nobody has created yet.
    """
    facts = Facts(room)
    fields: Mapping[str, Any] = {field: part.made(facts) for field, part in PARTS.items()}
    return RoomView(**fields)
