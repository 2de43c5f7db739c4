"""Explains a result: every claim about what would change it is found by rescoring."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from spinout_cli.documents.answers import Answer, AnswerSheet, Value
from spinout_cli.documents.assessment import Assessment, LensState, Roadblock
from spinout_cli.documents.explanation import (
    Block,
    ConditionResult,
    Explained,
    LensExplained,
    Lever,
    Line,
    Option,
    QuestionExplained,
    Range,
    RuleExplained,
    Rung,
    SourceRef,
    Standing,
    Stop,
    StoryRef,
    ThemeExplained,
    VerdictExplained,
)
from spinout_cli.fields import LENSES, Lens
from spinout_cli.question_set.condition_index import effective_condition
from spinout_cli.question_set.conditions import (
    All,
    Any_,
    Comparison,
    Condition,
    Facts,
    Not,
    Test,
    compile_condition,
    looks_at,
)
from spinout_cli.question_set.model import Notice, Question, Rule, Theme
from spinout_cli.question_set.rungs import rung_effect, stops
from spinout_cli.results.targets import ScoringContext, requirements, unblocked
from spinout_cli.results.verdicts import lens_name, past_words
from spinout_cli.results.what_if import Change, changes, depends_on, with_answer
from spinout_cli.scoring.applicability import CountedAnswers as Stood
from spinout_cli.scoring.scorer import rule_facts

Outcome = Callable[[AnswerSheet, Assessment], str | Range]
"""What is explained, read from a sheet and what it scores."""

_WHY = {
    "unknown": "nobody knows yet",
    "think": "it is believed, and nobody has seen or been told it; it counts as not known",
    "skipped": "it was skipped for now",
    "not-asked": "it has not been answered yet",
    "closed": "it is not asked where these facts hold",
    "unknown-rung": "the answer given is not one that this question has",
}
_SET_ASIDE = "it was said not to apply"
_STILL_UNKNOWN = "it was said not to apply, but it could stop {}, so it counts as not known"
_STATES = {
    "unknown": "don't know",
    "not-applicable": "doesn't apply",
    "skipped": "skipped",
    "not-asked": "no answer",
}


class Explainer:
    """Explains what follows from one answer sheet."""

    def __init__(self, today: ScoringContext) -> None:
        """Score the sheet once; every `what if` is scored anew."""
        self._today = today
        self._scorer, self._set, self._sheet, self._at = today
        self._assessment = self._score(today.sheet)
        self._standing = today.scorer.stand(today.sheet)
        self._conditional: dict[str, Rule | Notice] = {n.id: n for n in self._set.notices}
        self._conditional |= {rule.id: rule for rule in self._set.rules}

    def explain(self, name: str) -> Explained | None:
        """Return how this lens, theme, question, rule or notice came out; None if it is none."""
        if name in LENSES:
            return self._lens(name)
        if name in self._set.theme:
            return self._theme(self._set.theme[name])
        if name in self._set.question:
            return self._question(self._set.question[name])
        part = self._conditional.get(name)
        return None if part is None else self._rule(part)

    def verdict(self) -> VerdictExplained:
        """Return how both lenses came out."""
        return VerdictExplained(
            format="spinout.explanation/1",
            kind="verdict",
            question_set=self._assessment.question_set,
            service=self._sheet.service,
            scored_at=self._at,
            lenses={lens: self._lens(lens) for lens in self._set.lens_words},
            caution=self._set.caution,
        )

    def _score(self, sheet: AnswerSheet) -> Assessment:
        return self._scorer.score(sheet, self._at)

    def _head(self, name: str, title: str) -> dict[str, Any]:
        return {
            "format": "spinout.explanation/1",
            "question_set": self._assessment.question_set,
            "service": self._sheet.service,
            "scored_at": self._at,
            "id": name,
            "title": title,
        }

    # What would change it

    def _levers(self, outcome: Outcome, names: Iterable[str] | None) -> tuple[Lever, ...]:
        """Return every single change that changes the outcome, found by trying every one."""
        among = None if names is None else depends_on(self._set, names)
        now = outcome(self._sheet, self._assessment)
        found: dict[str, list[Option]] = {}
        for change, assessment in self._everything if among is None else self._scored(among):
            result = outcome(change.sheet, assessment)
            if result != now:
                found.setdefault(change.id, []).append(self._option(change, result))
        return tuple(self._lever(name, options) for name, options in found.items())

    @cached_property
    def _everything(self) -> list[tuple[Change, Assessment]]:
        """Every single change there is, scored: computed once for both lenses."""
        return list(self._scored(None))

    def _scored(self, among: set[str] | None) -> Iterator[tuple[Change, Assessment]]:
        if among is None and self._sheet.depth == "quick":
            full = self._sheet.model_copy(update={"depth": "full"})
            yield Change("depth", "depth", "full", full), self._score(full)
        for change in changes(self._sheet, self._set, among):
            yield change, self._score(change.sheet)

    def _option(self, change: Change, result: str | Range) -> Option:
        label = str(change.to)
        if change.kind == "circumstance":
            label = self._valued(change.id, change.to)
        elif change.kind == "rung":
            question = self._set.question[change.id]
            label = question.rungs[question.ladder.index(str(change.to))].label
        elif change.kind == "state":
            label = _STATES[str(change.to)]
        return Option(kind=change.kind, to=change.to, label=label, result=result)

    def _lever(self, name: str, options: list[Option]) -> Lever:
        question = self._set.question.get(name)
        circumstance = self._set.circumstance.get(name)
        if question is not None:
            line = self._line(question)
            ask, now = question.ask, line.label or line.why
        elif circumstance is not None:
            ask, now = circumstance.ask, self._valued(name, self._sheet.circumstances.get(name))
        else:
            ask, now = "How much is asked?", self._sheet.depth
        return Lever(id=name, ask=ask, now=now, options=tuple(options))

    def _valued(self, name: str, value: Value) -> str:
        """A fact in words."""
        if value is None:
            return "not known"
        circumstance = self._set.circumstance.get(name)
        labels = {c.id: c.label for c in circumstance.choices} if circumstance else {}
        if isinstance(value, float):
            return f"{value:g}"
        each = value if isinstance(value, tuple) else (value,)
        return "; ".join(labels.get(str(part), str(part)) for part in each) or "none of them"

    # Answers

    def _line(self, question: Question) -> Line:
        undertaking = self._set.words.undertaking
        state, counts, why = _stands(question, self._standing, undertaking)
        rung = self._standing.rungs.get(question.id)
        answer = self._sheet.answers.get(question.id)
        return Line(
            id=question.id,
            ask=question.ask,
            state=state,
            counts=counts,
            why=why,
            rung=None if rung is None else question.ladder[rung],
            label="" if rung is None else question.rungs[rung].label,
            weight=question.weight,
            position=None if rung is None else question.positions[rung],
            by=None if answer is None else answer.by,
            at=None if answer is None else answer.at,
        )

    def _cited(self, names: Iterable[str]) -> tuple[SourceRef, ...]:
        sources = [self._set.source[name] for name in names if name in self._set.source]
        return tuple(
            SourceRef(id=s.id, title=s.title, publisher=s.publisher, year=s.year, url=s.url)
            for s in sources
        )

    # Themes

    def _theme(self, theme: Theme) -> ThemeExplained:
        questions = self._set.of_theme(theme.id)
        lines = [self._line(question) for question in questions]
        known = [line for line in lines if line.counts == "known"]
        place = list(self._set.theme).index(theme.id)
        score = self._assessment.themes[place]

        def outcome(_: AnswerSheet, scored: Assessment) -> Range:
            then = scored.themes[place]
            return Range(score=then.score, low=then.low, high=then.high)

        return ThemeExplained(
            **self._head(theme.id, theme.title),
            kind="theme",
            why=theme.why,
            result=Range(score=score.score, low=score.low, high=score.high),
            coverage=score.coverage,
            minimum_coverage=self._set.minimum_coverage,
            earned=round(sum(line.weight * (line.position or 0) for line in known), 4),
            weight_known=sum(line.weight for line in known),
            weight_unknown=sum(line.weight for line in lines if line.counts == "not-known"),
            answers=tuple(lines),
            changes=self._levers(outcome, [question.id for question in questions]),
            sources=self._cited(theme.sources),
        )

    # Questions

    def _question(self, question: Question) -> QuestionExplained:
        past = _past(self._assessment)
        rung = self._standing.rungs.get(question.id)
        result = _amounts_to(question, self._assessment, self._standing)
        lift = unblocked(question, past=past)
        verdicts = self._assessment.lenses
        block = next((b for b in self._assessment.roadblocks if b.id == question.id), None)
        enabler = next((e for e in self._assessment.enablers if e.id == question.id), None)
        names = {question.id, *looks_at(self._set.left)}

        def outcome(sheet: AnswerSheet, scored: Assessment) -> str:
            return _amounts_to(question, scored, self._scorer.stand(sheet))

        return QuestionExplained(
            **self._head(question.id, _title(question, result)),
            kind="question",
            result=result,
            because=self._because(question, result, block),
            answer=self._line(question),
            severity=None if block is None else block.severity,
            strength=None if enabler is None else enabler.strength,
            stops=tuple(lens for lens in LENSES if question.id in verdicts[lens].hard_stops),
            clears_at=None if question.hard_stop is None else question.hard_stop.clears_at,
            lifts_at=None if lift is None or rung is None else question.ladder[lift],
            ladder=_ladder(question, past=past),
            why=question.why,
            when=None if question.when is None else self._held(question.when, self._standing.facts),
            changes=self._levers(outcome, names),
            find_out=f"{question.find_out.what.rstrip('.')}. Ask: {question.find_out.from_}",
            sources=self._cited(question.sources),
            stories=self._told(question.stories),
        )

    def _because(self, question: Question, result: Standing, block: Roadblock | None) -> str:
        line = self._line(question)
        if block is not None:
            return block.because
        if line.rung is None:
            return f"{line.why[:1].upper()}{line.why[1:]}."
        said = {"enabler": " It counts as something you have going for you."}
        return f"You said: “{line.label}”.{said.get(result, '')}"

    def _told(self, names: Iterable[str]) -> tuple[StoryRef, ...]:
        stories = [self._set.story[name] for name in names if name in self._set.story]
        return tuple(
            StoryRef(
                id=s.id,
                title=s.title,
                dated=s.dated,
                helped=s.helped,
                hurt=s.hurt,
                ending=s.ending,
                disputed=s.disputed,
            )
            for s in stories
        )

    # Rules and notices

    def _rule(self, part: Rule | Notice) -> RuleExplained:
        when = effective_condition(part, self._set)
        tree = None if when is None else self._held(when, self._facts())
        holds = True if tree is None else tree.holds

        def outcome(_: AnswerSheet, scored: Assessment) -> str:
            told = scored.findings if isinstance(part, Rule) else scored.notices
            return "told" if any(found.id == part.id for found in told) else "not-told"

        names = looks_at(when)
        everything = any(name.startswith("tally.") for name in names)
        return RuleExplained(
            **self._head(part.id, part.title),
            kind="rule" if isinstance(part, Rule) else "notice",
            finding=part.kind if isinstance(part, Rule) else part.about,
            result="withheld" if holds is None else "told" if holds else "not-told",
            says=part.because if isinstance(part, Rule) else part.says,
            when=tree,
            changes=self._levers(outcome, None if everything else names),
            sources=self._cited(part.sources),
        )

    def _facts(self) -> Facts:
        """What rules look at: what is known, and how much of each there is."""
        found = self._assessment
        stopping = [block.hard_stop for block in found.roadblocks]
        return rule_facts(self._standing, stopping, len(found.enablers))

    def _held(self, condition: Condition, facts: Facts) -> ConditionResult:
        holds = compile_condition(condition, self._set.ladders)(facts)
        match condition:
            case All(all=parts):
                told = tuple(self._held(part, facts) for part in parts)
                return ConditionResult(kind="all", parts=told, holds=holds)
            case Any_(any=parts):
                told = tuple(self._held(part, facts) for part in parts)
                return ConditionResult(kind="any", parts=told, holds=holds)
            case Not(not_=part):
                return ConditionResult(kind="not", parts=(self._held(part, facts),), holds=holds)
            case Test():
                return self._compared(*condition.parts(), facts, holds=holds)

    def _compared(
        self, name: str, comparison: Comparison, facts: Facts, *, holds: bool | None
    ) -> ConditionResult:
        how, wanted = comparison.only() or ("is_", "")
        each = tuple(str(part) for part in (wanted if isinstance(wanted, tuple) else (wanted,)))
        found = facts.states.get(name, "not-asked") if how == "state" else facts.values.get(name)
        part = self._set.question.get(name) or self._set.circumstance.get(name)
        return ConditionResult.model_validate(
            {
                "kind": how.rstrip("_"),
                "id": name,
                "ask": "" if part is None else part.ask,
                "wanted": each,
                "wanted_labels": tuple(self._worded(name, value) for value in each),
                "found": found,
                "found_label": self._worded(name, found),
                "holds": holds,
            }
        )

    def _worded(self, name: str, value: Any) -> str:  # noqa: ANN401  (as loose as a fact)
        question = self._set.question.get(name)
        if question is not None and value in question.ladder:
            return question.rungs[question.ladder.index(value)].label
        if question is not None and value is not None:
            return _STATES.get(value, str(value))
        return self._valued(name, value)

    # Lenses

    def _lens(self, lens: Lens) -> LensExplained:
        verdict = self._assessment.lenses[lens]
        found = requirements(self._today, lens)
        named = self._set.question
        # Where all that decides is known, the quick version leaves it open, and no answer settles
        # it; in the full version too little is answered, and any of the rest helps.
        open_ = [named[name] for name in verdict.unknown if named[name].decides(lens)]
        if self._sheet.depth == "full":
            open_ = open_ or [named[name] for name in verdict.unknown]
        return LensExplained(
            **self._head(lens, lens_name(lens, self._set, past=_past(self._assessment))),
            kind="lens",
            result=verdict.state,
            because=_BECAUSE[self._reason(lens, verdict.state)].format(self._past_sentence()),
            stops=tuple(self._stop(named[name]) for name in verdict.hard_stops),
            once_cleared=self._once_cleared(lens),
            unknown=tuple(map(self._line, open_)),
            roadblocks=tuple(self._blocks(lens)),
            changes=self._levers(lambda _, scored: scored.lenses[lens].state, None),
            needs=found.needs,
            out_of_reach=found.out_of_reach,
            once_met=found.then,
        )

    def _past_sentence(self) -> str:
        past = past_words(self._set)
        subject = f"The {self._set.words.subject}"
        return subject + past.removeprefix("it") if past.startswith("it ") else past

    def _reason(self, lens: Lens, state: LensState) -> str:
        """Return which of the reasons holds: there are several for which a lens is not known."""
        if state != "unknown":
            return state
        if not any(question.bears_on(lens) for question in self._set.questions):
            return "no-question"
        unknown = self._assessment.lenses[lens].unknown
        if any(self._set.question[name].decides(lens) for name in unknown):
            return "unknown"
        return "quick" if self._sheet.depth == "quick" else "too-little"

    def _stop(self, question: Question) -> Stop:
        line = self._line(question)
        stop = question.hard_stop
        if stop is None or line.rung is None:
            raise AssertionError(question.id)
        return Stop(
            id=question.id,
            ask=question.ask,
            rung=line.rung,
            label=line.label,
            clears_at=stop.clears_at,
            clears_label=question.rungs[question.ladder.index(stop.clears_at)].label,
            reason=stop.reason,
        )

    def _once_cleared(self, lens: Lens) -> LensState:
        """How the lens stands with every stop cleared, and those that clearing them brings up."""
        sheet, state = self._sheet, self._assessment.lenses[lens]
        while state.hard_stops:
            for name in state.hard_stops:
                stop = self._set.question[name].hard_stop
                if stop is not None:
                    sheet = with_answer(sheet, name, Answer(rung=stop.clears_at))
            state = self._score(sheet).lenses[lens]
        return state.state

    def _blocks(self, lens: Lens) -> Iterator[Block]:
        met = self._assessment.lenses[lens].hard_stops
        past = _past(self._assessment)
        for found in self._assessment.roadblocks:
            question = self._set.question[found.id]
            low = rung_effect(question, question.ladder.index(found.rung)) == "roadblock"
            if (
                lens in found.lenses
                and found.id not in met
                and low
                and not (past and lens == "launch")
            ):
                lift = unblocked(question, past=past)
                yield Block(
                    id=found.id,
                    title=found.title,
                    rung=found.rung,
                    label=question.rungs[question.ladder.index(found.rung)].label,
                    lifts_at=None if lift is None else question.ladder[lift],
                    lifts_label="" if lift is None else question.rungs[lift].label,
                )


_BECAUSE = {
    "stopped": "Answers below the rung that clears them stop it, whatever else is good.",
    "unknown": "No answer stops it, but some that could, or that weigh most, are not known.",
    "quick": "No answer stops it, and all that decides it is known; "
    "the quick version does not ask the rest.",
    "too-little": "No answer stops it, but less is answered than the question set asks for.",
    "no-question": "The question set has no question about this, so nothing can be said of it.",
    "roadblocks": "Nothing stops it and all that decides it is known; some answers are low.",
    "clear": "Nothing in these answers stops it, and none that bears on it is low.",
    "past": "{}, so this is not weighed any more.",
}


def _stands(question: Question, standing: Stood, undertaking: str = "it") -> tuple[Any, Any, str]:
    """Return the state of an answer, how it counts, and why it does not count as known."""
    name = question.id
    if all(asked.id != name for asked in standing.applicable):
        return "closed", "left-out", _WHY["closed"]
    if name in standing.rungs:
        return "answered", "known", ""
    if name in standing.doubts:
        doubt = standing.doubts[name]
        return doubt, "not-known", _WHY.get(doubt, _STILL_UNKNOWN.format(undertaking))
    if (name, "unknown-rung") in standing.refused:
        return "unknown-rung", "not-known", _WHY["unknown-rung"]
    state = standing.states.get(name, "not-asked")
    if state == "not-applicable":
        return state, "left-out", _SET_ASIDE
    return state, "not-known", _WHY[state]


def _amounts_to(question: Question, assessment: Assessment, standing: Stood) -> Standing:
    for block in assessment.roadblocks:
        if block.id == question.id:
            return "stops" if block.hard_stop else "roadblock"
    if any(enabler.id == question.id for enabler in assessment.enablers):
        return "enabler"
    state, counts, _ = _stands(question, standing)
    if counts == "known":
        return "neither"
    if counts == "left-out":
        return "left-out"
    return "unknown" if state in ("unknown", "think", "not-applicable") else "open"


def _ladder(question: Question, *, past: bool) -> tuple[Rung, ...]:
    return tuple(
        Rung(
            id=rung.id,
            label=rung.label,
            position=question.positions[index],
            amounts_to="stops"
            if stops(question, index, past=past)
            else rung_effect(question, index),
        )
        for index, rung in enumerate(question.rungs)
    )


def _title(question: Question, result: Standing) -> str:
    if result in ("stops", "roadblock"):
        return question.roadblock
    return question.enabler if result == "enabler" else question.ask


def _past(assessment: Assessment) -> bool:
    return assessment.lenses["launch"].state == "past"
