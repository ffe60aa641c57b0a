"""The frames of the protocol as JSON Schema, and their exchange as AsyncAPI: both from the types.

`docs/generate.py` writes what is made here into `docs/protocol/`. Fields, types, defaults and
descriptions come from the classes; bounds come from their checks, by asking those what they pass.
Written down here is only what no type says: what an answer may be, and what the fields mean that
have no docstring of their own. tests/protocol/test_schemas.py holds all of it against real frames.
"""  # noqa: INP001

import inspect
import json
import re
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from ringofire import SHIPPED, Card, Options, Pack
from ringofire.canonical import MAX_INT, UNSET, Unset, canonical, is_private
from ringofire.cards import RANKS, Rank, Suit
from ringofire.entry import COMMANDS, EVENTS
from ringofire.options import TONES
from ringofire.packs.effects import EFFECTS
from ringofire.packs.tables import ENDS, GAPS, MAX_EFFECTS
from ringofire.proof import Proof
from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.replies import REPLIES, Error, Update, Welcome
from ringofire.protocol.requests import ACTIONS, ENVELOPE, PROTOCOL, Field
from ringofire.view import (
    SHOWN_AS,
    PackChangedView,
    PlayerJoinedView,
    PlayerUpdatedView,
    RoomCreatedView,
    RoomView,
    ShownEvent,
)

__all__ = [
    "ANSWERS",
    "ERRORS",
    "asked",
    "asyncapi",
    "frame_name",
    "meaning_of",
    "reply_name",
    "schema",
]

Schema = dict[str, Any]

# ------------------------------------------------------------------ what no type says

ACTION_TEXTS: Mapping[str, str] = {
    "create_room": "Open a room and take its first seat.",
    "join_room": "Take a seat; whoever's token has one already gets it again.",
    "resume": "Take the own seat again, after the line was cut or on another one.",
    "watch": "See a room without a seat in it; a member's token opens a locked one, too.",
    "get_pack": "Ask for the resolved pack of the next round, or of the one that runs.",
    "proof": "Ask for what proves the shuffle of a round that has ended.",
    "sync": "Ask for the room if it has gone on since a version.",
    "ping": "The same, as a sign of life: so a heartbeat finds out what was missed.",
}
"""What is asked by the actions that are no commands of the engine, or have more to them."""

EVENT_TEXTS: Mapping[Any, str] = {
    PackChangedView: "The next round is played by this pack.",
    PlayerJoinedView: "Somebody took a new seat, last in the order.",
    PlayerUpdatedView: "A member looks different; what is left out stayed, null was taken away.",
    RoomCreatedView: "A room was opened, with the commitment to its first shuffle.",
}
"""What the events say that are sent otherwise than they are stored."""

CLOSED: Mapping[tuple[str, str], tuple[Any, ...]] = {
    ("ChoiceView", "kind"): ("players", "split", "order", "rule", "repeal"),
    ("DirectionReversed", "direction"): (1, -1),
    ("GameCalled", "loses"): ("none", "one", "many", "drawer"),
    ("LinkRemoved", "reason"): ("expired", "replaced", "dissolved", "left"),
    ("PlayerLeft", "reason"): ("left", "kicked"),
    ("RoomView", "direction"): (1, -1),
    ("RoomView", "step"): ("pick", "choose", None),
    ("RuleRepealed", "reason"): ("repealed", "replaced", "expired"),
    ("StatusCleared", "reason"): ("used", "toggled", "expired", "left"),
    ("VerdictView", "kind"): ("one", "many", "drawer"),
}
"""Fields that have one of a few values, where their own line in a docstring is no list of them."""

FIELD_TEXTS: Mapping[str, str] = {
    "action": "What is asked.",
    "away": "Whether they are away.",
    "choice": "Id of the open choice, as the view has it.",
    "expect": "The version that the client has seen; any other is refused as `stale`.",
    "id": "Made by the client, random, unique per seat; a retry has the same.",
    "key": "Of the status, as the view has it.",
    "name": "Of the player, 1..24 code points after trimming and NFC.",
    "nonce": "1..32 public bytes.",
    "options": "What differs from the room's options, or from the defaults of a new room.",
    "pack": "The name of a shipped pack, or one object.",
    "protocol": "The version of the protocol that the client speaks.",
    "room": "The room's code.",
    "round": "Number of the round.",
    "rule": "Id of the made rule, as the view has it.",
    "seat": "Of the member who is meant; the own one if it is left out.",
    "slot": "0-based place in the ring; left out, the next face-down card clockwise.",
    "text": "Of the rule, 1..140 code points and at most 280 bytes.",
    "to": "0-based index in the seat order.",
    "token": "32 random bytes that the client made; whoever has them has the seat.",
    "value": "Seats that lost; none if nobody did.",
    "verdict": "Id of the open verdict, as the view has it.",
    "version": "The newest that the client has.",
}

ANSWERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(COMMANDS, ("update", "accepted", "rejected")),
    "create_room": ("welcome", "rejected"),
    "join_room": ("welcome", "rejected"),
    "resume": ("welcome",),
    "watch": ("welcome", "rejected"),
    "get_pack": ("pack",),
    "proof": ("proof",),
    "sync": ("welcome", "pong"),
    "ping": ("welcome", "pong"),
}
"""What each action may be answered with, beside an error."""

ERRORS: Mapping[ErrorReason, tuple[str, tuple[str, ...]]] = {
    ErrorReason.ALREADY_SEATED: ("the connection has a seat already, and one is all it gets", ()),
    ErrorReason.BAD_ENCODING: ("the frame is not UTF-8, or has half of a surrogate pair", ()),
    ErrorReason.BAD_JSON: (
        "the frame is not JSON, or has a float, too large a number, a key twice, or 9 levels",
        (),
    ),
    ErrorReason.BAD_TYPE: ("a field is missing, null or of a wrong type", ("field",)),
    ErrorReason.BAD_VALUE: ("a field cannot have this value", ("field",)),
    ErrorReason.BUSY: ("others were faster, or there is no room for more: send it again", ()),
    ErrorReason.MOVED: ("the room lives in another store now: connect there", ("to",)),
    ErrorReason.NOT_SEATED: ("the connection has no seat, and this needs one", ()),
    ErrorReason.RATE_LIMITED: ("too many frames, or too many codes that name no room", ()),
    ErrorReason.TOO_LARGE: ("the frame has more bytes than it may; the line is closed", ("limit",)),
    ErrorReason.UNAUTHORIZED: ("the token opens nothing here, or the seat is gone", ()),
    ErrorReason.UNKNOWN_ACTION: ("there is no such action", ()),
    ErrorReason.UNKNOWN_FIELD: ("the action has no such field", ("known",)),
    ErrorReason.UNKNOWN_ROOM: ("no room has this code", ()),
    ErrorReason.UNSUPPORTED_PROTOCOL: (
        "this version of the protocol is not spoken here",
        ("supported",),
    ),
}
"""What each reason of an error means, and the keys of its data."""

HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
"""32 bytes."""

_NAMES: Mapping[Any, str] = {
    Error: "ErrorReply",  # `Error` is taken in every language that types are generated for
    **{form: event.__name__ for event, form in SHOWN_AS.items()},
    Pack: "ResolvedPack",
    Proof: "RoundProof",  # `Proof` asks for it
}
"""What is called otherwise than its class; an event as it is sent is called as it happened."""

_OCTETS = {"digest", "commitment", "secret", "pack"}
"""Fields of bytes that are always 32."""


# ------------------------------------------------------------------ docstrings


def _paragraph(text: str) -> str:
    """Give a paragraph in one line, in the words of JSON."""
    text = " ".join(text.split()).replace("left UNSET", "left out")
    return re.sub(r"(?<=\w)_(?=`)", "", re.sub(r"\bNone\b", "null", text))


def meaning_of(kind: Any) -> str:
    """Give what a class's docstring says before it comes to the fields."""
    return _paragraph(inspect.cleandoc(kind.__doc__ or "").split("\nArgs:")[0])


def _fields_told(kind: Any) -> dict[str, str]:
    """What a class's docstring says of its fields."""
    _, _, told = inspect.cleandoc(kind.__doc__ or "").partition("Args:\n")
    found = re.findall(r"^    (\w+): (.+(?:\n        .+)*)", told, re.MULTILINE)
    return {name: _sentence(text) for name, text in found}


def _listed(text: str) -> list[str]:
    """The words that a description lists, if it does nothing else."""
    words = re.findall(r"`(\w+)`", text)
    return words if re.sub(r"`\w+`|[ ,.]|\bor\b", "", text) == "" and len(words) > 1 else []


