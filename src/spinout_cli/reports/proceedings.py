"""The record of a workshop: drawn for a screen, and as lines for pipes and for listening."""

import textwrap
from collections.abc import Iterator

from rich.console import Console

from spinout_cli.cleaning import clean
from spinout_cli.closing import Item, Proceedings, Section
from spinout_cli.reports import records, terminal
from spinout_cli.wall import heard

_SUMMARY = "What follows from what was agreed"
_EACH = "Question by question"


def draw(told: Proceedings, console: Console) -> None:
    """Print the record for people to read, and under it the summary of what was agreed."""
    page = terminal.Page(console)
    page.words("", told.title, style="bold")
    page.phrases("", told.facts)
    for section in told.sections:
        _draw_section(page, section)
    if told.questions:
        page.heading(_EACH)
    for item in told.questions:
        _draw_item(page, item, "  ")
        page.gap()
    page.heading(_SUMMARY)
    page.gap()
    terminal.draw(told.summary, console)


def _draw_section(page: terminal.Page, section: Section) -> None:
    if not section.items and not section.empty:
        return
    page.heading(section.title)
    page.words("  ", section.lead if section.items else section.empty)
    for item in section.items:
        _draw_item(page, item, "- ")


def _draw_item(page: terminal.Page, item: Item, lead: str) -> None:
    page.words(lead, item.title, style="bold")
    for line in item.lines:
        page.words("    ", line)


def plain(told: Proceedings, *, width: int | None = None) -> str:
    """Return the record in plain lines, without a symbol or a bar, and the summary under it."""
    lines = [heard(clean(line)) for line in _lines(told)]
    if width is not None:
        lines = [part for line in lines for part in (textwrap.wrap(line, width) or [""])]
    return "\n".join([*lines, "", f"{_SUMMARY}:", "", records.plain(told.summary, width=width)])


def _lines(told: Proceedings) -> Iterator[str]:
    yield f"Workshop: {told.title}."
    yield " ".join(f"{fact.rstrip('.')}." for fact in told.facts)
    for section in told.sections:
        if section.items or section.empty:
            yield from ("", f"{section.title}:", *filter(None, (_lead(section),)))
            yield from _items(section.items)
    if told.questions:
        yield from ("", f"{_EACH}:")
    for item in told.questions:
        yield ""
        yield from _items((item,))


def _lead(section: Section) -> str:
    return section.lead if section.items else section.empty


def _items(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        yield item.title if item.title.endswith(("?", ".", "!")) else f"{item.title}."
        yield from item.lines
