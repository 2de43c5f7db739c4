"""What is kept when a sitting is interrupted, and what the disk, the folder or a paste can do."""

import random
import resource
import signal
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from spinout_cli import journal
from terminals import QUESTIONS, Terminal, begun, events, run, session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="speaks of POSIX terminals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's limits and folders")

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


@pytest.mark.slow
@both
def test_ctrl_c_round_a_save_tells_what_the_file_holds(tmp_path, mode):
    """Whatever moment it comes at, the count it tells is the file's."""
    path = begun(tmp_path)
    rng = random.Random(7)  # noqa: S311  (no secret)
    for round_ in range(6):
        with at_a_question(tmp_path, mode, path) as terminal:
            terminal.press("1", "\r")
            time.sleep(rng.uniform(0, 0.02))
            terminal.signal(signal.SIGINT)
            assert terminal.end() == 130
            count = len(session(path).answers)
            words = "Saved: 4 facts." if not count else "Saved: 4 facts and 1 answer."
            assert words in terminal.words, (round_, terminal.text)
            assert terminal.is_cooked()
        if count:
            path.unlink()
            begun(tmp_path)


# ------------------------------------------------------------------- where nothing can be saved


@linux
@both
@pytest.mark.parametrize("named", [True, False])
def test_a_folder_that_takes_no_files_is_refused_at_once(tmp_path, mode, named):
    """In /proc nobody can make a file, not even root, whom permissions do not stop."""
    arguments = ["/proc/mine.spinout"] if named else []
    with Terminal(
        "assess", *arguments, *MODES[mode], folder=tmp_path, **({} if named else {"at": "/proc"})
    ) as terminal:
        assert terminal.end() == 1
        assert "What is the service called?" not in terminal.text
        terminal.wait_for("/proc")


@both
@pytest.mark.parametrize("fault", ["deleted", "replaced", "moved"])
def test_a_file_that_goes_in_the_middle_is_noticed_and_rescued(tmp_path, mode, fault):
    path = begun(tmp_path)
    with at_a_question(tmp_path, mode, path) as terminal:
        if fault == "moved":
            path.rename(tmp_path / "elsewhere")
        else:
            path.unlink()
        if fault == "replaced":
            path.write_text("somebody else's")
        terminal.press("2", "\r")
        assert terminal.end() == 4
        assert terminal.is_cooked()
        terminal.wait_for("can no longer be used", "is safe in")
        assert "Saved: A staff group" not in terminal.text
    (rescue,) = tmp_path.glob("bryn-rescue*.spinout")
    assert session(rescue).answers["staff.vote"].rung == "sounded"
    assert f"{rescue.stat().st_mode & 0o777:o}" == "600"
    if fault == "replaced":
        assert path.read_text() == "somebody else's"


