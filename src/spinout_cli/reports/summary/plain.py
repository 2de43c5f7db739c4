"""The summary as plain lines: for pipes, `grep` and screen readers."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from spinout_cli.reports import workshop_record
from spinout_cli.results.summary import (
    ActionItem,
    CutList,
    EnablerItem,
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
from spinout_cli.text import sentence, straight_quotes
from spinout_cli.text_width import wrap

_Item = TypeVar("_Item")


def plain(summary: Summary, *, width: int | None = None) -> str:
    """Return the summary in plain lines, without a symbol, a box or a bar.

    Args:
        summary: what to say.
        width: where to break lines, by words; without it each thought is one line.
    """
    told = summary.record
    first = (
        ()
        if told is None
        else (*workshop_record.lines(told), "", f"{workshop_record.SUMMARY}:", "")
    )
    lines = (straight_quotes(sanitize(line)) for line in (*first, *_lines(summary)))
    if width is not None:
        lines = (
            part
            for line in lines
            for part in (wrap(line, max(width, 4), break_on_hyphens=True) or [""])
        )
    return "\n".join(lines)


def _lines(summary: Summary) -> Iterator[str]:
    yield sentence(f"Summary: {summary.heading.service}")
    yield " ".join(sentence(fact) for fact in summary.heading.facts)
    for lens in summary.lenses:
        yield sentence(f"{lens.name}: {lens.words}")
    if summary.open:
        yield summary.open
    if summary.go_on:
        yield f"Go on with: {summary.go_on}"
    yield from _section("To settle", summary.settle, _settle)
    yield from _section("In your favour", summary.favour, _favour)
    yield from _section("Cautions and options", summary.remarks, _remark)
    yield from _section("Find out", summary.find_out, _find_out)
    if summary.in_house is not None:
        yield from ("", summary.in_house.heading, sentence(summary.in_house.title))
        yield from filter(None, (summary.in_house.because,))
    yield from ("", "Themes: 0 is nothing in place, 100 is everything in place")
    yield from map(_theme, summary.themes)
    where = f"Where you are: {summary.place}" if summary.place else "Where you are"
    yield from _section(where, summary.notices, _notice)
    yield from _section("Next steps", summary.steps, _step)
    yield from _section("Not counted", summary.not_counted, _ignored)
    yield from _section("Other notes", CutList(summary.notes), _note)
    yield from ("", "What this rests on", summary.caution, "", summary.ending)


def _section(
    heading: str, listed: CutList[_Item], say: Callable[[_Item], Iterator[str]]
) -> Iterator[str]:
    """A heading with its items, and what is said of those left out; nothing, if it is empty."""
    if not listed.shown and not listed.empty and not listed.more:
        return
    yield from ("", heading)
    for item in listed.shown:
        yield from say(item)
    yield from filter(None, (listed.more, listed.empty))


def _settle(item: RoadblockItem) -> Iterator[str]:
    lens = f" {sentence(item.lens.capitalize())}" if item.lens else ""
    yield f"{item.kind}: {sentence(item.title)}{lens}"
    yield f"Why: {item.because}"
    if item.next:
        yield f"Next: {_deed(item.next)}"
    if item.story:
        yield f"Been there: {item.story}"
    yield from _author(item.author)
    yield from _noted(item.noted)
    if item.explain:
        yield f"More: {item.explain}"


def _deed(deed: ActionItem) -> str:
    by = deed.by[:1].upper() + deed.by[1:]
    return " ".join(sentence(part) for part in (deed.do, by) if part)


def _favour(item: EnablerItem) -> Iterator[str]:
    yield f"In your favour: {sentence(item.title)} {item.because}"
    yield from _author(item.author)
    yield from _noted(item.noted)


def _remark(item: Remark) -> Iterator[str]:
    yield f"{item.kind}: {sentence(item.title)} {item.because}"


def _find_out(item: UnknownItem) -> Iterator[str]:
    said = " ".join(filter(None, (sentence(item.what), sentence(f"Ask {item.ask}"), item.note)))
    yield f"Find out: {said}"
    yield from _author(item.author)
    yield from _noted(item.noted)


def _theme(theme: ThemeLine) -> str:
    return f"{theme.title}: {theme.answered} of {theme.applicable} answered, {theme.known}"


def _notice(item: NoticeLine) -> Iterator[str]:
    yield f"Notice ({item.confidence}): {sentence(item.title)} {item.says}"
    yield sentence("From: " + "; ".join((*item.sources, *item.standing)))


def _step(item: StepLine) -> Iterator[str]:
    yield f"Step {item.number}: {_deed(item.deed)}"
    if item.reason:
        yield item.reason


def _ignored(item: NotCountedItem) -> Iterator[str]:
    yield f"Not counted: {sentence(item.title or item.id)} {item.reason}"


def _note(item: NoteLine) -> Iterator[str]:
    yield f"{sentence(item.ask)} Note: {item.noted}"


def _author(words: str) -> Iterator[str]:
    if words:
        yield sentence(f"Answered by {words}")


def _noted(words: str) -> Iterator[str]:
    if words:
        yield f"Note: {words}"
