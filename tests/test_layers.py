"""The floors of the house: what the core may import, when, and who may import whom."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

pytestmark = pytest.mark.house

HOUSE = Path(__file__).parent.parent
CORE = HOUSE / "src" / "ringofire"

OWN = frozenset({"attrs", "ringofire"})
"""Whatever the core may import beside the standard library."""

IMPURE = frozenset(
    """
    asyncio concurrent contextvars ctypes datetime http io locale logging multiprocessing os
    pickle random secrets selectors shelve shutil signal socket sqlite3 ssl subprocess sys
    tempfile threading time urllib uuid
    """.split()
)
"""Parts of the standard library that have no place in the core, not even inside a function."""

LATE = frozenset({"json"})
"""Imported inside functions only, so that `import ringofire` does not load them."""


@frozen
class Import:
    """One imported module: where, and whether importing its importer imports it too."""

    where: str
    module: str
    late: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def imports(path: Path) -> Iterator[Import]:
    def walk(node: ast.AST, *, late: bool) -> Iterator[Import]:
        where = f"{path.relative_to(HOUSE)}:{getattr(node, 'lineno', 0)}"
        match node:
            case ast.Import(names=names):
                yield from (Import(where, name.name, late) for name in names)
            case ast.ImportFrom(module=module, level=level):
                yield Import(where, "ringofire" if level else str(module), late)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, late=late or inside)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), late=False)


IMPORTS = [found for path in sorted(CORE.rglob("*.py")) for found in imports(path)]


def test_core_stands_on_attrs_and_the_standard_library() -> None:
    """Nothing else is imported anywhere in the core, at whatever time."""
    assert not [it for it in IMPORTS if it.top not in OWN | sys.stdlib_module_names]


def test_core_imports_nothing_impure() -> None:
    """No clock, no entropy, no event loop, no file or socket is within the core's reach."""
    assert not [it for it in IMPORTS if it.top in IMPURE]


def test_json_is_imported_late() -> None:
    """JSON is imported by the function that needs it, not by the module."""
    assert not [it for it in IMPORTS if it.top in LATE and not it.late]


def test_walk_tells_late_imports_from_early_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk itself sees imports in any corner, and knows which of them wait for a call."""
    monkeypatch.setattr(f"{__name__}.HOUSE", tmp_path)
    module = tmp_path / "module.py"
    module.write_text(
        "import a.b, c\n"
        "from d import e\n"
        "from . import f\n"
        "try:\n    import g\nexcept ImportError:\n    pass\n"
        "class H:\n    import i\n    def j(self):\n        import k\n"
        "async def m():\n    from n.o import p\n"
    )

    found = [(it.module, it.late) for it in imports(module)]

    early = ["a.b", "c", "d", "ringofire", "g", "i"]
    assert [*((name, False) for name in early), ("k", True), ("n.o", True)] == found


def test_importing_the_core_loads_neither_event_loop_nor_json() -> None:
    """A fresh interpreter that imports ringofire has attrs beside the standard library; no more."""
    script = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import ringofire\n"
        "print(*sorted(name.partition('.')[0] for name in set(sys.modules) - before))\n"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, check=True, encoding="utf-8"
    )

    loaded = set(done.stdout.split())
    assert not loaded & {"asyncio", "json", "random", "secrets", "socket", "sqlite3", "ssl"}
    assert {"attr", "attrs", "ringofire"} == loaded - sys.stdlib_module_names


BREACHES = {
    "floors": ("src/ringofire/errors.py", "from ringofire import canonical"),
    "room-knows-no-cards": ("src/ringofire/room/__init__.py", "from ringofire import cards"),
    "core-knows-no-adapter": ("src/ringofire/errors.py", "import ringofire_adapters.terminal"),
    "core-is-pure": ("src/ringofire/errors.py", "import asyncio"),
    "adapters-stand-alone": (
        "adapters/ringofire_adapters/memory.py",
        "import ringofire_adapters.terminal",
    ),
}
"""For each contract of pyproject.toml, one line that breaks it, and where to put it."""


def lint_imports(house: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", *chosen],
        capture_output=True,
        check=False,
        cwd=house,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": f"{house}/src{os.pathsep}{house}/adapters"},
    )


def test_every_contract_has_a_breach() -> None:
    """A contract that nothing was ever seen to break is no contract."""
    settings = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))

    contracts = [contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]]

    assert sorted(BREACHES) == sorted(contracts)


@pytest.mark.parametrize("contract", sorted(BREACHES))
def test_contract_finds_its_breach(contract: str, tmp_path: Path) -> None:
    """A contract holds in the house as it is, and fails as soon as one line breaks it."""
    shutil.copy(HOUSE / "pyproject.toml", tmp_path)
    for root in ("src", "adapters"):
        shutil.copytree(HOUSE / root, tmp_path / root)
    before = lint_imports(tmp_path, contract)
    name, line = BREACHES[contract]
    with (tmp_path / name).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")

    after = lint_imports(tmp_path, contract)

    assert before.returncode == 0, before.stdout + before.stderr
    assert after.returncode == 1, after.stdout + after.stderr
    assert "BROKEN" in after.stdout
