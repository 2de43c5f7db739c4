from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from helpers.strategies import CIRCUMSTANCES, STATES, condition, laws, pick, value_of
from spinout_cli.question_set import conditions
from spinout_cli.question_set.conditions import Condition, Facts, compile_condition

LADDERS = {"staff.vote": ("lost", "planned", "passed"), "money.plan": ("none", "some", "all")}
READ = TypeAdapter[Condition](Condition)
VALUES = (True, False, None)


def holds(tree, values=None, states=None):
    facts = Facts(values or {}, states or {})
    return compile_condition(READ.validate_python(tree), LADDERS)(facts)


def leaf(name):
    return {name: {"is": "yes"}}


def facts(**known):
    """Facts that make the leaf of each name True, False or not known."""
    return {name: "yes" if value else "no" for name, value in known.items() if value is not None}


@pytest.mark.parametrize(("left", "right"), list(product(VALUES, VALUES)))
def test_all_and_any_are_kleenes(left, right):
    known = facts(a=left, b=right)
    parts = [leaf("a"), leaf("b")]
    both = False if False in (left, right) else None if None in (left, right) else True
    either = True if True in (left, right) else None if None in (left, right) else False
    assert holds({"all": parts}, known) is both
    assert holds({"any": parts}, known) is either


@pytest.mark.parametrize(("value", "opposite"), [(True, False), (False, True), (None, None)])
def test_not_leaves_what_is_not_known(value, opposite):
    assert holds({"not": leaf("a")}, facts(a=value)) is opposite


@pytest.mark.parametrize(
    ("comparison", "value", "expected"),
    [
        ({"is": "wales"}, "wales", True),
        ({"is": "wales"}, "england", False),
        ({"is": "wales"}, None, None),
        ({"in": ["wales", "england"]}, "england", True),
        ({"in": ["wales", "england"]}, "scotland", False),
        ({"has": "lgps"}, ("nhs", "lgps"), True),
        ({"has": "lgps"}, ("nhs",), False),
        ({"has": "lgps"}, (), False),
        ({"has": "lgps"}, None, None),
        ({"at_least": "10"}, 10, True),
        ({"at_least": "10"}, 9.5, False),
        ({"below": "10"}, 9.5, True),
        ({"below": "10"}, 10, False),
        ({"before": "2027-04-01"}, "2027-03-31", True),
        ({"before": "2027-04-01"}, "2027-04-01", False),
        ({"after": "2027-04-01"}, "2027-04-02", True),
        ({"after": "2027-04-01"}, "2027-04-01", False),
        ({"after": "2027-04-01"}, None, None),
    ],
)
def test_a_circumstance_is_compared(comparison, value, expected):
    assert holds({"fact": comparison}, {"fact": value}) is expected


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ({"is": "planned"}, (False, True, False)),
        ({"in": ["lost", "passed"]}, (True, False, True)),
        ({"at_least": "planned"}, (False, True, True)),
        ({"below": "planned"}, (True, False, False)),
        ({"at_least": "lost"}, (True, True, True)),
        ({"below": "lost"}, (False, False, False)),
    ],
)
def test_a_rung_is_compared_by_its_place_on_the_ladder(comparison, expected):
    found = [
        holds({"staff.vote": comparison}, {"staff.vote": rung}) for rung in LADDERS["staff.vote"]
    ]
    assert tuple(found) == expected
    assert holds({"staff.vote": comparison}) is None


@pytest.mark.parametrize(("wanted", "state"), list(product(STATES, STATES)))
def test_the_state_of_an_answer_is_always_known(wanted, state):
    states = {} if state == "not-asked" else {"staff.vote": state}
    assert holds({"staff.vote": {"state": wanted}}, states=states) is (wanted == state)


def test_no_condition_always_holds():
    assert compile_condition(None, LADDERS)(Facts({}, {})) is True


def test_tests_tells_how_deep_each_comparison_stands():
    tree = {"all": [leaf("a"), {"any": [leaf("b"), {"not": leaf("c")}]}]}
    assert [(name, depth) for name, _, depth in conditions.tests(READ.validate_python(tree))] == [
        ("a", 2),
        ("b", 3),
        ("c", 4),
    ]


@pytest.mark.parametrize(
    "tree",
    [
        {"all": []},
        {"any": []},
        {"all": [leaf("a")], "any": [leaf("b")]},
        {},
        {"a": {"is": "yes"}, "b": {"is": "yes"}},
        {"a": {"equals": "yes"}},
        {"not an id": {"is": "yes"}},
        {"a": "yes"},
        "a == 1",
        None,
    ],
)
def test_what_is_no_condition_is_refused(tree):
    with pytest.raises(ValidationError):
        READ.validate_python(tree)


def test_several_comparisons_at_once_are_none():
    (_, comparison, _) = next(
        conditions.tests(READ.validate_python({"a": {"is": "x", "in": ["x"]}}))
    )
    assert comparison.only() is None


# ------------------------------------------------------------------ laws

RUNGS = {name: list(ladder) for name, ladder in LADDERS.items()}


@st.composite
def drawn(draw, more=("state",)):
    """A condition, and facts for it of which some are not known."""
    tree = condition(draw, list(CIRCUMSTANCES), RUNGS, more)
    known = {name: value_of(draw, name) for name in CIRCUMSTANCES}
    known |= {name: pick(draw, ladder) for name, ladder in LADDERS.items()}
    return tree, {name: value for name, value in known.items() if pick(draw, (True, True, False))}


@laws
@given(drawn())
def test_a_condition_is_the_same_after_json(case):
    made = READ.validate_python(case[0])
    assert READ.validate_json(READ.dump_json(made, by_alias=True, exclude_none=True)) == made


@laws
@given(drawn(), drawn())
def test_de_morgan(one, other):
    known = one[1] | other[1]
    a, b = one[0], other[0]
    assert holds({"not": {"all": [a, b]}}, known) is holds({"any": [{"not": a}, {"not": b}]}, known)
    assert holds({"not": {"any": [a, b]}}, known) is holds({"all": [{"not": a}, {"not": b}]}, known)
    assert holds({"not": {"not": a}}, known) is holds(a, known)


@laws
@given(drawn(more=()), st.data())
def test_forgetting_a_fact_never_turns_a_verdict_round(case, data):
    tree, known = case
    kept = {name: value for name, value in known.items() if data.draw(st.booleans())}
    assert holds(tree, kept) in (holds(tree, known), None)
