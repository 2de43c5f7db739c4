"""`spinout score --to`: scores as a Parquet file."""

import sys
from pathlib import Path
from tempfile import TemporaryFile

from spinout_cli import streams
from spinout_cli.errors import ExitCode, UsageError
from spinout_cli.question_set import loader
from spinout_cli.reading.sources import refuse_emptiness
from spinout_cli.tables.collect import TableCollector
from spinout_cli.tables.columns import scores as scores_table
from spinout_cli.tables.write import BATCH, needed


def scores(
    sources: list[str],
    questions: Path | None,
    fail_on: str | None,
    workers: int | None,
    *,
    force: bool = False,
) -> ExitCode:
    """Score every source and write one Parquet table to stdout, once it is whole; return the exit code.

    Raises:
        UsageError: stdout is a terminal.
        SpinoutError: there is nothing to write, or it could not be written.
    """
    if sys.stdout is not None and sys.stdout.isatty():
        raise UsageError(
            "Parquet cannot be shown on a terminal: spinout score ... --format parquet > scored.parquet"
        )
    loaded = loader.load(questions, force=force)
    tabulating = TableCollector(loaded, fail_on)
    with TemporaryFile() as file:
        writer, held = needed().Writer(file, scores_table(loaded.set), loaded), []
        for row in tabulating.scores(sources, workers):
            held.append(row)
            if len(held) == BATCH:
                writer.rows(held)
                held = []
        if held:
            writer.rows(held)
        writer.close()
        if not tabulating.tally.read + tabulating.tally.bad:
            refuse_emptiness(sources)
        tabulating.tally.tell()
        file.seek(0)
        while part := file.read(1 << 20):
            streams.write_bytes(part)
    if tabulating.tally.bad:
        return ExitCode.FAILED
    return ExitCode.MATCHED if tabulating.tally.matched else ExitCode.DONE
