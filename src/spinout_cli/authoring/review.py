"""Review of a question set that loads: errors, warnings and hints about what it means.

That its parts fit together is checked before (`crosscheck`); this looks at what they mean.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import NamedTuple, Protocol

from spinout_cli.authoring.checks import CHECKS, Remark, Where
from spinout_cli.authoring.reachability import unreachable
from spinout_cli.authoring.readability import gist, is_sentence, likeness, reading_age
from spinout_cli.fields import LENSES
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.question_set.rungs import rung_effect

ASK_LIMIT = 140
"""The most characters that a question should have: two lines of a terminal."""

LABEL_LIMIT = 110
"""The most characters that a label should have."""

AGE_LIMIT = 14
"""The age at which a question with its rungs should be readable."""

ALIKE = 0.7
"""From this share of words in common two texts are nearly the same."""

_CROWD = 4
"""From this many questions on, none should have half of a theme's weight."""

_CLOSE = 0.05
"""Positions nearer than this make no difference that anybody sees."""

_CITING = ("themes", "questions", "rules", "notices", "stories")

Found = Iterator[Remark]


class Review(NamedTuple):
    """What was noticed: what is open, and what the set allows, with its reason."""

    remarks: list[Remark]
    allowed: list[tuple[Remark, str]]


def review(question_set: QuestionSet, today: date) -> Review:
    """Return everything that is to be mended in a sound set, or at least looked at.

    Args:
        question_set: a set in which `crosscheck` finds nothing.
        today: the date against which review dates are held.
    """
    checks = (
        unreachable,
        _marks,
        _rungs,
        _evidence,
        _uncited,
        _quick,
        _lenses,
        _weights,
        _near_duplicates,
        _lengths,
        _reading_age,
        _stops_without_story,
    )
    remarks = [remark for check in checks for remark in check(question_set)]
    remarks += _overdue(question_set, today)
    reasons: dict[tuple[str, str | None], str] = {
        (each.check, each.id): each.reason for each in question_set.allow
    }
    allowed = [(r, reasons[r.check, r.id]) for r in remarks if (r.check, r.id) in reasons]
    used = {(remark.check, remark.id) for remark, _ in allowed}
    open_ = [remark for remark in remarks if (remark.check, remark.id) not in reasons]
    return Review([*open_, *_unused(question_set, used)], allowed)


def _unused(question_set: QuestionSet, used: set[tuple[str, str | None]]) -> Found:
    for index, each in enumerate(question_set.allow):
        if each.check not in CHECKS:
            message = f"there is no check '{each.check}'. Use the name that stands in brackets."
            yield Remark("unused-allow", ("allow", index, "check"), each.id, message)
        elif (each.check, each.id) not in used:
            message = f"'{each.check}' has nothing to say about '{each.id}'. Take this entry out."
            yield Remark("unused-allow", ("allow", index), each.id, message)


# Ladders


def _each(question_set: QuestionSet) -> Iterator[tuple[Question, Where]]:
    for index, question in enumerate(question_set.questions):
        yield question, ("questions", index)


def _marks(question_set: QuestionSet) -> Found:
    order = ("roadblock", "neither", "enabler")
    for question, where in _each(question_set):
        marks = [rung_effect(question, rung) for rung in range(len(question.rungs))]
        if "enabler" not in marks:
            message = (
                "no rung counts as an enabler, so the best answer is never told as one. Let the "
                "top stand at 0.75 or more, or mark it."
            )
            yield Remark("best-unreachable", (*where, "rungs"), question.id, message)
        for upper in range(1, len(marks)):
            if order.index(marks[upper]) < order.index(marks[upper - 1]):
                message = (
                    f"this rung counts as '{marks[upper]}' and the one below it as "
                    f"'{marks[upper - 1]}', so a better answer makes things worse. Mend the marks."
                )
                yield Remark("marks-fall", (*where, "rungs", upper), question.id, message)


