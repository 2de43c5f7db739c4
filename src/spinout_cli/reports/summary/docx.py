"""The summary as a Word document."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from spinout_cli.reports.docx_writer import Barred, Paper
from spinout_cli.results.summary import ActionItem, CutList, Summary, ThemeLine, UnknownItem
from spinout_cli.results.workshop_record import WorkshopRecord
from spinout_cli.text import capitalise, sentence

_Item = TypeVar("_Item")


def paper(summary: Summary, at: datetime) -> bytes:
    """Return the summary, and of a workshop its record, as a Word document made at this moment."""
    title = f"{summary.heading.service}: what stands in the way, and what helps"
    on = Paper(title, summary.language, at)
    _head(on, summary)
    if summary.record is not None:
        _came_to(on, summary.record)
    _settle(on, summary)
    _favour(on, summary)
    _remarks(on, summary)
    _find_out(on, summary)
    if summary.in_house is not None:
        on.heading(summary.in_house.heading)
        on.paragraph(sentence(summary.in_house.title))
        on.paragraph(summary.in_house.because)
    _themes(on, summary.themes)
    _notices(on, summary)
    _steps(on, summary)
    _rest(on, summary)
    if summary.record is not None:
        _talks(on, summary.record)
    _plan(on, summary)
    _sources(on, summary)
    return on.bytes()


def _deed(deed: ActionItem) -> str:
    return sentence(deed.do) + (f" ({deed.by})" if deed.by else "")


def _cites(on: Paper, names: Sequence[str], summary: Summary) -> None:
    numbers = {source.id: source.number for source in summary.sources}
    cited = ", ".join(str(numbers[name]) for name in names if name in numbers)
    on.meta(f"Sources: {cited}" if cited else "")


def _more(on: Paper, listed: CutList[_Item]) -> None:
    on.paragraph(listed.more or listed.empty)


def _head(on: Paper, summary: Summary) -> None:
    on.heading(summary.heading.service, 0)
    on.meta(*summary.heading.facts)
    on.heading("Where it stands")
    rows = [
        (
            lens.name,
            sentence(lens.words[:1].upper() + lens.words[1:]),
            ", ".join(f"{count.number} {count.words}" for count in lens.counts if count.number),
        )
        for lens in summary.lenses
    ]
    on.table(("Lens", "Verdict", "Answers that bear on it"), rows, (3.6, 6.5, 6.5))
    on.paragraph(summary.open)


def _came_to(on: Paper, record: WorkshopRecord) -> None:
    """What the close of a workshop went through."""
    on.heading("What the workshop came to")
    on.meta(*record.facts)
    for section in record.sections:
        if not section.items and not section.told:
            continue
        on.heading(section.title, 2)
        on.meta(section.told, kept=True)
        if section.items and section.items[0].who:
            rows = [(sentence(i.title), capitalise(i.who), i.by) for i in section.items]
            on.table(("What", "Who", "By when"), rows, (9, 4, 3.6))
            continue
        for item in section.items:
            if item.lines:
                on.paragraph(" ".join(item.lines), sentence(item.title))
            else:
                on.paragraph(sentence(item.title))


def _talks(on: Paper, record: WorkshopRecord) -> None:
    """Every question of a workshop: the votes as a table, and what came of them."""
    if record.talks:
        on.heading("Question by question")
        on.meta(record.reading)
    for talk in record.talks:
        on.heading(talk.ask, 2)
        on.meta(talk.theme, talk.id, kept=True)
        columns = ("Letter", "Rung", *(vote.title for vote in talk.votes))
        width = min(2.4, 7.2 / max(len(talk.votes), 1))
        widths = (1.5, 15.1 - width * len(talk.votes), *([width] * len(talk.votes)))
        on.table(columns, talk.tally, widths, whole=True)
        for vote in talk.votes:
            for line in vote.apart:
                on.meta(f"{vote.title}, {line}")
        for line in (*talk.remarks, *talk.outcome):
            on.paragraph(line)


def _settle(on: Paper, summary: Summary) -> None:
    on.heading("To settle")
    for item in summary.settle.shown:
        on.heading(sentence(item.title), 2)
        on.meta(item.kind, item.theme, item.lens, item.id)
        on.paragraph(item.because)
        on.paragraph(item.author, "Answered by")
        on.paragraph(item.noted, "Note")
        on.paragraph(_deed(item.next) if item.next else "", "Next")
        on.paragraph(item.story, "Been there")
        _cites(on, item.cites, summary)
    _more(on, summary.settle)


def _favour(on: Paper, summary: Summary) -> None:
    on.heading("In your favour")
    for item in summary.favour.shown:
        on.heading(sentence(item.title), 2)
        on.meta(item.theme, item.id)
        on.paragraph(item.because)
        on.paragraph(item.author, "Answered by")
        on.paragraph(item.noted, "Note")
        _cites(on, item.cites, summary)
    _more(on, summary.favour)


def _remarks(on: Paper, summary: Summary) -> None:
    if not summary.remarks.shown:
        return
    on.heading("Cautions and options")
    for item in summary.remarks.shown:
        on.heading(sentence(item.title), 2)
        on.meta(item.kind, item.id)
        on.paragraph(item.because)
        _cites(on, item.cites, summary)
    _more(on, summary.remarks)


def _remarked(item: UnknownItem) -> str:
    author = sentence(f"Answered by {item.author}") if item.author else ""
    return " ".join(filter(None, (item.note, author, item.noted and f"Note: {item.noted}")))


def _find_out(on: Paper, summary: Summary) -> None:
    if not summary.find_out.shown:
        return
    on.heading("Find out")
    rows = [
        (
            sentence(item.what),
            item.ask,
            _remarked(item),
        )
        for item in summary.find_out.shown
    ]
    on.table(("What nobody knows yet", "Whom to ask", "Remarks"), rows, (7, 4, 5.6))
    _more(on, summary.find_out)


def _themes(on: Paper, themes: Sequence[ThemeLine]) -> None:
    on.heading("Themes")
    on.paragraph(
        "0 is nothing in place, 100 is everything. The range is what is not known. "
        "In the pictures, solid is in place, striped is not known, empty is not in place.",
    )
    rows = [
        (_barred(theme), theme.known, f"{theme.answered} of {theme.applicable}") for theme in themes
    ]
    on.table(("Theme", "In place", "Answered"), rows, (8.6, 5, 3))


def _barred(theme: ThemeLine) -> str | Barred:
    if theme.low is None or theme.high is None:
        return theme.title
    return Barred(theme.title, theme.low, theme.high, f"{theme.title}: {theme.known}")


def _notices(on: Paper, summary: Summary) -> None:
    if not summary.notices.shown and not summary.notices.empty:
        return
    on.heading(f"Where you are: {summary.place}" if summary.place else "Where you are")
    for item in summary.notices.shown:
        on.heading(sentence(item.title), 2)
        on.paragraph(item.says)
        standing = "; ".join(item.standing)
        on.meta(sentence(standing[:1].upper() + standing[1:]))
        _cites(on, item.cites, summary)
    _more(on, summary.notices)


def _steps(on: Paper, summary: Summary) -> None:
    on.heading("Next steps")
    rows = [
        (str(step.number), sentence(step.deed.do), capitalise(step.deed.by), step.reason)
        for step in summary.steps.shown
    ]
    if rows:
        columns = ("Step", "What to do", "Who, how long", "Why")
        on.table(columns, rows, (1.3, 6.5, 3.6, 5.2))
    _more(on, summary.steps)


def _rest(on: Paper, summary: Summary) -> None:
    if summary.not_counted.shown:
        on.heading("Not counted")
        for ignored in summary.not_counted.shown:
            on.paragraph(f"{sentence(ignored.title or ignored.id)} {ignored.reason}")
    if summary.notes:
        on.heading("Other notes")
        for noted in summary.notes:
            on.paragraph(noted.noted, noted.ask)
    on.heading("What this rests on")
    on.paragraph(summary.caution)
    on.paragraph(summary.ending)


def _plan(on: Paper, summary: Summary) -> None:
    if not summary.plan:
        return
    on.heading("Everything to do, in order")
    rows = [
        (
            str(line.number),
            sentence(line.deed.do),
            capitalise(line.deed.who),
            line.deed.effort,
            ", ".join(map(str, line.after)) or "none",
        )
        for line in summary.plan
    ]
    columns = ("Step", "What to do", "Who", "Takes", "After step")
    on.table(columns, rows, (1.3, 7.6, 3.4, 2, 2.3))


def _sources(on: Paper, summary: Summary) -> None:
    if summary.sources:
        on.heading("Sources")
    for source in summary.sources:
        words = f"{sentence(source.title)} {source.published} ({source.read}). {source.url}"
        on.paragraph(words, str(source.number))
    on.meta(summary.made_with)
