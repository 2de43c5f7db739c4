"""The result of scoring as plain data, from which the assessment document is made."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from spinout_cli.documents.answers import Depth, Service, SetRef, Value
from spinout_cli.documents.assessment import (
    Assessment,
    Enabler,
    Finding,
    InHouse,
    LensState,
    Roadblock,
    ShownNotice,
    Step,
    Unknown,
)
from spinout_cli.fields import Lens


@dataclass(slots=True)
class Verdict:
    """The verdict on one lens."""

    state: LensState
    hard_stops: list[str]
    unknown: list[str]


@dataclass(slots=True)
class ThemeResult:
    """The figures of one theme. The fields are those of `ThemeScore`, in its order."""

    id: str
    title: str
    score: float | None
    low: float | None
    high: float | None
    coverage: float | None
    applicable: int
    asked: int
    answered: int
    roadblocks: list[str]
    enablers: list[str]


@dataclass(slots=True, kw_only=True)
class ScoreResult:
    """The result of scoring one answer sheet. The fields are those of `Assessment`, in its order.

    Nothing in it needs to be validated again: it holds parts of the sheet, names of the question
    set, numbers, and parts that are created once and shared by all results.
    """

    format: str = "spinout.assessment/1"
    question_set: SetRef
    service: Service | None
    session: str | None
    updated: datetime | None
    answered: dict[str, str] | None
    source: dict[str, str | int | None] | None = None
    circumstances: dict[str, Value]
    depth: Depth
    scored_at: datetime
    lenses: dict[Lens, Verdict]
    themes: list[ThemeResult]
    in_house: InHouse | None
    not_counted: list[dict[str, str]]
    caution: str
    roadblocks: list[Roadblock]
    enablers: list[Enabler]
    findings: list[Finding]
    find_out: list[Unknown]
    notices: list[ShownNotice]
    next_steps: list[Step]

    def assessment(self) -> Assessment:
        """Return the document, checked by its models."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        own["lenses"] = {lens: asdict(verdict) for lens, verdict in self.lenses.items()}
        own["themes"] = [asdict(theme) for theme in self.themes]
        return Assessment.model_validate(own)


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
