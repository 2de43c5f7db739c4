"""Whatever only reads takes links and pipes; what writes a session refuses them and says why."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.pseudo_terminal import COMMAND, answers_document, begun, run, surroundings

EXAMPLE = Path(__file__).parents[2] / "examples/bryn-library-service-workshop.json"
READERS = [
    "report",
    "report --format answers",
    "report --target launch",
    "explain",
    "explain purpose.why",
    "score",
    "compare before.json",
    "workshop merge",
    "assess --no-input --from",
    "assess --no-input --answers",
    "export --format csv --to tables",
]
COMMON = ("report", "score")
"""What is tried in every run; the others take some time."""

HOW = ["{}", "link", "/dev/stdin < {}", "<(cat {})", "fifo"]


def shell(words, folder, before=""):
    """Run `spinout WORDS` in bash, which can hand over pipes as paths."""
    line = before + " ".join([*map(str, COMMAND), words])
    return subprocess.run(
        ["/bin/bash", "-c", line],
        cwd=folder,
        env=surroundings(folder),
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def given(tmp_path):
    """A folder with a session and an answers document, and a link and a pipe to each."""
    begun(tmp_path, purpose_why={"rung": "few"})
    answers_document(tmp_path, {"purpose.why": {"rung": "few"}})
    shutil.copy(tmp_path / "given.json", tmp_path / "before.json")
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="bash hands pipes over as paths")
@pytest.mark.parametrize("source", ["bryn.spinout", "given.json"])
@pytest.mark.parametrize(
    "words",
    [pytest.param(words, marks=[] if words in COMMON else pytest.mark.slow) for words in READERS],
)
def test_readers_read_links_and_pipes(given, words, source):
    expected = shell(f"{words} {source}", given)
    assert expected.returncode == 0, expected.stderr
    (given / "link").symlink_to(source)
    os.mkfifo(given / "fifo")
    for way in HOW[1:]:
        shutil.rmtree(given / "tables", ignore_errors=True)
        before = f"cat {source} > fifo & " if way == "fifo" else ""
        came = shell(f"{words} {way.format(source)}", given, before)
        assert came.returncode == 0, (way, came.stderr)
        assert bool(came.stdout) == bool(expected.stdout), way


def test_recover_reads_a_link_and_leaves_it(given):
    (given / "link.spinout").symlink_to("bryn.spinout")
    came = run("recover", "link.spinout", folder=given)
    assert came.returncode == 0
    assert (given / "link.spinout").is_symlink()
    assert (given / "link-recovered.spinout").read_bytes() == (given / "bryn.spinout").read_bytes()


@pytest.mark.parametrize("words", ["purge --yes", "assess --answers given.json --no-input"])
def test_what_writes_sessions_refuses_a_link_and_says_why(given, words):
    before = (given / "bryn.spinout").read_bytes()
    (given / "link.spinout").symlink_to("bryn.spinout")
    first, *rest = words.split()
    came = run(first, "link.spinout", *rest, folder=given)
    told = " ".join(came.stderr.decode().split())
    assert came.returncode == 1
    assert "link.spinout is a symbolic link. A session is saved in a plain file only" in told
    assert "Name the session file itself." in told
    assert (given / "bryn.spinout").read_bytes() == before


@pytest.mark.parametrize("words", ["report", "explain", "score", "compare given.json"])
def test_many_documents_in_place_of_one_are_told_where_to_go(given, words):
    one = (given / "given.json").read_text()
    (given / "many.json").write_text(one + "\n" + one)
    came = run(*words.split(), "many.json", folder=given)
    assert came.returncode == 1
    assert b"more than one document" in came.stderr
    assert b"spinout score -" in came.stderr


def test_ballots_come_through_a_pipe(given):
    came = shell("workshop merge --json <(printf 'ballot,role,purpose.why\\n1,Desk,A\\n')", given)
    assert came.returncode == 0, came.stderr
    assert b'"nobody":1' in came.stdout.replace(b" ", b"")
