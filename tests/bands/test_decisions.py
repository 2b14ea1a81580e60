"""States of a version and the decisions that lead from one to the next; nothing that was written is ever changed."""

from datetime import date, timedelta

import polars as pl
import pytest

from assets.bands.decisions import DecisionError, in_force, role_status, standing, version_named
from assets.bands.stored import TABLES
from assets.bands.versions import decide
from tests.bands.offices import LAST, put_in, recalibrated, rows_of, settings_with, skills_of, warehouse_with

TODAY = date(2026, 5, 4)


def status(done, role="coder"):
    return role_status(done.bands, role)


def sign(connection, settings, version, decision="adopted", **given):
    given = {"by": "R. Manager", "reason": "agreed with the team", "today": TODAY} | given
    return decide(connection, settings, version, decision, **given)


@pytest.fixture
def short():
    """Forty-five days of work by six coders, no prior year."""
    with warehouse_with(history=0, window=45, skills=6) as connection:
        yield connection


@pytest.fixture
def year():
    """A year and a window of eight coders."""
    with warehouse_with() as connection:
        yield connection


def test_during_the_first_days_everything_is_learning_and_nobody_is_judged(tmp_path):
    with warehouse_with(history=0, window=30, skills=6, checks=5, failures=0.2) as connection:
        done = recalibrated(connection, settings_with(tmp_path, feedback_days=14))
        assert set(done.bands["status"]) == {"learning"}
        assert done.decisions.height == 0
        for table in ("attainment", "attained_tiers", "attained_quality", "attained_days"):
            assert rows_of(connection, f"bands.{table}") == [], table
        with pytest.raises(DecisionError, match="coder is learning"):
            sign(connection, settings_with(tmp_path), done.version_id, with_provisional=True)


def test_without_a_prior_year_bands_are_a_range_that_the_configuration_never_adopts(short, tmp_path):
    done = recalibrated(short, settings_with(tmp_path))
    assert status(done) == "provisional"
    band = done.bands.filter((pl.col("role") == "coder") & (pl.col("stage") == "366+")).row(0, named=True)
    assert band["acceptable_low"] < band["acceptable"] < band["acceptable_high"]
    assert "season unknown" in band["reasons"]
    assert (done.decisions.height, in_force(short), rows_of(short, "bands.attainment")) == (0, {}, [])


def test_too_few_people_show_nothing_at_all(tmp_path):
    with warehouse_with(history=0, window=45, skills=4) as connection:
        done = recalibrated(connection, settings_with(tmp_path))
        cells = done.bands.filter(pl.col("role") == "coder")
        assert set(cells["status"]) == {"withheld"}
        values = [c for c in cells.columns if cells.schema[c] == pl.Float64() and c != "n_eff"]
        assert cells.select(pl.col(values).is_not_null().any()).row(0) == (False,) * len(values)


def test_a_provisional_band_is_adopted_only_by_a_recorded_sign_off(short, tmp_path):
    settings = settings_with(tmp_path)
    version = recalibrated(short, settings).version_id
    with pytest.raises(DecisionError, match=r"coder is provisional .*--with-provisional"):
        sign(short, settings, version)
    assert rows_of(short, "bands.decisions") == []
    before = {t: rows_of(short, t) for t in ("bands.versions", "bands.bands", "bands.findings")}
    sign(short, settings, version, with_provisional=True)
    (row,) = rows_of(short, "bands.decisions")
    assert (row["decided_by"], row["reason"], row["includes_provisional"]) == (
        "R. Manager",
        "agreed with the team",
        True,
    )
    assert row["effective_from"] == TODAY + timedelta(days=1)
    assert {t: rows_of(short, t) for t in before} == before
    assert set(standing(short).values) >= {("coder", "low", "366+"), ("coder", "high", "0-90")}
    people = rows_of(short, "bands.attainment")
    assert {p["decision_no"] for p in people} == {row["decision_no"]}
    assert {p["state"] for p in people} <= {"measured", "not yet enough data"}


def test_with_sign_off_required_bands_are_proposed_until_somebody_adopts_them(year, tmp_path):
    settings = settings_with(tmp_path, adoption="signoff")
    done = recalibrated(year, settings)
    assert (status(done), in_force(year), done.decisions.height) == ("proposed", {}, 0)
    sign(year, settings, version_named(year, done.version_id[:6]))
    assert in_force(year)["coder"][0] == done.version_id


def test_a_held_version_leaves_the_one_before_in_force(year, tmp_path):
    settings = settings_with(tmp_path)
    first = recalibrated(year, settings, LAST - timedelta(days=7))
    year.execute("insert into intake.files (delivery_date, status) values (?, 'held')", [LAST])
    second = recalibrated(year, settings)
    assert (status(second), in_force(year)["coder"][0]) == ("held", first.version_id)
    with pytest.raises(DecisionError, match="coder is held"):
        sign(year, settings, second.version_id, with_provisional=True)


