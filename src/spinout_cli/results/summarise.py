"""Builds the summary of an assessment, in reading order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from spinout_cli.documents.answers import Answer
from spinout_cli.documents.assessment import Assessment, NotCounted, ThemeScore
from spinout_cli.fields import Refusal
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.question_set.wording import Wording
from spinout_cli.results.evidence import no_notice, notice_line, sources
from spinout_cli.results.findings import (
    cautions_and_options,
    in_favour,
    in_house,
    theme_title,
    to_find,
    to_settle,
)
from spinout_cli.results.hints import CommandHints
from spinout_cli.results.steps import first_steps, whole_plan
from spinout_cli.results.summary import (
    CutList,
    EnablerItem,
    Heading,
    NotCountedItem,
    NoteLine,
    RoadblockItem,
    StepLine,
    Summary,
    ThemeLine,
    UnknownItem,
)
from spinout_cli.results.verdicts import lens_line
from spinout_cli.text import by_and_date, count_noun, format_date, sentence

_Item = TypeVar("_Item")
_Noted = TypeVar("_Noted", RoadblockItem, EnablerItem, UnknownItem)
REFUSALS: dict[Refusal, str] = {
    "closed": "It is not asked where these facts hold. The answer is kept.",
    "unknown-question": "This question set has no such question.",
    "unknown-rung": "In this question set, the question has no such answer.",
    "ladder-changed": "It was given on another ladder than this question set has.",
    "unknown-circumstance": "This question set does not ask for this fact.",
    "unknown-choice": "In this question set, the fact has no such choice.",
}
"""Why something does not count, in words."""

_NO_ROADBLOCK = "Nothing in the answers given so far."
_NO_FAVOUR = "The answers given so far do not show it yet."
_NO_STEP = "These answers name no next step."


def summarise(  # noqa: PLR0913  (each says one thing about how it is told)
    assessment: Assessment,
    question_set: QuestionSet,
    *,
    hints: CommandHints | None = None,
    limit: int | None = None,
    notes: Mapping[str, str] | None = None,
    answers: Mapping[str, Answer] | None = None,
    command: str = "assess",
) -> Summary:
    """Put an assessment into words, in the order in which they are best read.

    Args:
        assessment: what follows from the answers.
        question_set: the set that it was computed with.
        hints: what the commands that it prints must name; those of the built-in set if left out.
        limit: how many of each list to show. What stops a spin-out is always shown.
        notes: what somebody wrote beside an answer, by the question's id.
        answers: the answers, if it is to be told who gave each and when.
        command: the command that goes on with the file.
    """
    past = assessment.lenses["launch"].state == "past"
    shown = question_set.lens_words
    hints = hints or CommandHints()
    listed = _Lists(limit, hints)
    heading = _heading(assessment, question_set)
    steps = first_steps(assessment)
    noted = _Notes(notes or {}, answers or {})
    settle = noted.beside(to_settle(assessment, question_set, hints, past=past))
    favour = noted.beside(in_favour(assessment, question_set))
    remarks = cautions_and_options(assessment.findings)
    find_out = noted.beside([to_find(u, question_set) for u in assessment.find_out])
    today = assessment.scored_at.date()
    notices = [notice_line(notice, question_set, today) for notice in assessment.notices]
    return Summary(
        heading=heading,
        lenses=tuple(lens_line(lens, assessment, question_set) for lens in shown),
        open=_open(assessment),
        go_on=_go_on(assessment, hints, command),
        settle=listed(settle, _NO_ROADBLOCK, _stopping),
        favour=listed(favour, _NO_FAVOUR),
        remarks=listed(remarks),
        find_out=listed(find_out, "", _stopping),
        in_house=in_house(assessment.in_house, question_set, past=past),
        themes=tuple(_theme(theme) for theme in assessment.themes),
        place=", ".join(filter(None, (heading.nation, heading.sector))),
        notices=listed(notices, no_notice(heading.nation, question_set)),
        steps=CutList(tuple(steps), empty="" if steps else _NO_STEP),
        not_counted=listed([_ignored(n, question_set) for n in assessment.not_counted]),
        caution=sentence(assessment.caution),
        ending=_ending(assessment, favour, steps, question_set.words),
        plan=whole_plan(assessment),
        notes=noted.elsewhere(question_set),
        sources=sources([*settle, *favour, *remarks, *notices], question_set),
        made_with=_made_with(assessment),
        topic=question_set.topic,
        language=question_set.language,
    )


def written_beside(answer: Answer) -> str:
    """Return what somebody wrote beside an answer: the note, and why it does not apply.

    >>> written_beside(Answer(state="not-applicable", note="Ask Gwen", reason="No such post"))
    'Ask Gwen. Why it does not apply: No such post'
    """
    note, reason = answer.note.strip(), answer.reason.strip()
    if not note or not reason or note == reason:
        return note or reason
    return f"{sentence(note)} Why it does not apply: {reason}"


def author(answer: Answer) -> str:
    """Return who gave an answer and when, in words; nothing where no role is known."""
    if answer.disputed:
        return "several people, who do not agree yet"
    return by_and_date(answer.by, answer.at)


class _Notes:
    """Puts each note and each author beside what is said about its question, and keeps track of the rest."""

    def __init__(self, notes: Mapping[str, str], answers: Mapping[str, Answer]) -> None:
        self._authors = {name: author(answer) for name, answer in answers.items()}
        self._left = {name: note.strip() for name, note in notes.items() if note.strip()}

    def beside(self, items: list[_Noted]) -> list[_Noted]:
        """Return the items with their notes, and with who answered."""
        return [
            replace(
                item,
                noted=self._left.pop(item.id, ""),
                author=self._authors.get(item.id, ""),
            )
            for item in items
        ]

    def elsewhere(self, question_set: QuestionSet) -> tuple[NoteLine, ...]:
        """Return the notes that have not been put beside anything; what the set lacks comes last."""
        known = [
            NoteLine(q.id, theme_title(q.theme, question_set), q.ask, self._left[q.id])
            for q in question_set.questions
            if q.id in self._left
        ]
        rest = self._left.keys() - question_set.question.keys()
        return (*known, *(NoteLine(name, "", name, self._left[name]) for name in sorted(rest)))


class _Lists:
    """Cuts lists to the length asked for, and says what it left out."""

    def __init__(self, limit: int | None, hints: CommandHints) -> None:
        self._limit = limit
        self._report = hints.on_file("report")

    def __call__(
        self,
        items: Sequence[_Item],
        empty: str = "",
        always: Callable[[_Item], bool] = lambda _: False,
    ) -> CutList[_Item]:
        """Show the first, and beyond the limit only what must never be left out."""
        limit = len(items) if self._limit is None else max(self._limit, 0)
        shown = tuple(item for i, item in enumerate(items) if i < limit or always(item))
        left = len(items) - len(shown)
        return CutList(shown, self._more(left) if left else "", "" if items else empty)

    def _more(self, left: int) -> str:
        return f"{left} more" + (f": {self._report}" if self._report else "")


def _stopping(item: RoadblockItem | UnknownItem) -> bool:
    return item.hard_stop


def _heading(assessment: Assessment, question_set: QuestionSet) -> Heading:
    answered = sum(theme.answered for theme in assessment.themes)
    applicable = sum(theme.applicable for theme in assessment.themes)
    return Heading(
        service=(assessment.service.name if assessment.service else "").strip()
        or question_set.words.subject_sentence,
        nation=_label("nation", assessment, question_set),
        sector=_label("sector", assessment, question_set),
        answered=f"{answered} of {applicable} answered",
        depth="quick version" if assessment.depth == "quick" else "",
        date=format_date(assessment.scored_at.date()),
    )


def _label(circumstance: str, assessment: Assessment, question_set: QuestionSet) -> str:
    """What was chosen, in the set's words; nothing where it says nothing."""
    asked = question_set.circumstance.get(circumstance)
    chosen = assessment.circumstances.get(circumstance)
    if asked is None or chosen == "other":
        return ""
    return next((choice.label for choice in asked.choices if choice.id == chosen), "")


