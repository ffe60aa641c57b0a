"""Runs the code blocks of README.md and docs/ as tests.

What a block's language promises:

- `python`: it runs; a block that starts with `>>>` is a doctest and prints what it shows.
- `console`: each line after `$ ` runs in a shell and must succeed; what stands under it, if
  anything, is what it prints (`...` for any text, blanks at the end of lines do not count).
- `toml`, `json`, `jsonl`: it parses.
- `shell`, `text`, `mermaid`: it is only shown. tests/test_docs.py allows no other languages.

The blocks of one document share names and a folder of their own, and run in their order. No
document knows what another one did. `--dist=loadscope` (in pyproject.toml) keeps a document on one
worker of xdist.
"""

import doctest
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser

CONSOLE_SECONDS = 120
"""How long one console command may take: far above what any needs, machines are shared."""

FLAGS = doctest.ELLIPSIS | doctest.REPORT_NDIFF


def sessions(block: str) -> Iterator[tuple[str, str]]:
    """Split a console block into its commands, each with the output that stands under it."""
    command = ""
    output: list[str] = []
    for line in block.splitlines():
        if command.endswith("\\"):
            command += "\n" + line.removeprefix("> ")
        elif line.startswith("$ "):
            if command:
                yield command, "\n".join(output)
            command, output = line.removeprefix("$ "), []
        else:
            output.append(line.rstrip())
    if command:
        yield command, "\n".join(output)


def run_console(example: Example) -> str | None:
    """Run the commands of a console block; return what is wrong, if anything is."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "TERM": "dumb",
    }
    for command, expected in sessions(example.parsed):
        done = subprocess.run(
            command,
            check=False,
            encoding="utf-8",
            env=environment,
            shell=True,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            stdout=subprocess.PIPE,
            timeout=CONSOLE_SECONDS,
        )
        got = "".join(f"{line.rstrip()}\n" for line in done.stdout.rstrip().splitlines())
        if done.returncode:
            return f"$ {command}\nexit status {done.returncode}\n{got}"
        want = f"{expected.rstrip()}\n"
        checker = doctest.OutputChecker()
        if expected and not checker.check_output(want, got, FLAGS):
            difference = checker.output_difference(doctest.Example(command, want), got, FLAGS)
            return f"$ {command}\n{difference}"
    return None


def parse_toml(example: Example) -> None:
    """Parse a TOML block; an error is the failure."""
    tomllib.loads(example.parsed)


def parse_json(example: Example) -> None:
    """Parse a JSON block; an error is the failure."""
    json.loads(example.parsed)


def parse_jsonl(example: Example) -> None:
    """Parse each line of a block of JSON lines; an error is the failure."""
    for line in example.parsed.splitlines():
        json.loads(line)


def enter_folder(namespace: dict[str, Any]) -> None:
    """Give a document an empty folder to work in."""
    namespace["__before__"] = Path.cwd()
    namespace["__folder__"] = tempfile.mkdtemp(prefix="ringofire-docs-")
    os.chdir(namespace["__folder__"])


def leave_folder(namespace: dict[str, Any]) -> None:
    """Take the document's folder away again."""
    os.chdir(namespace["__before__"])
    shutil.rmtree(namespace["__folder__"])


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        CodeBlockParser("console", run_console),
        CodeBlockParser("toml", parse_toml),
        CodeBlockParser("json", parse_json),
        CodeBlockParser("jsonl", parse_jsonl),
        SkipParser(),
    ],
    patterns=["README.md", "docs/*.md", "docs/*/*.md"],
    setup=enter_folder,
    teardown=leave_folder,
).pytest()
