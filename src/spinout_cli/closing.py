"""What a workshop came to, in finished words: for the wall at the close, and for the record."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from spinout_cli.attendance import said_people
from spinout_cli.gathering import Close, Difference, close
from spinout_cli.measures import consensus
from spinout_cli.phrases import counted as numbered
from spinout_cli.phrases import day, sentence
from spinout_cli.questions import Question, QuestionSet
from spinout_cli.spread import agreed_words, counted, groups, placed, remarks
from spinout_cli.summary import Summary
from spinout_cli.workshop import Discussion, Round, Task, Workshop

SHOWN = 4
"""How many items one page on the wall has."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is told: a headline, and lines under it."""

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the record: what it is about, a sentence about it, and what belongs to it."""

    title: str
    lead: str
    items: tuple[Item, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Proceedings:
    """The record of a workshop, and the summary of what was agreed."""

    title: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    questions: tuple[Item, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the close, as it hangs on the wall; an empty line stands between its items."""

    title: str
    lead: str
    lines: tuple[str, ...]


def proceedings(workshop: Workshop, question_set: QuestionSet, summary: Summary) -> Proceedings:
    """Put a workshop into words. It must be one that may be shown: as `Meeting.document` gives it."""
    service = workshop.service.name if workshop.service else ""
    talks = [q for q in question_set.questions if q.id in workshop.questions]
    return Proceedings(
        title=service or "Your service",
        facts=_facts(workshop),
        sections=_Telling(workshop, question_set).sections(),
        questions=tuple(_record(q, workshop.questions[q.id]) for q in talks),
        summary=summary,
    )


def redacted_workshop(workshop: Workshop, parts: Sequence[str]) -> Workshop:
    """Return a workshop without the name of its service, or without notes and whoever is named."""
    changes: dict[str, object] = {}
    if "name" in parts and workshop.service is not None:
        changes["service"] = workshop.service.model_copy(update={"name": ""})
    if "notes" in parts:
        changes["questions"] = {
            name: talk.model_copy(update={"note": "", "statements": (), **_nameless(talk)})
            for name, talk in workshop.questions.items()
        }
    return workshop.model_copy(update=changes)


def _nameless(talk: Discussion) -> dict[str, object]:
    """What was taken on and what an agreement rests on, without whose name stands there."""
    tasks = tuple(task.model_copy(update={"owner": ""}) for task in talk.actions)
    agreed = talk.agreed
    if agreed is not None and agreed.basis is not None:
        basis = agreed.basis.model_copy(update={"seen_by": "left out"})
        agreed = agreed.model_copy(update={"basis": basis})
    return {"actions": tasks, "agreed": agreed}


def pages(told: Proceedings) -> tuple[Page, ...]:
    """Return the close as pages for the wall: what there is, and what the room has going for it last."""
    shown = [_page(section) for section in told.sections if section.items or section.empty]
    return (*shown, _last(told.summary))


def _page(section: Section) -> Page:
    lines: list[str] = []
    for item in section.items[:SHOWN]:
        lines += ["", f"•  {item.title}", *(f"   {line}" for line in item.lines[:1])]
    left = len(section.items) - SHOWN
    more = ["", f"{left} more in the record."] if left > 0 else []
    return Page(
        section.title, section.lead if section.items else section.empty, (*lines[1:], *more)
    )


def _last(summary: Summary) -> Page:
    lines: list[str] = []
    for favour in summary.favour.shown[:SHOWN]:
        lines += ["", f"●  {favour.title}"]
    lead = "What the answers agreed on so far show." if lines else ""
    words = lines[1:] or [summary.ending]
    return Page("What we have going for us", lead, tuple(words))


def _facts(workshop: Workshop) -> tuple[str, ...]:
    """When it was, and who was in the room, or the rooms."""
    when = [f"Workshop of {day(workshop.started.date())}"] if workshop.started else ["Workshop"]
    rooms = [
        said_people(room.participants)
        if len(workshop.rooms) == 1
        else f"{room.id.replace('-', ' ')}, from {day(room.opened.date())}, {said_people(room.participants)}"
        for room in workshop.rooms
    ]
    asked = sum(bool(talk.rounds) for talk in workshop.questions.values())
    return (*when, *rooms, f"{numbered(asked, 'question')} put to the vote")


