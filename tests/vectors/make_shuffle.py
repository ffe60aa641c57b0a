"""Write shuffle.json: `python tests/vectors/make_shuffle.py`, or with `--check` only compare it.

The inputs are drawn from SHA-256, so every run gives the same file. The outcomes are those of
ringofire; the tests hold them against a second implementation. The algorithm never changes
under its name, so a file that differs means a bug: there is no reason to write it anew but to
add vectors.
"""

import hmac
import json
import struct
import sys
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from ringofire.cards import RANKS, Card, Deck, Rank
from ringofire.shuffle import (
    ALGORITHM,
    Stream,
    commitment,
    deal,
    pick_random,
    redeal,
    round_key,
    secret,
)

FILE = Path(__file__).with_name("shuffle.json")
VECTORS = 1_000
ROOM_LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"
ROOMS_BEYOND_ASCII = ("Küche", "环", "🔥 ring", "")

REJECTIONS = (5_599_652, 6_356_772, 6_668_016, 10_252_817, 11_264_151, 11_529_271)
"""Numbers whose deal of 108 cards meets a word that must be drawn again: one in two million.

Found by trying millions; without them a shuffle that never rejects would pass.
"""


class Dice:
    """Choices for the inputs of one vector; that `%` is a little biased does no harm here."""

    def __init__(self, name: str) -> None:
        self._throws = (sha256(f"{name}/{throw}".encode()).digest() for throw in count())

    def data(self, length: int) -> bytes:
        return next(self._throws)[:length]

    def within(self, least: int, most: int) -> int:
        return least + int.from_bytes(next(self._throws)) % (most - least + 1)

    def one_in(self, n: int) -> bool:
        return self.within(1, n) == 1


def room_for(dice: Dice) -> str:
    if dice.one_in(25):
        return ROOMS_BEYOND_ASCII[dice.within(0, len(ROOMS_BEYOND_ASCII) - 1)]
    return "".join(ROOM_LETTERS[byte % len(ROOM_LETTERS)] for byte in dice.data(6))


def round_for(dice: Dice) -> int:
    return dice.within(1, 2**53 - 1) if dice.one_in(20) else dice.within(1, 5)


def seats_for(dice: Dice) -> list[str]:
    """Give 2..20 seat ids in an order of their own, as after leaving and MoveSeat."""
    many = dice.within(2, 20) if dice.one_in(8) else dice.within(2, 7)
    ids = [f"p{number}" for number in range(1, many + dice.within(0, 4) + 1)]
    if dice.one_in(2):
        ids.sort(key=lambda seat: sha256(dice.data(32) + seat.encode()).digest())
    return ids[:many]


def nonce_for(dice: Dice) -> str:
    """Give no nonce, one of 32 bytes, or one of any length, with equal chances."""
    return dice.data((0, 32, dice.within(1, 32))[dice.within(0, 2)]).hex()


def deck_for(dice: Dice, number: int) -> dict[str, Any]:
    """Give a pack's `deck` table; each part of the vocabulary alone first, then all together."""
    kind = number % 8
    table: dict[str, Any] = {}
    if kind == 2 or (kind == 7 and dice.one_in(3)):
        table["decks"] = 2
    if kind == 3 or (kind == 7 and dice.one_in(2)):
        table["jokers"] = dice.within(1, 4)
    if kind == 4 or (kind == 7 and dice.one_in(2)):
        table["from"] = RANKS[dice.within(1, 9)].value
    if kind in {5, 6, 7}:
        whole = deck_of(table)
        others = whole.size - whole.king_count
        table["kings"] = dice.within(0, whole.king_count)
        table["cards"] = table["kings"] + (
            dice.within(0 if table["kings"] else 1, others) if kind != 6 else others
        )
    return table


def deck_of(table: dict[str, Any]) -> Deck:
    return Deck(
        decks=table.get("decks", 1),
        jokers=table.get("jokers", 0),
        lowest=Rank(table["from"]) if "from" in table else None,
        cards=table.get("cards"),
        kings=table.get("kings"),
    )


def texts(ring: tuple[Card, ...]) -> list[str]:
    return [card.text for card in ring]


