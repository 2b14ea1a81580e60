"""One population of patients: members are who the practice sees, and what a panel costs stands beside what it brings."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from assets.sample.payers import PAYERS
from assets.sample.practice.clinicians import Group
from assets.sample.practice.members import BACK, PANELS
from assets.sample.practice.patients import Patients

FIRST = date(2026, 3, 2).toordinal()
LAST = FIRST + 119
A_MONTH = 30
CONTRACTS = pytest.mark.parametrize("contract", PANELS, ids=lambda c: c.contract_id)


@pytest.fixture(scope="module", params=[7, 8])
def patients(request):
    return Patients(Group(request.param), 200, FIRST, LAST)


@pytest.fixture(scope="module")
def rosters(office):
    """Shares of the month by contract, person and month."""
    rows = office.rows("member_months")
    return {(r["contract_id"], r["person_key"], r["month"]): float(r["share"] or 1) for r in rows}


@pytest.fixture(scope="module")
def claims(office):
    """(payer, member, day of service) of every claim on an 837, from the segments alone."""
    found = []
    for _, segments in office.x12("837*.x12"):
        payer = member = ""
        for s in segments:
            if s[:2] == ["NM1", "IL"]:
                member = s[9]
            elif s[:2] == ["NM1", "PR"]:
                payer = s[9]
            elif s[:2] in (["DTP", "472"], ["DTP", "434"]):
                found.append((payer, member, s[3][:8]))
    return {(payer, member, f"{day[:4]}-{day[4:6]}-{day[6:]}") for payer, member, day in found}


def visits(patients, contract, begin, end):
    """Draw as many visits of a payer as the office has from one day to another, some of them without a claim."""
    payer = next(p for p in PAYERS if p.code == contract.payer)
    a_day = patients.claims_per_day * payer.weight * 22 / 30
    return [(day, patients.whose(payer, day)) for day in range(begin, end) for _ in range(round(a_day))]


@CONTRACTS
def test_members_are_seen_as_often_in_the_last_month_of_their_coverage_as_in_the_first(patients, contract):
    members = {m.number: m for m in patients.members if m.contract is contract}
    for begin in range(FIRST - BACK, LAST - A_MONTH, 90):
        drawn = visits(patients, contract, begin, begin + A_MONTH)
        of_members = sum(p in members and members[p].here(d, d) for d, p in drawn)
        days = sum(m.here(d, d) for m in members.values() for d in range(begin, begin + A_MONTH))
        assert contract.services * 0.85 < of_members / (days / A_MONTH) < contract.services * 1.15


@CONTRACTS
def test_most_visits_under_a_panel_are_of_members_and_hardly_one_of_somebody_who_has_left(patients, contract):
    members = {m.number: m for m in patients.members if m.contract is contract}
    drawn = visits(patients, contract, FIRST, LAST)
    known = [(d, members[p]) for d, p in drawn if p in members]
    assert len(known) / len(drawn) == pytest.approx(contract.inside, abs=0.02)
    late = [(d, m) for d, m in known if not m.here(d, d)]
    assert 0 < len(late) < 0.02 * len(known)
    assert all(m.left < d <= m.left + 90 and not m.died for d, m in late)


@CONTRACTS
def test_people_come_back_and_those_of_high_risk_more_often(patients, contract):
    members = {m.number: m for m in patients.members if m.contract is contract}
    seen = Counter(p for _, p in visits(patients, contract, FIRST, LAST) if p in members)
    assert sum(n > 1 for n in seen.values()) > 0.3 * len(seen)
    mean = {
        high: sum(seen[n] for n, m in members.items() if m.high == high)
        / sum(m.high == high for m in members.values())
        for high in (True, False)
    }
    assert 2 < mean[True] / mean[False] < 4


def test_stays_and_emergency_visits_begin_while_people_are_members(patients):
    for m in patients.members:
        days = [s.admitted for s in m.stays] + [day for _, day, _ in m.emergencies]
        assert all(m.joined <= day <= m.left for day in days), m.key


def test_a_small_panel_finds_somebody_and_the_same_seed_draws_the_same_people():
    one, two = (Patients(Group(3), 1, FIRST, FIRST + 5) for _ in range(2))
    for payer in PAYERS:
        for day in range(FIRST - 50, FIRST + 5):
            assert one.whose(payer, day) == two.whose(payer, day)


def test_a_very_large_office_has_panels_of_bounded_size_and_more_people_outside():
    patients = Patients(Group(7), 100_000, FIRST, FIRST)
    assert Counter(m.contract.contract_id for m in patients.members) == {
        c.contract_id: 20_000 for c in PANELS
    }
    payer = next(p for p in PAYERS if p.code == PANELS[0].payer)
    members = {m.number for m in patients.members}
    assert 0.005 < sum(patients.whose(payer, FIRST) in members for _ in range(2000)) / 2000 < 0.03


def test_a_person_has_one_payer_on_claims_and_visits_alike(office, claims):
    payers = defaultdict(set)
    for payer, member, _ in claims:
        payers[member].add(payer)
    for row in office.rows("encounters"):
        if row["payer_id"]:
            payers[row["person_key"]].add(row["payer_id"])
    assert len(payers) > 1000
    assert {len(found) for found in payers.values()} == {1}


@CONTRACTS
def test_the_claims_of_a_panel_s_payer_are_of_people_on_the_roster_of_the_month(claims, rosters, contract):
    mine = [(member, day[:8] + "01") for payer, member, day in claims if payer == contract.payer]
    on_it = sum((contract.contract_id, *key) in rosters for key in mine)
    assert len(mine) > 150
    assert contract.inside - 0.06 < on_it / len(mine) < contract.inside + 0.05


@CONTRACTS
def test_services_per_member_month_of_a_whole_month_are_those_of_the_contract(office, rosters, contract):
    march = {person: share for (c, person, month), share in rosters.items() if (c, month) == (contract.contract_id, "2026-03-01")}  # fmt: skip
    seen = {r["encounter_id"]: r["person_key"] for r in office.rows("encounters")
            if r["status"] == "completed" and r["visit_date"][:7] == "2026-03"}  # fmt: skip
    rate = sum(person in march for person in seen.values()) / sum(march.values())
    # Calls and visits without a claim come on top; a sixth of the office's usual size makes chance large.
    assert 0.9 * contract.services < rate < 1.6 * contract.services


def test_what_a_panel_costs_lies_below_what_it_brings_and_not_far_below(office, rosters):
    by_claim, costs, money = Counter(), {}, Counter()
    for row in office.rows("payments"):
        if row["posted_at"][:7] == "2026-03":
            by_claim[row["payer_id"]] += float(row["amount"])
    for row in office.rows("member_costs"):
        costs[row["contract_id"], row["scope"], row["month"]] = float(row["amount"])
    for row in office.rows("capitation_payments"):
        if row["month"] == "2026-03-01" and row["kind"] in {"capitation", "care_management"}:
            money[row["contract_id"]] += float(row["amount"])
    ratio = {
        (c, scope): costs[c, scope, "2026-03-01"] / (money[c] + by_claim[c.removeprefix("K-")])
        for c, scope in (("K-SPA01", "own_services"), ("K-SPE05", "total_cost_of_care"))
    }
    assert 0.7 < ratio["K-SPA01", "own_services"] < 1.05
    assert 0.8 < ratio["K-SPE05", "total_cost_of_care"] < 1.0
