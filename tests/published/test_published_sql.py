"""What managers open: the published SELECTs, run over small tables made for the purpose."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from assets.measures.assets import COLUMNS as DEFINITION_COLUMNS
from assets.measures.registry import load_definitions

ROOT = Path(__file__).resolve().parents[2]
SQL, EXPECTATIONS = ROOT / "sql" / "published", ROOT / "expectations"
STEMS = sorted(path.stem for path in SQL.glob("*.sql"))
VALUES = ", ".join(
    f"{level}{suffix} double"
    for level in ("acceptable", "strong", "exceptional")
    for suffix in ("", "_low", "_high")
)
BY_STAFF = "measured_on date, staff_id text, role text, complexity text, definition_id text"
SUMS = "numerator decimal(18,3), denominator decimal(18,3)"
SCHEMA = f"""
    create schema bands; create schema measures; create schema intake;
    create table bands.versions (version_id text, as_of date, window_from date, window_to date, status text,
        method_id text, config_hash text, input_hash text, n_observations bigint, known_at timestamptz);
    create table bands.bands (version_id text, as_of date, role text, complexity text, unit text, {VALUES},
        contributors text, n_days bigint, status text, reasons text, definition_id text);
    create table measures.initial_denial_rate (measured_on date, payer_id text, definition_id text, {SUMS});
    create table measures.clean_claim_rate (measured_on date, payer_id text, definition_id text, {SUMS});
    create table measures.definitions ({", ".join(f"{name} {kind}" for name, (kind, _) in DEFINITION_COLUMNS.items())});
    create table measures.days_in_ar (as_of date, payer_class text, definition_id text, {SUMS});
    create table measures.touches ({BY_STAFF}, {SUMS});
    create table measures.rework ({BY_STAFF}, {SUMS});
    create table measures.handling_time ({BY_STAFF}, {SUMS});
    create table intake.files (file_id text, path text, delivery_date date, covers_date date, kind text, feed text,
        bytes bigint, status text, records bigint, loaded bigint, rejected bigint, footers bigint, flags bigint,
        reason text, superseded_by text);
    create schema ledger;
    create table ledger.match_rates (link text, rule text, n_rows bigint, matched bigint, ambiguous bigint,
        unmatched bigint, measured_on date);
    create table ledger.sent_batches (submitted_on date);
"""


@pytest.fixture
def office():
    with duckdb.connect() as connection:
        connection.execute(SCHEMA)
        yield connection


def select(connection, stem, before=""):
    """Run the model's SELECT, after whatever is to stand before it."""
    text = (SQL / f"{stem}.sql").read_text(encoding="utf-8")
    return connection.execute(before + text, {"office": "Sample office"} if "$office" in text else {})


def published(connection, stem):
    """Return the model's rows as dictionaries."""
    cursor = select(connection, stem)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def add_version(connection, version_id, as_of, known_at, acceptable):
    connection.execute(
        "insert into bands.versions values (?, ?, ?, ?, 'provisional', 'm', 'c', 'i', 10, ?)",
        [version_id, as_of, date(2026, 1, 1), as_of, known_at],
    )
    connection.execute(
        "insert into bands.bands by name select ? as version_id, ?::date as as_of, 'coder' as role, "
        "'low' as complexity, 'charts per hour' as unit, ? as acceptable, ? - 1 as acceptable_low, "
        "? + 1 as acceptable_high, '5-10' as contributors, 'provisional' as status, 'because' as reasons, "
        "'output_per_hour.coder' as definition_id",
        [version_id, as_of, acceptable, acceptable, acceptable],
    )


def add_effort(connection, people, *, complexity="low", numerator=10, denominator=2, day=3, table="touches"):
    for number in range(people):
        connection.execute(
            f"insert into measures.{table} values (?, ?, 'coder', ?, ?, ?, ?)",
            [date(2026, 3, day), f"s{number}", complexity, f"{table}.v1", numerator, denominator],
        )


def effort(connection):
    return {row["complexity"]: row for row in published(connection, "effort")}


def test_only_the_newest_version_of_the_bands_is_shown(office):
    add_version(office, "old", date(2026, 3, 30), "2026-03-31 01:00:00+00", 10.0)
    add_version(office, "late", date(2026, 3, 31), "2026-04-02 01:00:00+00", 12.0)
    add_version(office, "first", date(2026, 3, 31), "2026-04-01 01:00:00+00", 11.0)
    add_version(office, "backfill", date(2026, 2, 28), "2026-04-05 01:00:00+00", 9.0)
    (row,) = published(office, "bands")
    assert (row["version_id"], row["acceptable"], row["as_of"]) == ("late", 12.0, date(2026, 3, 31))
    assert (row["acceptable_low"], row["acceptable_high"], row["contributors"]) == (11.0, 13.0, "5-10")
    assert (row["window_from"], row["window_to"]) == (date(2026, 1, 1), date(2026, 3, 31))


