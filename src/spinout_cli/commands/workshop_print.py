"""`spinout workshop --print` and `merge --template`: sheets on paper and a CSV for ballots."""

import sys
from pathlib import Path

from spinout_cli.commands.workshop import Request
from spinout_cli.commands.write_output import OutputTarget
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set import loader
from spinout_cli.reading import answer_files, ballot_csv, plan_file
from spinout_cli.sanitize import sanitize
from spinout_cli.workshop.flow import prepared
from spinout_cli.workshop.planning import propose
from spinout_cli.workshop.unsaved import Unsaved

_SHEETS = Path("workshop-sheets.html")
"""Where the sheets go if they would otherwise fill the terminal."""


def sheets(request: Request, to: str | None, *, force: bool) -> None:
    """Write slips, a ballot and a run sheet for what is planned, or for two hours.

    Raises:
        SpinoutError: the plan cannot be read, or the sheets cannot be written.
    """
    from spinout_cli.reports import voting_slips_html  # noqa: PLC0415  (late: nothing else here needs jinja2)

    OutputTarget(to).format_among(("html",), "A set of sheets")
    loaded = loader.load(request.questions)
    plan, name, people = _planned(request)
    names = prepared(plan, loaded.set) or propose(loaded.set.questions, Unsaved().minutes)
    content = voting_slips_html.page(loaded.set, names, service=name, people=people)
    if to is None and sys.stdout is not None and sys.stdout.isatty():
        to = str(_SHEETS)
    OutputTarget(to, force=force).write(content.encode())


def template(request: Request, to: str | None, *, force: bool) -> None:
    """Write an empty CSV to type ballots into, for what is planned or for every question."""
    OutputTarget(to).format_among(("csv",), "A template")
    loaded = loader.load(request.questions)
    plan = prepared(_planned(request)[0], loaded.set)
    OutputTarget(to, force=force).write(ballot_csv.template(loaded.set, plan).encode())


def _planned(request: Request) -> tuple[tuple[str, ...], str, int]:
    """The questions of a plan or of a workshop, the service's name, and how many are expected."""
    path = request.plan or request.file
    if path is None or str(path) == "merge":
        return (), "", 0
    given = answer_files.workshop_in(path) if request.plan is None else None
    if request.plan is None and given is None:
        raise SpinoutError(
            f"{sanitize(str(path))} is no workshop. Name one, or a plan: --plan FILE"
        )
    plan = plan_file.read_plan(path)
    rooms = given.workshop.rooms if given else ()
    return plan.questions, plan.name, rooms[-1].people if rooms else 0
