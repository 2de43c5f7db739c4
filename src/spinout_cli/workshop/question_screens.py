"""Builds the screens of a question in a workshop, as data.

Nothing of a vote that is open stands on any of them.
"""

from collections.abc import Mapping
from dataclasses import replace

from spinout_cli.documents.workshop import Discussion
from spinout_cli.interview.agenda import Agenda
from spinout_cli.interview.question_screens import Screens
from spinout_cli.interview.screen import NOT_APPLICABLE, Option, Place, Screen
from spinout_cli.interview.session import Session
from spinout_cli.interview.slide import Slide
from spinout_cli.question_set.model import Question
from spinout_cli.question_set.rungs import clears
from spinout_cli.workshop.notes import NO_AGREEMENT, NOT_KNOWN, rungs_to_offer
from spinout_cli.workshop.record import Page
from spinout_cli.workshop.session import WorkshopSession
from spinout_cli.workshop.setup_screens import SetupScreens
from spinout_cli.workshop.unsaved import Unsaved
from spinout_cli.workshop.vote_parser import LETTERS
from spinout_cli.workshop.vote_text import (
    agreed_briefly,
    bars,
    groups,
    is_split,
    letter,
    places,
    remarks,
)

TALK = 180
"""How many seconds a talk has before the timer says that they are over."""

PRACTICE = "PRACTICE: invented votes"

ALL_IN = Option("1", "yes", "Yes: close the vote")
NOT_YET = Option("2", "no", "No: back to the vote")

_WITH_PHONES = (
    " Only the slips: phones are added by themselves. Nothing at all if there are no slips. With "
    "fewer than 5 slips, ask some with phones to take paper."
)


