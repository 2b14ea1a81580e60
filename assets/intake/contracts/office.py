"""Contracts of what an office keeps beside its daily logs: accounts, write-offs, the ledger, reference tables.

Aliases are headers seen in exports of common practice-management systems; matching ignores case, spaces and punctuation.
A feed of which rows change later (an account gets closed) delivers the row again: the ledger takes the last one per key.
"""

from assets.intake.contracts.model import Table, day, flag, moment, money, number, text, whole

_PCN = text(
    "pcn", "claim or account number", "Account #", "Account", "Claim #", "Account Number", required=True
)
_PAYER = text("payer_id", "payer identifier, as on the claim", "Payer", "Payer ID", "Payor")
_UPDATED = moment("updated_at", "last change of this row", "Updated", "Last Updated", required=True)

ACCOUNTS = Table(
    name="accounts",
    doc="One row per state of a patient account: when it was opened, how and when it was closed.",
    key=("pcn",),
    event="updated_at",
    feed="accounts",
    columns=(
        _PCN,
        _PAYER,
        moment("opened_at", "when the account was opened", "Opened", "Opened At", required=True),
        moment("closed_at", "when the balance came to zero; empty while open", "Closed", "Closed At"),
        text(
            "close_reason",
            "paid, patient_paid, contractual, corrected, written_off_denial, bad_debt, small_balance, charity or other",
            "Close Reason",
            "Closed As",
        ),
        moment("plan_started_at", "when a payment plan was agreed", "Plan Started"),
        _UPDATED,
    ),
)

ASSIGNMENTS = Table(
    name="assignments",
    doc="One row per state of an account's assignment to a person.",
    key=("assignment_id",),
    event="updated_at",
    feed="assignments",
    columns=(
        text("assignment_id", "number of the assignment", "Assignment #", required=True),
        _PCN,
        text("staff_id", "who is to work it", "Assigned To", "User", "Owner", required=True, hide="staff"),
        moment("assigned_at", "when it was assigned", "Assigned", "Assigned At", required=True),
        moment("ended_at", "when the assignment ended; empty while it lasts", "Ended", "Unassigned At"),
        money("opening_balance", "balance when it was assigned", "Opening Balance"),
        text("assigned_by", "queue, lead or self", "Assigned By"),
        _UPDATED,
    ),
)

ACCOUNT_ADJUSTMENTS = Table(
    name="account_adjustments",
    doc="One row per adjustment that the office posted to an account: write-offs and transfers, not payments.",
    key=("adjustment_id",),
    event="posted_at",
    feed="account_adjustments",
    columns=(
        text("adjustment_id", "number of the adjustment", "Adjustment #", "Adj #", required=True),
        _PCN,
        _PAYER,
        text(
            "adjustment_class",
            "contractual, denial, bad_debt, charity, small_balance, timely_filing, transfer_to_patient or other",
            "Class",
            "Adjustment Class",
            "Adjustment Type",
            "Write-off Type",
            required=True,
        ),
        money(
            "amount",
            "amount taken off the account; negative puts it back",
            "Amount",
            "Adjustment Amount",
            required=True,
        ),
        text("posted_by", "who posted it; empty when the system did", "Posted By", "User", hide="staff"),
        moment("posted_at", "when it was posted", "Posted", "Post Date", required=True),
    ),
)

FINANCIALS = Table(
    name="financials",
    doc="One row per closed month and payer class: what the books say.",
    key=("period", "payer_class"),
    event="period",
    feed="financials",
    occasional=True,
    columns=(
        day("period", "first day of the month", "Period", "Month", required=True),
        text(
            "payer_class",
            "commercial, medicare, medicaid, self_pay, other; empty for the whole office",
            "Payer Class",
            "Financial Class",
        ),
        money("gross_charges", "gross charges", "Gross Charges"),
        money(
            "contractual_adjustments", "contractual adjustments", "Contractuals", "Contractual Adjustments"
        ),
        money("npsr", "net patient service revenue", "NPSR", "Net Patient Service Revenue"),
        money("cash", "patient service cash collected", "Cash", "Cash Collected"),
        money("bad_debt", "bad debt", "Bad Debt"),
        money("rcm_cost", "cost of the revenue cycle", "RCM Cost", "Cost of Revenue Cycle"),
        money("operating_cost", "operating cost of the practice", "Operating Cost"),
        money("fixed_cost", "of that, fixed", "Fixed Cost"),
    ),
)

CLIENT_FEES = Table(
    name="client_fees",
    doc="One row per client of a billing company and month.",
    key=("client_id", "period"),
    event="period",
    feed="client_fees",
    occasional=True,
    columns=(
        text("client_id", "client", "Client", "Client ID", required=True),
        day("period", "first day of the month", "Period", "Month", required=True),
        money("fee", "fee charged to the client", "Fee", required=True),
        money("cost", "cost of serving the client", "Cost", required=True),
        money("cash", "cash collected for the client", "Cash"),
    ),
)

FILING_LIMITS = Table(
    name="filing_limits",
    doc="One row per payer, claim type and period: the days within which a claim must be filed.",
    key=("payer_id", "claim_type", "effective_from"),
    event="effective_from",
    feed="filing_limits",
    occasional=True,
    columns=(
        text("payer_id", "payer identifier, as on the claim", "Payer", "Payer ID", required=True),
        text("claim_type", "P professional, I institutional; empty for both", "Claim Type"),
        whole("limit_days", "days from the service date", "Limit Days", "Filing Limit", required=True),
        flag("is_calendar_year", "Medicare's rule: one calendar year instead of days", "Calendar Year"),
        day("effective_from", "first day on which this row holds", "Effective From", required=True),
        day("effective_to", "last day; empty while it holds", "Effective To"),
    ),
)

