"""A short fuzz of every reader; the long one is `make fuzz` (`run.py`)."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.fuzz.mutations import MUTATIONS, mutated
from tests.intake.fuzz.properties import TARGETS
from tests.intake.fuzz.seeds import of_kind, seeds

EXAMPLES = {"x12": 110, "table": 90, "activity": 40, "packed": 40}
SHORT = settings(deadline=None, derandomize=True, database=None)


def _cases():
    return [(kind, target) for kind, targets in TARGETS.items() for target in targets if of_kind(kind)]


@pytest.mark.parametrize(("kind", "target"), _cases(), ids=lambda value: getattr(value, "__name__", value))
def test_a_reader_accounts_for_damaged_files_and_shows_no_values(kind, target):
    files = of_kind(kind)
    others = [seed.data for seed in files]

    @settings(SHORT, max_examples=EXAMPLES[kind])
    @given(st.sampled_from(range(len(files))), st.integers(0, 2**32))
    def run(number, seed):
        target(files[number], mutated(random.Random(seed), files[number].data, others))

    run()


@pytest.mark.parametrize("kind", TARGETS)
def test_the_readers_hold_for_the_files_as_they_are(kind):
    for seed in of_kind(kind):
        for target in TARGETS[kind]:
            target(seed, seed.data)


def test_every_kind_of_file_has_seeds():
    assert {"x12", "table", "packed"} <= {seed.kind for seed in seeds()}
    assert all(len(of_kind(kind)) > 5 for kind in ("x12", "table", "packed"))


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutation_changes_bytes_and_takes_empty_ones(mutation):
    data = of_kind("x12")[0].data
    assert any(mutation(random.Random(seed), data) != data for seed in range(20))
    assert isinstance(mutation(random.Random(1), b""), bytes)
