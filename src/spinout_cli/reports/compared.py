"""A comparison as text at 80 columns: direction in words and symbols, never by colour."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from spinout_cli.cleaning import clean
from spinout_cli.comparison import (
    Absence,
    Appeared,
    Comparison,
    Direction,
    Incomparable,
    LensMoved,
    Moved,
    Scored,
    Stand,
    ThemeMoved,
)
from spinout_cli.phrases import counted, sentence
from spinout_cli.text import hung, wrapped
from spinout_cli.vocabulary import Lens

_Entry = TypeVar("_Entry", Moved, Appeared, Incomparable)

_LENSES: dict[Lens, str] = {"launch": "Before it leaves", "endure": "After it leaves"}
_STATES = {
    "stopped": "stopped",
    "unknown": "not known yet",
    "roadblocks": "roadblocks to work on",
    "clear": "nothing stops it",
    "past": "it has left",
}
_ABSENT: dict[Absence, str] = {
    "not-in-set": "not in the question set",
    "closed": "not asked of a service with these facts",
    "unknown": "not known",
    "think": "only believed",
    "not-applicable": "said not to apply",
    "skipped": "skipped",
    "not-asked": "not answered",
}
_DIRECTIONS: dict[Direction, tuple[str, str]] = {
    "better": ("↑", "better"),
    "worse": ("↓", "worse"),
    "clearer": ("→←", "more is known"),
    "less-clear": ("←→", "less is known"),
    "same": ("=", "the same"),
    "not-comparable": ("≠", "not comparable"),
}
_INCOMPARABLE = {
    "ladder-changed": "the rungs of this question have changed",
    "unknown-rung": "an answer is not among the rungs of the questions it was read with",
}
_NOTHING = "No answer stands elsewhere."


SYMBOLS = "".join(symbol for symbol, _ in _DIRECTIONS.values())
"""What stdout must be able to carry for directions to be shown in symbols too."""


def text(
    comparison: Comparison,
    names: Sequence[str],
    stages: Sequence[Comparison] = (),
    *,
    symbols: bool = True,
) -> str:
    """Return a comparison as lines of text.

    Args:
        comparison: what has changed from the first assessment to the last.
        names: what the assessments are called, the earliest first.
        stages: what has changed from each to the next.
        symbols: whether words of direction get a symbol before them.
    """
    page = _Page(comparison, symbols=symbols)
    return "\n".join(clean(line) for line in page.lines(names, stages))


class _Page:
    """Lays a comparison out."""

    def __init__(self, comparison: Comparison, *, symbols: bool) -> None:
        self._told = comparison
        self._symbols = symbols

    def lines(self, names: Sequence[str], stages: Sequence[Comparison]) -> Iterator[str]:
        """Yield it line by line."""
        told = self._told
        for lead, name in zip(_leads(len(names)), names, strict=True):
            yield from wrapped(name, lead)
        yield ""
        for lens, moved in told.lenses.items():
            yield from self._lens(_LENSES[lens], moved)
        yield from ("", _counts(told))
        if len(stages) > 1:
            yield from _stages(stages)
        yield from self._section("↑", "Better", told.better, self._moved)
        yield from self._section("↓", "Worse", told.worse, self._moved)
        yield from self._section("+", "New: a rung is given only after", told.new, self._appeared)
        yield from self._section(
            "-", "Gone: a rung was given only before", told.gone, self._appeared
        )
        yield from self._section("≠", "Not comparable", told.not_comparable, self._incomparable)
        yield from self._done()
        yield from ("", "Themes, from 0 (nothing in place) to 100")
        for theme in told.themes:
            yield from self._theme(theme)

    def _marked(self, symbol: str, words: str) -> str:
        return f"{symbol} {words}" if self._symbols else words

    def _section(
        self,
        symbol: str,
        heading: str,
        entries: Sequence[_Entry],
        say: Callable[[_Entry], Iterator[str]],
    ) -> Iterator[str]:
        if entries:
            yield from ("", self._marked(symbol, heading))
        for entry in entries:
            was = f" (was {entry.was})" if entry.was else ""
            yield from hung(f"{entry.id}{was}: {entry.ask}")
            yield from say(entry)

    def _moved(self, entry: Moved) -> Iterator[str]:
        by = counted(abs(entry.rungs), "rung")
        yield from self._way(entry.series, f"{'up' if entry.rungs > 0 else 'down'} {by}")

    def _way(self, series: Sequence[Stand], note: str) -> Iterator[str]:
        *earlier, last = zip(_leads(len(series)), series, strict=True)
        for lead, stand in earlier:
            yield from wrapped(_stood(stand), f"    {lead}")
        yield from wrapped(_stood(last[1]), f"    {last[0]}", mark=f" ({note})" if note else "")

    def _appeared(self, entry: Appeared) -> Iterator[str]:
        yield from self._way(entry.series, "")

    def _incomparable(self, entry: Incomparable) -> Iterator[str]:
        yield from self._way(entry.series, "")
        yield from wrapped(sentence(f"Left out, since {_INCOMPARABLE[entry.reason]}"), "    ")

    def _done(self) -> Iterator[str]:
        done = {step.id: step.do for entry in self._told.better for step in entry.done}
        if done:
            yield from ("", "Done since, or needed no more: what it was for is no roadblock now")
        for do in done.values():
            yield from wrapped(sentence(do), "  ")

    def _lens(self, name: str, moved: LensMoved) -> Iterator[str]:
        states = [_STATES[state] for state in moved.series]
        same = len(set(states)) == 1
        way = f"{states[0]}, as before" if same else ", then ".join(states)
        yield from wrapped(f"{name}: {way}")
        for words, names in (
            ("stops it no more", moved.settled),
            ("stops it now", moved.arisen),
            ("still stops it", moved.still),
        ):
            if names:
                yield from hung(f"{words}: {', '.join(names)}")

    def _theme(self, theme: ThemeMoved) -> Iterator[str]:
        symbol, words = _DIRECTIONS[theme.direction]
        before, after = _ranged(theme.before), _ranged(theme.after)
        way = after if before == after else f"{before}, then {after}"
        yield from hung(f"{theme.title}: {way}; {self._marked(symbol, words)}")


def _counts(told: Comparison) -> str:
    counts = [
        (len(told.better), "better"),
        (len(told.worse), "worse"),
        (len(told.new), "new"),
        (len(told.gone), "gone"),
        (len(told.not_comparable), "not comparable"),
    ]
    return sentence(", ".join(f"{n} {words}" for n, words in counts if n)) or _NOTHING


def _stages(stages: Sequence[Comparison]) -> Iterator[str]:
    for number, stage in enumerate(stages, start=1):
        yield from wrapped(_counts(stage), f"  from {number} to {number + 1}: ")


def _leads(count: int) -> list[str]:
    return ["before  ", *["then    "] * (count - 2), "after   "]


def _stood(stand: Stand) -> str:
    return f"“{stand.label}”" if stand.reason is None else _ABSENT[stand.reason]


def _ranged(theme: Scored | None) -> str:
    if theme is None or theme.low is None or theme.high is None:
        return "nothing that applies"
    if theme.low == theme.high:
        return f"{theme.low:g}"
    return f"{theme.low:g} to {theme.high:g}"
