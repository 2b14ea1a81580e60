"""Kaplan-Meier by window functions against an estimate of our own and scipy's; cohorts, censoring and restatement."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy import stats

SUNDAY = date(2026, 3, 29)
AS_OF = date(2026, 3, 27)
FIRST = date(1900, 1, 1)
COLUMNS = ("n_cases", "n_closed", "n_open", "median", "p90", "share_within_target")


def day(number):
    """Return the day `number` days before the last one told of."""
    return AS_OF - timedelta(days=number)


def denial(office, name, opened, closed=None, **more):
    """Put in a denial `opened` days before the last day, closed `closed` days before it or still open."""
    row = {"denial_id": name, "pcn": name, "carc": "50", "denied_on": day(opened)}
    resolved = f"{day(closed)} 12:00" if closed is not None else None
    office.add(
        "denial_worklist", **{**row, "resolved_at": resolved, "updated_at": f"{day(opened)} 12:00", **more}
    )


def anchor(office):
    """Let something change on the last day that nothing but the queries is about."""
    at = f"{AS_OF} 12:00"
    office.add("queries", query_id="anchor", encounter_id="e", sent_at=at, updated_at=at)


def estimates(rows, definition_id="denial_turnaround.resolved", week=SUNDAY, window=90):
    (row,) = [
        row
        for row in rows
        if (row["definition_id"], row["group_kind"], row["week_ends_on"], row["window_days"])
        == (definition_id, "all", week, window)
    ]
    return row


def kaplan_meier(times, closed):
    """Return the times at which something closes and the share still open after each, by the product of shares."""
    times, closed = np.asarray(times, float), np.asarray(closed, bool)
    at = np.unique(times[closed])
    shares = [1 - (closed & (times == t)).sum() / (times >= t).sum() for t in at]
    return at, np.cumprod(shares)


def first_time(at, still_open, share):
    reached = at[still_open <= share + 1e-9]
    return reached[0] if reached.size else None


def put(office, table, **values):
    marks = ", ".join("?" for _ in values)
    office.connection.execute(
        f"insert into {table} ({', '.join(values)}) values ({marks})", list(values.values())
    )


def turnaround(office, name, opened, closed=None):
    """Put a case opened and closed so many days before the last day straight into the ledger."""
    since = date(2015, 1, 1)
    case = {"definition_id": "denial_turnaround.resolved", "case_id": name, "unit": "days"}
    begun = {
        "opened_on": day(opened),
        "cohort_on": day(opened),
        "clock_at_opening": (day(opened) - since).days,
    }
    ended = (
        {"closed_on": day(closed), "clock_at_closing": (day(closed) - since).days}
        if closed is not None
        else {}
    )
    put(office, "ledger.durations", **case, **begun, **ended)


def emptied(office):
    """Leave nothing in the ledger but the last day."""
    if not office.connection.execute(
        "select 1 from duckdb_tables() where table_name = 'durations'"
    ).fetchone():
        office.build("measures.durations")
    for table in ("durations", "duration_days"):
        office.connection.execute(f"delete from ledger.{table}")
    put(
        office, "ledger.duration_days", definition_id="anchor", case_id="a", what="counted", happened_on=AS_OF
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40), st.booleans()), min_size=1, max_size=25))
@example([(10, 5, True), (10, 5, True)])
@example([(40, 0, False), (3, 0, True)])
def test_the_curve_is_the_one_of_an_independent_estimate_and_of_scipy(office, cases):
    emptied(office)
    times, closed = [], []
    for number, (opened, took, closes) in enumerate(cases):
        ends = closes and took <= opened
        turnaround(office, f"d{number}", opened, opened - took if ends else None)
        times.append(took if ends else opened)
        closed.append(ends)
    row = estimates(office.run("measures.durations", FIRST, SUNDAY).to_pylist())
    at, still_open = kaplan_meier(times, closed)
    assert (row["n_cases"], row["n_closed"], row["n_open"]) == (
        len(cases),
        sum(closed),
        len(cases) - sum(closed),
    )
    assert row["median"] == first_time(at, still_open, 0.5)
    assert row["p90"] == first_time(at, still_open, 0.1)
    known = max(times) >= 30 or (at.size and still_open[-1] == 0)
    within = 1 - np.concatenate(([1.0], still_open))[np.searchsorted(at, 30, side="right")]
    assert row["share_within_target"] == (pytest.approx(within, abs=1e-8) if known else None)
    if any(closed):
        curve = stats.ecdf(
            stats.CensoredData(
                uncensored=np.compress(closed, times), right=np.compress(~np.array(closed), times)
            )
        )
        assert still_open == pytest.approx(curve.sf.evaluate(at))


def test_a_case_that_is_open_counts_as_long_as_it_was_watched_and_is_not_dropped(office):
    anchor(office)
    for number in range(4):
        denial(office, f"quick{number}", 30, 29)
    quick_alone = estimates(office.build("measures.durations"))
    for number in range(5):
        denial(office, f"open{number}", 30)
    for table in ("measures.durations", "ledger.duration_days", "ledger.durations", "ledger.denial_times"):
        office.connection.execute(f"drop table {table}")
    row = estimates(office.build("measures.durations"))
    assert quick_alone["median"] == 1
    assert (row["n_cases"], row["n_open"], row["median"]) == (9, 5, None)


def test_what_happened_after_the_last_day_of_a_week_is_not_used_for_it(office):
    anchor(office)
    denial(office, "d1", 12, 2)
    rows = office.build("measures.durations")
    earlier = SUNDAY - timedelta(days=14)
    assert [estimates(rows, week=w)["n_closed"] for w in (earlier, SUNDAY)] == [0, 1]


def test_the_cohort_is_of_thirty_or_ninety_days(office):
    anchor(office)
    for number, opened in enumerate((29, 30, 89, 90)):
        denial(office, f"d{number}", opened)
    rows = office.build("measures.durations")
    assert [estimates(rows, window=window)["n_cases"] for window in (30, 90)] == [1, 3]


def test_without_a_case_that_closes_there_is_neither_median_nor_share(office):
    anchor(office)
    denial(office, "d1", 10)
    row = estimates(office.build("measures.durations"))
    assert [row[name] for name in COLUMNS] == [1, 0, 1, None, None, None]


def test_a_case_watched_past_the_target_without_closing_gives_a_share_of_zero(office):
    anchor(office)
    denial(office, "d1", 40)
    assert estimates(office.build("measures.durations"))["share_within_target"] == 0


def test_a_changed_target_is_read_from_the_parameters(office):
    office.configure(denial_target_days=3)
    anchor(office)
    denial(office, "d1", 20, 18)
    denial(office, "d2", 20, 10)
    row = estimates(office.build("measures.durations"))
    assert (row["target"], row["share_within_target"]) == (3, 0.5)


def test_a_case_that_closed_before_it_was_opened_is_counted_beside_the_curve(office):
    anchor(office)
    denial(office, "d1", 10, 12)
    denial(office, "d2", 10, 5)
    row = estimates(office.build("measures.durations"))
    assert (row["n_cases"], row["n_backwards"], row["median"]) == (1, 1, 5)


def test_people_stand_only_on_rows_of_their_own(office):
    anchor(office)
    office.add(
        "staff", staff_id="s1", role="denial_management", role_start="2026-01-01", valid_from="2026-01-01"
    )
    denial(office, "d1", 10, 5, assigned_to="s1")
    rows = [
        r for r in office.build("measures.durations") if r["definition_id"] == "denial_turnaround.resolved"
    ]
    people = {(r["group_kind"], r["group_id"], r["role"]) for r in rows if "s1" in (r["group_id"], r["role"])}
    assert people == {("staff", "s1", "denial_management")}
    assert {r["role"] for r in rows if r["group_kind"] != "staff"} == {None}


def test_a_later_close_is_logged_on_its_own_day_alone(office):
    denial(office, "d1", 20)
    before = office.build("ledger.duration_days")
    denial(office, "d1", 20, 4, updated_at=f"{day(4)} 12:00")
    for table in ("ledger.denial_times", "ledger.durations"):
        office.build(table)
    after = office.build("ledger.duration_days")
    new = [row for row in after if row not in before]
    gone = [row for row in before if row not in after]
    resolved = [row for row in new if row["definition_id"] == "denial_turnaround.resolved"]
    assert gone == []
    assert [(row["what"], row["happened_on"]) for row in resolved] == [("closed", day(4))]


def test_building_one_week_gives_the_rows_that_building_every_week_gives(office):
    anchor(office)
    for number in range(12):
        denial(office, f"d{number}", 3 * number, 2 * number if number % 3 else None)
    whole = [row for row in office.build("measures.durations") if row["week_ends_on"] == SUNDAY]
    part = office.run("measures.durations", AS_OF, SUNDAY).to_pylist()
    assert sorted(part, key=str) == sorted(whole, key=str)
    assert part
