"""The built-in set itself: that it holds what it promises, and that quick and full agree."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinout_cli.authoring import samples
from spinout_cli.documents.answers import Answer, AnswerSheet
from spinout_cli.fields import LENSES
from spinout_cli.question_set import loader
from spinout_cli.scoring.scorer import Scorer

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
LOADED = loader.load(DATA / "questions.yaml")
BANK = LOADED.set
SCORER = Scorer(BANK, LOADED.digest)

HARD_STOPS = {
    "commissioner.decision": "launch",
    "commissioner.payer-decision": "both",
    "commissioner.sponsor": "launch",
    "staff.vote": "launch",
    "procurement.route": "launch",
    "pensions.exit-cost": "launch",
    "finance.opening-balance": "launch",
    "staying-power.failure-plan": "endure",
}
THEMES = [
    "purpose",
    "leadership",
    "staff",
    "employment",
    "pensions",
    "commissioner",
    "public",
    "procurement",
    "finance",
    "governance",
    "infrastructure",
    "staying-power",
]


def test_the_twelve_themes_are_there_in_order():
    assert [theme.id for theme in BANK.themes] == THEMES
    assert len(BANK.questions) >= 60
    assert len(BANK.circumstances) <= 12


@pytest.mark.parametrize("theme", THEMES)
def test_every_question_says_what_to_find_out_what_to_do_and_what_it_rests_on(theme):
    for question in BANK.of_theme(theme):
        assert question.find_out.what
        assert question.find_out.from_
        assert 1 <= len(question.next) <= 4
        assert question.sources
        assert question.aloud
        assert len(question.why) > 60


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_has_a_quick_question_and_a_source(theme):
    assert any(question.quick for question in BANK.of_theme(theme))
    assert BANK.theme[theme].sources


def test_the_quick_depth_is_short_and_asks_all_that_decides():
    quick = [question.id for question in BANK.questions if question.quick]
    assert 12 <= len(quick) <= 18
    for question in BANK.questions:
        assert question.quick or not any(map(question.decides, LENSES))


def test_what_can_stop_it_is_what_the_evidence_has():
    told = {q.id: q.hard_stop.lens for q in BANK.questions if q.hard_stop is not None}
    assert told == HARD_STOPS


def test_every_source_can_be_looked_up():
    for source in BANK.sources:
        assert source.title
        assert source.publisher
        assert source.year == "undated" or 1945 <= source.year <= NOW.year
        assert urlsplit(source.url).hostname


def test_no_source_is_a_package_registry():
    registries = [
        "pypi.",
        "pythonhosted.",
        "npmjs.",
        "crates.",
        "rubygems.",
        "anaconda.",
        "hub.docker.",
    ]
    hosts = {f"{urlsplit(source.url).hostname}".removeprefix("www.") for source in BANK.sources}
    assert not [host for host in hosts if host.startswith(tuple(registries))]


def test_no_claim_rests_on_background():
    background = {source.id for source in BANK.sources if source.read == "background"}
    claims = (*BANK.themes, *BANK.questions, *BANK.rules, *BANK.notices, *BANK.stories)
    assert not [claim.id for claim in claims if background.intersection(claim.sources)]


def test_there_are_twenty_stories_and_each_has_its_ending():
    assert len(BANK.stories) >= 20
    for story in BANK.stories:
        assert story.ending
        assert story.outcome != "unknown" or "not" in story.ending  # it says what is not known
        assert story.helped or story.hurt
        assert re.search(r"\d{4}", story.dated)


def test_stories_end_well_and_badly():
    outcomes = Counter(story.outcome for story in BANK.stories)
    assert {"lasting", "stopped", "closed", "returned", "moved"} <= outcomes.keys()
    assert outcomes.most_common(1)[0][1] <= len(BANK.stories) / 2


def test_no_action_is_there_twice():
    actions = [action for question in BANK.questions for action in question.next]
    assert max(Counter(action.id for action in actions).values()) == 1
    assert max(Counter(action.do.casefold() for action in actions).values()) == 1


def test_no_notice_that_is_not_settled_is_told_as_settled():
    for notice in BANK.notices:
        if notice.confidence == "confirmed":
            assert any(BANK.source[name].read == "official" for name in notice.sources), notice.id
        assert notice.reviewed <= notice.review_by


# The samples


@pytest.mark.parametrize("trial", samples.tried(BANK, LOADED.digest, NOW), ids=lambda t: t.id)
def test_a_sample_comes_out_as_it_must(trial):
    assert trial.differences == ()


def test_every_rule_that_stands_for_the_law_has_a_sample():
    expected = {name for sample in BANK.tests for name in sample.expect.findings}
    kinds = {rule.id: rule.kind for rule in BANK.rules}
    assert {
        "reserved-health-england",
        "reserved-scotland",
        "reserved-service-not-listed",
    } <= expected
    assert {kinds[name] for name in expected} == {"caution", "roadblock", "enabler", "option"}


# Quick and full


@st.composite
def sheets(draw):
    """Any answers that a service could give to the full depth, and what it is like."""
    circumstances = {}
    for circumstance in BANK.circumstances:
        ids = st.sampled_from([choice.id for choice in circumstance.choices])
        some = st.lists(ids, min_size=1, max_size=2, unique=True).map(tuple)
        value = draw(st.none() | (some if circumstance.multiple else ids))
        if value is not None:
            circumstances[circumstance.id] = value
    luck = draw(st.integers(0, 3))
    answers = {}
    for question in BANK.questions:
        low = min(luck, len(question.rungs) - 1)
        state = draw(st.sampled_from([*question.ladder[low:], *question.ladder[low:], None]))
        unknown = Answer(state="unknown")
        answers[question.id] = Answer(rung=state, basis="seen") if state else unknown
    if draw(st.booleans()):  # nothing left open, so that the full depth can come to a verdict
        answers = {
            name: answer if answer.rung else Answer(rung=BANK.ladders[name][-1], basis="seen")
            for name, answer in answers.items()
        }
    return AnswerSheet(format="spinout.answers/1", circumstances=circumstances, answers=answers)


def quick_of(sheet):
    """The same service, asked at the quick depth."""
    quick = {name: a for name, a in sheet.answers.items() if BANK.question[name].quick}
    return sheet.model_copy(update={"depth": "quick", "answers": quick})


def agree(full, quick):
    """Hold the quick verdicts against the full ones, wherever those are not `unknown`.

    They name the same hard stops. Where nothing stops, quick cannot see a roadblock in what it
    does not ask, and it never says `clear`: it says `roadblocks` or `unknown` there.
    """
    for lens in LENSES:
        one, other = full.lenses[lens], quick.lenses[lens]
        assert one.hard_stops == other.hard_stops
        assert other.state != "clear"
        allowed = {
            "stopped": {"stopped"},
            "past": {"past"},
            "roadblocks": {"roadblocks", "unknown"},
            "clear": {"unknown"},
            "unknown": {"unknown"},
        }
        assert other.state in allowed[one.state]


@pytest.mark.slow
@given(sheets())
@settings(max_examples=150, deadline=None)
def test_quick_and_full_agree_wherever_full_is_known(sheet):
    agree(SCORER.score(sheet, NOW), SCORER.score(quick_of(sheet), NOW))


@pytest.mark.parametrize("sample", BANK.tests, ids=lambda sample: sample.id)
def test_quick_and_full_agree_on_every_sample(sample):
    sheet = samples.sheet(sample, BANK)
    agree(SCORER.score(sheet, NOW), SCORER.score(quick_of(sheet), NOW))


def test_all_at_the_top_is_clear_at_full_depth_and_never_at_quick():
    """In every nation and for every kind of service the best result can be reached."""
    answers = {q.id: Answer(rung=q.ladder[-1], basis="seen") for q in BANK.questions}
    for nation in BANK.circumstance["nation"].choices:
        sheet = AnswerSheet(
            format="spinout.answers/1",
            circumstances={"nation": nation.id, "launch": "6-18-months"},
            answers=answers,
        )
        full, quick = SCORER.score(sheet, NOW), SCORER.score(quick_of(sheet), NOW)
        assert {verdict.state for verdict in full.lenses.values()} == {"clear"}
        assert {verdict.state for verdict in quick.lenses.values()} == {"unknown"}
