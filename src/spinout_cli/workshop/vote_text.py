"""A closed vote in words: counts first, then statistics."""

from collections.abc import Iterable, Sequence

from spinout_cli.documents.workshop import Agreed, Discussion, Group, Round
from spinout_cli.interview.slide import DONT_KNOW_MARK, Bar
from spinout_cli.question_set.model import Question, Rung
from spinout_cli.workshop.close import differing
from spinout_cli.workshop.vote_parser import LETTERS
from spinout_cli.workshop.vote_statistics import consensus, medians, moved, not_known, split

_MANY = 4
"""One in so many who do not know is worth saying."""

_NO_RUNG = {
    "unknown": "we do not know",
    "no-agreement": "no agreement, for now",
    "not-applicable": "it does not apply here",
}


_DIFFERENT = "; sees it differently from the rest"


def letter(question: Question, rung: str) -> str:
    """Return the letter that a rung has on the wall."""
    return LETTERS[question.ladder.index(rung)] if rung in question.ladder else "–"  # noqa: RUF001  (a dash)


def lettered(question: Question) -> Iterable[tuple[str, Rung]]:
    """Return the rungs with their letters, from the bottom up."""
    return zip(LETTERS, question.rungs, strict=False)


def places(question: Question) -> tuple[tuple[str, str], ...]:
    """Return the rungs with their letters, from the bottom up, and at the end not knowing."""
    rungs = ((letter, rung.label) for letter, rung in lettered(question))
    return (*rungs, (DONT_KNOW_MARK, "I don’t know"))  # noqa: RUF001  (an apostrophe)


def bars(question: Question, talk: Discussion) -> tuple[Bar, ...]:
    """Return the counts of the last vote, and what they were before it if the same room voted."""
    if talk.last is None:
        return ()
    now = talk.last.places(question.ladder)
    before = compared(talk)
    if before is None:
        return tuple(Bar(count) for count in now)
    earlier = before.places(question.ladder)
    return tuple(Bar(late, early) for late, early in zip(now, earlier, strict=True))


def compared(talk: Discussion) -> Round | None:
    """Return the vote with which the last one may be compared: the one before, by the same room."""
    *_, before, last = (None, None, *talk.rounds)
    return before if before and last and before.room == last.room else None


def counted(question: Question, vote: Group) -> str:
    """Say how people voted in one line: A 6, B 3, C 9, D 2, don't know 10."""
    return placed(vote.places(question.ladder))


def placed(votes: Sequence[int]) -> str:
    """Say votes by place: each rung from the bottom, then those who do not know.

    >>> placed([6, 3, 9, 10])
    'A 6, B 3, C 9, don’t know 10'
    """  # noqa: RUF002  (an apostrophe)
    names = [*LETTERS[: len(votes) - 1], "don’t know"]  # noqa: RUF001  (an apostrophe)
    return ", ".join(f"{name} {count}" for name, count in zip(names, votes, strict=True))


def remarks(question: Question, talk: Discussion, undertaking: str) -> list[str]:
    """Return what is to be said of the last vote, each a line or two."""
    vote = talk.last
    if vote is None:
        return []
    counts = vote.along(question.ladder)
    settled = talk.agreed is not None
    told = (
        "" if settled else _split(question, counts),
        "" if settled else _stopping(question, undertaking),
        _measures(question, talk),
        "" if settled else _not_known(vote, counts),
    )
    return list(filter(None, told))


def _stopping(question: Question, undertaking: str) -> str:
    """Say that facts are not put to the vote."""
    if question.hard_stop is None:
        return ""
    return f"This can stop {undertaking}: a document decides it, not the vote."


def is_split(question: Question, talk: Discussion) -> bool:
    """Tell whether the last vote was split."""
    return talk.last is not None and split(talk.last.along(question.ladder)) is not None


def _split(question: Question, counts: tuple[int, ...]) -> str:
    found = split(counts)
    if found is None:
        return ""
    low, high = found
    told = f"Split: {LETTERS[low]} and {LETTERS[high]} each hold a quarter or more."
    return f"{told} {settling(question, low, high)}"


def settling(question: Question, low: int, high: int) -> str:
    """Say what would settle it between two rungs."""
    return (
        f"Has anyone seen that “{question.rungs[high].label}” is so, and not only {LETTERS[low]}?"
    )


def _not_known(vote: Round, counts: tuple[int, ...]) -> str:
    share = not_known(counts, vote.unknown)
    if share * _MANY < 1:
        return ""
    return f"{vote.unknown} of {vote.cast} do not know: that is a finding, not a failing."


def groups(question: Question, talk: Discussion) -> list[str]:
    """Return how the groups voted that may be shown apart, and which see it differently."""
    vote = talk.last
    if vote is None:
        return []
    apart = {found.role for found in differing(question, vote)}
    return [
        f"{role}: {counted(question, group)}{_DIFFERENT if role in apart else ''}"
        for role, group in (vote.groups or {}).items()
    ]


def _measures(question: Question, talk: Discussion) -> str:
    """How many moved, and the consensus beside the counts it is computed from."""
    vote, before = talk.last, compared(talk)
    if vote is None:
        return ""
    now = consensus(vote.along(question.ladder))
    earlier = consensus(before.along(question.ladder)) if before else None
    moved = moved_at_last_vote(talk, question.ladder)
    parts = [middle(question, vote)]
    if moved is not None:
        parts.append(f"at least {moved} of {vote.cast} moved")
    if now is not None:
        first = f"{float(earlier):.2f} → " if earlier is not None else ""
        parts.append(f"consensus {first}{float(now):.2f}")
    told = " · ".join(filter(None, parts))
    return told[:1].upper() + told[1:]


def middle(question: Question, vote: Round) -> str:
    """Say which rung is in the middle, or which two; nothing where facts decide."""
    if question.hard_stop is not None:
        return ""
    found = medians(vote.along(question.ladder))
    return f"in the middle: {' and '.join(LETTERS[rung] for rung in found)}" if found else ""


def agreed_briefly(question: Question, agreed: Agreed) -> str:
    """Say what was agreed where the rungs stand beside it."""
    return f"{agreed_at(question, agreed)}{_rests_on(agreed)}"


def agreed_at(question: Question, agreed: Agreed) -> str:
    """Say what was agreed by the letter of its rung, or in words where it is none."""
    if agreed.rung is None:
        return _NO_RUNG[agreed.state or "unknown"]
    return letter(question, agreed.rung)


def _rests_on(agreed: Agreed) -> str:
    if agreed.basis is None:
        return f" ({agreed.reason})" if agreed.reason else ""
    basis = agreed.basis
    return f" ({basis.document}, {basis.date}; seen by {basis.seen_by})"


def agreed_words(question: Question, agreed: Agreed) -> str:
    """Say what was agreed, without a capital and a full stop."""
    if agreed.rung is None:
        return agreed_briefly(question, agreed)
    label = next((rung.label for rung in question.rungs if rung.id == agreed.rung), agreed.rung)
    return f"{letter(question, agreed.rung)}, {label}{_rests_on(agreed)}"


def moved_at_last_vote(talk: Discussion, ladder: tuple[str, ...]) -> int | None:
    """Return how many must have moved at the last vote; None where no earlier one compares.

    Rounds compare only if the same room voted.
    """
    if len(talk.rounds) < 2 or talk.rounds[-2].room != talk.rounds[-1].room:  # noqa: PLR2004  (it takes two)
        return None
    return moved(talk.rounds[-2].places(ladder), talk.rounds[-1].places(ladder))
