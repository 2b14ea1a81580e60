"""Voice: what people say of a proposed version, and what follows from it when the time for feedback is over.

Belongs here: proposals that wait, voices about them, and the decisions that the configuration then takes. Does not belong here:
sign-offs and what is in force (`decisions.py`), what is published of feedback (`sql/published/feedback.sql`).

A proposal is a decision too: it stands in bands.decisions with the last day of feedback, so that nobody's change of the
configuration shortens a time that was promised. When that day has passed, the configuration of that later day decides whether
the version is adopted by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from assets.bands.decisions import CONFIGURATION, LATER, SCHEMA, append, in_force, next_number
from assets.bands.stored import DECISION_COLUMNS, create_bands
from assets.described import stage_described
from assets.quality import Examiner, Verdict, record, suite_of
from assets.slices import columns_of, note_appended, transaction

if TYPE_CHECKING:
    import duckdb

    from assets.settings import Settings

DISPUTED = "unresolved dispute"
SUPERSEDED = "a newer version was proposed"
UNDISPUTED = "meets every criterion; nobody disputed it in the time for feedback"

_WAITING = """
with last_decisions as (
    select d.version_id, d.role, d.decision, d.decision_no, d.feedback_until, v.as_of
    from bands.decisions as d
    inner join bands.versions as v on v.version_id = d.version_id
    qualify row_number() over (partition by d.version_id, d.role order by d.decision_no desc) = 1
),

states as (
    select version_id, role, bool_or(status = 'proposed') and not bool_or(status = 'held') as meets
    from bands.bands
    group by version_id, role
),

last_voices as (
    select kind, role, lower(version_id) as version_id
    from intake.feedback
    qualify row_number() over (
        partition by feedback_id order by given_at desc, delivery_date desc, file_id desc, txn_no desc, row_no desc
    ) = 1
),

-- A voice about a role that the version does not have is about all of it: a slip of the pen silences nobody.
voices as (
    select v.kind, v.version_id, s.role
    from last_voices as v
    left join states as s on s.version_id = v.version_id and s.role = v.role
)

select
    d.version_id, d.role, d.as_of, d.decision_no, d.feedback_until, s.meets, count(*) filter (where v.kind = 'comment') as comments,
    count(*) filter (where v.kind = 'dispute') as disputes, count(*) filter (where v.kind = 'approval') as approvals
from last_decisions as d
inner join states as s on s.version_id = d.version_id and s.role = d.role
left join voices as v on v.version_id = d.version_id and coalesce(v.role, d.role) = d.role
where d.decision = 'proposed'
group by all
order by d.as_of, d.decision_no
"""


@dataclass(frozen=True)
class Proposal:
    """A version's bands of a role that wait for a decision, the last day of feedback, and how often what was said.

    `meets` tells whether they meet every criterion; else they are provisional, and only a sign-off adopts them.
    """

    version_id: str
    role: str
    as_of: date
    decision_no: int
    until: date
    meets: bool
    comments: int
    disputes: int
    approvals: int


def office_day(settings: Settings) -> date:
    """Return the day that it is in the office."""
    return datetime.now(ZoneInfo(settings.office.time_zone)).date()


def feedback_until(settings: Settings, proposed_on: date) -> date | None:
    """Return the last day on which a version that is proposed on a day collects feedback; None when none is collected."""
    days = settings.bands.feedback_days
    return proposed_on + timedelta(days=days) if days else None


def proposals(connection: duckdb.DuckDBPyConnection) -> list[Proposal]:
    """Return what is proposed and not decided yet, the earliest window first. The last state of each feedback counts."""
    columns = {name for name, _ in columns_of(connection, "bands.decisions")}
    if "feedback_until" not in columns or not columns_of(connection, "intake.feedback"):
        return []
    return [Proposal(*row) for row in connection.execute(_WAITING).fetchall()]


def in_words(found: Proposal, today: date) -> str:
    """Return how a proposal stands, for the terminal of those who hold the warehouse: what is published tells no small number."""
    state = "proposed" if found.meets else "provisional"
    when = f"collects feedback until {found.until}"
    if found.until < today:
        when = f"feedback ended on {found.until}, waits for a decision"
    counts = ((found.comments, "comment"), (found.disputes, "dispute"), (found.approvals, "approval"))
    said = ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts)
    return f"{found.role}: {state}, {when}, {said}"


def due_decisions(connection: duckdb.DuckDBPyConnection, settings: Settings, today: date) -> pl.DataFrame:
    """Return the decisions that the configuration takes on a day, on proposals whose time for feedback is over.

    None where adoption is by sign-off, and none on what is provisional. An unresolved dispute holds the version until somebody
    signs off. What a later version has overtaken is held as well. Adopted bands hold from the next day on.
    """
    waiting = proposals(connection) if settings.bands.adoption == "automatic" else []
    newest = {p.role: p for p in waiting}
    now, standing = datetime.now(UTC), in_force(connection) if waiting else {}
    rows: list[tuple[object, ...]] = []
    first = next_number(connection) if waiting else 1
    for found in waiting:
        if found.until >= today or not found.meets:
            continue
        decision, reason = "adopted", UNDISPUTED
        if found.role in standing and standing[found.role][1] > found.as_of:
            decision, reason = "held", LATER
        elif newest[found.role] is not found:
            decision, reason = "held", SUPERSEDED
        elif found.disputes:
            decision, reason = "held", DISPUTED
        start = max(found.as_of, today) + timedelta(days=1)
        rows.append((
            first + len(rows), found.version_id, found.role, decision, False, start, CONFIGURATION, now, reason, None,
        ))  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def decide_what_waited(
    connection: duckdb.DuckDBPyConnection, settings: Settings, *, run_id: str, today: date | None = None
) -> tuple[pl.DataFrame, list[Verdict]]:
    """Take the decisions that are due, and return them with what their suite says; nothing is written when none is due."""
    create_bands(connection)
    staged = stage_described(connection, "bands.decisions", DECISION_COLUMNS)
    day = today or office_day(settings)
    rows = due_decisions(connection, settings, day)
    if rows.is_empty():
        return rows, []
    append(connection, staged, rows)
    verdict = Examiner(connection).examine(suite_of("bands.decisions"))
    with transaction(connection):
        if verdict.passed:
            append(connection, "bands.decisions", rows)
            note_appended(connection, ["bands.decisions"], run_id)
        record(connection, [verdict], run_id=run_id, span=(day, day))
    return rows, [verdict]
