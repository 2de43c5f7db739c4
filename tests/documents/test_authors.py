"""Tests of who gave an answer and when: in documents, sessions, reports and redaction."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from helpers.docx_text import outline
from spinout_cli.cli.app import app
from spinout_cli.documents.answers import Answer, AnswerSheet
from spinout_cli.documents.redaction import redacted
from spinout_cli.interview.session import Event, begin, header
from spinout_cli.question_set import loader, snapshot


@pytest.fixture
def document(tmp_path):
    """An answers document of two people."""
    questions = loader.load(None).set.questions
    stop = next(q for q in questions if q.hard_stop and q.when is None)
    other = next(q for q in questions if q.when is None and q.id != stop.id)
    value = {
        "format": "spinout.answers/1",
        "answers": {
            stop.id: {"rung": stop.ladder[0], "by": "HR lead", "at": "2026-12-03T10:00:00Z"},
            other.id: {"state": "unknown", "by": "Finance", "at": "2026-12-04T10:00:00Z"},
        },
    }
    path = tmp_path / "two.json"
    path.write_text(json.dumps(value))
    return path


def _run(*arguments):
    result = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("form", ["terminal", "html", "markdown"])
def test_a_report_says_who_answered_and_when(document, form):
    told = " ".join(_run("report", document, "--format", form).split())
    assert "HR lead, 3 December 2026" in told
    assert "Finance, 4 December 2026" in told


def test_csv_and_word_say_who_answered(document):
    rows = list(csv.DictReader(io.StringIO(_run("report", document, "--format", "csv"))))
    assert {"HR lead, 3 December 2026", "Finance, 4 December 2026"} <= {row["by"] for row in rows}
    paper = document.with_suffix(".docx")
    _run("report", document, "-o", paper)
    assert "HR lead, 3 December 2026" in outline(paper.read_bytes())


def test_explain_says_who_answered(document):
    name = next(iter(json.loads(document.read_text())["answers"]))
    assert "Answered by HR lead, 3 December 2026." in _run("explain", document, name)
    line = json.loads(_run("explain", document, name, "--json"))["answer"]
    assert line["by"] == "HR lead"
    assert line["at"] == "2026-12-03T10:00:00Z"


@pytest.mark.parametrize("form", ["html", "markdown", "csv", "answers", "json"])
def test_no_role_is_left_once_names_are_taken_out(document, form):
    told = _run("report", document, "--format", form, "--redact", "name")
    assert "HR lead" not in told
    assert "Finance," not in told


def test_what_is_not_agreed_must_be_unknown():
    assert Answer.model_validate({"state": "unknown", "disputed": True}).disputed
    with pytest.raises(ValidationError, match="not agreed yet"):
        Answer.model_validate({"rung": "agreed", "disputed": True})


def test_an_answer_given_in_a_session_is_signed_with_its_role_and_day():
    loaded = loader.load(None)
    question = loaded.set.questions[0]
    ref = {"id": loaded.set.id, "version": loaded.set.version, "digest": loaded.digest}
    head = header(
        AnswerSheet.model_validate(
            {"format": "spinout.answers/1", "question_set": ref, "answers": {}}
        ).question_set,
        snapshot.snapshot(loaded),
        service=None,
        depth="full",
        themes=(),
    )
    day = datetime(2026, 12, 3, tzinfo=UTC)
    session = begin(head, day)
    session.take(Event("answer", question.id, {"rung": question.ladder[0]}), day)
    assert session.sheet().answers[question.id].by is None
    assert session.sheet().answers[question.id].at == day
    imported = {
        "format": "spinout.answers/1",
        "role": "HR lead",
        "answers": {question.id: {"rung": question.ladder[1]}},
    }
    session.take(Event("import", None, imported), day)
    assert session.sheet().answers[question.id].by == "HR lead"
    assert session.sheet().answers[question.id].at is None


def test_redaction_keeps_the_day():
    sheet = AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "answers": {"a": {"rung": "b", "by": "HR lead", "at": "2026-12-03T10:00:00Z"}},
        }
    )
    kept = redacted(sheet, ["name"], loader.load(None).set).answers["a"]
    assert (kept.by, kept.at) == (None, datetime(2026, 12, 3, 10, tzinfo=UTC))
