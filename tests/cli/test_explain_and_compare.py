"""`explain`, `compare` and `report --target` through the real command line, on real files."""

import csv
import io
import json
import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from helpers.html_pages import read as read_page
from helpers.question_sets import as_yaml, small_set

ROOT = Path(__file__).parents[2]
BRYN = str(ROOT / "examples" / "bryn-library-service.json")
LATER = str(ROOT / "examples" / "bryn-library-service-later.json")
WORKSHOP = str(ROOT / "examples" / "bryn-library-service-workshop.json")
TOO_LONG = "x" * 300 + ".json"
CURLY = "\u2019"  # as in the names that a telephone gives to files
KEYS = {"format", "better", "worse", "new", "gone", "not_comparable", "lenses", "themes"}


def spinout(*words, cwd=None, **environment):
    return subprocess.run(
        [sys.executable, "-m", "spinout_cli", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
        cwd=cwd,
        env={
            **{name: value for name, value in os.environ.items() if name != "SPINOUT_QUESTIONS"},
            "PYTHONPATH": str(ROOT / "src"),
            "SOURCE_DATE_EPOCH": "1811160000",
            **environment,
        },
    )


def told(*words, **more):
    done = spinout(*words, **more)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


# ------------------------------------------------------------------ explain


def test_a_file_alone_tells_the_verdict_on_one_screen():
    lines = told("explain", BRYN).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines[:-1])) <= 120
    assert any("staff.vote: clears at" in line for line in lines)
    verdict = json.loads(told("explain", BRYN, "--json"))
    assert verdict["kind"] == "verdict"
    assert [stop["id"] for stop in verdict["lenses"]["launch"]["stops"]] == [
        *("staff.vote", "pensions.exit-cost")
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("launch", "lens"),
        ("endure", "lens"),
        ("pensions", "theme"),
        ("pensions.exit-cost", "question"),
        ("one-contract-most-income", "rule"),
        ("procurement-act", "notice"),
    ],
)
def test_a_file_and_an_id_in_either_order(name, kind):
    explanation = json.loads(told("explain", name, BRYN, "--json"))
    assert explanation["format"] == "spinout.explanation/1"
    assert (explanation["kind"], explanation["id"]) == (kind, name)
    assert name in told("explain", BRYN, name)


def test_several_ids_are_explained_one_after_the_other():
    decoder = json.JSONDecoder()
    text = told("explain", BRYN, "launch", "pensions", "--json")
    first, end = decoder.raw_decode(text)
    second, _ = decoder.raw_decode(text[end:].lstrip())
    assert (first["id"], second["id"]) == ("launch", "pensions")


def test_an_id_alone_is_explained_from_the_set():
    assert "Why we ask" in told("explain", "pensions.exit-cost")
    assert json.loads(told("explain", "pensions.exit-cost", "--json"))["weight"] == 3


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (["explain"], 2, "Missing argument"),
        (["explain", BRYN, "no.such"], 2, "no.such"),
        (["explain", "no.such"], 2, "no.such"),
        (["explain", "launch"], 2, "spinout explain FILE launch"),
        (["explain", "pensions"], 2, "spinout explain FILE pensions"),
        (["explain", "missing.json"], 1, "There is no file missing.json"),
        (["explain", TOO_LONG], 1, "cannot be read: File name too long"),
        (["explain", BRYN, LATER], 2, "spinout compare"),
        (["compare", BRYN], 2, "BEFORE AFTER"),
        (["compare", BRYN, "missing.json"], 1, "missing.json"),
        (["report", BRYN, "--target", "nowhere"], 2, "nowhere"),
        (["report", BRYN, "--target", TOO_LONG], 1, "cannot be read: File name too long"),
        (["score", TOO_LONG], 1, "cannot be read: File name too long"),
        (
            ["export", TOO_LONG, "--to", "t", "--format", "csv"],
            1,
            "cannot be read: File name too long",
        ),
        (
            ["export", BRYN, "--to", TOO_LONG, "--format", "csv"],
            1,
            "could not be written: File name too",
        ),
        (["assess", TOO_LONG, "--no-input"], 1, "its name is too long"),
        (["report", BRYN, "--target", "launch", "--format", "html"], 2, "markdown"),
    ],
)
def test_what_cannot_be_done_says_so_and_nothing_is_on_stdout(words, code, named):
    done = spinout(*words)
    assert (done.returncode, done.stdout) == (code, "")
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def small(tmp_path):
    """Tell something of answers to a small set: everything is good, and at quick depth."""
    (tmp_path / "small.yaml").write_text(as_yaml(small_set(tests=[])), encoding="utf-8")
    names = [q["id"] for q in small_set()["questions"]]

    def tell(*words, depth="quick", facts=None, **rungs):
        answers = {name: {"rung": "secured"} for name in names}
        answers |= {n.replace("__", ".").replace("_", "-"): {"rung": r} for n, r in rungs.items()}
        sheet = {"format": "spinout.answers/1", "depth": depth, "answers": answers}
        path = tmp_path / "given.json"
        path.write_text(json.dumps({**sheet, "circumstances": facts or {}}), encoding="utf-8")
        words = [path if word == "FILE" else word for word in words]
        text = told(*words, cwd=tmp_path, SPINOUT_QUESTIONS=str(tmp_path / "small.yaml"))
        return " ".join(text.split())

    return tell


