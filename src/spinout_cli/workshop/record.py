"""Builds the record of a workshop, for the close and for reports."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from spinout_cli.documents.workshop import Discussion, Group, Round, Workshop, publishable
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.results.findings import theme_title
from spinout_cli.results.summary import Summary
from spinout_cli.results.workshop_record import (
    Item,
    QuestionRecord,
    Section,
    Spread,
    Step,
    Vote,
    WorkshopRecord,
    statement_text,
    task_item,
)
from spinout_cli.text import capitalise, format_date, sentence
from spinout_cli.text import count_noun as numbered
from spinout_cli.workshop.attendance import people_text
from spinout_cli.workshop.close import Close, Difference, close, differing
from spinout_cli.workshop.vote_statistics import consensus
from spinout_cli.workshop.vote_text import agreed_words, counted, lettered, placed, remarks

SHOWN = 4
"""How many items one page on the wall has."""

DIVIDED = 5
"""How many of the questions that divided a room are named as such; the rest stand in the record."""

_READING = (
    "Counts come first. Consensus is 1 where all who know stand on one rung and 0 where half stand "
    "at each end; it is not to be compared between questions with more rungs and with fewer."
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the close, as it hangs on the wall; an empty line stands between its items."""

    title: str
    lead: str
    lines: tuple[str, ...]


def build_record(workshop: Workshop, question_set: QuestionSet) -> WorkshopRecord:
    """Put a workshop into words, without whatever would give somebody away."""
    shown, strange = _readable(publishable(workshop), question_set)
    talks = [q for q in question_set.questions if q.id in shown.questions]
    return WorkshopRecord(
        title=(shown.service.name if shown.service else "") or question_set.words.subject_sentence,
        facts=_facts(shown),
        sections=(*_Telling(shown, question_set).sections(), _left_out(strange)),
        talks=tuple(_talk(q, shown.questions[q.id], question_set) for q in talks),
        reading=_READING if any(shown.questions[q.id].rounds for q in talks) else "",
    )


def _readable(
    workshop: Workshop, question_set: QuestionSet
) -> tuple[Workshop, dict[str, Discussion]]:
    """Return what these questions can tell of a workshop, and what they cannot."""
    ladders = question_set.ladders
    known = {
        name: talk
        for name, talk in workshop.questions.items()
        if name in ladders and _rungs(talk) <= set(ladders[name])
    }
    strange = {name: talk for name, talk in workshop.questions.items() if name not in known}
    return workshop.model_copy(update={"questions": known}), strange


def _rungs(talk: Discussion) -> set[str]:
    """Every rung that is named in what was said about a question."""
    votes = [group for vote in talk.rounds for group in (vote, *(vote.groups or {}).values())]
    agreed = {talk.agreed.rung} if talk.agreed is not None and talk.agreed.rung else set()
    return {rung for vote in votes for rung in vote.counts} | agreed


def _left_out(strange: Mapping[str, Discussion]) -> Section:
    return Section(
        "left-out",
        "Left out",
        "This question set has no such question, or other rungs.",
        tuple(Item(name, tuple(_written(talk)), name) for name, talk in strange.items()),
    )


def _written(talk: Discussion) -> Iterator[str]:
    """Say what somebody wrote about a question, of which nothing else can be told."""
    if talk.note:
        yield f"Note: {talk.note}"
    if talk.agreed is not None and talk.agreed.reason:
        yield f"Why it does not apply: {talk.agreed.reason}"
    if talk.agreed is not None and (basis := talk.agreed.basis):
        yield f"It rests on: {basis.document}, {basis.date}; seen by {basis.seen_by}"
    yield from (f"Statement by {statement_text(statement)}" for statement in talk.statements)
    yield from (f"Action: {task_item(task).headline}." for task in talk.actions)


def pages(told: WorkshopRecord, summary: Summary) -> tuple[Page, ...]:
    """Return the close as pages for the wall: what there is, and what the room has going for it last."""
    shown = [_page(section) for section in told.sections if section.items or section.told]
    return (*shown, _last(summary))


def _page(section: Section) -> Page:
    lines: list[str] = []
    for item in section.items[:SHOWN]:
        lines += ["", f"•  {item.headline}", *(f"   {line}" for line in item.lines[:1])]
    left = len(section.items) - SHOWN
    more = ["", f"{left} more in the record."] if left > 0 else []
    return Page(section.title, section.told, (*lines[1:], *more))


def _last(summary: Summary) -> Page:
    lines: list[str] = []
    for favour in summary.favour.shown[:SHOWN]:
        lines += ["", f"●  {favour.title}"]
    lead = "What the answers agreed on so far show." if lines else ""
    words = lines[1:] or [summary.ending]
    return Page("What we have going for us", lead, tuple(words))


