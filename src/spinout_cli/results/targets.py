"""Plans towards a target: the rung that each answer needs, beside the rung it has."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from spinout_cli.documents.answers import Answer, AnswerSheet
from spinout_cli.documents.assessment import Ids, LensState, NotCounted, Step
from spinout_cli.documents.plan import Need, Plan, Task, Why
from spinout_cli.fields import Lens
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.question_set.rungs import clears, rung_effect, severity, stops, stops_lens
from spinout_cli.results.what_if import with_answer
from spinout_cli.scoring.applicability import CountedAnswers
from spinout_cli.scoring.planner import UNSETTLED, Planner, priority
from spinout_cli.scoring.scorer import Scorer


def lowest_sufficient_rung(question: Question, lens: Lens) -> int | None:
    """Return the lowest rung that neither stops this lens nor is a roadblock; None if none is."""
    can_stop = question.hard_stop is not None and question.hard_stop.stops(lens)
    for rung in range(len(question.rungs)):
        if rung_effect(question, rung) != "roadblock" and (clears(question, rung) or not can_stop):
            return rung
    return None


def unblocked(question: Question, *, past: bool) -> int | None:
    """Return the lowest rung that is no roadblock and stops nothing; None if none is so."""
    for rung in range(len(question.rungs)):
        if rung_effect(question, rung) != "roadblock" and not stops(question, rung, past=past):
            return rung
    return None


class ScoringContext(NamedTuple):
    """The answers as they are, and all that it takes to score them."""

    scorer: Scorer
    question_set: QuestionSet
    sheet: AnswerSheet
    at: datetime


class Requirements(NamedTuple):
    """What must move, what cannot move far enough, and how the lens stands once all has moved."""

    needs: tuple[Need, ...]
    out_of_reach: Ids
    then: LensState


def requirements(today: ScoringContext, lens: Lens) -> Requirements:
    """Return what must move for a lens to be clear: found by moving it and scoring again.

    The answers are taken as those of the full version, since the quick one never says `clear`.
    """
    scorer = today.scorer
    full = today._replace(sheet=today.sheet.model_copy(update={"depth": "full"}))
    moved, out_of_reach, then = _moved(full, lens)
    verdict = scorer.score(then, today.at).lenses[lens].state
    if verdict == "past":
        return Requirements((), (), verdict)
    asked = {question.id for question in scorer.stand(then).applicable}
    kept = {name: rung for name, rung in moved.items() if name in asked}
    needs = _needs(kept, today.question_set, scorer.stand(full.sheet), lens)
    return Requirements(needs, tuple(name for name in out_of_reach if name in asked), verdict)


def _moved(today: ScoringContext, lens: Lens) -> tuple[dict[str, int], list[str], AnswerSheet]:
    """Move what is in the way, and then what this opens, until nothing more can be moved."""
    sheet = today.sheet
    moved: dict[str, int] = {}
    stuck: list[str] = []
    while True:
        standing = today.scorer.stand(sheet)
        found = [q for q in standing.applicable if _in_the_way(q, standing, lens)]
        found = [q for q in found if q.id not in stuck] or _next_open(today, sheet, lens, stuck)
        further = [(q, lowest_sufficient_rung(q, lens)) for q in found]
        if not further:
            return moved, stuck, sheet
        for question, rung in further:
            if rung is None:
                stuck.append(question.id)
            else:
                moved[question.id] = rung
                sheet = with_answer(sheet, question.id, Answer(rung=question.ladder[rung]))


def _next_open(
    today: ScoringContext, sheet: AnswerSheet, lens: Lens, stuck: list[str]
) -> list[Question]:
    """Return the question to answer first where too little is answered for a verdict."""
    unknown = today.scorer.score(sheet, today.at).lenses[lens].unknown
    open_ = [today.question_set.question[name] for name in unknown if name not in stuck]
    within = [question for question in open_ if lowest_sufficient_rung(question, lens) is not None]
    return [max(within, key=lambda question: question.weight)] if within else open_


def _in_the_way(question: Question, standing: CountedAnswers, lens: Lens) -> bool:
    rung = standing.rungs.get(question.id)
    if not question.bears_on(lens):
        return False
    if rung is None:
        return question.decides(lens) and standing.states.get(question.id) != "not-applicable"
    return rung_effect(question, rung) == "roadblock" or stops_lens(question, rung, lens)


def _needs(
    rungs: Mapping[str, int], question_set: QuestionSet, today: CountedAnswers, lens: Lens | None
) -> tuple[Need, ...]:
    return tuple(
        _need(
            question,
            rungs[question.id],
            today,
            _why(question, today, lens),
            question_set.words.undertaking,
        )
        for question in question_set.questions
        if question.id in rungs
    )


def _why(question: Question, today: CountedAnswers, lens: Lens | None) -> Why:
    rung = today.rungs.get(question.id)
    if lens is None:
        return "target"
    if rung is None:
        return "unknown"
    return "stops" if stops_lens(question, rung, lens) else "roadblock"


def _need(question: Question, at: int, today: CountedAnswers, why: Why, undertaking: str) -> Need:
    now = today.rungs.get(question.id)
    return Need(
        id=question.id,
        theme=question.theme,
        ask=question.ask,
        why=why,
        now=None if now is None else question.ladder[now],
        now_label=_unknown(question, today, undertaking)
        if now is None
        else question.rungs[now].label,
        at=question.ladder[at],
        at_label=question.rungs[at].label,
        opened=all(question.id != asked.id for asked in today.applicable),
    )


_UNKNOWN = {
    "unknown": "not known",
    "think": "believed, not yet seen or told",
    "not-applicable": "said not to apply, though it could stop {}",
}


def _unknown(question: Question, today: CountedAnswers, undertaking: str) -> str:
    words = _UNKNOWN.get(today.doubts.get(question.id, ""), "not answered yet")
    return words.format(undertaking)


def plan(today: ScoringContext, lens: Lens) -> Plan:
    """Return today beside what is needed for this lens to be clear, and what leads there."""
    assessment = today.scorer.score(today.sheet, today.at)
    found = requirements(today, lens)
    return Plan(
        format="spinout.plan/1",
        question_set=assessment.question_set,
        service=today.sheet.service,
        target=lens,
        today=assessment.lenses[lens].state,
        then=found.then,
        needs=found.needs,
        out_of_reach=found.out_of_reach,
        not_counted=(),
        tasks=_tasks(found.needs, today),
    )


def plan_towards(today: ScoringContext, other: ScoringContext, name: str) -> Plan:
    """Return today beside what another file has, wherever that stands higher or is known."""
    now = today.scorer.stand(today.sheet)
    ref = today.scorer.score(today.sheet, today.at).question_set
    given_in = other.sheet.question_set
    alike = given_in is not None and given_in.digest == ref.digest
    found = target_rungs(
        other.sheet, other.question_set, today.scorer, today.question_set, alike=alike
    )
    higher = {q: rung for q, rung in found.rungs.items() if now.rungs.get(q, -1) < rung}
    needs = _needs(higher, today.question_set, now, None)
    return Plan(
        format="spinout.plan/1",
        question_set=ref,
        service=today.sheet.service,
        target=name,
        today=None,
        then=None,
        needs=needs,
        out_of_reach=(),
        not_counted=found.not_counted,
        tasks=_tasks(needs, today),
    )


def _tasks(needs: tuple[Need, ...], today: ScoringContext) -> tuple[Task, ...]:
    """What has to be answered or found out, then the actions, each after those that come first."""
    question_set, standing = today.question_set, today.scorer.stand(today.sheet)
    open_ = [question_set.question[need.id] for need in needs if need.now is None]
    asked = [_asking(i, question, standing) for i, question in enumerate(open_, start=1)]
    steps = _steps([need for need in needs if need.now is not None], question_set, standing)
    numbers = {step.id: i for i, step in enumerate(steps, start=len(asked) + 1)}
    return (*asked, *(_doing(step, numbers) for step in steps))


def _asking(number: int, question: Question, standing: CountedAnswers) -> Task:
    doubtful = question.id in standing.doubts
    return Task(
        number=number,
        kind="find-out" if doubtful else "answer",
        id=question.id,
        do=question.find_out.what if doubtful else question.ask,
        who=question.find_out.from_,
        effort=None,
        after=(),
        helps=(question.id,),
    )


def _doing(step: Step, numbers: Mapping[str, int]) -> Task:
    return Task(
        number=numbers[step.id],
        kind="do",
        id=step.id,
        do=step.do,
        who=step.who,
        effort=step.effort,
        after=tuple(sorted(numbers[name] for name in step.after)),
        helps=step.helps,
    )


def _steps(needs: list[Need], question_set: QuestionSet, today: CountedAnswers) -> list[Step]:
    stakes = {need.id: _stake(question_set.question[need.id], need) for need in needs}
    every = [
        stakes.get(q.id, None if _good(q, today) else UNSETTLED) for q in question_set.questions
    ]
    return Planner(question_set).plan(every)


def _stake(question: Question, need: Need) -> int:
    rung = question.ladder.index(need.now or "")
    return priority(stops=need.why == "stops", severity=severity(question, rung))


def _good(question: Question, today: CountedAnswers) -> bool:
    rung = today.rungs.get(question.id)
    return rung is not None and rung_effect(question, rung) != "roadblock"


class Aim(NamedTuple):
    """The rungs that are aimed at, from 0 at the bottom, and the rungs given that are none."""

    rungs: Mapping[str, int]
    not_counted: tuple[NotCounted, ...]


def target_rungs(
    sheet: AnswerSheet, theirs: QuestionSet, scorer: Scorer, ours: QuestionSet, *, alike: bool
) -> Aim:
    """Return what a sheet aims at, and what of it has to be left out.

    Args:
        sheet: the answers that are wanted.
        theirs: the set that they were read with.
        scorer: what counts in our set.
        ours: the set to tell it in.
        alike: whether they were given in our set after all, whatever they were read with.
    """
    names = _by_our_ids(sheet, theirs, ours)
    answers = {now: sheet.answers[name] for now, name in names.items()}
    ladders = {n: theirs.ladders[name] for n, name in names.items() if name in theirs.question}
    given = sheet.model_copy(update={"answers": answers})
    standing = scorer.stand(given, None if alike else ladders)
    missed = tuple(
        NotCounted(id=name, reason=why)
        for name, why in standing.refused
        # Nothing is aimed at where no rung is given: there is nothing to miss.
        if name in answers and answers[name].rung is not None
    )
    return Aim(standing.rungs, missed)


def _by_our_ids(sheet: AnswerSheet, theirs: QuestionSet, ours: QuestionSet) -> dict[str, str]:
    """Return the ids under which answers were given, by those that the questions have in our set."""
    found: dict[str, str] = {}
    # What their set does not ask gives way to what it does: it did not count there either.
    for name in sorted(sheet.answers, key=lambda name: name not in theirs.question):
        now = _our_id(name, theirs, ours)
        found.setdefault(name if now in found else now, name)
    return found


def _our_id(name: str, theirs: QuestionSet, ours: QuestionSet) -> str:
    """Return the id that a question has in our set: its own, or by any name that both know."""
    earlier = (old for old, now in theirs.renamed.items() if now == name)
    known = {question: question for question in ours.question} | ours.renamed
    return next((known[each] for each in (name, *earlier) if each in known), name)
