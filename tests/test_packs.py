"""Packs: what the vocabulary allows, what is refused and where, and what the shipped ones say."""

import copy
import json
import pickle
import subprocess
import sys
import time
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import example, given
from hypothesis import strategies as st

from ringofire.canonical import canonical
from ringofire.cards import RANKS, Card, Deck, Rank
from ringofire.errors import PackError
from ringofire.packs.checks import MAX_FAULTS
from ringofire.packs.effects import (
    EFFECTS,
    CupEffect,
    GameEffect,
    LinkEffect,
    PenaltyEffect,
    RingEffect,
    RuleEffect,
    StatusEffect,
    TurnEffect,
)
from ringofire.packs.load import SHIPPED, inline_pack, load_packs, shipped_pack
from ringofire.packs.pack import Pack
from tests.strategies.packs import Plain, pack_objects, packs

BROKEN = sorted((Path(__file__).parent / "packs").glob("*.toml"))
SHIPPED_TEXT = (
    Path(__file__).parent.parent / "src" / "ringofire" / "packs" / "shipped.toml"
).read_bytes()

TIMES = "replaced round next_turn turns:1 turns:99"
VOCABULARY: dict[str, dict[str, str | list[Any]]] = {
    "penalty": {
        "who": "drawer pick split left right sides prev all others team:a team:b random"
        " loser holder",
        "n": [0, 20, "rank"],
        "cap": [0, 20],
    },
    "status": {
        "key": ["thumb"],
        "who": "drawer pick left right prev random loser table",
        "until": f"{TIMES} used toggle",
        "stack": [True, False],
    },
    "link": {
        "who": "pick left right prev random",
        "mode": "follow_drawer follow_target both",
        "until": TIMES,
        "key": ["mate"],
        "dissolve_when_all": [True, False],
    },
    "rule": {
        "op": "add repeal",
        "until": TIMES,
        "who": "all pick",
        "key": ["rule"],
        "kind": ["word"],
    },
    "cup": {
        "op": "fill serve",
        "who": "drawer pick left right prev random all others loser table",
    },
    "game": {
        "kind": ["rhyme"],
        "order": "none ring choose",
        "lose": "none one many drawer",
        "who": "all pick",
    },
    "turn": {"op": "reverse again"},
    "ring": {"op": "return", "ranks": [["A"], ["2", "10", "J"], ["Joker"]]},
    "note": {"kind": ["cheers"]},
}
"""`do` -> field -> every word, or the least and the most, as game.md has them."""

NEEDED: dict[str, Plain] = {"turn": {"op": "again"}, "ring": {"ranks": ["K"]}}


def values(allowed: str | list[Any]) -> list[Any]:
    return allowed.split() if isinstance(allowed, str) else allowed


SENTENCES = [
    {"do": do, **NEEDED.get(do, {}), field: value}
    for do, fields in VOCABULARY.items()
    for field, allowed in {**fields, "when": "last not_last red black"}.items()
    for value in values(allowed)
]
WORDS = {word for effect in SENTENCES for word in effect.values() if isinstance(word, str)} | {
    "turns:0",
    "turns:01",
    "turns:100",
    "turns:\u0661",
    "turns:",
    "",
    "nobody",
}


def alone(*effects: Plain, **fields: Any) -> Plain:
    """A pack with one rule on all cards."""
    rule = {"title": "It", "text": "It.", "effects": [*effects]}
    return {"title": "Alone", "cards": {"A-K": "it"}, "rules": {"it": rule}, **fields}


def faults(plain: Any) -> list[str]:
    """The faults of an inline pack, in words."""
    with pytest.raises(PackError) as caught:
        inline_pack(plain)
    return [str(fault) for fault in caught.value.faults]


def told(text: str) -> str:
    """The faults of a pack file, a line each."""
    with pytest.raises(PackError) as caught:
        load_packs(text)
    return str(caught.value)


def chain(length: int) -> str:
    """A pack file with packs one over the other, the lowest over a shipped one."""
    return "".join(
        f'[packs.p{n}]\ntitle = "T"\nbase = "{f"p{n - 1}" if n else "uk"}"\n' for n in range(length)
    )


def circle(length: int) -> str:
    """A pack file with packs that go round in a circle."""
    return "".join(
        f'[packs.p{n}]\ntitle = "T"\nbase = "p{(n + 1) % length}"\n' for n in range(length)
    )


DOTS = ".".join("x" * 20)
QUOTED = {
    "comment": f"k = 1 # {DOTS} ' \"",
    "basic": f'k = "{DOTS} \\" # \\\\ \' "',
    "literal": f"k = '{DOTS} \" # \\'",
    "basic_lines": f'k = """{DOTS}\n " ""  \\""" # \' \\\n  {DOTS}"""',
    "basic_lines_and_quotes": f'k = """{DOTS} \\"""""',
    "literal_lines": f"k = '''{DOTS}\n ' # \" \\'''",
    "literal_lines_and_quotes": f"k = '''{DOTS}'''''",
    "empty": f"k = [\"\", '', \"{DOTS}\", '{DOTS}']",
}
"""Dots within all that TOML quotes, beside what could be taken for another beginning or end."""


