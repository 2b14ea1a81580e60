"""The frame of the clinicians' bands: which days are in it, and how the day's work is paid."""

from datetime import date

import pytest

WRVU, VISITS = "wrvu_per_worked_day.actual", "encounters_per_day.all"


@pytest.fixture
def clinic(office):
    """An office with a clinician at work on two days, and contracts of three payers."""
    office.add(
        "providers", provider_npi="n1", clinician_type="physician", specialty="palliative", setting="clinic",
        fte=1, valid_from="2026-01-01",
    )  # fmt: skip
    for day, share in (("2026-03-02", 1), ("2026-03-03", 0.5), ("2026-03-04", 0)):
        office.add("provider_days", provider_npi="n1", work_date=day, worked_share=share)
    for payer, model in (("FFS", "fee_for_service"), ("CAP", "capitation")):
        office.add(
            "payer_contracts",
            contract_id=payer,
            layer="chassis",
            payer_id=payer,
            model=model,
            valid_from="2026-01-01",
        )
    office.add(
        "payer_contracts",
        contract_id="VALUE",
        layer="value",
        payer_id="VALUE",
        model="value_based",
        valid_from="2026-01-01",
    )
    return office


def visit(office, number, payer, day="2026-03-02", status="completed"):
    office.add(
        "encounters", encounter_id=number, provider_npi="n1", person_key=f"p{number}", payer_id=payer, visit_date=day,
        status=status, updated_at=f"{day} 18:00",
    )  # fmt: skip


def measured(office):
    """Put in the clinician's two worked days as they are added up, so that only the payers' side is built."""
    columns = "numerator decimal(18, 4), denominator decimal(18, 4), measured_on date"
    names = "definition_id text, provider_npi text, clinician_type text, specialty text, setting text"
    office.connection.execute(f"create table measures.by_clinician ({names}, {columns})")
    for measure in (WRVU, VISITS):
        for day in ("2026-03-02", "2026-03-03"):
            office.connection.execute(
                "insert into measures.by_clinician values (?, 'n1', 'physician', 'palliative', 'clinic', 1, 1, ?)",
                [measure, day],
            )


def days(office):
    rows = office.build("measures.clinician_days")
    return {(row["definition_id"], row["measured_on"].isoformat()): row for row in rows}


def paid(row):
    return row["n_by_volume"], row["n_not_by_volume"], row["n_untold"]


def test_only_worked_days_are_in_the_frame_each_with_its_share(clinic):
    visit(clinic, "1", "FFS")
    visit(clinic, "2", "FFS", day="2026-03-04")
    found = days(clinic)
    assert set(found) == {(m, d) for m in (WRVU, VISITS) for d in ("2026-03-02", "2026-03-03")}
    row = found[VISITS, "2026-03-02"]
    assert (row["numerator"], row["denominator"], row["measured_on"]) == (1.0, 1.0, date(2026, 3, 2))
    assert (row["specialty"], row["setting"], row["clinician_type"]) == ("palliative", "clinic", "physician")
    assert found[VISITS, "2026-03-03"]["denominator"] == 0.5


def test_visits_are_told_apart_by_what_their_payers_pay_for(clinic):
    """A value layer without a fee-for-service chassis pays for no visit either; a payer without a contract is not told."""
    measured(clinic)
    for number, payer in enumerate(["FFS", "FFS", "CAP", "VALUE", "OTHER", None]):
        visit(clinic, str(number), payer)
    visit(clinic, "9", "CAP", status="no_show")
    found = days(clinic)
    assert paid(found[VISITS, "2026-03-02"]) == paid(found[WRVU, "2026-03-02"]) == (2, 2, 1)
    assert paid(found[VISITS, "2026-03-03"]) == (0, 0, 0)


def claim(office, number, payer):
    head = {
        "submission_id": number,
        "pcn": number,
        "service_from": "2026-03-02",
        "submitted_at": "2026-03-03 10:00",
    }
    office.add(
        "claims", payer_id=payer, rendering_npi="n1", claim_type="P", frequency_code="1", payer_seq="P", charge=100,
        n_lines=1, **head,
    )  # fmt: skip
    office.add("claim_lines", line_no=1, procedure_code="99213", units=1, **head)


def test_a_day_without_visits_that_name_a_payer_goes_by_its_claims(clinic):
    measured(clinic)
    visit(clinic, "1", None)
    for number, payer in enumerate(["FFS", "CAP", "CAP"]):
        claim(clinic, f"c{number}", payer)
    assert paid(days(clinic)[VISITS, "2026-03-02"]) == (1, 2, 0)


def test_where_visits_name_their_payers_claims_are_not_counted_beside_them(clinic):
    measured(clinic)
    visit(clinic, "1", "CAP")
    claim(clinic, "c1", "FFS")
    assert paid(days(clinic)[VISITS, "2026-03-02"]) == (0, 1, 0)
