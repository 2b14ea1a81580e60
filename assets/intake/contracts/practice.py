"""Contracts of the practice: clinicians and their calendar, visits, audits, payment contracts and the people under them.

Aliases are headers seen in exports of common practice-management systems; matching ignores case, spaces and punctuation.
A feed of which rows change later (a visit gets signed) delivers the row again: the ledger takes the last one per key.
"""

from assets.intake.contracts.model import Table, day, factor, flag, moment, money, number, text, whole

_NPI = text("provider_npi", "clinician", "Provider NPI", "NPI", "Rendering NPI", required=True)
_PERSON = text(
    "person_key",
    "pseudonym of the member or patient number",
    "Member ID",
    "Patient ID",
    "MRN",
    required=True,
    hide="member",
)
_CONTRACT = text("contract_id", "the contract", "Contract", "Contract ID", required=True)
_UPDATED = moment("updated_at", "last change of this row", "Updated", "Last Updated", required=True)

FEE_SCHEDULE = Table(
    name="fee_schedule",
    doc="One row per procedure code, modifier and release of the Physician Fee Schedule's relative value file; no descriptor is kept.",
    key=("release", "procedure_code", "modifier"),
    event="effective_from",
    feed="fee_schedule",
    occasional=True,
    columns=(
        text("release", "release, such as 2026A", required=True),
        whole("schedule_year", "calendar year of the schedule", required=True),
        text("procedure_code", "HCPCS code", "HCPCS", required=True),
        text("modifier", "26, TC, 53 or empty", "MOD"),
        text("status_code", "status indicator: A active, R restricted, T, X, I, N ...", "Status Code"),
        number("work_rvu", "work RVU", "Work RVU", required=True),
        number("pe_rvu_nonfacility", "practice expense RVU outside facilities"),
        number("pe_rvu_facility", "practice expense RVU in facilities"),
        number("mp_rvu", "malpractice RVU"),
        number("total_nonfacility", "total RVU outside facilities"),
        number("total_facility", "total RVU in facilities"),
        text("pctc_indicator", "professional and technical component indicator"),
        text("global_days", "global surgery period"),
        number("preoperative_share", "share of the work before the operation"),
        number("intraoperative_share", "share of the work of the operation"),
        number("postoperative_share", "share of the work after the operation"),
        text("multiple_procedure", "multiple procedure indicator (modifier 51)"),
        text("bilateral", "bilateral surgery indicator (modifier 50)"),
        text("assistant", "assistant at surgery indicator"),
        text("co_surgeons", "co-surgeons indicator (modifier 62)"),
        text("team_surgery", "team surgery indicator (modifier 66)"),
        text(
            "endoscopic_base",
            "code of the diagnostic endoscopy of the family, where the multiple procedure indicator is 3",
        ),
        factor("conversion_factor", "conversion factor, USD per RVU"),
        day("effective_from", "first service day of the release", required=True),
    ),
)

PROVIDERS = Table(
    name="providers",
    doc="One row per clinician and period: type, specialty, setting and FTE.",
    key=("provider_npi", "valid_from"),
    event="valid_from",
    feed="providers",
    occasional=True,
    columns=(
        _NPI,
        text(
            "clinician_type",
            "physician, aprn, pa, social_worker, chaplain or other",
            "Clinician Type",
            "Type",
            required=True,
        ),
        text("specialty", "specialty", "Specialty"),
        text("setting", "inpatient, clinic, home, facility or mixed", "Setting"),
        number("fte", "full-time equivalent", "FTE"),
        number("clinical_fte", "of that, clinical", "Clinical FTE", "cFTE"),
        money("yearly_cost", "salary and benefits a year", "Yearly Cost"),
        day("valid_from", "first day on which this row holds", "Valid From", required=True),
        day("valid_to", "last day; empty while it holds", "Valid To"),
    ),
)

PROVIDER_DAYS = Table(
    name="provider_days",
    doc="One row per clinician and day of the work calendar.",
    key=("provider_npi", "work_date"),
    event="work_date",
    feed="provider_days",
    columns=(
        _NPI,
        day("work_date", "day", "Date", "Work Date", required=True),
        number("worked_share", "1 a whole day, 0.5 half a day, 0 leave or holiday", "Worked", required=True),
        number("shifts", "shifts worked", "Shifts"),
        number("clinical_min", "clinical minutes scheduled", "Clinical Minutes"),
    ),
)

