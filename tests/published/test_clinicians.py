"""What is published of groups of clinicians: nothing of fewer than five, and nothing that could be had by subtraction."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

SQL = Path(__file__).resolve().parents[2] / "sql/published/clinicians.sql"
ACTUAL, VISITS, SHIFTS = "wrvu.actual", "encounters_per_day.all", "wrvu_per_shift.actual"
DIAGNOSIS = "encounter_wrvu_divergence.quarter"


@pytest.fixture
def practice():
    with duckdb.connect() as db:
        db.execute(
            """
            create schema measures; create schema ledger;
            create table ledger.parameters as select * from (values ('min_people', 5.0), ('matured_share', 0.9)) as p (name, value);
            create table measures.availability (definition_id text, is_available boolean, availability text);
            create table measures.by_clinician (definition_id text, provider_npi text, specialty text, setting text,
                numerator decimal(18, 4), denominator decimal(18, 4), n_cohort decimal(18, 4), n_matured decimal(18, 4), measured_on date);
            create table measures.encounter_divergence (definition_id text, provider_npi text, specialty text, setting text,
                diagnosis text, measured_on date);
            """
        )
        yield db


def work(db, definition, people, specialty="palliative", *, first=0, day=date(2026, 3, 3), cohort=(None, None)):  # fmt: skip
    for number in range(first, first + people):
        db.execute(
            "insert into measures.by_clinician values (?, ?, ?, 'clinic', 10, 2, ?, ?, ?)",
            [definition, f"{specialty}{number}", specialty, *cohort, day],
        )


def diagnose(db, *parts):
    for number, part in enumerate(parts):
        db.execute(
            "insert into measures.encounter_divergence values (?, ?, 'palliative', 'clinic', ?, '2026-01-01')",
            [DIAGNOSIS, f"p{number}", part],
        )


def told(db, definition):
    cursor = db.execute(SQL.read_text(encoding="utf-8"))
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [row for row in rows if row["definition_id"] == definition]


def test_five_clinicians_are_told_as_a_ratio_of_sums_and_four_are_not(practice):
    work(practice, ACTUAL, 5)
    work(practice, ACTUAL, 9, "cardiology", day=date(2026, 4, 1))
    work(practice, ACTUAL, 4, day=date(2026, 4, 1))
    work(practice, ACTUAL, 3, "surgery", day=date(2026, 4, 1))
    found = {(r["specialty"], r["period"].month): r for r in told(practice, ACTUAL)}
    assert found["palliative", 3]["value"] == 5
    assert (found["palliative", 3]["numerator"], found["palliative", 3]["contributors"]) == (50, "5-10")
    assert (found["palliative", 4]["numerator"], found["palliative", 4]["reason"]) == (
        None,
        "fewer than 5 clinicians",
    )
    # Seven clinicians are hidden together, so the total of the practice gives nothing away.
    assert found["cardiology", 4]["value"] == 5


def test_a_group_that_is_hidden_alone_hides_the_smallest_other_one(practice):
    for specialty, people in (("surgery", 2), ("palliative", 6), ("cardiology", 12)):
        work(practice, ACTUAL, people, specialty)
    found = {r["specialty"]: (r["value"], r["reason"]) for r in told(practice, ACTUAL)}
    assert found == {
        "surgery": (None, "fewer than 5 clinicians"),
        "palliative": (None, "hidden beside a group with fewer than 5 clinicians"),
        "cardiology": (5, None),
    }


def test_a_measure_of_the_same_work_without_one_clinician_is_hidden(practice):
    work(practice, VISITS, 6)
    work(practice, SHIFTS, 5)
    assert told(practice, VISITS)[0]["value"] == 5
    assert told(practice, SHIFTS)[0]["reason"].startswith("hidden because with another measure")


def test_somebody_without_any_work_is_no_contributor(practice):
    work(practice, ACTUAL, 4)
    practice.execute(
        "insert into measures.by_clinician values (?, 'idle', 'palliative', 'clinic', 0, 0, null, null, '2026-03-03')",
        [ACTUAL],
    )
    assert told(practice, ACTUAL)[0]["contributors"] == "<5"


def test_there_are_no_totals_and_no_second_kind_of_period(practice):
    for specialty in ("palliative", "cardiology"):
        work(practice, ACTUAL, 6, specialty)
        work(practice, "undercoding_rate.audited", 6, specialty)
    assert {(r["period_kind"], r["specialty"]) for r in told(practice, ACTUAL)} == {
        ("month", "palliative"), ("month", "cardiology"),
    }  # fmt: skip
    assert {r["period_kind"] for r in told(practice, "undercoding_rate.audited")} == {"quarter"}


def test_what_is_billed_under_contracts_is_told_elsewhere_and_not_twice(practice):
    work(practice, "billable_encounter_rate.all_models", 6)
    assert told(practice, "billable_encounter_rate.all_models") == []


def test_a_cohort_that_has_not_matured_shows_nothing(practice):
    work(practice, "collections_per_wrvu.service_month", 6, cohort=(10, 8))
    (row,) = told(practice, "collections_per_wrvu.service_month")
    assert (row["value"], row["reason"]) == (None, "too little of the cohort has matured")


def test_parts_of_the_diagnosis_are_shown_where_each_is_five_clinicians(practice):
    diagnose(practice, *["neither"] * 7, *["schedule_fill"] * 5, *[None] * 6)
    assert {r["part"]: (r["numerator"], r["denominator"]) for r in told(practice, DIAGNOSIS)} == {
        "neither": (7, 18), "schedule_fill": (5, 18), "not_said": (6, 18),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (["neither"] * 7 + ["both"], "a part of the group has fewer than 5 clinicians"),
        (["both"] * 7, "the same holds for all of them"),
        (["neither"] * 4, "fewer than 5 clinicians"),
    ],
)
def test_a_diagnosis_that_would_tell_of_persons_shows_not_even_its_parts(practice, parts, reason):
    diagnose(practice, *parts)
    (row,) = told(practice, DIAGNOSIS)
    assert (row["part"], row["numerator"], row["value"], row["reason"]) == ("all", None, None, reason)


def test_without_the_feeds_it_says_which_are_missing(practice):
    practice.execute(
        "insert into measures.availability values (?, false, 'not available: needs fee_schedule')", [ACTUAL]
    )
    work(practice, ACTUAL, 6)
    (row,) = told(practice, ACTUAL)
    assert (row["numerator"], row["value"], row["reason"]) == (
        None,
        None,
        "not available: needs fee_schedule",
    )
