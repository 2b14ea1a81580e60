"""A tiny published database whose tables have the columns of the real ones, and the site that is made from it."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from assets.measures.registry import load_definitions
from assets.quality import load_suites
from assets.report.read import read_published
from assets.report.site import Texts, render
from assets.slices import transaction
from pipelines.definitions import catalogue
from tests.report.practices import put_causes, put_clinicians, put_contracts

AS_OF = date(2026, 6, 29)
COLUMNS = {table.split(".")[1]: c for table, c in catalogue()[1].items() if table.startswith("published.")}
VERSION = {
    "as_of": AS_OF, "window_from": date(2026, 4, 1), "window_to": AS_OF, "has_prior_year": True, "version_id": "new1",
}  # fmt: skip
OLD = {
    **VERSION,
    "as_of": date(2026, 3, 31),
    "window_from": date(2026, 1, 1),
    "window_to": date(2026, 3, 31),
    "version_id": "old1",
}


class Office:
    """Rows to publish, by table; `put` adds one and leaves what is not told empty."""

    def __init__(self):
        self.rows = {table: [] for table in COLUMNS}

    def put(self, table, **values):
        strange = values.keys() - COLUMNS[table].keys()
        assert not strange, strange
        self.rows[table].append(values)

    def write(self, path):
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection, transaction(connection):
            for table, columns in COLUMNS.items():
                typed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
                connection.execute(f"create table {table} ({typed})")
                for row in self.rows[table]:
                    marks = ", ".join("?" * len(row))
                    connection.execute(
                        f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
                    )
        return path

    def site(self, tmp_path, examples=None):
        """Return the files of the site as text by path, without the library of the charts."""
        published = read_published(self.write(tmp_path / "published.duckdb"))
        made = render(published, Texts(load_suites(), examples or {}))
        return {name: content.decode() for name, content in made.items()}


def band(role="coder", complexity="low", stage="366+", value=10.0, **more):
    """Return a band with all three levels; without a value one that is withheld."""
    row = {
        **VERSION, "role": role, "complexity": complexity, "stage": stage, "unit": "charts per hour", "is_capped": False,
        "cap_reason": "", "contributors": "11-20", "status": "adopted", "reasons": "", "effective_from": date(2026, 6, 30),
        "decided_by": "configuration", "definition_id": f"output_per_hour.{role}",
    }  # fmt: skip
    for place, level in enumerate(("acceptable", "strong", "exceptional") if value else ()):
        row |= {
            f"{level}{end}": value + 2 * place + add
            for end, add in (("", 0), ("_low", -1), ("_high", 1), ("_uncapped", 0))
        }
        row[f"{level}_previous"] = value + 2 * place - 0.5
    return row | more


def outcome(definition_id, value, *, kind="90_days", period=AS_OF, group=("all", "all"), reason=None, n=1000):
    row = {
        "definition_id": definition_id,
        "period_kind": kind,
        "period": period,
        "group_kind": group[0],
        "group_id": group[1],
        "reason": reason,
    }
    return row if value is None else {**row, "numerator": value * n, "denominator": n, "value": value}


def effort(
    definition_id,
    value,
    *,
    complexity="low",
    kind="3_months",
    period=AS_OF,
    people="5-10",
    reason=None,
    role="coder",
):
    row = {"definition_id": definition_id, "period_kind": kind, "period": period, "role": role, "complexity": complexity,
           "contributors": people, "reason": reason}  # fmt: skip
    return row if value is None else {**row, "numerator": value * 400, "denominator": 400, "value": value}


def fair(
    definition_id,
    value,
    subject,
    *,
    kind="window",
    subject_kind="complexity",
    role="coder",
    period=AS_OF,
    reason=None,
    **more,
):
    return {"definition_id": definition_id, "period_kind": kind, "period": period, "role": role, "subject_kind": subject_kind,
            "subject": subject, "value": value, "contributors": "5-10", "reason": reason, **more}  # fmt: skip


@pytest.fixture
def office():
    """An office with something of everything: in force, provisional, withheld, drifting, late; to be changed at will."""
    return made()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The report of that office, rendered once; not to be changed."""
    return made().site(tmp_path_factory.mktemp("site"))


