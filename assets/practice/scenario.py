"""A plan to add a clinician or a service line, as one TOML file: every key, its meaning and its check.

Belongs here: reading and checking the file, and the same plan with one number changed. Does not belong here: what follows from
a plan (`payback.py`). Pure: neither Dagster nor a database connection.
"""

from __future__ import annotations

import tomllib
from datetime import date  # noqa: TC003 - pydantic reads the annotation
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from assets.errors import RcmbenchError

EXAMPLE_PATH = Path(__file__).with_name("example.toml")
_LARGEST_FILE = 2**20


class ScenarioError(RcmbenchError):
    """The plan cannot be computed; the message names the file, the key and the reason."""


def _no_truth(value: Any) -> Any:
    # Python takes true for 1; a person who wrote it meant something else.
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic turns a ValueError into a sentence with the key
    return value


Number = Annotated[Decimal, BeforeValidator(_no_truth)]
Money = Annotated[Number, Field(ge=0, le=10**9)]
Share = Annotated[Number, Field(ge=0, le=1)]
Series = Annotated[tuple[Annotated[Number, Field(ge=0, le=10**6)], ...], Field(min_length=1, max_length=120)]
Days = Annotated[int, BeforeValidator(_no_truth), Field(ge=0, le=720)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Costs(_Part):
    """What it costs beyond what is spent anyway. Leave out every cost that would be there without the plan."""

    start_up: Money = Field(
        default=Decimal(0),
        description="spent once before the opening, USD: recruiting, equipment, credentialing",
    )
    salary_year: Money = Field(
        default=Decimal(0), description="salary of one full-time clinician a year, USD"
    )
    clinicians: Annotated[Number, Field(ge=0, le=1000)] = Field(
        default=Decimal(1), description="full-time clinicians that are added"
    )
    benefits_share: Annotated[Number, Field(ge=0, le=2)] = Field(
        default=Decimal(0), description="benefits and payroll taxes as a share of the salary"
    )
    staff_year: Money = Field(default=Decimal(0), description="staff hired for it, a year with benefits, USD")
    other_fixed_month: Money = Field(
        default=Decimal(0), description="other fixed cost a month, USD: rent, malpractice cover, software"
    )
    variable_per_visit: Annotated[Number, Field(ge=0, le=10**5)] = Field(
        description="cost that each completed visit adds, USD: supplies, billing"
    )


class Visits(_Part):
    """How many visits there would be, and what limits them."""

    ramp: Series = Field(
        description="visits that would be booked in month 1, 2, ... if there were room; the last number holds from then on"
    )
    no_show_share: Share = Field(
        default=Decimal(0), description="share of booked visits that do not take place"
    )
    working_days_month: Annotated[Number, Field(gt=0, le=31)] = Field(
        default=Decimal("18.75"), description="working days a month; 225 a year are 18.75"
    )
    rooms: Annotated[Number, Field(gt=0, le=1000)] = Field(description="rooms that the plan can use")
    visits_per_room_day: Annotated[Number, Field(gt=0, le=200)] = Field(
        description="visits that can be booked into one room on one day"
    )


class Payer(_Part):
    """A payer's part of the visits, and how it pays."""

    name: str = Field(min_length=1, max_length=60, description="name that the result shows")
    model: Literal["fee_for_service", "value_based", "capitation"] = Field(
        description="fee_for_service: by visit; value_based: by visit and by member; capitation: by member and nothing by visit"
    )
    share: Share = Field(description="share of the completed visits; the shares of all payers add up to 1")
    net_per_visit: Annotated[Number, Field(ge=0, le=10**5)] | None = Field(
        default=None,
        description="USD that a completed visit brings in the end, after adjustments and denials; not with capitation",
    )
    collections_lag_days: Days = Field(
        default=0,
        description="days from the visit to its money; a month counts as 30, parts of a month are split",
    )
    pmpm: Annotated[Number, Field(ge=0, le=10**4)] | None = Field(
        default=None, description="USD per member and month; not with fee_for_service"
    )
    members: Series | None = Field(
        default=None,
        description="members that the plan adds in month 1, 2, ...; the last number holds from then on",
    )
    pmpm_lag_days: Days = Field(default=0, description="days from the month to its payment by member")

    @model_validator(mode="after")
    def _fits_the_model(self) -> Self:
        if self.model == "capitation" and self.net_per_visit is not None:
            raise ValueError("net_per_visit: a capitated visit brings nothing; give pmpm and members")
        if self.model != "capitation" and self.net_per_visit is None:
            raise ValueError(f"net_per_visit: is missing; {self.model} pays by visit")
        if self.model == "fee_for_service" and (self.pmpm is not None or self.members is not None):
            raise ValueError("pmpm and members: fee_for_service pays by visit only")
        if self.model == "capitation" and (self.pmpm is None or self.members is None):
            raise ValueError("pmpm and members: capitation needs both")
        if (self.pmpm is None) != (self.members is None):
            raise ValueError("pmpm and members: one is of no use without the other")
        return self


class Scenario(_Part):
    """One plan."""

    name: str = Field(min_length=1, max_length=80, description="name that the result shows")
    kind: Literal["provider", "service_line"] = Field(
        default="provider", description="provider or service_line"
    )
    opens: date = Field(description="first day of the month in which it opens")
    horizon_months: Annotated[int, BeforeValidator(_no_truth), Field(ge=1, le=120)] = Field(
        default=36, description="months to look ahead"
    )
    costs: Costs
    visits: Visits
    payers: tuple[Payer, ...] = Field(min_length=1, max_length=50)
    sensitivity: dict[str, tuple[Number, Number]] = Field(
        default_factory=dict,
        description="input = [low, high]; inputs are named costs.KEY, visits.KEY or payers.NAME.KEY; for ramp and members factors of the whole series",
    )

    @field_validator("opens")
    @classmethod
    def _first_of_a_month(cls, value: date) -> date:
        if value.day != 1:
            raise ValueError("must be the first day of a month")
        if not 2000 <= value.year <= 2100:
            raise ValueError("must lie between 2000 and 2100")
        return value

    @field_validator("payers")
    @classmethod
    def _make_a_whole(cls, value: tuple[Payer, ...]) -> tuple[Payer, ...]:
        if len({payer.name for payer in value}) < len(value):
            raise ValueError("two payers have the same name")
        total = sum((payer.share for payer in value), Decimal(0))
        if abs(total - 1) > Decimal("1e-9"):
            raise ValueError(f"the shares add up to {total.normalize():f}, not to 1")
        return value


def read_scenario(path: Path) -> Scenario:
    """Read a plan from a TOML file. Raises ScenarioError that names the file, the key and the reason."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ScenarioError(f"{path}: is larger than a plan can be")
        values = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioError(f"{path}: is no TOML: {error}") from error
    try:
        scenario = Scenario.model_validate(values)
    except ValidationError as error:
        raise ScenarioError("\n".join(f"{path}: {told}" for told in _told(error))) from error
    for key, (low, high) in scenario.sensitivity.items():
        if low > high:
            raise ScenarioError(f"{path}: sensitivity.{key}: the low value is above the high one")
        for value in (low, high):
            try:
                varied(scenario, key, value)
            except (KeyError, ValidationError) as error:
                told = _told(error)[0] if isinstance(error, ValidationError) else error.args[0]
                raise ScenarioError(f"{path}: sensitivity.{key}: {told}") from error
    return scenario


def varied(scenario: Scenario, key: str, value: Decimal) -> Scenario:
    """Return the plan with one input changed: a series is multiplied by the value, for a share the other payers give way in proportion.

    Raises KeyError with a sentence for what is no input of the plan, ValidationError when the plan would be none.
    """
    changed = scenario.model_dump(exclude={"sensitivity"})
    section, _, rest = key.partition(".")
    name, _, field = rest.rpartition(".") if section == "payers" else ("", "", rest)
    if section == "payers":
        part = next((payer for payer in changed["payers"] if payer["name"] == name), None)
    else:
        part = changed[section] if section in {"costs", "visits"} else None
    standing = part.get(field) if part else None
    if part is None or isinstance(standing, str) or standing is None:
        raise KeyError("is no input of the plan; inputs are costs.KEY, visits.KEY and payers.NAME.KEY")
    if section == "payers" and field == "share":
        _make_room(changed["payers"], part, value)
    part[field] = tuple(number * value for number in standing) if isinstance(standing, tuple) else value
    return Scenario.model_validate(changed)


def _make_room(payers: list[dict[str, Any]], part: dict[str, Any], share: Decimal) -> None:
    others = 1 - part["share"]
    if others == 0 and share != 1:
        raise KeyError("the only payer has all of the visits")
    for payer in payers:
        if payer is not part:
            payer["share"] = payer["share"] * (1 - share) / others


def _told(error: ValidationError) -> list[str]:
    """Return one sentence per fault: the key as it stands in the file, and the reason, never the value."""
    out = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        # Payers are counted from 1, as a reader of the file does.
        key = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in fault["loc"])
        reason = fault["msg"].removeprefix("Value error, ")
        out.append(f"{key}: {reason}" if key else reason)
    return out
