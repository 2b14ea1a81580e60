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
    assert method_id() == "c167ff3e15e9"
