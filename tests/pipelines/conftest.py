"""What the tests of runs share: the command line in this process, with its words and exit code."""

import json
import sys
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Return a function that runs `rcmbench` with arguments, away from any configuration."""
    from pipelines.cli import main

    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["rcmbench", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return run


@pytest.fixture
def configured(copied):
    """The copied office with its configuration written down, for the command line; returns the arguments."""
    config = copied.home.parent / "rcmbench.toml"
    config.write_text(
        f'[office]\nname = "{copied.office.name}"\ntime_zone = "{copied.office.time_zone}"\n[bands]\nlearning_days = 2\n'
        f'[practice]\nscenarios = "{copied.practice.scenarios}"\n'
    )
    return ["--config", config, "--home", copied.home]
