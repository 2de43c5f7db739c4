"""Plain screens: one line at a time, for screen readers and dumb terminals."""

import os
import re
import textwrap
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TextIO

from spinout_cli.interview.screen import (
    DONT_KNOW,
    Chose,
    ChoseMany,
    Command,
    Commanded,
    Option,
    Reply,
    Screen,
    Typed,
)
from spinout_cli.sanitize import sanitize
from spinout_cli.terminal.slide_layout import slide_text
from spinout_cli.terminal.tty import LINE_LIMIT, LineReader, discard_typeahead, enter_repeats
from spinout_cli.text_width import display_width, wrap

if TYPE_CHECKING:
    from spinout_cli.results.summary import Summary

_WORDS: dict[str, Command] = {
    "b": "back",
    "back": "back",
    "next": "next",
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
_NUMBERED = ("question", "vote")
_MOVES = {"next": Commanded("next"), "map": Commanded("map")}
"""Commands that Enter can give at a wall."""

_CUT = (
    f"That line is too long: this terminal takes {LINE_LIMIT:,} bytes, and a letter such as é "
    "takes two. Nothing was saved. Please shorten it."
)

_DROPPED = "Left out: codes of keys such as arrows. Here only Backspace changes a line."

_ANSWERED = ("question", "circumstance")
"""Screens on which what is chosen was chosen by a person, and is no mere suggestion."""


class PlainScreens:
    """Shows screens as lines of text, and reads replies as lines."""

    def __init__(self, out: TextIO, read_summary: "Callable[[Summary], str]") -> None:
        """Write to `out`; read from the terminal."""
        self._out = out
        self._read_summary = read_summary
        self._reader = LineReader(out)
        self._enter_alone = False
        """Whether Enter alone replied to the last screen: if it is held, it replies to no other."""

    @property
    def half_typed(self) -> str:
        """What was being typed when the last question was interrupted."""
        return sanitize(self._reader.half_typed)

    def say(self, words: str) -> None:
        """Print some lines."""
        for line in words.split("\n"):
            for part in self._folded(sanitize(line)):
                self._out.write(f"{part}\n")
        self._out.flush()

    def _folded(self, line: str) -> list[str]:
        """Fold a line between words where the terminal would fold it anywhere."""
        width = os.get_terminal_size(self._out.fileno()).columns if self._out.isatty() else 0
        if not 0 < width < display_width(line):
            return [line]
        if display_width(line) == len(line):  # a long word, such as a path, stays whole
            return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        return wrap(line, width)

    def page(self, summary: "Summary") -> None:
        """Print a summary, and wait until it has been read."""
        self._out.write(f"\n{self._read_summary(summary)}\n")
        self._ask("Press Enter to go on.")

    def show(self, screen: Screen) -> Reply:
        """Show a screen and return the reply to it."""
        discard_typeahead()
        self._introduce(screen)
        take = {"one": self._one, "many": self._many, "wall": self._wall}.get(
            screen.kind, self._line
        )
        while True:
            reply = self._take(screen, take)
            if reply is not None:
                return reply

    def _introduce(self, screen: Screen) -> None:
        place = _ended(screen.heading)
        if screen.side:
            place = f"{place} {'Question ' if screen.place.kind in _NUMBERED else ''}{screen.side}."
        self.say("")
        asked = slide_text(screen.wall) if screen.kind == "wall" and screen.wall else [screen.ask]
        asked = asked[-1:] if screen.seconds else asked  # the rest has just been read
        status = f"{screen.status()}." if screen.status else ""
        for line in (place, *asked, status, screen.hint):
            if line.strip():
                self.say(line.strip())
        if screen.note:
            self.say(f"Your note: {screen.note}")
        if screen.kind != "wall":
            self._list(screen)
        if screen.seconds:
            self.say(talking(screen.seconds, datetime.now().astimezone()))
        self.say(self._instruction(screen))

    def _list(self, screen: Screen) -> None:
        group = ""
        for option in screen.options:
            if option.group != group:
                group = option.group
                self.say(f"{group}:")
            given = screen.place.kind in _ANSWERED and option.value in screen.chosen
            self.say(_option_line(option, chosen=given))

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
            case "wall":
                return _wall_words(screen)
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
        line = self._ask("", unseen=screen.unseen or screen.place.kind == "vote")
        if line is None:
            self.say(_CUT)
            return None
        if not line and self._enter_alone and enter_repeats():
            return None
        self._enter_alone = not line
        if screen.kind != "line":
            word = line.strip().lower()
            if word in _HELP and screen.help:
                self._explain(screen)
                return None
            if word in _WORDS and _WORDS[word] in screen.commands and not _is_key(word, screen):
                return Commanded(_WORDS[word])
        return take(screen, sanitize(line).strip())

    def _ask(self, words: str, *, unseen: bool = False) -> str | None:
        line = self._reader.read(f"{words}\n> " if words else "> ", unseen=unseen)
        if unseen:
            self.say("")
        if self._reader.dropped_codes:
            self.say(_DROPPED)
        return line

    def _explain(self, screen: Screen) -> None:
        for part in screen.help:
            self.say(f"{_ended(part.heading)} {part.says}")
        self.say(self._instruction(screen))

    def _one(self, screen: Screen, line: str) -> Reply | None:
        if not line and screen.chosen:
            return Chose(screen.chosen[0])
        keys = {option.key: option.value for option in screen.options}
        if (key := line.lower()) in keys:
            return Chose(keys[key])
        self.say(f"Please type {_any_of(list(keys))}.")
        return None

    def _wall(self, screen: Screen, line: str) -> Reply | None:
        """A key or a word of the wall; while a vote is open, slips that are in, or the counts."""
        word = line.lower()
        for option in screen.options:
            if word in (option.key, option.label, option.label.split(" ")[0]):
                return Chose(option.value)
        if not word and screen.chosen:
            return _MOVES.get(screen.chosen[0]) or Chose(screen.chosen[0])
        if screen.place.kind == "vote":
            return self._at_vote(screen, word)
        self.say(self._instruction(screen))
        return None

    def _at_vote(self, screen: Screen, word: str) -> Reply | None:
        slips = re.fullmatch(r"(?:in (\d{1,5})|(\d{1,5}) in)", word)
        if slips is None or screen.slips is None:
            return Typed(word)
        screen.slips.count = 0
        screen.slips.add(int(slips[1] or slips[2]))
        self.say(f"{screen.slips}.")
        return None

    def _many(self, screen: Screen, line: str) -> Reply | None:
        if not line and screen.chosen:
            return ChoseMany(screen.chosen)
        keys = {option.key: option.value for option in screen.options}
        typed = line.replace(",", " ").split()
        if typed and all(key in keys for key in typed):
            chosen = tuple(dict.fromkeys(keys[key] for key in typed))
            if len(chosen) == 1 or DONT_KNOW.value not in chosen:
                return ChoseMany(chosen)
            self.say(f"{DONT_KNOW.key} stands alone: type only {DONT_KNOW.key}, or leave it out.")
            return None
        self.say(f"Please type {_any_of(list(keys))}; several with spaces between.")
        return None

    def _line(self, screen: Screen, line: str) -> Reply | None:
        if line == ".":
            return Commanded("back" if "back" in screen.commands else "quit")
        if line == "-":
            return Typed("")
        return Typed(line or screen.text)


def _is_key(word: str, screen: Screen) -> bool:
    """Tell whether a letter is the key of something on this very wall."""
    return screen.kind == "wall" and word in {option.key for option in screen.options}


def _wall_words(screen: Screen) -> str:
    """Say what can be typed at a wall."""
    parts = [f"{option.key} {option.label}" for option in screen.options]
    parts += ["why"] if screen.help else []
    parts += [word for word in screen.commands if word not in screen.chosen]
    usual = next((o.label for o in screen.options if o.value in screen.chosen), "")
    enter = f"Press Enter: {usual or ''.join(screen.chosen)}. "
    vote = "What you type here is not shown. " if screen.place.kind == "vote" else ""
    slips = "Or, for the slips that are in: 24 in. " if screen.slips else ""
    return f"{vote}{enter}{slips}Or type: {', '.join(parts)}."


def talking(seconds: int, now: datetime) -> str:
    """Say until when there is to talk, since nothing is redrawn here.

    >>> talking(180, datetime(2026, 11, 22, 14, 2))
    'Talk for 3 minutes, until 14:05.'
    """
    until = now + timedelta(seconds=seconds)
    return f"Talk for {seconds // 60} minutes, until {until:%H:%M}."


def _enter_alone(screen: Screen) -> str:
    """Say what Enter does without a number."""
    if not screen.chosen:
        return ""
    if screen.place.kind in _ANSWERED:
        return " Press Enter to keep what you chose."
    key = next(o.key for o in screen.options if o.value == screen.chosen[0])
    return f" Enter alone chooses {key}."


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


def _option_line(option: Option, *, chosen: bool) -> str:
    """Say an option as a line: its key, its words, how far it has got, whether it is chosen."""
    parts = [option.label]
    if option.progress:
        parts.append("{} of {} answered".format(*option.progress))
    parts.extend(part for part in (option.aside, "chosen now" if chosen else "") if part)
    return f"{option.key}. {'; '.join(parts)}".replace("?; ", "? ")


def _ended(heading: str) -> str:
    """Return a heading as a sentence, so that a voice stops after it."""
    return heading if not heading or heading.endswith(("?", ".", "!")) else f"{heading}."
