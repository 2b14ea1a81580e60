"""Sources: which file names are which feed, and what a name says about its date and revision."""

import re
from datetime import date

import pytest

from assets.intake.contracts import EXPORTS
from assets.intake.sources import DEFAULT_SOURCES, Source, covers_date, revision_stem, sources_from


def _feed(name, sources=DEFAULT_SOURCES):
    return next((source.feed for source in sources if source.matches(name)), None)


@pytest.mark.parametrize("feed", sorted({table.feed for table in EXPORTS}))
def test_the_usual_names_of_every_feed_are_known(feed):
    names = [
        f"{feed}.csv",
        f"{feed}_20260302.csv",
        f"{feed}-2026-03-02.xlsx",
        f"{feed}_20260302_v2.csv",
        f"{feed}_20260302_corrected.tsv.gz",
    ]
    assert {_feed(name) for name in [*names, f"{feed.upper()}_20260302.PARQUET"]} == {feed}


@pytest.mark.parametrize(
    "name",
    ["payments_march.csv", "my_payments_20260302.csv", "payments_20260302.pdf", "payments", "charges.csv"],
)
def test_other_names_are_of_no_feed(name):
    assert _feed(name) is None


def test_an_activitywatch_export_is_activity():
    assert _feed("activitywatch_PC0_20260302.json") == "activity"
    assert _feed("activity_20260302.csv") == "activity"


def test_configured_sources_come_first():
    sources = sources_from(
        [
            {
                "feed": "deposits",
                "pattern": r"^payments_",
                "aliases": {"Sum": "bank_amount"},
                "date_formats": ["%d.%m.%Y"],
            }
        ]
    )
    assert _feed("payments_20260302.csv", sources) == "deposits"
    assert sources[0].date_formats == ("%d.%m.%Y",)
    assert sources[1:] == DEFAULT_SOURCES


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"feed": "charges", "pattern": "x"}, "no export feed is called 'charges'"),
        ({"feed": "deposits"}, "not given: pattern"),
        ({"feed": "deposits", "pattern": "x", "colour": "red"}, "unknown settings: colour"),
        ({"feed": "deposits", "pattern": "x", "aliases": {"A": "amt"}}, "deposits has no columns amt"),
        ({"feed": "deposits", "pattern": "("}, "not a regular expression"),
        ({"feed": "deposits", "pattern": "x", "delimiter": "||"}, "a delimiter is one character"),
    ],
)
def test_a_wrong_setting_is_named(setting, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        sources_from([setting])


@pytest.mark.parametrize(
    "formats",
    [
        {"date_formats": ("%m/%d/%Y", "%d/%m/%Y")},
        {"date_formats": ("%d/%m/%Y",), "datetime_formats": ("%m/%d/%Y %H:%M",)},
        {"date_formats": ("%Y-%d-%m",)},
    ],
)
def test_formats_that_read_one_text_as_two_days_are_refused(formats):
    with pytest.raises(ValueError, match="different days"):
        Source("deposits", "x", **formats)


def test_formats_that_agree_may_be_declared_together():
    Source(
        "deposits",
        "x",
        date_formats=("%m/%d/%Y", "%m/%d/%y", "%Y%m%d"),
        datetime_formats=("%m/%d/%Y %H:%M", "%Y-%m-%dT%H:%M"),
    )


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("payments_20260302.csv", date(2026, 3, 2)),
        ("payments-2026-03-02_v2.csv", date(2026, 3, 2)),
        ("835_03-02-2026.txt", date(2026, 3, 2)),
        ("a_20260301_20260307.csv", date(2026, 3, 1)),
        ("batch_20261302.csv", None),
        ("batch_19891231.csv", None),
        ("batch_120260302.csv", None),
        ("payments.csv", None),
    ],
)
def test_the_date_in_a_name_is_found(name, day):
    assert covers_date(name) == day


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("charge_entries_20260310.csv", ("charge_entries_20260310.csv", 1)),
        ("Charge_Entries_20260310_v2.csv", ("charge_entries_20260310.csv", 2)),
        ("charge_entries_20260310_corrected.csv.gz", ("charge_entries_20260310.csv.gz", 2)),
        ("charge_entries_20260310_v12.csv", ("charge_entries_20260310.csv", 12)),
        ("review_v2_notes.csv", ("review_v2_notes.csv", 1)),
    ],
)
def test_a_corrected_file_has_the_stem_of_the_file_that_it_supersedes(name, found):
    assert revision_stem(name) == found


DECLARED = {"feed": "deposits", "pattern": "x"}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"aliases": ["A"]}, "source 1, deposits: aliases: must be a table of texts"),
        ({"date_formats": "%d.%m.%Y"}, "source 1, deposits: date_formats: must be a list of texts"),
        ({"formats": {"received_on": 5}}, "formats: must be a table of texts"),
        ({"formats": {"colour": "%Y"}}, "formats: deposits has no columns colour"),
        ({"formats": {"received_on": "%d.%m"}}, "formats.received_on: '%d.%m' is not a strptime format"),
        ({"formats": {"received_on": ["%m/%d/%Y", "%d/%m/%Y"]}}, "formats.received_on: '%m/%d/%Y' and"),
        ({"formats": {"received_on": ["excel_serial", "%d/%m/%Y"]}}, "a keyword stands alone"),
        ({"formats": {"bank_amount": "h:mm"}}, "formats.bank_amount: 'h:mm' is no format of DECIMAL(18,2)"),
        ({"formats": {"trace": "cents"}}, "formats.trace: 'cents' is no format of VARCHAR; there are: none"),
        ({"required": ["amt"]}, "required: deposits has no columns amt"),
        ({"absent": ["deposit_id"]}, "absent: required, and so never absent: deposit_id"),
        ({"constants": {"payer_id": 3}}, "constants: must be a table of texts"),
        ({"mode": "weekly"}, "mode: must be increment or snapshot"),
        ({"skip_where": {"TYPE": "("}}, "skip_where.TYPE: not a regular expression"),
        ({"pattern": "(?P<date>.*)", "date_format": "%d"}, "date_format: '%d' is not a strptime format"),
        ({"date_formats": ["%Q"]}, "'%Q' is not a strptime format"),
    ],
)
def test_a_wrong_setting_is_named_with_its_source(setting, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        sources_from([DECLARED | setting])


@pytest.mark.parametrize(
    ("pattern", "date_format", "name", "day"),
    [
        (r"^dep_(?P<date>\d{8})", "%d%m%Y", "dep_13022026.csv", date(2026, 2, 13)),
        (r"^dep_(?P<date>\d{8})", "%d%m%Y", "dep_99999999.csv", None),
        (r"^run_\d{8}_(?P<date>\d{8})", "%Y%m%d", "run_20250101_20260302.csv", date(2026, 3, 2)),
        (r"^dep(_(?P<date>\d{8}))?", "%Y%m%d", "dep.csv", None),
        (r"^dep", "%Y%m%d", "dep_2026-03-02.csv", date(2026, 3, 2)),
    ],
)
def test_the_pattern_says_where_the_date_of_a_name_is(pattern, date_format, name, day):
    assert Source("deposits", pattern, date_format=date_format).covers(name) == day
