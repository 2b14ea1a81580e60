"""The properties can fail: a lost record and a shown value are noticed."""

import pytest

from assets.intake.records import Flag, Parsed, Reject
from tests.intake.fuzz.properties import account, holds
from tests.intake.fuzz.seeds import Seed

SEED = Seed("f", b"", "x12", frozenset({"TESTERSON"}))


def _parsed(**values):
    return Parsed("837P", ("claims",), **values)


def test_a_record_that_is_nowhere_is_noticed():
    with pytest.raises(AssertionError, match="accounted"):
        holds(SEED, [_parsed(records=2, rejects=[Reject("claims", "why")])])
    holds(SEED, [_parsed(records=2, rejects=[Reject("claims", "why"), Reject("claims", "why")])])


def test_the_parts_of_a_file_add_up_together():
    parts = [_parsed(records=2), _parsed(rejects=[Reject("claims", "why", records=2)])]
    holds(SEED, parts)
    assert account(parts) == (2, 0, 2, 0, None)


@pytest.mark.parametrize("value", ["TESTERSON", "SYNM000001", "sample.poster1"])
def test_a_value_that_is_shown_is_noticed(value):
    for parsed in (
        _parsed(flags=[Flag("CODE", f"of {value}")]),
        _parsed(rejects=[Reject("lines", f"of {value}")]),
        _parsed(unusable=f"of {value}"),
    ):
        with pytest.raises(AssertionError, match="shown"):
            holds(SEED, [parsed])


def test_a_header_may_be_shown_but_not_a_whole_record():
    one = "EXTRA_COLUMN", "the column 'SYNM000001' is not in the contract and was not read"
    holds(SEED, [_parsed(flags=[Flag(*one)])])
    many = [Flag(one[0], one[1].replace("1", str(i), 1)) for i in range(4)]
    with pytest.raises(AssertionError, match="shown"):
        holds(SEED, [_parsed(flags=many)])
