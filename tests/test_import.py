"""What `import ringofire` costs, and what it leaves for later."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ringofire

pytestmark = pytest.mark.house

SOURCE = Path(ringofire.__file__)

LOADED = """
import sys
before = set(sys.modules)
import ringofire
assert callable(ringofire.decide)
print(*sorted(set(sys.modules) - before))
"""

USED = """
import sys
import ringofire
{}
print(*sorted(sys.modules))
"""


def modules(code: str) -> set[str]:
    """The modules that a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    return set(done.stdout.split())


def test_import_is_light() -> None:
    """`import ringofire` loads neither json nor asyncio, and of third parties attrs alone."""
    loaded = {module.partition(".")[0] for module in modules(LOADED)}

    assert not loaded & {"json", "asyncio", "tomllib", "logging", "socket", "ssl", "datetime"}
    assert {"ringofire", "attr", "attrs"} == {
        module
        for module in loaded - set(sys.stdlib_module_names)
        if not module.startswith("_")  # finders of editable installs
    }


def test_import_leaves_logs_turns_and_pack_files_for_later() -> None:
    """What `_LATER` names is not loaded by the import, but when it is asked for."""
    later = set(ringofire._LATER.values())

    assert not modules(LOADED) & later
    for name in SAMPLE:
        assert ringofire._LATER[name] in modules(USED.format(f"ringofire.{name}"))


SAMPLE = {"SHIPPED", "handle", "prove", "read_log", "verify", "wording"}
"""One name of each module that is loaded later."""


def test_what_is_loaded_later_is_what_type_checkers_see() -> None:
    """`_LATER` and the imports under TYPE_CHECKING name the same things in the same modules."""
    (block,) = [
        node
        for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert seen == ringofire._LATER
    assert set(ringofire._LATER.values()) == {ringofire._LATER[name] for name in SAMPLE}


@pytest.mark.parametrize("name", ringofire._LATER)
def test_what_is_loaded_later_is_there(name: str) -> None:
    """Every late name is what its module has under it, and is kept."""
    module = ringofire._LATER[name]
    found = getattr(ringofire, name)

    assert getattr(sys.modules[module], name) is found
    assert vars(ringofire)[name] is found


def test_an_unknown_name_is_an_attribute_error() -> None:
    """What is not there is not looked for anywhere."""
    with pytest.raises(AttributeError, match="has no attribute 'beer'"):
        ringofire.beer  # noqa: B018


def test_all_that_is_public_is_listed() -> None:
    """Whoever looks into the package sees the public names, loaded or not, and nothing else."""
    assert sorted(ringofire.__all__) == dir(ringofire)
