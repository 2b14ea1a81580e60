"""The command line: its words, its JSON and its exit codes (0 well, 1 attention, 2 impossible, 3 busy)."""

import json
import os
import re
import signal
import subprocess
import sys
from datetime import date

import pytest
from dagster._core.errors import DagsterExecutionInterruptedError

from assets.intake.shelf import CHANGED
from assets.warehouse import open_warehouse
from pipelines import show
from pipelines.execution import RunOutcome
from pipelines.lock import only_run
from pipelines.summary import load_lines
from tests.homes import contents, query

HOLD = "import sys, duckdb\nwith duckdb.connect(sys.argv[1]):\n    print('held', flush=True)\n    sys.stdin.read()\n"


def _shell(*arguments, **environment):
    """Run the command in a process of its own, as a shell without a terminal does."""
    return subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR"}} | environment,
    )


def test_help_names_every_command_and_the_exit_codes(command):
    said = command("--help")
    assert said.code == 0
    assert all(
        word in said.out
        for word in (
            "sample",
            "run",
            "replay",
            "recalibrate",
            "status",
            "rejects",
            "check",
            "sources",
            "ui",
            "Exit codes",
        )
    )


def test_a_run_with_nothing_new_says_so_and_ends_well(command, configured, copied):
    said = command("run", *configured, "--inbox", copied.inbox)
    assert said.code == 0
    assert "Nothing new in the inbox; nothing changed." in said.out
    assert "payment_posting" in said.out


def test_a_run_answers_in_json_and_in_nothing_else(command, configured, copied):
    said = command("run", *configured, "--inbox", copied.inbox, "--json")
    assert (said.code, said.json["days"], said.json["failures"], said.json["runs"]) == (0, [], {}, [])
    assert {"role", "complexity", "acceptable", "status"} <= set(said.json["bands"][0])
    assert said.json["published"] == str(copied.published_path)


def test_days_outside_the_partitions_need_attention(command, configured, copied):
    folder = copied.inbox / "2024-12-31"
    folder.mkdir()
    (folder / "shifts_20241231.csv").write_text("staff_id\nS1\n")
    said = command("run", *configured, "--inbox", copied.inbox)
    assert said.code == 1
    assert "2024-12-31" in said.err
    assert "intake.first_day" in said.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("run", "--from", "March"), "March"),
        (("run", "--no-such-option"), "no-such-option"),
        (("run", "--inbox", "no/such/folder", "--home", "h"), "no such folder"),
        (("run", "--config", "no/such.toml"), "no such configuration file"),
        (("check", "no/such/file"), "no/such/file"),
        (("recalibrate", "--as-of", "yesterday", "--home", "h"), "yesterday"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence_and_ends_with_two(command, arguments, word):
    said = command(*arguments)
    assert said.code == 2
    assert word in said.err
    assert "Traceback" not in said.out + said.err


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[bands]\nevery_days = 0\n", "bands.every_days"),
        ("[schedule]\ndaily_cron = 'at five'\n", "schedule.daily_cron"),
        ("[schedule]\nrecalibration_cron = '99 5 * * *'\n", "schedule.recalibration_cron"),
        ("[[sources]]\nfeed = 'shifts'\npattern = '('\n", "sources"),
        ("[[sources]]\nfeed = 'nothing'\npattern = 'x'\n", "sources"),
    ],
)
@pytest.mark.parametrize("word", ["run", "status"])
def test_a_mistake_in_the_configuration_ends_with_two_and_names_file_and_key(
    command, tmp_path, word, text, key
):
    config = tmp_path / "rcmbench.toml"
    config.write_text(text)
    (tmp_path / "inbox").mkdir()
    said = command(word, "--config", config, "--home", tmp_path / "h", "--inbox", tmp_path / "inbox")
    assert said.code == 2
    assert f"{config}: {key}" in said.err
    assert "Traceback" not in said.out + said.err


