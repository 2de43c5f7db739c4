import json
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from helpers.question_sets import question, small_question_set
from helpers.strategies import DIGEST, NOW
from spinout_cli.documents.answers import NOTE_LIMIT, SetRef
from spinout_cli.errors import SpinoutError
from spinout_cli.interview.agenda import Agenda
from spinout_cli.interview.flow import InterviewFlow
from spinout_cli.interview.screen import Chose, ChoseMany, Commanded, Place, Typed
from spinout_cli.interview.session import Event, begin, header
from spinout_cli.sanitize import sanitize
from spinout_cli.scoring.scorer import Scorer

REF = SetRef(id="small", version="1", digest=DIGEST)
FACTS = {
    "nation": "wales",
    "sector": "health",
    "pension-schemes": ["lgps"],
    "people": 9.0,
    "nickname": None,
    "launch": "soon",
}
"""Everything that is asked of a service too small to be asked for the date of its board."""

SIDE = ("note", "reason", "basis", "end")


def opened(depth="full", themes=()):
    return header(REF, {}, service=None, depth=depth, themes=themes)


def told_facts():
    return [
        Event("service", None, {"name": "Bryn"}),
        *(Event("circumstance", name, value) for name, value in FACTS.items()),
    ]


def replayed(head, events):
    """The session that these events add up to once they have been through JSON."""
    session = begin(json.loads(json.dumps(head)), NOW)
    for event in events:
        session.take(Event(*json.loads(json.dumps(event))), NOW)
    return session


class Walk:
    """An interview, with everything that it asked to be saved."""

    def __init__(self, *, facts=True, question_set=None, **options):
        self.head = opened(**options)
        self.events = told_facts() if facts else []
        self.question_set = question_set or small_question_set()
        self.resume()

    def resume(self):
        self.session = replayed(self.head, self.events)
        self.interview = InterviewFlow(self.question_set, self.session)

    def reply(self, reply):
        outcome = self.interview.reply(reply, NOW)
        self.events += outcome.events
        return outcome

    def choose(self, *values):
        for value in values:
            outcome = self.reply(Chose(value))
        return outcome

    def type(self, text):
        return self.reply(Typed(text))

    def ask(self, command):
        return self.reply(Commanded(command))

    @property
    def screen(self):
        return self.interview.screen()

    @property
    def place(self):
        return self.interview.here

    def answer(self, name):
        given = self.session.sheet().answers.get(name)
        return given and given.model_dump(exclude_defaults=True, exclude={"by", "at"})


def places(*names):
    return [Place("question", name) for name in names]


# ------------------------------------------------------------------ beginning


def test_the_name_then_the_circumstances_then_the_map():
    walk = Walk(facts=False)
    assert walk.place == Place("name")
    walk.type("  Bryn\u202e ")
    assert walk.session.service.name == "Bryn"
    seen = []
    replies = {"pension-schemes": ChoseMany(("lgps", "nhs")), "people": Typed("1,200")}
    while walk.place.kind == "circumstance":
        seen.append(walk.place.id)
        kind = walk.screen.kind
        other = Chose(walk.screen.options[0].value) if kind == "one" else Typed("")
        walk.reply(replies.get(walk.place.id, other))
    assert seen == [c.id for c in walk.question_set.circumstances]
    assert walk.place == Place("map")
    facts = walk.session.sheet().circumstances
    assert facts["pension-schemes"] == ("lgps", "nhs")
    assert facts["people"] == 1200
    assert facts["board-date"] is None


def test_a_circumstance_that_does_not_apply_is_not_asked():
    assert Walk().place == Place("map")


STRANGE = {
    "format": "spinout.answers/1",
    "circumstances": {"nation": "atlantis", "pension-schemes": ["lgps", "barter"]},
    "answers": {"money.in-house": {"rung": "nonsense"}},
}


