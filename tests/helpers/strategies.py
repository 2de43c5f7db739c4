"""Question sets and answer sheets as Hypothesis draws them: sound sets, and sheets of any kind.

Everything is drawn from a few strategies that are made once: making them anew costs more than all
that is done with what they draw.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from spinout_cli.documents.answers import Answer, AnswerSheet
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.scoring.scorer import Scorer

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
DIGEST = "0" * 64
THEMES = ("alpha", "beta")
CHOICES = ("one", "two", "three")
STATES = ("answered", "unknown", "not-applicable", "skipped", "not-asked")
TALLIES = ("answered", "unknown", "roadblocks", "enablers", "hard-stops")

laws = settings(max_examples=50, deadline=None)

CIRCUMSTANCES: dict[str, dict[str, Any]] = {
    "stage": {"choices": ["left", "soon"]},
    "place": {"choices": CHOICES},
    "schemes": {"choices": CHOICES, "multiple": True},
    "people": {"type": "number"},
    "day": {"type": "date"},
    "nickname": {"type": "text"},
}
"""The same in every set that is drawn, but for their conditions."""

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_T = TypeVar("_T")


@cache
def _upto(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number)


def pick(draw: st.DrawFn, options: Sequence[_T]) -> _T:
    """Draw one of these; the first is the simplest."""
    return options[draw(_upto(len(options) - 1))]


def some(draw: st.DrawFn, options: Sequence[_T], most: int) -> list[_T]:
    """Draw a few of these, none twice."""
    wanted = [pick(draw, options) for _ in range(draw(_upto(most)))] if options else []
    return list(dict.fromkeys(wanted))


def chance(draw: st.DrawFn, among: int) -> bool:
    """Draw a yes that comes once among so many."""
    return draw(_upto(among - 1)) == among - 1


def shuffled(draw: st.DrawFn, parts: list[_T]) -> list[_T]:
    """Draw an order."""
    return [parts.pop(draw(_upto(len(parts) - 1))) for _ in range(len(parts))]


# ------------------------------------------------------------------ circumstances and conditions


def value_of(draw: st.DrawFn, name: str) -> Any:
    """Draw what a circumstance can be."""
    match name:
        case "schemes":
            return tuple(some(draw, CHOICES, 3))
        case "people":
            return draw(_upto(200))
        case "day":
            return str(date(2024, 1, 1) + timedelta(days=draw(_upto(1000))))
        case "nickname":
            return pick(draw, ("Bryn", "Dale"))
        case _:
            return pick(draw, CIRCUMSTANCES[name]["choices"])


def _on_circumstance(draw: st.DrawFn, name: str) -> dict[str, Any]:
    match name:
        case "schemes":
            return {"has": pick(draw, CHOICES)}
        case "people":
            return {pick(draw, ("at_least", "below")): str(value_of(draw, name))}
        case "day":
            return {pick(draw, ("before", "after")): value_of(draw, name)}
        case _ if chance(draw, 3):
            return {"in": [value_of(draw, name), value_of(draw, name)]}
        case _:
            return {"is": value_of(draw, name)}


def _on_question(draw: st.DrawFn, ladder: list[str], more: Sequence[str]) -> dict[str, Any]:
    how = pick(draw, ("at_least", "below", "is", "in", *(["state"] if "state" in more else [])))
    if how == "state":
        return {how: pick(draw, STATES)}
    rung = pick(draw, ladder)
    return {how: [rung, pick(draw, ladder)] if how == "in" else rung}


def condition(
    draw: st.DrawFn,
    circumstances: Sequence[str],
    ladders: Mapping[str, list[str]],
    more: Sequence[str] = ("state",),
    depth: int = 0,
) -> dict[str, Any]:
    """Draw a condition, as plain data, on these circumstances and questions.

    Args:
        draw: Hypothesis's.
        circumstances: the ids of the circumstances.
        ladders: the rungs of the questions.
        more: what else it may look at: "state" of a question, "tally".
        depth: how deep it stands in another one.
    """
    kind = pick(draw, ("test", "test", "not", "all", "any")) if depth < 3 else "test"
    if kind == "test":
        return _test(draw, circumstances, ladders, more)
    parts = [
        condition(draw, circumstances, ladders, more, depth + 1)
        for _ in range(1 if kind == "not" else 1 + draw(_upto(1)))
    ]
    return {kind: parts[0] if kind == "not" else parts}


def _test(
    draw: st.DrawFn,
    circumstances: Sequence[str],
    ladders: Mapping[str, list[str]],
    more: Sequence[str],
) -> dict[str, Any]:
    name = pick(draw, (*circumstances, *ladders, *ladders, *(["tally"] if "tally" in more else [])))
    if name == "tally":
        counted = {pick(draw, ("at_least", "below")): str(draw(_upto(4)))}
        return {f"tally.{pick(draw, TALLIES)}": counted}
    if name in ladders:
        return {name: _on_question(draw, ladders[name], more)}
    return {name: _on_circumstance(draw, name)}


def _circumstance(draw: st.DrawFn, name: str, before: Sequence[str]) -> dict[str, Any]:
    made = {"id": name, "ask": f"What is the {name}?", **CIRCUMSTANCES[name]}
    made["choices"] = [{"id": c, "label": c.title()} for c in made.get("choices", ())]
    if before and chance(draw, 4):
        made["when"] = condition(draw, before, {})
    return made


# ------------------------------------------------------------------ question sets


def _rungs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Three to five rungs, at times with positions or marks of their own, which never fall."""
    count = 3 + draw(_upto(2))
    rungs: list[dict[str, Any]] = [{"id": f"r{n}", "label": f"Rung {n}"} for n in range(count)]
    if chance(draw, 5):
        steps = [1 + draw(_upto(19)) for _ in rungs]
        for n, rung in enumerate(rungs):
            rung["position"] = sum(steps[: n + 1]) / 100
    if chance(draw, 5):
        low, high = sorted((draw(_upto(count)), draw(_upto(count))))
        for n, rung in enumerate(rungs):
            rung["marks"] = "roadblock" if n < low else "neither" if n < high else "enabler"
    return rungs


