"""One part of a question set as text: its wording, sources and what clears it."""

from collections.abc import Iterable

from spinout_cli.errors import UsageError
from spinout_cli.fields import LENSES
from spinout_cli.question_set.conditions import All, Any_, Condition, Not, Test
from spinout_cli.question_set.model import Notice, Question, QuestionSet, Rule, Source, Story
from spinout_cli.results.evidence import how_read
from spinout_cli.results.verdicts import lens_phrase, lens_within
from spinout_cli.sanitize import sanitize
from spinout_cli.text import format_date, sentence, wrapped

_HOW_SURE = {
    "official": "the official text",
    "secondary": "somebody's account",
    "background": "background only",
}
_CONFIDENCE = {
    "confirmed": "Confirmed: read in the official text.",
    "reported": "Reported: read about, not in the official text.",
    "check": "To be checked: not settled.",
}
_KINDS = {
    "roadblock": "Something in the way",
    "caution": "A caution",
    "enabler": "Something that helps",
    "option": "Another way",
}
_OUTCOMES = {
    "launched": "it launched",
    "stopped": "it was stopped",
    "lasting": "still running when last seen",
    "returned": "taken back by the parent body",
    "closed": "closed",
    "moved": "moved to another provider",
    "unknown": "not known",
}
_IN_FORCE = {"not-in-force": "Not in force.", "unknown": "Start date not known."}
_COMPARED = {
    "is_": "is",
    "in_": "is one of",
    "has": "has",
    "at_least": "is at least",
    "below": "is below",
    "before": "is before",
    "after": "is after",
    "state": "counts as",
}


def shown(name: str, question_set: QuestionSet, *, as_json: bool = False) -> str:
    """Return one question with its ladder, its evidence and what to do next.

    Raises:
        UsageError: there is no such question.
    """
    question = question_set.question.get(name)
    if question is None:
        raise _no_such("question", name)
    if as_json:
        return _as_set(question)
    sections = (
        _head(question, question_set),
        _ladder(question),
        _why(question, question_set),
        _meaning(question),
        _next(question, question_set),
        _stories(question_set.story[each] for each in question.stories),
        _sources(question.sources, question_set),
    )
    return _page(sections)


def explained(name: str, question_set: QuestionSet) -> str:
    """Return why a question is asked, or a rule or a notice told, and what it rests on.

    Raises:
        UsageError: there is no such question, rule or notice.
    """
    question = question_set.question.get(name)
    if question is not None:
        return _page(_question(question, question_set))
    for rule in question_set.rules:
        if rule.id == name:
            return _page(_rule(rule, question_set))
    for notice in question_set.notices:
        if notice.id == name:
            return _page(_notice(notice, question_set))
    raise _no_such("question, rule or notice", name)


def as_json(name: str, question_set: QuestionSet) -> str:
    """Return a question, a rule or a notice as the set says it.

    Raises:
        UsageError: there is no such question, rule or notice.
    """
    parts: tuple[Question | Rule | Notice, ...] = (
        *question_set.questions,
        *question_set.rules,
        *question_set.notices,
    )
    for part in parts:
        if part.id == name:
            return _as_set(part)
    raise _no_such("question, rule or notice", name)


def _as_set(part: Question | Rule | Notice) -> str:
    return part.model_dump_json(indent=2, by_alias=True, exclude_none=True)


def _no_such(what: str, name: str) -> UsageError:
    return UsageError(
        f"There is no {what} '{sanitize(name)[:64]}'. spinout questions list names the questions."
    )


def _question(question: Question, question_set: QuestionSet) -> tuple[list[str], ...]:
    stop = question.hard_stop
    top = question.rungs[question.ladder.index(stop.clears_at)] if stop else None
    cleared = f"Cleared from this rung on: “{top.label}”." if top else ""
    helps = [action.do for action in question.next]
    return (
        _head(question, question_set),
        _why(question, question_set),
        _section("What clears it", [cleared, *helps] if cleared else helps),
        _section("If nobody knows", [_find_out(question)]),
        _stories(question_set.story[each] for each in question.stories),
        _sources(question.sources, question_set),
    )


def _rule(rule: Rule, question_set: QuestionSet) -> tuple[list[str], ...]:
    return (
        [*wrapped(rule.title), f"{rule.id}. {_KINDS[rule.kind]}; it never moves a lens."],
        _section("Why it is said", [rule.because]),
        _section("When it is said", [_worded(rule.when)]),
        _sources(rule.sources, question_set),
    )


