"""Why connections are closed, in numbers: RFC 6455, section 7.4.1, and IANA's registry of them."""

from enum import IntEnum

__all__ = ["CloseCode"]


class CloseCode(IntEnum):
    """The codes that this protocol gives a meaning; a transport may close with others."""

    GOING_AWAY = 1001
    """The server stops, or the room has expired: come back."""

    UNSUPPORTED_DATA = 1003
    """A binary frame."""

    POLICY_VIOLATION = 1008
    """The connection broke the rules, or came to no room: final."""

    SERVICE_RESTART = 1012
    """The server begins anew: come back, but not all at once."""

    TRY_AGAIN_LATER = 1013
    """The reader was too slow, or the server is too busy: come back, but not all at once."""
