"""How values are declared, compared, hashed, shown, copied and changed."""

import copy
import pickle
from typing import Any

import attrs
import pytest
from attrs import field
from hypothesis import given
from hypothesis import strategies as st

from ringofire.canonical import PRIVATE, UNSET, Unset
from ringofire.round.commands import PickCard
from ringofire.values import replace, state, value
from tests.strategies.rooms import stories
from tests.strategies.values import commands, events


@value
class Nothing:
    """No fields at all."""


@value
class One:
    """A single field."""

    a: object


@value
class Pair:
    """Two fields, one of them with a default."""

    a: object
    b: object = 2


@value
class Twin:
    """As Pair, but another class."""

    a: object
    b: object = 2


@state
class Cell:
    """State, which `replace` copies."""

    a: object
    b: object = 2
    c: bytes = field(default=b"", metadata=PRIVATE)


@value(kw_only=True)
class Named:
    """Fields by name alone."""

    a: object


def test_values_are_equal_by_class_and_fields() -> None:
    """Two values are equal if they are of one class and their fields are."""
    kinds: list[Any] = [Nothing(), One(1), Pair(1), Twin(1), Cell(1), (1, 2), 1, None]

    assert [[a is b for b in kinds] for a in kinds] == [[a == b for b in kinds] for a in kinds]
    assert Nothing() == Nothing()
    assert One(1) == One(1) != One(2)
    assert Pair(1) == Pair(1, 2) != Pair(1, 3)
    assert Cell(1) == Cell(1, 2) != Cell(2)
    assert Cell(1, c=b"x") != Cell(1)


def test_equal_values_have_one_hash() -> None:
    """Equal values are one key, values of different classes are not."""
    assert {Pair(1): "x", Pair(1, 2): "y"} == {Pair(1): "y"}
    assert 6 == len({Nothing(), One(1), Pair(1), Twin(1), Cell(1), Named(a=1), Named(a=1)})
    with pytest.raises(TypeError, match="unhashable"):
        hash(One([]))


def test_a_value_shows_its_fields_but_no_secrets() -> None:
    """The repr names the class and its public fields."""
    assert "Nothing()" == repr(Nothing())
    assert "Pair(a=One(a='x'), b=2)" == repr(Pair(One("x")))
    assert "Cell(a=1, b=2)" == repr(Cell(1, c=b"secret"))
    assert "UNSET" == repr(UNSET) == repr(Unset.UNSET)


def test_values_cannot_be_changed() -> None:
    """Setting a field of a value, or a new one, is an error."""
    for one in (Pair(1), Cell(1), Named(a=1)):
        for name in ("a", "new"):
            with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
                setattr(one, name, 3)


def test_fields_by_name_are_given_by_name() -> None:
    """A value that is declared so takes no positional fields."""
    assert 1 == Named(a=1).a
    with pytest.raises(TypeError):
        Named(1)  # type: ignore[call-arg]


def test_replace_changes_the_named_fields_alone() -> None:
    """A copy with some fields changed is another object; the old one stays as it was."""
    old = Cell(1, 2, b"x")

    assert Cell(1, 3, b"x") == replace(old, b=3)
    assert Cell(7, 8, b"") == replace(old, a=7, b=8, c=b"")
    assert Cell(1, 2, b"x") == old == replace(old)
    assert type(replace(old)) is Cell
    assert hash(replace(old, b=2)) == hash(old)


@given(stories(longest=8).map(lambda story: story.room), st.integers(0, 99))
def test_replace_is_the_evolve_of_attrs(room: Any, number: int) -> None:
    """What `replace` makes of state is what attrs makes of it."""
    assert attrs.evolve(room, version=number, at=3) == replace(room, version=number, at=3)
    assert room == replace(replace(room, host="p9"), host=room.host)


@given(st.one_of(commands(), events(), stories(longest=8).map(lambda story: story.room)))
def test_values_survive_copies(one: Any) -> None:
    """A value that was copied or pickled is equal to the one it was."""
    assert one == copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one))


def test_a_missing_field_is_an_error() -> None:
    """A value cannot be made without its fields, or with others."""
    with pytest.raises(TypeError):
        PickCard(id="a", by=None)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Nothing(a=1)  # type: ignore[call-arg]
