"""What can happen to a file on its way: pure functions of a random generator and some bytes."""

import io
import zipfile
import zlib

DELIMITERS = b"*:~|>^\n\r\t;,'\"\x1c\x1d\x1f _"
TOKENS = (
    b'"', b'""', b"'", b"\n", b"\r", b"\r\n", b",", b";", b"~", b"*", b"\0", b"\x1a", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"\xc3",
    b"ISA*", b"~ISA*", b"IEA*1*000000001~", b"GS*", b"ST*837*0001~", b"SE*1*0001~", b"GE*1*1~", b"CLM*", b"~CLM*X~", b"~CLP*~",
    b"~CAS*CO~", b"~HL*1**22*0~", b"~LX*1~", b"~SVC~", b"~STC*A1~", b"TA1*",
    b"-", b".", b"1e999", b"NaN", b"99999999999999999999999999", b"-0.005", b"$", b"(1)", b"20261301", b"0000-00-00", b"12/31/99999",
    b"{", b"}", b"[", b"]", b"null", b"true", b'"a":', b"\\u0000", b"\\ud800", b"1E400", b"-1", b"\xf0\x9f\x98\x80", b"Total", b"=1+1",
)  # fmt: skip


def truncated(rng, data):
    return data[: rng.randrange(len(data) + 1)]


def beheaded(rng, data):
    return data[rng.randrange(len(data) + 1) :]


def cut_out(rng, data):
    start = rng.randrange(len(data) + 1)
    return data[:start] + data[start + rng.choice((1, 2, 5, 20, 200)) :]


def doubled(rng, data):
    start = rng.randrange(len(data) + 1)
    end = start + rng.choice((1, 10, 100, 1000))
    return data[:end] + data[start:end] + data[end:]


def overwritten(rng, data):
    start = rng.randrange(len(data) + 1)
    new = rng.randbytes(rng.randint(1, 4))
    return data[:start] + new + data[start + len(new) :]


def flipped(rng, data):
    changed = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def inserted(rng, data):
    start = rng.randrange(len(data) + 1)
    return data[:start] + rng.choice(TOKENS) + data[start:]


def exchanged(rng, data):
    """Exchange two delimiters, or write one as the other."""
    one, other = rng.choice(DELIMITERS), rng.choice(DELIMITERS)
    if rng.random() < 0.5:
        return data.replace(bytes([one]), bytes([other]))
    return data.translate(bytes.maketrans(bytes([one, other]), bytes([other, one])))


def _pieces(rng, data):
    present = [mark for mark in (b"~", b"\n", b"'", b"\x1c", b",", b"*", b"},") if mark in data]
    mark = rng.choice(present or [b" "])
    return data.split(mark), mark


def dropped_piece(rng, data):
    pieces, mark = _pieces(rng, data)
    del pieces[rng.randrange(len(pieces))]
    return mark.join(pieces)


def repeated_piece(rng, data):
    pieces, mark = _pieces(rng, data)
    pieces.insert(rng.randrange(len(pieces) + 1), rng.choice(pieces))
    return mark.join(pieces)


def swapped_pieces(rng, data):
    pieces, mark = _pieces(rng, data)
    i, j = rng.randrange(len(pieces)), rng.randrange(len(pieces))
    pieces[i], pieces[j] = pieces[j], pieces[i]
    return mark.join(pieces)


def emptied_piece(rng, data):
    pieces, mark = _pieces(rng, data)
    pieces[rng.randrange(len(pieces))] = rng.choice((b"", *TOKENS))
    return mark.join(pieces)


def encoded_otherwise(rng, data):
    text = data.decode("utf-8", errors="replace")
    return text.encode(
        rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252", "utf-32")), errors="replace"
    )


def broken_lines(rng, data):
    width = rng.choice((7, 72, 80, 106))
    pieces = [data[i : i + width] for i in range(0, min(len(data), 20_000), width)]
    return rng.choice((b"\n", b"\r\n", b"\r")).join(pieces) + data[20_000:]


MUTATIONS = (
    truncated, beheaded, cut_out, doubled, overwritten, flipped, inserted, exchanged, dropped_piece, repeated_piece,
    swapped_pieces, emptied_piece, encoded_otherwise, broken_lines,
)  # fmt: skip


def in_members(rng, data):
    """Damage one member of a zip archive (a workbook's sheet, say) and pack it soundly again."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {item.filename: archive.read(item) for item in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, NotImplementedError):
        return data
    name = rng.choice(sorted(members) or [""])
    if name:
        members[name] = rng.choice(MUTATIONS)(rng, members[name])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return buffer.getvalue()


def mutated(rng, data, others=()):
    """Return the bytes after one to three mishaps, of which one may be to be spliced with another file."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if data.startswith(b"PK") and rng.random() < 0.6:
            data = in_members(rng, data)
        elif others and rng.random() < 0.06:
            other, place = rng.choice(others), rng.randrange(len(data) + 1)
            data = data[:place] + other[rng.randrange(len(other) + 1) :] + data[place:]
        else:
            data = rng.choice(MUTATIONS)(rng, data)
    return data
