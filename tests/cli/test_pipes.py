"""The command where nobody looks on: pipes, files, streams, and what is broken about them."""

import json
import os
import signal
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator

from helpers.pseudo_terminal import (
    COMMAND,
    FACTS,
    QUESTIONS,
    Terminal,
    answers_document,
    begun,
    run,
    session,
    surroundings,
)
from spinout_cli.storage import journal

posix = pytest.mark.skipif(sys.platform == "win32", reason="speaks of POSIX pipes")
GOOD = {"staff.vote": {"rung": "lost"}}


def document(answers=None, **more):
    """An answers document as JSON on one line."""
    return json.dumps({"format": "spinout.answers/1", "answers": answers or GOOD, **more})


def told(came):
    """What was said on stderr, which is never a traceback."""
    words = came.stderr.decode()
    assert "Traceback" not in words
    return words


# ------------------------------------------------------------------------- nobody there to ask


@pytest.mark.parametrize("stdin", [b"hello\n", b"", b"1\n1\n1\n" * 50])
def test_keys_are_never_read_from_what_is_no_terminal(tmp_path, stdin):
    came = run("assess", folder=tmp_path, stdin=stdin)
    assert came.returncode == 2
    assert came.stdout == b""
    words = told(came)
    assert "stdin is not a terminal" in words
    assert "nation, sector, schemes, people, staff.vote and 4 more" in words
    assert "--answers FILE" in words
    assert "--no-input" in words
    assert not list(tmp_path.glob("*.spinout"))


def test_a_named_file_is_not_made_either(tmp_path):
    came = run("assess", "mine.spinout", folder=tmp_path, stdin=b"3\n")
    assert came.returncode == 2
    assert not (tmp_path / "mine.spinout").exists()


@posix
def test_an_open_silent_pipe_is_not_waited_for(tmp_path):
    read_end, write_end = os.pipe()
    try:
        came = subprocess.run(
            [*COMMAND, "assess"],
            cwd=tmp_path,
            env=surroundings(tmp_path),
            stdin=read_end,
            capture_output=True,
            timeout=30,
            check=False,
            start_new_session=True,
        )
    finally:
        os.close(read_end)
        os.close(write_end)
    assert came.returncode == 2


def test_a_session_with_something_open_is_left_as_it_is(tmp_path):
    path = begun(tmp_path)
    before = path.read_bytes()
    came = run("assess", path.name, folder=tmp_path, stdin=b"hello\n")
    assert came.returncode == 2
    assert path.read_bytes() == before


# -------------------------------------------------------------------------- answers that are given


def test_no_input_scores_what_there_is_and_names_the_rest(tmp_path):
    answers_document(tmp_path, GOOD)
    arguments = ("assess", "--answers", "given.json", "--no-input", "--json")
    came = run(*arguments, folder=tmp_path)
    assert came.returncode == 0
    assert json.loads(came.stdout)["lenses"]["launch"]["state"] == "stopped"
    open_ = "staff.time, pensions.exit, purpose.why"
    assert told(came).strip() == f"Not answered: {open_}"
    assert not list(tmp_path.glob("*.spinout"))


def test_no_input_with_nothing_at_all(tmp_path):
    came = run("assess", "--no-input", "--json", folder=tmp_path)
    assert came.returncode == 0
    assert json.loads(came.stdout)["format"] == "spinout.assessment/1"
    assert "nation" in told(came)


def test_answers_on_stdin(tmp_path):
    given = document(circumstances=FACTS).encode()
    arguments = ("assess", "--answers", "-", "--no-input", "--json")
    came = run(*arguments, folder=tmp_path, stdin=given)
    assert came.returncode == 0
    assert json.loads(came.stdout)["lenses"]["launch"]["hard_stops"] == ["staff.vote"]


