"""The practice of the sample office: what it delivers agrees with the claims, and its hidden truth with what it delivers."""

import csv
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pytest

from assets.intake.cms.read import read_relative_values
from assets.intake.sources import DEFAULT_SOURCES
from assets.sample import office as front_door
from assets.sample.claims import ClaimFactory
from assets.sample.office import OfficeSize, write_office
from assets.sample.practice.clinicians import Group
from assets.sample.practice.office import Practice
from assets.sample.practice.schedule import schedule
from assets.sample.practice.seen import LEVEL_OF, SERVICES
from assets.sample.season import is_workday


@pytest.fixture(scope="module")
def encounters(office):
    """The last state of every encounter."""
    last = {}
    for row in office.rows("encounters"):
        if row["updated_at"] >= last.get(row["encounter_id"], row)["updated_at"]:
            last[row["encounter_id"]] = row
    return last


@pytest.fixture(scope="module")
def schedules(office):
    source = next(s for s in reversed(DEFAULT_SOURCES) if s.feed == "fee_schedule")
    out = {}
    for path in office.files("PPRRVU*.csv"):
        parsed = read_relative_values(
            path.read_bytes(), source, name=path.name, hide=lambda _, v: v, time_zone="America/Chicago"
        )
        assert (parsed.unusable, parsed.rejects, parsed.flags) == (None, [], [])
        for row in parsed.tables["fee_schedule"].to_dicts():
            out[row["release"], row["procedure_code"], row["modifier"]] = row
    return out


@pytest.fixture(scope="module")
def billed(office):
    """Procedure codes by claim number, from the 837 alone."""
    codes, pcn = defaultdict(set), ""
    for _, segments in office.x12("837*.x12"):
        for s in segments:
            if s[0] == "CLM":
                pcn = s[1]
            elif s[0] in {"SV1", "SV2"}:
                cell = s[1] if s[0] == "SV1" else (s[2] if len(s) > 2 else "")
                codes[pcn].add(cell[3:8] if cell[:2] == "HC" else "")
    return codes


def test_every_entered_charge_is_of_a_visit_of_the_same_clinician_on_the_same_day(office, encounters):
    charges = list(office.rows("charge_entries"))
    assert len(charges) > 1000
    for row in charges:
        visit = encounters[row["encounter_id"]]
        assert (visit["provider_npi"], visit["visit_date"], visit["payer_id"]) == (
            row["provider_npi"], row["service_date"], row["payer_id"],
        )  # fmt: skip
        assert (visit["status"], visit["is_billable"]) == ("completed", "true")


def test_clinicians_see_patients_on_days_on_which_they_work(office, encounters):
    shares = {
        (r["provider_npi"], r["work_date"]): float(r["worked_share"]) for r in office.rows("provider_days")
    }
    assert {0.0, 1.0} == set(shares.values())
    first = min(day for _, day in shares)
    seen = Counter(
        shares.get((v["provider_npi"], v["visit_date"]), 0.0)
        for v in encounters.values()
        if v["status"] == "completed" and v["visit_date"] >= first
    )
    assert seen[0.0] == 0
    assert seen[1.0] > 2000


def test_the_completed_slots_of_a_day_are_the_visits_known_by_then(office, encounters):
    done = Counter(
        (r["provider_npi"], r["starts_at"][:10]) for r in office.rows("slots") if r["status"] == "completed"
    )
    seen = Counter(
        (v["provider_npi"], v["visit_date"])
        for v in encounters.values()
        if v["status"] == "completed" and v["setting"] == "clinic"
    )
    assert len(done) > 200
    assert all(count <= seen[key] for key, count in done.items())
    assert sum(done.values()) > 0.9 * sum(seen[key] for key in done)
    missed = Counter(r["status"] for r in office.rows("slots"))
    assert missed["no_show"] == sum(v["status"] == "no_show" for v in encounters.values()) > 20


def test_there_are_clinicians_of_several_kinds_and_visits_that_nobody_can_bill(office, encounters):
    providers = list(office.rows("providers"))
    assert {r["clinician_type"] for r in providers} >= {"physician", "aprn", "pa", "social_worker"}
    assert sum(r["specialty"] == "palliative_care" for r in providers) >= 5
    assert len(providers) == len({r["provider_npi"] for r in providers}) + 1
    assert (
        0.03
        < sum(v["is_billable"] == "false" and v["status"] == "completed" for v in encounters.values())
        / len(encounters)
        < 0.3
    )


def test_the_schedule_holds_every_code_of_the_claims_in_both_years(schedules, billed):
    used = {code for codes in billed.values() for code in codes} - {""}
    assert len(used) > 20
    for release in ("2025A", "2026A"):
        assert used <= {code for at, code, _ in schedules if at == release}


def test_work_not_paid_by_time_is_worth_two_and_a_half_per_cent_less_in_2026(schedules):
    timed = {code for _, code, _ in schedules if code.startswith(("992", "994"))} - {"99284"}
    timed |= {"99395", "97110"}
    for (release, code, modifier), row in schedules.items():
        if release == "2025A":
            factor = Decimal(1) if code in timed else Decimal("0.975")
            later = schedules["2026A", code, modifier]["work_rvu"]
            assert abs(later - row["work_rvu"] * factor) <= Decimal("0.005"), code
    assert schedules["2026A", "47562", None]["work_rvu"] < schedules["2025A", "47562", None]["work_rvu"]
    assert schedules["2025A", "99213", None]["effective_from"] == date(2025, 1, 1)


