"""What a set means: every seeded mistake is found at its line, and nothing else is told."""

import itertools
import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sets import question, small_question_set, small_set
from spinout_cli import authoring, bank
from spinout_cli.answers import Answer
from spinout_cli.conditions import prepare
from spinout_cli.possibilities import Possibilities
from spinout_cli.questions import QuestionSet
from spinout_cli.readability import reading_age, syllables
from spinout_cli.remarks import CHECKS
from spinout_cli.review import review
from spinout_cli.standing import Applicability

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 22)
FILE = "questions.yaml"

LONG = "Do we have it? " * 10
HARD = "Has organisational responsibility regarding irreversible asset disposability been formalised?"
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
            ("staff.surplus", "effort: weeks, helps:", "effort: weeks, after: [reason-tried, in-house-plan], helps:"),
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
        [("out-and-thin", "{any: [", "{any: [\n            {staff.vote: {is: lost}},\n            ")],
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
                "A deputy leads part of it, knows the buyer and holds all the papers",
                "A deputy has not met the buyer or seen all papers, but leads a part of it",
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
        "sweet-memory",
        [
            (
                "essu-options-2007",
                "",
                "sweet-memory\n    title: T\n    publisher: P\n    year: 2001\n"
                "    url: https://example.org/\n    read: official\n  - id: essu-options-2007",
            )
        ],
        ("sweet-memory", "- id:"),
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
        [("procurement-act", "review_by: 2027-11-22", "review_by: 2026-11-21")],
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
        [("staff.knowledge", "roadblock: ", "roadblock: No deputy leads any part of this. #")],
        ("staff.knowledge", "roadblock:"),
    ),
    "two actions in the same words": (
        "near-duplicate",
        "trial-move",
        [("infrastructure.data", "Make a trial move of live data, payments first", "List systems, their licences, data and records, with end date and owner")],
        ("infrastructure.data", "{id: trial-move"),
    ),
    "a question too long to take in": (
        "too-long",
        "employment.transfer-list",
        [("employment.transfer-list", "ask: ", f"ask: {LONG}#")],
        ("employment.transfer-list", "ask:"),
    ),
    "a label too long to take in": (
        "too-long",
        "public.duties",
        [("public.duties", "A list with dates exists; no check has begun", LONG)],
        ("public.duties", "{id: listed,"),
    ),
    "words that are too hard": (
        "reading-age",
        "governance.asset-lock",
        [
            ("governance.asset-lock", "ask: ", f"ask: {HARD} #"),
            *(("governance.asset-lock", "label: ", f"label: {HARD.replace('?', ' ' * n)}x #") for n in ()),
        ],
        ("governance.asset-lock", "ask:"),
    ),
    "an entry that allows nothing": (
        "unused-allow",
        "contract-is-not-cash",
        [("contract-is-not-cash", "", "contract-is-not-cash")],
        None,
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
