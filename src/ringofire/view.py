"""The one view of a room, for everybody: all that may leave the server, made from the log alone.

What is not written here cannot leak: no face-down card, no secret before its reveal, no token.
"""

from collections.abc import Mapping

from ringofire.canonical import UNSET, Unset, tag
from ringofire.entry import Event
from ringofire.legal import later_commands, open_commands, state_of
from ringofire.names import wire_name
from ringofire.options import Options
from ringofire.room.events import PackChanged, PlayerJoined, PlayerUpdated, RoomCreated
from ringofire.room.state import Room, Seat
from ringofire.round.state import (
    Choice,
    Lasting,
    Link,
    MadeRule,
    People,
    Picked,
    Ring,
    Round,
    Turn,
    Verdict,
    drinkers,
    neighbour,
    present,
)
from ringofire.values import value

__all__ = [
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


tag(RoomCreatedView, "type", wire_name(RoomCreated))
tag(PackChangedView, "type", wire_name(PackChanged))
tag(PlayerJoinedView, "type", wire_name(PlayerJoined))
tag(PlayerUpdatedView, "type", wire_name(PlayerUpdated))

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


def view(room: Room) -> RoomView:
    """Give what everybody may see of `room`, which must have been created.

    Raises ValueError for a room that nobody has created yet.
    """
    game = room.game
    if game is None:
        raise ValueError("a room that was never created has no view")
    round_ = game.round
    live = None if round_ is None or round_.over or room.closed else round_
    here = present(room.seats)
    lasting = Lasting() if round_ is None else round_.lasting
    return RoomView(
        room=room.code,
        version=room.version,
        round=game.number,
        phase=state_of(room).phase,
        locked=room.locked,
        paused=live is not None and live.paused,
        host=room.host,
        home=room.home,
        pack=PackView(game.pack.name, game.pack.digest),
        options=room.options,
        players=tuple([_player(seat) for seat in room.seats]),
        current=live.turn.seat if live is not None and live.turn.seat in here else None,
        next=() if live is None else _next(live.turn, room.seats),
        direction=1 if live is None else live.turn.direction,
        step=None if live is None else state_of(room).value,
        turn_started_at=None if live is None else live.turn.started_at,
        choice=None if live is None else _choice(live.choice),
        verdict=None if live is None else _verdict(live.verdict),
        picked=() if round_ is None else tuple([_picked(pick) for pick in round_.ring.picked]),
        ring=None if round_ is None else _ring(round_.ring),
        left_by_rank={} if round_ is None else _left_by_rank(round_),
        statuses=tuple([StatusView(one.key, one.holder, one.until) for one in lasting.statuses]),
        links=tuple([LinkView(link.from_, link.to, link.until) for link in lasting.links]),
        drinks_with=_drinks_with(lasting.links, here),
        rules=tuple([_rule(rule) for rule in lasting.rules]),
        cup=None if round_ is None else _cup(round_),
        commitment=game.commitment,
        nonces=tuple([seat for seat, _ in game.nonces]),
        recent=tuple([shown(event) for event in room.recent]),
        open=_open(room),
    )


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


def _player(seat: Seat) -> PlayerView:
    return PlayerView(seat.id, seat.name, seat.emoji, seat.colour, seat.team, seat.away)


def _next(turn: Turn, people: People) -> tuple[str, ...]:
    found = [turn.seat] * min(turn.extra, NEXT_SHOWN)
    while len(found) < NEXT_SHOWN:
        seat = neighbour(people, found[-1] if found else turn.seat, turn.direction)
        if seat is None:
            return ()
        found.append(seat)
    return tuple(found)


def _choice(choice: Choice | None) -> ChoiceView | None:
    if choice is None:
        return None
    return ChoiceView(choice.id, choice.owner, choice.kind, choice.candidates, choice.count)


def _verdict(verdict: Verdict | None) -> VerdictView | None:
    if verdict is None:
        return None
    return VerdictView(verdict.id, verdict.candidates, verdict.kind, verdict.value)


def _picked(pick: Picked) -> tuple[int, str, str]:
    return pick.slot, pick.card.text, pick.seat


def _ring(ring: Ring) -> RingView:
    return RingView(ring.size, ring.size - len(ring.picked), ring.broken)


def _rule(rule: MadeRule) -> RuleView:
    return RuleView(rule.id, rule.text, rule.author, rule.for_)


def _cup(round_: Round) -> CupView:
    cup, ring = round_.lasting.cup, round_.ring
    return CupView(cup.pours, ring.kings_drawn, ring.kings, cup.served_to)


def _drinks_with(links: tuple[Link, ...], here: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for seat in here if links else ():
        others = tuple([other for other in drinkers(links, (seat,), here) if other != seat])
        if others:
            found[seat] = others
    return found


def _left_by_rank(round_: Round) -> Mapping[str, int]:
    deck, ring = round_.pack.deck, round_.ring
    if deck.short:
        kings = ring.kings - ring.kings_drawn
        return {"K": kings, "other": ring.size - len(ring.picked) - kings}
    left: dict[str, int] = {}
    for card in deck.full():
        left[card.rank.value] = left.get(card.rank.value, 0) + 1
    for pick in ring.picked:
        left[pick.card.rank.value] -= 1
    return {rank: count for rank, count in left.items() if count}


def _open(room: Room) -> Mapping[str, tuple[str, ...]]:
    members = tuple([seat.id for seat in room.seats])
    found: dict[str, list[str]] = {}
    for kind, seats in open_commands(room).items():
        for seat in ("*",) if seats == members else seats:
            found.setdefault(seat, []).append(wire_name(kind))
    if later := later_commands(room):
        found["after"] = sorted(map(wire_name, later))
    return {seat: tuple(names) for seat, names in found.items()}
