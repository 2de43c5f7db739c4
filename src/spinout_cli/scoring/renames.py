"""Answers carried over to the ids of another version of a question set."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.question_set.model import QuestionSet

Ladders = Mapping[str, tuple[str, ...]]
"""The rung ids of questions, from the bottom up."""


_Given = TypeVar("_Given")


def carried(answers: Mapping[str, _Given], question_set: QuestionSet) -> Mapping[str, _Given]:
    """Return answers, or what belongs to each, by the ids that their questions have in this set.

    One given under an id of an earlier version counts under the id that the question has now,
    unless there is one under that id already: then it is left where it was.
    """
    earlier = [name for name in question_set.renamed if name in answers]
    if not earlier:
        return answers
    found = dict(answers)
    for name in earlier:
        if question_set.renamed[name] not in found:
            found[question_set.renamed[name]] = found.pop(name)
    return found


def carried_over(sheet: AnswerSheet, question_set: QuestionSet) -> AnswerSheet:
    """Return a sheet with its answers by the ids that their questions have in this set."""
    ladders = None if sheet.ladders is None else carried(sheet.ladders, question_set)
    answers = carried(sheet.answers, question_set)
    return sheet.model_copy(update={"answers": answers, "ladders": ladders})


def on_other_ladders(
    answers: Iterable[str], ladders: Ladders, question_set: QuestionSet
) -> frozenset[str]:
    """Return which of these answers were given on other ladders than this set's.

    Args:
        answers: the ids under which they were given.
        ladders: those that they were given on.
        question_set: the set that they are to be compared in; its ids are returned.
    """
    theirs = carried({name: ladders.get(name) for name in answers}, question_set)
    ours = question_set.ladders
    return frozenset(n for n, ladder in theirs.items() if ladder and ladder != ours.get(n, ladder))


def renamed(question_sets: Iterable[QuestionSet]) -> dict[str, str]:
    """Return the newest id for every id that a question had before, as these sets tell it.

    Of ids that a question went through and came back to, the newest is the one of the last set.
    """
    sets = list(question_sets)
    named = {
        old: question.id
        for question_set in sets
        for question in question_set.questions
        for old in question.renamed_from
    }
    last = sets[-1].question.keys() if sets else ()
    return {old: _newest(old, named, last) for old in named}


def _newest(name: str, named: Mapping[str, str], last: Collection[str]) -> str:
    names = [name]
    while (further := named.get(names[-1])) is not None:
        if further in names:  # round and round: any of these would do, if it is the same for all
            circle = names[names.index(further) :]
            return min(circle, key=lambda each: (each not in last, each))
        names.append(further)
    return names[-1]
