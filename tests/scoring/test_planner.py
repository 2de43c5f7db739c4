from hypothesis import given

from helpers.question_sets import question, small_question_set
from helpers.strategies import DIGEST, NOW, cases, laws
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.scoring.scorer import Scorer

EFFORT = {"days": 0, "weeks": 1, "months": 2}
STOP = {"lens": "launch", "clears_at": "begun", "reason": "It must."}


def action(name, **changes):
    return {"id": name, "do": "Do it", "who": "lead", "effort": "days", **changes}


def asked(name, *actions, **changes):
    return question(f"money.{name}", next=list(actions), **changes)


def plan(questions, **answers):
    """The steps for these questions, answered `nothing` unless it is said otherwise."""
    question_set = small_question_set(
        themes=[{"id": "money", "title": "Money", "why": "It is needed."}],
        questions=questions,
        rules=[],
        tests=[],
        in_house=None,
    )
    given = {f"money.{name}": {"rung": "nothing"} for name in (q["id"][6:] for q in questions)}
    given |= {f"money.{name}": answer for name, answer in answers.items()}
    sheet = AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "answers": {name: answer for name, answer in given.items() if answer},
        }
    )
    return Scorer(question_set, DIGEST).score(sheet, NOW).next_steps


def ids(steps):
    return [step.id for step in steps]


SECURED = {"rung": "secured"}


def test_what_frees_a_stop_comes_before_what_weighs_more():
    steps = plan(
        [
            asked("heavy", action("for-heavy"), weight=3),
            asked("stop", action("for-stop", effort="months"), weight=1, hard_stop=STOP),
        ]
    )
    assert ids(steps) == ["for-stop", "for-heavy"]


def test_what_frees_more_comes_first_then_what_is_quick_then_the_sets_order():
    steps = plan(
        [
            asked("one", action("slow", effort="months"), action("later"), action("latest")),
            asked("two", action("both", effort="months", helps=["money.one"])),
            asked("three", action("heavy", effort="weeks"), weight=3),
        ]
    )
    assert ids(steps) == ["both", "heavy", "later", "latest", "slow"]
    assert steps[0].helps == ("money.one", "money.two")


def test_of_actions_alike_the_sets_order_decides_and_not_their_names():
    assert ids(plan([asked("one", action("zebra"), action("apple"))])) == ["zebra", "apple"]


def test_to_free_two_counts_as_much_as_to_free_one_that_weighs_the_same():
    steps = plan(
        [
            asked("one", action("first"), weight=1),
            asked("two", action("both", effort="weeks", helps=["money.one"]), weight=1),
            asked("three", action("alone"), weight=2),
        ]
    )
    assert ids(steps) == ["alone", "both", "first"]


def test_an_action_waits_for_those_that_come_first_however_much_it_frees():
    steps = plan(
        [
            asked(
                "stop",
                action("sign", after=["draft"]),
                action("draft", after=["ask"]),
                hard_stop=STOP,
            ),
            asked("heavy", action("for-heavy"), weight=3),
            asked("light", action("ask", effort="months"), weight=1),
        ]
    )
    assert ids(steps) == ["ask", "draft", "sign", "for-heavy"]
    assert [step.after for step in steps] == [(), ("ask",), ("draft",), ()]


def test_a_prerequisite_of_a_question_that_nobody_can_answer_is_planned():
    questions = [asked("low", action("sign", after=["ask"])), asked("other", action("ask"))]
    assert ids(plan(questions, other={"state": "unknown"})) == ["ask", "sign"]
    assert ids(plan(questions, other=None)) == ["ask", "sign"]
    assert plan(questions, other=None)[0].helps == ()


def test_a_prerequisite_that_is_settled_is_left_out():
    questions = [asked("low", action("sign", after=["ask"])), asked("other", action("ask"))]
    (step,) = plan(questions, other=SECURED)
    assert (step.id, step.after) == ("sign", ())


