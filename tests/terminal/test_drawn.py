"""`spinout assess` as somebody at a terminal sees it, with real keys and real files."""

import json

import pytest

from helpers.pseudo_terminal import (
    NAME,
    Terminal,
    answers_document,
    begun,
    events,
    same_as_transcript,
    session,
)


@pytest.mark.parametrize("columns", [80, 120])
def test_full_run(tmp_path, columns):
    """Every kind of screen once, from the name to the summary."""
    screens = []
    with Terminal("assess", folder=tmp_path, columns=columns, rows=45) as terminal:
        screens.append(terminal.wait_for("What is the service called?", "Enter accept"))
        terminal.press("Bryn Library Service", "enter")
        screens.append(terminal.wait_for("Where is the service?", "q save and leave"))
        terminal.press("3", "enter")
        terminal.wait_for("What does the service do?", "q save and leave")
        terminal.press("1", "2")
        screens.append(terminal.wait_for("» 12 Housing"))
        terminal.press("enter")
        terminal.wait_for("Which pension schemes", "q save and leave")
        terminal.press("enter")
        terminal.wait_for("Tick at least one")
        terminal.press("1", "down", "space")
        screens.append(terminal.wait_for("[x] The Local", "[x] The NHS"))
        terminal.press("enter")
        terminal.wait_for("How many people", "Enter accept")
        terminal.press("some", "enter")
        terminal.wait_for("Please type a number", "Enter accept")
        terminal.press("120", "enter")
        screens.append(terminal.wait_for("Which theme next?", "0 of 5 answered"))
        terminal.press("enter")
        screens.append(terminal.wait_for("How have staff had their say", "q save and leave"))
        terminal.press("?")
        screens.append(terminal.wait_for("Why we ask.", "Riverside", "? close"))
        terminal.press("?")
        terminal.wait_until_gone("Why we ask.")
        terminal.press("4", "enter")
        screens.append(terminal.wait_for("What does that rest on?", "q save and leave"))
        terminal.press("1", "enter")
        terminal.wait_for("Who has time set aside", "2 of 3")
        terminal.press("n")
        screens.append(terminal.wait_for("Note on: Who has time", "Enter accept"))
        terminal.press("Ask Gwen in HR", "enter")
        terminal.wait_for("Your note: Ask Gwen in HR", "q save and leave")
        terminal.press("8", "enter")
        screens.append(terminal.wait_for("Why does it not apply to you?", "Enter accept"))
        terminal.press("enter")
        terminal.wait_for("Please say in a few words", "Enter accept")
        terminal.press("All of us are freed", "enter")
        terminal.wait_for("What do staff know of their terms", "3 of 3")
        terminal.press("9", "enter")
        screens.append(terminal.wait_for("Which theme next?", "2 of 5 answered"))
        terminal.press("2", "enter")
        terminal.wait_for("who pays the pension exit cost?", "q save and leave")
        terminal.press("0", "enter")
        terminal.wait_for("Which theme next?", "3 of 5 answered")
        terminal.press("3", "enter")
        terminal.wait_for("Can people outside", "q save and leave")
        terminal.press("3", "enter")
        terminal.wait_for("Which theme next?", "4 of 5 answered")
        terminal.press("r")
        screens.append(terminal.wait_for("Choose one to change it."))
        terminal.press("left")
        terminal.wait_for("Which theme next?")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.lines[-2:] == [f"Saved in {NAME}.", f"Go on with   spinout assess {NAME}"]
        assert terminal.is_cooked()
    same_as_transcript(f"full-{columns}", screens)
    sheet = session(tmp_path / NAME).sheet().model_dump(exclude_defaults=True)
    assert all(answer.pop("at") for answer in sheet["answers"].values())
    assert sheet["circumstances"] == {
        "nation": "wales",
        "sector": "housing",
        "schemes": ("lgps", "nhs"),
        "people": 120,
    }
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


