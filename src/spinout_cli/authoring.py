"""What authors of question sets, and programs that answer them, ask for."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from spinout_cli import bank
from spinout_cli.answers import AnswerSheet
from spinout_cli.assessment import Assessment
from spinout_cli.cleaning import clean
from spinout_cli.errors import SpinoutError
from spinout_cli.questions import Circumstance, Question, QuestionSet
from spinout_cli.text import wrapped

_DOCUMENTS: dict[str, type[BaseModel]] = {
    "questions": QuestionSet,
    "answers": AnswerSheet,
    "assessment": Assessment,
}


def listed(path: Path | None, *, as_json: bool) -> str:
    """Return every question on a line by its theme, or what a program needs to answer them."""
    loaded = bank.load(path)
    if as_json:
        return json.dumps(_for_programs(loaded), ensure_ascii=False, indent=2)
    lines = []
    for theme in loaded.set.themes:
        lines.append(f"{theme.title}")
        lines += [f"  {q.id:<32} {_tags(q)}  {q.ask}" for q in loaded.set.of_theme(theme.id)]
    return "\n".join(lines)


def _tags(question: Question) -> str:
    stop = "can stop" if question.hard_stop else ""
    return f"{question.weight} {'quick' if question.quick else '':<5} {stop:<8}"


def _for_programs(loaded: bank.Loaded) -> dict[str, Any]:
    question_set = loaded.set
    return {
        "question_set": {
            "id": question_set.id,
            "version": question_set.version,
            "digest": loaded.digest,
        },
        "circumstances": [_circumstance(c) for c in question_set.circumstances],
        "questions": [_question(q) for q in question_set.questions],
    }


def _circumstance(circumstance: Circumstance) -> dict[str, Any]:
    return {
        "id": circumstance.id,
        "ask": circumstance.ask,
        "type": circumstance.type,
        "multiple": circumstance.multiple,
        "choices": [{"id": c.id, "label": c.label} for c in circumstance.choices],
    }


def _question(question: Question) -> dict[str, Any]:
    told = question.model_dump(
        mode="json", by_alias=True, include={"hard_stop", "when"}, exclude_none=True
    )
    return {
        "id": question.id,
        "theme": question.theme,
        "ask": question.ask,
        "weight": question.weight,
        "lenses": list(question.lenses),
        "hard_stop": told.get("hard_stop"),
        "when": told.get("when"),
        "rungs": [{"id": rung.id, "label": rung.label} for rung in question.rungs],
    }


def shown(question_id: str, path: Path | None) -> str:
    """Return one question with its ladder, its evidence and what to do next, as text.

    Raises:
        SpinoutError: there is no such question.
    """
    question_set = bank.load(path).set
    question = question_set.question.get(question_id)
    if question is None:
        raise SpinoutError(
            f"There is no question '{clean(question_id)[:64]}'. spinout questions list names them."
        )
    stop = question.hard_stop
    cut = question.ladder.index(stop.clears_at) if stop else -1
    lines = [
        f"{question.id}   {question_set.theme[question.theme].title}",
        "",
        *wrapped(question.ask),
        "",
        *(
            line
            for number, rung in enumerate(question.rungs, start=1)
            for line in wrapped(
                rung.label, f"  {number}  ", mark=" (clears)" if number == cut + 1 else ""
            )
        ),
        "",
        *_evidence(question, question_set),
    ]
    return "\n".join(lines)


def _evidence(question: Question, question_set: QuestionSet) -> list[str]:
    stop = question.hard_stop
    parts = [f"Why we ask. {question.why}"]
    if stop:
        lens = {"launch": "before it leaves", "endure": "after it leaves", "both": "both lenses"}
        parts.append(f"What it can stop ({lens[stop.lens]}). {stop.reason}")
    parts += [
        f"When low. {question.roadblock}",
        f"When high. {question.enabler}",
        f"If nobody knows. {question.find_out.what} Ask: {question.find_out.from_}.",
    ]
    parts += [f"Next. {a.do} ({a.who}, {a.effort})." for a in question.next]
    for name in question.stories:
        story = question_set.story[name]
        told = " ".join(part for part in (story.helped, story.hurt, story.ending) if part)
        parts.append(f"Been there. {story.title}, {story.dated}. {told}")
    for name in question.sources:
        source = question_set.source[name]
        parts.append(f"Source. {source.title}, {source.publisher}, {source.year}. {source.url}")
    return [line for part in parts for line in wrapped(part)]


def checked(path: Path | None, *, as_json: bool) -> tuple[str, bool]:
    """Return what is wrong in a question set, and whether nothing is."""
    faults = bank.problems(path)
    if as_json:
        return json.dumps(
            [fault._asdict() for fault in faults], ensure_ascii=False, indent=2
        ), not faults
    if faults:
        return "\n".join(str(fault) for fault in faults), False
    loaded = bank.load(path)
    count = f"{len(loaded.set.questions)} questions in {len(loaded.set.themes)} themes"
    return f"{loaded.origin}: {count}; nothing is wrong.", True


def schema(document: str) -> str:
    """Return the JSON Schema of a document."""
    model = _DOCUMENTS[document]
    written = document == "assessment"
    told = model.model_json_schema(mode="serialization" if written else "validation")
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **told}, indent=2)
