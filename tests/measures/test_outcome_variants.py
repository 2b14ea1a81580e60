"""What the golden rooms leave out of the outcome metrics: what is withheld, warned about, or never read."""

import re
from datetime import date, timedelta
from importlib import util
from pathlib import Path

import pytest
import yaml

from assets.measures.registry import load_definitions

ROOT = Path(__file__).resolve().parents[2]
CO_50 = [(1, "CO", "50", 100)]
_SPEC = util.spec_from_file_location("ledger_suites", ROOT / "tests" / "ledger" / "test_suites.py")
_MODULE = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
found = _MODULE.found


def rows_of(office, table, **where):
    return [r for r in office.build(table) if all(r[name] == value for name, value in where.items())]


def value_of(office, table, definition, **where):
    (row,) = rows_of(office, table, definition_id=definition, **where)
    return row["numerator"], row["denominator"], row["value"]


def warns(table, name):
    suite = yaml.safe_load(
        (ROOT / "expectations" / f"{table.replace('.', '/')}.yml").read_text(encoding="utf-8")
    )
    (expectation,) = [e for e in suite["expectations"] if e["name"] == name]
    return expectation["blocking"] is False


def months(office, last="2026-04-30"):
    for day in ("2026-01-01", "2026-02-02", "2026-03-02"):
        office.submit(f"s{day}", f"{day} 10:00")
    office.submit("last", f"{last} 10:00")
    office.remit("r", "2026-04-10", pcn="s2026-03-02", lines=[(100, 0)], adjustments=CO_50)
    return {r["measured_on"]: r for r in rows_of(
        office, "measures.initial_denial_rate_monthly", definition_id="initial_denial_rate.hfma_claims"
    )}  # fmt: skip


def test_the_month_that_is_not_over_is_withheld(office):
    april = months(office, last="2026-04-29")[date(2026, 4, 1)]
    assert (april["reason"], april["numerator"], april["value"]) == ("month is not over", None, None)


def test_a_month_ends_with_its_last_working_day(office):
    # 31 May 2026 is a Sunday, so submissions up to Friday the 29th make May whole.
    office.submit("feb", "2026-02-02 10:00")
    assert months(office, last="2026-05-29")[date(2026, 5, 1)]["reason"] is None


def test_a_payer_without_submissions_before_has_no_hfma_rate(office):
    office.submit("new", "2026-04-02 10:00", payer_id="P2")
    office.remit("x", "2026-04-20", pcn="new", lines=[(100, 0)], adjustments=CO_50)
    months(office)
    (row,) = rows_of(office, "measures.initial_denial_rate_monthly",
                     definition_id="initial_denial_rate.hfma_claims", payer_id="P2", measured_on=date(2026, 4, 1))  # fmt: skip
    assert (row["numerator"], row["denominator"], row["value"], row["reason"]) == (1, 0, None, None)


def test_too_many_denials_without_a_root_cause_warn_and_few_do_not(office):
    for number in range(50):
        carc = "Z99" if number < 1 else "50"
        office.remit(f"r{number}", lines=[(100, 0)], adjustments=[(1, "CO", carc, 100)])
    office.build("measures.unmapped_denials")
    assert found(office, "measures.unmapped_denials", "root_causes_are_known") == 0
    office.remit("one more", lines=[(100, 0)], adjustments=[(1, "CO", "Z98", 100)])
    office.build("ledger.denials")
    office.build("measures.unmapped_denials")
    assert found(office, "measures.unmapped_denials", "root_causes_are_known") == 2
    assert warns("measures.unmapped_denials", "root_causes_are_known")


def test_a_correction_under_another_number_spoils_the_first_pass(office):
    for pcn in ("c1", "c2"):
        office.submit(pcn)
        office.remit(f"r{pcn}", pcn=pcn, paid=80, lines=[(100, 80)], payer_claim_id=f"icn{pcn}")
    office.submit("c9", "2026-03-20 10:00", frequency_code="7", original_ref="icnc1")
    assert value_of(office, "measures.first_pass_yield", "first_pass_yield.adjudicated") == (1, 2, 0.5)


