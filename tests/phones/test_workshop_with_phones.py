"""A workshop on a real terminal with phones and slips: what is counted, saved, shown and refused."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers.phone_clients import Phone
from helpers.pseudo_terminal import Terminal, run
from spinout_cli.question_set import loader
from spinout_cli.reading import replay
from spinout_cli.storage import journal

BANK = Path(__file__).parents[2] / "data" / "questions.yaml"
SMALL = Path(__file__).parents[1] / "helpers/interview.yaml"
NAME = "bryn.spinout"


def free_port():
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        return trying.getsockname()[1]


class Room:
    """A workshop with phones, set up as far as the screen on which phones join."""

    def __init__(self, folder, *options, people="30", minutes="60", **size):
        self.at = SimpleNamespace(host="127.0.0.1", port=free_port())
        where = ("--phones", "--host", self.at.host, "--port", str(self.at.port))
        self.terminal = Terminal("workshop", *options, *where, folder=folder, **size)
        self.people, self.minutes = people, minutes
        self.phones = []

    def __enter__(self):
        self.terminal.__enter__()
        return self

    def __exit__(self, *told):
        for phone in self.phones:
            phone.close()
        self.terminal.__exit__(*told)

    def set_up(self):
        terminal = self.terminal
        terminal.wait_for("called?", "Enter accept")
        terminal.press("Bryn", "enter")
        terminal.wait_for("How many people, by group?", "Enter accept")
        terminal.press(self.people, "enter")
        terminal.wait_for("How many minutes", "Enter accept")
        terminal.press("ctrl-u", self.minutes, "enter")
        terminal.wait_for("Begin, or choose a theme", "Enter accept")
        terminal.press("enter")
        terminal.wait_for("Vote with your phone", "Enter go on")

    @property
    def word(self):
        return re.search(r"word of this room is (\w{8})\.", self.terminal.words)[1]

    def join(self, group="", word=None):
        phone = Phone(self.at, word or self.word)
        self.phones.append(phone)
        phone.join(group)
        return phone

    def close_vote(self, slips=""):
        self.terminal.press("enter")
        self.terminal.wait_for("typed unseen", "Enter close the vote")
        self.terminal.press(slips, "enter")


def meeting(path):
    return replay.replay_workshop(journal.read(path), path)


@pytest.mark.slow
def test_twelve_questions_with_five_phones_and_ten_slips(tmp_path):
    """The record is what was given, whichever way it came, and does not say which way."""
    path, given = tmp_path / NAME, {}
    size = {"minutes": "80", "columns": 120, "rows": 40, "SPINOUT_QUESTIONS": str(BANK)}
    with Room(tmp_path, NAME, people="staff 9, managers 6", **size) as room:
        room.set_up()
        phones = [room.join("staff" if n < 3 else "managers") for n in range(5)]
        room.terminal.wait_for("5 phones here")
        plan = list(meeting(path).plan)
        assert len(plan) == 12
        room.terminal.press("enter")
        for number, name in enumerate(plan):
            room.terminal.wait_for(f"{number + 1} of 12", "0 of 15 in")
            rungs = phones[0].page().text.count('type="radio"') - 1
            counts = [0] * (rungs + 1)
            for n, phone in enumerate(phones):
                phone.vote((number + n + 1) % (rungs + 1))  # changed before the vote closes
                place = (number + n) % (rungs + 1)
                assert "Your vote is in." in phone.vote(place).text
                counts[place] += 1
            room.terminal.wait_for("5 of 15 in")
            slips = [10 - number % 3, *[0] * (rungs - 1)]
            slips[-1] += number % 3
            counts = [a + b for a, b in zip(counts, [*slips, 0], strict=True)]
            given[name] = counts
            room.close_vote(" ".join(map(str, slips)))
            room.terminal.wait_for("u undo", "v vote again")
            room.terminal.press("right" if name != plan[-1] else "m")
        room.terminal.wait_for("Which question next?")
        room.terminal.press("q")
        room.terminal.wait_for("Saved in")
    told = meeting(path).questions
    for name, counts in given.items():
        vote = told[name].rounds[0]
        assert [*vote.counts.values(), vote.unknown] == counts
        assert vote.kind == "hidden"
    written = path.read_text("utf-8")
    for secret in (room.at.host, str(room.at.port), *(phone.word for phone in phones)):
        assert secret not in written
    assert not any(phone.cookie.split("=")[1] in written for phone in phones)
    assert "phone" not in written.partition("\n")[2]  # after the questions, which may say the word


def test_phones_alone_and_a_vote_that_is_opened_again(tmp_path):
    with Room(tmp_path, NAME, people="4") as room:
        room.set_up()
        one, two = room.join(), room.join()
        room.terminal.press("enter")
        room.terminal.wait_for("0 of 4 in")
        one.vote(0)
        two.vote(2)
        room.terminal.wait_for("2 of 4 in")
        assert "of 4" not in one.page().text
        room.close_vote()
        room.terminal.wait_for("2 votes from 4 people. Is that all of them?")
        room.terminal.press("2")
        room.terminal.press("enter")
        room.terminal.wait_for("2 of 4 in")  # nothing was lost on the way back
        two.vote(1)
        late = room.join(word=one.word)
        late.vote(1)
        room.terminal.wait_for("3 of 4 in")
        room.close_vote()
        room.terminal.wait_for("3 votes from 4 people")
        room.terminal.press("enter")
        room.terminal.wait_for("u undo")
        assert one.page().title == "The vote has closed"
        assert one.send("vote", vote=1, place=0).status == 409
        room.terminal.press("u")
        room.terminal.wait_for("0 of 4 in")  # a fresh vote, on every phone
        assert "checked" not in one.page().text
        one.vote(1)
        room.terminal.wait_for("1 of 4 in")
        room.terminal.press("m")
        room.terminal.wait_for("Which question next?")
        room.terminal.press("enter")
        room.terminal.wait_for("1 of 4 in")  # looking at the map drops nothing
        assert "Your vote is in." in one.page().text
        room.terminal.press("h")
        room.terminal.wait_for("Hands up")
        assert one.page().view == "wait"


def test_more_votes_than_people_are_confirmed_first(tmp_path):
    with Room(tmp_path, NAME, people="2") as room:
        room.set_up()
        phones = [room.join() for _ in range(3)]
        room.terminal.press("enter")
        room.terminal.wait_for("0 of 2 in")
        for phone in phones:
            phone.vote(0)
        room.close_vote()
        room.terminal.wait_for("3 votes from 2 people. Close the vote all the same?")


def test_the_screen_to_join_tries_out_turns_off_and_unseats(tmp_path):
    with Room(tmp_path, NAME, columns=120, rows=40) as room:
        room.set_up()
        terminal = room.terminal
        assert "No phone has reached us yet" in terminal.words
        one = room.join()
        terminal.wait_for("1 phone here")
        terminal.press("t")
        terminal.wait_for("Nothing of it is kept")
        assert "It is not kept." in one.vote(2).text
        terminal.wait_for("1 phone here · 1 have voted")
        terminal.press("t")
        terminal.wait_for("It works: By car: 1")
        terminal.press("o")
        terminal.wait_for("Phones are off")
        assert one.page().title == "Phones are off for now"
        terminal.press("o")
        terminal.wait_for("1 phone here")
        before = room.word
        terminal.press("n")
        terminal.wait_for("There is a new word.", "0 phones here")
        assert room.word != before
        assert one.page().status == 404
    assert not any(talk.rounds for talk in meeting(tmp_path / NAME).questions.values())
    assert "By car" not in (tmp_path / NAME).read_text("utf-8")


def test_a_code_is_black_on_white_and_gives_way_where_there_is_no_room(tmp_path):
    with Room(tmp_path, NAME, NO_COLOR="1") as room:
        room.set_up()
        row = next(n for n, line in enumerate(room.terminal.lines) if "█▀▀▀▀▀█" in line)
        cells = room.terminal.screen.buffer[row]
        left = room.terminal.lines[row].index("█")
        assert {cells[n].bg for n in range(left - 4, left + 20)} <= {
            "brightwhite",
            "white",
            "ffffff",
        }
        assert {cells[n].fg for n in range(left - 4, left + 20)} <= {"black", "000000"}
    with Room(tmp_path, "small.spinout", columns=60, rows=24) as room:
        room.set_up()
        assert "█" not in room.terminal.text
        assert f"http://127.0.0.1:{room.at.port}/{room.word}" in room.terminal.text


def test_a_practice_room_takes_phones_beside_invented_votes(tmp_path):
    with Room(tmp_path, "--demo") as room:
        terminal = room.terminal
        terminal.wait_for("Begin, or choose a theme", "Enter accept")
        terminal.press("enter")
        terminal.wait_for("Vote with your phone", "Enter go on")
        one = room.join()
        terminal.press("enter")
        terminal.wait_for("0 of 30 in")
        one.vote(0)
        terminal.wait_for("1 of 30 in")
        room.close_vote()
        terminal.wait_for("u undo")  # thirty of thirty: nothing has to be confirmed


def test_plain_screens_say_the_address_in_words(tmp_path):
    with Room(tmp_path, NAME, "--plain", people="3") as room:
        terminal = room.terminal
        terminal.wait_for("called?", "leaves.")
        terminal.press("Bryn", "enter")
        terminal.wait_for("How many people", "leaves.")
        terminal.press("3", "enter")
        terminal.wait_for("How many minutes", "goes back.")
        terminal.press("60", "enter")
        terminal.wait_for("Begin, or choose a theme", "Enter alone")
        terminal.press("enter")
        terminal.wait_for("Vote with your phone", "word of this room is", "phones off")
        assert "█" not in terminal.text
        one = room.join()
        terminal.press("enter")
        terminal.wait_for("type the counts")
        assert one.page().view.startswith("vote-")


def test_ctrl_c_with_open_streams_ends_at_once_and_frees_the_port(tmp_path):
    with Room(tmp_path, NAME) as room:
        room.set_up()
        one = room.join()
        one._connection.request(  # noqa: SLF001  (left open on purpose)
            "GET", f"/{one.word}/events", headers={"Cookie": one.cookie}
        )
        stream = one._connection.getresponse()  # noqa: SLF001
        assert stream.readline().startswith(b"data:")
        room.terminal.press("ctrl-c")
        assert room.terminal.end() == 130
        stream.close()
        with socket.socket() as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trying.bind((room.at.host, room.at.port))


def test_a_taken_port_is_told_before_anything_is_asked(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        where = ("--phones", "--host", "127.0.0.1", "--port", port)
        with Terminal("workshop", NAME, *where, folder=tmp_path) as terminal:
            terminal.wait_for(f"Port {port} is in use by another program.")
            assert terminal.end() == 1
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--port", "80"), "Add --phones"),
        (("--wifi", "Hall"), "Add --phones"),
        (("--phones", "--no-input"), "Leave it out"),
        (("--phones", "--print"), "Leave it out"),
        (("merge", "a.spinout", "--phones"), "Leave it out"),
    ],
)
def test_options_that_would_do_nothing_are_refused(tmp_path, options, why):
    done = run("workshop", *options, folder=tmp_path)
    assert done.returncode == 2
    assert why in " ".join(done.stderr.decode().split())


def test_without_phones_nothing_is_imported_and_nothing_listens(tmp_path):
    program = (
        "import sys, spinout_cli.cli.workshop, spinout_cli.commands.workshop\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('starlette', 'uvicorn', 'segno', 'h11')"
        " or m.startswith('spinout_cli.phones')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
    with Terminal("workshop", NAME, folder=tmp_path) as terminal:
        terminal.wait_for("called?")
        assert not listening(terminal.pid)


def listening(pid):
    """The TCP sockets of a process that listen."""
    own = {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()}
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    return [
        line for line in lines if line.split()[3] == "0A" and f"socket:[{line.split()[9]}]" in own
    ]


def test_what_is_missing_is_told_with_how_to_install_it(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text("import sys\nsys.modules['starlette'] = None\n")
    source = Path(__file__).parents[2] / "src"
    path = f"{blocked}{os.pathsep}{source}"
    with Terminal("workshop", NAME, "--phones", folder=tmp_path, PYTHONPATH=path) as terminal:
        terminal.wait_for("pip install '.[phones]'")
        assert terminal.end() == 2


def test_a_laptop_that_dies_in_the_middle_of_a_vote_loses_and_doubles_nothing(tmp_path):
    """What had closed is saved once; what was open is given again, by everybody, to a new word."""
    given = []
    with Room(tmp_path, NAME, people="6") as room:
        room.set_up()
        room.terminal.press("enter")
    for turn in range(3):
        with Room(tmp_path, NAME) as room:
            room.terminal.wait_for("Who is in the room today?", "Enter accept")
            room.terminal.press("enter")
            room.terminal.wait_for("Vote with your phone", "Enter go on")
            phones = [room.join() for _ in range(4)]
            room.terminal.press("enter")
            room.terminal.wait_for("0 of 6 in")  # nothing of the open vote came along
            ask = phones[0].page().title
            for place, phone in enumerate(phones):
                phone.vote(min(place, turn))
            room.terminal.wait_for("4 of 6 in")
            room.close_vote()
            room.terminal.wait_for("4 votes from 6 people")
            room.terminal.press("enter")
            room.terminal.wait_for("u undo")
            given.append(
                (ask, [sum(min(place, turn) == n for place in range(4)) for n in range(3)])
            )
            room.terminal.press("p")  # leave it, so that the next question is another one
            room.terminal.wait_for("0 of 6 in")
            for phone in phones:
                phone.vote(0)
            room.terminal.wait_for("4 of 6 in")
            room.terminal.signal(signal.SIGKILL)
            room.terminal.end()
    told = meeting(tmp_path / NAME).questions
    asks = {q.id: q.ask for q in loader.load(SMALL).set.questions}
    voted = {asks[name]: talk.rounds for name, talk in told.items() if talk.rounds}
    assert len(voted) == len({ask for ask, _ in given})
    for ask, counts in given:
        assert [*voted[ask][-1].counts.values()][:3] == counts
        assert voted[ask][-1].cast == 4


def test_the_wi_fi_is_on_the_wall_and_its_password_nowhere_else(tmp_path):
    with Room(tmp_path, NAME, "--wifi", "Village Hall", columns=120, rows=40) as room:
        room.terminal.wait_for("Password of the Wi-Fi Village Hall")
        room.terminal.press("open-sesame", "enter")
        room.set_up()
        assert "Wi-Fi: Village Hall" in room.terminal.words
        assert "Join the Wi-Fi" not in room.terminal.words
        room.terminal.press("w")
        room.terminal.wait_for("Join the Wi-Fi", "the code for phones")
        assert b"open-sesame" not in room.terminal.raw
        assert "open-sesame" not in room.join(word=room_word(room)).page().text
    assert b"open-sesame" not in (tmp_path / NAME).read_bytes()


def room_word(room):
    """The word, from the screen with the code for phones."""
    room.terminal.press("w")
    room.terminal.wait_for("Vote with your phone", "Enter go on")
    return room.word