def test_answers_on_stdin_with_something_open(tmp_path):
    given = document(circumstances=FACTS).encode()
    came = run("assess", "--answers", "-", folder=tmp_path, stdin=given)
    assert came.returncode == 2
    assert "staff.time" in told(came)


def test_whole_answers_need_no_flag(tmp_path):
    whole = {name: {"state": "unknown"} for name in every_question(tmp_path)}
    answers_document(tmp_path, whole)
    came = run("assess", "new.spinout", "--answers", "given.json", folder=tmp_path)
    assert came.returncode == 0
    assert told(came) == ""
    assert set(session(tmp_path / "new.spinout").answers) == set(whole)


def every_question(folder):
    listed = run("questions", "list", "--json", folder=folder)
    return [question["id"] for question in json.loads(listed.stdout)["questions"]]


@pytest.mark.parametrize(
    ("rung", "fail_on", "code"),
    [
        ("lost", "stopped", 3),
        ("lost", "roadblocks", 3),
        ("lost", "unknown", 3),  # the other lens is
        ("passed", "stopped", 0),
        ("passed", "roadblocks", 0),
    ],
)
def test_fail_on(tmp_path, rung, fail_on, code):
    answers_document(tmp_path, {"staff.vote": {"rung": rung, "basis": "seen"}})
    for command in (
        ["assess", "--answers", "given.json", "--no-input"],
        ["score", "given.json"],
    ):
        came = run(*command, "--fail-on", fail_on, folder=tmp_path)
        assert came.returncode == code, told(came)
        assert came.stdout


def test_files_are_private_whatever_the_umask(tmp_path):
    before = os.umask(0o022)
    try:
        path = begun(tmp_path)
    finally:
        os.umask(before)
    assert f"{path.stat().st_mode & 0o777:o}" == "600"


def test_answers_that_are_refused_are_not_saved_either(tmp_path):
    path = begun(tmp_path)
    before = path.read_bytes()
    answers_document(tmp_path, GOOD)
    given = ("assess", path.name, "--answers", "given.json")
    for more in ((), ("--depth", "quick")):
        came = run(*given, *more, folder=tmp_path)
        assert came.returncode == 2
        assert "pensions.exit" in told(came)
        assert path.read_bytes() == before
    assert run(*given, "--no-input", folder=tmp_path).returncode == 0
    assert session(path).answers["staff.vote"].rung == "lost"


def test_given_answers_take_no_note_away(tmp_path):
    path = begun(tmp_path, staff_vote={"rung": "lost", "note": "Ask Gwen"})
    draft_a_note(path, "staff.vote", "Ask Gwen, or")
    for note in ({}, {"note": ""}):
        answers_document(tmp_path, {"staff.vote": {"rung": "sounded", **note}})
        run("assess", path.name, "--answers", "given.json", "--no-input", folder=tmp_path)
        now = session(path)
        assert now.answers["staff.vote"].rung == "sounded"
        assert now.notes == {"staff.vote": "Ask Gwen"}
        assert now.drafts == {"note:staff.vote": "Ask Gwen, or"}
    arguments = ("new.spinout", "--from", path.name, "--answers", "given.json", "--no-input")
    run("assess", *arguments, folder=tmp_path)
    assert session(tmp_path / "new.spinout").notes == {"staff.vote": "Ask Gwen"}
    answers_document(tmp_path, {"staff.vote": {"rung": "sounded", "note": "Ask Huw"}})
    run("assess", path.name, "--answers", "given.json", "--no-input", folder=tmp_path)
    assert session(path).notes == {"staff.vote": "Ask Huw"}


def draft_a_note(path, question, text):
    opened = journal.Journal.resume(path)
    opened.append("draft", f"note:{question}", text)
    opened.close()


def test_the_role_of_whoever_answered_is_kept(tmp_path):
    answers_document(tmp_path, GOOD, role="the service lead")
    run("assess", "new.spinout", "--answers", "given.json", "--no-input", folder=tmp_path)
    answers_document(tmp_path, GOOD)
    run("assess", "new.spinout", "--answers", "given.json", "--no-input", folder=tmp_path)
    came = run("report", "new.spinout", "--format", "answers", folder=tmp_path)
    assert json.loads(came.stdout)["role"] == "the service lead"


