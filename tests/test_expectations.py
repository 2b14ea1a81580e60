"""What the suites in expectations/ say: that they can be read, name real columns, and find what they promise to find."""

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from assets.intake.contracts import FEEDS, TABLES
from assets.intake.files import FILE_COLUMNS
from assets.intake.tables import ACCOUNTS
from pipelines.definitions import catalogue

ROOT = Path(__file__).resolve().parents[1] / "expectations"
SUITES = {f"{path.parent.name}.{path.stem}": path for path in sorted(ROOT.glob("*/*.yml"))}
INTAKE = [name for name in SUITES if name.startswith("intake.")]
ALLOWED = {
    "column_values_to_not_be_null": {"column"},
    "column_values_to_be_unique": {"column"},
    "column_values_to_be_between": {"column"},
    "column_values_to_be_in_set": {"column", "value_set"},
    "compound_columns_to_be_unique": {"column_list"},
    "table_row_count_to_be_between": set(),
    "unexpected_rows": {"unexpected_rows_query"},
}
LISTS = {
    stem: {name: kind for name, (kind, _) in columns.items()}
    for stem, columns in {
        "files": FILE_COLUMNS,
        **{n.removeprefix("intake."): c for n, c in ACCOUNTS.items()},
    }.items()
}


def read(name):
    return yaml.safe_load(SUITES[name].read_text(encoding="utf-8"))


def columns_of(name):
    """Return the columns of a table with their types."""
    if not name.startswith("intake."):
        return catalogue()[1][name]
    stem = name.removeprefix("intake.")
    return LISTS.get(stem) or {column.name: column.type for column in TABLES[stem].all_columns}


def query_of(name, expectation):
    (query,) = [
        e["with"]["unexpected_rows_query"] for e in read(name)["expectations"] if e["name"] == expectation
    ]
    return query.format(batch="batch")


@pytest.fixture
def batch():
    """Return a function that makes the table of a suite, holding the rows given."""
    with duckdb.connect() as connection:

        def make(name, *rows):
            types = columns_of(name)
            connection.execute(f"create table batch ({', '.join(f'{c} {t}' for c, t in types.items())})")
            for row in rows:
                connection.execute(
                    f"insert into batch ({', '.join(row)}) values ({', '.join('?' for _ in row)})",
                    list(row.values()),
                )
            return connection

        yield make


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_names_its_table_and_its_expectations_once(name):
    suite = read(name)
    assert set(suite) == {"table", "expectations"}
    assert suite["table"] == name
    names = [expectation["name"] for expectation in suite["expectations"]]
    assert len(names) == len(set(names))
    assert 3 <= len(names) <= 6


@pytest.mark.parametrize("name", SUITES)
def test_an_expectation_is_of_an_allowed_kind_and_complete(name):
    for expectation in read(name)["expectations"]:
        assert set(expectation) - {"blocking", "needs"} == {"name", "expect", "with", "why"}
        assert ALLOWED[expectation["expect"]] <= set(expectation["with"])
        assert isinstance(expectation.get("blocking", True), bool)
        # What keeps a slice out may not hang on a feed that comes one day.
        assert set(expectation.get("needs", ())) <= set(
            FEEDS if not expectation.get("blocking", True) else ()
        )
        assert expectation["why"].endswith(".")
        assert len(expectation["why"]) > 30
        if expectation["expect"] == "column_values_to_be_between":
            assert {"min_value", "max_value"} & set(expectation["with"])


@pytest.mark.parametrize("name", SUITES)
def test_a_query_reads_the_batch_only_and_returns_places_not_values(name):
    for expectation in read(name)["expectations"]:
        query = expectation["with"].get("unexpected_rows_query")
        if query is None:
            continue
        assert query.count("{batch}") == 1
        # What reads the slice alone finds nothing where no rows are, and so it is not asked there.
        assert not re.search(rf"\b({'|'.join(sorted({n.partition('.')[0] for n in SUITES}))})\.", query)
        # A colon or a percent sign would be taken for a parameter on the way to the database.
        assert not set(":%") & set(query)
        chosen = query.split(" from ")[0]
        assert "*" not in chosen
        assert not {"pcn", "shape", "amount"} & set(chosen.replace(",", " ").split())


def test_every_contract_has_a_suite_and_no_suite_is_an_orphan():
    assert {name.removeprefix("intake.") for name in INTAKE} == {*TABLES, *LISTS}


@pytest.mark.parametrize("name", INTAKE)
def test_expectations_name_columns_of_the_contract(name):
    known = set(columns_of(name))
    for expectation in read(name)["expectations"]:
        given = expectation["with"]
        named = {*given.get("column_list", []), *([given["column"]] if "column" in given else [])}
        assert named <= known


@pytest.mark.parametrize("name", SUITES)
def test_queries_run_and_find_nothing_in_an_empty_slice(batch, name):
    connection = batch(name)
    for expectation in read(name)["expectations"]:
        if "unexpected_rows_query" in expectation["with"]:
            assert connection.execute(query_of(name, expectation["name"])).fetchall() == []


