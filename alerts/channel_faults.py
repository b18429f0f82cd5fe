"""Why an address cannot be a channel, in sentences that show nothing of it."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Set
from urllib.parse import parse_qsl, urlsplit

from alerts.channel_addresses import is_forbidden
from alerts.channel_plugins import Plugin, destinations, envelope, is_known, known_schemes, medium, plugin_of
from alerts.medium import Medium

NO_RECIPIENT = "it names no recipient that mail can be sent to (an address in plain ASCII)"

_SCHEME = re.compile(r"[a-z][a-z0-9]{1,19}://", re.I)
# What reads files of this machine, or puts something of them into a message.
_READS_FILES = ("attach", "template", "pgp", "pgppub", "pgpprv", "wkd")
# What Apprise lets an address say, and is settled here for every channel.
_DECIDED_HERE = {
    "retry": "deliveries are retried anyway",
    "format": "messages are written in what the service shows best",
    "overflow": "long messages are sent in parts",
    "redirect": "redirects are not followed",
}
# What people call services that are known by another name.
_CALLED = {
    "telegram": "tgram",
    "mail": "mailto",
    "email": "mailto",
    "smtp": "mailto",
    "smtps": "mailtos",
    "teams": "workflows",
    "msteams": "workflows",
    "webhook": "jsons",
    "mattermost": "mmosts",
}
_WEB = {"http": "json", "https": "jsons"}
_COMMON = ("slack", "mailto", "mailtos", "discord", "tgram", "ntfy", "ntfys", "matrix", "matrixs", "workflows", "json")


def fault_of_address(url: str) -> str | None:
    """Say, without showing it, all that keeps `url` from being a channel; None when nothing does."""
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "not an address such as slack://… or mailto://…"
    return "; ".join(_faults(url, scheme[0])) or None


def _faults(url: str, scheme: str) -> Iterator[str]:
    said = Counter(name.lower() for name, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True))
    reading = [name for name in _READS_FILES if name in said]
    for name in reading:
        yield f"{name}= is not for the address: messages are made of what is watched, and of no file or key"
    for name in _DECIDED_HERE:
        if name in said:
            yield f"{name}= is not for the address: {_DECIDED_HERE[name]}"
    if said["to"] > 1:  # Apprise takes one of them and says nothing
        yield "to= stands in it more than once; give each destination a channel of its own"
    if reading:
        return  # to open it would read them
    plugin = plugin_of(url)
    if plugin is None:
        yield _no_service(url, scheme)
    elif any(is_forbidden(host) for host in _hosts(url)):
        yield "leads to a link-local or metadata address, where no message is sent"
    else:
        yield from _of_destinations(plugin, said.keys())


def _hosts(url: str) -> Iterator[str]:
    """Yield what an address says where a server stands; for some services it is a token, and none is one in figures."""
    address = urlsplit(url)
    yield address.hostname or ""
    yield from (value for name, value in parse_qsl(address.query) if name.lower() == "smtp")


def _no_service(url: str, scheme: str) -> str:
    """Return why Apprise takes no address that begins with `scheme`, and what may be meant."""
    name = scheme.removesuffix("://").lower()
    if name in _WEB:
        return f"{scheme} is no service; for a webhook that takes JSON write {_WEB[name]}://… in its place"
    if is_known(name):
        if _has_open_bracket(url):
            return "the [ in its host is not closed; an address of IPv6 is written [::1]"
        return f"its address is incomplete for {scheme}, or has a part too many; docs/channels.md has examples"
    near = _CALLED.get(name) or next(
        (found[0] for known in (_COMMON, known_schemes()) if (found := difflib.get_close_matches(name, known, n=1))),
        None,
    )
    return f"{scheme} is no service that Apprise knows" + (f"; did you mean {near}://?" if near else "")


def _has_open_bracket(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return True
    return False


def _of_destinations(plugin: Plugin, said: Set[str]) -> Iterator[str]:
    if medium(plugin) is Medium.EMAIL and envelope(plugin) is None:
        yield NO_RECIPIENT
    elif copied := {"cc", "bcc"} & said:
        # When one of several recipients is refused, nobody could say whether the message arrived.
        yield f"{' and '.join(sorted(copied))}= adds destinations; give each a channel of its own"
    elif destinations(plugin) > 1:
        yield f"leads to {destinations(plugin)} destinations; give each a channel of its own"