def _sentence(text: str) -> str:
    text = _paragraph(text)
    return text[0].upper() + text[1:]


# ------------------------------------------------------------------ types


class _Book:
    """The definitions of one document; what a type refers to is added as it is met."""

    def __init__(self) -> None:
        self.defs: dict[str, Schema] = {}
        self._kinds: dict[str, Any] = {}

    def ref(self, name: str, make: Callable[[], Schema]) -> Schema:
        """Give a reference to a definition, which is made if it is new."""
        if name not in self.defs:
            self.defs[name] = {}  # its place in the order, and an end to circles
            self.defs[name] = make()
        return {"$ref": f"#/$defs/{name}"}

    def of(self, kind: Any) -> Schema:
        """Give the schema of an annotation."""
        if kind == ShownEvent:
            return self.ref("ShownEvent", self._shown)
        if kind in _SIMPLE:
            return dict(_SIMPLE[kind])
        if kind is Card:
            return self.ref("Card", _card)
        if kind is Pack:
            return self.ref("ResolvedPack", self._resolved_pack)
        origin, args = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return self._union([one for one in args if one is not Unset])
        if origin is tuple and args[-1] is Ellipsis:
            return {"type": "array", "items": self.of(args[0])}
        if origin is tuple:
            return _row([self.of(one) for one in args])
        if origin is Mapping:
            return {"type": "object", "additionalProperties": self.of(args[1]) or True}
        if origin is Literal:
            return {"enum": list(args)}
        if issubclass(kind, Enum):
            return self.ref(kind.__name__, partial(_enumeration, kind))
        name = _NAMES.get(kind, kind.__name__)
        if self._kinds.setdefault(name, kind) is not kind:
            raise ValueError(f"two types are called {name}")
        return self.ref(name, partial(self.record, kind))

    def _union(self, kinds: list[Any]) -> Schema:
        members = [self.of(kind) for kind in kinds]
        if len(members) == 1:
            return members[0]
        if all(member.keys() == {"type"} for member in members):
            return {"type": [member["type"] for member in members]}
        return {"anyOf": members}

    def record(self, kind: Any, **tags: str) -> Schema:
        """Give the schema of a class, as it is sent: what is private is not in it."""
        hints, told = get_type_hints(kind), _fields_told(kind)
        properties: Schema = {name: {"const": value} for name, value in tags.items()}
        required = list(tags)
        for field in attrs.fields(kind):
            if "private" in field.metadata:
                continue
            name = field.name.rstrip("_")
            one = self.of(hints[field.name])
            if hints[field.name] is bytes and name in _OCTETS:
                one = dict(HASH)
            if field.default is attrs.NOTHING or "written" in field.metadata:
                required.append(name)
            elif field.default is not UNSET:
                one["default"] = json.loads(canonical(field.default))
            values = CLOSED.get((kind.__name__, field.name)) or _listed(told.get(field.name, ""))
            if values:
                kept = {key: one[key] for key in ("default",) if key in one}
                one = {"enum": list(values), **kept}
            if field.name in told:
                one["description"] = told[field.name]
            properties[name] = one
        return _object(EVENT_TEXTS.get(kind) or meaning_of(kind), properties, required)

    def _shown(self) -> Schema:
        refs = []
        for type_, event in EVENTS.items():
            if not is_private(event):
                name = event.__name__
                kind = SHOWN_AS.get(event, event)
                refs.append(self.ref(name, partial(self.record, kind, type=type_)))
        text = "An event as it leaves the server. What stands at its default is left out."
        return {"description": text, "oneOf": refs}

    # -- Packs

    def _resolved_pack(self) -> Schema:
        parts = {"name": {"type": "string"}, **self.pack_parts()}
        text = "A pack with all that its bases and shipped rules add to it; `digest` covers it."
        return _object(text, parts, list(parts))

    def pack_parts(self) -> Schema:
        """Give the parts of a pack, as a file or a frame has them."""
        return {
            "title": {"type": "string"},
            "end": {"enum": list(ENDS), "description": "What ends a round."},
            "ring": {"enum": list(GAPS), "description": "The gap that breaks the ring."},
            "break": {**self.ref("Effect", self._effect), "description": "What a break costs."},
            "deck": self.ref("PackDeck", _deck),
            "limits": self.ref("PackLimits", _limits),
            "cards": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "The name of the rule on each card: by rank, range, and colour.",
            },
            "rules": {
                "type": "object",
                "additionalProperties": self.ref("PackRule", self._rule),
                "description": "The rules, by name.",
            },
        }

    def _rule(self) -> Schema:
        effects = {"type": "array", "items": self.ref("Effect", self._effect)}
        effects |= {"maxItems": MAX_EFFECTS}
        parts = {"title": {"type": "string"}, "text": {"type": "string"}, "effects": effects}
        return _object("What a card means, in words and in effects.", parts, ["title", "text"])

    def _effect(self) -> Schema:
        kinds = {do: kind.effect for do, kind in EFFECTS.items()}
        refs = [
            self.ref(kind.__name__, partial(self.record, kind, do=do)) for do, kind in kinds.items()
        ]
        return {"description": "One thing that a card does.", "oneOf": refs}


