"""Makes frames.jsonl: `python -m tests.corpus.make_frames` from the project's root.

Each line is a frame that no good client sends, or one that only looks as if, and what becomes of
it. Nothing here asks the code what that is: what is expected is written down, from the protocol
as it is described. A line has

- `section` and `name`, which no other line has;
- `state`: the connection it is sent in: `unbound`, of the `host` (p1, Ann), of an `other` member
  (p2, Bob), `watching`, or `gone` (p3, Cem, who was kicked). The room is at version 4, in the
  lobby, and unlocked;
- `frame`: the text, or its parts, where `[text, n]` is n times that text; or `hex`: its bytes,
  likewise; `$room` in it is the room's code. `binary`: it is sent as a binary frame;
- `before`: frames that are accepted first, each with the state it is sent in (`self`: this one);
- `times`: how often it is sent, 1 if not said; it is answered alike each time;
- `answer`: what comes back, whole if it refuses, else the members that matter; null for nothing;
- `close`: the code that the connection is closed with after the (last) answer;
- `stores`: how many entries it adds to the room, 0 if not said;
- `kept`: the name that the newest member has afterwards.
"""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

HOST, OTHER, GONE = "a1" * 32, "b2" * 32, "c3" * 32
"""The tokens of p1, p2 and p3."""

FRESH, ELSEWHERE = "d4" * 32, "e5" * 32
"""A token that nobody has shown yet, and that of a member of another room."""

TOKENS = ("HOST", "OTHER", "GONE", "FRESH", "ELSEWHERE")

VERSION = 4
MAX = 2**53 - 1

Plain = dict[str, Any]
ROWS: list[Plain] = []


def add(section: str, name: str, state: str, frame: object, answer: object, **more: Any) -> None:
    """Add a line; bytes become `hex`."""
    sent = {"hex": frame.hex()} if isinstance(frame, bytes) else {"frame": frame}
    ROWS.append(
        {"section": section, "name": name, "state": state, **sent, "answer": answer, **more}
    )


def say(action: str, **fields: object) -> str:
    """A frame with the id `i`."""
    return json.dumps({"action": action, "id": "i", **fields}, ensure_ascii=False)


def raw(fields: str) -> str:
    """A ping whose `version` and what follows are written out."""
    return f'{{"action": "ping", "id": "i", "version": {fields}}}'


def error(reason: str, *, id: str | None = "i", **data: object) -> Plain:
    return {"type": "error", "id": id, "reason": reason, "data": data}


def rejected(reason: str, *, room: int = VERSION, **data: object) -> Plain:
    return {"type": "rejected", "id": "i", "reason": reason, "data": data, "version": room}


def pong(id: str = "i") -> Plain:
    return {"type": "pong", "id": id, "version": VERSION}


def welcome(you: str | None, version: int = VERSION) -> Plain:
    seat = {} if you is None else {"you": you}
    return {"type": "welcome", "id": "i", "version": version, **seat}


def update(by: str, version: int = VERSION + 1) -> Plain:
    return {"type": "update", "id": "i", "version": version, "by": by}


def bad(field: str, **more: Any) -> Plain:
    return error("bad_type", field=field, **more)


BAD_JSON = error("bad_json", id=None)
BAD_ENCODING = error("bad_encoding", id=None)
PING = say("ping", version=4)


# -- What is not JSON, or not the JSON that is spoken here -----------------------------------------


def not_json() -> None:
    for name, frame in {
        "nothing": "",
        "blanks": " \t\r\n ",
        "one brace": "{",
        "half a frame": PING[:20],
        "words": "ping",
        "a query": "action=ping&id=i",
        "XML": "<ping id='i'/>",
        "a BOM before": "\ufeff" + PING,
        "a letter behind": PING + "x",
        "a second frame behind": PING + PING,
        "a NUL behind": PING + "\0",
        "a no-break space before": "\u00a0" + PING,
        "a comment behind": PING + " // now",
        "a comment inside": PING.replace(", ", ", /* now */ ", 1),
        "single quotes": PING.replace('"', "'"),
        "keys without quotes": '{action: "ping", id: "i", version: 4}',
        "a comma too many": PING.replace("}", ",}"),
        "a comma too few": PING.replace(", ", " ", 1),
        "True for true": say("set_away", away=True).replace("true", "True"),
        "undefined": raw("undefined"),
        "a raw line end in a text": say("add_rule", text="x").replace('"x"', '"a\nb"'),
        "a raw NUL in a text": say("add_rule", text="x").replace('"x"', '"a\0b"'),
        "an escape that is none": say("add_rule", text="x").replace('"x"', '"\\x41"'),
        "half an escape": say("add_rule", text="x").replace('"x"', '"\\u00"'),
        "JSON in JSON": json.dumps(PING)[:-1],
    }.items():
        add("not JSON", name, "other", frame, BAD_JSON)
    add("not JSON", "blanks around", "other", f" \t\r\n{PING}\n", pong())
    add("not JSON", "nothing, from a stranger", "unbound", "", BAD_JSON)
    add("not JSON", "nothing, from a watcher", "watching", "", BAD_JSON)
    add("not JSON", "nothing, from who is gone", "gone", "", BAD_JSON)


# -- Sizes: in bytes, at the border and beyond it --------------------------------------------------


SMALL = error("too_large", limit=4096)


LARGE = error("too_large", id=None, limit=16384)


WRONG_PHASE = rejected("wrong_phase", state="lobby")


def filled(frame: str, filler: str, size: int) -> list[Any]:
    """The parts of a frame in which `@` becomes as many fillers as make it so many bytes long."""
    before, after = frame.split("@")
    left = size - len(before.encode()) - len(after.encode())
    count, rest = divmod(left, len(filler.encode()))
    return (
        [before, [filler, count], "x" * rest + after] if rest else [before, [filler, count], after]
    )


BLANK = raw("4@")


RULE = say("add_rule", text="@")


OPTIONS = say("configure", options={}).replace("}}", "}@}")


NEW = say("create_room", name="@", token=FRESH)


