"""Comparisons: their laws, and what they make of sets that have changed in between."""

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from helpers.html_pages import read as read_page
from helpers.question_sets import question, small_question_set, small_set
from helpers.strategies import DIGEST, NOW, cases, laws, sets, sheets
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.comparison import Comparison
from spinout_cli.question_set.consistency import problems
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reports import comparison_html, comparison_text
from spinout_cli.results import comparison_summary
from spinout_cli.results.compare import compare, score_for_comparison
from spinout_cli.results.targets import ScoringContext
from spinout_cli.scoring.renames import renamed
from spinout_cli.scoring.scorer import Scorer

LISTS = ("better", "worse", "new", "gone", "not_comparable")
NOTHING: dict[str, list[str]] = {name: [] for name in LISTS}
MIRRORED = {"better": "worse", "worse": "better", "clearer": "less-clear", "less-clear": "clearer"}


def today(tree, sheet):
    question_set = QuestionSet.model_validate(tree)
    return ScoringContext(Scorer(question_set, DIGEST), question_set, sheet, NOW)


def summarised(found, names, stages=(), service=""):
    """Return a comparison in the words of the small set."""
    made = comparison_summary.summarise_comparison
    return made(found, names, stages, service, small_question_set())


def comparison(*read):
    names = renamed(one.question_set for one in read)
    return compare([score_for_comparison(one, names) for one in read])


def sheet(**answers):
    """A sheet with these answers; two underscores stand for the dot of an id."""
    given = {
        name.replace("__", ".").replace("_", "-"): {"rung": rung} for name, rung in answers.items()
    }
    return AnswerSheet.model_validate({"format": "spinout.answers/1", "answers": given})


def ids(found):
    return {name: [entry.id for entry in getattr(found, name)] for name in LISTS}


@st.composite
def versions(draw):
    """A set and a later one: the same, another altogether, or the same with a question renamed."""
    tree = draw(sets())
    how = draw(st.sampled_from(["same", "other", "renamed"]))
    if how == "other":
        return tree, draw(sets())
    return tree, tree if how == "same" else renamed_in(tree, tree["questions"][0]["id"])[0]


def renamed_in(tree, old, new=None):
    """The set with a new id for a question wherever it is named, and that id."""
    new = new or f"{old.partition('.')[0]}.renamed"
    later = json.loads(json.dumps(tree).replace(f'"{old}"', f'"{new}"'))
    asked = next(question for question in later["questions"] if question["id"] == new)
    asked["renamed_from"] = [old]
    return later, new


@st.composite
def two_sides(draw):
    """Two assessments, each with a version of the set."""
    return [today(tree, draw(sheets(tree))) for tree in draw(versions())]


# ------------------------------------------------------------------ laws


@laws
@given(cases())
def test_a_file_with_itself_is_empty(case):
    found = comparison(ScoringContext(*case, NOW), ScoringContext(*case, NOW))
    assert ids(found) == NOTHING
    for lens in found.lenses.values():
        assert lens.before == lens.after
        assert lens.settled == lens.arisen == ()
    assert {theme.direction for theme in found.themes} == {"same"}


@laws
@given(two_sides())
def test_swapping_the_two_swaps_better_and_worse_new_and_gone(sides):
    there, back = comparison(*sides), comparison(*reversed(sides))
    for one, other in (("better", "worse"), ("new", "gone"), ("not_comparable",) * 2):
        assert set(ids(there)[one]) == set(ids(back)[other])
        assert set(ids(there)[other]) == set(ids(back)[one])
    assert rungs(there) == {name: -by for name, by in rungs(back).items()}
    for lens, moved in there.lenses.items():
        assert {*moved.settled, *moved.unknown} == set(back.lenses[lens].arisen)
        assert (moved.before, moved.after) == (back.lenses[lens].after, back.lenses[lens].before)
    mirrored = {theme.id: theme.direction for theme in back.themes}
    for theme in there.themes:
        assert mirrored[theme.id] == MIRRORED.get(theme.direction, theme.direction)


def rungs(found):
    return {entry.id: entry.rungs for entry in (*found.better, *found.worse)}


@laws
@given(two_sides())
def test_nothing_is_in_two_lists_and_nothing_that_moved_is_in_none(sides):
    found = comparison(*sides)
    listed = [name for names in ids(found).values() for name in names]
    assert len(listed) == len(set(listed))
    first, last = (
        score_for_comparison(one, renamed(each.question_set for each in sides)) for one in sides
    )
    for name in {*first.own, *last.own} - set(listed):
        before, after = first.stand(name), last.stand(name)
        assert before.rung == after.rung


