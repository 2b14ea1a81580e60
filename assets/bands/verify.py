"""Verifying: a version is made again from what was known then, and every number must be the same.

Belongs here: the comparison of stored and remade rows. Does not belong here: making them (`making.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.bands.config import method_id
from assets.bands.inputs import SnapshotError
from assets.bands.making import code_hash, libraries
from assets.bands.versions import VersionError, made_again, stored_version

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from assets.settings import Settings

_ORDER = {
    "bands": ("role", "complexity", "stage"), "companions": ("definition_id", "role", "complexity", "stage"),
    "findings": ("place",), "attainment": ("role", "worker_id"), "attained_tiers": ("role", "worker_id", "complexity"),
    "attained_quality": ("role", "worker_id", "metric"), "attained_days": ("role", "worker_id", "work_date"),
}  # fmt: skip
SAME, DIFFERENT, OTHER_CODE, IMPOSSIBLE = "same", "different", "other code", "impossible"


@dataclass(frozen=True)
class Verified:
    """What came of verifying a version: same, different, other code (nothing was compared) or impossible, and why."""

    version_id: str
    outcome: str
    reason: str


def verify(connection: duckdb.DuckDBPyConnection, settings: Settings, version_id: str) -> Verified:
    """Make a version again from its snapshot and compare name, bands, findings and attainment with what is stored."""
    try:
        version = stored_version(connection, version_id)
        if (version["method_id"], version["code_hash"]) != (method_id(), code_hash()):
            return Verified(
                version_id,
                OTHER_CODE,
                f"made by code {version['code_hash']}, this is {code_hash()}: install that release to compute it again",
            )
        made = made_again(connection, settings, version_id)
    except (VersionError, SnapshotError, ValueError) as error:
        return Verified(version_id, IMPOSSIBLE, str(error))
    remade = {
        "bands": made.bands, "companions": made.companions, "findings": made.findings, "attainment": made.attainment,
        "attained_tiers": made.attained_tiers, "attained_quality": made.attained_quality,
        "attained_days": made.attained_days,
    }  # fmt: skip
    wrong = [name for name, frame in remade.items() if not _equal(connection, version_id, name, frame)]
    if made.version_id != version_id:
        wrong.insert(0, "name")
    if not wrong:
        return Verified(
            version_id, SAME, f"computed again from {version['input_hash'][:12]}: every number is the same"
        )
    other = (
        ""
        if version["libraries"] == libraries()
        else f" (made with {version['libraries']}, now {libraries()})"
    )
    return Verified(version_id, DIFFERENT, f"not the same: {', '.join(wrong)}{other}")


def _equal(connection: duckdb.DuckDBPyConnection, version_id: str, name: str, made: pl.DataFrame) -> bool:
    only = "and decision_no = 0" if "decision_no" in made.columns else ""
    found = connection.execute(f"select * from bands.{name} where version_id = ? {only}", [version_id]).pl()
    stored, again = found.sort(_ORDER[name]), made.sort(_ORDER[name])
    return bool(stored.equals(again.select(stored.columns).cast(stored.schema)))
