"""A comparison in finished words, which the text and the page format."""

from collections.abc import Sequence
from dataclasses import dataclass

from spinout_cli.documents.assessment import LensState
from spinout_cli.documents.comparison import (
    Absence,
    Appeared,
    Comparison,
    Direction,
    Incomparable,
    LensMoved,
    Moved,
    Scored,
    Stand,
    ThemeMoved,
)
from spinout_cli.fields import Lens
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.results.verdicts import SYMBOLS, lens_name, past_words
from spinout_cli.text import count_noun, sentence

NOTHING = "No answer stands elsewhere."

_STATES = {
    "stopped": "stopped",
    "unknown": "not known yet",
    "roadblocks": "roadblocks to work on",
    "clear": "nothing stops it",
}
_ABSENT: dict[Absence, str] = {
    "not-in-set": "not in the question set",
    "closed": "not asked where these facts hold",
    "unknown": "not known",
    "unknown-rung": "answered with a rung that these questions do not have",
    "think": "only believed",
    "not-applicable": "said not to apply",
    "skipped": "skipped",
    "not-asked": "not answered",
}
_DIRECTIONS: dict[Direction, tuple[str, str]] = {
    "better": ("↑", "better"),
    "worse": ("↓", "worse"),
    "clearer": ("→←", "more is known"),
    "less-clear": ("←→", "less is known"),
    "same": ("=", "the same"),
    "not-comparable": ("≠", "not comparable"),
}
_INCOMPARABLE = {
    "ladder-changed": "Left out, since the rungs of this question have changed.",
    "unknown-rung": (
        "Left out, since an answer is not among the rungs of the questions it was read with."
    ),
}
_NO_LONGER = ("not-in-set", "closed")
"""Why there is no rung where a question is asked no more."""

DIRECTIONS = "".join(symbol for symbol, _ in _DIRECTIONS.values())
"""What stdout must be able to carry for directions to be shown in symbols too."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where an answer stood at one time: its rung from the bottom, from 0, or None."""

    when: str
    words: str
    rung: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one answer, and how many rungs there are where it moved on a ladder."""

    id: str
    was: str
    theme: str
    ask: str
    way: tuple[Moment, ...]
    note: str = ""
    remark: str = ""
    rungs: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """Answers to which the same happened."""

    id: str
    symbol: str
    title: str
    short: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A question by its id and its words; without them where nothing has changed about it."""

    id: str
    ask: str


