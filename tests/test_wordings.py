"""Wordings: what a penalty and the cup are called in each tone."""

import pytest

from ringofire.errors import PackError
from ringofire.options import TONES, Options
from ringofire.packs.wordings import LANGUAGES, wording


@pytest.mark.parametrize(
    ("tone", "one", "two"),
    (
        ("sips", "take 1 sip", "take 2 sips"),
        ("points", "+1 point", "+2 points"),
        ("forfeits", "draw a forfeit", "draw 2 forfeits"),
        ("water", "drink 1 sip of water", "drink 2 sips of water"),
    ),
)
def test_penalty(tone: str, one: str, two: str) -> None:
    """A penalty is told in the unit of the tone, one and more as the language has it."""
    words = wording(tone)

    assert [one, two] == [words.penalty(1), words.penalty(2)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tone", TONES)
def test_complete(language: str, tone: str) -> None:
    """Every tone has all its words in every language, and none tells anybody to finish."""
    words = wording(tone, language)
    told = [words.cup_filled, words.cup_served, words.passed]
    for say in (words.amount, words.penalty, words.gift):
        told += [say(0), say(1), say(20)]

        assert "20" in say(20)
        assert say(0) == say(20).replace("20", "0")
        assert say(1) != say(20)
    assert all(told)
    assert not any(sign in text for text in told for sign in "{}%")
    assert not any("finish" in text or "glass" in text for text in told)


def test_default() -> None:
    """Without being asked for another, the wording is that of the default options."""
    assert wording() is not None
    assert wording() == wording(Options().tone, Options().language)


@pytest.mark.parametrize(
    ("tone", "language", "message"),
    (
        ("loud", "en", "words: en: loud: no such wording; there are: forfeits points sips water"),
        ("sips", "xx", "words: xx: sips: no such wording; there are: en"),
        ("../en/sips", "en", "words: en: ../en/sips: no such wording"),
        ("sips", "..", "words: ..: sips: no such wording"),
    ),
)
def test_unknown(tone: str, language: str, message: str) -> None:
    """A tone or language that has no words is refused, and told which have."""
    with pytest.raises(PackError) as caught:
        wording(tone, language)

    assert str(caught.value).startswith(message)