@laws
@given(two_sides())
def test_better_and_worse_follow_the_order_of_the_same_ladder(sides):
    found = comparison(*sides)
    first, last = (
        score_for_comparison(one, renamed(each.question_set for each in sides)) for one in sides
    )
    for entry in (*found.better, *found.worse):
        ladder = first.question(entry.id).ladder
        assert ladder == last.question(entry.id).ladder
        assert entry.rungs == ladder.index(entry.after) - ladder.index(entry.before)
        assert entry in (found.better if entry.rungs > 0 else found.worse)
    for entry in found.not_comparable:
        assert entry.before_ladder != entry.after_ladder or entry.reason == "unknown-rung"


@laws
@given(st.data())
def test_an_id_that_was_renamed_carries_over(data):
    tree = data.draw(sets())
    later, new = renamed_in(tree, old := tree["questions"][0]["id"])
    given_ = data.draw(sheets(tree))
    found = comparison(today(tree, given_), today(later, given_))
    assert ids(found) == NOTHING
    assert {theme.direction for theme in found.themes} == {"same"}
    assert renamed([QuestionSet.model_validate(later)]) == {old: new}


@laws
@given(two_sides(), st.data())
def test_a_series_says_of_first_and_last_what_the_two_alone_say(sides, data):
    between = data.draw(cases())
    series = comparison(sides[0], ScoringContext(*between, NOW), sides[1])
    if not {*renamed([between[1]])}:
        pair = comparison(*sides)
        assert ids(series) == ids(pair)
        assert {lens: moved.series[::2] for lens, moved in series.lenses.items()} == {
            lens: moved.series for lens, moved in pair.lenses.items()
        }
    for name in LISTS:
        assert all(len(entry.series) == 3 for entry in getattr(series, name))


@laws
@given(two_sides())
def test_it_reads_back_and_its_text_keeps_within_the_page(sides):
    found = comparison(*sides)
    assert Comparison.model_validate_json(found.model_dump_json()) == found
    for symbols in (True, False):
        text = comparison_text.text(summarised(found, ["a", "b"]), symbols=symbols)
        assert max(map(len, text.split("\n"))) <= 80
        assert symbols or not set(text) & set("↑↓≠→←")


@laws
@given(two_sides())
def test_every_change_is_told_once_and_in_the_page_too(sides):
    found = comparison(*sides)
    told = summarised(found, ["a", "b"])
    changes = [change for kind in told.kinds for change in kind.changes]
    assert sorted(change.id for change in changes) == sorted(
        name for names in ids(found).values() for name in names
    )
    page = read_page(comparison_html.comparison(told, "en-GB", "A topic"))
    items = [node for node in page.all("article") if "change" in node.attributes["class"].split()]
    assert [item.all("code")[0].text for item in items] == [change.id for change in changes]
    for item, change in zip(items, changes, strict=True):
        drawn = [node for node in item.all("svg") if node.attributes["class"] == "stairs"]
        assert len(drawn) == bool(change.rungs)
        assert [len(node.all("rect")) for node in drawn] == [change.rungs] * len(drawn)
    assert told.words in page.text


# ------------------------------------------------------------------ cases


def test_what_is_asked_no_more_is_told_apart_from_what_is_gone():
    first, later = small_set(), small_set()
    later["questions"] = [q for q in later["questions"] if q["id"] != "staff.surplus"]
    later = {**later, "rules": [], "tests": []}
    given_before = sheet(staff__vote="secured", staff__surplus="begun")
    skipped = AnswerSheet.model_validate(
        {"format": "spinout.answers/1", "answers": {"staff.vote": {"state": "skipped"}}}
    )
    found = comparison(today(first, given_before), today(later, skipped))
    kinds = {kind.id: [c.id for c in kind.changes] for kind in summarised(found, "ab").kinds}
    assert kinds["closed"] == ["staff.surplus"]
    assert kinds["gone"] == ["staff.vote"]


def test_stairs_show_the_rung_before_and_the_rung_after():
    found = comparison(
        today(small_set(), sheet(staff__vote="nothing")),
        today(small_set(), sheet(staff__vote="secured")),
    )
    (kind,) = summarised(found, "ab").kinds
    (change,) = kind.changes
    drawn = comparison_html.steps(change)
    assert [tread.when for tread in drawn.treads][:: change.rungs - 1] == ["before", "after"]
    heights = [tread.height for tread in drawn.treads]
    assert heights == sorted(set(heights))
    assert drawn.words == f"rung 1 to {change.rungs} of {change.rungs}, from the bottom"


