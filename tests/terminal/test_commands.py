"""The command line at its edges: options, packs, files of all kinds. Never a traceback."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ringofire import SHIPPED, __version__, shipped_pack, verify
from ringofire_adapters import terminal
from ringofire_adapters.terminal import cli
from ringofire_adapters.terminal.logfile import LOG_LIMIT
from tests.terminal.shell import GOLDEN, PROGRAM, environment, process, read_until_asked, ringofire

LOG = GOLDEN / "bots.jsonl"
OWN = """
[rules.nap]
title = "[bold]Nap[/bold]"
text = "Everybody naps, [link=x]here[/]."

[packs.nap]
title = "Nap [red]time"
deck = { cards = 3, kings = 1 }
cards = { A-K = "nap" }
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own.toml"
    file.write_text(OWN)
    return file


# ------------------------------------------------------------------ hostile files


def hostile(folder: Path) -> dict[str, Path]:
    """Files that nobody should hand to a command, by what is wrong with them."""
    files = {
        "missing": b"",
        "empty": b"",
        "binary": random.Random(1).randbytes(5000),
        "zeros": bytes(5000),
        "no newline": LOG.read_bytes()[:-1],
        "cut": LOG.read_bytes()[:-100],
        "utf-16": LOG.read_text("utf-8").encode("utf-16"),
        "crlf": LOG.read_bytes().replace(b"\n", b"\r\n"),
        "list": b"[]\n[]\n",
        "deep": b"[" * 100_000 + b"\n",
        "header only": LOG.read_bytes().split(b"\n")[0] + b"\n",
        "no header": b"\n".join(LOG.read_bytes().split(b"\n")[1:]),
        "number": b'{"format":"ringofire/log/1","room":"A","rules":1}\n' + b"9" * 5000 + b"\n",
        "escape": b'{"format":"\\u001b[2J","room":"A","rules":1}\n',
        "lone quote": b'[rules."',
        "toml date": b"rules = 2020-01-01\npacks = 1979-05-27T07:32:00Z\n",
        "toml number": b"rules = " + b"9" * 5000,
    }
    found = {}
    for name, data in files.items():
        found[name] = folder / f"{name} [red].txt"
        if name != "missing":
            found[name].write_bytes(data)
    found["folder"] = folder
    found["below a file"] = found["empty"] / "x"
    found["long name"] = folder / ("x" * 300)
    return found


KINDS = (
    *("missing", "empty", "binary", "zeros", "no newline", "cut", "utf-16", "crlf", "list", "deep"),
    *("header only", "no header", "number", "escape", "lone quote", "toml date", "toml number"),
    *("folder", "below a file", "long name"),
)

