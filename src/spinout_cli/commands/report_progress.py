"""`spinout report --progress`: who has which theme, what is open and what is not agreed."""

from collections.abc import Iterator

from spinout_cli.commands.report import Request
from spinout_cli.documents.progress import HandedOut, Progress, ThemeProgress
from spinout_cli.errors import SpinoutError
from spinout_cli.interview.agenda import Agenda
from spinout_cli.interview.session import Session
from spinout_cli.question_set import loader, snapshot
from spinout_cli.reading import replay
from spinout_cli.reading.paths import read_bytes
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import looks_like_journal, read
from spinout_cli.text import count_noun, format_date, sentence, straight_quotes, wrapped


def report_progress(request: Request) -> None:
    """Write how far a session is.

    Raises:
        UsageError: it was asked for in another format than text or JSON.
        SpinoutError: FILE is no session of one person, or it could not be written.
    """
    form = request.output.format_among(("terminal", "json"), "Progress")
    found = _progress(request)
    if form == "json":
        text = found.model_dump_json(indent=2)
    else:
        text = "\n".join(_lines(found))
        text = straight_quotes(text) if request.plain else text
    request.output.write(f"{text}\n".encode(), [request.file])


def _progress(request: Request) -> Progress:
    if not looks_like_journal(read_bytes(request.file)[:64]):
        raise SpinoutError(
            f"{sanitize(str(request.file))} is no session, so nobody has been given a part of it. "
            "Name the session."
        )
    records = read(request.file)
    session = replay.replay(records, request.file)
    loaded = loader.load(request.questions, force=request.force)
    question_set = loaded.set
    if session.question_set.digest != loaded.digest:
        question_set = snapshot.restore(records[0].v["set"], loaded.set)
    agenda = Agenda(question_set, session)
    nameless = "name" in request.redact
    return Progress(
        format="spinout.progress/1",
        question_set=session.question_set,
        service=None if nameless else session.service,
        themes=tuple(
            _theme(theme.id, theme.title, agenda, session, nameless=nameless)
            for theme in agenda.themes
        ),
    )


def _theme(
    name: str, title: str, agenda: Agenda, session: Session, *, nameless: bool
) -> ThemeProgress:
    asked = [question.id for question in agenda.of_theme(name)]
    fresh = {question.id for question in agenda.questions_to_ask()}
    answers = session.answers
    return ThemeProgress(
        id=name,
        title=title,
        asked=len(asked),
        open=tuple(q for q in asked if q in fresh),
        disputed=tuple(q for q in asked if q in answers and answers[q].disputed),
        handed_out=tuple(
            HandedOut(
                to="somebody else" if nameless else given.to, since=given.since, back=given.back
            )
            for given in session.handed.get(name, {}).values()
        ),
    )


def _lines(progress: Progress) -> Iterator[str]:
    """One theme a line, and under it who has it and what is not agreed."""
    name = progress.service.name if progress.service else ""
    asked = sum(theme.asked for theme in progress.themes)
    left = sum(len(theme.open) for theme in progress.themes)
    disputed = sum(len(theme.disputed) for theme in progress.themes)
    yield from wrapped(sanitize(name) or "Your service")
    parts = [f"{asked - left} of {asked} answered"]
    parts += [f"{count_noun(disputed, 'answer')} not agreed yet"] if disputed else []
    yield from (sentence(", ".join(parts)), "")
    for theme in progress.themes:
        yield from wrapped(_head(theme), "  ")
        for given in theme.handed_out:
            yield from wrapped(_who(given), "    ")
        if theme.disputed:
            yield from wrapped(f"Not agreed yet: {', '.join(theme.disputed)}.", "    ")


def _head(theme: ThemeProgress) -> str:
    done = theme.asked - len(theme.open)
    state = "nothing open" if not theme.open else f"{len(theme.open)} open"
    return f"{theme.title}: {done} of {theme.asked} answered, {state}."


def _who(given: HandedOut) -> str:
    if given.back is not None:
        return f"{given.to} answered; taken in on {format_date(given.back.date())}."
    return f"{given.to} has had this since {format_date(given.since.date())}."
