"""The HTTP server, in a thread with an event loop of its own."""

import asyncio
import errno
import socket
import threading
from contextlib import suppress

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from spinout_cli.errors import SpinoutError
from spinout_cli.phones.app import Notifier, PhoneApp
from spinout_cli.phones.ballot_box import BallotBox
from spinout_cli.phones.guard import HEADER_LIMIT, Guard

PORT = 8765
SLOWEST = 10.0
"""Seconds within which the headers of a request have to be there."""

_MOST_CONNECTIONS = 1200
_STOPPING = 5.0


class PhoneServer:
    """Serves a ballot box on one address until it is stopped.

    Args:
        box: what is served.
        host: the address of this machine to listen on.
        port: the port; 0 for any that is free.
    """

    def __init__(self, box: BallotBox, host: str, port: int = PORT) -> None:
        """Take the port.

        Raises:
            SpinoutError: the port is taken, or the address is not of this machine.
        """
        self.host = host
        self._socket = _bound(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._box = box
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._notifier: Notifier | None = None
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=self._serve, name="phones", daemon=True)

    @property
    def address(self) -> str:
        """The address that phones open."""
        return f"http://{self.host}:{self.port}/{self._box.word}"

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()
        self._ready.wait()
        self._box.changed = self._changed

    def stop(self) -> None:
        """Stop serving: open streams end at once, and the port is free again."""
        loop, server, notifier = self._loop, self._server, self._notifier
        if loop is not None and server is not None and notifier is not None:
            self._box.changed = lambda _delay: None

            def end() -> None:
                notifier.closing = server.should_exit = True
                notifier.wake()

            with suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(end)
            self._thread.join(_STOPPING)
        self._socket.close()

    def _changed(self, delay: float) -> None:
        """Wake the streams from whatever thread the box was changed in."""
        loop, notifier = self._loop, self._notifier
        if loop is None or notifier is None:
            return

        def wake() -> None:
            notifier.wake()
            if delay:
                loop.call_later(delay, self._reveal)

        loop.call_soon_threadsafe(wake)

    def _reveal(self) -> None:
        self._box.revealed()
        if self._notifier is not None:
            self._notifier.wake()

    def _serve(self) -> None:
        asyncio.run(self._serving())

    async def _serving(self) -> None:
        self._loop, self._notifier = asyncio.get_running_loop(), Notifier()
        app = PhoneApp(self._box, self._notifier).routes()
        config = uvicorn.Config(
            Guard(app, _hosts(self.host, self.port)),
            http=_TimedProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            limit_concurrency=_MOST_CONNECTIONS,
            h11_max_incomplete_event_size=HEADER_LIMIT,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._ready.set()
        await self._server.serve([self._socket])


class _TimedProtocol(H11Protocol):  # type: ignore[misc]  # mypy does not follow an extra
    """HTTP that hangs up on whoever does not send the headers of a request in time."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._forget()

    def _watch(self) -> None:
        """Begin to wait for headers, or end it where they are there."""
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._timer is None:
            self._timer = self.loop.call_later(SLOWEST, self.transport.close)

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _hosts(host: str, port: int) -> tuple[str, ...]:
    return (f"{host}:{port}", host) if port == 80 else (f"{host}:{port}",)  # noqa: PLR2004  (the port of HTTP)


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: the other option shares the port there
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(256)
    except (OSError, OverflowError) as problem:
        listening.close()
        raise SpinoutError(_why(problem, host, port)) from problem
    return listening


def _why(problem: Exception, host: str, port: int) -> str:
    number = getattr(problem, "errno", None)
    if number == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Choose another: --port {port + 1}"
    if number == errno.EACCES:
        return f"Port {port} may not be used by this account. Choose one from 1024: --port {PORT}"
    return f"{host} is not an address of this machine. Leave out --host, and we look for one."
