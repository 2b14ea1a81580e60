"""The published match rates: a day's parts and their sum, how old the logs are, and feeds that stop."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SQL = (ROOT / "sql" / "published" / "matching.sql").read_text(encoding="utf-8")
SUITE = yaml.safe_load((ROOT / "expectations" / "published" / "matching.yml").read_text(encoding="utf-8"))
FIRST = date(2026, 3, 2)


@pytest.fixture
def rates():
    """Return a function that puts in rows of (link, rule, matched, ambiguous, unmatched, day) and publishes them."""
    with duckdb.connect() as connection:
        connection.execute(
            "create schema ledger; create table ledger.sent_batches as select date '2026-03-02' as submitted_on; "
            "create table ledger.match_rates (link text, rule text, matched bigint, ambiguous bigint, unmatched bigint, "
            "n_rows bigint, measured_on date)"
        )

        def publish(*rows):
            for link, rule, *counts, day in rows:
                connection.execute(
                    "insert into ledger.match_rates values (?, ?, ?, ?, ?, ?, ?)",
                    [link, rule, *counts, sum(counts), day],
                )
            connection.execute(f"create or replace table published_matching as {SQL}")
            found = connection.execute("select * from published_matching").to_arrow_table().to_pylist()
            return {(row["link"], row["rule"], row["measured_on"]): row for row in found}

        publish.connection = connection
        yield publish


def warned(rates):
    (query,) = [
        e["with"]["unexpected_rows_query"]
        for e in SUITE["expectations"]
        if e["name"] == "claims_get_acknowledged"
    ]
    return rates.connection.execute(query.format(batch="published_matching")).fetchall()


def test_the_rate_of_a_link_is_the_ratio_of_sums_over_its_rules(rates):
    found = rates(
        ("835 to claim", "pcn", 6, 2, 0, FIRST),
        ("835 to claim", "unknown_pcn", 0, 0, 2, FIRST),
        ("999 to batch", "group_control", 1, 0, 0, FIRST),
    )
    row = found["835 to claim", "all", FIRST]
    assert (row["n_rows"], row["matched"], row["ambiguous"], row["unmatched"]) == (10, 6, 2, 2)
    assert (row["unmatched_share"], row["ambiguous_share"]) == (0.2, 0.2)
    assert found["999 to batch", "all", FIRST]["unmatched_share"] == 0


def test_a_rate_of_nothing_is_null_and_not_zero(rates):
    row = rates(("835 to claim", "pcn", 0, 0, 0, FIRST))["835 to claim", "all", FIRST]
    assert row["unmatched_share"] is row["ambiguous_share"] is None


def test_each_row_says_how_old_the_log_is_that_it_was_matched_with(rates):
    later = FIRST + timedelta(days=9)
    found = rates(
        ("835 to claim", "pcn", 1, 0, 0, later),
        ("999 to batch", "group_control", 1, 0, 0, later - timedelta(days=5)),
        ("claim to 999", "unanswered", 0, 0, 1, FIRST),
        ("claim to 999", "answered", 1, 0, 0, later),
        ("claim to 277CA", "unanswered", 0, 0, 1, later),
    )
    ages = {key: row["days_of_logs"] for key, row in found.items() if key[1] == "all"}
    assert ages["835 to claim", "all", later] == 9
    assert (ages["claim to 999", "all", FIRST], ages["claim to 999", "all", later]) == (-4, 5)
    assert ages["claim to 277CA", "all", later] is None


def test_acknowledgements_that_stop_on_a_tuesday_are_warned_about_after_four_days(rates):
    days = [FIRST + timedelta(days=number) for number in range(20)]
    stopped = days[8]
    rows = [("999 to batch", "group_control", 1, 0, 0, day) for day in days if day < stopped]
    rows += [("835 to claim", "pcn", 1, 0, 0, days[-1])]
    for day in days:
        good = 90 if day < stopped else 0
        rows.append(("claim to 999", "answered", good, 0, 0, day))
        rows.append(("claim to 999", "unanswered", 0, 0, 100 - good, day))
    rates(*rows)
    assert sorted(day for day, _ in warned(rates)) == days[8:16]


def test_claims_from_before_the_first_acknowledgement_are_not_warned_about(rates):
    days = [FIRST + timedelta(days=number) for number in range(12)]
    rates(
        *[("claim to 999", "unanswered", 0, 0, 100, day) for day in days[:6]],
        ("999 to batch", "group_control", 1, 0, 0, days[6]),
        ("835 to claim", "pcn", 1, 0, 0, days[-1]),
    )
    assert warned(rates) == []