@dataclass(frozen=True, slots=True)
class LensLine:
    """How it stood with a lens, time by time, and what stopped it."""

    lens: Lens
    name: str
    states: tuple[tuple[LensState, str, str], ...]
    words: str
    stops: tuple[tuple[str, tuple[Named, ...]], ...]


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """Where the range of a theme was, where it is, and which way that is."""

    title: str
    before: Scored | None
    after: Scored | None
    was: str
    now: str
    symbol: str
    direction: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What changed from one of several assessments to the next."""

    title: str
    words: str
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonSummary:
    """Everything that is told of a comparison, in the order in which it is told."""

    service: str
    moments: tuple[tuple[str, str], ...]
    lenses: tuple[LensLine, ...]
    words: str
    stages: tuple[Stage, ...]
    kinds: tuple[Kind, ...]
    done: tuple[str, ...]
    themes: tuple[ThemeLine, ...]


def summarise_comparison(
    comparison: Comparison,
    names: Sequence[str],
    stages: Sequence[Comparison],
    service: str,
    question_set: QuestionSet,
) -> ComparisonSummary:
    """Put a comparison into words.

    Args:
        comparison: what has changed from the first assessment to the last.
        names: what the assessments are called, the earliest first.
        stages: what has changed from each to the next.
        service: its name; nothing where it has none.
        question_set: the questions of the last, which say what the lenses are called.
    """
    kinds = _kinds(comparison)
    asks = {change.id: change.ask for kind in kinds for change in kind.changes}
    several = stages if len(stages) > 1 else ()
    past = comparison.lenses["launch"].series[-1] == "past"
    return ComparisonSummary(
        service=service or question_set.words.subject_sentence,
        moments=tuple(zip(_whens(len(names)), names, strict=True)),
        lenses=tuple(
            _lens(lens, comparison.lenses[lens], asks, question_set, past=past)
            for lens in question_set.lens_words
        ),
        words=_counts(comparison),
        stages=tuple(
            Stage(f"From {number} to {number + 1}", _counts(stage), _done(stage))
            for number, stage in enumerate(several, start=1)
        ),
        kinds=tuple(kind for kind in kinds if kind.changes),
        done=_done(comparison),
        themes=tuple(map(_theme, comparison.themes)),
    )


def _kinds(found: Comparison) -> tuple[Kind, ...]:
    titles = {theme.id: theme.title for theme in found.themes}

    def changes(entries: Sequence[Moved | Appeared | Incomparable]) -> tuple[Change, ...]:
        return tuple(_change(entry, titles.get(entry.theme, entry.theme)) for entry in entries)

    gone = [entry for entry in found.gone if entry.reason not in _NO_LONGER]
    closed = [entry for entry in found.gone if entry.reason in _NO_LONGER]
    return (
        Kind("better", "↑", "Better", "better", changes(found.better)),
        Kind("worse", "↓", "Worse", "worse", changes(found.worse)),
        Kind("new", "+", "New: a rung is given only after", "new", changes(found.new)),
        Kind("gone", "-", "Gone: a rung was given only before", "gone", changes(gone)),
        Kind("closed", "-", "No longer asked", "no longer asked", changes(closed)),
        Kind(
            "incomparable", "≠", "Not comparable", "not comparable", changes(found.not_comparable)
        ),
    )


def _change(entry: Moved | Appeared | Incomparable, theme: str) -> Change:
    ladder = entry.ladder if isinstance(entry, Moved) else ()
    moments = zip(_whens(len(entry.series)), entry.series, strict=True)
    return Change(
        id=entry.id,
        was=entry.was or "",
        theme=theme,
        ask=entry.ask,
        way=tuple(
            Moment(when, _stood(at), ladder.index(at.rung) if at.rung in ladder else None)
            for when, at in moments
        ),
        note=_moved(entry) if isinstance(entry, Moved) else "",
        remark=_INCOMPARABLE[entry.reason] if isinstance(entry, Incomparable) else "",
        rungs=len(ladder),
    )


def _moved(entry: Moved) -> str:
    return f"{'up' if entry.rungs > 0 else 'down'} {count_noun(abs(entry.rungs), 'rung')}"


def _stood(stand: Stand) -> str:
    return f"“{stand.label}”" if stand.reason is None else _ABSENT[stand.reason]


def _whens(count: int) -> list[str]:
    return ["before", *["then"] * (count - 2), "after"]


def _lens(
    lens: Lens, moved: LensMoved, asks: dict[str, str], question_set: QuestionSet, *, past: bool
) -> LensLine:
    words = {**_STATES, "past": past_words(question_set)}
    states = [words[state] for state in moved.series]
    same = len(set(states)) == 1
    stops = (
        ("stops it no more", moved.settled),
        ("stopped it, and is not known now", moved.unknown),
        ("stops it now", moved.arisen),
        ("still stops it", moved.still),
    )
    return LensLine(
        lens=lens,
        name=lens_name(lens, question_set, past=past),
        states=tuple((state, SYMBOLS[state], words[state]) for state in moved.series),
        words=f"{states[0]}, as before" if same else ", then ".join(states),
        stops=tuple(
            (words, tuple(Named(name, asks.get(name, "")) for name in names))
            for words, names in stops
            if names
        ),
    )


def _theme(theme: ThemeMoved) -> ThemeLine:
    symbol, words = _DIRECTIONS[theme.direction]
    return ThemeLine(
        theme.title,
        theme.before,
        theme.after,
        _ranged(theme.before),
        _ranged(theme.after),
        symbol,
        words,
    )


def _ranged(theme: Scored | None) -> str:
    if theme is None or theme.low is None or theme.high is None:
        return "nothing that applies"
    if theme.low == theme.high:
        return f"{round(theme.low, 1):g}"
    return f"{round(theme.low, 1):g} to {round(theme.high, 1):g}"


def _counts(found: Comparison) -> str:
    counts = [f"{len(kind.changes)} {kind.short}" for kind in _kinds(found) if kind.changes]
    return sentence(", ".join(counts)) or NOTHING


def _done(found: Comparison) -> tuple[str, ...]:
    done = {step.id: step.do for entry in found.better for step in entry.done}
    return tuple(map(sentence, done.values()))
