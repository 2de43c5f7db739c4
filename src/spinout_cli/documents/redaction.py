"""Redaction: notes and names removed from answers and results before they are shared."""

import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from spinout_cli.documents.answers import Answer, AnswerSheet, Value
from spinout_cli.documents.assessment import Assessment
from spinout_cli.fields import Model as Stated
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.text_folding import fold, fold_with_places

if TYPE_CHECKING:
    from spinout_cli.documents.workshop import Discussion, Workshop

Redact = Literal["notes", "name"]
NAMELESS = "the service"
"""What stands where the name stood."""


def redacted(
    sheet: AnswerSheet, parts: Collection[Redact], question_set: QuestionSet
) -> AnswerSheet:
    """Return the answers without these parts; what follows from them stays the same.

    Args:
        sheet: the answers.
        question_set: tells what was chosen from a list, and so is no name, from what was written.
        parts: `notes` takes out notes and reasons; `name` takes out the service, its id, the
            role, who gave each answer and the session, and puts "the service" wherever else its name was written.
    """
    changes: dict[str, Any] = {}
    if "notes" in parts:
        changes["answers"] = {name: _silent(answer) for name, answer in sheet.answers.items()}
        sheet = sheet.model_copy(update=changes)
    if "name" in parts:
        mask = _mask(sheet.service.name if sheet.service else "")
        changes["answers"] = {n: _masked(answer, mask) for n, answer in sheet.answers.items()}
        changes["circumstances"] = _hidden(sheet.circumstances, mask, question_set)
        changes |= {"service": None, "role": None, "session": None}
    return sheet.model_copy(update=changes)


def redacted_result(
    assessment: Assessment, parts: Collection[Redact], question_set: QuestionSet
) -> Assessment:
    """Return an assessment without these parts; it never holds notes."""
    if "name" not in parts:
        return assessment
    mask = _mask(assessment.service.name if assessment.service else "")
    hidden = _hidden(assessment.circumstances, mask, question_set)
    return assessment.model_copy(update={"service": None, "circumstances": hidden})


def redacted_workshop(
    workshop: "Workshop", parts: Collection[Redact], question_set: QuestionSet
) -> "Workshop":
    """Return a workshop without these parts; votes, and what was agreed, stay.

    Args:
        workshop: the workshop.
        question_set: as for answers.
        parts: `notes` takes out notes, reasons, statements, and who is named: whoever took
            something on or has seen a document. `name` takes out the service and the session, and puts "the
            service" wherever else its name was written.
    """
    changes: dict[str, Any] = {}
    if "notes" in parts:
        changes["questions"] = {n: _unnamed(talk) for n, talk in workshop.questions.items()}
        workshop = workshop.model_copy(update=changes)
    if "name" in parts:
        mask = _mask(workshop.service.name if workshop.service else "")
        changes["questions"] = {n: _veiled(talk, mask) for n, talk in workshop.questions.items()}
        changes["rooms"] = tuple(
            room.model_copy(update={"participants": _renamed(room.participants, mask)})
            for room in workshop.rooms
        )
        changes["circumstances"] = _hidden(workshop.circumstances, mask, question_set)
        changes |= {"service": None, "session": None}
    return workshop.model_copy(update=changes)


def _unnamed(talk: "Discussion") -> "Discussion":
    """What was said about a question without its note, its statements, and anybody's name."""
    tasks = tuple(task.model_copy(update={"owner": ""}) for task in talk.actions)
    agreed = talk.agreed
    if agreed is not None:
        basis = agreed.basis and agreed.basis.model_copy(update={"seen_by": "left out"})
        agreed = agreed.model_copy(update={"basis": basis, "reason": ""})
    return talk.model_copy(
        update={"note": "", "statements": (), "actions": tasks, "agreed": agreed}
    )


def _veiled(talk: "Discussion", mask: Callable[[str], str]) -> "Discussion":
    """What was said about a question, with a name hidden wherever somebody wrote it."""
    agreed = talk.agreed
    if agreed is not None:
        basis = agreed.basis and _masked_fields(agreed.basis, mask)
        agreed = agreed.model_copy(update={"basis": basis, "reason": mask(agreed.reason)})
    rounds = tuple(
        vote.model_copy(update={"groups": vote.groups and _renamed(vote.groups, mask)})
        for vote in talk.rounds
    )
    return talk.model_copy(
        update={
            "rounds": rounds,
            "agreed": agreed,
            "note": mask(talk.note),
            "statements": tuple(_masked_fields(said, mask) for said in talk.statements),
            "actions": tuple(_masked_fields(task, mask) for task in talk.actions),
        }
    )


_Said = TypeVar("_Said", bound=Stated)


def _masked_fields(said: _Said, mask: Callable[[str], str]) -> _Said:
    """Hide a name in every text of a part."""
    return said.model_copy(update={key: mask(words) for key, words in said.model_dump().items()})


_Held = TypeVar("_Held")


def _renamed(by_role: dict[str, _Held], mask: Callable[[str], str]) -> dict[str, _Held]:
    return {mask(role): held for role, held in by_role.items()}


def _silent(answer: Answer) -> Answer:
    return answer.model_copy(update={"note": "", "reason": ""})


def _masked(answer: Answer, mask: Callable[[str], str]) -> Answer:
    return answer.model_copy(
        update={"note": mask(answer.note), "reason": mask(answer.reason), "by": None}
    )


def _hidden(
    circumstances: dict[str, Value], mask: Callable[[str], str], question_set: QuestionSet
) -> dict[str, Value]:
    known = {fact.id: {choice.id for choice in fact.choices} for fact in question_set.circumstances}
    return {name: _hide(v, mask, known.get(name, set())) for name, v in circumstances.items()}


def _hide(value: Value, mask: Callable[[str], str], choices: Collection[str]) -> Value:
    if isinstance(value, str):
        return value if value in choices else mask(value)
    if isinstance(value, tuple):
        return tuple(item if item in choices else mask(item) for item in value)
    return value


def _mask(name: str) -> Callable[[str], str]:
    """Return what hides a name in a text, however it is spaced, capitalised or spelt there."""
    words = fold(name).split()
    if not words:
        return lambda text: text
    found = re.compile(rf"(?<!\w){' +'.join(map(re.escape, words))}(?!\w)")

    def masked(text: str) -> str:
        folded, starts, ends = fold_with_places(text)
        for match in reversed(list(found.finditer(folded))):
            text = text[: starts[match.start()]] + NAMELESS + text[ends[match.end() - 1] :]
        return text

    return masked
