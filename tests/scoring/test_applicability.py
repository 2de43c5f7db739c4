import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.question_sets import question, small_question_set
from helpers.strategies import cases, laws
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.question_set.model import Circumstance, QuestionSet
from spinout_cli.question_set.rungs import clears
from spinout_cli.scoring.applicability import Applicability, fits
from spinout_cli.scoring.renames import carried_over, on_other_ladders

REASONS = {
    "closed",
    "unknown-question",
    "unknown-rung",
    "unknown-circumstance",
    "unknown-choice",
}


def stand(answers=None, circumstances=None, question_set=None):
    """What counts; an answer is a rung, or a whole answer."""
    given = {k: {"rung": v} if isinstance(v, str) else v for k, v in (answers or {}).items()}
    sheet = AnswerSheet.model_validate(
        {"format": "spinout.answers/1", "answers": given, "circumstances": circumstances or {}}
    )
    applicability = Applicability(question_set or small_question_set())
    return applicability.stand(sheet.circumstances, sheet.answers)


def applicable(standing):
    return [question.id for question in standing.applicable]


def test_a_question_is_asked_where_what_it_depends_on_is_not_known():
    assert applicable(stand()) == [
        "staff.vote",
        "staff.surplus",
        "money.in-house",
        "money.exit-cost",
    ]
    closed = stand({"staff.vote": "begun"}, {"pension-schemes": ["nhs"]})
    assert applicable(closed) == ["staff.vote", "money.in-house"]


def test_a_question_that_follows_from_an_unknown_one_is_asked():
    for answer in ({"state": "unknown"}, {"state": "skipped"}, "no-such-rung"):
        assert "staff.surplus" in applicable(stand({"staff.vote": answer}))


def test_an_answer_on_a_closed_branch_is_kept_named_and_not_counted():
    standing = stand({"staff.vote": "begun", "staff.surplus": "secured"})
    assert standing.refused == [("staff.surplus", "closed")]
    assert standing.rungs == {"staff.vote": 1}
    reopened = stand({"staff.vote": "drafted", "staff.surplus": "secured"})
    assert reopened.refused == []
    assert reopened.rungs["staff.surplus"] == 3


def test_what_the_set_does_not_know_is_left_out_and_named():
    standing = stand(
        {"staff.gone": "begun", "staff.vote": "gone"},
        {"region": "north", "nation": "france", "people": "many", "pension-schemes": "lgps"},
    )
    assert sorted(standing.refused) == [
        ("nation", "unknown-choice"),
        ("pension-schemes", "unknown-choice"),
        ("people", "unknown-choice"),
        ("region", "unknown-circumstance"),
        ("staff.gone", "unknown-question"),
        ("staff.vote", "unknown-rung"),
    ]
    assert standing.rungs == {}
    assert standing.facts.values == {}


def test_what_a_circumstance_can_be_counts():
    assert stand({}, {"nation": "wales"}).facts.values == {"nation": "wales"}
    words = Circumstance.model_validate({"id": "place", "ask": "Where?", "type": "text"})
    assert (fits(words, "By the river"), fits(words, 7.0)) == (True, False)


def test_what_nobody_knows_is_in_doubt_and_what_was_passed_over_is_not():
    standing = stand({"staff.vote": {"state": "unknown"}, "money.in-house": {"state": "skipped"}})
    assert standing.doubts == {"staff.vote": "unknown"}


RENAMED = small_question_set(
    themes=[{"id": "staff", "title": "Staff", "why": "They vote."}],
    questions=[
        question("staff.vote", renamed_from=["staff.ballot", "staff.poll"]),
        question("staff.surplus"),
    ],
    rules=[],
    tests=[],
    in_house=None,
)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"ballot": "begun", "surplus": "secured"}, {"vote": "begun", "surplus": "secured"}),
        ({"poll": "drafted"}, {"vote": "drafted"}),
        ({"ballot": "begun", "vote": "secured"}, {"ballot": "begun", "vote": "secured"}),
        ({"surplus": "secured"}, {"surplus": "secured"}),
    ],
)
def test_an_answer_under_an_earlier_id_counts_unless_there_is_one_under_the_new(given, found):
    answers = {f"staff.{name}": {"rung": rung} for name, rung in given.items()}
    sheet = AnswerSheet.model_validate({"format": "spinout.answers/1", "answers": answers})
    carried = carried_over(sheet, RENAMED)
    assert {n.removeprefix("staff."): a.rung for n, a in carried.answers.items()} == found
    assert carried.format == sheet.format


