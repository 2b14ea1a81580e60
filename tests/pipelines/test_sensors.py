"""The sensor: it asks for a run when two looks see the same new files."""

import dagster as dg
import pytest

from assets.settings import load_settings
from assets.warehouse import Warehouse
from pipelines import sensors as module
from pipelines.jobs import RANGE_END, RANGE_START
from pipelines.sensors import inbox_sensor


class Watcher:
    """A sensor that keeps its cursor from one look to the next."""

    def __init__(self, settings):
        self.settings = settings
        self.cursor = None

    def look(self):
        with dg.build_sensor_context(
            cursor=self.cursor,
            resources={
                "warehouse": Warehouse(database=str(self.settings.warehouse_path)),
                "settings": self.settings,
            },
        ) as context:
            tick = inbox_sensor(self.settings).evaluate_tick(context)
        self.cursor = tick.cursor or self.cursor
        return tick

    def put(self, path, text="staff_id\nS1\n"):
        file = self.settings.inbox / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.fixture
def watcher(tmp_path):
    (tmp_path / "inbox").mkdir()
    return Watcher(load_settings(home=tmp_path, inbox=tmp_path / "inbox"))


def test_new_files_are_left_alone_until_two_looks_see_the_same(watcher):
    watcher.put("2026-03-02/shifts.csv")
    watcher.put("2026-03-04/shifts.csv")
    assert watcher.look().run_requests == []
    watcher.put("2026-03-04/shifts.csv", "staff_id\nS1\nS2\n")
    assert watcher.look().run_requests == []
    (request,) = watcher.look().run_requests
    assert (request.tags[RANGE_START], request.tags[RANGE_END]) == ("2026-03-02", "2026-03-04")


def test_the_same_files_ask_under_the_same_key_so_that_dagster_runs_them_once(watcher):
    watcher.put("2026-03-02/shifts.csv")
    watcher.look()
    first, second = watcher.look().run_requests[0], watcher.look().run_requests[0]
    assert first.run_key == second.run_key
    watcher.put("2026-03-03/shifts.csv")
    watcher.look()
    assert watcher.look().run_requests[0].run_key != first.run_key


def test_an_inbox_with_nothing_new_or_no_inbox_at_all_asks_for_nothing(watcher):
    watcher.look()
    assert "nothing new" in watcher.look().skip_message
    watcher.settings.inbox.rmdir()
    assert watcher.look().run_requests == []


def test_the_sensor_waits_while_another_process_writes(watcher, monkeypatch):
    def busy(*_arguments):
        raise module.WarehouseBusyError("another process is writing")

    monkeypatch.setattr(module, "waiting_days", busy)
    watcher.put("2026-03-02/shifts.csv")
    watcher.look()
    assert "another process is writing" in watcher.look().skip_message
