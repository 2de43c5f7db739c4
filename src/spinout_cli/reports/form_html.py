"""The questions of some themes as an HTML page that is filled in and saved in a browser, offline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from spinout_cli.documents.answers import NOTE_LIMIT, Service, SetRef
from spinout_cli.interview.screen import BASES, DONT_KNOW, NOT_APPLICABLE, SKIP, Help
from spinout_cli.question_set.model import Question, Theme
from spinout_cli.question_set.rungs import clears
from spinout_cli.reports.html_page import render_form


@dataclass(frozen=True, slots=True)
class FormRung:
    """A rung to choose, and whether it clears a stop."""

    id: str
    label: str
    clears: bool


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """A question as it stands on the page."""

    number: int
    id: str
    ask: str
    rungs: tuple[FormRung, ...]
    stops: bool
    help: tuple[Help, ...]


@dataclass(frozen=True, slots=True)
class FormTheme:
    """A theme with those of its questions that are asked."""

    title: str
    why: str
    questions: tuple[FormQuestion, ...]


@dataclass(frozen=True, slots=True)
class FormFor:
    """Whom the page is for, and what its answers are about."""

    role: str
    message: str
    ref: SetRef
    service: Service
    depth: str
    file: str
    """What the file with the answers is called."""


def page(
    form: FormFor,
    themes: Sequence[Theme],
    questions: Sequence[Question],
    help_of: Callable[[Question], tuple[Help, ...]],
    language: str,
) -> str:
    """Return the page.

    Args:
        form: whom it is for, and what its answers are about.
        themes: the themes, in order.
        questions: those that are asked.
        help_of: why a question is asked, on what evidence, and who has been there.
        language: the language of the questions.
    """
    numbered = {question.id: n for n, question in enumerate(questions, start=1)}
    return render_form(
        "form.html.j2",
        language,
        role=form.role,
        message=form.message,
        ref=form.ref,
        service=form.service.name or "Your service",
        service_id=form.service.id,
        service_name=form.service.name,
        depth=form.depth,
        file=form.file,
        limit=NOTE_LIMIT,
        others=(DONT_KNOW, NOT_APPLICABLE, SKIP),
        bases=BASES,
        made_with=f"Question set {form.ref.id}, version {form.ref.version}.",
        themes=[
            FormTheme(
                theme.title,
                theme.why,
                tuple(
                    _asked(q, numbered[q.id], help_of(q)) for q in questions if q.theme == theme.id
                ),
            )
            for theme in themes
        ],
    )


def _asked(question: Question, number: int, told: tuple[Help, ...]) -> FormQuestion:
    rungs = tuple(
        FormRung(rung.id, rung.label, clears(question, index))
        for index, rung in enumerate(question.rungs)
    )
    stops = any(rung.clears for rung in rungs)
    return FormQuestion(number, question.id, question.ask, rungs, stops, told)
