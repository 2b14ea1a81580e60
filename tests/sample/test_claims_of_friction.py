"""People who claim outages that nobody logged: true ones only, decided by others, and told without changing the story."""

from collections import defaultdict
from hashlib import blake2b

import pytest

from assets.sample.claims_of_friction import FrictionClaims
from assets.sample.office import OfficeSize, write_office

SIZE = OfficeSize(days=40, claims_per_day=60, staff=24)


@pytest.fixture(scope="module")
def states(office):
    """The states of each claim in the order of delivery."""
    found = defaultdict(list)
    for row in office.rows("friction_claims"):
        found[row["claim_id"]].append(row)
    return found


def test_a_claim_is_about_a_true_outage_that_nobody_logged(office, states):
    unlogged = [r for r in office.truth("friction_truth") if r["logged"] == "0"]
    for first, *_ in states.values():
        (true,) = [
            r
            for r in unlogged
            if r["system"] == first["system"] and r["started_at"][:10] == first["started_at"][:10]
        ]
        assert first["started_at"] <= true["started_at"] < true["ended_at"] <= first["ended_at"]


def test_whoever_claims_worked_in_the_system_meanwhile(office, states):
    worked = defaultdict(list)
    for row in office.rows("work_log"):
        worked[row["staff_id"], row["system"]].append((row["started_at"], row["ended_at"]))
    for first, *_ in states.values():
        spans = worked[first["staff_id"], first["system"]]
        assert any(start < first["ended_at"] and end > first["started_at"] for start, end in spans)


def test_claims_are_made_first_and_decided_later_by_somebody_else(states):
    for first, *later in states.values():
        assert (first["status"], first["decided_by"], first["decided_at"]) == ("claimed", "", "")
        assert len(later) <= 1
        for decided in later:
            assert decided["decided_by"] not in {"", decided["staff_id"]}
            assert decided["updated_at"] > first["updated_at"]
            same = ("staff_id", "system", "kind", "started_at", "ended_at")
            assert [decided[name] for name in same] == [first[name] for name in same]
    assert {rows[-1]["status"] for rows in states.values()} >= {"accepted", "rejected"}


def test_the_story_is_the_same_when_nobody_claims(office, tmp_path, monkeypatch):
    def written(folder):
        return {
            path.relative_to(folder): blake2b(path.read_bytes()).digest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith("friction_claims")
        }

    monkeypatch.setattr(FrictionClaims, "export", lambda *_: None)
    write_office(tmp_path, SIZE)
    assert written(tmp_path) == written(office.folder)
    assert not list(tmp_path.rglob("friction_claims*"))
    assert office.files("friction_claims_*.csv")
