"""Counts as a facilitator types them while nobody looks: read, checked, and never repeated."""

from collections.abc import Mapping
from dataclasses import dataclass

LETTERS = "ABCDE"
"""What the rungs are called on the wall, from the bottom up."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of the room or a part of it: one number a rung from the bottom, and who do not know."""

    counts: tuple[int, ...]
    unknown: int = 0

    @property
    def cast(self) -> int:
        """How many votes there are."""
        return sum(self.counts) + self.unknown


@dataclass(frozen=True, slots=True)
class Counted:
    """A line that was understood: the whole room's votes, and each role's where they were given."""

    whole: Tally
    groups: Mapping[str, Tally] | None = None
    people: int = 0

    @property
    def to_confirm(self) -> str:
        """A question to be answered before it is taken, or nothing where every slip is in."""
        if self.whole.cast == self.people:
            return ""
        return f"{self.whole.cast} votes from {self.people} people. Is that all of them?"


@dataclass(frozen=True, slots=True)
class Resized:
    """Somebody came or left: how many there were and are, of a role if one was named."""

    before: int
    after: int
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that could not be taken: what is wrong and what to do, without any count on a rung."""

    message: str


def read_line(text: str, rungs: int, room: Mapping[str, int]) -> Counted | Resized | Unclear:
    """Read a line of counts, such as `0 3 5 2 ?1`, or a change of the room, such as `30 = 31`.

    Args:
        text: what was typed.
        rungs: how many rungs the question has.
        room: how many people are in the room, by role as joined at set-up.

    >>> read_line("0 3 5 2 ?1", 4, {"everyone": 11}).whole
    Tally(counts=(0, 3, 5, 2), unknown=1)
    """
    raise NotImplementedError


def read_number(text: str) -> int | Unclear:
    """Read one count, for whoever types rung by rung.

    >>> read_number(" none "), read_number("12")
    (0, 12)
    """
    raise NotImplementedError


def together(counts: tuple[int, ...], unknown: int, room: Mapping[str, int]) -> Counted | Unclear:
    """Return what was typed rung by rung as one line would be: checked against who is there."""
    raise NotImplementedError
