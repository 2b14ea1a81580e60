"""Reading ahead: the same parts in the same order, one at most in waiting, and nothing left behind."""

import threading

import pytest

from assets.intake.ahead import ahead


def test_the_parts_come_in_order_and_to_the_last():
    assert list(ahead(each for each in range(50))) == list(range(50))
    assert list(ahead(each for each in ())) == []


def test_one_part_is_made_ahead_and_never_two():
    made = [threading.Event() for _ in range(4)]

    def parts():
        for event in made:
            event.set()
            yield event

    for i, event in enumerate(ahead(parts())):
        assert event is made[i]
        # The next one is being made while this one is in use; without that this waits in vain.
        assert i == 3 or made[i + 1].wait(10)
        assert not any(later.is_set() for later in made[i + 2 :])


def test_an_error_is_raised_in_its_place():
    def parts():
        yield 1
        raise OSError("gone")

    found = ahead(parts())
    assert next(found) == 1
    with pytest.raises(OSError, match="gone"):
        next(found)


def test_whoever_stops_early_closes_the_parts_and_leaves_no_thread():
    closed = []

    def parts():
        try:
            yield from range(10)
        finally:
            closed.append(True)

    found = ahead(parts())
    next(found)
    found.close()
    assert closed == [True]
    assert not [each for each in threading.enumerate() if each.name.startswith("ahead")]
