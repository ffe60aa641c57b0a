"""What people type: answers, words, and what says nothing."""

import os
import pty
import select
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringofire import verify
from ringofire_adapters.terminal.typed import WORDS
from tests.terminal.shell import process, ringofire

SPLIT = """
[rules.give]
title = "Give"
text = "Give three."
effects = [{ do = "penalty", who = "split", n = 3 }]
[rules.duel]
title = "Duel"
text = "Choose two."
effects = [{ do = "penalty", who = "pick", pick = 2 }]
[rules.way]
title = "Way"
text = "Which way?"
effects = [{ do = "game", order = "choose", lose = "many" }]
[rules.law]
title = "Law"
text = "A rule comes, a rule goes."
effects = [{ do = "rule" }, { do = "rule", op = "repeal" }]
[rules.keep]
title = "Keep"
text = "Keep it."
effects = [{ do = "status", until = "used", stack = true }]
"""


def game(tmp_path: Path, rule: str, typed: str) -> str:
    """Play `typed` among Ann, Bob and Cem with a pack of that rule alone; give what was seen."""
    file, log = tmp_path / "own.toml", tmp_path / "g.jsonl"
    file.write_text(f'{SPLIT}\n[packs.own]\ntitle = "Own"\ncards = {{ A-K = "{rule}" }}\n')
    done = ringofire(
        *("play", "--players", "Ann,Bob,Cem", "--packs", file, "--seed", "1", "--log", log),
        typed=typed,
    )

    assert (0, "") == (done.status, done.err)
    assert 0 == ringofire("verify", log).status
    return done.out


@pytest.mark.parametrize(
    ("answer", "told"),
    (
        ("2", "Ann hands out: Bob 3."),
        ("bob", "Ann hands out: Bob 3."),
        ("1 3 3", "Ann hands out: Ann 1, Cem 2."),
        ("Ann, Bob, Cem", "Ann hands out: Ann 1, Bob 1, Cem 1."),
        ("a c c", "Ann hands out: Ann 1, Cem 2."),
        ("1 2", "That is 2; it has to be 3"),
        ("", "Say to whom"),
        ("4", "“4” is nobody here"),
        ("Dee", "“Dee” is nobody here"),
        ("skip", "The choice is skipped."),
        ("undo", "Ann's card is taken back."),
    ),
)
def test_split(answer: str, told: str, tmp_path: Path) -> None:
    """Shares are numbers or names, one for each; a single one gets all."""
    assert told in game(tmp_path, "give", f"\n\n{answer}\n")


@pytest.mark.parametrize(
    ("answer", "told"),
    (
        ("1 2", "Ann chooses Bob and Cem."),
        ("Cem,Bob", "Ann chooses Bob and Cem."),
        ("1", "Choose 2 of them"),
        ("1 1", "Choose 2 of them"),
    ),
)
def test_two_seats(answer: str, told: str, tmp_path: Path) -> None:
    assert told in game(tmp_path, "duel", f"\n\n{answer}\n")


def test_order_and_verdict(tmp_path: Path) -> None:
    """The way round is chosen by number or word; losers are named while the next one may draw."""
    seen = game(tmp_path, "way", "\n\n2\nlost bob cem\nlost bob cem\nlost nobody\n\ncl\n")

    assert "Way: Ann begins, then Cem, Bob." in seen
    assert "lost NAMES says who lost" in seen
    assert "Bob and Cem lost." in seen
    assert "That is so already." in seen
    assert "Nobody lost." in seen
    assert "Bob chooses clockwise." in seen


