"""The one public surface: `ringofire.__all__`, and the page that describes it."""

import re
from pathlib import Path

import pytest

import ringofire

pytestmark = pytest.mark.house

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "api.md"
ENTRY = re.compile(
    r"auto(?:class|data|exception|function)(?:::|\})\s+(?:ringofire\.)?(\w+)\s*$", re.MULTILINE
)
"""An autodoc directive, in reStructuredText or in MyST, and the name it documents."""


def order(name: str) -> tuple[int, str]:
    """CONSTANTS, then Classes, then functions: the order Ruff keeps `__all__` in (RUF022)."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def test_exports_are_sorted_and_unique() -> None:
    assert sorted(set(ringofire.__all__), key=order) == list(ringofire.__all__)


@pytest.mark.parametrize("name", ringofire.__all__)
def test_export_exists(name: str) -> None:
    assert hasattr(ringofire, name)


def test_reference_page_documents_every_export_and_nothing_else() -> None:
    """The page and `__all__` are the same set, and the page says nothing twice."""
    documented = ENTRY.findall(PAGE.read_text(encoding="utf-8"))

    assert sorted(ringofire.__all__) == sorted(documented)
