"""Walking back: the rows that made a number, and no others, down to file and line, and never a value."""

import json

import duckdb
import pytest
from typer.testing import CliRunner

from assets.bands.stored import create_bands
from assets.lineage import joined_columns
from assets.sql_model import load_models
from assets.trace import Trace, TraceError
from assets.trace_rows import agreeing
from pipelines.cli import app
from pipelines.definitions import catalogue
from pipelines.trace import trace_lines
from tests.ledger.conftest import MODELS, Office

DENIED = [(1, "CO", "50", 31313)]


@pytest.fixture(scope="module")
def judged():
    """An office with four judged claims: two of payer P1 on one day, one of P2 then, one of P1 on another day."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'America/Chicago'; set threads = 1")
        office = Office(connection)
        for pcn, payer in (("SECRET1", "P1"), ("SECRET2", "P1"), ("SECRET3", "P2"), ("SECRET4", "P1")):
            office.submit(pcn, payer_id=payer)
        office.remit("r1", pcn="SECRET1", charge=31313, lines=[(31313, 0)], adjustments=DENIED)
        office.remit("r2", pcn="SECRET2", lines=[(100, 80)], paid=80)
        office.remit("r3", pcn="SECRET3", lines=[(100, 80)], paid=80)
        office.remit("r4", "2026-03-20", pcn="SECRET4", lines=[(100, 80)], paid=80)
        for table in ("remit_claims", "remit_lines", "remit_adjustments"):
            for file_id, remits in (("f835", "r1 r2"), ("f836", "r3"), ("f837", "r4")):
                connection.execute(
                    f"update intake.{table} set file_id = ? where list_contains(string_split(?, ' '), remit_claim_id)",
                    [file_id, remits],
                )
        connection.execute("create table intake.files (file_id text, path text, delivery_date date)")
        for file_id, day in (
            ("f835", "2026-03-10"),
            ("f836", "2026-03-10"),
            ("f837", "2026-03-20"),
            ("f1", "2026-03-02"),
            ("f1", "2026-03-10"),
            ("f1", "2026-03-20"),
        ):
            connection.execute(
                "insert into intake.files values (?, ?, ?)", [file_id, f"{day}/{file_id}.x12", day]
            )
        office.build("measures.initial_denial_rate")
        yield connection


def back(connection, table, models=MODELS, examples=5, **where):
    """Return the steps of a walk by table."""
    return {
        step.table: step for step in Trace(connection, models, None).walk(table, where, examples=examples)
    }


def places(step):
    return {(place["file"], place["row_no"]) for place in step.examples}


def rows_of(connection, where):
    found = connection.execute(
        f"select file_id, row_no, delivery_date from intake.remit_claims where {where}"
    ).fetchall()
    return {(f"{day}/{file_id}.x12", row) for file_id, row, day in found}


def test_a_rate_leads_to_the_claims_of_its_denominator_and_no_others(judged):
    steps = back(
        judged,
        "measures.initial_denial_rate",
        payer_id="P1",
        measured_on="2026-03-10",
        definition_id="initial_denial_rate.claims",
    )
    assert steps["measures.initial_denial_rate"].rows == 1
    assert steps["ledger.claims"].rows == 2
    assert steps["ledger.adjudications"].read_by["ledger.claims"] == 2
    assert steps["ledger.denials"].rows == 1
    assert steps["intake.claims"].rows == 2


def test_a_denial_leads_to_its_own_lines_in_its_own_file(judged):
    steps = back(judged, "ledger.denials", remit_claim_id="r1")
    assert steps["intake.remit_lines"].rows == steps["intake.remit_adjustments"].rows == 1
    assert steps["intake.remit_claims"].read_by["ledger.denials"] == 1
    assert steps["intake.remit_claims"].files == 1
    assert places(steps["intake.remit_claims"]) == rows_of(judged, "remit_claim_id = 'r1'")


def test_examples_are_as_many_as_asked_for_and_the_nearest_come_first(judged):
    assert back(judged, "ledger.denials", examples=0)["intake.remit_lines"].examples == []
    (place,) = back(judged, "ledger.claims", examples=1, pcn="SECRET3")["intake.remit_claims"].examples
    assert place["file"] == "2026-03-10/f836.x12"
    assert place["delivered_on"] == "2026-03-10"
    assert place["txn_no"] == 1


def test_what_is_told_holds_no_value_of_a_row(judged):
    steps = list(back(judged, "measures.initial_denial_rate", measured_on="2026-03-10").values())
    told = "\n".join(trace_lines(steps)) + json.dumps([step.as_json() for step in steps])
    assert "f835.x12, delivered 2026-03-10, transaction 1, segment" in told
    for value in ("SECRET", "31313", "P1", "P2", "'50'"):
        assert value not in told


def test_the_configuration_is_named_and_not_followed(judged):
    steps = back(judged, "ledger.submissions")
    assert "ledger.parameters" not in steps
    assert "ledger.complexity_rules" in steps["ledger.submissions"].looked_up


@pytest.mark.parametrize(
    ("table", "where", "why"),
    [("ledger.nothing", {}, "no table ledger.nothing"), ("ledger.claims", {"colour": "x"}, "no column colour; it has pcn"),
     ("ledger.claims", {"pcn": "x"}, "no row of ledger.claims")],
)  # fmt: skip
def test_what_cannot_be_walked_back_from_is_told_in_a_sentence(judged, table, where, why):
    with pytest.raises(TraceError, match=why):
        back(judged, table, **where)


@pytest.fixture
def world(tmp_path):
    """Return a function that makes models of SQL texts and a connection with their tables."""
    connections = []

    def made(tables, **sql):
        for name, text in sql.items():
            stage, stem = name.split("__")
            (tmp_path / stage).mkdir(exist_ok=True)
            (tmp_path / stage / f"{stem}.sql").write_text(text)
        models = load_models(tmp_path, stages=("ledger", "measures"))
        connection = duckdb.connect()
        connections.append(connection)
        connection.execute("create schema intake; create schema ledger; create schema measures;" + tables)
        return connection, models

    yield made
    for connection in connections:
        connection.close()


DAYS = "create table intake.x as select date '2026-03-01' + i::int as day, 'a' as who, i::bigint as n from range(40) as r(i);"


@pytest.mark.parametrize(("days", "rows"), [(7, 7), (30, 30)])
def test_a_window_leads_to_its_own_days(world, days, rows):
    connection, models = world(
        DAYS
        + f"create table measures.w as select date '2026-04-05' as as_of, 'a' as who, {days} as window_days;",
        measures__w="-- W.\n-- grain: who\n-- slice: as_of\n-- restated by: intake.x.day and 29 days after\n"
        "select d.day as as_of, -- a\n x.who, -- b\n 7 as window_days -- c\nfrom (select distinct day from intake.x) as d\n"
        "inner join intake.x as x on x.day <= d.day where d.day between $from and $to",
    )
    assert back(connection, "measures.w", models)["intake.x"].rows == rows


def test_a_row_that_is_found_by_either_of_two_columns_stands_behind(world):
    connection, models = world(
        "create table intake.x as select * from (values ('a', 'b', date '2026-03-01'), ('b', 'c', date '2026-03-01'), "
        "('c', 'c', date '2026-03-01')) as t(coder, biller, day);"
        "create table ledger.u as select 'b' as who, date '2026-03-01' as day;",
        ledger__u="-- U.\n-- grain: who\n-- slice: day\n-- restated by: intake.x.day\n"
        "select coder as who, -- a\n day -- b\nfrom intake.x union all select biller, day from intake.x where day between $from and $to",
    )
    assert back(connection, "ledger.u", models)["intake.x"].rows == 2


def test_an_equality_that_need_not_hold_narrows_nothing(world):
    connection, models = world(
        "create table intake.x as select 'a' as who, date '2026-03-01' as day;"
        "create table intake.y as select * from (values (null, date '2026-03-01'), ('a', date '2026-03-01'), ('z', date '2026-03-02')) as t(who, day);"
        "create table ledger.u as select 'a' as who, date '2026-03-01' as day;",
        ledger__u="-- U.\n-- grain: who\n-- slice: day\n-- restated by: intake.x.day\n-- restated by: intake.y.day\n"
        "select x.who, -- a\n x.day -- b\nfrom intake.x as x inner join intake.y as y on (y.who is null or y.who = x.who)\n"
        "where x.day between $from and $to",
    )
    assert back(connection, "ledger.u", models)["intake.y"].rows == 2


def test_a_look_up_by_another_column_is_followed_by_that_column(world):
    connection, models = world(
        "create table intake.x as select 'i1' as item, date '2026-03-01' as day;"
        "create table intake.y as select * from (values ('i1', date '2026-01-01'), ('i2', date '2026-03-01')) as t(thing, day);"
        "create table ledger.u as select 'i1' as item, date '2026-03-01' as day;",
        ledger__u="-- U.\n-- grain: item\n-- slice: day\n-- restated by: intake.x.day\n-- restated by: intake.y.thing via item\n"
        "select upper(x.item) as item, -- a\n x.day -- b\nfrom intake.x as x left join intake.y as y on lower(y.thing) = lower(x.item)\n"
        "where x.day between $from and $to",
    )
    assert back(connection, "ledger.u", models)["intake.y"].rows == 1


def test_columns_that_go_together_agree_in_one_row_and_others_in_any():
    assert agreeing([("a", "x"), ("b", "y")]) == [
        "exists (select 1 from shown as s where s.a = t.x and s.b = t.y)"
    ]
    assert agreeing([("a", "x"), ("a", "y")]) == [
        "(t.y in (select a from shown) or t.x in (select a from shown))"
    ]
    assert agreeing([]) == []


@pytest.fixture(scope="module")
def calibrated():
    """One version of two roles, over log and delivered history, with work outside of it."""
    with duckdb.connect() as connection:
        connection.execute(
            "create schema bands; create schema measures; create schema ledger; create schema intake"
        )
        create_bands(connection)
        connection.execute(
            """
            create table measures.production (worker_id text, work_date date, role text, complexity text, source text);
            insert into measures.production
                select w, d::date, r, 'low', s from (values ('s_1', 'coder'), ('s_2', 'coder'), ('s_3', 'payment_posting')) as p(w, r),
                (values ('2026-06-01', 'log'), ('2026-03-01', 'log'), ('2025-12-01', 'history'), ('2026-06-02', 'history'), ('2026-07-15', 'log'),
                    ('2024-01-01', 'log')) as t(d, s);
            insert into bands.versions by name select 'v1' as version_id, date '2026-04-01' as window_from, date '2026-06-29' as window_to,
                date '2025-04-01' as history_from, date '2026-03-31' as history_to, 'abc' as input_hash, 3 as n_observations, 6 as n_history;
            insert into bands.bands by name select 'v1' as version_id, r as role, 'low' as complexity from (values ('coder'), ('payment_posting')) as p(r);
            insert into bands.attainment by name select 'v1' as version_id, 'coder' as role, 's_1' as worker_id;
            """
        )
        yield connection


def test_a_band_leads_through_its_version_to_the_observations_of_its_role_by_source(calibrated):
    steps = back(calibrated, "bands.bands", {}, role="coder")
    assert steps["measures.production"].rows == 6
    assert steps["bands.bands"].facts == [
        "version v1: window 2026-04-01 to 2026-06-29, history 2025-04-01 to 2026-03-31, 3 and 6 observations of all roles",
        "observations kept as abc",
        "observations of these roles from history: 2",
        "observations of these roles from log: 4",
    ]


def test_what_a_person_reached_leads_to_that_persons_work_alone(calibrated):
    assert back(calibrated, "bands.attainment", {}, worker_id="s_1")["measures.production"].rows == 3


def test_what_a_model_joins_on_are_columns_of_the_tables_it_reads():
    models, known = catalogue()
    for name, model in models.items():
        for (table, column), _ in joined_columns(model):
            assert table in model.tables, name
            assert table not in known or column in known[table], (name, table, column)


def test_the_command_wants_conditions_as_column_and_value(tmp_path):
    said = CliRunner().invoke(app, ["trace", "ledger.claims", "pcn", "--home", str(tmp_path)])
    assert said.exit_code == 2
    assert "'pcn' is not column=value" in said.output
