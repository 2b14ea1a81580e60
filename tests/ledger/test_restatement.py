"""Whatever order facts arrive in, running only the slices that the headers name ends where a full rebuild ends.

Look-ups are the declared exception: what they hold is delivered before it is looked up.
"""

import random
from datetime import date, timedelta

import pytest

from assets.intake.contracts import TABLES
from assets.sql_model import load_models

MODELS = load_models(stages=("ledger", "measures"))
EVER = (date(1900, 1, 1), date(2999, 12, 31))
FIRST = date(2026, 3, 2)


class Increments:
    """A small runner: it keeps each model by running the slices that changed values upstream name."""

    def __init__(self, office):
        self.office, self.db = office, office.connection
        for name in MODELS:
            self._store(f"create table {name} as select * from built", self._empty(name))
        self.changed = {}

    def _empty(self, name):
        return self.office.run(name, EVER[1], EVER[1], keys=[])

    def _store(self, sql, frame):
        self.db.register("built", frame)
        self.db.execute(sql)
        self.db.unregister("built")

    def _values(self, table, column):
        return {value for (value,) in self.db.execute(f"select distinct {column} from {table}").fetchall()} - {None}

    def deliver(self, facts):
        before = {table: self.db.execute(f"select count(*) from intake.{table}").fetchone()[0] for table in TABLES}
        for fact in facts:
            fact()
        self.changed = {}
        for table, count in before.items():
            self.db.execute(f"create or replace temp table new as select * from intake.{table} offset {count}")
            if self.db.execute("select count(*) from new").fetchone()[0]:
                columns = [column.name for column in TABLES[table].all_columns]
                self.changed[f"intake.{table}"] = {column: self._values("new", column) for column in columns}
        for name, model in MODELS.items():
            self._restate(name, model)

    def _restate(self, name, model):
        touched = [u for u in model.restated_by if u.table in self.changed]
        if model.slice_kind == "all":
            if not touched and model.restated_by:
                return
            scope, frames = "true", [self.office.run(name, *EVER)]
        else:
            values = sorted(set().union(*(self.changed[u.table][u.column] for u in touched)))
            if not values:
                return
            scope = f"{model.slice_column} in ({', '.join(repr(str(value)) for value in values)})"
            by_key = model.slice_kind == "key"
            frames = (
                [self.office.run(name, *EVER, keys=values)]
                if by_key
                else [self.office.run(name, value, value) for value in values]
            )
        self.db.execute(f"create or replace temp table old as select * from {name} where {scope}")
        self.db.execute(f"delete from {name} where {scope}")
        for frame in frames:
            self._store(f"insert into {name} select * from built", frame)
        self.db.execute(
            f"create or replace temp table difference as (select * from {name} where {scope} except all select * from old)"
            f" union all (select * from old except all select * from {name} where {scope})"
        )
        if self.db.execute("select count(*) from difference").fetchone()[0]:
            self.changed[name] = {column: self._values("difference", column) for column in model.columns}


def facts_of(office, rng):
    """Return what is known from the start, what arrives in any order, and what comes last, as calls."""
    start, later, last = [], [], []
    for person, role in (("s1", "coder"), ("s2", "charge_entry"), ("s3", "denial_management")):
        start.append(lambda p=person, r=role: office.add("staff", staff_id=p, role=r, role_start=FIRST, valid_from=FIRST))
    for number in range(14):
        pcn, visit, day = f"c{number}", f"e{number}", FIRST + timedelta(days=rng.randrange(8))
        coded, *worked = _work(office, rng, pcn, visit, day)
        start += [*_entry(office, pcn, visit, day), coded]
        later += _claim(office, rng, pcn, day) + worked
        audit = {"item_type": "encounter", "item_id": visit, "staff_id": "s1", "n_reviewed": 2, "n_correct": number % 3}
        last.append(lambda a=audit, v=visit, d=day: office.add("audits", audit_id=v, audited_at=d + timedelta(days=20), **a))
    for number in range(8):
        day = FIRST + timedelta(days=number)
        for person in ("s1", "s2", "s3"):
            shift = {"start_at": f"{day} 08:00", "end_at": f"{day} 17:00", "paid_min": 480, "meeting_min": 30}
            later.append(lambda p=person, d=day, s=shift: office.add("shifts", staff_id=p, shift_date=d, **s))
            stretch = {"source": "log", "app": "pm", "started_at": f"{day} 09:00", "ended_at": f"{day} 23:59", "active_s": 9000}
            later.append(lambda p=person, s=stretch: office.add("activity", staff_id=p, **s))
        if number % 3 == 0:
            open_one = {"friction_id": f"f{number}", "system": "pm", "started_at": f"{day} 15:00"}
            closed = {**open_one, "ended_at": f"{day + timedelta(days=1)} 12:00", "delivery_date": "2026-03-28"}
            later += [lambda f=open_one: office.add("friction", **f), lambda f=closed: office.add("friction", **f)]
        later.append(lambda d=day: office.add("ar_snapshots", as_of=d, pcn="a", balance=500, payer_class="other"))
    past = {"work_date": "2025-03-03", "role": "coder", "complexity": "low", "units": 3, "active_min": 60}
    later.append(lambda: office.add("production_history", staff_id="s1", **past))
    return start, later, last


