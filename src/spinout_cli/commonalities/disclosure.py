"""Disclosure control: what of exact counts may be shown, or everything as working data.

What may be published follows the ONS 10-5 rule: a count under ten is not shown, nor one from which
such a count could be had; every other is rounded to the nearest five. It is decided once for a data
set, whatever part of it is asked for, so that no two reports of it disagree. Everything downstream,
rates, intervals, tests and what is listed, is computed from what this module lets through.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from spinout_cli.commonalities.counts import (
    EVERYBODY,
    LIKENESS,
    NOT_GIVEN,
    ExactCounts,
    Finding,
    Group,
    Kind,
    Moves,
    Pair,
    Replies,
    TwoByTwo,
)
from spinout_cli.commonalities.pair_suppression import Kinds, Middle, publishable_pairs
from spinout_cli.commonalities.peer_groups import PeerGroup
from spinout_cli.commonalities.suppression import LEAST, NOBODY, Divisions, Share
from spinout_cli.question_set.model import Circumstance, QuestionSet
from spinout_cli.question_set.rungs import rung_effect

BASE = 5
"""What published counts are rounded to."""

_KINDS: tuple[Kind, ...] = ("roadblock", "enabler", "unknown")


class Band(NamedTuple):
    """A count for the organisations that have one of these choices of a circumstance."""

    choices: tuple[str, ...]
    share: Share


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of one kind of finding at one question."""

    overall: Share | None
    """None where it is withheld, or where nobody could have said."""

    by: Mapping[str, tuple[Band, ...]]
    """By circumstance; one whose groups may not be told apart is left out."""

    others: Mapping[Group, Share] = field(default_factory=dict)
    """Everybody outside a group that is told apart, where several choices may be made."""


@dataclass(frozen=True, slots=True)
class Like:
    """What may be shown of the organisations that are like one."""

    peer_group: PeerGroup
    size: int | None
    shown: Mapping[tuple[Kind, str], Share]


@dataclass(frozen=True, slots=True)
class Suppressed:
    """How much is not shown."""

    overall: int = 0
    """Findings of which not even the count for everybody is shown."""

    groups: int = 0
    """Counts of one group that are shown together with others, or not at all."""

    pairs: int = 0


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What may be shown of a data set. Counts are rounded unless it is `working` data."""

    working: bool
    counted: int | None
    left_out: Mapping[str, int | None]
    answered: Mapping[str, int | None]
    """By question, in the set's order."""

    shown: Mapping[tuple[Kind, str], Shown]
    along: str | None
    pairs: tuple[Pair, ...]
    moved: int | None
    better: Mapping[str, Share | None]
    worse: Mapping[str, Share | None]
    like: Like | None
    withheld: Suppressed


