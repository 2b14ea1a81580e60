"""Blocks of columns inside pages that people write: `<!-- columns: intake.claims -->` to `<!-- end -->`.

Belongs here: filling such a block from the contract of the table that it names. Does not belong here: pages that are
generated whole (`generate.py`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assets.intake.contracts import TABLES
from assets.intake.tables import schemas
from docs.markdown import table

if TYPE_CHECKING:
    from pathlib import Path

    from assets.intake.contracts.model import Column

_BLOCK = re.compile(r"<!-- columns: ([\w.]+) -->\n.*?<!-- end -->", re.DOTALL)
_SHARED = frozenset({"file_id", "delivery_date"})


def with_columns(path: Path) -> str:
    """Return the page with every block of columns as the contracts have them now.

    Raises:
        KeyError: a block names a table that intake does not have.
    """
    return _BLOCK.sub(lambda found: _block(found[1]), path.read_text(encoding="utf-8"))


def _block(name: str) -> str:
    """Return the block of a table: its columns without those that every intake table shares."""
    contract = TABLES.get(name.removeprefix("intake."))
    if contract is None:
        rows = [(f"`{n}`", doc, kind) for n, (kind, doc) in schemas()[name].items() if n not in _SHARED]
        body = table(("Column", "What", "Type"), rows)
    else:
        aliased = any(c.aliases for c in contract.columns)
        told = [(f"`{c.name}`", _told(c), c.type, ", ".join(c.aliases)) for c in contract.columns]
        head = ("Column", "From", "Type", "Also headed")
        body = table(head[: 3 + aliased], (row[: 3 + aliased] for row in told))
    return f"<!-- columns: {name} -->\n{body}\n<!-- end -->"


def _told(column: Column) -> str:
    notes = ["required"] * column.required + ["pseudonym"] * bool(column.hide)
    return f"{column.doc} ({', '.join(notes)})" if notes else column.doc
