"""The report as people see it: in a browser, offline, wide and narrow, light and dark, and by the rules of accessibility."""

import shutil

import pytest

from assets.quality import load_suites
from assets.report.write import write_report
from tests.report.conftest import made
from tests.report.test_site import ADDRESS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NARROW = ("index", "role-coder", "outcomes", "clinicians", "payment-models", "data-quality")
PAGES = (*NARROW, "role-denial-management", "history", "version-old1", "definitions")
DRAWN = "[...document.querySelectorAll('.plot')].filter(p => p.checkVisibility()).map(p => p.querySelectorAll('svg [role=graphics-symbol], svg .role-mark path').length)"
TOO_WIDE = """[...document.querySelectorAll('body *')].filter(e => !e.closest('.plot') && !e.closest('.hidden') && !e.matches('.skip, thead, thead *')
    && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the report is not looked at")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: the report is not looked at"
    )
    with playwright.sync_playwright() as found:
        # Without a sandbox since tests run as root in containers; only our own files are opened.
        opened = found.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pytest.importorskip("vl_convert", reason="vl-convert-python is not installed")
    home = tmp_path_factory.mktemp("report")
    write_report(made().write(home / "published.duckdb"), home / "out", load_suites())
    return home / "out"


def test_the_library_names_no_address(folder):
    assert not ADDRESS.search((folder / "assets/vega.js").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("width", "scheme", "names"), [(1280, "light", PAGES), (390, "dark", NARROW)])
def test_pages_open_offline_draw_their_charts_and_fit(browser, folder, width, scheme, names):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for name in names:
        page = context.new_page()
        said, asked = [], []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto((folder / f"{name}.html").as_uri())
        page.wait_for_function(
            "[...document.querySelectorAll('.plot')].every(p => !p.checkVisibility() || p.querySelector('svg'))"
        )
        assert said == [], name
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == [], name
        assert all(page.evaluate(DRAWN)), name
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), name
        assert page.evaluate(TOO_WIDE) == [], name
        # The policy of the page keeps axe from reading the style sheet a second time, and it need not.
        found = axe.run(page, options={"preload": False}).response["violations"]
        assert [
            (v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}
        ] == [], name
        page.close()
    context.close()


def test_a_chart_in_a_fold_is_drawn_when_the_fold_opens_and_its_table_by_keyboard(browser, folder):
    page = browser.new_page()
    page.goto((folder / "version-old1.html").as_uri())
    fold = page.locator("details.fold").first
    assert fold.locator("svg").count() == 0
    fold.locator("summary").first.press("Enter")
    fold.locator("svg").first.wait_for()
    page.close()


def test_a_definition_that_is_linked_to_opens_what_it_counts(browser, folder):
    page = browser.new_page()
    page.goto((folder / "definitions.html").as_uri() + "#initial_denial_rate.lines")
    assert page.locator("[id='initial_denial_rate.lines'] details").evaluate("fold => fold.open")
    page.close()
