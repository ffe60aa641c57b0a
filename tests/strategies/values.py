"""Values of every class of ringofire, for property tests: whatever their fields' types allow.

What is made here has the right shape and need not make sense: few of these events could happen.
"""

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import attrs
from hypothesis import strategies as st

from ringofire.canonical import MAX_INT, UNSET, Unset
from ringofire.cards import Card, Rank, Suit
from ringofire.entry import COMMANDS, EVENTS, Command, Event
from ringofire.packs.load import shipped_pack
from ringofire.packs.pack import Pack

CARDS = [Card(rank, suit) for rank in Rank if rank is not Rank.JOKER for suit in Suit]
CARDS.append(Card(Rank.JOKER))

integers = st.integers(-MAX_INT, MAX_INT)
texts = st.text(st.characters(exclude_categories=["Cs"]))
"""Any text that has UTF-8: all but lone surrogates."""

scalars = st.one_of(st.none(), st.booleans(), integers, texts)
plain = st.recursive(
    scalars,
    lambda items: st.lists(items, max_size=5) | st.dictionaries(texts, items, max_size=5),
    max_leaves=12,
)
"""Any JSON data without floats, not very deep."""

_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: integers,
    bool: st.booleans(),
    NoneType: st.none(),
    bytes: st.binary(max_size=40),
    object: plain,
    Unset: st.just(UNSET),
    Card: st.sampled_from(CARDS),
    Pack: st.sampled_from(["uk", "family"]).map(shipped_pack),
}


def of_type(kind: Any) -> st.SearchStrategy[Any]:
    """Any value that an annotation allows."""
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    origin, args = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return st.one_of(*map(of_type, args))
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(of_type(args[0]), max_size=4).map(tuple)
    if origin is tuple:
        return st.tuples(*map(of_type, args))
    if origin is Mapping:
        return st.dictionaries(of_type(args[0]), of_type(args[1]), max_size=4)
    assert attrs.has(kind), kind
    hints = get_type_hints(kind)
    return st.builds(
        kind, **{field.name: of_type(hints[field.name]) for field in attrs.fields(kind)}
    )


def commands() -> st.SearchStrategy[Command]:
    """Any command, legal or not."""
    return st.sampled_from(list(COMMANDS.values())).flatmap(of_type)


def events() -> st.SearchStrategy[Event]:
    """Any event, possible or not."""
    return st.sampled_from(list(EVENTS.values())).flatmap(of_type)