class TestVocabulary:
    def test_kinds(self) -> None:
        """The table of effects has the nine kinds, each with its fields, and no other."""
        fields = {do: {*kind.checks} for do, kind in EFFECTS.items()}

        assert {
            do: {*known} | ({"pick", "key"} if do == "penalty" else set())
            for do, known in VOCABULARY.items()
        } == fields

    @pytest.mark.parametrize("effect", SENTENCES, ids=str)
    def test_every_word(self, effect: Plain) -> None:
        """Each word of the vocabulary is understood, and kept unless it says the default."""
        defaults = EFFECTS[effect["do"]].defaults
        said = {
            key: value for key, value in effect.items() if key == "do" or value != defaults[key]
        }

        assert [said] == inline_pack(alone(effect)).resolved["rules"]["it"]["effects"]

    @pytest.mark.parametrize(
        ("do", "field"),
        [
            (do, field)
            for do, fields in VOCABULARY.items()
            for field, allowed in {**fields, "when": "last not_last red black"}.items()
            if isinstance(allowed, str)
        ],
    )
    def test_no_other_word(self, do: str, field: str) -> None:
        """No word of another field or effect is taken for one of this."""
        allowed = {**VOCABULARY[do], "when": "last not_last red black"}[field]
        for word in sorted(WORDS - {*values(allowed)}):
            if field == "until" and word.startswith("turns:") and word[6:] in {"1", "99"}:
                continue
            effect = {"do": do, **NEEDED.get(do, {}), field: word}

            (fault,) = faults(alone(effect))

            assert fault.startswith(f"inline: rules.it: effects[0].{field}: has to be one of: ")

    def test_defaults(self) -> None:
        """A field left out stands at its default, and a key at the rule's name."""
        effects: list[Plain] = [
            {"do": "penalty"},
            {"do": "status"},
            {"do": "link"},
            {"do": "rule"},
            {"do": "cup"},
            {"do": "game"},
            {"do": "turn", "op": "again"},
            {"do": "ring", "ranks": ["K", "2"]},
        ]

        rule = inline_pack(alone(*effects)).rules["it"]

        assert (
            PenaltyEffect("drawer", 1, None, 1, "it", None),
            StatusEffect("it", "drawer", "replaced", stack=False, when=None),
            LinkEffect("pick", "follow_drawer", "round", "it", dissolve_when_all=False, when=None),
            RuleEffect("add", "round", "all", "it", "", None),
            CupEffect("fill", "drawer", None),
            GameEffect("", "none", "none", "all", None),
            TurnEffect("again", None),
            RingEffect((Rank.TWO, Rank.KING), "return", None),
        ) == rule.effects

    def test_defaults_leave_no_trace(self) -> None:
        """Whether a default is said or not, the pack is the same."""
        said = alone(
            {"do": "status", "key": "it", "until": "replaced", "who": "drawer", "stack": False},
            {"do": "penalty", "who": "left", "pick": 1, "key": "it", "n": 1},
            end="deck",
            ring="off",
            deck={"decks": 1, "jokers": 0, "from": "2"},
            limits={"n": 20},
        ) | {"break": {"do": "penalty", "who": "drawer", "n": 1}}

        assert inline_pack(alone({"do": "status"}, {"do": "penalty", "who": "left"})) == (
            inline_pack(said)
        )

    def test_numbers(self) -> None:
        """How many people a penalty hits is within 1..19, and only said of `pick` and `random`."""
        for who in ("pick", "random"):
            pack = inline_pack(alone({"do": "penalty", "who": who, "pick": 19}))
            (effect,) = pack.rules["it"].effects

            assert PenaltyEffect(who, pick=19, key="it") == effect


