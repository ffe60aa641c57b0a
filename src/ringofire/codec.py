"""Plain JSON data to ringofire's values, strictly: what is not exactly right is refused by place.

The way back is `canonical`. Readers are made from the types of a class's fields, once per class.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import attrs

from ringofire.canonical import MAX_INT, Unset, canonical
from ringofire.cards import Card
from ringofire.entry import COMMANDS, EVENTS, Command, Event
from ringofire.errors import CodecError, EncodingError, PackError
from ringofire.packs.pack import Pack

__all__ = ["parse_json", "read_command", "read_event", "read_known", "read_value"]

Reader = Callable[[Any, str], Any]

INT_DIGITS = 16
"""Digits of 2^53 - 1; a longer integer is refused before it is converted."""

MAX_DEPTH = 16
"""How deeply JSON may be nested. An entry with a pack has 9 levels; the limit is ours, because that
of the interpreter differs from version to version."""


MAX_PARTS = 4_000
"""How many lists and objects one text may hold; the largest entry that is written has some 700."""


def parse_json(data: bytes, *, depth: int = MAX_DEPTH) -> object:
    """Parse one JSON text in UTF-8, nested at most `depth` deep, refusing what readers disagree on.

    Raises CodecError for anything that is not JSON, and for floats, integers beyond 2^53 - 1,
    duplicate keys, a byte order mark, too many parts and too deep nesting; EncodingError for what
    is not UTF-8 and for lone surrogates.
    """
    parts = data.count(b"[") + data.count(b"{")
    if parts > MAX_PARTS:
        raise CodecError("", "has too many parts")
    try:
        text = data.decode("utf-8")
        parsed: object = _decoder().decode(text)
        # A lone surrogate can only have come from an escape; it has no UTF-8.
        if "\\u" in text:
            _no_surrogates(parsed)
    except CodecError:
        raise
    except UnicodeError:
        raise EncodingError("", "is not text in UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise CodecError("", _fault(error)) from None
    if parts > depth:
        _check_depth(parsed, depth)
    return parsed


@cache
def _decoder() -> Any:
    import json

    return json.JSONDecoder(
        object_pairs_hook=_pairs,
        parse_float=_no_float,
        parse_constant=_no_float,
        parse_int=_integer,
    )


def _no_surrogates(parsed: object) -> None:
    import json

    json.dumps(parsed, ensure_ascii=False).encode("utf-8")


def _fault(error: Exception) -> str:
    # How deeply the interpreter's parser goes differs; whether it gives up is not ours to choose.
    at = getattr(error, "pos", None)
    return (
        "is nested too deeply"
        if at is None
        else f"is not JSON: {getattr(error, 'msg', '')} at character {at}"
    )


def _check_depth(parsed: object, depth: int) -> None:
    level = [parsed]
    for _ in range(depth):
        objects = [item.values() for item in level if isinstance(item, dict)]
        lists = [item for item in level if isinstance(item, list)]
        level = [item for items in (*objects, *lists) for item in items]
    if any(isinstance(item, dict | list) for item in level):
        raise CodecError("", "is nested too deeply")


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise CodecError("", "has the same key twice in one object")
    return members


def _no_float(_: str) -> object:
    raise CodecError("", "has a number that is no integer")


def _integer(digits: str) -> int:
    short = len(digits.lstrip("-")) <= INT_DIGITS and digits != "-0"
    number = int(digits) if short else MAX_INT + 1
    if not -MAX_INT <= number <= MAX_INT:
        raise CodecError("", "has an integer beyond 2^53 - 1, or -0")
    return number


def read_command(plain: object, place: str) -> Command:
    """Give the command that `plain` says; CodecError names the place below `place`."""
    command: Command = _tagged(plain, "action", COMMANDS, place)
    return command


def read_event(plain: object, place: str) -> Event:
    """Give the event that `plain` says; CodecError names the place below `place`."""
    event: Event = _tagged(plain, "type", EVENTS, place)
    return event


def read_value(kind: Any, plain: object, place: str) -> Any:
    """Give the value of type `kind` that `plain` says; CodecError names the place below `place`."""
    return _STRICT[kind](plain, place)


def read_known(kind: Any, plain: object, place: str) -> Any:
    """As `read_value`, but pass over fields that are not known, for what a newer writer wrote."""
    return _LENIENT[kind](plain, place)


def _tagged(plain: object, key: str, kinds: Mapping[str, type], place: str) -> Any:
    members = _object(plain, place)
    name = members.get(key)
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        raise CodecError(f"{place}.{key}", "is not known")
    return _STRICT[kind]({k: v for k, v in members.items() if k != key}, place)


# ------------------------------------------------------------------ one reader for each type


def _refuse(place: str, wanted: str) -> CodecError:
    return CodecError(place, f"is not {wanted}")


def _object(plain: object, place: str) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise _refuse(place, "an object")
    return plain


def _text(plain: object, place: str) -> str:
    if not isinstance(plain, str):
        raise _refuse(place, "a text")
    return plain


def _int(plain: object, place: str) -> int:
    if type(plain) is not int or not -MAX_INT <= plain <= MAX_INT:
        raise _refuse(place, "an integer within 2^53 - 1")
    return plain


def _bool(plain: object, place: str) -> bool:
    if not isinstance(plain, bool):
        raise _refuse(place, "true or false")
    return plain


def _bytes(plain: object, place: str) -> bytes:
    text = _text(plain, place)
    if not set(text) <= _HEX or len(text) % 2:
        raise _refuse(place, "an even number of lower-case hex digits")
    return bytes.fromhex(text)


_HEX = frozenset("0123456789abcdef")


def _card(plain: object, place: str) -> Card:
    try:
        return Card.parse(_text(plain, place))
    except ValueError:
        raise _refuse(place, "a card") from None


def _pack(plain: object, place: str) -> Pack:
    members = _object(plain, place)
    try:
        return _pack_of(canonical(members))
    except PackError as error:
        raise CodecError(place, f"is not a pack: {error.faults[0]}") from None
    except (TypeError, ValueError, RecursionError):
        raise _refuse(place, "plain data without floats") from None


@lru_cache(maxsize=32)
def _pack_of(text: bytes) -> Pack:
    """Make a pack, which costs more than all the rest of a log; most rooms play the same few."""
    from json import loads

    return Pack(loads(text))


def _plain_data(plain: object, _: str) -> object:
    return plain


_PLAIN: dict[Any, Reader] = {
    str: _text,
    int: _int,
    bool: _bool,
    NoneType: _plain_data,
    bytes: _bytes,
    Card: _card,
    Pack: _pack,
    object: _plain_data,
}

_SHAPES: dict[Any, type] = {NoneType: NoneType, int: int, tuple: list, Mapping: dict, Pack: dict}


class _Readers(dict[Any, Reader]):
    """Readers by type; that of a type met for the first time is made, and kept.

    `strict` readers refuse a field that is not known, the others pass it over.
    """

    def __init__(self, *, strict: bool) -> None:
        super().__init__(_PLAIN)
        self.strict = strict

    def __missing__(self, kind: Any) -> Reader:
        reader = self[kind] = self._make(kind)
        return reader

    def _make(self, kind: Any) -> Reader:
        origin, args = get_origin(kind), get_args(kind)
        if origin is UnionType:
            return self._union_reader(args)
        if origin is tuple:
            return (
                _list_reader(self[args[0]])
                if args[-1] is Ellipsis
                else _row_reader([self[one] for one in args])
            )
        if origin is Mapping:
            return _mapping_reader(self[args[1]])
        return self._attrs_reader(kind)

    def _union_reader(self, kinds: tuple[Any, ...]) -> Reader:
        """Read by the shape that the JSON has; no two members of a union share one."""
        readers = {
            _SHAPES.get(get_origin(kind) or kind, dict if attrs.has(kind) else str): self[kind]
            for kind in kinds
            if kind is not Unset
        }

        def read(plain: object, place: str) -> object:
            reader = readers.get(type(plain))
            if reader is None:
                raise _refuse(place, "of a type that is allowed here")
            return reader(plain, place)

        return read

    def _attrs_reader(self, kind: type) -> Reader:
        hints = get_type_hints(kind)
        strict = self.strict
        fields = {
            field.name.rstrip("_"): (field.name, self[hints[field.name]], _absent(field))
            for field in attrs.fields(kind)
        }

        def read(plain: object, place: str) -> object:
            members = _object(plain, place)
            if strict and not members.keys() <= fields.keys():
                raise CodecError(place, "has a field that is not known")
            values = {}
            for key, (name, reader, absent) in fields.items():
                if key in members:
                    values[name] = reader(members[key], f"{place}.{key}")
                elif absent is attrs.NOTHING:
                    raise CodecError(f"{place}.{key}", "is missing")
                else:
                    values[name] = absent
            return kind(**values)

        return read


def _list_reader(reader: Reader) -> Reader:
    def read(plain: object, place: str) -> tuple[object, ...]:
        if not isinstance(plain, list):
            raise _refuse(place, "a list")
        return tuple([reader(item, f"{place}[{index}]") for index, item in enumerate(plain)])

    return read


def _row_reader(readers: list[Reader]) -> Reader:
    def read(plain: object, place: str) -> tuple[object, ...]:
        if not isinstance(plain, list) or len(plain) != len(readers):
            raise _refuse(place, f"a list of {len(readers)}")
        pairs = zip(readers, plain, strict=True)
        return tuple([reader(item, f"{place}[{n}]") for n, (reader, item) in enumerate(pairs)])

    return read


def _mapping_reader(reader: Reader) -> Reader:
    def read(plain: object, place: str) -> dict[str, object]:
        members = _object(plain, place)
        pairs = enumerate(members.items())  # what a key says is not repeated in an error
        return {key: reader(value, f"{place}[{n}]") for n, (key, value) in pairs}

    return read


def _absent(field: "attrs.Attribute[Any]") -> object:
    """What stands for a field that is left out; a private one is empty in a public log."""
    if "private" in field.metadata and field.default is attrs.NOTHING:
        return b"" if field.type is bytes else ()
    return field.default


_STRICT = _Readers(strict=True)
_LENIENT = _Readers(strict=False)
