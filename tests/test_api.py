"""The Python interface, used as another program would use it."""

import doctest
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

import spinout_cli
from helpers.pseudo_terminal import run
from helpers.strategies import cases, laws

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "bryn-library-service.json"
AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
SHEET = {"format": "spinout.answers/1", "answers": {"staff.vote": {"rung": "lost"}}}


def test_the_page_is_true():
    failed, tried = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False)
    assert tried >= 5
    assert failed == 0


def test_a_document_is_scored_as_the_command_scores_it(tmp_path):
    by_command = run(
        *("score", str(EXAMPLE), "--format", "ndjson"),
        folder=tmp_path,
        SOURCE_DATE_EPOCH=str(int(AT.timestamp())),
        SPINOUT_QUESTIONS="",
    )
    assert spinout_cli.score(EXAMPLE, at=AT).to_dict() == json.loads(by_command.stdout)


@pytest.mark.parametrize("form", [dict, str, bytes, Path])
def test_a_document_may_be_a_mapping_json_or_a_path(form, tmp_path):
    text = json.dumps(SHEET)
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    documents = {dict: SHEET, str: text, bytes: text.encode(), Path: tmp_path / "a.json"}
    found = spinout_cli.score(documents[form], at=AT)
    assert found.model_copy(update={"source": None}) == spinout_cli.score(SHEET, at=AT)


def test_many_are_scored_one_at_a_time():
    taken = []

    def documents():
        for number in range(3):
            taken.append(number)
            yield SHEET

    results = spinout_cli.score_many(documents())
    next(results)
    assert taken == [0]
    assert len(list(results)) == 2


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ("{", "this is not JSON"),
        ("null", "null"),
        ({"format": "spinout.answers/1", "answers": {"staff.vote": {}}}, "rung"),
        ({"format": "spinout.answers/1", "answers": float("nan")}, "JSON"),
        ({"format": "spinout.answers/1", "answers": object()}, "JSON"),
        (Path("missing.json"), "missing.json"),
    ],
)
def test_what_cannot_be_used_is_one_exception_with_where_and_what(document, what):
    with pytest.raises(spinout_cli.SpinoutError) as caught:
        list(spinout_cli.score_many([SHEET, document]))
    error = caught.value
    assert error.where == ("missing.json" if isinstance(document, Path) else "document 2")
    assert what in str(error)
    assert error.what


def test_a_set_of_ones_own_is_loaded_once_and_named(tmp_path):
    path = tmp_path / "questions.yaml"
    run("questions", "new", str(path), folder=tmp_path)
    questions = spinout_cli.load_questions(path)
    assert (questions.id, len(questions.digest)) == ("estate-repairs", 64)
    result = spinout_cli.score({"format": "spinout.answers/1", "answers": {}}, questions)
    assert result.question_set.id == "estate-repairs"
    with pytest.raises(spinout_cli.SpinoutError, match=r"nowhere\.yaml"):
        spinout_cli.load_questions(tmp_path / "nowhere.yaml")


def test_nothing_else_is_public():
    assert set(dir(spinout_cli)) == set(spinout_cli.__all__)
    for name in spinout_cli.__all__:
        assert getattr(spinout_cli, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Scorer'"):
        spinout_cli.Scorer  # noqa: B018  (asking for it is the point)


def test_importing_it_imports_nothing_heavy():
    probe = "import sys, spinout_cli; print(any(m in sys.modules for m in ('pydantic', 'yaml', 'rich')))"
    assert subprocess.check_output([sys.executable, "-c", probe], text=True).strip() == "False"


CONSUMER = """
from collections.abc import Iterator
import spinout_cli

questions: spinout_cli.Questions = spinout_cli.load_questions()
one: spinout_cli.Assessment = spinout_cli.score({"answers": {}}, questions)
many: Iterator[spinout_cli.Assessment] = spinout_cli.score_many([b"{}"], questions)
plain: dict[str, object] = one.to_dict()
spinout_cli.score(3)
"""


@pytest.mark.slow
def test_a_program_that_uses_it_is_checked_by_mypy(tmp_path):
    (tmp_path / "consumer.py").write_text(CONSUMER, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "consumer.py"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    wrong = [line for line in checked.stdout.splitlines() if "error" in line]
    assert [line.split(":")[1] for line in wrong[:-1]] == ["9"], checked.stdout


@laws
@given(case=cases())
def test_what_comes_out_is_read_again_as_the_same(case):
    *_, sheet = case
    document = sheet.model_dump(mode="json", by_alias=True)
    result = spinout_cli.score(document, at=AT)
    assert spinout_cli.Assessment.model_validate(result.to_dict()) == result
