"""A mapping proposed for an export, from its own header and leading records: TOML to paste, with a question mark where unsure.

Belongs here: which feed, pattern, aliases, formats and footers a file suggests. Does not belong here: finding the header
(`leading.py`), likeness of names (`resemblance.py`), formats (`habits.py`) and printing. Names of columns are shown, cells never.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.intake.contracts import EXPORTS
from assets.intake.grid import footer_pattern
from assets.intake.habits import Habit, date_in_name, habit_of
from assets.intake.headers import SEARCHED, plain
from assets.intake.leading import Leading, leading
from assets.intake.resemblance import SURE, matches, words
from assets.intake.sources import FOOTERS, Source

if TYPE_CHECKING:
    from assets.intake.contracts import Column, Table

ENOUGH, CLEAR = 0.5, 0.15
"""A feed is proposed when it covers half of what it needs, and is that much ahead of the next one."""
_LIKE_A_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2}")
_PERSONAL = re.compile(
    r"patient|\bpt\b|first ?name|last ?name|full ?name|\bname\b|birth|\bdob\b|\bssn\b|social sec|\bmrn\b|member|subscriber|"
    r"guarantor|address|\bstreet\b|\bzip\b|phone|e-?mail",
    re.IGNORECASE,
)
_USUAL_FOOTERS = (
    "Subtotal",
    "Sub Total",
    "Sum",
    "Count",
    "Records",
    "Record Count",
    "Rows",
    "End of report",
    "Printed",
    "Page",
)
_REVISION = re.compile(r"(_v\d{1,6}|_corrected)(?=\.)", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """What a file suggests. `feed` is empty when several are as likely; `text` is TOML with comments.

    `open_questions` counts the lines that are comments with a question mark: with none, the text reads the file as it is.
    """

    feed: str
    text: str
    candidates: tuple[tuple[str, float], ...]
    open_questions: int = 0


@dataclass(frozen=True)
class _Lines:
    """Lines of the proposal under construction; a question is a comment that ends in a question mark."""

    lines: list[str]

    def say(self, *lines: str) -> None:
        self.lines.extend(lines)

    def ask(self, line: str, why: str = "") -> None:
        self.lines.append(f"# {line}  # {why}?" if why else f"# {line}?")

    def table(self, name: str, entries: list[str]) -> None:
        if entries:
            self.lines.extend(["", f"[sources.{name}]", *entries])

    @property
    def questions(self) -> int:
        return sum(line.startswith("#") and line.endswith("?") for line in self.lines)


def propose(name: str, data: bytes, feed: str | None = None) -> Proposal:
    """Propose a source for a file. Raises Unusable when it has no header, and ValueError for an unknown feed."""
    tables = {table.feed: table for table in EXPORTS}
    if feed is not None and feed not in tables:
        raise ValueError(f"no export feed is called '{feed}'; feeds: {', '.join(tables)}")
    head = leading(data)
    ranked = sorted(((_fit(head.headers, name, table), key) for key, table in tables.items()), reverse=True)
    candidates = tuple((key, round(score, 2)) for score, key in ranked[:3] if score > 0)
    chosen = feed or _clear(ranked)
    if chosen is None:
        listed = ", ".join(key for key, _ in candidates) or "none"
        text = (
            f"# Which feed is this? Its columns fit no feed clearly; most alike: {listed}.\n"
            "# Choose one and propose again with --feed.\n"
        )
        return Proposal("", text, candidates, open_questions=1)
    lines = _write(name, head, tables[chosen])
    return Proposal(chosen, "\n".join(lines.lines) + "\n", candidates, lines.questions)


def _fit(headers: list[str], name: str, table: Table) -> float:
    """Return how much of a feed a file has, 0 to 1: its required columns above all, then the others, then the name."""
    found = dict(matches(headers, table).values())
    needed = [column.name for column in table.columns if column.required]
    covered = sum(found.get(column, 0.0) for column in needed) / max(len(needed), 1)
    known = sum(found.values()) / max(len(headers), 1)
    named = len(set(words(name)) & set(words(table.feed))) / len(words(table.feed))
    return 0.6 * covered + 0.2 * known + 0.2 * named


def _clear(ranked: list[tuple[float, str]]) -> str | None:
    (best, feed), (second, _) = ranked[:2]
    return feed if best >= ENOUGH and best - second >= CLEAR else None


def _write(name: str, head: Leading, table: Table) -> _Lines:
    out = _Lines([])
    found = matches(head.headers, table)
    where = f"sheet {json.dumps(head.sheet, ensure_ascii=False)}, " if head.sheet else ""
    out.say(f"# Proposed from a file of {len(head.headers)} columns; {where}header on line {head.line}.")
    if head.line > SEARCHED:
        out.say(f"# The header stands below line {SEARCHED}: the file will not be read.")
    out.say("[[sources]]", f"feed = {json.dumps(table.feed)}")
    _write_pattern(out, name)
    if head.delimiter and head.delimiter != ",":
        out.say(f"delimiter = {json.dumps(head.delimiter)}")
    if len(head.sheets) > 1:
        out.say(f"sheet = {_quoted(head.sheet)}")
    _write_footers(out, head)
    _write_unwanted(out, head, found)
    _write_required(out, head, table, found)
    _write_aliases(out, table, found)
    _write_formats(out, head, table, found)
    return out


def _write_pattern(out: _Lines, name: str) -> None:
    packed = re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)
    revision = _REVISION.search(packed)
    plain_name = packed[: revision.start()] + packed[revision.end() :] if revision else packed
    stem, dot, ending = plain_name.rpartition(".")
    dated = date_in_name(stem or ending)
    body, form = re.escape(stem or ending), ""
    if dated:
        start, end, shape, form = dated
        text = stem or ending
        body = f"{re.escape(text[:start])}(?P<date>{shape}){re.escape(text[end:])}"
    tail = rf"(_v\d+|_corrected)?\.{re.escape(ending)}(\.gz)?" if dot and stem else ""
    out.say(f"pattern = {_quoted('^' + body + tail + '$')}")
    if form and form != "%Y%m%d":
        out.say(f"date_format = {json.dumps(form)}")
        if (
            form in {"%m-%d-%Y", "%m_%d_%Y", "%m%d%Y"}
            and int(re.findall(r"\d\d", name[dated[0] :])[1] if dated else 13) <= 12
        ):
            out.ask(
                'date_format = "' + form.replace("%m", "%x").replace("%d", "%m").replace("%x", "%d") + '"',
                "day first",
            )
    if not form:
        out.say(
            "# No date in the name: the delivery day is the day folder's, else the file's modification time."
        )


def _write_footers(out: _Lines, head: Leading) -> None:
    known = footer_pattern(FOOTERS)
    found: list[str] = []
    for row in head.records[-5:]:
        first = next((cell for cell in row if cell.strip()), "")
        usual = next((f for f in _USUAL_FOOTERS if footer_pattern((f,)).match(row[0] if row else "")), None)
        if usual and usual not in found:
            found.append(usual)
        elif not known.match(first) and len(row) != len(head.headers):
            out.ask(
                "footer = []",
                "a last line has other cells than the header; if it is no record, name its beginning",
            )
            break
    if found:
        out.say(f"footer = {json.dumps([*FOOTERS, *found])}")


def _write_unwanted(out: _Lines, head: Leading, found: dict[str, tuple[str, float]]) -> None:
    left = [h for h in head.headers if h and h not in found]
    personal = [header for header in left if _is_personal(header)]
    if personal:
        out.say("# These look like patients' or members' data; what is ignored is never stored.")
        out.say(f"ignore = [{', '.join(_quoted(_named(header)) for header in personal)}]")
    others = [_named(header) for header in left if header not in personal]
    if others:
        out.say(f"# Not read, and flagged until they stand in `ignore`: {', '.join(others)}")


def _is_personal(header: str) -> bool:
    return _PERSONAL.search(" ".join(re.findall(r"[^\W_]+", header))) is not None


def _write_required(out: _Lines, head: Leading, table: Table, found: dict[str, tuple[str, float]]) -> None:
    sure = {column for column, score in found.values() if score >= SURE}
    absent = [column for column in table.columns if column.name not in {c for c, _ in found.values()}]
    twice = [h for i, h in enumerate(head.headers) if h and plain(h) in map(plain, head.headers[:i])]
    if twice:
        out.ask(f"these headers stand twice in the file, which one is meant: {', '.join(map(_named, twice))}")
    for column in table.columns:
        if column.required and column.name not in sure:
            perhaps = [_named(head.headers[i]) for i in _of_the_kind(head, column, table, found)]
            hint = f" (perhaps {', '.join(perhaps[:4])})" if perhaps else ""
            out.ask(f"required: {column.name}, {column.doc}: under which header{hint}")
    optional = [column.name for column in absent if not column.required]
    if optional:
        unread = [h for h in head.headers if h and h not in found and not _is_personal(h)]
        out.say(
            "# Under none of the headers that are left? Then take the mark away: nothing is flagged for them."
            if unread
            else "# Not in the file; without this line each is flagged."
        )
        out.say(f"{'# ' if unread else ''}absent = {json.dumps(optional)}")


def _of_the_kind(
    head: Leading, column: Column, table: Table, found: dict[str, tuple[str, float]]
) -> list[int]:
    """Return the columns of the file, not yet used, whose cells are such as the contract's column has."""
    positions = []
    for i, header in enumerate(head.headers):
        cells = head.cells(i)
        if header in found or not cells or _is_personal(header):
            continue
        dated = sum(_LIKE_A_DAY.match(cell) is not None for cell in cells) > 0.7 * len(cells)
        if column.type in {"DATE", "TIMESTAMPTZ"}:
            fits = dated
        elif column.type == "VARCHAR":
            fits = not dated and (column.name not in table.key or len(cells) == head.full)
        else:
            fits = not dated and habit_of(column, cells) in {Habit(), Habit("decimal_comma")}
        if fits:
            positions.append(i)
    return positions