READING = (
    ("replay", "FILE"),
    ("replay", "FILE", "--at", "3"),
    ("verify", "FILE"),
    ("verify", "FILE", "--head", "00" * 32),
    ("export", "FILE", "--public"),
    ("packs", "check", "FILE"),
    ("packs", "list", "--packs", "FILE"),
    ("packs", "show", "uk", "--packs", "FILE"),
    ("play", "--bots", "2", "--packs", "FILE"),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_hostile_file_is_refused_in_a_line(
    words: tuple[str, ...], kind: str, tmp_path: Path
) -> None:
    """Whatever a file holds, the command says what is wrong on standard error, and how it ended."""
    file = hostile(tmp_path)[kind]

    done = ringofire(*[str(file) if word == "FILE" else word for word in words])

    if kind == "empty" and "packs" in " ".join(words):
        assert 0 == done.status  # a pack file without packs
        return
    if words[0] == "replay" and kind == "crlf":
        return  # JSON minds no carriage return; `verify` does
    assert 1 == done.status
    assert done.err.startswith("ringofire: ")
    assert "Traceback" not in done.err
    assert "\x1b" not in done.out + done.err


@pytest.mark.parametrize("words", READING[:1] + READING[2:3] + READING[5:6], ids=" ".join)
def test_endless_file_is_not_read_to_its_end(words: tuple[str, ...]) -> None:
    """There is a limit to what is read, and it is said."""
    done = ringofire(*["/dev/zero" if word == "FILE" else word for word in words])

    assert 1 == done.status
    assert "is larger than" in done.err
    assert LOG_LIMIT < 100_000_000


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_file_without_permission(tmp_path: Path) -> None:
    file = tmp_path / "g.jsonl"
    file.write_bytes(LOG.read_bytes())
    file.chmod(0)

    assert 1 == ringofire("verify", file).status


@pytest.mark.parametrize(
    "target", ["missing/g.jsonl", ".", "notes.txt", "x" * 300], ids=lambda it: it[:20]
)
def test_log_that_cannot_be_written_ends_the_game_before_it_begins(
    target: str, tmp_path: Path
) -> None:
    """The file is opened first, and one that is no log is not written over."""
    (tmp_path / "notes.txt").write_text("thesis")

    done = ringofire("play", "--bots", "2", "--log", tmp_path / target)

    assert (1, "") == (done.status, done.out)
    assert 1 == len(done.err.splitlines())
    assert "thesis" == (tmp_path / "notes.txt").read_text()


def test_full_disk_is_told() -> None:
    """A log that cannot grow ends the game, with the reason."""
    done = ringofire("play", "--bots", "2", "--log", "/dev/full")

    assert 1 == done.status
    assert "ringofire: /dev/full: No space left" in done.err


def test_log_is_its_owners_alone(tmp_path: Path) -> None:
    """A full log holds the cards that lie face down."""
    log = tmp_path / "g.jsonl"
    ringofire("play", "--bots", "2", "--log", log)

    assert 0o600 == log.stat().st_mode & 0o777


def test_log_of_an_earlier_game_is_kept(tmp_path: Path) -> None:
    """The same command twice: the second is refused before it begins, and says what is there."""
    log = tmp_path / "g.jsonl"
    ringofire("play", "--bots", "2", "--seed", "1", "--log", log)
    before = log.read_bytes()

    done = ringofire("play", "--bots", "3", "--seed", "2", "--log", log)

    held = f"holds the log of room TF1DST, {len(before.splitlines()) - 1} entries"
    assert (1, "") == (done.status, done.out)
    assert f"ringofire: {log} {held}: name another file, or say --overwrite\n" == done.err
    assert before == log.read_bytes()


def test_log_is_written_over_if_asked_for(tmp_path: Path) -> None:
    """What is left is the second game's log, whole, even where it is the shorter, and private."""
    log = tmp_path / "g.jsonl"
    ringofire("play", "--bots", "20", "--seed", "1", "--log", log)
    log.chmod(0o644)
    done = ringofire("play", "--bots", "2", "--seed", "1", "--log", log, "--overwrite")

    assert 0 == done.status
    assert verify(log.read_bytes()).rounds == (1,)
    assert 0o600 == log.stat().st_mode & 0o777


def test_log_without_entries_is_written_over(tmp_path: Path) -> None:
    """An empty file, or a header alone, holds no game."""
    log = tmp_path / "g.jsonl"
    for held in (b"", LOG.read_bytes().partition(b"\n")[0], LOG.read_bytes().split(b"\n")[0]):
        log.write_bytes(held)

        assert 0 == ringofire("play", "--bots", "2", "--log", log).status
        assert verify(log.read_bytes()).rounds == (1,)


def test_log_through_a_dangling_name(tmp_path: Path) -> None:
    """The file is made where the link points; if no game begins, it goes and the link stays."""
    link, log = tmp_path / "link.jsonl", tmp_path / "g.jsonl"
    link.symlink_to(log)

    ringofire("play", "--log", link, typed="")
    gone = not log.exists()
    ringofire("play", "--bots", "2", "--log", link)

    assert gone
    assert link.is_symlink()
    assert verify(log.read_bytes()).rounds == (1,)


def test_log_is_kept_if_no_game_begins(tmp_path: Path) -> None:
    """Nobody typed a name: what was there stays, and what was not is not."""
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_bytes(LOG.read_bytes())

    for log in (old, new):
        assert 0 == ringofire("play", "--log", log, "--overwrite", typed="").status
    assert LOG.read_bytes() == old.read_bytes()
    assert not new.exists()


# ------------------------------------------------------------------ options


@pytest.mark.parametrize(
    "line",
    (
        "playy",
        "--nope",
        "play extra",
        "play --bots",
        "play --bots 1",
        "play --bots 21",
        "play --bots x",
        "play --bots 3 --players Ann,Bob",
        "play --players Ann",
        "play --tone loud",
        "play --seed 1.5",
        f"play --bots 2 --seed {'9' * 5000}",
        "play --bots 2 --log",
        "replay x --at 1.5",
        "play --bots 2.5",
        "replay",
        "verify",
        "verify x --head 12",
        f"verify x --head {'zz' * 32}",
        "export x",
        "packs nope",
        "packs show",
        "packs check",
    ),
    ids=lambda line: line[:30],
)
def test_wrong_command_line_has_status_2(line: str) -> None:
    """What is wrong with a command line is said in lines of its own on standard error."""
    done = ringofire(*line.split())

    assert (2, "") == (done.status, done.out)
    assert all(told.startswith("ringofire: ") for told in done.err.splitlines())
    assert done.err


@pytest.mark.parametrize("given", ["--seed", "--bots"])
def test_what_is_no_number_is_told_so(given: str) -> None:
    done = ringofire("play", given, "x")

    assert f"Invalid value for {given}: it has to be a whole number" in done.err
    assert "literal" not in done.err


@pytest.mark.parametrize("line", ["", "--help", "play --help", "packs", "packs show --help"])
def test_help_is_no_error(line: str) -> None:
    done = ringofire(*line.split())

    assert (0, "") == (done.status, done.err)
    assert "Usage: ringofire" in done.out


def test_version() -> None:
    assert ringofire("--version").out.strip() == __version__


def test_unknown_pack_names_those_there_are(own: Path) -> None:
    for words in (("play", "--bots", "2", "--pack"), ("packs", "show")):
        done = ringofire(*words, "[bold]nope\x1b", "--packs", own)

        assert (1, "") == (done.status, done.out)
        assert "there are: uk us se_ring de_cup family nap" in done.err
        assert "\x1b" not in done.err


@pytest.mark.parametrize("words", (("", "x"), ("x" * 25, "y"), ("Ann", "ann"), ("a\x1bb", "c")))
def test_bad_names_are_refused(words: tuple[str, str]) -> None:
    """Names of the command line are judged as all names are."""
    done = ringofire("play", "--players", ",".join(words))

    assert done.status in (1, 2)
    assert "\x1b" not in done.out + done.err


# ------------------------------------------------------------------ packs


def test_packs_are_listed() -> None:
    done = ringofire("packs", "list")

    assert 0 == done.status
    for name in SHIPPED:
        assert name in done.out
        assert shipped_pack(name).title in done.out


@pytest.mark.parametrize("name", SHIPPED)
def test_pack_is_shown(name: str) -> None:
    """Every rule that lies on a card is there, and as JSON the resolved object itself."""
    shown = ringofire("packs", "show", name)
    plain = ringofire("packs", "show", name, "--json")

    assert all(rule.title in shown.out for rule in shipped_pack(name).rules.values())
    assert shipped_pack(name).resolved == json.loads(plain.out)
    assert shipped_pack(name).text + "\n" == plain.out


def test_own_pack_can_be_shown_and_played(own: Path) -> None:
    """A file's only pack is the default, and its brackets stay brackets."""
    shown = ringofire("packs", "show", "nap", "--packs", own)
    checked = ringofire("packs", "check", own)
    played = ringofire("play", "--bots", "2", "--packs", own)

    assert [0, 0, 0] == [shown.status, checked.status, played.status]
    assert "[bold]Nap[/bold]" in shown.out
    assert "Nap [red]time" in checked.out
    assert "Everybody naps, [link=x]here[/]." in played.out


@pytest.mark.parametrize("file", sorted((Path(__file__).parent.parent / "packs").glob("*.toml")))
def test_check_names_every_fault(file: Path) -> None:
    """Each fault is a line with its file, table and field."""
    done = ringofire("packs", "check", file)

    assert (1, "") == (done.status, done.out)
    for line in done.err.splitlines():
        assert line.startswith((f"ringofire: {file}: ", "ringofire: shipped.toml: ")), line
    try:
        tomllib.loads(file.read_text())
    except ValueError:
        return
    assert ": packs" in done.err or ": rules" in done.err or file.stem == "not_tables"


# ------------------------------------------------------------------ streams


def test_nobody_reads_to_the_end() -> None:
    """A reader that goes away early leaves no noise behind."""
    line = " ".join([*PROGRAM, "play", "--bots", "20", "--seed", "1", "|", "head", "-1"])

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        capture_output=True,
        check=False,
        env=environment() | {"PYTHONUNBUFFERED": "1"},
    )

    assert b"" == done.stderr
    assert done.returncode in (0, cli.BROKEN_PIPE)
    assert done.stdout.startswith(b"Room ")


