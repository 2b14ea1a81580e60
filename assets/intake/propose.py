"""A mapping proposed for an export, from its own header and leading records: TOML to paste, with a question mark where unsure.

Belongs here: which feed, pattern, aliases, formats and footers a file suggests. Does not belong here: finding the header
(`leading.py`), likeness of names (`resemblance.py`), formats (`habits.py`) and printing. Names of columns are shown, cells never.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.counted import many
from assets.intake.contracts import EXPORTS
from assets.intake.grid import footer_pattern
from assets.intake.habits import Habit, can_be, habit_of
from assets.intake.headers import SEARCHED, plain
from assets.intake.leading import Leading, leading
from assets.intake.proposed import Lines, quoted, write_pattern
from assets.intake.resemblance import LIKELY, SURE, closeness, likeness, matches, words
from assets.intake.sources import FOOTERS, Source

if TYPE_CHECKING:
    from datetime import date

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
_SAYS_DATE = re.compile(r"date|dt\b|dos\b", re.IGNORECASE)
_ALIKE, _NAMED = 0.3, 4
"""From which closeness on a header is named for a required column, and how many at most."""


@dataclass(frozen=True)
class Proposal:
    """What a file suggests. `feed` is empty when several are as likely; `text` is TOML with comments.

    `open_questions` counts the lines that are comments with a question mark: with none, the text reads the file as it is.
    """

    feed: str
    text: str
    candidates: tuple[tuple[str, float], ...]
    open_questions: int = 0


def propose(name: str, data: bytes, feed: str | None = None, today: date | None = None) -> Proposal:
    """Propose a source for a file. Raises Unusable when it has no header, and ValueError for an unknown feed.

    `today`, the day on which the file was written, bounds the dates that its name may hold.
    """
    tables = {table.feed: table for table in EXPORTS}
    if feed is not None and feed not in tables:
        raise ValueError(f"no export feed is called '{feed}'; feeds: {', '.join(tables)}")
    head = leading(data)
    ranked = sorted(((_fit(head, name, table), key) for key, table in tables.items()), reverse=True)
    candidates = tuple((key, round(score, 2)) for score, key in ranked[:3] if score > 0)
    chosen = feed or _clear(ranked)
    if chosen is None:
        listed = ", ".join(key for key, _ in candidates) or "none"
        text = (
            f"# Which feed is this? Its columns fit no feed clearly; most alike: {listed}.\n"
            "# Choose one and propose again with --feed.\n"
        )
        return Proposal("", text, candidates, open_questions=1)
    lines = _write(name, head, tables[chosen], today)
    return Proposal(chosen, "\n".join(lines.lines) + "\n", candidates, lines.questions)


def _fit(head: Leading, name: str, table: Table) -> float:
    """Return how much of a feed a file has, 0 to 1: its required columns above all, then the others, then the name."""
    found = dict(_found(head, table).values())
    needed = [column.name for column in table.columns if column.required]
    covered = sum(found.get(column, 0.0) for column in needed) / max(len(needed), 1)
    known = sum(found.values()) / max(len(head.headers), 1)
    named = len(set(words(name)) & set(words(table.feed))) / len(words(table.feed))
    return 0.6 * covered + 0.2 * known + 0.2 * named


def _clear(ranked: list[tuple[float, str]]) -> str | None:
    (best, feed), (second, _) = ranked[:2]
    return feed if best >= ENOUGH and best - second >= CLEAR else None


def _found(head: Leading, table: Table) -> dict[str, tuple[str, float]]:
    """Return header -> (column, likeness) of the headers whose cells can be the column's: amounts are no dates."""
    return matches(head.headers, table, lambda i, column: can_be(column, head.cells(i)))


def _write(name: str, head: Leading, table: Table, today: date | None) -> Lines:
    out = Lines([])
    found = _found(head, table)
    where = f"sheet {json.dumps(head.sheet, ensure_ascii=False)}, " if head.sheet else ""
    out.say(
        f"# Proposed from a file of {many(len(head.headers), 'column')}; {where}header on line {head.line}."
    )
    if head.line > SEARCHED:
        out.say(f"# The header stands below line {SEARCHED}: the file will not be read.")
    out.say("[[sources]]", f"feed = {json.dumps(table.feed)}")
    write_pattern(out, name, today)
    if head.delimiter and head.delimiter != ",":
        out.say(f"delimiter = {json.dumps(head.delimiter)}")
    if len(head.sheets) > 1:
        out.say(f"sheet = {quoted(head.sheet)}")
    _write_footers(out, head)
    _write_unwanted(out, head, table, found)
    _write_required(out, head, table, found)
    _write_aliases(out, table, found)
    _write_formats(out, head, table, found)
    return out


def _write_footers(out: Lines, head: Leading) -> None:
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


