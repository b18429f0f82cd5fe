"""The door to Apprise: what an address leads to, the console, and the services whose messages we write ourselves."""

import logging
import os
import re
import sys
from html import escape
from typing import Any, cast

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat
from apprise.decorators import notify
from apprise.manager_plugins import NotificationManager
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.email import NotifyEmail
from apprise.plugins.email.smtp import SMTP_DEFAULT_PORTS
from apprise.plugins.slack import NotifySlack, SlackMode

from alerts.channel_mail import MailServer, Security
from alerts.channel_mail_text import Envelope
from alerts.harmless import UNSEEN
from alerts.medium import Blocks, Medium

SOCKET_SECONDS = 20  # what Apprise may wait for one connection to open, and again for its answer
Plugin = NotifyBase

CLOSED = "the terminal or file it is shown on is closed"
CAUSE = "Socket Exception: "
RAISED = "Notification Exception: "  # by the plug-in, before or after it sent

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

# These show markdown whether one wants it or not, so they get it written on purpose; so does Discord.
_MARKDOWN = frozenset({"workflow", "workflows", "mmost", "mmosts", "zulip"})

# What fits into one message, where Apprise takes more than the service shows as text, or less.
_LIMITS = {"ntfy": 3900, "ntfys": 3900, "tgram": 4000, "discord": 1990, "workflow": 20_000, "workflows": 20_000}
_IN_HTML = frozenset({"tgram"})  # which loses the empty lines of plain text, but not those of HTML
# Telegram makes links of these at the beginning of a word, which write to a bot or lead to a search. Addresses stay.
_WORD, _LIVE = re.compile(r"\S+"), re.compile(r"(?<!\w)[/#$](?=\w)")
_UNTITLED = frozenset({"matrix", "matrixs"})  # shows the title of a plain text with a number sign before it
_COUNTED_IN_BYTES = frozenset({"ntfy", "ntfys"})

_ADDRESSING = ("channel", "thread_ts", "username")  # what a payload for Slack says of where it goes
_UNESCAPED_CALL = re.compile(r"<(?=[!@#])")


@notify(on="console", name="console")  # type: ignore[untyped-decorator,no-untyped-call]  # Apprise leaves it so
def _print(body: str, title: str, notify_type: str, *args: object, **kwargs: object) -> bool:
    """Show a message on the terminal the service runs in: the channel that needs no account."""
    lines = f"{'─' * 72}\n{title}\n{body}\n\n"
    encoding = sys.stdout.encoding or "utf-8"  # some terminals know fewer characters than the news
    try:
        _write(lines.encode(encoding, "replace"))
    except OSError as error:
        logging.getLogger("apprise").warning("%s%s (%s)", CAUSE, CLOSED, error.strerror)
        return False
    return True


def _write(data: bytes) -> None:
    """Write to standard output past Python's buffer: what stays in that would fail again wherever it is flushed."""
    sys.stdout.flush()
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