def full(terminal, path):
    """Let files of this process grow no further than the session is now."""
    size = path.stat().st_size
    resource.prlimit(terminal.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def freed(terminal):
    """Let them grow again."""
    whole = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(terminal.pid, resource.RLIMIT_FSIZE, whole)


@linux
@both
def test_a_full_disk_keeps_the_answer_on_the_screen_until_there_is_room(tmp_path, mode):
    path = begun(tmp_path)
    before = path.read_bytes()
    with at_a_note(tmp_path, mode, path) as terminal:
        full(terminal, path)
        typed(terminal, HALF)
        terminal.press("\r")
        problem = "could not be saved in bryn.spinout"
        settled(terminal, mode, problem, f"Not saved: {HALF}", "Leave without")
        assert "Saved: your note" not in terminal.text
        assert path.read_bytes() == before
        terminal.press("1", "\r")
        if mode == "drawn":
            terminal.until(lambda: terminal.words.count(problem) == 2, "the second refusal")
        settled(terminal, mode, f"Not saved: {HALF}", "Leave without")
        freed(terminal)
        terminal.press("1", "\r")
        terminal.wait_for("Saved: your note", f"Your note: {HALF}")
    assert session(path).notes == {"staff.vote": HALF}


@linux
@both
@pytest.mark.parametrize("how", ["choice", "ctrl-c", "SIGTERM"])
def test_leaving_a_full_disk_without_the_answer_exits_4(tmp_path, mode, how):
    path = begun(tmp_path)
    before = path.read_bytes()
    with at_a_question(tmp_path, mode, path) as terminal:
        full(terminal, path)
        terminal.press("2", "\r")
        settled(terminal, mode, "could not be saved", "Not saved: A staff group", "Leave without")
        if how == "choice":
            terminal.press("3", "\r")
        else:
            INTERRUPTIONS[how][0](terminal)
        assert terminal.end() == 4
        terminal.wait_for("Your last answer could not be saved in bryn.spinout;")
        assert "Traceback" not in terminal.text
        assert terminal.is_cooked()
    assert path.read_bytes() == before


@linux
@both
def test_a_full_disk_can_be_left_for_another_folder(tmp_path, mode):
    path = begun(tmp_path)
    (tmp_path / "stick").mkdir()
    with at_a_question(tmp_path, mode, path) as terminal:
        full(terminal, path)
        terminal.press("2", "\r")
        settled(terminal, mode, "Save everything in another folder", "Leave without")
        terminal.press("2", "\r")
        settled(terminal, mode, "In which folder?")
        freed(terminal)
        terminal.press("stick", "\r")
        terminal.wait_for(
            "From now on everything is saved in stick/bryn.spinout.", "Saved: A staff"
        )
    assert session(path).answers == {}
    assert session(tmp_path / "stick" / "bryn.spinout").answers["staff.vote"].rung == "sounded"


# ----------------------------------------------------------------------- two windows, two sets


@both
def test_a_second_window_is_refused_until_the_first_is_gone(tmp_path, mode):
    path = begun(tmp_path)
    with at_a_question(tmp_path, mode, path) as first:
        with Terminal("assess", path.name, *MODES[mode], folder=tmp_path) as second:
            assert second.end() == 1
            second.wait_for("is open in another window")
        first.signal(signal.SIGKILL)
        assert first.end() == -signal.SIGKILL
    with at_a_question(tmp_path, mode, path) as third:
        third.press("1", "\r")
        third.wait_for("Saved: A vote was held")


@both
def test_a_session_goes_on_with_its_own_questions(tmp_path, mode):
    path = begun(tmp_path)
    changed = yaml.safe_load(QUESTIONS.read_text())
    changed["questions"][0]["ask"] = "Something else altogether?"
    del changed["questions"][1]
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump(changed))
    with at_a_question(tmp_path, mode, path, SPINOUT_QUESTIONS=str(other)) as terminal:
        assert "The questions have changed since" in " ".join(terminal.raw.decode().split())
        terminal.press("1", "\r")
        terminal.wait_for("Who has time set aside")


# ------------------------------------------------------------------------------ what is pasted


HOSTILE = b"caf\xe9 \xff\xfe caf\xc3\xa9 \xed\xa0\x80 \xe2\x80\xae\xf0\x9f\x99\x82 end"


@both
def test_bytes_that_are_no_text_are_stored_clean(tmp_path, mode):
    path = begun(tmp_path)
    with at_a_note(tmp_path, mode, path) as terminal:
        terminal.paste(HOSTILE)
        terminal.wait_for_bytes(b"end")
        terminal.press("\r")
        settled(terminal, mode, "Saved: your note")
        terminal.press("q", "\r")
        assert terminal.end() == 0
        assert "Traceback" not in terminal.text
    (note,) = session(path).notes.values()
    assert note.startswith("caf")
    assert note.endswith("🙂 end")
    assert "café" in note
    assert journal.clean(note) == note
    path.read_bytes().decode("utf-8")


def test_control_characters_in_a_bracketed_paste_are_stored_clean(tmp_path):
    path = begun(tmp_path)
    inside = b"one\ntwo\x07\x00 \x1b]52;c;aGk=\x07 \x1b[31mred\rthree\tfour"
    with at_a_note(tmp_path, "drawn", path) as terminal:
        terminal.paste(b"\x1b[200~" + inside + b"\x1b[201~")
        terminal.wait_for("four")
        terminal.press("enter")
        terminal.wait_for("Saved: your note", "q save and leave")
        terminal.press("q")
        assert terminal.end() == 0
        assert b"\x1b]52" not in terminal.raw
    assert session(path).notes == {"staff.vote": "one two ]52;c;aGk= [31mred three four"}


