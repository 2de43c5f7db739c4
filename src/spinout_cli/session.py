"""A session: what its journal's events add up to. Nothing here touches the disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from spinout_cli.answers import Answer, AnswerSheet, Depth, Service, SetRef, Value
from spinout_cli.errors import SpinoutError

FORMAT = "spinout.session/1"


class Event(NamedTuple):
    """Something that happened, as the journal keeps it: a kind, what it is about, a value."""

    kind: str
    q: str | None
    v: Any


@dataclass(slots=True)
class Session:
    """One organisation's answers so far.

    Notes and drafts stand beside the answers, since a note can be made before the question is
    answered, and a draft is what somebody was typing when they were interrupted.
    """

    id: str
    question_set: SetRef
    service: Service
    depth: Depth = "full"
    themes: tuple[str, ...] = ()
    circumstances: dict[str, Value] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    named: bool = False
    started: datetime | None = None
    updated: datetime | None = None

    def take(self, event: Event, at: datetime) -> None:
        """Take one event in. An event of a kind that this version does not know is passed over."""
        kind, q, v = event
        match kind:
            case "service":
                self.service = self.service.model_copy(update={"name": v["name"]})
                self.named = True
                self.drafts.pop("name", None)
            case "depth":
                self.depth = v
            case "circumstance" if q:
                self.circumstances[q] = tuple(v) if isinstance(v, list) else v
                self.drafts.pop(q, None)
            case "answer" if q:
                self.answers[q] = Answer.model_validate(v)
                self.drafts.pop(f"reason:{q}", None)
            case "note" if q:
                self._take_note(q, v)
            case "draft" if q:
                self.drafts[q] = v
            case "import":
                self._take_sheet(AnswerSheet.model_validate(v))
            case _:
                pass
        self.updated = at

    def _take_note(self, q: str, note: str) -> None:
        self.drafts.pop(f"note:{q}", None)
        if note:
            self.notes[q] = note
        else:
            self.notes.pop(q, None)

    def _take_sheet(self, sheet: AnswerSheet) -> None:
        self.circumstances.update(sheet.circumstances)
        for name, answer in sheet.answers.items():
            self.answers[name] = answer.model_copy(update={"note": ""})
            self._take_note(name, answer.note)

    def sheet(self) -> AnswerSheet:
        """Return the answers as the document that everything else reads."""
        noted = {name: Answer(state="skipped") for name in self.notes if name not in self.answers}
        return AnswerSheet(
            format="spinout.answers/1",
            question_set=self.question_set,
            session=self.id,
            service=self.service,
            depth=self.depth,
            circumstances=dict(self.circumstances),
            answers={
                name: answer.model_copy(update={"note": self.notes.get(name, "")})
                for name, answer in (self.answers | noted).items()
            },
            started=self.started,
            updated=self.updated,
        )


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
        "format": FORMAT,
        "session": uuid4().hex,
        "service": known.model_dump(),
        "question_set": question_set.model_dump(),
        "depth": depth,
        "themes": list(themes),
        "set": content,
    }


def begin(value: Mapping[str, Any], at: datetime) -> Session:
    """Return the session that a header opens.

    Raises:
        SpinoutError: the header is not one of a session that this version can read.
    """
    if value.get("format") != FORMAT:
        raise SpinoutError(
            f"This is not a session that this version can read (its format is not {FORMAT}). "
            "Use the version of spinout that made it."
        )
    try:
        service = Service.model_validate(value["service"])
        return Session(
            id=value["session"],
            question_set=SetRef.model_validate(value["question_set"]),
            service=service,
            depth=value["depth"],
            themes=tuple(value["themes"]),
            named=bool(service.name),
            started=at,
            updated=at,
        )
    except (KeyError, TypeError, ValidationError) as error:
        raise SpinoutError(
            "The first line of this session is not complete. Run spinout recover on the file."
        ) from error
