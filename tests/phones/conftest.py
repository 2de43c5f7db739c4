"""A room with a server of its own, and phones that join it."""

from contextlib import ExitStack, closing

import pytest

from helpers.phone_clients import Phone
from spinout_cli.phones.ballot_box import BallotBox
from spinout_cli.phones.server import PhoneServer


@pytest.fixture
def box():
    return BallotBox()


@pytest.fixture
def server(box):
    server = PhoneServer(box, "127.0.0.1", 0)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def phone(server, box):
    """Make phones in this room."""
    with ExitStack() as open_:
        yield lambda: open_.enter_context(closing(Phone(server, box.word)))
