"""`-o`, `--format` and `--force`: the same for every command that writes a result to a file."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from spinout_cli.cli.app import app
from spinout_cli.commands.write_output import OutputTarget
from spinout_cli.errors import UsageError

EXAMPLES = Path(__file__).parents[2] / "examples"
BEFORE = str(EXAMPLES / "bryn-library-service.json")
AFTER = str(EXAMPLES / "bryn-library-service-later.json")
WRITERS = {
    "report": ["report", BEFORE],
    "plan": ["report", BEFORE, "--target", "launch"],
    "compare": ["compare", BEFORE, AFTER],
    "commonalities": ["commonalities", BEFORE],
    "questionnaire": ["assess", "--print"],
    "sheets": ["workshop", "--print"],
    "template": ["workshop", "merge", "--template"],
}


@pytest.mark.parametrize("ending", [".pdf", ".doc", ".xlsx", ".odt", ".HTNL", ".jsn"])
@pytest.mark.parametrize("words", WRITERS.values(), ids=WRITERS)
def test_an_ending_that_is_no_format_is_refused_and_nothing_is_written(tmp_path, words, ending):
    to = tmp_path / f"out{ending}"
    came = CliRunner().invoke(app, [*words, "-o", str(to)])
    assert isinstance(came.exception, UsageError), came.output
    assert f"not as {ending[1:].lower()}" in str(came.exception)
    assert not to.exists()


def test_it_is_refused_before_the_answers_are_read(tmp_path):
    missing = str(tmp_path / "none.json")
    for words in (["report", missing], ["compare", missing, missing]):
        came = CliRunner().invoke(app, [*words, "-o", str(tmp_path / "out.pdf")])
        assert "not as pdf" in str(came.exception)


@pytest.mark.parametrize("name", ["out", "out.txt", "out.TXT", "report.2026-12", "v1.2"])
def test_without_the_ending_of_a_format_it_is_the_first_format(name):
    assert OutputTarget(name).format_among(("terminal", "html"), "A report") == "terminal"


@pytest.mark.parametrize(("name", "form"), [("a.HTML", "html"), ("a.htm", "html"), ("-", "csv")])
def test_an_ending_names_its_format_in_any_case(name, form):
    assert OutputTarget(name).format_among(("csv", "html"), "A table") == form


def test_a_format_that_is_named_wins_over_the_ending():
    assert OutputTarget("a.pdf", "html").format_among(("terminal", "html"), "A report") == "html"
