"""A disk that is full, that errs, that lies; files and folders that go while somebody sits there."""

import re
import shutil
import signal

import pytest

from faults.injecting import (
    fill,
    freed,
    grows_to,
    injected,
    needs_root,
    needs_strace,
    read_only,
    small_disk,
)
from faults.seats import CHAIRS, HALF, each_way, everywhere, where_typed
from helpers.pseudo_terminal import Terminal
from spinout_cli.storage import journal

LEAVING = {
    "choice": lambda terminal: terminal.press("3", "\r"),
    "ctrl-c": lambda terminal: terminal.press("ctrl-c"),
    "ctrl-d": lambda terminal: terminal.press("ctrl-d"),
    "SIGTERM": lambda terminal: terminal.signal(signal.SIGTERM),
    "SIGHUP": lambda terminal: terminal.signal(signal.SIGHUP),
}


def rescued(terminal, seat, folder):
    """The rescue copy that the last words name, with the command that goes on with it."""
    found = re.search(rf"Go on with spinout {seat.command} (\S+)", terminal.said)
    assert found, terminal.text
    path = folder / found[1]
    assert path.name != seat.file
    assert f"{path.stat().st_mode & 0o777:o}" == "600"
    assert "Traceback" not in terminal.said
    return path


def goes_on(seat, path):
    """Whether the command takes this file up again."""
    words = {"assess": "Which theme next?", "workshop": "Who is in the room today?"}
    with seat.opened(path) as terminal:
        terminal.wait_for(words[seat.command])


# --------------------------------------------------------------------------- full


@everywhere
def test_full_then_freed(tmp_path, seat):
    """With room for ten bytes the write is cut short before it fails, and must be taken back."""
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        before = path.read_bytes()
        grows_to(terminal, len(before) + 10)
        seat.give(terminal)
        seat.unsaved(terminal)
        assert "could not be saved in" in terminal.said
        assert not seat.is_acked(terminal)
        assert path.read_bytes() == before
        freed(terminal)
        terminal.press("1", "\r")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert seat.moment.kept(path)


@each_way
@pytest.mark.parametrize("how", LEAVING)
def test_full_and_left(tmp_path, seat, how):
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        before = path.read_bytes()
        grows_to(terminal, len(before))
        seat.give(terminal)
        seat.unsaved(terminal)
        if how == "choice":  # there is room for one whole copy elsewhere
            freed(terminal)
        LEAVING[how](terminal)
        assert terminal.end() == 4
        assert terminal.is_cooked()
        terminal.tells(f"could not be saved in {seat.file}; those before it are there.")
        if how == "choice":
            assert seat.moment.kept(rescued(terminal, seat, tmp_path))
        else:
            terminal.tells("No folder took a rescue copy either.", seat.go_on)
        assert not seat.is_acked(terminal)
    assert path.read_bytes() == before
    goes_on(seat, path)


@each_way
def test_full_and_the_window_closed(tmp_path, seat):
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        before = path.read_bytes()
        grows_to(terminal, len(before))
        seat.give(terminal)
        seat.unsaved(terminal)
        freed(terminal)
        assert terminal.hang_up() == 4
    assert path.read_bytes() == before
    (rescue,) = tmp_path.glob("*-rescue.spinout")
    assert seat.moment.kept(rescue)


@each_way
def test_full_and_gone_on_elsewhere(tmp_path, seat):
    path = seat.begun(tmp_path)
    (tmp_path / "stick").mkdir()
    with seat.taken(path) as terminal:
        grows_to(terminal, path.stat().st_size)
        seat.give(terminal)
        seat.unsaved(terminal)
        freed(terminal)
        terminal.press("2", "\r")
        terminal.wait_for("In which folder?")
        terminal.wait_for("Esc back" if seat.mode == "drawn" else "goes back")
        terminal.press("stick", "\r")
        terminal.tells(f"From now on everything is saved in stick/{seat.file}.")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
        terminal.tells(f"Saved in stick/{seat.file}.")
    assert not seat.moment.kept(path)
    assert seat.moment.kept(tmp_path / "stick" / seat.file)


@where_typed
@pytest.mark.parametrize("how", ["ctrl-c", "SIGHUP"])
def test_full_while_typing(tmp_path, seat, how):
    """A draft that cannot be kept is said to be lost, and is in the rescue copy."""
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        before = path.read_bytes()
        (tmp_path / ".home" / "state").mkdir()
        grows_to(terminal, len(before))
        seat.type(terminal)
        LEAVING[how](terminal)
        assert terminal.end() == 4
        assert terminal.is_cooked()
        terminal.tells("What you were typing could not be saved", seat.go_on)
    assert path.read_bytes() == before