def test_what_the_set_does_not_have_is_asked_again():
    walk = Walk()
    walk.events.append(Event("import", None, STRANGE))
    walk.resume()
    open_ = walk.interview.agenda.unanswered()
    assert {"nation", "pension-schemes", "money.in-house"} <= set(open_)
    assert walk.place == Place("circumstance", "nation")
    assert walk.screen.chosen == ()
    walk.choose("wales")
    assert walk.place == Place("circumstance", "pension-schemes")
    assert walk.screen.chosen == ("lgps",)
    walk.reply(ChoseMany(("lgps",)))
    assert walk.place == Place("map")
    assert walk.screen.options[0].progress[0] == 0
    walk.choose("theme:money")
    assert walk.place == Place("question", "money.in-house")
    assert walk.screen.chosen == ()
    walk.choose("begun")
    assert not {"nation", "pension-schemes", "money.in-house"} & set(
        walk.interview.agenda.unanswered()
    )


def test_an_empty_name_is_not_asked_for_again():
    walk = Walk(facts=False)
    walk.type("")
    walk.resume()
    assert walk.place == Place("circumstance", "nation")


def test_dont_know_is_kept_as_a_circumstance():
    walk = Walk(facts=False)
    walk.type("Bryn")
    walk.choose("unknown", "unknown")
    walk.reply(ChoseMany(("unknown",)))
    assert walk.session.sheet().circumstances == {
        "nation": None,
        "sector": None,
        "pension-schemes": None,
    }


@pytest.mark.parametrize(
    ("circumstance", "text"),
    [
        ("people", "many"),
        ("people", "nan"),
        ("people", "inf"),
        ("people", "1e999"),
        ("people", "2e12"),
        ("board-date", "soon"),
        ("board-date", "2027-02-30"),
        ("nickname", "x" * (NOTE_LIMIT + 1)),
    ],
)
def test_what_a_circumstance_cannot_be_is_refused_with_a_way_on(circumstance, text):
    walk = Walk()
    walk.ask("review")
    walk.choose(f"circumstance:{circumstance}")
    outcome = walk.type(text)
    assert outcome.events == ()
    assert "lease" in outcome.message
    assert walk.place == Place("circumstance", circumstance, changing=True)
    assert walk.session.sheet().circumstances.get(circumstance) in (9, None)


@pytest.mark.parametrize(
    ("circumstance", "text", "value"),
    [
        ("people", "1,200", 1200),
        ("people", " 12.5 ", 12.5),
        ("people", "", None),
        ("board-date", "2027-4-1", "2027-04-01"),
        ("nickname", "Bryn\x1b[2J", "Bryn[2J"),
        ("nickname", "x" * NOTE_LIMIT, "x" * NOTE_LIMIT),
    ],
)
def test_what_is_typed_is_understood(circumstance, text, value):
    walk = Walk()
    walk.ask("review")
    walk.choose(f"circumstance:{circumstance}")
    walk.type(text)
    assert walk.session.sheet().circumstances[circumstance] == value


# ------------------------------------------------------------------ themes and questions


def test_themes_can_be_taken_in_any_order():
    for order in (("staff", "money"), ("money", "staff")):
        walk = Walk()
        for theme in order:
            walk.choose(f"theme:{theme}")
            assert walk.place.id.startswith(theme)
            while walk.place.kind != "map":
                walk.choose("unknown")
        assert set(walk.session.answers) == set(walk.question_set.question)
        assert walk.screen.chosen == ("end:",)


def test_a_theme_goes_on_where_it_was_left_and_a_skip_stays_open():
    walk = Walk()
    walk.choose("theme:money", "skipped")
    assert walk.place == Place("question", "money.exit-cost")
    walk.ask("map")
    walk.choose("theme:money", "begun")
    assert walk.answer("money.in-house") == {"rung": "begun"}
    assert walk.place == Place("question", "money.exit-cost")
    walk.choose("begun", "theme:money")
    assert walk.place == Place("question", "money.in-house")


def test_quick_asks_only_what_is_quick_and_a_theme_only_its_own():
    assert [q.id for q in Walk(depth="quick").interview.agenda.questions()] == [
        "staff.vote",
        "money.exit-cost",
    ]
    only = Walk(themes=("money",))
    assert [t.id for t in only.interview.agenda.themes] == ["money"]
    assert only.interview.agenda.unanswered() == ["money.in-house", "money.exit-cost"]


