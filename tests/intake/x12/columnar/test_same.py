"""Both roads give the same account of every file: sound, made up, damaged, in blocks of any size."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.x12.columnar.comparing import assert_same
from tests.intake.x12.columnar.making import claims, files, remit
from tests.intake.x12.files import CLAIM_I, CLAIM_P, REMIT, REVERSAL, STATUS, SYNTAX, file, isa

SOUND = (
    file("837", CLAIM_P, CLAIM_P),
    file("837", CLAIM_I, version="005010X223A2"),
    file("835", REMIT, REVERSAL),
    file("277", STATUS),
    file("999", SYNTAX),
    file("837", CLAIM_P, element="|", component=">", terminator="\n") + file("835", REMIT),
    isa().encode() + b"TA1*000000905*260301*1200*R*024~IEA*0*000000001~",
)
MADE = settings(max_examples=30, deadline=None, derandomize=True)
DAMAGED = settings(max_examples=40, deadline=None, derandomize=True)
BLOCKS = st.integers(1, 4000)


@MADE
@given(files(), BLOCKS)
def test_made_up_files_are_the_same(data, block):
    assert_same(data, block=block)


@MADE
@given(files(), BLOCKS, st.sampled_from(["837", "835", "ack"]))
def test_one_feed_of_a_file_is_the_same(data, block, feed):
    assert_same(data, block=block, feed=feed)


def damaged(data, draw):
    """Return a file with segments dropped, doubled, cut short or with another element."""
    segments = data.split(b"~")
    for _ in range(draw(st.integers(1, 4))):
        i = draw(st.integers(0, len(segments) - 1))
        match draw(st.sampled_from(["drop", "double", "cut", "element", "blank", "move"])):
            case "drop":
                segments[i : i + 1] = []
            case "double":
                segments.insert(i, segments[i])
            case "cut":
                segments[i] = segments[i][: draw(st.integers(0, 20))]
            case "element":
                elements = segments[i].split(b"*")
                elements[draw(st.integers(0, len(elements) - 1))] = draw(
                    st.sampled_from(
                        [b"", b"X", b"1", b"12.345", b"20260230", b"ABK", b" ", b"PR", b"20", b"CLM01:"]
                    )
                )
                segments[i] = b"*".join(elements)
            case "blank":
                segments[i] = draw(st.sampled_from([b" ", b"\r\n", b"\x1a", b" \t"])) + segments[i] + b" "
            case _:
                segments.insert(draw(st.integers(0, len(segments) - 1)), segments.pop(i))
        segments = segments or [b""]
    return b"~".join(segments)


@DAMAGED
@given(st.data(), BLOCKS)
def test_damaged_made_up_files_are_the_same(data, block):
    body = data.draw(
        st.one_of(claims().map(lambda text: ("837", text)), remit().map(lambda text: ("835", text)))
    )
    assert_same(
        damaged(file(body[0], body[1], CLAIM_P if body[0] == "837" else REMIT), data.draw), block=block
    )


@DAMAGED
@given(st.sampled_from(SOUND), st.data(), BLOCKS)
def test_damaged_sound_files_are_the_same(sound, data, block):
    assert_same(damaged(sound, data.draw), block=block)


@DAMAGED
@given(st.sampled_from(SOUND), st.sampled_from(SOUND), st.integers(0, 3000), st.integers(0, 3000), BLOCKS)
def test_files_spliced_and_cut_anywhere_are_the_same(data, other, place, start, block):
    assert_same(data[:place], block=block)
    assert_same(
        data[: place % len(data)] + other[start % len(other) :] + data[place % len(data) :], block=block
    )


@DAMAGED
@given(
    st.sampled_from(SOUND),
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(b"*:~|>\n^A 1\r\t\x00")), max_size=6),
    BLOCKS,
)
def test_files_with_bytes_overwritten_are_the_same(data, edits, block):
    changed = bytearray(data)
    for place, new in edits:
        changed[place % len(changed)] = new
    assert_same(bytes(changed), block=block)


@DAMAGED
@given(st.binary(max_size=300), BLOCKS)
def test_any_bytes_are_the_same(data, block):
    for whole in (data, isa().encode() + data):
        if whole.isascii():
            assert_same(whole, block=block)


@DAMAGED
@given(st.sampled_from(SOUND), st.sampled_from(b"*:~|>\n^A 1"), st.sampled_from(b"*:~|>\n^A 1\r\t"), BLOCKS)
def test_exchanged_delimiters_are_the_same(data, one, other, block):
    assert_same(data.replace(bytes([one]), bytes([other])), block=block)
    assert_same(data.translate(bytes.maketrans(bytes([one, other]), bytes([other, one]))), block=block)
