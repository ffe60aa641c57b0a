"""Writes what these pages say about the code, from the code: tables and pictures.

`python docs/generate.py` writes; with `--check` it only says which files are not current, and
tests/test_pages.py has it do so. In a page, what stands between `<!-- table: NAME -->` and
`<!-- end -->` is written here, all else by hand.
"""  # noqa: INP001

import ast
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import attrs
import exchange
import pictures
import schemas

from ringofire import SHIPPED, Card, Options, Pack, Reason, shipped_pack
from ringofire.canonical import Unset
from ringofire.cards import RANKS, Rank
from ringofire.entry import COMMANDS, EVENTS
from ringofire.envelope import Envelope
from ringofire.legal import HOST_ONLY, LEGAL, NEXT, OUTSIDERS, WAITS, State
from ringofire.packs.checks import Place
from ringofire.packs.effects import EFFECTS
from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.replies import REPLIES
from ringofire.protocol.requests import ACTIONS
from ringofire.room import decide as room_decide
from ringofire.round import decide as round_decide

HERE = Path(__file__).parent

Rows = Iterable[Iterable[str]]


def table(head: str, rows: Rows) -> str:
    """Give a table in Markdown; `head` has its columns with bars between them."""
    columns = head.split("|")
    lines = ["|".join(f" {cell.strip()} " for cell in row) for row in (columns, *rows)]
    lines.insert(1, "|".join("---" for _ in columns))
    return "\n".join(f"|{line}|" for line in lines)


def code(text: object) -> str:
    """Set as code."""
    return f"`{text}`"


def promise(kind: type) -> str:
    """The first sentence of a docstring."""
    text = " ".join(inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].split())
    return text.split(". ")[0].rstrip(".") + "."


# ------------------------------------------------------------------ fields

JSON: dict[Any, str] = {
    str: "text",
    int: "integer",
    bool: "true or false",
    bytes: "hex",
    Card: "card",
    Pack: "resolved pack",
    Options: "options",
    NoneType: "null",
    object: "anything",
}


def said(kind: Any) -> str:
    """How a type is written in JSON, in words."""
    if kind in JSON:
        return JSON[kind]
    origin, args = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return " or ".join(dict.fromkeys(said(one) for one in args if one is not Unset))
    if origin is tuple and args[-1] is Ellipsis:
        return f"list of {said(args[0])}"
    if origin is tuple:
        return f"[{', '.join(map(said, args))}]"
    if origin is Literal:
        return " or ".join(args)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "text"
    return f"object of {said(args[1])}"


def field_list(kind: type, chosen: Callable[[Any], bool] = lambda _: True) -> str:
    """The fields of a class: `?` may be left out, *private* never leaves the server."""
    hints = get_type_hints(kind)
    told = []
    for field in attrs.fields(kind):
        if chosen(field):
            name = field.name.rstrip("_")
            written = field.default is attrs.NOTHING or "written" in field.metadata
            optional = "" if written else "?"
            hidden = " *private*" if "private" in field.metadata else ""
            told.append(f"`{name}{optional}` {said(hints[field.name])}{hidden}")
    return ", ".join(told) or "none"


# ------------------------------------------------------------------ what the code refuses with


def _named(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _definitions(module: ModuleType) -> dict[str, tuple[ModuleType, ast.AST]]:
    """Each function and table of a module, and those it imports from this library's decisions."""
    found: dict[str, tuple[ModuleType, ast.AST]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        match node:
            case ast.FunctionDef():
                found[node.name] = module, node
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = module, node
            case ast.ImportFrom(module=str() as other, names=names) if other in _LOOKED_INTO:
                theirs = _definitions(import_module(other))
                found |= {alias.name: theirs[alias.name] for alias in names if alias.name in theirs}
            case _:
                pass
    return found


_LOOKED_INTO = frozenset({"ringofire.text", "ringofire.options"})


def raised(module: ModuleType, function: str) -> dict[str, set[str]]:
    """The reasons that a function can refuse with, however deep, and the keys of their data."""
    found: dict[str, set[str]] = {}
    seen: set[tuple[str, str]] = set()
    todo = [(module, function)]
    while todo:
        where, name = todo.pop()
        there = _definitions(where)
        if name not in there or (where.__name__, name) in seen:
            continue
        seen.add((where.__name__, name))
        home, tree = there[name]
        todo += [(home, other) for other in _named(tree)]
        _collect(tree, found)
    return found


def _collect(tree: ast.AST, found: dict[str, set[str]]) -> None:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id="Rejected"),
                args=[ast.Attribute(value=ast.Name(id="Reason"), attr=attr), *data],
            ):
                keys = found.setdefault(Reason[attr].value, set())
                for mapping in data:
                    if isinstance(mapping, ast.Dict):
                        keys |= {
                            str(key.value) for key in mapping.keys if isinstance(key, ast.Constant)
                        }
            case _:
                pass


