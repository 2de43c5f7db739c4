"""The README of the fault suite names the tests that show what is promised: they must be there."""

import ast
import re
from pathlib import Path

from spinout_cli.question_set.model import QuestionSet

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "tests" / "faults" / "README.md").read_text(encoding="utf-8")
NAME = re.compile(r"`([\w/]+)::(\w+)`")


def functions_in(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists():
    named = set(NAME.findall(PAGE))
    assert named
    missing = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if name not in functions_in(ROOT / "tests" / f"{file}.py")
    ]
    assert missing == []


def test_every_line_of_what_must_hold_names_a_test():
    rows = {int(n): row for n, row in re.findall(r"^\| (\d+) \|(.*)$", PAGE, re.MULTILINE)}
    assert sorted(rows) == list(range(1, 29))
    assert [n for n, row in rows.items() if not NAME.search(row)] == []


def test_every_fault_test_of_a_promise_is_named():
    """The other way round: no file of the fault suite is left out of the page."""
    files = {path.stem for path in (ROOT / "tests" / "faults").glob("test_*.py")}
    assert {f"faults/{stem}" for stem in files} <= {file for file, _ in NAME.findall(PAGE)}


def test_no_question_set_can_hold_a_pattern():
    """What an author writes is never run as a pattern, so that none can make it hang."""
    keys = set()

    def gather(node):
        if isinstance(node, dict):
            keys.update(node.get("properties", {}))
            for inner in node.values():
                gather(inner)
        elif isinstance(node, list):
            for inner in node:
                gather(inner)

    gather(QuestionSet.model_json_schema())
    assert "hard_stop" in keys
    assert not {key for key in keys if "pattern" in key or "regex" in key or "match" in key}
