from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.question_sets import notice, question, small_question_set, small_set, story
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.assessment import Assessment, LensState
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reports.summary.plain import plain
from spinout_cli.results.hints import CommandHints
from spinout_cli.results.summarise import summarise
from spinout_cli.results.summary import Summary
from spinout_cli.scoring.scorer import Scorer
from spinout_cli.text import format_date, sentence, to_encoding

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
FILE = "bryn.spinout"


def scored(
    answers: dict[str, str],
    *,
    at: datetime = AT,
    sheet: dict[str, Any] | None = None,
    **changes: Any,
) -> tuple[Assessment, QuestionSet]:
    question_set = small_question_set(**changes)
    states = ("unknown", "skipped", "not-applicable")
    given_answers = {
        name: {"state": said} if said in states else {"rung": said}
        for name, said in answers.items()
    }
    document = {"format": "spinout.answers/1", "answers": given_answers, **(sheet or {})}
    return Scorer(question_set, "digest").score(
        AnswerSheet.model_validate(document), at
    ), question_set


def told(
    answers: dict[str, str], *, limit: int | None = None, file: str | None = FILE, **more: Any
) -> Summary:
    assessment, question_set = scored(answers, **more)
    return summarise(assessment, question_set, hints=CommandHints(file), limit=limit)


def facts(**circumstances: Any) -> dict[str, Any]:
    return {"circumstances": circumstances}


ALL_SECURED = {
    "staff.vote": "secured",
    "staff.surplus": "secured",
    "money.in-house": "secured",
    "money.exit-cost": "secured",
}


def test_heading_says_whose_it_is_and_how_much_is_known() -> None:
    heading = told(
        {"staff.vote": "secured"},
        sheet={
            "service": {"id": "s", "name": "Bryn Library Service"},
            **facts(nation="wales", sector="libraries"),
        },
    ).heading
    assert heading.service == "Bryn Library Service"
    assert heading.facts == ("Wales", "Libraries", "1 of 4 answered", "22 November 2026")


def test_heading_leaves_out_what_is_not_known() -> None:
    heading = told({}).heading
    assert heading.service == "Your service"
    assert heading.facts == ("0 of 4 answered", "22 November 2026")


@pytest.mark.parametrize("nation", [None, "nowhere"])
def test_a_nation_that_the_set_does_not_know_is_left_out(nation: str | None) -> None:
    assert told({}, sheet=facts(nation=nation)).heading.nation == ""


def test_another_kind_of_service_is_not_named_as_something_else() -> None:
    other = {
        "id": "sector",
        "ask": "What?",
        "choices": [{"id": "other", "label": "Something else"}],
    }
    assert (
        told(
            {},
            circumstances=[other],
            questions=[question("staff.vote")],
            left=None,
            rules=[],
            notices=[],
            in_house=None,
            tests=[],
            sheet=facts(sector="other"),
        ).heading.sector
        == ""
    )


LENSES: list[tuple[LensState, str, dict[str, str], dict[str, Any], str]] = [
    (
        "stopped",
        "■",
        {"staff.vote": "nothing", "money.exit-cost": "secured"},
        {},
        "1 thing to settle first",
    ),
    ("stopped", "■", {"staff.vote": "nothing"}, {}, "1 thing to settle first, 1 not known yet"),
    (
        "stopped",
        "■",
        {"staff.vote": "drafted", "money.exit-cost": "begun"},
        {},
        "2 things to settle first",
    ),
    ("unknown", "?", {"money.exit-cost": "secured"}, {}, "not known yet: 1 answer still needed"),
    (
        "unknown",
        "?",
        {"money.in-house": "nothing"},
        {},
        "not known yet: 2 answers still needed; 1 roadblock so far",
    ),
    (
        "unknown",
        "?",
        {"staff.vote": "secured", "money.exit-cost": "secured"},
        {"depth": "quick"},
        "nothing here stops it; the quick version does not ask the rest",
    ),
    (
        "roadblocks",
        "▲",
        {**ALL_SECURED, "money.in-house": "nothing"},
        {},
        "1 roadblock to work on; nothing in these answers stops it",
    ),
    ("clear", "●", ALL_SECURED, {}, "nothing in these answers stops it"),
    ("past", "–", ALL_SECURED, facts(launch="left"), "it has left"),  # noqa: RUF001  (a dash)
]


