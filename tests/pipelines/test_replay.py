"""Replaying files: after a mapping changed, released by hand, or corrected; and what is refused, without touching anything."""

import shutil
from datetime import date
from functools import partial

import pytest

from assets.intake.assets import register_days
from assets.intake.load import Context, load_feed
from assets.intake.pseudonyms import hider
from assets.intake.released import released_files, waivable
from assets.intake.sources import sources_from
from assets.intake.tables import create_intake
from assets.quality import Examiner
from assets.settings import load_settings
from assets.warehouse import open_warehouse
from pipelines.execution import RunOutcome
from pipelines.runs import load_days
from tests.homes import contents, query

DAY = "2026-03-10"
HELD = f"{DAY}/payments_20260310.csv"


class Office:
    """A home and an inbox with a few files, and the command line on them."""

    def __init__(self, command, folder, payments):
        self.command, self.folder = command, folder
        self.inbox, self.home = folder / "inbox", folder / "home"
        self.config = folder / "rcmbench.toml"
        self.header, *self.lines = payments.splitlines()
        self.configure("")

    def configure(self, text):
        self.config.write_text('[office]\ntime_zone = "America/Chicago"\n' + text)

    def payments(self, *numbers, amount=None):
        """Return an export with these posting numbers; a number given twice has two amounts."""
        names = self.header.split(",")
        rows = []
        for place, number in enumerate(numbers):
            cells = self.lines[0].split(",")
            cells[names.index("Txn #")] = number
            cells[names.index("Amount")] = amount or f"{place + 1}.00"
            rows.append(",".join(cells))
        return "\n".join([self.header, *rows]) + "\n"

    def put(self, path, content):
        place = self.inbox / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
        return place

    def replay(self, *arguments):
        home = ("--config", self.config, "--home", self.home, "--inbox", self.inbox)
        return self.command("replay", *arguments, *home)

    def settings(self):
        return load_settings(self.config, home=self.home, inbox=self.inbox)

    def take_in(self, *days):
        take_in(self.settings(), {date.fromisoformat(day) for day in days})

    def all(self, sql):
        return query(self.settings(), sql)

    def numbers(self):
        return [number for (number,) in self.all("select txn_id from intake.payments order by 1")]


@pytest.fixture(scope="module")
def payments(office):
    return min((office / "inbox").rglob("payments_*.csv")).read_text()


def take_in(settings, days, *, verbose=False):
    """Load the payments of some days without Dagster and what follows: a run costs seconds."""
    with open_warehouse(settings.warehouse_path) as connection:
        create_intake(connection)
        register_days(connection, settings, sorted(days), run_id="r")
        context = Context(
            connection,
            settings,
            sources_from(settings.sources),
            hider(b"sixteen or more characters"),
            Examiner(connection),
            "r",
            {},
            released_files(connection),
        )
        load_feed(context, "payments", days)
    return RunOutcome(days=sorted(days), runs=["r"])


@pytest.fixture(scope="module")
def begun(payments, tmp_path_factory):
    """A folder after one load: a good file of the day before, a held one, and one that nothing knows."""
    folder = tmp_path_factory.mktemp("begun")
    desk = Office(None, folder, payments)
    desk.put("2026-03-09/payments_20260309.csv", desk.payments("P1", "P2"))
    desk.put(HELD, desk.payments("H1", "H1"))
    desk.put(f"{DAY}/eob_batch.csv", desk.payments("E1"))
    take_in(desk.settings(), {date(2026, 3, 9), date(2026, 3, 10)})
    return folder


@pytest.fixture
def desk(begun, command, payments, tmp_path, monkeypatch):
    folder = tmp_path / "office"
    shutil.copytree(begun, folder)
    monkeypatch.setattr("pipelines.replay.load_days", take_in)
    return Office(command, folder, payments)


def test_a_held_file_is_released_and_its_rows_are_loaded_with_what_follows(desk, monkeypatch):
    follows = partial(load_days, tables=["measures.transactions_posted"])
    monkeypatch.setattr("pipelines.replay.load_days", follows)
    said = desk.replay("--release", HELD)
    assert (said.code, "released: intake.payments: key_has_one_meaning" in said.out) == (0, True)
    assert desk.numbers() == ["H1", "H1", "P1", "P2"]
    assert desk.all(f"select status, loaded, reason from intake.files where path = '{HELD}'") == [
        ("loaded", 2, "released: intake.payments: key_has_one_meaning")
    ]
    told = desk.all(
        "select severity, observed from quality.results where expectation = 'key_has_one_meaning' "
        "and not success and table_name = 'intake.payments' order by checked_at"
    )
    assert told[-1][0] == "warning"
    assert told[-1][1].startswith("released: ")
    # It stays released: a load that reads its day again does not hold it again.
    desk.take_in(DAY)
    assert desk.numbers() == ["H1", "H1", "P1", "P2"]
    status = desk.command("status", "--home", desk.home, "--config", desk.config, "--json").json
    assert status["released"] == [HELD]


