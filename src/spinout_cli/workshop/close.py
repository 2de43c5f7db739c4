"""The close of a workshop: what is to settle, what divided the room, what nobody knew."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from spinout_cli.documents.workshop import Agreed, Discussion, Round, Task, Workshop, to_answers
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.question_set.rungs import clears
from spinout_cli.scoring.applicability import Applicability, CountedAnswers
from spinout_cli.workshop.vote_statistics import medians_disjoint, not_known, share_off_mode


@dataclass(frozen=True, slots=True)
class Difference:
    """A question on which a group saw it differently from the rest of the room.

    Votes are given by place: each rung from the bottom, then those who do not know.
    """

    id: str
    role: str
    group: tuple[int, ...]
    rest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """What the close goes through, in this order; questions by their ids.

    `to_settle` are the hard stops that are not cleared: met ones first, then those not known.
    `divided` begins with the largest share off the commonest rung, `not_known` with hard stops and
    then the largest share who do not know. All else is in the set's order.
    """

    to_settle: tuple[str, ...]
    divided: tuple[str, ...]
    not_known: tuple[str, ...]
    different: tuple[Difference, ...]
    agreed: tuple[str, ...]
    no_agreement: tuple[str, ...]
    actions: tuple[tuple[str, Task], ...]
    statements: tuple[str, ...]
    parked: tuple[str, ...]


def close(workshop: Workshop, question_set: QuestionSet) -> Close:
    """Return what the close goes through."""
    agreed = to_answers(workshop)
    standing = Applicability(question_set).stand(agreed.circumstances, agreed.answers)
    talks = {
        q.id: workshop.questions[q.id] for q in question_set.questions if q.id in workshop.questions
    }
    states = {name: talk.agreed.state for name, talk in talks.items() if talk.agreed}
    return Close(
        to_settle=_to_settle(workshop, standing),
        divided=_divided(talks, question_set),
        not_known=_not_known(talks, question_set, standing),
        different=tuple(
            difference
            for name, talk in talks.items()
            if talk.last
            for difference in differing(question_set.question[name], talk.last)
        ),
        agreed=tuple(name for name in states if name in standing.rungs),
        no_agreement=tuple(n for n, state in states.items() if state == "no-agreement"),
        actions=tuple((name, task) for name, talk in talks.items() for task in talk.actions),
        statements=tuple(name for name, talk in talks.items() if talk.statements),
        parked=tuple(name for name, talk in talks.items() if talk.parked),
    )


def _to_settle(workshop: Workshop, standing: CountedAnswers) -> tuple[str, ...]:
    """The hard stops that were planned or talked about, and are met or not known."""
    rungs = standing.rungs
    meant = {*workshop.plan, *workshop.questions}
    stops = [q for q in standing.applicable if q.hard_stop is not None and q.id in meant]
    met = [q.id for q in stops if q.id in rungs and not clears(q, rungs[q.id])]
    return (*met, *(q.id for q in stops if q.id not in rungs))


def _divided(talks: Mapping[str, Discussion], question_set: QuestionSet) -> tuple[str, ...]:
    off = {
        name: share_off_mode(talk.last.along(question_set.question[name].ladder))
        for name, talk in talks.items()
        if talk.last
    }
    return tuple(sorted((name for name in off if off[name]), key=lambda name: -off[name]))


def _not_known(
    talks: Mapping[str, Discussion], question_set: QuestionSet, standing: CountedAnswers
) -> tuple[str, ...]:
    """What was agreed as not known; or nothing was, and half the votes or more say so."""
    shares = {name: _share_not_known(talk) for name, talk in talks.items()}

    def lacks(name: str, agreed: Agreed | None) -> bool:
        if agreed is None:
            return shares[name] >= Fraction(1, 2)
        return name in standing.doubts and agreed.state != "no-agreement"

    found = [name for name, talk in talks.items() if lacks(name, talk.agreed)]
    asked = question_set.question
    return tuple(sorted(found, key=lambda name: (asked[name].hard_stop is None, -shares[name])))


def _share_not_known(talk: Discussion) -> Fraction:
    last = talk.last
    return not_known(tuple(last.counts.values()), last.unknown) if last else Fraction(0)


def differing(question: Question, vote: Round) -> tuple[Difference, ...]:
    """Return the groups whose middle stands clear of the middle of the rest.

    Of two groups that are the whole room, only the first is named.

    Args:
        question: what was voted on.
        vote: the vote as it may be shown: with no group that may not be told apart.
    """
    ladder = question.ladder
    whole = vote.places(ladder)
    found: list[Difference] = []
    for role, group in (vote.groups or {}).items():
        places = group.places(ladder)
        rest = tuple(all_ - its for all_, its in zip(whole, places, strict=True))
        told = any(difference.rest == places for difference in found)
        if not told and medians_disjoint(places[:-1], rest[:-1]):
            found.append(Difference(question.id, role, places, rest))
    return tuple(found)
