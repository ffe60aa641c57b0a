"""The one public surface: `ringofire.__all__`, and the page that describes it."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import ringofire

pytestmark = pytest.mark.house

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "api.md"
ENTRY = re.compile(
    r"auto(?:class|data|exception|function)(?:::|\})\s+(?:ringofire\.)?(\w+)\s*$", re.MULTILINE
)
"""An autodoc directive, in reStructuredText or in MyST, and the name it documents."""

INNER_ENTRY = re.compile(
    r"auto(?:class|data|exception|function):: (ringofire(?:_adapters|\.)[\w.]+)\.(\w+)"
)
"""A directive for what a module of its own exports: the module, and the name."""

MODULES = (
    "ringofire.protocol.asked",
    "ringofire.protocol.closing",
    "ringofire.protocol.errors",
    "ringofire.protocol.heard",
    "ringofire.protocol.limits",
    "ringofire.protocol.news",
    "ringofire.protocol.player",
    "ringofire.protocol.replies",
    "ringofire.protocol.requests",
    "ringofire.protocol.session",
    "ringofire.scribe",
    "ringofire_adapters.asgi",
    "ringofire_adapters.asgi.server",
    "ringofire_adapters.client",
    "ringofire_adapters.hub",
    "ringofire_adapters.memory",
    "ringofire_adapters.sqlite",
    "ringofire_adapters.stores",
)
"""The modules that are imported by users of the library, beside `ringofire` itself."""

INTERNAL = {
    ("ringofire.protocol.asked", "Asked"): "the player's note of a frame; others have its id",
    ("ringofire.protocol.replies", "REPLIES"): "a table; the schema says it to others",
    ("ringofire.protocol.replies", "TYPES"): "that table, the other way round",
    ("ringofire.protocol.requests", "ACTIONS"): "a table; the schema says it to others",
    ("ringofire.protocol.requests", "ENVELOPE"): "a table; the schema says it to others",
    ("ringofire.protocol.requests", "Field"): "what those two tables are made of",
}
"""What our own modules export for each other, and why nobody else needs it."""


def order(name: str) -> tuple[int, str]:
    """CONSTANTS, then Classes, then functions: the order Ruff keeps `__all__` in (RUF022)."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def test_exports_are_sorted_and_unique() -> None:
    """`ringofire.__all__` is in the order that Ruff keeps, and has no name twice."""
    assert sorted(set(ringofire.__all__), key=order) == list(ringofire.__all__)


@pytest.mark.parametrize("name", ringofire.__all__)
def test_export_exists(name: str) -> None:
    """Each name in `ringofire.__all__` is there."""
    assert hasattr(ringofire, name)


def test_reference_page_documents_every_export_and_nothing_else() -> None:
    """The page and `__all__` are the same set, and the page says nothing twice."""
    documented = ENTRY.findall(PAGE.read_text(encoding="utf-8"))

    assert sorted(ringofire.__all__) == sorted(documented)


def exported(module: str) -> list[str]:
    """Give what a module exports."""
    names: list[str] = import_module(module).__all__
    return names


def inner_entries() -> list[tuple[str, str]]:
    """Give what the page documents of other modules than `ringofire`."""
    return INNER_ENTRY.findall(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES)
def test_reference_page_documents_what_a_module_exports(module: str) -> None:
    """What stands in `__all__` is on the page, under this module or the one it was taken from."""
    documented = {(name, id(getattr(import_module(home), name))) for home, name in inner_entries()}
    found = {
        name
        for name in exported(module)
        if (name, id(getattr(import_module(module), name))) in documented
    }
    internal = {name for home, name in INTERNAL if home == module}

    assert sorted(exported(module)) == sorted(found | internal)


def test_reference_page_documents_nothing_else_of_other_modules() -> None:
    """What the page has of another module is exported there, not internal, and said once."""
    public = {(module, name) for module in MODULES for name in exported(module)} - INTERNAL.keys()
    documented = inner_entries()

    assert [] == sorted(set(documented) - public)
    assert len(set(documented)) == len(documented)
