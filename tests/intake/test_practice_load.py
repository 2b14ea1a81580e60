"""The practice's feeds of the sample office, and CMS's archive, through a whole load: all of it, and nothing that an expectation minds."""

import zipfile

import pytest

from assets.intake.contracts.practice import PRACTICE
from tests.homes import query
from tests.intake.cms_files import fixed, good, table
from tests.intake.inboxes import Desk

DAY = "2026-03-02"
FEEDS = sorted(contract.feed for contract in PRACTICE)
ROWS = (good("00100", work="0.00"), good("10004"), good("X1234", "26"))


@pytest.fixture
def desk(connection, tmp_path):
    return Desk(connection, tmp_path)


def test_the_sample_office_s_practice_is_loaded_whole_and_no_expectation_minds(loaded):
    named = ", ".join(f"'{feed}'" for feed in FEEDS)
    files = query(
        loaded.settings,
        f"select feed, status, records = loaded, rejected, flags from intake.files where feed in ({named})",
    )
    assert sorted({row[0] for row in files}) == FEEDS
    assert {row[1:] for row in files} == {("loaded", True, 0, 0)}
    minded = query(
        loaded.settings,
        "select table_name, expectation, observed from quality.results where not success "
        f"and replace(table_name, 'intake.', '') in ({named})",
    )
    assert minded == []


def test_cms_s_archive_is_loaded_once_and_its_other_files_are_told_as_not_needed(desk):
    place = desk.folder / DAY / "rvu26a.zip"
    place.parent.mkdir(parents=True)
    with zipfile.ZipFile(place, "w") as archive:
        for name, data in (
            ("PPRRVU2026_Jan_nonQPP.csv", table(*ROWS, year=2026, factor="33.4009")),
            ("PPRRVU2026_Jan_nonQPP.txt", fixed(*ROWS, year=2026, factor="33.4009")),
            ("PPRRVU2026_Jan_QPP.csv", table(*ROWS, year=2026, factor="33.5675")),
            ("GPCI2026.csv", b"x"),
            ("RVU26A.pdf", b"%PDF"),
        ):
            archive.writestr(name, data)
    desk.take_in(DAY, feed="fee_schedule")
    fates = dict(desk.all("select path.split('!')[-1], status from intake.files"))
    assert fates.pop("PPRRVU2026_Jan_nonQPP.csv") == "loaded"
    assert set(fates.values()) == {"not_needed"}
    found = desk.all(
        "select release, procedure_code, modifier, cast(conversion_factor as varchar) from intake.fee_schedule order by all"
    )
    assert found == [
        ("2026A", "00100", None, "33.4009"), ("2026A", "10004", None, "33.4009"), ("2026A", "X1234", "26", "33.4009"),
    ]  # fmt: skip


def test_a_source_for_it_reads_a_file_that_was_not_needed_before(connection, tmp_path):
    before, own = Desk(connection, tmp_path), {"feed": "fee_schedule", "pattern": "_QPP"}
    before.put(DAY, table(*ROWS, year=2026, factor="33.5675"), "PPRRVU2026_Jan_QPP.csv")
    before.take_in(DAY, feed="fee_schedule")
    assert before.standing() == {"PPRRVU2026_Jan_QPP.csv": "not_needed"}
    Desk(connection, tmp_path, sources=(own,)).take_in(DAY, feed="fee_schedule")
    assert before.all(
        "select distinct release, cast(conversion_factor as varchar) from intake.fee_schedule"
    ) == [("2026A-QPP", "33.5675")]