def test_back_at_a_question_loses_no_later_answer():
    questions = [question(f"money.q{n}") for n in range(4)]
    walk = Walk(
        question_set=small_question_set(questions=questions, in_house=None, rules=[], tests=[])
    )
    walk.choose("theme:money", "begun", "drafted", "secured")
    assert walk.place == Place("question", "money.q3")
    for expected in reversed(places("money.q0", "money.q1", "money.q2")):
        assert walk.ask("back").events == ()
        assert walk.place == expected
    assert walk.screen.chosen == ("begun",)
    walk.choose("nothing")
    assert walk.place == Place("question", "money.q3")
    assert [walk.answer(f"money.q{n}")["rung"] for n in range(3)] == [
        "nothing",
        "drafted",
        "secured",
    ]


def test_back_passes_over_what_belongs_to_a_question():
    walk = Walk()
    walk.choose("theme:money")
    walk.ask("note")
    walk.type("Ask Ann")
    walk.choose("not-applicable")
    walk.type("We have none")
    assert walk.place == Place("question", "money.exit-cost")
    walk.choose("secured", "seen")
    walk.ask("back")
    assert walk.place == Place("question", "money.exit-cost")
    walk.ask("back")
    assert walk.place == Place("question", "money.in-house")
    walk.ask("back")
    assert walk.place == Place("map")


def test_back_passes_over_what_no_longer_applies():
    walk = Walk()
    walk.choose("theme:staff", "drafted")
    assert walk.place == Place("question", "staff.surplus")
    walk.choose("begun")
    walk.ask("review")
    walk.choose("question:staff.vote", "nothing")
    walk.ask("back")
    walk.ask("back")
    assert walk.place == Place("question", "staff.vote")


def test_back_passes_over_a_circumstance_that_no_longer_applies():
    walk = Walk(facts=False)
    walk.type("Bryn")
    walk.choose("wales", "health")
    walk.reply(ChoseMany(("lgps",)))
    walk.type("12")
    assert walk.place == Place("circumstance", "board-date")
    walk.type("2027-04-01")
    walk.ask("review")
    walk.choose("circumstance:people")
    walk.type("9")
    walk.ask("back")
    assert walk.place == Place("circumstance", "nickname")
    walk.ask("back")
    assert walk.place == Place("circumstance", "people")


def test_a_branch_that_closes_and_opens_again_keeps_its_answers():
    walk = Walk()
    walk.choose("theme:staff", "drafted", "secured")
    walk.ask("review")
    walk.choose("question:staff.vote", "nothing")
    assert "question:staff.surplus" not in {option.value for option in walk.screen.options}
    assert walk.answer("staff.surplus") == {"rung": "secured"}
    made = Scorer(walk.question_set, DIGEST).score(walk.session.sheet(), NOW)
    assert [(n.id, n.reason) for n in made.not_counted] == [("staff.surplus", "closed")]
    walk.choose("question:staff.vote", "drafted")
    assert "question:staff.surplus" in {option.value for option in walk.screen.options}
    assert Scorer(walk.question_set, DIGEST).score(walk.session.sheet(), NOW).not_counted == ()


# ------------------------------------------------------------------ review


@pytest.mark.parametrize(
    ("choice", "replies"),
    [
        ("name:", [Typed("Dale")]),
        ("circumstance:nation", [Chose("england")]),
        ("circumstance:pension-schemes", [ChoseMany(("nhs",))]),
        ("circumstance:people", [Typed("40")]),
        ("question:money.in-house", [Chose("begun")]),
        ("question:money.in-house", [Chose("skipped")]),
        ("question:money.in-house", [Chose("not-applicable"), Typed("We have none")]),
        ("question:money.exit-cost", [Chose("secured"), Chose("seen")]),
        ("question:money.in-house", [Commanded("note"), Typed("Ask Ann"), Chose("begun")]),
    ],
)
def test_a_change_from_the_review_returns_to_it(choice, replies):
    walk = Walk()
    walk.ask("review")
    walk.choose(choice)
    for reply in replies:
        assert walk.place.kind != "review"
        walk.reply(reply)
    assert walk.place == Place("review")
    walk.ask("back")
    assert walk.place == Place("map")


