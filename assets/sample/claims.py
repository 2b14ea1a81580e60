"""Claims of the sample office: what one is, how one comes about, and how complex it is.

Belongs here: the claim's own attributes. Does not belong here: its way through the office (`front.py`, `remits.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from assets.sample.accounts import Account
from assets.sample.payers import DIAGNOSES, DRGS, PAYERS, PROCEDURES, PROVIDER_NPIS, REVENUE, Payer

if TYPE_CHECKING:
    import random

    from assets.sample.adjudication import Adjudication
    from assets.sample.denials import Denial
    from assets.sample.people import Person

Line = tuple[str, str, int, int]
"""Procedure code, revenue code (institutional), charge in cents, units."""

_PAYER_WEIGHTS = tuple(p.weight for p in PAYERS)


@dataclass(slots=True, eq=False)
class Claim:
    """A claim on its way; money in cents, days as ordinals, 0 when it has not happened."""

    number: int
    patient: int
    pcn: str
    setting: str
    payer: Payer
    npi: str
    lines: tuple[Line, ...]
    diagnoses: tuple[str, ...]
    drg: str
    service: int
    charge: int
    complexity: int
    coder: Person | None = None
    clerk: Person | None = None
    version: int = 1
    frequency: str = "1"
    payer_ref: str = ""
    balance: int = 0
    billed: int = 0
    sent: int = 0
    due: int = 0
    noted: tuple[int, int] = (0, 0)
    adjudication: Adjudication | None = None
    reverse_first: bool = False
    surely_paid: bool = False
    denial: Denial | None = None
    verified: bool = False
    account: Account = field(default_factory=Account)

    @property
    def owed(self) -> int:
        """Return what the books show as open: a payment counts when it is posted. Negative is a credit."""
        return self.balance + self.account.unposted

    @property
    def kind(self) -> str:
        """Return P for professional, I for institutional."""
        return "P" if self.setting == "professional" else "I"

    @property
    def encounter(self) -> str:
        """Return the number of the visit."""
        return f"ENC{self.number:09d}"

    @property
    def clearing_ref(self) -> str:
        """Return the clearinghouse's trace number of this submission."""
        return f"CH{self.number:09d}{self.version:02d}"

    @property
    def member(self) -> str:
        """Return the synthetic member number."""
        return f"SYN{self.patient:08d}"


def points(kind: str, n_lines: int, n_diagnoses: int) -> int:
    """Return the complexity of a claim as 0 low, 1 medium, 2 high, by the rule that the ledger uses."""
    score = (kind == "I") + (n_lines >= 3) + (n_lines >= 6) + (n_diagnoses >= 5)
    return min(score, 2)


class ClaimFactory:
    """Draws claims; the numbers go up by one, so that a claim number is never reused."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._numbers = count(1)

    def payer(self) -> Payer:
        """Draw a payer by its share of the patients."""
        return self._rng.choices(PAYERS, _PAYER_WEIGHTS)[0]

    def make(self, service: int, payer: Payer) -> Claim:
        """Draw a claim for a service date."""
        rng = self._rng
        draw = rng.random()
        setting = "professional" if draw < 0.84 else "outpatient" if draw < 0.94 else "inpatient"
        kind = "P" if setting == "professional" else "I"
        n_lines = min(1 + int(rng.expovariate(0.75)), 9)
        n_dx = min(1 + int(rng.expovariate(0.5)), 9)
        lines = self._lines(kind, n_lines)
        number = next(self._numbers)
        charge = sum(line[2] for line in lines)
        return Claim(
            number=number,
            patient=number * 7919 % 1_000_003,
            pcn=f"SMP{number:08d}",
            setting=setting,
            payer=payer,
            npi=PROVIDER_NPIS[int(rng.random() * len(PROVIDER_NPIS))],
            lines=lines,
            diagnoses=tuple(rng.sample(DIAGNOSES, n_dx)),
            drg=rng.choice(DRGS) if setting == "inpatient" else "",
            service=service,
            charge=charge,
            complexity=points(kind, n_lines, n_dx),
            balance=charge,
        )

    def _lines(self, kind: str, n_lines: int) -> tuple[Line, ...]:
        rng = self._rng
        out: list[Line] = []
        for _ in range(n_lines):
            units = 1 if rng.random() < 0.85 else rng.randint(2, 4)
            if kind == "P":
                code, price = PROCEDURES[int(rng.random() * len(PROCEDURES))]
                out.append((code, "", price * units, units))
            else:
                revenue, code, price = REVENUE[int(rng.random() * len(REVENUE))]
                out.append((code, revenue, price * units, units))
        return tuple(out)
