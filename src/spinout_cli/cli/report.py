"""`spinout report`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.cli.options import (
    AsJson,
    FailOnOption,
    Force,
    NoColour,
    Output,
    Plain,
    Questions,
    fail_if,
    in_colour,
    is_plain,
)
from spinout_cli.errors import UsageError


class Format(StrEnum):
    """What a report is written as."""

    terminal = "terminal"
    html = "html"
    markdown = "markdown"
    csv = "csv"
    json = "json"
    docx = "docx"
    answers = "answers"


class Redact(StrEnum):
    """What is taken out for sharing outside."""

    notes = "notes"
    name = "name"


def report(  # noqa: PLR0913  (each is an option that was promised)
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A session, an answers document, or a scored assessment."
        ),
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
    redact: Annotated[
        list[Redact] | None,
        typer.Option(
            metavar="notes|name", help="Leave this out, for sharing outside. May be repeated."
        ),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="CSV for programs: formulas are not defused.")
    ] = False,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="launch|endure|FILE",
            help="A plan instead: where each answer must stand, and what leads there.",
        ),
    ] = None,
    progress: Annotated[
        bool,
        typer.Option(
            "--progress", help="How far it is instead: who has which theme, what is open."
        ),
    ] = False,
    as_json: AsJson = False,
    plain: Plain = False,
    no_color: NoColour = False,
    fail_on: FailOnOption = None,
    questions: Questions = None,
) -> None:
    """Show the summary again, or write it for others.

    \b
      spinout report bryn.spinout -o bryn.html
      spinout report bryn.spinout -o paper.docx --redact notes
      spinout report bryn.spinout --format csv > bryn.csv
      spinout report bryn.spinout --target launch -o plan.md
      spinout report bryn.spinout --progress
    """  # noqa: D301  (the mark that keeps lines apart)
    from spinout_cli.commands import report as reporting

    form = Format.json if as_json else format_
    request = reporting.Request(
        file=file,
        format=None if form is None else form.value,
        to=to,
        force=force,
        redact=tuple(part.value for part in redact or ()),
        raw=raw,
        plain=is_plain(plain),
        colour=in_colour(no_color),
        questions=questions,
    )
    if progress:
        if target is not None or fail_on is not None:
            raise UsageError("--progress stands alone. Leave out --target and --fail-on.")
        from spinout_cli.commands import report_progress

        report_progress.report_progress(request)
    elif target is None:
        fail_if(fail_on, reporting.report(request))
    else:
        from spinout_cli.commands import explain

        fail_if(fail_on, explain.report_plan(request, target))