def test_a_changed_ladder_is_not_comparable_and_says_so():
    tree = small_set()
    later = small_set()
    later["questions"][2]["rungs"].insert(1, {"id": "talked", "label": "Talked about"})
    found = comparison(
        today(tree, sheet(money__in_house="begun")), today(later, sheet(money__in_house="drafted"))
    )
    (entry,) = found.not_comparable
    assert (entry.id, entry.reason) == ("money.in-house", "ladder-changed")
    assert entry.after_ladder == ("nothing", "talked", "begun", "drafted", "secured")
    assert ids(found) == NOTHING | {"not_comparable": ["money.in-house"]}
    money = next(theme for theme in found.themes if theme.id == "money")
    assert money.direction == "not-comparable"


def test_a_question_in_new_words_with_the_same_rungs_is_comparable():
    later = small_set()
    later["questions"][2] |= {"ask": "In other words?", "roadblock": "In other words."}
    later["questions"][2]["rungs"][1]["label"] = "Begun, in other words"
    found = comparison(
        today(small_set(), sheet(money__in_house="begun")),
        today(later, sheet(money__in_house="drafted")),
    )
    assert [entry.id for entry in found.better] == ["money.in-house"]
    assert found.better[0].before_label == "The in-house is begun"


def test_a_rung_that_the_questions_lack_is_named_and_left_out():
    tree = small_set()
    found = comparison(
        today(tree, sheet(money__in_house="long-gone")), today(tree, sheet(money__in_house="begun"))
    )
    assert ids(found) == NOTHING | {"not_comparable": ["money.in-house"]}
    assert found.not_comparable[0].reason == "unknown-rung"


def test_new_and_gone_say_why_there_was_or_is_no_rung():
    tree = small_set()
    first = sheet(staff__vote="drafted", staff__surplus="begun", money__in_house="begun")
    last = first.model_validate(
        {
            "format": "spinout.answers/1",
            "answers": {
                "staff.vote": {"rung": "begun"},
                "staff.surplus": {"rung": "begun"},
                "money.in-house": {"state": "unknown"},
                "money.exit-cost": {"rung": "begun"},
            },
        }
    )
    found = comparison(today(tree, first), today(tree, last))
    assert {entry.id: entry.reason for entry in found.gone} == {
        "staff.surplus": "closed",
        "money.in-house": "unknown",
    }
    assert {entry.id: entry.reason for entry in found.new} == {"money.exit-cost": "not-asked"}
    assert [entry.id for entry in found.worse] == ["staff.vote"]


def test_a_question_that_left_the_set_is_gone_since_it_is_not_there():
    later = small_set(in_house=None, tests=[])
    later["questions"][3]["next"][0].pop("helps")
    del later["questions"][2]
    assert problems(QuestionSet.model_validate(later)) == []
    answered = sheet(money__in_house="begun")
    there = comparison(today(small_set(), answered), today(later, answered))
    assert [(entry.id, entry.reason) for entry in there.gone] == [("money.in-house", "not-in-set")]


def test_what_was_believed_and_is_now_seen_is_new():
    tree = small_set()
    believed = {"answers": {"staff.vote": {"rung": "secured", "basis": "think"}}}
    first = AnswerSheet.model_validate({"format": "spinout.answers/1", **believed})
    found = comparison(today(tree, first), today(tree, sheet(staff__vote="secured")))
    assert [(entry.id, entry.reason) for entry in found.new] == [("staff.vote", "think")]
    assert found.lenses["launch"].before == "unknown"


def test_steps_are_done_once_all_that_they_helped_is_better_and_no_roadblock():
    tree = small_set()
    first = sheet(staff__vote="begun", money__exit_cost="nothing", money__in_house="nothing")
    half = sheet(staff__vote="secured", money__exit_cost="drafted", money__in_house="nothing")
    whole = sheet(staff__vote="secured", money__exit_cost="drafted", money__in_house="secured")
    assert done(comparison(today(tree, first), today(tree, half))) == {"do-vote"}
    begun = sheet(staff__vote="begun", money__exit_cost="begun", money__in_house="begun")
    assert done(comparison(today(tree, first), today(tree, begun))) == set()
    assert done(comparison(today(tree, first), today(tree, whole))) == {
        *("do-vote", "do-exit-cost", "do-in-house")
    }


def test_a_step_is_not_done_while_what_it_is_for_still_stops_it():
    """Half way up it is no low answer any more, and yet it stops it."""
    tree = small_set()
    first, half = sheet(staff__vote="begun"), sheet(staff__vote="drafted")
    found = comparison(today(tree, first), today(tree, half))
    assert [entry.id for entry in found.better] == ["staff.vote"]
    assert found.lenses["launch"].still == ("staff.vote",)
    assert done(found) == set()