class _Telling:
    """Words for each part of the close."""

    def __init__(self, workshop: Workshop, question_set: QuestionSet) -> None:
        self._workshop = workshop
        self._set = question_set
        self._close: Close = close(workshop, question_set)

    def sections(self) -> tuple[Section, ...]:
        """Return the parts in the order in which a room goes through them."""
        found = self._close
        return (
            Section(
                "To settle first",
                "Each of these can stop a spin-out.",
                self._items(found.to_settle, self._standing),
                "Nothing that was asked here stops it.",
            ),
            Section(
                "What divided us most",
                "By how many stood off the commonest rung.",
                self._items(found.divided, self._votes),
            ),
            Section(
                "What nobody here knows",
                "Not knowing is a finding: somebody can find out.",
                self._items(found.not_known, self._whom_to_ask),
            ),
            Section(
                "Seen differently",
                "Groups whose middle stands clear of the rest of the room.",
                tuple(self._different(difference) for difference in found.different),
            ),
            Section("What we agreed", "", self._items(found.agreed, self._standing)),
            Section(
                "No agreement, for now",
                "That is an answer too.",
                self._items(found.no_agreement, self._votes),
            ),
            Section(
                "Who does what by when",
                "",
                tuple(Item(_task(task)) for _, task in found.actions),
                "Nobody has taken anything on yet.",
            ),
            Section("Statements", "Word for word.", self._items(found.statements, _statements)),
            Section("Left for later", "", self._items(found.parked, lambda _q, _talk: ())),
        )

    def _items(
        self, names: Iterable[str], tell: Callable[[Question, Discussion], Iterable[str]]
    ) -> tuple[Item, ...]:
        return tuple(
            Item(
                question.ask,
                tuple(tell(question, self._workshop.questions.get(name, Discussion()))),
            )
            for name in names
            if (question := self._set.question.get(name))
        )

    @staticmethod
    def _standing(question: Question, talk: Discussion) -> list[str]:
        if talk.agreed is None:
            return ["Not agreed yet." if talk.rounds else "Not asked yet."]
        return [sentence(_capital(agreed_words(question, talk.agreed)))]

    def _votes(self, question: Question, talk: Discussion) -> list[str]:
        last = [sentence(_capital(counted(question, talk.last)))] if talk.last else []
        return [*last, *self._standing(question, talk)]

    @staticmethod
    def _whom_to_ask(question: Question, _talk: Discussion) -> list[str]:
        return [f"Find out {question.find_out.what.rstrip('.')}. Ask {question.find_out.from_}."]

    def _different(self, difference: Difference) -> Item:
        question = self._set.question[difference.id]
        group = f"{_capital(difference.role)}: {placed(difference.group)}."
        return Item(question.ask, (f"{group} The rest: {placed(difference.rest)}.",))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _task(task: Task) -> str:
    who = task.owner or "nobody named"
    by = f", {task.by}" if task.by else ""
    return f"{task.do.rstrip('.')} ({who}{by})"


def _statements(_question: Question, talk: Discussion) -> list[str]:
    return [f"{said.name}: “{said.words}”" for said in talk.statements]


def _record(question: Question, talk: Discussion) -> Item:
    """Everything about one question, for somebody who was not there."""
    lines = [_round(question, n, vote, talk) for n, vote in enumerate(talk.rounds, start=1)]
    lines += [sentence(line) for line in (*remarks(question, talk), *groups(question, talk))]
    if talk.agreed is not None:
        by = "By the median: " if talk.agreed.agreed_by == "median" else "Agreed: "
        lines.append(sentence(by + agreed_words(question, talk.agreed)))
    lines += [f"Note: {talk.note}"] if talk.note else []
    lines += [f"Statement by {said}" for said in _statements(question, talk)]
    lines += [f"Action: {_task(task)}." for task in talk.actions]
    lines += ["Left for later."] if talk.parked else []
    letters = zip("ABCDE", (rung.label for rung in question.rungs), strict=False)
    ladder = "; ".join(f"{letter} {label}" for letter, label in letters)
    return Item(question.ask, (sentence(ladder), *lines))


def _round(question: Question, number: int, vote: Round, talk: Discussion) -> str:
    shown = "" if vote.kind == "hidden" else ", a show of hands"
    room = (
        f", {vote.room.replace('-', ' ')}" if len({each.room for each in talk.rounds}) > 1 else ""
    )
    index = consensus(vote.along(question.ladder))
    beside = f" (consensus {float(index):.2f})" if index is not None else ""
    return f"Vote {number}{shown}{room}: {counted(question, vote)}{beside}."
