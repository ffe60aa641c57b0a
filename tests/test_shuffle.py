"""The verifiable shuffle, against its vectors, a second implementation and chance."""

import hmac
import json
import runpy
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ringofire.cards import Card, Deck, Rank
from ringofire.shuffle import (
    ALGORITHM,
    Stream,
    commitment,
    deal,
    pick_random,
    redeal,
    round_key,
    secret,
    shuffle,
)
from tests import naive_shuffle
from tests.strategies.decks import decks

HERE = Path(__file__).parent
VECTORS: list[dict[str, Any]] = json.loads(
    (HERE / "vectors" / "shuffle.json").read_text(encoding="utf-8")
)["vectors"]

keys = st.binary(min_size=32, max_size=32)
rounds = st.integers(1, 2**53 - 1)
seat_lists = st.integers(2, 20).map(lambda many: [f"p{number}" for number in range(1, many + 1)])


def words(key: bytes, many: int) -> list[int]:
    """The first words of a stream, as the specification says."""
    numbers = naive_shuffle.Numbers(key)
    return [numbers.word() for _ in range(many)]


def table(deck: Deck) -> dict[str, Any]:
    """A deck in the words of a pack file."""
    given = {
        "decks": deck.decks,
        "jokers": deck.jokers,
        "from": deck.lowest,
        "cards": deck.cards,
        "kings": deck.kings,
    }
    return {key: value for key, value in given.items() if value is not None}


def texts(ring: Iterable[Card]) -> list[str]:
    return [card.text for card in ring]


