"""Counting queries as Ibis expressions, which DuckDB and Spark both run.

Sixty-two assessments are counted at a time. For every block of as many and every question there is
one row of words: bit n of `roadblock` says whether assessment n of the block met that roadblock, and
so on. For every block and group there is one word more: who is in the group. To count is to lay two
words over each other and count the bits they share: a fraction of the rows that joining single
answers would make, whatever the engine. Assessments at one stage sit side by side, so that nearly
every block is of one stage, and pairs, which are counted stage by stage, look at each block once.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import combinations, product
from operator import itemgetter
from typing import Any, Literal

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, Table

from spinout_cli.commonalities.counts import (
    EARLIER,
    EVERYBODY,
    LIKENESS,
    NOT_GIVEN,
    Alike,
    ExactCounts,
    Finding,
    Group,
    Moves,
    Pair,
    Replies,
    TwoByTwo,
)
from spinout_cli.commonalities.engines import rows
from spinout_cli.commonalities.peer_groups import DEPTH, PeerGroup, peer_groups
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set.conditions import tests
from spinout_cli.question_set.model import Circumstance, QuestionSet

BLOCK = 62
"""Assessments in a block: as many bits as every engine can set in a word that has a sign."""

_Kind = Literal["roadblock", "enabler"]
KINDS: tuple[_Kind, _Kind] = ("roadblock", "enabler")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def bit_count(word: int) -> int:  # type: ignore[empty-body]  # the engine's own
    """How many bits are set."""


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator]
def bit_or(word: int) -> int:  # type: ignore[empty-body]  # likewise
    """Every bit that is set in any of these words."""


def stage(question_set: QuestionSet) -> str | None:
    """Return the circumstance that tells how far along a service is: the set tells by it who left."""
    named = [name for name, _, _ in tests(question_set.left)] if question_set.left else []
    single = {circumstance.id for circumstance in _single(question_set)}
    return next((name for name in named if name in single), None)


def count(
    assessments: Table,
    answers: Table,
    question_set: QuestionSet,
    like: Mapping[str, Any] | None = None,
) -> ExactCounts:
    """Count everything that is told of many organisations.

    Args:
        assessments: one row for each, with the columns that `tables.tables` gives.
        answers: one row for each answer, likewise.
        question_set: what was asked.
        like: the circumstances that count of an organisation to compare with, by id.
    """
    with ExitStack() as kept:
        return Counter(assessments, answers, question_set, kept, like).tallies()


class Counter:
    """One census: what is condensed once and looked at often is kept by the engine till the end."""

    def __init__(
        self,
        assessments: Table,
        answers: Table,
        question_set: QuestionSet,
        kept: ExitStack,
        like: Mapping[str, Any] | None = None,
    ) -> None:
        """Condense the two tables; `kept` lets go of what the engine then keeps.

        Raises:
            SpinoutError: a question is answered twice in one assessment.
        """
        self._set, self._answers, self._kept = question_set, answers, kept
        self._names = [question.id for question in question_set.questions]
        self._everybody = self._keep(numbered(assessments, question_set))
        self._planes = self._keep(bitmaps(answers, self._everybody, self._names))
        self._refuse_twice()
        latest = self._everybody.filter(self._everybody.last)
        self._like = None if like is None else self._alike(latest, like)
        members = members_of(latest, question_set, self._like.kinds if self._like else ())
        self._groups, self._members = members.groups, self._keep(members.table)

    def _keep(self, table: Table) -> Table:
        return self._kept.enter_context(table.cache())

    def _refuse_twice(self) -> None:
        """Stop where a question was answered twice: bits cannot tell which answer counts."""
        twice = self._planes.filter(bit_count(self._planes.asked) != self._planes.answers)
        if _number(twice):
            raise SpinoutError(
                "In these tables some questions are answered twice in one assessment, so that nothing "
                "can be counted. Write them anew with spinout export."
            )

    def tallies(self) -> ExactCounts:
        """Count all there is to count."""
        sizes = self.sizes()
        counted = sizes.get(EVERYBODY, 0)
        earlier = _number(self._everybody) - counted
        moved, moves = self.moves() if earlier else (0, {})
        return ExactCounts(
            counted=counted,
            left_out={EARLIER: earlier} if earlier else {},
            sizes={group: size for group, size in sizes.items() if group != EVERYBODY},
            overlaps=self.overlaps(),
            replies=self.replies(sizes),
            along=stage(self._set),
            pairs=tuple(self.pairs()),
            moved=moved,
            moves=moves,
            like=self._like,
        )

    def sizes(self) -> dict[Group, int]:
        """Count how many organisations are in every group, everybody among them."""
        members = self._members
        found = members.group_by("group").agg(size=_bits(members.word))
        return {self._groups[r["group"]]: r["size"] for r in rows(found)}

    def overlaps(self) -> dict[tuple[Group, Group], int]:
        """Count how many organisations every two groups share."""
        ours = self._members.filter(self._members.group > 0)
        other = ours.view()
        pairs = ours.join(other, [ours.block == other.block, ours.group < other.group])
        found = pairs.group_by(one=ours.group, two=other.group).agg(
            shared=_bits(ours.word & other.word)
        )
        groups = self._groups
        return {
            (groups[r["one"]], groups[r["two"]]): r["shared"] for r in rows(found) if r["shared"]
        }

    def replies(self, sizes: Mapping[Group, int]) -> dict[str, dict[Group, Replies]]:
        """Count how every group replied to every question; `sizes` as counted before."""
        told, who = self._planes, self._members
        found = (
            told.join(who, told.block == who.block)
            .group_by(told.question, who.group)
            .agg(**{name: _bits(told[name] & who.word) for name in (*_PLANES, "unknown")})
        )
        replies: dict[str, dict[Group, Replies]] = {
            name: {group: Replies(silent=size) for group, size in sizes.items()}
            for name in self._names
        }
        for r in rows(found):
            group = self._groups[r["group"]]
            replies[self._names[r["question"]]][group] = Replies(
                roadblock=r["roadblock"],
                neither=r["known"] - r["roadblock"] - r["enabler"],
                enabler=r["enabler"],
                unknown=r["unknown"],
                silent=sizes[group] - r["known"] - r["unknown"],
            )
        return replies

    def pairs(self) -> Iterator[Pair]:
        """Lay out the counts of every two questions as fourfold tables, one for each stage."""
        found: dict[tuple[int, int], dict[str, dict[str, int]]] = defaultdict(dict)
        for r in sorted(rows(self._met()), key=lambda r: r["group"]):  # the set's order of stages
            found[r["one"], r["two"]][self._groups[r["group"]].choice] = r
        for one, two in combinations(range(len(self._names)), 2):
            stages = found.get((one, two), {})
            for (first, second), counted in _COUNTED.items():
                yield Pair(
                    Finding(first, self._names[one]),
                    Finding(second, self._names[two]),
                    {stage: _fourfold(*counted(r)) for stage, r in stages.items()},
                )

    def _met(self) -> Table:
        """How many have what, of those at one stage who answered both of two questions."""
        of = stage(self._set) or EVERYBODY.circumstance
        places = [place for place, group in enumerate(self._groups) if group.circumstance == of]
        stages = self._members.filter(self._members.group.isin(places))
        told = self._planes.join(stages, "block")
        ours = told.select(
            told.block,
            told.group,
            told.question,
            **{name: told[name] & told.word for name in _PLANES},
        )
        ours = ours.filter(ours.known != 0)
        other = ours.view()
        both = ours.join(
            other,
            [ours.block == other.block, ours.group == other.group, ours.question < other.question],
        )
        shared = {f"{a}_{b}": _bits(ours[a] & other[b]) for a, b in product(_PLANES, _PLANES)}
        return both.group_by(ours.group, one=ours.question, two=other.question).agg(**shared)

    def moves(self) -> tuple[int, dict[str, Moves]]:
        """Compare what those who answered more than once answered first and last."""
        everybody, told = self._everybody, self._answers
        again = everybody.filter(everybody.first != everybody.last).select(
            "assessment_id", "organisation", "first", "last"
        )
        ends = told.filter(told.rung.notnull()).join(again, "assessment_id")
        early = ends.filter(ends["first"]).select("organisation", "question_id", before="rung")
        late = ends.filter(ends["last"]).select("organisation", "question_id", after="rung")
        both = early.join(late, ["organisation", "question_id"])
        found = both.group_by("question_id").agg(
            better=_many(both.after > both.before),
            worse=_many(both.after < both.before),
            same=_many(both.after == both.before),
        )
        moves = {r["question_id"]: Moves(r["better"], r["worse"], r["same"]) for r in rows(found)}
        return _number(again.filter(again["first"])), moves

    def _alike(self, latest: Table, like: Mapping[str, Any]) -> Alike:
        """Divide everybody into kinds, and find the one that this organisation is of."""
        choices = {c.id: _ids(c) for c in _single(self._set)[:DEPTH]}
        names = list(choices)
        told = latest.select(**{name: latest[_fact(name)] for name in names})
        patterns = {
            tuple(choices[name][r[name]] for name in names): r["number"]
            for r in rows(told.group_by(names).agg(number=told.count()))
        }
        parts = peer_groups(patterns, names)
        own = {name: like.get(name) or NOT_GIVEN for name in names}
        return Alike(
            parts, next((peer_group.id for peer_group in parts if peer_group.holds(own)), None)
        )


_PLANES = ("known", *KINDS)


_COUNTED = {
    (first, second): itemgetter(
        f"{first}_{second}", f"{first}_known", f"known_{second}", "known_known"
    )
    for first, second in product(KINDS, KINDS)
}
"""Takes what a fourfold table of two kinds is made from."""


def _fourfold(both: int, one: int, other: int, known: int) -> TwoByTwo:
    return TwoByTwo(both, one - both, other - both, known - one - other + both)


def _bits(word: IntegerValue) -> IntegerValue:
    return bit_count(word).sum().cast("int64")


def _many(condition: BooleanValue) -> IntegerValue:
    return condition.cast("int64").sum()


def _number(table: Table) -> int:
    (row,) = rows(table.agg(number=table.count()))
    return int(row["number"])


# ---------------------------------------------------------------------- sixty-two at a time


def bitmaps(answers: Table, everybody: Table, names: Sequence[str]) -> Table:
    """Return what everybody answered: a row for each block and question, by its place in `names`.

    Args:
        answers: one row for each answer, to no other questions than these.
        everybody: the block and the bit of every assessment.
        names: the questions.
    """
    told = answers.join(everybody.select("assessment_id", "block", "bit"), "assessment_id")

    def word(where: BooleanValue) -> IntegerValue:
        return bit_or(where.ifelse(told.bit, 0))

    found = told.group_by("block", question=told.question_id).agg(
        known=word(told.state == "answered"),
        roadblock=word(told.counts_as == "roadblock"),
        enabler=word(told.counts_as == "enabler"),
        unknown=word(told.state == "unknown"),
        asked=bit_or(told.bit),
        answers=told.count(),
    )
    return found.mutate(question=_place(found.question, names))


def numbered(assessments: Table, question_set: QuestionSet) -> Table:
    """Return where everybody sits, the first and the last of an organisation, and circumstances.

    An organisation goes by the number of its first assessment; one without a service is an
    organisation of its own. A circumstance goes by the place of the choice: the first is `NOT_GIVEN`,
    which is also said of a choice that the set does not have.
    """
    alone = ibis.literal("#") + assessments.assessment_id.cast("string")
    long_ago = ibis.literal("1970-01-01T00:00:00").cast("timestamp('UTC')")
    told = assessments.select(
        "assessment_id",
        service=ibis.coalesce(assessments.service_id, alone),
        at=ibis.coalesce(assessments.updated_at, long_ago),
        **{_fact(c.id): _choice(assessments[c.id], c) for c in _single(question_set)},
        **{_fact(c.id): assessments[c.id] for c in _several(question_set)},
    )
    stage_id = stage(question_set)
    seat = ibis.row_number().over(
        order_by=[*([told[_fact(stage_id)]] if stage_id else []), told.assessment_id]
    )
    own = ibis.window(
        group_by=told.service,
        order_by=[told.at, told.assessment_id],
        preceding=None,
        following=None,
    )
    placed = told.mutate(
        seat=seat,
        organisation=told.assessment_id.first().over(own),
        latest=told.assessment_id.last().over(own),
    )
    return placed.mutate(
        block=placed.seat - placed.seat % BLOCK,
        bit=ibis.literal(1).cast("int64") << (placed.seat % BLOCK).cast("int32"),
        first=placed.assessment_id == placed.organisation,
        last=placed.assessment_id == placed.latest,
    ).drop("service", "at", "seat", "latest")


def _single(question_set: QuestionSet) -> list[Circumstance]:
    return [c for c in question_set.circumstances if c.type == "choice" and not c.multiple]


def _several(question_set: QuestionSet) -> list[Circumstance]:
    return [c for c in question_set.circumstances if c.type == "choice" and c.multiple]


def _fact(name: str) -> str:
    """Name the column of a circumstance so that it meets none of our own."""
    return f"of {name}"


def _ids(circumstance: Circumstance) -> list[str]:
    return [NOT_GIVEN, *(choice.id for choice in circumstance.choices)]


def _place(column: Any, ids: Sequence[str]) -> IntegerValue:  # noqa: ANN401  (of texts)
    """Return the place of every text among these, or -1."""
    return ibis.literal(list(ids), "array<string>").index(column).cast("int32")


def _choice(column: Any, circumstance: Circumstance) -> IntegerValue:  # noqa: ANN401  (of texts)
    return ibis.greatest(_place(column, _ids(circumstance)).fill_null(0), 0)


@dataclass(frozen=True, slots=True)
class Members:
    """Who is in which group: a row for each block and group, by its place in `groups`."""

    groups: list[Group]
    table: Table


def members_of(
    latest: Table, question_set: QuestionSet, parts: Sequence[PeerGroup] = ()
) -> Members:
    """Return who is in every group; the first of them is everybody."""
    groups, places, several = [EVERYBODY], [ibis.literal(0)], []
    for circumstance in _single(question_set):
        places.append(latest[_fact(circumstance.id)] + len(groups))
        groups += _groups(circumstance)
    for circumstance in _several(question_set):
        several.append(_several_placed(latest, len(groups), circumstance))
        groups += _groups(circumstance)
    if parts:
        kind = _kind(latest, list(enumerate(parts)), _single(question_set)[:DEPTH])
        places.append(kind + len(groups))
        groups += [Group(LIKENESS, peer_group.id) for peer_group in parts]
    single = latest.select("block", "bit", group=ibis.array(places).cast("array<int32>").unnest())
    each = ibis.union(single, *several) if several else single
    return Members(groups, each.group_by("block", "group").agg(word=bit_or(each.bit)))


def _groups(circumstance: Circumstance) -> list[Group]:
    return [Group(circumstance.id, choice) for choice in _ids(circumstance)]


def _several_placed(latest: Table, first: int, circumstance: Circumstance) -> Table:
    column = latest[_fact(circumstance.id)]
    none = ibis.literal([NOT_GIVEN], "array<string>")
    given = (column.length() > 0).ifelse(column, none)
    each = latest.select("block", "bit", choice=given.unnest())
    place = _choice(each.choice, circumstance)
    return each.select("block", "bit", group=(place + first).cast("int32"))


def _kind(
    latest: Table, parts: Sequence[tuple[int, PeerGroup]], circumstances: Sequence[Circumstance]
) -> IntegerValue:
    """Ask for one circumstance after the other, as everybody was divided."""
    if len(parts) == 1 or not circumstances:
        return ibis.literal(parts[0][0], "int32")
    circumstance, *others = circumstances
    divided: dict[tuple[str, ...], list[tuple[int, PeerGroup]]] = defaultdict(list)
    for place, peer_group in parts:
        divided[peer_group.choices.get(circumstance.id, ())].append((place, peer_group))
    if () in divided:  # this one divides nobody here
        return _kind(latest, parts, others)
    column, ids = latest[_fact(circumstance.id)], _ids(circumstance)
    branches = [
        (column.isin([ids.index(choice) for choice in own]), _kind(latest, peer_group, others))
        for own, peer_group in divided.items()
    ]
    return ibis.cases(*branches, else_=-1)
