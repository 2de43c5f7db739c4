"""`spinout commonalities`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.cli.options import AsJson, Force, Output, Plain, Questions, is_plain


class Format(StrEnum):
    """What it can be written as."""

    terminal = "terminal"
    html = "html"
    json = "json"


def commonalities(  # noqa: PLR0913  (each is an option that was promised)
    sources: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files or folders; - reads NDJSON from stdin."),
    ],
    *,
    by: Annotated[
        str,
        typer.Option("--by", metavar="ID,ID", help="Tell it by these circumstances, one by one."),
    ] = "",
    like: Annotated[
        Path | None,
        typer.Option("--like", metavar="FILE", help="Also tell of those most like this one."),
    ] = None,
    working: Annotated[
        bool, typer.Option("--working", help="Exact counts: working data, not for publication.")
    ] = False,
    engine: Annotated[
        str | None,
        typer.Option("--engine", metavar="URL", help="Count elsewhere: pyspark://..., for one."),
    ] = None,
    as_json: AsJson = False,
    format_: Annotated[
        Format | None, typer.Option("--format", help="Otherwise what -o ends in, or text.")
    ] = None,
    to: Output = None,
    force: Force = False,
    plain: Plain = False,
    questions: Questions = None,
) -> None:
    """Tell what many assessments have in common.

    \b
      spinout commonalities returns --by nation,sector
      spinout commonalities returns --json | jq '.prevalence[0]'
      spinout commonalities returns --like ours.spinout -o common.html

    What it prints may be published: no count under 10 is shown, and all are rounded to the nearest
    5. docs/commonalities.md says what that protects, and what it does not.
    """  # noqa: D301  (the mark that keeps lines apart)
    from spinout_cli.commands import commonalities as surveying

    request = surveying.Request(
        sources=tuple(sources),
        by=tuple(dict.fromkeys(filter(None, (name.strip() for name in by.split(","))))),
        like=like,
        working=working,
        engine=engine,
        format="json" if as_json else None if format_ is None else format_.value,
        to=to,
        force=force,
        plain=is_plain(plain),
        questions=questions,
    )
    raise typer.Exit(surveying.commonalities(request))
