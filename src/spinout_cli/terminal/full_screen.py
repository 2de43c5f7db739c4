"""Full-screen slides of a workshop, with prompt_toolkit."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from spinout_cli.interview.screen import Chose, Command, Commanded, Option, Screen
from spinout_cli.interview.slide import Slide
from spinout_cli.sanitize import sanitize
from spinout_cli.terminal.keys import KEYS, NAMES, key_row, wrapped
from spinout_cli.terminal.slide_layout import lay_out
from spinout_cli.text_width import display_width

WIDEST = 132
"""A wall is no wider than this, however wide the projector is."""

_EDGE = 2
_BESIDE = 34
"""How many columns the words beside a picture need at the least."""

_TICK = 0.5
_MINUTE = 60
_BEAT = 5
_MOVES: tuple[Command, ...] = ("next", "map")
"""Commands that Enter can give."""

_DIGIT = "Counts are typed unseen: press Enter first."


@dataclass(slots=True)
class _SlideView:
    """What a wall remembers while it hangs."""

    screen: Screen
    output: Output
    until: float | None = None
    page: int = 0
    problem: str = ""
    rung: bool = field(default=False)

    @property
    def width(self) -> int:
        return max(20, min(self.output.get_size().columns, WIDEST))

    @property
    def rows(self) -> int:
        return self.output.get_size().rows

    @property
    def picture(self) -> tuple[str, ...]:
        """The picture beside the wall, where there is room for it."""
        picture = self.screen.wall.picture if self.screen.wall and not self.page else ()
        fits = len(picture) <= _rows_left(self) and _picture_width(picture) <= self.width
        return picture if fits else ()

    @property
    def text_width(self) -> int:
        """How many columns the words of the wall have."""
        return self.width - _picture_width(self.picture) + _BESIDE * bool(self.picture)

    def help_lines(self) -> list[str]:
        """The help, as lines with an empty one between its parts."""
        parts = [wrapped(f"{p.heading}. {p.says}", self.width - 8) for p in self.screen.help]
        return [line for part in parts for line in (*part, "")]

    def more(self) -> None:
        """Open the help, turn its page, or close it after the last."""
        pages = -(-len(self.help_lines()) // self.room_for_help)
        self.page = (self.page + 1) % (pages + 1)

    def add(self, number: int) -> None:
        """Count slips, or lengthen the talk by a minute."""
        if self.until is not None:
            self.until = max(self.until, time.monotonic()) + _MINUTE * (number > 0)
            self.rung = False
        elif self.screen.slips is not None:
            self.screen.slips.add(number)

    def wait(self) -> None:
        """Keep a count off the wall that was typed too early."""
        self.problem = _DIGIT

    @property
    def room_for_help(self) -> int:
        return max(3, self.rows - 9)

    def remaining(self) -> str:
        """What the timer says; nothing where none runs."""
        if self.until is None:
            return ""
        left = self.until - time.monotonic()
        if left > 0:
            minutes, seconds = divmod(int(left) + 1, _MINUTE)
            return f"{minutes}:{seconds:02}"
        if not self.rung:
            self.rung = True
            self.output.bell()
        return "Time is up."


def slide_app(screen: Screen, style: Style, *, output: Output, **where: Any) -> Application[Any]:  # noqa: ANN401  (as prompt_toolkit takes them)
    """Return what shows a wall over the whole screen, and ends with a reply."""
    view = _SlideView(screen, output)
    if screen.seconds:
        view.until = time.monotonic() + screen.seconds
    return Application(
        layout=Layout(_whole(view, _pictured(view), lambda: _footer(view))),
        key_bindings=_keys(view),
        style=style,
        refresh_interval=_TICK if _is_live(screen) else None,
        output=output,
        **where,
    )


def hidden_input(screen: Screen, control: BufferControl, output: Output) -> HSplit:
    """Return the windows of a wall under which a line is typed that nobody sees."""
    view = _SlideView(screen, output)
    control.input_processors = [_Unseen()]
    prompt = f"      {screen.ask}:  "
    line = VSplit(
        [
            Window(FormattedTextControl(prompt), width=display_width(prompt), height=1),
            Window(control, height=1, width=2 * _BEAT + 1),
            Window(FormattedTextControl("typed unseen"), height=1),
        ]
    )
    body = HSplit([_text(lambda: _body(view)), line])
    return _whole(view, body, lambda: _line_footer(view))


def _is_live(screen: Screen) -> bool:
    """Tell whether something on the wall changes by itself."""
    return bool(screen.seconds or screen.status or (screen.slips and screen.slips.remote))


class _Unseen(Processor):
    """Shows that something is typed, and nothing of what."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Put dots in place of what was typed: their number goes round and tells nothing."""
        typed = len(transformation_input.document.text)
        dots = "· " * ((typed - 1) % _BEAT + 1 if typed else 0)
        return Transformation(
            [("", dots)],
            source_to_display=lambda _: len(dots),
            display_to_source=lambda _: typed,
        )


# -------------------------------------------------------------------------- windows


def _whole(view: _SlideView, body: Any, footer: Callable[[], StyleAndTextTuples]) -> HSplit:  # noqa: ANN401  (any container)
    """The whole screen: the heading at the top, the keys at the foot, the wall between them."""
    return HSplit(
        [_text(lambda: _head(view)), body, Window(), _text(footer)],
        height=lambda: Dimension.exact(view.rows),
    )


def _picture_width(picture: tuple[str, ...]) -> int:
    """How many columns a picture takes up, with the least that the words beside it need."""
    return _EDGE + len(picture[0]) + _BESIDE if picture else 0


