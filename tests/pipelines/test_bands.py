"""`rcmbench bands`: versions are listed, shown, compared, verified, adopted and held from the command line."""

import json
import shutil
from datetime import date, timedelta

import duckdb
import pytest

from assets.intake.tables import create_intake
from assets.measures.assets import DEFINITIONS
from assets.reference import store_reference
from assets.settings import Settings
from assets.slices import columns_of
from assets.warehouse import open_warehouse
from pipelines.definitions import catalogue
from tests.bands.conftest import _office
from tests.bands.offices import LAST, put_in, recalibrated, rows_of, settings_with, skills_of


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A home with two versions of eight coders' bands, the second with one coder less, and empty tables beside them."""
    home = tmp_path_factory.mktemp("template")
    settings = settings_with(home)
    with open_warehouse(settings.warehouse_path) as connection:
        create_intake(connection)
        put_in(connection, _office(skills_of(8)))
        for table, columns in catalogue()[1].items():
            schema = table.split(".")[0]
            if schema in {"ledger", "measures"} and not columns_of(connection, table):
                connection.execute(
                    f"create table {table} ({', '.join(f'{n} {k}' for n, k in columns.items())})"
                )
        store_reference(connection, DEFINITIONS, Settings(), run_id="r")
        connection.execute(
            "insert into measures.availability by name select definition_id, true as is_available, "
            "'available' as availability from measures.definitions"
        )
        recalibrated(connection, settings, LAST - timedelta(days=7))
        connection.execute("delete from measures.production where worker_id = 'w07'")
        recalibrated(connection, settings)
    return home


@pytest.fixture
def home(template, tmp_path):
    target = tmp_path / "home"
    shutil.copytree(template, target)
    return target


def versions(home):
    """Return the versions from old to new."""
    with open_warehouse(home / "warehouse.duckdb", read_only=True) as connection:
        return [
            r["version_id"] for r in sorted(rows_of(connection, "bands.versions"), key=lambda r: r["as_of"])
        ]