@pytest.mark.parametrize(("days", "reason"), [(59, "immature"), (60, None)])
def test_claims_without_an_answer_hold_the_day_back_until_they_are_old_enough(office, days, reason):
    office.submit("c1")
    office.submit("later", f"{date(2026, 3, 2) + timedelta(days=days)} 10:00", payer_id="P2")
    (row,) = rows_of(
        office, "measures.first_pass_yield", definition_id="first_pass_yield.submitted", payer_id="P1"
    )
    assert row["reason"] == reason
    assert row["value"] == (None if reason else 0.0)


def test_a_277_that_is_pending_or_no_answer_at_all_is_not_in_the_front_end_rate(office):
    for pcn in ("c1", "c2", "c3"):
        office.submit(pcn)
    office.answer("pending", pcn="c1")
    office.answer("accepted", pcn="c2")
    assert value_of(office, "measures.front_end_acceptance_rate", "front_end_acceptance_rate.277ca") == (
        1,
        1,
        1.0,
    )


def books(office, npsr, *, months=("2026-01-01", "2026-02-01", "2026-03-01"), payer_class=None):
    for month in months:
        office.add("financials", period=month, payer_class=payer_class, gross_charges=3000,
                   contractual_adjustments=1000, npsr=npsr, cash=1)  # fmt: skip


def receivables(office, balance=4500):
    for number in range(90):
        day = date(2026, 3, 31) - timedelta(days=number)
        office.add("charge_entries", encounter_id="e", pcn=f"q{number}", entered_by="s", service_date=day,
                   entered_at=f"{day} 09:00", charge=100, payer_class="medicare")  # fmt: skip
    office.add(
        "ar_snapshots",
        as_of="2026-03-31",
        pcn="a",
        balance=balance,
        payer_class="medicare",
        billed_on="2026-03-01",
    )


def test_books_without_classes_make_the_office_one_class(office):
    receivables(office)
    books(office, 2000)
    net = value_of(office, "measures.days_in_ar", "days_in_ar.net", payer_class="office")
    assert [float(part) for part in net] == [3000, 66.6667, pytest.approx(45, rel=1e-5)]


@pytest.mark.parametrize(("npsr", "n_warned"), [(2000, 0), (1000, 1)])
def test_gross_and_net_days_that_disagree_warn(office, npsr, n_warned):
    receivables(office)
    books(office, npsr)
    office.build("measures.days_in_ar_agreement")
    assert found(office, "measures.days_in_ar_agreement", "gross_and_net_days_agree") == n_warned
    assert warns("measures.days_in_ar_agreement", "gross_and_net_days_agree")


def test_books_of_months_after_the_snapshot_or_long_before_are_not_used(office):
    receivables(office)
    books(office, 2000, months=("2026-04-01", "2025-12-01"))
    assert rows_of(office, "measures.days_in_ar", definition_id="days_in_ar.net") == []
    assert rows_of(office, "measures.days_in_ar_agreement") == []


def test_snapshots_too_far_apart_are_not_compared(office):
    for day in ("2026-01-01", "2026-02-15", "2026-04-02"):
        office.add(
            "ar_snapshots", as_of=day, pcn="a", balance=100, payer_class="other", billed_on="2025-12-31"
        )
    assert {r["as_of"] for r in office.build("ledger.ar_changes")} == {date(2026, 2, 15)}


