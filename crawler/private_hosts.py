"""Which hosts are near by their very names: on this machine, or in a private network. Nobody is asked."""

from crawler.guard import RefusedError, is_public, target_of


def is_loopback(address: str) -> bool:
    """Say whether `address` leads to this machine by name or number.

    >>> is_loopback("http://127.1.2.3:8080/rss"), is_loopback("https://example.org/")
    (True, False)
    """
    try:
        target = target_of(address)
    except RefusedError:
        return False
    if target.number:
        return (getattr(target.number, "ipv4_mapped", None) or target.number).is_loopback
    return target.host == "localhost" or target.host.endswith(".localhost")


def where_it_is(address: str) -> str | None:
    """Return where `address` leads when its host is a number that is not public, or localhost; or None.

    >>> where_it_is("http://192.168.1.7/rss"), where_it_is("https://example.org/")
    ('in a private network', None)
    """
    if is_loopback(address):
        return "on this machine"
    try:
        number = target_of(address).number
    except RefusedError:
        return None
    return "in a private network" if number and not is_public(number) else None


def is_own(address: str) -> bool:
    """Say whether `address` leads to a host of the operator's own, by what is written there.

    Such a feed needs `allow_private`; a name that leads to a private network is not own, as it may be anyone's.

    >>> is_own("http://10.0.0.5/rss"), is_own("http://localhost/rss"), is_own("http://nas.example/rss")
    (True, True, False)
    """
    return where_it_is(address) is not None
