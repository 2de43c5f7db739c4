"""A comparison as text at 80 columns, with words and symbols for direction."""

from collections.abc import Iterator

from spinout_cli.results.comparison_summary import (
    Change,
    ComparisonSummary,
    Kind,
    LensLine,
    Moment,
    ThemeLine,
)
from spinout_cli.sanitize import sanitize
from spinout_cli.text import hung, wrapped

_LEAD = 8
"""How much room is left for before, then and after."""


def text(told: ComparisonSummary, *, symbols: bool = True) -> str:
    """Return a comparison as lines of text.

    Args:
        told: what has changed, in words.
        symbols: whether words of direction get a symbol before them.
    """
    return "\n".join(sanitize(line) for line in _lines(told, symbols=symbols))


def _lines(told: ComparisonSummary, *, symbols: bool) -> Iterator[str]:
    for when, name in told.moments:
        yield from wrapped(name, when.ljust(_LEAD))
    yield ""
    for lens in told.lenses:
        yield from _lens(lens)
    yield from ("", told.words)
    for stage in told.stages:
        yield from wrapped(stage.words, f"  {stage.title[:1].lower()}{stage.title[1:]}: ")
    for kind in told.kinds:
        yield from ("", f"{kind.symbol} {kind.title}" if symbols else kind.title)
        yield from _changes(kind)
    if told.done:
        yield from ("", "Done since, or needed no more: what it was for is no roadblock now")
    for do in told.done:
        yield from wrapped(do, "  ")
    yield from ("", "Themes, from 0 (nothing in place) to 100")
    for theme in told.themes:
        yield from _theme(theme, symbols=symbols)


def _changes(kind: Kind) -> Iterator[str]:
    for change in kind.changes:
        was = f" (was {change.was})" if change.was else ""
        yield from hung(f"{change.id}{was}: {change.ask}")
        yield from _way(change)
        if change.remark:
            yield from wrapped(change.remark, "    ")


def _way(change: Change) -> Iterator[str]:
    *earlier, last = change.way
    for moment in earlier:
        yield from wrapped(moment.words, _lead(moment))
    yield from wrapped(last.words, _lead(last), mark=f" ({change.note})" if change.note else "")


def _lead(moment: Moment) -> str:
    return f"    {moment.when.ljust(_LEAD)}"


def _lens(lens: LensLine) -> Iterator[str]:
    yield from wrapped(f"{lens.name}: {lens.words}")
    for words, stops in lens.stops:
        yield from hung(f"{words}: {', '.join(stop.id for stop in stops)}")


def _theme(theme: ThemeLine, *, symbols: bool) -> Iterator[str]:
    way = theme.now if theme.was == theme.now else f"{theme.was}, then {theme.now}"
    direction = f"{theme.symbol} {theme.direction}" if symbols else theme.direction
    yield from hung(f"{theme.title}: {way}; {direction}")
