"""Reading large exports beside DuckDB's own strict, all-text read of the same file: seconds, and their ratio.

Belongs here: that one question, on exports blown up from the shape of the work log. What is compared is unequal in our
disfavour: DuckDB splits the text; ours is bytes to typed columns, pseudonyms, rejects and an independent count.
"""

from __future__ import annotations

import csv
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import duckdb

from assets.intake.contracts import TABLES
from assets.intake.pseudonyms import hider
from assets.intake.sources import Source
from assets.intake.tabular import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 600_000
TABLE = TABLES["work_log"]
ROUNDS = 4


@dataclass(frozen=True)
class Measured:
    """The best of several rounds, in turn, so that a busy machine slows both; DuckDB on all cores and on one."""

    name: str
    megabytes: float
    ours: float
    duckdb: float
    duckdb_alone: float


def _records(rows: int, *, line_breaks: bool) -> Iterator[list[str]]:
    chance = random.Random(7)  # noqa: S311 - a benchmark wants the same file each time
    begin = datetime(2026, 3, 2, 8)  # noqa: DTZ001 - exports carry no zone
    for i in range(rows):
        start = begin + timedelta(seconds=chance.randrange(86_400 * 20))
        end = start + timedelta(seconds=chance.randrange(5, 900))
        pcn = f"{chance.randrange(10**7, 10**8)}-{i % 9}"
        queue = chance.choice(["Charge review", "AR, over 90", "Denials"])
        yield [
            str(9_000_000 + i),
            f"user{chance.randrange(60)}",
            chance.choice(["claim", "denial", "account"]),
            pcn,
            pcn,
            chance.choice(["enter", "fix_edit", "status_check", "call", "note"]),
            chance.choice(["completed", "pending", "moved", ""]),
            'two lines,\nand a "quote"' if line_breaks and i % 20 == 0 else queue,
            chance.choice(["ehr", "pm", "portal:P01"]),
            start.isoformat(" "),
            end.isoformat(" "),
            chance.choice("YN"),
        ]


def _write(
    path: Path, *, line_breaks: bool = False, quoting: int = csv.QUOTE_MINIMAL, end: str = "\n"
) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
        writer.writerow(TABLE.column_names)
        writer.writerows(_records(ROWS, line_breaks=line_breaks))
    return path


def _read_by_duckdb(path: Path, threads: int | None = None) -> float:
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in TABLE.column_names)
    with duckdb.connect(config={"threads": threads} if threads else {}) as connection:
        begun = time.perf_counter()
        connection.execute(
            f"create temp table t as select * from read_csv('{path}', auto_detect = false, header = true, "
            f"columns = {{{columns}}}, delim = ',', quote = '\"', escape = '\"', strict_mode = true, "
            "store_rejects = true, null_padding = false)"
        )
        return time.perf_counter() - begun


def _read_by_us(path: Path) -> float:
    hide = hider(b"a key of the benchmark")
    begun = time.perf_counter()
    parsed = read_table(
        path.read_bytes(),
        TABLE,
        Source("work_log", "."),
        name=path.name,
        hide=hide,
        time_zone="America/Chicago",
    )
    seconds = time.perf_counter() - begun
    if parsed.loaded != ROWS or parsed.records != ROWS:
        raise ValueError(f"{path.name}: {parsed.loaded} of {ROWS} rows were loaded")
    return seconds


def measure(folder: Path, rounds: int = ROUNDS) -> list[Measured]:
    """Write three exports of the same table and measure both readers on each."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "some cells quoted": _write(folder / "some.csv"),
        "line breaks in one cell of twenty records": _write(
            folder / "breaks.csv", line_breaks=True, end="\r\n"
        ),
        "all cells quoted": _write(folder / "all.csv", quoting=csv.QUOTE_ALL, end="\r\n"),
    }
    found = []
    for name, path in files.items():
        turns = [
            (_read_by_us(path), _read_by_duckdb(path), _read_by_duckdb(path, threads=1))
            for _ in range(rounds)
        ]
        best = [min(seconds) for seconds in zip(*turns, strict=True)]
        found.append(Measured(name, path.stat().st_size / 1e6, *best))
    return found


def report(folder: Path) -> Iterator[str]:
    """Yield a line per export."""
    for one in measure(folder):
        yield (
            f"export of {one.megabytes:.0f} MB, {one.name}: {one.ours:.2f} s, DuckDB's text read {one.duckdb:.2f} s, "
            f"ratio {one.ours / one.duckdb:.2f}; on one thread {one.duckdb_alone:.2f} s, ratio {one.ours / one.duckdb_alone:.2f}"
        )


if __name__ == "__main__":
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as scratch:
        for told in report(Path(scratch)):
            print(told)
