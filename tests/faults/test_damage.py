"""Files that were cut, flipped, repeated, converted: refused or repaired, never misread."""

import random
import tempfile
from functools import cache
from pathlib import Path

import pytest

from faults.seats import Seat
from helpers.pseudo_terminal import run
from spinout_cli.reading import answer_files
from spinout_cli.reading import replay as replay_module
from spinout_cli.storage.journal import Journal, read
from spinout_cli.storage.recover import recover

SAMPLES = 50
SEATS = {
    "assess": Seat("assess", "plain", "answer"),
    "workshop": Seat("workshop", "plain", "agreement"),
}


@cache
def whole(command):
    """A session of a dozen records: what the command made, and notes beside it."""
    with tempfile.TemporaryDirectory() as name:
        path = SEATS[command].begun(Path(name))
        with Journal.resume(path) as journal:
            for number in range(8):
                journal.append("note", "staff.vote", f"note {number} — £5")
        return path.read_bytes()


def lines_of(content):
    return content.splitlines(keepends=True)


# What each damage does to the file, and whether the file may be gone on with afterwards.


def cut(content, rng):
    """A crash in the midst of the last save."""
    last = content.rindex(b"\n", 0, -1) + 1
    return content[: rng.randrange(last + 1, len(content))], True


def zeros(content, rng):
    """A power cut that left room for a save, and nothing in it."""
    return content + bytes(rng.choice((1, 512, 4096))), True


def somewhere(content, rng):
    """A place in any line but the last, each as likely: the first is far longer than the rest."""
    lines = lines_of(content)
    number = rng.randrange(len(lines) - 1)
    return sum(map(len, lines[:number])) + rng.randrange(len(lines[number]))


def flipped(content, rng):
    place = somewhere(content, rng)
    damaged = bytearray(content)
    damaged[place] ^= 1 << rng.randrange(8)
    return bytes(damaged), False


def repeated(content, rng):
    lines = lines_of(content)
    number = rng.randrange(1, len(lines))
    return b"".join([*lines[:number], lines[number], *lines[number:]]), False


def missing(content, rng):
    lines = lines_of(content)
    del lines[rng.randrange(1, len(lines) - 1)]
    return b"".join(lines), False


def swapped(content, rng):
    lines = lines_of(content)
    number = rng.randrange(1, len(lines) - 1)
    lines[number : number + 2] = reversed(lines[number : number + 2])
    return b"".join(lines), False


def converted(content, rng):
    del rng
    return content.replace(b"\n", b"\r\n"), False


def holed(content, rng):
    """Zeros in the middle, as a disk leaves them that lost a block."""
    place = somewhere(content, rng)
    return content[:place] + bytes(9) + content[place + 9 :], False


DAMAGES = (cut, zeros, flipped, repeated, missing, swapped, converted, holed)


@pytest.mark.parametrize("command", SEATS)
def test_samples_of_every_damage(tmp_path, command):
    """Fifty for each command: gone on with and put aside, or refused, untouched and recoverable."""
    rng = random.Random(command)  # noqa: S311  (no secret)
    recovered = set()
    content = whole(command)
    for sample in range(SAMPLES):
        damage = DAMAGES[sample % len(DAMAGES)]
        damaged, goes_on = damage(content, rng)
        name = f"{sample}-{damage.__name__}.spinout"
        path = tmp_path / name
        path.write_bytes(damaged)
        came = run(command, name, "--no-input", "--json", folder=tmp_path)
        told = came.stderr.decode()
        assert "Traceback" not in told
        if goes_on:
            assert came.returncode == 0, (name, told)
            assert content.startswith(path.read_bytes().rstrip(b"\0")) or command == "workshop"
            continue
        assert came.returncode == 1, name
        assert path.read_bytes() == damaged
        assert f"spinout recover {name}" in told
        headed = damaged.startswith(content[: content.index(b"\n")])
        if headed and damage not in recovered:  # once for each: every byte is tried below
            recovered.add(damage)
            recovers(tmp_path, name, command)
    assert recovered == set(DAMAGES) - {cut, zeros}


def recovers(folder, name, command):
    """Recover it with the command, and read what came of it."""
    before = (folder / name).read_bytes()
    new = name.replace(".spinout", "-recovered.spinout")
    came = run("recover", name, folder=folder)
    assert came.returncode == 0, came.stderr
    assert f"spinout {command} {new}" in came.stderr.decode()
    assert (folder / name).read_bytes() == before
    assert run("report", new, folder=folder).returncode == 0


@pytest.mark.parametrize("command", SEATS)
def test_what_is_torn_is_put_aside_and_said(tmp_path, command):
    seat = SEATS[command]
    path = seat.begun(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content + b'0badf00d {"seq":')
    with seat.opened(path) as terminal:
        terminal.tells(
            "The last line had not been written whole; it is kept in", f"{seat.file}.torn"
        )
    assert path.read_bytes() == content
    assert path.with_name(f"{seat.file}.torn").read_bytes() == b'0badf00d {"seq":'


@pytest.fixture
def smallest(tmp_path):
    """The smallest journal in which there is something to lose."""
    path = tmp_path / "smallest.spinout"
    with Journal.create(path, {"format": "test/1"}) as journal:
        journal.append("answer", "a", 1)
        journal.append("answer", "b", 2)
    return path


def test_every_byte_that_can_be_flipped_leaves_the_rest_to_be_recovered(smallest):
    """In process, and exhaustively: one flipped bit costs at most the record that it is in."""
    content, records = smallest.read_bytes(), read(smallest)
    first = content.index(b"\n") + 1
    new = smallest.with_name("new.spinout")
    for place in range(first, len(content)):
        for bit in (1, 8, 128):
            damaged = bytearray(content)
            damaged[place] ^= bit
            smallest.write_bytes(damaged)
            recover(smallest, new)
            kept = [(record.kind, record.v) for record in read(new)]
            new.unlink()
            at = content[:place].count(b"\n")
            wanted = [(r.kind, r.v) for n, r in enumerate(records) if n != at]
            whole_too = [(r.kind, r.v) for r in records]
            assert kept in (wanted, whole_too), (place, bit)


@pytest.mark.parametrize("command", SEATS)
def test_whatever_one_record_is_lost_the_rest_can_be_gone_on_with(tmp_path, command):
    """In process: one record after the other is damaged; what is recovered must still be a session."""
    lines = lines_of(whole(command))
    damaged, new = tmp_path / "damaged.spinout", tmp_path / "new.spinout"
    replay = replay_module.replay if command == "assess" else replay_module.replay_workshop
    for lost in range(1, len(lines)):
        line = lines[lost]
        damaged.write_bytes(
            b"".join([*lines[:lost], line[:-9] + b"?" + line[-8:], *lines[lost + 1 :]])
        )
        assert recover(damaged, new).kept == len(lines) - 1
        replay(read(new), new)
        came = answer_files.read_answer_file(new)
        assert came.sheet.session
        new.unlink()
    if command == "workshop":
        room = next(n for n, line in enumerate(lines) if b'"kind":"room"' in line)
        damaged.write_bytes(b"".join([*lines[:room], *lines[room + 1 :]]))
        recover(damaged, new)
        assert [room.people for room in replay_module.replay_workshop(read(new), new).rooms] == [30]
