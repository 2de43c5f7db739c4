"""The record of a workshop as text, drawn for a screen or as plain lines."""

from collections.abc import Iterable, Iterator

from spinout_cli.reports.terminal_page import Page
from spinout_cli.results.workshop_record import Section, WorkshopRecord
from spinout_cli.sanitize import sanitize
from spinout_cli.text import for_screen_reader

SUMMARY = "What follows from what was agreed"
EACH = "Question by question"


def draw(told: WorkshopRecord, page: Page) -> None:
    """Print the record for people to read."""
    page.words("", told.title, style="bold")
    page.phrases("", told.facts)
    for section in told.sections:
        _draw_section(page, section)
    if told.talks:
        page.heading(EACH)
        page.words("  ", told.reading)
        page.gap()
    for talk in told.talks:
        _draw_item(page, talk.ask, talk.lines, "  ")
        page.gap()


def _draw_section(page: Page, section: Section) -> None:
    if not section.items and not section.told:
        return
    page.heading(section.title)
    page.words("  ", section.told)
    for item in section.items:
        _draw_item(page, item.headline, item.lines, "- ")


def _draw_item(page: Page, title: str, lines: Iterable[str], lead: str) -> None:
    page.words(lead, title, style="bold")
    for line in lines:
        page.words("    ", line)


def lines(told: WorkshopRecord) -> Iterator[str]:
    """Yield the record in plain lines, without a symbol or a bar."""
    for line in _lines(told):
        yield for_screen_reader(sanitize(line))


def _lines(told: WorkshopRecord) -> Iterator[str]:
    yield f"Workshop: {told.title}."
    yield " ".join(f"{fact.rstrip('.')}." for fact in told.facts)
    for section in told.sections:
        if section.items or section.told:
            yield from ("", f"{section.title}:", *filter(None, (section.told,)))
            for item in section.items:
                yield from _item(item.headline, item.lines)
    if told.talks:
        yield from ("", f"{EACH}:", *filter(None, (told.reading,)))
    for talk in told.talks:
        yield ""
        yield from _item(talk.ask, talk.lines)


def _item(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield title if title.endswith(("?", ".", "!")) else f"{title}."
    yield from lines
