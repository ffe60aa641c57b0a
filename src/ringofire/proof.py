"""What proves a round's shuffle, and how anybody checks it, without trusting who kept the log."""

from collections.abc import Iterable, Iterator, Mapping

from attrs import Factory, define

from ringofire.cards import Card
from ringofire.engine import check_size, unfold
from ringofire.entry import Entry, Event
from ringofire.errors import LogError
from ringofire.packs.pack import Pack
from ringofire.room.events import RoomCreated
from ringofire.room.state import Room
from ringofire.round.events import (
    CardPicked,
    CardsReturned,
    RingDealt,
    RoundEnded,
    RoundStarted,
    StateRestored,
)
from ringofire.shuffle import commitment, deal, redeal, round_key
from ringofire.values import value

__all__ = ["Proof", "RoundRecord", "check_round", "prove", "round_records"]

Step = CardPicked | CardsReturned | StateRestored
"""What changes which cards lie face down."""


@value
class Proof:
    """All that is needed to deal a round's ring again, once its secret is out.

    Args:
        room: its code.
        round: number of the round.
        secret: of the round, 32 bytes.
        commitment: to the secret, published before anybody could add entropy, 32 bytes.
        pack: digest of the resolved pack, 32 bytes.
        contributions: each member's seat and nonce, in seat order.
        deck: `decks jokers from cards kings`, as in a pack.
        redeals: for each, a bit mask of the slots it dealt (bit s is slot s), in hex; 0 for one
            that was undone with its pick, so that dealing them in turn gives the last ring.
        ring: the card in each slot after the first deal.
    """

    room: str
    round: int
    secret: bytes
    commitment: bytes
    pack: bytes
    contributions: tuple[tuple[str, bytes], ...]
    deck: Mapping[str, object]
    redeals: tuple[str, ...]
    ring: tuple[Card, ...]


@define
class RoundRecord:
    """What a log says of one round's cards, public or not, in the order it happened.

    Args:
        commitment: as it was published before the round began.
        nonces: what the members, in seat order, had added when it began.
        version: of the entry that it began with.
        ended: None until its secret is out.
        steps: what was done to the ring, each with the mask of the slots face down after it.
        dealt: the rings that the log itself holds; none in a public log.
    """

    room: str
    started: RoundStarted
    pack: Pack
    commitment: bytes
    nonces: tuple[tuple[str, bytes], ...]
    version: int
    ended: RoundEnded | None = None
    steps: list[tuple[Step, int]] = Factory(list)
    dealt: list[RingDealt] = Factory(list)


def round_records(entries: Iterable[Entry]) -> list[RoundRecord]:
    """Collect, from a room's entries from the first on, what they say of each round.

    Raises LogError, naming the entry, for events that cannot have happened where they stand.
    """
    room = Room()
    records: list[RoundRecord] = []
    for entry in entries:
        for event, after in unfold(room, entry):
            if not _may_stand(event, room, records):
                wrong = f"{type(event).__name__} cannot have happened then"
                raise LogError(f"entry {entry.version}", wrong)
            _note(records, event, room, after, entry.version)
            room = after
        check_size(room, entry)
    return records


def _may_stand(event: Event, room: Room, records: list[RoundRecord]) -> bool:
    """Whether an event that the shuffle hangs on may happen in `room`, after these rounds."""
    runs = bool(records) and records[-1].ended is None
    match event:
        case RoomCreated():
            return room.game is None
        case RoundStarted():
            return not runs and event.number == len(records) + 1
        case RoundEnded():
            return runs and event.number == len(records)
        case CardsReturned():
            return runs and len(event.slots) == len(event.cards)
        case CardPicked() | StateRestored() | RingDealt():
            return runs
        case _:
            return True


