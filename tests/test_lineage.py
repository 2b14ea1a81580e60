"""Column lineage and types: from the query's own text, through everything that stands between."""

import pytest

from assets.lineage import bind, carried_columns, column_lineage, joined_columns
from assets.sql_model import ModelError, read_model

KNOWN = {
    "intake.raw": {"day": "DATE", "who": "VARCHAR", "n": "INTEGER"},
    "intake.old": {"day": "DATE", "who": "VARCHAR", "m": "BIGINT"},
    "ledger.people": {"who": "VARCHAR", "role": "VARCHAR"},
}


@pytest.fixture
def model(tmp_path):
    """Return a function that makes a model of a query."""

    def make(query, stem="things"):
        path = tmp_path / "ledger" / f"{stem}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"-- T.\n-- grain: day\n-- slice: all\n{query}", encoding="utf-8")
        return read_model(path)

    return make


def test_leaves_are_found_through_ctes_unions_and_joins(model):
    query = """
        with both_years as (
            select day, who, n as amount from intake.raw union all select day, who, m from intake.old
        ),
        summed as (select day, who, sum(amount) as total from both_years group by all)
        select s.day, p.role, s.total * 2 as twice, case when p.role = 'x' then s.total end as part
        from summed as s join ledger.people as p using (who)
    """
    assert column_lineage(model(query), KNOWN) == {
        "day": [("intake.old", "day"), ("intake.raw", "day")],
        "role": [("ledger.people", "role")],
        "twice": [("intake.old", "m"), ("intake.raw", "n")],
        "part": [("intake.old", "m"), ("intake.raw", "n"), ("ledger.people", "role")],
    }


def test_a_constant_comes_from_nowhere(model):
    assert column_lineage(model("select 1 as one, day from intake.raw"), KNOWN)["one"] == []


def test_a_window_function_comes_from_what_it_orders_and_divides_by(model):
    query = "select sum(n) over (partition by who order by day) as running from intake.raw"
    assert column_lineage(model(query), KNOWN)["running"] == [
        ("intake.raw", "day"),
        ("intake.raw", "n"),
        ("intake.raw", "who"),
    ]


def test_types_are_those_that_duckdb_gives_and_a_model_may_read_a_model(model):
    first = model("select day, sum(n) as total from intake.raw where day between $from and $to group by day")
    second = model("select total / 2 as half from ledger.things", stem="halves")
    known = bind({first.name: first, second.name: second}, KNOWN)
    assert known["ledger.things"] == {"day": "DATE", "total": "HUGEINT"}
    assert known["ledger.halves"] == {"half": "DOUBLE"}


def test_a_query_that_does_not_bind_is_told_with_its_model(model):
    broken = model("select no_such_column from intake.raw")
    with pytest.raises(ModelError, match=r"ledger\.things: .*no_such_column"):
        bind({broken.name: broken}, KNOWN)


def test_columns_that_the_comments_do_not_know_are_told(model):
    broken = model("select * from intake.raw")
    with pytest.raises(ModelError, match=r"ledger\.things: the comments describe"):
        bind({broken.name: broken}, KNOWN)


def test_what_is_handed_on_unchanged_is_told_apart_from_what_is_computed(model):
    query = """
        with both_years as (select day, who, n as amount from intake.raw union all select day, who, m from intake.old)
        select b.day, b.who as person, b.amount, upper(b.who) as loud, b.amount + 1 as more, 1 as one from both_years as b
    """
    carried = carried_columns(model(query), KNOWN)
    assert carried["day"] == [("intake.old", "day"), ("intake.raw", "day")]
    assert carried["person"] == [("intake.old", "who"), ("intake.raw", "who")]
    assert carried["amount"] == [("intake.old", "m"), ("intake.raw", "n")]
    assert carried["loud"] == carried["more"] == carried["one"] == []


def test_columns_that_are_joined_on_are_found_through_ctes_and_unions(model):
    query = """
        with both_years as (select day, who as person from intake.raw union all select day, who from intake.old)
        select b.day, p.role from both_years as b inner join ledger.people as p on p.who = b.person
    """
    people = ("ledger.people", "who")
    assert {other for one, other in joined_columns(model(query)) if one == people} == {
        ("intake.raw", "who"),
        ("intake.old", "who"),
    }


@pytest.mark.parametrize(
    "condition",
    ["p.who = r.who or p.who is null", "not p.who = r.who", "case when p.who = r.who then true end"],
)
def test_an_equality_that_need_not_hold_is_no_join(model, condition):
    query = f"select r.day from intake.raw as r inner join ledger.people as p on {condition}"
    assert joined_columns(model(query)) == set()
