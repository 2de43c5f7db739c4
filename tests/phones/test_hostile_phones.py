"""Hostile requests against the real server, each of the rules on security, and what can be learnt."""

import http.client
import socket
import threading
import time
from contextlib import closing

import pytest

from helpers.phone_clients import BALLOT, Phone
from spinout_cli.errors import SpinoutError
from spinout_cli.phones import server as server_module
from spinout_cli.phones.ballot_box import MOST_SEATS, BallotBox, BoxFullError
from spinout_cli.phones.server import PhoneServer


def raw(server, request, seconds=5.0):
    """Send bytes, and return all that comes back."""
    with socket.create_connection((server.host, server.port), seconds) as line:
        line.sendall(request)
        got = b""
        while part := line.recv(65536):
            got += part
            if b"\r\n\r\n" in got and b"connection: close" not in got.lower():
                break
        return got


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "[::1]:80", ""])
def test_another_host_is_refused(phone, host):
    """A name that was made to point here (DNS rebinding) gets nothing."""
    assert phone().ask("GET", "/", Host=host).status in (400, 421)


def test_two_hosts_and_no_host_are_refused(server):
    own = f"127.0.0.1:{server.port}".encode()
    assert b"200 OK" not in raw(server, b"GET /phone.css HTTP/1.0\r\n\r\n")
    two = b"GET /phone.css HTTP/1.1\r\nHost: " + own + b"\r\nHost: evil.example\r\n\r\n"
    assert b"200 OK" not in raw(server, two)


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "https://127.0.0.1"])
def test_a_form_from_another_page_is_refused(box, phone, origin):
    one = phone()
    one.join()
    box.open(BALLOT)
    answer = one.ask("POST", f"/{one.word}/vote", "vote=1&place=0", Origin=origin)
    assert answer.status == 403
    assert box.cast() == 0


