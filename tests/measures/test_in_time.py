"""Shares in time of charge entry and posting: whose time counts, and what is left out."""


def entered(office, **more):
    """Put in charges of a note that was final on Monday at 9:00, entered on Thursday at 9:00: 27 business hours."""
    row = {"pcn": "c1", "encounter_id": "e1", "service_date": "2026-02-27", "entered_by": "s1"}
    moments = {"doc_final_at": "2026-03-02 09:00", "entered_at": "2026-03-05 09:00"}
    office.add("charge_entries", **{**row, **moments, **more})


def hours(office):
    return [row["working_h"] for row in office.build("ledger.entry_terms")]


def shares(office, name):
    return [
        (row["staff_id"], row["role"], row["numerator"], row["denominator"])
        for row in office.build("measures.in_time")
        if row["definition_id"] == f"in_time.{name}"
    ]


def test_without_anything_in_the_way_the_clock_is_that_of_the_business_hours(office):
    entered(office)
    (lag,) = [r for r in office.build("ledger.durations") if r["definition_id"] == "entry_lag.business_hours"]
    assert hours(office) == [lag["duration"]] == [27]


def test_the_time_of_coders_and_providers_is_not_held_against_whoever_enters(office):
    cases = (
        ("2026-03-03 09:00", None, 18),
        ("2026-03-03 09:00", "2026-03-04 09:00", 9),
        ("2026-02-27 09:00", None, 27),
        ("2026-03-06 09:00", "2026-03-06 09:00", 27),
    )
    for number, (coded, answered, _) in enumerate(cases):
        entered(office, pcn=f"c{number}", encounter_id=f"e{number}")
        office.add("coding", encounter_id=f"e{number}", coder_id="k", finished_at=coded)
        query = {"query_id": f"q{number}", "encounter_id": f"e{number}", "sent_at": "2026-03-02 10:00"}
        office.add("queries", **query, answered_at=answered, updated_at="2026-03-06 09:00")
    assert {r["pcn"]: r["working_h"] for r in office.build("ledger.entry_terms")} == {
        f"c{number}": left for number, (*_, left) in enumerate(cases)
    }


def test_a_day_that_was_lost_to_the_person_stops_the_clock_of_that_person_only(office):
    entered(office)
    entered(office, pcn="c2", entered_by="s2")
    office.add(
        "shifts", staff_id="s1", shift_date="2026-03-03", start_at="2026-03-03 08:00", end_at="2026-03-03 16:00", paid_min=480,
        leave_min=480,
    )  # fmt: skip
    assert sorted(shares(office, "charges_entered")) == [("s1", "unknown", 1, 1), ("s2", "unknown", 0, 1)]


def test_an_entry_before_the_note_or_without_one_or_by_nobody_is_not_counted(office):
    entered(office, pcn="c1", doc_final_at=None)
    entered(office, pcn="c2", doc_final_at="2026-03-06 09:00")
    entered(office, pcn="c3", entered_by=None)
    assert shares(office, "charges_entered") == []


def posted(office, name, received, **more):
    row = {"txn_id": name, "amount": 5, "method": "eob_manual", "received_on": received, "posted_by": "s1"}
    office.add("payments", **{**row, "posted_at": "2026-03-09 10:00", **more})


def test_a_payment_is_in_time_by_business_days_from_receipt_to_posting(office):
    office.add(
        "staff", staff_id="s1", role="payment_posting", role_start="2026-01-05", valid_from="2026-01-05"
    )
    posted(office, "friday", "2026-03-06")
    posted(office, "saturday", "2026-03-07")
    posted(office, "thursday", "2026-03-05")
    for name, more in {
        "unknown": {"received_on": None},
        "backwards": {"received_on": "2026-03-10"},
        "by the system": {"method": "era_auto", "posted_by": None},
    }.items():
        posted(office, name, "2026-03-06", **more)
    assert shares(office, "payments_posted") == [("s1", "payment_posting", 2, 3)]
