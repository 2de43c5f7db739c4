"""`spinout recover`."""

from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.cli.options import Plain
from spinout_cli.sanitize import sanitize


def recover(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The damaged session.")],
    *,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="NEW", help="The new session; FILE-recovered otherwise."),
    ] = None,
    _plain: Plain = False,
) -> None:
    """Make a new session from a damaged one.

    Everything that is whole is taken over; the damaged file stays as it is.
    """
    from spinout_cli import streams, text
    from spinout_cli.reading import answer_files
    from spinout_cli.storage import journal
    from spinout_cli.storage import recover as recovery

    new = to or file.parent / f"{file.stem}-recovered{journal.ENDING}"
    kept, lost = recovery.recover(file, new)
    command = "workshop" if answer_files.holds_workshop(new) else "assess"
    for line, why in lost:
        streams.write_stderr(f"{sanitize(str(file))}:{line}: {why}")
    streams.write_stderr(
        f"Whole records: {kept}. Damaged or missing: {len(lost)}. The whole ones are in "
        f"{sanitize(str(new))}; {sanitize(str(file))} is as it was.\n"
        f"{text.resume_hint(command, new)}"
    )
