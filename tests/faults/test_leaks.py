"""What was answered is nowhere but in the session: a sentinel is looked for everywhere else."""

import shutil
import signal
import zipfile
from pathlib import Path

import pytest

from faults.injecting import grows_to, injected, needs_strace
from faults.seats import Seat, where_typed
from helpers.pseudo_terminal import answers_document, begun, run

SENTINEL = "SENTINEL-42k-of-debt"
NAMED = "SENTINEL-Library-Service"


def traces(folder, *but):
    """Every file under the folder, the hidden home included, in which the sentinel stands."""
    files = (path for path in folder.rglob("*") if path.is_file() and path not in but)
    return [path.name for path in files if SENTINEL.encode() in path.read_bytes()]


def secret(terminal):
    """Type the sentinel as a note, and press Enter."""
    terminal.press(SENTINEL)
    terminal.wait_for(SENTINEL)
    terminal.press("\r")


def told_of(pid):
    """What every user of this machine may read of a process."""
    return b"".join(
        Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "comm", "stat")
    )


@where_typed
def test_it_is_in_no_title_no_temporary_file_and_no_history(tmp_path, seat):
    path = seat.begun(tmp_path)
    with seat.taken(path, redirect=">out.txt 2>err.txt") as terminal:
        secret(terminal)
        seat.acked(terminal)
        assert SENTINEL.encode() not in told_of(terminal.pid)
        assert traces(tmp_path, path) == []
        assert seat.leave(terminal) == 0
    # The summary of a workshop shows what was noted in it; nothing else may.
    assert traces(tmp_path, path, tmp_path / "out.txt") == []
    assert [p.name for p in tmp_path.rglob("*") if "history" in p.name] == []


@where_typed
@pytest.mark.parametrize("fault", ["full", "lost", "killed"])
def test_it_is_in_no_message_of_a_save_that_fails(tmp_path, seat, fault):
    if fault == "lost":
        needs_strace()
    path = seat.begun(tmp_path)
    with seat.taken(path, redirect="2>err.txt") as terminal:
        if fault == "full":
            grows_to(terminal, path.stat().st_size)
            secret(terminal)
            terminal.tells("Leave without this answer", f"Not saved: {SENTINEL}")
            terminal.press("3", "\r")
            assert terminal.end() == 4
        elif fault == "lost":
            with injected(terminal.pid, "fsync:error=EIO", path=path):
                secret(terminal)
                assert terminal.end() == 4
        else:
            secret(terminal)
            seat.acked(terminal)
            terminal.signal(signal.SIGKILL)
            terminal.end()
    assert SENTINEL not in (tmp_path / "err.txt").read_text()
    kept = [path, *tmp_path.rglob("*-rescue.spinout")]
    assert traces(tmp_path, *kept) == []
    assert all(f"{file.stat().st_mode & 0o777:o}" == "600" for file in kept)


@pytest.fixture
def noted(tmp_path):
    """A session whose name and note are sentinels, and an answers document with the same."""
    path = begun(tmp_path, staff_vote={"rung": "lost", "note": SENTINEL})
    answers_document(
        tmp_path,
        {"staff.vote": {"rung": "lost", "note": SENTINEL}},
        service={"id": "s1", "name": NAMED},
    )
    return path


def test_it_is_in_no_error_about_a_damaged_session(tmp_path, noted):
    content = noted.read_bytes()
    lines = content.split(b"\n")
    damages = {
        "flipped": content.replace(SENTINEL.encode(), SENTINEL.replace("4", "5").encode()),
        "cut": b"\n".join([lines[0], lines[1][:-40], b""]),
        "crlf": content.replace(b"\n", b"\r\n"),
        "repeated": content + lines[1] + b"\n",
        "unknown": content.replace(b'"rung":"lost"', b'"rung":"none"'),
    }
    for name, damaged in damages.items():
        (tmp_path / f"{name}.spinout").write_bytes(damaged)
        file = f"{name}.spinout"
        for command in (
            ["assess", file, "--no-input"],
            ["report", file],
            ["score", file],
            ["explain", file],
            ["compare", file, file],
            ["recover", file],
            ["workshop", file, "--no-input"],
            ["purge", file, "--yes"],
        ):
            told = run(*command, folder=tmp_path).stderr.decode()
            assert SENTINEL not in told, command
            assert "Traceback" not in told, command


BROKEN = (
    f'{{"format": "spinout.answers/1", "answers": {{"staff.vote": "{SENTINEL}"}}}}',
    f'{{"format": "spinout.answers/1", "answers": {{"staff.vote": {{"rung": "{SENTINEL} "}}}}}}',
    f'{{"format": "spinout.answers/1", "answers": {{"staff.vote": {{"rung": 7, "note": "{SENTINEL}"}}}}}}',
    f'{{"format": "spinout.answers/1", "answers": {{}}, "circumstances": "{SENTINEL}"}}',
    f'{{"format": "spinout.answers/1", "answers": {{}}, "depth": "{SENTINEL}"}}',
    f'{{"format": "spinout.answers/1", "answers": {{"staff.vote": {{"note": "{SENTINEL}"',
    f'{{"format": "spinout.workshop/1", "participants": "{SENTINEL}"}}',
    f'{{"format": "spinout.assessment/1", "scored_at": "{SENTINEL}"}}',
)


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_it_is_in_no_error_about_a_broken_document(tmp_path, content):
    (tmp_path / "bad.json").write_text(content)
    for command in (
        ["score", "bad.json"],
        ["report", "bad.json"],
        ["assess", "--answers", "bad.json", "--no-input"],
    ):
        came = run(*command, folder=tmp_path)
        assert came.returncode == 1, command
        assert SENTINEL not in came.stderr.decode(), command
        assert b"Traceback" not in came.stderr


@pytest.mark.parametrize("ending", ["html", "md", "csv", "json", "docx"])
def test_it_is_in_no_report_from_which_it_was_taken_out(tmp_path, noted, ending):
    """Not in what can be seen, nor in the source of it, nor inside the container of a document."""
    for source in (noted.name, "given.json"):
        out = tmp_path / f"{source}.{ending}"
        words = ["--redact", "notes", "--redact", "name", "-o", out.name]
        came = run("report", source, *words, folder=tmp_path)
        assert came.returncode == 0, came.stderr
        parts = [out.read_bytes()]
        if ending == "docx":
            with zipfile.ZipFile(out) as whole:
                parts = [whole.read(name) for name in whole.namelist()]
        for part in parts:
            assert SENTINEL.encode() not in part
            assert NAMED.encode() not in part
        assert f"{out.stat().st_mode & 0o777:o}" == "600"


def test_made_folders_are_private(tmp_path):
    """The state folder is made only when a rescue copy needs it, and then for its owner alone."""
    seat = Seat("assess", "plain", "answer")
    folder = tmp_path / "folder"
    folder.mkdir()
    path = seat.begun(folder)
    with seat.taken(path, folder=tmp_path, at=str(folder), before="umask 022; ") as terminal:
        shutil.rmtree(folder)
        seat.give(terminal)
        assert terminal.end() == 4
    made = [p for p in (tmp_path / ".home").rglob("*") if p.is_dir()]
    assert [p.name for p in made] == ["state", "spinout"]
    assert all(f"{p.stat().st_mode & 0o777:o}" == "700" for p in made)