def reasons_by_command() -> dict[type, dict[str, set[str]]]:
    """What each command may be refused with, beside the common reasons."""
    found = {
        kind: raised(module, function.__name__)
        for module in (room_decide, round_decide)
        for kind, function in module._DECIDE.items()  # noqa: SLF001 (the one table there is)
    }
    for kind, reasons in found.items():
        for field in attrs.fields(kind):
            reason = field.metadata.get("reason", Reason.BAD_VALUE)
            if reason is not Reason.BAD_VALUE:  # which may be said of any field
                reasons.setdefault(reason.value, set()).add("field")
    return found


# ------------------------------------------------------------------ commands

WHO = {
    "CreateRoom": "anybody",
    "JoinRoom": "anybody",
    "MoveRoom": "the operator",
    "AddNonce": "any member, once a round",
    "AddRule": "whom an open rule choice asks; host",
    "Choose": "whom the open choice asks; host",
    "ClaimHost": "any member, `host_seconds` after the host was seen",
    "GiveVerdict": "any member",
    "LeaveRoom": "any member",
    "PickCard": "whose turn it is",
    "RepealRule": "whom an open repeal choice asks; host; author until the next pick",
    "SetAway": "oneself; host for others",
    "SkipChoice": "whom the open choice asks; host",
    "SkipTurn": "whose turn it is; host; any member after `turn_seconds`",
    "UpdateProfile": "oneself",
    "UsePower": "who holds the status",
}
STATES = [state for state in State if state not in (State.NOWHERE, State.CLOSED)]


def _who(kind: type) -> str:
    if kind in HOST_ONLY:
        return "host"
    if (kind in OUTSIDERS) != (WHO[kind.__name__] in ("anybody", "the operator")):
        raise ValueError(f"{kind.__name__}: who may ask it is told wrongly")
    return WHO[kind.__name__]


def _cell(kind: type, state: State) -> str:
    if kind not in LEGAL[state]:
        return ""
    there = NEXT[state].get(kind, frozenset())
    leads = [after.value for after in State if after in there]
    mark = " or ".join(leads) if leads and leads != [state.value] else "yes"
    return f"{mark} *" if kind in WAITS and state in (State.PICK, State.CHOOSE) else mark


def commands() -> str:
    """Say who may ask for what, and in which state: the tables of `ringofire.legal`."""
    rows = [
        [code(kind.__name__), _who(kind), *(_cell(kind, state) for state in STATES)]
        for kind in sorted(COMMANDS.values(), key=lambda kind: kind.__name__)
    ]
    return table("command|who|lobby|pick|choose|ended", rows)


def command_fields() -> str:
    """Say what each command carries, and what it may be refused with."""
    envelope = {field.name for field in attrs.fields(Envelope)}
    reasons = reasons_by_command()

    def sent(field: Any) -> bool:
        return field.name not in envelope and field.metadata.get("sent", True)

    def added(field: Any) -> bool:
        return field.name not in envelope and not field.metadata.get("sent", True)

    rows = [
        [
            f"{code(kind.__name__)}<br>{code(name)}",
            field_list(kind, sent),
            field_list(kind, added).replace("none", ""),
            " ".join(map(code, sorted(reasons[kind]))),
        ]
        for name, kind in sorted(COMMANDS.items(), key=lambda pair: pair[1].__name__)
    ]
    return table("command|the client sends|the adapter adds|may be refused with", rows)


def options() -> str:
    """List the options, each with what the docstring says of it."""
    hints = get_type_hints(Options)
    text = inspect.cleandoc(Options.__doc__ or "")
    told = dict(re.findall(r"^    (\w+): (.+(?:\n        .+)*)", text, re.MULTILINE))
    rows = [
        [code(field.name), said(hints[field.name]), code(_plain(field.default)), told[field.name]]
        for field in attrs.fields(Options)
    ]
    return table("option|type|default|meaning", rows)


def _plain(default: object) -> object:
    return str(default).lower() if isinstance(default, bool) else default


# ------------------------------------------------------------------ events and reasons


def events() -> str:
    """List the events with their fields."""
    rows = [
        [f"{code(kind.__name__)}<br>{code(name)}", promise(kind), field_list(kind)]
        for name, kind in sorted(EVENTS.items(), key=lambda pair: pair[1].__name__)
    ]
    return table("event|what happened|fields", rows)


