"""Posting, audits and calls: what the golden rooms do not show, and the same numbers computed another way."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EVER = (date(1900, 1, 1), date(2999, 12, 31))
DAY = "2026-03-10"
FIRST = date(2026, 3, 2)
FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def refill(office, table, rows):
    """Put rows into a ledger table that has been built, in place of what it held."""
    office.connection.execute(f"delete from {table}")
    for row in rows:
        marks = ", ".join("?" for _ in row)
        office.connection.execute(
            f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
        )


def again(office, table):
    """Run a model on what its upstream tables hold now."""
    return office.run(table, *EVER).to_pylist()


@pytest.fixture
def payments_only(office):
    office.build("measures.open_variances")
    return office


@FEW
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9), st.integers(0, 30)),
        min_size=1,
        max_size=12,
    )
)
def test_the_open_load_of_a_day_is_what_a_count_of_that_day_finds(payments_only, exceptions):
    spans = [
        (FIRST + timedelta(days=a), None if n is None else FIRST + timedelta(days=a + n), v)
        for a, n, v in exceptions
    ]
    last = FIRST + timedelta(days=12)
    rows = [
        {
            "txn_id": str(n), "payer_id": "P1", "exception_reason": "plb", "variance_amount": -amount,
            "exception_opened_on": opened, "exception_closed_on": closed, "posted_on": last,
        }
        for n, (opened, closed, amount) in enumerate(spans)
    ]  # fmt: skip
    refill(payments_only, "ledger.payments", rows)
    steps = again(payments_only, "ledger.variance_movements")
    refill(payments_only, "ledger.variance_movements", steps)
    found = {
        (row["definition_id"], row["as_of"]): row["numerator"]
        for row in again(payments_only, "measures.open_variances")
    }
    first = min(opened for opened, _, _ in spans)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    wanted = {}
    for day in days:
        waiting = [
            (opened, amount)
            for opened, closed, amount in spans
            if opened <= day and (closed is None or closed > day)
        ]
        wanted["open_variances.count", day] = len(waiting)
        wanted["open_variances.dollars", day] = sum(amount for _, amount in waiting)
        wanted["open_variances.age", day] = sum((day - opened).days for opened, _ in waiting)
    assert found == wanted


def test_a_late_resolution_changes_the_days_from_arrival_to_resolution_and_no_others(office):
    row = {
        "txn_id": "p",
        "payer_id": "P1",
        "method": "era_manual",
        "amount": 5,
        "exception_reason": "variance",
    }
    office.add("payments", posted_at="2026-03-02 09:00", variance_amount=-5, **row)
    office.add("payments", txn_id="q", method="patient", amount=5, posted_at="2026-03-09 09:00")
    before = {
        row["as_of"]: row
        for row in office.build("measures.open_variances")
        if row["definition_id"].endswith("count")
    }
    office.add(
        "payments", posted_at="2026-03-02 09:00", variance_amount=-5, exception_resolved_at="2026-03-06 09:00",
        delivery_date="2026-03-09", **row,
    )  # fmt: skip
    for table in ("ledger.payments", "ledger.variance_movements"):
        office.build(table)
    after = {
        row["as_of"]: row
        for row in office.build("measures.open_variances")
        if row["definition_id"].endswith("count")
    }
    assert [day.day for day in after if after[day] != before[day]] == [6, 7, 8, 9]
    assert {day.day: int(row["numerator"]) for day, row in after.items()} == {
        2: 1,
        3: 1,
        4: 1,
        5: 1,
        6: 0,
        7: 0,
        8: 0,
        9: 0,
    }


def test_payments_posted_on_a_day_without_a_shift_count_in_no_rate_per_hour(office):
    office.add("payments", txn_id="p", method="patient", amount=5, posted_by="s1", posted_at=f"{DAY} 09:00")
    assert office.build("measures.transactions_posted") == []
    assert [row["denominator"] for row in office.build("measures.poster_exceptions")] == [1]


def test_a_posting_that_the_log_does_not_show_counts_and_leaves_the_hours_where_they_were(office):
    office.add("staff", staff_id="s1", role="payment_posting", role_start=FIRST, valid_from=FIRST)
    office.add(
        "shifts", staff_id="s1", shift_date=DAY, start_at=f"{DAY} 08:00", end_at=f"{DAY} 16:00", paid_min=480
    )
    office.add("payments", txn_id="p", method="patient", amount=5, posted_by="s1", posted_at=f"{DAY} 09:00")
    rows = [
        row
        for row in office.build("measures.transactions_posted")
        if row["definition_id"].endswith("transactions")
    ]
    assert {row["method"]: (row["numerator"], row["denominator"], row["value"]) for row in rows} == {
        "patient": (1, 0, None), "none": (0, 8, 0.0)
    }  # fmt: skip


@pytest.fixture
def audits_only(office):
    office.build("measures.audit_agreement")
    return office


@FEW
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=15))
def test_kappa_and_its_interval_are_those_of_the_textbook(audits_only, said):
    rows = [
        {
            "audit_id": str(n), "item_type": "denial", "item_id": str(n), "staff_id": "s1", "assigned_category": first,
            "audited_category": second, "audited_month": FIRST.replace(day=1), "audited_on": FIRST,
        }
        for n, (first, second) in enumerate(said)
    ]  # fmt: skip
    refill(audits_only, "ledger.audit_findings", rows)
    found = {
        (row["definition_id"], row["scope"]): row for row in again(audits_only, "measures.audit_agreement")
    }
    n, agreed = len(said), sum(first == second for first, second in said)
    chance = (
        sum(count * Counter(s for _, s in said)[word] for word, count in Counter(f for f, _ in said).items())
        / n**2
    )
    for scope in ("person", "team"):
        share, kappa = found["root_cause_agreement.share", scope], found["root_cause_agreement.kappa", scope]
        assert share["value"] == pytest.approx(agreed / n)
        # the ends of a Wilson interval are where the distance from the share is 1.96 standard errors of the end itself
        for end in (share["low"], share["high"]):
            assert (agreed / n - end) ** 2 == pytest.approx(
                1.959963984540054**2 * end * (1 - end) / n, abs=1e-9
            )
        wanted = None if chance == 1 else pytest.approx((agreed / n - chance) / (1 - chance))
        assert kappa["value"] == wanted


def test_a_second_score_of_the_same_auditor_is_no_second_opinion(office):
    note = {"item_type": "note", "item_id": "a", "staff_id": "s1", "rubric_version": "v1"}
    for number, (auditor, at) in enumerate(
        [("u1", "09:00"), ("u1", "10:00"), ("u2", "11:00"), ("u3", "12:00")]
    ):
        score = {"score": 90 if auditor == "u1" else 50}
        office.add(
            "audits", audit_id=str(number), auditor_id=auditor, audited_at=f"{DAY} {at}", **note, **score
        )
    rows = [
        row
        for row in office.build("measures.audit_agreement")
        if row["definition_id"] == "note_agreement.kappa"
    ]
    assert [(row["scope"], row["numerator"], row["denominator"]) for row in sorted(rows, key=lambda r: r["scope"])] == [
        ("person", 0, 1), ("team", 0, 1)
    ]  # fmt: skip


@pytest.fixture
def calls_only(office):
    office.build("measures.call_distribution")
    office.build("measures.call_time")
    return office


@FEW
@given(
    st.lists(
        st.tuples(st.sampled_from(("s1", "s2")), st.sampled_from("xy"), st.integers(0, 600)),
        min_size=1,
        max_size=25,
    )
)
def test_medians_and_percentiles_are_those_of_the_calls_themselves(calls_only, calls):
    rows = [
        {
            "call_id": str(n), "staff_id": person, "role": "patient_billing", "complexity": "medium", "reason": reason,
            "talk_hold_s": seconds, "started_month": FIRST.replace(day=1), "started_on": FIRST,
        }
        for n, (person, reason, seconds) in enumerate(calls)
    ]  # fmt: skip
    refill(calls_only, "ledger.calls", rows)
    groups = defaultdict(list)
    for person, reason, seconds in calls:
        for key in (
            ("person", person, reason),
            ("person", person, "all"),
            ("team", "", reason),
            ("team", "", "all"),
        ):
            groups[key].append(seconds)
    found = defaultdict(dict)
    for row in again(calls_only, "measures.call_distribution"):
        found[row["scope"], row["staff_id"], row["reason"]][
            row["definition_id"].removeprefix("call_time.")
        ] = row["value"]
    assert set(found) == set(groups)
    for key, lengths in groups.items():
        assert found[key]["talk_hold_median"] == pytest.approx(median(lengths) / 60)
        p90 = min(x for x in lengths if sum(y <= x for y in lengths) * 10 >= 9 * len(lengths))
        assert found[key]["talk_hold_p90"] == pytest.approx(p90 / 60)
    added = sum(
        row["numerator"]
        for row in again(calls_only, "measures.call_time")
        if row["definition_id"] == "call_time.talk_hold"
    )
    assert added == pytest.approx(Decimal(sum(seconds for _, _, seconds in calls)) / 60, abs=Decimal("0.001"))


def test_an_account_touched_and_called_about_by_two_people_counts_for_both_and_is_resolved_once(office):
    for person in ("s1", "s2"):
        office.add("staff", staff_id=person, role="patient_billing", role_start=FIRST, valid_from=FIRST)
        office.add(
            "shifts",
            staff_id=person,
            shift_date=DAY,
            start_at=f"{DAY} 08:00",
            end_at=f"{DAY} 16:00",
            paid_min=480,
        )
        office.add(
            "calls",
            call_id=person,
            staff_id=person,
            pcn="a",
            outcome="promised",
            started_at=f"{DAY} 1{person[1]}:00",
        )
    assert {row["staff_id"]: row["numerator"] for row in office.build("measures.accounts_handled")} == {
        "s1": 1,
        "s2": 1,
    }
    cohorts = office.build("measures.patient_resolution")
    assert {row["staff_id"]: row["n_cohort"] for row in cohorts} == {"s1": 1}
    assert {row["reason"] for row in cohorts} == {"immature"}
