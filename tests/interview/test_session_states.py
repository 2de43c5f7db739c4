"""Sittings that go wrong, one thing after another: what was called saved is in the file, in order.

The model is a list: the events that were acknowledged. Somebody answers, goes back, skips, changes, parks and quits as
the screens offer it; the disk fills, fails to confirm, or tears a line; the program is killed; the set is changed.
"""

import errno
import json
import os
import shlex
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from helpers.pseudo_terminal import QUESTIONS
from spinout_cli.commands.assess import Result
from spinout_cli.documents.answers import SetRef
from spinout_cli.errors import NotSaved
from spinout_cli.interview import session
from spinout_cli.interview.flow import InterviewFlow
from spinout_cli.interview.screen import Chose, ChoseMany, Commanded, Typed
from spinout_cli.question_set import loader, snapshot
from spinout_cli.reading import answer_files, replay
from spinout_cli.storage import journal, platform
from spinout_cli.storage.journal import Journal, JournalLost
from spinout_cli.terminal.runner import SessionRunner
from spinout_cli.terminal.tty import SignalGate
from spinout_cli.workshop import session as meeting
from spinout_cli.workshop.flow import WorkshopFlow

LOADED = loader.load(QUESTIONS)
CHANGED = LOADED.set.model_copy(
    update={"version": "2", "questions": LOADED.set.questions[1:], "notices": ()}
)
"""The set as it is installed after a change: its first question is gone."""

LINES = (
    "",
    "12",
    "1 2 3 4",
    "2 2 2",
    "staff 12, managers 6",
    "a note\x1b[2J",
    "2027-04-01",
    "x" * 300,
)
CHOICES = ("again", "elsewhere", "leave")


class Gone(BaseException):
    """Nobody is at the keys any more; or the program is killed."""


class Hand:
    """A face with a hand: gives one reply, then what the moment calls for, then is gone."""

    half_typed = ""

    def __init__(self):
        self.reply, self.after, self.folder = None, [], ""

    def show(self, screen):
        if any(option.value == "elsewhere" for option in screen.options):
            return Chose(self.after.pop(0))
        if screen.ask == "In which folder?":
            return Typed(self.folder)
        reply, self.reply = self.reply, None
        if reply is None:
            raise Gone
        return reply

    def say(self, words):
        pass

    page = say


