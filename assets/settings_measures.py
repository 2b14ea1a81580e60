"""The configuration of the measures: the office's working time, and the numbers on which definitions rest.

Belongs here: the sections `[calendar]` and `[measures]`. Does not belong here: the other sections (`settings.py`).
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the annotation when it runs

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


class Section(BaseModel):
    """A section of the configuration: an unknown key is an error, and nothing changes a value later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Calendar(Section):
    """When the office works; lags in business hours are counted in these hours."""

    working_weekdays: tuple[int, ...] = Field(
        default=(1, 2, 3, 4, 5), description="days of the week on which the office works, Monday is 1"
    )
    opens: str = Field(
        default="08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="when working time begins"
    )
    closes: str = Field(default="17:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="when it ends")
    holidays: tuple[date, ...] = Field(default=(), description="days on which nobody works")

    @field_validator("working_weekdays")
    @classmethod
    def _days_of_the_week(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or not set(value) <= set(range(1, 8)):
            raise ValueError("must name days of the week, 1 (Monday) to 7")
        return value

    @field_validator("closes")
    @classmethod
    def _after_opening(cls, value: str, info: ValidationInfo) -> str:
        if value <= info.data.get("opens", ""):
            raise ValueError("must be later than opens")
        return value


class Measures(Section):
    """Numbers on which definitions rest; each definition names those that it uses."""

    touch_gap_min: float = Field(
        default=15,
        ge=0,
        description="minutes within which the same action of a person on an item is one touch",
    )
    touch_cap_min: float = Field(
        default=60,
        gt=0,
        description="minutes after which a touch counts as left open; the rest is not handling time",
    )
    maturity_days: int = Field(
        default=120,
        ge=1,
        description="days after which a month of service counts as collected as far as it will be",
    )
    first_pass_maturity_days: int = Field(
        default=60,
        ge=1,
        description="days after submission from which claims not yet judged no longer hold a first-pass rate back",
    )
    matured_share: float = Field(
        default=0.9,
        gt=0,
        le=1,
        description="share of a cohort that must have matured before its rate is shown",
    )
    ar_window_days: int = Field(
        default=90,
        ge=28,
        le=366,
        description="days over which charges and revenue are averaged for days in A/R",
    )
    ar_tolerance: float = Field(
        default=0.1,
        gt=0,
        description="relative difference of gross and net days in A/R above which the netting is doubted",
    )
    payer_response_days: float = Field(
        default=30,
        gt=0,
        description="days in which a payer is expected to answer, where it has answered too few claims to know",
    )
    payer_response_min_n: int = Field(
        default=30, ge=1, description="answers of a payer from which its own median counts"
    )
    query_target_h: float = Field(
        default=72, gt=0, description="hours within which a query should be answered"
    )
    submission_target_days: float = Field(
        default=3, gt=0, description="days from service within which a claim should go out"
    )
    entry_target_h: float = Field(
        default=48, gt=0, description="hours from the signed note within which charges should be entered"
    )
    denial_target_days: float = Field(
        default=30, gt=0, description="days within which a denial should be resolved"
    )
    reconcile_tolerance: float = Field(
        default=0.01, ge=0, description="dollars by which postings and bank may differ and still agree"
    )
    reconcile_target_days: float = Field(
        default=3, gt=0, description="days from posting within which a deposit should be reconciled"
    )
    entry_term_h: float = Field(
        default=18,
        gt=0,
        description="business hours within which a person should enter charges that are ready to be entered",
    )
    posting_term_days: int = Field(
        default=1, ge=0, description="business days from receipt within which a payment should be posted"
    )
    first_work_term_days: int = Field(
        default=5, ge=1, description="days within which a person should first work a denial that is theirs"
    )
    denial_term_days: int = Field(
        default=10,
        ge=1,
        description="days in which it does not lie with the payer, within which a person should close a denial",
    )
    repeat_contact_days: int = Field(
        default=7, ge=1, description="days within which another contact of the patient counts as a repeat"
    )
    instalment_days: int = Field(
        default=30, ge=1, description="days within which the first instalment of a payment plan must be paid"
    )
    rubric_pass: float = Field(
        default=80, ge=0, le=100, description="rubric score from which an audited note is right"
    )
    unmapped_limit: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="share of denials without a root cause above which the check warns",
    )
    expected_min_low: float = Field(
        default=6, gt=0, description="standard minutes of a chart of low complexity"
    )
    expected_min_medium: float = Field(
        default=10, gt=0, description="standard minutes of a chart of medium complexity"
    )
    expected_min_high: float = Field(
        default=18, gt=0, description="standard minutes of a chart of high complexity"
    )
    littles_law_tolerance: float = Field(
        default=0.25,
        gt=0,
        description="relative difference at which a queue's backlog and its arrivals times dwell are said to disagree",
    )
    portal_gap_min: float = Field(
        default=5,
        ge=0,
        description="minutes between two payers' portals up to which the gap counts as signing in",
    )
    skew_min_items: int = Field(
        default=30,
        ge=10,
        description="items assigned to a person in a month below which the mix is not compared with the pool's",
    )
    skew_alpha: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="share of chance findings that is put up with among the people whose mix is said to differ from the pool's",
    )
    link_days: int = Field(
        default=60,
        ge=1,
        description="days from charge entry within which a denial counts as the outcome of the effort of that week",
    )
    link_min_claims: int = Field(
        default=10,
        ge=1,
        description="judged claims below which a week is left out when effort and outcome are set against each other",
    )
    link_min_periods: int = Field(
        default=10, ge=5, description="weeks below which effort and outcome are not set against each other"
    )
    season_noise: float = Field(
        default=0.05,
        gt=0,
        description="relative scatter of a month around trend and season, as far as a short series cannot tell its own",
    )
    friction_claim_max_share: float = Field(
        default=0.25,
        gt=0,
        le=1,
        description="share of a person's paid day under accepted claims of friction above which the check warns",
    )
    min_people: int = Field(default=5, ge=5, description="people below which a group's numbers are not shown")
    min_cell: int = Field(
        default=11,
        ge=11,
        description="patients or events of a panel below which a published cell is withheld",
    )
    missed_billing_days: int = Field(
        default=30,
        ge=1,
        description="days after which a documented service without a claim counts as not billed",
    )
    services_fall: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="share by which a panel's services must fall from one quarter to the next to be set against quality",
    )
    rebase_year: int = Field(
        default=2026,
        ge=1992,
        le=2100,
        description="year of the fee schedule that the rebased work RVU hold fixed",
    )
    bilateral_factor: float = Field(default=1.5, gt=0, description="factor of work for modifier 50")
    further_procedure_factor: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="factor of work of each procedure after the largest under modifier 51",
    )
    endoscopic_families: bool = Field(
        default=True,
        description="under modifier 51 endoscopies of one family count the largest in full and of each other what it has beyond the base",
    )
    reduced_factor: float = Field(default=0.5, gt=0, le=1, description="factor of work for modifier 52")
    discontinued_factor: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="factor of work for modifier 53, where the schedule has no row of its own",
    )
    co_surgeon_factor: float = Field(default=0.625, gt=0, le=1, description="factor of work for modifier 62")
    assistant_factor: float = Field(
        default=0.16, gt=0, le=1, description="factor of work for modifiers 80, 81 and 82: what is paid"
    )
    assistant_not_physician_factor: float = Field(
        default=0.136, gt=0, le=1, description="factor of work for modifier AS: what is paid"
    )
    wrvu_year_goal: float = Field(
        default=2500,
        gt=0,
        description="work RVU of a clinician-year to which the practice's reference line leads",
    )
    wrvu_year_weekdays: int = Field(
        default=250, ge=1, le=366, description="working days of a year, from which leave is taken off"
    )
    wrvu_year_leave_days: int = Field(default=20, ge=0, description="days of leave of a clinician-year")
    wrvu_year_other_days: int = Field(
        default=5, ge=0, description="days of a clinician-year for education and the like"
    )
    wrvu_min_days: int = Field(
        default=90,
        ge=28,
        le=366,
        description="days below which a clinician-year is not compared with a median",
    )
    divergence_margin: float = Field(
        default=0.8,
        gt=0,
        le=1,
        description="share of the specialty's median below which encounters or work RVU per encounter are low",
    )
    divergence_min_days: int = Field(
        default=20,
        ge=5,
        description="worked days of a quarter below which a clinician's quarter is not judged",
    )
    divergence_min_peers: int = Field(
        default=5, ge=3, description="clinicians of a specialty from which their own median is the yardstick"
    )
    em_audit_min: int = Field(
        default=10, ge=2, description="audited visits from which a mean difference has an interval"
    )
