"""Tests of `ringofire.text`.

Texts stand escaped in `corpus/text.json`: a label, what is said of the text, the text.
"""

import hashlib
import itertools
import json
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringofire import _unicode, text
from ringofire.errors import Reason, Rejected
from tests import unicode_pins

Clean = Callable[[object], str]

LATER = unicode_pins.spread(unicode_pins.LATER_EMOJI)

CORPUS: dict[str, list[list[str]]] = json.loads(
    (Path(__file__).parent / "corpus" / "text.json").read_text("ascii")
)
WHYS = {
    "control character",
    "direction control",
    "empty",
    "invisible character",
    "joiner outside an emoji",
    "line break",
    "lone surrogate",
    "more than three marks in a row",
    "not one emoji",
    "not text",
    "private use character",
    "too long",
    "unassigned character",
}
WHY_OF_CATEGORY = {
    "Cc": {"control character"},
    "Cf": {"invisible character", "direction control", "joiner outside an emoji"},
    "Cn": {"unassigned character"},
    "Co": {"private use character"},
    "Cs": {"lone surrogate"},
    "Zl": {"line break"},
    "Zp": {"line break"},
}
# The same on Python 3.11, 3.12 and 3.13. It changes only when the tables of `_unicode` widen.
GOLDEN = "75401c0f81e52a4fe1df92241909907c4997f8160b915f61039bc64ef6246090"

# Any text, and text made of little but the signs that depend on their neighbours.
TROUBLE = (
    "aA1 |\u0301\u0307\u0323\u0345\u0130\u03a3\u1e9e\u0639\u0915\u093f\u094d"
    "\u200c\u200d\ufe0f\u20e3\u2764\U0001f469\U0001f3fd\U0001f1e8"
)
TEXTS = st.text(st.characters(), max_size=30) | st.text(TROUBLE, max_size=30)
VALUES = TEXTS | st.none() | st.booleans() | st.integers() | st.binary() | st.lists(TEXTS)

every_cleaner = pytest.mark.parametrize(
    "clean", [text.clean_name, text.clean_rule, text.clean_emoji]
)


def rows(table: str, names: str) -> pytest.MarkDecorator:
    """Run a test for each row of a table of the corpus, under the row's label."""
    return pytest.mark.parametrize(
        names, [pytest.param(*row[1:], id=row[0]) for row in CORPUS[table]]
    )


def refusal(clean: Clean, raw: object) -> tuple[Reason, dict[str, object]]:
    """Give what a text is refused with."""
    with pytest.raises(Rejected) as caught:
        clean(raw)
    return caught.value.reason, dict(caught.value.data)


def verdict(clean: Clean, raw: object) -> str:
    """Write what comes of a text as one line."""
    try:
        return "kept " + clean(raw)
    except Rejected as refused:
        return str(refused)


# -- What holds for every text there is ------------------------------------------------------------


@every_cleaner
@given(raw=VALUES)
def test_refusals_say_nothing_of_the_text(clean: Clean, raw: object) -> None:
    """Anything is kept, or refused with data from a closed list."""
    try:
        clean(raw)
    except Rejected as refused:
        data = dict(refused.data)
        why = data.pop("why", "too long")

        assert why in WHYS
        assert data in (
            {},
            {"field": "text"},
            {"field": "emoji"},
            {"limit": 140},
            {"limit_bytes": 280},
        )


@every_cleaner
@given(raw=TEXTS)
def test_clean_text_is_clean(clean: Clean, raw: str) -> None:
    """What is kept is trimmed and in NFC, and judged again it is kept as it is."""
    try:
        kept = clean(raw)
    except Rejected:
        return

    assert kept == clean(kept)
    assert kept == kept.strip(" ")
    assert unicodedata.is_normalized("NFC", kept)