class TestResolved:
    @given(packs())
    def test_resolving_again(self, pack: Pack) -> None:
        """Resolving a resolved object gives it back unchanged, whoever reads it."""
        again = Pack(pack.resolved)

        assert pack.resolved == again.resolved
        assert pack == again
        assert hash(pack) == hash(again)
        assert {"base"}.isdisjoint(pack.resolved)

    @given(packs())
    def test_text(self, pack: Pack) -> None:
        """A pack's canonical JSON is its resolved object's, its digest the SHA-256 of that."""
        assert canonical(pack) == canonical(pack.resolved) == pack.text.encode()
        assert sha256(pack.text.encode()).digest() == pack.digest
        assert len(pack.text.encode()) <= 24 * 1024

    @given(packs())
    def test_rules_on_cards(self, pack: Pack) -> None:
        """Each card that can lie in the ring has a rule, and no rule is kept that lies on none."""
        resolved = pack.resolved
        laid = {
            card.text: resolved["cards"].get(card.rank)
            or resolved["cards"].get(f"{card.rank}{'r' if card.red else 'b'}")
            for card in pack.deck.full()
        }

        kings = [card for card in pack.deck.full() if card.rank is Rank.KING]
        others = [card for card in pack.deck.full() if card.rank is not Rank.KING]
        for cards, there in (
            (kings, pack.deck.king_count),
            (others, pack.deck.size - pack.deck.king_count),
        ):
            for card in cards:
                assert bool(there) is (laid[card.text] is not None)
                if there:
                    assert pack.rules[laid[card.text]] is pack.rule_for(card)
        assert {*laid.values()} - {None} == {*pack.rules} == {*resolved["rules"]}

    @given(packs())
    def test_copies(self, pack: Pack) -> None:
        """Copies and pickles are equal packs, and what is handed out cannot change one."""
        pack.resolved["rules"].clear()
        pack.resolved["cards"]["A"] = "other"

        assert pack == copy.deepcopy(pack) == pickle.loads(pickle.dumps(pack))
        assert pack.digest == sha256(canonical(pack.resolved)).digest()

    @given(pack_objects(), st.randoms())
    def test_order_means_nothing(self, plain: Plain, random: Any) -> None:
        """A pack does not depend on the order in which its keys are written."""

        def shuffled(value: Any) -> Any:
            if not isinstance(value, dict):
                return [shuffled(item) for item in value] if isinstance(value, list) else value
            items = [(key, shuffled(item)) for key, item in value.items()]
            random.shuffle(items)
            return dict(items)

        assert inline_pack(plain) == inline_pack(shuffled(plain))

    def test_equality(self) -> None:
        """Packs that differ anywhere, be it in a text, are not equal."""
        plain = shipped_pack("uk").resolved
        plain["rules"]["me"]["text"] += "!"

        assert shipped_pack("uk") != Pack(plain)
        assert len({*map(shipped_pack, SHIPPED), Pack(plain)}) == len(SHIPPED) + 1

    def test_frozen(self) -> None:
        """A pack cannot be changed, nor made of anything but plain data."""
        pack = shipped_pack("uk")

        with pytest.raises(FrozenInstanceError):
            pack.end = "deck"  # type: ignore[misc]
        with pytest.raises(TypeError):
            pack.rules["me"] = pack.rules["you"]  # type: ignore[index]

    def test_parts(self) -> None:
        """A pack tells its parts as values."""
        plain = alone(
            end="last:K",
            ring="gap:4",
            limits={"n": 5},
            deck={"decks": 2, "from": "7", "jokers": 3, "cards": 40, "kings": 6},
            cards={"A-K": "it", "Joker": "it"},
        ) | {"break": {"do": "penalty", "who": "holder", "key": "thumb"}}

        pack = inline_pack(plain)

        assert ("Alone", "Alone", "last:K", 4, 5) == (
            pack.name,
            pack.title,
            pack.end,
            pack.gap,
            pack.limit,
        )
        assert PenaltyEffect("holder", key="thumb") == pack.break_
        assert Deck(2, 3, Rank.SEVEN, 40, 6) == pack.deck
        assert repr(pack) == f"<Pack Alone {pack.digest.hex()[:8]}>"

    def test_more_specific_keys_win(self) -> None:
        """Inside one pack rank and colour beats rank, that range and colour, that a range."""
        rule = {"title": "R", "text": "R.", "effects": []}
        keys = {"8r": "a", "8": "b", "7-8r": "c", "9b": "d", "A-K": "e", "7-9b": "f", "Joker": "a"}
        pack = inline_pack({"title": "Keys", "rules": dict.fromkeys("abcdef", rule), "cards": keys})

        assert {"8r": "a", "8b": "b", "7r": "c", "7b": "f", "9r": "e", "9b": "d"} == {
            key: rule for key, rule in pack.resolved["cards"].items() if key[0] in "789"
        }
        assert pack.resolved["cards"]["6"] == "e"
        assert "Joker" not in pack.resolved["cards"]

    def test_own_keys_beat_the_base(self) -> None:
        """Any own key, even a range, beats any key of the base."""
        plain = {"title": "T", "base": "se_ring", "cards": {"2-6": "me"}}

        assert {"me"} == {inline_pack(plain).resolved["cards"][rank] for rank in "23456"}

    def test_deck_and_limits_merge(self) -> None:
        """Deck and limits merge key by key with the base's; the rest is replaced."""
        pack = load_packs(
            """
            packs.a = { title = "A", base = "uk", deck = { decks = 2, from = "5" }, limits.n = 4 }
            packs.b = { title = "B", base = "a", deck = { from = "2", cards = 30, kings = 2 } }
            packs.c = { title = "C", base = "b", break = { do = "penalty", who = "all" } }
            packs.d = { title = "D", base = "c", deck = { decks = 1 }, limits = {} }
            """
        )["d"]

        assert {"cards": 30, "kings": 2} == pack.resolved["deck"]
        assert {"n": 4} == pack.resolved["limits"]
        assert {"do": "penalty", "who": "all"} == pack.resolved["break"]
        assert (pack.end, pack.gap) == ("last:K", 3)

    def test_text_is_trimmed_and_composed(self) -> None:
        """Texts for people are kept trimmed and in NFC."""
        pack = inline_pack(alone(title=" Cafe\u0301 "))

        assert pack.name == pack.title == "Caf\u00e9"

    def test_file_names_win_inside_a_shipped_base(self) -> None:
        """A file's rules and packs take the place of shipped ones, also inside a shipped base."""
        own = """
            rules.mate = { title = "Ours", text = "Ours.", effects = [] }
            packs.uk = { title = "Our UK", base = "se_like", end = "ring" }
            packs.se_like = { title = "S", cards = { A-K = "mate" } }
            packs.mine = { title = "Mine", base = "us" }
        """

        packs = load_packs(own)

        assert ["uk", "se_like", "mine"] == [*packs]
        assert packs["mine"].rules["mate"].title == "Ours"
        assert packs["mine"].end == "ring"
        assert packs["mine"].resolved["cards"]["8"] == "mate_both"
        assert packs["mine"].resolved["cards"]["A"] == "mate"

    def test_inline_title_is_no_base(self) -> None:
        """An inline pack may be called like its base."""
        pack = inline_pack({"title": "uk", "base": "uk", "cards": {}})

        assert pack.name == "uk"
        assert pack.rules == shipped_pack("uk").rules


