"""Bots: whatever the pack, they end their round, and their log is true."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringofire import Pack, view
from ringofire.text import skeleton
from ringofire_adapters.memory import Memory
from ringofire_adapters.terminal import bots
from ringofire_adapters.terminal.play import Sitting, play_bots
from ringofire_adapters.terminal.screen import make_screen
from ringofire_adapters.terminal.source import ALPHABET, real_source, seeded_source
from tests.strategies.rooms import any_pack
from tests.terminal.shell import ringofire


@settings(max_examples=12)
@given(pack=any_pack(), count=st.integers(2, 6), seed=st.integers())
def test_bots_end_every_round(pack: Pack, count: int, seed: int) -> None:
    """A round among bots ends, and checks itself when it does."""
    screen = make_screen()
    screen.console.quiet = True
    sitting = Sitting(
        screen=screen,
        source=seeded_source(seed),
        memory=Memory(),
        pack=pack,
        tone="sips",
        packs={},
    )

    play_bots(sitting, count)

    assert "ended" == view(sitting.room).phase
    assert bots.next_move(view(sitting.room), sitting.source) is None


@pytest.mark.parametrize("count", [2, 20])
@pytest.mark.parametrize("tone", ["sips", "points", "forfeits", "water"])
def test_bots_play_at_both_ends(count: int, tone: str, tmp_path: Path) -> None:
    """Two bots play, and twenty, in every tone, and `verify` finds nothing."""
    log = tmp_path / "g.jsonl"
    played = ringofire("play", "--bots", str(count), "--tone", tone, "--log", log)
    checked = ringofire("verify", log)

    assert [0, 0] == [played.status, checked.status]
    assert "The shuffle was checked" in played.out
    assert "the shuffle of round 1" in checked.out
    assert "not checked" not in checked.out


def test_bots_have_names_of_their_own() -> None:
    assert len({skeleton(name) for name in bots.NAMES}) == len(bots.NAMES) == 20


def test_luck_is_fair() -> None:
    """Each number below six comes about as often as the others, from a seed as from the world."""
    for source in (seeded_source(5), real_source()):
        rolls = [source.below(6) for _ in range(3000)]

        assert set(range(6)) == set(rolls)
        assert all(350 < rolls.count(side) < 650 for side in range(6))


def test_codes_can_be_read_out() -> None:
    """A code has six signs, and none that looks like another."""
    code = real_source().code()

    assert len(code) == 6
    assert set(code) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)
    assert len(ALPHABET) == 32


def test_clock_goes_on() -> None:
    for source in (seeded_source(1), real_source()):
        first = source.clock()

        assert first > 1_700_000_000_000
        assert first <= source.clock()