def test_a_key_that_others_may_read_stops_a_run_and_is_not_shown(command, configured, copied):
    key = copied.home / "pseudonym.key"
    text = key.read_text()
    key.chmod(0o644)
    path = max(copied.inbox.rglob("shifts_*.csv"))
    path.write_text(path.read_text() + "\n")
    before = query(copied, "select count(*) from ops.batches")
    said = command("run", *configured, "--inbox", copied.inbox)
    assert (said.code, "chmod 600" in said.err) == (2, True)
    assert text not in said.out + said.err
    assert query(copied, "select count(*) from ops.batches") == before


def test_another_writer_ends_with_three(command, configured, copied, monkeypatch):
    monkeypatch.setattr("pipelines.runs.PATIENCE", 0.2)
    monkeypatch.setattr("pipelines.status.GLANCE_PATIENCE", 0.2)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(copied.warehouse_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        for arguments in (("run", "--inbox", copied.inbox), ("status",)):
            said = command(*arguments, *configured)
            assert said.code == 3
            assert "another process is writing" in said.err
    finally:
        holder.communicate("")
    assert command("run", *configured, "--inbox", copied.inbox).code == 0


def test_another_run_ends_with_three_and_status_may_be_asked_meanwhile(command, configured, copied):
    with only_run(copied.home):
        for arguments in (("run", "--inbox", copied.inbox), ("recalibrate",)):
            said = command(*arguments, *configured)
            assert (said.code, "another run is going on" in said.err) == (3, True)
        assert command("status", *configured, "--inbox", copied.inbox).code in {0, 1}


def test_status_reads_beside_other_readers(command, configured, copied):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLD.replace("(sys.argv[1])", "(sys.argv[1], read_only=True)"),
            str(copied.warehouse_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        said = command("status", *configured, "--inbox", copied.inbox, "--json")
    finally:
        holder.communicate("")
    assert said.json["loaded"]


def test_a_step_that_failed_is_told_and_ends_with_one(command, configured, copied, monkeypatch):
    outcome = RunOutcome(
        failures={"intake_account": "1 file(s) were kept out. First: 2026-03-10/a.csv: held"}
    )
    monkeypatch.setattr("pipelines.runs.load", lambda *_a, **_k: outcome)
    said = command("run", *configured, "--inbox", copied.inbox)
    assert said.code == 1
    assert "failed intake_account: 1 file(s) were kept out. First: 2026-03-10/a.csv: held" in said.err
    assert command("run", *configured, "--inbox", copied.inbox, "--json").code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "2026-03-07", "--to", "2026-03-06"), "--from 2026-03-07 lies after --to 2026-03-06"),
        (
            ("--from", "2026-05-01", "--to", "2026-05-02"),
            "no file was delivered between 2026-05-01 and 2026-05-02",
        ),
        (("--to", "2025-12-31"), "no file was delivered between the beginning and 2025-12-31"),
    ],
)
def test_a_range_that_holds_nothing_ends_with_two(command, configured, copied, arguments, words):
    before = query(copied, "select count(*) from ops.batches")
    said = command("run", *configured, "--inbox", copied.inbox, *arguments)
    assert (said.code, words in said.err) == (2, True)
    assert query(copied, "select count(*) from ops.batches") == before


@pytest.mark.parametrize("place", [".", "home", "2026-03-02/home"])
def test_a_home_inside_the_inbox_ends_with_two_and_writes_nothing(command, tmp_path, place):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    said = command("run", "--inbox", inbox, "--home", inbox / place)
    assert (said.code, "the home lies inside the inbox" in said.err) == (2, True)
    assert list(inbox.rglob("*")) == []


def test_recalibrating_as_of_a_day_after_the_last_work_ends_with_one_and_says_why(
    command, configured, copied
):
    before = query(copied, "select count(*) from bands.versions")
    said = command("recalibrate", "--as-of", "2026-03-30", *configured)
    assert said.code == 1
    assert re.search(r"there is no logged work after 2026-03-0\d; a window that ends on 2026-03-30", said.err)
    assert "Recalibrated" not in said.out + said.err
    assert query(copied, "select count(*) from bands.versions") == before