def sizes() -> None:
    for name, state, frame, filler, size, answer in (
        ("4 KiB", "other", BLANK, " ", 4096, pong()),
        ("4 KiB and a byte", "other", BLANK, " ", 4097, SMALL),
        ("4 KiB of two-byte letters", "other", RULE, "é", 4096, WRONG_PHASE),
        ("4 KiB and a byte of two-byte letters", "other", RULE, "é", 4097, SMALL),
        ("4 KiB and a byte of four-byte letters", "other", RULE, "🍺", 4097, SMALL),
        ("2,000 letters of three bytes", "other", RULE, "あ", 6000, SMALL),
        ("a text of 4,000", "other", RULE, "x", 4096, WRONG_PHASE),
        ("4 KiB and a byte, not seated", "unbound", BLANK, " ", 4097, SMALL),
        ("4 KiB and a byte, gone", "gone", BLANK, " ", 4097, SMALL),
        ("16 KiB that are no frame for so much", "other", BLANK, " ", 16384, SMALL),
        ("16 KiB", "host", OPTIONS, " ", 16384, rejected("no_change")),
        ("16 KiB and a byte", "host", OPTIONS, " ", 16385, LARGE),
        (
            "16 KiB of letters",
            "unbound",
            NEW,
            "é",
            16384,
            rejected("bad_name", room=0, why="too long"),
        ),
        ("16 KiB and a byte of letters", "unbound", NEW, "é", 16385, LARGE),
        ("an unknown action of 4 KiB and a byte", "other", say("zap", x="@"), "x", 4097, SMALL),
        ("an unknown field of 4 KiB and a byte", "other", say("ping", x="@"), "x", 4097, SMALL),
        ("20 KiB that are no JSON", "other", "{@", "{", 20_000, LARGE),
        ("64 KiB and some", "other", BLANK, " ", 70_000, LARGE),
    ):
        closed = {"close": 1008} if answer in (SMALL, LARGE) else {}
        add("size", name, state, filled(frame, filler, size), answer, **closed)
    ROWS.append(
        {
            "section": "size",
            "name": "20 KB that are not UTF-8",
            "state": "other",
            "hex": [["ff", 20_000]],
            "answer": LARGE,
            "close": 1008,
        }
    )


# -- Nesting ---------------------------------------------------------------------------------------


FAULTS = [
    {"table": "rules.x", "field": "title", "message": "is missing"},
    {"table": "rules.x", "field": "text", "message": "is missing"},
    {"table": "rules.x", "field": "effects[0].do", "message": "is missing"},
    {"table": "pack", "field": "title", "message": "is missing"},
    {"table": "pack", "field": "cards", "message": "no rule for A 2 3 4 5 6 7 8 9 10 J Q K"},
]


DEEP = say("configure", pack={"rules": {"x": {"effects": [{"ranks": ["@"]}]}}})


def nesting() -> None:
    for name, state, frame, answer in (
        (
            "8 levels",
            "host",
            DEEP.replace('"@"', "[]"),
            rejected("bad_pack", field="pack", faults=FAULTS),
        ),
        ("9 levels", "other", DEEP.replace('"@"', "[[]]"), BAD_JSON),
        ("9 levels, objects", "other", DEEP.replace('"@"', '[{"a": 1}]'), BAD_JSON),
        (
            "9 levels in a field that is not known",
            "other",
            say("ping", x=[[[[[[[[]]]]]]]]),
            BAD_JSON,
        ),
        ("1,000 lists", "other", [["[", 1000], ["]", 1000]], BAD_JSON),
        (
            "1,000 lists in a field",
            "other",
            [raw("")[:-1], ["[", 1000], ["]", 1000], "}"],
            BAD_JSON,
        ),
        ("1,000 objects", "other", [['{"a":', 1000], "1", ["}", 1000]], BAD_JSON),
        ("16,000 lists that never end", "other", [["[", 16_000]], BAD_JSON),
        ("3,000 objects that never end", "other", [['{"a":', 3000]], BAD_JSON),
        ("8,000 lists side by side", "host", ["[[]", [",[]", 5000], "]"], BAD_JSON),
        (
            "brackets in a text",
            "other",
            PING.replace('"i"', '"[[[[{{{{[[[["'),
            pong("[[[[{{{{[[[["),
        ),
    ):
        add("nesting", name, state, frame, answer)


# -- Numbers ---------------------------------------------------------------------------------------


def numbers() -> None:
    for number in (
        *("4.0", "4.5", "1e2", "1E2", "1e999", "-1e999", "1e-999", "0.1", "NaN", "Infinity"),
        *(
            "-Infinity",
            "-0",
            "-0.0",
            "01",
            "-01",
            "+1",
            ".5",
            "5.",
            "0x10",
            "1_000",
            "4n",
            "--1",
            "-",
        ),
        *(str(MAX + 1), str(-MAX - 1), "9" * 20, "123456789012345678", "٤"),
    ):
        add("numbers", number, "other", raw(number), BAD_JSON)
    add("numbers", "5,000 digits", "other", [raw("")[:-1], ["7", 5000], "}"], BAD_JSON)
    add("numbers", "a float in a field that is not known", "other", raw('4, "x": 0.5'), BAD_JSON)
    add("numbers", "2^53 - 1", "other", raw(str(MAX)), pong())
    frame = say("proof", round=0)
    add("numbers", "round 0, unbound", "unbound", frame, error("bad_value", field="round"))
    add("numbers", "-(2^53 - 1)", "other", raw(str(-MAX)), error("bad_value", field="version"))
    add("numbers", "-1", "other", raw("-1"), error("bad_value", field="version"))
    for nth in (0, -1, -MAX):
        frame = say("proof", round=nth)
        add("numbers", f"round {nth}", "other", frame, error("bad_value", field="round"))
    for nth in (1, 2, MAX):
        frame = say("proof", round=nth)
        add(
            "numbers",
            f"round {nth}, not ended",
            "other",
            frame,
            error("bad_value", field="round"),
        )


# -- Keys twice ------------------------------------------------------------------------------------


def keys_twice() -> None:
    for name, frame in {
        "the id": '{"action": "ping", "id": "i", "id": "j", "version": 4}',
        "the same value twice": '{"action": "ping", "id": "i", "id": "i", "version": 4}',
        "the action": '{"action": "ping", "action": "leave_room", "id": "i", "version": 4}',
        "one of them escaped": '{"action": "ping", "id": "i", "i\\u0064": "j", "version": 4}',
        "in an object inside": '{"action": "configure", "id": "i", "options": {"a": 1, "a": 2}}',
        "far inside": '{"action": "configure", "id": "i", "pack": {"a": {"x": {"b": 1, "b": 1}}}}',
        "in a field that is not known": raw('4, "x": {"a": 1, "a": 1}'),
    }.items():
        add("keys twice", name, "other", frame, BAD_JSON)


