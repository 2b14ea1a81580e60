"""What a clinician's services count: which submission, which release of the schedule, which share of the work."""

from decimal import Decimal

NPI = "1000000001"


def value(office, code, work, modifier=None, release="2026A", since="2026-01-01", **more):
    """Put a code into the fee schedule."""
    row = {
        "total_nonfacility": 2 * work,
        "total_facility": work,
        "multiple_procedure": "0",
        "bilateral": "0",
        **more,
    }
    office.add(
        "fee_schedule", release=release, schedule_year=int(release[:4]), procedure_code=code, modifier=modifier,
        work_rvu=work, effective_from=since, **row,
    )  # fmt: skip


def bill(office, pcn, *lines, day="2026-03-02", at=None, **more):
    """Submit a claim; lines are (code, modifiers) or (code, modifiers, units)."""
    at = at or f"{day} 18:00"
    number = f"{pcn}-{at}-{more.get('payer_seq', 'P')}"
    claim = {"submission_id": number, "member_key": "m", "rendering_npi": NPI, **more}
    office.submit(pcn, at, service_from=day, **claim)
    for number, (code, modifiers, *units) in enumerate(lines, 1):
        office.add(
            "claim_lines", submission_id=claim["submission_id"], pcn=pcn, line_no=number, procedure_code=code,
            modifiers=modifiers, units=(units or [1])[0], service_from=day, submitted_at=at,
        )  # fmt: skip


def services(office):
    return office.build("ledger.services")


WORK_LEFT = {
    "": "20",
    "25:LT": "20",
    "50": "30",
    "52": "10",
    "53": "10",
    "54": "16",
    "55": "4",
    "56": "2",
    "78": "14",
    "62": "12.5",
    "66": "20",
    "80": "3.2",
    "81": "3.2",
    "82": "3.2",
    "AS": "2.72",
    "FS": "20",
    "GC": "20",
    "22": "20",
    "TC": "0",
    "26": "20",
    "LT:62:50": "18.75",
    "62:80": "3.2",
}
"""What is left of an operation of 20 with the shares 0.1, 0.7 and 0.2, by its modifiers."""


def test_a_modifier_leaves_the_clinicians_own_share_of_the_work(office):
    shares = {"preoperative_share": 0.1, "intraoperative_share": 0.7, "postoperative_share": 0.2}
    value(office, "27447", 20, bilateral="1", multiple_procedure="2", **shares)
    for modifiers in WORK_LEFT:
        bill(office, f"with {modifiers}", ("27447", modifiers or None))
    rows = {row["pcn"].removeprefix("with "): row for row in services(office)}
    assert {name: row["wrvu"] for name, row in rows.items()} == {n: Decimal(w) for n, w in WORK_LEFT.items()}
    assert all(row["wrvu_rebased"] == row["wrvu"] for row in rows.values())


def test_both_sides_count_as_the_bilateral_indicator_says(office):
    wanted = {"0": 6, "1": 9, "2": 6, "3": 12, "9": 6}
    for indicator in wanted:
        value(office, f"2061{indicator}", 6, bilateral=indicator)
        bill(office, indicator, (f"2061{indicator}", "50"))
    assert {row["pcn"]: row["wrvu"] for row in services(office)} == wanted


def test_an_operation_without_shares_counts_in_full_under_a_modifier_of_the_global_period(office):
    value(office, "11102", 4)
    bill(office, "a", ("11102", "54"))
    assert services(office)[0]["wrvu"] == 4


def test_further_procedures_count_half_by_rank_of_work_and_only_those_that_the_indicator_names(office):
    for code, work, multiple in (("10001", 4, "2"), ("10002", 10, "2"), ("10003", 6, "3"), ("10004", 8, "0")):
        value(office, code, work, multiple_procedure=multiple)
    bill(office, "a", ("10001", "51"), ("10002", None), ("10003", "51"), ("10004", "51"))
    assert [row["wrvu"] for row in sorted(services(office), key=lambda r: r["line_no"])] == [2, 10, 3, 8]


def test_several_procedures_without_the_modifier_are_not_reduced(office):
    value(office, "10001", 4, multiple_procedure="2")
    bill(office, "a", ("10001", None), ("10001", "59"))
    assert [row["wrvu"] for row in services(office)] == [4, 4]


def test_a_row_of_its_own_in_the_schedule_goes_before_the_code_and_before_a_factor(office):
    for modifier, work in ((None, 3), ("26", 2), ("TC", 0), ("53", 1)):
        value(office, "45378", work, modifier=modifier)
    bill(office, "a", ("45378", "26"), ("45378", "TC"), ("45378", "53"), ("45378", None))
    assert [row["wrvu"] for row in sorted(services(office), key=lambda r: r["line_no"])] == [2, 0, 1, 3]


