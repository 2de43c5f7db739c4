"""A session as the sum of its journal's events; no input or output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from spinout_cli.documents.answers import Answer, AnswerSheet, Depth, Note, Service, SetRef, Value
from spinout_cli.documents.formats import SESSION
from spinout_cli.errors import SpinoutError
from spinout_cli.fields import Ref, Text
from spinout_cli.scoring.gather import answer_key

_DEFERRED = ConfigDict(defer_build=True, hide_input_in_errors=True)
_DEPTH: TypeAdapter[Depth] = TypeAdapter(Depth, config=_DEFERRED)
_DRAFT: TypeAdapter[str] = TypeAdapter(Text, config=_DEFERRED)


class Event(NamedTuple):
    """Something that happened, as the journal keeps it: a kind, what it is about, a value."""

    kind: str
    q: str | None
    v: Any


class Opening(BaseModel):
    """What the first record of every session and every workshop says."""

    model_config = _DEFERRED

    session: Note
    service: Service
    question_set: SetRef
    set: dict[str, Any]


class Delegation(BaseModel):
    """For whom a session was made that asks only some themes, and a word from the sender."""

    model_config = _DEFERRED

    to: Note
    message: Note = ""


class _SessionOpening(Opening):
    depth: Depth
    themes: tuple[Note, ...]
    delegation: Delegation | None = None


class _HandedOut(BaseModel):
    """Themes given to a role to answer, as the journal keeps it."""

    model_config = _DEFERRED

    to: Note
    themes: tuple[Note, ...]


class _Gathered(BaseModel):
    """Answers that were taken from a part, as the journal keeps them."""

    model_config = _DEFERRED

    by: Note | None = None
    themes: tuple[Note, ...] = ()
    answers: dict[Ref, Answer] = {}


class _Settled(BaseModel):
    """What was decided on a difference, as the journal keeps it; without an answer, nothing changed."""

    model_config = _DEFERRED

    theirs: Answer
    answer: Answer | None = None


class Handed(NamedTuple):
    """A theme that somebody was asked to answer: in which role, since when, and when it came back."""

    to: str
    since: datetime
    back: datetime | None = None


@dataclass(slots=True)
class Session:
    """One organisation's answers so far.

    Notes and drafts stand beside the answers, since a note can be made before the question is
    answered, and a draft is what somebody was typing when they were interrupted.
    """

    id: str
    question_set: SetRef
    service: Service
    role: str | None = None
    depth: Depth = "full"
    themes: tuple[str, ...] = ()
    circumstances: dict[str, Value] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    named: bool = False
    delegation: Delegation | None = None
    handed: dict[str, dict[str, Handed]] = field(default_factory=dict)
    """Who has been asked to answer a theme, by the theme and then the role."""

    settled: dict[str, set[str]] = field(default_factory=dict)
    """Answers of parts that were decided on, by the question, as `answer_key` names them."""

    started: datetime | None = None
    updated: datetime | None = None

    def take(self, event: Event, at: datetime) -> None:
        """Take one event in. An event of a kind that this version does not know is passed over.

        Raises:
            LookupError, TypeError, ValueError: it holds what no answers document can hold.
        """
        kind, q, v = event
        match kind:
            case "service":
                self.service = Service(id=self.service.id, name=v["name"])
                self.named = True
                self.drafts.pop("name", None)
            case "depth":
                self.depth = _DEPTH.validate_python(v)
            case "circumstance" if q:
                self.circumstances.update(_checked(circumstances={q: v}).circumstances)
                self.drafts.pop(q, None)
            case "answer" if q:
                self.answers[q] = self._signed(_checked(answers={q: v}).answers[q], at)
                self.drafts.pop(f"reason:{q}", None)
            case "note" if q:
                noted = _checked(answers={q: {"state": "skipped", "note": v}})
                self._take_note(q, noted.answers[q].note)
            case "draft" if q:
                self.drafts[q] = draft(v)
            case "import":
                self._take_sheet(AnswerSheet.model_validate(v))
            case _:
                self._take_from_others(event, at)
        self.updated = at

    def _take_from_others(self, event: Event, at: datetime) -> None:
        """Take in what has to do with other people who answer parts of this session."""
        match event.kind:
            case "delegated":
                self._hand_out(_HandedOut.model_validate(event.v), at)
            case "gathered":
                self._gather(_Gathered.model_validate(event.v), at)
            case "settled" if event.q:
                decided = _Settled.model_validate(event.v)
                self.settled.setdefault(event.q, set()).add(answer_key(decided.theirs))
                if decided.answer is not None:
                    self._replace(event.q, decided.answer)

    def _hand_out(self, given: _HandedOut, at: datetime) -> None:
        for theme in given.themes:
            self.handed.setdefault(theme, {})[given.to] = Handed(given.to, at)

    def _gather(self, part: _Gathered, at: datetime) -> None:
        for name, answer in part.answers.items():
            self._replace(name, answer)
        for theme in part.themes:
            handed = self.handed.get(theme, {})
            if part.by in handed:
                handed[part.by] = handed[part.by]._replace(back=at)

    def _replace(self, name: str, answer: Answer) -> None:
        """Put an answer with its note in the place of the one that is there."""
        self.answers[name] = answer.model_copy(update={"note": ""})
        self._take_note(name, answer.note)

    def _signed(self, answer: Answer, at: datetime) -> Answer:
        """Return an answer that was given now with who gave it, in which role, and when."""
        return answer.model_copy(
            update={"by": answer.by or self.role, "at": answer.at or at},
        )

    def _take_note(self, q: str, note: str) -> None:
        self.drafts.pop(f"note:{q}", None)
        if note:
            self.notes[q] = note
        else:
            self.notes.pop(q, None)

    def _take_sheet(self, sheet: AnswerSheet) -> None:
        """Take answers in over those that are there. One without a note leaves the note there."""
        self.role = sheet.role or self.role
        self.circumstances.update(sheet.circumstances)
        for name, answer in sheet.answers.items():
            by = answer.by or sheet.role
            self.answers[name] = answer.model_copy(update={"note": "", "by": by})
            if answer.note:
                self.notes[name] = answer.note

    def sheet(self) -> AnswerSheet:
        """Return the answers as the document that everything else reads."""
        noted = {name: Answer(state="skipped") for name in self.notes if name not in self.answers}
        return AnswerSheet(
            format="spinout.answers/1",
            question_set=self.question_set,
            session=self.id,
            service=self.service,
            role=self.role,
            depth=self.depth,
            circumstances=dict(self.circumstances),
            answers={
                name: answer.model_copy(update={"note": self.notes.get(name, "")})
                for name, answer in (self.answers | noted).items()
            },
            started=self.started,
            updated=self.updated,
        )


def _checked(**parts: object) -> AnswerSheet:
    """Return these parts of an answers document, if one could hold them."""
    return AnswerSheet.model_validate({"format": "spinout.answers/1", "answers": {}, **parts})


def draft(value: object) -> str:
    """Return what was being typed, cleaned.

    Raises:
        ValueError: it is no text.
    """
    return _DRAFT.validate_python(value)


def header(
    question_set: SetRef,
    content: Mapping[str, Any],
    *,
    service: Service | None,
    depth: Depth,
    themes: tuple[str, ...],
) -> dict[str, Any]:
    """Return what a session's first record says: who, which questions, and the questions themselves."""
    known = service or Service(id=uuid4().hex)
    return {
        "format": SESSION,
        "session": uuid4().hex,
        "service": known.model_dump(),
        "question_set": question_set.model_dump(),
        "depth": depth,
        "themes": list(themes),
        "set": content,
    }


def begin(value: object, at: datetime) -> Session:
    """Return the session that a header opens.

    Raises:
        SpinoutError: the header is not one of a session that this version can read.
    """
    if not isinstance(value, Mapping) or value.get("format") != SESSION:
        raise SpinoutError(
            f"This is not a session that this version can read (its format is not {SESSION}). "
            "Use the version of spinout that made it."
        )
    try:
        opening = _SessionOpening.model_validate(value)
    except ValidationError as error:
        raise SpinoutError(
            "The first line of this session is not complete. If you have a copy of this file, try that one."
        ) from error
    return Session(
        id=opening.session,
        question_set=opening.question_set,
        service=opening.service,
        depth=opening.depth,
        themes=opening.themes,
        named=bool(opening.service.name) or opening.delegation is not None,
        role=opening.delegation.to if opening.delegation else None,
        delegation=opening.delegation,
        started=at,
        updated=at,
    )
