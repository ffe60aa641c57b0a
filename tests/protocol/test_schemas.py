"""The published schemas say what is sent: held against real frames, both ways.

That the documents are current is for tests/test_pages.py to say.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import (  # type: ignore[import-untyped]
    Draft202012Validator,
    ValidationError,
    validators,
)

from ringofire import Reason, Room
from ringofire.canonical import MAX_INT, canonical
from ringofire.codec import parse_json
from ringofire.engine import apply
from ringofire.proof import prove
from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.replies import (
    REPLIES,
    Error,
    PackReply,
    ProofReply,
    Reply,
    Update,
    Welcome,
    write_reply,
)
from ringofire.protocol.requests import ACTIONS, read_request
from ringofire.scribe import Scribe
from ringofire_adapters.memory import Memory
from tests.golden.make_golden import every_effect
from tests.protocol.frames import CODE, fitting, written
from tests.protocol.server import Server
from tests.protocol.test_bad_input import ROWS, frame_of
from tests.protocol.test_session import bindings
from tests.strategies.rooms import Story, any_pack, stories
from tests.test_view import largest

Plain = dict[str, Any]

HERE = Path(__file__).parents[2] / "docs"


def _made_by() -> Any:
    """The module that the documents are made by; it is no part of any package."""
    spec = spec_from_file_location("schemas", HERE / "schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


schemas = _made_by()
SCHEMA: Plain = json.loads((HERE / "protocol" / "frames.schema.json").read_text(encoding="utf-8"))
API: Plain = json.loads((HERE / "protocol" / "asyncapi.json").read_text(encoding="utf-8"))
DEFS: Plain = SCHEMA["$defs"]


def _pattern(_: object, pattern: str, text: object, __: object) -> Iterator[ValidationError]:
    """Judge a pattern as ECMA-262 has it: `$` is the end alone, not also before a last line end."""
    if isinstance(text, str) and not re.search(pattern.removesuffix("$") + r"\Z", text):
        yield ValidationError(f"{text!r} does not match {pattern!r}")


Validator = validators.extend(Draft202012Validator, {"pattern": _pattern})


@cache
def of(name: str, *, whole: bool = False) -> Any:
    """What validates against a definition; `whole`: with no member that it does not name."""
    return Validator({"$ref": f"#/$defs/{name}", "$defs": closed(DEFS) if whole else DEFS})


def closed(schema: Any) -> Any:
    """A schema that allows no member that it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(one) for key, one in schema.items()}
    return {"additionalProperties": False, **made} if "properties" in schema else made


CLIENT, SERVER = of("ClientFrame"), of("ServerFrame")
COMPLETE = of("ServerFrame", whole=True)


def faults(validator: Any, plain: object) -> list[str]:
    """What is wrong with a frame, if anything is."""
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(plain)]


def check(reply: Reply) -> Plain:
    """Assert that a reply is described, whole: no field of it is missing in the schema."""
    plain: Any = parse_json(write_reply(reply, Scribe()))

    assert [] == faults(of(schemas.reply_name(plain["type"]), whole=True), plain)
    return dict(plain)


# ------------------------------------------------------------------ the documents themselves


def test_the_schema_is_one() -> None:
    """The document keeps to JSON Schema 2020-12, and every reference leads somewhere."""
    Draft202012Validator.check_schema(SCHEMA)
    refs = set(re.findall(r'"\$ref": "#/\$defs/(\w+)"', json.dumps(SCHEMA)))

    assert DEFS.keys() >= refs
    assert {"ClientFrame", "ServerFrame"} | refs == DEFS.keys()


def test_everything_is_described() -> None:
    """Each frame and type says what it is, in words without a class of Python in them."""
    assert [] == [name for name, one in DEFS.items() if not one.get("description")]
    assert not re.search(r"\b(None|UNSET|True|False|tuple)\b", json.dumps(SCHEMA))


def test_every_frame_is_there() -> None:
    """One definition for each action and each type of reply."""
    sent = {one["properties"]["action"]["const"] for one in members("ClientFrame")}
    told = {one["properties"]["type"]["const"] for one in members("ServerFrame")}

    assert (set(ACTIONS), set(REPLIES)) == (sent, told)


def members(union: str) -> list[Plain]:
    return [DEFS[last(one["$ref"])] for one in DEFS[union]["oneOf"]]


