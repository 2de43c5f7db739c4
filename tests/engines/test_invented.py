"""The generator: the same every time, and the same whether by way of documents or not."""

import json

import pyarrow.parquet as pq

import invented
from spinout_cli.tables import write
from spinout_cli.tables.collect import TableCollector


def test_tables_made_at_once_are_those_of_the_documents(tmp_path):
    source = tmp_path / "many.ndjson"
    source.write_text("".join(f"{json.dumps(one)}\n" for one in invented.documents(300, seed=4)))
    (tmp_path / "exported").mkdir()
    loaded = invented.the_bank().loaded
    rows = TableCollector(loaded).rows([str(source)])
    write.write(rows, tmp_path / "exported", loaded, "parquet")
    invented.write_tables(300, tmp_path / "made", seed=4)
    for name in ("assessments", "answers"):
        ours, theirs = (
            pq.read_table(tmp_path / folder / f"{name}.parquet") for folder in ("made", "exported")
        )
        assert ours.schema.equals(theirs.schema, check_metadata=True)
        assert ours.to_pylist() == theirs.to_pylist()


def test_the_same_seed_makes_the_same_and_another_does_not():
    first, again, other = (list(invented.documents(40, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_document_says_that_it_is_invented():
    assert all("invented" in one["service"]["name"] for one in invented.documents(60))
