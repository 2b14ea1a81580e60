"""Printing what became of files and records: findings of a check, rejects, and the fate of replayed files.

Belongs here: how they look in a terminal of 80 columns. Does not belong here: what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from assets.counted import many
from assets.intake.check import FLAGGED, UNUSABLE, Finding, Total

if TYPE_CHECKING:
    from collections.abc import Iterator

LEVELS = {0: ("clean", "green"), FLAGGED: ("flagged", "yellow"), UNUSABLE: ("unusable", "red")}
_STATUS = {"loaded": "green", "held": "red", "unusable": "red", "unknown": "yellow"}
_INDENT = " " * 10


def finding_lines(finding: Finding, most: int = 5) -> Iterator[Text]:
    """Yield what `rcmbench check` prints for one file."""
    word, style = LEVELS[finding.level]
    yield Text.assemble(
        (f"{word:9}", style), f" {finding.file}  ", (finding.kind, "bold"), f"  {', '.join(_counts(finding))}"
    )
    if finding.reason:
        yield Text(f"{_INDENT}{finding.reason}", style="red")
    for note in finding.notes:
        yield Text(f"{_INDENT}note: {note}", style="dim")
    kept_out = [
        f"{q['kind']} kept out, {many(q['records'], 'record')}: {q['place']}: {q['reason']}"
        for q in finding.quarantined
    ]
    rejects = [_reject_group(group) for group in finding.rejects.values()]
    flags = [
        f"{code}, {many(group['count'], 'time')}, first at {group['first']}: {group['message']}"
        if group["count"] > 1
        else f"{code} at {group['first']}: {group['message']}"
        for code, group in finding.flags.items()
    ]
    hidden = finding.quarantined_count - len(finding.quarantined)
    for kind, texts, more in (("quarantine", kept_out, hidden), ("reject", rejects, 0), ("flag", flags, 0)):
        for text in texts[:most]:
            yield Text(f"{_INDENT}{kind}: {text}")
        left = max(len(texts) - most, 0) + more
        if left:
            yield Text(f"{_INDENT}... and {left:,} more of kind {kind}; --json tells more")


def _counts(finding: Finding) -> list[str]:
    counts = [many(finding.interchanges, "interchange")] if finding.interchanges else []
    counts += [many(finding.transactions, "transaction")] if finding.transactions else []
    counts += [many(finding.records, "record")]
    counts += [
        many(number, name[:-1])
        for name in ("claims", "lines", "adjustments")
        if (number := getattr(finding, name))
    ]
    counts += [
        f"{name} {value:,.2f}"
        for name in ("charge", "paid")
        if (value := getattr(finding, name)) and finding.claims
    ]
    counts += [many(finding.footers, "footer")] if finding.footers else []
    counts += [f"{finding.rejected:,} rejected"] if finding.rejected else []
    if finding.rejected_rows:
        counts.append(f"{many(finding.rejected_rows, 'row')} of other tables rejected (no records)")
    return counts


def _reject_group(group: dict[str, Any]) -> str:
    column = f" {group['column']}" if group["column"] else ""
    shape = f" (looks like {group['shape']})" if group["shape"] else ""
    first = f", first at {group['first']}" if group["count"] > 1 else f" at {group['first']}"
    return f"{group['count']:,} of {group['table']}{column}{first}: {group['reason']}{shape}"


def total_lines(total: Total) -> Iterator[Text]:
    """Yield the sum over many files."""
    levels = [f"{total.by_level[level]:,} {LEVELS[level][0]}" for level in sorted(total.by_level)]
    yield Text(f"{many(total.files, 'file')}: {', '.join(levels) or 'none'}", style="bold")
    if not total.files:
        return
    kinds = sorted(total.by_kind.items(), key=lambda pair: (-pair[1], pair[0]))
    yield Text(f"  kinds: {', '.join(f'{kind} {number:,}' for kind, number in kinds)}")
    yield Text(
        f"  {many(total.records, 'record')}, {total.rejected:,} of them rejected; {many(total.claims, 'claim')}, "
        f"{many(total.lines, 'line')}, {many(total.adjustments, 'adjustment')}; charge {total.charge:,.2f}, paid {total.paid:,.2f}"
    )
    if total.rejected_rows:
        yield Text(
            f"  {many(total.rejected_rows, 'row')} of other tables rejected (lines, adjustments: no records)"
        )
    for name, counts in (("flags", total.flags), ("rejects", total.reasons)):
        if counts:
            ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            yield Text(f"  {name}: {', '.join(f'{code} {number:,}' for code, number in ordered)}")


def reject_lines(told: dict[str, Any]) -> Iterator[Text]:
    """Yield what `rcmbench rejects` prints: the sums, the groups by file, then one by one."""
    if not told["rejects"]:
        yield Text("No rejects.")
        return
    besides = (
        f"; besides, {many(told['rows'], 'row')} of other tables (lines, adjustments)" if told["rows"] else ""
    )
    loaded = many(told["records"] - told["kept_out"], "record")
    files = f"{many(told['files'], 'file')} not loaded" + (
        f" with {many(told['kept_out'], 'record')}" if told["kept_out"] else ""
    )
    yield Text(f"{files}; {loaded} of loaded files rejected{besides}.", style="bold")
    path = None
    for group in told["summary"]:
        if (group["path"], group["delivery_date"]) != path:
            path = (group["path"], group["delivery_date"])
            yield Text.assemble((group["path"], "bold"), f"  {group['status']}")
        kind = "" if group["is_record"] else " (rows, no records)"
        where = ", ".join(text for text in (group["table"], group["column"]) if text) or "whole file"
        # Nobody knows how many records a damaged archive holds.
        number = "" if group["records"] is None else f"{group['records']:,}"
        yield Text(f"{number:>8}  {where}{kind}: {group['reason']}")
    if told["groups"] > len(told["summary"]):
        yield Text(
            f"  ... and {told['groups'] - len(told['summary']):,} more groups; see --limit, --file, --reason"
        )
    yield Text("One by one", style="bold")
    path = None
    for row in told["listed"]:
        if (row["path"], row["delivery_date"]) != path:
            path = (row["path"], row["delivery_date"])
            yield Text(row["path"], style="bold")
        yield Text(f"  {_row(row)}")
    if told["rejects"] > len(told["listed"]):
        yield Text(f"  ... and {told['rejects'] - len(told['listed']):,} more; see --limit, --file, --reason")


def _row(row: dict[str, Any]) -> str:
    place = f"record {row['row_no']}" if row["row_no"] else "whole file"
    if row["txn_no"]:
        place = f"transaction {row['txn_no']}, segment {row['row_no']}"
    where = ", ".join(text for text in (row["table"], row["column"]) if text)
    shape = f" (looks like {row['shape']})" if row["shape"] else ""
    number = (
        f" [{many(row['records'], 'record' if row['is_record'] else 'row')}]"
        if row["records"] not in {None, 1}
        else ""
    )
    return f"{place}{', ' if where else ''}{where}: {row['reason']}{shape}{number}"


def fate_line(row: dict[str, Any]) -> Text:
    """Return what became of a replayed file."""
    account = ""
    if row["records"] is not None:
        account = (
            f"  {many(row['records'], 'record')} = {row['loaded'] or 0:,} loaded + {row['rejected'] or 0:,} rejected + "
            f"{many(row['footers'] or 0, 'footer')}"
        )
    reason = f"  {row['reason']}" if row["reason"] else ""
    return Text.assemble((row["status"], _STATUS.get(row["status"], "")), f"  {row['path']}{account}{reason}")
