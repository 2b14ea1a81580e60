"""A claim of an 837 as it was collected, and its rows.

Belongs here: the rows of claims, claim_lines and claim_diagnoses and when one is rejected.
Does not belong here: finding the loops (`claims.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from assets.counted import many
from assets.intake.x12.balance import check_charge
from assets.intake.x12.other_payers import Coordination, add_coordination
from assets.intake.x12.values import at, component

if TYPE_CHECKING:
    from assets.intake.x12.desk import Desk

Span = tuple[date | None, date | None]
_NEVER: Span = (None, None)
DIAGNOSES = frozenset({"ABK", "ABF", "ABJ", "APR", "ABN", "BK", "BF", "BJ", "PR", "BN", "ZZ"})


@dataclass
class Party:
    """A subscriber or patient. The clear values live only while the transaction is read."""

    last: str = field(default="", repr=False)
    first: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    member: str = field(default="", repr=False)
    payer_seq: str | None = None
    filing_code: str | None = None
    payer_id: str | None = None
    payer_name: str | None = None


@dataclass
class Line:
    """An LX loop: its number as sent, its service segment and where that keeps what."""

    ordinal: int
    number: str
    control: str | None = None
    service: list[str] = field(default_factory=list)
    places: tuple[int, ...] = ()
    served: Span = _NEVER


@dataclass
class Claim:
    """A CLM loop. `others` and `line` say which of its inner loops is open."""

    ordinal: int
    submission_id: str
    kind: str
    segment: list[str] = field(repr=False)
    subscriber: Party
    member_key: str | None
    patient_key: str | None
    billing_npi: str | None
    batch: str | None
    submitted: int | None
    rendering_npi: str | None = None
    original_ref: str | None = None
    clearinghouse_id: str | None = None
    dates: dict[str, Span] = field(default_factory=dict)
    health: list[tuple[int, list[str]]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    line: Line | None = None
    others: Coordination = field(default_factory=Coordination)


def add_rows(claim: Claim, desk: Desk) -> None:
    """Add the claim's rows, or reject the claim and with it all that belongs to it."""
    charge = _charge(claim, desk)
    if charge is None:
        lines, codes, others = len(claim.lines), len(claim.health), len(claim.others.payers)
        if lines or codes or others:
            message = f"{many(lines, 'line')}, {many(codes, 'HI segment')} and {many(others, 'other payer')} left out with their claim"
            desk.flag("LEFT_OUT", message, claim.ordinal)
        return
    statement = claim.dates.get("statement") or claim.dates.get("service") or _NEVER
    spans = [line.served for line in claim.lines]
    first = statement[0] or min((span[0] for span in spans if span[0]), default=None)
    last = statement[1] or max((end for span in spans if (end := span[1] or span[0])), default=None)
    _add_claim(claim, charge, (first, last), desk)
    numbers, charges = _add_lines(claim, (first, last), desk)
    check_charge(charge, charges, claim.ordinal, desk)
    keys = (claim.submission_id, at(claim.segment, 1))
    add_coordination(claim.others, keys, numbers, claim.submitted, desk)


def _add_claim(claim: Claim, charge: int, served: Span, desk: Desk) -> None:
    principal, drg, diagnoses = _add_diagnoses(claim, desk)
    place = at(claim.segment, 5).split(desk.txn.component)
    facility, frequency = component(place, 1), component(place, 3)
    payer = claim.subscriber
    desk.rows["claims"].append(
        (
            claim.submission_id,
            claim.kind,
            at(claim.segment, 1),
            frequency,
            claim.original_ref,
            claim.clearinghouse_id,
            payer.payer_seq,
            payer.filing_code,
            payer.payer_id,
            payer.payer_name,
            charge,
            facility,
            ((facility or "") + (frequency or "") or None) if claim.kind == "I" else None,
            claim.billing_npi,
            claim.rendering_npi,
            claim.member_key,
            claim.patient_key,
            *served,
            claim.dates.get("admitted", _NEVER)[0],
            principal,
            drg,
            diagnoses,
            len(claim.lines),
            claim.batch,
            claim.submitted,
            *desk.controls,
            desk.txn.number,
            claim.ordinal,
            0,
        )
    )


