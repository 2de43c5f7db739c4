"""Question sets and answer sheets as Hypothesis draws them: sound sets, and sheets of any kind."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from spinout_cli.answers import AnswerSheet
from spinout_cli.questions import QuestionSet
from spinout_cli.scoring import Scorer

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
DIGEST = "0" * 64
THEMES = ("alpha", "beta")
CHOICES = ("one", "two", "three")
LENSES = ("launch", "endure")
STATES = ("answered", "unknown", "not-applicable", "skipped", "not-asked")
TALLIES = ("answered", "unknown", "roadblocks", "enablers", "hard-stops")

laws = settings(max_examples=60, deadline=None)
few = settings(max_examples=25, deadline=None)

CIRCUMSTANCES: dict[str, dict[str, Any]] = {
    "stage": {"choices": ["left", "soon"]},
    "place": {"choices": CHOICES},
    "schemes": {"choices": CHOICES, "multiple": True},
    "people": {"type": "number"},
    "day": {"type": "date"},
    "nickname": {"type": "text"},
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "stage": st.sampled_from(["left", "soon"]),
    "place": st.sampled_from(CHOICES),
    "schemes": st.lists(st.sampled_from(CHOICES), unique=True).map(tuple),
    "people": st.integers(0, 200),
    "day": st.dates(datetime(2020, 1, 1).date(), datetime(2030, 1, 1).date()).map(str),  # noqa: DTZ001  (a day)
    "nickname": st.sampled_from(["Bryn", "Dale"]),
}
"""What each circumstance can be; the same in every set that is drawn."""

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)

# ------------------------------------------------------------------ conditions


def _on_circumstance(name: str) -> st.SearchStrategy[dict[str, Any]]:
    value = VALUES[name]
    match name:
        case "schemes":
            return st.sampled_from(CHOICES).map(lambda v: {name: {"has": v}})
        case "people":
            operators = st.sampled_from(["at_least", "below"])
        case "day":
            operators = st.sampled_from(["before", "after"])
        case _:
            operators = st.just("is")
            listed = st.lists(value, min_size=1, max_size=2).map(lambda v: {name: {"in": v}})
            return listed | value.map(lambda v: {name: {"is": v}})
    return st.builds(lambda how, v: {name: {how: str(v)}}, operators, value)


def _on_question(name: str, ladder: list[str], *, states: bool) -> st.SearchStrategy[Any]:
    rung = st.sampled_from(ladder)
    compared = st.builds(
        lambda how, r: {name: {how: r}}, st.sampled_from(["is", "at_least", "below"]), rung
    )
    listed = st.lists(rung, min_size=1, max_size=2).map(lambda v: {name: {"in": v}})
    state = st.sampled_from(STATES).map(lambda s: {name: {"state": s}})
    return compared | listed | state if states else compared | listed


def conditions(
    circumstances: list[str],
    ladders: dict[str, list[str]],
    *,
    states: bool = True,
    tallies: bool = False,
) -> st.SearchStrategy[dict[str, Any]]:
    """Conditions, as plain data, on these circumstances and questions."""
    leaves = [_on_circumstance(name) for name in circumstances]
    leaves += [_on_question(name, ladder, states=states) for name, ladder in ladders.items()]
    if tallies:
        leaves.append(
            st.builds(
                lambda name, how, n: {f"tally.{name}": {how: str(n)}},
                st.sampled_from(TALLIES),
                st.sampled_from(["at_least", "below"]),
                st.integers(0, 4),
            )
        )
    return st.recursive(
        st.one_of(leaves),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts})
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts})
            | inner.map(lambda part: {"not": part})
        ),
        max_leaves=4,
    )


# ------------------------------------------------------------------ question sets


@st.composite
def _rungs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Three to five rungs, at times with positions or marks of their own, which never fall."""
    count = draw(st.integers(3, 5))
    rungs: list[dict[str, Any]] = [{"id": f"r{n}", "label": f"Rung {n}"} for n in range(count)]
    if draw(st.integers(0, 3)) == 0:
        hundredths = st.lists(st.integers(0, 100), min_size=count, max_size=count, unique=True)
        for rung, position in zip(rungs, sorted(draw(hundredths)), strict=True):
            rung["position"] = position / 100
    if draw(st.integers(0, 3)) == 0:
        low, high = sorted(draw(st.tuples(st.integers(0, count), st.integers(0, count))))
        for n, rung in enumerate(rungs):
            rung["marks"] = "roadblock" if n < low else "neither" if n < high else "enabler"
    return rungs


@st.composite
def _hard_stops(draw: st.DrawFn, lenses: list[str], rungs: list[dict[str, Any]]) -> Any:
    if draw(st.booleans()):
        return None
    return {
        "lens": draw(
            st.sampled_from(["both"] if len(lenses) == 2 else lenses) | st.sampled_from(lenses)
        ),
        "clears_at": draw(st.sampled_from([rung["id"] for rung in rungs[1:]])),
        "reason": "It cannot go on without this.",
    }


@st.composite
def _questions(draw: st.DrawFn, names: list[str], *, states: bool) -> list[dict[str, Any]]:
    """Questions whose conditions and actions look only at those made before them, in any order."""
    ladders: dict[str, list[str]] = {}
    actions: list[str] = []
    made = []
    for name in names:
        rungs = draw(_rungs())
        lenses = draw(st.sampled_from([["launch"], ["endure"], ["launch", "endure"]]))
        when = conditions(list(CIRCUMSTANCES), ladders, states=states)
        steps = draw(_actions(name, actions, names))
        made.append(
            {
                "id": name,
                "theme": name.partition(".")[0],
                "ask": f"How far is {name}?",
                "why": "It matters.",
                "lenses": lenses,
                "weight": draw(st.integers(1, 3)),
                "quick": draw(st.booleans()),
                "when": draw(st.none() | when),
                "rungs": rungs,
                "hard_stop": draw(_hard_stops(lenses, rungs)),
                "roadblock": f"No {name} yet.",
                "enabler": f"There is {name}.",
                "find_out": {"what": f"How {name} stands", "from": "the lead"},
                "next": steps,
                "sources": ["survey"],
            }
        )
        ladders[name] = [rung["id"] for rung in rungs]
        actions += [step["id"] for step in steps]
    return draw(st.permutations(made))


