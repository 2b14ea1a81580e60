"""First passes of claims, charts and their claims, and the hours that coding and charge entry take."""

from collections import defaultdict
from decimal import Decimal


def only(rows):
    (row,) = rows
    return row


def scrub(office, pcn, *edits, released="12:10"):
    """Accept a claim at noon; edits are (family, time, more), the release follows."""
    event = {"pcn": pcn, "version_no": 1}
    office.add(
        "scrubber_events", event_id=f"{pcn}a", event="accepted", occurred_at="2026-03-02 12:00", **event
    )
    for number, (family, at, more) in enumerate(edits):
        said = {**event, "event": "edit", "edit_family": family, "severity": "error", **more}
        office.add("scrubber_events", event_id=f"{pcn}e{number}", occurred_at=f"2026-03-02 {at}", **said)
    if released:
        at = f"2026-03-02 {released}"
        office.add("scrubber_events", event_id=f"{pcn}r", event="released", occurred_at=at, **event)


def test_an_edit_counts_when_it_stopped_the_first_version_before_its_release(office):
    fixed = {"resolved_at": "2026-03-02 12:05"}
    cases = [
        ({}, "12:01", 1),
        ({"is_automated": True, **fixed}, "12:01", 1),
        ({"severity": "warning"}, "12:01", 0),
        ({"severity": "warning", **fixed}, "12:01", 1),
        ({}, "12:10", 1),
        ({}, "12:11", 0),
        ({"version_no": 2}, "12:01", 0),
        ({"edit_family": "CODING"}, "12:01", 1),
    ]
    for number, (more, at, _) in enumerate(cases):
        office.submit(f"c{number}")
        scrub(office, f"c{number}", ("coding", at, more))
    found = {
        row["pcn"]: (row["n_coding_edits"], row["n_edits"]) for row in office.build("ledger.first_passes")
    }
    assert found == {f"c{number}": (counted, counted) for number, (_, _, counted) in enumerate(cases)}


def test_an_edit_exported_again_with_its_fix_is_one_edit(office):
    office.submit("c")
    scrub(office, "c", ("charge", "12:01", {}))
    again = {"event_id": "ce0", "pcn": "c", "event": "edit", "edit_family": "charge", "version_no": 1}
    office.add("scrubber_events", occurred_at="2026-03-02 12:01", resolved_at="2026-03-02 12:09", **again)
    assert only(office.build("ledger.first_passes"))["n_charge_edits"] == 1


def test_a_claim_is_settled_at_once_when_paid_or_put_on_the_patient_and_not_denied(office):
    cases = [
        (80, [(1, "CO", "45", 20)], True),
        (0, [(1, "CO", "50", 100)], False),
        (0, [(1, "CO", "45", 40), (1, "PR", "1", 60)], True),
        (0, [(1, "CO", "45", 100)], False),
    ]
    for number, (paid, adjustments, _) in enumerate(cases):
        owed = sum(amount for _, group, _, amount in adjustments if group == "PR")
        office.submit(f"c{number}")
        judged = {"paid": paid, "lines": [(100, paid)], "patient_responsibility": owed}
        office.remit(f"r{number}", pcn=f"c{number}", adjustments=adjustments, **judged)
    found = [
        row["is_settled_at_once"]
        for row in sorted(office.build("ledger.first_passes"), key=lambda r: r["pcn"])
    ]
    assert found == [settled for _, _, settled in cases]


def test_a_claim_replaced_under_another_number_was_not_settled_at_once(office):
    office.submit("c")
    office.remit("r", pcn="c", paid=80, lines=[(100, 80)], payer_claim_id="icn")
    office.submit("d", "2026-03-20 10:00", frequency_code="7", original_ref="icn")
    rows = {row["pcn"]: row for row in office.build("ledger.first_passes")}
    assert rows["c"]["is_reworked"]
    assert rows["c"]["is_settled_at_once"] is False
    assert not rows["d"]["is_first_pass"]


def test_a_claim_not_judged_yet_is_neither_settled_nor_not(office):
    office.submit("c")
    assert only(office.build("ledger.first_passes"))["is_settled_at_once"] is None


def code(office, encounter, coder="s1", at="2026-03-02 10:00", **more):
    office.add("coding", encounter_id=encounter, coder_id=coder, finished_at=at, **more)


def test_a_chart_belongs_to_the_claim_that_coding_names_else_to_the_first_entry_of_its_visit(office):
    for pcn, at in (("late", "2026-03-03 12:00"), ("early", "2026-03-03 11:00")):
        entry = {"encounter_id": "e1", "pcn": pcn, "entered_by": "s2", "service_date": "2026-03-01"}
        office.add("charge_entries", entered_at=at, **entry)
    code(office, "e1")
    code(office, "e2", pcn="named")
    code(office, "e3")
    claims = {row["encounter_id"]: row["pcn"] for row in office.build("ledger.charts")}
    assert claims == {"e1": "early", "e2": "named", "e3": None}


def test_a_chart_coded_again_is_one_chart_of_its_last_coder(office):
    code(office, "e1")
    code(office, "e1", coder="s2", at="2026-03-05 10:00")
    row = only(office.build("ledger.charts"))
    assert (row["coder_id"], str(row["coded_on"])) == ("s2", "2026-03-05")


def test_the_hours_of_a_shift_are_split_and_add_up_exactly(office):
    office.add("staff", staff_id="s1", role="coder", role_start="2020-01-01", valid_from="2020-01-01")
    day = "2026-03-02"
    office.add(
        "shifts", staff_id="s1", shift_date=day, start_at=f"{day} 08:00", end_at=f"{day} 17:00", paid_min=470
    )
    for number, setting in enumerate(("inpatient", "professional", "outpatient")):
        code(office, f"e{number}", setting=setting)
        span = (f"{day} 09:{number}0", f"{day} 09:{number}7")
        office.touch(f"t{number}", *span, item_type="encounter", item_id=f"e{number}", action_code="code")
    office.touch("t9", f"{day} 10:00", f"{day} 10:07", item_type="encounter", item_id="unknown")
    hours = defaultdict(Decimal)
    for row in office.build("ledger.production_hours"):
        hours[row["setting"]] += row["productive_h"]
    assert set(hours) == {"inpatient", "professional", "outpatient", "unknown"}
    assert sum(hours.values()) == Decimal("7.8333")
    assert max(hours.values()) - min(hours.values()) <= Decimal("0.0001")


def test_hours_of_other_roles_stay_out(office):
    office.add(
        "staff", staff_id="s1", role="patient_billing", role_start="2020-01-01", valid_from="2020-01-01"
    )
    day = "2026-03-02"
    office.add(
        "shifts", staff_id="s1", shift_date=day, start_at=f"{day} 08:00", end_at=f"{day} 17:00", paid_min=480
    )
    assert office.build("ledger.production_hours") == []