MEANING = {
    "bad_name": "a name is no name (see the rules for texts)",
    "bad_option": "an option is unknown, out of range, or fixed",
    "bad_pack": "what stands for a pack is none",
    "bad_slot": "no such slot in the ring",
    "bad_split": "the parts of a split do not add up to the amount",
    "bad_value": "a field is of the wrong type, size or range",
    "choice_pending": "a card is up that still waits for a choice",
    "id_reused": "this seat used the id before, for another command",
    "name_taken": "somebody in the room has this name, or one that looks like it",
    "no_change": "nothing would change",
    "no_rule_credit": "no open choice lets this seat write a rule",
    "no_such_choice": "this choice or verdict is not open, or is not answered like this",
    "no_such_rule": "no such made rule holds",
    "not_candidate": "somebody or something was chosen that is not among the candidates",
    "not_holder": "this seat does not hold the status",
    "not_host": "only the host may, or whom the choice or rule belongs to",
    "not_member": "the seat is not in the room",
    "not_your_turn": "it is somebody else's turn",
    "nothing_to_undo": "there is no pick that can be taken back",
    "paused": "fewer than two are present",
    "room_full": "every seat is taken",
    "room_locked": "the host has locked the room",
    "slot_taken": "the card in this slot lies face up already",
    "stale": "the room has gone on from the version that was expected",
    "token_dead": "the token belongs to a seat that left or was kicked",
    "too_early": "the time after which others may do this has not come",
    "too_few_players": "fewer than two are present",
    "too_long": "a text is longer than it may be",
    "too_many_rules": "as many made rules hold as the room allows",
    "unknown_player": "no such member, or one this cannot be done to",
    "unknown_room": "nobody has created this room",
    "wrong_phase": "the room's state does not allow the command",
}
COMMON: dict[str, set[str]] = {
    "unknown_room": set(),
    "not_member": set(),
    "id_reused": {"version"},
    "stale": {"version"},
    "wrong_phase": {"state"},
    "not_host": {"host"},
    "paused": set(),
    "bad_value": {"field"},
    "choice_pending": {"state"},
    "no_such_choice": {"state"},
}
"""What `ringofire.engine.decide` itself refuses with, before the command is looked at."""


def reasons() -> str:
    """List the reasons, what their data may hold, and which commands they refuse."""
    data = {reason.value: set(COMMON.get(reason.value, ())) for reason in Reason}
    own: dict[str, list[str]] = {reason.value: [] for reason in Reason}
    for kind, found in reasons_by_command().items():
        for reason, keys in found.items():
            data[reason] |= keys
            own[reason].append(kind.__name__)
    whole = {
        **dict.fromkeys(("unknown_room", "not_member", "id_reused", "stale"), "any command"),
        **dict.fromkeys(("wrong_phase", "bad_value"), "any command"),
        "choice_pending": "PickCard",
        "not_host": f"what only the host may, {', '.join(sorted(own['not_host']))}",
        "paused": ", ".join(sorted(kind.__name__ for kind in WAITS)),
    }
    rows = [
        [
            code(reason.value),
            MEANING[reason.value],
            " ".join(map(code, sorted(data[reason.value]))),
            whole.get(reason.value) or ", ".join(sorted(own[reason.value])),
        ]
        for reason in Reason
    ]
    return table("reason|meaning|data may say|refuses", rows)


# ------------------------------------------------------------------ packs


def _allowed(check: Callable[[object, Place], object], field: str) -> str:
    """What a field may be, as the loader itself would say of something that it may not."""
    if field == "ranks":
        return "a list of ranks, each once"
    faults: dict[Any, None] = {}
    check("\n", Place("", faults=faults))
    (fault,) = faults
    if "not in order" in fault.message:
        return "1..24 characters"
    known = re.sub("^has to be (one of: )?", "", fault.message)
    listed = known.split() if fault.message.startswith("has to be one of") else []
    return " ".join(map(code, listed)) or known.replace('"rank"', code('"rank"'))


def vocabulary() -> str:
    """List the fields of each effect, with what the loader says they may be."""
    rows = []
    for do, kind in EFFECTS.items():
        every = {**kind.checks, "when": None}
        first = True
        for field, check in every.items():
            default = kind.defaults[field]
            if default is attrs.NOTHING:
                given = "*required*"
            elif field == "key":
                given = "the rule's name"
            else:
                given = "none" if default in (None, "") else code(_plain(default))
            allowed = _allowed(check, field) if check else " ".join(map(code, _whens()))
            only = kind.only.get(field)
            if only:
                allowed += f", only with `who` = {' or '.join(map(code, only))}"
            rows.append([code(do) if first else "", code(field), given, allowed])
            first = False
    return table("`do`|field|default|allowed", rows)


def _whens() -> list[str]:
    from ringofire.round.reach import _WHEN

    return [when for when in _WHEN if when is not None]


