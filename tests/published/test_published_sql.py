"""What managers open: the published SELECTs, run over small tables made for the purpose."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from assets.bands.stored import TABLES as BAND_TABLES
from assets.measures.assets import COLUMNS as DEFINITION_COLUMNS
from assets.measures.registry import load_definitions
from assets.sql_model import read_model

ROOT = Path(__file__).resolve().parents[2]
SQL, EXPECTATIONS = ROOT / "sql" / "published", ROOT / "expectations"
STEMS = sorted(path.stem for path in SQL.glob("*.sql"))
BANDS = (
    "; ".join(
        f"create table {table} ({', '.join(f'{name} {kind}' for name, (kind, _) in columns.items())})"
        for table, columns in BAND_TABLES.items()
    )
    + ";"
)
PARAMETERS = {"office": "Sample office", "hours_per_day": 8.0, "allowance": 0.13}
SUMS = """numerator decimal(18, 4), denominator decimal(18, 4), n_cohort decimal(18, 4), n_matured decimal(18, 4),
    measured_on date"""
SCHEMA = f"""
    create schema bands; create schema measures; create schema intake; create schema ledger;
    {BANDS}
    create table measures.definitions ({", ".join(f"{name} {kind}" for name, (kind, _) in DEFINITION_COLUMNS.items())});
    insert into measures.definitions by name select 'touches.v1' as definition_id, 'ratio' as method
        union all by name select 'rework.v1' as definition_id, 'ratio' as method
        union all by name select 'denial.v1' as definition_id, 'ratio' as method
        union all by name select 'clean.v1' as definition_id, 'share' as method
        union all by name select 'gross.v1' as definition_id, 'stock' as method;
    create table measures.by_staff (definition_id text, staff_id text, role text, complexity text, {SUMS});
    create table measures.by_group (definition_id text, group_kind text, group_id text, {SUMS});
    create table measures.availability (definition_id text, is_available boolean, availability text, first_day date, last_day date);
    create table measures.durations (definition_id text, group_kind text, group_id text, role text, window_days integer,
        n_cases bigint, n_closed bigint, n_open bigint, n_backwards bigint, median double, p90 double, target double,
        share_within_target double, unit text, as_of date, week_ends_on date);
    create table measures.reference_values (definition_id text, metric text, group_id text, low double, value double, high double,
        source text, n bigint, year bigint, caveat text, origin text);
    create table ledger.parameters (name text, value decimal(18, 4));
    insert into ledger.parameters values ('min_people', 5), ('matured_share', 0.9);
    create table bands.overtime_in_band (definition_id text, version_id text, staff_id text, role text, {SUMS});
    create table bands.floor_attainment (definition_id text, version_id text, staff_id text, role text, complexity text, {SUMS});
    create table bands.ramp (definition_id text, version_id text, role text, complexity text, stage text, value double,
        low double, high double, reason text, measured_on date);
    insert into ledger.parameters values ('min_cell', 11);
    create table measures.by_contract (definition_id text, contract_id text, model text, numerator decimal(18, 4),
        denominator decimal(18, 4), n_inside bigint, n_outside bigint, n_panel bigint, n_cohort decimal(18, 4),
        n_matured decimal(18, 4), reason text, measured_on date);
    create table measures.billable_encounters (definition_id text, provider_npi text, contract_id text, model text,
        numerator decimal(18, 4), denominator decimal(18, 4), measured_on date);
    create table measures.missed_billing as from measures.billable_encounters;
    create table measures.contract_quality (definition_id text, contract_id text, model text, measure text, measure_version text,
        numerator decimal(18, 4), denominator decimal(18, 4), measured_on date);
    create table measures.skimping_guard (definition_id text, contract_id text, model text, numerator decimal(18, 4),
        denominator decimal(18, 4), reason text, measured_on date);
    create table measures.assignment_skew (definition_id text, staff_id text, role text, is_flagged boolean, measured_on date);
    create table measures.override_denials (definition_id text, staff_id text, role text, edit_code text, {SUMS});
    create table measures.effort_outcome_link (definition_id text, team text, n_people bigint, value double, low double,
        high double, reason text, measured_on date);
    create table measures.seasonal_index (definition_id text, metric text, role text, calendar_month integer, value double,
        n_people bigint, reason text);
    create table intake.files (file_id text, path text, delivery_date date, covers_date date, kind text, feed text,
        bytes bigint, status text, records bigint, loaded bigint, rejected bigint, footers bigint, flags bigint,
        reason text, superseded_by text);
    create table ledger.match_rates (link text, rule text, n_rows bigint, matched bigint, ambiguous bigint,
        unmatched bigint, measured_on date);
    create table ledger.sent_batches (submitted_on date);
    create table intake.feedback (feedback_id text, kind text, staff_id text, role text, version_id text, given_at timestamptz,
        delivery_date date, file_id text, txn_no integer, row_no bigint);
    create table ledger.friction_days (system text, staff_id text, started_on date);
    create table measures.denial_causes (definition_id text, payer_id text, root_cause text, numerator decimal(18, 4),
        denominator decimal(18, 4), measured_on date);
    create table measures.by_clinician (definition_id text, provider_npi text, specialty text, setting text, {SUMS});
    create table measures.encounter_divergence (definition_id text, provider_npi text, specialty text, setting text,
        diagnosis text, measured_on date);
    create schema quality;
    create table quality.results (table_name text, slice_from date, slice_to date, expectation text, severity text, success boolean,
        checked_at timestamptz);
