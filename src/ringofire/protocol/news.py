"""What a client is told: news of its room, outcomes of what it asked, cuts, and the end."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import field

from ringofire.protocol.heard import (
    Accepted,
    Failed,
    PackReply,
    Pong,
    Presence,
    ProofReply,
    Refused,
    Unread,
    Updated,
    Welcomed,
)
from ringofire.values import value

__all__ = [
    "Answered",
    "Back",
    "Garbled",
    "Lost",
    "News",
    "Outcome",
    "Over",
    "Unanswered",
    "Why",
]


class Why(StrEnum):
    """Why it is over. Clients may switch on it."""

    CLOSED = "closed"
    FORKED = "forked"
    GARBLED = "garbled"
    KICKED = "kicked"
    LEFT = "left"
    MOVED = "moved"
    POLICY = "policy"
    REFUSED = "refused"
    UNAUTHORIZED = "unauthorized"
    UNKNOWN_ROOM = "unknown_room"
    UNREACHABLE = "unreachable"


@value
class Over:
    """Nothing more will come, and no line is wanted any more; `data` is more about it.

    `closed` by the client itself; the seat was `left`, `kicked` or is `unauthorized`; the room has
    `moved` or is an `unknown_room`; the server closed the line for good (`policy`), does not let
    the client back in (`refused`), sends what cannot be read (`garbled`), or tells another past
    than before (`forked`); or it stayed `unreachable`.
    """

    why: Why
    data: Mapping[str, object] = field(factory=dict)


@value
class Unanswered:
    """No answer came in time: nobody can say whether it happened. The id is not used again."""


Outcome = (
    Updated
    | Accepted
    | Refused
    | Failed
    | Welcomed
    | Pong
    | PackReply
    | ProofReply
    | Unread
    | Unanswered
    | Over
)
"""What becomes of a frame, in the end."""


@value
class Answered:
    """The one outcome of what was asked as `id`."""

    id: str
    action: str
    outcome: Outcome


@value
class Lost:
    """The line was cut, with this close code if it had one; another is wanted at `again_at`."""

    code: int | None
    again_at: int


@value
class Back:
    """In the room again, after a cut."""


@value
class Garbled:
    """A frame came that cannot be read: passed over."""

    place: str


News = Welcomed | Updated | Presence | Answered | Lost | Back | Garbled | Over
"""What a player is told. `Welcomed` and `Updated` come only if they are newer than all before."""
