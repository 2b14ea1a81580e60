"""What `rcmbench rejects` tells: places, reasons and shapes, grouped first; never a value."""

import re

import pytest

from assets.intake.tables import create_intake
from assets.settings import load_settings
from assets.warehouse import open_warehouse
from pipelines.rejects import Wanted, rejects_of
from pipelines.show_intake import reject_lines
from tests.homes import query
from tests.intake.inboxes import Desk

DAY = "2026-03-10"
PLANTED = "ZQXROE"


@pytest.fixture(scope="module")
def rejecting(office, tmp_path_factory):
    """A small home with a payment that is no number (thrice, in two files), and a service line with such a charge."""
    folder = tmp_path_factory.mktemp("rejecting")
    inbox = folder / "inbox" / DAY
    inbox.mkdir(parents=True)
    header, first, second, *_ = min((office / "inbox").rglob("payments_*.csv")).read_text().splitlines()
    amount = header.split(",").index("Amount")

    def spoiled(line):
        cells = line.split(",")
        cells[amount] = f"1.{PLANTED}"
        return ",".join(cells)

    (inbox / "payments_20260310.csv").write_text(
        "\n".join([header, first, spoiled(second), spoiled(second)]) + "\n"
    )
    (inbox / "payments_20260309.csv").write_text("\n".join([header, spoiled(first)]) + "\n")
    source = min((office / "inbox").rglob("835*.x12")).read_text()
    (inbox / "remit.x12").write_text(re.sub(r"SVC\*([^*]*)\*[^*]*", rf"SVC*\1*{PLANTED}", source, count=1))
    (inbox / "shifts_20260310.csv").write_text("what\n1\n")
    settings = load_settings(home=folder)
    with open_warehouse(settings.warehouse_path) as connection:
        desk = Desk(connection, folder)
        desk.register(DAY)
        for feed in ("payments", "835", "shifts"):
            desk.load(DAY, feed=feed)
    return settings


@pytest.fixture
def ask(command, rejecting):
    return lambda *arguments: command("rejects", "--home", rejecting.home, *arguments)


def test_rejects_are_grouped_by_file_reason_and_column_and_then_listed(ask):
    said = ask()
    assert said.code == 1
    assert "1 file not loaded; 3 records of loaded files rejected" in said.out
    groups, _, listed = said.out.partition("One by one")
    assert f"{DAY}/payments_20260310.csv" in groups
    assert "2  payments, amount" in groups
    assert "record 2, payments, amount" in listed
    assert "(looks like 9.AAAAAA)" in listed
    assert PLANTED not in said.out
    assert max(map(len, said.out.splitlines())) <= 110


def test_rows_of_other_tables_are_rejects_and_no_records(ask, rejecting):
    told = ask("--json").json
    assert (told["records"], told["rows"] > 0) == (3, True)
    assert "besides" in ask().out
    (other,) = [group for group in told["summary"] if group["table"] == "remit_lines"]
    assert not other["is_record"]
    assert query(rejecting, "select rejected from intake.files where path like '%remit.x12'") == [(0,)]


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (("--file", "payments_20260310.csv"), 2),
        (("--file", "*/payments_*"), 3),
        (("--feed", "payments"), 3),
        (("--feed", "payments", "--reason", "AMOUNT"), 3),
        (("--day", DAY), 3),
        (("--day", "2026-03-09"), 0),
        (("--from", "2026-03-11"), 0),
        (("--to", "2026-03-09"), 0),
        (("--reason", "no such reason"), 0),
        (("--file", "calls*"), 0),
    ],
)
def test_rejects_are_chosen_by_day_file_feed_and_reason(ask, arguments, number):
    said = ask(*arguments, "--json")
    assert (said.json["records"], said.code) == (number, 1 if number else 0)


def test_a_limit_cuts_the_lists_and_says_so_and_leaves_the_sums(ask):
    said = ask("--limit", "1")
    assert "1 file not loaded; 3 records of loaded files rejected" in said.out
    assert said.out.count("... and") == 2
    told = ask("--limit", "1", "--json").json
    assert (told["records"], len(told["listed"]), len(told["summary"])) == (3, 1, 1)
    assert len(ask("--limit", "0", "--json").json["listed"]) == told["rejects"]


def test_an_unusable_file_is_a_reject_of_the_whole_file(ask):
    said = ask("--file", "shifts*")
    assert said.code == 1
    assert "whole file" in said.out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--feed", "nothing"), "nothing"),
        (("--day", "March"), "March"),
        (("--day", DAY, "--from", DAY), "--day"),
        (("--from", "2026-03-11", "--to", "2026-03-10"), "lies after"),
    ],
)
def test_what_cannot_be_asked_ends_with_two(ask, arguments, word):
    said = ask(*arguments)
    assert (said.code, word in said.err) == (2, True)


def test_a_home_without_a_load_has_no_rejects(command, tmp_path):
    said = command("rejects", "--home", tmp_path / "new")
    assert (said.code, said.out) == (0, "No rejects.\n")


