"""The summary of an assessment as data, in finished words, which every report formats."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from spinout_cli.documents.assessment import LensState
from spinout_cli.fields import Lens
from spinout_cli.results.workshop_record import WorkshopRecord

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class CutList(Generic[_Item]):
    """Some of a list: what is shown, the words for what is not, the words if there is nothing."""

    shown: tuple[_Item, ...]
    more: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Whose summary it is, and how much of it is known."""

    service: str
    nation: str
    sector: str
    answered: str
    depth: str
    date: str

    @property
    def facts(self) -> tuple[str, ...]:
        """What stands under the name, as far as it is known."""
        return tuple(filter(None, (self.nation, self.sector, self.answered, self.depth, self.date)))


@dataclass(frozen=True, slots=True)
class Count:
    """How many answers do the same for a lens."""

    symbol: str
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class LensLine:
    """One of the two verdicts."""

    lens: Lens
    state: LensState
    symbol: str
    name: str
    words: str
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something to do, who usually does it, and how long it usually takes."""

    do: str
    who: str
    effort: str

    @property
    def by(self) -> str:
        """Who and how long, in one phrase."""
        return ", ".join(filter(None, (self.who, self.effort)))


@dataclass(frozen=True, slots=True)
class RoadblockItem:
    """Something missing, why it is said, what to do, and who has been there."""

    id: str
    hard_stop: bool
    symbol: str
    kind: str
    title: str
    lens: str
    because: str
    next: ActionItem | None
    story: str
    explain: str
    theme: str = ""
    noted: str = ""
    cites: tuple[str, ...] = ()
    author: str = ""


@dataclass(frozen=True, slots=True)
class EnablerItem:
    """Something the service has going for it."""

    id: str
    symbol: str
    title: str
    because: str
    theme: str = ""
    noted: str = ""
    cites: tuple[str, ...] = ()
    author: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A caution or an option that several answers together show."""

    id: str
    symbol: str
    kind: str
    title: str
    because: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownItem:
    """Something that nobody knows yet, and whom to ask."""

    id: str
    hard_stop: bool
    symbol: str
    what: str
    ask: str
    note: str
    theme: str = ""
    noted: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class InHouseItem:
    """What was said about staying in-house."""

    heading: str
    title: str
    because: str


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """How much of a theme is in place, and how much is not known."""

    id: str
    title: str
    low: float | None
    high: float | None
    score: float | None
    answered: int
    applicable: int

    @property
    def known(self) -> str:
        """Where it stands, from 0 to 100, in words."""
        if self.low is None or self.high is None or not self.answered:
            return "nothing known yet" if self.applicable else "none of it applies"
        if self.low == self.high:
            return f"{self.low:.0f} of 100"
        return f"between {self.low:.0f} and {self.high:.0f} of 100"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """What the law or policy says, on what authority, and how sure we are."""

    id: str
    symbol: str
    title: str
    says: str
    sources: tuple[str, ...]
    confidence: str
    sureness: str
    force: str
    reviewed: str
    cites: tuple[str, ...] = ()

    @property
    def standing(self) -> tuple[str, ...]:
        """How far it can be relied on, phrase by phrase."""
        return tuple(filter(None, (self.sureness, self.force, self.reviewed)))


@dataclass(frozen=True, slots=True)
class StepLine:
    """One of the next steps."""

    number: int
    deed: ActionItem
    reason: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One of all the things to do, and the numbers of those that come first."""

    number: int
    id: str
    deed: ActionItem
    after: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note on a question that nothing else is said about."""

    id: str
    theme: str
    ask: str
    noted: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Something published that what is said rests on."""

    number: int
    id: str
    title: str
    published: str
    url: str
    read: str


@dataclass(frozen=True, slots=True)
class NotCountedItem:
    """Something that was given and does not count, and why."""

    id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything a reader is told, in the order in which it is told; of a workshop, its record too."""

    heading: Heading
    lenses: tuple[LensLine, ...]
    open: str
    go_on: str
    settle: CutList[RoadblockItem]
    favour: CutList[EnablerItem]
    remarks: CutList[Remark]
    find_out: CutList[UnknownItem]
    in_house: InHouseItem | None
    themes: tuple[ThemeLine, ...]
    place: str
    notices: CutList[NoticeLine]
    steps: CutList[StepLine]
    not_counted: CutList[NotCountedItem]
    caution: str
    ending: str
    plan: tuple[PlanLine, ...] = ()
    notes: tuple[NoteLine, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    made_with: str = ""
    topic: str = ""
    language: str = "en-GB"
    record: WorkshopRecord | None = None
