"""`spinout score`."""

from typing import Annotated

import typer

from spinout_cli.options import FailOnOption, Questions


def score(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="ANSWERS...", help="Files or folders; - reads NDJSON from stdin."),
    ],
    *,
    fail_on: FailOnOption = None,
    questions: Questions = None,
) -> None:
    """Score answers already given.

    One file gives one document. More files, a folder or a stream give NDJSON.
    """
    from spinout_cli import scored

    raise typer.Exit(scored.score(sources, questions, fail_on and fail_on.value))
