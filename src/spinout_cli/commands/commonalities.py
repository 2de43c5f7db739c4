"""`spinout commonalities`: counts many assessments and writes what they have in common."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from spinout_cli import streams
from spinout_cli.commands.write_output import OutputTarget
from spinout_cli.commonalities.analysis import build_commonalities
from spinout_cli.commonalities.counts import UNUSABLE, ExactCounts
from spinout_cli.commonalities.disclosure import divided_by, exact, publishable
from spinout_cli.documents.answers import SetRef
from spinout_cli.documents.commonalities import Commonalities
from spinout_cli.errors import ExitCode, SpinoutError, UsageError
from spinout_cli.question_set import loader
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reading import answer_files
from spinout_cli.reading.parallel import gc_paused
from spinout_cli.sanitize import sanitize
from spinout_cli.scoring.applicability import Applicability

Format = Literal["terminal", "html", "json"]

_WIDEST = 120


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    sources: tuple[str, ...]
    by: tuple[str, ...] = ()
    like: Path | None = None
    working: bool = False
    engine: str | None = None
    format: Format | None = None
    to: str | None = None
    force: bool = False
    plain: bool = False
    questions: Path | None = None

    @property
    def output(self) -> OutputTarget:
        """Where it is written, and as what."""
        return OutputTarget(self.to, self.format, self.force)


def commonalities(request: Request) -> ExitCode:
    """Count, and write what is in common where it was asked for; return the exit code.

    Raises:
        UsageError: there is no such circumstance, or it would take the place of what is counted.
        SpinoutError: nothing could be counted, or it could not be written.
    """
    form: Format = request.output.format_among(("terminal", "html", "json"), "What is in common")
    loaded = loader.load(request.questions, force=request.force)
    _check(request.by, loaded.set)
    with gc_paused():  # nearly all that counting makes is kept to the end
        tallies = _counted(request, loaded)
        if not tallies.counted:
            raise SpinoutError("There is nothing to count: none of these could be used.")
        told = document(tallies, loaded, request)
    _deliver(told, loaded.set, form, request)
    return ExitCode.FAILED if tallies.left_out.get(UNUSABLE) else ExitCode.DONE


def _check(by: tuple[str, ...], question_set: QuestionSet) -> None:
    known = [circumstance.id for circumstance in divided_by(question_set)]
    if strange := [name for name in by if name not in known]:
        these = f"These are: {', '.join(known)}." if known else "This question set has none."
        raise UsageError(f"'{sanitize(strange[0])[:64]}' is no circumstance with choices. {these}")


def _counted(request: Request, loaded: loader.LoadedSet) -> ExactCounts:
    try:
        from spinout_cli.commonalities import pipeline  # noqa: PLC0415  (an extra, and heavy)
    except ModuleNotFoundError as missing:
        if missing.name not in ("ibis", "duckdb", "pyarrow", "sqlglot"):
            raise
        raise SpinoutError(
            "Counting many assessments needs more packages. Install them with   "
            "pip install 'spinout-cli[commonalities]'"
        ) from None
    if request.output.path is not None:
        given = [] if request.like is None else [request.like]
        made_from = [*pipeline.input_files(list(request.sources)), *given]
        request.output.refuse_to_replace(made_from)
    like = None if request.like is None else _circumstances(request.like, loaded)
    return pipeline.count_sources(list(request.sources), loaded, like=like, engine=request.engine)


def _circumstances(file: Path, loaded: loader.LoadedSet) -> dict[str, object]:
    """Return the circumstances of one organisation that count."""
    sheet = answer_files.read_answer_file(file).sheet
    if sheet.question_set is not None:
        loaded.refuse_answers_to(sheet.question_set.id, sanitize(str(file)))
    return dict(Applicability(loaded.set).stand(sheet.circumstances, {}).facts.values)


def document(tallies: ExactCounts, loaded: loader.LoadedSet, request: Request) -> Commonalities:
    """Return what these organisations have in common, as far as it may be shown."""
    shown = (exact if request.working else publishable)(tallies, loaded.set)
    ref = SetRef(id=loaded.set.id, version=loaded.set.version, digest=loaded.digest)
    return build_commonalities(shown, loaded.set, ref, request.by, like=request.like is not None)


def _deliver(
    told: Commonalities, question_set: QuestionSet, form: Format, request: Request
) -> None:
    """Write it where it was asked for: to a file, or to stdout."""
    if form == "terminal" and request.output.path is None:
        streams.write_text(_on_screen(told, plain=request.plain))
        return
    request.output.write(_drawn(told, question_set, form).encode())


def _drawn(told: Commonalities, question_set: QuestionSet, form: Format) -> str:
    # Each format is imported only where it is asked for.
    match form:
        case "json":
            return told.model_dump_json(indent=2) + "\n"
        case "html":
            from spinout_cli.reports import commonalities_html  # noqa: PLC0415

            return commonalities_html.page(told, question_set.language, question_set.topic)
        case "terminal":
            from spinout_cli.reports import commonalities_text  # noqa: PLC0415

            return commonalities_text.text(told, bars=False) + "\n"
        case _:
            assert_never(form)


def _on_screen(told: Commonalities, *, plain: bool) -> str:
    """Return it as wide as the screen, with bars if it has any use for them."""
    from spinout_cli.reports import commonalities_text  # noqa: PLC0415  (as above)
    from spinout_cli.text import WIDTH  # noqa: PLC0415

    drawn = not plain and sys.stdout is not None and sys.stdout.isatty()
    width = min(shutil.get_terminal_size((WIDTH, 24)).columns, _WIDEST) if drawn else WIDTH
    bars = drawn and streams.stdout_can_encode(commonalities_text.BLOCKS)
    return commonalities_text.text(told, width=max(width, 40), bars=bars)
