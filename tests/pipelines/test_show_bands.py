"""Versions in the terminal: on 80 columns no digit is cut, and what is no target is marked."""

import io

import polars as pl
import pytest
from rich.console import Console

from assets.bands.difference import PARTS
from pipelines import show, show_bands

LEVELS = ("acceptable", "strong", "exceptional")
ENDS = ("", "_low", "_high")


def told(*lines, width=80):
    console = Console(width=width, file=io.StringIO(), color_system=None)
    for line in lines:
        console.print(line)
    return console.file.getvalue()


def band(**given):
    row = {
        "role": "denial_management", "complexity": "medium", "stage": "181-365", "unit": "denials per hour", "status": "proposed",
        "reasons": "", "is_capped": True, "cap_reason": "acceptable: rise not proven", "contributors": "11-20",
        "version_id": "5b99329196ec", "as_of": "2026-06-29", "window_from": "2026-04-01", "window_to": "2026-06-29",
        **{f"{level}{end}": 12.34 for level in LEVELS for end in ENDS},
    }  # fmt: skip
    return row | given


def test_a_version_says_in_words_what_went_on_in_logged_friction_and_counts():
    head = {
        "version_id": "5b99329196ec", "as_of": "2026-06-29", "window_from": "2026-04-01", "window_to": "2026-06-29",
        "has_prior_year": True, "gate": "", "input_hash": "0" * 64, "code_hash": "c", "config_hash": "d",
        "friction": [
            {"system_id": "ehr", "share": 0.243, "low": 0.215, "high": 0.271, "counted": 0.243},
            {"system_id": "pm", "share": 0.02, "low": 0.0, "high": 0.05, "counted": 0.0},
        ],
    }  # fmt: skip
    frame = pl.DataFrame([band(n_eff=9.0, n_days=60)])
    beside = pl.DataFrame(schema={"definition_id": pl.String})
    text = " ".join(told(*show_bands.version_lines(head, [], frame, beside, 120), width=120).split())
    assert "On ehr work went on at 24% of the usual pace in minutes logged as friction (22% to 27%)" in text
    assert "On pm" not in text


@pytest.mark.parametrize("several", [False, True])
def test_a_difference_fits_into_80_columns(several):
    row = {
        "role": "denial_management",
        "before": 12.34,
        "after": 11.1,
        "complexity": "medium",
        "stage": "181-365",
    }
    row |= dict.fromkeys(["change", *PARTS, "rest", "guardrail"], -0.1234)
    rows = [row, row | {"stage": "366+"}] if several else [row]
    text = told(*show_bands.difference_lines(pl.DataFrame(rows), "3fda543f1236", "ec3cc7062e8c"))
    assert "…" not in text
    assert text.count("-11.6") == 9 * len(rows)
    assert max(map(len, text.splitlines())) <= 80


def test_a_part_that_nobody_could_tell_is_a_dash():
    row = {
        "role": "coder",
        "before": 12.3,
        "after": 11.1,
        "complexity": "low",
        "stage": "366+",
        "change": -0.1,
    }
    row |= dict.fromkeys([*PARTS, "rest", "guardrail"], 0.0) | {"people": None}
    text = told(*show_bands.difference_lines(pl.DataFrame([row]), "a", "b"))
    assert text.count("\N{EN DASH}") == 1


def test_every_band_of_a_version_fits_into_80_columns():
    text = told(show_bands.cells_table(pl.DataFrame([band(), band(stage="366+", exceptional=None)]), 80))
    assert "…" not in text
    assert text.count("[12.3\N{EN DASH}12.3]") == 5


def test_the_last_decision_gives_a_band_its_status():
    bands = pl.DataFrame([band(), band(status="provisional"), band(status="withheld"), band(role="coder")])
    decision = {"role": "denial_management", "decision": "adopted", "includes_provisional": False}
    statuses = show_bands.decided(bands, [decision])["status"].to_list()
    assert statuses == ["adopted", "provisional", "withheld", "proposed"]
    every = show_bands.decided(bands, [decision, decision | {"includes_provisional": True}])[
        "status"
    ].to_list()
    assert every == ["adopted", "adopted", "withheld", "proposed"]
    held = show_bands.decided(bands, [decision, decision | {"decision": "held"}])["status"].to_list()
    assert held == ["held", "held", "withheld", "proposed"]


@pytest.mark.parametrize(
    ("status", "mark"),
    [("adopted", " 12.3"), ("provisional", "~12.3"), ("held", "!12.3"), ("proposed", "?12.3")],
)
def test_what_is_no_target_is_marked_and_only_seniors_are_shown(status, mark):
    bands = pl.DataFrame([band(stage="366+", status=status), band(stage="0-90", status=status)])
    text = told(show.bands_table(bands, "Office", 80))
    assert text.count(mark) >= 3
    assert text.count("medium") == 1
