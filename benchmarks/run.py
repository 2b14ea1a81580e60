"""All benchmarks, one command: `make bench`. Prints what was measured and the ratio.

Belongs here: the order and the printing. Does not belong here: measuring.
"""

from __future__ import annotations

import tempfile
import time
from itertools import chain
from pathlib import Path

from assets.sample.office import OfficeSize, write_office
from benchmarks import csv_read, event_log, history, x12


def main() -> None:
    """Run everything in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        begun = time.perf_counter()
        made = write_office(work / "big", OfficeSize(days=1, claims_per_day=100_000))
        seconds = time.perf_counter() - begun
        print(f"sample office, 100,000 claims in a day: {made.bytes / 1e6:,.0f} MB in {seconds:.0f} s")
        stock = event_log.milliseconds_per_event(work / "stock", event_log.STOCK)
        ours = event_log.milliseconds_per_event(work / "ours", event_log.OURS)
        print(
            f"Dagster event log, per event: stock {stock:.1f} ms, pooled {ours:.1f} ms; ratio {stock / ours:.1f}"
        )
        short, long = history.measure(work / "history")
        print(
            f"one more day on {short.history} and on {long.history} days of history: "
            f"{short.rows:,} and {long.rows:,} rows, ratio {long.rows / short.rows:.2f}; "
            f"{short.seconds:.1f} s and {long.seconds:.1f} s, ratio {long.seconds / short.seconds:.2f}"
        )
        for line in chain(x12.report(work / "x12"), csv_read.report(work / "csv")):
            print(line, flush=True)


if __name__ == "__main__":
    main()
