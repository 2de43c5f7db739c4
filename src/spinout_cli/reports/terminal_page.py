"""Blocks of text for a terminal, wrapped at any width, without markup or control codes."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from spinout_cli.sanitize import sanitize
from spinout_cli.text import to_encoding

WIDEST = 120
"""No line is longer than this, however wide the screen is."""

_NARROWEST = 20
_MEASURE = 88
"""Running text is no wider than this: what lies beyond is for the notes at the right."""

COLOURS = {"■": "red", "▲": "magenta", "●": "green", "?": "cyan"}
"""Colour only repeats what words say."""


class Page:
    """Puts words on a console: wrapped by words under a hanging indent, with notes at the right."""

    def __init__(self, console: Console) -> None:
        """Print on this console."""
        self._console = console
        self._after_gap = True
        self.width = max(_NARROWEST, min(console.width, WIDEST))

    def gap(self) -> None:
        """Leave one line empty, and never two."""
        if not self._after_gap:
            self._put(Text())

    def heading(self, words: str, note: str = "") -> None:
        """Begin a section."""
        self.gap()
        self.words("", words.upper(), note, style="bold")

    def words(self, lead: str | Text, words: str, note: str = "", style: str = "") -> None:
        """Print words after a lead; what follows the first line hangs under where they begin."""
        if not words and not note:
            return
        first = self.text(lead, COLOURS.get(lead.strip(), "")) if isinstance(lead, str) else lead
        indent = first.cell_len
        lines = self._wrap(words, min(self.width, _MEASURE) - indent, style)
        hanging = [first] + [Text(" " * indent) for _ in lines[1:]]
        whole = [start.append_text(line) for start, line in zip(hanging, lines, strict=True)]
        for line in whole[:-1]:
            self._put(line)
        self._put_with_note(whole[-1], note, indent)

    def phrases(self, lead: str, phrases: Iterable[str]) -> None:
        """Print phrases side by side, broken between them where that can be."""
        room = min(self.width, _MEASURE) - len(lead)
        line = ""
        for phrase in phrases:
            longer = f"{line} · {phrase}" if line else phrase
            if line and cell_len(sanitize(longer)) > room:
                self.words(lead, line)
                longer = phrase
            line = longer
        self.words(lead, line)

    def _put_with_note(self, line: Text, note: str, indent: int) -> None:
        """The note ends at the right edge; where it does not fit, on a line of its own."""
        aside = self.text(note)
        room = self.width - line.cell_len - aside.cell_len
        if not note:
            self._put(line)
        elif room > 1:
            self._put(line.append(" " * room).append_text(aside))
        else:
            self._put(line)
            for part in self._wrap(note, self.width - indent):
                self._put(Text(" " * (self.width - part.cell_len)).append_text(part))

    def row(self, title: str, column: int, rest: str) -> None:
        """Print a row of a table: a title wrapped in its column, and what stands beside it."""
        *lines, last = self._wrap(title, column)
        for line in lines:
            self._put(line)
        self._put(last.append(" " * (column - last.cell_len)).append_text(self.text(rest)))

    def text(self, words: str, style: str = "") -> Text:
        """Make the only kind of text that reaches the screen: nothing in it is obeyed."""
        # A span, since the base style of a text would colour what is appended to it.
        return Text().append(to_encoding(sanitize(words), self._console.encoding), style)

    def _wrap(self, words: str, width: int, style: str = "") -> list[Text]:
        """A word that is longer than the line is folded; nothing is ever cut."""
        text = self.text(words.strip(), style)
        lines = list(text.wrap(self._console, max(width, 4), overflow="fold", no_wrap=False))
        for line in lines:
            line.rstrip()
        return lines or [Text()]

    def _put(self, line: Text) -> None:
        line.rstrip()
        self._after_gap = not line
        self._console.print(line, no_wrap=True, overflow="ignore", crop=False)
