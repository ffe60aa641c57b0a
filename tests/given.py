"""The words that example tests are written in: given events, when a command, then events or reason.

A table of people plays by real commands; each one is judged by `decide` and applied by `apply`,
and what must hold after every entry is checked there (`Table.tell`). Nothing is faked: a card is
chosen by looking at the dealt ring. Secrets, the slot of a pick and the shuffle are left out of
what is compared (`told`); tests of their own look at those.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import attrs
import pytest
from attrs import Factory, define, field, frozen

from ringofire.cards import Card, Rank
from ringofire.engine import apply, decide, fold, rules_of
from ringofire.entry import Command, Entry, Event
from ringofire.errors import Reason, Rejected
from ringofire.packs.load import inline_pack, shipped_pack
from ringofire.packs.pack import Pack
from ringofire.room.commands import (
    ClaimHost,
    Configure,
    CreateRoom,
    JoinRoom,
    KickPlayer,
    LeaveRoom,
    LockRoom,
    SetAway,
    TransferHost,
    UnlockRoom,
    UpdateProfile,
)
from ringofire.room.state import Room
from ringofire.round.commands import (
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
from ringofire.round.events import (
    CardPicked,
    PenaltyCalled,
    RingDealt,
    RoundEnded,
    TurnStarted,
)
from ringofire.round.state import Choice, Game, Round, present

CODE = "K7QX2M"
MASTER = bytes(range(32))
NOW = 1_000_000
"""When everything happens that does not say otherwise, ms since the epoch."""

MINUTE = 60_000
NAMES = (
    "Ann Bob Cem Dee Eve Fay Gus Hal Ivy Jan Kim Leo Mia Ned Oda Pia Quy Rex Sue Tom Uma".split()
)


def token(name: str) -> bytes:
    """Give the hash of the token that the player so called has made."""
    return sha256(name.encode()).digest()


# -- Packs in a line -------------------------------------------------------------------------------

Plain = dict[str, Any]


def house(
    laid: Mapping[str, list[Plain]] | None = None, *, break_: Plain | None = None, **more: Any
) -> Pack:
    """Give a pack with `laid` effects on some ranks (or ranges), and none on the others.

    Rules are called as their key here is; cards without effects have the rule `plain`.
    """
    laid = laid or {}
    if break_ is not None:
        more["break"] = break_
    rules: dict[str, Plain] = {"plain": {"title": "Plain", "text": "Nothing happens."}}
    rules |= {key: {"title": key, "text": key, "effects": laid[key]} for key in laid}
    cards = {rank.value: "plain" for rank in Rank}
    for key in laid:
        first, _, last = key.partition("-")
        ranks = list(cards)
        for rank in ranks[ranks.index(first) : ranks.index(last or first) + 1]:
            cards[rank] = key
    return inline_pack({"title": "House", "cards": cards, "rules": rules, **more})


def kings_only(count: int) -> Plain:
    """Give a deck of so many kings and nothing else."""
    return {"cards": count, "kings": count}


PLAIN = house()
UK = shipped_pack("uk")


# -- The table -------------------------------------------------------------------------------------


@define
class Table:
    """A room, its log, and the one way to change both."""

    room: Room = Factory(Room)
    log: list[Entry] = Factory(list)
    sent: int = 0

    def tell(self, step: "Step") -> tuple[Any, ...]:
        """Have `step` judged and applied; give its events, or raise `Rejected`."""
        command = step(self)
        events = decide(self.room, command)

        assert events == decide(self.room, command)
        if events:
            version = self.room.version + 1
            head = version.to_bytes(32, "big")
            self.log.append(Entry(version, rules_of(self.room), command, events, head))
            self.room = apply(self.room, self.log[-1])

            assert self.room == fold(self.log)
            assert version == self.room.version
            check(self.room)
        return events

    @property
    def game(self) -> Game:
        """What is played in the room."""
        assert self.room.game is not None
        return self.room.game

    @property
    def round(self) -> Round:
        """The round that is played, or was last."""
        assert self.game.round is not None
        return self.game.round

    @property
    def asked(self) -> Choice | None:
        """The choice that is open, if any."""
        return self.round.choice

    def envelope(self) -> Plain:
        """Give an id never used before, and the time."""
        self.sent += 1
        return {"id": f"id{self.sent}", "at": NOW}

    def slot_of(self, card: str) -> int:
        """Give the slot of a face-down card, by its text or its rank."""
        ring = self.round.ring
        return next(
            slot
            for slot, lies in enumerate(ring.cards)
            if ring.lies_face_down(slot) and card in (lies.text, lies.rank.value)
        )

    def __str__(self) -> str:
        return "\n".join(str(entry.events) for entry in self.log)


def check(room: Room) -> None:
    """Assert what holds of every room after every entry."""
    assert room.game is not None
    if room.closed or room.game.round is None:
        return
    round_, ring, here = room.game.round, room.game.round.ring, present(room.seats)
    up = [pick.slot for pick in ring.picked]
    down = [slot for slot in range(ring.size) if ring.lies_face_down(slot)]
    assert sorted(up + down) == list(range(ring.size))
    assert [ring.cards[slot] for slot in up] == [pick.card for pick in ring.picked]
    assert round_.pack.deck.short or sorted(card.text for card in ring.cards) == sorted(
        card.text for card in round_.pack.deck.full()
    )
    seats = {seat.id for seat in room.seats}
    held = {status.holder for status in round_.lasting.statuses} - {None}
    linked = {seat for link in round_.lasting.links for seat in (link.from_, link.to)}
    assert held | linked <= seats
    assert len(round_.lasting.rules) <= room.options.rule_max
    assert len(round_.lasting.statuses) <= 40
    assert len(round_.lasting.links) <= 60
    if round_.over:
        assert (round_.choice, round_.verdict, round_.before) == (None, None, None)
        return
    assert round_.paused == (len(here) < 2)
    assert round_.turn.seat in here or not here
    assert ring.face_down or round_.choice
    choice = round_.choice
    if choice is not None:
        assert choice.owner == round_.turn.seat
        assert choice.candidates or choice.kind == "rule"
        assert not any(seat in seats and seat not in here for seat in choice.candidates)


def lobby(players: int = 3, pack: Pack = PLAIN, **options: Any) -> Table:
    """Give a room with so many players (`p1` is host) before its first round."""
    table = Table()
    table.tell(creates(pack=pack, options=options))
    for name in NAMES[1:players]:
        table.tell(joins(name))
    return table


def game(players: int = 3, pack: Pack = PLAIN, **options: Any) -> Table:
    """Give a room with so many players in which `p1` is to pick the first card."""
    table = lobby(players, pack, **options)
    table.tell(starts())
    return table


# -- What people do: steps, each of which makes a command at the table -----------------------------

Step = Callable[[Table], Command]


def say(kind: type[Command], by: str | None, /, **fields: Any) -> Step:
    """Send a command of this kind; callable fields are asked of the table when it is sent."""

    def step(table: Table) -> Command:
        given = {name: one(table) if callable(one) else one for name, one in fields.items()}
        return kind(**(table.envelope() | {"by": by} | given))

    return step


def creates(name: Any = "Ann", *, pack: Any = PLAIN, options: Any = None, **more: Any) -> Step:
    """Create the room."""
    fields = {"room": CODE, "name": name, "token_hash": token("Ann"), "master": MASTER}
    return say(CreateRoom, None, **fields | {"pack": pack, "options": options or None} | more)


def joins(name: Any = "Zoe", **more: Any) -> Step:
    """Join by the own name, with the token of the player of that name."""
    fields = {"name": name, "token_hash": token(str(name))}
    return say(JoinRoom, None, **fields | more)


def leaves(by: str) -> Step:
    """Leave the room."""
    return say(LeaveRoom, by)


def kicks(seat: str, by: str = "p1") -> Step:
    """Kick somebody, as host."""
    return say(KickPlayer, by, seat=seat)


def goes(by: str, seat: str | None = None) -> Step:
    """Go away, or say that `seat` has."""
    return say(SetAway, by, away=True, seat=seat)


def returns(by: str, seat: str | None = None) -> Step:
    """Come back, or say that `seat` has."""
    return say(SetAway, by, away=False, seat=seat)


def locks(by: str = "p1") -> Step:
    """Lock the room."""
    return say(LockRoom, by)


def unlocks(by: str = "p1") -> Step:
    """Unlock the room."""
    return say(UnlockRoom, by)


def makes_host(seat: str, by: str = "p1") -> Step:
    """Hand the host's role over."""
    return say(TransferHost, by, seat=seat)


