"""What the published files were made with: another version of this project, or another office's name, makes them anew.

Belongs here: the hash of all that turns tables into files, and its memory in ops.models beside that of the tables. Does not belong
here: the files. Each step that writes some remembers the hash once they stand, so a run with nothing new knows which to write again.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assets.restate import made_with, remember_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from assets.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "assets/*.py", "assets/published/*.py", "assets/report/*.py", "assets/report/static/*", "assets/report/templates/*",
    "sql/published/*.sql", "expectations/*/*.yml", "tests/golden/*/expected.csv",
)  # fmt: skip


def told(settings: Settings) -> dict[str, object]:
    """Return what the published tables take from the configuration."""
    return {
        "office": settings.office.name,
        "hours_per_day": settings.bands.hours_per_day,
        "allowance": settings.bands.allowance,
    }


def remember(connection: duckdb.DuckDBPyConnection, product: str, settings: Settings) -> None:
    """Note that the files of a step (`product`) stand as this code and this configuration make them."""
    remember_code(connection, product, _mark(settings))


def is_current(connection: duckdb.DuckDBPyConnection, products: Iterable[str], settings: Settings) -> bool:
    """Return whether the files of all these steps were made with this code and this configuration."""
    return all(made_with(connection, product) == _mark(settings) for product in products)


def _mark(settings: Settings) -> str:
    return hashlib.sha256(f"{code()}\n{told(settings)}".encode()).hexdigest()[:16]


@cache
def code() -> str:
    """Return a hash of the code, the suites and the worked examples that published files are made with."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
