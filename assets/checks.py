"""Suites as Dagster asset checks: the specifications, and outcomes as results.

Belongs here: turning suites and verdicts into what Dagster shows. Does not belong here: evaluating them (`quality.py`).
The checks have no partitions: quality.results keeps the history per slice, the Dagster tab shows the latest run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from assets.quality import Expectation, Outcome, Verdict, suite_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def asset_key(table: str) -> dg.AssetKey:
    """Return the asset key of `schema.table`."""
    return dg.AssetKey(table.split("."))


def check_specs(table: str) -> list[dg.AssetCheckSpec]:
    """Return one check per expectation of the table's suite."""
    return [
        dg.AssetCheckSpec(
            name=expectation.name,
            asset=asset_key(table),
            description=f"{expectation.why} ({'keeps the slice out' if expectation.blocking else 'warns'})",
            metadata={"expectation": expectation.expect, "column": expectation.column or "whole rows"},
        )
        for expectation in suite_of(table).expectations
    ]


def check_results(table: str, verdicts: Iterable[Verdict]) -> list[dg.AssetCheckResult]:
    """Return one result per expectation, summed over the slices that the run examined.

    An expectation that no slice came to counts as passed: there was nothing to hold it against.
    """
    outcomes: dict[str, list[Outcome]] = {}
    for verdict in verdicts:
        if verdict.table == table:
            for outcome in verdict.outcomes:
                outcomes.setdefault(outcome.expectation.name, []).append(outcome)
    return [_result(table, e, outcomes.get(e.name, [])) for e in suite_of(table).expectations]


def _result(table: str, expectation: Expectation, outcomes: list[Outcome]) -> dg.AssetCheckResult:
    failed = [outcome for outcome in outcomes if not outcome.success]
    return dg.AssetCheckResult(
        asset_key=asset_key(table),
        check_name=expectation.name,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if expectation.blocking else dg.AssetCheckSeverity.WARN,
        description=_told(expectation, outcomes, failed),
        metadata={
            "slices examined": len(outcomes),
            "slices failed": len(failed),
            "unexpected rows": sum(outcome.unexpected or 0 for outcome in outcomes),
            "observed": "; ".join(outcome.observed for outcome in (failed or outcomes)[:3]) or "no new slice",
        },
    )


def _told(expectation: Expectation, outcomes: list[Outcome], failed: list[Outcome]) -> str:
    """Return the result in a sentence; in the list of executions it is all that one sees."""
    if not outcomes:
        return "Nothing new was there to hold it against."
    if not failed:
        return (
            f"Holds: {outcomes[0].observed}."
            if len(outcomes) == 1
            else f"Holds in all {len(outcomes)} slices."
        )
    where = f" in {len(failed)} of {len(outcomes)} slices" if len(outcomes) > 1 else ""
    then = "was kept out" if expectation.blocking else "was let in"
    return f"Fails{where}: {failed[0].observed}. What failed {then}. {expectation.why}"
