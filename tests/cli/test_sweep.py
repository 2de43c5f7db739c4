"""Every command that reads or writes, found in the command line itself: none calls half a result done.

A command that is new is tried with `--help` at once, and fails here until `WORDS` says how it is run.
"""

import gzip
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from helpers.pseudo_terminal import COMMAND, QUESTIONS, answers_document, begun, surroundings
from spinout_cli.cli.app import app

LIMIT = 512
PATIENCE = 90
QUICK = ("report", "score", "questions list")
"""Commands that are tried in every run; all others are tried where there is time."""

WORDS = {
    "assess": "--answers IN --no-input",
    "workshop": "merge IN --json",
    "score": "IN more.json",
    "report": "IN",
    "recover": "in.spinout --to new.spinout",
    "purge": "in.spinout --yes",
    "explain": "IN",
    "compare": "IN more.json --json",
    "commonalities": "IN more.json --json",
    "export": "IN --to tables --format csv",
    "delegate": "in.spinout --theme staff --to HR",
    "gather": "in.spinout IN",
    "questions list": "--json",
    "questions show": "staff.vote --json",
    "questions check": "set.yaml",
    "questions test": "set.yaml",
    "questions new": "new.yaml",
    "questions schema": "answers",
}
"""How each command is run; IN is what a test puts there, and otherwise an answers document."""


def commands(command, name=""):
    below = getattr(command, "commands", {})
    if not below:
        yield name
    for word, inner in below.items():
        yield from commands(inner, f"{name} {word}".strip())


EVERY = sorted(commands(typer.main.get_command(app)))
READERS = [name for name in EVERY if "IN" in WORDS.get(name, "").split()]


def timed(names):
    return [pytest.param(n, marks=[] if n in QUICK else pytest.mark.slow) for n in names]


def words_of(name, given="in.json"):
    assert name in WORDS, f"Say in WORDS how `spinout {name}` is run, so that it is tried here."
    return [*name.split(), *(given if word == "IN" else word for word in WORDS[name].split())]


@pytest.fixture
def folder(tmp_path):
    """A folder with a session, answers and a question set."""
    begun(tmp_path, purpose_why={"rung": "few"}).rename(tmp_path / "in.spinout")
    answers_document(tmp_path, {"purpose.why": {"rung": "few"}}).rename(tmp_path / "in.json")
    shutil.copy(tmp_path / "in.json", tmp_path / "more.json")
    shutil.copy(QUESTIONS, tmp_path / "set.yaml")
    return tmp_path


def run(words, folder, stdout=subprocess.PIPE, **more):
    return subprocess.run(
        [*COMMAND, *words],
        cwd=folder,
        env=surroundings(folder, COLUMNS="80"),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
        check=False,
        **more,
    )


# ------------------------------------------------------------------------------- writers


def limited(words, folder):
    """A file that takes no more after some bytes."""
    with (folder / "out").open("wb") as out:
        came = run(
            words,
            folder,
            out,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT)),
        )
    return came, (folder / "out").read_bytes()


def full(words, folder):
    """A disk without room."""
    with Path("/dev/full").open("wb") as out:
        return run(words, folder, out), b""


def closed(words, folder):
    """No stdout at all."""
    return run(words, folder, None, preexec_fn=lambda: os.close(1)), b""


def left(words, folder):
    """A pipe whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return run(words, folder, writing), b""
    finally:
        os.close(writing)


def slow(words, folder):
    """A pipe that another program left without waiting, whose reader takes its time."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    process = subprocess.Popen(
        [*COMMAND, *words],
        cwd=folder,
        env=surroundings(folder, COLUMNS="80"),
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    time.sleep(0.3)
    parts = []
    while part := os.read(reading, 4096):
        parts.append(part)
        time.sleep(0.001)
    os.close(reading)
    _, told = process.communicate(timeout=PATIENCE)
    return subprocess.CompletedProcess(words, process.returncode, b"", told), b"".join(parts)


STATES = [limited, full, closed, left, slow]


