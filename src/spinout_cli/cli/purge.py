"""`spinout purge`."""

from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.cli.options import Plain
from spinout_cli.errors import ExitCode


def purge(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The session to remove.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    _plain: Plain = False,
) -> None:
    """Remove a session and everything that belongs to it.

    That is its rescue copies and its ends that were cut short too. It names every file and asks before it removes any, and says what it cannot remove.
    """
    from spinout_cli.commands import purge as purging

    raise typer.Exit(ExitCode.DONE if purging.purge(file, sure=yes) else ExitCode.FAILED)
