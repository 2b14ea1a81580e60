"""The folder of formats: what became of every file is what its writer said."""

import csv
from datetime import date

import duckdb
import pytest

from assets.intake.assets import register_days
from assets.intake.check import check_path
from assets.intake.contracts import FEEDS
from assets.intake.load import Context, load_feed
from assets.intake.pseudonyms import hider
from assets.intake.sources import sources_from
from assets.intake.tables import create_intake
from assets.quality import Examiner
from assets.sample.formats import write_formats
from assets.sample.formats.made import COLUMNS
from assets.settings import load_settings
from assets.warehouse import prepare
from tests.homes import contents

HIDE = hider(b"sixteen or more characters")
DAYS = [date(2026, 3, day) for day in (2, 3, 4, 5)]


class Folder:
    """The folder, its account by (path, feed), and what was loaded from it."""

    def __init__(self, place):
        self.place = place
        self.made = write_formats(place)
        with (place / "truth" / "account.csv").open(newline="", encoding="utf-8") as lines:
            self.account = list(csv.DictReader(lines))
        self.settings = load_settings(place / "rcmbench.toml", home=place / "home", inbox=place / "inbox")
        self.sources = sources_from(self.settings.sources)

    def load(self, connection):
        connection.execute("set TimeZone = 'UTC'")
        prepare(connection)
        create_intake(connection)
        register_days(connection, self.settings, DAYS, run_id="r")
        context = Context(connection, self.settings, self.sources, HIDE, Examiner(connection), "r", {})
        for feed in FEEDS:
            load_feed(context, feed, DAYS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return Folder(tmp_path_factory.mktemp("formats"))


@pytest.fixture(scope="module")
def warehouse(folder):
    with duckdb.connect() as connection:
        folder.load(connection)
        yield connection


def _texts(row):
    return tuple("" if value is None else str(value) for value in row)


def test_every_file_of_the_account_is_there_once_and_no_other(folder, warehouse):
    found = [
        _texts(row)
        for row in warehouse.execute("select path, feed from intake.files order by all").fetchall()
    ]
    assert found == sorted((line["path"], line["feed"]) for line in folder.account)


def test_every_file_ended_as_its_writer_said(folder, warehouse):
    columns = ("path", "feed", "status", "records", "loaded", "rejected", "footers")
    rows = [
        _texts(row) for row in warehouse.execute(f"select {', '.join(columns)} from intake.files").fetchall()
    ]
    found = {row[:2]: row[2:] for row in rows}
    tried = {"loaded", "held"}
    said = {
        (line["path"], line["feed"]): tuple(line[name] for name in columns[2:])
        if line["status"] in tried
        else (line["status"],)
        for line in folder.account
    }
    shown = {place: row if row[0] in tried else row[:1] for place, row in found.items()}
    assert {place: (shown.get(place), said[place]) for place in said if shown.get(place) != said[place]} == {}


def test_what_was_odd_is_flagged_and_nothing_else(folder, warehouse):
    rows = warehouse.execute(
        "select f.path, coalesce(f.feed, ''), string_agg(distinct g.code, ' ' order by g.code) from intake.files as f "
        "left join intake.flags as g using (file_id, delivery_date) where f.status = 'loaded' group by 1, 2"
    ).fetchall()
    found = {(path, feed): codes or "" for path, feed, codes in rows}
    said = {
        (line["path"], line["feed"]): line["flags"] for line in folder.account if line["status"] == "loaded"
    }
    assert {place: (found.get(place), said[place]) for place in said if found.get(place) != said[place]} == {}


def test_rejected_records_stand_in_the_rejects(folder, warehouse):
    listed = dict(
        warehouse.execute(
            "select f.path, cast(sum(r.records) as bigint) from intake.rejects as r join intake.files as f "
            "using (file_id, delivery_date) where f.status = 'loaded' group by 1"
        ).fetchall()
    )
    said = {
        line["path"]: int(line["rejected"])
        for line in folder.account
        if line["status"] == "loaded" and int(line["rejected"])
    }
    assert listed == said


def test_values_are_those_that_were_written(warehouse):
    def of(name, table, columns):
        return warehouse.execute(
            f"select {columns} from intake.{table} as t join intake.files as f using (file_id, delivery_date) "
            "where f.path like '%/' || ? order by t.row_no, t.k",
            [name],
        ).fetchall()

    amounts = [str(amount) for (amount,) in of("payments_accounting.csv", "payments", "t.amount")]
    assert amounts == ["-123.45", "1234.50", "-77.10", "12.00", "-5.00", "1200.00"]
    assert {len(number) for (number,) in of("deposits_zeros.csv", "deposits", "t.deposit_id")} == {8}
    assert {len(number) for (number,) in of("deposits_20260302.xlsx", "deposits", "t.deposit_id")} == {8}
    assert [trace for (trace,) in of("deposits_cp1252.csv", "deposits", "t.trace")][::2] == [
        "N° 0001",
        "façade 03",
    ]
    assert [str(day) for (day,) in of("buchungen_dates.csv", "charge_entries", "t.service_date")] == [
        "2026-02-26"
    ] * 3
    reasons = of("remittance.835", "remit_adjustments", "t.carc, t.k, t.amount")
    assert [(carc, k) for carc, k, _ in reasons if k > 1] == [
        ("253", 2),
        ("1", 3),
        ("2", 4),
        ("3", 5),
        ("97", 6),
    ]
    spread = of("payments_quoted_lines.csv", "payments", "t.exception_reason")
    assert spread[3] == ('a "quoted" word\nand another',)


def test_no_name_and_no_member_number_leaves_intake(warehouse):
    stored = [
        repr(row)
        for (table,) in warehouse.execute(
            "select table_name from duckdb_tables() where schema_name = 'intake'"
        ).fetchall()
        for row in warehouse.execute(f'select * from intake."{table}"').fetchall()
    ]
    assert not [
        row for row in stored if any(clear in row for clear in ("SYNM0", "PERSON", "CHILD", "sample."))
    ]


def test_check_says_of_each_file_alone_what_the_account_says(folder):
    levels = {}
    for finding in check_path(
        folder.place / "inbox",
        sources=folder.sources,
        hide=HIDE,
        time_zone="America/Chicago",
        limit_bytes=folder.settings.intake.unpacked_mb * 1_000_000,
    ):
        place = finding.file.partition("/inbox/")[2]
        levels[place] = max(levels.get(place, 0), finding.level)
    said = {}
    for line in folder.account:
        # What lies in the inbox as one file is one finding, whatever feeds are in it.
        place = line["path"].removesuffix(f"!{line['feed']}")
        said[place] = max(said.get(place, 0), int(line["check"]))
    assert {
        place: (levels.get(place), said[place]) for place in said if levels.get(place) != said[place]
    } == {}


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(folder, tmp_path):
    write_formats(tmp_path / "again")
    write_formats(tmp_path / "other", seed=8)
    first = contents(folder.place / "inbox")
    assert contents(tmp_path / "again" / "inbox") == first
    assert contents(tmp_path / "again" / "truth") == contents(folder.place / "truth")
    assert contents(tmp_path / "other" / "inbox") != first


def test_the_account_adds_up_and_names_every_status(folder):
    counted = [line for line in folder.account if line["status"] == "loaded"]
    assert tuple(folder.account[0]) == COLUMNS
    assert all(
        int(line["records"]) == int(line["loaded"]) + int(line["rejected"]) + int(line["footers"])
        for line in counted
    )
    said = {line["status"] for line in folder.account}
    assert said == {"loaded", "duplicate", "superseded", "held", "unusable", "unknown"}


def test_a_folder_that_holds_something_is_not_written_into(tmp_path):
    (tmp_path / "mine").write_text("x")
    with pytest.raises(FileExistsError):
        write_formats(tmp_path)
