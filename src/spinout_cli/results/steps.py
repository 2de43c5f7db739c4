"""Next steps in words: the first few, and all in order."""

from spinout_cli.documents.assessment import Assessment, Step, Unknown
from spinout_cli.results.summary import ActionItem, PlanLine, StepLine
from spinout_cli.text import headline, sentence

STEPS = 3
"""How many next steps are told."""


def first_steps(assessment: Assessment) -> list[StepLine]:
    """What to do, then what to find out, then what to answer: three in all, where there are."""
    planned = [
        (ActionItem(step.do, step.who, step.effort), _reason(step, assessment))
        for step in assessment.next_steps[:STEPS]
    ]
    finding = [(_asking(unknown), "") for unknown in assessment.find_out]
    left = sum(theme.not_asked for theme in assessment.themes)
    words = "the question" if left == 1 else f"the {left} questions"
    answering = [(ActionItem(f"Answer {words} still open", "", ""), "")] if left else []
    chosen = (planned + finding + answering)[:STEPS]
    return [StepLine(i, deed, reason) for i, (deed, reason) in enumerate(chosen, start=1)]


def whole_plan(assessment: Assessment) -> tuple[PlanLine, ...]:
    """Everything there is to do, in an order that works."""
    numbers = {step.id: number for number, step in enumerate(assessment.next_steps, start=1)}
    return tuple(
        PlanLine(
            number=numbers[step.id],
            id=step.id,
            deed=ActionItem(step.do, step.who, step.effort),
            after=tuple(sorted(numbers[name] for name in step.after if name in numbers)),
            reason=_reason(step, assessment),
        )
        for step in assessment.next_steps
    )


def _asking(unknown: Unknown) -> ActionItem:
    return ActionItem(f"Find out: {headline(unknown.what)}", f"ask {unknown.from_}", "")


def _reason(step: Step, assessment: Assessment) -> str:
    """What a step is for: what it helps, or what waits for it."""
    helped = [found.title for found in assessment.roadblocks if found.id in step.helps]
    if helped:
        more = f", and {len(helped) - 1} more" if len(helped) > 1 else ""
        return sentence(f"Helps with: {headline(helped[0])}{more}")
    waiting = (other.do for other in assessment.next_steps if step.id in other.after)
    first = next(waiting, "")
    return sentence(f"Comes before: {first}") if first else ""
