"""A record that is given twice is counted once, and that is said."""

import json
import shutil

import pytest

from helpers.pseudo_terminal import run

RECORDS = [
    {
        "format": "spinout.answers/1",
        "service": {"id": "a"},
        "answers": {"staff.vote": {"rung": "lost"}},
    },
    {
        "format": "spinout.answers/1",
        "service": {"id": "a"},
        "answers": {"staff.vote": {"rung": "passed"}},
    },
    {"format": "spinout.answers/1", "answers": {"staff.vote": {"rung": "lost"}}},
]


@pytest.fixture
def records(tmp_path):
    text = "".join(f"{json.dumps(record)}\n" for record in RECORDS)
    (tmp_path / "many.ndjson").write_text(text, encoding="utf-8")
    return tmp_path


def assessments(folder, *sources):
    shutil.rmtree(folder / "t", ignore_errors=True)
    came = run(
        "export", *sources, "--to", "t", "--format", "csv", folder=folder, SPINOUT_QUESTIONS=""
    )
    assert came.returncode == 0
    rows = (folder / "t" / "assessments.csv").read_text("utf-8-sig").splitlines()[1:]
    return len(rows), came.stderr.decode()


def test_different_records_of_one_service_each_count(records):
    rows, words = assessments(records, "many.ndjson")
    assert rows == 3
    assert "more than once" not in words


@pytest.mark.parametrize(
    "sources", [["many.ndjson"] * 2, [".", "many.ndjson"], ["many.ndjson", "*.ndjson"]]
)
def test_the_same_file_by_several_ways_counts_once(records, sources):
    rows, words = assessments(records, *sources)
    assert rows == 3
    assert "3 records given more than once: each is counted once." in words


def test_a_copy_that_is_laid_out_otherwise_is_the_same_record(records):
    (records / "copy.json").write_text(json.dumps(RECORDS, indent=4), encoding="utf-8")
    rows, words = assessments(records, "many.ndjson", "copy.json")
    assert rows == 3
    assert "3 records given more than once" in words


def test_scores_keep_a_line_for_each_line(records):
    stream = (records / "many.ndjson").read_bytes() * 2
    came = run("score", "-", folder=records, stdin=stream, SPINOUT_QUESTIONS="")
    assert len(came.stdout.splitlines()) == 6
