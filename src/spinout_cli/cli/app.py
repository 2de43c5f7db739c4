"""The Typer application: every command by its name, errors and their exit codes."""

import gc
import io
import sys
from typing import Annotated, NoReturn

import typer

from spinout_cli import __version__
from spinout_cli.cli import (
    assess,
    commonalities,
    compare,
    explain,
    export,
    purge,
    questions,
    recover,
    report,
    score,
    workshop,
)
from spinout_cli.cli.options import Plain, help_alone
from spinout_cli.errors import SpinoutError

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
    _survive_any_encoding()
    try:
        sys.exit(app(prog_name="spinout", standalone_mode=False))
    except typer.TyperException as problem:
        _quit(_without_controls(problem), problem.exit_code)
    except SpinoutError as problem:
        _quit(str(problem), problem.exit_code)
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


def _quit(words: str, code: int) -> NoReturn:
    from spinout_cli import streams

    streams.write_stderr(words)
    sys.exit(code)


def _survive_any_encoding() -> None:
    """An encoding that lacks a character must never be a reason to crash."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
