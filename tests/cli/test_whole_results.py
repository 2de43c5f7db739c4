"""A result is written whole, or one line on stderr says that it was not and the exit code is not 0."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
BEFORE = str(EXAMPLES / "bryn-library-service.json")
AFTER = str(EXAMPLES / "bryn-library-service-later.json")
LIMIT = 512
"""Bytes after which the file that stdout leads to takes no more."""

WRITERS = {
    **{form: ["report", BEFORE, "--format", form] for form in ("html", "markdown", "csv", "json")},
    "summary": ["report", BEFORE],
    "answers": ["report", BEFORE, "--format", "answers"],
    "plan": ["report", BEFORE, "--target", "launch"],
    "explain": ["explain", BEFORE],
    "compare": ["compare", BEFORE, AFTER, "--json"],
    "score": ["score", BEFORE],
    "score many": ["score", BEFORE, AFTER],
    "assess": ["assess", "--answers", BEFORE, "--no-input"],
    "questionnaire": ["assess", "--print"],
    "sheets": ["workshop", "--print"],
    "template": ["workshop", "merge", "--template"],
    "merge": ["workshop", "merge", BEFORE, AFTER, "--json"],
    "list": ["questions", "list", "--json"],
    "schema": ["questions", "schema", "answers"],
    "help": ["--help"],
}


def limited():
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


def run(words, folder, *, unbuffered, **more):
    out = folder / "out"
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered, "COLUMNS": "80"}
    with out.open("wb") as stdout:
        came = subprocess.run(
            [sys.executable, "-m", "spinout_cli", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=environment,
            check=False,
            **more,
        )
    return came, out.read_bytes()


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("words", WRITERS.values(), ids=WRITERS)
def test_a_file_that_takes_no_more_is_never_called_done(tmp_path, words, unbuffered):
    came, written = run(words, tmp_path, unbuffered=unbuffered, preexec_fn=limited)
    assert len(written) == LIMIT
    assert came.returncode != 0
    told = came.stderr.decode()
    assert "Traceback" not in told
    assert "could not be written" in told, told


@pytest.mark.parametrize("words", [WRITERS["html"], WRITERS["score many"]], ids=["html", "score"])
def test_without_a_buffer_the_same_is_written(tmp_path, words, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796126400")
    results = [run(words, tmp_path, unbuffered=each)[1] for each in ("", "1")]
    assert results[0] == results[1]
    assert len(results[0]) > LIMIT