def test_three_bracketed_lines_are_one_note(tmp_path):
    path = begun(tmp_path)
    with at_a_note(tmp_path, "drawn", path) as terminal:
        terminal.paste(b"\x1b[200~one\r2\r3\r\x1b[201~")
        terminal.wait_for("Note on:", "3")
        terminal.press("enter")
        terminal.wait_for("Your note: one 2 3", "q save and leave")
        terminal.press("q")
        assert terminal.end() == 0
    assert session(path).answers == {}


@both
def test_three_lines_answer_only_one_question(tmp_path, mode):
    """Without brackets the first line is the note; the others must not answer what comes next."""
    path = begun(tmp_path)
    with at_a_note(tmp_path, mode, path) as terminal:
        terminal.paste(b"one\r2\r3\r")
        settled(terminal, mode, "Saved: your note", "Your note: one")
        time.sleep(0.3)  # long enough for the others to do harm
        terminal.pump()
        terminal.press("q", "\r")
        assert terminal.end() == 0
    assert session(path).notes == {"staff.vote": "one"}
    assert session(path).answers == {}


@pytest.mark.slow
@pytest.mark.parametrize("bracketed", [True, False])
def test_twenty_kilobytes_drawn(tmp_path, bracketed):
    path = begun(tmp_path)
    long = b"word " * 4000
    with at_a_note(tmp_path, "drawn", path) as terminal:
        terminal.paste(b"\x1b[200~" + long + b"\x1b[201~" if bracketed else long)
        terminal.press("enter")
        terminal.wait_for("That is longer than 4,000 characters.")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
    assert session(path).notes == {}
    (draft,) = session(path).drafts.values()
    assert draft.startswith("word word")


def test_twenty_kilobytes_plain(tmp_path):
    path = begun(tmp_path)
    with at_a_note(tmp_path, "plain", path) as terminal:
        for _ in range(20):
            terminal.paste(b"word " * 200)
            terminal.pump(0.05)
        terminal.press("\r")
        terminal.hear("Nothing was saved. Please shorten it.")
        terminal.say("short")
        terminal.hear("Saved: your note")
        terminal.say("quit")
        assert terminal.end() == 0
    assert session(path).notes == {"staff.vote": "short"}


# ------------------------------------------------------------------------------ sizes and stops


@both
def test_sizes_down_to_one_by_one(tmp_path, mode):
    path = begun(tmp_path)
    with at_a_note(tmp_path, mode, path) as terminal:
        typed(terminal, HALF)
        for columns, rows in ((40, 10), (10, 20), (1, 1), (2, 50), (200, 1), (80, 30)):
            terminal.resize(columns, rows)
            terminal.pump(0.1)
        terminal.press("!", "\r")
        settled(terminal, mode, "Saved: your note", "How have staff")
        terminal.press("1", "\r")
        settled(terminal, mode, "Saved: A vote was held")
        terminal.press("q", "\r")
        assert terminal.end() == 0
    assert session(path).notes == {"staff.vote": f"{HALF}!"}


@pytest.mark.parametrize("size", [(1, 1), (10, 4), (30, 8)])
def test_begun_in_a_tiny_window(tmp_path, size):
    columns, rows = size
    with Terminal("assess", folder=tmp_path, columns=columns, rows=rows) as terminal:
        terminal.wait_for_bytes(b"\x1b[?2004h")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        assert b"Traceback" not in terminal.raw


@both
def test_stopped_and_continued(tmp_path, mode):
    path = begun(tmp_path)
    with at_a_note(tmp_path, mode, path) as terminal:
        typed(terminal, HALF)
        terminal.signal(signal.SIGSTOP)
        terminal.pump(0.2)
        terminal.signal(signal.SIGCONT)
        terminal.press(" pays", "\r")
        settled(terminal, mode, "Saved: your note")
        terminal.press("q", "\r")
        assert terminal.end() == 0
    assert session(path).notes == {"staff.vote": f"{HALF} pays"}


