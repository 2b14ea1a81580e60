"""The damaged X12 files of the folder of formats: what is lost is told, the rest is loaded.

Belongs here: what is done to sound segments, and how many records that costs. Does not belong here: archives (`packed.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.formats import x12_answers as answers
from assets.sample.formats import x12_claims as sent
from assets.sample.formats.made import Line, Made
from assets.sample.formats.x12_envelope import Set, envelope, records_of, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assets.sample.formats.x12_envelope import Maker

DAY = "2026-03-03"


def damaged_files(maker: Maker) -> list[Made]:
    """Return every damaged X12 file."""
    return [*_envelopes(maker), *_transactions(maker), *_records(maker), *_refused(maker)]


def _made(  # noqa: PLR0913 - what a file is, and what was done to it
    maker: Maker,
    name: str,
    what: str,
    content: Sequence[Set],
    damage: Callable[[list[str]], list[str]],
    *,
    rejected: int = 0,
    flags: Sequence[str] = (),
    gone: int = 0,
) -> Made:
    """Return a file whose segments went through `damage`; `gone` records are not in it any more."""
    segments = damage(envelope(maker.control(), content))
    feed = content[0].name if content[0].name in {"837", "835"} else "ack"
    line = Line(
        f"{content[0].name}: {what}",
        feed,
        what,
        records=records_of(content) - gone,
        rejected=rejected,
        flags=tuple(flags),
    )
    return Made(f"{DAY}/{name}", written(segments), (line,))


def _replaced(old: str, new: str, nth: int = 1) -> Callable[[list[str]], list[str]]:
    """Return a damage that replaces the beginning `old` of the nth segment with it; dropped when `new` is empty."""

    def damage(segments: list[str]) -> list[str]:
        place = [i for i, text in enumerate(segments) if text.startswith(old)][nth - 1]
        changed = [new + segments[place][len(old) :]] if new else []
        return [*segments[:place], *changed, *segments[place + 1 :]]

    return damage


def _fields(name: str, position: int, value: str, nth: int = 1) -> Callable[[list[str]], list[str]]:
    """Return a damage that puts a value into an element of the nth segment of that name."""

    def damage(segments: list[str]) -> list[str]:
        place = [i for i, text in enumerate(segments) if text.startswith(f"{name}*")][nth - 1]
        parts = segments[place].split("*")
        parts[position] = value
        return [*segments[:place], "*".join(parts), *segments[place + 1 :]]

    return damage


def _envelopes(maker: Maker) -> list[Made]:
    """Return files whose envelope is wrong: all of them are loaded."""
    two = [sent.claims(maker, 2), sent.claims(maker, 2)]
    paid = [answers.remittance(maker, 3)]

    def no_trailers(segments: list[str]) -> list[str]:
        return [text for text in segments if not text.startswith(("GE*", "IEA*"))]

    rows: tuple[tuple[str, str, Callable[[list[str]], list[str]], tuple[str, ...]], ...] = (
        ("no_trailers.837", "GE and IEA are missing", no_trailers, ("GE_MISSING", "IEA_MISSING")),
        ("group_count.837", "GE01 counts wrong", _fields("GE", 1, "7"), ("GE_COUNT",)),
        ("group_control.837", "GE02 is not GS06", _fields("GE", 2, "99"), ("GE_CONTROL",)),
        ("interchange_count.837", "IEA01 counts wrong", _fields("IEA", 1, "3"), ("IEA_COUNT",)),
        ("interchange_control.837", "IEA02 is not ISA13", _fields("IEA", 2, "000000000"), ("IEA_CONTROL",)),
        ("set_control.837", "SE02 is not ST02", _fields("SE", 2, "0099"), ("SE_CONTROL",)),
    )
    return [
        _made(maker, "set_count.835", "SE01 counts wrong", paid, _fields("SE", 1, "999"), flags=["SE_COUNT"]),
        *(_made(maker, name, wrong, two, damage, flags=flags) for name, wrong, damage, flags in rows),
        _made(
            maker,
            "no_group.837",
            "the second GS is missing",
            [two[0], sent.claims(maker, 2, sent.INSTITUTIONAL)],
            _replaced("GS*", "", 2),
            flags=["NO_GROUP", "GE_CONTROL", "MIXED_KINDS"],
        ),
        _made(
            maker,
            "other_separator.837",
            "composites use > and ISA16 declares :",
            [two[1]],
            lambda segments: [segments[0], *(text.replace(":", ">") for text in segments[1:])],
            flags=["COMPONENT_SEPARATOR"],
        ),
    ]


def _transactions(maker: Maker) -> list[Made]:
    """Return files of which one transaction is kept out whole."""
    content = [sent.claims(maker, 3), sent.claims(maker, 4), sent.claims(maker, 5)]
    pair = [answers.remittance(maker, 2), answers.remittance(maker, 3)]

    def cut(segments: list[str]) -> list[str]:
        """End right after the third CLM of the last transaction, in the middle of a claim."""
        last = [i for i, text in enumerate(segments) if text.startswith("CLM*")][3 + 4 + 2]
        return segments[: last + 1]

    trailers = ("GE_MISSING", "IEA_MISSING")
    open_end = _replaced("SE*", "", 2)
    return [
        _made(
            maker,
            "truncated.837",
            "it ends in the middle of a claim",
            content,
            cut,
            rejected=3,
            flags=trailers,
            gone=2,
        ),
        _made(maker, "set_without_end.835", "the second ST has no SE", pair, open_end, rejected=3),
        _made(
            maker,
            "segment_id.835",
            "a segment id is damaged",
            pair,
            _replaced("DTM*232", "d?M*232"),
            rejected=2,
        ),
        _made(maker, "payment_amount.835", "BPR02 is no number", pair, _fields("BPR", 2, "FREE"), rejected=2),
        _made(
            maker,
            "interchange_head.837",
            "the ISA of the second of two interchanges is damaged",
            content[:2],
            lambda _: _with_damaged_head(maker, content[0], content[1]),
            rejected=content[1].records,
            flags=["BAD_ISA"],
        ),
    ]


def _with_damaged_head(maker: Maker, sound: Set, damaged: Set) -> list[str]:
    """Return two interchanges; the ISA of the second lost an element, so that its delimiters cannot be told."""
    head, *rest = envelope(maker.control(), [damaged])
    return [*envelope(maker.control(), [sound]), head.replace("*00501*", "*", 1), *rest]


def _records(maker: Maker) -> list[Made]:
    """Return files of which single records are rejected, and 835s that do not add up."""
    four, paid = [sent.claims(maker, 4)], [answers.remittance(maker, 3)]
    lost = ("LEFT_OUT",)
    return [
        _made(
            maker,
            "claim_amount.837",
            "CLM02 is no number",
            four,
            _fields("CLM", 2, "12O.OO", 2),
            rejected=1,
            flags=lost,
        ),
        _made(
            maker,
            "claim_number.837",
            "a claim has no CLM01",
            four,
            _fields("CLM", 1, "", 3),
            rejected=1,
            flags=lost,
        ),
        _made(
            maker,
            "paid_amount.835",
            "CLP04 is no number",
            paid,
            _fields("CLP", 4, "ONE", 2),
            rejected=1,
            flags=lost,
        ),
        _made(
            maker, "paid_status.835", "CLP02 is missing", paid, _fields("CLP", 2, ""), rejected=1, flags=lost
        ),
        _made(
            maker,
            "unknown_answer.999",
            "IK501 is no code",
            [answers.syntax(2)],
            _fields("IK5", 1, "Z"),
            rejected=1,
        ),
        _made(
            maker,
            "line_balance.835",
            "SVC03 does not add up",
            paid,
            _fields("SVC", 3, "1.00", 2),
            flags=["LINE_BALANCE"],
        ),
        _made(
            maker,
            "claim_balance.835",
            "CLP04 does not add up",
            paid,
            _fields("CLP", 4, "1.00", 2),
            flags=["CLAIM_BALANCE", "PAYMENT_BALANCE"],
        ),
        _made(
            maker,
            "payment_balance.835",
            "BPR02 is not what was paid",
            paid,
            _fields("BPR", 2, "1.00"),
            flags=["PAYMENT_BALANCE"],
        ),
        _made(
            maker,
            "bad_dates.837",
            "DTP*472 is no date",
            four,
            _fields("DTP", 3, "20269999"),
            flags=["BAD_DATE"],
        ),
        _made(
            maker, "line_numbers.837", "LX01 is no number", four, _fields("LX", 1, "X"), flags=["LINE_NUMBER"]
        ),
    ]


def _refused(maker: Maker) -> list[Made]:
    """Return files of which nothing can be read."""
    bare = [
        text for text in envelope(maker.control(), [sent.claims(maker, 2)]) if text[:3] not in {"ISA", "IEA"}
    ]
    order = Set("850", "005010", ("BEG*00*SA*FMT1**20260302", "PO1*1*2*EA*10.00"), 0)
    junk = bytes(maker.random.randrange(256) for _ in range(4000))

    def line(what: str, status: str = "unknown", feed: str = "") -> tuple[Line, ...]:
        return (Line(what, feed, what, status=status),)

    unread = Line(
        "850: a set that is not read",
        "ack",
        "a set that is not read",
        status="unusable",
        flags=("UNSUPPORTED",),
    )
    return [
        Made(f"{DAY}/no_interchange.837", written(bare), line("no ISA at all")),
        Made(f"{DAY}/random.835", junk, line("random bytes")),
        Made(f"{DAY}/empty.835", b"", line("an empty file")),
        Made(f"{DAY}/purchase_order.x12", written(envelope(maker.control(), [order])), (unread,)),
    ]