def _entry(office, pcn, visit, day):
    entry = {"encounter_id": visit, "pcn": pcn, "entered_by": "s2", "service_date": day, "charge": 100}
    coded = {"encounter_id": visit, "coder_id": "s1", "finished_at": f"{day} 10:00"}
    return [
        lambda: office.add("charge_entries", entered_at=f"{day + timedelta(days=1)} 11:00", **entry),
        lambda: office.add("coding", **coded),
    ]


def _claim(office, rng, pcn, day):
    out = day + timedelta(days=2)
    n_lines, denied = rng.randrange(1, 9), rng.random() < 0.5
    scrub = {"pcn": pcn, "occurred_at": f"{out} 08:00"}
    submitted = {"submission_id": pcn, "at": f"{out} 18:00"}
    lines, adjustments = [(100, 0 if denied else 90)], [(1, "CO", "50", 100)] if denied else []
    judged, corrected = str(out + timedelta(days=14)), str(out + timedelta(days=25))
    appeal = {"denial_id": pcn, "filed_at": f"{judged} 10:00", "updated_at": f"{judged} 10:00"}
    return [
        lambda: office.submit(pcn, n_lines=n_lines, **submitted),
        lambda: office.submit(pcn, n_lines=9 - n_lines, delivery_date="2026-04-20", **submitted),
        lambda: office.add("scrubber_events", event_id=f"{pcn}a", event="accepted", **scrub),
        lambda: office.add("scrubber_events", event_id=f"{pcn}b", event="edit", is_automated=denied, **scrub),
        lambda: office.add("acknowledgements", kind="277CA", level="claim", outcome="accepted", pcn=pcn, acknowledged_at=out),
        lambda: office.remit(f"{pcn}r1", judged, pcn=pcn, lines=lines, adjustments=adjustments),
        lambda: office.remit(f"{pcn}r2", corrected, pcn=pcn, status="22", charge=-100, lines=[(-100, 0)]),
        lambda: office.remit(f"{pcn}r3", corrected, pcn=pcn, paid=70, lines=[(100, 70)]),
        lambda: office.add("appeals", appeal_id=pcn, pcn=pcn, **appeal),
    ]


def _work(office, rng, pcn, visit, day):
    minute = rng.randrange(60)
    said = rng.choice(["completed", "pending"])
    coded = {"staff_id": "s1", "item_type": "encounter", "item_id": visit, "disposition_code": "completed"}
    entered = {"staff_id": "s2", "item_id": pcn, "pcn": pcn}
    next_day, weeks_later = day + timedelta(days=1), day + timedelta(days=18)
    again = {"disposition_code": "reopened", "delivery_date": "2026-04-20", **entered}
    denial = {"staff_id": "s3", "item_type": "denial", "item_id": pcn, "pcn": pcn, "disposition_code": "completed"}
    span, overnight = (f"{next_day} 10:{minute:02}", f"{next_day} 11:00"), (f"{weeks_later} 23:50", f"{weeks_later} 23:59")
    return [
        lambda: office.touch(f"{pcn}t1", f"{day} 09:{minute:02}", f"{day} 10:00", **coded),
        lambda: office.touch(f"{pcn}t2", *span, disposition_code=said, **entered),
        lambda: office.touch(f"{pcn}t2", *span, **again),
        lambda: office.touch(f"{pcn}t3", *overnight, **denial),
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_facts_in_any_order_end_where_a_full_rebuild_ends(office, seed):
    rng = random.Random(seed)
    start, later, last = facts_of(office, rng)
    rng.shuffle(later)
    runner = Increments(office)
    runner.deliver(start)
    for part in range(5):
        runner.deliver(later[part::5])
    runner.deliver(last)
    for name in MODELS:
        kept = office.connection.execute(f"select * from {name} order by all").fetchall()
        office.connection.register("built", office.run(name, *EVER))
        rebuilt = office.connection.execute("select * from built order by all").fetchall()
        office.connection.unregister("built")
        assert kept == rebuilt, name
        assert kept, name
