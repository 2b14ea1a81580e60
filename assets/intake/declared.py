"""What somebody may declare of a source, and the check of it: every mistake is named with the source and the setting.

Belongs here: keywords of formats, and whether the settings of a source fit each other and the contract. Does not belong here:
what a source is (`sources.py`) and reading by it.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assets.intake.contracts import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from assets.intake.contracts import Table
    from assets.intake.sources import Source

EXCEL_SERIAL = "excel_serial"
KEYWORDS: dict[str, dict[str, str]] = {
    "DATE": {EXCEL_SERIAL: "days since 1899-12-30, as spreadsheets count them: 46026 is 2026-01-04"},
    "TIMESTAMPTZ": {
        EXCEL_SERIAL: "days since 1899-12-30 with a fraction for the time of day",
        "epoch_seconds": "seconds since 1970-01-01 UTC",
        "epoch_milliseconds": "milliseconds since 1970-01-01 UTC",
    },
    "DECIMAL(18,2)": {
        "decimal_comma": "1.234,56 instead of 1,234.56",
        "cents": "whole cents: 12550 is 125.50",
    },
    "DECIMAL(18,3)": {"decimal_comma": "1.234,56 instead of 1,234.56"},
    "DECIMAL(18,4)": {"decimal_comma": "1.234,56 instead of 1,234.56"},
    "BIGINT": {},
}
DURATIONS = {
    "h:mm": "hours and minutes: 1:30 is ninety minutes",
    "m:ss": "minutes and seconds: 1:30 is ninety seconds",
    "decimal_hours": "hours with a fraction: 1.5 is ninety minutes",
    "decimal_minutes": "minutes with a fraction",
    "seconds": "seconds, whatever the column's own unit",
}
UNIT_SECONDS = {"s": 1, "min": 60, "hours": 3600}
_TEXTS = ("feed", "pattern", "date_format")
_LISTS = ("date_formats", "datetime_formats", "required", "absent", "ignore", "footer")
_MAPS = ("aliases", "constants", "skip_where")


def keywords_of(column: str, kind: str) -> dict[str, str]:
    """Return the keywords that a column's format may be, with what they mean; durations where the column has a unit."""
    timed = column.rpartition("_")[2] in UNIT_SECONDS and kind in {"DECIMAL(18,3)", "BIGINT"}
    return {**KEYWORDS.get(kind, {}), **(DURATIONS if timed else {})}


def checked(source: Source) -> None:
    """Raise ValueError, with the feed and the setting in it, when a source cannot be used."""

    def wrong(setting: str, why: str) -> ValueError:
        return ValueError(f"source {source.feed}: {setting}: {why}")

    _check_types(source, wrong)
    _check_words(source, wrong)
    _check_pattern(source, wrong)
    if source.delimiter is not None and (len(source.delimiter) != 1 or source.delimiter in '"\n\r'):
        raise wrong("delimiter", "a delimiter is one character, and not a quote or a line end")
    if source.mode not in {None, "increment", "snapshot"}:
        raise wrong("mode", "must be increment or snapshot")
    _check_formats(source.date_formats, source.datetime_formats, lambda why: wrong("date_formats", why))
    table = next((table for table in EXPORTS if table.feed == source.feed), None)
    if table is not None:
        _check_columns(source, table, wrong)


def _check_types(source: Source, wrong: Callable[[str, str], ValueError]) -> None:
    for name in _TEXTS:
        if not isinstance(getattr(source, name), str):
            raise wrong(name, "must be a text")
    for name in ("delimiter", "sheet"):
        if not isinstance(getattr(source, name), str | None):
            raise wrong(name, "must be a text")
    for name in _LISTS:
        value: Any = getattr(source, name)
        if not isinstance(value, tuple) or not all(isinstance(item, str) for item in value):
            raise wrong(name, "must be a list of texts")
    for name in _MAPS:
        value = getattr(source, name)
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise wrong(name, "must be a table of texts")
    if not isinstance(source.formats, dict) or not all(map(_is_format, source.formats.values())):
        raise wrong("formats", "must be a table of texts, or of lists of texts")


