"""Codes that a terminal sends are keys or nothing: never text, never the keys of their letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.key_binding.key_processor import KeyPress

from helpers.pseudo_terminal import Terminal, begun, events, session
from spinout_cli.terminal.escape_codes import SPLIT_SECONDS, EscapeCodes, without_codes
from spinout_cli.terminal.key_input import RepeatGuard

KEYS = ["\x1b[A", "\x1bOD", "\x1b[3~"]
UNKNOWN = [
    "\x1b[24;80R",  # where the cursor is
    "\x1b[?62;22c",  # what the terminal is
    "\x1b[?2026;2$y",  # which modes it has
    "\x1b[<0;10;10M",  # the mouse
    "\x1b[I",  # the window has the focus
    "\x1b[57;9~",  # a key that nobody knows
    "\x1b[97;5u",
    "\x1b[[A",  # F1 of the Linux console
    "\x1bOj",
    "\x1b]11;rgb:0000/0000/0000\x1b\\",  # a colour
    "\x1b]11;rgb:ffff/ffff/ffff\x07",
    "\x1bP1$r0m\x1b\\",
    "\x1b_Gi=1;OK\x1b\\",
    "\x9b24;80R",
]
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]))


def is_key(code):
    return code in KEYS


@given(st.lists(st.one_of(TEXT, st.sampled_from([*KEYS, *UNKNOWN]))), st.lists(st.integers(1, 9)))
def test_text_and_keys_pass_and_nothing_else_wherever_the_parts_are_divided(parts, cuts):
    codes, sent, passed = EscapeCodes(is_key, lambda: 0.0), "".join(parts), ""
    for length in cuts:
        passed, sent = passed + codes.feed(sent[:length]), sent[length:]
    passed += codes.feed(sent)
    assert passed == "".join(part for part in parts if part not in UNKNOWN)


@given(st.lists(st.one_of(TEXT, st.sampled_from([*KEYS, *UNKNOWN]))))
def test_a_line_keeps_its_text_and_no_code(parts):
    assert without_codes("".join(parts)) == "".join(p for p in parts if p not in [*KEYS, *UNKNOWN])


@pytest.mark.parametrize("begun_code", ["\x1b[24;", "\x1b[", "\x1bO", "\x1b]11;rgb", "\x1b[?1;"])
def test_what_breaks_a_code_off_is_kept(begun_code):
    codes = EscapeCodes(is_key)
    assert codes.feed(f"{begun_code}\rabc") == "\rabc"
    assert without_codes(f"Alder{begun_code}") == "Alder"


def test_escape_alone_is_a_key_and_the_late_rest_of_its_code_is_none():
    clock = [0.0]
    codes = EscapeCodes(is_key, lambda: clock[0])
    assert codes.feed("\x1b") == ""
    assert codes.flush() == "\x1b"
    clock[0] += SPLIT_SECONDS / 2
    assert codes.feed("[24;80R") == ""
    assert codes.feed("\x1b") + codes.flush() == "\x1b"
    clock[0] += SPLIT_SECONDS * 2
    assert codes.feed("[1] said") == "[1] said"
    assert codes.feed("\x1b[24") == ""
    clock[0] += SPLIT_SECONDS * 2
    assert codes.feed("then text") == "then text"


def test_what_is_pasted_loses_its_codes_and_not_its_end():
    codes = EscapeCodes(lambda code: code in [*KEYS, "\x1b[200~"])
    pasted = "\x1b[200~two \x1b[31mred\x1b[0m\x1b[A\x1b[201~"
    assert codes.feed(pasted) == "\x1b[200~two red\x1b[201~"
    assert codes.feed("\x1b[A") == "\x1b[A"


def presses(keys):
    return [KeyPress(key, key) for key in keys]


def typed(taken):
    return "".join(press.key for press in taken)


def test_a_key_that_is_held_is_taken_on_one_screen_only():
    guard = RepeatGuard()
    assert typed(guard.take(presses("3\r"))) == "3\r"
    guard.next_screen()
    for _ in range(50):
        assert guard.take(presses("\r")) == []
    assert guard.paused() == []
    assert typed(guard.take(presses("\r"))) == "\r"  # let go, and pressed again


def test_a_key_pressed_once_more_is_taken_after_a_pause_or_another_key():
    guard = RepeatGuard()
    guard.take(presses("\r"))
    guard.next_screen()
    assert guard.take(presses("\r")) == []
    assert typed(guard.paused()) == "\r"
    guard.next_screen()
    assert guard.take(presses("\r")) == []
    assert typed(guard.take(presses("x\r\r"))) == "\rx\r\r"


@pytest.mark.parametrize("code", UNKNOWN[:-1])
def test_no_drawn_screen_takes_a_code_for_keys(tmp_path, code):
    """On a line and on a list, whole and divided: not a letter of it is typed or obeyed."""
    with Terminal("assess", "a.spinout", folder=tmp_path) as terminal:
        terminal.wait_for("What is the service called?", "Enter accept")
        terminal.press(f"Al{code}der", code[:2])
        terminal.pump(0.4)
        terminal.press(code[2:], "enter")
        terminal.wait_for("Saved: Alder", "Where is the service?", "q save and leave")
        terminal.press(code, "2", code, "enter")
        terminal.wait_for("Saved: Scotland", "What does the service do?")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
    kept = session(tmp_path / "a.spinout")
    assert (kept.service.name, kept.circumstances) == ("Alder", {"nation": "scotland"})


def test_the_terminal_is_asked_nothing_and_warns_of_nothing(tmp_path):
    path = begun(tmp_path)
    with Terminal("assess", path.name, folder=tmp_path) as terminal:
        terminal.screen.write_process_input = lambda _data: None
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("enter")
        terminal.wait_for("How have staff had", "q save and leave")
        terminal.pump(2.5)
        terminal.press("q")
        assert terminal.end() == 0
        assert b"\x1b[6n" not in terminal.raw
        assert "WARNING" not in terminal.said


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ("Alder\x1b[D\x1b[D\x1bOD\x1b[3~\x1b[H", "Alder"),
        ("\x1b[10;1RAlder", "Alder"),
        ("\x1b]11;rgb:0/0/0\x1b\\Alder\x1b[", "Alder"),
        ("Caf\u00e9\x7fe", "Cafe"),
    ],
)
def test_plain_lines_hold_no_code(tmp_path, keys, name):
    with Terminal("assess", "a.spinout", "--plain", folder=tmp_path) as terminal:
        terminal.say(keys)
        terminal.hear(f"Saved: {name}\n")
        told = terminal.hear("Where is the service?")
        assert ("Left out: codes of keys" in terminal.said) == ("\x1b" in keys), told
        terminal.say("\x1b[A2\x1b[B")
        terminal.hear("Saved: Scotland")
        terminal.say("q")
        assert terminal.end() == 0
    kept = session(tmp_path / "a.spinout")
    assert (kept.service.name, kept.circumstances) == (name, {"nation": "scotland"})


def test_a_half_typed_plain_note_holds_no_code(tmp_path):
    path = begun(tmp_path)
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        for words in ("1", "note"):
            terminal.say(words)
        terminal.hear("> ")
        terminal.press("Ask\x1b[D Gwen")
        terminal.pump(0.4)
        terminal.press("ctrl-c")
        assert terminal.end() == 130
    assert session(path).drafts == {"note:staff.vote": "Ask Gwen"}


@pytest.mark.parametrize("plain", [False, True])
def test_enter_that_is_held_answers_one_question(tmp_path, plain):
    """On facts that are typed, an empty line is an answer: held, Enter gives one of them."""
    path = begun(tmp_path, staff_vote={"rung": "lost"}, staff_time={"rung": "team"})
    before = len(events(path))
    how = ["--plain"] if plain else []
    with Terminal("assess", path.name, *how, folder=tmp_path) as terminal:
        if plain:
            for words in ("review", "6"):
                terminal.say(words)
            terminal.hear("> ")
        else:
            terminal.wait_for("Which theme next?", "q save and leave")
            terminal.press("r")
            terminal.wait_for("Choose one to change it.", "m map")
            terminal.press("6", "enter")
            terminal.wait_for("How have staff had", "(your answer)")
        for _ in range(60):
            terminal.press("enter")
            terminal.pump(0.03)
        terminal.press("ctrl-c")
        assert terminal.end() == 130
    assert len(events(path)) <= before + 1
