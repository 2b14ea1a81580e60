"""Reading X12: bytes to typed DuckDB tables beside two public parsers, the columnar road beside the plain one, memory, small files.

Belongs here: measuring in one run, as ratios of CPU seconds (all threads) and of wall seconds, the best of several turns each.
Does not belong here: what the public parsers are told to do (`x12_peers.py`), or making an office (`assets/sample`).
"""

from __future__ import annotations

import importlib.util
import io
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import duckdb
import polars as pl

from assets.intake.ahead import ahead
from assets.intake.contracts import FEEDS
from assets.intake.pseudonyms import hider
from assets.intake.x12.read import read_x12, read_x12_stream
from assets.sample.office import OfficeSize, write_office
from benchmarks.x12_peers import ONE_THREAD, load_openx12, load_oxedi

if TYPE_CHECKING:
    from assets.intake.records import Parsed

Reader = Callable[[bytes], Iterator["Parsed"]]
Turn = Callable[[Path], int]
"""Does what is to be measured, with the path of a database to be made, and returns how many records it found."""

ZONE = "America/Chicago"
MEGABYTE = 1_000_000
TURNS = 3
SMALL_FILES = 10_000
SIZES = (16, 64, 256)
_SET = re.compile(rb"ST\*\d{3}\*.*?\nSE\*[^~]*~\n", re.DOTALL)
_CONTROL = re.compile(rb"(ST\*\d{3}\*|SE\*\d+\*)[^*~]*")


@dataclass(frozen=True)
class Measured:
    """Seconds of all threads, seconds on the clock, and how many records were found."""

    cpu: float
    wall: float
    records: int


@dataclass(frozen=True)
class Seed:
    """The head of an interchange, some of its transactions and its tail, of which files of any size are made."""

    head: bytes
    sets: list[bytes]

    @classmethod
    def of(cls, data: bytes) -> Seed:
        """Take an interchange apart; a transaction without SE is left out."""
        first = data.index(b"ST*")
        found = [each for each in _SET.findall(data) if each.count(b"ST*8") == 1]
        return cls(data[:first], found)

    def write(self, file: BinaryIO, size: int) -> None:
        """Write about `size` bytes: the transactions again and again, each time with other control numbers and people."""
        written, number = file.write(self.head), 0
        while written < size:
            for each in self.sets:
                number += 1
                changed = _CONTROL.sub(rb"\g<1>%09d" % number, each).replace(
                    b"*PATIENT", b"*PATIENT%d-" % number
                )
                written += file.write(changed)
        file.write(b"GE*%d*1~\nIEA*1*1~\n" % number)

    def made(self, size: int) -> bytes:
        """Return about `size` bytes."""
        file = io.BytesIO()
        self.write(file, size)
        return file.getvalue()


def seeds(folder: Path) -> tuple[Seed, Seed]:
    """Return the seeds of an 835 and of an 837P, out of a small sample office."""
    write_office(folder, OfficeSize(days=1, claims_per_day=4_000))
    files = {
        kind: sorted(folder.rglob(f"{kind}_*.x12"), key=lambda path: path.stat().st_size)
        for kind in ("835", "837P")
    }
    remits, claims = (Seed.of(files[kind][-1].read_bytes()) for kind in ("835", "837P"))
    return remits, claims


def plain(data: bytes) -> Iterator[Parsed]:
    """Read segment by segment."""
    yield read_x12(data, hide=hider(b"benchmark" * 4), time_zone=ZONE)


def columnar(data: bytes) -> Iterator[Parsed]:
    """Read in blocks, by columns, one block ahead of whoever takes them: as a load does."""
    yield from ahead(read_x12_stream(io.BytesIO(data), hide=hider(b"benchmark" * 4), time_zone=ZONE))


def load(parts: Iterator[Parsed], feed: str, database: Path) -> int:
    """Fill typed tables with the columns that intake has of the feed, and where each row comes from; return the records."""
    records = 0
    with duckdb.connect(str(database)) as connection:
        connection.execute(ONE_THREAD)
        for table in FEEDS[feed]:
            columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
            connection.execute(
                f"create table {table.name} ({columns}, file_id varchar, txn_no integer, row_no bigint, k integer)"
            )
        connection.execute("begin")
        for part in parts:
            records += part.loaded
            for table in FEEDS[feed]:
                if part.tables.height(table.name):
                    arrow = part.tables[table.name].to_arrow(compat_level=pl.CompatLevel.newest())
                    connection.register("incoming", arrow)
                    names = ", ".join(table.column_names)
                    connection.execute(
                        f"insert into {table.name} select {names}, 'f', txn_no, row_no, k from incoming"
                    )
                    connection.unregister("incoming")
        connection.execute("commit")
    return records


def best(*turns: Turn) -> list[Measured]:
    """Run the turns alternately, each in a folder of its own; return the least of CPU and of wall seconds of each."""
    found: list[list[Measured]] = [[] for _ in turns]
    for _ in range(TURNS):
        for measured, turn in zip(found, turns, strict=True):
            with tempfile.TemporaryDirectory() as folder:
                begun = time.process_time(), time.perf_counter()
                records = turn(Path(folder) / "warehouse.duckdb")
                measured.append(
                    Measured(time.process_time() - begun[0], time.perf_counter() - begun[1], records)
                )
    return [
        Measured(min(one.cpu for one in each), min(one.wall for one in each), each[0].records)
        for each in found
    ]


