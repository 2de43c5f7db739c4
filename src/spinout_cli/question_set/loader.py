"""Loads a question set, built in or from a file, and collects its errors."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from spinout_cli.errors import SpinoutError
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.sanitize import sanitize
from spinout_cli.text import shell_quote
from spinout_cli.validation import NAMEABLE, At, explain_validation_error, leads_on

if TYPE_CHECKING:
    from spinout_cli.question_set.yaml_reader import Place, Tree

LIBRARY_LIMIT = 8
"""The most files that a set may name beside its own."""

WHOLE_LIMIT = 1024 * 1024
"""How many bytes a set's files may have together before no further one is opened."""

PARTS_LIMIT = 50_000
"""How many keys and items they may have together before no further one is opened."""

_TOLD_LIMIT = 20
_PACKAGE = Path(__file__).parent.parent
_LIBRARY_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.yaml")

SECTIONS = {
    "circumstances": "circumstance",
    "themes": "theme",
    "questions": "question",
    "rules": "rule",
    "notices": "notice",
    "stories": "story",
    "sources": "source",
    "tests": "test",
}
"""The sections that are lists, with what each of their items is called."""

_NOUNS = {**SECTIONS, "choices": "choice", "rungs": "rung", "next": "action"}


@dataclass(frozen=True, slots=True)
class LoadedSet:
    """A question set, the SHA-256 of its content, and the file that it comes from.

    `chosen` tells whether somebody chose it for whatever answers they give: answers that name
    another set are then taken. `options` is what another command needs to use the same set so.
    """

    set: QuestionSet
    digest: str
    origin: str
    chosen: bool = True
    options: str = ""

    def is_built_in(self, question_set: QuestionSet) -> bool:
        """Tell whether a set is what commands use that name no other, this version or an earlier."""
        return not self.options and question_set.id == self.set.id

    def refuse_answers_to(self, name: str, where: str = "") -> None:
        """Refuse answers that were given to another set, unless this one was chosen for them.

        Raises:
            SpinoutError: with both names, and what to do.
        """
        if not self.chosen and name != self.set.id:
            raise SpinoutError(
                f"{where}{': ' * bool(where)}these answers are to the question set "
                f"'{sanitize(name)[:64]}', and not to '{self.set.id}'. Name the file of that set "
                f"with --questions, or add --force to use '{self.set.id}' all the same."
            )


class Fault(NamedTuple):
    """Something that is wrong in the files of a set: where, in what, and what to do about it."""

    file: str
    line: int
    column: int
    id: str | None
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


def load(path: Path | None = None, *, force: bool = False) -> LoadedSet:
    """Load a question set: the one that is built in, or the one in this file.

    Args:
        path: the file; None for the set that is built in.
        force: whether the built-in set takes answers that name another set.

    Raises:
        SpinoutError: it cannot be read, or something in it is wrong; one line for each fault.
    """
    source = path or _built_in()
    loaded = _compiled(source) if path is None else None
    loaded = loaded or _examine(source).loaded()
    options = f"--questions {shell_quote(loaded.origin)}" if path else "--force" if force else ""
    return replace(loaded, chosen=bool(options), options=options)


class Examination(NamedTuple):
    """What came of reading a set: its faults, or the set and what tells where a path in it leads."""

    faults: list[Fault]
    loaded: LoadedSet | None
    fault: Callable[[At, str], Fault]


def examine(path: Path | None = None) -> Examination:
    """Read a set from its files, whatever is wrong in it.

    Raises:
        SpinoutError: there is no such file, or it cannot be opened.
    """
    examined = _examine(path or _built_in())
    loaded = None if examined.faults else examined.loaded()
    return Examination(examined.faults, loaded, examined.fault)


def compile_set(path: Path) -> bytes:
    """Return the form of a set that loads fast: the same bytes from the same files.

    Raises:
        SpinoutError: something in the set is wrong.
    """
    examined = _examine(path)
    compiled = {
        "made_from": _fingerprint(examined.files),
        "digest": examined.loaded().digest,
        "set": examined.value,
    }
    return json.dumps(compiled, ensure_ascii=False, separators=(",", ":")).encode()


# Finding and reading


def _built_in() -> Path:
    """Return where the built-in set is; in a checkout, the file that people edit."""
    edited = _PACKAGE.parent.parent / "data" / "questions.yaml"
    if _PACKAGE.parent.name == "src" and edited.is_file():
        return edited
    return _PACKAGE / "data" / "questions.yaml"