@given(raw=st.text("a\u00e9\u738b\U0001f600 ", min_size=20, max_size=30))
def test_names_keep_their_limits(raw: str) -> None:
    """A name that is kept has 1 to 24 code points and at most 96 bytes."""
    try:
        kept = text.clean_name(raw)
    except Rejected:
        return

    assert 1 <= len(kept) <= 24
    assert len(kept.encode()) <= 96


@given(raw=TEXTS)
def test_rules_are_judged_as_names(raw: str) -> None:
    """A short text is kept as a rule when it is kept as a name, and refused for the same."""
    raw = raw[:8]
    name, rule = verdict(text.clean_name, raw), verdict(text.clean_rule, raw)

    assert name.replace("bad_name (", "bad_value (field: text, ") == rule


@given(char=st.characters(), at=st.integers(0, 2))
def test_bad_character_spoils_a_name(char: str, at: int) -> None:
    """A name with a control, private use, unassigned or format character is refused for it."""
    category = unicodedata.category(char)
    raw = "ab"[:at] + char + "ab"[at:]
    if category in WHY_OF_CATEGORY and ord(char) not in LATER:
        reason, data = refusal(text.clean_name, raw)

        assert Reason.BAD_NAME == reason
        assert data["why"] in WHY_OF_CATEGORY[category]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@given(raw=TEXTS)
def test_spelling_does_not_matter(form: Literal["NFC", "NFD"], raw: str) -> None:
    """A name is judged alike, composed or decomposed."""
    spelled = unicodedata.normalize(form, raw)

    assert verdict(text.clean_name, raw) == verdict(text.clean_name, spelled)


@pytest.mark.parametrize("mark", ["\u0301", "\u0903", "\u20dd"], ids=["Mn", "Mc", "Me"])
@given(marks=st.integers(0, 9))
def test_marks_are_counted_in_a_row(mark: str, marks: int) -> None:
    """Up to three combining marks of any kind follow a letter, and a letter starts anew."""
    kept = verdict(text.clean_name, ("Q" + mark * marks) * 2).startswith("kept")

    assert (marks <= 3) == kept


# -- Names are kept whatever language they are in, and refused for what cannot be seen -------------


@rows("names kept", "raw")
def test_legal_names_are_kept(raw: str) -> None:
    """A legal name comes back in NFC, be it HTML, SQL or a format string."""
    assert unicodedata.normalize("NFC", raw) == text.clean_name(raw)


@rows("names refused", "why, raw")
def test_illegal_names_are_refused(why: str, raw: str) -> None:
    """An illegal name is refused as a bad name, with the reason of its kind."""
    assert (Reason.BAD_NAME, {"why": why}) == refusal(text.clean_name, raw)


@pytest.mark.parametrize("raw", [None, True, 7, 1.5, b"Ann", ["Ann"], {"name": "Ann"}])
def test_names_are_text(raw: object) -> None:
    """What is not text is no name."""
    assert (Reason.BAD_NAME, {"why": "not text"}) == refusal(text.clean_name, raw)


def test_spaces_around_are_trimmed() -> None:
    """Spaces of all widths are taken off both ends."""
    assert "Mary Jane" == text.clean_name(" \u3000\u00a0Mary Jane\u2009 ")


def test_six_hundred_code_points_are_read() -> None:
    """As many spaces are trimmed as make the text 600 code points, and not one more."""
    assert "a" == text.clean_name(" " * 599 + "a")
    assert (Reason.BAD_NAME, {"why": "too long"}) == refusal(text.clean_name, " " * 600 + "a")


def test_length_is_counted_after_trimming_and_composing() -> None:
    """24 letters are kept though spaces and marks made them more."""
    assert "\u00e9" * 24 == text.clean_name("  " + "e\u0301" * 24 + "  ")


def test_four_code_points_may_compose_to_one() -> None:
    """A name of 24 letters is kept when each was sent as four code points."""
    assert "\u1f82" * 24 == text.clean_name("\u03b1\u0313\u0300\u0345" * 24)


