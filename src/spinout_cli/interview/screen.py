"""Screens and replies as data, which any screen driver can show.

A screen asks one thing. Its place says where in the interview it stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from spinout_cli.documents.answers import NOTE_LIMIT
from spinout_cli.interview.slide import Slide, SlipCounter

AloneKind = Literal[
    "name", "circumstance", "map", "question", "basis", "reason", "note", "review", "summary", "end"
]
SetUpKind = Literal["present", "minutes", "plan", "theme", "again", "every", "close", "phones"]
VoteKind = Literal["vote", "counts", "rung", "fewer", "talk"]
AgreeKind = Literal["agree", "document", "dated", "seen"]
RecordKind = Literal["do", "owner", "by", "speaker", "words"]
PlaceKind = Literal[AloneKind, SetUpKind, VoteKind, AgreeKind, RecordKind]
Command = Literal["back", "next", "note", "review", "map", "summary", "quit"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the interview somebody is: a kind of screen and the id it is about."""

    kind: PlaceKind
    id: str = ""
    changing: bool = False
    """Whether it was opened from the review page, to which it then returns."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: the key that chooses it, its value, and its words."""

    key: str
    value: str
    label: str
    aside: str = ""
    group: str = ""
    progress: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """What `?` opens: a heading and what it says."""

    heading: str
    says: str


@dataclass(frozen=True, slots=True)
class Screen:
    """One thought on the screen: choose one, choose several, type a line, or a wall with its keys.

    Of a line that is `unseen` nothing is ever shown or kept. On a wall, Enter does what is chosen.
    """

    place: Place
    kind: Literal["one", "many", "line", "wall", "summary"]
    ask: str
    heading: str = ""
    side: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    chosen: tuple[str, ...] = ()
    text: str = ""
    help: tuple[Help, ...] = ()
    commands: tuple[Command, ...] = ()
    note: str = ""
    wall: Slide | None = None
    unseen: bool = False
    slips: SlipCounter | None = None
    seconds: int = 0
    """How long a timer runs, which can be stopped."""

    told: str = ""
    """What the last reply came to, where the screen takes all there is to see."""

    status: Callable[[], str] | None = None
    """What changes on a wall while it hangs."""


@dataclass(frozen=True, slots=True)
class Chose:
    """An option was chosen."""

    value: str


@dataclass(frozen=True, slots=True)
class ChoseMany:
    """Several options were chosen."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """A line was typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command was given instead of an answer."""

    command: Command
    typed: str = ""
    """What stood in a line that was changed and left."""


Reply = Chose | ChoseMany | Typed | Commanded

DONT_KNOW = Option("0", "unknown", "Don't know")
NOT_APPLICABLE = Option("8", "not-applicable", "Doesn't apply to us")
SKIP = Option("9", "skipped", "Skip for now")
BASES = (
    Option("1", "seen", "Somebody here has seen it in writing"),
    Option("2", "told", "Somebody in a position to know has told us"),
    Option("3", "think", "We think so; nobody has checked", aside="counts as “don't know”"),
)
TOO_LONG = (
    f"That is longer than {NOTE_LIMIT:,} characters. Nothing was cut or saved: please shorten it."
)
