"""Roadblocks, enablers and unknowns in words, each with its reason and story."""

from collections.abc import Iterable
from dataclasses import replace

from spinout_cli.documents.assessment import (
    Assessment,
    Enabler,
    Finding,
    InHouse,
    Roadblock,
    Unknown,
)
from spinout_cli.fields import LENSES, Lens
from spinout_cli.question_set.model import QuestionSet, Story
from spinout_cli.results.hints import CommandHints
from spinout_cli.results.summary import (
    ActionItem,
    EnablerItem,
    InHouseItem,
    Remark,
    RoadblockItem,
    UnknownItem,
)
from spinout_cli.results.verdicts import lens_phrase
from spinout_cli.text import headline, sentence

_DOUBTS = {
    "unknown": "",
    "think": "You have an answer, but nobody has seen or been told it yet.",
    "not-applicable": (
        "You said that it does not apply. It counts as not known, because it could stop {}."
    ),
}


def to_settle(
    assessment: Assessment, question_set: QuestionSet, hints: CommandHints, *, past: bool
) -> list[RoadblockItem]:
    """Hard stops, then what only several answers together show, then the other roadblocks."""
    told: set[str] = set()
    blocks = [
        replace(
            _settle(found, assessment, question_set, told, past=past),
            explain=hints.explain(found.id),
        )
        for found in assessment.roadblocks
    ]
    stops = sum(block.hard_stop for block in blocks)
    rules = [
        _settle_rule(found, hints) for found in assessment.findings if found.kind == "roadblock"
    ]
    return blocks[:stops] + rules + blocks[stops:]


def _settle(
    found: Roadblock,
    assessment: Assessment,
    question_set: QuestionSet,
    told: set[str],
    *,
    past: bool,
) -> RoadblockItem:
    first = found.next[0] if found.next else None
    return RoadblockItem(
        id=found.id,
        hard_stop=found.hard_stop,
        symbol="■" if found.hard_stop else "▲",
        kind="Hard stop" if found.hard_stop else "Roadblock",
        title=headline(found.title),
        lens=lens_phrase(_lenses(found, assessment), question_set, past=past),
        because=sentence(found.because),
        next=ActionItem(first.do, first.who, first.effort) if first else None,
        story=_story(found.stories, assessment, question_set, told),
        explain="",
        theme=theme_title(found.theme, question_set),
        cites=found.sources,
    )


def _settle_rule(found: Finding, hints: CommandHints) -> RoadblockItem:
    return RoadblockItem(
        id=found.id,
        hard_stop=False,
        symbol="▲",
        kind="Roadblock",
        title=headline(found.title),
        lens="",
        because=sentence(found.because),
        next=None,
        story="",
        explain=hints.explain(found.id),
        cites=found.sources,
    )


def _lenses(found: Roadblock, assessment: Assessment) -> list[Lens]:
    """What a hard stop stops, or what a roadblock bears on."""
    stopped = [lens for lens in LENSES if found.id in assessment.lenses[lens].hard_stops]
    return stopped or list(found.lenses)


def _story(
    names: Iterable[str], assessment: Assessment, question_set: QuestionSet, told: set[str]
) -> str:
    """The story most like the reader's own: sector, then nation, then one not yet told here."""
    stories = [question_set.story[name] for name in names if name in question_set.story]
    if not stories:
        return ""
    nation = assessment.circumstances.get("nation")
    sector = assessment.circumstances.get("sector")

    def likeness(story: Story) -> tuple[bool, bool, bool]:
        return sector in story.sectors, story.nation == nation, story.id not in told

    chosen = max(stories, key=likeness)
    told.add(chosen.id)
    disputed = " The parties tell it differently." if chosen.disputed else ""
    return f"{chosen.title}, {chosen.dated}: {sentence(chosen.ending)}{disputed}"


def in_favour(assessment: Assessment, question_set: QuestionSet) -> list[EnablerItem]:
    """Stops that are cleared, then what several answers together show, then the rest."""
    cleared: list[EnablerItem] = []
    rest: list[EnablerItem] = []
    for found in assessment.enablers:
        question = question_set.question.get(found.id)
        stop = question is not None and question.hard_stop is not None
        theme = theme_title(found.theme, question_set)
        (cleared if stop else rest).append(_favour(found, theme))
    rules = [_favour(found) for found in assessment.findings if found.kind == "enabler"]
    return cleared + rules + rest


def _favour(found: Enabler | Finding, theme: str = "") -> EnablerItem:
    return EnablerItem(
        id=found.id,
        symbol="●",
        title=headline(found.title),
        because=sentence(found.because),
        theme=theme,
        cites=found.sources,
    )


def cautions_and_options(findings: Iterable[Finding]) -> list[Remark]:
    """Cautions before options."""
    return [
        Remark(
            found.id, symbol, word, headline(found.title), sentence(found.because), found.sources
        )
        for kind, symbol, word in (("caution", "!", "Caution"), ("option", "○", "Option"))
        for found in findings
        if found.kind == kind
    ]


def to_find(unknown: Unknown, question_set: QuestionSet) -> UnknownItem:
    """Tell what nobody knows yet, and whom to ask."""
    undertaking = question_set.words.undertaking
    doubt = _DOUBTS[unknown.reason].format(undertaking)
    stop = f"It could stop {undertaking}." if unknown.hard_stop and "stop" not in doubt else ""
    return UnknownItem(
        id=unknown.id,
        hard_stop=unknown.hard_stop,
        symbol="?",
        what=unknown.what,
        ask=unknown.from_,
        note=" ".join(filter(None, (doubt, stop))),
        theme=theme_title(unknown.theme, question_set),
    )


def in_house(said: InHouse | None, question_set: QuestionSet, *, past: bool) -> InHouseItem | None:
    """Tell what was said about staying as it is; None where the set does not ask."""
    words = question_set.words
    if said is not None:
        return InHouseItem(words.in_house, headline(said.title), sentence(said.because))
    if question_set.in_house is None:
        return None
    return InHouseItem(words.in_house, words.in_house_past if past else words.in_house_open, "")


def theme_title(name: str, question_set: QuestionSet) -> str:
    """Return what a theme is called; its id where the set has no such theme."""
    theme = question_set.theme.get(name)
    return name if theme is None else theme.title
