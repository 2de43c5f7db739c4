"""How long the report of a whole workshop takes to draw, against importing what draws it."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

from measure import Package, alternating, built, pairs_wanted, report

SEED = 20261122
QUESTIONS = 60
PEOPLE = {"staff": 18, "managers": 6, "union and users": 6}
AT = "2026-11-22T14:02:00Z"
DRAWN = (("html", 1), ("html", 2), ("markdown", 1), ("csv", 1), ("docx", 1))
"""Each format, and how many times it is drawn before the last time is taken."""

RENDERED = """
import sys, time
from pathlib import Path
from spinout_cli.commands import report
from spinout_cli.reports.summary import csv, docx, html, markdown
from spinout_cli.workshop import record
loaded = report.read(Path(sys.argv[1]), None)
for _ in range(int(sys.argv[3])):
    begun = time.process_time()
    content = report.drawn(loaded, sys.argv[2])
    taken = time.process_time() - begun
print(taken)
assert len(content) > 10_000
"""
"""Everything from the answers that were read to the document that is written."""

IMPORTED = """
import sys, time
begun = time.process_time()
import typer
from pydantic import BaseModel
if sys.argv[1] == "html":
    import jinja2
if sys.argv[1] == "docx":
    import docx
print(time.process_time() - begun)
"""
"""The libraries that the command needs for this: nothing of ours is read, compiled or run."""


def workshop(package: Package) -> Path:
    """Write the document of a workshop that voted twice on every question, by three groups."""
    command = [*package.spinout, "questions", "list", "--json"]
    asked: dict[str, Any] = json.loads(
        subprocess.check_output(command, env=package.environment)  # noqa: S603  (our own)
    )
    made = random.Random(SEED)  # noqa: S311  (nothing is secret here)
    document = {
        "format": "spinout.workshop/1",
        "service": {"id": "bench", "name": "An invented service"},
        "circumstances": {"nation": "wales", "sector": "libraries-museums"},
        "rooms": [{"id": "room-1", "participants": PEOPLE, "opened": AT}],
        "questions": {q["id"]: _talk(q, made) for q in asked["questions"][:QUESTIONS]},
        "started": AT,
    }
    path = package.folder / "workshop.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _talk(question: dict[str, Any], made: random.Random) -> dict[str, Any]:
    rungs = [rung["id"] for rung in question["rungs"]]
    return {
        "rounds": [_vote(rungs, made), _vote(rungs, made)],
        "agreed": {"rung": made.choice(rungs[:-1])},
        "note": "The minutes of the meeting say so, and nobody in the room said otherwise.",
        "statements": [{"name": "Branch secretary", "words": "We have not seen the minutes."}],
        "actions": [{"id": "action-1", "do": "Ask the fund", "owner": "Finance", "by": "May"}],
    }


def _vote(rungs: list[str], made: random.Random) -> dict[str, Any]:
    groups = {}
    for role, people in PEOPLE.items():
        votes = [made.choice([*rungs, "?"]) for _ in range(people)]
        counts = {rung: votes.count(rung) for rung in rungs}
        groups[role] = {"counts": counts, "unknown": votes.count("?")}
    whole = {rung: sum(group["counts"][rung] for group in groups.values()) for rung in rungs}
    unknown = sum(group["unknown"] for group in groups.values())
    told = {"counts": whole, "unknown": unknown, "room": "room-1", "kind": "hidden"}
    return {**told, "groups": groups, "taken": AT}


def main() -> None:
    """Measure and report."""
    pairs = pairs_wanted()
    with built() as package:
        path = workshop(package)
        rendered, imported = (
            package.script(name, text)
            for name, text in (("rendered", RENDERED), ("imported", IMPORTED))
        )

        def seconds(*command: str) -> float:
            return float(subprocess.check_output(command, env=package.environment))  # noqa: S603  (our own)

        for form, times in DRAWN:
            measured = alternating(
                lambda form=form, times=times: seconds(*rendered, str(path), form, str(times)),
                lambda form=form: seconds(*imported, form),
                pairs,
            )
            again = "" if times == 1 else ", once more"
            report(f"{QUESTIONS} questions as {form}{again}", *measured, reach=0.5)


if __name__ == "__main__":
    main()
