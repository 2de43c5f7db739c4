"""The agenda of a run: the themes, circumstances and questions that apply."""

from spinout_cli.interview.session import Session
from spinout_cli.question_set.model import Circumstance, Question, QuestionSet
from spinout_cli.scoring.applicability import Applicability, CountedAnswers

_SECONDS = 30
"""How long one question takes: one person answers it in about half a minute."""


def minutes(question_set: QuestionSet, *, quick: bool = False) -> str:
    """Say how long the questions take, in tens of minutes, and in fives where they are few."""
    asked = [q for q in question_set.questions if q.quick or not quick]
    exact = len(asked) * _SECONDS / 60
    step = 10 if exact > 15 else 5  # noqa: PLR2004  (from here on nobody can tell more closely)
    return f"About {max(step, round(exact / step) * step)} minutes"


class Agenda:
    """What a session asks, given what has been answered so far. It is derived, never stored."""

    def __init__(self, question_set: QuestionSet, session: Session) -> None:
        """Look at this session, whatever it becomes."""
        self.question_set = question_set
        self.session = session
        self._applicability = Applicability(question_set)
        wanted = session.themes
        self.themes = tuple(t for t in question_set.themes if not wanted or t.id in wanted)

    def circumstances(self) -> list[Circumstance]:
        """Return the circumstances that apply, in order."""
        return self._applicability.open_circumstances(self.session.circumstances)

    def questions(self) -> list[Question]:
        """Return the questions that this run asks: those that apply, of its themes and depth."""
        return self._asked(self._standing())

    def _standing(self) -> CountedAnswers:
        return self._applicability.stand(self.session.circumstances, self.session.answers)

    def _asked(self, standing: CountedAnswers) -> list[Question]:
        themes = {theme.id for theme in self.themes}
        full = self.session.depth == "full"
        return [q for q in standing.applicable if q.theme in themes and (full or q.quick)]

    def of_theme(self, theme_id: str) -> list[Question]:
        """Return the questions of a theme that this run asks."""
        return [question for question in self.questions() if question.theme == theme_id]

    def circumstances_to_ask(self) -> list[Circumstance]:
        """Return the circumstances that were not asked yet, or given as what they cannot be.

        A session that was delegated asks for none: its facts are those of whoever sent it.
        """
        if self.session.delegation is not None:
            return []
        refused = {name for name, _ in self._standing().refused}
        return [
            c
            for c in self.circumstances()
            if c.id not in self.session.circumstances or c.id in refused
        ]

    def questions_to_ask(self) -> list[Question]:
        """Return the questions that have no answer which can count, or were skipped."""
        standing = self._standing()
        states = standing.states
        return [q for q in self._asked(standing) if states.get(q.id, "skipped") == "skipped"]

    def unanswered(self) -> list[str]:
        """Return the ids of what is still open: circumstances, then questions."""
        return [
            *(circumstance.id for circumstance in self.circumstances_to_ask()),
            *(question.id for question in self.questions_to_ask()),
        ]
