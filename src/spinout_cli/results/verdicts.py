"""The verdicts of the lenses in words, and how many answers each rests on."""

from collections.abc import Sequence

from spinout_cli.documents.assessment import Assessment, LensState, LensVerdict, Roadblock
from spinout_cli.fields import LENSES, Lens
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.question_set.rungs import rung_effect
from spinout_cli.question_set.wording import DEFAULT_LENSES
from spinout_cli.results.summary import Count, LensLine
from spinout_cli.text import count_noun

SYMBOLS: dict[LensState, str] = {
    "stopped": "■",
    "unknown": "?",
    "roadblocks": "▲",
    "clear": "●",
    "past": "–",  # noqa: RUF001  (a dash is meant)
}


def lens_name(lens: Lens, question_set: QuestionSet, *, past: bool) -> str:
    """Return what a lens is called, in the tense that is true."""
    words = question_set.lens_words.get(lens, DEFAULT_LENSES[lens])
    return (past and words.title_past) or words.title


def lens_phrase(lenses: Sequence[Lens], question_set: QuestionSet, *, past: bool = False) -> str:
    """Return what several lenses are called within a sentence."""
    words = question_set.words
    every = (past and words.every_lens_past) or words.every_lens
    if len(lenses) == len(LENSES) and every:
        return every
    return " and ".join(lens_within(lens, question_set, past=past) for lens in lenses)


def lens_within(lens: Lens, question_set: QuestionSet, *, past: bool = False) -> str:
    """Return what a lens is called within a sentence."""
    name = lens_name(lens, question_set, past=past)
    return name[:1].lower() + name[1:]


def past_words(question_set: QuestionSet) -> str:
    """Return what is said of the first lens once it is past."""
    return question_set.lens_words.get("launch", DEFAULT_LENSES["launch"]).past


def lens_line(lens: Lens, assessment: Assessment, question_set: QuestionSet) -> LensLine:
    """Tell how it stands with a lens, and how many answers bear on it."""
    verdict = assessment.lenses[lens]
    past = assessment.lenses["launch"].state == "past"
    return LensLine(
        lens=lens,
        state=verdict.state,
        symbol=SYMBOLS[verdict.state],
        name=lens_name(lens, question_set, past=past),
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
            first = count_noun(len(verdict.hard_stops), "thing") + " to settle first"
            return first + (f", {len(verdict.unknown)} not known yet" if verdict.unknown else "")
        case "unknown":
            return _not_known(lens, verdict, assessment, question_set)
        case "roadblocks":
            found = count_noun(_blocks(lens, verdict, assessment, question_set), "roadblock")
            return f"{found} to work on; nothing in these answers stops it"
        case "clear":
            return "nothing in these answers stops it"
        case "past":
            return past_words(question_set)


def _not_known(
    lens: Lens, verdict: LensVerdict, assessment: Assessment, question_set: QuestionSet
) -> str:
    if not any(question.bears_on(lens) for question in question_set.questions):
        return "not known: no question is about this"
    deciding = sum(_decides(name, lens, question_set) for name in verdict.unknown)
    blocks = _blocks(lens, verdict, assessment, question_set)
    found = f"; {count_noun(blocks, 'roadblock')} so far" if blocks else ""
    if deciding:
        return f"not known yet: {count_noun(deciding, 'answer')} still needed{found}"
    if assessment.depth == "quick":
        return f"nothing here stops it{found}; the quick version does not ask the rest"
    return f"not known yet: too little is answered{found}"


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
    return rung_effect(question, question.ladder.index(found.rung)) == "roadblock"


def _decides(name: str, lens: Lens, question_set: QuestionSet) -> bool:
    question = question_set.question.get(name)
    return question is None or question.decides(lens)
