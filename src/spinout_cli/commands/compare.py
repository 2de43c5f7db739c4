"""`spinout compare`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.options import AsJson, Plain, Questions, is_plain


class FailOnChange(StrEnum):
    """What turns a comparison into exit code 3."""

    worse = "worse"


def compare(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="BEFORE AFTER...", help="Sessions or answers, the earliest first."),
    ],
    *,
    as_json: AsJson = False,
    plain: Plain = False,
    fail_on: Annotated[
        FailOnChange | None,
        typer.Option("--fail-on", help="Exit with 3 if an answer stands on a lower rung."),
    ] = None,
    questions: Questions = None,
) -> None:
    """Tell what changed between two assessments: better, worse, new, gone, not comparable.

    Of three or more, the first is compared with the last, and every answer's way is told.
    """
    from spinout_cli import retold

    found = retold.compare(files, questions, as_json=as_json, plain=is_plain(plain))
    if fail_on is not None and found.worse:
        raise typer.Exit(3)
