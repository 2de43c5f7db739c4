"""What a set means: every seeded mistake is found at its line, and nothing else is told."""

import itertools
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.question_sets import question, small_question_set, small_set
from spinout_cli.authoring.checks import CHECKS
from spinout_cli.authoring.possible_facts import Possibilities
from spinout_cli.authoring.readability import reading_age, syllables
from spinout_cli.authoring.review import review
from spinout_cli.commands import questions as commands
from spinout_cli.documents.answers import Answer
from spinout_cli.question_set import loader
from spinout_cli.question_set.conditions import compile_condition
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.scoring.applicability import Applicability

DATA = Path(__file__).parents[2] / "data"
TODAY = date(2026, 12, 1)
FILE = "questions.yaml"

LONG = "Do we have it? " * 10
HARD = "Organisational responsibility regarding irreversible disposability"
MANY = ", ".join(
    f"{{{name}: {{below: {rung}}}}}"
    for name, rung in {
        "purpose.measures": "agreed",
        "leadership.skills": "some",
        "leadership.depth": "leading",
        "employment.new-starters": "costed",
        "commissioner.client-function": "time",
        "public.user-role": "shaped",
        "public.cross-party": "some-met",
        "public.calendar": "fitted",
        "procurement.term": "under-five",
        "procurement.price": "two",
        "finance.income-mix": "one-of-two",
    }.items()
)

