"""The site as files: links lead somewhere, nothing is fetched, nothing is blank, and the same tables make the same bytes."""

import json
import random
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import altair as alt
import pytest

from assets.bands.voice import DISPUTED
from assets.report.charts import Drawn, Point, lines
from tests.report.conftest import COLUMNS, Office, band, outcome

ADDRESS = re.compile(r"https?://(?!www\.w3\.org/)")


class Read(HTMLParser):
    """What a page holds: links, ids, cells, figures, charts, and what is asked of the outside."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.loaded, self.cells, self.values, self.charts, self.labels = (
            [],
            [],
            [],
            [],
            [],
            {},
            {},
        )
        self._cell = self._value = self._chart = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        if tag in {"link", "script", "img"} and ("href" in found or "src" in found):
            self.loaded.append(found.get("href") or found.get("src"))
        if tag in {"td", "dd"}:
            self._cell = ""
        if tag == "a" and found.get("class") == "value":
            self._value = ("", found["href"])
        if tag == "script" and "data-chart" in found:
            self._chart = found["data-chart"]
        if found.get("role") == "img":
            self.labels[found["id"]] = found["aria-label"]

    def handle_data(self, data):
        if self._chart:
            self.charts[self._chart] = self.charts.get(self._chart, "") + data
        if self._cell is not None:
            self._cell += data
        if self._value is not None:
            self._value = (self._value[0] + data, self._value[1])

    def handle_endtag(self, tag):
        if tag in {"td", "dd"} and self._cell is not None:
            self.cells.append(self._cell.strip())
            self._cell = None
        if tag == "a" and self._value is not None:
            self.values.append(self._value)
            self._value = None
        if tag == "script":
            self._chart = None


@pytest.fixture(scope="module")
def pages(site):
    return {name: Read(text) for name, text in site.items() if name.endswith(".html")}


def broken(pages, files):
    """Return the links and sources that lead nowhere."""
    found = []
    for name, page in pages.items():
        for link in [*page.links, *page.loaded]:
            if link.startswith("data:"):
                continue
            place, _, anchor = link.partition("#")
            place = place or name
            if place not in files or (anchor and anchor not in pages[place].ids):
                found.append((name, link))
    return found


def test_every_link_leads_somewhere(site, pages):
    assert broken(pages, {*site, "assets/vega.js"}) == []


def test_a_link_that_leads_nowhere_is_noticed(pages):
    strange = {**pages, "x.html": Read('<a href="gone.html"></a><a href="index.html#nowhere"></a>')}
    assert len(broken(strange, {*strange, "assets/vega.js", "assets/report.js", "assets/report.css"})) == 2


def test_no_anchor_stands_twice_on_a_page(pages):
    assert {name: p.ids for name, p in pages.items() if len(p.ids) != len(set(p.ids))} == {}


def test_nothing_names_an_address(site):
    assert [name for name, text in site.items() if ADDRESS.search(text)] == []


def test_there_is_a_page_for_every_role_and_every_version(site):
    assert {"index.html", "outcomes.html", "data-quality.html", "history.html", "definitions.html", "role-coder.html",
            "role-denial-management.html", "version-new1.html", "version-old1.html"} <= set(site)  # fmt: skip


def test_no_cell_is_blank(pages):
    assert {name: page.cells.count("") for name, page in pages.items() if "" in page.cells} == {}


def test_every_number_links_to_its_definition(pages):
    ids = set(pages["definitions.html"].ids)
    numbers = [
        (name, text, href)
        for name, page in pages.items()
        for text, href in page.values
        if "#" in href and "definitions" in href
    ]
    assert len(numbers) > 100
    assert [found for found in numbers if found[2].partition("#")[2] not in ids] == []


def test_no_number_has_more_than_four_significant_digits(pages):
    long = [
        (name, text)
        for name, page in pages.items()
        for text, _ in page.values
        for digits in re.findall(r"[\d.,]+", text)
        if len(re.sub(r"\D", "", digits).strip("0")) > 4
    ]
    assert long == []


def test_what_is_withheld_says_why(site):
    assert "fewer than 5 contributors" in site["role-coder.html"]
    assert "79 % of the cohort has matured, 90 % must have" in site["outcomes.html"]
    assert "No band is shown: fewer than 5 contributors." in site["role-denial-management.html"]
    assert "more than half are still open" in site["outcomes.html"]


def test_a_number_states_n_window_interval_and_people(site):
    page = site["role-coder.html"]
    assert "9.235 to 11.23" in page
    assert "11\N{EN DASH}20 people" in page
    assert "5 of 10" in page
    assert "90 days to 29 June 2026" in site["outcomes.html"]
    assert "123.5 of 1,000" in site["outcomes.html"]


def test_a_withheld_cohort_stands_beside_the_newest_complete_one(site):
    assert "90 days to 15 June 2026" in site["outcomes.html"]


def test_what_left_an_age_in_no_defined_way_is_the_remainder_of_all_that_left(site):
    table = re.search(
        r"What became of receivables by age, in.*?</table>", site["outcomes.html"], re.DOTALL
    ).group()
    assert "Taken off by contract, or no posting says why" in table
    assert table.count(">10\N{NO-BREAK SPACE}%<") == 2


def test_a_past_version_can_be_opened_and_says_when_it_held(site):
    assert 'href="version-old1.html"' in site["history.html"]
    assert "1 April 2026 to 29 June 2026" in site["version-old1.html"]
    assert "Adopted" in site["version-old1.html"]
    assert ">In force<" not in site["version-old1.html"]


def test_what_changed_is_told_band_by_band(site):
    row = re.search(r"medium complexity, charts per hour.*?</tr>", site["index.html"], re.DOTALL).group()
    assert all(text in row for text in (">7<", "7.5", "+7.14"))


def told_in(page):
    """Return the words of a page, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def propose(office, **more):
    """Put in a version that collects feedback, or was held, and what five people and one said of it."""
    row = {n: v for n, v in band(value=11.0).items() if n in COLUMNS["bands_history"]}
    hashes = dict.fromkeys(("method_id", "code_hash", "config_hash", "input_hash"), "h" * 16)
    row |= hashes | {
        "version_id": "next1",
        "as_of": date(2026, 9, 30),
        "status": "proposed",
        "effective_from": None,
        "decided_by": None,
    }
    row |= {"known_at": datetime(2026, 10, 1, 5, tzinfo=UTC), "feedback_until": date(2026, 10, 15)}
    office.put("bands_history", **row | more)
    office.put("feedback", version_id="next1", role="coder", kind="dispute", entries=7, people=5)
    office.put("feedback", version_id="next1", role="coder", kind="comment", reason="fewer than 5 people")


