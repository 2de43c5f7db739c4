"""A question set and answers in which every text is an attack."""

from datetime import UTC, datetime
from itertools import cycle, pairwise
from typing import Any

from helpers.question_sets import small_set
from spinout_cli.commands.report import LoadedReport
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.workshop import Workshop
from spinout_cli.documents.workshop import to_answers as agreed_on
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.results.compare import compare, score_for_comparison
from spinout_cli.results.comparison_summary import ComparisonSummary, summarise_comparison
from spinout_cli.results.hints import CommandHints
from spinout_cli.results.targets import ScoringContext
from spinout_cli.scoring.scorer import Scorer

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)

ATTACKS = (
    "[/] [link=https://evil.example]here[/link] :100:",
    "<script>alert(1)</script>",
    "</style></title></script><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    '=HYPERLINK("https://evil.example","click")',
    "clip\x1b]52;c;aGVsbG8=\x07board",
    "\u202eright to left\u202c",
    '" autofocus onfocus="alert(1)',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "-1+1",
    "{{ 7 * 7 }}{% raw %}{# #}",
    "![x](https://evil.example/x.png)",
    "# heading\n\n---\n| a | b |",
    "&lt;b&gt; &#x3c;i> &amp;",
    "`code` ~~gone~~ **bold** _thin_ <https://evil.example>",
    "]]> <!-- --> <![CDATA[ <?php ?>",
    "noncharacter \uffff and \ufdd0",
    "1. numbered",
    "\t=tabbed()",
    "\uff1dsum %s {0} $x^2$ ${HOME}",
)

_TEXTS = frozenset(
    {
        "title", "ask", "why", "label", "reason", "roadblock", "enabler", "what", "from", "do",
        "who", "because", "says", "publisher", "ending", "helped", "hurt", "disputed", "dated",
        "caution", "help", "note", "name", "aloud", "role",
    }
)  # fmt: skip


def attacked(tree: Any, words: Any = None) -> Any:
    """Return plain data with an attack in place of every text, and every id as it was."""
    words = cycle(ATTACKS) if words is None else words
    if isinstance(tree, list):
        return [attacked(item, words) for item in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        key: next(words) if key in _TEXTS and isinstance(value, str) else attacked(value, words)
        for key, value in tree.items()
    }


def hostile_set() -> QuestionSet:
    rules = [
        {
            "id": f"rule-{kind}",
            "kind": kind,
            "title": "x",
            "because": "x",
            "when": {"tally.answered": {"at_least": "1"}},
            "sources": ["survey", "blog"],
        }
        for kind in ("roadblock", "enabler", "caution", "option")
    ]
    tree = attacked(small_set(rules=rules, tests=[]))
    tree["sources"][0]["url"] = "https://example.org/?a=1&b='><script>"
    return QuestionSet.model_validate(tree)


def hostile_sheet() -> AnswerSheet:
    words = cycle(ATTACKS)
    answers = {
        "staff.vote": {"rung": "drafted"},
        "staff.surplus": {"rung": "begun"},
        "money.in-house": {"rung": "secured"},
        "money.exit-cost": {"state": "unknown"},
        "no.such": {"rung": "secured"},
    }
    return AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "service": {"id": next(words), "name": '<b>Bryn</b> & "sons" \x1b[31m[/]'},
            "circumstances": {
                "nation": "wales",
                "sector": "libraries",
                "pension-schemes": ["lgps"],
            },
            "answers": {name: {**given, "note": next(words)} for name, given in answers.items()},
        }
    )


def hostile() -> LoadedReport:
    """What there is to report of the hostile set and answers."""
    question_set, sheet = hostile_set(), hostile_sheet()
    return LoadedReport(
        Scorer(question_set, "digest").score(sheet, AT),
        question_set,
        sheet,
        CommandHints("x y.spinout"),
    )


def hostile_workshop() -> LoadedReport:
    """What there is to report of a workshop on the hostile set in which everybody is an attacker."""
    words, question_set = cycle(ATTACKS), hostile_set()
    staff, others = f"staff {ATTACKS[1]}", ATTACKS[4]
    ladder = question_set.question["staff.vote"].ladder

    def group(*counts: int) -> dict[str, Any]:
        *rungs, unknown = counts
        return {"counts": dict(zip(ladder, rungs, strict=True)), "unknown": unknown}

    def vote(mine: tuple[int, ...], theirs: tuple[int, ...], kind: str) -> dict[str, Any]:
        whole = group(*(one + other for one, other in zip(mine, theirs, strict=True)))
        groups = {staff: group(*mine), others: group(*theirs)}
        return {**whole, "room": "room-1", "kind": kind, "groups": groups, "taken": AT}

    def said(**more: Any) -> dict[str, Any]:
        statement = {"name": next(words), "words": next(words)}
        action = {"id": "action-1", "do": next(words), "owner": next(words), "by": next(words)}
        return {"note": next(words), "statements": [statement], "actions": [action], **more}

    basis = {"document": next(words), "date": next(words), "seen_by": next(words)}
    first, second = (4, 1, 1, 3, 1), (0, 1, 4, 0, 2)
    workshop = Workshop.model_validate(
        {
            "format": "spinout.workshop/1",
            "service": {"id": "x", "name": '<b>Bryn</b> & "sons" \x1b[31m[/]'},
            "circumstances": {"nation": "wales"},
            "rooms": [{"id": "room-1", "participants": {staff: 10, others: 7}, "opened": AT}],
            "plan": ["staff.vote"],
            "questions": {
                "staff.vote": said(
                    rounds=[vote(first, second, "hidden"), vote(second, first, "open")],
                    agreed={"rung": ladder[-1], "basis": basis},
                ),
                "money.exit-cost": said(agreed={"state": "no-agreement"}, parked=True),
                "no.such": said(),
                "money.in-house": {"agreed": {"state": "not-applicable", "reason": next(words)}},
            },
            "started": AT,
        }
    )
    answers = agreed_on(workshop)
    assessment = Scorer(question_set, "digest").score(answers, AT)
    return LoadedReport(assessment, question_set, answers, CommandHints("x y.spinout"), workshop)


def hostile_progress() -> ComparisonSummary:
    """What is told of three sets of answers to the hostile set."""
    question_set = hostile_set()
    scorer = Scorer(question_set, "digest")
    sheets = [
        {"staff.vote": "drafted", "staff.surplus": "secured", "money.in-house": "secured"},
        {"staff.vote": "secured", "money.exit-cost": "begun"},
        {"staff.vote": "secured", "staff.surplus": "begun", "money.exit-cost": "secured"},
    ]
    read = [
        ScoringContext(scorer, question_set, AnswerSheet.model_validate(_of(answers)), AT)
        for answers in sheets
    ]
    sides = [score_for_comparison(one, {}) for one in read]
    stages = [compare(pair) for pair in pairwise(sides)]
    return summarise_comparison(
        compare(sides), ATTACKS[:3], stages, ATTACKS[1], read[-1].question_set
    )


def _of(answers: dict[str, str]) -> dict[str, Any]:
    given = {name: {"rung": rung} for name, rung in answers.items()}
    return {"format": "spinout.answers/1", "answers": given}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "a: &a {k0: v}\n" + "".join(
    f"m{n}:\n  <<: [*a, *a, *a]\n  k{n}: v\n" for n in range(24)
)
