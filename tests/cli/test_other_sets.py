"""Question sets of other fields: which set answers were given to, and commands that run as printed."""

import json
import re
import shlex
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from helpers.question_sets import write_set
from spinout_cli.cli.app import app
from spinout_cli.errors import SpinoutError

OTHER = {"id": "pump-inspection", "version": "1", "digest": "0" * 64}
GIVEN = {
    "format": "spinout.answers/1",
    "question_set": OTHER,
    "answers": {"staff.vote": {"rung": "nothing"}, "money.in-house": {"rung": "nothing"}},
}


class Ran(NamedTuple):
    """What came of a command: as `spinout` itself ends, with the message of a refusal on stderr."""

    code: int
    stdout: str
    stderr: str


def spinout(*words):
    came = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(came.exception, SpinoutError):
        return Ran(came.exception.exit_code, came.stdout, f"{came.stderr}{came.exception}")
    assert came.exception is None or isinstance(came.exception, SystemExit), came.exception
    return Ran(came.exit_code, came.stdout, came.stderr)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with another set and answers to it, in which commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(json.dumps(GIVEN), encoding="utf-8")
    write_set(tmp_path, id="pump-inspection").rename("own set.yaml")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("score", "a.json"),
        ("report", "a.json"),
        ("explain", "a.json"),
        ("compare", "a.json", "a.json"),
        ("assess", "a.json", "--no-input"),
        ("assess", "new.spinout", "--no-input", "--answers", "a.json"),
        ("assess", "new.spinout", "--no-input", "--from", "a.json"),
    ],
)
def test_answers_to_another_set_are_refused_by_name(folder, words):
    refused = spinout(*words)
    assert refused.code == 1
    assert refused.stdout == ""
    assert "'pump-inspection'" in refused.stderr
    assert "'public-service-spin-out'" in refused.stderr
    assert "a.json" in refused.stderr
    assert not (folder / "new.spinout").exists()
    for option in (("--questions", "own set.yaml"), ("--force",)):
        assert spinout(*words, *option).code == 0
        (folder / "new.spinout").unlink(missing_ok=True)


def test_one_record_of_another_set_is_left_out_of_a_stream_and_named(folder):
    known = {"format": "spinout.answers/1", "answers": {}}
    lines = "".join(f"{json.dumps(each)}\n" for each in (known, GIVEN, known))
    (folder / "many.ndjson").write_text(lines, encoding="utf-8")
    scored = spinout("score", "many.ndjson")
    assert scored.code == 1
    assert len(scored.stdout.splitlines()) == 2
    assert "many.ndjson:2" in scored.stderr


def hints(text):
    """Return every command that is printed as the way on, as it is printed."""
    found = re.findall(r"(?:More|As a plan|\d+ more): spinout ([^\n]+)", text)
    return [shlex.split(line) for line in found]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("report", "s.spinout", "--plain"), ["explain", "s.spinout"]),
        (("report", "a.json", "--questions", "own set.yaml", "--plain"), ["explain"]),
        (("explain", "s.spinout"), ["explain", "s.spinout"]),
        (("explain", "s.spinout", "launch"), ["report", "s.spinout"]),
        (("explain", "a.json", "launch", "--questions", "own set.yaml"), ["report", "a.json"]),
        (("assess", "s.spinout", "--no-input", "--plain"), ["explain", "s.spinout"]),
    ],
)
def test_every_command_that_is_printed_runs_as_it_is_printed(words, first):
    begun = ("assess", "s.spinout", "--no-input", "--answers", "a.json")
    assert spinout(*begun, "--questions", "own set.yaml").code == 0
    told = spinout(*words)
    assert told.code == 0, told.stderr
    found = hints(told.stdout)
    assert found
    assert any(command[: len(first)] == first for command in found)
    for command in found:
        ran = spinout(*command)
        assert ran.code == 0, (command, ran.stderr)
        assert ran.stdout


def test_the_built_in_set_needs_no_more_than_an_id(folder):
    document = {"format": "spinout.answers/1", "answers": {"staff.vote": {"rung": "lost"}}}
    (folder / "ours.json").write_text(json.dumps(document), encoding="utf-8")
    assert ["explain", "staff.vote"] in hints(spinout("report", "ours.json", "--plain").stdout)