SEEDS = {
    "no rung is an enabler": (
        "best-unreachable",
        "purpose.stop-tests",
        [("purpose.stop-tests", "{id: dated,", "{id: dated, marks: neither,")],
        ("purpose.stop-tests", "rungs:"),
    ),
    "a higher rung is marked worse": (
        "marks-fall",
        "purpose.strategy-fit",
        [("purpose.strategy-fit", "{id: said,", "{id: said, marks: enabler,")],
        ("purpose.strategy-fit", "{id: noted,"),
    ),
    "a question that contradicts itself": (
        "never-asked",
        "leadership.two-hats",
        [
            (
                "leadership.two-hats",
                "when: {not: {launch: {is: left}}}",
                "when: {all: [{launch: {is: left}}, {not: {launch: {is: left}}}]}",
            )
        ],
        ("leadership.two-hats", "when:"),
    ),
    "a rule on a question that is closed then": (
        "never-holds",
        "starting-behind",
        [
            (
                "starting-behind",
                "- {finance.opening-balance: {below: checked}}",
                "- {launch: {is: left}}\n        - {finance.opening-balance: {below: checked}}",
            )
        ],
        ("starting-behind", "when:"),
    ),
    "a notice for another nation": (
        "never-holds",
        "s33-wales-list",
        [("s33-wales-list", "      all:\n", "      all:\n        - {nation: {is: england}}\n")],
        ("s33-wales-list", "when:"),
    ),
    "actions that wait for what is not offered": (
        "no-way-forward",
        "staff.surplus",
        [
            ("staff.surplus", "    weight: 1\n", "    weight: 1\n    when: {launch: {is: left}}\n"),
            (
                "staff.surplus",
                "effort: weeks, helps:",
                "effort: weeks, after: [reason-tried, in-house-plan], helps:",
            ),
        ],
        ("staff.surplus", "next:"),
    ),
    "a condition that cannot fail": (
        "always-holds",
        "charity-and-staff-control",
        [
            (
                "charity-and-staff-control",
                "when: {all: [{form: {is: charity}}, {staff-shares: {is: planned}}]}",
                "when: {any: [{form: {is: charity}}, {not: {form: {is: charity}}}]}",
            )
        ],
        ("charity-and-staff-control", "when:"),
    ),
    "a branch that makes no difference": (
        "dead-branch",
        "out-and-thin",
        [
            (
                "out-and-thin",
                "{any: [",
                "{any: [\n            {staff.vote: {is: lost}},\n            ",
            )
        ],
        ("out-and-thin", "{staff.vote:"),
    ),
    "a rule that better answers switch on": (
        "better-is-worse",
        "savings-before-costs",
        [("savings-before-costs", "{below: unchecked}", "{at_least: unchecked}")],
        ("savings-before-costs", "when:"),
    ),
    "a ladder that ends too low": (
        "short-ladder",
        "leadership.outside-help",
        [("leadership.outside-help", "{id: both,", "{id: both, position: 0.9,")],
        ("leadership.outside-help", "{id: both,"),
    ),
    "two rungs in the same words": (
        "rungs-alike",
        "leadership.depth",
        [
            (
                "leadership.depth",
                "A deputy leads part of the work with the buyer",
                "A deputy leads a part of the work",
            )
        ],
        ("leadership.depth", "{id: ready,"),
    ),
    "two rungs at the same height": (
        "rungs-alike",
        "commissioner.client-function",
        [("commissioner.client-function", "{id: name,", "{id: name, position: 0.01,")],
        ("commissioner.client-function", "{id: name,"),
    ),
    "a theme with no source": (
        "no-source",
        "leadership",
        [("leadership", "[stepping-out-recipe-2016, transition-institute-barriers]", "[]")],
        ("leadership", "- id:"),
    ),
    "a claim on background": (
        "background-source",
        "purpose.options",
        [("essu-options-2007", "read: secondary", "read: background")],
        ("purpose.options", "sources:"),
    ),
    "a source nobody cites": (
        "never-cited",
        "middlesex-paper-2013",
        [("staff-and-users-shape-it", ", middlesex-paper-2013]", "]")],
        ("middlesex-paper-2013", "- id:"),
    ),
    "a story nobody tells": (
        "never-cited",
        "epic-2020",
        [("finance.income-mix", ", epic-2020]", "]")],
        ("epic-2020", "- id:"),
    ),
    "a notice past its date": (
        "overdue",
        "procurement-act",
        [("procurement-act", "review_by: 2027-11-30", "review_by: 2026-11-30")],
        ("procurement-act", "review_by:"),
    ),
    "a theme of which quick asks nothing": (
        "quick-empty",
        "public",
        [("public.cross-party", "    quick: true\n", "")],
        ("public", "- id:"),
    ),
    "a stop that quick does not ask": (
        "quick-misses",
        "procurement.route",
        [("procurement.route", "    quick: true\n", "")],
        ("procurement.route", "- id:"),
    ),
    "a weight that drowns a theme": (
        "weight-drowns",
        "infrastructure.property",
        [
            ("infrastructure.property", "weight: 2", "weight: 3"),
            ("infrastructure.data", "weight: 2", "weight: 1"),
            ("infrastructure.support-services", "weight: 2", "weight: 1"),
            ("infrastructure.registrations", "weight: 2", "weight: 1"),
        ],
        ("infrastructure.property", "weight:"),
    ),
    "two questions in the same words": (
        "near-duplicate",
        "commissioner.corporate-services",
        [
            (
                "commissioner.corporate-services",
                '"Do HR, legal, finance and property each have a named person on this?"',
                "How has the parent body decided formally about this?",
            )
        ],
        ("commissioner.corporate-services", "ask:"),
    ),
    "two headings in the same words": (
        "near-duplicate",
        "staff.knowledge",
        [
            (
                "staff.knowledge",
                "Staff do not yet have written answers to their questions.",
                "No deputy is leading any part of it yet.",
            )
        ],
        ("staff.knowledge", "roadblock:"),
    ),
    "two actions in the same words": (
        "near-duplicate",
        "trial-move",
        [
            (
                "infrastructure.data",
                "Make a trial move of live data, payments first",
                "List systems, their licences, data and records, with end date and owner",
            )
        ],
        ("infrastructure.data", "{id: trial-move"),
    ),
    "a question too long to take in": (
        "too-long",
        "employment.transfer-list",
        [
            (
                "employment.transfer-list",
                '"Is there a checked list of who would transfer, support staff included?"',
                LONG,
            )
        ],
        ("employment.transfer-list", "ask:"),
    ),
    "a label too long to take in": (
        "too-long",
        "public.duties",
        [("public.duties", "A list with dates exists", LONG)],
        ("public.duties", "{id: listed,"),
    ),
    "words that are too hard": (
        "reading-age",
        "governance.asset-lock",
        [
            ("governance.asset-lock", "What stops the assets being sold for private gain", HARD),
            ("governance.asset-lock", "Nothing written says what would", f"{HARD}; nothing"),
            (
                "governance.asset-lock",
                "A paper says there will be a lock",
                f"{HARD}; preliminarily",
            ),
            ("governance.asset-lock", "The draft rules hold a lock", f"{HARD}; provisionally"),
            (
                "governance.asset-lock",
                "The adopted rules hold a lock",
                f"{HARD}; definitively",
            ),
        ],
        ("governance.asset-lock", "ask:"),
    ),
    "an entry that allows nothing": (
        "unused-allow",
        "finance.downside",
        [("", "", "\n  - {check: too-long, id: finance.downside, reason: It was once.}\n")],
        ("", "{check: too-long"),
    ),
    "an entry for a check that is not there": (
        "unused-allow",
        "finance.full-cost",
        [("", "", "\n  - {check: too-dear, id: finance.full-cost, reason: It is.}\n")],
        ("", "too-dear"),
    ),
    "a stop with no story": (
        "stop-without-story",
        "commissioner.sponsor",
        [("commissioner.sponsor", "stories: [csh-surrey-2006, gll-1993]", "stories: []")],
        ("commissioner.sponsor", "hard_stop:"),
    ),
    "a condition too large to try out": (
        "not-enumerated",
        "good-but-much-unknown",
        [("good-but-much-unknown", "      all:\n", f"      all:\n        - {{any: [{MANY}]}}\n")],
        ("good-but-much-unknown", "when:"),
    ),
}


