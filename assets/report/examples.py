"""Worked examples of definitions, derived by hand on the golden office.

Belongs here: reading them where they are at hand. Does not belong here: how they look (`definitions.py`).
They lie beside the tests of a checkout, which hold the tables against them. An installed package has none, and a definition says so.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assets.report import words

if TYPE_CHECKING:
    from collections.abc import Mapping

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"
MOST = 2
"""Examples per definition; more of them say the same again."""


@cache
def examples() -> Mapping[str, tuple[str, ...]]:
    """Return sentences per definition id, in the order of the files."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(GOLDEN.glob("*/expected.csv")):
        with path.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                told = found.get(row["definition_id"], ())
                if row["working"] and len(told) < MOST:
                    found[row["definition_id"]] = (*told, _sentence(row))
    return found


def _sentence(row: Mapping[str, str]) -> str:
    value = f" The value is {words.number(float(row['value']))}." if row["value"] else ""
    return row["working"].strip() + value
