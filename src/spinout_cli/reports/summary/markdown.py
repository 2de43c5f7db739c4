"""The summary as Markdown, one sentence a line so that two can be compared."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from spinout_cli.results.summary import (
    ActionItem,
    CutList,
    EnablerItem,
    NotCountedItem,
    NoteLine,
    NoticeLine,
    PlanLine,
    Remark,
    RoadblockItem,
    SourceLine,
    StepLine,
    Summary,
    ThemeLine,
    UnknownItem,
)
from spinout_cli.results.workshop_record import WorkshopRecord
from spinout_cli.sanitize import sanitize
from spinout_cli.text import sentence

_Item = TypeVar("_Item")
_ACTIVE = re.compile(
    r"[\\`*_\[\]<>|~$]"  # markup wherever it stands
    r"|&(?=#?\w+;)"  # a character by its name
    r"|^[-+=#:]"  # a list, a heading, a rule or a table, at the beginning of a line
    r"|(?<=[ \t])#+$"  # the end of a heading, which would close it and not be shown
    r"|^\d+(?=[.)])"  # a numbered list
)
_WEB = re.compile(r"https?://[!-;=?-~]+", re.IGNORECASE)


def page(summary: Summary) -> str:
    """Return the summary, and of a workshop its record, as a Markdown document that ends with a line end."""
    text = "\n".join(_lines(summary))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def escaped(text: str) -> str:
    r"""Return a foreign text so that Markdown shows it as it is, and a browser runs none of it.

    >>> escaped("[a](javascript:b) <script> *c*")
    '\\[a\\](javascript:b) \\<script\\> \\*c\\*'
    >>> escaped("# one"), escaped("2. two"), escaped("&lt;")
    ('\\# one', '2\\. two', '&amp;lt;')
    """
    return _ACTIVE.sub(_made_inert, sanitize(text).strip())


def _made_inert(found: re.Match[str]) -> str:
    active = found.group()
    if active == "&":
        return "&amp;"
    return f"{active}\\" if active.isdecimal() else f"\\{active}"


def _lines(summary: Summary) -> Iterator[str]:
    yield from (f"# {escaped(summary.heading.service)}", "")
    yield from (" · ".join(map(escaped, summary.heading.facts)), "")
    yield from _verdicts(summary)
    if summary.record is not None:
        yield from _came_to(summary.record)
    yield from _section("To settle", summary.settle, _settle)
    yield from _section("In your favour", summary.favour, _favour)
    yield from _section("Cautions and options", summary.remarks, _remark)
    yield from _section("Find out", summary.find_out, _find_out)
    if summary.in_house is not None:
        yield from ("", f"## {escaped(summary.in_house.heading)}", "")
        yield from _said(summary.in_house.title, summary.in_house.because)
    yield from ("", "## Themes", "", "0 is nothing in place, 100 is everything.", "")
    yield from _table(("Theme", "In place", "Answered"), map(_theme, summary.themes))
    place = f"Where you are: {escaped(summary.place)}" if summary.place else "Where you are"
    yield from _section(place, summary.notices, _notice)
    yield from _section("Next steps", summary.steps, _step)
    yield from _section("Not counted", summary.not_counted, _ignored)
    yield from _section("Other notes", CutList(summary.notes), _note)
    yield from _end(summary)


def _end(summary: Summary) -> Iterator[str]:
    """What it rests on, and what only some readers look up."""
    yield from ("", "## What this rests on", "", escaped(summary.caution), "")
    yield from (escaped(summary.ending), "")
    if summary.record is not None:
        yield from _talks(summary.record)
    if summary.plan:
        yield from ("", "## Everything to do, in order", "")
        columns = ("Step", "What to do", "Who", "Takes", "After step")
        yield from _table(columns, map(_planned, summary.plan))
    yield from _section("Sources", CutList(summary.sources), _source)
    yield from ("", escaped(summary.made_with))


def _verdicts(summary: Summary) -> Iterator[str]:
    for lens in summary.lenses:
        counts = ", ".join(f"{count.number} {count.words}" for count in lens.counts if count.number)
        yield f"- **{escaped(lens.name)}:** {escaped(sentence(lens.words))}" + (
            f" ({escaped(counts)})" if counts else ""
        )
    yield ""
    if summary.open:
        yield escaped(summary.open)
    if summary.go_on:
        yield f"Go on with: {escaped(summary.go_on)}"


def _came_to(record: WorkshopRecord) -> Iterator[str]:
    """What the close went through."""
    yield from ("", "## What the workshop came to", "", _labels(*record.facts), "")
    for section in record.sections:
        if not section.items and not section.told:
            continue
        yield from ("", f"### {escaped(section.title)}", "", escaped(section.told), "")
        for item in section.items:
            lines = " ".join(map(escaped, item.lines))
            yield f"- {escaped(sentence(item.headline))} {lines}".rstrip()


def _talks(record: WorkshopRecord) -> Iterator[str]:
    """Every question: the votes as a table, and what came of them."""
    if record.talks:
        yield from ("", "## Question by question", "", escaped(record.reading))
    for talk in record.talks:
        yield from ("", f"### {escaped(talk.ask)}", "", f"- {_labels(talk.theme, talk.id)}", "")
        columns = tuple(escaped(vote.title) for vote in talk.votes)
        yield from _table(("Letter", "Rung", *columns), talk.tally)
        yield ""
        for vote in talk.votes:
            yield from (f"- {escaped(vote.title)}, {escaped(line)}" for line in vote.apart)
        yield from (f"- {escaped(line)}" for line in (*talk.remarks, *talk.outcome))


def _section(
    heading: str, listed: CutList[_Item], say: Callable[[_Item], Iterator[str]]
) -> Iterator[str]:
    """A heading with its items, and what is said of those left out; nothing, if it is empty."""
    if not listed.shown and not listed.empty and not listed.more:
        return
    yield from ("", f"## {heading}", "")
    for item in listed.shown:
        yield from say(item)
    yield from map(escaped, filter(None, (listed.more, listed.empty)))


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(map(escaped, row))} |"


def _settle(item: RoadblockItem) -> Iterator[str]:
    yield from (f"### {escaped(item.title)}", "")
    yield f"- {_labels(item.kind, item.theme, item.lens, item.id)}"
    yield f"- Why: {escaped(item.because)}"
    yield from _author(item.author)
    yield from _noted(item.noted)
    if item.next:
        yield f"- Next: {_deed(item.next)}"
    if item.story:
        yield f"- Been there: {escaped(item.story)}"
    yield from _cites(item.cites)


def _labels(*labels: str) -> str:
    return " · ".join(escaped(label) for label in labels if label)


def _author(words: str) -> Iterator[str]:
    if words:
        yield f"- Answered by: {escaped(words)}"


def _noted(words: str) -> Iterator[str]:
    if words:
        yield f"- Note: {escaped(words)}"


def _cites(names: tuple[str, ...]) -> Iterator[str]:
    if names:
        yield f"- Sources: {', '.join(map(escaped, names))}"
    yield ""


def _deed(deed: ActionItem) -> str:
    return escaped(sentence(deed.do)) + (f" ({escaped(deed.by)})" if deed.by else "")


def _favour(item: EnablerItem) -> Iterator[str]:
    yield from (f"### {escaped(item.title)}", "")
    yield f"- {_labels('In your favour', item.theme, item.id)}"
    yield f"- Why: {escaped(item.because)}"
    yield from _author(item.author)
    yield from _noted(item.noted)
    yield from _cites(item.cites)


def _remark(item: Remark) -> Iterator[str]:
    yield from (f"### {escaped(item.title)}", "")
    yield f"- {_labels(item.kind, item.id)}"
    yield f"- Why: {escaped(item.because)}"
    yield from _cites(item.cites)


def _find_out(item: UnknownItem) -> Iterator[str]:
    yield from (f"### {escaped(item.what)}", "")
    yield f"- {_labels('Not known', item.theme, item.id)}"
    yield f"- Ask: {escaped(item.ask)}"
    if item.note:
        yield f"- {escaped(item.note)}"
    yield from _author(item.author)
    yield from _noted(item.noted)
    yield ""


def _said(*paragraphs: str) -> Iterator[str]:
    for paragraph in paragraphs:
        if paragraph:
            yield from (escaped(sentence(paragraph)), "")


def _theme(theme: ThemeLine) -> tuple[str, ...]:
    return theme.title, theme.known, f"{theme.answered} of {theme.applicable}"


def _notice(item: NoticeLine) -> Iterator[str]:
    yield from (f"### {escaped(item.title)}", "", escaped(item.says), "")
    yield f"- {escaped(sentence('; '.join(item.standing)))}"
    yield from _cites(item.cites)


def _step(item: StepLine) -> Iterator[str]:
    reason = f" {escaped(item.reason)}" if item.reason else ""
    yield f"{item.number}. {_deed(item.deed)}{reason}"


def _ignored(item: NotCountedItem) -> Iterator[str]:
    yield f"- {escaped(sentence(item.title or item.id))} {escaped(item.reason)}"


def _note(item: NoteLine) -> Iterator[str]:
    yield f"- {escaped(item.ask)} ({escaped(item.id)}) {escaped(item.noted)}"


def _planned(line: PlanLine) -> tuple[str, ...]:
    after = ", ".join(map(str, line.after)) or "none"
    return str(line.number), sentence(line.deed.do), line.deed.who, line.deed.effort, after


def _source(source: SourceLine) -> Iterator[str]:
    link = f" <{source.url}>" if _WEB.fullmatch(source.url) else ""
    title = escaped(sentence(source.title))
    yield f"- {escaped(source.id)}: {title} {escaped(source.published)} ({escaped(source.read)}).{link}"
