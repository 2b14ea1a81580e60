"""The frame that companion bands are read from: one row per measure, worker, day, role and complexity.

Belongs here: its columns, their check, which measures have a band and in which direction.
Does not belong here: estimates (`ratio_fit.py`) and bands (`ratio_bands.py`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import polars as pl

from assets.bands.frame import COMPLEXITIES, FrameError

RATIO_KEY = ("definition_id", "date", "worker_id", "role", "complexity")
RATIO_SCHEMA: dict[str, pl.DataType] = {
    "definition_id": pl.String(),
    "date": pl.Date(),
    "worker_id": pl.String(),
    "role": pl.String(),
    "complexity": pl.String(),
    "tenure_days": pl.Int64(),
    "numerator": pl.Float64(),
    "denominator": pl.Float64(),
}
"""`tenure_days` may be null; numerator and denominator are not negative and finite."""


@dataclass(frozen=True)
class Companion:
    """A measure with a band beside output.

    `good` is `down` or `up`. A `share` is a part of a whole: upward ones are banded on what is missing to the whole. An upward
    `ratio` is output: estimated as any ratio, and banded on the side of those who do more.
    `least` is the smallest denominator in the window with which a worker contributes. `gated` measures count only people whose
    quality is good enough: few touches and little time are worth nothing without it. `unit` is shown.
    """

    definition_id: str
    good: str
    kind: str
    unit: str
    least: float = 20.0
    gated: bool = True

    def __post_init__(self) -> None:
        if self.good not in {"down", "up"} or self.kind not in {"ratio", "share"}:
            raise ValueError(f"{self.definition_id}: good must be down or up, kind ratio or share")

    @property
    def counts_the_rest(self) -> bool:
        """Whether the estimates rest on denominator less numerator."""
        return self.good == "up" and self.kind == "share"

    @property
    def sign(self) -> int:
        """1 where a larger multiple of what is estimated is better, which is so of output only, else -1."""
        return 1 if self.good == "up" and self.kind == "ratio" else -1


def validate_ratios(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of the contract, sorted by key. Raises FrameError that names the column and the problem, never a value."""
    for name, dtype in RATIO_SCHEMA.items():
        if name not in frame.columns:
            raise FrameError(f"column {name}: missing")
        if frame.schema[name] != dtype:
            raise FrameError(f"column {name}: type is {frame.schema[name]}, expected {dtype}")
    rows = frame.select(list(RATIO_SCHEMA))
    for name in RATIO_SCHEMA:
        if name != "tenure_days" and rows[name].null_count():
            raise FrameError(f"column {name}: null in {rows[name].null_count()} of {rows.height} rows")
    for name in ("numerator", "denominator"):
        bad = rows.filter(~pl.col(name).is_finite() | (pl.col(name) < 0)).height
        if bad:
            raise FrameError(f"column {name}: negative or not finite in {bad} of {rows.height} rows")
    if not set(rows["complexity"].unique()) <= set(COMPLEXITIES):
        raise FrameError(f"column complexity: none of {', '.join(COMPLEXITIES)}")
    if rows.height != rows.select(RATIO_KEY).n_unique():
        raise FrameError(f"columns {', '.join(RATIO_KEY)}: key repeated")
    return rows.sort(RATIO_KEY)


def ratio_fingerprint(frame: pl.DataFrame) -> str:
    """Return the SHA-256 of the frame's content, independent of the order of its rows. Raises FrameError."""
    rows = validate_ratios(frame)
    digest = hashlib.sha256(f"ratios/1 rows={rows.height}".encode())
    for name in RATIO_SCHEMA:
        column = rows[name]
        if column.dtype == pl.String():
            text = column.to_list()
            digest.update(b"".join(len(t.encode()).to_bytes(4, "little") + t.encode() for t in text))
        elif column.dtype == pl.Float64():
            digest.update((column.to_numpy() + 0.0).astype("<f8").tobytes())
        else:
            digest.update(column.cast(pl.Int64).fill_null(-1).to_numpy().astype("<i8").tobytes())
    return digest.hexdigest()
