"""Two windows, other questions, odd sizes, pauses, pastes, clocks, homes, and nobody at all."""

import shutil
import signal
import termios
from pathlib import Path

import pytest
import yaml

from faults.injecting import needs
from faults.seats import HALF, Seat, each_way, meeting, where_typed
from helpers.pseudo_terminal import QUESTIONS, Terminal, events, run, session
from spinout_cli.sanitize import sanitize

BOTH = pytest.mark.parametrize("command", ["assess", "workshop"])


def note_in(seat, path):
    """The note that a session holds on the question."""
    if seat.command == "assess":
        return session(path).notes.get("staff.vote", "")
    return meeting(path).about("staff.vote").note


# --------------------------------------------------------------------------- two windows


@each_way
def test_a_second_window_is_refused_until_the_first_is_gone(tmp_path, seat):
    path = seat.begun(tmp_path)
    with seat.taken(path) as first:
        with seat.opened(path) as second:
            assert second.end() == 1
            second.tells(f"{seat.file} is open in another window. Go on there, or close that one")
        assert run("report", seat.file, folder=tmp_path).returncode == 0  # reading needs no lock
        first.signal(signal.SIGKILL)
        assert first.end() == -signal.SIGKILL
    with seat.taken(path) as third:
        seat.give(third)
        seat.acked(third)
        assert seat.leave(third) == 0
    assert seat.moment.kept(path)


@each_way
def test_a_session_goes_on_with_its_own_questions(tmp_path, seat):
    path = seat.begun(tmp_path)
    changed = yaml.safe_load(QUESTIONS.read_text())
    changed["questions"][0]["ask"] = "Something else altogether?"
    del changed["questions"][1]
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump(changed))
    with seat.taken(path, SPINOUT_QUESTIONS=str(other)) as terminal:
        terminal.tells("The questions have changed since this")
        assert "Something else" not in terminal.said
        seat.give(terminal)
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert seat.moment.kept(path)


# --------------------------------------------------------------------------- what is pasted


HOSTILE = b"caf\xe9 \xff\xfe caf\xc3\xa9 \xed\xa0\x80 \xe2\x80\xae\xf0\x9f\x99\x82 end"


@where_typed
def test_bytes_that_are_no_text_are_stored_clean(tmp_path, seat):
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        terminal.paste(HOSTILE)
        terminal.wait_for_bytes(b"end")
        terminal.press("\r")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
        assert b"Traceback" not in terminal.raw
    note = note_in(seat, path)
    assert note.startswith("caf")
    assert note.endswith("🙂 end")
    assert "café" in note
    assert sanitize(note) == note


@where_typed
def test_lines_pasted_at_once_answer_only_one_question(tmp_path, seat):
    """Without brackets the first line is the note; the others must not choose what comes next."""
    path = seat.begun(tmp_path)
    before = len(events(path))
    with seat.taken(path) as terminal:
        terminal.paste(b"one\r2\r3\rd\r")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert note_in(seat, path) == "one"
    assert len(events(path)) == before + 1


@pytest.mark.parametrize(
    "seat", [Seat("assess", "drawn", "note"), Seat("workshop", "drawn", "remark")], ids=str
)
def test_a_bracketed_paste_is_one_clean_line(tmp_path, seat):
    path = seat.begun(tmp_path)
    inside = b"one\ntwo\x07\x00 \x1b]52;c;aGk=\x07 \x1b[31mred\rthree\tfour"
    with seat.taken(path) as terminal:
        terminal.paste(b"\x1b[200~" + inside + b"\x1b[201~")
        terminal.wait_for("four")
        terminal.press("enter")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
        assert b"\x1b]52" not in terminal.raw
    # Codes go whole, not only their first byte.
    assert note_in(seat, path) == "one two  red three four"


@where_typed
def test_twenty_kilobytes_are_refused_aloud_and_nothing_is_cut(tmp_path, seat):
    path = seat.begun(tmp_path)
    before = events(path)
    with seat.taken(path) as terminal:
        if seat.mode == "drawn":
            terminal.paste(b"\x1b[200~" + b"word " * 4000 + b"\x1b[201~")
            terminal.press("enter")
            terminal.wait_for("That is longer than 4,000 characters.")
            terminal.press("ctrl-u")
        else:
            for _ in range(20):
                terminal.paste(b"word " * 200)
                terminal.pump(0.05)
            terminal.press("\r")
            terminal.hear("Nothing was saved. Please shorten it.")
            terminal.hear("> ")
        assert events(path) == before
        terminal.press("short", "\r")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert note_in(seat, path) == "short"


# --------------------------------------------------------------------------- sizes and pauses


