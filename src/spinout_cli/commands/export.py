"""`spinout export`: many assessments as tidy tables in a folder, whole or not at all."""

import csv
import io
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Literal, Protocol, get_args

from spinout_cli import streams
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.phrases import counted
from spinout_cli.question_set import loader
from spinout_cli.reading.answer_files import is_file, is_folder, is_there, read_text
from spinout_cli.reading.sources import refuse_emptiness
from spinout_cli.reports.summary.csv import cell
from spinout_cli.sanitize import clean
from spinout_cli.storage.platform import create_file, sync, sync_folder
from spinout_cli.tables.collect import Tabulating
from spinout_cli.tables.columns import CAUTION, Row, Rows, Table, tables
from spinout_cli.tables.columns import scores as scores_table

Format = Literal["parquet", "csv"]
BATCH = 2048
"""How many assessments are held in memory, and make one group of rows."""

README = "README.txt"
_MARK = "\ufeff"
"""By which Excel knows UTF-8; programs pass over it."""


class _Writer(Protocol):
    def rows(self, rows: Sequence[Row]) -> None: ...
    def close(self) -> None: ...


def export(
    sources: list[str], questions: Path | None, to: Path, form: Format, *, force: bool
) -> int:
    """Write the tables of everything in these sources; return the exit code.

    Answers that cannot be used are named on stderr and left out, and the exit code is then 1.

    Raises:
        SpinoutError: nothing was written, and what was there is as it was.
    """
    loaded = loader.load(questions)
    _refuse_to_lose(to, form, force=force)
    tabulating = Tabulating(loaded)
    stale = _named_in_readme(to)
    with _put_in_place(to, stale) as folder:
        write(tabulating.rows(sources), folder, loaded, form)
        tally = tabulating.tally
        tally.tell()
        if not tally.read:
            raise SpinoutError("There are no answers that can be used, so nothing was written.")
    streams.tell(
        f"{counted(tally.read, 'assessment')} in {clean(str(to))}. Only you can read it. {CAUTION}"
    )
    return 1 if tally.bad else 0


def scores(
    sources: list[str], questions: Path | None, fail_on: str | None, workers: int | None
) -> int:
    """Score every source and write one Parquet table to stdout, once it is whole; return the exit code.

    Raises:
        UsageError: stdout is a terminal.
        SpinoutError: there is nothing to write, or it could not be written.
    """
    if sys.stdout is not None and sys.stdout.isatty():
        raise UsageError(
            "Parquet cannot be shown on a terminal: spinout score ... --format parquet > scored.parquet"
        )
    loaded = loader.load(questions)
    tabulating = Tabulating(loaded, fail_on)
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
    return 1 if tabulating.tally.bad else 3 if tabulating.tally.matched else 0


def write(rows: Iterator[Rows], folder: Path, loaded: loader.Loaded, form: Format) -> None:
    """Write tables and what they are into a folder that has none of them."""
    made = tables(loaded.set)
    with ExitStack() as files:
        writers: list[_Writer] = []
        for table in made:
            file = files.enter_context(_file(folder / f"{table.name}.{form}"))
            writers.append(_writer(file, table, loaded, form))
            # Before its file, whatever happens: Arrow complains aloud of a file that is gone.
            files.callback(writers[-1].close)
        for batch in _batches(rows):
            for writer, part in zip(writers, batch, strict=True):
                writer.rows(part)
        files.enter_context(_file(folder / README)).write(_readme(made, loaded, form).encode())


def _batches(rows: Iterator[Rows]) -> Iterator[Rows]:
    """Put the rows of many assessments together."""
    batch, held = Rows([], [], []), 0
    for one in rows:
        for whole, part in zip(batch, one, strict=True):
            whole.extend(part)
        held += 1
        if held == BATCH:
            yield batch
            batch, held = Rows([], [], []), 0
    if held:
        yield batch