class AnySitting(RuleBasedStateMachine):
    """An interview; a workshop does otherwise only what differs."""

    begin_ = staticmethod(
        lambda ref, kept: session.header(ref, kept, service=None, depth="full", themes=())
    )

    def walk(self, records, questions):
        return InterviewFlow(questions, replay.replay(records, self.path))

    @initialize()
    def begin(self):
        self.home = Path(tempfile.mkdtemp())
        self.path = self.home / "a.spinout"
        ref = SetRef(id=LOADED.set.id, version=LOADED.set.version, digest=LOADED.digest)
        Journal.create(self.path, self.begin_(ref, snapshot.snapshot(LOADED))).close()
        self.model, self.hand = [], Hand()
        self.resume(self.path, changed=False)

    def resume(self, path, *, changed):
        self.path = path
        opened = Journal.resume(path)
        questions = LOADED.set
        if changed:
            questions = snapshot.restore(opened.records[0].v["set"], CHANGED)
            assert questions.questions[0].id == LOADED.set.questions[0].id
        self.sitting = SessionRunner(
            interview=self.walk(opened.records, questions),
            face=self.hand,
            journal=opened,
            create=None,
            summarise=lambda: None,
            interruptions=SignalGate(),
        )

    # what the file holds, and what it must hold

    def held(self):
        return [(r.kind, r.q, r.v) for r in journal.read(self.path)[1:]]

    def given(self, data):
        """Draw a reply that the screen allows, and note what it would have saved."""
        screen = self.sitting.interview.screen()
        options = [option.value for option in screen.options]
        replies = [Commanded(command) for command in screen.commands if command != "quit"]
        if screen.kind == "line":
            replies += [Typed(line) for line in LINES] * 2
        elif screen.kind == "many":
            replies.append(ChoseMany((data.draw(st.sampled_from(options)),)))
        elif options:
            replies += [Chose(value) for value in options] * 2
        self.hand.reply = data.draw(st.sampled_from(replies)) if replies else Commanded("quit")
        return self.hand.reply

    def run(self):
        """Run until the hand is gone, and return what was to be saved."""
        wanted, reply = [], self.sitting.interview.reply

        def listened(given, at):
            outcome = reply(given, at)
            wanted.extend(json.loads(json.dumps(outcome.events)))
            return outcome

        with pytest.MonkeyPatch.context() as heard:
            heard.setattr(type(self.sitting.interview), "reply", lambda _, r, at: listened(r, at))
            with suppress(Gone):
                self.sitting.run()
        return [tuple(event) for event in wanted]

    def failing(self, name, number, times):
        """Let a call of the system fail so many times; a write gets half-way first."""
        real, left = getattr(platform, name), [times]

        def call(fd, *line):
            if not left[0]:
                return real(fd, *line)
            left[0] -= 1
            for part in line:
                os.write(fd, part[: len(part) // 2])
            raise OSError(number, os.strerror(number)) if number else Gone

        broken = pytest.MonkeyPatch()
        broken.setattr(platform, name, call)
        return broken

    def kill(self):
        """End as SIGKILL would: nothing is put in order, and the lock goes with the file."""
        self.sitting.journal.close()

    def take_the_rescue_copy(self, path):
        """Go on with the file that the message names: it has all that was saved, and maybe more."""
        held = self.held()
        assert held == self.model[: len(held)] or held[: len(self.model)] == self.model
        self.path = path
        assert self.held()[: len(self.model)] == self.model
        self.model = self.held()

    # what somebody does

    @rule(data=st.data())
    def say(self, data):
        self.given(data)
        self.model += self.run()
        assert self.held() == self.model

    @rule(data=st.data(), number=st.sampled_from([errno.ENOSPC, errno.EIO, errno.EDQUOT]))
    def say_on_a_disk_that_is_mended(self, data, number):
        self.given(data)
        self.hand.after = ["again", "again"]
        broken = self.failing("write_all", number, 2)
        try:
            self.model += self.run()
        finally:
            broken.undo()
        assert self.held() == self.model

    @rule(data=st.data())
    def say_and_go_on_elsewhere(self, data):
        self.given(data)
        folder = Path(tempfile.mkdtemp(dir=self.home))
        self.hand.after, self.hand.folder = ["elsewhere"], str(folder)
        broken = self.failing("write_all", errno.ENOSPC, 1)
        try:
            self.model += self.run()
        finally:
            broken.undo()
        self.path = self.sitting.journal.path
        assert self.held() == self.model

    @rule(data=st.data(), changed=st.booleans())
    def say_and_leave_a_full_disk(self, data, changed):
        self.given(data)
        self.hand.after = ["leave"]
        broken = self.failing("write_all", errno.ENOSPC, 1)
        try:
            self.model += self.run()
        except NotSaved as left:
            broken.undo()
            self.take_the_rescue_copy(Path(shlex.split(str(left).splitlines()[-1])[-1]))
        finally:
            broken.undo()
        self.kill()
        self.resume(self.path, changed=changed)

    @rule(data=st.data(), changed=st.booleans())
    def say_on_a_disk_that_does_not_confirm(self, data, changed):
        self.given(data)
        broken = self.failing("sync", errno.EIO, 1)
        try:
            self.model += self.run()
        except JournalLost as lost:
            broken.undo()
            self.take_the_rescue_copy(lost.rescue)
        finally:
            broken.undo()
        self.kill()
        self.resume(self.path, changed=changed)

    @rule(data=st.data(), changed=st.booleans(), where=st.sampled_from(["write_all", "sync"]))
    def be_killed_while_saving(self, data, changed, where):
        self.given(data)
        broken = self.failing(where, 0, 1)
        try:
            wanted = self.run()
        finally:
            broken.undo()
        self.kill()
        self.resume(self.path, changed=changed)
        held = self.held()
        assert held[: len(self.model)] == self.model
        assert held[len(self.model) :] == wanted[: len(held) - len(self.model)]
        self.model = held

    @rule(
        changed=st.booleans(),
        tail=st.binary(min_size=1, max_size=20).filter(lambda t: b"\n" not in t),
    )
    def lose_power(self, changed, tail):
        self.kill()
        with self.path.open("ab") as file:
            file.write(tail)
        self.resume(self.path, changed=changed)
        assert self.held() == self.model

    @rule(changed=st.booleans())
    def come_again(self, changed):
        self.kill()
        self.resume(self.path, changed=changed)
        assert self.held() == self.model

    # what always holds

    @invariant()
    def it_is_private_and_can_be_read(self):
        assert f"{self.path.stat().st_mode & 0o777:o}" == "600"
        assert answer_files.read_answer_file(self.path).sheet.format == "spinout.answers/1"

    def teardown(self):
        if hasattr(self, "sitting"):
            self.kill()


class AnyWorkshop(AnySitting):
    """A workshop."""

    begin_ = staticmethod(meeting.header)

    def walk(self, records, questions):
        held = replay.replay_workshop(records, self.path)
        result = lambda: Result(held.sheet(), questions, LOADED.digest)  # noqa: E731  (asked for anew)
        return WorkshopFlow(questions, held, lambda: result().summary())


for kind in (AnySitting, AnyWorkshop):
    kind.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestAnySitting = pytest.mark.slow(AnySitting.TestCase)
TestAnyWorkshop = pytest.mark.slow(AnyWorkshop.TestCase)
