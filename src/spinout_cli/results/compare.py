"""Compares assessments of a service: by answer, by theme and by lens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.assessment import Assessment, ThemeScore
from spinout_cli.documents.comparison import (
    Absence,
    Appeared,
    Comparison,
    Direction,
    Done,
    Incomparable,
    LensMoved,
    Moved,
    Scored,
    Stand,
    ThemeMoved,
)
from spinout_cli.fields import LENSES, Lens
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.results.targets import ScoringContext
from spinout_cli.scoring.applicability import CountedAnswers


@dataclass(frozen=True, slots=True)
class AssessedAnswers:
    """One assessment: what was asked, what counted, and what followed."""

    question_set: QuestionSet
    assessment: Assessment
    standing: CountedAnswers
    unread: Mapping[str, str | None]
    changed: frozenset[str]
    own: Mapping[str, str]

    @property
    def newest(self) -> dict[str, str]:
        """The newest id of each of its questions."""
        return {own: newest for newest, own in self.own.items()}

    def question(self, name: str) -> Question | None:
        """Return the question that now has this id."""
        own = self.own.get(name)
        return None if own is None else self.question_set.question[own]

    def stand(self, name: str) -> Stand:
        """Return where the question that now has this id stood."""
        question = self.question(name)
        if question is None:
            return Stand(rung=None, label="", reason="not-in-set")
        rung = self.standing.rungs.get(question.id)
        if rung is None:
            unread = question.id in self.unread
            reason = "unknown-rung" if unread else _absence(question, self.standing)
            return Stand(rung=None, label="", reason=reason)
        return Stand(rung=question.ladder[rung], label=question.rungs[rung].label, reason=None)


def score_for_comparison(read: ScoringContext, names: Mapping[str, str]) -> AssessedAnswers:
    """Score answers, with those given under an earlier id carried over to the set's own.

    Args:
        read: the answers, and what it takes to score them.
        names: the newest id of every id that a question had before.
    """
    own = _own(read.question_set, names)
    sheet = _carried(read.sheet, read.question_set, own, names)
    standing = read.scorer.stand(sheet)
    unread = {
        name: sheet.answers[name].rung for name, why in standing.refused if why == "unknown-rung"
    }
    changed = frozenset(name for name, why in standing.refused if why == "ladder-changed")
    assessment = read.scorer.score(sheet, read.at)
    return AssessedAnswers(read.question_set, assessment, standing, unread, changed, own)


def _own(question_set: QuestionSet, names: Mapping[str, str]) -> dict[str, str]:
    """Return the set's own ids by the newest: where two would have the same, one keeps its own."""
    own = {name: name for name in question_set.question if name not in names}
    for name in question_set.question:
        own[name if names.get(name, name) in own else names[name]] = name
    return own


def _carried(
    sheet: AnswerSheet,
    question_set: QuestionSet,
    own: Mapping[str, str],
    names: Mapping[str, str],
) -> AnswerSheet:
    answers, ladders = dict(sheet.answers), dict(sheet.ladders or {})
    for name in sheet.answers:
        target = own.get(names.get(name, name))
        if name not in question_set.question and target is not None and target not in answers:
            answers[target] = answers.pop(name)
            if name in ladders:
                ladders[target] = ladders.pop(name)
    return sheet.model_copy(update={"answers": answers, "ladders": ladders or None})


def _absence(question: Question, standing: CountedAnswers) -> Absence:
    if all(asked.id != question.id for asked in standing.applicable):
        return "closed"
    doubt = standing.doubts.get(question.id)
    return doubt or _ABSENT.get(standing.states.get(question.id, ""), "not-asked")


_ABSENT: dict[str, Absence] = {"skipped": "skipped", "not-applicable": "not-applicable"}


def compare(sides: Sequence[AssessedAnswers]) -> Comparison:
    """Compare the first of several assessments with the last; the others are told in between."""
    before, after = sides[0], sides[-1]
    better: list[Moved] = []
    worse: list[Moved] = []
    new: list[Appeared] = []
    gone: list[Appeared] = []
    incomparable: list[Incomparable] = []
    for name in _every(before, after):
        entry = _entry(name, sides)
        match entry:
            case Moved():
                (better if entry.rungs > 0 else worse).append(entry)
            case Appeared():
                (new if entry.before is None else gone).append(entry)
            case Incomparable():
                incomparable.append(entry)
            case None:
                pass
    return Comparison(
        format="spinout.comparison/1",
        better=_with_done(better, before, after),
        worse=tuple(worse),
        new=tuple(new),
        gone=tuple(gone),
        not_comparable=tuple(incomparable),
        lenses={lens: _lens(lens, sides) for lens in LENSES},
        themes=_themes(before, after),
    )


def _every(before: AssessedAnswers, after: AssessedAnswers) -> list[str]:
    """Every question by its newest id: the last set's order, then what only the first had."""
    later = [after.newest[question.id] for question in after.question_set.questions]
    earlier = [before.newest[question.id] for question in before.question_set.questions]
    return [*later, *(name for name in earlier if name not in after.own)]


def _entry(name: str, sides: Sequence[AssessedAnswers]) -> Moved | Appeared | Incomparable | None:
    """What happened to one question; None if nothing did."""
    before, after = sides[0].stand(name), sides[-1].stand(name)
    reason = _incomparable(name, sides[0], sides[-1])
    if reason is not None:
        ladders = {
            "before_ladder": _ladder(name, sides[0]),
            "after_ladder": _ladder(name, sides[-1]),
        }
        return Incomparable.model_validate({**_told(name, sides), **ladders, "reason": reason})
    if before.rung == after.rung:
        return None
    if before.rung is None or after.rung is None:
        absent = before.reason or after.reason
        return Appeared.model_validate({**_told(name, sides), "reason": absent})
    ladder = _ladder(name, sides[-1])
    rungs = ladder.index(after.rung) - ladder.index(before.rung)
    moved = {"rungs": rungs, "ladder": ladder, "done": ()}
    return Moved.model_validate({**_told(name, sides), **moved})


