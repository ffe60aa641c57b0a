"""Seeded games: the same bytes on every Python, whatever its hashes are seeded with."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from ringofire import verify
from tests.terminal.make_golden import seeded_log, transcript
from tests.terminal.shell import GOLDEN, PACKS, process, ringofire

DIGESTS = json.loads((GOLDEN / "digests.json").read_text("utf-8"))


@pytest.mark.parametrize("pack", PACKS)
def test_seeded_log_is_the_same_byte_for_byte(pack: str, tmp_path: Path) -> None:
    """The log of a seeded game is the one that was written when this was decided."""
    log = seeded_log(pack, tmp_path)

    assert DIGESTS[pack] == sha256(log).hexdigest()
    assert verify(log).rounds == (1,)


@pytest.mark.parametrize("hashes", ["0", "1", "4294967295"])
def test_seeded_log_hangs_on_no_hash(hashes: str, tmp_path: Path) -> None:
    """The order of sets and the hashes of texts leave no trace in a log."""
    file = tmp_path / "g.jsonl"
    playing = process(
        *("play", "--bots", "6", "--seed", "1", "--log", file), env={"PYTHONHASHSEED": hashes}
    )

    playing.communicate()

    assert playing.returncode == 0
    assert DIGESTS["uk"] == sha256(file.read_bytes()).hexdigest()


def test_golden_game_verifies() -> None:
    """A game that was kept is still a true log, and has the outcome it had."""
    done = ringofire("verify", GOLDEN / "bots.jsonl")

    assert (0, "") == (done.status, done.err)
    assert DIGESTS["uk"] == sha256((GOLDEN / "bots.jsonl").read_bytes()).hexdigest()


def test_other_seed_is_another_game(tmp_path: Path) -> None:
    ringofire("play", "--bots", "6", "--seed", "2", "--log", tmp_path / "g.jsonl")

    assert (GOLDEN / "bots.jsonl").read_bytes() != (tmp_path / "g.jsonl").read_bytes()


def test_typed_game_reads_as_it_did(tmp_path: Path) -> None:
    """Three people type a round to its end, go on to the next, and stop; all in golden/."""
    file = tmp_path / "hot-seat.jsonl"
    seen = transcript(file).replace(f"{tmp_path}/", "")

    assert (GOLDEN / "hot-seat.txt").read_text("utf-8") == seen
    assert verify(file.read_bytes()).rounds == (1, 2)


def test_typed_game_through_a_pipe_is_the_same(tmp_path: Path) -> None:
    """A script that types into a process of its own sees the same, with no escape sequence."""
    playing = process("play", "--seed", "7", "--log", "hot-seat.jsonl", cwd=tmp_path)

    out, err = playing.communicate((GOLDEN / "hot-seat.typed.txt").read_bytes())

    assert (0, b"") == (playing.returncode, err)
    assert (GOLDEN / "hot-seat.txt").read_text("utf-8") == out.decode()
    assert b"\x1b" not in out