def done(found):
    return {step.id for entry in found.better for step in entry.done}


def test_stops_that_are_settled_arisen_and_still_there():
    tree = small_set()
    first = sheet(staff__vote="begun", money__exit_cost="drafted")
    last = sheet(staff__vote="secured", money__exit_cost="begun")
    found = comparison(today(tree, first), today(tree, last))
    assert found.lenses["launch"].settled == ("staff.vote",)
    assert found.lenses["launch"].arisen == ("money.exit-cost",)
    assert found.lenses["endure"].arisen == ("money.exit-cost",)


def test_a_stop_of_which_nobody_knows_any_more_is_not_settled():
    tree = small_set()
    first = today(tree, sheet(staff__vote="begun"))
    unknown = AnswerSheet.model_validate(
        {"format": "spinout.answers/1", "answers": {"staff.vote": {"state": "unknown"}}}
    )
    for last in (unknown, sheet()):
        launch = comparison(first, today(tree, last)).lenses["launch"]
        assert (launch.settled, launch.unknown) == ((), ("staff.vote",))
    told = summarised(comparison(first, today(tree, unknown)), "ab")
    assert "stopped it, and is not known now: staff.vote" in comparison_text.text(
        told, symbols=False
    )


def test_a_theme_is_no_better_for_what_is_only_not_known_any_more():
    tree = small_set()
    known = sheet(money__exit_cost="begun", money__in_house="nothing")
    less = sheet(money__exit_cost="begun")
    assert {t.id: t.direction for t in comparison(today(tree, known), today(tree, less)).themes}[
        "money"
    ] == "less-clear"
    assert {t.id: t.direction for t in comparison(today(tree, less), today(tree, known)).themes}[
        "money"
    ] == "clearer"


def test_an_id_that_comes_back_is_compared_with_itself():
    """Renamed, and later renamed back: each version says what it was called just before."""
    first = small_set()
    second, middle = renamed_in(first, "money.in-house")
    third, _ = renamed_in(second, middle, "money.in-house")
    low = {"format": "spinout.answers/1", "answers": {middle: {"rung": "begun"}}}
    found = comparison(
        today(first, sheet(money__in_house="nothing")),
        today(second, AnswerSheet.model_validate(low)),
        today(third, sheet(money__in_house="secured")),
    )
    (entry,) = found.better
    assert (entry.id, entry.rungs) == ("money.in-house", 3)
    assert [stand.rung for stand in entry.series] == ["nothing", "begun", "secured"]


def test_an_id_carries_over_more_than_one_version():
    first = small_set()
    second, middle = renamed_in(first, "money.in-house")
    third, _ = renamed_in(second, middle, "money.at-last")
    read = [
        today(first, sheet(money__in_house="begun")),
        today(second, sheet(money__in_house="begun")),
        today(third, sheet(money__at_last="secured")),
    ]
    found = comparison(*read)
    assert [(entry.id, entry.was) for entry in found.better] == [
        ("money.at-last", "money.in-house")
    ]
    assert [stand.rung for stand in found.better[0].series] == ["begun", "begun", "secured"]
    stages = [comparison(*pair) for pair in pairwise(read)]
    told = summarised(found, ["a", "b", "c"], stages)
    assert "from 2 to 3: 1 better." in comparison_text.text(told)


def test_of_two_that_became_one_the_other_is_gone():
    later = small_set()
    for name in ("money.in-house", "money.exit-cost"):
        later = json.loads(json.dumps(later).replace(f'"{name}"', '"money.one"'))
    kept = later["questions"][:3]
    kept[2] |= {
        "renamed_from": ["money.in-house", "money.exit-cost"],
        "next": question("money.one")["next"],
    }
    later |= {"questions": kept, "tests": []}
    found = comparison(
        today(small_set(), sheet(money__in_house="begun", money__exit_cost="begun")),
        today(later, sheet(money__one="drafted")),
    )
    assert [(entry.id, entry.was) for entry in found.better] == [("money.one", "money.in-house")]
    assert [entry.id for entry in found.gone] == ["money.exit-cost"]


def test_an_id_that_is_renamed_must_be_free_and_is_carried_over_once():
    tree = small_set()
    tree["questions"][0]["renamed_from"] = ["staff.surplus"]
    tree["questions"][2]["renamed_from"] = ["money.old"]
    tree["questions"][3]["renamed_from"] = ["money.older", "money.old"]
    found = problems(QuestionSet.model_validate(tree))
    assert [problem.where for problem in found] == [
        ("questions", 0, "renamed_from", 0),
        ("questions", 3, "renamed_from", 1),
    ]
