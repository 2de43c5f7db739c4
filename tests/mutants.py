"""Puts small faults into a module, one at a time, and tells which of them its own tests let pass.

`nox -s mutants -- MODULE...`, or with no name every module of the list below. It works in a copy, since mutmut
writes beside what it changes. Doctests and whatever runs in a process of its own do not count.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TESTS = {
    "sanitize": ["test_sanitize.py"],
    "documents/small_groups": ["documents/test_small_groups.py"],
    "workshop/vote_statistics": ["workshop/test_vote_statistics.py"],
    "workshop/vote_parser": ["workshop/test_vote_parser.py"],
    "question_set/conditions": ["question_set/test_conditions.py"],
    "question_set/condition_index": ["question_set/test_condition_index.py"],
    "question_set/rungs": ["scoring/test_scorer.py"],
    "storage/record": ["storage/test_journal.py"],
    "storage/journal": ["storage/test_journal.py"],
    "storage/locked_file": ["storage/test_journal.py"],
    "scoring/planner": ["scoring/test_planner.py"],
    "scoring/applicability": ["scoring/test_applicability.py"],
    "scoring/scorer": ["scoring/test_scorer.py"],
    "scoring/outcomes": ["scoring/test_scorer.py"],
    "commonalities/pair_suppression": [
        "commonalities/test_pair_suppression.py",
        "commonalities/test_disclosure.py",
    ],
    "commonalities/suppression": [
        "commonalities/test_suppression.py",
        "commonalities/test_disclosure.py",
    ],
    "commonalities/disclosure": ["commonalities/test_disclosure.py"],
}
"""The modules in which a fault would fool somebody, and the tests that are theirs."""

_COPIED = ("src", "tests", "data", "examples", "docs")
_COUNTED = re.compile(r"(\d+)/(\d+)\s+🎉 (\d+) 🫥 (\d+)\s+⏰ (\d+)\s+🤔 \d+\s+🙁 (\d+)")
_WORDS = "{0} of {1} tried; {2} noticed, {4} by taking too long, {5} let pass, {3} in no test's way"
_SECONDS = 3600
"""What one module may take; what was not tried by then is said."""


def copied(module: str, folder: Path) -> None:
    """Copy the project to a folder, set up for this module."""
    for name in _COPIED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings = settings.replace(', "--doctest-modules"', "")
    tests = [f"tests/{name}" for name in TESTS[module]]
    more = (
        "[tool.mutmut]",
        'source_paths = ["src"]',
        f'only_mutate = ["src/spinout_cli/{module}.py"]',
        f"pytest_add_cli_args_test_selection = {tests!r}",
        'pytest_add_cli_args = ["-m", "not slow", "-p", "no:cacheprovider", "-p", "no:xdist"]',
        f"also_copy = {list(_COPIED[2:])!r}",
    )
    (folder / "pyproject.toml").write_text("\n".join((settings, *more, "")), encoding="utf-8")


def tried(module: str) -> str:
    """Return what came of a module: how many faults there were, and each that was let pass."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copied(module, folder)
        run = [sys.executable, "-m", "mutmut", "run", "--max-children", "1"]
        try:
            told = subprocess.run(
                run, cwd=folder, capture_output=True, text=True, check=False, timeout=_SECONDS
            )
            counted = _COUNTED.findall(told.stdout)
            lines = [f"{module}: " + (_WORDS.format(*counted[-1]) if counted else told.stdout)]
        except subprocess.TimeoutExpired:
            lines = [f"{module}: out of time"]
        results = _mutmut(folder, "results")
        for line in results.splitlines():
            mutant, _, outcome = line.strip().partition(": ")
            lines.append(f"\n{mutant}: {outcome}")
            lines += [
                changed
                for changed in _mutmut(folder, "show", mutant).splitlines()
                if changed.startswith(("- ", "+ "))
            ]
    return "\n".join(lines)


def _mutmut(folder: Path, *words: str) -> str:
    run = [sys.executable, "-m", "mutmut", *words]
    return subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    for wanted in sys.argv[1:] or TESTS:
        print(tried(wanted), flush=True)  # noqa: T201  (its result)
