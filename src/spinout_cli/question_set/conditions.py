"""Conditions as data, with three-valued logic: when a question, rule or notice applies.

A condition is three-valued. It is unknown (None) where a fact that it needs is not known.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple, Protocol

from pydantic import ConfigDict, Discriminator, Field, RootModel, Tag

from spinout_cli.fields import AnyState, Id, Model, Text

DEPTH_LIMIT = 8
"""How deep conditions may nest."""

TALLIES = ("answered", "unknown", "roadblocks", "enablers", "hard-stops")
"""What a rule may count, written `tally.unknown` and so on."""


_OR_NUMBER: dict[str, Any] = {"anyOf": [{"type": kind} for kind in ("string", "number", "null")]}
"""What an editor should let pass: a number in YAML is text to us, and a number to it."""


class Comparison(Model):
    """One comparison with a circumstance, an answer or a tally."""

    is_: Text | None = Field(None, alias="is", description="It is exactly this.")
    in_: tuple[Text, ...] | None = Field(None, alias="in", description="It is one of these.")
    has: Text | None = Field(None, description="This is among them (where several are given).")
    at_least: Text | None = Field(
        None,
        description="This rung or a higher one; this number or more.",
        json_schema_extra=_OR_NUMBER,
    )
    below: Text | None = Field(
        None,
        description="A rung below this one; less than this number.",
        json_schema_extra=_OR_NUMBER,
    )
    before: date | None = Field(None, description="A date before this one.")
    after: date | None = Field(None, description="A date after this one.")
    state: AnyState | None = Field(None, description="The state of an answer; always known.")

    def only(self) -> tuple[str, Any] | None:
        """Return the one comparison that is given, or None where it is not exactly one."""
        written = [(name, getattr(self, name)) for name in self.model_fields_set]
        given = [(name, value) for name, value in written if value is not None]
        return given[0] if len(given) == 1 else None


class All(Model):
    """Every one of these holds."""

    all: tuple["Condition", ...] = Field(min_length=1, description="Every one of these holds.")


class Any_(Model):  # noqa: N801  (`Any` is taken by typing)
    """At least one of these holds."""

    any: tuple["Condition", ...] = Field(min_length=1, description="At least one of these holds.")


class Not(Model):
    """This does not hold."""

    not_: "Condition" = Field(alias="not", description="This does not hold.")


class Test(RootModel[dict[Id, Comparison]]):
    """The id of a circumstance, question or tally, and what it is compared with."""

    model_config = ConfigDict(frozen=True)
    root: dict[Id, Comparison] = Field(min_length=1, max_length=1)

    def parts(self) -> tuple[str, Comparison]:
        """Return the id and the comparison."""
        return next(iter(self.root.items()))


_KINDS: Mapping[type, str] = {All: "all", Any_: "any", Not: "not", Test: "test"}


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        first = next(iter(value), "test")
        return first if first in ("all", "any", "not") else "test"
    return _KINDS.get(type(value), "test")


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[Any_, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Test, Tag("test")],
    Discriminator(_kind),
]
"""A tree of all, any, not and comparisons."""


class Facts(NamedTuple):
    """What conditions look at: values by id (absent or None: not known), and states by id."""

    values: Mapping[str, Any]
    states: Mapping[str, str]


Holds = Callable[[Facts], bool | None]
"""A condition made ready: True, False, or None where a fact it needs is not known."""


def tests(
    condition: Condition,
    depth: int = 1,  # noqa: PT028  (not a test: the comparisons in a condition)
) -> Iterator[tuple[str, Comparison, int]]:
    """Yield every comparison in the condition with the id it looks at and how deep it stands."""
    match condition:
        case All(all=parts) | Any_(any=parts):
            for part in parts:
                yield from tests(part, depth + 1)
        case Not(not_=part):
            yield from tests(part, depth + 1)
        case Test():
            yield *condition.parts(), depth


def looks_at(condition: Condition | None) -> frozenset[str]:
    """Return the ids of all that decides whether the condition holds."""
    return frozenset(name for name, _, _ in tests(condition)) if condition else frozenset()


def days_round(cut: date) -> list[str]:
    """Return the days that a comparison with this one tells apart, as they are given.

    >>> days_round(date(9999, 12, 31))
    ['9999-12-30', '9999-12-31']
    """
    near = range(max(cut.toordinal() - 1, 1), min(cut.toordinal() + 1, date.max.toordinal()) + 1)
    return [date.fromordinal(day).isoformat() for day in near]


def choices(
    condition: Condition | None, ladders: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield ids with the few values that each must have for the condition to hold."""
    if isinstance(condition, All):
        for part in condition.all:
            yield from choices(part, ladders)
    elif condition is not None and (choice := _choice(condition, ladders)) is not None:
        yield choice