def test_where_all_that_decides_is_known_the_quick_version_says_so(small):
    text = small("explain", "FILE", "launch")
    assert "all that decides it is known; the quick version does not ask the rest." in text
    assert "What must be answered" not in text


def test_a_lens_is_told_of_in_the_tense_that_is_true(small):
    left = {"launch": "left"}
    for command in (["explain", "FILE"], ["compare", "FILE", "FILE"]):
        text = small(*command, facts=left)
        assert re.search("Before it left: it (is past|has left)", text)
        assert "After it left" in text
        assert "it leaves" not in text


def test_one_need_is_told_as_one(small):
    text = small("report", "FILE", "--target", "launch", depth="full", staff__vote="nothing")
    assert "Once it stands where it must: nothing in these answers stops it" in text


def test_what_to_find_out_ends_before_whom_to_ask():
    text = " ".join(told("explain", BRYN, "pensions.rate-risk").split())
    assert ". Ask: each scheme's employer team or actuary" in text


@pytest.mark.parametrize("name", [f"Bryn{CURLY}s.json", f"Bryn{CURLY}s “second” try.json"])
def test_a_command_in_plain_mode_names_the_file_as_it_is_called(tmp_path, name):
    """A shell takes the line as it stands; all else has straight quotes."""
    (tmp_path / name).write_bytes(Path(BRYN).read_bytes())
    text = told("explain", name, "launch", "--plain", cwd=tmp_path)
    text += told("explain", name, "--plain", cwd=tmp_path)
    lines = [line for line in text.splitlines() if ": spinout " in line]
    assert len(lines) == 3
    for line in lines:
        words = shlex.split(line.partition(": spinout ")[2])
        assert told(*words, "--plain", cwd=tmp_path)
    assert CURLY not in text.replace(name, "")
    assert "“" not in text.replace(name, "")


def test_a_summary_in_a_pipe_names_the_file_to_go_on_with_as_it_is_called(tmp_path):
    name = f"Bryn{CURLY}s.spinout"
    text = spinout("assess", name, "--no-input", cwd=tmp_path).stdout
    (line,) = [line for line in text.splitlines() if line.startswith("Go on with: ")]
    assert shlex.split(line) == ["Go", "on", "with:", "spinout", "assess", name]


