"""`spinout questions`: list, check, test, new and schema."""

import json
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.assessment import Assessment
from spinout_cli.documents.commonalities import Commonalities
from spinout_cli.documents.comparison import Comparison
from spinout_cli.documents.explanation import Explanation
from spinout_cli.documents.plan import Plan
from spinout_cli.documents.progress import Progress
from spinout_cli.documents.workshop import Workshop
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.fields import Lens
from spinout_cli.question_set import loader
from spinout_cli.question_set.model import Circumstance, Question, QuestionSet
from spinout_cli.sanitize import sanitize
from spinout_cli.text import WIDTH, count_noun, shell_quote, wrapped

if TYPE_CHECKING:
    from spinout_cli.authoring.samples import Trial

_DOCUMENTS: dict[str, type[BaseModel]] = {
    "questions": QuestionSet,
    "answers": AnswerSheet,
    "assessment": Assessment,
    "workshop": Workshop,
    "explanation": Explanation,
    "comparison": Comparison,
    "commonalities": Commonalities,
    "plan": Plan,
    "progress": Progress,
}
_WRITTEN = frozenset(
    {"assessment", "explanation", "comparison", "commonalities", "plan", "progress"}
)
"""The documents that are only ever written here."""


# Listing


@dataclass(frozen=True, slots=True)
class Filter:
    """Which questions are wanted; what is left out keeps none away."""

    theme: str | None = None
    lens: Lens | None = None
    hard_stop: bool = False
    quick: bool = False

    def keeps(self, question: Question) -> bool:
        """Tell whether this question is wanted."""
        return (
            self.theme in (None, question.theme)
            and (self.lens is None or question.bears_on(self.lens))
            and (not self.hard_stop or question.hard_stop is not None)
            and (not self.quick or question.quick)
        )


def listed(path: Path | None, wanted: Filter, *, as_json: bool) -> str:
    """Return the questions by theme, or what a program needs to answer them.

    Raises:
        UsageError: there is no such theme.
    """
    loaded = loader.load(path)
    themes = loaded.set.theme
    if wanted.theme is not None and wanted.theme not in themes:
        raise UsageError(
            f"There is no theme '{sanitize(wanted.theme)[:64]}'. These are: {', '.join(themes)}."
        )
    questions = [question for question in loaded.set.questions if wanted.keeps(question)]
    if as_json:
        return json.dumps(_for_programs(loaded, questions), ensure_ascii=False, indent=2)
    return "\n".join(_by_theme(loaded.set, questions)) or "No question is like that."


def _by_theme(question_set: QuestionSet, questions: list[Question]) -> list[str]:
    lines: list[str] = []
    for theme in question_set.themes:
        of_theme = [question for question in questions if question.theme == theme.id]
        lines += ["", theme.title] if lines and of_theme else [theme.title] if of_theme else []
        for question in of_theme:
            lines.append(f"  {question.id:<34} {_tags(question)}")
            lines += wrapped(question.ask, "      ")
    return lines


def _tags(question: Question) -> str:
    tags = [f"weight {question.weight}"]
    tags += ["quick"] if question.quick else []
    tags += [f"can stop {question.hard_stop.lens}"] if question.hard_stop else []
    return ", ".join(tags)


def _for_programs(loaded: loader.LoadedSet, questions: list[Question]) -> dict[str, Any]:
    question_set = loaded.set
    return {
        "question_set": {
            "id": question_set.id,
            "version": question_set.version,
            "digest": loaded.digest,
        },
        "circumstances": [_circumstance(c) for c in question_set.circumstances],
        "questions": [_question(q) for q in questions],
    }


def _circumstance(circumstance: Circumstance) -> dict[str, Any]:
    return {
        "id": circumstance.id,
        "ask": circumstance.ask,
        "type": circumstance.type,
        "multiple": circumstance.multiple,
        "choices": [{"id": c.id, "label": c.label} for c in circumstance.choices],
    }


def _question(question: Question) -> dict[str, Any]:
    told = question.model_dump(
        mode="json", by_alias=True, include={"hard_stop", "when"}, exclude_none=True
    )
    return {
        "id": question.id,
        "theme": question.theme,
        "ask": question.ask,
        "weight": question.weight,
        "lenses": list(question.lenses),
        "hard_stop": told.get("hard_stop"),
        "when": told.get("when"),
        "rungs": [{"id": rung.id, "label": rung.label} for rung in question.rungs],
    }


# Checking


def checked(path: Path | None, *, as_json: bool, strict: bool) -> tuple[str, bool]:
    """Return what is to be mended in a question set, and whether it passes.

    Args:
        path: the set; None for the one that is built in.
        as_json: a list for programs, in place of lines for people.
        strict: whether a warning keeps it from passing, as an error does.
    """
    remarks, count = _remarks(path)
    open_ = [remark for remark in remarks if remark["allowed"] is None]
    failing = {"error", "warning"} if strict else {"error"}
    passes = not any(remark["kind"] in failing for remark in open_)
    if as_json:
        return json.dumps(remarks, ensure_ascii=False, indent=2), passes
    lines = [
        f"{r['file']}:{r['line']}:{r['column']}: {r['kind']}: {r['message']} [{r['check']}]"
        for r in open_
    ]
    return "\n".join([*lines, _outcome(open_, len(remarks) - len(open_), count)]), passes


