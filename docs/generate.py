"""What the pages in this folder are made of: each function returns a part of a page as text.

Pages name these functions in their cog blocks; `nox -s fix` writes them anew, `nox -s check` looks.
"""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXAMPLE = "examples/bryn-library-service.json"
MOMENT = "1795341600"
"""The moment at which examples are scored, so that pages do not change with the day."""


def command(*words: str) -> str:
    """Return what `spinout` with these words prints, as an indented block."""
    told = subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, "-m", "spinout_cli", *words],
        capture_output=True,
        check=True,
        cwd=ROOT,
        encoding="utf-8",
        env={**os.environ, "SOURCE_DATE_EPOCH": MOMENT, "COLUMNS": "80"},
    ).stdout
    return block(told)


def block(text: str) -> str:
    """Return a text as an indented Markdown block."""
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").split("\n"))


def commands() -> str:
    """Return every command's help."""
    names = [[], ["assess"], ["score"], ["report"], ["explain"], ["recover"], ["questions"]]
    names += [["questions", word] for word in ("list", "show", "check", "test", "new", "schema")]
    parts = [f"## {' '.join(['spinout', *name])}\n\n{command(*name, '--help')}" for name in names]
    return "\n\n".join(parts)


def summary(*parts: str) -> str:
    """Return the summary of the example at 80 columns: its head, and the parts named here."""
    from rich.console import Console  # noqa: PLC0415

    from spinout_cli import assessing  # noqa: PLC0415
    from spinout_cli.reports import terminal  # noqa: PLC0415
    from spinout_cli.summary import summarise  # noqa: PLC0415

    os.environ["SOURCE_DATE_EPOCH"] = MOMENT
    result = assessing.reread(ROOT / EXAMPLE, None)
    told = summarise(result.assessment, result.question_set, file=EXAMPLE, limit=1)
    out = io.StringIO()
    terminal.draw(told, Console(file=out, width=80, color_system=None, legacy_windows=False))
    return block(_cut(out.getvalue(), parts))


def _cut(text: str, parts: tuple[str, ...]) -> str:
    """Keep the head of a summary and some of its parts, which begin with a line in capitals."""
    head, *rest = re.split(r"\n\n(?=[A-Z][A-Z ]{6,})", text)
    kept = [part for part in rest if part.startswith(parts)]
    return "\n\n".join([head, *kept])


def arithmetic(theme_id: str) -> str:
    """Return how a theme's score arises in the example, answer by answer, as a table."""
    from spinout_cli import assessing  # noqa: PLC0415
    from spinout_cli.scoring import Scorer  # noqa: PLC0415

    os.environ["SOURCE_DATE_EPOCH"] = MOMENT
    result = assessing.reread(ROOT / EXAMPLE, None)
    standing = Scorer(result.question_set, result.digest).stand(result.sheet)
    theme = next(theme for theme in result.assessment.themes if theme.id == theme_id)
    rows = ["| question | weight | rung | position | weight × position |", "|---|--:|---|--:|--:|"]
    for q in (q for q in standing.applicable if q.theme == theme_id):
        rung = standing.rungs.get(q.id)
        state = standing.states.get(q.id, "not asked")
        if rung is None:
            rows.append(f"| {q.id} | {q.weight} | {state} | not known | 0 to {q.weight} |")
        else:
            at = q.positions[rung]
            name = f"{q.rungs[rung].id}, {rung + 1} of {len(q.rungs)}"
            rows.append(f"| {q.id} | {q.weight} | {name} | {at:.2f} | {q.weight * at:.2f} |")
    shown = "not given, since too little is known" if theme.score is None else f"{theme.score}"
    rows += ["", f"Score {shown}; low {theme.low}, high {theme.high}; coverage {theme.coverage}."]
    return "\n".join(rows)
