"""Progress reports: heard by the one listener that asks, and by nobody else."""

from assets.progress import listening, report


def test_a_report_reaches_the_listener_inside_the_block_only():
    heard = []
    report("before", 1, 2)
    with listening(lambda *told: heard.append(told)):
        report("inside", 1, 2)
    report("after", 2, 2)
    assert heard == [("inside", 1, 2)]


def test_an_inner_listener_replaces_the_outer_one_until_it_ends():
    outer, inner = [], []
    with listening(lambda *told: outer.append(told[0])):
        with listening(lambda *told: inner.append(told[0])):
            report("deep", 0, 1)
        report("shallow", 0, 1)
    assert (outer, inner) == (["shallow"], ["deep"])
