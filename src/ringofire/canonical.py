"""Canonical JSON (RFC 8785) of plain data and of the public part of ringofire's own values.

Knows how a value is written, and nothing of what it means. A private field is never written but by
`canonical_private`. There are no floats here: integers
within +-(2^53 - 1) are the only numbers, as in the whole protocol (RFC 8785, section 3.2.2.3).
A field that stands at its default is left out (unless its metadata says `written`), so that every
value has exactly one text.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cache
from operator import itemgetter
from typing import Any

import attrs

__all__ = [
    "LATELY",
    "MAX_INT",
    "PRIVATE",
    "UNSET",
    "Unset",
    "canonical",
    "canonical_private",
    "canonical_text",
    "is_private",
    "object_writer",
    "register",
    "remembered_text",
    "tag",
]

Writer = Callable[[Any], str]

MAX_INT = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 7493, section 2.2)."""


LATELY = 128
"""How many values are remembered with their texts: those of a few dozen commands at a time."""


class Unset(Enum):
    """The type of `UNSET`: a field the client did not send, where null means something else."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset.UNSET

# RFC 8785, section 3.2.2.2: the two-character escapes, then \u00xx for the other controls.
_ESCAPES = {code: f"\\u{code:04x}" for code in range(0x20)} | {
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}


PRIVATE = {"private": True}
"""Metadata of an attrs field that never leaves the server: it is in no repr and no public part."""


def canonical(value: object) -> bytes:
    """Write `value` as RFC 8785 JSON in UTF-8.

    Takes plain data (dict, list, tuple, str, int, bool, None), bytes (as lower-case hex) and
    attrs values. Raises TypeError for anything else, ValueError for an integer out of range or a
    lone surrogate: whoever builds values checks them first, so either one is a bug.
    """
    return _write(value).encode("utf-8")


def canonical_text(value: object) -> str:
    """Write `value` as `canonical` does, as text: a part of a larger whole."""
    return _write(value)


def remembered_text(value: object) -> str:
    """Write a value that never changes, unless it is among those that were written so lately.

    For what is written several times within one command: its events, and the command itself.
    """
    known = _LATELY.get(id(value))
    if known is not None:
        return known[1]
    text = _write(value)
    if len(_LATELY) >= LATELY:
        _LATELY.clear()
    _LATELY[id(value)] = value, text
    return text


def canonical_private(value: object) -> str:
    """Write the private fields of an attrs value, with its tag if it has no public ones.

    Gives the JSON of an object; `{}` if there is nothing private in `value`.
    """
    return _PRIVATE_WRITERS[type(value)](value)


def register(kind: type, writer: Writer) -> None:
    """Have values of exactly `kind` written by `writer`, which gives their canonical JSON."""
    _WRITERS[kind] = writer


def tag(kind: type, key: str, name: str) -> None:
    """Have values of `kind` written with one more member, `key`: `name`, that tells their kind."""
    _TAGS[kind] = (key, name)


@cache
def is_private(kind: type) -> bool:
    """Whether all of an attrs class is private: it has fields, and none of them is public."""
    fields = attrs.fields(kind)
    return bool(fields) and all("private" in field.metadata for field in fields)


def object_writer(fields: Iterable[Any], tagged: tuple[str, str] | None) -> Writer:
    """Make a writer of these fields of an attrs class and of a tag, in canonical order.

    The key of a field is its name without a trailing underscore.
    """
    members: list[tuple[str, str, object]] = [
        (field.name.rstrip("_"), field.name, _default(field)) for field in fields
    ]
    if tagged is not None:
        members.append((tagged[0], "", f'"{tagged[0]}":{_write_text(tagged[1])}'))
    plan = [(name, f'"{key}":', other) for key, name, other in sorted(members, key=itemgetter(0))]
    if not plan:
        return lambda _: "{}"  # as most values have nothing that is private

    def writer(value: Any) -> str:
        parts: list[Any] = []
        for name, prefix, other in plan:
            if not name:
                parts.append(other)
                continue
            item = getattr(value, name)
            if item is not other and (other is attrs.NOTHING or item != other):
                parts.append(prefix + _WRITERS[type(item)](item))
        return f"{{{','.join(parts)}}}"

    return writer


def _default(field: Any) -> object:
    return attrs.NOTHING if "written" in field.metadata else field.default


# ------------------------------------------------------------------ one writer for each type


def _write_text(value: str) -> str:
    if value.isidentifier() or value.isalnum():  # so are most ids and keys; nothing to escape
        return f'"{value}"'
    return f'"{value.translate(_ESCAPES)}"'


def _write_int(value: int) -> str:
    if -MAX_INT <= value <= MAX_INT:
        return str(value)
    raise ValueError("an integer beyond 2^53 - 1 has no exact JSON")


def _write_list(value: tuple[Any, ...] | list[Any]) -> str:
    if value and type(value[0]) is str and type(value[-1]) is str:
        try:
            if "".join(value).isidentifier():  # as most lists of texts: written at a stroke
                return f'["{_BETWEEN.join(value)}"]'
        except TypeError:  # not all of them are texts
            pass
    return f"[{','.join([_WRITERS[type(item)](item) for item in value])}]"


_BETWEEN = '","'


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _write_object(value: Mapping[str, Any]) -> str:
    keys = sorted(value) if all(map(str.isascii, value)) else sorted(value, key=_utf16)
    items = [(key, value[key]) for key in keys]
    members = [f"{_WRITERS[type(key)](key)}:{_WRITERS[type(item)](item)}" for key, item in items]
    return f"{{{','.join(members)}}}"


def _write(value: object) -> str:
    return _WRITERS[type(value)](value)


def _write_str(value: str) -> str:
    return _write_text(str.__str__(value))  # its own `str` may say something else


class _PublicWriters(dict[type, Writer]):
    """Writers by type; that of a kind of value met for the first time is made, and kept."""

    def __missing__(self, kind: type) -> Writer:
        if attrs.has(kind):
            fields = [field for field in attrs.fields(kind) if "private" not in field.metadata]
            writer = object_writer(fields, _TAGS.get(kind))
        elif issubclass(kind, str):
            writer = _write_str
        elif issubclass(kind, Mapping):
            writer = _write_object
        else:
            raise TypeError(f"{kind.__name__} has no canonical JSON")
        self[kind] = writer
        return writer


class _PrivateWriters(dict[type, Writer]):
    """Writers of the private fields of attrs classes, made as they are first needed."""

    def __missing__(self, kind: type) -> Writer:
        fields = [field for field in attrs.fields(kind) if "private" in field.metadata]
        writer = object_writer(fields, _TAGS.get(kind) if is_private(kind) else None)
        self[kind] = writer
        return writer


# By id; the value itself is kept beside its text, so that no other can have the id. For the whole
# process, and no state of the core for all that: what it gives is what would be written anew. A
# command in it is one of those that the room's log holds in any case.
_LATELY: dict[int, tuple[object, str]] = {}

_TAGS: dict[type, tuple[str, str]] = {}
_PRIVATE_WRITERS = _PrivateWriters()
_WRITERS = _PublicWriters(
    {
        str: _write_text,
        int: _write_int,
        bool: lambda value: "true" if value else "false",
        type(None): lambda _: "null",
        bytes: lambda value: f'"{value.hex()}"',
        tuple: _write_list,
        list: _write_list,
        dict: _write_object,
    }
)
