"""The raw intake tables as Polars frames, and what every independent computation needs of them.

Belongs here: last deliveries, first submissions, spans of time. Does not belong here: any definition of a metric.
Nothing here reads the SQL: it is written from the registry of definitions and the formats' pages.
"""

import polars as pl

PLACE = ["delivery_date", "file_id", "row_no"]


def latest(frame, *key):
    """Return the rows of the last delivery per key."""
    return frame.sort(PLACE).unique(subset=list(key), keep="last", maintain_order=True)


def last_state(frame, *key):
    """Return the last state per key of a feed that tells of changes."""
    return frame.sort(["updated_at", *PLACE]).unique(subset=list(key), keep="last", maintain_order=True)


def submissions(frames):
    """Return every claim submission once."""
    return latest(frames["claims"], "submission_id", "pcn", "event_date")


def first_submissions(frames):
    """Return the first submission of each claim number."""
    return (
        submissions(frames)
        .sort(["submitted_at", "submission_id"])
        .unique(subset="pcn", keep="first", maintain_order=True)
    )


def seconds(frame, start, end):
    """Return an expression of the seconds between two moments, never below zero."""
    return ((pl.col(end) - pl.col(start)).dt.total_microseconds() / 1e6).clip(lower_bound=0)


def ratio(frame, by, numerator, denominator):
    """Return sums of numerator and denominator per group."""
    return frame.group_by(by).agg(numerator.alias("numerator"), denominator.alias("denominator")).sort(by)
