"""`ringofire serve`: a server on this machine, and what to tell the people in the same room."""

import asyncio
import io
import logging
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import segno
from attrs import frozen
from platformdirs import user_data_path
from rich.text import Text

from ringofire_adapters.asgi import app
from ringofire_adapters.asgi.logs import JsonLines
from ringofire_adapters.asgi.server import make_server
from ringofire_adapters.hub import Settings
from ringofire_adapters.terminal.screen import Screen

__all__ = ["Service", "default_store", "serve"]


@frozen
class Service:
    """What is to be served, and where.

    Args:
        host: the address to listen on; `0.0.0.0` is all of this machine's.
        port: 0 takes any that is free.
        store: the address of the store.
        origins: of web pages that may connect; none for those of the server itself alone.
        settings: what is allowed.
        trust_proxy: the address of a proxy in front, whose headers are believed.
        log_level: of the lines on standard error, such as `INFO`.
    """

    host: str
    port: int
    store: str
    origins: Sequence[str]
    settings: Settings
    trust_proxy: str | None
    log_level: str


def default_store() -> str:
    """Give the address of the store in the user's data folder."""
    return f"sqlite:{user_data_path('ringofire', appauthor=False) / 'rooms.db'}"


def serve(service: Service, screen: Screen) -> None:
    """Serve until somebody stops it.

    Raises OSError if the port cannot be had, and what `open_store` raises.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=service.log_level)
    with _listening(service.host, service.port) as listener:
        application = app(service.store, settings=service.settings, origins=service.origins or None)
        _tell(service, screen, listener.getsockname()[1])
        server = make_server(application, trust_proxy=service.trust_proxy)
        asyncio.run(server.serve(sockets=[listener]))
    screen.put("Stopped. Rooms are kept." if service.store != "memory" else "Stopped.")


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = (error.strerror or "cannot listen").partition(" (")[0]
        raise OSError(error.errno, reason, f"{host}:{port}") from None


def _tell(service: Service, screen: Screen, port: int) -> None:
    host = reachable_host() if service.host in ("0.0.0.0", "::") else service.host  # noqa: S104
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    url = f"http://{place}"
    screen.put(Text.assemble("Ring of Fire is served at ", (url, "bold")))
    if screen.console.is_terminal:
        picture = io.StringIO()
        segno.make(url, micro=False).terminal(out=picture, compact=True)
        screen.console.file.write(picture.getvalue())
    alone = host.startswith("127.") or host in ("::1", "localhost")
    where = "on this machine" if alone else "here or in the same network"
    screen.put(Text.assemble(f"To play, {where}:  ", (f"ringofire join {place}", "bold")))
    kind, _, path = service.store.partition(":")
    kept = f"in {Path(path)}" if kind == "sqlite" else "in memory, until the server stops"
    screen.put(f"Rooms are kept {kept}. Ctrl-C stops the server.")
    screen.console.file.flush()


def reachable_host() -> str:
    """Give the address by which others in the same network reach this machine, as far as we know.

    A datagram socket is bound by the system to the address it would send from; nothing is sent.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 of RFC 5737, which nobody has
        except OSError:
            return "127.0.0.1"
        host: str = probe.getsockname()[0]
        return host
