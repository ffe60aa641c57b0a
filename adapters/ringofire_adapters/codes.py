"""The codes that people find rooms by: made of entropy, to be read out and typed."""

__all__ = ["ALPHABET", "make_code", "read_code"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O or U, so that a code can be read out."""

_MEANT = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def make_code(octets: bytes, length: int) -> str:
    """Give a code of `length` signs, each made of one of the random `octets`."""
    return "".join([ALPHABET[octet % len(ALPHABET)] for octet in octets[:length]])


def read_code(text: str) -> str:
    """Give the code that somebody typed: case, dashes and blanks do not count, nor O for 0."""
    return text.upper().translate(_MEANT)
