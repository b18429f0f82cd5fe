"""What must not be read in a log: the secrets of the configuration, and whatever looks like one."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote_plus, urlsplit

from alerts.settings import Channel
from crawler.settings import FeedSettings

BLOT = "***"

_SHORTEST = 4  # what is shorter is found by its place only, else half of every line would be blotted out
_TELLING = 8  # a word of so many characters is taken for a secret wherever it stands in a channel's address ...
_WITH_A_DIGIT = 6  # ... and a shorter one with a digit in it

# Where other services have a token, these have the name of a server.
_HAS_A_HOST = frozenset({"mailto", "mailtos", "json", "jsons", "form", "forms", "xml", "xmls"})
_PLAIN_WORDS = frozenset(
    {"services", "webhooks", "workflows", "triggers", "channels", "messages", "insecure", "starttls"}
)
_PLAIN_PARAMETERS = "from|to|name|smtp|mode|format|overflow|verify|cto|rto|reply|method"
_TELLING_PARAMETER = (
    r"(?:[a-z]+[_-])?(?:token|api[_-]?key|key|auth|authorization|secret|pass|passwd|password|pwd|sig|signature|session"
    r"|sessionid)"
)
_IS_TELLING_PARAMETER = re.compile(_TELLING_PARAMETER, re.I)

# Found without knowing them: each keeps what stands in its first group.
_LOOKS_LIKE_ONE = (
    re.compile(r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[^\s\"'<>]+", re.I),
    re.compile(r"(webhook\.office\.com/|/api/webhooks/)[^\s\"'<>]+", re.I),
    re.compile(r"\b()(?:xox[a-z]|xapp|ghp|gho|github_pat|glpat|sk)[-_][\w-]{10,}"),
    re.compile(r"\b()(?:bot)?\d{6,12}:[\w-]{30,}", re.A),  # Telegram's
    re.compile(r"(://)[^\s/@\"'<>?#]+(?=@)"),
    re.compile(rf"([?&;]{_TELLING_PARAMETER}=)[^&\s\"'<>#]+", re.I),
    re.compile(r"(\bauthorization['\"]?\s*[:=]\s*b?['\"]?(?:(?:bearer|basic|token)\s+)?)[^\s'\",]+", re.I),
    re.compile(r"(\bbearer\s+)[\w.~+/-]{12,}=*", re.I),
    # An address of a channel: whatever stands behind such a scheme leads to one destination.
    re.compile(r"\b((?!https?:|file:|console:)[a-z][a-z0-9]{1,19}://)(?!\*\*\*)[^\s\"'<>]+", re.I),
)


class Redaction:
    """Blots secrets out of texts: those it was told, in the forms they are written in, and what looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: tuple[str, ...] = ()
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Blot out `secrets`, too, from now on; what it knew before it still knows, because logs look back."""
        known = {*self._forms, *(form for secret in secrets for form in _forms(secret))}
        self._forms = tuple(sorted(known, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        """Return `text` without secrets."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, BLOT)
        for pattern in _LOOKS_LIKE_ONE:
            text = pattern.sub(rf"\g<1>{BLOT}", text)
        return text


def secrets_of(channels: Iterable[Channel], feeds: Iterable[FeedSettings], names: Iterable[str] = ()) -> set[str]:
    """Return what in addresses of `channels`, and in addresses and headers of `feeds`, could be a password.

    `names` are words that logs need: a part of an address that is one of them is left readable.
    """
    secrets: set[str] = set()
    for channel in channels:
        secrets |= set(_of_channel(channel.url or ""))
    for feed in feeds:
        secrets |= set(_of_feed_address(feed.address))
        for value in feed.headers.values():
            secrets |= set(_of_header(value.get_secret_value()))
    readable = {name.casefold() for name in names}
    return {secret for secret in secrets if len(secret) >= _SHORTEST and secret.casefold() not in readable}


def _forms(secret: str) -> Iterator[str]:
    """Yield how a secret may stand in a log: as it is, quoted for an address, in Python's or JSON's quotes."""
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield unquote_plus(secret)
    yield repr(secret)[1:-1]
    yield json.dumps(secret)[1:-1]
    yield secret.lower()  # what stands where an address has its host


def _of_channel(url: str) -> Iterator[str]:
    scheme, _, rest = url.partition("://")
    if not rest:
        return
    host = (urlsplit(url).hostname or "") if scheme.lower() in _HAS_A_HOST else ""
    if any(sign in rest for sign in "/?@") or not host:
        yield url
        yield rest
    before, at, _ = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")
    if at:
        yield from _of_login(before)
    told = re.sub(rf"[?&](?:{_PLAIN_PARAMETERS})=[^&#]*", "", rest)
    pieces = {*re.split(r"[/:@?&=#,+]+", told), *re.split(r"[/?&=#]+", told)}
    for piece in pieces | {unquote_plus(piece) for piece in pieces}:
        is_first = not host and rest.lower().startswith(piece.lower()) and "." not in piece  # a token, not a server
        if piece.lower() not in (host, f"{host}:") and (is_first or _is_telling(piece)):
            yield piece


def _is_telling(piece: str) -> bool:
    if piece.lower() in _PLAIN_WORDS or re.fullmatch(r"[\d.]+(?::\d+)?", piece):
        return len(piece) >= _TELLING and piece.isdigit()  # a number so long is that of somebody's account
    return len(piece) >= (_WITH_A_DIGIT if any(char.isdigit() for char in piece) else _TELLING)


def _of_login(login: str) -> Iterator[str]:
    """Yield a login, its password, and how both go over the wire."""
    user, colon, password = login.partition(":")
    yield login
    if colon:
        yield password
        for plain in (f"{unquote_plus(user)}:{unquote_plus(password)}", f"\0{user}\0{unquote_plus(password)}"):
            yield base64.b64encode(plain.encode()).decode()
        yield base64.b64encode(unquote_plus(password).encode()).decode()


def _of_feed_address(address: str) -> Iterator[str]:
    before, at, _ = urlsplit(address).netloc.rpartition("@")
    if at:
        yield from _of_login(before)
    for item in urlsplit(address).query.split("&"):
        name, _, value = item.partition("=")
        if _IS_TELLING_PARAMETER.fullmatch(name):
            yield value


def _of_header(value: str) -> Iterator[str]:
    yield value
    for piece in re.split(r"[\s;,]+", value):
        for part in {piece, piece.partition("=")[2]}:
            if _is_telling(part):
                yield part
    if value.lower().startswith("basic "):
        try:
            yield from _of_login(base64.b64decode(value[6:], validate=True).decode())
        except (binascii.Error, UnicodeDecodeError):
            return
