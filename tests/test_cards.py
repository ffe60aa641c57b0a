"""Cards, and the decks they come from."""

import copy
import pickle
from contextlib import AbstractContextManager, nullcontext

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from ringofire.canonical import canonical
from ringofire.cards import RANKS, Card, Deck, Rank, Suit
from tests.strategies.decks import decks

FACES = [(rank, suit) for rank in RANKS for suit in Suit] + [(Rank.JOKER, None)]

faces = st.sampled_from(FACES)
cards = faces.map(lambda face: Card(*face))


class TestCard:
    @given(faces, faces)
    def test_equality(self, one: tuple[Rank, Suit | None], other: tuple[Rank, Suit | None]) -> None:
        """Two cards are equal, and hash alike, exactly if rank and suit are the same."""
        assert (one == other) is (Card(*one) == Card(*other))
        assert len({one, other}) == len({Card(*one), Card(*other)})

    @given(faces)
    def test_text_round_trip(self, face: tuple[Rank, Suit | None]) -> None:
        """A card's text, which str and repr give too, is read back as that card."""
        card = Card(*face)

        assert face == (card.rank, card.suit)
        assert card is Card.parse(card.text)
        assert card.text == str(card) == repr(card)

    @pytest.mark.parametrize(
        ("rank", "suit", "text"),
        (
            (Rank.QUEEN, Suit.SPADES, "QS"),
            (Rank.TEN, Suit.HEARTS, "10H"),
            (Rank.ACE, Suit.CLUBS, "AC"),
            (Rank.TWO, Suit.DIAMONDS, "2D"),
            (Rank.JOKER, None, "Joker"),
        ),
    )
    def test_texts(self, rank: Rank, suit: Suit | None, text: str) -> None:
        """A card is written as its rank, then the letter of its suit."""
        assert text == Card(rank, suit).text

    def test_there_are_53(self) -> None:
        """All 53 faces have different texts."""
        assert len({Card(*face).text for face in FACES}) == 53

    @given(st.text(max_size=6).filter(lambda text: text not in {str(Card(*f)) for f in FACES}))
    def test_other_texts(self, text: str) -> None:
        """A text that is not exactly a card's is refused with ValueError."""
        with pytest.raises(ValueError, match="no card is written"):
            Card.parse(text)

    @pytest.mark.parametrize("thing", (None, 10, b"QS", ["QS"], {}, Card.parse("QS"), ("Q", "S")))
    def test_no_texts(self, thing: object) -> None:
        """What is not a text is refused with ValueError, hashable or not."""
        with pytest.raises(ValueError, match="no card is written"):
            Card.parse(thing)  # type: ignore[arg-type]

    @pytest.mark.parametrize("text", ("qs", "SQ", "1C", "11C", "QS ", "joker", "JokerS", "Q", "S"))
    def test_near_misses(self, text: str) -> None:
        """Case, order, spaces and missing parts all matter."""
        with pytest.raises(ValueError, match="no card is written"):
            Card.parse(text)

    def test_long_texts(self) -> None:
        """The refusal of a text repeats no more than its beginning."""
        with pytest.raises(ValueError, match="no card is written") as caught:
            Card.parse("QS" * 1_000)

        assert len(str(caught.value)) < 60

    @pytest.mark.parametrize("rank", RANKS)
    def test_rank_needs_suit(self, rank: Rank) -> None:
        """Each rank but the joker needs a suit."""
        with pytest.raises(ValueError, match=f"rank {rank} and suit None"):
            Card(rank)

    @pytest.mark.parametrize("suit", Suit)
    def test_joker_has_no_suit(self, suit: Suit) -> None:
        """The joker takes no suit."""
        with pytest.raises(ValueError, match=f"rank Joker and suit {suit}"):
            Card(Rank.JOKER, suit)

    @given(cards)
    def test_colour(self, card: Card) -> None:
        """Diamonds and hearts are red, clubs and spades black, the joker is neither."""
        assert card.red is (card.text[-1] in "DH")
        assert card.black is (card.text[-1] in "CS")

    @given(cards, st.integers(0, pickle.HIGHEST_PROTOCOL))
    def test_copies(self, card: Card, protocol: int) -> None:
        """A card that is copied or pickled is still the same card."""
        assert card is copy.copy(card)
        assert card is copy.deepcopy(card)
        assert card is pickle.loads(pickle.dumps(card, protocol))
        assert card is evolve(card)

    def test_frozen(self) -> None:
        """A card cannot be changed, and has no room for anything else."""
        card = Card.parse("QS")

        with pytest.raises(FrozenInstanceError):
            card.rank = Rank.KING  # type: ignore[misc]
        assert not hasattr(card, "__dict__")

    def test_match(self) -> None:
        """A card can be matched by rank and suit."""
        match Card.parse("QS"):
            case Card(Rank.QUEEN, suit):
                matched = suit

        assert Suit.SPADES is matched

    @given(cards)
    def test_canonical(self, card: Card) -> None:
        """The canonical JSON of a card is its text."""
        assert f'["{card.text}"]'.encode() == canonical([card])