def test_a_proposal_tells_until_when_it_collects_feedback_and_what_was_said_never_of_fewer_than_five(
    office, tmp_path
):
    propose(office)
    site = office.site(tmp_path)
    assert "are proposed; feedback is collected until 15 October 2026." in told_in(site["index.html"])
    told = told_in(site["version-next1.html"])
    assert "Collected feedback until 15 October 2026" in told
    assert "comment: fewer than 5 people; dispute: 7 by 5 people" in told


def test_a_disputed_version_asks_for_a_sign_off(office, tmp_path):
    propose(office, status="held", decided_by="configuration", decision_reason=DISPUTED)
    assert "are disputed and wait for a sign-off." in told_in(office.site(tmp_path)["index.html"])


def test_what_needs_attention_is_told_most_urgent_first(site):
    notes = re.findall(r'<li class="(act|look)">', site["index.html"])
    assert notes == sorted(notes)
    text = site["index.html"]
    assert "1 file is held until somebody decides" in text
    assert "The level of coding has certainly changed" in text
    assert "1 day looks like an incident that nobody logged" in text
    assert "The feed audits has been silent" in text


def test_charts_say_in_a_table_what_they_show_and_have_a_name(site, pages):
    charts = {name: page.charts for name, page in pages.items() if page.charts}
    assert {"role-coder.html", "outcomes.html", "data-quality.html"} <= set(charts)
    for name, found in charts.items():
        assert found.keys() == pages[name].labels.keys()
        figures = re.findall(r'<figure class="chart">.*?</figure>', site[name], re.DOTALL)
        assert len(figures) == len(found)
        assert all("<details>" in figure and "<table" in figure for figure in figures)


