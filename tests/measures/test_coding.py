"""What coders finish, how it holds and what they were given: the cases that the golden rooms leave out."""

from decimal import Decimal

import pytest

DAY = "2026-03-02"


def employ(office, person="s1", role="coder", **more):
    office.add("staff", staff_id=person, role=role, role_start="2020-01-01", valid_from="2020-01-01", **more)


def work(office, person="s1", day=DAY, paid=480):
    office.add(
        "shifts",
        staff_id=person,
        shift_date=day,
        start_at=f"{day} 08:00",
        end_at=f"{day} 17:00",
        paid_min=paid,
    )


def chart(office, number, *, day=DAY, person="s1", minutes=0, **more):
    """Finish a chart, with a touch of so many minutes beginning at the hour of its number."""
    said = {"setting": "professional", "assigned_by": "queue", **more}
    office.add(
        "coding",
        encounter_id=f"e{number}",
        pcn=f"c{number}",
        coder_id=person,
        finished_at=f"{day} 12:00",
        **said,
    )
    if minutes:
        span = (f"{day} {9 + number:02}:00", f"{day} {9 + number:02}:{minutes:02}")
        item = {"item_type": "encounter", "item_id": f"e{number}", "pcn": f"c{number}", "system": "ehr"}
        office.touch(f"t{number}", *span, staff_id=person, disposition_code="completed", **item)


def sums(rows, definition):
    ours = [row for row in rows if row["definition_id"] == definition and row["denominator"] is not None]
    return sum(row["numerator"] for row in ours), sum(row["denominator"] for row in ours)


def test_charts_and_hours_add_up_over_settings_and_tiers(office):
    employ(office)
    work(office)
    for number, setting in enumerate(("professional", "professional", "inpatient", "outpatient")):
        chart(office, number, minutes=7 * number + 3, setting=setting)
        office.submit(f"c{number}", n_lines=1 + 3 * number)
    rows = office.build("measures.charts_coded")
    assert sums(rows, "charts_coded.per_hour") == (4, 8)
    assert sums(rows, "charts_coded.standard_minutes") == (6 + 10 + 18 + 18, 480)


def test_hours_of_a_day_without_any_chart_still_count_in_the_denominator(office):
    employ(office)
    work(office)
    work(office, day="2026-03-03")
    chart(office, 0, minutes=30)
    assert sums(office.build("measures.charts_coded"), "charts_coded.per_hour") == (1, 16)


def test_charts_without_hours_stay_out_and_a_row_without_hours_has_no_rate(office):
    employ(office)
    work(office, paid=0)
    chart(office, 0, minutes=30)
    chart(office, 1, day="2026-03-03")
    row, _ = sorted(office.build("measures.charts_coded"), key=lambda r: r["definition_id"])
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 0, None)


def test_expected_minutes_are_the_office_s(office):
    employ(office)
    work(office)
    chart(office, 0, minutes=30)
    office.submit("c0", n_lines=1)
    office.configure(expected_min_low=40)
    assert sums(office.build("measures.charts_coded"), "charts_coded.standard_minutes") == (40, 480)


def test_an_average_of_days_is_not_the_rate_of_their_sum(office):
    employ(office)
    for number, (day, paid) in enumerate(((DAY, 480), ("2026-03-03", 60), ("2026-03-03", None))):
        if paid:
            work(office, day=day, paid=paid)
        chart(office, number, day=day, minutes=30)
    rows = [
        row
        for row in office.build("measures.charts_coded")
        if row["definition_id"] == "charts_coded.per_hour"
    ]
    assert sums(rows, "charts_coded.per_hour") == (3, 9)
    assert sorted(row["value"] for row in rows) == [1 / 8, 2]


def mix(office):
    return {
        (row["definition_id"], row["assigned_by"]): row["value"]
        for row in office.build("measures.complexity_mix")
    }