def test_the_schedule_says_that_it_is_invented_and_holds_no_description():
    name, text = schedule(2026)
    assert name == "PPRRVU2026_Jan_nonQPP.csv"
    assert "SYNTHETIC" in text
    assert {row[2] for row in csv.reader(text.splitlines()[10:])} == {"INVENTED"}


def test_a_missed_service_is_documented_and_on_no_claim_and_a_billed_one_is(office, encounters, billed):
    missed = {(r["encounter_id"], r["service"]) for r in office.truth("missed_services")}
    code_of = {tag: code for tag, code, _ in SERVICES}
    found = Counter()
    for number, visit in encounters.items():
        codes = billed.get(number.replace("ENC0", "SMP", 1))
        for tag in filter(lambda tag: tag in code_of, visit["tags"].split(":")):
            if codes is not None:
                assert (code_of[tag] in codes) == ((number, tag) not in missed)
                found[(number, tag) in missed] += 1
    assert min(found.values()) > 20


def test_audits_are_of_levels_that_were_billed_and_go_both_ways(office, encounters):
    audits = [row for path in office.files("em_audits_*.csv") for row in csv.DictReader(path.open())]
    steps = Counter()
    for row in audits:
        assert row["Encounter"] in encounters
        (family, billed_at), (same, supported) = (
            LEVEL_OF[row["Billed Level"]],
            LEVEL_OF[row["Documented Level"]],
        )
        assert family == same
        steps[supported - billed_at] += 1
    assert set(steps) == {-1, 0, 1}
    assert steps[0] > steps[1] > steps[-1]


def test_a_return_to_hospital_is_within_thirty_days_of_the_stay_that_the_truth_names(office):
    stays = {r["admission_id"]: r for r in office.rows("admissions")}
    returns = [r for r in office.truth("readmissions") if r["admission_id"] in stays]
    assert returns
    for row in returns:
        back, index = stays[row["admission_id"]], stays[row["readmission_of"]]
        days = (date.fromisoformat(back["admitted_on"]) - date.fromisoformat(index["discharged_on"])).days
        assert 1 <= days <= 30
        assert (back["person_key"], back["is_planned"]) == (index["person_key"], "false")


def test_who_is_admitted_is_a_member_then_and_most_members_are_patients(office, encounters):
    months = {(r["contract_id"], r["person_key"], r["month"]) for r in office.rows("member_months")}
    patients = {v["person_key"] for v in encounters.values()}
    members = {person for _, person, month in months if month == "2026-03-01"}
    assert 0.3 < len(members & patients) / len(members) < 0.9
    for row in office.rows("admissions"):
        assert (row["contract_id"], row["person_key"], row["admitted_on"][:8] + "01") in months


def test_a_contract_may_carry_two_layers_and_money_of_its_own(office):
    layers = defaultdict(dict)
    for row in office.rows("payer_contracts"):
        layers[row["contract_id"]][row["layer"]] = row["model"]
    assert layers["K-SPA01"] == {"chassis": "fee_for_service", "value": "value_based"}
    assert layers["K-SPE05"] == {"chassis": "capitation"}
    money = Counter((r["contract_id"], r["kind"]) for r in office.rows("capitation_payments"))
    assert money["K-SPE05", "capitation"] == money["K-SPA01", "care_management"] >= 13


def test_what_the_practice_adds_changes_nothing_of_the_office_s_own_story(tmp_path, monkeypatch):
    size = OfficeSize(days=12, claims_per_day=25, staff=12)
    write_office(tmp_path / "with", size)
    monkeypatch.setattr(Practice, "factory", lambda _, rng: ClaimFactory(rng))
    monkeypatch.setattr(Practice, "live", lambda *_: None)
    front_door.write_office(tmp_path / "without", size)
    for name in ("people", "bands", "season", "friction_truth"):
        assert (tmp_path / "with" / "truth" / f"{name}.csv").read_bytes() == (
            tmp_path / "without" / "truth" / f"{name}.csv"
        ).read_bytes()
    for path in sorted((tmp_path / "without" / "inbox").glob("*/work_log_*.csv")):
        assert path.read_bytes() == (tmp_path / "with" / "inbox" / path.parent.name / path.name).read_bytes()


def test_somebody_is_on_duty_every_day_and_everybody_is_away_now_and_then():
    group = Group(7)
    first = date(2026, 1, 1).toordinal()
    for ordinal in range(first, first + 400):
        for clinician in group.everybody[:24]:
            stands_in = group.of(group.on_duty(clinician.npi, ordinal))
            assert group.works(stands_in, ordinal)
            assert (stands_in.specialty == "palliative_care") == (clinician.specialty == "palliative_care")
    workdays = [o for o in range(first, first + 365) if is_workday(o)]
    assert all(10 < sum(not group.works(c, o) for o in workdays) < 90 for c in group.everybody)
