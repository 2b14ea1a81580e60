"""What a calibration counted as hours of the minutes logged as friction, on the systems that a person worked in.

Belongs here: that question. Does not belong here: the estimate (`assets/bands/leak.py`), the other questions (`questions.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

_COUNTED = """
select split_part(f.subject, 'system_id=', 2) as system_id, f.value as counted
from bands.findings as f
inner join bands.versions as v on v.version_id = f.version_id
where f.version_id = $version and f.finding = 'friction' and f.name = 'counted' and f.value > 0
    and split_part(f.subject, 'system_id=', 2) in (
        select p.system_id from measures.production as p
        where p.worker_id = $person and p.role = $role and p.work_date between v.window_from and v.window_to
    )
order by system_id
"""


def with_friction(
    connection: duckdb.DuckDBPyConnection, person: str, standing: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return where a person stands, per role, with `friction`: (system, share of its logged minutes that counted as hours).

    Of systems that the person mostly worked in on a day of the version's window; none where the log was believed.
    """
    return [
        row
        | {
            "friction": connection.execute(
                _COUNTED, {"person": person, "role": row["role"], "version": row["version_id"]}
            ).fetchall()
        }
        for row in standing
    ]
