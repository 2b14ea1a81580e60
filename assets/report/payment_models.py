"""The page of payment models: fee-for-service, value-based and capitated contracts side by side, and what guards patients.

Belongs here: sections made from `payment_models`. Does not belong here: what clinicians do (`clinicians.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assets.report import words
from assets.report.blocks import Badge, Fold, Named, Page, Plain, Section, Table, Text
from assets.report.charts import Drawn, Point, lines, stacked
from assets.report.figures import Figure, newest, reason

if TYPE_CHECKING:
    from assets.report.figures import Registry
    from assets.report.read import Published

Row = dict[str, Any]
MODELS = {"fee_for_service": "Fee-for-service", "value_based": "Value-based", "capitation": "Capitation"}
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
GUARD, SERVICES = "skimping_guard.services_and_quality", "services_per_member_month.completed"
QUALITY = (
    "contract_quality.quality",
    "contract_quality.evidence_based_practice",
    "contract_quality.satisfaction",
)
PAID = ("quality_payment.bonus", "quality_payment.penalty", "quality_payment.shared_savings")
BILLING = (
    "billable_encounter_rate.fee_for_service", "billable_encounter_rate.all_models", "missed_billing.advance_care_planning",
    "missed_billing.chronic_care", "missed_billing.complex_chronic_care", "missed_billing.transitional_care",
)  # fmt: skip
RISK = ("risk_stratified.panel", "high_risk_identified.stratified", "high_risk_contacted.month")
NOTHING = "Nothing is published of payment models yet. It takes the feeds of contracts, members and payments, and panels of eleven or more."


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
            _guard(rows, registry),
            _section("billing", "What is billed under contracts", BILLING, rows, registry, _BILLING_TEXT),
            _section("risk", "Panels by risk", RISK, rows, registry, ""),
            _withheld(rows),
        ),
    )  # fmt: skip


_BILLING_TEXT = "Visits that could be billed and work that nobody billed for, of five clinicians or more. Under capitation more services are no aim."


def model_name(model: str) -> str:
    """Return a payment model in words: a chassis and the layer on top of it stand beside each other."""
    parts = [MODELS.get(part, part.replace("_", " ")) for part in model.split("+")]
    return " + ".join([parts[0], *(part.lower() for part in parts[1:])])


def _order(row: Row) -> tuple[Any, ...]:
    first = row["model"].partition("+")[0]
    return (list(MODELS).index(first) if first in MODELS else len(MODELS), row["model"], row["contract_id"])


def _contracts(rows: list[Row], names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the contracts of some definitions with their models, fee-for-service first."""
    mine = [row for row in rows if row["definition_id"] in names and row["contract_id"] != "all"]
    return list(dict.fromkeys((row["contract_id"], row["model"]) for row in sorted(mine, key=_order)))


def _best(rows: list[Row], name: str, contract: tuple[str, str]) -> Row | None:
    """Return the newest row of a contract that shows a number, else the newest."""
    mine = [
        row for row in rows if row["definition_id"] == name and (row["contract_id"], row["model"]) == contract
    ]
    return max(mine, key=lambda row: (row["value"] is not None, row["period"]), default=None)


def _figure(row: Row | None, registry: Registry) -> Figure | str:
    if row is None:
        return "\N{EN DASH}"
    figure = registry.figure(row)
    notes = (figure.n, figure.window, row["note"] or "")
    return replace(figure, n="; ".join(note for note in notes if note)) if figure.text else figure


def _table(caption: str, names: tuple[str, ...], rows: list[Row], registry: Registry) -> Table:
    """Return contracts down and measures across; measures of which no row is published are left out."""
    known = tuple(name for name in names if any(row["definition_id"] == name for row in rows))
    contracts = _contracts(rows, known)
    whole = [("all", "all")] if any(_best(rows, name, ("all", "all")) for name in known) else []
    told = tuple(
        (Plain("All contracts" if contract == ("all", "all") else contract[0], "" if contract == ("all", "all") else model_name(contract[1])),
         *(_figure(_best(rows, name, contract), registry) for name in known))
        for contract in [*contracts, *whole]
    )  # fmt: skip
    heads = tuple(_short(registry[name].name) for name in known)
    return Table(caption, ("Contract", *heads), told, "Nothing of this is published.")