def test_a_prerequisite_of_a_question_that_does_not_apply_is_left_out():
    not_applicable = {"state": "not-applicable", "reason": "No pensions"}
    closed = {"money.low": {"is": "secured"}}
    other = asked("other", action("ask"))
    low = asked("low", action("sign", after=["ask"]))
    assert ids(plan([low, other | {"when": closed}])) == ["sign"]
    assert ids(plan([low, other], other=not_applicable)) == ["sign"]
    assert ids(plan([low, other | {"hard_stop": STOP}], other=not_applicable)) == ["ask", "sign"]


def test_nothing_is_planned_where_nothing_is_missing():
    assert plan([asked("low", action("sign"))], low=SECURED) == ()


# ------------------------------------------------------------------ laws


def freed(steps):
    """The roadblocks that each step helps, itself or through the steps that wait for it."""
    reached = {step.id: set(step.helps) for step in steps}
    for step in reversed(steps):
        for first in step.after:
            reached[first] |= reached[step.id]
    return reached


def quickest(steps):
    """How quick each step is, or the quickest of those that wait for it."""
    reached = {step.id: EFFORT[step.effort] for step in steps}
    for step in reversed(steps):
        for first in step.after:
            reached[first] = min(reached[first], reached[step.id])
    return reached


def test_what_two_wait_for_frees_what_both_of_them_free():
    steps = plan(
        [
            asked("base", action("first")),
            asked("one", action("second", after=["first"]), weight=2),
            asked("two", action("third", after=["first"]), weight=2),
            asked("heavy", action("alone"), weight=3),
        ],
        base={"state": "unknown"},
    )
    assert ids(steps) == ["first", "alone", "second", "third"]


def test_what_a_step_helps_stands_in_the_order_of_the_set():
    zeal = asked("zeal", action("do", helps=["money.alpha"]))
    steps = plan([zeal, asked("alpha", action("other"))])
    assert steps[0].helps == ("money.zeal", "money.alpha")


@laws
@given(cases())
def test_steps_stand_in_an_order_that_works(case):
    scorer, _, sheet = case
    steps = scorer.score(sheet, NOW).next_steps
    told = set()
    for step in steps:
        assert set(step.after) <= told
        told.add(step.id)
    assert len(told) == len(steps)


@laws
@given(cases())
def test_what_frees_stops_comes_first_then_what_frees_more(case):
    scorer, _, sheet = case
    made = scorer.score(sheet, NOW)
    blocks = {block.id: block for block in made.roadblocks}
    reached = freed(made.next_steps)
    quick = quickest(made.next_steps)
    ranks = []
    for step in made.next_steps:
        stops = sum(blocks[name].hard_stop for name in reached[step.id])
        severity = sum(blocks[name].severity for name in reached[step.id])
        ranks.append((-stops, -round(severity, 6), quick[step.id]))
    assert ranks == sorted(ranks)


@laws
@given(cases())
def test_every_roadblock_has_its_steps_and_every_step_its_use(case):
    scorer, question_set, sheet = case
    made, standing = scorer.score(sheet, NOW), scorer.stand(sheet)
    steps = {step.id: step for step in made.next_steps}
    owner = {action.id: q.id for q in question_set.questions for action in q.next}
    blocks = {block.id for block in made.roadblocks}
    wanted = {action.id for block in made.roadblocks for action in block.next}
    assert wanted <= steps.keys()
    needed = wanted | {first for step in made.next_steps for first in step.after}
    assert steps.keys() == needed
    asked_ = {q.id for q in standing.applicable}
    assert {owner[name] for name in steps} <= asked_
    for step in made.next_steps:
        assert set(step.helps) <= blocks
        action_ = next(a for a in question_set.question[owner[step.id]].next if a.id == step.id)
        for first in set(action_.after) - set(step.after):
            assert owner[first] not in blocks
            assert (
                owner[first] in standing.rungs
                or owner[first] not in asked_
                or (standing.states[owner[first]] == "not-applicable")
            )