@pytest.mark.parametrize(
    "words", (("packs", "list"), ("packs", "show", "uk", "--json"), ("--help",))
)
def test_output_that_cannot_be_written_is_told(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process(*words, stdout=full)
        _, err = done.communicate()

    assert b"Traceback" not in err
    assert b"Exception ignored" not in err
    assert 1 == done.returncode
    assert b"No space left" in err


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(closed: str, tmp_path: Path) -> None:
    """A command whose streams were closed before it began does what it can."""
    log = tmp_path / "g.jsonl"
    line = f"{' '.join(PROGRAM)} play --players Ann,Bob --log {log} {closed}"

    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, check=False, stdin=subprocess.DEVNULL
    )

    assert b"Traceback" not in done.stderr + done.stdout
    assert 0 == done.returncode
    assert verify(log.read_bytes()).rounds == ()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_terminal_that_lacks_signs_gets_others(encoding: str) -> None:
    """What an encoding does not have is written in signs that it has."""
    playing = process(
        *("play", "--players", "Zoë,Bob"), env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    )
    out, err = playing.communicate(b"\n\n\n\n\n")

    assert (0, b"") == (playing.returncode, err)
    assert "draws" in out.decode(encoding)


def test_ctrl_c_leaves_a_log_that_verifies(tmp_path: Path) -> None:
    """Status 130, no traceback, and every entry that was accepted is in the log, whole."""
    log = tmp_path / "g.jsonl"
    playing = process("play", "--players", "Ann,Bob", "--seed", "1", "--log", log)
    assert playing.stdin is not None
    playing.stdin.write(b"\n\n")
    playing.stdin.flush()
    read_until_asked(playing, b" draws ")

    playing.send_signal(signal.SIGINT)
    out, err = playing.communicate()

    assert 130 == playing.returncode
    assert b"ringofire: stopped" == err.strip()
    assert f"Log: {log}".encode() in out
    done = ringofire("verify", log)
    assert 0 == done.status
    assert "round 1 has not ended" in done.out


