import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.question_sets import notice, question, small_question_set
from helpers.strategies import DIGEST, NOW, answered, cases, laws, sets, sheets
from spinout_cli.documents.answers import AnswerSheet, Service
from spinout_cli.documents.assessment import Assessment
from spinout_cli.fields import LENSES
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.question_set.rungs import rung_effect, severity, stops, strength
from spinout_cli.scoring.ndjson import NdjsonWriter
from spinout_cli.scoring.scorer import Scorer, weighted_range

SERVICE = Service(id="a1", name="Bryn")
ORDER = ("stopped", "unknown", "roadblocks", "clear")
LEFT = {"launch": "left"}
ALL_SEEN = {
    "staff.vote": {"rung": "secured", "basis": "seen"},
    "staff.surplus": "secured",
    "money.in-house": "secured",
    "money.exit-cost": {"rung": "secured", "basis": "told"},
}


def sheet(answers, circumstances=None, depth="full"):
    """A sheet; an answer is a rung, or a whole answer."""
    given = {k: {"rung": v} if isinstance(v, str) else v for k, v in answers.items()}
    return AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "answers": given,
            "circumstances": circumstances or {},
            "depth": depth,
        }
    )


def score(answers, circumstances=None, depth="full", **changes):
    question_set = small_question_set(**changes)
    return Scorer(question_set, DIGEST).score(sheet(answers, circumstances, depth), NOW)


def states(assessment):
    return {lens: verdict.state for lens, verdict in assessment.lenses.items()}


def ids(parts):
    return [part.id for part in parts]


def theme(assessment, name):
    return next(found for found in assessment.themes if found.id == name)


def of_one_theme(*weights, **changes):
    """A set of one theme, with a question of each weight: money.q0 and so on."""
    questions = [question(f"money.q{n}", weight=w) for n, w in enumerate(weights)]
    return {
        "themes": [{"id": "money", "title": "Money", "why": "It is needed."}],
        "questions": questions,
        "rules": [],
        "tests": [],
        "in_house": None,
        **changes,
    }


# ------------------------------------------------------------------ lenses


def test_a_hard_stop_stops_its_own_lens_alone():
    verdicts = score({**ALL_SEEN, "staff.vote": "drafted"}).lenses
    assert verdicts["launch"].state == "stopped"
    assert verdicts["launch"].hard_stops == ("staff.vote",)
    assert verdicts["endure"].state == "clear"


def test_every_stop_that_is_met_is_named():
    verdicts = score({**ALL_SEEN, "staff.vote": "nothing", "money.exit-cost": "begun"}).lenses
    assert verdicts["launch"].hard_stops == ("staff.vote", "money.exit-cost")
    assert verdicts["endure"].hard_stops == ("money.exit-cost",)


def test_the_words_win_in_their_order():
    open_ = {k: v for k, v in ALL_SEEN.items() if k != "money.exit-cost"}
    low = {**ALL_SEEN, "money.in-house": "nothing"}
    assert states(score(ALL_SEEN)) == {"launch": "clear", "endure": "clear"}
    assert states(score(low)) == {"launch": "roadblocks", "endure": "roadblocks"}
    assert states(score({**open_, "money.in-house": "nothing"})) == {
        "launch": "unknown",
        "endure": "unknown",
    }
    assert states(score({**open_, "staff.vote": "nothing"}))["launch"] == "stopped"


@pytest.mark.parametrize(
    "given",
    [
        {"state": "unknown"},
        {"state": "skipped"},
        {"state": "not-applicable", "reason": "No pensions"},
        {"rung": "secured", "basis": "think"},
        {"rung": "gone"},
    ],
)
def test_what_could_stop_it_and_is_not_known_leaves_the_lens_unknown(given):
    made = score({**ALL_SEEN, "money.exit-cost": given})
    assert states(made) == {"launch": "unknown", "endure": "unknown"}
    assert made.lenses["launch"].unknown == ("money.exit-cost",)


def test_a_lens_of_which_less_than_the_minimum_is_answered_is_unknown():
    changes = of_one_theme(1, 1, 1)
    assert states(score({}, **changes)) == {"launch": "unknown", "endure": "unknown"}
    one = score({"money.q0": "secured"}, **changes)
    assert one.lenses["launch"].state == "unknown"
    assert one.lenses["launch"].unknown == ("money.q1", "money.q2")
    two = score({"money.q0": "secured", "money.q1": "secured"}, **changes)
    assert states(two) == {"launch": "clear", "endure": "clear"}