DIAGNOSIS_CODES = Table(
    name="diagnosis_codes",
    doc="One row per ICD-10-CM code and fiscal year, as the office loads them.",
    key=("code", "fiscal_year"),
    event="effective_from",
    feed="diagnosis_codes",
    occasional=True,
    columns=(
        text("code", "the code without its point", "Code", "ICD-10-CM", required=True),
        whole("fiscal_year", "fiscal year of the release", "Fiscal Year", "FY", required=True),
        text("description", "its text", "Description", "Long Description"),
        flag("is_billable", "a valid code; false for headings with children", "Billable", "Valid"),
        flag("has_specific_sibling", "whether a more specific code exists beside it", "More Specific Exists"),
        day("effective_from", "first day of the fiscal year", "Effective From", required=True),
    ),
)

DENIAL_CODES = Table(
    name="denial_codes",
    doc="One row per rule of the office's own on what a denial is and where it comes from; it goes before the built-in map.",
    key=("carc", "rarc", "group_code", "effective_from"),
    event="effective_from",
    feed="denial_codes",
    occasional=True,
    columns=(
        text("carc", "claim adjustment reason code", "CARC", required=True),
        text("rarc", "remittance advice remark code; empty for every one", "RARC"),
        text("group_code", "CO, PR, OA or PI; empty for every one", "Group", "Group Code"),
        text("category", "root cause", "Category", "Root Cause", required=True),
        flag(
            "is_denial",
            "whether an unpaid line that carries it is denied",
            "Denial",
            "Is Denial",
            required=True,
        ),
        day("effective_from", "first day on which this row holds", "Effective From", required=True),
        day("effective_to", "last day; empty while it holds", "Effective To"),
    ),
)

COMPLEXITY_POINTS = Table(
    name="complexity_points",
    doc="One row per rule of the office's own on how hard a claim is; a kind that it names replaces the built-in rules of that kind.",
    key=("kind", "value", "effective_from"),
    event="effective_from",
    feed="complexity_points",
    occasional=True,
    columns=(
        text(
            "kind",
            "claim_type, lines, diagnoses, procedure, drg, payer, documentation, denial_likelihood or tier",
            "Kind",
            required=True,
        ),
        text(
            "value",
            "what it holds for: a code, a range A-B, a payer, a least number, or a tier",
            "Value",
            required=True,
        ),
        number("points", "points that it adds; for a tier the least sum", "Points", required=True),
        day("effective_from", "first day on which this row holds", "Effective From", required=True),
        day("effective_to", "last day; empty while it holds", "Effective To"),
    ),
)

REFERENCE_VALUES = Table(
    name="reference_values",
    doc="One row per outside value of the office's own, such as a licensed median: shown beside, never a target.",
    key=("metric", "group_id", "source", "year"),
    event="effective_from",
    feed="reference_values",
    occasional=True,
    columns=(
        text("metric", "definition that it stands beside", "Metric", "Definition", required=True),
        text("group_id", "specialty, setting or other group; empty for all", "Group", "Specialty"),
        number("low", "lower end of what was published", "Low"),
        number("value", "the value", "Value", "Median"),
        number("high", "upper end", "High"),
        text("source", "who published it", "Source", required=True),
        whole("n", "how many it rests on", "N"),
        whole("year", "year of the data", "Year", required=True),
        text("caveat", "what keeps it from being compared", "Caveat"),
        day("effective_from", "first day on which it is shown", "Effective From", required=True),
    ),
)

FRICTION_CLAIMS = Table(
    name="friction_claims",
    doc="One row per state of a person's claim that a system hampered their work; no free text, it could hold patient data.",
    key=("claim_id",),
    event="updated_at",
    feed="friction_claims",
    occasional=True,
    columns=(
        text("claim_id", "number of the claim", "Friction Claim #", "Friction Claim Number", required=True),
        text("staff_id", "who was hampered", "Claimed By", "Employee ID", required=True, hide="staff"),
        text("system", "ehr, pm, clearinghouse or portal:<payer>, as in friction", "System", required=True),
        text("kind", "outage or slow", "Kind", "Type"),
        moment("started_at", "when it began", "Start", "Started At", required=True),
        moment("ended_at", "when it ended; empty while it lasts", "End", "Ended At"),
        text(
            "status",
            "claimed, accepted or rejected; only accepted ones count",
            "Status",
            "Decision",
        ),
        text("decided_by", "who decided; never the person who claims", "Decided By", hide="staff"),
        moment("decided_at", "when it was decided; empty before", "Decided", "Decided At"),
        _UPDATED,
    ),
)

OFFICE = (
    ACCOUNTS,
    ASSIGNMENTS,
    ACCOUNT_ADJUSTMENTS,
    FINANCIALS,
    CLIENT_FEES,
    FILING_LIMITS,
    DIAGNOSIS_CODES,
    DENIAL_CODES,
    COMPLEXITY_POINTS,
    REFERENCE_VALUES,
    FRICTION_CLAIMS,
)
