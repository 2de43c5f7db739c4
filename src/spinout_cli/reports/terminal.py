"""The summary on a screen: calm, by words, at any width. Colour only repeats what words say."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from spinout_cli.cleaning import clean
from spinout_cli.phrases import sentence
from spinout_cli.summary import (
    Favour,
    Ignored,
    LensLine,
    Listed,
    NoticeLine,
    Remark,
    Settle,
    StepLine,
    Summary,
    ThemeLine,
    ToFind,
)
from spinout_cli.text import carried

WIDEST = 120
"""No line is longer than this, however wide the screen is."""

_NARROWEST = 20
_MEASURE = 88
"""Running text is no wider than this: what lies beyond is for the notes at the right."""

_WIDE = 100
"""From here on there is room for longer bars."""

_TITLES = 34
_COLOURS = {"■": "red", "▲": "magenta", "●": "green", "?": "cyan"}
_LEGEND = "█ in place  ▒ not known  ░ not in place"

_Item = TypeVar("_Item")


def draw(summary: Summary, console: Console) -> None:
    """Print the summary for people to read."""
    page = Page(console)
    _draw_head(page, summary)
    _draw_list(page, summary.settle, _draw_settle, "To settle", "■ stops it  ▲ roadblock")
    _draw_list(page, summary.favour, _draw_remark, "In your favour")
    _draw_list(page, summary.remarks, _draw_remark, "Cautions and options")
    _draw_list(page, summary.find_out, _draw_find_out, "Find out")
    page.heading("Could it be done in-house?")
    page.words("  ", summary.in_house.title)
    page.words("  ", summary.in_house.because)
    _draw_themes(page, summary.themes)
    place = f"Where you are: {summary.place}" if summary.place else "Where you are"
    _draw_list(page, summary.notices, _draw_notice, place)
    _draw_list(page, summary.steps, _draw_step, "Next steps")
    _draw_list(page, summary.not_counted, _draw_ignored, "Not counted")
    page.heading("What this rests on")
    page.words("  ", summary.caution)
    page.gap()
    page.words("", summary.ending)


class Page:
    """Puts words on a console: wrapped by words under a hanging indent, with notes at the right."""

    def __init__(self, console: Console) -> None:
        """Print on this console."""
        self._console = console
        self._after_gap = True
        self.width = max(_NARROWEST, min(console.width, WIDEST))

    def gap(self) -> None:
        """Leave one line empty, and never two."""
        if not self._after_gap:
            self._put(Text())

    def heading(self, words: str, note: str = "") -> None:
        """Begin a section."""
        self.gap()
        self.words("", words.upper(), note, style="bold")

    def words(self, lead: str | Text, words: str, note: str = "", style: str = "") -> None:
        """Print words after a lead; what follows the first line hangs under where they begin."""
        if not words and not note:
            return
        first = self.text(lead, _COLOURS.get(lead.strip(), "")) if isinstance(lead, str) else lead
        indent = first.cell_len
        lines = self._wrap(words, min(self.width, _MEASURE) - indent, style)
        hanging = [first] + [Text(" " * indent) for _ in lines[1:]]
        whole = [start.append_text(line) for start, line in zip(hanging, lines, strict=True)]
        for line in whole[:-1]:
            self._put(line)
        self._put_with_note(whole[-1], note, indent)

    def phrases(self, lead: str, phrases: Iterable[str]) -> None:
        """Print phrases side by side, broken between them where that can be."""
        room = min(self.width, _MEASURE) - len(lead)
        line = ""
        for phrase in phrases:
            longer = f"{line} · {phrase}" if line else phrase
            if line and cell_len(clean(longer)) > room:
                self.words(lead, line)
                longer = phrase
            line = longer
        self.words(lead, line)

    def _put_with_note(self, line: Text, note: str, indent: int) -> None:
        """The note ends at the right edge; where it does not fit, on a line of its own."""
        aside = self.text(note)
        room = self.width - line.cell_len - aside.cell_len
        if not note:
            self._put(line)
        elif room > 1:
            self._put(line.append(" " * room).append_text(aside))
        else:
            self._put(line)
            for part in self._wrap(note, self.width - indent):
                self._put(Text(" " * (self.width - part.cell_len)).append_text(part))

    def row(self, title: str, column: int, rest: str) -> None:
        """Print a row of a table: a title wrapped in its column, and what stands beside it."""
        *lines, last = self._wrap(title, column)
        for line in lines:
            self._put(line)
        self._put(last.append(" " * (column - last.cell_len)).append_text(self.text(rest)))

    def text(self, words: str, style: str = "") -> Text:
        """Make the only kind of text that reaches the screen: nothing in it is obeyed."""
        # A span, since the base style of a text would colour what is appended to it.
        return Text().append(carried(clean(words), self._console.encoding), style)

    def _wrap(self, words: str, width: int, style: str = "") -> list[Text]:
        """A word that is longer than the line is folded; nothing is ever cut."""
        text = self.text(words.strip(), style)
        lines = list(text.wrap(self._console, max(width, 4), overflow="fold", no_wrap=False))
        for line in lines:
            line.rstrip()
        return lines or [Text()]

    def _put(self, line: Text) -> None:
        line.rstrip()
        self._after_gap = not line
        self._console.print(line, no_wrap=True, overflow="ignore", crop=False)


def _draw_head(page: Page, summary: Summary) -> None:
    page.words("", summary.heading.service, style="bold")
    page.phrases("", summary.heading.facts)
    page.gap()
    column = max(cell_len(lens.name) for lens in summary.lenses) + 3
    for lens in summary.lenses:
        _draw_lens(page, lens, column)
    if summary.open:
        page.gap()
        page.words("", summary.open, summary.go_on)


def _draw_lens(page: Page, lens: LensLine, column: int) -> None:
    """The verdict stands beside its name, or under it where the screen is narrow."""
    name = page.text(lens.name.upper(), "bold")
    symbol = page.text(f"{lens.symbol} ", _COLOURS.get(lens.symbol, ""))
    if page.width < 3 * column:
        page.words(name, " ")
        page.words(symbol, lens.words, style="bold")
    else:
        gap = Text(" " * (column - name.cell_len))
        page.words(name.append_text(gap).append_text(symbol), lens.words, style="bold")


def _draw_list(
    page: Page,
    listed: Listed[_Item],
    draw_one: Callable[[Page, _Item], None],
    heading: str,
    note: str = "",
) -> None:
    """A section with its items, and what is said of those left out; nothing, if it is empty."""
    if not listed.shown and not listed.empty and not listed.more:
        return
    page.heading(heading, note if listed.shown else "")
    for item in listed.shown:
        draw_one(page, item)
    page.words("  ", listed.more or listed.empty)


def _draw_settle(page: Page, item: Settle) -> None:
    page.words(f"{item.symbol} ", item.title, item.lens, "bold")
    page.words("  ", item.because)
    if item.next:
        page.words("  ", f"Next: {item.next.do}", item.next.by)
    page.words("  ", f"Been there: {item.story}" if item.story else "", item.explain)
    page.gap()


def _draw_remark(page: Page, item: Favour | Remark) -> None:
    kind = f"{item.kind}: " if isinstance(item, Remark) else ""
    page.words(f"{item.symbol} ", kind + item.title, style="bold")
    page.words("  ", item.because)


def _draw_find_out(page: Page, item: ToFind) -> None:
    page.words(f"{item.symbol} ", item.what, style="bold")
    page.words("  ", " ".join(filter(None, (sentence(f"Ask {item.ask}"), item.note))))


def _draw_themes(page: Page, themes: tuple[ThemeLine, ...]) -> None:
    page.heading("Themes", _LEGEND)
    longest = max(cell_len(clean(theme.title)) for theme in themes)
    for theme in themes:
        _draw_theme(page, theme, min(longest, _TITLES))


def _draw_theme(page: Page, theme: ThemeLine, column: int) -> None:
    cells = 40 if page.width >= _WIDE else 20
    answered = f"{theme.answered} of {theme.applicable} answered"
    rest = f"  {bar(theme, cells)}  {answered}"
    if column + cell_len(rest) > page.width:
        page.words("", theme.title)
        page.words("", f"{bar(theme, 10)} {answered}")
    else:
        page.row(theme.title, column, rest)


def bar(theme: ThemeLine, cells: int) -> str:
    """Return a bar: what is in place, what is not known, and what is known not to be in place.

    >>> bar(ThemeLine("pensions", "Pensions", 20.0, 60.0, 33.3, 3, 5), 10)
    '██▒▒▒▒░░░░'
    """
    if theme.low is None or theme.high is None:
        return "░" * cells
    known = round(cells * theme.low / 100)
    top = round(cells * theme.high / 100)
    if theme.high > theme.low and top == known:  # what is not known is never rounded away
        known, top = (known, top + 1) if top < cells else (known - 1, top)
    return "█" * known + "▒" * (top - known) + "░" * (cells - top)


def _draw_notice(page: Page, item: NoticeLine) -> None:
    page.words(f"{item.symbol} ", item.title, style="bold")
    page.words("  ", item.says)
    page.phrases("  ", (*item.sources, *item.standing))
    page.gap()


def _draw_step(page: Page, item: StepLine) -> None:
    page.words(f"{item.number}  ", item.deed.do, item.deed.by, "bold")
    page.words("   ", item.reason)


def _draw_ignored(page: Page, item: Ignored) -> None:
    page.words("- ", item.title or item.id)
    page.words("  ", item.reason)
