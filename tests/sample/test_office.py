"""The front door: sizes, determinism, what is written."""

import hashlib
import tomllib
from datetime import date

import pytest

from assets.intake.contracts import TABLES
from assets.sample.office import OfficeSize, write_office
from assets.settings import load_settings


def digest(folder):
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path):
    size = {"days": 9, "claims_per_day": 25, "staff": 12}
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_office(tmp_path / name, OfficeSize(**size, seed=seed))
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


def test_writing_again_replaces_the_earlier_inbox(tmp_path):
    write_office(tmp_path, OfficeSize(days=4, claims_per_day=5, staff=6))
    stray = tmp_path / "inbox" / "2020-01-01" / "old.csv"
    stray.parent.mkdir()
    stray.write_text("old")
    write_office(tmp_path, OfficeSize(days=3, claims_per_day=5, staff=6))
    days = sorted(p.name for p in (tmp_path / "inbox").iterdir())
    assert days == ["2026-03-02", "2026-03-03", "2026-03-04"]


@pytest.mark.parametrize(
    "wrong",
    [{"days": 0}, {"claims_per_day": 0}, {"staff": 5}, {"seed": -1}, {"start": date(1990, 1, 1)}],
)
def test_a_size_that_makes_no_office_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        OfficeSize(**wrong)


def test_the_summary_counts_what_lies_in_the_inbox(office):
    files = [p for p in (office.folder / "inbox").rglob("*") if p.is_file()]
    assert office.summary.files == len(files)
    assert office.summary.bytes == sum(p.stat().st_size for p in files)
    assert office.summary.last_day == date(2026, 4, 10)
    assert office.summary.claims >= len({pcn for _, pcn, *_ in office.submissions}) > 1500


def test_every_feed_of_the_contracts_is_delivered(office):
    patterns = {
        "837": "837[PI]_*.x12",
        "835": "835_*.x12",
        "ack": "277CA_*.x12",
        "deposits": "deposits_*.xlsx",
    }
    patterns["audits"], patterns["client_fees"] = "audits_*.xlsx", "client_fees_*.xlsx"
    patterns["fee_schedule"] = "PPRRVU*.csv"
    # The claims of this office were drawn by the built-in rules on complexity: a rule of its own would change their tiers.
    # Feedback names a version of the bands, and the office is written before there is one.
    for feed in {table.feed for table in TABLES.values()} - {"complexity_points", "feedback"}:
        assert office.files(patterns.get(feed, f"{feed}_*.csv")), feed
    assert office.files("999_*.x12")
    assert office.files("activitywatch_*.json")


def test_configuration_and_readme_say_that_everything_is_synthetic(office):
    text = (office.folder / "rcmbench.toml").read_text()
    assert tomllib.loads(text) == {
        "office": {"name": "Sample office (synthetic)", "time_zone": "America/Chicago"},
        "intake": {"first_day": date(2026, 3, 2)},
    }
    delivered = [date.fromisoformat(path.name) for path in (office.folder / "inbox").iterdir()]
    assert min(delivered) == load_settings(office.folder / "rcmbench.toml").intake.first_day
    assert "synthetic" in text.splitlines()[0]
    assert "synthetic" in (office.folder / "README.txt").read_text()


def test_every_name_in_x12_is_recognisable_as_invented(office):
    for path, segments in office.x12("*.x12"):
        for s in segments:
            if s[0] == "NM1":
                assert s[3].startswith(("SYNTHETIC", "SAMPLE")), (path.name, s[1])
            if s[0] == "N1":
                assert s[2].startswith("SAMPLE")


def test_progress_is_told_after_every_day(tmp_path):
    seen = []
    write_office(
        tmp_path, OfficeSize(days=3, claims_per_day=4, staff=6), progress=lambda d, n: seen.append((d, n))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_ten_days_are_enough_for_every_kind_of_mess(tmp_path):
    write_office(tmp_path, OfficeSize(days=10, claims_per_day=40, staff=12))
    log = (tmp_path / "truth" / "mess.csv").read_text().splitlines()[1:]
    assert len(log) == 7
    assert len({line.split(",")[0] for line in log}) == 7


def test_an_office_with_far_more_claims_than_people_still_keeps_up(tmp_path):
    write_office(tmp_path, OfficeSize(days=3, claims_per_day=2000, staff=6))
    for day in ("20260303", "20260304"):
        (path,) = (tmp_path / "inbox").glob(f"*/charge_entries_{day}.csv")
        assert 1500 < len(path.read_text().splitlines()) < 3500
