"""Writes the summary to stdout or draws it on a terminal."""

import sys
from typing import TYPE_CHECKING, TextIO

from spinout_cli.streams import write

if TYPE_CHECKING:
    from rich.console import Console

    from spinout_cli.results.summary import Summary


def write_summary(summary: "Summary", *, plain: bool, colour: bool) -> None:
    """Write a summary to stdout: drawn if that is a terminal, as plain records otherwise."""
    if plain or sys.stdout is None or not sys.stdout.isatty():
        from spinout_cli.reports.summary import plain as records  # noqa: PLC0415
        from spinout_cli.text import to_encoding  # noqa: PLC0415  (late: most commands end without it)

        write(to_encoding(records.plain(summary), sys.stdout.encoding if sys.stdout else "utf-8"))
    else:
        draw_summary(summary, sys.stdout, colour=colour)


def draw_summary(summary: "Summary", out: TextIO, *, colour: bool) -> None:
    """Draw a summary on a terminal."""
    from spinout_cli.reports.summary import terminal  # noqa: PLC0415  (late: the interview starts without it)

    terminal.draw(summary, _console(out, colour=colour))


def _console(out: TextIO, *, colour: bool) -> "Console":
    from rich.console import Console  # noqa: PLC0415  (late, likewise)

    return Console(file=out, no_color=not colour, highlight=False, markup=False, emoji=False)


def plain_summary(summary: "Summary") -> str:
    """Return a summary as plain records."""
    from spinout_cli.reports.summary import plain as records  # noqa: PLC0415

    return records.plain(summary)
