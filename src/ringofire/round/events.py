"""What happened to a ring of cards. Names are in the past tense; nothing here can fail.

Events hold outcomes: the dealt ring, the seats that were hit, the order that was chosen. Folding
them needs neither the rules that decided them nor the shuffle.
"""

from attrs import field

from ringofire.canonical import PRIVATE
from ringofire.cards import Card
from ringofire.values import value

__all__ = [
    "CardPicked",
    "CardsReturned",
    "ChoiceMade",
    "ChoiceRequested",
    "ChoiceSkipped",
    "CupFilled",
    "CupServed",
    "DirectionReversed",
    "GameCalled",
    "LinkAdded",
    "LinkRemoved",
    "NonceAdded",
    "Noted",
    "PenaltyCalled",
    "PickUndone",
    "PowerUsed",
    "RingBroken",
    "RingDealt",
    "RoundEnded",
    "RoundEvent",
    "RoundPaused",
    "RoundResumed",
    "RoundStarted",
    "RuleAdded",
    "RuleRepealed",
    "StateRestored",
    "StatusCleared",
    "StatusSet",
    "TurnSkipped",
    "TurnStarted",
    "VerdictGiven",
]


@value
class NonceAdded:
    """A member added public entropy to the next round's shuffle."""

    seat: str
    nonce: bytes


@value
class RoundStarted:
    """A round began; its nonces are frozen.

    Args:
        number: of the round in its room, from 1.
        rules: the version of `decide` that it is played and ended by.
        pack: digest of the resolved pack, 32 bytes.
        contributions: each member's seat and nonce (empty if none), in seat order.
        size: slots of the ring.
        kings: kings in the ring.
    """

    number: int
    rules: int
    pack: bytes
    contributions: tuple[tuple[str, bytes], ...]
    size: int
    kings: int


@value
class RingDealt:
    """The face-down cards were dealt. Private as a whole: it never leaves the server.

    Args:
        ring: the card in each slot, face up or down.
        redeal: 0 for the first deal of a round, then 1, 2, ...
        key: the round's key, 32 bytes; with the first deal only.
    """

    ring: tuple[Card, ...] = field(metadata=PRIVATE)
    redeal: int = field(default=0, metadata=PRIVATE)
    key: bytes = field(default=b"", metadata=PRIVATE)


@value
class TurnStarted:
    """It is the turn of `seat` from `at` (ms since the epoch), with `extra` more turns to come."""

    seat: str
    at: int
    extra: int = 0


@value
class TurnSkipped:
    """The turn of `seat` was passed on, with what its card still asked for."""

    seat: str


@value
class DirectionReversed:
    """Play goes the other way: 1 is seat order, -1 against it."""

    direction: int


@value
class RoundPaused:
    """Fewer than two are present; the game waits."""


@value
class RoundResumed:
    """Two are present again; the game goes on."""


@value
class RoundEnded:
    """A round is over and its shuffle can be checked.

    Args:
        number: of the round.
        reason: `last_king`, `ring_broken`, `ring_empty` or `host`.
        secret: of this round, 32 bytes, revealed.
        commitment: to the next round's secret, 32 bytes.
    """

    number: int
    reason: str
    secret: bytes
    commitment: bytes


@value
class CardPicked:
    """`seat` turned the card at `slot` over.

    Args:
        rule: name of the pack's rule that lies on the card.
        last: whether no face-down king is left after this pick.
        breaks: whether this pick opened the gap that breaks the ring.
    """

    seat: str
    slot: int
    card: Card
    rule: str
    last: bool = False
    breaks: bool = False


@value
class PickUndone:
    """The pick of `seat` was taken back; the card lies face down again."""

    seat: str


@value
class StateRestored:
    """All is as before the pick, but for what seats had then that are gone since."""


@value
class RingBroken:
    """The ring has a gap as wide as the pack asks for."""


@value
class CardsReturned:
    """Picked cards went face down into their slots again; the face-down cards are dealt anew."""

    slots: tuple[int, ...]
    cards: tuple[Card, ...]


@value
class ChoiceRequested:
    """The card asks `owner` to choose, and the game waits.

    Args:
        choice: its id.
        kind: `players`, `split`, `order`, `rule` or `repeal`.
        candidates: seats, ids of rules, or directions; none for `rule`.
        count: how many to choose; for a split the amount.
        step: place of the effect that asks, among those of the card that hold.
        answers: what was chosen before for the same effect.
    """

    choice: str
    kind: str
    owner: str
    candidates: tuple[str, ...]
    count: int
    step: int
    answers: tuple[tuple[str, ...], ...] = ()


