"""Parses the counts of a vote as a facilitator types them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from spinout_cli.text_folding import fold

LETTERS = "ABCDEFG"
"""What the rungs are called on the wall, from the bottom up."""


_LETTERS = frozenset(LETTERS.casefold())
_MOST = 10_000
_TRIM = " \t,;"
_MINUS = str.maketrans(dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}", "-"))
_NONE = re.compile(r"\b(none|nil|zero|nobody)\b")
_NOT_KNOWN = re.compile(r"\b(don['\N{RIGHT SINGLE QUOTATION MARK}]?t knows?|dk)\b")
_AFTER_MARK = re.compile(r"\?[\s:=]*([0-9]+|none|nil|zero|nobody)\b")
_BEFORE_MARK = re.compile(r"\b([0-9]+)\?")
_LETTERED = re.compile(r"([a-z])[\s:=]*([0-9]+)")
_SEPARATORS = re.compile(r"[\s,;/]+")
_WORD = re.compile(r"[^\W\d_]")
_RESIZED = re.compile(r"(?:(.*\S)\s+)?([0-9]{1,5})\s*(?:=|->|\N{RIGHTWARDS ARROW})\s*([0-9]{1,5})")

_AGAIN = "Type the line again"


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of the room or a part of it: one number a rung from the bottom, and who do not know."""

    counts: tuple[int, ...]
    unknown: int = 0

    @property
    def cast(self) -> int:
        """How many votes there are."""
        return sum(self.counts) + self.unknown


@dataclass(frozen=True, slots=True)
class ParsedVote:
    """A line that was understood: the whole room's votes, and each role's where they were given."""

    whole: Tally
    groups: Mapping[str, Tally] | None = None
    people: int = 0
    remote: int = 0
    """How many votes were in on people's own devices, which are added when the vote closes."""

    @property
    def to_confirm(self) -> str:
        """A question to be answered before it is taken, or nothing where every vote is in."""
        cast = self.whole.cast + self.remote
        if cast == self.people:
            return ""
        if cast > self.people:
            return f"{cast} votes from {self.people} people. Close the vote all the same?"
        return f"{cast} votes from {self.people} people. Is that all of them?"


@dataclass(frozen=True, slots=True)
class Resized:
    """Somebody came or left: how many there were and are, of a role if one was named."""

    before: int
    after: int
    role: str | None = None


@dataclass(frozen=True, slots=True)
class ParseProblem:
    """A line that could not be taken: what is wrong and what to do, without any count on a rung."""

    message: str


def read_line(
    text: str, rungs: int, room: Mapping[str, int]
) -> ParsedVote | Resized | ParseProblem:
    """Read a line of counts, such as `0 3 5 2 ?1`, or a change of the room, such as `30 = 31`.

    Args:
        text: what was typed.
        rungs: how many rungs the question has.
        room: how many people are in the room, by role as joined at set-up.

    >>> read_line("0 3 5 2 ?1", 4, {"everyone": 11}).whole
    Tally(counts=(0, 3, 5, 2), unknown=1)
    >>> read_line("A2 B3 C5 D0", 4, {"everyone": 11}).to_confirm
    '10 votes from 11 people. Is that all of them?'
    >>> read_line("30 = 31", 4, {"staff": 20, "managers": 10})
    Resized(before=30, after=31, role=None)
    """
    line = text.translate(_MINUS).casefold().strip(_TRIM)
    if not line:
        return ParseProblem("Nothing was typed. Type a number for each rung, lowest first.")
    changed = _RESIZED.fullmatch(line)
    try:
        if changed and changed[1] not in _LETTERS:
            return _resized(changed, room)
        parts = [part for part in re.split("[;\n]", line) if part.strip()]
        if any(_names_role(part, room) for part in parts):
            return _by_role(parts, rungs, room)
        return _checked(_tally(line, rungs), None, room)
    except _UnclearError as problem:
        return ParseProblem(str(problem))


def read_number(text: str) -> int | ParseProblem:
    """Read one count, for whoever types rung by rung.

    >>> read_number(" none "), read_number("12")
    (0, 12)
    """
    try:
        return _whole_number(_NONE.sub("0", text.translate(_MINUS).casefold()).strip())
    except _UnclearError as problem:
        return ParseProblem(str(problem))


def vote_from_rungs(
    counts: tuple[int, ...], unknown: int, room: Mapping[str, int]
) -> ParsedVote | ParseProblem:
    """Return what was typed rung by rung as one line would be: checked against who is there."""
    try:
        return _checked(Tally(counts, unknown), None, room)
    except _UnclearError as problem:
        return ParseProblem(str(problem))


class _UnclearError(Exception):
    """A line cannot be taken; the message says why, and never what was typed."""


def _checked(whole: Tally, groups: dict[str, Tally] | None, room: Mapping[str, int]) -> ParsedVote:
    """Take the votes, unless there are more than people."""
    people = sum(room.values())
    for role, tally in (groups or {}).items():
        if tally.cast > room[role]:
            raise _UnclearError(
                f"{role}: {tally.cast} votes from {room[role]} people. {_AGAIN}, "
                f'or "{role} {room[role]} = {tally.cast}" if somebody joined.'
            )
    if whole.cast > people:
        raise _UnclearError(
            f"{whole.cast} votes from {people} people. {_AGAIN}, "
            f'or "{people} = {whole.cast}" if somebody joined.'
        )
    return ParsedVote(whole, groups, people)


# Who is there


