"""Asks at a terminal about each difference between a session and a part."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from spinout_cli.errors import ExitCode
from spinout_cli.interview.screen import Chose, Commanded, Help, Option, Place, Screen
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.scoring.gather import Difference
from spinout_cli.terminal.launch import face, leave
from spinout_cli.terminal.tty import SignalGate, Terminated, open_terminal
from spinout_cli.text import command_line

Decision = Literal["keep", "take", "dispute"]
_DECISIONS: tuple[Decision, ...] = ("keep", "take", "dispute")


def ask_each(  # noqa: PLR0913  (each says how it is asked)
    differences: Sequence[tuple[Difference, tuple[str, str]]],
    question_set: QuestionSet,
    *,
    title: str,
    plain: bool,
    colour: bool,
    file: Path,
    settle: Callable[[Difference, Decision | None], None],
) -> None:
    """Ask about each difference in turn; whoever leaves leaves the rest as it is.

    Args:
        differences: each with both answers in words.
        question_set: the session's questions.
        title: whose answers they are compared with.
        plain: whether lines of text are wanted.
        colour: whether colour may be used.
        file: the session.
        settle: saves a decision, or notes that there is none.

    Raises:
        SystemExit: somebody interrupted; every decision before that is saved.
    """
    with open_terminal() as out, SignalGate() as interruptions:
        shown_on = face(out, plain=plain, colour=colour)
        leaving = False
        try:
            for number, (difference, texts) in enumerate(differences, start=1):
                decision: Decision | None = None
                if not leaving:
                    side = f"{number} of {len(differences)}"
                    reply = shown_on.show(_screen(difference, texts, question_set, title, side))
                    leaving = isinstance(reply, Commanded)
                    decision = _decision(reply)
                with interruptions.held():
                    settle(difference, decision)
        except (KeyboardInterrupt, EOFError):
            leave(shown_on, lambda _: _kept(file), ExitCode.INTERRUPTED)
        except Terminated as told:
            leave(shown_on, lambda _: _kept(file), told.code)


def _decision(reply: object) -> Decision | None:
    if isinstance(reply, Chose):
        return next((each for each in _DECISIONS if each == reply.value), None)
    return None


def _kept(file: Path) -> str:
    again = command_line("gather", file)
    return f"\nEvery decision up to here is saved. Go on with   {again} and the part."


def _screen(
    difference: Difference,
    texts: tuple[str, str],
    question_set: QuestionSet,
    title: str,
    side: str,
) -> Screen:
    question = question_set.question[difference.id]
    ours, theirs = texts
    return Screen(
        Place("question", difference.id),
        "one",
        heading=f"{title} answered differently: {question_set.theme[question.theme].title}",
        side=side,
        ask=question.ask,
        options=(
            Option("1", "keep", f"Keep yours. {ours}"),
            Option("2", "take", f"Take theirs. {theirs}"),
            Option("3", "dispute", "We do not agree yet", aside="counts as “don't know”"),
        ),
        help=(Help("Why we ask", question.why),),
        commands=("quit",),
    )