_SIMPLE: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    bytes: {"type": "string", "pattern": "^([0-9a-f]{2})*$"},
    NoneType: {"type": "null"},
    object: {},
}


def _object(text: str, properties: Schema, required: list[str]) -> Schema:
    return {
        "description": text,
        "type": "object",
        "properties": properties,
        "required": required,
    }


def _row(items: list[Schema]) -> Schema:
    size = len(items)
    return {"type": "array", "prefixItems": items, "minItems": size, "maxItems": size}


def _enumeration(kind: Any) -> Schema:
    return {"description": meaning_of(kind), "enum": [member.value for member in kind]}


def _card() -> Schema:
    ranks = "|".join(rank.value for rank in RANKS)
    suits = "".join(suit.value for suit in Suit)
    text = "A card: its rank and the first letter of its suit, such as `QS` or `10H`; or `Joker`."
    pattern = f"^(({ranks})[{suits}]|{Rank.JOKER.value})$"
    return {"description": text, "type": "string", "pattern": pattern}


def _deck() -> Schema:
    whole = {"type": "integer"}
    parts = {
        "decks": whole | {"default": 1},
        "from": {"enum": [rank.value for rank in RANKS[1:10]], "default": "2"},
        "jokers": whole | {"default": 0},
        "cards": whole,
        "kings": whole,
    }
    return _object("What differs from one deck of 52.", parts, [])


def _limits() -> Schema:
    n = {"type": "integer", "minimum": 1, "maximum": 20, "default": 20}
    return _object("The most a penalty can be.", {"n": n}, [])


# ------------------------------------------------------------------ bounds, asked of the checks

Check = Callable[[Any], bool]

MOST = 1_000
"""No bound is looked for beyond this."""


def _least_and_most(check: Check, make: Callable[[int], Any]) -> tuple[int, int] | None:
    """The smallest and the largest size that a check passes; None if it passes none or all."""
    passed = [size for size in range(MOST + 1) if check(make(size))]
    return (passed[0], passed[-1]) if 0 < len(passed) <= MOST else None


def _bounds(names: str, sizes: tuple[int, int] | None) -> Schema:
    if sizes is None:
        return {}
    least, most = (f"{word}{names}" for word in ("min", "max"))
    return ({least: sizes[0]} if sizes[0] else {}) | {most: sizes[1]}


def _text_bounds(check: Check) -> Schema:
    bounds = _bounds("Length", _least_and_most(check, lambda size: "x" * size))
    if check("x") and not check("é"):
        bounds["pattern"] = "^[ -~]*$"
    return bounds


def _int_bounds(check: Check) -> Schema:
    sizes = _least_and_most(check, lambda number: number - 1)
    if sizes is not None and sizes[1] < MOST:
        return {"minimum": sizes[0] - 1, "maximum": sizes[1] - 1}
    least = next((number for number in (-MAX_INT, 0, 1) if check(number)), -MAX_INT)
    return {"minimum": least, "maximum": MAX_INT}


def _octet_bounds(check: Check) -> Schema:
    sizes = _least_and_most(check, bytes)
    assert sizes is not None, "bytes that a client sends have a bound"
    least, most = sizes
    return {
        "pattern": f"^([0-9a-f]{{2}}){{{least},{most}}}$",
        "minLength": 2 * least,
        "maxLength": 2 * most,
    }


