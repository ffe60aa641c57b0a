"""What a server writes down: one JSON object a line, without tokens, names, cards or payloads."""

import json
import logging
from datetime import UTC, datetime

__all__ = ["JsonLines", "logger"]

logger = logging.getLogger("ringofire")
"""What a server logs with; `extra={"facts": {...}}` adds members to a line."""


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON, whatever is in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)
