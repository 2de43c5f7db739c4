"""The summary as CSV: one row for each item."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from spinout_cli.results.summary import ActionItem, Summary
from spinout_cli.results.workshop_record import QuestionRecord, WorkshopRecord
from spinout_cli.text import spreadsheet_safe


class Row(NamedTuple):
    """One thing that is said; a column that does not fit its kind is empty."""

    kind: str
    order: int
    id: str
    theme: str = ""
    title: str = ""
    because: str = ""
    lens: str = ""
    next: str = ""
    who: str = ""
    effort: str = ""
    after: str = ""
    note: str = ""
    sources: str = ""
    by: str = ""


def rows(summary: Summary, *, raw: bool = False) -> str:
    """Return the summary as CSV.

    Args:
        summary: what to say.
        raw: whether to leave texts as they are. Otherwise one that a spreadsheet would take for a
            formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Row._fields)
    for row in _rows(summary):
        writer.writerow([spreadsheet_safe(value, raw=raw) for value in row])
    return out.getvalue()


def _rows(summary: Summary) -> Iterator[Row]:
    yield from _found(summary)
    for order, unknown in enumerate(summary.find_out.shown, start=1):
        yield Row(
            "find out",
            order,
            unknown.id,
            unknown.theme,
            unknown.what,
            unknown.note,
            who=unknown.ask,
            note=unknown.noted,
            by=unknown.author,
        )
    for order, notice in enumerate(summary.notices.shown, start=1):
        standing = "; ".join(notice.standing)
        yield Row(
            "notice",
            order,
            notice.id,
            title=notice.title,
            because=notice.says,
            note=standing,
            sources=" ".join(notice.cites),
        )
    yield from _done(summary)
    if summary.record is not None:
        yield from _came_to(summary.record)
        for talk in summary.record.talks:
            yield from _talked(talk)


def _came_to(record: WorkshopRecord) -> Iterator[Row]:
    """What the close went through, in its order."""
    for section in record.sections:
        for order, item in enumerate(section.items, start=1):
            yield Row(
                section.title.lower(),
                order,
                item.id,
                title=item.title,
                because=" ".join(item.lines),
                who=item.who,
                by=item.by,
            )


def _talked(talk: QuestionRecord) -> Iterator[Row]:
    """The votes on a question, of the room and of groups, and what came of them."""
    about = (talk.id, talk.theme, talk.ask)
    for order, vote in enumerate(talk.votes, start=1):
        kind = vote.title.partition(",")[2].strip()
        yield Row("vote", order, *about, vote.room.words, note=_joined(kind, vote.room.beside))
        for group in vote.groups:
            yield Row(
                "vote of a group", order, *about, group.words, who=group.who, note=group.beside
            )
    if talk.agreed:
        yield Row("outcome", 1, *about, talk.agreed, note=talk.note)
    elif talk.note:
        yield Row("note", 1, *about, note=talk.note)
    for order, said in enumerate(talk.statements, start=1):
        yield Row("statement", order, *about, who=said.name, note=said.words)


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def _found(summary: Summary) -> Iterator[Row]:
    for order, item in enumerate(summary.settle.shown, start=1):
        deed = item.next or ActionItem("", "", "")
        yield Row(
            item.kind.lower(),
            order,
            item.id,
            item.theme,
            item.title,
            item.because,
            item.lens,
            deed.do,
            deed.who,
            deed.effort,
            note=item.noted,
            sources=" ".join(item.cites),
            by=item.author,
        )
    for order, good in enumerate(summary.favour.shown, start=1):
        yield Row(
            "in your favour",
            order,
            good.id,
            good.theme,
            good.title,
            good.because,
            note=good.noted,
            sources=" ".join(good.cites),
            by=good.author,
        )
    for order, remark in enumerate(summary.remarks.shown, start=1):
        yield Row(
            remark.kind.lower(),
            order,
            remark.id,
            title=remark.title,
            because=remark.because,
            sources=" ".join(remark.cites),
        )


def _done(summary: Summary) -> Iterator[Row]:
    for line in summary.plan:
        yield Row(
            "step",
            line.number,
            line.id,
            title=line.deed.do,
            because=line.reason,
            who=line.deed.who,
            effort=line.deed.effort,
            after=" ".join(map(str, line.after)),
        )
    for order, refused in enumerate(summary.not_counted.shown, start=1):
        yield Row("not counted", order, refused.id, title=refused.title, because=refused.reason)
    for order, noted in enumerate(summary.notes, start=1):
        yield Row("note", order, noted.id, noted.theme, noted.ask, note=noted.noted)