@pytest.mark.parametrize(("state", "symbol", "answers", "sheet", "words"), LENSES)
def test_the_words_of_every_lens_state(
    state: LensState, symbol: str, answers: dict[str, str], sheet: dict[str, Any], words: str
) -> None:
    lens = told(answers, sheet=sheet).lenses[0]
    assert (lens.state, lens.symbol, lens.words) == (state, symbol, words)


def test_every_lens_state_is_tested_above() -> None:
    assert {case[0] for case in LENSES} == set(get_args(LensState))


def test_both_lenses_are_named_in_the_tense_that_is_true() -> None:
    assert [lens.name for lens in told({}).lenses] == ["Before it leaves", "After it leaves"]
    left = told({"money.exit-cost": "nothing"}, sheet=facts(launch="left"))
    assert [lens.name for lens in left.lenses] == ["Before it left", "After it left"]
    assert left.settle.shown[0].lens == "after it left"


def test_a_hard_stop_of_one_lens_that_is_no_roadblock_is_not_counted_for_the_other() -> None:
    vote = question(
        "staff.vote",
        weight=3,
        hard_stop={"lens": "launch", "clears_at": "secured", "reason": "Staff must agree."},
    )
    told_ = told({"staff.vote": "drafted"}, **one_question(vote))
    assert [lens.state for lens in told_.lenses] == ["stopped", "clear"]


def one_question(*questions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"questions": list(questions), "rules": [], "in_house": None, "tests": [], **changes}


def test_what_stops_is_told_with_why_what_next_and_who_has_been_there() -> None:
    block = told({"staff.vote": "nothing"}).settle.shown[0]
    assert (block.id, block.hard_stop, block.symbol, block.kind) == (
        "staff.vote",
        True,
        "■",
        "Hard stop",
    )
    assert block.title == "The vote is not there yet"
    assert block.lens == "before it leaves"
    assert block.because == "You said: “The vote is nothing”. Staff must agree."
    assert block.next is not None
    assert (block.next.do, block.next.by) == ("Begin vote", "lead, days")
    assert block.story == "The story of riverside, 2012: It still runs."
    assert block.explain == "spinout explain staff.vote"


def test_what_only_several_answers_show_comes_after_the_stops() -> None:
    rule = {
        "id": "one-contract",
        "kind": "roadblock",
        "title": "One contract is all the income.",
        "when": {"tally.answered": {"at_least": "1"}},
        "because": "Only one pays",
        "sources": ["survey"],
    }
    told_ = told({"staff.vote": "nothing", "money.in-house": "nothing"}, rules=[rule])
    assert [block.id for block in told_.settle.shown] == [
        "staff.vote",
        "one-contract",
        "money.in-house",
    ]
    found = told_.settle.shown[1]
    assert (found.title, found.because) == ("One contract is all the income", "Only one pays.")
    assert (found.symbol, found.lens, found.next, found.story) == ("▲", "", None, "")


STORIES = [
    story("first", nation="scotland", sectors=["health"]),
    story("nation", nation="wales", sectors=["health"]),
    story("sector", nation="england", sectors=["libraries"]),
    story("both", nation="wales", sectors=["libraries"], disputed="The numbers."),
]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["first", "nation", "sector", "both"], "both"),
        (["first", "nation", "sector"], "sector"),
        (["first", "nation"], "nation"),
        (["first"], "first"),
    ],
)
def test_the_story_told_is_the_one_most_like_the_reader(names: list[str], chosen: str) -> None:
    vote = question("staff.vote", stories=names)
    told_ = told(
        {"staff.vote": "nothing"},
        sheet=facts(nation="wales", sector="libraries"),
        **one_question(vote, stories=STORIES),
    )
    assert told_.settle.shown[0].story.startswith(f"The story of {chosen}, 2012:")


