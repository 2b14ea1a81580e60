"""Snapshots and verification: what was known then is kept, and gives the same numbers again."""

from datetime import timedelta

import polars as pl
import pytest

from assets.bands import verify as module
from assets.bands.inputs import SnapshotError, keep, kept, snapshot_path
from assets.bands.making import code_hash, config_of
from assets.bands.verify import verify
from tests.bands.offices import LAST, recalibrated, rows_of, settings_with, warehouse_with


@pytest.fixture
def made(tmp_path):
    """A warehouse with two versions, the second beside the first; facts have changed since."""
    with warehouse_with() as connection:
        settings = settings_with(tmp_path)
        versions = [
            recalibrated(connection, settings, LAST - timedelta(days=7)),
            recalibrated(connection, settings),
        ]
        connection.execute("update measures.production set units = units + 5")
        yield connection, settings, [done.version_id for done in versions]


def test_a_version_is_computed_again_to_the_last_number_though_facts_have_changed(made):
    connection, settings, versions = made
    for version in versions:
        assert verify(connection, settings, version).outcome == "same"


def test_a_stored_number_that_was_changed_is_noticed(made):
    connection, settings, versions = made
    connection.execute("update bands.bands set strong = strong * 1.001 where version_id = ?", [versions[1]])
    found = verify(connection, settings, versions[1])
    assert (found.outcome, found.reason) == ("different", "not the same: bands")
    connection.execute(
        "update bands.findings set value = value + 1 where version_id = ? and place = 3", [versions[0]]
    )
    assert "findings" in verify(connection, settings, versions[0]).reason


def test_a_snapshot_that_is_missing_or_was_changed_is_named(made):
    connection, settings, versions = made
    hashes = {row["version_id"]: row["input_hash"] for row in rows_of(connection, "bands.versions")}
    path = snapshot_path(settings.home, hashes[versions[0]])
    pl.read_parquet(path).with_columns(units=pl.col("units") + 1).write_parquet(path)
    found = verify(connection, settings, versions[0])
    assert (found.outcome, "somebody changed it" in found.reason) == ("impossible", True)
    path.write_bytes(b"no parquet")
    assert "cannot be read" in verify(connection, settings, versions[0]).reason
    path.unlink()
    assert "no such snapshot" in verify(connection, settings, versions[0]).reason


def test_other_code_is_said_and_not_compared(made, monkeypatch):
    connection, settings, versions = made
    monkeypatch.setattr(module, "code_hash", lambda: "another")
    found = verify(connection, settings, versions[0])
    assert (found.outcome, "install that release" in found.reason) == ("other code", True)


def test_a_version_of_an_older_release_says_that_it_cannot_be_computed_again(made):
    connection, settings, versions = made
    connection.execute("update bands.versions set config = null where version_id = ?", [versions[0]])
    assert "kept no snapshots" in verify(connection, settings, versions[0]).reason


def test_a_snapshot_is_stored_once_under_the_hash_of_its_content(tmp_path, office):
    frame = office([1.0, 1.1], history=0, window=10)
    path = keep(tmp_path, frame)
    before = path.stat().st_mtime_ns
    assert keep(tmp_path, frame.sample(fraction=1.0, shuffle=True, seed=1)) == path
    assert path.stat().st_mtime_ns == before
    assert kept(tmp_path, path.stem).height == frame.height
    with pytest.raises(SnapshotError, match="no such snapshot"):
        kept(tmp_path, "0" * 64)


def test_parameters_survive_their_storage_and_foreign_ones_are_refused(made):
    connection, _, _ = made
    row = rows_of(connection, "bands.versions")[0]
    assert config_of(row["config"]).config_hash() == row["config_hash"]
    with pytest.raises(ValueError, match="not those of this method"):
        config_of('{"colour": "red"}')


def test_the_code_that_counts_is_found_by_its_imports():
    assert len(code_hash()) == 16
