"""Bands beside the hidden truth: only where there is one, and honest about the intervals that miss it."""

import io

import polars as pl
from rich.console import Console

from pipelines.show_truth import beside_the_truth, truth_table


def bands(**given):
    row = {
        "role": "coder", "complexity": "low", "stage": "366+", "acceptable": 10.0, "acceptable_low": 9.0, "acceptable_high": 11.0,
        "strong": 12.0, "strong_low": 11.5, "strong_high": 12.5, "exceptional": None, "exceptional_low": None,
        "exceptional_high": None,
    }  # fmt: skip
    return pl.DataFrame([row | given], schema_overrides={"exceptional": pl.Float64()})


def inbox_with_truth(tmp_path):
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "bands.csv").write_text(
        "role,complexity,base_rate,p50,p75,p90,people\ncoder,low,11,10.5,13.0,15,11\n", encoding="utf-8"
    )
    return tmp_path / "inbox"


def test_an_office_of_ones_own_has_no_truth(tmp_path):
    assert beside_the_truth(bands(), tmp_path / "inbox") is None


def test_distance_and_misses_are_told(tmp_path):
    told = beside_the_truth(bands(), inbox_with_truth(tmp_path))
    console = Console(width=100, file=io.StringIO(), color_system=None)
    console.print(truth_table(told))
    text = console.file.getvalue()
    assert "10.5 (-5%)" in text
    assert "13 (-8%) !" in text
    assert "1 of 2 intervals of 90 % hold the truth" in " ".join(text.split())


def test_stages_of_new_people_and_withheld_cells_have_no_truth_beside_them(tmp_path):
    inbox = inbox_with_truth(tmp_path)
    assert beside_the_truth(bands(stage="0-90"), inbox).height == 0
    assert beside_the_truth(bands(acceptable=None), inbox).height == 0