# -- Encodings -------------------------------------------------------------------------------------


NAME = say("update_profile", name="@").encode()


def encodings() -> None:
    for name, octets in {
        "a byte FF": b"\xff",
        "a byte FE": b"\xfe",
        "Latin-1": "Zoë".encode("latin-1"),
        "a letter cut short": "🍺".encode()[:3],
        "a continuation alone": b"\x80",
        "NUL in two bytes": b"\xc0\x80",
        "a slash in two bytes": b"\xc0\xaf",
        "a slash in three bytes": b"\xe0\x80\xaf",
        "a slash in four bytes": b"\xf0\x80\x80\xaf",
        "a lone surrogate": b"\xed\xa0\x80",
        "a pair of surrogates (CESU-8)": b"\xed\xa0\xbd\xed\xb8\x80",
        "beyond Unicode": b"\xf4\x90\x80\x80",
        "five bytes": b"\xf8\x88\x80\x80\x80",
    }.items():
        add("encoding", name, "other", NAME.replace(b"@", octets), BAD_ENCODING)
    add("encoding", "UTF-16 with a BOM", "other", PING.encode("utf-16"), BAD_ENCODING)
    add("encoding", "UTF-16 without one", "other", PING.encode("utf-16-be"), BAD_JSON)
    add("encoding", "UTF-32", "other", PING.encode("utf-32-be"), BAD_JSON)
    add("encoding", "UTF-8 with a BOM, as bytes", "other", PING.encode("utf-8-sig"), BAD_JSON)
    add("encoding", "not even that", "unbound", bytes(range(128, 160)), BAD_ENCODING)
    for name, escape in {
        "the first half of a pair, escaped": "\\ud83c",
        "the second half, escaped": "\\udf7a",
        "the halves the wrong way round": "\\udf7a\\ud83c",
        "a half and a letter": "\\ud83cx",
    }.items():
        frame = NAME.decode().replace("@", escape)
        add("encoding", name, "other", frame, BAD_ENCODING)
        in_key = PING.replace('"version"', f'"{escape}": 1, "version"')
        add("encoding", f"{name}, in a key", "other", in_key, BAD_ENCODING)
    frame = NAME.decode().replace("@", "\\ud83c\\udf7a")
    add("encoding", "a pair, escaped", "other", frame, update("p2"), stores=1)
    for name, octets in {
        "a frame": PING.encode(),
        "nothing": b"",
        "noise": bytes(range(256)),
    }.items():
        add("binary", name, "other", octets, None, binary=True, close=1003)
    add(
        "binary", "a frame from a stranger", "unbound", PING.encode(), None, binary=True, close=1003
    )


# -- The shape of a frame --------------------------------------------------------------------------


FRAME = error("bad_type", id=None, field="frame")


TEXT, WHOLE, FLAG, OBJECT = "text", "integer", "true or false", "object"


REQUIRED: dict[str, dict[str, str]] = {
    "create_room": {"name": TEXT, "token": TEXT},
    "join_room": {"room": TEXT, "name": TEXT, "token": TEXT},
    "resume": {"room": TEXT, "token": TEXT},
    "watch": {"room": TEXT},
    "kick_player": {"seat": TEXT},
    "transfer_host": {"seat": TEXT},
    "move_seat": {"seat": TEXT, "to": WHOLE},
    "add_nonce": {"nonce": TEXT},
    "choose": {"choice": TEXT, "value": "text, list or object"},
    "skip_choice": {"choice": TEXT},
    "give_verdict": {"verdict": TEXT, "value": "list"},
    "add_rule": {"text": TEXT},
    "repeal_rule": {"rule": TEXT},
    "use_power": {"key": TEXT},
    "set_away": {"away": FLAG},
    "proof": {"round": WHOLE},
    "sync": {"version": WHOLE},
    "ping": {"version": WHOLE},
}


OPTIONAL: dict[str, dict[str, str]] = {
    "create_room": {"pack": "text or object", "options": OBJECT},
    "watch": {"token": TEXT},
    "configure": {"pack": "text or object", "options": OBJECT},
    "pick_card": {"slot": WHOLE},
    "set_away": {"seat": TEXT},
    "update_profile": {"name": TEXT},
}


NONE = (
    *("leave_room", "lock_room", "unlock_room", "claim_host", "start_round", "skip_turn"),
    *("undo_pick", "end_round", "close_room", "get_pack"),
)


GOOD: Plain = {
    "room": "$room",
    "name": "Zoe",
    "token": FRESH,
    "seat": "p2",
    "to": 0,
    "nonce": "00",
    "choice": "c1",
    "value": ["p1"],
    "verdict": "v1",
    "text": "No names",
    "rule": "r1",
    "key": "thumb",
    "away": True,
    "round": 1,
    "version": 4,
    "pack": "uk",
    "options": {},
    "slot": 0,
}


WRONG: Plain = {
    TEXT: (None, 7, True, ["x"], {"x": "y"}),
    WHOLE: (None, "4", True, [4], {}),
    FLAG: (None, 1, 0, "true"),
    OBJECT: (None, "x", [], True),
    "list": (None, "p1", {"p1": 1}, 4),
    "text or object": (None, 4, True, []),
    "text, list or object": (None, 4, True),
}


COMING = {"create_room", "join_room", "resume", "watch"}


