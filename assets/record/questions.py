"""What the warehouse holds on one person: every question asked with the pseudonym, nothing about anybody else.

Belongs here: the questions and the rule that nothing is judged while a baseline is learnt. Does not belong here: the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.bands.decisions import in_force
from assets.bands.voice import proposals
from assets.errors import RcmbenchError
from assets.record.friction import with_friction
from assets.record.season import Cell, at_years_mean, seasons_of

if TYPE_CHECKING:
    import duckdb

Rows = list[dict[str, Any]]
TIERS = "case complexity when 'low' then 1 when 'medium' then 2 when 'high' then 3 else 4 end"


class RecordError(RcmbenchError):
    """A record that cannot be made; the message says why, and tells nothing of others."""


def record_of(connection: duckdb.DuckDBPyConnection, person: str) -> dict[str, Any]:
    """Return everything of a person, by section; lists of dictionaries. Raises RecordError when nothing is known of the person.

    While the baseline of a role is learnt, its values stand there and everything that judges leaves the role out.
    """
    work = _work(connection, person)
    roles = _roles(connection, person)
    if not work and not roles:
        raise RecordError(
            "nothing is known of this person: no work was logged and the roster does not name this id"
        )
    learning = _learning(connection, person)
    judged = [row["role"] for row in learning if not row["is_learning"]]
    # A proposal judges nobody: only what is in force does.
    versions = {role: version for role, (version, _, _) in in_force(connection).items() if role in judged}
    return {
        "roles": roles,
        "work": work,
        "excluded": _excluded(connection, person),
        "incidents": _incidents(connection, person),
        "claimed": _claimed(connection, person),
        "learning": learning,
        "standing": with_friction(connection, person, _standing(connection, person, versions)),
        "tiers": _tiers(connection, person, versions),
        "quality": _quality(connection, person, versions),
        "proposed": [
            found for found in proposals(connection) if found.role in {row["role"] for row in learning}
        ],
        "bands": _bands(connection, person),
        # Beside a limit a value is a judgement, so these wait as well.
        "companions": [row for row in _companions(connection, person) if row["role"] in judged],
        "measures": _measures(connection, person),
    }


def _ask(connection: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> Rows:
    # Rows by name, without a data frame library in between: a page has a few hundred of them.
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _roles(connection: duckdb.DuckDBPyConnection, person: str) -> Rows:
    return _ask(
        connection,
        "select role, role_start, fte, valid_from, valid_to from ledger.staff_roles where staff_id = $person "
        "order by valid_from, role",
        person=person,
    )


def _work(connection: duckdb.DuckDBPyConnection, person: str) -> Rows:
    return _ask(
        connection,
        f"""
        select role, complexity, strftime(work_date, '%Y-%m') as month, count(distinct work_date) as days,
            sum(units)::bigint as units, sum(active_min - friction_min) / 60 as hours, sum(friction_min) / 60 as friction_h,
            sum(units) / nullif(sum(active_min - friction_min) / 60, 0) as per_hour,
            min(work_date) as first_day, max(work_date) as last_day, source
        from measures.production
        where worker_id = $person
        group by role, complexity, month, source
        order by month desc, source desc, role, {TIERS}
        """,
        person=person,
    )


def _excluded(connection: duckdb.DuckDBPyConnection, person: str) -> Rows:
    return _ask(
        connection,
        """
        select strftime(work_date, '%Y-%m') as month, count(*) as days, sum(paid_min) / 60 as paid, sum(leave_min) / 60 as leave,
            sum(meeting_min) / 60 as meetings, sum(training_min) / 60 as training, sum(friction_min) / 60 as friction,
            sum(productive_min) / 60 as productive, sum(overtime_min) / 60 as overtime
        from ledger.staff_days
        where staff_id = $person
        group by month
        order by month desc
        """,
        person=person,
    )


def _incidents(connection: duckdb.DuckDBPyConnection, person: str) -> Rows:
    return _ask(
        connection,
        """
        with hampered as (
            select distinct t.touch_id, t.friction_s, f.friction_id, f.system, f.kind, t.worked_on
            from ledger.touches as t
            inner join ledger.friction_days as f
                on f.system = t.system and f.affected_on = t.worked_on and (f.staff_id is null or f.staff_id = t.staff_id)
                and f.started_at < t.ended_at and f.ended_at > t.started_at
            where t.staff_id = $person and t.friction_s > 0
        )
        select system, kind, count(distinct friction_id) as incidents, count(distinct touch_id) as touches,
            min(worked_on) as first_day, max(worked_on) as last_day
        from hampered
        group by system, kind
        order by system, kind
        """,
        person=person,
    )


def _claimed(connection: duckdb.DuckDBPyConnection, person: str) -> Rows:
    return _ask(
        connection,
        """
        select system, kind, status, count(*) as claims, sum(date_diff('minute', started_at, ended_at)) as minutes
        from ledger.friction_claims
        where staff_id = $person
        group by system, kind, status
        order by system, kind, status
        """,
        person=person,
    )


def _learning(connection: duckdb.DuckDBPyConnection, person: str) -> Rows:
    return _ask(
        connection,
        """
        with newest as (
            select role, max(worked_days) as worked_days
            from measures.baseline
            where staff_id = $person
            group by role
        ),

        known as (
            select role from newest
            union
            select role from measures.production where worker_id = $person
        )

        select k.role, coalesce(n.worked_days, 0) as worked_days, p.value::bigint as needed,
            coalesce(n.worked_days, 0) <= p.value as is_learning
        from known as k
        left join newest as n on n.role = k.role
        cross join (select value from ledger.parameters where name = 'learning_days') as p
        order by k.role
        """,
        person=person,
    )


JUDGING = "select * from {table} where worker_id = $person and (role, version_id) in (select unnest($roles), unnest($versions))"
"""Rows of the version that is in force for a role."""


def _standing(connection: duckdb.DuckDBPyConnection, person: str, versions: dict[str, str]) -> Rows:
    return _ask(
        connection,
        f"""
        with newest as ({JUDGING.format(table="bands.attainment")})
        select n.role, n.version_id, v.window_from, v.window_to, n.hours, n.attained, n.probability, n.reached, n.quality, n.state
        from newest as n
        inner join bands.versions as v on v.version_id = n.version_id
        qualify row_number() over (partition by n.role order by n.decision_no desc) = 1
        order by n.role
        """,
        person=person,
        roles=list(versions),
        versions=list(versions.values()),
    )


def _tiers(connection: duckdb.DuckDBPyConnection, person: str, versions: dict[str, str]) -> Rows:
    return _ask(
        connection,
        f"""
        with newest as ({JUDGING.format(table="bands.attained_tiers")}),

        last_judgement as (
            select * from newest
            qualify row_number() over (partition by role, complexity order by decision_no desc) = 1
        )

        select t.role, t.complexity, t.hours, t.attained, t.attained_low, t.attained_high, t.probability, t.state,
            coalesce(f.reason, case when f.value = 1 then 'band counts' end) as outcome
        from last_judgement as t
        left join bands.floor_attainment as f
            on f.version_id = t.version_id and f.role = t.role and f.staff_id = t.worker_id and f.complexity = t.complexity
        order by t.role, {TIERS.replace("complexity", "t.complexity")}
        """,
        person=person,
        roles=list(versions),
        versions=list(versions.values()),
    )


def _quality(connection: duckdb.DuckDBPyConnection, person: str, versions: dict[str, str]) -> Rows:
    return _ask(
        connection,
        f"""
        select role, metric, failures, expected, multiple, multiple_low, multiple_high, largest, probability, verdict
        from ({JUDGING.format(table="bands.attained_quality")})
        order by role, metric
        """,
        person=person,
        roles=list(versions),
        versions=list(versions.values()),
    )


def _tenure(connection: duckdb.DuckDBPyConnection, person: str) -> dict[str, int]:
    rows = connection.execute(
        "select role, arg_max(tenure_days, work_date) from measures.production where worker_id = ? group by role",
        [person],
    ).fetchall()
    return {role: int(days or 0) for role, days in rows}


def stage_at(tenure_days: int, stages: list[str]) -> str | None:
    """Return the stage in which a day of tenure falls, of names such as '0-90' and '366+'; None if there is none."""
    for stage in stages:
        first, _, last = stage.replace("+", "-").partition("-")
        if int(first) <= tenure_days and (not last or tenure_days <= int(last)):
            return stage
    return None


def _in_force(connection: duckdb.DuckDBPyConnection, person: str, table: str) -> Rows:
    """Return the rows of a table of bands that are in force for the person's roles at the stage reached by now."""
    found: Rows = []
    versions = in_force(connection)
    for role, days in sorted(_tenure(connection, person).items()):
        if role not in versions:
            continue
        version, _, all_of_it = versions[role]
        rows = _ask(
            connection,
            f"select b.* from {table} as b where b.version_id = $version and b.role = $role "
            "and (b.status = 'proposed' or (b.status = 'provisional' and $all_of_it)) "
            f"order by {'definition_id, ' if table == 'bands.companions' else ''}{TIERS}",
            version=version,
            role=role,
            all_of_it=all_of_it,
        )
        stage = stage_at(days, sorted({row["stage"] for row in rows}))
        found += [row for row in rows if row["stage"] == stage]
    return found


