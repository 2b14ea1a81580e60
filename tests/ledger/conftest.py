"""An empty office in memory: every intake table as its contract says, and the models built on what a test puts in."""

from contextlib import contextmanager
from datetime import date

import duckdb
import pytest

from assets.bands.stored import TABLES as BANDS
from assets.bands.stored import create_bands
from assets.intake.contracts import TABLES
from assets.intake.tables import schemas
from assets.ledger.reference import REFERENCES
from assets.measures.assets import REFERENCES as REGISTRY
from assets.settings import Settings
from assets.sql_model import load_models

MODELS = load_models(stages=("ledger", "measures", "bands"))
EVER = (date(1900, 1, 1), date(2999, 12, 31))
FOLLOWING = [(reference, reference.rows(Settings())) for reference in (*REFERENCES, *REGISTRY)]
"""What follows from the configuration and the registry, computed once: thousands of offices are made of it."""
FOLLOWS = {reference.table for reference, _ in FOLLOWING}


INTAKE = ";".join(
    f"create table {table} ({', '.join(f'{name} {kind}' for name, (kind, _) in columns.items())})"
    for table, columns in schemas().items()
    if table.split(".")[1] in {*TABLES, "transactions"}
)
"""In one statement, which takes a fifth of the time of sixty."""


class Office:
    """Intake tables to fill by hand, and models that are built with everything they read."""

    def __init__(self, connection):
        self.connection = connection
        self.rows = 0
        for schema in ("intake", "ledger", "measures", "ops"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table ops.restating (key varchar)")
        connection.execute(INTAKE)
        for reference, rows in FOLLOWING:
            self.refer(reference, rows)

    def refer(self, reference, rows):
        """Put in a table that follows from the configuration."""
        columns = ", ".join(f"{name} {kind}" for name, (kind, _) in reference.columns.items())
        self.connection.execute(f"create or replace table {reference.table} ({columns})")
        self.connection.register("rows", rows)
        self.connection.execute(f"insert into {reference.table} by name select * from rows")
        self.connection.unregister("rows")

    def configure(self, **measures):
        """Change parameters of the measures, and those of the bands that measures share."""
        settings = Settings()
        shared = {name: measures.pop(name) for name in ("learning_days", "allowance") if name in measures}
        sections = {
            "measures": settings.measures.model_copy(update=measures),
            "bands": settings.bands.model_copy(update=shared),
        }
        self.refer(REFERENCES[0], REFERENCES[0].rows(settings.model_copy(update=sections)))

    def calibrated(self):
        """Make the tables that a calibration fills, for models that read them."""
        self.connection.execute("create schema if not exists bands")
        create_bands(self.connection)

    def judge(self, name, /, **values):
        """Put a row into a table that a calibration fills."""
        self.calibrated()
        self.put(name, **values)

    def put(self, name, /, **values):
        """Put a row into a table that is there, as it is."""
        marks = ", ".join("?" for _ in values)
        self.connection.execute(
            f"insert into {name} ({', '.join(values)}) values ({marks})", list(values.values())
        )

    def add(self, name, /, **values):
        """Put a row into an intake table; its event date is the day written in the event column."""
        if name in BANDS:
            self.judge(name, **values)
            return
        if name in FOLLOWS:
            self.put(name, **values)
            return
        self.rows += 1
        event_date = str(values[TABLES[name].event])[:10]
        row = {
            "event_date": event_date,
            "delivery_date": event_date,
            "file_id": "f1",
            "txn_no": 1,
            "row_no": self.rows,
            "k": 0,
            "row_hash": str(self.rows),
            **values,
        }
        if all(column.name != "row_hash" for column in TABLES[name].all_columns):
            del row["row_hash"]
        marks = ", ".join("?" for _ in row)
        self.connection.execute(
            f"insert into intake.{name} ({', '.join(row)}) values ({marks})", list(row.values())
        )

    def transaction(self, file_id, body, *, day="2026-03-02", numbers="1", txn_no=1, **more):
        """Put in the register's row of an X12 transaction set; `numbers` stands for all its control numbers."""
        row = {
            "file_id": file_id,
            "txn_no": txn_no,
            "delivery_date": day,
            "kind": "837P",
            "sender": "OFFICE",
            "receiver": "CH",
            "interchange_control": numbers,
            "group_control": numbers,
            "txn_control": numbers,
            "body_hash": body,
            "outcome": "loaded",
            **more,
        }
        marks = ", ".join("?" for _ in row)
        self.connection.execute(
            f"insert into intake.transactions ({', '.join(row)}) values ({marks})", list(row.values())
        )

    def answer(self, outcome="accepted", at="2026-03-03 06:00", kind="277CA", level="claim", **more):
        """Put in a status of an acknowledgement."""
        row = {"kind": kind, "level": level, "outcome": outcome, "file_id": "a1", **more}
        self.add("acknowledgements", acknowledged_at=at, **row)

    def remit(
        self, claim, day="2026-03-10", status="1", charge=100, paid=0, lines=(), adjustments=(), **more
    ):
        """Put in an adjudication; lines are (charge, paid), adjustments (line, group, carc, amount)."""
        pcn = more.pop("pcn", claim)
        shared = {"remit_claim_id": claim, "pcn": pcn, "payment_date": day}
        self.add(
            "remit_claims",
            remit_id="r",
            status_code=status,
            charge=charge,
            paid=paid,
            payer_id="P1",
            **shared,
            **more,
        )
        for number, (line_charge, line_paid) in enumerate(lines, 1):
            self.add("remit_lines", line_no=number, charge=line_charge, paid=line_paid, **shared)
        for line_no, group, carc, amount in adjustments:
            self.add(
                "remit_adjustments", line_no=line_no, group_code=group, carc=carc, amount=amount, **shared
            )

    def submit(self, pcn, at="2026-03-02 10:00", **more):
        """Put in a claim submission."""
        row = {
            "submission_id": f"{pcn}-{self.rows}",
            "claim_type": "P",
            "charge": 100,
            "payer_seq": "P",
            "payer_id": "P1",
        }
        self.add(
            "claims", **{**row, "frequency_code": "1", "pcn": pcn, "submitted_at": at, "n_lines": 1, **more}
        )

    def touch(self, touch_id, start, end, **more):
        """Put in an entry of the work log."""
        row = {
            "staff_id": "s1",
            "item_type": "claim",
            "item_id": "i1",
            "action_code": "enter",
            "system": "pm",
        }
        self.add("work_log", touch_id=touch_id, started_at=start, ended_at=end, **{**row, **more})

    def build(self, name):
        """Build a model on what is there, after everything that it reads, and return its rows as dicts."""
        if MODELS[name].stage == "bands":
            self.calibrated()
        for table in sorted(MODELS[name].tables):
            if (
                table in MODELS
                and not self.connection.execute(
                    "select 1 from duckdb_tables() where schema_name || '.' || table_name = ?", [table]
                ).fetchone()
            ):
                self.build(table)
        frame = self.run(name, *EVER)
        self.connection.register("built", frame)
        self.connection.execute(f"create or replace table {name} as select * from built")
        self.connection.unregister("built")
        return frame.to_pylist()

    def run(self, name, first, last, horizon=EVER[0], keys=None):
        """Run a model's SELECT for a range of days, or by key for the keys (every one if none are given), and return an Arrow table."""
        model = MODELS[name]
        if model.slice_kind == "key":
            self.connection.execute("delete from ops.restating")
            for key in keys or ():
                self.connection.execute("insert into ops.restating values (?)", [key])
            for upstream in (u for u in model.restated_by if u.column and keys is None):
                self.connection.execute(
                    f"insert into ops.restating select distinct {upstream.column} from {upstream.table}"
                )
        given = {"from": first, "to": last, "horizon": horizon}
        used = {key: value for key, value in given.items() if key in model.parameters}
        return self.connection.execute(model.sql, used).to_arrow_table()


@contextmanager
def empty_office():
    """Yield an office to which nothing was delivered."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'America/Chicago'; set threads = 1")
        yield Office(connection)


@pytest.fixture
def office():
    with empty_office() as made:
        yield made
