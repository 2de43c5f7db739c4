"""Merges separate answers into one workshop."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from spinout_cli.documents.answers import AnswerSheet, Service, SetRef, Value
from spinout_cli.documents.small_groups import group_of
from spinout_cli.documents.workshop import (
    Agreed,
    Discussion,
    Group,
    Room,
    Round,
    Workshop,
    publishable,
)
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.scoring.applicability import Applicability, CountedAnswers
from spinout_cli.scoring.renames import carried_over, on_other_ladders
from spinout_cli.text_folding import fold
from spinout_cli.workshop.notes import agreement
from spinout_cli.workshop.vote_statistics import medians

# The close


# Merging


@dataclass(frozen=True, slots=True)
class MergeInput:
    """One of the answer sheets to be merged: where it is from, and the answers or what is wrong.

    `ladders` are the rungs of the questions it was given to, where its file holds them.
    """

    where: str
    sheet: AnswerSheet | None = None
    problem: str = ""
    ladders: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something left out of a merge: of which file (none: of all), which question (none: all), why."""

    where: str
    question: str | None
    why: str

    @property
    def said(self) -> str:
        """What was left out and why, in a line."""
        if self.where and self.where in self.why:  # as what is wrong with a file says itself
            return self.why
        return ": ".join(filter(None, (self.where, self.question, self.why)))


@dataclass(frozen=True, slots=True)
class Merged:
    """One result for a group from separate answers, how many were used, and what was not."""

    workshop: Workshop
    used: int
    left_out: tuple[Skipped, ...]


def merge(
    given: Iterable[MergeInput], question_set: QuestionSet, ref: SetRef, at: datetime
) -> Merged:
    """Make one group result of separate answers.

    The agreed rung is the lower median of those who know, agreed by median, and never clears a
    hard stop; where more do not know than know, that is what is agreed. What cannot be used is
    named and left out, and the rest is used. Notes stay with those who made them.

    Raises:
        SpinoutError: none of them can be used.
    """
    left_out: list[Skipped] = []
    used = _usable(list(given), ref, left_out)
    if not used:
        raise SpinoutError(
            "\n".join(
                ["None of these can be used. Name at least one that can."]
                + [out.said for out in left_out]
            )
        )
    sheets = [(one.where, _comparable(one, question_set, left_out)) for one in used]
    made = Workshop(
        format="spinout.workshop/1",
        question_set=ref,
        session=uuid4().hex,
        service=_service([each.service for _, each in sheets]),
        circumstances=_circumstances([each for _, each in sheets], left_out),
        rooms=(_room([each.role for _, each in sheets], at),),
        questions=_questions(sheets, question_set, at, left_out),
        started=at,
        updated=at,
    )
    return Merged(publishable(made), len(used), tuple(left_out))


_NOT_COUNTED = {
    "closed": "it does not apply in the circumstances that this file gives",
    "unknown-question": "it is not in this question set",
    "unknown-rung": "its rung is not on this question set's ladder",
    "unknown-circumstance": "it is not in this question set",
    "unknown-choice": "its value is none that this question set knows",
}


def _usable(given: list[MergeInput], ref: SetRef, left_out: list[Skipped]) -> list[MergeInput]:
    """Leave out what cannot be read, what answers another set, and older copies of a session."""
    kept: dict[str, MergeInput] = {}
    for one in given:
        why = _unusable(one, ref)
        name = _session(one)
        if not why and name in kept:
            older, kept[name] = sorted((one, kept[name]), key=_age)
            out, why = older, f"It is the same session as {kept[name].where}, which is used."
            left_out.append(Skipped(out.where, None, why))
        elif why:
            left_out.append(Skipped(one.where, None, why))
        else:
            kept[name] = one
    return list(kept.values())


def _unusable(one: MergeInput, ref: SetRef) -> str:
    """Say why a file cannot be used; nothing where it can."""
    if one.sheet is None:
        return one.problem
    other = one.sheet.question_set is not None and one.sheet.question_set.id != ref.id
    return "It answers another set of questions." if other else ""


def _session(one: MergeInput) -> str:
    """What two copies of the same answers have in common: a session, or at least a file."""
    session = _answers(one).session
    return f"session {session}" if session else f"file {one.where}"


def _age(one: MergeInput) -> tuple[bool, datetime, str]:
    """What tells the newer of two copies, whatever order they came in."""
    updated = _answers(one).updated
    moment = updated or datetime.min  # noqa: DTZ901  (UTC is added)
    # Compared as they are: at either end of the calendar a moment has no other zone to be told in.
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return updated is not None, known, _answers(one).model_dump_json()