def _bands(connection: duckdb.DuckDBPyConnection, person: str) -> Rows:
    return _in_force(connection, person, "bands.bands")


def _companions(connection: duckdb.DuckDBPyConnection, person: str) -> Rows:
    own = {
        (row["definition_id"], row["role"], row["complexity"]): row["value"]
        for row in _measures(connection, person)
    }
    names = dict(connection.execute("select definition_id, name from measures.definitions").fetchall())
    bands = _in_force(connection, person, "bands.companions")
    seasons: dict[Cell, float] = {}
    for role, version in sorted({(row["role"], row["version_id"]) for row in bands}):
        seasons |= seasons_of(connection, person, role, version)
    found: Rows = []
    for row in bands:
        cell = (row["definition_id"], row["role"], row["complexity"])
        value = own.get(cell)
        yearly = at_years_mean(row["definition_id"], value, seasons.get(cell, 1.0))
        found.append(row | {"name": names.get(cell[0], cell[0]), "own": value, "own_at_years_mean": yearly})
    return found


def _measures(connection: duckdb.DuckDBPyConnection, person: str) -> Rows:
    """Return the person's measures over the newest 90 days, and over 30; a cohort that has not matured has no value."""
    return _ask(
        connection,
        f"""
        with newest as (
            select definition_id, window_days, max(as_of) as as_of
            from measures.staff_windows
            group by definition_id, window_days
        ),

        shown as (
            select w.definition_id, w.role, w.complexity, w.window_days, w.as_of,
                case when coalesce(w.matured_share, 1) >= p.value then w.numerator end as numerator,
                case when coalesce(w.matured_share, 1) >= p.value then w.denominator end as denominator,
                case when coalesce(w.matured_share, 1) >= p.value then w.value end as value
            from measures.staff_windows as w
            inner join newest as n
                on n.definition_id = w.definition_id and n.window_days = w.window_days and n.as_of = w.as_of
            cross join (select value from ledger.parameters where name = 'matured_share') as p
            where w.staff_id = $person
        )

        select s.definition_id, d.name, d.meaning, d.numerator as counts, d.denominator as over_what, d.exclusions, d.unit, d.good,
            s.role, s.complexity, max(s.numerator) filter (where s.window_days = 90) as numerator,
            max(s.denominator) filter (where s.window_days = 90) as denominator,
            max(s.value) filter (where s.window_days = 90) as value,
            max(s.value) filter (where s.window_days = 30) as value_30, max(s.as_of) as as_of
        from shown as s
        inner join measures.definitions as d on d.definition_id = s.definition_id
        where s.window_days in (30, 90)
        group by s.definition_id, d.name, d.meaning, d.numerator, d.denominator, d.exclusions, d.unit, d.good, s.role, s.complexity
        order by s.role, s.definition_id, {TIERS.replace("complexity", "s.complexity")}
        """,
        person=person,
    )