def shapes() -> None:
    for name, frame in {
        "a list": "[]",
        "a list of frames": f"[{PING}]",
        "a text": '"ping"',
        "a frame in a text": json.dumps(PING),
        "a number": "4",
        "true": "true",
        "null": "null",
    }.items():
        add("shape", name, "other", frame, FRAME)
    for name, frame, answer in (
        ("no members", "{}", bad("id", id=None)),
        ("no id", '{"action": "ping", "version": 4}', bad("id", id=None)),
        ("no action", '{"id": "i", "version": 4}', bad("action")),
        ("an id that is null", PING.replace('"i"', "null"), bad("id", id=None)),
        ("an id that is a number", PING.replace('"i"', "7"), bad("id", id=None)),
        ("an id that is a list", PING.replace('"i"', '["i"]'), bad("id", id=None)),
        ("an action that is null", PING.replace('"ping"', "null"), bad("action")),
        ("an action that is a list", PING.replace('"ping"', '["ping"]'), bad("action")),
        ("an action that is an object", PING.replace('"ping"', '{"ping": 1}'), bad("action")),
        ("expect null", say("lock_room", expect=None), bad("expect")),
        ("expect as text", say("lock_room", expect="4"), bad("expect")),
        ("expect true", say("lock_room", expect=True), bad("expect")),
        ("protocol null", say("ping", version=4, protocol=None), bad("protocol")),
        ("protocol as text", say("ping", version=4, protocol="1"), bad("protocol")),
        ("protocol true", say("ping", version=4, protocol=True), bad("protocol")),
        ("seats that are numbers", say("choose", choice="c1", value=[1]), bad("value[0]")),
        ("one seat that is null", say("choose", choice="c1", value=["p1", None]), bad("value[1]")),
        ("parts that are texts", say("choose", choice="c1", value={"p1": "2"}), bad("value[0]")),
        (
            "parts that are true",
            say("choose", choice="c1", value={"p1": 1, "p2": True}),
            bad("value[1]"),
        ),
        (
            "losers that are lists",
            say("give_verdict", verdict="v1", value=[["p1"]]),
            bad("value[0]"),
        ),
        ("an emoji that is a list", say("update_profile", emoji=["🍺"]), bad("emoji")),
    ):
        add("shape", name, "host", frame, answer)
    for action, fields in REQUIRED.items():
        state = "unbound" if action in COMING else "other"
        good = {name: GOOD[name] for name in fields}
        for name in fields:
            rest = {other: value for other, value in good.items() if other != name}
            add("shape", f"{action} without {name}", state, say(action, **rest), bad(name))
    for action, fields in (*REQUIRED.items(), *OPTIONAL.items()):
        state = "unbound" if action in COMING else "other"
        good = {name: GOOD[name] for name in REQUIRED.get(action, {})}
        for name, kind in fields.items():
            for wrong in WRONG[kind]:
                frame = say(action, **good | {name: wrong})
                add("shape", f"{action}: {name} is {json.dumps(wrong)}", state, frame, bad(name))


# -- What is not known -----------------------------------------------------------------------------


KNOWN = error("unknown_field", known=["action", "expect", "id", "protocol", "version"])


LONE = error("unknown_field", known=["action", "expect", "id", "protocol"])


OPTION_NAMES = [
    *("capacity", "host_seconds", "language", "lifetime_hours", "lock_on_start", "rule_max"),
    *("tone", "turn_seconds", "watch"),
]


def unknown() -> None:
    frame: object
    for name in (
        *(
            "zap",
            "",
            "PING",
            "Ping",
            "ping ",
            " ping",
            "pickCard",
            "PickCard",
            "move_room",
            "MoveRoom",
        ),
        *(
            "__proto__",
            "constructor",
            "toString",
            "__class__",
            "ping\n",
            "ping\0",
            "пинг",
            "../ping",
        ),
        *("welcome", "update", "null", "$ref", "{action}", "%s"),
    ):
        frame = json.dumps({"action": name, "id": "i", "version": 4})
        add("unknown", f"action {name!r}", "other", frame, error("unknown_action"))
    for name in (
        *(
            "x",
            "Version",
            "version ",
            "seat",
            "token",
            "by",
            "at",
            "room",
            "master",
            "host_seen_at",
        ),
        *("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__class__"),
        *("$ref", "$schema", "", " ", "\0", "\u202e", "ключ", "type", "data", "fields"),
    ):
        frame = json.dumps({"action": "ping", "id": "i", "version": 4, name: {"a": 1}})
        add("unknown", f"field {name!r}", "other", frame, KNOWN)
    frame = ['{"action": "ping", "id": "i", "version": 4, "', ["k", 3000], '": 1}']
    add("unknown", "a field with a name of 3,000 letters", "other", frame, KNOWN)
    frame = ['{"action": "ping", "id": "i", "version": 4', [', "k', 1], '": 1, "l": 1, "m": 1}']
    add("unknown", "three fields", "other", frame, KNOWN)
    for action, name in (
        ("lock_room", "seat"),
        ("claim_host", "host_seen_at"),
        ("leave_room", "by"),
        ("start_round", "key"),
        ("get_pack", "round"),
    ):
        frame = say(action, **{name: "p1"})
        add("unknown", f"{action} with {name}", "host", frame, LONE)
    for action, name in (("create_room", "room"), ("create_room", "master"), ("join_room", "by")):
        known = {*REQUIRED[action], *OPTIONAL.get(action, ()), "action", "expect", "id", "protocol"}
        frame = say(action, **{one: GOOD[one] for one in REQUIRED[action]} | {name: "0" * 64})
        answer = error("unknown_field", known=sorted(known))
        add("unknown", f"{action} with {name}", "unbound", frame, answer)
    for number in (0, 2, -1, 99, MAX):
        frame = say("ping", version=4, protocol=number)
        answer = error("unsupported_protocol", supported=[1])
        add("unknown", f"protocol {number}", "other", frame, answer)
    frame = say("zap", protocol=2, anything=[1])
    add("unknown", "a later protocol with all that it has", "other", frame, answer)
    frame = json.dumps({"action": "ping", "id": "", "version": 4, "protocol": 2})
    answer = error("unsupported_protocol", id=None, supported=[1])
    add("unknown", "a later protocol with other ids", "other", frame, answer)
    add("unknown", "protocol 1", "other", say("ping", version=4, protocol=1), pong())
    for name in ("__proto__", "constructor", "x", "", "Capacity"):
        frame = say("configure", options={name: 4})
        answer = rejected("bad_option", field="options", known=OPTION_NAMES)
        add("unknown", f"option {name!r}", "host", frame, answer)
    for name, wanted in (
        *(
            ("capacity", 1),
            ("capacity", 21),
            ("capacity", MAX),
            ("capacity", True),
            ("capacity", "4"),
        ),
        *(("watch", 1), ("tone", "vodka"), ("language", ""), ("language", "en\n")),
        *(("rule_max", 0), ("turn_seconds", -1), ("lifetime_hours", 2)),
    ):
        frame = say("configure", options={name: wanted})
        answer = rejected("bad_option", field=f"options.{name}")
        add("unknown", f"option {name} of {wanted!r}", "host", frame, answer)
    for name, nested in (("a list", []), ("an object", {"a": 1}), ("null", None)):
        frame = say("configure", options={"capacity": nested})
        answer = rejected("bad_option", field="options")
        add("unknown", f"an option that is {name}", "host", frame, answer)


