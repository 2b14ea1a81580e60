"""Rows to typed frames: the columns of a contract, then txn_no, row_no and k.

Belongs here: the one place that knows the Polars type of each contract type. Rows carry decimals as whole numbers of
their last place and moments as microseconds since 1970 UTC. Does not belong here: parsing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from assets.intake.contracts.model import Table

PLACE = (("txn_no", pl.Int32()), ("row_no", pl.Int64()), ("k", pl.Int32()))
_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "DATE": pl.Date(),
    "BIGINT": pl.Int64(),
    "TIMESTAMPTZ": pl.Datetime("us", "UTC"),
    "DECIMAL(18,2)": pl.Decimal(18, 2),
    "DECIMAL(18,3)": pl.Decimal(18, 3),
}


def frame(table: Table, rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Return the rows as a frame of the table's contract; also when there are none."""
    names = [(column.name, _TYPES[column.type]) for column in table.columns] + list(PLACE)
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pl.DataFrame(
        [_series(name, kind, values) for (name, kind), values in zip(names, columns, strict=True)]
    )


def _series(name: str, kind: pl.DataType, values: Any) -> pl.Series:
    if isinstance(kind, pl.Decimal):
        # Exact: whole numbers divided by a power of ten, both as 38-digit decimals of the wanted scale.
        wide = pl.Decimal(38, kind.scale)
        whole = pl.Series(name, values, dtype=pl.Int64).to_frame()
        scaled = pl.col(name).cast(wide) / pl.lit(10**kind.scale).cast(wide)
        return whole.select(scaled.cast(kind)).to_series()
    if isinstance(kind, pl.Datetime):
        return pl.Series(name, values, dtype=pl.Int64).cast(kind)
    return pl.Series(name, values, dtype=kind)
