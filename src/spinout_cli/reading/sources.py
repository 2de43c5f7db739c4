"""Input sources: files, folders, patterns and streams, compressed or not, record by record."""

import glob
import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from spinout_cli import streams
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.errors import SpinoutError
from spinout_cli.reading.answer_files import read_answer_file, read_sheet
from spinout_cli.reading.compression import DAMAGED, unpacked
from spinout_cli.reading.json_stream import documents
from spinout_cli.reading.paths import SIZE_LIMIT, is_folder, is_there, piped
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import ENDING, looks_like_journal
from spinout_cli.text import count_noun, shell_quote

LINE_LIMIT = SIZE_LIMIT
_PACKED = (".gz", ".zst")
_LINES = (".ndjson", ".jsonl")
_ENDINGS = (*_LINES, ".json", ENDING)
STDIN = "-"
_PATIENCE = 0.05
"""Seconds after which a stream that brings nothing is taken to be waiting for somebody."""


class RecordSource(NamedTuple):
    """The file that a record came from, and the line where it begins; no line where it is the whole file."""

    file: str
    line: int | None


class RawRecord(NamedTuple):
    """One record as it came: a line, a file, or why there is none."""

    where: str
    line: bytes | None = None
    path: Path | None = None
    problem: str = ""
    source: RecordSource | None = None


class ReadRecord(NamedTuple):
    """One of many: where it stands, and its answers or what is wrong with them."""

    where: str
    sheet: AnswerSheet | None = None
    problem: str = ""
    source: RecordSource | None = None
    questions: dict[str, Any] | None = None
    """The questions that were answered, where the file holds them."""


def raw_records(sources: list[str]) -> Iterator[RawRecord]:
    """Yield every record of every source in order, unread.

    Args:
        sources: files, patterns such as `returns/**/*.json`, folders (every .json, .ndjson and
            session in them, by name), or `-` for lines of JSON on stdin; gzip and zstd are unpacked.
    """
    for source in sources:
        if source == STDIN:
            yield from _unpacked_lines(piped(), "stdin")
        else:
            _tell_hidden(Path(source))
            for path in found(source):
                if holds_lines(path):
                    yield from _stream(path)
                else:
                    where = sanitize(str(path))
                    yield RawRecord(where, path=path, source=RecordSource(where, None))


def refuse_emptiness(sources: list[str]) -> None:
    """Say that there is nothing in folders, where nothing was found in all of these sources.

    Raises:
        SpinoutError: there is a folder among them. A stream or a file of lines may well be empty.
    """
    folders = [source for source in sources if is_folder(Path(source))]
    if folders:
        inside = shell_quote(sanitize(str(Path(folders[0]) / "**" / "*.json")))
        raise SpinoutError(
            f"There are no answers in {sanitize(', '.join(folders))}. "
            f"For those in folders inside it, give the pattern {inside}"
        )


def holds_lines(path: Path) -> bool:
    """Tell whether a file can hold several records: by its name, or since it begins with a bracket."""
    return _ending(path) in _LINES or _holds_array(path)


def _holds_array(path: Path) -> bool:
    try:
        if not path.is_file():  # a pipe can be read once
            return False
        with path.open("rb") as file:
            return unpacked(file).read(64).lstrip()[:1] == b"["
    except (*DAMAGED, SpinoutError, OSError, ValueError):
        return False  # whoever reads it says why


def can_wait(sources: list[str]) -> bool:
    """Tell whether stdin is among the sources, and is no file: somebody may be behind it."""
    if STDIN not in sources or sys.platform == "win32":
        return False
    return not stat.S_ISREG(os.fstat(piped().fileno()).st_mode)


def waits() -> bool:
    """Tell whether stdin has brought nothing for a moment."""
    return not select.select([piped()], [], [], _PATIENCE)[0]


def read_record(raw: RawRecord) -> ReadRecord:
    """Return the answers in a record, or what is wrong with it."""
    try:
        if raw.line is not None:
            sheet = read_sheet(raw.line, raw.where)
            return ReadRecord(raw.where, sheet, source=raw.source)
        if raw.path is not None:
            return _document(raw.path, raw.where)._replace(source=raw.source)
    except SpinoutError as problem:
        return ReadRecord(raw.where, problem=str(problem))
    return ReadRecord(raw.where, problem=raw.problem)


