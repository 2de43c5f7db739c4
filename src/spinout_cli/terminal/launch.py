"""Launches a session on a terminal: chooses the screens, checks folders, handles the way out."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import NoReturn, TextIO

from spinout_cli import streams
from spinout_cli.errors import ExitCode, NotSaved, SpinoutError
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import JournalLost
from spinout_cli.storage.platform import create_file
from spinout_cli.terminal import summary as summary_module
from spinout_cli.terminal.runner import ScreenDriver, SessionRunner
from spinout_cli.terminal.tty import Terminated


def print_if_redirected(face: ScreenDriver, words: str) -> None:
    """Say on the terminal what otherwise only a redirected stderr would be told."""
    if sys.stderr is None or not sys.stderr.isatty():
        with suppress(OSError):
            face.say(words)


def refuse_what_takes_no_files(folder: Path, command: str) -> None:
    """Refuse to ask anything where nothing could be saved."""
    if is_writable(folder):
        return
    where = "this folder"  # which may have been removed, and has no name then
    with suppress(OSError):
        where = sanitize(str(folder.absolute()))
    raise SpinoutError(
        f"Nothing can be saved in {where}. Go to a folder of your own, or name a file: "
        f"spinout {command} FILE"
    )


def is_writable(folder: Path) -> bool:
    """Tell whether a file can be made in a folder, by making one: permissions alone do not tell."""
    return takes(folder / f".spinout-{token_hex(8)}.tmp")


def takes(trial: Path) -> bool:
    """Tell whether a file that is not there yet can be made, by making it and taking it away."""
    try:
        os.close(create_file(trial))
        trial.unlink()
    except OSError:
        return False
    return True


def face(out: TextIO, *, plain: bool, colour: bool) -> ScreenDriver:
    """Return what shows screens: drawn, or line by line."""
    if plain:
        from spinout_cli.terminal.plain import PlainScreens  # noqa: PLC0415

        return PlainScreens(out, summary_module.plain_summary)
    from spinout_cli.terminal.drawn import DrawnScreens  # noqa: PLC0415  (half of the start-up time)

    return DrawnScreens(
        out,
        lambda summary, where: summary_module.draw_summary(summary, where, colour=colour),
        colour=colour,
    )


def run(
    runner: SessionRunner,
    face: ScreenDriver,
    welcome: Callable[[], str],
    kept: Callable[[str], str],
) -> None:
    """Run a session; an interruption says what was saved and how to go on."""
    try:
        _sit(runner, face, welcome, kept)
    except JournalLost as lost:
        raise NotSaved(runner.told(lost)) from lost


def _sit(
    runner: SessionRunner,
    face: ScreenDriver,
    welcome: Callable[[], str],
    kept: Callable[[str], str],
) -> None:
    try:
        face.say(welcome())
        runner.run()
    except (KeyboardInterrupt, EOFError):
        leave(face, kept, ExitCode.INTERRUPTED)
    except Terminated as told:
        leave(face, kept, told.code)
    except OSError:  # the terminal has gone
        leave(face, kept, ExitCode.HUNG_UP)


def leave(face: ScreenDriver, kept: Callable[[str], str], code: int | str | None) -> NoReturn:
    """Say what was kept, and exit with this code."""
    with suppress(OSError):  # perhaps nobody is left to read it
        face.say(kept(face.half_typed))
    streams.flush()
    raise SystemExit(code)
