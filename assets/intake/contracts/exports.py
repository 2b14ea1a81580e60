"""Contracts of the tables that are read from practice-management exports, workforce trackers and rosters.

Aliases are headers seen in exports of common practice-management systems; matching ignores case, spaces and punctuation.
A feed of which rows change later (an appeal gets decided) delivers the row again: the ledger takes the last one per key.
"""

from assets.intake.contracts.model import Table, day, flag, moment, money, number, text, whole

_PCN = text(
    "pcn",
    "the provider's claim number, as CLM01 on the claim",
    "Claim #",
    "Claim No",
    "Claim ID",
    "Account #",
)
_PAYER = text("payer_id", "payer identifier, as on the claim", "Payer", "Payer Code", "Carrier ID")

CHARGE_ENTRIES = Table(
    name="charge_entries",
    doc="One row per claim whose charges were entered.",
    key=("pcn",),
    event="entered_at",
    feed="charge_entries",
    columns=(
        text("encounter_id", "visit or stay that was billed", "Encounter", "Visit #", required=True),
        text("pcn", "claim number given at entry", "Claim #", "Claim No", "Claim ID", required=True),
        text("provider_npi", "rendering provider", "Provider NPI", "Rendering NPI"),
        day("service_date", "first date of service", "DOS", "Service Date", "Date of Service", required=True),
        moment("doc_final_at", "when the clinical note was signed", "Note Signed", "Documentation Final"),
        text("entered_by", "who entered the charges", "Entered By", "User", required=True, hide="staff"),
        moment("entered_at", "when the charges were entered", "Entered At", "Entry Date/Time", required=True),
        _PAYER,
        text(
            "payer_class",
            "commercial, medicare, medicaid, self_pay or other",
            "Financial Class",
            "Payer Class",
        ),
        whole("n_lines", "charge lines entered", "Lines", "# Lines"),
        money("charge", "total charge", "Total Charge", "Charges", "Amount"),
    ),
)

SCRUBBER_EVENTS = Table(
    name="scrubber_events",
    doc="One row per event in the claim scrubber: acceptance, an edit that fired, release.",
    key=("event_id",),
    event="occurred_at",
    feed="scrubber_events",
    columns=(
        text("event_id", "number of the event", "Event #", required=True),
        text("pcn", "claim number", "Claim #", "Claim ID", required=True),
        whole("version_no", "1 for the first pass through the scrubber, then 2, 3 ...", "Version"),
        text("event", "accepted, edit or released", "Event", "Event Type", required=True),
        text("edit_code", "the rule that fired", "Edit", "Edit Code"),
        text("edit_family", "coding, registration, charge or payer", "Edit Family", "Category"),
        text("severity", "error stops the claim, warning does not", "Severity"),
        moment("occurred_at", "when", "Occurred At", "Event Date/Time", required=True),
        text("resolved_by", "who fixed the edit; empty when the system did", "Resolved By", hide="staff"),
        moment("resolved_at", "when the edit was fixed", "Resolved At"),
        flag("is_automated", "fixed or released without a person", "Auto", "Automated"),
    ),
)

QUEUE_EVENTS = Table(
    name="queue_events",
    doc="One row per entry into or exit from a work queue.",
    key=("event_id",),
    event="occurred_at",
    feed="queue_events",
    columns=(
        text("event_id", "number of the event", "Event #", required=True),
        text("queue", "name of the work queue", "Queue", "Work Queue", "Worklist", required=True),
        text("item_id", "what waits in the queue", "Item", "Item ID", required=True),
        text("pcn", "claim number, where the item has one", "Claim #"),
        text("event", "in or out", "Event", "Direction", required=True),
        moment("occurred_at", "when", "Occurred At", "Date/Time", required=True),
        text("reason", "why it left: worked, moved, cancelled", "Reason", "Out Reason"),
        number("sla_hours", "hours within which it should leave", "SLA Hours", "SLA"),
    ),
)

DENIAL_WORKLIST = Table(
    name="denial_worklist",
    doc="One row per state of a denial on the denial team's worklist.",
    key=("denial_id",),
    event="updated_at",
    feed="denial_worklist",
    columns=(
        text(
            "denial_id",
            "number of the denial in the practice-management system",
            "Denial #",
            "Denial ID",
            required=True,
        ),
        text("pcn", "claim number", "Claim #", "Claim ID", required=True),
        _PAYER,
        text("carc", "claim adjustment reason code", "CARC", "Reason Code"),
        text("category", "root cause that the team assigned", "Category", "Root Cause"),
        text("tier", "low, medium or high effort", "Tier", "Complexity"),
        text("assigned_to", "who owns it", "Assigned To", "Owner", hide="staff"),
        day("denied_on", "date of the remittance that denied it", "Denied On", "Denial Date", required=True),
        moment("first_worked_at", "first substantive action", "First Worked"),
        moment("resolved_at", "when it was closed", "Resolved", "Closed At"),
        text("outcome", "overturned, upheld, written_off, corrected or open", "Outcome", "Status"),
        money("amount", "denied charge", "Amount", "Denied Amount"),
        moment("updated_at", "last change of this row", "Updated", "Last Updated", required=True),
    ),
)

