"""`spinout delegate`: a part of a session for somebody else to answer."""

import base64
import hashlib
import json
import re

import pytest
from typer.testing import CliRunner

from helpers.pseudo_terminal import Terminal
from helpers.pseudo_terminal import session as session_in
from spinout_cli.cli.app import app
from spinout_cli.question_set import loader


def spinout(*arguments, code=0):
    result = CliRunner().invoke(app, [str(each) for each in arguments], standalone_mode=False)
    problem = result.exception
    found = problem.code if isinstance(problem, SystemExit) else getattr(problem, "exit_code", 0)
    assert (found or result.exit_code if problem is None else found) == code, result.output
    return f"{result.output}{problem or ''}"


def first_rungs(*themes):
    """The lowest answers to every question of these themes."""
    return {
        q.id: {"rung": q.ladder[0], "note": f"secret of {q.theme}"}
        for q in loader.load(None).set.questions
        if q.theme in themes
    }


@pytest.fixture
def lead(tmp_path):
    """A session in which the lead has answered two themes."""
    given = {
        "format": "spinout.answers/1",
        "service": {"id": "s1", "name": "Bryn"},
        "circumstances": {"nation": "wales", "size": "10-49"},
        "answers": first_rungs("pensions", "finance"),
    }
    answers = tmp_path / "given.json"
    answers.write_text(json.dumps(given))
    path = tmp_path / "lead.spinout"
    spinout("assess", path, "--answers", answers, "--no-input")
    return path


def test_a_part_holds_the_facts_and_nothing_else_of_the_file(lead, tmp_path):
    part = tmp_path / "hr.spinout"
    told = spinout("delegate", lead, "--theme", "pensions", "--to", "HR lead", "-o", part)
    assert "For HR lead: Pensions" in told
    made = session_in(part)
    assert made.circumstances == session_in(lead).circumstances
    assert made.answers == {}
    assert made.notes == {}
    assert b"secret of" not in part.read_bytes()
    assert made.themes == ("pensions",)
    assert made.service == session_in(lead).service


def test_with_answers_it_holds_those_of_its_themes_alone(lead, tmp_path):
    part = tmp_path / "hr.spinout"
    spinout(
        "delegate", lead, "--theme", "pensions", "--to", "HR lead", "-o", part, "--with-answers"
    )
    made = session_in(part)
    assert set(made.answers) == set(first_rungs("pensions"))
    assert set(made.notes) == set(first_rungs("pensions"))
    assert b"secret of finance" not in part.read_bytes()
    assert {answer.by for answer in made.answers.values()} == {None}


def test_a_part_is_named_after_the_role_and_never_over_another(lead):
    for _ in range(2):
        spinout("delegate", lead, "--theme", "pensions", "--to", "HR lead")
    names = {path.name for path in lead.parent.glob("*.spinout")}
    assert names == {"lead.spinout", "lead-hr-lead.spinout", "lead-hr-lead-2.spinout"}
    code = spinout("delegate", lead, "--theme", "pensions", "--to", "X", "-o", lead, code=1)
    assert "exists already" in code


def test_the_answers_in_a_part_are_signed_with_the_role(lead, tmp_path):
    part = tmp_path / "hr.spinout"
    spinout("delegate", lead, "--theme", "pensions", "--to", "HR lead", "-o", part)
    answers = tmp_path / "more.json"
    answers.write_text(
        json.dumps({"format": "spinout.answers/1", "answers": first_rungs("pensions")})
    )
    with Terminal("assess", str(part), "--plain", folder=tmp_path) as terminal:
        said = terminal.hear("> ")
        assert "questions for HR lead" in said
        terminal.press("1\r")
        terminal.hear("> ")
        terminal.press("1\r")
        terminal.hear("> ")
        terminal.press("q\r")
        assert terminal.end() == 0
    (given,) = session_in(part).answers.values()
    assert given.by == "HR lead"
    assert given.at is not None


def test_the_map_of_the_file_says_who_has_a_theme(lead, tmp_path):
    spinout("delegate", lead, "--theme", "pensions", "--to", "HR lead")
    with Terminal("assess", str(lead), "--plain", folder=tmp_path) as terminal:
        told = terminal.hear("> ")
        while "Which theme" not in told and "Every theme" not in told:
            terminal.press("0\r")
            told = terminal.hear("> ")
        terminal.press("q\r")
        terminal.end()
    assert "HR lead has this" in told


def test_a_part_is_done_when_its_themes_are(lead, tmp_path):
    part = tmp_path / "hr.spinout"
    spinout("delegate", lead, "--theme", "pensions", "--to", "HR lead", "-o", part)
    told = spinout("assess", part, "--no-input")
    left = told.split("Not answered: ")[1].splitlines()[0].split(", ")
    assert {name.split(".")[0] for name in left} == {"pensions"}


def test_on_paper_it_is_the_questionnaire_of_its_themes(lead, tmp_path):
    page = tmp_path / "hr.html"
    spinout("delegate", lead, "--theme", "pensions", "--to", "HR lead", "--print", "-o", page)
    asked = loader.load(None).set.questions
    text = page.read_text()
    for question in asked:
        assert (question.id in text) == (question.theme == "pensions")
    assert "secret of" not in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--theme", "pensons", "--to", "HR"), "no theme 'pensons'"),
        (("--theme", "pensions", "--to", "  "), "--to takes a role"),
        (("--theme", "pensions", "--to", "x" * 81), "--to takes a role"),
        (("--theme", "pensions", "--to", "HR", "--message", "x" * 4001), "at most 4,000"),
        (("--theme", "pensions", "--to", "HR", "-o", "-"), "-o PART"),
    ],
)
def test_what_cannot_be_delegated_is_refused_and_changes_nothing(lead, arguments, says):
    before = {path: path.read_bytes() for path in lead.parent.iterdir()}
    assert says in spinout("delegate", lead, *arguments, code=2)
    assert {path: path.read_bytes() for path in lead.parent.iterdir()} == before


def test_control_characters_in_a_role_or_message_are_taken_out(lead, tmp_path):
    part = tmp_path / "hr.spinout"
    spinout(
        *("delegate", lead, "--theme", "pensions", "--to", "HR\x1b[31m\u202elead"),
        *("--message", "Hello\x07", "-o", part),
    )
    made = session_in(part).delegation
    assert made is not None
    assert "\x1b" not in made.to
    assert "\u202e" not in made.to
    assert "\x07" not in made.message


def test_a_page_is_one_file_whose_style_and_script_are_allowed_by_hash(lead, tmp_path):
    page = tmp_path / "hr.html"
    told = spinout("delegate", lead, "--theme", "pensions", "--to", "HR lead", "--page", "-o", page)
    assert "hr-answers.json" in told
    text = page.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy[1].replace("&#39;", "'")
    assert "secret of" not in text
    assert re.search(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(?!#)', text) is None
    asked = {q.id for q in loader.load(None).set.questions if q.theme == "pensions"}
    assert set(re.findall(r'data-question="([^"]*)"', text)) == asked


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ((), "Name the page"),
        (("--with-answers", "-o", "x.html"), "Leave out --with-answers"),
        (("--print", "-o", "x.html"), "Give one of them"),
    ],
)
def test_a_page_that_cannot_be_made_is_refused(lead, more, says):
    arguments = ("--theme", "pensions", "--to", "HR", "--page", *more)
    before = lead.read_bytes()
    assert says in spinout("delegate", lead, *arguments, code=2)
    assert lead.read_bytes() == before
