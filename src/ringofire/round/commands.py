"""What may be asked of a round: commands about cards and rules. All may be refused."""

from collections.abc import Mapping

from attrs import field

from ringofire.envelope import (
    ID_LIMIT,
    Envelope,
    checked,
    octets,
    one_of,
    prose,
    seats,
    table,
    text,
    whole,
)
from ringofire.values import value

__all__ = [
    "AddNonce",
    "AddRule",
    "Choose",
    "EndRound",
    "GiveVerdict",
    "PickCard",
    "RepealRule",
    "RoundCommand",
    "SkipChoice",
    "SkipTurn",
    "StartRound",
    "UndoPick",
    "UsePower",
]

KEY_LIMIT = 24
"""The longest key of a status, in code points: that of a name in a pack."""

NONCE_LIMIT = 32
"""The longest nonce a player may add to the shuffle, in bytes."""


@value(kw_only=True)
class AddNonce(Envelope):
    """Add the own entropy, 1..32 public bytes, to the next round's shuffle; once per round."""

    nonce: bytes = field(metadata=checked(octets(1, NONCE_LIMIT)))


@value(kw_only=True)
class StartRound(Envelope):
    """Freeze the nonces, deal the ring and start the first turn."""


@value(kw_only=True)
class PickCard(Envelope):
    """Turn the card at `slot` (0-based) over; without it the next face-down one clockwise."""

    slot: int | None = field(default=None, metadata=checked(whole(optional=True)))


@value(kw_only=True)
class Choose(Envelope):
    """Answer the open choice.

    Args:
        choice: its id.
        value: a seat, or seats; `{seat: n}` for a split; `clockwise` or `counterclockwise`.
    """

    choice: str = field(metadata=checked(text(ID_LIMIT)))
    value: str | tuple[str, ...] | Mapping[str, int] = field(
        metadata=checked(one_of(prose(), seats, table(int)))
    )


@value(kw_only=True)
class SkipChoice(Envelope):
    """Drop the open choice and its effect; nobody has to say why."""

    choice: str = field(metadata=checked(text(ID_LIMIT)))


@value(kw_only=True)
class GiveVerdict(Envelope):
    """Say who lost the mini-game: seats, none of them if nobody did."""

    verdict: str = field(metadata=checked(text(ID_LIMIT)))
    value: tuple[str, ...] = field(metadata=checked(seats))


@value(kw_only=True)
class AddRule(Envelope):
    """Write a rule, 1..140 code points and <= 280 bytes; it answers an open rule choice."""

    text: str = field(metadata=checked(prose()))


@value(kw_only=True)
class RepealRule(Envelope):
    """Take a made rule away; it answers an open repeal choice."""

    rule: str = field(metadata=checked(text(ID_LIMIT)))


@value(kw_only=True)
class UsePower(Envelope):
    """Use the status `key` that the seat holds; one that ends when used is spent."""

    key: str = field(metadata=checked(prose(KEY_LIMIT)))


@value(kw_only=True)
class SkipTurn(Envelope):
    """Pass the turn on without a pick, or without the rest of what the card asks."""


@value(kw_only=True)
class UndoPick(Envelope):
    """Take the last pick back and deal all face-down cards again; once per turn."""


@value(kw_only=True)
class EndRound(Envelope):
    """End the round now and reveal its secret."""


RoundCommand = (
    AddNonce
    | StartRound
    | PickCard
    | Choose
    | SkipChoice
    | GiveVerdict
    | AddRule
    | RepealRule
    | UsePower
    | SkipTurn
    | UndoPick
    | EndRound
)
