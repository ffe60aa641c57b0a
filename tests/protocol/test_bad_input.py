"""Bad input, as one table: each frame of the corpus is sent through every transport.

The corpus says what is expected; `tests/corpus/make_frames.py` says what its lines mean. Here is
what holds of every answer: it is one frame, canonical, not too long, repeats nothing of what was
sent and gives away no token; a frame that is refused adds nothing to the room; and a connection
that is not closed goes on.
"""

import asyncio
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from ringofire.canonical import MAX_INT, canonical
from ringofire.codec import parse_json
from ringofire.protocol.closing import CloseCode
from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.limits import Limits
from ringofire.protocol.replies import OUT_LIMIT
from tests.corpus import make_frames
from tests.corpus.make_frames import ELSEWHERE, GONE, HOST, OTHER
from tests.protocol.transports import TRANSPORTS, Line, Transport

Plain = dict[str, Any]

CORPUS = Path(make_frames.__file__).parent / "frames.jsonl"
ROWS = [json.loads(line) for line in CORPUS.read_text(encoding="ascii").splitlines()]

TOKENS = [value for name, value in vars(make_frames).items() if name in make_frames.TOKENS]
SECRETS = [*TOKENS, *[sha256(token.encode()).hexdigest() for token in TOKENS]]

SECONDS = 30
"""How long a transport may take to answer: far above what any needs, machines are shared."""

INVALID_TEXT, TOO_BIG = 1007, 1009
"""Close codes of what a transport refuses by itself (RFC 6455, section 7.4.1)."""


@define
class Wire:
    """A transport, and the event loop it runs in."""

    runner: asyncio.Runner
    transport: Transport


@pytest.fixture(scope="module", params=TRANSPORTS)
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    with asyncio.Runner() as runner:
        made = TRANSPORTS[request.param]()
        yield Wire(runner, runner.run(made.__aenter__()))
        runner.run(made.__aexit__(None, None, None))


# ------------------------------------------------------------------ one line of the corpus


def text_of(parts: str | list[Any]) -> str:
    """The text of a frame, or of its hex."""
    if isinstance(parts, str):
        return parts
    return "".join([part if isinstance(part, str) else part[0] * part[1] for part in parts])


def frame_of(row: Plain, code: str) -> str | bytes:
    """The frame of a line."""
    if "hex" in row:
        return bytes.fromhex(text_of(row["hex"]))
    return text_of(row["frame"]).replace("$room", code)


def matches(expected: object, got: object) -> bool:
    """Whether `got` has all that is expected, and perhaps more members."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return all(key in got and matches(value, got[key]) for key, value in expected.items())
    return expected == got


def as_expected(expected: Plain, got: Plain) -> bool:
    """Whether an answer is the one expected: refusals are told in whole."""
    whole = expected["type"] in ("error", "rejected")
    return expected == got if whole else matches(expected, got)


async def heard(line: Line) -> str | int:
    """The next frame that is not about what others do or have done."""
    while True:
        got = await asyncio.wait_for(line.receive(), SECONDS)
        if isinstance(got, str):
            plain = json.loads(got)
            others = plain["type"] == "update" and plain["id"].startswith("setup-")
            if plain["type"] == "presence" or others:
                continue
        return got


async def ask(line: Line, frame: str | bytes) -> Plain:
    """Send a frame and give its answer."""
    await line.send(frame)
    got = await heard(line)
    assert isinstance(got, str), f"closed with {got}"
    check(got)
    plain: Plain = json.loads(got)
    return plain


def check(text: str) -> None:
    """Assert what holds of every frame that is sent."""
    data = text.encode()

    assert len(data) <= OUT_LIMIT
    assert data == canonical(parse_json(data))
    assert [] == [secret for secret in SECRETS if secret in text]


@define
class Room:
    """A room at version 4: Ann (p1, the host), Bob (p2), and Cem (p3), who was kicked."""

    transport: Transport
    code: str
    lines: dict[str, Line]

    async def line(self, state: str) -> Line:
        """Give a connection in this state."""
        if state in self.lines:
            return self.lines[state]
        line = await self.transport.connect()
        if state == "watching":
            frame = say("watch", 9, room=self.code)
            assert "welcome" == (await ask(line, frame))["type"]
        return line

    async def version(self) -> int:
        """Give the room's version."""
        line = await self.transport.connect()
        frame = say("resume", 8, room=self.code, token=HOST)
        version: int = (await ask(line, frame))["version"]
        return version


def say(action: str, number: int, **fields: object) -> str:
    """A frame of the set-up."""
    return json.dumps({"action": action, "id": f"setup-{number}", **fields})


async def furnished(transport: Transport, *, twice: bool) -> Room:
    """Make the room that the corpus speaks of; and, if it asks for it, another one beside."""
    lines = {state: await transport.connect() for state in ("host", "other", "gone")}
    made = await ask(lines["host"], say("create_room", 1, name="Ann", token=HOST))
    code = made["room"]
    people = (("other", "Bob", OTHER), ("gone", "Cem", GONE))
    for number, (state, name, token) in enumerate(people, start=2):
        frame = say("join_room", number, room=code, name=name, token=token)
        assert "welcome" == (await ask(lines[state], frame))["type"]
    await lines["host"].send(say("kick_player", 4, seat="p3"))
    while json.loads(str(await lines["host"].receive())).get("id") != "setup-4":
        pass
    if twice:
        beside = await transport.connect()
        await ask(beside, say("create_room", 5, name="Dee", token=ELSEWHERE))
    return Room(transport, code, lines)


