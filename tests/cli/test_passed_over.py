"""What is found in folders: every file of answers whatever its letters, and hidden ones counted."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SHEET = {"format": "spinout.answers/1", "answers": {}}


def spinout(*words, folder, **environment):
    return subprocess.run(
        [sys.executable, "-m", "spinout_cli", *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **environment,
    )


def laid_out(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in names:
        (folder / name).write_text(json.dumps(SHEET) + "\n", encoding="utf-8")
    return folder


def test_endings_count_in_any_case(tmp_path):
    laid_out(tmp_path / "in", "a.json", "B.JSON", "c.NDJSON", "D.Jsonl")
    came = spinout("score", "in", folder=tmp_path)
    assert (came.returncode, came.stderr) == (0, "")
    assert len(came.stdout.splitlines()) == 4


@pytest.mark.parametrize("name", ["one.JSON", "one.Json", "one.NDJSON"])
def test_a_folder_with_capitals_alone_is_not_empty(tmp_path, name):
    laid_out(tmp_path / "in", name)
    came = spinout("score", "in", folder=tmp_path)
    assert came.returncode == 0, came.stderr
    assert json.loads(came.stdout)["format"] == "spinout.assessment/1"


def test_a_packed_file_counts_in_any_case(tmp_path):
    laid_out(tmp_path / "in")
    (tmp_path / "in/A.NDJSON.GZ").write_bytes(gzip.compress(json.dumps(SHEET).encode() + b"\n"))
    came = spinout("score", "in", folder=tmp_path)
    assert (came.returncode, len(came.stdout.splitlines())) == (0, 1), came.stderr


def test_hidden_companions_are_passed_over_and_counted(tmp_path):
    folder = laid_out(tmp_path / "in", "a.json")
    (folder / "._a.json").write_bytes(b"\x00\x05\x16\x07")
    (folder / ".#a.json").symlink_to("nobody@nowhere.123")
    (folder / ".DS_Store").write_bytes(b"\x00")
    came = spinout("score", "in", folder=tmp_path)
    assert (came.returncode, came.stderr) == (0, "in: 2 hidden files passed over.\n")
    assert len(came.stdout.splitlines()) == 1


def test_a_hidden_file_that_is_named_is_read(tmp_path):
    laid_out(tmp_path / "in", ".a.json")
    assert spinout("score", "in/.a.json", folder=tmp_path).returncode == 0


@pytest.mark.parametrize("size", ["0", "00", ""])
def test_a_width_of_nothing_is_no_width(tmp_path, size):
    example = Path(__file__).parents[2] / "examples/bryn-library-service.json"
    plain = [
        spinout("report", str(example), folder=tmp_path, env={**os.environ, "COLUMNS": each})
        for each in (size, "80")
    ]
    assert plain[0].stdout == plain[1].stdout != ""


def test_a_home_that_takes_no_completion_is_told_in_one_line(tmp_path):
    environment = {
        **os.environ,
        "HOME": "/proc",
        "SHELL": "/bin/bash",
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
    }
    came = spinout("--install-completion", "bash", folder=tmp_path, env=environment)
    assert came.returncode == 1, came
    assert "Traceback" not in came.stderr
    assert came.stderr.startswith("The completion could not be installed: ")
