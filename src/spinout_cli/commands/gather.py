"""`spinout gather`: takes the answers of others into a session, and asks about differences."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from spinout_cli import streams
from spinout_cli.clock import now
from spinout_cli.commands.session_start import take_up
from spinout_cli.documents.answers import Answer
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.interview.question_screens import answer_text
from spinout_cli.interview.session import Event, Session
from spinout_cli.question_set import loader, snapshot
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.reading import answer_files, replay
from spinout_cli.sanitize import sanitize
from spinout_cli.scoring.gather import (
    Difference,
    PartComparison,
    Reason,
    compare_part,
    newer,
    not_agreed,
)
from spinout_cli.storage.journal import Journal
from spinout_cli.terminal.tty import is_interactive
from spinout_cli.text import by_and_date, command_line, count_noun, sentence

Prefer = Literal["file", "part", "newer"]
Decision = Literal["keep", "take", "dispute"]

_REASONS: dict[Reason, str] = {
    "unknown-question": "your questions have no such question",
    "unknown-rung": "in your questions it has no such answer",
    "ladder-changed": "it was answered on another ladder than yours",
    "unknown-circumstance": "your questions have no such fact",
    "unknown-choice": "in your questions the fact has no such choice",
    "closed": "it is not asked of a service with these facts",
    "not-delegated": "it was not asked of them",
    "fact-differs": "facts are not taken; yours is different, or not known",
}
_BASES = {"seen": "seen in writing", "told": "told by somebody who knows", "think": "not checked"}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    file: Path
    parts: tuple[Path, ...]
    prefer: Prefer | None = None
    as_json: bool = False
    plain: bool = False
    colour: bool = True
    questions: Path | None = None


@dataclass(slots=True)
class GatheredPart:
    """What became of one part: ids of questions, and what is not taken with the reason."""

    part: str
    by: str | None = None
    added: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def gather(request: Request) -> None:
    """Take in every part in turn, and tell what became of each.

    Each step is one record of the session's file: stopped at any moment, the file holds every
    answer that was there before and every step that was taken, and the same command goes on.

    Raises:
        UsageError: there are differences, and nobody is there to ask about them.
        SpinoutError: FILE is no session or is open elsewhere, or something was not taken.
        NotSaved: an answer could not be saved; what was taken before it is there.
        SystemExit: somebody interrupted; every decision before that is saved.
    """
    loaded = loader.load(request.questions)
    with take_up(request.file) as journal:
        session = replay.replay(journal.records, request.file)
        question_set = loaded.set
        if session.question_set.digest != loaded.digest:
            question_set = snapshot.restore(journal.records[0].v["set"], loaded.set)
        gathering = _Gathering(request, journal, session, question_set)
        told = [gathering.take(path) for path in request.parts]
    _tell(request, told, question_set)


class _Gathering:
    """One run of the command on an open session."""

    def __init__(
        self, request: Request, journal: Journal, session: Session, question_set: QuestionSet
    ) -> None:
        self._request = request
        self._journal = journal
        self._session = session
        self._set = question_set

    def take(self, path: Path) -> GatheredPart:
        """Take a part in; one that cannot be read, or is about something else, changes nothing."""
        told = GatheredPart(sanitize(str(path)))
        try:
            given = answer_files.read_answer_file(path)
            self._refuse_what_is_not_ours(given)
        except SpinoutError as problem:
            told.problem = str(problem)
            return told
        told.by = given.sheet.role
        found = self._compared(given)
        told.added, told.same = list(found.new), list(found.same)
        told.left_out = {name: _REASONS[reason] for name, reason in found.left_out}
        self._add(found, given)
        self._decide(found.differ, told)
        return told

    def _refuse_what_is_not_ours(self, given: answer_files.AnswerFile) -> None:
        sheet, ours = given.sheet, self._session
        if sheet.session and sheet.session == ours.id:
            raise SpinoutError("This is your session itself. Name what came back.")
        if sheet.service and sheet.service.id and sheet.service.id != ours.service.id:
            raise SpinoutError(
                "It is about another service, so nothing was taken. Check that it is the right file."
            )
        ref = sheet.question_set
        if ref is not None and ref.id != self._set.id and given.questions is None:
            raise SpinoutError(f"It answers another question set ({ref.id}), so nothing was taken.")

    def _compared(self, given: answer_files.AnswerFile) -> PartComparison:
        ladders = snapshot.from_snapshot(given.questions).ladders if given.questions else None
        return compare_part(
            self._session.sheet(),
            given.sheet,
            self._set,
            ladders=ladders,
            themes=self._themes(given),
            settled=self._session.settled,
        )

    def _themes(self, given: answer_files.AnswerFile) -> tuple[str, ...] | None:
        """The themes that were given to this role; as the part says where the session does not."""
        role = given.sheet.role
        handed = tuple(t for t, roles in self._session.handed.items() if role in roles)
        return handed or (given.themes if given.delegation is not None else None)

    def _add(self, found: PartComparison, given: answer_files.AnswerFile) -> None:
        """Save what is new in one record, and that the part has come back."""
        role = given.sheet.role
        handed = self._session.handed
        back = [t for t, roles in handed.items() if role in roles and roles[role].back is None]
        if found.new or (role and back):
            answers = {name: _dumped(answer) for name, answer in found.new.items()}
            self._save("gathered", None, {"by": role, "themes": back, "answers": answers})

    def _decide(self, differences: tuple[Difference, ...], told: GatheredPart) -> None:
        if not differences:
            return
        if self._request.prefer is not None:
            for difference in differences:
                self._settle(difference, self._preferred(difference), told)
        elif is_interactive():
            from spinout_cli.commands.gather_ask import ask_each  # noqa: PLC0415  (late: a terminal)

            title = told.by or told.part
            screens = [(d, _screen_texts(d, self._set.question[d.id])) for d in differences]
            ask_each(
                screens,
                self._set,
                title=title,
                plain=self._request.plain,
                colour=self._request.colour,
                file=self._request.file,
                settle=lambda difference, decision: self._settle(difference, decision, told),
            )
        else:
            for difference in differences:
                self._settle(difference, None, told)

    def _preferred(self, difference: Difference) -> Decision | None:
        prefer = self._request.prefer
        which = newer(difference, now()) if prefer == "newer" else prefer
        return None if which is None else "take" if which == "part" else "keep"

    def _settle(
        self, difference: Difference, decision: Decision | None, told: GatheredPart
    ) -> None:
        """Save a decision; without one, the difference stays open and nothing changes."""
        if decision is None:
            told.open.append(difference.id)
            return
        value: dict[str, Any] = {"theirs": _dumped(difference.theirs)}
        if decision == "take":
            value["answer"] = _dumped(difference.theirs)
        elif decision == "dispute":
            value["answer"] = _dumped(_disputed(difference, self._set.question[difference.id]))
        self._save("settled", difference.id, value)
        {"keep": told.kept, "take": told.taken, "dispute": told.disputed}[decision].append(
            difference.id
        )

    def _save(self, kind: str, q: str | None, value: dict[str, Any]) -> None:
        self._journal.append(kind, q, value)
        self._session.take(Event(kind, q, value), now())


def _dumped(answer: Answer) -> dict[str, Any]:
    return answer.model_dump(mode="json", exclude_defaults=True)


def _disputed(difference: Difference, question: Question) -> Answer:
    ours, theirs = _screen_texts(difference, question)
    bare = difference._replace(
        ours=difference.ours.model_copy(update={"note": "", "reason": ""}),
        theirs=difference.theirs.model_copy(update={"note": "", "reason": ""}),
    )
    given = not_agreed(ours, theirs, _screen_texts(bare, question))
    return given.model_copy(update={"at": now()})


def _screen_texts(difference: Difference, question: Question) -> tuple[str, str]:
    """Return both answers in words: who, when, what, on what basis, with which note."""
    return (
        _in_words(difference.ours, question, "Here"),
        _in_words(difference.theirs, question, "In the part"),
    )


def _in_words(answer: Answer, question: Question, nobody: str) -> str:
    label = answer_text(question, answer.model_dump(mode="json", exclude_none=True))
    basis = _BASES.get(answer.basis or "", "")
    by = by_and_date(answer.by, answer.at) or nobody
    parts = [f"{by}: “{label}”" + (f" ({basis})" if basis and answer.basis != "think" else "")]
    parts += [f"Why it does not apply: {answer.reason}"] if answer.reason else []
    parts += [f"Note: {answer.note}"] if answer.note else []
    return " ".join(map(sentence, parts))


# ------------------------------------------------------------------ what became of it


def _tell(request: Request, parts: list[GatheredPart], question_set: QuestionSet) -> None:
    """Tell what became of every part.

    Raises:
        UsageError: differences are left, and nobody was there to ask.
        SpinoutError: something was not taken.
    """
    if request.as_json:
        streams.write(json.dumps({"parts": [asdict(part) for part in parts]}, indent=2))
    else:
        streams.write("\n".join(line for part in parts for line in _lines(part, question_set)))
    left = sum(len(part.open) for part in parts)
    if left and not is_interactive() and request.prefer is None:
        raise UsageError(
            f"{count_noun(left, 'difference')} left as in {sanitize(str(request.file))}: nobody is "
            "here to ask. Run this at a terminal, or add --prefer file, part or newer."
        )
    if left or any(part.left_out or part.problem for part in parts):
        again = command_line("gather", request.file)
        raise SpinoutError(
            "Not everything was taken; what was left is named above. "
            + (f"To go on with what is open: {again} and the part." if left else "")
        )


def _lines(part: GatheredPart, question_set: QuestionSet) -> list[str]:
    name = f"{part.part} ({part.by})" if part.by else part.part
    if part.problem:
        return [f"{name}: {part.problem}"]
    numbers = [
        (len(part.kept), "kept as yours"),
        (len(part.taken), "taken instead of yours"),
        (len(part.disputed), "not agreed yet, which counts as not known"),
        (len(part.open), "different and left as yours"),
        (len(part.left_out), "not taken"),
    ]
    counts = [
        count_noun(len(part.added), "new answer"),
        f"{len(part.same)} the same or left open",
        *(f"{number} {words}" for number, words in numbers if number),
    ]
    marked = [("Not agreed yet", part.disputed), ("Different", part.open)]
    asked = {n: question_set.question[n].ask for _, names in marked for n in names}
    return [
        f"{name}: {', '.join(counts)}.",
        *(f"  {word}: {asked[n]} ({n})" for word, names in marked for n in names),
        *(f"  Not taken: {sanitize(n)}: {reason}." for n, reason in part.left_out.items()),
    ]
