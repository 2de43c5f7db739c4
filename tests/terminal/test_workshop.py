"""`spinout workshop` as a room sees it: real keys, real files, a projector, and a pulled plug."""

import json
import signal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from helpers.pseudo_terminal import Terminal, answers_document, begun, run
from spinout_cli.question_set import loader
from spinout_cli.reading import plan_file, replay
from spinout_cli.storage import journal

BANK = Path(__file__).parents[2] / "data" / "questions.yaml"
SMALL = Path(__file__).parents[1] / "helpers/interview.yaml"
NAME = "bryn-workshop.spinout"
ASK = "Can people outside"
QUESTION = "purpose.why"


def meeting(path):
    return replay.replay_workshop(journal.read(path), path)


def set_up(terminal, people="30", minutes="60"):
    terminal.wait_for("What is the service called?", "Enter accept")
    terminal.press("Bryn", "enter")
    terminal.wait_for("How many people, by group?", "Enter accept")
    terminal.press(people, "enter")
    terminal.wait_for("How many minutes", "Enter accept")
    terminal.press("ctrl-u", minutes, "enter")
    terminal.wait_for("Begin, or choose a theme", "Enter accept")


def to_question(terminal, number):
    """Go to a question by its number on the map."""
    terminal.press("m")
    terminal.wait_for("Which question next?", "c the close")
    terminal.press(*number, "enter")


def vote(terminal, counts):
    """Type counts unseen, and wait until they are shown."""
    terminal.wait_for("Enter type the counts")
    terminal.press("enter")
    terminal.wait_for("typed unseen", "Enter close the vote")
    terminal.press(counts, "enter")


