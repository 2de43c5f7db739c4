"""The queries that docs/tables.md shows run against the example, and find something."""

import gzip
import re
from pathlib import Path

import duckdb
import pytest

from spinout_cli.question_set import loader
from spinout_cli.tables import write
from spinout_cli.tables.collect import TableCollector

ROOT = Path(__file__).parents[2]
QUERIES = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/tables.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("tables")
    source = made / "many.ndjson"
    source.write_bytes(gzip.decompress((ROOT / "examples/invented-240.ndjson.gz").read_bytes()))
    loaded = loader.load()
    reading = TableCollector(loaded)
    write.write(reading.rows([str(source)]), made, loaded, "parquet")
    assert (reading.tally.read, reading.tally.bad) == (260, 0)
    return made


def test_there_are_five():
    assert len(QUERIES) == 5


@pytest.mark.parametrize("number", range(5))
def test_each_finds_something(folder, monkeypatch, number):
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        found = connection.execute(QUERIES[number]).fetchall()
    assert len(found) >= 5
    assert all(None not in row for row in found)


def test_what_was_planted_to_move_stands_first(folder, monkeypatch):
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        name, better, worse, _ = connection.execute(QUERIES[4]).fetchall()[0]
    assert name == "finance.downside"
    assert better > worse
