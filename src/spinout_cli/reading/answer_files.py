"""Reads answers documents, workshops, sessions and assessments, by their format."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.formats import ANSWERS, ASSESSMENT, WORKSHOP
from spinout_cli.errors import SpinoutError
from spinout_cli.reading.paths import SIZE_LIMIT, TOO_LARGE, is_file, read_bytes
from spinout_cli.reading.replay import is_workshop, replay, replay_workshop
from spinout_cli.reading.strict_json import read_json
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import looks_like_journal, read, records_in
from spinout_cli.validation import explain_validation_error

if TYPE_CHECKING:
    from spinout_cli.documents.assessment import Assessment
    from spinout_cli.documents.workshop import Workshop
    from spinout_cli.interview.session import Delegation


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """Answers that were given, and the questions they were given to if the file holds them.

    Where a room gave them, the workshop is there too, as it may be shown.
    """

    sheet: AnswerSheet
    questions: dict[str, Any] | None = None
    workshop: "Workshop | None" = None
    themes: tuple[str, ...] = ()
    """The themes that a session was restricted to, if any."""

    delegation: "Delegation | None" = None
    """For whom a part was made, where it is one."""


def read_answer_file(path: Path) -> AnswerFile:
    """Read an answers document or a session.

    Raises:
        SpinoutError: it is neither, or it is damaged; the message names the file and what is wrong.
    """
    return answers_in(read_bytes(path), path)


def read_document(path: Path) -> "AnswerFile | Assessment":
    """Read an answers document, a session or a scored assessment.

    Raises:
        SpinoutError: it is none of them, or it is damaged; the message says where and what is wrong.
    """
    data = read_bytes(path)
    if not looks_like_journal(data[:64]):
        value = read_json(data, sanitize(str(path)))
        if isinstance(value, dict) and value.get("format") == ASSESSMENT:
            return _assessment(value, sanitize(str(path)))
    return answers_in(data, path)


def answers_in(data: bytes, path: Path) -> AnswerFile:
    """Return the answers in what was read from a file or a pipe; as `read_answer_file` otherwise."""
    if looks_like_journal(data[:64]):
        records = records_in(data, path)
        if is_workshop(records):
            return _agreed(replay_workshop(records, path).document(), records[0].v["set"])
        session = replay(records, path)
        return AnswerFile(
            session.sheet(), records[0].v["set"], None, session.themes, session.delegation
        )
    where = sanitize(str(path))
    value = read_json(data, where)
    if isinstance(value, dict) and value.get("format") == WORKSHOP:
        return _agreed(_workshop(value, where))
    return AnswerFile(read_sheet(data, where))


def _agreed(workshop: "Workshop", questions: dict[str, Any] | None = None) -> AnswerFile:
    from spinout_cli.documents.workshop import to_answers  # noqa: PLC0415  (late: most files hold answers)

    return AnswerFile(to_answers(workshop), questions, workshop)


@dataclass(frozen=True, slots=True)
class WorkshopFile:
    """A workshop as it may be shown, and its questions if the file holds them."""

    workshop: "Workshop"
    questions: dict[str, Any] | None = None


def read_workshop(path: Path) -> WorkshopFile:
    """Read a workshop from its file or its document.

    Raises:
        SpinoutError: it is neither, or it is damaged; the message says where and what is wrong.
    """
    given = workshop_in(path)
    if given is None:
        raise SpinoutError(f"{sanitize(str(path))} is no workshop: it holds one person's answers.")
    return given


def holds_workshop(path: Path) -> bool:
    """Tell whether a journal is a workshop's."""
    return is_workshop(read(path))


def is_document(path: Path) -> bool:
    """Tell whether a file is a document with answers, of one person or a room, and no journal."""
    if not is_file(path):
        return False
    try:
        value = read_json(read_bytes(path), sanitize(str(path)))
    except SpinoutError:
        return False
    return isinstance(value, dict) and value.get("format") in (ANSWERS, WORKSHOP)


def workshop_in(path: Path) -> WorkshopFile | None:
    """Read a workshop, or return None where it is something else.

    Raises:
        SpinoutError: it is damaged; the message says where and what is wrong.
    """
    data = read_bytes(path)
    if looks_like_journal(data[:64]):
        records = records_in(data, path)
        if not is_workshop(records):
            return None
        return WorkshopFile(replay_workshop(records, path).document(), records[0].v["set"])
    value = read_json(data, sanitize(str(path)))
    if not isinstance(value, dict) or value.get("format") != WORKSHOP:
        return None
    return WorkshopFile(_workshop(value, sanitize(str(path))))


def _workshop(value: dict[str, Any], where: str) -> "Workshop":
    from spinout_cli.documents.workshop import Workshop, publishable  # noqa: PLC0415  (late, as above)

    try:
        return publishable(Workshop.model_validate(value))
    except ValidationError as error:
        lines = [
            f"{where}: {_path(at)}{words}" for at, words in explain_validation_error(error, value)
        ]
        raise SpinoutError("\n".join(lines)) from None


def _assessment(value: dict[str, Any], where: str) -> "Assessment":
    from spinout_cli.documents.assessment import Assessment  # noqa: PLC0415  (late: most files hold answers)

    try:
        return Assessment.model_validate(value)
    except ValidationError as error:
        lines = [
            f"{where}: {_path(at)}{words}" for at, words in explain_validation_error(error, value)
        ]
        raise SpinoutError("\n".join(lines)) from None


def read_sheet(data: bytes, where: str) -> AnswerSheet:
    """Read an answers document.

    JSON that could mean two things is refused: a key given twice, NaN, a half character.

    Raises:
        SpinoutError: with `where`, the place in the document, and what to do.
    """
    if len(data) > SIZE_LIMIT:
        raise SpinoutError(f"{where}: {TOO_LARGE}")
    value = read_json(data, where)
    _refuse_other_documents(value, where)
    if value.get("format") == WORKSHOP:
        from spinout_cli.documents.workshop import to_answers  # noqa: PLC0415  (late, as above)

        return to_answers(_workshop(value, where))
    try:
        return AnswerSheet.model_validate(value)
    except ValidationError as error:
        lines = [
            f"{where}: {_path(at)}{words}" for at, words in explain_validation_error(error, value)
        ]
        raise SpinoutError("\n".join(lines)) from None


_JSON_NAMES = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    type(None): "null",
}


def _refuse_other_documents(value: object, where: str) -> None:
    """Say what a document is that holds no answers.

    Raises:
        SpinoutError: it is no object, or one of another format.
    """
    if not isinstance(value, dict):
        found = _JSON_NAMES.get(type(value), "a number")
        raise SpinoutError(f'{where}: this is {found}, and answers are an object: {{"format": …}}.')
    form = value.get("format")
    if form == ASSESSMENT:
        raise SpinoutError(
            f"{where}: this is a scored assessment, and answers are needed. "
            "Give the answers document or the session that it was made from."
        )
    if isinstance(form, str) and form not in (ANSWERS, WORKSHOP) and form.startswith("spinout."):
        shown = sanitize(form)[:64]
        raise SpinoutError(
            f"{where}: this is a document of the format {shown}, and has no answers."
        )


def _path(at: tuple[str | int, ...]) -> str:
    """Name the place of something in a document, but for its last step."""
    shown = " ".join(sanitize(str(step))[:64] for step in at[:-1])
    return f"{shown}: " if shown else ""
