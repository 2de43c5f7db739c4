"""What the pages in this folder are made of: each function returns a part of a page as text.

Pages name these functions in their cog blocks; `nox -s fix` writes them anew, `nox -s check` looks.
"""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spinout_cli.question_set.model import Question, QuestionSet, Source

ROOT = Path(__file__).parent.parent
EXAMPLE = "examples/bryn-library-service.json"
MOMENT = "1795341600"
"""The moment at which examples are scored, so that pages do not change with the day."""


def command(*words: str) -> str:
    """Return what `spinout` with these words prints, as a block."""
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
    """Return a text as a Markdown block: fenced, since cog takes shared indents away."""
    lines = (line.rstrip() for line in text.strip("\n").split("\n"))
    return "\n".join(("```text", *lines, "```"))


def commands() -> str:
    """Return every command's help."""
    names = [
        [],
        ["assess"],
        ["score"],
        ["workshop"],
        ["report"],
        ["explain"],
        ["compare"],
        ["commonalities"],
        ["delegate"],
        ["gather"],
        ["export"],
        ["recover"],
        ["purge"],
        ["questions"],
    ]
    names += [["questions", word] for word in ("list", "show", "check", "test", "new", "schema")]
    parts = [f"## {' '.join(['spinout', *name])}\n\n{command(*name, '--help')}" for name in names]
    return "\n\n".join(parts)


def tables() -> str:
    """Return what every column of the tidy tables means, for the built-in questions."""
    from spinout_cli.question_set import loader  # noqa: PLC0415
    from spinout_cli.tables import columns as tidy  # noqa: PLC0415

    kinds = {
        "whole": "whole number",
        "decimal": "number",
        "word": "text",
        "words": "list of texts",
        "flag": "true or false",
        "moment": "time",
    }
    parts = []
    question_set = loader.load().set
    for table in (*tidy.tables(question_set), tidy.scores(question_set)):
        rows = [
            f"| `{column.name}` | {kinds[column.kind]}{', may be empty' * column.empty} | {column.says} |"
            for column in table.columns
        ]
        head = ["| column | holds | what it says |", "|---|---|---|"]
        parts.append(
            "\n".join([f"### {table.name}", "", f"A row is {table.row}.", "", *head, *rows])
        )
    return "\n\n".join(parts)


