"""Sentences about channels without their addresses, which are passwords."""

import re
from urllib.parse import unquote, unquote_plus, urlsplit

from stories.text import clean

_LONGEST = 200
_SHORTEST_SECRET = 4
_PLAIN = frozenset({"mode", "from", "insecure", "starttls"})  # words of addresses, which sentences need too


def without_secrets(sentence: str, url: str) -> str:
    """Return `sentence` on one line, with every part of `url` that could be a password blotted out."""
    address = urlsplit(url)
    port = address.netloc.rpartition(":")[2]  # also where it is none, as in an address with letters for it
    plain = _PLAIN | {address.scheme.lower(), (address.hostname or "").lower(), port if port.isdigit() else ""}
    for part in sorted(_parts(url), key=len, reverse=True):
        if len(part) >= _SHORTEST_SECRET and part.lower() not in plain:
            sentence = re.sub(re.escape(part), "***", sentence, flags=re.IGNORECASE)
    return clean(sentence, _LONGEST)


def _parts(url: str) -> set[str]:
    """Return what stands between the signs of an address, as it is written and as it is meant."""
    written = {*re.split(r"[/:@?&=#,]+", url), *re.split(r"[/?&=#]+", url)}
    return written | {unquote(each) for each in written} | {unquote_plus(each) for each in written}