def is_whole_or_refused(words, folder, state):
    """Assert that a command writes all that it writes elsewhere, or ends with another code than 0."""
    copy = folder.parent / f"{folder.name}-copy"
    shutil.copytree(folder, copy)
    expected = run(words, copy)
    assert b"Traceback" not in expected.stderr, expected.stderr
    came, written = state(words, folder)
    assert b"Traceback" not in came.stderr, came.stderr
    if came.returncode == 0:
        assert expected.returncode == 0
        assert len(written) == len(expected.stdout), f"{len(written)} of {len(expected.stdout)}"
    elif expected.returncode == 0 and state is not left:  # there nobody is left to be told
        assert came.stderr.strip()


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("name", timed(EVERY))
def test_what_is_written_is_whole_or_the_code_is_not_0(folder, name, state):
    is_whole_or_refused(words_of(name), folder, state)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("name", timed(EVERY))
def test_help_is_whole_or_the_code_is_not_0(folder, name, state):
    is_whole_or_refused([*name.split(), "--help"], folder, state)


def test_every_command_is_tried():
    assert sorted(WORDS) == EVERY


# ------------------------------------------------------------------------------- readers

GOOD = b'{"format": "spinout.answers/1", "answers": {"purpose.why": {"rung": "few"}}}'
CONTENTS = {
    "empty": b"",
    "cut off": GOOD[:-9],
    "UTF-16": GOOD.decode().encode("utf-16"),
    "Latin-1": GOOD.replace(b'"answers": {', b'"role": "\xe9", "answers": {'),
    "NUL": GOOD.replace(b"few", b"f\x00w"),
    "half character": GOOD.replace(b'"few"', b'"few", "note": "\\ud800"'),
    "key twice": GOOD.replace(b'{"purpose', b'{"purpose.why": {"rung": "many"}, "purpose'),
    "NaN": GOOD.replace(b'"answers"', b'"circumstances": {"people": NaN}, "answers"'),
    "two documents": GOOD + b"\n" + GOOD,
    "a list of numbers": b"[1, 2]",
    "another format": GOOD.replace(b"answers/1", b"answers/9"),
    "a table": b"ballot,role,purpose.why\n1,Desk,A\n",
    "packed": gzip.compress(GOOD),
    "packed and cut off": gzip.compress(GOOD)[:-9],
    "half a session": b'90a1b2c3 {"seq":0',
    "deep": b"[" * 100_000,
}


def no_files(folder):
    """Paths under which there is nothing that could be read."""
    (folder / "folder.json").mkdir()
    (folder / "dangling.json").symlink_to("nowhere.json")
    (folder / "loop.json").symlink_to("loop.json")
    return ["missing.json", "dangling.json", "loop.json", "n" * 300 + ".json", "in.json/more.json"]


def is_refused(name, given, folder):
    came = run(words_of(name, given), folder)
    told = came.stderr.decode()
    assert came.returncode != 0, (given, came.stdout[:200])
    assert "Traceback" not in told, told
    assert told.strip(), given
    assert came.returncode in (1, 2), told


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("name", timed(READERS))
def test_what_cannot_be_read_is_refused(folder, name, kind):
    (folder / "in.json").write_bytes(CONTENTS[kind])
    is_refused(name, "in.json", folder)


@pytest.mark.parametrize("name", timed(READERS))
def test_a_path_that_leads_nowhere_is_refused(folder, name):
    for given in no_files(folder):
        is_refused(name, given, folder)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no paths there")
@pytest.mark.parametrize("name", timed(READERS))
def test_a_link_and_a_pipe_are_read_as_the_file_is(folder, name):
    """By name, through a link, through a pipe: the same exit code, and as much on stdout."""
    results = []
    given = (folder / "in.json").read_bytes()
    for number, way in enumerate(("in.json", "link.json", "/dev/stdin")):
        copy = folder.parent / f"{folder.name}-{number}"
        shutil.copytree(folder, copy)
        (copy / "link.json").symlink_to("in.json")
        came = subprocess.run(
            [*COMMAND, *words_of(name, way)],
            cwd=copy,
            env=surroundings(copy, COLUMNS="80"),
            input=given,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert b"Traceback" not in came.stderr, came.stderr
        results.append((came.returncode, bool(came.stdout)))
    assert len(set(results)) == 1, results
