"""Ring of Fire in a terminal: the command `ringofire`.

This module is all that a plain install can run: it knows which extra the rest needs, and nothing
of the game. Everything else is imported when `main` is called.
"""

import sys

__all__ = ["main", "what_to_install"]

EXTRAS = {
    "cyclopts": "cli",
    "platformdirs": "cli",
    "rich": "cli",
    "websockets": "cli",
    "prometheus_client": "serve",
    "segno": "serve",
    "starlette": "serve",
    "uvicorn": "serve",
}
"""The extra that brings each module which a plain install lacks."""


def what_to_install(error: ModuleNotFoundError) -> str | None:
    """Say in one line which extra brings the missing module; None if none of ours does."""
    missing = (error.name or "").partition(".")[0]
    extra = EXTRAS.get(missing)
    if extra is None:
        return None
    return f"{missing} is missing; install it with: pip install 'ringofire[{extra}]'"


def main() -> None:
    """Run the command line; without the extra, say what to install and exit with status 2."""
    try:
        from ringofire_adapters.terminal import cli
    except ModuleNotFoundError as error:
        told = what_to_install(error)
        if told is None:
            raise
        sys.stderr.write(f"ringofire: {told}\n")
        sys.exit(2)
    except KeyboardInterrupt:  # from here on `cli` meets it
        sys.stderr.write("ringofire: stopped\n")
        sys.exit(130)
    cli.main()
