"""A plan towards a target as text, a Markdown checklist or CSV."""

import csv
import io
from collections.abc import Iterator

from spinout_cli.documents.assessment import LensState, NotCounted
from spinout_cli.documents.plan import Need, Plan, Task
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reports.summary.markdown import escaped
from spinout_cli.results.summarise import REFUSALS
from spinout_cli.sanitize import sanitize
from spinout_cli.text import count_noun, hung, sentence, spreadsheet_safe, wrapped

_STATES: dict[LensState, str] = {
    "stopped": "something stops it",
    "unknown": "not known yet",
    "roadblocks": "roadblocks to work on",
    "clear": "nothing in these answers stops it",
    "past": "it is past, so this is not weighed any more",
}
_WHY = {
    "stops": "it stops it",
    "roadblock": "a roadblock",
    "unknown": "not known",
    "target": "the target has more",
}
_KINDS = {"answer": "Answer", "find-out": "Find out", "do": ""}
_ORDER = "No step stands before one that has to come first. The effort is what it usually takes."
_LEFT_OUT = "Left out of the target"


def _heading(plan: Plan, question_set: QuestionSet) -> str:
    words = question_set.words
    service = (plan.service.name if plan.service else "") or words.subject_sentence
    lens = question_set.lens_words.get(plan.target)  # type: ignore[call-overload]  # or a file
    target = (lens.target or f"for “{lens.title}” to be clear") if lens else ""
    return f"{service}: {target or f'today beside {plan.target}'}"


def _today(plan: Plan) -> str:
    if plan.today is None or plan.then is None:
        return f"{_moving(plan)}{_missed(plan)}"
    if not plan.needs:
        return sentence(f"Today: {_STATES[plan.today]}")
    one = len(plan.needs) == 1
    once = (
        "Once it stands where it must"
        if one
        else f"Once all {len(plan.needs)} stand where they must"
    )
    tried = "tried out by scoring it" if one else "tried out by scoring them"
    return f"Today: {_STATES[plan.today]}. {once}: {_STATES[plan.then]}, {tried}."


def _moving(plan: Plan) -> str:
    if plan.needs:
        return f"{count_noun(len(plan.needs), 'answer')} would have to move."
    # What was left out may well have to move: nobody can tell.
    what = "Nothing that could be compared" if plan.not_counted else "Nothing"
    return f"{what} has to move."


def _missed(plan: Plan) -> str:
    if not plan.not_counted:
        return ""
    were = "was" if len(plan.not_counted) == 1 else "were"
    return f" {count_noun(len(plan.not_counted), 'answer')} of the target {were} left out."


def _reason(missed: NotCounted) -> str:
    return f"{missed.id}: {REFUSALS[missed.reason]}"


def _stuck(plan: Plan) -> str:
    if not plan.out_of_reach:
        return ""
    return f"No rung would be enough for: {', '.join(plan.out_of_reach)}."


def _now(need: Need) -> str:
    opened = "not asked until others have moved" if need.opened else need.now_label
    return f"“{need.now_label}”" if need.now else opened


def _do(task: Task) -> str:
    kind = _KINDS[task.kind]
    return f"{kind}: {task.do}" if kind else task.do


def _by(task: Task) -> str:
    after = f"after {', '.join(str(number) for number in task.after)}" if task.after else ""
    return "; ".join(filter(None, (task.who, task.effort, after)))


# Text


def text(plan: Plan, question_set: QuestionSet) -> str:
    """Return a plan as lines of text."""
    return "\n".join(sanitize(line) for line in _lines(plan, question_set))


def _lines(plan: Plan, question_set: QuestionSet) -> Iterator[str]:
    yield from hung(_heading(plan, question_set), "")
    yield from wrapped(_today(plan))
    if plan.out_of_reach:
        yield from wrapped(_stuck(plan))
    if plan.needs:
        yield from ("", "Where each answer stands, and where it must stand")
    for need in plan.needs:
        yield from hung(f"{need.id}: {need.ask} ({_WHY[need.why]})")
        yield from wrapped(_now(need), "    today   ")
        yield from wrapped(f"“{need.at_label}”", "    needed  ")
    if plan.tasks:
        yield from ("", "What to do, in an order that works")
    for task in plan.tasks:
        yield from wrapped(f"{sentence(_do(task))} {sentence(_by(task))}", f"{task.number:>3}  ")
    if plan.not_counted:
        yield from ("", _LEFT_OUT)
    for missed in plan.not_counted:
        yield from hung(_reason(missed))


# Markdown


def markdown(plan: Plan, question_set: QuestionSet) -> str:
    """Return a plan as a Markdown checklist."""
    return "\n".join(_marked(plan, question_set)) + "\n"


def _marked(plan: Plan, question_set: QuestionSet) -> Iterator[str]:
    yield f"# {escaped(_heading(plan, question_set))}"
    yield from ("", escaped(_today(plan)))
    if plan.out_of_reach:
        yield from ("", escaped(_stuck(plan)))
    if plan.tasks:
        yield from ("", "## What to do, in an order that works", "", _ORDER, "")
    for task in plan.tasks:
        yield f"- [ ] {task.number}. {escaped(_do(task))} ({escaped(_by(task))})"
    if plan.needs:
        yield from ("", "## Where each answer must stand", "")
    for need in plan.needs:
        yield f"- [ ] {escaped(need.ask)} ({need.id}; {_WHY[need.why]})"
        yield f"  - today: {escaped(_now(need))}"
        yield f"  - needed: {escaped(f'“{need.at_label}”')}"
    if plan.not_counted:
        yield from ("", f"## {_LEFT_OUT}", "")
    for missed in plan.not_counted:
        yield f"- {escaped(_reason(missed))}"


# CSV


_COLUMNS = (
    *("kind", "number", "id", "what", "who", "effort", "after", "helps"),
    *("why", "today", "needed"),
)


def table(plan: Plan, *, raw: bool = False) -> str:
    """Return a plan as CSV: a row for each answer that must move, thing to do, and rung left out.

    Args:
        plan: what to write.
        raw: whether to leave texts as they are. Otherwise one that a spreadsheet would take for a
            formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in _rows(plan):
        writer.writerow({key: spreadsheet_safe(value, raw=raw) for key, value in row.items()})
    return out.getvalue()


def _rows(plan: Plan) -> Iterator[dict[str, str | int]]:
    for need in plan.needs:
        yield {
            "kind": "need",
            "id": need.id,
            "what": need.ask,
            "why": need.why,
            "today": need.now_label,
            "needed": need.at_label,
        }
    for task in plan.tasks:
        yield {
            "kind": task.kind,
            "number": task.number,
            "id": task.id,
            "what": task.do,
            "who": task.who,
            "effort": task.effort or "",
            "after": " ".join(str(number) for number in task.after),
            "helps": " ".join(task.helps),
        }
    for missed in plan.not_counted:
        yield {
            "kind": "left-out",
            "id": missed.id,
            "what": REFUSALS[missed.reason],
            "why": missed.reason,
        }
