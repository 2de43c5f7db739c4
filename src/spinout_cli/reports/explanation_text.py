"""An explanation as text at 80 columns."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from spinout_cli.documents.explanation import (
    Block,
    ConditionResult,
    Explained,
    LensExplained,
    Lever,
    Line,
    Option,
    QuestionExplained,
    Range,
    RuleExplained,
    Stop,
    ThemeExplained,
    VerdictExplained,
)
from spinout_cli.documents.plan import Need
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.results.hints import CommandHints
from spinout_cli.sanitize import sanitize
from spinout_cli.text import WIDTH, by_and_date, hung, sentence, wrapped

_Item = TypeVar("_Item")
_SHOWN = 3
"""How many things of a kind the verdict names before it only counts the rest."""

_AMOUNTS = {
    "stops": "It stops a lens",
    "roadblock": "A roadblock",
    "neither": "Neither a roadblock nor an enabler",
    "enabler": "Something you have going for you",
    "unknown": "Not known",
    "open": "Open",
    "left-out": "Left out",
}
_LENS_STATES = {
    "stopped": "stopped",
    "unknown": "not known yet",
    "roadblocks": "roadblocks to work on",
    "clear": "nothing in these answers stops it",
    "past": "it is past",
}
_RESULTS = _LENS_STATES | {
    "stops": "stops it",
    "roadblock": "a roadblock",
    "neither": "neither roadblock nor enabler",
    "enabler": "an enabler",
    "open": "open",
    "left-out": "left out",
    "told": "told",
    "not-told": "not told",
    "withheld": "withheld until more is known",
}
_HOLDS = {True: "holds", False: "does not hold", None: "not known"}
_OPERATORS = {
    "is": "is",
    "in": "is one of",
    "has": "includes",
    "at_least": "is at least",
    "below": "is below",
    "before": "is before",
    "after": "is after",
    "state": "is answered with the state",
}
_NO_CHANGE = "No single answer or fact would change it."


def text(
    explanation: Explained | VerdictExplained, hints: CommandHints, question_set: QuestionSet
) -> str:
    """Return an explanation as lines of text.

    Args:
        explanation: what to tell.
        hints: what the commands that it prints must name.
        question_set: the questions, which say what is assessed.
    """
    match explanation:
        case VerdictExplained():
            lines = _verdict(explanation, hints, question_set)
        case ThemeExplained():
            lines = _theme(explanation)
        case QuestionExplained():
            lines = _question(explanation)
        case RuleExplained():
            lines = _rule(explanation)
        case LensExplained():
            lines = _lens(explanation, hints)
    return "\n".join(sanitize(line) for line in lines)


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading with its lines; nothing, if there are none."""
    told = list(lines)
    if told:
        yield from ("", heading, *told)


# The verdict and the lenses


def _verdict(
    verdict: VerdictExplained, hints: CommandHints, question_set: QuestionSet
) -> Iterator[str]:
    named = verdict.service.name if verdict.service else ""
    yield from wrapped(named or question_set.words.subject_sentence)
    for lens in verdict.lenses.values():
        yield ""
        yield from wrapped(f"{lens.title}: {_LENS_STATES[lens.result]}. {lens.because}")
        yield from _reasons(lens)
        yield f"  More: {hints.on_file('explain', lens.id)}"


def _reasons(lens: LensExplained) -> Iterator[str]:
    for stop in lens.stops:
        yield from hung(f"{stop.id}: clears at “{stop.clears_label}”.")
    if lens.stops:
        yield from wrapped(_once(lens), "  ")
    if lens.unknown:
        words = f"Not known: {_some(line.id for line in lens.unknown)}."
        yield from hung(words)
    if lens.roadblocks:
        words = f"Roadblocks: {_some(block.id for block in lens.roadblocks)}."
        yield from hung(words)


