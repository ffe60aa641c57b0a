"""How values are declared, compared and changed.

A value is a frozen attrs class. attrs would write equality, hash and repr anew for each of more
than a hundred classes, which is most of what importing them costs; here all of them share one. What
is made once (commands, events) has slots; what is copied with every move (state) has none, because
a dictionary is copied at a stroke.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from attrs import evolve as replace
    from attrs import frozen as state
    from attrs import frozen as value
else:

    def value(kind: type | None = None, *, kw_only: bool = False, slots: bool = True) -> Any:
        """Make a class of values: what `attrs.frozen` makes, at a lower cost.

        All fields count for equality; a private one (see `canonical.PRIVATE`) is in no repr.
        """
        if kind is None:
            return lambda kind: value(kind, kw_only=kw_only, slots=slots)
        kind.__eq__, kind.__hash__, kind.__repr__ = _equal, _hash, _repr
        return attrs.frozen(kind, eq=False, repr=False, kw_only=kw_only, slots=slots)

    def state(kind: type) -> type:
        """Make a class of values that `replace` can copy."""
        return value(kind, slots=False)

    def replace(old: Any, **changes: Any) -> Any:
        """Give a copy of the state `old` in which the named fields are `changes`.

        As `attrs.evolve`, at a tenth of its cost: names are checked by the type checker alone, and
        neither validators nor `__attrs_post_init__` run. Only for classes made by `state`.
        """
        new = _new(old.__class__)
        _set(new, "__dict__", old.__dict__ | changes)
        return new


__all__ = ["replace", "state", "value"]

_new = object.__new__
_set = object.__setattr__

Reader = Callable[[Any], tuple[Any, ...]]


class _Readers(dict[type, Reader]):
    """What reads all fields of a class at once, made when a value of it is first compared."""

    def __missing__(self, kind: type) -> Reader:
        names = [field.name for field in attrs.fields(kind)]
        several: Any = attrgetter(*names) if len(names) > 1 else None
        # attrgetter gives no tuple for one name and cannot be made for none.
        read = several or (lambda old: tuple([getattr(old, name) for name in names]))
        self[kind] = read
        return read


_READERS = _Readers()


def _equal(self: Any, other: object) -> Any:
    kind = type(self)
    if type(other) is not kind:
        return NotImplemented
    read = _READERS[kind]
    return read(self) == read(other)


def _hash(self: Any) -> int:
    kind = type(self)
    return hash((kind, _READERS[kind](self)))


def _repr(self: Any) -> str:
    kind = type(self)
    public = [field.name for field in attrs.fields(kind) if "private" not in field.metadata]
    return f"{kind.__name__}({', '.join([f'{name}={getattr(self, name)!r}' for name in public])})"
