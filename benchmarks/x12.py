"""Reading X12: bytes to typed DuckDB tables beside two public parsers, the columnar road beside the plain one, memory, small files.

Belongs here: measuring in one run, as ratios of CPU seconds (all threads), the best of several turns each. Competitors are no
dependencies of ours: `pip install --target PEERS -r benchmarks/requirements.txt`, then `PYTHONPATH=PEERS`. One that is not
installed is skipped, and the report says so. Does not belong here: making an office (`assets/sample`).
"""

from __future__ import annotations

import importlib
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
from typing import TYPE_CHECKING, Any, BinaryIO

import duckdb
import polars as pl

from assets.intake.contracts import FEEDS
from assets.intake.pseudonyms import hider
from assets.intake.x12.read import read_x12, read_x12_stream
from assets.sample.office import OfficeSize, write_office

if TYPE_CHECKING:
    from assets.intake.records import Parsed

Reader = Callable[[bytes], Iterator["Parsed"]]
Turn = Callable[[Path], int]
"""Does what is to be measured, with the path of a database to be made, and returns how many records it found."""

ZONE = "America/Chicago"
MEGABYTE = 1_000_000
ONE_THREAD = "set threads = 1"
"""Threads that wait for each other burn seconds which nobody gains by."""
TURNS = 3
SMALL_FILES = 10_000
SIZES = (16, 64, 256)
_SET = re.compile(rb"ST\*\d{3}\*.*?\nSE\*[^~]*~\n", re.DOTALL)
_CONTROL = re.compile(rb"(ST\*\d{3}\*|SE\*\d+\*)[^*~]*")


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
    """Read in blocks, by columns."""
    yield from read_x12_stream(io.BytesIO(data), hide=hider(b"benchmark" * 4), time_zone=ZONE)


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


def load_oxedi(data: bytes, database: Path, *, alike: bool) -> int:
    """Fill tables with what oxedi makes of an 835; its texts stay the bytes that it gives, which costs it nothing.

    With `alike` they become what ours are: text as VARCHAR, patients and members as pseudonyms, the claim's id and the day of the
    payment on every row. Remark codes, hashes, balances and the independent count remain left out.
    """
    tables = importlib.import_module("oxedi").parse(data).tables
    frames: dict[str, pl.DataFrame] = {name: tables[name].to_polars() for name in tables}
    if alike:
        frames = _alike(frames)
    with duckdb.connect(str(database)) as connection:
        connection.execute(ONE_THREAD)
        for name, frame in frames.items():
            connection.register("incoming", frame.to_arrow(compat_level=pl.CompatLevel.newest()))
            connection.execute(f"create table {name} as select * from incoming")
            connection.unregister("incoming")
    return frames["claims"].height


def _alike(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    hide = hider(b"benchmark" * 4)
    frames = {name: frame.with_columns(pl.col(pl.Binary).cast(pl.String)) for name, frame in frames.items()}
    days = frames["payments"].select(pl.col("row").alias("payment"), "payment_date")
    claims = frames["claims"]
    people = pl.concat_str(
        pl.col("patient_last_name").fill_null(""), pl.col("patient_first_name").fill_null(""), separator="|"
    )
    keys = {
        kind: pl.Series(kind, [hide(kind, value) for value in claims.select(found).to_series().to_list()])
        for kind, found in (("patient", people), ("member", pl.col("patient_id")))
    }
    claims = claims.drop("patient_last_name", "patient_first_name", "patient_id").with_columns(*keys.values())
    ids = claims.select(pl.col("row").alias("claim"), "claim_id")
    frames["claims"] = claims.join(days, on="payment", how="left")
    for name in ("services", "adjustments"):
        frames[name] = frames[name].join(ids, on="claim", how="left").join(days, on="payment", how="left")
    return frames


def parse_openx12(data: bytes) -> int:
    """Parse an 837P with openx12; it ends in Python objects, and no table is asked of it."""
    parsed: Any = importlib.import_module("openx12").x837p.parse(data.decode())
    return len(parsed.claims)


def best(*turns: Turn) -> list[tuple[float, int]]:
    """Run the turns alternately, each in a folder of its own; return the least CPU seconds of each and what it returned."""
    found: list[list[tuple[float, int]]] = [[] for _ in turns]
    for _ in range(TURNS):
        for measured, turn in zip(found, turns, strict=True):
            with tempfile.TemporaryDirectory() as folder:
                begun = time.process_time()
                records = turn(Path(folder) / "warehouse.duckdb")
                measured.append((time.process_time() - begun, records))
    return [min(each) for each in found]


def against(name: str, data: bytes, ours: Turn, theirs: Turn) -> str:
    """Compare with a competitor, if it is installed."""
    try:
        importlib.import_module(name)
    except ImportError:
        return f"{name} is not installed: skipped (see benchmarks/requirements.txt)"
    (own, records), (other, found) = best(ours, theirs)
    speed, rival = (len(data) / MEGABYTE / seconds for seconds in (own, other))
    return (
        f"{speed:.1f} MB/s, {name} {rival:.1f} MB/s: ratio {other / own:.2f} "
        f"({len(data) / MEGABYTE:.0f} MB; {records:,} claims, {name} found {found:,})"
    )


def roads(data: bytes, feed: str) -> str:
    """Compare the plain and the columnar road, into frames and into DuckDB."""
    readers = (plain, columnar)
    read = best(*(_into_frames(reader, data) for reader in readers))
    loaded = best(*(_into_tables(reader, data, feed) for reader in readers))
    size = len(data) / MEGABYTE
    return "plain and columnar: " + "; ".join(
        f"into {goal} {size / slow:.1f} and {size / fast:.1f} MB/s, ratio {slow / fast:.2f}"
        for goal, ((slow, _), (fast, _)) in (("frames", read), ("DuckDB", loaded))
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
    seconds, _ = best(lambda _: sum(part.loaded for data in files for part in plain(data)))[0]
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
        for part in read_x12_stream(stream, hide=hider(b"benchmark" * 4), time_zone=ZONE):
            for name in part.tables:
                part.tables[name].height  # noqa: B018 - makes the frame
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def report(folder: Path) -> Iterator[str]:
    """Yield a line per question."""
    remits, claims = seeds_ = seeds(folder / "office")
    era, claim = remits.made(16 * MEGABYTE), claims.made(16 * MEGABYTE)
    yield "835, " + roads(era, "835")
    yield "837P, " + roads(claim, "837")
    for told, alike in (("as it is", False), ("brought to our columns", True)):
        theirs = partial(load_oxedi, era, alike=alike)
        yield f"835 into DuckDB, oxedi {told}: " + against(
            "oxedi", era, _into_tables(columnar, era, "835"), theirs
        )
    yield "837P into frames, openx12 into its objects: " + against(
        "openx12", claim, _into_frames(columnar, claim), lambda _: parse_openx12(claim)
    )
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
