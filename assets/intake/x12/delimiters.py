"""Where interchanges begin in a file, and which delimiters each of them declares.

Belongs here: decoding bytes and reading ISA segments, padded or not, on one line or cut into records.
Does not belong here: what stands between the ISA and its IEA (`envelope.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assets.intake.x12.values import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator

START = r"I[\r\n]*S[\r\n]*A[\r\n]*(?=[^A-Za-z0-9 \t\r\n\x00\x1a])"
_START = re.compile(START)
_PADDED = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_FOLLOWS = re.compile(r"(?:GS|TA1|IEA|ISB|ISE)(?![A-Za-z0-9])")
_NEWLINES = {ord("\r"): None, ord("\n"): None}
WINDOW = 600
"""Characters after its letters in which an ISA has to declare itself."""


@dataclass(frozen=True)
class Delimiters:
    """The three delimiters of an interchange; a terminator of CR or LF is always given as LF."""

    element: str
    component: str
    terminator: str


@dataclass(frozen=True)
class Start:
    """Where an ISA stands in the text; no delimiters when they cannot be told."""

    position: int
    delimiters: Delimiters | None


def decode(data: bytes) -> tuple[str, str | None]:
    """Return the text and, when it was not plain UTF-8, the name of the encoding it was read with."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def starts(text: str) -> Iterator[Start]:
    """Yield every ISA in the text, in order: those with delimiters, and those that only look like one."""
    position = 0
    while match := _START.search(text, position):
        position = match.end()
        before = text[max(0, match.start() - 3) : match.start()]
        window = text[match.start() : match.end() + WINDOW]
        start = start_at(match.start(), before, window, match.end() - match.start())
        if start is not None:
            yield start


def start_at(position: int, before: str, window: str, letters: int) -> Start | None:
    """Return the start at the position, or None when what looks like ISA is none.

    `before` is the text of up to 3 characters before it, `window` that from it on, as far as `WINDOW` characters after its
    letters, which take up the first `letters` characters.
    """
    delimiters = _delimiters(window[:WINDOW])
    if delimiters is None and not _looks_like_isa(before, window[letters:]):
        return None
    return Start(position, delimiters)


def body_of(text: str, delimiters: Delimiters) -> str:
    """Return the interchange's text as one run: line breaks are dropped unless they are the terminator."""
    if delimiters.terminator == "\n":
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return text.translate(_NEWLINES) if "\n" in text or "\r" in text else text


def _delimiters(window: str) -> Delimiters | None:
    found = _padded(window) or _unpadded(window)
    if found is None and ("\n" in window or "\r" in window):
        joined = window.translate(_NEWLINES)
        found = _padded(joined) or _unpadded(joined)
    return found


def _padded(window: str) -> Delimiters | None:
    if (
        len(window) < 106
        or any(window[i] != window[3] for i in _PADDED)
        or window[:104].count(window[3]) != 16
    ):
        return None
    return _checked(window[3], window[104], window[105], window[106:])


def _unpadded(window: str) -> Delimiters | None:
    pieces = window.split(window[3], 16) if len(window) > 3 else []
    if len(pieces) < 17 or len(pieces[16]) < 2 or any(len(piece) > 20 for piece in pieces[:16]):
        return None
    return _checked(window[3], pieces[16][0], pieces[16][1], pieces[16][2:])


def _checked(element: str, component: str, terminator: str, rest: str) -> Delimiters | None:
    """Return the delimiters if they can be told apart and a segment that may follow an ISA follows."""
    follows = rest.lstrip(BLANK)
    if len({element, component, terminator}) < 3 or component.isalnum() or component in "\r\n":
        return None
    if terminator.isalnum() or terminator in " \t\x00\x1a" or (follows and not _FOLLOWS.match(follows)):
        return None
    # A blank ISA16 declares nothing; a colon is what everybody means.
    component = ":" if component in BLANK else component
    return Delimiters(element, component, "\n" if terminator in "\r\n" else terminator)


def _looks_like_isa(before: str, after: str) -> bool:
    """Tell a broken ISA from the letters ISA in a name: it begins a segment and has two-character qualifiers."""
    previous = before.rstrip(BLANK)[-1:]
    element = after[0]
    pieces = after.split(element, 10)
    qualifiers = sum(len(pieces[i]) == 2 for i in (1, 3, 5, 7)) if len(pieces) > 10 else 0
    return not previous.isalnum() and previous != element and qualifiers >= 3


def spoken(body: str, declared: Delimiters) -> Delimiters:
    """Return the delimiters with the component separator that the services of the body really use.

    Some senders write one separator and declare another; without this every procedure code would be lost.
    """
    found = re.search(service_pattern(declared), body)
    return replace(declared, component=found[1]) if found and found[1] != declared.component else declared


def service_pattern(declared: Delimiters) -> str:
    """Return the pattern of a service segment up to its first component separator, which is group 1."""
    element, terminator = re.escape(declared.element), re.escape(declared.terminator)
    kinds = "HC|AD|NU|HP|ER|ZZ|N4"
    return rf"{terminator}[ \r\n]*(?:SVC|SV1|SV3){element}(?:{kinds})([^A-Za-z0-9 \r\n{element}{terminator}])"
