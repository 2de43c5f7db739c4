"""The Python interface hands scores to DuckDB, pandas and Spark as Arrow."""

import gzip
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import spinout_cli
from helpers.pseudo_terminal import run

EXAMPLES = Path(__file__).parents[2] / "examples"
AT = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def lines():
    with gzip.open(EXAMPLES / "invented-240.ndjson.gz", "rt", encoding="utf-8") as file:
        return file.read().splitlines()[:60]


@pytest.fixture(scope="module")
def by_command(lines, tmp_path_factory):
    came = run(
        *("score", "-", "--format", "parquet"),
        folder=tmp_path_factory.mktemp("scores"),
        stdin="\n".join(lines).encode(),
        SPINOUT_QUESTIONS="",
        SOURCE_DATE_EPOCH=str(int(AT.timestamp())),
    )
    assert came.returncode == 0, came.stderr
    return pq.read_table(io.BytesIO(came.stdout))


def test_the_table_is_the_one_that_the_command_writes(lines, by_command):
    table = spinout_cli.to_arrow(lines, at=AT)
    assert table.schema.names == by_command.schema.names
    assert table.to_pylist() == by_command.to_pylist()
    assert spinout_cli.to_arrow([]).num_rows == 0


def test_duckdb_and_pandas_take_it_as_it_is(lines):
    scores = spinout_cli.to_arrow(lines, at=AT)
    states = [spinout_cli.score(line).lenses["launch"].state for line in lines]
    query = "select launch_state, count(*) from scores group by 1"
    told = dict(duckdb.sql(query).fetchall())
    assert told == {state: states.count(state) for state in set(states)}
    assert list(scores.to_pandas()["launch_state"]) == states


def test_a_document_that_cannot_be_used_is_named_by_its_number():
    batch = pa.record_batch({"assessment_id": [7], "document": ["{"]})
    with pytest.raises(spinout_cli.SpinoutError) as caught:
        list(spinout_cli.score_batches([batch]))
    assert caught.value.where == "document 7"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Spark's own, of versions to come
def test_spark_gives_row_for_row_what_the_command_gives(lines, by_command, monkeypatch):
    from pyspark.sql import SparkSession  # noqa: PLC0415  (late: it starts Java)
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415  (as above)

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    )
    try:
        numbered = list(enumerate(lines, start=1))
        documents = spark.createDataFrame(numbered, "assessment_id long, document string")
        schema = from_arrow_schema(spinout_cli.score_schema())

        def scored(batches):
            return spinout_cli.score_batches(batches, at=AT)

        rows = documents.repartition(3).mapInArrow(scored, schema).orderBy("assessment_id")
        found = [row.asDict(recursive=True) for row in rows.collect()]
    finally:
        spark.stop()
    told = by_command.to_pylist()
    assert len(found) == len(told)
    for row, theirs in zip(found, told, strict=True):
        ours = {k: v for k, v in row.items() if not isinstance(v, datetime)}
        assert ours == {k: v for k, v in theirs.items() if not isinstance(v, datetime)}


def test_a_document_is_json():
    assert json.loads(
        json.dumps(spinout_cli.score('{"format": "spinout.answers/1", "answers": {}}').to_dict())
    )
