"""A plan for the time there is, the close, and one result from separate answers."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.question_sets import question, small_question_set, small_set
from helpers.strategies import DIGEST, NOW, answered, cases, laws, sets, sheets
from spinout_cli.documents.answers import AnswerSheet, Service, SetRef
from spinout_cli.documents.workshop import Agreed, Ground
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.workshop.close import close, differing
from spinout_cli.workshop.merge import MergeInput, merge
from spinout_cli.workshop.planning import propose, questions_that_fit
from spinout_cli.workshop.session import (
    action_event,
    agreed_event,
    begin,
    header,
    park_event,
    plan_event,
    room_event,
    statement_event,
    vote_event,
)
from spinout_cli.workshop.vote_parser import ParsedVote, Tally
from spinout_cli.workshop.vote_statistics import share_off_mode

SET = small_question_set()
REF = SetRef(id="small", version="1", digest=DIGEST)
DEED = Ground(document="The deed", date="3 May 2026", seen_by="The clerk")


# The plan


@laws
@given(sets(), st.integers(0, 300))
def test_a_plan_fits_the_time_and_leaves_nothing_weightier_out(tree, minutes):
    questions = QuestionSet.model_validate(tree).questions
    plan = propose(questions, minutes)
    assert len(plan) == len(set(plan)) == min(len(questions), questions_that_fit(minutes))

    def rank(q):
        return (q.hard_stop is None, -q.weight)

    chosen = [q for q in questions if q.id in plan]
    left = [q for q in questions if q.id not in plan]
    assert all(rank(one) <= rank(other) for one in chosen for other in left)


@laws
@given(sets(), st.integers(0, 60))
def test_a_plan_keeps_themes_together_and_begins_with_what_can_stop(tree, minutes):
    question_set = QuestionSet.model_validate(tree)
    asked = [question_set.question[name] for name in propose(question_set.questions, minutes)]
    themes = [q.theme for q in asked]
    changes = sum(one != other for one, other in pairwise(themes))
    assert changes == len(set(themes)) - 1
    stops = [q.hard_stop is not None for q in asked]
    assert stops[0] == any(stops)
    for theme in set(themes):
        ranks = [(q.hard_stop is None, -q.weight) for q in asked if q.theme == theme]
        assert ranks == sorted(ranks)


def test_a_plan_for_an_hour_and_for_two():
    assert (
        questions_that_fit(60),
        questions_that_fit(120),
        questions_that_fit(5),
        questions_that_fit(-9),
    ) == (8, 20, 1, 1)
    assert propose(SET.questions, 25) == ("staff.vote",)
    assert propose(SET.questions, 60) == (
        "staff.vote",
        "staff.surplus",
        "money.exit-cost",
        "money.in-house",
    )
    assert propose((), 60) == ()


# The close

ROLES = {"staff": 12, "managers": 8, "users": 10}


def tally(*places):
    return Tally(places[:-1], places[-1])


def vote(name, *places, **groups):
    asked = BIG.question[name]
    told = {role: tally(*its) for role, its in groups.items()} or None
    return vote_event(asked, ParsedVote(tally(*places), told, 30), "hidden")


def big_set():
    names = ("staff.a", "staff.b", "money.c", "money.d", "money.e", "money.f")
    made = [question(name) for name in names]
    stop = {"lens": "launch", "clears_at": "secured", "reason": "It must be so."}
    for number in (1, 3, 5):
        made[number]["hard_stop"] = stop
    return small_question_set(questions=made, rules=[], tests=[], in_house=None)


BIG = big_set()


def held(*events):
    made = begin(header(REF, {}, service=Service(id="s1")), NOW)
    for event in (room_event(ROLES), *events):
        made.take(event, NOW)
    return made.document()


def test_the_close_goes_from_what_stops_to_what_was_agreed():
    made = close(
        held(
            plan_event(["staff.a", "money.f"]),
            vote("staff.a", 1, 20, 4, 5, 0),
            agreed_event("staff.a", Agreed(rung="begun")),
            vote("staff.b", 10, 0, 10, 10, 0),
            agreed_event("staff.b", Agreed(state="unknown")),
            statement_event("staff.b", "J. Pugh", "We were not asked."),
            vote("money.c", 8, 8, 8, 6, 0),
            agreed_event("money.c", Agreed(state="no-agreement")),
            agreed_event("money.d", Agreed(rung="begun")),
            action_event("money.d", "Ask the fund", "P. Rees", "May"),
            vote("money.e", 3, 3, 3, 3, 18),
            park_event("money.e"),
            action_event("staff.a", "Write it down"),
        ),
        BIG,
    )
    assert made.to_settle == ("money.d", "staff.b", "money.f")
    assert made.divided == ("money.e", "money.c", "staff.b", "staff.a")
    assert made.not_known == ("staff.b", "money.e")
    assert made.agreed == ("staff.a", "money.d")
    assert made.no_agreement == ("money.c",)
    assert [(name, task.do) for name, task in made.actions] == [
        ("staff.a", "Write it down"),
        ("money.d", "Ask the fund"),
    ]
    assert made.statements == ("staff.b",)
    assert made.parked == ("money.e",)


def test_a_stop_that_is_cleared_needs_no_settling():
    grounded = agreed_event("staff.b", Agreed(rung="secured", basis=DEED))
    believed = agreed_event("money.d", Agreed(rung="secured"))
    made = close(held(grounded, believed), BIG)
    assert made.to_settle == ("money.d",)
    assert made.not_known == ("money.d",)


def test_what_the_set_does_not_know_is_passed_over():
    made = close(held(park_event("no.such"), action_event("gone", "Do")), BIG)
    assert made.parked == made.actions == ()


@laws
@given(st.lists(st.tuples(*[st.integers(0, 6)] * 5), min_size=6, max_size=6))
def test_what_divided_most_comes_first(votes):
    made = close(
        held(*(vote(q.id, *its) for q, its in zip(BIG.questions, votes, strict=True))), BIG
    )
    share = {q.id: share_off_mode(its[:-1]) for q, its in zip(BIG.questions, votes, strict=True)}
    shares = [share[name] for name in made.divided]
    assert shares == sorted(shares, reverse=True)
    assert set(made.divided) == {name for name in share if share[name]}


def seen(**groups):
    whole = map(sum, zip(*groups.values(), strict=True))
    asked = BIG.question["staff.a"]
    return differing(asked, held(vote("staff.a", *whole, **groups)).questions["staff.a"].last)


def test_groups_that_see_it_differently_are_named_with_the_counts():
    found = seen(staff=(8, 3, 0, 0, 1), managers=(0, 1, 5, 2, 0), users=(0, 2, 6, 2, 0))
    assert [difference.role for difference in found] == ["staff", "managers", "users"]
    assert found[0].group == (8, 3, 0, 0, 1)
    assert found[0].rest == (0, 3, 11, 4, 0)


def test_of_two_groups_one_is_named():
    found = seen(staff=(8, 3, 0, 0, 1), managers=(0, 1, 5, 2, 0))
    assert [difference.role for difference in found] == ["staff"]


def test_groups_that_agree_or_may_not_be_shown_are_not_named():
    assert seen(staff=(1, 3, 6, 1, 1), managers=(0, 1, 5, 2, 0)) == ()
    assert seen(staff=(8, 3, 0, 0, 1), managers=(0, 0, 8, 0, 0)) == ()


# Merging


def given_(where, session=None, ladders=None, **answers):
    made = AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "question_set": REF.model_dump(),
            "session": session,
            "circumstances": {"pension-schemes": ["lgps"]},
            "answers": {
                name.replace("__", ".").replace("_", "-"): answer
                for name, answer in answers.items()
            },
        }
    )
    return MergeInput(where, made, ladders=ladders)


def merged(*given):
    return merge(given, SET, REF, NOW)


def rung(name, basis=None):
    return {"rung": name, "basis": basis}


def test_the_lower_median_is_agreed():
    made = merged(
        *(
            given_(f"{n}.json", f"s{n}", money__in_house=rung(name))
            for n, name in enumerate(("nothing", "begun", "secured", "secured"))
        ),
        given_("4.json", "s4", money__in_house={"state": "unknown"}),
        given_("5.json", "s5", money__in_house={"state": "skipped"}),
        given_("6.json", "s6", money__in_house={"state": "not-applicable"}),
    )
    talk = made.workshop.questions["money.in-house"]
    assert made.used == 7
    assert talk.agreed == Agreed(rung="begun", agreed_by="median")
    assert talk.last.counts == {"nothing": 1, "begun": 1, "drafted": 0, "secured": 2}
    assert talk.last.unknown == 1
    assert made.workshop.rooms[0].people == 7
    assert made.left_out == ()


def test_a_median_never_clears_a_stop_but_may_meet_one():
    clearing = [given_(f"{n}", f"s{n}", staff__vote=rung("secured", "seen")) for n in range(3)]
    assert merged(*clearing).workshop.questions["staff.vote"].agreed == Agreed(
        state="unknown", agreed_by="median"
    )
    meeting_ = [given_(f"{n}", f"s{n}", staff__vote=rung("begun")) for n in range(3)]
    assert merged(*clearing[:1], *meeting_[1:]).workshop.questions["staff.vote"].agreed == Agreed(
        rung="begun", agreed_by="median"
    )


def test_where_more_do_not_know_than_know_that_is_agreed():
    know = given_("1", "s1", money__in_house=rung("secured"))
    not_ = [given_(f"{n}", f"s{n}", money__in_house={"state": "unknown"}) for n in (2, 3)]
    assert merged(know, *not_).workshop.questions["money.in-house"].agreed.state == "unknown"
    assert merged(know, *not_[:1]).workshop.questions["money.in-house"].agreed.rung == "secured"


def test_what_is_only_believed_counts_as_not_known():
    made = merged(given_("1", "s1", staff__vote=rung("secured", "think")))
    assert made.workshop.questions["staff.vote"].last.unknown == 1


def test_what_applies_to_nobody_is_agreed_as_that():
    made = merged(given_("1", "s1", money__in_house={"state": "not-applicable"}))
    talk = made.workshop.questions["money.in-house"]
    assert talk.agreed == Agreed(state="not-applicable", agreed_by="median")
    assert talk.rounds == ()
    assert "staff.vote" not in made.workshop.questions


def test_what_cannot_be_used_is_named_and_the_rest_is_used():
    early = given_("early.json", "s1", money__in_house=rung("nothing"))
    late = given_("late.json", "s1", money__in_house=rung("secured"))
    updated = {"updated": NOW + timedelta(days=1)}
    late = MergeInput(late.where, late.sheet.model_copy(update=updated))
    other = AnswerSheet(
        format="spinout.answers/1",
        question_set=SetRef(id="other", version="1", digest=DIGEST),
        answers={},
    )
    ladders = {"money.in-house": ("nothing", "secured"), "staff.vote": SET.ladders["staff.vote"]}
    made = merged(
        MergeInput("broken.json", problem="broken.json:1:1: this is not JSON."),
        late,
        MergeInput("other.json", other),
        early,
        given_(
            "ladder.json",
            "s2",
            ladders,
            money__in_house=rung("nothing"),
            staff__vote=rung("begun"),
            gone__long=rung("begun"),
            money__exit_cost=rung("no-such"),
        ),
    )
    assert made.used == 2
    assert [out.said for out in made.left_out] == [
        "broken.json:1:1: this is not JSON.",
        "other.json: It answers another set of questions.",
        "early.json: It is the same session as late.json, which is used.",
        "ladder.json: money.in-house: its rungs are not those of this question set",
        "ladder.json: money.exit-cost: its rung is not on this question set's ladder",
        "ladder.json: gone.long: it is not in this question set",
    ]
    assert made.workshop.questions["money.in-house"].last.counts["secured"] == 1
    assert made.workshop.questions["money.in-house"].last.cast == 1
    assert made.workshop.questions["staff.vote"].last.cast == 1


def test_one_file_named_twice_is_used_once():
    one = given_("one.json", money__in_house=rung("begun"))
    made = merged(one, one, given_("two.json", money__in_house=rung("begun")))
    assert made.used == 2
    assert [out.where for out in made.left_out] == ["one.json"]


def test_nothing_that_can_be_used_is_said():
    with pytest.raises(SpinoutError, match=r"None of these can be used.*\na\.json: it is broken"):
        merged(MergeInput("a.json", problem="it is broken"))


def test_facts_told_differently_are_not_known():
    facts = ({"nation": "wales", "people": 12.0}, {"nation": "england"}, {"people": 12.0})
    sheets_ = [
        AnswerSheet(format="spinout.answers/1", session=f"s{n}", circumstances=each, answers={})
        for n, each in enumerate(facts)
    ]
    made = merged(*(MergeInput(f"{n}.json", each) for n, each in enumerate(sheets_)))
    assert made.workshop.circumstances == {"people": 12.0}
    assert [(out.where, out.question) for out in made.left_out] == [("", "nation")]


def test_several_choices_are_told_alike_in_any_order():
    facts = ({"pension-schemes": ["lgps", "nhs"]}, {"pension-schemes": ["nhs", "lgps"]})
    sheets_ = [
        AnswerSheet(format="spinout.answers/1", session=f"s{n}", circumstances=each, answers={})
        for n, each in enumerate(facts)
    ]
    made = merged(*(MergeInput(f"{n}.json", each) for n, each in enumerate(sheets_)))
    assert made.workshop.circumstances == {"pension-schemes": ("lgps", "nhs")}
    assert made.left_out == ()


def test_an_answer_under_an_earlier_id_is_merged_under_the_one_it_has_now():
    tree = small_set()
    next(q for q in tree["questions"] if q["id"] == "money.in-house")["renamed_from"] = [
        "money.own"
    ]
    own = QuestionSet.model_validate(tree)
    made = merge([given_("a.json", money__own=rung("begun"))], own, REF, NOW)
    assert made.workshop.questions["money.in-house"].last.counts["begun"] == 1
    assert made.left_out == ()


@pytest.mark.parametrize(
    "end", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00"]
)
def test_of_two_copies_the_newer_is_used_at_either_end_of_the_calendar(end):
    (first, second) = (given_(f"{n}.json", "s1", money__in_house=rung("begun")) for n in "ab")
    dated = AnswerSheet.model_validate({**first.sheet.model_dump(), "updated": end})
    made = merged(MergeInput("a.json", dated), second)
    assert [out.where for out in made.left_out] == ["b.json"]


def test_small_roles_are_joined_and_shown_under_the_same_rule():
    roles = ["Staff"] * 5 + ["staff "] + ["manager"] * 4 + [None] * 2
    names = ("nothing", "begun", "drafted", "secured")
    given = []
    for n, role in enumerate(roles):
        one = given_(f"{n}", f"s{n}", money__in_house=rung(names[n % 4]))
        given.append(MergeInput(one.where, one.sheet.model_copy(update={"role": role})))
    made = merged(*given).workshop
    assert made.rooms[0].participants == {"manager and role not given": 6, "staff": 6}
    assert set(made.questions["money.in-house"].last.groups) == set(made.rooms[0].participants)


def test_the_service_is_the_one_that_all_name():
    def at(service, where):
        one = given_(where, where)
        return MergeInput(where, one.sheet.model_copy(update={"service": service}))

    bryn = Service(id="b", name="Bryn")
    assert merged(at(bryn, "1"), at(bryn, "2")).workshop.service == bryn
    mixed = merged(at(bryn, "1"), at(Service(id="c", name="Bryn"), "2"), at(None, "3"))
    assert mixed.workshop.service.name == "Bryn"
    assert mixed.workshop.service.id not in ("b", "c")


@st.composite
def many(draw):
    tree = draw(sets())
    given = [
        MergeInput(f"{n}", each.model_copy(update={"session": draw(st.sampled_from("abcd"))}))
        for n, each in enumerate(draw(st.lists(sheets(tree), min_size=1, max_size=4)))
    ]
    return QuestionSet.model_validate(tree), given


@laws
@given(many(), st.randoms())
def test_the_order_of_files_changes_nothing(drawn, random):
    question_set, given = drawn
    ref = SetRef(id="drawn", version="1", digest=DIGEST)
    first = merge(given, question_set, ref, NOW)
    random.shuffle(given)
    again = merge(given, question_set, ref, NOW)
    assert again.used == first.used == len({one.sheet.session for one in given})
    assert again.workshop.questions == first.workshop.questions
    assert again.workshop.rooms == first.workshop.rooms
    assert again.workshop.circumstances == first.workshop.circumstances


@laws
@given(cases())
def test_one_sheet_alone_is_counted_as_it_is_scored(case):
    scorer, question_set, drawn = case
    ref = SetRef(id="drawn", version="1", digest=DIGEST)
    made = merge([MergeInput("one", drawn)], question_set, ref, NOW).workshop
    standing = scorer.stand(drawn)
    for name, talk in made.questions.items():
        if talk.last:
            assert talk.last.cast == 1
            assert talk.last.unknown == (name in standing.doubts)
    assert {name for name, talk in made.questions.items() if talk.last} == {
        *standing.rungs,
        *standing.doubts,
    }


@laws
@given(cases())
def test_merging_never_makes_a_lens_better_than_its_only_sheet(case):
    """The median of one is that one, but what clears a stop is not known any more."""
    scorer, question_set, drawn = case
    for found in question_set.questions:
        if found.hard_stop is not None:
            drawn = answered(drawn, found.id, rung=found.ladder[-1], basis="seen")
    ref = SetRef(id="drawn", version="1", digest=DIGEST)
    made = merge([MergeInput("one", drawn)], question_set, ref, NOW).workshop
    standing = scorer.stand(drawn)
    for found in standing.applicable:
        if found.hard_stop is not None:
            assert made.questions[found.id].agreed.state == "unknown"