class QuestionScreens:
    """Makes the screen for a place in a workshop."""

    def __init__(self, agenda: Agenda, meeting: WorkshopSession, unsaved: Unsaved) -> None:
        """Look at this workshop, whatever it becomes."""
        self.agenda = agenda
        self.set = agenda.question_set
        self.meeting = meeting
        self.unsaved = unsaved
        self._setup = SetupScreens(agenda, meeting, unsaved)
        self._help = Screens(agenda).help

    def at(self, here: Place, pages: tuple[Page, ...] = ()) -> Screen:
        """Return what to show at a place; `pages` are what the close goes through."""
        if here.kind == "end":
            return Screen(here, "summary", ask="")
        if here.kind == "close":
            screen = self._close(here, pages)
        else:
            screen = self._setup.at(here) or self._about(here, self.set.question[here.id])
        text = self.unsaved.line if screen.kind == "line" and not screen.unseen else ""
        told = replace(screen, told=self.unsaved.told, text=text or screen.text)
        return self._marked(told) if self.unsaved.practice else told

    def _about(self, here: Place, question: Question) -> Screen:
        make = {
            "vote": self._vote,
            "counts": self._counts,
            "rung": self._rung,
            "fewer": self._fewer,
            "question": self._result,
            "talk": self._talk,
            "agree": self._agree,
        }.get(here.kind, self._line)
        return make(here, question)

    @staticmethod
    def _marked(screen: Screen) -> Screen:
        heading = f"{PRACTICE} · {screen.heading}" if screen.heading else PRACTICE
        return replace(screen, heading=heading)

    # ---------------------------------------------------------------- the vote

    def _on_wall(self, here: Place, question: Question, wall: Slide) -> Screen:
        plan = self.meeting.plan
        side = f"{plan.index(question.id) + 1} of {len(plan)}" if question.id in plan else ""
        return Screen(
            here,
            "wall",
            ask=question.ask,
            heading=self.set.theme[question.theme].title,
            side=side,
            help=self._help(question),
            wall=wall,
            commands=("back", "next", "map", "quit"),
        )

    def _votes(self, question: Question) -> Slide:
        """The question as it hangs while people vote: the same whatever they vote."""
        calling = "Fold your slip and pass it forward."
        if self.unsaved.remote:
            calling = "Vote on a slip and pass it forward, or on your phone: both count the same."
        if self.unsaved.hands:
            calling = "Hands up when your letter is called: one letter each."
        return Slide(question.ask, places(question), aloud=question.aloud, calling=calling)

    def _vote(self, here: Place, question: Question) -> Screen:
        hands = Option("h", "hands", "slips instead" if self.unsaved.hands else "show of hands")
        counts = "invented votes" if self.unsaved.practice else "type the counts"
        screen = self._on_wall(here, question, self._votes(question))
        return replace(
            screen,
            slips=None if self.unsaved.hands else self.unsaved.slips,
            options=(
                Option("c", "counts", counts),
                Option("r", "rung", "rung by rung"),
                hands,
                *self._joining(),
                Option("a", "agree", "agree without a vote"),
                *self._recording(question),
            ),
            chosen=("counts",),
        )

    def _joining(self) -> tuple[Option, ...]:
        return (Option("j", "phones", "phones"),) if self.unsaved.remote else ()

    def _recording(self, question: Question) -> tuple[Option, ...]:
        talk = self.meeting.about(question.id)
        undo = (Option("u", "undo", "undo"),) if self.meeting.can_withdraw(question.id) else ()
        return (
            Option("n", "note", "note"),
            Option("d", "do", "who does what"),
            Option("s", "speaker", "statement"),
            Option("p", "park", "take up again" if talk.parked else "park"),
            *undo,
        )

    def _counts(self, here: Place, question: Question) -> Screen:
        top = LETTERS[len(question.rungs) - 1]
        groups = self.meeting.room.participants if self.meeting.room else {}
        by_phone = _WITH_PHONES if self.unsaved.remote and not self.unsaved.hands else ""
        example = "; ".join(f"{role}: …" for role in groups) if len(groups) > 1 else ""
        by_group = f" By group: {example}" if example else ""
        return Screen(
            here,
            "line",
            heading=self.set.theme[question.theme].title,
            ask=f"Counts, A to {top}, then ? and who do not know",
            hint=f"Such as: {' '.join('0352101'[: len(question.rungs)])} ?1.{by_group}{by_phone}",
            wall=self._votes(question),
            slips=None if self.unsaved.hands else self.unsaved.slips,
            unseen=True,
            commands=("back",),
        )

    def _rung(self, here: Place, question: Question) -> Screen:
        done = len(self.unsaved.rungs)
        ask = (
            f"How many chose {LETTERS[done]}?"
            if done < len(question.rungs)
            else "How many do not know?"
        )
        screen = self._counts(here, question)
        return replace(screen, ask=ask, hint="A number; 0 for none. Esc goes one back.")

    def _fewer(self, here: Place, question: Question) -> Screen:
        pending = self.unsaved.pending
        return Screen(
            here,
            "one",
            heading=self.set.theme[question.theme].title,
            ask=pending.to_confirm if pending else "Close the vote?",
            hint=question.ask,
            options=(ALL_IN, NOT_YET),
            chosen=(ALL_IN.value,),
            commands=("back",),
        )

    # ---------------------------------------------------------------- what came of it

    def revealed(self, question: Question) -> Slide:
        """Return what the wall shows of a question on which people have voted."""
        return self._revealed(question, self.meeting.about(question.id))

    def _revealed(self, question: Question, talk: Discussion) -> Slide:
        told = [f"Agreed: {agreed_briefly(question, talk.agreed)}."] if talk.agreed else []
        beside = [f"Beside it: {words}."] if (words := _beside(talk)) else []
        return Slide(
            question.ask,
            places(question),
            bars=bars(question, talk),
            remarks=(
                *told,
                *remarks(question, talk, self.set.words.undertaking),
                *beside,
                *groups(question, talk),
            ),
        )

    def _result(self, here: Place, question: Question) -> Screen:
        talk = self.meeting.about(question.id)
        split = is_split(question, talk)
        voted = bool(talk.rounds)
        options = (
            *([Option("t", "talk", "timer")] if voted else []),
            Option("v", "vote", "vote again" if voted else "vote"),
            Option("a", "agree", "agree again" if talk.agreed else "agree"),
            *self._joining(),
            *self._recording(question),
        )
        usual = "next" if talk.agreed or talk.parked else "agree"
        if split and not talk.agreed and len(talk.rounds) == 1:
            usual = "vote" if self.unsaved.talked else "talk"
        return replace(
            self._on_wall(here, question, self._revealed(question, talk)),
            options=options,
            chosen=(usual,),
        )

    def _talk(self, here: Place, question: Question) -> Screen:
        wall = self._revealed(question, self.meeting.about(question.id))
        screen = self._on_wall(here, question, replace(wall, calling="Talk. One at a time."))
        return replace(
            screen,
            seconds=TALK,
            options=(Option("t", "stop", "stop"), Option("v", "vote", "vote again")),
            chosen=("stop",),
            commands=("back", "map", "quit"),
        )

    def _agree(self, here: Place, question: Question) -> Screen:
        talk = self.meeting.about(question.id)
        last = talk.last
        medians = rungs_to_offer(question, last) if last else ()
        facts = question.hard_stop is not None
        hint = (
            "What does the room agree on?"
            if not facts
            else f"This can stop {self.set.words.undertaking}, so a fact decides it, not the vote. A rung that clears "
            "it needs a document, its date, and who has seen it; without them we do not know."
        )
        agreed = talk.agreed
        chosen = () if agreed is None else (agreed.rung or agreed.state or NOT_KNOWN.value,)
        rungs = tuple(self._agreeable(n, question, medians) for n in range(len(question.rungs)))
        return Screen(
            here,
            "one",
            heading=self.set.theme[question.theme].title,
            ask=question.ask,
            hint=hint,
            options=(*rungs, NOT_KNOWN, NO_AGREEMENT, NOT_APPLICABLE),
            chosen=chosen,
            commands=("back", "map", "quit"),
        )

    @staticmethod
    def _agreeable(index: int, question: Question, medians: tuple[str, ...]) -> Option:
        rung = question.rungs[index]
        aside = "the middle of your votes" if rung.id in medians else ""
        if clears(question, index):
            aside = "needs a document"
        label = f"{letter(question, rung.id)}  {rung.label}"
        return Option(str(index + 1), rung.id, label, aside=aside)

    # ---------------------------------------------------------------- lines beside a question

    def _line(self, here: Place, question: Question) -> Screen:
        ask, hint = _LINES[here.kind]
        talk = self.meeting.about(question.id)
        said = {"note": talk.note, "reason": talk.agreed.reason if talk.agreed else ""}
        kept = said.get(here.kind, self.unsaved.parts.get(here.kind, ""))
        text = self.meeting.drafts.get(f"{here.kind}:{question.id}", kept)
        return Screen(
            here,
            "line",
            heading=question.ask,
            ask=ask,
            hint=hint,
            text=text,
            commands=("back",),
        )

    # ---------------------------------------------------------------- the close

    def _close(self, here: Place, pages: tuple[Page, ...]) -> Screen:
        number = int(here.id or 0)
        page = pages[number]
        last = number == len(pages) - 1
        return Screen(
            here,
            "wall",
            ask=page.title,
            heading=self.meeting.service.name or self.set.words.subject_sentence,
            side=f"{number + 1} of {len(pages)}",
            wall=Slide(page.title, (), aloud=page.lead, remarks=page.lines),
            options=() if last else (Option("g", "go", "go on"),),
            chosen=("map" if last else "go",),
            commands=("back", "map", "quit") if last else ("back", "next", "map", "quit"),
        )


