"""The complexity of a claim: the rules, the periods in which they hold, and the tier of each submission."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FIRST = "2026-01-01"


def rule(office, kind, value, points, first=FIRST, last=None, **more):
    office.add(
        "complexity_points",
        kind=kind,
        value=value,
        points=points,
        effective_from=first,
        effective_to=last,
        **more,
    )


def tiers(office, name="complexity"):
    return {row["pcn"]: row[name] for row in office.build("ledger.submissions")}


def points(office):
    return {pcn: float(said) for pcn, said in tiers(office, "points").items()}


def line(office, pcn, code, at="2026-03-02 10:00", number=1, **more):
    submission = {
        "submission_id": pcn,
        "pcn": pcn,
        "line_no": number,
        "procedure_code": code,
        "submitted_at": at,
    }
    office.add("claim_lines", **{**submission, **more})


def test_without_rules_of_the_office_type_lines_and_diagnoses_decide(office):
    claims = [
        ({"n_lines": 2, "n_diagnoses": 4}, "low"),
        ({"n_lines": None, "n_diagnoses": None}, "low"),
        ({"n_lines": 3, "n_diagnoses": 4}, "medium"),
        ({"n_lines": 1, "n_diagnoses": 5}, "medium"),
        ({"claim_type": "I", "n_lines": 1}, "medium"),
        ({"n_lines": 3, "n_diagnoses": 5}, "high"),
        ({"n_lines": 6}, "high"),
        ({"claim_type": "I", "n_lines": 6, "n_diagnoses": 9}, "high"),
    ]
    for number, (claim, _) in enumerate(claims):
        office.submit(f"c{number}", **claim)
    assert tiers(office) == {f"c{number}": tier for number, (_, tier) in enumerate(claims)}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from("PID"), st.integers(0, 9), st.integers(0, 12), st.sampled_from(["A", "B"])),
        min_size=1, max_size=12,
    ),
    st.integers(-1, 4), st.integers(0, 3),
)  # fmt: skip
def test_a_tier_is_the_sum_of_the_points_of_the_rules_met(office, claims, of_payer, medium):
    for table in ("claims", "complexity_points"):
        office.connection.execute(f"delete from intake.{table}")
    rule(office, "payer", "B", of_payer)
    rule(office, "tier", "medium", medium)
    rule(office, "tier", "high", medium + 2)
    for number, (kind, n_lines, n_diagnoses, payer) in enumerate(claims):
        facts = {"claim_type": kind, "n_lines": n_lines, "n_diagnoses": n_diagnoses, "payer_id": payer}
        office.submit(f"c{number}", **facts)
    office.build("ledger.complexity_rules")
    said = tiers(office)
    for number, (kind, n_lines, n_diagnoses, payer) in enumerate(claims):
        total = (
            (kind == "I") + (n_lines >= 3) + (n_lines >= 6) + (n_diagnoses >= 5) + of_payer * (payer == "B")
        )
        wanted = "high" if total >= medium + 2 else "medium" if total >= medium else "low"
        assert said[f"c{number}"] == wanted


def test_a_kind_of_the_office_replaces_the_built_in_rules_of_that_kind_only(office):
    rule(office, "lines", "10", 2)
    office.submit("six", n_lines=6)
    office.submit("ten", n_lines=10)
    office.submit("diagnoses", n_diagnoses=5)
    assert points(office) == {"six": 0, "ten": 2, "diagnoses": 1}


def test_the_days_before_an_office_rule_keep_the_built_in_tiers(office):
    rule(office, "lines", "10", 2, first="2026-03-02")
    office.submit("before", "2026-03-01 10:00", n_lines=6)
    office.submit("since", "2026-03-02 10:00", n_lines=6)
    assert tiers(office) == {"before": "high", "since": "low"}
    assert tiers(office, "complexity_rule_since") == {"before": date(1900, 1, 1), "since": date(2026, 3, 2)}


def test_a_rule_ends_where_its_next_row_begins_or_on_its_last_day(office):
    rule(office, "payer", "P1", 1, first="2026-01-01")
    rule(office, "payer", "P1", 5, first="2026-03-01", last="2026-03-10")
    for pcn, at in (("old", "2026-02-28 10:00"), ("new", "2026-03-10 10:00"), ("over", "2026-03-11 10:00")):
        office.submit(pcn, at)
    assert points(office) == {"old": 1, "new": 5, "over": 0}
    since = {"old": date(2026, 1, 1), "new": date(2026, 3, 1), "over": date(2026, 3, 11)}
    assert tiers(office, "complexity_rule_since") == since


def test_the_last_delivery_of_a_rule_holds(office):
    rule(office, "payer", "P1", 1)
    rule(office, "payer", "P1", 3, delivery_date="2026-02-01")
    office.submit("c")
    assert points(office) == {"c": 3}


def test_thresholds_of_the_office_move_the_tiers(office):
    rule(office, "tier", "medium", 2)
    rule(office, "tier", "high", 4)
    office.submit("one", n_lines=3)
    office.submit("two", n_lines=6)
    office.submit("four", claim_type="I", n_lines=6, n_diagnoses=5)
    assert tiers(office) == {"one": "low", "two": "medium", "four": "high"}


def test_a_range_of_procedures_adds_its_points_once_however_many_lines_fall_into_it(office):
    rule(office, "procedure", "10004-69990", 2)
    rule(office, "procedure", "70010-79999", 1)
    office.submit("c", submission_id="c")
    for number, code in enumerate(("20610", "11102", "70450", "99213"), 1):
        line(office, "c", code, number=number)
    office.submit("edge", submission_id="edge")
    line(office, "edge", "69990")
    office.submit("other", submission_id="other")
    line(office, "other", "1999")  # a code of another length is no number between the two
    assert points(office) == {"c": 3, "edge": 2, "other": 0}


def test_lines_of_an_earlier_delivery_of_the_claim_do_not_count(office):
    rule(office, "procedure", "20610", 2)
    office.submit("c", submission_id="c", file_id="f1")
    line(office, "c", "20610", file_id="f1")
    office.submit("c", submission_id="c", file_id="f2", delivery_date="2026-03-05")
    line(office, "c", "99213", file_id="f2")
    assert points(office) == {"c": 0}


@pytest.mark.parametrize(("value", "got"), [("*", 1), ("470", 1), ("460-480", 1), ("471", 0)])
def test_a_drg_counts_by_code_by_range_or_by_being_there(office, value, got):
    rule(office, "claim_type", "I", 0)
    rule(office, "drg", value, 1)
    office.submit("c", claim_type="I", drg="470")
    office.submit("none", claim_type="I")
    assert points(office) == {"c": got, "none": 0}


@pytest.mark.parametrize(
    ("value", "met"),
    [
        ("replacement", {"again"}),
        ("admission", {"stay"}),
        ("other_payer", {"cob"}),
        ("modifier:22", {"modified"}),
        ("29800-29999", {"modified", "likely"}),
    ],
)
def test_documentation_needs_are_read_from_the_claim(office, value, met):
    rule(office, "documentation", value, 1)
    office.submit("again", frequency_code="7")
    office.submit("stay", admit_date="2026-02-20")
    for pcn in ("cob", "modified", "likely"):
        office.submit(pcn, submission_id=pcn)
    for ordinal in (1, 2):
        said = {"submission_id": "cob", "pcn": "cob", "ordinal": ordinal, "submitted_at": "2026-03-02 10:00"}
        office.add("claim_other_payers", **said)
    line(office, "modified", "29881", modifiers="RT:22")
    line(office, "likely", "29881", modifiers="RT:122")
    assert {pcn for pcn, said in points(office).items() if said == 1} == met


@pytest.mark.parametrize(
    ("value", "met"),
    [("P1/70010-79999", {"both"}), ("P1", {"both", "payer"}), ("*/70010-79999", {"both", "code"}), ("P1/*", {"both", "payer"})],
)  # fmt: skip
def test_likely_denials_are_configured_by_payer_and_procedure(office, value, met):
    rule(office, "denial_likelihood", value, 1)
    for pcn, payer, code in (("both", "P1", "70450"), ("payer", "P1", "99213"), ("code", "P2", "70450")):
        office.submit(pcn, submission_id=pcn, payer_id=payer)
        line(office, pcn, code)
    assert {pcn for pcn, said in points(office).items() if said == 1} == met


def test_remittances_never_change_a_tier(office):
    office.submit("c", n_lines=3)
    before = tiers(office)
    office.remit("r", pcn="c", lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)])
    assert tiers(office) == before


@pytest.mark.parametrize(
    ("kind", "value"), [("lines", "many"), ("weather", "3"), ("tier", "extreme"), ("procedure", "-99999"), ("drg", "")]
)  # fmt: skip
def test_a_rule_that_cannot_be_understood_adds_nothing_and_is_marked(office, kind, value):
    rule(office, kind, value, 9)
    office.submit("c", drg="470", n_lines=1, submission_id="c")
    line(office, "c", "99213")
    assert points(office) == {"c": 0}
    rules = office.build("ledger.complexity_rules")
    assert [row["kind"] for row in rules if not row["is_usable"]] == [kind]


def test_every_rule_of_the_example_in_the_docs_is_understood(office):
    page = (Path(__file__).parents[2] / "docs" / "complexity.md").read_text(encoding="utf-8")
    example = page.split("```text\n")[1].split("```")[0]
    for row in csv.DictReader(example.splitlines()):
        kind, value, told, first, last = row.values()
        rule(office, kind, value, told, first=first, last=last or None)
    rules = office.build("ledger.complexity_rules")
    assert len([row for row in rules if row["source"] == "office"]) == 12
    assert all(row["is_usable"] for row in rules)