def test_recalibrating_as_of_a_day_tells_the_day_and_again_makes_no_second_version(
    command, configured, copied
):
    for _ in range(2):
        said = command("recalibrate", "--as-of", "2026-03-04", *configured)
        assert (said.code, "Recalibrated as of 2026-03-04." in said.out) == (0, True)
    assert "Bands as of 2026-03-04" in said.out
    assert query(copied, "select count(*) from bands.versions where as_of = '2026-03-04'") == [(1,)]


def test_recalibrating_without_work_needs_attention_and_says_why(command, tmp_path):
    # The home may be right and the data simply not there yet: that is 1, as for every step that failed.
    said = command("recalibrate", "--home", tmp_path / "new")
    assert said.code == 1
    assert "there is no logged work" in said.err
    assert "Recalibrated" not in said.out
    answer = command("recalibrate", "--home", tmp_path / "new", "--json").json
    assert answer["recalibrated"] is None
    assert "there is no logged work" in answer["failures"]["calibrate"]


def test_status_of_a_home_where_nothing_was_loaded_says_how_to_begin(command, tmp_path):
    said = command("status", "--home", tmp_path / "new")
    assert "rcmbench run --inbox" in " ".join(said.out.split())
    assert not (tmp_path / "new" / "warehouse.duckdb").exists()


def test_status_tells_files_that_wait_and_ends_with_one(command, configured, copied):
    (copied.inbox / "2026-03-12").mkdir()
    (copied.inbox / "2026-03-12" / "shifts_20260312.csv").write_text("staff_id\nS1\n")
    said = command("status", *configured, "--inbox", copied.inbox, "--json")
    assert (said.code, said.json["waiting_days"]) == (1, ["2026-03-12"])


@pytest.mark.parametrize(("content", "code"), [("clean", 0), ("flagged", 1), ("unusable", 2)])
def test_check_ends_with_the_worst_level_found(command, office, tmp_path, content, code):
    source = min((office / "inbox").rglob("shifts_*.csv"))
    text = source.read_text()
    if content == "flagged":
        text += text.splitlines()[1].replace("2026-", "bad-") + "\n"
    path = tmp_path / source.name
    path.write_text("x\ny\n" if content == "unusable" else text)
    said = command("check", source, path)
    assert (said.code, content in said.out) == (code, True)
    lines = [json.loads(line) for line in command("check", "--json", source, path).out.splitlines()]
    assert [line["level"] for line in lines] == [0, code]


def test_a_sample_office_is_written_once_and_never_over_other_files(command, tmp_path):
    arguments = ("sample", "--out", tmp_path / "o", "--days", 1, "--claims-per-day", 5, "--staff", 12)
    said = command(*arguments)
    assert said.code == 0
    assert "rcmbench run --inbox" in said.out
    before = contents(tmp_path / "o")
    assert len(before) > 10
    again = command(*arguments)
    assert (again.code, "not empty" in again.err) == (2, True)
    assert contents(tmp_path / "o") == before


def test_a_folder_with_every_format_is_written_and_can_be_checked(command, tmp_path):
    said = command("sample", "--formats", "--out", tmp_path / "f")
    assert (said.code, "rcmbench check" in said.out) == (0, True)
    checked = command(
        "check", "--json", tmp_path / "f" / "inbox", "--config", tmp_path / "f" / "rcmbench.toml"
    )
    found = [json.loads(line) for line in checked.out.splitlines()]
    assert len({finding["kind"] for finding in found}) > 10
    assert not [
        f["file"]
        for f in found
        if f["reason"] and ("fault" in f["reason"] or "records in the" in f["reason"])
    ]
    assert command("sample", "--formats", "--out", tmp_path / "f").code == 2