def rounded(number: int) -> int:
    """Return the nearest multiple of five.

    >>> [rounded(number) for number in (10, 12, 13, 17, 18)]
    [10, 10, 15, 15, 20]
    """
    return (number + BASE // 2) // BASE * BASE


def published(number: int) -> int | None:
    """Return a count as it may be published: rounded, and none under ten."""
    return None if number < LEAST else rounded(number)


def exact(tallies: ExactCounts, question_set: QuestionSet) -> Disclosed:
    """Return everything just as it was counted: working data, not for publication."""
    every = _divisions(question_set, tallies)
    asked = _asked(tallies, question_set)
    everything = {kind: frozenset(tallies.sizes) for kind in _KINDS}
    return Disclosed(
        working=True,
        counted=tallies.counted,
        left_out=dict(tallies.left_out),
        answered={name: _everybody(replies).answered for name, replies in asked.items()},
        shown=_shown(asked, question_set, every, dict.fromkeys(asked, everything), Share),
        along=tallies.along,
        pairs=tallies.pairs,
        moved=tallies.moved,
        better={name: Share(m.better, m.worse + m.same) for name, m in _moves(tallies)},
        worse={name: Share(m.worse, m.better + m.same) for name, m in _moves(tallies)},
        like=_like(tallies, asked, dict.fromkeys(asked, everything), Share),
        withheld=Suppressed(),
    )


def publishable(tallies: ExactCounts, question_set: QuestionSet) -> Disclosed:
    """Return what may be published."""
    every = _divisions(question_set, tallies)
    asked = _asked(tallies, question_set)
    judge = Divisions(every, tallies.sizes, tallies.overlaps, tallies.counted)
    told = {n: _told(judge, replies, _middle(question_set, n)) for n, replies in asked.items()}
    shown = _shown(asked, question_set, every, told, _rounded)
    pairs = tuple(_published(tallies, told, question_set))
    moves = {name: _told_moves(move) for name, move in _moves(tallies)}
    return Disclosed(
        working=False,
        counted=published(tallies.counted),
        left_out={reason: published(number) for reason, number in tallies.left_out.items()},
        answered={n: published(_everybody(replies).answered) for n, replies in asked.items()},
        shown=shown,
        along=tallies.along,
        pairs=pairs,
        moved=published(tallies.moved),
        better={name: better for name, (better, _) in moves.items()},
        worse={name: worse for name, (_, worse) in moves.items()},
        like=_like(tallies, asked, _alike(tallies, every, asked, told, question_set), _rounded),
        withheld=Suppressed(
            overall=sum(each.overall is None for each in shown.values()),
            groups=sum(
                sum(map(len, every)) - len(apart or ())
                for of_question in told.values()
                for apart in of_question.values()
            ),
            pairs=len(tallies.pairs) - len(pairs),
        ),
    )


# Which counts there are

_Groups = frozenset[Group] | None
_Told = Mapping[Kind, _Groups]
_Asked = Mapping[str, Mapping[Group, Replies]]
_Division = tuple[Group, ...]

_COUNTED: Mapping[str, Callable[[Replies], Share]] = {
    "roadblock": lambda r: Share(r.roadblock, r.neither + r.enabler),
    "neither": lambda r: Share(r.neither, r.roadblock + r.enabler),
    "enabler": lambda r: Share(r.enabler, r.roadblock + r.neither),
    "unknown": lambda r: Share(r.unknown, r.answered),
    # Only one side of it can give anybody away; nobody is there where nobody replied either.
    "answered": lambda r: Share(r.answered, r.answered + r.unknown),
}


def divided_by(question_set: QuestionSet) -> list[Circumstance]:
    """Return the circumstances by which organisations are divided: those that have choices."""
    return [each for each in question_set.circumstances if each.type == "choice"]


def _divisions(question_set: QuestionSet, tallies: ExactCounts) -> list[_Division]:
    """Return the ways in which everybody is divided, in the set's order.

    Where several choices may be made, each is a division of its own: those who made it, and others.
    """
    found: list[_Division] = []
    for circumstance in divided_by(question_set):
        choices = [*(choice.id for choice in circumstance.choices), NOT_GIVEN]
        groups = [Group(circumstance.id, choice) for choice in choices]
        here = tuple(group for group in groups if tallies.sizes.get(group))
        found += [(group,) for group in here] if circumstance.multiple else [here]
    return found


def _asked(tallies: ExactCounts, question_set: QuestionSet) -> _Asked:
    every = [question.id for question in question_set.questions]
    return {name: tallies.replies[name] for name in every if name in tallies.replies}


def _everybody(replies: Mapping[Group, Replies]) -> Replies:
    return replies.get(EVERYBODY, Replies())


def _counts(kind: str, replies: Mapping[Group, Replies]) -> dict[Group, Share]:
    return {group: _COUNTED[kind](reply) for group, reply in replies.items()}


def _moves(tallies: ExactCounts) -> list[tuple[str, Moves]]:
    return [(name, moves) for name, moves in tallies.moves.items() if sum(moves)]


# What is told of them


def _middle(question_set: QuestionSet, name: str) -> bool:
    """Tell whether an answer can be neither roadblock nor enabler: that such are few then tells."""
    question = question_set.question[name]
    return any(rung_effect(question, rung) == "neither" for rung in range(len(question.rungs)))


def _told(
    judge: Divisions,
    replies: Mapping[Group, Replies],
    middle: bool,  # noqa: FBT001  (private)
    settled: _Told | None = None,
    further: Sequence[Group] | None = None,
) -> dict[Kind, _Groups]:
    """Return for each kind the groups that may be told apart at one question.

    Who shows roadblocks and enablers of a group shows by subtraction how many have neither; and who
    shows any kind shows how many answered. So groups go until these are safe as well.

    Args:
        judge: tells which groups may be told apart by one count.
        replies: how each group replied.
        middle: whether an answer can be neither.
        settled: what is told apart already, and stays so.
        further: the groups that are considered besides; all of them, if left out.
    """
    kept = {kind: (settled or {}).get(kind) or frozenset() for kind in _KINDS}

    def apart(count: str, wanted: frozenset[Group] | None, held: frozenset[Group]) -> _Groups:
        return judge.told_apart(_counts(count, replies), wanted, held)

    every = None if further is None else frozenset(further)
    told = {kind: apart(kind, every, kept[kind]) for kind in _KINDS}
    while True:
        roadblock, enabler = told["roadblock"], told["enabler"]
        lost: frozenset[Group] = frozenset()
        if middle and roadblock is not None and enabler is not None:
            both = roadblock & enabler
            neither = apart("neither", both, kept["roadblock"] & kept["enabler"])
            if neither is None:
                told["enabler"] = None
                continue
            lost = both - neither
        any_of = frozenset().union(*(groups or () for groups in told.values()))
        answered = apart("answered", any_of, frozenset().union(*kept.values()))
        unsafe = frozenset() if answered is None else any_of - answered
        if not lost and not unsafe:
            return told
        for kind in _KINDS:
            if (groups := told[kind]) is not None:
                fewer = groups - unsafe - (lost if kind == "enabler" else frozenset())
                told[kind] = apart(kind, fewer, kept[kind])


def _told_moves(moves: Moves) -> tuple[Share | None, Share | None]:
    """Return how many stand higher and how many lower, as far as either may be shown."""
    better = Share(moves.better, moves.worse + moves.same)
    worse = Share(moves.worse, moves.better + moves.same)
    few_stayed = better.safe and moves.same < LEAST
    return (
        _rounded(*better) if better.safe else None,
        _rounded(*worse) if worse.safe and not few_stayed else None,
    )


def _published(
    tallies: ExactCounts, told: Mapping[str, _Told], question_set: QuestionSet
) -> Iterator[Pair]:
    """Yield the pairs with the stages at which they may be shown, rounded.

    Only stages count that are told apart at both questions: of any other, a pair would tell how many
    have a finding at the least, and so by subtraction how many of those told together with it. And
    the pairs of two questions are judged together: one less another is a count as well.
    """
    middle = {name: _middle(question_set, name) for name in told}
    every: dict[tuple[str, str], dict[Kinds, Pair]] = defaultdict(dict)
    for pair in tallies.pairs:
        first, second = pair.first, pair.second
        every[first.question, second.question][first.kind, second.kind] = pair
    for (one, other), pairs in every.items():
        shown = _stages(pairs, Middle(middle[one], middle[other]), told, tallies.along)
        for kinds, pair in pairs.items():
            if strata := shown.get(kinds):
                yield Pair(pair.first, pair.second, strata)


def _stages(
    pairs: Mapping[Kinds, Pair], middle: Middle, told: Mapping[str, _Told], along: str | None
) -> dict[Kinds, dict[str, TwoByTwo]]:
    """Return for each pair of two questions the stages that may be shown, rounded."""
    shown: dict[Kinds, dict[str, TwoByTwo]] = defaultdict(dict)
    for stage in dict.fromkeys(stage for pair in pairs.values() for stage in pair.strata):
        tables = {k: pair.strata[stage] for k, pair in pairs.items() if stage in pair.strata}
        known = frozenset(kinds for kinds in tables if _at(pairs[kinds], told, along, stage))
        for kinds in publishable_pairs(tables, middle, known):
            shown[kinds][stage] = TwoByTwo(*map(rounded, tables[kinds]))
    return shown


def _at(pair: Pair, told: Mapping[str, _Told], along: str | None, stage: str) -> bool:
    """Tell whether a stage is told apart at both of a pair's questions."""
    return all(_is_told(told, each, along, stage) for each in (pair.first, pair.second))


def _is_told(told: Mapping[str, _Told], finding: Finding, along: str | None, stage: str) -> bool:
    """Tell whether a stage is told apart at a finding's question; everybody, without stages."""
    groups = told[finding.question][finding.kind]
    return groups is not None and (along is None or Group(along, stage) in groups)


def _rounded(met: int, rest: int) -> Share:
    """Round how many have it, and how many could have said so."""
    return Share(rounded(met), rounded(met + rest) - rounded(met))


# How it is shown

_Write = Callable[[int, int], Share]


def _shown(
    asked: _Asked,
    question_set: QuestionSet,
    every: Sequence[_Division],
    told: Mapping[str, _Told],
    write: _Write,
) -> dict[tuple[Kind, str], Shown]:
    several = {each.id for each in divided_by(question_set) if each.multiple}
    return {
        (kind, name): _one_shown(_counts(kind, replies), every, several, told[name][kind], write)
        for name, replies in asked.items()
        for kind in _KINDS
    }


def _one_shown(
    counts: Mapping[Group, Share],
    every: Sequence[_Division],
    several: Container[str],
    told: frozenset[Group] | None,
    write: _Write,
) -> Shown:
    overall = counts.get(EVERYBODY, NOBODY)
    if told is None or not overall.total:
        return Shown(None, {})
    by: dict[str, tuple[Band, ...]] = {}
    others: dict[Group, Share] = {}
    for division in every:
        if bands := tuple(_bands(division, counts, told, write)):
            name = division[0].circumstance
            by[name] = by.get(name, ()) + bands
            if name in several:
                others |= _outside(division, counts, overall, told, write)
    return Shown(write(*overall), by, others)


def _outside(
    division: _Division,
    counts: Mapping[Group, Share],
    overall: Share,
    told: frozenset[Group],
    write: _Write,
) -> dict[Group, Share]:
    """Return the count for everybody outside each group told apart: where there is one, it is safe.

    It is counted exactly and written once, since a difference of rounded counts may be off by far.
    """
    outside = {g: overall.less([counts.get(g, NOBODY)]) for g in division if g in told}
    return {group: write(*share) for group, share in outside.items() if share.total}


def _bands(
    division: _Division, counts: Mapping[Group, Share], told: frozenset[Group], write: _Write
) -> Iterator[Band]:
    """Yield the groups told apart one by one, and the others of their division together."""
    apart = [group for group in division if group in told]
    for group in apart:
        if (count := counts.get(group, NOBODY)).total:
            yield Band((group.choice,), write(*count))
    others = [group for group in division if group not in told]
    together = NOBODY.less(NOBODY.less([counts.get(group, NOBODY)]) for group in others)
    if apart and together.total:
        yield Band(tuple(group.choice for group in others), write(*together))


# Organisations that are like one


def _alike(
    tallies: ExactCounts,
    every: Sequence[_Division],
    asked: _Asked,
    told: Mapping[str, _Told],
    question_set: QuestionSet,
) -> Mapping[str, _Told]:
    """Return what may be told of the kinds, given what is told of all other groups already."""
    if tallies.like is None:
        return {}
    kinds = tuple(Group(LIKENESS, peer_group.id) for peer_group in tallies.like.kinds)
    judge = Divisions([*every, kinds], tallies.sizes, tallies.overlaps, tallies.counted)
    return {
        name: _told(judge, replies, _middle(question_set, name), told[name], kinds)
        for name, replies in asked.items()
    }


def _like(
    tallies: ExactCounts, asked: _Asked, told: Mapping[str, _Told], write: _Write
) -> Like | None:
    """Return what may be told of those that are like one; nothing where they are fewer than ten."""
    alike = tallies.like
    kinds = () if alike is None else alike.kinds
    own = next((peer_group for peer_group in kinds if alike and peer_group.id == alike.own), None)
    if own is None or own.size < LEAST:
        return None
    group = Group(LIKENESS, own.id)
    shown = {
        (kind, name): write(*count)
        for name, replies in asked.items()
        for kind in _KINDS
        if group in (told[name][kind] or ()) and (count := _counts(kind, replies)[group]).total
    }
    return Like(own, own.size if write is Share else rounded(own.size), shown)
