"""Which files are which feed: patterns on file names, with the spellings, formats and footers of each source.

Belongs here: the description of a source, the built-in ones, and what a file name says (date, revision).
Does not belong here: looking into files (`identify.py`), reading them, and checking what somebody declared (`declared.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from assets.intake.contracts import EXPORTS
from assets.intake.declared import checked
from assets.intake.tracking import Tracking

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

    `pattern` is a regular expression on the file name, any case; a group `(?P<date>...)` in it holds the date of delivery, read
    by `date_format`. `aliases` map headers of the file to contract columns. `date_formats` and `datetime_formats` are strptime
    formats of all columns, `formats` those of one column, or a keyword (`assets/intake/declared.py` lists them); without any,
    dates are ISO or month/day/year. `required` names columns without which a record is rejected, beside the contract's own;
    `absent` those that the file never has; `ignore` headers that nobody wants; `constants` values of columns that the file does
    not have; `values` what its words mean in a column: text of the file, in any case, to text of the contract. `footer` holds beginnings of the first cell of lines that are not records, `skip_where` regular expressions on the cells of
    a contract column or a header: such records are counted and not read. A file of mode `snapshot` is the full state, so that a later
    one of the same source replaces it; an `increment` adds what is new or changed. `delimiter` and `sheet` are found when not given.
    `tracker` is what `tracking.Tracking` knows of a source of activity.
    Raises ValueError that names the source and the setting.
    """

    feed: str
    pattern: str
    aliases: dict[str, str] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    datetime_formats: tuple[str, ...] = ()
    formats: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    date_format: str = "%Y%m%d"
    mode: Literal["increment", "snapshot"] | None = None
    delimiter: str | None = None
    sheet: str | None = None
    footer: tuple[str, ...] = FOOTERS
    skip_where: dict[str, str] = field(default_factory=dict)
    tracker: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked(self)
        try:
            Tracking.of(self.tracker)
        except ValueError as error:
            raise ValueError(f"source {self.feed}: {error}") from None

    def matches(self, name: str) -> bool:
        """Whether the file name is of this source."""
        return self._pattern.search(name) is not None

    @property
    def snapshot_of(self) -> str | None:
        """What marks its files as full states that replace each other; None where each of them adds to the others.

        In a table of dated snapshots every day is a fact of its own, so that nothing replaces it.
        """
        dated = any(table.snapshot for table in EXPORTS if table.feed == self.feed)
        return self.pattern if self.mode == "snapshot" and not dated else None

    def covers(self, name: str) -> date | None:
        """Return the date in a file name: that of the pattern's group `date`, else the leftmost that looks like one."""
        if "date" not in self._pattern.groupindex:
            return covers_date(name)
        found = self._pattern.search(name)
        try:
            # A pattern that holds a date says where it is: no other digits of the name are taken for it.
            day = datetime.strptime(found["date"], self.date_format).date() if found else None  # noqa: DTZ007
        except (TypeError, ValueError):
            return None
        # Without the right format `060126` would be a day of the year 601.
        return day if day and 1990 <= day.year <= 2100 else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE)

    def formats_of(self, column: str) -> tuple[str, ...]:
        """Return the formats and keywords that are declared for one column."""
        found = self.formats.get(column, ())
        return (found,) if isinstance(found, str) else found


def _default(feed: str) -> Source:
    dated = r"[_-]?(\d{8}|\d{4}-\d{2}-\d{2})?(_v\d+|_corrected)?"
    return Source(feed, rf"^{feed}{dated}\.(csv|tsv|txt|xlsx|parquet)(\.gz)?$")


DEFAULT_SOURCES: tuple[Source, ...] = (
    *(_default(feed) for feed in dict.fromkeys(table.feed for table in EXPORTS)),
    Source("activity", r"^(activitywatch|aw-buckets-export).*\.json(\.gz)?$"),
    Source(
        "activity",
        r"^rescuetime_(?P<staff>(?!\d{8}|\d{4}-\d{2}-\d{2})[^_]+)(_.*)?\.csv(\.gz)?$",
        tracker={"name": "rescuetime"},
    ),
    Source("activity", r"^rescuetime.*\.csv(\.gz)?$", tracker={"name": "rescuetime"}),
    # Beside the files with the factor of qualifying participants, which need a source of their own.
    Source("fee_schedule", r"^PPRRVU(?!.*(?<!non)QPP).*\.(csv|txt|xlsx)(\.gz)?$"),
    Source("activity", r"^flowace.*\.(csv|xlsx)(\.gz)?$", tracker={"name": "flowace"}),
)


def sources_from(settings: Iterable[Mapping[str, Any]]) -> tuple[Source, ...]:
    """Return the configured sources followed by the built-in ones: the first that matches a file name reads the file.

    Raises ValueError, naming the source by its number and feed and the setting, for whatever cannot be used.
    """
    return (*(_source(number, setting) for number, setting in enumerate(settings, start=1)), *DEFAULT_SOURCES)


def _source(number: int, setting: Mapping[str, Any]) -> Source:
    known = sorted(Source.__dataclass_fields__)
    if unknown := sorted(set(setting) - set(known)):
        raise ValueError(
            f"source {number}: unknown settings: {', '.join(unknown)}; known: {', '.join(known)}"
        )
    if absent := sorted({"feed", "pattern"} - set(setting)):
        raise ValueError(f"source {number}: not given: {', '.join(absent)}")
    feeds = dict.fromkeys(table.feed for table in EXPORTS)
    if setting["feed"] not in feeds:
        raise ValueError(
            f"source {number}: no export feed is called '{setting['feed']}'; feeds: {', '.join(feeds)}"
        )
    values = {key: _as_tuple(value) for key, value in setting.items()}
    if isinstance(values.get("formats"), dict):
        values["formats"] = {column: _as_tuple(value) for column, value in values["formats"].items()}
    try:
        return Source(**values)
    except ValueError as error:
        raise ValueError(f"source {number}, {str(error).removeprefix('source ')}") from None


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def source_of(name: str, sources: Iterable[Source]) -> Source | None:
    """Return the first source that matches a file name."""
    return next((source for source in sources if source.matches(name)), None)


def named_day(name: str, sources: Iterable[Source]) -> date | None:
    """Return the day that a file name says in the eyes of its source, or of nobody's when no source matches."""
    bare = name[:-3] if name.casefold().endswith(".gz") else name
    source = source_of(bare, sources)
    return source.covers(bare) if source else covers_date(name)


def covers_date(name: str) -> date | None:
    """Return the date in a file name: YYYYMMDD, YYYY-MM-DD or MM-DD-YYYY between 1990 and 2100; the leftmost one."""
    return next(iter(dates_in(name)), None)


def dates_in(name: str) -> list[date]:
    """Return all dates in a file name, from left to right."""
    found: list[tuple[int, date]] = []
    for pattern, (year, month, day) in _DATES:
        for match in pattern.finditer(name):
            try:
                value = date(int(match[year]), int(match[month]), int(match[day]))
            except ValueError:
                continue
            if 1990 <= value.year <= 2100:
                found.append((match.start(), value))
    return [value for _, value in sorted(found)]


def revision_stem(name: str) -> tuple[str, int]:
    """Return the name without its revision, in lower case, and the revision: 1 without one, N of `_vN`, 2 of `_corrected`.

    Of files with the same stem the one with the greatest revision supersedes the others.
    """
    match = _REVISION.search(name)
    if match is None:
        return name.casefold(), 1
    return (name[: match.start()] + name[match.end() :]).casefold(), int(match[1]) if match[1] else 2
