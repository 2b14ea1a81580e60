"""What the tests of exports share: a header, a good line, and reading with reconciliation."""

from assets.intake.contracts import TABLES
from assets.intake.sources import Source
from assets.intake.tabular import read_table

DEPOSITS = TABLES["deposits"]
SHIFTS = TABLES["shifts"]
HEADER = (
    "deposit_id,payer_id,trace,bank_amount,plb_amount,received_on,posted_complete_at,reconciled_at,updated_at"
)
GOOD = "D1,P9,00100,125.50,,2026-03-02,,,2026-03-02 09:00:00"
COMPACT = "deposit_id,payer_id,bank_amount,received_on,updated_at"


def source_of(feed, **settings_):
    return Source(feed, ".", **settings_)


def hide(kind, value):
    return None if value is None else f"{kind}-{len(value)}-{sum(value.encode()) % 997}"


def read(data, table=DEPOSITS, source=None):
    data = data.encode() if isinstance(data, str) else data
    parsed = read_table(
        data, table, source or source_of(table.feed), name="f.csv", hide=hide, time_zone="America/Chicago"
    )
    if parsed.unusable is None:
        assert parsed.records == parsed.loaded + parsed.rejected + parsed.footers
    return parsed


def rows_of(parsed):
    return parsed.tables[parsed.counted[0]]


def codes_of(parsed):
    return [flag.code for flag in parsed.flags]
