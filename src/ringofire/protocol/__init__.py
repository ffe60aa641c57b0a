"""The WebSocket protocol, version 1: frames, sessions and limits. Knows no socket."""
