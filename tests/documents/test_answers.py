from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from helpers.strategies import NOW, cases, laws
from spinout_cli.documents.answers import NOTE_LIMIT, Answer, AnswerSheet
from spinout_cli.documents.assessment import Assessment

LEAST = {"format": "spinout.answers/1", "answers": {}}


def sheet(**changes):
    return AnswerSheet.model_validate({**LEAST, **changes})


def answer(**given):
    return Answer.model_validate(given)


@laws
@given(cases())
def test_documents_are_the_same_after_json(case):
    scorer, _, drawn = case
    assert AnswerSheet.model_validate_json(drawn.model_dump_json()) == drawn
    made = scorer.score(drawn, NOW)
    assert Assessment.model_validate_json(made.model_dump_json(by_alias=True)) == made


def test_a_whole_sheet_is_the_same_after_json():
    whole = sheet(
        question_set={"id": "small", "version": "1", "digest": "0" * 64},
        session="s1",
        service={"id": "a1", "name": "Bryn"},
        role="lead",
        depth="quick",
        circumstances={"nation": "wales", "people": 12, "schemes": ["lgps"], "day": None},
        answers={"staff.vote": {"rung": "secured", "basis": "seen", "note": "Minutes, 3 May"}},
        started=datetime(2026, 11, 22, tzinfo=UTC),
        updated=NOW,
    )
    assert AnswerSheet.model_validate_json(whole.model_dump_json()) == whole
    assert whole.circumstances["schemes"] == ("lgps",)


def test_only_the_format_and_the_answers_are_required():
    assert sheet().answers == {}
    for missing in LEAST:
        with pytest.raises(ValidationError):
            AnswerSheet.model_validate({k: v for k, v in LEAST.items() if k != missing})


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"rung": "begun"}, "answered"),
        ({"rung": "begun", "state": "answered"}, "answered"),
        ({"state": "unknown"}, "unknown"),
        ({"state": "skipped"}, "skipped"),
        ({"state": "not-applicable", "reason": "We have no staff"}, "not-applicable"),
    ],
)
def test_a_rung_implies_answered(given, status):
    assert answer(**given).status == status


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"state": "answered"},
        {"rung": "begun", "state": "unknown"},
        {"state": "perhaps"},
        {"rung": "begun", "basis": "guessed"},
        {"rung": "begun", "score": 3},
        {"rung": "not an id"},
        {"state": "unknown", "note": "x" * (NOTE_LIMIT + 1)},
    ],
)
def test_what_is_no_answer_is_refused(given):
    with pytest.raises(ValidationError):
        answer(**given)


def test_texts_are_cleaned_and_not_refused():
    made = answer(state="unknown", note="two\nlines \x1b[2J\u202eend")
    assert made.note == "two lines [2Jend"
    assert sheet(service={"id": "a1", "name": "Bryn\u2066\x07"}).service.name == "Bryn"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e13, {"a": 1}, [["a"]]])
def test_what_no_circumstance_can_be_is_refused(value):
    with pytest.raises(ValidationError):
        sheet(circumstances={"people": value})


def test_a_document_cannot_be_changed():
    with pytest.raises(ValidationError):
        sheet().depth = "quick"


# ------------------------------------------------------------------ the same answer is checked once

SCRAPS = st.one_of(
    st.sampled_from(
        (None, True, 1, 1.0, "", "answered", "unknown", "skipped", "seen", "think", "nothing", "No")
    ),
    st.text(max_size=3),
    st.lists(st.integers(), max_size=1),
)
GIVEN = st.one_of(
    SCRAPS,
    st.dictionaries(
        st.sampled_from(("rung", "state", "basis", "note", "reason", "rungs")), SCRAPS, max_size=4
    ),
)


def accepted(check):
    """What comes of a check: the value, or what was refused, with its place in the answer."""
    try:
        return check()
    except ValidationError as refused:
        return [(error["type"], error["loc"][-1:], error["msg"]) for error in refused.errors()]


@settings(max_examples=300, deadline=None)
@given(GIVEN, st.booleans())
def test_an_answer_that_came_before_is_accepted_and_refused_just_the_same(answer, again):
    tree = {"format": "spinout.answers/1", "answers": {"staff.vote": answer}}
    alone = accepted(lambda: Answer.model_validate(answer))
    for _ in range(1 + again):
        found = accepted(lambda: AnswerSheet.model_validate(tree).answers["staff.vote"])
        if isinstance(alone, list):
            assert [each[0] for each in found] == [each[0] for each in alone]
            assert [each[2] for each in found] == [each[2] for each in alone]
        else:
            assert found == alone
            assert found.model_dump() == alone.model_dump()
            assert found.model_fields_set == alone.model_fields_set