def test_a_lens_without_a_question_is_unknown_whatever_is_answered():
    changes = of_one_theme(1, minimum_coverage=0)
    changes["questions"][0]["lenses"] = ["launch"]
    made = score({"money.q0": "secured"}, **changes)
    assert states(made) == {"launch": "clear", "endure": "unknown"}
    assert made.lenses["endure"].unknown == ()


@pytest.mark.parametrize(("weight", "state"), [(1, "clear"), (2, "clear"), (3, "unknown")])
def test_a_lens_waits_for_what_weighs_three_and_not_for_less(weight, state):
    assert states(score({"money.q0": "secured"}, **of_one_theme(3, weight)))["launch"] == state


def test_what_weighs_three_and_does_not_apply_is_settled():
    given = {"money.q0": "secured", "money.q1": {"state": "not-applicable", "reason": "None"}}
    assert states(score(given, **of_one_theme(3, 3))) == {"launch": "clear", "endure": "clear"}


def test_quick_finds_what_stops_and_says_no_more():
    low = {**ALL_SEEN, "money.in-house": "nothing"}
    for answers in (ALL_SEEN, low):
        made = score(answers, depth="quick")
        assert states(made) == {"launch": "unknown", "endure": "unknown"}
        assert made.lenses["launch"].unknown == ()
    some = {k: v for k, v in ALL_SEEN.items() if k not in ("money.in-house", "money.exit-cost")}
    assert score(some, depth="quick").lenses["endure"].unknown == ("money.exit-cost",)
    without = {k: v for k, v in ALL_SEEN.items() if k != "money.in-house"}
    assert score(without, depth="quick").lenses["endure"].unknown == ("money.in-house",)
    stopped = score({"staff.vote": "nothing"}, depth="quick")
    assert stopped.lenses["launch"].state == "stopped"


def test_launch_is_past_once_the_service_has_left():
    made = score({**ALL_SEEN, "staff.vote": "nothing", "money.exit-cost": "nothing"}, LEFT)
    assert made.lenses["launch"].model_dump() == {"state": "past", "hard_stops": (), "unknown": ()}
    assert made.lenses["endure"].hard_stops == ("money.exit-cost",)
    stopped = {block.id: block.hard_stop for block in made.roadblocks}
    assert stopped == {"money.exit-cost": True, "staff.vote": False}


def test_launch_is_not_past_where_nobody_said_so():
    assert states(score(ALL_SEEN, {"launch": "soon"}))["launch"] == "clear"
    assert states(score(ALL_SEEN))["launch"] == "clear"


# ------------------------------------------------------------------ themes


def test_a_theme_is_a_range_of_what_is_not_known():
    money = theme(score({"money.q0": "secured"}, **of_one_theme(3, 1)), "money")
    assert (money.low, money.score, money.high) == (75.0, 100.0, 100.0)
    assert (money.coverage, money.applicable, money.asked, money.answered) == (0.75, 2, 1, 1)


def test_a_theme_has_no_score_below_the_minimum_coverage():
    given = {"money.q0": "secured"}
    assert theme(score(given, **of_one_theme(1, 1)), "money").score == 100.0
    assert theme(score(given, **of_one_theme(1, 1), minimum_coverage=0.51), "money").score is None


def test_a_coverage_that_just_suffices_is_enough():
    # Seven of 25 is 0.28, and yet 0.28 * 25 is a little over seven.
    weights = (3, 3, 1, 3, 3, 3, 3, 3, 3)
    given = {f"money.q{n}": "begun" for n in range(3)}
    money = theme(score(given, **of_one_theme(*weights), minimum_coverage=0.28), "money")
    assert money.coverage == 0.28
    assert money.score == 33.3333


def test_what_does_not_apply_leaves_the_sum_but_a_hard_stop_does_not():
    given = {"state": "not-applicable", "reason": "None"}
    money = theme(score({"money.in-house": given, "money.exit-cost": "secured"}), "money")
    assert (money.low, money.high, money.coverage) == (100.0, 100.0, 1.0)
    money = theme(score({"money.exit-cost": given, "money.in-house": "secured"}), "money")
    assert (money.low, money.high, money.coverage) == (40.0, 100.0, 0.4)