def place_of(files, part):
    """Return the file in which a part stands, and where in it."""
    if not part:
        return FILE, 0
    for name, text in files.items():
        at = text.find(f"- id: {part}\n")
        if at >= 0:
            return name, at
    raise LookupError(part)


def seed(files, part, old, new):
    name, at = place_of(files, part)
    text = files[name]
    if not old:
        files[name] = f"{text}{new}"
        return
    found = text.index(old, at)
    files[name] = f"{text[:found]}{new}{text[found + len(old) :]}"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """A copy of the built-in set with every mistake in it, and what is remarked on."""
    names = [FILE, *(path.name for path in DATA.glob("*.yaml") if path.name != FILE)]
    files = {name: (DATA / name).read_text(encoding="utf-8") for name in names}
    for _, _, edits, _ in SEEDS.values():
        for edit in edits:
            seed(files, *edit)
    folder = tmp_path_factory.mktemp("seeded")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    words, _ = commands.checked(folder / FILE, as_json=True, strict=False)
    return files, json.loads(words)


@pytest.mark.parametrize("name", SEEDS)
def test_a_mistake_is_found_at_its_line(seeded, name):
    check, part, _, (at_part, marker) = SEEDS[name]
    files, remarks = seeded
    file, at = place_of(files, at_part)
    line = files[file].count("\n", 0, files[file].index(marker, at)) + 1
    found = [r for r in remarks if r["check"] == check and r["line"] == line]
    assert [Path(r["file"]).name for r in found] == [file]
    assert found[0]["kind"] == CHECKS[check].kind
    assert found[0]["id"] == part
    assert found[0]["message"].endswith(".")


def test_nothing_else_is_told(seeded):
    wanted = Counter((check, part) for check, part, _, _ in SEEDS.values())
    wanted["stop-without-story", "pensions.exit-cost"] = 1  # in the built-in set itself
    assert Counter((r["check"], r["id"]) for r in seeded[1] if r["allowed"] is None) == wanted


def test_every_check_is_seeded():
    of_the_whole = {"lens-unasked", "lens-unstopped"}  # tested on small sets, below
    assert {check for check, _, _, _ in SEEDS.values()} == set(CHECKS) - of_the_whole


def test_the_built_in_set_has_no_warning_left():
    words, passes = commands.checked(None, as_json=True, strict=True)
    remarks = json.loads(words)
    assert passes
    assert {r["kind"] for r in remarks if r["allowed"] is None} <= {"hint"}
    assert all(len(r["allowed"]) > 20 for r in remarks if r["allowed"] is not None)


# Reaching


