"""The schedules: they run when there is something to do, once, and skip with a reason otherwise."""

from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest

from assets.bands.versions import create_bands
from assets.intake.tables import create_intake
from assets.settings import load_settings
from assets.warehouse import Warehouse, open_warehouse
from pipelines import schedules as module
from pipelines.jobs import RANGE_END, RANGE_START
from pipelines.schedules import schedules

WORK = date(2026, 6, 30)


@pytest.fixture
def home(tmp_path):
    (tmp_path / "inbox").mkdir()
    settings = load_settings(home=tmp_path, inbox=tmp_path / "inbox")
    with open_warehouse(settings.warehouse_path) as connection:
        create_intake(connection)
    return settings


def _evaluate(settings, name, at=None):
    schedule = {s.name: s for s in schedules(settings)}[name]
    with dg.build_schedule_context(
        scheduled_execution_time=at or datetime(2026, 7, 1, 5, tzinfo=UTC),
        resources={"warehouse": Warehouse(database=str(settings.warehouse_path)), "settings": settings},
    ) as context:
        return schedule.evaluate_tick(context)


def _put(settings, *days):
    for day in days:
        folder = settings.inbox / day
        folder.mkdir()
        (folder / "shifts.csv").write_text("staff_id\nS1\n")


def _work(settings, *, worked=31, calibrated=None, status="provisional"):
    """Put in days with work up to WORK, and a calibration as of a day."""
    with open_warehouse(settings.warehouse_path) as connection:
        create_bands(connection)
        connection.execute("create or replace table measures.production (work_date date, source varchar)")
        for n in range(worked):
            connection.execute(
                "insert into measures.production values (?, 'log')", [WORK - timedelta(days=n)]
            )
        connection.execute(
            "insert into measures.production values (?, 'history')", [WORK + timedelta(days=500)]
        )
        if calibrated:
            connection.execute(
                "insert into bands.versions (version_id, as_of, status) values ('v', ?, ?)",
                [calibrated, status],
            )


@pytest.mark.parametrize(("passed", "decides"), [(0, False), (1, True), (9, True)])
def test_a_proposal_is_decided_on_when_its_time_is_over_though_nothing_was_delivered(home, passed, decides):
    until = date(2026, 7, 1) - timedelta(days=passed)
    with open_warehouse(home.warehouse_path) as connection:
        create_bands(connection)
        connection.execute(
            "insert into bands.versions (version_id, as_of, status) values ('v', ?, 'proposed')", [WORK]
        )
        connection.execute(
            "insert into bands.bands (version_id, role, status) values ('v', 'coder', 'proposed')"
        )
        connection.execute(
            "insert into bands.decisions (decision_no, version_id, role, decision, feedback_until) values (1, 'v', 'coder', 'proposed', ?)",
            [until],
        )
    tick = _evaluate(home, "adoption")
    assert [request.run_key for request in tick.run_requests] == ["adopt-2026-07-01"] * decides
    assert decides or "no proposal waits" in tick.skip_message


def test_the_daily_load_skips_with_a_reason_when_nothing_waits(home):
    tick = _evaluate(home, "daily_load")
    assert (tick.run_requests, tick.skip_message) == ([], "nothing new in the inbox")


def test_the_daily_load_asks_for_one_run_over_all_waiting_days(home):
    _put(home, "2026-06-28", "2026-06-30", "2026-06-29")
    (request,) = _evaluate(home, "daily_load").run_requests
    assert (request.tags[RANGE_START], request.tags[RANGE_END]) == ("2026-06-28", "2026-06-30")


@pytest.mark.parametrize("name", ["daily_load", "recalibration", "adoption"])
def test_asking_never_makes_a_warehouse(tmp_path, name):
    (tmp_path / "inbox").mkdir()
    settings = load_settings(home=tmp_path / "home", inbox=tmp_path / "inbox")
    _put(settings, "2026-06-28")
    assert len(_evaluate(settings, name).run_requests) == (name == "daily_load")
    assert not settings.home.exists()


@pytest.mark.parametrize("name", ["daily_load", "recalibration"])
def test_asking_reads_beside_other_readers_and_writes_nothing(home, name):
    _put(home, "2026-06-28")
    _work(home)
    before = home.warehouse_path.read_bytes()
    with open_warehouse(home.warehouse_path, read_only=True):
        assert len(_evaluate(home, name).run_requests) == 1
    assert home.warehouse_path.read_bytes() == before


