"""Who may open a WebSocket from a web page.

Cross-site hijacking needs a browser, and browsers say where a page is from.
"""

from collections.abc import Collection, Iterable

__all__ = ["is_welcome"]

_SCHEMES = {"ws": "http", "wss": "https"}


def is_welcome(
    headers: Iterable[tuple[bytes, bytes]], scheme: str, origins: Collection[str] | None
) -> bool:
    """Whether a handshake with these headers may go on.

    Args:
        headers: of the request, names in lower case.
        scheme: `ws` or `wss`.
        origins: that are welcome, such as `https://play.example`; None for the server's own alone.

    An origin is compared whole: scheme, host and port. One that is missing comes from no browser.
    """
    found = [value for name, value in headers if name == b"origin"]
    if not found:
        return True
    if len(found) > 1:
        return False
    origin = found[0].decode("latin-1").lower()
    if origins is not None:
        return origin in {one.lower().rstrip("/") for one in origins}
    host = b"".join([value for name, value in headers if name == b"host"]).decode("latin-1").lower()
    return bool(host) and origin == f"{_SCHEMES[scheme]}://{host}"
