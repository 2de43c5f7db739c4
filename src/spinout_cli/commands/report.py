"""`spinout report` and `assess --print`: a result, or the questions, in any format."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never, get_args

from spinout_cli import streams
from spinout_cli.commands import assess
from spinout_cli.commands.write_output import Format, OutputTarget
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.assessment import Assessment
from spinout_cli.documents.redaction import Redact, redacted, redacted_result, redacted_workshop
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.question_set import loader
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reading import answer_files
from spinout_cli.results.hints import CommandHints
from spinout_cli.results.summarise import summarise, written_beside
from spinout_cli.results.summary import Summary
from spinout_cli.sanitize import sanitize
from spinout_cli.terminal import summary as summary_module

if TYPE_CHECKING:
    from spinout_cli.documents.workshop import Workshop
    from spinout_cli.results.workshop_record import WorkshopRecord

FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    file: Path
    format: Format | None = None
    to: str | None = None
    force: bool = False
    redact: tuple[Redact, ...] = ()
    raw: bool = False
    plain: bool = False
    colour: bool = True
    questions: Path | None = None

    @property
    def output(self) -> OutputTarget:
        """Where it is written, and as what."""
        return OutputTarget(self.to, self.format, self.force)


@dataclass(frozen=True, slots=True)
class LoadedReport:
    """What there is to report: an assessment, and the answers it follows from if they are known."""

    assessment: Assessment
    question_set: QuestionSet
    sheet: AnswerSheet | None
    hints: CommandHints
    workshop: "Workshop | None" = None

    @property
    def summary(self) -> Summary:
        """All of it in finished words."""
        told = summarise(
            self.assessment,
            self.question_set,
            hints=self.hints,
            notes=self._notes,
            answers=self.sheet.answers if self.sheet and self.workshop is None else None,
            command="workshop" if self.workshop else "assess",
        )
        return replace(told, record=self.record)

    @property
    def _notes(self) -> dict[str, str]:
        """What somebody wrote beside the answers; of a workshop, its record has all of it."""
        given = self.sheet.answers if self.sheet and self.workshop is None else {}
        return {name: written_beside(answer) for name, answer in given.items()}

    @property
    def record(self) -> "WorkshopRecord | None":
        """The record of the workshop, where it is one."""
        if self.workshop is None:
            return None
        from spinout_cli.workshop.record import build_record  # noqa: PLC0415  (seldom needed)

        return build_record(self.workshop, self.question_set)


def report(request: Request) -> Assessment:
    """Write a report where it was asked for, and return what it reports.

    Raises:
        UsageError: it cannot be written in this way.
        SpinoutError: it could not be read or written.
    """
    output = request.output
    form = output.format_among(FORMATS, "A report")
    told = read(request.file, request.questions, request.redact, force=request.force)
    if form == "terminal" and output.path is None:
        summary_module.write_summary(told.summary, plain=request.plain, colour=request.colour)
    else:
        if output.path is None and form == "docx" and _on_a_terminal():
            raise UsageError(
                "A Word document cannot be shown on a terminal. Name a file: -o paper.docx"
            )
        content = drawn(told, form, raw=request.raw, marked=output.path is not None)
        output.write(content, [request.file])
    _warn(told, request.redact)
    return told.assessment


def read(
    file: Path, questions: Path | None, redact: tuple[Redact, ...] = (), *, force: bool = False
) -> LoadedReport:
    """Return what there is to report: from a session, a workshop, answers or an assessment.

    Raises:
        SpinoutError: it is none of them; the message says what is wrong.
    """
    given, loaded = answer_files.read_document(file), loader.load(questions, force=force)
    if isinstance(given, Assessment):
        loaded.refuse_answers_to(given.question_set.id, sanitize(str(file)))
        if given.question_set.digest != loaded.digest:
            streams.write_stderr(
                "This was scored with another version of the questions. Scores and findings are "
                "as they were; stories and sources are told from the version here."
            )
        name = None if "name" in redact else str(file)
        hints = CommandHints(name, loaded.options)
        return LoadedReport(redacted_result(given, redact, loaded.set), loaded.set, None, hints)
    result = assess.follow(given, loaded, file)
    sheet = redacted(result.sheet, redact, result.question_set)
    assessment = assess.Result(sheet, result.question_set, result.digest).score()
    held = given.workshop and redacted_workshop(given.workshop, redact, result.question_set)
    hints = replace(result.hints, file=None) if "name" in redact else result.hints
    return LoadedReport(assessment, result.question_set, sheet, hints, held)


def drawn(told: LoadedReport, form: Format, *, raw: bool = False, marked: bool = True) -> bytes:
    """Return a report as the bytes of a file.

    Args:
        told: what to report.
        form: the format.
        raw: for CSV, whether cells are left as they are, for programs.
        marked: for CSV, whether it begins with the mark by which Excel knows UTF-8.
    """
    # Each format is imported only where it is asked for: together they take longer than all else.
    mark = ""
    match form:
        case "html":
            from spinout_cli.reports.summary import html  # noqa: PLC0415

            text = html.page(told.summary)
        case "markdown":
            from spinout_cli.reports.summary import markdown  # noqa: PLC0415

            text = markdown.page(told.summary)
        case "csv":
            from spinout_cli.reports.summary import csv  # noqa: PLC0415

            text, mark = csv.rows(told.summary, raw=raw), "" if raw or not marked else "\ufeff"
        case "json":
            text = told.assessment.model_dump_json(indent=2, by_alias=True) + "\n"
        case "answers":
            text = _answers(told) + "\n"
        case "terminal":
            text = summary_module.plain_summary(told.summary) + "\n"
        case "docx":
            return _paper(told)
        case _:
            assert_never(form)
    return (mark + text).encode()


def _answers(told: LoadedReport) -> str:
    if told.sheet is None:
        raise SpinoutError("This file holds results and no answers. Name the session instead.")
    # Whoever reads it under other questions must see which answers were given on other rungs.
    known = told.question_set.ladders
    ladders = {name: known[name] for name in told.sheet.answers if name in known}
    sheet = told.sheet if told.sheet.ladders else told.sheet.model_copy(update={"ladders": ladders})
    return sheet.model_dump_json(indent=2, exclude_none=True)


def _paper(told: LoadedReport) -> bytes:
    try:
        from spinout_cli.reports.summary import docx  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        if missing.name != "docx":
            raise
        raise SpinoutError(
            "Word documents need one more package. Install it with   pip install 'spinout-cli[docx]'"
        ) from None
    return docx.paper(told.summary, told.assessment.scored_at)


def questionnaire(
    questions: Path | None, themes: tuple[str, ...], to: str | None, *, quick: bool, force: bool
) -> None:
    """Write the questions as a page for printing to a file, or to stdout.

    Raises:
        UsageError: there is no such theme.
        SpinoutError: it could not be written.
    """
    loaded = loader.load(questions)
    assess.check_themes(themes, loaded.set)
    write_questionnaire(loaded.set, themes, OutputTarget(to, force=force), quick=quick)


def write_questionnaire(
    question_set: QuestionSet, themes: tuple[str, ...], output: OutputTarget, *, quick: bool
) -> None:
    """Write the questions of these themes, or of all, as a page for printing.

    Raises:
        UsageError: another format than HTML was asked for.
        SpinoutError: it could not be written.
    """
    from spinout_cli.reports import questionnaire_html as paper  # noqa: PLC0415  (as above)

    output.format_among(("html",), "A questionnaire")
    wanted = [theme for theme in question_set.themes if not themes or theme.id in themes]
    made_with = f"Question set {question_set.id}, version {question_set.version}."
    content = paper.page(question_set, wanted, quick=quick, made_with=made_with).encode()
    output.write(content)


def _on_a_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _warn(told: LoadedReport, redact: tuple[Redact, ...]) -> None:
    """Say what nobody but a reader can find."""
    if redact and "notes" not in redact and _noted(told):
        streams.write_stderr(
            "The notes are still in it, and may name people or places. "
            "Read them before you share it, or add --redact notes."
        )


def _noted(told: LoadedReport) -> bool:
    """Tell whether there is something in people's own words."""
    answers = told.sheet.answers.values() if told.sheet else ()
    talks = told.workshop.questions.values() if told.workshop else ()
    return any(answer.note or answer.reason for answer in answers) or any(
        talk.note or talk.statements or talk.actions for talk in talks
    )
