"""Explanations: recomputed by hand from their JSON, and every `what if` tried out by brute force."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from helpers.question_sets import small_question_set, small_set
from helpers.strategies import NOW, cases, laws
from spinout_cli.documents.answers import Answer, AnswerSheet
from spinout_cli.documents.explanation import Explanation
from spinout_cli.question_set import loader
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.question_set.rungs import clears
from spinout_cli.reading import answer_files
from spinout_cli.reports import explanation_text
from spinout_cli.results import explain
from spinout_cli.results.explain import Explainer
from spinout_cli.results.hints import CommandHints
from spinout_cli.results.targets import ScoringContext
from spinout_cli.scoring.scorer import Scorer

WORDS = small_question_set()

FOLDER = Path(__file__).parents[2] / "examples"
EXAMPLES = [
    FOLDER / "bryn-library-service.json",
    FOLDER / "bryn-library-service-later.json",
    FOLDER / "bryn-library-service-workshop.json",
]
STATES = ("unknown", "not-applicable", "skipped")
LENSES = ("launch", "endure")


@pytest.fixture(scope="module")
def built_in():
    loaded = loader.load()
    return Scorer(loaded.set, loaded.digest), loaded.set


def example(built_in, path):
    return ScoringContext(
        *built_in, answer_files.read_answer_file(path).sheet, datetime(2026, 11, 22, tzinfo=UTC)
    )


def everything(question_set):
    parts = (question_set.themes, question_set.questions, question_set.rules, question_set.notices)
    return [*LENSES, *(part.id for section in parts for part in section)]


def as_json(explanation):
    """What a reader of the JSON has, and nothing else; it reads back as the same explanation."""
    text = explanation.model_dump_json()
    assert Explanation.model_validate_json(text).root == explanation
    return json.loads(text)


# ------------------------------------------------------------------ by hand, from the JSON alone


def theme_by_hand(told):
    """The arithmetic of a theme, from its answers."""
    known = [a for a in told["answers"] if a["counts"] == "known"]
    open_ = sum(a["weight"] for a in told["answers"] if a["counts"] == "not-known")
    earned = sum(a["weight"] * a["position"] for a in known)
    weight = sum(a["weight"] for a in known)
    if not weight + open_:
        return {"score": None, "low": None, "high": None}
    enough = weight >= told["minimum_coverage"] * (weight + open_)
    return {
        "score": round(100 * earned / weight, 4) if weight and enough else None,
        "low": round(100 * earned / (weight + open_), 4),
        "high": round(100 * (earned + open_) / (weight + open_), 4),
    }


def question_by_hand(told):
    """What an answer amounts to, from the rung and the ladder."""
    answer = told["answer"]
    if answer["counts"] == "left-out":
        return "left-out"
    if answer["counts"] == "not-known":
        doubtful = answer["state"] in ("unknown", "think", "not-applicable")
        return "unknown" if doubtful else "open"
    return next(r["amounts_to"] for r in told["ladder"] if r["id"] == answer["rung"])


def condition_by_hand(held, ladders):
    """Whether a condition holds, from what was found; None where that is not known."""
    if held["kind"] == "not":
        inner = condition_by_hand(held["parts"][0], ladders)
        return None if inner is None else not inner
    if held["kind"] in ("all", "any"):
        inner = [condition_by_hand(part, ladders) for part in held["parts"]]
        decisive = held["kind"] == "any"
        if decisive in inner:
            return decisive
        return None if None in inner else not decisive
    return comparison_by_hand(held, ladders.get(held["id"]))


def comparison_by_hand(held, ladder):
    found, wanted = held["found"], held["wanted"]
    if found is None:
        return None
    place = ladder.index if ladder else float
    holds = {
        "is": lambda: found == wanted[0],
        "state": lambda: found == wanted[0],
        "in": lambda: found in wanted,
        "has": lambda: wanted[0] in found,
        "at_least": lambda: place(found) >= place(wanted[0]),
        "below": lambda: place(found) < place(wanted[0]),
        "before": lambda: found < wanted[0],
        "after": lambda: found > wanted[0],
    }
    return holds[held["kind"]]()


TOO_LITTLE = {explain._BECAUSE["no-question"], explain._BECAUSE["too-little"]}  # noqa: SLF001  (the words)


def lens_by_hand(told, *, quick):
    """How a lens stands, from what stops it, what is open and what is low."""
    if told["result"] == "past":
        return "past"
    if told["stops"]:
        return "stopped"
    if quick or told["unknown"]:  # quick finds what stops, and has not asked the rest
        return "unknown"
    if told["because"] in TOO_LITTLE:  # how much is answered is checked where scores are
        return "unknown"
    return "roadblocks" if told["roadblocks"] else "clear"


def check_by_hand(told, ladders, *, quick):
    """Compute a result anew from what the explanation says."""
    match told["kind"]:
        case "theme":
            assert theme_by_hand(told) == told["result"]
        case "question":
            assert question_by_hand(told) == told["result"]
            check_worth(told)
        case "rule" | "notice":
            holds = True if told["when"] is None else condition_by_hand(told["when"], ladders)
            assert told["result"] == {True: "told", False: "not-told", None: "withheld"}[holds]
        case "lens":
            assert lens_by_hand(told, quick=quick) == told["result"]


def check_worth(told):
    answer = told["answer"]
    if told["severity"] is not None:
        assert told["severity"] == round(answer["weight"] * (1 - answer["position"]), 4)
    if told["strength"] is not None:
        assert told["strength"] == round(answer["weight"] * answer["position"], 4)


# ------------------------------------------------------------------ by brute force


def outcome(name, assessment, today, standing):
    """What is explained, read from a whole assessment."""
    question_set = today.question_set
    if name in LENSES:
        return assessment.lenses[name].state
    if name in question_set.theme:
        theme = next(theme for theme in assessment.themes if theme.id == name)
        return {"score": theme.score, "low": theme.low, "high": theme.high}
    if name in question_set.question:
        return amounts_to(name, assessment, standing)
    told = (*assessment.findings, *assessment.notices)
    return "told" if name in {found.id for found in told} else "not-told"


def amounts_to(name, assessment, standing):
    for block in assessment.roadblocks:
        if block.id == name:
            return "stops" if block.hard_stop else "roadblock"
    if name in {enabler.id for enabler in assessment.enablers}:
        return "enabler"
    if name in {unknown.id for unknown in assessment.find_out}:
        return "unknown"
    if name not in {question.id for question in standing.applicable}:
        return "left-out"
    if name in standing.rungs:
        return "neither"
    return "left-out" if standing.states.get(name) == "not-applicable" else "open"


def with_answer(sheet, name, answer):
    answers = {key: value for key, value in sheet.answers.items() if key != name}
    return sheet.model_copy(update={"answers": answers | ({name: answer} if answer else {})})


def with_fact(sheet, name, value):
    return sheet.model_copy(update={"circumstances": {**sheet.circumstances, name: value}})


def every_single_change(sheet, question_set):
    """Every other answer to every question, and every other choice of every circumstance."""
    for question in question_set.questions:
        for rung in question.ladder:
            yield question.id, "rung", rung, with_answer(sheet, question.id, Answer(rung=rung))
        for state in STATES:
            yield question.id, "state", state, with_answer(sheet, question.id, Answer(state=state))
        yield question.id, "state", "not-asked", with_answer(sheet, question.id, None)
    for circumstance in question_set.circumstances:
        for value in other_choices(circumstance, sheet.circumstances.get(circumstance.id)):
            changed = with_fact(sheet, circumstance.id, value)
            yield circumstance.id, "circumstance", value, changed


def other_choices(circumstance, now):
    yield None
    choices = [choice.id for choice in circumstance.choices]
    if not circumstance.multiple:
        yield from choices
        return
    chosen = set(now) & set(choices) if isinstance(now, tuple) else set()
    for choice in choices:
        yield (choice,)
        if left := chosen ^ {choice}:
            yield tuple(each for each in choices if each in left)


def check_what_would_change_it(told, name, today, tried):
    """What the explanation names is what brute force finds: no more, and nothing left out."""
    now = outcome(name, *scored(today, today.sheet))
    found = {change: then for change, *there in tried if (then := outcome(name, *there)) != now}
    named = {
        (lever["id"], option["kind"], _hashable(option["to"])): option["result"]
        for lever in told["changes"]
        for option in lever["options"]
        if option["kind"] != "depth"
    }
    open_ended = {c.id for c in today.question_set.circumstances if c.type != "choice"}
    of_choices = {k: v for k, v in named.items() if k[0] not in open_ended or k[2] is None}
    assert {k: v for k, v in found.items() if k[0] not in open_ended or k[2] is None} == of_choices
    for (key, _, value), result in named.items():
        if key in open_ended:
            there = scored(today, with_fact(today.sheet, key, value))
            assert outcome(name, *there) == result


def _hashable(value):
    return tuple(value) if isinstance(value, list) else value


def scored(today, sheet):
    return today.scorer.score(sheet, today.at), today, today.scorer.stand(sheet)


def tried_out(today):
    return [
        (tuple(change), *scored(today, sheet))
        for *change, sheet in every_single_change(today.sheet, today.question_set)
    ]


# ------------------------------------------------------------------ the examples


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_everything_in_the_examples_is_explained_and_every_what_if_is_true(built_in, path):
    today = example(built_in, path)
    reasons, tried = Explainer(today), tried_out(today)
    for name in everything(today.question_set):
        told = as_json(reasons.explain(name))
        check_by_hand(told, today.question_set.ladders, quick=False)
        check_what_would_change_it(told, name, today, tried)


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_stop_clears_where_it_is_said_to_and_no_lower(built_in, path):
    today = example(built_in, path)
    for lens in LENSES:
        told = as_json(Explainer(today).explain(lens))
        assert [stop["id"] for stop in told["stops"]] == list(
            today.scorer.score(today.sheet, NOW).lenses[lens].hard_stops
        )
        check_stops(told, lens, today)


def check_stops(told, lens, today):
    for stop in told["stops"]:
        question = today.question_set.question[stop["id"]]
        for index, rung in enumerate(question.ladder):
            sheet = with_answer(today.sheet, question.id, Answer(rung=rung))
            stopped = question.id in today.scorer.score(sheet, NOW).lenses[lens].hard_stops
            assert stopped is (index < question.ladder.index(stop["clears_at"]))
            assert stopped is not clears(question, index)


def test_where_several_stop_a_lens_all_of_them_are_named(built_in):
    today = example(built_in, EXAMPLES[0])
    told = as_json(Explainer(today).explain("launch"))
    assert {stop["id"] for stop in told["stops"]} == {"staff.vote", "pensions.exit-cost"}
    assert told["once_cleared"] == "unknown"
    assert [lever["id"] for lever in told["changes"]] == ["launch"]


def test_the_verdict_fits_on_one_screen(built_in):
    for path in EXAMPLES:
        lines = explanation_text.text(
            Explainer(example(built_in, path)).verdict(), CommandHints(path.name), built_in[1]
        ).split("\n")
        assert len(lines) <= 24
        assert max(map(len, lines)) <= 80


def test_text_keeps_to_its_width_and_names_sources(built_in):
    today = example(built_in, EXAMPLES[0])
    reasons = Explainer(today)
    for name in ("launch", "pensions", "pensions.exit-cost", "one-contract-most-income"):
        told = explanation_text.text(reasons.explain(name), CommandHints("bryn.json"), WORDS)
        wide = [line for line in told.split("\n") if len(line) > 80]
        assert all("https://" in line for line in wide)
    exit_cost = explanation_text.text(
        reasons.explain("pensions.exit-cost"), CommandHints("bryn.json"), WORDS
    )
    assert "https://www.legislation.gov.uk/uksi/2013/2356" in exit_cost
    assert "(you are here)" in exit_cost


def test_what_is_no_part_of_the_set_is_not_explained(built_in):
    assert Explainer(example(built_in, EXAMPLES[0])).explain("no.such") is None


# ------------------------------------------------------------------ what opens and closes


def branching(**answers):
    """Staff surplus is asked only while the vote is low, the exit cost only once it is secured."""
    tree = small_set(tests=[])
    tree["questions"][1] |= {"when": {"staff.vote": {"below": "secured"}}}
    tree["questions"][3] |= {"when": {"staff.vote": {"is": "secured"}}}
    question_set = QuestionSet.model_validate(tree)
    sheet = AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "answers": {name: {"rung": rung} for name, rung in answers.items()},
        }
    )
    return ScoringContext(Scorer(question_set, "0" * 64), question_set, sheet, NOW)


def test_a_stop_that_clearing_another_brings_up_is_cleared_too():
    today = branching(**{"staff.vote": "begun", "money.exit-cost": "nothing"})
    told = Explainer(today).explain("launch")
    assert [stop.id for stop in told.stops] == ["staff.vote"]
    assert told.once_cleared == "clear"


def test_what_closes_on_the_way_need_not_move_and_what_opens_must():
    answers = {"staff.vote": "begun", "staff.surplus": "nothing", "money.in-house": "secured"}
    today = branching(**answers)
    before = Explainer(today).explain("endure")
    assert [need.id for need in before.needs] == ["staff.surplus"]
    launch = Explainer(today).explain("launch")
    assert [(need.id, need.at, need.opened) for need in launch.needs] == [
        ("staff.vote", "secured", False),
        ("money.exit-cost", "drafted", True),
    ]


def test_what_would_close_by_moving_another_is_no_need():
    today = branching(**{"staff.vote": "begun", "staff.surplus": "nothing"})
    tree = today.question_set.model_copy(
        update={
            "questions": tuple(
                q.model_copy(update={"lenses": ("launch", "endure")})
                for q in today.question_set.questions
            )
        }
    )
    both = today._replace(scorer=Scorer(tree, "0" * 64), question_set=tree)
    told = Explainer(both).explain("launch")
    assert [need.id for need in told.needs] == ["staff.vote", "money.exit-cost"]
    assert told.once_met == "clear"


# ------------------------------------------------------------------ laws


@pytest.mark.slow
@laws
@given(cases())
def test_by_hand_it_comes_out_the_same(case):
    today = ScoringContext(*case, NOW)
    reasons = Explainer(today)
    for name in everything(today.question_set):
        told = as_json(reasons.explain(name))
        check_by_hand(told, today.question_set.ladders, quick=today.sheet.depth == "quick")


@pytest.mark.slow
@laws
@given(cases())
def test_what_would_change_it_is_what_brute_force_finds(case):
    today = ScoringContext(*case, NOW)
    reasons, tried = Explainer(today), tried_out(today)
    for name in everything(today.question_set):
        check_what_would_change_it(as_json(reasons.explain(name)), name, today, tried)


@laws
@given(cases())
def test_a_lens_is_clear_once_all_its_needs_are_met_and_not_before(case):
    today = ScoringContext(*case, NOW)
    for lens in LENSES:
        told = Explainer(today).explain(lens)
        if told.result == "past":
            assert told.needs == ()
            continue
        assert state_with(today, told.needs, lens) == told.once_met
        if (
            told.once_met == "unknown" and not told.out_of_reach
        ):  # nothing is asked about it, or all of it is set aside
            standing = today.scorer.stand(today.sheet)
            bearing = [q.id for q in standing.applicable if q.bears_on(lens)]
            assert {standing.states.get(name) for name in bearing} <= {"not-applicable"}
            continue
        assert (told.once_met == "clear") is not bool(told.out_of_reach)
        if told.once_met == "clear":
            check_each_need_is_needed(today, told.needs, lens)


def check_each_need_is_needed(today, needs, lens):
    for number, need in enumerate(needs):
        others = (*needs[:number], *needs[number + 1 :])
        assert state_with(today, others, lens) != "clear"
        ladder = today.question_set.question[need.id].ladder
        lower = [need.model_copy(update={"at": rung}) for rung in ladder[: ladder.index(need.at)]]
        assert all(state_with(today, (*others, each), lens) != "clear" for each in lower)


def state_with(today, needs, lens):
    sheet = today.sheet.model_copy(update={"depth": "full"})
    for need in needs:
        sheet = with_answer(sheet, need.id, Answer(rung=need.at))
    return today.scorer.score(sheet, NOW).lenses[lens].state


@laws
@given(cases())
def test_a_roadblock_lifts_where_it_is_said_to_and_no_lower(case):
    today = ScoringContext(*case, NOW)
    for block in today.scorer.score(today.sheet, NOW).roadblocks:
        told = Explainer(today).explain(block.id)
        question = today.question_set.question[block.id]
        lifted = [rung for rung in question.ladder if not blocks(today, block.id, rung)]
        assert told.lifts_at == (lifted[0] if lifted else None)


def blocks(today, name, rung):
    assessment = today.scorer.score(with_answer(today.sheet, name, Answer(rung=rung)), NOW)
    return name in {block.id for block in assessment.roadblocks}


@pytest.mark.slow
@laws
@given(cases())
def test_no_explanation_holds_what_a_terminal_would_obey(case):
    today = ScoringContext(*case, NOW)
    reasons = Explainer(today)
    told = [reasons.explain(name) for name in everything(today.question_set)]
    for explanation in (*told, reasons.verdict()):
        text = explanation_text.text(explanation, CommandHints("bryn.json"), WORDS)
        assert not [c for c in text if ord(c) < 32 and c != "\n"]
