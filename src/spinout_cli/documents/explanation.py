"""The document `spinout.explanation/1`: how a result arose, so that it can be recomputed by hand."""

from datetime import datetime
from typing import Literal

from pydantic import Field, RootModel

from spinout_cli.documents.answers import Service, SetRef, Value
from spinout_cli.documents.assessment import Ids, LensState
from spinout_cli.documents.plan import Need
from spinout_cli.fields import Id, Lens, Model, Text

Kind = Literal["rung", "state", "circumstance", "depth"]
"""What a change changes: the rung answered, the state of an answer, a fact, or how much is asked."""


State = Literal[
    "answered",
    "unknown",
    "think",
    "not-applicable",
    "skipped",
    "not-asked",
    "closed",
    "unknown-rung",
]
"""How an answer stands: as given, or why it does not count as given."""

Counts = Literal["known", "not-known", "left-out"]
"""In the sum with its position; in the range, at the bottom and at the top; in neither."""

Standing = Literal["stops", "roadblock", "neither", "enabler", "unknown", "open", "left-out"]
"""What an answer amounts to."""


class Line(Model):
    """One question: what was answered, and how that counts."""

    id: Id = Field(description="The question.")
    ask: Text = Field(description="Its words.")
    state: State = Field(description="How the answer stands.")
    counts: Counts = Field(description="How it counts towards its theme.")
    why: Text = Field(description="Why it does not count as known; empty where it does.")
    rung: Id | None = Field(description="The rung that counts.")
    label: Text = Field(description="The words of that rung.")
    weight: int = Field(description="How much it weighs.")
    position: float | None = Field(description="Where the rung stands, from 0 to 1.")
    by: Text | None = Field(None, description="The role of whoever answered, if one was given.")
    at: datetime | None = Field(None, description="When it was answered, if that is known.")


class Rung(Model):
    """One rung of a ladder, and what it would amount to here."""

    id: Id = Field(description="The rung.")
    label: Text = Field(description="Its words.")
    position: float = Field(description="Where it stands, from 0 to 1.")
    amounts_to: Standing = Field(description="What an answer there amounts to.")


class Range(Model):
    """How a theme stands."""

    score: float | None = Field(description="The mean of what is known; null if too little is.")
    low: float | None = Field(description="The same with what is not known at the bottom.")
    high: float | None = Field(description="The same with what is not known at the top.")


class Option(Model):
    """One thing that an answer or a fact could be instead, and the result then."""

    kind: Kind = Field(description="What is given instead: a rung, a state, a fact, the depth.")
    to: Value = Field(description="The rung, state or value; null for a fact that is not known.")
    label: Text = Field(description="The same in words.")
    result: Text | Range = Field(description="The result with this one change, scored again.")


class Lever(Model):
    """One answer or fact that alone would change the result."""

    id: Id = Field(description="The question or circumstance.")
    ask: Text = Field(description="Its words.")
    now: Text = Field(description="What it is now, in words.")
    options: tuple[Option, ...] = Field(description="Every single change that changes the result.")


class ConditionResult(Model):
    """One part of a condition, and whether it holds."""

    kind: Literal[
        "all", "any", "not", "is", "in", "has", "at_least", "below", "before", "after", "state"
    ] = Field(description="What it asks.")
    id: Id | None = Field(None, description="What it looks at.")
    ask: Text = Field("", description="The words of what it looks at.")
    wanted: tuple[Text, ...] = Field((), description="What it is compared with.")
    wanted_labels: tuple[Text, ...] = Field((), description="The same in words.")
    found: Value = Field(None, description="What it is; null if that is not known.")
    found_label: Text = Field("", description="The same in words.")
    holds: bool | None = Field(description="Whether it holds; null if that is not known.")
    parts: tuple["ConditionResult", ...] = Field((), description="What it is made of.")


class SourceRef(Model):
    """A source, so that it can be read."""

    id: Id = Field(description="The source.")
    title: Text = Field(description="Its title.")
    publisher: Text = Field(description="Who published it.")
    year: int | Text = Field(description="When.")
    url: Text = Field(description="Where it can be read.")


class StoryRef(Model):
    """A story: who has been there, and how it ended."""

    id: Id = Field(description="The story.")
    title: Text = Field(description="Whose story it is.")
    dated: Text = Field(description="The years it tells of.")
    helped: Text = Field(description="What helped.")
    hurt: Text = Field(description="What hurt.")
    ending: Text = Field(description="How it ended.")
    disputed: Text = Field(description="What the parties tell differently.")


class Stop(Model):
    """One answer that stops a lens, and what would clear it."""

    id: Id = Field(description="The question.")
    ask: Text = Field(description="Its words.")
    rung: Id = Field(description="Where it stands.")
    label: Text = Field(description="The words of that rung.")
    clears_at: Id = Field(description="The lowest rung that clears it.")
    clears_label: Text = Field(description="The words of that rung.")
    reason: Text = Field(description="Why it stops.")