def _open(assessment: Assessment) -> str:
    """What has not been asked, so that silence is not taken for an answer."""
    left = sum(theme.not_asked for theme in assessment.themes)
    rest = "; the quick version does not ask everything" if assessment.depth == "quick" else ""
    return f"{count_noun(left, 'question')} not asked yet{rest}." if left else ""


def _go_on(assessment: Assessment, hints: CommandHints, command: str) -> str:
    """The command that goes on with a session; other documents cannot be gone on with."""
    session = hints.file is not None and hints.file.endswith(".spinout")
    if assessment.depth == "full" and _open(assessment) and session:
        return hints.on_file(command)
    return ""


def _theme(theme: ThemeScore) -> ThemeLine:
    return ThemeLine(
        theme.id,
        theme.title,
        theme.low,
        theme.high,
        theme.score,
        theme.answered,
        theme.applicable,
    )


def _made_with(assessment: Assessment) -> str:
    """Which questions the answers were given to, so that others can check."""
    ref = assessment.question_set
    return f"Question set {ref.id}, version {ref.version}, digest {ref.digest[:12]}."


def _ignored(refused: NotCounted, question_set: QuestionSet) -> NotCountedItem:
    question = question_set.question.get(refused.id)
    fact = question_set.circumstance.get(refused.id)
    asked = question or fact
    return NotCountedItem(refused.id, asked.ask if asked else "", REFUSALS[refused.reason])


def _ending(
    assessment: Assessment, favour: list[EnablerItem], steps: list[StepLine], words: Wording
) -> str:
    """A true good ending: what is there to build on, and that the next thing can be done."""
    if not any(theme.answered for theme in assessment.themes):
        return "Nothing is answered yet. Start with any theme; you can stop whenever you like."
    if not favour:
        return (
            "These answers do not yet show what is going for you. That is said of these answers,"
            f" not of your {words.subject}." + _doable(steps)
        )
    strongest = " ".join(sentence(found.title) for found in favour[:2])
    return f"Going for you: {strongest} {_worth(len(favour), words)}{_doable(steps)}"


def _worth(number: int, words: Wording) -> str:
    if number == 1:
        return f"One thing does not carry {words.undertaking}; it is a start, and it is yours."
    if number == 2:  # noqa: PLR2004  (both have been named)
        return "None of it decides the matter; it is yours to build on."
    return f"There are {number - 2} more. None of it decides the matter; it is yours to build on."


def _doable(steps: list[StepLine]) -> str:
    if steps and steps[0].deed.effort == "days":
        return " The first step usually takes days."
    return " Each next step is something that one person can start." if steps else ""