@pytest.mark.parametrize("columns", [80, 120])
def test_interrupted_and_resumed_run(tmp_path, columns):
    screens = []
    with Terminal("assess", folder=tmp_path, columns=columns, rows=40) as terminal:
        terminal.wait_for("What is the service called?", "Enter accept")
        terminal.press("Bryn Library Service", "enter")
        terminal.wait_for("Where is the service?", "q save and leave")
        terminal.press("m")
        terminal.wait_for("Which theme next?")
        terminal.press("1", "enter")
        terminal.wait_for("How have staff had their say", "q save and leave")
        terminal.press("2", "enter")
        terminal.wait_for("Who has time set aside", "Saved: A staff group")
        terminal.press("n")
        terminal.wait_for("Note on:", "Enter accept")
        terminal.press("Gwen said that")
        terminal.wait_for("> Gwen said that")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        screens.append(terminal.text)
    with Terminal("assess", NAME, folder=tmp_path, columns=columns, rows=40) as terminal:
        screens.append(terminal.wait_for("Welcome back", "Where is the service?"))
        terminal.press("m")
        terminal.wait_for("Which theme next?", "1 of")
        terminal.press("enter")
        terminal.wait_for("? Who has time set aside", "n note", "q save and leave")
        terminal.press("n")
        screens.append(terminal.wait_for("> Gwen said that", "Enter accept"))
        terminal.press(" we may", "enter")
        terminal.wait_for("Your note: Gwen said that we may", "q save and leave")
        terminal.press("q")
        assert terminal.end() == 0
    same_as_transcript(f"resumed-{columns}", screens)
    now = session(tmp_path / NAME)
    assert now.notes == {"staff.time": "Gwen said that we may"}
    assert now.drafts == {}
    assert now.answers["staff.vote"].rung == "sounded"


@pytest.mark.parametrize("columns", [80, 120])
def test_back_and_change_run(tmp_path, columns):
    """Back loses nothing that was answered later; a branch that closes is kept and not asked."""
    screens = []
    path = begun(tmp_path)
    with Terminal("assess", path.name, folder=tmp_path, columns=columns, rows=40) as terminal:
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("enter")
        terminal.wait_for("How have staff had their say", "q save and leave")
        terminal.press("3", "enter")
        terminal.wait_for("Who has time set aside", "q save and leave")
        terminal.press("2", "enter")
        terminal.wait_for("What do staff know of their terms", "q save and leave")
        terminal.press("left")
        screens.append(terminal.wait_for("Who has time set aside", "(your answer)"))
        terminal.press("b")
        screens.append(terminal.wait_for("How have staff had", "(your answer)"))
        terminal.press("1", "enter")
        terminal.wait_for("Which theme next?", "2 of 4 answered")
        terminal.press("r")
        screens.append(terminal.wait_for("Choose one to change it."))
        terminal.press("7", "enter")
        terminal.wait_for("Who has time set aside", "(your answer)")
        terminal.press("3", "enter")
        screens.append(terminal.wait_for("Choose one to change it.", "A team has been freed"))
        terminal.press("1", "enter")
        terminal.wait_for("What is the service called?", "> Bryn Library Service")
        terminal.press("ctrl-u", "Bryn Libraries", "enter")
        terminal.wait_for("Choose one to change it.", "→ Bryn Libraries")
        terminal.press("q")
        assert terminal.end() == 0
    same_as_transcript(f"changed-{columns}", screens)
    now = session(path)
    assert {name: answer.rung for name, answer in now.answers.items()} == {
        "staff.vote": "lost",
        "staff.time": "team",
    }
    assert now.service.name == "Bryn Libraries"


def test_a_question_answered_again_after_its_branch_closed_is_still_known(tmp_path):
    path = begun(tmp_path, staff_vote={"rung": "agreed"}, staff_terms={"rung": "letter"})
    with Terminal("assess", path.name, folder=tmp_path) as terminal:
        terminal.wait_for("Which theme next?", "2 of 5 answered")
        terminal.press("r")
        terminal.wait_for("Choose one to change it.")
        terminal.press("6", "enter")
        terminal.wait_for("How have staff had", "(your answer)")
        terminal.press("1", "enter")
        terminal.wait_for("Choose one to change it.", "A vote was held and lost")
        assert "terms" not in terminal.words
        terminal.press("q")
        assert terminal.end() == 0
    assert session(path).answers["staff.terms"].rung == "letter"


