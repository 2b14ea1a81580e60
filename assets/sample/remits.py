"""Money arrives: 835 remittances, deposits, automatic and manual posting.

Belongs here: from the payer's decision to the posted payment. Does not belong here: denials (`denials.py`), segments (`x12_remits.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assets.sample import x12
from assets.sample.adjudication import adjudicate
from assets.sample.denials import decided
from assets.sample.desk import Item, Touch
from assets.sample.payers import PAYERS, Payer
from assets.sample.season import compact, iso
from assets.sample.x12 import usd
from assets.sample.x12_remits import Payment, Remitted, remittance

if TYPE_CHECKING:
    from assets.sample.claims import Claim
    from assets.sample.world import World

_AUTO_SHARE = 0.45
_TAKEBACK = 0.012
_STUBBORN = 0.12
_TWICE = 0.02
_DAWN = 22_500  # 06:15, when the bot has read the remittances
_BOT = "BOT01"


@dataclass(slots=True)
class Deposit:
    """A payment at the bank: `open_items` postings are still missing."""

    deposit_id: str
    payment: Payment
    open_items: int
    complete_at: str = ""

    def cells(self, reconciled_at: str, updated_at: str) -> tuple[str, ...]:
        """Return the export row."""
        taken = self.payment.provider_adjustment[1] if self.payment.provider_adjustment else 0
        return (
            self.deposit_id, self.payment.payer.code, self.payment.trace, usd(self.payment.amount), usd(taken),
            iso(self.payment.ordinal), self.complete_at, reconciled_at, updated_at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posting:
    """A payment of one claim that is to be posted."""

    txn_id: str
    deposit: Deposit | None
    amount: int
    lines: int
    method: str
    received_on: int
    by_hand_because: str = ""


def receive(world: World) -> None:
    """Receive today's remittances of every payer that pays today."""
    for payer in PAYERS:
        claims = world.due.pop((world.today, payer.code), [])
        back = world.takebacks.pop((world.today, payer.code), [])
        items = [item for claim in claims for item in _decide(world, claim)]
        items += [item for claim in back for item in _take_back(world, claim)]
        if items:
            _remit(world, payer, items)


def _decide(world: World, claim: Claim) -> list[Remitted]:
    """Return the decision about a claim; a replacement of a partly paid claim reverses the first decision."""
    before, reference = claim.adjudication, claim.payer_ref
    decision = adjudicate(claim, world.rng)
    claim.payer_ref = f"{claim.payer.code}{claim.number:09d}{claim.version}"
    received = claim.sent + 1
    out = []
    if before is not None and (before.paid or before.patient):
        out.append(Remitted(claim, before.reversed(), reference, received))
    claim.adjudication = decision
    out.append(Remitted(claim, decision, claim.payer_ref, received))
    world.receivables.judged(world, claim, before, decision)
    decided(world, claim, decision)
    if not decision.denied and world.rng.random() < _TAKEBACK:
        day = claim.payer.pay_day(world.today + 14)
        world.takebacks[day, claim.payer.code].append(claim)
    return out


def _take_back(world: World, claim: Claim) -> list[Remitted]:
    """Return the payer's second thought: a reversal and a corrected, smaller payment."""
    first = claim.adjudication
    if first is None or claim.denial is not None:
        return []
    claim.surely_paid = True
    second = adjudicate(claim, world.rng)
    claim.adjudication = second
    world.receivables.judged(world, claim, first, second)
    world.settle(claim, claim.balance)
    received = claim.sent + 1
    return [
        Remitted(claim, first.reversed(), claim.payer_ref, received),
        Remitted(claim, second, claim.payer_ref, received),
    ]


