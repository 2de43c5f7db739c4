"""The web application that phones talk to: joining, voting, and what may be seen."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from hmac import compare_digest
from importlib.resources import files
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from spinout_cli.phones.ballot_box import BallotBox, BoxFullError, NoSeatError, VoteClosedError
from spinout_cli.phones.pages import join_page, message_page, state_page

BODY_LIMIT = 2048
BODY_SECONDS = 5.0
BEAT = 10.0
"""Seconds after which a stream says that it is still there."""

_COOKIE = "seat"
_POLL = "event: poll\ndata: 0\n\n"
_BEAT = "event: beat\ndata: 0\n\n"

_WRONG_WORD = (
    "This code is not in use",
    (
        "Look at the wall and scan the code again, or type the address as it stands there. "
        "You can also vote on a paper slip."
    ),
)
_FULL = ("The room is full", "No more phones can join. Please vote on a paper slip.")
_TOO_MANY = ("Please wait a moment", "This phone asked too often. Wait a few seconds and go back.")
_REFUSED = ("That did not work", "Scan the code on the wall again.")


class Notifier:
    """Wakes the streams of all phones when what they show changes."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self.closing = False
        self._event = asyncio.Event()
        self.streams: dict[str, object] = {}
        """The one stream of each seat; a newer one takes its place."""

    def wake(self) -> None:
        """Wake every stream that waits."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Wait to be woken, and tell whether that happened within these seconds."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        return True


class PhoneApp:
    """Answers phones from a ballot box. It offers no way to steer the workshop."""

    def __init__(self, box: BallotBox, notifier: Notifier) -> None:
        """Answer from this box."""
        self._box = box
        self._notifier = notifier

    def routes(self) -> Starlette:
        """Return the application."""
        pages = (
            Route("/phone.css", _static("phone.css", "text/css"), methods=["GET"]),
            Route("/phone.js", _static("phone.js", "text/javascript"), methods=["GET"]),
            Route("/{word}", self._seen(self._state), methods=["GET"]),
            Route("/{word}/revision", self._seated(self._revision), methods=["GET"]),
            Route("/{word}/events", self._seated(self._events), methods=["GET"]),
            Route("/{word}/join", self._seen(self._join), methods=["POST"]),
            Route("/{word}/group", self._seated(self._group), methods=["POST"]),
            Route("/{word}/vote", self._seated(self._vote), methods=["POST"]),
            Route("/{word}/leave", self._seated(self._leave), methods=["POST"]),
        )
        return Starlette(routes=pages, exception_handlers={HTTPException: _no_page})

    # ------------------------------------------------------------ who asks

    def _seen(self, answer: "_Answer") -> "_Endpoint":
        """Answer only whoever knows the room's word."""

        async def endpoint(request: Request) -> Response:
            word = request.path_params["word"].lower()
            if not compare_digest(word.encode(), self._box.word.encode()):
                return _message(404, _WRONG_WORD)
            return await answer(request, word)

        return endpoint

    def _seated(self, answer: "_Answer") -> "_Endpoint":
        """Answer only a phone with a seat, and not more often than it may ask."""

        async def seated(request: Request, word: str) -> Response:
            token = request.cookies.get(_COOKIE, "")
            if not self._box.may_ask(token):
                return _message(429, _TOO_MANY, word)
            try:
                if self._box.touch(token):
                    return await answer(request, word)
            except NoSeatError:
                pass  # everybody was unseated while the form came in
            return _page(join_page(word, self._box.groups), 403)

        return self._seen(seated)

    # ------------------------------------------------------------ what is asked for

    async def _state(self, request: Request, word: str) -> Response:
        token = request.cookies.get(_COOKIE, "")
        if not self._box.may_ask(token):
            return _message(429, _TOO_MANY, word)
        return self._shown(token, word)

    def _shown(self, token: str, word: str, problem: str = "", status: int = 200) -> Response:
        try:
            state = self._box.state(token)
        except NoSeatError:
            return _page(join_page(word, self._box.groups))
        return _page(state_page(word, state, problem), status)

    async def _join(self, request: Request, word: str) -> Response:
        form = await _form(request)
        if self._box.touch(request.cookies.get(_COOKIE, "")):
            return _see(word)
        try:
            token = self._box.join()
        except BoxFullError:
            return _message(503, _FULL, word)
        self._box.choose_group(token, form.get("group", ""))
        answer = _see(word)
        answer.set_cookie(_COOKIE, token, path=f"/{word}", httponly=True, samesite="strict")
        return answer

    async def _group(self, request: Request, word: str) -> Response:
        form = await _form(request)
        self._box.choose_group(request.cookies[_COOKIE], form.get("group", ""))
        return _see(word)

    async def _vote(self, request: Request, word: str) -> Response:
        form = await _form(request)
        token = request.cookies[_COOKIE]
        number, place = _number(form.get("vote", "")), _number(form.get("place", ""))
        if place is None:
            return self._shown(token, word, "no-choice", 422)
        try:
            self._box.vote(token, -1 if number is None else number, place)
        except VoteClosedError:
            return self._shown(token, word, "closed", 409)
        except ValueError:
            return self._shown(token, word, "no-choice", 422)
        return _see(word)

    async def _leave(self, request: Request, word: str) -> Response:
        await _form(request)
        self._box.hand_on(request.cookies[_COOKIE])
        answer = _see(word)
        answer.delete_cookie(_COOKIE, path=f"/{word}", httponly=True, samesite="strict")
        return answer

    async def _revision(self, _request: Request, _word: str) -> Response:
        return PlainTextResponse(str(self._box.revision))

    async def _events(self, request: Request, _word: str) -> Response:
        token = request.cookies[_COOKIE]
        return StreamingResponse(self._stream(token), media_type="text/event-stream")

    async def _stream(self, token: str) -> AsyncIterator[str]:
        """Say that something changed, and never what."""
        mine = self._notifier.streams[token] = object()
        self._notifier.wake()  # an older stream of this seat sees that it is no longer the one
        try:
            told = -1
            while not self._notifier.closing and self._box.touch(token):
                if self._notifier.streams.get(token) is not mine:
                    yield _POLL
                    return
                revision = self._box.revision
                if revision != told:
                    told = revision
                    yield f"data: {told}\n\n"
                elif not await self._notifier.wait(BEAT):
                    yield _BEAT
        finally:
            if self._notifier.streams.get(token) is mine:
                del self._notifier.streams[token]


_Answer = Callable[[Request, str], Awaitable[Response]]
_Endpoint = Callable[[Request], Awaitable[Response]]


def _static(name: str, kind: str) -> _Endpoint:
    content = files("spinout_cli.phones").joinpath("static", name).read_bytes()

    async def endpoint(_request: Request) -> Response:
        return Response(content, media_type=kind)

    return endpoint


async def _no_page(_request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    return _message(status, _WRONG_WORD if status == 404 else _REFUSED)  # noqa: PLR2004  (a status)


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a small form.

    Raises:
        HTTPException: it is too long, comes too slowly, or is no form.
    """
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_LIMIT:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=8)
    except ValueError:
        raise HTTPException(400) from None
    return {name: values[-1] for name, values in fields.items()}


def _number(text: str) -> int | None:
    """Return a short whole number, or None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004  (digits)


def _page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status)


def _message(status: int, words: tuple[str, str], word: str = "") -> HTMLResponse:
    return _page(message_page(*words, word), status)


def _see(word: str) -> Response:
    return Response(status_code=303, headers={"location": f"/{word}"})
