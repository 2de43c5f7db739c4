"""What authors ask of the command line: list, show, explain, check, test, new."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from helpers.question_sets import question, small_question_set, small_set, write_set
from spinout_cli.question_set import loader
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reports import question_text

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/spinout_cli"
BRYN = ROOT / "examples/bryn-library-service.json"


def spinout(*words, **more):
    return subprocess.run(
        [sys.executable, "-m", "spinout_cli", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
        **more,
    )


def lines_of(told, width=80):
    """Return the lines, all of which fit but those that hold a web address, which stay whole."""
    lines = told.stdout.splitlines()
    assert all(len(line) <= width or "://" in line for line in lines)
    assert not any(line != line.rstrip() for line in lines)
    return lines


# list


def ids(*filters):
    told = json.loads(spinout("questions", "list", "--json", *filters).stdout)
    assert set(told) == {"question_set", "circumstances", "questions"}
    return [q["id"] for q in told["questions"]]


@pytest.mark.parametrize(
    ("filters", "keeps"),
    [
        ((), lambda _: True),
        (("--theme", "pensions"), lambda q: q.theme == "pensions"),
        (("--lens", "endure"), lambda q: q.bears_on("endure")),
        (("--hard-stop",), lambda q: q.hard_stop is not None),
        (("--depth", "quick"), lambda q: q.quick),
        (
            ("--depth", "quick", "--lens", "endure", "--hard-stop"),
            lambda q: q.quick and q.bears_on("endure") and q.hard_stop is not None,
        ),
    ],
    ids=lambda given: " ".join(given) or "all" if isinstance(given, tuple) else "",
)
def test_a_list_keeps_what_is_asked_for(filters, keeps):
    assert ids(*filters) == [q.id for q in loader.load().set.questions if keeps(q)]


def test_a_list_reads_in_eighty_columns():
    lines = lines_of(spinout("questions", "list"))
    assert lines[0] == "Purpose and options"
    assert lines[1] == f"  {'purpose.reason':<34} weight 2"
    assert any(line.endswith("weight 3, quick, can stop endure") for line in lines)


def test_a_list_of_nothing_says_so_and_an_unknown_theme_is_named():
    told = spinout("questions", "list", "--theme", "purpose", "--hard-stop")
    assert (told.returncode, told.stdout) == (0, "No question is like that.\n")
    wrong = spinout("questions", "list", "--theme", "purposes")
    assert wrong.returncode == 2
    assert "no theme 'purposes'" in wrong.stderr
    assert "staying-power" in wrong.stderr


# show, explain


def test_a_question_is_shown_whole():
    told = "\n".join(lines_of(spinout("questions", "show", "staff.vote")))
    for part in (
        "How have staff had their say on leaving?",
        "Asked unless it is known otherwise: not (launch is left).",
        "  1  A vote was held",
        "(clears the stop)",
        "Why it can stop it (before it leaves)",
        "If nobody knows",
        "What to do next",
        "     After: Collect every question from staff",
        "NHS Bedfordshire, 2009 (not known)",
        "    Ending: The threshold was missed",
        "\n    https://www.unison.org.uk/",
    ):
        assert part in told


def test_an_explanation_tells_evidence_how_sure_and_what_clears_it():
    told = "\n".join(lines_of(spinout("explain", "pensions.exit-cost")))
    assert "What clears it\n  Cleared from this rung on: “Signed terms say who would pay" in told
    assert "(the official text)" in told
    assert "\n    https://" in told


def test_an_explanation_says_how_much_of_a_source_was_read_and_when_it_was_checked():
    told = " ".join(spinout("explain", "support-research").stdout.split())
    assert "(somebody's account; only its opening read, checked 1 December 2026)" in told
    shown = " ".join(spinout("questions", "show", "commissioner.decision").stdout.split())
    assert "(the official text)." in " ".join(spinout("explain", "s33-reserved").stdout.split())
    assert "Looked at: 1 December 2026" in shown


def test_rules_and_notices_are_explained_too():
    rule = "\n".join(lines_of(spinout("explain", "reserved-scotland")))
    assert "nation is scotland and award-route is reserved-competition" in rule
    notice = "\n".join(lines_of(spinout("explain", "s33-reserved")))
    assert "Confirmed: read in the official text." in notice
    assert "In force: 2025-02-24." in notice
    assert "Not in force." in "\n".join(lines_of(spinout("explain", "tupe-review")))


@pytest.mark.parametrize(
    "words",
    [
        ("explain",),
        ("explain", "--json"),
        ("explain", BRYN),
        ("questions", "show"),
        ("questions", "show", "--json"),
        ("questions", "list", "--theme"),
    ],
)
def test_what_is_not_there_is_told_without_a_traceback(words):
    told = spinout(*words, "no\x1b[31m.such")
    assert told.returncode == 2
    assert told.stdout == ""
    assert "There is no " in told.stderr
    assert "\x1b" not in told.stderr


def test_every_part_of_the_set_can_be_shown_and_explained():
    question_set = loader.load().set
    for each in question_set.questions:
        assert each.ask in " ".join(question_text.shown(each.id, question_set).split())
    for each in (*question_set.questions, *question_set.rules, *question_set.notices):
        assert "What it rests on" in question_text.explained(each.id, question_set)
    bare = question_text.explained("money.in-house", small_question_set())
    assert "Who has been there" not in bare


# check


def test_a_check_of_the_built_in_set_passes_strictly():
    told = spinout("questions", "check", "--strict")
    assert told.returncode == 0
    assert ": 0 errors, 0 warnings," in told.stdout or ": nothing to mend" in told.stdout
    assert "allowed with a reason" in told.stdout


def test_shape_comes_before_meaning(tmp_path):
    path = write_set(tmp_path, in_house="money.nothing")
    told = spinout("questions", "check", path)
    assert told.returncode == 1
    line = path.read_text(encoding="utf-8").split("\n").index("in_house: money.nothing") + 1
    assert f"{path}:{line}:1: error: there is no question 'money.nothing'." in told.stdout
    assert "[shape]" in told.stdout
    assert "not looked at yet" in told.stdout
    (fault,) = json.loads(spinout("questions", "check", path, "--json").stdout)
    assert set(fault) == {"kind", "check", "file", "line", "column", "id", "message", "allowed"}
    assert (fault["kind"], fault["check"], fault["line"]) == ("error", "shape", line)


ODD = {"money.in-house": {"is": "secured"}}
WORDS = {"title": "T", "because": "B.", "sources": ["act", "survey"]}


@pytest.mark.parametrize(
    ("when", "kind", "codes"),
    [
        ({"all": [ODD, {"money.in-house": {"is": "begun"}}]}, "error", (1, 1)),
        (ODD, "warning", (0, 1)),
    ],
    ids=["error", "warning"],
)
def test_exit_codes_suit_a_pipeline(tmp_path, when, kind, codes):
    tree = _tidy() | {"rules": [{"id": "odd", "kind": "caution", "when": when, **WORDS}]}
    path = write_set(tmp_path, **tree)
    told = spinout("questions", "check", path)
    assert f": {kind}: rule 'odd': " in told.stdout
    strict = spinout("questions", "check", path, "--strict", "--json")
    assert (told.returncode, strict.returncode) == codes
    assert [r["id"] for r in json.loads(strict.stdout) if r["kind"] == kind] == ["odd"]
    name = json.loads(strict.stdout)[0]["check"]
    tree["allow"] = [{"check": name, "id": "odd", "reason": "So that a test has one."}]
    allowed = spinout("questions", "check", write_set(tmp_path, **tree), "--strict")
    assert allowed.returncode == 0
    assert "1 allowed with a reason" in allowed.stdout


def _tidy():
    """The small set without what a strict check would remark on."""
    tree = small_set(tests=[])
    tree["themes"][1]["sources"] = ["act"]
    tree["sources"].pop()
    for question_ in tree["questions"]:
        question_["stories"] = ["riverside", "hillside"]
    return tree


def test_a_hint_never_fails(tmp_path):
    tree = _tidy() | {"rules": []}
    tree["questions"][0]["stories"] = []
    told = spinout("questions", "check", write_set(tmp_path, **tree), "--strict")
    assert told.returncode == 0
    assert ": hint: question 'staff.vote': " in told.stdout


def test_a_review_date_is_held_against_the_day(tmp_path):
    path = write_set(tmp_path, **(_tidy() | {"rules": []}))
    later = {"SOURCE_DATE_EPOCH": "1893456000"}
    told = spinout("questions", "check", path, env={**os.environ, **later})
    assert told.stdout.count("[overdue]") == 2


# test


def test_the_samples_of_the_built_in_set_pass():
    told = spinout("questions", "test")
    assert told.returncode == 0
    lines = lines_of(told)
    count = len(loader.load().set.tests)
    assert len(lines) == count + 1
    assert lines[-1] == f"{count} of {count} pass."


def test_what_fails_is_shown_beside_what_was_expected(tmp_path):
    tests = small_set()["tests"]
    tests[0]["expect"] = {
        "lenses": {"launch": "clear", "endure": "clear"},
        "roadblocks": ["money.exit-cost"],
        "not_notices": ["reserved"],
    }
    tests.append(
        {
            "id": "not-counted",
            "circumstances": {"pension-schemes": ["nhs"]},
            "answers": {"money.exit-cost": "begun", "staff.vote": {"state": "not-asked"}},
            "expect": {},
        }
    )
    tests.append({"id": "in-order", "answers": {"staff.vote": "skipped"}, "expect": {}})
    path = write_set(tmp_path, tests=tests)
    told = spinout("questions", "test", path)
    assert told.returncode == 1
    assert told.stdout == (
        "FAILS lost-vote\n"
        "        launch\n"
        "          expected  clear\n"
        "          actual    stopped (staff.vote)\n"
        "        roadblocks\n"
        "          expected  money.exit-cost\n"
        "          actual    not among staff.vote\n"
        "        notices\n"
        "          expected  not reserved\n"
        "          actual    reserved\n"
        "FAILS not-counted\n"
        "        money.exit-cost\n"
        "          expected  an answer that counts\n"
        "          actual    not asked in these circumstances\n"
        "passes in-order\n"
        "1 of 3 pass.\n"
    )
    trials = json.loads(spinout("questions", "test", path, "--json").stdout)
    assert [trial["passed"] for trial in trials] == [False, False, True]
    assert trials[0]["differences"][0] == {
        "what": "launch",
        "expected": "clear",
        "actual": "stopped (staff.vote)",
    }


def test_a_set_with_a_fault_is_not_tried(tmp_path):
    told = spinout("questions", "test", write_set(tmp_path, in_house="money.nothing"))
    assert told.returncode == 1
    assert "there is no question" in told.stderr


def test_a_set_without_samples_says_so(tmp_path):
    told = spinout("questions", "test", write_set(tmp_path, tests=[]))
    assert (told.returncode, told.stdout) == (
        0,
        "0 of 0 pass. There are none: add some under `tests`.\n",
    )


# new


def test_a_new_set_passes_both_and_is_never_written_over(tmp_path):
    told = spinout("questions", "new", cwd=tmp_path)
    path = tmp_path / "questions.yaml"
    assert told.returncode == 0
    assert "questions check questions.yaml" in told.stderr
    assert spinout("questions", "check", path, "--strict").returncode == 0
    assert spinout("questions", "test", path).returncode == 0
    path.write_text("mine", encoding="utf-8")
    again = spinout("questions", "new", path)
    assert again.returncode == 1
    assert "is there already and stays as it is" in again.stderr
    assert path.read_text(encoding="utf-8") == "mine"
    spaced = spinout("questions", "new", "my set.yaml", cwd=tmp_path)
    assert "questions check 'my set.yaml'" in spaced.stderr
    dashed = spinout("questions", "new", "--", "-x.yaml", cwd=tmp_path)
    named = [line for line in dashed.stderr.splitlines() if line.startswith("  spinout ")]
    assert len(named) == 3
    for line in named[:2]:
        assert spinout(*shlex.split(line)[1:], cwd=tmp_path).returncode == 0
    assert named[2].endswith("assess --questions ./-x.yaml")
    nowhere = spinout("questions", "new", tmp_path / "no" / "such.yaml")
    assert nowhere.returncode == 1
    assert "cannot be written" in nowhere.stderr


def test_what_is_commented_out_in_a_new_set_is_sound_too(tmp_path):
    """The notice, the story and the allowance stand there to be uncommented."""
    text = (PACKAGE / "authoring/starter.yaml").read_text(encoding="utf-8")
    for section in ("notices:", "stories:", "allow:"):
        head, _, rest = text.partition(f"# {section}\n")
        block, blank, rest = (
            rest.partition("\n#\n# What") if section == "notices:" else (rest.partition("\n\n"))
        )
        shown = "\n".join(line[2:] for line in block.splitlines())
        text = f"{head}{section}\n{shown}\n{blank}{rest}"
    text = (
        text.replace(
            "circumstances:\n",
            "circumstances:\n\n  - {id: nation, ask: Where, choices: [{id: england, label: E}, {id: wales, label: W}]}\n",
            1,
        )
        .replace("[the-act]", "[example-guide]")
        .replace("[a-newspaper-2019]", "[example-guide]")
    )
    path = tmp_path / "questions.yaml"
    path.write_text(text, encoding="utf-8")
    assert loader.examine(path).faults == []
    whole = loader.load(path).set
    assert (len(whole.notices), len(whole.stories), len(whole.allow)) == (1, 1, 1)


# schema


class _Editor(yaml.SafeLoader):
    """Reads YAML as editors do: numbers, truth values and nothing are known, dates stay text."""


_Editor.yaml_implicit_resolvers = {
    first: [(tag, seen) for tag, seen in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize(
    "path", [PACKAGE / "authoring/starter.yaml", ROOT / "data/questions.yaml"], ids=str
)
def test_an_editor_finds_nothing_wrong_in_a_sound_set(path):
    schema = json.loads(spinout("questions", "schema").stdout)
    told = yaml.load(path.read_text(encoding="utf-8"), Loader=_Editor)  # noqa: S506
    assert list(Draft202012Validator(schema).iter_errors(told)) == []


def test_an_editor_finds_a_key_that_does_not_belong():
    schema = Draft202012Validator(QuestionSet.model_json_schema())
    assert schema.is_valid(small_set(questions=[question("staff.vote")]))
    assert not schema.is_valid(small_set(questions=[question("staff.vote", colour="red")]))