def against(name: str, data: bytes, feed: str, theirs: Turn) -> str:
    """Compare with a competitor, if it is installed."""
    if importlib.util.find_spec(name) is None:
        return f"{name} is not installed: skipped (see benchmarks/requirements.txt)"
    own, other = best(_into_tables(columnar, data, feed), theirs)
    size = len(data) / MEGABYTE
    return (
        f"CPU {size / own.cpu:.1f} MB/s, {name} {size / other.cpu:.1f} MB/s: ratio {other.cpu / own.cpu:.2f}; "
        f"wall {size / own.wall:.1f} and {size / other.wall:.1f} MB/s: ratio {other.wall / own.wall:.2f} "
        f"({size:.0f} MB; {own.records:,} claims, {name} found {other.records:,})"
    )


def roads(data: bytes, feed: str) -> str:
    """Compare the plain and the columnar road into DuckDB; of the columnar one tell reading and inserting alone too."""
    parts = list(columnar(data))
    slow, fast, read, inserted = best(
        _into_tables(plain, data, feed),
        _into_tables(columnar, data, feed),
        _into_frames(columnar, data),
        lambda database: load(iter(parts), feed, database),
    )
    size = len(data) / MEGABYTE
    return (
        f"into DuckDB, CPU: plain {size / slow.cpu:.1f} MB/s, columnar {size / fast.cpu:.1f} MB/s, "
        f"ratio {slow.cpu / fast.cpu:.2f}; of {fast.cpu:.2f} s reading takes {read.cpu:.2f} s, DuckDB {inserted.cpu:.2f} s"
    )


def _into_frames(reader: Reader, data: bytes) -> Turn:
    def framed(_: Path) -> int:
        records = 0
        for part in reader(data):
            records += part.loaded
            for name in part.tables:
                part.tables[name].height  # noqa: B018 - makes the frame
        return records

    return framed


def _into_tables(reader: Reader, data: bytes, feed: str) -> Turn:
    return lambda database: load(reader(data), feed, database)


def small_files(seeds_: tuple[Seed, Seed]) -> str:
    """Read 10,000 files of one claim or one payment each, without making frames."""
    files = [
        seed.head + short(seed, i) + b"GE*1*1~\nIEA*1*1~\n"
        for i in range(SMALL_FILES // 2)
        for seed in seeds_
    ]
    seconds = best(lambda _: sum(part.loaded for data in files for part in plain(data)))[0].cpu
    size = sum(len(data) for data in files) / len(files)
    return f"{len(files) / seconds:,.0f} files of {size:,.0f} bytes a second"


def short(seed: Seed, i: int) -> bytes:
    """Return a transaction cut down to its first claim."""
    body = seed.sets[i % len(seed.sets)].split(b"~\n")
    name = b"CLP*" if any(segment.startswith(b"CLP*") for segment in body) else b"CLM*"
    claims = [at for at, segment in enumerate(body) if segment.startswith(name)]
    levels = [at for at, segment in enumerate(body) if segment.startswith((b"HL*", name)) and at > claims[0]]
    return b"~\n".join([*body[: levels[0] if levels else -2], b"SE*0*%09d~\n" % i])


def peak_memory(path: Path) -> float:
    """Return the peak resident memory in MB of a process that reads the file and keeps nothing."""
    command = [sys.executable, "-m", "benchmarks.x12", "--memory", str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _read_and_forget(path: Path) -> None:
    with path.open("rb") as stream:
        for part in ahead(read_x12_stream(stream, hide=hider(b"benchmark" * 4), time_zone=ZONE)):
            for name in part.tables:
                part.tables[name].height  # noqa: B018 - makes the frame
    print(_peak())


def _peak() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage tells under Linux begins with the peak of the process that started this one.
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(folder: Path) -> Iterator[str]:
    """Yield a line per question."""
    remits, claims = seeds_ = seeds(folder / "office")
    era, claim = remits.made(16 * MEGABYTE), claims.made(16 * MEGABYTE)
    yield "835, " + roads(era, "835")
    yield "837P, " + roads(claim, "837")
    yield "835 into DuckDB, oxedi as it is: " + against("oxedi", era, "835", partial(load_oxedi, era))
    theirs = partial(load_oxedi, era, alike=True)
    yield "835 into DuckDB, oxedi brought to our columns: " + against("oxedi", era, "835", theirs)
    yield "837P into DuckDB: " + against("openx12", claim, "837", partial(load_openx12, claim))
    yield "small files: " + small_files(seeds_)
    for name, seed in (("835", remits), ("837P", claims)):
        peaks = []
        for size in SIZES:
            path = folder / f"{name}.x12"
            with path.open("wb") as file:
                seed.write(file, size * MEGABYTE)
            peaks.append(f"{peak_memory(path):,.0f}")
        yield f"{name}, peak memory at {', '.join(map(str, SIZES))} MB: {', '.join(peaks)} MB"


def main() -> None:
    """Measure everything, or (with --memory and a file) only read that file and print the peak memory."""
    if sys.argv[1:2] == ["--memory"]:
        _read_and_forget(Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        for line in report(Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
