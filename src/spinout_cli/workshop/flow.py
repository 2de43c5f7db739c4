"""The flow of a workshop: which screen comes next, and the event that a reply makes.

Nothing is drawn or saved here, as in the interview. A vote becomes an event when it has closed;
until then what was typed lies on the unsaved, which nothing shows and nothing keeps.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from spinout_cli.documents.answers import NOTE_LIMIT
from spinout_cli.documents.workshop import Discussion
from spinout_cli.interview.agenda import Agenda
from spinout_cli.interview.flow import LEFT, StepResult, given
from spinout_cli.interview.question_screens import circumstance_text
from spinout_cli.interview.screen import (
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
from spinout_cli.interview.session import Event
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.results.summary import Summary
from spinout_cli.sanitize import sanitize
from spinout_cli.text import count_noun
from spinout_cli.workshop.attendance import joined_words, people_text, read_people
from spinout_cli.workshop.notes import NoteTaker
from spinout_cli.workshop.planning import propose
from spinout_cli.workshop.question_screens import ALL_IN, QuestionScreens, as_session
from spinout_cli.workshop.record import Page, build_record, pages
from spinout_cli.workshop.remote_votes import RemoteVotes
from spinout_cli.workshop.session import (
    WorkshopSession,
    park_event,
    plan_event,
    room_event,
    withdraw_event,
)
from spinout_cli.workshop.setup_screens import NONE_OF_THEM, SAME
from spinout_cli.workshop.unsaved import Transition, Unsaved, apply_events
from spinout_cli.workshop.voting import VoteEntry

_SIDE = frozenset(
    (
        *("counts", "rung", "fewer", "talk", "agree", "reason", "note", "close", "theme"),
        *("do", "owner", "by", "speaker", "words", "document", "dated", "seen"),
        "phones",
    )
)
"""Screens that belong to another one, and are never a place to come back to."""

_LONGEST = 900
"""The most minutes that a workshop may be planned for."""


class WorkshopFlow:
    """A walk through a workshop in any order, which can always go back."""

    def __init__(
        self,
        question_set: QuestionSet,
        meeting: WorkshopSession,
        summarise: Callable[[], Summary],
        *,
        unsaved: Unsaved | None = None,
        resumed: bool = False,
    ) -> None:
        """Begin where this workshop was left; if it was left earlier, by asking who is here now."""
        self.question_set = question_set
        self.meeting = meeting
        self.unsaved = unsaved or Unsaved()
        self.trail: list[Place] = []
        self._session = as_session(meeting)
        self._agenda = Agenda(question_set, self._session)
        self._questions = QuestionScreens(self._agenda, meeting, self.unsaved)
        self._votes = VoteEntry(meeting, self.unsaved)
        self._remote = self.unsaved.remote
        self._notes = NoteTaker(meeting, self.unsaved)
        self._summarise = summarise
        self.here = self._first(resumed=resumed)
        if self.here.kind == "vote":
            self._votes.open()
        if self._remote:
            self._inform(self._remote)

    def screen(self) -> Screen:
        """Return what to show now."""
        if self.here.kind == "phones" and self._remote:
            return replace(self._remote.screen(self.here), told=self.unsaved.told)
        return self._questions.at(self.here, self._pages() if self.here.kind == "close" else ())

    def _pages(self) -> tuple[Page, ...]:
        document = self.meeting.document()
        return pages(build_record(document, self.question_set), self._summarise())

    def draft(self, text: str) -> Event:
        """Return what keeps a line that was being typed when somebody was interrupted."""
        return self._notes.draft(self.here, text)

    # ---------------------------------------------------------------- where to go

    def _first(self, *, resumed: bool = False) -> Place:
        if not self.meeting.named:
            return Place("name")
        if self.meeting.room is None and not self.unsaved.preparing:
            return Place("present")
        if resumed:
            return Place("again")
        if not self.meeting.plan:
            return Place("minutes")
        return Place("plan")

    def _go(self, place: Place) -> None:
        if place == self.here:
            return
        if self.here.kind not in _SIDE:
            self.trail.append(self.here)
        self.here = place

    def _back(self) -> None:
        """Return to the question that a side screen belongs to, or along the trail."""
        here = self.here
        if here.kind == "rung" and self.unsaved.rungs:
            self.unsaved.rungs.pop()
        elif here.kind == "close" and here.id not in ("", "0"):
            self.here = Place("close", str(int(here.id) - 1))
        elif here.kind in ("counts", "rung", "fewer") or (here.kind == "present" and here.id):
            self.unsaved.forget_vote()
            self.here = Place("vote", here.id)
        elif here.kind in _SIDE and here.id in self.question_set.question:
            self._return()
        elif here.kind == "vote" and self.meeting.about(here.id).rounds:
            self.here = Place("question", here.id)
        else:
            self._go_back()

    def _return(self) -> None:
        """Leave a side screen for the very screen it was opened from: a vote stays open."""
        came = self.trail.pop() if self.trail and self.trail[-1].id == self.here.id else None
        self.here = came or self._standing(self.here.id)

    def _go_back(self) -> None:
        while self.trail:
            place = self.trail.pop()
            if place.kind in ("vote", "question"):
                place = self._standing(place.id)
            if place != self.here:
                self.here = place
                return
        if self.meeting.plan:
            self.here = Place("map")

    def _standing(self, question_id: str) -> Place:
        """Where a question is: at its result if there is one, otherwise at its vote."""
        talk = self.meeting.about(question_id)
        there = talk.rounds or talk.agreed or talk.parked
        return Place("question" if there else "vote", question_id)

    def _open(self, question_id: str) -> None:
        self._go(self._standing(question_id))
        self._votes.open()

    def _go_next(self) -> None:
        """Go to the next planned question on which nothing was agreed, or to the map."""
        plan = list(self.meeting.plan)
        start = plan.index(self.here.id) + 1 if self.here.id in plan else 0
        order = [*plan[start:], *plan[:start]]
        fresh = next((q for q in order if q != self.here.id and self.meeting.is_open(q)), None)
        if fresh is None:
            self._go(Place("map"))
        else:
            self._open(fresh)

    # ---------------------------------------------------------------- what a reply means

    def reply(self, reply: Reply, at: datetime) -> StepResult:
        """Take a reply to the screen in, move on, and return what has to be saved."""
        before = self.here
        outcome = self._reply(reply, at)
        refused = isinstance(reply, Typed) and self.here == before and not outcome.events
        unseen = before.kind in ("vote", "counts", "rung")
        self.unsaved.line = sanitize(reply.text) if refused and not unseen else ""  # type: ignore[union-attr]
        on_wall = any(event.kind in ("vote", "agreed") for event in outcome.events)
        self.unsaved.told = "" if on_wall else outcome.message
        self._session.answers = dict(self.meeting.sheet().answers)
        if self._remote:
            self._inform(self._remote)
        return outcome

    def _inform(self, remote: RemoteVotes) -> None:
        """Have people's own devices show what belongs to the place where the workshop is."""
        here = self.here
        question = self.question_set.question.get(here.id)
        talk = self.meeting.about(here.id)
        room = self.meeting.room.participants if self.meeting.room else {}
        remote.offer(tuple(room) if len(room) > 1 and not self.unsaved.practice else ())
        if here.kind == "vote" and question and not self.unsaved.hands:
            remote.ask(question, len(talk.rounds))
        elif here.kind == "question" and question:
            remote.show(question, self._questions.revealed(question))
        elif here.kind in ("vote", "end", "close") or (here.kind == "map" and self._left()):
            remote.wait()

    def _left(self) -> bool:
        """Tell whether the question that was on the wall last is settled or parked."""
        questions = self.question_set.question
        last = next((place.id for place in reversed(self.trail) if place.id in questions), "")
        return not last or not self.meeting.is_open(last)

    def _reply(self, reply: Reply, at: datetime) -> StepResult:
        kind = self.here.kind
        match reply:
            case Commanded(command=command, typed=typed):
                drafts = [self.draft(typed)] if typed else []
                self._run_command(command)
                return apply_events(self.meeting, drafts, LEFT, at) if drafts else StepResult()
            case Chose() | ChoseMany() | Typed() if kind == "circumstance":
                return self._take_fact(reply, at)
            case ChoseMany(values=values) if kind == "theme":
                return self._take_theme(values, at)
            case Typed(text=text):
                return self._take_line(text, at)
            case Chose(value=value):
                return self._take_choice(value, at)
            case _:
                return StepResult()

    def _run_command(self, command: Command) -> None:
        match command:
            case "back":
                self._back()
            case "next" if self.here.kind == "close":
                self.here = Place("close", str(int(self.here.id or 0) + 1))
            case "next":
                self._go_next()
            case "map":
                self._go(Place("map"))
            case "quit":
                self._go(Place("end"))
            case _:
                pass

    def _turned(self, turn: Transition) -> StepResult:
        """Go where a turn leads, and return what it brings."""
        if turn.returns:
            self._return()
        elif turn.to is not None:
            self._go(turn.to)
        return turn.outcome

    # ---------------------------------------------------------------- choices

    def _take_choice(self, value: str, at: datetime) -> StepResult:
        kind, _, name = value.partition(":")
        match self.here.kind:
            case "again":
                self._go(self._again() if value == SAME.value else Place("present"))
            case "fewer":
                return self._confirmed(value, at)
            case "plan" if kind == "go":
                return self._begin()
            case "agree":
                return self._turned(self._notes.agree(self._question(), value, at))
            case _ if kind == "question":
                self._open(name)
            case _ if kind == "theme":
                self._go(Place("theme", name))
            case "vote" | "question" | "talk" | "phones":
                return self._do(value, at)
            case _:
                self._visit(value)
        return StepResult()

    def _again(self) -> Place:
        """Where a workshop that was left goes on: phones have to join anew."""
        if not self.meeting.plan:
            return self._first()
        return Place("phones") if self._remote else Place("map")

    def _at_phones(self, value: str) -> StepResult:
        """Go on from the screen on which phones join, or do there what was chosen."""
        if value != "go":
            return StepResult(message=self._remote.choose(value) if self._remote else "")
        if self.here.id:
            self._back()
        else:
            self._go_next()
        return StepResult()

    def _visit(self, value: str) -> None:
        """Go to what was chosen on the map, or on a page of the close."""
        match value:
            case "every" | "plan" | "present" | "close" | "end" | "map" | "phones":
                self._go(Place(value))
            case "facts":
                first = next(iter(self._agenda.circumstances()), None)
                self._go(Place("circumstance", first.id) if first else Place("map"))
            case "go" | "next":
                self._run_command("next")
            case _:
                pass

    def _do(self, value: str, at: datetime) -> StepResult:
        """Do what was chosen beside a question."""
        name = self.here.id
        match value:
            case _ if self.here.kind == "phones":
                return self._at_phones(value)
            case "counts" | "rung" | "agree" | "talk" | "note" | "phones":
                self._go(Place(value, name))
            case "do" | "speaker":
                thing = "action" if value == "do" else "statement"
                return self._turned(self._notes.take_up(thing, name))
            case "vote":
                self._go(Place("vote", name))
                self._votes.open()
            case "hands":
                self.unsaved.hands = not self.unsaved.hands
            case "stop":
                self.unsaved.talked = True
                self._back()
            case "park" | "undo":
                return self._park(at) if value == "park" else self._undo(at)
            case _:
                self._visit(value)
        return StepResult()

    def _park(self, at: datetime) -> StepResult:
        name = self.here.id
        parked = not self.meeting.about(name).parked
        told = "left for later" if parked else "taken up again"
        outcome = apply_events(self.meeting, [park_event(name, parked=parked)], told, at)
        if parked:
            self._go_next()
        else:
            self._open(name)
        return outcome

    def _undo(self, at: datetime) -> StepResult:
        name = self.here.id
        if not self.meeting.can_withdraw(name):
            return StepResult()
        before = self.meeting.about(name)
        outcome = apply_events(self.meeting, [withdraw_event(name)], "", at)
        self.here = self._standing(name)
        return StepResult(
            outcome.events, f"taken back: {_taken_back(before, self.meeting.about(name))}"
        )

    def _begin(self) -> StepResult:
        if not self.meeting.plan:
            return StepResult(
                message="Nothing is planned yet. Choose a theme, and tick a question."
            )
        if self.unsaved.preparing:
            self._go(Place("end"))
        else:
            fresh = next(filter(self.meeting.is_open, self.meeting.plan), None)
            self._go(Place("map"))
            if fresh and self._remote:
                self._go(Place("phones"))
            elif fresh:
                self._open(fresh)
        return StepResult()

    def _take_theme(self, values: tuple[str, ...], at: datetime) -> StepResult:
        """Put a theme's ticked questions in the plan, where those of the theme stood before."""
        asked = [q.id for q in self._agenda.of_theme(self.here.id)]
        ticked = [q for q in asked if q in values and NONE_OF_THEM.value not in values]
        plan = list(self.meeting.plan)
        at_index = next((i for i, q in enumerate(plan) if q in asked), len(plan))
        rest_before = [q for q in plan[:at_index] if q not in asked]
        rest_after = [q for q in plan[at_index:] if q not in asked]
        changed = [*rest_before, *ticked, *rest_after]
        self.here = Place("plan")
        if changed == plan:
            return StepResult()
        told = f"now planned: {count_noun(len(changed), 'question')}"
        return apply_events(self.meeting, [plan_event(changed)], told, at)

    def _take_fact(self, reply: Chose | ChoseMany | Typed, at: datetime) -> StepResult:
        circumstance = self.question_set.circumstance[self.here.id]
        value, problem = given(circumstance, reply)
        if problem:
            return StepResult(message=problem)
        event = Event("circumstance", circumstance.id, value)
        outcome = apply_events(self.meeting, [event], circumstance_text(circumstance, value), at)
        every = [c.id for c in self._agenda.circumstances()]
        later = every[every.index(circumstance.id) + 1 :] if circumstance.id in every else []
        self._go(Place("circumstance", later[0]) if later else Place("map"))
        return outcome

    # ---------------------------------------------------------------- lines

    def _take_line(self, text: str, at: datetime) -> StepResult:
        kind = self.here.kind
        if kind in ("vote", "counts", "rung"):
            take = self._votes.take_rung if kind == "rung" else self._votes.take
            return self._turned(take(self._question(), text, at))
        line = sanitize(text).strip()
        if len(line) > NOTE_LIMIT:
            return StepResult(message=TOO_LONG)
        facts = {
            "name": self._take_name,
            "present": self._take_people,
            "minutes": self._take_minutes,
        }
        return facts[kind](line, at) if kind in facts else self._turned(self._written(line, at))

    def _written(self, line: str, at: datetime) -> Transition:
        """Give the note taker a line that was typed beside a question."""
        here = self.here
        match here.kind:
            case "note":
                return self._notes.note(here.id, line, at)
            case "reason":
                return self._notes.reason(self._question(), line, at)
            case _:
                return self._notes.part(here, self._question(), line, at)

    def _question(self) -> Question:
        return self.question_set.question[self.here.id]

    def _confirmed(self, value: str, at: datetime) -> StepResult:
        """Close a vote with fewer slips than people, or go back to it."""
        if value == ALL_IN.value:
            return self._turned(self._votes.close(self._question(), at))
        self._back()
        return StepResult()

    def _take_name(self, name: str, at: datetime) -> StepResult:
        outcome = apply_events(
            self.meeting, [Event("service", None, {"name": name})], name or "no name", at
        )
        self._go(self._first())
        return outcome

    def _take_people(self, line: str, at: datetime) -> StepResult:
        people = read_people(line)
        if isinstance(people, str):
            return StepResult(message=people)
        before = self.meeting.room
        event = room_event(people)
        if before is not None and event.v["participants"] == before.participants:
            typed = [Event("draft", "present", "")] if "present" in self.meeting.drafts else []
            outcome = apply_events(self.meeting, typed, "The room is as it was.", at)
        else:
            outcome = apply_events(self.meeting, [event], "", at)
            room = self.meeting.room
            told = people_text(room.participants) if room else ""
            outcome = StepResult(outcome.events, f"{told}. {joined_words(people)}".strip())
        if self.here.id:  # it was asked in the middle of a vote
            self.here = Place("counts", self.here.id)
            self.unsaved.slips.of = self.meeting.room.people if self.meeting.room else 0
        else:
            self._go(Place("map") if self.meeting.plan and before else self._first())
        return outcome

    def _take_minutes(self, line: str, at: datetime) -> StepResult:
        minutes = line or str(self.unsaved.minutes)
        if not minutes.isascii() or not minutes.isdigit() or not 0 < int(minutes) <= _LONGEST:
            return StepResult(
                message=f"Please type the minutes as a number up to {_LONGEST}, such as 120."
            )
        self.unsaved.minutes = int(minutes)
        plan = propose(self._agenda.questions(), self.unsaved.minutes)
        told = f"a plan of {count_noun(len(plan), 'question')}"
        outcome = apply_events(self.meeting, [plan_event(plan)], told, at)
        self._go(Place("plan"))
        return outcome


def _taken_back(before: Discussion, after: Discussion) -> str:
    """Say what was withdrawn."""
    changes = (
        (before.rounds != after.rounds, f"vote {len(before.rounds)}"),
        (before.agreed != after.agreed, "what was agreed"),
        (before.note != after.note, "the note"),
        (before.statements != after.statements, "the last statement"),
        (before.actions != after.actions, "the last action"),
    )
    return next((words for changed, words in changes if changed), "the parking")


def prepared(plan: Iterable[str], question_set: QuestionSet) -> tuple[str, ...]:
    """Return the questions of a plan that this question set has, each once, in order."""
    return tuple(dict.fromkeys(name for name in plan if name in question_set.question))
