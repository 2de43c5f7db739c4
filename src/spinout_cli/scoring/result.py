"""The result of scoring as plain data, from which the assessment document is made."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from pydantic_core import to_json

from spinout_cli.documents.answers import Depth, Service, SetRef, Value
from spinout_cli.documents.assessment import (
    Assessment,
    Enabler,
    Finding,
    InHouse,
    LensState,
    NotCounted,
    Roadblock,
    ShownNotice,
    Step,
    Unknown,
)
from spinout_cli.fields import Lens

_Names = list[str]


class Verdict(NamedTuple):
    """How one lens stands."""

    state: LensState
    hard_stops: _Names
    unknown: _Names


@dataclass
class _Written:
    """Some fields of a theme. There are few such, and themes that have the same share them."""

    @cached_property
    def text(self) -> str:
        """The fields in JSON, without braces."""
        return to_json(vars(self))[1:-1].decode()


@dataclass
class Heading(_Written):
    """Which theme it is."""

    id: str
    title: str


@dataclass
class Figures(_Written):
    """How it stands."""

    score: float | None
    low: float | None
    high: float | None
    coverage: float | None


@dataclass
class Extent(_Written):
    """How many questions it has."""

    applicable: int
    asked: int
    answered: int


ThemeResult = tuple[Heading, Figures, Extent]
"""A theme, but for which findings are its own."""


class ScoreResult(NamedTuple):
    """What follows from one answer sheet. The fields are those of the assessment, in its order.

    It holds nothing but what was checked when it was made: the sheet's own parts, names of the
    question set, numbers, and parts which are made once and shared by every draft.
    """

    question_set: SetRef
    service: Service | None
    circumstances: dict[str, Value]
    depth: Depth
    scored_at: datetime
    lenses: dict[Lens, Verdict]
    themes: list[ThemeResult]
    in_house: InHouse | None
    not_counted: list[NotCounted]
    caution: str
    roadblocks: list[Roadblock]
    enablers: list[Enabler]
    findings: list[Finding]
    find_out: list[Unknown]
    notices: list[ShownNotice]
    next_steps: list[Step]

    def assessment(self) -> Assessment:
        """Return the document, checked by its models."""
        own = {
            "format": "spinout.assessment/1",
            "lenses": {lens: verdict._asdict() for lens, verdict in self.lenses.items()},
            "themes": [self._theme(*theme) for theme in self.themes],
        }
        return Assessment.model_validate({**self._asdict(), **own})

    def _theme(self, heading: Heading, figures: Figures, extent: Extent) -> dict[str, Any]:
        return {
            **asdict(heading),
            **asdict(figures),
            **asdict(extent),
            "roadblocks": [part.id for part in self.roadblocks if part.theme == heading.id],
            "enablers": [part.id for part in self.enablers if part.theme == heading.id],
        }


_FAILS = {
    "stopped": {"stopped"},
    "roadblocks": {"stopped", "roadblocks"},
    "unknown": {"unknown"},
}


def matches(found: "Assessment | ScoreResult", fail_on: str) -> bool:
    """Tell whether either lens is what `--fail-on` names; `roadblocks` includes stopped."""
    return any(verdict.state in _FAILS[fail_on] for verdict in found.lenses.values())


def how_many_match(drafts: Iterable["ScoreResult"], fail_on: str | None) -> int:
    """Count those that are what `--fail-on` names; none are where it is not given."""
    return 0 if fail_on is None else sum(matches(draft, fail_on) for draft in drafts)