@value
class ChoiceMade:
    """The open choice was answered: `value` are candidates, `parts` each one's share of a split."""

    choice: str
    value: tuple[str, ...]
    parts: tuple[int, ...] = ()


@value
class ChoiceSkipped:
    """The open choice was dropped with its effect."""

    choice: str


@value
class VerdictGiven:
    """The players said who lost."""

    verdict: str
    value: tuple[str, ...]


@value
class PenaltyCalled:
    """A penalty hits `seats`, and with their mates `drinkers`, each of them once.

    Args:
        n: the amount, unit-neutral, 1..20.
        rule: name of the rule that says so; empty for the breaking of the ring.
        random: number of the random effect that hit them, from 1 in each round.
    """

    seats: tuple[str, ...]
    drinkers: tuple[str, ...]
    n: int
    rule: str = ""
    random: int | None = None


@value
class StatusSet:
    """A status was given; `holder` is None where the whole table has it.

    Args:
        until: when it ends: `replaced`, `used`, `round`, `toggle`, `next_turn` or `turns:N`.
        drawer: who drew the card.
        stack: whether it is held beside others with the same key.
        random: as in `PenaltyCalled`.
    """

    key: str
    holder: str | None
    until: str
    drawer: str
    stack: bool = False
    random: int | None = None


@value
class StatusCleared:
    """A status ended; `reason` is `used`, `toggled`, `expired` or `left`.

    Of several with this key, holder and `until` it is the oldest.
    """

    key: str
    holder: str | None
    until: str
    reason: str


@value
class PowerUsed:
    """The holder of a status used it."""

    key: str
    seat: str


@value
class LinkAdded:
    """Whenever `from_` drinks, `to` drinks too."""

    from_: str
    to: str
    key: str
    until: str
    drawer: str
    dissolve_when_all: bool = False
    random: int | None = None


@value
class LinkRemoved:
    """A link ended; `reason` is `expired`, `replaced`, `dissolved` or `left`."""

    from_: str
    to: str
    reason: str


@value
class RuleAdded:
    """A rule was made.

    Args:
        rule: its id.
        author: who wrote it, or for whom the host did.
        for_: the one seat it binds; None for all.
        key: of rules that replace each other; empty for the host's own.
        choice: id of the choice it answers; None where the host added it freely.
    """

    rule: str
    text: str
    author: str
    until: str
    for_: str | None = None
    key: str = ""
    choice: str | None = None


@value
class RuleRepealed:
    """A made rule ended; `reason` is `repealed`, `replaced` or `expired`."""

    rule: str
    reason: str
    choice: str | None = None


@value
class CupFilled:
    """Somebody poured into the cup; `pours` are in it now."""

    pours: int


@value
class CupServed:
    """The cup was served to `seats` (none: to the table) and is empty."""

    seats: tuple[str, ...]
    random: int | None = None


@value
class GameCalled:
    """A mini-game begins.

    Args:
        kind: the pack's label for it.
        rule: name of the rule that calls it.
        players: who plays, in seat order.
        order: the same in the order of play; empty where there is none.
        verdict: id of the verdict that it opens; None if nobody loses.
        loses: how the verdict is given: `one`, `many` or `drawer`.
        step: place of the effect among those of the card that hold.
    """

    kind: str
    rule: str
    players: tuple[str, ...]
    order: tuple[str, ...] = ()
    verdict: str | None = None
    loses: str = "none"
    step: int = 0


@value
class Noted:
    """The card says something that the engine keeps no account of."""

    kind: str
    rule: str


RoundEvent = (
    NonceAdded
    | RoundStarted
    | RingDealt
    | TurnStarted
    | TurnSkipped
    | DirectionReversed
    | RoundPaused
    | RoundResumed
    | RoundEnded
    | CardPicked
    | PickUndone
    | StateRestored
    | RingBroken
    | CardsReturned
    | ChoiceRequested
    | ChoiceMade
    | ChoiceSkipped
    | VerdictGiven
    | PenaltyCalled
    | StatusSet
    | StatusCleared
    | PowerUsed
    | LinkAdded
    | LinkRemoved
    | RuleAdded
    | RuleRepealed
    | CupFilled
    | CupServed
    | GameCalled
    | Noted
)
