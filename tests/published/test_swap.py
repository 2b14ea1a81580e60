"""Publishing: whole or not at all, nothing when nothing changed, and readers keep what they opened."""

import duckdb
import pytest

from assets.published.swap import DATABASE, publish
from assets.sql_model import read_model
from tests.homes import contents

HEAD = "-- Numbers for managers.\n-- grain: day\n-- slice: all\n"


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "sql" / "published"
    folder.mkdir(parents=True)
    made = []
    for stem in ("numbers", "others"):
        path = folder / f"{stem}.sql"
        path.write_text(HEAD + "select day, -- the day's date\n n -- how many\n from ledger.x")
        made.append(read_model(path))
    return made


@pytest.fixture
def put(connection, models, tmp_path):
    """Return a function that stages both tables with the rows given and publishes them."""

    def _put(*rows, columns="day date, n integer"):
        for model in models:
            staged = f"staging.published__{model.stem}"
            connection.execute(f"create or replace table {staged} ({columns})")
            for row in rows:
                connection.execute(f"insert into {staged} values ({', '.join('?' * len(row))})", list(row))
        return publish(connection, models, tmp_path / "published")

    _put.folder = tmp_path / "published"
    return _put


def _read(folder, table="numbers"):
    with duckdb.connect(str(folder / DATABASE), read_only=True) as opened:
        return opened.execute(f"select cast(day as varchar), n from {table}").fetchall()


def test_the_tables_are_published_in_order_with_their_comments(put):
    assert put(("2026-03-02", 2), ("2026-03-01", 1))
    assert _read(put.folder) == _read(put.folder, "others") == [("2026-03-01", 1), ("2026-03-02", 2)]
    with duckdb.connect(str(put.folder / DATABASE), read_only=True) as opened:
        told = opened.execute(
            "select column_name, comment from duckdb_columns() where table_name = 'numbers'"
        ).fetchall()
        parquet = opened.execute(
            "select n from read_parquet($file)", {"file": str(put.folder / "numbers.parquet")}
        ).fetchall()
    assert dict(told) == {"day": "the day's date", "n": "how many"}
    assert parquet == [(1,), (2,)]


def test_the_same_rows_in_another_order_change_no_byte(put):
    put(("2026-03-02", 2), ("2026-03-01", 1))
    before = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in put.folder.iterdir()}
    assert not put(("2026-03-01", 1), ("2026-03-02", 2))
    assert {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in put.folder.iterdir()} == before


@pytest.mark.parametrize("rows", [[("2026-03-01", 2)], [("2026-03-01", 1)] * 2, []])
def test_any_difference_is_published(put, rows):
    put(("2026-03-01", 1))
    assert put(*rows)
    assert _read(put.folder) == rows


def test_another_column_is_published(put):
    put(("2026-03-01", 1))
    assert put(("2026-03-01", 1, "x"), columns="day date, n integer, more varchar")
    with duckdb.connect(str(put.folder / DATABASE), read_only=True) as opened:
        assert [c[0] for c in opened.execute("describe numbers").fetchall()] == ["day", "n", "more"]


@pytest.mark.parametrize("missing", [DATABASE, "others.parquet"])
def test_a_missing_file_is_written_again(put, missing):
    put(("2026-03-01", 1))
    (put.folder / missing).unlink()
    assert put(("2026-03-01", 1))
    assert (put.folder / missing).exists()


def test_a_reader_keeps_what_it_opened_and_a_new_one_sees_the_new(put):
    put(("2026-03-01", 1))
    with (put.folder / DATABASE).open("rb") as reader:
        old = reader.read()
        put(("2026-03-01", 2))
        reader.seek(0)
        assert reader.read() == old
    assert _read(put.folder) == [("2026-03-01", 2)]


def test_a_failure_leaves_what_stood_and_the_next_attempt_works(put, connection, monkeypatch):
    put(("2026-03-01", 1))
    before = contents(put.folder)

    def fails(*_arguments):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("assets.published.swap._describe", fails)
        with pytest.raises(RuntimeError, match="power cut"):
            put(("2026-03-01", 2))
    standing = {name: data for name, data in contents(put.folder).items() if not name.startswith(".")}
    assert standing == before
    assert put(("2026-03-01", 2))
    assert _read(put.folder) == [("2026-03-01", 2)]
    assert not [p for p in put.folder.iterdir() if p.name.startswith(".")]
