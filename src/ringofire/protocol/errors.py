"""Why a frame is answered with an error: it was not understood, or not authenticated.

A command that was understood and refused is *rejected*, with a `Reason`; those are the engine's.
"""

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["ErrorReason", "FrameError"]


class ErrorReason(StrEnum):
    """Why a frame was answered with an error. The list is closed; clients may switch on it."""

    ALREADY_SEATED = "already_seated"
    BAD_ENCODING = "bad_encoding"
    BAD_JSON = "bad_json"
    BAD_TYPE = "bad_type"
    BAD_VALUE = "bad_value"
    BUSY = "busy"
    MOVED = "moved"
    NOT_SEATED = "not_seated"
    RATE_LIMITED = "rate_limited"
    TOO_LARGE = "too_large"
    UNAUTHORIZED = "unauthorized"
    UNKNOWN_ACTION = "unknown_action"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_ROOM = "unknown_room"
    UNSUPPORTED_PROTOCOL = "unsupported_protocol"


class FrameError(Exception):
    """A frame is to be answered with an error; raised by `read_request` to whoever took the frame.

    `id` is the frame's, as far as it could be read; `data` never repeats what the frame carried.
    """

    def __init__(
        self, reason: ErrorReason, data: Mapping[str, object] | None = None, id: str | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.data: Mapping[str, object] = data or {}
        self.id = id
