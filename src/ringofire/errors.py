"""Everything ringofire raises, as one tree.

RingofireError
├── Rejected       a command was judged and refused: the room is as it was
├── PackError      a pack does not say what the vocabulary allows
├── CodecError     bytes or plain data are not what they claim to be
│   └── EncodingError  they are not even text in UTF-8
└── LogError       a log is broken, altered or of a format not known here

Whoever calls the library may be told these. Any other exception is a bug.
"""

from collections.abc import Mapping
from enum import StrEnum

from ringofire.values import value

__all__ = [
    "CodecError",
    "EncodingError",
    "Fault",
    "LogError",
    "PackError",
    "Reason",
    "Rejected",
    "RingofireError",
]


class Reason(StrEnum):
    """Why a command was refused. The list is closed; clients may switch on it."""

    BAD_NAME = "bad_name"
    BAD_OPTION = "bad_option"
    BAD_PACK = "bad_pack"
    BAD_SLOT = "bad_slot"
    BAD_SPLIT = "bad_split"
    BAD_VALUE = "bad_value"
    CHOICE_PENDING = "choice_pending"
    ID_REUSED = "id_reused"
    NAME_TAKEN = "name_taken"
    NO_CHANGE = "no_change"
    NO_RULE_CREDIT = "no_rule_credit"
    NO_SUCH_CHOICE = "no_such_choice"
    NO_SUCH_RULE = "no_such_rule"
    NOT_CANDIDATE = "not_candidate"
    NOT_HOLDER = "not_holder"
    NOT_HOST = "not_host"
    NOT_MEMBER = "not_member"
    NOT_YOUR_TURN = "not_your_turn"
    NOTHING_TO_UNDO = "nothing_to_undo"
    PAUSED = "paused"
    ROOM_FULL = "room_full"
    ROOM_LOCKED = "room_locked"
    SLOT_TAKEN = "slot_taken"
    STALE = "stale"
    TOKEN_DEAD = "token_dead"  # noqa: S105 (a reason, not a password)
    TOO_EARLY = "too_early"
    TOO_FEW_PLAYERS = "too_few_players"
    TOO_LONG = "too_long"
    TOO_MANY_RULES = "too_many_rules"
    UNKNOWN_PLAYER = "unknown_player"
    UNKNOWN_ROOM = "unknown_room"
    WRONG_PHASE = "wrong_phase"


class RingofireError(Exception):
    """The root of everything ringofire raises."""


class Rejected(RingofireError):
    """A command was judged and refused; the room it was decided against is unchanged.

    `reason` and `data` are for programs and are stable; the text is for people and may change.
    `data` is plain JSON data and never repeats what the command carried.
    """

    def __init__(self, reason: Reason, data: Mapping[str, object] | None = None) -> None:
        super().__init__(reason, data)
        self.reason = reason
        self.data: Mapping[str, object] = data or {}
        self.asked = ""

    def during(self, asked: str) -> "Rejected":
        """Add what was asked and in which state, for the text; give the same error back."""
        self.asked = asked
        return self

    def __str__(self) -> str:
        told = ", ".join(f"{key}: {value}" for key, value in self.data.items())
        return (
            (f"{self.asked} refused: " if self.asked else "")
            + self.reason
            + (f" ({told})" if told else "")
        )


@value
class Fault:
    """One thing wrong with a pack, and where: the file (or `inline`), the table, the field."""

    file: str
    table: str
    field: str
    message: str

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.file, self.table, self.field) if part)
        return f"{place}: {self.message}"


class PackError(RingofireError):
    """A pack cannot be used; `faults` names each thing that is wrong with it, at least one."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class CodecError(RingofireError):
    """Bytes or plain data are not what they claim to be; `place` is the path to the fault."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class EncodingError(CodecError):
    """Bytes are not text in UTF-8, or say a code point that no text can have."""


class LogError(RingofireError):
    """A log is broken, altered or of an unknown format; `place` names the header or the entry."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"
