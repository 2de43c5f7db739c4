"""The interface to votes given on people's own devices, and how they are added to paper slips."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from spinout_cli.interview.screen import Place, Screen
from spinout_cli.interview.slide import Slide
from spinout_cli.question_set.model import Question
from spinout_cli.workshop.vote_parser import ParsedVote, Tally


class RemoteVotes(Protocol):
    """Where people vote on devices of their own, beside paper slips.

    Until a vote closes, nothing of it can be read but how many votes are in.
    """

    def offer(self, groups: Sequence[str]) -> None:
        """Say which groups people can say that they are in; none where none is told apart."""

    def ask(self, question: Question, turn: int) -> None:
        """Have everybody vote. Where this turn of this question is open already, it goes on."""

    def cast(self) -> int:
        """Return how many votes are in."""

    def close(self) -> Mapping[str, Tally]:
        """Close the vote, and return its sums by group."""

    def show(self, question: Question, slide: Slide) -> None:
        """Show a result that hangs on the wall. A vote that was open is dropped."""

    def wait(self) -> None:
        """Have everybody wait. A vote that was open is dropped."""

    def screen(self, here: Place) -> Screen:
        """Return the screen that says how to join."""

    def choose(self, value: str) -> str:
        """Do what was chosen on that screen, and return what to say of it."""


def combine(slips: ParsedVote, remote: Mapping[str, Tally], room: Mapping[str, int]) -> ParsedVote:
    """Return slips and remote votes as one vote, which does not tell which came by which way.

    Groups are told apart only where the group of every slip is known, and no group has more votes
    than people: then somebody voted twice, or in a group that is not theirs.

    >>> combine(ParsedVote(Tally((1, 0)), None, 9), {"staff": Tally((0, 2), 1)}, {"staff": 9}).whole
    Tally(counts=(1, 2), unknown=1)
    """
    nothing = Tally((0,) * len(slips.whole.counts))
    whole = _sum(slips.whole, *remote.values())
    known = slips.groups if slips.groups or slips.whole.cast else {}
    if known is None or len(room) < 2:  # noqa: PLR2004  (no groups to tell apart)
        return ParsedVote(whole, None, slips.people)
    groups = {role: _sum(known.get(role, nothing), remote.get(role, nothing)) for role in room}
    fits = all(tally.cast <= room[role] for role, tally in groups.items())
    return ParsedVote(whole, groups if fits else None, slips.people)


def _sum(*tallies: Tally) -> Tally:
    counts = tuple(map(sum, zip(*(tally.counts for tally in tallies), strict=True)))
    return Tally(counts, sum(tally.unknown for tally in tallies))