def test_a_story_that_the_parties_tell_differently_says_so() -> None:
    vote = question("staff.vote", stories=["both"])
    told_ = told({"staff.vote": "nothing"}, **one_question(vote, stories=STORIES))
    assert told_.settle.shown[0].story.endswith("It still runs. The parties tell it differently.")


def test_where_stories_are_alike_another_one_is_told_each_time() -> None:
    twins = [story("one"), story("two")]
    asked = [question(f"staff.{name}", stories=["one", "two"]) for name in ("a", "b")]
    told_ = told(
        {"staff.a": "nothing", "staff.b": "nothing"}, **one_question(*asked, stories=twins)
    )
    assert [block.story.split(",")[0] for block in told_.settle.shown] == [
        "The story of one",
        "The story of two",
    ]


def test_what_helps_puts_the_stops_that_are_cleared_first_and_findings_next() -> None:
    told_ = told(ALL_SECURED, sheet=facts(nation="wales"))
    assert [found.id for found in told_.favour.shown] == [
        "staff.vote",
        "money.exit-cost",
        "agreed-in-wales",
        "money.in-house",
        "staff.surplus",
    ]
    assert told_.favour.shown[0].because == "You said: “The vote is secured”."


def test_cautions_come_before_options() -> None:
    always = {"tally.answered": {"below": "9"}}
    rules = [
        {
            "id": kind,
            "kind": kind,
            "when": always,
            "title": f"A {kind}.",
            "because": "So",
            "sources": ["act"],
        }
        for kind in ("option", "caution")
    ]
    remarks = told({}, rules=rules).remarks.shown
    assert [(r.kind, r.title, r.because) for r in remarks] == [
        ("Caution", "A caution", "So."),
        ("Option", "A option", "So."),
    ]


def test_what_nobody_knows_names_whom_to_ask_and_why_it_matters() -> None:
    found = told({"money.in-house": "unknown", "staff.vote": "unknown"}).find_out.shown
    assert [(f.id, f.ask, f.note) for f in found] == [
        ("staff.vote", "the service lead", "It could stop a spin-out."),
        ("money.in-house", "the service lead", ""),
    ]


def test_what_is_only_believed_or_set_aside_says_so() -> None:
    assessment, question_set = scored({"staff.vote": "not-applicable"})
    note = summarise(assessment, question_set).find_out.shown[0].note
    assert note == (
        "You said that it does not apply. It counts as not known, because it could stop a spin-out."
    )
    sheet = {"answers": {"staff.vote": {"rung": "secured", "basis": "think"}}}
    note = told({}, sheet=sheet).find_out.shown[0].note
    assert note == (
        "You have an answer, but nobody has seen or been told it yet. It could stop a spin-out."
    )


def test_in_house_has_a_fixed_place() -> None:
    nothing_yet = told({}).in_house
    assert nothing_yet.title == "You have not yet said what staying in-house could not do."
    said = told({"money.in-house": "secured"}).in_house
    assert (said.title, said.because) == (
        "The in-house is there",
        "You said: “The in-house is secured”.",
    )
    left = told({}, sheet=facts(launch="left")).in_house
    assert left.title.startswith("It has left")
    assert told({}, **one_question(question("staff.vote"))).in_house is None


def test_an_in_house_answer_in_the_middle_is_told_in_the_readers_own_words() -> None:
    rungs = [{"id": name, "label": name.title()} for name in ("low", "middle", "high")]
    asked = question("money.in-house", rungs=rungs)
    said = told(
        {"money.in-house": "middle"}, **one_question(asked, in_house="money.in-house")
    ).in_house
    assert (said.title, said.because) == ("", "You said: “Middle”.")