def _pictured(view: _SlideView) -> VSplit:
    """The body of the wall, with its picture at the left, black on white in any theme."""
    control = FormattedTextControl(lambda: [("fg:#000000 bg:#ffffff", "\n".join(view.picture))])
    there = Condition(lambda: bool(view.picture))
    wall = view.screen.wall
    width = len(wall.picture[0]) if wall and wall.picture else 0
    picture = VSplit([Window(width=_EDGE), Window(control, width=width, dont_extend_height=True)])
    return VSplit([ConditionalContainer(picture, filter=there), _text(lambda: _body(view))])


def _text(words: Callable[[], StyleAndTextTuples]) -> Window:
    return Window(FormattedTextControl(words), dont_extend_height=True)


def _head(view: _SlideView) -> StyleAndTextTuples:
    screen, width = view.screen, view.width
    gap = max(1, width - display_width(screen.heading) - display_width(screen.side) - 4)
    return [("class:heading", f"  {screen.heading}{' ' * gap}{screen.side}\n")]


def _body(view: _SlideView) -> StyleAndTextTuples:
    screen = view.screen
    if view.page:
        first = (view.page - 1) * view.room_for_help
        lines = view.help_lines()[first : first + view.room_for_help]
        return [part for line in lines for part in (*_help_line(view, line), ("", "\n"))][:-1]
    wall = screen.wall or Slide(screen.ask, ())
    status = screen.status() if screen.status else ""
    last = view.remaining() or status or (str(screen.slips) if screen.slips else "")
    drawn = [_drawn(*line) for line in lay_out(wall, view.text_width, _rows_left(view), last)]
    return [part for line in drawn for part in (*line, ("", "\n"))][:-1]


def _help_line(view: _SlideView, line: str) -> StyleAndTextTuples:
    """A line of the help; the heading of a part stands out."""
    headings = (f"{part.heading}." for part in view.screen.help)
    heading = next((each for each in headings if line.startswith(each)), "")
    return [("class:ask", f"      {heading}"), ("", line.removeprefix(heading))]


def _rows_left(view: _SlideView) -> int:
    """How many lines the wall may have: the heading, the keys and a line to type take the rest."""
    footer = _line_footer(view) if view.screen.kind == "line" else _footer(view)
    taken = 2 + "".join(part[1] for part in footer).count("\n") + 1
    return view.rows - taken - (view.screen.kind == "line")


def _drawn(style: str, line: str) -> StyleAndTextTuples:
    """A line of the wall; the letter of a place stands out."""
    if style != "letter":
        return [("class:ask" if style == "ask" else "", line)]
    lead = len(line) - len(line.lstrip()) + 1
    return [("class:pointed", line[:lead]), ("", line[lead:])]


def _footer(view: _SlideView) -> StyleAndTextTuples:
    screen = view.screen
    usual = next((o.label for o in screen.options if o.value in screen.chosen), "")
    usual = usual or {"next": "next", "map": "the map"}.get("".join(screen.chosen), "go on")
    names = [f"Enter {usual}"]
    if screen.seconds:
        names.append("+ a minute more")
    elif screen.slips:
        names.append("↑↓ slips in")
    names += [f"{o.key} {o.label}" for o in screen.options if o.value not in screen.chosen]
    if screen.help:
        names.append("? more, or close" if view.page else "? why")
    names += [NAMES[c] for c in screen.commands if c not in screen.chosen]
    told = view.problem or screen.told
    return [*_told(told, view), ("class:keys", key_row(names, view.width))]


def _line_footer(view: _SlideView) -> StyleAndTextTuples:
    told = view.screen.told
    hint = "\n".join(f"      {line}" for line in wrapped(view.screen.hint, view.width - 8))
    keys = key_row(["Enter close the vote", "Esc back", "Ctrl-C save and leave"], view.width)
    return [*_told(told, view), ("", f"{hint}\n"), ("class:keys", keys)]


def _told(words: str, view: _SlideView) -> StyleAndTextTuples:
    if not words:
        return []
    lines = wrapped(sanitize(words), view.width - 4)
    return [("class:problem", "".join(f"  {line}\n" for line in lines))]


# -------------------------------------------------------------------------- keys


def _keys(view: _SlideView) -> KeyBindings:
    keys, screen = KeyBindings(), view.screen
    for key, command in KEYS.items():
        if command in screen.commands:
            keys.add(key)(_ending(Commanded(command)))
    for option in screen.options:
        keys.add(option.key)(_ending(_chosen(option)))
    for value in screen.chosen:
        usual = next((c for c in _MOVES if c == value and c in screen.commands), None)
        keys.add("enter")(_ending(Commanded(usual) if usual else Chose(value)))
    _bind_counting(keys, view)
    if screen.help:
        keys.add("?")(lambda _event: view.more())
    keys.add("c-c")(lambda event: event.app.exit(exception=KeyboardInterrupt))
    keys.add("c-d")(lambda event: event.app.exit(exception=EOFError))
    return keys


def _chosen(option: Option) -> Chose:
    return Chose(option.value)


def _ending(reply: Commanded | Chose) -> Callable[[KeyPressEvent], None]:
    return lambda event: event.app.exit(result=reply)


def _bind_counting(keys: KeyBindings, view: _SlideView) -> None:
    """Keys that count slips or lengthen a talk; none of them leaves the screen."""
    for key, number in (("up", 1), ("+", 1), ("down", -1), ("-", -1), ("pageup", 5)):
        keys.add(key)(_adding(view, number))
    if view.screen.place.kind == "vote":
        for digit in "0123456789":
            keys.add(digit)(lambda _event: view.wait())


def _adding(view: _SlideView, number: int) -> Callable[[KeyPressEvent], None]:
    return lambda _event: view.add(number)
