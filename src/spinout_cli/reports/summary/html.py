"""The summary as one self-contained page: nothing in it runs, and nothing is fetched."""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined
from markupsafe import Markup

from spinout_cli.phrases import capital, sentence
from spinout_cli.results.comparison_summary import Change, Kind, Progress
from spinout_cli.results.summary import Count, PlanLine, Summary
from spinout_cli.results.workshop_record import Spread, Talk
from spinout_cli.sanitize import clean

_REPORTS = Path(__file__).parent.parent
_TEMPLATES = _REPORTS / "templates"
_WEB = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_PER_ROW = 16
_UNIT = 18

TALL = 64
"""How high the highest column of a vote is."""

_TREAD, _STAIR = 16, 44
"""Of a ladder as stairs: how wide one is, and how high the highest."""

_LENGTHS = {"days": 1, "weeks": 3, "months": 8}


class Section(NamedTuple):
    """A part of the page that the contents name."""

    id: str
    title: str


class Unit(NamedTuple):
    """One answer as a shape, and where it is drawn."""

    symbol: str
    x: int
    y: int


class Units(NamedTuple):
    """A picture in which every answer is one shape, and the same in words."""

    shapes: tuple[Unit, ...]
    width: int
    height: int
    words: str


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


class Tread(NamedTuple):
    """A rung of a ladder as a stair, and when an answer stood on it."""

    x: int
    height: int
    when: str


class Staircase(NamedTuple):
    """A ladder as stairs, and the same in words."""

    treads: tuple[Tread, ...]
    tread: int
    width: int
    height: int
    words: str


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


def comparison(told: Progress, language: str) -> str:
    """Return a comparison as an HTML document."""
    sections = [
        Section(name, title)
        for name, title, there in (
            ("lenses", "Where it stands", True),
            ("stages", "On the way", told.stages),
            *((kind.id, kind.title.partition(":")[0], True) for kind in told.kinds),
            ("done", "Done between", told.done),
            ("themes", "Themes", True),
        )
        if there
    ]
    return render(
        "compare.html.j2", language, told=told, sections=sections, steps=steps, shapes=shapes
    )


def steps(change: Change) -> Staircase:
    """Lay a ladder out as stairs that rise to the right, and mark where an answer stood."""
    stood = {moment.rung: moment.when for moment in change.way if moment.rung is not None}
    treads = tuple(
        Tread(place * (_TREAD + 3), _STAIR * (place + 1) // change.rungs, stood.get(place, ""))
        for place in range(change.rungs)
    )
    places = [moment.rung + 1 for moment in change.way if moment.rung is not None]
    words = f"rung {' to '.join(map(str, places))} of {change.rungs}, from the bottom"
    return Staircase(treads, _TREAD, change.rungs * (_TREAD + 3) - 3, _STAIR, words)


def shapes(kinds: Sequence[Kind]) -> Units:
    """Lay every change out as a shape of its own, in rows."""
    return units([Count(kind.symbol, len(kind.changes), kind.short) for kind in kinds], per_row=28)


def render(template: str, language: str, **told: object) -> str:
    """Return a page drawn with one of the templates beside this file.

    Whatever is put in is cleaned and escaped; the style is allowed by its hash, and nothing else is.
    """
    style = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    safe = language if _LANGUAGE.fullmatch(language) else "en-GB"
    text = (
        _environment()
        .get_template(template)
        .render(style=Markup(style), policy=Markup(policy), language=safe, **told)  # noqa: S704  (ours)
    )
    return text + "\n"


def units(counts: Sequence[Count], per_row: int = _PER_ROW) -> Units:
    """Lay every answer out as a shape of its own, in rows."""
    symbols = [count.symbol for count in counts for _ in range(count.number)]
    shapes = tuple(
        Unit(symbol, i % per_row * _UNIT, i // per_row * _UNIT) for i, symbol in enumerate(symbols)
    )
    lines = -(-len(symbols) // per_row)
    words = ", ".join(f"{count.number} {count.words}" for count in counts if count.number)
    return Units(shapes, per_row * _UNIT, max(lines, 1) * _UNIT, words)


def votes(talk: Talk) -> list[Drawn]:
    """Lay the votes on a question out as columns: as high as the share that they are of a vote."""
    letters = [letter for letter, _ in talk.places]
    spreads = [spread for vote in talk.votes for spread in (vote.room, *vote.groups)]
    highest = max((_share(max(spread.counts), spread) for spread in spreads), default=0) or 1
    return [
        Drawn(vote.title, tuple(_columns(s, letters, highest) for s in (vote.room, *vote.groups)))
        for vote in talk.votes
    ]


def pictured(talks: Sequence[Talk]) -> dict[str, Columns]:
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


def compile_templates(folder: Path) -> None:
    """Write the templates as Python code: a wheel holds them so, since that takes longest to make."""
    source = _environment().overlay(loader=FileSystemLoader(_TEMPLATES))
    source.compile_templates(folder, extensions=["j2"], zip=None, ignore_errors=False)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([ModuleLoader(_REPORTS / "compiled"), FileSystemLoader(_TEMPLATES)]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
    )
    environment.filters |= {"sentence": sentence, "capital": capital, "figure": _figure}
    environment.tests["web"] = lambda address: bool(_WEB.fullmatch(address))
    return environment


def _inert(value: object) -> object:
    """Take out of every foreign text what a browser, or a terminal it is pasted in, would obey."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _figure(number: float) -> str:
    return f"{number:.1f}"


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
            ("in-house", "Could it be done in-house?", True),
            ("themes", "Themes", True),
            ("place", "Where you are", True),
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