@every_cleaner
def test_huge_text_is_refused_unread(clean: Clean) -> None:
    """A text of ten million marks is refused in no time."""
    huge = "e\u0301\u0323" * 3_300_000
    start = time.process_time()
    refusal(clean, huge)

    assert time.process_time() - start < 0.05


# -- Texts of made rules are names of another length -----------------------------------------------


@rows("names kept", "raw")
def test_legal_names_are_legal_rules(raw: str) -> None:
    """What may be a name may be a rule."""
    assert text.clean_name(raw) == text.clean_rule(raw)


@pytest.mark.parametrize("raw", ["x" * 140, "\u00e9" * 140, " " * 50 + "\u1f82" * 93])
def test_longest_rules_are_kept(raw: str) -> None:
    """140 code points and 280 bytes are kept."""
    assert raw.strip() == text.clean_rule(raw)


def test_rules_composed_of_four_times_as_much_are_kept() -> None:
    """A rule is measured after composing, however it was sent."""
    assert "\u1f82" * 93 == text.clean_rule("\u03b1\u0313\u0300\u0345" * 93)
    assert "\u01d6" * 140 == text.clean_rule("u\u0308\u0304" * 140)


@pytest.mark.parametrize("raw", ["x" * 141, "x" * 100_000, "\U0001f600" * 141])
def test_too_many_code_points_are_too_long(raw: str) -> None:
    """141 code points are refused with the limit."""
    assert (Reason.TOO_LONG, {"limit": 140}) == refusal(text.clean_rule, raw)


@pytest.mark.parametrize("raw", ["\u00e9" * 139 + "\u20ac", "\u738b" * 94])
def test_too_many_bytes_are_too_long(raw: str) -> None:
    """281 bytes are refused with the limit in bytes."""
    assert (Reason.TOO_LONG, {"limit_bytes": 280}) == refusal(text.clean_rule, raw)


@pytest.mark.parametrize(
    ("why", "raw"),
    [
        ("not text", None),
        ("empty", "  "),
        ("control character", "drink\nagain"),
        ("direction control", "\u202eknird"),
    ],
)
def test_other_faults_name_the_field(why: str, raw: object) -> None:
    """A rule that is not text, empty or has controls is a bad value of the field text."""
    expected = {"field": "text", "why": why}

    assert (Reason.BAD_VALUE, expected) == refusal(text.clean_rule, raw)


# -- An emoji is one emoji -------------------------------------------------------------------------


@rows("emoji kept", "raw")
def test_one_emoji_is_kept(raw: str) -> None:
    """One emoji of any form comes back as it came."""
    assert raw == text.clean_emoji(raw)


@rows("emoji refused", "why, raw")
def test_anything_else_is_refused(why: str, raw: str) -> None:
    """Text, parts of emoji and more than one emoji are refused."""
    expected = {"field": "emoji", "why": why}

    assert (Reason.BAD_VALUE, expected) == refusal(text.clean_emoji, raw)


@pytest.mark.parametrize("raw", [None, 7, b"\xf0\x9f\x98\x80"])
def test_emoji_are_text(raw: object) -> None:
    """What is not text is no emoji."""
    expected = {"field": "emoji", "why": "not text"}

    assert (Reason.BAD_VALUE, expected) == refusal(text.clean_emoji, raw)


def test_two_are_not_one() -> None:
    """No two emoji side by side are one."""
    kept = [row[1] for row in CORPUS["emoji kept"]]
    pairs = [a + b for a, b in itertools.product(kept, kept)]

    assert [] == [pair for pair in pairs if verdict(text.clean_emoji, pair).startswith("kept")]


@rows("emoji kept", "raw")
def test_names_take_emoji_without_tags(raw: str) -> None:
    """A name may have any emoji in it but a flag of tags."""
    tagged = "\U000e007f" in raw

    assert tagged != verdict(text.clean_name, f"A{raw}b").startswith("kept")