def _document(path: Path, where: str) -> ReadRecord:
    if not _is_packed(path):
        given = read_answer_file(path)
        return ReadRecord(where, given.sheet, questions=given.questions)
    try:
        with path.open("rb") as file:
            data = unpacked(file).read(SIZE_LIMIT + 1)
    except SpinoutError as problem:
        raise SpinoutError(f"{where}: {problem}") from None
    except DAMAGED as error:
        raise SpinoutError(_unreadable(where, error)) from None
    if len(data) > SIZE_LIMIT:
        raise SpinoutError(
            f"{where} holds more than {SIZE_LIMIT >> 20} MiB: too much for one document."
        )
    if looks_like_journal(data[:64]):
        raise SpinoutError(f"{where} is a packed session. Unpack it first.")
    return ReadRecord(where, read_sheet(data, where))


def _ending(path: Path) -> str:
    """Return the ending of a file's name in small letters, without one that says how it is packed."""
    return (Path(path.stem) if _is_packed(path) else path).suffix.lower()


def _is_packed(path: Path) -> bool:
    return path.suffix.lower() in _PACKED


def found(source: str) -> Iterator[Path]:
    """Yield the files that a source names: itself, what is in the folder, or what the pattern fits."""
    path = Path(source)
    if not glob.has_magic(source) or is_there(path):
        yield from _inside(path)
        return
    fitting = sorted(glob.glob(source, recursive=True))  # noqa: PTH207  (absolute patterns too)
    for name in fitting:
        yield from _inside(Path(name))
    if not fitting:
        yield path  # which then is told not to be there


def _inside(path: Path) -> list[Path]:
    """The files of a folder that can hold answers, or the file itself."""
    try:
        if path.is_dir():
            return sorted(inner for inner in _holding_answers(path) if not _is_hidden(inner))
    except (OSError, ValueError):
        pass  # whoever opens it is told why
    return [path]


def _holding_answers(folder: Path) -> Iterator[Path]:
    return (inner for inner in folder.iterdir() if _ending(inner) in _ENDINGS)


def _is_hidden(path: Path) -> bool:
    """Tell whether this is a hidden file, as editors and macOS lay beside those that somebody wrote."""
    return path.name.startswith(".")


def _tell_hidden(folder: Path) -> None:
    """Count on stderr the hidden files of a folder that are passed over."""
    with suppress(OSError, ValueError):
        if hidden := sum(map(_is_hidden, _holding_answers(folder))):
            files = count_noun(hidden, "hidden file")
            streams.write_stderr(f"{sanitize(str(folder))}: {files} passed over.")


def _stream(path: Path) -> Iterator[RawRecord]:
    where = sanitize(str(path))
    try:
        with path.open("rb") as file:
            yield from _unpacked_lines(file, where)
    except (OSError, ValueError) as error:
        yield RawRecord(where, problem=_unreadable(where, error))


def _unpacked_lines(file: BinaryIO, name: str) -> Iterator[RawRecord]:
    number = 0
    try:
        for number, line in documents(_lines(unpacked(file)), LINE_LIMIT):
            where = f"{name}:{number}"
            if line is None:
                limit = f"longer than {LINE_LIMIT >> 20} MiB"
                yield RawRecord(where, problem=f"{where}: this line is {limit}.")
            else:
                yield RawRecord(where, line, source=RecordSource(name, number))
    except SpinoutError as problem:
        yield RawRecord(name, problem=f"{name}: {problem}")
    except DAMAGED as error:
        yield RawRecord(
            name, problem=f"{_unreadable(name, error)} It was read up to line {number}."
        )


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield every line that has something on it with its number; None for one that is too long."""
    number = 0
    while line := file.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT:
            while line and not line.endswith(b"\n"):  # passed over, never held
                line = file.readline(LINE_LIMIT)
            yield number, None
        elif line.strip():
            yield number, line.rstrip(b"\r\n")


def _unreadable(where: str, error: Exception) -> str:
    if isinstance(error, EOFError):
        return f"{where} cannot be read: it is packed, and ends too soon."
    reason = getattr(error, "strerror", None) or "it is damaged, or its name cannot be used"
    return f"{where} cannot be read: {reason}."
