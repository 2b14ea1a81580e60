"""Saying what files are without loading them."""

import gzip
import os

import pytest

from assets.intake.check import CLEAN, FLAGGED, UNUSABLE, check_path
from assets.intake.pseudonyms import hider
from assets.intake.sources import sources_from


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
