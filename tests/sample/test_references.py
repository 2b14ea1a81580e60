"""The reference tables of the sample office: they know what the office uses, and change when they should."""

from datetime import date

import pytest

from assets.sample.office import OfficeSize, write_office
from assets.sample.payers import PAYERS


def test_every_payer_has_a_filing_limit_on_every_day_of_service(office):
    limits = list(office.rows("filing_limits"))
    assert {row["payer_id"] for row in limits} == {payer.code for payer in PAYERS}
    for payer in PAYERS:
        for day in ("2025-10-01", "2025-12-31", "2026-01-01", "2026-06-30"):
            fits = [
                row["claim_type"]
                for row in limits
                if row["payer_id"] == payer.code
                and row["effective_from"] <= day <= (row["effective_to"] or "9999")
            ]
            assert sorted(fits) in (["I", "P"], [""])
    by_year = {row["payer_id"] for row in limits if row["is_calendar_year"] == "true"}
    assert by_year == {payer.code for payer in PAYERS if payer.payer_class == "medicare"}


def test_every_diagnosis_on_a_claim_is_in_the_list_of_its_year(office):
    known = {row["code"]: row for row in office.rows("diagnosis_codes") if row["fiscal_year"] == "2026"}
    used = set()
    for _, segments in office.x12("837*.x12"):
        for s in segments:
            if s[0] == "HI":
                used |= {e.split(":")[1] for e in s[1:] if not e.startswith("DR")}
    assert used
    assert used <= {code for code, row in known.items() if row["is_billable"] == "true"}
    vague = [row for row in known.values() if "unspecified" in row["description"]]
    assert {row["has_specific_sibling"] for row in vague} == {"true", "false"}
    assert all(row["description"].startswith("SYNTHETIC") for row in known.values())


def test_a_new_fiscal_year_brings_its_codes_on_its_first_day(tmp_path):
    write_office(tmp_path, OfficeSize(days=4, claims_per_day=4, staff=6, start=date(2026, 9, 29)))
    days = sorted(path.parent.name for path in (tmp_path / "inbox").glob("*/diagnosis_codes_*.csv"))
    assert days == ["2026-09-29", "2026-10-01"]


@pytest.mark.parametrize("feed", ["reference_values", "denial_codes"])
def test_reference_rows_are_told_once_and_are_invented(office, feed):
    rows = list(office.rows(feed))
    assert len(office.files(f"{feed}_*.csv")) == 1
    assert rows
    if feed == "reference_values":
        assert all(row["source"].startswith("SYNTHETIC") for row in rows)
    else:
        assert any(row["carc"] == "16" and row["rarc"] for row in rows)