def _once(lens: LensExplained) -> str:
    count = len(lens.stops)
    needed = {1: "Once it is cleared", 2: "It takes both. Once they are cleared"}
    words = needed.get(count, f"It takes all {count}. Once they are cleared")
    return f"{words}: {_LENS_STATES[lens.once_cleared]}."


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = len(every) - _SHOWN
    return ", ".join(every[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _lens(lens: LensExplained, hints: CommandHints) -> Iterator[str]:
    yield from wrapped(f"{lens.title} (lens {lens.id}): {_LENS_STATES[lens.result]}")
    yield from wrapped(lens.because)
    yield from _section("What stops it", _each(lens.stops, _stop))
    if lens.stops:
        yield from wrapped(_once(lens), "  ")
    yield from _section("What must be answered before it can be known", _each(lens.unknown, _open))
    yield from _section("Roadblocks that do not stop it", _each(lens.roadblocks, _block))
    if lens.result != "past":
        yield from _changes(lens.changes)
        yield from _section("For it to be clear", _clearing(lens, hints))


def _clearing(lens: LensExplained, hints: CommandHints) -> Iterator[str]:
    """What must move together; what is told above already is only counted."""
    told = {stop.id for stop in lens.stops} | {block.id for block in lens.roadblocks}
    for need in lens.needs:
        if need.id not in told:
            yield from _need(need)
    above = sum(need.id in told for need in lens.needs)
    if above:
        words = f"{'And all' if above < len(lens.needs) else 'All'} {above} named above, together."
        yield from wrapped(words, "  ")
    for name in lens.out_of_reach:
        yield from wrapped(f"{name}: no rung of its ladder would be enough.", "  ")
    if lens.needs:
        yield from wrapped(f"Tried out and scored again: {_LENS_STATES[lens.once_met]}.", "  ")
        yield f"  As a plan: {hints.on_file('report', '--target', lens.id)}"


def _each(items: Iterable[_Item], say: Callable[[_Item], Iterator[str]]) -> Iterator[str]:
    for item in items:
        yield from say(item)


def _stop(stop: Stop) -> Iterator[str]:
    yield from hung(f"{stop.id}: {stop.ask}")
    yield from wrapped(f"You said: “{stop.label}”. {stop.reason}", "    ")
    yield from wrapped(f"Clears at: “{stop.clears_label}”.", "    ")


def _open(line: Line) -> Iterator[str]:
    yield from hung(f"{line.id}: {line.ask}")
    yield from wrapped(f"{line.why[:1].upper()}{line.why[1:]}.", "    ")


def _block(block: Block) -> Iterator[str]:
    yield from hung(f"{block.id}: {sentence(block.title)}")
    if block.lifts_at is None:
        yield from wrapped("No rung of its ladder would lift it.", "    ")
    else:
        yield from wrapped(f"Lifts at: “{block.lifts_label}”.", "    ")


def _need(need: Need) -> Iterator[str]:
    now = f"“{need.now_label}”" if need.now else need.now_label
    opened = " (asked once others have moved)" if need.opened else ""
    yield from wrapped(f"{need.id}{opened}", "  ")
    yield from wrapped(f"now {now}; enough: “{need.at_label}”", "    ")


# What would change it


def _changes(levers: tuple[Lever, ...]) -> Iterator[str]:
    """What somebody could come to say or learn; then what would only be known less."""
    lines: list[str] = []
    less: dict[str, list[str]] = {}
    for lever in levers:
        more = [option for option in lever.options if option.kind != "state"]
        if more:
            lines += [*hung(f"{lever.id}: now {lever.now}"), *_options(more)]
        for option in lever.options:
            if option.kind == "state":
                less.setdefault(lever.id, []).append(f"“{option.label}” ({_result(option.result)})")
    lines += _less(less)
    yield from _section(
        "What would change it: each of these alone, tried out and scored again",
        lines or wrapped(_NO_CHANGE, "  "),
    )


def _options(options: list[Option]) -> Iterator[str]:
    for option in options:
        yield from wrapped(f"“{option.label}”: {_result(option.result)}", "    - ")


def _less(less: dict[str, list[str]]) -> Iterator[str]:
    if less:
        yield "  Without a rung it would be otherwise too:"
    for name, options in less.items():
        yield from wrapped(f"{name}: {'; '.join(options)}", "    - ")


def _result(result: str | Range) -> str:
    return _ranged(result) if isinstance(result, Range) else _RESULTS.get(result, result)


def _ranged(found: Range) -> str:
    if found.low is None or found.high is None:
        return "nothing that applies"
    if found.low == found.high:
        return f"{round(found.low, 1):g}"
    return f"{round(found.low, 1):g} to {round(found.high, 1):g}"


# Themes


def _theme(theme: ThemeExplained) -> Iterator[str]:
    yield from wrapped(f"{theme.title} (theme {theme.id}): {_ranged(theme.result)} of 100")
    yield from wrapped(theme.why)
    known = [line for line in theme.answers if line.counts == "known"]
    yield from _section("Counted: weight x position on its ladder (0 to 1)", _each(known, _known))
    unknown = [line for line in theme.answers if line.counts == "not-known"]
    heading = "Not known: at the bottom for the low end, at the top for the high end"
    yield from _section(heading, _each(unknown, _uncounted))
    out = [line for line in theme.answers if line.counts == "left-out"]
    yield from _section("Left out of the sum", _each(out, _uncounted))
    yield from _section("The sum", _sum(theme))
    yield from _changes(theme.changes)
    yield from _sources(theme)


def _known(line: Line) -> Iterator[str]:
    position = line.position or 0
    sum_ = f"{line.weight} x {position:.2f} = {line.weight * position:.2f}"
    yield f"  {line.id:<{WIDTH - len(sum_) - 4}}  {sum_}"
    yield from wrapped(f"“{line.label}”", "    ")


def _uncounted(line: Line) -> Iterator[str]:
    yield from hung(f"{line.id}, weight {line.weight}: {line.why}")


def _sum(theme: ThemeExplained) -> Iterator[str]:
    total = theme.weight_known + theme.weight_unknown
    if not total or theme.result.low is None or theme.result.high is None:
        yield from wrapped("Nothing of this theme applies here, so there is no sum.", "  ")
        return
    high = theme.earned + theme.weight_unknown
    yield f"  low    {theme.earned:.2f} of {total}  = {round(theme.result.low, 1):g} of 100"
    yield f"  high   {high:.2f} of {total}  = {round(theme.result.high, 1):g} of 100"
    known = f"{theme.weight_known} of {total} by weight is known"
    if theme.result.score is None:
        least = f"{theme.minimum_coverage:.0%}"
        yield from wrapped(f"score  none: {known}, and {least} is needed", "  ")
    else:
        sum_ = f"{theme.earned:.2f} of {theme.weight_known}"
        yield from wrapped(
            f"score  {sum_}  = {round(theme.result.score, 1):g} of 100, since {known}", "  "
        )


# Questions


def _question(question: QuestionExplained) -> Iterator[str]:
    yield from wrapped(sentence(question.title))
    yield from wrapped(f"{_AMOUNTS[question.result]} ({question.id}). {question.because}")
    if question.title != question.answer.ask:
        yield from ("", *wrapped(question.answer.ask))
    if author := by_and_date(question.answer.by, question.answer.at):
        yield from wrapped(sentence(f"Answered by {author}"))
    yield from _section("The ladder, from the bottom up", _ladder(question))
    yield from _worth(question)
    if question.when is not None:
        yield from _section("When it is asked", _held(question.when, "  "))
    yield from _changes(question.changes)
    if question.answer.rung is None:
        yield from _section("What to find out", wrapped(question.find_out, "  "))
    yield from _section("Why it is asked", wrapped(question.why, "  "))
    yield from _section("Who has been there", _stories(question))
    yield from _sources(question)


def _ladder(question: QuestionExplained) -> Iterator[str]:
    for number, rung in enumerate(question.ladder, start=1):
        here = " (you are here)" if rung.id == question.answer.rung else ""
        mark = f" ({_RESULTS[rung.amounts_to]}){here}"
        yield from wrapped(rung.label, f"  {number}  ", mark=mark)


def _worth(question: QuestionExplained) -> Iterator[str]:
    line = question.answer
    told = list(_lifting(question))
    if question.severity is not None and line.position is not None:
        sum_ = f"{line.weight} x (1 - {line.position:.2f}) = {question.severity:g}"
        told.append(f"Severity, weight x distance from the top: {sum_}.")
    if question.strength is not None and line.position is not None:
        sum_ = f"{line.weight} x {line.position:.2f} = {question.strength:g}"
        told.append(f"Strength, weight x position: {sum_}.")
    yield from _section("What it is worth", (part for each in told for part in wrapped(each, "  ")))


def _lifting(question: QuestionExplained) -> Iterator[str]:
    if question.result not in ("stops", "roadblock"):
        return
    labels = {rung.id: rung.label for rung in question.ladder}
    clears = question.clears_at if question.stops else None
    if clears is not None:
        yield f"The stop clears at “{labels[clears]}”."
    if question.lifts_at is None:
        yield "No rung of its ladder would lift it."
    elif question.lifts_at != clears:
        yield f"It is no roadblock any more at “{labels[question.lifts_at]}”."


def _stories(question: QuestionExplained) -> Iterator[str]:
    for story in question.stories:
        told = " ".join(filter(None, (story.helped, story.hurt, story.ending)))
        yield from hung(f"{story.title}, {story.dated}: {told}")
        if story.disputed:
            yield from wrapped(f"Told differently: {story.disputed}", "    ")


def _sources(part: ThemeExplained | QuestionExplained | RuleExplained) -> Iterator[str]:
    lines = []
    for source in part.sources:
        lines += hung(f"{source.title}. {source.publisher}, {source.year}.")
        lines.append(f"    {source.url}")
    yield from _section("What it rests on", lines)


# Rules and notices


def _rule(rule: RuleExplained) -> Iterator[str]:
    yield from wrapped(sentence(rule.title))
    yield from wrapped(
        f"{rule.kind.capitalize()} {rule.id} ({rule.finding}): {_RESULTS[rule.result]}."
    )
    yield from wrapped(rule.says)
    if rule.when is None:
        yield from _section("What decides it", ["  It is told to everybody."])
    else:
        yield from _section("What decides it", _held(rule.when, "  "))
    yield from _changes(rule.changes)
    yield from _sources(rule)


def _held(held: ConditionResult, indent: str) -> Iterator[str]:
    holds = _HOLDS[held.holds]
    if held.kind in ("all", "any", "not"):
        words = {"all": "All of these", "any": "At least one of these", "not": "Not this"}
        yield f"{indent}{words[held.kind]}: {holds}"
        for part in held.parts:
            yield from _held(part, f"{indent}  ")
        return
    wanted = ", ".join(f"“{label}”" for label in held.wanted_labels)
    found = f"“{held.found_label}”" if held.found is not None else "not known"
    asked = f"{held.id} {_OPERATORS[held.kind]} {wanted}"
    yield from hung(f"{asked}: {holds} (it is {found})", indent)
