"""The phones of a workshop: what the workshop asks of them, and the screen on which they join."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spinout_cli.errors import SpinoutError
from spinout_cli.interview.screen import Option, Place, Screen
from spinout_cli.interview.slide import DONT_KNOW_MARK, Slide
from spinout_cli.phones.addresses import own_addresses
from spinout_cli.phones.ballot_box import Ballot, BallotBox, ShownResult
from spinout_cli.phones.qr import qr_lines, wifi_text
from spinout_cli.phones.server import PORT, PhoneServer
from spinout_cli.question_set.model import Question
from spinout_cli.workshop.vote_parser import LETTERS, Tally
from spinout_cli.workshop.vote_text import places

_WARM_UP = Ballot(
    "How did you get here today?",
    (
        *zip(
            LETTERS,
            ("On foot or by bicycle", "By bus or train", "By car", "I have not left home"),
            strict=False,
        ),
        (DONT_KNOW_MARK, "I would rather not say"),
    ),
    warm_up=True,
)

_NOBODY = (
    "If no phone gets through: it is on another Wi-Fi or on mobile data, the Wi-Fi keeps devices "
    "apart, or this laptop's firewall blocks the port. A hotspot of this laptop or of a phone mends "
    "all three. Slips work at once, and nothing is lost."
)
_HINT = "No name is asked. Slips are as good: whoever prefers paper votes on paper."


@dataclass(frozen=True, slots=True)
class Wifi:
    """The Wi-Fi that phones join: its name and its password, which is kept nowhere."""

    name: str
    password: str = ""


class PhoneRoom:
    """Phones that vote in a workshop, from the first that joins until it is closed."""

    def __init__(
        self, host: str | None = None, port: int = PORT, *, wifi: Wifi | None = None
    ) -> None:
        """Begin to listen.

        Args:
            host: the address to listen on; the likeliest of this machine if None.
            port: the port to listen on.
            wifi: the Wi-Fi to join, if the wall is to say so.

        Raises:
            SpinoutError: that address or port cannot be used.
        """
        self.box = BallotBox()
        self._wifi = wifi
        self._shows_wifi = False
        self._fixed = host is not None
        self._key: tuple[str, int] | None = None
        self._server = PhoneServer(self.box, host or own_addresses()[0], port)
        self._server.start()

    @property
    def address(self) -> str:
        """The address that phones open."""
        return self._server.address

    def stop(self) -> None:
        """Stop listening. Votes that have not closed are gone."""
        self._server.stop()

    # ------------------------------------------------------------ what the workshop asks

    def offer(self, groups: Sequence[str]) -> None:
        """Say which groups people can say that they are in; none where none is told apart."""
        self.box.set_groups(tuple(groups))

    def ask(self, question: Question, turn: int) -> None:
        """Have everybody vote. Where this turn of this question is open already, it goes on."""
        if self._key != (question.id, turn):
            self._key = (question.id, turn)
            self.box.open(Ballot(question.ask, places(question), question.aloud))

    def cast(self) -> int:
        """Return how many votes are in, of a vote that counts."""
        return self.box.cast() if self._key else 0

    def close(self) -> Mapping[str, Tally]:
        """Close the vote, and return its sums by group."""
        if self._key is None:
            return {}
        self._key = None
        return self.box.close()

    def show(self, question: Question, slide: Slide) -> None:
        """Show a result that hangs on the wall. A vote that was open is dropped."""
        self._key = None
        if slide.bars:
            ballot = Ballot(question.ask, places(question), question.aloud)
            counts = tuple(bar.count for bar in slide.bars)
            self.box.show(ShownResult(ballot, counts, slide.remarks))
        else:
            self.box.clear()

    def wait(self) -> None:
        """Have everybody wait. A vote that was open is dropped."""
        self._key = None
        self.box.clear()

    # ------------------------------------------------------------ the screen to join

    def screen(self, here: Place) -> Screen:
        """Return the screen that says how to join."""
        lines = self._wifi_lines() if self._shows_wifi else self._join_lines()
        slide = Slide(
            "Join the Wi-Fi" if self._shows_wifi else "Vote with your phone",
            (),
            aloud=_HINT,
            remarks=tuple(filter(None, (*lines, *self._warm_up_lines()))),
            picture=() if self.box.paused and not self._shows_wifi else self._picture(),
        )
        return Screen(
            here,
            "wall",
            ask=slide.ask,
            heading="Phones",
            wall=slide,
            options=(Option("g", "go", "go on"), *self._options()),
            chosen=("go",),
            commands=("back", "map", "quit"),
            status=self._status,
        )

    def choose(self, value: str) -> str:
        """Do what was chosen on that screen, and return what to say of it."""
        match value:
            case "new-word":
                self.box.unseat()
                return "There is a new word. Everybody joins again, and votes again."
            case "off":
                self.box.pause(paused=not self.box.paused)
                return "Phones are off." if self.box.paused else "Phones are on."
            case "address":
                return self._move()
            case "wifi":
                self._shows_wifi = not self._shows_wifi
            case "warm-up":
                self._warm_up()
            case _:
                pass
        return ""

    def _options(self) -> tuple[Option, ...]:
        warm = self.box.ballot is not None and self.box.ballot.warm_up
        free = self._key is None
        wifi = Option("w", "wifi", "the code for phones" if self._shows_wifi else "Wi-Fi code")
        return (
            *([Option("t", "warm-up", "show it" if warm else "try it out")] if free else []),
            Option("n", "new-word", "new word"),
            Option("o", "off", "phones on" if self.box.paused else "phones off"),
            *([] if self._fixed else [Option("a", "address", "another address")]),
            *([wifi] if self._wifi else []),
        )

    def _join_lines(self) -> tuple[str, ...]:
        gone = not self._fixed and self._server.host not in own_addresses()
        return (
            f"Wi-Fi: {self._wifi.name}" if self._wifi else "Be on the same Wi-Fi as this laptop.",
            "Scan the code, or type this address:",
            self.address,
            f"The word of this room is {self.box.word}.",
            "The network of this laptop has changed: choose another address." if gone else "",
            "" if self.box.ever_seated else _NOBODY,
        )

    def _wifi_lines(self) -> tuple[str, ...]:
        return (f"Scan this code to join the Wi-Fi {self._wifi.name if self._wifi else ''}.",)

    def _warm_up_lines(self) -> tuple[str, ...]:
        ballot = self.box.ballot
        if ballot is not None and ballot.warm_up:
            return (f"To try it out: {ballot.ask} Nothing of it is kept.",)
        result = self.box.result
        if result is None or not result.ballot.warm_up:
            return ()
        told = zip(result.ballot.places, result.counts, strict=True)
        return (
            "It works: " + ", ".join(f"{label}: {count}" for (_, label), count in told if count),
        )

    def _picture(self) -> tuple[str, ...]:
        if self._shows_wifi and self._wifi:
            return qr_lines(wifi_text(self._wifi.name, self._wifi.password))
        return qr_lines(self.address.upper())

    def _status(self) -> str:
        if not self.box.ever_seated:
            return "No phone has reached us yet"
        presence = self.box.presence()
        parts = [f"{presence.here} phone{'' if presence.here == 1 else 's'} here"]
        parts += [f"{presence.lost} lost touch"] if presence.lost else []
        if self._key is None and self.box.ballot is not None:  # never of a vote with slips in it
            parts += [f"{self.box.cast()} have voted"]
        return "Phones are off" if self.box.paused else " · ".join(parts)

    # ------------------------------------------------------------ what is chosen there

    def _warm_up(self) -> None:
        """Open the warm-up question; or close it, and show what came of it."""
        if self._key is not None:
            return
        ballot = self.box.ballot
        if ballot is None:
            self.box.open(_WARM_UP)
            return
        sums = self.box.close().values()
        counts = [tally.counts for tally in sums]
        rungs = map(sum, zip(*counts, strict=True)) if counts else [0] * (len(ballot.places) - 1)
        unknown = sum(tally.unknown for tally in sums)
        self.box.show(ShownResult(ballot, (*rungs, unknown)))

    def _move(self) -> str:
        """Listen on the next address of this machine; seats of the old one cannot come along."""
        known = own_addresses()
        before = self._server.host
        after = known[(known.index(before) + 1) % len(known)] if before in known else known[0]
        if after == before:
            return "This laptop has no other address."
        try:
            server = PhoneServer(self.box, after, self._server.port)
        except SpinoutError as problem:
            return str(problem)
        self._server.stop()
        self.box.unseat()
        self._server = server
        server.start()
        return f"Phones now come to {after}. Everybody joins again, and votes again."
