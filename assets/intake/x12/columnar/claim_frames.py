"""The frames of regular 837 transactions: claims, lines, diagnoses and the three tables of other payers.

Belongs here: one function per table. Does not belong here: where the values come from (`claims.py`, `other_payers.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.intake.contracts import TABLES
from assets.intake.x12.columnar.remit_frames import extreme
from assets.intake.x12.columnar.sets import framed
from assets.intake.x12.columnar.tokens import ID
from assets.intake.x12.columnar.values import Values, dates, gather, joined, mapped, money, text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.intake.x12.columnar.claims import ClaimValues
    from assets.intake.x12.columnar.tokens import Spans

Header = tuple[str, int]
"""BHT03 and the moment when the batch was built, in microseconds since 1970 UTC."""


class ClaimFrames:
    """Builds the frames; `headers` has an entry for every transaction, of which those of odd ones do not matter."""

    def __init__(self, values: ClaimValues, headers: list[Header]) -> None:
        self.values = values
        self.sets = sets = values.sets
        self.loops = values.loops
        self.batches = [batch for batch, _ in headers]
        self.submitted = np.array([moment for _, moment in headers], dtype=np.int64)
        claims = self.loops.claims
        first_claim = np.searchsorted(claims, sets.firsts)
        ordinals = np.arange(len(claims)) - first_claim[sets.owner[claims]] + 1
        ids = [
            f"{batch}-{each.body_hash}" for batch, each in zip(self.batches, sets.transactions, strict=True)
        ]
        prefixes = sets.per_transaction(ids, claims)
        self.ids = pl.select(pl.concat_str(prefixes, pl.Series(ordinals), separator="-")).to_series()
        self.served = self._served()

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return all of them by table name."""
        made = {
            "claims": self._claims(),
            "claim_lines": self._lines(),
            "claim_diagnoses": self._diagnoses(),
        }
        others = self.values.others
        if len(others.payers) or len(others.payments):
            made |= {
                "claim_other_payers": self._other_payers(),
                "claim_other_payments": self._other_payments(),
                "claim_other_adjustments": self._other_adjustments(),
            }
        return {name: framed(TABLES[name], columns) for name, columns in made.items()}

    def _served(self) -> tuple[Values, Values]:
        """Return the service dates of the claims: their own, else the first and last of their lines."""
        values, loops = self.values, self.loops
        claims, size = loops.claim_of[loops.lines], len(loops.claims)
        begin, end = values.line_values()
        return (
            values.begin.otherwise(extreme(begin, claims, size, latest=False)),
            values.end.otherwise(extreme(end, claims, size, latest=True)),
        )

    def _keys(self, claims: NDArray[np.int64]) -> dict[str, pl.Series]:
        """Return the columns that what belongs to a claim shares with it."""
        return {
            "submission_id": gather(self.ids, claims),
            "pcn": self.sets.text(self.loops.claims[claims], 1),
        }

    def _sent(self, segments: NDArray[np.int64]) -> dict[str, pl.Series]:
        moments = pl.Series(self.submitted[self.sets.owner[segments]])
        return {"submitted_at": moments.cast(pl.Datetime("us", "UTC"))}

    def _claims(self) -> dict[str, pl.Series]:
        sets, values, loops, parties = self.sets, self.values, self.loops, self.values.parties
        claims = loops.claims
        place = sets.element(claims, 5)
        facility, frequency = (self._component(place, part) for part in (1, 3))
        kinds = pl.Series([kind[-1] for kind in values.kinds], dtype=pl.String)
        kind = kinds.gather(pl.Series(sets.owner[claims]))
        bill = pl.concat_str(facility.fill_null(""), frequency.fill_null(""))
        filled = facility.is_not_null() | frequency.is_not_null()
        member, patient = parties.keys()
        transactions = sets.transactions
        return {
            "submission_id": self.ids,
            "claim_type": kind,
            "pcn": sets.text(claims, 1),
            "frequency_code": frequency,
            "original_ref": sets.text(values.original, 2),
            "clearinghouse_id": sets.text(values.clearinghouse, 2),
            "payer_seq": sets.text(parties.subscriber, 1),
            "filing_code": sets.text(parties.subscriber, 9),
            "payer_id": sets.text(parties.payer, 9),
            "payer_name": sets.text(parties.payer, 3),
            "charge": money(values.charge, 2),
            "facility_code": facility,
            "bill_type": pl.select(pl.when((kind == "I") & filled).then(bill)).to_series(),
            "billing_npi": sets.text(parties.billing, 9),
            "rendering_npi": sets.text(values.rendering, 9),
            "member_key": member,
            "patient_key": patient,
            "service_from": dates(self.served[0]),
            "service_to": dates(self.served[1]),
            "admit_date": dates(values.admitted),
            "principal_dx": self._health(values.principal_at),
            "drg": self._health(values.drg_at),
            "n_diagnoses": pl.Series(values.n_diagnoses, dtype=pl.Int64),
            "n_lines": pl.Series(
                np.bincount(loops.claim_of[loops.lines], minlength=len(claims)), dtype=pl.Int64
            ),
            "batch_id": sets.per_transaction([batch or None for batch in self.batches], claims),
            **self._sent(claims),
            "interchange_control": sets.per_transaction(
                [each.interchange.control or None for each in transactions], claims
            ),
            "group_control": sets.per_transaction(
                [each.group.control or None for each in transactions], claims
            ),
            "txn_control": sets.per_transaction([each.control or None for each in transactions], claims),
            **sets.places(claims),
        }

    def _component(self, composite: Spans, position: int) -> pl.Series:
        return text(self.sets.tokens, self.sets.tokens.component(composite, position))

    def _health(self, at: NDArray[np.int64]) -> pl.Series:
        starts, ends = self.values.health_codes
        if not len(starts):
            return pl.Series([None] * len(at), dtype=pl.String)
        there = at >= 0
        return text(self.sets.tokens, (np.where(there, starts[at], 0), np.where(there, ends[at], 0)))

    def _lines(self) -> dict[str, pl.Series]:
        sets, values, loops, tokens = self.sets, self.values, self.loops, self.sets.tokens
        claims = loops.claim_of[loops.lines]
        procedure, pointers = values.service("procedure"), values.service("pointers")
        begin = values.line_begin
        institutional = tokens.kinds[values.services] == ID["SV2"]
        return {
            **self._keys(claims),
            "line_no": pl.Series(values.numbers),
            "line_control": sets.text(values.controls, 2),
            "procedure_code": self._component(procedure, 2),
            "modifiers": joined(tokens, [tokens.component(procedure, part) for part in range(3, 7)]),
            "revenue_code": sets.text(np.where(institutional, values.services, -1), 1),
            "charge": money(values.line_charge, 2),
            "unit_code": text(tokens, values.service("unit")),
            "units": money(values.units, 3),
            "place_of_service": text(tokens, values.service("place")),
            "dx_pointers": self._pointers(pointers),
            "service_from": dates(begin.otherwise(self.served[0].at(claims))),
            "service_to": dates(values.line_end.otherwise(begin).otherwise(self.served[1].at(claims))),
            **self._sent(loops.lines),
            **sets.places(loops.lines),
        }

    def _pointers(self, composites: Spans) -> pl.Series:
        """Return the non-empty components of each composite, joined by ':'."""
        separator = self.sets.tokens.delimiters.component
        whole = text(self.sets.tokens, composites)
        if separator == ":" and not whole.str.contains("^:|::|:$").any():
            return whole
        return mapped(whole, lambda found: ":".join(each for each in found.split(separator) if each) or None)

    def _diagnoses(self) -> dict[str, pl.Series]:
        values, tokens = self.values, self.sets.tokens
        for segment, at in values.codeless:
            self._flag("DIAGNOSIS_WITHOUT_CODE", f"HI{at:02d} has a qualifier and no code", segment)
        return {
            **self._keys(values.diagnosis_claims),
            "ordinal": pl.Series(values.diagnosis_numbers),
            "qualifier": text(tokens, values.qualifiers),
            "code": text(tokens, values.codes),
            **self._sent(values.diagnoses),
            **self.sets.places(values.diagnoses, values.diagnosis_at),
        }

    def _other_payers(self) -> dict[str, pl.Series]:
        sets, others = self.sets, self.values.others
        payers = others.payers
        names = sets.text(others.names, 9)
        for i in np.flatnonzero(names.is_null().to_numpy()).tolist():
            self._flag("OTHER_PAYER_WITHOUT_ID", "2320 loop without NM109 of an NM1*PR", int(payers[i]))
        return {
            **self._keys(self.loops.claim_of[payers]),
            "ordinal": pl.Series(others.numbers),
            "payer_seq": sets.text(payers, 1),
            "filing_code": sets.text(payers, 9),
            "payer_id": names,
            "payer_name": sets.text(others.names, 3),
            "payer_claim_id": sets.text(others.references, 2),
            "member_key": sets.hidden("member", sets.text(others.insured, 9)),
            "paid": money(others.amounts["paid"], 2),
            "remaining_patient_liability": money(others.amounts["liability"], 2),
            "non_covered": money(others.amounts["non_covered"], 2),
            "adjudicated_on": dates(others.adjudicated),
            **self._sent(payers),
            **sets.places(payers),
        }

    def _other_payments(self) -> dict[str, pl.Series]:
        sets, values, others, tokens = self.sets, self.values, self.values.others, self.sets.tokens
        payments = others.payments
        procedure, ids = sets.element(payments, 3), sets.text(payments, 1)
        self._unknown_payers(ids)
        return {
            **self._keys(self.loops.claim_of[payments]),
            "line_no": pl.Series(values.numbers[others.payment_lines]),
            "payer_id": ids,
            "paid": money(others.paid, 2),
            "procedure_code": self._component(procedure, 2),
            "modifiers": joined(tokens, [tokens.component(procedure, part) for part in range(3, 7)]),
            "revenue_code": sets.text(payments, 4),
            "units": money(others.units, 3),
            "bundled_line": sets.text(payments, 6),
            "adjudicated_on": dates(others.line_adjudicated),
            "remaining_patient_liability": money(others.liability, 2),
            **self._sent(payments),
            **sets.places(payments),
        }

    def _other_adjustments(self) -> dict[str, pl.Series]:
        sets, values, others = self.sets, self.values, self.values.others
        moved = others.adjustments
        payer, payment = others.adjusted()
        ordinals = Values(others.numbers, others.numbers > 0, others.numbers > 0).at(payer).values
        lines = np.where(payment >= 0, others.payment_lines[payment], -1) if len(others.payments) else payment
        numbers = Values(values.numbers, values.numbers >= 0, values.numbers >= 0).at(lines).values
        ids = [gather(sets.text(others.names, 9), payer), gather(sets.text(others.payments, 1), payment)]
        return {
            **self._keys(self.loops.claim_of[moved.segments]),
            "ordinal": pl.Series(ordinals),
            "line_no": pl.Series(numbers),
            "payer_id": pl.select(pl.coalesce(*ids)).to_series(),
            "group_code": sets.text(moved.segments, 1),
            "carc": text(sets.tokens, moved.reasons),
            "amount": money(moved.amounts, 2),
            "quantity": money(moved.quantities, 3),
            **self._sent(moved.segments),
            **sets.places(moved.segments, moved.k),
        }

    def _unknown_payers(self, ids: pl.Series) -> None:
        """Flag payments by a payer that is none of the claim's other payers."""
        others, loops = self.values.others, self.loops
        names = self.sets.text(others.names, 9)
        known = set(zip(loops.claim_of[others.payers].tolist(), names, strict=True))
        for segment, *found in zip(
            others.payments.tolist(), loops.claim_of[others.payments].tolist(), ids, strict=True
        ):
            if tuple(found) not in known:
                self._flag("UNKNOWN_OTHER_PAYER", "SVD01 is no payer of the claim's 2330B loops", segment)

    def _flag(self, name: str, message: str, segment: int) -> None:
        self.sets.desk.txn = self.sets.transactions[self.sets.owner[segment]]
        self.sets.desk.flag(name, message, segment + self.sets.base)
