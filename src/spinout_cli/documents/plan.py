"""The document of `report --target`: what would have to change to reach a target."""

from typing import Literal

from pydantic import Field

from spinout_cli.documents.answers import Service, SetRef
from spinout_cli.documents.assessment import Ids, LensState, NotCounted
from spinout_cli.fields import Id, Model, Text
from spinout_cli.question_set.model import Effort

Why = Literal["stops", "roadblock", "unknown", "target"]
"""It stops the lens; it is a roadblock; the lens is open without it; the other file has more."""


class Need(Model):
    """One answer that has to stand higher, or to be known at all."""

    id: Id = Field(description="The question.")
    theme: Id = Field(description="Its theme.")
    ask: Text = Field(description="The question's words.")
    why: Why = Field(description="Why it must move.")
    now: Id | None = Field(description="The rung where it stands today; null if it is not known.")
    now_label: Text = Field(description="The words of that rung, or why there is none.")
    at: Id = Field(description="The lowest rung that is enough.")
    at_label: Text = Field(description="The words of that rung.")
    opened: bool = Field(description="Whether it is asked only once others have moved.")


class Task(Model):
    """One thing to do on the way, in an order that works."""

    number: int = Field(description="Its place in the list.")
    kind: Literal["answer", "find-out", "do"] = Field(description="What kind of thing it is.")
    id: Id = Field(description="The action, or the question to be answered.")
    do: Text = Field(description="What to do.")
    who: Text = Field(description="Who usually does it, or whom to ask.")
    effort: Effort | None = Field(description="How long it usually takes.")
    after: tuple[int, ...] = Field(description="The numbers of those that come first.")
    helps: Ids = Field(description="The answers that it helps to move.")


class Plan(Model):
    """Today beside the target."""

    format: Literal["spinout.plan/1"] = Field(description="The form of this document.")
    question_set: SetRef = Field(description="The question set it was computed with.")
    service: Service | None = Field(description="The service.")
    target: Text = Field(description="`launch`, `endure`, or the name of the file aimed at.")
    today: LensState | None = Field(description="How the lens stands today.")
    then: LensState | None = Field(description="How it stands once every need is met.")
    needs: tuple[Need, ...] = Field(description="What must move, in the set's order.")
    out_of_reach: Ids = Field(description="Questions no rung of which would be enough.")
    not_counted: tuple[NotCounted, ...] = Field(
        description="Rungs in the file aimed at that could not be laid beside today's, and why."
    )
    tasks: tuple[Task, ...] = Field(description="What to do, in an order that works.")
