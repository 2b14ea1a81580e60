"""Sending claims and hearing back: 837 batches in the evening, 999 and 277CA the next morning.

Belongs here: batching, syntax refusals, payer rejections, the date of the payer's decision. Does not belong here: segments (`x12_*.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample import x12
from assets.sample.desk import Item
from assets.sample.season import compact, is_workday, next_workday
from assets.sample.x12_acks import SentBatch, SentClaim, SentFile, claim_level, functional
from assets.sample.x12_claims import batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assets.sample.claims import Claim
    from assets.sample.payers import Payer
    from assets.sample.world import World

_FILE_CLAIMS = 20_000
_REFUSE_EVERY = 90
_REJECTS = ("A3:21:IL", "A7:562:85", "A7:164:IL", "A3:33:IL")
FIRST_FOLLOW_UP, SECOND_FOLLOW_UP = 18, 32
"""Days after submission at which an unanswered claim is followed up."""


def payer_day(world: World, payer: Payer, sent: int) -> int:
    """Draw the day of the payer's decision about a claim sent on a day."""
    mean, spread = payer.lag
    return payer.pay_day(sent + max(round(world.rng.gauss(mean, spread)), 3))


def send(world: World) -> None:
    """Send every claim that is ready, professional and institutional apart."""
    ready, world.ready = world.ready, []
    for kind, letter in ((x12.PROFESSIONAL, "P"), (x12.INSTITUTIONAL, "I")):
        chosen = [claim for claim in ready if claim.kind == letter]
        for part, start in enumerate(range(0, len(chosen), _FILE_CLAIMS), 1):
            sent = SentFile(kind, next(world.controls.group), world.today)
            sets = _batches(world, sent, chosen[start : start + _FILE_CLAIMS])
            route = x12.Route(x12.OFFICE, x12.CLEARINGHOUSE, world.today, "1930")
            text = x12.interchange(kind, route, sent.group, next(world.controls.interchange), sets)
            world.files.append((f"837{letter}_{compact(world.today)}_{part:03d}.x12", text))
            world.sent.append(sent)


def _batches(world: World, sent: SentFile, claims: list[Claim]) -> Iterator[x12.Transaction]:
    size = min(max(world.claims_per_day // 6, 20), 5000)
    for start in range(0, len(claims), size):
        chunk = claims[start : start + size]
        number = next(world.controls.transaction)
        control = f"{number % 1_000_000_000:04d}"
        reference = f"SB{compact(world.today)}{number:06d}"
        refused = number % _REFUSE_EVERY == _REFUSE_EVERY - 1
        group = [_sent(world, claim, refused=refused) for claim in chunk]
        sent.batches.append(SentBatch(control, reference, group, refused))
        yield batch(chunk, reference, control, world.today, "1930")


def _sent(world: World, claim: Claim, *, refused: bool) -> SentClaim:
    claim.billed = claim.billed or world.today
    record = SentClaim(claim, claim.charge, claim.version)
    if refused:
        return record
    clerk = claim.clerk.error if claim.clerk else 1.0
    if claim.version == 1 and world.rng.random() < min(0.018 * clerk, 0.3):
        record.reject = world.rng.choice(_REJECTS)
    else:
        await_payer(world, claim)
    return record


def await_payer(world: World, claim: Claim) -> None:
    """Let the payer decide later; one claim in seventy gets lost there until somebody asks."""
    claim.sent, claim.due = world.today, 0
    if claim.version > 1 or world.rng.random() > 1 / 70:
        claim.due = payer_day(world, claim.payer, world.today)
        if claim.due <= world.last:
            world.due[claim.due, claim.payer.code].append(claim)
    plan_follow_up(world, claim, world.today)


def plan_follow_up(world: World, claim: Claim, sent: int) -> None:
    """Note when to ask the payer about a claim, if no decision has come by then."""
    for age in (FIRST_FOLLOW_UP, SECOND_FOLLOW_UP):
        day = sent + age if is_workday(sent + age) else next_workday(sent + age)
        if day >= world.first and (claim.due == 0 or claim.due > day):
            world.plan(day, "follow_up", claim, claim.version)


def hear_back(world: World) -> None:
    """Receive the 999 and 277CA of what was sent before today, and put rejected claims back to work."""
    sent, world.sent = world.sent, []
    for part, file in enumerate(sent, 1):
        clearing = x12.Route(x12.CLEARINGHOUSE, x12.OFFICE, world.today, "0545")
        _write(
            world,
            f"999_{compact(world.today)}_{part:03d}.x12",
            x12.ACKNOWLEDGEMENT,
            clearing,
            [functional(file, "0001")],
        )
        later = x12.Route(x12.CLEARINGHOUSE, x12.OFFICE, world.today, "0610")
        accepted = [b for b in file.batches if not b.refused]
        sets = [claim_level(b, f"{i:04d}", world.today) for i, b in enumerate(accepted, 1)]
        if sets:
            _write(
                world, f"277CA_{compact(world.today)}_{part:03d}.x12", x12.CLAIM_ACKNOWLEDGEMENT, later, sets
            )
        for group in file.batches:
            _return(world, group)


def _return(world: World, group: SentBatch) -> None:
    if group.refused:
        world.ready += [sent.claim for sent in group.claims]
        return
    for sent in group.claims:
        if sent.reject:
            item = Item("charge_entry", "claim", sent.claim.pcn, sent.claim, "fix_reject", "clearinghouse")
            world.enqueue(item, 22_800)


def resend(world: World, claim: Claim, frequency: str) -> None:
    """Make the next version of a claim ready: 1 for one that the payer never took, 7 for a replacement."""
    claim.version += 1
    claim.frequency = frequency
    world.ready.append(claim)


def write_backlog(world: World, by_day: dict[int, list[Claim]]) -> None:
    """Write the claims sent before the first day: one transaction per earlier day, in files of bounded size."""
    for kind, letter in ((x12.PROFESSIONAL, "P"), (x12.INSTITUTIONAL, "I")):
        chunks = list(_backlog_chunks(by_day, letter))
        for part, start in enumerate(range(0, len(chunks), 60)):
            sets = (_backlog_set(world, day, claims) for day, claims in chunks[start : start + 60])
            route = x12.Route(x12.OFFICE, x12.CLEARINGHOUSE, world.today, "0500")
            text = x12.interchange(
                kind, route, next(world.controls.group), next(world.controls.interchange), sets
            )
            world.files.append((f"837{letter}_{compact(world.today)}_0{part:02d}b.x12", text))


def _backlog_chunks(by_day: dict[int, list[Claim]], letter: str) -> Iterable[tuple[int, list[Claim]]]:
    for day in sorted(by_day):
        claims = [claim for claim in by_day[day] if claim.kind == letter]
        for start in range(0, len(claims), 2000):
            yield day, claims[start : start + 2000]


def _backlog_set(world: World, day: int, claims: list[Claim]) -> x12.Transaction:
    number = next(world.controls.transaction)
    return batch(claims, f"SB{compact(day)}{number:06d}", f"{number:04d}", day, "1930")


def _write(world: World, name: str, kind: x12.Kind, route: x12.Route, sets: list[x12.Transaction]) -> None:
    text = x12.interchange(kind, route, next(world.controls.group), next(world.controls.interchange), sets)
    world.files.append((name, text))
