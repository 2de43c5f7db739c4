"""The summary drawn with Rich, at any width; colour repeats what words say."""

from collections.abc import Callable
from typing import TypeVar

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from spinout_cli.reports import workshop_record
from spinout_cli.reports.terminal_page import COLOURS, Page
from spinout_cli.results.summary import (
    CutList,
    EnablerItem,
    LensLine,
    NotCountedItem,
    NoteLine,
    NoticeLine,
    Remark,
    RoadblockItem,
    StepLine,
    Summary,
    ThemeLine,
    UnknownItem,
)
from spinout_cli.sanitize import sanitize
from spinout_cli.text import sentence

_WIDE = 100
"""From here on there is room for longer bars."""

_TITLES = 34
_LEGEND = "█ in place  ▒ not known  ░ not in place"

_Item = TypeVar("_Item")


def draw(summary: Summary, console: Console) -> None:
    """Print the summary for people to read; of a workshop, its record first."""
    page = Page(console)
    if summary.record is not None:
        workshop_record.draw(summary.record, page)
        page.heading(workshop_record.SUMMARY)
        page.gap()
    _draw_head(page, summary)
    _draw_list(page, summary.settle, _draw_settle, "To settle", "■ stops it  ▲ roadblock")
    _draw_list(page, summary.favour, _draw_remark, "In your favour")
    _draw_list(page, summary.remarks, _draw_remark, "Cautions and options")
    _draw_list(page, summary.find_out, _draw_find_out, "Find out")
    if summary.in_house is not None:
        page.heading(summary.in_house.heading)
        page.words("  ", summary.in_house.title)
        page.words("  ", summary.in_house.because)
    _draw_themes(page, summary.themes)
    place = f"Where you are: {summary.place}" if summary.place else "Where you are"
    _draw_list(page, summary.notices, _draw_notice, place)
    _draw_list(page, summary.steps, _draw_step, "Next steps")
    _draw_list(page, summary.not_counted, _draw_ignored, "Not counted")
    _draw_list(page, CutList(summary.notes), _draw_note, "Other notes")
    page.heading("What this rests on")
    page.words("  ", summary.caution)
    page.gap()
    page.words("", summary.ending)


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
    symbol = page.text(f"{lens.symbol} ", COLOURS.get(lens.symbol, ""))
    if page.width < 3 * column:
        page.words(name, " ")
        page.words(symbol, lens.words, style="bold")
    else:
        gap = Text(" " * (column - name.cell_len))
        page.words(name.append_text(gap).append_text(symbol), lens.words, style="bold")


def _draw_list(
    page: Page,
    listed: CutList[_Item],
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


def _draw_settle(page: Page, item: RoadblockItem) -> None:
    page.words(f"{item.symbol} ", item.title, item.lens, "bold")
    page.words("  ", item.because)
    if item.next:
        page.words("  ", f"Next: {item.next.do}", item.next.by)
    _draw_author(page, item.author)
    _draw_noted(page, item.noted)
    page.words("  ", f"Been there: {item.story}" if item.story else "", item.explain)
    page.gap()


def _draw_remark(page: Page, item: EnablerItem | Remark) -> None:
    kind = f"{item.kind}: " if isinstance(item, Remark) else ""
    page.words(f"{item.symbol} ", kind + item.title, style="bold")
    page.words("  ", item.because)
    if isinstance(item, EnablerItem):
        _draw_author(page, item.author)
        _draw_noted(page, item.noted)


def _draw_find_out(page: Page, item: UnknownItem) -> None:
    page.words(f"{item.symbol} ", item.what, style="bold")
    page.words("  ", " ".join(filter(None, (sentence(f"Ask {item.ask}"), item.note))))
    _draw_author(page, item.author)
    _draw_noted(page, item.noted)


def _draw_author(page: Page, words: str) -> None:
    if words:
        page.words("  ", f"Answered by {words}")


def _draw_noted(page: Page, words: str) -> None:
    if words:
        page.words("  ", f"Note: {words}")


def _draw_themes(page: Page, themes: tuple[ThemeLine, ...]) -> None:
    page.heading("Themes", _LEGEND)
    longest = max(cell_len(sanitize(theme.title)) for theme in themes)
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


def _draw_ignored(page: Page, item: NotCountedItem) -> None:
    page.words("- ", item.title or item.id)
    page.words("  ", item.reason)


def _draw_note(page: Page, item: NoteLine) -> None:
    page.words("- ", item.ask)
    _draw_noted(page, item.noted)
