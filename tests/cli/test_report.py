"""`spinout report` and `spinout assess --print`: from what, to where, and what is left out."""

import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from helpers.pseudo_terminal import QUESTIONS, begun, run
from spinout_cli.commands import report as reporting
from spinout_cli.commands.report import Request, report
from spinout_cli.documents.redaction import NAMELESS
from spinout_cli.errors import SpinoutError, UsageError

NAME = "Bryn Library Service"
SENTINEL = "SENTINEL-42k"
"""A note that must not be where notes have been left out."""

WRITTEN = tuple(form for form in reporting.FORMATS if form != "terminal")


def _session(folder: Path) -> Path:
    """A session of the built-in questions, with a note on every kind of answer."""
    answers = {
        "staff.vote": {"rung": "lost", "note": f"{SENTINEL} Said at  bryn library SERVICE in May."},
        "purpose.reason": {"rung": "figures", "note": SENTINEL},
        "pensions.exit-cost": {"state": "unknown", "note": SENTINEL},
        "leadership.time": {"state": "not-applicable", "reason": SENTINEL},
        "purpose.measures": {"rung": "agreed", "note": SENTINEL},
    }
    path = folder / "given.json"
    document = {
        "format": "spinout.answers/1",
        "service": {"id": "bryn-library-service", "name": NAME},
        "role": f"Head of {NAME}",
        "circumstances": {"nation": "wales", "sector": "libraries-museums"},
        "answers": answers,
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return _session(tmp_path)


def text_in(path: Path) -> str:
    """Everything that can be read in a file, with what is packed in it unpacked."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            content = b"\n".join(package.read(name) for name in package.namelist())
    return content.decode("utf-8", "replace")


def written(source: Path, form: Any, to: Path, **more: Any) -> str:
    report(Request(file=source, format=form, to=str(to), **more))
    return text_in(to)


# ------------------------------------------------------------------ from what


@pytest.mark.parametrize("form", WRITTEN)
def test_every_format_is_written_from_a_session(form: Any, tmp_path: Path) -> None:
    source = begun(tmp_path, staff_vote={"rung": "agreed"})
    text = written(source, form, tmp_path / "out", questions=QUESTIONS)
    assert "staff.vote" in text
    assert NAME in text or form == "csv"


@pytest.mark.parametrize("form", ["html", "markdown", "csv", "docx", "json"])
def test_a_scored_assessment_gives_the_same_report_as_its_answers(
    form: Any, session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795341600")
    options: dict[str, Any] = {"redact": ("notes",)}
    scored = tmp_path / "scored.json"
    written(session, "json", scored, **options)
    (tmp_path / "1").mkdir()
    told = reporting.read(session, None, ("notes", "name"))
    again = reporting.read(scored, None, ("notes", "name"))
    assert told.summary == again.summary
    assert written(scored, form, tmp_path / "1" / "b")


def test_an_assessment_of_other_questions_is_told_as_it_was_scored(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scored = tmp_path / "scored.json"
    written(session, "json", scored)
    text = written(scored, "html", tmp_path / "out", questions=QUESTIONS)
    assert "pensions.exit-cost" in text
    assert "another version" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"lenses": {}}, "lenses"),
        ({"themes": []}, "themes"),
        ({"scored_at": "yesterday"}, "scored_at"),
        ({"roadblocks": [{"id": "x"}]}, "roadblocks"),
        ({"more": 1}, "more"),
    ],
)
def test_a_damaged_assessment_is_refused_by_name(
    change: dict[str, Any], named: str, session: Path, tmp_path: Path
) -> None:
    scored = tmp_path / "scored.json"
    written(session, "json", scored)
    scored.write_text(json.dumps(json.loads(scored.read_text()) | change), encoding="utf-8")
    with pytest.raises(SpinoutError, match=named):
        report(Request(file=scored, format="html", to=str(tmp_path / "out")))


@pytest.mark.parametrize("low", ["-1", "101", "1e999"])
def test_an_assessment_with_impossible_numbers_is_refused(
    low: str, session: Path, tmp_path: Path
) -> None:
    scored = tmp_path / "scored.json"
    written(session, "json", scored)
    document = json.loads(scored.read_text())
    document["themes"][0]["low"] = "LOW"
    scored.write_text(json.dumps(document).replace('"LOW"', low), encoding="utf-8")
    with pytest.raises(SpinoutError, match="low"):
        report(Request(file=scored, format="html", to=str(tmp_path / "out")))


@pytest.mark.parametrize(
    ("figures", "named"),
    [
        ({"low": 80, "score": None, "high": 20}, "low is more than high"),
        ({"low": 20, "score": 10, "high": 80}, "low is more than score"),
        ({"low": 20, "score": 90, "high": 80}, "score is more than high"),
        ({"asked": 1, "answered": 2, "applicable": 2}, "answered is more than asked"),
        ({"asked": 2, "answered": 2, "applicable": 1}, "answered is more than applicable"),
    ],
)
def test_an_assessment_whose_numbers_contradict_each_other_is_refused(
    figures: dict[str, float], named: str, session: Path, tmp_path: Path
) -> None:
    """Drawn, they would give a picture with less than no width."""
    scored = tmp_path / "scored.json"
    written(session, "json", scored)
    document = json.loads(scored.read_text())
    document["themes"][0] |= figures
    scored.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(SpinoutError, match=f"number 1 of themes .* {named}"):
        report(Request(file=scored, format="html", to=str(tmp_path / "out")))
    assert not (tmp_path / "out").exists()


def test_answers_cannot_be_had_from_an_assessment(session: Path, tmp_path: Path) -> None:
    scored = tmp_path / "scored.json"
    written(session, "json", scored)
    with pytest.raises(SpinoutError, match="no answers"):
        report(Request(file=scored, format="answers"))


# ------------------------------------------------------------------ to where


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.html", b"<!doctype html>"),
        ("a.MD", b"# Bryn"),
        ("a.csv", b"\xef\xbb\xbfkind,"),
        ("a.json", b"{"),
        ("a.docx", b"PK"),
        ("a.txt", b"Summary: Bryn"),
    ],
)
def test_the_ending_names_the_format(
    name: str, begins: bytes, session: Path, tmp_path: Path
) -> None:
    report(Request(file=session, to=str(tmp_path / name)))
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize("form", WRITTEN)
def test_only_the_owner_can_read_what_is_written(form: Any, session: Path, tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        written(session, form, tmp_path / "out")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


def test_nothing_is_overwritten_unless_told(session: Path, tmp_path: Path) -> None:
    there = tmp_path / "out.html"
    there.write_text("mine")
    with pytest.raises(SpinoutError, match="--force"):
        report(Request(file=session, to=str(there)))
    assert there.read_text() == "mine"
    report(Request(file=session, to=str(there), force=True))
    assert there.read_text().startswith("<!doctype html>")


def test_a_link_that_leads_nowhere_counts_as_there(session: Path, tmp_path: Path) -> None:
    (tmp_path / "out.html").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SpinoutError, match="--force"):
        report(Request(file=session, to=str(tmp_path / "out.html")))
    assert not (tmp_path / "elsewhere").exists()


def test_a_session_is_never_replaced(tmp_path: Path) -> None:
    source = begun(tmp_path, staff_vote={"rung": "agreed"})
    before = source.read_bytes()
    (tmp_path / "other").mkdir()
    other = begun(tmp_path / "other", staff_vote={"rung": "agreed"})
    for to in (source, other):
        with pytest.raises(SpinoutError):
            report(Request(source, "html", str(to), force=True, questions=QUESTIONS))
    assert source.read_bytes() == before


def test_the_answers_are_never_replaced_by_their_report(session: Path) -> None:
    before = session.read_bytes()
    with pytest.raises(UsageError, match="made from"):
        report(Request(session, "json", str(session), force=True))
    assert session.read_bytes() == before


@pytest.mark.parametrize("to", ["missing/out.html", ".", "x" * 300, "a\0b"])
def test_a_place_that_cannot_be_written_is_named(
    to: str, session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpinoutError):
        report(Request(session, "html", to))
    assert [path.name for path in tmp_path.iterdir()] == ["given.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of this kind")
def test_a_write_that_fails_leaves_the_old_file(session: Path, tmp_path: Path) -> None:
    there = tmp_path / "out.html"
    there.write_text("mine")
    told = subprocess.run(
        [
            *("/bin/bash", "-c", 'ulimit -f 8; exec "$@"', "_"),
            *(sys.executable, "-m", "spinout_cli", "report", str(session)),
            *("-o", str(there), "--force"),
        ],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert told.returncode == 1
    assert b"could not be written" in told.stderr
    assert b"Traceback" not in told.stderr
    assert there.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["given.json", "out.html"]


# ------------------------------------------------------------------ what is left out


@pytest.mark.parametrize("form", reporting.FORMATS)
def test_notes_that_are_left_out_are_nowhere(form: Any, session: Path, tmp_path: Path) -> None:
    assert SENTINEL not in written(session, form, tmp_path / "out", redact=("notes",))


@pytest.mark.parametrize("form", ["html", "markdown", "csv", "docx"])
def test_notes_stand_beside_what_they_belong_to(form: Any, session: Path, tmp_path: Path) -> None:
    text = written(session, form, tmp_path / "out")
    assert text.count(SENTINEL) == 5


@pytest.mark.parametrize("form", reporting.FORMATS)
def test_a_name_that_is_left_out_is_nowhere(form: Any, session: Path, tmp_path: Path) -> None:
    named = session.rename(tmp_path / "bryn-library-service.json")
    (tmp_path / "out").mkdir()
    text = written(named, form, tmp_path / "out" / "x", redact=("name",)).casefold()
    assert "bryn" not in text
    if form not in ("json", "terminal"):
        assert f"said at  {NAMELESS} in may" in text or f"said at {NAMELESS} in may" in text


def test_whoever_shares_notes_is_told_to_read_them(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(session, "html", tmp_path / "a", redact=("name",))
    assert "--redact notes" in capsys.readouterr().err
    written(session, "html", tmp_path / "b", redact=("name", "notes"))
    assert "--redact" not in capsys.readouterr().err


@pytest.mark.parametrize("part", ["notes", "name"])
def test_leaving_something_out_changes_no_result(part: Any, session: Path) -> None:
    told, less = reporting.read(session, None), reporting.read(session, None, (part,))
    assert told.assessment.model_dump(exclude={"service", "scored_at"}) == (
        less.assessment.model_dump(exclude={"service", "scored_at"})
    )


def test_a_service_named_like_a_choice_keeps_its_facts(tmp_path: Path) -> None:
    path = _session(tmp_path)
    document = json.loads(path.read_text()) | {"service": {"id": "x", "name": "Wales"}}
    path.write_text(json.dumps(document), encoding="utf-8")
    told = reporting.read(path, None, ("name",))
    assert told.assessment.circumstances["nation"] == "wales"
    assert told.summary.heading.service == "Your service"


def test_a_name_is_not_taken_out_of_the_middle_of_words(tmp_path: Path) -> None:
    path = _session(tmp_path)
    document = json.loads(path.read_text()) | {"service": {"id": "x", "name": "A"}}
    document["answers"] = {"staff.vote": {"rung": "lost", "note": "A and a at Ava"}}
    path.write_text(json.dumps(document), encoding="utf-8")
    told = reporting.read(path, None, ("name",))
    assert told.summary.settle.shown[0].noted == f"{NAMELESS} and {NAMELESS} at Ava"


# ------------------------------------------------------------------ the command


@pytest.mark.parametrize("form", ["html", "markdown", "csv", "json", "docx"])
def test_a_document_goes_to_stdout_as_it_is(form: str, session: Path, tmp_path: Path) -> None:
    told = run("report", str(session), "--format", form, folder=tmp_path, PYTHONIOENCODING="ascii")
    assert (told.returncode, told.stderr) == (0, b"")
    begins = {"html": b"<!doctype", "markdown": b"#", "csv": b"kind", "json": b"{", "docx": b"PK"}
    assert told.stdout.startswith(begins[form])
    assert b"\\u" not in told.stdout or form == "docx"


def test_a_word_document_is_not_drawn_on_a_terminal(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(UsageError, match="Name a file"):
        report(Request(session, "docx"))


def test_without_the_package_for_word_the_line_to_run_is_named(
    session: Path, tmp_path: Path
) -> None:
    (tmp_path / "docx.py").write_text("raise ModuleNotFoundError('No docx', name='docx')")
    told = run(*("report", str(session), "-o", "a.docx"), folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert told.returncode == 1
    assert b"pip install 'spinout-cli[docx]'" in told.stderr


def test_a_report_can_still_fail_a_pipeline(session: Path, tmp_path: Path) -> None:
    told = run("report", str(session), "--fail-on", "stopped", "-o", "a.html", folder=tmp_path)
    assert told.returncode == 3
    assert (tmp_path / "a.html").exists()


def test_json_is_for_programs_and_terminal_for_people(session: Path, tmp_path: Path) -> None:
    told = run("report", str(session), "--json", folder=tmp_path)
    assert json.loads(told.stdout)["format"] == "spinout.assessment/1"
    assert run("report", str(session), folder=tmp_path).stdout.startswith(b"Summary: Bryn")


def test_the_questions_are_printed_for_paper(tmp_path: Path) -> None:
    told = run("assess", "--print", "-o", "q.html", folder=tmp_path)
    assert (told.returncode, told.stdout) == (0, b"")
    assert "staff.vote" in (tmp_path / "q.html").read_text(encoding="utf-8")


def test_only_some_of_the_questions_can_be_printed(tmp_path: Path) -> None:
    told = run("assess", "--print", "--theme", "staff", "--depth", "quick", folder=tmp_path)
    assert b"staff.vote" in told.stdout
    assert b"staff.surplus" not in told.stdout
    assert b"pensions." not in told.stdout


@pytest.mark.parametrize(
    "words", [["s.spinout"], ["--answers", "-"], ["--from", "s.spinout"], ["--json"]]
)
def test_paper_takes_no_answers(tmp_path: Path, words: list[str]) -> None:
    told = run("assess", "--print", "-o", "q.html", *words, folder=tmp_path)
    assert (told.returncode, (tmp_path / "q.html").exists()) == (2, False)
    assert b"spinout report FILE" in told.stderr


def test_a_theme_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = run("assess", "--print", "--theme", "nowhere", folder=tmp_path)
    assert told.returncode == 2
    assert b"nowhere" in told.stderr


def test_a_place_to_write_without_something_to_write_is_refused(tmp_path: Path) -> None:
    told = run("assess", "-o", "q.html", folder=tmp_path)
    assert told.returncode == 2
    assert b"--print" in told.stderr


@pytest.mark.parametrize(
    ("name", "noted"),
    [
        ("Gwasanaeth Dŵr", "At Gwasanaeth Dw\u0302r we do"),
        ("Gwasanaeth Dw\u0302r", "At gwasanaeth  dŵr we do"),
        ("St Mary's", "At St Mary\u2019s we do"),
        ("St Mary\u2019s", "At ST MARY'S we do"),
    ],
)
def test_a_name_that_looks_alike_is_taken_out_too(name: str, noted: str, tmp_path: Path) -> None:
    answers = {"staff.vote": {"state": "unknown", "note": noted}}
    given = {"format": "spinout.answers/1", "service": {"id": "a", "name": name}}
    source = tmp_path / "given.json"
    source.write_text(json.dumps({**given, "answers": answers}), encoding="utf-8")
    text = written(source, "answers", tmp_path / "out", redact=("name",))
    assert json.loads(text)["answers"]["staff.vote"]["note"] == f"At {NAMELESS} we do"