def _with_bounds(schema: Schema, check: Check) -> Schema:
    """Add to the schema of a field, or of each kind it may be, what its check asks for."""
    if "anyOf" in schema:
        return schema | {"anyOf": [_with_bounds(one, check) for one in schema["anyOf"]]}
    match schema.get("type"):
        case "string" if "pattern" in schema:
            return schema | _octet_bounds(check)
        case "string":
            return schema | _text_bounds(check)
        case "integer":
            return schema | _int_bounds(check)
        case "array":
            return schema | _bounds("Items", _least_and_most(check, lambda size: ("p1",) * size))
        case "object":
            tables = _least_and_most(check, lambda size: {f"p{n}": 1 for n in range(size)})
            return schema | _bounds("Properties", tables)
        case _:
            return schema


# ------------------------------------------------------------------ frames in


def _sent_field(book: _Book, action: str, name: str, field: Field) -> Schema:
    kind = COMMANDS.get(action)
    known = attrs.fields_dict(kind).get(name) if kind is not None else None
    if name == "options":
        one = book.ref("OptionChanges", partial(_option_changes, book))
    elif name == "pack":
        one = {"anyOf": [{"type": "string", "examples": list(SHIPPED)}, _inline(book)]}
    elif field.pattern is not None:
        one = {"type": "string", "pattern": field.pattern, **_pattern_bounds(field.pattern)}
    else:
        check = field.check if known is None else known.metadata["check"]
        one = _with_bounds(book.of(field.kind), check)
    told = _fields_told(kind).get(name) if kind is not None else None
    return one | {"description": told or FIELD_TEXTS[name]}


def _pattern_bounds(pattern: str) -> Schema:
    found = re.search(r"\{(?:(\d+),)?(\d+)\}\$$", pattern)
    assert found is not None, f"{pattern} says how long a text may be"
    return {"minLength": int(found[1] or found[2]), "maxLength": int(found[2])}


def _inline(book: _Book) -> Schema:
    def make() -> Schema:
        parts = book.pack_parts()
        parts = {"title": parts.pop("title"), "base": {"type": "string"}, **parts}
        text = "A pack of one's own. What is wrong with it is told as a whole, as `bad_pack`."
        return _object(text, parts, ["title"]) | {"additionalProperties": False}

    return book.ref("InlinePack", make)


def _options(book: _Book) -> Schema:
    """The options, with their bounds; all are written."""
    made = book.record(Options)
    for field in attrs.fields(Options):
        name = field.name
        one = {key: made["properties"][name][key] for key in ("type", "description")}
        if name == "tone":
            one = {"enum": list(TONES), "description": one["description"]}
        made["properties"][name] = _with_bounds(one, field.metadata["check"])
    return made


def _option_changes(book: _Book) -> Schema:
    made = _options(book)
    text = "Some of the options; what is left out stays, or is the default in a new room."
    return _object(text, made["properties"], []) | {"additionalProperties": False}


def _frame_in(book: _Book, action: str) -> Schema:
    envelope = {
        name: _sent_field(book, "", name, field)
        for name, field in ENVELOPE.items()
        if name not in ("action", "protocol")
    }
    told = {"description": FIELD_TEXTS["protocol"]}
    properties = {
        "action": {"const": action},
        "id": envelope.pop("id"),
        **{name: _sent_field(book, action, name, one) for name, one in ACTIONS[action].items()},
        **envelope,
        "protocol": {"const": PROTOCOL, **told},
    }
    required = [name for name, one in ACTIONS[action].items() if one.required]
    made = _object(asked(action), properties, ["action", "id", *required])
    return made | {"additionalProperties": False}


def asked(action: str) -> str:
    """Say what an action asks for."""
    return ACTION_TEXTS.get(action) or meaning_of(COMMANDS[action])


def frame_name(action: str) -> str:
    """Give the name of an action's frame: that of its command, where there is one."""
    return "".join(word.capitalize() for word in action.split("_"))


# ------------------------------------------------------------------ frames out


def _welcome(book: _Book) -> Schema:
    told = _fields_told(Welcome)
    properties = {
        "type": {"const": "welcome"},
        "id": {"type": "string", "description": told["id"]},
        "room": {"type": "string", "description": "The room's code."},
        "you": {"type": "string", "description": told["you"]},
        **_state(book),
    }
    return _object(meaning_of(Welcome), properties, [name for name in properties if name != "you"])


