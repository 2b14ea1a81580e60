"""A person's own record: hers and nobody else's, only after staff were told, and without a verdict while she is learnt."""

import re
import shutil
import stat
from datetime import date

import pytest
from typer.testing import CliRunner

from assets.bands.stored import create_bands
from assets.intake.pseudonyms import hider, load_key
from assets.intake.tables import create_intake
from assets.record.notice import NoticeError
from assets.record.questions import RecordError, stage_at
from assets.record.season import at_years_mean
from assets.settings import load_settings
from assets.warehouse import open_warehouse
from pipelines.cli import app
from pipelines.record import write_record

TABLES = """
create schema if not exists ledger; create schema if not exists measures;
create table measures.production (work_date date, worker_id text, role text, system_id text, complexity text, tenure_days bigint, units bigint,
    active_min double, idle_min double, friction_min double, source text);
create table measures.baseline (staff_id text, role text, worked_days bigint);
create table measures.definitions (definition_id text, name text, meaning text, numerator text, denominator text, exclusions text,
    unit text, good text);
create table measures.staff_windows (definition_id text, window_days integer, staff_id text, role text, complexity text,
    numerator decimal(18, 4), denominator decimal(18, 4), value double, matured_share double, as_of date);
create table ledger.parameters (name text, value decimal(18, 4));
create table ledger.staff_roles (staff_id text, role text, role_start date, fte decimal(18, 3), valid_from date, valid_to date);
create table ledger.staff_days (staff_id text, work_date date, paid_min double, leave_min double, meeting_min double,
    training_min double, friction_min double, productive_min double, overtime_min double);
create table ledger.touches (touch_id text, staff_id text, system text, started_at timestamptz, ended_at timestamptz,
    friction_s double, worked_on date);
create table ledger.friction_days (friction_id text, staff_id text, system text, kind text, affected_on date,
    started_at timestamptz, ended_at timestamptz);
create table ledger.friction_claims (claim_id text, staff_id text, system text, kind text, started_at timestamptz,
    ended_at timestamptz, status text);
create table bands.floor_attainment (version_id text, staff_id text, role text, complexity text, value double, reason text);
insert into ledger.parameters values ('learning_days', 30), ('matured_share', 0.9);
insert into measures.definitions values ('rework_share', 'Share of rework', 'How much was done again.', 'reworks', 'finishes', 'system edits', 'share', 'down');
insert into bands.versions by name select 'v1' as version_id, date '2026-06-29' as as_of, date '2026-04-01' as window_from,
    date '2026-06-29' as window_to, timestamptz '2026-07-01 00:00:00+00' as known_at;
insert into bands.decisions by name select 1 as decision_no, 'v1' as version_id, 'coder' as role, 'adopted' as decision,
    false as includes_provisional, date '2026-06-30' as effective_from;
insert into bands.bands by name
    select 'v1' as version_id, 'coder' as role, 'low' as complexity, stage, 'charts per hour' as unit, 7.77 as acceptable,
        7.1 as acceptable_low, 8.2 as acceptable_high, 'proposed' as status
    from (values ('0-90'), ('366+')) as s(stage);
insert into bands.companions by name select 'v1' as version_id, 'coder' as role, 'low' as complexity, '366+' as stage,
    'rework_share' as definition_id, 'share' as unit, 'down' as good, 0.0625 as acceptable, 'proposed' as status;
"""
HERS, OTHERS = "U1001", "U2002"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A home with two people whose numbers differ in every place: one of them has nine times the other's."""
    home = tmp_path_factory.mktemp("record") / "home"
    home.mkdir()
    hide = hider(load_key(home))
    with open_warehouse(home / "warehouse.duckdb") as connection:
        create_bands(connection)
        connection.execute(TABLES)
        for person, n in ((HERS, 1), (OTHERS, 9)):
            fill(connection, hide("staff", person), n)
    return home


@pytest.fixture
def home(filled, tmp_path):
    """The settings of a copy of that home, under a notice."""
    config = tmp_path / "rcmbench.toml"
    config.write_text(
        '[office]\nname = "Oak (synthetic)"\n[notice]\nlegal_basis = "Works agreement <12>"\nstaff_told_on = 2026-01-15\n'
    )
    shutil.copytree(filled, tmp_path / "home")
    return load_settings(config, home=tmp_path / "home")


