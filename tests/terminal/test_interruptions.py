"""What is kept when somebody is interrupted alone at a desk; every other fault is in `faults/`."""

import io
import os
import pty
import select
import signal
import sys
from contextlib import contextmanager

import pytest

from helpers.pseudo_terminal import PATIENCE, Terminal, begun, session
from spinout_cli.terminal.tty import LineReader

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="speaks of POSIX terminals")

MODES = {"drawn": (), "plain": ("--plain",)}
both = pytest.mark.parametrize("mode", MODES)
HALF = "Gwen thinks that the fund"
GO_ON = "Go on with   spinout assess bryn.spinout"


@contextmanager
def at_a_question(folder, mode, path, **more):
    """A sitting at the first question of a session."""
    with Terminal("assess", path.name, *MODES[mode], folder=folder, **more) as terminal:
        if mode == "plain":
            terminal.say("1")
            terminal.hear("How have staff had their say")
            terminal.hear("> ")
        else:
            terminal.wait_for("Which theme next?", "q save and leave")
            terminal.press("1", "enter")
            terminal.wait_for("How have staff had their say", "n note", "q save and leave")
        yield terminal


@contextmanager
def at_a_note(folder, mode, path, **more):
    """A sitting in which a note is being typed."""
    with at_a_question(folder, mode, path, **more) as terminal:
        if mode == "plain":
            terminal.press("note\r")
            terminal.hear("Note on:")
            terminal.hear("> ")
        else:
            terminal.press("n")
            terminal.wait_for("Note on:", "Enter accept")
        yield terminal


def settled(terminal, mode, *texts):
    """Wait until these have been shown, and the next key or line is waited for."""
    if mode == "drawn":
        terminal.wait_for(*texts, "Enter accept")
    else:
        for text in texts:
            terminal.hear(text)
        terminal.hear("> ")


def typed(terminal, words):
    """Type words without Enter, and see them on the screen."""
    terminal.press(words)
    terminal.wait_for(words[-20:])


# ---------------------------------------------------------------- left in the middle of a note


INTERRUPTIONS = {
    "ctrl-c": (lambda terminal: terminal.press("ctrl-c"), 130),
    "ctrl-d": (lambda terminal: terminal.press("ctrl-d"), 130),
    "SIGTERM": (lambda terminal: terminal.signal(signal.SIGTERM), 143),
    "SIGHUP": (lambda terminal: terminal.signal(signal.SIGHUP), 129),
}


@both
@pytest.mark.parametrize("how", INTERRUPTIONS)
def test_a_half_typed_note_is_kept_and_offered_again(tmp_path, mode, how):
    path = begun(tmp_path, purpose_why={"rung": "few"})
    interrupt, code = INTERRUPTIONS[how]
    with at_a_note(tmp_path, mode, path) as terminal:
        assert mode == "plain" or not terminal.is_cooked()
        typed(terminal, HALF)
        interrupt(terminal)
        if (mode, how) == ("plain", "ctrl-d"):
            terminal.press("ctrl-d")  # the first one only ends the line, as everywhere
        assert terminal.end() == code
        assert terminal.is_cooked()
        assert terminal.lines[-2:] == [
            f"{'  ' if mode == 'drawn' else ''}{words}"
            for words in ("Saved: 4 facts and 1 answer, and what you were typing.", GO_ON)
        ]
        assert "Traceback" not in terminal.text
    assert session(path).drafts == {"note:staff.vote": HALF}
    with at_a_note(tmp_path, mode, path) as terminal:
        terminal.wait_for(HALF)
        assert "What you were typing is kept" in " ".join(terminal.raw.decode().split())
        terminal.press("\r")
        terminal.wait_for(f"Your note: {HALF}")
    assert session(path).notes == {"staff.vote": HALF}
    assert session(path).drafts == {}


