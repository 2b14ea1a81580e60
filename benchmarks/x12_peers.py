"""Two public parsers of X12, each taken from bytes to typed DuckDB tables in the way its documentation shows.

Belongs here: what is asked of them. They are no dependencies of ours: `pip install --target PEERS -r benchmarks/requirements.txt`,
then `PYTHONPATH=PEERS`. Does not belong here: measuring (`x12.py`).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from assets.intake.pseudonyms import hider

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ONE_THREAD = "set threads = 1"
"""Of DuckDB, for them and for us: threads that wait for each other burn seconds which nobody gains by."""
_MONEY = pl.Decimal(18, 2)
_CLAIMS = {
    **dict.fromkeys(("claim_number", "place_of_service", "facility_qualifier", "frequency"), pl.String),
    **dict.fromkeys(("payer_sequence", "filing_indicator", "payer_id", "payer_name"), pl.String),
    "clearinghouse_id": pl.String,
    "amount": pl.Float64,
}
_LINES = {
    "claim": pl.Int64,
    "claim_number": pl.String,
    "line": pl.Int64,
    **dict.fromkeys(("procedure", "modifiers", "unit_type", "units", "pointers"), pl.String),
    "service_date": pl.String,
    "charge": pl.Float64,
}
_DIAGNOSES = {
    "claim": pl.Int64,
    "claim_number": pl.String,
    "ordinal": pl.Int64,
    **dict.fromkeys(("qualifier", "code"), pl.String),
}


def load_oxedi(data: bytes, database: Path, *, alike: bool = False) -> int:
    """Fill tables with what oxedi makes of an 835; its texts stay the bytes that it gives, which costs it nothing.

    With `alike` they become what ours are: text as VARCHAR, patients and members as pseudonyms, the claim's id and the day of the
    payment on every row. Remark codes, hashes, balances and the independent count remain left out.
    """
    tables = importlib.import_module("oxedi").parse(data).tables
    frames: dict[str, pl.DataFrame] = {name: tables[name].to_polars() for name in tables}
    if alike:
        frames = _alike(frames)
    _insert(frames, database)
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


def load_openx12(data: bytes, database: Path) -> int:
    """Fill three tables with the objects that openx12 makes of an 837P, by one loop over them.

    Its references are those of a whole claim, and names stay in clear; amounts come as floats and become cents here.
    """
    parsed: Any = importlib.import_module("openx12").x837p.parse(data.decode())
    claims: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    diagnoses: list[tuple[Any, ...]] = []
    for number, claim in enumerate(parsed.claims):
        who, payer, name = claim.get("subscriber_info", {}), claim.get("payer", {}), claim["claim_number"]
        claims.append(
            (
                *(name, claim["place_of_service"], claim["facility_qualifier"], claim["frequency"]),
                *(who.get("payer_sequence"), who.get("filing_indicator")),
                *(payer.get("id_value"), payer.get("last_name")),
                claim["references"].get("D9"),
                claim["amount"],
            )
        )
        for ordinal, code in enumerate(claim["diagnoses"], 1):
            diagnoses.append((number, name, ordinal, code["qualifier"], code["diagnosis_code"]))
        for ordinal, line in enumerate(claim["services"], 1):
            texts = (":".join(line["modifiers"]), line["unit_type"], line["units"])
            pointers = ":".join(line["diagnosis_pointers"])
            begun = (number, name, ordinal, line["cpt_code"])
            lines.append((*begun, *texts, pointers, line.get("service_date"), line["charge"]))
    _insert(
        {
            "claims": _framed(claims, _CLAIMS, pl.col("amount").round(2).cast(_MONEY)),
            "claim_diagnoses": _framed(diagnoses, _DIAGNOSES),
            "claim_lines": _framed(
                lines,
                _LINES,
                pl.col("charge").round(2).cast(_MONEY),
                pl.col("units").cast(pl.Decimal(18, 3)),
                pl.col("service_date").str.to_date("%Y-%m-%d"),
            ),
        },
        database,
    )
    return len(claims)


def _framed(rows: list[tuple[Any, ...]], schema: Mapping[str, Any], *typed: pl.Expr) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(*typed)


def _insert(frames: Mapping[str, pl.DataFrame], database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(ONE_THREAD)
        for name, frame in frames.items():
            connection.register("incoming", frame.to_arrow(compat_level=pl.CompatLevel.newest()))
            connection.execute(f"create table {name} as select * from incoming")
            connection.unregister("incoming")