NAMES = ("pension-schemes", "staff.vote", "staff.surplus", "money.exit-cost")
SMALL = small_question_set()
POSSIBLE = Possibilities(SMALL)


def _every_standing():
    """Every sheet there can be for these names, as it stands when answers are scored."""
    schemes = [None, (), ("lgps",), ("nhs",), ("lgps", "nhs")]
    rungs = [Answer(rung=rung) for rung in SMALL.ladders["staff.vote"]]
    given = [None, Answer(state="unknown"), Answer(state="skipped"), *rungs]
    applicability = Applicability(SMALL)
    for chosen, *answers in itertools.product(schemes, given, given, given):
        sheet = {n: a for n, a in zip(NAMES[1:], answers, strict=True) if a is not None}
        yield applicability.stand({"pension-schemes": chosen}, sheet).facts


EVERY = list(_every_standing())
comparisons = st.one_of(
    st.builds(
        lambda name, how, rung: {name: {how: rung}},
        st.sampled_from(NAMES[1:]),
        st.sampled_from(["is", "at_least", "below"]),
        st.sampled_from(SMALL.ladders["staff.vote"]),
    ),
    st.builds(
        lambda name, state: {name: {"state": state}},
        st.sampled_from(NAMES[1:]),
        st.sampled_from(["answered", "unknown", "skipped", "not-asked"]),
    ),
    st.builds(
        lambda scheme: {"pension-schemes": {"has": scheme}}, st.sampled_from(["lgps", "nhs"])
    ),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
)


@given(conditions)
@settings(max_examples=60, deadline=None)
def test_what_is_found_possible_is_what_answers_can_bring_about(condition):
    """The few combinations that are tried stand for every sheet that can be given."""
    rule = {"id": "r", "kind": "option", "when": condition, "title": "T", "because": "B"}
    when = small_question_set(rules=[rule | {"sources": ["survey"]}], tests=[]).rules[0].when
    holds = compile_condition(when, SMALL.ladders)
    assert {holds(facts) for facts in POSSIBLE.facts([when])} == {holds(facts) for facts in EVERY}


def told(**changes):
    """Return what a review says of a small set that is otherwise in order."""
    return [
        (remark.check, remark.id)
        for remark in review(small_question_set(tests=[], **changes), TODAY).remarks
        if remark.check not in ("never-cited", "no-source", "stop-without-story")
    ]


def rule(name, kind, when):
    words = {"title": f"About {name}", "because": "B.", "sources": ["survey"]}
    return {"id": name, "kind": kind, "when": when, **words}


def test_a_small_set_in_order_is_left_alone():
    assert told(rules=[]) == []


def test_a_lens_without_a_question_and_one_that_nothing_settles_are_told():
    tree = small_set(tests=[], rules=[])
    for each in tree["questions"]:
        each |= {"lenses": ["launch"], "weight": 1, "quick": True}
        each.pop("hard_stop", None)
    remarks = review(QuestionSet.model_validate(tree), TODAY).remarks
    found = [(r.check, r.id) for r in remarks if r.check.startswith("lens-")]
    assert found == [("lens-unstopped", "launch"), ("lens-unasked", "endure")]


CASCADES = {
    "one rung each": [
        rule("nothing-yet", "roadblock", {"money.in-house": {"is": "nothing"}}),
        rule("only-begun", "caution", {"money.in-house": {"is": "begun"}}),
        rule("only-drafted", "caution", {"money.in-house": {"is": "drafted"}}),
    ],
    "ever higher bars": [
        rule("far-off", "roadblock", {"money.in-house": {"below": "begun"}}),
        rule("half-way", "caution", {"money.in-house": {"below": "drafted"}}),
        rule("nearly", "caution", {"money.in-house": {"below": "secured"}}),
    ],
    "both, then either": [
        rule(
            "both-low",
            "roadblock",
            {"all": [{"money.in-house": {"below": "begun"}}, {"staff.vote": {"below": "begun"}}]},
        ),
        rule(
            "either-low",
            "caution",
            {"any": [{"money.in-house": {"below": "begun"}}, {"staff.vote": {"below": "begun"}}]},
        ),
    ],
    "one of two, but not both": [
        rule(
            "neither-there",
            "roadblock",
            {
                "all": [
                    {"money.in-house": {"below": "drafted"}},
                    {"staff.vote": {"below": "drafted"}},
                ]
            },
        ),
        rule(
            "one-there",
            "caution",
            {
                "any": [
                    {
                        "all": [
                            {"money.in-house": {"at_least": "drafted"}},
                            {"staff.vote": {"below": "drafted"}},
                        ]
                    },
                    {
                        "all": [
                            {"money.in-house": {"below": "drafted"}},
                            {"staff.vote": {"at_least": "drafted"}},
                        ]
                    },
                ]
            },
        ),
    ],
    "what a roadblock gives way to": [
        rule("after-the-roadblock", "caution", {"money.in-house": {"is": "drafted"}}),
    ],
}


