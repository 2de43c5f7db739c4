"""What a reader is told: an assessment in finished words, which every report only draws."""

import shlex
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from spinout_cli.assessment import (
    Assessment,
    Enabler,
    Finding,
    InHouse,
    LensState,
    LensVerdict,
    NotCounted,
    Roadblock,
    ShownNotice,
    Step,
    ThemeScore,
    Unknown,
)
from spinout_cli.questions import QuestionSet, Source, Story
from spinout_cli.scoring import mark
from spinout_cli.vocabulary import LENSES, Lens

STEPS = 3
"""How many next steps are told."""

_Item = TypeVar("_Item")
_Noted = TypeVar("_Noted", "Settle", "Favour", "ToFind")

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SYMBOLS: dict[LensState, str] = {
    "stopped": "■",
    "unknown": "?",
    "roadblocks": "▲",
    "clear": "●",
    "past": "–",  # noqa: RUF001  (a dash is meant)
}
_NAMES: dict[Lens, str] = {"launch": "Before it leaves", "endure": "After it leaves"}
_NAMES_PAST: dict[Lens, str] = {"launch": "Before it left", "endure": "After it left"}
_DOUBTS = {
    "unknown": "",
    "think": "You have an answer, but nobody has seen or been told it yet.",
    "not-applicable": (
        "You said that it does not apply. It counts as not known, because it could stop a spin-out."
    ),
}
_CONFIDENCE = {
    "confirmed": "confirmed in the official text",
    "reported": "as reported; we have not seen it in the official text",
    "check": "not settled; check it before you rely on it",
}
_REFUSALS = {
    "closed": "It is not asked of a service with these facts. The answer is kept.",
    "unknown-question": "This question set has no such question.",
    "unknown-rung": "In this question set, the question has no such answer.",
    "unknown-circumstance": "This question set does not ask for this fact.",
    "unknown-choice": "In this question set, the fact has no such choice.",
}
_READ = {
    "official": "read in the official text",
    "secondary": "read in somebody's account of it",
    "background": "background only",
}
_NO_ROADBLOCK = "Nothing in the answers given so far."
_NO_FAVOUR = "The answers given so far do not show it yet."
_NO_STEP = "These answers name no next step."
_IN_HOUSE_OPEN = "You have not yet said what staying in-house could not do."
_IN_HOUSE_PAST = "It has left, so what staying in-house could not do is not weighed here."
_IN_HOUSE_NOT_ASKED = "This question set does not ask what staying in-house could not do."


@dataclass(frozen=True, slots=True)
class Listed(Generic[_Item]):
    """Some of a list: what is shown, the words for what is not, the words if there is nothing."""

    shown: tuple[_Item, ...]
    more: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Whose summary it is, and how much of it is known."""

    service: str
    nation: str
    sector: str
    answered: str
    depth: str
    date: str

    @property
    def facts(self) -> tuple[str, ...]:
        """What stands under the name, as far as it is known."""
        return tuple(filter(None, (self.nation, self.sector, self.answered, self.depth, self.date)))


@dataclass(frozen=True, slots=True)
class Count:
    """How many answers do the same for a lens."""

    symbol: str
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class LensLine:
    """One of the two verdicts."""

    lens: Lens
    state: LensState
    symbol: str
    name: str
    words: str
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do, who usually does it, and how long it usually takes."""

    do: str
    who: str
    effort: str

    @property
    def by(self) -> str:
        """Who and how long, in one phrase."""
        return ", ".join(filter(None, (self.who, self.effort)))