def test_the_review_shows_every_answer_in_words():
    walk = Walk()
    walk.choose("theme:money", "begun", "secured")
    walk.ask("quit")
    walk.resume()
    walk.ask("review")
    shown = {option.value: option.aside for option in walk.screen.options}
    assert shown["name:"] == "Bryn"
    assert shown["circumstance:nation"] == "Wales"
    assert shown["circumstance:nickname"] == "don't know"
    assert shown["question:money.in-house"] == "The in-house is begun"
    assert shown["question:money.exit-cost"] == "The exit-cost is secured (not checked)"
    assert shown["question:staff.vote"] == "not asked yet"
    keys = [option.key for option in walk.screen.options]
    assert len(set(keys)) == len(keys)


# ------------------------------------------------------------------ basis, reason, note


def test_an_answer_that_clears_a_stop_is_a_belief_until_it_is_known_what_it_rests_on():
    walk = Walk()
    walk.choose("theme:staff", "secured")
    assert walk.place == Place("basis", "staff.vote")
    assert walk.answer("staff.vote") == {"rung": "secured", "basis": "think"}
    walk.choose("told")
    assert walk.answer("staff.vote") == {"rung": "secured", "basis": "told"}
    assert walk.place == Place("question", "staff.surplus")


def test_what_an_answer_rests_on_is_kept_for_the_same_rung_alone():
    walk = Walk()
    walk.choose("theme:money", "begun", "drafted", "seen", "theme:money")
    walk.ask("review")
    walk.choose("question:money.exit-cost", "drafted")
    assert walk.answer("money.exit-cost") == {"rung": "drafted", "basis": "seen"}
    assert walk.screen.chosen == ("seen",)
    walk.ask("back")
    walk.choose("secured")
    assert walk.answer("money.exit-cost") == {"rung": "secured", "basis": "think"}


def test_below_the_rung_that_clears_nothing_more_is_asked():
    walk = Walk()
    walk.choose("theme:staff", "drafted")
    assert walk.answer("staff.vote") == {"rung": "drafted"}
    assert walk.place == Place("question", "staff.surplus")


def test_doesnt_apply_needs_a_reason():
    walk = Walk()
    walk.choose("theme:money")
    assert walk.choose("not-applicable").events == ()
    assert walk.place == Place("reason", "money.in-house")
    for empty in ("", "   ", "\u200b\x07"):
        outcome = walk.type(empty)
        assert outcome.events == ()
        assert "why it does not apply" in outcome.message
    assert walk.answer("money.in-house") is None
    walk.type("We own\nnothing")
    assert walk.answer("money.in-house") == {
        "state": "not-applicable",
        "reason": "We own nothing",
    }


def test_back_from_a_reason_leaves_the_answer_as_it_was():
    walk = Walk()
    walk.choose("theme:money", "begun")
    walk.ask("back")
    walk.choose("not-applicable")
    walk.ask("back")
    assert walk.place == Place("question", "money.in-house")
    assert walk.answer("money.in-house") == {"rung": "begun"}


def test_a_note_can_come_first_and_stays_with_whatever_is_answered():
    walk = Walk()
    walk.choose("theme:money")
    walk.ask("note")
    walk.type("Ask Ann")
    assert walk.place == Place("question", "money.in-house")
    assert walk.screen.note == "Ask Ann"
    assert walk.answer("money.in-house") == {"state": "skipped", "note": "Ask Ann"}
    assert "money.in-house" in walk.interview.agenda.unanswered()
    walk.choose("begun")
    assert walk.answer("money.in-house") == {"rung": "begun", "note": "Ask Ann"}


def test_a_note_can_be_changed_and_taken_away():
    walk = Walk()
    walk.choose("theme:money")
    for text in ("One", "Two", ""):
        walk.ask("note")
        walk.type(text)
    assert walk.answer("money.in-house") is None
    walk.ask("note")
    assert walk.screen.text == ""


