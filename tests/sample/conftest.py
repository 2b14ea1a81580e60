"""One small sample office for every test here, and the few ways to look into it that do not use our own readers."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from assets.intake.contracts import TABLES
from assets.sample.office import OfficeSize, Summary, write_office
from assets.sample.rows import headers

SIZE = OfficeSize(days=40, claims_per_day=60, staff=24)


@dataclass
class Written:
    folder: Path
    summary: Summary

    def truth(self, name):
        with (self.folder / "truth" / f"{name}.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    @cached_property
    def mess(self):
        return self.truth("mess")

    def files(self, pattern):
        return sorted((self.folder / "inbox").glob(f"*/{pattern}"))

    def rows(self, feed):
        """Rows of a CSV feed by contract column, without damaged and repeated files."""
        odd = {m["file"] for m in self.mess if not m["what"].startswith("late")}
        names = [column.name for column in TABLES[feed].columns]
        for path in self.files(f"{feed}_2*.csv"):
            if path.name in odd:
                continue
            with path.open(encoding="utf-8") as file:
                reader = csv.reader(file)
                assert tuple(next(reader)) == headers(feed)
                for row in reader:
                    assert len(row) == len(names), path.name
                    yield dict(zip(names, row, strict=True))

    def x12(self, pattern, *, whole=True) -> Iterator[tuple[Path, list[list[str]]]]:
        """Files as segments as elements; damaged and repeated ones are left out when `whole`."""
        odd = {m["file"] for m in self.mess}
        for path in self.files(pattern):
            if whole and path.name in odd:
                continue
            text = path.read_text()
            element, end = text[3], text[105]
            yield path, [s.strip().split(element) for s in text.split(end) if s.strip()]

    @cached_property
    def submissions(self):
        """(delivery day, pcn, kind, lines, diagnoses) of every claim on an 837."""
        out = []
        for path, segments in self.x12("837*.x12"):
            for s in segments:
                if s[0] == "CLM":
                    out.append([path.parent.name, s[1], path.name[3], 0, 0])
                elif s[0] == "LX":
                    out[-1][3] += 1
                elif s[0] == "HI":
                    out[-1][4] += sum(not e.startswith("DR") for e in s[1:])
        return [tuple(row) for row in out]

    @cached_property
    def complexity(self):
        """Complexity per claim number by the rule, from the 837 alone."""
        names = ("low", "medium", "high")
        return {
            pcn: names[min((kind == "I") + (lines >= 3) + (lines >= 6) + (codes >= 5), 2)]
            for _, pcn, kind, lines, codes in self.submissions
        }

    @cached_property
    def human_touches(self):
        return [row for row in self.rows("work_log") if row["is_automated"] == "false"]

    @cached_property
    def shifts(self):
        return {(r["staff_id"], r["shift_date"]): r for r in self.rows("shifts")}

    @cached_property
    def roles(self):
        """Role periods per person: (first day, last day, role)."""
        out = defaultdict(list)
        for row in self.truth("people"):
            out[row["staff_id"]].append((row["valid_from"], row["valid_to"] or "9999", row["role"]))
        return out

    def role(self, staff_id, day):
        return next(role for first, last, role in self.roles[staff_id] if first <= day <= last)


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    return Written(folder, write_office(folder, SIZE))


@pytest.fixture(scope="session")
def full_office(tmp_path_factory):
    """An office with as many claims per head as the default one."""
    folder = tmp_path_factory.mktemp("full")
    return Written(folder, write_office(folder, OfficeSize(days=26, claims_per_day=200, staff=24)))
