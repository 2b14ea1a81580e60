import csv
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