class TestRefusals:
    @pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
    def test_broken_file(self, path: Path) -> None:
        """A broken file is refused with exactly the faults its first lines name."""
        text = path.read_text(encoding="utf-8")
        expected = [line[2:] for line in text.splitlines() if line.startswith("# ")]

        with pytest.raises(PackError) as caught:
            load_packs(text, file="x")

        assert sorted(expected) == sorted(
            str(fault).removeprefix("x: ") for fault in caught.value.faults
        )
        assert all(fault.file for fault in caught.value.faults)

    @pytest.mark.parametrize(
        ("source", "message"),
        (
            (b'packs.a.title = "\xff"', "is not UTF-8"),
            ('packs.a.title = "\ud800"', "is not UTF-8"),
            ("#" * (64 * 1024 + 1), "is larger than 65536 bytes"),
            ("a = " + "[" * 30_000, "is nested too deeply"),
            ("a = " + "{a = " * 10_000, "is nested too deeply"),
            ("a." * 16 + "a = 1", "has a key of more than 16 parts"),
            ('"\\"a" . ' * 16 + "a = 1", "has a key of more than 16 parts"),
            ("[" + "'a b'." * 32_000 + "a]", "is larger than 65536 bytes"),
            ("[" + "'a b'." * 10_000 + "a]", "has a key of more than 16 parts"),
            (
                "".join(f"{quoted}\nx = 1 # \" '\n" for quoted in QUOTED.values())
                + " . ".join("a" * 17),
                "has a key of more than 16 parts",
            ),
            ("[packs.a]\n[packs.a]", "is not TOML: Cannot declare ('packs', 'a') twice"),
            ("a = 1e", "is not TOML: Expected newline or end of document after a statement"),
        ),
    )
    def test_hostile_text(self, source: str | bytes, message: str) -> None:
        """Text that is no readable TOML is one fault, whatever is wrong with it."""
        with pytest.raises(PackError) as caught:
            load_packs(source)

        (fault,) = caught.value.faults
        assert ("<text>", "", "") == (fault.file, fault.table, fault.field)
        assert fault.message.startswith(message)

    @pytest.mark.parametrize("quoted", QUOTED.values(), ids=QUOTED)
    def test_dots_in_texts(self, quoted: str) -> None:
        """Dots in a text or a comment make no key, and behind it keys are counted again."""
        key = ".".join("a" * 17)
        tomllib.loads(f"{quoted}\n{key} = 1")

        with pytest.raises(PackError, match="unknown key"):
            load_packs(quoted)
        with pytest.raises(PackError, match="has a key of more than 16 parts"):
            load_packs(f"{quoted}\n{key} = 1")

    def test_keys_beside_texts(self) -> None:
        """A key is counted also on one line with texts of every kind."""
        key = ".".join("a" * 17)
        texts = [text[4:] for text in QUOTED.values() if not text.startswith("k = 1")]
        line = f"t = {{ k = [{', '.join(texts)}], {key} = 1 }}"
        tomllib.loads(line)

        with pytest.raises(PackError, match="has a key of more than 16 parts"):
            load_packs(line)

    def test_huge_number(self) -> None:
        """A number with more digits than Python reads is a fault like any other."""
        with pytest.raises(PackError, match="is not TOML"):
            load_packs(f"a = {'9' * 5_000}")
        with pytest.raises(PackError, match=r"limits\.n: has to be a whole number within 1\.\.20"):
            load_packs(
                f'packs.a = {{ title = "A", base = "uk", limits = {{ n = 0x{"f" * 9_000} }} }}'
            )

    def test_largest_file(self) -> None:
        """A file of 64 KiB, with a byte order mark and Windows line ends, is read."""
        text = '\ufeff[packs.a]\r\ntitle = "A"\r\nbase = "uk"\r\n#'

        (pack,) = load_packs(text + "-" * (64 * 1024 - len(text.encode()))).values()

        assert pack.rules == shipped_pack("uk").rules

    def test_largest_pack(self) -> None:
        """A resolved pack has at most 24 KiB."""
        game = {"do": "game", "kind": "k" * 24, "order": "choose", "lose": "drawer", "who": "pick"}
        names = {f"{rank}{colour}": f"{rank}{colour:x<22}" for rank in RANKS for colour in "rb"}
        rules: Plain = {
            name: {"title": "T" * 8, "text": "x", "effects": [game] * 6} for name in names.values()
        }
        plain = {"title": "T", "cards": names, "rules": rules}
        spare = 24 * 1024 - len(inline_pack(plain).text)
        for rule in rules.values():
            more = min(spare, 279)
            rule["text"] = "x" * (1 + more)
            spare -= more
        assert len(inline_pack(plain).text) == 24 * 1024

        plain["title"] = "TT"

        assert faults(plain) == ["inline: pack: is more than 24576 bytes when resolved"]

    @pytest.mark.parametrize(
        ("plain", "expected"),
        (
            (None, ["inline: pack: has to be a table"]),
            ([], ["inline: pack: has to be a table"]),
            (
                {"rules": 1, "title": "T", "cards": {}},
                [
                    "inline: pack: rules: has to be a table",
                    "inline: pack: cards: no rule for A 2 3 4 5 6 7 8 9 10 J Q K",
                ],
            ),
            (
                {"title": "T", "base": "mine"},
                [("inline: pack: base: unknown base mine; there are: uk us se_ring de_cup family")],
            ),
            (
                {"title": "\ud800", "base": "uk"},
                ["inline: pack: title: is not in order: lone surrogate"],
            ),
            (
                {"base": "uk", "name": "n"},
                [
                    (
                        "inline: pack: name: unknown key; the keys here are: title base end ring"
                        " break deck limits cards rules"
                    ),
                    "inline: pack: title: is missing",
                ],
            ),
            (
                {"title": "T", "base": "uk", "cards": {8: "mate"}, "deck": {None: 1}},
                [
                    (
                        "inline: pack: deck.<NoneType>: unknown key; the keys here are: decks from"
                        " jokers cards kings"
                    ),
                    (
                        "inline: pack: cards.<int>: has to be a rank, a range such as 2-5, or"
                        " Joker; r or b for a colour"
                    ),
                ],
            ),
            (
                {"title": "T", "base": "uk", "rules": {"r": {"title": "T", "text": "\u202e"}}},
                ["inline: rules.r: text: is not in order: direction control"],
            ),
            (
                {"title": "T", "base": "uk", "rules": {None: {}}},
                ["inline: rules.<NoneType>: is not in order: not text"],
            ),
            (
                {"title": "T", "base": "uk", "limits": {"n": 10**5_000}},
                ["inline: pack: limits.n: has to be a whole number within 1..20"],
            ),
        ),
        ids=range(10),
    )
    def test_inline(self, plain: Any, expected: list[str]) -> None:
        """An inline pack is refused by the same rules, its tables being `pack` and `rules`."""
        assert expected == faults(plain)

    def test_loser_of_a_broken_ring(self) -> None:
        """Nobody can lose when the ring breaks, so the break's penalty is for no loser."""
        plain = alone() | {"break": {"do": "penalty", "who": "loser"}}

        assert faults(plain) == [
            "inline: pack: break.who: cannot be loser: no game is played when the ring breaks"
        ]

    @pytest.mark.parametrize(
        ("lowest", "message"),
        (
            (3, 'has to be a text: "3"'),
            (10, 'has to be a text: "10"'),
            (1, "has to be one of: 2..10"),
            (-3, "has to be one of: 2..10"),
            (10**5_000, "has to be one of: 2..10"),
            (True, "has to be one of: 2..10"),
        ),
        ids=range(6),
    )
    def test_number_for_text(self, lowest: int, message: str) -> None:
        """Who writes a number for a rank is told how it is to be written."""
        assert faults(alone(deck={"from": lowest})) == [f"inline: pack: deck.from: {message}"]

    @pytest.mark.parametrize("text", ("", "\ufeff# Later.\n", 'rules.r = {title="R",text="R."}'))
    def test_no_packs(self, text: str) -> None:
        """A file without packs is no fault: it may be rules alone, and those are checked."""
        assert {} == load_packs(text)

    def test_deep_bases(self) -> None:
        """At most 16 packs lie under one, be they shipped or the file's."""
        assert [*load_packs(chain(15))] == [f"p{pack}" for pack in range(15)]
        (deep,) = told(chain(17)).splitlines()

        assert deep == (
            "<text>: packs.p16: base: is one too many: at most 16 lie one under the other"
        )

    def test_long_circle(self) -> None:
        """Of a circle of bases only the first packs are named; a longer one is too deep."""
        assert told(circle(16)).startswith(
            "<text>: packs.p0: base: goes round in a circle: p0 p1 p2 p3 p4 p5 p6 p7 ...\n"
        )
        assert told(circle(17)).count("goes round in a circle") == 17
        assert told(circle(18)).count("at most 16 lie one under the other") == 18

    def test_many_packs(self) -> None:
        """A file has at most 64 packs."""
        many = "".join(f'packs.p{n} = {{ title = "T", base = "uk" }}\n' for n in range(65))

        assert len(load_packs(many[: many.index("packs.p64")])) == 64
        assert told(many) == "<text>: packs: has to be a table of at most 64"

    def test_many_bases(self) -> None:
        """Of the packs that could be meant only the first are named."""
        file = chain(9) + '[packs.q]\ntitle = "Q"\nbase = "u"\n'

        assert told(file) == (
            "<text>: packs.q: base: unknown base u; there are: uk us se_ring de_cup family"
            " p0 p1 p2 ..."
        )

    def test_many_faults(self) -> None:
        """So many faults are told, each once, and that there are more."""
        most = {str(key): 0 for key in range(MAX_FAULTS)}

        assert len(faults(alone(**most))) == MAX_FAULTS
        *first, last = faults(alone(**most, more=0))
        assert first == faults(alone(**most))
        assert last == f"inline: has more faults than these {MAX_FAULTS}"

    def test_same_fault_again(self) -> None:
        """A fault that is found once more is not one more."""
        rules = "".join(f"rules.r{rule} = 1\n" for rule in range(MAX_FAULTS - 1)) + (
            'rules.r = { title = "R", text = "R.", effects = [{ do = "penalty", n = 9 }] }\n'
        )
        pack = 'packs.a = {{ title = "A", cards = {{ A-K = "r" }}, limits = {{ n = 3 }} }}\n'

        assert len(told(rules + pack.format()).splitlines()) == MAX_FAULTS

    def test_every_pack_that_lays_a_rule(self) -> None:
        """An amount over the limit is named for each pack that lays the rule."""
        text = """
            rules.r = { title = "R", text = "R.", effects = [{ do = "penalty", n = 9 }] }
            packs.a = { title = "A", cards = { A-K = "r" }, limits = { n = 3 } }
            packs.b = { title = "B", base = "a", limits = { n = 9 } }
            packs.c = { title = "C", base = "a", cards = { A-K = "me" } }
            packs.d = { title = "D", base = "a" }
        """

        with pytest.raises(PackError) as caught:
            load_packs(text)

        assert [("rules.r", "effects[0].n")] * 2 == [
            (fault.table, fault.field) for fault in caught.value.faults
        ]

    def test_resolved_object(self) -> None:
        """A pack made of plain data needs a name and its own rules, and knows no base."""
        with pytest.raises(PackError) as caught:
            Pack({"title": "T", "base": "uk", "cards": {"8": "mate"}}, file="log")

        assert {
            "log: pack: name: is missing",
            "log: pack: base: unknown base uk",
            "log: pack: cards.8: unknown rule mate",
        } == {str(fault) for fault in caught.value.faults}

    @pytest.mark.parametrize("name", ("", "UK", "uk ", "x" * 999, "\ud800"))
    def test_unknown_shipped_pack(self, name: str) -> None:
        """A name that is not shipped is refused, and told which are."""
        with pytest.raises(PackError, match="there are: uk us se_ring de_cup family") as caught:
            shipped_pack(name)

        assert str(caught.value).startswith("shipped: ")
        assert ".toml" not in str(caught.value)


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*sorted(WORDS), "A-K", "8r", "last:K", 10**4_000, b"bytes"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


