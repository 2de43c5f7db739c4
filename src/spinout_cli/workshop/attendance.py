"""Attendance: parses the numbers of people by group."""

import re
from collections.abc import Mapping

from spinout_cli.documents.small_groups import EVERYONE, group_of
from spinout_cli.documents.workshop import PEOPLE_LIMIT
from spinout_cli.sanitize import sanitize

_LONGEST = 40
_NUMBER = r"(?:(?<![^\W\d_])-)?\d+"
"""A number; a hyphen is a minus, but not behind a letter, as in staff-18."""

_HOW = "Type each group with how many there are, such as: managers 6, users 12. Or only: 24."


def read_people(text: str) -> dict[str, int] | str:
    """Return how many people there are by role, or what is not clear.

    >>> read_people("18 staff, managers: 6; union 2")
    {'staff': 18, 'managers': 6, 'union': 2}
    >>> read_people("staff 18 and users 4"), read_people("union and users 6")
    ({'staff': 18, 'users': 4}, {'union and users': 6})
    >>> read_people("30")
    {'everyone': 30}
    """
    parts = _parts(sanitize(text).lower())
    people: dict[str, int] = {}
    for part in parts:
        numbers = re.findall(_NUMBER, part)
        role = " ".join(re.sub(rf"{_NUMBER}|[:=.]", " ", part).split()).strip(" -")[:_LONGEST]
        problem = _problem(role, numbers, alone=len(parts) == 1, known=people)
        if problem:
            return f"{problem} {_HOW}"
        people[role or EVERYONE] = int(numbers[0])
    return people if 0 < sum(people.values()) <= PEOPLE_LIMIT else f"Who is here? {_HOW}"


def _parts(text: str) -> list[str]:
    """Each group with its number; "union and users 6" is one, "staff 18 and users 4" are two."""
    parts: list[str] = []
    for part in re.split("[,;]", text):
        several = len(re.findall(r"\d+", part)) > 1
        parts += re.split(r"\band\b", part) if several else [part]
    return [part for part in parts if part.strip()]


def _problem(role: str, numbers: list[str], *, alone: bool, known: Mapping[str, int]) -> str:
    if len(numbers) != 1:
        how_many = "no number" if not numbers else "more than one number"
        return f"“{role}” has {how_many}."
    if numbers[0].startswith("-"):
        return "A number of people cannot be below none."
    if not role and not alone:
        return f"It does not say who the {numbers[0]} are."
    return f"“{role}” stands there twice." if role in known else ""


def people_text(people: Mapping[str, int]) -> str:
    """Say who is in the room.

    >>> people_text({"staff": 18, "managers and union": 8})
    '26 people: staff 18, managers and union 8'
    """
    total = sum(people.values())
    whole = "1 person" if total == 1 else f"{total} people"
    if len(people) < 2:  # noqa: PLR2004  (no groups to tell apart)
        return whole
    return f"{whole}: {', '.join(f'{role} {count}' for role, count in people.items())}"


def joined_words(people: Mapping[str, int]) -> str:
    """Say which roles were joined, and why; nothing where none had to be."""
    groups = group_of(people)
    if all(role == group for role, group in groups.items()):
        return ""
    if set(groups.values()) == {EVERYONE}:
        return "They are counted as one group: in a small group, counts could show who voted how."
    joined = dict.fromkeys(group for role, group in groups.items() if role != group)
    return (
        f"Joined: {'; '.join(joined)}. Fewer than 5 are never counted apart, since that "
        "could show who voted how."
    )
