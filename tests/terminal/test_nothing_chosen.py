"""No question answers itself: nothing is chosen before somebody moves or types a number."""

import pytest

from helpers.pseudo_terminal import Terminal, begun, events, session
from spinout_cli.reading import replay
from spinout_cli.storage import journal

NOTHING = "Nothing is chosen yet. Move with ↑ or ↓, or type a number."


def at_first_question(terminal):
    """From the map to a question that has no answer."""
    terminal.wait_for("Which theme next?", "q save and leave")
    terminal.press("enter")
    terminal.wait_for("How have staff had their say", "q save and leave")


def leave(terminal):
    terminal.press("ctrl-c")
    assert terminal.end() == 130


@pytest.mark.parametrize("columns", [80, 120])
def test_enter_answers_no_question(tmp_path, columns):
    path = begun(tmp_path)
    before = events(path)
    with Terminal("assess", path.name, folder=tmp_path, columns=columns) as terminal:
        at_first_question(terminal)
        assert "»" not in terminal.text
        terminal.press("space", *["enter"] * 40)
        terminal.wait_for(NOTHING)
        terminal.press("space")
        assert "»" not in terminal.text
        leave(terminal)
    assert events(path) == before


@pytest.mark.parametrize(
    ("keys", "option"),
    [
        (["down"], "1  A vote was held and lost"),
        (["down", "down"], "2  A staff group has been sounded"),
        (["up"], "9  Skip for now"),
        (["up", "up"], "8  Doesn't apply"),
    ],
)
def test_the_first_arrow_puts_the_pointer_at_an_end(tmp_path, keys, option):
    path = begun(tmp_path)
    with Terminal("assess", path.name, folder=tmp_path) as terminal:
        at_first_question(terminal)
        terminal.press("enter")
        terminal.wait_for(NOTHING)
        terminal.press(*keys)
        terminal.wait_until_gone(NOTHING)
        terminal.wait_for(f"» {' '.join(option.split())}")
        leave(terminal)


def test_enter_chooses_no_fact_and_no_basis(tmp_path):
    with Terminal("assess", "a.spinout", folder=tmp_path, rows=40) as terminal:
        terminal.wait_for("What is the service called?", "Enter accept")
        terminal.press("Bryn", "enter")
        terminal.wait_for("Where is the service?", "q save and leave")
        terminal.press("enter")
        terminal.wait_for(NOTHING)
        terminal.press("2", "enter")
        terminal.wait_for("What does the service do?", "q save and leave")
        terminal.press("r")
        terminal.wait_for("Choose one to change it.", "m map")
        terminal.press("up", "enter")
        terminal.wait_for("Where is the service?", "(your answer)")
        leave(terminal)
    path = begun(tmp_path)
    with Terminal("assess", path.name, folder=tmp_path) as terminal:
        at_first_question(terminal)
        terminal.press("4", "enter")
        terminal.wait_for("What does that rest on?", "q save and leave")
        assert "»" not in terminal.text
        terminal.press("enter")
        terminal.wait_for(NOTHING)
        terminal.press("1", "enter")
        terminal.wait_for("Who has time set aside")
        leave(terminal)
    assert session(tmp_path / "a.spinout").circumstances == {"nation": "scotland"}
    assert session(path).answers["staff.vote"].basis == "seen"


def test_several_are_ticked_only_where_the_pointer_stands(tmp_path):
    with Terminal("assess", "a.spinout", folder=tmp_path) as terminal:
        for ask, keys in (
            ("What is the service called?", ["Bryn", "enter"]),
            ("Where is the service?", ["3", "enter"]),
            ("What does the service do?", ["1", "enter"]),
        ):
            terminal.wait_for(ask)
            terminal.press(*keys)
        terminal.wait_for("Which pension schemes", "space tick")
        terminal.press("space", "enter")
        terminal.wait_for("Tick at least one with the space bar")
        assert "[x]" not in terminal.text
        terminal.press("down", "space")
        terminal.wait_for("» 1 [x]")
        terminal.press("enter")
        terminal.wait_for("How many people")
        leave(terminal)
    assert session(tmp_path / "a.spinout").circumstances["schemes"] == ("lgps",)


def test_in_plain_mode_an_empty_line_answers_no_question(tmp_path):
    path = begun(tmp_path)
    before = events(path)
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        terminal.say("1")
        told = terminal.hear("Type a number")
        assert "Enter" not in told
        for _ in range(3):
            terminal.say("")
            terminal.hear("Please type a number from 1 to 4, or 0, 8, 9.")
        terminal.say("quit")
        assert terminal.end() == 0
    assert events(path) == before


@pytest.mark.parametrize("number", ["1", "2"], ids=["a fact decides", "the room decides"])
@pytest.mark.parametrize("plain", [False, True])
def test_a_room_agrees_on_nothing_by_enter(tmp_path, plain, number):
    path = tmp_path / "w.spinout"
    how = ["--plain"] if plain else []
    with Terminal("workshop", path.name, *how, folder=tmp_path, rows=40) as terminal:
        if plain:
            for words in ("Bryn", "30", "60", "g", "map", number, "30 0 0"):
                terminal.say(words)
            terminal.say("agree")
            terminal.say("")
            terminal.hear("Please type a number")
            terminal.say("map")
            terminal.say("q")
            assert terminal.end() == 0
        else:
            for ask, keys in (
                ("What is the service called?", ["Bryn", "enter"]),
                ("How many people, by group?", ["30", "enter"]),
                ("How many minutes", ["ctrl-u", "60", "enter"]),
                ("Begin, or choose a theme", ["enter"]),
                ("Enter type the counts", ["m"]),
                ("Which question next?", [number, "enter"]),
                ("Enter type the counts", ["a"]),
            ):
                terminal.wait_for(ask)
                terminal.press(*keys)
            terminal.wait_for("Enter accept")
            assert "»" not in terminal.text
            terminal.press("enter")
            terminal.wait_for(NOTHING)
            leave(terminal)
    room = replay.replay_workshop(journal.read(path), path)
    assert not any(talk.agreed for talk in room.questions.values())
