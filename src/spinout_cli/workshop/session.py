"""A workshop session as the sum of its journal's events; no input or output."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from spinout_cli.documents.answers import AnswerSheet, Service, SetRef, Value
from spinout_cli.documents.formats import WORKSHOP_SESSION, is_workshop_header
from spinout_cli.documents.small_groups import join_small, publishable_groups
from spinout_cli.documents.workshop import (
    Agreed,
    Discussion,
    Kind,
    Room,
    Round,
    Statement,
    Task,
    Workshop,
    publishable,
    to_answers,
)
from spinout_cli.errors import SpinoutError
from spinout_cli.interview.session import Event, Opening, draft
from spinout_cli.question_set.model import Question
from spinout_cli.workshop.vote_parser import ParsedVote, Tally

_DRAFTED = {"agreed": ("agreed", "reason")}
"""What was being typed of each kind of event, where that is not its own name alone."""


# Events


def room_event(roles: Mapping[str, int]) -> Event:
    """Return the event that these people are in the room from now on, small roles joined."""
    return Event("room", None, {"participants": join_small(roles)})


def plan_event(questions: Iterable[str]) -> Event:
    """Return the event that these questions are what is to be asked."""
    return Event("plan", None, list(questions))


def vote_event(question: Question, counted: ParsedVote, kind: Kind) -> Event:
    """Return the event of a vote that has closed, without the groups that may not be told apart.

    What may not be shown is never saved, so that a copy of the file gives nobody away.
    """
    given = counted.groups or {}
    shown = publishable_groups(
        _places(counted.whole), {role: _places(tally) for role, tally in given.items()}
    )
    groups = {role: _counted(question, given[role]) for role in shown}
    told = {"kind": kind, **_counted(question, counted.whole), "groups": groups or None}
    return Event("vote", question.id, told)


def _places(tally: Tally) -> tuple[int, ...]:
    return (*tally.counts, tally.unknown)


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


# What they add up to


@dataclass(slots=True)
class WorkshopSession:
    """A workshop as it goes on.

    A vote has only the groups that may be told apart. Files of version 0.1 have more: `document` shows
    them only where nobody is given away, and is what every view and export reads.
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

    def is_open(self, question_id: str) -> bool:
        """Tell whether nothing was agreed on a question, and it is not parked."""
        talk = self.about(question_id)
        return talk.agreed is None and not talk.parked

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
                self.drafts.pop("present", None)
            case "plan":
                self.plan = _checked(plan=v).plan
                self.drafts.pop("minutes", None)
            case "draft" if q:
                self._keep(q, draft(v))
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
        self._said(kind, q)

    def _said(self, kind: str, q: str) -> None:
        """Forget what was being typed of something that has been said."""
        for name in _DRAFTED.get(kind, (kind,)):
            self.drafts.pop(f"{name}:{q}", None)

    def _keep(self, name: str, text: str) -> None:
        """Keep what was being typed; nothing, once it has come to nothing."""
        if text:
            self.drafts[name] = text
        else:
            self.drafts.pop(name, None)

    def _voting(self) -> str:
        if self.room is None:
            raise SpinoutError("A vote needs somebody in the room. Say who is there first.")
        return self.room.id

    def _withdraw(self, q: str) -> None:
        if self.can_withdraw(q):
            self.questions[q] = self._before[q].pop()

    def document(self) -> Workshop:
        """Return the workshop as it may be shown and exported."""
        return publishable(
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
        return to_answers(self.document())


def _checked(**parts: object) -> Workshop:
    """Return these parts of a workshop's document, if one could hold them."""
    return Workshop.model_validate({"format": "spinout.workshop/1", "questions": {}, **parts})


def header(
    question_set: SetRef, content: Mapping[str, Any], *, service: Service | None = None
) -> dict[str, Any]:
    """Return what a workshop's first record says: which service, which questions, and those whole."""
    known = service or Service(id=uuid4().hex)
    return {
        "format": WORKSHOP_SESSION,
        "session": uuid4().hex,
        "service": known.model_dump(),
        "question_set": question_set.model_dump(),
        "set": content,
    }


def begin(value: object, at: datetime) -> WorkshopSession:
    """Return the workshop that a header opens.

    Raises:
        SpinoutError: the header is not one of a workshop that this version can read.
    """
    if not is_workshop_header(value):
        raise SpinoutError(
            f"This is not a workshop that this version can read (its format is not {WORKSHOP_SESSION}). "
            "Use the version of spinout that made it."
        )
    try:
        opening = Opening.model_validate(value)
    except ValidationError as error:
        raise SpinoutError(
            "The first line of this workshop is not complete. If you have a copy of this file, try that one."
        ) from error
    return WorkshopSession(
        id=opening.session,
        question_set=opening.question_set,
        service=opening.service,
        named=bool(opening.service.name),
        started=at,
        updated=at,
    )