"""


@pytest.fixture
def office():
    with duckdb.connect() as connection:
        connection.execute(SCHEMA)
        # Work of five others, who close March.
        connection.execute(
            "insert into measures.by_staff (definition_id, staff_id, measured_on) select 'others', 'o' || n, date '2026-04-06' from range(5) as r(n)"
        )
        yield connection


READ = {
    table: read_model(ROOT / f"sql/{table.replace('.', '/')}.sql").sql
    for table in (
        "measures.staff_windows", "measures.group_windows", "measures.running_month", "bands.last_decisions", "bands.standing",
    )
}  # fmt: skip
EVER = {"from": date(1900, 1, 1), "to": date(2999, 12, 31)}


def select(connection, stem, before=""):
    """Run the model's SELECT over the tables made of what is there, after whatever is to stand before it."""
    for table, sql in READ.items():
        connection.execute(f"create or replace table {table} as {sql}", EVER if "$from" in sql else None)
    text = (SQL / f"{stem}.sql").read_text(encoding="utf-8")
    return connection.execute(before + text, {n: v for n, v in PARAMETERS.items() if f"${n}" in text})


def published(connection, stem):
    """Return the model's rows as dictionaries."""
    cursor = select(connection, stem)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def add_version(connection, version_id, as_of, known_at, acceptable):
    connection.execute(
        "insert into bands.versions by name select ? as version_id, ?::date as as_of, date '2026-01-01' as window_from, "
        "?::date as window_to, date '2025-01-01' as history_from, date '2025-12-31' as history_to, true as has_prior_year, "
        "'proposed' as status, 'm' as method_id, 'c' as code_hash, 'c' as config_hash, '{}' as config, 'i' as input_hash, "
        "10 as n_observations, ?::timestamptz as known_at",
        [version_id, as_of, as_of, known_at],
    )
    add_band(connection, version_id, as_of, acceptable)


def add_band(connection, version_id, as_of, acceptable, **given):
    row = {
        "version_id": version_id, "as_of": as_of, "role": "coder", "complexity": "low", "stage": "366+",
        "unit": "charts per hour", "contributors": "5-10", "status": "proposed", "reasons": "because", "is_capped": False,
        "cap_reason": "", "definition_id": "output_per_hour.coder",
    }  # fmt: skip
    for place, level in enumerate(("acceptable", "strong", "exceptional") if acceptable else ()):
        row |= {
            f"{level}{end}": acceptable + place + add
            for end, add in (("", 0), ("_low", -1), ("_high", 1), ("_uncapped", 0))
        }
    row |= given
    connection.execute(
        f"insert into bands.bands ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values())
    )


def add_companion(connection, version_id, **given):
    row = {
        "version_id": version_id, "as_of": date(2026, 3, 31), "definition_id": "touches", "role": "coder", "complexity": "low",
        "stage": "366+", "good": "down", "acceptable": 2.0, "status": "proposed", "contributors": "5-10", **given,
    }  # fmt: skip
    connection.execute(
        f"insert into bands.companions ({', '.join(row)}) values ({', '.join('?' * len(row))})",
        list(row.values()),
    )


def decide(
    connection,
    version_id,
    decision="adopted",
    *,
    role="coder",
    by="configuration",
    all_of_it=False,
    since="2026-04-01",
):
    connection.execute(
        "insert into bands.decisions select coalesce(max(decision_no), 0) + 1, ?, ?, ?, ?, ?::date, ?, now(), 'why', null from bands.decisions",
        [version_id, role, decision, all_of_it, since, by],
    )


