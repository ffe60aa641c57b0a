"""The text of the view, written from room to room: what has not changed is not written again.

Nothing here says what is in a view; that is the table of its parts. A part is written anew if one
of the facts it is made of is another object than in the room before, whichever room that was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import is_
from typing import Any

from ringofire.canonical import canonical_text, is_private, remembered_text
from ringofire.entry import Entry, Event
from ringofire.facts import Facts
from ringofire.room.state import Room
from ringofire.view import PARTS, shown

__all__ = ["Scribe"]

_USES: Mapping[str, tuple[str, ...]] = {
    fact: tuple([field for field, part in PARTS.items() if fact in part.of])
    for fact in {fact for part in PARTS.values() for fact in part.of}
}
"""The fields of the view that are made of each fact."""

FEW = 1024
"""How many texts are remembered of parts that come again and again, for all rooms together."""


@lru_cache(FEW)
def _text_of_few(field: str, taken: object) -> str:
    return canonical_text(PARTS[field].make(taken))


def _event_text(event: Event) -> str:
    told = shown(event)
    return remembered_text(event) if told is event else canonical_text(told)


def _item_writer(make: Callable[[Any], object]) -> Callable[[Any], str]:
    return lambda item: canonical_text(make(item))


_ITEMS: Mapping[str, Callable[[Any], str]] = {
    field: _event_text if part.make is shown else _item_writer(part.make)
    for field, part in PARTS.items()
    if part.each
}
"""How the items of each list are written."""


class _List:
    """Items with their texts; it keeps the items, so that no others can have their ids."""

    __slots__ = ("items", "texts")

    def __init__(self, items: Sequence[object] = (), texts: Sequence[str] = ()) -> None:
        self.items = items
        self.texts = texts

    def followed_by(self, items: Sequence[object], write: Callable[[Any], str]) -> "_List":
        """Write those of `items` that are not here."""
        # Most lists grow at the end, and some lose as many at the beginning.
        begin = next((n for n, item in enumerate(self.items) if items and item is items[0]), None)
        if begin is not None:
            kept = self.items[begin:]
            if len(kept) <= len(items) and all(map(is_, kept, items)):
                new = [write(item) for item in items[len(kept) :]]
                return _List(items, [*self.texts[begin:], *new])
        known = dict(zip(map(id, self.items), self.texts, strict=True))
        return _List(items, [known.get(id(item)) or write(item) for item in items])

    def __str__(self) -> str:
        return f"[{','.join(self.texts)}]"


class Scribe:
    """Writes the views of rooms, and remembers of the last one what was written.

    One for each room and process: it is right for any rooms in any order, and quick where one
    follows from the other. It keeps what belongs to the last room alone.
    """

    def __init__(self) -> None:
        self._facts: Facts | None = None
        self._fields = dict.fromkeys(sorted(PARTS), "")
        self._lists = {field: _List() for field, part in PARTS.items() if part.each}

    def view_text(self, room: Room) -> str:
        """Give `canonical(view(room))` as text.

        Raises ValueError for a room that nobody has created yet.
        """
        before = self._facts
        facts = Facts(room, before)
        stale: Iterable[str] = PARTS
        if before is not None:
            stale = {field for fact in facts.changed(before) for field in _USES.get(fact, ())}
        fields, lists = self._fields.copy(), self._lists.copy()
        for field in stale:
            part = PARTS[field]
            taken = part.take(facts)
            if part.each:
                lists[field] = self._lists[field].followed_by(taken, _ITEMS[field])
                text = str(lists[field])
            elif part.few:
                text = _text_of_few(field, taken)
            else:
                text = canonical_text(part.make(taken))
            fields[field] = f'"{field}":{text}'
        # All at once: whatever is raised above leaves what was known before.
        self._facts, self._fields, self._lists = facts, fields, lists
        return f"{{{','.join(fields.values())}}}"

    def events_text(self, entry: Entry) -> str:
        """Give the canonical JSON of the list of what is shown of the entry's public events."""
        return f"[{','.join([_event_text(one) for one in entry.events if not _is_hidden(one)])}]"


def _is_hidden(event: Event) -> bool:
    kind: type = type(event)
    return is_private(kind)
