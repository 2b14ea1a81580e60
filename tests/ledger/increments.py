"""Deliveries taken in by the pipeline's own increments, and the question whether they end where a full rebuild ends.

Belongs here: what every test of restatement needs. Does not belong here: facts, which are each test's own.
"""

from datetime import date

from assets.intake.contracts import TABLES
from assets.intake.tables import create_intake
from assets.restate import build, plan, remember, scope_of, tracked_columns
from assets.slices import next_batch, swap
from assets.sql_model import load_models, with_upstream
from assets.warehouse import prepare

MODELS = load_models(stages=("ledger", "measures"))
EVER = (date(1900, 1, 1), date(2999, 12, 31))


def needed(names):
    """Return the models of these names and of all that they read, in the order of building."""
    return with_upstream(MODELS, names)


def assert_stands_as_rebuilt(office, names, filled=()):
    """Every table holds what a full rebuild makes of the facts, and those in `filled` hold something."""
    for name in names:
        kept = office.connection.execute(f"select * from {name} order by all").fetchall()
        office.connection.register("built", office.run(name, *EVER))
        rebuilt = office.connection.execute("select * from built order by all").fetchall()
        office.connection.unregister("built")
        assert kept == rebuilt, name
        assert kept or name not in filled, name


class Increments:
    """Deliveries one after the other, each taken in by the models, in the order of building."""

    def __init__(self, office, models=MODELS):
        self.db = office.connection
        self.models = models
        prepare(self.db)
        create_intake(self.db)
        self.tracked = tracked_columns(models.values())

    def deliver(self, facts):
        before = {table: self._count(f"intake.{table}") for table in (*TABLES, "transactions")}
        for fact in facts:
            fact()
        for table, count in before.items():
            if self._count(f"intake.{table}") > count:
                self._note(f"intake.{table}", count)
        for model in self.models.values():
            todo = plan(self.db, model)
            if not todo.idle:
                self._take_in(model, todo)

    def _count(self, table):
        return self.db.execute(f"select count(*) from {table}").fetchone()[0]

    def _note(self, table, count):
        batch = next_batch(self.db)
        self.db.execute("insert into ops.changes values (?, ?, '*', null)", [batch, table])
        for column in self.tracked.get(table, ()):
            self.db.execute(
                f"insert into ops.changes select distinct {batch}, '{table}', '{column}', cast({column} as varchar) "
                f"from (select * from {table} offset {count}) where {column} is not null"
            )
        self.db.execute("insert into ops.batches (batch, table_name) values (?, ?)", [batch, table])

    def _take_in(self, model, todo):
        build(self.db, model, todo, horizon_days=730)
        self.db.begin()
        swap(
            self.db,
            model.name,
            scope_of(model, todo),
            order_by=model.grain,
            tracked=self.tracked.get(model.name, ()),
            event_column=None,
            run_id="r",
        )
        remember(self.db, model, todo)
        self.db.commit()