def claims(by: str, at: int = NOW + MINUTE + 1, seen: int = NOW) -> Step:
    """Claim the host's role."""
    return say(ClaimHost, by, at=at, host_seen_at=seen)


def configures(by: str = "p1", **fields: Any) -> Step:
    """Change pack or options."""
    return say(Configure, by, **fields)


def dresses(by: str, **fields: Any) -> Step:
    """Change the own looks."""
    return say(UpdateProfile, by, **fields)


def starts(by: str = "p1", at: int = NOW) -> Step:
    """Start a round."""
    return say(StartRound, by, at=at)


def picks(by: str, card: str = "", at: int = NOW, slot: int | None = None) -> Step:
    """Pick this card, by text or rank; or at `slot`; or without saying which."""
    return lambda table: say(PickCard, by, at=at, slot=table.slot_of(card) if card else slot)(table)


def _open_choice(table: Table) -> str:
    choice = table.round.choice
    return "c0" if choice is None else choice.id


def chooses(by: str, *seats: str, choice: Any = _open_choice, value: Any = None) -> Step:
    """Answer the open choice: with seats, or with any other `value`."""
    return say(Choose, by, choice=choice, value=seats if value is None else value)


def passes(by: str, choice: Any = _open_choice) -> Step:
    """Skip the open choice."""
    return say(SkipChoice, by, choice=choice)