def test_the_mix_tells_who_assigned(office):
    for number, (by, lines) in enumerate((("self", 1), ("self", 1), ("lead", 9), (None, 3))):
        chart(office, number, assigned_by=by)
        office.submit(f"c{number}", n_lines=lines)
    found = mix(office)
    assert found["complexity_mix.low", "self"] == 1
    assert found["complexity_mix.high", "lead"] == 1
    assert found["complexity_mix.medium", "unknown"] == 1
    assert found["complexity_mix.expected_minutes", "self"] == 6


def passes(office, definition, role="coder"):
    rows = [
        row
        for row in office.build("measures.first_pass_by_person")
        if row["definition_id"] == f"first_pass_by_person.{definition}" and row["role"] == role
    ]
    return {str(row["measured_on"]): row for row in rows}


def judged(office, number, day, *, denied=False):
    adjustments = [(1, "CO", "50", 100)] if denied else [(1, "CO", "45", 20)]
    paid = 0 if denied else 80
    office.remit(f"r{number}", day, pcn=f"c{number}", paid=paid, lines=[(100, paid)], adjustments=adjustments)


@pytest.mark.parametrize(("n_judged", "is_shown"), [(9, True), (8, False)])
def test_a_young_day_is_shown_once_nine_in_ten_of_the_office_s_claims_are_judged(office, n_judged, is_shown):
    for number in range(10):
        chart(office, number, person=f"s{number % 2}")
        office.submit(f"c{number}")
        if number < n_judged:
            judged(office, number, "2026-03-10", denied=number == 0)
    rows = [r for r in office.build("measures.first_pass_by_person") if r["definition_id"].endswith("yield")]
    assert {row["matured_share"] for row in rows} == {n_judged / 10}
    assert {row["reason"] for row in rows} == {None if is_shown else "immature"}
    assert sums(rows, "first_pass_by_person.yield") == ((8, 9) if is_shown else (0, 0))


@pytest.mark.parametrize(("last_day", "is_shown"), [("2026-04-30", False), ("2026-05-01", True)])
def test_claims_never_judged_hold_a_day_back_until_they_are_sixty_days_old(office, last_day, is_shown):
    for number in range(2):
        chart(office, number)
        office.submit(f"c{number}")
    judged(office, 0, "2026-03-10")
    office.submit("newest", f"{last_day} 10:00")
    row = passes(office, "yield")["2026-03-02"]
    assert (row["reason"] is None) == is_shown
    assert row["denominator"] == (1 if is_shown else None)


@pytest.mark.parametrize("more", [{"frequency_code": "7"}, {"payer_seq": "S"}])
def test_replacements_and_secondary_claims_have_no_first_pass(office, more):
    chart(office, 0)
    office.submit("c0", **more)
    assert office.build("measures.first_pass_by_person") == []


def audit(office, number, n_reviewed, n_correct, **more):
    said = {"item_type": "encounter", "item_id": f"e{number}", "staff_id": "s1", **more}
    office.add(
        "audits",
        audit_id=f"u{number}",
        audited_at=f"{DAY} 15:00",
        n_reviewed=n_reviewed,
        n_correct=n_correct,
        **said,
    )


def test_audited_specificity_leaves_out_what_counts_no_codes(office):
    audit(office, 0, 4, 3)
    audit(office, 1, None, None, score=95)
    audit(office, 2, 0, 0)
    audit(office, 3, 5, 0, item_type="denial")
    audit(office, 4, 6, 9)
    assert sums(office.build("measures.specificity"), "specificity.audited") == (3 + 6, 4 + 6)


def diagnosis(office, code, text, year=2026, **more):
    said = {
        "code": code,
        "fiscal_year": year,
        "description": text,
        "effective_from": f"{year - 1}-10-01",
        **more,
    }
    office.add("diagnosis_codes", **said)


