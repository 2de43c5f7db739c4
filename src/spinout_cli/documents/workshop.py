"""The document `spinout.workshop/1`: rounds of votes, agreements, notes, and their answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from spinout_cli.documents.answers import Answer, AnswerSheet, Note, Service, SetRef, Value
from spinout_cli.documents.small_groups import join_small, publishable_groups
from spinout_cli.fields import Id, Model
from spinout_cli.sanitize import sanitize

PEOPLE_LIMIT = 10_000

Said = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    AfterValidator(sanitize),
]
"""Words that cannot be left out."""

Role = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(sanitize),
]
Votes = Annotated[int, Field(ge=0, le=PEOPLE_LIMIT)]
Kind = Literal["hidden", "open"]
"""Slips or cards that nobody saw; or a show of hands."""

Outcome = Literal["unknown", "no-agreement", "not-applicable"]
"""What a room can agree on besides a rung."""


# The document


class Room(Model):
    """Who was there from one moment on, in numbers."""

    id: Id = Field(description="Its name within this document: room-1, room-2.")
    participants: dict[Role, Votes] = Field(
        description="How many people by role; small roles are joined."
    )
    opened: datetime = Field(description="From when on.")

    @property
    def people(self) -> int:
        """How many people there are."""
        return sum(self.participants.values())


class Group(Model):
    """How one group voted."""

    counts: dict[Id, Votes] = Field(description="How many chose each rung.")
    unknown: Votes = Field(0, description="How many do not know.")

    def along(self, ladder: Iterable[str]) -> tuple[int, ...]:
        """Return the counts in the order of the ladder."""
        chose = self.counts.get
        return tuple([chose(rung, 0) for rung in ladder])

    def places(self, ladder: Iterable[str]) -> tuple[int, ...]:
        """Return the counts in the order of the ladder, then how many do not know."""
        return (*self.along(ladder), self.unknown)

    @property
    def cast(self) -> int:
        """How many votes there are."""
        return sum(self.counts.values()) + self.unknown


class Round(Group):
    """One vote."""

    room: Id = Field(description="The room that voted.")
    kind: Kind = Field(description="Unseen (slips, cards), or a show of hands.")
    groups: dict[Role, Group] | None = Field(
        None, description="The groups that may be shown apart from the room; null where none may."
    )
    taken: datetime = Field(description="When it was taken.")

    def published(self) -> Self:
        """Return the round without the groups that may not be told apart."""
        given = self.groups or {}
        ladder = tuple(self.counts)
        shown = publishable_groups(
            self.places(ladder), {role: group.places(ladder) for role, group in given.items()}
        )
        groups = {role: given[role] for role in shown} or None
        return self if groups == self.groups else self.model_copy(update={"groups": groups})


class Ground(Model):
    """What an answer that clears a hard stop rests on."""

    document: Said = Field(description="The document that says so.")
    date: Said = Field(description="Its date, as it was given.")
    seen_by: Said = Field(description="Who has seen it.")


class Agreed(Model):
    """What was agreed on a question."""

    rung: Id | None = Field(None, description="The rung.")
    state: Outcome | None = Field(None, description="What was agreed, where it is no rung.")
    agreed_by: Literal["room", "median"] = Field(
        "room", description="The room said so; or it is the lower median of separate answers."
    )
    basis: Ground | None = Field(None, description="What a rung that clears a stop rests on.")
    reason: Note = Field("", description="Why it does not apply.")

    @model_validator(mode="after")
    def _rung_or_state(self) -> Self:
        if (self.rung is None) == (self.state is None):
            msg = "give either a rung or a state"
            raise ValueError(msg)
        return self


class Statement(Model):
    """What somebody wanted put beside a question, word for word. It is never scored."""

    name: Said = Field(description="Who says so.")
    words: Said = Field(description="Their words.")


class Task(Model):
    """What somebody took on."""

    id: Id = Field(description="Its name within this document.")
    do: Said = Field(description="What is to be done.")
    owner: Note = Field("", description="Who does it.")
    by: Note = Field("", description="By when, as it was said.")


class Discussion(Model):
    """Everything about one question."""

    rounds: tuple[Round, ...] = Field((), description="The votes, in order.")
    agreed: Agreed | None = Field(None, description="What was agreed; null where nothing was yet.")
    note: Note = Field("", description="A note.")
    statements: tuple[Statement, ...] = Field((), description="Named statements.")
    actions: tuple[Task, ...] = Field((), description="What was taken on.")
    parked: bool = Field(default=False, description="Whether it was left for later.")

    @property
    def last(self) -> Round | None:
        """The last vote."""
        return self.rounds[-1] if self.rounds else None


class Workshop(Model):
    """What a group said together: votes in numbers, what was agreed, and who does what."""

    format: Literal["spinout.workshop/1"] = Field(description="The form of this document.")
    question_set: SetRef | None = Field(None, description="The question set that was used.")
    session: Note | None = Field(None, description="A random id of this session.")
    service: Service | None = Field(None, description="The service.")
    circumstances: dict[Id, Value] = Field(
        default_factory=dict, description="Facts about the service; null where not known."
    )
    rooms: tuple[Room, ...] = Field((), description="Who was there, from when on.")
    plan: tuple[Id, ...] = Field((), description="The questions that were meant to be asked.")
    questions: dict[Id, Discussion] = Field(description="What was said, by the question's id.")
    started: datetime | None = Field(None, description="When the session was begun.")
    updated: datetime | None = Field(None, description="When something was last added.")

    @model_validator(mode="after")
    def _rooms_are_known(self) -> Self:
        rooms = {room.id for room in self.rooms}
        voted = {each.room for talk in self.questions.values() for each in talk.rounds}
        if voted - rooms:
            msg = f"no room is called {min(voted - rooms)}; give it under rooms"
            raise ValueError(msg)
        return self


def publishable(workshop: Workshop) -> Workshop:
    """Return the workshop without the groups that may not be told apart: as it may be shown.

    Roles under the floor are joined, as they are before a room of ours is saved.
    """
    rooms = tuple(
        room.model_copy(update={"participants": join_small(room.participants)})
        for room in workshop.rooms
    )
    told = {
        name: talk.model_copy(update={"rounds": tuple(each.published() for each in talk.rounds)})
        for name, talk in workshop.questions.items()
    }
    return workshop.model_copy(update={"rooms": rooms, "questions": told})


def to_answers(workshop: Workshop) -> AnswerSheet:
    """Return what was agreed as the answers document that everything else reads.

    A rung counts as believed only, which clears no stop, unless the room agreed on it and said
    what it rests on. "No agreement" is not known; what was not agreed on yet was not asked.
    """
    return AnswerSheet(
        format="spinout.answers/1",
        question_set=workshop.question_set,
        session=workshop.session,
        service=workshop.service,
        circumstances=workshop.circumstances,
        answers={
            name: _answer(talk.agreed, talk.note)
            for name, talk in workshop.questions.items()
            if talk.agreed is not None
        },
        started=workshop.started,
        updated=workshop.updated,
    )


def _answer(agreed: Agreed, note: str) -> Answer:
    if agreed.rung is not None:
        rests = agreed.agreed_by == "room" and agreed.basis is not None
        return Answer(rung=agreed.rung, note=note, basis="seen" if rests else "think")
    if agreed.state == "not-applicable":
        # where no reason stands by itself, the note was once asked for as the reason
        return Answer(state="not-applicable", note=note, reason=agreed.reason or note)
    return Answer(state="unknown", note=note)


# What a room agrees on