def _twins(tmp_path, *files, rejects):
    settings = load_settings(home=tmp_path / "twins")
    with open_warehouse(settings.warehouse_path) as connection:
        create_intake(connection)
        for path, feed, status, records, reason in files:
            connection.execute(
                "insert into intake.files (file_id, path, delivery_date, feed, status, records, reason) values ('f', ?, ?, ?, ?, ?, ?)",
                [path, DAY, feed, status, records, reason],
            )
        for table, reason, records in rejects:
            connection.execute(
                "insert into intake.rejects (file_id, delivery_date, table_name, txn_no, row_no, column_name, reason, shape, records) "
                "values ('f', ?, ?, 0, 1, '', ?, '', ?)",
                [DAY, table, reason, records],
            )
    return rejects_of(settings, Wanted(), None)


def test_of_files_with_the_same_bytes_each_is_named_with_its_own_rejects(tmp_path):
    told = _twins(
        tmp_path,
        ("d/a.csv", "shifts", "unusable", 0, "no header"),
        ("d/b.csv", "payments", "loaded", 2, None),
        ("d/c.csv", "calls", "held", 5, "held: x"),
        ("d/d.csv", "payments", "duplicate", None, "the same content as d/b.csv"),
        rejects=[("", "no header", 0), ("payments", "AMOUNT", 2), ("", "held: x", 5)],
    )
    groups = {(group["path"], group["status"], group["reason"]) for group in told["summary"]}
    assert groups == {
        ("d/a.csv", "unusable", "no header"),
        ("d/b.csv", "loaded", "AMOUNT"),
        ("d/c.csv", "held", "held: x"),
    }
    assert (told["files"], told["records"], told["kept_out"]) == (2, 7, 5)


def test_files_that_are_unusable_for_the_same_reason_are_all_named_once(tmp_path):
    files = [(f"d/{name}.csv", "shifts", "unusable", 3, "no header") for name in "ab"]
    told = _twins(tmp_path, *files, rejects=[("", "no header", 3)] * 2)
    assert [(row["path"], row["records"]) for row in told["listed"]] == [("d/a.csv", 3), ("d/b.csv", 3)]


def test_no_file_is_told_with_the_reason_of_another_one_of_the_same_bytes(tmp_path):
    """The reject of a file that has left the inbox stands until its day is loaded again."""
    left = ("", "shifts_20260310.csv: the file is empty", 0)
    told = _twins(tmp_path, ("d/note.txt", None, "unknown", None, "the file is empty"), rejects=[left])
    assert [(r["path"], r["reason"], r["records"]) for r in told["listed"]] == [
        ("d/note.txt", "the file is empty", None)
    ]


def test_a_file_that_waits_again_is_told(tmp_path):
    told = _twins(tmp_path, ("d/a.csv", "calls", "pending", None, None), rejects=[("", "held: x", 4)])
    assert [(r["path"], r["reason"]) for r in told["listed"]] == [("d/a.csv", "waits for the next run")]


@pytest.mark.parametrize(("winner", "named"), [("loaded", []), ("held", ["d/a.csv", "d/b.csv"])])
def test_a_file_that_stood_back_is_told_when_the_other_one_is_not_loaded_either(tmp_path, winner, named):
    told = _twins(
        tmp_path,
        ("d/a.csv", "calls", winner, 4, "held: x" if winner == "held" else None),
        ("d/b.csv", "calls", "duplicate", None, "same content as d/a.csv"),
        rejects=[],
    )
    assert [row["path"] for row in told["listed"]] == named


def test_archives_unknown_and_empty_files_are_each_told_with_a_reason_of_their_own(command, tmp_path):
    inbox = tmp_path / "here" / "inbox" / DAY
    inbox.mkdir(parents=True)
    for name in ("calls_20260310.csv", "shifts_20260310.csv", "note.txt"):
        (inbox / name).write_bytes(b"")
    (inbox / "half.zip").write_bytes(b"PK\x03\x04 and no more")
    (inbox / "letter.txt").write_text("Dear office,\n")
    settings = load_settings(home=tmp_path / "here" / "home")
    with open_warehouse(settings.warehouse_path) as connection:
        desk = Desk(connection, tmp_path / "here")
        desk.register(DAY)
        desk.load(DAY, feed="calls")
    told = command("rejects", "--home", settings.home, "--json")
    assert (told.code, told.json["files"]) == (1, 5)
    reasons = {row["path"].partition("/")[2]: row["reason"] for row in told.json["listed"]}
    assert reasons.pop("half.zip").startswith("half.zip is a damaged zip file")
    assert reasons.pop("letter.txt").startswith("no X12 envelope")
    assert reasons == dict.fromkeys(
        ("calls_20260310.csv", "shifts_20260310.csv", "note.txt"), "the file is empty"
    )
    assert "5 files not loaded; 0 records" in command("rejects", "--home", settings.home).out


def test_what_is_said_tells_loaded_files_from_those_kept_out(tmp_path):
    told = _twins(
        tmp_path,
        ("d/b.csv", "payments", "loaded", 36, None),
        ("d/c.csv", "calls", "held", 7, "held: x"),
        rejects=[("payments", "AMOUNT", 36), ("", "held: x", 7)],
    )
    first = str(next(reject_lines(told)))
    assert first == "1 file not loaded with 7 records; 36 records of loaded files rejected."