HOSTILE: dict[str, Plain] = {
    "effects": {"rules": {"r": {"title": "R", "text": "R.", "effects": [{}] * 5_400}}},
    "ranks": alone({"do": "ring", "ranks": ["1"] * 4_000}),
    "rules": {"rules": {f"r{rule}": {} for rule in range(1_800)}},
    "fields": {
        "rules": {
            f"{rule:n<24}": {"title": "R", "text": "R.", "effects": [{"do": "penalty", "who": 1}]}
            for rule in range(200)
        }
    },
    "escapes": {f"{key}" + "\U000e0001" * 99: 0 for key in range(40)},
    "cards": {"cards": {f"{key}": 0 for key in range(20, 1_800)}},
}


class TestHostility:
    """Any other exception than PackError is a bug."""

    @pytest.mark.parametrize("plain", HOSTILE.values(), ids=HOSTILE)
    def test_short_errors(self, plain: Plain) -> None:
        """What is wrong with a hostile object is told in less than 8 KB."""
        assert len("\n".join(faults({"title": "T", "base": "uk"} | plain)).encode()) < 8_000

    @pytest.mark.parametrize(
        "text",
        (
            "a = 1e#" + '\\"' * 32_700,
            'a = """' + '\\"""' * 16_000,
            '"' * 65_000,
            "a" * 65_000,
            "a " * 32_000,
            "a. " * 21_000,
        ),
        ids=range(6),
    )
    def test_no_slow_text(self, text: str) -> None:
        """Text is judged in time that grows with its length, not with the square of it."""
        begin = time.process_time()

        assert told(text)

        assert time.process_time() - begin < 1  # 20 ms; the square took 10 s

    @given(st.binary(max_size=300) | st.text(max_size=300))
    @example("a = 2000-13-01")
    def test_junk(self, source: str | bytes) -> None:
        """Junk either is a pack file or raises PackError."""
        try:
            load_packs(source)
        except PackError as error:
            told = str(error)
            assert told

    @given(st.data())
    def test_mutated_file(self, data: st.DataObject) -> None:
        """A pack file with bytes cut, changed or added either is one or raises PackError."""
        source = bytearray(SHIPPED_TEXT)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(source)))
            much = data.draw(st.integers(0, 8))
            source[at : at + much] = data.draw(
                st.binary(max_size=6)
                | st.sampled_from([b'"', b"\n", b"}", b"]", b"=", b"uk", b"8"])
            )
        try:
            packs = load_packs(bytes(source))
        except PackError as error:
            told = str(error)
            assert told
        else:
            assert all(Pack(pack.resolved) == pack for pack in packs.values())

    @given(pack_objects(), st.data())
    def test_mutated_object(self, plain: Plain, data: st.DataObject) -> None:
        """A pack with junk in some place either is one or raises PackError."""
        node: Any = plain
        while True:
            keys = sorted(node) if isinstance(node, dict) else range(len(node))
            key = data.draw(st.sampled_from(keys))
            if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.booleans()):
                break
            node = node[key]
        node[key] = data.draw(junk)
        try:
            pack = inline_pack(plain)
        except PackError as error:
            told = str(error)
            assert told
        else:
            assert Pack(pack.resolved) == pack

    @given(junk)
    def test_junk_object(self, plain: Any) -> None:
        """Whatever is no pack raises PackError."""
        assert faults(plain)


