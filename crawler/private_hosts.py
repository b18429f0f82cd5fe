"""Which hosts are near by their very names: on this machine, or in a private network. Nobody is asked."""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

_NUMBERS = re.compile(r"(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+)){0,3}", re.I)


def is_loopback(address: str) -> bool:
    """Say whether `address` leads to this machine by name or number, without asking anyone.

    >>> is_loopback("http://127.1.2.3:8080/rss"), is_loopback("https://example.org/")
    (True, False)
    """
    host = _host(address)
    number = _number(host)
    return number.is_loopback if number else host == "localhost" or host.endswith(".localhost")


def where_it_is(address: str) -> str | None:
    """Return where `address` leads when its host is named by a number, or as localhost, that is not public; or None.

    >>> where_it_is("http://192.168.1.7/rss"), where_it_is("https://example.org/")
    ('in a private network', None)
    """
    if is_loopback(address):
        return "on this machine"
    number = _number(_host(address))
    return "in a private network" if number and not number.is_global else None


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").rstrip(".").lower()


def _number(host: str) -> IPv4Address | IPv6Address | None:
    """Return the host as a number, if it is one in any of the forms that are understood where it is connected to."""
    try:
        number = IPv4Address(socket.inet_aton(host)) if _NUMBERS.fullmatch(host) else ip_address(host)
    except (ValueError, OSError):
        return None
    return getattr(number, "ipv4_mapped", None) or number
