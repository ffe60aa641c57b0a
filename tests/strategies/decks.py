"""Decks, for property tests."""

from attrs import evolve
from hypothesis import strategies as st

from ringofire.cards import RANKS, Deck


@st.composite
def decks(draw: st.DrawFn) -> Deck:
    """Any legal deck, short or not."""
    whole = Deck(
        decks=draw(st.integers(1, 2)),
        jokers=draw(st.integers(0, 4)),
        lowest=draw(st.none() | st.sampled_from(RANKS[1:10])),
    )
    if draw(st.booleans()):
        return whole
    kings = draw(st.integers(0, whole.king_count))
    others = draw(st.integers(0 if kings else 1, whole.size - whole.king_count))
    return evolve(whole, cards=kings + others, kings=kings)
