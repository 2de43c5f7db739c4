"""Explains pydantic's validation errors in words for whoever edits the file."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from spinout_cli.sanitize import sanitize

At = tuple[str | int, ...]
"""A path in a tree of mappings and lists."""

NAMEABLE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
"""Ids and keys that can be repeated in a message as they were written."""

_UNWORDED = "is not in a form that can be used"
_GROUP = "must be keys with values (`key: value`)"
_WHOLE = "must be a whole number"
_DATE = "must be a date such as 2026-11-30"
_TIME = "must be a time such as 2026-11-30T14:02:00Z"

_MUST = {
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "dict_type": _GROUP,
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "must be a smaller number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:g} or less",
    "too_short": "must have {min_length} or more",
    "too_long": "must have {max_length} or fewer",
    "value_error": "cannot be this: {error}",
}
"""What pydantic's errors mean, said of the thing that they are about."""

_KINDS = frozenset(name for name in _MUST if name.endswith("_type"))

_PATTERNS = {
    "^[a-z0-9][a-z0-9-]*(": "must be lower-case letters, digits and hyphens, with one dot at most",
    "^https?:": "must be a web address that begins with https:// or http://",
    "^[a-z0-9][a-z0-9_-]*\\.yaml": "must be the name of a file beside this one, such as notices.yaml",
}


def explain_validation_error(refused: ValidationError, tree: object) -> Iterator[tuple[At, str]]:
    """Yield the path of each thing that was refused, and what is wrong with it in plain words.

    What one value is told twice is joined. Nothing that was given is repeated but keys and ids.
    """
    told: dict[At, list[ErrorDetails]] = {}
    for error in refused.errors(include_url=False):
        if _follows(error):
            continue
        at = _within(error["loc"], tree)
        if error["type"] == "missing":
            at = (*at, error["loc"][-1])
        told.setdefault(at, []).append(error)
    within = {at[:n] for at in told for n in range(len(at))}
    for at, here in told.items():
        # Of a value that may be of two kinds, only the one is told that it came nearest to.
        if at not in within or any(error["type"] not in _KINDS for error in here):
            yield at, _wording(at, here)


def _follows(error: ErrorDetails) -> bool:
    """Tell whether a list only counts as too short because of what is wrong with its items."""
    given = error["input"]
    if error["type"] != "too_short" or not isinstance(given, list):
        return False
    return len(given) >= int(error["ctx"]["min_length"])


def _within(loc: tuple[str | int, ...], tree: Any) -> At:  # noqa: ANN401  (any tree)
    """Return the path that a pydantic location takes in the tree, without the names of unions."""
    at: At = ()
    for step in loc:
        if leads_on(tree, step):
            tree = tree[step]
            at = (*at, step)
    return at


def _wording(at: At, errors: list[ErrorDetails]) -> str:
    subject, first = _subject(at), errors[0]
    if first["type"] == "missing":
        return f"{subject} is missing. Add it."
    if first["type"] == "extra_forbidden":
        return f"{subject} is not a key that belongs here. Check its spelling, or take it out."
    if first["input"] is None or (first["type"].endswith("too_short") and _is_text(first)):
        return f"{subject} is empty. Write something there, or take the line out."
    clauses = dict.fromkeys(_clause(error) for error in errors)
    return f"{subject} {', or '.join(clauses)}. Change it."


def _is_text(error: ErrorDetails) -> bool:
    return isinstance(error["input"], str)


def _subject(at: At) -> str:
    """Return what to call the thing at this path, repeating nothing that was written but keys."""
    if not at:
        return "the set"
    *before, last = at
    if isinstance(last, int):
        return f"number {last + 1} of {_named(before[-1] if before else last, 'this list')}"
    return _named(last, "this key")


def _named(key: str | int, otherwise: str) -> str:
    """Name a key as it was written; one that is no id is cleaned, and put in quotes."""
    if not isinstance(key, str):
        return otherwise
    return (
        key
        if NAMEABLE.fullmatch(key)
        else f"{otherwise} (\N{LEFT SINGLE QUOTATION MARK}{sanitize(key)[:64]}\N{RIGHT SINGLE QUOTATION MARK})"
    )


def _clause(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch":
        given = context["pattern"]
        fitting = (must for start, must in _PATTERNS.items() if given.startswith(start))
        return next(fitting, _UNWORDED)
    if context.get("field_type") == "Dictionary":
        return "must compare exactly one thing; join several with `all` or `any`"
    if error["type"].endswith("too_long") and _is_text(error):
        return f"must have {context['max_length']} characters or fewer"
    must = _MUST.get(error["type"])
    return must.format_map(context) if must else _UNWORDED


def leads_on(value: Any, step: str | int) -> bool:  # noqa: ANN401  (any tree)
    """Tell whether there is something at this step of a path."""
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value