@pytest.mark.parametrize("opening", [["note"], ["reason"], ["name"]])
def test_a_line_that_is_too_long_is_refused_aloud_and_never_cut(opening):
    walk = Walk(facts=opening != ["name"])
    if opening != ["name"]:
        walk.choose("theme:money")
    if opening == ["note"]:
        walk.ask("note")
    if opening == ["reason"]:
        walk.choose("not-applicable")
    here = walk.place
    outcome = walk.type("x" * (NOTE_LIMIT + 1))
    assert outcome.events == ()
    assert f"{NOTE_LIMIT:,}" in outcome.message
    assert walk.place == here
    assert len(walk.type("x" * NOTE_LIMIT).events) == 1


@pytest.mark.parametrize("kind", ["note", "reason", "name", "people"])
def test_what_was_half_typed_is_there_again_until_it_is_finished(kind):
    walk = Walk(facts=kind != "name")
    if kind in ("note", "reason"):
        walk.choose("theme:money")
        walk.ask("note") if kind == "note" else walk.choose("not-applicable")
    elif kind == "people":
        walk.ask("review")
        walk.choose("circumstance:people")
    there = walk.place
    walk.events.append(walk.interview.draft("12"))
    walk.resume()
    walk.interview.here = there
    assert walk.screen.text == "12"
    walk.type("13")
    assert walk.session.drafts == {}


# ------------------------------------------------------------------ the session


def test_resuming_goes_on_with_the_circumstances_then_the_map():
    walk = Walk(facts=False)
    walk.type("Bryn")
    walk.choose("wales")
    walk.resume()
    assert walk.place == Place("circumstance", "sector")
    finished = Walk()
    finished.choose("theme:money", "begun")
    finished.resume()
    assert finished.place == Place("map")


def test_an_earlier_sheet_can_be_taken_over():
    walk = Walk()
    walk.choose("theme:money", "begun", "secured", "seen", "theme:staff")
    walk.ask("note")
    walk.type("Ask Ann")
    walk.choose("unknown")
    earlier = walk.session.sheet()
    fresh = begin(opened(), NOW)
    fresh.take(Event("import", None, json.loads(earlier.model_dump_json())), NOW)
    later = fresh.sheet()
    assert later.answers == earlier.answers
    assert later.circumstances == earlier.circumstances
    assert later.session != earlier.session


def test_an_event_of_a_later_version_is_passed_over():
    session = begin(opened(), NOW)
    session.take(Event("colour", "money.in-house", "red"), NOW)
    assert session == begin(
        opened() | {"session": session.id, "service": {"id": session.service.id}}, NOW
    )


@pytest.mark.parametrize("name", ["session", "service", "question_set", "depth", "themes"])
def test_a_header_that_is_not_whole_is_refused(name):
    head = {k: v for k, v in opened().items() if k != name}
    with pytest.raises(SpinoutError, match="first line of this session is not complete"):
        begin(head, NOW)


def test_a_header_of_another_version_is_refused():
    with pytest.raises(SpinoutError, match="version"):
        begin(opened() | {"format": "spinout.session/9"}, NOW)


# ------------------------------------------------------------------ everything at once

TYPED = ("", "12", "9", "1,200", "2027-04-01", "nan", "2e12", "a\nnote\x1b", "x" * (NOTE_LIMIT + 1))
NUMBERS = {"": None, "12": 12.0, "9": 9.0, "1,200": 1200.0}
DATES = {"": None, "2027-04-01": "2027-04-01"}
REFUSED = object()


def meant(circumstance, text):
    """What a typed circumstance should come to."""
    if circumstance.type == "number":
        return NUMBERS.get(text, REFUSED)
    if circumstance.type == "date":
        return DATES.get(text, REFUSED)
    return REFUSED if len(text) > NOTE_LIMIT else sanitize(text).strip() or None