def test_notes_that_do_not_change_save_nothing_and_say_so(tmp_path):
    path = begun(tmp_path)
    with Terminal("assess", path.name, folder=tmp_path) as terminal:
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("enter")
        terminal.wait_for("How have staff had their say", "q save and leave")
        terminal.press("n")
        terminal.wait_for("Note on:", "Enter accept")
        terminal.press("enter")
        terminal.wait_for("No note was made.", "How have staff had their say")
        before = len(events(path))
        terminal.press("n")
        terminal.wait_for("Note on:", "Enter accept")
        terminal.press("One", "enter")
        terminal.wait_for("Saved: your note", "Your note: One")
        terminal.press("n")
        terminal.wait_for("> One")
        terminal.press("enter")
        terminal.wait_for("Your note is as it was.", "Your note: One")
        assert len(events(path)) == before + 1
        terminal.press("n")
        terminal.wait_for("> One")
        terminal.press("ctrl-u", "enter")
        terminal.wait_for("Saved: your note is taken away", "1 of 3")
        terminal.press("n")
        terminal.wait_for("Note on:", "Enter accept")
        terminal.press("escape")
        terminal.wait_for("? why", "How have staff had their say")
        terminal.press("q")
        assert terminal.end() == 0
    assert session(path).notes == {}
    assert [kind for kind, _, _ in events(path)[before:]] == ["note", "note"]


def test_a_belief_about_a_stop_is_kept_as_one(tmp_path):
    """Left while it was asked what it rests on, an answer counts as not checked."""
    path = begun(tmp_path)
    with Terminal("assess", path.name, folder=tmp_path) as terminal:
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("2", "enter")
        terminal.wait_for("who pays the pension exit cost?", "q save and leave")
        terminal.press("5", "enter")
        terminal.wait_for("What does that rest on?", "nobody has checked")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        terminal.wait_for("Saved: 4 facts and 1 answer.")
    answer = session(path).answers["pensions.exit"]
    assert (answer.rung, answer.basis) == ("signed", "think")


def test_quick_asks_only_what_can_stop_or_weighs_most(tmp_path):
    with Terminal("assess", "--depth", "quick", folder=tmp_path) as terminal:
        terminal.wait_for("About 5 minutes", "What is the service called?")
        terminal.press("enter")
        terminal.wait_for("Where is the service?", "q save and leave")
        terminal.press("m")
        terminal.wait_for("Your service", "0 of 2 answered")
        terminal.press("q")
        assert terminal.end() == 0
    assert session(tmp_path / "service.spinout").depth == "quick"


def test_one_theme_only(tmp_path):
    path = begun(tmp_path)
    with Terminal("assess", path.name, "--theme", "pensions", folder=tmp_path) as terminal:
        terminal.wait_for("Which theme next?", "0 of 1 answered")
        assert "Staff voice" not in terminal.text
        terminal.press("q")
        assert terminal.end() == 0


def test_a_new_session_from_an_old_one(tmp_path):
    old = begun(tmp_path, purpose_why={"rung": "few", "note": "Ask again"})
    before = old.read_bytes()
    with Terminal("assess", "after.spinout", "--from", old.name, folder=tmp_path) as terminal:
        terminal.wait_for("Taken over: 1 answer.", "1 of 5 answered", "Enter chooses, ? explains")
        terminal.press("3", "enter")
        terminal.wait_for("Can people outside", "Your note: Ask again", "few can (your answer)")
        terminal.press("3", "enter")
        terminal.wait_for("Which theme next?", "Saved: Many can and do")
        terminal.press("q")
        assert terminal.end() == 0
    after = session(tmp_path / "after.spinout")
    assert after.answers["purpose.why"].rung == "many"
    assert after.service == session(old).service
    assert after.id != session(old).id
    assert old.read_bytes() == before


def test_a_taken_name_gets_a_number(tmp_path):
    (tmp_path / NAME).write_text("not mine")
    with Terminal("assess", folder=tmp_path) as terminal:
        terminal.wait_for("What is the service called?", "Enter accept")
        terminal.press("Bryn Library Service", "enter")
        terminal.wait_for("Where is the service?", "q save and leave")
        terminal.press("q")
        assert terminal.end() == 0
        terminal.wait_for("Saved in bryn-library-service-2.spinout.")
    assert (tmp_path / NAME).read_text() == "not mine"
    assert session(tmp_path / "bryn-library-service-2.spinout").service.name


def test_the_summary_so_far_and_back(tmp_path):
    path = begun(tmp_path, staff_vote={"rung": "lost"})
    with Terminal("assess", path.name, folder=tmp_path, rows=120) as terminal:
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("s")
        terminal.wait_for("Staff have not been asked", "Meet the branch secretaries", "Go on")
        terminal.press("enter")
        terminal.wait_for("Which theme next?", "1 of 4 answered")
        terminal.press("q")
        assert terminal.end() == 0