# -- Ids -------------------------------------------------------------------------------------------


def ids() -> None:
    for name, given in {
        "empty": "",
        "65 letters": "x" * 65,
        "a NUL": "a\0b",
        "a line end": "a\nb",
        "an ANSI escape": "a\x1b[31mb",
        "DEL": "a\x7f",
        "an accent": "é",
        "an emoji": "🍺",
        "a no-break space": "a\u00a0b",
    }.items():
        frame = json.dumps({"action": "ping", "id": given, "version": 4})
        add("ids", name, "other", frame, error("bad_value", id=None, field="id"))
    for name, given in {
        "64 letters": "x" * 64,
        "one blank": " ",
        "signs": "\"'`<>&\\/{}$%",
        "words of SQL": "'; DROP TABLE rooms; --",
    }.items():
        frame = json.dumps({"action": "ping", "id": given, "version": 4})
        add("ids", name, "other", frame, pong(given))


# -- Names and other texts -------------------------------------------------------------------------


def named(section: str, name: str, called: str, why: str) -> None:
    """Two refusals of a name: to who joins by it, and to a member who takes it."""
    frame = json.dumps(
        {"action": "join_room", "id": "i", "room": "$room", "name": called, "token": FRESH}
    )
    add(section, name, "unbound", frame, rejected("bad_name", why=why))


def kept(section: str, name: str, called: str, becomes: str | None = None) -> None:
    """A name that may be had, and is written as it came (trimmed, in NFC)."""
    frame = say("join_room", room="$room", name=called, token=FRESH)
    stays = {"stores": 1, "kept": becomes or called}
    add(section, name, "unbound", frame, welcome("p4", 5), **stays)


def texts() -> None:
    for name, called in {
        "a NUL": "a\0b",
        "a bell": "a\x07b",
        "a tab": "a\tb",
        "a tab before": "\tab",
        "CR LF": "a\r\nb",
        "a line end behind": "Zoe\n",
        "an ANSI colour": "\x1b[31mZoe\x1b[0m",
        "an ANSI title": "\x1b]0;Zoe\x07",
        "a backspace": "Zoe\x08\x08\x08Ann",
        "DEL": "Zo\x7fe",
        "a control of C1": "Zo\x9be",
        "NEL": "Zo\x85e",
    }.items():
        named("controls", name, called, "control character")
    for name, called in {
        "a line separator": "Zo\u2028e",
        "a paragraph separator": "Zo\u2029e",
    }.items():
        named("controls", name, called, "line break")
    for name, frame, answer in (
        ("CR LF in a made rule", say("add_rule", text="a\r\nb"), WRONG_PHASE),
        (
            "a NUL in the name of a member",
            say("update_profile", name="a\0b"),
            rejected("bad_name", why="control character"),
        ),
        (
            "a NUL in a colour",
            say("update_profile", colour="#00000\0"),
            rejected("bad_value", field="colour"),
        ),
        ("a NUL in a team", say("update_profile", team="a\0"), rejected("bad_value", field="team")),
        (
            "a line end in a nonce",
            say("add_nonce", nonce="00\n"),
            rejected("bad_value", field="nonce"),
        ),
        ("a NUL in a seat", say("kick_player", seat="p2\0"), rejected("bad_value", field="seat")),
        (
            "an ANSI escape in a seat",
            say("transfer_host", seat="\x1b[31m"),
            rejected("bad_value", field="seat"),
        ),
    ):
        add("controls", name, "host", frame, answer)
    named("lengths", "an empty name", "", "empty")
    named("lengths", "a name of blanks", "   ", "empty")
    named("lengths", "a name of wide blanks", "\u3000\u00a0\u2003", "empty")
    named("lengths", "25 letters", "x" * 25, "too long")
    named("lengths", "25 of four bytes", "🍺" * 25, "too long")
    named("lengths", "600 letters", "x" * 600, "too long")
    kept("lengths", "24 letters", "x" * 24)
    kept("lengths", "24 of four bytes", "🍺" * 24)
    kept("lengths", "blanks around", "  Zoe\u3000", "Zoe")
    kept("lengths", "as many points as letters twice over, before NFC", "é" * 24, "é" * 24)
    for name, frame, answer in (
        (
            "a nonce of 33 bytes",
            say("add_nonce", nonce="ab" * 33),
            rejected("bad_value", field="nonce"),
        ),
        ("a nonce of none", say("add_nonce", nonce=""), rejected("bad_value", field="nonce")),
        (
            "a nonce of half a byte",
            say("add_nonce", nonce="abc"),
            rejected("bad_value", field="nonce"),
        ),
        ("a nonce in capitals", say("add_nonce", nonce="AB"), rejected("bad_value", field="nonce")),
        (
            "a seat of 65 letters",
            say("kick_player", seat="p" * 65),
            rejected("bad_value", field="seat"),
        ),
        ("a seat of none", say("kick_player", seat=""), rejected("bad_value", field="seat")),
        ("no such seat", say("kick_player", seat="p99"), rejected("unknown_player")),
        (
            "a seat in another script",
            say("kick_player", seat="р2"),
            rejected("bad_value", field="seat"),
        ),
        (
            "an index beyond the seats",
            say("move_seat", seat="p2", to=2),
            rejected("bad_value", field="to", seats=2),
        ),
        (
            "an index below them",
            say("move_seat", seat="p2", to=-1),
            rejected("bad_value", field="to", seats=2),
        ),
        (
            "a vast index",
            say("move_seat", seat="p2", to=MAX),
            rejected("bad_value", field="to", seats=2),
        ),
        (
            "two emoji",
            say("update_profile", emoji="🍺🍺"),
            rejected("bad_value", field="emoji", why="not one emoji"),
        ),
        (
            "a colour by its name",
            say("update_profile", colour="red"),
            rejected("bad_value", field="colour"),
        ),
        ("a third team", say("update_profile", team="c"), rejected("bad_value", field="team")),
    ):
        add("lengths", name, "host", frame, answer)
    for name, called in {
        "LRE": "a\u202ab",
        "RLE": "a\u202bb",
        "PDF": "a\u202cb",
        "LRO": "a\u202db",
        "RLO": "a\u202eb",
        "LRI": "a\u2066b",
        "RLI": "a\u2067b",
        "FSI": "a\u2068b",
        "PDI": "a\u2069b",
        "LRM": "a\u200eb",
        "RLM": "a\u200fb",
        "ALM": "a\u061cb",
        "a file name turned round": "\u202egnp.exe",
    }.items():
        named("invisible", name, called, "direction control")
    for name, called in {
        "a zero-width space": "a\u200bb",
        "a word joiner": "a\u2060b",
        "a zero-width no-break space": "a\ufeffb",
        "a soft hyphen": "a\u00adb",
        "nothing but a zero-width space": "\u200b",
        "a Hangul filler": "a\u3164b",
        "a tag": "a\U000e0041b",
        "a variation selector of the second plane": "a\U000e0100b",
    }.items():
        named("invisible", name, called, "invisible character")
    named("invisible", "private use", "a\ue000b", "private use character")
    named("invisible", "private use, far away", "a\U0010fffdb", "private use character")
    named("invisible", "unassigned", "a\u0378b", "unassigned character")
    named("invisible", "no character", "a\ufffeb", "unassigned character")
    named("invisible", "a joiner between letters", "a\u200db", "joiner outside an emoji")
    named("invisible", "a non-joiner between letters", "a\u200cb", "joiner outside an emoji")
    named("invisible", "an emoji sign behind a letter", "a\ufe0f", "joiner outside an emoji")
    kept("invisible", "a joiner in an emoji", "👩\u200d💻")
    kept("invisible", "an emoji sign behind an emoji", "❤\ufe0f")
    kept("invisible", "a non-joiner in Persian", "علی\u200cرضا")
    named("marks", "four marks", "Q\u0323\u0302\u0307\u0308", "more than three marks in a row")
    named("marks", "a tower of marks", "Z" + "\u0351" * 20, "more than three marks in a row")
    kept(
        "marks",
        "four, of which two are the letter's",
        "a\u0323\u0302\u0307\u0308",
        "\u1ead\u0307\u0308",
    )
    kept("marks", "three marks", "a\u0323\u0302\u0307", "\u1ead\u0307")
    for name, called in {
        "the same": "Ann",
        "small letters": "ann",
        "capitals": "ANN",
        "blanks around": " Ann ",
        "a Cyrillic A": "\u0410nn",
        "a Greek A": "\u0391nn",
        "full width": "Ａｎｎ",
        "mathematical": "𝐀𝐧𝐧",
        "a zero for an o": "B0b",
        "a Greek o": "Bοb",
    }.items():
        frame = say("join_room", room="$room", name=called, token=FRESH)
        add("look-alikes", name, "unbound", frame, rejected("name_taken"))
    kept("look-alikes", "an accent makes another name", "Änn")
    kept("look-alikes", "two blanks are none", "A nn")
    kept("look-alikes", "the name of one who is gone", "Cem")
    add(
        "look-alikes",
        "a member by another's name",
        "other",
        say("update_profile", name="ANN"),
        rejected("name_taken"),
    )
    add(
        "look-alikes",
        "a member by the own name",
        "other",
        say("update_profile", name="Bob"),
        rejected("no_change"),
    )
    frame = say("update_profile", name="BOB")
    add(
        "look-alikes",
        "a member by the own name in capitals",
        "other",
        frame,
        update("p2"),
        stores=1,
    )
    for called in (
        *("<b>Zoe</b>", "<script>alert(1)</script", "<img src=x onerror=a()>", "&lt;Zoe&gt;"),
        *("'; DROP TABLE rooms;--", "' OR '1'='1", '" OR ""="', "Robert'); --"),
        *(
            "%s%s%n",
            "%x %x %x",
            "{0.__class__}",
            "{room.game.master}",
            "{{7*7}}",
            "${7*7}",
            "$(id)",
        ),
        *(
            "`id`",
            "#{7*7}",
            "../../etc/passwd",
            "C:\\CON",
            "null",
            "undefined",
            "NaN",
            "None",
            "true",
        ),
        *("0", "-1", "1e999", "__proto__", "constructor", "javascript:alert(1)", "=1+1", "@SUM(1)"),
        *("-", ".", "\\", '"', "'", "/", "Zoë", "Ж", "李", "ﷺ", "ẞ", "İ", "🏳️‍🌈", "👨‍👩‍👧‍👦", "7️⃣"),
    ):
        kept("text like any other", called, called)


