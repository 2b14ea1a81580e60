"""Loading a feed: every record is accounted for, rows say where they come from, and a bad day is kept out alone."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from assets.intake.assets import register_days
from assets.intake.contracts import FEEDS, TABLES
from assets.intake.load import Context, load_feed
from assets.intake.pseudonyms import hider
from assets.intake.sources import sources_from
from assets.intake.tables import create_intake
from assets.quality import Examiner
from assets.settings import load_settings
from tests.homes import not_for, query

HEADER = "txn_id,deposit_id,pcn,payer_id,amount,method,lines_posted,received_on,posted_by,posted_at\n"


def _payment(number, day="2026-03-02", amount="10.00", at="09:00:00"):
    return f"{number},D1,PCN1,P1,{amount},eob_manual,1,{day},Jane Roe,{day} {at}\n"


# One number stands for two payments: the suite of the table keeps such a slice out.
BAD = HEADER + _payment("T1", amount="1.00") + _payment("T1", amount="2.00")


class Desk:
    """An inbox, and a load of one feed of it without Dagster."""

    def __init__(self, connection, folder, **intake):
        self.connection = connection
        self.folder = folder / "inbox"
        create_intake(connection)
        settings = load_settings(home=folder, inbox=self.folder)
        office = settings.office.model_copy(update={"time_zone": "America/Chicago"})
        self.settings = settings.model_copy(
            update={"office": office, "intake": settings.intake.model_copy(update=intake)}
        )

    def put(self, day, content, name=None):
        path = self.folder / day / (name or f"payments_{day.replace('-', '')}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def register(self, *days):
        register_days(self.connection, self.settings, [date.fromisoformat(day) for day in days], run_id="r")

    def load(self, *days, feed="payments"):
        context = Context(
            self.connection,
            self.settings,
            sources_from(()),
            hider(b"sixteen or more characters"),
            Examiner(self.connection),
            "r",
            {"intake.payments": {"event_date"}},
        )
        return load_feed(context, feed, [date.fromisoformat(day) for day in days])

    def take_in(self, *days, feed="payments"):
        self.register(*days)
        return self.load(*days, feed=feed)

    def stood(self):
        """Load a good file of two payments, and return the rows."""
        self.put("2026-03-02", HEADER + _payment("T1") + _payment("T2"))
        self.take_in("2026-03-02")
        return self.all("select * from intake.payments order by all")

    def all(self, sql):
        return self.connection.execute(sql).fetchall()

    def standing(self):
        return dict(self.all("select path.split('/')[-1], status from intake.files"))


@pytest.fixture
def desk(connection, tmp_path):
    return Desk(connection, tmp_path)


def test_every_file_of_an_office_is_accounted_for_record_by_record(loaded):
    rows = query(
        loaded.settings,
        "select path, status, records, loaded, rejected, footers from intake.files where feed is not null "
        "and status not in ('duplicate', 'superseded')",
    )
    assert len(rows) > 60
    assert [r for r in rows if r[1] != "loaded" or r[2] != r[3] + r[4] + r[5]] == []


@pytest.mark.parametrize("feed", FEEDS)
def test_rows_in_the_first_table_of_a_feed_are_as_many_as_its_files_say(loaded, feed):
    counted = [t.name for t in FEEDS[feed]]
    said = dict(
        query(
            loaded.settings,
            "select file_id, loaded from intake.files where status = 'loaded' and feed = ?",
            feed,
        )
    )
    stand = {
        table: dict(query(loaded.settings, f"select file_id, count(*) from intake.{table} group by file_id"))
        for table in counted
    }
    assert set().union(*stand.values()) <= set(said)
    if len(counted) == 1 and feed != "activity":
        assert stand[counted[0]] == {file: number for file, number in said.items() if number}


def test_rejects_are_listed_as_often_as_their_files_say(loaded):
    listed = dict(
        query(loaded.settings, "select file_id, cast(sum(records) as bigint) from intake.rejects group by 1")
    )
    said = dict(
        query(
            loaded.settings,
            "select file_id, rejected from intake.files where status = 'loaded' and rejected > 0",
        )
    )
    assert listed == said


@pytest.mark.parametrize("table", TABLES)
def test_provenance_is_filled_and_places_are_unique(loaded, table):
    (found,) = query(
        loaded.settings,
        f"select count(*), count(event_date), count(delivery_date), count(file_id), count(row_no), count(k), count(row_hash), "
        f"count(distinct (file_id, txn_no, row_no, k)) from intake.{table}",
    )
    assert len(set(found)) == 1


def test_equal_rows_have_equal_hashes_and_others_have_not(desk):
    desk.put("2026-03-02", HEADER + _payment("T1") + _payment("T2"))
    desk.put("2026-03-03", HEADER + _payment("T1") + _payment("T2", amount="10.01"))
    desk.take_in("2026-03-02", "2026-03-03")
    rows = desk.all("select txn_id, row_hash from intake.payments")
    assert len({h for t, h in rows if t == "T1"}) == 1
    assert len({h for t, h in rows if t == "T2"}) == 2


def test_the_event_day_is_that_of_the_office_and_not_of_utc(desk):
    desk.put("2026-03-03", HEADER + _payment("T1", at="23:30:00") + _payment("T2", at="00:15:00"))
    desk.take_in("2026-03-03")
    found = desk.all(
        "select txn_id, cast(event_date as varchar), cast(cast(timezone('UTC', posted_at) as date) as varchar) from intake.payments order by 1"
    )
    assert found == [("T1", "2026-03-02", "2026-03-03"), ("T2", "2026-03-02", "2026-03-02")]


def test_a_bad_record_is_rejected_with_its_place_and_its_shape_only(desk):
    desk.put("2026-03-02", HEADER + _payment("T1") + _payment("T2", amount="12,Roe"))
    desk.take_in("2026-03-02")
    rejects = desk.all("select table_name, row_no, column_name, shape, records from intake.rejects")
    assert len(rejects) == 1
    assert rejects[0][0] == "payments"
    assert "Roe" not in str(rejects)
    assert desk.all("select loaded, rejected from intake.files") == [(1, 1)]


def test_an_unusable_file_is_told_with_a_reason_and_a_reject(desk):
    desk.put("2026-03-02", HEADER.replace("amount", "sum") + _payment("T1"))
    report = desk.take_in("2026-03-02")
    ((status, reason, rows),) = desk.all("select status, reason, loaded from intake.files")
    assert (status, rows) == ("unusable", 0)
    assert "amount" in reason
    assert report.held == {"2026-03-02/payments_20260302.csv": reason}
    assert desk.all("select table_name, reason from intake.rejects") == [("", reason)]


def test_a_file_that_changes_between_registering_and_loading_is_not_loaded(desk):
    path = desk.put("2026-03-02", HEADER + _payment("T1"))
    desk.register("2026-03-02")
    path.write_text(HEADER + _payment("T1") + _payment("T2"))
    desk.load("2026-03-02")
    ((status, reason),) = desk.all("select status, reason from intake.files")
    assert (status, desk.all("select count(*) from intake.payments")) == ("unusable", [(0,)])
    assert "changed while" in reason
    desk.take_in("2026-03-02")
    assert desk.all("select count(*) from intake.payments") == [(2,)]


def test_a_file_that_goes_between_registering_and_loading_is_not_loaded(desk):
    path = desk.put("2026-03-02", HEADER + _payment("T1"))
    desk.register("2026-03-02")
    path.unlink()
    desk.load("2026-03-02")
    assert desk.standing() == {"payments_20260302.csv": "unusable"}


def test_a_day_that_breaks_a_rule_is_held_and_the_other_days_of_the_chunk_are_loaded(desk):
    desk.put("2026-03-02", HEADER + _payment("T1"))
    desk.put(
        "2026-03-03", HEADER + _payment("T2", "2026-03-03") + _payment("T2", "2026-03-03", amount="11.00")
    )
    desk.put("2026-03-04", HEADER + _payment("T3", "2026-03-04"))
    report = desk.take_in("2026-03-02", "2026-03-03", "2026-03-04")
    assert desk.all("select txn_id from intake.payments order by 1") == [("T1",), ("T3",)]
    assert desk.standing() == {
        "payments_20260302.csv": "loaded",
        "payments_20260303.csv": "held",
        "payments_20260304.csv": "loaded",
    }
    assert report.held == {"2026-03-03/payments_20260303.csv": "held: intake.payments: key_has_one_meaning"}
    failed = desk.all(
        "select slice_from, slice_to, unexpected_count from quality.results where not success and table_name = 'intake.payments'"
    )
    assert failed == [(date(2026, 3, 3), date(2026, 3, 3), 1)]


def test_a_file_that_breaks_a_rule_is_held_alone_and_the_other_files_of_its_day_are_loaded(desk):
    desk.put("2026-03-03", HEADER + _payment("T0"), "payments_20260301.csv")
    desk.put("2026-03-03", BAD, "payments_20260302.csv")
    desk.put("2026-03-03", HEADER + _payment("T3"), "payments_20260303.csv")
    report = desk.take_in("2026-03-03")
    assert desk.standing() == {
        "payments_20260301.csv": "loaded",
        "payments_20260302.csv": "held",
        "payments_20260303.csv": "loaded",
    }
    assert desk.all("select txn_id from intake.payments order by 1") == [("T0",), ("T3",)]
    assert report.held == {"2026-03-03/payments_20260302.csv": "held: intake.payments: key_has_one_meaning"}
    assert (report.files, sum(s.added for s in report.swaps)) == (3, 2)
    ((rejected, reason),) = desk.all("select records, reason from intake.rejects")
    assert (rejected, reason) == (2, "held: intake.payments: key_has_one_meaning")


@pytest.mark.parametrize("bad", [{1}, {2}, {0, 2}, {0, 1, 2}])
def test_whichever_files_are_bad_the_others_are_loaded(desk, bad):
    for number in range(3):
        good = HEADER + _payment(f"T{number}")
        desk.put(
            "2026-03-03", BAD + "\n" * number if number in bad else good, f"payments_2026030{number + 1}.csv"
        )
    report = desk.take_in("2026-03-03")
    assert {int(path[-5]) - 1 for path in report.held} == bad
    assert {int(name[1]) for (name,) in desk.all("select txn_id from intake.payments")} == {0, 1, 2} - bad


BROKEN = {
    "the same path with other bytes": ("2026-03-02", "payments_20260302.csv"),
    "a revision": ("2026-03-04", "payments_20260302_v2.csv"),
    "the same dated name on another day": ("2026-03-04", "payments_20260302.csv"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_stood_stays_byte_for_byte_when_the_file_that_replaces_it_is_held(desk, how):
    day, name = BROKEN[how]
    before = desk.stood()
    path = desk.put(day, BAD, name)
    desk.take_in(day)
    assert desk.all("select status from intake.files order by 1") == [("held",), ("superseded",)]
    assert desk.all("select * from intake.payments order by all") == before
    desk.take_in(day)
    assert desk.all("select * from intake.payments order by all") == before
    path.unlink()
    desk.take_in(day)
    assert desk.all("select status, loaded, reason, superseded_by from intake.files") == [
        ("loaded", 2, None, None)
    ]
    assert desk.all("select * from intake.payments order by all") == before
    assert desk.all("select count(*) from intake.rejects") == [(0,)]


@pytest.mark.parametrize("how", BROKEN)
def test_what_stood_goes_when_the_held_file_that_replaces_it_is_mended(desk, how):
    day, name = BROKEN[how]
    desk.stood()
    desk.put(day, BAD, name)
    desk.take_in(day)
    desk.put(day, HEADER + _payment("T1", amount="99.00"), name)
    desk.take_in(day)
    assert desk.all("select txn_id, cast(amount as varchar) from intake.payments") == [("T1", "99.00")]
    assert desk.all("select count(*) from intake.files where status = 'held'") == [(0,)]


def test_a_third_revision_takes_the_place_of_the_first_when_the_second_was_held(desk):
    desk.stood()
    desk.put("2026-03-04", BAD, "payments_20260302_v2.csv")
    desk.take_in("2026-03-04")
    desk.put("2026-03-05", HEADER + _payment("T9"), "payments_20260302_v3.csv")
    desk.take_in("2026-03-05")
    assert desk.all("select txn_id from intake.payments") == [("T9",)]
    assert desk.standing()["payments_20260302_v3.csv"] == "loaded"


def test_a_held_third_revision_leaves_the_second(desk):
    desk.stood()
    desk.put("2026-03-04", HEADER + _payment("T2"), "payments_20260302_v2.csv")
    desk.take_in("2026-03-04")
    desk.put("2026-03-05", BAD, "payments_20260302_v3.csv")
    desk.take_in("2026-03-05")
    assert desk.all("select txn_id from intake.payments") == [("T2",)]


def test_a_duplicate_is_loaded_when_its_original_went_before_it_was_loaded(desk):
    original = desk.put("2026-03-02", HEADER + _payment("T1"))
    desk.put("2026-03-03", HEADER + _payment("T1"), "payments_20260303.csv")
    desk.register("2026-03-02", "2026-03-03")
    original.unlink()
    desk.take_in("2026-03-02", "2026-03-03")
    assert desk.standing() == {"payments_20260303.csv": "loaded"}
    assert desk.all("select delivery_date from intake.payments") == [(date(2026, 3, 3),)]


def test_the_same_bytes_found_under_an_earlier_day_move_there(desk):
    desk.put("2026-03-05", HEADER + _payment("T1"), "payments_20260305.csv")
    desk.take_in("2026-03-05")
    desk.put("2026-03-02", HEADER + _payment("T1"))
    desk.take_in("2026-03-02")
    assert desk.standing() == {"payments_20260302.csv": "loaded", "payments_20260305.csv": "duplicate"}
    assert desk.all("select delivery_date from intake.payments") == [(date(2026, 3, 2),)]


def test_a_file_that_may_no_longer_be_read_is_unusable_and_the_rest_is_loaded(desk, monkeypatch):
    locked = desk.put("2026-03-02", HEADER + _payment("T1"))
    desk.put("2026-03-02", HEADER + _payment("T2"), "payments_20260301.csv")
    desk.register("2026-03-02")
    monkeypatch.setattr(Path, "read_bytes", not_for(locked))
    report = desk.load("2026-03-02")
    assert report.held == {"2026-03-02/payments_20260302.csv": "the file cannot be read: Permission denied"}
    assert desk.all("select txn_id from intake.payments") == [("T2",)]


@pytest.mark.parametrize("now", ["damaged", "without the member"])
def test_an_archive_that_changes_between_registering_and_loading_is_unusable(desk, now):
    packed, other = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("payments_20260301.csv", HEADER + _payment("T1"))
        archive.writestr("payments_20260302.csv", HEADER + _payment("T2"))
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("x.csv", "x")
        archive.writestr("y.csv", "y")
    desk.put("2026-03-02", packed.getvalue(), "all.zip")
    desk.put("2026-03-02", HEADER + _payment("T3"), "payments_20260303.csv")
    desk.register("2026-03-02")
    desk.put("2026-03-02", packed.getvalue()[:-30] if now == "damaged" else other.getvalue(), "all.zip")
    desk.load("2026-03-02")
    assert set(desk.standing().values()) == {"unusable", "loaded"}
    assert desk.all("select txn_id from intake.payments") == [("T3",)]


def test_a_held_file_heals_when_a_good_one_takes_its_place(desk):
    desk.put("2026-03-02", HEADER + _payment("T1") + _payment("T1", amount="11.00"))
    desk.take_in("2026-03-02")
    assert desk.standing() == {"payments_20260302.csv": "held"}
    desk.put("2026-03-02", HEADER + _payment("T1"))
    desk.take_in("2026-03-02")
    assert desk.standing() == {"payments_20260302.csv": "loaded"}
    assert desk.all("select count(*) from intake.payments") == [(1,)]
    assert desk.all("select count(*) from intake.rejects") == [(0,)]


def test_a_revision_takes_the_rows_of_the_file_it_supersedes_away(desk):
    desk.put("2026-03-02", HEADER + _payment("T1") + _payment("T2"))
    desk.take_in("2026-03-02")
    desk.put("2026-03-05", HEADER + _payment("T1") + _payment("T3"), "payments_20260302_v2.csv")
    desk.take_in("2026-03-05")
    assert desk.all("select txn_id, delivery_date from intake.payments order by 1") == [
        ("T1", date(2026, 3, 5)),
        ("T3", date(2026, 3, 5)),
    ]


def test_a_file_put_back_as_it_was_is_loaded_again(desk):
    for amount in ("10.00", "20.00", "10.00"):
        desk.put("2026-03-02", HEADER + _payment("T1", amount=amount))
        desk.take_in("2026-03-02")
        assert desk.all("select cast(amount as varchar) from intake.payments") == [(amount,)]


def test_loading_again_writes_nothing(desk):
    desk.put("2026-03-02", HEADER + _payment("T1"))
    desk.take_in("2026-03-02")
    batches = desk.all("select table_name from ops.batches where table_name = 'intake.payments'")
    desk.connection.execute("update intake.files set status = 'pending'")
    report = desk.load("2026-03-02")
    assert [s.batch for s in report.swaps] == [None]
    assert desk.all("select table_name from ops.batches where table_name = 'intake.payments'") == batches


@pytest.mark.parametrize("chunk", [{"chunk_days": 1}, {"chunk_days": 31}, {"chunk_mb": 1}])
def test_the_result_does_not_depend_on_the_chunks(connection, tmp_path, chunk):
    desk = Desk(connection, tmp_path, **chunk)
    for day in ("2026-03-02", "2026-03-03", "2026-03-06"):
        desk.put(day, HEADER + _payment(f"T{day[-1]}", day))
    desk.take_in("2026-03-02", "2026-03-03", "2026-03-06")
    assert desk.all("select txn_id, event_date from intake.payments order by 1") == [
        (f"T{day.day}", day) for day in (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 6))
    ]


def test_a_broken_file_does_not_take_good_files_of_its_day_along(desk):
    desk.put("2026-03-02", HEADER + _payment("T1"))
    desk.put("2026-03-02", b"PK\x03\x04 no workbook", "payments_20260301.xlsx")
    desk.put("2026-03-02", b"", "payments_20260228.csv")
    desk.take_in("2026-03-02")
    standing = desk.standing()
    assert standing["payments_20260302.csv"] == "loaded"
    assert {standing["payments_20260301.xlsx"], standing["payments_20260228.csv"]} == {"unusable"}
