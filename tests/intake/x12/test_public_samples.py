import csv
from collections import Counter
from pathlib import Path

import pytest

from assets.intake.x12.read import identify_x12
from tests.intake.x12.files import read

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"
SOURCES = SAMPLES / "SOURCES.csv"


def listed():
    if not SOURCES.exists():
        return []
    with SOURCES.open(newline="", encoding="utf-8") as lines:
        return [
            (row["file"], int(row["claims"]))
            for row in csv.DictReader(lines)
            if row["file"].startswith("x12/")
        ]


@pytest.mark.skipif(not SOURCES.exists(), reason="the public sample files are not here")
@pytest.mark.parametrize(("name", "claims"), listed())
def test_a_public_file_is_read_whole(name, claims):
    data = (SAMPLES / name).read_bytes()
    parsed = read(data)
    assert parsed.unusable is None
    assert parsed.kind == identify_x12(data) == name.split("/")[1]
    if parsed.counted != ("acknowledgements",):
        assert parsed.records == claims
    assert parsed.records == parsed.loaded + parsed.rejected


@pytest.mark.skipif(not SOURCES.exists(), reason="the public sample files are not here")
def test_the_other_payers_and_errors_of_the_public_files_are_all_told_of():
    """Counted in the text, segment by segment, they are rows, or flagged or rejected where they stand."""
    counted, told = Counter(), Counter()
    for name, _ in listed():
        parsed = read((SAMPLES / name).read_bytes())
        if any(reject.reason.startswith(("TRUNCATED", "BAD_SEGMENT")) for reject in parsed.rejects):
            continue
        text = (SAMPLES / name).read_text(encoding="utf-8", errors="replace")
        start = text.index("ISA")
        element, terminator = text[start + 3], text[start + 105].replace("\r", "\n")
        segments = [piece.strip().split(element) for piece in text[start:].split(terminator)]
        after_claim = False
        for segment in segments:
            after_claim = segment[0] == "CLM" or (after_claim and segment[0] not in {"HL", "SE"})
            counted["claim_other_payers"] += after_claim and segment[0] == "SBR"
            counted["claim_other_payments"] += segment[0] == "SVD"
            counted["errors"] += segment[0] in {"IK4", "AK4"}
        for table in ("claim_other_payers", "claim_other_payments"):
            told[table] += parsed.tables.height(table)
        told["claim_other_payments"] += sum(flag.code == "STRAY_PAYMENT" for flag in parsed.flags)
        told.update(reject.table for reject in parsed.rejects if reject.table == "claim_other_payments")
        if "acknowledged_errors" in parsed.tables:
            told["errors"] += parsed.tables["acknowledged_errors"]["element_ref"].count()
            told["errors"] += sum(r.table == "acknowledged_errors" for r in parsed.rejects)
    assert told == counted
    assert min(counted.values()) > 3
