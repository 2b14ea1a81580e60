"""The plan of the house: one table, one stem, four places; one direction; pure rooms; portable SQL."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("intake", "ledger", "measures", "bands", "published")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for top in ("assets", "pipelines")
    for path in sorted((ROOT / top).rglob("*.py"))
}
SQL = sorted((ROOT / "sql").rglob("*.sql"))
PURE = (
    "assets.intake.x12",
    "assets.intake.tabular",
    "assets.intake.activity",
    "assets.intake.contracts",
    "assets.intake.identify",
    "assets.intake.sources",
    "assets.intake.check",
    "assets.intake.pseudonyms",
    "assets.bands.calibrate",
    "assets.bands.frame",
    "assets.bands.quantile",
    "assets.bands.config",
    "assets.bands.adopt",
    "assets.bands.attain",
    "assets.bands.calendar",
    "assets.bands.cleaning",
    "assets.bands.clinicians",
    "assets.bands.findings",
    "assets.bands.gate",
    "assets.bands.guardrail",
    "assets.bands.histogram",
    "assets.bands.interval",
    "assets.bands.outages",
    "assets.bands.ramp",
    "assets.bands.regime",
    "assets.bands.rows",
    "assets.bands.skill",
    "assets.bands.tables",
    "assets.report.attention",
    "assets.report.bands",
    "assets.report.blocks",
    "assets.report.charts",
    "assets.report.definitions",
    "assets.report.examples",
    "assets.report.figures",
    "assets.report.further",
    "assets.report.history",
    "assets.report.outcome_rows",
    "assets.report.outcomes",
    "assets.report.overview",
    "assets.report.quality",
    "assets.report.receivables",
    "assets.report.roles",
    "assets.report.site",
    "assets.report.vega",
    "assets.report.words",
    "assets.report.work",
    "assets.practice",
    "assets.sample",
    "assets.sql_model",
    "assets.settings",
    "assets.progress",
)
SPECIAL = (
    exp.Unnest,
    exp.Explode,
    exp.Quantile,
    exp.PercentileCont,
    exp.PercentileDisc,
    exp.Median,
    exp.List,
    exp.ArrayAgg,
    exp.Lambda,
    exp.Array,
    exp.Comprehension,
)
SPECIAL_NAMES = (
    "list_",
    "array_",
    "quantile",
    "percentile",
    "approx_",
    "range",
    "generate_series",
    "unnest",
    "median",
)


@pytest.fixture(scope="module")
def specs(definitions):
    """Every asset of the project by its table's name."""
    graph = definitions.resolve_asset_graph()
    return {".".join(key.path): graph.get(key) for key in graph.get_all_asset_keys()}


def _tree(folder, ending):
    return {f"{path.parent.name}.{path.stem}" for path in (ROOT / folder).glob(f"*/*.{ending}")}


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _stage(module):
    parts = module.split(".")
    return STAGES.index(parts[1]) if parts[0] == "assets" and len(parts) > 1 and parts[1] in STAGES else None


def _tables(specs):
    """Return the assets that are tables: those with columns. An asset of files has none, so it has neither suite nor query."""
    return {table for table, node in specs.items() if "dagster/column_schema" in node.metadata}


def test_only_the_report_is_files_and_no_table(specs):
    # Its numbers were held against the suites of the published tables, and it is made from them alone.
    assert set(specs) - _tables(specs) == {"published.report"}
    parents = {".".join(key.path) for key in specs["published.report"].parent_keys}
    assert parents == {table for table in _tables(specs) if table.startswith("published.")}


def test_every_table_has_a_suite_and_every_suite_a_table(specs):
    assert _tree("expectations", "yml") == _tables(specs)


def test_every_query_is_an_asset(specs):
    assert _tree("sql", "sql") <= set(specs)


def test_every_asset_of_ledger_and_published_has_a_query(specs):
    computed = {table for table in _tables(specs) if table.split(".")[0] in {"ledger", "published"}}
    assert computed - {"ledger.parameters", "ledger.calendar"} <= _tree("sql", "sql")