def _rungs(question_set: QuestionSet) -> Found:
    for question, where in _each(question_set):
        if question.positions[-1] < 1:
            message = (
                f"the top stands at {question.positions[-1]:g}, so the theme can never reach 100. "
                "Put it at 1."
            )
            yield Remark(
                "short-ladder", (*where, "rungs", len(question.rungs) - 1), question.id, message
            )
        gists = [gist(rung.label) for rung in question.rungs]
        for lower, upper in combinations(range(len(gists)), 2):
            near = question.positions[upper] - question.positions[lower] < _CLOSE
            if near or gists[lower] == gists[upper]:
                message = (
                    f"nothing tells this rung from '{question.rungs[lower].id}': "
                    f"{'their positions' if near else 'their words'} are all but the same. "
                    "Say what can be seen that differs, or make one rung of them."
                )
                yield Remark("rungs-alike", (*where, "rungs", upper), question.id, message)


# Evidence


class _Citing(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def sources(self) -> tuple[str, ...]: ...


def _claims(question_set: QuestionSet) -> Iterator[tuple[_Citing, Where]]:
    for section in _CITING:
        for index, part in enumerate(getattr(question_set, section)):
            yield part, (section, index)


def _evidence(question_set: QuestionSet) -> Found:
    for part, where in _claims(question_set):
        if not part.sources and question_set.sources:
            message = "it says why it matters and names no source. Add one that says so."
            yield Remark("no-source", where, part.id, message)
        for index, name in enumerate(part.sources):
            if question_set.source[name].read == "background":
                message = (
                    f"'{name}' is background only, and a claim rests on it. Cite a text that "
                    "somebody has read, or leave the claim out."
                )
                yield Remark("background-source", (*where, "sources", index), part.id, message)


def _uncited(question_set: QuestionSet) -> Found:
    cited = {name for part, _ in _claims(question_set) for name in part.sources}
    for index, source in enumerate(question_set.sources):
        if source.id not in cited:
            message = (
                "nothing cites this source. Cite it where it supports a point, or take it out."
            )
            yield Remark("never-cited", ("sources", index), source.id, message)
    told = {name for question in question_set.questions for name in question.stories}
    for index, story in enumerate(question_set.stories):
        if story.id not in told:
            message = (
                "no question tells this story. Name it under the `stories` of one it bears on."
            )
            yield Remark("never-cited", ("stories", index), story.id, message)


def _overdue(question_set: QuestionSet, today: date) -> Found:
    for index, notice in enumerate(question_set.notices):
        if notice.review_by < today:
            message = (
                f"somebody had to look at this again by {notice.review_by}. Read the source, then "
                "change `reviewed` and `review_by`."
            )
            yield Remark("overdue", ("notices", index, "review_by"), notice.id, message)


def _stops_without_story(question_set: QuestionSet) -> Found:
    for question, where in _each(question_set):
        if question.hard_stop is not None and question_set.stories and not question.stories:
            message = "it is a hard stop, and no story shows how. Add one if there is one."
            yield Remark("stop-without-story", (*where, "hard_stop"), question.id, message)


# Themes


def _quick(question_set: QuestionSet) -> Found:
    for index, theme in enumerate(question_set.themes):
        if not any(question.quick for question in question_set.of_theme(theme.id)):
            message = "the quick depth asks nothing of this theme. Mark one question `quick: true`."
            yield Remark("quick-empty", ("themes", index), theme.id, message)
    for question, where in _each(question_set):
        if not question.quick and any(map(question.decides, LENSES)):
            message = (
                "a lens stays unknown until this is answered, and the quick depth, which finds "
                "what stops, leaves it out. Mark it `quick: true`."
            )
            yield Remark("quick-misses", where, question.id, message)


def _lenses(question_set: QuestionSet) -> Found:
    for lens in question_set.lens_words:
        bearing = [question for question in question_set.questions if question.bears_on(lens)]
        if not bearing:
            message = (
                f"no question bears on the lens '{lens}', so it is never known. Name it under the "
                "`lenses` of a question."
            )
            yield Remark("lens-unasked", ("questions",), lens, message)
        elif not any(question.decides(lens) for question in bearing):
            message = (
                f"nothing can stop the lens '{lens}', and no question of weight 3 decides it. Give "
                "a question a `hard_stop`, or weight 3, if the answers are to settle it."
            )
            yield Remark("lens-unstopped", ("questions",), lens, message)


def _weights(question_set: QuestionSet) -> Found:
    places = {question.id: where for question, where in _each(question_set)}
    for theme in question_set.themes:
        questions = question_set.of_theme(theme.id)
        total = sum(question.weight for question in questions)
        for question in questions if len(questions) >= _CROWD else ():
            if question.weight * 2 >= total:
                message = (
                    f"it has {question.weight} of the {total} that its theme weighs, so it drowns "
                    "the others. Lower its weight, or raise theirs."
                )
                where = (*places[question.id], "weight")
                yield Remark("weight-drowns", where, question.id, message)


# Words


class _Said(NamedTuple):
    """A text, where it stands and whose it is."""

    text: str
    where: Where
    id: str


def _texts(question_set: QuestionSet) -> Iterator[tuple[str, list[_Said]]]:
    """Yield the texts that nobody should meet twice, kind by kind."""
    for kind in ("ask", "roadblock", "enabler"):
        yield kind, [_Said(getattr(q, kind), (*at, kind), q.id) for q, at in _each(question_set)]
    yield (
        "action",
        [
            _Said(action.do, (*at, "next", index, "do"), action.id)
            for question, at in _each(question_set)
            for index, action in enumerate(question.next)
        ],
    )
    rules = enumerate(question_set.rules)
    yield "rule", [_Said(rule.title, ("rules", index, "title"), rule.id) for index, rule in rules]


def _near_duplicates(question_set: QuestionSet) -> Found:
    for _, texts in _texts(question_set):
        for (first, before), (again, later) in combinations(_with_gist(texts), 2):
            if likeness(before, later) >= ALIKE:
                message = (
                    f"it says nearly the same as '{first.id}'. Make one of the two, or say what "
                    "sets them apart."
                )
                yield Remark("near-duplicate", again.where, again.id, message)


def _with_gist(texts: Iterable[_Said]) -> list[tuple[_Said, frozenset[str]]]:
    return [(said, gist(said.text)) for said in texts]


def _lengths(question_set: QuestionSet) -> Found:
    asks = [_Said(q.ask, (*where, "ask"), q.id) for q, where in _each(question_set)]
    labels = [
        _Said(rung.label, (*where, "rungs", index, "label"), question.id)
        for question, where in _each(question_set)
        for index, rung in enumerate(question.rungs)
    ]
    labels += [
        _Said(choice.label, ("circumstances", at, "choices", index, "label"), circumstance.id)
        for at, circumstance in enumerate(question_set.circumstances)
        for index, choice in enumerate(circumstance.choices)
    ]
    for limit, texts in ((ASK_LIMIT, asks), (LABEL_LIMIT, labels)):
        for said in texts:
            if len(said.text) > limit:
                message = (
                    f"this has {len(said.text)} characters; {limit} can be taken in. Shorten it."
                )
                yield Remark("too-long", said.where, said.id, message)


def _reading_age(question_set: QuestionSet) -> Found:
    if not question_set.language.lower().startswith("en"):
        return  # syllables and the formula are those of English
    for question, where in _each(question_set):
        labels = [rung.label for rung in question.rungs if is_sentence(rung.label)]
        age = round(reading_age([question.ask, *labels]))
        if age > AGE_LIMIT:
            message = (
                f"with its rungs it reads as for age {age}, by Flesch and Kincaid's formula; "
                f"{AGE_LIMIT} is the limit. Use shorter words and sentences."
            )
            yield Remark("reading-age", (*where, "ask"), question.id, message)
