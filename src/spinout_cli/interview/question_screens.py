"""Builds the screens of an interview: texts, options and help of each."""

from collections.abc import Mapping
from dataclasses import replace

from spinout_cli.interview.agenda import Agenda
from spinout_cli.interview.screen import (
    BASES,
    DONT_KNOW,
    NOT_APPLICABLE,
    SKIP,
    Help,
    Option,
    Place,
    Screen,
)
from spinout_cli.question_set.model import Circumstance, Question, Theme

STATES = {"unknown": "don't know", "skipped": "skipped for now"}


class Screens:
    """Makes the screen for a place."""

    def __init__(self, agenda: Agenda) -> None:
        """Look at this agenda, whatever it becomes."""
        self.agenda = agenda

    def at(self, here: Place, trail: list[Place]) -> Screen:
        """Return what to show at a place, for somebody who came along this trail.

        Only what can be chosen there is chosen: an answer that was given elsewhere can be one
        that its question does not have.
        """
        screen = self._made(here, trail)
        values = {option.value for option in screen.options}
        return replace(screen, chosen=tuple(v for v in screen.chosen if v in values))

    def _made(self, here: Place, trail: list[Place]) -> Screen:
        match here.kind:
            case "name":
                return self._name(here, trail)
            case "circumstance":
                return self._circumstance(here, self.agenda.question_set.circumstance[here.id])
            case "map":
                return self._map(here, trail)
            case "review":
                return self._review(here, trail)
            case "summary" | "end":
                return Screen(here, "summary", ask="")
            case _:
                return self._about_question(here)

    def _about_question(self, here: Place) -> Screen:
        question = self.agenda.question_set.question[here.id]
        if here.kind == "question":
            return self._question(here, question)
        return self._basis(here, question) if here.kind == "basis" else self._line(here, question)

    def _name(self, here: Place, trail: list[Place]) -> Screen:
        return Screen(
            here,
            "line",
            ask=f"What is the {self.agenda.question_set.words.subject} called?",
            hint="A short name, as colleagues would know it. Leave it empty if you prefer.",
            text=self.agenda.session.drafts.get("name", self.agenda.session.service.name),
            commands=("back", "quit") if trail else ("quit",),
        )

    def _circumstance(self, here: Place, circumstance: Circumstance) -> Screen:
        every = self.agenda.circumstances()
        known = self.agenda.session.circumstances.get(circumstance.id)
        asked = circumstance.id in self.agenda.session.circumstances
        given = known if isinstance(known, tuple) else (known,)
        options = tuple(
            Option(str(n), choice.id, choice.label)
            for n, choice in enumerate(circumstance.choices, start=1)
        )
        choosing = circumstance.type == "choice"
        return Screen(
            here,
            "line" if not choosing else "many" if circumstance.multiple else "one",
            heading=f"{self._facts()}: they decide what we ask",
            side=f"{every.index(circumstance) + 1} of {len(every)}"
            if circumstance in every
            else "",
            ask=circumstance.ask,
            hint=circumstance.help or _HOW_TO_TYPE.get(circumstance.type, ""),
            options=(*options, DONT_KNOW) if choosing else (),
            chosen=tuple("unknown" if v is None else str(v) for v in given) if asked else (),
            text="" if choosing else self._typed(circumstance),
            commands=("back", "review", "map", "quit"),
        )

    def _facts(self) -> str:
        return f"Facts about your {self.agenda.question_set.words.subject}"

    def _typed(self, circumstance: Circumstance) -> str:
        """What stands in the line to begin with: what was being typed, or what is known."""
        known = self.agenda.session.circumstances.get(circumstance.id)
        draft = self.agenda.session.drafts.get(circumstance.id)
        return draft if draft is not None else "" if known is None else _plain(known)

    def _map(self, here: Place, trail: list[Place]) -> Screen:
        asked = self.agenda.questions()
        fresh = {q.id for q in self.agenda.questions_to_ask()}
        rows = tuple(
            self._row(n, theme, asked, fresh) for n, theme in enumerate(self.agenda.themes, start=1)
        )
        open_ = [o for o in rows if o.progress and o.progress[0] < o.progress[1]]
        service = (
            self.agenda.session.service.name or self.agenda.question_set.words.subject_sentence
        )
        done = sum(o.progress[0] for o in rows if o.progress)
        return Screen(
            here,
            "one",
            heading=service,
            side=f"{done} of {len(asked)} answered",
            ask="Which theme next? Take them in any order."
            if open_
            else "Every theme has been asked.",
            options=(
                *rows,
                Option("s", "summary:", "See the summary so far"),
                Option("r", "review:", "Review and change answers"),
                Option("q", "end:", "Save and leave, with the summary"),
            ),
            chosen=(self._next_row(open_, trail),),
            commands=("back", "review", "summary", "quit"),
        )

    def _row(self, number: int, theme: Theme, asked: list[Question], fresh: set[str]) -> Option:
        questions = [q for q in asked if q.theme == theme.id]
        answers = [self.agenda.session.answers.get(q.id) for q in questions]
        done = sum(q.id not in fresh for q in questions)
        doubts = sum(answer is not None and answer.status == "unknown" for answer in answers)
        asides = [f"{doubts} “don't know”"] if doubts else []
        handed = self.agenda.session.handed.get(theme.id, {})
        asides += [f"{role} has this" for role, given in handed.items() if given.back is None]
        if any(q.hard_stop and q.id in fresh for q in questions):
            asides.append("can stop it")
        return Option(
            str(number),
            f"theme:{theme.id}",
            theme.title,
            aside=", ".join(asides),
            progress=(done, len(questions)),
        )

    def _next_row(self, open_: list[Option], trail: list[Place]) -> str:
        """Where the pointer stands: the theme left last if it is open, else the next open one."""
        if not open_:
            return "end:"
        last = next((p for p in reversed(trail) if p.kind == "question"), None)
        theme = self.agenda.question_set.question[last.id].theme if last else ""
        ids = [t.id for t in self.agenda.themes]
        start = ids.index(theme) if theme in ids else 0
        order = {f"theme:{name}": (i - start) % len(ids) for i, name in enumerate(ids)}
        return min(open_, key=lambda option: order[option.value]).value

    def _question(self, here: Place, question: Question) -> Screen:
        theme = self.agenda.question_set.theme[question.theme]
        ids = [q.id for q in self.agenda.of_theme(question.theme)]
        answer = self.agenda.session.answers.get(question.id)
        rungs = tuple(
            Option(str(n), rung.id, rung.label) for n, rung in enumerate(question.rungs, start=1)
        )
        return Screen(
            here,
            "one",
            heading=theme.title,
            side=f"{ids.index(question.id) + 1} of {len(ids)}" if question.id in ids else "",
            ask=question.ask,
            options=(*rungs, DONT_KNOW, NOT_APPLICABLE, SKIP),
            chosen=() if answer is None else (answer.rung or answer.status,),
            help=self.help(question),
            commands=("back", "note", "review", "map", "quit"),
            note=self.agenda.session.notes.get(question.id, ""),
        )

    def help(self, question: Question) -> tuple[Help, ...]:
        """Return what `?` opens on a question."""
        source = self.agenda.question_set.source
        titles = [
            f"{source[s].title} ({source[s].publisher}, {source[s].year})"
            for s in question.sources
            if s in source
        ]
        stories = [
            self.agenda.question_set.story[s]
            for s in question.stories
            if s in self.agenda.question_set.story
        ]
        find_out = question.find_out
        parts = [Help("Why we ask", question.why)]
        if question.hard_stop is not None:
            parts.append(Help("What it can stop", question.hard_stop.reason))
        if stories:
            story = stories[0]
            told = " ".join(part for part in (story.helped, story.hurt, story.ending) if part)
            parts.append(Help("What happened elsewhere", f"{story.title}, {story.dated}. {told}"))
        parts.append(
            Help(
                "If nobody knows", f"Find out: {find_out.what.rstrip('.')}. Ask: {find_out.from_}."
            )
        )
        if titles:
            parts.append(Help("Sources", "; ".join(titles) + "."))
        return tuple(parts)

    def _basis(self, here: Place, question: Question) -> Screen:
        answer = self.agenda.session.answers.get(question.id)
        basis = answer.basis if answer is not None else None
        return Screen(
            here,
            "one",
            heading=self.agenda.question_set.theme[question.theme].title,
            ask="What does that rest on?",
            hint=f"This question can stop {self.agenda.question_set.words.undertaking}, "
            "so we ask how it is known.",
            options=BASES,
            # “think” is saved before anybody was asked, so it was perhaps chosen by nobody
            chosen=(basis,) if basis in ("seen", "told") else (),
            commands=("back", "quit"),
        )

    def _line(self, here: Place, question: Question) -> Screen:
        note = here.kind == "note"
        draft = self.agenda.session.drafts.get(f"{here.kind}:{question.id}")
        return Screen(
            here,
            "line",
            heading=self.agenda.question_set.theme[question.theme].title,
            ask=f"Note on: {question.ask}" if note else "Why does it not apply to you?",
            hint="It stays in your file. Leave it empty for no note." if note else question.ask,
            text=draft
            if draft is not None
            else self.agenda.session.notes.get(question.id, "")
            if note
            else "",
            commands=("back", "quit"),
        )

    def _review(self, here: Place, trail: list[Place]) -> Screen:
        session = self.agenda.session
        named = f"Name of the {self.agenda.question_set.words.subject}"
        name = Option("1", "name:", named, aside=session.service.name or "no name")
        facts = [
            (f"circumstance:{c.id}", c.ask, self._fact(c), self._facts())
            for c in self.agenda.circumstances()
        ]
        answers = [
            (
                f"question:{q.id}",
                q.ask,
                self._given(q),
                self.agenda.question_set.theme[q.theme].title,
            )
            for q in self.agenda.questions()
        ]
        rows = [
            Option(str(n), value, ask, aside=given, group=group)
            for n, (value, ask, given, group) in enumerate([*facts, *answers], start=2)
        ]
        return Screen(
            here,
            "one",
            heading="Review and change answers",
            ask="Choose one to change it.",
            options=(name, *rows),
            chosen=_reviewed(trail),
            commands=("back", "map", "quit"),
        )

    def _fact(self, circumstance: Circumstance) -> str:
        if circumstance.id not in self.agenda.session.circumstances:
            return "not asked yet"
        value = self.agenda.session.circumstances[circumstance.id]
        return circumstance_text(circumstance, list(value) if isinstance(value, tuple) else value)

    def _given(self, question: Question) -> str:
        answer = self.agenda.session.answers.get(question.id)
        if answer is None:
            return "not asked yet"
        words = answer_text(question, answer.model_dump(exclude_none=True))
        return f"{words}, with a note" if question.id in self.agenda.session.notes else words


_HOW_TO_TYPE = {
    "date": "Type it as year-month-day, such as 2027-04-01.",
    "number": "Type a number.",
}


def answer_text(question: Question, answer: Mapping[str, str | None]) -> str:
    """Say an answer in words."""
    rung = answer.get("rung")
    if rung is None:
        return STATES.get(answer.get("state") or "", "doesn't apply")
    label = next((r.label for r in question.rungs if r.id == rung), rung)
    return f"{label} (not checked)" if answer.get("basis") == "think" else label


def circumstance_text(circumstance: Circumstance, value: object) -> str:
    """Say what a circumstance is in words."""
    labels = {choice.id: choice.label for choice in circumstance.choices}
    given = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(v), _plain(v)) for v in given if v is not None) or "don't know"


def _plain(value: object) -> str:
    """Say a value as a person would type it: 120, not 120.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _reviewed(trail: list[Place]) -> tuple[str, ...]:
    """Where the pointer stands on the review page: the question that it was opened from."""
    last = trail[-1] if trail else None
    if last is None or last.kind not in ("question", "circumstance"):
        return ()
    return (f"{last.kind}:{last.id}",)
