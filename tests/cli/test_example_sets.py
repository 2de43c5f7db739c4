"""Example sets of other fields, from the check to the workshop, without a word of our own field."""

import json
import re
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner

from helpers.pseudo_terminal import Terminal
from spinout_cli.cli.app import app
from spinout_cli.question_set import loader

SETS = Path(__file__).parents[2] / "examples/sets"
NAMES = sorted(path.stem for path in SETS.glob("*.yaml"))
OURS = re.compile(
    r"\b(services?|spin|spinning|spin-outs?|councils?|nations?|unions?|staff|it leaves|leaving it"
    r"|it has left|in-house|the law|which law|mutuals?|co-operatives?)\b",
    re.IGNORECASE,
)
"""Words of the built-in set's field. `spinout` is the name of the program."""

FORMATS = ("html", "markdown", "csv", "json", "docx", "terminal")


def spinout(*words):
    came = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "80"})
    assert came.exception is None or isinstance(came.exception, SystemExit), came.exception
    return came


def foreign(text):
    """Return every word of ours in what somebody reads, with what stands round it."""
    shown = re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
    return [shown[max(0, m.start() - 40) : m.end() + 20] for m in OURS.finditer(shown)]


def answered(name, rung):
    """Return answers to a set: everything on one rung, from the bottom (0) to the top (-1)."""
    question_set = loader.load(SETS / f"{name}.yaml").set
    return {
        "format": "spinout.answers/1",
        "answers": {
            q.id: {"rung": q.ladder[rung], "basis": "seen"} for q in question_set.questions
        },
        "circumstances": {
            c.id: [] if c.multiple else c.choices[0].id
            for c in question_set.circumstances
            if c.choices
        },
    }


@pytest.fixture(params=NAMES)
def own(request, tmp_path, monkeypatch):
    """A set of another field, with a session on its lowest rungs and one on its highest."""
    monkeypatch.chdir(tmp_path)
    for file, rung in (("low", 0), ("high", -1)):
        given = json.dumps(answered(request.param, rung))
        (tmp_path / f"{file}.json").write_text(given, encoding="utf-8")
        begun = ("assess", f"{file}.spinout", "--answers", f"{file}.json", "--no-input")
        came = spinout(*begun, "--questions", SETS / f"{request.param}.yaml", "--plain")
        assert came.exit_code == 0
        assert foreign(came.stdout) == []
    return SETS / f"{request.param}.yaml"


def test_it_passes_its_check_and_its_tests(own):
    assert spinout("questions", "check", own, "--strict").exit_code == 0
    assert spinout("questions", "test", own).exit_code == 0


@pytest.mark.parametrize("form", FORMATS)
def test_every_report_speaks_its_own_words(own, form):
    for file in ("low", "high"):
        path = Path(f"{file}.out")
        made = spinout("report", f"{file}.spinout", "--format", form, "-o", path)
        assert made.exit_code == 0
        if form == "docx":
            document = Document(str(path))
            cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
            text = "\n".join([*(p.text for p in document.paragraphs), *cells])
        else:
            text = path.read_text(encoding="utf-8")
        if form == "json":
            told = json.loads(text)
            assert told["question_set"]["id"] == own.stem
            assert told["in_house"] is None
            text = json.dumps([told["roadblocks"], told["enablers"], told["next_steps"]])
        assert foreign(text) == []
        assert len(text) > 300


def test_comparing_explaining_and_planning_speak_its_own_words(own):
    commands = (
        ("compare", "low.spinout", "high.spinout"),
        ("compare", "low.spinout", "high.spinout", "--format", "html"),
        ("explain", "low.spinout"),
        ("explain", "low.spinout", "launch"),
        ("report", "low.spinout", "--target", "launch"),
        ("report", "low.spinout", "--target", "launch", "--format", "markdown"),
        ("assess", "--print", "--questions", own),
        ("workshop", "--print", "--questions", own),
        *(
            ("questions", "show", question.id, "--questions", own)
            for question in loader.load(own).set.questions
        ),
    )
    for command in commands:
        came = spinout(*command)
        assert came.exit_code == 0, (command, came.stderr)
        assert foreign(came.stdout) == [], command


def test_the_bottom_is_stopped_and_the_top_is_clear(own):
    states = {
        file: json.loads(spinout("report", f"{file}.spinout", "--json").stdout)["lenses"]
        for file in ("low", "high")
    }
    for lens in loader.load(own).set.lens_words:
        assert states["low"][lens]["state"] == "stopped"
        assert states["high"][lens]["state"] == "clear"


def test_many_are_counted(own):
    pytest.importorskip("ibis")
    Path("many").mkdir()
    for number in range(40):
        given = answered(own.stem, -1 if number % 3 else 0)
        given |= {"service": {"id": f"s{number}"}}
        Path(f"many/{number}.json").write_text(json.dumps(given), encoding="utf-8")
    counted = spinout("commonalities", "many", "--questions", own)
    assert counted.exit_code == 0, counted.stderr
    assert foreign(counted.stdout) == []
    page = spinout("commonalities", "many", "--questions", own, "--format", "html", "-o", "-")
    assert foreign(page.stdout) == []


def test_a_practice_workshop_speaks_its_own_words(own, tmp_path):
    with Terminal("workshop", "--demo", "--questions", str(own), folder=tmp_path) as terminal:
        terminal.wait_for("PRACTICE", "Begin, or choose a theme")
        terminal.press("enter")
        terminal.wait_for("Enter invented votes")
        terminal.press("enter")
        terminal.wait_for("typed unseen")
        terminal.press("enter")
        terminal.wait_for("PRACTICE: invented votes", "█")
        terminal.press("q")
        assert terminal.end() == 0
        assert foreign(terminal.words) == []


def test_the_first_screens_of_an_interview_speak_its_own_words(own, tmp_path):
    subject = loader.load(own).set.words.subject
    with Terminal("assess", "--questions", str(own), folder=tmp_path) as terminal:
        terminal.wait_for(f"What is the {subject} called?")
        terminal.press("enter")
        terminal.wait_for(f"Facts about your {subject}")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        assert foreign(terminal.words) == []


def test_the_set_in_the_guide_for_authors_passes_its_check(tmp_path):
    guide = (SETS.parents[1] / "docs/authors.md").read_text(encoding="utf-8")
    (written,) = [block for block in guide.split("```")[1::2] if "format: spinout." in block]
    path = tmp_path / "set.yaml"
    path.write_text(written.removeprefix("yaml\n"), encoding="utf-8")
    assert spinout("questions", "check", path, "--strict").exit_code == 0
