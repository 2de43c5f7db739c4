"""`spinout assess --plain`: the same interview as lines of text, nothing drawn."""

import os

import pytest

from helpers.pseudo_terminal import (
    NAME,
    Terminal,
    answers_document,
    begun,
    events,
    run,
    same_as_transcript,
    session,
)

FULL = [
    "Bryn Library Service",
    "3",
    "12",
    "1 2",
    "some",
    "120",
    "",  # the theme that is suggested
    "why",
    "4",
    "1",
    "note",
    "Ask Gwen in HR",
    "8",
    "",
    "All of us are freed",
    "9",
    "2",
    "0",
    "3",
    "3",
    "review",
    "map",
    "q",
]


def played(terminal, lines):
    """Say every line at its prompt, and return all that was printed up to the end."""
    told = ""
    for line in lines:
        told += terminal.hear("> ")
        terminal.press(f"{line}\r")
    assert terminal.end() == 0
    return told + terminal.rest()


@pytest.mark.parametrize("how", [["--plain"], ["SPINOUT_PLAIN"], ["TERM"]])
def test_full_run(tmp_path, how):
    setting = {"SPINOUT_PLAIN": {"SPINOUT_PLAIN": "1"}, "TERM": {"TERM": "dumb"}}
    arguments = how if how == ["--plain"] else []
    with Terminal("assess", *arguments, folder=tmp_path, **setting.get(how[0], {})) as terminal:
        told = played(terminal, FULL)
        assert b"\x1b" not in terminal.raw
    interview, prompt, _ = told.rpartition("> q\n")
    same_as_transcript("full-plain", [interview + prompt])
    assert told.endswith(f"\nSaved in {NAME}.\nGo on with   spinout assess {NAME}\n")
    assert not set(told) & set("─│┃━█░▒»■▲●§→←↑↓·•✓")
    sheet = session(tmp_path / NAME).sheet().model_dump(exclude_defaults=True)
    assert sheet["circumstances"]["people"] == 120
    assert all(answer.pop("at") for answer in sheet["answers"].values())
    assert sheet["answers"] == {
        "staff.vote": {"rung": "passed", "basis": "seen"},
        "staff.time": {
            "state": "not-applicable",
            "reason": "All of us are freed",
            "note": "Ask Gwen in HR",
        },
        "staff.terms": {"state": "skipped"},
        "pensions.exit": {"state": "unknown"},
        "purpose.why": {"rung": "many"},
    }


def test_interrupted_and_resumed_run(tmp_path):
    with Terminal("assess", "--plain", folder=tmp_path) as terminal:
        for line in ["Bryn Library Service", "map", "1", "2", "note"]:
            terminal.say(line)
        terminal.hear("Note on:")
        terminal.hear("> ")
        terminal.press("Gwen said that")
        terminal.hear("Gwen said that")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        first = terminal.rest()
    with Terminal("assess", NAME, "--plain", folder=tmp_path) as terminal:
        second = played(terminal, ["map", "", "note", "", "quit"])
    interview, prompt, _ = second.rpartition("> quit\n")
    same_as_transcript("resumed-plain", [first, interview + prompt])
    now = session(tmp_path / NAME)
    assert now.notes == {"staff.time": "Gwen said that"}
    assert now.drafts == {}


def test_back_and_change_run(tmp_path):
    path = begun(tmp_path)
    lines = ["1", "3", "2", "back", "b", "1", "review", "7", "3", "1", "Bryn Libraries", "quit"]
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        told = played(terminal, lines)
    interview, prompt, _ = told.rpartition("> quit\n")
    same_as_transcript("changed-plain", [interview + prompt])
    now = session(path)
    assert {name: answer.rung for name, answer in now.answers.items()} == {
        "staff.vote": "lost",
        "staff.time": "team",
    }
    assert now.service.name == "Bryn Libraries"


def test_what_cannot_be_meant_is_told_and_saves_nothing(tmp_path):
    path = begun(tmp_path)
    before = events(path)
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        terminal.say("7")
        terminal.hear("Please type a number from 1 to 3, or s, r, q.")
        terminal.say("1")
        for nonsense in ("5", "1 2", "yes", "", "٣", "-1", "\x02"):
            terminal.say(nonsense)
            terminal.hear("Please type a number from 1 to 4, or 0, 8, 9.")
        terminal.say("quit")
        assert terminal.end() == 0
    assert events(path) == before


def test_enter_says_what_it_will_do(tmp_path):
    """It keeps an answer; on the map, the review page and for a basis it only takes a suggestion."""
    path = begun(tmp_path, staff_vote={"rung": "lost"})
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        assert "chosen now" not in terminal.hear("Enter alone chooses 1.")
        terminal.say("1")
        terminal.hear("Who has time")
        terminal.say("review")
        assert "chosen now" not in terminal.hear("Enter alone chooses 7.")
        terminal.say("6")
        terminal.hear("or none is planned; chosen now")
        terminal.tells("Press Enter to keep what you chose.")
        terminal.say("4")
        terminal.hear("What does that rest on?")
        assert "Enter" not in terminal.hear("Type a number, or: back, quit.")
        terminal.say("2")
        terminal.say("quit")
        assert terminal.end() == 0
    assert session(path).answers["staff.vote"].basis == "told"


