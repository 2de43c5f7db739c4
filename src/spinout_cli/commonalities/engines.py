"""The query engines, DuckDB in process or Spark: how they start and what they may read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import ibis
from ibis.common.exceptions import IbisError
from ibis.expr.types import Table

from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.sanitize import sanitize

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SPARK = "pyspark://"
_FAULTS = (OSError, ValueError, IbisError)
_MEMORY = "3GB"
"""The most that DuckDB keeps in memory before it uses the disk."""


class Engine(NamedTuple):
    """An engine as Ibis speaks to it, and the errors that are its own."""

    connection: Any
    faults: tuple[type[Exception], ...]


@contextmanager
def opened(url: str | None, folders: Sequence[Path], scratch: Path) -> Iterator[Engine]:
    """Give an engine that can read these folders, and end it.

    Args:
        url: `pyspark://MASTER`, such as `pyspark://local[2]`; DuckDB in this process otherwise.
        folders: what it may read. DuckDB can reach nothing else: no other file, no network.
        scratch: a folder of our own for what does not fit in memory.

    Raises:
        UsageError: there is no such engine.
        SpinoutError: it is not installed, or does not start; the message says what to do.
    """
    if url in (None, "duckdb", "duckdb://"):
        connection = _duckdb(folders, scratch)
        try:
            yield Engine(connection, (duckdb.Error, *_FAULTS))
        finally:
            connection.disconnect()
    elif url.startswith(SPARK):
        session, faults = _spark(url.removeprefix(SPARK), scratch)
        try:
            yield Engine(ibis.pyspark.connect(session), (*faults, *_FAULTS))
        finally:
            session.stop()
    else:
        raise UsageError(
            f"There is no engine '{sanitize(url)[:64]}'. Leave --engine out, or name a Spark: "
            "--engine 'pyspark://local[2]'"
        )


def rows(table: Table) -> list[dict[str, Any]]:
    """Return what an expression finds; run by the engine that its tables are in.

    Ibis would load pandas to hand over what DuckDB found, which takes as long as a census of thousands.
    """
    engine = table.get_backend()
    if engine.name != "duckdb":
        found: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
        return found
    result = engine.con.execute(engine.compile(table))
    return [dict(zip(table.columns, row, strict=True)) for row in result.fetchall()]


def _duckdb(folders: Sequence[Path], scratch: Path) -> Any:  # noqa: ANN401  (ibis has no types)
    engine = ibis.duckdb.connect(memory_limit=_MEMORY, temp_directory=str(scratch))
    reach = ", ".join(_quoted(f"{folder.absolute()}/") for folder in folders)
    engine.raw_sql(f"SET allowed_directories = [{reach}]")
    engine.raw_sql("SET enable_external_access = false")
    engine.raw_sql("SET lock_configuration = true")
    return engine


def _quoted(text: str) -> str:
    return "'{}'".format(text.replace("'", "''"))


def _spark(master: str, scratch: Path) -> "tuple[SparkSession, tuple[type[Exception], ...]]":
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415  (an extra of its own, and heavy)
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ModuleNotFoundError:
        raise SpinoutError(
            "Spark is not installed. Install it with   pip install 'spinout-cli[spark]'   "
            "It also needs Java 17."
        ) from None
    settings = {
        "spark.app.name": "spinout",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.local.dir": str(scratch),
    }
    if master.startswith("local"):
        settings["spark.sql.shuffle.partitions"] = "4"  # 200 is meant for a cluster
    try:
        builder = SparkSession.builder
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = (builder.master(master) if master else builder).getOrCreate()
    except PySparkException as error:
        raise SpinoutError(
            f"Spark did not start: {sanitize(str(error))[:200]} It needs Java 17, and a master that can "
            "be reached."
        ) from None
    return session, (PySparkException,)
