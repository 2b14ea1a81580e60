"""Writing the report: nothing when nothing changed, no page of yesterday, no file of somebody else."""

import json

import pytest

from assets.quality import load_suites
from assets.report import vega
from assets.report.read import NothingPublishedError
from assets.report.write import LISTED, StrangeFolderError, write_report
from tests.homes import contents
from tests.report.conftest import made


@pytest.fixture(autouse=True)
def library(monkeypatch):
    """The library of the charts takes seconds to bundle, and no test here looks into it."""
    monkeypatch.setattr(vega, "head", lambda: "/* library 1 */")
    monkeypatch.setattr(vega, "bundle", lambda: b"/* library 1 */\n")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """What is published, written once; not to be changed."""
    return made().write(tmp_path_factory.mktemp("database") / "published.duckdb")


def write(database, folder):
    return write_report(database, folder, load_suites())


def test_a_second_time_nothing_is_written(database, tmp_path):
    out = tmp_path / "out"
    first = write(database, out)
    assert first["files"] == first["changed"] == len(contents(out))
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert write(database, out) == {"files": first["files"], "changed": 0}
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_two_folders_of_the_same_tables_hold_the_same_bytes(office, tmp_path):
    for name in ("one", "two"):
        write(office.write(tmp_path / f"{name}.duckdb"), tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_page_that_is_lost_is_written_again(database, tmp_path):
    write(database, tmp_path / "out")
    (tmp_path / "out/index.html").unlink()
    assert write(database, tmp_path / "out")["changed"] == 1
    assert (tmp_path / "out/index.html").exists()


def test_pages_that_are_no_longer_there_are_removed_and_other_files_stay(office, database, tmp_path):
    out = tmp_path / "out"
    write(database, out)
    (out / "notes of mine.txt").write_text("keep")
    for table in ("bands", "companion_bands", "daily_targets", "effort", "fairness", "drift"):
        office.rows[table] = [row for row in office.rows[table] if row.get("role") != "coder"]
    write(office.write(tmp_path / "fewer.duckdb"), out)
    assert not (out / "role-coder.html").exists()
    assert (out / "notes of mine.txt").read_text() == "keep"


def test_a_folder_of_somebody_else_is_left_alone(database, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/index.html").write_text("mine")
    with pytest.raises(StrangeFolderError, match="not a report"):
        write(database, tmp_path / "out")
    assert (tmp_path / "out/index.html").read_text() == "mine"


def test_a_list_that_names_files_outside_removes_none_of_them(database, tmp_path):
    write(database, tmp_path / "out")
    victim = tmp_path / "victim.txt"
    victim.write_text("keep")
    (tmp_path / "out" / LISTED).write_text(
        json.dumps({"made_of": "", "files": ["../victim.txt", str(victim)]})
    )
    write(database, tmp_path / "out")
    assert victim.exists()


@pytest.mark.parametrize("damaged", ["", "[]", "{", "7"])
def test_a_report_whose_list_is_damaged_is_nobodys(database, tmp_path, damaged):
    write(database, tmp_path / "out")
    (tmp_path / "out" / LISTED).write_text(damaged)
    with pytest.raises(StrangeFolderError):
        write(database, tmp_path / "out")


def test_without_a_publication_it_says_what_to_do(tmp_path):
    with pytest.raises(NothingPublishedError, match="rcmbench run"):
        write(tmp_path / "published.duckdb", tmp_path / "out")


def test_another_library_replaces_the_old_one(database, tmp_path, monkeypatch):
    write(database, tmp_path / "out")
    monkeypatch.setattr(vega, "head", lambda: "/* library 2 */")
    monkeypatch.setattr(vega, "bundle", lambda: b"/* library 2 */\n")
    write(database, tmp_path / "out")
    assert (tmp_path / "out/assets/vega.js").read_bytes() == b"/* library 2 */\n"


def test_the_asset_renders_what_is_published(office, tmp_path):
    import dagster as dg

    from assets.report.assets import report_asset
    from assets.settings import Settings
    from assets.warehouse import Warehouse

    settings = Settings(home=tmp_path)
    settings.published_path.mkdir(parents=True)
    office.write(settings.published_path / "published.duckdb")
    asset, warehouse = report_asset(["published.bands"]), Warehouse(database=str(settings.warehouse_path))
    done = dg.materialize(
        [asset], resources={"settings": settings, "warehouse": warehouse}, selection=[asset.key]
    )
    assert done.success
    assert (settings.published_path / "report/index.html").exists()