def test_enter_keeps_no_answer_that_the_set_does_not_have(tmp_path):
    path = begun(tmp_path, staff_vote={"rung": "nonsense"})
    document = answers_document(tmp_path, {}, circumstances={"sector": "mining"})
    assert run(
        "assess", path.name, "--answers", document.name, "--no-input", folder=tmp_path
    ).stdout
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        terminal.hear("What does the service do?")
        assert "keep what you chose" not in terminal.hear("> ")
        terminal.press("\r")
        terminal.hear("Please type a number from 1 to 12, or 0.")
        for line in ("1", "r", "6"):
            terminal.say(line)
        terminal.hear("How have staff had their say")
        assert "keep what you chose" not in terminal.hear("> ")
        terminal.press("\r")
        terminal.hear("Please type a number from 1 to 4, or 0, 8, 9.")
        terminal.say("1")
        terminal.say("quit")
        assert terminal.end() == 0
    assert session(path).answers["staff.vote"].rung == "lost"
    assert session(path).circumstances["sector"] == "libraries"


def test_notes(tmp_path):
    """Kept, unchanged, emptied, left by a full stop; a command's name is a word like any other."""
    path = begun(tmp_path)
    before = len(events(path))
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        told = played(
            terminal,
            ["1", "note", "", "note", "quit", "note", "", "note", "-", "note", ".", "quit"],
        )
    expected = ["No note was made.", "Saved: your note", "Your note is as it was."]
    found = [told.find(words) for words in [*expected, "Saved: your note is taken away"]]
    assert -1 not in found
    assert found == sorted(found)
    assert [(kind, v) for kind, _, v in events(path)[before:]] == [("note", "quit"), ("note", "")]


def test_a_note_that_the_terminal_would_cut_is_refused_aloud(tmp_path):
    path = begun(tmp_path)
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        terminal.say("1")
        terminal.say("note")
        terminal.hear("Note on:")
        terminal.hear("> ")
        for part in ["x" * 1000] * 5:
            terminal.press(part)
            terminal.hear("x" * 100)
        terminal.press("\r")
        terminal.hear("too long: this terminal takes 4,095 bytes")
        terminal.hear("> ")
        terminal.paste("é".encode() * 2100)
        terminal.press("\r")
        terminal.tells("and a letter such as é takes two. Nothing was saved.")
        terminal.say("y" * 4001)
        terminal.hear("longer than 4,000 characters. Nothing was cut or saved")
        terminal.say("z" * 4000)
        terminal.hear("Saved: your note")
        terminal.say("quit")
        assert terminal.end() == 0
    assert session(path).notes == {"staff.vote": "z" * 4000}


def test_dont_know_and_a_choice_are_not_both_taken(tmp_path):
    path = begun(tmp_path)
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        for line in ("r", "4"):
            terminal.say(line)
        terminal.hear("Which pension schemes")
        terminal.say("2 0")
        terminal.hear("0 stands alone: type only 0, or leave it out.")
        terminal.say("2")
        terminal.hear("Saved: The NHS Pension Scheme")
        terminal.say("quit")
        assert terminal.end() == 0
    assert session(path).circumstances["schemes"] == ("nhs",)


def test_a_file_whose_name_cannot_be_shown(tmp_path):
    path = begun(tmp_path).rename(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.spinout"))
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        terminal.say("q")
        assert terminal.end() == 0
        told = "Go on with spinout assess FILE (FILE is its own name, which cannot be shown here)"
        assert told in terminal.said


def test_the_welcome_names_the_keys(tmp_path):
    path = begun(tmp_path)
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        terminal.hear("Type a number, or a word: why, back, note, review, map, summary, quit.\n")
        terminal.say("q")
        assert terminal.end() == 0


def test_quick_and_one_theme(tmp_path):
    path = begun(tmp_path)
    arguments = ("--plain", "--depth", "quick", "--theme", "staff")
    with Terminal("assess", path.name, *arguments, folder=tmp_path) as terminal:
        told = terminal.hear("> ")
        assert "0 of 1 answered" in told
        assert "Pensions" not in told
        assert "About 5 minutes" in told
        terminal.press("q\r")
        assert terminal.end() == 0


def test_the_first_screen_can_be_left(tmp_path):
    with Terminal("assess", "--plain", folder=tmp_path) as terminal:
        assert "A full stop alone leaves." in terminal.hear("> ")
        terminal.press(".\r")
        assert terminal.end() == 0
    assert not list(tmp_path.glob("*.spinout"))


def test_the_summary_so_far_and_back(tmp_path):
    path = begun(tmp_path, staff_vote={"rung": "lost"})
    with Terminal("assess", path.name, "--plain", folder=tmp_path) as terminal:
        terminal.say("s")
        terminal.hear("Staff have not been asked")
        terminal.hear("Press Enter to go on.")
        terminal.say("")
        terminal.hear("Which theme next?")
        terminal.say("quit")
        assert terminal.end() == 0


def test_no_word_is_broken_where_the_terminal_ends(tmp_path):
    with Terminal("workshop", "--plain", folder=tmp_path) as terminal:
        told = terminal.hear("> ")
    lines = told.replace("\r", "").split("\n")
    assert max(map(len, lines)) <= terminal.screen.columns
    assert "whoever gets the file can read all of it" in " ".join(lines)