def add_effort(connection, people, *, complexity="low", numerator=10, denominator=2, day=3, table="touches"):
    for number in range(people):
        connection.execute(
            "insert into measures.by_staff values (?, ?, 'coder', ?, ?, ?, null, null, ?)",
            [f"{table}.v1", f"s{number}", complexity, numerator, denominator, date(2026, 3, day)],
        )


def effort(connection, period_kind="month"):
    return {
        row["complexity"]: row for row in published(connection, "effort") if row["period_kind"] == period_kind
    }


def add_outcome(
    connection, definition, numerator, denominator, day, group="A", kind="payer", cohort=(None, None)
):
    """Put in an outcome of a group, and of all."""
    for names in ((kind, group), ("all", "all")):
        row = [definition, *names, numerator, denominator, *cohort, day]
        connection.execute("insert into measures.by_group values (?, ?, ?, ?, ?, ?, ?, ?)", row)


def outcomes(connection, period_kind="month"):
    return [row for row in published(connection, "outcomes") if row["period_kind"] == period_kind]


def test_before_anything_is_adopted_the_newest_version_is_shown_with_its_own_status(office):
    add_version(office, "old", date(2026, 3, 30), "2026-03-31 01:00:00+00", 10.0)
    add_version(office, "late", date(2026, 3, 31), "2026-04-02 01:00:00+00", 12.0)
    add_version(office, "first", date(2026, 3, 31), "2026-04-01 01:00:00+00", 11.0)
    add_version(office, "backfill", date(2026, 2, 28), "2026-04-05 01:00:00+00", 9.0)
    (row,) = published(office, "bands")
    assert (row["version_id"], row["acceptable"], row["as_of"]) == ("late", 12.0, date(2026, 3, 31))
    assert (row["acceptable_low"], row["acceptable_high"], row["contributors"]) == (11.0, 13.0, "5-10")
    assert (row["status"], row["effective_from"], row["decided_by"]) == ("proposed", None, None)
    assert published(office, "daily_targets") == []


def test_companion_bands_hold_while_the_bands_of_their_role_do(office):
    add_version(office, "a", date(2026, 3, 31), "2026-04-01 01:00:00+00", 10.0)
    add_version(office, "b", date(2026, 6, 30), "2026-07-01 01:00:00+00", 11.0)
    add_companion(office, "a")
    add_companion(office, "b", acceptable=1.5)
    add_band(office, "b", date(2026, 6, 30), None, role="charge_entry", status="provisional")
    add_companion(office, "b", role="charge_entry", status="provisional")
    decide(office, "a")
    decide(office, "b", "held")
    found = {row["role"]: row for row in published(office, "companion_bands")}
    assert (found["coder"]["version_id"], found["coder"]["acceptable"], found["coder"]["status"]) == (
        "a",
        2.0,
        "adopted",
    )
    # Nothing is in force for charge entry: the newest range is shown, and is called one.
    assert (found["charge_entry"]["version_id"], found["charge_entry"]["status"]) == ("b", "provisional")


def test_what_is_in_force_is_shown_until_a_later_version_is_adopted(office):
    add_version(office, "a", date(2026, 3, 31), "2026-04-01 01:00:00+00", 10.0)
    add_version(office, "b", date(2026, 6, 30), "2026-07-01 01:00:00+00", 11.0)
    decide(office, "a")
    decide(office, "b", "held")
    (row,) = published(office, "bands")
    assert (row["version_id"], row["status"], row["effective_from"]) == ("a", "adopted", date(2026, 4, 1))
    decide(office, "b", by="R. Manager", since="2026-07-09")
    (row,) = published(office, "bands")
    assert (row["version_id"], row["decided_by"], row["effective_from"]) == (
        "b",
        "R. Manager",
        date(2026, 7, 9),
    )
    decide(office, "b", "rejected")
    assert published(office, "bands")[0]["version_id"] == "a"


def test_a_version_for_an_earlier_day_never_takes_the_place_of_a_later_one(office):
    add_version(office, "later", date(2026, 6, 30), "2026-07-01 01:00:00+00", 11.0)
    add_version(office, "earlier", date(2026, 3, 31), "2026-07-02 01:00:00+00", 10.0)
    decide(office, "later")
    decide(office, "earlier")
    assert published(office, "bands")[0]["version_id"] == "later"


