"""Adding up: parts of a loaded office make its whole at every roll-up, as ratios of sums and never as means of ratios."""

from decimal import Decimal

import pytest

from assets.measures.registry import ADDITIVE, load_definitions
from assets.warehouse import open_warehouse

ADDED = [d for d in load_definitions().values() if d.method in ADDITIVE and d.source.startswith("measures.")]
SOURCES = sorted({d.source for d in ADDED} - {"measures.production"})


@pytest.fixture(scope="module")
def warehouse(loaded):
    """The loaded office, to look at."""
    with open_warehouse(loaded.settings.warehouse_path, read_only=True) as connection:
        yield connection


def sums(connection, table, where="true", by="definition_id"):
    """Return definition (and what else to go by) -> numerator and denominator, added up."""
    rows = connection.execute(
        f"select {by}, coalesce(sum(numerator), 0), coalesce(sum(denominator), 0) from {table} where {where} group by {by}"
    ).fetchall()
    return {row[0] if len(row) == 3 else row[:-2]: row[-2:] for row in rows}


def columns_of(connection, table):
    return {row[0] for row in connection.execute(f"describe {table}").fetchall()}


@pytest.mark.parametrize("table", SOURCES)
def test_the_rows_of_a_table_add_up_to_the_same_whole_wherever_they_are_cut(warehouse, table):
    """Day by day, person by person, payer by payer: each cut is made of the same rows as the stack that is published."""
    ids = {d.id for d in ADDED if d.source == table}
    kept = "definition_id in ('" + "', '".join(sorted(ids)) + "')"
    columns = columns_of(warehouse, table)
    if "staff_id" in columns:
        whole = sums(warehouse, table, f"{kept} and staff_id is not null")
        stack = "measures.by_staff"
        cuts = ("staff_id", "role", "complexity", "measured_on")
    else:
        whole = sums(warehouse, table, kept)
        stack = "measures.by_group"
        cuts = ("measured_on",)
        kinds = sums(warehouse, stack, kept, "definition_id, group_kind")
        assert {key[0]: value for key, value in kinds.items() if key[1] == "all"} == whole
        assert all(value == whole[key[0]] for key, value in kinds.items()), "a kind of group is not the whole"
        kept += " and group_kind = 'all'"
    for cut in cuts:
        parts = sums(warehouse, stack, kept, f"definition_id, {cut}")
        again = {
            id_: tuple(sum((v[n] for (i, *_), v in parts.items() if i == id_), Decimal(0)) for n in (0, 1))
            for id_ in {key[0] for key in parts}
        }
        assert again == whole, cut


@pytest.mark.parametrize(
    ("stem", "keys"), [("staff", "staff_id, role, complexity"), ("group", "group_kind, group_id")]
)
def test_a_window_over_everything_is_the_whole_and_its_value_the_ratio_of_the_sums(warehouse, stem, keys):
    last = warehouse.execute(f"select max(measured_on) from measures.by_{stem}").fetchone()[0]
    plain = f"definition_id not in (select definition_id from measures.by_{stem} where n_cohort is not null)"
    found = warehouse.execute(
        f"select definition_id, {keys}, numerator, denominator, value from measures.{stem}_windows "
        f"where window_days = 90 and as_of = date '{last}' and {plain}"
    ).fetchall()
    inside = f"measured_on > date '{last}' - interval '90 days' and {plain}"
    whole = sums(warehouse, f"measures.by_{stem}", inside, f"definition_id, {keys}")
    assert found
    for *key, numerator, denominator, value in found:
        assert (numerator or 0, denominator or 0) == whole[tuple(key)]
        assert value == (
            float(numerator) / float(denominator) if numerator is not None and denominator else None
        )


def test_a_mean_of_the_payers_rates_would_be_another_number_than_the_rate_of_all(warehouse):
    means = warehouse.execute(
        """
        select w.value, avg(p.value)
        from measures.group_windows as w
        inner join measures.group_windows as p using (definition_id, window_days, as_of)
        where w.group_kind = 'all' and p.group_kind = 'payer' and w.definition_id = 'initial_denial_rate.claims'
        group by w.definition_id, w.window_days, w.as_of, w.value
        """
    ).fetchall()
    assert [value for value, mean in means if value is not None and value != pytest.approx(mean)]


def test_nothing_to_divide_by_is_null_and_never_zero(warehouse):
    tables = [
        *SOURCES,
        "measures.by_staff",
        "measures.by_group",
        "measures.staff_windows",
        "measures.group_windows",
    ]
    for table in tables:
        wrong = warehouse.execute(
            f"select distinct definition_id from {table} "
            "where (value is null) <> (coalesce(denominator, 0) = 0 or numerator is null)"
        ).fetchall()
        assert wrong == [], table