class TestVectors:
    def test_ringofire_computes_them(self) -> None:
        """The file is, byte for byte, what ringofire computes from its inputs."""
        make = runpy.run_path(str(HERE / "vectors" / "make_shuffle.py"))

        assert make["main"](["--check"]) is None

    @pytest.mark.parametrize("part", range(10))
    def test_specification_computes_them(self, part: int) -> None:
        """A second implementation, written from the specification, gives the same outcomes."""
        for vector in VECTORS[part::10]:
            assert vector == naive_shuffle.answer(vector)

    def test_coverage(self) -> None:
        """The vectors are many, and each part of the algorithm is in some of them."""
        tables = [set(vector["deck"]) for vector in VECTORS]
        nonces = [nonce for vector in VECTORS for _, nonce in vector["contributions"]]

        assert len(VECTORS) == 1_000
        assert set() in tables
        for keys_ in ({"decks"}, {"jokers"}, {"from"}, {"cards", "kings"}):
            assert keys_ in tables
        assert {"decks", "jokers", "from", "cards", "kings"} in tables
        assert {0, 1, 32} <= {len(nonce) // 2 for nonce in nonces}
        for part in ("redeals", "randoms", "below"):
            assert sum(part in vector for vector in VECTORS) >= 50

    def test_rejections_in_deals(self) -> None:
        """Some deals of the vectors meet a word that has to be drawn again."""
        found = 0
        for vector in VECTORS[-6:]:
            numbers = naive_shuffle.Numbers(bytes.fromhex(vector["key"]))
            naive_shuffle.fisher_yates(vector["ring"], numbers)
            found += numbers.taken > len(vector["ring"]) - 1

        assert found == 6


class TestKeys:
    @given(keys, rounds, st.text(max_size=8), keys, st.data())
    def test_as_specified(
        self, master: bytes, number: int, room: str, digest: bytes, data: st.DataObject
    ) -> None:
        """Secret, commitment and key are what the specification makes of the same bytes."""
        nonces = data.draw(st.lists(st.binary(max_size=32), max_size=20))
        contributions = [(f"p{seat}", nonce) for seat, nonce in enumerate(nonces)]
        expected = naive_shuffle.answer(
            {
                "master": master.hex(),
                "room": room,
                "round": number,
                "pack_digest": digest.hex(),
                "contributions": [(seat, nonce.hex()) for seat, nonce in contributions],
                "deck": {},
            }
        )

        hidden = secret(master, number)
        key = round_key(
            hidden, room=room, number=number, pack_digest=digest, contributions=contributions
        )

        assert expected["secret"] == hidden.hex()
        assert expected["commitment"] == commitment(room, number, hidden).hex()
        assert expected["key"] == key.hex()
        assert expected["ring"] == texts(deal(key, Deck()))

    @given(
        keys,
        st.lists(st.tuples(st.text(max_size=3), st.binary(max_size=3)), max_size=4),
        st.lists(st.tuples(st.text(max_size=3), st.binary(max_size=3)), max_size=4),
    )
    def test_contributions_do_not_run_together(
        self, hidden: bytes, one: list[tuple[str, bytes]], other: list[tuple[str, bytes]]
    ) -> None:
        """Different contributions, or the same in another order, give different keys."""
        assume(one != other)

        def key(contributions: list[tuple[str, bytes]]) -> bytes:
            return round_key(
                hidden,
                room="K7QX2M",
                number=1,
                pack_digest=bytes(32),
                contributions=contributions,
            )

        assert key(one) != key(other)

    @given(keys, keys, st.text(), st.text(), st.tuples(rounds, rounds))
    def test_commitment_binds(
        self, one: bytes, other: bytes, room: str, elsewhere: str, numbers: tuple[int, int]
    ) -> None:
        """A commitment holds for one secret of one round of one room only."""
        number, later = numbers
        assume(one != other and room != elsewhere and number != later)
        committed = commitment(room, number, one)

        assert committed != commitment(room, number, other)
        assert committed != commitment(elsewhere, number, one)
        assert committed != commitment(room, later, one)

    def test_name(self) -> None:
        """The algorithm goes by the name that its vectors carry."""
        document = json.loads((HERE / "vectors" / "shuffle.json").read_text(encoding="utf-8"))

        assert document["algorithm"] == ALGORITHM == "ringofire-shuffle-1"


class TestStream:
    @given(keys, st.lists(st.integers(1, 2**32), min_size=1, max_size=20))
    def test_below_as_specified(self, key: bytes, bounds: list[int]) -> None:
        """Draws from one stream are those of the specification, whatever they are bounded by."""
        stream, numbers = Stream(key), naive_shuffle.Numbers(key)

        for n in bounds:
            drawn = stream.below(n)

            assert numbers.below(n) == drawn
            assert 0 <= drawn < n

    @given(keys)
    def test_all_words_in_order(self, key: bytes) -> None:
        """Draws below 2^32 are the words themselves, none skipped, block after block."""
        stream = Stream(key)

        assert words(key, 20) == [stream.below(2**32) for _ in range(20)]

    @given(keys)
    def test_first_rejected_word(self, key: bytes) -> None:
        """The least word that is too large is drawn again."""
        first, *later = words(key, 99)
        assume(first > 2**31)  # where the words from n on are too large for n

        drawn = Stream(key).below(first)

        assert next(word for word in later if word < first) == drawn

    @given(keys)
    def test_last_accepted_word(self, key: bytes) -> None:
        """The largest word that is not too large is taken."""
        first, second = words(key, 2)
        assume(2**31 <= first < 2**32 - 1)
        stream = Stream(key)

        assert first == stream.below(first + 1)
        assert second == stream.below(2**32)

    @given(keys, st.integers(0, 32))
    def test_no_word_is_spared(self, key: bytes, power: int) -> None:
        """For a power of two no word is rejected, and even below(1) takes one."""
        first, second = words(key, 2)
        stream = Stream(key)

        assert first % 2**power == stream.below(2**power)
        assert second == stream.below(2**32)

    @pytest.mark.parametrize("n", (-1, 0, 2**32 + 1))
    def test_bounds(self, n: int) -> None:
        """A bound that no word can serve is refused with ValueError."""
        with pytest.raises(ValueError, match="n: "):
            Stream(bytes(32)).below(n)


class TestShuffle:
    @given(st.lists(st.integers(), max_size=108), keys)
    def test_as_specified(self, items: list[int], key: bytes) -> None:
        """Items come in the order that the specification's Fisher-Yates gives them."""
        before = list(items)

        shuffled = shuffle(items, Stream(key))

        assert naive_shuffle.fisher_yates(items, naive_shuffle.Numbers(key)) == list(shuffled)
        assert before == items

    @pytest.mark.parametrize("items", ((), ("one",)))
    def test_nothing_to_shuffle(self, items: tuple[str, ...]) -> None:
        """No item and one item stay, and draw nothing."""
        stream = Stream(bytes(32))

        assert items == shuffle(items, stream)
        assert words(bytes(32), 1) == [stream.below(2**32)]


class TestDeal:
    @given(keys, decks())
    def test_as_specified(self, key: bytes, deck: Deck) -> None:
        """Any deck is dealt as the specification deals it."""
        assert naive_shuffle.deal(key, table(deck)) == texts(deal(key, deck))

    @given(keys, decks())
    def test_ring_is_of_the_deck(self, key: bytes, deck: Deck) -> None:
        """A ring has the size and the kings its deck says, and no card that is not in the deck."""
        ring = deal(key, deck)

        assert deck.size == len(ring)
        assert deck.king_count == sum(card.rank is Rank.KING for card in ring)
        assert Counter(deck.full()) >= Counter(ring)

    @given(keys)
    def test_whole_short_deck(self, key: bytes) -> None:
        """A short deck that keeps every card is dealt like the whole deck."""
        assert deal(key, Deck()) == deal(key, Deck(cards=52, kings=4))


class TestRedeal:
    @given(keys, rounds, decks(), st.data())
    def test_as_specified(self, key: bytes, number: int, deck: Deck, data: st.DataObject) -> None:
        """Any slots are dealt again as the specification does it."""
        ring = deal(key, deck)
        mask = data.draw(st.integers(0, 2 ** len(ring) - 1))

        dealt = redeal(key, number, ring, mask)

        assert naive_shuffle.redeal(key, number, texts(ring), f"{mask:x}") == texts(dealt)

    @given(keys, rounds, decks(), st.data())
    def test_moves_face_down_cards_only(
        self, key: bytes, number: int, deck: Deck, data: st.DataObject
    ) -> None:
        """Face-up cards keep their slots, and the face-down ones stay face-down ones."""
        ring = deal(key, deck)
        mask = data.draw(st.integers(0, 2 ** len(ring) - 1))

        dealt = redeal(key, number, ring, mask)

        assert Counter(ring) == Counter(dealt)
        for slot, card in enumerate(ring):
            assert mask >> slot & 1 or card is dealt[slot]

    def test_each_number_deals_anew(self) -> None:
        """Redeals of a round differ from each other and from the deal."""
        key = bytes(32)
        ring = deal(key, Deck())

        rings = {ring} | {redeal(key, number, ring, 2**52 - 1) for number in range(1, 20)}

        assert len(rings) == 20

    @pytest.mark.parametrize("face_down", (-1, 2**52, 2**60 + 1))
    def test_slots_beyond_the_ring(self, face_down: int) -> None:
        """A mask with slots that the ring does not have is refused with ValueError."""
        with pytest.raises(ValueError, match="face_down: "):
            redeal(bytes(32), 1, deal(bytes(32), Deck()), face_down)


class TestPickRandom:
    @given(keys, rounds, seat_lists, st.data())
    def test_as_specified(
        self, key: bytes, number: int, seats: list[str], data: st.DataObject
    ) -> None:
        """Seats are picked as the specification picks them, each at most once."""
        count = data.draw(st.integers(0, len(seats)))
        before = list(seats)

        picked = pick_random(key, number, seats, count)

        assert naive_shuffle.pick_random(key, number, seats, count) == list(picked)
        assert len(set(picked)) == count
        assert before == seats

    @given(keys, rounds, seat_lists)
    def test_one_by_default(self, key: bytes, number: int, seats: list[str]) -> None:
        """One seat is picked unless more are asked for."""
        assert pick_random(key, number, seats) == pick_random(key, number, seats, 1)

    def test_too_many(self) -> None:
        """More seats than there are cannot be picked."""
        with pytest.raises(ValueError, match="n: "):
            pick_random(bytes(32), 1, ["p1", "p2"], 3)


class ByteStream(Stream):
    """A biased stream: one byte a draw, modulo n."""

    def __init__(self, key: bytes) -> None:
        self._bytes = b"".join(
            hmac.digest(key, block.to_bytes(8, "big"), "sha256") for block in range(2)
        )
        self._taken = iter(self._bytes)

    def below(self, n: int) -> int:
        return next(self._taken) % n


class ShortStream(Stream):
    """A biased stream: never the last of the numbers, which makes Sattolo's cycles."""

    def below(self, n: int) -> int:
        return super().below(n - 1)


class TestChance:
    """Whether rings are evenly distributed, over deals of fixed keys: nothing here is random.

    A ring tells which numbers its Fisher-Yates drew. Those below n are compared with an even
    distribution by chi-square (n - 1 degrees of freedom); the sum over n = 2..52 has 1,326
    degrees, mean 1,326 and standard deviation sqrt(2 * 1,326) = 51.5. The bound is five
    standard deviations above the mean. A byte modulo n adds r (n - r) / 65,536 a deal for each
    n, with r = 256 mod n, in all about 0.1 and thus 1,000 (20 standard deviations) here.
    """

    DEALS = 10_000
    BOUND = 1_326 + 5 * (2 * 1_326) ** 0.5

    def draws(self, ring: Sequence[Card]) -> dict[int, int]:
        """What `below(n)` gave for each n when this ring was dealt."""
        order, drawn = list(Deck().full()), {}
        for slot in range(len(order) - 1, 0, -1):
            drawn[slot + 1] = other = order.index(ring[slot])
            order[slot], order[other] = order[other], order[slot]
        return drawn

    def chi_square(self, dealer: Callable[[bytes], Sequence[Card]]) -> float:
        """How far `dealer` is from an even distribution."""
        seen = {n: [0] * n for n in range(2, 53)}
        for number in range(self.DEALS):
            for n, drawn in self.draws(dealer(secret(b"chance", number))).items():
                seen[n][drawn] += 1
        return sum(
            (times - self.DEALS / n) ** 2 / (self.DEALS / n)
            for n, cells in seen.items()
            for times in cells
        )

    def test_deals_are_even(self) -> None:
        """Every card is equally likely in every slot, as far as 10,000 deals can tell."""
        assert self.chi_square(lambda key: deal(key, Deck())) < self.BOUND

    def test_byte_bias_is_caught(self) -> None:
        """The same measure catches a shuffle that takes a byte modulo n."""
        biased = self.chi_square(lambda key: shuffle(Deck().full(), ByteStream(key)))

        assert biased > self.BOUND + 500

    def test_off_by_one_is_caught(self) -> None:
        """The same measure catches a shuffle in which no card may stay where it is."""
        biased = self.chi_square(lambda key: shuffle(Deck().full(), ShortStream(key)))

        assert biased > self.BOUND + 500