_LINES: Mapping[str, tuple[str, str]] = {
    "note": ("A note on this question", "It stays in the record. Leave it empty for no note."),
    "reason": ("Why does it not apply here?", "A few words, for whoever was not in the room."),
    "do": ("What is to be done?", "Begin with a verb: ask the pension fund for a report."),
    "owner": ("Who does it?", "A name, if they say so themselves. Empty if nobody has it yet."),
    "by": ("By when?", "As it was said: before Easter, 12 January. Empty if no date was agreed."),
    "speaker": ("Whose statement is it?", "The name that shall stand beside it."),
    "words": ("What do they say?", "Printed word for word, and never scored. Read it back."),
    "document": (
        "Which document says so?",
        "Its title, as it can be found again. Empty if there is none: then we do not know.",
    ),
    "dated": (
        "What is its date?",
        "As it stands on it. Empty if nobody can say: then we do not know.",
    ),
    "seen": (
        "Who has seen it?",
        "Who of those here, by name or office. Empty: then we do not know.",
    ),
}


def _beside(talk: Discussion) -> str:
    """What stands beside a question, counted."""
    statements, actions = len(talk.statements), len(talk.actions)
    parts = [
        "a note" if talk.note else "",
        f"{statements} statement{'s' * (statements > 1)}" if statements else "",
        f"{actions} action{'s' * (actions > 1)}" if actions else "",
    ]
    return ", ".join(filter(None, parts))


def as_session(meeting: WorkshopSession) -> Session:
    """Return a session that shares what a workshop knows, so that an agenda can be made of it."""
    return Session(
        id=meeting.id,
        question_set=meeting.question_set,
        service=meeting.service,
        circumstances=meeting.circumstances,
        drafts=meeting.drafts,
    )
