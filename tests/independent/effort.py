"""Effort metrics a second time, in Polars, from the raw tables and the words of the registry.

Belongs here: touches, time in them, rework, exceptions, queues, portals. Does not belong here: outcomes (`outcomes.py`).
"""

from datetime import timedelta

import polars as pl

from tests.independent.frames import last_state, latest, ratio, seconds

DOCUMENTING = ["clarify", "query", "note", "attach", "obtain_records"]
FIXING = ["correct", "fix_edit", "fix_reject"]
FOLLOWING_UP = ["status_check", "call", "inquiry", "portal_check"]
ITEM = ["item_type", "item_id"]
PERSON = ["staff_id", "event_date"]


def entries(frames):
    """Return what people did, each entry once."""
    log = latest(frames["work_log"], "touch_id", "event_date")
    return log.filter(~pl.col("is_automated").fill_null(False) & (pl.col("ended_at") >= pl.col("started_at")))


def with_repeats(frames, gap_min):
    """Return the entries that have a disposition, each marked as a touch or as a repeat soon after the end of the one before."""
    rows = entries(frames).filter(pl.col("disposition_code").is_not_null()).sort("started_at", "touch_id")
    before = pl.col("ended_at").shift(1).over("staff_id", *ITEM, "action_code", "event_date")
    near = (pl.col("started_at") - before) <= timedelta(minutes=gap_min)
    return rows.with_columns(repeat=near.fill_null(False))


def finishes(rows):
    """Return the distinct items finished per person and day."""
    done = rows.filter(pl.col("disposition_code") == "completed").unique(subset=[*PERSON, *ITEM])
    return done.group_by(PERSON).agg(finished=pl.len())


def per_finish(frames, counted):
    """Return what was counted per person and day over the items finished."""
    told = counted.join(finishes(entries(frames)), on=PERSON, how="left").with_columns(
        pl.col("finished").fill_null(0)
    )
    return told.select(*PERSON, "numerator", denominator="finished").sort(PERSON)


def touches(frames, gap_min):
    """Return human touches over items finished, per person and day."""
    counted = with_repeats(frames, gap_min).group_by(PERSON).agg(numerator=(~pl.col("repeat")).sum())
    return per_finish(frames, counted)


def rework(frames):
    """Return distinct items done again over items finished, per person and day."""
    again = (pl.col("disposition_code") == "reopened").fill_null(False) | pl.col("action_code").is_in(FIXING)
    key = pl.concat_str(ITEM, separator=":")
    counted = entries(frames).group_by(PERSON).agg(numerator=key.filter(again).n_unique())
    return per_finish(frames, counted)


def stretches(frames):
    """Return the programs and pages of each person and day in time, what began first keeping the time, with the active share."""
    rows = latest(
        frames["activity"], "source", "staff_id", "grain", "kind", "started_at", "app", "site", "task_code"
    )
    timed = pl.col("kind").fill_null("app").is_in(["app", "web"]) & (
        pl.col("grain").fill_null("event") == "event"
    )
    rows = rows.filter(timed).with_columns(event_date=pl.coalesce("began_on", "event_date"))
    rows = rows.with_columns(
        share=pl.col("active_s").cast(pl.Float64) / seconds(rows, "started_at", "ended_at")
    )
    rows = rows.sort("started_at", pl.col("ended_at")).with_columns(
        kept_until=pl.col("ended_at").cum_max().shift(1).over("staff_id")
    )
    rows = rows.with_columns(started_at=pl.max_horizontal("started_at", "kept_until"))
    return rows.filter(pl.col("ended_at") > pl.col("started_at"))


def incidents(frames):
    """Return incidents with an end: open ones last 24 hours, closed ones 168 at most."""
    rows = latest(frames["friction"], "friction_id", "event_date")
    ends = pl.coalesce("ended_at", pl.col("started_at") + timedelta(hours=24))
    return rows.select(
        "system",
        staff_id=pl.lit(None, pl.String),
        begun="started_at",
        over=pl.min_horizontal(ends, pl.col("started_at") + timedelta(hours=168)),
    ).vstack(accepted_claims(frames))


