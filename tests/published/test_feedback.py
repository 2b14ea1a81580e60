"""What people say of bands: counted by version, role and kind, never below five people, never what somebody typed."""

import duckdb
import pytest

from assets.intake.contracts import TABLES
from assets.sql_model import SQL_ROOT, read_model

MODEL = read_model(SQL_ROOT / "published" / "feedback.sql")
COLUMNS = ", ".join(f"{column.name} {column.type}" for column in TABLES["feedback"].all_columns)


@pytest.fixture
def say():
    """Return a function that takes voices (person, kind, role, version) and returns the published cells."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create schema intake; create schema bands; create schema ledger;
            create table intake.feedback ({COLUMNS});
            create table bands.versions as select 'v1' as version_id;
            create table ledger.parameters as select 'min_people' as name, 5.0 as value;
            """
        )

        def said(*voices, **more):
            for number, (person, kind, role, version) in enumerate(voices):
                row = {
                    "feedback_id": f"f{number}", "kind": kind, "staff_id": person, "role": role, "version_id": version,
                    "given_at": "2026-07-01 10:00", "delivery_date": "2026-07-01", "file_id": "f", "txn_no": 0, "row_no": number,
                    **more,
                }  # fmt: skip
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"insert into intake.feedback ({', '.join(row)}) values ({marks})", list(row.values())
                )
            rows = connection.execute(f"select * from ({MODEL.sql}) order by all").fetchall()
            return {row[:3]: row[3:] for row in rows}

        yield said


def voices(n, kind="dispute", role="coder", version="v1"):
    return [(f"s_{person}", kind, role, version) for person in range(n)]


def test_five_people_are_told_and_four_are_not(say):
    assert say(*voices(5), *voices(4, "comment")) == {
        ("v1", "coder", "dispute"): (5, 5, None),
        ("v1", "coder", "comment"): (None, None, "fewer than 5 people"),
    }


def test_one_person_who_says_it_five_times_is_one_person(say):
    assert say(*[voices(1)[0]] * 5)["v1", "coder", "dispute"] == (None, None, "fewer than 5 people")


def test_the_last_state_of_a_feedback_counts(say):
    say(*voices(6))
    assert say(("s_0", "approval", "coder", "v1"), given_at="2026-07-02 10:00")["v1", "coder", "dispute"] == (
        5,
        5,
        None,
    )


def test_what_was_typed_is_not_published(say):
    assert set(say(("s_1", "Mr Smith", "his mother", "of 12 Elm Street"))) == {
        ("unknown", "unknown", "other")
    }


def test_the_contract_has_no_free_text_and_hides_the_person():
    columns = {column.name: column for column in TABLES["feedback"].columns}
    assert columns["staff_id"].hide == "staff"
    assert not {"comment", "text", "note", "message"} & set(columns)
