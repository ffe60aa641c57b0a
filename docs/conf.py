"""How Sphinx builds these pages: `make docs`, and any warning is an error."""

import ringofire

project = "ringofire"
author = "the ringofire authors"
copyright = "the ringofire authors"
version = release = ringofire.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

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