# -- Versions and ids of before --------------------------------------------------------------------


AWAY, BACK = say("set_away", away=True), say("set_away", away=False)


LOCK = say("lock_room")


ACCEPTED = {"type": "accepted", "id": "i", "version": 5}


REUSED = rejected("id_reused", room=5, version=5)


def replays() -> None:
    for number in (0, 1, 3, 5, 99, MAX):
        frame = say("set_away", away=True, expect=number)
        add("replays", f"expects {number}", "other", frame, rejected("stale", version=4))
    frame = say("set_away", away=True, expect=4)
    add("replays", "expects 4", "other", frame, update("p2"), stores=1)
    for number in (-1, -MAX):
        frame = say("set_away", away=True, expect=number)
        add("replays", f"expects {number}", "other", frame, error("bad_value", field="expect"))
    frame = say("set_away", away=True, expect=99)
    add("replays", "expects 99, not seated", "unbound", frame, error("not_seated"))
    once = [["self", AWAY]]
    add("replays", "the same frame", "other", AWAY, ACCEPTED, before=once)
    add("replays", "the same frame, three times", "other", AWAY, ACCEPTED, before=once, times=3)
    frame = say("set_away", away=True, expect=4, protocol=1)
    add("replays", "the same frame but for what it expects", "other", frame, ACCEPTED, before=once)
    frame = '{"away" : true, "id":"i",\n"action":"\\u0073et_away"}'
    add("replays", "the same frame, written otherwise", "other", frame, ACCEPTED, before=once)
    frame = say("set_away", away=True, seat="p2")
    add("replays", "the same, said in other words", "other", frame, REUSED, before=once)
    add("replays", "the same id for something else", "other", BACK, REUSED, before=once)
    add(
        "replays",
        "the same id for another action",
        "other",
        say("add_nonce", nonce="00"),
        REUSED,
        before=once,
    )
    add("replays", "the same id for what may not be", "other", LOCK, REUSED, before=once)
    add(
        "replays",
        "the id of another seat",
        "other",
        AWAY,
        update("p2", 6),
        before=[["host", LOCK]],
        stores=1,
    )
    add(
        "replays",
        "the frame of another seat",
        "other",
        LOCK,
        rejected("not_host", room=5, host="p1"),
        before=[["host", LOCK]],
    )
    add(
        "replays",
        "a frame that was refused",
        "other",
        LOCK,
        rejected("not_host", host="p1"),
        times=3,
    )
    joining = say("join_room", room="$room", name="Zoe", token=FRESH)
    add(
        "replays",
        "a frame that joined",
        "unbound",
        joining,
        welcome("p4", 5),
        before=[["self", joining]],
    )
    frame = say("join_room", room="$room", name="Eve", token=FRESH)
    add(
        "replays",
        "the id of a frame that joined, by another name",
        "unbound",
        frame,
        REUSED,
        before=[["self", joining]],
    )
    frame = frame.replace('"i"', '"j"')
    answer = {**welcome("p4", 5), "id": "j"}
    add(
        "replays",
        "the token of a member, by another name",
        "unbound",
        frame,
        answer,
        before=[["self", joining]],
    )
    frame = say("join_room", room="$room", name="Zoe", token=HOST)
    add("replays", "joining by the token of a member", "unbound", frame, welcome("p1"))
    add("replays", "the host, back by joining", "host", frame, welcome("p1"))
    frame = say("resume", room="$room", token=HOST)
    add("replays", "the host, back again", "host", frame, welcome("p1"))
    for action in ("get_pack", "sync", "ping"):
        fields = {} if action == "get_pack" else {"version": 4}
        answer = {"type": "pack" if action == "get_pack" else "pong", "id": "i"}
        add(
            "replays",
            f"{action} by an id that was used",
            "other",
            say(action, **fields),
            answer,
            before=once if action == "get_pack" else [["self", say("get_pack")]],
        )


