"""What goes wrong with deliveries in a real office: twice, late, corrected, damaged, unreadable. Known, and always the same.

Belongs here: damaging files that are already written. Does not belong here: outages and errors of people, which the story contains.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from assets.sample.season import compact, day_of, is_workday, iso

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_UNREADABLE = (
    b"%SMP-0.1\n\x00\x9c\xff\xfe\x01SYNTHETIC\x00\x8f\xe2not a file of any kind that is known\xff\x00\n" * 7
)


@dataclass
class Mess:
    """The inbox to damage, the first day and the number of days; `log` tells file, delivery date and what was done."""

    inbox: Path
    first: int
    days: int
    log: list[tuple[str, str, str]] = field(default_factory=list)

    def make(self) -> list[tuple[str, str, str]]:
        """Damage what can be damaged in a period of this length and return the log."""
        steps: tuple[tuple[Callable[[int], None], int], ...] = (
            (self._twice_remittance, 12), (self._twice_calls, 16), (self._late, 20), (self._corrected, 10),
            (self._damaged_csv, 14), (self._damaged_x12, 18), (self._unreadable, 8),
        )  # fmt: skip
        for step, day in steps:
            step(self._workday(day if self.days >= 30 else day * self.days // 30))
        return self.log

    def _workday(self, number: int) -> int:
        """Return the ordinal of the number-th day (1 is the first), moved back to a working day after the first."""
        ordinal = self.first + max(number, 2) - 1
        while not is_workday(ordinal) and ordinal > self.first:
            ordinal -= 1
        return ordinal

    def _folder(self, ordinal: int) -> Path:
        return self.inbox / iso(ordinal)

    def _feed(self, feed: str, ordinal: int) -> Path:
        return self._folder(ordinal) / f"{feed}_{compact(ordinal)}.csv"

    def _later(self, ordinal: int, wait: int) -> int | None:
        """Return a later delivery day, if the sample lasts that long."""
        return ordinal + wait if ordinal + wait < self.first + self.days else None

    def _put(self, ordinal: int, name: str, data: bytes, what: str) -> None:
        folder = self._folder(ordinal)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        self.log.append((name, iso(ordinal), what))

    def _remittances(self, ordinal: int) -> list[Path]:
        """Return the nearest earlier day's 835 files that hold several payments, on or before a day."""
        for day in range(ordinal, self.first - 1, -1):
            found = [
                p for p in sorted(self._folder(day).glob("835_*.x12")) if p.read_bytes().count(b"~\nSE*") > 1
            ]
            if found:
                return found
        return []

    def _twice_remittance(self, ordinal: int) -> None:
        found = self._remittances(ordinal)
        later = self._later(ordinal, 2)
        if found and later is not None:
            self._put(
                later, f"{found[0].stem}_resent.x12", found[0].read_bytes(), f"duplicate of {found[0].name}"
            )

    def _twice_calls(self, ordinal: int) -> None:
        path, later = self._feed("calls", ordinal), self._later(ordinal, 1)
        if path.exists() and later is not None:
            self._put(later, f"calls-{compact(ordinal)}.csv", path.read_bytes(), f"duplicate of {path.name}")

    def _late(self, ordinal: int) -> None:
        path, later = self._feed("charge_entries", ordinal), self._later(ordinal, 3)
        if path.exists() and later is not None:
            self._put(later, path.name, path.read_bytes(), f"late, of {iso(ordinal)}")
            path.unlink()

    def _corrected(self, ordinal: int) -> None:
        path, later = self._feed("charge_entries", ordinal), self._later(ordinal, 3)
        if not path.exists() or later is None:
            return
        header, *rows = path.read_text().splitlines()
        for i in range(0, min(len(rows), 12), 4):
            cells = rows[i].split(",")
            cells[-1] = str(Decimal(cells[-1]) + 10)
            rows[i] = ",".join(cells)
        text = "\n".join((header, *rows, ""))
        self._put(later, f"{path.stem}_v2.csv", text.encode(), f"corrects {path.name}")

    def _damaged_csv(self, ordinal: int) -> None:
        """Damage three rows: a moment that is none, a missing required cell, a row cut short."""
        path = self._feed("calls", ordinal)
        lines = path.read_text().splitlines() if path.exists() else []
        if len(lines) < 4:
            return
        for i, damage in ((1, self._bad_date), (2, self._no_agent), (3, self._ragged)):
            lines[i] = ",".join(damage(lines[i].split(",")))
        self._put(
            ordinal,
            path.name,
            "\n".join((*lines, "")).encode(),
            "damaged rows 1 to 3: bad date, missing agent, ragged",
        )

    @staticmethod
    def _bad_date(cells: list[str]) -> list[str]:
        return [*cells[:4], "2026-02-31 99:00:00", *cells[5:]]

    @staticmethod
    def _no_agent(cells: list[str]) -> list[str]:
        return [cells[0], "", *cells[2:]]

    @staticmethod
    def _ragged(cells: list[str]) -> list[str]:
        return cells[:6]

    def _damaged_x12(self, ordinal: int) -> None:
        """Cut the last payment of a remittance short: its SE and the segments before it are gone."""
        done = {what for _, _, what in self.log}
        found = [p for p in self._remittances(ordinal) if f"duplicate of {p.name}" not in done]
        if found:
            path = found[-1]
            segments = path.read_text().split("~\n")
            end = max(i for i, segment in enumerate(segments) if segment.startswith("SE*"))
            del segments[end - 5 : end + 1]
            self._put(
                ordinal_of(path),
                path.name,
                "~\n".join(segments).encode(),
                "damaged: last transaction without SE",
            )

    def _unreadable(self, ordinal: int) -> None:
        self._put(ordinal, f"scan_{day_of(ordinal):%m%d}.bin", _UNREADABLE, "unreadable")


def ordinal_of(path: Path) -> int:
    """Return the delivery day of a file in the inbox."""
    return date.fromisoformat(path.parent.name).toordinal()
