"""The configuration: one file, `rcmbench.toml`, with environment variables on top.

Belongs here: every key, its default, its meaning and its check. Does not belong here: reading data.
`docs/configuration.md` is generated from the field descriptions below.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from assets.errors import RcmbenchError
from assets.intake.sources import sources_from
from assets.settings_measures import Calendar, Measures, Section

CONFIG_NAME = "rcmbench.toml"
SOURCES_NAME = "sources.toml"


class SettingsError(RcmbenchError):
    """The configuration cannot be used; the message names file, key and reason."""


class Office(Section):
    """Who the numbers are about."""

    name: str = Field(default="My office", description="shown on everything that is published")
    time_zone: str = Field(
        default="America/New_York", description="IANA zone in which the office's days begin and end"
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is not an IANA time zone such as America/Chicago") from error
        return value


class Intake(Section):
    """How files are read."""

    first_day: date = Field(
        default=date(2025, 1, 1), description="first delivery day that exists as a partition"
    )
    chunk_days: int = Field(
        default=31, ge=1, le=366, description="days of a backfill that are staged and checked together"
    )
    chunk_mb: int = Field(
        default=128, ge=1, description="megabytes of files that are staged and checked together"
    )
    unpacked_mb: int = Field(
        default=2048, ge=1, description="largest size to which one gzip or zip may unpack"
    )
    claim_horizon_days: int = Field(
        default=730, ge=90, description="how far back the events of a claim are looked for"
    )


class Bands(Section):
    """How bands are calibrated."""

    every_days: int = Field(default=90, ge=1, description="days between recalibrations")
    window_days: int = Field(default=90, ge=7, description="days of work that a calibration looks at")
    learning_days: int = Field(default=30, ge=1, description="worked days before anything is calibrated")
    quantiles: tuple[float, float, float] = Field(
        default=(0.50, 0.75, 0.90), description="acceptable, strong and exceptional as shares of people below"
    )
    min_hours: float = Field(
        default=20.0,
        gt=0,
        description="friction-free hours in the window before a person counts and is judged",
    )
    min_contributors: int = Field(default=5, ge=5, description="people below which a cell is withheld")
    adoption: Literal["automatic", "signoff"] = Field(
        default="automatic",
        description="whether bands that meet every criterion are adopted by the configuration, or wait for rcmbench bands adopt",
    )
    feedback_days: int = Field(
        default=0,
        ge=0,
        description="days for which a proposed version collects feedback before anybody, or the configuration, may adopt it; 0: at once",
    )
    confirmed_breaks: tuple[str, ...] = Field(
        default=(), description="roles whose change of level inside the window somebody has confirmed"
    )
    overdue_days: int = Field(
        default=14, ge=2, description="days after the due one on which Dagster shows the bands as overdue"
    )
    waive_quality: tuple[str, ...] = Field(
        default=(), description="roles whose bands may be adopted without any quality data"
    )
    hours_per_day: float = Field(default=8.0, gt=0, le=24, description="paid hours of a standard day")
    allowance: float = Field(
        default=0.13,
        ge=0,
        lt=1,
        description="share of the day for personal needs, fatigue and delay; 0.13 is the 15 % on top of working time of 29 CFR 525.12(h)(2)(ii)",
    )

    @field_validator("quantiles")
    @classmethod
    def _rising(cls, value: tuple[float, float, float]) -> tuple[float, float, float]:
        if not 0 < value[0] < value[1] < value[2] < 1:
            raise ValueError("must be three rising numbers between 0 and 1")
        return value

    @model_validator(mode="after")
    def _heard_in_time(self) -> Bands:
        # The next version would take a proposal's place before anybody could adopt it.
        if self.feedback_days >= self.every_days:
            raise ValueError("feedback_days must be less than every_days")
        return self


class Practice(Section):
    """Plans of the practice that are computed with every run."""

    scenarios: Path = Field(
        default=Path("scenarios"),
        description="folder of saved plans (*.toml, see docs/what-if.md); a relative one lies beside the configuration",
    )


class Notice(Section):
    """On what ground records of individuals are made, and when staff were told; without both none is made."""

    legal_basis: str = Field(
        default="",
        description="what allows records of individuals, such as a works agreement; empty: none is made",
    )
    staff_told_on: date | None = Field(
        default=None, description="day on which staff were told what is recorded; before it no record is made"
    )


class Schedule(Section):
    """When Dagster runs things by itself."""

    daily_cron: str = Field(
        default="0 5 * * *", description="when the day's files are loaded, in the office's zone"
    )
    recalibration_cron: str = Field(
        default="30 5 * * *", description="when it is asked whether a recalibration is due"
    )

    fresh_by_cron: str = Field(
        default="0 11 * * 2-6",
        description="when something must have been loaded within a day, or Dagster shows the tables as overdue; "
        "the default asks on the mornings after working days",
    )

    @field_validator("daily_cron", "recalibration_cron", "fresh_by_cron")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        limits = zip(value.split(" "), (59, 23, 31, 12, 7), strict=False)
        if not re.fullmatch(r"[\d*/,A-Za-z-]+( [\d*/,A-Za-z-]+){4}", value) or any(
            int(number) > limit for text, limit in limits for number in re.findall(r"\d+", text)
        ):
            raise ValueError(f"{value!r} is not a cron line of five fields such as '0 5 * * *'")
        return value


class Settings(BaseSettings):
    """All settings. Environment variables override the file: `RCMBENCH_OFFICE__TIME_ZONE=America/Chicago`."""

    model_config = SettingsConfigDict(
        env_prefix="RCMBENCH_", env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )
    home: Path = Field(
        default=Path(".rcmbench"),
        description="folder of the warehouse, the Dagster instance and what is published",
    )
    inbox: Path = Field(default=Path("inbox"), description="folder into which files are delivered")
    office: Office = Field(default_factory=Office)
    intake: Intake = Field(default_factory=Intake)
    bands: Bands = Field(default_factory=Bands)
    calendar: Calendar = Field(default_factory=Calendar)
    measures: Measures = Field(default_factory=Measures)
    notice: Notice = Field(default_factory=Notice)
    schedule: Schedule = Field(default_factory=Schedule)
    practice: Practice = Field(default_factory=Practice)
    sources: tuple[dict[str, Any], ...] = Field(
        default=(), description="how your exports are named and headed; see docs/bring-your-own-data.md"
    )

    @field_validator("sources")
    @classmethod
    def _readable_sources(cls, value: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
        try:
            sources_from(value)
        except (TypeError, AttributeError) as error:
            raise ValueError(f"a setting has the wrong type: {error}") from error
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose values arrive as keyword arguments."""
        return env_settings, init_settings

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file that the pipeline writes; readers use `published_path`."""
        return self.home / "warehouse.duckdb"

    @property
    def published_path(self) -> Path:
        """Folder of published.duckdb and the Parquet files."""
        return self.home / "published"


def find_config(explicit: Path | None, *folders: Path) -> Path | None:
    """Return the configuration file: the explicit one, RCMBENCH_CONFIG, else the first folder that holds one."""
    named = explicit or (Path(os.environ["RCMBENCH_CONFIG"]) if os.environ.get("RCMBENCH_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise SettingsError(f"{named}: no such configuration file")
        return named
    return next((folder / CONFIG_NAME for folder in folders if (folder / CONFIG_NAME).is_file()), None)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error


def _with_sources_beside(config: Path, own: Any) -> dict[str, Any]:
    """Return the sources of the configuration followed by those of `sources.toml` beside it, if there is one."""
    beside = config.parent / SOURCES_NAME
    if not beside.is_file():
        return {}
    values = _toml(beside)
    if unknown := sorted(set(values) - {"sources"}):
        raise SettingsError(f"{beside}: holds [[sources]] and nothing else, not: {', '.join(unknown)}")
    try:
        sources_from(values.get("sources", []))
    except (TypeError, AttributeError, ValueError) as error:
        raise SettingsError(f"{beside}: {error}") from error
    return {"sources": [*own, *values.get("sources", [])] if isinstance(own, list) else own}


def load_settings(config: Path | None = None, **overrides: object) -> Settings:
    """Read the file (if any), apply `overrides` that are not None, let the environment win over the file.

    Raises SettingsError that names the file, the key and what is wrong with it.
    """
    values: dict[str, Any] = {}
    if config is not None:
        values = _toml(config)
        for key in ("home", "inbox"):
            if isinstance(values.get(key), str):
                values[key] = (config.parent / values[key]).resolve()
        values |= _with_sources_beside(config, values.get("sources", []))
        plans = values.setdefault("practice", {})
        if isinstance(plans, dict) and isinstance(plans.setdefault("scenarios", "scenarios"), str):
            plans["scenarios"] = (config.parent / plans["scenarios"]).resolve()
    try:
        settings = Settings(**values)
    except ValidationError as error:
        where = config or "environment"
        lines = [f"{where}: {'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from error
    return settings.model_copy(update={k: v for k, v in overrides.items() if v is not None})
