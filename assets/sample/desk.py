"""The desks: who picks which item from a queue, how long it takes, and the trace that it leaves in the logs.

Belongs here: picking, pacing, interruptions, touches. Does not belong here: what finishing an item means (`flow.py`).
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assets.sample.people import BASE_MINUTES, COMPLEXITY_FACTOR, Person, Shift
from assets.sample.season import is_workday, next_workday, rate_index

if TYPE_CHECKING:
    import random

    from assets.sample.claims import Claim
    from assets.sample.outages import Incidents

_NOISE_SD = 0.35
_TOUCHES = {"coder": 0.08, "ar_follow_up": 0.25, "denial_management": 0.3, "patient_billing": 0.12}
"""Share of items that need a second touch, by role."""
_REOPENED = 0.025
_QUICK = (
    15  # seconds; only an office of far too few people works that fast, and then without pausing for breath
)
_LAST_START = 150  # seconds before the end of a shift after which nobody opens another item


@dataclass(slots=True, eq=False)
class Item:
    """A piece of work: `left` is the share of its minutes still to do, `detail` what the finisher needs to know."""

    role: str
    kind: str
    item_id: str
    claim: Claim
    action: str
    system: str
    detail: object = None
    left: float = 1.0
    second: bool = False
    reopened: bool = False
    resumes: int = 0


@dataclass(frozen=True, slots=True)
class Touch:
    """An entry of the work log, in seconds of the day; `active` is the time without idle moments."""

    person: Person
    item: Item
    action: str
    disposition: str
    system: str
    start: int
    end: int
    active: int

    @property
    def staff_id(self) -> str:
        """Return who worked."""
        return self.person.staff_id


@dataclass(slots=True)
class Queue:
    """A role's work queue: one line per complexity, first come first served."""

    lines: tuple[deque[Item], deque[Item], deque[Item]] = field(
        default_factory=lambda: (deque(), deque(), deque())
    )

    def put(self, item: Item) -> None:
        """Add an item at the end of its line."""
        self.lines[item.claim.complexity].append(item)

    def __len__(self) -> int:
        return sum(map(len, self.lines))

    def pick(self, hard_mix: float, rng: random.Random) -> Item | None:
        """Take an item: lines in proportion to their length, the hard one weighted by the person's mix."""
        low, medium, high = map(len, self.lines)
        draw = rng.random() * (low + medium + high * hard_mix)
        if draw < low:
            return self.lines[0].popleft()
        if draw < low + medium:
            return self.lines[1].popleft()
        return self.lines[2].popleft() if high else None


@dataclass(slots=True)
class Seat:
    """A person at work today: clock, the stretch since the last pause, and the items that came back to them."""

    shift: Shift
    now: int
    own: deque[Item]
    block: int = 0
    stretch: float = 0.0
    goal: float = 2400.0