def _remit(world: World, payer: Payer, items: list[Remitted]) -> None:
    """Write the 835 of a payer and open its deposits; a large day comes as several payments."""
    size = min(max(-(-len(items) // 2), 4), 5000)
    payments = []
    for start in range(0, len(items), size):
        payment = Payment(payer, world.number("TRC"), world.today, items[start : start + size])
        total = payment.amount
        if total < 0:
            payment.provider_adjustment = ("FB", total)
        elif total > 100_000 and world.rng.random() < 0.08:
            payment.provider_adjustment = ("WO", world.rng.randint(20, 400) * 100)
        payments.append(payment)
    sets = [remittance(p, f"{i:04d}") for i, p in enumerate(payments, 1)]
    route = x12.Route(payer.code, x12.OFFICE, world.today, "0415")
    text = x12.interchange(
        x12.REMITTANCE, route, next(world.controls.group), next(world.controls.interchange), sets
    )
    name = f"835_{payer.code}_{compact(world.today)}.x12"
    world.files.append((name, x12.with_pipes(text) if payer.exotic else text))
    for payment in payments:
        _bank(world, payment)


def _bank(world: World, payment: Payment) -> None:
    paid = [item for item in payment.claims if item.decision.paid]
    deposit = Deposit(world.number("DEP"), payment, len(paid))
    world.rows.add("deposits", *deposit.cells("", world.at(_DAWN - 900)))
    for i, item in enumerate(paid):
        _route_posting(world, item, deposit, _DAWN + i * 1800 // len(paid))
    if not paid:
        _complete(world, deposit, _DAWN)


def _route_posting(world: World, item: Remitted, deposit: Deposit, second: int) -> None:
    """Let the bot post what it can; the rest goes to a person."""
    rng, decision = world.rng, item.decision
    auto = decision.status != "22" and item.claim.payer.code != "SPF06" and rng.random() < _AUTO_SHARE
    lines = max(len(decision.lines), 1)
    txn = world.number("PMT")
    if auto:
        posting = Posting(txn, deposit, decision.paid, lines, "era_auto", world.today)
        _export(world, item.claim, posting, ("", world.at(second)))
        world.rows.add(
            "work_log", world.number("TB"), _BOT, "payment", txn, item.claim.pcn, "post", "completed", "Payment Posting", "pm",
            world.at(second), world.at(second + 1), "true", "", "", "", "",
        )  # fmt: skip
        world.receivables.posted(world, item.claim, decision.paid, world.at(second), by_patient=False)
        _posted_one(world, deposit, second)
        return
    why = (
        "variance"
        if decision.status == "22"
        else rng.choices(("", "variance", "partial", "no_match"), (80, 9, 7, 4))[0]
    )
    if payment_adjusted(deposit) and rng.random() < 0.05:
        why = "plb"
    method = "eob_manual" if item.claim.payer.code == "SPF06" else "era_manual"
    posting = Posting(txn, deposit, decision.paid, lines, method, world.today, why)
    world.enqueue(Item("payment_posting", "payment", txn, item.claim, "post", "pm", posting), 23_400)


def payment_adjusted(deposit: Deposit) -> bool:
    """Say whether the payer kept or added something at provider level."""
    return deposit.payment.provider_adjustment is not None


def posted(world: World, touch: Touch) -> None:
    """Export what a person posted; an exception is closed now or some working days later."""
    posting, claim = touch.item.detail, touch.item.claim
    if not isinstance(posting, Posting):
        msg = "posting needs a payment"
        raise TypeError(msg)
    by = (touch.person.staff_id, world.at(touch.end))
    now = bool(posting.by_hand_because) and world.rng.random() < 0.6
    _export(world, claim, posting, by, world.at(touch.end) if now else "")
    if posting.by_hand_because and not now:
        world.plan_workdays(world.rng.randint(1, 5), "exception", claim, (posting, by))
    world.receivables.posted(world, claim, posting.amount, by[1], by_patient=posting.deposit is None)
    if posting.deposit is not None:
        _posted_one(world, posting.deposit, touch.end)
    elif world.aside.random() < _TWICE:
        _twice(world, claim, posting, by)


def _twice(world: World, claim: Claim, posting: Posting, by: tuple[str, str]) -> None:
    """Post a second payment of the same amount, which the patient sent along: a credit, until it is paid back."""
    _export(world, claim, replace(posting, txn_id=world.number("PMW"), by_hand_because=""), by)
    world.receivables.overpaid(world, claim, posting.amount, by[1])
    world.plan_workdays(world.aside.randint(8, 30), "refund", claim, posting.amount)


def exception_closed(world: World, claim: Claim, posting: Posting, by: tuple[str, str]) -> None:
    """Export a payment again, its exception closed; a few stay open for weeks, some for good."""
    at = world.at(36_000 + world.rng.randint(0, 3600))
    if posting.by_hand_because != "no_match" and world.aside.random() < _STUBBORN:
        world.plan_workdays(world.aside.randint(15, 90), "exception_late", claim, (posting, by))
    else:
        _export(world, claim, posting, by, at)


def exception_closed_late(world: World, claim: Claim, posting: Posting, by: tuple[str, str]) -> None:
    """Export a payment again whose exception took weeks."""
    _export(world, claim, posting, by, world.at(36_000 + world.aside.randint(0, 3600)))


def _export(world: World, claim: Claim, posting: Posting, by: tuple[str, str], closed: str = "") -> None:
    why = posting.by_hand_because
    variance = usd(-(posting.amount // 20)) if why in {"variance", "partial"} else ""
    known = "" if why == "no_match" and not closed else claim.pcn
    world.rows.add(
        "payments", posting.txn_id, posting.deposit.deposit_id if posting.deposit else "", known, claim.payer.code,
        usd(posting.amount), posting.method, str(posting.lines), iso(posting.received_on), by[0], by[1], why, variance, closed,
    )  # fmt: skip


def _posted_one(world: World, deposit: Deposit, second: int) -> None:
    deposit.open_items -= 1
    if deposit.open_items == 0:
        _complete(world, deposit, second)


def _complete(world: World, deposit: Deposit, second: int) -> None:
    deposit.complete_at = world.at(second)
    world.rows.add("deposits", *deposit.cells("", deposit.complete_at))
    world.deposits[deposit.deposit_id] = deposit


def reconcile(world: World) -> None:
    """Reconcile, on a working day at noon, the deposits whose postings were complete before today."""
    today = iso(world.today)
    for deposit_id in [key for key, deposit in world.deposits.items() if deposit.complete_at[:10] < today]:
        if world.rng.random() < 0.75:
            at = world.at(43_200 + world.rng.randint(0, 1800))
            world.rows.add("deposits", *world.deposits.pop(deposit_id).cells(at, at))


def patient_pays(world: World, claim: Claim, amount: int) -> None:
    """Receive a patient's payment by mail, to be posted by hand."""
    posting = Posting(world.number("PMT"), None, amount, 1, "patient", world.today)
    world.enqueue(Item("payment_posting", "payment", posting.txn_id, claim, "post", "pm", posting), 23_400)
    world.receivables.patient_paid(claim, amount)
    world.settle(claim, claim.balance - amount)


def open_decisions(world: World, day: int) -> None:
    """Take note, without files, of what payers decided shortly before the first day."""
    for payer in PAYERS:
        for claim in world.due.pop((day, payer.code), []):
            _decide(world, claim)
