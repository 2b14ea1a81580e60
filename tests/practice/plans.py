"""A plan small enough to compute by hand, as the text of its file."""

PLAN = """\
name = "East clinic"
opens = 2026-07-01
horizon_months = 8

[costs]
start_up = 1000
salary_year = 4000
clinicians = 1
benefits_share = 0.2
staff_year = 600
other_fixed_month = 50
variable_per_visit = 10

[visits]
ramp = [10, 30]
rooms = 1
visits_per_room_day = 2
working_days_month = 10

[[payers]]
name = "Pays by visit"
model = "fee_for_service"
share = 0.8
net_per_visit = 60
collections_lag_days = 30

[[payers]]
name = "Pays by member"
model = "capitation"
share = 0.2
pmpm = 12
members = [10]
"""
SENSITIVE = (
    PLAN
    + """
[sensitivity]
"costs.start_up" = [0, 2000]
"visits.ramp" = [0, 1]
"payers.Pays by visit.net_per_visit" = [60, 60]
"""
)


def written(folder, text=PLAN, name="plan.toml"):
    """Return the path of a file that holds the text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
