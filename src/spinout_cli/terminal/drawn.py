"""Drawn screens of an interview, with questionary and prompt_toolkit.

questionary brings the lists, the line editor and the keys that move. Its own windows neither wrap
words nor show help, so the windows are laid out here, round its controls and its key bindings.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

import questionary
from prompt_toolkit.application import Application
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.layout.containers import Container
from prompt_toolkit.layout.margins import ConditionalMargin, ScrollbarMargin
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.defaults import create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style
from prompt_toolkit.widgets import ValidationToolbar
from questionary.prompts.common import InquirerControl

from spinout_cli.documents.answers import NOTE_LIMIT
from spinout_cli.interview.screen import (
    DONT_KNOW,
    TOO_LONG,
    Chose,
    ChoseMany,
    Command,
    Commanded,
    Help,
    Option,
    Place,
    Reply,
    Screen,
    Typed,
)
from spinout_cli.sanitize import sanitize
from spinout_cli.terminal.full_screen import hidden_input, slide_app
from spinout_cli.terminal.key_input import RepeatGuard, terminal_input
from spinout_cli.terminal.keys import KEYS, NAMES, indented, key_row, wrapped
from spinout_cli.terminal.tty import discard_typeahead, waiting
from spinout_cli.text_width import display_width, pad

if TYPE_CHECKING:
    from spinout_cli.results.summary import Summary

WIDEST = 100
"""Lines longer than this are hard to read, however wide the terminal is."""

BAR = 10

_GO_ON = (Option("1", "on", "Go on"),)
_COMMAND_GAP = "   spinout "
_ESCAPE_WAIT = 0.2
"""Seconds after which Esc is a key of its own, and not the first byte of another key."""

_COLOURS = Style(
    [
        ("heading", "fg:ansicyan"),
        ("ask", "bold"),
        ("pointed", "bold fg:ansicyan"),
        ("keys", "fg:ansibrightblack"),
        ("problem", "bold"),
        ("validation-toolbar", "noreverse bold"),
    ]
)
_NO_COLOURS = Style(
    [("ask", "bold"), ("pointed", "bold"), ("problem", "bold"), ("validation-toolbar", "noreverse")]
)


@dataclass(slots=True)
class _View:
    """What one screen remembers while it is open."""

    screen: Screen
    width: Callable[[], int]
    rows: Callable[[], int]
    help_page: int | None = None
    """The page of the help that is open, from 0."""
    typed: str = ""
    problem: str = ""
    ticked: set[str] = field(default_factory=set)
    pointing: bool = False
    """Whether the pointer stands on an option: not before somebody moves, where nothing is chosen."""

    def turn_help(self) -> None:
        """Open the help, turn to its next page, or close it after the last."""
        following = 0 if self.help_page is None else self.help_page + 1
        self.help_page = following if following < len(_help_pages(self)) else None

    def tick(self, value: str) -> None:
        """Tick an option, or take the tick away; “don't know” stands alone."""
        self.problem = ""
        if value in self.ticked:
            self.ticked.remove(value)
        elif value == DONT_KNOW.value:
            self.ticked = {value}
        else:
            self.ticked = (self.ticked - {DONT_KNOW.value}) | {value}