def test_themes_carry_the_range() -> None:
    theme = told({"staff.vote": "drafted"}).themes[0]
    assert (theme.id, theme.answered, theme.applicable) == ("staff", 1, 2)
    assert (theme.low, theme.high) == (50.0, 75.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "in force since 24 February 2025"),
        ({"in_force": "2027-01-01"}, "in force from 1 January 2027"),
        ({"in_force": "not-in-force"}, "not in force"),
        ({"in_force": "unknown"}, "start date not known"),
        ({"about": "support"}, ""),
    ],
)
def test_notices_say_whether_they_are_in_force(changes: dict[str, Any], words: str) -> None:
    told_ = told({}, notices=[notice("reserved", **changes)], tests=[], sheet=facts(nation="wales"))
    assert told_.notices.shown[0].force == words


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        ("confirmed", "confirmed in the official text"),
        ("reported", "as reported; we have not seen it in the official text"),
        ("check", "not settled; check it before you rely on it"),
    ],
)
def test_notices_say_how_sure_we_are(confidence: str, words: str) -> None:
    told_ = told({}, notices=[notice("n", confidence=confidence)], tests=[])
    shown = told_.notices.shown[0]
    assert (shown.confidence, shown.sureness, shown.sources) == (confidence, words, ("The act",))


def test_a_notice_past_its_date_is_still_shown_and_says_so() -> None:
    later = datetime(2028, 1, 1, tzinfo=UTC)
    shown = told({}, at=later, sheet=facts(nation="wales")).notices.shown[0]
    assert shown.reviewed == (
        "past its review date, 1 November 2027: look again before you rely on it"
    )


def test_where_no_notice_is_shown_it_says_why() -> None:
    some = [notice("n", nations=["england"])]
    assert told({}, notices=some, tests=[]).notices.empty == (
        "Say where the service is, and what the law says there is shown here."
    )
    there = told({}, notices=some, tests=[], sheet=facts(nation="wales"))
    assert there.notices.empty == "Nothing in this question set applies to these facts alone."


def test_there_are_three_steps_and_each_says_what_it_is_for() -> None:
    steps = told(
        {"staff.vote": "nothing", "money.exit-cost": "nothing", "money.in-house": "nothing"}
    ).steps
    assert [(s.number, s.deed.do, s.reason) for s in steps.shown] == [
        (1, "Begin vote", "Helps with: The vote is not there yet."),
        (2, "Begin exit-cost", "Helps with: The exit-cost is not there yet, and 1 more."),
        (3, "Begin in-house", "Helps with: The in-house is not there yet."),
    ]


def test_steps_are_filled_up_with_what_to_find_out_and_what_to_answer() -> None:
    steps = told({"staff.vote": "nothing", "money.in-house": "unknown"}).steps.shown
    assert [(s.deed.do, s.deed.by) for s in steps] == [
        ("Begin vote", "lead, days"),
        ("Find out: Where the in-house stands", "ask the service lead"),
        ("Answer the question still open", ""),
    ]
    steps = told({"staff.vote": "drafted"}).steps.shown
    assert steps[-1].deed.do == "Answer the 3 questions still open"
    assert told(ALL_SECURED).steps.empty == "These answers name no next step."


def test_a_step_that_only_has_to_come_first_says_before_what() -> None:
    first = question("staff.vote")
    second = question("staff.deal")
    second["next"][0]["after"] = ["do-vote"]
    steps = told({"staff.deal": "nothing"}, **one_question(first, second)).steps.shown
    assert [(s.deed.do, s.reason) for s in steps[:2]] == [
        ("Begin vote", "Comes before: Begin deal."),
        ("Begin deal", "Helps with: The deal is not there yet."),
    ]


@pytest.mark.parametrize(
    ("answers", "circumstances", "title", "reason"),
    [
        ({"staff.surplus": "secured", "staff.vote": "nothing"}, {}, "How far is surplus?", "It is not asked where these facts hold. The answer is kept."),
        ({"staff.gone": "secured"}, {}, "", "This question set has no such question."),
        ({"staff.vote": "gone"}, {}, "How far is vote?", "In this question set, the question has no such answer."),
        ({}, {"gone": "x"}, "", "This question set does not ask for this fact."),
        ({}, {"nation": "gone"}, "Where is it?", "In this question set, the fact has no such choice."),
    ],
)  # fmt: skip
def test_what_is_not_counted_says_why(
    answers: dict[str, str], circumstances: dict[str, str], title: str, reason: str
) -> None:
    ignored = told(answers, sheet=facts(**circumstances)).not_counted.shown
    assert [(i.title, i.reason) for i in ignored] == [(title, reason)]


