"""`spinout delegate`: makes a session with some themes for somebody else to answer."""

from dataclasses import dataclass
from pathlib import Path

from spinout_cli import streams
from spinout_cli.commands.assess import check_themes
from spinout_cli.commands.report import write_questionnaire
from spinout_cli.commands.session_start import take_up
from spinout_cli.commands.write_output import OutputTarget
from spinout_cli.documents.answers import NOTE_LIMIT, AnswerSheet
from spinout_cli.documents.formats import ANSWERS
from spinout_cli.errors import UsageError
from spinout_cli.interview.agenda import Agenda
from spinout_cli.interview.question_screens import Screens
from spinout_cli.interview.session import Delegation, Session, header
from spinout_cli.question_set import loader, snapshot
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reading import paths, replay
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import Journal
from spinout_cli.text import command_line, count_noun, display_path

_ROLE_LIMIT = 80
"""The most characters that a role may have: it stands in one line of a report."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    file: Path
    themes: tuple[str, ...]
    to: str
    output: str | None = None
    message: str = ""
    with_answers: bool = False
    paper: bool = False
    page: bool = False
    questions: Path | None = None
    force: bool = False


def delegate(request: Request) -> None:
    """Make the part, and note in FILE who has its themes.

    The part is written first: if noting it fails, answers to it can still be gathered.

    Raises:
        UsageError: there is no such theme, or the role or the message cannot be used.
        SpinoutError: FILE is no session or is open elsewhere, or the part could not be written.
    """
    delegation = _delegation(request)
    loaded = loader.load(request.questions)
    with take_up(request.file) as journal:
        session = replay.replay(journal.records, request.file)
        content = journal.records[0].v["set"]
        question_set = loaded.set
        if session.question_set.digest != loaded.digest:
            question_set = snapshot.restore(content, loaded.set)
        check_themes(request.themes, question_set)
        themes = tuple(t.id for t in question_set.themes if t.id in request.themes)
        if request.paper:
            _print(request, session, question_set, themes)
        elif request.page:
            _write_page(request, delegation, session, question_set, themes)
        else:
            head = header(
                session.question_set,
                content,
                service=session.service,
                depth=session.depth,
                themes=themes,
            )
            head["delegation"] = delegation.model_dump()
            path = _path(request, delegation.to)
            given = _given(session, question_set, themes, with_answers=request.with_answers)
            Journal.create(path, head, [("import", None, given)]).close()
            streams.write_stderr(_told(request, path, session, question_set, themes))
        journal.append("delegated", None, {"to": delegation.to, "themes": list(themes)})


def _delegation(request: Request) -> Delegation:
    role, message = sanitize(request.to).strip(), sanitize(request.message).strip()
    if not role or len(role) > _ROLE_LIMIT:
        raise UsageError(
            f"--to takes a role, such as 'HR lead', of at most {_ROLE_LIMIT} characters."
        )
    if request.paper and request.page:
        raise UsageError("--print is for paper and --page for a browser. Give one of them.")
    if len(message) > NOTE_LIMIT:
        raise UsageError(f"--message takes at most {NOTE_LIMIT:,} characters.")
    return Delegation(to=role, message=message)


def _path(request: Request, role: str) -> Path:
    if request.output is None:
        return paths.free_name(request.file.parent, f"{request.file.stem} {role}")
    if request.output == "-":
        raise UsageError("A part is a file that is answered in place. Name one: -o PART")
    return Path(request.output)


def _given(
    session: Session, question_set: QuestionSet, themes: tuple[str, ...], *, with_answers: bool
) -> dict[str, object]:
    """Return what the part begins with: the facts, and what was answered if that is wanted."""
    sheet = session.sheet()
    asked = {q.id for q in question_set.questions if q.theme in themes} if with_answers else set()
    answers = {name: answer for name, answer in sheet.answers.items() if name in asked}
    part = AnswerSheet(format=ANSWERS, circumstances=sheet.circumstances, answers=answers)
    return part.model_dump(mode="json", exclude_none=True)


def _print(
    request: Request, session: Session, question_set: QuestionSet, themes: tuple[str, ...]
) -> None:
    if request.with_answers:
        raise UsageError("--print prints the questions alone. Leave out --with-answers.")
    output = OutputTarget(request.output, force=request.force)
    write_questionnaire(question_set, themes, output, quick=session.depth == "quick")


def _write_page(
    request: Request,
    delegation: Delegation,
    session: Session,
    question_set: QuestionSet,
    themes: tuple[str, ...],
) -> None:
    from spinout_cli.reports import form_html  # noqa: PLC0415  (late: other parts are no pages)

    if request.with_answers:
        raise UsageError("--page makes an empty page. Leave out --with-answers.")
    if request.output is None:
        raise UsageError("Name the page: --page -o questions.html")
    output = OutputTarget(request.output, force=request.force)
    output.format_among(("html",), "A page")
    agenda = Agenda(question_set, session)
    asked = [question for question in agenda.questions() if question.theme in themes]
    stem = paths.free_name(Path(), f"{Path(request.output).stem} answers").stem
    form = form_html.FormFor(
        role=delegation.to,
        message=delegation.message,
        ref=session.question_set,
        service=session.service,
        depth=session.depth,
        file=f"{stem}.json",
    )
    told = [question_set.theme[theme] for theme in themes]
    help_of = Screens(agenda).help
    text = form_html.page(form, told, asked, help_of, question_set.language)
    output.write(text.encode(), [request.file])
    streams.write_stderr(
        f"They open the page in a browser, answer, and send back {form.file}. "
        f"Take it in with   {command_line('gather', request.file)} {form.file}"
    )


def _told(
    request: Request,
    path: Path,
    session: Session,
    question_set: QuestionSet,
    themes: tuple[str, ...],
) -> str:
    """Say what was made, and what to do with it."""
    asked = [q for q in Agenda(question_set, session).questions() if q.theme in themes]
    titles = ", ".join(question_set.theme[theme].title for theme in themes)
    gather = command_line("gather", request.file)
    return (
        f"For {sanitize(request.to).strip()}: {titles}, {count_noun(len(asked), 'question')}, "
        f"in {display_path(path)}.\n"
        "Send it yourself: we send nothing. It holds your facts and these questions"
        f"{' with your answers and notes to them' if request.with_answers else ', no other answer of yours'}.\n"
        f"They answer it with   {command_line('assess', path)}\n"
        f"Then take it in with   {gather} {display_path(path)}"
    )
