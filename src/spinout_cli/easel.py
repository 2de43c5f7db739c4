"""What stands on the easel: the screens of a workshop, for any face to draw.

Nothing of a vote that is open stands on any of them.
"""

from collections.abc import Mapping
from dataclasses import replace

from spinout_cli.agenda import Agenda
from spinout_cli.attendance import said_people
from spinout_cli.closing import Page
from spinout_cli.counts import LETTERS
from spinout_cli.desk import Desk
from spinout_cli.gathering import MINUTES_A_QUESTION, MINUTES_ASIDE
from spinout_cli.meeting import Meeting
from spinout_cli.questions import Question, Theme
from spinout_cli.screens import NOT_APPLICABLE, Option, Place, Screen, Screens
from spinout_cli.session import Session
from spinout_cli.spread import (
    agreed_briefly,
    agreed_words,
    bars,
    groups,
    is_split,
    letter,
    places,
    remarks,
)
from spinout_cli.standing import clears
from spinout_cli.wall import Wall
from spinout_cli.workshop import Discussion, offered

TALK = 180
"""How many seconds a talk has before the timer says that they are over."""

PRACTICE = "PRACTICE: invented votes"

NOT_KNOWN = Option("0", "unknown", "We do not know")
NO_AGREEMENT = Option("7", "no-agreement", "No agreement, for now")
NONE_OF_THEM = Option("0", "unknown", "None of these")
ALL_IN = Option("1", "yes", "Yes: close the vote")
NOT_YET = Option("2", "no", "No: back to the vote")
SAME = Option("1", "same", "The same people as last time")
OTHERS = Option("2", "others", "Others, or not as many")

_ALOUD = "Read it aloud. "


