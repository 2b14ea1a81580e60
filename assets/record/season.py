"""A person's companion measures at the mean of the year, as the bands they stand beside.

A companion band has its season taken out. Whoever is looked at over the busy months needs the same allowance: the factors of the version
in force, weighed by the person's own work of each day.
Belongs here: that allowance. Does not belong here: the factors (`assets/bands/ratio_season.py`), the other questions (`questions.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.bands.companions import COMPANIONS
from assets.slices import columns_of

if TYPE_CHECKING:
    import duckdb

Cell = tuple[str, str, str]

_SEASONS = """
with newest as (
    select definition_id, max(as_of) as as_of from measures.staff_windows where window_days = 90 group by definition_id
),

factors as (
    select role, value, split_part(split_part(subject, ' ', 1), '=', 2) as definition_id,
        split_part(split_part(subject, ' ', 2), '=', 2) as kind,
        cast(split_part(split_part(subject, ' ', 3), '=', 2) as integer) as period
    from bands.findings
    where version_id = $version and finding = 'companion_season'
)

select c.definition_id, c.role, c.complexity,
    sum(c.denominator * coalesce(d.value, 1) * coalesce(m.value, 1)) / nullif(sum(c.denominator), 0) as season
from measures.companions as c
inner join newest as n
    on n.definition_id = c.definition_id and c.work_date between n.as_of - interval 89 days and n.as_of
left join factors as d
    on d.definition_id = c.definition_id and d.role = c.role and d.kind = 'weekday' and d.period = isodow(c.work_date)
left join factors as m
    on m.definition_id = c.definition_id and m.role = c.role and m.kind = 'month' and m.period = month(c.work_date)
where c.staff_id = $person and c.role = $role
group by c.definition_id, c.role, c.complexity
order by c.definition_id, c.role, c.complexity
"""


def seasons_of(
    connection: duckdb.DuckDBPyConnection, person: str, role: str, version: str
) -> dict[Cell, float]:
    """Return by measure, role and complexity what the person's newest 90 days usually ask of everybody, over the mean of the year.

    Measures without work or without a known season are missing or 1.
    """
    if not columns_of(connection, "measures.companions"):
        return {}
    found = connection.execute(_SEASONS, {"person": person, "role": role, "version": version}).fetchall()
    return {(name, of, tier): season for name, of, tier, season in found if season}


def at_years_mean(definition_id: str, value: float | None, season: float) -> float | None:
    """Return a measure as it would be at the mean of the year; where much is good of a share, the season is in what is missing to it."""
    if value is None:
        return None
    rest = any(c.counts_the_rest for c in COMPANIONS if c.definition_id == definition_id)
    return 1 - (1 - value) / season if rest else value / season
