"""The frame that calibration reads: one row per worker, date, role and complexity, with a fixed schema.

Belongs here: the columns with their types and meanings, the check of a frame against them, its content hash.
Does not belong here: how the rows come about (sql/bands) and what is computed from them (`calibrate.py`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl

from assets.errors import RcmbenchError

KEY = ("date", "worker_id", "role", "complexity")
COMPLEXITIES = ("low", "medium", "high")


class FrameError(RcmbenchError):
    """A frame that is not an observation frame; the message names the column and the problem, never a value."""


@dataclass(frozen=True)
class Field:
    """A column of the observation frame; `nullable` ones may be unknown, the others must be filled."""

    name: str
    dtype: pl.DataType
    doc: str
    nullable: bool = False


FIELDS = (
    Field("date", pl.Date(), "working day"),
    Field("worker_id", pl.String(), "person, as a pseudonym"),
    Field("role", pl.String(), "billing role"),
    Field("system_id", pl.String(), "system mostly worked in", nullable=True),
    Field("complexity", pl.String(), "low, medium or high"),
    Field("tenure_days", pl.Int64(), "days in the role on that date", nullable=True),
    Field("units", pl.Int64(), "pieces of work finished"),
    Field(
        "case_weight",
        pl.Float64(),
        "mean relative difficulty of those units inside the tier, 1.0 = tier norm",
    ),
    Field("active_min", pl.Float64(), "minutes active in the tracker, including friction"),
    Field("idle_min", pl.Float64(), "minutes idle; no part of the exposure"),
    Field("friction_min", pl.Float64(), "minutes of active_min that overlap logged friction"),
    Field("qa_n", pl.Int64(), "units checked for first-pass acceptance"),
    Field("qa_ok", pl.Int64(), "of those, accepted"),
    Field("edit_n", pl.Int64(), "units run through the scrubber"),
    Field("edits", pl.Int64(), "of those, with an edit"),
    Field("adj_n", pl.Int64(), "units whose adjudication has matured"),
    Field("denials", pl.Int64(), "of those, denied"),
    Field("rework_n", pl.Int64(), "units checked for rework"),
    Field("reworks", pl.Int64(), "of those, reworked"),
)
SCHEMA: dict[str, pl.DataType] = {field.name: field.dtype for field in FIELDS}
PARTS = {"qa_ok": "qa_n", "edits": "edit_n", "denials": "adj_n", "reworks": "rework_n"}


def validate_observations(observations: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of the contract in its order; further columns are left out.

    Raises FrameError for a column that is missing, has another type, holds nulls where none may be, holds a number
    that is not finite or is negative, an unknown complexity, a part above its whole, or a key that stands twice.
    """
    for field in FIELDS:
        if field.name not in observations.columns:
            raise FrameError(f"column {field.name}: missing ({field.doc})")
        found = observations.schema[field.name]
        if found != field.dtype:
            raise FrameError(f"column {field.name}: type is {found}, expected {field.dtype}")
    frame = observations.select(list(SCHEMA))
    for column, problem, rows in frame.select(_problems()).unpivot().select(_told()).iter_rows():
        if rows:
            raise FrameError(f"column {column}: {problem} in {rows} of {frame.height} rows")
    twice = frame.height - frame.select(KEY).n_unique()
    if twice:
        raise FrameError(f"columns {', '.join(KEY)}: key repeated in {twice} of {frame.height} rows")
    return frame


def _problems() -> list[pl.Expr]:
    """Count the offending rows of every rule, in the order in which they should be told."""
    nulls = [_count(pl.col(f.name).is_null(), f.name, "null") for f in FIELDS if not f.nullable]
    floats = [f.name for f in FIELDS if f.dtype == pl.Float64()]
    numbers = [f.name for f in FIELDS if f.dtype.is_numeric()]
    return [
        *nulls,
        *(_count(~pl.col(name).is_finite(), name, "not a finite number") for name in floats),
        *(_count(pl.col(name) < 0, name, "negative") for name in numbers),
        _count(pl.col("case_weight") == 0, "case_weight", "zero"),
        _count(~pl.col("complexity").is_in(COMPLEXITIES), "complexity", f"none of {', '.join(COMPLEXITIES)}"),
        *(_count(pl.col(part) > pl.col(whole), part, f"above {whole}") for part, whole in PARTS.items()),
    ]


def _count(rule: pl.Expr, column: str, problem: str) -> pl.Expr:
    return rule.sum().cast(pl.Int64).alias(f"{column}\t{problem}")


def _told() -> list[pl.Expr]:
    name = pl.col("variable").str.split("\t")
    return [name.list.get(0).alias("column"), name.list.get(1).alias("problem"), pl.col("value")]


def fingerprint(observations: pl.DataFrame) -> str:
    """Return the SHA-256 of the frame's content, independent of the order of rows and columns.

    Every value enters as its little-endian bytes, so that no text formatting of a library is part of the hash.
    Raises FrameError as `validate_observations` does.
    """
    frame = validate_observations(observations).sort(KEY)
    digest = hashlib.sha256(f"observations/1 rows={frame.height}".encode())
    for field in FIELDS:
        digest.update(f"\0{field.name}\0{field.dtype}\0".encode())
        digest.update(frame[field.name].is_null().to_numpy().astype(np.uint8).tobytes())
        digest.update(_bytes(frame[field.name]))
    return digest.hexdigest()


def _bytes(column: pl.Series) -> bytes:
    if column.dtype == pl.String():
        filled = column.fill_null("")
        lengths = filled.str.len_bytes().to_numpy().astype("<u4").tobytes()
        return lengths + "".join(filled.to_list()).encode()
    if column.dtype == pl.Float64():
        # Adding zero turns -0.0 into 0.0: equal numbers, equal bytes.
        return (column.fill_null(0.0).to_numpy() + 0.0).astype("<f8").tobytes()
    return column.cast(pl.Int64).fill_null(0).to_numpy().astype("<i8").tobytes()
