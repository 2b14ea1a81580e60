"""What people see: stages of long work and tables, as plain text where there is no terminal."""

import io
import os
import subprocess
import sys

import polars as pl
import pytest
from rich.console import Console
from rich.text import Text

from assets.progress import report
from pipelines import show


def _text(lines):
    console = Console(width=120, color_system=None)
    with console.capture() as captured:
        for line in lines:
            console.print(line)
    return captured.get()


def test_without_a_terminal_a_stage_is_said_once(capsys):
    with show.bars():
        for done in range(3):
            report("loading things", done, 3)
        report("publishing", 1, 1)
    told = capsys.readouterr()
    assert (told.out, told.err.splitlines()) == ("", ["loading things", "publishing"])


def test_on_a_terminal_every_stage_has_its_bar(monkeypatch):
    terminal = Console(force_terminal=True, width=80)
    monkeypatch.setattr(show, "errors", terminal)
    with terminal.capture() as captured, show.bars():
        report("loading things", 1, 3)
        report("publishing", 1, 1)
    assert "publishing" in captured.get()


def test_rows_become_a_table_with_thousands_marked():
    told = _text([show.plain_table("Loaded", [{"feed": "835", "files": 12000, "last_day": None}])])
    assert "12,000" in told
    assert "last day" in told


def test_on_a_narrow_terminal_no_digit_of_a_band_is_cut():
    row = {
        "as_of": "2026-06-29",
        "window_from": "2026-04-01",
        "window_to": "2026-06-29",
        "version_id": "5b99329196ec",
        "role": "patient_billing",
        "unit": "patient accounts per hour",
        "complexity": "medium",
        "stage": "366+",
        "contributors": "11-20",
        "status": "provisional",
        "reasons": "",
        **{
            f"{name}{end}": 12.34
            for name in ("acceptable", "strong", "exceptional")
            for end in ("", "_low", "_high")
        },
    }
    console = Console(width=80, file=io.StringIO())
    console.print(show.bands_table(pl.DataFrame([row, row]), "Office", 80))
    told = console.file.getvalue()
    assert "…" not in told
    assert told.count("[12.3") == told.count("12.3]") == 6
    assert told.count("11-20") == 2


_PATH = "2026-03-04/clearinghouse/payments_of_the_northern_office_20260304.csv"
_REASON = "held: intake.payments: key_has_one_meaning and a sentence that is long enough for a second line"
_FEED = {"feed": "production_history", "files": 12_000, "first_day": "2026-03-02", "last_day": "2026-06-29"}
_TOLD = {
    "home": "/home", "loaded": True, "office": "North [red] office",
    "feeds": [_FEED | {"records": 11_000_000, "loaded": 10_900_000, "rejected": 90_000, "footers": 10_000}],
    "rejected_rows": 0,
    "not_loaded": [{"path": _PATH, "delivery_date": "2026-03-04", "status": "held", "reason": _REASON}],
    "missing": [{"feed": "eligibility", "days": [f"2026-03-{day:02}" for day in range(2, 20)]}],
    "failed_checks": [{"table": "ledger.active_stretches", "expectation": "stretches_of_one_person_do_not_overlap",
                       "severity": "warning", "slices": 12, "unexpected": 1234, "last_day": "2026-03-20"}],
    "released": [], "gone": [], "dated_by_time": [], "waiting_days": [], "stale_tables": [], "bands": None,
    "recalibration_due": None,
}  # fmt: skip


def test_at_80_columns_no_word_of_the_status_is_cut(monkeypatch):
    narrow = Console(width=80, file=io.StringIO(), markup=False, highlight=False)
    monkeypatch.setattr(show, "console", narrow)
    for line in show.status_lines(_TOLD):
        narrow.print(line)
    told = narrow.file.getvalue()
    assert max(map(len, told.splitlines())) <= 80
    words = (_PATH, *_REASON.split(), "rejected", "11,000,000", "90,000", "2026-06-29", "production_history",
             "stretches_of_one_person_do_not_overlap", "1,234", "2026-03-19", "North [red] office")  # fmt: skip
    assert [word for word in words if word not in told] == []
    assert "\N{HORIZONTAL ELLIPSIS}" not in told
    entry = told[told.index(_PATH) :].splitlines()[1:3]
    assert all(line.startswith("      ") for line in entry)


def test_a_path_longer_than_the_terminal_is_folded_and_not_lost(monkeypatch):
    narrow = Console(width=40, file=io.StringIO())
    monkeypatch.setattr(show, "console", narrow)
    narrow.print(show.hanging(Text(f"  held  {_PATH}")))
    told = narrow.file.getvalue()
    assert "".join(told.split()) == f"held{_PATH}"
    assert max(map(len, told.splitlines())) <= 40


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("", 110)])
def test_without_a_terminal_the_width_is_that_of_columns(columns, width):
    program = "from pipelines import show; print(show.console.width)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": columns},
    )
    assert int(done.stdout) == width