def test_a_file_of_a_new_mapping_waits_and_is_taken_in_by_a_replay(desk):
    # The held file of that day waits in any case; without it the day waits for the mapping only.
    (desk.inbox / HELD).unlink()
    desk.take_in(DAY)

    def waiting():
        told = desk.command(
            "status", "--home", desk.home, "--inbox", desk.inbox, "--config", desk.config, "--json"
        )
        return told.json["waiting_days"]

    assert waiting() == []
    desk.configure('[[sources]]\nfeed = "payments"\npattern = "^eob_batch"\n')
    assert waiting() == [DAY]
    said = desk.replay(f"{DAY}/eob_batch.csv")
    assert (said.code, said.out.startswith("loaded")) == (0, True)
    assert desk.numbers() == ["E1", "P1", "P2"]
    assert waiting() == []


def test_a_file_that_is_held_again_needs_attention(desk):
    said = desk.replay(HELD, "--json")
    assert (said.code, [row["status"] for row in said.json["files"]]) == (1, ["held"])
    assert said.json["files"][0]["reason"] == "held: intake.payments: key_has_one_meaning"


def test_a_corrected_file_is_not_released_with_the_one_before_it(desk):
    assert desk.replay("--release", HELD).code == 0
    desk.put(HELD, desk.payments("H7", "H7", "H8"))
    desk.take_in(DAY)
    assert desk.all(f"select status from intake.files where path = '{HELD}' and status <> 'superseded'") == [
        ("held",)
    ]


def test_a_corrected_copy_is_delivered_beside_the_file_of_its_name_and_supersedes_it(desk, tmp_path):
    before = contents(desk.inbox)
    copy = tmp_path / "payments_20260310.csv"
    copy.write_text(desk.payments("H1", "H2"))
    said = desk.replay(copy)
    assert (said.code, f"Delivered: {DAY}/payments_20260310_v2.csv" in said.out) == (0, True)
    assert desk.numbers() == ["H1", "H2", "P1", "P2"]
    after = contents(desk.inbox)
    assert after.pop(f"{DAY}/payments_20260310_v2.csv") == copy.read_bytes()
    assert after == before
    copy.write_text(desk.payments("H3"))
    assert desk.replay(copy).code == 0
    assert desk.numbers() == ["H3", "P1", "P2"]
    assert (desk.inbox / f"{DAY}/payments_20260310_v3.csv").exists()


def test_a_copy_of_a_new_name_goes_into_the_day_that_is_said(desk, tmp_path):
    copy = tmp_path / "payments_20260308.csv"
    copy.write_text(desk.payments("N1"))
    refused = desk.replay(copy)
    assert (refused.code, "--day" in refused.err) == (2, True)
    said = desk.replay(copy, "--day", "2026-03-09", "--json")
    assert said.json["delivered"] == ["2026-03-09/payments_20260308.csv"]
    assert [row["status"] for row in said.json["files"]] == ["loaded"]
    assert desk.numbers() == ["N1", "P1", "P2"]


def test_what_cannot_be_replayed_is_refused_in_a_sentence_and_nothing_changes(desk, tmp_path):
    desk.put("2026-03-11/payments_20260309_v2.csv", desk.payments("P9"))
    desk.take_in("2026-03-11", "2026-03-09")
    same = tmp_path / "payments_20260309.csv"
    same.write_text(desk.payments("P1", "P2"))
    useless = tmp_path / "payments_20260310.csv"
    useless.write_text("")
    unknown = tmp_path / "eob_batch.csv"
    unknown.write_text(desk.payments("E7"))
    (desk.inbox / "2026-03-11/payments_20260309_v2.csv").rename(desk.folder / "away.csv")
    before, batches = contents(desk.inbox), desk.all("select count(*) from ops.batches")
    for arguments, words in (
        (("no/such/file.csv",), "there is no such file"),
        ((same,), "the same content was delivered as 2026-03-09/payments_20260309.csv"),
        ((unknown,), "no source has a pattern"),
        (("2026-03-09/payments_20260309.csv",), "superseded: replaced by"),
        (("2026-03-11/payments_20260309_v2.csv",), "no longer in the inbox"),
        (("--release", useless), "only a file in the inbox"),
        (("--release", f"{DAY}/eob_batch.csv"), "unknown; only a file that an expectation holds"),
        (("--day", DAY, HELD), "--day is for a corrected copy"),
        ((f"{HELD}!member.csv",), "holds no such file"),
        ((tmp_path,), "there is no such file"),
    ):
        said = desk.replay(*arguments)
        assert (said.code, words in said.err) == (2, True), (arguments, said.err)
    assert contents(desk.inbox) == before
    assert desk.all("select count(*) from ops.batches") == batches


def test_a_file_whose_account_does_not_add_up_cannot_be_released(desk):
    reason = "3 records in the file, but 2 loaded + 0 rejected + 0 footers"
    with open_warehouse(desk.settings().warehouse_path) as connection:
        connection.execute("update intake.files set reason = ? where status = 'held'", [reason])
    said = desk.replay("--release", HELD)
    assert (said.code, reason in said.err, "cannot be released" in said.err) == (2, True, True)


def test_places_and_accounts_cannot_be_waived():
    assert waivable("held: intake.payments: key_has_one_meaning") == ["intake.payments: key_has_one_meaning"]
    assert waivable("3 records in the file, but 2 loaded + 0 rejected + 0 footers") == []
    assert waivable("held: intake.payments: key_has_one_meaning, intake.payments: place_is_unique") == []
    assert waivable(None) == []


def test_a_name_that_means_two_files_is_refused(desk, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / DAY).mkdir()
    (tmp_path / HELD).write_text(desk.payments("H5"))
    said = desk.replay(HELD)
    assert (said.code, "give the full path" in said.err) == (2, True)
