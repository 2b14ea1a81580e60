"""The documentation site: what is broken fails the build, lists are the navigation, and nothing is fetched."""

import re
import shlex
from pathlib import Path

import pytest
from sphinx.cmd.build import build_main

from docs.diagrams import mark
from docs.site import navigation

ROOT = Path(__file__).resolve().parents[1]
GOOD = {
    "index.md": "# Home\n\n## Start\n\n- [First](first.md), [its part](first.md#a-part_of-it-too)\n- [Below](below/README.md)\n",
    "first.md": "# First\n\n## A `part_of` it, too\n\n[back](index.md) [here](#a-part_of-it-too)\n\n```sql\nselect 1\n```\n",
    "below/README.md": "# Below\n\n| | |\n|---|---|\n| [1](one.md) | [up](../first.md#a-part_of-it-too) |\n",
    "below/one.md": "# One\n\n```mermaid\nflowchart LR\n  accTitle: From a to b\n  a --> b\n```\n",
    "diagrams/below-one-1.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n"
    + mark("flowchart LR\n  accTitle: From a to b\n  a --> b\n"),
}
FAULTS = {
    "page.md": ("[gone](gone.md)", "gone.md"),
    "anchor.md": ("[gone](first.md#gone)", "gone"),
    "own_anchor.md": ("[gone](#gone)", "gone"),
    "folder.md": ("[all](below/)", "below/"),
    "picture.md": ("![gone](gone.png)", "gone.png"),
    "outside.md": ("[code](../outside.py)", "link leaves the documentation"),
    "html.md": ('<a href="gone.html">gone</a>', "in HTML is not checked"),
    "orphan.md": ("Nobody lists this page.", "isn't included in any toctree"),
    "undrawn.md": (
        "```mermaid\nflowchart LR\n  accTitle: Nobody drew this\n  a --> b\n```",
        "does not show this diagram",
    ),
    "untitled.md": ("```mermaid\nflowchart LR\n  a --> b\n```", "needs accTitle"),
    "language.md": ("```no-such-language\nx\n```", "no-such-language"),
}


def flags():
    """Return the options of Sphinx that `make docs` gives, without its folders."""
    line = re.search(r"-m sphinx (.*) -d \S+ docs build/docs$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return shlex.split(line[1])


def build(folder, pages):
    source = folder / "docs"
    for name, text in pages.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    return build_main([*flags(), "-c", str(ROOT / "docs"), str(source), str(folder / "out")])


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """Return the exit code and the folder of a site without a fault."""
    folder = tmp_path_factory.mktemp("good")
    return build(folder, GOOD), folder / "out"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Return the exit code and the warnings, by page, of a site with one fault per page; but for the orphan all are listed."""
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "outside.py").write_text("")
    listed = "".join(f"- [{page}]({page})\n" for page in FAULTS if page != "orphan.md")
    pages = {page: f"# {page}\n\n{text}\n" for page, (text, _) in FAULTS.items()}
    with pytest.MonkeyPatch.context() as patch:
        said = []
        patch.setattr("sys.stderr.write", said.append, raising=False)
        code = build(folder, GOOD | pages | {"index.md": GOOD["index.md"] + listed})
    return code, "".join(said)


def test_a_site_without_a_fault_is_built(good):
    code, out = good
    assert code == 0
    assert (out / "index.html").is_file()


def test_a_site_with_a_fault_is_none(faulty):
    assert faulty[0] != 0


@pytest.mark.parametrize("page", FAULTS)
def test_every_fault_is_named_with_its_page(faulty, page):
    about = [line for line in faulty[1].splitlines() if f"/{page.removesuffix('.md')}" in line]
    assert any(FAULTS[page][1] in line for line in about), faulty[1]


def test_one_link_to_an_anchor_serves_the_code_host_and_the_site(good):
    targets = re.findall(r'href="first\.html#([^"]+)"', (good[1] / "index.html").read_text())
    ids = re.findall(r'id="([^"]+)"', (good[1] / "first.html").read_text())
    assert targets
    assert set(targets) <= set(ids)


def test_lists_of_links_are_the_navigation():
    text = "# Home\n\n[early](a.md)\n\n## Start\n\n- [B](b.md#part), [B](b.md), [up](../c.md)\n\n## More\n\n| [D](d/e.md) | [A](a.md) |\n"
    assert re.findall(r"^(?::caption: (.*)|([\w/]+))$", navigation("index", text), re.MULTILINE) == [
        ("# Home", ""), ("", "a"), ("Start", ""), ("", "b"), ("More", ""), ("", "d/e"),
    ]  # fmt: skip
    assert ":caption:" not in navigation("formats/README", text)


def test_a_diagram_is_a_picture_with_its_title(good):
    page = (good[1] / "below/one.html").read_text()
    assert re.search(r'<img alt="From a to b" src="\.\./_images/below-one-1\.svg"', page)


def test_nothing_of_the_site_is_fetched_from_elsewhere(good):
    """A link that a reader may follow is fine; what the browser loads by itself is not."""
    loaded = []
    for path in good[1].rglob("*"):
        if path.suffix == ".html":
            loaded += re.findall(
                r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"(?:https?:)?//[^\"]*", path.read_text()
            )
        if path.suffix == ".css":
            loaded += re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//\S+", path.read_text())
    assert not loaded


def test_ci_builds_the_site():
    assert "make docs" in (ROOT / ".ci/run").read_text().splitlines()
    assert "--fail-on-warning" in flags()
