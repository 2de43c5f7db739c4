"""Writes tables as Parquet or CSV, with a README beside them."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal, Protocol

from spinout_cli.errors import SpinoutError
from spinout_cli.question_set import loader
from spinout_cli.storage.platform import create_file, sync
from spinout_cli.tables.columns import CAUTION, Row, Table, tables
from spinout_cli.tables.rows import Rows
from spinout_cli.text import spreadsheet_safe

Format = Literal["parquet", "csv"]


BATCH = 2048
"""How many assessments are held in memory, and make one group of rows."""


README = "README.txt"


_MARK = "\ufeff"
"""By which Excel knows UTF-8; programs pass over it."""


class _Writer(Protocol):
    def rows(self, rows: Sequence[Row]) -> None: ...
    def close(self) -> None: ...


def write(rows: Iterator[Rows], folder: Path, loaded: loader.LoadedSet, form: Format) -> None:
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


def _writer(file: IO[bytes], table: Table, loaded: loader.LoadedSet, form: Format) -> _Writer:
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
            return spreadsheet_safe(value, raw=False)
        case list():
            return " ".join(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return repr(value)


def _readme(made: Sequence[Table], loaded: loader.LoadedSet, form: Format) -> str:
    """Say what lies beside this, and what it is not for."""
    about = f"{loaded.set.id}, version {loaded.set.version}, SHA-256 {loaded.digest}"
    parts = [CAUTION, f"Scored with the question set {about}."]
    for table in made:
        lines = [f"  {column.name}: {column.says}" for column in table.columns]
        parts.append("\n".join([f"{table.name}.{form}: each row is {table.row}.", *lines]))
    return "\n\n".join(parts) + "\n"


def file_names(form: Format) -> list[str]:
    """Return the names of the files that are written in this format."""
    return [*(f"{name}.{form}" for name in Rows._fields), README]
