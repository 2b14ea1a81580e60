"""Contracts: a day stands under one payment model, capitated work takes no volume target, and stays are merged as one would by hand."""

from datetime import date

import pytest


def put(office, contract, model, *, layer="chassis", payer="P1", since="2026-01-01", until=None, **more):
    row = {"contract_id": contract, "layer": layer, "payer_id": payer, "model": model, "valid_from": since}
    office.add("payer_contracts", **row, **({"valid_to": until} if until else {}), **more)


def visit(office, number, payer="P1", day="2026-03-02", **more):
    row = {
        "encounter_id": number,
        "provider_npi": "n1",
        "person_key": "m1",
        "payer_id": payer,
        "visit_date": day,
    }
    office.add("encounters", status="completed", updated_at=f"{day} 17:00", **row, **more)


def models(office):
    return sorted((r["valid_from"], r["valid_to"], r["model"]) for r in office.build("ledger.payer_models"))


@pytest.mark.parametrize(
    ("layers", "model", "allowed"),
    [
        ([("chassis", "fee_for_service")], "fee_for_service", True),
        ([("chassis", "fee_for_service"), ("value", "value_based")], "fee_for_service+value_based", True),
        ([("chassis", "capitation")], "capitation", False),
        ([("chassis", "capitation"), ("value", "value_based")], "capitation+value_based", False),
        ([("chassis", "fee_for_service"), ("value", "capitation")], "fee_for_service+capitation", False),
        ([("value", "value_based")], "value_based", False),
    ],
)
def test_a_volume_target_is_offered_for_what_is_paid_by_the_service_and_never_for_a_capitated_panel(
    office, layers, model, allowed
):
    for layer, name in layers:
        put(office, "C1", name, layer=layer)
    visit(office, "e1")
    (row,) = office.build("ledger.claim_models")
    assert (row["contract_id"], row["model"], row["volume_targets_allowed"]) == ("C1", model, allowed)


def test_a_payer_with_one_capitated_plan_takes_no_volume_target_for_any_of_them(office):
    put(office, "C1", "fee_for_service", plan="PPO")
    put(office, "C2", "capitation", plan="HMO")
    visit(office, "e1")
    (row,) = office.build("ledger.claim_models")
    assert (row["contract_id"], row["model"], row["volume_targets_allowed"]) == ("unknown", "mixed", False)


def test_without_contracts_everything_is_as_it_was(office):
    visit(office, "e1", payer=None)
    office.submit("p1", service_from="2026-03-02")
    rows = office.build("ledger.claim_models")
    assert {(r["kind"], r["model"], r["volume_targets_allowed"]) for r in rows} == {
        ("claim", "unknown", True),
        ("encounter", "unknown", True),
    }


def test_the_model_is_that_of_the_day_of_service(office):
    put(office, "C1", "fee_for_service", until="2026-12-31")
    put(office, "C1", "capitation", since="2026-03-01")
    visit(office, "e1", day="2026-02-28")
    visit(office, "e2", day="2026-03-01")
    visit(office, "e3", day="2025-12-31")
    rows = {r["item_id"]: r["model"] for r in office.build("ledger.claim_models")}
    assert rows == {"e1": "fee_for_service", "e2": "capitation", "e3": "unknown"}


def test_a_period_ends_where_the_next_one_of_its_layer_begins_and_the_last_delivery_holds(office):
    put(office, "C1", "capitation", delivery_date="2026-01-02")
    put(office, "C1", "fee_for_service", delivery_date="2026-01-05")
    put(office, "C1", "capitation", since="2026-07-01")
    put(office, "C1", "value_based", layer="value", since="2026-04-01", until="2026-04-30")
    assert models(office) == [
        (date(2026, 1, 1), date(2026, 3, 31), "fee_for_service"),
        (date(2026, 4, 1), date(2026, 4, 30), "fee_for_service+value_based"),
        (date(2026, 5, 1), date(2026, 6, 30), "fee_for_service"),
        (date(2026, 7, 1), None, "capitation"),
    ]


def stay(office, number, first, last, **more):
    row = {"contract_id": "C1", "person_key": "m1", "kind": "acute", "disposition": "home", **more}
    office.add("admissions", admission_id=number, admitted_on=first, discharged_on=last, **row)


def merged(office):
    return {
        r["stay_id"]: (r["n_admissions"], str(r["discharged_on"])[5:]) for r in office.build("ledger.stays")
    }


@pytest.mark.parametrize(
    ("begins", "disposition", "kind", "stays"),
    [
        ("2026-01-05", "home", "acute", {"a": (2, "01-08")}),
        ("2026-01-03", "home", "acute", {"a": (2, "01-08")}),
        ("2026-01-06", "transfer", "acute", {"a": (2, "01-08")}),
        ("2026-01-06", "home", "acute", {"a": (1, "01-05"), "b": (1, "01-08")}),
        ("2026-01-07", "transfer", "acute", {"a": (1, "01-05"), "b": (1, "01-08")}),
        ("2026-01-05", "transfer", "rehab", {"a": (1, "01-05"), "b": (1, "01-08")}),
    ],
)
def test_contiguous_stays_and_transfers_are_one_stay(office, begins, disposition, kind, stays):
    stay(office, "a", "2026-01-02", "2026-01-05", disposition=disposition)
    stay(office, "b", begins, "2026-01-08", kind=kind)
    assert merged(office) == stays


def test_a_short_stay_within_a_long_one_does_not_split_what_follows(office):
    stay(office, "a", "2026-01-01", "2026-01-20")
    stay(office, "b", "2026-01-03", "2026-01-04")
    stay(office, "c", "2026-01-20", "2026-01-25", disposition="died")
    (row,) = office.build("ledger.stays")
    assert (row["stay_id"], row["n_admissions"], row["disposition"]) == ("a", 3, "died")


def test_a_stay_delivered_again_for_another_person_leaves_the_first_one(office):
    stay(office, "a", "2026-01-02", "2026-01-05", delivery_date="2026-01-06")
    stay(office, "a", "2026-01-02", "2026-01-05", person_key="m2", delivery_date="2026-01-09")
    assert [r["person_key"] for r in office.build("ledger.stays")] == ["m2"]


def test_who_was_taken_out_of_the_roster_is_no_member(office):
    for day, share in (("2026-03-02", 1), ("2026-03-09", 0)):
        office.add(
            "member_months",
            contract_id="C1",
            person_key="m1",
            month="2026-03-01",
            share=share,
            delivery_date=day,
        )
    assert office.build("ledger.panel_members") == []
