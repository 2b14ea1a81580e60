"""The tables of the bands: what a row means, and making or carrying over the tables of a home.

Belongs here: columns, descriptions, creation and migration. Does not belong here: what fills them.

All of them are append-only: nothing in this package updates or deletes a row of theirs. What became of a version stands in
bands.decisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.described import create_described
from assets.slices import columns_of, transaction

if TYPE_CHECKING:
    import duckdb

LIMITS = ("acceptable", "strong", "exceptional")
VERSION_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "hash of everything that the version was made of"),
    "as_of": ("DATE", "last day of the window"),
    "window_from": ("DATE", "first day of the window"),
    "window_to": ("DATE", "last day of the window"),
    "history_from": ("DATE", "first day of the history before the window"),
    "history_to": ("DATE", "last day of the history before the window"),
    "has_prior_year": ("BOOLEAN", "whether any role has a prior year, from which its season is known"),
    "ready_roles": (
        "VARCHAR",
        "roles with enough worked days and a prior year; a new one makes a calibration due",
    ),
    "status": (
        "VARCHAR",
        "learning, withheld, provisional, held or proposed: the best that any of its bands has",
    ),
    "gate": ("VARCHAR", "what was wrong with its inputs; empty when nothing was"),
    "previous_version_id": ("VARCHAR", "newest version in force before it, of any role; null if none"),
    "method_id": ("VARCHAR", "hash of the method's name and version"),
    "code_hash": ("VARCHAR", "hash of the source files that compute the bands"),
    "config_hash": ("VARCHAR", "hash of the parameters"),
    "config": ("VARCHAR", "the parameters as JSON"),
    "libraries": ("VARCHAR", "versions of the libraries that computed it"),
    "input_hash": (
        "VARCHAR",
        "hash of the observations, and the name of their file in bands/inputs of the home",
    ),
    "companion_hash": (
        "VARCHAR",
        "hash of what the companion bands were read from, and the name of its file; empty if there was nothing",
    ),
    "n_observations": ("BIGINT", "rows of work in the window"),
    "n_history": ("BIGINT", "rows of work in the history"),
    "known_at": ("TIMESTAMPTZ", "when the version was stored"),
}


def _values(unit: str, before: str = "the version in force before") -> dict[str, tuple[str, str]]:
    """Return the columns of a band's three levels, of their limit and of those whom they rest on."""
    return {
        **{
            f"{name}{suffix}": ("DOUBLE", f"{name} band{text}, {unit}")
            for name in LIMITS
            for suffix, text in (
                ("", f", held near {before}"),
                ("_low", ", lower end of the 90 % interval of the measured value"),
                ("_high", ", upper end of the 90 % interval of the measured value"),
                ("_uncapped", " as it was measured"),
                ("_previous", f" of {before}"),
            )
        },
        "is_capped": ("BOOLEAN", "whether a band differs from what was measured"),
        "cap_reason": ("VARCHAR", "why it differs"),
        "previous_version_id": ("VARCHAR", "version of the role in force before; null if none"),
        "contributors": ("VARCHAR", "how many people it rests on, as a class"),
    }