APPEALS = Table(
    name="appeals",
    doc="One row per state of an appeal.",
    key=("appeal_id",),
    event="updated_at",
    feed="appeals",
    occasional=True,
    columns=(
        text("appeal_id", "number of the appeal", "Appeal #", "Appeal ID", required=True),
        text("denial_id", "the denial appealed", "Denial #", "Denial ID", required=True),
        text("pcn", "claim number", "Claim #", "Claim ID"),
        whole("level", "1 reconsideration or redetermination, then 2, 3 ...", "Level"),
        text("filed_by", "who filed it", "Filed By", hide="staff"),
        moment("filed_at", "when it was filed", "Filed", "Filed At"),
        day("deadline_on", "last day to file", "Deadline"),
        moment("decided_at", "when the payer decided; empty while open", "Decided", "Decision Date"),
        text("decision", "overturned, partial, upheld, dismissed; empty while open", "Decision", "Result"),
        money("recovered_amount", "paid because of the appeal", "Recovered"),
        moment("returned_for_docs_at", "when the payer sent it back for documents", "Returned"),
        moment("updated_at", "last change of this row", "Updated", "Last Updated", required=True),
    ),
)

PAYMENTS = Table(
    name="payments",
    doc="One row per posted payment transaction.",
    key=("txn_id",),
    event="posted_at",
    feed="payments",
    columns=(
        text("txn_id", "number of the transaction", "Txn #", "Transaction ID", required=True),
        text("deposit_id", "the deposit that it belongs to", "Deposit #", "Batch #"),
        text("pcn", "claim number; empty when it could not be matched", "Claim #", "Claim ID"),
        _PAYER,
        money("amount", "amount posted", "Amount", "Payment", required=True),
        text("method", "era_auto, era_manual, eob_manual or patient", "Method", "Post Method", required=True),
        whole("n_lines", "lines posted", "Lines"),
        day("received_on", "when the money or the remittance arrived", "Received", "Received Date"),
        text("posted_by", "who posted it; empty when the system did", "Posted By", "Poster", hide="staff"),
        moment("posted_at", "when it was posted", "Posted", "Posted At", required=True),
        text("exception_reason", "variance, partial, no_match or plb; empty when none", "Exception"),
        money("variance_amount", "posted less expected", "Variance"),
        moment("exception_resolved_at", "when the exception was closed", "Exception Resolved"),
    ),
)

DEPOSITS = Table(
    name="deposits",
    doc="One row per state of a bank deposit.",
    key=("deposit_id",),
    event="updated_at",
    feed="deposits",
    columns=(
        text("deposit_id", "number of the deposit", "Deposit #", "Deposit ID", required=True),
        _PAYER,
        text("trace", "check or EFT number, as TRN02 on the remittance", "Trace #", "Check/EFT #"),
        money("bank_amount", "amount on the bank statement", "Bank Amount", "Amount", required=True),
        money("plb_amount", "provider-level adjustments", "PLB"),
        day("received_on", "value date", "Received", "Deposit Date", required=True),
        moment("posted_complete_at", "when the last payment of it was posted", "Posted Complete"),
        moment("reconciled_at", "when postings and bank agreed", "Reconciled"),
        moment("updated_at", "last change of this row", "Updated", "Last Updated", required=True),
    ),
)

CALLS = Table(
    name="calls",
    doc="One row per telephone call.",
    key=("call_id",),
    event="started_at",
    feed="calls",
    columns=(
        text("call_id", "number of the call", "Call #", "Call ID", required=True),
        text("staff_id", "who spoke", "Agent", "User", required=True, hide="staff"),
        text("pcn", "claim or account number", "Account #", "Claim #"),
        text("direction", "inbound or outbound", "Direction"),
        moment("started_at", "when it began", "Started", "Start Time", required=True),
        whole("talk_s", "seconds of talk", "Talk Sec", "Talk Seconds"),
        whole("hold_s", "seconds on hold", "Hold Sec"),
        whole("wrap_s", "seconds of after-call work", "Wrap Sec"),
        text("reason", "statement, payment_plan, status, coverage, dispute", "Reason"),
        text("outcome", "resolved, promised, callback, abandoned", "Outcome"),
    ),
)

