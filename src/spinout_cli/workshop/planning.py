"""Plans a workshop: the questions that fit the time, and a rehearsal with invented votes."""

from collections.abc import Iterable, Mapping, Sequence

from spinout_cli.question_set.model import Question

NAME = "Practice room: the votes are invented"
"""What a practice workshop is called, in its file and in everything printed from it."""

_PEOPLE = (18, 6, 2, 4)
"""How many people the groups of a practice room have."""

_FIRST = (2, 9, 3, 9, 2)
"""How a room that has not talked yet is spread: out of so many, on each rung."""

_OTHERS = (7, 9, 2, 1, 1)
"""How the groups after the first one are spread before the talk: they see it differently."""

_LATER = (1, 3, 14, 4, 2)
"""How it is spread once it has."""


def people(groups: Sequence[str]) -> dict[str, int]:
    """Return who is in a practice room: two large groups and two small ones, where there are four.

    >>> people(("staff", "managers", "commissioner", "union", "users", "other"))
    {'staff': 18, 'managers': 6, 'union': 2, 'users': 4}
    """
    named = dict.fromkeys((*groups[:2], *groups[-3:-1], *groups))
    return dict(zip(named, _PEOPLE, strict=False))


def plan(stops: Sequence[Question], others: Sequence[Question]) -> tuple[str, ...]:
    """Return three questions to rehearse with: two on which a room agrees, one that facts decide."""
    return tuple(question.id for question in (*others[:1], *stops[:1], *others[1:2]))


def votes(question: Question, room: Mapping[str, int], taken: int) -> str:
    """Return invented counts as they would be typed, after so many rounds were taken.

    >>> from types import SimpleNamespace
    >>> votes(SimpleNamespace(ladder="abcd"), {"everyone": 30}, 0)
    'everyone: 2 13 3 10 ?2'
    """
    shapes = (_LATER,) if taken else (_FIRST, _OTHERS)
    lines = (
        f"{role}: {_spread(shapes[min(place, len(shapes) - 1)], people, len(question.ladder))}"
        for place, (role, people) in enumerate(room.items())
    )
    return "; ".join(lines)


def without(room: Mapping[str, int], votes: int) -> dict[str, int]:
    """Return the room without so many people, taken from its largest group each time.

    >>> without({"staff": 4, "managers": 2}, 3)
    {'staff': 1, 'managers': 2}
    """
    left = dict(room)
    for _ in range(min(votes, sum(room.values()))):
        left[max(left, key=left.__getitem__)] -= 1
    return left


def _spread(shape: tuple[int, ...], people: int, rungs: int) -> str:
    unknown = people // 12
    parts = shape[:rungs]
    left = people - unknown
    counts = [left * part // sum(parts) for part in parts]
    counts[parts.index(max(parts[-2:]))] += left - sum(counts)
    return f"{' '.join(map(str, counts))} ?{unknown}"


MINUTES_A_QUESTION = 5
"""House rule: to read out, vote, look and agree takes about this long."""


MINUTES_ASIDE = 20
"""House rule: what the opening and the close take between them."""


def questions_that_fit(minutes: int) -> int:
    """Return how many questions fit into so many minutes: at least one.

    >>> [questions_that_fit(minutes) for minutes in (60, 90, 120)]
    [8, 14, 20]
    """
    return max(1, (minutes - MINUTES_ASIDE) // MINUTES_A_QUESTION)


def propose(questions: Iterable[Question], minutes: int) -> tuple[str, ...]:
    """Return the questions for the minutes there are, themes kept together.

    Args:
        questions: what applies, in the set's order.
        minutes: how long there is, opening and close included.

    What can stop a spin-out comes first, then what weighs most; the theme of the first question
    comes whole before the next.
    """
    ranked = sorted(questions, key=lambda q: (q.hard_stop is None, -q.weight))
    chosen = ranked[: questions_that_fit(minutes)]
    themes = list(dict.fromkeys(question.theme for question in chosen))
    return tuple(q.id for q in sorted(chosen, key=lambda q: themes.index(q.theme)))