def test_a_factor_of_the_configuration_takes_the_place_of_the_built_in_one(office):
    office.configure(co_surgeon_factor=0.5)
    value(office, "27447", 20)
    bill(office, "a", ("27447", "62"))
    assert services(office)[0]["wrvu"] == 10


def test_the_release_in_force_on_the_day_of_service_holds_and_never_beyond_its_year(office):
    value(office, "99213", 1, release="2025A", since="2025-01-01")
    value(office, "99213", 2, release="2026A", since="2026-01-01")
    value(office, "99213", 9, release="2026A-QPP", since="2026-01-01")
    value(office, "99213", 3, release="2026B", since="2026-04-01")
    for day in ("2024-12-31", "2025-12-31", "2026-03-31", "2026-04-01", "2026-12-31", "2027-01-01"):
        bill(office, day, ("99213", None), day=day, at="2027-01-05 10:00")
    found = {row["pcn"]: (row["wrvu"], row["release"], row["reason"]) for row in services(office)}
    assert found == {
        "2024-12-31": (None, None, "no_schedule"),
        "2025-12-31": (1, "2025A", None),
        "2026-03-31": (2, "2026A", None),
        "2026-04-01": (3, "2026B", None),
        "2026-12-31": (3, "2026B", None),
        "2027-01-01": (None, None, "no_schedule"),
    }


def test_what_the_schedule_does_not_know_is_kept_without_a_value_and_with_a_reason(office):
    value(office, "99213", 1)
    bill(office, "a", ("J1885", None), (None, None), ("99213", None))
    rows = sorted(services(office), key=lambda r: r["line_no"])
    assert [(row["wrvu"], row["reason"]) for row in rows] == [
        (None, "unknown_code"),
        (None, "no_code"),
        (1, None),
    ]


def test_the_rebased_series_takes_the_last_release_of_its_year_and_the_own_one_where_that_year_knows_no_code(
    office,
):
    office.configure(rebase_year=2025)
    value(office, "20610", 1, release="2025A", since="2025-01-01")
    value(office, "20610", 1.2, release="2025D", since="2025-10-01")
    value(office, "20610", 0.975)
    value(office, "G0556", 0.25)
    bill(office, "a", ("20610", None, 2), ("G0556", None))
    rows = sorted(services(office), key=lambda r: r["line_no"])
    told = [(row["wrvu"], row["wrvu_rebased"], row["is_rebased"]) for row in rows]
    assert told == [(Decimal("1.95"), Decimal("2.4"), True), (Decimal("0.25"), Decimal("0.25"), False)]


def test_replacements_replace_voids_remove_and_copies_to_other_payers_add_nothing(office):
    for code, work in (("99213", 1), ("99214", 2)):
        value(office, code, work)
    bill(office, "replaced", ("99213", None), at="2026-03-02 18:00")
    bill(office, "replaced", ("99214", None), at="2026-03-05 18:00", frequency_code="7")
    bill(office, "void", ("99213", None), at="2026-03-02 18:00")
    bill(office, "void", ("99213", None), at="2026-03-05 18:00", frequency_code="8")
    bill(office, "copied", ("99213", None), at="2026-03-02 18:00")
    bill(office, "copied", ("99213", None), at="2026-03-06 18:00", payer_seq="S")
    bill(office, "sent_twice", ("99213", None), at="2026-03-02 18:00")
    bill(office, "sent_twice", ("99213", None), at="2026-03-04 18:00")
    bill(office, "stay", ("99213", None), claim_type="I")
    assert {row["pcn"]: row["wrvu"] for row in services(office)} == {
        "replaced": 2,
        "copied": 1,
        "sent_twice": 1,
    }
    assert len(services(office)) == 3


def test_a_claim_that_another_number_replaces_is_gone(office):
    value(office, "99213", 1)
    bill(office, "old", ("99213", None), at="2026-03-02 18:00")
    office.remit("r", pcn="old", day="2026-03-10", payer_claim_id="ICN1")
    bill(office, "new", ("99213", None), at="2026-03-12 18:00", frequency_code="7", original_ref="ICN1")
    assert [row["pcn"] for row in services(office)] == ["new"]


def test_a_number_used_again_for_another_patient_is_another_claim(office):
    value(office, "99213", 1)
    bill(office, "a", ("99213", None), day="2026-03-02", member_key="m1")
    bill(office, "a", ("99213", None), day="2026-03-20", member_key="m2")
    bill(office, "a", ("99213", None), day="2026-03-20", member_key="m2", at="2026-03-25 10:00")
    assert sorted(str(row["service_date"]) for row in services(office)) == ["2026-03-02", "2026-03-20"]


