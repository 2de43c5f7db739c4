"""The commands: each loads what it needs, calls the core, and shows or saves the result."""

import gc
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from spinout_cli import __version__
from spinout_cli.cleaning import clean
from spinout_cli.errors import NotSaved, SpinoutError, UsageError

if TYPE_CHECKING:
    from spinout_cli.assessing import Result
    from spinout_cli.assessment import Assessment
    from spinout_cli.holding import Request as Workshop

EXAMPLES = """What stands in the way of spinning a public service out, and what helps.

\b
Using a screen reader? Add --plain, or set SPINOUT_PLAIN=1.

\b
  spinout assess                          answer the questions; stop whenever you like
  spinout assess bryn-libraries.spinout   go on where you stopped
  spinout assess --depth quick            only what can stop a spin-out: ten minutes
  spinout workshop                        with a group: vote unseen, look, talk, agree
  spinout report bryn-libraries.spinout   the summary again
  spinout explain bryn-libraries.spinout  why it says so, and what would change it
  spinout compare before.spinout after.spinout
  spinout score answers.json | jq .roadblocks
  spinout questions list --json           everything that is asked, for programs
"""

_COLLECT_AFTER = 100_000
"""Python looks for garbage after 700 new objects, and a start makes many that all stay."""

app = typer.Typer(
    name="spinout",
    help=EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
questions_app = typer.Typer(
    help="Read and check question sets.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(questions_app, name="questions")


class Depth(StrEnum):
    """How much is asked."""

    quick = "quick"
    full = "full"


class LensName(StrEnum):
    """The two lenses."""

    launch = "launch"
    endure = "endure"


class FailOn(StrEnum):
    """What turns into exit code 3."""

    stopped = "stopped"
    roadblocks = "roadblocks"
    unknown = "unknown"


class FailOnChange(StrEnum):
    """What turns a comparison into exit code 3."""

    worse = "worse"


class Format(StrEnum):
    """What a report is written as."""

    terminal = "terminal"
    html = "html"
    markdown = "markdown"
    csv = "csv"
    json = "json"
    docx = "docx"
    answers = "answers"


class Redact(StrEnum):
    """What is taken out for sharing outside."""

    notes = "notes"
    name = "name"


class Document(StrEnum):
    """The documents that have a schema."""

    questions = "questions"
    answers = "answers"
    assessment = "assessment"
    explanation = "explanation"
    comparison = "comparison"
    plan = "plan"


Questions = Annotated[
    Path | None,
    typer.Option(
        "--questions",
        metavar="FILE",
        envvar="SPINOUT_QUESTIONS",
        help="A question set of your own; the built-in one otherwise.",
    ),
]
Plain = Annotated[
    bool,
    typer.Option(
        "--plain", envvar="SPINOUT_PLAIN", help="Lines of text: no redrawing, boxes or symbols."
    ),
]
NoColour = Annotated[
    bool, typer.Option("--no-color", help="No colour. NO_COLOR in the environment does the same.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, and nothing else.")]
FailOnOption = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on", help="Exit with 3 if either lens is so; roadblocks includes stopped."
    ),
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="PATH|-", help="Where to write it; - is stdout."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")]


def _version(wanted: bool) -> None:  # noqa: FBT001  (as typer calls it)
    if wanted:
        _print(f"spinout {__version__}")
        raise typer.Exit


@app.callback()
def spinout(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What stands in the way of spinning a public service out, and what helps."""


@app.command()
def assess(  # noqa: PLR0913  (each is an option that was promised)
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The session: new, or one to go on with."),
    ] = None,
    *,
    depth: Annotated[
        Depth | None, typer.Option(help="quick: only what can stop a spin-out or weighs most.")
    ] = None,
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", metavar="ID", help="Ask only this theme. May be repeated."),
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option("--answers", metavar="FILE|-", help="Answers already given; - reads stdin."),
    ] = None,
    old: Annotated[
        Path | None,
        typer.Option("--from", metavar="OLD", help="Begin with the answers of an earlier session."),
    ] = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing: score what there is.")
    ] = False,
    as_json: AsJson = False,
    plain: Plain = False,
    no_color: NoColour = False,
    fail_on: FailOnOption = None,
    questions: Questions = None,
    paper: Annotated[
        bool, typer.Option("--print", help="Write the questions as a page to print (HTML).")
    ] = False,
    to: Output = None,
    force: Force = False,
) -> None:
    """Answer the questions, alone, in your own time.

    Every answer is saved to FILE as it is given. Give the same FILE to go on.
    """
    if paper:
        from spinout_cli import reporting

        reporting.questionnaire(
            questions, tuple(theme or ()), to, quick=depth is Depth.quick, force=force
        )
        return
    if to is not None or force:
        raise UsageError("-o and --force belong to --print. Answers are saved in FILE.")
    from spinout_cli import assessing

    request = assessing.Request(
        file=file,
        depth=None if depth is None else depth.value,
        themes=tuple(theme or ()),
        answers=answers,
        old=old,
        no_input=no_input,
        plain=plain or _dumb(),
        colour=_colour(no_color),
        questions=questions,
    )
    result = assessing.assess(request)
    _show(result, as_json=as_json, plain=plain or _dumb(), no_color=no_color)
    assessing.part(result)
    _fail(result.assessment, fail_on)


@app.command()
def workshop(  # noqa: PLR0913  (each is an option that was promised)
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE] | merge FILE...",
            help="The workshop: new, or one to go on with. After merge: answers given apart.",
        ),
    ] = None,
    *,
    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What to ask: ids, one a line, or an earlier workshop. Made if it is not there.",
        ),
    ] = None,
    paper: Annotated[
        bool, typer.Option("--print", help="Write voting slips, a ballot and a run sheet as HTML.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="A practice room with invented people and votes.")
    ] = False,
    template: Annotated[
        bool, typer.Option("--template", help="With merge: an empty CSV to type ballots into.")
    ] = False,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing: show what FILE came to.")
    ] = False,
    to: Output = None,
    force: Force = False,
    as_json: AsJson = False,
    plain: Plain = False,
    no_color: NoColour = False,
    questions: Questions = None,
) -> None:
    """Run a live session with a group: vote unseen, look, talk, agree.

    \b
      spinout workshop                        set up in a minute, on one laptop, with no network
      spinout workshop bryn-workshop.spinout  go on where you stopped
      spinout workshop --demo                 rehearse in three minutes
      spinout workshop --print -o slips.html  slips, ballots and a run sheet to print
      spinout workshop merge a.spinout b.csv  one result from answers given apart
    """  # noqa: D301  (the mark that keeps lines apart)
    from spinout_cli import holding

    file, others = (words[0], words[1:]) if words else (None, [])
    request = holding.Request(
        file=None if file is None else Path(file),
        plan=plan,
        demo=demo,
        no_input=no_input,
        plain=plain or _dumb(),
        colour=_colour(no_color),
        questions=questions,
    )
    if paper or template:
        _paper(request, to, template=template, force=force)
    elif file == "merge":
        _merge([Path(word) for word in others], request, as_json=as_json)
    elif others:
        raise UsageError(
            "A workshop has one file. To put several together: spinout workshop merge FILE..."
        )
    elif plan is not None and file is None and not os.path.lexists(plan):
        holding.prepare(request, plan)
    else:
        result = holding.hold(request)
        holding.show(result, as_json=as_json, plain=request.plain, colour=request.colour)
        holding.part(result)


def _paper(request: "Workshop", to: str | None, *, template: bool, force: bool) -> None:
    from spinout_cli import stationery

    write = stationery.template if template else stationery.sheets
    write(request, to, force=force)


def _merge(paths: list[Path], request: "Workshop", *, as_json: bool) -> None:
    from spinout_cli import holding, merging

    result, whole = merging.merged(paths, request.questions)
    holding.show(result, as_json=as_json, plain=request.plain, colour=request.colour)
    raise typer.Exit(0 if whole else 1)


@app.command()
def score(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="ANSWERS...", help="Files or folders; - reads NDJSON from stdin."),
    ],
    *,
    fail_on: FailOnOption = None,
    questions: Questions = None,
) -> None:
    """Score answers already given.

    One file gives one document. More files, a folder or a stream give NDJSON.
    """
    from spinout_cli import scored

    raise typer.Exit(scored.score(sources, questions, fail_on and fail_on.value))


@app.command()
def report(  # noqa: PLR0913  (each is an option that was promised)
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A session, an answers document, or a scored assessment."
        ),
    ],
    *,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format", help="What to write; by the ending of -o, or terminal, if left out."
        ),
    ] = None,
    to: Output = None,
    force: Force = False,
    redact: Annotated[
        list[Redact] | None,
        typer.Option(
            metavar="notes|name", help="Leave this out, for sharing outside. May be repeated."
        ),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="CSV for programs: formulas are not defused.")
    ] = False,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="launch|endure|FILE",
            help="A plan instead: where each answer must stand, and what leads there.",
        ),
    ] = None,
    as_json: AsJson = False,
    plain: Plain = False,
    no_color: NoColour = False,
    fail_on: FailOnOption = None,
    questions: Questions = None,
) -> None:
    """Show the summary again, or write it for others.

    \b
      spinout report bryn.spinout -o bryn.html
      spinout report bryn.spinout -o paper.docx --redact notes
      spinout report bryn.spinout --format csv > bryn.csv
      spinout report bryn.spinout --target launch -o plan.md
    """  # noqa: D301  (the mark that keeps lines apart)
    from spinout_cli import reporting

    form = Format.json if as_json else format_
    request = reporting.Request(
        file=file,
        format=None if form is None else form.value,
        to=to,
        force=force,
        redact=tuple(part.value for part in redact or ()),
        raw=raw,
        plain=plain or _dumb(),
        colour=_colour(no_color),
        questions=questions,
    )
    if target is None:
        _fail(reporting.report(request), fail_on)
    else:
        from spinout_cli import retold

        _fail(retold.report_plan(request, target), fail_on)


@app.command()
def recover(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The damaged session.")],
    *,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="NEW", help="The new session; FILE-recovered otherwise."),
    ] = None,
) -> None:
    """Make a new session from a damaged one.

    Everything that is whole is taken over; the damaged file stays as it is.
    """
    from spinout_cli import files, journal, recovery

    new = to or file.with_name(f"{file.stem}-recovered{journal.ENDING}")
    kept, lost = recovery.recover(file, new)
    command = "workshop" if files.holds_workshop(new) else "assess"
    for line, why in lost:
        _tell(f"{clean(str(file))}:{line}: {why}")
    _tell(
        f"{kept} records are whole and {len(lost)} are not. The whole ones are in "
        f"{clean(str(new))}; {clean(str(file))} is as it was.\n"
        f"Go on with   spinout {command} {clean(str(new))}"
    )


@app.command()
def explain(
    words: Annotated[
        list[str],
        typer.Argument(metavar="[FILE] [ID]...", help="A session or answers; what to explain."),
    ],
    *,
    as_json: AsJson = False,
    plain: Plain = False,
    questions: Questions = None,
) -> None:
    """Tell how a result arose, and what would change it; or why a question is asked.

    A word that is a file is FILE, any other an ID: a theme, a question, a rule, a notice, or a
    lens (launch, endure). FILE alone tells the reasons for both lenses; an ID alone what the
    question set says of it.
    """
    from spinout_cli import retold

    retold.explain(words, questions, as_json=as_json, plain=plain or _dumb())


@app.command()
def compare(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="BEFORE AFTER...", help="Sessions or answers, the earliest first."),
    ],
    *,
    as_json: AsJson = False,
    plain: Plain = False,
    fail_on: Annotated[
        FailOnChange | None,
        typer.Option("--fail-on", help="Exit with 3 if an answer stands on a lower rung."),
    ] = None,
    questions: Questions = None,
) -> None:
    """Tell what changed between two assessments: better, worse, new, gone, not comparable.

    Of three or more, the first is compared with the last, and every answer's way is told.
    """
    from spinout_cli import retold

    found = retold.compare(files, questions, as_json=as_json, plain=plain or _dumb())
    if fail_on is not None and found.worse:
        raise typer.Exit(3)


@questions_app.command("list")
def list_(  # noqa: PLR0913  (each is an option that was promised)
    *,
    theme: Annotated[
        str | None, typer.Option(metavar="ID", help="Only the questions of this theme.")
    ] = None,
    lens: Annotated[
        LensName | None, typer.Option(help="Only those that bear on this lens.")
    ] = None,
    hard_stop: Annotated[
        bool, typer.Option("--hard-stop", help="Only those that can stop a spin-out.")
    ] = False,
    depth: Annotated[
        Depth, typer.Option(help="quick: only those that the quick depth asks.")
    ] = Depth.full,
    as_json: AsJson = False,
    questions: Questions = None,
) -> None:
    """List every question, or everything that a program needs to answer them."""
    from spinout_cli import authoring

    wanted = authoring.Filter(
        theme=theme,
        lens=None if lens is None else lens.value,
        hard_stop=hard_stop,
        quick=depth is Depth.quick,
    )
    _print(authoring.listed(questions, wanted, as_json=as_json))


@questions_app.command()
def show(
    question: Annotated[str, typer.Argument(metavar="ID", help="The question.")],
    *,
    questions: Questions = None,
) -> None:
    """Show one question with its ladder, its evidence and what to do next."""
    from spinout_cli import bank, explaining

    _print(explaining.shown(question, bank.load(questions).set))


@questions_app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The set; the built-in one otherwise.")
    ] = None,
    *,
    as_json: AsJson = False,
    strict: Annotated[bool, typer.Option("--strict", help="A warning fails too.")] = False,
    questions: Questions = None,
) -> None:
    """Check a question set: its shape and its meaning, each remark with its file and line.

    An error fails (exit code 1), a warning only with --strict, a hint never. The name in brackets
    after a remark is what the file's own `allow` section takes, with a reason.
    """
    from spinout_cli import authoring

    words, passes = authoring.checked(file or questions, as_json=as_json, strict=strict)
    _print(words)
    raise typer.Exit(0 if passes else 1)


@questions_app.command("test")
def try_(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The set; the built-in one otherwise.")
    ] = None,
    *,
    as_json: AsJson = False,
    questions: Questions = None,
) -> None:
    """Try the sample answers kept in a set: what must come out beside what does."""
    from spinout_cli import authoring

    words, passes = authoring.tested(file or questions, as_json=as_json)
    _print(words)
    raise typer.Exit(0 if passes else 1)


@questions_app.command()
def new(
    file: Annotated[
        Path, typer.Argument(metavar="[FILE]", help="The file to write; none is overwritten.")
    ] = Path("questions.yaml"),
) -> None:
    """Write a small set with comments, as a start for a field of your own."""
    from spinout_cli import authoring

    _tell(authoring.begun(file))


@questions_app.command()
def schema(
    document: Annotated[Document, typer.Argument(help="Which document.")] = Document.questions,
) -> None:
    """Print the JSON Schema of a document. Editors use it to complete and check."""
    from spinout_cli import authoring

    _print(authoring.schema(document.value))


def _dumb() -> bool:
    return os.environ.get("TERM") == "dumb"


def _colour(no_color: bool) -> bool:  # noqa: FBT001  (as the option gives it)
    return not (no_color or os.environ.get("NO_COLOR"))


def _print(text: str) -> None:
    from spinout_cli import output

    output.write(text)


def _tell(text: str) -> None:
    from spinout_cli import output

    output.tell(text)


def _show(result: "Result", *, as_json: bool, plain: bool, no_color: bool) -> None:
    from spinout_cli import output

    if as_json:
        output.write(result.assessment.model_dump_json(indent=2, by_alias=True))
    else:
        output.write_summary(result.summary(), plain=plain, colour=_colour(no_color))


def _fail(assessment: "Assessment", fail_on: FailOn | None) -> None:
    from spinout_cli import scored

    if fail_on is not None and scored.matches(assessment, fail_on.value):
        raise typer.Exit(3)


def main() -> NoReturn:
    """Run the command line and exit with the code that was promised."""
    gc.set_threshold(_COLLECT_AFTER)
    _survive_any_encoding()
    try:
        app()
    except NotSaved as problem:
        _quit(str(problem), 4)
    except UsageError as problem:
        _quit(str(problem), 2)
    except SpinoutError as problem:
        _quit(str(problem), 1)
    sys.exit(0)


def _quit(words: str, code: int) -> NoReturn:
    _tell(words)
    sys.exit(code)


def _survive_any_encoding() -> None:
    """An encoding that lacks a character must never be a reason to crash."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
