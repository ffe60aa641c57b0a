"""Print the tables of `src/ringofire/_unicode.py`, each from the source it comes from.

    python3.11 tests/unicode_pins.py emoji-data.txt

UNASSIGNED and INVISIBLE need Python 3.11 alone (its `unicodedata` is Unicode 14.0), PICTOGRAPHIC
the emoji-data.txt of Unicode 14.0 or 15.0 (they agree), CONFUSABLE PyICU over ICU 72.

The tables are pinned: old logs are decided again, so a text once accepted must stay accepted and
a skeleton must stay as it is. Widening is safe, for a refused text is in no log. To let in the
emoji of a newer Unicode: add their ranges to LATER_EMOJI, run this, paste UNASSIGNED, and put
the new golden value into `test_text.py`.
"""

import re
import sys
import textwrap
import unicodedata
from collections.abc import Iterable
from itertools import accumulate, pairwise
from pathlib import Path

POINTS = range(sys.maxunicode + 1)

# Emoji that Unicode 15.0 to 18.0 assigned in places Extended_Pictographic had reserved for them.
LATER_EMOJI = (
    range(0x1F6D8, 0x1F6DA),
    range(0x1F6DC, 0x1F6DD),
    range(0x1FA75, 0x1FA78),
    range(0x1FA87, 0x1FA90),
    range(0x1FAAD, 0x1FAB0),
    range(0x1FABB, 0x1FAC0),
    range(0x1FAC6, 0x1FAC7),
    range(0x1FAC8, 0x1FAC9),
    range(0x1FACC, 0x1FAD0),
    range(0x1FADA, 0x1FADE),
    range(0x1FADF, 0x1FAE0),
    range(0x1FAE8, 0x1FAEC),
    range(0x1FAEF, 0x1FAF0),
    range(0x1FAF7, 0x1FAFB),
)

# Default_Ignorable_Code_Point (DerivedCoreProperties.txt 14.0), and two signs without ink:
# the blank of Braille (2800) and the null notehead of music (1D159).
INVISIBLE = (
    range(0x00AD, 0x00AE),
    range(0x034F, 0x0350),
    range(0x061C, 0x061D),
    range(0x115F, 0x1161),
    range(0x17B4, 0x17B6),
    range(0x180B, 0x1810),
    range(0x200B, 0x2010),
    range(0x202A, 0x202F),
    range(0x2060, 0x2070),
    range(0x2800, 0x2801),
    range(0x3164, 0x3165),
    range(0xFE00, 0xFE10),
    range(0xFEFF, 0xFF00),
    range(0xFFA0, 0xFFA1),
    range(0xFFF0, 0xFFF9),
    range(0x1BCA0, 0x1BCA4),
    range(0x1D159, 0x1D15A),
    range(0x1D173, 0x1D17B),
    range(0xE0000, 0xE1000),
)


def spread(ranges: Iterable[range]) -> set[int]:
    """Give the code points of some ranges."""
    return {point for part in ranges for point in part}


def base36(number: int) -> str:
    """Write an integer the way `int(text, 36)` reads it."""
    rest, digit = divmod(number, 36)
    return (base36(rest) if rest else "") + "0123456789abcdefghijklmnopqrstuvwxyz"[digit]


def packed(points: set[int]) -> str:
    """Write a set of code points as the distances between its edges, base 36."""
    ends = [p for p in range(len(POINTS) + 1) if (p in points) != (p - 1 in points)]
    return " ".join(base36(b - a) for a, b in pairwise([0, *ends]))


def unpacked(table: str) -> set[int]:
    """Read what `packed` wrote."""
    edges = accumulate(int(step, 36) for step in table.split())
    return {point for start, end in zip(edges, edges, strict=True) for point in range(start, end)}


def unassigned() -> set[int]:
    """Give what this Python's Unicode leaves unassigned, less the emoji known to come later."""
    return {p for p in POINTS if unicodedata.category(chr(p)) == "Cn"} - spread(LATER_EMOJI)


def pictographic(emoji_data: Path) -> set[int]:
    """Give the Extended_Pictographic code points that an emoji-data.txt lists."""
    rows = re.findall(
        r"^(\w+)(?:\.\.(\w+))?\s*; Extended_Pictographic",
        emoji_data.read_text("utf-8"),
        re.MULTILINE,
    )
    return spread(range(int(a, 16), int(b or a, 16) + 1) for a, b in rows)


def fold(text: str) -> str:
    """Take what UTS 39 and casefolding do not tell apart to one text, decomposed."""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


def confusable() -> dict[str, str]:
    """Give each folded sign that looks like printable ASCII, in itself or else as a capital.

    The looks are ICU's, that is confusables.txt of UTS 39. A capital counts only where the small
    letter looks like nothing in ASCII: to merge both would merge Latin letters through Greek ones
    (nu is v, capital nu is N).
    """
    import icu  # type: ignore[import-not-found]

    checker, looks = icu.SpoofChecker(), {}
    for sign in map(chr, POINTS):
        if unicodedata.category(sign)[0] in "CMZ" or fold(sign) != sign:
            continue
        likes = (fold(checker.getSkeleton(0, form)) for form in (sign, sign.upper()))
        like = next((x for x in likes if x.isascii() and x.strip() and x != sign), None)
        if like:
            looks[sign] = like
    for _ in range(4):  # until no look has a look of its own
        looks = {sign: "".join(looks.get(x, x) for x in like) for sign, like in looks.items()}
    return looks


def table(name: str, lines: list[str], *, raw: str = "") -> str:
    """Write one table as a Python constant."""
    return "\n".join(["", f'{name} = {raw}"""', *lines, '"""', ""])


def wrapped(text: str, start: str = "") -> list[str]:
    """Break a row of numbers into lines, each with the same start."""
    width = 99 - len(start)
    return [start + line for line in textwrap.wrap(text, width, break_on_hyphens=False)]


def tables(emoji_data: Path) -> str:
    """Write all tables of `_unicode`."""
    signs: dict[str, list[str]] = {}
    for sign, like in confusable().items():
        signs.setdefault(like, []).append(f"{ord(sign):x}")
    looks = [row for like in sorted(signs) for row in wrapped(" ".join(signs[like]), f"{like} ")]
    return (
        table("UNASSIGNED", wrapped(packed(unassigned())))
        + table("INVISIBLE", wrapped(packed(spread(INVISIBLE))))
        + table("PICTOGRAPHIC", wrapped(packed(pictographic(emoji_data))))
        + table("CONFUSABLE", looks, raw="r")
    )


if __name__ == "__main__":
    sys.stdout.write(tables(Path(sys.argv[1])))