def test_a_theme_to_which_nothing_applies_has_no_numbers():
    given = {"money.q0": {"state": "not-applicable", "reason": "None"}}
    money = theme(score(given, **of_one_theme(2)), "money")
    assert (money.score, money.low, money.high, money.coverage) == (None, None, None, None)


def test_coverage_does_not_depend_on_the_depth():
    full, quick = (score({"staff.vote": "secured"}, depth=d) for d in ("full", "quick"))
    assert [t.coverage for t in full.themes] == [t.coverage for t in quick.themes] == [0.75, 0.0]


def test_weighted_range_of_nothing_is_none():
    assert weighted_range(0.0, 0, 0) == (None, None, None)
    assert weighted_range(0.0, 0, 3) == (None, 0.0, 100.0)


def test_a_range_has_no_width_where_all_is_known():
    earned = 3 * 0.01 + 1 * 0.5
    assert weighted_range(earned, 4, 4) == (13.25, 13.25, 13.25)


# ------------------------------------------------------------------ roadblocks, enablers, find out


def test_roadblocks_are_hard_stops_then_severity_then_the_sets_order():
    stop = {"lens": "launch", "clears_at": "begun", "reason": "It must."}
    changes = of_one_theme(1, 3, 1, 2, 1)
    changes["questions"][4] |= {"hard_stop": stop}
    made = score({f"money.q{n}": "nothing" for n in range(5)}, **changes)
    assert ids(made.roadblocks) == ["money.q4", "money.q1", "money.q3", "money.q0", "money.q2"]
    assert [block.severity for block in made.roadblocks] == [1, 3, 2, 1, 1]


def test_enablers_are_stops_cleared_then_strength_then_the_sets_order():
    stop = {"lens": "launch", "clears_at": "begun", "reason": "It must."}
    changes = of_one_theme(1, 3, 1, 2, 1)
    changes["questions"][4] |= {"hard_stop": stop}
    made = score({f"money.q{n}": "secured" for n in range(5)}, **changes)
    assert ids(made.enablers) == ["money.q4", "money.q1", "money.q3", "money.q0", "money.q2"]
    assert [enabler.strength for enabler in made.enablers] == [1, 3, 2, 1, 1]


def test_a_rung_below_the_one_that_clears_is_a_roadblock_however_high():
    made = score({**ALL_SEEN, "staff.vote": "drafted"})
    (block,) = made.roadblocks
    assert (block.id, block.hard_stop, block.severity) == ("staff.vote", True, 1.0)
    assert "staff.vote" not in ids(made.enablers)


def test_the_middle_is_neither():
    rungs = [{"id": r, "label": r} for r in ("low", "middle", "top")]
    changes = of_one_theme(2)
    changes["questions"][0] |= {"rungs": rungs}
    made = score({"money.q0": "middle"}, **changes)
    assert (made.roadblocks, made.enablers) == ((), ())


def test_half_way_is_neither_and_three_quarters_of_the_way_an_enabler():
    rungs = [{"id": r, "label": r} for r in ("bottom", "low", "half", "high", "top")]
    changes = of_one_theme(2)
    changes["questions"][0] |= {"rungs": rungs}
    made = small_question_set(**changes).questions[0]
    marks = [rung_effect(made, rung) for rung in range(5)]
    assert marks == ["roadblock", "roadblock", "neither", "enabler", "enabler"]


def test_severity_and_strength_are_told_to_four_places():
    """Four rungs stand a third apart."""
    made = small_question_set(**of_one_theme(2)).questions[0]
    assert [severity(made, rung) for rung in range(4)] == [2.0, 1.3333, 0.6667, 0.0]
    assert [strength(made, rung) for rung in range(4)] == [0.0, 0.6667, 1.3333, 2.0]


@pytest.mark.parametrize(("lens", "stops_it"), [("launch", False), ("endure", True)])
def test_once_it_has_left_only_what_stops_it_enduring_is_a_stop(lens, stops_it):
    stop = {"lens": lens, "clears_at": "secured", "reason": "It must."}
    changes = of_one_theme(2)
    changes["questions"][0] |= {"hard_stop": stop}
    (block,) = score({"money.q0": "nothing"}, LEFT, **changes).roadblocks
    assert block.hard_stop is stops_it


