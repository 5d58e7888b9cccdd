"""Settings of Sphinx, which builds the documentation: ``make docs``.

Question: which generator? Options: MkDocs with Material, Zensical, Sphinx with MyST and Furo. Choice: Sphinx.
MkDocs 1 is no longer developed and Material for it only maintained; Zensical, its successor, is young. Sphinx
is well maintained, reads our Google-style docstrings and searches without a server; Furo has a light and a
dark mode and loads nothing from other hosts. Cost: a few MyST directives, which GitHub shows as code.
"""

from generator import __version__

project = "convnet-gallery"
author = "the authors of convnet-gallery"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "generate"]
source_suffix = {".md": "markdown"}

myst_enable_extensions = ["html_image"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # keeps signatures short; docstrings give the shapes, which types cannot
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = project
html_favicon = "../templates/assets/icon.svg"
html_static_path = ["static"]
html_css_files = ["docs.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_domain_indices = False
