"""Reports and removals: whole or not at all, and nothing is said that is not so."""

import re
import signal

import pytest

from faults.injecting import fill, injected, needs_strace, read_only, small_disk, untouchable
from faults.seats import Seat
from helpers.pseudo_terminal import Terminal, run

SESSIONS = pytest.mark.parametrize(
    "seat", [Seat("assess", "plain", "answer"), Seat("workshop", "plain", "agreement")], ids=str
)
LEFT = re.compile(r"\.spinout-[0-9a-f]{16}\.tmp")


def unfinished(folder):
    return [path.name for path in folder.iterdir() if LEFT.fullmatch(path.name)]


@SESSIONS
def test_a_report_on_a_full_disk_leaves_the_old_one(tmp_path, seat):
    with small_disk(tmp_path / "disk") as disk:
        seat.begun(disk)
        old = disk / "old.html"
        old.write_text("last year's")
        ballast = fill(disk)
        words = ["report", f"disk/{seat.file}", "-o", "disk/old.html", "--force"]
        came = run(*words, folder=tmp_path)
        assert came.returncode == 1
        assert b"could not be written" in came.stderr
        assert b"Nothing there has changed" in came.stderr
        assert old.read_text() == "last year's"
        assert unfinished(disk) == []
        ballast.unlink()
        assert run(*words, folder=tmp_path).returncode == 0
        assert "<html" in old.read_text()


@SESSIONS
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_report_that_is_stopped_while_it_is_written(tmp_path, seat, number):
    """Only a kill leaves something behind, and `purge` names that; the old one stands throughout."""
    needs_strace()
    seat.begun(tmp_path)
    old = tmp_path / "old.html"
    old.write_text("last year's")
    begin = "read go; "  # so that the system can be told first
    words = ["report", seat.file, "-o", "old.html", "--force"]
    with (
        Terminal(*words, folder=tmp_path, before=begin) as terminal,
        injected(terminal.pid, "fsync:delay_enter=1500000:when=1"),
    ):
        terminal.press("go\r")
        terminal.until(lambda: unfinished(tmp_path) != [], "a report that is being written")
        terminal.signal(number)
        terminal.end()
    if number == signal.SIGKILL:
        assert old.read_text() == "last year's"
        (left,) = unfinished(tmp_path)
        told = run("purge", seat.file, "--yes", folder=tmp_path).stderr.decode()
        assert f"Left {left} (a report or an export that was cut short)" in told
    else:
        assert "<html" in old.read_text()
        assert unfinished(tmp_path) == []


@SESSIONS
def test_what_cannot_be_removed_is_said_and_the_rest_goes(tmp_path, seat):
    path = seat.begun(tmp_path)
    torn = path.with_name(f"{path.name}.torn")
    torn.write_bytes(b"0badf00d {")
    with untouchable(torn):
        came = run("purge", seat.file, "--yes", folder=tmp_path)
        told = came.stderr.decode()
        assert came.returncode == 1
        assert f"Could not remove {torn.name} (an end that was cut short)" in told
        assert f"Removed {seat.file} (the session)" in told
        assert torn.exists()
        assert not path.exists()


@SESSIONS
def test_nothing_is_removed_from_a_read_only_disk(tmp_path, seat):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = seat.begun(folder)
    with read_only(folder):
        came = run("purge", f"folder/{seat.file}", "--yes", folder=tmp_path)
        assert came.returncode == 1
        assert b"the disk is read-only" in came.stderr
    assert path.exists()
