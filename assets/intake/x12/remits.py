"""Remittances: an 835 transaction to rows of remits, remit_claims, lines, adjustments, remarks, provider adjustments.

Belongs here: which loop of an 835 a segment stands in, and the payment itself.
Does not belong here: the rows of a claim (`remit_rows.py`) and whether the amounts balance (`balance.py`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from assets.intake.x12.balance import check_payment
from assets.intake.x12.remit_rows import Paid, Payment, Service, add_rows
from assets.intake.x12.values import at, component

if TYPE_CHECKING:
    from assets.intake.x12.desk import Desk

_HEADER_ENDS = frozenset({"LX", "CLP", "SVC", "PLB"})
_SERVED = {"472": (0, 1), "150": (0,), "151": (1,), "232": (0,), "233": (1,)}


def read_remits(segments: list[list[str]], desk: Desk) -> str | None:
    """Add the rows of the 835 transaction on the desk.

    Without a payment amount or date all of it is rejected, and the reason is returned.
    """
    payment = read_payment(segments, desk)
    if isinstance(payment, str):
        claims = sum(segment[0] == "CLP" for segment in segments)
        desk.reject_all(Counter(remit_claims=claims), payment, desk.txn.number, desk.txn.first)
        return payment
    _Loops(segments, desk, payment).read()
    return None


def _header(segments: list[list[str]], first: int) -> dict[str, tuple[int, list[str]]]:
    """Return the segments before the first claim by id and qualifier, with their ordinals; REF*2U is the payer's only."""
    header: dict[str, tuple[int, list[str]]] = {}
    payer = False
    for ordinal, segment in enumerate(segments, first):
        if segment[0] in _HEADER_ENDS:
            break
        name = segment[0] if segment[0] in {"BPR", "TRN"} else f"{segment[0]}*{at(segment, 1)}"
        payer = name == "N1*PR" or (payer and segment[0] != "N1")
        if name != "REF*2U" or payer:
            header.setdefault(name, (ordinal, segment))
    return header


def read_payment(segments: list[list[str]], desk: Desk) -> Payment | str:
    """Return the payment and add its row, or return why it cannot be loaded."""
    txn = desk.txn
    header = _header(segments, txn.first)
    absent: tuple[int, list[str]] = (txn.first, [])
    (ordinal, bpr), (produced_at, production) = header.get("BPR", absent), header.get("DTM*405", absent)
    amount = desk.money[at(bpr, 2)]
    if amount is None:
        return f"{'NOT_A_NUMBER' if at(bpr, 2) else 'MISSING'}: BPR02 of {txn.place}"
    produced = desk.day(at(production, 2), "DTM*405", produced_at)
    paid_on = desk.days[at(bpr, 16)]
    if paid_on is None:
        paid_on = produced or desk.days[txn.group.date] or desk.days[at(txn.interchange.isa, 9)]
        if paid_on is None:
            return f"NO_DATE: neither BPR16 nor DTM*405 nor GS04 nor ISA09 is a date in {txn.place}"
        source = "DTM*405" if produced else "the date of the envelope"
        desk.flag("DATE_FALLBACK", f"BPR16 of {txn.place} is no date: {source} taken", ordinal)
    trace, payer, payee = (header.get(name, absent)[1] for name in ("TRN", "N1*PR", "N1*PE"))
    payer_id = at(payer, 4) or at(header.get("REF*2U", absent)[1], 2) or at(trace, 3)
    remit_id = "-".join((payer_id, at(trace, 2), txn.body_hash))
    desk.rows["remits"].append(
        (
            remit_id,
            at(bpr, 1) or None,
            amount,
            at(bpr, 3) or None,
            at(bpr, 4) or None,
            paid_on,
            produced,
            at(trace, 2) or None,
            at(trace, 3) or None,
            payer_id or None,
            at(payer, 2) or None,
            (at(payee, 4) or None) if at(payee, 3) in {"XX", ""} else None,
            sum(segment[0] == "CLP" for segment in segments),
            *desk.controls,
            txn.number,
            ordinal,
            0,
        )
    )
    return Payment(remit_id, -amount if at(bpr, 3) == "D" else amount, paid_on, payer_id or None, ordinal)