def test_a_command_names_a_file_that_begins_with_a_hyphen_so_that_it_is_no_option(tmp_path):
    (tmp_path / "-b.json").write_bytes(Path(BRYN).read_bytes())
    text = spinout("assess", "./-b.spinout", "--no-input", cwd=tmp_path).stdout
    assert "Go on with: spinout assess ./-b.spinout\n" in text
    came = spinout("recover", "./-b.spinout", cwd=tmp_path)
    assert "Go on with   spinout assess ./-b-recovered.spinout\n" in came.stdout + came.stderr
    assert "  More: spinout explain ./-b.json launch\n" in told(
        "explain", "--", "-b.json", cwd=tmp_path
    )
    plan = "  As a plan: spinout report ./-b.json --target launch"
    assert plan in told("explain", "--", "-b.json", "launch", cwd=tmp_path)
    (tmp_path / "-d").mkdir()
    assert "the pattern './-d/**/*.json'" in spinout("score", "--", "-d", cwd=tmp_path).stderr


def test_a_comparison_and_a_plan_in_plain_mode_name_the_file_as_it_is_called(tmp_path):
    end = f"name{CURLY}s.json"
    name = f"{'long ' * 14}{end}"
    (tmp_path / name).write_bytes(Path(LATER).read_bytes())
    text = told("compare", BRYN, name, "--plain", cwd=tmp_path)
    text += told("report", BRYN, "--target", name, "--plain", cwd=tmp_path)
    assert text.count(end) == 2
    assert CURLY not in text.replace(end, "")
    assert "“" not in text


def test_a_folder_of_the_name_of_an_id_is_no_file(tmp_path):
    (tmp_path / "pensions").mkdir()
    assert "Pensions" in told("explain", BRYN, "pensions", cwd=tmp_path)


@pytest.mark.slow
def test_words_from_strangers_do_nothing(tmp_path):
    sheet = json.loads(Path(BRYN).read_text(encoding="utf-8"))
    sheet["service"]["name"] = "[/] \x1b]0;stolen\x07 \u202eBryn"
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps(sheet), encoding="utf-8")
    commands = [["explain", path], ["explain", path, "launch"], ["compare", BRYN, path]]
    commands += [["report", path, "--target", "launch", "--format", "markdown"]]
    commands += [["explain", path, "\x1b[31mred"], ["report", path, "--target", "\x1b[31mred"]]
    for words in commands:
        done = spinout(*words)
        assert not set(done.stdout + done.stderr) & set("\x1b\x07\u202e")


def test_a_scored_assessment_holds_no_answers_to_explain(tmp_path):
    path = tmp_path / "scored.json"
    path.write_text(told("score", BRYN), encoding="utf-8")
    for words in (["explain", path], ["compare", path, BRYN]):
        done = spinout(*words)
        assert done.returncode == 1
        assert "no answers" in done.stderr


# ------------------------------------------------------------------ compare


def test_better_worse_and_new_of_the_example_six_months_on():
    found = json.loads(told("compare", BRYN, LATER, "--json"))
    assert set(found) == KEYS
    assert [entry["id"] for entry in found["worse"]] == ["commissioner.sponsor"]
    better = {entry["id"]: (entry["before"], entry["after"]) for entry in found["better"]}
    assert better["staff.vote"] == ("agreed", "passed")
    assert {"id", "before", "after"} <= set(found["new"][0])
    assert found["gone"] == found["not_comparable"] == []
    assert found["lenses"]["launch"]["arisen"] == ["commissioner.sponsor", "procurement.route"]
    text = told("compare", BRYN, LATER)
    assert "10 better, 1 worse, 5 new." in text
    assert "↓ Worse" in text
    assert "Hold the vote" in text


def test_a_file_with_itself():
    found = json.loads(told("compare", BRYN, BRYN, "--json"))
    assert [found[name] for name in ("better", "worse", "new", "gone", "not_comparable")] == [
        []
    ] * 5
    assert "No answer stands elsewhere." in told("compare", BRYN, BRYN)


