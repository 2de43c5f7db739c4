"""A workshop: what its journal's events add up to, and the document `spinout.workshop/1`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import uuid4

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from spinout_cli.answers import Answer, AnswerSheet, Note, Part, Service, SetRef, Value
from spinout_cli.cleaning import clean
from spinout_cli.counts import Counted, Tally
from spinout_cli.errors import SpinoutError
from spinout_cli.floor import join_small, shown_apart
from spinout_cli.measures import medians, moved
from spinout_cli.questions import Question
from spinout_cli.session import Event, Opening, draft
from spinout_cli.standing import clears
from spinout_cli.vocabulary import Id

FORMAT = "spinout.workshop-session/1"
"""What the header of a workshop's journal says."""

PEOPLE_LIMIT = 10_000

Said = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    AfterValidator(clean),
]
"""Words that cannot be left out."""

Role = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(clean),
]
Votes = Annotated[int, Field(ge=0, le=PEOPLE_LIMIT)]
Kind = Literal["hidden", "open"]
"""Slips or cards that nobody saw; or a show of hands."""

Outcome = Literal["unknown", "no-agreement", "not-applicable"]
"""What a room can agree on besides a rung."""


# The document


class Room(Part):
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


class Group(Part):
    """How one group voted."""

    counts: dict[Id, Votes] = Field(description="How many chose each rung.")
    unknown: Votes = Field(0, description="How many do not know.")

    def along(self, ladder: Iterable[str]) -> tuple[int, ...]:
        """Return the counts in the order of the ladder."""
        return tuple(self.counts.get(rung, 0) for rung in ladder)

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
        shown = shown_apart(
            self.places(ladder), {role: group.places(ladder) for role, group in given.items()}
        )
        return self.model_copy(update={"groups": {role: given[role] for role in shown} or None})


class Ground(Part):
    """What an answer that clears a hard stop rests on."""

    document: Said = Field(description="The document that says so.")
    date: Said = Field(description="Its date, as it was given.")
    seen_by: Said = Field(description="Who has seen it.")


class Agreed(Part):
    """What was agreed on a question."""

    rung: Id | None = Field(None, description="The rung.")
    state: Outcome | None = Field(None, description="What was agreed, where it is no rung.")
    agreed_by: Literal["room", "median"] = Field(
        "room", description="The room said so; or it is the lower median of separate answers."
    )
    basis: Ground | None = Field(None, description="What a rung that clears a stop rests on.")

    @model_validator(mode="after")
    def _rung_or_state(self) -> Self:
        if (self.rung is None) == (self.state is None):
            msg = "give either a rung or a state"
            raise ValueError(msg)
        return self


class Statement(Part):
    """What somebody wanted put beside a question, word for word. It is never scored."""

    name: Said = Field(description="Who says so.")
    words: Said = Field(description="Their words.")


class Task(Part):
    """What somebody took on."""

    id: Id = Field(description="Its name within this document.")
    do: Said = Field(description="What is to be done.")
    owner: Note = Field("", description="Who does it.")
    by: Note = Field("", description="By when, as it was said.")


class Discussion(Part):
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

    def moved(self, ladder: tuple[str, ...]) -> int | None:
        """Return how many must have moved at the last vote; None where no earlier one compares.

        Rounds compare only if the same room voted.
        """
        if len(self.rounds) < 2 or self.rounds[-2].room != self.rounds[-1].room:  # noqa: PLR2004  (it takes two)
            return None
        return moved(self.rounds[-2].places(ladder), self.rounds[-1].places(ladder))


class Workshop(Part):
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


def published(workshop: Workshop) -> Workshop:
    """Return the workshop without the groups that may not be told apart: as it may be shown."""
    told = {
        name: talk.model_copy(update={"rounds": tuple(each.published() for each in talk.rounds)})
        for name, talk in workshop.questions.items()
    }
    return workshop.model_copy(update={"questions": told})


def sheet(workshop: Workshop) -> AnswerSheet:
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
        return Answer(state="not-applicable", note=note, reason=note)
    return Answer(state="unknown", note=note)


# What a room agrees on