def made():
    office = Office()
    office.put("about", office="Sample office (synthetic)", first_delivery=date(2026, 3, 2), last_delivery=AS_OF, files=123,
               records=45678, version_id="new1", as_of=AS_OF)  # fmt: skip
    for d in load_definitions().values():
        office.put(
            "definitions", definition_id=d.id, catalogue=", ".join(str(n) for n in d.catalogue), name=d.name, meaning=d.meaning, role=d.role,
            numerator=d.numerator, denominator=d.denominator, exclusions=d.exclusions, method=d.method, parameters=", ".join(d.parameters),
            unit=d.unit, good=d.good, grain=d.grain, source=d.source, feeds=", ".join(d.feeds), availability="available", version=str(d.version),
        )  # fmt: skip
        missing = d.id.startswith("friction_claims.")
        office.put("availability", definition_id=d.id, name=d.name, role=d.role, is_available=not missing,
                   availability="not available: needs claims of friction by staff" if missing else "available")  # fmt: skip
    _put_bands(office)
    _put_work(office)
    _put_outcomes(office)
    _put_quality(office)
    put_causes(office)
    put_clinicians(office)
    put_contracts(office)
    return office


def _put_bands(office):
    for complexity, value in (("low", 10.234567), ("medium", 7.5), ("high", 4.0)):
        for stage, share in (("0-90", 0.7), ("366+", 1.0)):
            row = band(complexity=complexity, stage=stage, value=value * share)
            office.put("bands", **row)
            told = {name: kept for name, kept in row.items() if name in COLUMNS["bands_history"]}
            hashes = {
                "method_id": "m",
                "code_hash": "c",
                "config_hash": "g",
                "input_hash": "i" * 64,
                "decision_reason": "meets every criterion",
            }
            office.put(
                "bands_history",
                **told,
                **hashes,
                known_at=datetime(2026, 6, 30, 5, tzinfo=UTC),
                previous_version_id="old1",
            )
            old = {**told, **hashes, **OLD, "effective_from": date(2026, 4, 1), "effective_to": AS_OF}
            office.put("bands_history", **old, known_at=datetime(2026, 4, 1, 5, tzinfo=UTC))
            office.put("companion_bands", **{name: kept for name, kept in band(complexity=complexity, stage=stage, value=1.5).items()
                                             if name in COLUMNS["companion_bands"]} | {"definition_id": "touches_per_finish", "good": "down"})  # fmt: skip
            office.put("daily_targets", role="coder", complexity=complexity, stage=stage, unit="charts per day", hours_per_day=8, allowance=0.13,
                       productive_hours=6.96, acceptable=71.2, strong=80, exceptional=90, version_id="new1", definition_id="output_per_hour.coder")  # fmt: skip
    office.put(
        "bands",
        **band(
            "denial_management",
            value=None,
            status="withheld",
            reasons="fewer than 5 contributors",
            contributors="<5",
            effective_from=None,
        ),
    )
    office.put(
        "bands",
        **band("payment_posting", status="provisional", reasons="interval too wide", effective_from=None),
    )
    for week in (0, 7):
        office.put("drift", week=date(2026, 7, 6) + timedelta(week), as_of=date(2026, 7, 5) + timedelta(week), role="coder", complexity="low", change=0.03,
                   change_low=-0.01, change_high=0.07, break_on=date(2026, 7, 2), break_change=0.1, alarm=week == 7, version_id="new1")  # fmt: skip


def _put_work(office):
    for part, value in (("active", 0.6), ("waiting", 0.1), ("friction", 0.05), ("idle", 0.25)):
        for kind, period in (("3_months", AS_OF), ("month", date(2026, 5, 1))):
            office.put(
                "effort", **effort(f"time_share.{part}", value, complexity="all", kind=kind, period=period)
            )
    office.put("effort", **effort("portal_time.share", 0.2, complexity="all"))
    for complexity in ("low", "medium"):
        office.put(
            "effort",
            **effort(
                "output_per_hour.coder",
                9.87654321,
                complexity=complexity,
                kind="month",
                period=date(2026, 5, 1),
            ),
        )
        office.put("effort", **effort("touches_per_finish", 1.25, complexity=complexity))
    office.put(
        "effort",
        **effort(
            "touches_per_finish", None, complexity="high", people="<5", reason="fewer than 5 contributors"
        ),
    )
    office.put("effort", **effort("assignment_mix.high", 0.1, complexity="high"))
    office.put("fairness", **fair("floor_attainment.granted", 0.5, "low", numerator=5, denominator=10))
    for stage, value in (("0-90", 0.7), ("366+", 1.0)):
        office.put(
            "fairness",
            **fair(
                "experience.ramp",
                value,
                f"low {stage}",
                subject_kind="complexity and stage",
                low=value - 0.1,
                high=value + 0.1,
            ),
        )
    for month in range(1, 13):
        office.put("fairness", **fair("seasonal_index.month", 0.9 + month / 100, "output_per_hour.coder", kind="month of the year", subject_kind="metric",
                                      period=date(2000, month, 1)))  # fmt: skip
    office.put(
        "fairness",
        **fair(
            "effort_outcome_link.coding",
            0.3,
            "Coding",
            kind="series",
            subject_kind="team",
            role="all",
            low=-0.2,
            high=0.7,
        ),
    )