def _note(
    records: list[RoundRecord], event: Event, before: Room, after: Room, version: int
) -> None:
    match event:
        case RoundStarted():
            game = before.game
            assert game is not None
            given = dict(game.nonces)
            records.append(
                RoundRecord(
                    room=before.code,
                    started=event,
                    pack=game.pack,
                    commitment=game.commitment,
                    nonces=tuple([(seat.id, given.get(seat.id, b"")) for seat in before.seats]),
                    version=version,
                )
            )
        case CardPicked() | CardsReturned() | StateRestored():
            assert after.game is not None
            assert after.game.round is not None
            records[-1].steps.append((event, after.game.round.ring.face_down))
        case RingDealt():
            records[-1].dealt.append(event)
        case RoundEnded():
            records[-1].ended = event
        case _:
            pass


def prove(entries: Iterable[Entry], number: int) -> Proof:
    """Give the proof of round `number` (from 1) from a room's entries, public or not.

    Raises LookupError for a round that was never started or has not ended: its secret is not out.
    Raises LogError for entries that cannot be those of a room; whether they are true is for
    `verify` to say.
    """
    for record in round_records(entries):
        if record.started.number == number and record.ended is not None:
            return _proof_of(record, record.ended)
    raise LookupError(f"round {number} has not ended")


def _proof_of(record: RoundRecord, ended: RoundEnded) -> Proof:
    started = record.started
    return Proof(
        room=record.room,
        round=started.number,
        secret=ended.secret,
        commitment=record.commitment,
        pack=started.pack,
        contributions=started.contributions,
        deck=record.pack.resolved["deck"],
        redeals=tuple([f"{mask:x}" for mask in _redeals(record)]),
        ring=deal(_key(record, ended), record.pack.deck),
    )


def _redeals(record: RoundRecord) -> list[int]:
    masks: list[int] = []
    since_pick = 0
    for step, face_down in record.steps:
        if isinstance(step, CardPicked):
            since_pick = len(masks)
            continue
        if isinstance(step, StateRestored):
            masks[since_pick:] = [0] * (len(masks) - since_pick)
        masks.append(face_down)
    return masks


def _key(record: RoundRecord, ended: RoundEnded) -> bytes:
    return round_key(
        ended.secret,
        room=record.room,
        number=record.started.number,
        pack_digest=record.started.pack,
        contributions=record.started.contributions,
    )


def check_round(record: RoundRecord) -> None:
    """Deal the ring of a round that has ended again, and compare all that the log says of it.

    Raises LogError, naming the entry that started the round, where the secret is not the one that
    was committed to, the key is not made of what was announced before, or a card is not the one
    that was dealt.
    """
    assert record.ended is not None
    for wrong in _contradictions(record, record.ended):
        raise LogError(f"entry {record.version}", f"round {record.started.number}: {wrong}")


def _contradictions(record: RoundRecord, ended: RoundEnded) -> Iterator[str]:
    started, deck = record.started, record.pack.deck
    if commitment(record.room, started.number, ended.secret) != record.commitment:
        yield "the secret is not the one committed to"
    if started.pack != record.pack.digest:
        yield "the pack is not the one announced"
    if started.contributions != record.nonces:
        yield "the contributions are not the nonces that were added"
    if (started.size, started.kings) != (deck.size, deck.king_count):
        yield "the ring is not as large as the deck, or has not its kings"
    key = _key(record, ended)
    ring = before = deal(key, deck)
    rings = [ring]
    down = (1 << deck.size) - 1
    for step, face_down in record.steps:
        if isinstance(step, CardPicked):
            before = ring
            if not 0 <= step.slot < deck.size or not down >> step.slot & 1:
                yield f"no card lay face down in slot {step.slot}"
            elif ring[step.slot] is not step.card:
                yield f"slot {step.slot} was not dealt that card"
        else:
            if isinstance(step, StateRestored):
                ring = before
            elif step.cards != _up(ring, step.slots, down):
                yield "the cards that went back are not those that were picked"
            ring = redeal(key, len(rings), ring, face_down)
            rings.append(ring)
        down = face_down
    if record.dealt and [dealt.ring for dealt in record.dealt] != rings:
        yield "its ring is not the one dealt"


def _up(ring: tuple[Card, ...], slots: tuple[int, ...], down: int) -> tuple[Card, ...]:
    """The cards in those of `slots` whose card lies face up."""
    return tuple([ring[slot] for slot in slots if not down >> slot & 1])