class _Loops:
    """Where in the loops of an 835 the reading stands."""

    def __init__(self, segments: list[list[str]], desk: Desk, payment: Payment) -> None:
        self.txn = desk.txn
        self.segments = segments
        self.desk = desk
        self.payment = payment
        self.claim: Paid | None = None
        self.claims = 0

    def read(self) -> None:
        handlers = {
            "LX": self._end,
            "CLP": self._claim,
            "PLB": self._provider,
            "CAS": self._adjustment,
            "NM1": self._name,
            "MIA": self._adjudication,
            "MOA": self._adjudication,
            "DTM": self._date,
            "SVC": self._service,
            "REF": self._reference,
            "AMT": self._amount,
            "LQ": self._remark,
        }
        for ordinal, segment in enumerate(self.segments, self.txn.first):
            handler = handlers.get(segment[0])
            if handler is not None:
                handler(segment, ordinal)
        self._end([], 0)
        check_payment(self.payment, self.desk)

    def _end(self, _segment: list[str], _: int) -> None:
        claim, self.claim = self.claim, None
        if claim is not None:
            add_rows(claim, self.payment, self.desk)

    def _claim(self, segment: list[str], ordinal: int) -> None:
        self._end(segment, ordinal)
        self.claims += 1
        self.claim = Paid(ordinal, f"{self.payment.remit_id}-{self.claims}", segment)

    def _provider(self, segment: list[str], ordinal: int) -> None:
        self._end(segment, ordinal)
        fiscal = self.desk.day(at(segment, 2), "PLB02", ordinal)
        for k, position in enumerate(range(3, 15, 2), 1):
            composite, text = at(segment, position), at(segment, position + 1)
            if not composite and not text:
                continue
            reason, reference = (component(composite.split(self.txn.component), i) for i in (1, 2))
            amount, column = self.desk.money[text], f"PLB{position + 1:02d}"
            if amount is None or reason is None:
                problem = "NOT_A_NUMBER" if text and amount is None else "MISSING"
                column = column if amount is None else f"PLB{position:02d}"
                table, shown = "provider_adjustments", text if amount is None else composite
                self.desk.reject(table, f"{problem}: {column}", ordinal, column, shown)
                self.payment.complete = False
                continue
            self.payment.adjusted += amount
            row = (
                self.payment.remit_id,
                at(segment, 1) or None,
                fiscal,
                reason,
                reference,
                amount,
                self.payment.day,
            )
            self.desk.rows["provider_adjustments"].append((*row, self.txn.number, ordinal, k))

    def _adjustment(self, segment: list[str], ordinal: int) -> None:
        if self.claim is not None:
            self.claim.level.adjustments.append((ordinal, segment))

    def _name(self, segment: list[str], _: int) -> None:
        if self.claim is None:
            return
        role, number = at(segment, 1), at(segment, 9)
        if role == "QC":
            self.claim.patient_key = self.desk.person(at(segment, 3), at(segment, 4))
            self.claim.patient_member = self.desk.hide("member", number)
        elif role == "IL":
            self.claim.insured_member = self.desk.hide("member", number)
        elif role == "82" and at(segment, 8) in {"XX", ""}:
            self.claim.rendering_npi = number or None

    def _adjudication(self, segment: list[str], ordinal: int) -> None:
        if self.claim is not None:
            positions = (5, 20, 21, 22, 23) if segment[0] == "MIA" else (3, 4, 5, 6, 7)
            remarks = [(ordinal, k, segment[0], None, at(segment, k)) for k in positions if at(segment, k)]
            self.claim.claim_level.remarks.extend(remarks)

    def _date(self, segment: list[str], ordinal: int) -> None:
        claim, qualifier = self.claim, at(segment, 1)
        if claim is None or qualifier not in {*_SERVED, "050"}:
            return
        text = at(segment, 2) or at(segment, 6)
        span = self.desk.span(text, f"DTM*{qualifier}", ordinal)
        if qualifier == "050":
            claim.received = span[0]
            return
        level = claim.claim_level if qualifier in {"232", "233"} else claim.level
        for end in _SERVED[qualifier]:
            level.served[end] = span[end] or level.served[end]

    def _service(self, segment: list[str], ordinal: int) -> None:
        if self.claim is None:
            self.desk.flag("STRAY_SERVICE", "SVC outside a claim: not loaded", ordinal)
            return
        self.claim.services.append(Service(ordinal, len(self.claim.services) + 1, segment))

    def _reference(self, segment: list[str], _: int) -> None:
        if self.claim is not None and at(segment, 1) == "6R":
            self.claim.level.control = at(segment, 2) or None

    def _amount(self, segment: list[str], ordinal: int) -> None:
        if self.claim is not None and at(segment, 1) == "B6":
            self.claim.level.allowed = self.desk.optional(self.desk.money, segment, 2, ordinal)

    def _remark(self, segment: list[str], ordinal: int) -> None:
        if self.claim is not None and at(segment, 2):
            self.claim.level.remarks.append((ordinal, 0, "LQ", at(segment, 1) or None, at(segment, 2)))
