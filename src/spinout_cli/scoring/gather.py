"""Compares the answers of a part with those of a session: what is new, the same, different, or does not fit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from spinout_cli.documents.answers import NOTE_LIMIT, Answer, AnswerSheet
from spinout_cli.fields import Refusal
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.scoring.renames import Ladders, carried_over, on_other_ladders

Reason = Refusal | Literal["not-delegated", "fact-differs"]
"""Why something in a part is not taken."""


class Difference(NamedTuple):
    """A question that has one answer here and another in the part."""

    id: str
    ours: Answer
    theirs: Answer


class LeftOut(NamedTuple):
    """Something in a part that is not taken, and why."""

    id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class PartComparison:
    """What a part holds, compared with a session; every answer of the part is in one of the four.

    `same` has what is the same, what was settled before, and what the part left open.
    """

    new: dict[str, Answer]
    same: tuple[str, ...]
    differ: tuple[Difference, ...]
    left_out: tuple[LeftOut, ...]


def compare_part(  # noqa: PLR0913  (each says what the part may be compared with)
    ours: AnswerSheet,
    part: AnswerSheet,
    question_set: QuestionSet,
    *,
    ladders: Ladders | None = None,
    themes: Collection[str] | None = None,
    settled: Mapping[str, Collection[str]] | None = None,
) -> PartComparison:
    """Compare a part with a session's answers.

    Args:
        ours: the session's.
        part: what came back. An answer without an author was given by the part's role.
        question_set: the session's questions.
        ladders: those on which the part was answered, where they are known.
        themes: the themes that were delegated; None where the part was not.
        settled: answers that were decided on before, as `answer_key` names them, by question.
    """
    part = carried_over(part, question_set)
    other = on_other_ladders(part.answers, ladders or {}, question_set)
    new: dict[str, Answer] = {}
    same, differ, left_out = [], [], _facts_left_out(ours, part)
    for name, given in part.answers.items():
        theirs = given.model_copy(update={"by": given.by or part.role})
        here = ours.answers.get(name)
        if here is not None and answer_key(here) == answer_key(theirs):
            same.append(name)
        elif reason := _unfit(name, theirs, question_set, other, themes):
            left_out.append(LeftOut(name, reason))
        elif _is_blank(theirs) or answer_key(theirs) in (settled or {}).get(name, ()):
            same.append(name)
        elif here is None or _is_blank(here):
            new[name] = theirs
        else:
            differ.append(Difference(name, here, theirs))
    return PartComparison(new, tuple(same), tuple(differ), tuple(left_out))


def answer_key(answer: Answer) -> str:
    """Return a text that is the same for answers that say the same, whoever gave them and when.

    >>> answer_key(Answer(rung="low", by="HR lead")) == answer_key(Answer(rung="low"))
    True
    """
    return answer.model_dump_json(exclude={"by", "at"}, exclude_defaults=True)


def _is_blank(answer: Answer) -> bool:
    return answer.status == "skipped" and not answer.note


def _facts_left_out(ours: AnswerSheet, part: AnswerSheet) -> list[LeftOut]:
    """The facts of a part that are not as they are here; facts are never taken from a part."""
    facts = ours.circumstances
    return [
        LeftOut(name, "fact-differs")
        for name, value in part.circumstances.items()
        if value is not None and facts.get(name) != value
    ]


def _unfit(
    name: str,
    answer: Answer,
    question_set: QuestionSet,
    other: Collection[str],
    themes: Collection[str] | None,
) -> Reason | None:
    question = question_set.question.get(name)
    if question is None:
        return "unknown-question"
    if themes is not None and question.theme not in themes:
        return "not-delegated"
    if name in other:
        return "ladder-changed"
    if answer.rung is not None and answer.rung not in question.ladder:
        return "unknown-rung"
    return None


def newer(difference: Difference, now: datetime) -> Literal["file", "part"] | None:
    """Tell which of two answers was given later; None where no day is known, or one is yet to come."""
    ours, theirs = difference.ours.at, difference.theirs.at
    if ours is None or theirs is None:
        return None
    ours, theirs = _aware(ours), _aware(theirs)
    if max(ours, theirs) > now or ours == theirs:
        return None
    return "part" if theirs > ours else "file"


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def not_agreed(ours: str, theirs: str, short: tuple[str, str]) -> Answer:
    """Return the answer to a question on which two people do not agree yet.

    Args:
        ours: who says what here, with the note.
        theirs: the same of the part.
        short: both without their notes, for where they are too long for one note.
    """
    note = f"Not agreed yet. {ours} {theirs}"
    if len(note) > NOTE_LIMIT:
        note = f"Not agreed yet. {' '.join(short)} Their notes are too long to stand here."
    return Answer(state="unknown", disputed=True, note=note[:NOTE_LIMIT])
