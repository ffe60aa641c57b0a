"""The adapters of ringofire: each binds the engine to one outside thing.

An adapter translates and performs, nothing else. It may import ringofire and the one library it
stands on; it never decides what the game allows, and ringofire never imports it.
"""

PORT = 8765
"""Where servers listen, and clients look, that are told of no port."""
