"""The document `spinout.assessment/1`: the result of scoring."""

from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from spinout_cli.documents.answers import Service, SetRef, Value
from spinout_cli.fields import Lens, Model, Ref, Refusal, Text
from spinout_cli.question_set.model import Effort

Ids = tuple[Ref, ...]
LensState = Literal["stopped", "unknown", "roadblocks", "clear", "past"]


_ORDER = (
    ("low", "score"),
    ("low", "high"),
    ("score", "high"),
    ("answered", "asked"),
    ("answered", "applicable"),
)
"""Of the figures of a theme, which can never be more than which."""


class LensVerdict(Model):
    """How one lens stands."""

    state: LensState = Field(
        description="In the order of weight: stopped, unknown, roadblocks, clear."
    )
    hard_stops: Ids = Field(description="Questions whose answer stops it.")
    unknown: Ids = Field(description="Questions that must be answered before it can be known.")


class ThemeScore(Model):
    """How one theme stands, as a range: its width is what is not known."""

    id: Ref = Field(description="The theme.")
    title: Text = Field(description="Its heading.")
    score: float | None = Field(
        ge=0,
        le=100,
        description="Weighted mean of the positions answered, 0 to 100; null if too little is.",
    )
    low: float | None = Field(
        ge=0, le=100, description="The same with everything not known at the bottom."
    )
    high: float | None = Field(
        ge=0, le=100, description="The same with everything not known at the top."
    )
    coverage: float | None = Field(
        ge=0, le=1, description="Weight answered over weight that applies, 0 to 1."
    )
    applicable: int = Field(ge=0, description="How many questions apply and were not set aside.")
    asked: int = Field(ge=0, description="How many of these have an entry.")
    answered: int = Field(ge=0, description="How many are answered.")
    roadblocks: Ids = Field(description="Its roadblocks.")
    enablers: Ids = Field(description="Its enablers.")

    @property
    def not_asked(self) -> int:
        """How many that apply have no entry; older documents count entries that were set aside too."""
        return max(self.applicable - self.asked, 0)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Refuse figures that cannot be drawn: a document may come from anywhere."""
        for name, limit in _ORDER:
            less, more = getattr(self, name), getattr(self, limit)
            if less is not None and more is not None and less > more:
                msg = f"{name} is more than {limit}"
                raise ValueError(msg)
        return self


class NextAction(Model):
    """Something to do about a roadblock."""

    id: Ref = Field(description="The action.")
    do: Text = Field(description="What to do.")
    who: Text = Field(description="Who usually does it.")
    effort: Effort = Field(description="How long it usually takes.")


class Step(NextAction):
    """An action in the order in which to take it."""

    helps: Ids = Field(description="The roadblocks that it helps.")
    after: Ids = Field(description="Steps in this list that come first.")


class Roadblock(Model):
    """Something that is missing."""

    id: Ref = Field(description="The question.")
    theme: Ref = Field(description="Its theme.")
    title: Text = Field(description="What is missing.")
    rung: Ref = Field(description="The rung that was answered.")
    hard_stop: bool = Field(description="Whether it stops a lens.")
    lenses: tuple[Lens, ...] = Field(description="The lenses it bears on.")
    severity: float = Field(ge=0, le=3, description="Weight times the distance from the top.")
    because: Text = Field(description="What was answered, and why it stops where it does.")
    next: tuple[NextAction, ...] = Field(description="What to do next.")
    sources: Ids = Field(description="What it rests on.")
    stories: Ids = Field(description="Who has been there.")


class Enabler(Model):
    """Something the service has going for it."""

    id: Ref = Field(description="The question.")
    theme: Ref = Field(description="Its theme.")
    title: Text = Field(description="What is there.")
    rung: Ref = Field(description="The rung that was answered.")
    strength: float = Field(ge=0, le=3, description="Weight times position.")
    because: Text = Field(description="What was answered.")
    sources: Ids = Field(description="What it rests on.")
    stories: Ids = Field(description="Who has been there.")


class Finding(Model):
    """What several answers show together. It never moves a lens."""

    id: Ref = Field(description="The rule.")
    kind: Literal["roadblock", "enabler", "caution", "option"] = Field(description="What it is.")
    title: Text = Field(description="Its heading.")
    because: Text = Field(description="Why it is said.")
    sources: Ids = Field(description="What it rests on.")


class Unknown(Model):
    """What nobody knows yet, and whom to ask."""

    id: Ref = Field(description="The question.")
    theme: Ref = Field(description="Its theme.")
    title: Text = Field(description="The question's words.")
    what: Text = Field(description="What to find out.")
    from_: Text = Field(alias="from", description="Whom to ask.")
    hard_stop: bool = Field(description="Whether it could stop a lens.")
    reason: Literal["unknown", "think", "not-applicable"] = Field(
        description="Not known; only believed; or set aside although it could stop a lens."
    )


class ShownNotice(Model):
    """What the law or policy says for a service like this."""

    id: Ref = Field(description="The notice.")
    about: Text = Field(description="What it is about.")
    title: Text = Field(description="Its heading.")
    says: Text = Field(description="What it says.")
    nations: Ids = Field(description="Where it is so.")
    in_force: date | Literal["not-in-force", "unknown"] = Field(description="Since when.")
    reviewed: date = Field(description="When it was last looked at.")
    review_by: date = Field(description="When it must be looked at again.")
    overdue: bool = Field(description="Whether that date has passed.")
    confidence: Literal["confirmed", "reported", "check"] = Field(description="How sure we are.")
    sources: Ids = Field(description="The instrument.")


class InHouse(Model):
    """What was said about staying in-house: its place in a summary is fixed."""

    id: Ref = Field(description="The question.")
    title: Text = Field(description="What follows from the answer; empty if nothing is shown yet.")
    because: Text = Field(description="What was answered.")


class NotCounted(Model):
    """Something that was given and does not count."""

    id: Ref = Field(description="The question or circumstance.")
    reason: Refusal = Field(description="Why it does not count.")


class Source(Model):
    """Where a record came from, among many."""

    file: Text = Field(description="The file, or `stdin`.")
    line: int | None = Field(
        description="The line where it begins; null where it is the whole file."
    )


class Assessment(Model):
    """What stands in the way, what helps, what is not known, and what to do next."""

    format: Literal["spinout.assessment/1"] = Field(description="The form of this document.")
    question_set: SetRef = Field(description="The question set it was computed with.")
    service: Service | None = Field(description="The service.")
    session: Text | None = Field(None, description="The session that was answered.")
    updated: datetime | None = Field(None, description="When the last answer was given.")
    answered: SetRef | None = Field(None, description="The question set that was answered.")
    source: Source | None = Field(None, description="Where the answers came from, if among many.")
    circumstances: dict[Ref, Value] = Field(description="The facts about it.")
    depth: Literal["quick", "full"] = Field(description="How much was asked.")
    scored_at: datetime = Field(description="When it was computed.")
    lenses: dict[Lens, LensVerdict] = Field(min_length=2, description="The two verdicts.")
    themes: tuple[ThemeScore, ...] = Field(
        min_length=1, description="The themes, in the set's order."
    )
    in_house: InHouse | None = Field(description="What staying in-house could not do.")
    not_counted: tuple[NotCounted, ...] = Field(description="What was given and does not count.")
    caution: Text = Field(description="What all of this rests on.")
    roadblocks: tuple[Roadblock, ...] = Field(description="Hard stops, then by severity.")
    enablers: tuple[Enabler, ...] = Field(description="Stops cleared, then by strength.")
    findings: tuple[Finding, ...] = Field(description="What the rules found.")
    find_out: tuple[Unknown, ...] = Field(description="What nobody knows.")
    notices: tuple[ShownNotice, ...] = Field(description="The law and policy that apply.")
    next_steps: tuple[Step, ...] = Field(description="What to do, in an order that works.")

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain data: what its JSON holds."""
        return self.model_dump(mode="json", by_alias=True)
