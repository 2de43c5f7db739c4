"""`spinout assess`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spinout_cli.cli.options import (
    AsJson,
    Depth,
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

if TYPE_CHECKING:
    from spinout_cli.commands.assess import Result
    from spinout_cli.documents.assessment import Assessment


def assess(  # noqa: PLR0913  (each is an option that was promised)
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The session: new, or one to go on with."),
    ] = None,
    *,
    depth: Annotated[
        Depth | None, typer.Option(help="quick: only what can stop a spin-out or weighs most.")
    ] = None,
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", metavar="ID", help="Ask only this theme. May be repeated."),
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option("--answers", metavar="FILE|-", help="Answers already given; - reads stdin."),
    ] = None,
    old: Annotated[
        Path | None,
        typer.Option("--from", metavar="OLD", help="Begin with the answers of an earlier session."),
    ] = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing: score what there is.")
    ] = False,
    as_json: AsJson = False,
    plain: Plain = False,
    no_color: NoColour = False,
    fail_on: FailOnOption = None,
    questions: Questions = None,
    paper: Annotated[
        bool, typer.Option("--print", help="Write the questions as a page to print (HTML).")
    ] = False,
    to: Output = None,
    force: Force = False,
) -> None:
    """Answer the questions, alone, in your own time.

    Every answer is saved to FILE as it is given. Give the same FILE to go on.
    """
    if paper:
        if file is not None or answers is not None or old is not None or as_json or fail_on:
            raise UsageError(
                "--print writes the questions alone, without answers. Leave out FILE, --answers, "
                "--from, --json and --fail-on; to print what was answered: spinout report FILE"
            )
        from spinout_cli.commands import report

        report.questionnaire(
            questions, tuple(theme or ()), to, quick=depth is Depth.quick, force=force
        )
        return
    if to is not None:
        raise UsageError("-o belongs to --print. Answers are saved in FILE.")
    from spinout_cli.commands import assess as assessing
    from spinout_cli.commands import session_start

    request = session_start.Request(
        file=file,
        depth=None if depth is None else depth.value,
        themes=tuple(theme or ()),
        answers=answers,
        old=old,
        no_input=no_input,
        plain=is_plain(plain),
        colour=in_colour(no_color),
        questions=questions,
        force=force,
    )
    result = assessing.assess(request)
    assessment = result.score()
    _show(result, assessment, as_json=as_json, plain=request.plain, colour=request.colour)
    assessing.part(result)
    fail_if(fail_on, assessment)


def _show(
    result: "Result", assessment: "Assessment", *, as_json: bool, plain: bool, colour: bool
) -> None:
    from spinout_cli import streams
    from spinout_cli.terminal import summary

    if as_json:
        streams.write(assessment.model_dump_json(indent=2, by_alias=True))
    else:
        summary.write_summary(result.summary(assessment), plain=plain, colour=colour)
