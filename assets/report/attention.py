"""What needs attention: the rules by which somebody has to act, or should look.

Belongs here: the rules, and their words. Does not belong here: the page that lists them (`overview.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.bands.voice import DISPUTED
from assets.report import words
from assets.report.bands import version_file
from assets.report.blocks import Link, Note
from assets.report.care import GUARD
from assets.report.figures import newest
from assets.report.quality import feeds, late_feeds
from assets.report.roles import role_file, roles_of

if TYPE_CHECKING:
    from assets.report.blocks import Level
    from assets.report.read import Published

STALE_DAYS = 100
"""Days between the newest window and the newest delivery from which on bands are old: a calibration is due every 90."""
_FILES: tuple[tuple[str, str, Level], ...] = (
    ("held_files", "held until somebody decides", "act"),
    ("pending_files", "known but not read yet", "look"),
    ("unusable_files", "not usable by any reader", "look"),
)


def attention(published: Published) -> list[Note]:
    """Return what somebody has to act on or look at, in the order: data, bands, proposals, patients."""
    return [
        *_data_notes(published),
        *_band_notes(published),
        *_voice_notes(published),
        *_proposal_notes(published),
        *_guard_notes(published),
    ]


def _data_notes(published: Published) -> list[Note]:
    found, notes = feeds(published), []
    where = Link("Deliveries", "data-quality.html#deliveries")
    for column, word, level in _FILES:
        n = sum(row[column] for row in found)
        if n:
            notes.append(Note(level, f"{words.plural(n, 'file is', 'files are')} {word}.", where))
    notes += [
        Note(
            "act", f"The feed {row['feed']} has been silent for {words.plural(row['silent'], 'day')}.", where
        )
        for row in late_feeds(found)
    ]
    rejected, records = (sum(row[name] for row in found) for name in ("rejected", "records"))
    if rejected:
        text = f"{words.plural(rejected, 'record was', 'records were')} rejected, {words.percent(rejected / records)} of all."
        notes.append(Note("look", text, Link("Rejected records", "data-quality.html#rejects")))
    missing = [row for row in published.rows("availability") if not row["is_available"]]
    if missing:
        text = (
            f"{words.plural(len(missing), 'definition needs', 'definitions need')} feeds that have not come."
        )
        notes.append(
            Note("look", text, Link("What cannot be computed yet", "data-quality.html#availability"))
        )
    return notes


def _band_notes(published: Published) -> list[Note]:
    notes: list[Note] = []
    for role in roles_of(published):
        rows = published.rows("bands", role=role)
        where = Link(words.role(role), role_file(role))
        if rows and all(row["acceptable"] is None for row in rows):
            why = "; ".join(sorted({row["reasons"] or row["status"] for row in rows}))
            notes.append(Note("look", f"{words.role(role)} has no band to show: {why}.", where))
        elif rows and all(row["effective_from"] is None for row in rows):
            why = "; ".join(
                sorted({part for row in rows for part in (row["reasons"] or row["status"]).split("; ")})
            )
            notes.append(Note("look", f"No band of {words.role_within(role)} is in force: {why}.", where))
        drift = [row for row in published.rows("drift", role=role) if row["alarm"]]
        if drift:
            text = f"The level of {words.role_within(role)} has certainly changed since its bands were calibrated."
            notes.append(Note("act", text, Link("Drift", f"{role_file(role)}#drift")))
    about = published.rows("about")
    as_of, last = (about[0]["as_of"], about[0]["last_delivery"]) if about else (None, None)
    if as_of and last and (last - as_of).days > STALE_DAYS:
        days = words.plural((last - as_of).days, "day")
        notes.append(
            Note(
                "act",
                f"The newest bands are {days} older than the newest delivery.",
                Link("History", "history.html"),
            )
        )
    if about and not about[0]["version_id"]:
        notes.append(Note("look", "No bands were calibrated yet.", Link("History", "history.html")))
    return notes


def _voice_notes(published: Published) -> list[Note]:
    """Return the newest versions that wait for feedback or a decision, or that a dispute holds."""
    newest: dict[str, dict[str, Any]] = {}
    for row in sorted(published.rows("bands_history"), key=lambda row: (row["as_of"], row["known_at"])):
        if row["feedback_until"] is not None:
            newest[row["role"]] = row
    notes = []
    for role, row in sorted(newest.items(), key=lambda found: words.role_order(found[0])):
        where = Link(f"Version {row['version_id']}", version_file(row["version_id"]))
        if row["decided_by"] is None:
            until = words.day(row["feedback_until"])
            text = (
                f"New bands of {words.role_within(role)} are proposed; feedback is collected until {until}."
            )
            notes.append(Note("look", text, where))
        elif row["decision_reason"] == DISPUTED:
            text = f"New bands of {words.role_within(role)} are disputed and wait for a sign-off."
            notes.append(Note("act", text, where))
    return notes


def _proposal_notes(published: Published) -> list[Note]:
    open_ones = [row for row in published.rows("proposed_friction") if not row["is_logged"]]
    if not open_ones:
        return []
    text = f"{words.plural(len(open_ones), 'day looks', 'days look')} like an incident that nobody logged."
    return [Note("look", text, Link("Incidents that nobody logged", "data-quality.html#friction"))]


def _guard_notes(published: Published) -> list[Note]:
    raised = newest(published.rows("payment_models", definition_id=GUARD), shown=True)
    contracts = {row["contract_id"] for row in raised if row["value"]}
    if not contracts:
        return []
    what = words.plural(len(contracts), "contract")
    text = f"Services fell at {what} while a measure of quality stands below its floor."
    return [Note("look", text, Link("Care beside cost", "payment-models.html#guard"))]