def test_roles_are_in_force_by_themselves(office):
    for version, as_of, value in (("a", date(2026, 3, 31), 10.0), ("b", date(2026, 6, 30), 11.0)):
        add_version(office, version, as_of, "2026-07-01 01:00:00+00", value)
        add_band(office, version, as_of, value, role="charge_entry")
    decide(office, "a")
    decide(office, "b", role="charge_entry")
    found = {row["role"]: (row["version_id"], row["status"]) for row in published(office, "bands")}
    assert found == {"coder": ("a", "adopted"), "charge_entry": ("b", "adopted")}


@pytest.mark.parametrize(("all_of_it", "status"), [(False, "provisional"), (True, "adopted")])
def test_a_provisional_cell_is_no_target_unless_somebody_signed_for_it(office, all_of_it, status):
    add_version(office, "a", date(2026, 3, 31), "2026-04-01 01:00:00+00", 10.0)
    add_band(office, "a", date(2026, 3, 31), 8.0, complexity="medium", status="provisional")
    decide(office, "a", by="R. Manager", all_of_it=all_of_it)
    found = {row["complexity"]: row["status"] for row in published(office, "bands")}
    assert found == {"low": "adopted", "medium": status}
    history = {row["complexity"]: row["status"] for row in published(office, "bands_history")}
    assert history == found
    assert {row["complexity"] for row in published(office, "daily_targets")} == {
        "low",
        *(["medium"] if all_of_it else []),
    }


def test_a_day_is_its_productive_hours_times_the_hourly_band(office):
    add_version(office, "a", date(2026, 3, 31), "2026-04-01 01:00:00+00", 10.0)
    decide(office, "a")
    (row,) = published(office, "daily_targets")
    assert row["productive_hours"] == pytest.approx(6.96)
    assert [float(row[n]) for n in ("acceptable", "strong", "exceptional")] == [69.6, 76.6, 83.5]
    assert row["unit"] == "charts per day"


def test_a_hidden_cell_shows_nothing_anywhere_from_which_it_could_be_told(office):
    """Every number of the cell, of whatever stage, is hidden in every table; nothing published sums over cells."""
    add_version(office, "a", date(2026, 3, 31), "2026-04-01 01:00:00+00", 10.0)
    for stage in ("0-90", "366+"):
        add_band(
            office,
            "a",
            date(2026, 3, 31),
            None,
            complexity="high",
            stage=stage,
            status="withheld",
            contributors="<5",
        )
    decide(office, "a")
    for stem in ("bands", "bands_history"):
        hidden = [row for row in published(office, stem) if row["complexity"] == "high"]
        assert len(hidden) == 2
        for row in hidden:
            assert [v for v in row.values() if isinstance(v, float)] == []
            assert row["status"] == "withheld"
    assert {row["complexity"] for row in published(office, "daily_targets")} == {"low"}
    for stem in ("bands", "bands_history", "daily_targets", "drift"):
        cursor = select(office, stem)
        names = {column[0] for column in cursor.description}
        assert not names & {"n_eff", "n_days", "worker_id", "rank", "probability", "attained"}


def test_the_history_keeps_every_version_with_the_days_on_which_it_held(office):
    add_version(office, "a", date(2026, 3, 31), "2026-03-31 01:00:00+00", 10.0)
    add_version(office, "b", date(2026, 6, 30), "2026-07-01 01:00:00+00", 11.0)
    add_version(office, "c", date(2026, 7, 30), "2026-08-01 01:00:00+00", 12.0)
    decide(office, "a")
    decide(office, "b", since="2026-07-01")
    decide(office, "c", "held")
    found = {row["version_id"]: row for row in published(office, "bands_history")}
    told = {
        name: (r["acceptable"], r["status"], r["effective_from"], r["effective_to"])
        for name, r in found.items()
    }
    assert told == {
        "a": (10.0, "adopted", date(2026, 4, 1), date(2026, 6, 30)),
        "b": (11.0, "adopted", date(2026, 7, 1), None),
        "c": (12.0, "held", None, None),
    }


def test_drift_is_told_in_shares(office):
    office.execute(
        "insert into bands.drift values ('2026-03-23', '2026-03-29', 'a', 'coder', 'low', ln(1.1), ln(1.0), ln(1.2), null, null, "
        "false, 'i', now())"
    )
    (row,) = published(office, "drift")
    assert [row[n] for n in ("change", "change_low", "change_high")] == pytest.approx([0.1, 0.0, 0.2])