def accepted_claims(frames):
    """Return the claims of people that somebody else accepted, cut as incidents are."""
    rows = last_state(frames["friction_claims"], "claim_id").filter(
        (pl.col("status") == "accepted") & pl.col("decided_by").ne_missing(pl.col("staff_id"))
    )
    ends = pl.coalesce("ended_at", pl.col("started_at") + timedelta(hours=24))
    return rows.select(
        "system",
        "staff_id",
        begun="started_at",
        over=pl.min_horizontal(ends, pl.col("started_at") + timedelta(hours=168)),
    )


def overlap(start, end, other_start, other_end):
    """Return an expression of the seconds that two spans share."""
    shared = pl.min_horizontal(end, other_end) - pl.max_horizontal(start, other_start)
    return (shared.dt.total_microseconds() / 1e6).clip(lower_bound=0)


def under_incident(start, end, bad):
    """Return the seconds of a span under at least one of the incidents."""
    until, total = start, timedelta()
    for begun, over in bad.sort("begun").select("begun", "over").iter_rows():
        total += max(min(over, end) - max(begun, until), timedelta())
        until = max(until, over)
    return total.total_seconds()


def active_seconds(frames):
    """Return the entries with active seconds and, of these, the seconds under an incident of the system worked in."""
    work, tracked = entries(frames), stretches(frames)
    people = tracked.select(PERSON).unique().with_columns(has_tracker=True)
    work = work.join(people, on=PERSON, how="left").with_columns(span=seconds(work, "started_at", "ended_at"))
    pieces = work.select("touch_id", *PERSON, "started_at", "ended_at").join(
        tracked.select(*PERSON, "share", other_start="started_at", other_end="ended_at"), on=PERSON
    )
    shared = overlap("started_at", "ended_at", "other_start", "other_end") * pl.col("share")
    active = pieces.group_by("touch_id").agg(tracked=shared.sum())
    bad = incidents(frames)
    hampered = {
        touch["touch_id"]: under_incident(
            touch["started_at"],
            touch["ended_at"],
            bad.filter(
                (pl.col("system") == touch["system"])
                & (pl.col("staff_id").is_null() | (pl.col("staff_id") == touch["staff_id"]))
            ),
        )
        for touch in work.iter_rows(named=True)
    }
    under = pl.DataFrame(
        {"touch_id": list(hampered), "under": list(hampered.values())},
        schema={"touch_id": pl.String, "under": pl.Float64},
    )
    work = work.join(active, on="touch_id", how="left").join(under, on="touch_id", how="left")
    seconds_active = (
        pl.when(pl.col("has_tracker").is_null()).then("span").otherwise(pl.col("tracked").fill_null(0))
    )
    work = work.with_columns(active=seconds_active)
    share = pl.when(pl.col("span") > 0).then(pl.col("under") / pl.col("span")).otherwise(0)
    return work.with_columns(net=pl.col("active") * (1 - share))


def handling_time(frames, cap_min):
    """Return minutes of handling over items finished, per person and day."""
    work = active_seconds(frames).with_columns(minutes=pl.col("net").clip(upper_bound=cap_min * 60) / 60)
    return per_finish(frames, work.group_by(PERSON).agg(numerator=pl.col("minutes").sum()))


def documentation(frames):
    """Return active minutes of documenting over the items documented, per person and day."""
    work = active_seconds(frames).filter(pl.col("action_code").is_in(DOCUMENTING))
    items = pl.concat_str(ITEM, separator=":").n_unique()
    return ratio(work, PERSON, pl.col("net").sum() / 60, items)