def _short(name: str) -> str:
    """Return the name for the head of a column: what the caption says already is left out."""
    return words.sentence(name.replace(" per member and month", "").replace("Missed billing: ", "Missed: "))


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
        "these members, where a contract shares that risk. A margin is meaningful only within its scope."
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
            for row in sorted(mine, key=lambda row: (*_order(row), row["period"]))
        )
        if points:
            definition = registry[name]
            how = f"Revenue less cost, scope: {scope}. Months that are withheld or not complete are left out."
            chart_id = f"margin-{name.partition('.')[2].replace('_', '-')}"
            blocks.append(lines(Drawn(chart_id, f"Margin per member and month, {scope}", how, points, definition.unit, (definition,), "Month", words.month)))  # fmt: skip
    revenue = _table("Revenue, USD per member and month", REVENUE, rows, registry)
    quality = _table("Bonus, penalty and shared savings, USD per member and month", PAID, rows, registry)
    blocks += [
        _table("Scope own services, USD per member and month", OWN, rows, registry),
        _whole_cost(rows, registry),
        Fold("Where the revenue comes from", (revenue,)),
        Fold("Paid for quality", (quality,)),
    ]
    return Section("money", title, tuple(blocks))


def _whole_cost(rows: list[Row], registry: Registry) -> Table | Text:
    if not any(row["definition_id"] in WHOLE[1:] for row in rows):
        return Text("No contract's total cost of care is published: it takes the feed of what members cost.")
    return _table("Scope total cost of care, USD per member and month", WHOLE, rows, registry)


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
    table = _table(f"{title}, newest period with a number", names, rows, registry)
    links = Table("What these are", ("Measure", "Which way is better"), tuple((Named(registry[name]), registry[name].direction) for name in names))  # fmt: skip
    return Section(section, title, (*before, table, Fold("What these are", (links,))))


def _guard(rows: list[Row], registry: Registry) -> Section:
    """Return the skimping guard beside services and quality: one is never read without the other."""
    title = "Care beside cost"
    text = (
        "Where a panel is paid per head, fewer services cost less. The guard is raised when services of a quarter fall while a measure of the contract "
        "stands below its floor. It is a question and no finding."
    )
    names = (GUARD, SERVICES, *QUALITY)
    contracts = _contracts(rows, names)
    if not contracts:
        return Section("guard", title, (Text(text), Text(NOTHING)))
    told = tuple(
        (Plain(contract[0], model_name(contract[1])), _flag(_best(rows, GUARD, contract), registry),
         _figure(_best(rows, SERVICES, contract), registry), *(_count_of(rows, name, contract) for name in QUALITY[:1]))
        for contract in contracts
    )  # fmt: skip
    heads = ("Contract", "Guard", registry[SERVICES].name, "Quality measures shown")
    return Section(
        "guard", title,
        (Text(text), Table("The guard beside services and quality", heads, told), _definition_links(registry), *_quality(rows, registry)),
    )  # fmt: skip


def _definition_links(registry: Registry) -> Fold:
    named = tuple((Named(registry[name]), registry[name].direction) for name in (GUARD, SERVICES, *QUALITY))
    return Fold("What these are", (Table("What the guard rests on", ("Measure", "Which way is better"), named),))  # fmt: skip


def _flag(row: Row | None, registry: Registry) -> Badge | Figure | str:
    if row is None:
        return "\N{EN DASH}"
    if row["value"] is None:
        return registry.figure(row)
    period = words.period(row["period_kind"], row["period"])
    return Badge("Raised", "look", period) if row["value"] else Badge("Not raised", "fine", period)


def _count_of(rows: list[Row], name: str, contract: tuple[str, str]) -> str:
    mine = [
        row for row in rows if row["definition_id"] == name and (row["contract_id"], row["model"]) == contract
    ]
    measures = {row["measure"] for row in mine}
    shown = {row["measure"] for row in mine if row["value"] is not None}
    return f"{len(shown)} of {len(measures)}" if measures else "none came"


def _quality(rows: list[Row], registry: Registry) -> tuple[Any, ...]:
    told = []
    for name in QUALITY:
        mine = [row for row in rows if row["definition_id"] == name]
        for key in dict.fromkeys((row["contract_id"], row["model"], row["measure"]) for row in sorted(mine, key=lambda row: (*_order(row), row["measure"]))):  # fmt: skip
            best = _best([row for row in mine if row["measure"] == key[2]], name, key[:2])
            family = name.partition(".")[2].replace("_", " ")
            told.append((Plain(key[2], family), Plain(key[0], model_name(key[1])), _figure(best, registry)))
    if not told:
        return (Text("No contract has told results of its quality measures."),)
    return (Table("Quality as the contracts define it, newest period with a number", ("Measure", "Contract", "Result"), tuple(told)),)  # fmt: skip


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