@pytest.mark.parametrize("name", CASCADES)
def test_an_ordered_cascade_raises_nothing(name):
    assert told(rules=CASCADES[name]) == []


WORSE = {
    "one more good thing": {
        "all": [{"money.in-house": {"is": "secured"}}, {"staff.vote": {"below": "secured"}}]
    },
    "not below": {"not": {"money.in-house": {"below": "secured"}}},
    "the top alone": {"money.in-house": {"in": ["secured"]}},
}


@pytest.mark.parametrize("name", WORSE)
def test_a_better_answer_that_makes_things_worse_is_told(name):
    assert told(rules=[rule("made-worse", "caution", WORSE[name])]) == [
        ("better-is-worse", "made-worse")
    ]
    assert told(rules=[rule("made-better", "enabler", WORSE[name])]) == []


def test_a_milder_rule_that_ends_is_no_excuse():
    rules = [
        rule("mild", "caution", {"money.in-house": {"is": "drafted"}}),
        rule("harsh", "roadblock", {"money.in-house": {"is": "secured"}}),
    ]
    assert told(rules=rules) == [("better-is-worse", "harsh")]


def test_conditions_on_numbers_dates_texts_and_tallies_are_tried_out():
    never = {
        "number": {"all": [{"people": {"below": "10"}}, {"people": {"at_least": "10"}}]},
        "date": {
            "all": [
                {"board-date": {"before": "2026-01-02"}},
                {"board-date": {"after": "2026-01-01"}},
            ]
        },
        "closed date": {
            "all": [{"people": {"below": "9"}}, {"board-date": {"after": "2026-01-01"}}]
        },
        "text": {"all": [{"nickname": {"is": "a"}}, {"not": {"nickname": {"in": ["a", "b"]}}}]},
        "tally": {"tally.hard-stops": {"at_least": "3"}},
    }
    rules = [rule(name.replace(" ", "-"), "option", when) for name, when in never.items()]
    assert told(rules=rules) == [("never-holds", each["id"]) for each in rules]
    possible = [
        rule("some", "option", {"any": [{"nickname": {"is": "a"}}, {"nickname": {"is": "b"}}]}),
        rule("most", "option", {"tally.hard-stops": {"at_least": "2"}}),
        rule("day", "option", {"board-date": {"after": "2026-01-01"}}),
    ]
    assert told(rules=possible) == []


def of_nine(*parts):
    """Tell what is said of a rule that looks at nine choices."""
    choices = [{"id": f"c{n}", "label": f"Number {n}"} for n in range(9)]
    many = {"id": "many", "ask": "Which?", "multiple": True, "choices": choices}
    rules = [rule("several", "option", {"all": list(parts)})]
    return told(circumstances=[*small_set()["circumstances"], many], rules=rules)


CHOSEN = [{"many": {"has": f"c{n}"}} for n in range(9)]


def test_every_choice_may_be_made_at_once():
    assert of_nine(*CHOSEN) == []


def test_of_very_many_choices_nothing_is_said_that_was_not_tried_out():
    assert of_nine(*CHOSEN[:8], {"not": CHOSEN[8]}) == [("not-enumerated", "several")]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("how", ["before", "after"])
