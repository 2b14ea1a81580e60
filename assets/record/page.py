"""The page of a person's own record: one HTML file that needs nothing else, made for reading and for paper.

Belongs here: turning the answers into the page, and writing it so that others cannot read it. Does not belong here: the answers.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined

if TYPE_CHECKING:
    from datetime import date

    from assets.settings import Settings

TEMPLATE = Path(__file__).with_name("page.html.j2")
ROLES = {
    "coder": "Coder", "charge_entry": "Charge entry", "payment_posting": "Payment posting", "denial_management": "Denial management",
    "ar_follow_up": "A/R follow-up", "patient_billing": "Patient billing",
}  # fmt: skip
QUALITY = {
    "first_pass": "First-pass acceptance (audits)", "edits": "Claims that met an edit", "denials": "Claims denied",
    "reworks": "Work done again",
}  # fmt: skip
VERDICTS = {
    "met": "meets the floor",
    "failed": "does not meet the floor",
    "not proven": "not proven either way: too little evidence",
    "no data": "no data: not judged",
}


def render(record: dict[str, Any], person: str, settings: Settings) -> str:
    """Return the page; everything from the data is escaped."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": number, "share": share, "by_unit": by_unit}
    days = [day for row in record["work"] for day in (row["first_day"], row["last_day"])]
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        **record,
        person=person,
        office=settings.office.name,
        notice=settings.notice,
        settings=settings,
        is_synthetic="synthetic" in settings.office.name.casefold(),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        roles_by_id=ROLES,
        quality_by_id=QUALITY,
        verdicts=VERDICTS,
        definitions=list({row["definition_id"]: row for row in record["measures"]}.values()),
    )


def number(value: float | None, digits: int = 1) -> str:
    """Return a number with thousands separated, or a dash where there is none."""
    return "–" if value is None else f"{float(value):,.{digits}f}"  # noqa: RUF001 - a dash in a table


def share(value: float | None) -> str:
    """Return a share as a percentage; a probability is never shown as certain."""
    if value is None:
        return "–"  # noqa: RUF001
    return "over 99 %" if value > 0.99 else "under 1 %" if value < 0.01 else f"{100 * value:.0f} %"


def by_unit(value: float | None, unit: str) -> str:
    """Return a value as its unit wants it: shares as percentages."""
    if unit == "share" and value is not None:
        return f"{100 * value:.1f} %"
    return number(value, 2)


def write_privately(path: Path, text: str) -> None:
    """Write a file that only its owner can read, beside its place first, then swapped in. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}.building")
    building.unlink(missing_ok=True)
    descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    building.replace(path)


def today_in(settings: Settings) -> date:
    """Return the day that it is in the office."""
    return datetime.now(ZoneInfo(settings.office.time_zone)).date()
