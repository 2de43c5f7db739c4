"""Text laid out in lines, by whole words."""

import textwrap

WIDTH = 80
"""The width of text where nothing else is known."""


def wrapped(text: str, lead: str = "", *, mark: str = "", width: int = WIDTH) -> list[str]:
    """Return the lines of a text after a lead, with the lines that follow hanging under it."""
    lines = textwrap.wrap(f"{text}{mark}", max(width - len(lead), 20)) or [""]
    return [(lead if i == 0 else " " * len(lead)) + line for i, line in enumerate(lines)]


def hung(text: str, indent: str = "  ") -> list[str]:
    """Return the lines of a text, all but the first set in further, with ids kept whole."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )
