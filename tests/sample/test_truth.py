"""The hidden truth is what the logs tell: skill, bands, mess, outages."""

from collections import defaultdict
from datetime import date, datetime

import numpy as np
import pytest

from assets.sample.claims import points
from assets.sample.outages import Incidents, Outage
from assets.sample.people import head_counts, ramp
from assets.sample.season import DOW_RATE, MONTH_RATE, is_workday, next_workday, utc_offset


def ranks(values):
    return np.argsort(np.argsort(values))


def paces(office):
    """Units per hour at work, in multiples of the true base rate, per senior and honest person: (role, pace, skill)."""
    base = {(r["role"], r["complexity"]): float(r["base_rate"]) for r in office.truth("bands")}
    earned, spent = defaultdict(float), defaultdict(float)
    for row in office.human_touches:
        role = office.role(row["staff_id"], row["started_at"][:10])
        begin, end = (datetime.fromisoformat(row[c]) for c in ("started_at", "ended_at"))
        spent[row["staff_id"], role] += (end - begin).total_seconds() / 3600
        if row["disposition_code"] == "completed":
            earned[row["staff_id"], role] += 1 / base[role, office.complexity.get(row["pcn"], "medium")]
    seniors = [p for p in office.truth("people") if p["gamer"] == "0" and int(p["tenure_days"]) > 200]
    keys = [(p["staff_id"], p["role"]) for p in seniors]
    return [
        (k[1], earned[k] / spent[k], float(p["skill"]))
        for k, p in zip(keys, seniors, strict=True)
        if spent[k] > 20
    ]


def test_the_logs_rank_people_by_their_true_skill(office):
    found = paces(office)
    assert len(found) >= 15
    pooled = np.corrcoef(ranks([pace for _, pace, _ in found]), ranks([skill for *_, skill in found]))[0, 1]
    assert pooled > 0.9
    coders = [x for x in found if x[0] == "coder"]
    assert len(coders) >= 4
    assert np.corrcoef([x[1] for x in coders], [x[2] for x in coders])[0, 1] > 0.9


def test_the_true_bands_are_the_level_that_the_logs_show(office):
    """Idle moments inside an item and outages lower the pace by some hundredths; nothing else does."""
    ratio = [pace / skill for _, pace, skill in paces(office)]
    assert 0.88 < np.median(ratio) < 1.02


def test_bands_rise_with_the_quantile_and_fall_with_the_complexity(office):
    rows = office.truth("bands")
    assert len(rows) == 18
    assert all(float(r["p50"]) <= float(r["p75"]) <= float(r["p90"]) for r in rows)
    for i in range(0, 18, 3):
        low, medium, high = (float(r["p50"]) for r in rows[i : i + 3])
        assert low > medium > high


def test_the_gaming_person_clicks_through_items_for_seconds(office):
    gamers = {p["staff_id"] for p in office.truth("people") if p["gamer"] == "1"}
    assert len(gamers) == 1
    short = defaultdict(lambda: [0, 0])
    for row in office.human_touches:
        seconds = (
            datetime.fromisoformat(row["ended_at"]) - datetime.fromisoformat(row["started_at"])
        ).total_seconds()
        short[row["staff_id"] in gamers][seconds < 15] += 1
    assert short[True][1] > 0.3 * short[True][0]
    assert short[False][1] < 0.02 * short[False][0]


def test_the_mess_lies_where_the_truth_says(office):
    kinds = [m["what"].split(" ")[0].rstrip(",:") for m in office.mess]
    assert sorted(kinds) == ["corrects", "damaged", "damaged", "duplicate", "duplicate", "late", "unreadable"]
    for entry in office.mess:
        path = office.folder / "inbox" / entry["delivery_date"] / entry["file"]
        data = path.read_bytes()
        if entry["what"].startswith("duplicate"):
            assert office.files(entry["what"].removeprefix("duplicate of "))[0].read_bytes() == data
        if entry["what"].startswith("late"):
            assert f"{path.stem[-8:-4]}-{path.stem[-4:-2]}-{path.stem[-2:]}" < entry["delivery_date"]
        if entry["what"].startswith("damaged: last"):
            assert data.count(b"~\nST*") == data.count(b"~\nSE*") + 1 > 1
        if entry["what"].startswith("corrects"):
            old = office.files(entry["what"].removeprefix("corrects "))[0].read_text().splitlines()
            new = data.decode().splitlines()
            assert len(old) == len(new)
            assert 1 <= sum(a != b for a, b in zip(old, new, strict=True)) <= 3


def test_some_outages_are_never_logged(office):
    truth = office.truth("friction_truth")
    logged = {r["friction_id"] for r in truth if r["logged"] == "1"}
    assert logged == {row["friction_id"] for row in office.rows("friction")}
    assert 0 < len(truth) - len(logged) < len(logged)


def test_an_outage_stretches_work_only_while_it_lasts():
    incidents = Incidents()
    incidents.add(Outage("INC1", "pm", "slow", 1, 1000, 1100, logged=True, reported_by="it"))
    assert incidents.finish(1, "pm", 100, 500) == 600
    assert incidents.finish(1, "pm", 900, 200) == 1170
    assert incidents.finish(1, "pm", 1100, 200) == 1300
    assert incidents.finish(1, "ehr", 900, 200) == 1100
    assert incidents.logged_seconds(1, "pm", 1050, 2000) == 50


@pytest.mark.parametrize(
    ("kind", "lines", "codes", "level"),
    [
        ("P", 1, 1, 0),
        ("P", 2, 4, 0),
        ("P", 3, 4, 1),
        ("P", 1, 5, 1),
        ("I", 1, 1, 1),
        ("P", 6, 1, 2),
        ("I", 3, 1, 2),
        ("I", 9, 9, 2),
    ],
)
def test_complexity_follows_the_rule(kind, lines, codes, level):
    assert points(kind, lines, codes) == level


def test_the_calendar_is_neutral_over_week_and_year():
    assert sum(DOW_RATE[:5]) / 5 == pytest.approx(1.0)
    assert sum(MONTH_RATE) / 12 == pytest.approx(1.0)


def test_holidays_and_daylight_saving_are_known():
    assert is_workday(date(2026, 7, 3).toordinal())
    memorial = date(2026, 5, 25).toordinal()
    assert not is_workday(memorial)
    assert next_workday(memorial - 3) == memorial + 1
    assert utc_offset(date(2026, 3, 7).toordinal()) == 21_600
    assert utc_offset(date(2026, 3, 8).toordinal()) == 18_000
    assert utc_offset(date(2026, 11, 1).toordinal()) == 21_600


def test_staff_is_split_over_all_six_roles():
    assert sum(head_counts(48)) == 48
    assert head_counts(6) == (1,) * 6
    assert head_counts(48)[0] == max(head_counts(48))


def test_a_new_person_works_slower_until_half_a_year_has_passed():
    assert ramp(0) < ramp(90) < ramp(180) == ramp(1000) == 1.0