RUNGS = ("nothing", "begun", "drafted", "secured")


@pytest.mark.parametrize(
    ("ladders", "changed"),
    [
        ({}, set()),
        ({"staff.vote": RUNGS, "staff.surplus": RUNGS}, set()),
        ({"staff.surplus": RUNGS[::-1]}, {"staff.surplus"}),
        ({"staff.ballot": RUNGS[1:]}, {"staff.vote"}),
        ({"staff.ballot": RUNGS, "staff.gone": RUNGS[1:]}, set()),
        ({"staff.surplus": ()}, set()),
    ],
)
def test_what_was_given_on_another_ladder_is_told_by_the_id_of_today(ladders, changed):
    given = ["staff.ballot", "staff.surplus", "staff.gone"]
    assert on_other_ladders(given, ladders, RENAMED) == changed


def test_what_was_given_on_another_ladder_does_not_count():
    answers = {name: {"rung": "begun"} for name in ("staff.vote", "staff.surplus")}
    sheet = AnswerSheet.model_validate({"format": "spinout.answers/1", "answers": answers})
    standing = Applicability(RENAMED).stand({}, sheet.answers, {"staff.vote"})
    assert standing.refused == [("staff.vote", "ladder-changed")]
    assert standing.rungs == {"staff.surplus": 1}
    assert standing.states == {"staff.surplus": "answered"}


def test_every_fact_closes_what_depends_on_it():
    of_facts = {"pension-schemes": {"has": "lgps"}}
    made = small_question_set(
        themes=[{"id": "staff", "title": "Staff", "why": "They vote."}],
        questions=[
            question("staff.vote", when={"nation": {"is": "wales"}}),
            question("staff.surplus", when=of_facts),
            question("staff.pay", when=of_facts),
            question("staff.time"),
        ],
        rules=[],
        tests=[],
        in_house=None,
    )
    closed = stand({}, {"nation": "england", "pension-schemes": ["nhs"]}, made)
    assert applicable(closed) == ["staff.time"]
    assert applicable(stand({}, {"nation": "england"}, made)) == [
        *("staff.surplus", "staff.pay", "staff.time")
    ]


@pytest.mark.parametrize("day", ["soon", "", "20270401", "2027-W13-4", "2027-4-1", "2027-02-30", 7])
def test_a_date_that_is_none_is_left_out_and_named(day):
    standing = stand({}, {"people": 12, "board-date": day})
    assert standing.refused == [("board-date", "unknown-choice")]
    assert stand({}, {"people": 12, "board-date": "2027-04-01"}).refused == []


def test_a_circumstance_on_a_closed_branch_does_not_count():
    standing = stand({}, {"people": 2, "board-date": "2027-04-01"})
    assert standing.refused == [("board-date", "closed")]
    assert "board-date" not in standing.facts.values


@pytest.mark.parametrize("basis", [None, "seen", "told", "think"])
def test_a_belief_that_a_stop_is_cleared_counts_as_unknown(basis):
    standing = stand({"staff.vote": {"rung": "secured", "basis": basis}})
    believed = basis == "think"
    assert standing.states["staff.vote"] == ("unknown" if believed else "answered")
    assert standing.doubts == ({"staff.vote": "think"} if believed else {})
    assert ("staff.vote" in standing.rungs) is not believed
    assert standing.facts.values.get("staff.vote") == (None if believed else "secured")


def test_a_belief_counts_where_it_clears_no_stop():
    given = {"rung": "drafted", "basis": "think"}
    assert stand({"staff.vote": given, "money.in-house": given}).rungs == {
        "staff.vote": 2,
        "money.in-house": 2,
    }