def test_the_group_of_an_asset_is_its_schema(specs):
    assert {table: node.group_name for table, node in specs.items()} == {t: t.split(".")[0] for t in specs}


def test_every_table_with_a_suite_shows_its_expectations_as_checks(specs):
    from assets.quality import load_suites

    for table, suite in load_suites().items():
        shown = {key.name for key in specs[table].check_keys}
        assert shown == {e.name for e in suite.expectations}, table


def test_an_asset_depends_on_earlier_stages_and_its_own_only(specs):
    for table, node in specs.items():
        for parent in node.parent_keys:
            assert STAGES.index(parent.path[0]) <= STAGES.index(table.split(".")[0]), (table, parent)


def test_no_asset_hangs_in_the_air(specs):
    for table, node in specs.items():
        missing = [key for key in node.parent_keys if ".".join(key.path) not in specs]
        assert missing == [], table


def test_folders_hold_queries_and_suites_and_nothing_else():
    strays = [p for folder in ("sql", "expectations") for p in (ROOT / folder).rglob("*") if p.is_file()]
    assert {p.suffix for p in strays} == {".sql", ".yml"}
    assert {p.parent.name for p in strays} <= set(STAGES)


@pytest.mark.parametrize("module", [m for m in MODULES if _stage(m) is not None])
def test_a_stage_imports_from_earlier_stages_only(module):
    later = [i for i in _imports(MODULES[module]) if (_stage(i) or 0) > _stage(module)]
    assert later == []


def test_nothing_imports_pipelines():
    guilty = [
        m
        for m, path in MODULES.items()
        if m.startswith("assets") and any(i.split(".")[0] == "pipelines" for i in _imports(path))
    ]
    assert guilty == []


def test_nothing_but_the_command_and_the_tests_imports_the_sample_office():
    users = {m for m, path in MODULES.items() if any(i.startswith("assets.sample") for i in _imports(path))}
    assert {m for m in users if not m.startswith("assets.sample")} <= {"pipelines.cli"}


def test_pure_modules_load_neither_dagster_nor_duckdb_nor_great_expectations():
    wanted = [m for m in MODULES if m.startswith(PURE) and not m.endswith("__init__")]
    assert len(wanted) > 40
    script = (
        "import sys, importlib\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "print(sorted({'dagster', 'duckdb', 'great_expectations'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *wanted], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "[]\n"


def test_every_module_says_what_it_is():
    bare = [
        m for m, path in MODULES.items() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert bare == []


def _unportable(text):
    """Return what of a query only some databases know."""
    tree = sqlglot.parse_one(text, dialect="duckdb")
    found = [type(node).__name__ for node in tree.find_all(*SPECIAL)]
    methods = [str(join.args.get("method") or "").lower() for join in tree.find_all(exp.Join)]
    found += [method for method in methods if method == "asof"]
    names = {
        f.name.lower() if isinstance(f, exp.Anonymous) else f.sql_name().lower()
        for f in tree.find_all(exp.Func)
    }
    return found + sorted(name for name in names if name.startswith(SPECIAL_NAMES))


@pytest.mark.parametrize("path", SQL, ids=[f"{p.parent.name}.{p.stem}" for p in SQL])
def test_sql_keeps_to_what_other_databases_know(path):
    assert _unportable(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "query",
    [
        "select * from a.b asof join a.c on b.x >= c.x",
        "select unnest([1, 2])",
        "select * from range(3)",
        "select * from generate_series(1, 3)",
        "select quantile_cont(x, 0.5) from a.b",
        "select percentile_cont(0.5) within group (order by x) from a.b",
        "select median(x) from a.b",
        "select list(x) from a.b",
        "select list_sort(x) from a.b",
        "select list_transform(x, lambda y: y + 1) from a.b",
        "select [y for y in x] from a.b",
    ],
)
def test_what_other_databases_do_not_know_is_noticed(query):
    assert _unportable(query)
