"""What is recorded beside a question: agreements and their basis, notes, actions, statements."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from spinout_cli.documents.workshop import Agreed, Ground, Round
from spinout_cli.interview.flow import StepResult
from spinout_cli.interview.screen import NOT_APPLICABLE, Option, Place, PlaceKind
from spinout_cli.interview.session import Event
from spinout_cli.question_set.model import Question
from spinout_cli.question_set.rungs import clears
from spinout_cli.workshop.session import (
    WorkshopSession,
    action_event,
    agreed_event,
    note_event,
    statement_event,
)
from spinout_cli.workshop.unsaved import Transition, Unsaved, apply_events
from spinout_cli.workshop.vote_statistics import medians
from spinout_cli.workshop.vote_text import agreed_words

_STEPS: dict[str, tuple[PlaceKind, ...]] = {
    "action": ("do", "owner", "by"),
    "statement": ("speaker", "words"),
    "agreed": ("document", "dated", "seen"),
}
"""What is typed line after line, and saved as one thing at the end."""

_NEEDED = ("do", "speaker", "words")
"""Lines that cannot be left empty."""


@dataclass(frozen=True, slots=True)
class NoteTaker:
    """Writes down what is said. What takes several lines is a draft until the last one is there."""

    meeting: WorkshopSession
    unsaved: Unsaved

    def draft(self, here: Place, text: str) -> Event:
        """Return what keeps a line that was being typed when somebody was interrupted."""
        if thing := _thing(here):
            parts = {**self.unsaved.parts, here.kind: text}
            return Event("draft", f"{thing}:{here.id}", json.dumps(parts))
        if here.kind in ("note", "reason"):
            return Event("draft", f"{here.kind}:{here.id}", text)
        return Event("draft", here.id if here.kind == "circumstance" else here.kind, text)

    def agree(self, question: Question, value: str, at: datetime) -> Transition:
        """Write down what was agreed; a rung that clears a stop waits for what it rests on."""
        if value == NOT_APPLICABLE.value:
            return Transition(Place("reason", question.id))
        if value == NOT_KNOWN.value:
            return self._agreed(question, Agreed(state="unknown"), at)
        if value == NO_AGREEMENT.value:
            return self._agreed(question, Agreed(state="no-agreement"), at)
        if clears(question, question.ladder.index(value)):
            return self.take_up("agreed", question.id, rung=value)
        return self._agreed(question, agreement(question, value), at)

    def note(self, question_id: str, line: str, at: datetime) -> Transition:
        """Write a note down in place of the one before."""
        before = self.meeting.about(question_id).note
        if line == before and f"note:{question_id}" not in self.meeting.drafts:
            told = "The note is as it was." if line else "No note was made."
            return Transition(outcome=StepResult(message=told), returns=True)
        told = "the note" if line else "the note is taken away"
        outcome = apply_events(self.meeting, [note_event(question_id, line)], told, at)
        return Transition(outcome=outcome, returns=True)

    def reason(self, question: Question, line: str, at: datetime) -> Transition:
        """Write down why a question does not apply."""
        if not line:
            told = "Please say in a few words why it does not apply, or go back."
            return Transition(outcome=StepResult(message=told))
        return self._agreed(question, Agreed(state="not-applicable", reason=line), at)

    def take_up(self, thing: str, question_id: str, **parts: str) -> Transition:
        """Begin something that takes several lines, or go on with one that was interrupted."""
        before = _parts(self.meeting.drafts.get(f"{thing}:{question_id}", "{}"))
        same = all(before.get(name) == part for name, part in parts.items())
        self.unsaved.parts = (before if same else {}) | parts
        return Transition(Place(_STEPS[thing][0], question_id))

    def part(self, here: Place, question: Question, line: str, at: datetime) -> Transition:
        """Take one of several lines; nothing, where the screen is of no such thing."""
        if not (thing := _thing(here)):
            return Transition()
        if not line and here.kind in _NEEDED:
            return Transition(outcome=StepResult(message="Please type a few words, or go back."))
        self.unsaved.parts[here.kind] = line
        steps = _STEPS[thing]
        if here.kind == steps[-1] or (thing == "agreed" and not line):
            return self._complete(thing, question, at)
        draft = Event("draft", f"{thing}:{here.id}", json.dumps(self.unsaved.parts))
        following = Place(steps[steps.index(here.kind) + 1], here.id)
        return Transition(following, apply_events(self.meeting, [draft], "", at))

    def _complete(self, thing: str, question: Question, at: datetime) -> Transition:
        parts = self.unsaved.parts
        if thing == "agreed":
            return self._agreed(question, agreement(question, parts["rung"], self._ground()), at)
        if thing == "action":
            owner, by = parts.get("owner", ""), parts.get("by", "")
            event = action_event(question.id, parts["do"], owner, by)
            told = f"action: {parts['do']}"
        else:
            event = statement_event(question.id, parts["speaker"], parts["words"])
            told = f"the statement of {parts['speaker']}"
        self.unsaved.parts = {}
        return Transition(outcome=apply_events(self.meeting, [event], told, at), returns=True)

    def _ground(self) -> Ground | None:
        """What an agreement rests on, if all of it was said."""
        document, dated, seen = (self.unsaved.parts.get(step, "") for step in _STEPS["agreed"])
        if not (document and dated and seen):
            return None
        return Ground(document=document, date=dated, seen_by=seen)

    def _agreed(self, question: Question, agreed: Agreed, at: datetime) -> Transition:
        outcome = apply_events(self.meeting, [agreed_event(question.id, agreed)], "", at)
        self.unsaved.parts = {}
        told = f"agreed: {agreed_words(question, agreed)}"
        return Transition(Place("question", question.id), StepResult(outcome.events, told))


def drafted(meeting: WorkshopSession) -> set[str]:
    """Return every line that a workshop keeps as it was being typed."""
    lines: set[str] = set()
    for name, text in meeting.drafts.items():
        several = name.partition(":")[0] in _STEPS
        lines.update(_parts(text).values() if several else (text,))
    return lines


def _parts(text: str) -> dict[str, str]:
    """Return the lines that a draft of several holds."""
    with suppress(ValueError, TypeError):
        return {str(name): str(line) for name, line in dict(json.loads(text)).items()}
    return {}


def _thing(here: Place) -> str:
    """Return what this screen is a line of, if anything."""
    return next((name for name, steps in _STEPS.items() if here.kind in steps), "")


def rungs_to_offer(question: Question, vote: Round) -> tuple[str, ...]:
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


NOT_KNOWN = Option("0", "unknown", "We do not know")


NO_AGREEMENT = Option("7", "no-agreement", "No agreement, for now")
