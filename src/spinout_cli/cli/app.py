"""The Typer application: every command by its name, errors and their exit codes."""

import errno
import gc
import io
import os
import sys
from typing import Annotated, NoReturn, cast

import typer

from spinout_cli import __version__
from spinout_cli.cli import (
    assess,
    commonalities,
    compare,
    delegate,
    explain,
    export,
    gather,
    purge,
    questions,
    recover,
    report,
    score,
    workshop,
)
from spinout_cli.cli.options import Plain, help_alone
from spinout_cli.errors import ExitCode, SpinoutError

EXAMPLES = """What stands in the way of spinning a public service out, and what helps.

\b
Using a screen reader? Add --plain, or set SPINOUT_PLAIN=1.

\b
  spinout assess                          answer the questions; stop whenever you like
  spinout assess bryn-libraries.spinout   go on where you stopped
  spinout assess --depth quick            only what can stop a spin-out: ten minutes
  spinout workshop                        with a group: vote unseen, look, talk, agree
  spinout report bryn-libraries.spinout   the summary again
  spinout explain bryn-libraries.spinout  why it says so, and what would change it
  spinout compare before.spinout after.spinout
  spinout score answers.json | jq .roadblocks
  spinout commonalities returns --by nation,sector
  spinout questions list --json           everything that is asked, for programs
"""

_REPLACED = {
    "Value error, ": "",
    "Input should be a valid boolean, unable to interpret input": "write 1 or 0",
}
"""Wording that typer takes from pydantic, and the wording to show instead."""

_PRINTED_BY_TYPER = {"-h", "--help", "--show-completion"}
"""Options whose result typer writes, which passes a closed stdout over."""

_WRITE_ERRORS = {errno.EFBIG, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EAGAIN}
"""Why a stream may not take what is written."""

app = typer.Typer(
    name="spinout",
    help=EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for command in (
    assess.assess,
    workshop.workshop,
    score.score,
    report.report,
    recover.recover,
    purge.purge,
    explain.explain,
    compare.compare,
    commonalities.commonalities,
    export.export,
    delegate.delegate,
    gather.gather,
):
    app.command()(command)
app.add_typer(questions.app, name="questions")


def _tell_version(wanted: bool) -> None:  # noqa: FBT001  (as typer calls it)
    if wanted:
        from spinout_cli import streams

        streams.write(f"spinout {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def spinout(
    ctx: typer.Context,
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version."),
    ] = False,
    _plain: Plain = False,
) -> None:
    """What stands in the way of spinning a public service out, and what helps."""
    help_alone(ctx)


def main() -> NoReturn:
    """Run the command line and exit with the code that was promised."""
    _prepare_streams()
    _forget_impossible_sizes()
    if sys.stdout is None and not _PRINTED_BY_TYPER.isdisjoint(sys.argv[1:]):
        _quit("The result could not be written: stdout is closed.", ExitCode.FAILED)
    try:
        sys.argv[1:] = map(_as_spelt_on_disk, sys.argv[1:])
        sys.exit(app(prog_name="spinout", standalone_mode=False))
    except typer.TyperException as problem:
        _quit(_without_controls(problem), problem.exit_code)
    except SpinoutError as problem:
        _quit(str(problem), problem.exit_code)
    except OSError as problem:  # typer writes the help and installs completions itself
        _quit(_what_typer_could_not_write(problem), ExitCode.FAILED)
    finally:
        gc.freeze()  # the process ends: skip the collection that the interpreter would run at exit


def _without_controls(problem: typer.TyperException) -> str:
    """Return typer's usage error without control and bidi characters, which typer does not remove."""
    from spinout_cli.sanitize import sanitize

    shown = io.StringIO()
    problem.show(shown)  # type: ignore[attr-defined]  # every subclass that typer raises has it
    words = shown.getvalue().rstrip("\n")
    for theirs, ours in _REPLACED.items():
        words = words.replace(theirs, ours)
    return "\n".join(map(sanitize, words.split("\n")))


def _what_typer_could_not_write(problem: OSError) -> str:
    """Return what to say of an error in typer's own writing; any other error is raised again."""
    if "--install-completion" in sys.argv[1:] and problem.filename is not None:
        return f"The completion could not be installed: {problem.filename}: {problem.strerror}."
    if problem.filename is not None or problem.errno not in _WRITE_ERRORS:
        raise problem
    from spinout_cli import streams

    streams.abandon("stdout")
    return f"The result could not be written: {problem.strerror}."


def _as_spelt_on_disk(word: str) -> str:
    """Return a word of the command line with a file's name as the file has it.

    A name can be spelt in characters that look the same (one for ŷ, or y and an accent), and some
    systems tell them apart.
    """
    if word.isascii():
        return word
    from pathlib import Path

    from spinout_cli import streams
    from spinout_cli.reading.paths import same_name
    from spinout_cli.sanitize import sanitize

    option, mark, name = word.partition("=") if word.startswith("-") else ("", "", word)
    found = same_name(Path(name))
    if found is None:
        return word
    streams.write_stderr(
        f"There is no file {sanitize(name)} in the characters that were typed. A file of the same name in "
        "another spelling is there (accents as characters of their own, or not): that one is used."
    )
    return f"{option}{mark}{found}"


def _forget_impossible_sizes() -> None:
    """Drop COLUMNS and LINES of 0, which Rich would take for the size of the screen."""
    for name in ("COLUMNS", "LINES"):
        if not os.environ.get(name, "1").strip("0"):
            del os.environ[name]


def _quit(words: str, code: int) -> NoReturn:
    from spinout_cli import streams

    streams.write_stderr(words)
    sys.exit(code)


def _prepare_streams() -> None:
    """Let no character that an encoding lacks raise, and no short write pass for a whole one."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            if isinstance(stream.buffer, io.RawIOBase):
                stream = _buffered(stream)
                setattr(sys, name, stream)
            stream.reconfigure(errors="backslashreplace")


def _buffered(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """Return an unbuffered stream (PYTHONUNBUFFERED) with a buffer, which repeats a write cut short."""
    encoding = stream.encoding
    raw = cast("io.RawIOBase", stream.detach())
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, line_buffering=True)
