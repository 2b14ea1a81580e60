"""What a file is, without loading it: kind, counts, flags and rejects.

Belongs here: reading any supported file with the reader of its kind and summing up. Does not belong here: printing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assets.intake.identify import ArchiveError, identify, unpack
from assets.intake.read import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assets.intake.records import Hide, Parsed
    from assets.intake.sources import Source

CLEAN, FLAGGED, UNUSABLE = 0, 1, 2


@dataclass
class Finding:
    """What is known of one file; `level` is 0 clean, 1 flagged, 2 unusable."""

    file: str
    kind: str
    feed: str | None = None
    records: int = 0
    loaded: int = 0
    claims: int = 0
    lines: int = 0
    adjustments: int = 0
    rejected: int = 0
    flags: list[str] = field(default_factory=list)
    rejects: list[str] = field(default_factory=list)
    reason: str | None = None

    @property
    def level(self) -> int:
        """How bad it is."""
        if self.reason:
            return UNUSABLE
        return FLAGGED if self.flags or self.rejected else CLEAN

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return {**vars(self), "level": self.level}


def check_path(
    path: Path, *, sources: tuple[Source, ...], hide: Hide, time_zone: str, limit_bytes: int
) -> Iterator[Finding]:
    """Yield a finding for the file, for each member of an archive, or for each file below a folder."""
    for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
        try:
            members = unpack(file.name, file.read_bytes(), limit_bytes=limit_bytes)
        except OSError as error:
            yield Finding(str(file), "unknown", reason=f"cannot be read: {error.strerror}")
            continue
        except ArchiveError as error:
            yield Finding(str(file), "archive", reason=str(error))
            continue
        for member, data in members:
            shown = str(file) if len(members) == 1 else f"{file}!{member}"
            yield _check(shown, member, data, sources=sources, hide=hide, time_zone=time_zone)


def _check(  # noqa: PLR0913 - one call site, all named
    shown: str, name: str, data: bytes, *, sources: tuple[Source, ...], hide: Hide, time_zone: str
) -> Finding:
    known = identify(name, data, sources)
    if not known.feed:
        return Finding(shown, known.kind, reason=known.reason)
    parsed = read_file(name, data, known, hide=hide, time_zone=time_zone)
    return _finding(shown, known.feed if known.kind == "export" else parsed.kind, known.feed, parsed)


def _finding(shown: str, kind: str, feed: str, parsed: Parsed) -> Finding:
    def rows(*tables: str) -> int:
        return sum(parsed.tables[t].height for t in tables if t in parsed.tables)

    return Finding(
        shown,
        kind,
        feed,
        records=parsed.records,
        loaded=parsed.loaded,
        claims=rows("claims", "remit_claims"),
        lines=rows("claim_lines", "remit_lines"),
        adjustments=rows("remit_adjustments"),
        rejected=parsed.rejected,
        flags=[f"{flag.code}: {flag.message}" for flag in parsed.flags],
        rejects=[_told(parsed, number) for number in range(len(parsed.rejects))],
        reason=parsed.unusable,
    )


def _told(parsed: Parsed, number: int) -> str:
    reject = parsed.rejects[number]
    place = (
        f"transaction {reject.txn_no}, segment {reject.row_no}"
        if reject.txn_no
        else f"record {reject.row_no}"
    )
    column = f", {reject.column}" if reject.column else ""
    shape = f" (looks like {reject.shape})" if reject.shape else ""
    return f"{reject.table}, {place}{column}: {reject.reason}{shape}"