def fill(connection, who, n):
    values = {"who": who, "n": n}
    for sql in (
        "insert into measures.production values ('2026-05-04', $who, 'coder', case when $n = 1 then 'ehr' else 'pm' end, 'low', 400, 1000 * $n + 234, 60.0 * $n, 0, 6.0 * $n, 'log')",
        "insert into measures.baseline values ($who, 'coder', 31)",
        "insert into measures.staff_windows values ('rework_share', 90, $who, 'coder', 'low', 10 * $n + 7, 200, $n * 0.0873, null, '2026-06-29')",
        "insert into ledger.staff_roles values ($who, 'coder', '2024-01-08', 1, '2024-01-08', null)",
        "insert into ledger.staff_days values ($who, '2026-05-04', 480 * $n, 0, 30, 0, 6, 444, 0)",
        "insert into ledger.touches values ('t' || $who, $who, 'ehr', '2026-05-04 10:00:00+00', '2026-05-04 10:20:00+00', 60, '2026-05-04')",
        "insert into ledger.friction_days values ('i' || $n, case when $n = 1 then null else $who end, case when $n = 1 then 'ehr' else 'portal:X9' end, 'slow', '2026-05-04', '2026-05-04 09:00:00+00', '2026-05-04 11:00:00+00')",
        "insert into bands.attainment by name select 'v1' as version_id, 'coder' as role, $who as worker_id, 0 as decision_no, 100.5 * $n as hours, 1.375 * $n as attained, 0.8125 / $n as probability, 'strong' as reached, 'passed' as quality, 'measured' as state",
        "insert into bands.attained_tiers by name select 'v1' as version_id, 'coder' as role, $who as worker_id, 'low' as complexity, 0 as decision_no, 50.5 * $n as hours, 1.26 * $n as attained, 1.11 * $n as attained_low, 1.41 * $n as attained_high, 0.75 / $n as probability, 'measured' as state",
        "insert into bands.attained_quality by name select 'v1' as version_id, 'coder' as role, $who as worker_id, 'edits' as metric, 13 * $n as failures, 12.5 * $n as expected, 1.04 * $n as multiple, 0.9 as multiple_low, 1.2 as multiple_high, 2 as largest, 0.9 as probability, 'met' as verdict",
        "insert into bands.floor_attainment values ('v1', $who, 'coder', 'low', 1, null)",
    ):
        connection.execute(sql, {name: value for name, value in values.items() if f"${name}" in sql})


def page_of(settings, person=HERS):
    return write_record(settings, person, settings.home / "page.html").read_text(encoding="utf-8")