def test_the_set_may_mark_its_rungs_and_place_them():
    rungs = [
        {"id": "low", "label": "Low", "position": 0.1, "marks": "neither"},
        {"id": "middle", "label": "Middle", "position": 0.2, "marks": "enabler"},
        {"id": "top", "label": "Top", "position": 0.6},
    ]
    changes = of_one_theme(2)
    changes["questions"][0] |= {"rungs": rungs}
    made = small_question_set(**changes).questions[0]
    assert [rung_effect(made, rung) for rung in range(3)] == ["neither", "enabler", "neither"]
    assert [severity(made, rung) for rung in range(3)] == [1.8, 1.6, 0.8]
    assert theme(score({"money.q0": "top"}, **changes), "money").score == 60.0


def test_a_roadblock_says_what_was_answered_and_why_it_stops():
    made = score({**ALL_SEEN, "staff.vote": "begun", "money.in-house": "nothing"})
    stop, low = made.roadblocks
    assert stop.because == "You said: “The vote is begun”. Staff must agree."
    assert low.because == "You said: “The in-house is nothing”."
    assert stop.lenses == ("launch",)
    assert stop.stories == ("riverside",)
    assert ids(stop.next) == ["do-vote"]


def test_what_nobody_knows_is_told_with_whom_to_ask():
    none = {"state": "not-applicable", "reason": "None"}
    made = score(
        {
            "staff.surplus": {"state": "unknown"},
            "money.in-house": {"state": "skipped"},
            "staff.vote": {"rung": "secured", "basis": "think"},
            "money.exit-cost": none,
        }
    )
    found = [(found.id, found.hard_stop, found.reason) for found in made.find_out]
    assert found == [
        ("staff.vote", True, "think"),
        ("money.exit-cost", True, "not-applicable"),
        ("staff.surplus", False, "unknown"),
    ]
    assert made.find_out[0].what == "Where the vote stands"
    assert made.find_out[0].from_ == "the service lead"


def test_in_house_has_its_place():
    assert score({}).in_house is None
    told = {rung: score({"money.in-house": rung}).in_house for rung in ("nothing", "secured")}
    assert told["nothing"].title == "The in-house is not there yet."
    assert told["secured"].title == "The in-house is there."


# ------------------------------------------------------------------ findings and notices


def test_a_rule_is_withheld_where_a_fact_is_not_known():
    known = {"nation": "wales", "people": 12, "board-date": "2027-04-01"}
    assert ids(score({}, known).findings) == ["agreed-in-wales"]
    assert ids(score({}, {**known, "nation": None}).findings) == []
    assert ids(score({"staff.vote": {"state": "unknown"}}, known).findings) == []


def test_a_rule_may_count_what_nobody_knows():
    unknown = {"state": "unknown"}
    assert ids(score({"staff.vote": unknown}).findings) == []
    assert ids(score({"staff.vote": unknown, "money.in-house": unknown}).findings) == [
        "much-unknown"
    ]


@pytest.mark.parametrize("count", ["answered", "unknown", "roadblocks", "enablers", "hard-stops"])
@pytest.mark.parametrize("number", range(1, 6))
def test_a_rule_may_count_whatever_there_is_to_count(count, number):
    rule = {
        "id": "many",
        "kind": "caution",
        "when": {f"tally.{count}": {"at_least": str(number)}},
        "title": "A finding",
        "because": "The survey says so.",
        "sources": ["survey"],
    }
    changes = of_one_theme(*[2] * 9, rules=[rule])
    stop = {"lens": "launch", "clears_at": "begun", "reason": "It must."}
    changes["questions"][0]["hard_stop"] = stop
    known = ["nothing", "nothing", "nothing", "secured", "secured"]
    given = {f"money.q{n}": rung for n, rung in enumerate(known)}
    told = score({**given, "money.q5": {"state": "unknown"}}, **changes)
    there = {"answered": 5, "unknown": 1, "roadblocks": 3, "enablers": 2, "hard-stops": 1}
    assert ids(told.findings) == (["many"] if there[count] >= number else [])


def test_a_notice_of_one_nation_is_told_there_alone():
    notices = [notice("all"), notice("welsh", nations=["wales"])]
    assert ids(score({}, {"nation": "wales"}, notices=notices).notices) == ["all", "welsh"]
    assert ids(score({}, {"nation": "england"}, notices=notices).notices) == ["all"]
    assert ids(score({}, notices=notices).notices) == ["all"]