def _notice(notice: Notice, question_set: QuestionSet) -> tuple[list[str], ...]:
    told = [f"where nation is one of {', '.join(notice.nations)}"]
    told += [_worded(notice.when)] if notice.when is not None else []
    force = _IN_FORCE.get(str(notice.in_force), f"In force: {notice.in_force}.")
    dates = f"Looked at on {notice.reviewed}; to be looked at again by {notice.review_by}."
    return (
        [*wrapped(notice.title), f"{notice.id}. About {notice.about}."],
        _section("What it says", [notice.says]),
        _section("How sure we are", [_CONFIDENCE[notice.confidence], force, dates]),
        _section("To whom it is told", ["; and ".join(told)]),
        _sources(notice.sources, question_set),
    )


# Parts of a page


def _page(sections: Iterable[list[str]]) -> str:
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _section(heading: str, texts: Iterable[str]) -> list[str]:
    told = [line for text in texts for line in wrapped(text, "  ")]
    return [heading, *told] if told else []


def _head(question: Question, question_set: QuestionSet) -> list[str]:
    bears = " and ".join(lens_within(lens, question_set) for lens in question.lenses)
    depth = "quick and full" if question.quick else "full only"
    theme = question_set.theme[question.theme].title
    facts = f"Theme {theme}; weight {question.weight} of 3; {depth}; bears on {bears}."
    when = question.when
    asked = wrapped(f"Asked unless it is known otherwise: {_worded(when)}.") if when else []
    return [*wrapped(question.ask), "", *wrapped(f"{question.id}. {facts}"), *asked]


def _ladder(question: Question) -> list[str]:
    stop = question.hard_stop
    cut = question.ladder.index(stop.clears_at) if stop else -1
    lines = ["Rungs, from the bottom up"]
    for number, rung in enumerate(question.rungs, start=1):
        mark = " (clears the stop)" if number == cut + 1 else ""
        lines += wrapped(rung.label, f"  {number}  ", mark=mark)
    return lines


def _why(question: Question, question_set: QuestionSet) -> list[str]:
    stop = question.hard_stop
    why = _section("Why we ask", [question.why])
    if stop is None:
        return why
    lens = lens_phrase([lens for lens in LENSES if stop.stops(lens)], question_set)
    return [*why, "", *_section(f"Why it can stop it ({lens})", [stop.reason])]


def _meaning(question: Question) -> list[str]:
    return [
        *_section("When low", [question.roadblock]),
        *_section("When high", [question.enabler]),
        *_section("If nobody knows", [_find_out(question)]),
    ]


def _find_out(question: Question) -> str:
    return f"{sentence(question.find_out.what)} Ask {question.find_out.from_}."


def _next(question: Question, question_set: QuestionSet) -> list[str]:
    does = {action.id: action.do for each in question_set.questions for action in each.next}
    lines = ["What to do next"] if question.next else []
    for number, action in enumerate(question.next, start=1):
        lines += wrapped(action.do, f"  {number}  ", mark=f" ({action.who}, {action.effort})")
        lines += [
            line for name in action.after for line in wrapped(f"After: {does[name]}", "     ")
        ]
        if action.helps:
            lines += wrapped(f"Helps too: {', '.join(action.helps)}", "     ")
    return lines


def _stories(stories: Iterable[Story]) -> list[str]:
    lines: list[str] = []
    for story in stories:
        lines += wrapped(f"{story.title}, {story.dated} ({_OUTCOMES[story.outcome]})", "  ")
        for what, text in (
            ("Helped", story.helped),
            ("Hurt", story.hurt),
            ("Ending", story.ending),
            ("Disputed", story.disputed),
            ("Looked at", format_date(story.checked) if story.checked else ""),
        ):
            lines += wrapped(f"{what}: {text}", "    ") if text else []
    return ["Who has been there", *lines] if lines else []


def _sources(names: Iterable[str], question_set: QuestionSet) -> list[str]:
    told = [line for name in names for line in _source(question_set.source[name])]
    return ["What it rests on", *told] if told else []


def _source(source: Source) -> list[str]:
    """A web address stays whole, however long, so that it can be followed."""
    sure = "; ".join(filter(None, (_HOW_SURE[source.read], how_read(source))))
    told = f"{source.title}. {source.publisher}, {source.year} ({sure})."
    note = wrapped(source.note, "    ") if source.note else []
    return [*wrapped(told, "  "), *note, f"    {source.url}"]


# Conditions in words


def _worded(condition: Condition, *, inner: bool = False) -> str:
    match condition:
        case All(all=parts):
            told = " and ".join(_worded(part, inner=True) for part in parts)
        case Any_(any=parts):
            told = " or ".join(_worded(part, inner=True) for part in parts)
        case Not(not_=part):
            return f"not ({_worded(part)})"
        case Test():
            return _compared(condition)
    return f"({told})" if inner and len(parts) > 1 else told


def _compared(test: Test) -> str:
    name, comparison = test.parts()
    how, wanted = comparison.only() or ("is_", "")
    what = ", ".join(wanted) if isinstance(wanted, tuple) else wanted
    return f"{name} {_COMPARED[how]} {what}"
