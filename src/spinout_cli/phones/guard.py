"""ASGI middleware that refuses hostile requests, and adds security headers to every answer."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH_LIMIT = 64
HEADER_LIMIT = 8192
"""Bytes of all headers together."""

_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            b"img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # With no-referrer, browsers send `Origin: null` with a form, which is refused.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Guard:
    """Lets through only requests to this host, from its own pages, of a reasonable size.

    Args:
        app: what answers the requests that are let through.
        hosts: the values of the Host header that are ours, which defeats DNS rebinding.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        """Guard this application."""
        self._app = app
        self._hosts = frozenset(host.lower().encode() for host in hosts)
        self._origins = frozenset(b"http://" + host for host in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        status = self._refused(scope)
        if status:
            plain = [(b"content-type", b"text/plain"), (b"content-length", b"13")]
            await guarded({"type": "http.response.start", "status": status, "headers": plain})
            await guarded({"type": "http.response.body", "body": b"Not allowed.\n"})
        else:
            await self._app(scope, receive, guarded)

    def _refused(self, scope: Scope) -> int:
        """Return the status with which a request is refused; 0 for one that is let through."""
        headers = scope["headers"]
        hosts = [value.lower() for name, value in headers if name == b"host"]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return 421
        if len(scope["raw_path"]) > PATH_LIMIT or len(scope["query_string"]) > PATH_LIMIT:
            return 414
        if sum(len(name) + len(value) for name, value in headers) > HEADER_LIMIT:
            return 431
        if scope["method"] == "POST" and not self._is_own(headers):
            return 403
        return 0

    def _is_own(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Tell whether a form comes from one of our pages, as far as the browser says."""
        said = {name: value.lower() for name, value in headers}
        if b"origin" in said:
            return said[b"origin"] in self._origins
        return said.get(b"sec-fetch-site", b"same-origin") == b"same-origin"
