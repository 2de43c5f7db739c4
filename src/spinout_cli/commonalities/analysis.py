"""Analysis of publishable counts: shares, intervals, and associations beyond chance.

Everything is computed from what `disclosure` let through and from nothing else, down to which pairs
are listed. So a published document tells no more than the rounded counts would.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import NamedTuple

from spinout_cli.commonalities.association import (
    chi_square_p,
    holm,
    lift,
    mantel_haenszel_odds,
    mantel_haenszel_p,
    wilson,
)
from spinout_cli.commonalities.counts import NOT_GIVEN, Finding, Group, Pair, TwoByTwo
from spinout_cli.commonalities.disclosure import BASE, Band, Disclosed, Like, Shown
from spinout_cli.commonalities.suppression import LEAST, Share
from spinout_cli.documents import commonalities
from spinout_cli.documents.answers import SetRef
from spinout_cli.documents.commonalities import (
    Alike,
    Commonalities,
    Found,
    GroupRate,
    LeftOut,
    Moved,
    MovedQuestion,
    Named,
    Prevalence,
    Rate,
    Separates,
    Suppressed,
    Together,
)
from spinout_cli.question_set.model import Question, QuestionSet

SURE = 0.05
"""What is listed has a corrected chance below this."""

CAUTION = (
    "These organisations chose to answer. They are no sample of any others, so neither a share nor "
    "its interval describes a wider population. What goes together, or differs between groups, is "
    "not thereby a cause. Who did not know counts as not knowing, and never as a no."
)
WORKING = "Working data, not for publication: exact counts, from which single answers can be told."
PUBLISHED = "No count under 10 is shown, and all are rounded to the nearest 5."
_RULE = (
    "Counts under 10, and counts from which one could be had by subtraction, are not shown or are "
    "told together with others; all others are rounded to the nearest 5. Shares, intervals and "
    "tests are computed from the rounded counts."
)
_RULE_WORKING = "Nothing is withheld: this is working data, not for publication."


class _Contrast(NamedTuple):
    """A roadblock in the groups of one circumstance, and the chance of their differing so much."""

    question: str
    circumstance: str
    bands: tuple[Band, ...]
    p: float


@dataclass(frozen=True)
class _Builder:
    shown: Disclosed
    question_set: QuestionSet
    by: Sequence[str]

    @cached_property
    def _labels(self) -> dict[tuple[str, str], str]:
        return {
            (circumstance.id, choice.id): choice.label
            for circumstance in self.question_set.circumstances
            for choice in circumstance.choices
        }

    def label(self, circumstance: str, choices: Sequence[str], most: int = 3) -> str:
        """Return choices in words; more than `most` are told by their number."""
        names = [self._labels[circumstance, choice] for choice in choices if choice != NOT_GIVEN]
        if len(names) > most:
            names = [f"any of {len(names)} others"]
        *others, last = [*names, *(["not given"] if NOT_GIVEN in choices else [])] or ["all others"]
        return f"{', '.join(others)} or {last}" if others else last

    # How common

    def prevalence(self) -> tuple[Prevalence, ...]:
        every = [
            self._one(kind, self.question_set.question[name]) for kind, name in self.shown.shown
        ]
        order = ("roadblock", "enabler", "unknown")
        return tuple(sorted(every, key=lambda each: (order.index(each.kind), *_rank(each.overall))))

    def _one(self, kind: commonalities.Kind, question: Question) -> Prevalence:
        shown = self.shown.shown[kind, question.id]
        return Prevalence(
            kind=kind,
            id=question.id,
            theme=question.theme,
            title=_title(kind, question),
            hard_stop=question.hard_stop is not None,
            answered=self.shown.answered[question.id],
            overall=None if shown.overall is None else _rate(shown.overall),
            by=tuple(
                self._group(circumstance, band)
                for circumstance in self.by
                for band in shown.by.get(circumstance, ())
            ),
        )

    def _group(self, circumstance: str, band: Band) -> GroupRate:
        return GroupRate(
            **_figures(band.share),
            circumstance=circumstance,
            choices=_given(band.choices),
            label=self.label(circumstance, band.choices),
        )

    # What goes together

    def together(self) -> tuple[Together, ...]:
        chances = [mantel_haenszel_p(pair.strata.values()) for pair in self.shown.pairs]
        found = [
            self._pair(pair, p)
            for pair, p in zip(self.shown.pairs, holm(chances), strict=True)
            if p < SURE
        ]
        return tuple(sorted(filter(None, found), key=lambda each: (each.p, -each.low)))

    def _pair(self, pair: Pair, p: float) -> Together | None:
        """Return a pair that goes together; None for one of which each keeps the other away."""
        whole = TwoByTwo(*map(sum, zip(*pair.strata.values(), strict=True)))
        odds, raised = mantel_haenszel_odds(pair.strata.values()), lift(whole)
        if odds is None or raised is None or odds.value <= 1:
            return None
        return Together(
            first=self._named(pair.first),
            second=self._named(pair.second),
            answered=whole.total,
            both=whole.both,
            support=_part(whole.both / whole.total),
            lift=_short(raised),
            odds_ratio=_short(odds.value) if isfinite(odds.value) else None,
            low=_short(odds.interval.low),
            high=_short(odds.interval.high) if isfinite(odds.interval.high) else None,
            p=_short(p),
            stages=_given(pair.strata),
        )

    def _named(self, finding: Finding) -> Named:
        question = self.question_set.question[finding.question]
        title = _title(finding.kind, question)
        return Named(kind=finding.kind, id=question.id, title=title)

    # What separates

    def separates(self) -> tuple[Separates, ...]:
        tried = list(self._contrasts())
        chances = holm([contrast.p for contrast in tried])
        found = [
            self._separates(contrast, p)
            for contrast, p in zip(tried, chances, strict=True)
            if p < SURE
        ]
        # That the further along meet less is no news: it comes last.
        return tuple(
            sorted(found, key=lambda each: (each.circumstance == self.shown.along, each.p))
        )

    def _contrasts(self) -> Iterator[_Contrast]:
        """Yield every roadblock with the groups that are large enough to be held against each other."""
        for (kind, name), shown in self.shown.shown.items():
            if kind == "roadblock" and shown.overall is not None:
                for circumstance, bands in self._divided(shown):
                    known = [band.share for band in bands if band.choices != (NOT_GIVEN,)]
                    if (p := chi_square_p(known)) is not None:
                        yield _Contrast(name, circumstance, bands, p)

    def _divided(self, shown: Shown) -> Iterator[tuple[str, tuple[Band, ...]]]:
        """Yield the groups of a circumstance; of one with several choices, each against all others."""
        for circumstance, bands in shown.by.items():
            if not self.question_set.circumstance[circumstance].multiple:
                yield circumstance, bands
                continue
            for band in bands:
                (choice,) = band.choices
                others = shown.others.get(Group(circumstance, choice))
                if choice != NOT_GIVEN and others is not None:
                    yield circumstance, (band, Band((), others))

    def _separates(self, contrast: _Contrast, p: float) -> Separates:
        name, circumstance = contrast.question, contrast.circumstance
        return Separates(
            id=name,
            title=_title("roadblock", self.question_set.question[name]),
            circumstance=circumstance,
            ask=self.question_set.circumstance[circumstance].ask,
            p=_short(p),
            groups=tuple(self._group(circumstance, band) for band in contrast.bands),
        )

    # What moved, and who is alike

    def moved(self) -> Moved:
        every = [
            MovedQuestion(
                id=question.id,
                ask=question.ask,
                better=_rate_of(self.shown.better[question.id]),
                worse=_rate_of(self.shown.worse[question.id]),
            )
            for question in self.question_set.questions
            if question.id in self.shown.better
        ]
        return Moved(
            organisations=self.shown.moved,
            questions=tuple(
                sorted(every, key=lambda each: (*_rank(each.better), *_rank(each.worse)))
            ),
        )

    def alike(self, like: Like | None) -> Alike:
        if like is None:
            return Alike(organisations=None, shared=(), roadblocks=(), enablers=())
        return Alike(
            organisations=like.size,
            shared=tuple(
                commonalities.Shared(
                    circumstance=name,
                    choices=_given(choices),
                    label=self.label(name, choices, len(choices)),
                )
                for name, choices in like.peer_group.choices.items()
            ),
            roadblocks=self._found("roadblock", like),
            enablers=self._found("enabler", like),
        )

    def _found(self, wanted: commonalities.Kind, like: Like) -> tuple[Found, ...]:
        every = [
            Found(**_figures(share), id=name, title=_title(kind, self.question_set.question[name]))
            for (kind, name), share in like.shown.items()
            if kind == wanted
        ]
        return tuple(sorted(every, key=_rank))

    def suppressed(self) -> Suppressed:
        shown = self.shown
        return Suppressed(
            rule=_RULE_WORKING if shown.working else _RULE,
            least=None if shown.working else LEAST,
            rounded_to=None if shown.working else BASE,
            overall=shown.withheld.overall,
            groups=shown.withheld.groups,
            pairs=shown.withheld.pairs,
        )


def build_commonalities(
    shown: Disclosed, question_set: QuestionSet, ref: SetRef, by: Sequence[str], *, like: bool
) -> Commonalities:
    """Return what these organisations have in common.

    Args:
        shown: the counts that may be shown.
        question_set: what was asked.
        ref: which question set that is.
        by: the circumstances by which to tell how common findings are.
        like: whether those like one organisation were asked for.
    """
    weighing = _Builder(shown, question_set, by)
    return Commonalities(
        format="spinout.commonalities/1",
        working=shown.working,
        notice=WORKING if shown.working else PUBLISHED,
        question_set=ref,
        counted=shown.counted,
        left_out=tuple(LeftOut(reason=r, count=n) for r, n in shown.left_out.items()),
        prevalence=weighing.prevalence(),
        pairs=len(shown.pairs),
        together=weighing.together(),
        separates=weighing.separates(),
        moved=weighing.moved(),
        like=weighing.alike(shown.like) if like else None,
        suppressed=weighing.suppressed(),
        caution=f"{CAUTION} {question_set.caution}",
    )


def _title(kind: str, question: Question) -> str:
    match kind:
        case "roadblock":
            return question.roadblock
        case "enabler":
            return question.enabler
        case _:
            return question.find_out.what


def _given(choices: Iterable[str]) -> tuple[str | None, ...]:
    return tuple(None if choice == NOT_GIVEN else choice for choice in choices)


def _short(number: float) -> float:
    """Four digits that count: more would say more than there is to know."""
    return float(f"{number:.4g}")


def _part(number: float) -> float:
    """Shorten a share, 0 to 1: what is just short of all is never told as all.

    >>> _part(0.123456), _part(0.99997), _part(1.0)
    (0.1235, 0.99997, 1.0)
    """
    short = _short(number)
    return short if short < 1 or number == 1 else 1 - _short(1 - number)


def _figures(share: Share) -> dict[str, float]:
    low, high = wilson(share.met, share.total)
    return {
        "count": share.met,
        "of": share.total,
        "rate": _part(share.met / share.total),
        "low": _part(low),
        "high": _part(high),
    }


def _rate(share: Share) -> Rate:
    return Rate.model_validate(_figures(share))


def _rate_of(share: Share | None) -> Rate | None:
    return None if share is None else _rate(share)


def _rank(rate: Rate | None) -> tuple[bool, float]:
    """The most common first, and last what is withheld."""
    return (rate is None, 0.0 if rate is None else -rate.rate)
