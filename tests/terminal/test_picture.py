"""The picture and the story: of any table, after any entry, at any size."""

import io
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from ringofire import (
    Card,
    Event,
    Reason,
    Rejected,
    RingDealt,
    Wording,
    inline_pack,
    shipped_pack,
    view,
    wording,
)
from ringofire.options import TONES
from ringofire_adapters.terminal.ink import ASCII, UNICODE, Signs, and_, card_text, shown, signs_for
from ringofire_adapters.terminal.screen import Screen
from ringofire_adapters.terminal.story import REFUSALS, TOLD, refusal, tell
from ringofire_adapters.terminal.table import Picture, draw, labels, question
from tests.strategies.rooms import Story, play, stories

PICTURES = st.tuples(
    st.sampled_from(TONES).map(wording),
    st.sampled_from([ASCII, UNICODE]),
    st.integers(20, 140),
    st.integers(10, 60),
)


def test_every_event_is_told() -> None:
    """Each kind of event has its row, and nothing else has."""
    assert set(get_args(Event)) == set(TOLD)


def test_every_refusal_has_words() -> None:
    """Each reason has its sentence, which holds without any data."""
    assert set(Reason) == set(REFUSALS)
    for reason in Reason:
        assert refusal(Rejected(reason)).endswith(".")


@given(story=stories(), picture=PICTURES)
def test_any_table_can_be_drawn_and_told(
    story: Story, picture: tuple[Wording, Signs, int, int]
) -> None:
    """After each entry of any history there are a picture, a question and a story."""
    words, signs, *size = picture
    before = None
    for entry, room in zip(story.entries, story.rooms[1:], strict=True):
        after = view(room)
        assert room.game is not None
        pack = room.game.pack
        canvas = Picture(pack, words, signs, *size)
        lines = [text.plain for text in draw(after, canvas)]
        events = tuple([event for event in entry.events if not isinstance(event, RingDealt)])
        told = tell(events, before=before, after=after, pack=pack, words=words, signs=signs)
        lines += [question(after, canvas), *labels(after), *[line.text for line in told]]

        assert "\n" not in "".join(lines)
        assert [shown(line) for line in lines] == lines
        before = after


def ring_of(decks: int, jokers: int = 0, **deck: int) -> Story:
    pack = inline_pack(
        {
            "title": "Ring",
            "deck": {"decks": decks, "jokers": jokers, **deck},
            "cards": {"A-K": "x", "Joker": "x"},
            "rules": {"x": {"title": "A rule", "text": "Nothing happens, at length. " * 5}},
        }
    )
    return play(pack, [1, 2, 3], people=3)


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
@pytest.mark.parametrize(
    "story", [ring_of(1), ring_of(2, 4), ring_of(1, cards=1, kings=1), ring_of(1, cards=9, kings=2)]
)
def test_ring_stays_within_its_width(story: Story, width: int) -> None:
    """However many cards lie in it, no line of the ring is wider than the terminal."""
    room = story.rooms[5]
    assert room.game is not None
    lines = draw(view(room), Picture(room.game.pack, wording(), UNICODE, width))
    blank = [place for place, line in enumerate(lines) if not line.plain]

    for line in lines[blank[0] : blank[-1]]:
        assert cell_len(line.plain) <= width, line.plain


def test_gaps_and_the_last_card_show_in_the_ring() -> None:
    """A face-down card shows its number, a taken one a gap, the last one taken its face."""
    story = play(shipped_pack("uk"), [], people=3)
    room = story.room
    assert room.game is not None
    picture = Picture(room.game.pack, wording(), UNICODE)

    first = next(line.plain for line in draw(view(room), picture) if line.plain.startswith(" 1"))

    assert " 1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21" == first


@pytest.mark.parametrize(
    ("text", "there"),
    (
        ("Ann", "Ann"),
        ("[red]Ann[/]", "[red]Ann[/]"),
        ("a\x1b[2Jb", "a?[2Jb"),
        ("a\nb\u202ec\ud800", "a?b?c?"),
        ("👨‍👩‍👧 ❤️ नमस्ते", "👨‍👩‍👧 ❤️ नमस्ते"),
    ),
)
def test_text_is_only_text(text: str, there: str) -> None:
    """Whatever would move a cursor or turn a line round is a question mark."""
    assert there == shown(text)


def test_words_are_joined_as_people_do() -> None:
    assert ["", "Ann", "Ann and Bob", "Ann, Bob and Cem"] == [
        and_([]),
        and_(["Ann"]),
        and_(["Ann", "Bob"]),
        and_(["Ann", "Bob", "Cem"]),
    ]


@pytest.mark.parametrize(
    ("encoding", "card"), (("utf-8", "10♥"), ("ascii", "10H"), ("latin-1", "10H"), ("no", "10H"))
)
def test_cards_are_written_with_what_the_terminal_has(encoding: str, card: str) -> None:
    assert card == card_text(Card.parse("10H"), signs_for(encoding))
    assert "Joker" == card_text(Card.parse("Joker"), signs_for(encoding))


def test_nothing_that_a_terminal_obeys_is_printed() -> None:
    """Whatever others have written, an escape comes out as a sign that does nothing."""
    console = Console(file=io.StringIO(), force_terminal=False)
    Screen(console, ASCII, live=False).put(
        "a\x1b]0;b\x07\nc\x9b2J", Text("d\x1b[31m", style="bold")
    )

    assert "a\ufffd]0;b\ufffd\nc\ufffd2J\nd\ufffd[31m\n" == console.file.getvalue()  # type: ignore[attr-defined]