def _hard_stop(draw: st.DrawFn, lenses: list[str], rungs: list[dict[str, Any]]) -> Any:
    return {
        "lens": pick(draw, [*lenses, *(["both"] if len(lenses) == 2 else [])]),
        "clears_at": pick(draw, [rung["id"] for rung in rungs[1:]]),
        "reason": "It cannot go on without this.",
    }


def _actions(
    draw: st.DrawFn, owner: str, before: list[str], names: list[str]
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for n in range(1 + draw(_upto(1))):
        known = [*before, *(action["id"] for action in made)]
        made.append(
            {
                "id": f"{owner}-{n}",
                "do": "Do it",
                "who": "the lead",
                "effort": pick(draw, ("days", "weeks", "months")),
                "helps": some(draw, names, 2),
                "after": some(draw, known, 2),
            }
        )
    return made


def _question(draw: st.DrawFn, name: str, actions: list[dict[str, Any]]) -> dict[str, Any]:
    rungs = _rungs(draw)
    lenses = pick(draw, (["launch"], ["endure"], ["launch", "endure"]))
    return {
        "id": name,
        "theme": name.partition(".")[0],
        "ask": f"How far is {name}?",
        "why": "It matters.",
        "lenses": lenses,
        "weight": 1 + draw(_upto(2)),
        "quick": chance(draw, 2),
        "rungs": rungs,
        "hard_stop": _hard_stop(draw, lenses, rungs) if chance(draw, 3) else None,
        "roadblock": f"No {name} yet.",
        "enabler": f"There is {name}.",
        "find_out": {"what": f"How {name} stands", "from": "the lead"},
        "next": actions,
        "sources": ["survey"],
    }


def _questions(draw: st.DrawFn, names: list[str], more: Sequence[str]) -> list[dict[str, Any]]:
    """Draw questions which look only at those made before them, and stand in any order."""
    ladders: dict[str, list[str]] = {}
    actions: list[str] = []
    made = []
    for name in names:
        question = _question(draw, name, _actions(draw, name, actions, names))
        if chance(draw, 3):
            question["when"] = condition(draw, list(CIRCUMSTANCES), ladders, more)
        made.append(question)
        ladders[name] = [rung["id"] for rung in question["rungs"]]
        actions += [action["id"] for action in question["next"]]
    return shuffled(draw, made)


def _rule(draw: st.DrawFn, number: int, ladders: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "id": f"rule-{number}",
        "kind": pick(draw, ("roadblock", "enabler", "caution", "option")),
        "when": condition(draw, list(CIRCUMSTANCES), ladders, ("state", "tally")),
        "title": "Found",
        "because": "Shown together.",
        "sources": ["survey"],
    }


@st.composite
def sets(draw: st.DrawFn, *, states: bool = True) -> dict[str, Any]:
    """Sound question sets as plain data: two to six questions in two themes.

    Args:
        draw: Hypothesis's.
        states: whether questions may depend on the state of another one, not only on its rung.
    """
    others = [pick(draw, THEMES) for _ in range(draw(_upto(4)))]
    names = [f"{theme}.q{n}" for n, theme in enumerate([*THEMES, *others])]
    questions = _questions(draw, names, ("state",) if states else ())
    ladders = {q["id"]: [rung["id"] for rung in q["rungs"]] for q in questions}
    facts = list(CIRCUMSTANCES)
    survey = {"id": "survey", "title": "A survey", "publisher": "A publisher", "year": 2020}
    return {
        "format": "spinout.questions/1",
        "id": "drawn",
        "version": "1",
        "title": "A set that was drawn",
        "minimum_coverage": pick(draw, (0.5, 0, 0.25, 0.55, 1)),
        "left": pick(draw, (None, {"stage": {"is": "left"}})),
        "in_house": pick(draw, (None, *names)),
        "caution": "This is drawn.",
        "circumstances": shuffled(
            draw, [_circumstance(draw, name, facts[:n]) for n, name in enumerate(facts)]
        ),
        "themes": [{"id": t, "title": t.title(), "why": "It matters."} for t in THEMES],
        "questions": questions,
        "rules": [_rule(draw, n, ladders) for n in range(draw(_upto(2)))],
        "sources": [survey | {"url": "https://example.org/survey", "read": "official"}],
    }


# ------------------------------------------------------------------ answer sheets


def answer(draw: st.DrawFn, ladder: list[str]) -> dict[str, Any]:
    """Draw any answer to a question with this ladder: mostly a rung, now and then one it lacks."""
    made: dict[str, Any] = {"note": draw(texts)} if chance(draw, 8) else {}
    match pick(draw, ("rung", "rung", "rung", "rung", "rung", "state", "state", "wrong")):
        case "rung":
            made |= {"rung": pick(draw, ladder)}
            made |= {"basis": pick(draw, (None, "seen", "told", "think"))}
        case "state":
            made |= {"state": pick(draw, ("unknown", "not-applicable", "skipped"))}
        case _:
            made |= {"rung": "no-such-rung"}
    return made


def _facts(draw: st.DrawFn) -> dict[str, Any]:
    made = {name: value_of(draw, name) for name in CIRCUMSTANCES if not chance(draw, 3)}
    if chance(draw, 4):
        made[pick(draw, [*CIRCUMSTANCES, "no-such-fact", "gone"])] = pick(
            draw, ("nonsense", None, ("one", "nonsense"), -1.5)
        )
    return made


@st.composite
def sheets(draw: st.DrawFn, tree: dict[str, Any]) -> AnswerSheet:
    """Answer sheets for a set, of every state, basis and mistake."""
    given = {
        q["id"]: answer(draw, [rung["id"] for rung in q["rungs"]])
        for q in tree["questions"]
        if not chance(draw, 6)
    }
    given |= {name: answer(draw, ["r0"]) for name in some(draw, ("no.such", "gone", "alpha.x"), 2)}
    return AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "service": {"id": "a1", "name": draw(texts)} if chance(draw, 4) else None,
            "depth": pick(draw, ("full", "full", "full", "quick")),
            "circumstances": _facts(draw),
            "answers": given,
        }
    )


@st.composite
def cases(draw: st.DrawFn, *, states: bool = True) -> tuple[Scorer, QuestionSet, AnswerSheet]:
    """A scorer, the set it scores by, and a sheet to score."""
    tree = draw(sets(states=states))
    question_set = QuestionSet.model_validate(tree)
    return Scorer(question_set, DIGEST), question_set, draw(sheets(tree))


def answered(sheet: AnswerSheet, name: str, **given: Any) -> AnswerSheet:
    """Return the sheet with this answer to this question instead."""
    made = {**sheet.answers, name: Answer.model_validate(given)}
    return sheet.model_copy(update={"answers": made})
