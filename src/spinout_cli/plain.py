"""The interview one line at a time: nothing is redrawn, and nothing needs to be seen."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from spinout_cli.cleaning import clean
from spinout_cli.screens import Asked, Chose, ChoseMany, Command, Option, Reply, Screen, Typed
from spinout_cli.terminal import LineReader, forget_typed_ahead

if TYPE_CHECKING:
    from spinout_cli.summary import Summary

_WORDS: dict[str, Command] = {
    "b": "back",
    "back": "back",
    "n": "note",
    "note": "note",
    "r": "review",
    "review": "review",
    "m": "map",
    "map": "map",
    "s": "summary",
    "summary": "summary",
    "q": "quit",
    "quit": "quit",
}
_HELP = ("?", "w", "why", "help")
_ANSWERED = ("question", "circumstance")
"""Screens on which what is chosen was chosen by a person, and is no mere suggestion."""


class PlainFace:
    """Shows screens as lines of text, and reads replies as lines."""

    def __init__(self, out: TextIO, read_summary: "Callable[[Summary], str]") -> None:
        """Write to `out`; read from the terminal."""
        self._out = out
        self._read_summary = read_summary
        self._reader = LineReader()

    @property
    def half_typed(self) -> str:
        """What was being typed when the last question was interrupted."""
        return self._reader.half_typed

    def say(self, words: str) -> None:
        """Print some lines."""
        for line in words.split("\n"):
            self._out.write(f"{clean(line)}\n")
        self._out.flush()

    def page(self, summary: "Summary") -> None:
        """Print a summary, and wait until it has been read."""
        self._out.write(f"\n{self._read_summary(summary)}\n")
        self._ask("Press Enter to go on.")

    def show(self, screen: Screen) -> Reply:
        """Show a screen and return the reply to it."""
        forget_typed_ahead()
        self._introduce(screen)
        take = {"one": self._one, "many": self._many}.get(screen.kind, self._line)
        while True:
            reply = self._take(screen, take)
            if reply is not None:
                return reply

    def _introduce(self, screen: Screen) -> None:
        place = f"{screen.heading}." if screen.heading else ""
        if screen.side:
            place = (
                f"{place} {'Question ' if screen.place.kind == 'question' else ''}{screen.side}."
            )
        self.say("")
        for line in (place, screen.ask, screen.hint):
            if line.strip():
                self.say(line.strip())
        if screen.note:
            self.say(f"Your note: {screen.note}")
        self._list(screen)
        self.say(self._instruction(screen))

    def _list(self, screen: Screen) -> None:
        group = ""
        for option in screen.options:
            if option.group != group:
                group = option.group
                self.say(f"{group}:")
            given = screen.place.kind in _ANSWERED and option.value in screen.chosen
            self.say(_spoken(option, chosen=given))

    def _instruction(self, screen: Screen) -> str:
        words = [
            word for word in screen.commands if word not in {o.value[:-1] for o in screen.options}
        ]
        names = ", ".join([*(["why"] if screen.help else []), *words])
        match screen.kind:
            case "one":
                keys = (
                    "a number"
                    if all(o.key.isdigit() for o in screen.options)
                    else "a number or a letter"
                )
                return f"Type {keys}{', or: ' + names if names else ''}.{_enter_alone(screen)}"
            case "many":
                return (
                    "Type one or more numbers with spaces between, or: "
                    f"{names}.{_enter_alone(screen)}"
                )
            case _:
                kept = f"Now: {screen.text}. Press Enter to keep it; type a hyphen to empty it. "
                now = kept if screen.text else ""
                dot = "goes back" if "back" in screen.commands else "leaves"
                return f"{now}Type a line and press Enter. A full stop alone {dot}."

    def _take(self, screen: Screen, take: Callable[[Screen, str], Reply | None]) -> Reply | None:
        line = self._ask("")
        if line is None:
            self.say(
                "That line is too long: 4,000 characters at most. Nothing was saved. Please shorten it."
            )
            return None
        if screen.kind != "line":
            word = line.strip().lower()
            if word in _HELP and screen.help:
                self._explain(screen)
                return None
            if word in _WORDS and _WORDS[word] in screen.commands:
                return Asked(_WORDS[word])
        return take(screen, clean(line).strip())

    def _ask(self, words: str) -> str | None:
        self._out.write(f"{words}\n> " if words else "> ")
        self._out.flush()
        return self._reader.read()

    def _explain(self, screen: Screen) -> None:
        for part in screen.help:
            self.say(f"{part.heading}. {part.says}")
        self.say(self._instruction(screen))

    def _one(self, screen: Screen, line: str) -> Reply | None:
        if not line and screen.chosen:
            return Chose(screen.chosen[0])
        keys = {option.key: option.value for option in screen.options}
        if line in keys:
            return Chose(keys[line])
        self.say(f"Please type {_any_of(list(keys))}.")
        return None

    def _many(self, screen: Screen, line: str) -> Reply | None:
        if not line and screen.chosen:
            return ChoseMany(screen.chosen)
        keys = {option.key: option.value for option in screen.options}
        typed = line.replace(",", " ").split()
        if typed and all(key in keys for key in typed):
            return ChoseMany(tuple(dict.fromkeys(keys[key] for key in typed)))
        self.say(f"Please type {_any_of(list(keys))}; several with spaces between.")
        return None

    def _line(self, screen: Screen, line: str) -> Reply | None:
        if line == ".":
            return Asked("back" if "back" in screen.commands else "quit")
        if line == "-":
            return Typed("")
        return Typed(line or screen.text)


def _enter_alone(screen: Screen) -> str:
    """Say what Enter does without a number."""
    if not screen.chosen:
        return ""
    if screen.place.kind in _ANSWERED:
        return " Press Enter to keep what you chose."
    key = next((o.key for o in screen.options if o.value == screen.chosen[0]), "")
    return f" Enter alone chooses {key}." if key else ""


def _any_of(keys: list[str]) -> str:
    """Say which keys there are; a run of numbers by its ends.

    >>> _any_of(["1", "2", "3", "0"])
    'a number from 1 to 3, or 0'
    """
    run = next((i for i, key in enumerate(keys) if key != str(i + 1)), len(keys))
    if run < 2:  # noqa: PLR2004  (no run)
        return f"one of these: {', '.join(keys)}"
    rest = f", or {', '.join(keys[run:])}" if keys[run:] else ""
    return f"a number from 1 to {run}{rest}"


def _spoken(option: Option, *, chosen: bool) -> str:
    """Say an option as a line: its key, its words, how far it has got, whether it is chosen."""
    parts = [option.label]
    if option.progress:
        parts.append("{} of {} answered".format(*option.progress))
    parts.extend(part for part in (option.aside, "chosen now" if chosen else "") if part)
    return f"{option.key}. {'; '.join(parts)}".replace("?; ", "? ")
