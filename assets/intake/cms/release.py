"""Which release of the fee schedule a file is, and from which day on it holds.

Belongs here: names of files and folders, titles, and what a source says. Does not belong here: the lines of the file.

CMS publishes a release per quarter: A in January, B in April, C in July, D in October. A corrected file (RVU26AR) is the same
release again. From 2026 on there is a second variant of each with the conversion factor of the participants of qualifying
payment models (QPP): the same relative values, and a release of its own here, so that the two factors are never mixed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assets.intake.grid import Unusable
from assets.intake.records import Flag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

QUARTERS = {"JAN": ("A", 1), "APR": ("B", 4), "JUL": ("C", 7), "OCT": ("D", 10)}
_MONTH_OF = dict(QUARTERS.values())
_TITLE = re.compile(
    r"(\d{4})\s+National Physician Fee Schedule Relative Value File\s+(Jan|Apr|Jul|Oct)[a-z]*\s+Release",
    re.IGNORECASE,
)
_NAME = re.compile(r"PPRRVU_?(\d{4}|\d{2})(?!\d)(?:_?(JAN|APR|JUL|OCT))?", re.IGNORECASE)
_FOLDER = re.compile(r"(?<![A-Z0-9])RVU(\d{2})([A-D])(?:R\d?)?(?![A-Z0-9])", re.IGNORECASE)
_QPP = re.compile(r"(?<!NON)(?<!NON[_-])QPP", re.IGNORECASE)
_RELEASE = re.compile(r"(\d{4})([A-D])(?:-.*)?")
NO_RELEASE = (
    "neither the name nor the title says which release it is: name it as CMS does (PPRRVU2026_Jan_nonQPP.csv), or say it in the "
    "source: constants.release (2026A) and constants.effective_from (2026-01-01)"
)


@dataclass(frozen=True)
class Release:
    """A release: what it is called (2026A, 2026A-QPP), its year, the first day of service, and what was odd."""

    name: str
    year: int
    effective_from: date
    flags: tuple[Flag, ...] = ()


def is_qpp(name: str) -> bool:
    """Whether a file's name says that it carries the conversion factor of qualifying participants."""
    return _QPP.search(name) is not None


def release_of(name: str, titles: Iterable[str], constants: Mapping[str, str]) -> Release:
    """Return the release by the source's constants, else the title, else the file's name, else the folder it lies in.

    `name` may hold folders. Raises `Unusable`, with what can be done, when nothing says it or a constant cannot be read.
    """
    said = _titled(titles)
    named = _named(name)
    found = said or named
    flags: tuple[Flag, ...] = ()
    if said and named and said != named:
        sentence = (
            f"the title says {said[0]}{said[1]}, the file's name {named[0]}{named[1]}: read as the title's"
        )
        flags = (Flag("RELEASE_DISAGREES", sentence),)
    given = _RELEASE.fullmatch(constants.get("release", ""))
    if given:
        found = (int(given[1]), given[2])
    effective = _day(constants.get("effective_from")) or (
        date(found[0], _MONTH_OF[found[1]], 1) if found else None
    )
    called = constants.get("release") or (
        f"{found[0]}{found[1]}{'-QPP' if is_qpp(name) else ''}" if found else None
    )
    if effective is None or called is None:
        raise Unusable(NO_RELEASE)
    year = constants.get("schedule_year") or str(found[0] if found else effective.year)
    if not re.fullmatch(r"(19|20)\d{2}", year):
        raise Unusable("constants.schedule_year is not a year of four digits")
    return Release(called, int(year), effective, () if "release" in constants else flags)


def _titled(titles: Iterable[str]) -> tuple[int, str] | None:
    found = next(filter(None, map(_TITLE.search, titles)), None)
    return (int(found[1]), QUARTERS[found[2].upper()][0]) if found else None


def _named(name: str) -> tuple[int, str] | None:
    """Return year and letter by `PPRRVU2026_Jan`, else by `RVU26A` anywhere on the path."""
    found = _NAME.search(name)
    if found and found[2]:
        return _full(found[1]), QUARTERS[found[2].upper()][0]
    folder = _FOLDER.search(name)
    return (_full(folder[1]), folder[2].upper()) if folder else None


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unusable("constants.effective_from is not a date such as 2026-01-01") from None
