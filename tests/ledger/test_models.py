"""What every model of the ledger and the measures keeps to."""

import re

import pytest
from sqlglot import exp

from assets.sql_model import load_models
from pipelines.definitions import catalogue

MODELS = load_models(stages=("ledger", "measures", "bands"))
NOT_PORTABLE = {
    *(
        "range",
        "generate_series",
        "unnest",
        "explode",
        "quantile",
        "quantile_cont",
        "quantile_disc",
        "median",
        "percentile_cont",
    ),
    *(
        "percentile_disc",
        "mode",
        "arg_max",
        "arg_min",
        "max_by",
        "min_by",
        "list",
        "array_agg",
        "struct_pack",
        "any_value",
        "first",
    ),
    *(
        "regexp_matches",
        "regexp_replace",
        "regexp_extract",
        "now",
        "today",
        "random",
        "uuid",
        "current_date",
        "current_timestamp",
    ),
}
NOT_PORTABLE_NODES = (
    exp.Quantile,
    exp.PercentileCont,
    exp.PercentileDisc,
    exp.Median,
    exp.Mode,
    exp.ArgMax,
    exp.ArgMin,
)
NOT_PORTABLE_NODES += (
    exp.Array,
    exp.Struct,
    exp.ArrayAgg,
    exp.GenerateSeries,
    exp.Unnest,
    exp.RegexpLike,
    exp.RegexpExtract,
)
NOT_PORTABLE_NODES += (exp.RegexpReplace, exp.CurrentDate, exp.CurrentTimestamp, exp.Rand)
WORDS = re.compile(r"\b(asof|pivot|unpivot|lateral|positional)\b", re.IGNORECASE)
each_model = pytest.mark.parametrize("name", MODELS)


@each_model
def test_the_header_names_every_table_that_the_query_reads_in_one_place(name):
    model = MODELS[name]
    restated, looked_up = {upstream.table for upstream in model.restated_by}, set(model.looked_up)
    assert not restated & looked_up
    assert restated | looked_up == model.tables - {"ops.restating"}


@each_model
def test_the_slice_and_the_grain_are_columns_of_the_output(name):
    model = MODELS[name]
    assert set(model.grain) <= set(model.columns)
    if model.slice_kind != "all":
        assert model.slice_column in model.columns


@each_model
def test_each_column_and_the_table_are_described(name):
    assert MODELS[name].doc.startswith("One row per ")
    assert [column for column, comment in MODELS[name].columns.items() if not comment] == []


@each_model
def test_a_model_keeps_to_sql_that_other_databases_know(name):
    tree = MODELS[name].tree
    used = {function.name.lower() for function in tree.find_all(exp.Anonymous)}
    used |= {function.sql_name().lower() for function in tree.find_all(exp.Func)}
    assert used & NOT_PORTABLE == set()
    assert list(tree.find_all(*NOT_PORTABLE_NODES)) == []
    assert WORDS.search(re.sub("--.*", "", MODELS[name].sql)) is None


@each_model
def test_a_dated_model_bounds_what_it_reads_by_its_slice_and_a_keyed_one_by_its_keys(name):
    model = MODELS[name]
    if model.slice_kind == "date":
        assert {"from", "to"} <= model.parameters
    if model.slice_kind == "key":
        assert "ops.restating" in model.tables


@each_model
def test_a_model_reads_an_upstream_column_that_exists(name):
    known = catalogue()[1]
    for upstream in MODELS[name].restated_by:
        assert not upstream.column or upstream.column in known[upstream.table]


@each_model
def test_a_slice_column_is_a_date_or_a_text_key(name):
    model, types = MODELS[name], catalogue()[1][name]
    if model.slice_kind != "all":
        assert types[model.slice_column] == {"date": "DATE", "key": "VARCHAR"}[model.slice_kind]
    assert "HUGEINT" not in types.values()