@pytest.mark.parametrize("name", ["daily_load", "recalibration", "adoption"])
def test_a_warehouse_in_which_nothing_was_loaded_yet_is_no_obstacle(tmp_path, name):
    (tmp_path / "inbox").mkdir()
    settings = load_settings(home=tmp_path, inbox=tmp_path / "inbox")
    with open_warehouse(settings.warehouse_path):
        pass
    assert _evaluate(settings, name).run_requests == []


def test_days_before_the_first_partition_are_left_out(home):
    _put(home, "2024-12-30", "2024-12-31")
    assert _evaluate(home, "daily_load").skip_message == "nothing new in the inbox"
    _put(home, "2026-06-28")
    (request,) = _evaluate(home, "daily_load").run_requests
    assert (request.tags[RANGE_START], request.tags[RANGE_END]) == ("2026-06-28", "2026-06-28")


@pytest.mark.parametrize(
    ("delivered", "waits"), [(WORK - timedelta(days=89), True), (WORK - timedelta(days=90), False)]
)
def test_a_recalibration_waits_for_files_of_its_window_that_are_kept_out(home, delivered, waits):
    _work(home)
    with open_warehouse(home.warehouse_path) as connection:
        connection.execute("insert into intake.files (delivery_date, status) values (?, 'held')", [delivered])
    tick = _evaluate(home, "recalibration")
    assert len(tick.run_requests) == (not waits)
    if waits:
        assert "1 delivered file of the window is kept out" in tick.skip_message


def test_a_recalibration_waits_for_a_slice_that_was_kept_out(home):
    _work(home)
    with open_warehouse(home.warehouse_path) as connection:
        connection.execute(
            "insert into quality.results by name select 'ledger.touches' as table_name, 'one_person' as expectation, "
            "'error' as severity, false as success, ?::date as slice_from, ?::date as slice_to, now() as checked_at",
            [WORK, WORK],
        )
    tick = _evaluate(home, "recalibration")
    assert tick.run_requests == []
    assert "ledger.touches: one_person did not hold" in tick.skip_message


def test_schedules_wait_while_another_process_writes(home, monkeypatch):
    def busy(*_arguments):
        raise module.WarehouseBusyError("another process is writing")

    monkeypatch.setattr(module, "waiting_days", busy)
    monkeypatch.setattr(module, "recalibration_due", busy)
    for name in ("daily_load", "recalibration"):
        assert "another process is writing" in _evaluate(home, name).skip_message


def test_schedules_run_in_the_zone_of_the_office(home):
    office = home.office.model_copy(update={"time_zone": "America/Denver"})
    made = schedules(home.model_copy(update={"office": office}))
    assert {s.execution_timezone for s in made} == {"America/Denver"}


def test_a_recalibration_is_not_due_without_work(home):
    assert "no recalibration is due" in _evaluate(home, "recalibration").skip_message


def test_the_first_recalibration_is_due_after_the_learning_days_and_not_before(home):
    _work(home, worked=29)
    assert _evaluate(home, "recalibration").run_requests == []
    _work(home, worked=30)
    (request,) = _evaluate(home, "recalibration").run_requests
    assert request.run_config["ops"]["calibrate"]["config"]["as_of"] == WORK.isoformat()


@pytest.mark.parametrize(("ago", "fires"), [(89, False), (90, True), (91, True), (400, True)])
def test_a_recalibration_is_due_ninety_days_after_the_last_one_and_catches_up_once(home, ago, fires):
    _work(home, calibrated=WORK - timedelta(days=ago))
    requests = _evaluate(home, "recalibration").run_requests
    assert len(requests) == fires
    if fires:
        assert requests[0].run_key == f"recalibrate-{WORK}"
        _work(home, calibrated=WORK)
        assert _evaluate(home, "recalibration").run_requests == []


def test_a_version_that_only_learned_does_not_put_the_first_recalibration_off(home):
    _work(home, calibrated=WORK, status="learning")
    assert len(_evaluate(home, "recalibration").run_requests) == 1


def test_work_that_is_dated_after_the_tick_does_not_bring_a_recalibration_forward(home):
    _work(home, calibrated=WORK - timedelta(days=90))
    tick = _evaluate(home, "recalibration", datetime(2026, 6, 20, 5, tzinfo=UTC))
    assert tick.run_requests == []
