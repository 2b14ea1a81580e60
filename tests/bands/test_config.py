"""The parameters: what is refused, and what their hash follows."""

from dataclasses import FrozenInstanceError, replace

import pytest

from assets.bands.config import DEFAULT, BandConfig, method_id


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"window_days": 0}, "window_days"),
        ({"quantiles": (0.5, 0.75)}, "three"),
        ({"quantiles": (0.75, 0.5, 0.9)}, "rise"),
        ({"quantiles": (0.5, 0.9, 1.0)}, "inside"),
        ({"min_hours": 0.0}, "min_hours"),
        ({"min_segment_hours": -0.1}, "min_segment_hours"),
        ({"min_contributors": 4}, "min_contributors must be at least 5"),
        ({"min_days": 0}, "min_days"),
        ({"bootstrap": 10}, "bootstrap"),
        ({"units": {}}, "units"),
        ({"stages": (180, 90)}, "stages"),
        ({"thresholds": {"reworks": 1.0}}, "thresholds"),
        ({"reference_mix": (0.5, 0.5, 0.5)}, "reference_mix"),
        ({"gate_fail": 0.6}, "gate_fail"),
        ({"history_days": -1}, "history_days"),
        ({"ramp_sd": 0.0}, "ramp_sd"),
        ({"units": {"coder": ""}}, "units"),
    ],
)
def test_a_parameter_out_of_range_is_refused_by_name(change, problem):
    with pytest.raises(ValueError, match=problem):
        BandConfig(**change)


def test_the_defaults_name_the_six_roles():
    assert sorted(DEFAULT.units) == [
        "ar_follow_up",
        "charge_entry",
        "coder",
        "denial_management",
        "patient_billing",
        "payment_posting",
    ]


def test_the_configuration_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        DEFAULT.window_days = 30


def test_the_hash_follows_the_parameters_and_not_the_order_of_roles():
    turned = BandConfig(units=dict(reversed(DEFAULT.units.items())))
    assert turned.config_hash() == DEFAULT.config_hash()
    assert replace(DEFAULT, min_hours=6.0).config_hash() != DEFAULT.config_hash()
    assert replace(DEFAULT, quantiles=(0.25, 0.5, 0.75)).config_hash() != DEFAULT.config_hash()


def test_the_method_has_a_short_stable_name():
    assert method_id() == "b4bd410c0dc0"


def test_a_role_may_have_its_own_threshold():
    own = BandConfig(thresholds=DEFAULT.thresholds | {"coder/reworks": 0.02})
    assert (own.threshold("coder", "reworks"), own.threshold("charge_entry", "reworks")) == (0.02, 0.08)


def test_stages_have_names():
    assert DEFAULT.stage_names() == ("0-90", "91-180", "181-365", "366+")
    assert BandConfig(stages=(30,)).stage_names() == ("0-30", "31+")
