"""The contracts of intake: one per table, gathered by name."""

from assets.intake.contracts.exports import EXPORTS as DAILY
from assets.intake.contracts.model import PROVENANCE, Column, Table
from assets.intake.contracts.office import OFFICE
from assets.intake.contracts.practice import PRACTICE
from assets.intake.contracts.x12 import X12

EXPORTS = (*DAILY, *OFFICE, *PRACTICE)
TABLES: dict[str, Table] = {table.name: table for table in (*X12, *EXPORTS)}
FEEDS: dict[str, tuple[Table, ...]] = {
    feed: tuple(t for t in TABLES.values() if t.feed == feed)
    for feed in dict.fromkeys(t.feed for t in TABLES.values())
}

__all__ = ["EXPORTS", "FEEDS", "PROVENANCE", "TABLES", "X12", "Column", "Table"]