def offered(question: Question, vote: Round) -> tuple[str, ...]:
    """Return the rungs to offer as agreed: the median or both; none where facts decide."""
    if question.hard_stop is not None:
        return ()
    return tuple(question.ladder[rung] for rung in medians(vote.along(question.ladder)))


def agreement(
    question: Question,
    rung: str,
    basis: Ground | None = None,
    *,
    by: Literal["room", "median"] = "room",
) -> Agreed:
    """Return what the room agrees on when it names this rung.

    Where it would clear a stop by a median, or without anything that it rests on, that is
    "not known".
    """
    clearing = clears(question, question.ladder.index(rung))
    if clearing and (basis is None or by == "median"):
        return Agreed(state="unknown", agreed_by=by)
    return Agreed(rung=rung, agreed_by=by, basis=basis if clearing else None)


# Events


def room_event(roles: Mapping[str, int]) -> Event:
    """Return the event that these people are in the room from now on, small roles joined."""
    return Event("room", None, {"participants": join_small(roles)})


def plan_event(questions: Iterable[str]) -> Event:
    """Return the event that these questions are what is to be asked."""
    return Event("plan", None, list(questions))


def vote_event(question: Question, counted: Counted, kind: Kind) -> Event:
    """Return the event of a vote that has closed."""
    given = counted.groups or {}
    groups = {role: _counted(question, tally) for role, tally in given.items()}
    told = {"kind": kind, **_counted(question, counted.whole), "groups": groups or None}
    return Event("vote", question.id, told)


def _counted(question: Question, tally: Tally) -> dict[str, Any]:
    counts = dict(zip(question.ladder, tally.counts, strict=True))
    return {"counts": counts, "unknown": tally.unknown}


def agreed_event(question_id: str, agreed: Agreed) -> Event:
    """Return the event of an agreement."""
    return Event("agreed", question_id, agreed.model_dump(mode="json"))


def note_event(question_id: str, note: str) -> Event:
    """Return the event of a note, which takes the place of the one before."""
    return Event("note", question_id, note)


def statement_event(question_id: str, name: str, words: str) -> Event:
    """Return the event of a named statement."""
    return Event("statement", question_id, {"name": name, "words": words})


def action_event(question_id: str, do: str, owner: str = "", by: str = "") -> Event:
    """Return the event that somebody takes something on."""
    return Event("action", question_id, {"do": do, "owner": owner, "by": by})


def park_event(question_id: str, *, parked: bool = True) -> Event:
    """Return the event that a question is left for later, or taken up again."""
    return Event("park", question_id, parked)


def withdraw_event(question_id: str) -> Event:
    """Return the event that the last thing said about a question is taken back."""
    return Event("withdraw", question_id, None)


# The fold