def _compiled(source: Path) -> LoadedSet | None:
    """Return the compiled form if it was made from these very files, and else None."""
    try:
        compiled = json.loads((_PACKAGE / "data" / "questions.json").read_bytes())
        names = (source.name, *compiled["set"].get("library", ()))
        made_from = _fingerprint((name, (source.parent / name).read_bytes()) for name in names)
        if compiled["made_from"] != made_from:
            return None
        question_set = QuestionSet.model_validate(compiled["set"])
        return LoadedSet(question_set, compiled["digest"], sanitize(str(source)))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _fingerprint(files: Iterable[tuple[str, bytes]]) -> str:
    whole = sha256()
    for name, data in files:
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return whole.hexdigest()


def _digest(value: object) -> str:
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


@dataclass(slots=True)
class _Examined:
    """A set's files joined to one tree, what they make, and what is wrong in them."""

    path: Path
    value: Any = None
    places: dict[At, "Place"] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    question_set: QuestionSet | None = None

    def loaded(self) -> LoadedSet:
        """Return the set, or raise everything that is wrong in it."""
        if self.question_set is None:
            told = [str(fault) for fault in self.faults[:_TOLD_LIMIT]]
            if len(self.faults) > _TOLD_LIMIT:
                told.append(f"and {len(self.faults) - _TOLD_LIMIT} more")
            raise SpinoutError("\n".join(told))
        return LoadedSet(self.question_set, _digest(self.value), sanitize(str(self.path)))

    def blame(self, at: At, message: str) -> None:
        """Add a fault in the part of the tree at this path."""
        self.faults.append(self.fault(at, message))

    def fault(self, at: At, message: str) -> Fault:
        """Return a fault in the part of the tree at this path."""
        parts = list(_named_parts(self.value, at))
        where = ", ".join(f"{noun} '{name}'" for noun, name in parts)
        place = next(self.places[at[:n]] for n in range(len(at), -1, -1) if at[:n] in self.places)
        return Fault(
            *place,
            id=parts[-1][1] if parts else None,
            message=f"{where}: {message}" if where else message,
        )


def _named_parts(value: Any, at: At) -> Iterator[tuple[str, str]]:  # noqa: ANN401  (any tree)
    """Yield what the parts along a path are called, and their ids."""
    for before, step in zip((None, *at), at, strict=False):
        value = value[step] if leads_on(value, step) else None
        name = value.get("id") if isinstance(value, dict) else None
        if before in _NOUNS and isinstance(name, str) and NAMEABLE.fullmatch(name):
            yield _NOUNS[str(before)], name


def _examine(path: Path) -> _Examined:
    """Read a set with its library and find everything that is wrong in it."""
    from spinout_cli.question_set.consistency import problems as found_in  # noqa: PLC0415  (the compiled form passed)

    examined = _Examined(path)
    _read_files(examined)
    if examined.faults:
        return examined
    try:
        question_set = QuestionSet.model_validate(examined.value)
    except ValidationError as error:
        for at, message in explain_validation_error(error, examined.value):
            examined.blame(at, _divided(examined, at) or message)
    else:
        for problem in found_in(question_set):
            examined.blame(*problem)
        _demand(examined, question_set.needs)
        examined.question_set = None if examined.faults else question_set
    order = {sanitize(str(path.parent / name)): i for i, (name, _) in enumerate(examined.files)}
    examined.faults.sort(key=lambda fault: (order.get(fault.file, -1), fault.line, fault.column))
    return examined


def _divided(examined: _Examined, at: At) -> str:
    """Return advice where a key is the rest of a text that a comma divided, and else nothing."""
    from spinout_cli.question_set.yaml_advice import on_divided_text  # noqa: PLC0415  (as above)

    group = examined.value
    for step in at[:-1]:
        group = group[step] if leads_on(group, step) else None
    key = at[-1] if at else None
    if not isinstance(group, dict) or not isinstance(key, str) or group.get(key, "") is not None:
        return ""
    keys = list(group)
    before = (*at[:-1], keys[max(keys.index(key) - 1, 0)])
    on_one_line = before != at and examined.places[before].line == examined.places[at].line
    return on_divided_text(group, key) if on_one_line else ""


