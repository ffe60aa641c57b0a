"""Where ids, times, entropy and luck come from: the real world, or a seed.

With a seed all of it follows from labels and HMAC-SHA256 alone, so that the same game has the same
bytes on every Python. Such a game is for demonstrations and tests: who knows the seed knows the
cards.
"""

import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeVar

from attrs import define

__all__ = ["ALPHABET", "Source", "real_source", "seeded_source"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O or U, so that a code can be read out."""

CODE_LENGTH = 6

EPOCH = 1_767_225_600_000
"""When seeded games begin: 2026-01-01 00:00 UTC, in ms."""

TICK = 1_000
"""How long everything takes in a seeded game, in ms."""

T = TypeVar("T")


@define
class Source:
    """Ids, times, entropy and luck.

    Args:
        octets: for a label, 32 bytes that were never given before.
        clock: the time in ms since the epoch, never less than before.
    """

    octets: Callable[[str], bytes]
    clock: Callable[[], int]

    def code(self) -> str:
        """Make the code of a room: 6 signs that can be read out."""
        return "".join([ALPHABET[octet % len(ALPHABET)] for octet in self.octets("code")])[
            :CODE_LENGTH
        ]

    def master(self) -> bytes:
        """Make a room's entropy: 32 bytes."""
        return self.octets("master")

    def token_hash(self) -> bytes:
        """Make a seat's token and give its hash; nobody needs the token at one keyboard."""
        return sha256(self.octets("token").hex().encode()).digest()

    def command_id(self) -> str:
        """Make the id of a command."""
        return self.octets("id")[:16].hex()

    def below(self, count: int) -> int:
        """Give a number within 0..count - 1, each as likely as the others."""
        limit = 2**64 - 2**64 % count
        while (word := int.from_bytes(self.octets("luck")[:8], "big")) >= limit:
            pass
        return word % count

    def one_of(self, things: Sequence[T]) -> T:
        """Give one of `things`, which are some."""
        return things[self.below(len(things))]

    def some_of(self, things: Sequence[T], count: int) -> list[T]:
        """Give `count` different ones of `things`, in no order."""
        left = list(things)
        return [left.pop(self.below(len(left))) for _ in range(count)]


def real_source() -> Source:
    """Give the world's clock and the system's entropy."""
    return Source(lambda _: secrets.token_bytes(32), lambda: time.time_ns() // 1_000_000)


def seeded_source(seed: int) -> Source:
    """Give what follows from `seed`: each label has a stream of its own."""
    key = sha256(f"ringofire/seed/1/{seed}".encode()).digest()
    given: dict[str, int] = {}

    def count(label: str) -> int:
        given[label] = given.get(label, 0) + 1
        return given[label]

    def octets(label: str) -> bytes:
        return hmac.digest(key, f"{label}/{count(label)}".encode(), "sha256")

    return Source(octets, lambda: EPOCH + TICK * count("time"))
