"""What nobody may know changes nothing that anybody sees.

A room and its twin differ only in what is secret: the face-down cards, the master, the keys and
the tokens. The same commands are sent to both. Commitments stay as they are (they hash secrets),
heads are stubbed for the same reason, and the stream of the `random` effects is fixed: it hits
people, so it is seen. A pick turns a card over, so the twin's slot is given that card first; what
is compared after it is what the card did. Comparing stops at a reveal.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ringofire.canonical import canonical
from ringofire.cards import Card, Rank, Suit
from ringofire.engine import apply, decide
from ringofire.entry import Command, Entry, Event
from ringofire.errors import Rejected
from ringofire.legal import State, state_of
from ringofire.packs.pack import Pack
from ringofire.room.commands import CreateRoom, JoinRoom
from ringofire.room.state import Room
from ringofire.round.commands import PickCard
from ringofire.round.events import RoundEnded
from ringofire.round.state import Round
from ringofire.view import shown, view
from tests.strategies.commands import fresh_id, hostile
from tests.strategies.rooms import BUSY, any_pack, move, play, seed_lists

HEAD = b"\x11" * 32


@pytest.fixture(autouse=True)
def fixed_randoms() -> Iterator[None]:
    """Fix the stream of `random` effects: it depends on their number and the seats only."""

    def pick(_: bytes, number: int, seats: tuple[str, ...], count: int = 1) -> tuple[str, ...]:
        return tuple(Random(f"{number} {seats}").sample(seats, count))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ringofire.round.flow.pick_random", pick)
        yield


# ------------------------------------------------------------------ twins


def _other_cards(round_: Round, rng: Random, keep: int | None) -> tuple[Card, ...]:
    """The ring with other cards face down, but for the slot `keep`.

    Of a short deck nobody knows which cards are in it, so that they need not even be the same.
    """
    ring, deck = round_.ring, round_.pack.deck
    cards = list(ring.cards)
    slots = [slot for slot in range(ring.size) if ring.lies_face_down(slot) and slot != keep]
    hidden = [cards[slot] for slot in slots]
    if deck.short:
        left = list(deck.full())
        for slot, card in enumerate(cards):
            if slot not in slots:
                left.remove(card)
        kings = [card for card in left if card.rank is Rank.KING]
        others = [card for card in left if card.rank is not Rank.KING]
        count = sum(card.rank is Rank.KING for card in hidden)
        hidden = rng.sample(kings, count) + rng.sample(others, len(hidden) - count)
    rng.shuffle(hidden)
    for slot, card in zip(slots, hidden, strict=True):
        cards[slot] = card
    return tuple(cards)


def _twin_round(round_: Round | None, rng: Random, keep: int | None) -> Round | None:
    if round_ is None or round_.over:
        return round_
    cards = _other_cards(round_, rng, keep)
    before = round_.before
    if before is not None:
        past = _other_cards(before, rng, None)
        before = attrs.evolve(before, ring=attrs.evolve(before.ring, cards=past))
    ring = attrs.evolve(round_.ring, cards=cards, key=rng.randbytes(32))
    if before is not None:
        before = attrs.evolve(before, ring=attrs.evolve(before.ring, key=ring.key))
    return attrs.evolve(round_, ring=ring, before=before)


def twin(room: Room, rng: Random, *, keep: int | None = None) -> Room:
    """A room that differs from `room` in secrets only; the card at `keep` stays."""
    assert room.game is not None
    round_ = _twin_round(room.game.round, rng, keep)
    game = attrs.evolve(room.game, master=rng.randbytes(32), round=round_)
    return attrs.evolve(
        room,
        game=game,
        seats=tuple(attrs.evolve(seat, token_hash=_mirror(seat.token_hash)) for seat in room.seats),
        dead_tokens=frozenset(map(_mirror, room.dead_tokens)),
        recent=tuple(_reseal(event, rng) for event in room.recent),
    )


def _mirror(token_hash: bytes) -> bytes:
    """The token that stands in the twin for this one: whoever has a token may know whose it is."""
    return sha256(b"twin" + token_hash).digest()[: len(token_hash)]


def mirrored(asked: Command) -> Command:
    """What a client asks the twin who asks `asked` here."""
    if isinstance(asked, JoinRoom) and type(asked.token_hash) is bytes:
        return attrs.evolve(asked, token_hash=_mirror(asked.token_hash))
    return asked


def _reseal(event: Event, rng: Random) -> Event:
    secret: dict[str, Any] = {
        field.name: rng.randbytes(32)
        for field in attrs.fields(type(event))
        if "private" in field.metadata
    }
    return attrs.evolve(event, **secret)


# ------------------------------------------------------------------ what is seen

Look = Callable[[Room], bytes]


def looks(room: Room) -> bytes:
    """What everybody sees of a room, and what a log line might."""
    return canonical(view(room)) + repr(view(room)).encode() + repr(room).encode()


def leaking(room: Room) -> bytes:
    """A planted leak: a view that holds the ring."""
    assert room.game is not None
    round_ = room.game.round
    return looks(room) + repr(None if round_ is None else round_.ring.cards).encode()


def told(room: Room, asked: Command) -> tuple[tuple[Event, ...], bytes]:
    """What `asked` comes to: its events, and all that anybody is told of them."""
    try:
        events = decide(room, asked)
    except Rejected as rejected:
        said = [str(rejected), repr(rejected), rejected.reason.value]
        return (), canonical(dict(rejected.data)) + repr(said).encode()
    public = canonical([shown(event) for event in events])
    return events, public + repr(events).encode() + repr(asked).encode()


def after(room: Room, asked: Command, events: tuple[Event, ...]) -> Room:
    """The room after `events`, under a head that depends on nothing."""
    return apply(room, Entry(room.version + 1, 1, asked, events, HEAD)) if events else room


def _slot(room: Room, asked: Command) -> int | None:
    """The slot that `asked` turns over, if it is a pick."""
    if not isinstance(asked, PickCard) or state_of(room) is not State.PICK:
        return None
    assert room.game is not None
    assert room.game.round is not None
    ring = room.game.round.ring
    return ring.next_face_down() if asked.slot is None else asked.slot


def any_slot(room: Room, rng: Random) -> Command:
    """A pick by whoever's turn it is, of a slot that may well be taken or not there."""
    current = view(room).current or "p1"
    return PickCard(id=fresh_id(room, rng), by=current, at=room.at, slot=rng.randint(-1, 60))


