"""What to do next: actions in an order that works."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import NamedTuple

from spinout_cli.assessment import NextAction, Step
from spinout_cli.questions import Action, QuestionSet

_EFFORT = {"days": 0, "weeks": 1, "months": 2}


class _Owned(NamedTuple):
    """An action as it is planned: the questions that it helps, and the places of what comes first.

    Questions are bits in the order of the set; actions stand in an order in which every one comes
    after those that come first, and are bits by their place.
    """

    action: Action
    helps: int
    after: tuple[int, ...]


class Planner:
    """Puts the actions of a set in order, for the roadblocks of one answer sheet."""

    def __init__(self, question_set: QuestionSet) -> None:
        """Collect the set's actions, each after those that come first."""
        self._names = [question.id for question in question_set.questions]
        self._bits = {name: 1 << n for n, name in enumerate(self._names)}
        owners = {action.id: q.id for q in question_set.questions for action in q.next}
        ordered = list(_first_to_last(a for q in question_set.questions for a in q.next))
        self._places = {action.id: n for n, action in enumerate(ordered)}
        self._actions = [
            _Owned(
                action,
                sum(self._bits[name] for name in {owners[action.id], *action.helps}),
                tuple(self._places[name] for name in dict.fromkeys(action.after)),
            )
            for action in ordered
        ]
        self._efforts = [_EFFORT[action.effort] for action in ordered]
        self._own = {
            q.id: tuple(self._places[action.id] for action in q.next)
            for q in question_set.questions
        }
        self._last_first = [
            (place, helps, after) for place, (_, helps, after) in enumerate(self._actions)
        ][::-1]
        self._step = cache(self._told)  # the same steps come again and again

    def plan(self, stakes: Mapping[str, int], unsettled: Iterable[str]) -> list[Step]:
        """Order what can be done: what frees most comes first, then what is quick.

        Args:
            stakes: what is missing, and what it is worth to free it; its actions are planned.
            unsettled: questions that apply and are not answered well, so that an action which
                belongs to them has to come first where another one waits for it.

        What an action frees includes what the actions that wait for it free, and it counts as no
        slower than they do. So it is never worth less than they are, and never comes after them.
        """
        own, worths = self._own, _Worths({self._bits[name]: at for name, at in stakes.items()})
        blocked = sum(worths)
        chosen = set[int]().union(*map(own.__getitem__, stakes))
        possible = chosen.union(*map(own.__getitem__, unsettled))
        frees, effort = [0] * len(self._actions), self._efforts.copy()
        planned = []
        for place, helps, after in self._last_first:  # so that each hands on what it was handed
            if place not in chosen:
                continue
            helping = helps & blocked
            freed, quick, first = frees[place] | helping, effort[place], 0
            for earlier in after:
                if earlier in possible:
                    chosen.add(earlier)
                    first |= 1 << earlier
                    frees[earlier] |= freed
                    effort[earlier] = min(effort[earlier], quick)
            planned.append((-worths[freed], quick, place, helping, first))
        planned.sort()
        return [self._step(place, helping, first) for _, _, place, helping, first in planned]

    def _told(self, place: int, helps: int, first: int) -> Step:
        action = self._actions[place].action
        return Step(
            id=action.id,
            do=action.do,
            who=action.who,
            effort=action.effort,
            helps=tuple(name for name in self._names if self._bits[name] & helps),
            after=tuple(name for name in action.after if first >> self._places[name] & 1),
        )


class _Worths(dict[int, int]):
    """What it is worth to free these questions, all bits of one number: the sum of their stakes."""

    def __missing__(self, freed: int) -> int:
        rest, worth = freed, 0
        while rest:  # from the lowest bit that is set
            lowest = rest & -rest
            worth += self[lowest]
            rest ^= lowest
        self[freed] = worth
        return worth


def worth(*, stops: bool, severity: float) -> int:
    """Return what it is worth to free a roadblock: a stop outweighs whatever does not stop.

    >>> worth(stops=True, severity=0.0) > 100 * worth(stops=False, severity=3.0)
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
