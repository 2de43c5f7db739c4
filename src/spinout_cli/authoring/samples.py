"""Runs the sample answers of a question set and compares each result with what is expected."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from spinout_cli.documents.answers import Answer, AnswerSheet, Value
from spinout_cli.documents.assessment import Assessment
from spinout_cli.question_set.model import Expected, Question, QuestionSet, Sample, SampleAnswer
from spinout_cli.scoring.scorer import Scorer

_NOT_COUNTED = {
    "closed": "not asked in these circumstances",
    "unknown-question": "no such question",
    "unknown-rung": "no such rung",
    "unknown-circumstance": "no such circumstance",
    "unknown-choice": "no such choice",
}


_NO_ANSWER = ("not-asked", "answered")
"""States that, with no rung, give no answer."""


class Difference(NamedTuple):
    """One thing that came out otherwise."""

    what: str
    expected: str
    actual: str


class Trial(NamedTuple):
    """What came of one sample; it passes where there is no difference."""

    id: str
    title: str
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Tell whether everything came out as it must."""
        return not self.differences


def tried(question_set: QuestionSet, digest: str, at: datetime) -> list[Trial]:
    """Score every sample of a sound set as if it were answered at this moment."""
    scorer = Scorer(question_set, digest)
    trials = []
    for sample in question_set.tests:
        assessment = scorer.score(sheet(sample, question_set), at)
        trials.append(Trial(sample.id, sample.title, tuple(_differences(sample, assessment))))
    return trials


def sheet(sample: Sample, question_set: QuestionSet) -> AnswerSheet:
    """Return the answers of a sample as an answers document."""
    circumstances, questions = question_set.circumstance, question_set.question
    made = {name: _answer(given, questions[name]) for name, given in sample.answers.items()}
    return AnswerSheet(
        format="spinout.answers/1",
        depth=sample.depth,
        circumstances={
            name: _value(given, circumstances[name].type)
            for name, given in sample.circumstances.items()
        },
        answers={name: answer for name, answer in made.items() if answer is not None},
    )


def _value(given: str | tuple[str, ...], kind: str) -> Value:
    return float(given) if kind == "number" and isinstance(given, str) else given


def _answer(given: str | SampleAnswer, question: Question) -> Answer | None:
    """Return the answer that a sample gives, or None where it gives none."""
    if isinstance(given, str):
        known = given in question.ladder
        given = SampleAnswer.model_validate({"rung" if known else "state": given})
    if given.rung is None and given.state in (None, *_NO_ANSWER):
        return None
    return Answer.model_validate(given.model_dump())


def _differences(sample: Sample, assessment: Assessment) -> Iterator[Difference]:
    yield from _lenses(sample.expect, assessment)
    for what in ("roadblocks", "enablers", "findings", "notices"):
        found = [part.id for part in getattr(assessment, what)]
        missing = [name for name in getattr(sample.expect, what) if name not in found]
        if missing:
            yield Difference(what, _named(missing), f"not among {_named(sorted(found)) or 'none'}")
        unwanted = [name for name in getattr(sample.expect, f"not_{what}", ()) if name in found]
        if unwanted:
            yield Difference(what, f"not {_named(unwanted)}", _named(unwanted))
    yield from _not_counted(sample, assessment)


def _lenses(expected: Expected, assessment: Assessment) -> Iterator[Difference]:
    for lens, state in expected.lenses.items():
        verdict = assessment.lenses[lens]
        if verdict.state != state:
            why = _named(verdict.hard_stops or verdict.unknown)
            yield Difference(lens, state, f"{verdict.state}{f' ({why})' if why else ''}")


def _not_counted(sample: Sample, assessment: Assessment) -> Iterator[Difference]:
    for name, given in sample.answers.items():
        if given == "answered" or getattr(given, "state", None) == "answered":
            yield Difference(name, "an answer that counts", "answered, but no rung is named")
    for left_out in assessment.not_counted:
        yield Difference(
            left_out.id, "an answer that counts", _NOT_COUNTED.get(left_out.reason, left_out.reason)
        )


def _named(names: Iterable[str]) -> str:
    return ", ".join(names)
