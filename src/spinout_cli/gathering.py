"""What a group works on and what came of it: a plan for the time there is, the close, and merging."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from spinout_cli.answers import AnswerSheet, SetRef
from spinout_cli.questions import Question, QuestionSet
from spinout_cli.workshop import Round, Task, Workshop

MINUTES_A_QUESTION = 5
"""House rule: to read out, vote, look and agree takes about this long."""

MINUTES_ASIDE = 20
"""House rule: what the opening and the close take between them."""


def room_for(minutes: int) -> int:
    """Return how many questions fit into so many minutes: at least one.

    >>> [room_for(minutes) for minutes in (60, 90, 120)]
    [8, 14, 20]
    """
    return max(1, (minutes - MINUTES_ASIDE) // MINUTES_A_QUESTION)


def propose(questions: Iterable[Question], minutes: int) -> tuple[str, ...]:
    """Return the questions for the minutes there are, themes kept together.

    Args:
        questions: what applies, in the set's order.
        minutes: how long there is, opening and close included.

    What can stop a spin-out comes first, then what weighs most; the theme of the first question
    comes whole before the next.
    """
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Difference:
    """A question on which a group saw it differently from the rest of the room."""

    id: str
    role: str
    group: tuple[int, ...]
    rest: tuple[int, ...]
    """Votes by place: each rung from the bottom, then those who do not know."""


@dataclass(frozen=True, slots=True)
class Close:
    """What the close goes through, in this order; questions by their ids."""

    to_settle: tuple[str, ...]
    """Hard stops that are not cleared: by what was agreed, or because nothing was."""
    divided: tuple[str, ...]
    """What divided the room at the last vote: hard stops first, then by the share off the commonest rung."""
    not_known: tuple[str, ...]
    """What nobody knew: hard stops first, then by the share who do not know."""
    different: tuple[Difference, ...]
    agreed: tuple[str, ...]
    actions: tuple[tuple[str, Task], ...]
    statements: tuple[str, ...]
    parked: tuple[str, ...]


def close(workshop: Workshop, question_set: QuestionSet) -> Close:
    """Return what the close goes through."""
    raise NotImplementedError


def differing(question: Question, vote: Round) -> tuple[Difference, ...]:
    """Return the groups shown apart whose middle stands clear of the middle of the rest."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Given:
    """One of the answer sheets to be merged: where it is from, and the answers or what is wrong.

    `ladders` are the rungs of the questions it was given to, where its file holds them.
    """

    where: str
    sheet: AnswerSheet | None = None
    problem: str = ""
    ladders: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was left out of a merge: which file, which question (none: all of it), why."""

    where: str
    question: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Merged:
    """One result for a group from separate answers, how many were used, and what was not."""

    workshop: Workshop
    used: int
    left_out: tuple[LeftOut, ...]


def merge(given: Iterable[Given], question_set: QuestionSet, ref: SetRef, at: datetime) -> Merged:
    """Make one group result of separate answers.

    The agreed rung is the lower median of those who know, agreed by median, and never clears a
    hard stop. What cannot be used is named and left out, and the rest is used.

    Raises:
        SpinoutError: none of them can be used.
    """
    raise NotImplementedError