def test_whose_answers_they_were_and_how_much_was_answered_is_told():
    asked = Scorer(small_question_set(**of_one_theme(1, 1, 1, minimum_coverage=0.1)), DIGEST)
    given = sheet({"money.q0": "secured"}).model_copy(update={"service": SERVICE})
    made = asked.score(given, NOW)
    assert made.service == SERVICE
    assert theme(made, "money").coverage == 0.3333


def test_a_notice_is_told_where_nation_and_condition_are_known_to_fit():
    lgps = {"nation": "wales", "pension-schemes": ["lgps"]}
    assert ids(score({}, lgps).notices) == ["reserved", "lgps-guarantee"]
    assert ids(score({}, {"nation": "wales"}).notices) == ["reserved"]
    scots = [notice("scots", nations=["wales"])]
    assert ids(score({}, {"nation": "england"}, notices=scots).notices) == []
    assert ids(score({}, {}, notices=scots).notices) == []


def test_a_notice_past_its_date_is_shown_and_says_so():
    days = {"2026-11-21": True, "2026-11-22": False, "2026-11-23": False}
    for day, overdue in days.items():
        (told,) = score({}, notices=[notice("old", review_by=day)]).notices
        assert told.overdue is overdue


# ------------------------------------------------------------------ laws


def rank(verdict):
    return ORDER.index(verdict.state)


def not_past(assessment):
    return [lens for lens in LENSES if assessment.lenses[lens].state != "past"]


def same_questions(scorer, before, after):
    return scorer.stand(before).applicable == scorer.stand(after).applicable


@st.composite
def changed(draw, answers, **options):
    """A case, and the same sheet with one answer which counts changed, with the same questions.

    `answers` returns what the answer may be instead: from the question and its rung, if it has one.
    """
    scorer, _, sheet = draw(cases(**options))
    standing = scorer.stand(sheet)
    choices = [
        (q, given)
        for q in standing.applicable
        for given in answers(q, standing.rungs.get(q.id), sheet.answers.get(q.id))
    ]
    assume(choices)
    made, given = draw(st.sampled_from(choices))
    after = answered(sheet, made.id, **given)
    assume(same_questions(scorer, sheet, after))
    return made, scorer.score(sheet, NOW), scorer.score(after, NOW)


def better(made, rung, _answer):
    higher = () if rung is None else made.ladder[rung + 1 :]
    return [{"rung": name, "basis": "seen"} for name in higher]


def unknown(_made, _rung, answer):
    return [{"state": "unknown"}] if answer is not None else []


@laws
@given(changed(better))
def test_a_better_rung_never_lowers_a_theme(case):
    _, before, after = case
    for was, now in zip(before.themes, after.themes, strict=True):
        assert (was.score is None) is (now.score is None)
        assert was.coverage == now.coverage
        for one, other in ((was.low, now.low), (was.score, now.score), (was.high, now.high)):
            assert one is None or one <= other


@laws
@given(changed(better))
def test_a_better_rung_never_adds_a_stop_or_worsens_a_lens(case):
    _, before, after = case
    for lens in not_past(before):
        was, now = before.lenses[lens], after.lenses[lens]
        assert set(now.hard_stops) <= set(was.hard_stops)
        assert rank(now) >= rank(was)
    assert set(ids(after.roadblocks)) <= set(ids(before.roadblocks))
    assert set(ids(before.enablers)) <= set(ids(after.enablers))


@laws
@given(changed(unknown))
def test_unknown_never_raises_low_and_never_hides_what_is_not_known(case):
    made, before, after = case
    for was, now in zip(before.themes, after.themes, strict=True):
        assert was.low is None or now.low <= was.low
        assert was.high is None or now.high >= was.high or made.theme != was.id
    assert made.id in ids(after.find_out)


@laws
@given(changed(unknown))
def test_unknown_never_clears_a_lens_that_it_decides(case):
    made, before, after = case
    for lens in not_past(before):
        state = after.lenses[lens].state
        if made.decides(lens):
            assert made.id in after.lenses[lens].unknown or state == "stopped"
            assert state in ("stopped", "unknown")
        elif state == "clear" and before.lenses[lens].state != "clear":
            # As promised: only what could stop it or weighs 3 keeps a lens unknown.
            assert made.id in ids(before.roadblocks)
            assert before.lenses[lens].state == "roadblocks"


