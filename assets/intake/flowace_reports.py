"""The columns of Flowace-style reports, under our names: what `flowace.py` takes from each.

Belongs here: headers and what they stand for. Does not belong here: reading. Columns that end in `_time`, and active_s, are durations, read
as the source's format of active_s says. Clients, projects, productivity and prices are known and not kept.
"""

from __future__ import annotations

from assets.intake.contracts.model import Column, Table, day, moment, text

_STAFF = text(
    "staff_id",
    "whose time it is",
    *("Employee ID", "Employee Email", "Email", "Email ID", "Employee", "Employee Name", "Member", "User"),
    *("User Name", "Name"),
    required=True,
    hide="staff",
)
_DAY = day("began_on", "day of the totals", "Date", "Day", "Work Date")
_APP = text(
    "app",
    "program, page or host",
    *("Application", "App", "App Name", "App/URL", "App & URL", "Application/URL", "Web/App", "App or URL"),
    *("Application Name", "URL", "Website", "App / Website"),
    required=True,
)
_TASK = text("task_code", "task", "Task", "Task Name", required=True)
_CLAIM = text("claim_ref", "claim or account number", "Claim #", "Claim", "Account #")
_IGNORED = tuple(
    text(f"ignored_{number}", "known, and not kept", *names)
    for number, names in enumerate(
        (
            ("Client", "Client Name"),
            ("Project", "Project Name", "Sub-Client"),
            ("Work Category", "Category"),
            ("Listing", "Productivity", "Productivity Listing"),
            ("Team", "Team Name", "Department"),
            ("Billable", "Billing", "Billable Status"),
            ("Price", "Billable Amount"),
            ("Cost",),
            ("Shift", "Shift Name"),
            ("Attendance", "Attendance Status", "Status"),
            ("Title", "Window Title", "Description", "Notes"),
        )
    )
)


def _active(doc: str, *aliases: str, required: bool = False) -> Column:
    return text("active_s", doc, *aliases, required=required)


def _time(name: str, doc: str, *aliases: str, required: bool = False) -> Column:
    return text(f"{name}_time", doc, *aliases, required=required)


def _report(doc: str, *columns: Column) -> Table:
    return Table("activity", doc, key=(), event="started_at", columns=(*columns, *_IGNORED), feed="activity")


DETAIL = _report(
    "Detailed Activity Log: one row per entry, with its times.",
    _STAFF,
    moment("started_at", "when it began", "Start", "Start Time", "Started At", "From", required=True),
    moment("ended_at", "when it ended", "End", "End Time", "Ended At", "To", required=True),
    _active("duration", "Duration", "Time Spent", "Total Time", "Hours"),
    text("app", _APP.doc, *_APP.aliases),
    text("task_code", _TASK.doc, *_TASK.aliases),
    _CLAIM,
)
DAILY = _report(
    "Workforce Efficiency by day: one row per person and day.",
    _STAFF,
    day("began_on", "day of the totals", "Date", "Day", "Work Date"),
    _active("time at the computer", "Active Hours", "Active Time", "Active", "Active Hrs", required=True),
    _time("logged", "active + away + idle", "Logged Hours", "Logged Time", "Logged", "Logged Hrs"),
    _time(
        "away", "away from the computer, as the person said", "Away Hours", "Away Time", "Away", "Away Hrs"
    ),
    _time("idle", "idle beyond the threshold", "Idle Hours", "Idle Time", "Idle", "Idle Hrs"),
    *(
        text(f"ignored_{name}", "known, and not kept", f"{title} Hours", f"{title} Time", title)
        for name, title in (
            ("productive", "Productive"),
            ("unproductive", "Unproductive"),
            ("neutral", "Neutral"),
            ("task", "Task"),
            ("billable_hours", "Billable"),
            ("non_billable", "Non-Billable"),
            ("shift_hours", "Shift"),
        )
    ),
)
USAGE = _report(
    "Web & App Usage: one row per person and program or page.",
    _STAFF,
    _DAY,
    _APP,
    _active(
        "time on it",
        *("Time Spent", "Duration", "Total Time", "Usage", "Usage Time", "Time", "Hours", "Active Hours"),
        required=True,
    ),
)
TASKS = _report(
    "Task Time by day: one row per person, task and day.",
    _STAFF,
    _DAY,
    _TASK,
    _CLAIM,
    _active(
        "time on it",
        *("Time Spent", "Duration", "Total Time", "Task Hours", "Hours", "Total Hours", "Time"),
        required=True,
    ),
)
REPORTS = (DETAIL, USAGE, TASKS, DAILY)
"""In the order in which they are tried: the one with times of its entries first, the one that asks least last."""
