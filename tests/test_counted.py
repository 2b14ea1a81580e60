"""Counts in words: one is one, and no sentence of ours leaves it to the reader."""

import ast
import re
from pathlib import Path

import pytest

from assets.counted import many

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((0, "file"), "0 files"),
        ((1, "file"), "1 file"),
        ((1204, "file"), "1,204 files"),
        ((1, "cell holds", "cells hold"), "1 cell holds"),
        ((2, "cell holds", "cells hold"), "2 cells hold"),
    ],
)
def test_a_count_is_said_with_its_noun(words, said):
    assert many(*words) == said


def test_no_sentence_puts_its_plural_in_brackets():
    found = [
        (path.name, node.value)
        for folder in ("assets", "pipelines")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"[a-z]\(s\)", node.value)
    ]
    assert found == []