def test_outcomes_are_ratios_of_sums_per_payer_and_for_all(office):
    for day, payer, numerator, denominator in [(3, "A", 1, 2), (4, "A", 1, 98), (5, "B", 50, 100)]:
        add_outcome(office, "denial.v1", numerator, denominator, date(2026, 3, day), payer)
    found = {(r["group_kind"], r["group_id"]): r for r in outcomes(office)}
    assert set(found) == {("payer", "A"), ("payer", "B"), ("all", "all")}
    # The mean of A's daily rates would be 0.255, and the mean of the payers' rates 0.26.
    assert found["payer", "A"]["value"] == pytest.approx(0.02)
    assert found["all", "all"]["value"] == pytest.approx(0.26)
    assert found["all", "all"]["denominator"] == 200
    assert found["payer", "A"]["period"] == date(2026, 3, 1)


def test_an_outcome_without_a_denominator_is_null_and_says_so(office):
    add_outcome(office, "clean.v1", 0, 0, date(2026, 3, 3), "unknown")
    found = {r["group_id"]: (r["value"], r["reason"]) for r in outcomes(office)}
    assert found == dict.fromkeys(("unknown", "all"), (None, "nothing to divide by"))


def test_months_are_kept_apart(office):
    for day in (date(2026, 3, 31), date(2026, 4, 1)):
        add_outcome(office, "clean.v1", 1, 4, day)
    periods = sorted(r["period"] for r in outcomes(office) if r["group_kind"] == "all")
    assert periods == [date(2026, 3, 1), date(2026, 4, 1)]


def test_windows_end_with_a_week_and_hold_thirty_or_ninety_days(office):
    for day, numerator in (
        (date(2026, 2, 2), 1),
        (date(2026, 3, 3), 2),
        (date(2026, 3, 4), 4),
        (date(2026, 3, 9), 8),
    ):
        add_outcome(office, "clean.v1", numerator, 10, day)
    found = {
        kind: {r["period"]: r["numerator"] for r in outcomes(office, kind) if r["group_id"] == "A"}
        for kind in ("30_days", "90_days")
    }
    # The window of 4 March begins on 3 February; Tuesday 3 March is not the last day of its week.
    assert found["30_days"] == {date(2026, 2, 2): 1, date(2026, 3, 4): 6, date(2026, 3, 9): 14}
    assert found["90_days"] == {date(2026, 2, 2): 1, date(2026, 3, 4): 7, date(2026, 3, 9): 15}


def test_a_state_stands_on_its_day_and_is_not_added_up(office):
    for as_of, balance in (("2026-03-30", 300), ("2026-03-31", 400)):
        add_outcome(office, "gross.v1", balance, 10, as_of, "medicare", "payer_class")
    found = published(office, "outcomes")
    assert {r["period_kind"] for r in found} == {"as_of"}
    assert {(r["period"].day, r["value"]) for r in found} == {(30, 30), (31, 40)}


def test_a_cohort_that_is_not_ripe_is_withheld_and_says_how_ripe_it_is(office):
    add_outcome(office, "denial.v1", 3, 10, date(2026, 3, 3), cohort=(10, 10))
    add_outcome(office, "denial.v1", None, None, date(2026, 3, 4), cohort=(10, 7))
    add_outcome(office, "denial.v1", 3, 10, date(2026, 4, 4), cohort=(10, 9))
    march, april = sorted((r for r in outcomes(office) if r["group_id"] == "A"), key=lambda r: r["period"])
    assert (march["numerator"], march["denominator"], march["value"], march["matured_share"]) == (
        None,
        None,
        None,
        0.85,
    )
    assert march["reason"] == "withheld: 85 % of the cohort has matured, 90 % must have"
    assert (april["value"], april["matured_share"], april["reason"]) == (0.3, 0.9, None)


def test_groups_that_are_made_of_people_are_not_among_the_outcomes(office):
    for kind in ("role", "system"):
        office.execute(
            "insert into measures.by_group values ('clean.v1', ?, 'coder', 1, 2, null, null, date '2026-03-03')",
            [kind],
        )
    assert published(office, "outcomes") == []