@dataclass(frozen=True, slots=True)
class Settle:
    """Something missing, why it is said, what to do, and who has been there."""

    id: str
    hard_stop: bool
    symbol: str
    kind: str
    title: str
    lens: str
    because: str
    next: Deed | None
    story: str
    explain: str
    theme: str = ""
    noted: str = ""
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Favour:
    """Something the service has going for it."""

    id: str
    symbol: str
    title: str
    because: str
    theme: str = ""
    noted: str = ""
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """A caution or an option that several answers together show."""

    id: str
    symbol: str
    kind: str
    title: str
    because: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToFind:
    """Something that nobody knows yet, and whom to ask."""

    id: str
    hard_stop: bool
    symbol: str
    what: str
    ask: str
    note: str
    theme: str = ""
    noted: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said about staying in-house."""

    title: str
    because: str


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """How much of a theme is in place, and how much is not known."""

    id: str
    title: str
    low: float | None
    high: float | None
    score: float | None
    answered: int
    applicable: int

    @property
    def known(self) -> str:
        """Where it stands, from 0 to 100, in words."""
        if self.low is None or self.high is None or not self.answered:
            return "nothing known yet" if self.applicable else "none of it applies"
        if self.low == self.high:
            return f"{self.low:.0f} of 100"
        return f"between {self.low:.0f} and {self.high:.0f} of 100"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """What the law or policy says, on what authority, and how sure we are."""

    id: str
    symbol: str
    title: str
    says: str
    sources: tuple[str, ...]
    confidence: str
    sureness: str
    force: str
    reviewed: str
    cites: tuple[str, ...] = ()

    @property
    def standing(self) -> tuple[str, ...]:
        """How far it can be relied on, phrase by phrase."""
        return tuple(filter(None, (self.sureness, self.force, self.reviewed)))


@dataclass(frozen=True, slots=True)
class StepLine:
    """One of the next steps."""

    number: int
    deed: Deed
    reason: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One of all the things to do, and the numbers of those that come first."""

    number: int
    id: str
    deed: Deed
    after: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note on a question that nothing else is said about."""

    id: str
    theme: str
    ask: str
    noted: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Something published that what is said rests on."""

    number: int
    id: str
    title: str
    published: str
    url: str
    read: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that was given and does not count, and why."""

    id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything a reader is told, in the order in which it is told."""

    heading: Heading
    lenses: tuple[LensLine, ...]
    open: str
    go_on: str
    settle: Listed[Settle]
    favour: Listed[Favour]
    remarks: Listed[Remark]
    find_out: Listed[ToFind]
    in_house: Said
    themes: tuple[ThemeLine, ...]
    place: str
    notices: Listed[NoticeLine]
    steps: Listed[StepLine]
    not_counted: Listed[Ignored]
    caution: str
    ending: str
    plan: tuple[PlanLine, ...] = ()
    notes: tuple[NoteLine, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    made_with: str = ""
    language: str = "en-GB"


def summarise(  # noqa: PLR0913  (each says one thing about how it is told)
    assessment: Assessment,
    question_set: QuestionSet,
    *,
    file: str | None = None,
    limit: int | None = None,
    notes: Mapping[str, str] | None = None,
    command: str = "assess",
) -> Summary:
    """Put an assessment into words, in the order in which they are best read.

    Args:
        assessment: what follows from the answers.
        question_set: the set that it was computed with.
        file: where the answers are, so that commands can name it.
        limit: how many of each list to show. What stops a spin-out is always shown.
        notes: what was noted beside an answer, by the question's id.
        command: the command that goes on with the file.
    """
    past = assessment.lenses["launch"].state == "past"
    listed = _Lists(limit, file)
    heading = _heading(assessment, question_set)
    steps = _steps(assessment)
    noted = _Notes(notes or {})
    settle = noted.beside(_settles(assessment, question_set, past=past))
    favour = noted.beside(_favours(assessment, question_set))
    remarks = _remarks(assessment.findings)
    find_out = noted.beside([_to_find(u, question_set) for u in assessment.find_out])
    today = assessment.scored_at.date()
    notices = [_notice(notice, question_set, today) for notice in assessment.notices]
    return Summary(
        heading=heading,
        lenses=tuple(_lens(lens, assessment, question_set) for lens in LENSES),
        open=_open(assessment),
        go_on=_go_on(assessment, file, command),
        settle=listed(settle, _NO_ROADBLOCK, _stopping),
        favour=listed(favour, _NO_FAVOUR),
        remarks=listed(remarks),
        find_out=listed(find_out, "", _stopping),
        in_house=_in_house(assessment.in_house, question_set, past=past),
        themes=tuple(_theme(theme) for theme in assessment.themes),
        place=", ".join(filter(None, (heading.nation, heading.sector))),
        notices=listed(notices, _no_notice(heading.nation)),
        steps=Listed(tuple(steps), empty="" if steps else _NO_STEP),
        not_counted=listed([_ignored(n, question_set) for n in assessment.not_counted]),
        caution=sentence(assessment.caution),
        ending=_ending(assessment, favour, steps),
        plan=_plan(assessment),
        notes=noted.elsewhere(question_set),
        sources=_sources([*settle, *favour, *remarks, *notices], question_set),
        made_with=_made_with(assessment),
        language=question_set.language,
    )


def sentence(words: str) -> str:
    """Return the words with a full stop, unless they end like a sentence already.

    >>> sentence("A sponsor turns up"), sentence("Who pays?")
    ('A sponsor turns up.', 'Who pays?')
    """
    words = words.strip()
    return words if not words or words.endswith((".", "!", "?", "…", ".”", "?”")) else f"{words}."


def day(when: date) -> str:
    """Return a date in words, the same in every locale.

    >>> day(date(2026, 11, 22))
    '22 November 2026'
    """
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def _headline(words: str) -> str:
    return words.strip().removesuffix(".")


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> counted(1, "roadblock"), counted(2, "roadblock")
    ('1 roadblock', '2 roadblocks')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


class _Notes:
    """Puts each note beside what is said about its question, and keeps track of the rest."""

    def __init__(self, notes: Mapping[str, str]) -> None:
        self._left = {name: note.strip() for name, note in notes.items() if note.strip()}

    def beside(self, items: list[_Noted]) -> list[_Noted]:
        """Return the items with their notes."""
        return [replace(item, noted=self._left.pop(item.id, "")) for item in items]

    def elsewhere(self, question_set: QuestionSet) -> tuple[NoteLine, ...]:
        """Return the notes that have not been put beside anything."""
        return tuple(
            NoteLine(q.id, _theme_title(q.theme, question_set), q.ask, self._left[q.id])
            for q in question_set.questions
            if q.id in self._left
        )


_IN_ASCII = str.maketrans(
    {
        **dict.fromkeys("“”„«", '"'),
        **dict.fromkeys("‘’‚", "'"),  # noqa: RUF001  (these are the quotes meant)
        **dict.fromkeys("–—−‐‑·", "-"),  # noqa: RUF001  (these are the dashes meant)
        **dict(zip("■▲●○§»█▒░", "#^*o=>#?.", strict=True)),
        "…": "...",
        "£": "GBP ",
        "€": "EUR ",
        "\u00a0": " ",
    }
)


def carried(text: str, encoding: str) -> str:
    """Return the text in characters that this encoding can carry, as near to the words as it can.

    >>> carried("■ “Dŵr” 漢", "ascii")
    '# "Dwr" ?'
    """
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return "".join(_nearest(character, encoding) for character in text)
    return text


def _nearest(character: str, encoding: str) -> str:
    for nearest in (
        character,
        character.translate(_IN_ASCII),
        unicodedata.normalize("NFKD", character)[:1],
    ):
        try:
            nearest.encode(encoding)
        except UnicodeError:
            continue
        except LookupError:
            return nearest if nearest.isascii() else "?"
        return nearest
    return "?"


class _Lists:
    """Cuts lists to the length asked for, and says what it left out."""

    def __init__(self, limit: int | None, file: str | None) -> None:
        self._limit = limit
        self._file = file

    def __call__(
        self,
        items: Sequence[_Item],
        empty: str = "",
        always: Callable[[_Item], bool] = lambda _: False,
    ) -> Listed[_Item]:
        """Show the first, and beyond the limit only what must never be left out."""
        limit = len(items) if self._limit is None else max(self._limit, 0)
        shown = tuple(item for i, item in enumerate(items) if i < limit or always(item))
        left = len(items) - len(shown)
        return Listed(shown, self._more(left) if left else "", "" if items else empty)

    def _more(self, left: int) -> str:
        return f"{left} more" + (
            f": spinout report {shlex.quote(self._file)}" if self._file else ""
        )


def _stopping(item: Settle | ToFind) -> bool:
    return item.hard_stop


def _heading(assessment: Assessment, question_set: QuestionSet) -> Heading:
    answered = sum(theme.answered for theme in assessment.themes)
    applicable = sum(theme.applicable for theme in assessment.themes)
    return Heading(
        service=(assessment.service.name if assessment.service else "").strip() or "Your service",
        nation=_label("nation", assessment, question_set),
        sector=_label("sector", assessment, question_set),
        answered=f"{answered} of {applicable} answered",
        depth="quick version" if assessment.depth == "quick" else "",
        date=day(assessment.scored_at.date()),
    )


def _label(circumstance: str, assessment: Assessment, question_set: QuestionSet) -> str:
    """What was chosen, in the set's words; nothing where it says nothing."""
    asked = question_set.circumstance.get(circumstance)
    chosen = assessment.circumstances.get(circumstance)
    if asked is None or chosen == "other":
        return ""
    return next((choice.label for choice in asked.choices if choice.id == chosen), "")


def _lens(lens: Lens, assessment: Assessment, question_set: QuestionSet) -> LensLine:
    verdict = assessment.lenses[lens]
    past = assessment.lenses["launch"].state == "past"
    return LensLine(
        lens=lens,
        state=verdict.state,
        symbol=_SYMBOLS[verdict.state],
        name=(_NAMES_PAST if past else _NAMES)[lens],
        words=_verdict(lens, verdict, assessment, question_set),
        counts=_counts(lens, verdict, assessment, question_set),
    )


def _counts(
    lens: Lens, verdict: LensVerdict, assessment: Assessment, question_set: QuestionSet
) -> tuple[Count, ...]:
    """How many answers stop a lens, leave it open, stand in its way and speak for it."""
    if verdict.state == "past":
        return ()
    stops, helps = len(verdict.hard_stops), _helps(lens, assessment, question_set)
    blocks = _blocks(lens, verdict, assessment, question_set)
    return (
        Count("■", stops, "stops it" if stops == 1 else "stop it"),
        Count("?", len(verdict.unknown), "not known yet"),
        Count("▲", blocks, "roadblock" if blocks == 1 else "roadblocks"),
        Count("●", helps, "in its favour"),
    )


def _helps(lens: Lens, assessment: Assessment, question_set: QuestionSet) -> int:
    known = (question_set.question.get(found.id) for found in assessment.enablers)
    return sum(question is not None and question.bears_on(lens) for question in known)


def _verdict(
    lens: Lens, verdict: LensVerdict, assessment: Assessment, question_set: QuestionSet
) -> str:
    """What is to settle: it neither scolds nor predicts."""
    match verdict.state:
        case "stopped":
            first = counted(len(verdict.hard_stops), "thing") + " to settle first"
            return first + (f", {len(verdict.unknown)} not known yet" if verdict.unknown else "")
        case "unknown":
            return _not_known(lens, verdict, assessment, question_set)
        case "roadblocks":
            found = counted(_blocks(lens, verdict, assessment, question_set), "roadblock")
            return f"{found} to work on; nothing in these answers stops it"
        case "clear":
            return "nothing in these answers stops it"
        case "past":
            return "it has left"


def _not_known(
    lens: Lens, verdict: LensVerdict, assessment: Assessment, question_set: QuestionSet
) -> str:
    deciding = sum(_decides(name, lens, question_set) for name in verdict.unknown)
    if not deciding:  # only the quick version leaves a lens open when all that decides is answered
        return "nothing here stops it; the quick version cannot say more"
    blocks = _blocks(lens, verdict, assessment, question_set)
    found = f"; {counted(blocks, 'roadblock')} so far" if blocks else ""
    return f"not known yet: {counted(deciding, 'answer')} still needed{found}"


def _blocks(
    lens: Lens, verdict: LensVerdict, assessment: Assessment, question_set: QuestionSet
) -> int:
    """How many answers are roadblocks to this lens without stopping it."""
    return sum(
        lens in found.lenses and found.id not in verdict.hard_stops and _low(found, question_set)
        for found in assessment.roadblocks
    )


def _low(found: Roadblock, question_set: QuestionSet) -> bool:
    question = question_set.question.get(found.id)
    if question is None or found.rung not in question.ladder:
        return True  # scored with another version of the set, which called it a roadblock
    return mark(question, question.ladder.index(found.rung)) == "roadblock"


def _decides(name: str, lens: Lens, question_set: QuestionSet) -> bool:
    question = question_set.question.get(name)
    return question is None or question.decides(lens)


def _theme_title(name: str, question_set: QuestionSet) -> str:
    theme = question_set.theme.get(name)
    return name if theme is None else theme.title


def _open(assessment: Assessment) -> str:
    """What has not been asked, so that silence is not taken for an answer."""
    left = sum(theme.applicable - theme.asked for theme in assessment.themes)
    later = "left for the full version" if assessment.depth == "quick" else "not asked yet"
    return f"{counted(left, 'question')} {later}." if left else ""


def _go_on(assessment: Assessment, file: str | None, command: str) -> str:
    """The command that goes on with a session; other documents cannot be gone on with."""
    if assessment.depth == "full" and _open(assessment) and file and file.endswith(".spinout"):
        return f"spinout {command} {shlex.quote(file)}"
    return ""


def _settles(assessment: Assessment, question_set: QuestionSet, *, past: bool) -> list[Settle]:
    """Hard stops, then what only several answers together show, then the other roadblocks."""
    told: set[str] = set()
    blocks = [
        _settle(found, assessment, question_set, told, past=past) for found in assessment.roadblocks
    ]
    stops = sum(block.hard_stop for block in blocks)
    rules = [_settle_rule(found) for found in assessment.findings if found.kind == "roadblock"]
    return blocks[:stops] + rules + blocks[stops:]


def _settle(
    found: Roadblock,
    assessment: Assessment,
    question_set: QuestionSet,
    told: set[str],
    *,
    past: bool,
) -> Settle:
    first = found.next[0] if found.next else None
    return Settle(
        id=found.id,
        hard_stop=found.hard_stop,
        symbol="■" if found.hard_stop else "▲",
        kind="Hard stop" if found.hard_stop else "Roadblock",
        title=_headline(found.title),
        lens=_when(_lenses(found, assessment), past=past),
        because=sentence(found.because),
        next=Deed(first.do, first.who, first.effort) if first else None,
        story=_story(found.stories, assessment, question_set, told),
        explain=f"spinout explain {found.id}",
        theme=_theme_title(found.theme, question_set),
        cites=found.sources,
    )


def _settle_rule(found: Finding) -> Settle:
    return Settle(
        id=found.id,
        hard_stop=False,
        symbol="▲",
        kind="Roadblock",
        title=_headline(found.title),
        lens="",
        because=sentence(found.because),
        next=None,
        story="",
        explain=f"spinout explain {found.id}",
        cites=found.sources,
    )


def _lenses(found: Roadblock, assessment: Assessment) -> list[Lens]:
    """What a hard stop stops, or what a roadblock bears on."""
    stopped = [lens for lens in LENSES if found.id in assessment.lenses[lens].hard_stops]
    return stopped or list(found.lenses)


def _when(lenses: Sequence[Lens], *, past: bool) -> str:
    leaves = "left" if past else "leaves"
    if len(lenses) == len(LENSES):
        return f"before and after it {leaves}"
    return f"{'before' if 'launch' in lenses else 'after'} it {leaves}"


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


def _favours(assessment: Assessment, question_set: QuestionSet) -> list[Favour]:
    """Stops that are cleared, then what several answers together show, then the rest."""
    cleared: list[Favour] = []
    rest: list[Favour] = []
    for found in assessment.enablers:
        question = question_set.question.get(found.id)
        stop = question is not None and question.hard_stop is not None
        theme = _theme_title(found.theme, question_set)
        (cleared if stop else rest).append(_favour(found, theme))
    rules = [_favour(found) for found in assessment.findings if found.kind == "enabler"]
    return cleared + rules + rest


def _favour(found: Enabler | Finding, theme: str = "") -> Favour:
    return Favour(
        id=found.id,
        symbol="●",
        title=_headline(found.title),
        because=sentence(found.because),
        theme=theme,
        cites=found.sources,
    )


def _remarks(findings: Iterable[Finding]) -> list[Remark]:
    """Cautions before options."""
    return [
        Remark(
            found.id, symbol, word, _headline(found.title), sentence(found.because), found.sources
        )
        for kind, symbol, word in (("caution", "!", "Caution"), ("option", "○", "Option"))
        for found in findings
        if found.kind == kind
    ]


def _to_find(unknown: Unknown, question_set: QuestionSet) -> ToFind:
    doubt = _DOUBTS[unknown.reason]
    stop = "It could stop a spin-out." if unknown.hard_stop and "stop" not in doubt else ""
    return ToFind(
        id=unknown.id,
        hard_stop=unknown.hard_stop,
        symbol="?",
        what=unknown.what,
        ask=unknown.from_,
        note=" ".join(filter(None, (doubt, stop))),
        theme=_theme_title(unknown.theme, question_set),
    )


def _in_house(said: InHouse | None, question_set: QuestionSet, *, past: bool) -> Said:
    if said is not None:
        return Said(_headline(said.title), sentence(said.because))
    if question_set.in_house is None:
        return Said(_IN_HOUSE_NOT_ASKED, "")
    return Said(_IN_HOUSE_PAST if past else _IN_HOUSE_OPEN, "")


def _theme(theme: ThemeScore) -> ThemeLine:
    return ThemeLine(
        theme.id,
        theme.title,
        theme.low,
        theme.high,
        theme.score,
        theme.answered,
        theme.applicable,
    )


def _notice(notice: ShownNotice, question_set: QuestionSet, today: date) -> NoticeLine:
    sources = question_set.source
    return NoticeLine(
        id=notice.id,
        symbol="§",
        title=_headline(notice.title),
        says=sentence(notice.says),
        sources=tuple(sources[name].title for name in notice.sources if name in sources),
        confidence=notice.confidence,
        sureness=_CONFIDENCE[notice.confidence],
        force=_force(notice, today),
        reviewed=_reviewed(notice),
        cites=notice.sources,
    )


def _force(notice: ShownNotice, today: date) -> str:
    match notice.in_force:
        case _ if notice.about == "support":
            return ""  # help that somebody offers is not in force or out of it
        case "not-in-force":
            return "not in force"
        case "unknown":
            return "start date not known"
        case date() as since:
            return f"in force {'since' if since <= today else 'from'} {day(since)}"


def _reviewed(notice: ShownNotice) -> str:
    if notice.overdue:
        return f"past its review date, {day(notice.review_by)}: look again before you rely on it"
    return f"reviewed {day(notice.reviewed)}"


def _no_notice(nation: str) -> str:
    if nation:
        return "Nothing in this question set applies to these facts alone."
    return "Say where the service is, and what the law says there is shown here."


def _steps(assessment: Assessment) -> list[StepLine]:
    """What to do, then what to find out, then what to answer: three in all, where there are."""
    planned = [
        (Deed(step.do, step.who, step.effort), _reason(step, assessment))
        for step in assessment.next_steps[:STEPS]
    ]
    finding = [(_asking(unknown), "") for unknown in assessment.find_out]
    left = sum(theme.applicable - theme.asked for theme in assessment.themes)
    words = "the question" if left == 1 else f"the {left} questions"
    answering = [(Deed(f"Answer {words} still open", "", ""), "")] if left else []
    chosen = (planned + finding + answering)[:STEPS]
    return [StepLine(i, deed, reason) for i, (deed, reason) in enumerate(chosen, start=1)]


def _plan(assessment: Assessment) -> tuple[PlanLine, ...]:
    """Everything there is to do, in an order that works."""
    numbers = {step.id: number for number, step in enumerate(assessment.next_steps, start=1)}
    return tuple(
        PlanLine(
            number=numbers[step.id],
            id=step.id,
            deed=Deed(step.do, step.who, step.effort),
            after=tuple(sorted(numbers[name] for name in step.after if name in numbers)),
            reason=_reason(step, assessment),
        )
        for step in assessment.next_steps
    )


def _sources(
    items: Sequence[Settle | Favour | Remark | NoticeLine], question_set: QuestionSet
) -> tuple[SourceLine, ...]:
    """What has been cited, numbered in the order in which it is cited."""
    cited = dict.fromkeys(name for item in items for name in item.cites)
    known = [question_set.source[name] for name in cited if name in question_set.source]
    return tuple(_source(number, source) for number, source in enumerate(known, start=1))


def _source(number: int, source: Source) -> SourceLine:
    published = f"{source.publisher}, {source.year}"
    return SourceLine(number, source.id, source.title, published, source.url, _READ[source.read])


def _made_with(assessment: Assessment) -> str:
    """Which questions the answers were given to, so that others can check."""
    ref = assessment.question_set
    return f"Question set {ref.id}, version {ref.version}, digest {ref.digest[:12]}."


def _asking(unknown: Unknown) -> Deed:
    return Deed(f"Find out: {_headline(unknown.what)}", f"ask {unknown.from_}", "")


def _reason(step: Step, assessment: Assessment) -> str:
    """What a step is for: what it helps, or what waits for it."""
    helped = [found.title for found in assessment.roadblocks if found.id in step.helps]
    if helped:
        more = f", and {len(helped) - 1} more" if len(helped) > 1 else ""
        return f"Helps with: {_headline(helped[0])}{more}."
    waiting = (other.do for other in assessment.next_steps if step.id in other.after)
    first = next(waiting, "")
    return sentence(f"Comes before: {first}") if first else ""


def _ignored(refused: NotCounted, question_set: QuestionSet) -> Ignored:
    question = question_set.question.get(refused.id)
    fact = question_set.circumstance.get(refused.id)
    asked = question or fact
    return Ignored(refused.id, asked.ask if asked else "", _REFUSALS[refused.reason])


def _ending(assessment: Assessment, favour: list[Favour], steps: list[StepLine]) -> str:
    """A true good ending: what is there to build on, and that the next thing can be done."""
    if not any(theme.answered for theme in assessment.themes):
        return "Nothing is answered yet. Start with any theme; you can stop whenever you like."
    if not favour:
        return (
            "These answers do not yet show what is going for you. That is said of these answers,"
            " not of your service." + _doable(steps)
        )
    strongest = " ".join(sentence(found.title) for found in favour[:2])
    return f"Going for you: {strongest} {_worth(len(favour))}{_doable(steps)}"


def _worth(number: int) -> str:
    if number == 1:
        return "One thing does not carry a spin-out; it is a start, and it is yours."
    if number == 2:  # noqa: PLR2004  (both have been named)
        return "None of it decides the matter; it is yours to build on."
    return f"There are {number - 2} more. None of it decides the matter; it is yours to build on."


def _doable(steps: list[StepLine]) -> str:
    if steps and steps[0].deed.effort == "days":
        return " The first step usually takes days."
    return " Each next step is something that one person can start." if steps else ""
