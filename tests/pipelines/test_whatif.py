"""`rcmbench whatif`: what a person and a script get to see."""

import json
import os
import sys

import pytest
from typer.testing import CliRunner

from assets.practice.scenario import EXAMPLE_PATH, read_scenario
from pipelines import cli
from tests.practice.plans import PLAN, SENSITIVE, written


def said(*arguments):
    result = CliRunner().invoke(cli.app, ["whatif", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_answers_stand_first_and_everything_fits_eighty_columns(tmp_path):
    for path in (written(tmp_path, SENSITIVE), EXAMPLE_PATH):
        lines = said("provider", path).splitlines()
        assert max(map(len, lines)) <= 80
        assert [line.split("  ")[0] for line in lines[3:6]] == ["Breakeven", "Payback", "Largest hole"]
    lines = said("provider", tmp_path / "plan.toml").splitlines()
    assert "10.0 visits a month, 1.0 a working day" in lines[3]
    assert "month 7 (2027-01)" in lines[4]
    assert "1,580 USD at the end of month 2 (2026-08)" in lines[5]


def test_what_never_comes_back_is_said(tmp_path):
    text = PLAN.replace("net_per_visit = 60", "net_per_visit = 10").replace("start_up = 1000", "start_up = 0")
    out = said("provider", written(tmp_path, text))
    assert "no number of visits breaks even" in out
    assert "not within 8 months" in out
    assert "costs 2.00 USD more than it brings" in out


def test_a_script_gets_every_month_and_every_swing(tmp_path):
    found = json.loads(said("provider", written(tmp_path, SENSITIVE), "--json"))
    assert (found["breakeven_visits_month"], found["payback_month"], found["largest_hole"]) == (10, 7, 1580)
    assert [month["number"] for month in found["months"]] == list(range(9))
    assert found["sensitivity"][0]["low"]["payback_month"] is None


def test_the_example_can_be_written_once_and_computed(tmp_path):
    path = tmp_path / "new.toml"
    said("example", "--out", path)
    assert read_scenario(path) == read_scenario(EXAMPLE_PATH)
    assert said("example") == path.read_text(encoding="utf-8")
    assert CliRunner().invoke(cli.app, ["whatif", "example", "--out", str(path)]).exit_code != 0


def test_a_broken_plan_ends_with_one_sentence(tmp_path, monkeypatch, capsys):
    path = written(tmp_path, PLAN.replace("rooms = 1", "rooms = 0"))
    monkeypatch.setattr(sys, "argv", ["rcmbench", "whatif", "provider", os.fspath(path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"rcmbench: {path}: visits.rooms: Input should be greater than 0\n"