def test_a_date_at_either_end_of_the_calendar_is_tried_out(how, day):
    outside = (how, day) in {("before", "0001-01-01"), ("after", "9999-12-31")}
    found = told(rules=[rule("far", "option", {"board-date": {how: day}})])
    assert found == [("never-holds", "far")] * outside


def test_a_notice_that_no_nation_is_asked_for_is_never_told():
    tree = small_set(tests=[], rules=[])
    tree["circumstances"] = [c for c in tree["circumstances"] if c["id"] != "nation"]
    remarks = review(QuestionSet.model_validate(tree), TODAY).remarks
    assert [r.id for r in remarks if r.check == "never-holds"] == ["reserved", "lgps-guarantee"]


def test_one_action_that_can_begin_at_once_is_a_way_forward():
    later = question("money.later", when={"launch": {"is": "left"}})
    later["next"] = [
        {"id": "wait", "do": "Wait for it", "who": "lead", "effort": "days", "after": ["do-soon"]}
    ]
    soon = question("money.soon", when={"launch": {"is": "soon"}})
    questions = [*small_set()["questions"], later, soon]
    assert told(questions=questions, rules=[]) == [("no-way-forward", "money.later")]
    later["next"].append({"id": "start", "do": "Start at once", "who": "lead", "effort": "days"})
    assert told(questions=questions, rules=[]) == []


def test_an_allowance_takes_one_remark_away_and_no_other():
    rules = [
        rule("one", "caution", {"money.in-house": {"is": "secured"}}),
        rule("other", "caution", {"staff.vote": {"is": "secured"}}),
    ]
    allow = [{"check": "better-is-worse", "id": "one", "reason": "It is meant."}]
    assert told(rules=rules, allow=allow) == [("better-is-worse", "other")]


# Reading


def test_the_reading_age_rises_with_words_and_with_sentences():
    easy = reading_age(["Who pays?", "We do."])
    longer = reading_age(["Who pays the bill for the heat and the light in the old school?"])
    harder = reading_age(["Organisational responsibility?", "Undetermined."])
    assert easy < longer < harder
    assert reading_age([]) == 0


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *[("paid", 1), ("signed", 1), ("wage", 1), ("staff", 1), ("months", 1), ("asked", 1)],
        *[("users", 2), ("agreed", 2), ("table", 2), ("people", 2), ("pension", 2), ("wanted", 2)],
        *[("agreement", 3), ("actual", 3), ("employer", 3), ("various", 3), ("union", 2)],
        *[("procurement", 3), ("councillor", 3), ("reorganisation", 6), ("staff's", 1)],
    ],
)
def test_syllables_are_near_enough(word, count):
    assert abs(syllables(word) - count) <= (count > 2)


def test_the_places_of_remarks_lead_into_the_files():
    examined = loader.examine(None)
    fault = examined.fault(("allow", 0, "reason"), "here.")
    assert fault.file.endswith(FILE)
    assert fault.line > 2000


def test_nothing_ticked_is_a_selection_that_is_tried_out():
    neither = {
        "not": {"any": [{"pension-schemes": {"has": "lgps"}}, {"pension-schemes": {"has": "nhs"}}]}
    }
    assert told(rules=[rule("no-scheme", "option", neither)]) == []


@pytest.mark.parametrize(("language", "checks"), [("en-GB", ["reading-age"]), ("de", [])])
def test_the_reading_age_is_that_of_english(language, checks):
    hard = "Has the implementation of interorganisational accountability been documented?"
    asked = [question("money.q", ask=hard, weight=3, quick=True)]
    themes = [{"id": "money", "title": "Money", "why": "It is needed."}]
    changes = {"questions": asked, "themes": themes, "rules": [], "in_house": None}
    assert [check for check, _ in told(language=language, **changes)] == checks


def test_short_labels_are_no_sentences():
    labels = ("Undocumented", "Partially implemented", "Comprehensively institutionalised")
    rungs = [{"id": f"r{n}", "label": label} for n, label in enumerate(labels)]
    asked = [question("money.q", ask="How far is it?", weight=3, quick=True, rungs=rungs)]
    themes = [{"id": "money", "title": "Money", "why": "It is needed."}]
    assert told(questions=asked, themes=themes, rules=[], in_house=None) == []