def test_from_begins_a_new_session_and_never_goes_on_with_one(tmp_path):
    path = begun(tmp_path)
    before = path.read_bytes()
    answers_document(tmp_path, GOOD)
    for file in (path.name, "given.json"):
        came = run("assess", file, "--from", "given.json", "--no-input", folder=tmp_path)
        assert came.returncode == 2
        assert f"{file} is there already; --from begins a new session." in told(came)
    assert path.read_bytes() == before


def test_a_session_keeps_to_its_own_themes(tmp_path):
    answers_document(tmp_path, GOOD)
    arguments = ("--answers", "given.json", "--theme", "staff", "--no-input")
    run("assess", "new.spinout", *arguments, folder=tmp_path)
    came = run("assess", "new.spinout", "--no-input", folder=tmp_path)
    assert told(came).strip() == "Not answered: staff.time"
    came = run("assess", "new.spinout", "--theme", "purpose", "--no-input", folder=tmp_path)
    assert told(came).strip() == "Not answered: purpose.why"


def test_the_themes_are_those_of_the_session(tmp_path):
    changed = tmp_path / "changed.yaml"
    words = QUESTIONS.read_text(encoding="utf-8").replace("purpose", "reasons")
    changed.write_text(words, encoding="utf-8")
    answers_document(tmp_path, {})
    begin = ("assess", "new.spinout", "--answers", "given.json", "--no-input")
    run(*begin, folder=tmp_path, SPINOUT_QUESTIONS=str(changed))
    came = run("assess", "new.spinout", "--theme", "reasons", "--no-input", folder=tmp_path)
    assert told(came).strip() == "Not answered: reasons.why"
    for more in ((), ("--answers", "given.json")):
        arguments = ("assess", "new.spinout", "--theme", "purpose", "--no-input", *more)
        came = run(*arguments, folder=tmp_path)
        assert came.returncode == 2
        assert "There is no theme 'purpose'. The themes are: staff, pensions, reasons." in told(
            came
        )


@pytest.mark.parametrize("more", [(), ("--answers", "other.json")])
def test_a_document_is_no_session_to_go_on_with(tmp_path, more):
    answers_document(tmp_path, GOOD)
    (tmp_path / "other.json").write_text(document())
    with Terminal("assess", "given.json", *more, folder=tmp_path, columns=120) as terminal:
        assert terminal.end() == 1
        assert "given.json is an answers document, not a session" in terminal.words
        assert "spinout assess NEW --answers given.json" in terminal.words
        assert "recover" not in terminal.words


# ------------------------------------------------------------------------------- the documents


@posix
def test_the_document_from_a_terminal_is_valid(tmp_path):
    path = begun(tmp_path, staff_vote={"rung": "lost"}, pensions_exit={"state": "unknown"})
    with Terminal(
        "assess", path.name, "--json", folder=tmp_path, redirect="2>/dev/null >out.json"
    ) as terminal:
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("q")
        assert terminal.end() == 0
    schema = json.loads(run("questions", "schema", "assessment", folder=tmp_path).stdout)
    Draft202012Validator.check_schema(schema)
    document_ = json.loads((tmp_path / "out.json").read_text())
    Draft202012Validator(schema).validate(document_)
    assert [block["id"] for block in document_["roadblocks"]] == ["staff.vote"]


@posix
def test_the_summary_in_a_file_is_plain(tmp_path):
    path = begun(tmp_path, staff_vote={"rung": "lost"})
    with Terminal("assess", path.name, folder=tmp_path, redirect=">out.txt") as terminal:
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("q")
        assert terminal.end() == 0
        assert "Staff have not been asked" not in terminal.text
    summary = (tmp_path / "out.txt").read_text()
    assert "Staff have not been asked" in summary
    assert "\x1b" not in summary