def _charge(claim: Claim, desk: Desk) -> int | None:
    """Return the charge of a claim that can be loaded; reject any other."""
    if not at(claim.segment, 1):
        desk.reject("claims", "MISSING: CLM01", claim.ordinal, "CLM01", "")
        return None
    if claim.submitted is None:
        desk.reject(
            "claims", "NO_DATE: neither BHT04 nor GS04 nor ISA09 is a date", claim.ordinal, "BHT04", ""
        )
        return None
    amounts = desk.required_amounts("claims", claim.segment, (2,), claim.ordinal)
    return amounts[0] if amounts else None


def _add_diagnoses(claim: Claim, desk: Desk) -> tuple[str | None, str | None, int]:
    """Add the diagnosis rows; return the principal diagnosis, the DRG and how many diagnoses there are."""
    principal: str | None = None
    drg: str | None = None
    number = 0
    for ordinal, segment in claim.health:
        for k in range(1, len(segment)):
            composite = at(segment, k).split(desk.txn.component)
            qualifier, code = component(composite, 1), component(composite, 2)
            if qualifier == "DR":
                drg = drg or code
            if qualifier not in DIAGNOSES:
                continue
            if code is None:
                desk.flag("DIAGNOSIS_WITHOUT_CODE", f"HI{k:02d} has a qualifier and no code", ordinal)
                continue
            number += 1
            if qualifier in {"ABK", "BK"}:
                principal = principal or code
            key = (claim.submission_id, at(claim.segment, 1), number, qualifier, code, claim.submitted)
            desk.rows["claim_diagnoses"].append((*key, desk.txn.number, ordinal, k))
    return principal, drg, number


def _add_lines(claim: Claim, served: Span, desk: Desk) -> tuple[list[int], list[int | None]]:
    """Add the lines; return their numbers and their charges in cents, in the order of the LX loops."""
    used: set[int] = set()
    numbers: list[int] = []
    charges: list[int | None] = []
    for line in claim.lines:
        number = (
            int(line.number)
            if line.number.isascii() and line.number.isdigit() and len(line.number) < 10
            else None
        )
        if number is None or number in used:
            desk.flag(
                "LINE_NUMBER",
                "LX01 is missing, no number or used twice: the next free one taken",
                line.ordinal,
            )
            number = max(used, default=0) + 1
        used.add(number)
        numbers.append(number)
        if not line.service:
            desk.flag("LINE_WITHOUT_SERVICE", "LX without SV1, SV2 or SV3", line.ordinal)
        charges.append(_add_line(claim, line, number, served, desk))
    return numbers, charges


def _add_line(claim: Claim, line: Line, number: int, served: Span, desk: Desk) -> int | None:
    """Add a line unless its charge cannot be read; return the charge in cents, None when there is none."""
    segment = line.service
    procedure, charge_at, unit_at, quantity_at, place_at, pointers_at = line.places or (0,) * 6
    charge = desk.money[at(segment, charge_at)] if segment else None
    if segment and charge is None and at(segment, charge_at):
        column = f"{segment[0]}{charge_at:02d}"
        desk.reject("claim_lines", f"NOT_A_NUMBER: {column}", line.ordinal, column, at(segment, charge_at))
        return None
    composite = at(segment, procedure).split(desk.txn.component) if procedure else []
    modifiers = [modifier for position in range(3, 7) if (modifier := component(composite, position))]
    pointers = at(segment, pointers_at).split(desk.txn.component) if pointers_at else []
    desk.rows["claim_lines"].append(
        (
            claim.submission_id,
            at(claim.segment, 1),
            number,
            line.control,
            component(composite, 2),
            ":".join(modifiers) or None,
            (at(segment, 1) or None) if segment and segment[0] == "SV2" else None,
            charge,
            (at(segment, unit_at) or None) if unit_at else None,
            desk.optional(desk.number, segment, quantity_at, line.ordinal) if quantity_at else None,
            (at(segment, place_at) or None) if place_at else None,
            ":".join(pointer for pointer in pointers if pointer) or None,
            line.served[0] or served[0],
            line.served[1] or line.served[0] or served[1],
            claim.submitted,
            desk.txn.number,
            line.ordinal,
            0,
        )
    )
    return charge
