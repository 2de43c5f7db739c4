"""Widths of text on a screen: how many columns it takes, wrapping and padding by columns.

Chinese, Japanese and Korean letters and most emoji take two columns; accents that are characters of
their own take none. What is counted here is what prompt_toolkit counts when it draws.
"""

import re
import textwrap
from collections.abc import Iterator

_JOINER = "\u200d"
_PLAIN = re.compile(r"[\x20-\x7e\u00a0-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25cf]*")
"""Characters that take one column each: most of what is shown, for which no table is needed."""


def display_width(text: str) -> int:
    """Return how many columns a text takes on a screen.

    >>> display_width("Caf\u00e9"), display_width("Cafe\u0301"), display_width("\u56f3\u66f8\u9928")
    (4, 4, 6)
    """
    if _PLAIN.fullmatch(text):
        return len(text)
    from wcwidth import wcwidth  # noqa: PLC0415  (large tables, seldom needed)

    return sum(max(wcwidth(character), 0) for character in text)


def pad(text: str, width: int) -> str:
    """Return a text with spaces after it up to a width."""
    return text + " " * (width - display_width(text))


def wrap(
    text: str,
    width: int,
    *,
    initial_indent: str = "",
    subsequent_indent: str = "",
    break_on_hyphens: bool = False,
) -> list[str]:
    """Return a text in lines of at most this many columns, broken between words where it can be.

    A word that is longer than a line is divided, and never within a character that is shown.

    >>> wrap("\u56f3\u66f8\u9928 and more", 8)
    ['\u56f3\u66f8\u9928', 'and more']
    """
    if display_width(text) == len(text):
        return textwrap.wrap(
            text,
            width,
            initial_indent=initial_indent,
            subsequent_indent=subsequent_indent,
            replace_whitespace=False,
            break_on_hyphens=break_on_hyphens,
        )
    lines, line = [], initial_indent
    empty = True
    for word in re.split(r"[ \t\n\r\f\v]+", text.strip()):
        gap = "" if empty else " "
        if display_width(line + gap + word) <= width:
            line, empty = line + gap + word, False
            continue
        if not empty and display_width(subsequent_indent + word) <= width:
            lines.append(line)
            line = subsequent_indent + word
            continue
        line += gap
        for shown in _characters(word):
            if display_width(line + shown) > width and line.strip():
                lines.append(line.rstrip())
                line = subsequent_indent
            line += shown
        empty = False
    return [*lines, line] if line.strip() else lines


def _characters(word: str) -> Iterator[str]:
    """Yield what is shown as one character: with its accents, or joined to the next."""
    shown = ""
    for character in word:
        joined = shown.endswith(_JOINER) or not display_width(character)
        if shown and not joined:
            yield shown
            shown = ""
        shown += character
    if shown:
        yield shown
