"""Plans next steps: orders actions by what they unblock, effort and prerequisites."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from graphlib import TopologicalSorter
from math import prod
from operator import itemgetter
from typing import Any, NamedTuple

from spinout_cli.documents.assessment import NextAction, Step
from spinout_cli.question_set.model import Action, QuestionSet

_EFFORT = {"days": 0, "weeks": 1, "months": 2}

Priority = int | None
"""What it is worth to free a question that is a roadblock; `UNSETTLED`; None where neither holds."""

UNSETTLED = -1
"""The stake of a question that applies and is not answered well, yet is no roadblock.

An action that belongs to it has to come first where another one waits for it.
"""

_MANY = 8192
"""Plans of one chain that are kept at most: all but a few chains have far less, and come up again."""

_Ranked = tuple[int, Step]
"""A step, and a number that is lower for what comes sooner."""

_rank = itemgetter(0)
"""Takes that number."""


class Planner:
    """Puts the actions of a set in order, for the roadblocks of one answer sheet."""

    def __init__(self, question_set: QuestionSet) -> None:
        """Part the set's actions into chains, each of which can be planned by itself."""
        owners = {action.id: q.id for q in question_set.questions for action in q.next}
        places = {question.id: place for place, question in enumerate(question_set.questions)}
        rungs = [len(question.rungs) for question in question_set.questions]
        chains = [_Chain(actions, owners, places) for actions in _chains(question_set)]
        long = [chain for chain in chains if chain.is_long(rungs)]
        kept = [
            _Chain(actions, owners, places)
            for actions in _joined([chain for chain in chains if chain not in long])
        ]
        self._chains = [(_taking(chain.places), chain.plan) for chain in long]
        self._chains += [(_taking(chain.places), cache(chain.plan)) for chain in kept]

    def plan(self, stakes: Sequence[Priority]) -> list[Step]:
        """Order what can be done: what frees most comes first, then what is quick.

        Args:
            stakes: the stake of every question in the set's order. The actions of roadblocks are
                planned, and those that come before them.

        What an action frees includes what the actions that wait for it free, and it counts as no
        slower than they do. So it is never worth less than they are, and never comes after them.
        """
        planned: list[_Ranked] = []
        for its, plan in self._chains:
            planned += plan(its(stakes))
        planned.sort(key=_rank)
        return [step for _, step in planned]


