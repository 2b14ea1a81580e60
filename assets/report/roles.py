"""One page per role: what is asked, what is told of the work, and what it must be read with.

Belongs here: which sections a role's page has. Does not belong here: the sections (`bands.py`, `work.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.report import bands, words, work
from assets.report.blocks import Page

if TYPE_CHECKING:
    from assets.report.figures import Registry
    from assets.report.read import Published


def roles_of(published: Published) -> list[str]:
    """Return the roles that have bands, or anything told of their work, in the order of a claim's life."""
    found = {row["role"] for table in ("bands", "effort") for row in published.rows(table)}
    return sorted(found - {"unknown", "all"}, key=words.role_order)


def role_file(role: str) -> str:
    """Return the page of a role."""
    return f"role-{role.replace('_', '-')}.html"


def role_page(role: str, published: Published, registry: Registry) -> Page:
    """Return the page of a role."""
    return Page(
        role_file(role),
        words.role(role),
        "What the team's own work says is acceptable, strong and exceptional, how sure that is, and what it must be read with. "
        "Nothing here is about one person.",
        (
            bands.bands_section(role, published, registry),
            bands.companions_section(role, published, registry),
            work.fairness_section(role, published, registry),
            bands.drift_section(role, published),
            work.season_section(role, published, registry),
            work.ramp_section(role, published, registry),
            work.mix_section(role, published, registry),
            work.time_section(role, published, registry),
            work.other_section(role, published, registry),
        ),
    )
