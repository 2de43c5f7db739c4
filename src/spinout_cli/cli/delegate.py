"""`spinout delegate`."""

from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.cli.options import Force, Plain, Questions


def delegate(  # noqa: PLR0913  (each is an option that was promised)
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Your session.")],
    *,
    theme: Annotated[
        list[str],
        typer.Option("--theme", metavar="ID", help="A theme to be answered. May be repeated."),
    ],
    to: Annotated[
        str, typer.Option("--to", metavar="ROLE", help="Who is to answer: a role, not a name.")
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="PART", help="The new file; named by role if left out."
        ),
    ] = None,
    message: Annotated[
        str, typer.Option("--message", metavar="TEXT", help="A word to whoever answers.")
    ] = "",
    with_answers: Annotated[
        bool,
        typer.Option("--with-answers", help="Put in what you have answered of these themes."),
    ] = False,
    paper: Annotated[
        bool,
        typer.Option("--print", help="A page to print instead (HTML), to be filled in by hand."),
    ] = False,
    page: Annotated[
        bool,
        typer.Option("--page", help="A page to answer in a browser instead, offline; needs -o."),
    ] = False,
    questions: Questions = None,
    force: Force = False,
    _plain: Plain = False,
) -> None:
    """Give some themes to somebody else to answer.

    It makes a file with your facts and the questions of these themes, and nothing else of yours.
    Send it yourself: we send nothing. They answer it with spinout assess, and send it back.

    \b
      spinout delegate bryn.spinout --theme pensions --to "HR lead" -o hr.spinout
      spinout delegate bryn.spinout --theme pensions --to "HR lead" --page -o hr.html
      spinout gather bryn.spinout hr.spinout
    """  # noqa: D301  (the mark that keeps lines apart)
    from spinout_cli.commands import delegate as delegating

    delegating.delegate(
        delegating.Request(
            file=file,
            themes=tuple(theme),
            to=to,
            output=output,
            message=message,
            with_answers=with_answers,
            paper=paper,
            page=page,
            questions=questions,
            force=force,
        )
    )