def commonalities() -> str:
    """Return what invented assessments have in common, the longest lists cut short."""
    invented = subprocess.run(
        [sys.executable, "benchmarks/invented.py", "1000"],
        capture_output=True,
        check=True,
        cwd=ROOT,
    ).stdout
    told = subprocess.run(
        [sys.executable, "-m", "spinout_cli", "commonalities", "-", "--by", "size"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        input=invented,
        env={**os.environ, "COLUMNS": "80"},
    ).stdout.decode()
    return block("\n\n".join(_shortened(part) for part in told.split("\n\n")))


def _shortened(section: str, most: int = 3) -> str:
    """Return the first entries of a section: each begins with a share, or with a title set in by two."""
    lines = section.split("\n")
    begun = [
        n
        for n, line in enumerate(lines)
        if re.match(r" {5,6}\d+%  |  [^ ]", line) and not line.startswith("  with ")
    ]
    told_whole = len(begun) <= most or lines[0] == "WHAT THIS RESTS ON"
    return section if told_whole else "\n".join([*lines[: begun[most]], "  ..."])


def summary(*parts: str) -> str:
    """Return the summary of the example at 80 columns: its head, and the start of the parts named here."""
    from rich.console import Console  # noqa: PLC0415

    from spinout_cli.commands import assess  # noqa: PLC0415
    from spinout_cli.reports.summary import terminal  # noqa: PLC0415
    from spinout_cli.results.hints import CommandHints  # noqa: PLC0415
    from spinout_cli.results.summarise import summarise  # noqa: PLC0415

    os.environ["SOURCE_DATE_EPOCH"] = MOMENT
    result = assess.reread(ROOT / EXAMPLE, None)
    told = summarise(result.score(), result.question_set, hints=CommandHints(EXAMPLE), limit=1)
    out = io.StringIO()
    terminal.draw(told, Console(file=out, width=80, color_system=None, legacy_windows=False))
    return block(_cut(out.getvalue(), parts))


def _cut(text: str, parts: tuple[str, ...]) -> str:
    """Keep the head of a summary and the first item of some parts, which begin with a line in capitals."""
    head, *rest = re.split(r"\n\n(?=[A-Z][A-Z ]{6,})", text)
    kept = [_first_item(part) for part in rest if part.startswith(parts)]
    return "\n\n".join([head, *kept])


def _first_item(part: str) -> str:
    first, *more = re.split(r"\n\n|\n(?=2  )", part)
    return f"{first}\n  …" if more else first


def arithmetic(theme_id: str) -> str:
    """Return how a theme's score arises in the example, answer by answer, as a table."""
    from spinout_cli.commands import assess  # noqa: PLC0415
    from spinout_cli.scoring.scorer import Scorer  # noqa: PLC0415

    os.environ["SOURCE_DATE_EPOCH"] = MOMENT
    result = assess.reread(ROOT / EXAMPLE, None)
    standing = Scorer(result.question_set, result.digest).stand(result.sheet)
    theme = next(theme for theme in result.score().themes if theme.id == theme_id)
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


def excerpt(file: str, part_id: str) -> str:
    """Return the part with this id as it stands in one of the files of the question bank."""
    text = (ROOT / "data" / file).read_text(encoding="utf-8")
    found = re.search(
        rf"^  - id: {re.escape(part_id)}\n(?:    .*\n|\n(?=    ))*", text, re.MULTILINE
    )
    if found is None:
        raise LookupError(part_id)
    return f"```yaml\n{found.group().rstrip()}\n```"


def checks() -> str:
    """Return every check of a question set, as a table."""
    from spinout_cli.authoring.checks import CHECKS  # noqa: PLC0415

    rows = [f"| `{name}` | {check.kind} | {check.finds} |" for name, check in CHECKS.items()]
    return "\n".join(["| check | is | finds |", "|---|---|---|", *rows])


FIELDS = {
    "QuestionSet": "The file",
    "Circumstance": "An item of `circumstances`",
    "Choice": "An item of `choices`",
    "Theme": "An item of `themes`",
    "Question": "An item of `questions`",
    "Rung": "An item of `rungs`",
    "HardStop": "`hard_stop`",
    "FindOut": "`find_out`",
    "Action": "An item of `next`",
    "Rule": "An item of `rules`",
    "Notice": "An item of `notices`",
    "Story": "An item of `stories`",
    "Source": "An item of `sources`",
    "Sample": "An item of `tests`",
    "SampleAnswer": "An answer in a test, written out",
    "Expected": "`expect`",
    "LensWords": "An item of `lenses`",
    "Wording": "`words`",
    "Allowance": "An item of `allow`",
    "Comparison": "A comparison in a condition",
}
"""The models of a question set in the order of the page, and what each is there."""


def fields() -> str:
    """Return every field of a question set, as a table for each model."""
    from spinout_cli.question_set.model import QuestionSet  # noqa: PLC0415

    schema = QuestionSet.model_json_schema()
    models = {"QuestionSet": schema, **schema["$defs"]}
    unknown = models.keys() - FIELDS.keys() - {"All", "Any_", "Not", "Test"}
    if unknown:
        raise LookupError(f"no heading for {', '.join(sorted(unknown))}")
    return "\n\n".join(_fields(heading, models[name]) for name, heading in FIELDS.items())


def _fields(heading: str, model: dict[str, Any]) -> str:
    required = model.get("required", ())
    rows = [
        f"| `{name}` | {_takes(field)} | {_left_out(field, needed=name in required)} "
        f"| {field['description']} |"
        for name, field in model["properties"].items()
    ]
    head = ["| key | takes | if left out | what it is |", "|---|---|---|---|"]
    return "\n".join([f"### {heading}", "", model["description"].split("\n")[0], "", *head, *rows])


def _left_out(field: dict[str, Any], *, needed: bool) -> str:
    given = field.get("default")
    if needed:
        return "must be there"
    shown = json.dumps(given) if isinstance(given, bool | float) else given
    return f"`{shown}`" if given not in (None, "", [], {}) else ""


def _takes(field: dict[str, Any]) -> str:
    """Say in a few words what a part of a schema allows."""
    if "anyOf" in field:
        told = [_takes(kind) for kind in field["anyOf"] if kind.get("type") != "null"]
        return " or ".join(dict.fromkeys(told))
    if "$ref" in field or "oneOf" in field:
        return _model(field)
    if "enum" in field or "const" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field["type"] == "array":
        return f"list of {_takes(field['items'])}{_how_many(field)}"
    if field["type"] == "string":
        return _text(field)
    return KINDS[field["type"]] + _how_much(field)


KINDS = {
    "integer": "whole number",
    "number": "number",
    "boolean": "`true`, `false`",
    "object": "keys with values",
}


def _model(field: dict[str, Any]) -> str:
    """Return a link to the table of a model, or say that it is a condition."""
    heading = FIELDS.get(field.get("$ref", "").rsplit("/", 1)[-1])
    if heading is None:
        return "[condition](#conditions)"
    anchor = re.sub("[^a-z_ ]", "", heading.lower()).replace(" ", "-")
    return f"[{'items' if heading.startswith('An item') else 'keys'}](#{anchor})"


def _text(field: dict[str, Any]) -> str:
    pattern = field.get("pattern", "")
    if pattern.startswith("^https"):
        return "web address"
    if pattern.endswith(r"\.yaml$"):
        return "file names"
    if pattern:
        return "id"
    return "date" if field.get("format") == "date" else "text"


def _how_many(field: dict[str, Any]) -> str:
    least, most = field.get("minItems"), field.get("maxItems")
    return f", {least} to {most}" if most else f", {least} or more" if least else ""


def _how_much(field: dict[str, Any]) -> str:
    least, most = field.get("minimum"), field.get("maximum")
    return "" if least is None else f", {least:g} to {most:g}"


HOW_SURE = {
    "official": "official text",
    "secondary": "somebody's account",
    "background": "background only",
}


def evidence() -> str:
    """Return every question with what it rests on, as a table for each theme."""
    from spinout_cli.question_set import loader  # noqa: PLC0415

    question_set = loader.load(ROOT / "data" / "questions.yaml").set
    parts = []
    for theme in question_set.themes:
        head = [
            "| question | rests on, and how sure | can stop it | been there |",
            "|---|---|---|---|",
        ]
        rows = [_evidence(question, question_set) for question in question_set.of_theme(theme.id)]
        parts.append("\n".join([f"## {theme.title}", "", *head, *rows]))
    return "\n\n".join([*parts, _stories(question_set)])


def _stories(question_set: "QuestionSet") -> str:
    rows = []
    for story in question_set.stories:
        looked = f"{story.checked:%d %B %Y}".lstrip("0") if story.checked else "not recorded"
        named = ", ".join(
            f"[{_cell(question_set.source[name].publisher)}](<{question_set.source[name].url}>)"
            for name in story.sources
        )
        rows.append(f"| {_cell(story.title)} | {_cell(story.ending)} | {looked} | {named} |")
    head = ["| story | how it ended | looked at | told by |", "|---|---|---|---|"]
    return "\n".join(["## Stories, and how they ended", "", *head, *rows])


def _evidence(question: "Question", question_set: "QuestionSet") -> str:
    sources = [question_set.source[name] for name in question.sources]
    rests = "<br>".join(
        f"[{_cell(s.title)}](<{s.url}>), {_cell(s.publisher)}, {s.year}: {_how_sure(s)}"
        for s in sources
    )
    stop = question.hard_stop
    reason = f"{stop.lens}, until `{stop.clears_at}`: {_cell(stop.reason)}" if stop else "no"
    stories = [question_set.story[name] for name in question.stories]
    told = "<br>".join(_cell(f"{s.title}, {s.dated}") for s in stories) or "no story yet"
    return f"| `{question.id}`<br>{_cell(question.ask)} | {rests} | {reason} | {told} |"


def _how_sure(source: "Source") -> str:
    from spinout_cli.results.evidence import how_read  # noqa: PLC0415

    return "; ".join(filter(None, (HOW_SURE[source.read], how_read(source))))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
