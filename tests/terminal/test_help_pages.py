"""All of the help can be read on a screen of any size, a page at a time."""

import json

import pytest

from helpers.pseudo_terminal import Terminal
from spinout_cli.question_set import loader

NAME = "commissioner.sponsor"


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 18), (120, 40)])
def test_every_page_of_the_help_is_shown_in_turn(tmp_path, columns, rows):
    document = {
        "format": "spinout.answers/1",
        "service": {"id": "a", "name": "Bryn"},
        "answers": {},
    }
    (tmp_path / "given.json").write_text(json.dumps(document), encoding="utf-8")
    size = {"columns": columns, "rows": rows}
    arguments = ("assess", "a.spinout", "--answers", "given.json", "--theme", "commissioner")
    with Terminal(*arguments, folder=tmp_path, SPINOUT_QUESTIONS="", **size) as terminal:
        terminal.wait_for("Where is the service?", "Enter accept")
        terminal.press("m")
        terminal.wait_for("Which theme next?", "Enter accept")
        terminal.press("1", "enter")
        terminal.wait_for("Who at the top", "? why")
        pages = []
        shown = terminal.words
        for _ in range(10):
            terminal.press("?")
            terminal.until(
                lambda before=shown: terminal.words != before and "leave" in terminal.words,
                "the next page",
            )
            shown = terminal.words
            if "? why" in shown:
                break
            pages.append(shown)
            assert "Who at the top" in shown
    assert len(pages) > 1 or rows > 24
    read = " ".join(" ".join(pages).split())
    asked = loader.load().set.question[NAME]
    for sentence in (asked.why.split(". ")[-1], asked.hard_stop.reason, asked.find_out.from_):
        assert " ".join(sentence.split()) in read
    assert "(University of Northampton, 2014)" in read