def test_no_colour_means_no_colour(tmp_path):
    path = begun(tmp_path, staff_vote={"rung": "lost"})
    shown = {}
    for mode in ({"NO_COLOR": "1"}, {}):
        with Terminal("assess", path.name, folder=tmp_path, **mode) as terminal:
            terminal.wait_for("Which theme next?", "q save and leave")
            terminal.press("enter")
            terminal.wait_for("Who has time", "q save and leave")
            terminal.press("q")
            assert terminal.end() == 0
            shown[bool(mode)] = colours(terminal.raw)
    assert shown[True] == set()
    assert shown[False]


def colours(raw):
    """The colours among the escape sequences."""
    parts = {
        part
        for sequence in raw.split(b"\x1b[")[1:]
        if b"m" in sequence
        for part in sequence.partition(b"m")[0].split(b";")
        if set(sequence.partition(b"m")[0]) <= set(b"0123456789;")
    }
    return {part for part in parts if part and (30 <= int(part) <= 49 or 90 <= int(part) <= 107)}


def test_answers_given_and_the_rest_asked(tmp_path):
    answers_document(tmp_path, {"purpose.why": {"rung": "nobody"}})
    with Terminal("assess", "new.spinout", "--answers", "given.json", folder=tmp_path) as terminal:
        terminal.wait_for("Which theme next?", "1 of 5 answered")
        terminal.press("q")
        assert terminal.end() == 0
    assert session(tmp_path / "new.spinout").answers["purpose.why"].rung == "nobody"


def test_json_leaves_the_prompts_on_the_terminal(tmp_path):
    path = begun(tmp_path)
    with Terminal(
        "assess", path.name, "--json", folder=tmp_path, redirect="2>/dev/null >out.json"
    ) as terminal:
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("1", "enter")
        terminal.wait_for("How have staff had", "q save and leave")
        terminal.press("1", "enter")
        terminal.wait_for("Saved: A vote was held", "Who has time")
        terminal.press("q")
        assert terminal.end() == 0
        terminal.wait_for("Saved in bryn.spinout.")
        assert "{" not in terminal.text
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["format"] == "spinout.assessment/1"
    assert told["lenses"]["launch"]["state"] == "stopped"


@pytest.mark.parametrize("columns", [80, 120])
def test_a_note_left_by_escape_stands_there_again(tmp_path, columns):
    path = begun(tmp_path)
    with Terminal("assess", path.name, folder=tmp_path, columns=columns) as terminal:
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("1", "enter")
        for text in ("Ask Gwen", "Ask Gwen first"):
            terminal.wait_for("How have staff had their say", "n note", "q save and leave")
            terminal.press("n")
            terminal.wait_for("Note on:", "Enter accept")
            terminal.press("ctrl-u", text)
            terminal.wait_for(f"> {text}")
            terminal.press("escape")
            terminal.wait_for("Saved: what you were typing; it stands there when you come back")
        terminal.press("n")
        terminal.wait_for("> Ask Gwen first", "Enter accept")
        terminal.press("escape")
        terminal.wait_for("n note", "q save and leave")
        terminal.press("n")
        terminal.wait_for("> Ask Gwen first", "Enter accept")
        terminal.press("enter")
        terminal.wait_for("Your note: Ask Gwen first", "q save and leave")
        terminal.press("q")
        assert terminal.end() == 0
    kinds = [(kind, v) for kind, _, v in events(path) if kind in ("draft", "note")]
    assert kinds == [("draft", "Ask Gwen"), ("draft", "Ask Gwen first"), ("note", "Ask Gwen first")]
    assert session(path).drafts == {}


@pytest.mark.parametrize(("columns", "rows"), [(80, 45), (120, 30), (80, 24)])
def test_the_parts_of_the_help_stand_apart_with_their_headings(tmp_path, columns, rows):
    path = begun(tmp_path)
    where = {"folder": tmp_path, "columns": columns, "rows": rows}
    with Terminal("assess", path.name, **where) as terminal:
        terminal.wait_for("Which theme next?", "q save and leave")
        terminal.press("enter")
        terminal.wait_for("How have staff had their say", "q save and leave")
        terminal.press("?")
        terminal.wait_for("Why we ask.", "Sources.", "? close")
        headings = ["Why we ask.", "What it can stop.", "What happened elsewhere."]
        for heading in [*headings, "If nobody knows.", "Sources."]:
            row = next(
                n for n, line in enumerate(terminal.lines) if line.startswith(f"  {heading}")
            )
            letters = [terminal.screen.buffer[row][n] for n in range(2, 2 + len(heading))]
            assert all(letter.bold for letter in letters)
            assert not terminal.screen.buffer[row][2 + len(heading) + 1].bold
            assert terminal.lines[row - 1] == ""
