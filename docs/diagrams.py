"""Mermaid diagrams of the pages, drawn once and kept as pictures: a code host draws the text, the site shows the picture.

Belongs here: which picture belongs to which diagram, whether it is current, and drawing what is not. Does not belong here: the
site (`site.py`). Run it as `python -m docs.diagrams` after a diagram changed; it calls `mmdc` of the Mermaid command line, which
needs Node and a browser and is therefore nothing that a build installs. The library that would draw in the reader's browser is
3 MB of script for three pictures.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
FENCE = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE_WIDTH = 730
SMALLEST, LARGEST = 0.6, 0.85
LOOK = {"theme": "neutral", "fontFamily": "sans-serif", "deterministicIds": True}


def drawing(docname: str, number: int) -> str:
    """Return the path, below docs/, of the picture of a page's diagram; the first has number 1."""
    return f"diagrams/{docname.replace('/', '-')}-{number}.svg"


def title(text: str) -> str:
    """Return what the diagram says of itself to who cannot see it, or nothing."""
    found = re.search(r"^\s*accTitle: *(.+)$", text, re.MULTILINE)
    return found[1] if found else ""


def mark(text: str) -> str:
    """Return the comment that ties a picture to the text it was drawn from."""
    return f"<!-- drawn from {hashlib.sha256(text.encode()).hexdigest()} -->"


def is_current(path: Path, text: str) -> bool:
    """Return whether the picture was drawn from this very text."""
    return path.is_file() and path.read_text(encoding="utf-8").rstrip().endswith(mark(text))


def sized(svg: str) -> str:
    """Return the picture with a width of its own, in pixels: "100%" would blow up a narrow one and squeeze a wide one."""
    width = float(re.search(r'viewBox="\S+ \S+ ([\d.]+)', svg)[1])  # type: ignore[index]
    scale = max(SMALLEST, min(LARGEST, PAGE_WIDTH / width))
    return svg.replace('width="100%"', f'width="{width * scale:.0f}"', 1)


def draw(path: Path, text: str, program: str = "mmdc") -> None:
    """Draw one diagram; CalledProcessError when Mermaid does not understand it."""
    with tempfile.TemporaryDirectory() as scratch:
        source, look, out = (Path(scratch) / name for name in ("d.mmd", "look.json", "d.svg"))
        source.write_text(text, encoding="utf-8")
        look.write_text(json.dumps(LOOK), encoding="utf-8")
        command = [program, "-i", source, "-o", out, "-c", look, "-b", "white", *sys.argv[1:]]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        path.write_text(f"{sized(out.read_text(encoding='utf-8'))}\n{mark(text)}\n", encoding="utf-8")


def main() -> None:
    """Draw the diagrams whose text changed; further arguments go to `mmdc`."""
    (FOLDER / "diagrams").mkdir(exist_ok=True)
    for page in sorted(FOLDER.rglob("*.md")):
        docname = page.relative_to(FOLDER).with_suffix("").as_posix()
        for number, text in enumerate(FENCE.findall(page.read_text(encoding="utf-8")), 1):
            path = FOLDER / drawing(docname, number)
            if not is_current(path, text):
                draw(path, text)
                sys.stdout.write(f"drew docs/{drawing(docname, number)}\n")


if __name__ == "__main__":
    main()
