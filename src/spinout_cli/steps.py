"""What to do next: actions in an order that works."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter

from spinout_cli.assessment import NextAction, Roadblock, Step
from spinout_cli.questions import Action, QuestionSet

_EFFORT = {"days": 0, "weeks": 1, "months": 2}


@dataclass(frozen=True, slots=True)
class _Owned:
    """An action, with whom it belongs to and where it stands among all of the set's actions."""

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
        self._early = {name: n for n, name in enumerate(self._first_to_last())}
        self._step = cache(self._told)  # the same steps come again and again

    def plan(
        self, roadblocks: Iterable[Roadblock], settled: Callable[[str], bool]
    ) -> tuple[Step, ...]:
        """Order what can be done: what frees most comes first, then what is quick.

        Args:
            roadblocks: what is missing; their actions are what is planned.
            settled: tells whether a question is answered well already or does not apply, so that
                an action which belongs to it need not come first.

        What an action frees includes what the actions that wait for it free, and it counts as no
        slower than they do. So it is never worth less than they are, and never comes after them.
        """
        blocks = list(roadblocks)
        chosen = self._with_prerequisites(blocks, settled)
        bits = {block.id: 1 << place for place, block in enumerate(blocks)}
        waits = {name: tuple([a for a in o.after if a in chosen]) for name, o in chosen.items()}
        helps = {name: tuple([q for q in o.helps if q in bits]) for name, o in chosen.items()}
        order = sorted(chosen, key=self._early.__getitem__)
        frees = {name: sum([bits[q] for q in helps[name]]) for name in order}
        effort = {name: chosen[name].effort for name in order}
        for name in reversed(order):  # from the last on, so that each hands on what it was handed
            for first in waits[name]:
                frees[first] |= frees[name]
                effort[first] = min(effort[first], effort[name])
        worth = cache(lambda freed: _worth(freed, blocks))
        order.sort(key=lambda name: (*worth(frees[name]), effort[name]))
        return tuple([self._step(name, helps[name], waits[name]) for name in order])

    def _first_to_last(self) -> Iterator[str]:
        """Every action of the set, after those that come first; otherwise what is quick, then as in the set."""
        waiting = TopologicalSorter({name: owned.after for name, owned in self._actions.items()})
        waiting.prepare()
        while waiting.is_active():
            ready = sorted(waiting.get_ready(), key=self._quick_first)
            yield from ready
            waiting.done(*ready)

    def _quick_first(self, name: str) -> tuple[int, int]:
        owned = self._actions[name]
        return owned.effort, owned.place

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


def _worth(freed: int, blocks: list[Roadblock]) -> tuple[int, float]:
    """How many stops and how much severity the roadblocks of these bits have, most first."""
    stops, severity = 0, 0.0
    while freed:
        block = blocks[(freed & -freed).bit_length() - 1]
        stops += block.hard_stop
        severity += block.severity
        freed &= freed - 1
    return -stops, -round(severity, 6)


def offered(actions: Iterable[Action]) -> tuple[NextAction, ...]:
    """Return the actions as an assessment tells them."""
    return tuple(NextAction(id=a.id, do=a.do, who=a.who, effort=a.effort) for a in actions)