class DrawnScreens:
    """Shows screens with questionary, on the terminal itself."""

    def __init__(
        self, out: TextIO, draw_summary: "Callable[[Summary, TextIO], None]", *, colour: bool
    ) -> None:
        """Draw on `out`, which is the terminal whatever stdout is; read keys from stdin."""
        self.half_typed = ""
        self._out = out
        self._draw_summary = draw_summary
        self._guard = RepeatGuard()
        self._input: Input = terminal_input(sys.stdin, self._guard)
        self._output: Output = create_output(stdout=out)
        if isinstance(self._output, Vt100_Output):
            self._output.enable_cpr = (
                False  # a late reply would be taken for keys, none for a fault
            )
        self._depth = None if colour else ColorDepth.MONOCHROME
        self._style = _COLOURS if colour else _NO_COLOURS

    def say(self, words: str) -> None:
        """Print some lines above the next question; a command to copy stays on one line."""
        for line in words.split("\n"):
            told = sanitize(line)
            for part in [told] if _COMMAND_GAP in told else wrapped(told, self._width()):
                self._out.write(f"  {part}".rstrip() + "\n")
        self._out.flush()

    def page(self, summary: "Summary") -> None:
        """Show a summary, and wait until it has been read."""
        self._draw_summary(summary, self._out)
        self.show(Screen(Place("summary"), "one", ask="", options=_GO_ON, chosen=("on",)))

    def show(self, screen: Screen) -> Reply:
        """Show a screen and return the reply to it."""
        discard_typeahead()
        clear_typeahead(self._input)
        self._guard.next_screen()
        self.half_typed = ""
        view = _View(screen, self._width, lambda: self._output.get_size().rows)
        make = {"line": self._line, "wall": self._wall}.get(screen.kind, self._list)
        app = make(view)
        app.erase_when_done = True
        app.ttimeoutlen = _ESCAPE_WAIT
        try:
            reply = _run(app)
        except BaseException:
            self.half_typed = _typed(screen, app)
            raise
        return reply

    def _wall(self, view: _View) -> Application[Any]:
        """A wall with its keys, over the whole screen."""
        where = self._screen_and_keys()
        if self._depth and view.screen.wall and view.screen.wall.picture:
            where["color_depth"] = ColorDepth.DEPTH_4_BIT  # a code is read only as black on white
        return slide_app(view.screen, self._style, **where)

    def _width(self) -> int:
        return max(16, min(self._output.get_size().columns, WIDEST) - 2)

    def _list(self, view: _View) -> Application[Any]:
        """A list to choose from: questionary's control and keys, our windows."""
        values = [option.value for option in view.screen.options]
        chosen = view.screen.chosen
        app = questionary.select(
            "",
            choices=[questionary.Choice(value, value=value) for value in values],
            default=chosen[0] if chosen else None,
            style=self._style,
            use_jk_keys=False,
            use_emacs_keys=False,
            **self._screen_and_keys(),
        ).application
        control = next(c for c in app.layout.find_all_controls() if isinstance(c, InquirerControl))
        control.text = lambda: _options(view, control.pointed_at if view.pointing else None)
        view.ticked, view.pointing = set(chosen), bool(chosen)
        app.layout = Layout(_windows(view, _scrolled(control)))
        app.key_bindings = merge_key_bindings([_own(app), _list_keys(view, control)])
        return app

    def _line(self, view: _View) -> Application[Any]:
        """A line to type: questionary's editor, our windows."""
        app = questionary.text(
            "",
            default=view.screen.text,
            style=self._style,
            validate=lambda text: len(text) <= NOTE_LIMIT or TOO_LONG,
            **self._screen_and_keys(),
        ).application
        control = next(c for c in app.layout.find_all_controls() if isinstance(c, BufferControl))
        control.buffer.accept_handler = _accepted(app)
        line = VSplit(
            [
                Window(FormattedTextControl("> "), width=2, dont_extend_height=True),
                Window(control, wrap_lines=True, dont_extend_height=True),
            ]
        )
        if view.screen.unseen:
            layout = hidden_input(view.screen, control, self._output)
        else:
            layout = _windows(view, line)
        app.layout = Layout(layout, focused_element=control)
        app.key_bindings = merge_key_bindings([_own(app), _line_keys(view.screen)])
        return app

    def _screen_and_keys(self) -> dict[str, Any]:
        return {"input": self._input, "output": self._output, "color_depth": self._depth}


def _run(app: Application[Any]) -> Reply:
    """Wait for the reply, as `unsafe_ask` does; a signal ends the waiting, SIGINT among them."""

    def soon(do: Callable[[], None]) -> Callable[[], None]:
        def later() -> None:
            if app.loop is not None:
                app.loop.call_soon_threadsafe(do)

        return later

    with waiting(soon(lambda: _end(app)), soon(lambda: _take_back(app))) as arrived:

        def begin() -> None:
            if app.loop is not None:
                app.loop.set_exception_handler(lambda _loop, told: _end(app, told.get("exception")))
            if arrived():
                _end(app)

        # Their own handler asks for Enter, for ever, of a terminal that has gone.
        reply: Reply = app.run(handle_sigint=False, set_exception_handler=False, pre_run=begin)
    return reply