def _update(book: _Book) -> Schema:
    by = "The seat it comes from; of who came, the one they got; null for an operator."
    events = "What happened, for animation and announcement; none if the frame became too large."
    properties = {
        "type": {"const": "update"},
        "id": {"type": "string", "description": "Of the frame that was accepted."},
        "by": {"type": ["string", "null"], "description": by},
        "events": {
            "type": "array",
            "items": book.of(ShownEvent),
            "description": events,
        },
        **_state(book),
    }
    return _object(meaning_of(Update), properties, list(properties))


def _state(book: _Book) -> Schema:
    head = "Hash of the last entry: a receipt for the whole log up to it."
    return {
        "version": {"type": "integer", "minimum": 1, "description": "Of the last entry."},
        "head": HASH | {"description": head},
        "view": book.of(RoomView),
    }


def _reply(book: _Book, name: str) -> Schema:
    kind = REPLIES[name]
    if kind is Welcome:
        return _welcome(book)
    if kind is Update:
        return _update(book)
    made = book.record(kind, type=name)
    if name == "rejected":
        made["properties"]["version"] |= {"minimum": 0}
    elif "version" in made["properties"]:
        made["properties"]["version"] |= {"minimum": 1}
    return made


def reply_name(name: str) -> str:
    """Give the name of a frame that the server sends, by its type."""
    return _NAMES.get(REPLIES[name], REPLIES[name].__name__)


# ------------------------------------------------------------------ the two documents

TITLE = "ringofire"
ABOUT = (
    "The WebSocket protocol of ringofire, version 1: text frames, one JSON object each. "
    "A server refuses fields that it does not know; a client passes them over."
)


def schema() -> Schema:
    """Give the schema of every frame, in and out, one definition for each frame and type."""
    book = _Book()
    book.defs["ClientFrame"] = book.defs["ServerFrame"] = {}
    coming = [book.ref(frame_name(action), partial(_frame_in, book, action)) for action in ACTIONS]
    going = [book.ref(reply_name(name), partial(_reply, book, name)) for name in REPLIES]
    book.defs["ClientFrame"] = {"description": "What a client sends.", "oneOf": coming}
    book.defs["ServerFrame"] = {"description": "What a server sends.", "oneOf": going}
    book.defs["Options"] = _options(book)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"The frames of {TITLE}",
        "description": ABOUT,
        "anyOf": [{"$ref": "#/$defs/ClientFrame"}, {"$ref": "#/$defs/ServerFrame"}],
        "$defs": book.defs,
    }


FILE = "./frames.schema.json"
ROOM = "#/channels/room"


def asyncapi() -> Schema:
    """Give the AsyncAPI document: which frame is answered with which; the schemas stand beside."""
    defs = schema()["$defs"]
    frames = {frame_name(action): action for action in ACTIONS}
    replies = {reply_name(name): name for name in REPLIES}
    messages = {
        name: {
            "name": tag,
            "title": name,
            "summary": defs[name]["description"],
            "contentType": "application/json",
            "payload": {"$ref": f"{FILE}#/$defs/{name}"},
        }
        for name, tag in {**frames, **replies}.items()
    }
    received = {action: _operation(name, action) for name, action in frames.items()}
    told = {
        "update": ("Update", "An entry was stored: everybody in the room is told, once."),
        "presence": ("Presence", "Somebody came online, or went."),
    }
    sent = {
        name: {
            "action": "send",
            "channel": {"$ref": ROOM},
            "summary": summary,
            "messages": [{"$ref": f"{ROOM}/messages/{message}"}],
        }
        for name, (message, summary) in told.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": TITLE,
            "version": str(PROTOCOL),
            "description": ABOUT,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "room": {
                "address": "/ws",
                "title": "A connection",
                "description": "One WebSocket; it has at most one seat in one room at a time.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": received | sent,
        "components": {"messages": messages},
    }


def _operation(name: str, action: str) -> Schema:
    replies = [reply_name(reply) for reply in (*ANSWERS[action], "error")]
    return {
        "action": "receive",
        "channel": {"$ref": ROOM},
        "summary": asked(action),
        "messages": [{"$ref": f"{ROOM}/messages/{name}"}],
        "reply": {
            "channel": {"$ref": ROOM},
            "messages": [{"$ref": f"{ROOM}/messages/{reply}"} for reply in replies],
        },
    }