@laws
@given(cases())
def test_the_numbers_of_a_theme_keep_their_order(case):
    scorer, question_set, drawn = case
    made, standing = scorer.score(drawn, NOW), scorer.stand(drawn)
    for found in made.themes:
        of_theme = [q for q in standing.applicable if q.theme == found.id]
        counted = [q for q in of_theme if standing.states.get(q.id) != "not-applicable"]
        weights = [q.weight for q in counted]
        assert found.asked == sum(q.id in standing.states for q in counted)
        assert found.not_asked == found.applicable - found.asked
        if not weights:
            assert (found.low, found.high, found.coverage) == (None, None, None)
            continue
        known = sum(q.weight for q in counted if q.id in standing.rungs)
        assert 0 <= found.low <= found.high <= 100
        assert found.score is None or found.low <= found.score <= found.high
        assert found.coverage == pytest.approx(known / sum(weights), abs=1e-4)
        assert (found.low == found.high) is (known == sum(weights))
        width = 100 * (1 - known / sum(weights))
        assert found.high - found.low == pytest.approx(width, abs=0.11)
        enough = known / sum(weights) >= question_set.minimum_coverage
        assert (found.score is not None) is (enough and known > 0)


@laws
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_is_irrelevant_and_nothing_is_remembered(case, random):
    scorer, question_set, drawn = case

    def mixed(parts):
        return dict(random.sample(list(parts.items()), len(parts)))

    other = drawn.model_copy(
        update={"answers": mixed(drawn.answers), "circumstances": mixed(drawn.circumstances)}
    )
    text = drawn.model_dump_json()
    made = scorer.score(drawn, NOW)
    assert scorer.score(other, NOW) == made
    assert Scorer(question_set, DIGEST).score(drawn, NOW) == made
    assert drawn.model_dump_json() == text


@st.composite
def uniform(draw):
    """A sheet, and its set with every weight 1, and with every weight 2."""
    tree = draw(sets())
    made = [
        Scorer(
            QuestionSet.model_validate(
                tree | {"questions": [q | {"weight": weight} for q in tree["questions"]]}
            ),
            DIGEST,
        )
        for weight in (1, 2)
    ]
    return *made, draw(sheets(tree))


@laws
@given(uniform())
def test_weights_scale_out(case):
    light, heavy, drawn = case
    one, two = light.score(drawn, NOW), heavy.score(drawn, NOW)
    assert one.themes == two.themes
    assert one.lenses == two.lenses
    assert ids(one.roadblocks) == ids(two.roadblocks)
    assert ids(one.enablers) == ids(two.enablers)


WEIGHED = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 20).map(lambda n: n / 20)), max_size=8
)


@laws
@given(WEIGHED, st.integers(0, 9), st.integers(1, 12))
def test_a_range_does_not_depend_on_the_unit_of_weight(known, unknown_weight, unit):
    earned, answered = sum(w * p for w, p in known), sum(w for w, _ in known)
    total = answered + unknown_weight
    plain = weighted_range(earned, answered, total)
    scaled = weighted_range(earned * unit, answered * unit, total * unit)
    for one, other in zip(plain, scaled, strict=True):
        assert one is other is None or one == pytest.approx(other, abs=0.000_11)


@laws
@given(cases())
def test_a_lens_is_what_its_questions_say(case):
    """The verdict as it is promised, from what counts alone."""
    scorer, question_set, drawn = case
    made, standing = scorer.score(drawn, NOW), scorer.stand(drawn)
    left = question_set.left is not None and standing.facts.values.get("stage") == "left"
    for lens, verdict in made.lenses.items():
        bearing = [q for q in standing.applicable if lens in q.lenses]
        can_stop = [q for q in bearing if q.hard_stop and q.hard_stop.lens in (lens, "both")]
        met = {
            q.id
            for q in can_stop
            if q.id in standing.rungs
            and standing.rungs[q.id] < q.ladder.index(q.hard_stop.clears_at)
        }
        answered_ = {
            *standing.rungs,
            *(k for k, v in standing.states.items() if v == "not-applicable"),
        }
        open_ = {q.id for q in bearing if q in can_stop or q.weight == 3} - answered_
        low = any(
            q.id in standing.rungs and rung_effect(q, standing.rungs[q.id]) == "roadblock"
            for q in bearing
        )
        rest = {q.id for q in bearing} - answered_
        weight = sum(q.weight for q in bearing if standing.states.get(q.id) != "not-applicable")
        known = sum(q.weight for q in bearing if q.id in standing.rungs)
        thin = not weight or known / weight < question_set.minimum_coverage
        if thin and not met:
            open_ = open_ or rest
        state = (
            "stopped" if met else "unknown" if thin or open_ else "roadblocks" if low else "clear"
        )
        if left and lens == "launch":
            assert verdict.state == "past"
            assert verdict.hard_stops == verdict.unknown == ()
            continue
        if drawn.depth == "quick" and not met:
            assert (verdict.state, set(verdict.unknown)) == ("unknown", open_ or rest)
            continue
        assert (verdict.state, set(verdict.hard_stops), set(verdict.unknown)) == (state, met, open_)


