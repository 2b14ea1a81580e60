"""The registry: complete, honest about its errors, and in step with the SQL."""

import re
from functools import cache

import pytest

from assets.bands.config import BandConfig
from assets.intake.contracts import TABLES
from assets.measures.registry import DEFINITIONS_PATH, DefinitionError, load_definitions
from assets.quality import load_suites
from assets.settings import Measures
from assets.sql_model import load_models

MODELS = load_models(stages=("ledger", "measures", "bands"))
ROLES = ("coder", "charge_entry", "payment_posting", "ar_follow_up", "denial_management", "patient_billing")
ENTRY = (DEFINITIONS_PATH / "outcome.toml").read_text(encoding="utf-8").split("[[definition]]")[1]


def broken(tmp_path, text):
    path = tmp_path / "definitions.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        load_definitions(path)
    return str(error.value)


def test_every_definition_that_the_sql_names_is_registered_and_the_other_way_round():
    named = set()
    for model in MODELS.values():
        named |= set(re.findall(r"'([a-z_]+(?:\.[a-z0-9_]+)?)' as definition_id", model.sql))
    units = MODELS["measures.production"].sql.split("units_of_work (role, item_type)")[1].split("\n),")[0]
    named |= {f"output_per_hour.{role}" for role in ROLES if f"('{role}', " in units}
    assert named == set(load_definitions())


def test_no_metric_of_the_catalogue_is_missing():
    """The catalogue numbers the metrics of the billing roles from 1 to 53, those of clinicians and contracts up to 79."""
    assert {number for d in load_definitions().values() for number in d.catalogue} >= set(range(1, 80))


def test_every_definition_is_told_in_plain_words():
    """At least two sentences for somebody who never saw a formula."""
    short = [
        id_
        for id_, d in load_definitions().items()
        if len(re.findall(r"[.!?](?= [A-Z0-9]|$)", d.meaning)) < 2
    ]
    assert short == []


def test_every_parameter_is_a_key_of_the_configuration():
    for definition in load_definitions().values():
        assert set(definition.parameters) <= set(Measures.model_fields), definition.id


def test_the_sample_office_delivers_every_feed_that_a_definition_needs():
    """It delivers all but rules of an office's own on complexity: tests/sample/test_office.py."""
    needed = {feed for d in load_definitions().values() for feed in d.feeds}
    assert "complexity_points" not in needed


def test_sources_and_feeds_exist_and_the_feeds_reach_the_source():
    @cache
    def intake_of(table):
        if table.startswith("bands.") and table not in MODELS:
            return intake_of("measures.production")  # what a calibration reads
        if table not in MODELS:
            return {table}
        return set().union(*(intake_of(upstream) for upstream in MODELS[table].tables))

    for definition in load_definitions().values():
        assert set(definition.feeds) <= set(TABLES), definition.id
        assert definition.source in load_suites(), f"{definition.id}: there is no table {definition.source}"
        assert {f"intake.{feed}" for feed in definition.feeds} <= intake_of(definition.source), definition.id


def test_a_role_of_a_definition_is_a_billing_role_or_all():
    assert {definition.role for definition in load_definitions().values()} == {*ROLES, "all"}


def test_what_is_counted_per_finish_says_so():
    definitions = load_definitions()
    for id_ in ("touches_per_finish", "rework_share", "active_handling_time"):
        assert "per finish" in definitions[id_].name
        assert "once per person and day on which that person finished it" in definitions[id_].denominator


def test_the_exclusions_say_what_the_numbers_do():
    definitions = load_definitions()
    config = BandConfig()
    for role in ROLES:
        said = definitions[f"output_per_hour.{role}"].exclusions
        assert f"less than {config.min_segment_hours} friction-free hours is dropped" in said
        assert f"(default {config.min_hours:g})" in said
    assert definitions["days_in_ar.gross"].exclusions == "Credit balances."
    clean = definitions["clean_claim_rate.hfma"].exclusions
    assert "not yet released count in the denominator only" in clean
    assert "999 or 277CA belong to the front-end acceptance rate" in clean


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    assert "definitions.toml: cannot be read" in broken(tmp_path, "= nonsense")
    assert "no [[definition]] entries" in broken(tmp_path, "")
    with pytest.raises(DefinitionError, match=r"absent\.toml: cannot be read"):
        load_definitions(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'good = "down"',
            'good = "left"',
            "initial_denial_rate.claims: good must be one of up, down, context",
        ),
        ('good = "down"', "", "initial_denial_rate.claims: missing: good"),
        ('good = "down"', 'good = "down"\ncolour = "red"', "unknown: colour"),
        ("version = 1", 'version = "1"', "version must be of type int"),
        ("version = 1", "version = 0", "version must be 1 or more"),
        ("version = 1", "version = true", "version must be of type int"),
        ('unit = "share"', 'unit = ""', "unit is empty"),
        ('feeds = ["claims"', 'feeds = [1, "claims"', "feeds must be a list of names"),
    ],
)
def test_a_broken_entry_is_named_with_its_fault(tmp_path, old, new, said):
    assert old in ENTRY
    assert said in broken(tmp_path, "[[definition]]" + ENTRY.replace(old, new))


def test_an_id_that_stands_twice_is_refused(tmp_path):
    assert "defined twice" in broken(tmp_path, f"[[definition]]{ENTRY}[[definition]]{ENTRY}")