def test_the_history_keeps_every_version(office):
    add_version(office, "a", date(2026, 3, 30), "2026-03-31 01:00:00+00", 10.0)
    add_version(office, "b", date(2026, 3, 30), "2026-04-01 01:00:00+00", 11.0)
    found = {row["version_id"]: row["acceptable"] for row in published(office, "bands_history")}
    assert found == {"a": 10.0, "b": 11.0}


def test_outcomes_are_ratios_of_sums_per_payer_and_for_all(office):
    rows = [(3, "A", 1, 2), (4, "A", 1, 98), (5, "B", 50, 100)]
    for day, payer, numerator, denominator in rows:
        office.execute(
            "insert into measures.initial_denial_rate values (?, ?, 'denial.v1', ?, ?)",
            [date(2026, 3, day), payer, numerator, denominator],
        )
    found = {(r["group_kind"], r["group_id"]): r for r in published(office, "outcomes")}
    assert set(found) == {("payer", "A"), ("payer", "B"), ("all", "all")}
    # The mean of A's daily rates would be 0.255, and the mean of the payers' rates 0.26.
    assert found["payer", "A"]["value"] == pytest.approx(0.02)
    assert found["all", "all"]["value"] == pytest.approx(0.26)
    assert found["all", "all"]["denominator"] == 200
    assert found["payer", "A"]["period"] == date(2026, 3, 1)


def test_an_outcome_without_a_denominator_is_null_and_not_zero(office):
    office.execute("insert into measures.clean_claim_rate values (date '2026-03-03', null, 'clean.v1', 0, 0)")
    found = {r["group_id"]: r["value"] for r in published(office, "outcomes")}
    assert found == {"unknown": None, "all": None}


def test_months_are_kept_apart(office):
    for day in (date(2026, 3, 31), date(2026, 4, 1)):
        office.execute("insert into measures.clean_claim_rate values (?, 'A', 'clean.v1', 1, 4)", [day])
    periods = sorted(r["period"] for r in published(office, "outcomes") if r["group_kind"] == "all")
    assert periods == [date(2026, 3, 1), date(2026, 4, 1)]


def test_days_in_ar_stay_per_snapshot_and_sum_over_payer_classes(office):
    for as_of, payer_class, balance, per_day in [
        ("2026-03-30", "medicare", 300, 10),
        ("2026-03-31", "medicare", 400, 10),
        ("2026-03-31", "commercial", 900, 20),
    ]:
        office.execute(
            "insert into measures.days_in_ar values (?, ?, 'gross.v1', ?, ?)",
            [as_of, payer_class, balance, per_day],
        )
    found = {(r["period"].day, r["group_id"]): r["value"] for r in published(office, "outcomes")}
    assert found[31, "all"] == pytest.approx(1300 / 30)
    assert found[30, "all"] == found[30, "medicare"] == 30
    assert {r["period_kind"] for r in published(office, "outcomes")} == {"as_of"}


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
        "insert into measures.touches values ('2026-03-03', 's9', 'coder', 'low', 'touches.v1', 0, 0)"
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


def test_two_hidden_cells_need_no_third(office):
    add_effort(office, 3, complexity="high")
    add_effort(office, 4, complexity="medium")
    add_effort(office, 12, complexity="low")
    assert effort(office)["low"]["value"] == 5


def test_hiding_in_one_month_or_metric_leaves_the_others_alone(office):
    add_effort(office, 3, complexity="high")
    add_effort(office, 6, complexity="low", table="rework")
    (shown,) = [r for r in published(office, "effort") if r["definition_id"] == "rework.v1"]
    assert shown["value"] == 5


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
    add_version(connection, "a", date(2026, 3, 30), "2026-03-31 01:00:00+00", 10.0)
    add_version(connection, "b", date(2026, 3, 31), "2026-04-01 01:00:00+00", 11.0)
    for table in ("touches", "rework", "handling_time"):
        for complexity, people in (("low", 12), ("medium", 6), ("high", 2)):
            add_effort(connection, people, complexity=complexity, table=table)
    for table in ("initial_denial_rate", "clean_claim_rate"):
        for payer in ("A", None):
            connection.execute(
                f"insert into measures.{table} values ('2026-03-03', ?, '{table}.v1', 1, 3)", [payer]
            )
    for definition in load_definitions().values():
        connection.execute(
            "insert into measures.definitions by name select ? as definition_id, ? as name, ? as good",
            [definition.id, definition.name, definition.good],
        )
    connection.execute(
        "insert into measures.days_in_ar values ('2026-03-31', 'medicare', 'gross.v1', 300, 10)"
    )
    connection.execute(
        "insert into intake.files by name select 'a' as file_id, date '2026-03-03' as delivery_date, 'calls' as feed, "
        "'loaded' as status, 3 as records, 2 as loaded, 1 as rejected, 0 as footers, 0 as flags"
    )
    connection.execute(
        "insert into ledger.match_rates values ('999 to batch', 'group_control', 4, 2, 1, 1, date '2026-03-03')"
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
