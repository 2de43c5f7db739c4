"""Small invented data sets of organisations, with whatever makes subtraction easy: nested groups,
groups that are the same people under two names, small groups, and groups that all agree."""

from random import Random
from typing import Any

from helpers.question_sets import question, small_question_set
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.question_set.model import QuestionSet

RUNGS = ("nothing", "begun", "drafted", "secured")
CHOICES = {
    "nation": ("england", "scotland", "wales", "northern-ireland"),
    "sector": ("leisure", "libraries", "parks", "health", "fire", "arts"),
    "parent": ("council", "nhs-body", "fire-authority"),
    "launch": ("left", "soon", "later"),
}
SCHEMES = ("lgps", "nhs", "fire")
QUESTIONS = ("staff.vote", "staff.morale", "money.plan", "money.debt")
PARENTS = {"health": "nhs-body", "fire": "fire-authority"}


def world_set() -> QuestionSet:
    """Return the question set of these worlds."""
    circumstances = [
        {"id": name, "ask": f"Which {name}?", "choices": [{"id": c, "label": c} for c in choices]}
        for name, choices in CHOICES.items()
    ]
    schemes = [{"id": scheme, "label": scheme} for scheme in SCHEMES]
    circumstances.insert(
        3, {"id": "schemes", "ask": "Which schemes?", "multiple": True, "choices": schemes}
    )
    three = [{"id": rung, "label": rung} for rung in ("nothing", "begun", "secured")]
    marks = ("roadblock", "roadblock", "enabler")
    questions = [question(name) for name in QUESTIONS]
    questions[1]["rungs"] = [{**rung, "marks": m} for rung, m in zip(three, marks, strict=True)]
    return small_question_set(
        circumstances=circumstances,
        questions=questions,
        rules=[],
        notices=[],
        stories=[],
        tests=[],
        in_house=None,
    )


def world(seed: int, size: int) -> list[AnswerSheet]:
    """Invent organisations: the more even the seed's dice, the fewer small groups there are."""
    random = Random(seed)  # noqa: S311  (repeatable)
    weights = {name: [random.random() ** 3 + 0.01 for _ in own] for name, own in CHOICES.items()}
    rates = {name: [random.random() ** 2 + 0.01 for _ in range(6)] for name in QUESTIONS}
    astray = random.choice((0, 0, 0.02))
    return [_sheet(number, random, weights, rates, astray) for number in range(size)]


def _sheet(
    number: int, random: Random, weights: dict[str, Any], rates: dict[str, Any], astray: float
) -> AnswerSheet:
    facts: dict[str, Any] = {
        name: random.choices(own, weights[name])[0] for name, own in CHOICES.items()
    }
    if random.random() >= astray:
        facts["parent"] = PARENTS.get(facts["sector"], "council")
    facts["schemes"] = [{"nhs-body": "nhs", "fire-authority": "fire"}.get(facts["parent"], "lgps")]
    if random.random() < 0.1:
        facts["schemes"].append(random.choice(SCHEMES))
    for name in facts:
        if random.random() < 0.03:
            facts[name] = None
    answers = {}
    for name in QUESTIONS:
        tilt = [rate * (3 if facts["sector"] == "fire" else 1) for rate in rates[name][:1]]
        state = random.choices(
            ("nothing", "begun", "drafted", "secured", "unknown", "skipped"),
            [*tilt, *rates[name][1:]],
        )[0]
        if name == "staff.morale" and state == "drafted":
            state = "secured"
        answers[name] = {"rung": state} if state in RUNGS else {"state": state}
    return AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "service": {"id": f"service-{number}"},
            "circumstances": facts,
            "answers": answers,
        }
    )
