"""What a client sent, as a digest: how a retry is told from another command with the same id."""

import hashlib
from functools import cache

import attrs

from ringofire.canonical import Writer, object_writer
from ringofire.envelope import Envelope
from ringofire.names import wire_name

__all__ = ["payload_digest"]


def payload_digest(command: Envelope) -> bytes:
    """SHA-256 (32 bytes) of the command's action and fields as the client sent them.

    Left out are `id`, `expect` and what the adapter added: all that a retry may differ in. Raises
    TypeError or ValueError for a command whose fields have no JSON.
    """
    kind: type = type(command)
    return hashlib.sha256(_writer(kind)(command).encode()).digest()


@cache
def _writer(kind: type) -> Writer:
    sent = [field for field in attrs.fields(kind) if field.metadata.get("sent", True)]
    return object_writer(sent, ("action", wire_name(kind)))
