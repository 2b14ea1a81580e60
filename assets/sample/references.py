"""The tables that an office loads beside its logs: filing limits, diagnosis codes, its own denial rules, outside values.

Belongs here: reference rows, all of them invented. Does not belong here: what happens in the office.
No rule on complexity is delivered: the built-in ones are those by which the claims of this office were drawn.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from assets.sample.payers import DIAGNOSES
from assets.sample.season import day_of

if TYPE_CHECKING:
    from assets.sample.world import World

_LIMITS = (
    ("SPA01", "", 365, True), ("SPB02", "", 180, False), ("SPC03", "P", 90, False), ("SPC03", "I", 120, False),
    ("SPD04", "", 95, False), ("SPE05", "", 90, False), ("SPF06", "", 365, False),
)  # fmt: skip
"""Payer, claim type, days, whether it is Medicare's calendar year."""

_UNSPECIFIED = {
    "E785": True,
    "J069": False,
    "R079": True,
    "F419": True,
    "J449": False,
    "E669": True,
    "D649": True,
    "N179": True,
}
"""Codes that say little, and whether a more specific one stands beside them."""
_HEADINGS = ("E11", "M255", "R06")
_DENIAL_RULES = (
    ("16", "MA130", "CO", "registration", True), ("16", "", "", "missing_information", True),
    ("109", "", "PI", "coverage", True), ("253", "", "CO", "contractual", False),
)  # fmt: skip
_VALUES = (
    ("initial_denial_rate.lines", "", "0.08", "0.11", "0.16", "60"),
    ("days_in_ar.gross", "", "31", "38", "47", "60"),
    ("net_collection_rate.service_month", "", "0.91", "0.95", "0.98", "24"),
)
_SOURCE = "SYNTHETIC SOURCE (invented)"


def export_references(world: World) -> None:
    """Deliver the reference tables on the first day, and the codes of a new fiscal year on its first day."""
    first = day_of(world.first)
    since = date(first.year - 3, 1, 1).isoformat()
    for payer, kind, days, by_calendar in _LIMITS:
        # One payer shortened its limit at the turn of the year: claims of both sides of it are looked up.
        changed = date(first.year, 1, 1)
        if payer == "SPE05":
            world.rows.add(
                "filing_limits", payer, kind, "120", "false", since, date(first.year - 1, 12, 31).isoformat()
            )
        start = changed.isoformat() if payer == "SPE05" else since
        world.rows.add("filing_limits", payer, kind, str(days), _flag(by_calendar), start, "")
    for carc, rarc, group, category, denies in _DENIAL_RULES:
        world.rows.add("denial_codes", carc, rarc, group, category, _flag(denies), since, "")
    for metric, group, low, value, high, n in _VALUES:
        before = str(first.year - 1)
        world.rows.add(
            "reference_values",
            metric,
            group,
            low,
            value,
            high,
            _SOURCE,
            n,
            before,
            "invented for the sample",
            first.isoformat(),
        )
    for year in (_fiscal_year(first) - 1, _fiscal_year(first)):
        _diagnosis_codes(world, year)


def renew_references(world: World) -> None:
    """Deliver the diagnosis codes of the fiscal year that begins today."""
    today = day_of(world.today)
    if (today.month, today.day) == (10, 1) and world.today > world.first:
        _diagnosis_codes(world, _fiscal_year(today))


def _fiscal_year(day: date) -> int:
    return day.year + (day.month >= 10)


def _diagnosis_codes(world: World, year: int) -> None:
    begins = date(year - 1, 10, 1).isoformat()
    for code in sorted((*DIAGNOSES, *_HEADINGS)):
        text = f"SYNTHETIC TEXT of {code}" + (" unspecified" if code in _UNSPECIFIED else "")
        billable, finer = code not in _HEADINGS, _UNSPECIFIED.get(code, False)
        world.rows.add("diagnosis_codes", code, str(year), text, _flag(billable), _flag(finer), begins)


def _flag(value: object) -> str:
    return "true" if value else "false"
