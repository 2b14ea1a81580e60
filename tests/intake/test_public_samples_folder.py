"""Every public sample file through `check`: the counts are those of its list, and of a count made here by patterns alone."""

import csv
import re
from pathlib import Path

import pytest

from assets.intake.check import check_path
from assets.intake.pseudonyms import hider
from assets.intake.sources import sources_from

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public sample files are not here")
HIDE = hider(b"sixteen or more characters")


def _text(path):
    return path.read_bytes().decode("latin-1")


def _segments(text):
    """Return the segments of the first interchange's delimiters as lists of elements, by splitting and nothing else."""
    begin = text.index("ISA")
    element, terminator = text[begin + 3], text[begin + 105]
    return [
        part.strip().split(element) for part in re.split(f"[{re.escape(terminator)}]", text) if part.strip()
    ]


def _counted(path):
    """Return (claims, lines, adjustments) that stand in the file."""
    segments = _segments(_text(path))
    ids = [segment[0] for segment in segments]
    claims = ids.count("CLM") + ids.count("CLP")
    if "CLP" in ids:
        # Reasons stand at CAS02, CAS05 ... CAS17; one without reason and amount is padding.
        adjustments = sum(
            any(segment[place : place + 2])
            for segment in segments
            if segment[0] == "CAS"
            for place in range(2, 20, 3)
        )
        return claims, ids.count("SVC"), adjustments
    return claims, _lines(ids), 0


def _lines(ids):
    """Return how many service lines there are: LX, and services that stand without one; none outside a claim."""
    lines, claim, opened = 0, False, False
    for name in ids:
        if name == "LX" or (name in {"SV1", "SV2", "SV3"} and not opened):
            lines += claim
        claim = (claim or name == "CLM") and name != "HL"
        opened = name == "LX" or (opened and name not in {"CLM", "HL", "SV1", "SV2", "SV3"})
    return lines


@pytest.fixture(scope="module")
def findings():
    found = check_path(
        SAMPLES, sources=sources_from(()), hide=HIDE, time_zone="America/Chicago", limit_bytes=10**8
    )
    return {Path(finding.file).relative_to(SAMPLES).as_posix(): finding for finding in found}


def _listed():
    with (SAMPLES / "SOURCES.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_x12_file_is_read_as_what_its_folder_says(findings):
    wrong = {
        name: (finding.kind, finding.reason)
        for name, finding in findings.items()
        if name.startswith("x12/") and (finding.reason or finding.kind != name.split("/")[1])
    }
    assert wrong == {}


def test_claims_are_as_many_as_the_list_says(findings):
    listed = {row["file"]: int(row["claims"]) for row in _listed() if row["file"].startswith("x12/8")}
    found = {name: findings[name].claims + findings[name].rejected for name in listed}
    assert len(listed) > 60
    assert {name: (found[name], listed[name]) for name in listed if found[name] != listed[name]} == {}


def test_claims_lines_and_adjustments_are_as_many_as_segments_say(findings):
    names = [row["file"] for row in _listed() if row["file"].startswith("x12/8")]
    counted = {name: _counted(SAMPLES / name) for name in names}
    found = {
        name: (findings[name].claims, findings[name].lines, findings[name].adjustments) for name in names
    }
    whole = [name for name in names if not findings[name].rejected]
    assert len(whole) > 60
    assert {name: (found[name], counted[name]) for name in whole if found[name] != counted[name]} == {}


def test_what_is_rejected_is_told_record_by_record(findings):
    x12 = {name: finding for name, finding in findings.items() if name.startswith("x12/")}
    assert [
        name for name, finding in x12.items() if finding.records != finding.loaded + finding.rejected
    ] == []
    assert [name for name, finding in x12.items() if finding.rejected and not finding.rejects] == []


def test_files_with_a_wrong_segment_count_are_flagged_and_loaded(findings):
    listed = [row["file"] for row in _listed() if "SE_COUNT" in row["features"]]
    assert [name for name in listed if not any("SE_COUNT" in flag for flag in findings[name].flags)] == []


def test_files_that_are_no_x12_are_not_taken_for_it(findings):
    others = {name: finding for name, finding in findings.items() if not name.startswith("x12/")}
    assert set(others) >= {"README.md", "SOURCES.csv", "activitywatch_export.json"}
    assert {finding.feed for finding in others.values()} <= {None, "", "activity"}