@pytest.mark.parametrize(
    ("mode", "pasted", "kept"),
    [
        ("drawn", b"a caf\xe9 note", "a caf note"),
        ("plain", b"a caf\xe9 note", "a caf\ufffd note"),
        ("drawn", b"\x1b[200~two\nlines\x1b[201~", "two lines"),
    ],
)
def test_a_half_typed_note_is_kept_whatever_was_pasted(tmp_path, mode, pasted, kept):
    """A byte that is no UTF-8, and a line break, which a drawn line can hold."""
    path = begun(tmp_path, purpose_why={"rung": "few"})
    with at_a_note(tmp_path, mode, path) as terminal:
        terminal.paste(pasted)
        terminal.wait_for("note" if b"note" in pasted else "lines")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        terminal.wait_for("Saved: 4 facts and 1 answer, and what you were typing.")
    assert session(path).drafts == {"note:staff.vote": kept}


class Hasty(io.StringIO):
    """Where prompts are shown to somebody who types, and interrupts, the moment there is one."""

    def __init__(self, keys, typed):
        super().__init__()
        self._keys = keys
        self._typed = typed

    def flush(self):
        """Show what was written, and go on once the terminal has taken what is typed."""
        os.write(self._keys, self._typed)
        select.select([sys.stdin], [], [], PATIENCE)


def test_nothing_typed_is_lost_however_soon_it_is_typed(monkeypatch):
    keys, line = pty.openpty()
    with os.fdopen(keys, "wb", 0), os.fdopen(line) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert LineReader(Hasty(keys, b"Gwen said \x03that\r")).read("> ") == "Gwen said that"


def test_nothing_unseen_is_shown_however_soon_it_is_typed(monkeypatch):
    keys, line = pty.openpty()
    with os.fdopen(keys, "wb", 0), os.fdopen(line) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert LineReader(Hasty(keys, b"4 0 2\r")).read("> ", unseen=True) == "4 0 2"
        os.write(line, b"the end")
        assert os.read(keys, 100) == b"the end"


@both
def test_a_half_typed_note_outlives_a_closed_window(tmp_path, mode):
    path = begun(tmp_path, purpose_why={"rung": "few"})
    with at_a_note(tmp_path, mode, path) as terminal:
        typed(terminal, HALF)
        assert terminal.hang_up() == 129
    # In plain mode the terminal itself holds the line that is being typed, and takes it with it.
    assert session(path).drafts == ({"note:staff.vote": HALF} if mode == "drawn" else {})
    assert session(path).answers["purpose.why"].rung == "few"


@both
def test_a_window_closed_on_a_question(tmp_path, mode):
    path = begun(tmp_path)
    before = path.read_bytes()
    with at_a_question(tmp_path, mode, path) as terminal:
        assert terminal.hang_up() == 129
    assert path.read_bytes() == before


@both
@pytest.mark.parametrize("how", INTERRUPTIONS)
def test_left_on_a_question(tmp_path, mode, how):
    path = begun(tmp_path)
    interrupt, code = INTERRUPTIONS[how]
    with at_a_question(tmp_path, mode, path) as terminal:
        interrupt(terminal)
        assert terminal.end() == code
        assert terminal.is_cooked()
        terminal.wait_for("Saved: 4 facts.", " ".join(GO_ON.split()))
        assert "Traceback" not in terminal.text


@both
def test_drafts_of_other_lines_are_offered_too(tmp_path, mode):
    """A reason, and a fact that is typed."""
    path = begun(tmp_path)
    with at_a_question(tmp_path, mode, path) as terminal:
        terminal.press("8", "\r")
        settled(terminal, mode, "Why does it not apply")
        typed(terminal, "All of us voted long")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
    assert session(path).drafts == {"reason:staff.vote": "All of us voted long"}
    with at_a_question(tmp_path, mode, path) as terminal:
        terminal.press("8", "\r")
        terminal.wait_for("Why does it not apply", "All of us voted long")


def test_left_before_anything_was_answered(tmp_path):
    with Terminal("assess", folder=tmp_path) as terminal:
        terminal.wait_for("What is the service called?", "Enter accept")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        terminal.wait_for("Nothing was saved: no answer had been given yet.")
    assert not list(tmp_path.glob("*.spinout"))
