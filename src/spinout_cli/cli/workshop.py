"""`spinout workshop`, and its `merge`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spinout_cli.cli.options import (
    AsJson,
    Force,
    NoColour,
    Output,
    Plain,
    Questions,
    in_colour,
    is_plain,
)
from spinout_cli.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from spinout_cli.commands.workshop import Request


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
    phones: Annotated[
        bool, typer.Option("--phones", help="Let people vote with their phones, beside slips.")
    ] = False,
    host: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="With --phones: the address of this laptop to use."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="With --phones: the port to use, 8765 if left out."),
    ] = None,
    wifi: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="With --phones: the Wi-Fi to join. Asks its password."),
    ] = None,
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
    """Run a live session with a group, who vote unseen.

    \b
      spinout workshop                        set up in a minute, on one laptop, with no network
      spinout workshop bryn-workshop.spinout  go on where you stopped
      spinout workshop --demo                 rehearse in three minutes
      spinout workshop --print -o slips.html  slips, ballots and a run sheet to print
      spinout workshop merge a.spinout b.csv  one result from answers given apart
    """  # noqa: D301  (the mark that keeps lines apart)
    from spinout_cli.commands import workshop as holding

    file, others = (words[0], words[1:]) if words else (None, [])
    preparing = plan is not None and file is None and not os.path.lexists(plan)
    writing, workshop_merge = paper or template, file == "merge"
    _refuse_what_would_do_nothing(
        {
            _OUTPUT: (to is not None or force) and not writing,
            _PAPER: writing
            and (demo or as_json or bool(others) or (paper and (workshop_merge or template))),
            _ASKED: writing and plan is not None and file is not None and not workshop_merge,
            _MERGED: workshop_merge and not writing and (demo or plan is not None),
            _DEMO: demo and plan is not None,
            _UNASKED: no_input and not (writing or workshop_merge) and (demo or plan is not None),
            _REMOTE: phones and (writing or workshop_merge or no_input or preparing),
            _REACHED: not phones and (host, port, wifi) != (None, None, None),
            _PLAN: preparing and not writing and as_json,
        }
    )
    request = holding.Request(
        file=None if file is None else Path(file),
        plan=plan,
        demo=demo,
        no_input=no_input,
        plain=is_plain(plain),
        colour=in_colour(no_color),
        questions=questions,
        phones=holding.PhoneOptions(host, port, wifi) if phones else None,
    )
    if writing:
        _paper(request, to, template=template, force=force)
    elif workshop_merge:
        _merge([Path(word) for word in others], request, as_json=as_json)
    elif others:
        raise UsageError(
            "A workshop has one file. To put several together: spinout workshop merge FILE..."
        )
    elif plan is not None and preparing:
        holding.prepare(request, plan)
    else:
        result = holding.workshop(request)
        holding.show(result, as_json=as_json, plain=request.plain, colour=request.colour)
        holding.part(result)


_OUTPUT = (
    "-o and --force belong to --print and to merge --template. For others: spinout report FILE -o "
    "PATH. Of answers put together: spinout workshop merge FILE... --json > merged.json first."
)
_PAPER = (
    "--print and --template each write a thing of their own. Leave out --demo, --json, merge beside "
    "--print, and further files."
)
_ASKED = "--plan and FILE each say what is asked. Give one of them with --print and --template."
_MERGED = "merge puts given answers together. --plan and --demo have no use there."
_DEMO = "--demo brings a plan of its own. Leave out --demo or --plan."
_UNASKED = (
    "--no-input shows what FILE came to; --plan and --demo begin a workshop. Leave out the one or "
    "the other."
)
_REMOTE = (
    "--phones lets people vote while a workshop is held. Leave it out beside --print, --template, "
    "--no-input, merge, and a plan that is made."
)
_REACHED = "--host, --port and --wifi say how phones reach this laptop. Add --phones."
_PLAN = "--json has no use while a plan is made: a plan is lines of text."


def _refuse_what_would_do_nothing(refused: dict[str, bool]) -> None:
    """Refuse options that would silently do nothing, for the first reason that holds."""
    for reason, holds in refused.items():
        if holds:
            raise UsageError(reason)


def _paper(request: "Request", to: str | None, *, template: bool, force: bool) -> None:
    from spinout_cli.commands import workshop_print

    write = workshop_print.template if template else workshop_print.sheets
    write(request, to, force=force)


def _merge(paths: list[Path], request: "Request", *, as_json: bool) -> None:
    from spinout_cli.commands import workshop as holding
    from spinout_cli.commands import workshop_merge

    result, whole = workshop_merge.merged(paths, request.questions)
    holding.show(result, as_json=as_json, plain=request.plain, colour=request.colour)
    raise typer.Exit(ExitCode.DONE if whole else ExitCode.FAILED)