def test_minutes_are_no_units_and_the_billing_clinician_renders_what_nobody_else_did(office):
    value(office, "99213", 1)
    bill(office, "a", ("99213", None, 30), rendering_npi=None, billing_npi="1000000007")
    office.connection.execute("update intake.claim_lines set unit_code = 'MJ'")
    (row,) = services(office)
    assert (row["units"], row["wrvu"], row["provider_npi"]) == (1, 1, "1000000007")


def test_total_rvu_follow_the_place_of_service(office):
    value(office, "99213", 1)
    for pcn, place in (("office", "11"), ("hospital", "21"), ("home", "12"), ("video", "02")):
        bill(office, pcn, ("99213", None), facility_code=place)
    assert {r["pcn"]: r["total_rvu"] for r in services(office)} == {
        "office": 2,
        "hospital": 1,
        "home": 2,
        "video": 1,
    }


def test_a_clinicians_period_ends_where_the_next_begins(office):
    who = {"provider_npi": NPI, "clinician_type": "physician", "fte": 1}
    office.add("providers", specialty="a", valid_from="2026-01-01", valid_to="2026-06-30", **who)
    office.add("providers", specialty="b", valid_from="2026-03-01", clinical_fte=0.5, **who)
    rows = sorted(office.build("ledger.provider_periods"), key=lambda r: r["valid_from"])
    told = [(r["specialty"], str(r["valid_to"]), r["clinical_fte"]) for r in rows]
    assert told == [("a", "2026-02-28", 1), ("b", "None", Decimal("0.5"))]


def test_nought_for_what_the_schedule_leaves_to_payers_is_no_value_and_nought_for_a_laboratory_test_is(
    office,
):
    for code, status in (("64999", "C"), ("80053", "X"), ("99242", "I"), ("99395", "N")):
        value(office, code, 1.75 if code == "99395" else 0, status_code=status)
        bill(office, code, (code, None))
    assert {row["pcn"]: (row["wrvu"], row["reason"]) for row in services(office)} == {
        "64999": (None, "not_valued"),
        "80053": (0, None),
        "99242": (None, "not_valued"),
        "99395": (Decimal("1.75"), None),
    }


ENDOSCOPIES = {"45378": ("2", None, "3.26"), "45380": ("3", "45378", "3.56"), "45385": ("3", "45378", "4.57"),
               "43200": ("2", None, "1.42"), "43202": ("3", "43200", "1.72"), "43229": ("3", "43200", "3.49"), "11042": ("2", None, "1.01")}  # fmt: skip
"""Code to indicator, base and work: two families, and a procedure of none."""


def endoscopies(office, *lines):
    """Return what is left of the work of each line, in their order."""
    for code, (multiple, base, work) in ENDOSCOPIES.items():
        value(office, code, Decimal(work), multiple_procedure=multiple, endoscopic_base=base)
    bill(office, "a", *lines)
    return [str(row["wrvu"]) for row in sorted(services(office), key=lambda row: row["line_no"])]


def test_of_a_family_of_endoscopies_the_largest_counts_in_full_and_the_others_what_they_have_beyond_the_base(
    office,
):
    """4.57 in full; 3.56 - 3.26; the base with another one of its family is part of it."""
    assert endoscopies(office, ("45380", "51"), ("45385", None), ("45378", "51")) == [
        "0.3000",
        "4.5700",
        "0.0000",
    ]


def test_a_family_ranks_as_one_procedure(office):
    """Both families: 4.57 + 0.30 = 4.87 first; 3.49 + 0.30 = 3.79 then, by half; a procedure of none after both, by half."""
    lines = [("43202", "51"), ("43229", "51"), ("45385", None), ("45380", "51"), ("11042", "51")]
    assert endoscopies(office, *lines) == ["0.1500", "1.7450", "4.5700", "0.3000", "0.5050"]


def test_one_endoscopy_and_a_procedure_of_no_family_go_by_rank_alone(office):
    assert endoscopies(office, ("45380", None), ("11042", "51")) == ["3.5600", "0.5050"]


def test_endoscopies_without_the_modifier_or_with_the_rule_off_are_as_all_others(office):
    assert endoscopies(office, ("45380", "59"), ("45385", None)) == ["3.5600", "4.5700"]
    office.configure(endoscopic_families=False)
    bill(office, "b", ("45380", "51"), ("45385", None))
    rows = {(row["pcn"], row["line_no"]): str(row["wrvu"]) for row in services(office)}
    assert (rows["b", 1], rows["b", 2]) == ("1.7800", "4.5700")


def test_an_endoscopy_whose_base_the_schedule_does_not_know_ranks_by_itself(office):
    value(office, "45380", 3, multiple_procedure="3", endoscopic_base="99999")
    value(office, "45385", 4, multiple_procedure="3", endoscopic_base="99999")
    bill(office, "a", ("45380", "51"), ("45385", None))
    assert sorted(row["wrvu"] for row in services(office)) == [Decimal("1.5"), 4]