class Interviewing(RuleBasedStateMachine):
    """Somebody at the keys, who does anything that the screen offers."""

    @initialize(facts=st.booleans())
    def begin(self, facts):
        self.walk = Walk(facts=facts)
        self.answers, self.notes, self.path = {}, {}, []
        self.facts = dict(FACTS) if facts else {}
        self.facts |= {"pension-schemes": ("lgps",)} if facts else {}
        self.name = "Bryn" if facts else ""

    # what is offered

    def shows(self, *kinds):
        return self.walk.screen.kind in kinds

    @property
    def here(self):
        return self.walk.place

    def do(self, reply):
        """Give a reply; return where it was given, the events, and whether a path was left."""
        before = self.here
        outcome = self.walk.reply(reply)
        if self.here != before and before.kind not in SIDE:
            self.path.append(before)
        return before, outcome

    @precondition(lambda self: self.shows("one"))
    @rule(data=st.data())
    def choose(self, data):
        value = data.draw(st.sampled_from([option.value for option in self.walk.screen.options]))
        asked = self.here
        match asked.kind:
            case "question" | "basis":
                self.answer(asked, value)
            case "circumstance":
                self.facts[asked.id] = None if value == "unknown" else value
                self.finish(Chose(value))
            case _:
                _, outcome = self.do(Chose(value))
                assert outcome.events == ()

    def answer(self, asked, value):
        before = self.answers.get(asked.id, {})
        if asked.kind == "basis":
            self.answers[asked.id] = {"rung": before["rung"], "basis": value}
        elif value == "not-applicable":
            self.do(Chose(value))
            assert self.here == Place("reason", asked.id, changing=asked.changing)
            return
        elif value in ("unknown", "skipped"):
            self.answers[asked.id] = {"state": value}
        else:
            stop = self.walk.question_set.question[asked.id].hard_stop
            ladder = self.walk.question_set.question[asked.id].ladder
            if stop and ladder.index(value) >= ladder.index(stop.clears_at):
                known = before.get("basis", "think") if before.get("rung") == value else "think"
                self.answers[asked.id] = {"rung": value, "basis": known}
                self.do(Chose(value))
                assert self.here == Place("basis", asked.id, changing=asked.changing)
                return
            self.answers[asked.id] = {"rung": value}
        self.finish(Chose(value))

    def finish(self, reply):
        """Give a reply that settles what is asked, and see where it leads."""
        asked, outcome = self.do(reply)
        assert len(outcome.events) == 1
        assert outcome.message
        if asked.changing:
            assert self.here == Place("review")
            while self.path.pop().kind != "review":
                pass
        elif asked.kind in ("name", "circumstance"):
            open_ = [c.id for c in self.agenda.circumstances_to_ask()]
            assert not set(open_) & self.facts.keys()
            assert self.here == (Place("circumstance", open_[0]) if open_ else Place("map"))
        else:
            theme = self.walk.question_set.question[asked.id].theme
            ids = [q.id for q in self.walk.question_set.of_theme(theme)]
            open_ = [q.id for q in self.agenda.questions_to_ask() if q.theme == theme]
            later = [name for name in open_ if ids.index(name) > ids.index(asked.id)]
            assert self.here == (Place("question", later[0]) if later else Place("map"))

    @property
    def agenda(self):
        return Agenda(self.walk.question_set, self.walk.session)

    @precondition(lambda self: self.shows("many"))
    @rule(data=st.data())
    def tick(self, data):
        options = [option.value for option in self.walk.screen.options]
        values = tuple(data.draw(st.lists(st.sampled_from(options), min_size=1, unique=True)))
        self.facts[self.here.id] = None if "unknown" in values else values
        self.finish(ChoseMany(values))

    @precondition(lambda self: self.shows("line"))
    @rule(text=st.sampled_from(TYPED))
    def type(self, text):
        asked, typed = self.here, sanitize(text).strip()
        if asked.kind == "circumstance":
            value = meant(self.walk.question_set.circumstance[asked.id], text)
            if value is REFUSED:
                self.refuse(text)
            else:
                self.facts[asked.id] = value
                self.finish(Typed(text))
        elif len(typed) > NOTE_LIMIT or (asked.kind == "reason" and not typed):
            self.refuse(text)
        elif asked.kind == "note":
            self.note(typed)
        elif asked.kind == "name":
            self.name = typed
            self.finish(Typed(text))
        else:
            self.answers[asked.id] = {"state": "not-applicable", "reason": typed}
            self.finish(Typed(text))

    def refuse(self, text):
        asked, outcome = self.do(Typed(text))
        assert outcome.events == ()
        assert outcome.message
        assert self.here == asked

    def note(self, text):
        self.notes[self.here.id] = text
        asked = self.here
        self.walk.type(text)
        assert self.here == self.path.pop() == Place("question", asked.id, changing=asked.changing)

    @precondition(lambda self: self.walk.screen.commands)
    @rule(data=st.data())
    def command(self, data):
        command = data.draw(st.sampled_from(self.walk.screen.commands))
        if command == "back":
            self.back()
            return
        asked, outcome = self.do(Commanded(command))
        assert outcome.events == ()
        assert self.here.kind == ("end" if command == "quit" else command)
        assert command != "note" or self.here.id == asked.id

    def back(self):
        asked = self.here
        there = {("question", q.id) for q in self.agenda.questions()}
        there |= {("circumstance", c.id) for c in self.agenda.circumstances()}
        expected = asked
        while self.path and expected == asked:
            place = self.path.pop()
            if (place.kind, place.id) in there or place.kind not in ("question", "circumstance"):
                expected = place
        assert self.walk.ask("back").events == ()
        assert self.here == expected

    @precondition(lambda self: self.here.kind == "summary")
    @rule()
    def close_the_summary(self):
        self.back()

    @precondition(lambda self: self.shows("line"))
    @rule(text=st.sampled_from(["half a n", "1"]))
    def be_interrupted(self, text):
        name = {"note": f"note:{self.here.id}", "reason": f"reason:{self.here.id}"}
        key = name.get(self.here.kind, self.here.id or self.here.kind)
        self.walk.events.append(self.walk.interview.draft(text))
        self.resume()
        assert self.walk.session.drafts[key] == text

    @precondition(lambda self: self.here.kind == "end")
    @rule()
    def resume(self):
        self.walk.resume()
        self.path = []
        named = any(event.kind == "service" for event in self.walk.events)
        open_ = [c.id for c in self.agenda.circumstances() if c.id not in self.facts]
        fresh = Place("circumstance", open_[0]) if open_ else Place("map")
        assert self.here == (fresh if named else Place("name"))

    # what always holds

    @invariant()
    def the_sheet_is_what_was_said(self):
        sheet = self.walk.session.sheet()
        noted = {name: note for name, note in self.notes.items() if note}
        given = {
            name: self.answers.get(name, {"state": "skipped"})
            | ({"note": noted[name]} if name in noted else {})
            for name in self.answers.keys() | noted.keys()
        }
        dumped = ((n, a.model_dump(exclude_defaults=True)) for n, a in sheet.answers.items())
        found = {n: {k: v for k, v in a.items() if k != "at"} for n, a in dumped}
        assert found == given
        assert sheet.circumstances == self.facts
        assert sheet.service.name == self.name

    def teardown(self):
        """The events are all there is to save."""
        again = replayed(self.walk.head, self.walk.events)
        assert again == self.walk.session
        assert again.sheet() == self.walk.session.sheet()

    @invariant()
    def the_screen_fits_and_looking_changes_nothing(self):
        screen = self.walk.screen
        assert screen == self.walk.screen
        assert screen.place == self.here
        assert screen.kind == "summary" or screen.ask
        keys = [option.key for option in screen.options]
        assert len(set(keys)) == len(keys)
        if self.here.kind == "question":
            assert self.here.id in {q.id for q in self.agenda.questions()}
            said = self.answers.get(self.here.id)
            assert screen.chosen == ((said.get("rung") or said["state"],) if said else ())
            assert screen.note == self.notes.get(self.here.id, "")
        if self.here.kind == "circumstance" and self.here.id in self.facts and screen.options:
            value = self.facts[self.here.id] or "unknown"
            assert screen.chosen == (value if isinstance(value, tuple) else (value,))
        assert all(one != other for one, other in pairwise(self.path))


TestInterviewing = pytest.mark.slow(Interviewing.TestCase)
TestInterviewing.settings = settings(max_examples=30, stateful_step_count=50, deadline=None)
