"""Patient accounts as books: opened at charge entry, moved by payments and adjustments, closed when nothing is open.

Belongs here: what an account has taken in, what is announced and not yet posted, why it was closed, and the rows that say so.
Does not belong here: why a balance changes (`denials.py`, `followup.py`), assignments (`assignments.py`), months (`books.py`).

At any moment charge = posted payments + announced payments + adjustments + balance. Whoever changes a balance without a
payment names the class of the write-off; what is left over is written as one adjustment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.assignments import end
from assets.sample.x12 import usd

if TYPE_CHECKING:
    from assets.sample.adjudication import Adjudication
    from assets.sample.assignments import Assignment
    from assets.sample.claims import Claim
    from assets.sample.world import World

DAWN = 22_500  # 06:15, when the remittances of the night have been read
_REASONS = {
    "denial": "written_off_denial", "timely_filing": "written_off_denial", "bad_debt": "bad_debt", "charity": "charity",
    "small_balance": "small_balance",
}  # fmt: skip
"""What a write-off makes of the reason for which the account is closed; the first one of an account stays."""


@dataclass(slots=True, eq=False)
class Account:
    """The books of one claim, in cents. `taken` is what payments announced and adjustments took off the charge."""

    opened_at: str = ""
    closed_at: str = ""
    reason: str = ""
    plan_at: str = ""
    updated_at: str = ""
    taken: int = 0
    unposted: int = 0
    postings: int = 0
    patient_paid: int = 0
    transferred: int = 0
    last_payer: str = ""
    assignment: Assignment | None = None


@dataclass
class Accounts:
    """What the day changed: accounts whose state is to be told, and those with a posting still to come."""

    changed: dict[str, Claim] = field(default_factory=dict)
    unposted: dict[str, Claim] = field(default_factory=dict)

    def open(self, claim: Claim, at: str) -> None:
        """Open the account of a claim whose charges were entered, once."""
        if not claim.account.opened_at:
            claim.account.opened_at = at
            self._change(claim, at)

    def plan(self, claim: Claim, at: str) -> None:
        """Note that a payment plan was agreed, once."""
        if claim.account.opened_at and not claim.account.closed_at and not claim.account.plan_at:
            claim.account.plan_at = at
            self._change(claim, at)

    def judged(self, world: World, claim: Claim, before: Adjudication | None, now: Adjudication) -> None:
        """Take in a payer's decision that replaces an earlier one; the balance follows with `settled`."""
        account, at = claim.account, world.at(DAWN)
        account.taken += now.paid - (before.paid if before else 0)
        account.last_payer = "payer"
        if world.live:
            for paid in (-before.paid if before else 0, now.paid):
                if paid:
                    self.announced(claim, paid)
            if account.closed_at:
                account.closed_at = account.reason = ""
                self._change(claim, at)
        if before is not None and account.patient_paid:
            # The decision under which the patient paid is gone: the office pays it back before it bills again.
            adjust(world, claim, "other", -account.patient_paid, ("", at))
            account.patient_paid = 0
        if now.patient != account.transferred:
            _adjustment(world, claim, "transfer_to_patient", now.patient - account.transferred, ("", at))
            account.transferred = now.patient

    def announced(self, claim: Claim, amount: int) -> None:
        """Expect the posting of a payment that has arrived."""
        claim.account.unposted += amount
        claim.account.postings += 1
        self.unposted[claim.pcn] = claim

    def patient_paid(self, claim: Claim, amount: int) -> None:
        """Take in a patient's payment that is still to be posted."""
        account = claim.account
        account.taken += amount
        account.patient_paid += amount
        account.last_payer = "patient"
        self.announced(claim, amount)

    def posted(self, world: World, claim: Claim, amount: int, at: str, *, by_patient: bool) -> None:
        """Note the posting of an announced payment."""
        world.books.cash(claim, amount, by_patient=by_patient)
        self._arrived(world, claim, amount, at)

    def _arrived(self, world: World, claim: Claim, amount: int, at: str) -> None:
        account = claim.account
        account.unposted -= amount
        account.postings -= 1
        if not account.postings:
            self.unposted.pop(claim.pcn, None)
        self._close_if_done(world, claim, at)

    def overpaid(self, world: World, claim: Claim, amount: int, at: str) -> None:
        """Take in a payment that nobody owed; the account stays open until it is paid back."""
        account = claim.account
        self.announced(claim, -amount)
        world.books.cash(claim, amount, by_patient=True)
        if account.closed_at:
            account.closed_at = ""
            self._change(claim, at)

    def refunded(self, world: World, claim: Claim, amount: int) -> None:
        """Pay back what nobody owed."""
        at = world.at(DAWN)
        _adjustment(world, claim, "other", -amount, ("", at))
        self._arrived(world, claim, -amount, at)

    def settled(self, world: World, claim: Claim, why: str, by: tuple[str, str]) -> None:
        """Write what is left between charge, payments and balance off under its class, and close an account that is empty.

        `by` says who wrote it off and when.
        """
        account = claim.account
        rest = claim.charge - account.taken - claim.balance
        if rest:
            adjust(world, claim, why, rest, by)
        self._close_if_done(world, claim, by[1])

    def _close_if_done(self, world: World, claim: Claim, at: str) -> None:
        account = claim.account
        if account.closed_at or not account.opened_at or claim.balance > 0 or account.postings:
            return
        account.closed_at = max(at, account.opened_at)
        denial = claim.denial
        account.reason = account.reason or (
            "patient_paid" if account.last_payer == "patient"
            else "corrected" if denial is not None and denial.outcome in {"corrected", "overturned"}
            else "paid" if account.taken and claim.adjudication is not None and claim.adjudication.paid
            else "contractual"
        )  # fmt: skip
        end(world, claim, account.closed_at)
        self._change(claim, account.closed_at)

    def _change(self, claim: Claim, at: str) -> None:
        claim.account.updated_at = max(claim.account.updated_at, at)
        self.changed[claim.pcn] = claim

    def export(self, world: World) -> None:
        """Export the day's last state of every account that changed."""
        for claim in self.changed.values():
            a = claim.account
            world.rows.add(
                "accounts", claim.pcn, claim.payer.code, a.opened_at, a.closed_at, a.reason if a.closed_at else "", a.plan_at,
                a.updated_at,
            )  # fmt: skip
        self.changed = {}


def adjust(world: World, claim: Claim, why: str, amount: int, by: tuple[str, str]) -> None:
    """Take an amount off the account under a class; `by` says who did it and when."""
    claim.account.taken += amount
    if why in _REASONS:
        claim.account.reason = claim.account.reason or _REASONS[why]
    world.books.adjusted(claim, why, amount)
    _adjustment(world, claim, why, amount, by)


def _adjustment(world: World, claim: Claim, why: str, amount: int, by: tuple[str, str]) -> None:
    """Export an adjustment; before the first day nothing is exported."""
    if world.live:
        cells = (world.number("ADJ"), claim.pcn, claim.payer.code, why, usd(amount), *by)
        world.rows.add("account_adjustments", *cells)
