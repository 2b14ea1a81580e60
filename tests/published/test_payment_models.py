"""What is published of contracts and panels: no cell, and no subtraction of cells, tells of fewer than eleven people or events."""

from datetime import date
from importlib import util
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_SPEC = util.spec_from_file_location("published_sql", Path(__file__).with_name("test_published_sql.py"))
PUBLISHED = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(PUBLISHED)
office = PUBLISHED.office
NEEDED = 11
READMISSIONS, TIERS = "readmission_rate.unplanned_30_days", "risk_stratified.panel"


def put(
    connection,
    contract,
    inside,
    outside,
    definition=READMISSIONS,
    *,
    model="capitation",
    panel=900,
    month=1,
    **more,
):
    row = {
        "definition_id": definition, "contract_id": contract, "model": model, "numerator": inside,
        "denominator": None if inside is None else inside + outside, "n_inside": inside, "n_outside": outside,
        "n_panel": panel, "measured_on": date(2026, month, 1), **more,
    }  # fmt: skip
    connection.execute(
        f"insert into measures.by_contract ({', '.join(row)}) values ({', '.join('?' * len(row))})",
        list(row.values()),
    )


def cells(connection, definition=READMISSIONS):
    rows = PUBLISHED.published(connection, "payment_models")
    return {r["contract_id"]: r for r in rows if r["definition_id"] == definition}


@pytest.mark.parametrize(
    ("inside", "outside", "panel", "shown"),
    [
        (11, 30, 900, True),
        (10, 30, 900, False),
        (30, 10, 900, False),
        (0, 30, 900, True),
        (30, 0, 900, True),
        (11, 30, 10, False),
    ],
)
def test_a_cell_of_fewer_than_eleven_shows_nothing_and_says_why(office, inside, outside, panel, shown):
    put(office, "A", inside, outside, panel=panel)
    row = cells(office)["A"]
    assert row["is_withheld"] is not shown
    assert (row["numerator"] is not None) is shown
    assert row["reason"] == (None if shown else "fewer than 11 patients or events")


def test_a_lone_hidden_cell_hides_another_one_so_that_the_total_gives_nothing_away(office):
    for contract, inside in (("A", 5), ("B", 20), ("C", 60)):
        put(office, contract, inside, 100, panel=100 * inside)
    told = cells(office)
    assert {c: r["is_withheld"] for c, r in told.items()} == {"A": True, "B": True, "C": False, "all": False}
    assert told["B"]["reason"] == "hidden beside a cell with fewer than 11 patients or events"
    assert told["all"]["numerator"] == 85


def test_where_no_other_cell_would_do_the_total_is_hidden(office):
    put(office, "A", 5, 100)
    put(office, "B", 0, 100)
    assert {c: r["is_withheld"] for c, r in cells(office).items()} == {"A": True, "B": False, "all": True}


def test_measures_of_the_same_people_are_hidden_together(office):
    put(office, "A", 95, 30, TIERS)
    put(office, "A", 90, 5, "high_risk_identified.stratified")
    assert cells(office, TIERS)["A"]["is_withheld"]


def test_a_quarter_is_the_ratio_of_the_sums_of_its_months_and_a_definition_has_one_kind_of_period(office):
    put(office, "A", 20, 80, month=1)
    put(office, "A", 40, 60, month=3)
    row = cells(office)["A"]
    assert (row["period_kind"], row["period"], row["value"]) == ("quarter", date(2026, 1, 1), 0.3)


def test_a_cohort_that_is_not_ripe_is_withheld(office):
    put(office, "A", 20, 80, n_cohort=200, n_matured=100)
    assert cells(office)["A"]["reason"] == "withheld: too little of the cohort has matured"


def test_a_month_that_is_withheld_says_why_and_is_not_zero(office):
    put(office, "A", None, None, TIERS, reason="the feed does not reach past the month")
    row = cells(office, TIERS)["A"]
    assert (row["numerator"], row["reason"]) == (None, "withheld: the feed does not reach past the month")


def test_a_rate_that_is_not_adjusted_for_risk_says_so(office):
    put(office, "A", 20, 80)
    assert cells(office)["A"]["note"] == "not adjusted for risk"


@pytest.mark.parametrize(("clinicians", "shown"), [(5, True), (4, False)])
def test_what_clinicians_bill_is_told_of_five_of_them(office, clinicians, shown):
    for number in range(clinicians):
        office.execute(
            "insert into measures.billable_encounters values ('b', ?, 'A', 'fee_for_service', 30, 60, date '2026-01-05')",
            [f"n{number}"],
        )
    row = cells(office, "b")["A"]
    assert (row["value"], row["reason"]) == ((0.5, None) if shown else (None, "fewer than 5 clinicians"))


def test_a_small_result_of_a_contract_is_withheld(office):
    for measure, numerator in (("q", 10), ("r", 40)):
        office.execute(
            "insert into measures.contract_quality values ('c', 'A', 'capitation', ?, '1', ?, 80, date '2026-01-01')",
            [measure, numerator],
        )
    told = {r["measure"]: r["is_withheld"] for r in PUBLISHED.published(office, "payment_models")}
    assert told == {"q (1)": True, "r (1)": False}


COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 40))


@pytest.fixture(scope="module")
def shared():
    with duckdb.connect() as connection:
        connection.execute(PUBLISHED.SCHEMA)
        connection.execute("set threads = 1")
        yield connection


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=5))
def test_no_subtraction_from_the_total_tells_of_one_to_ten(shared, drawn):
    shared.execute("delete from measures.by_contract")
    for number, (inside, outside) in enumerate(drawn):
        put(shared, f"C{number}", inside, outside, panel=100 + number)
    told = cells(shared)
    total = told.pop("all")
    hidden = [drawn[int(c[1:])] for c, r in told.items() if r["is_withheld"]]
    for inside, outside in (drawn[int(c[1:])] for c, r in told.items() if not r["is_withheld"]):
        assert inside not in range(1, NEEDED)
        assert outside not in range(1, NEEDED)
    if not total["is_withheld"] and hidden:
        for part in (0, 1):
            assert sum(cell[part] for cell in hidden) not in range(1, NEEDED)
        assert len(hidden) > 1