def test_what_was_not_asked_is_told_and_how_to_go_on() -> None:
    some = told({"staff.vote": "nothing"})
    assert (some.open, some.go_on) == ("2 questions not asked yet.", "spinout assess bryn.spinout")
    assert told(ALL_SECURED).open == ""
    assert told(ALL_SECURED).go_on == ""
    assert told({}, file="answers.json").go_on == ""
    quick = told({"staff.vote": "secured"}, sheet={"depth": "quick"})
    assert quick.open == "3 questions not asked yet; the quick version does not ask everything."
    assert quick.go_on == ""


def test_a_limit_says_how_much_is_left_out_and_where_it_is() -> None:
    told_ = told(ALL_SECURED, limit=1, file="my answers.spinout")
    assert [found.id for found in told_.favour.shown] == ["staff.vote"]
    assert told_.favour.more == "3 more: spinout report 'my answers.spinout'"
    assert told(ALL_SECURED, limit=1, file=None).favour.more == "3 more"
    assert told(ALL_SECURED).favour.more == ""


def test_a_limit_never_hides_what_stops_a_spin_out() -> None:
    answers = {"staff.vote": "nothing", "money.exit-cost": "nothing", "money.in-house": "nothing"}
    settle = told(answers, limit=1).settle
    assert [block.id for block in settle.shown] == ["staff.vote", "money.exit-cost"]
    assert settle.more == "1 more: spinout report bryn.spinout"
    unknown = dict.fromkeys(("staff.vote", "money.exit-cost", "money.in-house"), "unknown")
    assert [f.id for f in told(unknown, limit=0).find_out.shown] == [
        "staff.vote",
        "money.exit-cost",
    ]


@pytest.mark.parametrize(
    ("answers", "ending"),
    [
        ({}, "Nothing is answered yet. Start with any theme; you can stop whenever you like."),
        (
            {"staff.vote": "nothing"},
            (
                "These answers do not yet show what is going for you. That is said of these answers,"
                " not of your service. The first step usually takes days."
            ),
        ),
        (
            {"staff.vote": "secured", "staff.surplus": "unknown"},
            (
                "Going for you: The vote is there. One thing does not carry a spin-out; it is a start,"
                " and it is yours. Each next step is something that one person can start."
            ),
        ),
        (
            {"staff.vote": "secured", "staff.surplus": "secured"},
            (
                "Going for you: The vote is there. The surplus is there. None of it decides the matter;"
                " it is yours to build on. Each next step is something that one person can start."
            ),
        ),
        (
            ALL_SECURED,
            (
                "Going for you: The vote is there. The exit-cost is there. There are 2 more."
                " None of it decides the matter; it is yours to build on."
            ),
        ),
    ],
)
def test_the_ending_is_true_and_good(answers: dict[str, str], ending: str) -> None:
    assert told(answers).ending == ending


def test_no_word_promises_or_scolds() -> None:
    for answers in ({}, ALL_SECURED, dict.fromkeys(ALL_SECURED, "nothing")):
        words = plain(told(answers)).lower()
        for wrong in (
            "fail",
            "success",
            "succeed",
            "ready",
            "risk",
            "you should",
            "%",
            "congrat",
        ):
            assert wrong not in words


def test_a_summary_says_the_same_each_time() -> None:
    answers = {"staff.vote": "nothing", "money.in-house": "unknown"}
    assert told(answers) == told(answers)


@given(
    answers=st.fixed_dictionaries(
        {},
        optional={
            name: st.sampled_from(
                ["nothing", "begun", "drafted", "secured", "unknown", "skipped", "not-applicable"]
            )
            for name in ALL_SECURED
        },
    ),
    limit=st.one_of(st.none(), st.integers(0, 3)),
)
def test_any_answers_can_be_told(answers: dict[str, str], limit: int | None) -> None:
    told_ = told(answers, limit=limit)
    assert plain(told_).isascii()
    for words in (told_.caution, told_.ending, *(lens.words for lens in told_.lenses)):
        assert words
    assert len(told_.steps.shown) <= 3
    stopping = {name for lens in scored(answers)[0].lenses.values() for name in lens.hard_stops}
    assert stopping <= {block.id for block in told_.settle.shown}


# ---- plain ----------------------------------------------------------------------------------


