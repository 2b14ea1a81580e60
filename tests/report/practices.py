"""A practice that is large enough to be told of: root causes, groups of clinicians, contracts under three payment models."""

from datetime import date

AS_OF = date(2026, 6, 29)
MONTHS = tuple(date(2026, month, 1) for month in range(1, 7))
CONTRACTS = (("Valley PPO", "fee_for_service"), ("Shared Care", "fee_for_service+value_based"), ("Harbour HMO", "capitation"))  # fmt: skip


def put_causes(office):
    """Publish four root causes and two small ones together, and how many denials have none."""
    causes = (("authorisation", 60, 9000), ("eligibility", 30, 4000), ("unmapped", 20, 3000), ("coding", 15, 8000), ("other", 13, 900))  # fmt: skip
    for unit, column in (("lines", 1), ("dollars", 2)):
        whole, so_far = sum(cause[column] for cause in causes), 0
        ordered = sorted(causes, key=lambda cause: (cause[0] == "other", -cause[column]))
        for place, cause in enumerate(ordered, start=1):
            so_far += cause[column]
            office.put(
                "denial_causes", definition_id=f"denial_causes.{unit}", period_kind="90_days", period=AS_OF, root_cause=cause[0],
                n_causes=2 if cause[0] == "other" else 1, place=place, numerator=cause[column], denominator=whole,
                value=cause[column] / whole, cumulative_share=so_far / whole,
            )  # fmt: skip
        for group in (("all", "all"), ("payer", "P1"), ("payer", "P2")):
            office.put("outcomes", definition_id=f"unmapped_denials.{unit}", period_kind="90_days", period=AS_OF, group_kind=group[0], group_id=group[1],
                       numerator=20, denominator=138, value=20 / 138)  # fmt: skip


def put_clinicians(office):
    """Publish two groups of clinicians in full, one that is withheld, and bands of three payment models."""
    levels = {"wrvu.actual": 4500, "wrvu.rebased": 4800, "encounters_per_day.all": 17, "wrvu_per_encounter.all": 1.4, "fill_rate.completed": 0.82,
              "no_show_share.slots": 0.06, "nonclinical_drag.all": 0.21}  # fmt: skip
    for place, (specialty, setting) in enumerate((("family_medicine", "clinic"), ("cardiology", "clinic"), ("palliative", "hospital"))):  # fmt: skip
        for name, level in levels.items():
            for number, month in enumerate(MONTHS):
                value = level * (1 - 0.1 * place) * (1 - 0.02 * number * (name == "wrvu.actual"))
                told = {"numerator": value * 100, "denominator": 100, "value": value, "contributors": "5-10"}
                hidden = {"contributors": "<5", "reason": "fewer than 5 clinicians"}
                office.put("clinicians", definition_id=name, period_kind="month", period=month, specialty=specialty, setting=setting, part="all",
                           **(hidden if specialty == "palliative" else told))  # fmt: skip
    for part, n in (("neither", 9), ("schedule_fill", 5), ("not_said", 6)):
        office.put("clinicians", definition_id="encounter_wrvu_divergence.quarter", period_kind="quarter", period=date(2026, 4, 1), specialty="family_medicine",
                   setting="clinic", part=part, numerator=n, denominator=20, value=n / 20, contributors="11-20")  # fmt: skip
    for specialty, model, status, value in (("family_medicine", "fee_for_service", "provisional", 18.0), ("cardiology", "mixed", "provisional", 15.0),
                                            ("family_medicine", "capitation", "withheld", None)):  # fmt: skip
        for name, unit in (
            ("encounters_per_day.all", "completed visits per worked day"),
            ("wrvu_per_worked_day.actual", "work RVU per worked day"),
        ):
            row = {"definition_id": name, "specialty": specialty, "setting": "clinic", "clinician_type": "physician", "payment_model": model,
                   "statement": f"how it is paid: {model.replace('_', '-')}", "unit": unit, "contributors": "11-20", "status": status, "as_of": AS_OF,
                   "reasons": "" if value else "capitated: volume is no goal", "window_from": date(2026, 4, 1), "version_id": "c1", "is_capped": False,
                   "season": 1.084 if model == "fee_for_service" else None}  # fmt: skip
            for number, level in enumerate(("acceptable", "strong", "exceptional") if value else ()):
                row |= {
                    level: value + 2 * number,
                    f"{level}_low": value + 2 * number - 1,
                    f"{level}_high": value + 2 * number + 1,
                }
            office.put("clinician_bands", **row)


def put_contracts(office):
    """Publish three contracts: money in two scopes, utilisation, services and quality, and one cell that is withheld."""
    monthly = {"pmpm_revenue.total": 90, "pmpm_revenue.capitation": 40, "pmpm_cost.own_services": 70, "pmpm_margin.own_services": 20,
               "services_per_member_month.completed": 0.4, "risk_stratified.panel": 0.7, "missed_billing.chronic_care": 0.3}  # fmt: skip
    for place, (contract, model) in enumerate(CONTRACTS):
        for name, level in monthly.items():
            for number, month in enumerate(MONTHS):
                _cell(
                    office, name, "month", month, contract, model, level * (1 + 0.1 * place + 0.02 * number)
                )
        for name, level in (("ed_visits.admitted_per_1000", 40), ("admissions.acute_per_1000", 80)):
            _cell(office, name, "quarter", date(2026, 4, 1), contract, model, level + 10 * place)
        _cell(office, "readmission_rate.unplanned_30_days", "quarter", date(2026, 4, 1), contract, model, None if place == 2 else 0.12,
              reason="fewer than 11 patients or events" if place == 2 else None, note="not adjusted for risk")  # fmt: skip
        _cell(
            office,
            "skimping_guard.services_and_quality",
            "quarter",
            date(2026, 4, 1),
            contract,
            model,
            float(place == 2),
        )
        _cell(office, "contract_quality.quality", "period", date(2026, 1, 1), contract, model, 0.68, measure="Blood pressure controlled (2026)")  # fmt: skip
    for what in ("revenue", "patients"):
        for model, share in (("fee_for_service", 0.55), ("value_based", 0.15), ("capitation", 0.3)):
            _cell(office, f"payment_model_share.{model}_{what}", "month", MONTHS[-1], "all", "all", share)


def _cell(office, name, kind, period, contract, model, value, *, measure="all", reason=None, note=None):
    told = {} if value is None else {"numerator": value * 1000, "denominator": 1000, "value": value}
    office.put("payment_models", definition_id=name, period_kind=kind, period=period, contract_id=contract, model=model, measure=measure,
               is_withheld=value is None, reason=reason, note=note, **told)  # fmt: skip
