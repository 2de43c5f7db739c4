from functools import reduce

import pytest
import yaml

from helpers.question_sets import (
    as_yaml,
    notice,
    question,
    small_question_set,
    small_set,
    story,
    write_set,
)
from spinout_cli.question_set import loader
from spinout_cli.question_set.consistency import RESERVED_COLUMNS, problems
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.tables.columns import ASSESSMENTS, LISTS


def at(tree, path):
    return reduce(lambda part, step: part[step], path, tree)


def put(*path_and_value):
    """Put a value at a path."""

    def seed(tree):
        *path, last, value = path_and_value
        parent = at(tree, path)
        if isinstance(parent, list) and last == len(parent):
            parent.append(value)
        else:
            parent[last] = value

    return seed


def append(*path_and_value):
    """Add a value at the end of a list."""

    def seed(tree):
        *path, value = path_and_value
        at(tree, path).append(value)

    return seed


def extra(name, theme="staff", **changes):
    """Add a question."""
    return append("questions", question(f"{theme}.{name}", **changes))


def when(condition, section="questions", index=0):
    return put(section, index, "when", condition)


RUNGS = ("questions", 0, "rungs")
WHEN = ("questions", 0, "when")
STOP = ("questions", 0, "hard_stop")
deep = reduce(lambda inner, _: {"not": inner}, range(8), {"nation": {"is": "wales"}})