def judges(by: str, *losers: str, verdict: str = "v1", value: Any = None) -> Step:
    """Say who lost."""
    return say(GiveVerdict, by, verdict=verdict, value=losers if value is None else value)


def writes(by: str, text: Any = "No names") -> Step:
    """Write a rule."""
    return say(AddRule, by, text=text)


def repeals(by: str, rule: str = "r1") -> Step:
    """Repeal a rule."""
    return say(RepealRule, by, rule=rule)


def uses(by: str, key: Any) -> Step:
    """Use a power."""
    return say(UsePower, by, key=key)


def skips(by: str, at: int = NOW) -> Step:
    """Skip the turn."""
    return say(SkipTurn, by, at=at)


def undoes(by: str = "p1") -> Step:
    """Undo the pick."""
    return say(UndoPick, by)


def ends(by: str = "p1") -> Step:
    """End the round."""
    return say(EndRound, by)


# -- What is told of it ----------------------------------------------------------------------------


def told(event: Event) -> Event:
    """Leave out of an event what a test cannot say beforehand: secrets and where a card lay."""
    match event:
        case CardPicked():
            return attrs.evolve(event, slot=-1)
        case RingDealt():
            return dealt(event.redeal)
        case RoundEnded():
            return attrs.evolve(event, secret=b"", commitment=b"")
        case _:
            return event


def up(by: str, card: str, rule: str = "plain", *, last: bool = False, breaks: bool = False) -> Any:
    """`by` turned `card` over."""
    return CardPicked(by, -1, Card.parse(card), rule, last, breaks)


def turn(seat: str, extra: int = 0, at: int = NOW) -> TurnStarted:
    """The turn of `seat` starts."""
    return TurnStarted(seat, at, extra)


def dealt(redeal: int) -> RingDealt:
    """The face-down cards are dealt, for the so-many-th time again."""
    return RingDealt((), redeal)


def over(reason: str, number: int = 1) -> RoundEnded:
    """The round ends."""
    return RoundEnded(number, reason, b"", b"")


def hit(rule: str, *seats: str, n: int = 1, also: tuple[str, ...] = (), random: Any = None) -> Any:
    """A penalty hits `seats`, and `also` those who drink with them."""
    return PenaltyCalled(seats, tuple(sorted({*seats, *also})), n, rule, random)


# -- Cases -----------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Case:
    """One row of a table: given, when, then."""

    when: Step
    then: tuple[Event, ...] | Reason
    given: tuple[Step, ...] = ()
    players: int = 3
    pack: Pack = PLAIN
    begin: Callable[..., Table] = field(default=game)
    options: Mapping[str, Any] = field(factory=dict)

    def outcome(self) -> tuple[Event, ...] | Reason:
        """Play it; give the events of `when`, or the reason it is refused for."""
        table = self.begin(self.players, self.pack, **self.options)
        for step in self.given:
            assert table.tell(step), "what is given has to happen"
        return outcome(table, self.when)


def outcome(table: Table, step: Step) -> tuple[Event, ...] | Reason:
    """Give the events of a step as they are told, or the reason it is refused for."""
    before = table.room
    try:
        return tuple(map(told, table.tell(step)))
    except Rejected as refused:
        assert before == table.room
        return refused.reason


def cases(**rows: Case) -> pytest.MarkDecorator:
    """Run a test for each row, under its name."""
    return pytest.mark.parametrize(
        "case", [pytest.param(row, id=name) for name, row in rows.items()]
    )


def state(*steps: Step, players: int = 3, pack: Pack = PLAIN, **options: Any) -> Table:
    """Give the table after these steps of a round that has just begun."""
    table = game(players, pack, **options)
    for step in steps:
        assert table.tell(step), "what is given has to happen"
    return table