def test_check_of_many_files_ends_with_a_sum_and_can_be_quiet(command, office, tmp_path):
    source = min((office / "inbox").rglob("shifts_*.csv"))
    for number in range(30):
        (tmp_path / f"shifts_202603{number + 1:02}.csv").write_text(source.read_text())
    (tmp_path / "notes.txt").write_text("x")
    loud, quiet = command("check", tmp_path), command("check", "--quiet", tmp_path)
    assert (loud.code, quiet.code) == (2, 2)
    assert "31 files: 30 clean, 1 unusable" in quiet.out
    assert (len(loud.out.splitlines()) - len(quiet.out.splitlines()), "clean  " in quiet.out) == (30, False)


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_a_reader_that_has_seen_enough_ends_a_check_quietly(office, tmp_path, arguments):
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from pipelines.cli import main; main()",
            "check",
            *arguments,
            str(office / "inbox"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    reader.stdout.readline()
    reader.stdout.close()
    assert reader.stderr.read() == ""
    reader.wait()


def test_ctrl_c_ends_quietly(command, monkeypatch):
    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("assets.intake.check.check_path", interrupted)
    said = command("check", ".")
    assert (said.code, said.out, said.err) == (130, "", "")


def test_without_a_terminal_there_are_no_colours_and_no_bars(configured, copied):
    done = _shell("status", *configured, "--inbox", copied.inbox)
    assert done.returncode in {0, 1}
    assert copied.office.name in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_bands_are_shown_with_three_digits_and_withheld_ones_with_the_reason(loaded, capsys):
    from pipelines.published import published_bands

    show.console.print(show.bands_table(published_bands(loaded.settings), loaded.settings.office.name))
    told = capsys.readouterr().out
    assert f"Bands as of {loaded.outcome.recalibrated}" in told
    assert re.search(r"payment_posting\W+low", told)
    assert "fewer than" in told


def test_the_last_day_of_the_sample_is_the_day_of_its_status(command, configured, copied):
    said = command("status", *configured, "--inbox", copied.inbox, "--json")
    assert date.fromisoformat(said.json["last_work_day"]) <= date(2026, 3, 7)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, DagsterExecutionInterruptedError])
def test_a_run_that_is_interrupted_says_so_and_ends_with_130(command, configured, copied, monkeypatch, kind):
    def interrupted(*_arguments, **_options):
        raise kind

    monkeypatch.setattr("pipelines.runs.load", interrupted)
    said = command("run", *configured, "--inbox", copied.inbox)
    assert (said.code, said.out, said.err.splitlines()[-1]) == (130, "", "rcmbench: interrupted; run again")


@pytest.mark.parametrize("fails", [True, False])
def test_an_interrupt_that_a_library_keeps_to_itself_ends_a_run_with_130(
    command, configured, copied, monkeypatch, fails
):
    def swallowing(*_arguments, **_options):
        before = signal.signal(signal.SIGINT, lambda *_: None)
        os.kill(os.getpid(), signal.SIGINT)
        signal.signal(signal.SIGINT, before)
        if fails:
            raise RuntimeError("Query interrupted")
        return RunOutcome()

    monkeypatch.setattr("pipelines.runs.load", swallowing)
    said = command("run", *configured, "--inbox", copied.inbox)
    assert (said.code, said.out, said.err.splitlines()[-1]) == (130, "", "rcmbench: interrupted; run again")


def test_a_file_that_changed_while_it_was_loaded_is_told_in_the_summary(loaded, copied):
    with open_warehouse(copied.warehouse_path) as connection:
        connection.execute(
            "insert into intake.files (path, delivery_date, status, reason) values ('d/a.csv', '2026-03-02', 'unusable', ?)",
            [CHANGED],
        )
    lines = list(load_lines(copied, [date(2026, 3, 2)], []))
    assert f"  unusable: d/a.csv: {CHANGED}" in lines
    assert not [line for line in load_lines(copied, [date(2026, 3, 3)], []) if CHANGED in line]


def test_brackets_in_help_and_in_the_name_of_an_office_are_shown(command, configured, copied):
    assert "[[sources]]" in command("sources", "init", "--help").out
    configured[1].write_text(configured[1].read_text().replace(copied.office.name, "North [red] [/office]"))
    said = command("status", *configured, "--inbox", copied.inbox)
    assert said.out.startswith("North [red] [/office]")