CASES = {
    # ids
    "circumstance twice": (
        put("circumstances", 1, "id", "nation"),
        ("circumstances", 1, "id"),
        "already used",
    ),
    "theme twice": (
        append("themes", {"id": "staff", "title": "T", "why": "W"}),
        ("themes", 2, "id"),
        "already used",
    ),
    "question twice": (
        extra("vote", next=[{"id": "n", "do": "D", "who": "W", "effort": "days"}]),
        ("questions", 4, "id"),
        "already used",
    ),
    "rule twice": (put("rules", 1, "id", "much-unknown"), ("rules", 1, "id"), "already used"),
    "notice twice": (append("notices", notice("reserved")), ("notices", 2, "id"), "already used"),
    "story twice": (append("stories", story("riverside")), ("stories", 2, "id"), "already used"),
    "source twice": (put("sources", 2, "id", "act"), ("sources", 2, "id"), "already used"),
    "test twice": (
        append("tests", {"id": "lost-vote", "answers": {}, "expect": {}}),
        ("tests", 1, "id"),
        "already used",
    ),
    "action twice": (
        put("questions", 2, "next", 0, "id", "do-vote"),
        ("questions", 2, "next", 0, "id"),
        "another action",
    ),
    "rung twice": (put(*RUNGS, 1, "id", "nothing"), (*RUNGS, 1, "id"), "already used"),
    "rung label twice": (
        put(*RUNGS, 2, "label", "the  VOTE is begun"),
        (*RUNGS, 2, "label"),
        "same words",
    ),
    "choice twice": (
        put("circumstances", 0, "choices", 1, "id", "england"),
        ("circumstances", 0, "choices", 1, "id"),
        "already used",
    ),
    "choice label twice": (
        put("circumstances", 0, "choices", 1, "label", " england"),
        ("circumstances", 0, "choices", 1, "label"),
        "same words",
    ),
    "reserved circumstance": (
        put("circumstances", 5, "id", "any"),
        ("circumstances", 5, "id"),
        "meaning of its own",
    ),
    "reserved tally": (
        put("circumstances", 5, "id", "tally.mine"),
        ("circumstances", 5, "id"),
        "meaning of its own",
    ),
    "circumstance like a column": (
        put("circumstances", 5, "id", "roadblocks"),
        ("circumstances", 5, "id"),
        "a column",
    ),
    "theme like a lens": (
        append("themes", {"id": "endure", "title": "T", "why": "W"}),
        ("themes", 2, "id"),
        "a lens",
    ),
    "rule like a lens": (put("rules", 1, "id", "launch"), ("rules", 1, "id"), "a lens"),
    "circumstance like a question": (
        put("circumstances", 5, "id", "staff.vote"),
        ("circumstances", 5, "id"),
        "too",
    ),
    "rung like a state": (put(*RUNGS, 1, "id", "unknown"), (*RUNGS, 1, "id"), "name of a state"),
    # references
    "question's theme": (put("questions", 0, "theme", "x"), ("questions", 0, "theme"), "no theme"),
    "question's id": (put("questions", 1, "theme", "money"), ("questions", 1, "id"), "'money.'"),
    "question's source": (
        append("questions", 2, "sources", "x"),
        ("questions", 2, "sources", 2),
        "no source 'x'",
    ),
    "question's story": (
        append("questions", 0, "stories", "x"),
        ("questions", 0, "stories", 1),
        "no story 'x'",
    ),
    "theme's source": (put("themes", 0, "sources", 0, "x"), ("themes", 0, "sources", 0), "source"),
    "rule's source": (put("rules", 0, "sources", 0, "x"), ("rules", 0, "sources", 0), "source"),
    "notice's source": (
        put("notices", 1, "sources", 0, "x"),
        ("notices", 1, "sources", 0),
        "source",
    ),
    "story's source": (
        put("stories", 1, "sources", 0, "x"),
        ("stories", 1, "sources", 0),
        "source",
    ),
    "notice's nation": (
        append("notices", 0, "nations", "france"),
        ("notices", 0, "nations", 2),
        "choice of nation",
    ),
    "story's nation": (put("stories", 0, "nation", "x"), ("stories", 0, "nation"), "of nation"),
    "story's sector": (
        put("stories", 0, "sectors", 0, "x"),
        ("stories", 0, "sectors", 0),
        "of sector",
    ),
    "story's theme": (put("stories", 0, "themes", 0, "x"), ("stories", 0, "themes", 0), "theme"),
    "in-house": (put("in_house", "staff.x"), ("in_house",), "no question 'staff.x'"),
    "action's help": (
        put("questions", 3, "next", 0, "helps", 0, "x"),
        ("questions", 3, "next", 0, "helps", 0),
        "no question",
    ),
    "action's prerequisite": (
        put("questions", 3, "next", 0, "after", 0, "x"),
        ("questions", 3, "next", 0, "after", 0),
        "no action",
    ),
    "clearing rung": (put(*STOP, "clears_at", "x"), (*STOP, "clears_at"), "no rung"),
    "clearing at the bottom": (put(*STOP, "clears_at", "nothing"), (*STOP, "clears_at"), "bottom"),
    "a stop's lens": (put(*STOP, "lens", "both"), (*STOP, "lens"), "bear on 'endure'"),
    "a theme without questions": (
        append("themes", {"id": "empty", "title": "T", "why": "W"}),
        ("themes", 2),
        "no question belongs",
    ),
    # ladders and choices
    "a position given": (put(*RUNGS, 1, "position", 0), (*RUNGS, 1, "position"), "rise"),
    "a position that follows": (put(*RUNGS, 1, "position", 0.7), (*RUNGS, 2), "rise"),
    "one choice": (
        put("circumstances", 0, "choices", [{"id": "england", "label": "E"}]),
        ("circumstances", 0),
        "two choices",
    ),
    "choices for a number": (
        put("circumstances", 3, "choices", [{"id": "a", "label": "A"}]),
        ("circumstances", 3, "choices"),
        "has no choices",
    ),
    "several numbers": (
        put("circumstances", 3, "multiple", "true"),
        ("circumstances", 3, "multiple"),
        "only the type 'choice'",
    ),
    # conditions
    "an unknown id": (when({"x": {"is": "y"}}), (*WHEN, "x"), "no circumstance or question"),
    "no comparison": (when({"nation": {}}), (*WHEN, "nation"), "exactly one"),
    "two comparisons": (
        when({"nation": {"is": "wales", "in": ["wales"]}}),
        (*WHEN, "nation"),
        "exactly one",
    ),
    "nothing in the list": (when({"nation": {"in": []}}), (*WHEN, "nation", "in"), "empty"),
    "too deep": (when(deep), WHEN, "8 deep"),
    "a choice": (when({"nation": {"is": "x"}}), (*WHEN, "nation", "is"), "no choice of 'nation'"),
    "a listed choice": (
        when({"all": [{"nation": {"in": ["wales", "x"]}}]}),
        (*WHEN, "all", 0, "nation", "in", 1),
        "no choice",
    ),
    "a rung": (
        when({"any": [{"not": {"money.in-house": {"is": "x"}}}]}),
        (*WHEN, "any", 0, "not", "money.in-house", "is"),
        "no rung",
    ),
    "at least no rung": (
        when({"money.in-house": {"at_least": "x"}}),
        (*WHEN, "money.in-house", "at_least"),
        "no rung",
    ),
    "has on one": (when({"nation": {"has": "wales"}}), (*WHEN, "nation", "has"), "is or in"),
    "is on several": (
        when({"pension-schemes": {"is": "lgps"}}),
        (*WHEN, "pension-schemes", "is"),
        "has",
    ),
    "has no such choice": (
        when({"pension-schemes": {"has": "x"}}),
        (*WHEN, "pension-schemes", "has"),
        "no choice",
    ),
    "more than a choice": (
        when({"nation": {"at_least": "wales"}}),
        (*WHEN, "nation", "at_least"),
        "is or in",
    ),
    "a number that is none": (
        when({"people": {"below": "ten"}}),
        (*WHEN, "people", "below"),
        "a number",
    ),
    "a number that never ends": (
        when({"people": {"below": "inf"}}),
        (*WHEN, "people", "below"),
        "a number",
    ),
    "exactly a number": (when({"people": {"is": "10"}}), (*WHEN, "people", "is"), "at_least or"),
    "a date's value": (
        when({"board-date": {"is": "2026-01-01"}}),
        (*WHEN, "board-date", "is"),
        "before or after",
    ),
    "a date of a choice": (
        when({"nation": {"before": "2026-01-01"}}),
        (*WHEN, "nation", "before"),
        "is or in",
    ),
    "a question's date": (
        when({"money.in-house": {"after": "2026-01-01"}}),
        (*WHEN, "money.in-house", "after"),
        "at_least",
    ),
    "a question that has": (
        when({"money.in-house": {"has": "begun"}}),
        (*WHEN, "money.in-house", "has"),
        "at_least",
    ),
    "a circumstance's state": (
        when({"nation": {"state": "unknown"}}),
        (*WHEN, "nation", "state"),
        "is or in",
    ),
    "a tally outside a rule": (
        when({"tally.unknown": {"below": "3"}}, "notices"),
        ("notices", 0, "when", "tally.unknown"),
        "only a rule",
    ),
    "no such tally": (
        when({"tally.all": {"below": "3"}}, "rules"),
        ("rules", 0, "when", "tally.all"),
        "no tally",
    ),
    "a tally's state": (
        when({"tally.unknown": {"state": "unknown"}}, "rules"),
        ("rules", 0, "when", "tally.unknown", "state"),
        "at_least or below",
    ),
    "a tally in words": (
        when({"tally.unknown": {"below": "few"}}, "rules"),
        ("rules", 0, "when", "tally.unknown", "below"),
        "a number",
    ),
    "left": (put("left", {"launch": {"is": "x"}}), ("left", "launch", "is"), "no choice"),
    "a circumstance on a question": (
        when({"staff.vote": {"is": "begun"}}, "circumstances"),
        ("circumstances", 0, "when", "staff.vote"),
        "only at circumstances",
    ),
    # loops
    "a loop of questions": (
        when({"staff.surplus": {"is": "begun"}}),
        None,
        "leads back to itself",
    ),
    "a question on itself": (
        when({"staff.vote": {"state": "unknown"}}),
        WHEN,
        "staff.vote - staff.vote",
    ),
    "a loop of circumstances": (
        when({"board-date": {"after": "2026-01-01"}}, "circumstances", 3),
        None,
        "leads back to itself",
    ),
    "a loop of actions": (
        put("questions", 0, "next", 0, "after", ["do-exit-cost"]),
        None,
        "leads back to itself",
    ),
    # samples
    "a sample's story": (put("tests", 0, "story", "x"), ("tests", 0, "story"), "no story"),
    "a sample's circumstance": (
        put("tests", 0, "circumstances", "x", "y"),
        ("tests", 0, "circumstances", "x"),
        "no circumstance",
    ),
    "a sample's choice": (
        put("tests", 0, "circumstances", "pension-schemes", 0, "x"),
        ("tests", 0, "circumstances", "pension-schemes", 0),
        "no choice",
    ),
    "a sample's only choice": (
        put("tests", 0, "circumstances", "pension-schemes", "lgps"),
        ("tests", 0, "circumstances", "pension-schemes"),
        "must be a list",
    ),
    "a sample's many choices": (
        put("tests", 0, "circumstances", "nation", ["wales"]),
        ("tests", 0, "circumstances", "nation"),
        "not a list",
    ),
    "a sample's number": (
        put("tests", 0, "circumstances", "people", "many"),
        ("tests", 0, "circumstances", "people"),
        "a number",
    ),
    "a sample's question": (
        put("tests", 0, "answers", "staff.x", "nothing"),
        ("tests", 0, "answers", "staff.x"),
        "no question",
    ),
    "a sample's rung": (
        put("tests", 0, "answers", "staff.vote", "x"),
        ("tests", 0, "answers", "staff.vote"),
        "no rung",
    ),
    "a sample's rung that is a state": (
        put("tests", 0, "answers", "staff.vote", {"rung": "unknown"}),
        ("tests", 0, "answers", "staff.vote"),
        "no rung",
    ),
    "a sample's empty answer": (
        put("tests", 0, "answers", "staff.vote", {"basis": "seen"}),
        ("tests", 0, "answers", "staff.vote"),
        "either a rung or a state",
    ),
    **{
        f"expected {key}": (
            put("tests", 0, "expect", key, ["x"]),
            ("tests", 0, "expect", key, 0),
            f"no {kind} 'x'",
        )
        for key, kind in {
            "roadblocks": "question",
            "enablers": "question",
            "findings": "rule",
            "not_findings": "rule",
            "notices": "notice",
            "not_notices": "notice",
        }.items()
    },
}


