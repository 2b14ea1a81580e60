"""What pages are made of: sections of text, tiles, notes, tables, charts and folds. Plain values; the templates draw them.

Belongs here: the shapes. Does not belong here: what a page says (the modules of the pages) and how a chart is specified (`charts.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from assets.report.figures import Definition, Figure

Level = Literal["act", "look", "fine"]
"""How urgent a note is: somebody has to act; somebody should look; all is well."""


@dataclass(frozen=True)
class Link:
    """A place in the site."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class Plain:
    """Words with a remark below them."""

    text: str
    note: str = ""
    href: None = None


@dataclass(frozen=True)
class Named:
    """A measure named at the head of a row, with the link to its definition."""

    definition: Definition
    note: str = ""


@dataclass(frozen=True)
class Badge:
    """A status in a word, with its reason."""

    text: str
    level: Level = "fine"
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its head. Empty tables say why in `empty`."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    empty: str = "Nothing is published here."
    kind: str = "table"


@dataclass(frozen=True)
class Chart:
    """A chart with the table that says the same."""

    id: str
    title: str
    how: str
    spec: dict[str, Any]
    table: Table
    definitions: tuple[Definition, ...] = ()
    kind: str = "chart"


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Tile:
    """One number that stands out."""

    label: str
    content: Figure | str
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class Tiles:
    """Tiles side by side."""

    tiles: tuple[Tile, ...]
    kind: str = "tiles"


@dataclass(frozen=True)
class Note:
    """Something to know, with where to read on."""

    level: Level
    text: str
    link: Link | None = None


@dataclass(frozen=True)
class Notes:
    """A list of notes, most urgent first."""

    notes: tuple[Note, ...]
    empty: str
    kind: str = "notes"


@dataclass(frozen=True)
class Fold:
    """Blocks that are shown when asked for."""

    summary: str
    blocks: tuple[Any, ...]
    kind: str = "fold"


@dataclass(frozen=True)
class Facts:
    """Names and values."""

    pairs: tuple[tuple[str, Any], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Entry:
    """A definition in full."""

    definition: Definition
    meaning: str
    facts: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]
    kind: str = "entry"


@dataclass(frozen=True)
class Section:
    """A part of a page under a heading of its own."""

    id: str
    title: str
    blocks: tuple[Any, ...]


@dataclass(frozen=True)
class Page:
    """A page: the file it is written to, its title, a sentence on what it is for, and its sections."""

    file: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    about: tuple[Any, ...] = field(default=())


def order_of(notes: list[Note]) -> tuple[Note, ...]:
    """Return notes with the most urgent first, else as they came."""
    return tuple(sorted(notes, key=lambda note: ("act", "look", "fine").index(note.level)))
