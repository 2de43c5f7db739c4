"""The effect of a rung: roadblock, enabler or neither, and whether it stops a lens."""

from spinout_cli.fields import LENSES, Lens
from spinout_cli.question_set.model import Mark, Question

ROADBLOCK_BELOW = 0.5
ENABLER_FROM = 0.75


def rung_effect(question: Question, rung: int) -> Mark:
    """Tell what a rung counts as: what the set says, or what follows from its position."""
    given = question.rungs[rung].marks
    if given is not None:
        return given
    position = question.positions[rung]
    if position < ROADBLOCK_BELOW:
        return "roadblock"
    return "enabler" if position >= ENABLER_FROM else "neither"


def severity(question: Question, rung: int) -> float:
    """Weight times the distance from the top."""
    return round(question.weight * (1 - question.positions[rung]), 4)


def strength(question: Question, rung: int) -> float:
    """Weight times the distance from the bottom."""
    return round(question.weight * question.positions[rung], 4)


def stops_lens(question: Question, rung: int, lens: Lens) -> bool:
    """Tell whether this answer stops this lens."""
    stop = question.hard_stop
    return stop is not None and stop.stops(lens) and not clears(question, rung)


def stops(question: Question, rung: int, *, past: bool) -> bool:
    """Tell whether this answer stops a lens that is not past; of -1, whether some answer could."""
    lenses: tuple[Lens, ...] = ("endure",) if past else LENSES
    return any(stops_lens(question, rung, lens) for lens in lenses)


def clears(question: Question, rung: int) -> bool:
    """Tell whether this rung clears the question's hard stop; False where it has none."""
    return question.hard_stop is not None and rung >= question.lowest_clear