def shipped() -> str:
    """Say which rule the shipped packs lay on each rank."""
    packs = {name: shipped_pack(name) for name in SHIPPED}

    def laid(pack: Pack, rank: Rank) -> str:
        cards = pack.resolved["cards"]
        if rank in cards:
            return code(cards[rank])
        return f"red {code(cards[f'{rank}r'])}, black {code(cards[f'{rank}b'])}"

    rows = [[rank.value, *(laid(pack, rank) for pack in packs.values())] for rank in RANKS]
    rows.append(["`end`", *(code(pack.end) for pack in packs.values())])
    rows.append(["`ring`", *(code(pack.resolved["ring"]) for pack in packs.values())])
    rows.append(["`limits.n`", *(code(pack.limit) for pack in packs.values())])
    rows.append(["title", *(pack.title for pack in packs.values())])
    return table("rank|" + "|".join(map(code, packs)), rows)


# ------------------------------------------------------------------ the protocol

FRAMES = schemas.schema()["$defs"]


def frames_in() -> str:
    """List the actions with their fields, and what each is answered with beside an error."""
    rows = [
        [
            code(action),
            schemas.asked(action),
            " ".join(code(name if one.required else f"{name}?") for name, one in fields.items()),
            " ".join(map(code, schemas.ANSWERS[action])),
        ]
        for action, fields in ACTIONS.items()
    ]
    return table("action|asks to|fields|answer", rows)


def frames_out() -> str:
    """List the types of the frames that a server sends, with their fields."""
    rows = []
    for name in REPLIES:
        frame = FRAMES[schemas.reply_name(name)]
        fields = [one for one in frame["properties"] if one != "type"]
        told = " ".join(code(one if one in frame["required"] else f"{one}?") for one in fields)
        rows.append([code(name), frame["description"], told])
    return table("type|says|fields", rows)


def error_reasons() -> str:
    """List the reasons of an `error`, and what their data say."""
    rows = []
    for reason in ErrorReason:
        meaning, data = schemas.ERRORS[reason]
        rows.append([code(reason.value), meaning, " ".join(map(code, data))])
    return table("reason|meaning|data", rows)


# ------------------------------------------------------------------ the command line


def usage(*words: str) -> Callable[[], str]:
    """Give what makes the help of a command of `ringofire`."""

    def told() -> str:
        done = subprocess.run(  # noqa: S603 (our own command)
            [sys.executable, "-m", "ringofire_adapters.terminal", *words, "--help"],
            check=True,
            encoding="utf-8",
            env={
                **os.environ,
                "COLUMNS": "100",
                "NO_COLOR": "1",
                "PYTHONUTF8": "1",
                "TERM": "dumb",
            },
            stdout=subprocess.PIPE,
        )
        lines = [line.rstrip() for line in done.stdout.strip().splitlines()]
        return "\n".join(["```text", *lines, "```"])

    return told


# ------------------------------------------------------------------ the files

TABLES: Mapping[str, Callable[[], str]] = {
    "command-fields": command_fields,
    "commands": commands,
    "error-reasons": error_reasons,
    "evening": exchange.story,
    "events": events,
    "frames-in": frames_in,
    "frames-out": frames_out,
    "options": options,
    "reasons": reasons,
    "shipped": shipped,
    "vocabulary": vocabulary,
    "help-play": usage("play"),
    "help-serve": usage("serve"),
    "help-join": usage("join"),
    "help-replay": usage("replay"),
    "help-verify": usage("verify"),
    "help-export": usage("export"),
    "help-packs-list": usage("packs", "list"),
    "help-packs-show": usage("packs", "show"),
    "help-packs-check": usage("packs", "check"),
}
DOCUMENTS = {"asyncapi": schemas.asyncapi, "frames.schema": schemas.schema}
PICTURES = {"chain": pictures.chain, "floors": pictures.floors, "states": pictures.states}
MARKED = re.compile(r"(<!-- table: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def current() -> Iterator[tuple[Path, str]]:
    """Give each file that is written here, wholly or in part, and what it has to be."""
    for name, draw in PICTURES.items():
        yield HERE / "images" / f"{name}.svg", draw()
    for name, make in DOCUMENTS.items():
        text = json.dumps(make(), ensure_ascii=False, indent=2)
        yield HERE / "protocol" / f"{name}.json", f"{text}\n"
    for page in sorted(HERE.glob("*/*.md")):
        text = page.read_text(encoding="utf-8")
        if "<!-- table:" in text:
            yield page, MARKED.sub(lambda it: f"{it[1]}\n{TABLES[it[2]]()}\n\n{it[3]}", text)


def main(arguments: list[str]) -> int:
    """Write what is not current, or with `--check` say what that is; the number of such files."""
    stale = 0
    for path, text in current():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        sys.stdout.write(f"{path.relative_to(HERE.parent)}\n")
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    return stale if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