@contextmanager
def _file(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner can read, and see it on the disk."""
    with os.fdopen(create_file(path), "wb") as file:
        yield file
        file.flush()
        sync(file.fileno())


def _writer(file: IO[bytes], table: Table, loaded: loader.Loaded, form: Format) -> _Writer:
    if form == "csv":
        return _Csv(file, table)
    writer: _Writer = needed().Writer(file, table, loaded)
    return writer


def needed() -> Any:  # noqa: ANN401  (a module)
    """Return the module that knows Parquet.

    Raises:
        SpinoutError: the packages that it needs are not installed; the message says how to get them.
    """
    try:
        from spinout_cli.tables import parquet  # noqa: PLC0415  (an extra, and slow to start)
    except ModuleNotFoundError as missing:
        if missing.name not in ("pyarrow", "pyarrow.parquet"):
            raise
        raise SpinoutError(
            "Parquet needs more packages. Install them with   pip install "
            "'spinout-cli[commonalities]'   or use --format csv, which needs none."
        ) from None
    return parquet


class _Csv:
    """Writes one table as CSV: a list of ids has a space between them, an empty cell is empty."""

    def __init__(self, file: IO[bytes], table: Table) -> None:
        self._file = file
        file.write(_MARK.encode())
        self.rows([tuple(column.name for column in table.columns)])

    def rows(self, rows: Sequence[Row]) -> None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([_cell(value) for value in row] for row in rows)
        self._file.write(text.getvalue().encode())

    def close(self) -> None:
        """Nothing stands at the end."""


def _cell(value: Any) -> str | int:  # noqa: ANN401  (what a row can hold)
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return cell(value, raw=False)
        case list():
            return " ".join(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return repr(value)


def _readme(made: Sequence[Table], loaded: loader.Loaded, form: Format) -> str:
    """Say what lies beside this, and what it is not for."""
    about = f"{loaded.set.id}, version {loaded.set.version}, SHA-256 {loaded.digest}"
    parts = [CAUTION, f"Scored with the question set {about}."]
    for table in made:
        lines = [f"  {column.name}: {column.says}" for column in table.columns]
        parts.append("\n".join([f"{table.name}.{form}: each row is {table.row}.", *lines]))
    return "\n\n".join(parts) + "\n"


def _names(form: Format) -> list[str]:
    return [*(f"{name}.{form}" for name in Rows._fields), README]


def _refuse_to_lose(to: Path, form: Format, *, force: bool) -> None:
    shown = clean(str(to))
    if is_there(to) and not is_folder(to):
        raise SpinoutError(f"{shown} is a file. Name a folder.")
    there = [name for name in _names(form) if os.path.lexists(to / name)]
    if there and not force:
        raise SpinoutError(
            f"{clean(there[0])} is in {shown} already. Add --force to replace it, or name another folder."
        )


def _named_in_readme(to: Path) -> list[str]:
    """Return the tables that an earlier export into this folder says are its own."""
    forms: tuple[Format, ...] = get_args(Format)
    if not is_file(to / README):
        return []
    try:
        said = read_text(to / README)
    except SpinoutError:
        return []  # whatever it is, exporting did not write it
    ours = [f"{name}.{form}" for name in Rows._fields for form in forms]
    return [name for name in ours if said.startswith(CAUTION) and f"\n{name}: each row is" in said]


@contextmanager
def _put_in_place(to: Path, stale: list[str]) -> Iterator[Path]:
    """Give a new folder to write in; once all is well, what is in it takes its place.

    Args:
        to: the folder that is asked for.
        stale: what of an earlier export must not stay beside the new one.

    Raises:
        SpinoutError: it could not be written; what was there is as it was.
    """
    there = is_folder(to)
    staging = (to if there else to.parent) / f".spinout-{os.urandom(8).hex()}.tmp"
    try:
        staging.mkdir(0o700)
        yield staging
        if there:
            made = sorted(staging.iterdir())
            for path in made:
                path.replace(to / path.name)
            for name in {*stale}.difference(path.name for path in made):
                (to / name).unlink(missing_ok=True)
            staging.rmdir()
            sync_folder(to)
        else:
            sync_folder(staging)
            staging.rename(to)
            sync_folder(to.parent)
    except OSError as error:
        raise SpinoutError(
            f"{clean(str(to))} could not be written: {error.strerror or error}. Name another folder."
        ) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
