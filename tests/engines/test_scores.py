"""`spinout score --format parquet`: a year's scoring as one table."""

import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from helpers.pseudo_terminal import Terminal, run
from spinout_cli.question_set import loader
from spinout_cli.tables import columns

EXAMPLES = Path(__file__).parents[2] / "examples"
DOCUMENTS = tuple(str(EXAMPLES / f"bryn-library-service{name}.json") for name in ("", "-later"))


def score(folder, *arguments, **more):
    return run("score", *arguments, folder=folder, SPINOUT_QUESTIONS="", **more)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scores")
    came = score(folder, *DOCUMENTS, "--format", "parquet")
    assert came.returncode == 0, came.stderr
    lines = score(folder, *DOCUMENTS).stdout.splitlines()
    return pq.read_table(io.BytesIO(came.stdout)), [json.loads(line) for line in lines]


def test_a_row_says_what_a_line_says(both):
    table, documents = both
    for row, document in zip(table.to_pylist(), documents, strict=True):
        for name in ("roadblocks", "enablers", "find_out"):
            assert row[name] == [each["id"] for each in document[name]]
        assert row["rules_found"] == [each["id"] for each in document["findings"]]
        assert row["launch_state"] == document["lenses"]["launch"]["state"]
        for theme in document["themes"]:
            for what in ("score", "low", "high"):
                assert row[f"{what}_{theme['id']}"] == theme[what]


def test_it_has_the_columns_that_are_documented_and_the_mark(both):
    table, _ = both
    assert table.column_names == [c.name for c in columns.scores(loader.load().set).columns]
    assert table.schema.metadata[b"spinout.caution"].decode() == columns.CAUTION


def test_what_is_broken_is_left_out_and_named(tmp_path):
    good = Path(DOCUMENTS[0]).read_text("utf-8").replace("\n", " ")
    came = score(tmp_path, "-", "--format", "parquet", stdin=f"{good}\n{{\n{good}\n".encode())
    assert came.returncode == 1
    assert b"stdin:2:" in came.stderr
    table = pq.read_table(io.BytesIO(came.stdout))
    assert table["assessment_id"].to_pylist() == [1, 2]
    assert "Bryn" not in came.stdout.decode("latin-1")


def test_fail_on_has_its_code(tmp_path):
    came = score(tmp_path, *DOCUMENTS, "--format", "parquet", "--fail-on", "stopped")
    assert came.returncode == 3
    assert pq.read_table(io.BytesIO(came.stdout)).num_rows == 2


def test_it_is_not_shown_on_a_terminal(tmp_path):
    with Terminal("score", DOCUMENTS[0], "--format", "parquet", folder=tmp_path) as terminal:
        terminal.wait_for("cannot be shown on a terminal")
        assert terminal.end() == 2


def test_the_same_table_comes_out_whatever_the_number_of_workers(tmp_path):
    good = Path(DOCUMENTS[0]).read_text("utf-8").replace("\n", " ")
    many = f"{good}\n" * 150 + "{\n" + f"{good}\n" * 150
    ways = [["--workers", "1"], ["--workers", "2"], []]
    came = [
        score(
            tmp_path, "-", "--format", "parquet", *way, stdin=many.encode(), SOURCE_DATE_EPOCH="0"
        )
        for way in ways
    ]
    table = pq.read_table(io.BytesIO(came[0].stdout))
    assert table["assessment_id"].to_pylist() == list(range(1, 301))
    for each in came:
        assert (each.returncode, each.stdout, each.stderr) == (1, came[0].stdout, came[0].stderr)
        assert b"stdin:151:" in each.stderr