@each_way
def test_sizes_down_to_one_by_one(tmp_path, seat):
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        for columns, rows in ((40, 10), (10, 20), (1, 1), (2, 50), (200, 1), (80, 30)):
            terminal.resize(columns, rows)
            terminal.pump(0.1)
        seat.give(terminal)
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
        assert b"Traceback" not in terminal.raw
    assert seat.moment.kept(path)


@where_typed
def test_sizes_in_the_middle_of_a_line(tmp_path, seat):
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        seat.type(terminal)
        for columns, rows in ((10, 20), (1, 1), (200, 1), (80, 30)):
            terminal.resize(columns, rows)
            terminal.pump(0.1)
        terminal.press("\r")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert seat.moment.kept(path)


@BOTH
@pytest.mark.parametrize("size", [(1, 1), (10, 4)])
def test_begun_in_a_tiny_window(tmp_path, command, size):
    columns, rows = size
    with Terminal(command, folder=tmp_path, columns=columns, rows=rows) as terminal:
        terminal.wait_for_bytes(b"\x1b[?2004h")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        assert b"Traceback" not in terminal.raw


@where_typed
def test_stopped_and_continued(tmp_path, seat):
    """As by a shell, which gives itself back the terminal as it wants it meanwhile."""
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        seat.type(terminal)
        terminal.signal(signal.SIGSTOP)
        terminal.until(lambda: stopped(terminal.pid), "stopped")
        mine = termios.tcgetattr(terminal.child.child_fd)
        mine[3] |= termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
        mine[0] |= termios.ICRNL
        termios.tcsetattr(terminal.child.child_fd, termios.TCSANOW, mine)
        terminal.signal(signal.SIGCONT)
        if seat.mode == "drawn":
            terminal.until(lambda: not terminal.is_cooked(), "raw again")
        terminal.press("\r")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
        assert terminal.is_cooked()
    assert seat.moment.kept(path)


def stopped(pid):
    """Whether a process has stopped, as /proc tells."""
    return "State:\tT" in Path(f"/proc/{pid}/status").read_text()


# --------------------------------------------------------------------------- clocks and homes


@each_way
def test_a_clock_that_jumps_back(tmp_path, seat):
    """The computer finds out in the middle that it is seven years earlier."""
    needs("faketime")
    (library,) = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))[:1]
    clock = tmp_path / "clock"
    clock.write_text("@2026-11-22 10:00:00")
    path = seat.begun(tmp_path)
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with seat.taken(path, **faked) as terminal:
        clock.write_text("@2019-01-01 00:00:00")
        seat.give(terminal)
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
        assert b"Traceback" not in terminal.raw
    assert seat.moment.kept(path)
    assert b'"t":"2019-01-01T0' in path.read_bytes().splitlines()[-1]
    with seat.opened(path) as again:
        again.wait_for("Which theme next?" if seat.command == "assess" else "Welcome back")
    for command in (["report", seat.file], ["score", seat.file], ["explain", seat.file]):
        came = run(*command, folder=tmp_path)
        assert came.returncode == 0, came.stderr


@each_way
def test_no_home(tmp_path, seat):
    """Nothing needs a home; and a copy that has to go elsewhere goes to the temp folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    spare = tmp_path / "spare"
    spare.mkdir()
    path = seat.begun(folder)
    where = {"folder": tmp_path, "at": str(folder), "TMPDIR": str(spare), "HOME": "/proc/nobody"}
    with seat.taken(path, XDG_STATE_HOME="", **where) as terminal:
        shutil.rmtree(folder)
        seat.give(terminal)
        assert terminal.end() == 4
        terminal.tells(str(spare))
    (rescue,) = spare.glob("*/*.spinout")
    assert seat.moment.kept(rescue)
    assert (
        f"{rescue.stat().st_mode & 0o777:o}-{rescue.parent.stat().st_mode & 0o777:o}" == "600-700"
    )


@BOTH
def test_begun_without_a_home_and_with_a_wide_umask(tmp_path, command):
    begin = "umask 022; unset HOME XDG_STATE_HOME; "
    with Terminal(command, "new.spinout", "--plain", folder=tmp_path, before=begin) as terminal:
        terminal.say("Bryn")
        terminal.hear("Bryn")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
    assert f"{(tmp_path / 'new.spinout').stat().st_mode & 0o777:o}" == "600"


# --------------------------------------------------------------------------- nobody there


@BOTH
@pytest.mark.parametrize("stdin", [b"", b"1\n1\n1\n" * 50, HALF.encode()])
def test_nothing_is_asked_of_what_is_no_terminal(tmp_path, command, stdin):
    came = run(command, "new.spinout", folder=tmp_path, stdin=stdin)
    assert (came.returncode, came.stdout) == (2, b"")
    assert b"stdin is not a terminal" in came.stderr
    assert not (tmp_path / "new.spinout").exists()
