"""The record of a workshop as data, in finished words, which every report formats."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spinout_cli.text import sentence

if TYPE_CHECKING:  # most summaries are of one person's answers
    from spinout_cli.documents.workshop import Statement, Task


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is told: a headline, and lines under it; and the question that it is about.

    Of something that was taken on, `who` does it and `by` when. `voted` where the lines tell a vote.
    """

    title: str
    lines: tuple[str, ...] = ()
    id: str = ""
    who: str = ""
    by: str = ""
    voted: bool = False

    @property
    def headline(self) -> str:
        """All of it but the lines, in one."""
        owed = ", ".join(filter(None, (self.who, self.by)))
        return f"{self.title} ({owed})" if owed else self.title


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the close: what it is about, a sentence about it, and what belongs to it."""

    id: str
    title: str
    lead: str
    items: tuple[Item, ...]
    empty: str = ""

    @property
    def told(self) -> str:
        """The sentence under its title."""
        return self.lead if self.items else self.empty


@dataclass(frozen=True, slots=True)
class Step:
    """A rung on the ladder of a question, and whether it is what was agreed."""

    letter: str
    label: str
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """How some people voted: a number for each rung from the bottom up, then who do not know."""

    who: str
    counts: tuple[int, ...]
    words: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote: of the whole room, and of the groups that may be told apart from it."""

    title: str
    room: Spread
    groups: tuple[Spread, ...] = ()

    @property
    def apart(self) -> tuple[str, ...]:
        """The votes of the groups, each in a line."""
        return tuple(
            sentence("; ".join(filter(None, (f"{group.who}: {group.words}", group.beside))))
            for group in self.groups
        )

    @property
    def words(self) -> str:
        """The vote of the room in a line."""
        beside = f" ({self.room.beside})" if self.room.beside else ""
        return f"{self.title}: {self.room.words}{beside}."


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """Everything about one question, for somebody who was not there.

    `remarks` are on the last vote.
    """

    id: str
    theme: str
    ask: str
    ladder: tuple[Step, ...]
    votes: tuple[Vote, ...] = ()
    remarks: tuple[str, ...] = ()
    agreed: str = ""
    note: str = ""
    statements: "tuple[Statement, ...]" = ()
    actions: "tuple[Task, ...]" = ()
    parked: bool = False

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """The rungs with their letters, from the bottom up, and at the end not knowing."""
        return (*((step.letter, step.label) for step in self.ladder), ("?", "I don’t know"))  # noqa: RUF001  (an apostrophe)

    @property
    def tally(self) -> tuple[tuple[str, ...], ...]:
        """The votes of the room as a table: a letter, what it stands for, and a number for each."""
        return tuple(
            (letter, label, *(str(vote.room.counts[place]) for vote in self.votes))
            for place, (letter, label) in enumerate(self.places)
        )

    @property
    def tasks(self) -> tuple[Item, ...]:
        """What was taken on."""
        return tuple(map(task_item, self.actions))

    @property
    def lines(self) -> Iterator[str]:
        """All of it line by line, for where nothing can be drawn."""
        yield sentence("; ".join(f"{step.letter} {step.label}" for step in self.ladder))
        yield from (vote.words for vote in self.votes)
        yield from self.remarks
        yield from (line for vote in self.votes[-1:] for line in vote.apart)
        yield from self.outcome

    @property
    def outcome(self) -> Iterator[str]:
        """What came of it, line by line."""
        if self.agreed:
            yield self.agreed
        if self.note:
            yield f"Note: {self.note}"
        yield from (f"Statement by {statement_text(statement)}" for statement in self.statements)
        yield from (f"Action: {task.headline}." for task in self.tasks)
        if self.parked:
            yield "Left for later."


@dataclass(frozen=True, slots=True)
class WorkshopRecord:
    """What a workshop came to: who was there, what the close goes through, and every question.

    `reading` says how the numbers of a vote are to be read.
    """

    title: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    talks: tuple[QuestionRecord, ...]
    reading: str = ""


def statement_text(statement: "Statement") -> str:
    """Return a statement with who made it, word for word."""
    return f"{statement.name}: “{statement.words}”"


def task_item(task: "Task") -> Item:
    """Return what somebody took on, who, and by when."""
    return Item(task.do.rstrip("."), who=task.owner or "nobody named", by=task.by)
