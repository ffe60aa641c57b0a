"""What people may write: names, the text of made rules, an emoji; and when two names look alike.

Knows nothing of rooms or packs. A text is refused or kept, never repaired beyond trimming and
NFC, and a refusal never repeats it. What is written out is for the reader to escape: HTML, SQL
and format strings are text like any other. Every verdict and every skeleton is the same on all
Pythons (see `_unicode`) and stays the same: old logs are decided again.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from itertools import accumulate, pairwise
from unicodedata import category, normalize

from ringofire._unicode import CONFUSABLE, INVISIBLE, PICTOGRAPHIC, UNASSIGNED
from ringofire.errors import Reason, Rejected

__all__ = [
    "EMOJI_BYTES",
    "NAME_POINTS",
    "RULE_BYTES",
    "RULE_POINTS",
    "clean_emoji",
    "clean_name",
    "clean_rule",
    "clean_text",
    "skeleton",
]

NAME_POINTS = 24
RULE_POINTS = 140
RULE_BYTES = 280
EMOJI_BYTES = 32
"""Limits after trimming and NFC: code points, and bytes of UTF-8."""

# NFC makes at most four code points into one, so nothing longer can become a legal text; the
# rest is room for spaces to trim. Whatever is longer is refused unread.
_RAW_POINTS = 4 * RULE_POINTS + 40

# Zs, less the one that has ink (1680). Tabs and line ends are controls: refused, not trimmed.
_SPACES = (
    " \u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_ZWNJ, _ZWJ, _VS16 = "\u200c", "\u200d", "\ufe0f"
_JOINERS = frozenset((_ZWNJ, _ZWJ, _VS16))

_TOO_LONG = "too long"
_BY_CATEGORY = {
    "Cc": "control character",
    "Cf": "invisible character",
    "Co": "private use character",
    "Cs": "lone surrogate",
    "Zl": "line break",
    "Zp": "line break",
}
# UAX 9, section 2: the explicit formatting characters.
_BY_CHARACTER = dict.fromkeys(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "direction control"
)


def clean_name(raw: object) -> str:
    """Give a player's name back, trimmed and in NFC, or refuse it.

    A name has 1 to 24 code points, so at most 96 bytes of UTF-8, all of them assigned in Unicode
    14.0 or emoji. It has no controls, line breaks, direction controls, invisible or private use
    characters, tags or lone surrogates, and no more than three combining marks in a row. ZWJ and
    VS16 stand only inside an emoji, ZWNJ only inside a word of Arabic or an Indic script (UAX 31,
    section 2.3). Raises `Rejected` with `bad_name` and why.
    """
    text = clean_text(raw, _bad_name)
    if len(text) > NAME_POINTS:  # 24 of them are 96 bytes at most: no other limit is needed
        raise _bad_name(_TOO_LONG)
    return text


def clean_rule(raw: object) -> str:
    """Give the text of a made rule back, trimmed and in NFC, or refuse it.

    It has 1 to 140 code points and at most 280 bytes of UTF-8, of the characters a name may have.
    Raises `Rejected`: `too_long` with the limit, else `bad_value` with why.
    """
    text = clean_text(raw, _bad_rule)
    if len(text) > RULE_POINTS:
        raise _bad_rule(_TOO_LONG)
    if len(text.encode()) > RULE_BYTES:
        raise Rejected(Reason.TOO_LONG, {"limit_bytes": RULE_BYTES})
    return text


def clean_emoji(raw: object) -> str:
    """Give exactly one emoji back as it came, or refuse it.

    One emoji is a pictograph with or without VS16 or a skin tone, several of them joined by ZWJ,
    a flag of two regional indicators or of tags, or a keycap (UTS 51, section 1.4.9), at most 32
    bytes of UTF-8. It is judged by its form: whether a font draws it as one sign is not known
    here. Raises `Rejected` with `bad_value` and why.
    """
    if not isinstance(raw, str):
        raise _bad_emoji("not text")
    if len(raw) > EMOJI_BYTES or not _one_emoji().fullmatch(raw):
        raise _bad_emoji("not one emoji")
    if len(raw.encode()) > EMOJI_BYTES:
        raise _bad_emoji(_TOO_LONG)
    if any(_within(UNASSIGNED, char) for char in raw):
        raise _bad_emoji("unassigned character")
    return raw


def skeleton(name: str) -> str:
    """Give what a clean name looks like: two names that look alike have the same skeleton.

    After UTS 39, section 4, but blind to case: joiners dropped, NFKD, casefold, each sign that
    looks like ASCII replaced by it, spaces collapsed, NFC. So 0 and o are one, and 1, l, I, i and
    the bar are one. Accents are kept: Jose may sit beside José. Signs alike only among themselves
    in another script are not folded. Its own skeleton is itself; it is never shown, and grows to
    at most 18 code points per character.
    """
    text = normalize("NFKD", name.translate(dict.fromkeys(map(ord, _JOINERS))))
    text = normalize("NFKD", text.casefold()).translate(_looks())
    return normalize("NFC", " ".join(re.sub("l\u0307+", "l", text).split()))


def _bad_name(why: str) -> Rejected:
    return Rejected(Reason.BAD_NAME, {"why": why})


def _bad_rule(why: str) -> Rejected:
    if why == _TOO_LONG:
        return Rejected(Reason.TOO_LONG, {"limit": RULE_POINTS})
    return Rejected(Reason.BAD_VALUE, {"field": "text", "why": why})


def _bad_emoji(why: str) -> Rejected:
    return Rejected(Reason.BAD_VALUE, {"field": "emoji", "why": why})


def clean_text(raw: object, bad: Callable[[str], Exception]) -> str:
    """Give a text trimmed and in NFC, or raise `bad(why)` for what is in it.

    Its length is not judged, but that more than a few hundred code points are too long for all.
    """
    if not isinstance(raw, str):
        raise bad("not text")
    if len(raw) > _RAW_POINTS:
        raise bad(_TOO_LONG)
    text = raw.strip(_SPACES)
    if not text:
        raise bad("empty")
    if text.isascii() and text.isprintable():
        return text
    for char in text:
        if why := _fault(char):
            raise bad(why)
    text = normalize("NFC", text)  # after the check: NFC is stable for assigned characters only
    if "MMMM" in "".join(category(char)[0] for char in text):
        raise bad("more than three marks in a row")
    if not _JOINERS.isdisjoint(text) and not _JOINERS.isdisjoint(_joined().sub("", text)):
        raise bad("joiner outside an emoji")
    return text


def _fault(char: str) -> str:
    """Name what is wrong with one character; the joiners depend on their neighbours."""
    if char in _JOINERS:
        return ""
    if _within(UNASSIGNED, char):
        return "unassigned character"
    return (
        _BY_CHARACTER.get(char)
        or _BY_CATEGORY.get(category(char))
        or ("invisible character" if _within(INVISIBLE, char) else "")
    )


def _within(table: str, char: str) -> bool:
    """Tell whether a character is in a set of `_unicode`."""
    return bisect_right(_edges(table), ord(char)) % 2 == 1


@cache
def _edges(table: str) -> tuple[int, ...]:
    """Read a set of `_unicode`: each edge of it, in or out in turn."""
    return tuple(accumulate(int(step, 36) for step in table.split()))


@cache
def _looks() -> dict[int, str]:
    """Read what each confusable code point looks like."""
    rows = (row.split() for row in CONFUSABLE.strip().splitlines())
    return {int(sign, 16): like for like, *signs in rows for sign in signs}


@cache
def _one_emoji() -> re.Pattern[str]:
    """Match one emoji: possible_emoji of UTS 51, narrowed to the forms in use."""
    edges = list(pairwise(_edges(PICTOGRAPHIC)))[::2]
    pictograph = "".join(f"{chr(start)}-{chr(end - 1)}" for start, end in edges)
    part = f"[{pictograph}][\U0001f3fb-\U0001f3ff{_VS16}]?"
    return re.compile(
        "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"
        f"|{part}(?:{_ZWJ}{part})*"
        "|[\U0001f1e6-\U0001f1ff]{2}"
        f"|[0-9#*]{_VS16}?\u20e3"
    )


@cache
def _joined() -> re.Pattern[str]:
    """Match what a joiner may stand in: an emoji, or a ZWNJ before a letter in 0620 to 0DFF."""
    word = "[\u0620-\u0dff]"
    return re.compile(f"{_one_emoji().pattern}|(?<={word}){_ZWNJ}(?={word})(?=\\w)")
