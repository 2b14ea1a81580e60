"""How Sphinx builds the documentation site: `make docs`, which makes a warning an error.

Belongs here: settings of Sphinx, MyST and the theme. Does not belong here: what pages become (`site.py`), what they say.
Nothing that is built asks the network for anything: the theme uses the reader's own fonts, the search is a local script.
"""

project = "rcmbench"
html_title = "rcmbench"
language = "en"

# A path, because the folder is built by tests from other places too; `docs` is a package of the repository.
extensions = ["myst_parser", "docs.site"]
root_doc = "index"
exclude_patterns = ["**.py", "__pycache__"]

# Headings have the anchors that a code host gives them, so one link serves both readers.
myst_heading_anchors = 4
myst_enable_extensions: list[str] = []
suppress_warnings: list[str] = []

# What is printed stands as it was typed: `--home`, "strong".
smartquotes = False

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_theme_options = {"navigation_with_keys": True, "top_of_page_buttons": []}
