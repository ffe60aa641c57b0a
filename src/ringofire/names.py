"""How classes are called on the wire: `PickCard` is `pick_card`."""

__all__ = ["wire_name"]


def wire_name(kind: type) -> str:
    """Give the name of a class in snake_case."""
    name = kind.__name__
    return "".join([f"_{char.lower()}" if char.isupper() else char for char in name])[1:]
