"""Protected health information: planted in every kind of file, good and broken, and found nowhere after a run."""

import contextlib
import io
import json
import re
import shutil

import pytest

from assets.settings import load_settings
from tests.homes import contents, every_cell, query

PATIENT, FIRST, MEMBER, STAFF, SPOUSE = "ZQXPATIENT", "WENDELINA", "MBR77415599", "ZQSTAFF42", "O'ZQSPOUSE"
SECRETS = (PATIENT, FIRST, MEMBER, STAFF, SPOUSE, SPOUSE.removeprefix("O'"))
DAY = "2026-03-03"
ACTIVITY = {
    "buckets": {
        "w": {
            "type": "currentwindow",
            "hostname": STAFF,
            "events": [
                {
                    "timestamp": "2026-03-03T15:00:00+00:00",
                    "duration": 60,
                    "data": {"app": "EXCEL.EXE", "title": f"{PATIENT}, {FIRST} {MEMBER}"},
                },
                {"timestamp": PATIENT, "duration": FIRST, "data": {"app": MEMBER, "title": SPOUSE}},
            ],
        }
    }
}


def _planted(path):
    """Return an X12 file of the sample office with a person's name and member number in it."""
    text = path.read_text()
    for entity in ("IL", "QC"):
        before, mark, after = text.partition(f"NM1*{entity}*1*SYNTHETIC*")
        rest = after.partition("~")[2]
        text = f"{before}NM1*{entity}*1*{PATIENT}*{FIRST}****MI*{MEMBER}~{rest}" if mark else text
    assert PATIENT in text
    return text


def _csv(path):
    """Return an export with planted staff, and records with a name in place of each number and each time.

    Text columns keep their text by contract (a reason, a queue), so nothing is planted there.
    """
    header, first, *_ = path.read_text().splitlines()
    good = [STAFF if cell.startswith("STF") else cell for cell in first.split(",")]
    numbers = [n for n, cell in enumerate(good) if re.fullmatch(r"\d+[.:\- ][\d.:\- ]+", cell)]
    broken = [[SPOUSE if place == n else cell for n, cell in enumerate(good)] for place in numbers]
    rows = [good, *broken, [*good, PATIENT, FIRST]]
    if good[0][-1].isdigit() and good[0] != STAFF:
        rows = [[f"{row[0]}{number}", *row[1:]] for number, row in enumerate(rows)]
    return "\n".join([header, *map(",".join, rows)]) + "\n"


@pytest.fixture(scope="module")
def home(office, tmp_path_factory):
    """A home into which planted files were loaded, and everything that the run said."""
    from pipelines.runs import load

    folder = tmp_path_factory.mktemp("private")
    settings = load_settings(office / "rcmbench.toml", home=folder / "home", inbox=folder / "inbox")
    target = settings.inbox / DAY
    target.mkdir(parents=True)
    for name in ("837P", "835", "shifts", "calls", "work_log", "coding", "activity", "staff"):
        source = min((office / "inbox").rglob(f"{name}_*"))
        text = _planted(source) if name[0] == "8" else _csv(source)
        (target / source.name).write_text(text)
        if name[0] == "8":
            (target / f"cut_{source.name}").write_text(text[: len(text) // 2])
            (target / f"wrong_{source.name}").write_text(
                text.replace("CLM*", f"CLM*{SPOUSE}*")
                .replace("CLP*", f"CLP*{SPOUSE}*{FIRST}*")
                .replace("*D8*", f"*D8*{PATIENT}")
            )
        else:
            (target / f"{name}_20260228.csv").write_text(text.partition("\n")[2])
    (target / "activitywatch_pc_20260303.json").write_text(json.dumps(ACTIVITY))
    (target / "activitywatch_pc_20260228.json").write_text(json.dumps(ACTIVITY)[:-9])
    (target / "mystery.dat").write_text(f"{PATIENT} {FIRST} {MEMBER}")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        outcome = load(settings, verbose=True)
    return settings, outcome, f"{out.getvalue()}{err.getvalue()}"


def test_the_planted_files_were_taken_in_or_refused_for_what_they_are(home):
    settings, outcome, _ = home
    assert outcome.failures == {}
    standing = dict(
        query(settings, "select feed, max(status) from intake.files where status <> 'unknown' group by feed")
    )
    assert {"837", "835", "shifts", "calls", "work_log", "activity"} <= set(standing)
    counts = query(
        settings, "select (select count(*) from intake.claims), (select count(*) from intake.remit_claims), "
        "(select count(*) from intake.shifts), (select count(*) from intake.activity), (select count(*) from intake.rejects)"
    )  # fmt: skip
    assert all(counts[0])


def _found(text):
    return [secret for secret in SECRETS if secret in text]


def test_no_table_and_no_file_of_the_home_holds_them_and_nothing_that_was_said_does(home):
    # One test: the run that they share is dear, and workers would each make their own.
    settings, outcome, said = home
    assert _found(every_cell(settings.warehouse_path)) == []
    files = contents(settings.home)
    assert {name.split("/")[0] for name in files} >= {"dagster", "published", "warehouse.duckdb"}
    assert [(name, s) for name, data in files.items() for s in SECRETS if s.encode() in data] == []
    assert _found(said) == []
    assert _found(repr(outcome)) == []


def test_staff_can_be_told_apart_all_the_same(home):
    from assets.intake.pseudonyms import hider, load_key

    settings, _, _ = home
    hidden = hider(load_key(settings.home))("staff", STAFF)
    assert query(settings, "select count(*) > 0 from intake.shifts where staff_id = ?", hidden) == [(True,)]


def test_checking_and_status_say_nothing_either(home, command):
    settings, _, _ = home
    for arguments in (
        ("check", settings.inbox),
        ("check", "--json", settings.inbox),
        ("status", "--home", settings.home, "--inbox", settings.inbox),
        ("status", "--json", "--home", settings.home, "--inbox", settings.inbox),
    ):
        said = command(*arguments)
        assert said.out
        assert _found(said.out + said.err) == []


def test_an_error_of_the_database_does_not_tell_the_value_that_it_stumbled_over(tmp_path):
    import dagster as dg

    from assets.warehouse import Warehouse

    @dg.asset
    def stumbles(warehouse: Warehouse):
        with warehouse.get_connection() as connection:
            connection.execute("select cast($value as integer)", {"value": f"O'{PATIENT}"})

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        result = dg.materialize(
            [stumbles], instance=instance, raise_on_error=False,
            resources={"warehouse": Warehouse(database=str(tmp_path / "w.duckdb"))},
        )  # fmt: skip
        assert not result.success
        assert PATIENT not in repr(instance.all_logs(result.run_id))
    assert [name for name, data in contents(tmp_path).items() if PATIENT.encode() in data] == []
    shutil.rmtree(tmp_path)