def _end(app: Application[Any], why: BaseException | None = None) -> None:
    """End the waiting, as a closed terminal does where there is no other reason."""
    if app.is_running and not app.is_done:
        app.exit(exception=why or EOFError())


def _take_back(app: Application[Any]) -> None:
    """Take the terminal back from a shell that had it while the program was stopped."""
    app.input.raw_mode().__enter__()  # never left: the app's own leaving restores what was
    app.renderer.reset()
    app.invalidate()


def _typed(screen: Screen, app: Application[Any]) -> str:
    """What stands in a line so far; nothing of one that is unseen."""
    return sanitize(app.current_buffer.text) if screen.kind == "line" and not screen.unseen else ""


def _own(app: Application[Any]) -> KeyBindings:
    """The key bindings that questionary made."""
    return app.key_bindings or KeyBindings()  # type: ignore[return-value]  # any kind can be merged


def _accepted(app: Application[Any]) -> Callable[[Any], bool]:
    def accept(buffer: Any) -> bool:  # noqa: ANN401  (prompt_toolkit's Buffer)
        app.exit(result=Typed(buffer.text))
        return True

    return accept


# -------------------------------------------------------------------------- windows


def _windows(view: _View, body: Container) -> HSplit:
    """The windows of a screen: what is asked, the body, help under it, the keys at the end."""
    room = Condition(lambda: view.help_page is None or _room(view))
    return HSplit(
        [
            _words(lambda: _introduction(view)),
            ConditionalContainer(body, filter=room),
            ConditionalContainer(
                _words(lambda: _help(view)), filter=Condition(lambda: view.help_page is not None)
            ),
            ValidationToolbar(),
            _words(lambda: _footer(view)),
        ]
    )


def _scrolled(control: InquirerControl) -> Window:
    """A window on a list, with a bar at its side where there is more than it can show."""

    def more() -> bool:
        seen = window.render_info
        return seen is not None and seen.window_height < seen.content_height

    bar = ConditionalMargin(ScrollbarMargin(display_arrows=True), Condition(more))
    window = Window(control, dont_extend_height=True, right_margins=[bar])
    return window


def _words(text: Callable[[], StyleAndTextTuples]) -> Window:
    return Window(FormattedTextControl(text), dont_extend_height=True)


def _room(view: _View) -> bool:
    """Tell whether the options fit on the screen beside the open help."""
    parts = (_introduction(view), _options(view, 0), _help(view), _footer(view))
    return _height(*parts) <= view.rows()


def _introduction(view: _View) -> StyleAndTextTuples:
    screen, width = view.screen, view.width()
    text: StyleAndTextTuples = [("", "\n")]
    if screen.heading or screen.side:
        gap = width - display_width(screen.heading) - display_width(screen.side)
        side = f"{' ' * gap}{screen.side}" if gap > 1 else f"\n  {screen.side}"
        text += [("class:heading", f"  {screen.heading}"), ("", f"{side}\n")]
    if screen.ask:
        text += [("class:ask", indented(screen.ask, width, "? ", "  ") + "\n")]
    if screen.hint:
        text += [("", indented(screen.hint, width, "  ", "  ") + "\n")]
    if screen.note:
        text += [("", indented(f"Your note: {screen.note}", width, "  ", "  ") + "\n")]
    return text


def _options(view: _View, pointed_at: int | None) -> StyleAndTextTuples:
    """Draw the options, with the pointer on the one that is pointed at, if any is."""
    screen = view.screen
    text: StyleAndTextTuples = []
    group = ""
    room = max((len(option.key) for option in screen.options), default=1)
    column = max((display_width(o.label) for o in screen.options if o.progress), default=0)
    for index, option in enumerate(screen.options):
        if option.group != group:
            group = option.group
            text.append(("class:heading", f"  {group}\n"))
        if option is DONT_KNOW and index:
            text.append(("", "  ─\n"))
        pointed = index == pointed_at
        if pointed:
            text.append(("[SetCursorPosition]", ""))
        lead = f"{'»' if pointed else ' '} {option.key:>{room}}  "
        if screen.kind == "many":
            lead += "[x] " if option.value in view.ticked else "[ ] "
        words = _option_words(view, option, column)
        drawn = indented(words, view.width(), lead, " " * len(lead))
        end = "" if option is screen.options[-1] else "\n"
        text.append(("class:pointed" if pointed else "", f"{drawn}{end}"))
    return text