def _answers(one: MergeInput) -> AnswerSheet:
    return one.sheet or AnswerSheet(format="spinout.answers/1", answers={})


def _comparable(one: MergeInput, question_set: QuestionSet, left_out: list[Skipped]) -> AnswerSheet:
    """Return the answers by this set's ids, without those that were given on another ladder."""
    theirs = _answers(one)
    given = carried_over(theirs, question_set)
    others = (
        frozenset[str]()
        if one.ladders is None
        else on_other_ladders(theirs.answers, one.ladders, question_set)
    )
    left_out += [
        Skipped(one.where, name, "its rungs are not those of this question set")
        for name in given.answers
        if name in others
    ]
    answers = {name: answer for name, answer in given.answers.items() if name not in others}
    return given.model_copy(update={"answers": answers})


def _service(given: list[Service | None]) -> Service:
    """The service that all name, or a new one, with the name that all give."""
    ids = {service.id for service in given if service}
    names = {service.name for service in given if service and service.name}
    return Service(
        id=ids.pop() if len(ids) == 1 else uuid4().hex, name=names.pop() if len(names) == 1 else ""
    )


def _circumstances(sheets: list[AnswerSheet], left_out: list[Skipped]) -> dict[str, Value]:
    """The facts that all who know them give alike; what is told differently is not known."""
    told: dict[str, dict[object, Value]] = {}
    for each in sheets:
        for name, value in each.circumstances.items():
            if value is not None:
                # Of several choices the order says nothing.
                same = frozenset(value) if isinstance(value, tuple) else value
                told.setdefault(name, {}).setdefault(same, value)
    disputed = [name for name in sorted(told) if len(told[name]) > 1]
    left_out += [
        Skipped("", name, "it is told differently, so it is not known") for name in disputed
    ]
    return {n: value for n in sorted(told) if n not in disputed for value in told[n].values()}


_ROLE_NOT_GIVEN = "role not given"


def _roles(given: list[str | None]) -> list[str]:
    """The group of each person, small roles joined."""
    roles = [fold(role or "") or _ROLE_NOT_GIVEN for role in given]
    groups = group_of(Counter(sorted(roles)))
    return [groups[role] for role in roles]


def _room(given: list[str | None], at: datetime) -> Room:
    people = Counter(sorted(_roles(given)))
    return Room(id="room-1", participants=dict(people), opened=at)


def _questions(
    sheets: list[tuple[str, AnswerSheet]],
    question_set: QuestionSet,
    at: datetime,
    left_out: list[Skipped],
) -> dict[str, Discussion]:
    """What was answered on each question, as one round and its median."""
    applicability = Applicability(question_set)
    standings = []
    for where, each in sheets:
        standing = applicability.stand(each.circumstances, each.answers)
        left_out += [Skipped(where, name, _NOT_COUNTED[why]) for name, why in standing.refused]
        standings.append(standing)
    roles = _roles([each.role for _, each in sheets])
    talks = {q.id: _discussion(q, standings, roles, at) for q in question_set.questions}
    return {name: talk for name, talk in talks.items() if talk is not None}


def _discussion(
    question: Question, standings: list[CountedAnswers], roles: list[str], at: datetime
) -> Discussion | None:
    """One question as everybody answered it; None where nobody did."""
    name = question.id
    whole = _votes(question, standings)
    if not whole.cast:
        aside = any(standing.states.get(name) == "not-applicable" for standing in standings)
        agreed = Agreed(state="not-applicable", agreed_by="median")
        return Discussion(agreed=agreed) if aside else None
    by_role = {
        role: _votes(question, [s for s, its in zip(standings, roles, strict=True) if its == role])
        for role in sorted(set(roles))
    }
    vote = Round(
        room="room-1",
        kind="hidden",
        counts=whole.counts,
        unknown=whole.unknown,
        groups=by_role if len(by_role) > 1 else None,
        taken=at,
    )
    return Discussion(rounds=(vote,), agreed=_by_median(question, whole))


def _votes(question: Question, standings: list[CountedAnswers]) -> Group:
    name = question.id
    rungs = Counter(s.rungs[name] for s in standings if name in s.rungs)
    counts = {rung: rungs[place] for place, rung in enumerate(question.ladder)}
    return Group(counts=counts, unknown=sum(name in standing.doubts for standing in standings))


def _by_median(question: Question, whole: Group) -> Agreed:
    counts = whole.along(question.ladder)
    if whole.unknown > sum(counts):
        return Agreed(state="unknown", agreed_by="median")
    return agreement(question, question.ladder[medians(counts)[0]], by="median")
