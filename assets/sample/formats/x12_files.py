"""The sound X12 files of the folder of formats: every transaction set, every delimiter, line end and envelope that is read.

Belongs here: whole files with nothing lost in them, some of them odd. Does not belong here: damaged ones (`x12_damaged.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.sample.formats import x12_answers as answers
from assets.sample.formats import x12_claims as sent
from assets.sample.formats.made import Line, Made
from assets.sample.formats.x12_envelope import PLAIN, Set, Style, envelope, records_of, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.sample.formats.x12_envelope import Maker

DAY = "2026-03-02"
_FEEDS = {"837": "837", "835": "835"}


def x12(  # noqa: PLR0913 - what a file is, and how it is written
    maker: Maker,
    name: str,
    what: str,
    *content: Set,
    style: Style = PLAIN,
    flags: Sequence[str] = (),
    wrong: str = "",
    extra: Sequence[str] = (),
    encoding: str = "utf-8",
) -> Made:
    """Return a file of one interchange, with a line per feed in it."""
    data = written(envelope(maker.control(), content, style, extra=extra), style, encoding)
    return Made(f"{DAY}/{name}", data, lines_of(content, what, wrong, flags, receipts=len(extra)))


def lines_of(
    content: Sequence[Set], what: str, wrong: str = "", flags: Sequence[str] = (), *, receipts: int = 0
) -> tuple[Line, ...]:
    """Return a line per feed of the sets."""
    records: dict[str, int] = {"ack": receipts} if receipts else {}
    for item in content:
        feed = _FEEDS.get(item.name, "ack")
        records[feed] = records.get(feed, 0) + item.records
    whole = ("MIXED_KINDS",) if len(records) > 1 else ()
    return tuple(
        Line(what, feed, wrong, records=number, flags=tuple(flags), whole=whole)
        for feed, number in sorted(records.items())
    )


def sound_files(maker: Maker) -> list[Made]:
    """Return a file of every transaction set."""
    return [
        x12(
            maker, "professional.837", "837P, two transactions", sent.claims(maker, 5), sent.claims(maker, 3)
        ),
        x12(maker, "institutional.837", "837I", sent.claims(maker, 4, sent.INSTITUTIONAL)),
        x12(maker, "dental.837", "837D", sent.claims(maker, 3, sent.DENTAL)),
        x12(
            maker,
            "other_payer.837",
            "837P with coordination of benefits",
            sent.claims(maker, 3, other_payer=True),
        ),
        x12(maker, "old_version.837", "837P of version 4010", sent.claims(maker, 3, sent.PROFESSIONAL_4010)),
        x12(
            maker,
            "remittance.835",
            "835 with a reversal, its correction, six reasons in one CAS, MIA, MOA, a denial and a PLB",
            answers.remittance(maker, 4, full=True),
        ),
        x12(
            maker,
            "old_version.835",
            "835 of version 4010",
            answers.remittance(maker, 2, answers.REMITTANCE_4010),
        ),
        x12(maker, "syntax.999", "999 that accepts two sets and rejects one", answers.syntax(3, 1)),
        x12(maker, "syntax.997", "997", answers.old_syntax()),
        x12(maker, "receipt.ta1", "TA1 alone in its interchange", extra=[answers.receipt("R")]),
        x12(maker, "statuses.277ca", "277CA with three statuses in one STC", answers.statuses(maker, 4)),
        x12(maker, "answer.277", "277", answers.inquiry(maker)),
        x12(
            maker,
            "mixed.x12",
            "835 and 999 in one interchange",
            answers.remittance(maker, 2),
            answers.syntax(1),
        ),
        x12(maker, "large.837", "837P large enough for the columnar reader", sent.claims(maker, 520)),
        x12(
            maker,
            "large.835",
            "835 large enough for the columnar reader",
            answers.remittance(maker, 700, full=True),
        ),
    ]


def written_otherwise(maker: Maker) -> list[Made]:
    """Return sound content under every delimiter, padding, encoding and line end."""
    rows = (
        (
            "pipes.837",
            "elements by |, components by ^, segments by '",
            Style("|", "^", "'", "\n", repetition="U"),
        ),
        ("no_breaks.837", "one line", Style(after="")),
        (
            "control_characters.837",
            "elements by GS, components by US, segments by FS",
            Style("\x1d", "\x1f", "\x1c", ""),
        ),
        ("unpadded.837", "ISA elements without padding", Style(padded=False)),
        ("line_feeds.837", "segments end in a line feed", Style(terminator="\n", after="")),
        ("carriage_returns.837", "segments end in CR LF", Style(terminator="\r", after="\n")),
        ("crlf_after.837", "CR LF after every terminator", Style(after="\r\n")),
        ("asterisk_last.837", "elements by ~, segments by *", Style("~", ":", "*", "\n")),
    )
    made = [
        x12(maker, name, f"837P: {what}", sent.claims(maker, 3), style=style) for name, what, style in rows
    ]
    return [*made, _reblocked(maker), *_encoded(maker), *_several(maker), *_repeated(maker)]


def _reblocked(maker: Maker) -> Made:
    made = x12(
        maker,
        "reblocked.837",
        "837P cut into records of 80 bytes",
        sent.claims(maker, 4),
        style=Style(after=""),
    )
    pieces = [made.content[i : i + 80] for i in range(0, len(made.content), 80)]
    return Made(made.path, b"\r\n".join(pieces) + b"\r\n", made.lines)


def _encoded(maker: Maker) -> list[Made]:
    marked = x12(
        maker,
        "byte_order_mark.837",
        "837P with a byte order mark",
        sent.claims(maker, 2),
        flags=["BYTE_ORDER_MARK"],
    )
    early = x12(
        maker,
        "text_before.835",
        "835 after a line of a mail program",
        answers.remittance(maker, 2),
        flags=["BYTES_BEFORE_ISA"],
    )
    return [
        Made(marked.path, b"\xef\xbb\xbf" + marked.content, marked.lines),
        Made(early.path, b"Content-Type: text/plain\r\n\r\n" + early.content, early.lines),
        x12(
            maker, "names_utf8.837", "837P with names in UTF-8", sent.claims(maker, 2, family="MÜLLER-ŁĘCKI")
        ),
        x12(
            maker,
            "names_cp1252.837",
            "837P with names in Windows-1252",
            sent.claims(maker, 2, family="MÜLLER-SÁNCHEZ"),
            flags=["NOT_UTF8"],
            encoding="cp1252",
        ),
    ]


def _several(maker: Maker) -> list[Made]:
    """Return files of several interchanges."""
    parts = [answers.remittance(maker, 2), answers.remittance(maker, 3), answers.remittance(maker, 1)]
    styles = (PLAIN, Style("|", "^", "'", "\n", repetition="U"), Style("*", ">", "\n", ""))
    joined = b"".join(
        written(envelope(maker.control(), [part], style), style)
        for part, style in zip(parts, styles, strict=True)
    )
    line = Line("three interchanges, each with its own delimiters", "835", records=records_of(parts))
    nothing = Line(
        "an interchange without any transaction", "ack", "nothing in it", status="unusable", flags=()
    )
    return [
        Made(f"{DAY}/several.835", joined, (line,)),
        Made(f"{DAY}/nothing.x12", written(envelope(maker.control(), [])), (nothing,)),
    ]


def _repeated(maker: Maker) -> list[Made]:
    """Return files in which control numbers or whole transactions occur again."""
    control, first, second = maker.control(), sent.claims(maker, 2), sent.claims(maker, 3)
    reused = written(envelope(control, [first])) + written(envelope(control, [second]))
    control, payment = maker.control(), answers.remittance(maker, 2)
    twice = written(envelope(control, [payment])) * 2
    batch = sent.claims(maker, 2)
    again = written(envelope(maker.control(), [batch])) + written(envelope(maker.control(), [batch]))
    return [
        Made(
            f"{DAY}/reused_controls.837",
            reused,
            lines_of([first, second], "two batches with the same control numbers", flags=["CONTROL_REUSE"]),
        ),
        Made(
            "2026-03-05/same_payment_twice.835",
            twice,
            lines_of([payment, payment], "the same interchange twice", "sent twice", ["DUPLICATE_TXN"]),
        ),
        Made(
            f"{DAY}/same_batch_twice.837",
            again,
            lines_of([batch, batch], "the same batch in two envelopes", "sent twice"),
        ),
    ]
