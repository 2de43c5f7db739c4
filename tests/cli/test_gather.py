"""`spinout gather`: the answers of others taken into a session."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from helpers.pseudo_terminal import Terminal, surroundings
from helpers.pseudo_terminal import events as events_in
from helpers.pseudo_terminal import session as session_in
from spinout_cli.cli.app import app
from spinout_cli.question_set import loader

PENSIONS = [q for q in loader.load(None).set.questions if q.theme == "pensions"]
FIRST, SECOND, THIRD = PENSIONS[:3]


def spinout(*arguments, code=0):
    result = CliRunner().invoke(app, [str(each) for each in arguments], standalone_mode=False)
    problem = result.exception
    found = problem.code if isinstance(problem, SystemExit) else getattr(problem, "exit_code", 0)
    assert found == code, (result.output, problem)
    return f"{result.output}{problem or ''}"


def document(path, answers, **more):
    path.write_text(json.dumps({"format": "spinout.answers/1", "answers": answers, **more}))
    return path


@pytest.fixture
def lead(tmp_path):
    """A session in which the lead has answered two questions on pensions, and delegated them."""
    answers = {
        FIRST.id: {"rung": FIRST.ladder[0], "note": "As I heard", "at": "2026-11-01T10:00:00Z"},
        SECOND.id: {"rung": SECOND.ladder[0], "at": "2026-11-01T10:00:00Z"},
    }
    given = document(tmp_path / "given.json", answers, service={"id": "s1", "name": "Bryn"})
    path = tmp_path / "lead.spinout"
    spinout("assess", path, "--answers", given, "--no-input")
    spinout(
        *("delegate", path, "--theme", "pensions", "--to", "HR lead"),
        *("-o", tmp_path / "hr.spinout"),
    )
    return path


@pytest.fixture
def part(tmp_path):
    """What HR sends back: one the same, one different, one new."""
    answers = {
        FIRST.id: {"rung": FIRST.ladder[1], "at": "2026-11-20T10:00:00Z", "note": "From the fund"},
        SECOND.id: {"rung": SECOND.ladder[0], "at": "2026-11-20T10:00:00Z"},
        THIRD.id: {"rung": THIRD.ladder[1], "at": "2026-11-20T10:00:00Z"},
    }
    return document(tmp_path / "hr.json", answers, role="HR lead")


def test_without_a_terminal_new_answers_are_added_and_differences_listed(lead, part):
    told = spinout("gather", lead, part, code=2)
    assert "1 new answer" in told
    assert FIRST.ask in told
    assert "--prefer" in told
    now = session_in(lead)
    assert now.answers[THIRD.id].by == "HR lead"
    assert now.answers[FIRST.id].rung == FIRST.ladder[0]
    before = lead.read_bytes()
    spinout("gather", lead, part, code=2)
    assert lead.read_bytes() == before


@pytest.mark.parametrize(
    ("prefer", "rung", "note"),
    [("file", 0, "As I heard"), ("part", 1, "From the fund"), ("newer", 1, "From the fund")],
)
def test_prefer_decides_and_is_remembered(lead, part, prefer, rung, note):
    spinout("gather", lead, part, "--prefer", prefer)
    now = session_in(lead)
    assert now.answers[FIRST.id].rung == FIRST.ladder[rung]
    assert now.notes[FIRST.id] == note
    before = lead.read_bytes()
    spinout("gather", lead, part)
    assert lead.read_bytes() == before


def test_json_tells_what_became_of_each_question(lead, part):
    result = CliRunner().invoke(app, ["gather", str(lead), str(part), "--prefer", "part", "--json"])
    (told,) = json.loads(result.stdout)["parts"]
    assert told["by"] == "HR lead"
    assert told["added"] == [THIRD.id]
    assert told["taken"] == [FIRST.id]
    assert told["same"] == [SECOND.id]
    assert told["open"] == []


def asked(folder, *arguments, replies):
    with Terminal(*map(str, arguments), "--plain", folder=folder) as terminal:
        told = ""
        for reply in replies:
            told += terminal.hear("> ")
            terminal.press(f"{reply}\r")
        return terminal.end(), told + terminal.rest()


def test_at_a_terminal_both_answers_are_told_and_theirs_can_be_taken(lead, part, tmp_path):
    code, told = asked(tmp_path, "gather", lead, part, replies=["2"])
    words = " ".join(told.split())
    assert code == 0
    assert "HR lead, 20 November 2026" in words
    assert "As I heard" in words
    assert "From the fund" in words
    assert session_in(lead).answers[FIRST.id].by == "HR lead"


def test_what_is_not_agreed_counts_as_unknown_and_the_report_says_so(lead, part, tmp_path):
    code, told = asked(tmp_path, "gather", lead, part, replies=["3"])
    assert code == 0
    assert "1 not agreed yet, which counts as not known" in " ".join(told.split())
    given = session_in(lead).answers[FIRST.id]
    assert (given.status, given.disputed) == ("unknown", True)
    report = " ".join(spinout("report", lead).split())
    assert "several people, who do not agree yet" in report
    assert "HR lead, 20 November 2026" in report
    before = lead.read_bytes()
    spinout("gather", lead, part)
    assert lead.read_bytes() == before


def test_whoever_leaves_leaves_the_rest_as_it_is(lead, part, tmp_path):
    code, _ = asked(tmp_path, "gather", lead, part, replies=["q"])
    assert code == 1
    assert session_in(lead).answers[FIRST.id].rung == FIRST.ladder[0]
    with Terminal("gather", str(lead), str(part), "--plain", folder=tmp_path) as terminal:
        terminal.hear("> ")
        terminal.press("ctrl-c")
        assert terminal.end() == 130


def test_a_part_answered_in_assess_comes_back(lead, tmp_path):
    hr = tmp_path / "hr.spinout"
    answers = {THIRD.id: {"rung": THIRD.ladder[0]}, "finance.full-cost": {"state": "unknown"}}
    spinout("assess", hr, "--answers", document(tmp_path / "a.json", answers), "--no-input")
    told = spinout("gather", lead, hr, code=1)
    assert "finance.full-cost: it was not asked of them" in told
    now = session_in(lead)
    assert "finance.full-cost" not in now.answers
    assert now.answers[THIRD.id].by == "HR lead"
    assert now.handed["pensions"]["HR lead"].back is not None


def test_progress_tells_who_has_what_what_is_open_and_what_is_not_agreed(lead, part, tmp_path):
    told = spinout("report", lead, "--progress")
    assert "HR lead has had this since" in told
    asked(tmp_path, "gather", lead, part, replies=["3"])
    told = " ".join(spinout("report", lead, "--progress").split())
    assert "HR lead answered; taken in on" in told
    assert f"Not agreed yet: {FIRST.id}." in told
    progress = json.loads(spinout("report", lead, "--progress", "--json"))
    pensions = next(theme for theme in progress["themes"] if theme["id"] == "pensions")
    assert pensions["disputed"] == [FIRST.id]
    assert THIRD.id not in pensions["open"]
    assert pensions["handed_out"][0]["to"] == "HR lead"
    assert len(progress["themes"]) == len(loader.load(None).set.themes)


def test_progress_without_names_has_neither_the_service_nor_roles(lead):
    told = spinout("report", lead, "--progress", "--redact", "name")
    assert "Bryn" not in told
    assert "HR lead" not in told


def test_progress_needs_a_session_and_stands_alone(lead, part):
    assert "is no session" in spinout("report", part, "--progress", code=1)
    spinout("report", lead, "--progress", "--target", "launch", code=2)
    spinout("report", lead, "--progress", "--format", "html", code=2)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"service": {"id": "s2"}}, "another service"),
        (
            {"question_set": {"id": "other", "version": "1", "digest": "0" * 64}},
            "another question set",
        ),
    ],
)
def test_a_part_about_something_else_is_named_and_the_others_are_taken(
    lead, part, tmp_path, more, says
):
    alien = document(tmp_path / "alien.json", {THIRD.id: {"rung": THIRD.ladder[0]}}, **more)
    told = spinout("gather", lead, alien, part, "--prefer", "part", code=1)
    assert says in told
    assert session_in(lead).answers[THIRD.id].rung == THIRD.ladder[1]


def test_the_file_itself_and_what_is_no_part_are_named(lead, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    told = spinout("gather", lead, lead, broken, tmp_path / "missing.json", code=1)
    assert "your session itself" in told
    assert "missing.json" in told
    assert "broken.json" in told


def test_a_hostile_part_is_taken_as_text_or_refused(lead, tmp_path):
    answers = {
        THIRD.id: {"rung": THIRD.ladder[0], "by": "Chief\x1b[31m\u202e", "note": "x\x07" * 1000},
        **{f"a.b{n}": {"state": "unknown", "note": "y"} for n in range(20_000)},
    }
    told = spinout("gather", lead, document(tmp_path / "many.json", answers), code=1)
    assert "20000 not taken" in told
    given = session_in(lead).answers[THIRD.id]
    assert "\x1b" not in (given.by or "")
    assert "\u202e" not in (given.by or "")


@pytest.mark.parametrize("times", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_killed_at_any_moment_nothing_is_lost_or_half(lead, part, tmp_path, times):
    start = lead.read_bytes()
    rng = random.Random(21)  # noqa: S311  (moments, no secrets)
    spinout("gather", lead, part, "--prefer", "part")
    whole = {n: a.model_dump(exclude={"at"}) for n, a in session_in(lead).answers.items()}
    for _ in range(times):
        lead.write_bytes(start)
        command = [sys.executable, "-m", "spinout_cli", "gather", str(lead), str(part)]
        process = subprocess.Popen(
            [*command, "--prefer", "part"],
            env={**surroundings(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(rng.uniform(0.1, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert lead.read_bytes().startswith(start)
        spinout("gather", lead, part, "--prefer", "part")
        now = {n: a.model_dump(exclude={"at"}) for n, a in session_in(lead).answers.items()}
        assert now == whole
        kinds = [kind for kind, _, _ in events_in(lead)]
        assert kinds.count("gathered") == 1
        assert kinds.count("settled") == 1


def test_while_it_is_open_elsewhere_nothing_is_taken(lead, part, tmp_path):
    with Terminal("gather", str(lead), str(part), "--plain", folder=tmp_path) as terminal:
        terminal.hear("> ")
        assert "open in another window" in spinout("gather", lead, part, code=1)
        terminal.press("1\r")
        assert terminal.end() == 0


def test_on_a_full_disk_nothing_is_half_and_it_goes_on_once_there_is_room(lead, part, tmp_path):
    start = lead.read_bytes()
    room = len(start) + 20
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}));"
        "sys.argv[0] = 'spinout'; from spinout_cli.cli.app import main; main()"
    )
    arguments = ["gather", str(lead), str(part), "--prefer", "part"]
    done = subprocess.run(
        [sys.executable, "-c", limited, *arguments],
        env={**surroundings(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    assert "could not be saved" in done.stderr
    assert lead.read_bytes() == start
    spinout(*arguments)
    assert session_in(lead).answers[THIRD.id].by == "HR lead"


def test_the_story_of_two_parts_from_delegating_to_the_summary(lead, tmp_path):
    hr, money = tmp_path / "hr.spinout", tmp_path / "money.spinout"
    spinout("delegate", lead, "--theme", "finance", "--to", "Finance", "-o", money)
    finance = [q for q in loader.load(None).set.questions if q.theme == "finance"]
    with Terminal("assess", str(hr), "--plain", folder=tmp_path) as terminal:
        for reply in ("1", "5", "1", "1", "q"):
            terminal.hear("> ")
            terminal.press(f"{reply}\r")
        assert terminal.end() == 0
    with Terminal("assess", str(money), "--depth", "quick", "--plain", folder=tmp_path) as terminal:
        for reply in ("1", "0", "q"):
            terminal.hear("> ")
            terminal.press(f"{reply}\r")
        assert terminal.end() == 0
    before = spinout("report", lead)
    assert "Answered by" not in before
    code, told = asked(tmp_path, "gather", lead, hr, money, replies=["3"])
    assert code == 0
    assert "HR lead answered differently" in " ".join(told.split())
    now = session_in(lead)
    assert now.answers[FIRST.id].disputed
    assert {a.by for n, a in now.answers.items() if n in {q.id for q in finance}} == {"Finance"}
    after = " ".join(spinout("report", lead).split())
    assert "several people, who do not agree yet" in after
    assert "Answered by Finance" in after
    code, _ = asked(tmp_path, "gather", lead, hr, money, replies=[])
    assert code == 0