PROVIDER_TIME = Table(
    name="provider_time",
    doc="One row per stretch of a clinician's time, from a time study or a tracker.",
    key=("provider_npi", "started_at", "category"),
    event="started_at",
    feed="provider_time",
    columns=(
        _NPI,
        text(
            "category",
            "visit, family_meeting, advance_care_planning, teaching, documentation, inbox, refills, prior_authorisation, meeting or other",
            "Category",
            required=True,
        ),
        moment("started_at", "when it began", "Start", "Started At", required=True),
        number("minutes", "minutes", "Minutes", required=True),
    ),
)

ENCOUNTERS = Table(
    name="encounters",
    doc="One row per state of a visit: who saw whom, whether it is done, documented and billable.",
    key=("encounter_id",),
    event="updated_at",
    feed="encounters",
    columns=(
        text("encounter_id", "visit", "Encounter", "Visit #", required=True),
        _NPI,
        _PERSON,
        text("payer_id", "payer identifier, as on the claim", "Payer", "Payer ID"),
        day("visit_date", "day of the visit", "Visit Date", "Date of Service", required=True),
        text("status", "completed, no_show, cancelled or scheduled", "Status", required=True),
        text("setting", "inpatient, clinic, home, facility or telehealth", "Setting"),
        flag("is_billable", "whether the visit can be billed", "Billable"),
        text(
            "tags",
            "documented eligible services, joined by ':': acp, ccm, complex_ccm, tcm, family_meeting",
            "Tags",
            "Services",
        ),
        number("minutes", "minutes with the patient", "Minutes"),
        moment(
            "documented_at", "when the note was signed; empty while it is not", "Documented", "Note Signed"
        ),
        _UPDATED,
    ),
)

SLOTS = Table(
    name="slots",
    doc="One row per state of a slot of a clinician's schedule.",
    key=("slot_id",),
    event="updated_at",
    feed="slots",
    columns=(
        text("slot_id", "slot", "Slot", "Slot ID", required=True),
        _NPI,
        moment("starts_at", "when it begins", "Start", "Starts At", required=True),
        number("minutes", "length", "Minutes"),
        flag("is_bookable", "whether it could be booked; false for blocked time", "Bookable", required=True),
        text("status", "open, booked, completed, no_show or cancelled", "Status", required=True),
        _UPDATED,
    ),
)

EM_AUDITS = Table(
    name="em_audits",
    doc="One row per audited visit: the level that was billed and the level that the note supports.",
    key=("audit_id",),
    event="audited_at",
    feed="em_audits",
    occasional=True,
    columns=(
        text("audit_id", "number of the audit", "Audit #", required=True),
        text("encounter_id", "visit audited", "Encounter", required=True),
        _NPI,
        text("billed_code", "procedure code that was billed", "Billed Level", "Billed Code", required=True),
        text(
            "documented_code",
            "procedure code that the note supports",
            "Documented Level",
            "Supported Code",
            required=True,
        ),
        text("auditor_id", "who audited", "Auditor", hide="staff"),
        moment("audited_at", "when", "Audited", "Audit Date", required=True),
    ),
)

CONTRACTS = Table(
    name="payer_contracts",
    doc="One row per contract layer and period: a contract may carry a fee-for-service chassis and a value layer.",
    key=("contract_id", "layer", "valid_from"),
    event="valid_from",
    feed="payer_contracts",
    occasional=True,
    columns=(
        _CONTRACT,
        text("layer", "chassis or value", "Layer", required=True),
        text("payer_id", "payer identifier, as on the claim", "Payer", "Payer ID", required=True),
        text("plan", "plan", "Plan"),
        text("model", "fee_for_service, value_based or capitation", "Model", "Payment Model", required=True),
        text("cost_scope", "own_services or total_cost_of_care", "Scope"),
        day("valid_from", "first day", "Valid From", "Effective", required=True),
        day("valid_to", "last day; empty while it holds", "Valid To"),
    ),
)

MEMBER_MONTHS = Table(
    name="member_months",
    doc="One row per person, contract and month of membership.",
    key=("contract_id", "person_key", "month"),
    event="month",
    feed="member_months",
    occasional=True,
    columns=(
        _CONTRACT,
        _PERSON,
        day("month", "first day of the month", "Month", required=True),
        number("share", "share of the month; empty is the whole", "Share"),
        text("provider_npi", "clinician to whom the person is attributed", "Attributed NPI"),
    ),
)

