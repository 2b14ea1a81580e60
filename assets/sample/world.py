"""The state of the sample office between two days: who, what waits where, what is due when.

Belongs here: the state and the few ways to change it that every stage shares. Does not belong here: the stages themselves.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from assets.sample.accounts import DAWN, Accounts
from assets.sample.books import Books
from assets.sample.claims_of_friction import FrictionClaims
from assets.sample.desk import Desk, Item, Queue, Touch
from assets.sample.people import ROLES, Person
from assets.sample.rows import DayRows
from assets.sample.season import next_workday, stamp
from assets.sample.x12 import Controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assets.sample.claims import Claim, ClaimFactory
    from assets.sample.remits import Deposit
    from assets.sample.x12_acks import SentFile

SLA_HOURS = {
    "coder": "48", "charge_entry": "24", "payment_posting": "48", "ar_follow_up": "120", "denial_management": "72",
    "patient_billing": "72",
}  # fmt: skip
QUEUE_NAMES = {
    "coder": "Coding", "charge_entry": "Charge Entry", "payment_posting": "Payment Posting", "ar_follow_up": "AR Follow-up",
    "denial_management": "Denials", "patient_billing": "Patient Billing",
}  # fmt: skip
NIGHT = 68_400  # 19:00, after the last shift


@dataclass(frozen=True, slots=True)
class Task:
    """Something that falls due on a day: what, for which claim, and what else the handler needs."""

    what: str
    claim: Claim
    detail: object = None


@dataclass
class World:
    """The office. `today` is an ordinal; `rows` and `files` collect what today delivers.

    `rng` drives the story. What only describes it (accounts, reasons, waiting) is drawn from `aside`, so that more of it
    never changes what happens.
    """

    rng: random.Random
    people: list[Person]
    desk: Desk
    factory: ClaimFactory
    claims_per_day: int
    first: int
    last: int
    today: int
    rows: DayRows = field(default_factory=DayRows)
    files: list[tuple[str, str]] = field(default_factory=list)
    controls: Controls = field(default_factory=Controls)
    queues: dict[str, Queue] = field(default_factory=lambda: {role: Queue() for role in ROLES})
    tomorrow: list[Item] = field(default_factory=list)
    agenda: defaultdict[int, list[Task]] = field(default_factory=lambda: defaultdict(list))
    accounts: dict[str, Claim] = field(default_factory=dict)
    ready: list[Claim] = field(default_factory=list)
    due: defaultdict[tuple[int, str], list[Claim]] = field(default_factory=lambda: defaultdict(list))
    takebacks: defaultdict[tuple[int, str], list[Claim]] = field(default_factory=lambda: defaultdict(list))
    sent: list[SentFile] = field(default_factory=list)
    deposits: dict[str, Deposit] = field(default_factory=dict)
    audited: list[Touch] = field(default_factory=list)
    claims_made: int = 0
    aside: random.Random = field(default_factory=lambda: random.Random("aside"))
    live: bool = False
    books: Books = field(default_factory=Books)
    receivables: Accounts = field(default_factory=Accounts)
    assigned: dict[str, dict[str, Claim]] = field(default_factory=dict)
    inbound: set[tuple[str, int]] = field(default_factory=set)
    friction_claims: FrictionClaims = field(default_factory=FrictionClaims)
    repeats: defaultdict[int, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    _numbers: defaultdict[str, Iterator[int]] = field(default_factory=lambda: defaultdict(lambda: count(1)))

    def number(self, prefix: str) -> str:
        """Return the next identifier of a kind."""
        return f"{prefix}{next(self._numbers[prefix]):08d}"

    def at(self, second: int) -> str:
        """Return a moment of today as exports carry it."""
        return stamp(self.today, second)

    def queue_event(self, item: Item, event: str, second: int, reason: str = "") -> None:
        """Export an entry into or exit from a queue."""
        self.rows.add(
            "queue_events", self.number("QE"), QUEUE_NAMES[item.role], item.item_id, item.claim.pcn, event, self.at(second),
            reason, SLA_HOURS[item.role] if event == "in" else "",
        )  # fmt: skip

    def enqueue(self, item: Item, second: int) -> None:
        """Put an item into its role's queue: from the next morning on when the day's work has begun."""
        self.queue_event(item, "in", second)
        if second < 7 * 3600:
            self.queues[item.role].put(item)
        else:
            self.tomorrow.append(item)

    def plan(self, ordinal: int, what: str, claim: Claim, detail: object = None) -> None:
        """Note something for a later day; what lies past the end of the sample is dropped."""
        if ordinal <= self.last:
            self.agenda[ordinal].append(Task(what, claim, detail))

    def plan_workdays(self, days: int, what: str, claim: Claim, detail: object = None) -> None:
        """Note something for the n-th working day after today."""
        self.plan(next_workday(self.today, days), what, claim, detail)

    def settle(
        self, claim: Claim, balance: int, why: str = "contractual", by: tuple[str, str] | None = None
    ) -> None:
        """Set what is still open on a claim; a claim without a balance leaves the receivables.

        What no payment explains is written off as `why`; `by` says who did it and when, by itself the system at dawn.
        """
        claim.balance = balance
        if balance > 0:
            self.accounts[claim.pcn] = claim
        else:
            self.accounts.pop(claim.pcn, None)
        self.receivables.settled(self, claim, why, by or ("", self.at(DAWN)))