# -- Tokens ----------------------------------------------------------------------------------------


UNAUTHORIZED = error("unauthorized")


def tokens() -> None:
    for name, token in {
        "another one": FRESH,
        "another room's": ELSEWHERE,
        "of one who was kicked": GONE,
        "in capitals": HOST.upper(),
        "one capital": "A" + HOST[1:],
        "cut short": HOST[:-1],
        "one sign too many": HOST + "0",
        "twice": HOST * 2,
        "blanks around": f" {HOST} ",
        "a line end behind": HOST + "\n",
        "the last sign changed": HOST[:-1] + "2",
        "empty": "",
        "one sign": "a",
        "zeros": "0" * 64,
        "an accent": "é",
        "a NUL": "\0",
        "2,000 signs": "a1" * 1000,
        "the hash of one": "5f6e2e7d4a4dd0a1a1eb5ef9a05ac8cd69b2b8b8f8b8f1f6f9d0d4f0e4b1c0aa",
    }.items():
        for action in ("resume", "watch"):
            frame = json.dumps({"action": action, "id": "i", "room": "$room", "token": token})
            add("tokens", f"{action} by one that is {name}", "unbound", frame, UNAUTHORIZED)
    for name, token in {
        "in capitals": FRESH.upper(),
        "one too short": FRESH[:-1],
        "one too long": FRESH + "0",
        "empty": "",
        "no hex": "g" * 64,
        "a line end behind": FRESH + "\n",
        "full width": "\uff10" * 64,
    }.items():
        for action in ("create_room", "join_room"):
            where = {"room": "$room"} if action == "join_room" else {}
            frame = json.dumps(
                {"action": action, "id": "i", **where, "name": "Zoe", "token": token}
            )
            answer = error("bad_value", field="token")
            add("tokens", f"{action} by one that is {name}", "unbound", frame, answer)
    frame = say("join_room", room="$room", name="Cem", token=GONE)
    for state in ("unbound", "gone"):
        add(
            "tokens",
            f"of one who was kicked, to join, {state}",
            state,
            frame,
            rejected("token_dead"),
        )
    frame = say("resume", room="$room", token=OTHER)
    add("tokens", "of another seat, bound already", "host", frame, error("already_seated"))
    frame = say("join_room", room="$room", name="Zoe", token=FRESH)
    add("tokens", "to join, bound already", "host", frame, error("already_seated"))
    frame = say("resume", room="ZZZZZZ", token=HOST)
    add("tokens", "to another room, bound already", "host", frame, error("already_seated"))
    frame = say("create_room", name="Zoe", token=FRESH)
    add("tokens", "for a new room, bound already", "host", frame, error("already_seated"))
    add(
        "tokens",
        "none, to watch, bound already",
        "host",
        say("watch", room="$room"),
        error("already_seated"),
    )
    frame = say("watch", room="$room", token=HOST)
    add("tokens", "a member's, to watch", "unbound", frame, welcome(None))
    add(
        "tokens",
        "in another field",
        "unbound",
        say("resume", room="$room", seat="p1", token=HOST),
        error("unknown_field", known=["action", "expect", "id", "protocol", "room", "token"]),
    )


# -- Codes -----------------------------------------------------------------------------------------


def codes() -> None:
    for code in ("ZZZZZZ", "0", "Z" * 32, "000000"):
        for action in ("resume", "watch"):
            fields = {"token": HOST} if action == "resume" else {}
            frame = say(action, room=code, **fields)
            add("codes", f"{action}: nobody's: {code}", "unbound", frame, error("unknown_room"))
        frame = say("join_room", room=code, name="Zoe", token=FRESH)
        add("codes", f"join_room: nobody's: {code}", "unbound", frame, error("unknown_room"))
    for name, code in {
        "empty": "",
        "small letters": "k7qx2m",
        "an I": "K7QX2I",
        "an O": "K7QX2O",
        "an L": "K7QX2L",
        "a U": "K7QX2U",
        "a blank": "K7Q X2M",
        "a dash": "K7Q-X2M",
        "33 signs": "Z" * 33,
        "1,000 signs": "Z" * 1000,
        "a NUL": "K7QX2\0",
        "CR LF": "K7QX2M\r\n",
        "a line end": "K7QX2M\n",
        "an ANSI escape": "\x1b[2J",
        "a path": "../K7QX2M",
        "SQL": "' OR 1=1 --",
        "a pattern": "*",
        "full width": "Ｋ７ＱＸ２Ｍ",
        "Greek": "ΚΜΧ",
        "a template": "{room}",
    }.items():
        frame = json.dumps({"action": "watch", "id": "i", "room": code})
        add("codes", f"not a code: {name}", "unbound", frame, error("bad_value", field="room"))