@pytest.mark.parametrize("name", [name for name in INTAKE if name.removeprefix("intake.") in TABLES])
def test_a_place_of_a_file_may_be_loaded_only_once(name):
    (rule,) = [e for e in read(name)["expectations"] if e["name"] == "place_is_unique"]
    assert rule["with"]["column_list"] == ["file_id", "txn_no", "row_no", "k"]
    assert rule.get("blocking", True)


@pytest.mark.parametrize(
    ("expectation", "good", "bad"),
    [
        ("ends_after_it_starts", ("10:00", "10:00"), ("10:05", "10:00")),
        ("shorter_than_eight_hours", ("10:00", "18:00"), ("10:00", "18:01")),
    ],
)
def test_times_in_the_wrong_order_or_left_open_are_found(batch, expectation, good, bad):
    rows = [
        {
            "file_id": "f",
            "row_no": number,
            "started_at": f"2026-03-02 {start}:00+00",
            "ended_at": f"2026-03-02 {end}:00+00",
        }
        for number, (start, end) in enumerate([good, bad])
    ]
    connection = batch("intake.work_log", *rows)
    assert connection.execute(query_of("intake.work_log", expectation)).fetchall() == [("f", 1)]


def test_a_row_repeated_is_harmless_and_a_row_contradicted_is_not(batch):
    def call(number, key, content):
        return {"file_id": "f", "row_no": number, "call_id": key, "row_hash": content}

    rows = [call(1, "A", "x"), call(2, "A", "x"), call(3, "B", "x"), call(4, "B", "y"), call(5, "C", "z")]
    connection = batch("intake.calls", *rows)
    assert connection.execute(query_of("intake.calls", "key_has_one_meaning")).fetchall() == [("f", 3)]


def test_a_later_state_of_an_edit_is_fine_and_another_edit_under_its_number_is_not(batch):
    def edit(number, key, claim, resolved):
        at = "2026-03-02 10:00:00+00"
        row = {
            "file_id": "f",
            "row_no": number,
            "event_id": key,
            "pcn": claim,
            "event": "edit",
            "occurred_at": at,
        }
        return row | {"resolved_at": resolved, "row_hash": str(number)}

    later = "2026-03-02 11:00:00+00"
    rows = [
        edit(1, "A", "p", None),
        edit(2, "A", "p", later),
        edit(3, "B", "p", None),
        edit(4, "B", "q", None),
    ]
    connection = batch("intake.scrubber_events", *rows)
    assert connection.execute(query_of("intake.scrubber_events", "key_has_one_meaning")).fetchall() == [
        ("f", 3)
    ]


def test_records_that_were_lost_are_found(batch):
    def file(file_id, status, records, loaded):
        return {
            "file_id": file_id,
            "status": status,
            "records": records,
            "loaded": loaded,
            "rejected": 1,
            "footers": 1,
        }

    connection = batch(
        "intake.files", file("a", "loaded", 10, 8), file("b", "loaded", 10, 7), file("c", "held", 9, 0)
    )
    assert connection.execute(query_of("intake.files", "records_add_up")).fetchall() == [("b",)]


def test_a_shape_that_holds_a_value_is_found(batch):
    shapes = ["", "AAA-99/9", "AAaA", "Doe", "12"]
    rows = [{"file_id": "f", "row_no": number, "shape": shape} for number, shape in enumerate(shapes)]
    connection = batch("intake.rejects", *rows)
    assert connection.execute(query_of("intake.rejects", "shape_holds_no_value")).fetchall() == [
        ("f", 3),
        ("f", 4),
    ]


def test_a_claim_has_one_principal_diagnosis(batch):
    def diagnosis(number, claim, qualifier):
        return {"file_id": "f", "row_no": number, "submission_id": claim, "qualifier": qualifier}

    connection = batch(
        "intake.claim_diagnoses",
        diagnosis(1, "one", "ABK"),
        diagnosis(2, "one", "ABF"),
        diagnosis(3, "none", "ABF"),
        diagnosis(4, "two", "ABK"),
        diagnosis(5, "two", "ABK"),
    )
    found = connection.execute(query_of("intake.claim_diagnoses", "one_principal_diagnosis")).fetchall()
    assert sorted(found) == [("f", 3), ("f", 4)]


def test_claimed_activity_may_not_exceed_the_stretch(batch):
    def stretch(number, seconds):
        return {
            "file_id": "f",
            "row_no": number,
            "started_at": "2026-03-02 10:00:00+00",
            "ended_at": "2026-03-02 10:01:00+00",
            "active_s": seconds,
        }

    connection = batch("intake.activity", stretch(1, 60), stretch(2, 61), stretch(3, 62))
    assert connection.execute(query_of("intake.activity", "active_within_the_stretch")).fetchall() == [
        ("f", 3)
    ]
