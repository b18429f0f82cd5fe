"""Channels: whether an address can be one, what its messages look like, and sending one message to it."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from alerts.channel_cutting import cut
from alerts.channel_faults import NO_RECIPIENT, fault_of_address
from alerts.channel_mail import hand_in
from alerts.channel_mail_text import mail_of
from alerts.channel_outcome import outcome
from alerts.channel_plugins import (
    CAUSE,
    CLOSED,
    RAISED,
    Plugin,
    envelope,
    length,
    mail_server,
    medium,
    plugin_of,
    post,
    room,
    speaks_http,
)
from alerts.channel_secrets import host_of, without_secrets
from alerts.channel_stages import Result, Stage
from alerts.channel_wire import watched
from alerts.medium import Blocks, Medium, Message
from alerts.sent import Arrival, Sent

__all__ = ["fault_of_address", "medium_of", "room_of", "send", "sent_to", "shown"]

# Signs that the connection to a service that does not speak HTTP never stood.
_NOT_TAKEN = re.compile(r"CERTIFICATE_VERIFY_FAILED|\[Errno (?:101|111|113|-\d)\]|" + CLOSED)
_ROOM_FOR_NUMBERS = 20
_LEAST_ROOM = 200
_PAUSE_SECONDS = 1.0  # between the parts of a long message: most services take one a second


def medium_of(url: str) -> Medium:
    """Return what kind of message looks best at `url`; plain text where that is not known."""
    plugin = plugin_of(url)
    return medium(plugin) if plugin else Medium.TEXT


def room_of(url: str) -> int | None:
    """Return how many bytes a message with its title may have to go to `url` as one; None where that is not known."""
    plugin = plugin_of(url)
    return room(plugin) - _ROOM_FOR_NUMBERS if plugin else None


def shown(url: str) -> str:
    """Return what may be shown of a channel's address: the service, and the host where there is one."""
    scheme, host = url.partition(":")[0].lower(), host_of(url)
    return f"{scheme} {host}" if host else scheme


def send(
    url: str, message: Message, *, now: datetime | None = None, is_given_up: Callable[[], bool] = lambda: False
) -> Sent:
    """Send `message` to the one destination of `url` and say what became of it. Blocks; never raises for a channel.

    `now` dates a mail, and counts the wait that a service asks for by a date. `is_given_up` says between two parts of a
    long message whether nobody waits for the rest any more.
    """
    return sent_to(url, message, now=now, is_given_up=is_given_up).sent


def sent_to(
    url: str, message: Message, *, now: datetime | None = None, is_given_up: Callable[[], bool] = lambda: False
) -> Result:
    """Send like `send`, and say too how far the message came."""
    plugin = plugin_of(url)
    if plugin is None:
        return Result(sent=Sent(Arrival.REFUSED, "the address is not usable", is_permanent=True), stage=Stage.ADDRESS)
    is_mail = medium(plugin) is Medium.EMAIL
    result = _mail(plugin, message, now) if is_mail else _parts(plugin, message, now, is_given_up)
    return replace(result, sent=replace(result.sent, error=without_secrets(result.sent.error, url)))


def _mail(plugin: Plugin, message: Message, now: datetime | None) -> Result:
    written = envelope(plugin)
    if written is None:
        return Result(sent=Sent(Arrival.REFUSED, NO_RECIPIENT, is_permanent=True), stage=Stage.ADDRESS)
    try:
        mail = mail_of(message, written, now)
    except ValueError as error:
        sentence = f"no mail can be made of it: {error}"
        return Result(sent=Sent(Arrival.REFUSED, sentence, is_permanent=True, is_of_message=True), stage=Stage.ADDRESS)
    return hand_in(mail, written.sender[1], written.recipient[1], mail_server(plugin))


def _parts(plugin: Plugin, message: Message, now: datetime | None, is_given_up: Callable[[], bool]) -> Result:
    """Send `message` in as many parts as the service needs for it.

    When a later part is not taken, some of the message has arrived and some not: that is neither of both.
    """
    parts = list(_texts(plugin, message))
    for number, (title, body) in enumerate(parts, start=1):
        if number > 1:
            time.sleep(_PAUSE_SECONDS)
        if is_given_up():
            result = Result(sent=Sent(Arrival.UNKNOWN, "given up before it was sent"), stage=Stage.ANSWER)
            break
        result = _part(plugin, title, body, message.blocks, now)
        if result.stage is not Stage.DONE:
            break
    if number == 1 or result.stage is Stage.DONE:
        return result
    sentence = f"part {number} of {len(parts)}: {result.sent.error}"
    sent = Sent(Arrival.UNKNOWN, sentence, retry_after=result.sent.retry_after)
    return replace(result, sent=sent)


def _texts(plugin: Plugin, message: Message) -> Iterator[tuple[str, str]]:
    """Yield title and body of each part of `message`."""
    if message.blocks is not None:
        yield message.title, message.body
        return
    count = partial(length, plugin)
    parts = cut(message.body, max(room(plugin) - count(message.title) - _ROOM_FOR_NUMBERS, _LEAST_ROOM), count)
    for number, part in enumerate(parts, start=1):
        title = f"({number}/{len(parts)}) {message.title}" if number > 1 else message.title
        yield title, part


def _part(plugin: Plugin, title: str, body: str, blocks: Blocks | None, now: datetime | None) -> Result:
    with watched() as exchanges:
        log = post(plugin, title, body, blocks)
    if log is None:
        return Result(sent=Sent(Arrival.ARRIVED), stage=Stage.DONE)
    raised = next((line.removeprefix(RAISED) for line in log if line.startswith(RAISED)), None)
    if raised is not None and (exchanges or not speaks_http(plugin)):
        return Result(sent=Sent(Arrival.UNKNOWN, f"the plug-in failed: {raised}"), stage=Stage.ANSWER)
    if exchanges:
        return outcome(exchanges, now)
    if raised is not None:
        sentence = f"the plug-in failed before it sent anything: {raised}"
        return Result(sent=Sent(Arrival.REFUSED, sentence, is_of_message=True), stage=Stage.MESSAGE)
    return _from_log(log)


def _from_log(log: list[str]) -> Result:
    """Return what became of a message to a service that does not speak HTTP, as far as its plug-in says it."""
    cause = next((line.removeprefix(CAUSE) for line in log if line.startswith(CAUSE)), None)
    if cause is None:
        said = next((line for line in reversed(log) if "completed in" not in line), "no reason given")
        return Result(sent=Sent(Arrival.REFUSED, said), stage=Stage.ADDRESS)
    if _NOT_TAKEN.search(cause):
        return Result(sent=Sent(Arrival.REFUSED, cause), stage=Stage.CONNECTION)
    return Result(sent=Sent(Arrival.UNKNOWN, cause), stage=Stage.ANSWER)
