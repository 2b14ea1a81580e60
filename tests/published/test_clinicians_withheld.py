"""Measures of clinicians do not leave by the table of outcomes, in which nothing is suppressed."""

from pathlib import Path

import duckdb

SQL = Path(__file__).resolve().parents[2] / "sql" / "published" / "outcomes.sql"


def test_no_number_of_clinicians_stands_among_the_outcomes_and_all_others_do():
    shape = "definition_id text, group_kind text, group_id text, numerator decimal(18, 4), denominator decimal(18, 4)"
    with duckdb.connect() as db:
        db.execute("create schema measures; create schema ledger")
        db.execute("create table ledger.parameters as select 'matured_share' as name, 0.9 as value")
        for name, day in (("by_group", "measured_on"), ("group_windows", "as_of")):
            db.execute(
                f"create table measures.{name} ({shape}, n_cohort decimal(18, 4), n_matured decimal(18, 4), "
                f"window_days bigint, matured_share double, {day} date)"
            )
            for id_, kind in (
                ("wrvu", "all"),
                ("wrvu", "specialty"),
                ("wrvu", "clinician_type"),
                ("clean", "payer"),
            ):
                db.execute(
                    f"insert into measures.{name} values (?, ?, 'x', 1, 2, null, null, 30, null, '2026-03-31')",
                    [id_, kind],
                )
        db.execute(
            "create table measures.definitions as select 'ratio' as method, * from (values ('wrvu'), ('clean')) d(definition_id)"
        )
        db.execute(
            "create table measures.availability as select definition_id, true as is_available, '' as availability from measures.definitions"
        )
        found = db.execute(
            f"select distinct definition_id, group_kind from ({SQL.read_text(encoding='utf-8')})"
        )
        assert found.fetchall() == [("clean", "payer")]
