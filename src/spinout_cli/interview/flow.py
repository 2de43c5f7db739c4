"""The flow of an interview: which screen comes next, and the event that a reply makes.

Nothing is drawn or saved here. `Interview.screen` says what to show; `Interview.reply` takes the
reply in, moves on, and says what has to be saved before the next screen is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from spinout_cli.documents.answers import NOTE_LIMIT, NUMBER_LIMIT, Answer
from spinout_cli.interview.agenda import Agenda
from spinout_cli.interview.question_screens import STATES, Screens, answer_text, circumstance_text
from spinout_cli.interview.screen import (
    DONT_KNOW,
    NOT_APPLICABLE,
    TOO_LONG,
    Chose,
    ChoseMany,
    Command,
    Commanded,
    Place,
    Reply,
    Screen,
    Typed,
)
from spinout_cli.interview.session import Event, Session
from spinout_cli.question_set.model import Circumstance, Question, QuestionSet
from spinout_cli.question_set.rungs import clears
from spinout_cli.sanitize import sanitize

_SIDE = ("note", "reason", "basis", "end")
"""Screens that belong to another one."""

_DRAFTED = {"note": "note:", "reason": "reason:"}
"""How the drafts of the screens that belong to another one are named."""

LEFT = "what you were typing; it stands there when you come back"
"""What is said of a line that was left before it was given."""

_NO_NUMBER = "Please type a number, such as 120, or leave it empty."
_NO_DAY = "Please type a date such as 2027-04-01, or leave it empty."


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a reply means: events to save, in order, and a sentence that says so."""

    events: tuple[Event, ...] = ()
    message: str = ""


