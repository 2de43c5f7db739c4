"""The minimum group size: which roles are joined, and which groups may be published."""

from collections.abc import Mapping, Sequence

MIN_GROUP = 5
"""The fewest people in a room whose votes are told apart from those of the others."""

EVERYONE = "everyone"
"""What the one group is called where none can be told apart."""


def join_small(roles: Mapping[str, int], floor: int = MIN_GROUP) -> dict[str, int]:
    """Return the roles with those under the floor joined, so that finer counts are never typed.

    What is still under the floor when joined takes in the next smallest. Roles with nobody in them go.

    >>> join_small({"staff": 18, "managers": 6, "union": 2, "users": 4})
    {'staff': 18, 'managers': 6, 'union and users': 6}
    >>> join_small({"staff": 18, "managers": 6, "union": 2})
    {'staff': 18, 'managers and union': 8}
    >>> join_small({"staff": 2, "managers": 1})
    {'everyone': 3}
    """
    groups: dict[str, int] = {}
    for role, group in group_of(roles, floor).items():
        groups[group] = groups.get(group, 0) + roles[role]
    return groups


def group_of(roles: Mapping[str, int], floor: int = MIN_GROUP) -> dict[str, str]:
    """Return the group that each role with somebody in it belongs to once small ones are joined.

    >>> group_of({"staff": 18, "managers": 6, "union": 2})
    {'staff': 'staff', 'managers': 'managers and union', 'union': 'managers and union'}
    """
    here = {role: people for role, people in roles.items() if people}
    by_size = sorted(here, key=here.__getitem__)
    joined = [role for role in by_size if here[role] < floor]
    for role in by_size[len(joined) :]:
        if not joined or sum(here[small] for small in joined) >= floor:
            break
        joined.append(role)
    name = EVERYONE if len(joined) == len(here) else _listed([r for r in here if r in joined])
    return {role: name if role in joined else role for role in here}


def _listed(names: Sequence[str]) -> str:
    *others, last = names or [""]
    return f"{', '.join(others)} and {last}" if others else last


def publishable_groups(
    whole: Sequence[int], groups: Mapping[str, Sequence[int]], floor: int = MIN_GROUP
) -> tuple[str, ...]:
    """Return the groups of one round whose votes may be shown apart from those of the room.

    Args:
        whole: all votes of the round by place: each rung, then those who do not know.
        groups: the same of each group.
        floor: the fewest votes that may be told apart.

    A group and the rest of the room both reach the floor, and those in it who know are not of one
    mind. What is left when all that is shown is taken away from the whole must be fit to be shown
    as well: where it is not, nothing is shown apart.
    """
    votes = sum(whole)
    shown = [
        role
        for role, places in groups.items()
        if _fit(places, floor) and votes - sum(places) >= floor
    ]
    left = list(whole)
    for role in shown:
        left = [all_ - its for all_, its in zip(left, groups[role], strict=True)]
    return tuple(shown) if not any(left) or _fit(left, floor) else ()


def _fit(places: Sequence[int], floor: int) -> bool:
    """Tell whether these votes give nobody away: there are enough, and those who know differ."""
    *rungs, _ = places
    return sum(places) >= floor and min(places) >= 0 and max(rungs) < sum(rungs)