def _write_unwanted(out: Lines, head: Leading, table: Table, found: dict[str, tuple[str, float]]) -> None:
    left = [h for h in head.headers if h and h not in found]
    no_npis = _not_npis(head, table, found)
    personal = [header for header in left if _is_personal(header) and header not in no_npis]
    if personal:
        out.say("# These look like patients' or members' data; what is ignored is never stored.")
    if no_npis:
        out.say(
            f"# {', '.join(map(_named, no_npis))}: holds something other than NPIs; "
            "names of people would be stored in clear: leave it out."
        )
    if personal or no_npis:
        out.say(f"ignore = [{', '.join(quoted(_named(header)) for header in (*personal, *no_npis))}]")
    others = [_named(header) for header in left if header not in (*personal, *no_npis)]
    if others:
        out.say(f"# Not read, and flagged until they stand in `ignore`: {', '.join(others)}")


def _not_npis(head: Leading, table: Table, found: dict[str, tuple[str, float]]) -> list[str]:
    """Return the unused headers that are a column of NPIs by name, but not by their cells."""
    npis = [column for column in table.columns if column.name.endswith("_npi")]
    return [h for h in head.headers if h and h not in found and any(likeness(h, c) >= LIKELY for c in npis)]


def _is_personal(header: str) -> bool:
    return _PERSONAL.search(" ".join(re.findall(r"[^\W_]+", header))) is not None


def _write_required(out: Lines, head: Leading, table: Table, found: dict[str, tuple[str, float]]) -> None:
    sure = {column for column, score in found.values() if score >= SURE}
    absent = [column for column in table.columns if column.name not in {c for c, _ in found.values()}]
    twice = [h for i, h in enumerate(head.headers) if h and plain(h) in map(plain, head.headers[:i])]
    if twice:
        out.ask(f"these headers stand twice in the file, which one is meant: {', '.join(map(_named, twice))}")
    for column in table.columns:
        if column.required and column.name not in sure:
            perhaps = [_named(head.headers[i]) for i in _of_the_kind(head, column, table, found)]
            hint = f" (perhaps {', '.join(perhaps[:_NAMED])})" if perhaps else ""
            out.ask(f"required: {column.name}, {column.doc}: under which header{hint}")
    optional = [column.name for column in absent if not column.required]
    if optional:
        no_npis = _not_npis(head, table, found)
        unread = [h for h in head.headers if h and h not in (*found, *no_npis) and not _is_personal(h)]
        out.say(
            "# Under none of the headers that are left? Then take the mark away: nothing is flagged for them."
            if unread
            else "# Not in the file; without this line each is flagged."
        )
        out.say(f"{'# ' if unread else ''}absent = {json.dumps(optional)}")


def _of_the_kind(
    head: Leading, column: Column, table: Table, found: dict[str, tuple[str, float]]
) -> list[int]:
    """Return the columns of the file, not yet used, that may be the contract's: the most alike by name first, then by cells."""
    positions: list[tuple[float, int]] = []
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
        alike = closeness(header, column)
        if fits or (alike >= _ALIKE and can_be(column, cells)):
            positions.append((-alike if alike >= _ALIKE else 0.0, i))
    return [i for _, i in sorted(positions)]


def _write_aliases(out: Lines, table: Table, found: dict[str, tuple[str, float]]) -> None:
    docs = {column.name: column for column in table.columns}
    entries: list[str] = []
    for header, (column, score) in found.items():
        line = f"{quoted(_named(header))} = {json.dumps(column)}"
        if score >= SURE:
            entries.append(line)
        else:
            entries.append(f"# {line}  # {docs[column].doc}?")
    out.table("aliases", entries)


def _write_formats(out: Lines, head: Leading, table: Table, found: dict[str, tuple[str, float]]) -> None:
    columns: dict[str, Column] = {column.name: column for column in table.columns}
    entries: list[str] = []
    for i, header in enumerate(head.headers):
        if header not in found:
            continue
        name, score = found[header]
        column = columns[name]
        habit = habit_of(column, head.cells(i))
        if habit.perhaps and _SAYS_DATE.search(header):
            habit = Habit(form=habit.perhaps)
        if habit.form:
            line = f"{name} = {json.dumps(habit.form)}"
            entries.append(line if score >= SURE else f"# {line}  # if it is this column?")
        elif habit.question:
            entries.append(f'# {name} = "{habit.perhaps}"  # {habit.question.rstrip("?")}?')
    out.table("formats", entries)


def _named(header: str) -> str:
    return " ".join(header.split())


def checked(proposal: Proposal) -> tuple[Source, ...]:
    """Return the sources of a proposal as they would be read; raises ValueError when one cannot be used."""
    import tomllib  # noqa: PLC0415 - only a check of what was written

    from assets.intake.sources import sources_from  # noqa: PLC0415

    return sources_from(tomllib.loads(proposal.text).get("sources", []))