# -- Who may say what, from where ------------------------------------------------------------------


COMMANDS = (
    *("leave_room", "lock_room", "unlock_room", "claim_host", "start_round", "skip_turn"),
    *("undo_pick", "end_round", "close_room", "kick_player", "transfer_host", "move_seat"),
    *("configure", "add_nonce", "pick_card", "choose", "skip_choice", "give_verdict", "add_rule"),
    *("repeal_rule", "use_power", "set_away", "update_profile"),
)


def good(action: str) -> str:
    """A frame of this action that is whole."""
    return say(action, **{name: GOOD[name] for name in REQUIRED.get(action, {})})


def seats() -> None:
    for action in (*COMMANDS, "get_pack", "proof", "sync", "ping"):
        add("seats", f"{action}, unbound", "unbound", good(action), error("not_seated"))
        add("seats", f"{action}, gone", "gone", good(action), UNAUTHORIZED)
    for action in COMMANDS:
        add("seats", f"{action}, watching", "watching", good(action), error("not_seated"))
    for action in ("create_room", "join_room", "resume", "watch"):
        add("seats", f"{action}, watching", "watching", good(action), error("not_seated"))
    add("seats", "get_pack, watching", "watching", good("get_pack"), {"type": "pack", "id": "i"})
    add("seats", "proof, watching", "watching", good("proof"), error("bad_value", field="round"))
    add("seats", "ping, watching", "watching", good("ping"), pong())
    add("seats", "sync, watching", "watching", say("sync", version=3), welcome(None))
    for name, frame in {
        "a seat that is none": say("kick_player", seat=""),
        "a pack that is none": say("configure", pack={}),
        "an option that is none": say("configure", options={"x": 1}),
        "an old version": say("lock_room", expect=1),
        "a used id": json.dumps({"action": "leave_room", "id": "setup-3"}),
    }.items():
        answer = {**UNAUTHORIZED, "id": json.loads(frame)["id"]}
        add("seats", f"who is gone, with {name}", "gone", frame, answer)
    add("seats", "who is gone, to watch", "gone", say("watch", room="$room"), welcome(None))
    frame = say("join_room", room="$room", name="Zoe", token=FRESH)
    add("seats", "who is gone, to come anew", "gone", frame, welcome("p4", 5), stores=1)
    add(
        "seats",
        "who is gone, to make a room",
        "gone",
        good("create_room"),
        {"type": "welcome", "you": "p1", "version": 1},
    )
    for action in (
        *("lock_room", "unlock_room", "start_round", "close_room", "kick_player", "transfer_host"),
        *("move_seat", "configure"),
    ):
        answer = rejected("not_host", host="p1")
        add("seats", f"{action} by who is not host", "other", good(action), answer)
    for action in ("end_round", "undo_pick", "skip_turn", "pick_card", "use_power"):
        add("seats", f"{action} in the lobby", "other", good(action), WRONG_PHASE)
    frame = say("set_away", away=True, seat="p1")
    add("seats", "another one away", "other", frame, rejected("not_host"))
    add(
        "seats",
        "the host kicked by the host",
        "host",
        say("kick_player", seat="p1"),
        rejected("unknown_player"),
    )
    for state in ("unbound", "gone"):
        frame = say("watch", room="$room")
        add(
            "seats",
            f"a locked room, {state}",
            state,
            frame,
            rejected("room_locked", room=5),
            before=[["host", LOCK]],
        )
        frame = say("join_room", room="$room", name="Zoe", token=FRESH)
        add(
            "seats",
            f"joining a locked room, {state}",
            state,
            frame,
            rejected("room_locked", room=5),
            before=[["host", LOCK]],
        )
    frame = say("watch", room="$room")
    nobody = say("configure", options={"watch": False})
    add(
        "seats",
        "a room that nobody may watch",
        "unbound",
        frame,
        UNAUTHORIZED,
        before=[["host", nobody]],
    )
    small = say("configure", options={"capacity": 2})
    frame = say("join_room", room="$room", name="Zoe", token=FRESH)
    add(
        "seats",
        "a full room",
        "unbound",
        frame,
        rejected("room_full", room=5, capacity=2),
        before=[["host", small]],
    )
    closed = rejected("wrong_phase", room=5, state="closed")
    over = [["host", say("close_room")]]
    add("seats", "a room that is over", "other", AWAY, closed, before=over)
    add("seats", "joining a room that is over", "unbound", frame, closed, before=over)
    add(
        "seats",
        "reading a room that is over",
        "other",
        good("get_pack"),
        {"type": "pack"},
        before=over,
    )


# -- The same again and again ----------------------------------------------------------------------


def again() -> None:
    stranger = say("resume", room="$room", token=FRESH)
    add("again", "5 times no JSON", "other", "{", BAD_JSON, times=5, close=1008)
    add("again", "4 times no JSON", "other", "{", BAD_JSON, times=4)
    add("again", "5 times no JSON from a stranger", "unbound", "", BAD_JSON, times=5, close=1008)
    add(
        "again", "5 times half a surrogate", "other", '"\\ud800"', BAD_ENCODING, times=5, close=1008
    )
    add("again", "10 wrong tokens", "unbound", stranger, UNAUTHORIZED, times=10, close=1008)
    add("again", "9 wrong tokens", "unbound", stranger, UNAUTHORIZED, times=9)
    add("again", "10 frames of one who is gone", "gone", PING, UNAUTHORIZED, times=10, close=1008)
    add("again", "30 unknown actions", "other", say("zap"), error("unknown_action"), times=30)
    add("again", "30 refusals", "other", LOCK, rejected("not_host", host="p1"), times=30)


for section in (
    not_json,
    sizes,
    nesting,
    numbers,
    keys_twice,
    encodings,
    shapes,
    unknown,
    ids,
    texts,
    replays,
    tokens,
    codes,
    seats,
    again,
):
    section()


def lines() -> str:
    """Give the file, a frame a line."""
    return "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in ROWS)


if __name__ == "__main__":
    (HERE / "frames.jsonl").write_text(lines(), encoding="ascii")
