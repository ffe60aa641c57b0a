"""`replay`, `verify` and `export`: what they say of true logs, and of others."""

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringofire import read_log, verify
from ringofire_adapters.terminal import cli
from tests.terminal.shell import GOLDEN, ringofire

LOG = GOLDEN / "bots.jsonl"
DATA = LOG.read_bytes()
ENTRIES = DATA.count(b"\n") - 1


def test_verify_tells_what_was_checked() -> None:
    done = ringofire("verify", LOG)

    assert (0, "") == (done.status, done.err)
    assert f"a full log of room {read_log(DATA).header.room}, entries: {ENTRIES}" in done.out
    assert "checked      every command was decided again" in done.out
    assert "checked      the shuffle of round 1" in done.out
    assert verify(DATA).head.hex() in done.out


@pytest.mark.parametrize("version", [1, 7, ENTRIES])
def test_verify_finds_a_head(version: int) -> None:
    """The head that a client was given once is found, and its entry named."""
    head = read_log(DATA).entries[version - 1].hash.hex()

    done = ringofire("verify", LOG, "--head", head)

    assert 0 == done.status
    assert f"the given head is that of entry {version}" in done.out


def test_verify_misses_a_head_that_was_cut_off(tmp_path: Path) -> None:
    """A log that is shorter than what somebody remembers is no longer the whole story."""
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join([line + b"\n" for line in DATA.split(b"\n")[:-3]]))

    done = ringofire("verify", cut, "--head", verify(DATA).head.hex())

    assert 1 == done.status
    assert f"ringofire: entry {ENTRIES - 2}: the log ends here without the given head" in done.err


