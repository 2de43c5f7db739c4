"""The schema of question sets: it agrees with what is read, in both directions."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from helpers.question_sets import small_set
from spinout_cli.authoring.set_schema import question_set_schema
from spinout_cli.question_set.model import QuestionSet

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(question_set_schema())
FILES = sorted([*(ROOT / "data").glob("*.yaml"), *(ROOT / "examples/sets").glob("*.yaml")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_sets_and_library_files_are_accepted_as_an_editor_reads_them(path):
    # An editor reads numbers and truth, but no dates: they stay text.
    text = yaml.load(path.read_text(encoding="utf-8"), Loader=WithoutDates)  # noqa: S506  (a safe loader)
    assert [error.message for error in SCHEMA.iter_errors(text)] == []


class WithoutDates(yaml.SafeLoader):
    """Reads YAML as editors do: a date is a text."""


WithoutDates.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize(
    "changes", [{"version": 1.0}, {"title": 2026}, {"minimum_coverage": 0.4}, {"id": "other"}]
)
def test_numbers_may_stand_where_texts_do(changes):
    assert SCHEMA.is_valid({**small_set(), **changes})


def groups(part, at=()):
    """Yield every group of keys in a tree, with the path to it."""
    if isinstance(part, dict):
        yield at, part
    each = part.items() if isinstance(part, dict) else enumerate(part)
    for step, inner in each:
        if isinstance(inner, dict | list):
            yield from groups(inner, (*at, step))


def changed(at, change):
    tree = deepcopy(small_set())
    part = tree
    for step in at:
        part = part[step]
    change(part)
    return tree


def mutants():
    """Yield changed sets: a key taken out, a key too many, a value of another kind."""
    for at, group in groups(small_set()):
        if "answers" in at or "when" in at or at[:1] == ("left",):
            continue  # keys there are ids, and conditions are told apart by a function
        if at[-1:] not in (("circumstances",), ("answers",), ("expect",), ("lenses",)):
            yield changed(at, lambda part: part.update({"no-such-key": "x"}))
        for key in group:
            yield changed(at, lambda part, key=key: part.pop(key))
            yield changed(at, lambda part, key=key: part.update({key: {"odd": {"odd": []}}}))
            yield changed(at, lambda part, key=key: part.update({key: [[]]}))


def read(tree):
    try:
        QuestionSet.model_validate(tree)
    except ValidationError:
        return False
    return True


def test_hundreds_of_changed_sets_are_judged_alike():
    every = [tree for tree in mutants() if "format" in tree]
    apart = [tree for tree in every if read(tree) is not SCHEMA.is_valid(tree)]
    assert len(every) > 300
    assert apart == []
