"""What the suites of the front end of the office promise to find: rules that contradict themselves, lags below zero."""

import pytest
import yaml

from assets.quality import EXPECTATIONS_ROOT


def found(office, name, expectation):
    """Return how many rows an expectation's query finds in the model that a test has built."""
    path = EXPECTATIONS_ROOT / f"{name.replace('.', '/')}.yml"
    said = yaml.safe_load(path.read_text(encoding="utf-8"))["expectations"]
    (query,) = [e["with"]["unexpected_rows_query"] for e in said if e["name"] == expectation]
    return len(office.connection.execute(query.format(batch=name)).fetchall())


@pytest.mark.parametrize(
    ("rows", "is_wrong"),
    [
        ((), False),
        ((("medium", 2, None), ("high", 4, None)), False),
        ((("high", 4, None),), True),
        ((("medium", 4, None), ("high", 4, None)), True),
        ((("medium", 5, None), ("high", 4, None)), True),
        ((("medium", 2, "2026-06-30"), ("high", 4, None)), True),
    ],
)
def test_tiers_that_do_not_rise_or_are_incomplete_are_found(office, rows, is_wrong):
    for value, least, last in rows:
        said = {"kind": "tier", "value": value, "points": least, "effective_to": last}
        office.add("complexity_points", effective_from="2026-01-01", **said)
    office.build("ledger.complexity_rules")
    assert (found(office, "ledger.complexity_rules", "tiers_rise") > 0) == is_wrong


def test_an_entry_before_the_note_was_signed_is_found(office):
    for pcn, signed in (("before", "2026-03-02 09:00"), ("after", "2026-03-02 11:00")):
        entry = {"encounter_id": pcn, "pcn": pcn, "entered_by": "s", "service_date": "2026-03-01"}
        office.add("charge_entries", entered_at="2026-03-02 10:00", doc_final_at=signed, **entry)
    lags = {row["pcn"]: row["entry_lag_s"] for row in office.build("ledger.first_passes")}
    assert lags == {"before": 3600, "after": -3600}
    assert found(office, "ledger.first_passes", "note_is_signed_before_entry") == 1


def test_a_claim_sent_out_after_its_limit_is_found(office):
    for pcn, payer in (("late", "P1"), ("in_time", "P2")):
        office.submit(pcn, payer_id=payer, service_from="2026-02-01")
    for payer, days in (("P1", 28), ("P2", 29)):
        office.add("filing_limits", payer_id=payer, limit_days=days, effective_from="2020-01-01")
    office.build("measures.filing_margin")
    assert found(office, "measures.filing_margin", "no_claim_went_out_late") == 1
