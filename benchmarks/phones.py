"""What votes by phone cost: their acknowledgement, the wall's keys, and the first QR code drawn."""

import asyncio
import http.client
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from measure import Package, Terminal, alternating, built, pairs_wanted, report
from spinout_cli.phones.ballot_box import Ballot, BallotBox
from spinout_cli.phones.server import PhoneServer

PHONES = 200
LADDER = tuple((letter, f"Rung {letter}") for letter in "ABCD?")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def main() -> None:
    """Measure and report."""
    pairs = pairs_wanted()
    _acknowledged(pairs)
    with built() as package:
        _wall(package, pairs)
        _first_code(package, pairs)


class Post(NamedTuple):
    """A form to send."""

    port: int
    path: str
    body: str
    headers: dict[str, str]

    def send(self, line: http.client.HTTPConnection) -> http.client.HTTPResponse:
        """Send it, and return the answer once it is there."""
        line.request("POST", self.path, self.body, self.headers)
        response = line.getresponse()
        response.read()
        return response


def _acknowledged(pairs: int) -> None:
    """The 95th percentile of a vote from 200 phones, against a bare handler of the same bytes."""
    box = BallotBox()
    server = PhoneServer(box, "127.0.0.1", 0)
    server.start()
    seats = [box.join() for _ in range(PHONES)]
    box.open(Ballot("A question", LADDER))
    origin = {**FORM, "Origin": f"http://127.0.0.1:{server.port}"}

    def vote(n: int) -> Post:
        cookie = {**origin, "Cookie": f"seat={seats[n]}"}
        return Post(server.port, f"/{box.word}/vote", "vote=1&place=2", cookie)

    with closing(http.client.HTTPConnection("127.0.0.1", server.port)) as line:
        answered = dict(vote(0).send(line).getheaders())
    with _bare(answered) as port:
        bare = [Post(port, "/vote", "vote=1&place=2", vote(n).headers) for n in range(PHONES)]
        measured = alternating(
            lambda: _p95([vote(n) for n in range(PHONES)]), lambda: _p95(bare), pairs
        )
    server.stop()
    report(f"p95 of a vote, {PHONES} phones", *measured, reach=2)


def _p95(posts: list[Post]) -> float:
    """Send each on a connection of its own, all of them open, and return the 95th percentile."""
    with ExitStack() as open_:
        lines = []
        for post in posts:
            line = http.client.HTTPConnection("127.0.0.1", post.port)
            lines.append(open_.enter_context(closing(line)))
            line.connect()
        times = []
        for post, line in zip(posts, lines, strict=True):
            begun = time.perf_counter()
            post.send(line)
            times.append(time.perf_counter() - begun)
    return statistics.quantiles(times, n=20)[-1]


@contextmanager
def _bare(headers: dict[str, str]) -> Iterator[int]:
    """Serve a bare handler that reads a form and answers the same bytes; yield its port."""

    async def vote(request: Request) -> Response:
        await request.body()
        return Response(status_code=303, headers=headers)

    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    app = Starlette(routes=[Route("/vote", vote, methods=["POST"])])
    config = uvicorn.Config(
        app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening.close()


# ------------------------------------------------------------------ the wall


def _wall(package: Package, pairs: int) -> None:
    """From a key to what it draws while a vote is open, with 200 phones and with none."""
    port = _free()
    with ExitStack() as open_, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone, phones = (
            open_.enter_context(Terminal(command, package.environment, folder))
            for command in (
                [*package.spinout, "workshop", "--demo"],
                [*package.spinout, "workshop", "--demo", *_with_phones(port)],
            )
        )
        _begin(alone, "slips in")
        word = _begin(phones, "go on")
        _stream(port, word, open_)
        phones.press("\r")
        phones.wait_for(" in")
        measured = alternating(lambda: _counts_asked(phones), lambda: _counts_asked(alone), pairs)
    report(f"a key on the wall, {PHONES} phones", *measured, reach=1.2)


def _with_phones(port: int) -> list[str]:
    return ["--phones", "--host", "127.0.0.1", "--port", str(port)]


def _begin(terminal: Terminal, mark: str) -> str:
    """Go from the plan to the first question or to the code; return the room's word, if any."""
    terminal.wait_for("Enter accept")
    terminal.press("\r")
    return terminal.wait_for(mark).rpartition("of this room is ")[2][:8]


def _stream(port: int, word: str, open_: ExitStack) -> None:
    """Seat 200 phones, and leave the stream of each of them open."""
    origin = {**FORM, "Origin": f"http://127.0.0.1:{port}"}
    for _ in range(PHONES):
        line = open_.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port)))
        answer = Post(port, f"/{word}/join", "group=", origin).send(line)
        cookie = str(answer.getheader("set-cookie")).partition(";")[0]
        line.request("GET", f"/{word}/events", headers={"Cookie": cookie})
        open_.enter_context(closing(line.getresponse())).readline()


def _counts_asked(terminal: Terminal) -> float:
    """Press Enter on the wall; return the seconds until the counts are asked for, and go back."""
    terminal.press("\r")
    begun = time.perf_counter()
    terminal.wait_for("typed unseen")
    taken = time.perf_counter() - begun
    terminal.press("\x1b")
    terminal.wait_for("rung by rung")
    return taken


def _first_code(package: Package, pairs: int) -> None:
    """From the start to the first screen, and with phones from the start to the first QR code."""

    def drawn(options: list[str], *marks: str) -> float:
        with tempfile.TemporaryDirectory() as name:
            command = [*package.spinout, "workshop", "--demo", *options]
            begun = time.perf_counter()
            with Terminal(command, package.environment, Path(name)) as terminal:
                terminal.wait_for("Enter accept")
                for mark in marks:
                    terminal.press("\r")
                    terminal.wait_for(mark)
                return time.perf_counter() - begun

    measured = alternating(lambda: drawn(_with_phones(_free()), "go on"), lambda: drawn([]), pairs)
    report("the first QR code", *measured, reach=1.5)


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trying:
        return int(trying.getsockname()[1])


if __name__ == "__main__":
    main()