class InterviewFlow:
    """A walk through the questions in any order, which can always go back.

    The path is never stored: it follows from the answers. The trail only remembers where somebody
    came from, so that back means back.
    """

    def __init__(self, question_set: QuestionSet, session: Session) -> None:
        """Begin where this session was left."""
        self.question_set = question_set
        self.session = session
        self.agenda = Agenda(question_set, session)
        self.trail: list[Place] = []
        self.here = self._first()
        self._screens = Screens(self.agenda)

    def screen(self) -> Screen:
        """Return what to show now."""
        return self._screens.at(self.here, self.trail)

    def draft(self, text: str) -> Event:
        """Return what keeps a line that was being typed when somebody was interrupted."""
        here = self.here
        return Event("draft", f"{_DRAFTED.get(here.kind, '')}{here.id or here.kind}", text)

    # ---------------------------------------------------------------- where to go

    def _first(self) -> Place:
        return self._next_circumstance() if self.session.named else Place("name")

    def _next_circumstance(self) -> Place:
        fresh = next(iter(self.agenda.circumstances_to_ask()), None)
        return Place("map") if fresh is None else Place("circumstance", fresh.id)

    def _after_question(self, question_id: str) -> Place:
        """The next open question of the theme after this one, or the map."""
        theme = self.question_set.question[question_id].theme
        ids = [q.id for q in self.agenda.questions() if q.theme == theme]
        later = ids[ids.index(question_id) + 1 :] if question_id in ids else []
        fresh = next((q.id for q in self.agenda.questions_to_ask() if q.id in later), None)
        return Place("map") if fresh is None else Place("question", fresh)

    def _enter(self, theme_id: str) -> Place:
        """The first open question of the theme, or its first."""
        every = [*self.agenda.questions_to_ask(), *self.agenda.questions()]
        fresh = next((q for q in every if q.theme == theme_id), None)
        return Place("map") if fresh is None else Place("question", fresh.id)

    def _go(self, place: Place) -> None:
        """Move on; a side screen (note, reason, basis) is never a place to come back to."""
        if place != self.here:
            if self.here.kind not in _SIDE:
                self.trail.append(self.here)
            self.here = place

    def _back(self) -> None:
        """Return to the last place that is still there: a branch may have closed since."""
        asked = {
            "question": {q.id for q in self.agenda.questions()},
            "circumstance": {c.id for c in self.agenda.circumstances()},
        }
        while self.trail:
            place = self.trail.pop()
            if place != self.here and place.id in asked.get(place.kind, (place.id,)):
                self.here = place
                return

    def _go_next(self) -> None:
        """Go where an answer leads: back to the review page if it was opened there."""
        here = self.here
        if here.changing:
            self._back_to_review()
        elif here.kind in ("circumstance", "name"):
            self._go(self._next_circumstance())
        else:
            self._go(self._after_question(here.id))

    def _back_to_review(self) -> None:
        while self.trail and self.here.kind != "review":
            self.here = self.trail.pop()

    # ---------------------------------------------------------------- what a reply means

    def reply(self, reply: Reply, at: datetime) -> StepResult:
        """Take a reply to the screen in, move on, and return what has to be saved."""
        if isinstance(reply, Commanded):
            outcome = self._left(reply.typed, at)
            self._run_command(reply.command)
            return outcome
        match self.here.kind, reply:
            case "map" | "review", Chose(value=value):
                self._open(value)
                return StepResult()
            case "circumstance", Chose() | ChoseMany() | Typed():
                return self._take_circumstance(reply, at)
            case "name" | "reason" | "note", Typed(text=text):
                return self._take_line(sanitize(text).strip(), at)
            case "question" | "basis", Chose(value=value):
                return self._take_choice(value, at)
            case _:
                return StepResult()

    def _left(self, typed: str, at: datetime) -> StepResult:
        """Keep a line that was left before it was given."""
        return self._save(self.draft(typed), LEFT, at) if typed else StepResult()

    def _save(self, event: Event, told: str, at: datetime) -> StepResult:
        self.session.take(event, at)
        return StepResult((event,), told)

    def _run_command(self, command: Command) -> None:
        match command:
            case "back":
                self._back()
            case "note":
                self._go(Place("note", self.here.id, changing=self.here.changing))
            case "quit":
                self._go(Place("end"))
            case "map" | "review" | "summary":
                self._go(Place(command))
            case "next":
                pass  # only a workshop has an order

    def _open(self, value: str) -> None:
        """Open what was chosen on the map or on the review page."""
        kind, _, name = value.partition(":")
        match kind:
            case "theme":
                self._go(self._enter(name))
            case "question" | "circumstance" | "name":
                self._go(Place(kind, name, changing=True))
            case "summary" | "review":
                self._go(Place(kind))
            case _:
                self._go(Place("end"))

    def _take_circumstance(self, reply: Chose | ChoseMany | Typed, at: datetime) -> StepResult:
        circumstance = self.question_set.circumstance[self.here.id]
        value, problem = given(circumstance, reply)
        if problem:
            return StepResult(message=problem)
        outcome = self._save(
            Event("circumstance", circumstance.id, value),
            circumstance_text(circumstance, value),
            at,
        )
        self._go_next()
        return outcome

    def _take_line(self, text: str, at: datetime) -> StepResult:
        if len(text) > NOTE_LIMIT:
            return StepResult(message=TOO_LONG)
        here = self.here
        if here.kind == "name":
            outcome = self._save(Event("service", None, {"name": text}), text or "no name", at)
            self._go_next()
        elif here.kind == "note":
            outcome = self._note(here.id, text, at)
            self._back()
        elif not text:
            return StepResult(
                message="Please say in a few words why it does not apply, or go back."
            )
        else:
            answer = {"state": NOT_APPLICABLE.value, "reason": text}
            outcome = self._save(Event("answer", here.id, answer), "doesn't apply", at)
            self._go_next()
        return outcome

    def _note(self, question_id: str, text: str, at: datetime) -> StepResult:
        """Save a note; one that is as it was saves nothing, and the reply says so."""
        before = self.session.notes.get(question_id, "")
        if text == before and f"note:{question_id}" not in self.session.drafts:
            return StepResult(message="Your note is as it was." if text else "No note was made.")
        told = "your note" if text else "your note is taken away" if before else "no note"
        return self._save(Event("note", question_id, text), told, at)

    def _take_choice(self, value: str, at: datetime) -> StepResult:
        """Take a rung, a state or a basis.

        A rung that clears a stop is saved as a belief until it is known what it rests on, so that
        an interruption never makes more of it than was said.
        """
        question = self.question_set.question[self.here.id]
        answer: Mapping[str, str | None]
        before = self.session.answers.get(question.id)
        if self.here.kind == "basis" and before is not None:
            answer = {"rung": before.rung, "basis": value}
        elif value == NOT_APPLICABLE.value:
            self._go(Place("reason", question.id, changing=self.here.changing))
            return StepResult()
        elif value in STATES:
            answer = {"state": value}
        else:
            answer = self._rung(question, value, before)
        outcome = self._save(
            Event("answer", question.id, answer), answer_text(question, answer), at
        )
        if "basis" in answer and self.here.kind == "question":
            self._go(Place("basis", question.id, changing=self.here.changing))
            return StepResult(outcome.events)
        self._go_next()
        return outcome

    def _rung(self, question: Question, value: str, before: Answer | None) -> dict[str, str]:
        if not clears(question, question.ladder.index(value)):
            return {"rung": value}
        known = before.basis if before is not None and before.rung == value else None
        return {"rung": value, "basis": known or "think"}


def given(
    circumstance: Circumstance, reply: Chose | ChoseMany | Typed
) -> tuple[str | float | list[str] | None, str]:
    """Return what a reply says that a circumstance is, or what is wrong with the reply."""
    match reply:
        case ChoseMany(values=values):
            return None if DONT_KNOW.value in values else list(values), ""
        case Chose(value=choice):
            return None if choice == DONT_KNOW.value else choice, ""
        case Typed(text=text):
            return _parsed(circumstance, sanitize(text).strip())


def _parsed(circumstance: Circumstance, text: str) -> tuple[str | float | None, str]:
    """Return what a typed circumstance means, or what is wrong with it."""
    if not text:
        return None, ""
    if len(text) > NOTE_LIMIT:
        return None, TOO_LONG
    match circumstance.type:
        case "number":
            number = _number(text)
            return number, "" if number is not None else _NO_NUMBER
        case "date":
            day = _day(text)
            return day, "" if day is not None else _NO_DAY
        case _:
            return text, ""


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return None
    return number if abs(number) <= NUMBER_LIMIT else None  # nor is what is not a number at all


def _day(text: str) -> str | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date().isoformat()  # noqa: DTZ007  (a day)
    except ValueError:
        return None
