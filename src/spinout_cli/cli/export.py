"""`spinout export`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.cli.options import Force, Plain, Questions


class Format(StrEnum):
    """What the tables are written as."""

    parquet = "parquet"
    csv = "csv"


def export(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Files, folders or patterns, packed or not; - reads NDJSON from stdin.",
        ),
    ],
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="The folder to write in.")],
    format_: Annotated[
        Format, typer.Option("--format", help="Parquet keeps types; CSV opens anywhere.")
    ] = Format.parquet,
    force: Force = False,
    _plain: Plain = False,
    questions: Questions = None,
) -> None:
    """Write many assessments as tables for other tools.

    \b
      spinout export returns --to tables
      spinout export returns/2026-*.ndjson --to tables --format csv

    The tables are assessments, answers and findings; docs/tables.md says what each column means.
    They are working data, not for publication. Names and notes never get into them.
    """  # noqa: D301  (the mark that keeps lines apart)
    from spinout_cli.commands import export as exporting

    raise typer.Exit(exporting.export(sources, questions, to, format_.value, force=force))
