"""Every additive measure in one shape, and its rolling sums: what a window holds, what it leaves out, what is withheld."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.bands.config import BandConfig
from assets.measures.registry import ADDITIVE, load_definitions
from assets.sql_model import load_models

MODELS = load_models(stages=("ledger", "measures"))
FIRST = date(2026, 1, 1)
NONE = {"n_cohort": None, "n_matured": None}
RATIO, SHARE, STOCK = (
    next(d.id for d in load_definitions().values() if d.method == method)
    for method in ("ratio", "share", "stock")
)


def windows(office, stem, rows):
    """Return the windows over rows put into measures.by_staff or measures.by_group."""
    table = f"measures.by_{stem}"
    kinds = {
        "definition_id": "text",
        "numerator": "decimal(18, 4)",
        "denominator": "decimal(18, 4)",
        "measured_on": "date",
    }
    kinds |= dict.fromkeys(NONE, "decimal(18, 4)")
    kinds |= dict.fromkeys(
        {"staff": ("staff_id", "role", "complexity"), "group": ("group_kind", "group_id")}[stem], "text"
    )
    columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    office.connection.execute(f"create or replace table {table} ({columns})")
    for row in rows:
        office.connection.execute(
            f"insert into {table} ({', '.join(row)}) values ({', '.join('?' for _ in row)})",
            list(row.values()),
        )
    return office.build(f"measures.{stem}_windows")


def day(n, numerator=1, denominator=2, definition=RATIO, role="coder", **more):
    return {
        "definition_id": definition, "staff_id": "s1", "role": role, "complexity": "low",
        "numerator": numerator, "denominator": denominator, "measured_on": FIRST + timedelta(days=n), **more,
    }  # fmt: skip


def test_a_window_begins_thirty_or_ninety_days_before_and_ends_with_its_day(office):
    found = windows(office, "staff", [day(0, 1), day(29, 2), day(30, 4), day(89, 8), day(90, 16)])
    sums = {(r["window_days"], (r["as_of"] - FIRST).days): int(r["numerator"]) for r in found}
    assert sums == {
        (30, 0): 1, (30, 29): 3, (30, 30): 6, (30, 89): 8, (30, 90): 24,
        (90, 0): 1, (90, 29): 3, (90, 30): 7, (90, 89): 15, (90, 90): 30,
    }  # fmt: skip


def test_there_is_a_row_on_every_measured_day_for_whoever_worked_inside_the_window(office):
    found = windows(office, "staff", [day(0), day(5, staff_id="s2"), day(40, staff_id="s2")])
    days = sorted((r["window_days"], (r["as_of"] - FIRST).days) for r in found if r["staff_id"] == "s1")
    assert days == [(30, 0), (30, 5), (90, 0), (90, 5), (90, 40)]


def test_who_changes_role_inside_a_window_has_a_row_in_each_role(office):
    found = windows(
        office, "staff", [day(0, 3), day(1, 5, role="ar_follow_up"), day(2, 7, role="ar_follow_up")]
    )
    last = {
        (r["window_days"], r["role"]): int(r["numerator"])
        for r in found
        if r["as_of"] == FIRST + timedelta(days=2)
    }
    assert last == {(w, role): n for w in (30, 90) for role, n in (("coder", 3), ("ar_follow_up", 12))}


def test_a_state_is_not_added_up(office):
    rows = [{**day(n, 10 * n, 2, STOCK), "group_kind": "all", "group_id": "all"} for n in (1, 2)]
    for row in rows:
        del row["staff_id"], row["role"], row["complexity"]
    found = windows(office, "group", rows)
    assert sorted((r["window_days"], int(r["numerator"]), r["n_days"]) for r in found) == [
        (1, 10, 1),
        (1, 20, 1),
    ]


def test_a_window_without_a_denominator_has_no_value(office):
    found = windows(office, "staff", [day(0, 4, 0)])
    assert {(int(r["numerator"]), r["value"]) for r in found} == {(4, None)}


def test_a_window_of_which_too_little_has_matured_is_withheld_with_its_matured_share(office):
    ripe = day(0, 3, 90, SHARE, n_cohort=90, n_matured=90)
    raw = day(1, None, None, SHARE, n_cohort=10, n_matured=9)
    rawer = day(2, None, None, SHARE, n_cohort=20, n_matured=8)
    found = {
        (r["as_of"] - FIRST).days: r
        for r in windows(office, "staff", [ripe, raw, rawer])
        if r["window_days"] == 30
    }
    assert {n: (r["numerator"], r["denominator"]) for n, r in found.items()} == {
        0: (3, 90),
        1: (3, 90),
        2: (None, None),
    }
    assert [found[n]["matured_share"] for n in range(3)] == [1, 0.99, 107 / 120]


WORK = st.lists(
    st.tuples(st.sampled_from(["s1", "s2"]), st.integers(0, 150), st.integers(-5, 5), st.integers(0, 5)),
    min_size=1, max_size=30, unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(work=WORK, cut=st.integers(0, 150))
def test_windows_are_what_adding_by_hand_gives_and_a_slice_is_a_part_of_the_whole(office, work, cut):
    rows = [day(n, numerator, denominator, staff_id=person) for person, n, numerator, denominator in work]
    found = {(r["staff_id"], r["window_days"], r["as_of"]): r for r in windows(office, "staff", rows)}
    wanted = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for as_of in {row["measured_on"] for row in rows}:
        for length in (30, 90):
            for row in rows:
                if as_of - timedelta(days=length) < row["measured_on"] <= as_of:
                    sums = wanted[row["staff_id"], length, as_of]
                    sums[:] = [sums[0] + row["numerator"], sums[1] + row["denominator"], sums[2] + 1]
    assert {k: [r["numerator"], r["denominator"], r["n_days"]] for k, r in found.items()} == wanted
    begin = FIRST + timedelta(days=cut)
    part = office.run("measures.staff_windows", begin, begin + timedelta(days=20)).to_pylist()
    kept = {k: r for k, r in found.items() if begin <= k[2] <= begin + timedelta(days=20)}
    assert {(r["staff_id"], r["window_days"], r["as_of"]): r for r in part} == kept


def test_every_additive_definition_of_the_measures_has_an_arm():
    """A measure that is in neither stack has no window and is never published."""
    stacked = {stem: MODELS[f"measures.by_{stem}"] for stem in ("staff", "group", "contract", "clinician")}
    for definition in load_definitions().values():
        if definition.method in ADDITIVE and definition.source.startswith("measures."):
            arms = [stem for stem, model in stacked.items() if definition.source in model.tables]
            assert arms, (definition.id, definition.source)
            source = MODELS[definition.source].columns
            assert ("staff" in arms) == bool({"staff_id", "worker_id"} & set(source)), definition.id


@pytest.mark.parametrize("stem", ["staff", "group"])
def test_an_arm_takes_all_definitions_of_its_table_and_is_restated_by_it(stem):
    model = MODELS[f"measures.by_{stem}"]
    restating = {upstream.table for upstream in model.restated_by}
    sources = {table for table in model.tables if table != "measures.definitions"}
    assert sources <= restating
    arms = (
        model.sql.split("\nparts as (")[1].split("\n),")[0]
        if stem == "staff"
        else model.sql.split("with parts as (")[1]
    )
    for table in sources - {"measures.production"}:
        assert f"from {table} where" in arms
        cohort = {"n_cohort", "matured_share"} <= set(MODELS[table].columns)
        arm = arms.split(f"from {table} where")[0].split("union all")[-1]
        assert ("n_cohort * matured_share as n_matured" in arm) == cohort, table


def test_output_per_hour_leaves_out_what_calibration_leaves_out(office):
    office.add(
        "staff", staff_id="s1", role="coder", system_id="pm", role_start="2026-01-09", valid_from="2026-01-09"
    )
    for number, minutes in enumerate((8, 9)):
        start = f"2026-03-1{number}"
        office.touch(
            f"t{number}", f"{start} 09:00", f"{start} 09:0{minutes}", item_type="encounter", item_id=f"e{number}",
            action_code="code", disposition_code="completed",
        )  # fmt: skip
    office.add(
        "production_history",
        staff_id="s1",
        work_date="2026-03-15",
        role="coder",
        complexity="low",
        units=10,
        active_min=60,
    )
    rows = [r for r in office.build("measures.by_staff") if r["definition_id"] == "output_per_hour.coder"]
    least = Decimal(str(BandConfig().min_segment_hours))
    assert [(r["measured_on"], r["denominator"]) for r in rows] == [(date(2026, 3, 11), least)]
