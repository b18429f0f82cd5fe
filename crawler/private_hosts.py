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
