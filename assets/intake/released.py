"""Released files: those that somebody let in by hand although a blocking expectation held them.

Belongs here: remembering which expectations were waived for which content, and which ones can not be. Does not belong
here: the load (`load.py`).

The waiver is about the content: a corrected file has another hash, and is held again if it fails again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assets.quality import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

HELD = "held: "
FIRM = frozenset({"place_is_unique"})
"""Expectations that nobody can waive: rows that share a place in their file cannot be told apart, or be replaced, later."""


def released_files(connection: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    """Return the waived expectations, as 'table: name', by file_id."""
    rows = connection.execute("select file_id, list(distinct expectation) from ops.released group by file_id")
    return {file_id: frozenset(names) for file_id, names in rows.fetchall()}


def release(connection: duckdb.DuckDBPyConnection, file_id: str, names: Iterable[str]) -> None:
    """Remember that these expectations are waived for a file."""
    connection.execute("delete from ops.released where file_id = ?", [file_id])
    for name in sorted(set(names)):
        connection.execute("insert into ops.released values (?, ?)", [file_id, name])


def waivable(reason: str | None) -> list[str]:
    """Return the expectations for which a file is held, as its reason names them; none when it cannot be released."""
    names = (reason or "").removeprefix(HELD).split(", ") if (reason or "").startswith(HELD) else []
    return [] if any(_firm(name) for name in names) else names


def may_be_released(failed: Iterable[str], released: frozenset[str]) -> bool:
    """Whether everything that failed was waived."""
    return all(name in released and not _firm(name) for name in failed)


def _firm(name: str) -> bool:
    return name.rpartition(": ")[2] in FIRM


def waived(verdict: Verdict) -> Verdict:
    """Return the verdict with what blocks as warnings that say that the file was released."""
    outcomes = [
        replace(
            outcome,
            expectation=replace(outcome.expectation, blocking=False),
            observed=f"released: {outcome.observed}",
        )
        if outcome.blocks
        else outcome
        for outcome in verdict.outcomes
    ]
    return Verdict(verdict.table, outcomes)
