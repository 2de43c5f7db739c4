"""Reads the list of questions for a workshop from a file."""

from codecs import BOM_UTF8
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spinout_cli.errors import SpinoutError
from spinout_cli.reading.answer_files import read_workshop
from spinout_cli.reading.paths import read_bytes, read_text
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import looks_like_journal


@dataclass(frozen=True, slots=True)
class QuestionList:
    """What is to be asked in a workshop, and what is known of the service beforehand."""

    questions: tuple[str, ...]
    name: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def read_plan(path: Path) -> QuestionList:
    """Read a plan: question ids, one a line, with # for remarks; or a workshop, for its plan.

    Raises:
        SpinoutError: it is neither; the message says where and what is wrong.
    """
    data = read_bytes(path)
    if looks_like_journal(data[:64]) or data.removeprefix(BOM_UTF8).lstrip()[:1] == b"{":
        found = read_workshop(path).workshop
        return QuestionList(
            found.plan, found.service.name if found.service else "", dict(found.circumstances)
        )
    lines = [line.partition("#")[0].strip() for line in read_text(path).splitlines()]
    names = tuple(dict.fromkeys(sanitize(line)[:64] for line in lines if line))
    if not names:
        raise SpinoutError(
            f"{sanitize(str(path))}: no question is named in it. Put one id on each line."
        )
    return QuestionList(names)