CODING = Table(
    name="coding",
    doc="One row per chart whose coding was finished.",
    key=("encounter_id",),
    event="finished_at",
    feed="coding",
    columns=(
        text("encounter_id", "visit or stay", "Encounter", "Chart #", required=True),
        text("pcn", "claim number, when known", "Claim #"),
        text("coder_id", "who coded it", "Coder", required=True, hide="staff"),
        moment("assigned_at", "when it was assigned", "Assigned"),
        text("assigned_by", "queue, lead or self", "Assigned By"),
        moment("finished_at", "when coding was final", "Finished", "Final Coded", required=True),
        text("setting", "professional, outpatient or inpatient", "Setting"),
        text("drg", "inpatient DRG", "DRG"),
        whole("n_codes", "codes assigned", "# Codes", "Codes"),
    ),
)

QUERIES = Table(
    name="queries",
    doc="One row per state of a coder's query to a provider.",
    key=("query_id",),
    event="updated_at",
    feed="queries",
    columns=(
        text("query_id", "number of the query", "Query #", required=True),
        text("encounter_id", "visit or stay", "Encounter", required=True),
        text("coder_id", "who asked", "Coder", hide="staff"),
        text("provider_npi", "who was asked", "Provider NPI"),
        moment("sent_at", "when it was sent", "Sent", required=True),
        moment("answered_at", "when it was answered; empty while open", "Answered"),
        moment("updated_at", "last change of this row", "Updated", "Last Updated", required=True),
    ),
)

AUDITS = Table(
    name="audits",
    doc="One row per audited item.",
    key=("audit_id",),
    event="audited_at",
    feed="audits",
    occasional=True,
    columns=(
        text("audit_id", "number of the audit", "Audit #", required=True),
        text("item_type", "encounter, denial or note", "Item Type", required=True),
        text("item_id", "what was audited", "Item", "Item ID", required=True),
        text("staff_id", "whose work it is", "Staff", "User", hide="staff"),
        text("auditor_id", "who audited", "Auditor", hide="staff"),
        moment("audited_at", "when", "Audited", "Audit Date", required=True),
        whole("n_reviewed", "codes or points reviewed", "# Reviewed"),
        whole("n_correct", "of those, correct", "# Correct"),
        text("assigned_category", "denials: root cause as assigned", "Assigned Category"),
        text("audited_category", "denials: root cause as audited", "Audited Category"),
        number("score", "rubric score, 0 to 100", "Score"),
    ),
)

AR_SNAPSHOTS = Table(
    name="ar_snapshots",
    doc="One row per open account in a snapshot of accounts receivable.",
    key=("as_of", "pcn"),
    event="as_of",
    feed="ar_snapshots",
    snapshot=True,
    columns=(
        day("as_of", "date of the snapshot", "As Of", "Snapshot Date", required=True),
        text("pcn", "claim or account number", "Claim #", "Account #", required=True),
        _PAYER,
        text(
            "payer_class",
            "commercial, medicare, medicaid, self_pay or other",
            "Financial Class",
            "Payer Class",
        ),
        money("balance", "open balance; negative is a credit", "Balance", required=True),
        day("service_date", "first date of service", "DOS", "Service Date"),
        day("billed_on", "date of first submission; empty when not yet billed", "Billed On", "First Billed"),
        flag("is_dnfb", "discharged, not final billed", "DNFB"),
    ),
)

WORK_LOG = Table(
    name="work_log",
    doc="One row per action in the practice-management system's audit log: the only source of touches.",
    key=("touch_id",),
    event="started_at",
    feed="work_log",
    columns=(
        text("touch_id", "number of the entry", "Log #", "Entry #", required=True),
        text("staff_id", "who acted", "User", "Staff", required=True, hide="staff"),
        text(
            "item_type", "encounter, claim, payment, account, denial or patient", "Item Type", required=True
        ),
        text("item_id", "what was worked", "Item", "Item ID", required=True),
        text("pcn", "claim number, where the item has one", "Claim #"),
        text(
            "action_code",
            "code, enter, fix_edit, post, status_check, call, appeal, correct, note, query ...",
            "Action",
            required=True,
        ),
        text(
            "disposition_code",
            "completed, pending, moved, reopened; empty means no disposition",
            "Disposition",
        ),
        text("queue", "work queue", "Queue", "Work Queue"),
        text("system", "system worked in: ehr, pm, portal:<payer>, clearinghouse", "System", "Application"),
        moment("started_at", "when the item was opened", "Start", "Started At", required=True),
        moment("ended_at", "when the item was closed", "End", "Ended At", required=True),
        flag("is_automated", "done by a bot or rule", "Auto", "Automated"),
    ),
)

