"""Deliveries: which files count, for which day, and what becomes of duplicates, revisions and files that change or go."""

import gzip
import io
import os
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assets.intake.assets import register_days
from assets.intake.content import content_id
from assets.intake.dated import dated
from assets.intake.deliveries import known_files, pending_days, scan
from assets.intake.files import FileRow
from assets.intake.sources import sources_from
from assets.intake.standing import settle
from assets.intake.tables import create_intake
from assets.settings import load_settings
from assets.warehouse import prepare
from tests.homes import not_for
from tests.intake.test_walk import shut

ZONE = "America/Chicago"
SHIFTS = "Employee ID,Start,End\nS1,2026-03-02 08:00:00,2026-03-02 16:00:00\n"


class Inbox:
    """An inbox to put files into, and the register behind it."""

    def __init__(self, connection, folder):
        self.connection = connection
        self.folder = folder
        folder.mkdir()
        create_intake(connection)
        self.settings = load_settings(inbox=folder, home=folder.parent)

    def put(self, path, content=SHIFTS, at=None):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        if at:
            os.utime(file, (at.timestamp(), at.timestamp()))
        return file

    def found(self):
        return scan(self.folder, ZONE)

    def days(self):
        return {f.path: str(f.delivery_date) for f in self.found()}

    def waiting(self):
        return [str(day) for day in pending_days(self.connection, self.found())]

    def register(self, *days):
        wanted = [date.fromisoformat(day) for day in (days or self.waiting())]
        verdict, _ = register_days(self.connection, self.settings, wanted, run_id="r")
        assert verdict.passed
        return self.standing()

    def standing(self):
        return {row.path: row.status for row in known_files(self.connection)}

    def row(self, path):
        (row,) = [row for row in known_files(self.connection) if row.path == path]
        return row

    def load(self):
        """Do as if every pending file had been loaded."""
        self.connection.execute(
            "update intake.files set status = 'loaded', loaded = 1 where status = 'pending'"
        )


@pytest.fixture
def inbox(connection, tmp_path):
    return Inbox(connection, tmp_path / "inbox")


def test_the_day_is_that_of_the_folder_then_of_the_name_then_of_the_file(inbox):
    evening = datetime(2026, 3, 6, 3, tzinfo=UTC)
    inbox.put("2026-03-04/shifts_20260302.csv")
    inbox.put("20260305/clinic a/shifts.csv")
    inbox.put("clinic a/shifts_20260302.csv")
    inbox.put("shifts.csv", at=evening)
    assert inbox.days() == {
        "2026-03-04/shifts_20260302.csv": "2026-03-04",
        "20260305/clinic a/shifts.csv": "2026-03-05",
        "clinic a/shifts_20260302.csv": "2026-03-02",
        "shifts.csv": "2026-03-05",
    }


def test_a_source_says_where_the_day_stands_in_the_name(inbox):
    evening = datetime(2026, 3, 6, 3, tzinfo=UTC)
    source = {"feed": "shifts", "pattern": r"^dienst_(?P<date>\d{2}[a-z]{3}\d{2})_", "date_format": "%d%b%y"}
    inbox.settings = inbox.settings.model_copy(update={"sources": (source,)})
    inbox.put("dienst_02mar26_20270101.csv", at=evening)
    inbox.put("dienst_03mar26_x.csv.gz", gzip.compress(SHIFTS.encode() + b"\n", mtime=0), at=evening)
    inbox.put("2026-03-04/dienst_02mar26_.csv", SHIFTS + "\n\n")
    inbox.put("dienst_99mar26_20270101.csv", SHIFTS + "\n\n\n", at=evening)
    inbox.put("calls_20260307.csv", at=evening)
    found = scan(inbox.folder, ZONE, sources_from(inbox.settings.sources))
    days = {
        "dienst_02mar26_20270101.csv": date(2026, 3, 2),
        "dienst_03mar26_x.csv.gz": date(2026, 3, 3),
        "2026-03-04/dienst_02mar26_.csv": date(2026, 3, 4),
        "dienst_99mar26_20270101.csv": date(2026, 3, 5),
        "calls_20260307.csv": date(2026, 3, 7),
    }
    assert {f.path: f.delivery_date for f in found} == days
    assert set(inbox.register("2026-03-02")) == {"dienst_02mar26_20270101.csv"}
    row = inbox.row("dienst_02mar26_20270101.csv")
    assert (row.delivery_date, row.covers_date) == (date(2026, 3, 2), date(2026, 3, 2))