def to_the_brim(path):
    """Use up the file's last block too, with records that nobody minds."""
    with journal.Journal.resume(path) as open_:
        room = -path.stat().st_size % 4096
        while not 0 < room < 60:
            open_.append("ballast", None, "x" * max(1, room - 140))
            room = -path.stat().st_size % 4096
    return path


@each_way
def test_a_disk_that_is_really_full(tmp_path, seat):
    """A disk of one megabyte, filled to the last byte: nothing imagined."""
    with small_disk(tmp_path / "disk") as disk:
        path = to_the_brim(seat.begun(disk))
        with seat.taken(path, folder=tmp_path, at=str(disk)) as terminal:
            before = path.read_bytes()
            ballast = fill(disk)
            seat.give(terminal)
            seat.unsaved(terminal)
            assert "the disk is full" in terminal.said
            assert path.read_bytes() == before
            ballast.unlink()
            terminal.press("1", "\r")
            seat.acked(terminal)
            assert seat.leave(terminal) == 0
        assert seat.moment.kept(path)


@each_way
def test_a_home_that_is_full_as_well(tmp_path, seat):
    """The folder, the state folder and home are full; the copy goes to the temp folder."""
    with small_disk(tmp_path / ".home") as home, small_disk(tmp_path / "disk") as disk:
        path = to_the_brim(seat.begun(disk))
        spare = tmp_path / "spare"
        spare.mkdir()
        with seat.taken(path, folder=tmp_path, at=str(disk), TMPDIR=str(spare)) as terminal:
            fill(disk)
            fill(home)
            seat.give(terminal)
            seat.unsaved(terminal)
            terminal.press("3", "\r")
            assert terminal.end() == 4
            assert rescued(terminal, seat, tmp_path).parent == spare
        (rescue,) = spare.glob("*.spinout")
        assert seat.moment.kept(rescue)


# --------------------------------------------------------------------------- erring


@everywhere
def test_a_sync_that_fails(tmp_path, seat):
    """The file is not used again, everything is in a copy, and the exit code is 4."""
    needs_strace()
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        with injected(terminal.pid, "fsync:error=EIO", path=path):
            seat.give(terminal)
            assert terminal.end() == 4
        assert terminal.is_cooked()
        terminal.tells(
            f"{seat.file} can no longer be used: the disk did not confirm a save.",
            "Everything up to here is safe in",
        )
        assert not seat.is_acked(terminal)
        rescue = rescued(terminal, seat, tmp_path)
    assert seat.moment.kept(rescue)
    goes_on(seat, rescue)


@each_way
def test_a_disk_that_confirms_nothing(tmp_path, seat):
    """No sync works anywhere: a copy that is not confirmed is better than none."""
    needs_strace()
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        with injected(terminal.pid, "fsync:error=EIO"):
            seat.give(terminal)
            assert terminal.end() == 4
        assert seat.moment.kept(rescued(terminal, seat, tmp_path))


@each_way
@pytest.mark.parametrize("error", ["EIO", "EDQUOT"])
def test_a_write_that_fails_is_taken_back(tmp_path, seat, error):
    needs_strace()
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        before = path.read_bytes()
        with injected(terminal.pid, f"write:error={error}", path=path):
            seat.give(terminal)
            seat.unsaved(terminal)
        assert path.read_bytes() == before
        terminal.press("1", "\r")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert seat.moment.kept(path)


@each_way
def test_a_write_that_fails_and_cannot_be_taken_back(tmp_path, seat):
    needs_strace()
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        with injected(terminal.pid, "write:error=EIO", "ftruncate:error=EIO", path=path):
            seat.give(terminal)
            assert terminal.end() == 4
        terminal.tells("a save failed half-way and could not be taken back")
        assert seat.moment.kept(rescued(terminal, seat, tmp_path))


@each_way
def test_a_system_that_lies_about_a_write(tmp_path, seat):
    """It says that seven bytes were written, and wrote none: the size of the file gives it away."""
    needs_strace()
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        with injected(terminal.pid, "write:retval=7:when=1", path=path):
            seat.give(terminal)
            assert terminal.end() == 4
        assert not seat.is_acked(terminal)
        assert seat.moment.kept(rescued(terminal, seat, tmp_path))


@each_way
def test_an_interrupted_call_is_made_again(tmp_path, seat):
    needs_strace()
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        faults = ("write:error=EINTR:when=1", "fsync:error=EINTR:when=1")
        with injected(terminal.pid, *faults, path=path):
            seat.give(terminal)
            seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert seat.moment.kept(path)


# --------------------------------------------------------------------------- gone


def deleted(path):
    path.unlink()


