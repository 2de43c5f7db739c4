"""What there is to ask in one run: the themes, circumstances and questions that apply to it."""

from spinout_cli.questions import Circumstance, Question, QuestionSet
from spinout_cli.session import Session
from spinout_cli.standing import Applicability


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
        session = self.session
        standing = self._applicability.stand(session.circumstances, session.answers)
        themes = {theme.id for theme in self.themes}
        full = session.depth == "full"
        return [q for q in standing.applicable if q.theme in themes and (full or q.quick)]

    def of_theme(self, theme_id: str) -> list[Question]:
        """Return the questions of a theme that this run asks."""
        return [question for question in self.questions() if question.theme == theme_id]

    def is_open(self, question_id: str) -> bool:
        """Tell whether a question has no answer yet, or was skipped."""
        answer = self.session.answers.get(question_id)
        return answer is None or answer.status == "skipped"

    def unanswered(self) -> list[str]:
        """Return the ids of what is still open: circumstances, then questions."""
        known = self.session.circumstances
        return [
            *(c.id for c in self.circumstances() if c.id not in known),
            *(q.id for q in self.questions() if self.is_open(q.id)),
        ]