def refused_before(transport: Transport, frame: str | bytes) -> int | None:
    """The close code of what the transport refuses by itself."""
    data = frame.encode() if isinstance(frame, str) else frame
    if transport.cap is not None and len(data) > transport.cap:
        return TOO_BIG
    if transport.checks_text and not is_text(data):
        return INVALID_TEXT
    return None


def is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeError:
        return False
    return True


def values(plain: object) -> Iterator[str]:
    """Every text that stands as a value in a frame, however deeply it is nested."""
    todo = [plain]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, str):
            yield one


def repeated(frame: str | bytes, answer: str) -> list[str]:
    """What an answer repeats of the texts in its frame, but for the frame's id."""
    try:
        plain = json.loads(frame)
    except (ValueError, RecursionError):
        return []
    if isinstance(plain, dict):
        plain = {key: value for key, value in plain.items() if key not in ("id", "action")}
    return [text for text in values(plain) if len(text) > 5 and json.dumps(text)[1:-1] in answer]


async def play(transport: Transport, row: Plain) -> None:
    """Send a frame of the corpus and see what becomes of it."""
    room = await furnished(transport, twice=ELSEWHERE in json.dumps(row))
    line = await room.line(row["state"])
    for who, text in row.get("before", ()):
        sender = line if who == "self" else room.lines[who]
        answer = await ask(sender, text.replace("$room", room.code))
        assert answer["type"] in ("update", "welcome", "pack")
        if sender is not line and row["state"] in ("host", "other"):
            line = await room.transport.connect()  # nothing of what others did waits in it
            token = {"host": HOST, "other": OTHER}[row["state"]]
            await ask(line, say("resume", 7, room=room.code, token=token))
    version = await room.version()
    frame = frame_of(row, room.code)
    binary = row.get("binary", False)
    by_itself = None if binary else refused_before(transport, frame)
    for _ in range(row.get("times", 1)):
        await line.send(frame, binary=binary)
        if row["answer"] is None or by_itself is not None:
            break
        got = await heard(line)
        assert isinstance(got, str), f"closed with {got}"
        check(got)
        plain = json.loads(got)
        assert as_expected(row["answer"], plain), got
        if plain["type"] in ("error", "rejected"):
            assert [] == repeated(frame, got)
        if "kept" in row:
            assert row["kept"] == plain["view"]["players"][-1]["name"]
    if "close" in row or by_itself is not None:
        assert (by_itself or row["close"]) == await heard(line)
    else:
        await ask(line, say("ping", 6, version=MAX_INT))
    assert version + row.get("stores", 0) == await room.version()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: ascii(f"{row['section']}: {row['name']}"))
def test_what_becomes_of_a_frame(row: Plain, wire: Wire) -> None:
    """Each frame of the corpus gets its answer or its close code, and stores what it should."""
    wire.runner.run(play(wire.transport, row))


# ------------------------------------------------------------------ more than one frame


def test_a_flood_is_held_back_and_then_cut_off(wire: Wire) -> None:
    """What is over the rate is `rate_limited`; who goes on is closed. Other rooms do not notice."""

    async def flood() -> None:
        limits = Limits()
        room = await furnished(wire.transport, twice=False)
        other = await furnished(wire.transport, twice=False)
        line = await room.line("other")
        reasons = []
        # While it is going on the bucket fills a little, unless time stands still.
        for number in range(100 * (limits.burst + limits.excess)):
            await line.send(say("ping", number, version=MAX_INT))
            got = await heard(line)
            if got == CloseCode.POLICY_VIOLATION:
                break
            assert isinstance(got, str)
            check(got)
            reasons.append(json.loads(got).get("reason", "pong"))
        else:
            pytest.fail("never closed")
        assert {"pong", ErrorReason.RATE_LIMITED} == set(reasons)
        assert reasons.count(ErrorReason.RATE_LIMITED) == limits.excess
        assert ["pong"] * (limits.burst - 1) == reasons[: limits.burst - 1]
        answer = await ask(await other.line("other"), say("ping", 1, version=MAX_INT))
        assert "pong" == answer["type"]

    wire.runner.run(flood())


def test_whoever_has_no_right_gets_the_same_answer(wire: Wire) -> None:
    """A token of another seat, of another room, of nobody, or none: the answers are the same."""

    async def knock() -> set[str]:
        room = await furnished(wire.transport, twice=True)
        answers = set()
        for token in (ELSEWHERE, GONE, HOST.upper(), HOST[:-1], "", "x" * 200, OTHER[::-1]):
            line = await room.line("unbound")
            frame = say("resume", 1, room=room.code, token=token)
            answers.add(json.dumps(await ask(line, frame)))
        return answers

    assert 1 == len(wire.runner.run(knock()))


# ------------------------------------------------------------------ the corpus itself


def test_corpus_is_what_makes_it_says() -> None:
    """After a change, `python -m tests.corpus.make_frames` writes the corpus anew."""
    assert make_frames.lines() == CORPUS.read_text(encoding="ascii")


def test_corpus_covers_every_kind_of_bad_input() -> None:
    """Each section, each state and each reason of an error that a frame can cause is there."""
    names = [(row["section"], row["name"]) for row in ROWS]
    reasons = {
        row["answer"]["reason"] for row in ROWS if (row["answer"] or {}).get("type") == "error"
    }
    # Floods have a test of their own; the other two are the store's doing.
    elsewhere = {ErrorReason.RATE_LIMITED, ErrorReason.BUSY, ErrorReason.MOVED}

    assert len(names) == len(set(names)) >= 200
    assert {"unbound", "host", "other", "watching", "gone"} == {row["state"] for row in ROWS}
    assert set(ErrorReason) - elsewhere == reasons
