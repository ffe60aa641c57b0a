"""`make bench`: each benchmark of this folder, one after the other; words choose among them."""

import sys

from benchmarks import imports, moves, old_rooms

ALL = {"moves": moves, "old_rooms": old_rooms, "imports": imports}

if __name__ == "__main__":
    chosen = sys.argv[1:] or list(ALL)
    unknown = set(chosen) - set(ALL)
    if unknown:
        sys.exit(f"no such benchmark; there are: {' '.join(ALL)}")
    for name in chosen:
        ALL[name].main()
