"""Session files that version 0.1.0 (commit 1839796) wrote, with the JSON report that it made of each."""

import json
import shutil
from pathlib import Path

import pytest

from helpers.pseudo_terminal import answers_document, run

OLD = Path(__file__).with_name("sessions_0.1.0")
NAMES = sorted(path.stem for path in OLD.glob("*.spinout"))
EPOCH = "1795341600"
"""The SOURCE_DATE_EPOCH under which the reports were made."""

BUILT_IN = "built-in"
"""The session about the built-in set, whose notices and sources follow the law and not the session."""

ADDED = {"session", "updated", "answered", "source"}

SCORED = ("format", "question_set", "service", "circumstances", "depth", "lenses", "themes")


def old_session(folder, name):
    return Path(shutil.copy(OLD / f"{name}.spinout", folder))


def report(path, **environment):
    arguments = ("report", path.name, "--format", "json")
    came = run(*arguments, folder=path.parent, SOURCE_DATE_EPOCH=EPOCH, **environment)
    assert came.returncode == 0, came.stderr.decode()
    return came.stdout


def test_there_are_old_sessions_of_every_kind():
    assert NAMES == ["alone", "built-in", "interrupted", "partial-tail", "workshop"]


def as_then(document):
    """Return a report without what later versions added to it, and with figures rounded as they were."""
    for theme in document["themes"]:
        for what in ("score", "low", "high"):
            theme[what] = None if theme[what] is None else round(theme[what], 1)
    return {key: value for key, value in document.items() if key not in ADDED}


@pytest.mark.parametrize("name", [name for name in NAMES if name != BUILT_IN])
def test_an_old_session_is_reported_as_it_was_and_left_as_it_is(tmp_path, name):
    path = old_session(tmp_path, name)
    then = json.loads((OLD / f"{name}.json").read_bytes())
    assert list(as_then(json.loads(report(path)))) == list(then)
    assert as_then(json.loads(report(path))) == then
    assert path.read_bytes() == (OLD / f"{name}.spinout").read_bytes()


def test_an_old_session_about_the_built_in_set_is_scored_as_it_was(tmp_path):
    path = old_session(tmp_path, BUILT_IN)
    before = json.loads((OLD / f"{BUILT_IN}.json").read_bytes())
    now = as_then(json.loads(report(path, SPINOUT_QUESTIONS="")))
    assert list(now) == list(before)
    assert {key: now[key] for key in SCORED} == {key: before[key] for key in SCORED}


@pytest.mark.parametrize("name", ["alone", "interrupted", "partial-tail"])
def test_an_old_session_can_be_continued(tmp_path, name):
    path = old_session(tmp_path, name)
    whole = path.read_bytes()[: path.read_bytes().rindex(b"\n") + 1]
    given = answers_document(tmp_path, {"staff.vote": {"rung": "lost"}})
    came = run("assess", path.name, "--answers", given.name, "--no-input", folder=tmp_path)
    assert came.returncode == 0, came.stderr.decode()
    assert path.read_bytes().startswith(whole)
    assert len(path.read_bytes()) > len(whole)
    roadblocks = json.loads(report(path))["roadblocks"]
    assert ("staff.vote", "lost") in [(item["id"], item["rung"]) for item in roadblocks]


def test_an_old_workshop_opens(tmp_path):
    path = old_session(tmp_path, "workshop")
    came = run("workshop", path.name, "--no-input", folder=tmp_path)
    assert came.returncode == 0, came.stderr.decode()
