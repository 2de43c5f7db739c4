"""`spinout export`: writes many assessments as tables to a folder, whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

from spinout_cli import streams
from spinout_cli.errors import ExitCode, SpinoutError
from spinout_cli.question_set import loader
from spinout_cli.reading.paths import is_file, is_folder, is_there, read_text
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.platform import sync_folder
from spinout_cli.tables.collect import TableCollector
from spinout_cli.tables.columns import CAUTION
from spinout_cli.tables.rows import Rows
from spinout_cli.tables.write import README, Format, file_names, write
from spinout_cli.text import count_noun


def export(
    sources: list[str], questions: Path | None, to: Path, form: Format, *, force: bool
) -> ExitCode:
    """Write the tables of everything in these sources; return the exit code.

    Answers that cannot be used are named on stderr and left out, and the exit code is then 1.

    Raises:
        SpinoutError: nothing was written, and what was there is as it was.
    """
    loaded = loader.load(questions, force=force)
    _refuse_to_lose(to, form, force=force)
    tabulating = TableCollector(loaded)
    stale = _named_in_readme(to)
    with _put_in_place(to, stale) as folder:
        write(tabulating.rows(sources), folder, loaded, form)
        tally = tabulating.tally
        tally.tell()
        if not tally.read:
            raise SpinoutError("There are no answers that can be used, so nothing was written.")
    streams.write_stderr(
        f"{count_noun(tally.read, 'assessment')} in {sanitize(str(to))}. Only you can read it. {CAUTION}"
    )
    return ExitCode.FAILED if tally.bad else ExitCode.DONE


def _refuse_to_lose(to: Path, form: Format, *, force: bool) -> None:
    shown = sanitize(str(to))
    if is_there(to) and not is_folder(to):
        raise SpinoutError(f"{shown} is a file. Name a folder.")
    there = [name for name in file_names(form) if os.path.lexists(to / name)]
    if there and not force:
        raise SpinoutError(
            f"{sanitize(there[0])} is in {shown} already. Add --force to replace it, or name another folder."
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
            f"{sanitize(str(to))} could not be written: {error.strerror or error}. Name another folder."
        ) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
