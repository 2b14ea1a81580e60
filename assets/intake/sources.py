"""Which files are which feed: patterns on file names, with the spellings, formats and footers of each source.

Belongs here: the description of a source, the built-in ones, and what a file name says (date, revision).
Does not belong here: looking into files (`identify.py`) and reading them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from assets.intake.contracts import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOOTERS = ("Total", "Totals", "Grand Total", "Report Total")
_DATES = (
    (re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(\d{2})-(\d{2})-(\d{4})(?!\d)"), (3, 1, 2)),
)
_REVISION = re.compile(r"(?:_v(\d{1,6})|_(corrected))(?=(?:\.[a-z0-9]+)*$)", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """One kind of export file.

    `pattern` is a regular expression on the file name, any case. `aliases` map headers of the file to contract columns.
    `date_formats` and `datetime_formats` are strptime formats; without any, dates are ISO or month/day/year. `delimiter`
    and `sheet` are found when not given. `footer` holds beginnings of the first cell of lines that are not records.
    Raises ValueError when the pattern is not one, or two formats read the same text as different days.
    """

    feed: str
    pattern: str
    aliases: dict[str, str] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    datetime_formats: tuple[str, ...] = ()
    delimiter: str | None = None
    sheet: str | None = None
    footer: tuple[str, ...] = FOOTERS

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(
                f"source {self.feed}: the pattern is not a regular expression: {error}"
            ) from None
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\n\r'):
            raise ValueError(
                f"source {self.feed}: a delimiter is one character, and not a quote or a line end"
            )
        formats = ["%Y-%m-%d", *self.date_formats, *(text.split(" ")[0] for text in self.datetime_formats)]
        for one in formats:
            for other in formats:
                if _disagree(one, other):
                    raise ValueError(
                        f"source {self.feed}: '{one}' and '{other}' read the same text as different days"
                    )

    def matches(self, name: str) -> bool:
        """Whether the file name is of this source."""
        return re.search(self.pattern, name, re.IGNORECASE) is not None


def _disagree(one: str, other: str) -> bool:
    """Whether a day before the thirteenth, written one way, is another day when read the other way."""
    day = datetime(2003, 1, 2)  # noqa: DTZ001  (a calendar date)
    try:
        return datetime.strptime(day.strftime(one), other).date() != day.date()  # noqa: DTZ007
    except ValueError:
        return False


def _default(feed: str) -> Source:
    dated = r"[_-]?(\d{8}|\d{4}-\d{2}-\d{2})?(_v\d+|_corrected)?"
    return Source(feed, rf"^{feed}{dated}\.(csv|tsv|txt|xlsx|parquet)(\.gz)?$")


DEFAULT_SOURCES: tuple[Source, ...] = (
    *(_default(feed) for feed in dict.fromkeys(table.feed for table in EXPORTS)),
    Source("activity", r"^(activitywatch|aw-buckets-export).*\.json(\.gz)?$"),
)


def sources_from(settings: Iterable[Mapping[str, Any]]) -> tuple[Source, ...]:
    """Return the configured sources followed by the built-in ones: the first that matches a file name reads the file.

    Raises ValueError, naming the source and the setting, for an unknown feed, setting or contract column.
    """
    known = {item.name for item in fields(Source)}
    own: list[Source] = []
    for number, setting in enumerate(settings, start=1):
        if unknown := sorted(set(setting) - known):
            raise ValueError(
                f"source {number}: unknown settings: {', '.join(unknown)}; known: {', '.join(sorted(known))}"
            )
        if absent := sorted({"feed", "pattern"} - set(setting)):
            raise ValueError(f"source {number}: not given: {', '.join(absent)}")
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in setting.items()
        }
        source = Source(**values)
        exports = {table.feed: table for table in EXPORTS}
        if source.feed not in exports:
            raise ValueError(
                f"source {number}: no export feed is called '{source.feed}'; feeds: {', '.join(exports)}"
            )
        columns = exports[source.feed].column_names
        if wrong := sorted(set(source.aliases.values()) - set(columns)):
            raise ValueError(
                f"source {number}: {source.feed} has no columns {', '.join(wrong)}; it has {', '.join(columns)}"
            )
        own.append(source)
    return (*own, *DEFAULT_SOURCES)


def covers_date(name: str) -> date | None:
    """Return the date in a file name: YYYYMMDD, YYYY-MM-DD or MM-DD-YYYY between 1990 and 2100; the leftmost one."""
    found: list[tuple[int, date]] = []
    for pattern, (year, month, day) in _DATES:
        for match in pattern.finditer(name):
            try:
                value = date(int(match[year]), int(match[month]), int(match[day]))
            except ValueError:
                continue
            if 1990 <= value.year <= 2100:
                found.append((match.start(), value))
    return min(found)[1] if found else None


def revision_stem(name: str) -> tuple[str, int]:
    """Return the name without its revision, in lower case, and the revision: 1 without one, N of `_vN`, 2 of `_corrected`.

    Of files with the same stem the one with the greatest revision supersedes the others.
    """
    match = _REVISION.search(name)
    if match is None:
        return name.casefold(), 1
    return (name[: match.start()] + name[match.end() :]).casefold(), int(match[1]) if match[1] else 2