@dataclass(slots=True)
class Meeting:
    """A workshop as it goes on.

    Votes by role are kept whole in the journal and here; `document` shows them only where nobody
    is given away, and is what every view and export reads.
    """

    id: str
    question_set: SetRef
    service: Service
    circumstances: dict[str, Value] = field(default_factory=dict)
    rooms: list[Room] = field(default_factory=list)
    plan: tuple[str, ...] = ()
    questions: dict[str, Discussion] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    named: bool = False
    started: datetime | None = None
    updated: datetime | None = None
    _before: dict[str, list[Discussion]] = field(default_factory=dict)
    _taken_on: int = 0

    @property
    def room(self) -> Room | None:
        """Who is in the room now."""
        return self.rooms[-1] if self.rooms else None

    def about(self, question_id: str) -> Discussion:
        """Return what was said about a question, as it may be shown."""
        talk = self.questions.get(question_id, Discussion())
        return talk.model_copy(update={"rounds": tuple(each.published() for each in talk.rounds)})

    def can_withdraw(self, question_id: str) -> bool:
        """Tell whether there is something said about the question that can be taken back."""
        return bool(self._before.get(question_id))

    def take(self, event: Event, at: datetime) -> None:
        """Take one event in. An event of a kind that this version does not know is passed over.

        Raises:
            LookupError, TypeError, ValueError: it holds what no workshop's document can hold.
            SpinoutError: it is a vote, and nobody is in the room.
        """
        kind, q, v = event
        match kind:
            case "service":
                self.service = Service(id=self.service.id, name=v["name"])
                self.named = True
                self.drafts.pop("name", None)
            case "circumstance" if q:
                self.circumstances.update(_checked(circumstances={q: v}).circumstances)
                self.drafts.pop(q, None)
            case "room":
                name = f"room-{len(self.rooms) + 1}"
                room = {"id": name, "participants": v["participants"], "opened": at}
                self.rooms.append(Room.model_validate(room))
            case "plan":
                self.plan = _checked(plan=v).plan
            case "draft" if q:
                self.drafts[q] = draft(v)
            case _ if q:
                self._take_said(kind, q, v, at)
            case _:
                pass
        self.updated = at

    def _take_said(self, kind: str, q: str, v: Any, at: datetime) -> None:  # noqa: ANN401  (whatever JSON can hold)
        talk = self.questions.get(q) or _checked(questions={q: {}}).questions[q]
        match kind:
            case "withdraw":
                self._withdraw(q)
                return
            case "vote":
                voted = Round.model_validate({**v, "room": self._voting(), "taken": at})
                changes: dict[str, Any] = {"rounds": (*talk.rounds, voted), "parked": False}
            case "agreed":
                changes = {
                    "agreed": Discussion.model_validate({"agreed": v}).agreed,
                    "parked": False,
                }
            case "note":
                changes = {"note": Discussion.model_validate({"note": v}).note}
            case "statement":
                changes = {"statements": (*talk.statements, Statement.model_validate(v))}
            case "action":
                self._taken_on += 1
                task = Task.model_validate({**v, "id": f"action-{self._taken_on}"})
                changes = {"actions": (*talk.actions, task)}
            case "park":
                changes = {"parked": Discussion.model_validate({"parked": v}).parked}
            case _:
                return
        self._before.setdefault(q, []).append(talk)
        self.questions[q] = talk.model_copy(update=changes)
        self.drafts.pop(f"{kind}:{q}", None)

    def _voting(self) -> str:
        if self.room is None:
            raise SpinoutError("A vote needs somebody in the room. Say who is there first.")
        return self.room.id

    def _withdraw(self, q: str) -> None:
        if self.can_withdraw(q):
            self.questions[q] = self._before[q].pop()

    def document(self) -> Workshop:
        """Return the workshop as it may be shown and exported."""
        return published(
            Workshop(
                format="spinout.workshop/1",
                question_set=self.question_set,
                session=self.id,
                service=self.service,
                circumstances=dict(self.circumstances),
                rooms=tuple(self.rooms),
                plan=self.plan,
                questions=dict(self.questions),
                started=self.started,
                updated=self.updated,
            )
        )

    def sheet(self) -> AnswerSheet:
        """Return what was agreed so far as an answers document."""
        return sheet(self.document())


def _checked(**parts: object) -> Workshop:
    """Return these parts of a workshop's document, if one could hold them."""
    return Workshop.model_validate({"format": "spinout.workshop/1", "questions": {}, **parts})


def header(
    question_set: SetRef, content: Mapping[str, Any], *, service: Service | None = None
) -> dict[str, Any]:
    """Return what a workshop's first record says: which service, which questions, and those whole."""
    known = service or Service(id=uuid4().hex)
    return {
        "format": FORMAT,
        "session": uuid4().hex,
        "service": known.model_dump(),
        "question_set": question_set.model_dump(),
        "set": content,
    }


def is_workshop(value: object) -> bool:
    """Tell whether a header opens a workshop."""
    return isinstance(value, Mapping) and value.get("format") == FORMAT


def begin(value: object, at: datetime) -> Meeting:
    """Return the workshop that a header opens.

    Raises:
        SpinoutError: the header is not one of a workshop that this version can read.
    """
    if not is_workshop(value):
        raise SpinoutError(
            f"This is not a workshop that this version can read (its format is not {FORMAT}). "
            "Use the version of spinout that made it."
        )
    try:
        opening = Opening.model_validate(value)
    except ValidationError as error:
        raise SpinoutError(
            "The first line of this workshop is not complete. If you have a copy of this file, try that one."
        ) from error
    return Meeting(
        id=opening.session,
        question_set=opening.question_set,
        service=opening.service,
        named=bool(opening.service.name),
        started=at,
        updated=at,
    )
