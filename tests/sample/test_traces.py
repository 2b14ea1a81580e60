"""What the logs of the sample office say about the work beside its amount: why, for whom, how long waited for, how well."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise

from assets.sample.eligibility import coverage


def moment(text):
    return datetime.fromisoformat(text)


def test_follow_ups_say_whether_they_were_due(office):
    seen = Counter()
    for row in office.human_touches:
        if row["item_type"] == "account":
            seen[row["trigger"]] += 1
            if row["trigger"] == "early":
                assert row["started_at"][:10] < row["due_on"]
            if row["trigger"] == "due":
                assert row["due_on"] <= row["started_at"][:10]
    assert seen["due"] > seen["early"] > seen["inbound"] > 0


def test_work_done_again_says_why_and_where_the_error_arose(office):
    for row in office.human_touches:
        if row["disposition_code"] == "reopened":
            assert row["trigger"] == "reopened"
            assert row["reason"] in {"error", "missing_document", "payer", "other"}
        if (
            row["action_code"] in {"fix_edit", "fix_reject", "correct"}
            and row["disposition_code"] == "completed"
        ):
            assert row["reason"] in {"error", "payer"}
            assert bool(row["origin_role"]) == (row["reason"] == "error")


def test_verified_claims_are_hardly_ever_denied_for_want_of_coverage(full_office):
    office = full_office
    verified = {row["pcn"] for row in office.human_touches if row["action_code"] == "verify_eligibility"}
    entered = {row["pcn"] for row in office.rows("charge_entries") if row["entered_at"] < "2026-03-13"}
    denied = {row["pcn"] for row in office.rows("denial_worklist") if row["carc"] == "27"} & entered
    seen, unseen = entered & verified, entered - verified
    assert min(len(seen), len(unseen)) > 400
    assert len(denied & seen) * len(unseen) < 0.4 * len(denied & unseen) * len(seen)


def test_sites_verify_more_at_some_times_than_at_others():
    days = range(date(2026, 3, 2).toordinal(), date(2026, 6, 29).toordinal())
    for site in ("Sample North", "Sample South"):
        shares = [coverage(site, day) for day in days]
        assert 0 <= min(shares) < max(shares) - 0.25 <= 0.75


def test_waiting_takes_no_time_from_work(office):
    spans = defaultdict(list)
    for row in office.human_touches:
        spans[row["staff_id"], row["started_at"][:10]].append((row["started_at"], row["ended_at"]))
    reasons = Counter()
    for row in office.rows("activity"):
        if row["wait_reason"]:
            reasons[row["wait_reason"]] += 1
            assert row["active_s"] == "0"
            assert row["started_at"] < row["ended_at"]
            mine = spans[row["staff_id"], row["started_at"][:10]]
            assert not any(a < row["ended_at"] and b > row["started_at"] for a, b in mine)
    assert set(reasons) == {"payer", "provider", "system"}


def test_overtime_lengthens_the_shift_by_what_is_paid(office):
    rows = list(office.shifts.values())
    longer = [row for row in rows if row["overtime_min"] != "0"]
    assert 0.01 * len(rows) < len(longer) < 0.3 * len(rows)
    for row in rows:
        extra = int(row["overtime_min"])
        assert int(row["paid_min"]) == 480 + extra
        assert moment(row["end_at"]) - moment(row["start_at"]) == timedelta(minutes=510 + extra)


def test_portals_are_signed_in_to_and_changed_during_the_day(office):
    portals, signed_in = defaultdict(set), 0
    for row in office.rows("activity"):
        if row["site"].startswith("portal:"):
            assert row["app_class"] == "portal"
            portals[row["staff_id"], row["started_at"][:10]].add(row["site"])
        signed_in += row["app"] == "Sample Sign-in"
    assert sum(len(found) > 1 for found in portals.values()) > 0.5 * len(portals)
    assert signed_in > 500


def test_overridden_warnings_name_their_rule_and_who_overrode_it(office):
    warnings = {
        (r["pcn"], r["edit_code"]) for r in office.rows("scrubber_events") if r["severity"] == "warning"
    }
    over = [row for row in office.rows("scrubber_events") if row["event"] == "overridden"]
    assert over
    assert len(over) < len(warnings)
    for row in over:
        assert (row["pcn"], row["edit_code"]) in warnings
        assert row["resolved_by"]
        assert row["is_automated"] == "false"


def test_appeals_go_to_a_second_level_and_some_are_filed_too_late(office):
    states = {row["appeal_id"]: row for row in office.rows("appeals")}
    levels = Counter(row["level"] for row in states.values())
    assert levels["1"] > levels["2"] > 0
    assert {"", "overturned", "upheld"} <= {row["decision"] for row in states.values()}
    assert any(row["returned_for_docs_at"] for row in states.values())
    assert any(row["filed_at"][:10] > row["deadline_on"] for row in states.values())
    assert all(row["filed_at"] < (row["decided_at"] or "9999") for row in states.values())


def test_some_patients_call_again_within_the_week(office):
    calls = defaultdict(list)
    for row in office.rows("calls"):
        assert min(int(row[c]) for c in ("talk_s", "hold_s", "wrap_s")) >= 0
        calls[row["pcn"]].append(moment(row["started_at"]))
    again = sum(b - a < timedelta(days=7) for at in map(sorted, calls.values()) for a, b in pairwise(at))
    assert 0.01 * sum(map(len, calls.values())) < again < 0.3 * sum(map(len, calls.values()))


def test_first_instalments_of_plans_are_paid_or_not(office):
    plans = {row["pcn"]: row["plan_started_at"] for row in office.rows("accounts") if row["plan_started_at"]}
    paid = {
        r["pcn"]
        for r in office.rows("payments")
        if r["method"] == "patient" and r["posted_at"] > plans.get(r["pcn"], "9")
    }
    assert len(plans) > 30
    assert 0.1 * len(plans) < len(paid & set(plans)) < 0.95 * len(plans)
