"""What is told of an error: all of ours, and of others the type and the place, never a value."""

import errno
import importlib
import os
import pkgutil

import duckdb
import pytest

import assets
import pipelines
from assets.errors import RcmbenchError, masked, told

PLANTED = "ZQXPATIENT"
# What readers raise for themselves and turn into the reason of a reject or of an unusable file.
WITHIN_READERS = {"ArchiveError", "ArchiveTooLarge", "Unavailable", "Unreadable", "Unusable", "_NoExport"}


def _caught(function):
    try:
        function()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("message", "left"),
    [
        (f"Could not convert string '{PLANTED}' to INT32", "Could not convert string '...' to INT32"),
        (f"Could not convert string 'O'{PLANTED}' to DATE", "Could not convert string '...' to DATE"),
        (f"key 'a', value '{PLANTED}\nsecond line' is bad", "key '...' is bad"),
        ('column "day" not found\nLINE 1: select ' + PLANTED, 'column "day" not found'),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_a_message_of_the_database_keeps_names_and_loses_values(message, left):
    assert masked(message) == left


def test_an_error_of_the_operating_system_is_told_in_its_own_words():
    error = OSError(errno.ENOSPC, PLANTED, f"/inbox/{PLANTED}.csv")
    assert told(error) == f"OSError: {os.strerror(errno.ENOSPC)}"


def test_a_message_of_the_database_is_short():
    assert len(masked("x" * 5000)) == 200


def test_of_the_database_the_masked_message_is_told():
    error = _caught(lambda: duckdb.connect().execute(f"select cast('{PLANTED}' as integer)"))
    assert told(error).startswith("ConversionException: ")
    assert PLANTED not in told(error)


def test_of_other_libraries_only_the_type_is_told():
    assert told(_caught(lambda: int(PLANTED))) == "ValueError"


def test_the_last_place_in_our_code_is_told():
    from assets.intake.sources import Source

    assert told(_caught(lambda: Source(PLANTED, pattern=None))).startswith(
        "ValueError (assets/intake/declared.py, line "
    )


def test_every_error_of_ours_has_the_one_base():
    found = []
    for package in (assets, pipelines):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(info.name)
            found += [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == info.name]
    errors = {cls for cls in found if issubclass(cls, Exception)}
    assert len(errors) >= 8
    assert [
        cls.__name__
        for cls in errors
        if not issubclass(cls, RcmbenchError) and cls.__name__ not in WITHIN_READERS
    ] == []
