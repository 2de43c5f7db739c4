"""Entry of a vote: hidden input until it closes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from spinout_cli.interview.flow import StepResult
from spinout_cli.interview.screen import Place
from spinout_cli.question_set.model import Question
from spinout_cli.workshop import planning
from spinout_cli.workshop.attendance import people_text
from spinout_cli.workshop.remote_votes import RemoteVotes, combine
from spinout_cli.workshop.session import WorkshopSession, room_event, vote_event
from spinout_cli.workshop.unsaved import Transition, Unsaved, apply_events
from spinout_cli.workshop.vote_parser import (
    ParsedVote,
    ParseProblem,
    Resized,
    Tally,
    read_line,
    read_number,
    vote_from_rungs,
)
from spinout_cli.workshop.vote_text import counted


@dataclass(frozen=True, slots=True)
class VoteEntry:
    """Takes votes in. One becomes an event when it has closed; until then it lies on the unsaved.

    Until it has closed, nothing that is said repeats any of its counts.
    """

    meeting: WorkshopSession
    unsaved: Unsaved

    @property
    def asking(self) -> RemoteVotes | None:
        """Where people vote on their own devices; None at a show of hands."""
        return None if self.unsaved.hands else self.unsaved.remote

    def open(self) -> None:
        """Clear the unsaved for another question or another round."""
        self.unsaved.clear(self.meeting.room.people if self.meeting.room else 0)

    def take(self, question: Question, text: str, at: datetime) -> Transition:
        """Take the counts of all rungs in, as one line."""
        people = self._people()
        if self.unsaved.practice and not text.strip():
            invented = planning.without(people, self.asking.cast() if self.asking else 0)
            text = planning.votes(question, invented, len(self.meeting.about(question.id).rounds))
        elif self.asking and not text.strip():
            none = Tally((0,) * len(question.rungs))
            return self._take(question, ParsedVote(none, None, sum(people.values())), at)
        return self._take(question, read_line(text, len(question.rungs), people), at)

    def take_rung(self, question: Question, text: str, at: datetime) -> Transition:
        """Take the count of one rung in, and the vote once every one of them is there."""
        number = read_number(text)
        if isinstance(number, ParseProblem):
            return Transition(outcome=StepResult(message=number.message))
        self.unsaved.rungs.append(number)
        *rungs, unknown = self.unsaved.rungs
        if len(rungs) < len(question.rungs):
            return Transition()
        self.unsaved.rungs = []
        return self._take(question, vote_from_rungs(tuple(rungs), unknown, self._people()), at)

    def close(self, question: Question, at: datetime) -> Transition:
        """Close the vote that is on the unsaved: from here on everybody may see it."""
        pending = self.unsaved.pending
        if pending is None:
            return Transition(Place("vote", question.id))
        if self.asking:
            pending = combine(pending, self.asking.close(), self._people())
        vote = vote_event(question, pending, "open" if self.unsaved.hands else "hidden")
        outcome = apply_events(self.meeting, [vote], "", at)
        rounds = self.meeting.about(question.id).rounds
        self.open()
        told = f"vote {len(rounds)}: {counted(question, rounds[-1])}"
        return Transition(Place("question", question.id), StepResult(outcome.events, told))

    def _people(self) -> Mapping[str, int]:
        return self.meeting.room.participants if self.meeting.room else {}

    def _take(
        self, question: Question, read: ParsedVote | Resized | ParseProblem, at: datetime
    ) -> Transition:
        match read:
            case ParseProblem(message=message):
                return Transition(outcome=StepResult(message=message))
            case Resized():
                return self._resize(question, read, at)
            case ParsedVote():
                cast = self.asking.cast() if self.asking else 0
                pending = self.unsaved.pending = replace(read, remote=cast)
                if pending.to_confirm:
                    return Transition(Place("fewer", question.id))
                return self.close(question, at)

    def _resize(self, question: Question, change: Resized, at: datetime) -> Transition:
        room = self.meeting.room
        if room is None or change.role is None:
            told = "Which group are they in? Type who is here now."
            return Transition(Place("present", question.id), StepResult(message=told))
        people = {**room.participants, change.role: change.after}
        outcome = apply_events(self.meeting, [room_event(people)], "", at)
        now = self.meeting.room or room
        self.unsaved.slips.of = now.people
        told = f"{people_text(now.participants)}. Now type the counts again."
        return Transition(outcome=StepResult(outcome.events, told))