# -- Names that look alike have one skeleton -------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), CORPUS["alike"], ids=ascii)
def test_look_alikes_collide(one: str, other: str) -> None:
    """Names that differ in case, width or confusable signs have one skeleton."""
    assert text.skeleton(one) == text.skeleton(other)


@pytest.mark.parametrize(("one", "other"), CORPUS["apart"], ids=ascii)
def test_others_do_not(one: str, other: str) -> None:
    """Names that anybody can tell apart, if only by an accent, have two."""
    assert text.skeleton(one) != text.skeleton(other)


@given(name=TEXTS)
def test_skeleton_is_its_own_skeleton(name: str) -> None:
    """The skeleton of a skeleton is itself."""
    assert text.skeleton(name) == text.skeleton(text.skeleton(name))


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@given(name=TEXTS)
def test_compatible_names_collide(form: Literal["NFC", "NFD", "NFKC", "NFKD"], name: str) -> None:
    """Names that NFKC or casefolding makes equal have one skeleton."""
    if verdict(text.clean_name, name).startswith("kept"):
        assert text.skeleton(name) == text.skeleton(unicodedata.normalize(form, name))
        assert text.skeleton(name) == text.skeleton(unicodedata.normalize("NFC", name).casefold())


@given(name=TEXTS)
def test_skeletons_are_bounded(name: str) -> None:
    """A skeleton has at most 18 code points for each of the name."""
    assert len(text.skeleton(name)) <= 18 * len(name)


@pytest.mark.parametrize("sign", "\u200c\u200d\ufe0f", ids=ascii)
@given(name=TEXTS, at=st.integers(0, 30))
def test_joiners_do_not_count(sign: str, name: str, at: int) -> None:
    """A joiner changes no skeleton, wherever it stands."""
    assert text.skeleton(name) == text.skeleton(name[:at] + sign + name[at:])


# -- Every Python says the same --------------------------------------------------------------------


def test_unassigned_is_what_unicode_14_leaves() -> None:
    """The table is the running Python's own, or has all that a newer one still leaves."""
    pinned = unicode_pins.unpacked(_unicode.UNASSIGNED)
    here = unicode_pins.unassigned()

    assert not here - pinned
    assert not pinned & unicode_pins.spread(unicode_pins.LATER_EMOJI)
    assert unicodedata.unidata_version != "14.0.0" or here == pinned


def test_emoji_of_later_versions_are_pictographs() -> None:
    """Each emoji let in from a newer Unicode is kept as an emoji and in a name."""
    later = [chr(point) for point in sorted(LATER)]

    assert later == [text.clean_emoji(char) for char in later]
    assert later == [text.clean_name(char) for char in later]


def test_invisible_is_as_generated() -> None:
    """The table of invisible signs is the generator's."""
    expected = unicode_pins.spread(unicode_pins.INVISIBLE)

    assert expected == unicode_pins.unpacked(_unicode.INVISIBLE)


def test_each_confusable_stands_once() -> None:
    """No sign has two looks, and what it looks like is ASCII."""
    table = [row.split() for row in _unicode.CONFUSABLE.strip().splitlines()]
    signs = [sign for _, *row in table for sign in row]

    assert len(signs) == len(set(signs))
    assert all(like.isascii() for like, *_ in table)


def test_verdicts_are_the_same_on_every_python() -> None:
    """The verdicts and skeletons of all characters hash to one value.

    Of planes 4 to 13, 15 and 16, which are unassigned and private, every 251st is enough.
    """
    points = itertools.chain(
        range(0x40000), range(0xE0000, 0xF0000), range(0x40000, sys.maxunicode + 1, 251)
    )
    told = hashlib.sha256()
    for char in map(chr, points):
        name = verdict(text.clean_name, char)
        line = [f"{ord(char):x}", name]
        if name.startswith("kept"):
            marks = verdict(text.clean_name, "x" + 4 * char)
            line += [marks, verdict(text.clean_emoji, char), text.skeleton(char)]
        told.update(("\t".join(line) + "\n").encode())

    assert told.hexdigest() == GOLDEN
