"""What the measures of posting, denial management and patient billing rest on: hours per item, latest states, cohorts."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DAY = "2026-03-10"
FIRST = date(2026, 3, 2)


def only(rows):
    (row,) = rows
    return row


def shift(office, minutes=480, person="s1", day=DAY, **more):
    office.add(
        "shifts",
        staff_id=person,
        shift_date=day,
        start_at=f"{day} 08:00",
        end_at=f"{day} 18:00",
        paid_min=minutes,
        **more,
    )


def denial(office, number="D1", **more):
    row = {
        "denial_id": number,
        "pcn": "c1",
        "payer_id": "P1",
        "denied_on": "2026-03-02",
        "outcome": "open",
        "amount": 100,
    }
    office.add("denial_worklist", **{**row, "updated_at": "2026-03-02 06:00", **more})


def appeal(office, number="A1", **more):
    row = {
        "appeal_id": number,
        "denial_id": "D1",
        "level": 1,
        "filed_by": "s1",
        "filed_at": "2026-03-05 09:00",
    }
    office.add("appeals", **{**row, "updated_at": "2026-03-05 09:00", **more})


@pytest.fixture
def empty_hours(office):
    office.build("ledger.item_hours")
    return office


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.decimals(0, 900, places=3),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9000), st.integers(0, 9000)), max_size=9),
)
def test_the_hours_of_a_days_items_add_up_to_the_day(empty_hours, minutes, touches):
    db = empty_hours.connection
    db.execute("delete from ledger.touches")
    db.execute("delete from ledger.staff_days")
    db.execute(
        "insert into ledger.staff_days (staff_id, role, productive_min, work_date) values ('s1', 'coder', ?, ?)",
        [minutes, DAY],
    )
    for number, (item, active, span) in enumerate(touches):
        db.execute(
            "insert into ledger.touches (touch_id, staff_id, item_type, item_id, complexity, is_completed, active_s, span_s, worked_on) "
            "values (?, 's1', 'claim', ?, 'medium', true, ?, ?, ?)",
            [str(number), str(item), active, span, DAY],
        )
    rows = empty_hours.run("ledger.item_hours", date(1900, 1, 1), date(2999, 12, 31)).to_pylist()
    assert len(rows) == max(len({item for item, _, _ in touches}), 1)
    assert all(row["productive_h"] >= 0 for row in rows)
    day = (minutes / 60).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    # the day is divided as a measured number, so an exact half of the last digit may fall to either side
    assert abs(sum(row["productive_h"] for row in rows) - day) <= Decimal("0.0001")


def test_hours_are_split_by_active_time_and_by_elapsed_time_where_nothing_was_active(office):
    shift(office)
    office.touch("t1", f"{DAY} 09:00", f"{DAY} 10:00", item_id="a")
    office.touch("t2", f"{DAY} 10:00", f"{DAY} 13:00", item_id="b")
    office.add(
        "activity", source="log", staff_id="s1", kind="app", started_at=f"{DAY} 08:00", ended_at=f"{DAY} 08:30",
        active_s=1800, grain="event",
    )  # fmt: skip
    hours = {row["item_id"]: row["productive_h"] for row in office.build("ledger.item_hours")}
    assert hours == {"a": 2, "b": 6}


def test_a_day_without_touches_keeps_its_hours_and_touches_without_a_shift_get_none(office):
    shift(office)
    office.touch("t1", "2026-03-11 09:00", "2026-03-11 10:00")
    row = only(office.build("ledger.item_hours"))
    assert (row["item_type"], row["item_id"], row["productive_h"]) == ("none", "", 8)
    assert row["worked_on"] == date(2026, 3, 10)


def test_of_a_payment_the_latest_delivery_counts_even_when_its_day_of_posting_was_mended(office):
    paid = {"txn_id": "p", "method": "era_manual", "exception_reason": "variance", "amount": 5}
    office.add(
        "payments", posted_at="2026-03-10 09:00", received_on="2026-03-09", delivery_date="2026-03-10", **paid
    )
    office.add(
        "payments",
        posted_at="2026-03-09 09:00",
        exception_resolved_at="2026-03-08 09:00",
        delivery_date="2026-03-11",
        **paid,
    )
    row = only(office.build("ledger.payments"))
    assert (row["posted_on"], row["received_on"]) == (date(2026, 3, 9), date(2026, 3, 9))
    assert (row["exception_opened_on"], row["exception_closed_on"]) == (date(2026, 3, 9), date(2026, 3, 9))
    assert (row["n_lines"], row["variance_amount"], row["is_manual"]) == (1, 0, True)


def test_an_exception_without_a_resolution_stays_open_and_a_payment_without_one_never_opens(office):
    office.add(
        "payments",
        txn_id="p",
        method="patient",
        amount=5,
        exception_reason="plb",
        posted_at="2026-03-10 09:00",
    )
    office.add(
        "payments",
        txn_id="q",
        method="patient",
        amount=5,
        exception_resolved_at="2026-03-10 09:00",
        posted_at="2026-03-10 09:00",
    )
    assert {row["txn_id"]: (row["exception_opened_on"], row["exception_closed_on"]) for row in office.build("ledger.payments")} == {
        "p": (date(2026, 3, 10), None), "q": (None, None)
    }  # fmt: skip


def test_the_teams_word_names_the_root_cause_and_the_code_where_it_says_nothing(office):
    said = {
        ("Authorization ", "50"): ("authorisation", "registration_technical", True),
        ("other", "50"): ("medical_necessity", "clinical", False),
        (None, "11"): ("coding", "coding_information", False),
        ("other", "Z99"): ("unmapped", "unmapped", False),
        (None, None): ("unmapped", "unmapped", False),
    }
    for number, (category, carc) in enumerate(said):
        denial(office, f"D{number}", pcn=f"c{number}", category=category, carc=carc)
    rows = {row["denial_id"]: row for row in office.build("ledger.denial_cases")}
    found = [
        (rows[f"D{n}"]["root_cause"], rows[f"D{n}"]["tier"], rows[f"D{n}"]["is_mapped"])
        for n in range(len(said))
    ]
    assert found == list(said.values())


def test_late_filings_and_unprocessable_claims_cannot_be_appealed(office):
    denial(office, "D1", carc="29")
    denial(office, "D2", pcn="c2", carc="16")
    denial(office, "D3", pcn="c3", carc="16")
    for claim in ("c2", "c3"):
        office.remit(claim, day="2026-03-02", lines=[(100, 0)], adjustments=[(1, "CO", "16", 100)])
    office.add(
        "remit_remarks", remit_claim_id="c2", pcn="c2", line_no=1, source="LQ", qualifier="HE", code="MA130",
        payment_date="2026-03-02",
    )  # fmt: skip
    found = {row["denial_id"]: row["is_appealable"] for row in office.build("ledger.denial_cases")}
    assert found == {"D1": False, "D2": False, "D3": True}


def test_an_appeal_counts_in_its_latest_state_and_only_once_it_was_filed(office):
    denial(office)
    appeal(office, decision="overturned", decided_at="2026-03-20 09:00", updated_at="2026-03-20 09:00")
    appeal(office)
    appeal(office, "A2", filed_at=None)
    row = only(office.build("ledger.appeal_states"))
    assert (row["appeal_id"], row["is_decided"], row["is_overturned"], row["denied_on"]) == (
        "A1",
        True,
        True,
        FIRST,
    )


def test_an_appeal_is_in_time_up_to_its_deadline(office):
    deadlines = {"on the day": "2026-03-05", "the day before": "2026-03-04", "unknown": None}
    for number, deadline in deadlines.items():
        appeal(office, number, deadline_on=deadline)
    found = {row["appeal_id"]: row["is_in_time"] for row in office.build("ledger.appeal_states")}
    assert found == {"on the day": True, "the day before": False, "unknown": True}


def test_looking_is_no_work_on_a_denial_and_a_note_only_when_it_finishes_it(office):
    said = {
        ("appeal", "pending"): True,
        ("correct", "completed"): True,
        ("status_check", "completed"): False,
        ("view", "completed"): False,
        ("note", "pending"): False,
        ("note", "completed"): True,
        ("appeal", None): False,
    }
    for number, (action, disposition) in enumerate(said):
        office.touch(
            f"t{number}", f"{DAY} 09:00", f"{DAY} 10:00", item_type="denial", item_id=f"D{number}", action_code=action,
            disposition_code=disposition,
        )  # fmt: skip
    found = {row["denial_id"]: row["is_substantive"] for row in office.build("ledger.denial_work")}
    assert [found[f"D{number}"] for number in range(len(said))] == list(said.values())


def test_time_on_a_return_begins_with_the_return_and_ends_with_the_decision(office):
    denial(office)
    appeal(office, returned_for_docs_at="2026-03-10 09:30", decided_at="2026-03-10 12:00", decision="upheld")
    for number, (start, end) in enumerate([("09:00", "09:20"), ("09:30", "10:30"), ("12:00", "13:00")]):
        office.touch(
            str(number), f"{DAY} {start}", f"{DAY} {end}", item_type="denial", item_id="D1", action_code="attach",
            disposition_code="pending",
        )  # fmt: skip
    row = only(office.build("ledger.denial_work"))
    assert (row["return_h"], row["active_h"], row["productive_h"]) == (1, Decimal("2.3333"), None)


def test_only_a_call_that_comes_in_later_about_the_same_account_is_a_next_contact(office):
    office.add("staff", staff_id="s3", role="patient_billing", role_start=FIRST, valid_from=FIRST)
    said = [
        ("k1", "a", "inbound", "03-10 09:00"), ("k2", "a", "outbound", "03-11 09:00"), ("k3", "b", "inbound", "03-11 10:00"),
        ("k4", "a", "inbound", "03-13 09:00"), ("k5", None, "inbound", "03-14 09:00"),
    ]  # fmt: skip
    for call, account, direction, at in said:
        office.add(
            "calls", call_id=call, staff_id="s3", pcn=account, direction=direction, started_at=f"2026-{at}"
        )
    found = {row["call_id"]: row["next_contact_on"] for row in office.build("ledger.contacts")}
    assert found == {"k1": date(2026, 3, 13), "k2": date(2026, 3, 13), "k3": None, "k4": None}


def test_a_day_is_known_once_the_configured_days_lie_between_it_and_the_last_one(office):
    office.configure(repeat_contact_days=3, instalment_days=10)
    office.add("calls", call_id="k", staff_id="s3", started_at="2026-03-10 09:00")
    office.add("payments", txn_id="p", method="patient", amount=5, posted_at="2026-03-30 09:00")
    last = {}
    for row in office.build("ledger.matured_days"):
        last[row["question"]] = max(row["day"], last.get(row["question"], row["day"]))
    assert last == {"repeat_contact": date(2026, 3, 7), "first_instalment": date(2026, 3, 10)}


def handled(office, accounts):
    """Let every account be handled first on the 10th, and return what became of each."""
    office.add("staff", staff_id="s3", role="patient_billing", role_start=FIRST, valid_from=FIRST)
    for account, state in accounts.items():
        call = {"staff_id": "s3", "pcn": account, "outcome": "resolved", "started_at": "2026-03-10 09:00"}
        office.add("calls", call_id=account, **call)
        office.add(
            "accounts", pcn=account, opened_at="2026-01-05 09:00", updated_at="2026-03-01 09:00", **state
        )
    rows = office.build("ledger.handled_accounts")
    return {
        row["account"]: (row["is_closed"], row["is_closed_without_write_off"], row["is_on_paid_plan"])
        for row in rows
    }


def test_an_account_is_closed_within_the_days_and_a_write_off_is_told_apart(office):
    said = {
        ("2026-04-09", "patient_paid"): (True, True, False),
        ("2026-04-10", "patient_paid"): (False, False, False),
        ("2026-03-12", "bad_debt"): (True, False, False),
        ("2026-03-12", "charity"): (True, True, False),
        ("2026-03-12", None): (True, True, False),
    }
    accounts = {
        f"{day} {reason}": {"closed_at": f"{day} 09:00", "close_reason": reason} for day, reason in said
    }
    assert handled(office, accounts) == {f"{day} {reason}": found for (day, reason), found in said.items()}


def test_a_plan_counts_once_the_patient_pays_the_first_instalment_in_time(office):
    said = {
        "on the last day": ("2026-03-10", "2026-04-09", "patient", True),
        "a day late": ("2026-03-10", "2026-04-10", "patient", False),
        "before the plan": ("2026-03-10", "2026-03-09", "patient", False),
        "by the payer": ("2026-03-10", "2026-03-20", "era_auto", False),
        "a plan too late": ("2026-04-10", "2026-04-11", "patient", False),
    }
    for account, (_, paid, method, _) in said.items():
        row = {"txn_id": account, "pcn": account, "method": method, "amount": 5, "received_on": paid}
        office.add("payments", posted_at="2026-05-01 09:00", **row)
    accounts = {account: {"plan_started_at": f"{plan} 09:00"} for account, (plan, _, _, _) in said.items()}
    found = handled(office, accounts)
    assert found == {account: (False, False, is_on_plan) for account, (_, _, _, is_on_plan) in said.items()}
