"""What a server tells Prometheus; no label names a room, a seat or an address."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ringofire.protocol.replies import TYPES, Error, Rejected, Reply
from ringofire.protocol.requests import Request
from ringofire_adapters.hub import Hub

__all__ = ["Metrics"]


class Metrics:
    """Counts of one server, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.frames = Counter(
            "ringofire_frames",
            "Frames by action and by what they were answered with.",
            ["action", "answer", "reason"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "ringofire_answer_seconds", "From a frame to its answer.", registry=self.registry
        )
        self.failures = Counter(
            "ringofire_failures", "Exceptions that were met and survived.", registry=self.registry
        )
        self.cut_off = Counter(
            "ringofire_cut_off", "Connections whose reader was too slow.", registry=self.registry
        )

    def watch(self, hub: Hub) -> None:
        """Have the connections and the open rooms of `hub` told, too."""
        connections = Gauge("ringofire_connections", "Open connections.", registry=self.registry)
        connections.set_function(lambda: len(hub.lines))
        rooms = Gauge("ringofire_open_rooms", "Rooms with connections.", registry=self.registry)
        rooms.set_function(lambda: len(hub.desks))

    def count(self, request: Request | None, reply: Reply, seconds: float) -> None:
        """Count a frame and its answer."""
        action = "none" if request is None else request.action
        reason = reply.reason.value if isinstance(reply, Error | Rejected) else ""
        self.frames.labels(action, TYPES[type(reply)], reason).inc()
        self.seconds.observe(seconds)

    def text(self) -> bytes:
        """Give all of it in Prometheus's text format."""
        return generate_latest(self.registry)