ACTIVITY = Table(
    name="activity",
    doc="One row per stretch of computer activity of one person; window titles and addresses are dropped.",
    key=("source", "staff_id", "started_at", "app"),
    event="started_at",
    feed="activity",
    columns=(
        text("source", "activitywatch or log", required=True),
        text("staff_id", "whose computer", "User", "Employee", required=True, hide="staff"),
        text("kind", "app, web or afk", "Kind"),
        text("app", "program name", "App", "Application"),
        text("app_class", "ehr, pm, portal, clearinghouse, office, mail, other", "Class", "Category"),
        moment("started_at", "when it began", "Start", required=True),
        moment("ended_at", "when it ended", "End", required=True),
        number(
            "active_s",
            "seconds of it with keyboard or mouse in use",
            "Active Sec",
            "Active Seconds",
            required=True,
        ),
    ),
)

STAFF = Table(
    name="staff",
    doc="One row per person, role and period: the roster.",
    key=("staff_id", "role", "valid_from"),
    event="valid_from",
    feed="staff",
    occasional=True,
    columns=(
        text("staff_id", "person", "Employee ID", "User", required=True, hide="staff"),
        text(
            "role",
            "coder, charge_entry, payment_posting, ar_follow_up, denial_management or patient_billing",
            "Role",
            required=True,
        ),
        text("team", "team", "Team"),
        text("site", "site", "Site", "Location"),
        text("system_id", "system mostly worked in", "System"),
        day("hire_date", "first day with the employer", "Hire Date"),
        day("role_start", "first day in the role", "Role Start", required=True),
        number("fte", "full-time equivalent", "FTE"),
        money("loaded_rate", "loaded hourly cost", "Loaded Rate"),
        day("valid_from", "first day on which this row holds", "Valid From", "Effective", required=True),
        day("valid_to", "last day on which this row holds; empty while it does", "Valid To"),
    ),
)

SHIFTS = Table(
    name="shifts",
    doc="One row per person and working day.",
    key=("staff_id", "shift_date"),
    event="shift_date",
    feed="shifts",
    columns=(
        text("staff_id", "person", "Employee ID", "User", required=True, hide="staff"),
        day("shift_date", "working day", "Date", "Shift Date", required=True),
        moment("start_at", "shift begins", "Shift Start", "Start", required=True),
        moment("end_at", "shift ends", "Shift End", "End", required=True),
        number("paid_min", "paid minutes", "Paid Min", required=True),
        number("leave_min", "of those, leave", "Leave Min"),
        number("meeting_min", "of those, meetings", "Meeting Min"),
        number("training_min", "of those, training", "Training Min"),
    ),
)

FRICTION = Table(
    name="friction",
    doc="One row per outage or slowdown of a system that people had to work in.",
    key=("friction_id",),
    event="started_at",
    feed="friction",
    occasional=True,
    columns=(
        text("friction_id", "number of the incident", "Incident #", "Ticket #", required=True),
        text("system", "ehr, pm, clearinghouse or portal:<payer>", "System", required=True),
        text("kind", "outage or slow", "Kind", "Type"),
        moment("started_at", "when it began", "Start", "Started At", required=True),
        moment("ended_at", "when it ended; empty while open", "End", "Ended At"),
        text("reported_by", "monitoring, it or staff", "Reported By", "Source"),
    ),
)

PRODUCTION_HISTORY = Table(
    name="production_history",
    doc="One row per person, day and complexity of a year before the first raw log, so that the season can be known.",
    key=("staff_id", "work_date", "role", "complexity"),
    event="work_date",
    feed="production_history",
    occasional=True,
    columns=(
        text("staff_id", "person", "Employee ID", "User", required=True, hide="staff"),
        day("work_date", "working day", "Date", "Work Date", required=True),
        text("role", "billing role", "Role", required=True),
        text("complexity", "low, medium or high", "Complexity", required=True),
        whole("units", "pieces of work finished", "Units", required=True),
        number("active_min", "active minutes, including friction", "Active Min", required=True),
        number("friction_min", "of those, under logged friction", "Friction Min"),
    ),
)

EXPORTS = (
    CHARGE_ENTRIES,
    SCRUBBER_EVENTS,
    QUEUE_EVENTS,
    DENIAL_WORKLIST,
    APPEALS,
    PAYMENTS,
    DEPOSITS,
    CALLS,
    CODING,
    QUERIES,
    AUDITS,
    AR_SNAPSHOTS,
    WORK_LOG,
    ACTIVITY,
    STAFF,
    SHIFTS,
    FRICTION,
    PRODUCTION_HISTORY,
)
