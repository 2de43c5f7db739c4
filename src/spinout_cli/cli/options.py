"""Options that several commands share, and what their values mean."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spinout_cli.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from spinout_cli.documents.assessment import Assessment


class Depth(StrEnum):
    """How much is asked."""

    quick = "quick"
    full = "full"


class FailOn(StrEnum):
    """What turns into exit code 3."""

    stopped = "stopped"
    roadblocks = "roadblocks"
    unknown = "unknown"


def _from_here_on(ctx: typer.Context, plain: bool) -> bool:  # noqa: FBT001  (as typer calls it)
    """Tell whether an option was given here or before the command, for all that comes after it."""
    ctx.meta["plain"] = plain or ctx.meta.get("plain", False)
    return bool(ctx.meta["plain"])


Questions = Annotated[
    Path | None,
    typer.Option(
        "--questions",
        metavar="FILE",
        envvar="SPINOUT_QUESTIONS",
        help="A question set of your own; the built-in one otherwise.",
    ),
]
Plain = Annotated[
    bool,
    typer.Option(
        "--plain",
        envvar="SPINOUT_PLAIN",
        callback=_from_here_on,
        help="Lines of text: no redrawing, boxes or symbols.",
    ),
]
"""Every command takes it; as `_plain` where lines of text are all that it ever prints."""

NoColour = Annotated[
    bool, typer.Option("--no-color", help="No colour. NO_COLOR in the environment does the same.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, and nothing else.")]
FailOnOption = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on", help="Exit with 3 if either lens is so; roadblocks includes stopped."
    ),
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="PATH|-", help="Where to write it; - is stdout."),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Replace a file that is there already; take answers to another question set.",
    ),
]
ForceSet = Annotated[
    bool,
    typer.Option("--force", help="Take answers that were given to another question set."),
]


def is_plain(plain: bool) -> bool:  # noqa: FBT001  (as the option gives it)
    """Tell whether lines of text are wanted: by the option, or since the terminal can do no more."""
    return plain or os.environ.get("TERM") == "dumb"


def in_colour(no_color: bool) -> bool:  # noqa: FBT001  (as the option gives it)
    """Tell whether colour may be used: neither the option nor the environment forbids it."""
    return not (no_color or os.environ.get("NO_COLOR"))


def help_alone(ctx: typer.Context) -> None:
    """Print the help where options were given and no command, as where nothing was given."""
    if ctx.invoked_subcommand is None:
        raise UsageError(ctx.get_help())


def fail_if(fail_on: FailOn | None, assessment: "Assessment") -> None:
    """Exit with `ExitCode.MATCHED` where either lens is what `--fail-on` names."""
    from spinout_cli.scoring import result

    if fail_on is not None and result.matches(assessment, fail_on.value):
        raise typer.Exit(ExitCode.MATCHED)
