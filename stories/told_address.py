"""Addresses as they are shown in a message: without secrets, and with the host for what it is."""

import re
from urllib.parse import urlsplit, urlunsplit

from stories.address import safe_address

# What opens a door for whoever has the address. Signatures stay: without them a page may not open at all.
_SECRET = re.compile(
    r"(?:(?:access|auth|api|id|refresh|session|user)[_-]?)?token|api[_-]?key|auth|authorization|secret|client[_-]?secret"
    r"|pass(?:w(?:or)?d)?|pwd|session(?:[_-]?id)?|jsessionid|phpsessid",
    re.I,
)
_NOT_PLAIN = {ord(char): f"%{ord(char):02X}" for char in "@!<>|()[]*`'\"\\"}  # the same address, nobody's markup
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}", re.I)


def told_address(url: str | None) -> str | None:
    """Return the address to open for `url`, harmless in any markup and without secrets; None when there is none.

    >>> told_address("https://reader:word@news.example/a?id=1&token=abc#top")
    'https://news.example/a?id=1#top'
    """
    safe = safe_address(url) if url else None
    if safe is None:
        return None
    parts = urlsplit(safe)
    if parts.query:
        kept = (item for item in parts.query.split("&") if not _SECRET.fullmatch(item.partition("=")[0]))
        safe = urlunsplit(parts._replace(query="&".join(kept)))
    return safe.translate(_NOT_PLAIN)


def host_in_words(url: str) -> str:
    """Return the host of an address; one that stands for letters outside ASCII with these beside it.

    >>> host_in_words("https://www.news.example/1")
    'news.example'
    >>> host_in_words("https://xn--pple-43d.com/1")
    'xn--pple-43d.com (written аpple.com)'
    """
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if "xn--" not in host:
        return host
    try:
        written = host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
    return host if written == host else f"{host} (written {written})"


def name_in_words(name: str) -> str:
    """Return the name of an outlet; one that is a host with letters outside ASCII with its true form beside it.

    >>> name_in_words("The Ledger"), name_in_words("аpple.com")
    ('The Ledger', 'аpple.com (xn--pple-43d.com)')
    """
    if name.isascii() or not _HOST.fullmatch(name):
        return name
    try:
        return f"{name} ({name.encode('idna').decode('ascii')})"
    except UnicodeError:
        return name
