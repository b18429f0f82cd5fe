"""Sentences about channels without their addresses, which are passwords."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus, urlsplit

from stories.text import clean

_LONGEST = 200
_SHORTEST_SECRET = 4
# Parameters whose values sentences may show: who writes to whom, and how.
_SHOWN = frozenset({"from", "to", "name", "reply", "mode", "smtp", "cto", "rto", "verify", "insecure", "starttls"})
# Words that sentences of ours need, whatever the path of an address is called.
_OUR_WORDS = frozenset({
    "service", "server", "mail", "message", "messages", "connect", "connection", "answered",
    "answer", "refused", "login", "recipient", "sender", "port", "host", "http", "https",
    "redirect", "timed", "user", "address", "plain",
})  # fmt: skip

# Where other services have a token, these have the name of a server; ntfy has one where a topic follows it.
_HAVE_A_HOST = frozenset(
    f"{scheme}{end}"
    for scheme in ("mailto", "json", "form", "xml", "matrix", "gotify", "mmost", "workflow", "http")
    for end in ("", "s")
)
_HAVE_ONE_BEFORE_A_PATH = frozenset({"ntfy", "ntfys"})


def host_of(url: str) -> str | None:
    """Return the server in a channel's address, if it is one and no token."""
    try:
        address = urlsplit(url)
    except ValueError:  # half a pair of brackets
        return None
    is_before_a_path = address.scheme in _HAVE_ONE_BEFORE_A_PATH and address.path.strip("/")
    return address.hostname if address.scheme in _HAVE_A_HOST or is_before_a_path else None


def without_secrets(sentence: str, url: str) -> str:
    """Return `sentence` on one line, with every part of `url` that could be a password blotted out, in base64 too."""
    shown = _shown(url)
    secrets = [part for part in _secrets(url) if len(part) >= _SHORTEST_SECRET and not _is_plain(part, shown)]
    for secret in sorted(secrets, key=len, reverse=True):
        sentence = re.sub(re.escape(secret), "***", sentence, flags=re.IGNORECASE)
    for form in (form for secret in secrets for form in _in_base64(secret)):
        sentence = re.sub(f"[A-Za-z0-9+/_-]*{re.escape(form)}[A-Za-z0-9+/_-]*=*", "***", sentence)
    return clean(sentence, _LONGEST)


def _is_plain(part: str, shown: str) -> bool:
    return part.lower() in _OUR_WORDS or part.lower() in shown


def _shown(url: str) -> str:
    """Return what sentences may show of an address: its service, its server, and who writes to whom."""
    address, _, query = url.partition("?")
    host = host_of(url) or ""
    port = urlsplit(url).netloc.rpartition(":")[2] if host else ""
    values = (unquote_plus(value) for name, value in _parameters(query) if name.lower() in _SHOWN)
    return "\n".join((address.partition(":")[0], host, port if port.isdigit() else "", *values)).lower()


def _secrets(url: str) -> set[str]:
    """Return what stands between the signs of an address, but for what is shown, as written and as meant."""
    address, _, query = url.partition("?")
    texts = [address, *(value or name for name, value in _parameters(query) if name.lower() not in _SHOWN)]
    written = {part for text in texts for signs in (r"[/:@?&=#,]+", r"[/?&=#]+") for part in re.split(signs, text)}
    return written | {unquote(each) for each in written} | {unquote_plus(each) for each in written}


def _parameters(query: str) -> Iterator[tuple[str, str]]:
    for each in query.split("&"):
        name, _, value = each.partition("=")
        yield name, value


def _in_base64(secret: str) -> Iterator[str]:
    """Yield what base64 makes of `secret` wherever it stands in what is encoded, in both alphabets.

    >>> "c2VjcmV0" in _in_base64("secret")
    True
    """
    for before in range(3):
        data = b"\0" * before + secret.encode("utf-8", "replace")
        whole = slice(-(-before * 8 // 6), len(data) * 8 // 6)  # the signs that nothing else has a bit in
        yield b64encode(data)[whole].decode()
        yield urlsafe_b64encode(data)[whole].decode()
