"""`spinout compare`: compares assessments of one service, as text, a page or JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal, assert_never

from spinout_cli import streams
from spinout_cli.commands import explain
from spinout_cli.commands.write_output import OutputTarget
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.comparison import Comparison
from spinout_cli.errors import UsageError
from spinout_cli.reports import comparison_text as drawn
from spinout_cli.results.compare import AssessedAnswers, score_for_comparison
from spinout_cli.results.compare import compare as compared
from spinout_cli.results.comparison_summary import (
    DIRECTIONS,
    ComparisonSummary,
    summarise_comparison,
)
from spinout_cli.results.targets import ScoringContext
from spinout_cli.sanitize import sanitize
from spinout_cli.scoring.applicability import CountedAnswers
from spinout_cli.scoring.renames import renamed
from spinout_cli.text import format_date, straight_quotes

Format = Literal["terminal", "html", "json"]

_NAMED = 5
"""Answers that are named at most where some are left out."""

_LEFT_OUT = {
    "unknown-question": "the questions do not ask it",
    "unknown-rung": "the rung is not on its ladder",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    files: tuple[Path, ...]
    format: Format | None = None
    to: str | None = None
    force: bool = False
    plain: bool = False
    questions: Path | None = None

    @property
    def output(self) -> OutputTarget:
        """Where it is written, and as what."""
        return OutputTarget(self.to, self.format, self.force)


def compare(request: Request) -> Comparison:
    """Tell what has changed between the first file and the last, and return it.

    Raises:
        UsageError: there is only one file, or it cannot be written in this way.
        SpinoutError: it could not be read or written.
    """
    if len(request.files) == 1:
        raise UsageError("Two files are needed, the earlier first: spinout compare BEFORE AFTER")
    output = request.output
    form: Format = output.format_among(("terminal", "html", "json"), "A comparison")
    read = [
        explain.read_today(file, request.questions, force=request.force) for file in request.files
    ]
    _warn([one.sheet for one in read])
    sides = _sides(read)
    for file, each in zip(request.files, sides, strict=True):
        _tell_left_out(file, each.standing)
    found = compared(sides)
    match form:
        case "json":
            text = found.model_dump_json(indent=2)
        case "html":
            from spinout_cli.reports import comparison_html  # noqa: PLC0415  (late: it takes long to import)

            text = comparison_html.comparison(
                _told(found, read, request),
                read[-1].question_set.language,
                read[-1].question_set.topic,
            )
        case "terminal":
            text = _text(_told(found, read, request), request)
        case _:
            assert_never(form)
    if output.path is None and form != "html":
        streams.write_text(text) if form == "terminal" else streams.write(text)
    else:
        content = f"{text.rstrip()}\n".encode()
        output.write(content, request.files)
    return found


def _text(told: ComparisonSummary, request: Request) -> str:
    symbols = not request.plain and (
        request.output.path is not None or streams.stdout_can_encode(DIRECTIONS)
    )
    text = drawn.text(told, symbols=symbols)
    names = (sanitize(file.name) for file in request.files)
    return straight_quotes(text, *names) if request.plain else text


def _told(found: Comparison, read: Sequence[ScoringContext], request: Request) -> ComparisonSummary:
    sheets = [one.sheet for one in read]
    names = [_dated(file, sheet) for file, sheet in zip(request.files, sheets, strict=True)]
    services = [sheet.service.name for sheet in sheets if sheet.service and sheet.service.name]
    stages = [compared(_sides(pair)) for pair in pairwise(read)]
    return summarise_comparison(
        found, names, stages, services[-1] if services else "", read[-1].question_set
    )


def _sides(read: Sequence[ScoringContext]) -> list[AssessedAnswers]:
    """Score several, each with the questions that it was given to if its file holds them."""
    names = renamed(one.question_set for one in read)
    return [score_for_comparison(one, names) for one in read]


def _tell_left_out(file: Path, standing: CountedAnswers) -> None:
    """Say on stderr which answers cannot be compared, since the questions do not have them."""
    for reason, words in _LEFT_OUT.items():
        names = [name for name, why in standing.refused if why == reason]
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            shown = ", ".join(sanitize(name) for name in names[:_NAMED])
            streams.write_stderr(f"{sanitize(file.name)}: left out, since {words}: {shown}{more}.")


def _dated(file: Path, sheet: AnswerSheet) -> str:
    name = sanitize(file.name)
    return f"{name}, {format_date(sheet.updated.date())}" if sheet.updated else name


def _warn(sheets: Sequence[AnswerSheet]) -> None:
    """Say so where it does not look like one service, or like one direction of time."""
    services = {sheet.service.id for sheet in sheets if sheet.service}
    if len(services) > 1:
        streams.write_stderr(
            "These files are about different services: what differs may not have changed."
        )
    moments = [sheet.updated for sheet in sheets if sheet.updated]
    if any(_instant(later) < _instant(earlier) for earlier, later in pairwise(moments)):
        streams.write_stderr(
            "The files are not in the order of their dates; the earliest belongs first."
        )


def _instant(moment: datetime) -> datetime:
    """A moment that names no time zone is taken as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
