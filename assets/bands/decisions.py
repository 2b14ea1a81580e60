"""Decisions on versions: proposed, adopted, held or rejected, by the configuration or by a name, never taken back, only followed.

Belongs here: what is in force, recording a decision, what may be decided. Does not belong here: making versions (`making.py`), what
people say of them and what follows from it (`voice.py`).

In force for a role is, of the versions whose last decision on it is 'adopted', the one with the latest as-of date. So a band
that is computed again for an earlier day never takes the place of a later one, and holding an adopted version brings the one
before it back.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from assets.bands.attain import LEVELS
from assets.bands.companions import cell_role
from assets.bands.guardrail import Cell, Standing, Values
from assets.errors import RcmbenchError
from assets.slices import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

CONFIGURATION = "configuration"
LATER = "a version with a later as-of date is in force"
SCHEMA = pl.Schema(
    {
        "decision_no": pl.Int64(), "version_id": pl.String(), "role": pl.String(), "decision": pl.String(),
        "includes_provisional": pl.Boolean(), "effective_from": pl.Date(), "decided_by": pl.String(),
        "decided_at": pl.Datetime("us", "UTC"), "reason": pl.String(), "feedback_until": pl.Date(),
    }
)  # fmt: skip
IN_FORCE = """
with numbered as (
    select d.*, v.as_of, row_number() over (partition by d.version_id, d.role order by d.decision_no desc) as place
    from bands.decisions as d inner join bands.versions as v on v.version_id = d.version_id
    where $before is null or (v.as_of < $before and d.effective_from <= $before)
),
adopted as (
    select *, row_number() over (partition by role order by as_of desc, decision_no desc) as newest
    from numbered where place = 1 and decision = 'adopted'
)
select role, version_id, as_of, effective_from, includes_provisional from adopted where newest = 1 order by as_of desc, role
"""


class DecisionError(RcmbenchError):
    """A decision that cannot be taken; the message says why and what can."""


def in_force(
    connection: duckdb.DuckDBPyConnection, before: date | None = None
) -> dict[str, tuple[str, date, bool]]:
    """Return role -> (version, as-of date, whether its provisional bands count), newest first.

    With `before`, of versions with an earlier as-of date and by decisions that held on that day: what a calibration as of that day
    follows. A version that was adopted later than that did not stand then, whatever its own as-of date.
    """
    if not columns_of(connection, "bands.decisions"):
        return {}
    rows = connection.execute(IN_FORCE, {"before": before}).fetchall()
    return {role: (version, as_of, bool(all_of_it)) for role, version, as_of, _, all_of_it in rows}


def standing(connection: duckdb.DuckDBPyConnection, before: date | None = None) -> Standing:
    """Return the versions and values in force, for the guardrail."""
    found = in_force(connection, before)
    values: dict[Cell, Values] = {}
    for role, (version, _, all_of_it) in found.items():
        rows = connection.execute(
            f"select complexity, stage, {', '.join(LEVELS)} from bands.bands where version_id = ? and role = ? "
            "and (status = 'proposed' or (status = 'provisional' and ?)) and acceptable is not null",
            [version, role, all_of_it],
        ).fetchall()
        values |= {(role, complexity, stage): (a, s, e) for complexity, stage, a, s, e in rows}
    return Standing({role: version for role, (version, _, _) in found.items()}, values)


def standing_beside(connection: duckdb.DuckDBPyConnection, before: date | None = None) -> Standing:
    """Return the companion bands in force, for the guardrail: those of the versions that are in force for a role."""
    values: dict[Cell, Values] = {}
    versions: dict[str, str] = {}
    for role, (version, _, all_of_it) in in_force(connection, before).items():
        rows = connection.execute(
            f"select definition_id, complexity, stage, {', '.join(LEVELS)} from bands.companions where version_id = ? "
            "and role = ? and (status = 'proposed' or (status = 'provisional' and ?)) and acceptable is not null",
            [version, role, all_of_it],
        ).fetchall()
        for definition_id, complexity, stage, a, s, e in rows:
            name = cell_role(definition_id, role)
            versions[name], values[name, complexity, stage] = version, (a, s, e)
    return Standing(versions, values)


def role_status(bands: pl.DataFrame, role: str) -> str:
    """Return what a version says of a role: held if anything is, else proposed if anything is, and so on."""
    found = set(bands.filter(pl.col("role") == role)["status"].to_list())
    order = ("held", "proposed", "provisional", "withheld")
    return next((status for status in order if status in found), "learning")


def automatic(  # noqa: PLR0913
    bands: pl.DataFrame,
    version_id: str,
    as_of: date,
    *,
    first_no: int,
    newer: Sequence[str],
    adopt: bool,
    feedback_until: date | None = None,
) -> pl.DataFrame:
    """Return the decisions that the configuration takes on a new version.

    What meets every criterion is adopted when `adopt`, but held for the roles in `newer`, where a later version is in force;
    what is held is recorded with its reasons. With `feedback_until` what could be adopted, by the configuration or by a sign-off, is
    proposed and collects feedback up to that day.
    """
    now = datetime.now(UTC)
    rows: list[tuple[object, ...]] = []
    for role in dict.fromkeys(bands["role"].to_list()):
        status = role_status(bands, role)
        if status == "held":
            decision, reason = "held", _reasons(bands, role)
        elif status == "proposed" and role in newer:
            decision, reason = "held", LATER
        elif status in {"proposed", "provisional"} and feedback_until:
            decision, reason = "proposed", f"collects feedback until {feedback_until}"
        elif status == "proposed" and adopt:
            decision, reason = "adopted", "meets every criterion"
        else:
            continue
        proposed = decision == "proposed"
        start = None if proposed else as_of + timedelta(days=1)
        until = feedback_until if proposed else None
        number = first_no + len(rows)
        rows.append((number, version_id, role, decision, False, start, CONFIGURATION, now, reason, until))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _reasons(bands: pl.DataFrame, role: str) -> str:
    held = bands.filter((pl.col("role") == role) & (pl.col("status") == "held"))
    return "; ".join(dict.fromkeys(held["reasons"].to_list()))


def next_number(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the next decision."""
    row = connection.execute("select coalesce(max(decision_no), 0) + 1 from bands.decisions").fetchone()
    return int(row[0]) if row else 1


