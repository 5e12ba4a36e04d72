"""The mutants fit the suite and the functions as they are now; `make mutants` runs them."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.mutants.__main__ import main
from tests.mutants.catalogue import MUTANTS, PAGE, page
from tests.mutants.mutant import Mutant, Swap, TextNotFound, mutated
from tests.mutants.verdict import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_its_fault_can_be_put_in(mutant: Mutant) -> None:
    texts = dict(mutated(mutant))
    for swap in mutant.swaps:
        assert swap.new in texts[swap.file]
        assert swap.old != swap.new


def _tests_in(path: Path) -> set[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, functions)
    }


@pytest.mark.parametrize("node", sorted({mutant.node for mutant in MUTANTS}))
def test_its_test_is_in_the_normal_suite(node: str) -> None:
    path, name = node.split("::", 1)
    assert name.split("::")[-1].split("[")[0] in _tests_in(ROOT / path)
    assert "tests/faults/" not in node


def test_names_are_told_apart() -> None:
    assert [name for name, count in Counter(m.name for m in MUTANTS).items() if count > 1] == []


def test_the_page_is_true() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m tests.mutants.catalogue writes it anew"


def test_a_text_that_is_gone_is_told_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    gone = Mutant("the moon", "", "test_points.py::x", (Swap("hold.sql", "no such text", ""),))
    with pytest.raises(TextNotFound, match=r"the moon: hold\.sql has this text 0 times"):
        mutated(gone)
    assert main(["no such name"]) == 1
    assert "no mutant has no such name in its name" in capsys.readouterr().err