BAND_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "the version, see bands.versions"),
    "as_of": ("DATE", "last day of the window"),
    "role": ("VARCHAR", "billing role"),
    "complexity": ("VARCHAR", "low, medium or high"),
    "stage": ("VARCHAR", "days in the role"),
    "unit": ("VARCHAR", "what is counted, per friction-free active hour"),
    **_values("units per friction-free active hour"),
    "n_eff": ("DOUBLE", "effective number of contributors of the role; never published"),
    "n_days": ("BIGINT", "worked days of the role in the window"),
    "status": ("VARCHAR", "learning, withheld, provisional, held or proposed"),
    "reasons": ("VARCHAR", "why it has that status"),
    "effective_from": ("DATE", "first day on which it can hold, once adopted"),
    "definition_id": ("VARCHAR", "definition of the measure, see measures.definitions"),
}
COMPANION_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "the version, see bands.versions"),
    "as_of": ("DATE", "last day of the window"),
    "definition_id": ("VARCHAR", "definition of the measure, see measures.definitions"),
    "role": ("VARCHAR", "billing role"),
    "complexity": ("VARCHAR", "low, medium or high"),
    "stage": ("VARCHAR", "days in the role"),
    "unit": ("VARCHAR", "unit of the values"),
    "good": ("VARCHAR", "down: less is better; up: more is better"),
    **_values("in the unit of the measure"),
    "n_days": ("BIGINT", "worked days in the window"),
    "status": ("VARCHAR", "learning, withheld, provisional, held or proposed"),
    "reasons": ("VARCHAR", "why it has that status"),
    "effective_from": ("DATE", "first day on which it can hold, once the role's bands are adopted"),
}
DECISION_COLUMNS: dict[str, tuple[str, str]] = {
    "decision_no": ("BIGINT", "running number; of two decisions on a version and role the later one counts"),
    "version_id": ("VARCHAR", "the version, see bands.versions"),
    "role": ("VARCHAR", "billing role"),
    "decision": ("VARCHAR", "proposed, adopted, held or rejected"),
    "includes_provisional": (
        "BOOLEAN",
        "whether bands that were only provisional were adopted with the others",
    ),
    "effective_from": ("DATE", "first day on which the decision holds; null for a proposal"),
    "decided_by": ("VARCHAR", "configuration, or the name given at the sign-off"),
    "decided_at": ("TIMESTAMPTZ", "when"),
    "reason": ("VARCHAR", "why"),
    "feedback_until": (
        "DATE",
        "last day on which a proposal collects feedback; null for every other decision",
    ),
}
ATTAINMENT_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "the version, see bands.versions"),
    "role": ("VARCHAR", "billing role"),
    "worker_id": ("VARCHAR", "person, as a pseudonym; for the person's own record only, never published"),
    "decision_no": (
        "BIGINT",
        "sign-off that made provisional bands count; 0 when judged with the calibration",
    ),
    "hours": ("DOUBLE", "friction-free hours in the window"),
    "attained": ("DOUBLE", "output over what acceptable asks of the same hours at the person's own tenure"),
    "probability": ("DOUBLE", "probability of having reached acceptable"),
    "reached": ("VARCHAR", "highest level reached by output"),
    "quality": ("VARCHAR", "passed, not proven, failed or unknown"),
    "state": ("VARCHAR", "measured, not yet enough data, or no band"),
}
TIER_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "the version, see bands.versions"),
    "role": ("VARCHAR", "billing role"),
    "worker_id": ("VARCHAR", "person, as a pseudonym; for the person's own record only, never published"),
    "complexity": ("VARCHAR", "low, medium or high"),
    "decision_no": ("BIGINT", "as in bands.attainment"),
    "hours": ("DOUBLE", "friction-free hours on that complexity in the window"),
    "attained": ("DOUBLE", "output over what acceptable asks of the same hours at the person's own tenure"),
    "attained_low": ("DOUBLE", "lower end of its 90 % interval"),
    "attained_high": ("DOUBLE", "upper end of its 90 % interval"),
    "probability": ("DOUBLE", "probability of having reached acceptable"),
    "state": ("VARCHAR", "measured or not yet enough data"),
}
QUALITY_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "the version, see bands.versions"),
    "role": ("VARCHAR", "billing role"),
    "worker_id": ("VARCHAR", "person, as a pseudonym; for the person's own record only, never published"),
    "metric": ("VARCHAR", "first_pass, edits, denials or reworks"),
    "failures": ("DOUBLE", "units that failed in the window"),
    "expected": ("DOUBLE", "failures that the same work lets expect"),
    "multiple": ("DOUBLE", "failures over expected ones, as far as the evidence goes"),
    "multiple_low": ("DOUBLE", "lower end of its 90 % interval"),
    "multiple_high": ("DOUBLE", "upper end of its 90 % interval"),
    "largest": ("DOUBLE", "largest multiple that meets the floor"),
    "probability": ("DOUBLE", "probability of meeting it"),
    "verdict": ("VARCHAR", "met, not proven, failed or no data"),
}
DAY_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "the version, see bands.versions"),
    "role": ("VARCHAR", "billing role"),
    "worker_id": ("VARCHAR", "person, as a pseudonym; for the person's own record only, never published"),
    "work_date": ("DATE", "working day of the window"),
    "decision_no": ("BIGINT", "as in bands.attainment"),
    "hours": ("DOUBLE", "friction-free hours"),
    "asked": (
        "DOUBLE",
        "output that acceptable asks of them, and of logged friction as far as work goes on in it, at the person's own tenure",
    ),
    "output": ("DOUBLE", "output"),
}
FINDING_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "the version, see bands.versions; of clinicians, see bands.clinicians"),
    "place": ("BIGINT", "running number inside the version"),
    "finding": (
        "VARCHAR",
        "exclusions, calendar, outages, friction, ramp, breaks, earlier, quality, roles, shared, companion_season or clinician_season",
    ),
    "role": ("VARCHAR", "billing role, if it is about one"),
    "subject": ("VARCHAR", "what else it is about, as name=value"),
    "name": ("VARCHAR", "name of the number"),
    "value": ("DOUBLE", "the number; 1 for yes, 0 for no"),
}
DRIFT_COLUMNS: dict[str, tuple[str, str]] = {
    "week": ("DATE", "Monday of the week"),
    "as_of": ("DATE", "last day of the candidate's window"),
    "version_id": ("VARCHAR", "version in force that the candidate is compared with"),
    "role": ("VARCHAR", "billing role"),
    "complexity": ("VARCHAR", "low, medium or high"),
    "change": ("DOUBLE", "log of the candidate's acceptable band of seniors over the one in force"),
    "change_low": ("DOUBLE", "lower end of its 90 % interval"),
    "change_high": ("DOUBLE", "upper end of its 90 % interval"),
    "break_on": (
        "DATE",
        "first day after a change of level since the window of the version in force; null if none",
    ),
    "break_change": ("DOUBLE", "size of that change, as a share"),
    "alarm": ("BOOLEAN", "whether that change is certain: calibrate early"),
    "input_hash": ("VARCHAR", "hash of the candidate's observations"),
    "known_at": ("TIMESTAMPTZ", "when it was computed"),
}
CLINICIAN_COLUMNS: dict[str, tuple[str, str]] = {
    "version_id": ("VARCHAR", "hash of everything that the bands were made of"),
    "as_of": ("DATE", "last day of the window: that of the newest calibration in bands.versions"),
    "window_from": ("DATE", "first day of the window"),
    "definition_id": ("VARCHAR", "definition of the measure, see measures.definitions"),
    "specialty": ("VARCHAR", "specialty"),
    "setting": ("VARCHAR", "usual setting"),
    "clinician_type": ("VARCHAR", "physician, aprn, pa and so on"),
    "payment_model": (
        "VARCHAR",
        "fee_for_service, mixed, capitation or unknown: how the visits of these clinicians are paid",
    ),
    "statement": ("VARCHAR", "what the payment model means for the band"),
    "unit": ("VARCHAR", "unit of the values"),
    "good": ("VARCHAR", "up: more is better, where volume is paid at all"),
    **_values("in the unit of the measure", before="the version before"),
    "season": (
        "DOUBLE",
        "what the days of the window usually bring over the mean of the year, taken out of the bands; null where it is unknown or nothing is shown",
    ),
    "previous_version_id": ("VARCHAR", "version before it; null if none"),
    "contributors": ("VARCHAR", "how many clinicians it rests on, as a class"),
    "n_days": ("BIGINT", "worked days of the group in the window"),
    "status": ("VARCHAR", "learning, withheld, provisional or proposed; none is a target"),
    "reasons": ("VARCHAR", "why it has that status"),
    "input_hash": ("VARCHAR", "hash of the observations of window and history"),
    "method_id": ("VARCHAR", "hash of the method's name and version"),
    "code_hash": ("VARCHAR", "hash of the source files that compute the bands"),
    "config_hash": ("VARCHAR", "hash of the parameters"),
    "known_at": ("TIMESTAMPTZ", "when the version was stored"),
}
CALIBRATED = {
    "bands.versions": VERSION_COLUMNS,
    "bands.bands": BAND_COLUMNS,
    "bands.companions": COMPANION_COLUMNS,
    "bands.decisions": DECISION_COLUMNS,
    "bands.attainment": ATTAINMENT_COLUMNS,
    "bands.findings": FINDING_COLUMNS,
    "bands.attained_tiers": TIER_COLUMNS,
    "bands.attained_quality": QUALITY_COLUMNS,
    "bands.attained_days": DAY_COLUMNS,
}
TABLES = {**CALIBRATED, "bands.drift": DRIFT_COLUMNS, "bands.clinicians": CLINICIAN_COLUMNS}
DOCS = {
    "bands.versions": "One row per calibration that was stored; append-only.",
    "bands.bands": "One row per version, role, complexity and stage: three bands with their intervals, or the reason for none; append-only.",
    "bands.companions": "One row per version, measure, role, complexity and stage: bands of touches, time, rework and the like beside output; append-only.",
    "bands.decisions": "One row per decision on a version's bands of a role; append-only, the last one counts.",
    "bands.attainment": "One row per version, role and person: what the person reached. For the person's own record, never published; append-only.",
    "bands.findings": "One row per number that a calibration found on its way to the bands; append-only.",
    "bands.attained_tiers": "One row per version, role, person and complexity: what the person reached. For the person's own record, never published; append-only.",
    "bands.attained_quality": "One row per version, role, person and metric: failures against the floor. For the person's own record, never published; append-only.",
    "bands.attained_days": "One row per version, role, person and day of the window: what was asked and what was done. Never published; append-only.",
    "bands.drift": "One row per week, role and complexity: a candidate beside the version in force; append-only, changes no band.",
    "bands.clinicians": "One row per version, measure and group of clinicians (specialty, setting, type, payment model): bands of their output, or the reason for none; append-only.",
}


