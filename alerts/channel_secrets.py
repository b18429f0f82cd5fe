"""Sentences about channels without their addresses, which are passwords."""

import re
from urllib.parse import unquote, unquote_plus, urlsplit

from stories.text import clean

_LONGEST = 200
_SHORTEST_SECRET = 4
_PLAIN = frozenset({"mode", "from", "insecure", "starttls"})  # words of addresses, which sentences need too


# Where other services have a token, these have the name of a server; ntfy has one where a topic follows it.
_HAVE_A_HOST = frozenset(
    f"{scheme}{end}"
    for scheme in ("mailto", "json", "form", "xml", "matrix", "gotify", "mmost", "workflow")
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
    """Return `sentence` on one line, with every part of `url` that could be a password blotted out."""
    host = host_of(url)
    port = urlsplit(url).netloc.rpartition(":")[2] if host else ""
    plain = _PLAIN | {url.partition(":")[0].lower(), host, port if port.isdigit() else None}
    for part in sorted(_parts(url), key=len, reverse=True):
        if len(part) >= _SHORTEST_SECRET and part.lower() not in plain:
            sentence = re.sub(re.escape(part), "***", sentence, flags=re.IGNORECASE)
    return clean(sentence, _LONGEST)


def _parts(url: str) -> set[str]:
    """Return what stands between the signs of an address, as it is written and as it is meant."""
    written = {*re.split(r"[/:@?&=#,]+", url), *re.split(r"[/?&=#]+", url)}
    return written | {unquote(each) for each in written} | {unquote_plus(each) for each in written}