@dataclass
class Desk:
    """The staff of the office at work; `scale` stretches the minutes of a role to the size of its team."""

    rng: random.Random
    incidents: Incidents
    scale: dict[str, float]
    touches: list[Touch] = field(default_factory=list)
    finished: list[Touch] = field(default_factory=list)
    _waiting: dict[str, list[tuple[int, Item]]] = field(default_factory=dict)

    def minutes(self, role: str, complexity: int) -> float:
        """Return the expected active minutes of a unit at skill 1, without friction."""
        return BASE_MINUTES[role] * COMPLEXITY_FACTOR[complexity] * self.scale[role]

    def put_back(self, person: Person, item: Item, due: int) -> None:
        """Let an item come back to the same person on a day."""
        self._waiting.setdefault(person.staff_id, []).append((due, item))

    def release(self, person: Person) -> list[Item]:
        """Take everything off a person's desk, when they change their role."""
        return [item for _, item in self._waiting.pop(person.staff_id, []) if not item.reopened]

    def work(self, role: str, ordinal: int, shifts: list[Shift], queue: Queue) -> None:
        """Let the people of a role work for a day; fills `touches` and `finished`."""
        seats = [
            Seat(shift, shift.start + self.rng.randint(60, 420), self._due(shift.person, ordinal, role))
            for shift in shifts
        ]
        pause = self._pause_share(role, ordinal, seats, queue)
        heap = [(seat.now, i) for i, seat in enumerate(seats)]
        heapq.heapify(heap)
        while heap:
            _, i = heapq.heappop(heap)
            seat = seats[i]
            self._take_break(seat)
            if seat.shift.end - seat.now < _LAST_START:
                continue
            item = seat.own.popleft() if seat.own else queue.pick(seat.shift.person.hard_mix, self.rng)
            if item is not None:
                self._touch(seat, item, ordinal, pause)
                heapq.heappush(heap, (seat.now, i))
        for seat in seats:
            for item in seat.own:
                self.put_back(seat.shift.person, item, ordinal + 1)

    def _due(self, person: Person, ordinal: int, role: str) -> deque[Item]:
        waiting = self._waiting.get(person.staff_id, [])
        due = deque(item for day, item in waiting if day <= ordinal and item.role == role)
        if waiting:
            self._waiting[person.staff_id] = [
                x for x in waiting if not (x[0] <= ordinal and x[1].role == role)
            ]
        return due

    def _pause_share(self, role: str, ordinal: int, seats: list[Seat], queue: Queue) -> float:
        """Return idle time per active time with which the day's load fills about nine tenths of the shifts."""
        capacity = 0.0
        for seat in seats:
            away = sum(end - start for start, end in seat.shift.blocks)
            capacity += (seat.shift.end - seat.shift.start - away) * seat.shift.person.speed(ordinal)
        load = (
            sum(len(line) * self.minutes(role, c) for c, line in enumerate(queue.lines))
            * 60
            / rate_index(ordinal)
        )
        load += sum(
            item.left * self.minutes(role, item.claim.complexity) * 60 for seat in seats for item in seat.own
        )
        return min(max(0.9 * capacity / (1.07 * load) - 1, 0.06), 1.5) if load and capacity else 0.3

    def _take_break(self, seat: Seat) -> None:
        """Move the clock past lunch, meetings and leave; the item in hand is finished first."""
        blocks = seat.shift.blocks
        while seat.block < len(blocks) and blocks[seat.block][0] <= seat.now:
            seat.now = max(seat.now, blocks[seat.block][1])
            seat.block += 1
            seat.stretch = 0.0

    def _touch(self, seat: Seat, item: Item, ordinal: int, pause: float) -> None:
        """Work on an item until it is finished, put aside, or the shift ends."""
        rng, person = self.rng, seat.shift.person
        if not item.second and not item.reopened and rng.random() < _TOUCHES.get(item.role, 0.0):
            item.second, portion, disposition = True, 0.4, "pending"
        else:
            portion, disposition = item.left, "reopened" if item.reopened else "completed"
        noise = math.exp(rng.gauss(-(_NOISE_SD**2) / 2, _NOISE_SD))
        pace = person.speed(ordinal) * rate_index(ordinal)
        need = max(self.minutes(item.role, item.claim.complexity) * 60 * portion * noise / pace, 1.0)
        if person.gamer:
            need *= 0.6
        start = seat.now
        system = person.system(item.system) if item.system in {"ehr", "pm"} else item.system
        done = self.incidents.finish(ordinal, system, start, need)
        end = min(done + int((done - start) * rng.random() * 0.12), seat.shift.end)
        if done > seat.shift.end:
            item.left = max(item.left - portion * (end - start) / (done - start), 0.05)
            disposition = "pending"
            self.put_back(person, item, next_workday(ordinal))
        elif disposition == "pending":
            item.left -= portion
            due = next_workday(ordinal, rng.randint(1, 4))
            item.resumes = due
            self.put_back(person, item, due)
        action = (
            "query"
            if disposition == "pending" and item.role == "coder" and done <= seat.shift.end
            else item.action
        )
        touch = Touch(person, item, action, disposition, system, start, end, min(done, end) - start)
        self.touches.append(touch)
        if disposition == "completed":
            self._complete(touch, ordinal)
        elif action == "query":
            self.finished.append(touch)
        self._advance(seat, touch, pause)

    def _complete(self, touch: Touch, ordinal: int) -> None:
        self.finished.append(touch)
        if self.rng.random() < _REOPENED * touch.person.error:
            item = touch.item
            again = Item(
                item.role,
                item.kind,
                item.item_id,
                item.claim,
                item.action,
                item.system,
                None,
                0.15,
                reopened=True,
            )
            self.put_back(touch.person, again, next_workday(ordinal, self.rng.randint(1, 6)))

    def _advance(self, seat: Seat, touch: Touch, pause: float) -> None:
        """Move on to the next item; after a stretch of work comes a pause. A gaming person clicks through old items first."""
        rng = self.rng
        seat.now = touch.end + (rng.randint(2, 9) if touch.active > _QUICK else 0)
        if touch.person.gamer and touch.disposition == "completed":
            for _ in range(rng.randint(0, 3)):
                if seat.shift.end - seat.now > _LAST_START:
                    end = seat.now + rng.randint(4, 14)
                    self.touches.append(
                        Touch(
                            touch.person,
                            touch.item,
                            touch.action,
                            "completed",
                            touch.system,
                            seat.now,
                            end,
                            end - seat.now,
                        )
                    )
                    seat.now = end + 1
        seat.stretch += seat.now - touch.start
        if seat.stretch > seat.goal:
            seat.now += int(seat.stretch * pause * (0.5 + rng.random()))
            seat.stretch, seat.goal = 0.0, 1200.0 + 2100.0 * rng.random()


def shifts_by_role(shifts: list[Shift], ordinal: int) -> dict[str, list[Shift]]:
    """Return the people present on a working day by role."""
    out: dict[str, list[Shift]] = {}
    if is_workday(ordinal):
        for shift in shifts:
            period = shift.person.period(ordinal)
            if period is not None and shift.leave_min < 480:
                out.setdefault(period.role, []).append(shift)
    return out