def _facts(workshop: Workshop) -> tuple[str, ...]:
    """When it was, and who was in the room, or the rooms."""
    when = (
        [f"Workshop of {format_date(workshop.started.date())}"]
        if workshop.started
        else ["Workshop"]
    )
    rooms = [
        people_text(room.participants)
        if len(workshop.rooms) == 1
        else f"{room.id.replace('-', ' ')}, from {format_date(room.opened.date())}, {people_text(room.participants)}"
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
                "to-settle-first",
                "To settle first",
                f"Each of these can stop {self._set.words.undertaking}.",
                self._items(found.to_settle, self._standing),
                "Nothing that was asked here stops it.",
            ),
            Section(
                "divided",
                "What divided us most",
                _divided_by(len(found.divided)),
                self._items(found.divided[:DIVIDED], self._votes),
            ),
            Section(
                "nobody-knows",
                "What nobody here knows",
                "Not knowing is a finding: somebody can find out.",
                self._items(found.not_known, self._whom_to_ask),
            ),
            Section(
                "seen-differently",
                "Seen differently",
                "Groups whose middle stands clear of the rest of the room.",
                self._different(found.different),
            ),
            Section("agreed", "What we agreed", "", self._items(found.agreed, self._standing)),
            Section(
                "no-agreement",
                "No agreement, for now",
                "That is an answer too.",
                self._items(found.no_agreement, self._votes),
            ),
            Section(
                "actions",
                "Who does what by when",
                "",
                tuple(replace(task_item(task), id=name) for name, task in found.actions),
                "Nobody has taken anything on yet.",
            ),
            Section(
                "statements",
                "Statements",
                "Word for word.",
                self._items(found.statements, _statements),
            ),
            Section(
                "left-for-later",
                "Left for later",
                "",
                self._items(found.parked, lambda _q, _talk: ()),
            ),
        )

    def _items(
        self, names: Iterable[str], tell: Callable[[Question, Discussion], Iterable[str]]
    ) -> tuple[Item, ...]:
        return tuple(
            Item(
                question.ask,
                tuple(tell(question, self._workshop.questions.get(name, Discussion()))),
                name,
                voted=tell == self._votes,
            )
            for name in names
            if (question := self._set.question.get(name))
        )

    @staticmethod
    def _standing(question: Question, talk: Discussion) -> list[str]:
        if talk.agreed is None:
            return ["Not agreed yet." if talk.rounds else "Not asked yet."]
        return [sentence(capitalise(agreed_words(question, talk.agreed)))]

    def _votes(self, question: Question, talk: Discussion) -> list[str]:
        last = [sentence(capitalise(counted(question, talk.last)))] if talk.last else []
        return [*last, *self._standing(question, talk)]

    @staticmethod
    def _whom_to_ask(question: Question, _talk: Discussion) -> list[str]:
        return [f"Find out: {sentence(question.find_out.what)} Ask {question.find_out.from_}."]

    def _different(self, found: Sequence[Difference]) -> tuple[Item, ...]:
        lines: dict[str, list[str]] = {}
        for one in found:
            group = f"{capitalise(one.role)}: {placed(one.group)}."
            lines.setdefault(one.id, []).append(f"{group} The rest: {placed(one.rest)}.")
        question = self._set.question
        return tuple(Item(question[name].ask, tuple(said), name) for name, said in lines.items())


def _divided_by(number: int) -> str:
    most = f"The {DIVIDED} most of {number}, by" if number > DIVIDED else "By"
    return f"{most} how many stood off the commonest rung."


def _statements(_question: Question, talk: Discussion) -> list[str]:
    return [statement_text(statement) for statement in talk.statements]


# Question by question


def _talk(question: Question, talk: Discussion, question_set: QuestionSet) -> QuestionRecord:
    agreed = talk.agreed
    by = "By the median: " if agreed and agreed.agreed_by == "median" else "Agreed: "
    several = len({vote.room for vote in talk.rounds}) > 1
    return QuestionRecord(
        id=question.id,
        theme=theme_title(question.theme, question_set),
        ask=question.ask,
        ladder=tuple(
            Step(letter, rung.label, agreed is not None and agreed.rung == rung.id)
            for letter, rung in lettered(question)
        ),
        votes=tuple(
            _vote(question, number, vote, several=several)
            for number, vote in enumerate(talk.rounds, start=1)
        ),
        remarks=tuple(map(sentence, remarks(question, talk, question_set.words.undertaking))),
        agreed=sentence(by + agreed_words(question, agreed)) if agreed else "",
        note=talk.note,
        statements=talk.statements,
        actions=talk.actions,
        parked=talk.parked,
    )


def _vote(question: Question, number: int, vote: Round, *, several: bool) -> Vote:
    kind = "" if vote.kind == "hidden" else ", a show of hands"
    room = f", {vote.room.replace('-', ' ')}" if several else ""
    apart = {difference.role for difference in differing(question, vote)}
    shown = (vote.groups or {}).items()
    return Vote(
        title=f"Vote {number}{kind}{room}",
        room=_spread(question, "the room", vote, _measured(question, vote)),
        groups=tuple(
            _spread(question, role, group, "sees it differently from the rest" * (role in apart))
            for role, group in shown
        ),
    )


def _spread(question: Question, who: str, votes: Group, beside: str) -> Spread:
    return Spread(
        who=who,
        counts=votes.places(question.ladder),
        words=counted(question, votes),
        beside=beside,
    )


def _measured(question: Question, vote: Round) -> str:
    index = consensus(vote.along(question.ladder))
    return "" if index is None else f"consensus {float(index):.2f}"
