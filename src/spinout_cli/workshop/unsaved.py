"""State of a workshop that no event holds yet, and the transitions that replies cause."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from spinout_cli.interview.flow import StepResult
from spinout_cli.interview.screen import Place
from spinout_cli.interview.session import Event
from spinout_cli.interview.slide import SlipCounter
from spinout_cli.workshop.remote_votes import RemoteVotes
from spinout_cli.workshop.session import WorkshopSession
from spinout_cli.workshop.vote_parser import ParsedVote


@dataclass(slots=True)
class Unsaved:
    """What lies on the facilitator's unsaved and in no file.

    `pending` and `rungs` are votes that have not closed: nothing shows or keeps them.
    """

    practice: bool = False
    preparing: bool = False
    slips: SlipCounter = field(default_factory=lambda: SlipCounter(0))
    hands: bool = False
    remote: RemoteVotes | None = None
    """Where people vote on their own devices."""

    pending: ParsedVote | None = None
    rungs: list[int] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    talked: bool = False
    minutes: int = 120
    told: str = ""
    line: str = ""
    """A line that could not be taken, so that it can be mended; never one that is unseen."""

    def clear(self, people: int) -> None:
        """Make room for another question or another round, with so many people to vote."""
        self.forget_vote()
        self.slips = SlipCounter(people, remote=self.remote.cast if self.remote else None)
        self.hands = self.talked = False
        self.parts = {}

    def forget_vote(self) -> None:
        """Forget what was typed of a vote that has not closed."""
        self.pending = None
        self.rungs = []


class Transition(NamedTuple):
    """What a reply leads to: where to go, if anywhere, and what has to be saved and said."""

    to: Place | None = None
    outcome: StepResult = StepResult()
    returns: bool = False
    """Whether to go back to the very screen that this one was opened from."""


def apply_events(
    meeting: WorkshopSession, events: Iterable[Event], told: str, at: datetime
) -> StepResult:
    """Take events into the workshop, and return that they are to be saved."""
    taken = tuple(events)
    for event in taken:
        meeting.take(event, at)
    return StepResult(taken, told)
