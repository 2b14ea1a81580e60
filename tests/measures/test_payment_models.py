"""Payment models, variants of what the golden rooms hold: ranges of contracts, additivity, rules, and what makes a flag."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

FIRST = date(2026, 1, 1)


def put(office, contract, model, *, layer="chassis", payer="P1", since=FIRST, until=None, **more):
    row = {"contract_id": contract, "layer": layer, "payer_id": payer, "model": model, "valid_from": since}
    office.add("payer_contracts", **row, **({"valid_to": until} if until else {}), **more)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["C1", "C2"]),
            st.sampled_from(["chassis", "value"]),
            st.sampled_from(["fee_for_service", "value_based", "capitation"]),
            st.integers(0, 20),
            st.one_of(st.none(), st.integers(0, 10)),
        ),
        max_size=8,
    )
)
def test_a_day_of_a_payer_stands_under_one_model_and_under_none_only_without_a_contract(office_maker, drawn):
    with office_maker() as office:
        for contract, layer, model, start, length in drawn:
            since = FIRST + timedelta(days=start)
            until = None if length is None else since + timedelta(days=length)
            put(office, contract, model, layer=layer, since=since, until=until)
        ranges = office.build("ledger.payer_models")
        layers = office.build("ledger.contract_layers")
        for day in (FIRST + timedelta(days=n) for n in range(35)):
            held = [
                r
                for r in ranges
                if r["valid_from"] <= day and (r["valid_to"] is None or day <= r["valid_to"])
            ]
            under = [
                r
                for r in layers
                if r["valid_from"] <= day and (r["valid_to"] is None or day <= r["valid_to"])
            ]
            assert len(held) == (1 if under else 0)
            if any(layer["model"] == "capitation" for layer in under):
                assert not held[0]["volume_targets_allowed"]


def member(office, person, month="2026-01-01", contract="C1", share=1):
    office.add("member_months", contract_id=contract, person_key=person, month=month, share=share)


def visit(office, number, person="m1", day="2026-01-10", **more):
    row = {
        "encounter_id": number,
        "provider_npi": "n1",
        "person_key": person,
        "payer_id": "P1",
        "visit_date": day,
    }
    office.add("encounters", **{**row, "status": "completed", "updated_at": f"{day} 17:00", **more})


def stay(office, number, first, last, **more):
    row = {"contract_id": "C1", "person_key": "m1", "kind": "acute", "disposition": "home", **more}
    office.add("admissions", admission_id=number, admitted_on=first, discharged_on=last, **row)


def readmissions(office, month="2026-01-01"):
    stay(office, "later", "2026-06-01", "2026-06-02", person_key="m9", disposition="died")
    rows = [r for r in office.build("measures.readmissions") if str(r["measured_on"]) == month]
    return [(r["numerator"], r["denominator"]) for r in rows]


@pytest.mark.parametrize(
    ("second", "index", "expected"),
    [
        ({}, {}, [(1, 1)]),
        ({"is_planned": True}, {}, [(0, 1)]),
        ({"kind": "observation"}, {}, [(0, 1)]),
        ({"kind": "psychiatric"}, {}, [(0, 1)]),
        ({}, {"disposition": "died"}, []),
        ({}, {"disposition": "transfer"}, []),
        ({}, {"disposition": "against_advice"}, []),
        ({}, {"kind": "rehab"}, []),
        ({}, {"kind": "psychiatric"}, []),
        ({}, {"disposition": None}, [(1, 1)]),
        ({}, {"is_planned": True}, [(1, 1)]),
    ],
)
def test_rules_say_what_is_an_index_and_what_a_readmission(office, second, index, expected):
    stay(office, "a", "2026-01-02", "2026-01-05", **index)
    stay(office, "b", "2026-02-01", "2026-02-02", **second)
    assert readmissions(office) == expected


@pytest.mark.parametrize(("begins", "expected"), [("2026-02-04", 1), ("2026-02-05", 0)])
def test_the_thirtieth_day_counts_and_the_next_does_not(office, begins, expected):
    stay(office, "a", "2026-01-02", "2026-01-05")
    stay(office, "b", begins, "2026-02-10")
    assert readmissions(office) == [(expected, 1)]


def test_an_unplanned_stay_after_a_planned_one_is_no_readmission_of_the_first(office):
    stay(office, "a", "2026-01-02", "2026-01-05")
    stay(office, "b", "2026-02-01", "2026-02-02", is_planned=True)
    stay(office, "c", "2026-02-03", "2026-02-04")
    assert readmissions(office) == [(0, 1)]


def test_a_month_is_withheld_until_enough_of_its_stays_have_had_their_thirty_days(office):
    stay(office, "a", "2026-01-02", "2026-01-05")
    stay(office, "b", "2026-02-01", "2026-02-03")
    rows = {str(r["measured_on"]): r for r in office.build("measures.readmissions")}
    assert (rows["2026-02-01"]["denominator"], rows["2026-02-01"]["reason"]) == (None, "immature")
    assert (rows["2026-01-01"]["denominator"], rows["2026-01-01"]["reason"]) == (None, "immature")
    stay(office, "c", "2026-02-03", "2026-02-04", person_key="m2")
    rows = {str(r["measured_on"]): r for r in rebuilt(office, "ledger.stays", "measures.readmissions")}
    assert (rows["2026-01-01"]["numerator"], rows["2026-01-01"]["denominator"]) == (1, 1)


def rebuilt(office, *names):
    """Build tables again, one after the other, and return the rows of the last."""
    return [office.build(name) for name in names][-1]


def test_a_sum_over_contracts_is_the_rate_of_all_and_no_mean_of_rates(office):
    for person, contract in (("m1", "C1"), ("m2", "C1"), ("m3", "C1"), ("m4", "C2")):
        member(office, person, contract=contract)
    for number, (person, contract, day) in enumerate(
        [
            ("m1", "C1", "2026-01-05"),
            ("m4", "C2", "2026-01-06"),
            ("m4", "C2", "2026-02-06"),
            ("m1", "C1", "2026-02-07"),
        ]
    ):
        office.add(
            "ed_visits", ed_visit_id=f"d{number}", contract_id=contract, person_key=person, visited_on=day
        )
    rows = [
        r
        for r in office.build("measures.by_contract")
        if r["definition_id"] == "ed_visits.treat_and_release_per_1000" and r["measured_on"] == FIRST
    ]
    assert {r["contract_id"]: r["value"] for r in rows} == {"C1": 4000, "C2": 12000}
    assert sum(r["numerator"] for r in rows) / sum(r["denominator"] for r in rows) == Decimal(6000)


def test_a_part_of_a_month_is_a_part_of_a_member_month(office):
    member(office, "m1", share="0.25")
    member(office, "m2", share="0.5")
    visit(office, "e0", day="2026-01-01", person="m9")
    visit(office, "e1")
    visit(office, "e2", day="2026-02-01", person="m9")
    (row,) = [
        r
        for r in office.build("measures.panel_use")
        if r["definition_id"] == "services_per_member_month.completed"
    ]
    assert (row["numerator"], row["denominator"]) == (1, Decimal("0.75"))


def paid(office, *days, amount=100):
    """Post payments of payer P1 on days."""
    for day in days:
        office.add("payments", txn_id=f"t{day}", payer_id="P1", amount=amount, method="era_auto", posted_at=f"{day} 10:00")  # fmt: skip


def fees(office, *months, kind="care_management"):
    for month in months:
        member(office, "m1", month=month)
        office.add("capitation_payments", contract_id="C1", month=month, kind=kind, amount=10)


def revenue(office, name="pmpm_revenue.total"):
    rows = [row for row in office.build("measures.by_contract") if row["definition_id"] == name]
    return {row["measured_on"].month: row["reason"] if row["value"] is None else row["value"] for row in rows}


BEFORE = "payments by the claim: the feed does not reach the month"
WITHIN = "payments by the claim: the feed begins after the first working day"
PAST = "payments by the claim: the feed does not reach past the month"
NOTHING = "payments by the claim: the feed tells nothing of the month"


def test_a_month_before_payments_begin_or_of_which_they_tell_a_part_is_withheld_and_not_told_as_poor(office):
    """The roster and its fees reach back a year, payments only to 10 February; 10 USD a month would jump to 110."""
    put(office, "C1", "fee_for_service+value_based")
    fees(office, *(f"2026-0{month}-01" for month in range(1, 7)))
    paid(office, "2026-02-10", "2026-03-05", "2026-04-05", "2026-05-05", "2026-06-05")
    assert revenue(office) == {1: BEFORE, 2: WITHIN, 3: 110, 4: 110, 5: 110, 6: PAST}
    assert revenue(office, "pmpm_revenue.care_management") == dict.fromkeys(range(1, 7), 10)
    assert revenue(office, "pmpm_revenue.fee_for_service") == {2: WITHIN, 3: 100, 4: 100, 5: 100, 6: PAST}
    share = revenue(office, "payment_model_share.value_based_revenue")
    assert share == {1: BEFORE, 2: WITHIN, **dict.fromkeys((3, 4, 5), pytest.approx(10 / 110)), 6: PAST}


@pytest.mark.parametrize(("begins", "told"), [("2026-02-02", 110), ("2026-02-03", WITHIN)])
def test_a_month_counts_where_payments_are_known_from_its_first_working_day(office, begins, told):
    """1 February 2026 is a Sunday."""
    put(office, "C1", "fee_for_service")
    fees(office, "2026-02-01")
    paid(office, begins, "2026-03-02")
    assert revenue(office)[2] == told


def test_a_month_in_which_nothing_was_posted_is_no_month_without_money(office):
    put(office, "C1", "fee_for_service")
    fees(office, "2026-02-01", "2026-03-01", "2026-04-01")
    paid(office, "2026-02-02", "2026-04-03", "2026-05-04")
    assert revenue(office) == {2: 110, 3: NOTHING, 4: 110}


def test_an_office_without_payments_is_told_by_what_it_delivers(office):
    put(office, "C1", "capitation")
    fees(office, "2026-02-01", kind="capitation")
    assert revenue(office) == {2: 10}


def test_a_capitated_month_without_its_capitation_is_withheld(office):
    put(office, "C1", "capitation")
    fees(office, "2026-02-01", kind="care_management")
    fees(office, "2026-03-01", kind="capitation")
    assert revenue(office) == {2: "no capitation of the month was delivered", 3: 10}


def services_told(office):
    return revenue(office, "services_per_member_month.completed")


@pytest.mark.parametrize(
    ("delivered", "told"),
    [("2026-03-02", (1, 1)), ("2026-04-01", (1, 1)), ("2026-01-02", (1, 1))],
)
def test_history_of_a_quarter_counts_and_the_tail_of_what_was_open_does_not(office, delivered, told):
    """Visits from 1 January on, first delivered on a day: sixty days back are a tail, ninety are history."""
    for month in range(1, 6):
        member(office, "m1", month=f"2026-0{month}-01")
        visit(office, f"e{month}", day=f"2026-0{month}-01", delivery_date=max(delivered, f"2026-0{month}-01"))
    found = services_told(office)
    tail = {
        1: "the feed begins after the first working day",
        2: "the feed begins after the first working day",
    }
    kept = dict.fromkeys((1, 2), 1) if delivered != "2026-03-02" else tail
    assert {month: found[month] for month in (1, 2)} == kept
    assert (found[3], found[4]) == told
    assert found[5] == "the feed does not reach past the month"


def test_contacts_of_members_at_high_risk_are_told_of_the_same_months_as_services(office):
    """The tail of what was open in January and February told of a quarter of them, and looked like neglect."""
    office.add("risk_tiers", contract_id="C1", person_key="m1", tier="high", assigned_on="2026-01-01")
    for month in range(1, 6):
        member(office, "m1", month=f"2026-0{month}-01")
        day = f"2026-0{month}-01"
        visit(office, f"e{month}", day=day, delivery_date=max("2026-03-02", day))
    told, tiers = revenue(office, "high_risk_contacted.month"), revenue(office, "risk_stratified.panel")
    assert told == {1: TAIL, 2: TAIL, 3: 1, 4: 1, 5: "the feed does not reach past the month"}
    assert tiers == dict.fromkeys(range(1, 6), 1)


TAIL = "the feed begins after the first working day"


def skimped(office, later, below=True):
    """Return the row of the second quarter after three visits in the first and so many in it."""
    months = [date(2026, month, 1) for month in range(1, 8)]
    for month in months:
        member(office, "m1", month=month)
    for month in months:
        visit(office, f"other {month}", person="m9", day=month)
    for number, month in enumerate([*months[:3], *[months[3]] * later, months[6]]):
        visit(office, f"e{number}", day=month + timedelta(days=3))
    numerator = 10 if below else 90
    office.add(
        "quality_results",
        contract_id="C1",
        measure="q",
        period="2026-01-01",
        numerator=numerator,
        denominator=100,
        target="0.5",
    )
    rows = {r["measured_on"].month: r for r in office.build("measures.skimping_guard")}
    assert rows[7]["reason"] == "the quarter is not complete"
    return rows[4]


@pytest.mark.parametrize(
    ("later", "below", "flagged"), [(2, True, True), (2, False, False), (3, True, False)]
)
def test_a_panel_is_flagged_when_services_fall_while_quality_is_below_its_floor(
    office, later, below, flagged
):
    row = skimped(office, later, below)
    assert (row["is_flagged"], row["reason"]) == (flagged, None)


def test_a_small_fall_is_no_flag_where_the_office_allows_it(office):
    office.configure(services_fall=0.4)
    assert not skimped(office, 2)["is_flagged"]


@pytest.mark.parametrize(
    ("good", "numerator", "met"),
    [("up", 50, True), ("up", 49, False), ("down", 50, True), ("down", 51, False)],
)
def test_a_target_is_reached_in_the_direction_of_its_measure(office, good, numerator, met):
    office.add(
        "quality_results",
        contract_id="C1",
        measure="q",
        period="2026-01-01",
        numerator=numerator,
        denominator=100,
        target="0.5",
        good=good,
    )
    rows = {r["definition_id"]: r for r in office.build("measures.contract_quality")}
    assert rows["contract_quality.targets_met"]["numerator"] == met
    assert rows["contract_quality.quality"]["numerator"] == numerator


def test_versions_of_a_measure_are_kept_apart(office):
    for version, numerator in (("1", 10), ("2", 20)):
        office.add(
            "quality_results",
            contract_id="C1",
            measure="q",
            measure_version=version,
            period="2026-01-01",
            numerator=numerator,
            denominator=50,
        )
    rows = office.build("measures.contract_quality")
    assert {r["measure_version"]: r["numerator"] for r in rows} == {"1": 10, "2": 20}


def test_a_capitated_visit_is_never_missed_and_never_counts_as_good_when_billed(office):
    put(office, "C1", "capitation")
    visit(office, "e1", tags="acp", documented_at="2026-01-10 17:00", is_billable=True)
    office.submit("p9", "2026-05-01 10:00")
    assert office.build("measures.missed_billing") == []
    assert {r["definition_id"] for r in office.build("measures.billable_encounters")} == {
        "billable_encounter_rate.all_models"
    }


SCOPE = "the contract is paid for another scope of cost"
OWN, WHOLE = "own_services", "total_cost_of_care"


@pytest.mark.parametrize(
    ("chassis", "value", "own", "whole"),
    [
        (OWN, None, 60, SCOPE),
        (WHOLE, None, SCOPE, 10),
        (OWN, WHOLE, 60, SCOPE),
        ("", WHOLE, SCOPE, 10),
        ("", None, 60, 10),
    ],
)
def test_a_margin_stands_only_in_the_scope_that_the_contract_is_paid_for(office, chassis, value, own, whole):
    """100 USD of a month, 40 for own services and 90 for all care; both costs are told whatever the scope."""
    put(office, "C1", "capitation", **({"cost_scope": chassis} if chassis else {}))
    if value:
        put(office, "C1", "value_based", layer="value", cost_scope=value)
    member(office, "m1", month="2026-03-01")
    office.add("capitation_payments", contract_id="C1", month="2026-03-01", kind="capitation", amount=100)
    for scope, amount in ((OWN, 40), (WHOLE, 90)):
        office.add("member_costs", contract_id="C1", month="2026-03-01", scope=scope, amount=amount)
    assert revenue(office, "pmpm_margin.own_services") == {3: own}
    assert revenue(office, "pmpm_margin.total_cost_of_care") == {3: whole}
    assert revenue(office, "pmpm_cost.own_services") == {3: 40}
    assert revenue(office, "pmpm_cost.total_cost_of_care") == {3: 90}
