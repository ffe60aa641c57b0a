"""The verifiable shuffle `ringofire-shuffle-1`, as pure functions of bytes.

What is computed here is frozen: another outcome for the same bytes is another algorithm under
another name. No entropy is drawn here; `master` and the nonces come from outside. Integers are
8-byte big-endian, texts UTF-8, and `_lp` puts a 4-byte big-endian length in front. Only
`tests/vectors/shuffle.json` settles what other languages must compute.
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from struct import Struct
from typing import TypeVar

from ringofire.cards import Card, Deck, Rank

__all__ = [
    "ALGORITHM",
    "Stream",
    "commitment",
    "deal",
    "pick_random",
    "redeal",
    "round_key",
    "secret",
    "shuffle",
]

ALGORITHM = "ringofire-shuffle-1"

_WORDS = 2**32
_BLOCK = Struct(">8I")

T = TypeVar("T")


def secret(master: bytes, number: int) -> bytes:
    """Give the 32 bytes behind round `number` (1, 2, ...), kept private until the round ends.

    `master` is the room's 32 bytes of entropy, private for ever.
    """
    return _hmac(master, b"ringofire/secret/1" + _integer(number))


def commitment(room: str, number: int, secret: bytes) -> bytes:
    """Give the 32 bytes that bind the server to `secret` before anybody adds a nonce."""
    return sha256(b"ringofire/commit/1" + _lp(room.encode()) + _integer(number) + secret).digest()


def round_key(
    secret: bytes,
    *,
    room: str,
    number: int,
    pack_digest: bytes,
    contributions: Iterable[tuple[str, bytes]],
) -> bytes:
    """Give the 32-byte key that round `number` is dealt with.

    `pack_digest` is the SHA-256 of the resolved pack, 32 raw bytes. `contributions` are the seat
    id and nonce (0..32 raw bytes) of each member in seat order, with an empty nonce for whoever
    added none.
    """
    message = [b"ringofire/shuffle/1", _lp(room.encode()), _integer(number), _lp(pack_digest)]
    for seat, nonce in contributions:
        message += _lp(seat.encode()), _lp(nonce)
    return _hmac(secret, b"".join(message))


class Stream:
    """Unbiased numbers from a key: the words of HMAC-SHA256(key, i), i = 0, 1, ..., in order.

    The one thing here that changes as it is used: make one for each shuffle and let it go.
    """

    __slots__ = ("_words",)

    def __init__(self, key: bytes) -> None:
        self._words = _words(key)

    def below(self, n: int) -> int:
        """Draw a number within 0..n-1, each as likely as any other, for n within 1..2^32.

        Words past the largest multiple of `n` are drawn again. Raises ValueError for another n.
        """
        if not 1 <= n <= _WORDS:
            raise ValueError(f"n: {n} is not within 1..2^32")
        end = _WORDS - _WORDS % n
        word = next(self._words)
        while word >= end:
            word = next(self._words)
        return word % n


def shuffle(items: Sequence[T], stream: Stream) -> tuple[T, ...]:
    """Give `items` in the order that Fisher-Yates makes of them, drawing len(items) - 1 times."""
    order = list(items)
    for s in range(len(order) - 1, 0, -1):
        other = stream.below(s + 1)
        order[s], order[other] = order[other], order[s]
    return tuple(order)


def deal(key: bytes, deck: Deck) -> tuple[Card, ...]:
    """Give the ring of a round, by slot, from its `round_key`; a short deck is drawn first."""
    return shuffle(_drawn(key, deck) if deck.short else deck.full(), Stream(key))


def redeal(key: bytes, number: int, ring: Sequence[Card], face_down: int) -> tuple[Card, ...]:
    """Give `ring` with its face-down cards dealt again over the slots they lie in.

    `key` is the `round_key`; `number` counts the redeals of a round from 1; bit s of `face_down`
    stands for slot s. Raises ValueError for a bit beyond the ring.
    """
    if face_down >> len(ring):
        raise ValueError(f"face_down: a slot beyond the {len(ring)} of the ring")
    slots = [slot for slot in range(len(ring)) if face_down >> slot & 1]
    stream = Stream(_hmac(key, b"redeal" + _integer(number)))
    dealt = list(ring)
    for slot, card in zip(slots, shuffle([ring[slot] for slot in slots], stream), strict=True):
        dealt[slot] = card
    return tuple(dealt)


def pick_random(key: bytes, number: int, seats: Sequence[str], count: int = 1) -> tuple[str, ...]:
    """Give the `count` seats that a `random` effect picks, in the order of picking.

    `key` is the `round_key`; `number` counts such effects of a round from 1; `seats` are the
    present ones in seat order. Raises ValueError for more than there are.
    """
    stream = Stream(_hmac(key, b"random" + _integer(number)))
    left = list(seats)
    return tuple(left.pop(stream.below(len(left))) for _ in range(count))


def _drawn(key: bytes, deck: Deck) -> tuple[Card, ...]:
    """Give the cards that a short deck keeps, each where it stood in the full one."""
    full = deck.full()
    kings = [place for place, card in enumerate(full) if card.rank is Rank.KING]
    others = [place for place, card in enumerate(full) if card.rank is not Rank.KING]
    stream = Stream(_hmac(key, b"deck"))
    kept = shuffle(others, stream)[: deck.size - deck.king_count]
    kept += shuffle(kings, stream)[: deck.king_count]
    return tuple(full[place] for place in sorted(kept))


def _words(key: bytes) -> Iterator[int]:
    block = 0
    while True:
        yield from _BLOCK.unpack(_hmac(key, _integer(block)))
        block += 1


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _integer(number: int) -> bytes:
    return number.to_bytes(8, "big")


def _lp(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