@laws
@given(cases())
def test_a_line_is_the_document_on_one_line(case):
    scorer, _, drawn = case
    (draft,) = drafts = scorer.drafts([(drawn, scorer.stand(drawn))], NOW)
    made = draft.assessment()
    assert scorer.score(drawn, NOW) == made
    writer = NdjsonWriter()
    for _ in range(2):  # the second time everything was written before
        assert writer.lines(drafts) == f"{made.model_dump_json(by_alias=True)}\n".encode()
    assert Assessment.model_validate_json(writer.lines(drafts)) == made


@laws
@given(cases())
def test_findings_never_move_anything(case):
    scorer, question_set, drawn = case
    silent = Scorer(question_set.model_copy(update={"rules": ()}), DIGEST)
    made = scorer.score(drawn, NOW)
    assert silent.score(drawn, NOW) == made.model_copy(update={"findings": ()})
    assert set(ids(made.findings)) <= {rule.id for rule in question_set.rules}


@laws
@given(cases())
def test_roadblocks_and_enablers_explain_themselves_in_order(case):
    scorer, question_set, drawn = case
    made, standing = scorer.score(drawn, NOW), scorer.stand(drawn)
    place = {q.id: i for i, q in enumerate(question_set.questions)}
    past = made.lenses["launch"].state == "past"
    blocks = [(not b.hard_stop, -b.severity, place[b.id]) for b in made.roadblocks]
    assert blocks == sorted(blocks)
    assert not set(ids(made.roadblocks)) & set(ids(made.enablers))
    for block in made.roadblocks:
        asked = question_set.question[block.id]
        assert standing.rungs[block.id] == asked.ladder.index(block.rung)
        assert block.hard_stop is stops(asked, standing.rungs[block.id], past=past)
        label = asked.rungs[standing.rungs[block.id]].label
        reason = f" {asked.hard_stop.reason}" if block.hard_stop else ""
        assert block.because == f"You said: “{label}”.{reason}"
        assert block.title == asked.roadblock
        assert block.next
        assert block.sources
    enablers = [
        (question_set.question[e.id].hard_stop is None, -e.strength, place[e.id])
        for e in made.enablers
    ]
    assert enablers == sorted(enablers)


@laws
@given(cases())
def test_nothing_is_told_twice_or_left_untold(case):
    scorer, question_set, drawn = case
    made, standing = scorer.score(drawn, NOW), scorer.stand(drawn)
    asked = {q.id: q for q in standing.applicable}
    assert [(n.id, n.reason) for n in made.not_counted] == standing.refused
    assert {(f.id, f.reason) for f in made.find_out} == set(standing.doubts.items())
    stop_first = [not f.hard_stop for f in made.find_out]
    assert stop_first == sorted(stop_first)
    met = {name for verdict in made.lenses.values() for name in verdict.hard_stops}
    assert met == {block.id for block in made.roadblocks if block.hard_stop}
    for kind, found in (("roadblock", made.roadblocks), ("enabler", made.enablers)):
        marked = {n for n, rung in standing.rungs.items() if rung_effect(asked[n], rung) == kind}
        assert (marked - met if kind == "enabler" else marked | met) == set(ids(found))
    for found in made.themes:
        assert set(found.roadblocks) == {b.id for b in made.roadblocks if b.theme == found.id}
        assert set(found.enablers) == {e.id for e in made.enablers if e.theme == found.id}
    assert ids(made.themes) == ids(question_set.themes)