class TestRank:
    def test_worth(self) -> None:
        """Ranks are worth 1 to 13 from ace to king, the joker nothing."""
        assert {rank.value: rank.worth for rank in Rank} == {
            "A": 1,
            "2": 2,
            "3": 3,
            "4": 4,
            "5": 5,
            "6": 6,
            "7": 7,
            "8": 8,
            "9": 9,
            "10": 10,
            "J": 11,
            "Q": 12,
            "K": 13,
            "Joker": 0,
        }

    def test_order(self) -> None:
        """RANKS are the thirteen ranks from ace to king."""
        assert RANKS == ("A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K")


class TestDeck:
    @given(decks())
    def test_full_counts(self, deck: Deck) -> None:
        """A full deck has each suited card once per deck, from its lowest number on, and jokers."""
        full = deck.full()
        low = deck.lowest.worth if deck.lowest else 2

        for rank, suit in FACES[:-1]:
            there = rank.worth >= low or rank is Rank.ACE
            assert deck.decks * there == full.count(Card(rank, suit))
        assert deck.jokers == full.count(Card(Rank.JOKER))
        assert len(full) == deck.decks * 4 * (15 - low) + deck.jokers <= 108

    @given(decks())
    def test_canonical_order(self, deck: Deck) -> None:
        """A deck comes rank by rank and suit by suit, deck after deck, with the jokers last."""
        full = deck.full()
        suited = full[: len(full) - deck.jokers]
        half = suited[: len(suited) // deck.decks]

        assert half * deck.decks == suited
        assert sorted(half, key=lambda card: (card.rank.worth, card.suit)) == list(half)
        assert {Card(Rank.JOKER)} >= set(full[len(suited) :])

    @given(decks())
    def test_ring_counts(self, deck: Deck) -> None:
        """Size and king count are those of the full deck unless a short deck names its own."""
        kings = sum(card.rank is Rank.KING for card in deck.full())

        assert deck.short is (deck.cards is not None) is (deck.kings is not None)
        assert (deck.cards if deck.short else len(deck.full())) == deck.size
        assert (deck.kings if deck.short else kings) == deck.king_count

    @given(
        cards=st.none() | st.integers(-2, 110),
        kings=st.none() | st.integers(-2, 10),
        decks=st.integers(1, 2),
        jokers=st.integers(0, 4),
        lowest=st.none() | st.sampled_from(RANKS[1:10]),
    )
    def test_short_bounds(
        self, cards: int | None, kings: int | None, decks: int, jokers: int, lowest: Rank | None
    ) -> None:
        """A short deck is taken exactly if the deck has that many kings and that many others."""
        whole = Deck(decks=decks, jokers=jokers, lowest=lowest)
        if cards is None or kings is None:
            legal = cards is kings
        else:
            legal = (
                0 <= kings <= whole.king_count
                and kings <= cards <= whole.size
                and cards - kings <= whole.size - whole.king_count
                and cards >= 1
            )

        refusal: AbstractContextManager[object]
        refusal = nullcontext() if legal else pytest.raises(ValueError, match=r"^(cards|kings): ")
        with refusal:
            evolve(whole, cards=cards, kings=kings)

    @pytest.mark.parametrize(
        ("fields", "field"),
        (
            ({"decks": 0}, "decks"),
            ({"decks": 3}, "decks"),
            ({"jokers": -1}, "jokers"),
            ({"jokers": 5}, "jokers"),
            ({"lowest": Rank.ACE}, "lowest"),
            ({"lowest": Rank.JACK}, "lowest"),
            ({"lowest": Rank.KING}, "lowest"),
            ({"lowest": Rank.JOKER}, "lowest"),
            ({"cards": 20}, "kings"),
            ({"kings": 2}, "cards"),
            ({"cards": 20, "kings": -1}, "kings"),
            ({"cards": 20, "kings": 5}, "kings"),
            ({"cards": 20, "kings": 9, "decks": 2}, "kings"),
            ({"cards": 0, "kings": 0}, "cards"),
            ({"cards": 2, "kings": 3}, "cards"),
            ({"cards": 53, "kings": 4}, "cards"),
            ({"cards": 50, "kings": 1}, "cards"),
            ({"cards": 49, "kings": 0}, "cards"),
        ),
    )
    def test_refusals_name_the_field(self, fields: dict[str, object], field: str) -> None:
        """A deck out of bounds is refused with a text that opens with the field."""
        with pytest.raises(ValueError, match=f"^{field}: "):
            Deck(**fields)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("fields", "size", "kings"),
        (
            ({}, 52, 4),
            ({"decks": 2, "jokers": 4}, 108, 8),
            ({"lowest": Rank.TWO}, 52, 4),
            ({"lowest": Rank.TEN}, 20, 4),
            ({"cards": 1, "kings": 0}, 1, 0),
            ({"cards": 1, "kings": 1}, 1, 1),
            ({"cards": 48, "kings": 0}, 48, 0),
            ({"cards": 52, "kings": 4}, 52, 4),
            ({"cards": 54, "kings": 4, "jokers": 2}, 54, 4),
            ({"cards": 8, "kings": 8, "decks": 2}, 8, 8),
        ),
    )
    def test_bounds_are_legal(self, fields: dict[str, object], size: int, kings: int) -> None:
        """Decks right at their bounds are decks."""
        deck = Deck(**fields)  # type: ignore[arg-type]

        assert (size, kings) == (deck.size, deck.king_count)
