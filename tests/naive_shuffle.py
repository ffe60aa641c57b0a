"""`ringofire-shuffle-1` a second time, written from the text of its specification alone.

Must never import ringofire: it exists to disagree with it. Slow and plain on purpose. Cards are
their texts, bytes are hex, a deck is the table of a pack file.
"""

import hashlib
import hmac
from typing import Any

RANKS = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"]
SUITS = ["C", "D", "H", "S"]


def integer(number: int) -> bytes:
    return number.to_bytes(8, byteorder="big")


def lp(data: bytes) -> bytes:
    return len(data).to_bytes(4, byteorder="big") + data


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


class Numbers:
    """Step 5: word after word of the stream, by number of the word."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.taken = 0

    def word(self) -> int:
        block = mac(self.key, integer(self.taken // 8))
        start = self.taken % 8 * 4
        self.taken += 1
        return int.from_bytes(block[start : start + 4], byteorder="big")

    def below(self, n: int) -> int:
        while True:
            w = self.word()
            if w >= 2**32 - (2**32 % n):
                continue
            return w % n


def fisher_yates(things: list[Any], numbers: Numbers) -> list[Any]:
    things = things.copy()
    s = len(things) - 1
    while s >= 1:
        j = numbers.below(s + 1)
        things[s], things[j] = things[j], things[s]
        s -= 1
    return things


def full_deck(deck: dict[str, Any]) -> list[str]:
    cards: list[str] = []
    for _ in range(deck.get("decks", 1)):
        for rank in RANKS:
            if rank.isdigit() and "from" in deck and int(rank) < int(deck["from"]):
                continue
            cards += [rank + suit for suit in SUITS]
    cards += ["Joker"] * deck.get("jokers", 0)
    return cards


def deal(key: bytes, deck: dict[str, Any]) -> list[str]:
    cards = full_deck(deck)
    if "cards" in deck:
        numbered = list(enumerate(cards))
        kings = [pair for pair in numbered if pair[1][0] == "K"]
        others = [pair for pair in numbered if pair[1][0] != "K"]
        numbers = Numbers(mac(key, b"deck"))
        kept = fisher_yates(others, numbers)[: deck["cards"] - deck["kings"]]
        kept = kept + fisher_yates(kings, numbers)[: deck["kings"]]
        cards = [card for _, card in sorted(kept)]
    return fisher_yates(cards, Numbers(key))


def redeal(key: bytes, number: int, ring: list[str], face_down: str) -> list[str]:
    bits = int(face_down, 16)
    slots = [slot for slot in range(len(ring)) if bits & (1 << slot)]
    cards = fisher_yates(
        [ring[slot] for slot in slots], Numbers(mac(key, b"redeal", integer(number)))
    )
    ring = ring.copy()
    for i in range(len(slots)):
        ring[slots[i]] = cards[i]
    return ring


def pick_random(key: bytes, number: int, seats: list[str], count: int) -> list[str]:
    numbers = Numbers(mac(key, b"random", integer(number)))
    left = seats.copy()
    picked: list[str] = []
    while len(picked) < count:
        seat = left[numbers.below(len(left))]
        left.remove(seat)
        picked.append(seat)
    return picked


def answer(given: dict[str, Any]) -> dict[str, Any]:
    """Work one vector out from its inputs and give it back whole."""
    room = lp(given["room"].encode("utf-8"))
    r = integer(given["round"])
    secret = mac(bytes.fromhex(given["master"]), b"ringofire/secret/1", r)
    commitment = hashlib.sha256(b"ringofire/commit/1" + room + r + secret).digest()
    message = b"ringofire/shuffle/1" + room + r + lp(bytes.fromhex(given["pack_digest"]))
    for seat, nonce in given["contributions"]:
        message += lp(seat.encode("utf-8")) + lp(bytes.fromhex(nonce))
    key = mac(secret, message)
    ring = deal(key, given["deck"])
    full = given | {
        "secret": secret.hex(),
        "commitment": commitment.hex(),
        "key": key.hex(),
        "ring": ring,
    }
    if "redeals" in given:
        full["redeals"] = []
        for one in given["redeals"]:
            ring = redeal(key, one["number"], ring, one["face_down"])
            full["redeals"].append(one | {"ring": ring})
    if "randoms" in given:
        full["randoms"] = [
            one | {"picked": pick_random(key, one["number"], one["seats"], one["count"])}
            for one in given["randoms"]
        ]
    if "below" in given:
        numbers = Numbers(key)
        full["below"] = [[n, numbers.below(n)] for n, _ in given["below"]]
    return full