ADMISSIONS = Table(
    name="admissions",
    doc="One row per inpatient stay of a member.",
    key=("admission_id",),
    event="discharged_on",
    feed="admissions",
    occasional=True,
    columns=(
        text("admission_id", "stay", "Admission", "Stay ID", required=True),
        _CONTRACT,
        _PERSON,
        day("admitted_on", "first day", "Admit Date", required=True),
        day("discharged_on", "last day", "Discharge Date", required=True),
        text("kind", "acute, observation, rehab, psychiatric, snf or other", "Type"),
        flag("is_planned", "planned stay", "Planned"),
        flag("is_icu", "whether intensive care was part of it", "ICU"),
        text(
            "disposition", "home, home_health, snf, transfer, against_advice, hospice or died", "Disposition"
        ),
        text("drg", "DRG", "DRG"),
    ),
)

ED_VISITS = Table(
    name="ed_visits",
    doc="One row per visit of a member to an emergency department.",
    key=("ed_visit_id",),
    event="visited_on",
    feed="ed_visits",
    occasional=True,
    columns=(
        text("ed_visit_id", "visit", "ED Visit", required=True),
        _CONTRACT,
        _PERSON,
        day("visited_on", "day", "Date", "Visit Date", required=True),
        flag("is_admitted", "whether it ended in an admission", "Admitted"),
    ),
)

CAPITATION = Table(
    name="capitation_payments",
    doc="One row per payment of a contract that is no payment of a claim: capitation, care-management fee, bonus or penalty.",
    key=("contract_id", "month", "kind"),
    event="month",
    feed="capitation_payments",
    occasional=True,
    columns=(
        _CONTRACT,
        day("month", "month that it is for", "Month", required=True),
        text(
            "kind",
            "capitation, care_management, shared_savings, quality_bonus or penalty",
            "Kind",
            "Type",
            required=True,
        ),
        money("amount", "amount; a penalty is negative", "Amount", required=True),
    ),
)

MEMBER_COSTS = Table(
    name="member_costs",
    doc="One row per contract, month and scope: what care cost.",
    key=("contract_id", "month", "scope"),
    event="month",
    feed="member_costs",
    occasional=True,
    columns=(
        _CONTRACT,
        day("month", "month of service", "Month", required=True),
        text("scope", "own_services or total_cost_of_care", "Scope", required=True),
        money("amount", "cost", "Cost", "Amount", required=True),
    ),
)

QUALITY_RESULTS = Table(
    name="quality_results",
    doc="One row per measure, contract and period, as the contract defines it: quality, satisfaction, evidence-based practice.",
    key=("contract_id", "measure", "measure_version", "period"),
    event="period",
    feed="quality_results",
    occasional=True,
    columns=(
        _CONTRACT,
        text("measure", "measure", "Measure", required=True),
        text("measure_version", "version of its definition", "Version"),
        text("family", "quality, satisfaction or evidence_based_practice", "Family"),
        day("period", "first day of the period", "Period", required=True),
        number("numerator", "numerator", "Numerator", required=True),
        number("denominator", "denominator", "Denominator", required=True),
        number("target", "target, as a share", "Target"),
        text("good", "up or down", "Direction"),
    ),
)

RISK_TIERS = Table(
    name="risk_tiers",
    doc="One row per person and assignment of a risk tier.",
    key=("contract_id", "person_key", "assigned_on"),
    event="assigned_on",
    feed="risk_tiers",
    occasional=True,
    columns=(
        _CONTRACT,
        _PERSON,
        text("tier", "low, rising or high", "Risk Tier", "Tier", required=True),
        day("assigned_on", "day of the assignment", "Assigned", required=True),
    ),
)

PRACTICE = (
    FEE_SCHEDULE, PROVIDERS, PROVIDER_DAYS, PROVIDER_TIME, ENCOUNTERS, SLOTS, EM_AUDITS, CONTRACTS, MEMBER_MONTHS, ADMISSIONS, ED_VISITS,
    CAPITATION, MEMBER_COSTS, QUALITY_RESULTS, RISK_TIERS,
)  # fmt: skip