def test_what_does_not_apply_counts_as_unknown_on_a_hard_stop_alone():
    given = {"state": "not-applicable", "reason": "We have none"}
    standing = stand({"staff.vote": given, "money.in-house": given})
    assert dict(standing.states) == {"staff.vote": "unknown", "money.in-house": "not-applicable"}
    assert standing.doubts == {"staff.vote": "not-applicable"}


def test_what_is_not_counted_is_named_in_the_sets_order_then_by_name():
    questions = [
        question("staff.last", when={"staff.first": {"is": "secured"}}),
        question("staff.also", when={"staff.first": {"is": "secured"}}),
        question("staff.first"),
    ]
    for n, made in enumerate(questions):
        made["next"][0]["id"] = f"do-{n}"
    small = small_question_set(questions=questions, in_house=None, rules=[], tests=[])
    names = ["staff.zebra", "staff.last", "staff.also", "staff.apple", "staff.first"]
    standing = stand(dict.fromkeys(names, "begun"), {"zone": "a", "area": "b"}, small)
    assert [name for name, _ in standing.refused] == [
        "staff.last",
        "staff.also",
        "area",
        "staff.apple",
        "staff.zebra",
        "zone",
    ]


def test_only_circumstances_that_may_apply_are_open():
    applicability = Applicability(small_question_set())

    def opened(people):
        return [c.id for c in applicability.open_circumstances({"people": people})]

    assert "board-date" in opened(None)
    assert "board-date" in opened(10)
    assert "board-date" not in opened(9)
    assert opened(10) == [c.id for c in small_question_set().circumstances]


def test_clears_and_fits_tell_the_plain_truth():
    small = small_question_set()
    assert [clears(small.question["money.exit-cost"], rung) for rung in range(4)] == [
        False,
        False,
        True,
        True,
    ]
    assert not any(clears(small.question["money.in-house"], rung) for rung in range(4))
    schemes = small.circumstance["pension-schemes"]
    assert fits(schemes, ("lgps", "nhs"))
    assert fits(schemes, ())
    assert not fits(schemes, ("lgps", "gone"))
    assert not fits(small.circumstance["nation"], ("wales",))


# ------------------------------------------------------------------ laws


@laws
@given(cases())
def test_everything_given_counts_or_is_named(case):
    scorer, question_set, sheet = case
    standing = scorer.stand(sheet)
    named = [name for name, _ in standing.refused]
    assert len(standing.refused) == len(set(standing.refused))
    assert {why for _, why in standing.refused} <= REASONS
    assert set(sheet.answers) == set(standing.states) | (set(named) & set(sheet.answers))
    assert not set(standing.states) & set(named)
    facts = {name for name, value in sheet.circumstances.items() if value is not None}
    told = {name for name in named if name in sheet.circumstances}
    assert facts <= set(standing.facts.values) | told
    assert applicable(standing) == [
        q.id for q in question_set.questions if q in standing.applicable
    ]


@laws
@given(cases())
def test_every_answer_that_counts_stands_in_one_place(case):
    scorer, question_set, sheet = case
    standing = scorer.stand(sheet)
    open_ = set(applicable(standing))
    for name, state in standing.states.items():
        stop = question_set.question[name].hard_stop
        given = sheet.answers[name]
        assert name in open_
        assert (name in standing.rungs) is (state == "answered")
        assert (name in standing.doubts) is (state == "unknown")
        assert stop is None or state != "not-applicable"
        assert state == given.status or (stop and state == "unknown")


@laws
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_a_sheet_is_irrelevant(case, random):
    scorer, question_set, sheet = case

    def mixed(parts):
        return dict(random.sample(list(parts.items()), len(parts)))

    applicability = Applicability(
        QuestionSet.model_validate(question_set.model_dump(by_alias=True))
    )
    found = applicability.stand(mixed(sheet.circumstances), mixed(sheet.answers))
    expected = scorer.stand(sheet)
    assert found.refused == expected.refused
    assert found == expected