def test_what_is_not_available_is_withheld_with_the_feeds_that_it_waits_for(office):
    add_effort(office, 6)
    add_outcome(office, "denial.v1", 0, 10, date(2026, 3, 3))
    waiting = "not available: needs remittances (835)"
    for definition in ("touches.v1", "denial.v1"):
        office.execute(
            "insert into measures.availability values (?, false, ?, null, null)", [definition, waiting]
        )
    for stem in ("effort", "outcomes"):
        rows = published(office, stem)
        assert rows
        assert {(r["numerator"], r["denominator"], r["value"], r["reason"]) for r in rows} == {
            (None, None, None, waiting)
        }
    told = {r["definition_id"]: r["availability"] for r in published(office, "availability")}
    assert told == {"touches.v1": waiting, "denial.v1": waiting}


def test_durations_tell_of_groups_and_never_of_a_person(office):
    for kind, name in (("all", "all"), ("payer", "A"), ("staff", "s1"), ("provider", "p1")):
        office.execute(
            "insert into measures.durations values ('d.v1', ?, ?, null, 30, 10, 6, 4, 0, 12.5, null, 72, 0.6, 'hours', "
            "date '2026-03-31', date '2026-04-05')",
            [kind, name],
        )
    found = {r["group_id"]: r for r in published(office, "durations")}
    assert set(found) == {"all", "A"}
    assert (found["A"]["median"], found["A"]["p90"], found["A"]["n_open"]) == (12.5, None, 4)
    assert found["A"]["reason"] == "more than a tenth are still open"
    assert (found["A"]["period_kind"], found["A"]["period"]) == ("30_days", date(2026, 3, 31))


def test_effort_of_five_people_is_shown_as_a_ratio_of_sums(office):
    add_effort(office, 5, numerator=10, denominator=2)
    add_effort(office, 1, numerator=8, denominator=6, day=4)
    row = effort(office)["low"]
    assert row["value"] == pytest.approx(58 / 16)
    assert (row["numerator"], row["denominator"], row["contributors"], row["reason"]) == (
        58,
        16,
        "5-10",
        None,
    )


def test_effort_of_four_people_shows_no_number(office):
    add_effort(office, 4)
    row = effort(office)["low"]
    assert (row["numerator"], row["denominator"], row["value"]) == (None, None, None)
    assert (row["contributors"], row["reason"]) == ("<5", "fewer than 5 contributors")


def test_somebody_without_any_work_in_the_cell_does_not_count_as_a_contributor(office):
    add_effort(office, 4)
    office.execute(
        "insert into measures.by_staff values ('touches.v1', 's9', 'coder', 'low', 0, 0, null, null, date '2026-03-03')"
    )
    assert effort(office)["low"]["contributors"] == "<5"


def test_a_lone_hidden_cell_hides_the_smallest_other_one(office):
    add_effort(office, 3, complexity="high")
    add_effort(office, 6, complexity="medium")
    add_effort(office, 12, complexity="low")
    found = effort(office)
    assert found["high"]["reason"] == "fewer than 5 contributors"
    assert found["medium"]["reason"] == "hidden beside a cell with fewer than 5 contributors"
    assert found["medium"]["numerator"] is found["medium"]["value"] is None
    assert found["low"]["value"] == 5


@pytest.mark.parametrize(
    ("others", "shown"), [(("s0", "s1", "s2", "s3"), None), (("s3", "s4", "s5", "s6"), 5)]
)
def test_two_hidden_cells_need_a_third_only_where_they_are_few_people_together(office, others, shown):
    add_effort(office, 3, complexity="high")
    add_effort(office, 12, complexity="low")
    for person in others:
        office.execute(
            "insert into measures.by_staff values ('touches.v1', ?, 'coder', 'medium', 10, 2, null, null, date '2026-03-03')",
            [person],
        )
    assert effort(office)["low"]["value"] == shown


def test_three_months_are_hidden_where_one_of_them_is(office):
    add_effort(office, 6)
    assert {kind: effort(office, kind)["low"]["value"] for kind in ("month", "3_months")} == {
        "month": 5,
        "3_months": 5,
    }
    office.execute(
        "insert into measures.by_staff values ('touches.v1', 's1', 'coder', 'low', 1, 1, null, null, date '2026-02-03')"
    )
    # Three months less March would be the one person of February.
    hidden = effort(office, "3_months")["low"]
    assert (hidden["numerator"], hidden["denominator"], hidden["value"]) == (None, None, None)
    assert hidden["reason"] == "hidden because with the months it would show fewer than 5 contributors"


def test_the_running_month_is_not_told(office):
    add_effort(office, 6)
    office.execute(
        "update measures.by_staff set measured_on = measured_on + interval '1 month' where definition_id <> 'others'"
    )
    assert effort(office) == {}