class Easel:
    """Makes the screen for a place in a workshop."""

    def __init__(self, agenda: Agenda, meeting: Meeting, desk: Desk) -> None:
        """Look at this workshop, whatever it becomes."""
        self.agenda = agenda
        self.set = agenda.question_set
        self.meeting = meeting
        self.desk = desk
        self._facts = Screens(agenda)

    def at(self, here: Place, pages: tuple[Page, ...] = ()) -> Screen:
        """Return what to show at a place; `pages` are what the close goes through."""
        make = {
            "name": self._name,
            "present": self._present,
            "minutes": self._minutes,
            "again": self._again,
            "plan": self._plan,
            "theme": self._theme,
            "map": self._map,
            "every": self._every,
            "circumstance": self._fact,
        }.get(here.kind)
        if here.kind == "end":
            return Screen(here, "summary", ask="")
        if here.kind == "close":
            screen = self._close(here, pages)
        else:
            screen = make(here) if make else self._about(here, self.set.question[here.id])
        text = self.desk.line if screen.kind == "line" and not screen.unseen else ""
        told = replace(screen, told=self.desk.told, text=text or screen.text)
        return self._marked(told) if self.desk.practice else told

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

    # ---------------------------------------------------------------- setting up

    def _name(self, here: Place) -> Screen:
        return Screen(
            here,
            "line",
            ask="What is the service called?",
            hint="A short name, as everybody here would know it. Leave it empty if you prefer.",
            text=self.meeting.drafts.get("name", self.meeting.service.name),
            commands=("quit",),
        )

    def _present(self, here: Place) -> Screen:
        room = self.meeting.room
        known = said_people(room.participants).partition(": ")[2] if room else ""
        return Screen(
            here,
            "line",
            heading="Who is in the room?",
            ask="How many people, by group? Numbers, never names.",
            hint=(
                "Such as: staff 18, managers 6, commissioner 1, union 2, users 3, other 1. Or only: 31."
            ),
            text=known or str(room.people) if room else self.meeting.drafts.get("present", ""),
            commands=("back", "quit") if self.meeting.plan else ("quit",),
        )

    def _minutes(self, here: Place) -> Screen:
        return Screen(
            here,
            "line",
            heading="How long is there?",
            ask="How many minutes, from welcome to close?",
            hint=(
                f"As a house rule, about {MINUTES_A_QUESTION} minutes a question, and "
                f"{MINUTES_ASIDE} for the opening and the close."
            ),
            text=str(self.desk.minutes),
            commands=("back", "quit"),
        )

    def _again(self, here: Place) -> Screen:
        room = self.meeting.room
        who = said_people(room.participants) if room else "nobody"
        return Screen(
            here,
            "one",
            heading=self._service(),
            ask="Welcome back. Who is in the room today?",
            hint=f"Last time: {who}. Rounds are compared only within the same room.",
            options=(SAME, OTHERS),
            chosen=(SAME.value,),
            commands=("quit",),
        )

    def _plan(self, here: Place) -> Screen:
        plan = self.meeting.plan
        rows = [self._plan_row(n, theme) for n, theme in enumerate(self.set.themes, start=1)]
        go = "Keep this plan" if self.desk.preparing else "Begin with the first question"
        time = len(plan) * MINUTES_A_QUESTION + MINUTES_ASIDE
        return Screen(
            here,
            "one",
            heading="The plan",
            side=f"{len(plan)} questions, about {time} minutes",
            ask="Begin, or choose a theme to change what is asked of it.",
            hint="What can stop a spin-out comes first, then what weighs most.",
            options=(Option("g", "go", go), *rows),
            chosen=("go",),
            commands=("back", "quit"),
        )

    def _plan_row(self, number: int, theme: Theme) -> Option:
        asked = [q.id for q in self.agenda.of_theme(theme.id)]
        planned = sum(name in self.meeting.plan for name in asked)
        return Option(
            str(number),
            f"theme:{theme.id}",
            theme.title,
            aside=f"{planned} of {len(asked)} planned",
        )

    def _theme(self, here: Place) -> Screen:
        asked = self.agenda.of_theme(here.id)
        planned = tuple(q.id for q in asked if q.id in self.meeting.plan)
        return Screen(
            here,
            "many",
            heading=self.set.theme[here.id].title,
            ask="Which of these will you ask?",
            options=(
                *(
                    Option(str(n), q.id, q.ask, aside="can stop it" if q.hard_stop else "")
                    for n, q in enumerate(asked, start=1)
                ),
                NONE_OF_THEM,
            ),
            chosen=planned or (NONE_OF_THEM.value,),
            commands=("back", "quit"),
        )

    def _fact(self, here: Place) -> Screen:
        screen = self._facts.at(here, [])
        return replace(screen, commands=("back", "map", "quit"))

    # ---------------------------------------------------------------- any question

    def _service(self) -> str:
        return self.meeting.service.name or "Your service"

    def _map(self, here: Place) -> Screen:
        plan = [self.set.question[name] for name in self.meeting.plan if name in self.set.question]
        rows = [self._row(str(n), question) for n, question in enumerate(plan, start=1)]
        done = [q for q in plan if self.meeting.about(q.id).agreed]
        fresh = next((q for q in plan if self.is_open(q.id)), None)
        return Screen(
            here,
            "one",
            heading=self._service(),
            side=f"{len(done)} of {len(plan)} agreed",
            ask="Which question next? Take them in any order.",
            options=(
                *rows,
                Option("o", "every", "Other questions", group="More"),
                Option("p", "plan", "Change the plan", group="More"),
                Option("w", "present", "Who is here", group="More"),
                Option("f", "facts", "Facts about the service", group="More"),
                Option("c", "close", "The close", group="More"),
            ),
            chosen=(f"question:{fresh.id}" if fresh else "close",),
            commands=("back", "quit"),
        )

    def is_open(self, question_id: str) -> bool:
        """Tell whether nothing was agreed on a question, and it is not parked."""
        talk = self.meeting.about(question_id)
        return talk.agreed is None and not talk.parked

    def _row(self, key: str, question: Question) -> Option:
        return Option(
            key,
            f"question:{question.id}",
            question.ask,
            aside=self._state(question),
            group=self.set.theme[question.theme].title,
        )

    def _state(self, question: Question) -> str:
        """Where a question stands, in a word or two."""
        talk = self.meeting.about(question.id)
        if talk.agreed:
            words = agreed_words(question, talk.agreed).partition(",")[0]
            return f"agreed: {words}" if talk.agreed.rung else words
        state = "voted, not agreed" if talk.rounds else ""
        return "parked" if talk.parked else state

    def _every(self, here: Place) -> Screen:
        rows = [
            self._row(str(n), question)
            for n, question in enumerate(self.agenda.questions(), start=1)
        ]
        return Screen(
            here,
            "one",
            heading="Every question",
            ask="Which question next?",
            options=tuple(rows),
            commands=("back", "map", "quit"),
        )

    # ---------------------------------------------------------------- the vote

    def _on_wall(self, here: Place, question: Question, wall: Wall) -> Screen:
        plan = self.meeting.plan
        side = f"{plan.index(question.id) + 1} of {len(plan)}" if question.id in plan else ""
        return Screen(
            here,
            "wall",
            ask=question.ask,
            heading=self.set.theme[question.theme].title,
            side=side,
            help=self._facts.help(question),
            wall=wall,
            commands=("back", "next", "map", "quit"),
        )

    def _ballot(self, question: Question) -> Wall:
        """The question as it hangs while people vote: the same whatever they vote."""
        calling = "Fold your slip and pass it forward."
        if self.desk.hands:
            calling = "Hands up when your letter is called: one letter each."
        return Wall(question.ask, places(question), aloud=question.aloud, calling=calling)

    def _vote(self, here: Place, question: Question) -> Screen:
        hands = Option("h", "hands", "slips instead" if self.desk.hands else "show of hands")
        counts = "invented votes" if self.desk.practice else "type the counts"
        screen = self._on_wall(here, question, self._ballot(question))
        return replace(
            screen,
            slips=None if self.desk.hands else self.desk.slips,
            options=(
                Option("c", "counts", counts),
                Option("r", "rung", "rung by rung"),
                hands,
                Option("a", "agree", "agree without a vote"),
                *self._recording(question),
            ),
            chosen=("counts",),
        )

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
        example = "; ".join(f"{role}: …" for role in groups) if len(groups) > 1 else ""
        by_group = f" By group: {example}" if example else ""
        return Screen(
            here,
            "line",
            heading=self.set.theme[question.theme].title,
            ask=f"Counts, A to {top}, then ? and who do not know",
            hint=f"Such as: {' '.join('0352 1'[: len(question.rungs)])} ?1.{by_group}",
            wall=self._ballot(question),
            slips=None if self.desk.hands else self.desk.slips,
            unseen=True,
            commands=("back",),
        )

    def _rung(self, here: Place, question: Question) -> Screen:
        done = len(self.desk.rungs)
        ask = (
            f"How many chose {LETTERS[done]}?"
            if done < len(question.rungs)
            else "How many do not know?"
        )
        screen = self._counts(here, question)
        return replace(screen, ask=ask, hint="A number; 0 for none. Esc goes one back.")

    def _fewer(self, here: Place, question: Question) -> Screen:
        pending = self.desk.pending
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

    def _revealed(self, question: Question, talk: Discussion) -> Wall:
        told = [f"Agreed: {agreed_briefly(question, talk.agreed)}."] if talk.agreed else []
        beside = [f"Beside it: {words}."] if (words := _beside(talk)) else []
        return Wall(
            question.ask,
            places(question),
            bars=bars(question, talk),
            remarks=(*told, *remarks(question, talk), *beside, *groups(question, talk)),
        )

    def _result(self, here: Place, question: Question) -> Screen:
        talk = self.meeting.about(question.id)
        split = is_split(question, talk)
        voted = bool(talk.rounds)
        options = (
            *([Option("t", "talk", "timer")] if voted else []),
            Option("v", "vote", "vote again" if voted else "vote"),
            Option("a", "agree", "agree again" if talk.agreed else "agree"),
            *self._recording(question),
        )
        usual = "next" if talk.agreed or talk.parked else "agree"
        if split and not talk.agreed and len(talk.rounds) == 1:
            usual = "vote" if self.desk.talked else "talk"
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
        medians = offered(question, last) if last else ()
        facts = question.hard_stop is not None
        hint = (
            "What does the room agree on?"
            if not facts
            else "This can stop a spin-out, so a fact decides it, not the vote. A rung that clears "
            "it needs a document, its date, and who has seen it; without them we do not know."
        )
        usual = medians[:1] or ((NOT_KNOWN.value,) if facts else ())
        if talk.agreed is not None:
            usual = (talk.agreed.rung or talk.agreed.state or NOT_KNOWN.value,)
        rungs = tuple(self._agreeable(n, question, medians) for n in range(len(question.rungs)))
        return Screen(
            here,
            "one",
            heading=self.set.theme[question.theme].title,
            ask=question.ask,
            hint=hint,
            options=(*rungs, NOT_KNOWN, NO_AGREEMENT, NOT_APPLICABLE),
            chosen=usual,
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
        text = self.desk.parts.get(here.kind, "")
        if here.kind == "note":
            kept = self.meeting.about(question.id).note
            text = self.meeting.drafts.get(f"note:{question.id}", kept)
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
            heading=self._service(),
            side=f"{number + 1} of {len(pages)}",
            wall=Wall(page.title, (), aloud=page.lead, remarks=page.lines),
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


def shared(meeting: Meeting) -> Session:
    """Return a session that shares what a workshop knows, so that an agenda can be made of it."""
    return Session(
        id=meeting.id,
        question_set=meeting.question_set,
        service=meeting.service,
        circumstances=meeting.circumstances,
        drafts=meeting.drafts,
    )