def _taking(places: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return what takes that which stands at these places of a row.

    >>> _taking([2, 0])("abc"), _taking([1])("abc")
    (('c', 'a'), ('b',))
    """
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[place] for place in places)


class _Link(NamedTuple):
    """An action: whose it is and what it helps, as bits; what comes first, by its place in the chain."""

    place: int
    action: Action
    owner: int
    helps: int
    after: tuple[int, ...]


class _Chain:
    """Actions that are planned together. The questions that they bear on are bits, in the set's order."""

    def __init__(
        self, actions: dict[int, Action], owners: dict[str, str], places: dict[str, int]
    ) -> None:
        """Take actions by their place in the plan, which is after all that come first.

        Args:
            actions: none of them waits for one that is not among them.
            owners: the question to which each action belongs.
            places: where each question stands in the set.
        """
        self.actions = actions
        named = {owners[action.id] for action in actions.values()}
        named = named.union(*(action.helps for action in actions.values()))
        asked = sorted(named, key=places.__getitem__)
        self.places = [places[name] for name in asked]
        self._bits = {name: 1 << n for n, name in enumerate(asked)}
        at = {action.id: n for n, action in enumerate(actions.values())}
        self._links = [
            _Link(
                place,
                action,
                self._bits[owners[action.id]],
                sum(self._bits[name] for name in {owners[action.id], *action.helps}),
                tuple(at[name] for name in dict.fromkeys(action.after)),
            )
            for place, action in actions.items()
        ]
        self._owners = [link.owner for link in self._links]
        self._efforts = [_EFFORT[action.effort] for action in actions.values()]
        self._last_first = [*enumerate(self._links)][::-1]
        self._step = cache(self._told)  # shared by all plans that have it

    def is_long(self, rungs: Sequence[int]) -> bool:
        """Tell whether more can be at stake than should be kept; `rungs`: how many each question has."""
        return prod(rungs[place] + 2 for place in self.places) > _MANY

    def plan(self, stakes: tuple[Priority, ...]) -> list[_Ranked]:
        """Return the steps of this chain; `stakes` are those of the questions at its `places`."""
        worths, blocked, unsettled = _at_stake(self._bits.values(), stakes)
        owners, step, planned = self._owners, self._step, []
        frees, quick, awaited = [0] * len(owners), self._efforts.copy(), 0
        for n, (place, _, owner, helps, after) in self._last_first:
            if not (owner & blocked or awaited >> n & 1):
                continue
            helping, first = helps & blocked, 0
            freed = frees[n] | helping
            for earlier in after:  # each hands on what it was handed
                if owners[earlier] & unsettled:
                    first |= 1 << earlier
                    frees[earlier] |= freed
                    quick[earlier] = min(quick[earlier], quick[n])
            awaited |= first
            rank = (quick[n] - (worths[freed] << 2) << 20) + place
            planned.append((rank, step(n, helping, first)))
        return planned

    def _told(self, n: int, helping: int, first: int) -> Step:
        _, action, _, _, after = self._links[n]
        named = [self._links[earlier].action.id for earlier in after if first >> earlier & 1]
        return Step(
            id=action.id,
            do=action.do,
            who=action.who,
            effort=action.effort,
            helps=tuple(name for name, bit in self._bits.items() if bit & helping),
            after=tuple(named),
        )


class _Worths(dict[int, int]):
    """What it is worth to free these questions, all bits of one number: the sum of their stakes."""

    def __missing__(self, freed: int) -> int:
        lowest = freed & -freed
        worth = self[freed] = self[lowest] + self[freed ^ lowest] if freed else 0
        return worth


def _at_stake(bits: Iterable[int], stakes: Iterable[Priority]) -> tuple[_Worths, int, int]:
    """Return what questions are worth, those that are roadblocks, and those not answered well."""
    worths, blocked, unsettled = _Worths(), 0, 0
    for bit, stake in zip(bits, stakes, strict=True):
        if stake is not None:
            unsettled |= bit
            if stake != UNSETTLED:
                blocked |= bit
                worths[bit] = stake
    return worths, blocked, unsettled


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


def _chains(question_set: QuestionSet) -> list[dict[int, Action]]:
    """Part the actions of a set, by their place in the plan: none waits for one of another part."""
    chain_of: dict[str, dict[int, Action]] = {}
    actions = [action for question in question_set.questions for action in question.next]
    for place, action in enumerate(_first_to_last(actions)):
        whole = {place: action}
        for name in action.after:
            whole |= chain_of[name]
        whole = dict(sorted(whole.items()))
        chain_of |= {each.id: whole for each in whole.values()}
    return list({id(chain): chain for chain in chain_of.values()}.values())


def _joined(chains: Iterable[_Chain]) -> list[dict[int, Action]]:
    """Return the actions of these chains, with fewer to look up.

    What bears on no question that another chain does not bear on is planned with that one, and no
    more plans are to be kept for it.
    """
    joined: list[tuple[set[int], dict[int, Action]]] = []
    for chain in sorted(chains, key=lambda each: -len(each.places)):
        actions = next((more for among, more in joined if among.issuperset(chain.places)), None)
        if actions is None:
            joined.append((set(chain.places), dict(chain.actions)))
        else:
            actions |= chain.actions
    return [actions for _, actions in joined]


def offered(actions: Iterable[Action]) -> tuple[NextAction, ...]:
    """Return the actions as an assessment tells them."""
    return tuple(NextAction(id=a.id, do=a.do, who=a.who, effort=a.effort) for a in actions)
