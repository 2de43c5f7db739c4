"""What to do next: actions in an order that works."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter

from spinout_cli.assessment import NextAction, Roadblock, Step
from spinout_cli.questions import Action, QuestionSet

_EFFORT = {"days": 0, "weeks": 1, "months": 2}


@dataclass(frozen=True, slots=True)
class _Owned:
    """An action, whom it belongs to, and the questions that it helps: a bit for each, in order."""

    action: Action
    owner: str
    place: int
    effort: int
    after: tuple[str, ...]
    helps: int


class Planner:
    """Puts the actions of a set in order, for the roadblocks of one answer sheet."""

    def __init__(self, question_set: QuestionSet) -> None:
        """Collect the set's actions."""
        self._names = [question.id for question in question_set.questions]
        self._bits = {name: 1 << place for place, name in enumerate(self._names)}
        owned = [(q.id, action) for q in question_set.questions for action in q.next]
        self._actions = {
            action.id: _Owned(
                action,
                owner,
                place=number,
                effort=_EFFORT[action.effort],
                after=action.after,
                helps=sum(self._bits[name] for name in {owner, *action.helps}),
            )
            for number, (owner, action) in enumerate(owned)
        }
        self._own = {q.id: [action.id for action in q.next] for q in question_set.questions}
        self._early = {name: n for n, name in enumerate(self._first_to_last())}
        self._step = cache(self._told)  # the same steps come again and again

    def plan(
        self, roadblocks: Sequence[Roadblock], settled: Callable[[str], bool]
    ) -> tuple[Step, ...]:
        """Order what can be done: what frees most comes first, then what is quick.

        Args:
            roadblocks: what is missing; their actions are what is planned.
            settled: tells whether a question is answered well already or does not apply, so that
                an action which belongs to it need not come first.

        What an action frees includes what the actions that wait for it free, and it counts as no
        slower than they do. So it is never worth less than they are, and never comes after them.
        """
        ids = [block.id for block in roadblocks]
        stakes = {self._bits[b.id]: (b.hard_stop, b.severity) for b in roadblocks}
        chosen = self._with_prerequisites(ids, settled)
        waits = {n: _among(chosen, o.after) for n, o in chosen.items() if o.after}
        blocked = sum(stakes)
        frees = {name: owned.helps & blocked for name, owned in chosen.items()}
        steps = {name: (freed, waits.get(name, ())) for name, freed in frees.items()}
        effort = {name: owned.effort for name, owned in chosen.items()}
        order = sorted(chosen, key=self._early.__getitem__)
        for name in reversed(order):  # from the last on, so that each hands on what it was handed
            for first in waits.get(name, ()):
                frees[first] |= frees[name]
                effort[first] = min(effort[first], effort[name])
        worth = {freed: _worth(freed, stakes) for freed in set(frees.values())}
        order.sort(key=lambda name: (worth[frees[name]], effort[name]))
        return tuple([self._step(name, *steps[name]) for name in order])

    def _first_to_last(self) -> Iterator[str]:
        """Every action of the set, after those that come first; otherwise what is quick, then as in the set."""
        waiting = TopologicalSorter({n: owned.after for n, owned in self._actions.items()})
        waiting.prepare()
        while waiting.is_active():
            ready = sorted(waiting.get_ready(), key=self._quick_first)
            yield from ready
            waiting.done(*ready)

    def _quick_first(self, name: str) -> tuple[int, int]:
        owned = self._actions[name]
        return owned.effort, owned.place

    def _with_prerequisites(
        self, blocked: list[str], settled: Callable[[str], bool]
    ) -> dict[str, _Owned]:
        chosen: dict[str, _Owned] = {}
        waiting = [action for name in blocked for action in self._own[name]]
        while waiting:
            name = waiting.pop()
            if name not in chosen:
                chosen[name] = owned = self._actions[name]
                waiting += [a for a in owned.after if not settled(self._actions[a].owner)]
        return chosen

    def _told(self, name: str, helps: int, after: tuple[str, ...]) -> Step:
        action = self._actions[name].action
        return Step(
            id=action.id,
            do=action.do,
            who=action.who,
            effort=action.effort,
            helps=tuple(question for question in self._names if self._bits[question] & helps),
            after=after,
        )


def _among(chosen: Mapping[str, _Owned], names: Iterable[str]) -> tuple[str, ...]:
    return tuple([name for name in names if name in chosen])


def _worth(freed: int, stakes: Mapping[int, tuple[bool, float]]) -> tuple[int, float]:
    """How many stops and how much severity are freed by freeing these bits, most first."""
    stops, severity = 0, 0.0
    while freed:
        lowest = freed & -freed
        stop, weight = stakes[lowest]
        stops += stop
        severity += weight
        freed ^= lowest
    return -stops, -round(severity, 6)


def offered(actions: Iterable[Action]) -> tuple[NextAction, ...]:
    """Return the actions as an assessment tells them."""
    return tuple(NextAction(id=a.id, do=a.do, who=a.who, effort=a.effort) for a in actions)
