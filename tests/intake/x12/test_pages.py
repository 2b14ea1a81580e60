"""The pages of docs/formats about X12: examples become the rows that they promise, and every code is explained."""

import ast
import re
from pathlib import Path

import pytest

from docs.columns import with_columns
from docs.markdown import table
from tests.intake.x12.files import file, read

ROOT = Path(__file__).resolve().parents[3]
FORMATS = ROOT / "docs" / "formats"
PAGES = ("837.md", "835.md", "acknowledgements.md", "x12.md")
EXAMPLE = re.compile(r"```text\n(.*?)```", re.DOTALL)
SETS = {"BHT*0019": "837", "BHT*0085": "277", "BPR": "835", "AK1": "999"}
CODE = re.compile(r"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=: |$)|[A-Z]{5,}(?=: ))")


def examples():
    return [
        pytest.param(example, id=f"{page}-{number}")
        for page in PAGES
        for number, example in enumerate(EXAMPLE.findall((FORMATS / page).read_text(encoding="utf-8")))
    ]


def parts(example):
    """Return the segments, and per promise (table, column -> value)."""
    segments, promises = [], []
    for line in example.splitlines():
        segment, _, promise = (
            line.partition("  ") if line.startswith("  ") else re.split(r"( {2,})|$", line, maxsplit=1)
        )
        segments += [segment.strip()] if segment.strip() else []
        if promise and promise.strip():
            table, _, told = promise.strip().partition(": ")
            promises.append((table, dict(pair.split(" ", 1) for pair in told.split(", "))))
    return segments, promises


def holds(row, promise):
    return all(
        row[column] is not None and (value == "pseudonym" or str(row[column]) == value)
        for column, value in promise.items()
    )


@pytest.mark.parametrize("example", examples())
def test_an_example_becomes_the_rows_that_it_promises(example):
    segments, promises = parts(example)
    (set_id,) = [found for head, found in SETS.items() if segments[0].startswith(head)]
    parsed = read(file(set_id, "\n".join(segments)))
    assert len(promises) >= 8
    assert [
        p for p in promises if not any(holds(r, p[1]) for r in parsed.tables[p[0]].rows(named=True))
    ] == []
    assert (parsed.flags, parsed.rejects) == ([], [])
    assert "INVENTED" not in repr([table.rows() for table in parsed.tables.values()])


def codes_in(path):
    """Return what looks like the code of a flag or reject in the strings of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    strings = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    exported = {
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for name in ast.literal_eval(node.value)
    }
    return {found[1] for text in strings - exported if (found := CODE.match(text))}


def test_every_code_of_a_flag_or_reject_is_explained_on_a_page():
    used = {code for path in (ROOT / "assets/intake/x12").rglob("*.py") for code in codes_in(path)}
    told = {
        code
        for page in PAGES
        for code in re.findall(r"`([A-Z0-9_]+)`", (FORMATS / page).read_text(encoding="utf-8"))
    }
    assert len(used) > 40
    assert sorted(used - told) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_columns_of_a_page_are_those_of_the_contract(page):
    path = FORMATS / page
    assert path.read_text(encoding="utf-8") == with_columns(path), "run python -m docs.generate"


def test_a_block_takes_the_columns_of_the_table_that_it_names(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(
        "Before\n<!-- columns: intake.remit_remarks -->\nold\n<!-- end -->\nAfter\n", encoding="utf-8"
    )
    text = with_columns(path)
    assert text.startswith(
        "Before\n<!-- columns: intake.remit_remarks -->\n| Column | From | Type |\n|---|---|---|\n"
    )
    assert "| `code` | remittance advice remark code (required) | VARCHAR |\n" in text
    assert text.endswith("<!-- end -->\nAfter\n")
    assert "old" not in text
    path.write_text("<!-- columns: intake.nothing -->\n<!-- end -->\n", encoding="utf-8")
    with pytest.raises(KeyError, match="nothing"):
        with_columns(path)


def test_asterisks_in_a_cell_are_shown_and_not_taken_for_emphasis():
    assert table(("From",), [("NM1*PR, else `NM1*QC`",)]).splitlines()[-1] == "| NM1\\*PR, else `NM1*QC` |"
