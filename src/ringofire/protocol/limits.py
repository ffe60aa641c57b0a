"""How much may be asked, by one connection and by all, and when it was too much: bookkeeping.

The clock is an argument. What is over the rate is answered `rate_limited`; who goes on, or sends
junk, or guesses tokens, is closed. Transports that cannot close leave it at the answers.
"""

from attrs import define, field
from attrs.validators import ge

from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.replies import Error, Reply
from ringofire.values import value

__all__ = ["Guard", "Limits", "PerMinute"]


@value
class Limits:
    """What one connection may do.

    Args:
        rate: frames a second, on the long run; at least 1.
        burst: frames at once; at least 1.
        excess: frames over the rate, without as long a pause in between, that close it.
        junk: frames that are no JSON, within `junk_ms`, that close it.
        junk_ms: see `junk`.
        strangers: answers `unauthorized` that close it.
        unbound_ms: how long it may stay without a room.
    """

    rate: int = field(default=20, validator=ge(1))
    burst: int = field(default=60, validator=ge(1))
    excess: int = 60
    junk: int = 5
    junk_ms: int = 10_000
    strangers: int = 10
    unbound_ms: int = 600_000


@define
class Guard:
    """The bookkeeping of one connection, by a token bucket and three counts.

    Times are ms of any clock; one that goes back only delays.
    """

    limits: Limits
    _filled_at: int
    _spent: int = 0  # thousandths of a frame that the bucket lacks
    _excess: int = 0
    _strangers: int = 0
    _junk: tuple[int, ...] = ()

    def admit(self, now: int) -> bool:
        """Take a frame from the bucket; False if it is empty, and the frame `rate_limited`."""
        limits = self.limits
        gained = max(0, now - self._filled_at) * limits.rate
        self._filled_at = max(now, self._filled_at)
        self._spent = max(0, self._spent - gained)
        if self._spent == 0:
            self._excess = 0
        if self._spent + 1000 > limits.burst * 1000:
            self._excess += 1
            return False
        self._spent += 1000
        return True

    def must_close(self, reply: Reply, now: int) -> bool:
        """Note what a frame was answered with; whether the connection has to be closed for it."""
        if not isinstance(reply, Error):
            return False
        match reply.reason:
            case ErrorReason.TOO_LARGE:
                return True
            case ErrorReason.RATE_LIMITED:
                return self._excess >= self.limits.excess
            case ErrorReason.UNAUTHORIZED:
                self._strangers += 1
                return self._strangers >= self.limits.strangers
            case ErrorReason.BAD_JSON | ErrorReason.BAD_ENCODING:
                lately = now - self.limits.junk_ms
                self._junk = (*[at for at in self._junk if at >= lately], now)
                return len(self._junk) >= self.limits.junk
            case _:
                return False


class PerMinute:
    """Counts by key within the minute that runs, and tells when a key has had enough.

    Nothing of a minute is kept in the next one. A limit of 0 is none.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._minute = 0
        self._counts: dict[str, int] = {}

    def full(self, key: str, now: int) -> bool:
        """Whether `key` has reached the limit in the minute of `now`, in ms."""
        self._turn(now)
        return 0 < self.limit <= self._counts.get(key, 0)

    def add(self, key: str, now: int) -> None:
        """Count one more for `key`."""
        self._turn(now)
        if self.limit:
            self._counts[key] = self._counts.get(key, 0) + 1

    def _turn(self, now: int) -> None:
        minute = now // 60_000
        if minute != self._minute:
            self._minute, self._counts = minute, {}
