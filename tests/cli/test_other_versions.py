"""An answers document says on which rungs it was answered, and every command goes by that."""

import json

import pytest

from helpers.pseudo_terminal import run
from helpers.question_sets import as_yaml, small_set

ANSWERS = {"staff.vote": {"rung": "begun"}, "staff.profit": {"rung": "drafted"}}


@pytest.fixture
def versions(tmp_path):
    """Two versions of a set, and what was answered on the first as its answers document."""
    old, new = small_set(), small_set()
    for question in new["questions"]:
        if question["id"] == "staff.vote":
            rungs = question["rungs"]
            rungs[1], rungs[2] = rungs[2], rungs[1]
        if question["id"] == "staff.surplus":
            question["renamed_from"] = ["staff.profit"]
    (tmp_path / "old.yaml").write_text(
        as_yaml(old).replace("staff.surplus", "staff.profit"), "utf-8"
    )
    (tmp_path / "new.yaml").write_text(as_yaml(new), "utf-8")
    document = {"format": "spinout.answers/1", "service": {"id": "a"}, "answers": ANSWERS}
    (tmp_path / "given.json").write_text(json.dumps(document), encoding="utf-8")
    told = run(
        *("report", "given.json", "--format", "answers", "--questions", "old.yaml"), folder=tmp_path
    )
    (tmp_path / "answers.json").write_bytes(told.stdout)
    return tmp_path


def test_the_document_carries_the_rungs_of_what_was_answered(versions):
    document = json.loads((versions / "answers.json").read_text())
    assert set(document["ladders"]) == set(ANSWERS)
    assert document["ladders"]["staff.vote"].index("begun") == 1


def test_a_changed_ladder_does_not_count_and_a_renamed_question_does(versions):
    came = run("score", "answers.json", "--questions", "new.yaml", folder=versions)
    scored = json.loads(came.stdout)
    assert scored["not_counted"] == [{"id": "staff.vote", "reason": "ladder-changed"}]
    assert next(theme for theme in scored["themes"] if theme["id"] == "staff")["answered"] == 1


def test_the_same_answers_count_alike_in_a_stream_and_a_table(versions):
    stream = b" ".join([(versions / "answers.json").read_bytes()] * 2)
    came = run("score", "-", "--questions", "new.yaml", folder=versions, stdin=stream)
    for line in came.stdout.splitlines():
        assert json.loads(line)["not_counted"] == [{"id": "staff.vote", "reason": "ladder-changed"}]
    exported = run(
        *("export", "answers.json", "--to", "t", "--format", "csv", "--questions", "new.yaml"),
        folder=versions,
    )
    assert b"staff.vote: 1 answer left out" in exported.stderr
    rows = (versions / "t" / "answers.csv").read_text("utf-8-sig").splitlines()
    assert any("staff.surplus" in row and "answered" in row for row in rows)


def test_compare_calls_it_not_comparable_and_neither_better_nor_worse(versions):
    document = json.loads((versions / "answers.json").read_text())
    later = {name: value for name, value in document.items() if name != "ladders"}
    later["answers"] = {"staff.vote": {"rung": "drafted"}, "staff.surplus": {"rung": "drafted"}}
    (versions / "later.json").write_text(json.dumps(later), encoding="utf-8")
    came = run(
        *("compare", "answers.json", "later.json", "--json", "--questions", "new.yaml"),
        folder=versions,
    )
    found = json.loads(came.stdout)
    assert (found["better"], found["worse"]) == ([], [])
    assert [(e["id"], e["reason"]) for e in found["not_comparable"]] == [
        ("staff.vote", "ladder-changed")
    ]
