"""Lays a workshop slide out in lines for a width and height."""

import re
from dataclasses import replace

from spinout_cli.interview.slide import DONT_KNOW_MARK, Bar, Slide
from spinout_cli.text import for_screen_reader
from spinout_cli.text_width import display_width, pad, wrap

_EDGE = 6
_NARROW = 60
_BARS = (16, 40)
"""How many cells the longest bar has, at the least and at the most."""

_TOP = 4
"""How many empty lines stand above the wall at the most."""

_BULLET = re.compile(r"[•●]? +")

_GAPS = (3, 2, 1, 0)
"""How many empty lines stand between the parts: as many as there is room for."""


Line = tuple[str, str]
"""How a line is meant, and the line: `ask` for the question, `letter` for a place, or nothing."""


def lay_out(wall: Slide, width: int, rows: int, last: str = "") -> list[Line]:
    """Return the wall as lines of this width, as widely spaced as these rows allow.

    Args:
        wall: what to show.
        width: how many columns there are.
        rows: how many lines there are.
        last: a line that stands at the right of what people are asked to do.
    """
    for gap in _GAPS:
        lines = _lines(wall, width, gap, last)
        if len(lines) <= rows:
            return [*[("", "")] * min(_TOP, (rows - len(lines)) // 4), *lines]
    return _squeezed(wall, width, rows, last)


def _squeezed(wall: Slide, width: int, rows: int, last: str) -> list[Line]:
    """Leave out what can best be spared: what was read out, then remarks from the end."""
    lines = _lines(wall, width, 0, last)
    for kept in range(len(wall.remarks), -1, -1):
        spare = replace(wall, aloud="", remarks=wall.remarks[:kept])
        lines = _lines(spare, width, 0, last)
        if len(lines) <= rows:
            break
    return lines


def _lines(wall: Slide, width: int, gap: int, last: str) -> list[Line]:
    edge = _EDGE if width > _NARROW else 2
    air: list[Line] = [("", "")] * gap
    lines = _part("ask", wall.ask, edge, width)
    lines += [*air[:1], *_part("", wall.aloud, edge, width)] if wall.aloud else []
    lines += (air or [("", "")]) if wall.places else []
    for index in range(len(wall.places)):
        dont_know = wall.places[index][0] == DONT_KNOW_MARK
        lines += air[: gap - 1 + dont_know] if index else []
        lines += _place(wall, index, edge, width)
    foot = [line for words in wall.remarks for line in _part("", words, edge, width)]
    if wall.calling or last:
        foot += _calling(wall.calling, last, edge, width)
    return [*lines, ("", ""), *foot] if foot else lines


def _part(style: str, words: str, edge: int, width: int) -> list[Line]:
    """Words wrapped at the edge; what follows a bullet hangs under where its words begin."""
    bullet = _BULLET.match(words)
    hang = " " * (len(bullet[0]) if bullet else 0)
    room = max(width - edge - 2, 10)
    lines = wrap(
        words.strip(),
        room,
        initial_indent=_indent(words),
        subsequent_indent=hang,
        break_on_hyphens=True,
    )
    return [(style, " " * edge + line) for line in lines] or [("", "")]


def _indent(words: str) -> str:
    return " " * (len(words) - len(words.lstrip()))


def _place(wall: Slide, index: int, edge: int, width: int) -> list[Line]:
    """A rung with its letter, and beside it how many chose it once that may be told."""
    letter, label = wall.places[index]
    lead = f"{' ' * edge}{letter}   "
    beside = _beside(wall.bars, index, width) if wall.bars else ""
    room = max(width - len(lead) - (_beside_width(wall.bars, width) + 2 if beside else 2), 10)
    words = wrap(label, room, break_on_hyphens=True)
    first = f"{lead}{pad(words[0], room)}  {beside}".rstrip() if beside else f"{lead}{words[0]}"
    return [("letter", first), *(("", " " * len(lead) + line) for line in words[1:])]


def _cells(width: int) -> int:
    least, most = _BARS
    return max(least, min(most, width // 3 - 10))


def _figures(bars: tuple[Bar, ...]) -> list[str]:
    return [f"{b.count}" if b.before is None else f"{b.before} → {b.count}" for b in bars]


def _beside_width(bars: tuple[Bar, ...], width: int) -> int:
    return _cells(width) + 1 + max(map(len, _figures(bars)))


def _beside(bars: tuple[Bar, ...], index: int, width: int) -> str:
    """A bar, and the count that it stands for."""
    cells, most = _cells(width), max(1, *(bar.count for bar in bars))
    bar, figures = bars[index], _figures(bars)
    filled = "█" * (max(1, round(cells * bar.count / most)) if bar.count else 0)
    return f"{filled:<{cells}} {figures[index]:>{max(map(len, figures))}}"


def _calling(calling: str, last: str, edge: int, width: int) -> list[Line]:
    room = width - edge - 2 - display_width(last)
    if display_width(calling) + 2 <= room:
        return [("calling", f"{' ' * edge}{pad(calling, room)}{last}".rstrip())]
    return [*_part("calling", calling, edge, width), *_part("calling", last, edge, width)]


def slide_text(wall: Slide) -> list[str]:
    """Return the wall as lines to listen to: what is asked, the places, and what came of it."""
    figures = _figures(wall.bars)
    lines = [wall.ask, wall.aloud]
    for index, (letter, label) in enumerate(wall.places):
        name = f"{'Don’t know' if letter == DONT_KNOW_MARK else f'{letter}. {label}'}"  # noqa: RUF001  (an apostrophe)
        told = f": {figures[index].replace(' → ', ', now ')}" if wall.bars else ""
        lines.append(f"{name}{told}")
    return [for_screen_reader(line) for line in (*lines, *wall.remarks, wall.calling) if line]