# ------------------------------------------------------------------------ where output leads


@posix
@pytest.mark.parametrize(
    "arguments", [["questions", "list", "--json"], ["report", "bryn.spinout"], ["score", "many"]]
)
def test_a_reader_that_has_left_is_no_reason_to_crash(tmp_path, arguments):
    begun(tmp_path)
    (tmp_path / "many").mkdir()
    for number in range(3):
        (tmp_path / "many" / f"{number}.json").write_text(document())
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        came = into(tmp_path, arguments, write_end)
    finally:
        os.close(write_end)
    assert came.returncode == 1
    assert told(came) == ""


def into(folder, arguments, stdout, **environment):
    """Run a command with its stdout leading there."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=surroundings(folder, **environment),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=30,
        check=False,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL),
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
@pytest.mark.parametrize("arguments", [["questions", "list"], ["report", "bryn.spinout"]])
def test_a_full_disk_behind_stdout_takes_one_line(tmp_path, arguments):
    begun(tmp_path)
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        came = into(tmp_path, arguments, full)
    assert came.returncode == 1
    assert told(came).count("\n") == 1
    assert "could not be written" in told(came)


@posix
@pytest.mark.parametrize("arguments", ["questions list", "report bryn.spinout", "score given.json"])
def test_a_closed_stdout_takes_one_line(tmp_path, arguments):
    begun(tmp_path)
    answers_document(tmp_path, GOOD)
    came = subprocess.run(
        ["/bin/sh", "-c", f"exec '{sys.executable}' -m spinout_cli {arguments} >&-"],
        cwd=tmp_path,
        env=surroundings(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert came.returncode == 1
    assert told(came).count("\n") == 1


@posix
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_a_stderr_that_takes_nothing_changes_no_exit_code(tmp_path, where):
    if "full" in where and not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("needs /dev/full")
    for arguments, code in (("assess", 2), ("report nothing.spinout", 1)):
        came = subprocess.run(
            ["/bin/sh", "-c", f"exec '{sys.executable}' -m spinout_cli {arguments} {where}"],
            cwd=tmp_path,
            env=surroundings(tmp_path),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
            check=False,
        )
        assert came.returncode == code


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_encoding_that_lacks_characters_is_no_reason_to_crash(tmp_path, encoding):
    path = begun(tmp_path, staff_vote={"rung": "lost", "note": "Łódź → 🙂"})
    for arguments in (
        ["report", path.name],
        ["report", path.name, "--json"],
        ["questions", "show", "staff.vote"],
        ["assess", "--theme", "→"],
    ):
        came = run(*arguments, folder=tmp_path, PYTHONIOENCODING=encoding)
        assert came.returncode in (0, 2), told(came)


# ------------------------------------------------------------------------------------- many


def scored(came):
    return [json.loads(line) for line in came.stdout.splitlines()]


def test_one_file_is_one_document_and_many_are_lines_in_order(tmp_path):
    names = ["b.json", "a.json", "c.json"]
    for name in names:
        (tmp_path / name).write_text(document(service={"id": name}))
    one = run("score", "a.json", folder=tmp_path)
    assert json.loads(one.stdout)["service"]["id"] == "a.json"
    many = run("score", *names, folder=tmp_path)
    assert [each["service"]["id"] for each in scored(many)] == names


def test_a_folder_is_read_by_name_and_what_is_broken_is_told(tmp_path):
    folder = tmp_path / "returns"
    folder.mkdir()
    (folder / "b.json").write_text(document(service={"id": "b"}))
    (folder / "a.json").write_text(document(service={"id": "a"}))
    (folder / "broken.json").write_text(document()[:-9])
    (folder / "lines.ndjson").write_text(f"{document(service={'id': 'l'})}\n\nnot json\n")
    (folder / "notes.txt").write_text("not looked at")
    session_ = begun(tmp_path, staff_vote={"rung": "passed", "basis": "seen"})
    session_.rename(folder / "s.spinout")
    came = run("score", "returns", folder=tmp_path)
    assert came.returncode == 1
    assert [each["service"]["id"] for each in scored(came)] == ["a", "b", "l", "s1"]
    assert "returns/broken.json:1:" in told(came)
    assert "returns/lines.ndjson:3:1" in told(came)
    assert "2 could not be used and were left out." in told(came)


def test_a_stream_goes_on_past_bad_lines(tmp_path):
    lines = [
        document(service={"id": "one"}),
        "{",
        document(service={"id": "three"}).replace("}}", "}}", 1),
        '{"format": "spinout.answers/1", "answers": {}, "answers": {}}',
        '{"format": "spinout.answers/1", "answers": {}, "circumstances": {"people": NaN}}',
        '{"format": "spinout.answers/1", "answers": {"staff.vote": {"rung": "none", "state": "unknown"}}}',
        "[" * 100_000,
        '{"format": "spinout.answers/1", "answers": {}, "circumstances": {"people": 1'
        + "0" * 5000
        + "}}",
        '{"format": "spinout.answers/1", "answers": {}, "circumstances": {"people": 1e999}}',
        '{"format": "spinout.answers/1", "answers": {"staff.vote": {"rung": "\\ud800"}}}',
        "",
        document(service={"id": "twelve"}),
        document(service={"id": "last"}),
    ]
    came = run("score", "-", folder=tmp_path, stdin="\n".join(lines).encode())
    assert came.returncode == 1
    assert [each["service"]["id"] for each in scored(came)] == ["one", "three", "twelve", "last"]
    words = told(came)
    for number in (2, 4, 5, 6, 7, 8, 9, 10):
        assert f"stdin:{number}:" in words, words
    assert "8 could not be used" in words
    assert "answers' is given twice" in words


def test_a_line_that_is_no_utf8_is_named(tmp_path):
    given = document(service={"id": "one"}).encode() + b"\n\xff\xfe{}\n" + document().encode()
    came = run("score", "-", folder=tmp_path, stdin=given)
    assert came.returncode == 1
    assert len(scored(came)) == 2
    assert "stdin:2: byte 0 is not UTF-8" in told(came)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b'{"format": "spinout.answers/1", "answers": {"a": {"rung": "x"}, "a": {}}}',
            "given twice",
        ),
        (b'{"format": "spinout.answers/1", "answers": {}, "role": NaN}', "NaN is not a number"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' * 50_000, "nested too deeply"),
        (b'{"format": "spinout.answers/1", "answers": {}, "role": ' + b"9" * 9000 + b"}", ""),
        (b"\x00\x01", ""),
        (b"", "not JSON"),
        (b"\xef\xbb\xbf{}", ""),
    ],
)
def test_a_broken_document_is_refused_with_its_name(tmp_path, content, words):
    (tmp_path / "bad.json").write_bytes(content)
    came = run("score", "bad.json", folder=tmp_path)
    assert came.returncode == 1
    assert came.stdout == b""
    assert told(came).startswith("bad.json")
    assert words in told(came)


def test_files_that_are_not_there_are_named(tmp_path):
    (tmp_path / "good.json").write_text(document())
    came = run("score", "nothing.json", "good.json", "x\x1b]52;c;\x07.json", folder=tmp_path)
    assert came.returncode == 1
    assert len(scored(came)) == 1
    assert "There is no file nothing.json. Check its name." in told(came)
    assert "\x1b" not in told(came)


@posix
def test_scoring_a_terminal_says_what_to_pipe(tmp_path):
    with Terminal("score", "-", folder=tmp_path) as terminal:
        assert terminal.end() == 2
        terminal.wait_for("Nothing is piped in.", "many.ndjson")
