"""Ring of Fire in a terminal: the command `ringofire`.

This module is all that a plain install can run: it knows which extra the rest needs, and nothing
of the game. Everything else is imported when `main` is called.
"""

import sys

__all__ = ["main"]

EXTRA = frozenset({"cyclopts", "rich"})
"""What `ringofire[cli]` adds to a plain install."""


def main() -> None:
    """Run the command line; without the extra, say what to install and exit with status 2."""
    try:
        from ringofire_adapters.terminal import cli
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXTRA:
            raise
        sys.stderr.write(
            f"ringofire: {missing} is missing; install it with: pip install 'ringofire[cli]'\n"
        )
        sys.exit(2)
    except KeyboardInterrupt:  # from here on `cli` meets it
        sys.stderr.write("ringofire: stopped\n")
        sys.exit(130)
    cli.main()
