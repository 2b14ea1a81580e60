"""The page of payment models: fee-for-service, value-based and capitated contracts side by side, and what guards patients.

Belongs here: sections made from `payment_models`. Does not belong here: what clinicians do (`clinicians.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Fold, Named, Page, Section, Table, Text
from assets.report.care import guard_section
from assets.report.charts import Drawn, Point, lines, stacked
from assets.report.contracts import MODELS, NOTHING, contract_table, model_name, order
from assets.report.figures import newest, reason

if TYPE_CHECKING:
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]
SHARES = (("revenue", "Revenue"), ("patients", "Patients"))
REVENUE = (
    "pmpm_revenue.total",
    "pmpm_revenue.capitation",
    "pmpm_revenue.fee_for_service",
    "pmpm_revenue.care_management",
)
OWN = ("pmpm_revenue.total", "pmpm_cost.own_services", "pmpm_margin.own_services")
WHOLE = ("pmpm_revenue.total", "pmpm_cost.total_cost_of_care", "pmpm_margin.total_cost_of_care")
MARGINS = {"pmpm_margin.own_services": "own services", "pmpm_margin.total_cost_of_care": "total cost of care"}
USE = (
    "ed_visits.treat_and_release_per_1000", "ed_visits.admitted_per_1000", "admissions.acute_per_1000", "icu_admissions.per_1000",
    "icu_admissions.share", "readmission_rate.unplanned_30_days",
)  # fmt: skip
PAID = ("quality_payment.bonus", "quality_payment.penalty", "quality_payment.shared_savings")
BILLING = (
    "billable_encounter_rate.fee_for_service", "billable_encounter_rate.all_models", "missed_billing.advance_care_planning",
    "missed_billing.chronic_care", "missed_billing.complex_chronic_care", "missed_billing.transitional_care",
)  # fmt: skip
RISK = ("risk_stratified.panel", "high_risk_identified.stratified", "high_risk_contacted.month")


def payment_models_page(published: Published, registry: Registry) -> Page:
    """Return the page of payment models."""
    rows = published.rows("payment_models")
    return Page(
        "payment-models.html",
        "Payment models",
        "What each contract pays for, what its patients use, and whether they get the care that the contract calls good. Panels differ in how ill "
        "their members are; no number here makes up for that.",
        (
            _mix(rows, registry),
            _money(rows, registry),
            _utilisation(rows, registry),
            guard_section(rows, registry),
            _section("billing", "What is billed under contracts", BILLING, rows, registry, _BILLING_TEXT),
            _section("risk", "Panels by risk", RISK, rows, registry, ""),
            _withheld(rows),
        ),
    )  # fmt: skip


_BILLING_TEXT = "Visits that could be billed and work that nobody billed for, of five clinicians or more. Under capitation more services are no aim."


def _names(names: tuple[str, ...], registry: Registry) -> tuple[Any, ...]:
    return tuple(registry[name] for name in names)


def _mix(rows: list[Row], registry: Registry) -> Section:
    """Return which share of revenue and of patients stands under which model."""
    title = "Models side by side"
    points, used = [], []
    for what, label in SHARES:
        for model, said in MODELS.items():
            name = f"payment_model_share.{model}_{what}"
            found = newest([row for row in rows if row["definition_id"] == name and row["contract_id"] == "all"], shown=True)  # fmt: skip
            if found and found[0]["value"] is not None:
                used.append(name)
                points.append(Point(f"{label}, {words.month(found[0]['period'])}", said, found[0]["value"], registry.figure(found[0])))  # fmt: skip
    if not points:
        return Section("mix", title, (Text(_why(rows, "payment_model_share.")),))
    how = "The newest month of which it can be told. Patients of a contract with two layers stand under both, so their shares may add up to more than the whole."
    definitions = _names(tuple(used), registry)
    drawn = Drawn("mix-chart", "Revenue and patients by payment model", how, tuple(points), "share", definitions, "Of which")  # fmt: skip
    return Section("mix", title, (stacked(drawn),))


def _money(rows: list[Row], registry: Registry) -> Section:
    title = "Money per member and month"
    text = (
        "Two scopes that are never mixed. Own services: what the practice's own work costs it. Total cost of care: what all providers are paid for "
        "these members, where a contract shares that risk. A margin stands only in the scope that a contract is paid for."
    )
    if not any(row["value"] is not None for row in rows if row["definition_id"].startswith("pmpm_")):
        return Section("money", title, (Text(text), Text(_why(rows, "pmpm_"))))
    blocks: list[Any] = [Text(text)]
    for name, scope in MARGINS.items():
        mine = [
            row
            for row in rows
            if row["definition_id"] == name and row["value"] is not None and row["contract_id"] != "all"
        ]
        points = tuple(
            Point(
                row["period"],
                f"{row['contract_id']} ({model_name(row['model'])})",
                row["value"],
                registry.figure(row),
            )
            for row in sorted(mine, key=lambda row: (*order(row), row["period"]))
        )
        if points:
            definition = registry[name]
            how = f"Revenue less cost, scope: {scope}. Contracts that are paid for another scope, and months that are withheld, are left out."
            chart_id = f"margin-{name.partition('.')[2].replace('_', '-')}"
            drawn = sorted({point.series for point in points})
            # A single line has no legend: the heading says whose it is.
            title_of_chart = f"Margin per member and month, {scope}" + (
                f": {drawn[0]}" if len(drawn) == 1 else ""
            )
            blocks.append(lines(Drawn(chart_id, title_of_chart, how, points, definition.unit, (definition,), "Month", words.month)))  # fmt: skip
    revenue = contract_table("Revenue, USD per member and month", REVENUE, rows, registry)
    quality = contract_table(
        "Bonus, penalty and shared savings, USD per member and month", PAID, rows, registry
    )
    blocks += [
        contract_table("Scope own services, USD per member and month", OWN, rows, registry),
        _whole_cost(rows, registry),
        Fold("Where the revenue comes from", (revenue,)),
        Fold("Paid for quality", (quality,)),
    ]
    return Section("money", title, tuple(blocks))


def _whole_cost(rows: list[Row], registry: Registry) -> Table | Text:
    if not any(row["definition_id"] in WHOLE[1:] for row in rows):
        return Text("No contract's total cost of care is published: it takes the feed of what members cost.")
    return contract_table("Scope total cost of care, USD per member and month", WHOLE, rows, registry)


def _utilisation(rows: list[Row], registry: Registry) -> Section:
    text = (
        "Unadjusted: nothing here makes up for how old or ill the members of a panel are, so contracts must not be ranked by it. Fewer admissions are "
        "good news only beside quality that holds."
    )
    return _section("utilisation", "What members use, unadjusted", USE, rows, registry, text)


def _section(section: str, title: str, names: tuple[str, ...], rows: list[Row], registry: Registry, text: str) -> Section:  # noqa: PLR0913, PLR0917 - what a section says  # fmt: skip
    before = (Text(text),) if text else ()
    if not any(row["definition_id"] in names for row in rows):
        return Section(section, title, (*before, Text(NOTHING)))
    table = contract_table(f"{title}, newest period with a number", names, rows, registry)
    links = Table("What these are", ("Measure", "Which way is better"), tuple((Named(registry[name]), registry[name].direction) for name in names))  # fmt: skip
    return Section(section, title, (*before, table, Fold("What these are", (links,))))


def _why(rows: list[Row], beginning: str) -> str:
    """Return why nothing of some definitions is shown."""
    mine = [row for row in rows if row["definition_id"].startswith(beginning)]
    if not mine:
        return NOTHING
    why = sorted({reason(row["reason"]) for row in mine})
    return f"Nothing of this can be shown: {'; '.join(why)}."


def _withheld(rows: list[Row]) -> Section:
    text = (
        "A number that rests on fewer than eleven patients or events is not shown, and neither is one that would give it away by subtraction; what "
        "clinicians bill is shown of five or more. Zero tells of nobody and is shown. A missing number is never a zero."
    )
    counted: dict[str, int] = {}
    for row in rows:
        if row["value"] is None:
            why = reason(row["reason"])
            counted[why] = counted.get(why, 0) + 1
    told = tuple((words.sentence(why), words.number(n)) for why, n in sorted(counted.items(), key=lambda item: (-item[1], item[0])))  # fmt: skip
    table = Table("Numbers of contracts that are not shown", ("Why", "How many"), told, "Nothing is withheld." if rows else NOTHING)  # fmt: skip
    return Section("withheld", "What is withheld, and why", (Text(text), table))