def test_hiding_in_one_month_or_metric_leaves_the_others_alone(office):
    add_effort(office, 3, complexity="high")
    add_effort(office, 6, complexity="low", table="rework")
    shown = [r["value"] for r in published(office, "effort") if r["definition_id"] == "rework.v1"]
    assert shown == [5, 5]


@pytest.mark.parametrize("denominator", [0, None])
def test_effort_without_a_denominator_says_so(office, denominator):
    add_effort(office, 5, denominator=denominator)
    row = effort(office)["low"]
    assert (row["value"], row["reason"]) == (None, "nothing to divide by")


def test_effort_never_names_a_person(office):
    add_effort(office, 7)
    assert not any("s0" in str(value) for row in published(office, "effort") for value in row.values())
    assert "staff_id" not in published(office, "effort")[0]


def test_data_quality_counts_records_once_and_files_by_fate(office):
    files = [
        ("a", "loaded", 10, 8, 1, 1),
        ("b", "superseded", 10, 8, 1, 1),
        ("c", "duplicate", 10, 0, 0, 0),
        ("d", "held", 5, 0, 0, 0),
        ("e", "unusable", None, None, None, None),
        ("f", "pending", None, None, None, None),
    ]
    for file_id, status, records, loaded, rejected, footers in files:
        office.execute(
            "insert into intake.files by name select ? as file_id, date '2026-03-03' as delivery_date, "
            "'calls' as feed, ? as status, ? as records, ? as loaded, ? as rejected, ? as footers",
            [file_id, status, records, loaded, rejected, footers],
        )
    office.execute(
        "insert into intake.files by name select date '2026-03-03' as delivery_date, 'unknown' as status"
    )
    found = {row["feed"]: row for row in published(office, "data_quality")}
    calls = found["calls"]
    fates = ("loaded", "pending", "held", "unusable", "repeated")
    assert [calls[f"{fate}_files"] for fate in fates] == [1, 1, 1, 1, 2]
    assert calls["files"] == 6
    assert [calls[n] for n in ("records", "loaded", "rejected", "footers")] == [15, 8, 1, 1]
    assert calls["rejected_share"] == pytest.approx(1 / 15)
    assert found["unknown"]["rejected_share"] is None


def test_the_office_is_named_with_its_files_and_the_newest_bands(office):
    fill(office)
    (row,) = published(office, "about")
    assert (row["office"], row["files"], row["records"]) == ("Sample office", 1, 2)
    assert (row["first_delivery"], row["last_delivery"]) == (date(2026, 3, 3), date(2026, 3, 3))
    assert (row["version_id"], row["as_of"]) == ("b", date(2026, 3, 31))


@pytest.mark.parametrize("stem", STEMS)
def test_every_column_carries_its_comment(stem):
    text = (SQL / f"{stem}.sql").read_text(encoding="utf-8")
    last = text[text.rindex("\nselect\n") :].split("\nfrom ")[0].splitlines()[2:]
    ends = [
        line
        for line in last
        if " as " in line and (line.startswith("    end as") or not line.startswith("     "))
    ]
    assert ends
    assert [line for line in ends if "  -- " not in line] == []


@pytest.mark.parametrize("stem", STEMS)
def test_the_declared_grain_is_the_grain(office, stem):
    fill(office)
    text = (SQL / f"{stem}.sql").read_text(encoding="utf-8")
    grain = next(line for line in text.splitlines() if line.startswith("-- grain: ")).removeprefix(
        "-- grain: "
    )
    keys = [tuple(row[name] for name in grain.split(", ")) for row in published(office, stem)]
    assert keys
    assert len(keys) == len(set(keys))
    assert not any(part is None for key in keys for part in key)