def exceptions(frames):
    """Return claims with an edit on their first pass, and such edits, over hundreds accepted, per day of acceptance."""
    events = latest(frames["scrubber_events"], "pcn", "event_id", "event").filter(
        pl.coalesce("version_no", pl.lit(1)) == 1
    )
    accepted = (
        events.filter(pl.col("event") == "accepted").group_by("pcn").agg(day=pl.col("event_date").min())
    )
    idle = (pl.coalesce("severity", pl.lit("error")) == "warning") & pl.col("resolved_at").is_null()
    edits = events.filter((pl.col("event") == "edit") & ~idle).group_by("pcn").agg(n=pl.len())
    told = accepted.join(edits, on="pcn", how="left").with_columns(pl.col("n").fill_null(0))
    hundreds = pl.len() / 100
    return ratio(told, ["day"], (pl.col("n") > 0).sum(), hundreds), ratio(
        told, ["day"], pl.col("n").sum(), hundreds
    )


def queue_movement(frames):
    """Return what went into and out of each queue per day; a second entry and an exit without one are none."""
    events = latest(frames["queue_events"], "event_id").sort("occurred_at", "row_no", "event_id")
    before = pl.col("event").shift(1).over("queue", "item_id").fill_null("out")
    turns = events.with_columns(changes=pl.col("event") != before).filter("changes")
    by = ["queue", "event_date"]
    return ratio(turns, by, (pl.col("event") == "out").sum(), (pl.col("event") == "in").sum())


def portal_switches(frames):
    """Return changes from one portal to another, per person and day on which a portal was used."""
    rows = stretches(frames).filter(
        pl.col("site").fill_null("").str.starts_with("portal") | (pl.col("app_class") == "portal")
    )
    rows = rows.with_columns(portal=pl.coalesce("site", pl.lit("portal"))).sort("started_at")
    before = pl.col("portal").shift(1).over(PERSON)
    changed = (pl.col("portal") != before).fill_null(False)
    return rows.group_by(PERSON).agg(numerator=changed.sum()).filter(pl.col("numerator") > 0).sort(PERSON)


def followups(frames, gap_min):
    """Return follow-up touches per day."""
    rows = with_repeats(frames, gap_min).filter(
        ~pl.col("repeat")
        & pl.col("action_code").is_in(FOLLOWING_UP)
        & pl.col("item_type").is_in(["account", "claim", "denial"])
    )
    return rows.group_by("event_date").agg(numerator=pl.len()).sort("event_date")


def with_role(frames, rows):
    """Return the rows with the billing role that the person held on the day."""
    roster = latest(frames["staff"], "staff_id", "role", "valid_from").select(
        "staff_id", "role", "valid_from", "valid_to"
    )
    held = rows.join(roster, on="staff_id").filter(
        (pl.col("valid_from") <= pl.col("event_date"))
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= pl.col("event_date")))
    )
    return held.sort("valid_from", "role").unique(subset="touch_id", keep="last", maintain_order=True)


def accounts_touched(frames, gap_min):
    """Return the distinct accounts that people in follow-up touched, per person and day."""
    rows = with_role(frames, with_repeats(frames, gap_min).filter(~pl.col("repeat"))).filter(
        pl.col("role") == "ar_follow_up"
    )
    account = pl.coalesce("pcn", "item_id")
    return rows.group_by(PERSON).agg(numerator=account.n_unique()).sort(PERSON)


def portal_time(frames, gap_min):
    """Return active minutes in portals and short gaps between two of them without another known program, per person and day."""
    rows = stretches(frames).sort("started_at")
    is_portal = pl.col("site").fill_null("").str.starts_with("portal") | (pl.col("app_class") == "portal")
    known = pl.any_horizontal(pl.col(name).fill_null("other") != "other" for name in ("site", "app_class"))
    rows = rows.with_columns(
        portal=pl.when(is_portal.fill_null(False)).then(pl.coalesce("site", pl.lit("portal")))
    )
    rows = rows.filter(pl.col("portal").is_not_null() | known)
    before, left = (pl.col(name).shift(1).over(PERSON) for name in ("portal", "ended_at"))
    gap = pl.col("started_at") - left
    switched = (before != pl.col("portal")).fill_null(False) & (gap <= timedelta(minutes=gap_min))
    active = seconds(rows, "started_at", "ended_at") * pl.col("share")
    signing_in = pl.when(switched.fill_null(False)).then(gap.dt.total_microseconds() / 1e6).otherwise(0)
    used = rows.with_columns(minutes=(active + signing_in) / 60).filter(pl.col("portal").is_not_null())
    return used.group_by(PERSON).agg(numerator=pl.col("minutes").sum()).sort(PERSON)


