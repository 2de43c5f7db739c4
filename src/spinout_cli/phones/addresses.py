"""Addresses of this machine on the local network, the likeliest to be reached by phones first."""

import ipaddress
import socket
from collections.abc import Iterable

_PROBES = ("192.168.255.254", "10.255.255.254", "172.31.255.254", "192.0.2.1")
"""Addresses whose routes tell which of our own is used; nothing is sent to them."""

_HOTSPOTS = tuple(
    map(
        ipaddress.IPv4Network,
        ("192.168.137.0/24", "192.168.2.0/24", "192.168.43.0/24", "172.20.10.0/28"),
    )
)
"""What Windows, macOS, Android and iPhones use for a hotspot of their own."""

_VIRTUAL = tuple(map(ipaddress.IPv4Network, ("172.17.0.0/16", "192.168.56.0/24")))
"""What Docker and VirtualBox use by default: no phone gets there."""


def own_addresses() -> list[str]:
    """Return the IPv4 addresses of this machine, best first; the loopback address if no other."""
    return rank_addresses([*_routed(), *_named()])


def rank_addresses(found: Iterable[str]) -> list[str]:
    """Return the addresses that a phone can reach, the likeliest first.

    >>> rank_addresses(["169.254.3.4", "172.17.0.1", "192.168.1.20", "127.0.0.1"])
    ['192.168.1.20', '172.17.0.1']
    >>> rank_addresses(["169.254.3.4"])
    ['127.0.0.1']
    """
    usable = [
        address
        for address in map(ipaddress.IPv4Address, dict.fromkeys(found))
        if not (address.is_link_local or address.is_loopback or address.is_unspecified)
    ]
    return [str(address) for address in sorted(usable, key=_rank)] or ["127.0.0.1"]


def _rank(address: ipaddress.IPv4Address) -> int:
    if any(address in network for network in _HOTSPOTS):
        return 0
    if any(address in network for network in _VIRTUAL):
        return 3
    return 1 if address.is_private else 2


def _routed() -> list[str]:
    """Ask the system from which address it would reach others; a datagram socket sends nothing."""
    found = []
    for probe in _PROBES:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            try:
                asking.connect((probe, 9))
            except OSError:  # no route there
                continue
            found.append(asking.getsockname()[0])
    return found


def _named() -> list[str]:
    try:
        return socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:  # the machine's own name is not known to it
        return []