def _check_words(source: Source, wrong: Callable[[str, str], ValueError]) -> None:
    if not isinstance(source.values, dict):
        raise wrong("values", "must be a table of tables of texts")
    for column, words in source.values.items():
        found: Any = words
        if not isinstance(found, dict) or not all(isinstance(ours, str) for ours in found.values()):
            raise wrong("values", f"must be a table of tables of texts: {column}")


def _is_format(value: object) -> bool:
    """Whether the value is one format, or several."""
    if isinstance(value, tuple):
        return bool(value) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def _check_pattern(source: Source, wrong: Callable[[str, str], ValueError]) -> None:
    try:
        pattern = re.compile(source.pattern)
    except re.error as error:
        raise wrong("pattern", f"the pattern is not a regular expression: {error}") from None
    for column, expression in source.skip_where.items():
        try:
            re.compile(expression)
        except re.error as error:
            raise wrong(f"skip_where.{column}", f"not a regular expression: {error}") from None
    if "date" in pattern.groupindex:
        _check_formats((source.date_format,), (), lambda why: wrong("date_format", why))


def _check_columns(source: Source, table: Table, wrong: Callable[[str, str], ValueError]) -> None:
    kinds = {column.name: column.type for column in table.columns}
    named = {
        "aliases": source.aliases.values(),
        "formats": source.formats,
        "required": source.required,
        "absent": source.absent,
        "constants": source.constants,
        "values": source.values,
    }
    for setting, columns in named.items():
        if unknown := sorted(set(columns) - set(kinds)):
            raise wrong(
                setting, f"{source.feed} has no columns {', '.join(unknown)}; it has {', '.join(kinds)}"
            )
    needed = {column.name for column in table.columns if column.required} | set(source.required)
    if both := sorted(set(source.absent) & needed):
        raise wrong("absent", f"required, and so never absent: {', '.join(both)}")
    for column in source.formats:
        keywords, formats = keywords_of(column, kinds[column]), source.formats_of(column)
        patterns = tuple(one for one in formats if one not in keywords)
        if patterns and kinds[column] not in {"DATE", "TIMESTAMPTZ"}:
            known = ", ".join(keywords) or "none"
            raise wrong(
                f"formats.{column}", f"'{patterns[0]}' is no format of {kinds[column]}; there are: {known}"
            )
        if len(formats) > 1 and len(patterns) < len(formats):
            raise wrong(f"formats.{column}", "a keyword stands alone")
        _check_formats(patterns, (), lambda why, c=column: wrong(f"formats.{c}", why))  # type: ignore[misc]


def _check_formats(
    days: tuple[str, ...], moments: tuple[str, ...], wrong: Callable[[str], ValueError]
) -> None:
    for one in (*days, *moments):
        if not _holds_a_date(one):
            raise wrong(f"'{one}' is not a strptime format with a year, a month and a day")
    formats = ["%Y-%m-%d", *(text.split(" ")[0] for text in (*days, *moments))]
    for one in formats:
        for other in formats:
            if _disagree(one, other):
                raise wrong(f"'{one}' and '{other}' read the same text as different days")


def _holds_a_date(pattern: str) -> bool:
    day = datetime(2003, 11, 22)  # noqa: DTZ001  (a calendar date)
    try:
        return datetime.strptime(day.strftime(pattern), pattern).date() == day.date()  # noqa: DTZ007
    except ValueError:
        return False


def _disagree(one: str, other: str) -> bool:
    """Whether a day before the thirteenth, written one way, is another day when read the other way."""
    day = datetime(2003, 1, 2)  # noqa: DTZ001  (a calendar date)
    try:
        return datetime.strptime(day.strftime(one), other).date() != day.date()  # noqa: DTZ007
    except ValueError:
        return False