def account_touches(frames, gap_min, zone):
    """Return human touches from the day of opening to that of closing, over the accounts closed, per day of closing."""
    closed = last_state(frames["accounts"], "pcn").filter(pl.col("closed_at").is_not_null())
    closed = closed.select(
        "pcn",
        *(
            pl.col(f"{end}_at").dt.convert_time_zone(zone).dt.date().alias(f"{end}_on")
            for end in ("opened", "closed")
        ),
    )
    work = with_repeats(frames, gap_min).filter(~pl.col("repeat")).select("pcn", "event_date")
    during = work.join(closed, on="pcn").filter(
        (pl.col("event_date") >= pl.col("opened_on")) & (pl.col("event_date") <= pl.col("closed_on"))
    )
    told = closed.join(during.group_by("pcn").agg(n=pl.len()), on="pcn", how="left").with_columns(
        pl.col("n").fill_null(0)
    )
    return ratio(told, ["closed_on"], pl.col("n").sum(), pl.len())


def waiting(frames):
    """Return minutes of waiting without activity over paid minutes, per person and day."""
    rows = stretches(frames).filter(pl.col("wait_reason").is_not_null())
    waited = rows.with_columns(minutes=seconds(rows, "started_at", "ended_at") * (1 - pl.col("share")) / 60)
    total = waited.group_by(PERSON).agg(numerator=pl.col("minutes").sum())
    shifts = latest(frames["shifts"], "staff_id", "shift_date").select(*PERSON, denominator="paid_min")
    told = shifts.join(total, on=PERSON, how="left").with_columns(pl.col("numerator").fill_null(0))
    return told.select(*PERSON, "numerator", "denominator").sort(PERSON)


def active_spans(frames):
    """Return spans with their active share: of tracked people the stretches, of others what they did, all of it active."""
    tracked = stretches(frames).select(*PERSON, "started_at", "ended_at", "share")
    others = entries(frames).join(tracked, on=PERSON, how="anti").sort("started_at", "ended_at", "touch_id")
    before = pl.col("ended_at").cum_max().shift(1).over(PERSON)
    others = others.with_columns(started_at=pl.max_horizontal("started_at", before), share=pl.lit(1.0))
    return pl.concat([tracked, others.select(tracked.columns)], how="vertical_relaxed")


def active_time(frames):
    """Return active minutes of the shift outside incidents of the systems worked in, per person and day."""
    shifts = latest(frames["shifts"], "staff_id", "shift_date").select(*PERSON, "start_at", "end_at")
    rows, bad, minutes = active_spans(frames).join(shifts, on=PERSON), incidents(frames), []
    systems = {tuple(key): set(log["system"]) for key, log in entries(frames).group_by(PERSON)}
    for row in rows.iter_rows(named=True):
        start, end = max(row["started_at"], row["start_at"]), min(row["ended_at"], row["end_at"])
        person = (row["staff_id"], row["event_date"])
        own = pl.col("staff_id").is_null() | (pl.col("staff_id") == row["staff_id"])
        met = bad.filter(own & pl.col("system").is_in(sorted(filter(None, systems.get(person, ())))))
        free = max((end - start).total_seconds(), 0) - (under_incident(start, end, met) if end > start else 0)
        minutes.append((*person, free * row["share"] / 60))
    told = pl.DataFrame(minutes, schema=[*PERSON, "minutes"], orient="row")
    return told.group_by(PERSON).agg(numerator=pl.col("minutes").sum()).sort(PERSON)