def differences(room: Room, seeds: list[int], look: Look = looks) -> list[Command]:
    """The commands after which a room and its twin tell or show something different."""
    found: list[Command] = []
    for seed in seeds:
        rng = Random(seed)
        asked = rng.choice([move, move, move, move, hostile, any_slot])(room, rng)
        if isinstance(asked, CreateRoom | JoinRoom) and rng.random() < 0.5:
            continue  # people come, but not all the time
        other = twin(room, rng, keep=_slot(room, asked))
        events, said = told(room, asked)
        other_events, other_said = told(other, mirrored(asked))
        if any(isinstance(event, RoundEnded) for event in events):
            room = after(room, asked, events)
            continue  # the secret is out; the next round has its own
        room, other = after(room, asked, events), after(other, mirrored(asked), other_events)
        if said != other_said or look(room) != look(other):
            found.append(asked)
    return found


@given(any_pack(), st.integers(2, 5), seed_lists(longest=40))
def test_nobody_sees_what_is_secret(pack: Pack, people: int, seeds: list[int]) -> None:
    """Two rooms that differ in secrets only tell and show everybody the same."""
    assert [] == differences(play(pack, [], people=people).room, seeds)


@given(seed_lists(longest=40))
def test_the_next_secret_is_as_hidden_as_the_last(seeds: list[int]) -> None:
    """Undone picks, returned cards and new rounds give nothing away either."""
    room = play(BUSY, seeds, people=3).room
    assume(not room.closed)

    assert [] == differences(room, seeds)


def test_a_planted_leak_is_found() -> None:
    """The comparison finds a view that holds the ring, within a few commands."""
    room = play(BUSY, [], people=3).room

    assert differences(room, list(range(5)), leaking)


@pytest.mark.parametrize(
    "leak",
    [
        lambda room: room.game.master,
        lambda room: room.game.round.ring.key,
        lambda room: repr([seat.token_hash for seat in room.seats]).encode(),
        lambda room: repr(room.game.round.before and room.game.round.before.ring.cards).encode(),
        lambda room: str(room.game.round.ring.cards.index(Card(Rank.ACE, Suit.CLUBS))).encode(),
    ],
    ids=["master", "key", "tokens", "undo", "one card"],
)
def test_every_secret_is_looked_for(leak: Look) -> None:
    """The twin differs in each secret, so that showing any of them is found."""
    room = play(BUSY, [], people=3).room

    assert differences(room, list(range(30)), lambda room: looks(room) + leak(room))
