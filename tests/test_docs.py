"""The documents: every code block is run, parsed, or says that it is only shown."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.house

HOUSE = Path(__file__).parent.parent
DOCUMENTS = [HOUSE / "README.md", *sorted((HOUSE / "docs").glob("*.md"))]
DOCUMENTS += sorted((HOUSE / "docs").glob("*/*.md"))

RUN = frozenset({"console", "json", "jsonl", "python", "toml"})
SHOWN = frozenset({"mermaid", "shell", "text"})
FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)$", re.MULTILINE)


def languages(text: str) -> list[str]:
    """What stands behind each opening fence, blocks inside blocks left out."""
    found = []
    inside = ""
    for match in FENCE.finditer(text):
        fence, info = match["fence"], match["info"].strip()
        if not inside:
            inside = fence
            found.append(info)
        elif fence.startswith(inside) and not info:
            inside = ""
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_blocks_are_run_or_say_that_they_are_only_shown(document: Path) -> None:
    """A block in a language that nobody runs would rot unseen; `{directives}` are Sphinx's."""
    found = languages(document.read_text(encoding="utf-8"))

    assert not [it for it in found if not it.startswith("{") and it not in RUN | SHOWN]