def test_plain_is_one_thought_to_a_line() -> None:
    told_ = told(
        {"staff.vote": "nothing", "money.exit-cost": "secured", "money.in-house": "unknown"},
        sheet={
            "service": {"id": "s", "name": "Bryn Library Service"},
            **facts(nation="wales", sector="libraries"),
        },
        limit=1,
    )
    assert (
        plain(told_)
        == """\
Summary: Bryn Library Service.
Wales. Libraries. 2 of 3 answered. 22 November 2026.
Before it leaves: 1 thing to settle first.
After it leaves: nothing in these answers stops it.

To settle
Hard stop: The vote is not there yet. Before it leaves.
Why: You said: "The vote is nothing". Staff must agree.
Next: Begin vote. Lead, days.
Been there: The story of riverside, 2012: It still runs.
More: spinout explain staff.vote

In your favour
In your favour: The exit-cost is there. You said: "The exit-cost is secured".

Find out
Find out: Where the in-house stands. Ask the service lead.

Could it be done in-house?
You have not yet said what staying in-house could not do.

Themes: 0 is nothing in place, 100 is everything in place
Staff: 1 of 1 answered, 0 of 100
Money: 1 of 2 answered, between 60 and 100 of 100

Where you are: Wales, Libraries
Notice (confirmed): The title of reserved. What reserved says.
From: The act; confirmed in the official text; in force since 24 February 2025; reviewed 1 November 2026.

Next steps
Step 1: Begin vote. Lead, days.
Helps with: The vote is not there yet.
Step 2: Find out: Where the in-house stands. Ask the service lead.

What this rests on
This is for tests.

Going for you: The exit-cost is there. One thing does not carry a spin-out; it is a start, and it is yours. The first step usually takes days."""
    )


def test_plain_says_what_is_left_out_and_what_does_not_count() -> None:
    told_ = told({**ALL_SECURED, "staff.vote": "nothing"}, limit=0)
    lines = plain(told_).splitlines()
    assert "2 more: spinout report bryn.spinout" in lines
    told_ = told({**ALL_SECURED, "staff.vote": "nothing"})
    assert (
        "Not counted: How far is surplus? It is not asked where these facts hold."
        " The answer is kept."
    ) in plain(told_).splitlines()


def test_plain_breaks_lines_by_words_if_asked() -> None:
    told_ = told({"staff.vote": "nothing"})
    lines = plain(told_, width=30).splitlines()
    assert max(map(len, lines)) <= 30
    assert "Hard stop: The vote is not" in lines
    assert " ".join(plain(told_, width=30).split()) == " ".join(plain(told_).split())
    assert plain(told_, width=0)


def test_a_theme_without_answers_is_not_a_number() -> None:
    lines = plain(told({})).splitlines()
    assert "Staff: 0 of 2 answered, nothing known yet" in lines


# ---- words ----------------------------------------------------------------------------------


def test_days_and_sentences() -> None:
    assert format_date(AT.date()) == "22 November 2026"
    assert [sentence(words) for words in ("", "a ", "a.", "a?", "“a.”")] == [
        "",
        "a.",
        "a.",
        "a?",
        "“a.”",
    ]


@given(st.text(), st.sampled_from(["ascii", "cp1252", "latin-1", "cp437", "utf-8", "no-such"]))
def test_what_is_carried_can_be_encoded(text: str, encoding: str) -> None:
    to_encoding(text, encoding).encode("ascii" if encoding == "no-such" else encoding)


@given(st.text(alphabet=st.characters(codec="cp1252")))
def test_what_can_be_carried_is_left_alone(text: str) -> None:
    assert to_encoding(text, "cp1252") == text


def test_a_summary_needs_no_library() -> None:
    tree = small_set(notices=[], stories=[], tests=[])
    question_set = QuestionSet.model_validate(tree)
    sheet = AnswerSheet.model_validate(
        {"format": "spinout.answers/1", "answers": {"staff.vote": {"rung": "nothing"}}}
    )
    told_ = summarise(Scorer(question_set, "d").score(sheet, AT), question_set)
    assert told_.settle.shown[0].story == ""