def test_rules_come_and_go(tmp_path: Path) -> None:
    """While a rule is asked for a line is its text, unless it is a word, or begins with a slash."""
    seen = game(
        tmp_path,
        "law",
        "\n\nuse [red]both[/red] hands\n1\n\n\n/away Cem\n?\nskip\nskip\n"
        "rule by the host\nrepeal 9\nrepeal 2\n",
    )

    assert "New rule r1, by Ann: use [red]both[/red] hands" in seen
    assert "Ann, which rule goes?  1 use [red]both[/red] hands>" in seen
    assert "Rule r1 no longer holds: use [red]both[/red] hands" in seen
    assert "Write the rule in one line, or type skip." in seen
    assert "Cem is away." in seen
    assert "New rule r2, by Ann: by the host" in seen
    assert "“9” is nobody here" in seen
    assert "Rule r2 no longer holds: by the host" in seen


def test_held_cards(tmp_path: Path) -> None:
    """A held card is used by its number, and the only one without."""
    seen = game(tmp_path, "keep", "\nuse\n\nuse\nuse\n\n\nuse\nuse 2\ntable\n")

    assert "Nobody holds anything to use." in seen
    assert "Keep: Ann keeps this card." in seen
    assert "Ann uses: Keep." in seen
    assert "Say which: 1 Keep (Bob), 2 Keep (Cem)." in seen
    assert "Cem uses: Keep." in seen
    assert "Held   Keep: Bob" in seen


def test_people_come_and_go(tmp_path: Path) -> None:
    """Whoever sits at the table can be told to the game at any time."""
    seen = game(
        tmp_path,
        "keep",
        "team a Ann Bob\nteam c Ann\nseat Cem 1\nseat Cem\nhost Bob\nhost\ntone points\ntone loud\n"
        "pack us\npack nope\nstir Ann x\nstir Ann y\nstir\njoin Dee\njoin\njoin dee\n\naway Bob\n"
        "away Bob\nback Bob\nleave Ann\nleave Cem\nleave Dee\n\n\nback Bob\naway Bob\nleave Bob\n",
    )

    for told in (
        "Ann is in team A now.",
        "Say which and who: team a NAMES",
        "The seats: Cem, Ann, Bob.",
        "Say who and where",
        "Bob is the host.",
        "Say who: host NAME.",
        "penalties are points.",
        "There is no such option",
        "The next round is King's Cup.",
        "Say which pack: uk, us,",
        "Ann stirs the shuffle.",
        "That is so already.",
        "Say who and anything at all",
        "Dee sits down.",
        "Say who: join NAME.",
        "Somebody has that name",
        "Bob is away.",
        "Bob is back.",
        "Ann leaves.",
        "Fewer than two are here, so the game waits.",
        "The game waits until two are here.",
        "The room is closed.",
    ):
        assert told in seen, told


def test_input_that_ends_ends_the_game(tmp_path: Path) -> None:
    """At the end of the input the round ends, says so, and can be checked."""
    seen = game(tmp_path, "keep", "\n\n\n")

    assert "The input has ended, and so does the round." in seen
    assert "Round 1 is over: the host ended it." in seen
    assert "The shuffle was checked" in seen


def test_input_may_end_anywhere(tmp_path: Path) -> None:
    """Wherever the input ends, the log is whole, and holds the rounds that were begun."""
    typed = "Ann\nBob\n\n\n5\n\n1\nquit\n"
    log = tmp_path / "g.jsonl"
    for length in range(len(typed) + 1):
        done = ringofire("play", "--seed", "3", "--log", log, typed=typed[:length])

        assert (0, "") == (done.status, done.err)
        assert not length or verify(log.read_bytes()).unchecked == ()


@settings(max_examples=40)
@given(
    lines=st.lists(
        st.one_of(
            st.sampled_from(["", "1", "2", "1 2", "Ann", "quit?", "skip", "undo", "end", "table"]),
            st.builds(
                "{} {}".format,
                st.sampled_from([*WORDS, "/lost", "nonsense"]),
                st.sampled_from(["", "Ann", "1", "a Ann", "Bob 2", "nobody", "r1", "uk", "x" * 200])
                | st.text(max_size=30),
            ).filter(lambda line: not line.startswith("quit")),
            st.text(max_size=60),
        ).map(lambda line: line.replace("\n", " ").replace("\r", " ")),
        max_size=40,
    )
)
def test_whatever_is_typed_there_is_no_bug(lines: list[str]) -> None:
    """Any lines at all end in a game that ended, with nothing on standard error."""
    typed = "".join([f"{line}\n" for line in lines]).encode("utf-8", "replace")

    done = ringofire("play", "--players", "Ann,Bob,Cem", "--seed", "2", typed=typed)

    assert (0, "") == (done.status, done.err)
    assert "\x1b" not in done.out


