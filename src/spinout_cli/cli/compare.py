"""`spinout compare`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.cli.options import AsJson, Force, Output, Plain, Questions, is_plain
from spinout_cli.errors import ExitCode


class Format(StrEnum):
    """What a comparison is written as."""

    terminal = "terminal"
    html = "html"
    json = "json"


class FailOnChange(StrEnum):
    """What turns a comparison into exit code 3."""

    worse = "worse"


def compare(  # noqa: PLR0913  (each is an option that was promised)
    files: Annotated[
        list[Path],
        typer.Argument(metavar="BEFORE AFTER...", help="Sessions or answers, the earliest first."),
    ],
    *,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format", help="What to write; by the ending of -o, or terminal, if left out."
        ),
    ] = None,
    to: Output = None,
    force: Force = False,
    as_json: AsJson = False,
    plain: Plain = False,
    fail_on: Annotated[
        FailOnChange | None,
        typer.Option("--fail-on", help="Exit with 3 if an answer stands on a lower rung."),
    ] = None,
    questions: Questions = None,
) -> None:
    """Tell what changed between two assessments.

    What is better, worse, new, gone or not comparable. Of three or more, the first is compared with the last, and every answer's way is told.

    \b
      spinout compare bryn.spinout bryn-2.spinout
      spinout compare bryn.spinout bryn-2.spinout -o moved.html
    """  # noqa: D301  (the mark that keeps lines apart)
    from spinout_cli.commands import compare as comparing

    form = Format.json if as_json else format_
    request = comparing.Request(
        files=tuple(files),
        format=None if form is None else form.value,
        to=to,
        force=force,
        plain=is_plain(plain),
        questions=questions,
    )
    found = comparing.compare(request)
    if fail_on is not None and found.worse:
        raise typer.Exit(ExitCode.MATCHED)