def create_bands(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that are missing, with their comments; carry over the rows of tables of an older release."""
    for table, columns in TABLES.items():
        found = [name for name, _ in columns_of(connection, table)]
        if not found:
            create_described(connection, table, DOCS[table], columns)
        elif found != list(columns):
            _carry_over(connection, table, found)


def _carry_over(connection: duckdb.DuckDBPyConnection, table: str, found: list[str]) -> None:
    """Put the rows of an older table into one with today's columns; what was not kept then stays null."""
    schema, stem = table.split(".")
    older = f"{stem}_of_an_older_release"
    columns = TABLES[table]
    kept = [name for name in found if name in columns]
    given = {name: name for name in kept}
    if table == "bands.bands" and "stage" not in found:
        # Bands knew no stages, no guardrail: they were of everybody, as measured.
        given |= {"stage": "'all'", "is_capped": "false", "cap_reason": "''", "effective_from": "as_of + 1"}
        given |= {f"{name}_uncapped": name for name in LIMITS}
    with transaction(connection):
        connection.execute(f"alter table {table} rename to {older}")
        create_described(connection, table, DOCS[table], columns)
        connection.execute(
            f"insert into {table} ({', '.join(given)}) select {', '.join(given.values())} from {schema}.{older}"
        )
        connection.execute(f"drop table {schema}.{older}")