@settings(max_examples=60)
@given(data=st.data())
def test_a_flipped_character_is_found_at_its_entry(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever character of a log is another one, `verify` fails and names a place."""
    lines = DATA.split(b"\n")[:-1]
    number = data.draw(st.integers(1, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[number]) - 1))
    other = data.draw(st.integers(0x20, 0x7E).filter(lambda code: code != lines[number][place]))
    line = bytearray(lines[number])
    line[place] = other
    file = tmp_path_factory.mktemp("flipped") / "flipped.jsonl"
    file.write_bytes(b"\n".join([*lines[:number], bytes(line), *lines[number + 1 :], b""]))

    done = ringofire("verify", file)

    assert 1 == done.status
    assert re.match(r"ringofire: entry \d+: ", done.err), done.err
    if place > 20:  # a number of the version may make it another entry's
        assert f"entry {number}:" in done.err or f"entry {number + 1}:" in done.err


def test_header_is_named_too(tmp_path: Path) -> None:
    file = tmp_path / "g.jsonl"
    file.write_bytes(DATA.replace(b'"room"', b'"roam"', 1))

    assert "ringofire: header: " in ringofire("verify", file).err


def test_public_export_verifies_and_holds_no_secret(tmp_path: Path) -> None:
    """The export leaves out the private parts, and everything but the decisions can be checked."""
    public = tmp_path / "public.jsonl"
    exported = ringofire("export", LOG, "--public", "-o", public)
    done = ringofire("verify", public)

    assert [0, 0] == [exported.status, done.status]
    assert "a public log" in done.out
    assert "not checked  what was decided and drawn at random" in done.out
    master = json.loads(DATA.split(b"\n")[1])["private"]["command"]["master"]
    assert master.encode() in DATA
    assert master.encode() not in public.read_bytes()
    assert verify(DATA).head == verify(public.read_bytes()).head


def test_public_export_goes_to_standard_output() -> None:
    done = ringofire("export", LOG, "--public")

    assert 0 == done.status
    assert read_log(done.out.encode()).is_public


def test_export_without_public_explains_itself() -> None:
    done = ringofire("export", LOG)

    assert (2, "") == (done.status, done.out)
    assert "--public" in done.err


def test_export_never_writes_over_its_log(tmp_path: Path) -> None:
    """Neither the log itself, nor a link to it, nor a file that is no log can be the target."""
    log, link, other = tmp_path / "g.jsonl", tmp_path / "link.jsonl", tmp_path / "notes.txt"
    log.write_bytes(DATA)
    link.symlink_to(log)
    other.write_text("thesis")

    assert [2, 2, 1] == [
        ringofire("export", log, "--public", "-o", out).status for out in (log, link, other)
    ]
    assert DATA == log.read_bytes()
    assert "thesis" == other.read_text()


def test_export_refuses_a_public_log(tmp_path: Path) -> None:
    public = tmp_path / "public.jsonl"
    ringofire("export", LOG, "--public", "-o", public)

    done = ringofire("export", public, "--public")

    assert 1 == done.status
    assert f"ringofire: {public}: is public already: it can be handed on as it is\n" == done.err


def test_public_export_is_for_all_to_read(tmp_path: Path) -> None:
    """It holds no secret; and it may be exported again, but never over a full log."""
    public, full = tmp_path / "public.jsonl", tmp_path / "full.jsonl"
    full.write_bytes(DATA)
    before = os.umask(0o022)
    try:
        first = ringofire("export", LOG, "--public", "-o", public)
    finally:
        os.umask(before)
    again = ringofire("export", LOG, "--public", "-o", public)
    refused = ringofire("export", LOG, "--public", "-o", full)

    assert [0, 0, 1] == [done.status for done in (first, again, refused)]
    assert 0o644 == public.stat().st_mode & 0o777
    assert f"holds the log of room TF1DST, {ENTRIES} entries: name another file\n" in refused.err
    assert DATA == full.read_bytes()


@pytest.mark.parametrize("words", [("verify",), ("export", "--public")], ids=" ".join)
def test_carriage_returns_are_named(words: tuple[str, ...], tmp_path: Path) -> None:
    """Some programs rewrite line ends when they copy a file."""
    file = tmp_path / "g.jsonl"
    file.write_bytes(DATA.replace(b"\n", b"\r\n"))

    done = ringofire(*words, file)

    assert 1 == done.status
    assert "carriage returns (CRLF)" in done.err


def test_replay_of_a_log_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    """A forged log may say what no game makes, such as a card that its pack does not have."""
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(DATA.replace(b'"deck":{}', b'"deck":{"from":"4"}'))

    done = ringofire("replay", forged)

    assert (1, "") == (done.status, done.out)
    assert done.err.startswith(f"ringofire: entry {ENTRIES}: what the log says up to here")
    assert 1 == len(done.err.splitlines())


@pytest.mark.parametrize("error", [KeyError("K"), IndexError(), AssertionError(), ValueError()])
def test_whatever_fails_in_a_replay_is_the_logs_fault(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "view", broken)

    done = ringofire("replay", LOG, "--at", "5")

    assert (1, "") == (done.status, done.out)
    assert done.err.startswith("ringofire: entry 5: what the log says up to here cannot be drawn")


@pytest.mark.parametrize("public", [False, True])
def test_replay_draws_any_version(public: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """The table of each version can be drawn, from a public log as from a full one."""
    log = LOG
    if public:
        log = tmp_path / "public.jsonl"
        ringofire("export", LOG, "--public", "-o", log)
    for version in [*range(1, ENTRIES, 9), ENTRIES]:
        done = ringofire("replay", log, "--at", str(version))

        assert (0, "") == (done.status, done.err)
        assert f"Entry {version} of {ENTRIES}:" in done.out
    assert done.out == ringofire("replay", log).out
    assert "Round 1 is over" in done.out


@pytest.mark.parametrize("at", ["0", "-1", str(ENTRIES + 1), "99999999999999999999", "x"])
def test_replay_knows_its_range(at: str) -> None:
    done = ringofire("replay", LOG, f"--at={at}")

    assert (2, "") == (done.status, done.out)
    assert 1 == len(done.err.splitlines())


def test_replay_shows_no_face_down_card() -> None:
    """What is drawn of a full log is what everybody may see."""
    assert ringofire("replay", LOG, "--at", "20").out.count("♠") < 13


def test_markup_and_escapes_in_a_forged_log_stay_text(tmp_path: Path) -> None:
    """A log from anybody cannot move the cursor or colour a line."""
    lines = DATA.decode().replace('"Ada"', '"[red]A\\u001b[2J\\u202e"').encode().split(b"\n")
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(b"\n".join(lines))

    done = ringofire("replay", forged, "--at", "30")

    assert 0 == done.status
    assert "[red]A?[2J?" in done.out
    assert "\x1b" not in done.out
