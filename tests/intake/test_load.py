"""Loading a feed: every record is accounted for, rows say where they come from, and a bad day is kept out alone."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from assets.intake import load as loading
from assets.intake import read
from assets.intake.contracts import FEEDS, TABLES
from assets.intake.records import Balance, Flag, Parsed, Reject, Transaction
from assets.quality import Examiner
from tests.homes import not_for, query
from tests.intake.inboxes import BAD, HEADER, Desk, payment


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
    hashed = "count(row_hash), " if TABLES[table].hashed else ""
    (found,) = query(
        loaded.settings,
        f"select count(*), count(event_date), count(delivery_date), count(file_id), count(row_no), count(k), {hashed}"
        f"count(distinct (file_id, txn_no, row_no, k)) from intake.{table}",
    )
    assert len(set(found)) == 1


def test_equal_rows_have_equal_hashes_and_others_have_not(desk):
    desk.put("2026-03-02", HEADER + payment("T1") + payment("T2"))
    desk.put("2026-03-03", HEADER + payment("T1") + payment("T2", amount="10.01"))
    desk.take_in("2026-03-02", "2026-03-03")
    rows = desk.all("select txn_id, row_hash from intake.payments")
    assert len({h for t, h in rows if t == "T1"}) == 1
    assert len({h for t, h in rows if t == "T2"}) == 2


def test_the_event_day_is_that_of_the_office_and_not_of_utc(desk):
    desk.put("2026-03-03", HEADER + payment("T1", at="23:30:00") + payment("T2", at="00:15:00"))
    desk.take_in("2026-03-03")
    found = desk.all(
        "select txn_id, cast(event_date as varchar), cast(cast(timezone('UTC', posted_at) as date) as varchar) from intake.payments order by 1"
    )
    assert found == [("T1", "2026-03-02", "2026-03-03"), ("T2", "2026-03-02", "2026-03-02")]


def test_a_bad_record_is_rejected_with_its_place_and_its_shape_only(desk):
    desk.put("2026-03-02", HEADER + payment("T1") + payment("T2", amount="12,Roe"))
    desk.take_in("2026-03-02")
    rejects = desk.all("select table_name, row_no, column_name, shape, records from intake.rejects")
    assert len(rejects) == 1
    assert rejects[0][0] == "payments"
    assert "Roe" not in str(rejects)
    assert desk.all("select loaded, rejected from intake.files") == [(1, 1)]


def test_an_unusable_file_is_told_with_a_reason_and_a_reject(desk):
    desk.put("2026-03-02", HEADER.replace("amount", "sum") + payment("T1"))
    report = desk.take_in("2026-03-02")
    ((status, reason, rows),) = desk.all("select status, reason, loaded from intake.files")
    assert (status, rows) == ("unusable", 0)
    assert "amount" in reason
    assert report.held == {"2026-03-02/payments_20260302.csv": reason}
    assert desk.all("select table_name, reason from intake.rejects") == [("", reason)]


def test_a_file_that_changes_between_registering_and_loading_is_not_loaded(desk):
    path = desk.put("2026-03-02", HEADER + payment("T1"))
    desk.register("2026-03-02")
    path.write_text(HEADER + payment("T1") + payment("T2"))
    desk.load("2026-03-02")
    ((status, reason),) = desk.all("select status, reason from intake.files")
    assert (status, desk.all("select count(*) from intake.payments")) == ("unusable", [(0,)])
    assert "changed while" in reason
    desk.take_in("2026-03-02")
    assert desk.all("select count(*) from intake.payments") == [(2,)]


def test_a_file_that_goes_between_registering_and_loading_is_not_loaded(desk):
    path = desk.put("2026-03-02", HEADER + payment("T1"))
    desk.register("2026-03-02")
    path.unlink()
    desk.load("2026-03-02")
    assert desk.standing() == {"payments_20260302.csv": "unusable"}


def test_a_day_that_breaks_a_rule_is_held_and_the_other_days_of_the_chunk_are_loaded(desk):
    desk.put("2026-03-02", HEADER + payment("T1"))
    desk.put("2026-03-03", HEADER + payment("T2", "2026-03-03") + payment("T2", "2026-03-03", amount="11.00"))
    desk.put("2026-03-04", HEADER + payment("T3", "2026-03-04"))
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
    desk.put("2026-03-03", HEADER + payment("T0"), "payments_20260301.csv")
    desk.put("2026-03-03", BAD, "payments_20260302.csv")
    desk.put("2026-03-03", HEADER + payment("T3"), "payments_20260303.csv")
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
        good = HEADER + payment(f"T{number}")
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
    desk.put(day, HEADER + payment("T1", amount="99.00"), name)
    desk.take_in(day)
    assert desk.all("select txn_id, cast(amount as varchar) from intake.payments") == [("T1", "99.00")]
    assert desk.all("select count(*) from intake.files where status = 'held'") == [(0,)]


def test_a_third_revision_takes_the_place_of_the_first_when_the_second_was_held(desk):
    desk.stood()
    desk.put("2026-03-04", BAD, "payments_20260302_v2.csv")
    desk.take_in("2026-03-04")
    desk.put("2026-03-05", HEADER + payment("T9"), "payments_20260302_v3.csv")
    desk.take_in("2026-03-05")
    assert desk.all("select txn_id from intake.payments") == [("T9",)]
    assert desk.standing()["payments_20260302_v3.csv"] == "loaded"


def test_a_held_third_revision_leaves_the_second(desk):
    desk.stood()
    desk.put("2026-03-04", HEADER + payment("T2"), "payments_20260302_v2.csv")
    desk.take_in("2026-03-04")
    desk.put("2026-03-05", BAD, "payments_20260302_v3.csv")
    desk.take_in("2026-03-05")
    assert desk.all("select txn_id from intake.payments") == [("T2",)]


def test_a_duplicate_is_loaded_when_its_original_went_before_it_was_loaded(desk):
    original = desk.put("2026-03-02", HEADER + payment("T1"))
    desk.put("2026-03-03", HEADER + payment("T1"), "payments_20260303.csv")
    desk.register("2026-03-02", "2026-03-03")
    original.unlink()
    desk.take_in("2026-03-02", "2026-03-03")
    assert desk.standing() == {"payments_20260303.csv": "loaded"}
    assert desk.all("select delivery_date from intake.payments") == [(date(2026, 3, 3),)]


def test_the_same_bytes_found_under_an_earlier_day_move_there(desk):
    desk.put("2026-03-05", HEADER + payment("T1"), "payments_20260305.csv")
    desk.take_in("2026-03-05")
    desk.put("2026-03-02", HEADER + payment("T1"))
    desk.take_in("2026-03-02")
    assert desk.standing() == {"payments_20260302.csv": "loaded", "payments_20260305.csv": "duplicate"}
    assert desk.all("select delivery_date from intake.payments") == [(date(2026, 3, 2),)]


def test_a_file_that_may_no_longer_be_read_is_unusable_and_the_rest_is_loaded(desk, monkeypatch):
    locked = desk.put("2026-03-02", HEADER + payment("T1"))
    desk.put("2026-03-02", HEADER + payment("T2"), "payments_20260301.csv")
    desk.register("2026-03-02")
    monkeypatch.setattr(Path, "read_bytes", not_for(locked))
    report = desk.load("2026-03-02")
    assert report.held == {"2026-03-02/payments_20260302.csv": "the file cannot be read: Permission denied"}
    assert desk.all("select txn_id from intake.payments") == [("T2",)]


@pytest.mark.parametrize("now", ["damaged", "without the member"])
def test_an_archive_that_changes_between_registering_and_loading_is_unusable(desk, now):
    packed, other = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("payments_20260301.csv", HEADER + payment("T1"))
        archive.writestr("payments_20260302.csv", HEADER + payment("T2"))
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("x.csv", "x")
        archive.writestr("y.csv", "y")
    desk.put("2026-03-02", packed.getvalue(), "all.zip")
    desk.put("2026-03-02", HEADER + payment("T3"), "payments_20260303.csv")
    desk.register("2026-03-02")
    desk.put("2026-03-02", packed.getvalue()[:-30] if now == "damaged" else other.getvalue(), "all.zip")
    desk.load("2026-03-02")
    assert set(desk.standing().values()) == {"unusable", "loaded"}
    assert desk.all("select txn_id from intake.payments") == [("T3",)]


def test_a_held_file_heals_when_a_good_one_takes_its_place(desk):
    desk.put("2026-03-02", HEADER + payment("T1") + payment("T1", amount="11.00"))
    desk.take_in("2026-03-02")
    assert desk.standing() == {"payments_20260302.csv": "held"}
    desk.put("2026-03-02", HEADER + payment("T1"))
    desk.take_in("2026-03-02")
    assert desk.standing() == {"payments_20260302.csv": "loaded"}
    assert desk.all("select count(*) from intake.payments") == [(1,)]
    assert desk.all("select count(*) from intake.rejects") == [(0,)]


def test_a_revision_takes_the_rows_of_the_file_it_supersedes_away(desk):
    desk.put("2026-03-02", HEADER + payment("T1") + payment("T2"))
    desk.take_in("2026-03-02")
    desk.put("2026-03-05", HEADER + payment("T1") + payment("T3"), "payments_20260302_v2.csv")
    desk.take_in("2026-03-05")
    assert desk.all("select txn_id, delivery_date from intake.payments order by 1") == [
        ("T1", date(2026, 3, 5)),
        ("T3", date(2026, 3, 5)),
    ]


def test_a_file_put_back_as_it_was_is_loaded_again(desk):
    for amount in ("10.00", "20.00", "10.00"):
        desk.put("2026-03-02", HEADER + payment("T1", amount=amount))
        desk.take_in("2026-03-02")
        assert desk.all("select cast(amount as varchar) from intake.payments") == [(amount,)]


def test_loading_again_writes_nothing(desk):
    desk.put("2026-03-02", HEADER + payment("T1"))
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
        desk.put(day, HEADER + payment(f"T{day[-1]}", day))
    desk.take_in("2026-03-02", "2026-03-03", "2026-03-06")
    assert desk.all("select txn_id, event_date from intake.payments order by 1") == [
        (f"T{day.day}", day) for day in (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 6))
    ]


def test_a_broken_file_does_not_take_good_files_of_its_day_along(desk):
    desk.put("2026-03-02", HEADER + payment("T1"))
    desk.put("2026-03-02", b"PK\x03\x04 no workbook", "payments_20260301.xlsx")
    desk.put("2026-03-02", b"", "payments_20260228.csv")
    desk.take_in("2026-03-02")
    standing = desk.standing()
    assert standing["payments_20260302.csv"] == "loaded"
    assert {standing["payments_20260301.xlsx"], standing["payments_20260228.csv"]} == {"unusable"}


class Reader:
    """A reader that yields the parts it is given, in place of the real ones."""

    def __init__(self, monkeypatch, *parts):
        self.parts = parts
        self.real = loading.read_file
        monkeypatch.setattr(loading, "read_file", self)

    def __call__(self, content, known, **how):
        (whole,) = self.real(content, known, **how)
        for part in self.parts:
            yield part(whole) if callable(part) else part


def _more(**values):
    return Parsed("export", ("payments",), **values)


def test_the_account_of_a_file_is_the_sum_over_its_parts(desk, monkeypatch):
    desk.put("2026-03-02", HEADER + payment("T1") + payment("T2"))
    late = Reject("payments", "BAD: why", row_no=9, column="amount", shape="9A")
    line = Reject("lines", "BAD: a line", row_no=10)
    txn = Transaction(1, "835", "S", "R", "1", "1", "1", "5010", 3, 9, "ab" * 8, 2, "loaded")
    Reader(
        monkeypatch,
        lambda part: part,
        _more(records=4, rejects=[late, line], footers=3, flags=[Flag("ODD", "odd")], transactions=[txn]),
        _more(balances=[Balance("line", 5, 1, 2, 150)]),
        _more(balances=[Balance("line", 2, 0, 0, 0), Balance("claim", 1, 1, 0, 7)]),
    )
    desk.take_in("2026-03-02")
    assert desk.all("select status, records, loaded, rejected, footers from intake.files") == [
        ("loaded", 6, 2, 1, 3)
    ]
    assert desk.all("select table_name, shape from intake.rejects order by 1") == [
        ("lines", ""),
        ("payments", "9A"),
    ]
    assert desk.all("select count(*), count(*) filter (code = 'ODD') from intake.flags") == desk.all(
        "select flags, 1 from intake.files"
    )
    assert desk.all("select txn_no, kind, body_hash, outcome from intake.transactions") == [
        (1, "835", "ab" * 8, "loaded")
    ]
    assert desk.all(
        "select level, checked, unbalanced, unchecked, cast(difference as varchar) from intake.balances"
    ) == [
        ("claim", 1, 1, 0, "0.07"),
        ("line", 7, 1, 2, "1.50"),
    ]


SPOILED = {
    "a late part says that it is unusable": (_more(unusable="cut off"), "unusable", "cut off"),
    "a record is missing": (
        _more(records=1),
        "held",
        "3 records in the file, but 2 loaded + 0 rejected + 0 footers",
    ),
    "a row is too many": (
        lambda part: Parsed(part.kind, part.counted, part.tables),
        "held",
        "2 records in the file, but 4 loaded",
    ),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_file_that_is_spoiled_in_a_late_part_leaves_no_rows(desk, monkeypatch, how):
    part, status, words = SPOILED[how]
    desk.put("2026-03-02", HEADER + payment("T1") + payment("T2"))
    Reader(monkeypatch, lambda part: part, part)
    desk.take_in("2026-03-02")
    ((found, reason, loaded),) = desk.all("select status, reason, loaded from intake.files")
    assert (found, loaded) == (status, 0)
    assert words in reason
    assert desk.all("select count(*) from intake.payments") == [(0,)]
    assert desk.all("select sum(records) = (select records from intake.files) from intake.rejects") == [
        (True,)
    ]


def test_a_reader_that_stumbles_makes_its_file_unusable_without_telling_a_value(desk, monkeypatch):
    desk.put("2026-03-02", HEADER + payment("T1"))
    bad = desk.put("2026-03-02", HEADER + payment("T2"), "payments_20260301.csv")
    real = read.read_table

    def stumbling(data, *arguments, **how):
        if data == bad.read_bytes():
            raise KeyError("Doe, Jane")
        return real(data, *arguments, **how)

    monkeypatch.setattr(read, "read_table", stumbling)
    desk.take_in("2026-03-02")
    assert desk.standing() == {"payments_20260301.csv": "unusable", "payments_20260302.csv": "loaded"}
    ((reason,),) = desk.all("select reason from intake.files where status = 'unusable'")
    assert "fault of the reader" in reason
    assert "KeyError" in reason
    assert "Doe" not in reason


def test_rows_of_a_table_that_the_feed_does_not_have_hold_the_file(desk, monkeypatch):
    desk.put("2026-03-02", HEADER + payment("T1"))

    def strayed(part):
        part.counted, part.tables["deposits"] = ("payments", "deposits"), part.tables["payments"]
        part.records = 2
        return part

    Reader(monkeypatch, strayed)
    desk.take_in("2026-03-02")
    assert desk.all("select status, reason from intake.files") == [
        ("held", "2 records in the file, but 1 loaded + 0 rejected + 0 footers")
    ]


def test_one_bad_file_among_many_is_found_by_halving(desk, monkeypatch):
    asked = []
    real = Examiner.examine
    monkeypatch.setattr(
        Examiner, "examine", lambda self, suite: asked.append(suite.table) or real(self, suite)
    )
    for number in range(16):
        content = BAD if number == 11 else HEADER + payment(f"T{number}", amount=f"{number}.00")
        desk.put("2026-03-03", content, f"payments_202603{number + 1:02}.csv")
    desk.register("2026-03-03")
    asked.clear()
    report = desk.load("2026-03-03")
    assert list(report.held) == ["2026-03-03/payments_20260312.csv"]
    assert desk.all("select count(*) from intake.payments") == [(15,)]
    assert len(asked) == 9
    assert desk.all("select count(*) from duckdb_tables() where table_name like 'pool%'") == [(0,)]


def test_rejects_and_flags_of_the_good_files_survive_when_a_bad_one_is_set_apart(desk):
    desk.put("2026-03-02", HEADER + payment("T1") + payment("T2", amount="12.Roe"), "payments_20260301.csv")
    desk.put("2026-03-02", BAD, "payments_20260302.csv")
    desk.take_in("2026-03-02")
    found = desk.all(
        "select f.status, r.column_name, r.records from intake.rejects as r join intake.files as f using (file_id) order by 1"
    )
    assert found == [("held", "", 2), ("loaded", "amount", 1)]


def test_a_held_file_is_let_in_when_what_it_breaks_was_waived(desk):
    desk.put("2026-03-02", BAD)
    desk.put("2026-03-02", HEADER + payment("T3"), "payments_20260301.csv")
    desk.register("2026-03-02")
    ((file_id,),) = desk.all("select file_id from intake.files where path like '%20260302.csv'")
    desk.load("2026-03-02", released={file_id: frozenset({"intake.payments: key_has_one_meaning"})})
    assert set(desk.standing().values()) == {"loaded"}
    assert desk.all(f"select reason, loaded from intake.files where file_id = '{file_id}'") == [
        ("released: intake.payments: key_has_one_meaning", 2)
    ]
    ((observed, severity),) = desk.all("select observed, severity from quality.results where not success")
    assert observed.startswith("released: ")
    assert severity == "warning"


@pytest.mark.parametrize(
    "waived", ["intake.payments: payment_has_a_number", "intake.deposits: key_has_one_meaning"]
)
def test_a_waiver_is_about_the_expectation_that_it_names(desk, waived):
    desk.put("2026-03-02", BAD)
    desk.register("2026-03-02")
    ((file_id,),) = desk.all("select file_id from intake.files")
    desk.load("2026-03-02", released={file_id: frozenset({waived})})
    assert desk.standing() == {"payments_20260302.csv": "held"}


def test_a_place_that_is_taken_twice_is_never_let_in(desk, monkeypatch):
    desk.put("2026-03-02", HEADER + payment("T1"))
    Reader(monkeypatch, lambda part: part, lambda part: part)
    desk.register("2026-03-02")
    ((file_id,),) = desk.all("select file_id from intake.files")
    desk.load("2026-03-02", released={file_id: frozenset({"intake.payments: place_is_unique"})})
    assert desk.standing() == {"payments_20260302.csv": "held"}
    assert desk.all("select count(*) from intake.payments") == [(0,)]


def test_transactions_of_a_file_that_is_kept_out_are_not_told_as_loaded(desk, monkeypatch):
    desk.put("2026-03-02", BAD)
    txn = Transaction(1, "835", "S", "R", "1", "1", "1", "5010", 3, 9, "ab" * 8, 2, "loaded")
    Reader(monkeypatch, lambda part: part, _more(transactions=[txn]))
    desk.take_in("2026-03-02")
    assert desk.all("select outcome, reason from intake.transactions") == [
        ("rejected", "held: intake.payments: key_has_one_meaning")
    ]


def test_memory_is_bounded_while_a_feed_is_loaded_and_free_again_afterwards(desk, monkeypatch):
    limits = []
    real = Examiner.examine

    def examine(self, suite):
        limits.append(desk.all("select current_setting('memory_limit')"))
        return real(self, suite)

    desk.put("2026-03-02", HEADER + payment("T1"))
    desk.register("2026-03-02")
    before = desk.all("select current_setting('memory_limit')")
    monkeypatch.setattr(Examiner, "examine", examine)
    desk.load("2026-03-02")
    assert desk.all("select current_setting('memory_limit')") == before
    assert len(limits) == 1
    assert before[0][0].endswith("MiB") or limits != [before]


def test_a_revision_in_the_same_folder_takes_the_rows_of_the_file_before_it_away(desk):
    desk.put("2026-03-02", HEADER + payment("T1") + payment("T2"))
    desk.take_in("2026-03-02")
    desk.put("2026-03-02", HEADER + payment("T1") + payment("T3"), "payments_20260302_v2.csv")
    desk.take_in("2026-03-02")
    assert desk.all("select txn_id from intake.payments order by 1") == [("T1",), ("T3",)]
    desk.put("2026-03-02", HEADER + payment("T4"), "payments_20260302_v3.csv")
    desk.take_in("2026-03-02")
    assert desk.all("select txn_id from intake.payments") == [("T4",)]
    assert sorted(desk.all("select status, loaded from intake.files"), key=repr) == [
        ("loaded", 1),
        ("superseded", None),
        ("superseded", None),
    ]


def test_a_held_revision_in_the_same_folder_leaves_the_rows_of_the_file_before_it(desk):
    before = desk.stood()
    revision = desk.put("2026-03-02", BAD, "payments_20260302_v2.csv")
    for _ in range(2):
        desk.take_in("2026-03-02")
        assert desk.all("select * from intake.payments order by all") == before
    revision.unlink()
    desk.take_in("2026-03-02")
    assert desk.standing() == {"payments_20260302.csv": "loaded"}
    assert desk.all("select * from intake.payments order by all") == before


def test_the_same_bytes_under_an_earlier_day_move_there_when_both_days_are_read_again(desk):
    desk.put("2026-03-05", HEADER + payment("T1"), "payments_20260305.csv")
    desk.take_in("2026-03-05")
    desk.put("2026-03-02", HEADER + payment("T1"))
    desk.take_in("2026-03-02", "2026-03-05")
    assert desk.all("select delivery_date from intake.payments") == [(date(2026, 3, 2),)]


def test_rows_leave_the_table_of_a_feed_that_the_file_is_no_longer_of(desk):
    # The same file read by another source: what stood under the old feed would count twice.
    desk.put("2026-03-02", HEADER + payment("T1"))
    desk.take_in("2026-03-02")
    sources = ({"feed": "shifts", "pattern": "^payments"},)
    desk.settings = desk.settings.model_copy(update={"sources": sources})
    desk.register("2026-03-02")
    assert desk.all("select feed, status from intake.files") == [("shifts", "pending")]
    desk.load("2026-03-02")
    assert desk.all("select count(*) from intake.payments") == [(0,)]
    assert desk.all("select feed, status from intake.files") == [("shifts", "pending")]