def line_of(text, path):
    """Return where PyYAML's own reading of the file has the key or item at this path."""
    node, line = yaml.compose(text), 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            key, node = next(pair for pair in node.value if pair[0].value == step)
            line = key.start_mark.line + 1
        else:
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


@pytest.mark.parametrize("name", CASES)
def test_what_does_not_fit_is_found_where_it_stands(name, tmp_path):
    seed, where, told = CASES[name]
    tree = small_set()
    seed(tree)
    found = problems(QuestionSet.model_validate(tree))
    fitting = [p for p in found if told in p.message and where in (None, p.where)]
    assert fitting, found
    path = tmp_path / "set.yaml"
    path.write_text(as_yaml(tree), encoding="utf-8")
    line = line_of(as_yaml(tree), fitting[0].where)
    faults = [fault for fault in loader.examine(path).faults if fault.line == line]
    assert any(fault.message.endswith(fitting[0].message) for fault in faults)


@pytest.mark.parametrize("name", CASES)
def test_every_message_says_what_to_do(name):
    tree = small_set()
    CASES[name][0](tree)
    for problem in problems(QuestionSet.model_validate(tree)):
        assert problem.message.count(". ") >= 1, problem
        assert problem.message.endswith("."), problem


def test_a_sound_set_has_no_problems():
    assert problems(small_question_set()) == []


