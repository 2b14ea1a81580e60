"""Walking a folder: nothing in it is passed over in silence but hidden and half-written names."""

import errno
import os
from pathlib import Path

from assets.intake.walk import DANGLING, IRREGULAR, entry_at, files_below


def shut(monkeypatch, *folders):
    """Let some folders be unreadable: tests may run as root."""
    listing = os.scandir

    def scandir(path):
        if path in folders:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)


def put(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def below(folder):
    return {entry.place.relative_to(folder).as_posix(): entry.reason for entry in files_below(folder)}


def test_files_are_listed_by_path_and_hidden_and_half_written_ones_passed_over(tmp_path):
    put(tmp_path, "b/x.csv", "a.csv", "b.tmp/y.csv", ".c/z.csv", ".d.csv", "e.csv.part", "b/f.csv~")
    assert [e.place.relative_to(tmp_path).as_posix() for e in files_below(tmp_path)] == [
        "a.csv",
        "b/x.csv",
        "b.tmp/y.csv",
    ]


def test_a_folder_that_cannot_be_read_is_one_entry_and_the_rest_is_listed(tmp_path, monkeypatch):
    put(tmp_path, "2026-03-02/x.csv", "2026-03-03/y.csv")
    shut(monkeypatch, tmp_path / "2026-03-02")
    assert below(tmp_path) == {
        "2026-03-02": "the folder cannot be read: Permission denied",
        "2026-03-03/y.csv": None,
    }
    shut(monkeypatch, tmp_path)
    assert below(tmp_path) == {".": "the folder cannot be read: Permission denied"}


def test_what_may_be_listed_but_not_looked_at_is_an_entry_with_the_time_of_its_folder(tmp_path, monkeypatch):
    put(tmp_path, "listed/x.csv", "y.csv")
    (tmp_path / "listed/link.csv").symlink_to(tmp_path / "y.csv")
    look = Path.stat

    def stat(self, *, follow_symlinks=True):
        if self.parent.name == "listed":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        return look(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(Path, "lstat", lambda self: stat(self, follow_symlinks=False))
    reason = "the file cannot be read: Permission denied"
    assert below(tmp_path) == {"listed/link.csv": reason, "listed/x.csv": reason, "y.csv": None}
    assert files_below(tmp_path)[0].mtime_ns == (tmp_path / "listed").stat().st_mtime_ns


def test_linked_folders_and_files_are_followed(tmp_path):
    put(tmp_path, "elsewhere/a/x.csv", "inbox/y.csv")
    (tmp_path / "inbox/2026-03-02").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "inbox/z.csv").symlink_to(tmp_path / "elsewhere/a/x.csv")
    assert below(tmp_path / "inbox") == {"2026-03-02/a/x.csv": None, "y.csv": None, "z.csv": None}


def test_links_in_a_circle_end_and_a_folder_that_is_there_is_listed_under_its_own_path(tmp_path):
    put(tmp_path, "b/x.csv", "c/y.csv")
    (tmp_path / "b/up").symlink_to(tmp_path)
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "c/b").symlink_to(tmp_path / "b")
    (tmp_path / "b/c").symlink_to(tmp_path / "c")
    assert below(tmp_path) == {"b/x.csv": None, "c/y.csv": None}


def test_links_that_lead_nowhere_and_pipes_are_entries_with_their_reason(tmp_path):
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing")
    (tmp_path / "self.csv").symlink_to(tmp_path / "self.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    os.mkfifo(tmp_path / "pipe.part")
    assert below(tmp_path) == {"gone.csv": DANGLING, "self.csv": DANGLING, "pipe.csv": IRREGULAR}


def test_what_is_not_there_is_no_entry(tmp_path):
    assert files_below(tmp_path / "none") == []
    assert entry_at(tmp_path / "none") is None
