"""Spark in local mode counts what DuckDB counts, to the last cell."""

import pytest

from helpers.organisations import world
from helpers.table_files import LIKE, LOADED, alike, exported, stream
from spinout_cli.commonalities import pipeline

SPARK = "pyspark://local[2]"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Spark's own, of versions to come
def test_both_engines_count_alike(tmp_path):
    sheets = world(21, 150)
    sources = [
        str(exported(tmp_path / "tables", sheets[:100])),
        stream(tmp_path / "x", sheets[100:]),
    ]
    sources[1] = str((tmp_path / "x").rename(tmp_path / "x.ndjson"))
    spark = pipeline.count_sources(sources, LOADED, like=LIKE, engine=SPARK)
    duckdb = pipeline.count_sources(sources, LOADED, like=LIKE)
    assert duckdb.counted > 100
    assert alike(spark) == alike(duckdb)
