"""Packs, for property tests: the whole vocabulary of game.md, spelled out here once more.

Nothing is taken from the tables under test, so a word missing there is missed here.
"""

import itertools
from typing import Any

from hypothesis import strategies as st

from ringofire.cards import RANKS, Deck
from ringofire.packs.load import SHIPPED, inline_pack
from ringofire.packs.pack import Pack
from tests.strategies.decks import decks

Plain = dict[str, Any]

LETTERS = "abcXYZ019 .,;:'\"\\/{}%<>&-_=[]#éßøЖ日本🍺👑"
LABELS = [
    "thumb",
    "mate",
    "cup",
    "give_2",
    "Ж",
    'it\'s "so" \\',
    "{n} % <b>",
    "👑" * 24,
    "8r",
    "rank",
]
"""What names are mostly drawn from: few draws, and the same name now and then."""

TIMES = st.sampled_from(["replaced", "round", "next_turn"]) | st.integers(1, 99).map(
    "turns:{}".format
)
WHEN = st.sampled_from(["last", "not_last", "red", "black"])
NEAR = ["pick", "left", "right", "prev", "random"]


def written(most: int) -> st.SearchStrategy[str]:
    """What people write, at most so long."""
    free = st.text(LETTERS, min_size=1, max_size=most).map(lambda text: text.strip() or "x")
    return st.integers(0, 7).flatmap(lambda often: st.sampled_from(LABELS) if often else free)


names = written(24)
texts = written(70)  # of four bytes at most: 280


def choice(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


def effect(do: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Plain]:
    """An effect that has any of the fields."""
    return st.fixed_dictionaries({"do": st.just(do)}, optional={**fields, "when": WHEN})


def penalties(limit: int, *, in_break: bool = False) -> st.SearchStrategy[Plain]:
    """Penalties no literal amount of which is over the limit."""
    common: Plain = {
        "n": st.integers(0, limit) | st.just("rank"),
        "cap": st.integers(0, 20),
        "when": WHEN,
    }
    penalty = {"do": st.just("penalty")}
    anybody = choice(
        "drawer split left right sides prev all others team:a team:b"
        + (" loser" if not in_break else "")
    )
    key = {"key": names}
    return st.one_of(
        st.fixed_dictionaries(penalty, optional={**common, "who": anybody}),
        st.fixed_dictionaries(
            penalty | {"who": choice("pick random")},
            optional={**common, "pick": st.integers(1, 19)},
        ),
        st.fixed_dictionaries(
            penalty | {"who": st.just("holder")} | (key if in_break else {}),
            optional=common | ({} if in_break else key),
        ),
    )


def effects(limit: int) -> st.SearchStrategy[Plain]:
    """Any effect."""
    ranks = st.lists(st.sampled_from([*RANKS, "Joker"]), min_size=1, unique=True)
    return st.one_of(
        penalties(limit),
        effect(
            "status",
            key=names,
            who=st.sampled_from([*NEAR, "drawer", "loser", "table"]),
            until=TIMES | choice("used toggle"),
            stack=st.booleans(),
        ),
        effect(
            "link",
            who=st.sampled_from(NEAR),
            mode=choice("follow_drawer follow_target both"),
            until=TIMES,
            key=names,
            dissolve_when_all=st.booleans(),
        ),
        effect(
            "rule",
            op=choice("add repeal"),
            until=TIMES,
            who=choice("all pick"),
            key=names,
            kind=names,
        ),
        effect(
            "cup",
            op=choice("fill serve"),
            who=st.sampled_from([*NEAR, *"drawer all others loser table".split()]),
        ),
        effect(
            "game",
            kind=names,
            order=choice("none ring choose"),
            lose=choice("none one many drawer"),
            who=choice("all pick"),
        ),
        effect("note", kind=names),
        st.fixed_dictionaries(
            {"do": st.just("turn"), "op": choice("reverse again")}, optional={"when": WHEN}
        ),
        st.fixed_dictionaries(
            {"do": st.just("ring"), "ranks": ranks},
            optional={"op": st.just("return"), "when": WHEN},
        ),
    )


def rules(limit: int) -> st.SearchStrategy[Plain]:
    """Any rule."""
    return st.fixed_dictionaries(
        {"title": names, "text": texts, "effects": st.lists(effects(limit), max_size=8)}
    )


@st.composite
def layouts(draw: st.DrawFn, laid: list[str], *, whole: bool) -> dict[str, str]:
    """Keys of every kind, each card under at most one key of each kind; under one, if `whole`."""
    rule = st.sampled_from(laid)
    keys = {"A-K", "Joker"} if whole else draw(st.sets(st.sampled_from(["A-K", "Joker"])))
    for colours in ["r", "b"]:
        cuts = draw(st.lists(st.integers(0, len(RANKS)), max_size=6, unique=True).map(sorted))
        for low, high in itertools.pairwise(cuts):
            if draw(st.booleans()):
                ends = dict.fromkeys((RANKS[low], RANKS[high - 1]))
                keys.add("-".join(ends) + colours)
    keys |= draw(st.sets(st.sampled_from(RANKS)))
    return {key: draw(rule) for key in sorted(keys)}


def plain_deck(deck: Deck) -> Plain:
    """A deck as a pack file has it."""
    fields = {"from": deck.lowest, "cards": deck.cards, "kings": deck.kings}
    return {"decks": deck.decks, "jokers": deck.jokers} | {
        key: value for key, value in fields.items() if value is not None
    }


@st.composite
def pack_objects(draw: st.DrawFn) -> Plain:
    """Any legal pack as the JSON object a client sends, often over a shipped base.

    Its own rules may bear the names of shipped ones, lie on no card at all, or lie nowhere.
    """
    base = draw(st.none() | st.sampled_from(SHIPPED))
    limit = draw(st.integers(2, 20))  # shipped rules have amounts of 2
    own = draw(
        st.dictionaries(
            names,
            rules(limit),
            min_size=1,
            max_size=5,
        )
    )
    deck = draw(st.just(Deck()) | decks())
    plain: Plain = {
        "title": draw(names),
        "rules": own,
        "limits": {"n": limit},
        "deck": plain_deck(deck),
        # The bases have no rule for jokers.
        "cards": draw(
            layouts([*own, "waterfall", "give_2"], whole=base is None or deck.jokers > 0)
        ),
    }
    if base is not None:
        plain["base"] = base
    plain["end"] = draw(st.sampled_from(["deck", "ring", "last:K"][: 3 if deck.king_count else 2]))
    plain["ring"] = draw(st.just("off") | st.integers(1, 20).map("gap:{}".format))
    plain["break"] = draw(penalties(limit, in_break=True))
    # What stands at its default may as well be left out.
    defaults = {"limits": {"n": 20}, "end": "deck", "ring": "off"}
    for key, default in defaults.items():
        if base is None and plain[key] == default and draw(st.booleans()):
            del plain[key]
    return plain


def packs() -> st.SearchStrategy[Pack]:
    """Any legal pack."""
    return pack_objects().map(inline_pack)
