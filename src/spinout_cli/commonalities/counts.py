"""Exact counts over many assessments: the data that an engine returns, not for publication.

Nothing here is fit to print. `disclosure` makes of it what may be published, and everything that is
printed, published or not, is computed from counts in this one form. Names and notes never enter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from spinout_cli.commonalities.peer_groups import PeerGroup

UNUSABLE = "it could not be read or used"
"""Why an assessment was left out that somebody must mend: where there is one, the exit code is 1."""

EARLIER = "an earlier answer of an organisation that counts"
"""Why an assessment was left out although nothing is wrong with it."""

Kind = Literal["roadblock", "enabler", "unknown"]
"""What a question can show of an organisation: what is missing, what is there, what nobody knows."""

NOT_GIVEN = ""
"""The choice of an organisation that did not give a circumstance, or gave one that does not count."""

LIKENESS = "like"
"""Stands for a circumstance where organisations are grouped by several: see `likeness`."""


class Group(NamedTuple):
    """Organisations that have a circumstance in common; everybody, where no circumstance is named.

    Of a circumstance that allows one choice every organisation is in exactly one group, `NOT_GIVEN`
    among them. Of one that allows several it is in the group of every choice that it made.
    """

    circumstance: str
    choice: str


EVERYBODY = Group("", "")
"""Every organisation that was counted."""


@dataclass(frozen=True, slots=True)
class Replies:
    """How the organisations of one group replied to one question; together they are the group."""

    roadblock: int = 0
    neither: int = 0
    enabler: int = 0
    unknown: int = 0
    """Don't know, only believed where it must be known, or set aside although it could stop."""

    silent: int = 0
    """Skipped, said not to apply, not asked, or not counted since its branch has closed."""

    @property
    def answered(self) -> int:
        """How many gave a rung that counts."""
        return self.roadblock + self.neither + self.enabler


class Finding(NamedTuple):
    """One thing that an organisation can have: a roadblock or an enabler at one question."""

    kind: Literal["roadblock", "enabler"]
    question: str


class TwoByTwo(NamedTuple):
    """How many have both findings, one of them, or neither, among those who answered both."""

    both: int = 0
    first: int = 0
    """The first and not the second."""

    second: int = 0
    """The second and not the first."""

    neither: int = 0

    @property
    def total(self) -> int:
        """How many answered both questions."""
        return sum(self)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two findings at different questions, and how they meet at every stage of the way."""

    first: Finding
    second: Finding
    strata: Mapping[str, TwoByTwo]
    """By the choice of the circumstance that tells how far along they are; `NOT_GIVEN` included."""


class Moves(NamedTuple):
    """How organisations that answered more than once moved from their first answer to their last.

    Only those count that gave a rung both times on one ladder: the same id, the same rungs in order.
    """

    better: int = 0
    worse: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class Alike:
    """The division of everybody into kinds, and the kind that one organisation is of.

    `sizes`, `overlaps` and `replies` then have a group of `LIKENESS` for every kind, by its id.
    """

    kinds: tuple[PeerGroup, ...]
    own: str | None
    """The id of the kind that the organisation of the file is of; None if nobody counted is like it."""


@dataclass(frozen=True, slots=True)
class ExactCounts:
    """What was counted. An organisation counts once, at its latest answers, except in `moves`.

    Where a group or a question had nobody, its entry may be left out: what is missing is nought.
    """

    counted: int
    """Organisations."""

    left_out: Mapping[str, int] = field(default_factory=dict)
    """Assessments that were not counted, by the reason in words: `UNUSABLE` or `EARLIER`, say."""

    sizes: Mapping[Group, int] = field(default_factory=dict)
    """How many organisations each group has: of every circumstance with choices, whatever is shown."""

    overlaps: Mapping[tuple[Group, Group], int] = field(default_factory=dict)
    """How many organisations two groups share, in either order of the two; pairs that share none
    may be left out. Groups of one circumstance that allows one choice share none."""

    replies: Mapping[str, Mapping[Group, Replies]] = field(default_factory=dict)
    """By question and group, `EVERYBODY` included."""

    along: str | None = None
    """The circumstance that tells how far along they are; None if the set has none."""

    pairs: tuple[Pair, ...] = ()
    moved: int = 0
    """Organisations that answered more than once."""

    moves: Mapping[str, Moves] = field(default_factory=dict)
    """By question."""

    like: Alike | None = None
    """What was found for the file given with `--like`; None without one."""
