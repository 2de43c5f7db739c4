"""The document of `spinout compare --json`: what changed between two assessments."""

from typing import Literal

from pydantic import Field

from spinout_cli.documents.assessment import Ids, LensState
from spinout_cli.fields import Id, Lens, Model, Text

Absence = Literal[
    "not-in-set",
    "closed",
    "unknown-rung",
    "unknown",
    "think",
    "not-applicable",
    "skipped",
    "not-asked",
]
"""Why there is no rung that counts."""


Direction = Literal["better", "worse", "clearer", "less-clear", "same", "not-comparable"]
"""Where a theme's range has gone: up, down, narrower, wider, nowhere; or its ladders have changed."""


class Stand(Model):
    """Where one answer stood, and in what words."""

    rung: Id | None = Field(description="The rung that counted; null if none did.")
    label: Text = Field(description="The words of that rung.")
    reason: Absence | None = Field(description="Why no rung counted; null where one did.")


class Done(Model):
    """Something that had been a next step and is needed no more."""

    id: Id = Field(description="The action.")
    do: Text = Field(description="What there was to do.")


class _Entry(Model):
    id: Id = Field(description="The question, by its newest id.")
    was: Id | None = Field(description="The id it had before, where that was another.")
    theme: Id = Field(description="Its theme.")
    ask: Text = Field(description="Its words, as they were last.")
    before: Id | None = Field(description="The rung before.")
    after: Id | None = Field(description="The rung after.")
    before_label: Text = Field(description="The words of the rung before.")
    after_label: Text = Field(description="The words of the rung after.")
    series: tuple[Stand, ...] = Field(description="Where it stood in every assessment, in order.")


class Moved(_Entry):
    """An answer that stands higher or lower than before, on the same ladder."""

    rungs: int = Field(description="By how many rungs: up is positive.")
    ladder: Ids = Field(description="The rungs that there are, from the bottom up.")
    done: tuple[Done, ...] = Field(
        description="Next steps of before whose roadblocks are all better and gone."
    )


class Appeared(_Entry):
    """A rung that is given on one side only."""

    reason: Absence = Field(description="Why there is none on the other side.")


class Incomparable(_Entry):
    """An answer that cannot be compared."""

    reason: Literal["ladder-changed", "unknown-rung"] = Field(
        description="The rungs are not the same; or an answer is not on its ladder."
    )
    before_ladder: Ids = Field(description="The rungs there were before, from the bottom up.")
    after_ladder: Ids = Field(description="The rungs there are after.")


class LensMoved(Model):
    """How a lens stood, and how it stands."""

    before: LensState = Field(description="How it stood.")
    after: LensState = Field(description="How it stands.")
    settled: Ids = Field(description="What stopped it and does so no more.")
    unknown: Ids = Field(description="What stopped it, and nobody knows now whether it does.")
    arisen: Ids = Field(description="What stops it and did not before.")
    still: Ids = Field(description="What stopped it and still does.")
    series: tuple[LensState, ...] = Field(description="How it stood in every assessment, in order.")


class Scored(Model):
    """How a theme stood at one time."""

    score: float | None = Field(description="The mean of what was known.")
    low: float | None = Field(description="The same with what was not known at the bottom.")
    high: float | None = Field(description="The same with what was not known at the top.")
    coverage: float | None = Field(description="Weight known over weight that applied.")


class ThemeMoved(Model):
    """How a theme stood, and how it stands."""

    id: Id = Field(description="The theme.")
    title: Text = Field(description="Its heading.")
    before: Scored | None = Field(description="How it stood; null if there was no such theme.")
    after: Scored | None = Field(description="How it stands; null if there is no such theme.")
    direction: Direction = Field(description="Where its range has gone.")


class Comparison(Model):
    """What has changed between the first assessment and the last."""

    format: Literal["spinout.comparison/1"] = Field(description="The form of this document.")
    better: tuple[Moved, ...] = Field(description="Answers that stand on a higher rung.")
    worse: tuple[Moved, ...] = Field(description="Answers that stand on a lower rung.")
    new: tuple[Appeared, ...] = Field(description="Rungs that are given only after.")
    gone: tuple[Appeared, ...] = Field(description="Rungs that were given only before.")
    not_comparable: tuple[Incomparable, ...] = Field(description="Answers on changed ladders.")
    lenses: dict[Lens, LensMoved] = Field(description="The two lenses.")
    themes: tuple[ThemeMoved, ...] = Field(description="The themes, in the order of the last set.")
