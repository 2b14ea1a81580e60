"""How findings, their sum and replayed files look: readable, counted, and short."""

import io

import pytest
from rich.console import Console

from assets.intake.check import Finding, Total
from pipelines import show_intake


def _text(lines, width=120):
    console = Console(width=width, color_system=None, file=io.StringIO())
    for line in lines:
        console.print(line, soft_wrap=True)
    return console.file.getvalue()


def _group(count, number=1):
    return {
        "table": "claims",
        "column": "CLM02",
        "reason": f"BAD: {number}",
        "count": count,
        "first": "record 4",
        "shape": "9A",
    }


def _finding(**values):
    values = {"records": 1200, "claims": 1100, "rejected": 7, "interchanges": 1, "transactions": 3} | values
    return Finding("a.x12", "837P", "837", **values)


def test_a_finding_tells_its_level_counts_and_the_first_oddities():
    finding = _finding(
        rejects={str(n): _group(n + 1, n) for n in range(7)},
        flags={"SE_COUNT": {"count": 3, "first": "transaction 2, segment 9", "message": "SE01 is wrong"}},
        quarantined=[
            {"kind": "837P", "place": "transaction 4, segment 80", "records": 1, "reason": "TRUNCATED: no SE"}
        ],
        quarantined_count=12,
    )
    told = _text(show_intake.finding_lines(finding, most=2))
    assert told.startswith("flagged")
    assert "1 interchange, 3 transactions, 1,200 records, 1,100 claims, 7 rejected" in told
    assert "reject: 1 of claims CLM02 at record 4: BAD: 0 (looks like 9A)" in told
    assert "BAD: 2" not in told
    assert "5 more of kind reject" in told
    assert "flag: SE_COUNT, 3 times, first at transaction 2, segment 9: SE01 is wrong" in told
    assert "quarantine: 837P kept out, 1 record: transaction 4, segment 80: TRUNCATED: no SE" in told
    assert "11 more of kind quarantine" in told


def test_rejected_rows_of_lines_are_told_apart_from_rejected_records():
    told = _text(show_intake.finding_lines(_finding(rejected=0, rejected_rows=2)))
    assert told.startswith("flagged")
    assert "2 rows of other tables rejected (no records)" in told


@pytest.mark.parametrize(
    ("finding", "word"), [(Finding("a", "835"), "clean"), (Finding("a", "?", reason="why"), "unusable")]
)
def test_a_level_has_a_word(finding, word):
    assert _text(show_intake.finding_lines(finding)).startswith(word)


def test_the_sum_over_many_files_fits_on_a_few_lines():
    total = Total()
    for number in range(10_000):
        reason = "why" if number % 100 == 0 else None
        total.add(
            _finding(
                rejected=0,
                records=2,
                claims=2,
                reason=reason,
                flags={"ODD": {"count": 2}} if number % 2 else {},
            )
        )
    told = _text(show_intake.total_lines(total))
    assert "10,000 files: 4,900 clean, 5,000 flagged, 100 unusable" in told
    assert "kinds: 837P 10,000" in told
    assert "20,000 records, 0 of them rejected; 20,000 claims" in told
    assert "flags: ODD 10,000" in told
    assert (len(told.splitlines()), total.level) == (4, 2)


def test_the_fate_of_a_file_shows_its_account():
    row = {
        "path": "d/a.csv",
        "status": "loaded",
        "records": 1200,
        "loaded": 1190,
        "rejected": 9,
        "footers": 1,
        "reason": None,
    }
    assert "loaded  d/a.csv  1,200 records = 1,190 loaded + 9 rejected + 1 footer" in _text(
        [show_intake.fate_line(row)]
    )
    assert "held  d/b.csv  held: x" in _text(
        [
            show_intake.fate_line(
                row | {"path": "d/b.csv", "status": "held", "records": None, "reason": "held: x"}
            )
        ]
    )
