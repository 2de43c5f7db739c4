"""Somebody leaves, is hung up on, or is killed: nothing that was called saved is lost."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

import pytest

from faults.injecting import Plug, injected, needs_strace
from faults.seats import HALF, SEATS, Seat, each_way, everywhere, meeting, where_typed
from helpers.pseudo_terminal import Terminal, events, session, surroundings
from spinout_cli.storage.journal import Journal, read

WRITER = Path(__file__).parents[1] / "helpers/journal_writer.py"

INTERRUPTIONS = {
    "ctrl-c": (lambda terminal: terminal.press("ctrl-c"), 130),
    "ctrl-d": (lambda terminal: terminal.press("ctrl-d"), 130),
    "SIGTERM": (lambda terminal: terminal.signal(signal.SIGTERM), 143),
    "SIGHUP": (lambda terminal: terminal.signal(signal.SIGHUP), 129),
    "SIGQUIT": (lambda terminal: terminal.signal(signal.SIGQUIT), 131),
}
interrupted = pytest.mark.parametrize("how", INTERRUPTIONS)


def leaves(seat, terminal, how):
    """Leave in this way, and assert that the code is right and the terminal is as it was."""
    interrupt, code = INTERRUPTIONS[how]
    interrupt(terminal)
    if (seat.mode, how) == ("plain", "ctrl-d") and seat.moment.typed:
        terminal.press("ctrl-d")  # the first one only ends the line, as everywhere
    assert terminal.end() == code
    assert terminal.is_cooked()
    assert b"Traceback" not in terminal.raw


# --------------------------------------------------------------------------- interrupted


@where_typed
@interrupted
def test_half_typed_words_are_kept_and_offered_again(tmp_path, seat, how):
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        assert seat.mode == "plain" or not terminal.is_cooked()
        seat.type(terminal)
        leaves(seat, terminal, how)
        terminal.tells("and what you were typing", seat.go_on)
    assert not seat.moment.kept(path)
    with seat.taken(path) as terminal:
        terminal.wait_for(HALF)
        terminal.press("\r")
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert seat.moment.kept(path)


@where_typed
def test_half_typed_words_outlive_a_closed_window(tmp_path, seat):
    """In plain mode the terminal itself holds the line that is being typed, and takes it with it."""
    path = seat.begun(tmp_path)
    before = path.read_bytes()
    with seat.taken(path) as terminal:
        seat.type(terminal)
        assert terminal.hang_up() == 129
    kept = events(path)[-1]
    if seat.mode == "drawn":
        assert (kept[0], kept[2]) == ("draft", HALF)
    assert path.read_bytes().startswith(before)


NOTHING_TYPED = [seat for seat in SEATS if not seat.moment.typed]


@pytest.mark.parametrize("seat", NOTHING_TYPED, ids=str)
@interrupted
def test_left_before_anything_is_given(tmp_path, seat, how):
    """In the middle of a vote, of an agreement, of a question: the file is as it was."""
    path = seat.begun(tmp_path)
    before = path.read_bytes()
    with seat.taken(path) as terminal:
        leaves(seat, terminal, how)
        saved = "Saved: 4 facts." if seat.command == "assess" else "agreements. 30 people."
        terminal.tells(saved, seat.go_on)
    assert path.read_bytes() == before


@each_way
def test_a_window_closed_before_anything_is_given(tmp_path, seat):
    path = seat.begun(tmp_path)
    before = path.read_bytes()
    with seat.taken(path) as terminal:
        assert terminal.hang_up() == 129
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", ["ctrl-c", "SIGTERM"])
@pytest.mark.parametrize("mode", ["drawn", "plain"])
def test_left_in_the_middle_of_what_an_agreement_rests_on(tmp_path, mode, how):
    """Document, date, who has seen it: two are typed, nothing is agreed, and nothing is lost."""
    seat = Seat("workshop", mode, "agreement")
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        terminal.press("4", "\r")
        for ask, words in (
            ("Which document says so?", "The minutes\r"),
            ("What is its date?", "3 May\r"),
            ("Who has seen it?", "Gw"),
        ):
            if mode == "plain":
                terminal.hear(ask)
                terminal.hear("> ")
            else:
                terminal.wait_for(ask, "Esc back")
            terminal.press(words)
        terminal.wait_for("Gw")
        leaves(seat, terminal, how)
    assert not seat.moment.kept(path)
    (draft,) = meeting(path).drafts.values()
    assert json.loads(draft) == {
        "rung": "passed",
        "document": "The minutes",
        "dated": "3 May",
        "seen": "Gw",
    }


@pytest.mark.parametrize("mode", ["drawn", "plain"])
@interrupted
def test_left_at_the_close(tmp_path, mode, how):
    seat = Seat("workshop", mode, "agreement")
    path = seat.begun(tmp_path)
    with seat.taken(path) as terminal:
        seat.give(terminal)
        seat.acked(terminal)
        if mode == "drawn":
            terminal.press("m")
            terminal.wait_for("Which question next?", "c the close")
            terminal.press("c")
            terminal.wait_for("To settle first", "1 of")
        else:
            terminal.say("map")
            terminal.say("c")
            terminal.hear("To settle first")
            terminal.hear("> ")
        leaves(seat, terminal, how)
        terminal.tells("Saved: 1 vote and 1 agreement. 30 people.", seat.go_on)
    assert seat.moment.kept(path)


# --------------------------------------------------------------------------- during a save


@everywhere
@pytest.mark.parametrize(("during", "how"), [("write", "SIGTERM"), ("fsync", "ctrl-c")])
def test_interrupted_during_a_save(tmp_path, seat, during, how):
    """The disk takes a second for the save; in the midst of it somebody stops the program."""
    needs_strace()
    path = seat.begun(tmp_path)
    before = path.stat().st_size
    number, code = {"ctrl-c": (signal.SIGINT, 130), "SIGTERM": (signal.SIGTERM, 143)}[how]
    with seat.taken(path) as terminal:
        with injected(terminal.pid, f"{during}:delay_enter=700000:when=1", path=path):
            seat.give(terminal)
            if during == "fsync":
                terminal.until(lambda: path.stat().st_size > before, "written")
            else:
                terminal.pump(0.3)
            terminal.signal(number)
            assert terminal.end() == code
        assert terminal.is_cooked()
        assert b"Traceback" not in terminal.raw
        if seat.moment.kept(path):
            told = {
                "answer": "4 facts and 1 answer.",
                "note": "4 facts.",
                "vote": "1 vote and 0 agreements.",
                "agreement": "1 vote and 1 agreement.",
                "remark": "1 vote and 0 agreements.",
            }[seat.name]
        else:
            told = "Saved: 4 facts" if seat.command == "assess" else "agreements"
            assert not seat.is_acked(terminal)
        terminal.tells(told, seat.go_on)
    if during == "fsync":
        assert seat.moment.kept(path)


@pytest.mark.parametrize("command", ["assess", "workshop"])
@pytest.mark.parametrize("mode", [(), ("--plain",)], ids=["drawn", "plain"])
def test_ctrl_c_at_any_moment_of_the_start(tmp_path, command, mode):
    """From the first instruction to the first question: no traceback, no raw terminal."""
    rng = random.Random(5)  # noqa: S311  (no secret)
    for _ in range(8):
        with Terminal(command, *mode, folder=tmp_path) as terminal:
            terminal.pump(rng.uniform(0, 1.2))
            terminal.signal(signal.SIGINT)
            code = terminal.end()
            if b"Traceback" in terminal.raw:  # Python's own, before it is told that we need none
                ours = set(re.findall(rb"spinout_cli/(\w+)", terminal.raw))
                assert ours <= {b"__main__"}
            else:
                assert code in (130, -signal.SIGINT)
            assert terminal.is_cooked()


# --------------------------------------------------------------------------- killed


LENGTHS = (5, 80, 1500, 3900)
"""How long the notes are: a note may have 4,000 characters."""

NOTED = [seat for seat in SEATS if seat.moment.typed]
KILLS = 50


def saving_notes(seat, terminal, number, rng):
    """Write one note after the other without end, and yield the number of each once it is saved."""
    key, asked = ("n", "Esc back") if seat.mode == "drawn" else ("n\r", "goes back.")
    while True:
        saved, number = terminal.raw.count(b"Saved: "), number + 1
        note = f"{number} {'x' * rng.choice(LENGTHS)}".encode()
        terminal.press(key)
        if seat.mode == "drawn":
            terminal.wait_for(asked)
            terminal.press("ctrl-u")
            terminal.paste(b"\x1b[200~" + note + b"\x1b[201~")
        else:
            terminal.hear(asked)
            terminal.hear("> ")
            terminal.paste(note)
        terminal.press("\r")
        terminal.until(lambda seen=saved: terminal.raw.count(b"Saved: ") > seen, "a saved note")
        yield number
        if seat.mode == "drawn":
            terminal.wait_for("n note")
        else:
            terminal.hear("> ")


@pytest.mark.parametrize("seat", NOTED, ids=str)
def test_killed_at_random_moments(tmp_path, seat):
    """Fifty kills a seat, two hundred in all: every note that was called saved is there, in order."""
    path = seat.begun(tmp_path)
    rng = random.SystemRandom()
    walk = Seat(seat.command, seat.mode, {"note": "answer", "remark": "agreement"}[seat.name])
    acked, kept = [], [0]
    for kill in range(KILLS):
        with seat.opened(path, rows=90) as terminal:
            early = kill % 5 == 0  # while it starts, when it may be repairing a torn end
            if early:
                terminal.pump(rng.uniform(0, 0.6))
            else:
                to_question(walk, terminal)
            killer = threading.Timer(rng.uniform(0, 1.0), terminal.signal, [signal.SIGKILL])
            killer.start()
            with suppress(AssertionError, OSError):
                if not early:
                    acked.extend(saving_notes(seat, terminal, kept[-1] + 1, rng))
            killer.join()
            assert terminal.end() == -signal.SIGKILL, terminal.text
            assert b"Traceback" not in terminal.raw
        notes = [str(v) for kind, _, v in events(path) if kind == "note"]
        kept = [0, *(int(note.split()[0]) for note in notes)]
        assert set(acked) <= set(kept)
        assert kept == sorted(set(kept))
    assert len(acked) > KILLS // 5
    assert max(map(len, notes)) > 3800


def to_question(walk, terminal):
    """Go to where a note can be made, and no further."""
    if walk.mode == "plain":
        for shown, line in walk.moment.plain[: 1 + (walk.command == "workshop")]:
            terminal.hear(shown)
            terminal.say(line)
        terminal.hear("> ")
    else:
        for shown, *keys in walk.moment.drawn[: 1 + (walk.command == "workshop")]:
            terminal.wait_for(*shown)
            terminal.press(*keys)
        terminal.wait_for("n note")


@contextmanager
def writing(path):
    """Something that saves flat out, records of up to 200 kB, and tells what was acknowledged."""
    command = [sys.executable, str(WRITER), str(path), "write"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=surroundings(path.parent)) as writer:
        try:
            assert writer.stdout.readline() == b"open\n"
            yield writer
        finally:
            writer.kill()


def all_there(path, told):
    """Whether a journal holds every record that was told; it must open, whatever was torn off."""
    acked = dict(map(int, line.split()) for line in told.splitlines() if line.count(b" ") == 1)
    with Journal.resume(path) as journal:
        found = {record.seq: record.v for record in journal.records}
    return all(crc32(found[seq].encode()) == crc for seq, crc in acked.items()), len(acked)


def test_killed_at_random_moments_with_200_kb_records(tmp_path):
    """Two hundred kills at the level of the journal, where a record may be larger than any note."""
    rng = random.SystemRandom()
    acked = largest = 0
    for kill in range(200):
        if kill % 20 == 0:
            path = tmp_path / f"{kill}.spinout"
            Journal.create(path, {"format": "test/1"}).close()
        with writing(path) as writer:
            first = writer.stdout.readline() if kill % 2 else b""
            time.sleep(rng.random() * 0.06)
            writer.kill()
            told = first + writer.stdout.read()
        there, count = all_there(path, told)
        assert there, kill
        acked += count
        largest = max(largest, *(len(record.v or "") for record in read(path)[1:]), 0)
    assert acked >= 100
    assert largest > 90_000


# --------------------------------------------------------------------------- the plug is pulled


@pytest.mark.parametrize("seat", NOTED, ids=str)
def test_the_plug_is_pulled(tmp_path, seat):
    """The disk takes nothing more from the moment at which a note was called saved."""
    with Plug(tmp_path) as plug:
        path = seat.begun(plug.folder)
        os.sync()
        for cut in range(3):
            with seat.taken(path, folder=tmp_path, at=str(plug.folder)) as terminal:
                terminal.press("ctrl-u", f"cut {cut}", "\r")
                seat.acked(terminal)
                plug.pull()
                terminal.signal(signal.SIGKILL)
                terminal.end()
            plug.plug_in()
            notes = [v for kind, _, v in events(path) if kind == "note"]
            assert notes == [f"cut {n}" for n in range(cut + 1)]


def test_the_plug_is_pulled_from_a_session_that_is_minutes_old(tmp_path):
    """Not only what is in the file must be on the disk, but its name in the folder."""
    with Plug(tmp_path) as plug:
        with Terminal(
            "assess", "new.spinout", "--plain", folder=tmp_path, at=str(plug.folder)
        ) as terminal:
            terminal.say("Bryn")
            terminal.hear("Saved: Bryn")
            plug.pull()
            terminal.signal(signal.SIGKILL)
            terminal.end()
        plug.plug_in()
        assert session(plug.folder / "new.spinout").service.name == "Bryn"


def test_the_plug_is_pulled_while_saving_flat_out(tmp_path):
    with Plug(tmp_path) as plug:
        for cut in range(10):
            path = plug.folder / f"{cut}.spinout"
            Journal.create(path, {"format": "test/1"}).close()
            with writing(path) as writer:
                time.sleep(0.15)
                os.set_blocking(writer.stdout.fileno(), False)
                told = writer.stdout.read() or b""  # only what was acknowledged before the cut
                plug.pull()
                writer.kill()
            plug.plug_in()
            there, count = all_there(path, told.rpartition(b"\n")[0])
            assert there, cut
            assert count
