"""Laws of comparing a part with a session: nothing unnamed, nothing that was not asked for."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from spinout_cli.documents.answers import NOTE_LIMIT, Answer, AnswerSheet
from spinout_cli.question_set import loader
from spinout_cli.scoring.gather import Difference, answer_key, compare_part, newer, not_agreed

SET = loader.load(None).set
QUESTIONS = SET.questions[:6]
IDS = [*(q.id for q in QUESTIONS), "no.such"]
NOW = datetime(2026, 12, 3, tzinfo=UTC)


@st.composite
def answers(draw, ids=tuple(IDS)):
    found = {}
    for name in draw(st.lists(st.sampled_from(ids), unique=True)):
        question = SET.question.get(name)
        rungs = question.ladder if question else ("any",)
        choice = draw(st.sampled_from([*rungs, "no-such-rung", "unknown", "skipped"]))
        state = choice if choice in ("unknown", "skipped") else None
        found[name] = Answer(
            rung=None if state else choice,
            state=state,
            note=draw(st.sampled_from(["", "a note"])),
            by=draw(st.sampled_from([None, "HR lead", "Finance"])),
        )
    return found


def sheet(found, role=None):
    return AnswerSheet(format="spinout.answers/1", answers=found, role=role)


def after(ours, compared):
    return ours | compared.new


THEMES = st.none() | st.sets(st.sampled_from([t.id for t in SET.themes[:3]]))


@given(answers(), answers(), THEMES)
def test_every_answer_of_a_part_is_in_exactly_one_place(ours, theirs, themes):
    found = compare_part(sheet(ours), sheet(theirs), SET, themes=themes)
    told = [
        *found.new,
        *found.same,
        *(d.id for d in found.differ),
        *(left.id for left in found.left_out),
    ]
    assert sorted(told) == sorted(theirs)


@given(answers(), answers(), THEMES)
def test_taking_the_same_part_twice_is_taking_it_once(ours, theirs, themes):
    once = after(ours, compare_part(sheet(ours), sheet(theirs), SET, themes=themes))
    again = compare_part(sheet(once), sheet(theirs), SET, themes=themes)
    assert again.new == {}
    assert after(once, again) == once


@given(answers(), answers(), answers())
def test_the_order_of_parts_is_irrelevant_where_nothing_differs(ours, one, two):
    two = {name: answer for name, answer in two.items() if name not in one}
    results = []
    for parts in ((one, two), (two, one)):
        now = ours
        for part in parts:
            now = after(now, compare_part(sheet(now), sheet(part), SET))
        results.append(now)
    assert results[0] == results[1]


@given(answers(), answers(), st.sets(st.sampled_from([t.id for t in SET.themes[:3]])))
def test_nothing_changes_that_was_not_delegated(ours, theirs, themes):
    found = compare_part(sheet(ours), sheet(theirs), SET, themes=themes)
    changed = {*found.new, *(d.id for d in found.differ)}
    assert {SET.question[name].theme for name in changed} <= themes
    assert all(name not in ours or ours[name].status == "skipped" for name in found.new)


@given(answers(), answers())
def test_what_was_decided_on_is_not_asked_again(ours, theirs):
    found = compare_part(sheet(ours), sheet(theirs), SET)
    settled = {d.id: {answer_key(d.theirs)} for d in found.differ}
    assert compare_part(sheet(ours), sheet(theirs), SET, settled=settled).differ == ()


def test_an_answer_without_an_author_is_by_the_role_of_the_part():
    first = QUESTIONS[0]
    theirs = {first.id: Answer(rung=first.ladder[0])}
    found = compare_part(sheet({}), sheet(theirs, role="HR lead"), SET)
    assert found.new[first.id].by == "HR lead"


def test_an_answer_on_another_ladder_is_left_out():
    first = QUESTIONS[0]
    theirs = {first.id: Answer(rung=first.ladder[0])}
    found = compare_part(sheet({}), sheet(theirs), SET, ladders={first.id: ("a", "b")})
    assert [left.reason for left in found.left_out] == ["ladder-changed"]


def test_facts_are_never_taken():
    theirs = AnswerSheet(
        format="spinout.answers/1", circumstances={"nation": "wales", "size": None}, answers={}
    )
    found = compare_part(sheet({}), theirs, SET)
    assert found.left_out == (("nation", "fact-differs"),)


def dated(ours, theirs):
    return Difference("a", Answer(rung="a", at=ours), Answer(rung="b", at=theirs))


def test_the_newer_is_known_only_of_two_days_that_have_been():
    day = timedelta(days=1)
    assert newer(dated(NOW - day, NOW), NOW) == "part"
    assert newer(dated(NOW, NOW - day), NOW) == "file"
    assert newer(dated(NOW.replace(tzinfo=None), NOW - day), NOW) == "file"
    assert newer(dated(None, NOW), NOW) is None
    assert newer(dated(NOW, NOW), NOW) is None
    assert newer(dated(NOW, NOW + day), NOW) is None


def test_what_is_not_agreed_keeps_both_sides_within_a_note():
    assert not_agreed("A says.", "B says.", ("A.", "B.")).note == "Not agreed yet. A says. B says."
    long = not_agreed("x" * NOTE_LIMIT, "y", ("A.", "B."))
    assert long.note.startswith("Not agreed yet. A. B.")
    assert long.disputed
    assert long.status == "unknown"
