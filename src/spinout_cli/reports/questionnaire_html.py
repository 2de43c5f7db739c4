"""The questions as an HTML page for printing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from spinout_cli.interview.agenda import minutes
from spinout_cli.interview.screen import BASES, DONT_KNOW, NOT_APPLICABLE, SKIP, Option
from spinout_cli.question_set.conditions import All, Any_, Comparison, Condition, Not, Test
from spinout_cli.question_set.model import Circumstance, Question, QuestionSet, Theme
from spinout_cli.reports.html_page import render
from spinout_cli.text import sentence

_HOW_TO_WRITE = {"date": "Year, month and day.", "number": "A number.", "text": ""}


@dataclass(frozen=True, slots=True)
class Choice:
    """A box to tick, and the key that chooses the same on the screen."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact or a question as it stands on paper."""

    number: int
    id: str
    ask: str
    choices: tuple[Choice, ...]
    hint: str = ""
    unless: str = ""
    clears: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A theme with the questions that are asked of it."""

    number: int
    title: str
    why: str
    questions: tuple[Asked, ...]


def page(question_set: QuestionSet, themes: Sequence[Theme], *, quick: bool, made_with: str) -> str:
    """Return the questions of these themes as an HTML document for printing.

    Args:
        question_set: the questions.
        themes: the themes to print, in order.
        quick: whether only what the quick version asks is printed.
        made_with: which questions these are, so that nobody types them into others.
    """
    words = _Words(question_set)
    parts = [_part(n, theme, words, quick=quick) for n, theme in enumerate(themes, start=1)]
    return render(
        "questionnaire.html.j2",
        question_set.language,
        title=question_set.title,
        subject=question_set.words.subject,
        long=f"{minutes(question_set, quick=quick)}{'' if quick else ' for everything, in any order'}.",
        facts=[_fact(fact, words) for fact in question_set.circumstances],
        themes=[part for part in parts if part.questions],
        others=[_choice(option) for option in (DONT_KNOW, NOT_APPLICABLE, SKIP)],
        bases=[_choice(option) for option in BASES],
        caution=sentence(question_set.caution),
        made_with=made_with,
    )


def _choice(option: Option) -> Choice:
    return Choice(option.key, option.label + (f" ({option.aside})" if option.aside else ""))


def _choices(labels: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(str(number), label) for number, label in enumerate(labels, start=1))


def _fact(fact: Circumstance, words: "_Words") -> Asked:
    several = "Tick all that apply." if fact.multiple else ""
    hint = " ".join(filter(None, (fact.help or _HOW_TO_WRITE.get(fact.type, ""), several)))
    labels = [choice.label for choice in fact.choices]
    choices = (*_choices(labels), _choice(DONT_KNOW)) if labels else ()
    unless = words.against(fact.when)
    return Asked(words.number[fact.id], fact.id, fact.ask, choices, hint, unless)


def _part(number: int, theme: Theme, words: "_Words", *, quick: bool) -> Part:
    asked = [q for q in words.question_set.of_theme(theme.id) if q.quick or not quick]
    return Part(number, theme.title, theme.why, tuple(_question(q, words) for q in asked))


def _question(question: Question, words: "_Words") -> Asked:
    stop = question.hard_stop
    clearing = [] if stop is None else question.ladder[question.ladder.index(stop.clears_at) :]
    keys = [str(question.ladder.index(rung) + 1) for rung in clearing]
    return Asked(
        number=words.number[question.id],
        id=question.id,
        ask=question.ask,
        choices=_choices([rung.label for rung in question.rungs]),
        unless=words.against(question.when),
        clears=" or ".join(keys),
    )


class _Words:
    """Says conditions in words, by the numbers that facts and questions have on paper."""

    def __init__(self, question_set: QuestionSet) -> None:
        self.question_set = question_set
        self.number = {fact.id: n for n, fact in enumerate(question_set.circumstances, start=1)}
        numbers = {theme.id: count(1) for theme in question_set.themes}
        self.number |= {q.id: next(numbers[q.theme]) for q in question_set.questions}

    def against(self, condition: Condition | None) -> str:
        """Say what must be known for something not to be asked; nothing, if it always is.

        A condition of which nobody knows whether it holds leaves nothing out.
        """
        return self._said(condition, holds=False) if condition else ""

    def _said(self, condition: Condition, *, holds: bool, within: str = "") -> str:
        match condition:
            case Not(not_=part):
                return self._said(part, holds=not holds, within=within)
            case All(all=parts):
                return self._joined(parts, "and" if holds else "or", holds=holds, within=within)
            case Any_(any=parts):
                return self._joined(parts, "or" if holds else "and", holds=holds, within=within)
            case Test():
                name, comparison = condition.parts()
                return f"{self._named(name)} {self._compared(name, comparison, holds=holds)}"

    def _joined(self, parts: Sequence[Condition], word: str, *, holds: bool, within: str) -> str:
        """Join with a word; in brackets, where what stands around it is joined with another."""
        if len(parts) == 1:
            return self._said(parts[0], holds=holds, within=within)
        told = f", {word} ".join(self._said(part, holds=holds, within=word) for part in parts)
        return told if within in ("", word) else f"({told})"

    def _named(self, name: str) -> str:
        question = self.question_set.question.get(name)
        if question is None:
            return f"fact {self.number.get(name, name)}"
        return f"“{question.ask}”"

    def _compared(self, name: str, comparison: Comparison, *, holds: bool) -> str:
        kind, value = comparison.only() or ("is_", "")
        given = value if isinstance(value, tuple) else (value,)
        labels = [f"“{self._label(name, str(item))}”" for item in given]
        is_, told = "is" if holds else "is not", " or ".join(labels)
        match kind:
            case "has":
                return f"{'includes' if holds else 'does not include'} {told}"
            case "at_least" | "below":
                return f"is below {told}" if holds == (kind == "below") else f"is {told} or more"
            case "before" | "after":
                return f"{is_} {kind} {told}"
            case _ if len(labels) > 1 and not holds:
                return f"is neither {' nor '.join(labels)}"
            case _:
                return f"{is_} {told}"

    def _label(self, name: str, value: str) -> str:
        fact, question = (
            self.question_set.circumstance.get(name),
            self.question_set.question.get(name),
        )
        labels = {choice.id: choice.label for choice in fact.choices} if fact else {}
        if question:
            labels = {rung.id: rung.label for rung in question.rungs}
        return labels.get(value, value)
