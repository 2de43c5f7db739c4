"""Words on the command line and in the environment: what typer itself says of them, too."""

import os
import shlex
import subprocess

import pytest

from helpers.pseudo_terminal import COMMAND, answers_document, begun, surroundings
from hostile.confined import assert_harmless, confined, refused

pytestmark = pytest.mark.slow

ATTACK = "\x1b]0;stolen\x07\x1b[2J\x9b31m\u202eyes\u2066[/][link=https://evil.example]x[/link]"

ANYWHERE = [
    ["{}"],
    ["--{}"],
    ["-{}"],
    ["assess", "--no-such-{}"],
    ["assess", "--depth", "{}"],
    ["assess", "--theme", "{}"],
    ["assess", "--answers", "{}", "--no-input"],
    ["assess", "--from", "{}", "--no-input"],
    ["assess", "--plain={}"],
    ["assess", "--print", "-o", "no/{}"],
    ["assess", "{}"],
    ["assess", "{}", "one too many {}"],
    ["assess", "--questions", "{}"],
    ["workshop", "{}"],
    ["workshop", "{}", "{}"],
    ["workshop", "--plan", "{}"],
    ["workshop", "--no-input", "{}"],
    ["workshop", "--print", "-o", "no/{}"],
    ["workshop", "merge", "{}"],
    ["workshop", "merge", "{}.csv"],
    ["score", "{}"],
    ["score", "{}.ndjson"],
    ["score", "given.json", "--fail-on", "{}"],
    ["report", "{}"],
    ["report", "given.json", "--format", "{}"],
    ["report", "given.json", "--redact", "{}"],
    ["report", "given.json", "-o", "no/{}"],
    ["report", "given.json", "--target", "{}"],
    ["explain", "{}"],
    ["explain", "{}.json"],
    ["explain", "given.json", "{}"],
    ["compare", "given.json", "{}"],
    ["compare", "{}"],
    ["recover", "{}"],
    ["recover", "bryn.spinout", "--to", "no/{}"],
    ["purge", "{}"],
    ["purge", "--yes", "{}"],
    ["export", "{}", "--to", "out"],
    ["export", "given.json", "--to", "no/{}"],
    ["export", "given.json", "--to", "out", "--format", "{}"],
    ["commonalities", "{}"],
    ["commonalities", "given.json", "--by", "{}"],
    ["commonalities", "given.json", "--engine", "{}://x"],
    ["questions", "{}"],
    ["questions", "show", "{}"],
    ["questions", "list", "--theme", "{}"],
    ["questions", "list", "--lens", "{}"],
    ["questions", "check", "{}"],
    ["questions", "test", "{}"],
    ["questions", "new", "no/{}"],
    ["questions", "schema", "{}"],
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    begun(folder)
    answers_document(folder, {"staff.vote": {"rung": "lost"}})
    return folder


@pytest.mark.parametrize("words", ANYWHERE, ids=" ".join)
def test_words_that_are_an_attack_are_refused_and_never_act(desk, words):
    refused(confined(*(word.format(ATTACK) for word in words), folder=desk))


@pytest.mark.parametrize("words", [["{}"], ["--{}"], ["score", "{}"], ["assess", "--depth", "{}"]])
def test_words_that_are_no_text_at_all_are_refused_likewise(desk, words):
    bad = b"\xff\x9b31m\xc3\x28"
    refused(confined(*(os.fsencode(word).replace(b"{}", bad) for word in words), folder=desk))


def test_a_refusal_is_in_plain_words(desk):
    came = confined("assess", "--depth", "deep", folder=desk)
    refused(came, "Invalid value for '--depth': 'deep' is not one of 'quick', 'full'.")
    assert "Value error" not in came.words
    refused(confined("asess", folder=desk), "Did you mean 'assess'?")


LOOKS = (
    *("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM", "COLUMNS", "LINES", "LANG", "LC_ALL", "TZ"),
    *("HOME", "XDG_STATE_HOME", "TMPDIR", "EDITOR", "VISUAL", "TERMINAL_WIDTH", "TYPER_USE_RICH"),
)
SETTINGS = ("SPINOUT_PLAIN", "SPINOUT_QUESTIONS", "SOURCE_DATE_EPOCH", "_SPINOUT_COMPLETE")


@pytest.mark.parametrize("names", [LOOKS, *((name,) for name in SETTINGS)], ids=" ".join)
@pytest.mark.parametrize(
    "words", [["report", "given.json"], ["assess", "--no-input", "new.spinout"]]
)
def test_an_environment_that_is_an_attack_never_acts(desk, names, words):
    (desk / "new.spinout").unlink(missing_ok=True)
    assert_harmless(confined(*words, folder=desk, **dict.fromkeys(names, ATTACK)))


@pytest.mark.parametrize("value", ["\u00b2", "9" * 30, "9" * 5000, "soon"])
def test_a_moment_that_is_none_is_refused(desk, value):
    came = confined("report", "given.json", folder=desk, SOURCE_DATE_EPOCH=value)
    refused(came, "SOURCE_DATE_EPOCH must be a number of seconds since 1970")
    assert came.code == 2


@pytest.mark.parametrize("value", ["0", "-1", "1" * 30])
def test_a_width_that_is_none_does_no_harm(desk, value):
    came = confined("report", "given.json", folder=desk, COLUMNS=value, LINES=value)
    assert_harmless(came, codes=(0,))


@pytest.mark.parametrize("words", [["score", "-"], ["assess", "--answers", "-", "--no-input"]])
def test_a_closed_stdin_takes_one_line(desk, words):
    came = subprocess.run(
        ["/bin/sh", "-c", f"exec {shlex.join([*COMMAND, *words])} <&-"],
        cwd=desk,
        env=surroundings(desk),
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert came.returncode == 2
    assert came.stderr == b"Nothing is piped in: stdin is closed.\n"
