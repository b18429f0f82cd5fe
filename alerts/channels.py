"""The door to Apprise: whether an address names one destination, and sending one message to it."""

import logging
import os
import re
import sys
from email import charset
from urllib.parse import parse_qs, unquote, urlsplit

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.decorators import notify
from apprise.plugins import email as _email  # noqa: F401  it sets what is set right below

from alerts.medium import Message
from alerts.sent import Arrival, Sent

SOCKET_SECONDS = 20  # what Apprise may wait for one connection to open, and again for its answer

# Apprise tells at DEBUG why a connection failed, and shows tokens there: we read it from the result, nobody else may.
# urllib3 shows the path of a webhook, which is its password, also in warnings.
logging.getLogger("apprise").setLevel(logging.DEBUG)
for _talker in ("apprise", "urllib3"):
    logging.getLogger(_talker).propagate = False
    logging.getLogger(_talker).addHandler(logging.NullHandler())

# A webhook that answers with a redirect is not followed (it could lead into the operator's network), nothing is kept
# on disk, and no text is searched for escape sequences. A time limit of its own would make Apprise send from a pool of
# a few threads, which channels that hang fill up, and for which the end of the process waits.
_ASSET = AppriseAsset(
    app_id="wirewatch",
    app_desc="news watch",
    image_url_mask="",  # else every message shows Apprise's own picture, loaded from its site
    image_url_logo="",
    http_redirects=False,
    storage_mode="memory",
    service_timeout=0,
)

_SCHEME = re.compile(r"[a-z][a-z0-9]{1,19}://", re.I)
# A subject goes out on one line, and Apprise asks for quoted-printable, which makes nine characters of one in Chinese:
# mail servers refuse lines of more than 998. The shorter of the two ways keeps any title below that.
charset.add_charset("utf-8", charset.SHORTEST, charset.QP, "utf-8")

# Where other services have a token, these have the name of a server.
_HAS_A_HOST = frozenset({"mailto", "mailtos", "json", "jsons", "form", "forms", "xml", "xmls"})

_STATUS = re.compile(r"error=(\d{3})")
_CAUSE = "Socket Exception: "
_CLOSED = "the terminal or file it is shown on is closed"
_RAISED = "Notification Exception: "  # by the plug-in, before or after it sent
# Signs that the connection never stood, or that a mail server refused in so many words.
_NOT_TAKEN = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeoutError|SSLError|CERTIFICATE_VERIFY_FAILED"
    r"|\[Errno (?:101|111|113|-\d)\]|\(\d{3}, b|" + _CLOSED
)
# Apprise says this of a mail server only when connecting, encrypting or logging in failed, so before any mail.
_NO_MAIL_YET = "Connection error while submitting email"


@notify(on="console", name="console")  # type: ignore[untyped-decorator,no-untyped-call]  # Apprise leaves it so
def _print(body: str, title: str, notify_type: str, *args: object, **kwargs: object) -> bool:
    """Show a message on the terminal the service runs in: the channel that needs no account."""
    lines = f"{'─' * 72}\n{title}\n{body}\n\n"
    encoding = sys.stdout.encoding or "utf-8"  # some terminals know fewer characters than the news
    try:
        _write(lines.encode(encoding, "replace"))
    except OSError as error:
        logging.getLogger("apprise").warning("%s%s (%s)", _CAUSE, _CLOSED, error.strerror)
        return False
    return True


def _write(data: bytes) -> None:
    """Write to standard output past Python's buffer: what stays in that would fail again wherever it is flushed."""
    sys.stdout.flush()
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


def fault_of_address(url: str) -> str | None:
    """Say in one sentence, without showing it, why `url` cannot be a channel; None when it can."""
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "not an address such as slack://… or mailto://…"
    opened = _open(url)
    if opened is None:
        return f"{scheme[0]} is no service that Apprise knows, or its address is incomplete"
    if "retry=" in url:
        return "retry= is not for the address: deliveries are retried anyway"
    destinations = len(opened[0])
    if destinations > 1:
        return f"leads to {destinations} destinations; give each a channel of its own"
    if copied := {"cc", "bcc"} & parse_qs(url.partition("?")[2]).keys():
        # When one of several recipients is refused, nobody could say whether the message arrived.
        return f"{' and '.join(sorted(copied))}= adds destinations; give each a channel of its own"
    return None


def send(url: str, message: Message) -> Sent:
    """Send `message` to the one destination of `url` and say what became of it. Blocks; never raises for a channel."""
    opened = _open(url)
    if opened is None:
        return Sent(Arrival.REFUSED, "the address is not usable")
    result = opened.notify(
        title=message.title, body=message.body, body_format=NotifyFormat.TEXT, log_level=logging.DEBUG
    )
    if result:
        return Sent(Arrival.ARRIVED)
    return _explain([entry.message for entry in result.logs() if entry.level != "INFO"], url)


def shown(url: str) -> str:
    """Return what may be shown of a channel's address: the service, and the host where there is one."""
    parts = urlsplit(url)
    return f"{parts.scheme} {parts.hostname}" if parts.scheme in _HAS_A_HOST and parts.hostname else parts.scheme


def _open(url: str) -> Apprise | None:
    opened = Apprise(asset=_ASSET)
    return opened if opened.add(f"{url}{'&' if '?' in url else '?'}{_timeouts(url)}") else None


def _timeouts(url: str) -> str:
    return "&".join(f"{name}={SOCKET_SECONDS}" for name in ("cto", "rto") if f"{name}=" not in url)


def _explain(log: list[str], url: str) -> Sent:
    status = next((found[1] for line in log if (found := _STATUS.search(line))), None)
    if status:
        return Sent(Arrival.REFUSED, f"the service answered {status}")
    cause = next((line.removeprefix(_CAUSE) for line in log if line.startswith(_CAUSE)), None)
    raised = next((line.removeprefix(_RAISED) for line in log if line.startswith(_RAISED)), None)
    if cause is None and raised is not None:
        return Sent(Arrival.UNKNOWN, _without_secrets(raised, url)[:200])
    if cause is None:
        said = next((line for line in reversed(log) if "completed in" not in line), "no reason given")
        return Sent(Arrival.REFUSED, _without_secrets(said, url)[:200])
    is_refused = _NOT_TAKEN.search(cause) or any(line.startswith(_NO_MAIL_YET) for line in log)
    arrival = Arrival.REFUSED if is_refused else Arrival.UNKNOWN
    return Sent(arrival, _without_secrets(_innermost(cause), url)[:200])


def _innermost(cause: str) -> str:
    """Return the part of a chained error that names the cause, and not the ten words around it."""
    known = (
        "Connection refused",
        "Name or service not known",
        "timed out",
        "CERTIFICATE_VERIFY_FAILED",
        "WRONG_VERSION_NUMBER",
        "Remote end closed connection without response",
        "Connection reset by peer",
    )
    return next((sentence for sentence in known if sentence in cause), cause)


def _without_secrets(sentence: str, url: str) -> str:
    """Return `sentence` with every part of the address that could be a password blotted out."""
    host = urlsplit(url).hostname or ""
    written = re.split(r"[/:@?&=#,]+", url)
    for part in sorted({*written, *map(unquote, written)}, key=len, reverse=True):
        if len(part) >= 4 and part.lower() != host.lower():
            sentence = sentence.replace(part, "***")
    return sentence
