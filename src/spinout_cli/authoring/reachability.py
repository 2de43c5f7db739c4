"""Reachability of questions, rules and notices, found by enumerating the possible facts."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from spinout_cli.authoring.checks import Remark, Where
from spinout_cli.authoring.possible_facts import LIMIT, SEVERAL, Possibilities
from spinout_cli.question_set.conditions import (
    All,
    Any_,
    Comparison,
    Condition,
    Facts,
    Holds,
    Not,
    Test,
    compile_condition,
)
from spinout_cli.question_set.model import Notice, Question, QuestionSet, Rule
from spinout_cli.question_set.rungs import rung_effect

_BADNESS = {"caution": 1, "roadblock": 2}
"""The kinds of rule that a better answer should not switch on, by how bad they are."""


class _Conditional(NamedTuple):
    """A condition, where it stands, and what is said if it never or always holds."""

    id: str | None
    condition: Condition
    where: Where
    check: str
    never: str
    within: Condition | None = None

    def never_holds(self) -> Remark:
        """Say that it can never hold."""
        return Remark(self.check, self.where, self.id, self.never)


def unreachable(question_set: QuestionSet) -> Iterator[Remark]:
    """Find what nobody can be asked or told, and better answers that make things worse."""
    possible = Possibilities(question_set)
    for part in _conditions(question_set):
        yield from _whether_it_holds(part, possible, question_set)
    yield from _untold_notices(question_set)
    for index, rule in enumerate(question_set.rules):
        if rule.kind in _BADNESS:
            yield from _switched_on(rule, ("rules", index, "when"), possible, question_set)
    for index, question in enumerate(question_set.questions):
        yield from _no_way_forward(question, ("questions", index, "next"), possible, question_set)


# Conditions that never or always hold


def _conditions(question_set: QuestionSet) -> Iterator[_Conditional]:
    if question_set.left is not None:
        never = "this can never be so, so the first lens is never past. Mend the condition."
        yield _Conditional(None, question_set.left, ("left",), "never-holds", never)
    for section, never in (
        ("circumstances", "its condition can never hold, so nobody is asked it."),
        ("questions", "its condition can never hold, so nobody is asked it."),
        ("rules", "its condition can never hold, so nobody is told it."),
    ):
        check = "never-holds" if section == "rules" else "never-asked"
        for index, part in enumerate(getattr(question_set, section)):
            if part.when is not None:
                where = (section, index, "when")
                yield _Conditional(part.id, part.when, where, check, f"{never} {_MEND}")
    yield from _notices(question_set)


_MEND = (
    "Look for parts that exclude each other, or that look at a question which is not asked then; "
    "mend `when`, or take this out."
)


def _notices(question_set: QuestionSet) -> Iterator[_Conditional]:
    if "nation" not in question_set.circumstance:
        return
    for index, notice in enumerate(question_set.notices):
        if notice.when is not None:
            never = f"its nations and its condition never come together. {_MEND}"
            where = ("notices", index, "when")
            within = _in_nations(notice)
            yield _Conditional(notice.id, notice.when, where, "never-holds", never, within)


def _in_nations(notice: Notice) -> Condition:
    return Test({"nation": Comparison.model_validate({"in": notice.nations})})


def _untold_notices(question_set: QuestionSet) -> Iterator[Remark]:
    if "nation" not in question_set.circumstance:
        for index, notice in enumerate(question_set.notices):
            message = (
                "a notice is told where its nation is known, and no circumstance 'nation' asks "
                "for it, so nobody is told this. Add that circumstance."
            )
            yield Remark("never-holds", ("notices", index), notice.id, message)


def _whether_it_holds(
    part: _Conditional, possible: Possibilities, question_set: QuestionSet
) -> Iterator[Remark]:
    facts = possible.facts([part.condition, part.within])
    if facts is None:
        message = f"more than {LIMIT:,} combinations; not tried out. Make the condition simpler."
        yield Remark("not-enumerated", part.where, part.id, message)
        return
    found = list(_wrong_with(part, facts, question_set))
    if found and possible.cut([part.condition, part.within]):
        message = (
            f"it looks at more than {SEVERAL} choices of one circumstance, of which not every "
            "selection was tried out. Make the condition simpler."
        )
        yield Remark("not-enumerated", part.where, part.id, message)
    else:
        yield from found


def _wrong_with(
    part: _Conditional, facts: list[Facts], question_set: QuestionSet
) -> Iterator[Remark]:
    """Find what is wrong with a condition if nothing can be so but these facts."""
    within, holds = (
        compile_condition(c, question_set.ladders) for c in (part.within, part.condition)
    )
    here = [each for each in facts if within(each) is True]
    found = [holds(each) for each in here]
    if True not in found:
        yield part.never_holds()
    elif False not in found:
        message = "nothing can make this false. Leave it out, or say what it should depend on."
        yield Remark("always-holds", part.where, part.id, message)
    else:
        true = [each for each, held in zip(here, found, strict=True) if held is True]
        yield from _dead_branches(part, true, question_set)


def _dead_branches(
    part: _Conditional, true: list[Facts], question_set: QuestionSet
) -> Iterator[Remark]:
    for branch, where in _branches(part.condition, part.where):
        holds = compile_condition(branch, question_set.ladders)
        if not any(holds(facts) is True for facts in true):
            message = (
                "this part of `any` is never true where the whole is, so it makes no difference. "
                "Mend it, or take it out."
            )
            yield Remark("dead-branch", where, part.id, message)


def _branches(condition: Condition, where: Where) -> Iterator[tuple[Condition, Where]]:
    """Yield every part of an `any` that is not under a `not`."""
    match condition:
        case All(all=parts):
            for index, part in enumerate(parts):
                yield from _branches(part, (*where, "all", index))
        case Any_(any=parts):
            for index, part in enumerate(parts):
                yield part, (*where, "any", index)
                yield from _branches(part, (*where, "any", index))
        case Not() | Test():
            return


# Better answers that make things worse


class _Judged(NamedTuple):
    """A rule that tells of something bad, ready to be asked."""

    rule: Rule
    holds: Holds


def _switched_on(
    rule: Rule, where: Where, possible: Possibilities, question_set: QuestionSet
) -> Iterator[Remark]:
    """Find the questions of which a better answer, and nothing else, brings the rule about.

    Where the better answer ends something as bad, as in an ordered cascade, there is no remark.
    """
    judged = _Judged(rule, compile_condition(rule.when, question_set.ladders))
    others = [
        _Judged(other, compile_condition(other.when, question_set.ladders))
        for other in question_set.rules
        if other.id != rule.id and _BADNESS.get(other.kind, 0) >= _BADNESS[rule.kind]
    ]
    for name in dict.fromkeys(_asking_more(rule.when, question_set, upward=True)):
        question = question_set.question[name]
        facts = possible.facts([rule.when], whole=name) or []
        rise = next(_bad_rises(question, facts, judged, others), None)
        if rise is not None:
            lower, upper = rise
            message = (
                f"a better answer to '{name}' ('{upper}' after '{lower}') brings this about, with "
                "everything else as it was. Ask for a lower rung, or allow it with the reason."
            )
            yield Remark("better-is-worse", where, rule.id, message)


def _asking_more(condition: Condition, question_set: QuestionSet, *, upward: bool) -> Iterator[str]:
    """Yield the questions of which the condition asks for a rung above some other."""
    match condition:
        case All(all=parts) | Any_(any=parts):
            for part in parts:
                yield from _asking_more(part, question_set, upward=upward)
        case Not(not_=part):
            yield from _asking_more(part, question_set, upward=not upward)
        case Test():
            name, comparison = condition.parts()
            question = question_set.question.get(name)
            if question is not None and _rises(question, comparison, upward=upward):
                yield name


def _rises(question: Question, comparison: Comparison, *, upward: bool) -> bool:
    """Tell whether climbing the ladder can switch this comparison on (or off, if not upward)."""
    if comparison.state is not None:
        return False
    holds = compile_condition(Test({question.id: comparison}), {question.id: question.ladder})
    climbed = [holds(Facts({question.id: rung}, {})) for rung in question.ladder]
    return (not upward, upward) in pairwise(climbed)


def _bad_rises(
    question: Question, facts: Iterable[Facts], judged: _Judged, others: list[_Judged]
) -> Iterator[tuple[str, str]]:
    """Yield the rungs, lower and upper, between which nothing but the rule makes a difference."""
    for at in facts:
        if at.values.get(question.id) != question.ladder[0]:
            continue
        ladder = [_with(at, question.id, rung) for rung in question.ladder]
        held = [judged.holds(each) for each in ladder]
        for lower, upper in _steps_up(held):
            if not _ends_as_much(question, (lower, upper), ladder, others):
                yield question.ladder[lower], question.ladder[upper]


def _steps_up(held: Sequence[bool | None]) -> Iterator[tuple[int, int]]:
    """Yield the neighbouring rungs of which the upper alone makes it so."""
    for upper in range(1, len(held)):
        if held[upper - 1] is False and held[upper] is True:
            yield upper - 1, upper


def _ends_as_much(
    question: Question, rise: tuple[int, int], ladder: list[Facts], others: list[_Judged]
) -> bool:
    """Tell whether the rise ends a roadblock, or a finding that is as bad or worse."""
    lower, upper = rise
    if rung_effect(question, lower) == "roadblock" != rung_effect(question, upper):
        return True
    return any(
        other.holds(ladder[lower]) is not False and other.holds(ladder[upper]) is False
        for other in others
    )


def _with(facts: Facts, name: str, rung: str) -> Facts:
    return Facts({**facts.values, name: rung}, {**facts.states, name: "answered"})


# Roadblocks with no way forward


def _no_way_forward(
    question: Question, where: Where, possible: Possibilities, question_set: QuestionSet
) -> Iterator[Remark]:
    owners = {action.id: q for q in question_set.questions for action in q.next}
    after = {action.id: action.after for q in question_set.questions for action in q.next}
    closed: dict[str, bool] = {}

    def never_offered(name: str) -> bool:
        owner = owners[name]
        if owner.id not in closed:
            closed[owner.id] = not _together(question, owner, possible, question_set)
        return closed[owner.id]

    waits = [_closure(action.after, after) for action in question.next]
    if not waits or not all(waits) or never_offered(question.next[0].id):
        return  # one can begin at once; or the question is never asked, which is told elsewhere
    if all(any(never_offered(first) for first in firsts) for firsts in waits):
        missing = next(first for first in waits[0] if never_offered(first))
        message = (
            f"every action waits for one that is not offered when this is asked, such as "
            f"'{missing}' of '{owners[missing].id}'. Let one action begin at once."
        )
        yield Remark("no-way-forward", where, question.id, message)


def _closure(names: Iterable[str], after: dict[str, tuple[str, ...]]) -> list[str]:
    """Return everything that comes before, directly or not."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting.extend(after[name])
    return found


def _together(
    one: Question, other: Question, possible: Possibilities, question_set: QuestionSet
) -> bool:
    """Tell whether both can be asked of the same service; True where too many to try out."""
    conditions = [one.when, other.when]
    facts = possible.facts(conditions)
    holds = [compile_condition(part.when, question_set.ladders) for part in (one, other)]
    if facts is None or possible.cut(conditions):
        return True
    return any(all(hold(each) is True for hold in holds) for each in facts)