@pytest.mark.slow
def test_a_workshop_of_two_hours(tmp_path):  # noqa: C901  (two hours are long)
    """Twenty questions, 30 people, 4 roles, votes again, a resize, a pause and a pulled plug."""
    question_set = loader.load(BANK).set
    path = tmp_path / NAME
    typed: dict[str, list[str]] = {}
    where = {"folder": tmp_path, "SPINOUT_QUESTIONS": str(BANK)}

    def counts(name, turn, people):
        """Spread this room in a way of its own: split at first, closer later."""
        size = len(question_set.question[name].rungs)
        shape = [people // 3, *[0] * (size - 2), people // 3]
        shape[1] += 2 * (people // 3) // 2 * turn
        shape[0] -= (people // 3) * turn
        line = " ".join(map(str, shape)) + f" ?{people - sum(shape)}"
        typed.setdefault(name, []).append(line)
        return line

    with Terminal("workshop", NAME, **where, columns=120, rows=40) as terminal:
        set_up(terminal, "staff 18, managers 6, union 2, users 4", "120")
        terminal.wait_for("20 questions, about 120 minutes")
        terminal.press("enter")
        plan = list(meeting(path).plan)
        assert len(plan) == 20
        for number, name in enumerate(plan[:9]):
            ask = question_set.question[name].ask
            terminal.wait_for(ask, f"{number + 1} of 20")
            vote(terminal, counts(name, 0, 30))
            terminal.wait_for("Split: A and", "u undo")
            if number < 5:
                terminal.press("t")
                terminal.wait_for("Talk. One at a time.", "Enter stop")
                terminal.press("enter")
                terminal.wait_for("Enter vote again")
                terminal.press("enter")
                terminal.wait_for("0 of 30 slips in")
                vote(terminal, counts(name, 1, 30))
                terminal.wait_for("moved")
            if number == 3:
                terminal.resize(80, 24)
                terminal.wait_for(ask, "u undo")
            terminal.press("a")
            terminal.wait_for(ask, "Enter accept")
            terminal.press("7", "enter")
            terminal.wait_for("Agreed: no agreement", "Enter next")
            if number == 6:
                terminal.press("n")
                terminal.wait_for("A note on this question", "Enter accept")
                terminal.press("The branch asked for a copy", "enter")
                terminal.wait_for("Beside it: a note.")
            terminal.press("enter")
        terminal.wait_for("10 of 20")
        terminal.press("q")
        assert terminal.end() == 0
    with Terminal("workshop", NAME, **where) as terminal:
        terminal.wait_for("Welcome back. Who is in the room today?", "Last time: 30 people")
        terminal.press("2", "enter")
        terminal.wait_for("How many people, by group?", "> staff 18")
        terminal.press("ctrl-u", "staff 18, managers 6, union and users 5", "enter")
        for number, name in enumerate(plan[9:14], start=9):
            to_question(terminal, str(number + 1))
            terminal.wait_for(question_set.question[name].ask)
            vote(terminal, counts(name, 0, 29))
            terminal.wait_for("Split: A and", "u undo")
        to_question(terminal, "15")
        terminal.wait_for("Enter type the counts")
        terminal.press("enter")
        terminal.wait_for("typed unseen")
        terminal.press("3 1")
        terminal.wait_for("· · ·")
        terminal.signal(signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
    with Terminal("workshop", NAME, **where) as terminal:
        terminal.wait_for("Welcome back. Who is in the room today?", "Last time: 29 people")
        terminal.press("1", "enter")
        terminal.wait_for("Which question next?", "c the close")
        for number, name in enumerate(plan[14:], start=14):
            to_question(terminal, str(number + 1))
            terminal.wait_for(question_set.question[name].ask)
            vote(terminal, counts(name, 0, 29))
            terminal.wait_for("Split: A and", "u undo")
        terminal.press("d")
        terminal.wait_for("What is to be done?", "Enter accept")
        terminal.press("Ask the fund for a report", "enter")
        terminal.wait_for("Who does it?", "Enter accept")
        terminal.press("Gwen", "enter")
        terminal.wait_for("By when?", "Enter accept")
        terminal.press("Friday", "enter")
        terminal.wait_for("1 action")
        terminal.press("m")
        terminal.wait_for("Which question next?", "c the close")
        terminal.press("c")
        terminal.wait_for("To settle first", "1 of")
        terminal.press("q")
        assert terminal.end() == 0
    held = meeting(path)
    written = {
        name: [_as_typed(question_set.question[name], each) for each in talk.rounds]
        for name, talk in held.questions.items()
    }
    assert written == typed
    assert sum(len(rounds) == 2 for rounds in written.values()) == 5
    assert [room.people for room in held.rooms] == [30, 29]
    assert held.questions[plan[6]].note == "The branch asked for a copy"
    told = run("report", NAME, "--plain", folder=tmp_path, SPINOUT_QUESTIONS=str(BANK))
    words = told.stdout.decode()
    assert told.returncode == 0
    for part in ("room 1", "room 2", "Ask the fund for a report (Gwen, Friday)", "no agreement"):
        assert part.lower() in words.lower(), part
    for name in plan:
        assert question_set.question[name].ask in words


def _as_typed(question, each):
    *rungs, unknown = each.places(question.ladder)
    return f"{' '.join(map(str, rungs))} ?{unknown}"


@pytest.mark.parametrize("mode", [[], ["--plain"]], ids=["drawn", "plain"])
def test_two_rooms_that_vote_differently_show_the_same_until_the_vote_closes(tmp_path, mode):
    """Every byte that reaches the terminal, and every byte in the file but names and times."""
    seen, kept = [], []
    for n, line in enumerate(("7 0 11 ?12", "0 9 14 ?71")):
        folder = tmp_path / str(n)
        folder.mkdir()
        with Terminal("workshop", NAME, *mode, folder=folder, SPINOUT_QUESTIONS=str(SMALL)) as t:
            if mode:
                for words in ("Bryn", "30", "60", "g"):
                    t.say(words)
                t.hear("What you type here is not shown")
                t.hear("> ")
            else:
                set_up(t)
                t.press("enter")
                t.wait_for("Enter type the counts")
                t.press("enter")
                t.wait_for("typed unseen")
            t.pump(0.3)
            before = len(t.raw)
            for key in line:
                t.press(key)
                t.pump(0.05)
            t.pump(0.3)
            seen.append(t.raw[before:])
            t.press("ctrl-c")
            assert t.end() == 130
            assert line not in t.raw.decode()
            assert t.is_cooked()
        records = journal.read(folder / NAME)
        kept.append([(record.kind, record.q, record.v) for record in records[1:]])
        told = run("workshop", NAME, "--no-input", "--json", folder=folder)
        assert json.loads(told.stdout)["questions"] == {}
    assert seen[0] == seen[1]
    assert kept[0] == kept[1]
    assert [kind for kind, _, _ in kept[0]] == ["service", "room", "plan"]


def test_plain_mode_does_everything(tmp_path):
    with Terminal("workshop", NAME, "--plain", folder=tmp_path) as terminal:
        for words in ("Bryn", "30", "60", "g"):
            terminal.say(words)
        terminal.hear("What you type here is not shown")
        terminal.say("why")
        terminal.hear("Why we ask.")
        terminal.say("24 in")
        terminal.hear("24 of 30 slips in.")
        terminal.say("31 0 0 0")
        terminal.hear("31 votes from 30 people")
        terminal.say("10 0 0 10")
        terminal.hear("20 votes from 30 people. Is that all of them?")
        terminal.say("1")
        terminal.hear("A. ")
        terminal.hear(": 10")
        terminal.hear("Split: A and D each hold a quarter or more.")
        terminal.say("timer")
        terminal.hear("Talk for 3 minutes, until")
        terminal.say("")
        terminal.hear("Press Enter: vote again.")
        terminal.say("n")
        terminal.hear("A note on this question")
        terminal.say("A note")
        terminal.say("undo")
        terminal.hear("taken back: the note")
        terminal.say("agree")
        terminal.hear("needs a document")
        terminal.say("4")
        terminal.hear("Which document says so?")
        terminal.say("")
        terminal.hear("agreed: we do not know")
        terminal.say("map")
        terminal.say("c")
        terminal.hear("To settle first")
        for _ in range(2):
            terminal.say("")
        terminal.say("quit")
        terminal.hear("Workshop: Bryn.")
        assert terminal.end() == 0
    talk = next(iter(meeting(tmp_path / NAME).questions.values()))
    assert (talk.rounds[0].cast, talk.agreed.state, talk.note) == (20, "unknown", "")


def test_plain_before_the_command_is_as_good_as_after_it(tmp_path):
    with Terminal("--plain", "workshop", NAME, folder=tmp_path, SPINOUT_PLAIN="0") as terminal:
        terminal.hear("Type a line and press Enter. A full stop alone leaves.")
        terminal.say(".")
        assert terminal.end() == 0


def test_half_typed_words_are_kept_and_half_typed_counts_are_not(tmp_path):
    with Terminal("workshop", NAME, folder=tmp_path) as terminal:
        set_up(terminal)
        terminal.press("enter")
        terminal.wait_for("Enter type the counts")
        terminal.press("d")
        terminal.wait_for("What is to be done?", "Enter accept")
        terminal.press("Ask the fund", "enter")
        terminal.wait_for("Who does it?", "Enter accept")
        terminal.press("Gw")
        terminal.wait_for("> Gw")
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        terminal.wait_for("and what you were typing", f"spinout workshop {NAME}")
    with Terminal("workshop", NAME, folder=tmp_path) as terminal:
        terminal.wait_for("Welcome back")
        terminal.press("enter")
        terminal.wait_for("Which question next?")
        terminal.press("enter")
        terminal.wait_for("Enter type the counts")
        terminal.press("d")
        terminal.wait_for("> Ask the fund")
        terminal.press("enter")
        terminal.wait_for("> Gw")
        terminal.press("en", "enter")
        terminal.wait_for("By when?")
        terminal.press("enter")
        terminal.wait_for("action: Ask the fund", "Enter type the counts")
        terminal.press("q")
        assert terminal.end() == 0
    (action,) = next(iter(meeting(tmp_path / NAME).questions.values())).actions
    assert (action.do, action.owner, action.by) == ("Ask the fund", "Gwen", "")


def test_lines_left_by_escape_stand_there_again(tmp_path):
    """Why it does not apply, who is in the room, and a note."""
    with Terminal("workshop", NAME, folder=tmp_path) as terminal:
        set_up(terminal)
        terminal.press("enter")
        terminal.wait_for("Enter type the counts")
        terminal.press("n")
        terminal.wait_for("A note on this question", "Enter accept")
        terminal.press("Read it first")
        terminal.wait_for("> Read it first")
        terminal.press("escape")
        terminal.wait_for("what you were typing; it stands there", "Enter type the counts")
        terminal.press("a")
        terminal.wait_for("We do not know")
        terminal.press("8", "enter")
        terminal.wait_for("Why does it not apply here?", "Enter accept")
        terminal.press("No such thing")
        terminal.wait_for("> No such thing")
        terminal.press("escape")
        terminal.wait_for("what you were typing; it stands there", "Enter type the counts")
        terminal.press("m")
        terminal.wait_for("Which question next?")
        terminal.press("w")
        terminal.wait_for("> 30")
        terminal.press("ctrl-u", "staff 12, users 9")
        terminal.wait_for("> staff 12, users 9")
        terminal.press("escape")
        terminal.wait_for("Which question next?")
        terminal.press("w")
        terminal.wait_for("> staff 12, users 9")
        terminal.press("enter")
        terminal.wait_for("Which question next?")
        terminal.press("1", "enter")
        terminal.wait_for("Enter type the counts")
        terminal.press("a")
        terminal.wait_for("We do not know")
        terminal.press("8", "enter")
        terminal.wait_for("> No such thing")
        terminal.press("enter")
        terminal.wait_for("Agreed: it does not apply here", "Enter next")
        terminal.press("q")
        assert terminal.end() == 0
    held = meeting(tmp_path / NAME)
    assert list(held.drafts.values()) == ["Read it first"]  # left, and never gone back to
    assert held.room.participants == {"staff": 12, "users": 9}


def test_half_typed_words_with_quotes_are_told_of_too(tmp_path):
    with Terminal("workshop", NAME, folder=tmp_path) as terminal:
        set_up(terminal)
        terminal.press("enter")
        terminal.wait_for("Enter type the counts")
        terminal.press("d")
        terminal.wait_for("What is to be done?", "Enter accept")
        terminal.press('Réunion with "them"')
        terminal.wait_for('> Réunion with "them"')
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        terminal.wait_for("and what you were typing", f"spinout workshop {NAME}")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (200, 60), (40, 12)])
def test_the_wall_fits_any_projector(tmp_path, columns, rows):
    with Terminal("workshop", NAME, folder=tmp_path, columns=columns, rows=rows) as terminal:
        set_up(terminal)
        terminal.press("enter")
        screen = terminal.wait_for("How have staff had", "type the counts")
        assert "0 of 30 slips in" in screen or rows < 20
        terminal.press("up", "up")
        if rows > 20:
            terminal.wait_for("2 of 30 slips in")
        terminal.press("q")
        assert terminal.end() == 0


def test_a_practice_room_is_marked_and_keeps_nothing(tmp_path):
    with Terminal("workshop", "--demo", folder=tmp_path) as terminal:
        terminal.wait_for("PRACTICE", "Begin, or choose a theme")
        terminal.press("enter")
        terminal.wait_for("PRACTICE: invented votes", "Enter invented votes")
        terminal.press("enter")
        terminal.wait_for("typed unseen")
        terminal.press("enter")
        terminal.wait_for("PRACTICE: invented votes", "█")
        terminal.press("q")
        assert terminal.end() == 0
        assert "Practice room: the votes are invented" in terminal.words or terminal.raw.count(
            b"Practice room"
        )
    assert [entry.name for entry in tmp_path.iterdir() if entry.name != ".home"] == []


def test_no_colour_means_no_colour(tmp_path):
    with Terminal("workshop", NAME, folder=tmp_path, NO_COLOR="1") as terminal:
        set_up(terminal)
        terminal.press("enter")
        terminal.wait_for("Enter type the counts")
        terminal.press("q")
        assert terminal.end() == 0
        for code in (b"\x1b[31m", b"\x1b[36m", b"\x1b[90m", b";36m", b";90m"):
            assert code not in terminal.raw


# ---------------------------------------------------------------------- without a terminal


def test_with_nobody_there_it_asks_nothing_and_says_what_to_do(tmp_path):
    told = run("workshop", NAME, folder=tmp_path)
    assert told.returncode == 2
    assert b"merge" in told.stderr
    assert not (tmp_path / NAME).exists()


def test_a_session_is_not_a_workshop_and_a_workshop_not_a_session(tmp_path):
    alone = begun(tmp_path, staff_vote={"rung": "lost"})
    with Terminal("workshop", alone.name, folder=tmp_path) as terminal:
        assert terminal.end() == 1
        assert "is no workshop" in terminal.words
    held = _held(tmp_path)
    with Terminal("assess", held.name, folder=tmp_path) as terminal:
        assert terminal.end() == 1
        terminal.wait_for("This is a workshop.")


def _held(folder):
    with Terminal("workshop", NAME, folder=folder) as terminal:
        set_up(terminal)
        terminal.press("enter")
        vote(terminal, "10 5 10 0 ?5")
        terminal.wait_for("a agree")
        terminal.press("a")
        terminal.wait_for("Enter accept")
        terminal.press("2", "enter")
        terminal.wait_for("Agreed: B")
        terminal.press("q")
        assert terminal.end() == 0
    return folder / NAME


def test_score_and_report_take_a_workshop_and_its_document(tmp_path):
    held = _held(tmp_path)
    document = run("workshop", NAME, "--no-input", "--json", folder=tmp_path).stdout
    (tmp_path / "w.json").write_bytes(document)
    assert json.loads(document)["format"] == "spinout.workshop/1"
    for name in (held.name, "w.json"):
        scored = run("score", name, folder=tmp_path)
        assert scored.returncode == 0, scored.stderr
        assert json.loads(scored.stdout)["format"] == "spinout.assessment/1"
        told = run("report", name, folder=tmp_path)
        assert told.returncode == 0
        assert b"A 10, B 5, C 10" in told.stdout
    shown = run("workshop", NAME, "--no-input", "--plain", folder=tmp_path).stdout.decode()
    assert f"Go on with: spinout workshop {NAME}" in shown
    assert "spinout assess" not in shown
    schema = json.loads(run("questions", "schema", "workshop", folder=tmp_path).stdout)
    Draft202012Validator(schema).validate(json.loads(document))
    quiet = run("report", held.name, "--redact", "name", folder=tmp_path)
    assert b"Bryn" not in quiet.stdout


@pytest.mark.parametrize("names", ["staff.vote\npurpose.why  # last\n", "nothing.here\n", "", None])
def test_a_plan_that_was_prepared(tmp_path, names):
    plan = tmp_path / "plan.txt"
    if names is not None:
        plan.write_text(names, encoding="utf-8")
    with Terminal("workshop", NAME, "--plan", "plan.txt", folder=tmp_path) as terminal:
        if not names or "nothing" in names:
            assert terminal.end() == 1
            terminal.wait_for("plan.txt")
            assert not (tmp_path / NAME).exists()
            return
        terminal.wait_for("What is the service called?", "Enter accept")
        terminal.press("enter")
        terminal.wait_for("How many people")
        terminal.press("12", "enter")
        terminal.wait_for("2 questions, about 30 minutes")
        terminal.press("q")
        assert terminal.end() == 0
    assert meeting(tmp_path / NAME).plan == ("staff.vote", "purpose.why")


def test_a_plan_is_made_the_day_before(tmp_path):
    with Terminal("workshop", "--plan", "plan.txt", folder=tmp_path) as terminal:
        terminal.wait_for("Nothing is kept but the plan", "What is the service called?")
        terminal.press("enter")
        terminal.wait_for("How many minutes", "Enter accept")
        terminal.press("ctrl-u", "30", "enter")
        terminal.wait_for("Keep this plan", "Enter accept")
        terminal.press("enter")
        assert terminal.end() == 0
        terminal.wait_for("spinout workshop --plan plan.txt")
    assert (tmp_path / "plan.txt").read_text(encoding="utf-8").startswith("staff.vote  # How have")
    assert {entry.name for entry in tmp_path.iterdir()} == {".home", "plan.txt"}


@pytest.mark.parametrize("mode", [(), ("--plain",)])
def test_whoever_leaves_while_a_plan_is_made_keeps_what_is_planned_so_far(tmp_path, mode):
    with Terminal("workshop", "--plan", "plan.txt", *mode, folder=tmp_path) as terminal:
        terminal.tells("What is the service called?")
        terminal.press("Bryn", "enter")
        terminal.tells("How many minutes")
        terminal.pump(0.5)
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        terminal.tells("No plan was written: nothing is planned.")
        assert "Go on with" not in terminal.said
    assert not (tmp_path / "plan.txt").exists()
    with Terminal("workshop", "--plan", "plan.txt", *mode, folder=tmp_path) as terminal:
        terminal.tells("What is the service called?")
        terminal.press("Bryn", "enter")
        terminal.tells("How many minutes")
        terminal.pump(0.5)
        terminal.press("30", "enter")
        terminal.tells("Keep this plan")
        terminal.pump(0.5)
        terminal.press("ctrl-c")
        assert terminal.end() == 130
        terminal.tells("Saved in plan.txt. Use it with spinout workshop --plan plan.txt")
    assert len(plan_file.read_plan(tmp_path / "plan.txt").questions) > 1


@pytest.mark.parametrize("place", ["no/plan.txt", f"{'x' * 300}.txt"])
def test_a_plan_that_cannot_be_written_is_refused_before_the_first_question(tmp_path, place):
    with Terminal("workshop", "--plan", place, folder=tmp_path) as terminal:
        assert terminal.end() == 1
        terminal.tells("No plan can be written to")
        assert "What is the service called?" not in terminal.said
    assert {entry.name for entry in tmp_path.iterdir()} == {".home"}


def test_with_nothing_to_ask_no_plan_is_written(tmp_path):
    with Terminal("workshop", "--plan", "plan.txt", "--plain", folder=tmp_path) as terminal:
        for words in ("Bryn", "1"):
            terminal.say(words)
        terminal.hear("1 question, about")
        terminal.say("1")
        terminal.hear("Which of these will you ask?")
        terminal.say("0")
        terminal.hear("now planned: 0 questions")
        terminal.say("g")
        terminal.hear("Nothing is planned yet.")
        terminal.say("q")
        assert terminal.end() == 0
        terminal.tells("No plan was written: nothing is planned.")
    assert not (tmp_path / "plan.txt").exists()


def test_every_key_of_a_theme_is_named_as_it_stands_there(tmp_path):
    with Terminal("workshop", "--plan", "plan.txt", folder=tmp_path) as terminal:
        terminal.wait_for("What is the service called?", "Enter accept")
        terminal.press("enter")
        terminal.wait_for("How many minutes", "Enter accept")
        terminal.press("1", "enter")
        terminal.wait_for("Keep this plan", "Enter accept")
        terminal.press("1", "enter")
        terminal.wait_for("None of these", "space tick")
        terminal.press("0", "0", "enter")
        screen = terminal.wait_for(
            "Tick at least one with the space bar, or choose “None of these”."
        )
        assert "Don't know" not in screen


def test_keys_can_be_capitals_in_plain_mode_too(tmp_path):
    with Terminal("workshop", "--plan", "plan.txt", "--plain", folder=tmp_path) as terminal:
        for words in ("Bryn", "30", "G"):
            terminal.say(words)
        assert terminal.end() == 0
        terminal.tells("Saved in plan.txt.")


def test_slips_ballots_and_a_run_sheet(tmp_path):
    told = run("workshop", "--print", folder=tmp_path)
    page = told.stdout.decode()
    assert told.returncode == 0
    assert "<script" not in page
    assert "default-src 'none'" in page
    for part in ("Run sheet", "Voting slips", "Ballot", "How have staff had their say"):
        assert part in page
    saved = run("workshop", "--print", "-o", "sheets.html", folder=tmp_path)
    assert (saved.returncode, (tmp_path / "sheets.html").stat().st_mode & 0o777) == (0, 0o600)


# ---------------------------------------------------------------------- merging


def test_answers_given_apart_make_one_result(tmp_path):
    for n, rung in enumerate(("lost", "sounded", "passed")):
        folder = tmp_path / f"p{n}"
        folder.mkdir()
        answers_document(folder, {"staff.vote": {"rung": rung}}, session=f"s{n}")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    names = [f"p{n}/given.json" for n in (0, 1, 2, 2)]
    told = run("workshop", "merge", *names, "broken.json", "--json", folder=tmp_path)
    document = json.loads(told.stdout)
    assert told.returncode == 1
    assert document["questions"]["staff.vote"]["agreed"] | {"basis": None} == {
        "rung": "sounded",
        "state": None,
        "agreed_by": "median",
        "basis": None,
        "reason": "",
    }
    errors = told.stderr.decode()
    assert "broken.json" in errors
    assert "same session" in errors
    assert "3 sets of answers used; 2 left out." in errors


def test_a_fact_told_differently_is_no_set_of_answers(tmp_path):
    for n, nation in enumerate(("wales", "england")):
        given = {"format": "spinout.answers/1", "session": f"s{n}", "answers": {}}
        (tmp_path / f"{n}.json").write_text(
            json.dumps({**given, "circumstances": {"nation": nation}}), encoding="utf-8"
        )
    told = run("workshop", "merge", "0.json", "1.json", "--json", folder=tmp_path)
    assert told.returncode == 0
    assert "nation: it is told differently, so it is not known" in told.stderr.decode()
    assert "2 sets of answers used; 0 left out." in told.stderr.decode()


def test_ballots_typed_into_a_table(tmp_path):
    template = run("workshop", "merge", "--template", folder=tmp_path).stdout.decode()
    head = next(line for line in template.splitlines() if not line.startswith(("#", '"#')))
    columns = head.split(",")
    rows = [{"staff.vote": "B", "purpose.why": "?"}, {"staff.vote": "a"}, {"staff.vote": "9"}]
    lines = [",".join(row.get(column, "") for column in columns) for row in rows]
    (tmp_path / "b.csv").write_text(template + "\r\n".join(lines) + "\r\n", encoding="utf-8")
    told = run("workshop", "merge", "b.csv", "--json", folder=tmp_path)
    talk = json.loads(told.stdout)["questions"]["staff.vote"]
    assert talk["agreed"]["rung"] == "lost"
    assert talk["agreed"]["agreed_by"] == "median"
    assert "“9” is none of A, B, C, D" in told.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["merge"],
        ["a.spinout", "b.spinout"],
        ["w.json", "--no-input", "-o", "out.html"],
        ["w.json", "--no-input", "--force"],
        ["w.json", "--no-input", "--demo"],
        ["w.json", "--no-input", "--plan", "plan.txt"],
        ["--no-input"],
        ["--no-input", "--plan", "plan.txt"],
        ["--demo", "--plan", "plan.txt"],
        ["merge", "w.json", "-o", "merged.html"],
        ["merge", "w.json", "--plan", "plan.txt"],
        ["merge", "w.json", "--demo"],
        ["merge", "--template", "w.json"],
        ["--print", "--template"],
        ["--print", "--json"],
        ["--print", "--plan", "plan.txt", "w.json"],
    ],
)
def test_what_cannot_be_meant_is_a_matter_of_usage(tmp_path, arguments):
    (tmp_path / "w.json").write_text('{"format": "spinout.workshop/1", "questions": {}}')
    (tmp_path / "plan.txt").write_text("staff.vote\n")
    told = run("workshop", *arguments, folder=tmp_path)
    assert (told.returncode, told.stdout) == (2, b"")
    assert b"stdin is not a terminal" not in told.stderr
    assert {entry.name for entry in tmp_path.iterdir()} == {".home", "w.json", "plan.txt"}
