"""What the wall shows so that phones find the laptop: the QR code, and the address that it holds."""

import segno
from hypothesis import given
from hypothesis import strategies as st

from spinout_cli.phones.addresses import own_addresses, rank_addresses
from spinout_cli.phones.qr import qr_lines

URL = "HTTP://192.168.137.1:8765/ABCDEFGH"
MODULES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def test_the_lines_are_the_code_with_its_quiet_zone():
    lines = qr_lines(URL)
    rows = [[MODULES[cell][half] for cell in line] for line in lines for half in (0, 1)]
    expected = [list(row) for row in segno.make_qr(URL, error="l").matrix_iter(border=4)]
    assert rows[: len(expected)] == expected
    assert not any(map(any, rows[len(expected) :]))
    assert not any(map(any, rows[:4]))


def test_an_address_in_capitals_fits_a_small_terminal():
    lines = qr_lines(URL)
    assert len(lines) <= 17
    assert {len(line) for line in lines} == {33}


@given(st.lists(st.ip_addresses(v=4).map(str)))
def test_no_address_is_offered_that_no_phone_can_reach(found):
    ranked = rank_addresses(found)
    assert ranked
    assert not any(address.startswith("169.254.") for address in ranked)
    assert len(set(ranked)) == len(ranked)
    if ranked != ["127.0.0.1"]:
        assert not any(address.startswith("127.") for address in ranked)
        assert set(ranked) <= set(found)


def test_a_hotspot_comes_first_and_a_virtual_network_last():
    found = ["172.17.0.1", "81.2.69.142", "10.0.0.7", "192.168.137.1", "192.168.56.1"]
    assert rank_addresses(found)[:3] == ["192.168.137.1", "10.0.0.7", "81.2.69.142"]


def test_this_machine_has_an_address():
    assert own_addresses()