# ------------------------------------------------------------------------------ killed outright


def names_until_killed(terminal, mode, first):
    """Change the service's name over and over; return how many changes were called saved."""
    number = first
    if mode == "plain":
        terminal.say("review")
    while True:
        if mode == "plain":
            terminal.say("1")
            terminal.hear("What is the service called?")
            terminal.say(f"Name {number}")
            terminal.hear(f"Saved: Name {number}\n")
        else:
            terminal.wait_for("Choose one to change it.", "q save and leave")
            terminal.press("1", "enter")
            terminal.wait_for("What is the service called?", "Esc back", "> ")
            terminal.press("ctrl-u", f"Name {number}", "enter")
            terminal.wait_for(f"Saved: Name {number}")
        number += 1


@pytest.mark.slow
@both
def test_no_acknowledged_answer_is_lost_when_killed(tmp_path, mode):
    """25 kills at random moments for each face; every answer that was called saved is there."""
    path = begun(tmp_path)
    rng = random.Random(11)  # noqa: S311  (no secret)
    said, number = [], 1
    for _ in range(25):
        with Terminal("assess", path.name, *MODES[mode], folder=tmp_path) as terminal:
            if mode == "drawn":
                terminal.wait_for("Which theme next?", "q save and leave")
                terminal.press("r")
            killer = threading.Timer(rng.uniform(0.2, 1.0), terminal.signal, [signal.SIGKILL])
            killer.start()
            with pytest.raises((AssertionError, OSError)):
                names_until_killed(terminal, mode, number)
            killer.join()
            told = terminal.raw.decode("utf-8", "replace")
            assert "Traceback" not in told
            new = [n for n in range(number, number + 500) if f"Saved: Name {n}\r" in told]
            said += [f"Name {n}" for n in new]
            number = max(new, default=number - 1) + 2
        kept = [v["name"] for kind, _, v in events(path) if kind == "service"]
        assert set(said) <= set(kept)
        assert kept == sorted(kept, key=lambda name: int(name.split()[1]))
    assert said


# -------------------------------------------------------------------------------- what is told


SENTINEL = "SENTINEL-42k-of-debt"


@pytest.mark.slow
def test_an_answer_is_never_in_an_error(tmp_path):
    """Faults of every kind round a session that holds a note which nobody else should read."""
    path = begun(tmp_path, staff_vote={"rung": "lost", "note": SENTINEL})
    whole = path.read_bytes()
    lines = whole.split(b"\n")
    damages = {
        "flipped": whole.replace(SENTINEL.encode(), SENTINEL.encode().replace(b"4", b"5")),
        "cut": b"\n".join([lines[0], lines[1][:-40], b""]),
        "crlf": whole.replace(b"\n", b"\r\n"),
        "repeated": whole + lines[1] + b"\n",
    }
    for name, content in damages.items():
        bad = tmp_path / f"{name}.spinout"
        bad.write_bytes(content)
        for command in (["assess", bad.name, "--no-input"], ["report", bad.name]):
            came = run(*command, folder=tmp_path)
            assert SENTINEL not in came.stderr.decode()
            assert "Traceback" not in came.stderr.decode()
    bad = tmp_path / "bad.json"
    bad.write_text(f'{{"format": "spinout.answers/1", "answers": {{"staff.vote": "{SENTINEL}"}}}}')
    for command in (["score", "bad.json"], ["assess", "--answers", "bad.json", "--no-input"]):
        came = run(*command, folder=tmp_path)
        assert came.returncode == 1
        assert SENTINEL not in came.stderr.decode()


@linux
def test_a_note_is_not_in_the_error_of_a_save(tmp_path):
    path = begun(tmp_path)
    with at_a_note(tmp_path, "plain", path, redirect="2>err.txt") as terminal:
        full(terminal, path)
        typed(terminal, SENTINEL)
        terminal.press("\r")
        terminal.hear("Leave without this answer")
        terminal.say("3")
        assert terminal.end() == 4
        terminal.wait_for("Your last answer could not be saved")
    told = Path(tmp_path / "err.txt").read_text()
    assert "Your last answer could not be saved" in told
    assert SENTINEL not in told
