"""A workshop slide as data: what a whole room looks at."""

from collections.abc import Callable
from dataclasses import dataclass

DONT_KNOW_MARK = "?"
"""The place on the wall of those who do not know."""


@dataclass(slots=True)
class SlipCounter:
    """How many slips are in: the one thing on a screen that changes while it is shown."""

    of: int
    count: int = 0
    remote: Callable[[], int] | None = None
    """How many votes are in on people's own devices, where there are any."""

    def add(self, slips: int) -> None:
        """Count some slips more or fewer, within what the room can give."""
        self.count = max(0, min(self.of, self.count + slips))

    def __str__(self) -> str:
        if self.remote is None:
            return f"{self.count} of {self.of} slips in"
        return f"{self.count + self.remote()} of {self.of} in"


@dataclass(frozen=True, slots=True)
class Bar:
    """How many stood on one place when the vote closed, and in the round before it."""

    count: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Slide:
    """A question in large.

    `places` are the rungs from the bottom up with their letters, and at the end those who do not
    know. There is one of `bars` for each of them once the vote has closed, and none before.
    """

    ask: str
    places: tuple[tuple[str, str], ...]
    aloud: str = ""
    calling: str = ""
    """What people are asked to do now."""

    bars: tuple[Bar, ...] = ()
    remarks: tuple[str, ...] = ()
    """What is to be said of the result, or what has been agreed."""

    picture: tuple[str, ...] = ()
    """Lines to be drawn in black on white at the side, where there is room for them."""