def screened(office, *codes, service="2026-02-01"):
    """Send out one coded chart with the codes and return what the screen counts."""
    chart(office, 0)
    office.submit("c0", submission_id="s", service_from=service)
    for ordinal, code in enumerate(codes, 1):
        place = {
            "submission_id": "s",
            "pcn": "c0",
            "ordinal": ordinal,
            "qualifier": "ABK" if ordinal == 1 else "ABF",
        }
        office.add("claim_diagnoses", code=code, submitted_at=f"{DAY} 10:00", **place)
    return sums(office.build("measures.specificity"), "specificity.unspecified_screen")


def test_a_description_counts_against_when_it_says_unspecified_or_nos(office):
    texts = [
        ("Invented disorder, unspecified", True),
        ("Unspecified invented disorder", True),
        ("Invented disorder NOS", True),
        ("Invented disorder (NOS)", True),
        ("Invented disorder of the NOSE", False),
        ("Invented disorder of the nose", False),
        ("Invented disorder", False),
    ]
    for number, (text, _) in enumerate(texts):
        diagnosis(office, f"A01{number}", text, has_specific_sibling=True)
        chart(office, number, person=f"s{number}")
        office.submit(f"c{number}", submission_id=f"s{number}", service_from="2026-02-01")
        place = {"submission_id": f"s{number}", "pcn": f"c{number}", "ordinal": 1, "qualifier": "ABK"}
        office.add("claim_diagnoses", code=f"A01.{number}", submitted_at=f"{DAY} 10:00", **place)
    found = {row["staff_id"]: row["numerator"] == 0 for row in office.build("measures.specificity")}
    assert found == {f"s{number}": counts_against for number, (_, counts_against) in enumerate(texts)}


@pytest.mark.parametrize(
    ("flag", "sibling", "counts_against"),
    [
        (False, "Invented disorder of the left ear", False),
        (None, "Invented disorder of the left ear", True),
        (None, "Invented disorder, unspecified side", False),
        (None, None, False),
    ],
)
def test_nobody_is_blamed_where_no_more_specific_code_exists(office, flag, sibling, counts_against):
    diagnosis(office, "A019", "Invented disorder, unspecified", has_specific_sibling=flag)
    diagnosis(office, "A0111", "Invented disorder of another depth")
    if sibling:
        diagnosis(office, "A011", sibling)
    assert screened(office, "A019") == (0 if counts_against else 1, 1)


@pytest.mark.parametrize(
    ("service", "share"), [("2025-09-30", (1, 1)), ("2025-10-01", (0, 1)), ("2026-10-01", (0, 0))]
)
def test_a_code_means_what_it_meant_in_the_fiscal_year_of_the_service(office, service, share):
    diagnosis(office, "A019", "Invented disorder", year=2025, has_specific_sibling=True)
    diagnosis(office, "A019", "Invented disorder, unspecified", has_specific_sibling=True)
    assert screened(office, "A019", service=service) == share


def test_the_interval_is_the_one_of_wilson(office):
    for number, (right, n) in enumerate(((0, 1), (1, 1), (5, 10), (95, 100))):
        audit(office, number, n, right, staff_id=f"s{number}")
    rows = office.build("measures.specificity")
    assert len(rows) == 4
    for row in rows:
        value, n = row["value"], row["n"]
        # The ends are where the score test just rejects: (p - x)² n = z² x (1 - x).
        for end in (row["interval_low"], row["interval_high"]):
            assert (value - end) ** 2 * n == pytest.approx(1.959964**2 * end * (1 - end), abs=1e-7)
        assert 0 <= row["interval_low"] <= value <= row["interval_high"] <= 1


def test_denial_rates_of_tiers_judge_the_rule(office):
    for number, lines in enumerate((1, 1, 9)):
        office.submit(f"c{number}", n_lines=lines)
        judged(office, number, "2026-03-10", denied=number == 2)
    office.remit("r9", "2026-03-10", pcn="never sent", lines=[(100, 0)], adjustments=[(1, "CO", "50", 100)])
    rates = {
        row["complexity"]: (row["numerator"], row["denominator"])
        for row in office.build("measures.complexity_denials")
    }
    assert rates == {"low": (Decimal(0), Decimal(2)), "high": (Decimal(1), Decimal(1))}