def test_what_clients_send_is_closed_and_what_servers_send_is_open() -> None:
    """Servers refuse a field that they do not know; clients pass it over, so it may come."""
    assert [False] * len(ACTIONS) == [one["additionalProperties"] for one in members("ClientFrame")]
    assert 1 < len(reached("ServerFrame"))
    for name in reached("ServerFrame"):
        assert DEFS[name].get("additionalProperties", True)


def reached(name: str) -> set[str]:
    """All definitions that one leads to."""
    found: set[str] = set()
    todo = [name]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += re.findall(r'"#/\$defs/(\w+)"', json.dumps(DEFS[name]))
    return found


def test_reasons_are_closed() -> None:
    """Clients may switch on reasons: all of them are listed, and no others."""
    assert [reason.value for reason in Reason] == DEFS["Reason"]["enum"]
    assert [reason.value for reason in ErrorReason] == DEFS["ErrorReason"]["enum"]


def test_no_secret_is_described() -> None:
    """Nothing that is private has a place in any frame that is sent."""
    named = {field for name in reached("ServerFrame") for field in DEFS[name].get("properties", ())}

    assert {"id", "view", "secret", "seat"} <= named
    assert named.isdisjoint({"token", "token_hash", "master", "skeleton", "receipts"})
    assert "RingDealt" not in DEFS


# ------------------------------------------------------------------ what is sent


@given(stories(longest=25))
def test_every_room_is_described(story: Story) -> None:
    """What random games make everybody see keeps to the schema, with no field left out of it."""
    for entry, room in list(zip(story.entries, story.rooms[1:], strict=True))[-6:]:
        check(Update(entry, room))
    check(Welcome("i", story.room, "p1"))
    check(Welcome("i", story.room))


def test_every_event_is_described() -> None:
    """Each event of a story that has all effects keeps to the schema."""
    room = Room()
    met: set[type] = set()
    for entry in every_effect().entries:
        room = apply(room, entry)
        new = {type(event) for event in entry.events} - met
        if new:
            check(Update(entry, room))
            met |= new
    check(Welcome("i", largest()))
    check(ProofReply("i", prove(every_effect().entries, 1)))


@given(any_pack())
def test_every_pack_is_described(pack: Any) -> None:
    """Any pack, as a server sends it, keeps to the schema."""
    check(PackReply("i", pack.digest, pack))


@given(stories(longest=20), st.integers(0))
def test_every_answer_is_described(story: Story, seed: int) -> None:
    """What frames are answered with keeps to the schema, and is what their action may get."""
    rng = Random(seed)
    for _ in range(8):
        server = Server(Memory(logs={CODE: list(story.entries)}), now=story.room.at)
        request = read_request(written(fitting(story.room, "p1", rng)))
        response = server.answer(request, rng.choice(bindings(story.room)))
        plain = check(response.reply)
        assert plain["type"] in (*schemas.ANSWERS[request.action], "error")
        if isinstance(response.reply, Error):
            assert set(schemas.ERRORS[response.reply.reason][1]) == plain["data"].keys()


def test_any_frame_of_a_server_is_one_of_its_frames() -> None:
    """The union takes each frame, and not one of them twice."""
    for row in ROWS:
        if row["answer"] is not None and row["answer"]["type"] in ("error", "rejected"):
            assert [] == faults(COMPLETE, row["answer"])
    story = every_effect()
    room = Room()
    for entry in story.entries[:3]:
        room = apply(room, entry)
        plain: Any = parse_json(write_reply(Update(entry, room), Scribe()))
        assert [] == faults(COMPLETE, plain)
        plain["more"] = plain["view"]["more"] = plain["events"][0]["more"] = {"a": [1]}
        assert [] == faults(SERVER, plain)
        assert [] != faults(COMPLETE, plain)


def test_errors_say_what_they_are_said_to() -> None:
    """The data of each reason of an error have just the keys that are described."""
    for row in ROWS:
        answer = row["answer"]
        if answer is not None and answer["type"] == "error":
            reason = ErrorReason(answer["reason"])
            assert set(schemas.ERRORS[reason][1]) == answer["data"].keys()
    assert set(ErrorReason) == schemas.ERRORS.keys()


# ------------------------------------------------------------------ what is taken

STRUCTURAL = {
    *("bad_type", "bad_value", "unknown_action", "unknown_field", "unsupported_protocol"),
}
"""Refused for what the frame is, whoever sends it and wherever."""

READ = [row for row in ROWS if "frame" in row and (row["answer"] or {}).get("type") is not None]


