"""What people type: answers, words, and what says nothing."""

import os
import pty
import re
import select
from itertools import pairwise
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
[rules.teams]
title = "Team B"
text = "For team B."
effects = [{ do = "penalty", who = "team:b" }]
[rules.mate]
title = "Mate"
text = "Choose a mate."
effects = [{ do = "link" }]
"""


def game(tmp_path: Path, rule: str, typed: str) -> str:
    """Play `typed` among Ann, Bob and Cem with a pack of that rule alone; give what was seen."""
    file, log = tmp_path / "own.toml", tmp_path / "g.jsonl"
    log.unlink(missing_ok=True)
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
        ("4", "“4” is none of these: 1 Ann, 2 Bob, 3 Cem."),
        ("Dee", "“Dee” is none of these: 1 Ann, 2 Bob, 3 Cem."),
        ("?", "Ann, hand out 3 sips (one name takes all; or three names, one for each)  1 Ann"),
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
        "rule by the host\nrule by now\nrepeal 9\nrepeal by\nrepeal 2\n",
    )

    assert "New rule r1, by Ann: use [red]both[/red] hands" in seen
    assert "Ann, which rule goes?  1 use [red]both[/red] hands>" in seen
    assert "Rule r1 no longer holds: use [red]both[/red] hands" in seen
    assert "Write the rule in one line, or type skip." in seen
    assert "Cem is away." in seen
    assert "New rule r2, by Ann: by the host" in seen
    assert "“9” is no rule; there are: r2 by the host, r3 by now." in seen
    assert "“by” may be r2 by the host or r3 by now: say which." in seen
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
        "“loud” is no tone; there are: forfeits, points, sips and water.",
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


def test_no_turn_is_told_once_a_round_is_over(tmp_path: Path) -> None:
    """Between rounds the picture shows the ring, and says nothing of turns."""
    _, _, after = game(tmp_path, "keep", "\n\nend\ntable\n").partition("Round 1 is over")

    assert "round 1 is over" in after
    assert "'s turn" not in after


def test_input_may_end_anywhere(tmp_path: Path) -> None:
    """Wherever the input ends, the log is whole, and holds the rounds that were begun."""
    typed = "Ann\nBob\n\n\n5\n\n1\nquit\n"
    log = tmp_path / "g.jsonl"
    for length in range(len(typed) + 1):
        log.unlink(missing_ok=True)
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

    assert "Name of player 2> \nThat is no name: empty." in few.out
    assert "[bold]Bob sits down." in few.out
    assert "Name of player 20 (Enter if these are all)> Name w" in many.out
    assert "Name of player 21" not in many.out
    assert "Enter starts round 1 (? for help)> Name x" in many.out


def test_words_at_the_prompt_for_names() -> None:
    """Who asks for help there gets it, who quits goes, and neither becomes a player."""
    done = ringofire("play", typed="?\nhelp\nAnn\n/quit\n")
    long = ringofire("play", typed="x" * 25 + "\n")

    assert 2 == done.out.count("Type one name and press Enter")
    assert "Name of player 2> /quit\n" == done.out[done.out.index("Name of player 2> ") :]
    assert "That is no name: too long, 24 letters at the most." in long.out


def test_start_tells_what_it_is_about() -> None:
    """The aim, the deck and the ring are said in words before anybody sits down."""
    out = ringofire("play", typed="").out

    assert "In turn, turn a card over and do what it says, until the last king is out." in out
    assert (
        "52 cards, 4 kings; who leaves 3 empty neighbouring slots breaks the ring and gets a "
        "penalty; the round ends with the last king; a penalty is 3 at the most." in out
    )
    assert "Anybody may pass on any penalty; no reason needed." in out
    assert "Some cards hit everybody in team A, or in team B." in out


@pytest.mark.parametrize("drawn", ["", "draw"])
def test_enter_draws_any_card(drawn: str, tmp_path: Path) -> None:
    """Enter leaves it to luck, the seed's if there is one, so that no gap grows by itself."""
    seen = game(tmp_path, "keep", "\n" + f"{drawn}\n" * 8)
    slots = [int(slot) for slot in re.findall(r"draws \S+ from slot (\d+)", seen)]

    assert 8 == len(set(slots))
    assert max(slots) > 26
    assert all(second != first + 1 for first, second in pairwise(slots))
    assert seen == game(tmp_path, "keep", "\n" + f"{drawn}\n" * 8)


def test_card_for_a_team_without_anybody(tmp_path: Path) -> None:
    """A card that hits nobody says so, and what would change that."""
    seen = game(tmp_path, "teams", "\n\nteam b Bob\n\naway Bob\n\n")

    told = "Nobody is in team B, so nobody gets it (team b NAMES puts people there)."
    assert 1 == seen.count(told)
    assert "Bob: take 1 sip." in seen
    assert "All of team B are away, so nobody gets it." in seen


def test_nothing_to_choose_from_says_why(tmp_path: Path) -> None:
    """A mate for somebody whose mates all are, and a rule to take away where none holds."""
    mates = game(tmp_path, "mate", "\n" + "\n1\n" * 6 + "\n")
    rules = game(tmp_path, "law", "\n\nskip\n")

    told = "There is nothing to choose from: everybody here is mates with Ann already."
    assert told in mates
    assert "There is nothing to choose from: no rule holds." in rules


def test_unclear_words_say_what_would_be_clear(tmp_path: Path) -> None:
    """What is not known lists what is; what may be several, only those."""
    keep = game(tmp_path, "keep", "join Anton\nteam a an\n\n\nuse 7\nrepeal r9\nseat Ann 2\n")

    for told in (
        "“an” may be Ann or Anton: type more of it, or a number.",
        "“7” is no power that somebody holds; there are: 1 Keep (Ann).",
        "No rule holds that could be taken away.",
        "That is for between rounds: a round is being played.",
    ):
        assert told in keep, told


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


def test_terminal_shows_the_last_refusal_alone() -> None:
    """Whoever mistypes eight times still sees the story, and why the last line was refused."""
    _, seen = at_a_terminal(["\n", "\n", *["nonsense\n"] * 8, "other\n", "\x04"])
    last = seen.split("\x1b[2J")[-1]

    assert "“other” is no slot" in last
    assert "“nonsense” is no slot" not in last
    assert " draws " in last


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
