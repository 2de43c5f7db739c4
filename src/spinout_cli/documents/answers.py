"""The document `spinout.answers/1`: the answers of one person."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    model_validator,
)

from spinout_cli.fields import Basis, Model, Ref, State, Text
from spinout_cli.sanitize import sanitize

NOTE_LIMIT = 4000
"""The most characters that a note may have: a line typed in a terminal ends soon after."""

NUMBER_LIMIT = 1e12
"""The most that a number may be, and below nought likewise."""

Note = Annotated[str, StringConstraints(max_length=NOTE_LIMIT), AfterValidator(sanitize)]
Depth = Literal["quick", "full"]
Number = Annotated[
    float, Field(strict=True, allow_inf_nan=False, ge=-NUMBER_LIMIT, le=NUMBER_LIMIT)
]
Value = Note | Number | tuple[Note, ...] | None
"""What a circumstance is: a choice, a text, a date as text, a number, several choices, or not known."""


class SetRef(Model):
    """Which question set was answered."""

    id: Ref = Field(description="The set's id.")
    version: Text = Field(description="The set's version.")
    digest: Text = Field(description="The SHA-256 of the set's content.")


class Service(Model):
    """The service that the answers are about."""

    id: Note = Field(description="A random id, the same in every assessment of this service.")
    name: Note = Field("", description="Its name, if one was given.")


class Answer(Model):
    """The answer to one question."""

    rung: Ref | None = Field(None, description="The rung chosen; it implies the state `answered`.")
    state: State | None = Field(None, description="The state, where no rung was chosen.")
    note: Note = Field("", description="A note, if one was made.")
    reason: Note = Field("", description="Why it does not apply.")
    basis: Basis | None = Field(None, description="What an answer that clears a stop rests on.")
    by: Note | None = Field(None, description="The role of whoever gave it, if one was given.")
    at: datetime | None = Field(None, description="When it was given, if that is known.")
    disputed: Literal[True] | None = Field(
        None, description="True where two people answered it differently and do not agree yet."
    )

    @model_validator(mode="before")
    @classmethod
    def _rung_or_state(cls, value: object) -> object:
        if isinstance(value, dict) and (
            (value.get("rung") is None) == (value.get("state") in (None, "answered"))
        ):
            msg = "give either a rung, or a state other than 'answered'"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _disputed_is_unknown(self) -> Self:
        if self.disputed and self.state != "unknown":
            msg = "an answer that is not agreed yet must have the state 'unknown'"
            raise ValueError(msg)
        return self

    @property
    def status(self) -> State:
        """The state, whether it was given or follows from the rung."""
        return self.state or "answered"


class AnswerSheet(Model):
    """Everything one organisation answered at one time. Scores are never part of it."""

    format: Literal["spinout.answers/1"] = Field(description="The form of this document.")
    question_set: SetRef | None = Field(None, description="The question set that was answered.")
    session: Note | None = Field(None, description="A random id of this session.")
    service: Service | None = Field(None, description="The service.")
    role: Note | None = Field(None, description="The role of the person who answered.")
    depth: Depth = Field("full", description="Whether the quick or the full set was asked.")
    circumstances: dict[Ref, Value] = Field(
        default_factory=dict, description="Facts about the service; null where not known."
    )
    answers: dict[Ref, Answer] = Field(description="The answers by the question's id.")
    ladders: dict[Ref, tuple[Ref, ...]] | None = Field(
        None, description="The rung ids, from the bottom up, of the questions that were answered."
    )
    started: datetime | None = Field(None, description="When the session was begun.")
    updated: datetime | None = Field(None, description="When the last answer was given.")