def toml(value: Any) -> str:
    """Plain data as TOML on one line; JSON's texts and numbers are TOML's."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@given(pack_objects())
def test_file_and_object_agree(plain: Plain) -> None:
    """The same pack in a file and as one JSON object is the same but for its name."""
    inline = inline_pack(plain)
    rules = plain.pop("rules")

    (filed,) = load_packs(f"rules = {toml(rules)}\npacks.filed = {toml(plain)}").values()

    assert inline.resolved | {"name": "filed"} == filed.resolved


DIGESTS = {
    "uk": "1b327e95dffc2c4da4bd99724fd39bd7de0c1c7fa87d771febac86604c6e886b",
    "us": "5b87cbea0a30dfba37264fb2b0a4acd9c23e115ee42688fb4aa16425375cfce7",
    "se_ring": "7f839fd35c66ea651b0f6bc6620150dd1364c6466bdeda55beb43e9d563e2d8c",
    "de_cup": "9946a5396fa266cf06c598ad68862dae62131ba5e2b3563f1e94c4d84cfcf24a",
    "family": "ec31a47077eac0a059ff216fd75e5609123fc3265dde273757e848e21469fde4",
}


class TestShipped:
    @pytest.mark.parametrize("name", SHIPPED)
    def test_digest(self, name: str) -> None:
        """A shipped pack's digest changes only on purpose: running rooms and proofs know it."""
        assert DIGESTS[name] == shipped_pack(name).digest.hex()

    @pytest.mark.parametrize("seed", ("0", "1", "4711"))
    def test_digests_in_other_processes(self, seed: str) -> None:
        """Digests do not depend on the hash seed of the process."""
        script = (
            "from ringofire.packs.load import SHIPPED, shipped_pack as p;"
            "print(*(p(name).digest.hex() for name in SHIPPED))"
        )
        paths = [path for path in sys.path if path]
        run = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}; {script}"],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )

        assert [*DIGESTS.values()] == run.stdout.split()

    def test_names(self) -> None:
        """The shipped packs are those of the file, in its order."""
        assert [*SHIPPED] == [*load_packs(SHIPPED_TEXT)] == [*DIGESTS]

    @pytest.mark.parametrize("name", SHIPPED)
    def test_file_over_itself(self, name: str) -> None:
        """The shipped file read as anybody's file gives the shipped packs."""
        assert load_packs(SHIPPED_TEXT)[name] == shipped_pack(name)

    def test_cached(self) -> None:
        """A shipped pack is made once."""
        assert shipped_pack("uk") is shipped_pack("uk")

    TABLE = """
        A  | waterfall | waterfall | waterfall  | rule           | dance
        2  | you       | you       | give take  | give_2         | you
        3  | me        | me        | give take  | me             | me
        4  | team_a    | floor     | give take  | give_2_take_2  | floor
        5  | thumb     | team_b    | give take  | team_b         | team_a
        6  | team_b    | team_a    | give take  | team_a         | team_b
        7  | heaven    | point_up  | toilet     | thumb          | point_up
        8  | mate      | mate_both | thumb_once | mate_until_all | mate_until_next
        9  | rhyme     | rhyme     | category   | rhyme          | rhyme
        10 | category  | category  | rule       | all            | category
        J  | rule      | never     | rhyme      | category       | story
        Q  | question  | question  | question   | question       | question
        K  | cup       | cup       | cup        | cup            | cup
    """

    @pytest.mark.parametrize("column", range(5), ids=SHIPPED)
    def test_cards(self, column: int) -> None:
        """The rules lie as the table in game.md says."""
        pack = shipped_pack(SHIPPED[column])
        for row in self.TABLE.split("\n")[1:-1]:
            rank, *cells = (cell.strip() for cell in row.split("|"))
            red, *black = (
                rule + ("_rank" if " " in cells[column] else "") for rule in cells[column].split()
            )
            assert red == pack.rule_for(Card.parse(f"{rank}H")).name
            assert (black or [red])[0] == pack.rule_for(Card.parse(f"{rank}S")).name

    @pytest.mark.parametrize(
        ("name", "end", "gap"),
        (
            ("uk", "last:K", 3),
            ("us", "last:K", None),
            ("se_ring", "ring", 5),
            ("de_cup", "last:K", 3),
            ("family", "last:K", None),
        ),
    )
    def test_ends(self, name: str, end: str, gap: int | None) -> None:
        """Each shipped pack ends, and breaks its ring, as the table says; no amount is over 3."""
        pack = shipped_pack(name)

        assert (end, gap, 3, Deck()) == (pack.end, pack.gap, pack.limit, pack.deck)

    def test_responsible(self) -> None:
        """Of itself no shipped rule costs more than 3, and none tells anybody to finish."""
        for name in SHIPPED:
            for rule in shipped_pack(name).rules.values():
                assert {"finish", "glass", " he ", " she ", "his", "her", "drink"}.isdisjoint(
                    rule.text.lower().replace(".", " ").replace(",", " ").split()
                )
                for effect in rule.effects:
                    if isinstance(effect, PenaltyEffect):
                        assert effect.n == "rank" or effect.n <= 3
                        assert effect.n != "rank" or (effect.cap is not None and effect.cap <= 3)

    @pytest.mark.parametrize(
        ("name", "card", "effects"),
        (
            ("uk", "KS", (CupEffect(), CupEffect("serve", when="last"))),
            ("uk", "5S", (StatusEffect("thumb"),)),
            ("uk", "8S", (LinkEffect(key="mate"),)),
            ("us", "8S", (LinkEffect(mode="both", key="mate"),)),
            ("de_cup", "8S", (LinkEffect(key="mate", dissolve_when_all=True),)),
            ("family", "8S", (LinkEffect(until="replaced", key="mate"),)),
            ("se_ring", "8S", (StatusEffect("thumb", until="used"),)),
            ("se_ring", "7S", (StatusEffect("toilet", until="used", stack=True),)),
        ),
    )
    def test_effects(self, name: str, card: str, effects: tuple[object, ...]) -> None:
        """The rules that differ between packs only in their fields have those of the table."""
        assert effects == shipped_pack(name).rule_for(Card.parse(card)).effects
