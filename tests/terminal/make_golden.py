"""Makes the files in golden/: `python -m tests.terminal.make_golden` from the project's root.

Seeded games draw on nothing but their seed, so their bytes are the same wherever they run. A
change of these files is a change of the log, the rules, the bots or the picture, and is meant to
be seen in a review.
"""

import json
import tempfile
from hashlib import sha256
from pathlib import Path

from tests.terminal.shell import GOLDEN, PACKS, ringofire


def seeded_log(pack: str, folder: Path) -> bytes:
    """The log of a round that six bots play with seed 1."""
    file = folder / f"{pack}.jsonl"
    done = ringofire("play", "--bots", "6", "--seed", "1", "--pack", pack, "--log", file)
    if done.status:
        raise RuntimeError(done.err)
    return file.read_bytes()


def transcript(log: str | Path) -> str:
    """What three people saw and typed, from the first name to the last round."""
    typed = (GOLDEN / "hot-seat.typed.txt").read_text("utf-8")
    return ringofire("play", "--seed", "7", "--log", log, typed=typed).out


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        logs = {pack: seeded_log(pack, folder) for pack in PACKS}
        digests = {pack: sha256(log).hexdigest() for pack, log in logs.items()}
        (GOLDEN / "digests.json").write_text(json.dumps(digests, indent=2) + "\n", "utf-8")
        (GOLDEN / "bots.jsonl").write_bytes(logs["uk"])
        seen = transcript(folder / "hot-seat.jsonl").replace(f"{folder}/", "")
        (GOLDEN / "hot-seat.txt").write_text(seen, "utf-8")


if __name__ == "__main__":
    main()