def _remarks(path: Path | None) -> tuple[list[dict[str, Any]], str]:
    """Return every remark with its place, and how much was looked at."""
    from spinout_cli.authoring.review import review  # noqa: PLC0415  (`list` and `schema` need none)
    from spinout_cli.clock import now  # noqa: PLC0415

    examined = loader.examine(path)
    if examined.loaded is None:
        faults = [_remark(fault, "error", "shape") for fault in examined.faults]
        return faults, "what it means was not looked at yet"
    found = review(examined.loaded.set, now().date())
    remarks = []
    for remark, reason in [*((remark, None) for remark in found.remarks), *found.allowed]:
        # The id is the one that `allow` takes: a question's, where it is about one of its rungs.
        fault = examined.fault(remark.where, remark.message)._replace(id=remark.id)
        remarks.append(_remark(fault, remark.kind, remark.check, reason))
    first = examined.loaded.origin
    remarks.sort(key=lambda r: (r["file"] != first, r["file"], r["line"], r["column"]))
    questions, themes = examined.loaded.set.questions, examined.loaded.set.themes
    counted = count_noun(len(questions), "question"), count_noun(len(themes), "theme")
    return remarks, " in ".join(counted)


def _remark(
    fault: loader.Fault, kind: str, check: str, reason: str | None = None
) -> dict[str, Any]:
    return {"kind": kind, "check": check, **fault._asdict(), "allowed": reason}


def _outcome(remarks: list[dict[str, Any]], allowed: int, count: str) -> str:
    kinds = [remark["kind"] for remark in remarks]
    told = [f"{kinds.count(kind)} {kind}{'s' * (kinds.count(kind) != 1)}" for kind in _KINDS]
    noticed = ", ".join(told) if kinds else "nothing to mend"
    meant = f"; {allowed} allowed with a reason" if allowed else ""
    return f"{count}: {noticed}{meant}."


_KINDS = ("error", "warning", "hint")


# Testing


def tested(path: Path | None, *, as_json: bool) -> tuple[str, bool]:
    """Return what came of the samples in a set beside what must, and whether all is as it must.

    Raises:
        SpinoutError: something in the set is wrong.
    """
    from spinout_cli.authoring.samples import tried  # noqa: PLC0415  (`list` and `schema` need none)
    from spinout_cli.clock import now  # noqa: PLC0415

    loaded = loader.load(path)
    trials = tried(loaded.set, loaded.digest, now())
    passed = sum(trial.passed for trial in trials)
    if as_json:
        told = [
            {
                "id": trial.id,
                "title": trial.title,
                "passed": trial.passed,
                "differences": [difference._asdict() for difference in trial.differences],
            }
            for trial in trials
        ]
        return json.dumps(told, ensure_ascii=False, indent=2), passed == len(trials)
    lines = [line for trial in trials for line in _lines(trial)]
    none = "" if trials else " There are none: add some under `tests`."
    return "\n".join([*lines, f"{passed} of {len(trials)} pass.{none}"]), passed == len(trials)


def _lines(trial: "Trial") -> list[str]:
    outcome = "passes" if trial.passed else "FAILS "
    lines = [shorten(f"{outcome}  {trial.id}  {trial.title}", WIDTH, placeholder=" ...")]
    for difference in trial.differences:
        lines.append(f"        {difference.what}")
        lines += wrapped(difference.expected, "          expected  ")
        lines += wrapped(difference.actual, "          actual    ")
    return lines


# Beginning


def begun(path: Path) -> str:
    """Write a small set to start from, and return what to do with it.

    Raises:
        SpinoutError: there is such a file already, or it cannot be written.
    """
    shown = sanitize(str(path))
    starter = (Path(__file__).parents[1] / "authoring/starter.yaml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(starter)
    except FileExistsError:
        raise SpinoutError(f"{shown} is there already and stays as it is. Name another.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this cannot be the name of a file"
        raise SpinoutError(f"{shown} cannot be written ({reason}). Name another.") from None
    name = shell_quote(shown)
    return (
        f"A small set to start from is in {shown}.\n"
        f"  spinout questions check {name}\n"
        f"  spinout questions test {name}\n"
        f"  spinout assess --questions {name}"
    )


# Schemas


def schema(document: str) -> str:
    """Return the JSON Schema of a document."""
    if document == "questions":
        from spinout_cli.authoring.set_schema import question_set_schema  # noqa: PLC0415  (as above)

        told = question_set_schema()
    else:
        mode: Literal["serialization", "validation"]
        mode = "serialization" if document in _WRITTEN else "validation"
        told = _DOCUMENTS[document].model_json_schema(mode=mode)
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **told}, indent=2)
