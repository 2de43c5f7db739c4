"""Voting slips, ballots and a run sheet as an HTML page for printing."""

from collections.abc import Sequence
from dataclasses import dataclass

from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.reports.html_page import render
from spinout_cli.text import sentence
from spinout_cli.workshop.planning import MINUTES_A_QUESTION, MINUTES_ASIDE
from spinout_cli.workshop.vote_parser import LETTERS
from spinout_cli.workshop.vote_text import places


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands on paper."""

    number: int
    id: str
    theme: str
    ask: str
    aloud: str
    letters: tuple[str, ...]
    rungs: tuple[tuple[str, str], ...]
    from_: int
    """The minute at which it begins."""

    stop: str
    find_out: str
    ask_whom: str


def page(question_set: QuestionSet, plan: Sequence[str], *, service: str, people: int) -> str:
    """Return a workshop's papers as one HTML document.

    Args:
        question_set: the questions.
        plan: the ids of those that are to be asked, in order.
        service: the name of the service, if it is known.
        people: how many are expected; 0 if that is not known.
    """
    questions = [question_set.question[name] for name in plan]
    asked = [_asked(n, q, question_set) for n, q in enumerate(questions, start=1)]
    return render(
        "slips.html.j2",
        question_set.language,
        title=service or question_set.title,
        questions=asked,
        groups=", ".join(question_set.words.groups),
        people=people,
        opening=MINUTES_ASIDE // 2,
        minutes=MINUTES_A_QUESTION,
        closing=MINUTES_ASIDE // 2 + MINUTES_A_QUESTION * len(asked),
        ends=MINUTES_ASIDE + MINUTES_A_QUESTION * len(asked),
        made_with=f"Question set {question_set.id}, version {question_set.version}.",
    )


def _asked(number: int, question: Question, question_set: QuestionSet) -> Asked:
    stop = question.hard_stop
    clears = LETTERS[question.lowest_clear] if stop else ""
    return Asked(
        number=number,
        id=question.id,
        theme=question_set.theme[question.theme].title,
        ask=question.ask,
        aloud=question.aloud,
        letters=tuple(letter for letter, _ in places(question)),
        rungs=places(question),
        from_=MINUTES_ASIDE // 2 + MINUTES_A_QUESTION * (number - 1),
        stop=f"Can stop {question_set.words.undertaking}: {clears} or higher needs a document."
        if stop
        else "",
        find_out=sentence(question.find_out.what[:1].upper() + question.find_out.what[1:]),
        ask_whom=question.find_out.from_,
    )