def _incomparable(name: str, before: AssessedAnswers, after: AssessedAnswers) -> str | None:
    """Why two answers cannot be compared; None if they can, or if they are the same all the same."""
    ladders = _ladder(name, before), _ladder(name, after)
    if any(side.own.get(name) in side.changed for side in (before, after)):
        return "ladder-changed"
    unread = before.unread.get(before.own.get(name, "")), after.unread.get(after.own.get(name, ""))
    if unread != (None, None):
        return None if unread[0] == unread[1] and ladders[0] == ladders[1] else "unknown-rung"
    given = before.stand(name).rung is not None and after.stand(name).rung is not None
    return "ladder-changed" if given and ladders[0] != ladders[1] else None


def _ladder(name: str, of: AssessedAnswers) -> tuple[str, ...]:
    question = of.question(name)
    return () if question is None else question.ladder


def _told(name: str, sides: Sequence[AssessedAnswers]) -> dict[str, object]:
    old, new = sides[0].question(name), sides[-1].question(name)
    asked = new or old
    before, after = sides[0].stand(name), sides[-1].stand(name)
    return {
        "id": name,
        "was": old.id if old is not None and old.id != name else None,
        "theme": asked.theme if asked else name,
        "ask": asked.ask if asked else "",
        "before": before.rung,
        "after": after.rung,
        "before_label": before.label,
        "after_label": after.label,
        "series": tuple(each.stand(name) for each in sides),
    }


def _with_done(
    better: list[Moved], before: AssessedAnswers, after: AssessedAnswers
) -> tuple[Moved, ...]:
    """Add to each the steps that had been next and whose roadblocks are all better and gone."""
    newest = before.newest
    blocked = {after.newest[found.id] for found in after.assessment.roadblocks}
    risen = {entry.id for entry in better} - blocked
    needed = {step.id for step in after.assessment.next_steps}
    done: dict[str, list[Done]] = {}
    for step in before.assessment.next_steps:
        if step.id in needed:
            continue
        helped = [newest[name] for name in step.helps]
        if risen.issuperset(helped):
            for name in helped:
                done.setdefault(name, []).append(Done(id=step.id, do=step.do))
    return tuple(
        entry.model_copy(update={"done": tuple(done.get(entry.id, ()))}) for entry in better
    )


# Lenses and themes


def _lens(lens: Lens, sides: Sequence[AssessedAnswers]) -> LensMoved:
    first, last = _stops(lens, sides[0]), _stops(lens, sides[-1])
    gone = [name for name in first if name not in last]
    unknown = {name for name in gone if _is_unknown(name, lens, sides[-1])}
    series = tuple(each.assessment.lenses[lens].state for each in sides)
    return LensMoved(
        before=series[0],
        after=series[-1],
        settled=tuple(name for name in gone if name not in unknown),
        unknown=tuple(name for name in gone if name in unknown),
        arisen=tuple(name for name in last if name not in first),
        still=tuple(name for name in last if name in first),
        series=series,
    )


def _stops(lens: Lens, of: AssessedAnswers) -> list[str]:
    newest = of.newest
    return [newest[name] for name in of.assessment.lenses[lens].hard_stops]


def _is_unknown(name: str, lens: Lens, of: AssessedAnswers) -> bool:
    """Tell whether nobody knows if it stops this lens: it could, or the set does not ask it."""
    own = of.own.get(name)
    return own is None or own in of.assessment.lenses[lens].unknown


def _themes(before: AssessedAnswers, after: AssessedAnswers) -> tuple[ThemeMoved, ...]:
    first = {theme.id: theme for theme in before.assessment.themes}
    last = {theme.id: theme for theme in after.assessment.themes}
    return tuple(
        _theme(name, first.get(name), last.get(name), alike=_alike(name, before, after))
        for name in dict.fromkeys((*last, *first))
    )


def _alike(theme: str, before: AssessedAnswers, after: AssessedAnswers) -> bool:
    """Tell whether a theme is made of the same ladders, weighing the same."""
    return _made_of(theme, before) == _made_of(theme, after)


def _made_of(theme: str, of: AssessedAnswers) -> dict[str, object]:
    return {
        of.newest[question.id]: (
            question.ladder,
            question.positions,
            question.weight,
        )
        for question in of.question_set.of_theme(theme)
    }


def _theme(
    name: str, before: ThemeScore | None, after: ThemeScore | None, *, alike: bool
) -> ThemeMoved:
    told = after or before
    return ThemeMoved(
        id=name,
        title="" if told is None else told.title,
        before=None if before is None else _scored(before),
        after=None if after is None else _scored(after),
        direction=_direction(before, after) if alike else "not-comparable",
    )


def _scored(theme: ThemeScore) -> Scored:
    return Scored(score=theme.score, low=theme.low, high=theme.high, coverage=theme.coverage)


def _direction(before: ThemeScore | None, after: ThemeScore | None) -> Direction:
    if before is None or after is None:
        return "not-comparable"
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return "same" if before.low == after.low else "not-comparable"
    low, high = after.low - before.low, after.high - before.high
    if not low and not high:
        return "same"
    if low > 0 and high > 0:
        return "better"
    if low < 0 and high < 0:
        return "worse"
    return "clearer" if high < low else "less-clear"  # only what is known has changed, or both ways
