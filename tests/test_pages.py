"""The pages say what the code says: generated tables and pictures, packs shown, fields listed."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest

from ringofire import RoomView, load_packs
from ringofire.packs.effects import EFFECTS

pytestmark = pytest.mark.house

DOCS = Path(__file__).parent.parent / "docs"
TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_generated_tables_and_pictures_are_current() -> None:
    """After a change of the code, `python docs/generate.py` writes what the pages say of it."""
    done = subprocess.run(
        [sys.executable, DOCS / "generate.py", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert "" == done.stdout + done.stderr
    assert 0 == done.returncode


@pytest.mark.parametrize("picture", sorted((DOCS / "images").glob("*.svg")), ids=lambda it: it.stem)
def test_pictures_are_whole_and_shown(picture: Path) -> None:
    root = ET.parse(picture).getroot()
    pages = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*/*.md"))

    assert "{http://www.w3.org/2000/svg}svg" == root.tag
    assert f"images/{picture.name})" in pages


@pytest.mark.parametrize(
    "example",
    TOML.findall((DOCS / "how-to" / "house-rules.md").read_text(encoding="utf-8")),
    ids=lambda text: text.split("\n")[0].strip("[]"),
)
def test_packs_that_are_shown_can_be_loaded(example: str) -> None:
    load_packs(example)


@pytest.mark.parametrize("do", EFFECTS)
def test_house_rules_show_every_field_of_the_vocabulary(do: str) -> None:
    """Each field of each effect stands in an example; `op = "return"` is all that `ring` has."""
    text = (DOCS / "how-to" / "house-rules.md").read_text(encoding="utf-8")
    shown = "".join(re.findall(rf'\{{ do = "{do}"[^}}]*\}}', "".join(TOML.findall(text))))
    fields = set(EFFECTS[do].checks) - {"op"} if do == "ring" else set(EFFECTS[do].checks)

    assert [] == [field for field in sorted(fields) if not re.search(rf"\b{field} = ", shown)]


def test_view_page_lists_every_field_and_nothing_else() -> None:
    text = (DOCS / "reference" / "view.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)

    assert [field.name for field in attrs.fields(RoomView)] == rows
