"""Metrics computed a second time, in Polars, agree with the SQL to the cent, summed to the grain named here."""

import polars as pl
import pytest

from tests.independent import effort, outcomes

PERSON, CLAIM = ["staff_id", "measured_on"], ["payer_id", "measured_on"]
DAY, QUEUE = ["measured_on"], ["queue", "measured_on"]

OUTCOMES = {
    "initial_denial_rate.claims": (CLAIM, lambda f, *_: outcomes.initial_denials(f)[0]),
    "initial_denial_rate.dollars": (CLAIM, lambda f, *_: outcomes.initial_denials(f)[1]),
    "clean_claim_rate.hfma": (DAY, lambda f, *_: outcomes.clean_claims(f)),
    "days_in_ar.gross": (["as_of", "payer_class"], lambda f, p, _: outcomes.days_in_ar(f, p.ar_window_days)),
    "first_pass_yield.adjudicated": (
        CLAIM,
        lambda f, p, _: outcomes.first_pass(f, p.first_pass_maturity_days, p.matured_share),
    ),
    "net_collection_rate.service_month": (
        CLAIM,
        lambda f, p, _: outcomes.net_collections(f, p.maturity_days, p.matured_share),
    ),
}
EFFORT = {
    "touches_per_finish": (PERSON, lambda f, p, _: effort.touches(f, p.touch_gap_min)),
    "rework_share": (PERSON, lambda f, *_: effort.rework(f)),
    "active_handling_time": (PERSON, lambda f, p, _: effort.handling_time(f, p.touch_cap_min)),
    "documentation_time.per_item": (PERSON, lambda f, *_: effort.documentation(f)),
    "exception_frequency.claims": (DAY, lambda f, *_: effort.exceptions(f)[0]),
    "exception_frequency.edits": (DAY, lambda f, *_: effort.exceptions(f)[1]),
    "queue_movement.exits_per_entry": (QUEUE, lambda f, *_: effort.queue_movement(f)),
    "portal_switches": (PERSON, lambda f, *_: effort.portal_switches(f)),
    "followup_intensity.all": (DAY, lambda f, p, _: effort.followups(f, p.touch_gap_min)),
    "accounts_touched": (PERSON, lambda f, p, _: effort.accounts_touched(f, p.touch_gap_min)),
    "portal_time.share": (PERSON, lambda f, p, _: effort.portal_time(f, p.portal_gap_min)),
    "time_share.waiting": (PERSON, lambda f, *_: effort.waiting(f)),
    "time_share.active": (PERSON, lambda f, *_: effort.active_time(f)),
    "touches_per_account": (DAY, lambda f, p, zone: effort.account_touches(f, p.touch_gap_min, zone)),
}
ROOMS = {
    "outcomes": (
        "initial_denial_rate.claims",
        "initial_denial_rate.dollars",
        "clean_claim_rate.hfma",
        "first_pass_yield.adjudicated",
    ),
    "receivables": ("days_in_ar.gross", "net_collection_rate.service_month"),
    "effort": (
        "touches_per_finish",
        "active_handling_time",
        "documentation_time.per_item",
        "portal_switches",
        "portal_time.share",
        "accounts_touched",
        "time_share.waiting",
        "time_share.active",
    ),
    "queues": ("queue_movement.exits_per_entry",),
    "followup": ("followup_intensity.all", "touches_per_account"),
    "rework": ("rework_share", "exception_frequency.claims", "exception_frequency.edits"),
}
YOUNG = ("net_collection_rate.service_month",)
"""What an office of six days cannot show: none of its dollars have matured."""
EVERY = {**OUTCOMES, **EFFORT}
CASES = [("sample", name) for name in EVERY if name not in YOUNG] + [
    (room, name) for room, names in ROOMS.items() for name in names
]


def told(frame, by):
    """Return numerator and denominator per group as numbers, groups in which nothing happened left out."""
    keys = [pl.col(key).cast(pl.String).alias(name) for key, name in zip(frame.columns, by, strict=False)]
    numbers = [
        pl.col(name).cast(pl.Float64) for name in ("numerator", "denominator") if name in frame.columns
    ]
    rows = frame.select(*keys, *numbers).iter_rows()
    return {row[: len(by)]: row[len(by) :] for row in rows if any(row[len(by) :])}


def same(own, said):
    """Whether two numbers agree to the cent, or the hundredth of a minute; nothing agrees with nothing only."""
    return own is said if own is None or said is None else abs(own - said) < 0.005


@pytest.mark.parametrize(("source", "definition_id"), CASES)
def test_a_second_computation_from_the_raw_tables_agrees(twice, definitions, source, definition_id):
    office, (by, compute) = twice(source), EVERY[definition_id]
    own = compute(office.frames, office.parameters, office.zone)
    said = office.sums(definitions[definition_id].source, definition_id, by)
    wanted = [*by, *(name for name in ("numerator", "denominator") if name in own.columns)]
    computed, found = told(own, by), told(said.select(wanted), by)
    assert found, "nothing happened, so nothing was compared"
    assert sorted(computed) == sorted(found)
    different = {
        group: (computed[group], numbers)
        for group, numbers in found.items()
        if not all(map(same, computed[group], numbers))
    }
    assert different == {}
