"""The ballot box: seats, the open vote and the last result, in memory only; safe between threads."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import choice, token_urlsafe

from spinout_cli.workshop.vote_parser import Tally

WORD_LENGTH = 8
MOST_SEATS = 500
REVEAL_DELAY = 4.0
"""Seconds after which phones show a result that the wall shows at once, so that heads stay up."""

SILENCE = 45.0
"""Seconds after which a phone that has asked for nothing has lost touch."""

WHOLE_ROOM = ""
"""The group of a seat that counts in the whole room only."""

_BURST = 60.0
_PER_SECOND = 10.0
"""How many requests a seat may make at once, and how many a second after that."""

_UNAMBIGUOUS = "abcdefghjkmnpqrstuvwxyz23456789"


class BoxFullError(Exception):
    """There are as many seats as there may be."""


class NoSeatError(Exception):
    """There is no such seat, or it was handed on."""


class VoteClosedError(Exception):
    """The vote that a ballot is for is not the one that is open."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is voted on: the question, the letter and the words of each place, don't know last."""

    ask: str
    places: tuple[tuple[str, str], ...]
    aloud: str = ""
    warm_up: bool = False


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A closed vote as the wall shows it: the count of each place, and what is said of it."""

    ballot: Ballot
    counts: tuple[int, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeatState:
    """Everything that one phone may know."""

    group: str | None
    """None until it has been chosen; the empty name counts in the whole room only."""

    groups: tuple[str, ...]
    revision: int
    number: int
    """The number of the open vote, which a ballot has to name."""

    ballot: Ballot | None = None
    own: int | None = None
    result: ShownResult | None = None
    paused: bool = False
    waits_for_result: bool = False


@dataclass(frozen=True, slots=True)
class Presence:
    """How many phones are here, and how many of them have lost touch."""

    here: int
    lost: int


@dataclass(slots=True)
class _Seat:
    group: str | None
    seen: float
    asked: float
    allowance: float = _BURST
    handed_on: bool = False


@dataclass(slots=True)
class _Vote:
    """The open vote: what is voted on, and the place that each seat has chosen."""

    ballot: Ballot
    chosen: dict[str, int] = field(default_factory=dict)


class BallotBox:
    """Holds the votes of phones until they close. Nothing of it is ever written or logged.

    While a vote is open a seat can read its own choice and nothing else. When the vote closes
    the sums leave the box, and who chose what is forgotten.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with an empty room, a new word, and nothing to vote on."""
        self.word = new_word()
        self.revision = 0
        self._clock = clock
        self._lock = threading.RLock()
        self._seats: dict[str, _Seat] = {}
        self._groups: tuple[str, ...] = ()
        self._vote: _Vote | None = None
        self._result: ShownResult | None = None
        self._shown_from = 0.0
        self._paused = False
        self._number = 0
        self._ever_seated = False
        self.changed: Callable[[float], None] = lambda _delay: None
        """Called when what phones show changes, with the seconds until it does so again, or 0."""

    # ------------------------------------------------------------ for the workshop

    @property
    def ballot(self) -> Ballot | None:
        """What is being voted on."""
        with self._lock:
            return self._vote.ballot if self._vote else None

    @property
    def result(self) -> ShownResult | None:
        """What came of the last vote, while it is shown."""
        return self._result

    @property
    def paused(self) -> bool:
        """Whether phones are turned off for now."""
        return self._paused

    @property
    def ever_seated(self) -> bool:
        """Whether any phone has ever joined."""
        return self._ever_seated

    def pause(self, *, paused: bool) -> None:
        """Turn phones off or on. Votes that were given stay."""
        with self._lock:
            self._paused = paused
            self._tell()

    def unseat(self) -> str:
        """Make a new word: every seat is lost, and so are their votes in the open vote."""
        with self._lock:
            self.word = new_word()
            self._seats.clear()
            if self._vote is not None:
                self._open(self._vote.ballot)
            self._tell()
            return self.word

    def set_groups(self, groups: tuple[str, ...]) -> None:
        """Say which groups are told apart; seats of a group that is no more are asked again."""
        with self._lock:
            if groups == self._groups:
                return
            self._groups = groups
            for seat in self._seats.values():
                seat.group = self._still(seat.group)
            self._tell()

    def open(self, ballot: Ballot) -> None:
        """Open a vote. One that was open is dropped, with its votes."""
        with self._lock:
            self._open(ballot)
            self._result = None
            self._tell()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that are told apart."""
        return self._groups

    def cast(self) -> int:
        """Return how many votes are in."""
        with self._lock:
            return len(self._vote.chosen) if self._vote else 0

    def close(self) -> dict[str, Tally]:
        """Close the vote, and return its sums by group; who chose what is forgotten here."""
        with self._lock:
            sums = self._sums(self._vote) if self._vote else {}
            self._drop_vote()
            self._result = None
            self._tell()
            return sums

    def show(self, result: ShownResult) -> None:
        """Show a result, a few seconds from now; an open vote is dropped."""
        with self._lock:
            if self._result == result and self._vote is None:
                return
            again = self._result is not None and self._result.ballot == result.ballot
            self._drop_vote()
            self._result = result
            if not again:
                self._shown_from = self._clock() + REVEAL_DELAY
            self._tell(max(0.0, self._shown_from - self._clock()))

    def revealed(self) -> None:
        """Say that the seconds are over after which phones show a result."""
        with self._lock:
            self.revision += 1

    def clear(self) -> None:
        """Have phones wait; an open vote is dropped, and a result is taken down."""
        with self._lock:
            if self._vote is not None or self._result is not None:
                self._drop_vote()
                self._result = None
                self._tell()

    def presence(self) -> Presence:
        """Return how many phones are here and in touch."""
        with self._lock:
            here = [seat for seat in self._seats.values() if not seat.handed_on]
            lost = sum(self._clock() - seat.seen > SILENCE for seat in here)
            return Presence(len(here) - lost, lost)

    # ------------------------------------------------------------ for phones

    def join(self) -> str:
        """Return the token of a new seat.

        Raises:
            BoxFullError: there are too many seats.
        """
        with self._lock:
            if len(self._seats) >= MOST_SEATS:
                self._drop_silent()
            group = None if self._groups else WHOLE_ROOM
            token = token_urlsafe(24)
            self._seats[token] = _Seat(group, self._clock(), self._clock())
            self._ever_seated = True
            return token

    def choose_group(self, token: str, group: str) -> None:
        """Say which group a seat is in; a name that is no group counts in the whole room only."""
        with self._lock:
            self._seat(token).group = group if group in self._groups else WHOLE_ROOM

    def hand_on(self, token: str) -> None:
        """Give a seat up: its vote in the open vote stays, and nobody can see or change it."""
        with self._lock:
            self._seat(token).handed_on = True

    def vote(self, token: str, number: int, place: int) -> None:
        """Take a vote in; it replaces the one that this seat gave before.

        Raises:
            NoSeatError: there is no such seat.
            VoteClosedError: that vote is not open.
            ValueError: there is no such place.
        """
        with self._lock:
            self._seat(token)
            if self._vote is None or number != self._number or self._paused:
                raise VoteClosedError
            if not 0 <= place < len(self._vote.ballot.places):
                msg = "no such place"
                raise ValueError(msg)
            self._vote.chosen[token] = place

    def state(self, token: str) -> SeatState:
        """Return what a seat may know now.

        Raises:
            NoSeatError: there is no such seat.
        """
        with self._lock:
            seat = self._seat(token)
            seat.seen = self._clock()
            waits = self._result is not None and self._clock() < self._shown_from
            vote = None if self._paused else self._vote
            return SeatState(
                group=seat.group,
                groups=self._groups,
                revision=self.revision,
                number=self._number,
                ballot=vote.ballot if vote else None,
                own=vote.chosen.get(token) if vote else None,
                result=None if waits or self._paused else self._result,
                paused=self._paused,
                waits_for_result=waits,
            )

    def touch(self, token: str) -> bool:
        """Note that a seat is in touch, and tell whether there is such a seat."""
        with self._lock:
            seat = self._seats.get(token)
            if seat is None or seat.handed_on:
                return False
            seat.seen = self._clock()
            return True

    def may_ask(self, token: str) -> bool:
        """Tell whether a seat may make one more request now: some at once, then a few a second."""
        with self._lock:
            seat = self._seats.get(token)
            if seat is None:
                return True
            now = self._clock()
            seat.allowance = min(_BURST, seat.allowance + (now - seat.asked) * _PER_SECOND)
            seat.asked = now
            if seat.allowance < 1:
                return False
            seat.allowance -= 1
            return True

    # ------------------------------------------------------------ within

    def _seat(self, token: str) -> _Seat:
        seat = self._seats.get(token)
        if seat is None or seat.handed_on:
            raise NoSeatError
        return seat

    def _open(self, ballot: Ballot) -> None:
        self._drop_vote()
        self._number += 1
        self._vote = _Vote(ballot)

    def _drop_vote(self) -> None:
        """Forget the votes, and the seats that were kept for theirs alone."""
        self._vote = None
        self._seats = {token: s for token, s in self._seats.items() if not s.handed_on}

    def _still(self, group: str | None) -> str | None:
        if not self._groups:
            return WHOLE_ROOM
        return group if group in self._groups else None

    def _sums(self, vote: _Vote) -> dict[str, Tally]:
        sums: dict[str, list[int]] = {}
        for token, place in vote.chosen.items():
            group = self._seats[token].group or WHOLE_ROOM
            sums.setdefault(group, [0] * len(vote.ballot.places))[place] += 1
        return {group: Tally(tuple(counts[:-1]), counts[-1]) for group, counts in sums.items()}

    def _drop_silent(self) -> None:
        """Make room by dropping seats that have lost touch and have no vote in."""
        held = self._vote.chosen if self._vote else {}
        now = self._clock()
        silent = [t for t, s in self._seats.items() if t not in held and now - s.seen > SILENCE]
        for token in silent:
            del self._seats[token]
        if not silent:
            raise BoxFullError

    def _tell(self, again: float = 0.0) -> None:
        self.revision += 1
        self.changed(again)


def new_word() -> str:
    """Return a word that nobody can guess, of letters and figures that cannot be mistaken."""
    return "".join(choice(_UNAMBIGUOUS) for _ in range(WORD_LENGTH))