def test_holding_an_adopted_version_brings_the_one_before_back_and_adopting_it_again_undoes_that(
    year, tmp_path
):
    settings = settings_with(tmp_path)
    first = recalibrated(year, settings, LAST - timedelta(days=7))
    second = recalibrated(year, settings)
    assert in_force(year)["coder"][0] == second.version_id
    written = {t: rows_of(year, t) for t in TABLES}
    sign(year, settings, second.version_id, "held", role="coder")
    assert in_force(year)["coder"][0] == first.version_id
    sign(year, settings, second.version_id)
    assert in_force(year)["coder"][0] == second.version_id
    for table, rows in written.items():
        assert [row for row in rows_of(year, table) if row in rows] == rows, table
    assert [row["decision_no"] for row in rows_of(year, "bands.decisions")] == [1, 2, 3, 4]


def test_a_version_for_an_earlier_day_does_not_take_the_place_of_a_later_one(year, tmp_path):
    settings = settings_with(tmp_path)
    later = recalibrated(year, settings)
    earlier = recalibrated(year, settings, LAST - timedelta(days=7))
    assert in_force(year)["coder"][0] == later.version_id
    assert earlier.decisions["decision"].to_list() == ["held"]
    assert earlier.decisions["reason"][0] == "a version with a later as-of date is in force"


def test_late_facts_make_a_new_version_for_the_day_and_leave_the_old_intact(year, tmp_path):
    settings = settings_with(tmp_path)
    old = recalibrated(year, settings)
    written = {t: rows_of(year, t) for t in TABLES}
    year.execute(
        "update measures.production set units = units + 3 where work_date = ? and worker_id = 'w03'", [LAST]
    )
    new = recalibrated(year, settings)
    assert new.version_id != old.version_id
    assert in_force(year)["coder"][0] == new.version_id
    for table, rows in written.items():
        assert [row for row in rows_of(year, table) if row in rows] == rows, table
    # Both follow what stood before that day, so that calibrating again moves no band further.
    assert new.bands["previous_version_id"].to_list() == old.bands["previous_version_id"].to_list()


def test_the_guardrail_holds_a_new_version_near_the_one_in_force(tmp_path):
    with warehouse_with() as connection:
        settings = settings_with(tmp_path)
        first = recalibrated(connection, settings)
        before = standing(connection).values
        connection.execute("update measures.production set units = cast(units * 0.8 as bigint)")
        connection.execute("update measures.production set work_date = work_date + 7")
        second = recalibrated(connection, settings)
        assert second.bands["previous_version_id"].drop_nulls().unique().to_list() == [first.version_id]
        capped = second.bands.filter(pl.col("acceptable_previous").is_not_null())
        assert capped["is_capped"].all()
        for row in capped.iter_rows(named=True):
            old = before[row["role"], row["complexity"], row["stage"]][0]
            assert row["acceptable"] == pytest.approx(old * 0.951, rel=0.002)
            assert row["acceptable_uncapped"] == pytest.approx(old * 0.8, rel=0.05)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"by": " "}, "needs a name and a reason"),
        ({"reason": ""}, "needs a name and a reason"),
        ({"by": "configuration"}, "nobody's name"),
        ({"role": "plumber"}, "has no role plumber"),
    ],
)
def test_a_sign_off_that_says_too_little_is_refused_and_nothing_is_written(short, tmp_path, given, said):
    settings = settings_with(tmp_path)
    version = recalibrated(short, settings).version_id
    with pytest.raises(DecisionError, match=said):
        sign(short, settings, version, with_provisional=True, **given)
    assert rows_of(short, "bands.decisions") == []


def test_a_version_is_named_by_its_beginning_and_an_unknown_one_is_told(short, tmp_path, connection):
    settings = settings_with(tmp_path)
    first, second = recalibrated(short, settings), recalibrated(short, settings, LAST - timedelta(days=1))
    assert version_named(short, None) == first.version_id
    assert version_named(short, second.version_id[:8]) == second.version_id
    with pytest.raises(DecisionError, match="2 versions"):
        version_named(short, "")
    with pytest.raises(DecisionError, match="no version zzz"):
        version_named(short, "zzz")
    with pytest.raises(DecisionError, match="rcmbench run makes the first"):
        version_named(connection, None)


def test_roles_are_in_force_by_themselves(tmp_path):
    with warehouse_with() as connection:
        put_in(connection, other_role())
        settings = settings_with(tmp_path, waive_quality=("coder", "charge_entry"))
        first = recalibrated(connection, settings, LAST - timedelta(days=7))
        second = recalibrated(connection, settings)
        sign(connection, settings, second.version_id, "held", role="coder")
        found = {role: version for role, (version, _, _) in in_force(connection).items()}
        assert found == {"coder": first.version_id, "charge_entry": second.version_id}


def other_role():
    from tests.bands.conftest import _office

    return _office(skills_of(8), role="charge_entry", prefix="c")
