"""The sample office's hidden truth beside the bands that were recovered from its files.

Belongs here: reading `truth/bands.csv` of a simulated office and the table that compares. Does not belong here: computing
anything from it: the pipeline never reads the truth, and an office of one's own has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.table import Table

if TYPE_CHECKING:
    from pathlib import Path

LEVELS = {"acceptable": "p50", "strong": "p75", "exceptional": "p90"}
NAME = "bands.csv"


def beside_the_truth(bands: pl.DataFrame, inbox: Path) -> pl.DataFrame | None:
    """Return the bands of seniors with the columns p50, p75 and p90 of the simulation beside them; None without a truth."""
    path = inbox.parent / "truth" / NAME
    if not path.is_file():
        return None
    truth = pl.read_csv(path).select("role", "complexity", *LEVELS.values())
    seniors = bands.filter(pl.col("stage").str.ends_with("+") & pl.col("acceptable").is_not_null())
    return seniors.join(truth, on=["role", "complexity"], how="inner", maintain_order="left")


def truth_table(told: pl.DataFrame) -> Table:
    """Return the comparison: each band over the truth, and how many intervals hold it."""
    inside = total = 0
    table = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        title="Beside the truth that the simulation wrote, and the pipeline never read",
        title_justify="left",
        caption_justify="left",
    )
    for name in ("Role", "Complexity"):
        table.add_column(name, no_wrap=True)
    for level in LEVELS:
        table.add_column(level.capitalize(), justify="right")
    for row in told.iter_rows(named=True):
        cells = []
        for level, quantile in LEVELS.items():
            if row[level] is None:
                cells.append("\N{EN DASH}")
                continue
            total += 1
            held = row[f"{level}_low"] <= row[quantile] <= row[f"{level}_high"]
            inside += held
            cells.append(f"{row[quantile]:.3g} ({row[level] / row[quantile] - 1:+.0%}){'' if held else ' !'}")
        table.add_row(row["role"], row["complexity"], *cells)
    table.caption = (
        f"Truth, and how far the band is from it. {inside} of {total} intervals of 90 % hold the truth; ! marks those that do not. "
        "The truth is that of the people who were simulated."
    )
    return table
