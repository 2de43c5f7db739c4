"""The JSON Schema of a question set and of its library files, as an editor of YAML needs it."""

from typing import Any

from spinout_cli.question_set.loader import SECTIONS
from spinout_cli.question_set.model import QuestionSet

_TEXT_KEYS = frozenset({"pattern", "enum", "const", "format"})
"""Where a text is more than any text, a number is none."""

_YES_AND_NO = ["yes", "no", "on", "off", "true", "false", "y", "n", "t", "f", "1", "0"]
"""The texts that are read as true or false."""


def question_set_schema() -> dict[str, Any]:
    """Return a schema which accepts what `spinout questions check` reads.

    Every value of a set is read as text, so a number may stand where a text does, and `yes` where
    true does. A file without `format` is a library file: it has sections and nothing else.
    """
    told: dict[str, Any] = _as_yaml(QuestionSet.model_json_schema())
    required = told.pop("required")
    whole = {"required": required}
    library = {"propertyNames": {"enum": sorted(SECTIONS)}, "minProperties": 1}
    return {**told, "if": {"required": ["format"]}, "then": whole, "else": library}


def _as_yaml(part: Any) -> Any:  # noqa: ANN401  (any part of a schema)
    """Return a part of a schema for an editor that reads numbers and truth in plain YAML."""
    if isinstance(part, list):
        return [_as_yaml(each) for each in part]
    if not isinstance(part, dict):
        return part
    made = {key: _as_yaml(value) for key, value in part.items()}
    match made.get("type"):
        case "string" if not _TEXT_KEYS & made.keys():
            return {**made, "type": ["string", "number", "boolean"]}
        case "boolean":
            del made["type"]
            return {**made, "anyOf": [{"type": "boolean"}, {"enum": _YES_AND_NO}]}
        case _:
            return made
