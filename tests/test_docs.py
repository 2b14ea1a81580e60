"""The documentation: generated pages are current, and what pages name is there."""

import re
from functools import cache
from pathlib import Path

import pytest
import typer

from assets.quality import load_suites
from assets.settings import Settings
from assets.warehouse import BOOKKEEPING
from docs.generate import PAGES
from pipelines.cli import app
from pipelines.definitions import build_definitions, catalogue

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
READ = sorted(p for p in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")] if p.exists())
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SCHEMAS = ("intake", "ledger", "measures", "bands", "published", "quality", "ops")


def name(path):
    return path.relative_to(ROOT).as_posix()


def code_of(text):
    """Return every code span and every line of every code block."""
    blocks = [line for block in FENCE.findall(text) for line in block.splitlines()[1:-1]]
    return blocks + re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


@cache
def anchors_of(path):
    """Return the anchors that a page has: its headings as the forge writes them."""
    lines = FENCE.sub("", path.read_text(encoding="utf-8")).splitlines()
    heads = [re.sub(r"^#+ ", "", line) for line in lines if re.match(r"#+ ", line)]
    heads = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head).replace("`", "") for head in heads]
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def tables_there_are():
    _, known = catalogue()
    return set(known) | set(re.findall(r"create table if not exists (\w+\.\w+)", BOOKKEEPING))


def keys_there_are():
    keys = set(Settings.model_fields)
    for section, field in Settings.model_fields.items():
        keys |= {f"{section}.{key}" for key in getattr(field.annotation, "model_fields", {})}
    return keys


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_says_what_the_code_says(page):
    written = (DOCS / page).read_text(encoding="utf-8")
    assert written == PAGES[page](), f"docs/{page} is out of date: run python -m docs.generate"


def test_the_data_dictionary_has_every_table_that_is_an_asset():
    listed = set(re.findall(r"^### (\S+)$", PAGES["tables.md"](), re.MULTILINE))
    keys = build_definitions(Settings()).resolve_asset_graph().get_all_asset_keys()
    # The report is files and no table.
    assert {".".join(key.path) for key in keys} - {"published.report"} <= listed


@pytest.mark.parametrize("path", READ, ids=name)
def test_every_link_leads_somewhere(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors_of(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("path", READ, ids=name)
def test_every_make_target_named_exists(path):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target
        for code in code_of(path.read_text(encoding="utf-8"))
        for target in re.findall(r"\bmake (?:[A-Z_]+=\S+ )*([a-z]+)", code)
    }
    assert named <= targets


@pytest.mark.parametrize("path", READ, ids=name)
def test_every_command_and_option_named_exists(path):
    commands = typer.main.get_command(app).commands
    wrong = []
    for code in code_of(path.read_text(encoding="utf-8")):
        for command, rest in re.findall(r"\brcmbench ([a-z]+)([^;|&#]*)", code):
            here = commands.get(command)
            below = getattr(here, "commands", {}).values()
            known = {
                o
                for c in (here, *below)
                for p in getattr(c, "params", [])
                for o in (*p.opts, *p.secondary_opts)
            }
            options = set(re.findall(r"(?<=\s)--[a-z-]+", rest)) - {"--help"}
            wrong += [f"rcmbench {command}"] * (command not in commands) + sorted(options - known)
    assert not wrong


@pytest.mark.parametrize("path", READ, ids=name)
def test_every_table_named_exists(path):
    spans = code_of(path.read_text(encoding="utf-8"))
    named = {span for span in spans if re.fullmatch(rf"(?:{'|'.join(SCHEMAS)})\.[a-z_]+", span)}
    files = {span for span in named if span.endswith((".duckdb", ".parquet"))}
    assert named - files <= tables_there_are() | keys_there_are()


@pytest.mark.parametrize("path", READ, ids=name)
def test_every_source_file_named_exists(path):
    named = {
        span
        for span in code_of(path.read_text(encoding="utf-8"))
        if re.fullmatch(r"(?:assets|pipelines|sql|expectations|tests|docs)/[\w/.-]*", span)
    }
    assert not [span for span in sorted(named) if not (ROOT / span).exists()]


def test_the_list_of_decisions_names_every_record():
    listed = set(
        re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (DOCS / "decisions/README.md").read_text(encoding="utf-8"))
    )
    assert listed == {path.name for path in (DOCS / "decisions").glob("0*.md")}


def test_only_payments_and_friction_are_kept_out_for_a_key_with_two_meanings():
    """Operations says so, and its example is a file of payments."""
    blocking = {
        table
        for table, suite in load_suites().items()
        for e in suite.expectations
        if e.name == "key_has_one_meaning" and e.blocking
    }
    assert blocking == {"intake.payments", "intake.friction"}
    page = " ".join((DOCS / "operations.md").read_text(encoding="utf-8").split())
    assert "keeps out in payments and in friction only" in page


def test_every_published_table_is_told_to_who_reads_them():
    page = code_of((DOCS / "bi.md").read_text(encoding="utf-8"))
    assert {path.stem for path in (ROOT / "sql/published").glob("*.sql")} <= set(page)
