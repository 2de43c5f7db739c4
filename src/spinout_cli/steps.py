"""What to do next: actions in an order that works."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from heapq import heapify, heappop, heappush

from spinout_cli.assessment import NextAction, Roadblock, Step
from spinout_cli.questions import Action, QuestionSet

_EFFORT = {"days": 0, "weeks": 1, "months": 2}


@dataclass(frozen=True, slots=True)
class _Owned:
    action: Action
    owner: str
    place: int
    effort: int
    helps: tuple[str, ...]
    after: tuple[str, ...]


class Planner:
    """Puts the actions of a set in order, for the roadblocks of one answer sheet."""

    def __init__(self, question_set: QuestionSet) -> None:
        """Collect the set's actions."""
        place = {question.id: i for i, question in enumerate(question_set.questions)}
        owned = [(q.id, action) for q in question_set.questions for action in q.next]
        self._actions = {
            action.id: _Owned(
                action,
                owner,
                place=number,
                effort=_EFFORT[action.effort],
                helps=_ordered({owner, *action.helps}, place),
                after=action.after,
            )
            for number, (owner, action) in enumerate(owned)
        }
        self._step = cache(self._told)  # the same steps come again and again

    def plan(
        self, roadblocks: Iterable[Roadblock], settled: Callable[[str], bool]
    ) -> tuple[Step, ...]:
        """Order what can be done: what frees most comes first, then what is quick.

        Args:
            roadblocks: what is missing; their actions are what is planned.
            settled: tells whether a question is answered well already or does not apply, so that
                an action which belongs to it need not come first.

        An action never stands before one that has to come first. What it frees includes what the
        actions that wait for it free.
        """
        blocks = {block.id: block for block in roadblocks}
        chosen = self._with_prerequisites(blocks.values(), settled)
        waits = {name: [a for a in o.after if a in chosen] for name, o in chosen.items()}
        helps = {n: tuple([q for q in o.helps if q in blocks]) for n, o in chosen.items()}
        worth = {name: (block.hard_stop, block.severity) for name, block in blocks.items()}
        frees = _frees(helps, waits)
        ranks = {name: _rank(owned, frees[name], worth) for name, owned in chosen.items()}
        order = _in_order(waits, ranks)
        return tuple([self._step(name, helps[name], tuple(waits[name])) for name in order])

    def _with_prerequisites(
        self, roadblocks: Iterable[Roadblock], settled: Callable[[str], bool]
    ) -> dict[str, _Owned]:
        chosen: dict[str, _Owned] = {}
        waiting = [action.id for block in roadblocks for action in block.next]
        while waiting:
            name = waiting.pop()
            if name not in chosen:
                chosen[name] = owned = self._actions[name]
                waiting += [a for a in owned.after if not settled(self._actions[a].owner)]
        return chosen

    def _told(self, name: str, helps: tuple[str, ...], after: tuple[str, ...]) -> Step:
        action = self._actions[name].action
        return Step(
            id=action.id,
            do=action.do,
            who=action.who,
            effort=action.effort,
            helps=helps,
            after=after,
        )


def _ordered(names: set[str], place: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(names & place.keys(), key=place.__getitem__))


def _frees(
    helps: Mapping[str, tuple[str, ...]], waits: Mapping[str, list[str]]
) -> dict[str, set[str]]:
    """The roadblocks that each action helps, itself or through those that wait for it."""
    reached = {name: set(own) for name, own in helps.items()}
    for name, own in helps.items():
        upstream = list(waits[name])
        seen = set(upstream)
        while upstream:
            first = upstream.pop()
            reached[first].update(own)
            new = [a for a in waits[first] if a not in seen]
            seen.update(new)
            upstream.extend(new)
    return reached


_Rank = tuple[int, float, int, int]


def _rank(owned: _Owned, frees: set[str], worth: Mapping[str, tuple[bool, float]]) -> _Rank:
    stops, weight = 0, 0.0
    for name in frees:
        stop, severity = worth[name]
        stops += stop
        weight += severity
    return -stops, -round(weight, 6), owned.effort, owned.place


def _in_order(waits: Mapping[str, list[str]], ranks: Mapping[str, _Rank]) -> list[str]:
    """Sort by rank, but each after those that it waits for."""
    missing = {name: len(firsts) for name, firsts in waits.items()}
    followers: dict[str, list[str]] = {}
    for name, firsts in waits.items():
        for first in firsts:
            followers.setdefault(first, []).append(name)
    ready = [(ranks[name], name) for name, count in missing.items() if not count]
    heapify(ready)
    order = []
    while ready:
        _, name = heappop(ready)
        order.append(name)
        for follower in followers.get(name, ()):
            missing[follower] -= 1
            if not missing[follower]:
                heappush(ready, (ranks[follower], follower))
    return order


def offered(actions: Iterable[Action]) -> tuple[NextAction, ...]:
    """Return the actions as an assessment tells them."""
    return tuple(NextAction(id=a.id, do=a.do, who=a.who, effort=a.effort) for a in actions)