def redeals_for(dice: Dice, key: bytes, ring: tuple[Card, ...]) -> Iterator[dict[str, Any]]:
    """Deal a ring again once or twice, over any slots: mostly some, now and then all or none."""
    for number in range(1, dice.within(1, 2) + 1):
        face_down = int.from_bytes(dice.data(32)) % 2 ** len(ring)
        if dice.one_in(6):
            face_down = (0, 1, 2 ** len(ring) - 1)[dice.within(0, 2)]
        ring = redeal(key, number, ring, face_down)
        yield {"number": number, "face_down": f"{face_down:x}", "ring": texts(ring)}


def randoms_for(dice: Dice, key: bytes, members: list[str]) -> Iterator[dict[str, Any]]:
    """Pick one or more of the members who are present, up to three times."""
    for number in range(1, dice.within(1, 3) + 1):
        seats = [seat for seat in members if not dice.one_in(4)] or members
        many = 1 if dice.one_in(2) else dice.within(1, len(seats))
        picked = list(pick_random(key, number, seats, many))
        yield {"number": number, "seats": seats, "count": many, "picked": picked}


def below_for(dice: Dice, key: bytes) -> Iterator[list[int]]:
    """Draw below numbers that make a word be the first to be rejected, or the last that is not."""
    words = [
        word
        for block in range(8)
        for word in struct.unpack(">8I", hmac.digest(key, block.to_bytes(8), "sha256"))
    ]
    stream = Stream(key)
    for _ in range(6):
        n = (words[0], words[0] + 1, dice.within(2**31, 2**32), 2**32, 1)[dice.within(0, 4)]
        yield [n, stream.below(n)]
        while words.pop(0) >= 2**32 - 2**32 % n:
            pass


def vector(number: int) -> dict[str, Any]:
    """Make vector `number`, 0..999; the last ones are `REJECTIONS`."""
    dice = Dice(f"ringofire/vector/{number}")
    room, round_, members = room_for(dice), round_for(dice), seats_for(dice)
    given: dict[str, Any] = {
        "master": dice.data(32).hex(),
        "room": room,
        "round": round_,
        "pack_digest": dice.data(32).hex(),
        "contributions": [[seat, nonce_for(dice)] for seat in members],
        "deck": deck_for(dice, number),
    }
    rejection = number - (VECTORS - len(REJECTIONS))
    if rejection >= 0:
        given = rejected(REJECTIONS[rejection])
    full, key, ring = dealt(given)
    if dice.one_in(4):
        full["redeals"] = list(redeals_for(dice, key, ring))
    if dice.one_in(4):
        full["randoms"] = list(randoms_for(dice, key, members))
    if dice.one_in(10):
        full["below"] = list(below_for(dice, key))
    return full


def rejected(number: int) -> dict[str, Any]:
    """Give the inputs that `REJECTIONS` numbers."""
    return {
        "master": sha256(f"rejection {number}".encode()).hexdigest(),
        "room": "K7QX2M",
        "round": 1,
        "pack_digest": sha256(b"pack").hexdigest(),
        "contributions": [["p1", ""], ["p2", ""]],
        "deck": {"decks": 2, "jokers": 4},
    }


def dealt(given: dict[str, Any]) -> tuple[dict[str, Any], bytes, tuple[Card, ...]]:
    """Add what follows from the inputs; give the key and the ring as well."""
    room, number = given["room"], given["round"]
    hidden = secret(bytes.fromhex(given["master"]), number)
    key = round_key(
        hidden,
        room=room,
        number=number,
        pack_digest=bytes.fromhex(given["pack_digest"]),
        contributions=[(seat, bytes.fromhex(nonce)) for seat, nonce in given["contributions"]],
    )
    ring = deal(key, deck_of(given["deck"]))
    full = given | {
        "secret": hidden.hex(),
        "commitment": commitment(room, number, hidden).hex(),
        "key": key.hex(),
        "ring": texts(ring),
    }
    return full, key, ring


def document() -> str:
    """Give the whole file: an object that holds one vector a line."""
    lines = ",\n".join(
        json.dumps(vector(number), ensure_ascii=False, separators=(",", ":"))
        for number in range(VECTORS)
    )
    return f'{{"algorithm":"{ALGORITHM}","vectors":[\n{lines}\n]}}\n'


def main(arguments: list[str]) -> str | None:
    """Write or check the file; give what is wrong with it, if anything."""
    if arguments == ["--check"]:
        same = FILE.read_text(encoding="utf-8") == document()
        return None if same else f"{FILE.name} is not what ringofire computes"
    if arguments:
        return "usage: make_shuffle.py [--check]"
    FILE.write_text(document(), encoding="utf-8", newline="\n")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
