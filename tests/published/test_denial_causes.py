"""The published Pareto of root causes: largest first, adding up to the whole, small causes told together."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

SQL = Path(__file__).resolve().parents[2] / "sql/published/denial_causes.sql"
NEWEST = date(2026, 6, 30)


@pytest.fixture
def pareto():
    """Return a function that takes causes (root cause -> lines or (lines, dollars)) and returns the published rows of a definition."""
    with duckdb.connect() as db:
        db.execute(
            "create schema measures; create schema ledger; create table ledger.parameters as select 'min_cell' as name, 11.0 as value;"
            "create table measures.availability (definition_id text, is_available boolean, availability text);"
            "create table measures.denial_causes (definition_id text, root_cause text, numerator decimal(18, 4), measured_on date)"
        )

        def told(causes, *, day=NEWEST, definition="denial_causes.lines"):
            for cause, said in causes.items():
                lines, dollars = said if isinstance(said, tuple) else (said, 100 * said)
                for name, number in (("lines", lines), ("dollars", dollars)):
                    db.execute(
                        "insert into measures.denial_causes values (?, ?, ?, ?)",
                        [f"denial_causes.{name}", cause, number, day],
                    )
            cursor = db.execute(f"select * from ({SQL.read_text(encoding='utf-8')}) order by place")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            return [row for row in rows if row["definition_id"] == definition]

        told.connection = db
        yield told


def test_causes_stand_largest_first_and_their_shares_add_up(pareto):
    rows = pareto({"coding": 20, "authorisation": 60, "unmapped": 20})
    assert [(r["root_cause"], r["numerator"], r["value"]) for r in rows] == [
        ("authorisation", 60, 0.6), ("coding", 20, 0.2), ("unmapped", 20, 0.2),
    ]  # fmt: skip
    assert [r["cumulative_share"] for r in rows] == pytest.approx([0.6, 0.8, 1.0])
    assert {r["period"] for r in rows} == {NEWEST}


def test_small_causes_are_told_together_and_last(pareto):
    rows = pareto({"coding": 40, "billing": 7, "duplicate": 6})
    assert [(r["root_cause"], r["numerator"], r["n_causes"]) for r in rows] == [("coding", 40, 1), ("other", 13, 2)]  # fmt: skip


def test_a_lone_small_cause_takes_the_next_larger_one_with_it_so_that_the_whole_does_not_give_it_away(pareto):
    rows = pareto({"coding": 40, "billing": 15, "duplicate": 2})
    assert [(r["root_cause"], r["numerator"]) for r in rows] == [("coding", 40), ("other", 17)]


def test_a_cause_of_few_lines_is_small_in_dollars_too(pareto):
    rows = pareto(
        {"coding": (40, 400), "medical_necessity": (5, 90_000), "billing": (8, 80)},
        definition="denial_causes.dollars",
    )
    assert [(r["root_cause"], r["numerator"]) for r in rows] == [("coding", 400), ("other", 90_080)]


def test_fewer_than_eleven_denied_lines_show_nothing_and_say_why(pareto):
    rows = pareto({"coding": 6, "billing": 4})
    assert [(r["root_cause"], r["numerator"], r["cumulative_share"], r["reason"]) for r in rows] == [
        ("other", None, None, "fewer than 11 denied lines")
    ]


def test_what_lies_more_than_ninety_days_back_does_not_count(pareto):
    pareto({"coding": 500}, day=NEWEST - timedelta(days=90))
    assert [r["root_cause"] for r in pareto({"billing": 30})] == ["billing"]
    rows = pareto({"coding": 20}, day=NEWEST - timedelta(days=89))
    assert [(r["root_cause"], r["numerator"]) for r in rows] == [("billing", 30), ("coding", 20)]


def test_without_the_feeds_it_says_which_are_missing(pareto):
    pareto.connection.execute(
        "insert into measures.availability values ('denial_causes.lines', false, 'not available: needs remit_claims')"
    )
    (row,) = pareto({"coding": 30})
    assert (row["value"], row["reason"]) == (None, "not available: needs remit_claims")
