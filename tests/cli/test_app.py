"""The command line itself: help, versions, usage errors, and words from strangers."""

import json
import os
import subprocess
import sys

import pytest
import typer
from jsonschema import Draft202012Validator

from spinout_cli.cli.app import app
from spinout_cli.cli.questions import Document

COMMANDS = [
    [],
    ["assess"],
    ["score"],
    ["workshop"],
    ["report"],
    ["commonalities"],
    ["recover"],
    ["questions"],
    ["questions", "list"],
    ["questions", "show"],
    ["questions", "check"],
    ["questions", "schema"],
]


def spinout(*words, **more):
    return subprocess.run(
        [sys.executable, "-m", "spinout_cli", *words],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
        **more,
    )


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_that_fits(words):
    told = spinout(*words, "--help")
    assert told.returncode == 0
    assert told.stderr == ""
    assert max(map(len, told.stdout.splitlines())) <= 100
    assert "plain" in spinout("--help").stdout.split("Options:")[0]


def test_alone_it_prints_help_that_opens_with_examples():
    told = spinout()
    assert "spinout assess" in (told.stdout + told.stderr).split("Options")[0]


def _every(command, name=()):
    yield name, command
    for word, below in getattr(command, "commands", {}).items():
        yield from _every(below, (*name, word))


EVERY = dict(_every(typer.main.get_command(app)))


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_can_be_told_to_be_plain(words):
    """As the first lines of the help tell whoever uses a screen reader."""
    assert "--plain" in [option for each in EVERY[words].params for option in each.opts]


@pytest.mark.parametrize("group", [(), ("questions",)])
def test_plain_and_nothing_else_prints_the_help(group):
    alone, plain = spinout(*group), spinout(*group, "--plain")
    assert (plain.returncode, plain.stdout, plain.stderr) == (2, "", alone.stderr)


def test_version():
    told = spinout("--version")
    assert told.stdout.startswith("spinout ")
    assert told.returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ["assess", "--theme", "\x1b]0;stolen\x07\u202eno"],
        ["report", "\x1b[2Jmissing"],
        ["assess", "--depth", "\x1b[31mdeep"],
        ["\x1b[31mcommand"],
        ["questions", "show", "\x1b]52;c;YWJj\x07"],
        ["questions", "check", "\x1b[2J[/]"],
        ["score", "\x1b[2J.json"],
        ["assess", "--\x1b[2J"],
    ],
    ids=repr,
)
def test_words_from_strangers_never_act_on_the_terminal(words):
    told = spinout(*words)
    assert told.returncode in (1, 2)
    shown = told.stdout + told.stderr
    assert "Traceback" not in shown
    assert not set(shown) & {"\x1b", "\x07", "\u202e", "\x9b"}


@pytest.mark.parametrize("document", Document)
def test_schemas_are_schemas(document):
    Draft202012Validator.check_schema(json.loads(spinout("questions", "schema", document).stdout))


def test_what_a_program_needs_to_answer():
    told = json.loads(spinout("questions", "list", "--json").stdout)
    assert set(told) == {"question_set", "circumstances", "questions"}
    assert set(told["question_set"]) == {"id", "version", "digest"}
    for circumstance in told["circumstances"]:
        assert set(circumstance) == {"id", "ask", "type", "multiple", "choices"}
    for question in told["questions"]:
        assert set(question) == {
            *("id", "theme", "ask", "weight", "lenses", "hard_stop", "when", "rungs")
        }
        assert question["hard_stop"] is None or set(question["hard_stop"]) == {
            *("lens", "clears_at", "reason")
        }
        assert all(set(rung) == {"id", "label"} for rung in question["rungs"])


def test_a_question_is_shown_to_programs_as_the_set_says_it():
    shown = json.loads(spinout("questions", "show", "staff.vote", "--json").stdout)
    listed = json.loads(spinout("questions", "list", "--json").stdout)["questions"]
    same = next(question for question in listed if question["id"] == "staff.vote")
    for key in ("id", "theme", "ask", "weight"):
        assert shown[key] == same[key]
    assert [rung["id"] for rung in shown["rungs"]] == [rung["id"] for rung in same["rungs"]]
    assert {"why", "next", "sources"} <= set(shown)
    told = spinout("questions", "show", "no.such", "--json")
    assert (told.returncode, told.stdout) == (2, "")


def test_a_program_can_answer_what_is_listed():
    told = json.loads(spinout("questions", "list", "--json").stdout)
    answers = {q["id"]: {"rung": q["rungs"][-1]["id"], "basis": "seen"} for q in told["questions"]}
    sheet = json.dumps({"format": "spinout.answers/1", "answers": answers})
    scored = subprocess.run(
        [sys.executable, "-m", "spinout_cli", "score", "-"],
        input=sheet,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assessment = json.loads(scored.stdout)
    assert assessment["lenses"]["launch"]["state"] == "clear"
    assert assessment["lenses"]["endure"]["state"] == "clear"
    assert not assessment["roadblocks"]
    assert len(assessment["enablers"]) == len(answers)


def test_no_command_is_cut_short_in_the_help_at_80_columns():
    told = subprocess.run(
        [sys.executable, "-m", "spinout_cli", "--help"],
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    _, _, commands = told.partition("Commands:\n")
    assert len(commands.splitlines()) >= 11
    assert "..." not in commands
