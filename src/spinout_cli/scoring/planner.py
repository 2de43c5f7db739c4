"""Plans next steps: orders actions by what they unblock, effort and prerequisites."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from graphlib import TopologicalSorter
from typing import NamedTuple

from spinout_cli.documents.assessment import NextAction, Step
from spinout_cli.question_set.model import Action, QuestionSet

_EFFORT = {"days": 0, "weeks": 1, "months": 2}
_NONE = frozenset[int]()

Priority = int | None
"""What it is worth to free a question that is a roadblock; `UNSETTLED`; None where neither holds."""

UNSETTLED = -1
"""The priority of a question that applies and is not answered well, yet is no roadblock.

An action that belongs to it has to come first where another action waits for it.
"""


class _Links(NamedTuple):
    """What an action is about, as indexes of questions in the set and of actions in the plan.

    `owner` is the question it belongs to, `helps` that and all others it helps, and `after` the
    actions that come first.
    """

    owner: int
    helps: frozenset[int]
    after: tuple[int, ...]


class Planner:
    """Puts the actions of a set in order, for the roadblocks of one answer sheet."""

    def __init__(self, question_set: QuestionSet) -> None:
        """Put the set's actions in an order in which each comes after those it waits for."""
        questions = question_set.questions
        self._names = [question.id for question in questions]
        place = {name: n for n, name in enumerate(self._names)}
        owner = {action.id: place[q.id] for q in questions for action in q.next}
        self._actions = list(_first_to_last(action for q in questions for action in q.next))
        index = {action.id: n for n, action in enumerate(self._actions)}
        links = [
            _Links(
                owner[action.id],
                frozenset((owner[action.id], *(place[name] for name in action.helps))),
                tuple(index[name] for name in dict.fromkeys(action.after)),
            )
            for action in self._actions
        ]
        self._owners = [link.owner for link in links]
        self._efforts = [_EFFORT[action.effort] for action in self._actions]
        self._last_first = list(enumerate(links))[::-1]
        self._step = cache(self._make_step)  # shared by all plans that have it

    def plan(self, priorities: Sequence[Priority]) -> list[Step]:
        """Order what can be done: what frees most comes first, then what is quick.

        Args:
            priorities: those of all questions in the set's order. The actions of roadblocks are
                planned, and those that come before them.

        What an action frees includes what the actions that wait for it free, and it counts as no
        slower than they do. So it is never worth less than they are, and never comes after them.
        """
        owners, effort = self._owners, self._efforts.copy()
        blocked = frozenset(
            [n for n, value in enumerate(priorities) if value is not None and value >= 0]
        )
        freed: list[frozenset[int]] = [_NONE] * len(self._actions)
        ranked: list[tuple[int, int, int, Step]] = []
        for n, (owner, helps, after) in self._last_first:
            if not (owner in blocked or freed[n]):
                continue
            helping = helps & blocked
            frees = freed[n] | helping
            first = tuple([earlier for earlier in after if priorities[owners[earlier]] is not None])
            for earlier in first:
                freed[earlier] |= frees
                effort[earlier] = min(effort[earlier], effort[n])
            worth = sum([priorities[question] or 0 for question in frees])
            ranked.append((-worth, effort[n], n, self._step(n, helping, first)))
        ranked.sort()
        return [step for *_, step in ranked]

    def _make_step(self, n: int, helping: frozenset[int], first: tuple[int, ...]) -> Step:
        action = self._actions[n]
        return Step(
            id=action.id,
            do=action.do,
            who=action.who,
            effort=action.effort,
            helps=tuple(self._names[question] for question in sorted(helping)),
            after=tuple(self._actions[earlier].id for earlier in first),
        )


def priority(*, stops: bool, severity: float) -> int:
    """Return what it is worth to free a roadblock: a stop outweighs whatever does not stop.

    >>> priority(stops=True, severity=0.0) > 100 * priority(stops=False, severity=3.0)
    True
    """
    return (stops << 40) + round(severity * 10_000)


def _first_to_last(actions: Iterable[Action]) -> Iterator[Action]:
    """Yield every action after those that come first; otherwise what is quick, then as in the set."""
    by_id = {action.id: (_EFFORT[action.effort], n, action) for n, action in enumerate(actions)}
    waiting = TopologicalSorter({name: action.after for name, (*_, action) in by_id.items()})
    waiting.prepare()
    while waiting.is_active():
        ready = sorted(waiting.get_ready(), key=lambda name: by_id[name][:2])
        yield from (by_id[name][2] for name in ready)
        waiting.done(*ready)


def offered(actions: Iterable[Action]) -> tuple[NextAction, ...]:
    """Return the actions as an assessment tells them."""
    return tuple(NextAction(id=a.id, do=a.do, who=a.who, effort=a.effort) for a in actions)
