"""SQL models: what a header must say, and what a query tells of its tables, parameters and columns."""

import pytest

from assets.sql_model import ModelError, Upstream, load_models, read_model

HEADER = "-- One row per thing. It has a second sentence.\n-- and a second line.\n-- grain: day, who\n-- slice: day\n"
QUERY = """\
with counted as (
    select day, who, count(*) as n from intake.raw where day between $from and $to group by all
)
select
    day, -- the day
    c.who, -- the person
    c.n + coalesce(o.n, 0) as total -- how many in all
from counted as c left join ledger.other as o using (day)
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a model and returns its path."""

    def _write(text, name="ledger.things"):
        stage, stem = name.split(".")
        path = tmp_path / stage / f"{stem}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def test_a_header_says_grain_slice_and_what_restates(write):
    text = (
        "-- Things.\n-- grain: day, who\n-- slice: day\n-- restated by: intake.raw.event_date\n"
        "-- restated by: ledger.other\n-- restated by: ledger.people.who via who\n"
        "-- restated by: intake.shifts.event_date and 14 days after\n-- looked up in: ledger.codes, intake.map\n"
    )
    model = read_model(write(text + QUERY))
    assert (model.name, model.stage, model.stem) == ("ledger.things", "ledger", "things")
    assert (model.doc, model.grain) == ("Things.", ("day", "who"))
    assert (model.slice_kind, model.slice_column) == ("date", "day")
    assert model.restated_by == (
        Upstream("intake.raw", "event_date"),
        Upstream("ledger.other", None),
        Upstream("ledger.people", "who", via="who"),
        Upstream("intake.shifts", "event_date", after=14),
    )
    assert model.looked_up == ("ledger.codes", "intake.map")


def test_lines_above_the_fields_are_the_description(write):
    model = read_model(write(HEADER + QUERY))
    assert model.doc == "One row per thing. It has a second sentence. and a second line."


@pytest.mark.parametrize(
    ("value", "kind", "column"),
    [
        ("all", "all", None),
        ("day", "date", "day"),
        ("pcn (key)", "key", "pcn"),
        ("day (date)", "date", "day"),
    ],
)
def test_a_slice_is_a_day_a_key_or_everything(write, value, kind, column):
    model = read_model(write(f"-- T.\n-- grain: a\n-- slice: {value}\n{QUERY}"))
    assert (model.slice_kind, model.slice_column) == (kind, column)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("-- T.\n-- slice: day\n", r"things\.sql: .*-- grain:"),
        ("-- T.\n-- grain: day\n", r"things\.sql: .*-- slice:"),
        ("", r"things\.sql: .*-- grain:"),
        ("-- T.\n-- grain: a\n-- slice: day (week)\n", r"things\.sql: slice 'day \(week\)'"),
        ("-- T.\n-- grain: a\n-- slice: all\n-- restated by: raw\n", r"things\.sql: 'restated by: raw'"),
        (
            "-- T.\n-- grain: a\n-- slice: all\n-- restated by: a.b.c and many days after\n",
            r"things\.sql: 'restated by: a\.b\.c and many days after'",
        ),
    ],
)
def test_a_header_error_names_the_file_and_the_line(write, header, said):
    with pytest.raises(ModelError, match=said):
        read_model(write(header + QUERY))


def test_a_query_tells_its_tables_parameters_and_commented_columns(write):
    model = read_model(write(HEADER + QUERY))
    assert model.tables == {"intake.raw", "ledger.other"}
    assert model.parameters == {"from", "to"}
    assert model.columns == {"day": "the day", "who": "the person", "total": "how many in all"}


def test_columns_of_a_union_are_those_of_its_first_part(write):
    query = "select a, -- first\n b as c -- second\nfrom x.t union all select d, e from x.u union all select f, g from x.v"
    model = read_model(write(HEADER + query))
    assert model.columns == {"a": "first", "c": "second"}
    assert model.tables == {"x.t", "x.u", "x.v"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select from where", "not valid SQL"),
        ("create table x.t as select 1", "must be one SELECT"),
        ("select a from t", "without a schema: t"),
    ],
)
def test_a_query_that_is_no_model_is_told_with_its_file(write, query, said):
    model = read_model(write(HEADER + query))
    with pytest.raises(ModelError, match=rf"things\.sql: .*{said}"):
        _ = model.tables


def test_any_change_of_the_file_changes_the_code_hash(write):
    before = read_model(write(HEADER + QUERY)).code_hash
    assert read_model(write(HEADER + QUERY)).code_hash == before
    assert read_model(write(HEADER + QUERY.replace("'0'", "0") + "-- more\n")).code_hash != before


def test_models_stand_after_what_they_read(write, tmp_path):
    head = "-- T.\n-- grain: a\n-- slice: all\n"
    write(head + "select a from ledger.b join intake.raw using (a)", "ledger.a")
    write(head + "select a from measures.c", "ledger.b")
    write(head + "select a from intake.raw", "measures.c")
    assert list(load_models(tmp_path)) == ["measures.c", "ledger.b", "ledger.a"]


def test_models_that_read_each_other_in_a_circle_are_told_by_name(write, tmp_path):
    head = "-- T.\n-- grain: a\n-- slice: all\n"
    write(head + "select a from ledger.b", "ledger.a")
    write(head + "select a from ledger.c", "ledger.b")
    write(head + "select a from ledger.a", "ledger.c")
    with pytest.raises(ModelError, match=r"circle: ledger\.a -> ledger\.b -> ledger\.c -> ledger\.a"):
        load_models(tmp_path)


def test_every_model_of_the_project_describes_each_of_its_columns():
    bare = [f"{m.name}.{c}" for m in load_models().values() for c, text in m.columns.items() if not text]
    assert bare == []