@st.composite
def _actions(
    draw: st.DrawFn, owner: str, before: list[str], names: list[str]
) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 2))):
        known = [*before, *(step["id"] for step in steps)]
        after = st.lists(st.sampled_from(known), max_size=2, unique=True) if known else st.just([])
        steps.append(
            {
                "id": f"{owner}-{n}",
                "do": "Do it",
                "who": "the lead",
                "effort": draw(st.sampled_from(["days", "weeks", "months"])),
                "helps": draw(st.lists(st.sampled_from(names), max_size=2, unique=True)),
                "after": draw(after),
            }
        )
    return steps


def _circumstance(name: str) -> dict[str, Any]:
    made = {"id": name, "ask": f"What is the {name}?", **CIRCUMSTANCES[name]}
    made["choices"] = [{"id": c, "label": c.title()} for c in made.get("choices", ())]
    return made


@st.composite
def _circumstances(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for index, name in enumerate(CIRCUMSTANCES):
        before = list(CIRCUMSTANCES)[:index]
        when = draw(st.none() | conditions(before, {})) if before else None
        made.append(_circumstance(name) | {"when": when})
    return draw(st.permutations(made))


@st.composite
def sets(draw: st.DrawFn, *, states: bool = True) -> dict[str, Any]:
    """Sound question sets as plain data: two to six questions in two themes.

    Args:
        draw: Hypothesis's.
        states: whether questions may depend on the state of another one, not only on its rung.
    """
    others = draw(st.lists(st.sampled_from(THEMES), max_size=4))
    names = [f"{theme}.q{n}" for n, theme in enumerate([*THEMES, *others])]
    questions = draw(_questions(names, states=states))
    ladders = {q["id"]: [rung["id"] for rung in q["rungs"]] for q in questions}
    rule = conditions(list(CIRCUMSTANCES), ladders, tallies=True)
    kinds = st.sampled_from(["roadblock", "enabler", "caution", "option"])
    return {
        "format": "spinout.questions/1",
        "id": "drawn",
        "version": "1",
        "title": "A set that was drawn",
        "minimum_coverage": draw(st.sampled_from([0, 0.25, 0.5, 0.55, 1])),
        "left": draw(st.none() | st.just({"stage": {"is": "left"}})),
        "in_house": draw(st.none() | st.sampled_from(names)),
        "caution": "This is drawn.",
        "circumstances": draw(_circumstances()),
        "themes": [{"id": t, "title": t.title(), "why": "It matters."} for t in THEMES],
        "questions": questions,
        "rules": [
            {
                "id": f"rule-{n}",
                "kind": draw(kinds),
                "when": draw(rule),
                "title": "Found",
                "because": "Shown together.",
                "sources": ["survey"],
            }
            for n in range(draw(st.integers(0, 2)))
        ],
        "sources": [
            {
                "id": "survey",
                "title": "A survey",
                "publisher": "A publisher",
                "year": 2020,
                "url": "https://example.org/survey",
                "read": "official",
            }
        ],
    }


# ------------------------------------------------------------------ answer sheets


def _rung_answers(ladder: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"rung": st.sampled_from(ladder)},
        optional={"basis": st.sampled_from(["seen", "told", "think"]), "note": texts},
    )


def _state_answers() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"state": st.sampled_from(["unknown", "not-applicable", "skipped"])},
        optional={"reason": texts, "note": texts},
    )


_WRONG_RUNG = {"rung": "no-such-rung"}


def answers(ladder: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Any answer to a question with this ladder: mostly a rung, now and then one it lacks."""
    rung = _rung_answers(ladder)
    return st.one_of(rung, rung, rung, _state_answers(), st.just(_WRONG_RUNG))


@st.composite
def sheets(draw: st.DrawFn, tree: dict[str, Any]) -> AnswerSheet:
    """Answer sheets for a set, of every state, basis and mistake."""
    wrong = st.sampled_from(["nonsense", None, ("one", "nonsense"), -1.5])
    facts = {name: value | wrong for name, value in VALUES.items()} | {"no-such-fact": texts}
    given = {q["id"]: answers([rung["id"] for rung in q["rungs"]]) for q in tree["questions"]}
    given |= {"no.such-question": _rung_answers(["r0"]), "alpha.gone": _state_answers()}
    return AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "service": draw(st.none() | st.just({"id": "a1", "name": "Bryn"})),
            "depth": draw(st.sampled_from(["full", "full", "quick"])),
            "circumstances": draw(st.fixed_dictionaries({}, optional=facts)),
            "answers": draw(st.fixed_dictionaries({}, optional=given)),
        }
    )


@st.composite
def cases(draw: st.DrawFn, *, states: bool = True) -> tuple[Scorer, QuestionSet, AnswerSheet]:
    """A scorer, the set it scores by, and a sheet to score."""
    tree = draw(sets(states=states))
    question_set = QuestionSet.model_validate(tree)
    return Scorer(question_set, DIGEST), question_set, draw(sheets(tree))


def answered(sheet: AnswerSheet, name: str, **answer: Any) -> AnswerSheet:
    """Return the sheet with this answer to this question instead."""
    tree = sheet.model_dump()
    tree["answers"][name] = answer
    return AnswerSheet.model_validate(tree)
