"""How Sphinx builds these pages: `make docs`, and any warning is an error."""

import re

import attrs
from sphinx.application import Sphinx
from sphinx.util.typing import stringify_annotation

import ringofire

project = "ringofire"
author = "the ringofire authors"
copyright = "the ringofire authors"
version = release = ringofire.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

smartquotes = False  # what stands in quotes may be typed

html_theme = "furo"
html_title = f"ringofire {release}"
html_show_sourcelink = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
default_role = "code"  # docstrings say `this` and mean code
napoleon_numpy_docstring = False


def only_our_words(*told: object) -> None:
    """Leave out what Python says of the type of a constant; the page says what the constant is."""
    _, what, _, _, _, lines = told
    if what == "data":
        lines.clear()


ALIASES = {
    stringify_annotation(getattr(ringofire, name), mode): f"{prefix}ringofire.{name}"
    for name in ("Command", "Event", "Answer")
    for mode, prefix in (("smart", "~"), ("fully-qualified-except-typing", ""))
}


def shorter(*told: object) -> tuple[str | None, str | None]:
    """Call the large unions by their names, and say what the defaults of attrs classes are."""
    _, _, _, thing, _, signature, returned = told

    def default(match: re.Match[str]) -> str:
        value = attrs.fields_dict(thing)[match[1]].default
        if isinstance(value, attrs.Factory):
            return "..."
        return f"{type(value).__name__}()" if attrs.has(type(value)) else repr(value)

    def short(text: object) -> str | None:
        if not isinstance(text, str):
            return None
        for union, name in ALIASES.items():
            text = text.replace(union, name)
        return re.sub(r"attr_dict\['(\w+)'\]\.default", default, text)

    return short(signature), short(returned)


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", only_our_words)
    app.connect("autodoc-process-signature", shorter)
