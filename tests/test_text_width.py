"""Columns of text: nothing is cut, no line is wider than the screen, and nothing shown is divided."""

import textwrap
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.pseudo_terminal import Terminal, answers_document, begun
from spinout_cli.text_width import display_width, pad, wrap

NARROW = st.text(st.characters(codec="latin-1", exclude_categories=["Cc", "Cf"]))
ANY = st.text(
    st.one_of(
        st.sampled_from("a -"),
        st.sampled_from("\u56f3\u66f8\u9928\u30b5\uac00\U0001f600\U0001f469\u200d\u0301\u0302"),
        st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]),
    )
)
WORDS = "".join(chr(0x4E00 + n) for n in range(80))


def spaceless(text):
    return "".join(text.split())


@given(ANY, st.integers(4, 40))
def test_nothing_is_lost_and_no_line_is_too_wide(text, width):
    lines = wrap(text, width, initial_indent="- ", subsequent_indent="  ")
    assert spaceless("".join(lines)) == (f"-{spaceless(text)}" if lines else "")
    assert bool(lines) == bool(spaceless(text))
    assert all(display_width(line) <= width for line in lines)


@given(ANY, st.integers(4, 40))
def test_no_line_begins_with_an_accent_of_the_line_before(text, width):
    lines = wrap(f"a{text}", width)
    accents = [w for w in f"a{text}".split() if unicodedata.combining(w[0])]
    assert len([line for line in lines if unicodedata.combining(line[0])]) <= len(accents)


@given(NARROW, st.integers(4, 40))
def test_narrow_text_is_wrapped_as_ever(text, width):
    expected = textwrap.wrap(text, width, replace_whitespace=False, break_on_hyphens=False)
    assert wrap(text, width) == expected


@given(ANY, st.integers(0, 40))
def test_padding_reaches_the_column(text, room):
    assert display_width(pad(text, display_width(text) + room)) == display_width(text) + room


@pytest.mark.parametrize("how", [[], ["--plain"]])
def test_every_character_of_a_wide_note_is_on_the_screen(tmp_path, how):
    path = begun(tmp_path, purpose_why={"rung": "few", "note": WORDS})
    with Terminal("assess", path.name, *how, folder=tmp_path, rows=45) as terminal:
        if how:
            terminal.say("3")
        else:
            terminal.wait_for("Which theme next?", "q save and leave")
            terminal.press("3", "enter")
        terminal.wait_for("Can people outside", "Your note:")
        terminal.until(lambda: all(word in terminal.text for word in WORDS), "every character")


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_the_right_end_of_a_heading_stays(tmp_path, columns):
    answers_document(
        tmp_path,
        {},
        service={"id": "s", "name": "\u56f3\u66f8\u9928\u30b5\u30fc\u30d3\u30b9 Alder"},
    )
    where = {"folder": tmp_path, "columns": columns, "rows": 40}
    with Terminal("assess", "a.spinout", "--answers", "given.json", **where) as terminal:
        terminal.wait_for("Which theme next?", "\u56f3", "Alder", "0 of 5 answered")


@pytest.mark.parametrize("columns", [60, 80])
def test_a_wide_question_hangs_whole_on_the_wall(tmp_path, columns):
    from helpers.pseudo_terminal import QUESTIONS  # noqa: PLC0415

    asked = QUESTIONS.read_text("utf-8").replace("Can people outside", f"{WORDS} outside")
    (tmp_path / "q.yaml").write_text(asked.replace("Many can and do", WORDS[::-1]), "utf-8")
    where = {"folder": tmp_path, "columns": columns, "rows": 45, "SPINOUT_QUESTIONS": "q.yaml"}
    with Terminal("workshop", "w.spinout", **where) as terminal:
        for ask, keys in (
            ("What is the service called?", ["Bryn", "enter"]),
            ("How many people, by group?", ["30", "enter"]),
            ("How many minutes", ["ctrl-u", "60", "enter"]),
            ("Begin, or choose a theme", ["enter"]),
            ("Enter type the counts", ["m"]),
            ("Which question next?", ["5"]),
        ):
            terminal.wait_for(ask)
            terminal.press(*keys)
        terminal.until(lambda: "\u00bb 5" in terminal.words, "the pointer")
        terminal.until(lambda: all(word in terminal.text for word in WORDS), "the map")
        terminal.press("enter")
        terminal.wait_for("Enter type the counts", "5 of 5")
        shown = spaceless(terminal.text)
        assert all(shown.count(word) == 2 for word in WORDS)
