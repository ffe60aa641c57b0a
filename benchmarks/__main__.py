"""`make bench`: each benchmark of this folder, one after the other; words choose among them."""

import sys

from benchmarks import (
    codecs,
    frames,
    imports,
    memory,
    moves,
    old_rooms,
    restart,
    serving,
    updates,
)

ALL = {
    "moves": moves,
    "old_rooms": old_rooms,
    "updates": updates,
    "imports": imports,
    "codecs": codecs,
    "frames": frames,
    "serving": serving,
    "memory": memory,
    "restart": restart,
}

if __name__ == "__main__":
    chosen = sys.argv[1:] or list(ALL)
    unknown = set(chosen) - set(ALL)
    if unknown:
        sys.exit(f"no such benchmark; there are: {' '.join(ALL)}")
    for name in chosen:
        ALL[name].main()
