"""Claims: an 837P, 837I or 837D transaction to rows of claims, their lines, diagnoses and other payers.

Belongs here: which loop of an 837 a segment stands in. Coordination of benefits (2320, 2330 and 2430) repeats the
segments of the subscriber and payer for other payers; they never touch the claim's own.
Does not belong here: what a row looks like (`claim_rows.py`, `other_payers.py`) and the envelope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.intake.x12.claim_rows import Claim, Line, Party, add_rows
from assets.intake.x12.other_payers import Coordination
from assets.intake.x12.values import at

if TYPE_CHECKING:
    from assets.intake.x12.desk import Desk

# Position of the procedure composite, charge, unit, quantity, place of service and diagnosis pointers.
_SERVICES = {"SV1": (1, 2, 3, 4, 5, 7), "SV2": (2, 3, 4, 5, 0, 0), "SV3": (1, 2, 0, 6, 0, 0)}
VERSIONS = {"X222": "P", "X098": "P", "X223": "I", "X096": "I", "X224": "D", "X097": "D"}
_DATED = {"434": "statement", "472": "service", "435": "admitted"}


def claim_type(version: str, segments: list[list[str]]) -> str:
    """Return P, I or D: from the implementation guide named in ST03 or GS08, else from the first service segment."""
    for guide, kind in VERSIONS.items():
        if guide in version:
            return kind
    service = next((segment[0] for segment in segments if segment[0] in _SERVICES), "SV1")
    return {"SV1": "P", "SV2": "I", "SV3": "D"}[service]


def npi(segment: list[str]) -> str | None:
    """Return NM109 unless NM108 says that it is another kind of number (a tax or social security number, say)."""
    return (at(segment, 9) or None) if at(segment, 8) in {"XX", ""} else None


def read_claims(segments: list[list[str]], desk: Desk) -> None:
    """Add the rows of the 837 transaction on the desk."""
    _Loops(segments, desk).read()


class _Loops:
    """Where in the loops of an 837 the reading stands, and the parties in force there."""

    def __init__(self, segments: list[list[str]], desk: Desk) -> None:
        self.txn = desk.txn
        self.segments = segments
        self.desk = desk
        self.kind = claim_type(desk.txn.version, segments)
        header = next((segment for segment in segments if segment[0] == "BHT"), [])
        self.batch = at(header, 3)
        self.submitted = desk.sent_at(at(header, 4), at(header, 5))
        self.billing: str | None = None
        self.subscriber = Party()
        self.patient: Party | None = None
        self.described: Party | None = None
        self.claim: Claim | None = None
        self.claims = 0

    def read(self) -> None:
        handlers = {
            "HL": self._level,
            "SBR": self._subscriber,
            "NM1": self._name,
            "DMG": self._demography,
            "CLM": self._claim,
            "HI": self._health,
            "REF": self._reference,
            "DTP": self._date,
            "LX": self._line,
            "SVD": self._other_payment,
            "AMT": self._amount,
            "CAS": self._adjustment,
            "SV1": self._service,
            "SV2": self._service,
            "SV3": self._service,
        }
        for ordinal, segment in enumerate(self.segments, self.txn.first):
            handler = handlers.get(segment[0])
            if handler is not None:
                handler(segment, ordinal)
        self._end_claim()

    def _end_claim(self) -> None:
        claim, self.claim = self.claim, None
        if claim is not None:
            add_rows(claim, self.desk)

    def _level(self, segment: list[str], _: int) -> None:
        self._end_claim()
        self.described = None
        level = at(segment, 3)
        if level == "20":
            self.billing = None
        if level in {"20", "22"}:
            self.subscriber, self.patient = Party(), None
        elif level == "23":
            self.patient = Party()

    def _subscriber(self, segment: list[str], ordinal: int) -> None:
        if self.claim is not None:
            self.claim.others.begin_payer(segment, ordinal)
            self.claim.line = None
            return
        self.subscriber.payer_seq, self.subscriber.filing_code = (
            at(segment, 1) or None,
            at(segment, 9) or None,
        )

    def _name(self, segment: list[str], _: int) -> None:
        role, claim = at(segment, 1), self.claim
        if claim is not None:
            if claim.others.payer is not None:
                claim.others.name(segment, self.desk)
            elif role == ("71" if self.kind == "I" else "82") and claim.line is None:
                claim.rendering_npi = npi(segment)
            return
        self.described = None
        if role == "85":
            self.billing = npi(segment)
        elif role == "PR":
            self.subscriber.payer_id, self.subscriber.payer_name = (
                at(segment, 9) or None,
                at(segment, 3) or None,
            )
        elif role == "IL":
            self.described = self.subscriber
            self.subscriber.member = at(segment, 9)
        elif role == "QC":
            self.described = self.patient = Party()
        if self.described is not None:
            self.described.last, self.described.first = at(segment, 3), at(segment, 4)

    def _demography(self, segment: list[str], _: int) -> None:
        if self.claim is None and self.described is not None:
            self.described.born = at(segment, 2)

    def _claim(self, segment: list[str], ordinal: int) -> None:
        self._end_claim()
        self.claims += 1
        who = (
            self.patient
            if self.patient is not None and (self.patient.last or self.patient.first)
            else self.subscriber
        )
        keys = (self.batch, self.txn.body_hash, str(self.claims))
        self.claim = Claim(
            ordinal,
            "-".join(keys),
            self.kind,
            segment,
            self.subscriber,
            self.desk.hide("member", self.subscriber.member),
            self.desk.person(who.last, who.first, who.born),
            self.billing,
            self.batch or None,
            self.submitted,
        )

    def _health(self, segment: list[str], ordinal: int) -> None:
        if self.claim is not None:
            self.claim.health.append((ordinal, segment))

    def _reference(self, segment: list[str], _: int) -> None:
        claim, qualifier, value = self.claim, at(segment, 1), at(segment, 2) or None
        if claim is None:
            return
        if claim.others.payer is not None:
            claim.others.reference(segment)
        elif claim.line is not None:
            if qualifier == "6R" and claim.others.payment is None:
                claim.line.control = value
        elif qualifier == "F8":
            claim.original_ref = value
        elif qualifier == "D9":
            claim.clearinghouse_id = value

    def _date(self, segment: list[str], ordinal: int) -> None:
        claim, qualifier = self.claim, at(segment, 1)
        if claim is None:
            return
        if qualifier == "573":
            claim.others.date(segment, ordinal, self.desk)
        if qualifier not in _DATED or claim.others.payer is not None:
            return
        span = self.desk.span(at(segment, 3), f"DTP*{qualifier}", ordinal)
        if claim.line is None:
            claim.dates.setdefault(_DATED[qualifier], span)
        elif qualifier == "472" and claim.others.payment is None:
            claim.line.served = span

    def _line(self, segment: list[str], ordinal: int) -> None:
        if self.claim is not None:
            self.claim.others.close()
            self.claim.line = Line(ordinal, at(segment, 1))
            self.claim.lines.append(self.claim.line)

    def _other_payment(self, segment: list[str], ordinal: int) -> None:
        claim = self.claim
        if claim is None or claim.line is None:
            self.desk.flag("STRAY_PAYMENT", "SVD outside a service line: not loaded", ordinal)
            return
        claim.others.begin_payment(segment, ordinal, len(claim.lines) - 1)

    def _amount(self, segment: list[str], ordinal: int) -> None:
        if self.claim is not None:
            self.claim.others.amount(segment, ordinal, self.desk)

    def _adjustment(self, segment: list[str], ordinal: int) -> None:
        others = self.claim.others if self.claim is not None else Coordination()
        others.adjustment(segment, ordinal, self.desk)

    def _service(self, segment: list[str], ordinal: int) -> None:
        if self.claim is None:
            self.desk.flag("STRAY_SERVICE", f"{segment[0]} outside a claim: not loaded", ordinal)
            return
        if self.claim.line is None or self.claim.line.service:
            self.desk.flag("LINE_WITHOUT_LX", f"{segment[0]} without an LX of its own", ordinal)
            self._line(["LX"], ordinal)
        if self.claim.line is not None:
            self.claim.line.service, self.claim.line.places = segment, _SERVICES[segment[0]]
