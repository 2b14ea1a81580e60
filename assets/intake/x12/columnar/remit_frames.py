"""The frames of regular 835 transactions: remit_claims, lines, adjustments, remarks and provider adjustments.

Belongs here: one function per table. Does not belong here: where the values come from (`remits.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from assets.intake.contracts import TABLES
from assets.intake.x12.columnar.sets import framed
from assets.intake.x12.columnar.tokens import ID
from assets.intake.x12.columnar.values import Values, dates, gather, joined, money, text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assets.intake.x12.columnar.remits import RemitValues
    from assets.intake.x12.remit_rows import Payment

_UNIT = 1000
_LATEST = np.iinfo(np.int64).max
_EPOCH = 719_163


class RemitFrames:
    """Builds the frames; `payments` has an entry for every transaction that is not odd."""

    def __init__(self, values: RemitValues, payments: list[Payment | None]) -> None:
        self.values = values
        self.sets = values.sets
        self.loops = values.loops
        self.ids = [payment.remit_id if payment else None for payment in payments]
        self.payers = [payment.payer_id if payment else None for payment in payments]
        self.days = np.array([payment.day.toordinal() - _EPOCH if payment else 0 for payment in payments])
        claims = self.loops.claims
        first_claim = np.searchsorted(claims, self.sets.firsts)
        ordinals = np.arange(len(claims)) - first_claim[self.sets.owner[claims]] + 1
        remit_ids = self.sets.per_transaction(self.ids, claims)
        self.claim_ids = pl.select(pl.concat_str(remit_ids, pl.Series(ordinals), separator="-")).to_series()
        self.served = self._served()

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return all of them by table name."""
        made = {
            "remit_claims": self._claims(),
            "remit_lines": self._lines(),
            "remit_adjustments": self._adjustments(),
            "remit_remarks": self._remarks(),
            "provider_adjustments": self._provider_adjustments(),
        }
        return {name: framed(TABLES[name], columns) for name, columns in made.items()}

    def _served(self) -> tuple[Values, Values]:
        """Return the service dates of the claims: their own, else the first and last of their lines."""
        loops, values = self.loops, self.values
        lines, claims = loops.service_levels, loops.claim_levels
        begin, end = values.begin.at(lines), values.end.at(lines).otherwise(values.begin.at(lines))
        claim_of = loops.claim_of[loops.services]
        return tuple(  # type: ignore[return-value]
            own.at(claims).otherwise(extreme(found, claim_of, len(claims), latest=latest))
            for own, found, latest in ((values.begin, begin, False), (values.end, end, True))
        )

    def _payment(self, segments: NDArray[np.int64]) -> dict[str, pl.Series]:
        paid_on = self.days[self.sets.owner[segments]]
        known = np.ones(len(segments), dtype=np.bool_)
        return {"payment_date": dates(Values(paid_on, known, known))}

    def _claim(self, claims: NDArray[np.int64]) -> dict[str, pl.Series]:
        """Return the columns that what belongs to a claim shares with it."""
        return {
            "remit_claim_id": gather(self.claim_ids, claims),
            "pcn": self.sets.text(self.loops.claims[claims], 1),
        }

    def _claims(self) -> dict[str, pl.Series]:
        sets, values, claims = self.sets, self.values, self.loops.claims
        names = (sets.text(values.patients, 3), sets.text(values.patients, 4))
        named = names[0].is_not_null() | names[1].is_not_null()
        whole = pl.concat_str(*(name.fill_null("") for name in names), pl.lit(""), separator="|")
        people = pl.select(pl.when(named).then(whole)).to_series()
        members = [sets.hidden("member", sets.text(who, 9)) for who in (values.insured, values.patients)]
        return {
            "remit_claim_id": self.claim_ids,
            "remit_id": sets.per_transaction(self.ids, claims),
            "pcn": sets.text(claims, 1),
            "payer_claim_id": sets.text(claims, 7),
            "status_code": sets.text(claims, 2),
            "charge": money(values.charge, 2),
            "paid": money(values.paid, 2),
            "patient_responsibility": money(values.patient, 2),
            "filing_code": sets.text(claims, 6),
            "facility_code": sets.text(claims, 8),
            "frequency_code": sets.text(claims, 9),
            "drg": sets.text(claims, 11),
            "payer_id": sets.per_transaction(self.payers, claims),
            "patient_key": sets.hidden("patient", people),
            "member_key": pl.select(pl.coalesce(*members)).to_series(),
            "rendering_npi": sets.text(values.rendering, 9),
            "service_from": dates(self.served[0]),
            "service_to": dates(self.served[1]),
            "claim_received_on": dates(values.received),
            **self._payment(claims),
            **sets.places(claims),
        }

    def _lines(self) -> dict[str, pl.Series]:
        sets, values, loops = self.sets, self.values, self.loops
        services, levels = loops.services, loops.service_levels
        claims = loops.claim_of[services]
        procedure, original = sets.element(services, 1), sets.element(services, 6)
        begin = values.begin.at(levels)
        units = values.units
        assumed = Values(np.full(len(services), _UNIT), ~units.given, ~units.given)
        parts = {part: sets.tokens.component(procedure, part) for part in range(2, 7)}
        return {
            **self._claim(claims),
            "line_no": pl.Series(loops.numbers[levels]),
            "line_control": sets.text(values.controls[levels], 2),
            "procedure_code": text(sets.tokens, parts[2]),
            "modifiers": joined(sets.tokens, [parts[part] for part in range(3, 7)]),
            "original_code": text(sets.tokens, sets.tokens.component(original, 2)),
            "revenue_code": sets.text(services, 4),
            "charge": money(values.line_charge, 2),
            "paid": money(values.line_paid, 2),
            "units": money(units.otherwise(assumed), 3),
            "allowed": money(values.allowed.at(levels), 2),
            "service_from": dates(begin.otherwise(self.served[0].at(claims))),
            "service_to": dates(values.end.at(levels).otherwise(begin).otherwise(self.served[1].at(claims))),
            **self._payment(services),
            **sets.places(services),
        }

    def _adjustments(self) -> dict[str, pl.Series]:
        moved, loops = self.values.adjustments, self.loops
        return {
            **self._claim(loops.claim_of[moved.segments]),
            "line_no": pl.Series(loops.numbers[loops.level_of[moved.segments]]),
            "group_code": self.sets.text(moved.segments, 1),
            "carc": text(self.sets.tokens, moved.reasons),
            "amount": money(moved.amounts, 2),
            "quantity": money(moved.quantities, 3),
            **self._payment(moved.segments),
            **self.sets.places(moved.segments, moved.k),
        }

    def _remarks(self) -> dict[str, pl.Series]:
        sets, values, loops = self.sets, self.values, self.loops
        segments, at = values.remarks, values.remark_at
        kinds = sets.tokens.kinds[segments]
        is_lq = kinds == ID["LQ"]
        names = pl.Series(["LQ", "MIA", "MOA"])
        which = np.where(is_lq, 0, np.where(kinds == ID["MIA"], 1, 2))
        return {
            **self._claim(loops.claim_of[segments]),
            "line_no": pl.Series(loops.numbers[values.remark_levels]),
            "source": gather(names, which),
            "qualifier": sets.text(np.where(is_lq, segments, -1), 1),
            "code": text(sets.tokens, sets.tokens.element(segments, at)),
            **self._payment(segments),
            **sets.places(segments, np.where(is_lq, 0, at)),
        }

    def _provider_adjustments(self) -> dict[str, pl.Series]:
        sets, values = self.sets, self.values
        pairs = values.pairs
        return {
            "remit_id": sets.per_transaction(self.ids, pairs),
            "provider_id": sets.text(pairs, 1),
            "fiscal_date": dates(values.fiscal.at(np.searchsorted(values.fiscal_plb, pairs))),
            "reason_code": text(sets.tokens, values.reasons),
            "reference": text(sets.tokens, values.references),
            "amount": money(values.provider_paid, 2),
            **self._payment(pairs),
            **sets.places(pairs, (values.pair_at - 1) // 2),
        }


def extreme(found: Values, places: NDArray[np.int64], size: int, *, latest: bool) -> Values:
    """Return the least or the greatest known value for every place."""
    least = np.full(size, -_LATEST if latest else _LATEST, dtype=np.int64)
    (np.maximum if latest else np.minimum).at(least, places[found.known], found.values[found.known])
    known = np.abs(least) != _LATEST
    return Values(np.where(known, least, 0), known, known)