def test_every_answer_has_the_headers_and_no_cookie_but_the_seat(phone):
    one = phone()
    for path in ("/", f"/{one.word}", "/phone.css", "/phone.js", "/nowhere", f"/{one.word}/events"):
        answer = one.ask("GET", path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["server"] is None
        assert answer.headers["set-cookie"] is None
    answer = one.ask("POST", f"/{one.word}/join", "group=")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert f"path=/{one.word}" in cookie
    assert "expires" not in cookie
    assert "max-age" not in cookie


def test_bodies_paths_and_headers_are_bounded(box, phone, server):
    one = phone()
    one.join()
    box.open(BALLOT)
    assert one.ask("POST", f"/{one.word}/vote", "vote=1&place=0&x=" + "x" * 3000).status == 413
    one = phone()
    assert one.ask("GET", "/" + "a" * 100).status == 414
    assert one.ask("GET", f"/{one.word}?" + "a" * 100).status == 414
    many = (
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode()
        + b"A: "
        + b"x" * 20000
        + b"\r\n\r\n"
    )
    assert raw(server, many)[9:12] in (b"400", b"431")
    assert box.cast() == 0


def test_a_body_that_is_no_form_is_refused(box, phone):
    one = phone()
    one.join()
    box.open(BALLOT)
    assert one.ask("POST", f"/{one.word}/vote", b"\xff\xfe").status == 400
    assert (
        one.ask("POST", f"/{one.word}/vote", "&".join(f"a{n}=1" for n in range(99))).status == 400
    )
    assert one.send("vote", vote="-1", place="0").status == 409
    assert one.send("vote", vote="1", place="٣").status == 422
    assert box.cast() == 0


def test_whoever_sends_slowly_is_hung_up_on(box, monkeypatch):
    monkeypatch.setattr(server_module, "SLOWEST", 0.3)
    server = PhoneServer(box, "127.0.0.1", 0)
    server.start()
    try:
        for begun in (b"", b"GET / HTTP/1.1\r\nHo"):
            with socket.create_connection((server.host, server.port), 5) as line:
                line.sendall(begun)
                assert line.recv(100) == b""
    finally:
        server.stop()


def test_a_seat_asks_only_so_often_and_others_do_not_wait():
    now = [0.0]
    server = PhoneServer(box := BallotBox(clock=lambda: now[0]), "127.0.0.1", 0)
    server.start()
    with closing(Phone(server, box.word)) as one, closing(Phone(server, box.word)) as other:
        one.join()
        other.join()
        assert [one.page().status for _ in range(100)].count(200) < 70
        assert one.page().status == 429
        assert other.page().status == 200
        now[0] = 1.0
        assert one.page().status == 200
    server.stop()


def test_there_are_only_so_many_seats():
    box = BallotBox()
    for _ in range(MOST_SEATS):
        box.join()
    with pytest.raises(BoxFullError):
        box.join()


def test_a_word_that_is_wrong_gets_nothing(box, phone):
    one = phone()
    one.word = "a" * 8
    for path in ("", "/events", "/revision"):
        answer = one.ask("GET", f"/{one.word}{path}")
        assert answer.status == 404
        assert "code is not in use" in answer.text
    assert one.send("join", group="").status == 404
    assert box.presence().here == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_there_is_no_other_way_in(phone, method):
    one = phone()
    assert one.ask(method, f"/{one.word}").status in (400, 405)


@pytest.mark.parametrize(
    "path",
    ["/static/phone.js", "/../pages.py", "/%2e%2e/pages.py", "/phone.css/..", "/favicon.ico"],
)
def test_no_file_is_served_but_the_page_s_own(phone, path):
    assert phone().ask("GET", path).status == 404


def test_what_others_see_is_the_same_whatever_is_voted(box, phone):
    """An attacker with a seat sees no difference while a vote is open, whoever votes what."""
    spy, others = phone(), [phone() for _ in range(4)]
    spy.join()
    for other in others:
        other.join()
    box.open(BALLOT)

    def seen():
        return [spy.page().text, spy.ask("GET", f"/{spy.word}/revision").text]

    before = seen()
    others[0].vote(0)
    assert seen() == before
    for place, other in enumerate(others):
        other.vote(place)
    assert seen() == before
    others[3].send("leave")
    assert seen() == before


def test_the_stream_says_nothing_of_votes_and_ends_with_the_server(box, server, phone):
    one, other = phone(), phone()
    one.join()
    other.join()
    box.open(BALLOT)
    told, ended = [], threading.Event()

    def listen():
        line = http.client.HTTPConnection(server.host, server.port, timeout=20)
        line.request("GET", f"/{one.word}/events", headers={"Cookie": one.cookie})
        response = line.getresponse()
        while part := response.readline():
            told.append(part)
        line.close()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    time.sleep(0.5)
    before = len(told)
    assert before
    for place in (0, 1, 2):
        other.vote(place)
    time.sleep(0.3)
    assert len(told) == before
    box.close()
    time.sleep(0.3)
    assert len(told) > before
    begun = time.monotonic()
    server.stop()
    assert ended.wait(3)
    assert time.monotonic() - begun < 3
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((server.host, server.port), 1)


def test_a_second_stream_of_a_seat_takes_the_place_of_the_first(box, server, phone):
    one = phone()
    one.join()
    lines, open_ = [], []
    for _ in range(2):
        line = http.client.HTTPConnection(server.host, server.port, timeout=5)
        line.request("GET", f"/{one.word}/events", headers={"Cookie": one.cookie})
        open_.append(line)
        lines.append(line.getresponse())
        assert lines[-1].readline().startswith(b"data:")
    assert b"event: poll" in lines[0].read()
    box.open(BALLOT)
    assert lines[1].readline() == b"\n"
    assert lines[1].readline().startswith(b"data:")
    for line in (*lines, *open_):
        line.close()


def test_a_port_that_is_taken_is_told_with_what_to_do(server):
    with pytest.raises(SpinoutError, match=f"Port {server.port} is in use.*--port"):
        PhoneServer(BallotBox(), "127.0.0.1", server.port)
    with pytest.raises(SpinoutError, match="not an address of this machine"):
        PhoneServer(BallotBox(), "192.0.2.77", 0)


def test_an_answer_is_whole(phone):
    """A page is small enough to come at once, and has no word of script in it."""
    answer = phone().page()
    assert len(answer.text) < 8000
    assert "onclick" not in answer.text
    assert "<script>" not in answer.text
