"""A cell of few people is hidden in every stage and in every table that is published, also in later and earlier versions."""

from datetime import timedelta

import polars as pl
import pytest

from assets.bands.drift import watch
from assets.sql_model import load_models, with_upstream
from tests.bands.conftest import _office
from tests.bands.offices import LAST, put_in, recalibrated, settings_with, skills_of, warehouse_with

TABLES = ("bands", "bands_history", "daily_targets", "drift")
PARAMETERS = {"hours_per_day": 8.0, "allowance": 0.13}


def published(connection, stem):
    models = load_models(stages=("bands", "published"))
    model = models[f"published.{stem}"]
    for name, read in with_upstream(models, [model.name]).items():
        if name != model.name:
            connection.execute(f"create or replace table {name} as {read.sql}")
    return connection.execute(model.sql, {n: v for n, v in PARAMETERS.items() if n in model.parameters}).pl()


@pytest.fixture(scope="module")
def few_on_hard_work(tmp_path_factory):
    """Eight coders of whom three do hard work; two versions and a look at drift."""
    frame = _office(skills_of(8), history=400)
    frame = frame.filter((pl.col("complexity") != "high") | pl.col("worker_id").is_in(["w00", "w03", "w06"]))
    with warehouse_with(skills=1, history=0, window=5) as connection:
        connection.execute("drop table measures.production")
        put_in(connection, frame)
        settings = settings_with(tmp_path_factory.mktemp("few"))
        recalibrated(connection, settings, LAST - timedelta(days=30))
        assert watch(connection, settings, run_id="r")
        recalibrated(connection, settings)
        yield connection


@pytest.mark.parametrize("stem", TABLES)
def test_no_published_table_holds_a_number_of_the_cell(few_on_hard_work, stem):
    rows = published(few_on_hard_work, stem).filter(pl.col("role") == "coder")
    assert rows.filter(pl.col("complexity") == "low").height > 0
    hidden = rows.filter(pl.col("complexity") == "high")
    numbers = [name for name, kind in hidden.schema.items() if kind.is_float() or kind.is_decimal()]
    assert hidden.select(pl.col(numbers).is_not_null().any()).to_dicts() in (
        [],
        [dict.fromkeys(numbers, False)],
    )
    if "status" in hidden.columns:
        assert set(hidden["stage"]) == {"0-90", "91-180", "181-365", "366+"}
        assert set(hidden["status"]) == {"withheld"}
        assert set(hidden["contributors"]) == {"<5"}


@pytest.mark.parametrize("stem", TABLES)
def test_nothing_published_counts_people_or_names_one(few_on_hard_work, stem):
    frame = published(few_on_hard_work, stem)
    assert not set(frame.columns) & {"n_eff", "n_days", "worker_id", "probability", "attained", "rank"}
    texts = frame.select(pl.col(pl.String)).to_dicts()
    assert not any(value and value.startswith("w0") for row in texts for value in row.values())


def test_a_cell_that_had_enough_people_before_does_not_show_what_it_was(tmp_path):
    frame = _office(skills_of(8), history=400)
    with warehouse_with(skills=1, history=0, window=5) as connection:
        connection.execute("drop table measures.production")
        put_in(connection, frame)
        settings = settings_with(tmp_path)
        first = recalibrated(connection, settings, LAST - timedelta(days=30))
        assert first.bands.filter(pl.col("complexity") == "high")["acceptable"].drop_nulls().len() == 4
        connection.execute(
            "delete from measures.production where complexity = 'high' and worker_id not in ('w00', 'w03', 'w06')"
        )
        second = recalibrated(connection, settings)
        hidden = second.bands.filter((pl.col("complexity") == "high") & (pl.col("role") == "coder"))
        assert set(hidden["status"]) == {"withheld"}
        assert hidden["acceptable_previous"].drop_nulls().len() == 0