def test_every_chart_is_a_chart_by_the_schema(pages):
    for page in pages.values():
        for spec in page.charts.values():
            chart = (
                alt.Chart.from_dict(json.loads(spec))
                if "layer" not in json.loads(spec)
                else alt.LayerChart.from_dict(json.loads(spec))
            )
            chart.to_dict(validate=True)


def test_the_same_rows_in_another_order_make_the_same_bytes(office, tmp_path):
    before = office.site(tmp_path)
    for rows in office.rows.values():
        random.Random(1).shuffle(rows)
    assert office.site(tmp_path) == before


def test_an_office_that_is_simulated_says_so_on_every_page_and_a_real_one_on_none(office, tmp_path):
    pages = [text for name, text in office.site(tmp_path).items() if name.endswith(".html")]
    assert all('class="banner"' in text for text in pages)
    office.rows["about"][0]["office"] = "Lakeside Billing"
    assert not any('class="banner"' in text for text in office.site(tmp_path).values())


def test_names_from_the_data_are_text_and_never_markup(office, tmp_path):
    evil = "</script><img src=x onerror=alert(1)>"
    office.rows["about"][0]["office"] = evil
    office.put("outcomes", **outcome("initial_denial_rate.claims", 0.3, group=("payer", evil)))
    for name, text in office.site(tmp_path).items():
        assert "<img" not in text, name


def test_an_office_without_anything_published_has_a_readable_report(tmp_path):
    site = Office().site(tmp_path)
    pages = {name: Read(text) for name, text in site.items() if name.endswith(".html")}
    assert broken(pages, {*site, "assets/vega.js"}) == []
    assert "No bands were calibrated yet." in site["index.html"]


def test_a_role_that_only_learns_shows_no_chart_and_says_so(tmp_path):
    office = Office()
    office.put(
        "bands",
        **band(value=None, status="learning", reasons="2 of 30 worked days seen", effective_from=None),
    )
    page = office.site(tmp_path)["role-coder.html"]
    assert "2 of 30 worked days seen" in page
    assert "data-chart" not in page


def test_a_definition_shows_an_example_worked_out_by_hand(office, tmp_path):
    site = office.site(
        tmp_path, {"initial_denial_rate.claims": ("Judged are A and B, denied is B: 1 of 2.",)}
    )
    assert "Judged are A and B, denied is B: 1 of 2." in site["definitions.html"]


def test_the_golden_office_has_examples_for_nearly_every_definition(office):
    from assets.report.examples import examples

    known = {row["definition_id"] for row in office.rows["definitions"]}
    assert set(examples()) <= known
    assert len(examples()) > 0.9 * len(known)


def test_days_are_drawn_where_they_stand_in_every_time_zone_and_months_have_ticks_of_their_own():
    def drawn(*days):
        points = tuple(Point(day, "all", 1.0) for day in days)
        return lines(Drawn("c", "t", "h", points, "claims")).spec["layer"][0]["encoding"]["x"]

    monthly = drawn(date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1))
    assert monthly["scale"] == {"type": "utc"}
    assert (monthly["axis"]["tickCount"], monthly["axis"]["format"]) == (
        {"interval": "month", "step": 1},
        "%b %Y",
    )
    year = drawn(*(date(2025 + (m > 12), (m - 1) % 12 + 1, 1) for m in range(1, 19)))
    assert year["axis"]["tickCount"] == {"interval": "month", "step": 3}
    weekly = drawn(date(2026, 3, 2), date(2026, 3, 9))
    assert (weekly["scale"], weekly["axis"]["tickCount"]) == ({"type": "utc"}, 6)
