"""`spinout questions` and the commands below it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spinout_cli.cli.options import AsJson, Depth, Plain, Questions, help_alone
from spinout_cli.errors import ExitCode

app = typer.Typer(help="Read and check question sets.", no_args_is_help=True, rich_markup_mode=None)


class LensName(StrEnum):
    """The two lenses."""

    launch = "launch"
    endure = "endure"


class Document(StrEnum):
    """The documents that have a schema."""

    questions = "questions"
    answers = "answers"
    workshop = "workshop"
    assessment = "assessment"
    explanation = "explanation"
    comparison = "comparison"
    commonalities = "commonalities"
    plan = "plan"


@app.callback(invoke_without_command=True)
def questions_(ctx: typer.Context, *, _plain: Plain = False) -> None:
    """Read and check question sets."""
    help_alone(ctx)


@app.command("list")
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
    _plain: Plain = False,
    questions: Questions = None,
) -> None:
    """List every question, or everything that a program needs to answer them."""
    from spinout_cli import streams
    from spinout_cli.commands import questions as commands

    wanted = commands.Filter(
        theme=theme,
        lens=None if lens is None else lens.value,
        hard_stop=hard_stop,
        quick=depth is Depth.quick,
    )
    streams.write(commands.listed(questions, wanted, as_json=as_json))


@app.command()
def show(
    question: Annotated[str, typer.Argument(metavar="ID", help="The question.")],
    *,
    as_json: AsJson = False,
    _plain: Plain = False,
    questions: Questions = None,
) -> None:
    """Show one question with its ladder, its evidence and what to do next."""
    from spinout_cli import streams
    from spinout_cli.question_set import loader
    from spinout_cli.reports import question_text

    streams.write(question_text.shown(question, loader.load(questions).set, as_json=as_json))


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The set; the built-in one otherwise.")
    ] = None,
    *,
    as_json: AsJson = False,
    _plain: Plain = False,
    strict: Annotated[bool, typer.Option("--strict", help="A warning fails too.")] = False,
    questions: Questions = None,
) -> None:
    """Check a question set: its shape and its meaning, each remark with its file and line.

    An error fails (exit code 1), a warning only with --strict, a hint never. The name in brackets
    after a remark is what the file's own `allow` section takes, with a reason.
    """
    from spinout_cli import streams
    from spinout_cli.commands import questions as commands

    words, passes = commands.checked(file or questions, as_json=as_json, strict=strict)
    streams.write(words)
    raise typer.Exit(ExitCode.DONE if passes else ExitCode.FAILED)


@app.command("test")
def try_(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The set; the built-in one otherwise.")
    ] = None,
    *,
    as_json: AsJson = False,
    _plain: Plain = False,
    questions: Questions = None,
) -> None:
    """Try the sample answers kept in a set: what must come out beside what does."""
    from spinout_cli import streams
    from spinout_cli.commands import questions as commands

    words, passes = commands.tested(file or questions, as_json=as_json)
    streams.write(words)
    raise typer.Exit(ExitCode.DONE if passes else ExitCode.FAILED)


@app.command()
def new(
    file: Annotated[
        Path, typer.Argument(metavar="[FILE]", help="The file to write; none is overwritten.")
    ] = Path("questions.yaml"),
    *,
    _plain: Plain = False,
) -> None:
    """Write a small set with comments, as a start for a field of your own."""
    from spinout_cli import streams
    from spinout_cli.commands import questions as commands

    streams.write_stderr(commands.begun(file))


@app.command()
def schema(
    document: Annotated[Document, typer.Argument(help="Which document.")] = Document.questions,
    *,
    _plain: Plain = False,
) -> None:
    """Print the JSON Schema of a document. Editors use it to complete and check."""
    from spinout_cli import streams
    from spinout_cli.commands import questions as commands

    streams.write(commands.schema(document.value))
