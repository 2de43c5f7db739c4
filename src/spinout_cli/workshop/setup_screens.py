"""Builds the screens between questions: attendance, plan, map."""

from collections.abc import Sequence
from dataclasses import replace

from spinout_cli.interview.agenda import Agenda
from spinout_cli.interview.question_screens import Screens
from spinout_cli.interview.screen import Option, Place, Screen
from spinout_cli.question_set.model import Question, Theme
from spinout_cli.text import count_noun
from spinout_cli.workshop.attendance import people_text
from spinout_cli.workshop.planning import MINUTES_A_QUESTION, MINUTES_ASIDE
from spinout_cli.workshop.session import WorkshopSession
from spinout_cli.workshop.unsaved import Unsaved
from spinout_cli.workshop.vote_text import agreed_at

NONE_OF_THEM = Option("0", "unknown", "None of these")
SAME = Option("1", "same", "The same people as last time")
OTHERS = Option("2", "others", "Others, or not as many")


_SUCH_AS = (18, 6, 1, 2, 3, 1)
"""How many people the groups of an example have."""


def _such_as(groups: Sequence[str]) -> str:
    """Return an example of who is in the room.

    >>> _such_as(("team", "users"))
    'team 18, users 6. Or only: 24.'
    """
    some = dict(zip(groups, _SUCH_AS, strict=False))
    return f"{', '.join(f'{name} {people}' for name, people in some.items())}. Or only: {sum(some.values())}."


class SetupScreens:
    """Makes the screens that are about no one question."""

    def __init__(self, agenda: Agenda, meeting: WorkshopSession, unsaved: Unsaved) -> None:
        """Look at this workshop, whatever it becomes."""
        self.agenda = agenda
        self.set = agenda.question_set
        self.meeting = meeting
        self.unsaved = unsaved
        self._facts = Screens(agenda)

    def at(self, here: Place) -> Screen | None:
        """Return what to show at a place; None where it is about a question."""
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
        return make(here) if make else None

    # ---------------------------------------------------------------- setting up

    def _name(self, here: Place) -> Screen:
        return Screen(
            here,
            "line",
            ask=f"What is the {self.set.words.subject} called?",
            hint="A short name, as everybody here would know it. Leave it empty if you prefer.",
            text=self.meeting.drafts.get("name", self.meeting.service.name),
            commands=("quit",),
        )

    def _present(self, here: Place) -> Screen:
        room = self.meeting.room
        groups = people_text(room.participants).partition(": ")[2] if room else ""
        known = groups or (str(room.people) if room else "")
        return Screen(
            here,
            "line",
            heading="Who is in the room?",
            ask="How many people, by group? Numbers, never names.",
            hint=f"Such as: {_such_as(self.set.words.groups)}",
            text=self.meeting.drafts.get("present", known),
            commands=("back", "quit") if self.meeting.plan else ("quit",),
        )

    def _minutes(self, here: Place) -> Screen:
        return Screen(
            here,
            "line",
            heading="How long is there?",
            ask="How many minutes, from welcome to close?",
            hint=(
                f"Leave it empty for {self.unsaved.minutes}. As a house rule, about "
                f"{MINUTES_A_QUESTION} minutes a question, and {MINUTES_ASIDE} for the opening and "
                "the close."
            ),
            text=self.meeting.drafts.get("minutes", ""),
            commands=("back", "quit"),
        )

    def _again(self, here: Place) -> Screen:
        room = self.meeting.room
        who = people_text(room.participants) if room else "nobody"
        return Screen(
            here,
            "one",
            heading=self.meeting.service.name or self.set.words.subject_sentence,
            ask="Welcome back. Who is in the room today?",
            hint=f"Last time: {who}. Rounds are compared only within the same room.",
            options=(SAME, OTHERS),
            chosen=(SAME.value,),
            commands=("quit",),
        )

    def _plan(self, here: Place) -> Screen:
        plan = self.meeting.plan
        rows = [self._plan_row(n, theme) for n, theme in enumerate(self.set.themes, start=1)]
        go = "Keep this plan" if self.unsaved.preparing else "Begin with the first question"
        time = len(plan) * MINUTES_A_QUESTION + MINUTES_ASIDE
        return Screen(
            here,
            "one",
            heading="The plan",
            side=f"{count_noun(len(plan), 'question')}, about {time} minutes",
            ask="Begin, or choose a theme to change what is asked of it.",
            hint=f"What can stop {self.set.words.undertaking} comes first, then what weighs most.",
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

    def _map(self, here: Place) -> Screen:
        plan = [self.set.question[name] for name in self.meeting.plan if name in self.set.question]
        rows = [self._row(str(n), question) for n, question in enumerate(plan, start=1)]
        done = [q for q in plan if self.meeting.about(q.id).agreed]
        fresh = next((q for q in plan if self.meeting.is_open(q.id)), None)
        return Screen(
            here,
            "one",
            heading=self.meeting.service.name or self.set.words.subject_sentence,
            side=f"{len(done)} of {len(plan)} agreed",
            ask="Which question next? Take them in any order.",
            options=(
                *rows,
                Option("o", "every", "Other questions", group="More"),
                Option("p", "plan", "Change the plan", group="More"),
                Option("w", "present", "Who is here", group="More"),
                *self._joining(),
                Option("f", "facts", f"Facts about the {self.set.words.subject}", group="More"),
                Option("c", "close", "The close", group="More"),
            ),
            chosen=(f"question:{fresh.id}" if fresh else "close",),
            commands=("back", "quit"),
        )

    def _joining(self) -> tuple[Option, ...]:
        return (Option("j", "phones", "Phones", group="More"),) if self.unsaved.remote else ()

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
            words = agreed_at(question, talk.agreed)
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
