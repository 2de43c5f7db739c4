"""`spinout gather`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.cli.options import AsJson, NoColour, Plain, Questions, in_colour, is_plain


class Prefer(StrEnum):
    """Which of two different answers stands, where nobody is asked."""

    file = "file"
    part = "part"
    newer = "newer"


def gather(  # noqa: PLR0913  (each is an option that was promised)
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Your session.")],
    parts: Annotated[
        list[Path],
        typer.Argument(metavar="PART...", help="What came back: sessions or answers documents."),
    ],
    *,
    prefer: Annotated[
        Prefer | None,
        typer.Option("--prefer", help="Ask nothing: of two different answers, take this one."),
    ] = None,
    as_json: AsJson = False,
    plain: Plain = False,
    no_color: NoColour = False,
    questions: Questions = None,
) -> None:
    """Take in the answers that others gave.

    What is new is added, and what is the same changes nothing. You are asked about each
    difference: keep yours, take theirs, or leave it as not agreed yet, which counts as not known.

    \b
      spinout gather bryn.spinout hr.spinout finance.spinout
      spinout gather bryn.spinout hr.spinout --prefer newer
    """  # noqa: D301  (the mark that keeps lines apart)
    from spinout_cli.commands import gather as gathering

    gathering.gather(
        gathering.Request(
            file=file,
            parts=tuple(parts),
            prefer=None if prefer is None else prefer.value,
            as_json=as_json,
            plain=is_plain(plain),
            colour=in_colour(no_color),
            questions=questions,
        )
    )