def test_a_page_is_written_where_its_ending_says_so(tmp_path):
    done = spinout("compare", BRYN, LATER, "-o", "moved.html", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    page = read_page((tmp_path / "moved.html").read_text(encoding="utf-8"))
    assert "10 better, 1 worse, 5 new." in page.text
    assert "Hold the vote once pay, terms and pensions are known" in page.text
    assert stat.S_IMODE((tmp_path / "moved.html").stat().st_mode) == 0o600
    again = spinout("compare", BRYN, LATER, "-o", "moved.html", cwd=tmp_path)
    assert again.returncode == 1
    assert "--force" in again.stderr
    assert told("compare", BRYN, LATER, "--format", "html").startswith("<!doctype html>")


def test_a_comparison_goes_to_a_file_as_text_or_json_too(tmp_path):
    for name in ("moved.json", "moved.txt"):
        assert spinout("compare", BRYN, LATER, "-o", name, cwd=tmp_path).returncode == 0
    assert set(json.loads((tmp_path / "moved.json").read_text(encoding="utf-8"))) == KEYS
    text = (tmp_path / "moved.txt").read_text(encoding="utf-8")
    assert text == told("compare", BRYN, LATER)
    done = spinout("compare", BRYN, LATER, "-o", "moved.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "terminal, html or json" in done.stderr


def test_what_is_compared_is_never_replaced(tmp_path):
    (tmp_path / "a.json").write_bytes(Path(BRYN).read_bytes())
    done = spinout("compare", BRYN, "a.json", "-o", "a.json", "--force", cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "a.json").read_bytes() == Path(BRYN).read_bytes()


def test_a_workshop_is_one_of_a_series():
    done = spinout("compare", BRYN, WORKSHOP, LATER, "--format", "html")
    page = read_page(done.stdout)
    assert "On the way" in page.text
    assert "From 1 to 2" in page.text
    series = json.loads(told("compare", BRYN, WORKSHOP, LATER, "--json"))
    sponsor = next(entry for entry in series["worse"] if entry["id"] == "commissioner.sponsor")
    assert [stand["rung"] for stand in sponsor["series"]] == ["signing", "named", "warm"]
    assert sponsor["ladder"] == ["stepped-back", "none", "warm", "named", "signing"]


def test_fail_on_worse_is_for_pipelines():
    assert spinout("compare", BRYN, LATER, "--fail-on", "worse").returncode == 3
    assert spinout("compare", BRYN, BRYN, "--fail-on", "worse").returncode == 0
    done = spinout("compare", LATER, BRYN, "--fail-on", "worse", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["worse"]
    assert "not in the order of their dates" in done.stderr


@pytest.mark.slow
def test_plain_and_ascii_carry_no_symbols():
    for text in (
        told("compare", BRYN, LATER, "--plain"),
        told("compare", BRYN, LATER, SPINOUT_PLAIN="1"),
        told("compare", BRYN, LATER, PYTHONIOENCODING="ascii"),
        told("explain", BRYN, "launch", "--plain"),
    ):
        assert text.isascii()
    assert json.loads(told("compare", BRYN, LATER, "--json", PYTHONIOENCODING="ascii"))["better"]


def test_answers_that_the_questions_do_not_have_are_named(tmp_path):
    given = json.loads(Path(BRYN).read_text(encoding="utf-8"))
    given["answers"] |= {f"gone.q{n}": {"rung": "any"} for n in range(7)}
    given["answers"]["staff.vote"] = {"rung": "no-such-rung"}
    (tmp_path / "odd.json").write_text(json.dumps(given))
    done = spinout("compare", BRYN, "odd.json", cwd=tmp_path)
    assert "odd.json: left out, since the questions do not ask it: gone.q0" in done.stderr
    assert "and 2 more." in done.stderr
    assert "since the rung is not on its ladder: staff.vote." in done.stderr
    assert "a rung that these questions do not have" in " ".join(done.stdout.split())
    assert done.returncode == 0


def test_files_of_different_services_are_compared_with_a_word_of_warning(tmp_path):
    sheet = json.loads(Path(LATER).read_text(encoding="utf-8"))
    sheet["service"]["id"] = "another"
    (tmp_path / "other.json").write_text(json.dumps(sheet), encoding="utf-8")
    done = spinout("compare", BRYN, tmp_path / "other.json")
    assert done.returncode == 0
    assert "different services" in done.stderr


def test_three_are_told_step_by_step():
    text = spinout("compare", BRYN, LATER, BRYN).stdout
    assert "from 1 to 2: 10 better, 1 worse, 5 new." in text
    assert "from 2 to 3: 1 better, 10 worse, 5 gone." in text
    series = json.loads(spinout("compare", BRYN, LATER, LATER, "--json").stdout)
    assert [stand["rung"] for stand in series["worse"][0]["series"]] == [
        "signing",
        "warm",
        "warm",
    ]


def session(folder, name, tree, **answers):
    """A session that holds this set, made by the command line itself."""
    (folder / f"{name}.yaml").write_text(as_yaml(tree), encoding="utf-8")
    sheet = {"format": "spinout.answers/1", "answers": {k: {"rung": v} for k, v in answers.items()}}
    (folder / f"{name}.json").write_text(json.dumps(sheet), encoding="utf-8")
    path = folder / f"{name}.spinout"
    words = ["--answers", folder / f"{name}.json", "--questions", folder / f"{name}.yaml"]
    assert spinout("assess", path, "--no-input", *words).returncode == 0
    return path


@pytest.mark.slow
def test_sessions_are_compared_by_the_questions_that_each_was_given(tmp_path):
    later = small_set(version="2", tests=[])
    later["questions"][2]["rungs"].insert(1, {"id": "talked", "label": "Talked about"})
    later = json.loads(json.dumps(later).replace('"staff.vote"', '"staff.ballot"'))
    later["questions"][0]["renamed_from"] = ["staff.vote"]
    before = {"staff.vote": "drafted", "money.in-house": "begun"}
    after = {"staff.ballot": "secured", "money.in-house": "drafted"}
    files = [
        session(tmp_path, "before", small_set(), **before),
        session(tmp_path, "after", later, **after),
    ]
    done = spinout("compare", *files, "--json", "--questions", tmp_path / "after.yaml")
    found = json.loads(done.stdout)
    assert [(entry["id"], entry["was"]) for entry in found["better"]] == [
        ("staff.ballot", "staff.vote")
    ]
    assert [(e["id"], e["reason"]) for e in found["not_comparable"]] == [
        ("money.in-house", "ladder-changed")
    ]
    assert (
        "staff.ballot (was staff.vote)"
        in spinout("compare", *files, "--questions", tmp_path / "after.yaml").stdout
    )


# ------------------------------------------------------------------ a target


def test_a_plan_to_launch_names_what_must_move_and_what_leads_there():
    plan = json.loads(told("report", BRYN, "--target", "launch", "--format", "json"))
    assert (plan["format"], plan["today"], plan["then"]) == ("spinout.plan/1", "stopped", "clear")
    needs = {need["id"]: need for need in plan["needs"]}
    assert needs["staff.vote"]["at"] == "passed"
    assert needs["procurement.route"]["now"] is None
    for task in plan["tasks"]:
        assert all(number < task["number"] for number in task["after"])
    assert [task["number"] for task in plan["tasks"]] == [*range(1, len(plan["tasks"]) + 1)]
    helped = {name for task in plan["tasks"] for name in task["helps"]}
    assert needs.keys() <= helped


@pytest.mark.slow
def test_a_plan_as_a_checklist_and_as_a_table(tmp_path):
    checklist = told("report", BRYN, "--target", "launch", "--format", "markdown")
    assert checklist.startswith("# Bryn Library Service")
    tasks = [line for line in checklist.splitlines() if line.startswith("- [ ] ")]
    path = tmp_path / "plan.csv"
    assert spinout("report", BRYN, "--target", "launch", "-o", path).returncode == 0
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(tasks)
    assert {row["kind"] for row in rows} == {"need", "do", "find-out"}
    assert path.stat().st_mode & 0o777 == 0o600
    again = spinout("report", BRYN, "--target", "launch", "-o", path)
    assert again.returncode == 1
    assert "--force" in again.stderr


def test_another_file_is_a_target_too():
    plan = json.loads(told("report", BRYN, "--target", LATER, "--format", "json"))
    needs = {need["id"]: (need["now"], need["at"]) for need in plan["needs"]}
    assert needs["staff.vote"] == ("agreed", "passed")
    assert "commissioner.sponsor" not in needs
    assert len(needs) == 15
    text = told("report", BRYN, "--target", LATER)
    assert "today beside bryn-library-service-later.json" in " ".join(text.split())


@pytest.fixture
def aim(tmp_path):
    """Tell of a session beside a target that was answered on another version of the set."""

    def tell(wanted, then=small_set, now=small_set, given=(), form="json"):
        today = session(tmp_path, "today", now(), **dict(given))
        target = session(tmp_path, "wanted", then(), **wanted)
        words = ("report", today, "--target", target, "--format", form)
        text = told(*words, "--questions", tmp_path / "today.yaml")
        return json.loads(text) if form == "json" else " ".join(text.split())

    return tell


def needed(plan):
    return {need["id"]: (need["now"], need["at"]) for need in plan["needs"]}


def left_out(plan):
    return [(each["id"], each["reason"]) for each in plan["not_counted"]]


def as_renamed(*earlier, **changes):
    """A later version of the set, in which `staff.vote` is `staff.ballot`."""
    tree = small_set(version="2", **changes)
    tree = json.loads(json.dumps(tree).replace('"staff.vote"', '"staff.ballot"'))
    tree["questions"][0]["renamed_from"] = ["staff.vote", *earlier]
    return tree


def as_turned():
    """A later version of the set, in which two rungs of `money.in-house` have changed places."""
    tree = small_set(version="2", tests=[])
    rungs = tree["questions"][2]["rungs"]
    rungs[1], rungs[2] = rungs[2], rungs[1]
    return tree


@pytest.mark.parametrize(
    ("then", "now", "wanted", "asked"),
    [
        (as_renamed, small_set, "staff.ballot", "staff.vote"),
        (small_set, as_renamed, "staff.vote", "staff.ballot"),
        (lambda: as_renamed("staff.say"), as_renamed, "staff.ballot", "staff.ballot"),
    ],
)
def test_a_target_on_another_version_is_told_by_the_ids_of_today(aim, then, now, wanted, asked):
    plan = aim({wanted: "secured"}, then, now, {asked: "begun"})
    assert needed(plan) == {asked: ("begun", "secured")}
    assert plan["not_counted"] == []


def test_two_sets_that_renamed_a_question_differently_still_have_it_in_common(aim):
    def elsewhere():
        return json.loads(json.dumps(as_renamed()).replace('"staff.ballot"', '"staff.poll"'))

    plan = aim({"staff.poll": "secured"}, elsewhere, as_renamed, {"staff.ballot": "begun"})
    assert needed(plan) == {"staff.ballot": ("begun", "secured")}


def test_a_target_on_another_ladder_is_left_out_and_named(aim):
    wanted = {"money.in-house": "drafted", "staff.vote": "drafted"}
    plan = aim(wanted, as_turned, small_set, {"money.in-house": "begun"})
    assert needed(plan) == {"staff.vote": (None, "drafted")}
    assert left_out(plan) == [("money.in-house", "ladder-changed")]
    text = aim(wanted, as_turned, small_set, {"money.in-house": "begun"}, "terminal")
    assert "1 answer would have to move. 1 answer of the target was left out." in text
    assert (
        "Left out of the target money.in-house: "
        "It was given on another ladder than this question set has."
    ) in text


def test_a_target_of_nothing_that_is_asked_is_not_told_as_reached(tmp_path):
    """Neither for reading, nor as a list, nor as a table."""
    sheet = {"format": "spinout.answers/1", "answers": {"no.such": {"rung": "secured"}}}
    (tmp_path / "wanted.json").write_text(json.dumps(sheet), encoding="utf-8")
    words = ("report", BRYN, "--target", tmp_path / "wanted.json", "--format")
    for form in ("terminal", "markdown"):
        text = " ".join(told(*words, form).split())
        assert "Nothing that could be compared has to move" in text
        assert "no.such: This question set has no such question." in text
    rows = list(csv.DictReader(io.StringIO(told(*words, "csv"))))
    assert [(row["kind"], row["id"], row["why"]) for row in rows] == [
        ("left-out", "no.such", "unknown-question")
    ]
    plan = json.loads(told(*words, "json"))
    assert left_out(plan) == [("no.such", "unknown-question")]
    Draft202012Validator(json.loads(told("questions", "schema", "plan"))).validate(plan)


def test_of_a_target_only_what_names_a_rung_is_missed(tmp_path):
    answers = {"no.such": {"state": "unknown"}, "staff.vote": {"rung": "no-such"}}
    sheet = {"format": "spinout.answers/1", "answers": answers, "circumstances": {"other": "x"}}
    (tmp_path / "wanted.json").write_text(json.dumps(sheet), encoding="utf-8")
    words = ("report", BRYN, "--target", tmp_path / "wanted.json", "--json")
    assert left_out(json.loads(told(*words))) == [("staff.vote", "unknown-rung")]


def test_a_document_made_from_a_session_is_a_target_on_the_ladders_of_that_session(tmp_path):
    """Also where the questions at hand are of a later version: then the session's own count."""
    now = small_set()
    today = session(tmp_path, "today", now, **{"money.in-house": "begun", "staff.vote": "begun"})
    wanted = json.loads(told("report", today, "--format", "answers"))
    wanted["answers"]["money.in-house"]["rung"] = "drafted"
    wanted["answers"]["staff.vote"]["rung"] = "drafted"
    (tmp_path / "wanted.json").write_text(json.dumps(wanted), encoding="utf-8")
    later = json.loads(json.dumps(as_turned()).replace('"staff.vote"', '"staff.ballot"'))
    later["questions"][0]["renamed_from"] = ["staff.vote"]
    (tmp_path / "later.yaml").write_text(as_yaml(later), encoding="utf-8")
    words = ("report", today, "--target", tmp_path / "wanted.json", "--json")
    plan = json.loads(told(*words, "--questions", tmp_path / "later.yaml"))
    assert needed(plan) == {
        "staff.vote": ("begun", "drafted"),
        "money.in-house": ("begun", "drafted"),
    }
    assert plan["not_counted"] == []


def test_of_a_target_that_answers_under_both_ids_the_one_that_its_set_asks_is_aimed_at(tmp_path):
    today = session(tmp_path, "today", small_set(), **{"staff.vote": "nothing"})
    answers = {"staff.vote": {"rung": "secured"}, "staff.ballot": {"rung": "begun"}}
    sheet = {"format": "spinout.answers/1", "answers": answers}
    (tmp_path / "wanted.json").write_text(json.dumps(sheet), encoding="utf-8")
    (tmp_path / "later.yaml").write_text(as_yaml(as_renamed()), encoding="utf-8")
    words = ("report", today, "--target", tmp_path / "wanted.json", "--json")
    plan = json.loads(told(*words, "--questions", tmp_path / "later.yaml"))
    assert needed(plan) == {"staff.vote": ("nothing", "begun")}


def test_a_session_is_no_target_on_its_own_ladders_for_answers_that_are_read_with_others(tmp_path):
    """A document holds no questions: it is read with those at hand, though made in the session."""
    target = session(tmp_path, "wanted", small_set(), **{"money.in-house": "drafted"})
    sheet = json.loads(told("report", target, "--format", "answers"))
    sheet["answers"]["money.in-house"]["rung"] = "begun"
    (tmp_path / "today.json").write_text(json.dumps(sheet), encoding="utf-8")
    (tmp_path / "later.yaml").write_text(as_yaml(as_turned()), encoding="utf-8")
    words = ("report", tmp_path / "today.json", "--target", target, "--json")
    plan = json.loads(told(*words, "--questions", tmp_path / "later.yaml"))
    assert left_out(plan) == [("money.in-house", "ladder-changed")]


def test_a_target_is_never_replaced(tmp_path):
    (tmp_path / "later.json").write_bytes(Path(LATER).read_bytes())
    words = ["report", BRYN, "--target", "later.json", "--format", "json"]
    done = spinout(*words, "-o", "later.json", "--force", cwd=tmp_path)
    assert done.returncode == 2
    assert "made from" in done.stderr
    assert (tmp_path / "later.json").read_bytes() == Path(LATER).read_bytes()


def test_the_name_of_a_target_goes_with_the_name_of_the_service():
    words = ("report", BRYN, "--target", LATER, "--redact", "name")
    text = told(*words)
    assert "today beside the target" in " ".join(text.split())
    assert "bryn" not in (text + told(*words, "--format", "json")).lower()


@pytest.mark.slow
def test_a_formula_in_a_plan_is_defused(tmp_path):
    tree = small_set(tests=[])
    tree["questions"][0]["ask"] = "=HYPERLINK(1)"
    path = session(tmp_path, "odd", tree, **{"staff.vote": "nothing"})
    words = ["report", path, "--target", "launch", "--format", "csv"]
    words += ["--questions", tmp_path / "odd.yaml"]
    asked = [row["what"] for row in csv.DictReader(io.StringIO(told(*words)))]
    assert "'=HYPERLINK(1)" in asked
    raw = [row["what"] for row in csv.DictReader(io.StringIO(told(*words, "--raw")))]
    assert "=HYPERLINK(1)" in raw


# ------------------------------------------------------------------ ids that have changed


def test_an_answer_counts_under_the_id_that_its_question_has_now(tmp_path):
    """Whichever command reads it: `score`, `report`, `explain`, and `assess --from` for good."""
    later = json.loads(json.dumps(small_set()).replace('"money.in-house"', '"money.stay"'))
    asked = next(each for each in later["questions"] if each["id"] == "money.stay")
    asked["renamed_from"] = ["money.in-house"]
    (tmp_path / "later.yaml").write_text(as_yaml(later), encoding="utf-8")
    note = "As the minutes say"
    sheet = {"answers": {"money.in-house": {"rung": "secured", "note": note}}}
    path = tmp_path / "before.json"
    path.write_text(json.dumps({"format": "spinout.answers/1", **sheet}), encoding="utf-8")
    options = ("--questions", "later.yaml")
    for words in (("score", path), ("report", path, "--json")):
        found = json.loads(told(*words, *options, cwd=tmp_path))
        assert found["not_counted"] == []
        assert sum(theme["answered"] for theme in found["themes"]) == 1
    assert note in told("report", path, "--format", "markdown", *options, cwd=tmp_path)
    assert "money.stay" in told("explain", path, "money.stay", *options, cwd=tmp_path)
    new = ("assess", "new.spinout", "--from", path, "--no-input", "--json", *options)
    assert json.loads(spinout(*new, cwd=tmp_path).stdout)["not_counted"] == []
    spinout("assess", "more.spinout", "--no-input", *options, cwd=tmp_path)
    more = ("assess", "more.spinout", "--answers", path, "--no-input", "--json", *options)
    came = spinout(*more, cwd=tmp_path)
    assert json.loads(came.stdout)["not_counted"] == []
    assert "Not answered" in came.stderr
    assert "money.stay" not in came.stderr
    kept = json.loads(told("report", "new.spinout", "--format", "answers", cwd=tmp_path))
    assert {name: answer["rung"] for name, answer in kept["answers"].items()} == {
        "money.stay": "secured"
    }


def test_an_answer_under_the_new_id_stands_and_the_old_one_is_named(tmp_path):
    later = json.loads(json.dumps(small_set()).replace('"money.in-house"', '"money.stay"'))
    asked = next(each for each in later["questions"] if each["id"] == "money.stay")
    asked["renamed_from"] = ["money.in-house"]
    (tmp_path / "later.yaml").write_text(as_yaml(later), encoding="utf-8")
    answers = {"money.in-house": {"rung": "secured"}, "money.stay": {"rung": "begun"}}
    path = tmp_path / "both.json"
    document = {"format": "spinout.answers/1", "answers": answers}
    path.write_text(json.dumps(document), encoding="utf-8")
    found = json.loads(told("score", path, "--questions", "later.yaml", cwd=tmp_path))
    assert [(each["id"], each["reason"]) for each in found["not_counted"]] == [
        ("money.in-house", "unknown-question")
    ]
