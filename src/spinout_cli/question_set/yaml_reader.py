"""A reader of plain YAML that keeps the position of every value and refuses the rest of YAML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn, Protocol

import yaml

from spinout_cli.errors import SpinoutError
from spinout_cli.question_set.yaml_advice import on_broken_line, on_cut_text
from spinout_cli.sanitize import active_character

SIZE_LIMIT = 512 * 1024
"""The most bytes that a file may have."""

DEPTH_LIMIT = 24
"""How deep lists and keys may nest."""

NODE_LIMIT = 60_000
"""The most keys, texts and lists that a file may hold."""

TEXT_LIMIT = 20_000
"""The most characters that one text may have."""

Path = tuple[str | int, ...]
"""The keys and list positions that lead to a part of a tree, from the top down."""

_Container = dict[str, Any] | list[Any]
_Value = _Container | str | None
_Collection = yaml.MappingStartEvent | yaml.SequenceStartEvent
_Node = yaml.ScalarEvent | _Collection

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_EMPTY = frozenset({"", "~", "null"})
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NEVER_IN_YAML = re.compile("[\v\f\x1c-\x1e\ufffe\uffff]")
_ODD_SPACE = re.compile(
    "^[ \t]*(?:- +)*-?([\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])", re.MULTILINE
)
"""A space that YAML does not know as one, where the indentation stands or after a hyphen."""

_ODD_AFTER_KEY = re.compile(r"^ *(?:- +)*[\w.-]+:([\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])")
_BEFORE = 5
"""How many lines before its place a fault can have begun."""

_NAMEABLE = re.compile(r"[\w.-]{1,64}")

_HINTS = {
    "mapping values are not allowed": "Put quotes round a text that holds a colon and a space.",
    "cannot start any token": "Indent with spaces, not tabs; put quotes round a text that begins "
    "with %, @ or a backquote.",
    "escape": "Write a backslash twice in double quotes, or use single quotes.",
    "unexpected end of stream": "Close the quotes that are opened here.",
    "maximum nesting depth": "Make it flatter.",
    "expected ',' or": "Close the bracket, and put a comma between its items.",
}
_HINT = "Look for an indentation, a quote or a bracket that does not match, here or just before."


class _Mark(Protocol):
    line: int
    column: int


class Place(NamedTuple):
    """Where something stands in a file; lines and columns count from 1."""

    name: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.name}:{self.line}:{self.column}"


class Tree(NamedTuple):
    """What a file says, and where it says it.

    `value` is made of dict, list, str and None. `places` has an entry for every key and every list
    item, by the path that leads to it, and one for the whole at `()`.
    """

    value: Any
    places: dict[Path, Place]


class YamlError(SpinoutError):
    """A file is not the plain YAML that is read here; it knows the place and the message apart."""

    def __init__(self, place: Place, message: str) -> None:
        """Join the place and the message to one line."""
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


def read(data: bytes, name: str) -> Tree:
    """Read one YAML document in which every scalar stays text.

    Args:
        data: the file's bytes.
        name: what the file is called in messages.

    Raises:
        Unreadable: it is not plain YAML, or it goes beyond a limit; the message says where.
    """
    text = _decoded(data, name)
    _refuse_active(text, name)
    _refuse_odd_spaces(text, name)
    growing = _TreeBuilder(name)
    lines = _LINE_END.split(text)
    try:
        for event in _events(text):
            growing.take(event)
            _refuse_cut(event, lines, name)
    except yaml.MarkedYAMLError as error:
        _refuse_broken(error, text, name)
    if not growing.documents:
        raise YamlError(Place(name, 1, 1), "the file is empty. Write something in it.")
    return Tree(growing.root, growing.places)


def _refuse_cut(event: yaml.Event, lines: list[str], name: str) -> None:
    """Refuse a text that goes on after a mark which begins a comment."""
    if not isinstance(event, yaml.ScalarEvent) or not event.implicit[0] or event.style:
        return
    end = _place(event.end_mark, name)
    rest = lines[end.line - 1][end.column - 1 :] if end.line <= len(lines) else ""
    if "#" in rest and (message := on_cut_text(event.value, rest)):
        raise YamlError(_place(event.start_mark, name), message)


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)


def _decoded(data: bytes, name: str) -> str:
    if len(data) > SIZE_LIMIT:
        message = f"the file has more than {SIZE_LIMIT // 1024} KB. Divide it into several files."
        raise YamlError(Place(name, 1, 1), message)
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
    raise YamlError(
        _place_after(before, name), "this is not UTF-8 text. Save the file in the encoding UTF-8."
    )


def _place_after(before: str, name: str) -> Place:
    """Return the place at which the text goes on."""
    ends = [found.end() for found in _LINE_END.finditer(before)]
    return Place(name, len(ends) + 1, len(before) - (ends[-1] if ends else 0) + 1)


def _refuse_active(text: str, name: str) -> None:
    found = _NEVER_IN_YAML.search(text)
    character = found.group() if found else active_character(text)
    if character:
        place = _place_after(text[: text.index(character)], name)
        raise YamlError(place, _active_message(character))


def _active_message(character: str) -> str:
    return (
        f"there is an invisible or control character here (U+{ord(character):04X}). "
        "Delete it, or type the text anew."
    )


def _refuse_odd_spaces(text: str, name: str) -> None:
    """Refuse what web pages and word processors put where the indentation belongs."""
    if found := _ODD_SPACE.search(text):
        place = _place_after(text[: found.start(1)], name)
        raise YamlError(place, _odd_space_message(found[1]))


def _odd_space_message(character: str) -> str:
    return (
        f"there is a space here that is no plain space (U+{ord(character):04X}). Type the spaces "
        "of this line anew, with the space bar."
    )


def _refuse_broken(error: yaml.MarkedYAMLError, text: str, name: str) -> NoReturn:
    mark = error.problem_mark or error.context_mark
    lines = _LINE_END.split(text)
    last = min(_place(mark, name).line, len(lines))
    for number in range(last, max(last - _BEFORE, 0), -1):
        if found := _ODD_AFTER_KEY.match(lines[number - 1]):
            place = Place(name, number, found.start(1) + 1)
            raise YamlError(place, _odd_space_message(found[1])) from None
    advice = on_broken_line(lines, last - 1)
    if advice is not None:
        place = Place(name, advice.line + 1, 1)
        raise YamlError(place, f"this cannot be read as YAML: {advice.message}.") from None
    problem = error.problem or "something is wrong"
    hint = next((hint for part, hint in _HINTS.items() if part in problem), _HINT)
    message = f"this cannot be read as YAML ({problem}). {hint}"
    raise YamlError(_place(mark, name), message) from None


def _place(mark: _Mark | None, name: str) -> Place:
    if mark is None:
        return Place(name, 1, 1)
    return Place(name, mark.line + 1, mark.column + 1)


@dataclass(slots=True)
class _Level:
    """A list or a group of keys that is not closed yet."""

    container: _Container
    path: Path
    key: str | None = None


@dataclass(slots=True)
class _TreeBuilder:
    """The tree as far as it has been read. Nothing here calls itself, however deep the file."""

    name: str
    root: _Value = None
    places: dict[Path, Place] = field(default_factory=dict)
    levels: list[_Level] = field(default_factory=list)
    documents: int = 0
    nodes: int = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the parser."""
        match event:
            case yaml.ScalarEvent():
                self._count(event)
                self._take_scalar(event)
            case yaml.MappingStartEvent():
                self._open(event, {})
            case yaml.SequenceStartEvent():
                self._open(event, [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.levels.pop()
            case yaml.AliasEvent():
                self._refuse(event, "aliases (*) are not used here. Write the text out in full.")
            case yaml.DocumentStartEvent():
                self._begin(event)
            case _:
                pass  # the ends of documents, and of the whole

    def _refuse(self, event: yaml.Event, message: str) -> NoReturn:
        raise YamlError(_place(event.start_mark, self.name), message)

    def _begin(self, event: yaml.Event) -> None:
        self.documents += 1
        if self.documents > 1:
            self._refuse(event, "a second document begins here. Take out the line of three dashes.")

    def _count(self, event: _Node) -> None:
        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            self._refuse(
                event, f"the file holds more than {NODE_LIMIT:,} parts. Divide it into several."
            )
        if event.anchor is not None:
            self._refuse(
                event, "anchors (&) are not used here. Write the text out where it is due."
            )
        if event.tag is not None:
            self._refuse(event, "tags (!) are not used here. Put quotes round the text.")

    def _open(self, event: _Collection, container: _Container) -> None:
        self._count(event)
        if len(self.levels) >= DEPTH_LIMIT:
            self._refuse(event, f"this is nested more than {DEPTH_LIMIT} deep. Make it flatter.")
        if self._expects_key():
            self._refuse(event, "a key must be text. Write it as `key: value`.")
        self.levels.append(_Level(container, self._add(event, container)))

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        plain, text = event.implicit[0], event.value
        if len(text) > TEXT_LIMIT:
            self._refuse(event, f"this text has more than {TEXT_LIMIT:,} characters. Shorten it.")
        character = active_character(text) if event.style == '"' else None
        if character:
            self._refuse(event, _active_message(character))
        value = None if plain and text in _EMPTY else text
        if not self._expects_key():
            self._add(event, value)
        elif value is None:
            self._refuse(event, "a key is empty. Write its name before the colon.")
        elif plain and value == "<<":
            self._refuse(event, "merge keys (<<) are not used here. Write the keys out in full.")
        else:
            self._take_key(event, value)

    def _expects_key(self) -> bool:
        level = self.levels[-1] if self.levels else None
        return level is not None and isinstance(level.container, dict) and level.key is None

    def _take_key(self, event: yaml.ScalarEvent, key: str) -> None:
        level = self.levels[-1]
        path = (*level.path, key)
        if key in level.container:
            named = f"the key '{key}'" if _NAMEABLE.fullmatch(key) else "this key"
            line, first = _place(event.start_mark, self.name).line, self.places[path].line
            self._refuse(
                event,
                f"{named} is given twice, on line {first} and on line {line}. Take one of them out.",
            )
        level.key = key
        self.places[path] = _place(event.start_mark, self.name)

    def _add(self, event: _Node, value: _Value) -> Path:
        """Put a value where it belongs and return its path."""
        if not self.levels:
            self.root = value
            self.places[()] = _place(event.start_mark, self.name)
            return ()
        level = self.levels[-1]
        if isinstance(level.container, dict):
            key, level.key = level.key or "", None
            path: Path = (*level.path, key)
            level.container[key] = value
            return path
        path = (*level.path, len(level.container))
        level.container.append(value)
        self.places[path] = _place(event.start_mark, self.name)
        return path
