"""The summary as one self-contained HTML page."""

from collections.abc import Sequence
from typing import NamedTuple

from spinout_cli.reports.html_page import Section, render, units
from spinout_cli.results.summary import PlanLine, Summary
from spinout_cli.results.workshop_record import QuestionRecord, Spread

TALL = 64
"""How high the highest column of a vote is."""


_LENGTHS = {"days": 1, "weeks": 3, "months": 8}


class Row(NamedTuple):
    """Something to do as a bar that begins where what comes first ends."""

    line: PlanLine
    start: int
    length: int
    span: int


class Column(NamedTuple):
    """How many chose one rung, or do not know, as a column of a picture."""

    letter: str
    votes: int
    known: bool
    height: int


class Columns(NamedTuple):
    """A vote as a picture: a column for each rung and one for those who do not know."""

    columns: tuple[Column, ...]
    who: str
    words: str
    beside: str


class Drawn(NamedTuple):
    """A vote of the room beside the same vote of the groups that may be told apart."""

    title: str
    spreads: tuple[Columns, ...]


def page(summary: Summary) -> str:
    """Return the summary, and of a workshop its record, as an HTML document."""
    numbers = {source.id: source.number for source in summary.sources}
    talks = summary.record.talks if summary.record else ()
    return render(
        "report.html.j2",
        summary.language,
        summary=summary,
        numbers=numbers,
        sections=_sections(summary),
        units=units,
        rows=rows,
        votes=votes,
        pictured=pictured(talks),
        asked={talk.id: f"talk-{number}" for number, talk in enumerate(talks, start=1)},
    )


def votes(talk: QuestionRecord) -> list[Drawn]:
    """Lay the votes on a question out as columns: as high as the share that they are of a vote."""
    letters = [letter for letter, _ in talk.places]
    spreads = [spread for vote in talk.votes for spread in (vote.room, *vote.groups)]
    highest = max((_share(max(spread.counts), spread) for spread in spreads), default=0) or 1
    return [
        Drawn(vote.title, tuple(_columns(s, letters, highest) for s in (vote.room, *vote.groups)))
        for vote in talk.votes
    ]


def pictured(talks: Sequence[QuestionRecord]) -> dict[str, Columns]:
    """Return the last vote of the room on each question as a picture."""
    drawn = {talk.id: votes(talk) for talk in talks if talk.votes}
    return {name: each[-1].spreads[0] for name, each in drawn.items()}


def _share(count: int, of: Spread) -> float:
    return count / (sum(of.counts) or 1)


def _columns(spread: Spread, letters: Sequence[str], highest: float) -> Columns:
    columns = tuple(
        Column(
            letter=letter,
            votes=votes_,
            known=place < len(letters) - 1,
            height=max(round(TALL * _share(votes_, spread) / highest), 2) if votes_ else 0,
        )
        for place, (letter, votes_) in enumerate(zip(letters, spread.counts, strict=True))
    )
    return Columns(columns, spread.who, spread.words, spread.beside)


def rows(plan: Sequence[PlanLine]) -> list[Row]:
    """Lay a plan out as bars, each beginning where those that come first end."""
    ends: dict[int, int] = {}
    placed = []
    for line in plan:
        start = max((ends.get(number, 0) for number in line.after), default=0)
        length = _LENGTHS.get(line.deed.effort, 1)
        ends[line.number] = start + length
        placed.append((line, start, length))
    span = max(ends.values(), default=1)
    return [Row(line, start, length, span) for line, start, length in placed]


def _sections(summary: Summary) -> list[Section]:
    """What the contents name: only what is there."""
    return [
        Section(name, title)
        for name, title, there in (
            ("lenses", "Where it stands", True),
            ("workshop", "What the workshop came to", summary.record),
            ("settle", "To settle", True),
            ("favour", "In your favour", True),
            ("remarks", "Cautions and options", summary.remarks.shown),
            ("find-out", "Find out", summary.find_out.shown),
            ("in-house", summary.in_house.heading if summary.in_house else "", summary.in_house),
            ("themes", "Themes", True),
            ("place", "Where you are", summary.notices.shown or summary.notices.empty),
            ("steps", "Next steps", True),
            ("not-counted", "Not counted", summary.not_counted.shown),
            ("notes", "Other notes", summary.notes),
            ("rests", "What this rests on", True),
            ("talks", "Question by question", summary.record and summary.record.talks),
            ("plan", "Everything to do", summary.plan),
            ("sources", "Sources", summary.sources),
        )
        if there
    ]
