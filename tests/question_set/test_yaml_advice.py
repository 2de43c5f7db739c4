"""Advice on slips in YAML: the message shows the text and what to type, at the line of the slip."""

import pytest

from helpers.question_sets import write_set
from spinout_cli.question_set import loader


def faults(folder, old, new):
    """Change one text of a sound set, and return what is wrong with it and in which lines that is."""
    path = write_set(folder)
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    return loader.examine(path).faults, line


SLIPS = {
    "a comma in braces": (
        "{ask: Where is it, and since when?, id: where}",
        ["“Where is it”", '"Where is it, and since when?"'],
    ),
    "one word after a comma": ("{id: where, ask: Is it here, there}", ['ask: "Is it here, there"']),
    "curly quotes": (
        "{id: where, ask: “Where is it, and why?”}",
        ['ask: "Where is it, and why?"', "Curly quotes"],
    ),
    "an apostrophe": ("{id: where, ask: 'Don't you know?'}", ['"Don\'t you know?"']),
    "a colon": ("{id: where, ask: Tell us: where is it?}", ['ask: "Tell us: where is it?"']),
    "an open quote": ('{id: where, ask: "Where is it?}', ["close the quotes"]),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_what_to_type(tmp_path, name):
    written, told = SLIPS[name]
    part = "\ncircumstances:\n"
    found, line = faults(tmp_path, part, f"{part}- {written}\n")
    assert found
    assert found[0].line == line + 2
    assert all(part in found[0].message for part in told), found[0].message


def test_a_mark_that_cuts_a_text_is_refused_and_a_comment_is_not(tmp_path):
    title = "title: A small set\n"
    found, line = faults(tmp_path, title, "title: A small set #4 of ours\n")
    assert [fault.line for fault in found] == [line]
    assert '"A small set #4 of ours"' in found[0].message
    for fine in (
        'title: "A small set #4"\n',
        "title: A small set # of ours\n",
        "title: Small #1\n",
    ):
        assert faults(tmp_path, title, fine)[0] == []


def test_a_key_without_a_space_after_its_colon_is_told_at_its_own_line(tmp_path):
    found, line = faults(tmp_path, "minimum_coverage: 0.5\n", "minimum_coverage:0.5\n")
    assert [fault.line for fault in found] == [line]
    assert "minimum_coverage: 0.5" in found[0].message


def test_a_key_that_is_merely_misspelt_is_told_as_before(tmp_path):
    found, _ = faults(tmp_path, "minimum_coverage: 0.5\n", "minimum_covrage:\n")
    assert "is not a key that belongs here" in found[0].message