def replaced(path):
    path.unlink()
    path.write_text("somebody else's")


def moved(path):
    path.rename(path.with_name("elsewhere"))


def emptied(path):
    path.write_bytes(b"")


def synced(path):
    """What a synced folder does: another copy, byte for byte, in the same place."""
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    copy.replace(path)


def folder_deleted(path):
    shutil.rmtree(path.parent)


def linked(path):
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


GOING = (deleted, replaced, moved, emptied, synced, linked, folder_deleted)
WAYS = ("ctrl-c", "SIGTERM", "quit")
TURNS = [  # every fault with both commands; faces and ways of leaving in turn
    (fault, CHAIRS[2 * command + (number + command) % 2], WAYS[(number + command) % 3])
    for number, fault in enumerate(GOING)
    for command in (0, 1)
]
going = pytest.mark.parametrize(
    ("fault", "seat", "how"), TURNS, ids=[f"{fault.__name__}-{seat}" for fault, seat, _ in TURNS]
)


@going
def test_a_file_that_goes_is_noticed_at_the_next_save(tmp_path, fault, seat, how):
    del how
    folder = tmp_path / "folder"
    folder.mkdir()
    path = seat.begun(folder)
    with seat.taken(path, folder=tmp_path, at=str(folder)) as terminal:
        fault(path)
        seat.give(terminal)
        assert terminal.end() == 4
        assert terminal.is_cooked()
        terminal.tells("it was moved, deleted or changed by something else")
        assert not seat.is_acked(terminal)
        assert seat.moment.kept(rescued(terminal, seat, folder))
    if fault is replaced:
        assert path.read_text() == "somebody else's"


@going
def test_a_file_that_goes_is_noticed_on_leaving(tmp_path, fault, seat, how):
    """Nothing more was given: "saved in" must not be said of a file that is no longer there."""
    folder = tmp_path / "folder"
    folder.mkdir()
    path = seat.begun(folder)
    with seat.taken(path, folder=tmp_path, at=str(folder)) as terminal:
        seat.give(terminal)
        seat.acked(terminal)
        fault(path)
        if how == "quit":
            assert seat.leave(terminal) == 4
        else:
            LEAVING[how](terminal)
            assert terminal.end() == 4
        assert terminal.is_cooked()
        assert f"Saved in {seat.file}" not in terminal.said
        assert seat.moment.kept(rescued(terminal, seat, folder))


@where_typed
def test_a_file_that_goes_while_somebody_types(tmp_path, seat):
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        seat.type(terminal)
        path.unlink()
        terminal.press("ctrl-c")
        assert terminal.end() == 4
        rescue = rescued(terminal, seat, tmp_path)
    assert [record.v for record in journal.read(rescue)][-1] == HALF


@each_way
def test_no_folder_takes_a_copy_until_one_does(tmp_path, seat):
    """The file is gone and every disk is full: the window stays open until there is room."""
    needs_strace()
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        path.unlink()
        with injected(terminal.pid, "openat:error=ENOSPC"):
            seat.give(terminal)
            seat.unsaved(terminal)
        assert "No folder took a rescue copy" in terminal.said
        terminal.press("1", "\r")
        assert terminal.end() == 4
        assert seat.moment.kept(rescued(terminal, seat, tmp_path))


# --------------------------------------------------------------------------- nowhere to save


@each_way
@pytest.mark.parametrize("named", [True, False], ids=["named", "unnamed"])
def test_a_read_only_folder_is_refused_before_the_first_question(tmp_path, seat, named):
    needs_root()
    folder = tmp_path / "folder"
    folder.mkdir()
    with read_only(folder):
        words = [seat.file] if named else []
        plain = ["--plain"] if seat.mode == "plain" else []
        with Terminal(seat.command, *words, *plain, folder=tmp_path, at=str(folder)) as terminal:
            assert terminal.end() == 1
            assert "What is the service called?" not in terminal.said
            told = "the disk is read-only" if named else f"Nothing can be saved in {folder}"
            assert told in terminal.said
            assert "Traceback" not in terminal.said


@each_way
@pytest.mark.parametrize("named", [True, False], ids=["named", "unnamed"])
def test_a_folder_that_is_gone_is_refused_before_the_first_question(tmp_path, seat, named):
    words = [seat.file] if named else []
    plain = ["--plain"] if seat.mode == "plain" else []
    gone = tmp_path / "gone"
    gone.mkdir()
    begin = "cd gone && rmdir ../gone && "
    with Terminal(seat.command, *words, *plain, folder=tmp_path, before=begin) as terminal:
        assert terminal.end() == 1
        assert "Traceback" not in terminal.said
        assert "What is the service called?" not in terminal.said
