import duckdb
import pytest

from assets.intake.tables import OlderHomeError, create_intake, refuse_older, schemas


@pytest.fixture
def home():
    with duckdb.connect() as connection:
        create_intake(connection)
        yield connection


def test_every_table_is_made_once_and_stays(home):
    home.execute("insert into intake.flags (file_id) values ('f')")
    create_intake(home)
    tables = home.execute("select count(*) from duckdb_tables() where schema_name = 'intake'").fetchone()
    assert tables == (len(schemas()),)
    assert home.execute("select count(*) from intake.flags").fetchone() == (1,)


@pytest.mark.parametrize(
    "change", ["add column row_hash varchar", "drop column body_hash", "rename column kind to sort"]
)
def test_a_home_whose_tables_have_other_columns_is_refused_with_a_way_out(home, change):
    home.execute(f"alter table intake.transactions {change}")
    with pytest.raises(OlderHomeError, match=r"intake\.transactions has other columns.*--home"):
        create_intake(home)
    with pytest.raises(OlderHomeError):
        refuse_older(home)


def test_a_table_that_is_not_ours_does_not_matter(home):
    home.execute("create table intake.notes (text varchar)")
    create_intake(home)
