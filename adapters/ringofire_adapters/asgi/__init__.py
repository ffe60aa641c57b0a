"""Rooms over WebSockets, as an ASGI application: for laptops and for containers."""

from ringofire_adapters.asgi.app import app

__all__ = ["app"]
