"""What somebody at the table asks for, before it has an envelope; and who may ask for what.

All that is known here of who may do what is the view's `open`.
"""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen

from ringofire import Command, RoomView

__all__ = ["Ask", "face_down", "may", "sender", "senders"]


@frozen
class Ask:
    """A command of the seat `by`, without what the adapter adds."""

    kind: type[Command]
    by: str | None
    fields: Mapping[str, Any] = Factory(dict)


def face_down(view: RoomView) -> list[int]:
    """Give the slots whose card is still to be drawn, in order; none outside a round."""
    if view.ring is None:
        return []
    taken = {slot for slot, _, _ in view.picked}
    return [slot for slot in range(view.ring.size) if slot not in taken]


def may(view: RoomView, seat: str | None, action: str) -> bool:
    """Whether `seat` may send `action` now, as far as the view says."""
    return action in view.open.get("*", ()) or (
        seat is not None and action in view.open.get(seat, ())
    )


def senders(view: RoomView, action: str) -> tuple[str, ...]:
    """Give the seats that may send `action` now, in seat order."""
    return tuple([player.id for player in view.players if may(view, player.id, action)])


def sender(view: RoomView, action: str, *preferred: str | None) -> str | None:
    """Give who sends `action` at a table with one keyboard.

    The first of the preferred seats that may, or else of all that may; if nobody may, the first
    preferred one, who will be told why not.
    """
    able = senders(view, action)
    wanted = [seat for seat in preferred if seat is not None]
    return next((seat for seat in wanted if seat in able), None) or next(
        iter((*able, *wanted)), None
    )