def test_ctrl_c_while_all_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first moment of a command goes into imports; Ctrl-C then is no traceback either."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    monkeypatch.setattr("builtins.__import__", stopped)

    with pytest.raises(SystemExit) as exit_:
        terminal.main()

    monkeypatch.undo()
    assert cli.INTERRUPTED == exit_.value.code
    assert "ringofire: stopped\n" == told.getvalue()


def test_killed_game_leaves_a_log_that_verifies(tmp_path: Path) -> None:
    """Each line is in the file before its entry is seen on the screen."""
    log = tmp_path / "g.jsonl"
    playing = process("play", "--players", "Ann,Bob", "--seed", "1", "--log", log)
    assert playing.stdin is not None
    playing.stdin.write(b"\n\n")
    playing.stdin.flush()
    read_until_asked(playing, b" draws ")

    playing.kill()
    playing.communicate()

    assert 0 == ringofire("verify", log).status


def test_bug_is_one_line_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is told as a bug; the environment asks for its traceback."""

    def broken(*_: object, **__: object) -> None:
        raise KeyError("seat")

    monkeypatch.setattr(cli, "app", broken)
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)

    assert cli.BUG == cli.run([])
    assert told.getvalue().startswith("ringofire: a bug, please report it")
    assert 1 == len(told.getvalue().splitlines())
    monkeypatch.setenv(cli.DEBUG, "1")
    with pytest.raises(KeyError):
        cli.run([])
