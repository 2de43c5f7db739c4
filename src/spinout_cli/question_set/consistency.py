"""Consistency of a question set: ids, references, ladders and samples."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Protocol

from spinout_cli.fields import LENSES
from spinout_cli.question_set.condition_checks import (
    STATES,
    Found,
    Path,
    Problem,
    conditions,
    fitting,
    loops,
    missing,
)
from spinout_cli.question_set.model import Question, QuestionSet, Sample
from spinout_cli.text_folding import fold

_RESERVED = frozenset({"all", "any", "not"})
RESERVED_COLUMNS = (
    *("assessment_id", "asked_depth", "enablers", "endure_state", "find_out", "hard_stops"),
    *("launch_state", "roadblocks", "rules_found", "service_id", "set_digest", "started_at"),
    "updated_at",
)
"""The columns that every table of assessments has, so that no circumstance may take their names."""


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def problems(question_set: QuestionSet) -> list[Problem]:
    """Return everything in the set that does not fit together, in the order of the checks."""
    checks = (
        _repeated_ids,
        _reserved_ids,
        _names_of_ours,
        _shared_ids,
        _renamed,
        _circumstances,
        _themes,
        _questions,
        _actions,
        _library,
        _samples,
        conditions,
        loops,
    )
    return [problem for check in checks for problem in check(question_set)]


def _references(where: Path, names: Iterable[str], known: AbstractSet[str], kind: str) -> Found:
    """Find the names in a list that stand for nothing."""
    for index, name in enumerate(names):
        if name not in known:
            yield missing((*where, index), kind, name)


# Ids


def _repeated_ids(question_set: QuestionSet) -> Found:
    for section in (
        "circumstances",
        "themes",
        "questions",
        "rules",
        "notices",
        "stories",
        "sources",
        "tests",
    ):
        yield from _repeated((section,), getattr(question_set, section), "in this section")
    for index, circumstance in enumerate(question_set.circumstances):
        where: Path = ("circumstances", index, "choices")
        yield from _repeated(where, circumstance.choices, "among these choices")
        yield from _repeated_labels(where, [choice.label for choice in circumstance.choices])
    for index, question in enumerate(question_set.questions):
        where = ("questions", index, "rungs")
        yield from _repeated(where, question.rungs, "on this ladder")
        yield from _repeated_labels(where, [rung.label for rung in question.rungs])


def _repeated(where: Path, parts: Iterable[_Named], among: str) -> Found:
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if part.id in seen:
            yield Problem(
                (*where, index, "id"),
                f"the id '{part.id}' is already used {among}. Give this one another id.",
            )
        seen.add(part.id)


def _repeated_labels(where: Path, labels: Iterable[str]) -> Found:
    seen: set[str] = set()
    for index, label in enumerate(labels):
        folded = fold(label)
        if folded in seen:
            yield Problem(
                (*where, index, "label"),
                "the same words stand above it already. Say what sets this one apart.",
            )
        seen.add(folded)


def _reserved_ids(question_set: QuestionSet) -> Found:
    for section in ("circumstances", "questions"):
        for index, part in enumerate(getattr(question_set, section)):
            if part.id in _RESERVED or part.id.startswith("tally."):
                yield Problem(
                    (section, index, "id"),
                    f"'{part.id}' has a meaning of its own in conditions. Choose another id.",
                )
    for index, question in enumerate(question_set.questions):
        for step, rung in enumerate(question.rungs):
            if rung.id in STATES:
                yield Problem(
                    ("questions", index, "rungs", step, "id"),
                    f"'{rung.id}' is the name of a state that any answer can have. "
                    "Choose another id.",
                )


def _names_of_ours(question_set: QuestionSet) -> Found:
    for index, circumstance in enumerate(question_set.circumstances):
        if circumstance.id in RESERVED_COLUMNS:
            yield Problem(
                ("circumstances", index, "id"),
                f"'{circumstance.id}' is the name of a column in tables of scores. "
                "Choose another id.",
            )
    for section in ("themes", "rules", "notices"):
        for index, part in enumerate(getattr(question_set, section)):
            if part.id in LENSES:
                yield Problem(
                    (section, index, "id"),
                    f"'{part.id}' is the name of a lens, so this could never be explained. "
                    "Choose another id.",
                )


def _shared_ids(question_set: QuestionSet) -> Found:
    for index, circumstance in enumerate(question_set.circumstances):
        if circumstance.id in question_set.question:
            yield Problem(
                ("circumstances", index, "id"),
                f"a question has the id '{circumstance.id}' too. Give one of them another id.",
            )


def _renamed(question_set: QuestionSet) -> Found:
    taken: set[str] = set()
    for index, question in enumerate(question_set.questions):
        for number, name in enumerate(question.renamed_from):
            where: Path = ("questions", index, "renamed_from", number)
            if name in question_set.question:
                yield Problem(
                    where,
                    f"'{name}' is the id of a question now. Take it out, or give that one another.",
                )
            elif name in taken:
                yield Problem(where, f"'{name}' is named before. An id carries over only once.")
            taken.add(name)


# Circumstances, themes and questions


def _circumstances(question_set: QuestionSet) -> Found:
    for index, circumstance in enumerate(question_set.circumstances):
        where: Path = ("circumstances", index)
        if circumstance.type == "choice":
            least = 1 if circumstance.multiple else 2  # one box can be ticked or left
            if len(circumstance.choices) < least:
                yield Problem(
                    where,
                    "there is nothing to choose from. Give two choices or more, or one with "
                    "`multiple: true`.",
                )
            continue
        if circumstance.choices:
            yield Problem(
                (*where, "choices"),
                f"the type '{circumstance.type}' has no choices. Take them out, or change the type.",
            )
        if circumstance.multiple:
            yield Problem(
                (*where, "multiple"),
                "only the type 'choice' can have several. Take this out, or change the type.",
            )


def _themes(question_set: QuestionSet) -> Found:
    used = {question.theme for question in question_set.questions}
    for index, theme in enumerate(question_set.themes):
        where: Path = ("themes", index)
        if theme.id not in used:
            yield Problem(where, "no question belongs to this theme. Add one, or take it out.")
        yield from _references(
            (*where, "sources"), theme.sources, question_set.source.keys(), "source"
        )


def _questions(question_set: QuestionSet) -> Found:
    if question_set.in_house is not None and question_set.in_house not in question_set.question:
        yield missing(("in_house",), "question", question_set.in_house)
    sources, stories = question_set.source.keys(), question_set.story.keys()
    for index, question in enumerate(question_set.questions):
        where: Path = ("questions", index)
        yield from _theme_of(question, where, question_set)
        yield from _references((*where, "sources"), question.sources, sources, "source")
        yield from _references((*where, "stories"), question.stories, stories, "story")
        yield from _positions(question, where)
        yield from _hard_stop(question, where)


def _theme_of(question: Question, where: Path, question_set: QuestionSet) -> Found:
    if question.theme not in question_set.theme:
        yield missing((*where, "theme"), "theme", question.theme)
    elif not question.id.startswith(f"{question.theme}."):
        yield Problem(
            (*where, "id"),
            f"the id must begin with its theme's id and a dot: '{question.theme}.'. Change one.",
        )


def _positions(question: Question, where: Path) -> Found:
    for index, (lower, upper) in enumerate(
        zip(question.positions, question.positions[1:], strict=False), start=1
    ):
        if upper <= lower:
            rung: Path = (*where, "rungs", index)
            given = question.rungs[index].position is not None
            yield Problem(
                (*rung, "position") if given else rung,
                f"it stands at {upper:g}, not above the rung before it ({lower:g}). "
                "Let positions rise from the bottom up, or leave them out.",
            )


def _hard_stop(question: Question, where: Path) -> Found:
    stop = question.hard_stop
    if stop is None:
        return
    if stop.clears_at not in question.ladder:
        yield missing((*where, "hard_stop", "clears_at"), "rung", stop.clears_at)
    elif stop.clears_at == question.ladder[0]:
        yield Problem(
            (*where, "hard_stop", "clears_at"),
            "at the bottom rung it would never stop anything. Name a higher rung.",
        )
    for lens in LENSES:
        if stop.stops(lens) and lens not in question.lenses:
            yield Problem(
                (*where, "hard_stop", "lens"),
                f"the question does not bear on '{lens}'. Add it to lenses, or stop another lens.",
            )


def _actions(question_set: QuestionSet) -> Found:
    every = [
        (("questions", i, "next", j), action)
        for i, question in enumerate(question_set.questions)
        for j, action in enumerate(question.next)
    ]
    seen: set[str] = set()
    known = {action.id for _, action in every}
    for where, action in every:
        if action.id in seen:
            yield Problem(
                (*where, "id"),
                f"another action has the id '{action.id}' already. Give this one another id.",
            )
        seen.add(action.id)
        yield from _references((*where, "after"), action.after, known, "action")
        yield from _references(
            (*where, "helps"), action.helps, question_set.question.keys(), "question"
        )


# Rules, notices, stories and samples


def _choices_of(question_set: QuestionSet, name: str) -> frozenset[str] | None:
    """Return what a circumstance can be, or None where nobody asks for it."""
    circumstance = question_set.circumstance.get(name)
    return frozenset(choice.id for choice in circumstance.choices) if circumstance else None


def _library(question_set: QuestionSet) -> Found:
    sources = question_set.source.keys()
    nations, sectors = (_choices_of(question_set, name) for name in ("nation", "sector"))
    for section in ("rules", "notices", "stories"):
        for index, part in enumerate(getattr(question_set, section)):
            where: Path = (section, index, "sources")
            yield from _references(where, part.sources, sources, "source")
    for index, notice in enumerate(question_set.notices):
        if nations is not None:
            yield from _references(
                ("notices", index, "nations"), notice.nations, nations, "choice of nation"
            )
    for index, story in enumerate(question_set.stories):
        where = ("stories", index)
        if nations is not None and story.nation not in nations:
            yield missing((*where, "nation"), "choice of nation", story.nation)
        if sectors is not None:
            yield from _references((*where, "sectors"), story.sectors, sectors, "choice of sector")
        yield from _references((*where, "themes"), story.themes, question_set.theme.keys(), "theme")


def _samples(question_set: QuestionSet) -> Found:
    rules = {rule.id for rule in question_set.rules}
    notices = {notice.id for notice in question_set.notices}
    questions = question_set.question.keys()
    for index, sample in enumerate(question_set.tests):
        where: Path = ("tests", index)
        if sample.story is not None and sample.story not in question_set.story:
            yield missing((*where, "story"), "story", sample.story)
        yield from _sample_circumstances(sample, (*where, "circumstances"), question_set)
        yield from _sample_answers(sample, (*where, "answers"), question_set)
        for key, known, kind in (
            ("roadblocks", questions, "question"),
            ("enablers", questions, "question"),
            ("findings", rules, "rule"),
            ("not_findings", rules, "rule"),
            ("notices", notices, "notice"),
            ("not_notices", notices, "notice"),
        ):
            yield from _references(
                (*where, "expect", key), getattr(sample.expect, key), known, kind
            )


def _sample_circumstances(sample: Sample, where: Path, question_set: QuestionSet) -> Found:
    for name, value in sample.circumstances.items():
        circumstance = question_set.circumstance.get(name)
        if circumstance is None:
            yield missing((*where, name), "circumstance", name)
        elif isinstance(value, tuple) is not circumstance.multiple:
            wanted = "a list" if circumstance.multiple else "one choice, not a list"
            yield Problem((*where, name), f"'{name}' must be {wanted}. Change it.")
        else:
            given = value if isinstance(value, tuple) else (value,)
            yield from fitting(circumstance, given, (*where, name))


def _sample_answers(sample: Sample, where: Path, question_set: QuestionSet) -> Found:
    for name, answer in sample.answers.items():
        question = question_set.question.get(name)
        if question is None:
            yield missing((*where, name), "question", name)
            continue
        rung = answer if isinstance(answer, str) else answer.rung
        known = (*question.ladder, *STATES) if isinstance(answer, str) else question.ladder
        if rung is not None and rung not in known:
            yield missing((*where, name), f"rung of '{name}' called", rung)
        if not isinstance(answer, str) and (rung is None) is (answer.state is None):
            yield Problem((*where, name), "give either a rung or a state. Change it.")