class _Slack(NotifySlack):  # type: ignore[no-untyped-call]  # as Apprise leaves it
    """Slack as Apprise addresses it, with blocks of ours in the place of an attachment."""

    blocks: Blocks | None = None
    fallback = ""

    def _send(self, url: str, payload: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if self.blocks is not None and ("attachments" in payload or "blocks" in payload):
            kept = {name: value for name, value in payload.items() if name in _ADDRESSING}
            payload = kept | {
                "text": _uncalled(escape(self.fallback, quote=False)),
                "blocks": _uncalled(list(self.blocks)),
                # What is told is in the message; a preview of every link would be three times as long.
                "unfurl_links": False,
                "unfurl_media": False,
            }
        return super()._send(url, payload, *args, **kwargs)  # type: ignore[no-untyped-call]


class _Discord(NotifyDiscord):  # type: ignore[no-untyped-call]
    """Discord as Apprise addresses it, ringing for nobody but whom the address names by `ping=`."""

    def _send(self, payload: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        payload.pop("allow_mentions", None)
        wanted = self.ping_payload(" ".join(self.ping)) if self.ping else {}
        return super()._send(
            {**payload, "allowed_mentions": wanted.get("allow_mentions", {"parse": []})}, *args, **kwargs
        )


def _uncalled(value: Any) -> Any:
    """Return what goes to Slack without anything that calls people, wherever it may have come from."""
    if isinstance(value, str):
        return _UNESCAPED_CALL.sub("&lt;", value)
    if isinstance(value, dict):
        return {name: _uncalled(each) for name, each in value.items()}
    return [_uncalled(each) for each in value] if isinstance(value, list | tuple) else value


for _ours in (_Slack, _Discord):
    NotificationManager().add(_ours, force=True)  # type: ignore[no-untyped-call]


def plugin_of(url: str) -> NotifyBase | None:
    """Return the plug-in that `url` leads to, or None for an address that Apprise does not take."""
    opened = Apprise(asset=_ASSET)
    if not opened.add(f"{url}{'&' if '?' in url else '?'}{_timeouts(url)}") or not len(opened.services):
        return None
    plugin = cast("NotifyBase", opened.services[0])
    plugin.request_rate_per_sec = 0  # up to 5.5 s between two requests; how fast messages go out is decided elsewhere
    return plugin


def is_known(scheme: str) -> bool:
    """Whether Apprise knows a service by `scheme`, whatever stands behind it."""
    return scheme in known_schemes()


def known_schemes() -> list[str]:
    """Return the schemes of all services."""
    return sorted(NotificationManager().schemas())  # type: ignore[no-untyped-call]


def destinations(plugin: NotifyBase) -> int:
    """Return to how many a message would go."""
    return len(plugin)


def medium(plugin: NotifyBase) -> Medium:
    """Return what kind of message looks best there."""
    if isinstance(plugin, NotifyEmail):
        return Medium.EMAIL
    if isinstance(plugin, NotifySlack):
        takes_blocks = plugin.mode in (SlackMode.WEBHOOK, SlackMode.WEBHOOK_GOV, SlackMode.BOT) and not plugin.template
        return Medium.SLACK if takes_blocks else Medium.TEXT
    if isinstance(plugin, NotifyDiscord) or _schemes(plugin) & _MARKDOWN:
        return Medium.MARKDOWN
    return Medium.TEXT


def room(plugin: NotifyBase) -> int:
    """Return how long a message may be with its title, measured by `length`."""
    limits = [_LIMITS[scheme] for scheme in _schemes(plugin) if scheme in _LIMITS]
    return limits[0] if limits else int(plugin.body_maxlen)


def length(plugin: NotifyBase, text: str) -> int:
    """Return how long `text` is as the service counts."""
    if _schemes(plugin) & _IN_HTML:
        text = _calm(text)
    if _schemes(plugin) & _COUNTED_IN_BYTES:
        return len(text.encode("utf-8", "replace"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _written(plugin: NotifyBase, title: str, body: str) -> tuple[str, str, NotifyFormat]:
    """Return title and body as Apprise is to get them, and what they are written in.

    Where it would make something strange of a title, or of empty lines, the title stands in the body.
    """
    if medium(plugin) is Medium.MARKDOWN:
        return "", f"**{title}**\n\n{body}", NotifyFormat.MARKDOWN
    if _schemes(plugin) & _IN_HTML:
        return "", f"<b>{escape(_calm(title))}</b>\n\n{escape(_calm(body))}", NotifyFormat.HTML
    if _schemes(plugin) & _UNTITLED:
        return "", f"{title}\n\n{body}", NotifyFormat.TEXT
    return title, body, NotifyFormat.TEXT


def _calm(text: str) -> str:
    """Return `text` with something unseen in what Telegram would make a command or a search of."""
    return _WORD.sub(
        lambda word: word[0] if "://" in word[0] else _LIVE.sub(lambda sign: f"{sign[0]}{UNSEEN}", word[0]), text
    )


def speaks_http(plugin: NotifyBase) -> bool:
    """Say whether what `plugin` sends goes through requests, and so is watched."""
    return any(hasattr(sys.modules.get(kind.__module__), "requests") for kind in type(plugin).__mro__)


def post(plugin: NotifyBase, title: str, body: str, blocks: Blocks | None) -> list[str] | None:
    """Send one message by `plugin`; return None when it says that it was taken, else what it wrote into its log."""
    if isinstance(plugin, _Slack):
        plugin.blocks, plugin.fallback = blocks, title
    title, body, body_format = _written(plugin, title, body)
    opened = Apprise(asset=_ASSET)
    opened.add(plugin)
    result = opened.notify(title=title, body=body, body_format=body_format, log_level=logging.DEBUG)
    return None if result else [entry.message for entry in result.logs() if entry.level != "INFO"]


def mail_server(plugin: NotifyBase) -> MailServer:
    """Return where a `plugin` for mail hands it in."""
    assert isinstance(plugin, NotifyEmail)
    security = Security(plugin.secure_mode or Security.STARTTLS)
    return MailServer(
        host=(plugin.smtp_host or plugin.host).strip("[]"),
        port=plugin.port or SMTP_DEFAULT_PORTS[security],
        security=security,
        user=plugin.user,
        password=plugin.password,
        is_verified=plugin.verify_certificate,
        seconds=plugin.socket_connect_timeout,
    )


def envelope(plugin: NotifyBase) -> Envelope | None:
    """Return who writes to whom by a `plugin` for mail; None when its address says of nobody that is possible."""
    assert isinstance(plugin, NotifyEmail)
    if not plugin.targets:
        return None
    (name, address), (to_name, to_address) = plugin.from_addr, plugin.targets[0]
    return Envelope(
        sender=(str(name or ""), str(address)),
        recipient=(str(to_name or ""), str(to_address)),
        reply_to=tuple(sorted(plugin.reply_to)),
        headers=plugin.headers,
    )


def _schemes(plugin: NotifyBase) -> frozenset[str]:
    schemes: set[str] = set()
    for named in (type(plugin).protocol, type(plugin).secure_protocol):  # of its class: Kodi's own is a number
        schemes |= {named} if isinstance(named, str) else set(named or ())
    return frozenset(schemes)


def _timeouts(url: str) -> str:
    return "&".join(f"{name}={SOCKET_SECONDS}" for name in ("cto", "rto") if f"{name}=" not in url)
