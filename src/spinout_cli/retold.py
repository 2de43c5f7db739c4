"""Results told again: how they arose, what has changed between them, and what leads to a target."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from spinout_cli import bank, explaining, output, reporting
from spinout_cli.answers import AnswerSheet
from spinout_cli.assessment import Assessment
from spinout_cli.cleaning import clean
from spinout_cli.comparison import Comparison, renamed, side
from spinout_cli.comparison import compare as compared
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.explanation import Explained, VerdictExplained
from spinout_cli.phrases import day
from spinout_cli.reasons import Reasons
from spinout_cli.redaction import Part
from spinout_cli.reports import compared as drawn
from spinout_cli.reports import explained
from spinout_cli.reports import plan as planned
from spinout_cli.scored import now
from spinout_cli.scoring import Scorer
from spinout_cli.target import Plan, Today, plan, plan_towards
from spinout_cli.vocabulary import LENSES

_ENDINGS = (".spinout", ".json", ".ndjson", ".jsonl")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")  # noqa: RUF001  (the quotes that are replaced)
"""Some screen readers spell curly quotes out."""


def is_file(name: str) -> bool:
    """Tell whether something that can be read has this name."""
    try:
        return Path(name).exists() and not Path(name).is_dir()
    except (OSError, ValueError):
        return False


def _read(file: Path, questions: Path | None, redact: tuple[Part, ...] = ()) -> Today:
    """The answers in a file, with the questions that they were given to."""
    told = reporting.read(file, questions, redact)
    if told.sheet is None:
        raise SpinoutError(
            f"{clean(str(file))} holds results and no answers. Name the session instead."
        )
    scorer = Scorer(told.question_set, told.assessment.question_set.digest)
    return Today(scorer, told.question_set, told.sheet, now())


def _write(text: str, *, plain: bool) -> None:
    output.write_text(text.translate(_STRAIGHT) if plain else text)


# How it arose


def explain(words: Sequence[str], questions: Path | None, *, as_json: bool, plain: bool) -> None:
    """Tell how a result arose: of a file and an id that part of it, of a file alone the verdict.

    An id alone is explained from the question set.

    Raises:
        UsageError: there are several files, or there is nothing of this name.
    """
    given = [word for word in words if is_file(word)]
    names = [word for word in words if word not in given]
    if len(given) > 1:
        raise UsageError(
            "One file at a time. To lay two side by side: spinout compare BEFORE AFTER"
        )
    if not given:
        _explain_asked(names, questions, as_json=as_json, plain=plain)
        return
    found = _found(Reasons(_read(Path(given[0]), questions)), names)
    if as_json:
        output.write("\n".join(each.model_dump_json(indent=2) for each in found))
    else:
        _write("\n\n".join(explained.text(each, given[0]) for each in found), plain=plain)


def _explain_asked(
    names: Sequence[str], questions: Path | None, *, as_json: bool, plain: bool
) -> None:
    """Tell what the question set says of these."""
    question_set = bank.load(questions).set
    for name in names:
        if name in LENSES or name in question_set.theme:
            raise UsageError(f"'{name}' is explained from answers: spinout explain FILE {name}")
        if Path(name).suffix in _ENDINGS:
            raise SpinoutError(f"There is no file {clean(name)}. Check its name.")
    if as_json:
        output.write("\n".join(explaining.as_json(name, question_set) for name in names))
    else:
        told = "\n\n".join(explaining.explained(name, question_set) for name in names)
        _write(told, plain=plain)


def _found(reasons: Reasons, names: Sequence[str]) -> list[Explained | VerdictExplained]:
    return [_explained(reasons, name) for name in names] or [reasons.verdict()]


def _explained(reasons: Reasons, name: str) -> Explained | VerdictExplained:
    found = reasons.explain(name)
    if found is None:
        raise UsageError(
            f"There is no file, and no theme, question, rule, notice or lens '{clean(name)[:64]}'. "
            "The lenses are launch and endure; spinout questions list names themes and questions."
        )
    return found


# What has changed


def compare(
    given: Sequence[Path], questions: Path | None, *, as_json: bool, plain: bool
) -> Comparison:
    """Tell what has changed between the first file and the last, and return it.

    Raises:
        UsageError: there is only one file.
    """
    if len(given) == 1:
        raise UsageError("Two files are needed, the earlier first: spinout compare BEFORE AFTER")
    read = [_read(file, questions) for file in given]
    sheets = [one.sheet for one in read]
    _warn(sheets)
    found = _compared(read)
    if as_json:
        output.write(found.model_dump_json(indent=2))
    else:
        names = [_dated(file, sheet) for file, sheet in zip(given, sheets, strict=True)]
        stages = [_compared(pair) for pair in pairwise(read)]
        symbols = not plain and output.carries(drawn.SYMBOLS)
        _write(drawn.text(found, names, stages, symbols=symbols), plain=plain)
    return found


def _compared(read: Sequence[Today]) -> Comparison:
    """Compare several, each with the questions that it was given to if its file holds them."""
    names = renamed(one.question_set for one in read)
    return compared([side(one, names) for one in read])


def _dated(file: Path, sheet: AnswerSheet) -> str:
    name = clean(file.name)
    return f"{name}, {day(sheet.updated.date())}" if sheet.updated else name


def _warn(sheets: Sequence[AnswerSheet]) -> None:
    """Say so where it does not look like one service, or like one direction of time."""
    services = {sheet.service.id for sheet in sheets if sheet.service}
    if len(services) > 1:
        output.tell("These files are about different services: what differs may not have changed.")
    moments = [sheet.updated for sheet in sheets if sheet.updated]
    if any(_instant(later) < _instant(earlier) for earlier, later in pairwise(moments)):
        output.tell("The files are not in the order of their dates; the earliest belongs first.")


def _instant(moment: datetime) -> datetime:
    """A moment that names no time zone is taken as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# What leads to a target


def report_plan(request: reporting.Request, target: str) -> Assessment:
    """Write what leads from a file's answers to a target, and return how they stand today.

    Raises:
        UsageError: there is no such target, or it cannot be written in this format.
    """
    today = _read(request.file, request.questions, request.redact)
    found = _plan(today, target, request)
    match request.form:
        case "terminal":
            words = planned.text(found)
            text = (words.translate(_STRAIGHT) if request.plain else words) + "\n"
        case "markdown":
            text = planned.markdown(found)
        case "csv":
            mark = "\ufeff" if request.path is not None and not request.raw else ""
            text = mark + planned.table(found, raw=request.raw)
        case "json":
            text = found.model_dump_json(indent=2) + "\n"
        case _:
            raise UsageError("A plan is written as terminal, markdown, csv or json.")
    reporting.deliver(text.encode(), request)
    return today.scorer.score(today.sheet, today.at)


def _plan(today: Today, target: str, request: reporting.Request) -> Plan:
    for lens in LENSES:
        if target == lens:
            return plan(today, lens)
    if not is_file(target):
        raise UsageError(
            f"There is no target '{clean(target)[:64]}'. Aim at launch, at endure, or at a file "
            "with the answers that are wanted."
        )
    other = _read(Path(target), request.questions)
    return plan_towards(today, other.sheet, clean(Path(target).name))
