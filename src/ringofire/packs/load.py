"""Where packs come from: pack files, one JSON object of a client's, those shipped with ringofire.

Text and plain data become `Pack` values here, or a PackError that names all that is wrong.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ringofire.errors import Fault, PackError
from ringofire.packs.checks import WRONG, Field, Place, each, first_few, record, shown
from ringofire.packs.pack import Pack
from ringofire.packs.tables import (
    Book,
    Checked,
    as_it_is,
    check_pack,
    check_rules,
    check_single,
    merge,
    settle,
)

__all__ = ["SHIPPED", "inline_pack", "load_packs", "shipped_pack"]

SHIPPED = ("uk", "us", "se_ring", "de_cup", "family")
"""The packs that come with ringofire; a room without a pack plays the first."""

MAX_FILE = 64 * 1024

MAX_PACKS = 64
"""Packs in a file."""

MAX_BASES = 16
"""Packs that lie under a pack, one under the other."""

MAX_KEY_PARTS = 16
"""Dotted parts of a TOML key: `packs.uk.deck` has three. What the standard library's reader does
with a key grows with the square of them: 32,000, which fit in a file, are gigabytes."""

_NO_KEY = (
    r"""#[^\n]*"""
    r"""|"{3}(?:\\?.)*?(?:"{3,5}|\Z)|'{3}.*?(?:'{3,5}|\Z)"""
    r"""|"(?:[^"\\\n]|\\[^\n])*"?|'[^'\n]*'?"""
)
"""A comment or a quoted text, to its end or to where TOML would be broken.

Once begun it cannot fail, so all of them are found in one pass."""

_SHIPPED_FILE = "shipped.toml"


def load_packs(text: str | bytes, *, file: str = "<text>") -> dict[str, Pack]:
    """Read a pack file (TOML, UTF-8, at most 64 KiB); give its packs by name, in its order.

    `base` and rule names are looked up in the file, then among what is shipped. It has at most 64
    packs, each over at most 16 bases. `file` is what faults call the source. Raises PackError with
    every fault up to 40, also of what no pack uses. A file without packs gives none.
    """
    place = Place(file)
    plain = _parse(text, place)
    shipped = _shipped_book()
    own = _read_book(plain, place, shipped)
    all_there_is = Book({**shipped.rules, **own.rules}, {**shipped.packs, **own.packs})
    packs = {name: _resolve(name, table, all_there_is) for name, table in own.packs.items()}
    place.refuse()
    return {name: Pack(resolved, file=file) for name, resolved in packs.items()}


def inline_pack(plain: Mapping[str, Any]) -> Pack:
    """Give the pack that one JSON object describes; its title is also its name.

    Its keys are those of a pack in a file, and `rules`: its own rules, by name. Names are looked
    up among these, then among what is shipped. Raises PackError with every fault up to 40.
    """
    place = Place("inline", "pack")
    shipped = _shipped_book()
    own, rules = check_single(plain, place, shipped)
    resolved = _resolve(None, own, Book(rules, shipped.packs))
    place.refuse()
    return Pack(resolved)


@cache
def shipped_pack(name: str) -> Pack:
    """Give the shipped pack so called; PackError, naming those there are, for any other name."""
    if name not in SHIPPED:
        known = f"unknown pack; there are: {' '.join(SHIPPED)}"
        raise PackError(Fault("shipped", shown(name), "", known))
    book = _shipped_book()
    return Pack(_resolve(name, book.packs[name], book), file=_SHIPPED_FILE)


@cache
def _shipped_book() -> Book:
    from importlib.resources import files

    place = Place(_SHIPPED_FILE)
    data = files(__package__).joinpath(_SHIPPED_FILE).read_bytes()
    book = _read_book(_parse(data, place), place, Book())
    place.refuse()
    return book


def _parse(source: str | bytes, place: Place) -> dict[str, Any]:
    """Read TOML of unknown origin; PackError, with line and column, if it is none."""
    import re
    import tomllib

    try:
        data = source.encode() if isinstance(source, str) else source
        text = data.decode("utf-8-sig")
    except UnicodeError:
        raise _refusal(place, "is not UTF-8") from None
    if len(data) > MAX_FILE:
        raise _refusal(place, f"is larger than {MAX_FILE} bytes")
    bare = re.sub(r"[ \t]+", "", re.sub(_NO_KEY, "_", text, flags=re.DOTALL))
    if any(key.count(".") >= MAX_KEY_PARTS for key in re.findall(r"[\w.-]+", bare)):
        raise _refusal(place, f"has a key of more than {MAX_KEY_PARTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _refusal(place, "is nested too deeply") from None
    except ValueError as error:
        raise _refusal(place, f"is not TOML: {error}") from None


def _refusal(place: Place, message: str) -> PackError:
    return PackError(Fault(place.file, place.table, place.field, message))


def _read_book(plain: Mapping[str, Any], place: Place, behind: Book) -> Book:
    """Check each table of a file by itself."""
    top = record({"rules": Field(check_rules), "packs": Field(as_it_is)})(plain, place)
    rules, told = top.get("rules", {}), top.get("packs", {})
    bases = {**behind.packs, **(told if isinstance(told, Mapping) else {})}
    check = check_pack({**behind.rules, **rules}, bases)
    return Book(rules, each(lambda _: check, "packs", MAX_PACKS)(told, place / "packs"))


def _resolve(name: str | None, own: Checked, book: Book) -> Any:
    """Give what a pack comes to over its bases; WRONG if something, noted by now, keeps it from it.

    Without a name it is called by its title, and no base means it.
    """
    tables, names = [own.plain], [name]
    while "base" in tables[0]:
        base = tables[0]["base"]
        if base not in book.packs:
            return WRONG
        if base in names:
            if base == name:
                circle = first_few([*names, base])
                (own.place / "base").wrong(f"goes round in a circle: {circle}")
            return WRONG
        if len(names) > MAX_BASES:
            message = f"is one too many: at most {MAX_BASES} lie one under the other"
            return (own.place / "base").wrong(message)
        names.append(base)
        tables.insert(0, book.packs[base].plain)
    called = own.plain.get("title", WRONG) if name is None else name
    return settle(called, merge(*tables), book.rules, own.place)