def test_what_left_is_told_once_and_never_more_than_went_down(office):
    common = {"pcn": "a", "payer_class": "other", "billed_on": "2026-01-01"}
    office.add("ar_snapshots", as_of="2026-03-01", balance=100, **common)
    office.add("ar_snapshots", as_of="2026-03-08", balance=40, **common)
    office.add("payments", txn_id="t", pcn="a", amount=50, posted_at="2026-03-02 10:00")
    for number, (kind, amount) in enumerate([("denial", 30), ("bad_debt", 30)]):
        office.add("account_adjustments", adjustment_id=str(number), pcn="a", adjustment_class=kind, amount=amount,
                   posted_at="2026-03-03 10:00")  # fmt: skip
    (row,) = office.build("ledger.ar_changes")
    assert [row[n] for n in ("opened", "paid", "written_off_denial", "written_off_bad_debt", "unexplained", "stayed")] == [
        100, 50, 10, 0, 0, 40
    ]  # fmt: skip


def test_a_closing_at_night_belongs_to_the_offices_day(office):
    # 21:30 in New York is the next day in Greenwich.
    office.add("accounts", pcn="c1", opened_at="2026-03-01 10:00", closed_at="2026-03-05 21:30:00-05:00",
               close_reason="paid", updated_at="2026-03-05 21:30:00-05:00")  # fmt: skip
    office.submit("c1", service_from="2026-02-20")
    (row,) = office.build("ledger.claim_money")
    assert row["closed_on"] == date(2026, 3, 5)


def test_a_claim_judged_twice_is_reduced_once_and_each_payer_counts(office):
    office.submit("c1", service_from="2026-02-20")
    cut = [(1, "CO", "45", 30)]
    office.remit("r1", "2026-03-10", pcn="c1", paid=50, lines=[(100, 50)], adjustments=cut)
    office.remit("r2", "2026-03-20", pcn="c1", paid=55, lines=[(100, 55)], adjustments=[(1, "CO", "45", 25)])
    office.remit(
        "r3", "2026-03-25", pcn="c1", status="2", paid=5, lines=[(100, 5)], adjustments=[(1, "CO", "45", 2)]
    )
    (row,) = office.build("ledger.claim_money")
    assert row["contractual"] == 27


def test_built_in_reference_values_stand_beside_definitions_and_name_no_licensed_source(office):
    rows = office.build("measures.reference_values")
    assert {row["metric"] for row in rows} <= set(load_definitions())
    assert not [row["source"] for row in rows if re.search(r"MGMA|HFMA|DataDive", row["source"])]
    # The goal of the work calendar is the office's own parameter, shown beside like the others.
    assert {row["origin"] for row in rows} == {"built_in", "configuration"}
    assert all(row["caveat"] for row in rows)


def test_an_own_reference_value_takes_the_place_of_the_published_one(office):
    said = {
        "metric": "aged_ar.over_90_of_billed",
        "group_id": "hospitals",
        "source": "Kodiak Solutions",
        "year": 2024,
    }
    office.add("reference_values", value=0.36, effective_from="2026-01-01", **said)
    (row,) = rows_of(office, "measures.reference_values", **said)
    assert (row["value"], row["origin"]) == (0.36, "office")


def test_no_band_reads_a_reference_value():
    code = [*(ROOT / "assets" / "bands").rglob("*.py"), *(ROOT / "sql" / "bands").rglob("*.sql")]
    assert [path.name for path in code if "reference_values" in path.read_text(encoding="utf-8")] == []
    readers = [
        path.stem
        for stage in ("ledger", "measures")
        for path in (ROOT / "sql" / stage).glob("*.sql")
        if "measures.reference_values" in path.read_text(encoding="utf-8")
    ]
    # These two compare a clinician with a median that the office loaded, and make no band of it.
    assert sorted(readers) == ["encounter_divergence", "specialty_gap"]


def test_a_contractual_reduction_that_payer_and_office_both_tell_counts_once(office):
    office.submit("c1", charge=100, service_from="2026-01-05")
    office.remit("r1", "2026-02-01", pcn="c1", paid=70, lines=[(100, 70)], adjustments=[(1, "CO", "45", 30)])
    told = {"pcn": "c1", "adjustment_class": "contractual", "posted_at": "2026-02-02 09:00"}
    office.add("account_adjustments", adjustment_id="a1", amount=30, **told)
    (row,) = office.build("ledger.claim_money")
    assert row["contractual"] == 30
