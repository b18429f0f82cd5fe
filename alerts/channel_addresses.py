"""Where no message goes: the addresses that a cloud's secrets are asked at. The operator's own network is allowed."""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Link-local networks hold every cloud's metadata service; a few clouds have theirs, or a server that runs what it is
# told, elsewhere.
_FORBIDDEN = tuple(
    ip_network(each)
    for each in (
        "169.254.0.0/16",
        "fe80::/10",
        "fd00:ec2::/32",  # Amazon
        "fd20:ce::/32",  # Google
        "100.100.100.200/32",  # Alibaba
        "168.63.129.16/32",  # Azure
        "192.0.0.192/32",  # Oracle
    )
)
_TRANSLATED = ip_network("64:ff9b::/96")  # IPv4 behind the last 32 bits, RFC 6052


class ForbiddenAddressError(OSError):
    """A host leads to an address that no message is sent to."""


def is_forbidden(host: str) -> bool:
    """Say whether `host`, an address in figures, is one that nothing is sent to; a name never is.

    >>> is_forbidden("169.254.169.254"), is_forbidden("::ffff:169.254.169.254"), is_forbidden("192.168.1.5")
    (True, True, False)
    """
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return any(each in network for each in _all_of(address) for network in _FORBIDDEN)


def check_host(host: str, port: int) -> None:
    """Raise ForbiddenAddressError when any address of `host` is forbidden, OSError when it has none. Asks the DNS."""
    for found in socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM):
        _check(str(found[4][0]))


def check_peer(connection: socket.socket) -> None:
    """Raise ForbiddenAddressError, and close it, when `connection` leads to a forbidden address after all."""
    try:
        _check(str(connection.getpeername()[0]))
    except OSError:
        connection.close()
        raise


def _check(address: str) -> None:
    if is_forbidden(address):
        raise ForbiddenAddressError("a link-local or metadata address, where no message is sent")


def _all_of(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """Yield `address`, and the address of the old kind that is written into it."""
    yield address
    if isinstance(address, IPv6Address):
        if old := address.ipv4_mapped or address.sixtofour:
            yield old
        if address in _TRANSLATED:
            yield IPv4Address(int(address) & 0xFFFFFFFF)