class Block(Model):
    """One answer that is a roadblock to a lens without stopping it."""

    id: Id = Field(description="The question.")
    title: Text = Field(description="What is missing.")
    rung: Id = Field(description="Where it stands.")
    label: Text = Field(description="The words of that rung.")
    lifts_at: Id | None = Field(description="The lowest rung at which it is none any more.")
    lifts_label: Text = Field(description="The words of that rung.")


class _Explanation(Model):
    format: Literal["spinout.explanation/1"] = Field(description="The form of this document.")
    question_set: SetRef = Field(description="The question set it was computed with.")
    service: Service | None = Field(description="The service.")
    scored_at: datetime = Field(description="When it was computed.")
    id: Id = Field(description="What is explained.")
    title: Text = Field(description="Its heading.")


class ThemeExplained(_Explanation):
    """A theme's arithmetic, answer by answer."""

    kind: Literal["theme"] = Field(description="What kind of thing is explained.")
    why: Text = Field(description="Why the theme matters.")
    result: Range = Field(description="How it stands.")
    coverage: float | None = Field(description="Weight known over weight that applies.")
    minimum_coverage: float = Field(description="The coverage below which there is no score.")
    earned: float = Field(description="The sum of weight times position of what is known.")
    weight_known: int = Field(description="The weight of what is known.")
    weight_unknown: int = Field(description="The weight of what applies and is not known.")
    answers: tuple[Line, ...] = Field(description="Every question of the theme.")
    changes: tuple[Lever, ...] = Field(description="Every single change that moves it.")
    sources: tuple[SourceRef, ...] = Field(description="What it rests on.")


class QuestionExplained(_Explanation):
    """What an answer amounts to: a roadblock, an enabler, neither, or not known."""

    kind: Literal["question"] = Field(description="What kind of thing is explained.")
    result: Standing = Field(description="What the answer amounts to.")
    because: Text = Field(description="Why, in a sentence.")
    answer: Line = Field(description="The answer.")
    severity: float | None = Field(description="For a roadblock: weight times distance to the top.")
    strength: float | None = Field(description="For an enabler: weight times position.")
    stops: tuple[Lens, ...] = Field(description="The lenses that it stops.")
    clears_at: Id | None = Field(description="The lowest rung that stops no lens; null: it cannot.")
    lifts_at: Id | None = Field(description="The lowest rung that is no roadblock and stops none.")
    ladder: tuple[Rung, ...] = Field(description="Its rungs, from the bottom up.")
    why: Text = Field(description="Why it is asked.")
    when: ConditionResult | None = Field(description="When it is asked; null: always.")
    changes: tuple[Lever, ...] = Field(description="Every single change that changes the result.")
    find_out: Text = Field(description="What to find out if nobody knows, and from whom.")
    sources: tuple[SourceRef, ...] = Field(description="What it rests on.")
    stories: tuple[StoryRef, ...] = Field(description="Who has been there.")


class RuleExplained(_Explanation):
    """A rule or notice: whether it is told, and which facts decide that."""

    kind: Literal["rule", "notice"] = Field(description="What kind of thing is explained.")
    finding: Text = Field(description="What kind of finding or notice it is.")
    result: Literal["told", "not-told", "withheld"] = Field(
        description="Told, not so, or withheld since what decides it is not known."
    )
    says: Text = Field(description="What it says.")
    when: ConditionResult | None = Field(description="What decides it; null: always told.")
    changes: tuple[Lever, ...] = Field(
        description="Every single change that makes it told or not told."
    )
    sources: tuple[SourceRef, ...] = Field(description="What it rests on.")


class LensExplained(_Explanation):
    """A lens: what stops it, what leaves it open, and what would have to move."""

    kind: Literal["lens"] = Field(description="What kind of thing is explained.")
    id: Lens = Field(description="The lens.")
    result: LensState = Field(description="How it stands.")
    because: Text = Field(description="Why, in a sentence.")
    stops: tuple[Stop, ...] = Field(description="Every answer that stops it.")
    once_cleared: LensState = Field(description="How it stands once every one of them is cleared.")
    unknown: tuple[Line, ...] = Field(
        description="Every question that must be answered before it can be known."
    )
    roadblocks: tuple[Block, ...] = Field(description="Every answer that is a roadblock to it.")
    changes: tuple[Lever, ...] = Field(description="Every single change that changes its state.")
    needs: tuple[Need, ...] = Field(description="All that must move together for it to be clear.")
    out_of_reach: Ids = Field(description="Questions no rung of which would be enough.")
    once_met: LensState = Field(description="How it stands once every need is met.")


class VerdictExplained(Model):
    """Both lenses, for one screen."""

    format: Literal["spinout.explanation/1"] = Field(description="The form of this document.")
    kind: Literal["verdict"] = Field(description="What kind of thing is explained.")
    question_set: SetRef = Field(description="The question set it was computed with.")
    service: Service | None = Field(description="The service.")
    scored_at: datetime = Field(description="When it was computed.")
    lenses: dict[Lens, LensExplained] = Field(description="The two lenses.")
    caution: Text = Field(description="What all of this rests on.")


Explained = ThemeExplained | QuestionExplained | RuleExplained | LensExplained


class Explanation(RootModel[Explained | VerdictExplained]):
    """Any explanation; `kind` tells which."""