def test_where_nobody_asks_for_nation_or_sector_any_will_do():
    tree = small_set(tests=[], rules=[])
    tree["circumstances"] = [
        c for c in tree["circumstances"] if c["id"] not in ("nation", "sector")
    ]
    tree["stories"][0] |= {"nation": "anywhere", "sectors": ["anything"]}
    tree["notices"][0] |= {"nations": ["anywhere"]}
    assert problems(QuestionSet.model_validate(tree)) == []


def test_a_loop_over_three_is_told_with_its_members():
    tree = small_set()
    tree["questions"] += [
        question("staff.a", when={"staff.b": {"is": "begun"}}),
        question("staff.b", when={"not": {"staff.c": {"is": "begun"}}}),
        question("staff.c", when={"any": [{"staff.a": {"state": "skipped"}}]}),
    ]
    (found,) = problems(QuestionSet.model_validate(tree))
    assert all(name in found.message for name in ("staff.a", "staff.b", "staff.c"))


def test_all_problems_are_told_not_only_the_first():
    tree = small_set(in_house="money.x")
    tree["questions"][0]["theme"] = "x"
    tree["rules"][0]["sources"] = ["x"]
    assert len(problems(QuestionSet.model_validate(tree))) == 3


def test_no_circumstance_may_take_the_name_of_a_column_of_the_table_of_assessments():
    columns = [column.name for column in (*ASSESSMENTS.columns, *LISTS)]
    assert sorted(RESERVED_COLUMNS) == sorted(columns)


@pytest.mark.parametrize(("count", "sound"), [(1, False), (2, True), (7, True), (8, False)])
def test_a_ladder_has_two_to_seven_rungs(tmp_path, count, sound):
    tree = small_set()
    tree["questions"][2]["rungs"] = [{"id": f"r{n}", "label": f"Step {n}"} for n in range(count)]
    tree["rules"] = tree["tests"] = []
    path = tmp_path / "q.yaml"
    path.write_text(as_yaml(tree), encoding="utf-8")
    assert (loader.examine(path).faults == []) is sound


@pytest.mark.parametrize(("multiple", "sound"), [(True, True), (False, False)])
def test_one_box_can_be_ticked_and_one_choice_is_none(tmp_path, multiple, sound):
    box = {"id": "seal", "ask": "What is there?", "multiple": multiple}
    box["choices"] = [{"id": "spare", "label": "A spare seal"}]
    path = write_set(tmp_path, circumstances=[*small_set()["circumstances"], box])
    assert (loader.examine(path).faults == []) is sound
