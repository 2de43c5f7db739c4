"""A workshop: what its events add up to, what is shown of it, and what it says as answers."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from helpers.question_sets import small_question_set
from helpers.strategies import DIGEST, NOW, laws
from spinout_cli.commands.questions import schema
from spinout_cli.documents.answers import AnswerSheet, Service, SetRef
from spinout_cli.documents.formats import is_workshop_header
from spinout_cli.documents.workshop import (
    Agreed,
    Discussion,
    Ground,
    Workshop,
    publishable,
    to_answers,
)
from spinout_cli.errors import SpinoutError
from spinout_cli.interview.session import Event
from spinout_cli.scoring.scorer import Scorer
from spinout_cli.storage.journal import Journal, read
from spinout_cli.workshop.notes import agreement, rungs_to_offer
from spinout_cli.workshop.session import (
    action_event,
    agreed_event,
    begin,
    header,
    note_event,
    park_event,
    plan_event,
    room_event,
    statement_event,
    vote_event,
    withdraw_event,
)
from spinout_cli.workshop.vote_parser import ParsedVote, Tally, read_line
from spinout_cli.workshop.vote_text import moved_at_last_vote

SET = small_question_set()
REF = SetRef(id="small", version="1", digest=DIGEST)
VOTE, IN_HOUSE, EXIT = (
    SET.question[n] for n in ("staff.vote", "money.in-house", "money.exit-cost")
)
ROLES = {"staff": 18, "managers": 7, "union": 3, "users": 2}
LINE = "staff: 6 3 5 2 ?2; managers: 1 1 2 2 ?1; union and users: 1 0 2 1 ?1"
DEED = Ground(document="The deed", date="3 May 2026", seen_by="The clerk")


def meeting(*events):
    made = begin(header(REF, {}, service=Service(id="s1", name="Bryn")), NOW)
    for number, event in enumerate(events):
        made.take(event, NOW + timedelta(minutes=number))
    return made


def vote(question=IN_HOUSE, line=LINE, roles=ROLES, kind="hidden"):
    people = room_event(roles).v["participants"]
    return vote_event(question, read_line(line, len(question.rungs), people), kind)


EVENTS = (
    room_event(ROLES),
    plan_event(["staff.vote", "money.in-house"]),
    Event("circumstance", "pension-schemes", ["lgps"]),
    vote(),
    note_event("money.in-house", "The minutes of May say more."),
    statement_event("money.in-house", "J. Pugh", "We were not asked."),
    action_event("money.in-house", "Ask the fund", "P. Rees", "2026-12-01"),
    vote(line="staff: 0 3 11 2 ?2; man: 1 1 2 2 ?1; union: 1 0 2 1 ?1"),
    agreed_event("money.in-house", Agreed(rung="drafted")),
    park_event("staff.surplus"),
)


# The fold


def test_a_workshop_is_what_its_events_add_up_to():
    made = meeting(*EVENTS).document()
    talk = made.questions["money.in-house"]
    assert made.service.name == "Bryn"
    assert made.plan == ("staff.vote", "money.in-house")
    assert made.circumstances == {"pension-schemes": ("lgps",)}
    assert [each.participants for each in made.rooms] == [
        {"staff": 18, "managers": 7, "union and users": 5}
    ]
    assert [each.places(IN_HOUSE.ladder) for each in talk.rounds] == [
        (8, 4, 9, 5, 4),
        (2, 4, 15, 5, 4),
    ]
    assert moved_at_last_vote(talk, IN_HOUSE.ladder) == 6
    assert talk.agreed == Agreed(rung="drafted")
    assert talk.note == "The minutes of May say more."
    assert talk.statements[0].words == "We were not asked."
    assert talk.actions[0].model_dump() == {
        "id": "action-1",
        "do": "Ask the fund",
        "owner": "P. Rees",
        "by": "2026-12-01",
    }
    assert made.questions["staff.surplus"].parked
    assert made.updated == NOW + timedelta(minutes=len(EVENTS) - 1)


def test_a_service_that_is_named_keeps_its_id():
    made = begin(header(REF, {}), NOW)
    assert not made.named
    made.take(Event("draft", "name", "Br"), NOW)
    made.take(Event("service", None, {"name": "Bryn"}), NOW)
    assert made.named
    assert made.drafts == {}
    assert made.service == Service(id=made.document().service.id, name="Bryn")


def test_the_journal_gives_back_what_was_typed(tmp_path: Path):
    path = tmp_path / "bryn.spinout"
    opening = header(REF, {"id": "small"}, service=Service(id="s1", name="Bryn"))
    with Journal.create(path, opening) as journal:
        for event in EVENTS:
            journal.append(*event)
    first, *others = read(path)
    assert is_workshop_header(first.v)
    again = begin(first.v, NOW)
    for number, record in enumerate(others):
        again.take(Event(record.kind, record.q, record.v), NOW + timedelta(minutes=number))
    assert again.document().model_copy(update={"session": None}) == meeting(
        *EVENTS
    ).document().model_copy(update={"session": None})


def test_the_last_thing_said_is_taken_back_again_and_again():
    made = meeting(*EVENTS)
    name = "money.in-house"
    said = []
    while made.can_withdraw(name):
        said.append(made.questions[name])
        made.take(withdraw_event(name), NOW)
    assert made.questions[name] == Discussion()
    assert len(said) == 6
    assert said[1].agreed is None
    assert len(said[2].rounds) == 1
    made.take(withdraw_event(name), NOW)
    assert made.questions[name] == Discussion()
    assert made.questions["staff.surplus"].parked


def test_taking_back_on_one_question_leaves_the_others():
    made = meeting(*EVENTS, withdraw_event("staff.surplus"), withdraw_event("no.such"))
    assert not made.questions["staff.surplus"].parked
    assert made.questions["money.in-house"].agreed


def test_an_action_never_has_the_name_of_one_taken_back():
    made = meeting(
        room_event(ROLES),
        action_event("staff.vote", "One"),
        withdraw_event("staff.vote"),
        action_event("staff.vote", "Two"),
    )
    assert [task.id for task in made.questions["staff.vote"].actions] == ["action-2"]


def test_no_round_is_compared_across_a_changed_room():
    roles = {"staff": 19, "managers": 7}
    later = vote(line="staff: 1 1 1 1 ?9; managers: 1 1 1 1", roles=roles)
    made = meeting(*EVENTS, room_event(roles), later)
    talk = made.about("money.in-house")
    assert [each.room for each in talk.rounds] == ["room-1", "room-1", "room-2"]
    assert moved_at_last_vote(talk, IN_HOUSE.ladder) is None
    assert made.room.people == 26


def test_a_vote_of_nobody_is_refused():
    with pytest.raises(SpinoutError, match="who is there"):
        meeting(vote())


def test_what_is_voted_or_agreed_is_no_longer_parked():
    for taken in (vote(), agreed_event("money.in-house", Agreed(state="no-agreement"))):
        made = meeting(room_event(ROLES), park_event("money.in-house"), taken)
        assert not made.questions["money.in-house"].parked


def test_an_event_of_a_later_version_is_passed_over():
    made = meeting(*EVENTS)
    before = made.document()
    for event in (
        Event("weather", None, 1),
        Event("weather", "staff.vote", 1),
        Event("note", None, ""),
    ):
        made.take(event, before.updated)
    assert made.document() == before


def test_a_draft_goes_once_it_is_said():
    made = meeting(room_event(ROLES), Event("draft", "note:staff.vote", "The min"))
    assert made.drafts == {"note:staff.vote": "The min"}
    made.take(note_event("staff.vote", "The minutes"), NOW)
    assert made.drafts == {}


@pytest.mark.parametrize(
    ("opening", "says"),
    [
        ({"format": "spinout.session/1"}, "not a workshop that this version can read"),
        ({"format": "spinout.workshop-session/1"}, "not complete"),
    ],
)
def test_a_header_that_opens_no_workshop_is_refused(opening, says):
    with pytest.raises(SpinoutError, match=says):
        begin(opening, NOW)


# What is shown


def groups(made, name="money.in-house"):
    return [set(each.groups or ()) for each in made.about(name).rounds]


def test_groups_are_shown_where_nobody_is_given_away():
    made = meeting(*EVENTS)
    assert groups(made) == [{"staff", "managers", "union and users"}] * 2


@pytest.mark.parametrize(
    "line",
    [
        "staff: 6 3 5 2 ?2; managers: 0 0 7 0; union: 1 0 2 1 ?1",  # of one mind
        "staff: 6 3 5 2 ?2; managers: 1 1 2 2 ?1; union: 1 0 2 1",  # four slips
    ],
)
def test_no_group_is_to_be_had_by_subtraction(line):
    made = meeting(room_event(ROLES), vote(line=line))
    assert groups(made) == [set()]
    assert not made.questions["money.in-house"].last.groups  # what may not be shown is not saved
    for shown in (made.document(), publishable(made.document())):
        told = json.loads(shown.model_dump_json())["questions"]["money.in-house"]["rounds"][0]
        assert told["groups"] is None
        assert sum(told["counts"].values()) + told["unknown"] >= 29


def test_a_document_that_is_read_again_shows_no_more_and_no_less():
    made = meeting(*EVENTS).document()
    assert publishable(Workshop.model_validate_json(made.model_dump_json())) == made


numbers = st.lists(st.integers(0, 7), min_size=5, max_size=5)


@laws
@given(st.lists(numbers, min_size=2, max_size=3))
def test_what_is_exported_never_gives_a_group_away(votes):
    names = ("staff", "managers", "users")[: len(votes)]
    tallies = {n: Tally(tuple(v[:4]), v[4]) for n, v in zip(names, votes, strict=True)}
    whole = Tally(
        *[tuple(map(sum, zip(*(v[:4] for v in votes), strict=True)))], sum(v[4] for v in votes)
    )
    event = vote_event(IN_HOUSE, ParsedVote(whole, tallies, 40), "hidden")
    made = meeting(room_event(dict.fromkeys(names, 35)), event).document()
    told = made.questions["money.in-house"].last
    left = list(told.places(IN_HOUSE.ladder))
    for group in (told.groups or {}).values():
        places = group.places(IN_HOUSE.ladder)
        assert sum(places) >= 5
        assert max(places) < sum(places)
        left = [all_ - its for all_, its in zip(left, places, strict=True)]
    if told.groups and any(left):
        assert sum(left) >= 5
        assert max(left) < sum(left)


# The document


def test_the_document_is_the_same_after_json_and_fits_its_schema():
    made = meeting(
        *EVENTS, agreed_event("staff.vote", Agreed(rung="secured", basis=DEED))
    ).document()
    text = made.model_dump_json()
    assert Workshop.model_validate_json(text) == made
    Draft202012Validator(json.loads(schema("workshop"))).validate(json.loads(text))


def test_the_least_document():
    least = Workshop.model_validate({"format": "spinout.workshop/1", "questions": {}})
    assert to_answers(least).answers == {}


@pytest.mark.parametrize(
    "talk",
    [
        {"rounds": [{"room": "room-9", "kind": "hidden", "counts": {}, "taken": str(NOW)}]},
        {"rounds": [{"room": "room-1", "kind": "hidden", "counts": {"a": -1}, "taken": str(NOW)}]},
        {"rounds": [{"room": "room-1", "kind": "secret", "counts": {}, "taken": str(NOW)}]},
        {"agreed": {}},
        {"agreed": {"rung": "secured", "state": "unknown"}},
        {"agreed": {"rung": "secured", "basis": {"document": "", "date": "x", "seen_by": "y"}}},
        {"agreed": {"rung": "secured", "agreed_by": "chair"}},
        {"statements": [{"name": " ", "words": "x"}]},
        {"score": 3},
    ],
)
def test_what_is_no_workshop_is_refused(talk):
    given_ = {
        "format": "spinout.workshop/1",
        "rooms": [{"id": "room-1", "participants": {"everyone": 9}, "opened": str(NOW)}],
        "questions": {"staff.vote": talk},
    }
    with pytest.raises(ValidationError):
        Workshop.model_validate(given_)


def test_where_the_note_was_once_the_reason_it_still_is():
    """Documents and journals made before a reason was kept with what was agreed."""
    agreed = {"rung": None, "state": "not-applicable", "agreed_by": "room", "basis": None}
    made = meeting(note_event("staff.vote", "No staff"), Event("agreed", "staff.vote", agreed))
    answer = to_answers(made.document()).answers["staff.vote"]
    assert (answer.note, answer.reason) == ("No staff", "No staff")


def test_words_are_cleaned():
    made = meeting(
        statement_event("staff.vote", "J.\x1b[2J Pugh", "One\ntwo\u202e"),
        note_event("staff.vote", "a\x9b note\u202e"),
    ).document()
    said = made.questions["staff.vote"].statements[0]
    assert (said.name, said.words) == ("J.[2J Pugh", "One two")
    assert made.questions["staff.vote"].note == "a note"


# What is agreed


def test_the_median_is_offered_but_not_where_facts_decide():
    made = meeting(*EVENTS)
    last = made.about("money.in-house").last
    assert rungs_to_offer(IN_HOUSE, last) == ("drafted",)
    assert rungs_to_offer(VOTE, last) == ()
    even = meeting(room_event({"all": 10}), vote(line="5 0 0 5", roles={"all": 10}))
    assert rungs_to_offer(IN_HOUSE, even.about("money.in-house").last) == ("nothing", "secured")


@pytest.mark.parametrize(
    ("question", "rung", "basis", "by", "wanted"),
    [
        (IN_HOUSE, "secured", None, "room", Agreed(rung="secured")),
        (IN_HOUSE, "secured", DEED, "room", Agreed(rung="secured")),
        (IN_HOUSE, "secured", None, "median", Agreed(rung="secured", agreed_by="median")),
        (VOTE, "drafted", None, "room", Agreed(rung="drafted")),
        (VOTE, "secured", None, "room", Agreed(state="unknown")),
        (VOTE, "secured", DEED, "room", Agreed(rung="secured", basis=DEED)),
        (VOTE, "secured", DEED, "median", Agreed(state="unknown", agreed_by="median")),
        (EXIT, "begun", None, "median", Agreed(rung="begun", agreed_by="median")),
    ],
)
def test_a_stop_is_cleared_only_by_what_it_rests_on(question, rung, basis, by, wanted):
    assert agreement(question, rung, basis, by=by) == wanted


def lens(*agreed):
    made = meeting(room_event(ROLES), *(agreed_event(name, what) for name, what in agreed))
    return Scorer(SET, DIGEST).score(made.sheet(), NOW)


@pytest.mark.parametrize(
    "what",
    [
        Agreed(rung="secured"),
        Agreed(rung="secured", agreed_by="median"),
        Agreed(rung="secured", agreed_by="median", basis=DEED),
        Agreed(state="unknown"),
        Agreed(state="no-agreement"),
        Agreed(state="not-applicable"),
    ],
)
def test_a_document_that_clears_a_stop_without_grounds_does_not(what):
    made = lens(("staff.vote", what))
    assert made.lenses["launch"].state == "unknown"
    assert "staff.vote" in made.lenses["launch"].unknown
    assert [found.id for found in made.find_out] == ["staff.vote"]


def test_what_is_agreed_counts_like_any_answer():
    made = lens(
        ("staff.vote", Agreed(rung="secured", basis=DEED)),
        ("money.in-house", Agreed(rung="nothing")),
    )
    assert "staff.vote" not in made.lenses["launch"].unknown
    assert [found.id for found in made.roadblocks] == ["money.in-house"]
    stopped = lens(("staff.vote", Agreed(rung="begun", agreed_by="median")))
    assert stopped.lenses["launch"].state == "stopped"


def test_what_nothing_was_agreed_on_was_not_asked():
    made = meeting(*EVENTS[:-2])
    assert made.sheet().answers == {}
    answers = meeting(*EVENTS).sheet()
    assert list(answers.answers) == ["money.in-house"]
    assert answers.answers["money.in-house"].note == "The minutes of May say more."
    assert AnswerSheet.model_validate_json(answers.model_dump_json()) == answers


def test_a_statement_is_never_scored():
    without = meeting(*(event for event in EVENTS if event.kind != "statement"))
    score = Scorer(SET, DIGEST).score
    told = score(meeting(*EVENTS).sheet(), datetime(2026, 11, 22, tzinfo=UTC))
    other = score(without.sheet(), datetime(2026, 11, 22, tzinfo=UTC))
    when = {"session", "updated"}
    assert told.model_dump(exclude=when) == other.model_dump(exclude=when)