def _option_words(view: _View, option: Option, column: int) -> str:
    words = option.label
    if option.progress:
        done, total = option.progress
        filled = BAR * done // total if total else 0
        bar = "█" * filled + "░" * (BAR - filled)
        words = f"{pad(option.label, column)}  {bar}  {done} of {total}"
    chosen = view.screen.kind == "one" and view.screen.place.kind in ("question", "circumstance")
    if chosen and option.value in view.screen.chosen:
        words += "  (your answer)"
    lead = "  → " if view.screen.place.kind == "review" else "  "
    return f"{words}{lead}{option.aside}" if option.aside else words


def _help(view: _View) -> StyleAndTextTuples:
    """The page of the help that is open; the last one, where the screen has grown since."""
    pages = _help_pages(view)
    return pages[min(view.help_page or 0, len(pages) - 1)]


def _help_pages(view: _View) -> list[StyleAndTextTuples]:
    """The parts of the help, apart from each other on one page where there is room for that.

    Where there is none, they are on as many pages as it takes, each part whole if one can hold it.
    """
    parts = [_help_lines(part, view.width()) for part in view.screen.help]
    room = view.rows() - _height(_introduction(view), _footer(view, "? close")) - 1
    lines = [line for part in parts for line in part]
    if len(lines) + len(parts) <= room:
        return [[each for part in parts for each in (("", "\n"), *_joined(part))]]
    pages: list[list[StyleAndTextTuples]] = [[]]
    for part in parts:
        if pages[-1] and len(pages[-1]) + len(part) > room:
            pages.append([])
        for line in part:
            if len(pages[-1]) >= max(room, 1):
                pages.append([])
            pages[-1].append(line)
    return [[("", "\n"), *_joined(page)] for page in pages]


def _joined(lines: Iterable[StyleAndTextTuples]) -> StyleAndTextTuples:
    return [each for line in lines for each in (*line, ("", "\n"))]


def _help_lines(part: Help, width: int) -> list[StyleAndTextTuples]:
    """One part of the help, line by line, its heading emphasised."""
    heading = f"{part.heading}."
    first, *others = indented(f"{heading} {part.says}", width, "  ", "  ").split("\n")
    divided = len(heading) + 2 if first[2:].startswith(heading) else 2
    opening: StyleAndTextTuples = [("class:ask", first[:divided]), ("", first[divided:])]
    rest: list[StyleAndTextTuples] = [[("", line)] for line in others]
    return [opening, *rest]


def _height(*texts: StyleAndTextTuples) -> int:
    """Return how many lines these windows take together."""
    return sum("".join(part[1] for part in text).count("\n") + 1 for text in texts)


def _help_key(view: _View) -> str:
    """What the key of the help does next."""
    if view.help_page is None:
        return "? why"
    return "? more" if view.help_page + 1 < len(_help_pages(view)) else "? close"


def _footer(view: _View, help_key: str | None = None) -> StyleAndTextTuples:
    screen = view.screen
    if screen.kind == "line":
        moves = ["Enter accept", *(["Esc back"] if "back" in screen.commands else [])]
        names = ["Ctrl-C save and leave"]
    else:
        moves = ["↑↓ or a number choose"]
        moves += ["space tick", "Enter accept"] if screen.kind == "many" else ["Enter accept"]
        names = [help_key or _help_key(view)] if screen.help else []
        names += [
            f"{o.key} {o.label.lower()}" for o in screen.options if o.group and o.key.isalpha()
        ]
        names += [NAMES[command] for command in screen.commands]
    problem = f"  {view.problem}\n" if view.problem else ""
    keys = key_row([*moves, *names], view.width())
    return [("class:problem", problem), ("class:keys", f"\n{keys}")]