def test_bytes_that_are_no_text_are_refused() -> None:
    """A name or a rule that is not UTF-8 is refused like any other bad one."""
    done = ringofire("play", typed=b"\xff\xfe\nAnn\nBob\n\n\n\xff\n" + b"x" * 100_000 + b"\n\n")

    assert 0 == done.status
    assert "That is no name: lone surrogate." in done.out


def test_names_at_the_prompt() -> None:
    """Names are asked for until an empty line, two of them at least, twenty at most."""
    few = ringofire("play", typed="Ann\n\n[bold]Bob\n\n")
    many = ringofire(
        "play", typed="".join([f"Name {letter}\n" for letter in "abcdefghjkmnpqrstuvwx"])
    )

    assert "That is no name: empty." in few.out
    assert "[bold]Bob sits down." in few.out
    assert "Name of player 20 (Enter if these are all)> Name w" in many.out
    assert "Name of player 21" not in many.out
    assert "Enter starts round 1 (? for help)> Name x" in many.out


def test_help_shows_what_is_open() -> None:
    """Before a round nobody is told how to skip a turn; in it nobody how to move a seat."""
    done = ringofire("play", "--players", "Ann,Bob", typed="?\n\nhelp\nrules\n")
    before, _, after = done.out.partition("Round 1:")

    assert "seat NAME PLACE" in before
    assert "skip   " not in before
    assert "seat NAME PLACE" not in after
    assert "skip   " in after
    assert "Question master" in after


# ------------------------------------------------------------------ a terminal


def at_a_terminal(typed: list[str], **environment: str) -> tuple[int, str]:
    """Play at a pseudo-terminal, each line typed once it is asked for; give status and screen."""
    ours, theirs = pty.openpty()
    playing = process(
        *("play", "--players", "Ann,Bob", "--seed", "1"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", **environment},
    )
    os.close(theirs)
    seen = ""
    for line in typed:
        now = ""
        while not now.endswith("> "):
            assert select.select([ours], [], [], 60)[0], now
            now += os.read(ours, 65536).decode()
        seen += now
        os.write(ours, line.encode())
    try:
        while now := os.read(ours, 65536).decode():
            seen += now
    except OSError:  # Linux tells so that the other end was closed
        pass
    os.close(ours)
    return playing.wait(), seen


def test_terminal_is_drawn_anew_and_in_colour() -> None:
    """At a terminal the picture is drawn anew for each turn, help waits, and Ctrl-D ends it all."""
    status, seen = at_a_terminal(["\n", "\n", "?\n", "\n", "nonsense\n", "\x04"])

    assert 0 == status
    assert seen.count("\x1b[2J") >= 5
    assert "\x1b[1;32m" in seen
    assert "Enter goes back to the table" in seen
    assert "The shuffle was checked" in seen


def test_no_color_is_respected() -> None:
    """With NO_COLOR no colour is ever set."""
    status, seen = at_a_terminal(["\n", "\n", "quit\n"], NO_COLOR="1")

    assert 0 == status
    assert "\x1b[1;32m" not in seen
    assert not any(f"\x1b[3{colour}m" in seen for colour in range(8))


def test_dumb_terminal_gets_plain_lines() -> None:
    status, seen = at_a_terminal(["\n", "quit\n"], TERM="dumb")

    assert 0 == status
    assert "\x1b[2J" not in seen