def _resized(changed: re.Match[str], room: Mapping[str, int]) -> Resized:
    role = _role(changed[1].rstrip(":"), room) if changed[1] else None
    everyone = sum(room.values())
    now = room[role] if role else everyone
    before, after = int(changed[2]), int(changed[3])
    if before != now:
        of = f" in {role}" if role else ""
        lead = f"{role} {now}" if role else f"{now}"
        raise _UnclearError(
            f"There are {now} people{of} so far, not {before}. Write {lead} = and the new number."
        )
    if not 0 < everyone - now + after <= _MOST:
        raise _UnclearError(f"There must be at least one person, and at most {_MOST}.")
    return Resized(before, after, role or (next(iter(room)) if len(room) == 1 else None))


def _names_role(part: str, room: Mapping[str, int]) -> bool:
    """Tell whether something that can be a role stands before a colon; a letter is a rung."""
    head, colon, _ = part.partition(":")
    head = head.strip()
    known = any(fold(head) == fold(role) for role in room)
    return bool(colon) and (known or (len(head) > 1 and head.replace(" ", "").isalpha()))


def _role(typed: str, room: Mapping[str, int]) -> str:
    """Return the role that this is, or the only one that begins like this."""
    name = typed.strip()
    exact = [role for role in room if fold(role) == fold(name)]
    found = exact or [role for role in room if fold(role).startswith(fold(name))]
    if len(found) != 1 or not name:
        which = "Several groups here begin like that" if found else "No group here is called that"
        raise _UnclearError(f"{which}. These are here: {', '.join(room)}.")
    return found[0]


def _by_role(parts: list[str], rungs: int, room: Mapping[str, int]) -> ParsedVote:
    groups: dict[str, Tally] = {}
    for part in parts:
        head, colon, numbers = part.partition(":")
        if not colon:
            raise _UnclearError(
                f"It does not say whose votes some of these are. {_AGAIN} like this: "
                + "; ".join(f"{role}: ..." for role in room)
            )
        role = _role(head, room)
        if role in groups:
            raise _UnclearError(f"{role} stands there twice. {_AGAIN} with each group once.")
        groups[role] = _of_role(role, numbers, rungs)
    if missing := [role for role in room if role not in groups]:
        raise _UnclearError(
            f"No votes yet from: {', '.join(missing)}. {_AGAIN} with every group, 'none' for "
            "one that gave no slips."
        )
    return _checked(_sum(groups, rungs), groups if len(groups) > 1 else None, room)


def _of_role(role: str, numbers: str, rungs: int) -> Tally:
    try:
        return _tally(numbers, rungs)
    except _UnclearError as problem:
        raise _UnclearError(f"{role}: {problem}") from None


def _sum(groups: Mapping[str, Tally], rungs: int) -> Tally:
    tallies = groups.values()
    return Tally(
        tuple(sum(tally.counts[rung] for tally in tallies) for rung in range(rungs)),
        sum(tally.unknown for tally in tallies),
    )


# The numbers


def _tally(text: str, rungs: int) -> Tally:
    """Read the votes of the room or of one group."""
    marked = _NOT_KNOWN.sub("?", text)
    line, unknown = _without_unknown(marked)
    if _NONE.fullmatch(line) or (not line and "?" in marked):
        return Tally((0,) * rungs, unknown)
    line = _NONE.sub("0", line)
    if re.search(r"-\s*[0-9]", line):
        raise _UnclearError(f"A number is negative. {_AGAIN} with 0 where nobody is.")
    if _WORD.search(line):
        return Tally(_lettered(line, rungs), unknown)
    numbers = [_whole_number(token) for token in _SEPARATORS.split(line) if token]
    if len(numbers) != rungs:
        raise _UnclearError(_miscounted(len(numbers), rungs))
    return Tally(tuple(numbers), unknown)


def _miscounted(numbers: int, rungs: int) -> str:
    given = f"{numbers} number{'' if numbers == 1 else 's'} for {rungs} rungs"
    if numbers < rungs:
        return f"{given}. Each rung needs one, lowest first: 0 where nobody is."
    return f"{given}. Write ? before the number of those who do not know, as in ?2."


def _without_unknown(line: str) -> tuple[str, int]:
    """Take out how many do not know."""
    for form in (_AFTER_MARK, _BEFORE_MARK):
        found = form.findall(line)
        if len(found) == 1 and line.count("?") == 1:
            return form.sub(" ", line).strip(_TRIM), _whole_number(_NONE.sub("0", found[0]))
    if "?" in line:
        raise _UnclearError("After ? goes how many do not know, once in the line, as in ?2.")
    return line.strip(_TRIM), 0


def _lettered(line: str, rungs: int) -> tuple[int, ...]:
    """Read numbers behind letters, in any order."""
    if _SEPARATORS.sub("", _LETTERED.sub("", line)):
        raise _UnclearError(
            f"There is something besides numbers. {_AGAIN} with figures, as in 3, not three."
        )
    here = LETTERS[:rungs].casefold()
    counts: dict[str, int] = {}
    for letter, number in _LETTERED.findall(line):
        if letter not in here:
            raise _UnclearError(f"The rungs here are A to {LETTERS[rungs - 1]}. {_AGAIN}.")
        if letter in counts:
            raise _UnclearError(f"{letter.upper()} stands there twice. {_AGAIN} with each once.")
        counts[letter] = _whole_number(number)
    if missing := [letter.upper() for letter in here if letter not in counts]:
        raise _UnclearError(
            f"No number yet for {', '.join(missing)}. Each rung needs one, or 'none'."
        )
    return tuple(counts[letter] for letter in here)


def _whole_number(token: str) -> int:
    if not re.fullmatch("[0-9]+", token):
        raise _UnclearError(
            f"There is something besides whole numbers. {_AGAIN} with figures, as in 3, not three."
        )
    digits = token.lstrip("0") or "0"
    if len(digits) > len(str(_MOST)) or int(digits) > _MOST:
        raise _UnclearError(
            f"A number is too large: there can be {_MOST} people at most. {_AGAIN}."
        )
    return int(digits)