# -------------------------------------------------------------------------- keys


def _list_keys(view: _View, control: InquirerControl) -> KeyBindings:
    screen, keys = view.screen, KeyBindings()
    _bind_letters(keys, screen)
    _bind_commands(keys, screen)
    _bind_digits(keys, view, control)
    _bind_first_move(keys, view, control)
    keys.add("c-d", eager=True)(_closed)

    @keys.add("enter", eager=True)
    def _accept(event: KeyPressEvent) -> None:
        if screen.kind == "many" and view.ticked:
            order = (option.value for option in screen.options)
            event.app.exit(result=ChoseMany(tuple(v for v in order if v in view.ticked)))
        elif screen.kind == "one" and view.pointing:
            event.app.exit(result=Chose(screen.options[control.pointed_at].value))
        else:
            view.problem = _nothing_chosen(screen)

    @keys.add("space", eager=True)
    def _tick(_event: KeyPressEvent) -> None:
        if screen.kind == "many" and view.pointing:
            view.tick(screen.options[control.pointed_at].value)

    if screen.help:
        keys.add("?", eager=True)(lambda _event: view.turn_help())
    return keys


def _nothing_chosen(screen: Screen) -> str:
    """Say what to do where Enter was pressed and nothing is chosen."""
    if screen.kind == "one":
        return "Nothing is chosen yet. Move with ↑ or ↓, or type a number."
    alone = next((o.label for o in screen.options if o.value == DONT_KNOW.value), "")
    return f"Tick at least one with the space bar, or choose “{alone}”."


def _bind_first_move(keys: KeyBindings, view: _View, control: InquirerControl) -> None:
    """The first arrow puts the pointer on the first option, or the last; later ones move it."""

    def bind(key: str, index: int) -> None:
        @keys.add(key, filter=Condition(lambda: not view.pointing), eager=True)
        def _point(_event: KeyPressEvent) -> None:
            _point_at(view, control, index)

    bind("down", 0)
    bind("up", len(view.screen.options) - 1)


def _point_at(view: _View, control: InquirerControl, index: int) -> None:
    """Put the pointer on an option."""
    control.pointed_at = index
    view.pointing, view.problem = True, ""


def _closed(event: KeyPressEvent) -> None:
    event.app.exit(exception=EOFError)


def _bind_letters(keys: KeyBindings, screen: Screen) -> None:
    """A letter chooses its option at once."""
    for option in screen.options:
        if option.key.isalpha():
            keys.add(option.key, eager=True)(_choosing(option.value))


def _choosing(value: str) -> Callable[[KeyPressEvent], None]:
    return lambda event: event.app.exit(result=Chose(value))


def _bind_commands(keys: KeyBindings, screen: Screen) -> None:
    for key, command in KEYS.items():
        if command in screen.commands:
            keys.add(key, eager=True)(_commanding(command))


def _commanding(command: Command) -> Callable[[KeyPressEvent], None]:
    return lambda event: event.app.exit(result=Commanded(command))


def _bind_digits(keys: KeyBindings, view: _View, control: InquirerControl) -> None:
    """Digits point at an option; a second digit makes a longer number where there is one."""
    numbers = [option.key for option in view.screen.options]

    def point(event: KeyPressEvent) -> None:
        digit = event.key_sequence[0].key
        longer = view.typed + digit
        view.typed = longer if longer in numbers else digit
        if view.typed in numbers:
            _point_at(view, control, numbers.index(view.typed))
            if view.screen.kind == "many":
                view.tick(view.screen.options[control.pointed_at].value)

    for digit in "0123456789":
        keys.add(digit, eager=True)(point)


def _line_keys(screen: Screen) -> KeyBindings:
    keys = KeyBindings()
    keys.add("c-d", eager=True)(_closed)

    def leave(event: KeyPressEvent) -> None:
        typed = _typed(screen, event.app)
        event.app.exit(result=Commanded("back", typed if typed != screen.text else ""))

    if "back" in screen.commands:
        keys.add("escape", eager=True)(leave)
    return keys
