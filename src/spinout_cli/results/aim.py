"""What another file's answers come to as an aim: told by the ids and on the ladders of today."""

from collections.abc import Mapping
from typing import NamedTuple

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.assessment import NotCounted
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.scoring.scorer import Scorer


class Aim(NamedTuple):
    """The rungs that are aimed at, from 0 at the bottom, and the rungs given that are none."""

    rungs: Mapping[str, int]
    not_counted: tuple[NotCounted, ...]


def aim(
    sheet: AnswerSheet, theirs: QuestionSet, scorer: Scorer, ours: QuestionSet, *, alike: bool
) -> Aim:
    """Return what a sheet aims at, and what of it has to be left out.

    Args:
        sheet: the answers that are wanted.
        theirs: the set that they were read with.
        scorer: what counts in our set.
        ours: the set to tell it in.
        alike: whether they were given in our set after all, whatever they were read with.
    """
    names = _by_our_ids(sheet, theirs, ours)
    answers = {now: sheet.answers[name] for now, name in names.items()}
    ladders = {n: theirs.ladders[name] for n, name in names.items() if name in theirs.question}
    given = sheet.model_copy(update={"answers": answers})
    standing = scorer.stand(given, None if alike else ladders)
    missed = tuple(
        NotCounted(id=name, reason=why)
        for name, why in standing.refused
        # Nothing is aimed at where no rung is given: there is nothing to miss.
        if name in answers and answers[name].rung is not None
    )
    return Aim(standing.rungs, missed)


def _by_our_ids(sheet: AnswerSheet, theirs: QuestionSet, ours: QuestionSet) -> dict[str, str]:
    """Return the ids under which answers were given, by those that the questions have in our set."""
    found: dict[str, str] = {}
    # What their set does not ask gives way to what it does: it did not count there either.
    for name in sorted(sheet.answers, key=lambda name: name not in theirs.question):
        now = _our_id(name, theirs, ours)
        found.setdefault(name if now in found else now, name)
    return found


def _our_id(name: str, theirs: QuestionSet, ours: QuestionSet) -> str:
    """Return the id that a question has in our set: its own, or by any name that both know."""
    earlier = (old for old, now in theirs.renamed.items() if now == name)
    known = {question: question for question in ours.question} | ours.renamed
    return next((known[each] for each in (name, *earlier) if each in known), name)
