"""`spinout explain`, and `report --target`: how a result arose, and a plan towards a target."""

from collections.abc import Sequence
from pathlib import Path

from spinout_cli import streams
from spinout_cli.clock import now
from spinout_cli.commands import report
from spinout_cli.documents.assessment import Assessment
from spinout_cli.documents.explanation import Explained, VerdictExplained
from spinout_cli.documents.plan import Plan
from spinout_cli.documents.redaction import Redact
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.fields import LENSES
from spinout_cli.question_set import loader
from spinout_cli.reading import answer_files, paths
from spinout_cli.reports import explanation_text, question_text
from spinout_cli.reports import plan_text as planned
from spinout_cli.results.explain import Explainer
from spinout_cli.results.targets import ScoringContext, plan, plan_towards
from spinout_cli.sanitize import sanitize
from spinout_cli.scoring.scorer import Scorer
from spinout_cli.text import straight_quotes

_ENDINGS = (".spinout", ".json", ".ndjson", ".jsonl")


def is_file(name: str) -> bool:
    """Tell whether something that can be read has this name."""
    return paths.is_there(Path(name)) and not paths.is_folder(Path(name))


def read_today(
    file: Path, questions: Path | None, redact: tuple[Redact, ...] = (), *, force: bool = False
) -> ScoringContext:
    """The answers in a file, with the questions that they were given to."""
    return _read(file, questions, redact, force=force)[1]


def _read(
    file: Path, questions: Path | None, redact: tuple[Redact, ...] = (), *, force: bool
) -> tuple[report.LoadedReport, ScoringContext]:
    told = report.read(file, questions, redact, force=force)
    if told.sheet is None:
        raise SpinoutError(
            f"{sanitize(str(file))} holds results and no answers. Name the session instead."
        )
    scorer = Scorer(told.question_set, told.assessment.question_set.digest)
    return told, ScoringContext(scorer, told.question_set, told.sheet, now())


def _write(text: str, *, plain: bool) -> None:
    streams.write_text(straight_quotes(text) if plain else text)


# How it arose


def explain(
    words: Sequence[str],
    questions: Path | None,
    *,
    as_json: bool,
    plain: bool,
    force: bool = False,
) -> None:
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
    told, today = _read(Path(given[0]), questions, force=force)
    found = _found(Explainer(today), names)
    if as_json:
        streams.write("\n".join(each.model_dump_json(indent=2) for each in found))
    else:
        _write(
            "\n\n".join(
                explanation_text.text(each, told.hints, told.question_set) for each in found
            ),
            plain=plain,
        )


def _explain_asked(
    names: Sequence[str], questions: Path | None, *, as_json: bool, plain: bool
) -> None:
    """Tell what the question set says of these."""
    question_set = loader.load(questions).set
    for name in names:
        if name in LENSES or name in question_set.theme:
            raise UsageError(f"'{name}' is explained from answers: spinout explain FILE {name}")
        if Path(name).suffix.lower() in _ENDINGS:
            answer_files.read_document(Path(name))  # which tells why it is none that can be read
    if as_json:
        streams.write("\n".join(question_text.as_json(name, question_set) for name in names))
    else:
        told = "\n\n".join(question_text.explained(name, question_set) for name in names)
        _write(told, plain=plain)


def _found(reasons: Explainer, names: Sequence[str]) -> list[Explained | VerdictExplained]:
    return [_explained(reasons, name) for name in names] or [reasons.verdict()]


def _explained(reasons: Explainer, name: str) -> Explained | VerdictExplained:
    found = reasons.explain(name)
    if found is None:
        raise UsageError(
            f"There is no file, and no theme, question, rule, notice or lens '{sanitize(name)[:64]}'. "
            "The lenses are launch and endure; spinout questions list names themes and questions."
        )
    return found


# What leads to a target


def report_plan(request: report.Request, target: str) -> Assessment:
    """Write what leads from a file's answers to a target, and return how they stand today.

    Raises:
        UsageError: there is no such target, or it cannot be written in this format.
    """
    output = request.output
    form = output.format_among(("terminal", "markdown", "csv", "json"), "A plan")
    today = read_today(request.file, request.questions, request.redact, force=request.force)
    found = _plan(today, target, request)
    match form:
        case "terminal":
            words = planned.text(found, today.question_set)
            text = (straight_quotes(words, found.target) if request.plain else words) + "\n"
        case "markdown":
            text = planned.markdown(found, today.question_set)
        case "csv":
            mark = "\ufeff" if output.path is not None and not request.raw else ""
            text = mark + planned.table(found, raw=request.raw)
        case _:
            text = found.model_dump_json(indent=2) + "\n"
    made_from = [request.file, *([] if target in LENSES else [Path(target)])]
    output.write(text.encode(), made_from)
    return today.scorer.score(today.sheet, today.at)


def _plan(today: ScoringContext, target: str, request: report.Request) -> Plan:
    for lens in LENSES:
        if target == lens:
            return plan(today, lens)
    if not is_file(target) and Path(target).suffix.lower() not in _ENDINGS:
        raise UsageError(
            f"There is no target '{sanitize(target)[:64]}'. Aim at launch, at endure, or at a file "
            "with the answers that are wanted."
        )
    other = read_today(Path(target), request.questions, force=request.force)
    # A file is named after the service, more often than not.
    name = "the target" if "name" in request.redact else sanitize(Path(target).name)
    return plan_towards(today, other, name)
