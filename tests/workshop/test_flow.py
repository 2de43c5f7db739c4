"""The walk through a workshop: screens out, replies in, events to save."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from spinout_cli.commands.assess import Result
from spinout_cli.documents.answers import SetRef
from spinout_cli.interview.screen import Chose, ChoseMany, Commanded, Place, Screen, Typed
from spinout_cli.interview.session import Event
from spinout_cli.question_set import loader, snapshot
from spinout_cli.reports.summary import plain
from spinout_cli.terminal.slide_layout import lay_out, slide_text
from spinout_cli.workshop import session
from spinout_cli.workshop.attendance import read_people
from spinout_cli.workshop.flow import WorkshopFlow
from spinout_cli.workshop.record import build_record, pages
from spinout_cli.workshop.unsaved import Unsaved
from spinout_cli.workshop.vote_text import moved_at_last_vote

AT = datetime(2026, 11, 22, 14, tzinfo=UTC)
LOADED = loader.load(Path(__file__).parents[1] / "helpers/interview.yaml")
SET = LOADED.set
REF = SetRef(id=SET.id, version=SET.version, digest=LOADED.digest)
PEOPLE = "staff 18, managers 6, union 2, users 4"
OPEN, CLOSED = "purpose.why", "staff.vote"
"""A question without a hard stop, and one with."""


class Held:
    """A room, everything that it said was to be saved, and what was told."""

    def __init__(self, **more):
        self.head = session.header(REF, snapshot.snapshot(LOADED))
        self.meeting = session.begin(self.head, AT)
        self.events: list[Event] = []
        self.told: list[str] = []
        self.room = WorkshopFlow(SET, self.meeting, self.summary, **more)

    def summary(self):
        return Result(self.meeting.sheet(), SET, LOADED.digest).summary()

    def say(self, *replies):
        for reply in replies:
            outcome = self.room.reply(Typed(reply) if isinstance(reply, str) else reply, AT)
            self.events += outcome.events
            self.told.append(outcome.message)
        return self

    def choose(self, *values):
        return self.say(*(Chose(value) for value in values))

    def at(self, question=OPEN, people=PEOPLE):
        """Set up, and stand at a question whose vote is open."""
        self.say("Bryn Library Service", people, "120")
        return self.choose(f"question:{question}")

    @property
    def here(self):
        return self.room.here

    @property
    def screen(self) -> Screen:
        return self.room.screen()

    def about(self, question=OPEN):
        return self.meeting.about(question)

    def again(self):
        """The meeting that the saved events add up to."""
        held = session.begin(self.head, AT)
        for event in self.events:
            held.take(Event(*json.loads(json.dumps(event))), AT)
        return held


def shown(screen):
    """Everything that stands on a screen, drawn and spoken."""
    wall = screen.wall
    drawn = [line for _, line in lay_out(wall, 80, 24)] if wall else []
    return " ".join(map(str, (screen, *drawn, *(slide_text(wall) if wall else ()))))


# ---------------------------------------------------------------------- setting up


def test_set_up_takes_four_replies():
    held = Held().say("Bryn Library Service", PEOPLE, "60")
    assert held.here.kind == "plan"
    held.choose("go")
    assert held.here.kind == "vote"
    assert [event.kind for event in held.events] == ["service", "room", "plan"]
    assert held.meeting.room.participants == {"staff": 18, "managers": 6, "union and users": 6}


def test_small_roles_are_joined_before_anything_is_saved():
    held = Held().say("", "staff 18, managers 3, union 2, users 1")
    assert held.events[-1].v == {"participants": {"staff": 18, "managers, union and users": 6}}
    assert "who voted how" in held.told[-1]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("30", {"everyone": 30}),
        ("staff 18; 6 managers, union: 2", {"staff": 18, "managers": 6, "union": 2}),
        ("Staff 18 and Users 4", {"staff": 18, "users": 4}),
        ("staff-18, managers - 6, co-op 3", {"staff": 18, "managers": 6, "co-op": 3}),
        ("staff 18, union and users 6", {"staff": 18, "union and users": 6}),
    ],
)
def test_people_are_read_as_they_are_said(typed, expected):
    assert read_people(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nobody",
        "staff -3",
        "staff: -3",
        "-3",
        "staff 1 2",
        "staff 3, staff 4",
        "3, 4",
        "0",
        "staff 99999999",
    ],
)
def test_people_that_are_not_clear_are_asked_again_and_nothing_is_saved(typed):
    held = Held().say("", typed)
    assert held.here.kind == "present"
    assert "Type each group" in held.told[-1]
    assert held.screen.text == typed  # what could not be taken can be mended
    assert [event.kind for event in held.events] == ["service"]


def test_the_line_for_the_minutes_is_empty_and_empty_means_what_the_hint_says():
    held = Held().say("", PEOPLE)
    assert (held.screen.text, "Leave it empty for 120" in held.screen.hint) == ("", True)
    held.say("")
    assert (held.here.kind, held.room.unsaved.minutes) == ("plan", 120)


def test_one_question_is_one_question():
    held = Held().say("", PEOPLE, "1")
    assert held.told[-1] == "a plan of 1 question"
    assert held.screen.side.startswith("1 question, about")
    (name,) = held.meeting.plan
    held.choose(f"theme:{SET.question[name].theme}").say(ChoseMany(("unknown",)))
    assert held.told[-1] == "now planned: 0 questions"


@pytest.mark.parametrize("typed", ["two hours", "0", "-5", "100000", "٣"])
def test_minutes_must_be_minutes(typed):
    held = Held().say("", PEOPLE, typed)
    assert held.here.kind == "minutes"
    assert "number" in held.told[-1]


def test_the_plan_can_be_changed_theme_by_theme():
    held = Held().say("", PEOPLE, "120").choose("theme:staff")
    held.say(ChoseMany(("staff.terms",)))
    assert held.here.kind == "plan"
    assert [q for q in held.meeting.plan if q.startswith("staff.")] == ["staff.terms"]
    held.choose("theme:staff").say(ChoseMany(("unknown",)))
    assert not [q for q in held.meeting.plan if q.startswith("staff.")]
    for theme in ("pensions", "purpose"):
        held.choose(f"theme:{theme}").say(ChoseMany(("unknown",)))
    held.choose("go")
    assert (held.here.kind, held.meeting.plan) == ("plan", ())


# ---------------------------------------------------------------------- the vote


@pytest.mark.parametrize(
    "line",
    [
        "",
        "many",
        "1 2",
        "1 2 3 4 5 6 7 8",
        "-1 2 3 4",
        "10 10 10 10",
        "three 2 1",
        "1.5 2 3",
        "A4 F3",
        "staff: 1 2 3",
        "staff: 1 2 3; teachers: 1 1 1",
    ],
)
def test_bad_counts_are_told_and_nothing_is_saved_or_half_saved(line):
    held = Held().at().choose("counts").say(line)
    assert held.here.kind == "counts"
    assert held.told[-1]
    assert "vote" not in [event.kind for event in held.events]
    assert held.about().rounds == ()


def test_fewer_votes_than_people_are_confirmed():
    held = Held().at().choose("counts").say("3 9 4")
    assert held.here.kind == "fewer"
    assert "16 votes from 30 people" in held.screen.ask
    held.choose("no")
    assert (held.here.kind, held.about().rounds) == ("vote", ())
    held.choose("counts").say("3 9 4").choose("yes")
    assert held.about().rounds[0].cast == 16


def test_somebody_joined():
    held = Held().at(people="30").choose("counts").say("10 10 10 ?1")
    assert "31 votes from 30 people" in held.told[-1]
    held.say("30 = 31", "10 10 10 ?1")
    assert held.about().rounds[0].cast == 31
    assert [room.people for room in held.meeting.rooms] == [30, 31]


def test_a_whole_group_leaves():
    held = Held().at(people="staff 18, managers 6").choose("counts").say("managers 6 = 0")
    assert held.meeting.room.participants == {"staff": 18}
    assert (held.here.kind, held.room.unsaved.slips.of) == ("counts", 18)
    held.say("18 = 0")
    assert "at least one person" in held.told[-1]


def test_somebody_joined_who_is_in_one_of_several_groups():
    held = Held().at().choose("counts").say("30 = 31")
    assert held.here.kind == "present"
    held.say("staff 19, managers 6, users 6", "10 10 10 ?1")
    assert held.about().rounds[0].cast == 31


def test_rung_by_rung_is_the_same_as_a_line():
    one = Held().at().choose("rung").say("3", "none", "20", "7").about()
    other = Held().at().choose("counts").say("3 0 20 ?7").about()
    assert one == other


def test_rung_by_rung_goes_back_a_rung_and_a_wrong_number_loses_nothing():
    held = Held().at().choose("rung").say("3", "x", "4", Commanded("back"), "5", "20", "2")
    assert held.about().rounds[0].along(SET.question[OPEN].ladder) == (3, 5, 20)
    held = Held().at().choose("rung").say(Commanded("back"))
    assert held.here.kind == "vote"


def test_a_show_of_hands_is_recorded_as_open():
    held = Held().at().choose("hands", "counts").say("10 10 10")
    assert held.about().rounds[0].kind == "open"
    assert Held().at().choose("counts").say("10 10 10").about().rounds[0].kind == "hidden"


@pytest.mark.parametrize("lines", [("7 0 11 ?12", "11 12 0 ?7"), ("25 1 4", "1 25 4")])
def test_nothing_of_an_open_vote_is_on_any_screen(lines):
    """Two rooms that vote differently see the same until the vote has closed."""
    seen = []
    for line in lines:
        held = Held().at()
        screens = [held.screen]
        held.choose("counts")
        screens.append(held.screen)
        held.say(f"{line} and so on")
        screens.append(held.screen)
        held.say("9 9 99 ?9")
        screens.append(held.screen)
        held.say(Commanded("back"), Commanded("map"))
        screens.append(held.screen)
        seen.append([shown(screen) for screen in screens] + held.told)
        assert "vote" not in [event.kind for event in held.events]
    assert seen[0] == seen[1]


def test_nothing_of_an_open_vote_is_in_a_draft_or_in_the_document():
    held = Held().at().choose("counts").say("3 9 4")
    assert held.screen.unseen is False  # it asks whether those are all, and shows no count
    assert held.about().rounds == ()
    assert "rounds" not in json.dumps([list(event) for event in held.events])
    assert '"counts"' not in held.meeting.document().model_dump_json()
    assert "3 9 4" not in shown(held.screen)


def test_while_the_room_votes_again_the_earlier_bars_are_gone():
    held = Held().at().choose("counts").say("7 0 11 ?12")
    assert held.screen.wall.bars
    held.choose("vote")
    assert not held.screen.wall.bars
    held.choose("note").say("A note")
    assert (held.here.kind, held.screen.wall.bars) == ("vote", ())


# ---------------------------------------------------------------------- talk and vote again


def test_a_split_room_is_offered_a_talk_and_then_another_vote():
    held = Held().at().choose("counts").say("14 2 14")
    assert any(words.startswith("Split: A and C") for words in held.screen.wall.remarks)
    assert held.screen.chosen == ("talk",)
    held.choose("talk")
    assert held.screen.seconds == 180
    held.choose("stop")
    assert (held.here.kind, held.screen.chosen) == ("question", ("vote",))
    held.choose("vote", "counts").say("2 4 24")
    bars = held.screen.wall.bars
    assert [(bar.before, bar.count) for bar in bars] == [(14, 2), (2, 4), (14, 24), (0, 0)]
    assert any(
        "At least 12 of 30 moved" in w or "at least 12 of 30 moved" in w
        for w in held.screen.wall.remarks
    )


def test_rounds_of_different_rooms_are_not_compared():
    held = Held().at(people="30").choose("counts").say("14 2 14")
    held.choose("vote", "counts").say("30 = 31", "2 4 25")
    assert [bar.before for bar in held.screen.wall.bars] == [None] * 4
    assert not any("moved" in words for words in held.screen.wall.remarks)


# ---------------------------------------------------------------------- agreeing


def test_the_median_is_offered_where_no_fact_decides():
    held = Held().at().choose("counts").say("2 20 8").choose("agree")
    offered = [option for option in held.screen.options if option.aside]
    assert [option.value for option in offered] == [SET.question[OPEN].ladder[1]]
    assert held.screen.chosen == ()  # offered, and not chosen for them
    held.choose(offered[0].value)
    assert held.about().agreed.rung == SET.question[OPEN].ladder[1]


def test_where_a_fact_decides_no_rung_is_offered():
    held = Held().at(CLOSED).choose("counts").say("0 2 8 20").choose("agree")
    assert held.screen.chosen == ()
    assert not any("middle" in option.aside for option in held.screen.options)
    assert [o.value for o in held.screen.options if o.aside == "needs a document"] == ["passed"]


@pytest.mark.parametrize("given", [("",), ("Certificate", ""), ("Certificate", "2026", "")])
def test_a_clearing_rung_without_what_it_rests_on_is_not_known(given):
    held = Held().at(CLOSED).choose("agree", "passed").say(*given)
    assert held.about(CLOSED).agreed.state == "unknown"
    assert held.meeting.sheet().answers[CLOSED].status == "unknown"


def test_a_clearing_rung_with_what_it_rests_on_clears():
    held = Held().at(CLOSED).choose("agree", "passed").say("Certificate", "3 March", "Gwen")
    basis = held.about(CLOSED).agreed.basis
    assert (basis.document, basis.date, basis.seen_by) == ("Certificate", "3 March", "Gwen")
    assert held.meeting.sheet().answers[CLOSED].basis == "seen"


def test_left_in_the_middle_of_what_it_rests_on_nothing_is_agreed_and_nothing_is_lost():
    held = Held().at(CLOSED).choose("agree", "passed").say("Certificate")
    assert held.about(CLOSED).agreed is None
    held.events.append(held.room.draft("3 Mar"))
    session = held.again()
    resumed = WorkshopFlow(SET, session, held.summary, resumed=True)
    for reply in ("same", f"question:{CLOSED}", "agree", "passed"):
        resumed.reply(Chose(reply), AT)
    assert resumed.screen().text == "Certificate"
    resumed.reply(Typed("Certificate"), AT)
    assert resumed.screen().text == "3 Mar"


def test_no_agreement_is_an_answer():
    held = Held().at().choose("counts").say("14 2 14").choose("agree", "no-agreement")
    assert held.about().agreed.state == "no-agreement"
    assert held.meeting.sheet().answers[OPEN].status == "unknown"


def test_what_does_not_apply_says_why():
    held = Held().at().choose("agree", "not-applicable").say("", "It has left already")
    assert held.meeting.sheet().answers[OPEN].reason == "It has left already"
    assert "(It has left already)" in held.told[-1]


def test_why_it_does_not_apply_leaves_the_note_alone_and_goes_with_the_agreement():
    held = Held().at().choose("note").say("As the union sees it")
    held.choose("agree", "not-applicable").say("We have no staff, of our own")
    assert [event.kind for event in held.events[-2:]] == ["note", "agreed"]
    answer = held.meeting.sheet().answers[OPEN]
    assert (answer.note, answer.reason) == (
        "As the union sees it",
        "We have no staff, of our own",
    )
    assert "We have no staff, of our own" in shown(held.screen)
    assert held.again().document() == held.meeting.document()
    held.choose("undo")
    assert (held.told[-1], held.about().agreed) == ("taken back: what was agreed", None)
    assert held.about().note == "As the union sees it"


# ---------------------------------------------------------------------- beside a question


def test_notes_actions_and_statements():
    held = Held().at().choose("note").say("As the union sees it")
    held.choose("do").say("", "Ask the fund", "Gwen", "Friday")
    held.choose("speaker").say("A. Jones", "I do not trust the vote.")
    talk = held.about()
    assert talk.note == "As the union sees it"
    assert [(a.do, a.owner, a.by) for a in talk.actions] == [("Ask the fund", "Gwen", "Friday")]
    assert [(s.name, s.words) for s in talk.statements] == [
        ("A. Jones", "I do not trust the vote.")
    ]
    assert not {"action", "statement"} & {name.partition(":")[0] for name in held.meeting.drafts}


def test_undo_takes_the_last_thing_back_and_says_what():
    held = Held().at().choose("counts").say("14 2 14").choose("note").say("One")
    held.choose("undo")
    assert (held.told[-1], held.about().note) == ("taken back: the note", "")
    held.choose("undo")
    assert (held.told[-1], held.here.kind) == ("taken back: vote 1", "vote")
    assert "undo" not in [option.value for option in held.screen.options]


def test_a_parked_question_is_passed_over_and_can_be_taken_up_again():
    held = Held().at().choose("park")
    assert held.here.id != OPEN
    assert held.about().parked
    held.choose(f"question:{OPEN}") if held.here.kind == "map" else held.say(
        Commanded("map")
    ).choose(f"question:{OPEN}")
    held.choose("park")
    assert (held.here.id, held.about().parked) == (OPEN, False)


# ---------------------------------------------------------------------- pause and resume


def test_resumed_it_asks_who_is_here():
    held = Held().at(people="30").choose("counts").say("14 2 14")
    again = WorkshopFlow(SET, held.again(), held.summary, resumed=True)
    assert again.screen().place.kind == "again"
    again.reply(Chose("others"), AT)
    again.reply(Typed("25"), AT)
    again.reply(Chose(f"question:{OPEN}"), AT)
    again.reply(Chose("vote"), AT)
    again.reply(Chose("counts"), AT)
    again.reply(Typed("5 5 15"), AT)
    talk = again.meeting.about(OPEN)
    assert [each.room for each in talk.rounds] == ["room-1", "room-2"]
    assert moved_at_last_vote(talk, SET.question[OPEN].ladder) is None


@pytest.mark.parametrize("preparing", [True, False])
def test_a_plan_of_nothing_is_neither_begun_nor_kept(preparing):
    held = Held(unsaved=Unsaved(preparing=preparing))
    held.say("Bryn", *(() if preparing else ("30",)), "1")
    (name,) = held.meeting.plan
    held.choose(f"theme:{SET.question[name].theme}").say(ChoseMany(("unknown",))).choose("go")
    assert held.here.kind == "plan"
    assert "Nothing is planned yet" in held.told[-1]


def _interrupted(held, typed):
    """The same workshop on another day, after somebody was interrupted while typing this."""
    held.events.append(held.room.draft(typed))
    again = Held()
    again.head, again.events, again.meeting = held.head, held.events, held.again()
    again.room = WorkshopFlow(SET, again.meeting, again.summary, resumed=True)
    return again


def test_half_a_reason_stands_there_again_until_it_is_said():
    held = Held().at().choose("agree", "not-applicable")
    again = _interrupted(held, "We have no").choose("same", f"question:{OPEN}")
    again.choose("agree", "not-applicable")
    assert again.screen.text == "We have no"
    again.say("We have no staff")
    assert again.meeting.drafts == {}
    again.choose("agree", "not-applicable")
    assert again.screen.text == "We have no staff"


def test_half_a_room_and_half_a_time_stand_there_again_until_they_are_said():
    held = _interrupted(Held().say("Bryn"), "staff 18, man")
    assert held.screen.text == "staff 18, man"
    held.say(PEOPLE)
    assert (held.here.kind, held.meeting.drafts) == ("minutes", {})
    held = _interrupted(held, "4")
    held.choose("same")
    assert held.screen.text == "4"
    held.say("45")
    assert held.meeting.drafts == {}


def test_half_a_room_that_was_typed_while_others_were_known_stands_there_again():
    held = Held().at(people="30").choose("present")
    held = _interrupted(held, "staff 2").choose("others")
    assert held.screen.text == "staff 2"
    held.say("30")
    assert (held.told[-1], held.meeting.drafts, held.again().drafts) == (
        "The room is as it was.",
        {},
        {},
    )


def test_half_a_room_in_the_middle_of_a_vote_is_no_word_on_the_question():
    held = Held().at(people=PEOPLE).choose("counts").say("30 = 31")
    assert (held.here.kind, held.here.id) == ("present", OPEN)
    assert held.room.draft("staff 19, m") == Event("draft", "present", "staff 19, m")


def test_preparing_asks_nobody_who_is_in_the_room():
    held = Held(unsaved=Unsaved(preparing=True)).say("Bryn", "60").choose("go")
    assert (held.here.kind, held.meeting.room) == ("end", None)


# ---------------------------------------------------------------------- the close


def test_the_close_goes_page_by_page_and_ends_on_what_there_is_to_build_on():
    held = Held().at().choose("counts").say("0 2 28").choose("agree", "many")
    held.choose("do").say("Ask the fund", "Gwen", "Friday").say(Commanded("map")).choose("close")
    titles = [held.screen.ask]
    while held.screen.chosen != ("map",):
        held.say(Commanded("next"))
        titles.append(held.screen.ask)
    assert titles[0] == "To settle first"
    assert "Who does what by when" in titles
    assert titles[-1] == "What we have going for us"
    assert "Many" in shown(held.screen) or held.screen.wall.remarks
    held.say(Commanded("back"))
    assert held.screen.ask == titles[-2]


def test_the_record_tells_somebody_who_was_not_there():
    held = Held().at().choose("counts").say("14 2 14").choose("note").say("We asked for the letter")
    held.choose("speaker").say("A. Jones", "I do not trust the vote.").choose(
        "agree", "no-agreement"
    )
    record = build_record(held.meeting.document(), SET)
    words = plain.plain(replace(held.summary(), record=record))
    for part in ("30 people", "A 14, B 2, C 14", "no agreement", "We asked", 'A. Jones: "I do not'):
        assert part.lower() in words.lower(), part


# ---------------------------------------------------------------------- laws

COUNTS = st.lists(st.integers(0, 12), min_size=3, max_size=4).map(lambda n: " ".join(map(str, n)))
WORDS = st.text(st.characters(codec="utf-8"), max_size=12) | COUNTS | st.just("30")


class AnyRoom(RuleBasedStateMachine):
    """Whatever is replied, the room stays in order and its file says the same as it does."""

    def __init__(self):
        super().__init__()
        self.held = Held().at()

    @rule(data=st.data())
    def choose(self, data):
        options = self.held.screen.options
        if options and self.held.screen.kind != "many":
            self.held.choose(data.draw(st.sampled_from([o.value for o in options])))

    @rule(data=st.data())
    @precondition(lambda self: self.held.screen.kind == "many")
    def tick(self, data):
        values = [option.value for option in self.held.screen.options]
        self.held.say(ChoseMany(tuple(data.draw(st.lists(st.sampled_from(values), min_size=1)))))

    @rule(words=WORDS)
    @precondition(lambda self: self.held.screen.kind == "line")
    def type(self, words):
        self.held.say(words)

    @rule(data=st.data())
    def command(self, data):
        commands = [c for c in self.held.screen.commands if c != "quit"]
        if commands:
            self.held.say(Commanded(data.draw(st.sampled_from(commands))))

    @precondition(lambda self: self.held.here.kind == "end")
    @rule()
    def come_again(self):
        self.held.room.here = Place("map")

    @invariant()
    def the_file_says_the_same(self):
        assert self.held.again().document().questions == self.held.meeting.document().questions
        assert self.held.again().plan == self.held.meeting.plan

    @invariant()
    def no_open_vote_is_told(self):
        screen = self.held.screen
        if screen.place.kind in ("vote", "counts", "rung", "fewer"):
            assert not (screen.wall and screen.wall.bars)
            assert screen.text == ""

    @invariant()
    def every_page_can_be_had(self):
        document = self.held.meeting.document()
        assert pages(build_record(document, SET), self.held.summary())


AnyRoom.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestAnyRoom = pytest.mark.slow(AnyRoom.TestCase)