def _put_outcomes(office):
    for name, value in (("clean_claim_rate.hfma", 0.93), ("front_end_acceptance_rate.277ca", 0.97), ("initial_denial_rate.claims", 0.1234567),
                        ("initial_denial_rate.lines", 0.11), ("net_collection_rate.service_month", 0.95)):  # fmt: skip
        office.put("outcomes", **outcome(name, value))
        office.put("outcomes", **outcome(name, value, kind="month", period=date(2026, 4, 1)))
        office.put("outcomes", **outcome(name, value, kind="month", period=date(2026, 5, 1)))
    office.put(
        "outcomes",
        **outcome(
            "first_pass_yield.submitted",
            None,
            reason="withheld: 79 % of the cohort has matured, 90 % must have",
        ),
    )
    office.put("outcomes", **outcome("first_pass_yield.submitted", 0.88, period=AS_OF - timedelta(14)))
    for payer, value in (("P1", 0.2), ("P2", 0.1)):
        office.put("outcomes", **outcome("initial_denial_rate.claims", value, group=("payer", payer)))
    for week in range(3):
        for name, value in (("days_in_ar.gross", 26.0), ("days_in_ar.net", 27.0)):
            office.put(
                "outcomes",
                **outcome(
                    name, value + week, kind="as_of", period=AS_OF - timedelta(7 * week), n=183871.0777
                ),
            )
        office.put(
            "outcomes",
            **outcome(
                "aged_ar.over_90_of_billed",
                0.01,
                kind="as_of",
                period=AS_OF - timedelta(7 * week),
                n=4406225.86,
            ),
        )
    for bucket in ("0-30", "120+"):
        for way, value in (
            ("paid", 0.15),
            ("moved_to_patient", 0.02),
            ("written_off", 0.03),
            ("re_aged", 0),
            ("gone", 0.3),
        ):
            office.put("outcomes", **outcome(f"aging_movement.{way}", value, group=("bucket", bucket)))
    for median in (29.0, None):
        office.put("durations", definition_id="days_in_ar.cycle_time" if median else "denial_turnaround.resolved", period_kind="90_days", period=AS_OF,
                   group_kind="all", group_id="all", n_cases=900, n_closed=500, n_open=400, unit="days", median=median, p90=None, target=30,
                   share_within_target=0.5, reason="more than a tenth are still open" if median else "more than half are still open")  # fmt: skip
    office.put("reference_values", definition_id="reference_values.cited", metric="days_in_ar.gross", group_id="", low=31, value=38, high=47,
               source="Somebody", year=2025, caveat="Another basis.", origin="built_in")  # fmt: skip


def _put_quality(office):
    for day in range(10):
        for feed, days in (("835", 10), ("audits", 5)):
            if day < days:
                _deliver(office, feed, AS_OF - timedelta(27 - 3 * day), held=feed == "835" and day == 9)
        for table, verdict, failed in (
            ("ledger.claims", "passed", 0),
            ("ledger.denials", "warned", 1),
            ("intake.claims", "blocked" if day == 3 else "passed", int(day == 3)),
        ):
            office.put("suite_results", table_name=table, stage=table.split(".")[0], day=AS_OF - timedelta(3 * day), expectations=5, failed=failed,
                       blocking=int(verdict == "blocked"), verdict=verdict)  # fmt: skip
        office.put(
            "matching",
            measured_on=AS_OF - timedelta(day),
            link="835 to claim",
            rule="all",
            n_rows=100,
            matched=95,
            ambiguous=2,
            unmatched=3,
        )
    office.put(
        "matching",
        measured_on=AS_OF,
        link="277 to claim",
        rule="all",
        n_rows=10,
        matched=9,
        ambiguous=0,
        unmatched=1,
    )
    office.put(
        "proposed_friction",
        system="suite_a",
        day=date(2026, 5, 5),
        size=0.08,
        is_logged=False,
        as_of=AS_OF,
        version_id="new1",
    )


def _deliver(office, feed, day, *, held=False):
    office.put("data_quality", delivery_date=day, feed=feed, files=1, loaded_files=int(not held), pending_files=0, held_files=int(held), unusable_files=0,
               repeated_files=0, records=100, loaded=99, rejected=1, footers=0, flags=0, rejected_share=0.01)  # fmt: skip
