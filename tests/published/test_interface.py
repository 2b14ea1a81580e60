"""What BI tools rely on: the names and types of published tables, their comments, and the examples of docs/bi.md."""

import re
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.published.swap import DATABASE, publish
from assets.slices import staging_name
from pipelines.definitions import catalogue
from tests.report.conftest import band, effort, made, outcome

ROOT = Path(__file__).resolve().parents[2]
LISTED = Path(__file__).with_name("interface.txt")
BLOCKS = re.findall(
    r"^```(sql|python)\n(.*?)^```",
    (ROOT / "docs/bi.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)
QUERIES = [text for language, text in BLOCKS if language == "sql"]
MODELS = [model for model in catalogue()[0].values() if model.stage == "published"]


def interface():
    """Return a line per published column: table, column, type."""
    known = catalogue()[1]
    return sorted(f"{m.name} {name} {kind}" for m in MODELS for name, kind in known[m.name].items())


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return a working folder with what a run publishes, in the place where the examples look."""
    office = made()
    office.put("bands", **band(role="denial_management", complexity="high"))
    office.put("effort", **effort("touches_per_finish", 1.5, kind="month", role="denial_management"))
    for month, rate, claims in ((10, 0.1, 1000), (11, 0.1, 1000), (12, 0.4, 2000)):
        period = date(2025, month, 1)
        office.put(
            "outcomes", **outcome("initial_denial_rate.claims", rate, kind="month", period=period, n=claims)
        )
    office.put("outcomes", **outcome("initial_denial_rate.claims", 0.2, group=("payer", "PAYER A")))
    folder = tmp_path_factory.mktemp("bi")
    with duckdb.connect(str(office.write(folder / "rows.duckdb"))) as warehouse:
        warehouse.execute("create schema staging")
        for model in MODELS:
            warehouse.execute(
                f"create view staging.{staging_name(model.name)} as select * from main.{model.stem}"
            )
        publish(warehouse, MODELS, folder / ".rcmbench/published")
    return folder


def test_no_published_column_goes_or_changes_its_type_unnoticed():
    """Somebody's dashboard reads it. A new column is added to the list; a lost one is a breaking change for the changelog."""
    listed = LISTED.read_text(encoding="utf-8").splitlines()
    assert interface() == listed, "tests/published/interface.txt tells what dashboards rely on"


def test_every_published_table_and_column_carries_a_comment(published):
    with duckdb.connect(str(published / ".rcmbench/published" / DATABASE), read_only=True) as opened:
        bare = opened.execute(
            "select table_name from duckdb_tables() where coalesce(comment, '') = ''"
        ).fetchall()
        bare += opened.execute(
            "select table_name, column_name from duckdb_columns() where coalesce(comment, '') = '' and not internal"
        ).fetchall()
    assert not bare


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: " ".join(q.split())[:40])
def test_every_query_of_the_page_answers(published, query):
    with duckdb.connect(str(published / ".rcmbench/published" / DATABASE), read_only=True) as opened:
        rows = opened.sql(query).fetchall()
    assert rows


def test_a_quarter_is_the_ratio_of_the_sums_and_no_mean_of_months(published):
    query = next(q for q in QUERIES if "'quarter'" in q)
    with duckdb.connect(str(published / ".rcmbench/published" / DATABASE), read_only=True) as opened:
        assert opened.sql(query).fetchall() == [(date(2025, 10, 1), pytest.approx(0.25))]


def test_the_python_of_the_page_runs_from_top_to_bottom(published, monkeypatch):
    monkeypatch.chdir(published)
    there = {}
    for _, text in (block for block in BLOCKS if block[0] == "python"):
        exec(text, there)  # noqa: S102
    assert not there["bands"].is_empty()
    assert not there["effort"].is_empty()
    assert isinstance(there["targets"], pl.DataFrame)
    assert set(there["meaning"]) == set(there["targets"].columns)
    assert there["always_new"].sql("select * from bands").fetchall()
    there["always_new"].close()


def test_views_over_parquet_see_what_was_published_after_they_were_made(published, monkeypatch):
    monkeypatch.chdir(published)
    there = {"folder": ".rcmbench/published"}
    exec(BLOCKS[-1][1], there)  # noqa: S102
    with there["always_new"] as views:
        before = views.sql("select count(*) from about").fetchone()
        building, standing = (published / ".rcmbench/published" / n for n in ("x.building", "about.parquet"))
        kept = standing.read_bytes()
        duckdb.execute(f"copy (select * from '{standing}' limit 0) to '{building}' (format parquet)")
        building.replace(standing)
        assert (before, views.sql("select count(*) from about").fetchone()) == ((1,), (0,))
        standing.write_bytes(kept)