def test_a_folder_with_an_impossible_date_is_an_ordinary_folder(inbox):
    inbox.put("2026-02-31/shifts_20260302.csv")
    assert inbox.days() == {"2026-02-31/shifts_20260302.csv": "2026-03-02"}


@pytest.mark.parametrize(
    "name",
    [
        "shifts.csv.part",
        "shifts.csv.partial",
        "shifts.csv.tmp",
        "shifts.csv.crdownload",
        "shifts.csv~",
        ".shifts.csv",
    ],
)
def test_half_written_and_hidden_files_are_not_seen(inbox, name):
    inbox.put(f"2026-03-02/{name}")
    inbox.put(".trash/2026-03-02/shifts.csv")
    assert inbox.found() == []


def test_the_same_bytes_are_a_duplicate_whatever_the_name_and_day(inbox):
    inbox.put("2026-03-03/shifts_20260303.csv")
    inbox.put("2026-03-02/shifts_20260302.csv")
    assert inbox.register() == {
        "2026-03-02/shifts_20260302.csv": "pending",
        "2026-03-03/shifts_20260303.csv": "duplicate",
    }
    assert (
        "same content as 2026-03-02/shifts_20260302.csv" in inbox.row("2026-03-03/shifts_20260303.csv").reason
    )


def test_a_duplicate_that_comes_days_later_is_known_again(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.register()
    inbox.load()
    inbox.put("2026-03-09/resent.csv")
    inbox.put("2026-03-09/shifts_20260309.csv")
    assert inbox.register()["2026-03-09/shifts_20260309.csv"] == "duplicate"
    assert inbox.standing()["2026-03-02/shifts_20260302.csv"] == "loaded"


def test_a_revision_supersedes_what_stood_before_it(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.register()
    inbox.load()
    inbox.put("2026-03-05/shifts_20260302_v2.csv", SHIFTS + "S2,2026-03-02 08:00:00,2026-03-02 16:00:00\n")
    assert inbox.register() == {
        "2026-03-02/shifts_20260302.csv": "superseded",
        "2026-03-05/shifts_20260302_v2.csv": "pending",
    }
    older, newer = inbox.row("2026-03-02/shifts_20260302.csv"), inbox.row("2026-03-05/shifts_20260302_v2.csv")
    assert (older.superseded_by, older.reason) == (newer.file_id, f"replaced by {newer.path}")


def test_a_revision_wins_even_when_it_was_delivered_first(inbox):
    inbox.put("2026-03-02/shifts_20260302_v3.csv", SHIFTS + "\n\n")
    inbox.put("2026-03-04/shifts_20260302_v2.csv")
    assert inbox.register() == {
        "2026-03-02/shifts_20260302_v3.csv": "pending",
        "2026-03-04/shifts_20260302_v2.csv": "superseded",
    }


def test_the_same_dated_name_delivered_later_supersedes(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.put("2026-03-03/shifts_20260302.csv", SHIFTS + "\n")
    assert inbox.register() == {
        "2026-03-02/shifts_20260302.csv": "superseded",
        "2026-03-03/shifts_20260302.csv": "pending",
    }


def test_the_same_undated_name_on_another_day_is_another_file(inbox):
    inbox.put("2026-03-02/shifts.csv")
    inbox.put("2026-03-03/shifts.csv", SHIFTS.replace("03-02", "03-03"))
    assert set(inbox.register().values()) == {"pending"}


def test_a_file_replaced_in_place_supersedes_its_loaded_self(inbox):
    path = "2026-03-02/shifts_20260302.csv"
    inbox.put(path)
    inbox.register()
    inbox.load()
    assert inbox.waiting() == []
    inbox.put(path, SHIFTS + "S2,2026-03-02 09:00:00,2026-03-02 16:00:00\n")
    assert inbox.waiting() == ["2026-03-02"]
    inbox.register()
    rows = {row.status: row for row in known_files(inbox.connection)}
    assert set(rows) == {"pending", "superseded"}
    assert rows["superseded"].superseded_by == rows["pending"].file_id


def test_a_file_replaced_before_it_was_loaded_leaves_nothing_behind(inbox):
    path = "2026-03-02/shifts_20260302.csv"
    inbox.put(path)
    inbox.register()
    inbox.put(path, SHIFTS + "\n")
    inbox.register()
    assert [row.status for row in known_files(inbox.connection)] == ["pending"]


def test_a_gzip_is_what_is_in_it(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv.gz", gzip.compress(SHIFTS.encode(), mtime=0))
    assert inbox.register() == {"2026-03-02/shifts_20260302.csv.gz": "pending"}
    row = inbox.row("2026-03-02/shifts_20260302.csv.gz")
    assert (row.feed, row.file_id, row.bytes) == ("shifts", content_id(SHIFTS.encode()), len(SHIFTS))


def test_members_of_a_zip_are_files_of_their_own(inbox):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("shifts_20260301.csv", SHIFTS)
        archive.writestr("a/calls_20260301.csv", "Call ID\nC1\n")
        archive.writestr("notes.bin", "what")
    inbox.put("2026-03-02/all.zip", packed.getvalue())
    standing = inbox.register()
    assert standing == {
        "2026-03-02/all.zip!shifts_20260301.csv": "pending",
        "2026-03-02/all.zip!a/calls_20260301.csv": "pending",
        "2026-03-02/all.zip!notes.bin": "unknown",
    }
    assert inbox.row("2026-03-02/all.zip!shifts_20260301.csv").covers_date == date(2026, 3, 1)
    inbox.load()
    assert inbox.waiting() == []


def test_a_damaged_archive_is_unusable_with_the_reason(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv.gz", gzip.compress(SHIFTS.encode())[:-9])
    assert inbox.register() == {"2026-03-02/shifts_20260302.csv.gz": "unusable"}
    assert "damaged" in inbox.row("2026-03-02/shifts_20260302.csv.gz").reason


def test_an_unknown_file_is_listed_and_forgotten_when_it_leaves(inbox):
    file = inbox.put("2026-03-02/holiday.jpg", b"\xff\xd8\xff")
    assert inbox.register() == {"2026-03-02/holiday.jpg": "unknown"}
    assert inbox.waiting() == []
    file.unlink()
    assert inbox.waiting() == ["2026-03-02"]
    assert inbox.register() == {}
    assert inbox.waiting() == []


def test_a_loaded_file_that_leaves_the_inbox_stays_loaded(inbox):
    file = inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.register()
    inbox.load()
    file.unlink()
    assert inbox.waiting() == []
    assert inbox.register("2026-03-02") == {"2026-03-02/shifts_20260302.csv": "loaded"}


def test_days_wait_while_they_hold_files_that_are_new_changed_pending_or_held(inbox):
    path = inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.put("2026-03-04/calls_20260304.csv", "Call ID\nC1\n")
    assert inbox.waiting() == ["2026-03-02", "2026-03-04"]
    inbox.register()
    assert inbox.waiting() == ["2026-03-02", "2026-03-04"]
    inbox.load()
    assert inbox.waiting() == []
    os.utime(path, (1_800_000_000, 1_800_000_000))
    assert inbox.waiting() == ["2026-03-02"]
    inbox.register()
    inbox.load()
    inbox.connection.execute("update intake.files set status = 'held' where feed = 'calls'")
    assert inbox.waiting() == ["2026-03-04"]


def test_a_duplicate_whose_original_went_unloaded_stands_itself(inbox):
    original = inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.put("2026-03-03/shifts_20260303.csv")
    assert inbox.register()["2026-03-03/shifts_20260303.csv"] == "duplicate"
    original.unlink()
    inbox.register()
    row = inbox.row("2026-03-03/shifts_20260303.csv")
    assert (row.status, row.reason, row.superseded_by) == ("pending", None, None)
    assert inbox.waiting() == ["2026-03-03"]


def test_a_copy_under_a_name_that_says_nothing_does_not_stand_in_the_way(inbox):
    inbox.put("2026-03-02/export.csv")
    inbox.put("2026-03-03/shifts_20260303.csv")
    assert inbox.register() == {
        "2026-03-02/export.csv": "duplicate",
        "2026-03-03/shifts_20260303.csv": "pending",
    }


def test_a_file_stands_again_when_the_one_that_replaced_it_leaves_without_having_been_loaded(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.register()
    inbox.load()
    revision = inbox.put("2026-03-05/shifts_20260302_v2.csv", SHIFTS + "\n")
    inbox.register()
    inbox.connection.execute("update intake.files set status = 'held' where status = 'pending'")
    revision.unlink()
    assert inbox.waiting() == ["2026-03-05"]
    assert inbox.register() == {"2026-03-02/shifts_20260302.csv": "loaded"}
    row = inbox.row("2026-03-02/shifts_20260302.csv")
    assert (row.reason, row.superseded_by) == (None, None)
    assert inbox.waiting() == []


def test_a_file_stays_superseded_when_the_loaded_one_that_replaced_it_leaves(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.register()
    inbox.load()
    revision = inbox.put("2026-03-05/shifts_20260302_v2.csv", SHIFTS + "\n")
    inbox.register()
    inbox.load()
    revision.unlink()
    assert inbox.register("2026-03-05") == {
        "2026-03-02/shifts_20260302.csv": "superseded",
        "2026-03-05/shifts_20260302_v2.csv": "loaded",
    }


def test_a_name_that_is_not_valid_text_makes_the_file_unusable_and_the_rest_is_taken_in(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    strange = inbox.put(os.fsdecode(b"2026-03-02/calls_\xff_20260302.csv"), "Call ID\nC1\n")
    (found,) = [f for f in inbox.found() if "calls" in f.path]
    assert found.path == "2026-03-02/calls_\\xff_20260302.csv"
    assert found.place == strange
    assert inbox.register() == {"2026-03-02/shifts_20260302.csv": "pending", found.path: "unusable"}
    assert inbox.row(found.path).reason == "the file's name is not valid UTF-8; rename it"
    inbox.load()
    assert inbox.waiting() == []
    strange.rename(inbox.folder / "2026-03-02" / "calls_20260302.csv")
    assert inbox.waiting() == ["2026-03-02"]
    assert inbox.register() == {
        "2026-03-02/shifts_20260302.csv": "pending",
        "2026-03-02/calls_20260302.csv": "pending",
    }


def test_a_file_that_may_not_be_read_is_unusable_and_the_rest_is_taken_in(inbox, monkeypatch):
    inbox.put("2026-03-02/shifts_20260302.csv")
    locked = inbox.put("2026-03-02/calls_20260302.csv", "Call ID\nC1\n")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", not_for(locked))
        standing = inbox.register()
    assert standing == {
        "2026-03-02/shifts_20260302.csv": "pending",
        "2026-03-02/calls_20260302.csv": "unusable",
    }
    assert inbox.row("2026-03-02/calls_20260302.csv").reason == "the file cannot be read: Permission denied"
    inbox.load()
    os.utime(locked, (1_800_000_000, 1_800_000_000))
    assert inbox.register()["2026-03-02/calls_20260302.csv"] == "pending"


def test_a_day_folder_that_cannot_be_read_is_unusable_until_it_can(inbox, monkeypatch):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.put("2026-03-03/calls_20260303.csv", "Call ID\nC1\n")
    with monkeypatch.context() as patch:
        shut(patch, inbox.folder / "2026-03-02")
        assert inbox.register() == {"2026-03-02": "unusable", "2026-03-03/calls_20260303.csv": "pending"}
        row = inbox.row("2026-03-02")
        assert (str(row.delivery_date), row.reason) == (
            "2026-03-02",
            "the folder cannot be read: Permission denied",
        )
        inbox.load()
        assert inbox.waiting() == []
    assert inbox.waiting() == ["2026-03-02"]
    assert inbox.register() == {
        "2026-03-02/shifts_20260302.csv": "pending",
        "2026-03-03/calls_20260303.csv": "loaded",
    }


def test_what_is_no_file_is_unusable_and_linked_folders_are_taken_in(inbox):
    elsewhere = inbox.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "shifts_20260302.csv").write_text(SHIFTS)
    (inbox.folder / "2026-03-02").symlink_to(elsewhere)
    (elsewhere / "gone.csv").symlink_to(elsewhere / "nothing")
    os.mkfifo(elsewhere / "pipe.csv")
    assert inbox.register() == {
        "2026-03-02/shifts_20260302.csv": "pending",
        "2026-03-02/gone.csv": "unusable",
        "2026-03-02/pipe.csv": "unusable",
    }
    assert inbox.row("2026-03-02/gone.csv").reason == "a link that leads nowhere"
    assert inbox.row("2026-03-02/pipe.csv").reason == "not a regular file"
    inbox.load()
    (elsewhere / "gone.csv").unlink()
    assert inbox.waiting() == ["2026-03-02"]


def test_two_files_that_may_not_be_read_are_two_files(inbox, monkeypatch):
    monkeypatch.setattr(
        Path, "read_bytes", not_for(inbox.put("2026-03-02/a.csv"), inbox.put("2026-03-02/b.csv"))
    )
    assert inbox.register() == {"2026-03-02/a.csv": "unusable", "2026-03-02/b.csv": "unusable"}


def _sources(pattern):
    return sources_from([{"feed": "shifts", "pattern": pattern}])


def test_an_unknown_file_waits_again_when_a_source_fits_its_name(inbox):
    inbox.put("2026-03-02/anstellung.csv")
    inbox.put("2026-03-04/holiday.jpg", b"\xff\xd8")
    inbox.register()
    assert pending_days(inbox.connection, inbox.found(), sources_from(())) == []
    waiting = pending_days(inbox.connection, inbox.found(), _sources("^anstellung"))
    assert waiting == [date(2026, 3, 2)]
    inbox.settings = inbox.settings.model_copy(
        update={"sources": ({"feed": "shifts", "pattern": "^anstellung"},)}
    )
    assert inbox.register("2026-03-02")["2026-03-02/anstellung.csv"] == "pending"
    inbox.load()
    assert pending_days(inbox.connection, inbox.found(), _sources("^anstellung")) == []


def test_an_unusable_file_waits_again_when_the_sources_or_the_readers_change(inbox, monkeypatch):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.register()
    inbox.connection.execute("update intake.files set status = 'unusable'")
    same = sources_from(())
    assert pending_days(inbox.connection, inbox.found(), same) == []
    assert pending_days(inbox.connection, inbox.found(), _sources("other")) == [date(2026, 3, 2)]
    monkeypatch.setattr("assets.intake.fingerprint._code", lambda: "another version")
    assert pending_days(inbox.connection, inbox.found(), same) == [date(2026, 3, 2)]
    inbox.register("2026-03-02")
    inbox.connection.execute("update intake.files set status = 'unusable'")
    assert pending_days(inbox.connection, inbox.found(), same) == []


def test_a_loaded_file_does_not_wait_because_the_sources_changed(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.register()
    inbox.load()
    assert pending_days(inbox.connection, inbox.found(), _sources("shifts")) == []


def test_a_home_of_an_older_version_remembers_what_it_has_seen(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.register()
    inbox.load()
    inbox.connection.execute("alter table ops.seen drop column read_with")
    assert pending_days(inbox.connection, inbox.found(), sources_from(())) == []
    prepare(inbox.connection)
    assert pending_days(inbox.connection, inbox.found(), sources_from(())) == []


def test_a_path_says_a_day_by_folder_or_name_or_not_at_all():
    assert all(
        dated(p)
        for p in ("2026-03-02/a.x12", "a_20260302.x12", "b/20260302/a.zip!c.x12", "a_20260302.zip!c.x12!835")
    )
    assert not any(dated(p) for p in ("a.x12", "2026-02-31/a.x12", "clinic/a.zip!c.x12!835"))


def test_only_rows_of_the_wanted_days_change(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.put("2026-03-04/calls_20260304.csv", "Call ID\nC1\n")
    assert inbox.register("2026-03-04") == {"2026-03-04/calls_20260304.csv": "pending"}
    assert inbox.waiting() == ["2026-03-02", "2026-03-04"]


def test_registering_again_writes_nothing(inbox):
    inbox.put("2026-03-02/shifts_20260302.csv")
    inbox.register()
    batches = inbox.connection.execute("select count(*) from ops.batches").fetchall()
    inbox.register("2026-03-02")
    assert inbox.connection.execute("select count(*) from ops.batches").fetchall() == batches


def test_standing_does_not_depend_on_the_order_of_the_rows():
    row = FileRow(
        "1", "d/shifts_20260302.csv", date(2026, 3, 2), date(2026, 3, 2), "export", "shifts", 1, "pending"
    )
    rows = [
        row,
        replace(row, path="d/shifts_20260302_v2.csv", file_id="2"),
        replace(row, path="d/shifts_20260302_v3.csv", file_id="1", delivery_date=date(2026, 3, 3)),
        replace(row, path="d/835.x12", kind="x12", feed="835", file_id="9"),
        replace(row, path="d/835.x12", kind="x12", feed="835", file_id="8", delivery_date=date(2026, 3, 4)),
    ]
    expected = {r.file_id + r.path: r.status for r in settle(rows)}
    assert {r.file_id + r.path: r.status for r in settle(rows[::-1])} == expected
    assert [expected[r.file_id + r.path] for r in rows[3:]] == ["pending", "pending"]
