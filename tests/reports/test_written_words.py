"""Everything that somebody wrote is in every full report, once."""

import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from spinout_cli.commands import report
from spinout_cli.commands.report import Format

QUESTIONS = Path(__file__).parents[1] / "helpers/interview.yaml"
FULL: list[Format] = ["terminal", "html", "markdown", "csv", "docx", "answers"]
WORDS = re.compile(r"qz[a-z]+")
"""Every text that is written here begins with these two letters, as no other word does."""

ANSWERS = {
    "staff.vote": {"rung": "lost", "note": "qzroadblock"},  # stops, and closes the branch
    "staff.terms": {"rung": "letter", "note": "qzclosed"},  # not asked on that branch
    "staff.time": {"state": "not-applicable", "note": "qznote", "reason": "qzreason"},
    "pensions.exit": {"state": "not-applicable", "reason": "qzstop", "note": "qzunknown"},
    "purpose.why": {"rung": "many", "note": "qzenabler"},
    "gone.rung": {"rung": "some", "note": "qzgone"},
    "gone.reason": {"state": "not-applicable", "note": "qzold", "reason": "qzolder"},
}
DISCUSSIONS = {
    "staff.vote": {"agreed": {"rung": "lost"}, "note": "qzroadblock"},
    "staff.time": {
        "agreed": {"state": "not-applicable", "reason": "qzreason"},
        "note": "qznote",
    },
    "staff.terms": {"note": "qzclosed", "parked": True},
    "pensions.exit": {
        "agreed": {
            "rung": "signed",
            "basis": {"document": "qzdocument", "date": "qzdate", "seen_by": "qzseer"},
        },
        "statements": [{"name": "qzname", "words": "qzstatement"}],
    },
    "purpose.why": {"agreed": {"rung": "strange"}, "note": "qzladder"},
    "gone.question": {
        "agreed": {"state": "not-applicable", "reason": "qzgonereason"},
        "note": "qzgone",
        "statements": [{"name": "qzgonename", "words": "qzgonewords"}],
        "actions": [{"id": "a", "do": "qzdo", "owner": "qzowner", "by": "qzby"}],
    },
}


def written(document, form, folder):
    """Return how often each word stands in a report."""
    path = folder / "given.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    content = report.drawn(report.read(path, QUESTIONS), form)
    if form == "docx":
        content = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml")
    return Counter(WORDS.findall(content.decode()))


@pytest.mark.parametrize("form", FULL)
def test_every_note_and_reason_is_told_once(form, tmp_path):
    document = {
        "format": "spinout.answers/1",
        "circumstances": {"nation": "wales"},
        "answers": ANSWERS,
    }
    expected = Counter(WORDS.findall(json.dumps(ANSWERS)))
    assert written(document, form, tmp_path) == expected


@pytest.mark.parametrize("form", [f for f in FULL if f != "answers"])
def test_everything_written_in_a_workshop_is_told_once(form, tmp_path):
    document = {
        "format": "spinout.workshop/1",
        "circumstances": {"nation": "wales"},
        "questions": DISCUSSIONS,
    }
    expected = set(WORDS.findall(json.dumps(DISCUSSIONS)))
    told = written(document, form, tmp_path)
    assert set(told) == expected
    by_question = {"qzstatement", "qzname", "qzdocument", "qzdate", "qzseer"}
    assert {word for word, times in told.items() if times > 1} <= by_question, told


@pytest.mark.parametrize("form", FULL)
def test_a_note_that_is_the_reason_too_is_told_once_and_redacted_notes_never(form, tmp_path):
    answers = {"staff.time": {"state": "not-applicable", "note": "qzsame", "reason": "qzsame"}}
    document = {"format": "spinout.answers/1", "answers": answers}
    times = 2 if form == "answers" else 1
    assert written(document, form, tmp_path) == Counter({"qzsame": times})
    redacted = report.read(tmp_path / "given.json", QUESTIONS, ("notes",))
    content = report.drawn(redacted, form)
    assert b"qzsame" not in content
