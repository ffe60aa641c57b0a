"""`ringofire join`: real processes, each a seat, around a real server."""

import os
import pty
import re
import select
import signal
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ringofire import fold, verify, write_log
from ringofire.canonical import canonical
from ringofire_adapters.terminal.lines import Typing
from ringofire_adapters.terminal.seats import STALE, Kept, Seats
from tests.client.server import SECONDS
from tests.client.threaded import Service, serving
from tests.terminal.shell import PROGRAM, Done, environment, process

STARTED: list[subprocess.Popen[bytes]] = []


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as made:
        yield made


@pytest.fixture(autouse=True)
def _nobody_stays() -> Iterator[None]:
    """Whoever a failed test has left behind is stopped."""
    yield
    for one in STARTED:
        one.kill()
        one.wait()
        for stream in (one.stdin, one.stdout, one.stderr):
            if stream is not None:
                stream.close()
    STARTED.clear()


class Terminal:
    """Somebody at a terminal of their own, which is a pair of pipes; `said` is all they saw."""

    def __init__(self, home: Path, *words: str) -> None:
        self.said = ""
        self._read = 0
        self._changed = threading.Condition()
        self._process = process("join", *words, env={"XDG_STATE_HOME": str(home)})
        STARTED.append(self._process)
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self.said += line.decode()
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def type(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def expect(self, pattern: str) -> re.Match[str]:
        """Wait until what was said since the last time matches, and give the match."""

        def found() -> bool:
            return re.search(pattern, self.said[self._read :]) is not None or not self.alive

        with self._changed:
            assert self._changed.wait_for(found, SECONDS), (pattern, self.said)
            match = re.search(pattern, self.said[self._read :])
            assert match is not None, (pattern, self.said, self._errors())
            self._read += match.end()
        return match

    @property
    def alive(self) -> bool:
        return self._reader.is_alive()

    def _errors(self) -> str:
        assert self._process.stderr is not None
        return self._process.stderr.read().decode() if not self.alive else ""

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def gone(self) -> Done:
        """Wait until it ends by itself, and give what it left."""
        self._reader.join(SECONDS)
        assert not self.alive, self.said
        return self.end()

    def end(self) -> Done:
        """Close the input, wait for the end, and give what it left."""
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._process.stdin.close()
        errors = self._process.stderr.read().decode()
        status = self._process.wait(SECONDS)
        self._reader.join()
        self._process.stderr.close()
        assert self._process.stdout is not None
        self._process.stdout.close()
        assert "Traceback" not in errors, errors
        return Done(status, self.said, errors)


def code_of(terminal: Terminal) -> str:
    return terminal.expect(r"Room (\w+)\. Others come with")[1]


def seated(service: Service, home: Path, *names: str) -> list[Terminal]:
    """Seat people, the first of whom makes the room."""
    host = Terminal(home, service.place, "--name", names[0])
    room = code_of(host)
    others = []
    for name in names[1:]:
        others.append(Terminal(home, service.place, room.lower(), "--name", name))
        others[-1].expect(r"Room \w+\. Others")
        host.expect(f"{name} sits down")
    return [host, *others]


def end(*terminals: Terminal) -> list[Done]:
    done = [terminal.end() for terminal in terminals]
    assert [0] * len(done) == [one.status for one in done], done
    return done


# ------------------------------------------------------------------ playing


def answer_to(question: str) -> str:
    """What a player types who does not mind."""
    if "Enter draws" in question:
        return ""
    if "write a rule" in question:
        return "/rule No pointing"
    several = re.search(r"choose (\d)", question)
    return " ".join(str(n + 1) for n in range(int(several[1]) if several else 1))


def play(terminal: Terminal) -> None:
    """Answer whatever is asked, until the round is over."""
    while True:
        asked = terminal.expect(r"(?m)^(.*)>\n|Round 1 is over")
        if asked[1] is None:
            return
        terminal.type(answer_to(asked[1]))


def test_four_terminals_play_a_round_to_its_end(service: Service, tmp_path: Path) -> None:
    """Each knows only its own seat; all see the same story, and the log is a true one."""
    table = seated(service, tmp_path, "Ann", "Bob", "Cem", "Dee")
    table[0].type("start")
    players = [threading.Thread(target=play, args=(one,)) for one in table]
    for player in players:
        player.start()
    for player in players:
        player.join(3 * SECONDS)
    done = end(*table)

    log = service.world.log("RM0001")
    assert (1,) == verify(write_log(log)).rounds
    draws = [re.findall(r"(?m)^\w+ draws .*", one.out) for one in done]
    assert draws[0] == draws[1] == draws[2] == draws[3]
    assert len(draws[0]) == sum(entry.command.__class__.__name__ == "PickCard" for entry in log)
    assert ["Ann", "Bob", "Cem", "Dee"] == [seat.name for seat in fold(log).seats]


def test_others_are_told_of_and_waited_for(service: Service, tmp_path: Path) -> None:
    """Who comes and goes, whose turn it is, and what cannot be done meanwhile."""
    ann, bob = seated(service, tmp_path, "Ann", "Bob")
    ann.expect("Bob is connected")
    bob.type("")
    bob.expect(r"Ann starts the round; \? shows")
    ann.type("start")
    bob.expect(r"It is Ann's turn \(\? for help\)\n")
    bob.type("")
    bob.expect("It is Ann's turn; ")
    bob.type("draw 3")
    bob.expect("It is somebody else's turn")
    end(bob)
    ann.expect("Bob is not connected any more")
    ann.type("table")
    ann.expect(r"Ann \(you, host\), Bob \(offline\)")
    end(ann)


def test_words_of_one_seat(service: Service, tmp_path: Path) -> None:
    """They speak for the own seat alone; what is for the host, the host can do."""
    ann, bob = seated(service, tmp_path, "Ann", "Bob")
    told = (
        ("name Beate", "Bob is called Beate now"),
        ("name", "name NAME"),
        ("team b", "Beate is in team B now"),
        ("team c", "team a, team b or team none"),
        ("team none", "Beate is in no team now"),
        ("stir luck", "Beate stirs the shuffle"),
        ("stir", "stir ANYTHING"),
        ("away", "Beate is away"),
        ("away Ann", "That is for the host"),
        ("back", "Beate is back"),
        ("lock", "That is for the host"),
        ("claim", "It is too early for that|That is so already"),
        ("leave Ann", "leave gives up your own seat"),
        ("join Cem", "says nothing here|starts the round"),
        ("choose 1", "Nothing is to be chosen"),
        ("use", "You hold nothing to use"),
        ("rules", "Waterfall"),
        ("x" * 3_000, "starts the round"),
        ("rule " + "\N{BEER MUG}" * 3_000, "That is too long"),
        ("?", r"name NAME[\s\S]*leave +give your seat up"),
    )
    for line, pattern in told:
        bob.type(line)
        bob.expect(pattern)
    for line, pattern in (
        ("away beate", "Beate is away"),
        ("back beate", "Beate is back"),
        ("lock", "The room is locked"),
        ("unlock", "The room is open again"),
        ("pack us", "The next round is King's Cup"),
        ("tone water", "penalties are water"),
        ("seat Beate 1", "The seats: Beate, Ann"),
        ("host Beate", "Beate is the host"),
    ):
        ann.type(line)
        ann.expect(pattern)
    bob.expect("The next round is King's Cup")
    bob.type("kick Ann")
    gone = ann.gone()
    assert (1, "ringofire: The host took the seat away.\n") == (gone.status, gone.err)
    assert "come back" not in gone.out
    bob.type("close")
    bob.expect("The room is closed")
    assert "come back" not in end(bob)[0].out


def test_host_may_answer_for_somebody_else_in_so_many_words(
    service: Service, tmp_path: Path
) -> None:
    """A line of the host's is no answer to what another is asked, unless it says so."""
    file = tmp_path / "own.toml"
    file.write_text(
        '[rules.give]\ntitle = "Give"\ntext = "Give."\n'
        'effects = [{ do = "penalty", who = "pick" }]\n'
        '[packs.own]\ntitle = "Own"\ncards = { A-K = "give" }\n'
    )
    ann = Terminal(tmp_path, service.place, "--name", "Ann", "--packs", str(file))
    bob = Terminal(tmp_path, service.place, code_of(ann), "--name", "Bob")
    ann.expect("Bob sits down")
    ann.type("")
    ann.expect("Enter draws")
    ann.type("5")
    ann.expect("Ann draws .* from slot 5: Give")
    ann.expect("Ann, choose  1 Bob>")
    ann.type("Bob")
    bob.expect("Enter draws")
    bob.type("")
    ann.expect("Bob has to choose")
    ann.type("1")
    ann.expect(r"Bob has to choose; \? shows")
    ann.type("choose 1")
    bob.expect("Bob chooses Ann")
    end(ann, bob)


def test_watching(service: Service, tmp_path: Path) -> None:
    """Whoever watches sees all and says nothing."""
    ann, bob = seated(service, tmp_path, "Ann", "Bob")
    eve = Terminal(tmp_path / "eve", service.place, "RM0001", "--watch")
    eve.expect("Watching room RM0001")
    eve.expect("Ann starts the round")
    ann.type("")
    eve.expect("Round 1: 52 cards")
    eve.expect(r"It is Ann's turn \(\? for help\)\n")
    eve.type("")
    eve.expect(r"Whoever watches only watches; \? shows")
    eve.type("?")
    eve.expect(r"table +draw the table")
    eve.type("/rules")
    eve.expect("Waterfall")
    eve.type("quit")
    done = end(eve, ann, bob)
    assert "come back" not in done[0].out
    assert "give your seat up" not in done[0].out


def test_room_can_be_named_by_the_address(service: Service, tmp_path: Path) -> None:
    """What the picture for phones says can be pasted; codes are read kindly."""
    ann = Terminal(tmp_path, f"http://{service.place}/", "--name", "Ann", "--tone", "water")
    assert "RM0001" == code_of(ann)
    bob = Terminal(tmp_path, f"http://{service.place}/#rm-ooo1", "--name", "Bob")
    bob.expect("Room RM0001. Others come with: ringofire join http://127")
    end(ann, bob)


def test_names_are_asked_for_until_one_will_do(service: Service, tmp_path: Path) -> None:
    """Whoever gives no name, or one that is taken, is asked until the room takes it."""
    ann = seated(service, tmp_path, "Ann")[0]
    bob = Terminal(tmp_path, service.place, "RM0001")
    for line, pattern in (
        ("", "Your name>"),
        ("ann", "Somebody has that name"),
        ("Bob", "Room RM"),
    ):
        bob.expect("Your name>")
        bob.type(line)
        bob.expect(pattern) if line else None
    cem = Terminal(tmp_path, service.place, "RM0001")
    cem.expect("Your name>")
    cem.type("quit")
    dee = Terminal(tmp_path, service.place, "RM0001")
    dee.expect("Your name>")
    end(ann, bob, cem, dee)
    assert ["Ann", "Bob"] == [seat.name for seat in service.world.memory.rooms["RM0001"].seats]


def test_with_what_ringofire_serve_serves(tmp_path: Path) -> None:
    """The two commands fit: what the one prints, the other takes; a restart loses nothing."""
    store = ("--store", f"sqlite:{tmp_path / 'rooms.db'}")
    server = process("serve", "--host", "127.0.0.1", "--port", "0", *store)
    STARTED.append(server)
    place = ""
    assert server.stdout is not None
    for line in server.stdout:
        found = re.search(rb"ringofire join (\S+)", line)
        if found:
            place = found[1].decode()
            break
    ann = Terminal(tmp_path, place, "--name", "Ann")
    bob = Terminal(tmp_path, place, code_of(ann), "--name", "Bob")
    ann.expect("Bob sits down")
    ann.type("")
    bob.expect("It is Ann's turn")
    server.kill()
    server.wait()
    ann.expect("The connection is lost")
    ann.type("7")
    port = place.rpartition(":")[2]
    STARTED.append(process("serve", "--host", "127.0.0.1", "--port", port, *store))
    ann.expect("Ann draws .* from slot 7")
    bob.expect("Connected again")
    end(ann, bob)


# ------------------------------------------------------------------ going and coming back


def test_killed_and_back_in_the_same_seat(service: Service, tmp_path: Path) -> None:
    """Whoever is killed gets their seat back by the same command, by name, or by none."""
    ann, bob = seated(service, tmp_path, "Ann", "Bob")
    ann.type("")
    ann.expect("Enter draws")
    bob.signal(signal.SIGKILL)
    assert -signal.SIGKILL == bob.end().status
    ann.expect("Bob is not connected any more")
    for words in (("RM0001", "--name", "bob"), ("RM0001",), ()):
        bob = Terminal(tmp_path, service.place, *words)
        bob.expect("Back in room RM0001, in the seat of Bob")
        bob.expect(r"Bob \(you\)")
        ann.expect("Bob is connected")
        bob.signal(signal.SIGKILL)
        bob.end()
        ann.expect("Bob is not connected any more")
    end(ann)

    assert ["Ann", "Bob"] == [seat.name for seat in service.world.memory.rooms["RM0001"].seats]


def test_seat_in_use_is_nobody_elses(service: Service, tmp_path: Path) -> None:
    """A second terminal of the same person's machine is for somebody else."""
    ann = seated(service, tmp_path, "Ann")[0]
    other = Terminal(tmp_path, service.place, "RM0001")
    other.expect("Your name>")
    other.type("Bob")
    other.expect("Room RM0001")
    end(ann, other)


def test_kept_seat_is_for_its_owner_alone(service: Service, tmp_path: Path) -> None:
    """Nobody else can read the token, and nothing that is said has it."""
    ann = seated(service, tmp_path, "Ann")[0]
    (file,) = (tmp_path / "ringofire" / "seats").iterdir()

    assert 0o600 == file.stat().st_mode & 0o777
    assert 0o700 == file.parent.stat().st_mode & 0o777
    token = re.search(r"[0-9a-f]{64}", file.read_text())
    assert token is not None
    done = end(ann)[0]
    assert token[0] not in done.out + done.err


@pytest.mark.parametrize("how", ["end", "quit", "interrupt"])
def test_going_leaves_the_seat_taken(how: str, service: Service, tmp_path: Path) -> None:
    """And says how to come back to it."""
    ann = seated(service, tmp_path, "Ann O'Hara")[0]
    ann.expect(">")
    if how == "quit":
        ann.type("quit")
    if how == "interrupt":
        ann.signal(signal.SIGINT)
        ann.expect("To come back")
    done = ann.end()

    back = f"To come back: ringofire join {service.place} RM0001 --name 'Ann O'\"'\"'Hara'\n"
    assert back in done.out
    assert (130 if how == "interrupt" else 0) == done.status
    assert ("ringofire: stopped\n" if how == "interrupt" else "") == done.err
    assert 1 == len(service.world.memory.rooms["RM0001"].seats)


def test_leaving_gives_the_seat_up(service: Service, tmp_path: Path) -> None:
    """Nothing is kept of it; the same command makes another room, or takes another seat."""
    ann, bob = seated(service, tmp_path, "Ann", "Bob")
    bob.type("leave")
    assert "your seat is free again" in end(bob)[0].out
    ann.expect("Bob leaves")
    again = Terminal(tmp_path, service.place, "RM0001")
    again.expect("Your name>")
    end(again, ann)


def test_new_room_or_seat_though_one_is_kept(service: Service, tmp_path: Path) -> None:
    """--create makes another room, --fresh takes another seat; what was kept is kept."""
    end(*seated(service, tmp_path, "Ann"))
    other = Terminal(tmp_path, service.place, "--create", "--name", "Ann")
    assert "RM0002" == code_of(other)
    end(other)
    taken = Terminal(tmp_path, service.place, "RM0001", "--fresh", "--name", "Ann").gone()
    assert (1, "ringofire: Somebody has that name, or one that looks like it.\n") == (
        *(taken.status, taken.err),
    )
    back = Terminal(tmp_path, service.place, "RM0001", "--name", "Ann")
    back.expect("Back in room RM0001")
    end(back)


def test_seat_or_room_that_is_there_no_more(service: Service, tmp_path: Path) -> None:
    """It is told, and forgotten; who named the room gets a new seat, who named none a new room."""
    ann, bob = seated(service, tmp_path, "Ann", "Bob")
    end(bob)
    ann.type("kick Bob")
    ann.expect("Bob has to leave")
    bob = Terminal(tmp_path, service.place, "RM0001", "--name", "Bob")
    bob.expect("Room RM0001: the seat there is there no more")
    bob.expect("Room RM0001. Others come")
    end(ann, bob)
    service.world.memory.logs.clear()
    service.world.memory.rooms.clear()
    for _ in range(2):
        again = Terminal(tmp_path, service.place, "--name", "Ann")
        again.expect(r"the room is there no more|Back in room RM0002")
        end(again)


# ------------------------------------------------------------------ when things go wrong


def test_cut_line_is_told_and_made_good(service: Service, tmp_path: Path) -> None:
    """What is typed meanwhile goes out when the line is back."""
    ann, bob = seated(service, tmp_path, "Ann", "Bob")
    service.middle.refuses = 503
    service.cut()
    ann.expect("The connection is lost; trying to get it back")
    ann.type("lock")
    ann.expect("goes out as soon as the connection is back")
    service.middle.refuses = None
    ann.expect("Connected again")
    ann.expect("The room is locked")
    bob.expect("Connected again")
    end(ann, bob)


def test_what_was_missed_is_told_as_that(service: Service, tmp_path: Path) -> None:
    """Whoever missed an update is told so, and sees the room as it is."""
    ann = seated(service, tmp_path, "Ann")[0]
    service.middle.down = lambda frame: [] if frame["type"] == "update" else [frame]
    ann.type("lock")
    ann.expect("Some of what happened was missed")
    ann.expect(r"room RM0001 · locked")
    end(ann)


def test_policy_is_told_with_the_way_back(service: Service, tmp_path: Path) -> None:
    """A line that is closed for good ends the program with status 1, why, and the way back."""
    ann = seated(service, tmp_path, "Ann")[0]
    service.do(lambda: service.middle.close(1008))
    done = ann.gone()

    assert 1 == done.status
    assert "To come back" in done.out
    assert done.err.startswith("ringofire: The server closed the connection for good")


def test_refusals_of_the_door(service: Service, tmp_path: Path) -> None:
    """Each is one line, and status 1."""
    ann = seated(service, tmp_path, "Ann")[0]
    ann.type("lock")
    ann.expect("The room is locked")
    for words, told in (
        ((service.place, "RM0001", "--name", "Bob"), "The room is locked."),
        ((service.place, "RM0001", "--watch"), "The room is locked."),
        ((service.place, "N0NE", "--name", "Bob"), "There is no such room."),
        (("127.0.0.1:1", "--name", "Bob"), "the server cannot be reached: Connection refused"),
    ):
        done = Terminal(tmp_path / "bob", *words).gone()
        assert (1, True) == (done.status, f"ringofire: {told}" in done.err), done
    end(ann)


@pytest.mark.parametrize(
    ("words", "told"),
    (
        (("ftp://host",), "an address begins with"),
        (("h:99999",), "this is no address"),
        (("host", "K7U"), "no code of a room"),
        (("host", "K7QX2M", "--create"), "--create makes a new room"),
        (("host", "--create", "--watch"), "--create makes a new room"),
        (("host", "--watch"), "--watch needs the code"),
        (("host", "--pack", "nope"), "unknown pack"),
        ((), "URL"),
    ),
)
def test_wrong_command_lines(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """A command line that cannot be meant is refused, with what is wrong about it."""
    done = Terminal(tmp_path, *words).gone()

    assert done.status in (1, 2)
    assert told in done.err


def test_table_that_cannot_be_is_no_traceback(service: Service, tmp_path: Path) -> None:
    """Whatever a server tells, people get a line."""
    ann = seated(service, tmp_path, "Ann")[0]

    def lie(frame: dict[str, Any]) -> list[dict[str, Any]]:
        if "view" in frame:
            frame["view"] |= {"current": "p9", "phase": "playing"}
        return [frame]

    service.middle.down = lie
    ann.type("lock")
    done = ann.gone()
    assert (1, "ringofire: The server tells of a table that cannot be.\n") == (
        *(done.status, done.err),
    )


def test_folder_that_cannot_be_written_is_told(service: Service, tmp_path: Path) -> None:
    """The game goes on all the same."""
    (tmp_path / "ringofire").write_text("a file")
    ann = Terminal(tmp_path, service.place, "--name", "Ann")
    ann.expect("The seat cannot be kept for later: ")
    code_of(ann)
    end(ann)


# ------------------------------------------------------------------ at a real terminal


class Screen:
    """A pseudo-terminal with the command in it."""

    def __init__(self, home: Path, *words: str) -> None:
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        looks = {"TERM": "xterm", "COLUMNS": "80", "LINES": "30", "XDG_STATE_HOME": str(home)}
        self.process = subprocess.Popen(
            [*PROGRAM, "join", *words],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment() | looks,
        )
        STARTED.append(self.process)
        self.seen = b""

    def expect(self, what: str) -> None:
        """Wait until something was drawn since the last time."""
        ends = time.monotonic() + SECONDS
        while what.encode() not in self.seen:
            ready, _, _ = select.select([self.master], [], [], ends - time.monotonic())
            assert ready, self.seen
            self.seen += os.read(self.master, 65_536)
        self.seen = self.seen.partition(what.encode())[2]

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def end(self) -> int:
        status = self.process.wait(SECONDS)
        assert self.before == termios.tcgetattr(self.slave)
        os.close(self.master)
        os.close(self.slave)
        return status


def test_typed_text_survives_what_others_do(service: Service, tmp_path: Path) -> None:
    """The picture is drawn anew at each update, and what was typed so far stands below it."""
    ann = Screen(tmp_path, service.place, "--name", "Ann")
    ann.expect("Enter starts round 1")
    ann.type("na\x1b[Ame Anx\x7fn")
    ann.expect("> name Ann")
    bob = Terminal(tmp_path, service.place, "RM0001", "--name", "Bob")
    ann.expect("Bob sits down")
    ann.expect("> name Ann")
    bob.expect("Ann starts the round")
    ann.type("a\r")
    bob.expect("Ann is called Anna now")
    ann.expect("called Anna now")
    ann.type("?\r")
    ann.expect("Enter goes back to the table")
    bob.type("away")
    bob.expect("Bob is away")
    ann.type("\r")
    ann.expect("Bob (away)")
    ann.type("lost\r")
    ann.expect("No game is being played")
    ann.type("\x04")
    ann.expect("To come back")
    assert 0 == ann.end()
    end(bob)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_terminal_is_as_before_after_a_signal(
    number: int, service: Service, tmp_path: Path
) -> None:
    """A signal ends the program with status 130, the way back, and the terminal as it was."""
    ann = Screen(tmp_path, service.place, "--name", "Ann")
    ann.expect("Enter starts round 1")
    ann.process.send_signal(number)
    ann.expect("To come back")

    assert 130 == ann.end()


# ------------------------------------------------------------------ the parts


@pytest.mark.parametrize(
    ("keys", "lines", "rest"),
    (
        (b"one\rtwo\nth", ["one", "two"], "th"),
        (b"ab\x7f\x08c\r", ["c"], ""),
        (b"\x7f\r", [""], ""),
        (b"one two\x17\x17\x17x", [], "x"),
        (b"one two \x17", [], "one "),
        (b"gone\x15here", [], "here"),
        (b"\x04", [None], ""),
        (b"a\x04b", [], "ab"),
        (b"a\x1b[1;5Cb\x1bOPc\x1bxd\x1b[3~e", [], "abcde"),
        ("\N{BEER MUG}é\a\t".encode(), [], "\N{BEER MUG}é"),
        (b"\xff", [], "\N{REPLACEMENT CHARACTER}"),
        (b"x" * 5_000, [], "x" * 4_096),
    ),
)
def test_keys(keys: bytes, lines: list[str | None], rest: str) -> None:
    """A line is edited by the usual keys; others do nothing. It does not matter how they come."""
    whole, apart = Typing(), Typing()

    assert lines == list(whole.feed(keys))
    assert lines == [line for key in keys for line in apart.feed(bytes([key]))]
    assert rest == whole.text == apart.text


def kept(name: str = "Ann", room: str = "K7QX2M", at: int = 0) -> Kept:
    return Kept("ws://h/ws", room, name, "f" * 64, at)


def test_seats_are_found_by_room_and_name(tmp_path: Path) -> None:
    """A kept seat is found by its server with its room, its name in any case, or both."""
    seats = Seats(tmp_path / "seats")
    assert seats.take("ws://h/ws", None, None) is None
    for one in (kept(), kept("Bob"), kept("Ann", "QQQQQQ")):
        seats.keep(one)
    seats.close()

    def take(room: str | None, name: str | None) -> str | None:
        other = Seats(tmp_path / "seats")
        found = other.take("ws://h/ws", room, name)
        other.close()
        return None if found is None else f"{found.name} {found.room}"

    assert "Ann K7QX2M" == take("K7QX2M", "aNN")
    assert "Ann QQQQQQ" == take("QQQQQQ", None)
    assert take("K7QX2M", "Cem") is None
    assert "Bob K7QX2M" == take(None, "Bob")
    assert Seats(tmp_path / "seats").take("ws://other/ws", None, None) is None


def test_seat_that_is_used_is_not_taken(tmp_path: Path) -> None:
    """A program that has it keeps it; another finds the next one, and overwrites nothing."""
    first, second = Seats(tmp_path), Seats(tmp_path)
    first.keep(kept())
    assert second.take("ws://h/ws", None, None) is None
    second.keep(Kept("ws://h/ws", "K7QX2M", "Ann", "e" * 64))
    first.close()
    found = second.take("ws://h/ws", None, None)

    assert found is not None
    assert "f" * 64 == found.token
    assert "f" * 64 not in repr(found)
    second.forget(found)
    second.forget(found)
    assert second.take("ws://h/ws", None, None) is None
    second.close()


def test_what_is_old_or_none_of_ours_is_no_seat(tmp_path: Path) -> None:
    """A room lives a week at most; files that were broken or renamed are passed over."""
    seats = Seats(tmp_path)
    seats.keep(kept("Old"))
    seats.keep(kept("Half"))
    seats.keep(kept("Renamed"))
    seats.close()
    old, half, renamed = (seats._path(kept(name)) for name in ("Old", "Half", "Renamed"))
    plain = {"url": "ws://h/ws", "room": "K7QX2M", "name": "Old", "token": "f" * 64}
    old.write_bytes(canonical(plain | {"at": int(time.time()) - STALE - 10}))
    half.write_bytes(half.read_bytes()[:-9])
    renamed.rename(tmp_path / "other.json")
    for number, text in enumerate(("[]", "3", '{"url": 1}', "[" * 5_000, '{"a": 1}')):
        (tmp_path / f"{number}.json").write_text(text)
    strange = tmp_path / "strange.json"
    strange.write_bytes(canonical(plain | {"at": "now"}))

    assert seats.take("ws://h/ws", None, None) is None
    assert not old.exists()
    assert half.exists()
