"""Markdown from Python values: tables and whole pages.

Belongs here: how Markdown is written. Does not belong here: what a page says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; cells may hold pipes, line breaks, code and asterisks (`NM1*PR`), but no emphasis."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    text = [
        "| " + " | ".join(_plain(cell).replace("|", "\\|").replace("\n", " ") for cell in line) + " |"
        for line in lines
    ]
    text.insert(1, "|" + "---|" * len(lines[0]))
    return "\n".join(text)


def _plain(cell: str) -> str:
    """Return a cell with its asterisks outside of code escaped: two of them would set what is between in italics."""
    pieces = cell.split("`")
    return "`".join(piece if i % 2 else piece.replace("*", "\\*") for i, piece in enumerate(pieces))


def page(parts: Iterable[str]) -> str:
    """Return the parts that are not empty, with a blank line between them."""
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"
