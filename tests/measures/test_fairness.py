"""How work was divided, overridden, repeated and learnt: what the measures of fairness promise, beyond the golden office."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.bands.config import BandConfig

MONDAY = date(2026, 3, 2)
TIERS = {"low": {"n_lines": 1}, "medium": {"n_lines": 3}, "high": {"claim_type": "I", "n_lines": 6}}


def hire(office, person, role="coder", start="2025-01-06"):
    office.add("staff", staff_id=person, role=role, team=role, role_start=start, valid_from=start)


def give(office, person, pcn, complexity="low", day=MONDAY, by="queue"):
    """Give a chart of that complexity to a coder on a day."""
    office.submit(pcn, at=f"{day} 18:00", **TIERS[complexity])
    office.add(
        "coding", encounter_id=f"V{pcn}", pcn=pcn, coder_id=person, assigned_by=by,
        assigned_at=f"{day} 09:00", finished_at=f"{day} 15:00",
    )  # fmt: skip


def skew_of(office):
    return {row["staff_id"]: row for row in office.build("measures.assignment_skew")}


def test_a_stage_is_the_stage_of_the_bands(office):
    first = date(2025, 1, 1)
    for number, days in enumerate((0, 90, 91, 180, 181, 365, 366)):
        hire(office, f"s{number}", "charge_entry", str(first))
        day = first + timedelta(days=days)
        office.touch(f"t{number}", f"{day} 09:00", f"{day} 09:10", staff_id=f"s{number}")
    stages = [
        row["stage"] for row in sorted(office.build("measures.experience"), key=lambda row: row["staff_id"])
    ]
    names = BandConfig().stage_names()
    assert stages == [names[0], names[0], names[1], names[1], names[2], names[2], names[3]]


def test_somebody_whom_the_roster_does_not_know_has_no_number_and_no_stage(office):
    office.touch("t1", f"{MONDAY} 09:00", f"{MONDAY} 09:10")
    assert office.build("measures.experience") == []


def test_a_baseline_counts_days_with_logged_work_and_no_delivered_history(office):
    office.configure(learning_days=2)
    hire(office, "s1", "charge_entry")
    for name, day in enumerate(("2026-03-02", "2026-03-04", "2026-03-11")):
        office.touch(f"t{name}", f"{day} 09:00", f"{day} 09:05", staff_id="s1")
        office.touch(f"u{name}", f"{day} 10:00", f"{day} 10:05", staff_id="s1", item_id="i2")
    past = {"role": "charge_entry", "complexity": "low", "units": 9, "active_min": 60}
    office.add("production_history", staff_id="s1", work_date="2026-02-02", **past)
    rows = sorted(office.build("measures.baseline"), key=lambda row: row["measured_on"])
    assert [(row["worked_days"], row["is_learning"]) for row in rows] == [(1, True), (2, True), (3, False)]


def test_another_role_begins_another_baseline(office):
    office.configure(learning_days=1)
    office.add("staff", staff_id="s1", role="charge_entry", role_start="2025-01-01", valid_from="2025-01-01")
    office.add("staff", staff_id="s1", role="coder", role_start="2026-03-03", valid_from="2026-03-03")
    for day in ("2026-03-02", "2026-03-03"):
        office.touch(f"t{day}", f"{day} 09:00", f"{day} 09:05")
    assert [row["is_learning"] for row in office.build("measures.baseline")] == [True, True]


@settings(max_examples=5, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(sorted(TIERS)), st.integers(0, 1)),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_what_the_pool_would_have_given_adds_up_to_what_was_given(office_maker, work):
    with office_maker() as office:
        for person in "abc":
            hire(office, person)
        for number, (person, complexity, later) in enumerate(work):
            give(office, person, f"C{number}", complexity, MONDAY + timedelta(days=later))
        rows = office.build("measures.assignment_mix")
    for tier in TIERS:
        mine = [row for row in rows if row["definition_id"] == f"assignment_mix.{tier}"]
        assert sum(row["denominator"] for row in mine) == len(work)
        assert sum(row["numerator"] for row in mine) == sum(1 for _, found, _ in work if found == tier)
        assert float(sum(row["of_the_pool"] for row in mine)) == pytest.approx(
            float(sum(row["numerator"] for row in mine)), abs=0.01
        )


def test_an_assignment_counts_on_its_own_day_by_its_last_state_and_in_the_office_s_zone(office):
    hire(office, "s1", "ar_follow_up")
    office.submit("C1")
    # nine in the evening in Chicago is three in the morning of the next day in UTC
    given_at = {
        "assignment_id": "A1",
        "pcn": "C1",
        "assigned_at": "2026-03-02 21:00:00-06",
        "opening_balance": 100,
    }
    office.add("assignments", staff_id="s1", assigned_by="queue", updated_at="2026-03-02 21:00", **given_at)
    office.add("assignments", staff_id="s1", assigned_by="lead", updated_at="2026-03-09 10:00", **given_at)
    (row,) = office.build("ledger.assigned_work")
    assert (row["assigned_by"], row["assigned_on"], row["role"]) == ("lead", date(2026, 3, 2), "ar_follow_up")


def test_an_even_division_is_not_flagged_and_a_stark_one_is(office):
    for person in "abc":
        hire(office, person)
    number = 0
    for day in range(10):
        for person in "abc":
            for place in range(4):
                # a takes the easy ones in the second half of the days' charts, b and c get what is left
                tier = "low" if person == "a" else ("high" if (place + day) % 2 else "medium")
                give(office, person, f"C{number}", tier, MONDAY + timedelta(days=day))
                number += 1
    rows = skew_of(office)
    assert rows["a"]["is_flagged"]
    assert rows["a"]["value"] < 0
    assert not rows["b"]["is_flagged"] or rows["b"]["value"] > 0


def test_equal_shares_give_a_chi_square_of_nothing(office):
    for person in "ab":
        hire(office, person)
        for day in range(10):
            for tier in TIERS:
                give(office, person, f"{person}{day}{tier}", tier, MONDAY + timedelta(days=day))
    for row in skew_of(office).values():
        assert (row["chi_square"], row["p_adjusted"], row["is_flagged"], row["value"]) == (0, 1, False, 0)


def test_few_items_and_a_pool_of_one_are_not_tested_and_say_so(office):
    for person in "ab":
        hire(office, person)
    for number in range(40):
        give(office, "a", f"A{number}", "high" if number % 2 else "low")
    give(office, "b", "B1", day=MONDAY + timedelta(days=1))
    rows = skew_of(office)
    assert (rows["a"]["chi_square"], rows["a"]["reason"]) == (None, "the pool left nothing to divide")
    assert (rows["b"]["is_flagged"], rows["b"]["reason"]) == (None, "fewer items than skew_min_items")


def test_p_values_are_adjusted_for_everybody_who_was_looked_at(office):
    office.configure(skew_min_items=10)
    for person in "abcd":
        hire(office, person)
    share = {"a": 8, "b": 5, "c": 4, "d": 3}
    for person, hard in share.items():
        for number in range(10):
            give(office, person, f"{person}{number}", "high" if number < hard else "low")
    rows = sorted(skew_of(office).values(), key=lambda row: -row["chi_square"])
    raw = [math.exp(-row["chi_square"] / 2) for row in rows]
    wanted = [
        min(1, *(p * len(raw) / place for place, p in enumerate(raw, 1) if place >= rank), 1)
        for rank in range(1, 5)
    ]
    assert [row["p_adjusted"] for row in rows] == pytest.approx(wanted)
    assert all(row["p_adjusted"] >= p for row, p in zip(rows, raw, strict=True))


def override(office, number, pcn, day="2026-03-02", **more):
    row = {"event": "overridden", "edit_code": "E1", "resolved_by": "s1", **more}
    office.add("scrubber_events", event_id=str(number), pcn=pcn, occurred_at=f"{day} 09:00", **row)


def shares(office):
    return [
        (row["numerator"], row["denominator"], row["n_cohort"])
        for row in office.build("measures.override_denials")
    ]


def test_a_warning_that_nobody_let_through_is_no_override(office):
    office.submit("C1")
    office.remit("C1", day="2026-03-20", paid=100)
    office.add("scrubber_events", event_id="r", pcn="C1", event="released", occurred_at="2026-03-02 10:00")
    override(office, 1, "C1", resolved_by=None)
    override(office, 2, "C1", edit_code="E2", is_automated=True)
    override(
        office, 3, "C1", edit_code="E3", event="edit", severity="warning", resolved_at="2026-03-02 09:30"
    )
    override(office, 4, "C1", edit_code="E4", event="edit", severity="error")
    override(office, 5, "C1", edit_code="E5", event="edit", severity="warning")
    override(office, 6, "C1", edit_code="E6", event="edit", severity="warning", day="2026-03-03")
    found = [
        (row["edit_code"], row["numerator"], row["denominator"])
        for row in office.build("measures.override_denials")
    ]
    assert found == [("E5", 0, 1)]


def test_a_claim_judged_before_the_override_is_no_outcome_of_it(office):
    office.submit("C1")
    office.remit("C1", day="2026-03-10", adjustments=[(0, "CO", "50", 100)])
    override(office, 1, "C1", day="2026-03-12")
    assert shares(office) == []


def test_numbers_come_when_the_cohort_is_mature_and_not_before(office):
    for number in range(10):
        office.submit(f"C{number}")
        override(office, number, f"C{number}")
    for number in range(8):
        office.remit(f"C{number}", day="2026-03-20", adjustments=[(0, "CO", "50", 100)])
    (row,) = office.build("measures.override_denials")
    assert (row["numerator"], row["denominator"], row["value"], row["n_cohort"]) == (None, None, None, 10)
    assert row["matured_share"] == 0.8
    office.remit("C8", day="2026-03-21", paid=100)
    for table in ("ledger.denials", "ledger.adjudications", "ledger.claims", "ledger.overrides"):
        office.build(table)
    assert shares(office) == [(8, 9, 10)]


def weeks(office, pairs):
    """Enter two claims a week, with minutes of verifying on each and so many denials for eligibility among them."""
    hire(office, "s1", "charge_entry")
    for number, (minutes, denied) in enumerate(pairs):
        day = MONDAY + timedelta(days=7 * number)
        for place in range(2):
            pcn = f"C{number}-{place}"
            office.add(
                "charge_entries", encounter_id=f"V{pcn}", pcn=pcn, entered_by="s1", service_date=str(day),
                entered_at=f"{day} 12:00",
            )  # fmt: skip
            office.submit(pcn, at=f"{day} 18:00")
            end = f"{9 + place:02}:{minutes:02}"
            office.touch(
                f"t{pcn}", f"{day} {9 + place:02}:00", f"{day} {end}", item_id=pcn, pcn=pcn, staff_id="s1",
                action_code="verify_eligibility", disposition_code="completed",
            )  # fmt: skip
            judged = str(day + timedelta(days=14))
            why = [(0, "CO", "27", 100)] if place < denied else []
            office.remit(pcn, day=judged, paid=0 if why else 100, adjustments=why)


def link(office, **parameters):
    office.configure(**{"link_min_claims": 1, "link_min_periods": 6, **parameters})
    rows = office.build("measures.effort_outcome_link")
    return next(row for row in rows if row["definition_id"] == "effort_outcome_link.eligibility")


def test_care_that_goes_with_fewer_denials_has_a_negative_link_inside_its_interval(office):
    weeks(office, [(1, 2), (2, 1), (9, 0), (8, 0), (3, 2), (2, 2), (10, 0), (7, 1), (9, 0), (1, 1)])
    row = link(office)
    assert row["low"] < row["value"] < row["high"] < 0
    assert row["slope"] < 0
    assert (row["n_periods"], row["n_claims"], row["n_people"]) == (10, 20, 1)


def test_series_that_drift_are_worth_fewer_weeks(office):
    weeks(office, [(1, 2), (2, 2), (3, 2), (4, 1), (5, 1), (6, 1), (7, 0), (8, 0)])
    assert link(office)["n_effective"] < 6


def test_too_few_weeks_and_effort_that_never_changes_say_nothing(office):
    weeks(office, [(5, 2), (5, 0), (5, 1), (5, 2), (5, 1), (5, 0)])
    row = link(office)
    assert (row["value"], row["low"], row["reason"]) == (None, None, "effort or outcome never changed")
    row = link(office, link_min_periods=7)
    assert (row["value"], row["reason"]) == (None, "fewer weeks than link_min_periods")


def test_denials_that_came_too_late_are_no_outcome_of_the_week(office):
    weeks(office, [(1, 2), (9, 0), (3, 2), (8, 1), (2, 1), (10, 0)])
    assert link(office, link_days=7)["n_periods"] == 0


def months(office, values):
    """Deliver a monthly production of one person, beginning with January 2025; other measures have no rows."""
    shape = "definition_id text, role text, measured_on date, numerator decimal(18, 4), denominator decimal(18, 4)"
    office.connection.execute(f"create table measures.by_staff ({shape}, staff_id text)")
    office.connection.execute(f"create table measures.by_group ({shape}, group_kind text)")
    for number, value in enumerate(values):
        first = date(2025 + number // 12, number % 12 + 1, 1)
        day = first.replace(day=5 if number == 0 else 25)
        office.add(
            "production_history", staff_id="h", work_date=str(day), role="coder", complexity="low", units=value,
            active_min=600, friction_min=0,
        )  # fmt: skip


def season(office):
    rows = [
        row for row in office.build("measures.seasonal_index") if row["metric"] == "output_per_hour.coder"
    ]
    return sorted(rows, key=lambda row: row["calendar_month"])


def test_twelve_months_have_no_season_and_thirteen_have(office):
    months(office, [100] * 12)
    assert {(row["value"], row["reason"]) for row in season(office)} == {(None, "fewer than 13 months")}
    office.add(
        "production_history", staff_id="h", work_date="2026-01-25", role="coder", complexity="low", units=100,
        active_min=600, friction_min=0,
    )  # fmt: skip
    office.build("measures.production")
    assert [row["value"] for row in season(office)] == pytest.approx([1] * 12)


def test_a_steady_growth_is_trend_and_no_season(office):
    months(office, [round(10_000 * 1.02**n) for n in range(18)])
    rows = season(office)
    assert [row["raw"] for row in rows] == pytest.approx([1] * 12, abs=0.001)
    assert rows[0]["trend"] == pytest.approx(1.02**12 - 1, abs=0.001)


def test_a_season_is_found_and_drawn_towards_one(office):
    shape = [1 + 0.2 * math.sin(2 * math.pi * n / 12) for n in range(12)]
    months(office, [round(10_000 * shape[n % 12]) for n in range(24)])
    mean = math.exp(sum(math.log(value) for value in shape) / 12)
    for row, value in zip(season(office), shape, strict=True):
        assert row["raw"] == pytest.approx(value / mean, abs=0.002)
        assert abs(math.log(row["value"])) <= abs(math.log(row["raw"])) + 1e-12
        assert 0.8 < row["weight"] < 1


def test_a_month_cut_off_at_an_end_is_no_month(office):
    months(office, [100] * 12)
    office.add(
        "production_history", staff_id="h", work_date="2026-01-07", role="coder", complexity="low", units=1,
        active_min=600, friction_min=0,
    )  # fmt: skip
    assert {row["reason"] for row in season(office)} == {"fewer than 13 months"}