def _demand(examined: _Examined, needs: Iterable[str]) -> None:
    """Blame each question for what it leaves out and the set demands of all."""
    for index, question in enumerate(examined.value["questions"]):
        for need in needs:
            if not question.get(need):
                message = f"{need} is missing. Add it: `needs` demands it of every question."
                examined.blame(("questions", index), message)


def _read_files(examined: _Examined) -> None:
    path = examined.path
    try:
        data = _bytes(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this cannot be the name of a file"
        message = f"{sanitize(str(path))} cannot be read ({reason}). Check the name and the folder."
        raise SpinoutError(message) from None
    tree = _tree(examined, path, data)
    if tree is None:
        return
    examined.value, examined.places = tree
    if not isinstance(examined.value, dict):
        examined.blame(
            (), "this is not a question set. Begin it with `format: spinout.questions/1`."
        )
        return
    _read_library(examined)


def _bytes(path: Path) -> bytes:
    """Read a file, but no more of it than one byte over what may be read."""
    from spinout_cli.question_set.yaml_reader import SIZE_LIMIT  # noqa: PLC0415  (the compiled form needs no YAML)

    with path.open("rb") as file:
        return file.read(SIZE_LIMIT + 1)


def _tree(examined: _Examined, path: Path, data: bytes) -> "Tree | None":
    """Read a file's YAML, or note what is wrong with it."""
    from spinout_cli.question_set.yaml_reader import YamlError, read  # noqa: PLC0415  (the compiled form needs no YAML)

    examined.files.append((path.name, data))
    try:
        return read(data, sanitize(str(path)))
    except YamlError as error:
        examined.faults.append(Fault(*error.place, id=None, message=error.message))
        return None


def _read_library(examined: _Examined) -> None:
    names = examined.value.get("library")
    seen = {examined.path.name}
    for index, name in enumerate(names if isinstance(names, list) else ()):
        at = ("library", index)
        if not isinstance(name, str) or not _LIBRARY_NAME.fullmatch(name):
            continue  # the model says what a name must be like
        if name in seen:
            examined.blame(at, "this file is named already. Take one of them out.")
        elif index >= LIBRARY_LIMIT or _full(examined):
            examined.blame(
                at,
                f"from here on it is too much: a set may have {LIBRARY_LIMIT} files beside it, "
                f"{WHOLE_LIMIT // 1024} KB and {PARTS_LIMIT:,} parts. Shorten or join them.",
            )
            return
        else:
            seen.add(name)
            _read_sibling(examined, name, at)


def _full(examined: _Examined) -> bool:
    size = sum(len(data) for _, data in examined.files)
    return size > WHOLE_LIMIT or len(examined.places) > PARTS_LIMIT


def _read_sibling(examined: _Examined, name: str, at: At) -> None:
    path = examined.path.parent / name
    try:
        data = _bytes(path)
    except OSError as error:
        reason = error.strerror or "no reason given"
        message = f"'{name}' beside this file cannot be read ({reason}). Check the name."
        examined.blame(at, message)
        return
    tree = _tree(examined, path, data)
    if tree is not None:
        _join(examined, tree)


def _join(examined: _Examined, tree: "Tree") -> None:
    """Add the sections of a library file to those of the set."""
    if not isinstance(tree.value, dict):
        _blame_sibling(examined, tree, (), "this is not a part of a question set. Name a section.")
        return
    shifts: dict[str, int] = {}
    for section, items in tree.value.items():
        if section not in SECTIONS:
            message = f"a library file can hold only {', '.join(SECTIONS)}. Take this out."
            _blame_sibling(examined, tree, (section,), message)
        elif not isinstance(items, list):
            _blame_sibling(examined, tree, (section,), "this must be a list. Change it.")
        else:
            shifts[section] = _append(examined, tree, section, items)
    for at, place in tree.places.items():
        if len(at) > 1 and at[0] in shifts:
            section, index = str(at[0]), int(at[1])
            examined.places[section, index + shifts[section], *at[2:]] = place


def _append(examined: _Examined, tree: "Tree", section: str, items: list[Any]) -> int:
    """Put items at the end of a section; return how many stood there before."""
    standing = examined.value.setdefault(section, [])
    examined.places.setdefault((section,), tree.places[section,])
    if not isinstance(standing, list):
        return 0  # the model says what is wrong with it
    before = len(standing)
    standing.extend(items)
    return before


def _blame_sibling(examined: _Examined, tree: "Tree", at: At, message: str) -> None:
    examined.faults.append(Fault(*tree.places[at], id=None, message=message))
