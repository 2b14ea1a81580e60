"""What each metric of the catalogue rests on, and that the sample office delivers it: columns that are filled somewhere."""

from collections import defaultdict

import pytest
from python_calamine import CalamineWorkbook

from assets.intake.contracts import TABLES
from assets.sample.rows import SHEET_FEEDS

WORK = (
    "work_log: staff_id item_type item_id pcn action_code disposition_code started_at ended_at is_automated"
)
SHIFTS = "shifts: paid_min leave_min meeting_min training_min start_at end_at"
ROSTER = "staff: role role_start loaded_rate valid_from valid_to hire_date"
FRICTION = "friction: system kind started_at ended_at reported_by"
ACTIVITY = "activity: staff_id app app_class started_at ended_at active_s site"
ACCOUNTS = "accounts: opened_at closed_at close_reason payer_id"
EFFORT = (WORK, SHIFTS, ROSTER, FRICTION, ACTIVITY)
SCRUBBER = "scrubber_events: pcn version_no event edit_code edit_family severity occurred_at resolved_by is_automated"
ENTRIES = (
    "charge_entries: encounter_id doc_final_at entered_by entered_at payer_class n_lines charge service_date"
)
DENIALS = "denial_worklist: carc category tier assigned_to denied_on first_worked_at resolved_at outcome"
APPEALS = (
    "appeals: level filed_by filed_at deadline_on decided_at decision recovered_amount returned_for_docs_at"
)
PAYMENTS = "payments: method n_lines received_on posted_by posted_at exception_reason variance_amount exception_resolved_at"
WRITE_OFFS = "account_adjustments: adjustment_class amount posted_by posted_at"
SNAPSHOTS = "ar_snapshots: balance payer_class service_date billed_on is_dnfb"
HELD = "assignments: staff_id assigned_at ended_at opening_balance assigned_by"
CODING = "coding: coder_id assigned_by finished_at setting drg n_codes"
CALLS = "calls: staff_id talk_s hold_s wrap_s reason started_at outcome"
AUDITS = "audits: item_type n_reviewed n_correct assigned_category audited_category score rubric_version auditor_id"
BOOKS = "financials: period payer_class gross_charges contractual_adjustments npsr cash rcm_cost"

NEEDS = {
    1: ("837", "835", "denial_codes: carc rarc category is_denial"),
    2: (SCRUBBER, ENTRIES),
    3: (SNAPSHOTS, BOOKS, ACCOUNTS, "837"),
    4: (ENTRIES, PAYMENTS, WRITE_OFFS),
    5: (SCRUBBER, "277CA", "835", CODING),
    6: EFFORT,
    7: (*EFFORT, ACCOUNTS),
    8: ("work_log: trigger due_on", ACCOUNTS, "835", "837"),
    9: ("837", APPEALS, "work_log: reason origin_role"),
    10: (SCRUBBER, PAYMENTS),
    11: (WORK, "queries: query_id coder_id"),
    12: (ACTIVITY,),
    13: ("queue_events: queue item_id event occurred_at reason sla_hours",),
    14: (CODING, SHIFTS, FRICTION),
    15: (CODING, SCRUBBER),
    16: ("837", "diagnosis_codes: code description is_billable has_specific_sibling fiscal_year", AUDITS),
    17: ("queries: sent_at answered_at provider_npi",),
    18: (CODING, "837"),
    19: (ENTRIES, SHIFTS),
    20: ("837", "filing_limits: payer_id claim_type limit_days is_calendar_year effective_to"),
    21: (ENTRIES, SCRUBBER),
    22: (ENTRIES,),
    23: (PAYMENTS, SHIFTS),
    24: (PAYMENTS,),
    25: ("deposits: bank_amount plb_amount posted_complete_at reconciled_at", PAYMENTS),
    26: (PAYMENTS,),
    27: (*EFFORT, HELD),
    28: ("work_log: trigger due_on",),
    29: (ACTIVITY, "activity: wait_reason", SHIFTS, FRICTION),
    30: (SNAPSHOTS, PAYMENTS, WRITE_OFFS),
    31: (HELD, PAYMENTS, WRITE_OFFS),
    32: (HELD, ACCOUNTS),
    33: (DENIALS, WORK, SHIFTS),
    34: (DENIALS, APPEALS),
    35: (DENIALS, AUDITS),
    36: (APPEALS, WORK),
    37: (DENIALS, APPEALS),
    38: (WORK, CALLS, SHIFTS),
    39: (AUDITS, CALLS),
    40: (ACCOUNTS, "accounts: plan_started_at", PAYMENTS),
    41: (CALLS,),
    42: (ROSTER,),
    43: (
        FRICTION,
        SHIFTS,
        "friction_claims: staff_id system kind started_at ended_at status decided_by decided_at",
    ),
    44: ("activity: wait_reason", SHIFTS),
    45: ("shifts: overtime_min", WORK),
    46: (SCRUBBER, DENIALS, "835"),
    47: (WORK, CODING, AUDITS),
    48: (WORK, ENTRIES, DENIALS),
    49: (WORK, SCRUBBER, AUDITS),
    50: ("production_history: units active_min friction_min",),
    51: (ROSTER, WORK),
    52: (BOOKS, "client_fees: client_id fee cost cash"),
    53: ("reference_values: metric low value high source n year caveat",),
}


@pytest.fixture(scope="module")
def filled(office):
    """Columns that hold something, by feed."""
    found = defaultdict(set)
    for feed in {table.feed for table in TABLES.values()} - SHEET_FEEDS - {"837", "835", "ack"}:
        for row in office.rows(feed):
            found[feed] |= {name for name, value in row.items() if value}
    for feed in SHEET_FEEDS:
        names = [column.name for column in TABLES[feed].columns]
        for path in office.files(f"{feed}_*.xlsx"):
            for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]:
                found[feed] |= {name for name, value in zip(names, row, strict=False) if value != ""}
    return found


@pytest.mark.parametrize("metric", range(1, 54))
def test_the_sample_office_delivers_what_a_metric_rests_on(office, filled, metric):
    for need in NEEDS[metric]:
        feed, _, columns = need.partition(": ")
        if columns:
            assert set(columns.split()) <= filled[feed], feed
        else:
            assert office.files(f"{feed}*.x12"), feed