def text_of(page):
    """Return the page's words without markup and style."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def change(settings, sql, *values):
    with open_warehouse(settings.warehouse_path) as connection:
        connection.execute(sql, list(values))


def test_the_page_shows_what_was_counted_left_out_and_where_she_stands(home):
    text = text_of(page_of(home))
    assert "Coder 2026-05 log low 1 1,234 0.9 1,371.11 0.10" in text
    assert "ehr slow 1 1 2026-05-04 2026-05-04" in text
    assert "Your output was 1.38 times what the acceptable band asks" in text
    assert "acceptable is 81 %" in text
    assert "low 50.5 1.26 1.11 to 1.41 75 % band counts" in text
    assert "Claims that met an edit 13 12.5 1.04 0.90 to 1.20 2.00 meets the floor" in text
    assert "Coder low 366+ charts per hour 7.77" in text
    assert "Share of rework low less 8.7 % 8.7 % 6.2 %" in text
    assert "How much was done again." in text
    assert "Synthetic." in text
    assert "Works agreement &lt;12&gt;" in text


def test_she_reads_what_of_the_friction_in_her_systems_counted_as_hours(home):
    """A minute that is logged as lost takes less off what is asked of her than the whole: she is told so, and by how much."""
    change(
        home,
        "insert into bands.findings select 'v1', row_number() over (), 'friction', null, 'system_id=' || s, n, v "
        "from (values ('ehr', 'counted', 0.24), ('ehr', 'share', 0.24), ('pm', 'counted', 0.61), ('ehr:b', 'counted', 0)) as f (s, n, v)",
    )
    text = text_of(page_of(home))
    assert "on ehr, work went on at 24 % of the usual pace" in text
    assert "61 %" not in text
    assert text.count("of the usual pace") == 1


def test_where_the_log_is_believed_nothing_is_said_of_it(home):
    assert "of the usual pace" not in text_of(page_of(home))


def test_beside_a_companion_band_her_value_has_the_same_season_taken_out(home):
    """Hers was 8.73 % in months and on weekdays that usually ask for 1.2 times 1.05 the mean of the year."""
    who = hider(load_key(home.home))("staff", HERS)
    change(home, "create table measures.companions (definition_id text, staff_id text, role text, complexity text, "
           "work_date date, numerator double, denominator double)")  # fmt: skip
    change(
        home,
        "insert into measures.companions values ('rework_share', ?, 'coder', 'low', '2026-05-04', 17, 200)",
        who,
    )
    for kind, period, factor in (("month", 5, 1.2), ("weekday", 1, 1.05), ("month", 6, 3.0)):
        subject = f"definition_id=rework_share kind={kind} period={period}"
        change(home, "insert into bands.findings by name select 'v1' as version_id, 0 as place, 'companion_season' as finding, "
               "'coder' as role, ? as subject, 'factor' as name, ? as value", subject, factor)  # fmt: skip
    assert "Share of rework low less 8.7 % 6.9 % 6.2 %" in text_of(page_of(home))


def test_of_a_share_that_should_be_large_the_season_is_in_what_is_missing_to_the_whole():
    assert at_years_mean("first_pass_by_person.coding_edit", 0.88, 1.2) == pytest.approx(0.9)
    assert at_years_mean("rework_share", 0.06, 1.2) == pytest.approx(0.05)
    assert at_years_mean("rework_share", None, 1.2) is None


def test_nobody_elses_id_or_number_occurs(home):
    hers, others = page_of(home), page_of(home, OTHERS)
    hide = hider(load_key(home.home))
    for secret in (OTHERS, hide("staff", OTHERS), hide("staff", HERS), "portal:X9"):
        assert secret not in hers
    for number in ("9,234", "12.38", "904.5", "117", "112.5", "454.5", "11.34", "78.6", "97.0", "72.0"):
        whole = rf"(?<![\d.,]){re.escape(number)}(?!\d)"
        assert re.search(whole, text_of(others)), number
        assert not re.search(whole, text_of(hers)), number


def test_the_page_of_one_person_is_the_same_whatever_others_did(home):
    before = page_of(home)
    for table, column in (
        ("measures.production", "worker_id"), ("measures.staff_windows", "staff_id"), ("bands.attainment", "worker_id"),
        ("ledger.staff_days", "staff_id"), ("ledger.touches", "staff_id"), ("bands.attained_tiers", "worker_id"),
        ("bands.attained_quality", "worker_id"), ("bands.floor_attainment", "staff_id"), ("measures.baseline", "staff_id"),
    ):  # fmt: skip
        change(home, f"delete from {table} where {column} = ?", hider(load_key(home.home))("staff", OTHERS))
    assert page_of(home) == before


def test_the_page_needs_nothing_from_anywhere(home):
    page = page_of(home)
    assert not re.search(r"(src|href)=|https?://|@import|url\(|<script", page)


def test_only_the_owner_can_read_the_file(home):
    path = write_record(home, HERS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert HERS not in str(path)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_case_and_white_space_of_the_id_do_not_matter_and_the_id_is_escaped(home):
    assert "1,234" in page_of(home, f" {HERS.lower()} ")
    with open_warehouse(home.warehouse_path) as connection:
        fill(connection, hider(load_key(home.home))("staff", "<b>x</b>"), 1)
    assert "<b>x</b>" not in page_of(home, "<b>x</b>")


def test_while_her_baseline_is_learnt_values_stand_and_nothing_is_judged(home):
    change(home, "update measures.baseline set worked_days = 30")
    text = text_of(page_of(home))
    assert "Coder: learning. 30 of 30 worked days" in text
    assert "1,234" in text
    for verdict in ("Your output was", "band counts", "meets the floor", "81 %", "Companion bands"):
        assert verdict not in text


def test_too_few_hours_are_not_yet_enough_data(home):
    change(
        home, "update bands.attainment set state = 'not yet enough data', attained = null, probability = null"
    )
    text = text_of(page_of(home))
    assert "Not yet enough data: 100.5 hours free of friction were counted, 20.0 are needed" in text
    assert "Your output was" not in text


def test_a_version_that_is_not_adopted_is_no_band_of_hers(home):
    change(home, "update bands.decisions set decision = 'held'")
    text = text_of(page_of(home))
    assert "No band is in force for your role" in text
    assert "7.77" not in text


def test_a_cohort_that_has_not_matured_has_no_value(home):
    change(home, "update measures.staff_windows set matured_share = 0.5")
    assert "Share of rework low – – share – –" in text_of(page_of(home))  # noqa: RUF001


def put_a_newer_version(home):
    change(
        home,
        "insert into bands.versions by name select 'v2' as version_id, date '2026-09-30' as as_of, date '2026-07-03' as window_from, date '2026-09-30' as window_to, timestamptz '2026-10-01 00:00:00+00' as known_at",
    )
    change(
        home,
        "insert into bands.attainment by name select 'v2' as version_id, role, worker_id, 0 as decision_no, hours, 0.5 as attained, 0.02 as probability, 'below acceptable' as reached, quality, state from bands.attainment",
    )


def decided(home, number, version, decision, **more):
    given = {"decision_no": number, "version_id": version, "role": "coder", "decision": decision, **more}
    marks = ", ".join("?" * len(given))
    change(home, f"insert into bands.decisions ({', '.join(given)}) values ({marks})", *given.values())


def test_the_newest_version_in_force_is_the_one_that_judges(home):
    put_a_newer_version(home)
    decided(home, 2, "v2", "adopted", effective_from=date(2026, 10, 1))
    text = text_of(page_of(home))
    assert "Your output was 0.50 times" in text
    assert "1.38" not in text


def test_a_proposal_judges_nobody_and_she_is_told_until_when_it_can_be_disputed(home):
    put_a_newer_version(home)
    with open_warehouse(home.warehouse_path) as connection:
        create_intake(connection)
    change(
        home,
        "insert into bands.bands by name select 'v2' as version_id, 'coder' as role, 'low' as complexity, '366+' as stage, 'proposed' as status",
    )
    decided(home, 2, "v2", "proposed", feedback_until=date(2026, 10, 15))
    text = text_of(page_of(home))
    assert "Your output was 1.38 times" in text
    assert "Coder: version v2 is proposed. It collects feedback until 2026-10-15" in text
    assert "0.50 times" not in text


@pytest.mark.parametrize(
    ("notice", "lacks"),
    [
        ("", "legal_basis and staff_told_on"),
        ("staff_told_on = 2026-01-15", "lacks legal_basis"),
        ('legal_basis = "law"', "lacks staff_told_on"),
    ],
)
def test_without_a_notice_no_record_is_made_and_the_command_says_why(home, tmp_path, notice, lacks):
    config = tmp_path / "bare.toml"
    config.write_text(f"[notice]\n{notice}\n")
    with pytest.raises(NoticeError, match=lacks):
        write_record(load_settings(config, home=home.home), HERS)
    assert not (home.home / "records").exists()


def test_before_the_day_on_which_staff_are_told_no_record_is_made(home, monkeypatch):
    monkeypatch.setattr("assets.record.page.today_in", lambda _: date(2026, 1, 14))
    with pytest.raises(NoticeError, match="not made before 2026-01-15"):
        write_record(home, HERS)


def test_an_unknown_person_is_told_in_a_sentence_that_names_nobody(home):
    with pytest.raises(RecordError) as told:
        write_record(home, "U4711")
    assert re.search(r"[sp]_[0-9a-f]{6}|U\d+", str(told.value)) is None


def test_without_a_key_no_key_is_made(home):
    (home.home / "pseudonym.key").unlink()
    with pytest.raises(RecordError, match="no key"):
        write_record(home, HERS)
    assert not (home.home / "pseudonym.key").exists()


def test_the_command_says_where_the_page_lies(home, tmp_path):
    out = tmp_path / "mine.html"
    arguments = [
        "record",
        "--person",
        HERS,
        "--out",
        str(out),
        "--home",
        str(home.home),
        "--config",
        str(tmp_path / "rcmbench.toml"),
    ]
    said = CliRunner().invoke(app, arguments)
    assert said.exit_code == 0
    assert str(out) in said.output
    assert "1,234" in out.read_text()


@pytest.mark.parametrize(
    ("days", "stage"), [(0, "0-90"), (90, "0-90"), (91, "91-180"), (365, "181-365"), (4000, "366+")]
)
def test_a_day_of_tenure_falls_into_one_stage(days, stage):
    assert stage_at(days, ["0-90", "181-365", "366+", "91-180"]) == stage
    assert stage_at(days, []) is None