def _write_aliases(out: _Lines, table: Table, found: dict[str, tuple[str, float]]) -> None:
    docs = {column.name: column for column in table.columns}
    entries: list[str] = []
    for header, (column, score) in found.items():
        line = f"{_quoted(_named(header))} = {json.dumps(column)}"
        if score >= SURE:
            entries.append(line)
        else:
            entries.append(f"# {line}  # {docs[column].doc}?")
    out.table("aliases", entries)


def _write_formats(out: _Lines, head: Leading, table: Table, found: dict[str, tuple[str, float]]) -> None:
    columns: dict[str, Column] = {column.name: column for column in table.columns}
    entries: list[str] = []
    for i, header in enumerate(head.headers):
        if header not in found:
            continue
        name, score = found[header]
        column = columns[name]
        habit = habit_of(column, head.cells(i))
        if head.numbers_are_dates and "spreadsheets use" in habit.question:
            habit = Habit()
        if habit.form:
            line = f"{name} = {json.dumps(habit.form)}"
            entries.append(line if score >= SURE else f"# {line}  # if it is this column?")
        elif habit.question:
            entries.append(f'# {name} = ""  # {habit.question.rstrip("?")}?')
    out.table("formats", entries)


def _named(header: str) -> str:
    return " ".join(header.split())


def _quoted(text: str) -> str:
    """Return a TOML string: literal where that is readable, else with escapes."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def checked(proposal: Proposal) -> tuple[Source, ...]:
    """Return the sources of a proposal as they would be read; raises ValueError when one cannot be used."""
    import tomllib  # noqa: PLC0415 - only a check of what was written

    from assets.intake.sources import sources_from  # noqa: PLC0415

    return sources_from(tomllib.loads(proposal.text).get("sources", []))