def published(home, sql):
    with duckdb.connect(str(home / "published" / "published.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_versions_are_listed_newest_first_with_the_roles_they_are_in_force_for(command, template):
    old, new = versions(template)
    said = command("bands", "list", "--home", template)
    assert said.code == 0
    assert said.out.index(new) < said.out.index(old)
    told = json.loads(command("bands", "list", "--home", template, "--json").out)
    assert [(row["version"], row["in_force"]) for row in told] == [(new, ["coder"]), (old, [])]


def test_a_version_is_shown_with_its_decisions_and_the_status_they_gave(command, template):
    said = command("bands", "show", "--home", template, "--role", "coder")
    assert said.code == 0
    assert "adopted from 2026-04-01 by configuration: meets every criterion" in said.out
    assert "366+ d" in said.out
    assert "91-180 d" not in said.out
    assert (
        "91-180 d"
        in command("bands", "show", versions(template)[0][:6], "--home", template, "--stage", "all").out
    )
    told = json.loads(command("bands", "show", "--home", template, "--json").out)
    assert len(told["bands"]) == 72
    assert "n_eff" not in told["bands"][0]


def test_a_change_is_explained_by_its_parts(command, template):
    old, new = versions(template)
    said = command("bands", "diff", old, new, "--home", template)
    assert said.code == 0
    assert all(len(line.rstrip()) <= 110 for line in said.out.splitlines())
    rows = json.loads(command("bands", "diff", old, new, "--home", template, "--role", "coder", "--json").out)
    seniors = [row for row in rows if row["stage"] == "366+"]
    assert all(abs(row["people"]) > abs(row["pace"]) for row in seniors)
    some = command(
        "bands", "diff", old, new, "--home", template, "--complexity", "low", "--stage", "0-90"
    ).out
    assert "low" in some
    assert "medium" not in some


def test_versions_are_verified_and_a_changed_number_needs_attention(command, home):
    said = command("bands", "verify", "--all", "--home", home)
    assert (said.code, said.out.count("every number is the same")) == (0, 2)
    newest = versions(home)[1]
    with open_warehouse(home / "warehouse.duckdb") as connection:
        connection.execute("update bands.bands set strong = strong + 0.01 where version_id = ?", [newest])
    assert command("bands", "verify", "--home", home).code == 1
    told = json.loads(command("bands", "verify", "--all", "--home", home, "--json").out)
    assert [row["outcome"] for row in told] == ["different", "same"]


def test_holding_and_adopting_publish_what_is_in_force(command, home):
    old, new = versions(home)
    who = ("--by", "R. Manager", "--reason", "the portal was down")
    said = command("bands", "hold", new, *who, "--home", home)
    assert (said.code, said.err.replace("publishing\n", "")) == (0, "")
    assert f"{new} held for coder by R. Manager" in said.out
    assert published(
        home,
        "select version_id, status from bands where role = 'coder' and complexity = 'low' and stage = '366+'",
    ) == [(old, "adopted")]
    said = command("bands", "adopt", new[:7], *who, "--role", "coder", "--home", home)
    assert (said.code, "effective from" in said.out) == (0, True)
    assert published(home, "select distinct version_id, decided_by from bands where role = 'coder'") == [
        (new, "R. Manager")
    ]
    assert command("bands", "reject", new, *who, "--home", home).code == 0
    assert published(home, "select distinct version_id from daily_targets") == [(old,)]


def test_a_proposal_whose_time_is_over_is_adopted_by_a_run_without_a_calibration_and_published(
    command, home, monkeypatch
):
    _, new = versions(home)
    propose = "update bands.decisions set decision = 'proposed', effective_from = null, feedback_until = ? where version_id = ?"
    with open_warehouse(home / "warehouse.duckdb") as connection:
        connection.execute(propose, [date(2999, 1, 1), new])
        connection.execute(
            "insert into intake.feedback (feedback_id, kind, role, version_id) values ('f1', 'comment', 'coder', ?)",
            [new],
        )
    told = "collects feedback until 2999-01-01, 1 comment, 0 disputes, 0 approvals"
    shown = " ".join(command("bands", "show", "--home", home).out.split())
    assert f"coder: proposed, {told}" in shown
    (row, _) = json.loads(command("bands", "list", "--home", home, "--json").out)
    assert (row["proposed"][0]["feedback_until"], row["in_force"], row["held"]) == ("2999-01-01", [], [])
    status = json.loads(command("status", "--home", home, "--json").out)["bands"]
    assert (status["status"], status["proposed"][0]["said"]) == ("proposed", f"coder: proposed, {told}")
    with open_warehouse(home / "warehouse.duckdb") as connection:
        connection.execute(propose, [LAST, new])
        before = rows_of(connection, "bands.versions")
    # The tables of this home are empty but for the work; a run that built them would find no bands.
    monkeypatch.setattr("pipelines.runs._stale", lambda _settings: [])
    monkeypatch.setattr("pipelines.runs.due", lambda *_: None)
    (home.parent / "empty").mkdir()
    said = command("run", "--home", home, "--inbox", home.parent / "empty", "--json")
    assert (said.code, said.json["failures"], said.json["recalibrated"]) == (0, {}, None)
    assert published(home, "select distinct version_id, decided_by from bands where role = 'coder'") == [
        (new, "configuration")
    ]
    assert (home / "published" / "report" / "index.html").exists()
    with open_warehouse(home / "warehouse.duckdb") as connection:
        assert rows_of(connection, "bands.versions") == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("adopt", "zzz", "--by", "R", "--reason", "r"), "there is no version zzz"),
        (("show", "zzz"), "there is no version zzz"),
        (("adopt", "", "--by", "R", "--reason", "r"), "is the beginning of 2 versions"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(command, template, arguments, said):
    told = command("bands", *arguments, "--home", template)
    assert told.code == 2
    assert said in told.err


def test_a_home_without_anything_is_told_so(command, tmp_path):
    told = command("bands", "list", "--home", tmp_path)
    assert (told.code, "nothing is loaded here" in told.err) == (2, True)


def test_what_would_have_stood_is_computed_elsewhere_and_stores_nothing(command, loaded, copied, monkeypatch):
    """The small office of six days: what had been delivered by the third day gives other bands than all of it."""
    from tests.homes import contents

    monkeypatch.setenv("RCMBENCH_BANDS__LEARNING_DAYS", "2")
    before = contents(copied.home)
    where = ("--home", copied.home, "--inbox", copied.inbox, "--config", loaded.office / "rcmbench.toml")
    said = command("bands", "replay", "--as-of", "2026-03-03", "--known", "2026-03-05", *where, "--json")
    told = json.loads(said.out)
    assert (said.code, len(told["bands"]), told["failures"]) == (0, 72, {})
    assert told["same_version_as"] is None
    kept = {k: v for k, v in contents(copied.home).items() if not k.startswith("run.lock")}
    assert kept == {k: v for k, v in before.items() if not k.startswith("run.lock")}
    late = command("bands", "replay", "--as-of", "2026-03-09", "--known", "2026-03-03", *where)
    assert (late.code, "by 2026-03-03 there was no logged work after" in late.err) == (2, True)
