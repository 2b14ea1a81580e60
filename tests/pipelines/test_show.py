"""What people see: stages of long work and tables, as plain text where there is no terminal."""

import io

import polars as pl
from rich.console import Console

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
