"""What the documentation site does with pages that are plain Markdown for any other reader.

Belongs here: the navigation, read from the lists of links of `index.md` and of each folder's `README.md`; drawings in place of
Mermaid fences; links that a site cannot follow, as warnings. Does not belong here: settings (`conf.py`), how a diagram is drawn
(`diagrams.py`), what pages say. A broken link, anchor or image and a page that no list names are warnings of Sphinx and MyST
themselves; `make docs` turns every warning into an error.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sphinx import addnodes
from sphinx.util import logging

from docs.diagrams import FENCE, drawing, is_current, title

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

LOG = logging.getLogger(__name__)
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
PAGE_LINK = re.compile(r"\]\((?!\.\.)([\w/.-]+)\.md\)")
HTML_LINK = re.compile(r"<(?:a|img|script|link|iframe)\b", re.IGNORECASE)


def navigation(docname: str, text: str) -> str:
    """Return hidden tables of contents with the pages that a list page links to, one for each of its sections.

    Only `index` has captions: on a folder's page the sections would split one short list.
    """
    seen: set[str] = set()
    trees = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE):
        pages = [page for page in dict.fromkeys(PAGE_LINK.findall(section)) if page not in seen]
        seen.update(pages)
        caption = [f":caption: {section.splitlines()[0]}"] if docname == "index" else []
        if pages:
            trees.append("\n".join(["```{toctree}", ":hidden:", ":titlesonly:", *caption, "", *pages, "```"]))
    return "\n\n".join(trees)


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    """Turn the Markdown of a page into what Sphinx reads; keep the number of lines, warnings name them."""
    text, where = source[0], PurePosixPath(docname)
    if HTML_LINK.search(CODE.sub("", text)):
        LOG.warning(
            "a link or an image in HTML is not checked; write it in Markdown", location=docname, type="docs"
        )
    drawn = 0

    def picture(fence: re.Match[str]) -> str:
        nonlocal drawn
        drawn += 1
        path = drawing(docname, drawn)
        if not title(fence[1]):
            LOG.warning("a diagram needs accTitle, for who cannot see it", location=docname, type="docs")
        if not is_current(app.srcdir / path, fence[1]):
            LOG.warning(
                "%s does not show this diagram: python -m docs.diagrams", path, location=docname, type="docs"
            )
        above = "../" * (len(where.parts) - 1)
        return f"![{title(fence[1])}]({above}{path})" + "\n" * fence[0].count("\n")

    text = FENCE.sub(picture, text)
    if docname == "index" or where.name == "README":
        text += "\n\n" + navigation(docname, text) + "\n"
    source[0] = text


def _check(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of a link to a file that is no page: on the site it would be a loose copy without its surroundings."""
    for node in doctree.findall(addnodes.download_reference):
        LOG.warning(
            "link leaves the documentation: %s; name the file as code instead",
            node["reftarget"],
            location=app.env.docname,
            type="docs",
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", _read)
    app.connect("doctree-read", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
