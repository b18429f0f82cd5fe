"""Where a request may go: which addresses are well formed, and which numbers are public. Nobody is asked.

All of it is decided from text and numbers; names are resolved in `crawler.names`, and the number that is connected to
is the one that was decided on here.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Number = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Schemes, hosts and ports in the one spelling all parsers read alike. No user, no backslash, no blanks, no %, no zone.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<six>[0-9a-f:.]{2,45})\]|(?P<name>[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,60})\.?)"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?:[/?#][!-\[\]-~]*)?",
    re.IGNORECASE,
)
_LIKE_A_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$")  # the last label decides, as in the URL standard
_DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_ADDRESS = 8192

# Where something other than a web server listens. First the list of bad ports of the Fetch standard; then databases,
# queues and desktops.
_BAD_PORTS = frozenset(
    {
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95),
        *(101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179),
        *(389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636),
        *(989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566),
        *(6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
        *(445, 1433, 1521, 3306, 3389, 5432, 5672, 5900, 6379, 9042, 11211, 27017),
    }
)

# IANA's special-purpose registries: what is not for everyone. 192.88.99/24 was for 6to4 relays, which are gone.
_NOT_PUBLIC_4 = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
    " 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
)
_UNICAST_6 = IPv6Network("2000::/3")  # all that has been given out; outside it nothing is public ...
_NOT_PUBLIC_6 = "2001::/23 2001:db8::/32 3fff::/20"  # ... and not all inside
_NOT_PUBLIC = tuple(map(ip_network, f"{_NOT_PUBLIC_4} {_NOT_PUBLIC_6}".split()))
_NAT64 = IPv6Network("64:ff9b::/96")


class RefusedError(Exception):
    """An address is not asked; the text says why, after the words "this feed" or where its answer led."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes: `host` in lower case, without brackets or a final dot, and as a number if it is one."""

    scheme: str
    host: str
    port: int
    number: Number | None


@lru_cache(maxsize=1024)
def target_of(address: str) -> Target:
    """Return where `address` leads; raise RefusedError when that is no web server or can be read in two ways."""
    found = _ADDRESS.fullmatch(address) if len(address) <= MAX_ADDRESS else None
    if found is None:
        raise RefusedError(_what_is_wrong(address))
    scheme, host = found["scheme"].lower(), (found["six"] or found["name"]).lower()
    port = int(found["port"] or _DEFAULT_PORTS[scheme])
    if port in _BAD_PORTS or port > 65535:
        raise RefusedError(f"port {port} is not one of a web server")
    number = _number(host)
    is_odd = not isinstance(number, IPv6Address) if found["six"] else not number and _LIKE_A_NUMBER.search(host)
    if is_odd:
        raise RefusedError(f"{host} is an odd way to write a host; write a number as 192.0.2.1 or [2001:db8::1]")
    return Target(scheme=scheme, host=host, port=port, number=number)


def is_public(number: Number, *, also: Collection[Network] = ()) -> bool:
    """Say whether everyone can reach `number`, or one of the networks `also` holds it.

    What only wraps an IPv4 address (mapped, NAT64, 6to4, Teredo) is as public as all that it wraps.

    >>> is_public(ip_address("9.9.9.9")), is_public(ip_address("64:ff9b::7f00:1"))
    (True, False)
    """
    if any(number in network for network in also):
        return True
    if isinstance(number, IPv6Address):
        if wrapped := _wrapped(number):
            return all(is_public(inner, also=also) for inner in wrapped)
        if number not in _UNICAST_6:
            return False
    return not any(number in network for network in _NOT_PUBLIC)


def networks(texts: Collection[str]) -> tuple[Network, ...]:
    """Return networks that were written as text."""
    return tuple(map(ip_network, texts))


def _wrapped(number: IPv6Address) -> tuple[IPv4Address, ...]:
    if number.ipv4_mapped:
        return (number.ipv4_mapped,)
    if number in _NAT64:
        return (IPv4Address(int(number) & 0xFFFFFFFF),)
    if number.sixtofour:
        return (number.sixtofour,)
    return number.teredo or ()


def _number(host: str) -> Number | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _what_is_wrong(address: str) -> str:
    """Return a sentence on an address that is not as it should be, without repeating it: it may hold a password."""
    scheme, colon, rest = address.partition(":")
    if colon and scheme.isascii() and scheme.isalnum() and scheme.lower() not in _DEFAULT_PORTS:
        return f"{scheme.lower()[:20]}: is not asked, only http and https are"
    if "@" in re.split(r"[/?#\\]", rest.lstrip("/\\"))[0]:
        return "an address must not carry a user name or password"
    return "the address is not well formed: its host, its port or a character in it is not allowed"
