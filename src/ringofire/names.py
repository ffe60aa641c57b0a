"""How classes are called on the wire: `PickCard` is `pick_card`."""

__all__ = ["wire_name"]


_KNOWN: dict[type, str] = {}


def wire_name(kind: type) -> str:
    """Give the name of a class in snake_case."""
    known = _KNOWN.get(kind)
    if known is None:
        chars = [f"_{char.lower()}" if char.isupper() else char for char in kind.__name__]
        known = _KNOWN[kind] = "".join(chars)[1:]
    return known
