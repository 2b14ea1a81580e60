"""Saying what files are without loading them."""

import gzip
import io
import os
import re
import zipfile

import pytest

from assets.intake.check import CLEAN, FLAGGED, UNUSABLE, check_path
from assets.intake.pseudonyms import hider
from assets.intake.sources import sources_from
from assets.intake.x12.read import SMALL, read_x12
from tests.intake.test_walk import shut


@pytest.fixture
def check(tmp_path):
    """Return a function that writes a file and returns what is found in it."""

    def _check(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return findings(path)

    def findings(path):
        return list(
            check_path(
                path, sources=sources_from(()), hide=hider(os.urandom(32)), time_zone="UTC", limit_bytes=10**6
            )
        )

    _check.path = findings
    return _check


def _sample(loaded, pattern):
    return next(iter(sorted(loaded.settings.inbox.rglob(pattern))))


def test_a_claim_file_is_told_with_its_counts(office, check):
    path = min((office / "inbox").rglob("837P*.x12"))
    (finding,) = check.path(path)
    assert (finding.kind, finding.feed) == ("837P", "837")
    assert finding.claims == path.read_bytes().count(b"CLM*") - finding.rejected
    assert finding.lines >= finding.claims > 0


def test_a_clean_a_flagged_and_an_unusable_file_have_their_levels(check):
    head = "shift_id,staff_id,starts_at,ends_at\n"
    (unusable,) = check("shifts_20260302.csv", head)
    assert (unusable.level, bool(unusable.reason)) == (UNUSABLE, True)
    (unknown,) = check("photo.jpg", b"\xff\xd8")
    assert (unknown.level, unknown.kind) == (UNUSABLE, "unknown")


def test_a_rejected_record_makes_a_file_flagged_and_a_good_one_clean(office, check):
    path = min((office / "inbox").rglob("shifts_*.csv"))
    text = path.read_text()
    assert check(path.name, text)[0].level == CLEAN
    (flagged,) = check(path.name, text + text.splitlines()[1].replace("2026-", "Roe6-") + "\n")
    (group,) = flagged.as_json()["rejects"]
    assert (group["table"], group["count"], "Roe" in group["shape"]) == ("shifts", 1, False)
    assert (flagged.level, flagged.rejected) == (FLAGGED, 1)
    assert "Roe" not in str(flagged.as_json())
    assert flagged.as_json()["level"] == FLAGGED


def test_a_folder_is_looked_through_and_archives_are_opened(office, check, tmp_path):
    path = min((office / "inbox").rglob("shifts_*.csv"))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    (tmp_path / "a" / "broken.csv.gz").write_bytes(gzip.compress(b"x" * 99)[:-5])
    found = check.path(tmp_path)
    assert [(f.kind, f.level) for f in found] == [("archive", UNUSABLE), ("shifts", CLEAN)]


def _loaded(data):
    return read_x12(data, hide=lambda _, value: value, time_zone="UTC")


def test_totals_are_those_of_the_rows(office, check):
    for pattern, table in (("837P*.x12", "claims"), ("835*.x12", "remit_claims")):
        path = min((office / "inbox").rglob(pattern))
        (finding,) = check.path(path)
        rows = _loaded(path.read_bytes())
        assert finding.charge == rows.tables[table]["charge"].sum() > 0
        assert finding.paid == (rows.tables[table]["paid"].sum() if table == "remit_claims" else 0)
        assert finding.transactions == len(rows.transactions) > 0
        assert finding.interchanges == 1


def test_a_large_file_is_told_as_a_small_one(office, check, monkeypatch):
    # The columnar reader, in parts, against the plain one: both count and add up the same.
    path = min((office / "inbox").rglob("835*.x12"))
    head, _, rest = path.read_text().partition("ST*")
    body, _, tail = rest.partition("GE*")
    copies = SMALL // len(body) + 2
    data = (head + ("ST*" + body) * copies + "GE*" + tail).encode()
    assert len(data) > SMALL
    (streamed,) = check("835_20260302.x12", data)
    monkeypatch.setattr("assets.intake.read.SMALL", 10**9)
    (plain,) = check("835_20260302.x12", data)
    assert streamed.as_json() == plain.as_json()
    assert streamed.claims == copies * check.path(path)[0].claims


def test_transactions_that_are_left_out_whole_are_told_with_place_and_reason(office, check):
    path = min((office / "inbox").rglob("837P*.x12"))
    data = path.read_bytes()
    (finding,) = check(
        path.name, data[: [found.start() for found in re.finditer(rb"(?<=[~\n])SE\*", data)][-1]]
    )
    assert finding.level == FLAGGED
    (kept_out,) = finding.quarantined
    assert kept_out["reason"].startswith("TRUNCATED")
    assert kept_out["place"].startswith("transaction ")
    assert kept_out["records"] == finding.rejected > 0
    assert finding.quarantined_count == 1


def test_flags_are_grouped_by_code_with_the_first_place(office, check):
    path = min((office / "inbox").rglob("837P*.x12"))
    data, changed = re.subn(rb"(?<=[~\n])SE\*", b"SE*9", path.read_bytes())
    (finding,) = check(path.name, data)
    assert finding.flags["SE_COUNT"]["count"] == changed > 0
    assert "segment" in finding.flags["SE_COUNT"]["first"]
    assert {"file", "kind", "claims", "lines", "adjustments", "rejected", "flags"} <= set(finding.as_json())


def test_a_file_that_says_no_day_gets_a_note_and_stays_clean(office, check, tmp_path):
    data = min((office / "inbox").rglob("837I*.x12")).read_bytes()
    assert ["day" in note for note in check("claims.x12", data)[0].notes] == [True]
    assert check("claims_20260302.x12", data)[0].notes == []


def test_a_folder_says_once_that_its_files_say_no_day(office, check, tmp_path):
    data = min((office / "inbox").rglob("837I*.x12")).read_bytes()
    for name in ("a/1.x12", "a/2.x12", "b/1.x12", "b/2_20260302.x12"):
        (tmp_path / "undated" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "undated" / name).write_bytes(data)
    assert [len(finding.notes) for finding in check.path(tmp_path / "undated")] == [1, 0, 1, 0]


def test_a_folder_is_looked_through_as_a_run_does(check, tmp_path, monkeypatch):
    for name in (
        ".hidden.csv",
        "x.csv.part",
        "x.csv~",
        ".trash/x.csv",
        "2026-03-02/x.csv",
        "2026-03-03/y.csv",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.csv")
    shut(monkeypatch, tmp_path / "2026-03-02")
    found = {finding.file.removeprefix(f"{tmp_path}/"): finding for finding in check.path(tmp_path)}
    assert {name: finding.reason.partition(";")[0] for name, finding in found.items()} == {
        "2026-03-02": "the folder cannot be read: Permission denied",
        "2026-03-03/y.csv": "no X12 envelope in the content, and no source has a pattern that fits the file name",
        "gone.csv": "a link that leads nowhere",
        "pipe.csv": "not a regular file",
    }
    assert {finding.level for finding in found.values()} == {UNUSABLE}
    (pipe,) = check.path(tmp_path / "pipe.csv")
    assert (pipe.level, pipe.reason) == (UNUSABLE, "not a regular file")
    assert len(check.path(tmp_path / ".hidden.csv")) == 1
    (gone,) = check.path(tmp_path / "none.csv")
    assert (gone.level, gone.reason) == (UNUSABLE, "cannot be read: there is no such file")


def test_an_archive_that_fails_late_is_unusable(office, check):
    path = min((office / "inbox").rglob("shifts_*.csv"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(path.name, path.read_bytes())
        archive.writestr("inner.zip", b"PK\x05\x06" + bytes(18))
    found = check("all.zip", packed.getvalue())
    assert [f.level for f in found] == [CLEAN, UNUSABLE]
    assert "nested" in found[-1].reason
