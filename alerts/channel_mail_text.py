"""A message as a mail: plain text and a page beside each other, in one thread with what belongs to it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formatdate, make_msgid

from alerts.channel_mail_headers import AsWritten, in_ascii, named
from alerts.medium import Message
from stories.text import clean

_LONGEST_SUBJECT = 150
_LONGEST_HEADER = 900  # a line of a mail has at most 998
# Old servers on the way break anything but seven bits; 76 is what a line of an encoded text may have, RFC 2045, 6.7.
_POLICY = AsWritten(linesep="\r\n", cte_type="7bit", max_line_length=76)
_OURS = frozenset(
    {"subject", "from", "to", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"}
)
_HEADER_NAME = re.compile(r"[!-9;-~]{1,60}")
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom; a name may be empty. `headers` are the operator's own."""

    sender: tuple[str, str]
    recipient: tuple[str, str]
    reply_to: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


def mail_of(message: Message, envelope: Envelope, now: datetime | None = None) -> EmailMessage:
    """Return `message` as a mail that was written `now`, by default when it is asked for.

    Raises ValueError for an address or header that no mail can have.
    """
    domain = _domain(envelope.sender[1])
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(envelope.sender, "From")
    mail["To"] = _address(envelope.recipient, "To")
    if envelope.reply_to:
        mail["Reply-To"] = ", ".join(envelope.reply_to)
    mail["Subject"] = in_ascii(clean(message.title, _LONGEST_SUBJECT), "Subject")
    mail["Date"] = format_datetime(now) if now else formatdate(localtime=True)
    mail["Message-ID"] = make_msgid(domain=domain)
    if message.thread:
        # Nobody ever gets the mail that is named here: mail programs hang all that name it below one another.
        root = f"<{_NOT_IN_AN_ID.sub('-', message.thread)[:100]}.wirewatch@{domain}>"
        mail["In-Reply-To"] = root
        mail["References"] = root
    mail["List-Id"] = f"wirewatch <wirewatch.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation program answers
    _add_own(mail, envelope.headers)
    mail.set_content(_whole(message.body))
    if message.html is not None:
        mail.add_alternative(_whole(message.html), subtype="html")
    return mail


def _add_own(mail: EmailMessage, headers: dict[str, str]) -> None:
    for name, value in headers.items():
        if name.lower() in _OURS or not _HEADER_NAME.fullmatch(name):
            continue
        del mail[name]
        mail[name] = in_ascii(clean(value, _LONGEST_HEADER), name)


def _address(who: tuple[str, str], header: str) -> str:
    name, address = who
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        address = f"{local}@{domain.encode('idna').decode()}"
    return named(clean(name, 100), address, header)


def _domain(address: str) -> str:
    try:
        return address.rpartition("@")[2].encode("idna").decode() or "localhost"
    except UnicodeError:
        return "localhost"


def _whole(text: str) -> str:
    """Return `text` without lone surrogates, which no encoding has a place for."""
    return text.encode("utf-8", "replace").decode()