def version_named(connection: duckdb.DuckDBPyConnection, name: str | None) -> str:
    """Return the version with that name, or that the name begins; None is the newest. Raises DecisionError."""
    if not columns_of(connection, "bands.versions"):
        raise DecisionError("there is no version yet; rcmbench run makes the first")
    rows = connection.execute(
        "select version_id from bands.versions where $name is null or starts_with(version_id, $name) "
        "order by as_of desc, known_at desc, version_id desc",
        {"name": name},
    ).fetchall()
    if not rows:
        raise DecisionError(f"there is no version {name or 'yet'}; rcmbench bands list names them all")
    if name is not None and len(rows) > 1:
        raise DecisionError(f"{name} is the beginning of {len(rows)} versions; name more of it")
    return str(rows[0][0])


def sign_off(  # noqa: PLR0913
    connection: duckdb.DuckDBPyConnection,
    version_id: str,
    decision: str,
    *,
    by: str,
    reason: str,
    today: date,
    role: str | None = None,
    with_provisional: bool = False,
) -> pl.DataFrame:
    """Return the decisions that somebody takes on a version, for one role or every role that allows them.

    Raises DecisionError for an empty name or reason, the name of the configuration, an unknown role, and for adopting what is
    held, withheld or still learning, provisional without saying so, or still collects feedback.
    """
    if not by.strip() or not reason.strip():
        raise DecisionError("a sign-off needs a name and a reason: --by NAME --reason TEXT")
    if by.strip() == CONFIGURATION:
        raise DecisionError(f"{CONFIGURATION!r} is nobody's name; a sign-off needs a person's")
    bands = connection.execute(
        "select role, status, reasons, as_of from bands.bands where version_id = ? order by role",
        [version_id],
    ).pl()
    roles = [role] if role else bands["role"].unique(maintain_order=True).to_list()
    if role and role not in bands["role"].to_list():
        raise DecisionError(f"version {version_id} has no role {role}")
    allowed = {"proposed", "provisional"} if with_provisional else {"proposed"}
    allowed = allowed if decision == "adopted" else {"proposed", "provisional", "held"}
    chosen = [r for r in roles if role_status(bands, r) in allowed]
    if not chosen:
        raise DecisionError(_refusal(bands, version_id, roles))
    if decision == "adopted":
        _heard(connection, version_id, chosen, today)
    start = max(bands["as_of"][0] + timedelta(days=1), today + timedelta(days=1))
    first, now = next_number(connection), datetime.now(UTC)
    rows = [
        (
            first + n, version_id, r, decision, with_provisional and decision == "adopted", start, by.strip(), now,
            reason.strip(), None,
        )
        for n, r in enumerate(chosen)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _heard(connection: duckdb.DuckDBPyConnection, version_id: str, roles: Sequence[str], today: date) -> None:
    """Raise DecisionError when one of the roles still collects feedback: a hold in between does not shorten that time."""
    row = connection.execute(
        "select max(feedback_until), string_agg(distinct role, ', ' order by role) from bands.decisions "
        "where version_id = $version and feedback_until >= $today and role in (select unnest($roles))",
        {"version": version_id, "today": today, "roles": list(roles)},
    ).fetchone()
    if row and row[0]:
        raise DecisionError(
            f"version {version_id} collects feedback on {row[1]} until {row[0]}; adopt it after that day, hold or reject it before"
        )


def _refusal(bands: pl.DataFrame, version_id: str, roles: Sequence[str]) -> str:
    told = []
    for role in roles:
        status = role_status(bands, role)
        found = bands.filter((pl.col("role") == role) & (pl.col("status") == status))["reasons"].to_list()
        why = found[0] if found else ""
        hint = "; --with-provisional adopts it all the same" if status == "provisional" else ""
        told.append(f"{role} is {status}{f' ({why})' if why else ''}{hint}")
    return f"nothing in version {version_id} can be decided so: {'; '.join(told)}"


def append(connection: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    """Append rows to a table, by name."""
    connection.register("appended", rows.to_arrow())
    try:
        connection.execute(f"insert into {table} by name select * from appended")
    finally:
        connection.unregister("appended")
