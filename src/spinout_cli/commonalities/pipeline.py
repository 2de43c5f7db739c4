"""The pipeline from files to exact counts: tables are made, checked and counted."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from spinout_cli.commonalities import engines
from spinout_cli.commonalities.counting import count
from spinout_cli.commonalities.counts import UNUSABLE, ExactCounts
from spinout_cli.commonalities.load_tables import FILES, TableLoader, is_tables
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set.loader import LoadedSet
from spinout_cli.reading.sources import STDIN, found
from spinout_cli.tables.collect import TableCollector


def count_sources(
    sources: list[str],
    loaded: LoadedSet,
    *,
    like: Mapping[str, Any] | None = None,
    engine: str | None = None,
) -> ExactCounts:
    """Count what is in these sources.

    Args:
        sources: what `sources.raw_records` takes, and folders that `spinout export` wrote as Parquet.
        loaded: the question set that everything is counted by.
        like: the circumstances that count of an organisation to compare with, by id.
        engine: where to count; see `engines.opened`.

    What cannot be used is named on stderr, counted and left out; the rest is used.

    Raises:
        SpinoutError: nothing can be used, or the engine cannot be; the message says why.
    """
    folders = [Path(source) for source in sources if is_tables(source)]
    others = [source for source in sources if not is_tables(source)]
    read = TableCollector(loaded)
    with TemporaryDirectory(prefix="spinout-") as name:
        scratch = Path(name)
        if others:
            folders.append(_tabulated(others, read, scratch))
        with engines.opened(engine, folders, scratch) as connected:
            taken = TableLoader(connected, loaded, read.tally).take(folders)
            read.tally.tell()
            if taken is None:
                raise SpinoutError("There is nothing to count: none of these could be used.")
            told = count(taken.assessments, taken.answers, loaded.set, like)
    bad = {UNUSABLE: read.tally.bad} if read.tally.bad else {}
    return replace(told, left_out={**told.left_out, **bad})


def input_files(sources: list[str]) -> Iterator[Path]:
    """Yield the files that `tally` reads of these sources."""
    for source in sources:
        if is_tables(source):
            yield from (Path(source) / name for name in FILES)
        elif source != STDIN:
            yield from found(source)


def _tabulated(sources: list[str], read: TableCollector, scratch: Path) -> Path:
    """Lay answers out as tables in a folder that only we can read, and that goes when we go."""
    from spinout_cli.tables import write  # noqa: PLC0415  (late: tables are there already, mostly)

    folder = scratch / "tables"
    folder.mkdir(0o700)
    write.write(read.rows(sources), folder, read.loaded, "parquet")
    return folder