def plain_of(row: Plain) -> Any:
    """The frame of a line as plain data, as a client would hold it."""
    return json.loads(frame_of(row, CODE))


def named(rows: list[Plain]) -> pytest.MarkDecorator:
    """A test for each line, under its name."""
    names = [ascii(f"{row['section']}: {row['name']}") for row in rows]
    return pytest.mark.parametrize("row", rows, ids=names)


@named([row for row in READ if row["answer"]["type"] not in ("error", "rejected")])
def test_what_is_accepted_keeps_to_the_schema(row: Plain) -> None:
    """Each frame of the corpus that is accepted keeps to the schema."""
    assert [] == faults(CLIENT, plain_of(row))


def is_structural(row: Plain) -> bool:
    """Whether a line is refused for its frame alone; whether a round has ended the room knows."""
    answer = row["answer"]
    if answer["type"] != "error" or answer["reason"] not in STRUCTURAL:
        return False
    return answer["data"] != {"field": "round"} or plain_of(row).get("round") not in (1, 2, MAX_INT)


@named([row for row in READ if is_structural(row)])
def test_what_no_server_takes_does_not(row: Plain) -> None:
    """Each frame of the corpus that is refused for what it is breaks the schema."""
    assert [] != faults(CLIENT, plain_of(row))


@pytest.mark.parametrize("action", ["pick_card", "add_nonce", "use_power", "give_verdict"])
def test_bounds_are_those_of_the_checks(action: str) -> None:
    """The sizes in the schema are those that the engine passes: written down here once more."""
    bounds = {
        "pick_card": ("slot", {"minimum": 1 - 2**53, "maximum": 2**53 - 1}),
        "add_nonce": ("nonce", {"minLength": 2, "maxLength": 64}),
        "use_power": ("key", {"minLength": 1, "maxLength": 24}),
        "give_verdict": ("value", {"maxItems": 64}),
    }
    field, wanted = bounds[action]

    assert wanted.items() <= DEFS[schemas.frame_name(action)]["properties"][field].items()


def test_options_have_their_bounds() -> None:
    """What the host may set is bounded as the options are."""
    options = DEFS["OptionChanges"]["properties"]
    told = {name: (one.get("minimum"), one.get("maximum")) for name, one in options.items()}

    assert {
        "capacity": (2, 20),
        "host_seconds": (10, 600),
        "language": (None, None),
        "lifetime_hours": (1, 168),
        "lock_on_start": (None, None),
        "rule_max": (1, 20),
        "tone": (None, None),
        "turn_seconds": (10, 600),
        "watch": (None, None),
    } == told


def test_a_default_is_what_is_left_out() -> None:
    """A field of an event that may be left out says what it is then."""
    picked = DEFS["CardPicked"]

    assert [False, False] == [picked["properties"][one]["default"] for one in ("last", "breaks")]
    assert {"type", "seat", "slot", "card", "rule"} == set(picked["required"])


# ------------------------------------------------------------------ AsyncAPI


def test_every_exchange_is_there() -> None:
    """Each action is an operation with its answers; updates and presence come by themselves."""
    operations = API["operations"]

    assert {*ACTIONS, "update", "presence"} == operations.keys()
    for action in ACTIONS:
        replies = operations[action]["reply"]["messages"]
        told = [schemas.reply_name(name) for name in (*schemas.ANSWERS[action], "error")]
        assert told == [last(one["$ref"]) for one in replies]


def last(ref: str) -> str:
    """The name that a reference ends in."""
    return ref.rpartition("/")[2]


def test_every_reference_leads_somewhere() -> None:
    """References into the document, and into the schemas beside it, name what is there."""
    files = {"": API, "./frames.schema.json": SCHEMA}
    for ref in re.findall(r'"\$ref": "([^"]+)"', json.dumps(API)):
        file, _, path = ref.partition("#/")
        found: Any = files[file]
        for part in path.split("/"):
            found = found[part]
        assert found

    frames = [*DEFS["ClientFrame"]["oneOf"], *DEFS["ServerFrame"]["oneOf"]]
    names = {last(one["$ref"]) for one in frames}
    assert names == API["components"]["messages"].keys()
    assert names == API["channels"]["room"]["messages"].keys()


def test_canonical_documents_are_stable() -> None:
    """Made twice, the documents are the same."""
    assert canonical(schemas.schema()) == canonical(schemas.schema())
    assert SCHEMA == schemas.schema()
