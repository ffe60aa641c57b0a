"""What a client asks: frames as they are made, and what is known of each until it is answered."""

from collections.abc import Mapping

from attrs import define, field

from ringofire.canonical import UNSET, canonical
from ringofire.packs.load import SHIPPED, shipped_pack
from ringofire.packs.pack import Pack
from ringofire.protocol.requests import ACTIONS, ENVELOPE, FRAME_LIMIT, LARGE, LARGE_FRAME_LIMIT

__all__ = ["Asked", "write_request"]

_REPEATABLE = frozenset({"get_pack", "ping", "proof", "resume", "sync", "watch"})
"""What may be on its way twice. A command may not: one copy refused, the other could be accepted
later, when somebody else has had their turn."""


@define
class Asked:
    """A frame that waits for its answer.

    Args:
        until: when it is given up; None for those that the player sends by itself.
        since: the version that was known when it was first sent: an answer knows of it.
        first_at: when the present line was first given it; None if it was not.
        place: what number it has among all that was sent by then.
        sent_at: when it was sent last; None if it is to be sent anew.
        not_before: the server has asked for a pause.
        tries: how often it was sent.
        strays: how often it was answered `not_seated`.
    """

    id: str
    action: str
    frame: bytes = field(repr=False)
    until: int | None
    since: int | None = None
    first_at: int | None = None
    place: int = 0
    sent_at: int | None = None
    not_before: int = 0
    tries: int = 0
    strays: int = 0

    def off_line(self) -> None:
        """Note that the line is gone, and with it whatever became of this there."""
        self.first_at = self.sent_at = None

    def put(self, now: int, place: int, version: int) -> None:
        """Note that it is sent, knowing `version`."""
        self.sent_at, self.tries = now, self.tries + 1
        if self.first_at is None:
            self.first_at, self.place = now, place
        if self.since is None:
            self.since = version

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again while the first copy may still be on its way."""
        return self.action in _REPEATABLE

    def due(self, retry: int) -> int | None:
        """When it is to be sent, for the first time or again; None while that is not known."""
        if self.sent_at is None:
            return self.not_before
        return self.sent_at + retry if self.repeatable else None

    def overdue_at(self, retry: int) -> int | None:
        """When somebody has to find out whether its answer was lost; None if that is not needed."""
        return None if self.sent_at is None or self.repeatable else self.sent_at + retry


def write_request(action: str, fields: Mapping[str, object], id: str) -> bytes:
    """Give the frame that asks for `action`; a field that is UNSET is left out.

    A pack goes by its name if it is shipped, or else as one object. Raises ValueError for an
    action or fields that no server takes, whatever their values are, and for too much of them.
    """
    known = ACTIONS.get(action)
    if known is None:
        raise ValueError(f"{action} is no action; there are: {' '.join(sorted(ACTIONS))}")
    sent = {name: _plain(one) for name, one in fields.items() if one is not UNSET}
    missing = {name for name in known if known[name].required} - sent.keys()
    if missing or not sent.keys() <= known.keys() | _BESIDE:
        raise ValueError(f"{action} takes {', '.join(known) or 'no fields'}")
    frame = canonical({**sent, "action": action, "id": id})
    limit = LARGE_FRAME_LIMIT if action in LARGE else FRAME_LIMIT
    if len(frame) > limit:
        raise ValueError(f"{action} would be larger than {limit} bytes")
    return frame


_BESIDE = ENVELOPE.keys() - {"action", "id"}


def _plain(sent: object) -> object:
    if not isinstance(sent, Pack):
        return sent
    if sent.name in SHIPPED and sent == shipped_pack(sent.name):
        return sent.name
    return {name: part for name, part in sent.resolved.items() if name != "name"}
