"""Something in a question set that does not fit, and where."""

from collections.abc import Iterator
from typing import NamedTuple

Path = tuple[str | int, ...]


Found = Iterator["Problem"]


class Problem(NamedTuple):
    """Something that does not fit: the path to it in the tree, what is wrong, and what to do."""

    where: Path
    message: str


def missing(where: Path, kind: str, name: str) -> Problem:
    """Return the problem that nothing of this kind has this name."""
    return Problem(where, f"there is no {kind} '{name}'. Check the spelling, or add it.")
