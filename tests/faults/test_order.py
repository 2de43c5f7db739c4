"""What the system is asked for, and in which order: on the disk first, called saved afterwards."""

import re
from contextlib import contextmanager

import pytest

from faults.injecting import needs_strace
from faults.seats import everywhere
from helpers.pseudo_terminal import Terminal

CALLS = "trace=openat,write,fsync,fdatasync"


@contextmanager
def watched(folder):
    """Words that put a command under watch, and afterwards what it asked of the system, in order."""
    needs_strace()
    asked = folder / "asked"
    calls = []
    yield f"exec strace -f -y -s 400 -o {asked} -e {CALLS} sh -c 'exec \"$@\"' ", calls
    for line in asked.read_text(errors="replace").splitlines():
        found = re.match(r"\d+\s+(\w+)\((?:\d+|AT_FDCWD)<([^>]*)>(.*)", line)
        if found:
            calls.append(found.groups())


def place(calls, name, path, *words):
    """Where in the order a call stands that names this path and these words."""
    return next(
        n
        for n, (call, at, rest) in enumerate(calls)
        if call == name and at.endswith(path) and all(word in rest for word in words)
    )


@everywhere
def test_nothing_is_called_saved_before_the_disk_has_it(tmp_path, seat):
    path = seat.begun(tmp_path)
    with watched(tmp_path) as (before, calls), seat.taken(path, before=before) as terminal:
        seat.give(terminal)
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    kind = {"note": "note", "remark": "note", "agreement": "agreed"}.get(seat.name, seat.name)
    written = place(calls, "write", seat.file, f'\\"kind\\":\\"{kind}\\"')
    synced = written + place(calls[written:], "fsync", seat.file, "= 0")
    shown = place(calls, "write", "/dev/tty", "Saved: ")
    assert written < synced < shown


@pytest.mark.parametrize("command", ["assess", "workshop"])
def test_the_folder_is_synced_before_a_new_session_counts(tmp_path, command):
    with (
        watched(tmp_path) as (before, calls),
        Terminal(command, "new.spinout", "--plain", folder=tmp_path, before=before) as terminal,
    ):
        terminal.hear("What is the service called?")
        terminal.press("ctrl-c")
        terminal.end()
    written = place(calls, "write", "new.spinout", "header")
    synced = written + place(calls[written:], "fsync", "new.spinout", "= 0")
    folder = synced + place(calls[synced:], "fsync", str(tmp_path), "= 0")
    assert folder < place(calls, "write", "/dev/tty", "What is the service called?")