def fill(connection):
    """Put a little of everything into the tables."""
    connection.execute(
        "insert into measures.denial_causes values ('denial_causes.lines', 'A', 'coding', 12, 12, date '2026-03-03')"
    )
    connection.execute(
        "insert into measures.by_clinician values ('wrvu.actual', 'p1', 'x', 'clinic', 1, 2, null, null, date '2026-03-03')"
    )
    connection.execute(
        "insert into quality.results values ('ledger.claims', '2026-03-03', '2026-03-03', 'e', 'error', true, now())"
    )
    connection.execute(
        "insert into intake.feedback by name select 'f' || i as feedback_id, 'dispute' as kind, 's_' || i as staff_id, "
        "'coder' as role, 'a' as version_id from range(6) as r(i)"
    )
    add_version(connection, "a", date(2026, 3, 30), "2026-03-31 01:00:00+00", 10.0)
    add_version(connection, "b", date(2026, 3, 31), "2026-04-01 01:00:00+00", 11.0)
    decide(connection, "a")
    decide(connection, "b")
    connection.execute(
        "insert into bands.drift values ('2026-03-23', '2026-03-29', 'b', 'coder', 'low', 0.1, 0.0, 0.2, '2026-03-01', 0.1, true, "
        "'i', now())"
    )
    add_companion(connection, "b")
    for table in ("touches", "rework"):
        for complexity, people in (("low", 12), ("medium", 6), ("high", 2)):
            add_effort(connection, people, complexity=complexity, table=table)
    for definition in ("denial.v1", "clean.v1"):
        for payer in ("A", "unknown"):
            add_outcome(connection, definition, 1, 3, date(2026, 3, 3), payer)
    add_outcome(connection, "gross.v1", 300, 10, date(2026, 3, 31), "medicare", "payer_class")
    for definition in ("denial.v1", "clean.v1"):
        connection.execute(
            "insert into measures.availability values (?, true, 'available', null, null)", [definition]
        )
    connection.execute(
        "insert into measures.reference_values values ('reference_values.cited', 'denial.v1', '', null, 0.1, null, 'A survey', "
        "null, null, 'Asked by mail.', 'built_in')"
    )
    connection.execute(
        "insert into measures.durations values ('d.v1', 'all', 'all', null, 30, 10, 9, 1, 0, 12.5, 90, 72, 0.6, 'hours', "
        "date '2026-03-31', date '2026-04-05')"
    )
    for definition in load_definitions().values():
        connection.execute(
            "insert into measures.definitions by name select ? as definition_id, ? as name, ? as good",
            [definition.id, definition.name, definition.good],
        )
    connection.execute(
        "insert into intake.files by name select 'a' as file_id, date '2026-03-03' as delivery_date, 'calls' as feed, "
        "'loaded' as status, 3 as records, 2 as loaded, 1 as rejected, 0 as footers, 0 as flags"
    )
    connection.execute(
        "insert into measures.effort_outcome_link values ('link.v1', 'Coding', 6, -0.4, -0.7, -0.1, null, date '2026-03-30')"
    )
    for contract in ("A", "B"):
        connection.execute(
            "insert into measures.by_contract by name select 'readmission_rate.unplanned_30_days' as definition_id, "
            "? as contract_id, 'capitation' as model, 20 as numerator, 200 as denominator, 20 as n_inside, 180 as n_outside, "
            "500 as n_panel, date '2026-03-01' as measured_on",
            [contract],
        )
    connection.execute(
        "insert into bands.clinicians by name select 'c' as version_id, date '2026-03-31' as as_of, now() as known_at, "
        "'wrvu_per_worked_day.actual' as definition_id, 'palliative' as specialty, 'clinic' as setting, "
        "'physician' as clinician_type, 'capitation' as payment_model, 'capitated: volume is no goal' as statement"
    )
    connection.execute(
        "insert into ledger.match_rates values ('999 to batch', 'group_control', 4, 2, 1, 1, date '2026-03-03')"
    )
    connection.execute(
        "insert into bands.findings by name select version_id, 1 as place, 'outages' as finding, 'factor' as name, 0.7 as value, "
        "'system_id=pm date=2026-03-03' as subject from bands.versions"
    )


@pytest.mark.parametrize("stem", [*STEMS, "versions", "all_bands"])
def test_what_is_expected_of_published_tables_names_their_columns_and_holds(office, stem):
    fill(office)
    stage, name = {"versions": ("bands", "versions"), "all_bands": ("bands", "bands")}.get(
        stem, ("published", stem)
    )
    if stage == "published":
        office.execute("create schema published")
        select(office, name, before=f"create table published.{name} as ")
    columns = {row[0] for row in office.execute(f"describe {stage}.{name}").fetchall()}
    for expectation in yaml.safe_load((EXPECTATIONS / stage / f"{name}.yml").read_text())["expectations"]:
        given = expectation.get("with", {})
        assert {given.get("column", "status"), *given.get("column_list", [])} - {"status"} <= columns
        if "unexpected_rows_query" in given:
            query = given["unexpected_rows_query"].format(batch=f"{stage}.{name}")
            assert office.execute(query).fetchall() == [], expectation["name"]