def compile_condition(condition: Condition | None, ladders: Mapping[str, tuple[str, ...]]) -> Holds:
    """Make a condition ready to be asked often.

    Args:
        condition: the condition; None always holds.
        ladders: the rung ids of every question from the bottom up.
    """
    match condition:
        case None:
            return lambda _facts: True
        case All(all=parts):
            return _combined(parts, ladders, decisive=False)
        case Any_(any=parts):
            return _combined(parts, ladders, decisive=True)
        case Not(not_=part):
            return _opposite(compile_condition(part, ladders))
        case Test():
            choice = _choice(condition, ladders)
            return _comparison(*condition.parts()) if choice is None else _among(*choice)


def _combined(
    conditions: Sequence[Condition], ladders: Mapping[str, tuple[str, ...]], *, decisive: bool
) -> Holds:
    """Kleene's `and` (decided by a False) or `or` (decided by a True)."""
    found = [_choice(condition, ladders) for condition in conditions]
    choices = [choice for choice in found if choice is not None]
    parts = [
        compile_condition(c, ladders)
        for c, choice in zip(conditions, found, strict=True)
        if choice is None
    ]

    def holds(facts: Facts) -> bool | None:
        verdict: bool | None = not decisive
        for name, among in choices:  # most comparisons are such: looked at here, without a call
            value = facts.values.get(name)
            if value is None:
                verdict = None
            elif (value in among) is decisive:
                return decisive
        for part in parts:
            held = part(facts)
            if held is decisive:
                return decisive
            if held is None:
                verdict = None
        return verdict

    return holds


def _choice(
    condition: Condition, ladders: Mapping[str, tuple[str, ...]]
) -> tuple[str, tuple[str, ...]] | None:
    """Return what a comparison looks at and what that may be, where it is one of a few things."""
    if not isinstance(condition, Test):
        return None
    name, comparison = condition.parts()
    match _only(comparison), ladders.get(name):
        case ("is_", wanted), _:
            return name, (wanted,)
        case ("in_", wanted), _:
            return name, wanted
        case ("at_least", wanted), tuple() as ladder:
            return name, ladder[ladder.index(wanted) :]
        case ("below", wanted), tuple() as ladder:
            return name, ladder[: ladder.index(wanted)]
        case _:
            return None


def _opposite(part: Holds) -> Holds:
    def holds(facts: Facts) -> bool | None:
        found = part(facts)
        return None if found is None else not found

    return holds


def _only(comparison: Comparison) -> tuple[str, Any]:
    """The one comparison; one that never holds where there is not exactly one, which is refused."""
    return comparison.only() or ("is_", "")


def _comparison(name: str, comparison: Comparison) -> Holds:
    how, wanted = _only(comparison)
    if how == "state":
        return lambda facts: facts.states.get(name, "not-asked") == wanted
    return _on_value(name, _matcher(how, wanted))


def _among(name: str, among: tuple[str, ...]) -> Holds:
    return _on_value(name, among.__contains__)


def _on_value(name: str, matches: Callable[[Any], bool]) -> Holds:
    def holds(facts: Facts) -> bool | None:
        value = facts.values.get(name)
        return None if value is None else matches(value)

    return holds


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "below": operator.lt,
    "before": operator.lt,
    "after": operator.gt,
}


def _matcher(name: str, wanted: Any) -> Callable[[Any], bool]:  # noqa: ANN401  (as it was written)
    if name == "has":
        return lambda value: wanted in value
    compare = _COMPARE[name]
    against = float(wanted) if name in ("at_least", "below") else str(wanted)
    return lambda value: compare(value, against)


class Conditional(Protocol):
    """Something that has an id and may have a condition: a circumstance or a question."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def when(self) -> Condition | None:
        """The condition under which it applies; None for always."""


def dependencies(parts: Sequence[Conditional]) -> dict[str, set[str]]:
    """Return, for every part, the ids of those parts that its condition looks at."""
    ids = {part.id for part in parts}
    return {part.id: {name for name in looks_at(part.when) if name in ids} for part in parts}
