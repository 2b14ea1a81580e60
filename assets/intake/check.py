"""What a file is, without loading it: kind, counts, totals, flags and rejects.

Belongs here: reading any supported file with the reader of its kind and summing up, part by part. Does not belong here:
printing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assets.intake.account import Account
from assets.intake.archives import Archive, ArchiveError
from assets.intake.content import Content
from assets.intake.contracts import TABLES
from assets.intake.dated import dated
from assets.intake.identify import HEAD, identify
from assets.intake.read import read_file
from assets.intake.walk import Entry, entry_at, files_below

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assets.intake.records import Hide, Parsed, Reject
    from assets.intake.sources import Source

CLEAN, FLAGGED, UNUSABLE = 0, 1, 2
MOST = 100
"""Groups of rejects, and transactions kept out, that are remembered by place; all are counted."""
_CLAIMS, _LINES = ("claims", "remit_claims"), ("claim_lines", "remit_lines")
_CENT = Decimal("0.01")
_GONE = "cannot be read: there is no such file"
_NO_DAY = "no day in the folder or the name: the delivery day will be that of the file's time"
_ONCE = "said once for the files of this folder"
_TOTALS = {"charge": ("claims", "remit_claims"), "paid": ("remit_claims",)}


@dataclass
class Finding:
    """What is known of one file; `level` is 0 clean, 1 flagged, 2 unusable.

    `rejected` are records; `rejected_rows` are rows of other tables (lines, adjustments) whose records are read. `charge` and
    `paid` are sums of claims in USD. `flags` are by code and `rejects` by table, column and reason, each with count and first
    place. `quarantined` are transaction sets that would be left out whole.
    """

    file: str
    kind: str
    feed: str | None = None
    records: int = 0
    loaded: int = 0
    footers: int = 0
    interchanges: int = 0
    transactions: int = 0
    claims: int = 0
    lines: int = 0
    adjustments: int = 0
    charge: Decimal = Decimal("0.00")
    paid: Decimal = Decimal("0.00")
    rejected: int = 0
    rejected_rows: int = 0
    flags: dict[str, dict[str, Any]] = field(default_factory=dict)
    rejects: dict[str, dict[str, Any]] = field(default_factory=dict)
    quarantined: list[dict[str, Any]] = field(default_factory=list)
    quarantined_count: int = 0
    notes: list[str] = field(default_factory=list)
    reason: str | None = None

    @property
    def level(self) -> int:
        """How bad it is."""
        if self.reason and self.kind != "not_needed":
            return UNUSABLE
        return FLAGGED if self.flags or self.rejected or self.rejected_rows else CLEAN

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain values; groups of rejects as a list."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        sums = {"charge": str(self.charge), "paid": str(self.paid)}
        return {**plain, **sums, "rejects": list(self.rejects.values()), "level": self.level}


@dataclass
class Total:
    """The sum over files."""

    files: int = 0
    by_level: dict[int, int] = field(default_factory=dict)
    by_kind: dict[str, int] = field(default_factory=dict)
    records: int = 0
    claims: int = 0
    lines: int = 0
    adjustments: int = 0
    charge: Decimal = Decimal("0.00")
    paid: Decimal = Decimal("0.00")
    rejected: int = 0
    rejected_rows: int = 0
    flags: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def level(self) -> int:
        """The worst level found."""
        return max(self.by_level, default=CLEAN)

    def add(self, finding: Finding) -> None:
        """Add a file."""
        self.files += 1
        self.by_level[finding.level] = self.by_level.get(finding.level, 0) + 1
        self.by_kind[finding.kind] = self.by_kind.get(finding.kind, 0) + 1
        for name in (
            "records",
            "claims",
            "lines",
            "adjustments",
            "rejected",
            "rejected_rows",
            "charge",
            "paid",
        ):
            setattr(self, name, getattr(self, name) + getattr(finding, name))
        for code, group in finding.flags.items():
            self.flags[code] = self.flags.get(code, 0) + int(group["count"])
        for group in finding.rejects.values():
            reason = str(group["reason"]).partition(":")[0]
            self.reasons[reason] = self.reasons.get(reason, 0) + int(group["count"])


def check_path(
    path: Path, *, sources: tuple[Source, ...], hide: Hide, time_zone: str, limit_bytes: int
) -> Iterator[Finding]:
    """Yield a finding for the file, for each member of an archive, or for each file below a folder that a run would take.

    What cannot be read there, a folder too, is a finding with the reason. That files say no day is noted once for each folder.
    Needs memory for one part of one file, whatever their sizes.
    """
    told: set[Path] = set()
    for entry in files_below(path) if path.is_dir() else [entry_at(path) or Entry(path, 0, 0.0, 0, _GONE)]:
        for finding in _of_entry(
            entry, sources=sources, hide=hide, time_zone=time_zone, limit_bytes=limit_bytes
        ):
            if _NO_DAY in finding.notes and path.is_dir():
                finding.notes.remove(_NO_DAY)
                finding.notes += [] if entry.place.parent in told else [f"{_NO_DAY} ({_ONCE})"]
                told.add(entry.place.parent)
            yield finding


def _of_entry(
    entry: Entry, *, sources: tuple[Source, ...], hide: Hide, time_zone: str, limit_bytes: int
) -> Iterator[Finding]:
    # A name that is no valid UTF-8 could not be printed.
    called = str(entry.place).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if entry.reason is not None:
        yield Finding(called, "unknown", reason=entry.reason)
        return
    try:
        archive, left = Archive(Content.at(entry.place)), limit_bytes
        for member in archive.names:
            content = archive.read(member, left)
            left -= content.size
            shown = called if len(archive.names) == 1 else f"{called}!{member}"
            yield check_content(shown, content, sources=sources, hide=hide, time_zone=time_zone)
    except ArchiveError as error:
        yield Finding(called, "archive", reason=str(error))
    except OSError as error:
        yield Finding(called, "unknown", reason=f"cannot be read: {error.strerror}")


def check_content(
    shown: str, content: Content, *, sources: tuple[Source, ...], hide: Hide, time_zone: str
) -> Finding:
    """Return what is in one file; `shown` is how it is called."""
    known = identify(content.name, content.head(HEAD), sources)
    if not known.feed:
        return Finding(shown, known.kind, reason=known.reason)
    finding, account, controls = (
        Finding(shown, known.kind, known.feed),
        Account(),
        set[tuple[str, str, str]](),
    )
    for part in read_file(content, known, hide=hide, time_zone=time_zone):
        account.add(part)
        _count(finding, part)
        controls |= {(t.sender, t.receiver, t.interchange_control) for t in part.transactions}
    finding.interchanges = len(controls)
    finding.kind = known.feed if known.kind == "export" else account.kind
    finding.records, finding.loaded = account.records, account.loaded
    finding.rejected, finding.footers = account.rejected, account.footers
    finding.reason = account.unusable or (None if account.adds_up else account.sentence)
    if known.kind == "x12" and not dated(shown):
        finding.notes.append(_NO_DAY)
    return finding


def _count(finding: Finding, part: Parsed) -> None:
    def rows(tables: tuple[str, ...]) -> int:
        return sum(part.tables.height(name) for name in tables)

    finding.transactions += len(part.transactions)
    finding.claims += rows(_CLAIMS)
    finding.lines += rows(_LINES)
    finding.adjustments += rows(("remit_adjustments",))
    for name, tables in _TOTALS.items():
        setattr(finding, name, getattr(finding, name) + sum(_summed(part, table, name) for table in tables))
    for flag in part.flags:
        group = finding.flags.setdefault(
            flag.code, {"count": 0, "first": _place(flag.txn_no, flag.row_no), "message": flag.message}
        )
        group["count"] += 1
    for reject in part.rejects:
        finding.rejected_rows += 0 if reject.table in part.counted else reject.records
        _group(finding.rejects, reject)
    for txn in part.transactions:
        if txn.outcome == "rejected":
            finding.quarantined_count += 1
            if len(finding.quarantined) < MOST:
                place = _place(txn.txn_no, txn.first_segment)
                finding.quarantined.append(
                    {"kind": txn.kind, "place": place, "records": txn.records, "reason": txn.reason}
                )


def _summed(part: Parsed, table: str, column: str) -> Decimal:
    """Return the sum of a money column. Rows carry cents, frames decimals."""
    if not part.tables.height(table):
        return Decimal("0.00")
    if table in part.tables.rows:
        place = TABLES[table].column_names.index(column)
        return (Decimal(sum(row[place] or 0 for row in part.tables.rows[table])) / 100).quantize(_CENT)
    return Decimal(part.tables[table][column].sum() or 0).quantize(_CENT)


def _group(groups: dict[str, dict[str, Any]], reject: Reject) -> None:
    key = f"{reject.table}|{reject.column}|{reject.reason}"
    if key not in groups and len(groups) >= MOST:
        # A reason that names its place is another one each time; beyond a hundred only its beginning tells them apart.
        key = f"{reject.table}|{reject.column}|{reject.reason.partition(':')[0]}"
    group = groups.setdefault(
        key,
        {
            "table": reject.table,
            "column": reject.column,
            "reason": reject.reason,
            "count": 0,
            "first": _place(reject.txn_no, reject.row_no),
            "shape": reject.shape,
        },
    )
    group["count"] += reject.records


def _place(txn_no: int, row_no: int) -> str:
    if txn_no:
        return f"transaction {txn_no}, segment {row_no}"
    return f"record {row_no}" if row_no else "the file"
